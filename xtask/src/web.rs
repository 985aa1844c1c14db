//! The parts written in TypeScript: installed and built only when their
//! sources have changed.

use crate::run;
use anyhow::{Context, Result};
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

/// The folders with a `package.json`, in the order they are built.
pub const PARTS: &[&str] = &["web", "respond"];

/// Made by tools from the rest, so not part of what is compared.
const MADE: &[&str] = &["node_modules", "dist", "test-results", "coverage"];

/// Installs exactly what the lock file says, if it has changed since the last time.
pub fn install(part: &str) -> Result<()> {
    let folder = run::root().join(part);
    let wanted =
        hash(&["package.json", "package-lock.json", ".npmrc"].map(|name| folder.join(name)));
    let stamp = folder.join("node_modules/.koe-installed");
    if is_current(&stamp, wanted) {
        return Ok(());
    }
    let mut npm = run::command("npm", part);
    run::run(npm.args(["ci", "--no-audit", "--no-fund", "--prefer-offline"]))?;
    keep(&stamp, wanted)
}

/// Builds a part, if a source has changed since the last time.
pub fn build(part: &str) -> Result<()> {
    install(part)?;
    let folder = run::root().join(part);
    let mut files = Vec::new();
    walk(&folder, &mut files).with_context(|| format!("cannot read {part}/"))?;
    let wanted = hash(&files);
    let stamp = folder.join("node_modules/.koe-built");
    if is_current(&stamp, wanted) && folder.join("dist").is_dir() {
        return Ok(());
    }
    run::run(run::command("npm", part).args(["run", "build"]))?;
    keep(&stamp, wanted)
}

fn is_current(stamp: &Path, wanted: u64) -> bool {
    fs::read_to_string(stamp).is_ok_and(|kept| kept == wanted.to_string())
}

fn keep(stamp: &Path, value: u64) -> Result<()> {
    fs::write(stamp, value.to_string()).with_context(|| format!("cannot write {}", stamp.display()))
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    let mut entries = fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        if MADE.iter().any(|made| entry.file_name() == *made) {
            continue;
        }
        if entry.file_type()?.is_dir() {
            walk(&entry.path(), files)?;
        } else {
            files.push(entry.path());
        }
    }
    Ok(())
}

/// One number for the names and contents of files; a missing file counts too.
fn hash(files: &[PathBuf]) -> u64 {
    let mut hasher = DefaultHasher::new();
    for file in files {
        file.hash(&mut hasher);
        fs::read(file).ok().hash(&mut hasher);
    }
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash_of(folder: &Path) -> u64 {
        let mut files = Vec::new();
        walk(folder, &mut files).expect("a folder");
        hash(&files)
    }

    #[test]
    fn a_changed_added_or_renamed_source_is_noticed_and_a_made_file_is_not() {
        let scratch = tempfile::tempdir().expect("a folder");
        let folder = scratch.path();
        fs::create_dir(folder.join("dist")).expect("dist");
        fs::write(folder.join("a.ts"), "one").expect("a file");
        let first = hash_of(folder);
        fs::write(folder.join("dist/a.js"), "made").expect("a file");
        assert_eq!(hash_of(folder), first);
        fs::write(folder.join("a.ts"), "two").expect("a file");
        let second = hash_of(folder);
        assert_ne!(second, first);
        fs::rename(folder.join("a.ts"), folder.join("b.ts")).expect("renamed");
        assert_ne!(hash_of(folder), second);
    }

    #[test]
    fn a_stamp_holds_until_the_number_changes() {
        let scratch = tempfile::tempdir().expect("a folder");
        let stamp = scratch.path().join("stamp");
        assert!(!is_current(&stamp, 1));
        keep(&stamp, 1).expect("kept");
        assert!(is_current(&stamp, 1) && !is_current(&stamp, 2));
    }
}
