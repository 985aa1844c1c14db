//! Reading the document: every fault with its place and what to do about it.

use std::fmt;

use serde::Serialize;
use serde_json::{Map, Value};

use super::document::{By, FORMAT, Name, Rule, Scope, Term, Topic, TopicDocument};

/// Something in a document that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TopicProblem {
    /// Where in the document: `topics[2].rule.any[1]`.
    pub path: String,
    /// What is wrong and what would be accepted.
    pub message: String,
}

/// Why a document cannot be used; at least one problem.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TopicProblems(pub Vec<TopicProblem>);

impl fmt::Display for TopicProblems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, TopicProblem { path, message }) in self.0.iter().enumerate() {
            let between = if index == 0 { "" } else { "\n" };
            let path = if path.is_empty() { "document" } else { path };
            write!(f, "{between}{path}: {message}")?;
        }
        Ok(())
    }
}

impl std::error::Error for TopicProblems {}

/// Collects problems on the way.
#[derive(Default)]
pub(super) struct Problems(pub Vec<TopicProblem>);

impl Problems {
    pub fn say(&mut self, path: &str, message: impl Into<String>) {
        self.0.push(TopicProblem {
            path: path.to_owned(),
            message: message.into(),
        });
    }

    pub fn settle<T>(self, value: T) -> Result<T, TopicProblems> {
        if self.0.is_empty() {
            Ok(value)
        } else {
            Err(TopicProblems(self.0))
        }
    }
}

const RULES: &str = "write a word as text, or one of {\"any\": […]}, {\"all\": […]}, \
    {\"near\": […], \"words\": 5}, {\"not\": …}, {\"base\": \"…\"}, {\"surface\": \"…\"}, \
    {\"part\": \"…\"}";

/// Rules deeper than this are not even read; what is accepted is less
/// ([`super::TopicLimits::rule_depth`]).
const NESTING: usize = 64;

impl TopicDocument {
    /// Reads a document from JSON text.
    ///
    /// # Errors
    /// When it is not JSON or not of this form; each fault with its place. Whether what
    /// it says can be used is asked by [`TopicDocument::check`].
    pub fn read(json: &str) -> Result<Self, TopicProblems> {
        let value: Value = serde_json::from_str(json).map_err(|error| {
            TopicProblems(vec![TopicProblem {
                path: String::new(),
                message: format!("this is no JSON ({error}); look at that line and column"),
            }])
        })?;
        Self::from_value(&value)
    }

    /// Reads a document from a JSON value.
    ///
    /// # Errors
    /// As [`TopicDocument::read`].
    pub fn from_value(value: &Value) -> Result<Self, TopicProblems> {
        let mut problems = Problems::default();
        let mut document = Self::default();
        if let Some(map) = object(value, "", &mut problems) {
            known(
                map,
                &["koe_topics", "synonyms", "topics"],
                "",
                &mut problems,
            );
            match map.get("koe_topics").and_then(Value::as_u64) {
                Some(FORMAT) => {}
                Some(other) => problems.say(
                    "koe_topics",
                    format!("this format is version {other}; this Koe reads version {FORMAT}"),
                ),
                None => problems.say(
                    "koe_topics",
                    format!("the version of the format is missing; write \"koe_topics\": {FORMAT}"),
                ),
            }
            if let Some(groups) = map.get("synonyms") {
                document.synonyms = list(groups, "synonyms", &mut problems, words);
            }
            match map.get("topics") {
                Some(topics) => document.topics = list(topics, "topics", &mut problems, topic),
                None => problems.say(
                    "topics",
                    "the list of topics is missing; write \"topics\": […]",
                ),
            }
        }
        problems.settle(document)
    }
}

impl Rule {
    /// Reads one rule from a JSON value, for an editor that checks as it goes.
    ///
    /// # Errors
    /// When it is not of this form; paths begin at `rule`.
    pub fn from_value(value: &Value) -> Result<Self, TopicProblems> {
        let mut problems = Problems::default();
        let read = rule(value, "rule", 0, &mut problems);
        match read {
            Some(rule) => problems.settle(rule),
            None => Err(TopicProblems(problems.0)),
        }
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

fn object<'v>(
    value: &'v Value,
    path: &str,
    problems: &mut Problems,
) -> Option<&'v Map<String, Value>> {
    let map = value.as_object();
    if map.is_none() {
        problems.say(
            path,
            format!("this is {}; an object {{…}} is expected", kind(value)),
        );
    }
    map
}

fn known(map: &Map<String, Value>, keys: &[&str], path: &str, problems: &mut Problems) {
    for key in map.keys().filter(|key| !keys.contains(&key.as_str())) {
        let at = if path.is_empty() {
            key.clone()
        } else {
            format!("{path}.{key}")
        };
        problems.say(
            &at,
            format!("there is no \"{key}\" here; known are {}", keys.join(", ")),
        );
    }
}

fn list<T>(
    value: &Value,
    path: &str,
    problems: &mut Problems,
    read: fn(&Value, &str, &mut Problems) -> Option<T>,
) -> Vec<T> {
    let Some(values) = value.as_array() else {
        problems.say(
            path,
            format!("this is {}; a list […] is expected", kind(value)),
        );
        return Vec::new();
    };
    values
        .iter()
        .enumerate()
        .filter_map(|(index, value)| read(value, &format!("{path}[{index}]"), problems))
        .collect()
}

