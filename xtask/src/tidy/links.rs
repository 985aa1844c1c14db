//! Links between documents lead somewhere.

use super::{Finding, Source};
use regex_lite::Regex;
use std::sync::LazyLock;

static LINK: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r##"\]\(<?([^)>#\s]+)[^)]*\)|\b(?:src|href)="([^"#]+)""##)
        .expect("a constant pattern")
});

/// Every relative link in a Markdown file names a file or folder of the repository.
pub fn lead_somewhere(sources: &[Source]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in sources.iter().filter(|source| source.ending() == "md") {
        for (number, line) in source.text.lines().enumerate() {
            for found in LINK.captures_iter(line) {
                let Some(target) = found.get(1).or_else(|| found.get(2)) else {
                    continue;
                };
                let target = target.as_str();
                if target.contains(':') || target.starts_with('/') {
                    continue;
                }
                let path = resolve(&source.path, target);
                let folder = format!("{path}/");
                let exists = |other: &Source| other.path == path || other.path.starts_with(&folder);
                if !path.is_empty() && !sources.iter().any(exists) {
                    let say = format!("links to `{target}`, and there is no {path}");
                    findings.push(Finding::new(source, number + 1, say));
                }
            }
        }
    }
    findings
}

/// The path from the root that a link in a file means.
pub(super) fn resolve(file: &str, target: &str) -> String {
    let mut parts: Vec<&str> = file.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::super::source;
    use super::*;

    #[test]
    fn a_link_to_nothing_is_a_finding() {
        let guide = |text| {
            [
                source("docs/guide/start.md", text),
                source("docs/a.png", ""),
            ]
        };
        let found = |text| lead_somewhere(&guide(text)).len();
        assert_eq!(found("[x](missing.md)"), 1);
        assert_eq!(found("<img src=\"../b.png\">"), 1);
        for text in [
            "![x](../a.png)",
            "[x](start.md#top)",
            "[x](#top)",
            "[x](https://a.example)",
            "[x](..)",
        ] {
            assert_eq!(found(text), 0, "{text}");
        }
    }
}
