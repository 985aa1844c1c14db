//! SQL stands in stores and nowhere else.

use super::rust::{Kind, paths, tokens};
use super::{Finding, Source};
use regex_lite::Regex;
use std::sync::LazyLock;

static SQL: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^(?:SELECT\s|INSERT\s+(?:OR\s+\w+\s+)?INTO\s|UPDATE\s+\w+\s|DELETE\s+FROM\s|WITH\s+(?:RECURSIVE\s+)?\w+|(?:CREATE|DROP|ALTER)\s+(?:TABLE|INDEX|UNIQUE|VIRTUAL|VIEW|TRIGGER|SCHEMA|DATABASE|EXTENSION)|TRUNCATE\s|PRAGMA\s|VACUUM|BEGIN\s+IMMEDIATE|SAVEPOINT\s)",
    )
});

fn pattern(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the pattern is a constant of this file")
}

/// Whether the product keeps SQL in this file.
pub fn may_hold_sql(path: &str) -> bool {
    let inside = path.strip_prefix("crates/koe/src/").unwrap_or(path);
    inside.ends_with("/store.rs")
        || inside.contains("/store/")
        || inside.starts_with("base/db")
        || inside.starts_with("base/outbox")
        || inside.contains("migrations")
}

/// Outside stores, the base's own tables and migrations, no text is SQL and nothing builds SQL.
pub fn only_in_stores(sources: &[Source]) -> Vec<Finding> {
    let product =
        |source: &&Source| source.path.starts_with("crates/koe/src/") && source.ending() == "rs";
    let mut findings = Vec::new();
    for source in sources
        .iter()
        .filter(product)
        .filter(|source| !may_hold_sql(&source.path))
    {
        // A file that cannot be read as Rust is reported once, by the rule on slice order.
        let Ok(tokens) = tokens(&source.text) else {
            continue;
        };
        for token in tokens.iter().filter(|token| !token.test) {
            if let Kind::Text(text) = &token.kind
                && SQL.is_match(start_of(text))
            {
                findings.push(Finding::new(
                    source,
                    token.line,
                    "SQL outside a store: move it into the slice's store.rs and call it from here",
                ));
            }
        }
        for path in paths(&tokens).iter().filter(|path| !path.test) {
            let builds = match path.segments.first().map(String::as_str) {
                Some("sqlx") => path.segments.iter().any(|part| part.starts_with("query")),
                Some("sea_query") => true,
                _ => false,
            };
            if builds {
                findings.push(Finding::new(
                    source,
                    path.line,
                    format!(
                        "`{}` outside a store: move it into the slice's store.rs",
                        path.segments.join("::")
                    ),
                ));
            }
        }
    }
    findings
}

/// The text without the white space and line breaks it was written to start with.
fn start_of(text: &str) -> &str {
    let mut rest = text.trim_start();
    while let Some(next) = rest
        .strip_prefix("\\n")
        .or_else(|| rest.strip_prefix("\\\n"))
    {
        rest = next.trim_start();
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::super::source;
    use super::*;

    fn found(path: &str, text: &str) -> usize {
        only_in_stores(&[source(path, text)]).len()
    }

    #[test]
    fn sql_outside_a_store_is_a_finding() {
        let path = "crates/koe/src/org/api.rs";
        for sql in [
            "SELECT 1",
            "\\\n  INSERT INTO unit VALUES (1)",
            "DELETE FROM unit",
            "WITH a AS (SELECT 1)",
            "CREATE TABLE a (b)",
            "PRAGMA fsync",
        ] {
            assert_eq!(
                found(path, &format!("fn f() {{ g(\"{sql}\") }}")),
                1,
                "{sql}"
            );
        }
        assert_eq!(found(path, "fn f() { sqlx::query_as(x) }"), 1);
        assert_eq!(found(path, "use sea_query::{Expr, Query};"), 2);
    }

    #[test]
    fn stores_tests_comments_and_ordinary_words_may_say_it() {
        assert_eq!(
            found("crates/koe/src/org/store.rs", "fn f() { g(\"SELECT 1\") }"),
            0
        );
        assert_eq!(
            found("crates/koe/src/base/db/mod.rs", "fn f() { sqlx::query(x) }"),
            0
        );
        let path = "crates/koe/src/org/api.rs";
        assert_eq!(
            found(
                path,
                "#[cfg(test)] mod tests { fn f() { g(\"SELECT 1\") } }"
            ),
            0
        );
        assert_eq!(
            found(
                path,
                "/// SELECT a store.\nfn f() { g(\"Select a unit\"); sqlx::Error::x; }"
            ),
            0
        );
        assert_eq!(found(path, "fn f() { g(\"UPDATED\"); g(\"WITH\") }"), 0);
    }
}
