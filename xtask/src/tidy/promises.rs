//! The table of what is tested names tests that are there.

use super::{Finding, Source, links::resolve};
use regex_lite::Regex;
use std::sync::LazyLock;

const TABLE: &str = "docs/reference/what-is-tested.md";

static PART: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\]\(([^)]+)\)|`(\w+)`").expect("a constant pattern"));

/// Every name in the table after a link to a file is a test of that file.
pub fn held(sources: &[Source]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for table in sources.iter().filter(|source| source.path == TABLE) {
        for (number, line) in table.text.lines().enumerate() {
            let mut file = String::new();
            for part in PART.captures_iter(line) {
                if let Some(link) = part.get(1) {
                    file = resolve(&table.path, link.as_str());
                } else if let (Some(name), false) = (part.get(2), file.is_empty()) {
                    let name = name.as_str();
                    let test = format!("fn {name}(");
                    let holds =
                        |source: &Source| source.path == file && source.text.contains(&test);
                    if !sources.iter().any(holds) {
                        let say = format!("{file} has no test `{name}`");
                        findings.push(Finding::new(table, number + 1, say));
                    }
                }
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::super::source;
    use super::*;

    #[test]
    fn a_name_that_no_test_has_is_a_finding() {
        let found = |line: &str| {
            let test = "#[test]\nfn it_holds() {}\n";
            held(&[source(TABLE, line), source("crates/a/tests/b.rs", test)]).len()
        };
        let link = "[b](../../crates/a/tests/b.rs)";
        assert_eq!(found(&format!("| x | {link} `it_holds` |")), 0);
        assert_eq!(found(&format!("| x | {link} `it_holds` `it_held` |")), 1);
        assert_eq!(found(&format!("| x | {link} `holds` |")), 1);
        assert_eq!(found("| `x` | |"), 0, "no test is meant");
    }
}
