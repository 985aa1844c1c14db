//! Rules about files as text.

use super::{Finding, Source};
use regex_lite::Regex;
use std::sync::LazyLock;

/// The longest a source file may be: beyond it, split by meaning.
const LONGEST: usize = 500;

/// Endings of files that people write and read.
const WRITTEN: &[&str] = &[
    "rs", "ts", "tsx", "js", "mjs", "cjs", "css", "html", "j2", "sql", "toml", "json", "yml",
    "yaml", "sh", "md",
];

fn constant(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the pattern is a constant of this file")
}

fn written(source: &Source) -> bool {
    WRITTEN.contains(&source.ending()) || source.path == ".ci/run"
}

/// Files that a program wrote from another source.
fn generated(source: &Source) -> bool {
    source.path.contains(".gen.")
        || source.path.starts_with("docs/reference/")
        || source.name() == "package-lock.json"
}

/// No source file is longer than [`LONGEST`] lines; there are no exceptions.
pub fn length(sources: &[Source]) -> Vec<Finding> {
    sources
        .iter()
        .filter(|source| matches!(source.ending(), "rs" | "ts" | "tsx") && !generated(source))
        .filter_map(|source| {
            let lines = source.text.lines().count();
            let say = format!("has {lines} lines, more than {LONGEST}: split it by meaning");
            (lines > LONGEST).then(|| Finding::new(source, lines, say))
        })
        .collect()
}

static LATER: LazyLock<Regex> =
    LazyLock::new(|| constant(concat!(r"\b(?:TO", r"DO|FIX", r"ME|X", r"XX|HA", r"CK)\b")));
static RUST_GAPS: LazyLock<Regex> = LazyLock::new(|| {
    constant(concat!(
        r"\b(?:to",
        r"do|unimple",
        r"mented)!\s*[(\[{]|#\[ig",
        r"nore\b"
    ))
});
static SCRIPT_GAPS: LazyLock<Regex> = LazyLock::new(|| {
    constant(
        r"\b(?:it|test|describe|suite)(?:\.\w+)*\.(?:only|skip|todo|fixme|fails)\b|\b(?:xit|xdescribe|fit|fdescribe)\(|@ts-(?:ignore|nocheck)",
    )
});

/// Nothing is marked as unfinished, and no test is switched off.
pub fn markers(sources: &[Source]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in sources
        .iter()
        .filter(|source| written(source) && !generated(source))
    {
        for (number, line) in source.text.lines().enumerate() {
            let mut say = |say: &str| findings.push(Finding::new(source, number + 1, say));
            if let Some(found) = LATER.find(line) {
                say(&format!(
                    "`{}`: do it now, or file an issue and delete the note",
                    found.as_str()
                ));
            }
            match source.ending() {
                "rs" if RUST_GAPS.is_match(line) => {
                    say("unfinished or switched off: finish it or delete it");
                }
                "ts" | "tsx" | "js" | "mjs" if SCRIPT_GAPS.is_match(line) => {
                    say("a check is switched off: mend what it checks or delete it");
                }
                _ => {}
            }
        }
    }
    findings
}

/// No line ends in white space, and every file ends with one line break.
pub fn whitespace(sources: &[Source]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in sources
        .iter()
        .filter(|source| written(source) && !generated(source))
    {
        for (number, line) in source.text.split('\n').enumerate() {
            if line.ends_with([' ', '\t', '\r']) {
                findings.push(Finding::new(
                    source,
                    number + 1,
                    "delete the white space at the line's end",
                ));
            }
        }
        if !source.text.is_empty()
            && (!source.text.ends_with('\n') || source.text.ends_with("\n\n"))
        {
            findings.push(Finding::new(
                source,
                1,
                "end the file with exactly one line break",
            ));
        }
    }
    findings
}

static EMPTY_WORDS: LazyLock<Regex> = LazyLock::new(|| {
    constant(
        r"(?i:(?:^|[^a-z])(?:managers?|helpers?|utils?)(?:[^a-z]|$))|[a-z](?:Manager|Helper|Utils?)(?:\.|[A-Z]|$)",
    )
});

/// File and folder names say what is inside, in the trade's words.
pub fn names(sources: &[Source]) -> Vec<Finding> {
    sources
        .iter()
        .filter(|source| EMPTY_WORDS.is_match(&source.path))
        .map(|source| {
            let say =
                "the name says nothing about what is inside: name the thing in the trade's words";
            Finding::new(source, 1, say)
        })
        .collect()
}

