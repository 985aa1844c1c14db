//! Every text a person sees exists in Japanese and in English.

use super::{Finding, Source};
use regex_lite::Regex;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

const FOLDERS: &[&str] = &["web/src/i18n/", "respond/src/i18n/", "crates/koe/locales/"];
const LANGUAGES: &[&str] = &["ja", "en"];

static PLACEHOLDER: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\{\{?\s*-?\s*(\w+)").expect("a constant pattern"));

/// A catalogue's path with its language taken out, and that language.
fn split_language(path: &str) -> Option<(String, &'static str)> {
    let folder = FOLDERS.iter().find(|folder| path.starts_with(**folder))?;
    let inside = path.strip_prefix(folder)?.strip_suffix(".json")?;
    let mut parts: Vec<&str> = inside.split(['/', '.']).collect();
    let at = parts.iter().position(|part| LANGUAGES.contains(part))?;
    let language = LANGUAGES.iter().find(|language| **language == parts[at])?;
    parts[at] = "*";
    Some((format!("{folder}{}", parts.join("/")), language))
}

/// Texts by key; the plural forms of one key are one text, because languages
/// differ in how many they have.
fn texts(value: &Value, prefix: &str, out: &mut BTreeMap<String, BTreeSet<String>>) {
    match value {
        Value::Object(entries) => {
            for (key, value) in entries {
                let key = if prefix.is_empty() {
                    key.clone()
                } else {
                    format!("{prefix}.{key}")
                };
                texts(value, &key, out);
            }
        }
        Value::Array(entries) => {
            for (number, value) in entries.iter().enumerate() {
                texts(value, &format!("{prefix}[{number}]"), out);
            }
        }
        other => {
            let text = other
                .as_str()
                .map_or_else(|| other.to_string(), str::to_owned);
            out.entry(without_plural(prefix).to_owned())
                .or_default()
                .insert(text);
        }
    }
}

fn without_plural(key: &str) -> &str {
    ["_zero", "_one", "_two", "_few", "_many", "_other"]
        .iter()
        .find_map(|form| key.strip_suffix(form))
        .unwrap_or(key)
}

fn placeholders(texts: &BTreeSet<String>) -> BTreeSet<&str> {
    texts
        .iter()
        .flat_map(|text| PLACEHOLDER.captures_iter(text))
        .filter_map(|found| Some(found.get(1)?.as_str()))
        .collect()
}

/// A half-width mark where Japanese text takes a full-width one. A function as it
/// is typed (`sum(a, b)`), an address and a time of day keep theirs.
fn half_width(text: &str) -> Option<&'static str> {
    static TYPED: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"[a-z]\([ -'*-z]*\)|https?://|[0-9]:[0-9]").expect("a constant pattern")
    });
    let japanese = |sign: char| matches!(sign, '\u{3040}'..='\u{30ff}' | '\u{4e00}'..='\u{9fff}');
    if !text.contains(japanese) {
        return None;
    }
    let said = TYPED.replace_all(text, "");
    [
        ("(", "（"),
        (")", "）"),
        (":", "："),
        ("?", "？"),
        ("!", "！"),
    ]
    .into_iter()
    .find(|(half, _)| said.contains(half))
    .map(|(_, full)| full)
}

/// Both languages have the same keys, no empty text, and the same placeholders,
/// and Japanese is set with Japanese marks.
pub fn complete(sources: &[Source]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut catalogues: BTreeMap<String, BTreeMap<&str, (&Source, BTreeMap<_, _>)>> =
        BTreeMap::new();
    for source in sources {
        let Some((name, language)) = split_language(&source.path) else {
            continue;
        };
        match serde_json::from_str::<Value>(&source.text) {
            Ok(value) => {
                let mut found = BTreeMap::new();
                texts(&value, "", &mut found);
                if language == "ja" {
                    for (key, said) in &found {
                        for mark in said.iter().filter_map(|text| half_width(text)) {
                            findings.push(Finding::new(
                                source,
                                1,
                                format!("`{key}` has a half-width mark: write `{mark}`"),
                            ));
                        }
                    }
                }
                catalogues
                    .entry(name)
                    .or_default()
                    .insert(language, (source, found));
            }
            Err(error) => findings.push(Finding::new(
                source,
                error.line(),
                format!("is not JSON: {error}"),
            )),
        }
    }
    for languages in catalogues.values() {
        for (language, (source, texts)) in languages {
            for other in LANGUAGES.iter().filter(|other| *other != language) {
                match languages.get(other) {
                    None => findings.push(Finding::new(
                        source,
                        1,
                        format!("has no sister in `{other}`: write the same file in that language"),
                    )),
                    Some((_, theirs)) => compare(source, texts, other, theirs, &mut findings),
                }
            }
        }
    }
    findings
}

