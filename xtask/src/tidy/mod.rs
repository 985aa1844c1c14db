//! House rules as tests. Each rule looks at files held in memory and returns
//! findings that say what to do, so each rule has a test in which it must fail.

mod boundaries;
mod catalogues;
mod links;
mod manifests;
mod promises;
mod refusals;
mod rust;
mod scopes;
mod slices;
mod sql;
mod tenancy;
mod text;

use crate::run;
use anyhow::{Result, bail};
use std::fmt;
use std::fs;

/// A file of the repository: its path from the root, and its text (empty when
/// it is not text).
pub struct Source {
    pub path: String,
    pub text: String,
}

impl Source {
    /// The name without folders.
    fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// The ending of the name, without its dot.
    fn ending(&self) -> &str {
        self.name()
            .rsplit_once('.')
            .map_or("", |(_, ending)| ending)
    }
}

/// Something to put right.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    path: String,
    line: usize,
    say: String,
}

impl Finding {
    fn new(source: &Source, line: usize, say: impl Into<String>) -> Self {
        Self {
            path: source.path.clone(),
            line,
            say: say.into(),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.say)
    }
}

type Rule = fn(&[Source]) -> Vec<Finding>;

/// Every house rule, by name.
const RULES: &[(&str, Rule)] = &[
    ("slice order", slices::order),
    ("slices meet at mod.rs", slices::facades),
    ("every slice says what it is", slices::docs),
    ("only org makes scopes", scopes::made_by_org),
    ("SQL only in stores", sql::only_in_stores),
    (
        "statements name their organisation",
        tenancy::statements_name_it,
    ),
    ("the lake's boundary", boundaries::lake),
    ("the analysis crate is pure", boundaries::analysis),
    ("dependencies have reasons", manifests::reasons),
    ("both languages are complete", catalogues::complete),
    ("refusals are said in Japanese", refusals::in_japanese),
    ("links lead somewhere", links::lead_somewhere),
    ("what is said to be tested is", promises::held),
    ("files stay short", text::length),
    ("nothing is left for later", text::markers),
    ("no trailing whitespace", text::whitespace),
    ("names in the trade's words", text::names),
    ("pages load nothing from outside", text::outside_loads),
];

/// Checks the whole repository.
///
/// # Errors
/// When a rule found something; the findings are printed first.
pub fn check() -> Result<()> {
    let sources = read()?;
    let mut total = 0;
    for (name, rule) in RULES {
        let mut findings = rule(&sources);
        findings.sort();
        if !findings.is_empty() {
            println!("\n{name}:");
        }
        for finding in &findings {
            println!("  {finding}");
        }
        total += findings.len();
    }
    if total > 0 {
        bail!("tidy found {total} thing(s) to put right");
    }
    println!(
        "tidy: {} rules hold over {} files",
        RULES.len(),
        sources.len()
    );
    Ok(())
}

/// Every file that is in the repository or about to be.
fn read() -> Result<Vec<Source>> {
    let mut list = run::command("git", ".");
    list.args([
        "ls-files",
        "-z",
        "--cached",
        "--others",
        "--exclude-standard",
    ]);
    let listed = run::output(&mut list)?;
    let mut sources = Vec::new();
    for path in String::from_utf8(listed)?
        .split('\0')
        .filter(|path| !path.is_empty())
    {
        // A listed file may just have been deleted, which is no finding.
        if let Ok(bytes) = fs::read(run::root().join(path)) {
            sources.push(Source {
                path: path.to_owned(),
                text: text_of(bytes),
            });
        }
    }
    Ok(sources)
}

/// The text of a file; empty when it is not text, such as a picture, so that
/// links to it still lead somewhere.
fn text_of(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_default()
}

#[cfg(test)]
fn source(path: &str, text: &str) -> Source {
    Source {
        path: path.to_owned(),
        text: text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_a_file_without_text() {
        assert_eq!(text_of(vec![0x89, b'P', b'N', b'G', 0xff]), "");
        assert_eq!(text_of("声".as_bytes().to_vec()), "声");
    }

    #[test]
    fn a_finding_reads_like_a_compiler_message() {
        let finding = Finding::new(&source("web/a.ts", ""), 3, "shorten it");
        assert_eq!(finding.to_string(), "web/a.ts:3: shorten it");
    }
}
