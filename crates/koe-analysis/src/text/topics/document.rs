//! The document in which an organisation keeps its topics: a tree of rules that
//! people edit.

use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::text::Language;

/// The version of the document's format; stands in it as `koe_topics`.
pub const FORMAT: u64 = 1;

/// All topics of an organisation, or a starter for a trade.
///
/// ```json
/// {
///   "koe_topics": 1,
///   "synonyms": [["スタッフ", "店員", "従業員"]],
///   "topics": [
///     {"id": "staff", "name": {"ja": "スタッフ", "en": "Staff"}, "topics": [
///       {"id": "attitude", "name": {"ja": "接客態度", "en": "Attitude"},
///        "rule": {"any": ["接客", {"near": ["スタッフ", "態度"], "words": 4}]}}
///     ]}
///   ]
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TopicDocument {
    /// Groups of words that mean the same: where a rule names one, all are looked for.
    pub synonyms: Vec<Vec<String>>,
    /// The topics at the top of the tree.
    pub topics: Vec<Topic>,
}

/// A topic: what it is called, how it is recognised, what belongs to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Topic {
    /// Unique in the document, stable when it is renamed: small letters, digits, `_`
    /// and `-`, at most 64.
    pub id: String,
    /// What it is called.
    pub name: Name,
    /// Where its rule has to be fulfilled.
    #[serde(skip_serializing_if = "Scope::is_sentence")]
    pub scope: Scope,
    /// How it is recognised; a topic without one collects those beneath it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<Rule>,
    /// What belongs to it. A text that speaks of one of these speaks of this.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub topics: Vec<Topic>,
}

/// A name in the languages of the product; one of them may be empty.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Name {
    /// Japanese.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub ja: String,
    /// English.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub en: String,
}

impl Name {
    /// The name in a language, or in the other where there is none.
    #[must_use]
    pub fn in_language(&self, language: Language) -> &str {
        let (wanted, other) = match language {
            Language::Ja => (&self.ja, &self.en),
            Language::En | Language::Other => (&self.en, &self.ja),
        };
        if wanted.is_empty() { other } else { wanted }
    }
}

/// Where the parts of a rule have to stand together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// In one sentence.
    #[default]
    Sentence,
    /// Anywhere in the text.
    Text,
}

impl Scope {
    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "serde hands fields by reference"
    )]
    fn is_sentence(&self) -> bool {
        *self == Self::Sentence
    }
}

/// How a topic is recognised.
///
/// Travels as `"待つ"` (a word in any inflection), `{"surface": "お待ち"}`,
/// `{"part": "待ち時間"}`, each with `"denied": true` or `false` where only the denied
/// or only the plain word is meant, `{"any": […]}`, `{"all": […]}`,
/// `{"near": […], "words": 3}` and `{"not": …}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rule {
    /// A word or words in a row.
    Term(Term),
    /// One of these.
    Any(Vec<Rule>),
    /// Each of these, and none of those under [`Rule::Not`].
    All(Vec<Rule>),
    /// Each of these, with at most so many other words between each and the stretch
    /// that those listed before it take; none of those under [`Rule::Not`] as near.
    Near {
        /// What has to stand together.
        of: Vec<Rule>,
        /// How many other words may stand between.
        words: u32,
    },
    /// Beside others in `all` or `near`: not this.
    Not(Box<Rule>),
}

/// A word, or words in a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// As a person writes it.
    pub text: String,
    /// What of it has to agree.
    pub by: By,
    /// `Some(true)`: only where it is denied (つながらない, "not clean");
    /// `Some(false)`: only where it is not. `None`: either.
    pub denied: Option<bool>,
}

/// What has to agree between a term and a text. Width, case and kinds of quotes
/// never have to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum By {
    /// The dictionary form: 待つ finds 待った and 待っています, "call" finds "called".
    #[default]
    Base,
    /// The words as they are written: お待ち finds no お待たせ.
    Surface,
    /// The characters, wherever they stand: 朝食 finds 朝食会場, "park" finds "parking".
    Part,
}

impl By {
    pub(super) const fn key(self) -> &'static str {
        match self {
            Self::Base => "base",
            Self::Surface => "surface",
            Self::Part => "part",
        }
    }
}

impl Rule {
    /// A word in any inflection.
    #[must_use]
    pub fn base(text: &str) -> Self {
        Self::Term(Term {
            text: text.to_owned(),
            by: By::Base,
            denied: None,
        })
    }
}

impl TopicDocument {
    /// Every topic from the top down with its place among all, its parent's place and
    /// its JSON path; the order in which [`super::Topics`] numbers them.
    #[must_use]
    pub fn walk(&self) -> Vec<Walked<'_>> {
        let mut found = Vec::new();
        for (index, topic) in self.topics.iter().enumerate() {
            step(topic, None, 1, format!("topics[{index}]"), &mut found);
        }
        found
    }

    /// The topic with an id.
    #[must_use]
    pub fn topic(&self, id: &str) -> Option<&Topic> {
        self.walk()
            .into_iter()
            .map(|walked| walked.topic)
            .find(|topic| topic.id == id)
    }
}

/// A topic on the way through its document.
#[derive(Debug, Clone)]
pub struct Walked<'d> {
    /// The topic.
    pub topic: &'d Topic,
    /// The place of the topic above it among all.
    pub parent: Option<usize>,
    /// 1 at the top.
    pub depth: usize,
    /// Where it stands in the document: `topics[2].topics[0]`.
    pub path: String,
}

fn step<'d>(
    topic: &'d Topic,
    parent: Option<usize>,
    depth: usize,
    path: String,
    found: &mut Vec<Walked<'d>>,
) {
    let own = found.len();
    found.push(Walked {
        topic,
        parent,
        depth,
        path: path.clone(),
    });
    for (index, below) in topic.topics.iter().enumerate() {
        let path = format!("{path}.topics[{index}]");
        step(below, Some(own), depth + 1, path, found);
    }
}

impl Serialize for TopicDocument {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("koe_topics", &FORMAT)?;
        if !self.synonyms.is_empty() {
            map.serialize_entry("synonyms", &self.synonyms)?;
        }
        map.serialize_entry("topics", &self.topics)?;
        map.end()
    }
}

impl<'de> Deserialize<'de> for TopicDocument {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = serde_json::Value::deserialize(deserializer)?;
        Self::from_value(&value).map_err(serde::de::Error::custom)
    }
}

impl Serialize for Rule {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = match self {
            Self::Term(Term {
                text,
                by: By::Base,
                denied: None,
            }) => return serializer.serialize_str(text),
            _ => serializer.serialize_map(None)?,
        };
        match self {
            Self::Term(term) => {
                map.serialize_entry(term.by.key(), &term.text)?;
                if let Some(denied) = term.denied {
                    map.serialize_entry("denied", &denied)?;
                }
            }
            Self::Any(of) => map.serialize_entry("any", of)?,
            Self::All(of) => map.serialize_entry("all", of)?,
            Self::Near { of, words } => {
                map.serialize_entry("near", of)?;
                map.serialize_entry("words", words)?;
            }
            Self::Not(rule) => map.serialize_entry("not", rule)?,
        }
        map.end()
    }
}