static LOADS: LazyLock<Regex> = LazyLock::new(|| {
    constant(
        r#"(?i)<(?:script|link|img|iframe|source|video|audio|use|object|embed|form)\b[^>]*?\b(?:src|href|data|srcset|action)\s*=\s*["']?(?:https?:)?//|@import\s+(?:url\()?\s*["']?(?:https?:)?//|url\(\s*["']?(?:https?:)?//"#,
    )
});

/// Pages and styles load nothing from another host.
pub fn outside_loads(sources: &[Source]) -> Vec<Finding> {
    let page = |source: &&Source| {
        matches!(source.ending(), "html" | "j2" | "css" | "svg")
            && !source.path.starts_with("docs/")
    };
    let mut findings = Vec::new();
    for source in sources.iter().filter(page) {
        for found in LOADS.find_iter(&source.text) {
            let line = source.text[..found.start()].lines().count().max(1);
            findings.push(Finding::new(
                source,
                line,
                "loads from outside: put the file into the repository and serve it from here",
            ));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::super::source;
    use super::*;

    fn found(rule: fn(&[Source]) -> Vec<Finding>, path: &str, text: &str) -> usize {
        rule(&[source(path, text)]).len()
    }

    #[test]
    fn a_long_file_is_a_finding_unless_a_program_wrote_it() {
        let long = "x\n".repeat(LONGEST + 1);
        assert_eq!(found(length, "web/src/a.tsx", &long), 1);
        assert_eq!(found(length, "web/src/a.tsx", &"x\n".repeat(LONGEST)), 0);
        assert_eq!(found(length, "web/src/api/schema.gen.ts", &long), 0);
    }

    #[test]
    fn unfinished_work_is_a_finding() {
        for text in [
            concat!("// TO", "DO: later"),
            concat!("to", "do!()"),
            concat!("#[ig", "nore]"),
            concat!("/* FIX", "ME */"),
        ] {
            assert_eq!(found(markers, "crates/koe/src/a.rs", text), 1, "{text}");
        }
        assert_eq!(
            found(markers, "crates/koe/src/a.rs", "items.iter().skip(1)"),
            0
        );
        for text in ["it.only('a', f)", "describe.skip('a', f)", "// @ts-ignore"] {
            assert_eq!(found(markers, "web/src/a.test.ts", text), 1, "{text}");
        }
        assert_eq!(
            found(
                markers,
                "web/src/a.ts",
                "list.skip(1); const fitted = fitTo(1)"
            ),
            0
        );
    }

    #[test]
    fn white_space_at_the_end_is_a_finding() {
        assert_eq!(found(whitespace, "a.rs", "x \n"), 1);
        assert_eq!(found(whitespace, "a.rs", "x\r\n"), 1);
        assert_eq!(found(whitespace, "a.rs", "x"), 1);
        assert_eq!(found(whitespace, "a.rs", "x\n"), 0);
        assert_eq!(found(whitespace, "a.csv", "x \n"), 0);
    }

    #[test]
    fn names_that_say_nothing_are_findings() {
        for path in [
            "crates/koe/src/base/utils.rs",
            "web/src/SessionManager.ts",
            "web/src/helpers/a.ts",
            "web/src/date-utils.ts",
        ] {
            assert_eq!(found(names, path, ""), 1, "{path}");
        }
        for path in ["crates/koe/src/org/units.rs", "web/src/Futility.ts"] {
            assert_eq!(found(names, path, ""), 0, "{path}");
        }
    }

    #[test]
    fn a_load_from_another_host_is_a_finding_and_a_link_is_not() {
        for text in [
            r#"<script src="https://cdn.example/x.js"></script>"#,
            r#"<link rel=stylesheet href='//fonts.example/x.css'>"#,
            "@import url(https://fonts.example/x.css);",
            "a { background: url('http://x.example/y.png') }",
        ] {
            assert_eq!(found(outside_loads, "web/index.html", text), 1, "{text}");
        }
        assert_eq!(
            found(
                outside_loads,
                "web/index.html",
                r#"<a href="https://example.org">x</a>"#
            ),
            0
        );
        assert_eq!(
            found(
                outside_loads,
                "web/index.html",
                r#"<script src="/main.js"></script>"#
            ),
            0
        );
    }
}