fn compare(
    source: &Source,
    texts: &BTreeMap<String, BTreeSet<String>>,
    other: &str,
    theirs: &BTreeMap<String, BTreeSet<String>>,
    findings: &mut Vec<Finding>,
) {
    for (key, said) in texts {
        if said.iter().any(|text| text.trim().is_empty()) {
            findings.push(Finding::new(
                source,
                1,
                format!("`{key}` is empty: write it"),
            ));
        }
        match theirs.get(key) {
            None => findings.push(Finding::new(
                source,
                1,
                format!("`{key}` is missing in `{other}`"),
            )),
            Some(sister) => {
                let missing: Vec<_> = placeholders(said)
                    .difference(&placeholders(sister))
                    .copied()
                    .collect();
                if !missing.is_empty() {
                    findings.push(Finding::new(
                        source,
                        1,
                        format!("`{key}` fills in {missing:?}, which `{other}` does not"),
                    ));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::source;
    use super::*;

    fn found(ja: &str, en: &str) -> Vec<String> {
        let sources = [
            source("web/src/i18n/ja.json", ja),
            source("web/src/i18n/en.json", en),
        ];
        complete(&sources)
            .into_iter()
            .map(|finding| finding.say)
            .collect()
    }

    #[test]
    fn a_key_missing_in_one_language_is_a_finding() {
        assert_eq!(
            found(r#"{"a":{"b":"あ"}}"#, r#"{"a":{}}"#),
            ["`a.b` is missing in `en`"]
        );
        assert_eq!(found(r#"{}"#, r#"{"c":"see"}"#), ["`c` is missing in `ja`"]);
    }

    #[test]
    fn an_empty_text_and_a_lost_placeholder_are_findings() {
        assert_eq!(found(r#"{"a":" "}"#, r#"{"a":"x"}"#).len(), 1);
        assert_eq!(
            found(r#"{"a":"{{count}}件"}"#, r#"{"a":"answers"}"#).len(),
            1
        );
    }

    #[test]
    fn plural_forms_of_one_key_are_one_text() {
        let en = r#"{"n_one":"{{count}} answer","n_other":"{{count}} answers"}"#;
        assert_eq!(found(r#"{"n_other":"{{count}}件"}"#, en), [""; 0]);
    }

    #[test]
    fn japanese_is_set_with_japanese_marks() {
        let say = |ja: &str| found(&format!(r#"{{"a":"{ja}"}}"#), r#"{"a":"x"}"#);
        for (wrong, right) in [
            ("満足度(CSAT)", "（"),
            ("例: 店舗", "："),
            ("無効にしますか?", "？"),
        ] {
            assert_eq!(
                say(wrong),
                [format!("`a` has a half-width mark: write `{right}`")]
            );
        }
        for right in [
            "満足度（CSAT）",
            "長い足し算は sum(a, b, c) と書いてください。",
            "日が先（1/4/2026 10:00）",
            "https://koe.example の例",
            "English (UK): ok?",
        ] {
            assert_eq!(say(right), [""; 0]);
        }
    }

    #[test]
    fn a_catalogue_in_one_language_only_is_a_finding() {
        assert_eq!(
            complete(&[source("crates/koe/locales/ja/mail.json", "{}")]).len(),
            1
        );
        assert_eq!(complete(&[source("web/src/pages/ja.json", "{}")]), []);
    }
}
