//! Did it change? Two groups of answers side by side, with a test.
//!
//! The groups are taken to be independent samples. Where the same people answer
//! twice the true uncertainty of a change is usually smaller, so these findings
//! are on the careful side.

pub mod family;
pub mod mean;
pub mod net;
pub mod share;

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use crate::confidence::Confidence;
use crate::score::interval::around;
use crate::score::sample::{Answers, Sample};
use crate::score::{Method, Metric, Score, Share, carries_interval, score, score_of_share};
use crate::summary::Summary;

/// What may be said of a change. It speaks of the number, not of better or worse:
/// that is the metric's [`crate::score::Direction`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The number went up.
    Up,
    /// The number went down.
    Down,
    /// The answers do not carry an arrow: the change is within chance, or there
    /// are too few of them to tell.
    NoClearChange,
}

/// How a comparison was made: its interval and its test. The text form is stable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ComparisonMethod {
    /// Shares: Newcombe's interval and the two-proportion z test.
    NewcombeZ,
    /// Shares with few expected answers in a cell: Newcombe's interval and
    /// Fisher's exact test.
    NewcombeFisherExact,
    /// NPS: adjusted Wald interval and its z test.
    NpsAdjustedWald,
    /// Means: Welch's interval and test.
    WelchT,
    /// Metrics made of metrics: the z test of their errors.
    DeltaZ,
    /// The same when the errors are bounds.
    ErrorBoundZ,
}

impl ComparisonMethod {
    /// The stable text form, as it travels in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NewcombeZ => "newcombe_z",
            Self::NewcombeFisherExact => "newcombe_fisher_exact",
            Self::NpsAdjustedWald => "nps_adjusted_wald",
            Self::WelchT => "welch_t",
            Self::DeltaZ => "delta_z",
            Self::ErrorBoundZ => "error_bound_z",
        }
    }

    /// Where the method was published.
    #[must_use]
    pub fn source(self) -> &'static str {
        match self {
            Self::NewcombeZ => "Newcombe 1998 (method 10); pooled z test",
            Self::NewcombeFisherExact => "Newcombe 1998 (method 10); Fisher 1935",
            Self::NpsAdjustedWald => "Bonett & Price 2012; Agresti & Caffo 2000",
            Self::WelchT => "Welch 1947",
            Self::DeltaZ => "Oehlert 1992; z test",
            Self::ErrorBoundZ => "Taylor 1997, section 3.9; z test",
        }
    }
}

/// The figure a change is measured from.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Base {
    /// Its value, in the unit of the metric.
    pub value: Option<f64>,
    /// How many answers it rests on.
    pub n: u64,
    /// Its own interval.
    pub interval: Option<(f64, f64)>,
}

impl From<&Score> for Base {
    fn from(score: &Score) -> Self {
        Self {
            value: score.value,
            n: score.n,
            interval: score.interval,
        }
    }
}

/// A change and what must travel with it, in the unit of the metric (points of
/// NPS, percentage points, points of the scale).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// Current minus base; `None` when one of them has no value.
    pub difference: Option<f64>,
    /// Standard error of the difference, by the plain formula; `None` with fewer
    /// than two (effective) answers on a side.
    pub se: Option<f64>,
    /// Lower and upper end of the difference; `None` as for `se`, and for means
    /// when neither side has any spread.
    pub interval: Option<(f64, f64)>,
    /// The statistic of the test, z or t; `None` as for `interval`, and for an exact test,
    /// which has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statistic: Option<f64>,
    /// Two-sided p of "no difference"; `None` as for `interval`.
    pub p: Option<f64>,
    /// p after adjustment over its family; set by [`family::adjust`] only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub p_adjusted: Option<f64>,
    /// What may be said.
    pub verdict: Verdict,
    /// The confidence of the interval; the test's level is one minus it.
    pub confidence: Confidence,
    /// How interval and p are found.
    pub method: ComparisonMethod,
    /// What `difference` is measured from.
    pub base: Base,
}

impl Comparison {
    /// The verdict at the comparison's own level: an arrow only when p (after
    /// adjustment, where there is one) is at most one minus the confidence *and*
    /// the interval leaves zero out, so that a reader never sees an arrow beside
    /// an interval that denies it.
    #[must_use]
    pub fn judge(&self) -> Verdict {
        let (Some(difference), Some(p), Some((low, high))) =
            (self.difference, self.p_adjusted.or(self.p), self.interval)
        else {
            return Verdict::NoClearChange;
        };
        if p > self.confidence.alpha() {
            Verdict::NoClearChange
        } else if difference > 0.0 && low > 0.0 {
            Verdict::Up
        } else if difference < 0.0 && high < 0.0 {
            Verdict::Down
        } else {
            Verdict::NoClearChange
        }
    }
}

/// Interval and p of a difference, in the unit of the metric.
struct Finding {
    interval: Option<(f64, f64)>,
    statistic: Option<f64>,
    p: Option<f64>,
    method: ComparisonMethod,
}

