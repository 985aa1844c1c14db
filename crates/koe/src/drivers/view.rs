//! What an analysis says, as it leaves the house. Pure.

use std::collections::BTreeMap;

use koe_analysis::drivers as analysis;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::model::{Definition, DriverAnalysis};
use super::plan::Planned;

/// A result, with everything that must travel with it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DriverResults {
    /// What was analysed.
    pub analysis: DriverAnalysis,
    /// What was to be explained.
    pub outcome: OutcomeView,
    /// Hidden, because too few people of a confidential programme are behind
    /// it. Then there is no finding.
    pub suppressed: bool,
    /// Why there is no ranking, as a code with its figures; null when there is
    /// one.
    pub refused: Option<Remark>,
    /// The finding; null when it is suppressed or no model could be fitted.
    pub finding: Option<FindingView>,
    /// Names of ids that stand in keys of groups, by id and language.
    pub labels: BTreeMap<String, BTreeMap<String, String>>,
    /// How the numbers come about.
    pub note: DriverNote,
}

/// What is to be explained.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = DriverOutcomeView)]
pub struct OutcomeView {
    /// The metric or question, by language; empty for a field without a name.
    pub label: BTreeMap<String, String>,
    /// What slopes and potentials are in.
    pub unit: Unit,
    /// Whether less of it is better.
    pub lower_is_better: bool,
}

/// What slopes and potentials are in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = DriverUnit)]
pub enum Unit {
    /// Points of an NPS, −100 to 100.
    NpsPoints,
    /// Percentage points of a share.
    PercentagePoints,
    /// Points of the outcome's own scale.
    Points,
}

/// Something to keep in mind, or why there is no ranking.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = DriverRemark)]
pub struct Remark {
    /// `few_rows`, `not_significant`, `overlap`, `halo`, `sign_change`,
    /// `many_dropped`, `resamples_lost`, `pairwise_rows`; where no model could
    /// be fitted `too_few_rows`, `constant`, `collinear`, `contradictory`.
    pub code: String,
    /// The driver it is about; `outcome` for the outcome.
    pub driver: Option<String>,
    /// The drivers that it can be computed from, for `collinear`.
    pub others: Vec<String>,
    /// The figure that caused it.
    pub value: Option<f64>,
    /// The figure that would do, for `few_rows` and `too_few_rows`.
    pub wanted: Option<f64>,
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = DriverFinding)]
pub struct FindingView {
    /// Records used.
    pub n: u64,
    /// Records left out for want of values.
    pub n_dropped: u64,
    /// Records that the tests count on.
    pub n_effective: f64,
    /// The share of the outcome's variance that the drivers explain, 0 to 1.
    pub r2: f64,
    /// Of R².
    pub r2_interval: Option<(f64, f64)>,
    /// R² less what chance alone gives so many drivers.
    pub r2_adjusted: Option<f64>,
    /// p of "the drivers explain nothing".
    pub p: Option<f64>,
    /// The share of the drivers' variance that one component holds.
    pub first_component: f64,
    /// Resamples that the intervals rest on.
    pub resamples: usize,
    /// The drivers: ranked by importance, or as defined when ranking is refused.
    pub drivers: Vec<DriverView>,
    /// What to keep in mind.
    pub warnings: Vec<Remark>,
    /// Each group against all others; null without a split.
    pub groups: Option<Vec<DriverGroup>>,
}

