//! Languages and texts in several languages.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A language tag in the form of BCP 47 (`ja`, `en`, `zh-Hans`, `pt-BR`).
///
/// The primary part is lower case; the other parts are kept as written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(as = LanguageTag, value_type = String, example = "ja")]
pub struct Language(String);

/// The tag is not a language tag.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is not a language tag such as ja, en or pt-BR")]
pub struct NotALanguage(String);

impl Language {
    /// Japanese.
    pub fn ja() -> Self {
        Self("ja".to_owned())
    }

    /// English.
    pub fn en() -> Self {
        Self("en".to_owned())
    }

    /// Reads a tag: two or three letters, then parts of one to eight letters or digits.
    pub fn parse(tag: &str) -> Result<Self, NotALanguage> {
        let mut parts = tag.split('-');
        let primary = parts.next().unwrap_or_default();
        let primary_ok = (2..=3).contains(&primary.len())
            && primary.bytes().all(|byte| byte.is_ascii_alphabetic());
        let rest_ok = parts.all(|part| {
            (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
        });
        if !primary_ok || !rest_ok || tag.len() > 35 {
            return Err(NotALanguage(tag.chars().take(40).collect()));
        }
        let lower = primary.to_ascii_lowercase();
        Ok(Self(format!("{lower}{}", &tag[primary.len()..])))
    }

    /// The tag as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Language {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl TryFrom<String> for Language {
    type Error = NotALanguage;

    fn try_from(tag: String) -> Result<Self, Self::Error> {
        Self::parse(&tag)
    }
}

impl From<Language> for String {
    fn from(language: Language) -> Self {
        language.0
    }
}

/// A text in any number of languages: `{"ja":"…","en":"…"}`.
///
/// Texts are plain (no HTML); line breaks are kept; `{{answer:q1}}` pipes values in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(as = LocalisedText, value_type = std::collections::BTreeMap<String, String>, example = json!({"ja": "ご満足度", "en": "Satisfaction"}))]
pub struct Text(BTreeMap<Language, String>);

impl Text {
    /// A text in one language.
    pub fn of(language: Language, text: impl Into<String>) -> Self {
        Self(BTreeMap::from([(language, text.into())]))
    }

    /// A text in Japanese and English.
    pub fn ja_en(ja: impl Into<String>, en: impl Into<String>) -> Self {
        Self(BTreeMap::from([
            (Language::ja(), ja.into()),
            (Language::en(), en.into()),
        ]))
    }

    /// The same text with `text` said in `language`.
    #[must_use]
    pub fn with(mut self, language: Language, text: impl Into<String>) -> Self {
        self.set(language, text);
        self
    }

    /// Says `text` in `language`, replacing what was there.
    pub fn set(&mut self, language: Language, text: impl Into<String>) {
        self.0.insert(language, text.into());
    }

    /// The words in exactly this language, if any were written.
    pub fn exact(&self, language: &Language) -> Option<&str> {
        self.0
            .get(language)
            .map(String::as_str)
            .filter(|words| !words.trim().is_empty())
    }

    /// The words in `language`, else in the base language, else in any, else nothing.
    pub fn get(&self, language: &Language, base: &Language) -> &str {
        self.exact(language)
            .or_else(|| self.exact(base))
            .or_else(|| {
                self.0
                    .values()
                    .map(String::as_str)
                    .find(|words| !words.trim().is_empty())
            })
            .unwrap_or("")
    }

    /// Whether no language has any words.
    pub fn is_empty(&self) -> bool {
        self.0.values().all(|words| words.trim().is_empty())
    }

    /// The words by language tag, as answers of the API carry them.
    pub fn by_tag(&self) -> BTreeMap<String, String> {
        self.iter()
            .map(|(language, words)| (language.as_str().to_owned(), words.to_owned()))
            .collect()
    }

    /// Every language with its words.
    pub fn iter(&self) -> impl Iterator<Item = (&Language, &str)> {
        self.0
            .iter()
            .map(|(language, words)| (language, words.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_falls_back_to_the_base_language_then_to_any() {
        let text = Text::of(Language::en(), "Hello");
        assert_eq!(text.get(&Language::ja(), &Language::en()), "Hello");
        assert_eq!(text.get(&Language::ja(), &Language::ja()), "Hello");
        let both = text.with(Language::ja(), "こんにちは");
        assert_eq!(both.get(&Language::ja(), &Language::en()), "こんにちは");
        assert_eq!(Text::default().get(&Language::ja(), &Language::en()), "");
    }

    #[test]
    fn blank_words_count_as_missing() {
        let text = Text::ja_en("  ", "Hello");
        assert_eq!(text.get(&Language::ja(), &Language::ja()), "Hello");
        assert!(Text::of(Language::ja(), " \n").is_empty());
    }

    #[test]
    fn language_tags_are_checked_and_their_primary_part_lowered() {
        for good in ["ja", "en", "zh-Hans", "pt-BR", "de-informal", "fil"] {
            assert_eq!(Language::parse(good).unwrap().as_str(), good);
        }
        assert_eq!(Language::parse("EN").unwrap().as_str(), "en");
        for bad in [
            "",
            "j",
            "japanese",
            "ja_JP",
            "ja-",
            "日本",
            "en-toolongpart",
        ] {
            assert!(Language::parse(bad).is_err(), "{bad}");
        }
    }
}
