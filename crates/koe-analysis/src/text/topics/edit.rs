//! What people do with topics: take one over from what was discovered, rename, merge.
//! Each function gives a new document and leaves the old one as it is.

use super::discover::DiscoveredTopic;
use super::document::{Name, Rule, Scope, Topic, TopicDocument};
use super::read::{Problems, TopicProblems};

impl TopicDocument {
    /// The document with a discovered topic as a rule of its own, beneath `parent` or at
    /// the top. `id` has to be new; `name` replaces the suggested one.
    ///
    /// # Errors
    /// When the id is taken or the parent is not there.
    pub fn promote(
        &self,
        discovered: &DiscoveredTopic,
        id: &str,
        name: Option<Name>,
        parent: Option<&str>,
    ) -> Result<Self, TopicProblems> {
        if self.topic(id).is_some() {
            return Err(problem(
                id,
                format!("there is a topic \"{id}\" already; choose another id"),
            ));
        }
        let topic = Topic {
            id: id.to_owned(),
            name: name.unwrap_or_else(|| discovered.named()),
            scope: Scope::Sentence,
            rule: Some(discovered.rule()),
            topics: Vec::new(),
        };
        let mut document = self.clone();
        match parent {
            None => document.topics.push(topic),
            Some(parent) => find(&mut document.topics, parent)
                .ok_or_else(|| missing(parent))?
                .topics
                .push(topic),
        }
        Ok(document)
    }

    /// The document with a topic renamed; its id stays, and so does what was counted.
    ///
    /// # Errors
    /// When there is no such topic.
    pub fn rename(&self, id: &str, name: Name) -> Result<Self, TopicProblems> {
        let mut document = self.clone();
        find(&mut document.topics, id)
            .ok_or_else(|| missing(id))?
            .name = name;
        Ok(document)
    }

    /// The document with the topic `from` merged into `into`: what either found is found,
    /// and what lay beneath `from` lies beneath `into`.
    ///
    /// # Errors
    /// When one of them is not there, they are the same, or `into` lies beneath `from`;
    /// when one looks in a sentence and the other in the whole text, as no rule says
    /// both.
    pub fn merge(&self, from: &str, into: &str) -> Result<Self, TopicProblems> {
        if from == into {
            return Err(problem(
                from,
                "a topic cannot be merged into itself; choose another".to_owned(),
            ));
        }
        let mut document = self.clone();
        let old = take(&mut document.topics, from).ok_or_else(|| missing(from))?;
        let Some(target) = find(&mut document.topics, into) else {
            return Err(match self.topic(into) {
                Some(_) => problem(
                    into,
                    format!("\"{into}\" lies beneath \"{from}\"; merge it the other way round"),
                ),
                None => missing(into),
            });
        };
        if target.rule.is_some() && old.rule.is_some() && target.scope != old.scope {
            return Err(problem(
                from,
                "one looks in a sentence and the other in the whole text; let both look in \
                 the same first"
                    .to_owned(),
            ));
        }
        if target.rule.is_none() {
            target.scope = old.scope;
        }
        target.rule = either(target.rule.take(), old.rule);
        target.topics.extend(old.topics);
        Ok(document)
    }
}

/// One rule for what either finds, without doubles and without a level more than needed.
pub(super) fn either(one: Option<Rule>, other: Option<Rule>) -> Option<Rule> {
    let (Some(one), Some(other)) = (one.clone(), other.clone()) else {
        return one.or(other);
    };
    let mut of = Vec::new();
    for rule in [one, other] {
        let parts = match rule {
            Rule::Any(parts) => parts,
            rule => vec![rule],
        };
        for part in parts {
            if !of.contains(&part) {
                of.push(part);
            }
        }
    }
    Some(Rule::Any(of))
}

/// The topic with an id, to be changed.
pub(super) fn find<'d>(topics: &'d mut [Topic], id: &str) -> Option<&'d mut Topic> {
    for topic in topics {
        if topic.id == id {
            return Some(topic);
        }
        if let Some(found) = find(&mut topic.topics, id) {
            return Some(found);
        }
    }
    None
}

fn take(topics: &mut Vec<Topic>, id: &str) -> Option<Topic> {
    if let Some(at) = topics.iter().position(|topic| topic.id == id) {
        return Some(topics.remove(at));
    }
    topics
        .iter_mut()
        .find_map(|topic| take(&mut topic.topics, id))
}

pub(super) fn missing(id: &str) -> TopicProblems {
    problem(
        id,
        format!("there is no topic \"{id}\"; choose one of the document"),
    )
}

