//! Every refusal that the product makes has its Japanese, and no other does.

use super::rust::{Kind, Token, tokens};
use super::{Finding, Source};
use proc_macro2::Delimiter;
use regex_lite::{Captures, Regex};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

const CATALOGUE: &str = "crates/koe/locales/problems.json";

/// What makes a refusal of a sentence.
const MAKERS: [&str; 6] = [
    "conflict",
    "forbidden",
    "gone",
    "invalid",
    "too_large",
    "unavailable",
];

/// Whose messages are read by operators at a terminal, in English as every command.
fn is_product(path: &str) -> bool {
    path.starts_with("crates/koe/src/")
        && path.ends_with(".rs")
        && !["cli/", "demo/", "leaving/", "base/db/"]
            .iter()
            .any(|part| path.contains(part))
}

/// A literal as the program has it.
fn written(literal: &str) -> String {
    static BREAK: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"\\\r?\n\s*").expect("a constant pattern"));
    static SIGN: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"\\u\{([0-9A-Fa-f]+)\}").expect("a constant pattern"));
    let text = BREAK.replace_all(literal, "");
    let text = SIGN.replace_all(&text, |found: &Captures| {
        let sign = u32::from_str_radix(&found[1], 16)
            .ok()
            .and_then(char::from_u32);
        sign.map_or_else(|| found[0].to_owned(), String::from)
    });
    text.replace("\\\"", "\"").replace("\\n", "\n")
}

/// Words beside its values: what holds none is put together elsewhere.
fn is_sentence(text: &str) -> bool {
    let mut inside = false;
    let words: String = text
        .chars()
        .filter(|&sign| {
            inside = inside && sign != '}' || sign == '{';
            !inside && sign != '}'
        })
        .collect();
    words.trim().contains(' ') && words.chars().any(char::is_alphabetic)
}

/// The sentences in the parentheses that open at `start`, with their lines.
fn inside(tokens: &[Token], start: usize) -> Vec<(usize, String)> {
    let mut depth = 0;
    let mut found = Vec::new();
    for token in &tokens[start..] {
        match &token.kind {
            Kind::Open(_) => depth += 1,
            Kind::Close(_) => {
                depth -= 1;
                if depth == 0 {
                    break;
                }
            }
            Kind::Text(text) => found.push((token.line, written(text))),
            _ => {}
        }
    }
    found
}

/// The catalogue of refusals has each message of the sources, and only those.
pub fn in_japanese(sources: &[Source]) -> Vec<Finding> {
    let Some(catalogue) = sources.iter().find(|source| source.path == CATALOGUE) else {
        return Vec::new();
    };
    let said: BTreeMap<String, String> = match serde_json::from_str(&catalogue.text) {
        Ok(said) => said,
        Err(error) => return vec![Finding::new(catalogue, 1, error.to_string())],
    };
    let mut findings = Vec::new();
    let mut literals = BTreeSet::new();
    for source in sources
        .iter()
        .filter(|source| source.path.starts_with("crates/koe/src/") && source.path.ends_with(".rs"))
    {
        // A file that cannot be read as Rust is reported once, by the rule on slice order.
        let Ok(tokens) = tokens(&source.text) else {
            continue;
        };
        let product: Vec<Token> = tokens.into_iter().filter(|token| !token.test).collect();
        for (at, token) in product.iter().enumerate() {
            if let Kind::Text(text) = &token.kind {
                literals.insert(written(text));
            }
            let is_maker = matches!(&token.kind, Kind::Word(word) if MAKERS.contains(&&**word));
            let of_problem = at >= 3
                && matches!(&product[at - 3].kind, Kind::Word(word) if word == "Problem" || word == "Self");
            let opens = matches!(
                product.get(at + 1).map(|next| &next.kind),
                Some(Kind::Open(Delimiter::Parenthesis))
            );
            if !(is_product(&source.path) && is_maker && of_problem && opens) {
                continue;
            }
            for (line, text) in inside(&product, at + 1) {
                // The cause of a failure goes to the log.
                let cause = matches!(&token.kind, Kind::Word(word) if word == "unavailable")
                    && text.starts_with(char::is_lowercase);
                if is_sentence(&text) && !cause && !said.contains_key(&text) {
                    let say = format!("no Japanese for “{text}”: add it to {CATALOGUE}");
                    findings.push(Finding::new(source, line, say));
                }
            }
        }
    }
    for english in said.keys().filter(|english| is_sentence(english)) {
        if !literals.contains(english) {
            let say = format!("nothing says “{english}” any more: take it out");
            findings.push(Finding::new(catalogue, 1, say));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::super::source;
    use super::*;

    #[test]
    fn a_refusal_without_japanese_and_japanese_without_a_refusal_are_found() {
        let code = r#"
            fn one() -> Problem { Problem::invalid("code", format!("must have {least} to \
                64 letters")) }
            fn two() -> Problem { Problem::conflict("gone_by", "It is gone.") }
            fn three() -> Problem { Problem::invalid(at, format!("{path}: {message}")) }
        "#;
        let sources = [
            source("crates/koe/src/people/api.rs", code),
            source(
                CATALOGUE,
                r#"{ "It is gone.": "なくなりました。", "Nobody says this.": "だれも" }"#,
            ),
        ];
        let said: Vec<String> = in_japanese(&sources)
            .into_iter()
            .map(|finding| finding.to_string())
            .collect();
        assert_eq!(said.len(), 2, "{said:?}");
        assert!(
            said[0].contains("“must have {least} to 64 letters”"),
            "{said:?}"
        );
        assert!(said[1].contains("Nobody says this."), "{said:?}");
    }
}
