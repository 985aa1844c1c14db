//! What a page sends: answers as typed and the few words that steer.
//!
//! | name | meaning |
//! |---|---|
//! | `a.q1` | an answer; repeated for several choices |
//! | `a.q5.r1` | a matrix row, or the half of a pair |
//! | `o.q3.z` | the words of a write-in choice |
//! | `_page`, `_shown`, `_shown_at`, `_start`, `_lang` | which page this was |
//! | `_go` | `next`, `back`, `save`, `seen` or `lang:en` |

use std::collections::BTreeMap;

use super::guard;
use crate::surveys::answers::write_in_key;
use crate::surveys::{Answer, Answers, Part};

/// Fields of one form at most; the rest is not looked at.
const MOST_FIELDS: usize = 5_000;

/// What the person wants.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Go {
    /// The next page, or the end.
    #[default]
    Next,
    /// The page before.
    Back,
    /// Keep what is typed; they may come back.
    Save,
    /// Only note that the page was seen.
    Seen,
    /// The same page in another language.
    Language(String),
}

/// A page as it was sent.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Form {
    /// Answers as typed.
    pub answers: Answers,
    /// Which page.
    pub page: String,
    /// Which questions stood on it.
    pub shown: Vec<String>,
    /// When it was shown, in milliseconds since 1970.
    pub shown_at: Option<i64>,
    /// The signed start.
    pub start: String,
    /// The language it was in.
    pub language: Option<String>,
    /// What the person wants.
    pub go: Go,
    /// Whether the field that people do not see was filled in.
    pub trapped: bool,
}

impl Form {
    /// Reads a form body; names that mean nothing are ignored.
    pub fn read(body: &[u8]) -> Self {
        let mut form = Self::default();
        let mut values: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let mut parts: BTreeMap<String, BTreeMap<String, Vec<String>>> = BTreeMap::new();
        for (name, value) in form_urlencoded::parse(body).take(MOST_FIELDS) {
            let value = value.into_owned();
            match name.as_ref() {
                "_page" => form.page = value,
                "_start" => form.start = value,
                "_lang" => form.language = Some(value),
                "_shown_at" => form.shown_at = value.parse().ok(),
                "_shown" => form.shown = value.split_whitespace().map(str::to_owned).collect(),
                "_go" => form.go = go(&value),
                guard::TRAP => form.trapped |= !value.trim().is_empty(),
                name => {
                    let mut pieces = name.splitn(3, '.');
                    match (pieces.next(), pieces.next(), pieces.next()) {
                        (Some("a"), Some(question), None) => {
                            values.entry(question.to_owned()).or_default().push(value);
                        }
                        (Some("a"), Some(question), Some(row)) => {
                            let rows = parts.entry(question.to_owned()).or_default();
                            rows.entry(row.to_owned()).or_default().push(value);
                        }
                        // A field left empty is not an answer; it stands on
                        // the page whether its choice was taken or not.
                        (Some("o"), Some(question), Some(choice)) if !value.trim().is_empty() => {
                            let written = parts.entry(write_in_key(question)).or_default();
                            written.entry(choice.to_owned()).or_default().push(value);
                        }
                        _ => {}
                    }
                }
            }
        }
        for (question, mut given) in values {
            let answer = match given.len() {
                1 => Answer::Text(given.remove(0)),
                _ => Answer::Many(given),
            };
            form.answers.set(question, answer);
        }
        for (question, rows) in parts {
            let rows = rows
                .into_iter()
                .map(|(row, mut given)| {
                    let part = match given.len() {
                        1 => Part::Text(given.remove(0)),
                        _ => Part::Many(given),
                    };
                    (row, part)
                })
                .collect();
            form.answers.set(question, Answer::Parts(rows));
        }
        form
    }
}

fn go(word: &str) -> Go {
    match word {
        "back" => Go::Back,
        "save" => Go::Save,
        "seen" => Go::Seen,
        other => match other.strip_prefix("lang:") {
            Some(tag) => Go::Language(tag.to_owned()),
            None => Go::Next,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_of_every_shape_are_read() {
        let form = Form::read(
            b"_page=p1&_shown=q1+q3&_start=x.y&_lang=ja&_go=lang%3Aen&a.q1=9&a.q3=a&a.q3=z\
              &o.q3.z=%E5%A4%9C%E6%99%AF&o.q3.y=&a.m.r1=c2&a.m.r2=c1&a.m.r2=c2&unknown=1&a=2",
        );
        let expected = serde_json::json!({
            "q1": "9", "q3": ["a", "z"], "q3.other": {"z": "夜景"},
            "m": {"r1": "c2", "r2": ["c1", "c2"]},
        });
        assert_eq!(serde_json::to_value(&form.answers).expect("json"), expected);
        assert_eq!((form.page.as_str(), form.shown.len()), ("p1", 2));
        assert_eq!(form.go, Go::Language("en".into()));
        assert!(!form.trapped);
    }

    #[test]
    fn only_a_filled_trap_catches() {
        assert!(!Form::read(b"koe_note=").trapped);
        assert!(Form::read(b"koe_note=buy+now").trapped);
    }
}
