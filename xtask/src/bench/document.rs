//! `docs/reference/performance.md`: written whole; a measure that was not run
//! keeps what it said before, with its own date and machine.

use super::Measure;
use crate::run;
use anyhow::{Context, Result};
use std::fs;
use std::path::PathBuf;

const HEAD: &str = "\
# Performance

Written by `cargo xtask bench`, which builds the release binary, runs each measure in a process of its
own on loopback in a temporary folder, several times over, and gives the median with the least and the
most. Each section says when and on what it was measured; a bar is what the design promises, and a
missed bar says so. Run it on a quiet machine: anything else that runs makes figures worse, never better.

`cargo xtask bench NAME …` measures some (";

/// A measure and what it says in the document.
pub struct Section {
    pub name: &'static str,
    pub text: String,
}

pub fn path() -> PathBuf {
    run::root().join("docs/reference/performance.md")
}

/// Replaces the sections that were measured and keeps the others.
pub fn write(measures: &[Measure], measured: &[Section]) -> Result<()> {
    let before = fs::read_to_string(path()).unwrap_or_default();
    let text = compose(measures, &before, measured);
    fs::write(path(), text).with_context(|| format!("cannot write {}", path().display()))
}

fn compose(measures: &[Measure], before: &str, measured: &[Section]) -> String {
    let names: Vec<String> = measures.iter().map(|m| format!("`{}`", m.name)).collect();
    let mut text = format!(
        "{HEAD}{}).\n`cold` is measured only when it is named or with `--cold`.\n",
        names.join(", ")
    );
    for Measure {
        name,
        title,
        method,
        ..
    } in measures
    {
        let said = measured
            .iter()
            .find(|section| section.name == *name)
            .map(|section| section.text.trim().to_owned())
            .or_else(|| kept(before, title, method))
            .unwrap_or_else(|| "Not measured yet.".to_owned());
        text.push_str(&format!("\n## {title}\n\n{method}\n\n{said}\n"));
    }
    text
}

/// What the document said below a heading, without the method.
fn kept(document: &str, title: &str, method: &str) -> Option<String> {
    let (_, section) = document.split_once(&format!("\n## {title}\n"))?;
    let section = section.split("\n## ").next()?;
    // The method may have been worded otherwise then; figures begin at their date.
    let said = match section.split_once(method) {
        Some((_, said)) => said,
        None => &section[section.find("Measured ")?..],
    };
    Some(said.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measures() -> Vec<Measure> {
        let measure = |name, title, method| Measure {
            name,
            title,
            method,
            run: |_| Ok(super::super::Measured::default()),
        };
        vec![
            measure("one", "First", "How the first is measured."),
            measure("two", "Second", "How the second is measured."),
        ]
    }

    #[test]
    fn what_was_not_measured_keeps_its_figures() {
        let section = |name, text: &str| Section {
            name,
            text: text.to_owned(),
        };
        let both = [
            section("one", "Measured A.\n\n| a |"),
            section("two", "Measured B.\n\n| b |"),
        ];
        let first = compose(&measures(), "", &both);
        let then = compose(
            &measures(),
            &first,
            &[section("two", "Measured C.\n\n| c |")],
        );
        assert!(then.contains("Measured A.\n\n| a |\n\n## Second"), "{then}");
        assert!(then.ends_with("Measured C.\n\n| c |\n"), "{then}");
        assert!(!then.contains("| b |"), "{then}");
        assert_eq!(compose(&measures(), &then, &[]), then);
    }

    #[test]
    fn a_reworded_method_keeps_figures() {
        let old = "\n## First\n\nAn outdated wording.\n\nMeasured A.\n\n| a |\n";
        let text = compose(&measures(), old, &[]);
        assert!(
            text.contains("How the first is measured.\n\nMeasured A."),
            "{text}"
        );
        assert!(!text.contains("outdated"), "{text}");
        assert!(text.contains("Not measured yet."), "{text}");
    }
}