/// One driver.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = DriverView)]
pub struct DriverView {
    /// As in the definition.
    pub driver: String,
    /// The question or column, by language; empty where the driver itself names
    /// it.
    pub label: BTreeMap<String, String>,
    /// Lowest and highest value, where it is a scale or yes/no.
    pub scale: Option<(f64, f64)>,
    /// Its part of R².
    pub importance: f64,
    /// Of the importance; begins at 0 where the driver is not significant.
    pub interval: Option<(f64, f64)>,
    /// Its part of R² over R², 0 to 1.
    pub share: f64,
    /// Its mean; null where it could tell of single people.
    pub performance: Option<f64>,
    /// Of the mean.
    pub performance_interval: Option<(f64, f64)>,
    /// What is meant by "so much more": 1 for scales and yes/no, else a power of
    /// ten near the spread.
    pub step: f64,
    /// What a step more would bring, other drivers equal, in the outcome's unit.
    pub potential: f64,
    /// Of the potential.
    pub potential_interval: (f64, f64),
    /// How many times overlap with other drivers widens the variance.
    pub vif: f64,
    /// p of "beside the others it adds nothing".
    pub p: f64,
    /// The same, adjusted for the number of drivers (Benjamini–Hochberg 1995).
    pub p_adjusted: f64,
    /// Whether it can be told from none; never when ranking is refused.
    pub significant: bool,
    /// Place by importance; null when ranking is refused.
    pub rank: Option<usize>,
    /// Between which places the resamples put it.
    pub rank_interval: Option<(usize, usize)>,
    /// Records in which it has no value.
    pub n_missing: u64,
    /// Penalty and reward; null where it has too many different values.
    pub asymmetry: Option<DriverAsymmetry>,
}

/// Whether a driver hurts more when it is bad than it helps when it is good.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DriverAsymmetry {
    /// Up to this value it is low.
    pub low_to: f64,
    /// From this value on it is high.
    pub high_from: f64,
    /// By how much the outcome falls when it is low instead of in the middle.
    pub penalty: Option<f64>,
    /// Of the penalty.
    pub penalty_interval: Option<(f64, f64)>,
    /// By how much the outcome rises when it is high instead of in the middle.
    pub reward: Option<f64>,
    /// Of the reward.
    pub reward_interval: Option<(f64, f64)>,
    /// p of "reward and penalty are equal", adjusted over the drivers.
    pub p_adjusted: Option<f64>,
    /// `must_be`, `one_dimensional`, `attractive` or `unclear`.
    pub kind: String,
}

/// The drivers in one group, against all others together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DriverGroup {
    /// Value of the split; null where records have none.
    pub key: Option<String>,
    /// Records used; null when hidden.
    pub n: Option<u64>,
    /// R² within the group; null when no model could be fitted.
    pub r2: Option<f64>,
    /// Hidden, because too few people are behind it.
    pub suppressed: bool,
    /// Too few records for all these drivers: read with care.
    pub few: bool,
    /// The drivers, as defined; empty when no model could be fitted.
    pub drivers: Vec<GroupDriver>,
}

/// One driver in one group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = DriverInGroup)]
pub struct GroupDriver {
    /// As in the definition.
    pub driver: String,
    /// Its mean in the group.
    pub performance: f64,
    /// What a step more brings in the group.
    pub potential: f64,
    /// Of the potential.
    pub potential_interval: (f64, f64),
    /// Potential in the group less potential in all others.
    pub difference: Option<f64>,
    /// Of the difference.
    pub difference_interval: Option<(f64, f64)>,
    /// p of "no difference", adjusted over all drivers of all groups.
    pub p_adjusted: Option<f64>,
    /// Whether the group differs from all others.
    pub differs: bool,
}

/// The method note that opens behind every number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DriverNote {
    /// Changes whenever the same records would give other numbers.
    pub method_version: u32,
    /// Where the method was published.
    pub source: String,
    /// Confidence of intervals and tests.
    pub confidence: f64,
    /// Parts that were drawn for the intervals.
    pub parts: usize,
    /// The definition as it was asked, with days and filters of the question.
    pub asked: Definition,
    /// When it was computed.
    pub computed_at: String,
    /// Whether figures are suppressed (confidential programme).
    pub confidential: bool,
}

impl Remark {
    /// A remark of the analysis. `wanted` is known of refusals for few rows.
    pub fn of(note: &analysis::Note, drivers: usize) -> Self {
        let code = serde_json::to_value(note.code).unwrap_or_default();
        let few = note.code == analysis::NoteCode::FewRows;
        Self {
            code: code.as_str().unwrap_or_default().to_owned(),
            driver: note.column.clone(),
            others: Vec::new(),
            value: Some(note.value).filter(|value| value.is_finite()),
            wanted: few.then(|| (analysis::ROWS_PER_DRIVER * drivers as u64) as f64),
        }
    }

