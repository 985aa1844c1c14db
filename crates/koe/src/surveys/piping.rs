//! Values in texts: `{{answer:q1}}`, `{{field:plan}}`, `{{customer:name|お客様}}`.
//!
//! An answer is said as the person saw it: a choice by its label, a written-in word by itself.
//! A matrix row or the half of a pair is named after a point (`{{answer:q5.r1}}`). What stands
//! after `|` is said when there is nothing. The result is plain text, to be escaped by whoever
//! puts it on a page; a value is never read for further marks, so nothing a person writes can
//! act.

use std::collections::BTreeMap;

use super::answers::{Answer, Answers, Fields};
use super::document::{Kind, Language, Question, Text};
use super::logic::{Flow, is_answered};

/// The most characters of one value said in a text.
const LONGEST_VALUE: usize = 200;

/// Where a mark takes its value from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// An answer.
    Answer,
    /// A hidden field.
    Field,
    /// A fact about the customer: `name`, or an attribute.
    Customer,
}

/// One piece of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Words said as they stand.
    Words(&'a str),
    /// A value.
    Mark {
        /// Where from.
        source: Source,
        /// The question (with `.row`), field or fact.
        name: &'a str,
        /// What is said when there is nothing.
        default: &'a str,
    },
    /// Something between braces that is no mark; said as it stands.
    Unknown(&'a str),
}

/// Cuts a text into words and marks.
pub fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find("{{") {
        let Some(length) = rest[start..].find("}}") else {
            break;
        };
        if start > 0 {
            pieces.push(Piece::Words(&rest[..start]));
        }
        let end = start + length + 2;
        let whole = &rest[start..end];
        pieces.push(mark(&whole[2..whole.len() - 2]).unwrap_or(Piece::Unknown(whole)));
        rest = &rest[end..];
    }
    if !rest.is_empty() {
        pieces.push(Piece::Words(rest));
    }
    pieces
}

fn mark(inside: &str) -> Option<Piece<'_>> {
    let (path, default) = match inside.split_once('|') {
        Some((path, default)) => (path, default.trim()),
        None => (inside, ""),
    };
    let (source, name) = path.split_once(':')?;
    let source = match source.trim() {
        "answer" => Source::Answer,
        "field" => Source::Field,
        "customer" => Source::Customer,
        _ => return None,
    };
    let name = name.trim();
    let named = !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'));
    named.then_some(Piece::Mark {
        source,
        name,
        default,
    })
}

/// A text as the name of its question, where nobody is being asked: a mark is
/// its default, or "…" when it has none.
///
/// The sign is the same in both languages, and readers of a list or a column
/// know it for "something stands here".
pub fn as_name(text: &Text) -> Text {
    text.iter()
        .fold(Text::default(), |named, (language, words)| {
            let words: String = pieces(words)
                .into_iter()
                .map(|piece| match piece {
                    Piece::Words(words) | Piece::Unknown(words) => words,
                    Piece::Mark { default: "", .. } => "…",
                    Piece::Mark { default, .. } => default,
                })
                .collect();
            named.with(language.clone(), words)
        })
}

/// What is known when a text is said.
pub struct Speaker<'a> {
    /// The survey.
    pub flow: &'a Flow<'a>,
    /// The language spoken.
    pub language: &'a Language,
    /// The answers so far.
    pub answers: &'a Answers,
    /// The hidden fields.
    pub fields: &'a Fields,
    /// Facts about the customer; empty when the person is not known.
    pub customer: &'a BTreeMap<String, String>,
}

