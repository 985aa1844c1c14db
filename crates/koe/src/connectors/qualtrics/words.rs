//! Texts in several languages, without markup, with piping in Koe's spelling.

use serde_json::Value;

use super::Conversion;
use super::json::{entries, text};
use crate::connectors::plain;
use crate::surveys::{Language, Text};

/// A question's own texts and its translations.
pub(super) struct Words<'a> {
    pub own: &'a Value,
    pub translations: Vec<(Language, &'a Value)>,
}

impl<'a> Words<'a> {
    pub fn of(payload: &'a Value) -> Self {
        let translations = payload
            .get("Language")
            .map(entries)
            .unwrap_or_default()
            .into_iter()
            .filter_map(|(code, texts)| Some((language(&code)?, texts)))
            .collect();
        Self {
            own: payload,
            translations,
        }
    }

    /// The same texts one level further in, in every language.
    pub fn inside(&self, own: &'a Value, keys: &[&str]) -> Self {
        let step = |value: &'a Value| keys.iter().try_fold(value, |value, key| value.get(*key));
        let translations = self
            .translations
            .iter()
            .filter_map(|(language, texts)| Some((language.clone(), step(texts)?)))
            .collect();
        Self { own, translations }
    }
}

/// The language tag of a code (`EN`, `ZH-S`, `PT-BR`).
pub(super) fn language(code: &str) -> Option<Language> {
    let upper = code.to_ascii_uppercase();
    let tag = match upper.as_str() {
        "ZH-S" => "zh-Hans",
        "ZH-T" => "zh-Hant",
        "SR-ME" => "cnr",
        _ => match upper.split_once('-') {
            Some((language, region)) => {
                return Language::parse(&format!("{}-{region}", language.to_ascii_lowercase()))
                    .ok();
            }
            None => return Language::parse(&upper.to_ascii_lowercase()).ok(),
        },
    };
    Language::parse(tag).ok()
}

impl Conversion<'_> {
    /// One text of a question in all its languages; `key` names it in each.
    pub(super) fn words(&mut self, path: &str, words: &Words<'_>, key: &str) -> Text {
        let base = self.base.clone();
        let mut out = Text::of(base, self.plain(path, text(words.own, key)));
        for (language, texts) in &words.translations {
            let said = text(texts, key);
            if !said.is_empty() && *language != self.base {
                let said = self.plain(path, said);
                out.set(language.clone(), said);
            }
        }
        out
    }

    /// Text in the base language.
    pub(super) fn plain(&mut self, path: &str, html: &str) -> String {
        let (piped, pipes) = self.cut_pipes(path, html);
        let read = plain::plain(&piped);
        if let Some(reason) = plain::said(&read.lost) {
            self.ledger.loss(path, reason);
        }
        plain::with_pipes(&read.text, &pipes)
    }

    fn cut_pipes(&mut self, path: &str, html: &str) -> (String, Vec<String>) {
        let mut out = String::with_capacity(html.len());
        let mut pipes = Vec::new();
        let mut rest = html;
        while let Some(start) = rest.find("${") {
            let Some(length) = rest[start..].find('}') else {
                break;
            };
            out.push_str(&rest[..start]);
            let inside = &rest[start + 2..start + length];
            let pipe = match self.pipe(inside) {
                Some(pipe) => pipe,
                None => {
                    self.ledger.loss(
                        path,
                        Text::ja_en(
                            format!("差し込み「${{{inside}}}」は再現できないため「…」にしました。"),
                            format!("Piping “${{{inside}}}” cannot be expressed; it became “…”."),
                        ),
                    );
                    "…".to_owned()
                }
            };
            out.push_str(&plain::stand_in(pipes.len()));
            pipes.push(pipe);
            rest = &rest[start + length + 1..];
        }
        out.push_str(rest);
        (out, pipes)
    }

    fn pipe(&self, inside: &str) -> Option<String> {
        if let Some(name) = inside.strip_prefix("e://Field/") {
            let (field, _) = self.fields.get(name.split('?').next()?)?;
            return Some(format!("{{{{field:{field}}}}}"));
        }
        let locator = inside.strip_prefix("q://")?;
        let (question, what) = locator.split_once('/')?;
        let asked = self.asked.get(question)?;
        let id = match what {
            "ChoiceGroup/SelectedChoices"
            | "ChoiceTextEntryValue"
            | "ChoiceGroup/SelectedAnswers" => asked.whole()?,
            _ => {
                let part = what
                    .strip_prefix("ChoiceTextEntryValue/")
                    .or_else(|| what.strip_prefix("ChoiceNumericEntryValue/"))?;
                asked.part(part)?
            }
        };
        Some(format!("{{{{answer:{id}}}}}"))
    }
}
