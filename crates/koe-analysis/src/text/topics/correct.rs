//! What people say of single texts: it stands above what rules and lexicons found, and
//! it shows how a rule could be bettered.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::{Deserialize, Serialize};

use super::candidates::{names, stop_words};
use super::compile::Topics;
use super::document::{Rule, TopicDocument};
use super::edit::{either, find, missing};
use super::find::Mention;
use super::read::TopicProblems;
use crate::text::learning::Side;
use crate::text::{Analysis, Label, Sentiment, Span};

/// What a person said of a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Correction {
    /// The text's id.
    pub text: String,
    /// What was said.
    pub says: Said,
}

/// What can be said of a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "about", rename_all = "snake_case", deny_unknown_fields)]
pub enum Said {
    /// That it speaks of a topic, or does not.
    Topic {
        /// The topic's id.
        topic: String,
        /// Whether it speaks of it.
        yes: bool,
    },
    /// What it thinks.
    Sentiment {
        /// For, against or neither.
        side: Side,
    },
}

/// All corrections, by text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Corrections {
    topics: HashMap<String, BTreeMap<String, bool>>,
    sides: HashMap<String, Side>,
}

impl FromIterator<Correction> for Corrections {
    /// Of two corrections that say different things of the same, the later one stands.
    fn from_iter<I: IntoIterator<Item = Correction>>(corrections: I) -> Self {
        let mut all = Self::default();
        for Correction { text, says } in corrections {
            match says {
                Said::Topic { topic, yes } => {
                    all.topics.entry(text).or_default().insert(topic, yes);
                }
                Said::Sentiment { side } => {
                    all.sides.insert(text, side);
                }
            }
        }
        all
    }
}

impl Corrections {
    /// What a person said that a text thinks: the label from which
    /// [`crate::text::learning::learn`] learns.
    #[must_use]
    pub fn side(&self, text: &str) -> Option<Side> {
        self.sides.get(text).copied()
    }

    /// Gives a text the judgement that a person gave it: 0.6, 0 or −0.6, the middle of
    /// its label. Sentences stay as they were read.
    pub fn judge(&self, text: &str, analysis: &mut Analysis) {
        if let Some(side) = self.side(text) {
            let score = match side {
                Side::Negative => -0.6,
                Side::Neutral => 0.0,
                Side::Positive => 0.6,
            };
            analysis.sentiment = Sentiment {
                score,
                label: Label::of(score),
            };
        }
    }

    /// The topics of a text after what people said of it: denied ones go, missed ones
    /// come, without a place to highlight. A topic that is no longer in the document is
    /// passed over.
    #[must_use]
    pub fn apply<'t>(
        &self,
        text: &str,
        analysis: &Analysis,
        topics: &'t Topics,
        mut mentions: Vec<Mention<'t>>,
    ) -> Vec<Mention<'t>> {
        let Some(said) = self.topics.get(text) else {
            return mentions;
        };
        mentions.retain(|mention| said.get(mention.id) != Some(&false));
        for (id, _) in said.iter().filter(|(_, yes)| **yes) {
            let Some(topic) = topics.number(id) else {
                continue;
            };
            if mentions.iter().all(|mention| mention.topic != topic) {
                mentions.push(Mention {
                    id: topics.id(topic),
                    topic,
                    span: Span { start: 0, end: 0 },
                    spans: Vec::new(),
                    sentence: None,
                    sentiment: analysis.sentiment,
                });
            }
        }
        mentions
    }
}

/// A text of which a person said whether it speaks of a topic.
#[derive(Debug, Clone, Copy)]
pub struct Judged<'a> {
    /// The text.
    pub text: &'a str,
    /// What was found in it.
    pub analysis: &'a Analysis,
    /// Whether it speaks of the topic.
    pub yes: bool,
}

/// How a rule could be changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// Look for the term as well.
    Add,
    /// Leave out what stands beside the term.
    Exclude,
}

/// A change of a rule with what it would have done to the texts that people judged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// What to change.
    pub change: Change,
    /// The term, in dictionary form.
    pub term: String,
    /// How many texts would be judged as people do that are not so far.
    pub mends: usize,
    /// How many would no longer be.
    pub breaks: usize,
}

/// Fewest texts that a change has to mend: one text is an anecdote.
const LEAST: usize = 2;
/// How many texts it has to mend for each that it breaks.
const WORTH: usize = 3;