impl Speaker<'_> {
    /// The text in the language spoken, with its values.
    pub fn say(&self, text: &Text) -> String {
        self.fill(text.get(self.language, &self.flow.document().base_language()))
    }

    /// One language's words with their values.
    pub fn fill(&self, words: &str) -> String {
        pieces(words)
            .into_iter()
            .map(|piece| match piece {
                Piece::Words(words) | Piece::Unknown(words) => words.to_owned(),
                Piece::Mark {
                    source,
                    name,
                    default,
                } => self
                    .value(source, name)
                    .map(|value| one_line(&value))
                    .filter(|value| !value.is_empty())
                    .unwrap_or_else(|| default.to_owned()),
            })
            .collect()
    }

    fn value(&self, source: Source, name: &str) -> Option<String> {
        match source {
            Source::Field => self.fields.get(name).cloned(),
            Source::Customer => self.customer.get(name).cloned(),
            Source::Answer => {
                let (id, row) = match name.split_once('.') {
                    Some((id, row)) => (id, Some(row)),
                    None => (name, None),
                };
                let question = self.flow.question(id)?;
                let answer = self.answers.get(id)?;
                match row {
                    Some(row) => self.in_words(question, &answer.part(row)?),
                    None => self.in_words(question, answer),
                }
            }
        }
    }

    fn in_words(&self, question: &Question, answer: &Answer) -> Option<String> {
        if !is_answered(answer) {
            return None;
        }
        match (&question.kind, answer) {
            (_, Answer::Number(number)) => Some(number.to_string()),
            (Kind::Date(_), Answer::Text(date)) => Some(self.date(date)),
            (Kind::Text(_), Answer::Text(words)) => Some(words.clone()),
            (_, Answer::Text(_) | Answer::Many(_)) => {
                let labels: Vec<String> = answer
                    .chosen()
                    .into_iter()
                    .map(|choice| self.choice(question, choice))
                    .collect();
                let between = if self.language.as_str() == "ja" {
                    "、"
                } else {
                    ", "
                };
                Some(labels.join(between))
            }
            (_, Answer::Flag(_) | Answer::Parts(_)) => None,
        }
    }

    /// A choice by what the person wrote in, else by its label, else by its code.
    fn choice(&self, question: &Question, id: &str) -> String {
        if let Some(words) = self.answers.write_in(&question.id, id) {
            return words.to_owned();
        }
        let base = self.flow.document().base_language();
        question
            .kind
            .choices()
            .iter()
            .find(|choice| choice.id == id)
            .map(|choice| choice.label.get(self.language, &base))
            .filter(|label| !label.is_empty())
            .unwrap_or(id)
            .to_owned()
    }

    fn date(&self, iso: &str) -> String {
        match iso.parse::<jiff::civil::Date>() {
            Ok(date) if self.language.as_str() == "ja" => {
                format!("{}年{}月{}日", date.year(), date.month(), date.day())
            }
            _ => iso.to_owned(),
        }
    }
}

/// A value on one line and not too long.
fn one_line(value: &str) -> String {
    let line = value.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= LONGEST_VALUE {
        return line;
    }
    let mut cut: String = line.chars().take(LONGEST_VALUE - 1).collect();
    cut.push('…');
    cut
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::surveys::samples::{answers, choices, fields, nps, survey, words};

    fn said(template: &str, language: &Language) -> String {
        let document = survey(json!([{"id": "p1", "questions": [
            nps("q1"), choices("q2", "multiple"), words("q3"),
            {"id": "q4", "type": "date", "text": {"ja": "日"}},
            {"id": "q5", "type": "expectation", "text": {"ja": "期待"}}
        ]}]));
        let flow = Flow::new(&document);
        Speaker {
            flow: &flow,
            language,
            answers: &answers(json!({
                "q1": 9, "q2": ["a", "z"], "q2.other": {"z": "夜景"},
                "q3": "良い\n{{field:plan}} <b>", "q4": "2026-04-01", "q5": {"result": 7}
            })),
            fields: &fields(&[("plan", "gold")]),
            customer: &BTreeMap::from([("name".to_owned(), "山本".to_owned())]),
        }
        .fill(template)
    }

    #[test]
    fn values_are_said_as_the_person_saw_them() {
        for (template, ja) in [
            ("点数は{{answer:q1}}です", "点数は9です"),
            ("{{answer:q2}}", "接客、夜景"),
            ("{{ answer : q4 }}のご来店", "2026年4月1日のご来店"),
            ("{{answer:q5.result}}/{{answer:q5.expectation|–}}", "7/–"),
            (
                "{{field:plan}}会員の{{customer:name|お客様}}",
                "gold会員の山本",
            ),
            ("{{customer:tier|お客様}}", "お客様"),
            ("{{field:none}}", ""),
            ("印のない文", "印のない文"),
        ] {
            assert_eq!(said(template, &Language::ja()), ja, "{template}");
        }
        assert_eq!(
            said("{{answer:q2}} on {{answer:q4}}", &Language::en()),
            "接客, 夜景 on 2026-04-01"
        );
    }

    #[test]
    fn what_a_person_wrote_is_never_read_for_marks() {
        assert_eq!(
            said("{{answer:q3}}", &Language::ja()),
            "良い {{field:plan}} <b>"
        );
    }

    #[test]
    fn the_name_of_a_question_shows_no_marks() {
        for (text, name) in [
            ("{{answer:q1}}点の理由", "…点の理由"),
            ("{{customer:name|お客様}}のご来店", "お客様のご来店"),
            ("印のない文", "印のない文"),
            ("{{x:y}}", "{{x:y}}"),
        ] {
            let named = as_name(&Text::of(Language::ja(), text));
            assert_eq!(named.get(&Language::ja(), &Language::ja()), name);
        }
    }

    #[test]
    fn what_is_no_mark_stands_as_it_is() {
        for text in [
            "{{answer}}",
            "{{x:y}}",
            "{{answer:}}",
            "{{answer:q 1}}",
            "{{",
            "}}{{",
            "{{{{answer:q1",
        ] {
            assert_eq!(said(text, &Language::ja()), text, "{text}");
        }
        assert_eq!(pieces("{{x:y}}"), [Piece::Unknown("{{x:y}}")]);
    }

    #[test]
    fn long_values_are_cut() {
        assert_eq!(one_line(&"長".repeat(300)).chars().count(), 200);
    }
}
