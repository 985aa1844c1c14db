//! Counting topics: how many texts speak of each, and what these score.

use serde::{Deserialize, Serialize};

use super::compile::Topics;
use super::find::Mention;
use crate::confidence::Confidence;
use crate::inference::{Comparison, compare, family};
use crate::score::{Metric, Scale, Score, Share, score, score_of_share};
use crate::summary::{Summary, Tally};

/// Texts, scores and judgements by topic. Tallies of parts merge into that of the
/// whole, when the topics are the same.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TopicTally {
    /// All texts.
    all: Tally,
    /// The scores of all texts.
    scores: Summary,
    topics: Vec<Spoken>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
struct Spoken {
    texts: Tally,
    scores: Summary,
    /// What is thought where it is spoken of, −1 to 1.
    sentiment: Summary,
}

/// What is known of a topic.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TopicFigures {
    /// The topic's number.
    pub topic: usize,
    /// How many texts speak of it or of a topic beneath it.
    pub n: u64,
    /// How many texts there are.
    pub n_texts: u64,
    /// `n` of `n_texts` in percent, with Wilson's interval.
    pub share: Score,
    /// What is thought where it is spoken of: the mean over texts of the sentences'
    /// judgements, −1 to 1.
    pub sentiment: Score,
    /// The score of the texts that speak of it; `None` when no metric was given.
    pub score: Option<Score>,
    /// That score less the score of all other texts, with interval and test; p is
    /// adjusted over all topics (Benjamini & Hochberg 1995). `None` as for `score`.
    pub lift: Option<Comparison>,
}

impl TopicTally {
    /// Nothing counted yet.
    #[must_use]
    pub fn new(topics: usize) -> Self {
        Self {
            all: Tally::default(),
            scores: Summary::default(),
            topics: vec![Spoken::default(); topics],
        }
    }

    /// Counts a text: the topics it speaks of with what it thinks of each, its score
    /// (`None` when it has none) and its weight (1 when nobody is weighted). A weight
    /// that is not positive and finite leaves the text out.
    ///
    /// # Panics
    /// When a topic's number is not below the number of topics.
    pub fn add_text(
        &mut self,
        spoken: impl IntoIterator<Item = (usize, f64)>,
        score: Option<f64>,
        weight: f64,
    ) {
        if !(weight.is_finite() && weight > 0.0) {
            return;
        }
        let one = Tally {
            n: 1,
            weight,
            weight_squared: weight * weight,
        };
        self.all.merge(&one);
        self.scores.add(score, weight);
        let mut judged: Vec<(usize, f64)> = spoken.into_iter().collect();
        judged.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
        for of in judged.chunk_by(|a, b| a.0 == b.0) {
            let topic = &mut self.topics[of[0].0];
            let sentiment =
                of.iter().map(|(_, sentiment)| sentiment).sum::<f64>() / of.len() as f64;
            topic.texts.merge(&one);
            topic.scores.add(score, weight);
            topic.sentiment.add(Some(sentiment), weight);
        }
    }

    /// Counts a text by what was found in it; each topic above one that was found is
    /// counted too.
    pub fn add(
        &mut self,
        topics: &Topics,
        mentions: &[Mention<'_>],
        score: Option<f64>,
        weight: f64,
    ) {
        let with_those_above = mentions.iter().flat_map(|mention| {
            std::iter::successors(Some(mention.topic), |topic| topics.parent(*topic))
                .map(|topic| (topic, mention.sentiment.score))
        });
        self.add_text(with_those_above, score, weight);
    }

    /// Adds what was counted elsewhere over the same topics.
    pub fn merge(&mut self, other: &Self) {
        self.all.merge(&other.all);
        self.scores.merge(&other.scores);
        for (own, other) in self.topics.iter_mut().zip(&other.topics) {
            own.texts.merge(&other.texts);
            own.scores.merge(&other.scores);
            own.sentiment.merge(&other.sentiment);
        }
    }

    /// The figures of every topic, by number. With a metric each topic is compared with
    /// all texts that do not speak of it, as [`compare`] does.
    #[must_use]
    pub fn figures(&self, metric: Option<&Metric>, confidence: Confidence) -> Vec<TopicFigures> {
        let sentiment = Metric::Mean {
            scale: Some(Scale::new(-1, 1)),
            direction: crate::score::Direction::HigherIsBetter,
        };
        let mut figures: Vec<TopicFigures> = self
            .topics
            .iter()
            .enumerate()
            .map(|(topic, spoken)| {
                let share = Share {
                    chosen: spoken.texts,
                    all: self.all,
                };
                TopicFigures {
                    topic,
                    n: spoken.texts.n,
                    n_texts: self.all.n,
                    share: score_of_share(&share, 0, confidence),
                    sentiment: score(&sentiment, &spoken.sentiment, confidence),
                    score: metric.map(|metric| score(metric, &spoken.scores, confidence)),
                    lift: metric.map(|metric| {
                        let rest = self.scores.without(&spoken.scores);
                        compare(metric, &spoken.scores, &rest, confidence)
                    }),
                }
            })
            .collect();
        let mut lifts: Vec<Comparison> =
            figures.iter().filter_map(|one| one.lift.clone()).collect();
        family::adjust(&mut lifts);
        for (figure, lift) in figures
            .iter_mut()
            .filter(|one| one.lift.is_some())
            .zip(lifts)
        {
            figure.lift = Some(lift);
        }
        figures
    }

    /// What was counted of a topic, as a period of its [`super::trend`].
    ///
    /// # Panics
    /// When there is no such number.
    #[must_use]
    pub fn period(&self, topic: usize, at: f64) -> super::Period {
        super::Period {
            at,
            topic: self.topics[topic].texts,
            all: self.all,
        }
    }
}
