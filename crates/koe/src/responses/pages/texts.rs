//! Texts of the answer pages and of exported files that are Koe's own, in Japanese and English.

use minijinja::Value;
use minijinja::value::Serde;
use serde_json::Value as Json;

use crate::base::text::Language;

const JA: &str = include_str!("../../../locales/ja.json");
const EN: &str = include_str!("../../../locales/en.json");

/// Both catalogues, parsed once.
pub struct Texts {
    ja: Json,
    en: Json,
}

impl Texts {
    /// Reads the catalogues, which are part of the binary.
    pub fn read() -> Self {
        let read = |text: &str| serde_json::from_str(text).unwrap_or(Json::Null);
        Self {
            ja: read(JA),
            en: read(EN),
        }
    }

    fn catalogue(&self, language: Language) -> &Json {
        match language {
            Language::Ja => &self.ja,
            Language::En => &self.en,
        }
    }

    /// The part of the catalogue that templates use.
    pub fn answer(&self, language: Language) -> Value {
        Value::from(Serde(self.catalogue(language)["answer"].clone()))
    }

    /// One text by its place in the catalogue, such as `/export/started`; the place itself where
    /// there is none.
    pub fn at(&self, language: Language, pointer: &str) -> String {
        let text = self.catalogue(language).pointer(pointer);
        text.and_then(Json::as_str).unwrap_or(pointer).to_owned()
    }

    /// One text of `answer`, with `{{name}}` replaced.
    pub fn say(&self, language: Language, key: &str, values: &[(&str, &str)]) -> String {
        let pointer = format!("/answer/{}", key.replace('.', "/"));
        let text = self
            .catalogue(language)
            .pointer(&pointer)
            .and_then(Json::as_str);
        let mut text = text.unwrap_or(key).to_owned();
        for (name, value) in values {
            text = text.replace(&format!("{{{{{name}}}}}"), value);
        }
        text
    }
}

/// The language of Koe's own texts beside a survey in `tag`.
pub fn own_language(tag: &str) -> Language {
    if tag.split('-').next() == Some("ja") {
        Language::Ja
    } else {
        Language::En
    }
}

/// What a language calls itself; its tag when it is not among these.
pub fn autonym(tag: &str) -> &str {
    let known = [
        ("ja", "日本語"),
        ("en", "English"),
        ("zh-Hans", "简体中文"),
        ("zh-CN", "简体中文"),
        ("zh-Hant", "繁體中文"),
        ("zh-TW", "繁體中文"),
        ("zh", "中文"),
        ("ko", "한국어"),
        ("fr", "Français"),
        ("de", "Deutsch"),
        ("es", "Español"),
        ("pt", "Português"),
        ("it", "Italiano"),
        ("nl", "Nederlands"),
        ("vi", "Tiếng Việt"),
        ("th", "ไทย"),
        ("id", "Bahasa Indonesia"),
        ("ne", "नेपाली"),
        ("tl", "Tagalog"),
        ("fil", "Filipino"),
        ("my", "မြန်မာ"),
        ("ru", "Русский"),
    ];
    let named = |tag: &str| {
        known
            .iter()
            .find(|(known, _)| *known == tag)
            .map(|(_, name)| *name)
    };
    named(tag)
        .or_else(|| named(tag.split('-').next().unwrap_or(tag)))
        .unwrap_or(tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_found_in_both_languages_and_filled_in() {
        let texts = Texts::read();
        assert_eq!(
            texts.say(Language::Ja, "pages_left", &[("count", "3")]),
            "あと最大3ページ"
        );
        assert_eq!(
            texts.say(Language::En, "pages_left", &[("count", "3")]),
            "At most 3 pages left"
        );
        assert_ne!(
            texts.say(Language::En, "notice.closed.title", &[]),
            "notice.closed.title"
        );
    }

    #[test]
    fn languages_name_themselves() {
        for (tag, name) in [
            ("ja", "日本語"),
            ("en-GB", "English"),
            ("zh-TW", "繁體中文"),
            ("xx", "xx"),
        ] {
            assert_eq!(autonym(tag), name);
        }
    }
}