fn text(value: &Value, path: &str, problems: &mut Problems) -> Option<String> {
    let text = value.as_str();
    if text.is_none() {
        problems.say(path, format!("this is {}; text is expected", kind(value)));
    }
    text.map(str::to_owned)
}

fn words(value: &Value, path: &str, problems: &mut Problems) -> Option<Vec<String>> {
    Some(list(value, path, problems, text))
}

fn topic(value: &Value, path: &str, problems: &mut Problems) -> Option<Topic> {
    let map = object(value, path, problems)?;
    known(
        map,
        &["id", "name", "scope", "rule", "topics"],
        path,
        problems,
    );
    let id = match map.get("id") {
        Some(id) => text(id, &format!("{path}.id"), problems)?,
        None => {
            problems.say(
                &format!("{path}.id"),
                "the topic has no id; give it one, such as \"waiting_time\"",
            );
            String::new()
        }
    };
    let name = map
        .get("name")
        .and_then(|name| read_name(name, &format!("{path}.name"), problems))
        .unwrap_or_default();
    let scope = match map.get("scope").map(|scope| scope.as_str()) {
        None | Some(Some("sentence")) => Scope::Sentence,
        Some(Some("text")) => Scope::Text,
        Some(_) => {
            problems.say(
                &format!("{path}.scope"),
                "a rule looks in one \"sentence\" or in the whole \"text\"; write one of them",
            );
            Scope::Sentence
        }
    };
    let rule = map
        .get("rule")
        .filter(|rule| !rule.is_null())
        .and_then(|value| rule(value, &format!("{path}.rule"), 0, problems));
    let topics = map.get("topics").map_or_else(Vec::new, |topics| {
        list(topics, &format!("{path}.topics"), problems, topic)
    });
    Some(Topic {
        id,
        name,
        scope,
        rule,
        topics,
    })
}

fn read_name(value: &Value, path: &str, problems: &mut Problems) -> Option<Name> {
    let map = object(value, path, problems)?;
    known(map, &["ja", "en"], path, problems);
    let mut of = |key: &str| {
        map.get(key)
            .and_then(|value| text(value, &format!("{path}.{key}"), problems))
            .unwrap_or_default()
    };
    Some(Name {
        ja: of("ja"),
        en: of("en"),
    })
}

fn rule(value: &Value, path: &str, depth: usize, problems: &mut Problems) -> Option<Rule> {
    if depth > NESTING {
        problems.say(path, "rules lie too deep in each other; divide the topic");
        return None;
    }
    if let Value::String(text) = value {
        return Some(Rule::base(text));
    }
    let Some(map) = value.as_object() else {
        problems.say(path, format!("this is {}; {RULES}", kind(value)));
        return None;
    };
    const KEYS: [&str; 7] = ["any", "all", "near", "not", "base", "surface", "part"];
    let found: Vec<&str> = KEYS
        .into_iter()
        .filter(|key| map.contains_key(*key))
        .collect();
    let [key] = found[..] else {
        let message = if found.is_empty() {
            format!("this says nothing that a rule could be; {RULES}")
        } else {
            format!(
                "a rule is one thing, and this is {}; put them into one \"all\" or \"any\"",
                found.join(" and ")
            )
        };
        problems.say(path, message);
        return None;
    };
    let below = &map[key];
    let at = format!("{path}.{key}");
    let several = |problems: &mut Problems| {
        let Some(values) = below.as_array() else {
            problems.say(
                &at,
                format!("this is {}; a list of rules is expected", kind(below)),
            );
            return Vec::new();
        };
        values
            .iter()
            .enumerate()
            .filter_map(|(index, value)| {
                rule(value, &format!("{at}[{index}]"), depth + 1, problems)
            })
            .collect::<Vec<Rule>>()
    };
    match key {
        "any" | "all" => {
            known(map, &[key], path, problems);
            let of = several(problems);
            Some(if key == "any" {
                Rule::Any(of)
            } else {
                Rule::All(of)
            })
        }
        "near" => {
            known(map, &["near", "words"], path, problems);
            let words = map
                .get("words")
                .and_then(Value::as_u64)
                .and_then(|words| u32::try_from(words).ok());
            if words.is_none() {
                problems.say(
                    &format!("{path}.words"),
                    "say how many other words may stand between, for example \"words\": 5",
                );
            }
            Some(Rule::Near {
                of: several(problems),
                words: words.unwrap_or_default(),
            })
        }
        "not" => {
            known(map, &["not"], path, problems);
            rule(below, &at, depth + 1, problems).map(|rule| Rule::Not(Box::new(rule)))
        }
        _ => {
            known(map, &[key, "denied"], path, problems);
            let denied = map.get("denied").filter(|denied| !denied.is_null());
            if denied.is_some_and(|denied| !denied.is_boolean()) {
                problems.say(
                    &format!("{path}.denied"),
                    "write true for the denied word alone, false for the plain one alone, or \
                     leave it out",
                );
            }
            Some(Rule::Term(Term {
                text: text(below, &at, problems)?,
                by: match key {
                    "surface" => By::Surface,
                    "part" => By::Part,
                    _ => By::Base,
                },
                denied: denied.and_then(Value::as_bool),
            }))
        }
    }
}
