//! What it was measured on: nothing that names a host, a person or a place.

use crate::run;
use std::fs;
use std::path::Path;

/// `2026-11-22, commit abc1234: 2 cores …`: one line that stands above figures.
pub fn line(folder: &Path, profile: &str) -> String {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let memory = meminfo().map_or_else(
        || "unknown memory".to_owned(),
        |kib| format!("{:.0} GiB of memory", kib as f64 / f64::from(1 << 20)),
    );
    let kernel = run::first_line("uname", &["-srm"]).unwrap_or_else(|| "unknown kernel".into());
    let system = filesystem(folder).unwrap_or_else(|| "unknown".into());
    let date = run::first_line("date", &["-u", "+%F %H:%M"]).unwrap_or_default();
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().unwrap_or("?").to_owned();
    format!(
        "Measured {date} UTC, commit {}, profile `{profile}`: {cores} cores{}, {memory}, {kernel}, \
         {system} file system, load average {load} when it began.",
        commit(),
        model().map_or_else(String::new, |model| format!(" ({model})")),
    )
}

/// The commit, and whether anything was changed since.
fn commit() -> String {
    let root = run::root();
    let root = root.to_string_lossy();
    let short = run::first_line("git", &["-C", &root, "rev-parse", "--short", "HEAD"]);
    let changed = run::first_line(
        "git",
        &[
            "-C",
            &root,
            "status",
            "--porcelain",
            "--",
            "crates",
            "web",
            "respond",
            "Cargo.lock",
        ],
    );
    let changed = if changed.is_some() {
        " with changes"
    } else {
        ""
    };
    format!("{}{changed}", short.as_deref().unwrap_or("unknown"))
}

fn meminfo() -> Option<u64> {
    let text = fs::read_to_string("/proc/meminfo").ok()?;
    let line = text.lines().find(|line| line.starts_with("MemTotal:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

fn model() -> Option<String> {
    let text = fs::read_to_string("/proc/cpuinfo").ok()?;
    let line = text.lines().find(|line| line.starts_with("model name"))?;
    let name = line.split_once(':')?.1.trim();
    (!name.is_empty()).then(|| name.to_owned())
}

fn filesystem(folder: &Path) -> Option<String> {
    run::first_line(
        "findmnt",
        &[
            "--noheadings",
            "--output",
            "FSTYPE",
            "--target",
            &folder.to_string_lossy(),
        ],
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_says_what_matters_and_no_path() {
        let folder = std::env::temp_dir();
        let line = line(&folder, "release");
        for part in ["cores", "memory", "file system", "commit", "`release`"] {
            assert!(line.contains(part), "{line}");
        }
        assert!(!line.contains(&*folder.to_string_lossy()), "{line}");
    }
}
