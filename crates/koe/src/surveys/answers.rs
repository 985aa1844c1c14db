//! Answers as JSON natural to each kind of question.
//!
//! | kind | JSON |
//! |---|---|
//! | nps, csat, ces, rating, number | `9` |
//! | single, emotion (one) | `"c2"` |
//! | multiple, emotion (several) | `["c1","c3"]` |
//! | matrix | `{"r1":"c2"}`, several columns `{"r1":["c1","c2"]}` |
//! | text | `"駅から近い"` |
//! | date | `"2026-04-01"` |
//! | expectation | `{"expectation":7,"result":9}` |
//! | consent | `true` |
//!
//! The words of a write-in choice stand beside the answer under `<question>.other`, by
//! choice: `{"q3":["a","z"],"q3.other":{"z":"友人の紹介"}}`. A question's id has no point,
//! so the two never meet.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Bound;

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

use super::document::number;

/// One answer.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(untagged)]
#[schema(as = SurveyAnswer)]
pub enum Answer {
    /// Consent given or refused.
    Flag(bool),
    /// A number.
    Number(#[serde(serialize_with = "number::serialize")] f64),
    /// A choice, a date or words.
    Text(String),
    /// Several choices.
    Many(Vec<String>),
    /// A matrix by row, a pair by part, or written-in words by choice.
    Parts(BTreeMap<String, Part>),
}

/// One row of a matrix, one half of a pair, or the words of one choice.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(untagged)]
#[schema(as = SurveyAnswerPart)]
pub enum Part {
    /// A number.
    Number(#[serde(serialize_with = "number::serialize")] f64),
    /// A choice or words.
    Text(String),
    /// Several choices.
    Many(Vec<String>),
}

/// By hand, because every answer that comes is read so, and an untagged reading tries each shape in
/// turn and words an error for each that does not fit.
impl<'de> Deserialize<'de> for Answer {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Shapes;
        impl<'de> Visitor<'de> for Shapes {
            type Value = Answer;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(
                    "an answer: a number, text, yes or no, a list of choices, or parts by name",
                )
            }

            fn visit_bool<E>(self, flag: bool) -> Result<Answer, E> {
                Ok(Answer::Flag(flag))
            }

            fn visit_i64<E>(self, number: i64) -> Result<Answer, E> {
                Ok(Answer::Number(number as f64))
            }

            fn visit_u64<E>(self, number: u64) -> Result<Answer, E> {
                Ok(Answer::Number(number as f64))
            }

            fn visit_f64<E>(self, number: f64) -> Result<Answer, E> {
                Ok(Answer::Number(number))
            }

            fn visit_str<E>(self, text: &str) -> Result<Answer, E> {
                Ok(Answer::Text(text.to_owned()))
            }

            fn visit_string<E>(self, text: String) -> Result<Answer, E> {
                Ok(Answer::Text(text))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Answer, A::Error> {
                Vec::deserialize(SeqAccessDeserializer::new(list)).map(Answer::Many)
            }

            fn visit_map<A: MapAccess<'de>>(self, parts: A) -> Result<Answer, A::Error> {
                BTreeMap::deserialize(MapAccessDeserializer::new(parts)).map(Answer::Parts)
            }
        }
        deserializer.deserialize_any(Shapes)
    }
}

/// As an answer of its own, without parts and without yes and no.
impl<'de> Deserialize<'de> for Part {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Answer::deserialize(deserializer)? {
            Answer::Number(number) => Ok(Self::Number(number)),
            Answer::Text(text) => Ok(Self::Text(text)),
            Answer::Many(choices) => Ok(Self::Many(choices)),
            Answer::Flag(_) | Answer::Parts(_) => Err(serde::de::Error::custom(
                "a part is a number, text or a list of choices",
            )),
        }
    }
}

/// The two parts of an expectation pair, in the order they are asked.
pub const PAIR: [&str; 2] = ["expectation", "result"];

/// All answers of one response, by question.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(as = SurveyAnswers)]
pub struct Answers(#[serde(deserialize_with = "each_once")] BTreeMap<String, Answer>);

/// Reads answers, of which each question has one: of two nobody could say which counts.
fn each_once<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<BTreeMap<String, Answer>, D::Error> {
    struct EachOnce;
    impl<'de> serde::de::Visitor<'de> for EachOnce {
        type Value = BTreeMap<String, Answer>;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("answers by question")
        }

        fn visit_map<A: serde::de::MapAccess<'de>>(
            self,
            mut map: A,
        ) -> Result<Self::Value, A::Error> {
            let mut answers = BTreeMap::new();
            while let Some((question, answer)) = map.next_entry::<String, Answer>()? {
                if answers.contains_key(&question) {
                    let said = format!("the question `{question}` is answered twice");
                    return Err(serde::de::Error::custom(said));
                }
                answers.insert(question, answer);
            }
            Ok(answers)
        }
    }
    deserializer.deserialize_map(EachOnce)
}

/// The hidden fields of one response, by id, as text.
pub type Fields = BTreeMap<String, String>;

impl Answers {
    /// No answers.
    pub fn new() -> Self {
        Self::default()
    }

    /// The answer to a question.
    pub fn get(&self, question: &str) -> Option<&Answer> {
        self.0.get(question)
    }

    /// Keeps an answer, replacing an earlier one.
    pub fn set(&mut self, key: impl Into<String>, answer: Answer) {
        self.0.insert(key.into(), answer);
    }

