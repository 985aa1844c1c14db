//! How long until it happens? Time to churn, to a repeat purchase, to the end of a
//! contract, when for many it has not happened yet.
//!
//! Someone who was watched for 13 weeks and is still a customer is *censored*: that
//! they stayed at least 13 weeks is used, and nothing is made up about the rest. The
//! method assumes that those who leave observation early would have fared like those
//! who stay in it.

mod curve;
mod log_rank;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::confidence::Confidence;

pub use curve::{CurvePoint, Transform};
pub use log_rank::LogRank;

/// One person, contract or device under observation.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Observation {
    /// How long it was observed, zero or more, in any unit.
    pub time: f64,
    /// Whether the event happened at `time`; if not, observation ended there.
    pub event: bool,
    /// Its weight; 1 when nobody is weighted.
    pub weight: f64,
}

impl Observation {
    /// An observation of weight one.
    #[must_use]
    pub fn new(time: f64, event: bool) -> Self {
        Self {
            time,
            event,
            weight: 1.0,
        }
    }
}

/// Why observations cannot be analysed. Rows are counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SurvivalError {
    /// No observation at all.
    Empty,
    /// A time that is negative or not a number.
    Time {
        /// The row at fault.
        row: usize,
    },
    /// A weight that is not a positive number.
    Weight {
        /// The row at fault.
        row: usize,
    },
}

impl fmt::Display for SurvivalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str(
                "time: there is no row with both a time and an event; \
                 check that the columns are the right ones and not empty",
            ),
            Self::Time { row } => write!(
                f,
                "time: row {row} is not a length of time; give zero or a positive number, \
                 or leave the row out"
            ),
            Self::Weight { row } => write!(
                f,
                "weight: row {row} is not a positive number; give it a weight or leave the row out"
            ),
        }
    }
}

impl std::error::Error for SurvivalError {}

/// The curve of one group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SurvivalGroup<K> {
    /// Which group.
    pub key: K,
    /// How many were observed.
    pub n: u64,
    /// To how many it happened.
    pub events: u64,
    /// The number of unweighted observations that would tell as much (Kish 1965,
    /// *Survey Sampling*, section 11.7); equals `n` when nobody is weighted.
    pub n_effective: f64,
    /// The time by which it happened to half; `None` while the curve stays above a half.
    pub median: Option<f64>,
    /// Where the median lies (Brookmeyer & Crowley 1982, *Biometrics* 38:29–41): the
    /// medians of the lower and upper ends of the curve. An end the observations do
    /// not reach is `None`.
    pub median_interval: (Option<f64>, Option<f64>),
    /// The longest time observed, where the curve ends.
    pub observed_to: f64,
    /// One point for each time at which it happened. Before the first the curve is 1.
    pub curve: Vec<CurvePoint>,
}

/// Curves by group and the test that they are one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Survival<K> {
    /// The confidence of the intervals.
    pub confidence: Confidence,
    /// How the interval of a point of a curve is found.
    pub interval: Transform,
    /// Groups in the order of their keys.
    pub groups: Vec<SurvivalGroup<K>>,
    /// The test of equal curves; `None` with one group, and when nothing happened to
    /// anybody or the groups were never at risk together.
    pub log_rank: Option<LogRank>,
}

/// Kaplan–Meier curves by group, with medians and the log-rank test.
///
/// S(t) = Π (1 − dⱼ/nⱼ) over the times tⱼ ≤ t at which it happened to dⱼ of the nⱼ still
/// under observation (Kaplan & Meier 1958, *JASA* 53:457–481). Someone who is censored at
/// the very time of an event was still at risk of it.
///
/// Weights of any one size change nothing.
///
/// # Errors
/// When there are no observations, or one has no usable time or weight.
pub fn survival<K: Ord>(
    rows: impl IntoIterator<Item = (K, Observation)>,
    transform: Transform,
    confidence: Confidence,
) -> Result<Survival<K>, SurvivalError> {
    let mut by_key: BTreeMap<K, Vec<Observation>> = BTreeMap::new();
    for (index, (key, observation)) in rows.into_iter().enumerate() {
        let row = index + 1;
        if !(observation.time.is_finite() && observation.time >= 0.0) {
            return Err(SurvivalError::Time { row });
        }
        if !(observation.weight.is_finite() && observation.weight > 0.0) {
            return Err(SurvivalError::Weight { row });
        }
        by_key.entry(key).or_default().push(observation);
    }
    if by_key.is_empty() {
        return Err(SurvivalError::Empty);
    }
    for observations in by_key.values_mut() {
        observations.sort_by(|a, b| a.time.total_cmp(&b.time));
    }
    let sorted: Vec<&[Observation]> = by_key.values().map(Vec::as_slice).collect();
    let log_rank = log_rank::log_rank(&sorted);
    let groups = by_key
        .into_iter()
        .map(|(key, observations)| curve::group(key, &observations, transform, confidence))
        .collect();
    Ok(Survival {
        confidence,
        interval: transform,
        groups,
        log_rank,
    })
}

/// Observations of one time, in time order.
fn by_time(sorted: &[Observation]) -> impl Iterator<Item = &[Observation]> {
    sorted.chunk_by(|a, b| a.time == b.time)
}
