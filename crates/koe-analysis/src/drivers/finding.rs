//! What an analysis of drivers finds, as it travels in JSON.

use serde::{Deserialize, Serialize};

use super::linear::ModelTest;
use crate::confidence::Confidence;

/// How R² is shared out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// The Shapley value: the mean gain over all orders of entry (LMG, general dominance).
    #[default]
    Shapley,
    /// Johnson's relative weights.
    Johnson,
    /// Shapley, with Johnson's relative weights beside it.
    Both,
}

impl Method {
    /// The stable text form, as it travels in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Shapley => "shapley",
            Self::Johnson => "johnson",
            Self::Both => "both",
        }
    }

    /// Where the method was published.
    #[must_use]
    pub fn source(self) -> &'static str {
        match self {
            Self::Shapley => "Lindeman, Merenda & Gold 1980; Lipovetsky & Conklin 2001",
            Self::Johnson => "Johnson 2000; Genizi 1993",
            Self::Both => "Lindeman, Merenda & Gold 1980; Johnson 2000",
        }
    }
}

/// What kind of outcome is explained.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Model {
    /// A number: least squares, R².
    #[default]
    Linear,
    /// One of two values: maximum likelihood, McFadden's R².
    Logistic,
}

impl Model {
    /// The stable text form, as it travels in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Linear => "linear",
            Self::Logistic => "logistic",
        }
    }
}

/// Which rows are used when some lack a value.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Missing {
    /// Rows with all values.
    #[default]
    Listwise,
    /// For each two columns the rows that have both. The tests count on the pair with the
    /// fewest.
    Pairwise,
}

impl Missing {
    /// The stable text form, as it travels in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Listwise => "listwise",
            Self::Pairwise => "pairwise",
        }
    }
}

/// How an analysis is made.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Options {
    /// How R² is shared out.
    pub method: Method,
    /// The model.
    pub model: Model,
    /// Which rows are used.
    pub missing: Missing,
    /// Resamples for the intervals: 0 for none, otherwise 100 to 100,000.
    pub bootstrap: usize,
    /// Where chance starts.
    pub seed: u64,
    /// Of the intervals and, as its complement, the level of the tests.
    pub confidence: Confidence,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            method: Method::Shapley,
            model: Model::Linear,
            missing: Missing::Listwise,
            bootstrap: 1_000,
            seed: 1,
            confidence: Confidence::P95,
        }
    }
}

/// The finding.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DriverAnalysis {
    /// How R² was shared out.
    pub method: Method,
    /// The model.
    pub model: Model,
    /// Which rows were used.
    pub missing: Missing,
    /// The outcome's name.
    pub outcome: String,
    /// Rows used.
    pub n: u64,
    /// Rows left out for want of values or of a weight.
    pub n_dropped: u64,
    /// Rows that the tests count on: fewer than `n` with weights or pairwise values.
    pub n_effective: f64,
    /// R² of the linear model, McFadden's R² of the logistic, 0 to 1.
    pub r2: f64,
    /// R² less what chance alone gives so many drivers; can be below 0. Linear: `1 − (1 − R²)
    /// (n − 1) / (n − p − 1)`; logistic: `1 − (log L − p) / log L₀`.
    pub r2_adjusted: Option<f64>,
    /// Where R² lies, by bootstrap.
    pub r2_interval: Option<(f64, f64)>,
    /// Whether the drivers explain anything; `None` without degrees of freedom.
    pub test: Option<ModelTest>,
    /// The share of the drivers' variance that one component holds (their halo), 0 to 1.
    pub first_component: f64,
    /// Of the intervals.
    pub confidence: Confidence,
    /// Resamples that the intervals rest on; 0 when there was no bootstrap.
    pub resamples: usize,
    /// Why there is no ranking; `None` when there is one.
    pub refused: Option<Note>,
    /// The drivers: ranked by importance, or in the order given when ranking is refused.
    pub drivers: Vec<Driver>,
    /// What to keep in mind.
    pub warnings: Vec<Note>,
}

/// One driver.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Driver {
    /// Its column.
    pub name: String,
    /// Its part of R². All together sum to R².
    pub importance: f64,
    /// Its part of R² over R², 0 to 1.
    pub share: f64,
    /// Where the importance lies, by bootstrap. It begins at 0 where the driver is not
    /// significant. `None` without a bootstrap.
    pub interval: Option<(f64, f64)>,
    /// Johnson's relative weight, when both were asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relative_weight: Option<RelativeWeight>,
    /// Its weighted mean.
    pub performance: f64,
    /// Linear: units of the outcome for one point more, other drivers equal. Logistic: change of
    /// the log odds.
    pub slope: f64,
    /// Standard error of the slope: of the bootstrap, otherwise of the model.
    pub standard_error: f64,
    /// What one point more would bring.
    pub potential: Potential,
    /// Variance inflation factor: how many times the drivers' overlap widens the slope's
    /// variance; 1 without overlap.
    pub vif: f64,
    /// p of "beside the others it adds nothing" (t test of the slope).
    pub p: f64,
    /// The same adjusted for the number of drivers (Benjamini & Hochberg 1995).
    pub p_adjusted: f64,
    /// Whether its slope can be told from none at the level of the confidence, after the
    /// adjustment; never when ranking is refused.
    pub significant: bool,
    /// Its place by importance, 1 the most important; `None` when ranking is refused.
    pub rank: Option<usize>,
    /// Between which places the resamples put it.
    pub rank_interval: Option<(usize, usize)>,
    /// Rows in which it has no value; `None` where only sums are known.
    pub n_missing: Option<u64>,
}

/// What one point more of a driver would bring, other drivers equal.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Potential {
    /// In units of the outcome. Logistic: change of the share with the higher value, −1 to 1,
    /// as a mean over the rows.
    pub value: f64,
    /// Where it lies: by bootstrap, otherwise by t.
    pub interval: (f64, f64),
}

/// Johnson's relative weight beside the Shapley value.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct RelativeWeight {
    /// Part of R².
    pub importance: f64,
    /// Over R², 0 to 1.
    pub share: f64,
    /// By bootstrap; begins at 0 where the driver is not significant.
    pub interval: Option<(f64, f64)>,
}

/// What a note is about. The text form is stable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoteCode {
    /// Fewer than ten rows for each driver.
    FewRows,
    /// R² cannot be told from none.
    NotSignificant,
    /// A variance inflation factor above 5.
    Overlap,
    /// One component holds more than half of the drivers' variance.
    Halo,
    /// A driver that goes with the outcome one way alone and the other way beside the others.
    SignChange,
    /// More than half of the rows were left out.
    ManyDropped,
    /// Some resamples could not be fitted.
    ResamplesLost,
    /// No intervals of importance, because only the sums of the whole are known.
    NoResamples,
    /// Part of the drivers' importance is about nothing but which rows have values.
    PairwiseRows,
}

/// A remark with what it is about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Note {
    /// What it is about.
    pub code: NoteCode,
    /// The column, when it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// The figure that caused it.
    pub value: f64,
    /// The same as an English sentence.
    pub message: String,
}
