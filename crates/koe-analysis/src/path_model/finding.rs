//! What a path model finds, as it travels in JSON.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::model::{Mode, Scheme};
use crate::confidence::Confidence;

/// How a path model is estimated.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PathOptions {
    /// Resamples for the intervals: 0 for none, otherwise 100 to 100,000.
    pub bootstrap: usize,
    /// Where chance starts.
    pub seed: u64,
    /// Of the intervals and, as its complement, the level of the tests.
    pub confidence: Confidence,
}

impl Default for PathOptions {
    fn default() -> Self {
        Self {
            bootstrap: 1_000,
            seed: 1,
            confidence: Confidence::P95,
        }
    }
}

/// The finding.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PathModelAnalysis {
    /// How neighbours weighed in.
    pub scheme: Scheme,
    /// Rows used.
    pub n: u64,
    /// Rows left out for want of values or of a weight.
    pub n_dropped: u64,
    /// Rows that weigh as much as those used.
    pub n_effective: f64,
    /// Rounds until the weights settled.
    pub iterations: usize,
    /// Of the intervals.
    pub confidence: Confidence,
    /// Resamples that the intervals rest on; 0 when there was no bootstrap.
    pub resamples: usize,
    /// The constructs, in the order of the model.
    pub constructs: Vec<ConstructFinding>,
    /// The paths, in the order of the model.
    pub paths: Vec<Path>,
    /// Direct and indirect effects together, for each two constructs one of which leads to the
    /// other on any way.
    pub total_effects: Vec<TotalEffect>,
    /// Correlations of the scores, in the order of the constructs.
    pub correlations: Vec<Vec<f64>>,
    /// Heterotrait–monotrait ratios of each two constructs with several indicators.
    pub htmt: Vec<Htmt>,
    /// What to keep in mind.
    pub warnings: Vec<PathNote>,
}

/// One construct.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ConstructFinding {
    /// Its name.
    pub name: String,
    /// How its weights were found.
    pub mode: Mode,
    /// How much of it those that lead to it explain; `None` where nothing does.
    pub r2: Option<f64>,
    /// `1 − (1 − R²)(n − 1) / (n − p − 1)`.
    pub r2_adjusted: Option<f64>,
    /// Where R² lies, by bootstrap.
    pub r2_interval: Option<(f64, f64)>,
    /// Cronbach's alpha; `None` with a single indicator.
    pub alpha: Option<f64>,
    /// Cronbach's alpha of standardised indicators.
    pub alpha_standardised: Option<f64>,
    /// Composite reliability, Dillon and Goldstein's rho.
    pub rho_c: Option<f64>,
    /// Dijkstra and Henseler's rhoA; for mode A only.
    pub rho_a: Option<f64>,
    /// Average variance extracted.
    pub ave: f64,
    /// The mean score from 0 to 100, when the model has a scale and no weight is negative: `100 ·
    /// Σ w (mean − from) / Σ w (to − from)` with weights for answers as given (Fornell, Johnson,
    /// Anderson, Cha & Bryant 1996, *Journal of Marketing* 60:7–18).
    pub index: Option<f64>,
    /// Where the index lies, by bootstrap.
    pub index_interval: Option<(f64, f64)>,
    /// Its indicators.
    pub indicators: Vec<Indicator>,
}

/// One indicator.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Indicator {
    /// Its column.
    pub name: String,
    /// Its mean.
    pub mean: f64,
    /// How much the standardised indicator counts in the score.
    pub weight: f64,
    /// Where the weight lies, by bootstrap.
    pub weight_interval: Option<(f64, f64)>,
    /// Its correlation with the score.
    pub loading: f64,
    /// Where the loading lies, by bootstrap.
    pub loading_interval: Option<(f64, f64)>,
    /// Its correlation with every construct's score, its own included.
    pub cross_loadings: BTreeMap<String, f64>,
}

/// One path.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Path {
    /// Where it begins.
    pub from: String,
    /// Where it ends.
    pub to: String,
    /// Standardised regression coefficient.
    pub coefficient: f64,
    /// By bootstrap; `None` without.
    pub standard_error: Option<f64>,
    /// Where the coefficient lies, by bootstrap.
    pub interval: Option<(f64, f64)>,
    /// p of "no effect", by t of coefficient and standard error; `None` without a bootstrap.
    pub p: Option<f64>,
    /// The same adjusted over the paths (Benjamini & Hochberg 1995).
    pub p_adjusted: Option<f64>,
    /// Whether the effect can be told from none after the adjustment; never without a bootstrap.
    pub significant: bool,
    /// Variance inflation factor of where it begins among all that lead to where it ends.
    pub vif: f64,
}

/// Direct and indirect effects together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TotalEffect {
    /// Where it begins.
    pub from: String,
    /// Where it ends.
    pub to: String,
    /// Standard deviations of the end for one of the beginning.
    pub effect: f64,
    /// Where the effect lies, by bootstrap.
    pub interval: Option<(f64, f64)>,
}

/// How alike two constructs are measured.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Htmt {
    /// One construct.
    pub a: String,
    /// The other.
    pub b: String,
    /// Near or above 0.9 the two can hardly be told apart.
    pub value: f64,
}

/// What a note is about. The text form is stable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PathNoteCode {
    /// Fewer rows than ten times the most paths or formative indicators at one construct.
    FewRows,
    /// rhoC of a reflective construct below 0.7.
    Unreliable,
    /// Less than half of the indicators' variance is the construct's.
    LittleInCommon,
    /// HTMT above 0.9.
    HardToTellApart,
    /// A variance inflation factor above 5.
    Overlap,
    /// An indicator weighs negatively, so that there is no index.
    NegativeWeight,
    /// Some resamples could not be estimated.
    ResamplesLost,
    /// No intervals, because only sums are known.
    NoResamples,
}

/// A remark with what it is about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PathNote {
    /// What it is about.
    pub code: PathNoteCode,
    /// The construct or path, when it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// The figure that caused it.
    pub value: f64,
    /// The same as an English sentence.
    pub message: String,
}