/// Compares two groups of answers to the same metric: `current` against `base`.
///
/// Whether so few answers deserve an arrow at all is for the caller to say (see
/// [`crate::score::FEW_ANSWERS`]); the arithmetic holds from two answers on.
#[must_use]
pub fn compare(
    metric: &Metric,
    current: &Summary,
    base: &Summary,
    confidence: Confidence,
) -> Comparison {
    finish(
        &score(metric, current, confidence),
        &score(metric, base, confidence),
        find(
            Sample::of(metric, current).answers,
            Sample::of(metric, base).answers,
            confidence,
        ),
        metric.range(),
        confidence,
    )
}

/// Compares two shares that were counted elsewhere, in percentage points; see
/// [`score_of_share`].
#[must_use]
pub fn compare_shares(current: &Share, base: &Share, confidence: Confidence) -> Comparison {
    finish(
        &score_of_share(current, 0, confidence),
        &score_of_share(base, 0, confidence),
        find(Answers::Share(*current), Answers::Share(*base), confidence),
        Some((0.0, 100.0)),
        confidence,
    )
}

/// Compares two scores of one formula of metrics
/// ([`crate::score::score_of_formula`]) by the z test of their standard errors.
#[must_use]
pub fn compare_formulas(current: &Score, base: &Score, confidence: Confidence) -> Comparison {
    let method = match (current.method, base.method) {
        (Method::Delta, Method::Delta) => ComparisonMethod::DeltaZ,
        _ => ComparisonMethod::ErrorBoundZ,
    };
    let known = |score: &Score| Some((score.value?, score.se?));
    let finding = match (known(current), known(base)) {
        (Some((a, se_a)), Some((b, se_b))) if se_a > 0.0 || se_b > 0.0 => {
            let (difference, se) = (a - b, se_a.hypot(se_b));
            let half = confidence.z() * se;
            Finding {
                interval: Some((difference - half, difference + half)),
                statistic: Some(difference / se),
                p: Some(share::two_sided(difference / se)),
                method,
            }
        }
        _ => nothing(method),
    };
    finish(current, base, finding, None, confidence)
}

/// Puts a comparison together. `range` is what the metric can take; a difference
/// is at most as wide.
fn finish(
    current: &Score,
    base: &Score,
    finding: Finding,
    range: Option<(f64, f64)>,
    confidence: Confidence,
) -> Comparison {
    let both = |a: Option<f64>, b: Option<f64>| Some((a?, b?));
    let difference = both(current.value, base.value).map(|(a, b)| a - b);
    let se = both(current.se, base.se).map(|(a, b)| a.hypot(b));
    let enough = [current, base]
        .iter()
        .all(|score| carries_interval(score.n, score.n_effective));
    let interval =
        finding
            .interval
            .zip(difference)
            .filter(|_| enough)
            .map(|((low, high), difference)| {
                let widest = range.map_or(f64::INFINITY, |(min, max)| max - min);
                around(difference, low, high, (-widest, widest))
            });
    let mut comparison = Comparison {
        difference,
        se,
        interval,
        statistic: finding.statistic.filter(|_| enough),
        p: finding.p.filter(|_| enough),
        p_adjusted: None,
        verdict: Verdict::NoClearChange,
        confidence,
        method: finding.method,
        base: Base::from(base),
    };
    comparison.verdict = comparison.judge();
    comparison
}

fn find(current: Answers, base: Answers, confidence: Confidence) -> Finding {
    match (current, base) {
        (Answers::Share(current), Answers::Share(base)) => {
            let exact = share::wants_exact_test(&current, &base);
            let method = if exact {
                ComparisonMethod::NewcombeFisherExact
            } else {
                ComparisonMethod::NewcombeZ
            };
            if current.all.n == 0 || base.all.n == 0 {
                return nothing(method);
            }
            let (a, b) = (current.side(), base.side());
            let (low, high) = share::newcombe(a, b, confidence);
            Finding {
                interval: Some((100.0 * low, 100.0 * high)),
                statistic: (!exact).then(|| share::two_proportion_statistic(a, b)),
                p: Some(if exact {
                    share::fisher_exact(current.chosen.n, current.all.n, base.chosen.n, base.all.n)
                } else {
                    share::two_proportion_z(a, b)
                }),
                method,
            }
        }
        (Answers::Net(current), Answers::Net(base)) => {
            let method = ComparisonMethod::NpsAdjustedWald;
            match (current.side(), base.side()) {
                (Some(a), Some(b)) => {
                    let net = net::compare(a, b, confidence);
                    Finding {
                        interval: Some((100.0 * net.low, 100.0 * net.high)),
                        statistic: Some(net.z),
                        p: Some(share::two_sided(net.z)),
                        method,
                    }
                }
                _ => nothing(method),
            }
        }
        (Answers::Mean(current), Answers::Mean(base)) => {
            let method = ComparisonMethod::WelchT;
            match mean::welch(&current, &base) {
                Some(welch) => Finding {
                    interval: Some(welch.interval(confidence)),
                    statistic: Some(welch.difference / welch.se),
                    p: Some(welch.p()),
                    method,
                },
                None => nothing(method),
            }
        }
        // One metric classes both sides, so the kinds always agree.
        _ => nothing(ComparisonMethod::WelchT),
    }
}

fn nothing(method: ComparisonMethod) -> Finding {
    Finding {
        interval: None,
        statistic: None,
        p: None,
        method,
    }
}