/// Changes of a topic's rule that would bring it nearer to what people said, the most
/// useful first. Terms are words of the texts that the rule got wrong.
#[must_use]
pub fn propose(topics: &Topics, topic: usize, judged: &[Judged<'_>]) -> Vec<Proposal> {
    let stop = stop_words();
    // Terms by what was said (yes or no) and what the rule did (found or not).
    let mut standing: BTreeMap<&str, [[usize; 2]; 2]> = BTreeMap::new();
    for one in judged {
        let mentions = topics.find(one.text, one.analysis);
        let found = mentions.iter().any(|mention| mention.topic == topic);
        let named: Vec<Span> = mentions
            .iter()
            .filter(|mention| mention.topic == topic)
            .flat_map(|mention| mention.spans.iter().copied())
            .collect();
        let terms: BTreeSet<&str> = one
            .analysis
            .tokens
            .iter()
            .filter(|token| names(token, one.analysis.language))
            .filter(|token| {
                // What the rule itself found cannot be what tells its errors.
                named
                    .iter()
                    .all(|span| token.span.end <= span.start || token.span.start >= span.end)
            })
            .map(|token| token.form.as_str())
            .filter(|form| !stop.contains(form))
            .collect();
        for term in terms {
            standing.entry(term).or_default()[usize::from(one.yes)][usize::from(found)] += 1;
        }
    }
    let mut proposals: Vec<Proposal> = standing
        .into_iter()
        .flat_map(|(term, [no, yes])| {
            [
                (Change::Add, yes[0], no[0]),
                (Change::Exclude, no[1], yes[1]),
            ]
            .map(|(change, mends, breaks)| Proposal {
                change,
                term: term.to_owned(),
                mends,
                breaks,
            })
        })
        .filter(|one| one.mends >= LEAST && one.mends >= WORTH * one.breaks)
        .collect();
    proposals.sort_by(|a, b| {
        let gain = |one: &Proposal| one.mends as i64 - (WORTH * one.breaks) as i64;
        gain(b)
            .cmp(&gain(a))
            .then_with(|| (a.change, &a.term).cmp(&(b.change, &b.term)))
    });
    proposals
}

impl TopicDocument {
    /// The document with a proposal taken over into the rule of a topic.
    ///
    /// # Errors
    /// When there is no such topic.
    pub fn accept(&self, id: &str, proposal: &Proposal) -> Result<Self, TopicProblems> {
        let mut document = self.clone();
        let topic = find(&mut document.topics, id).ok_or_else(|| missing(id))?;
        let term = Rule::base(&proposal.term);
        let rule = topic.rule.take();
        topic.rule = match (proposal.change, rule) {
            (Change::Add, rule) => either(rule, Some(term)),
            (Change::Exclude, Some(Rule::All(mut of))) => {
                of.push(Rule::Not(Box::new(term)));
                Some(Rule::All(of))
            }
            (Change::Exclude, Some(rule)) => Some(Rule::All(vec![rule, Rule::Not(Box::new(term))])),
            (Change::Exclude, None) => None,
        };
        Ok(document)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::TopicLimits;
    use super::*;
    use crate::text::{Analyser, Asked, Synonyms};

    fn waiting() -> TopicDocument {
        TopicDocument::from_value(&json!({"koe_topics": 1, "topics": [
            {"id": "waiting", "name": {"en": "Waiting"}, "rule": "wait"},
            {"id": "staff", "name": {"en": "Staff"}, "rule": "nurse"}]}))
        .unwrap()
    }

    #[test]
    fn what_people_say_stands_above_the_rules() {
        let corrections: Corrections = serde_json::from_value::<Vec<Correction>>(json!([
            {"text": "a", "says": {"about": "topic", "topic": "waiting", "yes": true}},
            {"text": "a", "says": {"about": "topic", "topic": "waiting", "yes": false}},
            {"text": "a", "says": {"about": "topic", "topic": "staff", "yes": true}},
            {"text": "a", "says": {"about": "topic", "topic": "gone", "yes": true}},
            {"text": "a", "says": {"about": "sentiment", "side": "negative"}},
        ]))
        .unwrap()
        .into_iter()
        .collect();
        let analyser = Analyser::new(None, &Synonyms::new());
        let topics = analyser
            .topics(&waiting(), &TopicLimits::default())
            .unwrap();
        let text = "A good wait";
        let mut analysis = analyser.reader().analyse(text, Asked::Open);
        corrections.judge("a", &mut analysis);
        assert_eq!(analysis.sentiment.label, Label::Negative);
        assert_eq!(corrections.side("a"), Some(Side::Negative));
        let found = topics.find(text, &analysis);
        assert_eq!(found.len(), 1);
        let other = corrections.apply("b", &analysis, &topics, found.clone());
        assert_eq!(other, found);
        let corrected = corrections.apply("a", &analysis, &topics, found);
        let ids: Vec<&str> = corrected.iter().map(|mention| mention.id).collect();
        assert_eq!(ids, ["staff"]);
    }

    #[test]
    fn corrections_show_how_a_rule_could_be_bettered() {
        let texts = [
            ("The queue was endless", true),
            ("A queue at the desk", true),
            ("We had to wait for an hour", true),
            ("The nurse was rude", false),
            ("They wait on tables in the restaurant", false),
            ("Somebody waits on tables here", false),
            ("The desk was dirty", false),
        ];
        let analyser = Analyser::new(None, &Synonyms::new());
        let mut reader = analyser.reader();
        let analyses: Vec<Analysis> = texts
            .iter()
            .map(|(text, _)| reader.analyse(text, Asked::Open))
            .collect();
        let judged: Vec<Judged<'_>> = texts
            .iter()
            .zip(&analyses)
            .map(|((text, yes), analysis)| Judged {
                text,
                analysis,
                yes: *yes,
            })
            .collect();
        let document = waiting();
        let limits = TopicLimits::default();
        let topics = analyser.topics(&document, &limits).unwrap();
        let proposals = propose(&topics, 0, &judged);
        let said: Vec<(Change, &str, usize, usize)> = proposals
            .iter()
            .map(|one| (one.change, one.term.as_str(), one.mends, one.breaks))
            .collect();
        assert_eq!(
            said,
            [
                (Change::Add, "queue", 2, 0),
                (Change::Exclude, "tables", 2, 0)
            ]
        );
        let mut bettered = document;
        for proposal in &proposals {
            bettered = bettered.accept("waiting", proposal).unwrap();
        }
        let topics = analyser.topics(&bettered, &limits).unwrap();
        for one in &judged {
            let found = topics.find(one.text, one.analysis);
            let found = found.iter().any(|mention| mention.topic == 0);
            assert_eq!(found, one.yes, "{}", one.text);
        }
        assert!(bettered.accept("nobody", &proposals[0]).is_err());
    }
}
