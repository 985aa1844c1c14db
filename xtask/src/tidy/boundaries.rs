//! Crates are cut by weight and purity; these rules keep the cuts.

use super::manifests::dependencies;
use super::rust::{Kind, paths, tokens};
use super::{Finding, Source};

const ENGINE: &[&str] = &["datafusion", "arrow", "parquet", "ballista", "object_store"];

fn names_engine(name: &str) -> bool {
    let name = name.replace('-', "_");
    ENGINE
        .iter()
        .any(|engine| name == *engine || name.starts_with(&format!("{engine}_")))
}

/// Only `koe-lake` names Arrow, Parquet, DataFusion and their relatives.
pub fn lake(sources: &[Source]) -> Vec<Finding> {
    const SAY: &str = "only koe-lake may name the query engine: plain data passes its door; \
                       give koe-lake a function that answers the question";
    let mut findings = Vec::new();
    let outside = |source: &&Source| !source.path.starts_with("crates/koe-lake/");
    for source in sources.iter().filter(outside) {
        if source.name() == "Cargo.toml" {
            for dependency in dependencies(&source.text) {
                if names_engine(&dependency.name) {
                    findings.push(Finding::new(source, dependency.line, SAY));
                }
            }
        }
        if source.ending() == "rs"
            && let Ok(tokens) = tokens(&source.text)
        {
            for path in paths(&tokens) {
                if path
                    .segments
                    .first()
                    .is_some_and(|first| names_engine(first))
                {
                    findings.push(Finding::new(source, path.line, SAY));
                }
            }
        }
    }
    findings
}

/// What pure code does not name: each word with what to do instead.
const IMPURE: &[(&str, &str)] = &[
    ("async", "make it an ordinary function"),
    ("await", "make it an ordinary function"),
    ("tokio", "take data in and give data out"),
    ("SystemTime", "take the time as an argument"),
    ("Instant", "let the caller measure"),
    ("thread_rng", "take a seed as an argument"),
];

const IMPURE_STD: &[&str] = &["fs", "net", "env", "process", "io", "thread"];

/// `koe-analysis` is pure: numbers and words in, findings out.
pub fn analysis(sources: &[Source]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let product = |source: &&Source| {
        source.path.starts_with("crates/koe-analysis/src/") && source.ending() == "rs"
    };
    for source in sources.iter().filter(product) {
        let tokens = match tokens(&source.text) {
            Ok(tokens) => tokens,
            Err(error) => {
                findings.push(Finding::new(
                    source,
                    1,
                    format!("cannot be read as Rust: {error}"),
                ));
                continue;
            }
        };
        for token in tokens.iter().filter(|token| !token.test) {
            let Kind::Word(word) = &token.kind else {
                continue;
            };
            if let Some((_, instead)) = IMPURE.iter().find(|(impure, _)| impure == word) {
                let say = format!("koe-analysis is pure and may not name `{word}`: {instead}");
                findings.push(Finding::new(source, token.line, say));
            }
        }
        for path in paths(&tokens).iter().filter(|path| !path.test) {
            if let [first, second, ..] = path.segments.as_slice()
                && first == "std"
                && IMPURE_STD.contains(&second.as_str())
            {
                let say = format!(
                    "koe-analysis is pure and may not name `std::{second}`: \
                     take data in and give data out"
                );
                findings.push(Finding::new(source, path.line, say));
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
    fn only_the_lake_names_the_engine() {
        let text = "use arrow::array::Array; use datafusion_expr::Expr;";
        assert_eq!(
            lake(&[source("crates/koe/src/metrics/api.rs", text)]).len(),
            2
        );
        assert_eq!(lake(&[source("crates/koe-lake/src/lib.rs", text)]).len(), 0);
        let manifest = "[dependencies]\nparquet = \"1\" # files\n";
        assert_eq!(lake(&[source("crates/koe/Cargo.toml", manifest)]).len(), 1);
        let plain = "fn parquet() {} use koe_lake::parquet::x; fn f() { arrow(); }";
        assert_eq!(
            lake(&[source("crates/koe/src/metrics/api.rs", plain)]).len(),
            0
        );
    }

    #[test]
    fn the_analysis_crate_touches_nothing_outside() {
        let path = "crates/koe-analysis/src/score.rs";
        for text in [
            "async fn f() {}",
            "use std::fs::File;",
            "use std::{collections::BTreeMap, net::TcpStream};",
            "use std::time::SystemTime;",
            "use tokio::sync::Mutex;",
        ] {
            assert!(!analysis(&[source(path, text)]).is_empty(), "{text}");
        }
        let pure = "use std::collections::BTreeMap; #[cfg(test)] mod tests { use std::fs::File; }";
        assert_eq!(analysis(&[source(path, pure)]), []);
    }
}
