//! From the lake's sums to scores: one metric over answers, or a formula over
//! several.

use std::collections::BTreeMap;

use koe_analysis::confidence::Confidence;
use koe_analysis::expression::Expression;
use koe_analysis::inference::{self, Comparison};
use koe_analysis::score::{
    Covariance, Joint, Metric as OverAnswers, Score, score, score_of_formula,
};
use koe_analysis::summary::Summary;

/// A metric over answers, by itself or below a formula over metrics.
#[derive(Clone, Debug)]
pub struct Leaf {
    /// Its name in the formula.
    pub name: String,
    /// How it is calculated.
    pub formula: OverAnswers,
}

/// What is calculated from sums.
#[derive(Clone, Debug)]
pub struct Measured {
    /// The formula over the leaves; absent when there is one and it is the
    /// metric.
    pub expression: Option<Expression>,
    /// The metrics that rest on answers.
    pub leaves: Vec<Leaf>,
    /// Leaves that one record can answer both of, whose joint sums are taken.
    pub pairs: Vec<(usize, usize)>,
    /// There are too many leaves for joint sums: the interval is a bound.
    pub bounded: bool,
}

/// What the lake summed for one group. Mergeable.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sums {
    /// For each leaf, by its place.
    pub leaves: BTreeMap<usize, Summary>,
    /// For each pair of leaves.
    pub joints: BTreeMap<(usize, usize), Joint>,
}

impl Sums {
    /// Adds the sums of `other`.
    pub fn merge(&mut self, other: &Self) {
        for (&leaf, summary) in &other.leaves {
            self.leaves.entry(leaf).or_default().merge(summary);
        }
        for (&pair, joint) in &other.joints {
            self.joints.entry(pair).or_default().merge(joint);
        }
    }
}

impl Measured {
    /// The scores of the leaves.
    fn scores(&self, sums: &Sums, confidence: Confidence) -> Vec<Score> {
        let none = Summary::default();
        (self.leaves.iter().enumerate())
            .map(|(at, leaf)| {
                let summary = sums.leaves.get(&at).unwrap_or(&none);
                score(&leaf.formula, summary, confidence)
            })
            .collect()
    }

    /// How many answers each leaf rests on.
    pub fn counts(&self, sums: &Sums, confidence: Confidence) -> Vec<u64> {
        let scores = self.scores(sums, confidence);
        scores.into_iter().map(|score| score.n).collect()
    }

    /// The score of a group.
    pub fn score(&self, sums: &Sums, confidence: Confidence) -> Score {
        let mut scores = self.scores(sums, confidence);
        let Some(formula) = &self.expression else {
            return scores.swap_remove(0);
        };
        let place = |name: &str| self.leaves.iter().position(|leaf| leaf.name == name);
        score_of_formula(
            formula,
            |name| scores.get(place(name)?),
            |one, other| {
                let (Some(one), Some(other)) = (place(one), place(other)) else {
                    return Covariance::Unknown;
                };
                let pair = (one.min(other), one.max(other));
                if self.bounded {
                    Covariance::Unknown
                } else {
                    sums.joints
                        .get(&pair)
                        .map_or(Covariance::Independent, |joint| {
                            joint.covariance(&scores[pair.0], &scores[pair.1])
                        })
                }
            },
            confidence,
        )
    }

    /// A group of answers against another.
    pub fn compare(&self, current: &Sums, base: &Sums, confidence: Confidence) -> Comparison {
        if self.expression.is_none() {
            let none = Summary::default();
            let of = |sums: &Sums| sums.leaves.get(&0).unwrap_or(&none).clone();
            return inference::compare(
                &self.leaves[0].formula,
                &of(current),
                &of(base),
                confidence,
            );
        }
        inference::compare_formulas(
            &self.score(current, confidence),
            &self.score(base, confidence),
            confidence,
        )
    }
}