    /// Forgets a question's answer and what was written in with it.
    pub fn remove(&mut self, question: &str) {
        self.0.remove(question);
        if let Some(key) = self.written(question).map(|(key, _)| key.to_owned()) {
            self.0.remove(&key);
        }
    }

    /// The words written in with choices of a question, under their key. Nearly always there are
    /// none, so they are looked for without making the key.
    pub fn written(&self, question: &str) -> Option<(&str, &Answer)> {
        self.0
            .range::<str, _>((Bound::Excluded(question), Bound::Unbounded))
            .take_while(|(key, _)| key.starts_with(question))
            .find(|(key, _)| key.strip_prefix(question) == Some(WRITE_IN))
            .map(|(key, words)| (key.as_str(), words))
    }

    /// The words written in with a choice.
    pub fn write_in(&self, question: &str, choice: &str) -> Option<&str> {
        match self.written(question)?.1 {
            Answer::Parts(parts) => match parts.get(choice)? {
                Part::Text(words) => Some(words),
                _ => None,
            },
            _ => None,
        }
    }

    /// Every key (a question's id, or that of its write-ins) with its answer.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Answer)> {
        self.0.iter().map(|(key, answer)| (key.as_str(), answer))
    }

    /// Copies a question's answer and write-ins from other answers, or forgets them when
    /// they hold none.
    pub fn copy(&mut self, question: &str, from: &Self) {
        self.remove(question);
        let own = from.0.get(question).map(|answer| (question, answer));
        for (key, answer) in own.into_iter().chain(from.written(question)) {
            self.0.insert(key.to_owned(), answer.clone());
        }
    }

    /// How many keys there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether nothing was answered.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl IntoIterator for Answers {
    type Item = (String, Answer);
    type IntoIter = std::collections::btree_map::IntoIter<String, Answer>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl FromIterator<(String, Answer)> for Answers {
    fn from_iter<I: IntoIterator<Item = (String, Answer)>>(answers: I) -> Self {
        Self(answers.into_iter().collect())
    }
}

/// What stands behind a question's id in the key of its write-ins.
const WRITE_IN: &str = ".other";

/// The key of a question's write-ins.
pub fn write_in_key(question: &str) -> String {
    format!("{question}{WRITE_IN}")
}

impl Answer {
    /// The choices taken: one, several or none.
    pub fn chosen(&self) -> Vec<&str> {
        match self {
            Self::Text(choice) => vec![choice],
            Self::Many(choices) => choices.iter().map(String::as_str).collect(),
            _ => Vec::new(),
        }
    }

    /// One row of a matrix or part of a pair, as an answer of its own.
    pub fn part(&self, row: &str) -> Option<Self> {
        match self {
            Self::Parts(parts) => parts.get(row).map(|part| match part {
                Part::Number(number) => Self::Number(*number),
                Part::Text(text) => Self::Text(text.clone()),
                Part::Many(choices) => Self::Many(choices.clone()),
            }),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_keep_their_json() {
        let json = r#"{"c":true,"e":{"expectation":7,"result":9},"m":{"r1":"c1","r2":["c1","c2"]},"q1":9,"q2":2.5,"q3":["a","z"],"q3.other":{"z":"友人の紹介"},"t":"駅から近い"}"#;
        let answers: Answers = serde_json::from_str(json).unwrap();
        assert_eq!(serde_json::to_string(&answers).unwrap(), json);
        assert_eq!(answers.write_in("q3", "z"), Some("友人の紹介"));
        assert_eq!(answers.get("q1"), Some(&Answer::Number(9.0)));
        assert_eq!(
            answers.get("m").unwrap().part("r1"),
            Some(Answer::Text("c1".into()))
        );
    }

    #[test]
    fn forgetting_a_question_forgets_its_write_ins() {
        let mut answers: Answers =
            serde_json::from_str(r#"{"q3":"z","q3.other":{"z":"x"},"q1":1}"#).unwrap();
        answers.remove("q3");
        assert_eq!(serde_json::to_string(&answers).unwrap(), r#"{"q1":1}"#);
    }

    #[test]
    fn copying_a_question_copies_its_write_ins_and_none_of_its_neighbours() {
        let from: Answers = serde_json::from_str(
            r#"{"q":"z","q-2.other":{"a":"no"},"q.other":{"z":"x"},"q2":"y","q2.other":{"y":"no"}}"#,
        )
        .unwrap();
        let mut to: Answers =
            serde_json::from_str(r#"{"q":"old","q.other":{"old":"x"},"q1":1}"#).unwrap();
        to.copy("q", &from);
        let copied = r#"{"q":"z","q.other":{"z":"x"},"q1":1}"#;
        assert_eq!(serde_json::to_string(&to).unwrap(), copied);
        to.copy("q3", &from);
        to.copy("q", &Answers::new());
        assert_eq!(serde_json::to_string(&to).unwrap(), r#"{"q1":1}"#);
    }

    #[test]
    fn shapes_no_question_has_are_refused() {
        for json in [
            r#"{"q":null}"#,
            r#"{"q":[1]}"#,
            r#"{"q":{"r":{}}}"#,
            r#"{"q":{"r":true}}"#,
        ] {
            assert!(serde_json::from_str::<Answers>(json).is_err(), "{json}");
        }
    }
}