    /// Why no model could be fitted; none for what a checked definition excludes.
    pub fn of_error(error: &analysis::DriverError) -> Option<Self> {
        use analysis::DriverError as E;
        let remark = |code: &str| Self {
            code: code.to_owned(),
            driver: None,
            others: Vec::new(),
            value: None,
            wanted: None,
        };
        Some(match error {
            E::TooFewRows { n, needed, .. } => Self {
                value: Some(*n as f64),
                wanted: Some(*needed as f64),
                ..remark("too_few_rows")
            },
            E::Constant { column } => Self {
                driver: Some(column.clone()),
                ..remark("constant")
            },
            E::Collinear { column, with } => Self {
                driver: Some(column.clone()),
                others: with.clone(),
                ..remark("collinear")
            },
            E::Contradictory => remark("contradictory"),
            _ => return None,
        })
    }
}

/// What one step more means: 1 on scales, else the power of ten at or below the
/// spread, so that a slope of yens is told for a thousand of them.
pub fn step(scale: Option<(f64, f64)>, spread: f64) -> f64 {
    if scale.is_some() || !spread.is_finite() || spread <= 0.0 {
        return 1.0;
    }
    10_f64.powf(spread.log10().floor())
}

/// A driver as it leaves.
pub fn driver(
    found: &analysis::Driver,
    planned: &Planned,
    spread: f64,
    performance_interval: Option<(f64, f64)>,
    n_missing: u64,
) -> DriverView {
    let step = step(planned.scale, spread);
    let (low, high) = found.potential.interval;
    DriverView {
        driver: planned.dimension.clone(),
        label: planned.label.clone(),
        scale: planned.scale,
        importance: found.importance,
        interval: found.interval,
        share: found.share,
        performance: Some(found.performance),
        performance_interval,
        step,
        potential: step * found.potential.value,
        potential_interval: (step * low, step * high),
        vif: found.vif,
        p: found.p,
        p_adjusted: found.p_adjusted,
        significant: found.significant,
        rank: found.rank,
        rank_interval: found.rank_interval,
        n_missing,
        asymmetry: None,
    }
}

/// Penalty and reward as they leave.
pub fn asymmetry(found: &analysis::Asymmetry) -> DriverAsymmetry {
    let kind = serde_json::to_value(found.kind).unwrap_or_default();
    DriverAsymmetry {
        low_to: found.low_to,
        high_from: found.high_from,
        penalty: found.penalty,
        penalty_interval: found.penalty_interval,
        reward: found.reward,
        reward_interval: found.reward_interval,
        p_adjusted: found.p_adjusted,
        kind: kind.as_str().unwrap_or_default().to_owned(),
    }
}

/// A driver in a group as it leaves.
pub fn in_group(found: &analysis::SegmentDriver, step: f64) -> GroupDriver {
    let of = |(low, high): (f64, f64)| (step * low, step * high);
    GroupDriver {
        driver: found.name.clone(),
        performance: found.performance,
        potential: step * found.slope,
        potential_interval: of(found.slope_interval),
        difference: found.difference.map(|difference| step * difference),
        difference_interval: found.difference_interval.map(of),
        p_adjusted: found.p_adjusted,
        differs: found.differs,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_one_point_on_a_scale_and_a_round_number_elsewhere() {
        for (scale, spread, expected) in [
            (Some((1.0, 5.0)), 1.1, 1.0),
            (Some((0.0, 1.0)), 0.4, 1.0),
            (None, 3.2, 1.0),
            (None, 18.0, 10.0),
            (None, 4_700.0, 1_000.0),
            (None, 0.04, 0.01),
            (None, 0.0, 1.0),
            (None, f64::NAN, 1.0),
        ] {
            let found = step(scale, spread);
            assert!(
                (found - expected).abs() < 1e-9,
                "{scale:?} {spread}: {found}"
            );
        }
    }

    #[test]
    fn what_cannot_be_fitted_has_a_word_and_its_figures() {
        let error = analysis::DriverError::TooFewRows {
            n: 4,
            needed: 10,
            drivers: 8,
        };
        let remark = Remark::of_error(&error).expect("a word");
        assert_eq!(remark.code, "too_few_rows");
        assert_eq!((remark.value, remark.wanted), (Some(4.0), Some(10.0)));
        assert!(Remark::of_error(&analysis::DriverError::NoDrivers).is_none());
    }
}
