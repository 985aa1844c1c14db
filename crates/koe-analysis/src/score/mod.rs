//! Scores: one number for a group of answers, with everything that must travel
//! with it.

mod contribution;
mod formula;
pub mod interval;
mod metric;
pub(crate) mod sample;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use contribution::contribution;
pub use formula::{Covariance, Joint, score_of_formula};
pub use metric::{Direction, GoodEnd, InvalidMetric, Metric, NpsCuts, Scale};
pub use sample::Share;

use crate::confidence::Confidence;
use crate::summary::Summary;
use sample::{Answers, Sample};

/// Below this many answers a score is marked "few answers" and its change is not
/// called. A convention of the product, not a law: 30 is where the textbooks'
/// large-sample approximations are usually said to begin.
pub const FEW_ANSWERS: u64 = 30;

/// How an interval was found. The text form is stable: it is stored, shown and
/// exported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// [`interval::wilson`], for shares.
    Wilson,
    /// [`interval::net`], for NPS.
    NpsAdjustedWald,
    /// [`interval::student`], for means.
    StudentT,
    /// [`score_of_formula`], for metrics made of metrics.
    Delta,
    /// [`score_of_formula`] when what the metrics have to do with each other is
    /// not known.
    ErrorBound,
}

impl Method {
    /// The stable text form, as it travels in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Wilson => "wilson",
            Self::NpsAdjustedWald => "nps_adjusted_wald",
            Self::StudentT => "student_t",
            Self::Delta => "delta",
            Self::ErrorBound => "error_bound",
        }
    }

    /// Where the method was published.
    #[must_use]
    pub fn source(self) -> &'static str {
        match self {
            Self::Wilson => "Wilson 1927; Newcombe 1998",
            Self::NpsAdjustedWald => "Bonett & Price 2012; Rocks 2016",
            Self::StudentT => "Student 1908",
            Self::Delta => {
                "Oehlert 1992; covariances over shared records (Kish 1965, section 12.4)"
            }
            Self::ErrorBound => "Taylor 1997, section 3.9",
        }
    }
}

/// A score and what must travel with it. `value`, `se` and `interval` are in the
/// unit of the metric: NPS −100 to 100, shares in percent 0 to 100, means and CES
/// on their scale.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Score {
    /// The score; `None` when nobody gave an answer that counts.
    pub value: Option<f64>,
    /// How many answers it rests on.
    pub n: u64,
    /// How many were asked but gave no answer that can be used, those outside the
    /// scale included.
    pub n_missing: u64,
    /// How many of the missing gave an answer outside the scale.
    pub n_out_of_scale: u64,
    /// The number of unweighted answers that would tell as much (Kish 1965);
    /// equals `n` when nobody is weighted.
    pub n_effective: f64,
    /// Standard error of `value`, by the plain formula; `None` with fewer than two
    /// (effective) answers.
    pub se: Option<f64>,
    /// Lower and upper end; `None` with fewer than two (effective) answers, and
    /// for a mean whose answers are all the same.
    pub interval: Option<(f64, f64)>,
    /// The confidence of the interval.
    pub confidence: Confidence,
    /// How the interval is found.
    pub method: Method,
    /// People, never weights, by group: `promoters`, `passives`, `detractors`;
    /// `chosen` and `other` for a share; empty for a mean.
    pub counts: BTreeMap<String, u64>,
}

impl Score {
    /// Whether it rests on fewer than [`FEW_ANSWERS`] answers.
    #[must_use]
    pub fn is_few(&self) -> bool {
        self.n < FEW_ANSWERS
    }
}

/// Whether so many (effective) answers carry an interval. Two, with room for the
/// rounding of weights.
pub(crate) fn carries_interval(n: u64, n_effective: f64) -> bool {
    n >= 2 && n_effective >= 2.0 - 1e-9
}

/// The score of a group of answers.
///
/// - NPS: 100 (p − d), variance (p + d − (p − d)²) / n.
/// - CSAT, boxes and shares: 100 p, variance p (1 − p) / n.
/// - Mean and CES: Σwx / Σw, variance s² / n.
///
/// p and d are weighted shares and n is Kish's effective number of answers.
#[must_use]
pub fn score(metric: &Metric, summary: &Summary, confidence: Confidence) -> Score {
    score_of_sample(&Sample::of(metric, summary), metric.range(), confidence)
}

/// The score, in percent, of a share that was counted elsewhere: of answers with
/// text codes, or of the cell of a cross table. Otherwise as [`score`] of a
/// [`Metric::Share`].
#[must_use]
pub fn score_of_share(share: &Share, n_missing: u64, confidence: Confidence) -> Score {
    let sample = Sample {
        answers: Answers::Share(*share),
        n_out_of_scale: 0,
        n_missing,
    };
    score_of_sample(&sample, None, confidence)
}

/// The score of classed answers; `range` bounds the interval of a mean.
fn score_of_sample(sample: &Sample, range: Option<(f64, f64)>, confidence: Confidence) -> Score {
    let method = match &sample.answers {
        Answers::Share(_) => Method::Wilson,
        Answers::Net(_) => Method::NpsAdjustedWald,
        Answers::Mean(_) => Method::StudentT,
    };
    let (n, n_effective) = match &sample.answers {
        Answers::Share(share) => (share.all.n, share.all.n_effective()),
        Answers::Net(net) => (net.all().n, net.all().n_effective()),
        Answers::Mean(moments) => (moments.n, moments.n_effective()),
    };
    let mut score = Score {
        value: None,
        n,
        n_missing: sample.n_missing,
        n_out_of_scale: sample.n_out_of_scale,
        n_effective,
        se: None,
        interval: None,
        confidence,
        method,
        counts: counts(&sample.answers),
    };
    if n_effective <= 0.0 {
        return score;
    }
    let enough = carries_interval(n, n_effective);
    match &sample.answers {
        Answers::Share(share) => {
            let p = share.p();
            score.value = Some(100.0 * p);
            if enough {
                score.se = Some(100.0 * (p * (1.0 - p) / n_effective).sqrt());
                score.interval = Some(percent(interval::wilson(p, n_effective, confidence)));
            }
        }
        Answers::Net(net) => {
            let (p, d) = net.shares();
            score.value = Some(100.0 * (p - d));
            if enough {
                let variance = (p + d - (p - d).powi(2)).max(0.0) / n_effective;
                score.se = Some(100.0 * variance.sqrt());
                score.interval = Some(percent(interval::net(p, d, n_effective, confidence)));
            }
        }
        Answers::Mean(moments) => {
            score.value = Some(moments.mean);
            if enough {
                score.se = moments.standard_error();
                score.interval = interval::student(moments, range, confidence);
            }
        }
    }
    score
}

fn percent((low, high): (f64, f64)) -> (f64, f64) {
    (100.0 * low, 100.0 * high)
}

fn counts(answers: &Answers) -> BTreeMap<String, u64> {
    let named: &[(&str, u64)] = match answers {
        Answers::Share(share) => &[
            ("chosen", share.chosen.n),
            ("other", share.all.n.saturating_sub(share.chosen.n)),
        ],
        Answers::Net(net) => &[
            ("promoters", net.promoters.n),
            ("passives", net.passives.n),
            ("detractors", net.detractors.n),
        ],
        Answers::Mean(_) => &[],
    };
    named
        .iter()
        .map(|&(name, n)| (name.to_owned(), n))
        .collect()
}
