//! What has to be on the machine, where to find it, and how to get it.

use crate::run;
use anyhow::{Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The oldest Node that every part of the web application runs on.
const NODE: (u32, u32) = (20, 19);

/// What the tests need beside Rust, each with the Debian packages that bring it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Need {
    /// `initdb` and `pg_ctl`.
    Postgres,
    /// A browser that can run without a screen.
    Chromium,
    /// A font with Japanese letters, so that journeys see text and not boxes.
    JapaneseFont,
}

impl Need {
    fn packages(self) -> &'static [&'static str] {
        match self {
            Self::Postgres => &["postgresql"],
            Self::Chromium => &["chromium"],
            Self::JapaneseFont => &["fontconfig", "fonts-noto-cjk"],
        }
    }

    fn is_met(self) -> bool {
        match self {
            Self::Postgres => postgres().is_some(),
            Self::Chromium => chromium().is_some(),
            Self::JapaneseFont => run::first_line("fc-list", &[":lang=ja", "family"]).is_some(),
        }
    }
}

/// The folder with PostgreSQL's server programs, newest version first when
/// there are several.
pub fn postgres() -> Option<PathBuf> {
    let named = run::first_line("pg_config", &["--bindir"]).map(PathBuf::from);
    let mut installed: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .collect();
    installed.sort_by_key(|path| std::cmp::Reverse(version_in(path)));
    named
        .into_iter()
        .chain(installed)
        .find(|bin| bin.join("initdb").exists())
}

fn version_in(bin: &Path) -> u32 {
    let folder = bin.parent().and_then(Path::file_name).unwrap_or_default();
    folder.to_string_lossy().parse().unwrap_or(0)
}

/// The browser for the journeys; `CHROMIUM` names another one.
pub fn chromium() -> Option<PathBuf> {
    let chosen = std::env::var_os("CHROMIUM")
        .map(PathBuf::from)
        .filter(|path| path.exists());
    chosen.or_else(|| {
        [
            "chromium",
            "chromium-browser",
            "google-chrome-stable",
            "google-chrome",
        ]
        .iter()
        .find_map(|name| on_path(name))
    })
}

/// Where a program is on the `PATH`.
pub fn on_path(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(program))
        .find(|file| file.is_file())
}

/// Checks what the tests need; installs what is missing where it may (root on
/// a system with apt-get) and otherwise says exactly what to install.
pub fn ensure(needs: &[Need]) -> Result<()> {
    let missing: Vec<Need> = needs
        .iter()
        .copied()
        .filter(|need| !need.is_met())
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let packages: Vec<&str> = missing
        .iter()
        .flat_map(|need| need.packages())
        .copied()
        .collect();
    if !run::as_root() || on_path("apt-get").is_none() {
        bail!("{}", advice(&missing, &packages));
    }
    let apt = || {
        let mut command = Command::new("apt-get");
        command.env("DEBIAN_FRONTEND", "noninteractive");
        command
    };
    run::run(apt().args(["update", "--quiet"]))?;
    run::run(
        apt()
            .args(["install", "--yes", "--quiet", "--no-install-recommends"])
            .args(&packages),
    )?;
    let still: Vec<Need> = missing.into_iter().filter(|need| !need.is_met()).collect();
    if !still.is_empty() {
        bail!(
            "installed {}, and still not found: {still:?}",
            packages.join(" ")
        );
    }
    Ok(())
}

fn advice(missing: &[Need], packages: &[&str]) -> String {
    format!(
        "the tests need {missing:?}, not found on this machine. On Debian or Ubuntu:\n    \
         sudo apt-get install --no-install-recommends {}",
        packages.join(" ")
    )
}

/// Checks for a C compiler, which SQLite and the compression libraries need.
pub fn c_compiler() -> Result<()> {
    let chosen = std::env::var("CC").unwrap_or_else(|_| "cc".to_owned());
    if run::first_line(&chosen, &["--version"]).is_none() {
        bail!(
            "no C compiler: `{chosen} --version` does not run. On Debian or Ubuntu:\n    \
             sudo apt-get install build-essential"
        );
    }
    Ok(())
}

/// Checks for Node and npm, which build the web application.
pub fn node() -> Result<()> {
    let wanted = format!("Node {}.{} or newer", NODE.0, NODE.1);
    let Some(version) = run::first_line("node", &["--version"]) else {
        bail!("{wanted} is needed to build the web application, and `node` does not run");
    };
    if node_version(&version).is_none_or(|found| found < NODE) {
        bail!("{wanted} is needed to build the web application; this is {version}");
    }
    if on_path("npm").is_none() {
        bail!("npm is needed to build the web application; it comes with Node or as package `npm`");
    }
    Ok(())
}

fn node_version(line: &str) -> Option<(u32, u32)> {
    let mut parts = line.trim_start_matches('v').split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn node_versions_are_compared_as_numbers() {
        assert_eq!(node_version("v20.19.4"), Some((20, 19)));
        assert!(node_version("v20.9.0").is_some_and(|found| found < NODE));
        assert!(node_version("v22.1.0").is_some_and(|found| found > NODE));
        assert_eq!(node_version("garbage"), None);
    }

    #[test]
    fn the_newest_postgres_comes_first() {
        assert!(
            version_in(Path::new("/usr/lib/postgresql/16/bin"))
                > version_in(Path::new("/usr/lib/postgresql/9/bin"))
        );
    }

    #[test]
    fn advice_names_the_packages_to_install() {
        let advice = advice(&[Need::Postgres], Need::Postgres.packages());
        assert!(
            advice.contains("apt-get install") && advice.contains("postgresql"),
            "{advice}"
        );
    }
}
