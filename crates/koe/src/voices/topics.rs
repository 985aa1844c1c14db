//! What voices speak of, in figures. Pure.

use std::collections::{BTreeMap, HashMap};

use koe_analysis::confidence::Confidence;
use koe_analysis::score::{Share, score_of_share};
use koe_analysis::summary::Tally;
use serde::Serialize;
use utoipa::ToSchema;

use super::tree::{Tree, by_language};
use crate::base::number::{ScoreView, shown};

/// How many voices speak of a topic, and what they judge there.
#[derive(Debug, Serialize, ToSchema)]
pub struct TopicFigure {
    /// The topic, as filters take it.
    pub topic: String,
    /// The topic it belongs to.
    pub parent: Option<String>,
    /// Its name by language.
    pub label: BTreeMap<&'static str, String>,
    /// Voices that speak of it or of a topic beneath it.
    pub n: u64,
    /// The same of all voices of the question in percent, with its interval.
    pub share: ScoreView,
    /// What is judged where it is spoken of.
    pub said: TopicSides,
}

/// Voices by what they judge.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct TopicSides {
    /// For.
    pub positive: u64,
    /// Neither.
    pub neutral: u64,
    /// For and against.
    pub mixed: u64,
    /// Against.
    pub negative: u64,
}

impl TopicSides {
    fn add(&mut self, said: &str, n: u64) {
        match said {
            "positive" => self.positive += n,
            "negative" => self.negative += n,
            "mixed" => self.mixed += n,
            _ => self.neutral += n,
        }
    }

    fn n(self) -> u64 {
        self.positive + self.neutral + self.mixed + self.negative
    }
}

/// The figures of every topic, in the order of the tree. `counts` are
/// `(topic, said, n)`; `all` are the voices that were looked at.
pub fn figures(tree: &Tree, counts: &[(String, String, i64)], all: u64) -> Vec<TopicFigure> {
    let mut by_topic: HashMap<&str, TopicSides> = HashMap::new();
    for (topic, said, n) in counts {
        let sides = by_topic.entry(topic).or_default();
        sides.add(said, n.unsigned_abs());
    }
    let tree = tree.document.walk();
    tree.iter()
        .map(|walked| {
            let topic = walked.topic;
            let said = by_topic.get(topic.id.as_str()).copied().unwrap_or_default();
            let share = Share {
                chosen: Tally::unweighted(said.n()),
                // What is still to be read again may be counted here before
                // it is counted there.
                all: Tally::unweighted(all.max(said.n())),
            };
            TopicFigure {
                topic: topic.id.clone(),
                parent: walked.parent.map(|above| tree[above].topic.id.clone()),
                label: by_language(&topic.name),
                n: said.n(),
                share: shown(score_of_share(&share, 0, Confidence::P95), true),
                said,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use koe_analysis::text::topics::TopicDocument;
    use serde_json::json;

    use super::*;

    #[test]
    fn every_topic_has_its_figure_also_the_one_nobody_spoke_of() {
        let document = json!({ "koe_topics": 1, "topics": [
            { "id": "staff", "name": { "ja": "接客", "en": "Staff" }, "topics": [
                { "id": "manner", "name": { "en": "Manner" }, "rule": "polite" },
                { "id": "speed", "name": { "en": "Speed" }, "rule": "fast" },
            ]},
        ]});
        let tree = Tree {
            version: 1,
            document: TopicDocument::from_value(&document).expect("a tree"),
            changed_ms: 0,
        };
        let count = |topic: &str, said: &str, n| (topic.to_owned(), said.to_owned(), n);
        let counts = [
            count("staff", "positive", 3),
            count("staff", "negative", 1),
            count("manner", "positive", 3),
            count("manner", "mixed", 1),
            count("gone", "positive", 9),
        ];
        let figures = figures(&tree, &counts, 40);
        let told: Vec<(&str, Option<&str>, u64)> = figures
            .iter()
            .map(|one| (one.topic.as_str(), one.parent.as_deref(), one.n))
            .collect();
        assert_eq!(
            told,
            [
                ("staff", None, 4),
                ("manner", Some("staff"), 4),
                ("speed", Some("staff"), 0)
            ]
        );
        assert_eq!((figures[0].said.positive, figures[0].said.negative), (3, 1));
        assert_eq!(figures[1].said.mixed, 1);
        assert_eq!(figures[0].share.value, Some(10.0));
        assert_eq!(figures[2].share.value, Some(0.0));
        assert!(
            figures[0]
                .share
                .interval
                .is_some_and(|(low, high)| low < 10.0 && high > 10.0)
        );
    }
}