fn problem(id: &str, message: String) -> TopicProblems {
    let mut problems = Problems::default();
    problems.say(id, message);
    TopicProblems(problems.0)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::{DiscoverySettings, ScoredText, TopicLimits, discover};
    use super::*;
    use crate::confidence::Confidence;
    use crate::text::{Analyser, Analysis, Asked, Synonyms};

    fn document() -> TopicDocument {
        let topic = |id: &str, rule: Value| json!({"id": id, "name": {"en": id}, "rule": rule});
        TopicDocument::from_value(&json!({"koe_topics": 1, "topics": [
            {"id": "staff", "name": {"en": "Staff"}, "topics": [
                topic("nurse", json!({"any": ["nurse", "sister"]})),
                topic("doctor", json!("doctor")),
            ]},
            topic("medic", json!({"any": ["sister", "medic"]})),
        ]}))
        .unwrap()
    }

    fn rule(document: &TopicDocument, id: &str) -> Value {
        serde_json::to_value(document.topic(id).unwrap().rule.as_ref()).unwrap()
    }

    #[test]
    fn merging_keeps_what_either_found() {
        let merged = document().merge("medic", "nurse").unwrap();
        assert_eq!(merged.topic("medic"), None);
        assert_eq!(
            rule(&merged, "nurse"),
            json!({"any": ["nurse", "sister", "medic"]})
        );
        let merged = merged.merge("doctor", "nurse").unwrap();
        assert_eq!(
            rule(&merged, "nurse"),
            json!({"any": ["nurse", "sister", "medic", "doctor"]})
        );
        merged.check(&TopicLimits::default()).unwrap();

        let up = document().merge("staff", "medic").unwrap();
        assert_eq!(up.topic("medic").unwrap().topics.len(), 2);
        for (from, into, says) in [
            ("nurse", "nurse", "itself"),
            ("nobody", "nurse", "no topic"),
            ("nurse", "nobody", "no topic"),
            ("staff", "nurse", "the other way round"),
        ] {
            let told = document().merge(from, into).unwrap_err().to_string();
            assert!(told.contains(says), "{told}");
        }
        let mut two = document();
        two.topics[1].scope = Scope::Text;
        let told = two.merge("medic", "nurse").unwrap_err().to_string();
        assert!(told.contains("the same first"), "{told}");
    }

    #[test]
    fn renaming_keeps_the_id() {
        let name = Name {
            ja: "医師".to_owned(),
            en: "Doctors".to_owned(),
        };
        let renamed = document().rename("doctor", name.clone()).unwrap();
        assert_eq!(renamed.topic("doctor").unwrap().name, name);
        assert!(document().rename("nobody", name).is_err());
    }

    #[test]
    fn a_discovered_topic_becomes_a_rule_that_finds_as_many_texts() {
        let analyser = Analyser::new(None, &Synonyms::new());
        let mut reader = analyser.reader();
        let texts: Vec<String> = (0..60)
            .map(|number| match number % 3 {
                0 => format!("The parking ticket machine {number} rejected coins."),
                1 => format!("Breakfast coffee tasted burnt in room {number}."),
                _ => format!("Visit {number} passed without trouble."),
            })
            .collect();
        let analyses: Vec<Analysis> = texts
            .iter()
            .map(|text| reader.analyse(text, Asked::Open))
            .collect();
        let given: Vec<ScoredText<'_>> = analyses
            .iter()
            .map(|analysis| ScoredText {
                analysis,
                score: None,
                weight: 1.0,
            })
            .collect();
        let settings = DiscoverySettings::default();
        let found = discover(&given, None, Confidence::P95, &settings);
        let topic = found
            .topics
            .iter()
            .find(|topic| topic.terms.iter().any(|term| term.text.contains("coffee")))
            .unwrap();
        assert_eq!(topic.figures.n, 20);
        assert_eq!(topic.quotations.len(), 3);
        let promoted = document()
            .promote(topic, "coffee", None, Some("staff"))
            .unwrap();
        let topics = analyser.topics(&promoted, &TopicLimits::default()).unwrap();
        let number = topics.number("coffee").unwrap();
        let n = texts.iter().zip(&analyses).filter(|(text, analysis)| {
            let found = topics.find(text, analysis);
            found.iter().any(|mention| mention.topic == number)
        });
        assert_eq!(n.count(), 20);
        assert!(promoted.promote(topic, "coffee", None, None).is_err());
        assert!(
            document()
                .promote(topic, "coffee", None, Some("nobody"))
                .is_err()
        );
    }
}
