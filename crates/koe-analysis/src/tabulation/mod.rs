//! Scores group by group, and every pair of groups compared, with or without a sampling
//! design.
//!
//! Without a design the figures are those of [`crate::score`] and [`crate::inference`]. With
//! one (weights, strata, clusters, finite population, raking) standard errors are linearised
//! ([`crate::weighting`]), and intervals use the number of independent answers that would
//! have such an error, so that small and extreme shares and NPS keep honest intervals.
//!
//! Weights that are all the same, and nothing else, are no design.

mod measure;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::confidence::Confidence;
use crate::inference::family::benjamini_hochberg;
use crate::score::{Direction, Metric};
use crate::weighting::Design;
use measure::Measured;

/// The figures of a group, in the unit of the metric.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Figures {
    /// How many answers the value rests on.
    pub n: u64,
    /// How many gave no answer that can be used, those outside the scale included.
    pub n_missing: u64,
    /// How many of the missing gave an answer outside the scale.
    pub n_out_of_scale: u64,
    /// The number of equally weighted answers that would tell as much (Kish 1965).
    pub n_effective: f64,
    /// The score; `None` without an answer that counts.
    pub value: Option<f64>,
    /// Its standard error; `None` with fewer than two answers or first-stage units.
    pub se: Option<f64>,
    /// Lower and upper end; `None` as for `se`, and for means that do not vary.
    pub interval: Option<(f64, f64)>,
    /// People, never weights, by group of the metric.
    pub counts: BTreeMap<String, u64>,
}

/// The figures of one group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GroupFigures<K> {
    /// Which group.
    pub key: K,
    /// Its figures, beside the key in JSON.
    #[serde(flatten)]
    pub figures: Figures,
}

/// A metric group by group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ScoreTable<K> {
    /// The metric, as on the command line: `nps`, `csat`, `ces`, `mean`, `top-box`, ….
    pub metric: String,
    /// Which way it gets better.
    pub direction: Direction,
    /// The confidence of the intervals.
    pub confidence: Confidence,
    /// How intervals are found: `wilson`, `nps_adjusted_wald`, `student_t`; with a design
    /// `taylor_wilson`, `taylor_nps_adjusted_wald`, `taylor_t`.
    pub method: String,
    /// Groups in the order of their keys.
    pub groups: Vec<GroupFigures<K>>,
    /// All rows together.
    pub total: Figures,
}

/// Two groups side by side, in the unit of the metric.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Pair<K> {
    /// The one.
    pub a: K,
    /// The other.
    pub b: K,
    /// The value of `a` less that of `b`; `None` when one of them has none.
    pub difference: Option<f64>,
    /// Its standard error; `None` when a group has too few answers.
    pub se: Option<f64>,
    /// Lower and upper end; `None` as for `se`, and for means when neither varies.
    pub interval: Option<(f64, f64)>,
    /// z or t; `None` as for `interval`, and for Fisher's exact test, which has none.
    pub statistic: Option<f64>,
    /// Two-sided p of "no difference".
    pub p: Option<f64>,
    /// The same, adjusted for all pairs together (Benjamini & Hochberg 1995).
    pub p_adjusted: Option<f64>,
    /// How interval and p are found.
    pub method: String,
}

/// Every pair of groups.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PairTable<K> {
    /// The metric, as in [`ScoreTable`].
    pub metric: String,
    /// Which way it gets better.
    pub direction: Direction,
    /// The confidence of the intervals.
    pub confidence: Confidence,
    /// Each group with each that follows it, in the order of their keys.
    pub pairs: Vec<Pair<K>>,
}

/// The metric of each group of rows and of all rows together. A row is the group it belongs
/// to and its answer; the design speaks of the same rows in the same order.
///
/// # Panics
/// When the design has another number of rows.
#[must_use]
pub fn score_table<K: Ord + Clone>(
    metric: &Metric,
    rows: &[(K, Option<f64>)],
    design: &Design,
    confidence: Confidence,
) -> ScoreTable<K> {
    let whole: Vec<usize> = (0..rows.len()).collect();
    let total = Measured::new(metric, rows, &whole, design, confidence);
    let groups = by_key(rows)
        .into_iter()
        .map(|(key, members)| GroupFigures {
            key: key.clone(),
            figures: Measured::new(metric, rows, &members, design, confidence).figures,
        })
        .collect();
    ScoreTable {
        metric: name(metric).to_owned(),
        direction: metric.direction(),
        confidence,
        method: total.method.to_owned(),
        groups,
        total: total.figures,
    }
}

/// Every pair of groups of rows compared, p adjusted over all pairs together. Otherwise as
/// [`score_table`].
///
/// # Panics
/// When the design has another number of rows.
#[must_use]
pub fn pair_table<K: Ord + Clone>(
    metric: &Metric,
    rows: &[(K, Option<f64>)],
    design: &Design,
    confidence: Confidence,
) -> PairTable<K> {
    let groups: Vec<(&K, Measured)> = by_key(rows)
        .into_iter()
        .map(|(key, members)| {
            (
                key,
                Measured::new(metric, rows, &members, design, confidence),
            )
        })
        .collect();
    let mut pairs = Vec::new();
    for (index, (a, of_a)) in groups.iter().enumerate() {
        for (b, of_b) in &groups[index + 1..] {
            let found = measure::difference(metric, of_a, of_b, design, confidence);
            pairs.push(Pair {
                a: (*a).clone(),
                b: (*b).clone(),
                difference: found.difference,
                se: found.se,
                interval: found.interval,
                statistic: found.statistic,
                p: found.p,
                p_adjusted: None,
                method: found.method.to_owned(),
            });
        }
    }
    let p: Vec<f64> = pairs.iter().filter_map(|pair| pair.p).collect();
    let tested = pairs.iter_mut().filter(|pair| pair.p.is_some());
    for (pair, adjusted) in tested.zip(benjamini_hochberg(&p)) {
        pair.p_adjusted = Some(adjusted);
    }
    PairTable {
        metric: name(metric).to_owned(),
        direction: metric.direction(),
        confidence,
        pairs,
    }
}

fn by_key<K: Ord>(rows: &[(K, Option<f64>)]) -> BTreeMap<&K, Vec<usize>> {
    let mut groups: BTreeMap<&K, Vec<usize>> = BTreeMap::new();
    for (row, (key, _)) in rows.iter().enumerate() {
        groups.entry(key).or_default().push(row);
    }
    groups
}

fn name(metric: &Metric) -> &'static str {
    match metric {
        Metric::Nps { .. } => "nps",
        Metric::Csat { .. } => "csat",
        Metric::Ces { .. } => "ces",
        Metric::TopBox { .. } => "top-box",
        Metric::BottomBox { .. } => "bottom-box",
        Metric::Mean { .. } => "mean",
        Metric::Share { .. } => "share",
    }
}
