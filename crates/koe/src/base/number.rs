//! The grammar of a number, the same in every answer: value, n, interval,
//! method, and change where its test says so.

use std::collections::BTreeMap;

use koe_analysis::confidence::Confidence;
use koe_analysis::inference::{Comparison, Verdict};
use koe_analysis::score::{FEW_ANSWERS, Metric, Score, score};
use koe_analysis::summary::Summary;
use serde::Serialize;
use utoipa::ToSchema;

/// The grammar of a number: value, n, interval, method, and change where its
/// test says so. The same everywhere.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ScoreView {
    /// The value in the metric's unit; null when nobody answered, or hidden.
    pub value: Option<f64>,
    /// Answers it rests on; null when hidden.
    pub n: Option<u64>,
    /// Asked, but without an answer that counts.
    pub n_missing: Option<u64>,
    /// Lower and upper end.
    pub interval: Option<(f64, f64)>,
    /// Of the interval.
    pub confidence: f64,
    /// How the interval is found.
    pub method: String,
    /// Fewer than 30 answers: read with care, no arrow.
    pub few: bool,
    /// Hidden, because too few people of a confidential programme are behind
    /// it. Never shown as zero.
    pub suppressed: bool,
    /// People by group: promoters, passives, detractors; chosen, other.
    pub counts: BTreeMap<String, u64>,
    /// Against what was asked to compare with.
    pub change: Option<ChangeView>,
}

/// A change and its test.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ChangeView {
    /// New minus old.
    pub difference: Option<f64>,
    /// Of the difference.
    pub interval: Option<(f64, f64)>,
    /// Of the test; adjusted over the groups of one answer
    /// (Benjamini–Hochberg 1995).
    pub p: Option<f64>,
    /// `up`, `down` or `no_clear_change`.
    pub verdict: &'static str,
    /// Interval and test.
    pub method: String,
    /// What it was before.
    pub base_value: Option<f64>,
    /// Answers of before.
    pub base_n: u64,
}

/// The score of a summary as it may be shown.
pub fn view(
    formula: &Metric,
    summary: &Summary,
    confidence: Confidence,
    visible: bool,
) -> ScoreView {
    shown(score(formula, summary, confidence), visible)
}

/// A score as it may be shown.
pub fn shown(score: Score, visible: bool) -> ScoreView {
    let confidence = score.confidence.share();
    let method = score.method.as_str().to_owned();
    // An empty cell of a confidential programme is hidden like a small one.
    if !visible {
        return ScoreView {
            value: None,
            n: None,
            n_missing: None,
            interval: None,
            confidence,
            method,
            few: false,
            suppressed: true,
            counts: BTreeMap::new(),
            change: None,
        };
    }
    ScoreView {
        value: score.value,
        n: Some(score.n),
        n_missing: Some(score.n_missing),
        interval: score.interval,
        confidence,
        method,
        few: score.is_few(),
        suppressed: false,
        counts: score.counts,
        change: None,
    }
}

/// A comparison as it may be shown; `few` says that the new side rests on few
/// answers.
pub fn change(comparison: &Comparison, few: bool) -> ChangeView {
    // An arrow on few answers would be read as news.
    let arrow = !few && comparison.base.n >= FEW_ANSWERS;
    let verdict = match comparison.verdict {
        Verdict::Up if arrow => "up",
        Verdict::Down if arrow => "down",
        _ => "no_clear_change",
    };
    ChangeView {
        difference: comparison.difference,
        interval: comparison.interval,
        p: comparison.p_adjusted.or(comparison.p),
        verdict,
        method: comparison.method.as_str().to_owned(),
        base_value: comparison.base.value,
        base_n: comparison.base.n,
    }
}

#[cfg(test)]
mod tests {
    use koe_analysis::inference::compare;
    use koe_analysis::score::NpsCuts;

    use super::*;

    #[test]
    fn an_arrow_stands_on_thirty_answers_on_either_side() {
        let metric = Metric::Nps {
            cuts: NpsCuts::default(),
        };
        let all = |answer: i64, n: u64| {
            Summary::from_counts([(answer, n - n / 10), (10 - answer, n / 10)])
        };
        for (now, before, verdict) in [
            (30, 30, "up"),
            (200, 30, "up"),
            (29, 200, "no_clear_change"),
            (200, 29, "no_clear_change"),
        ] {
            let (now, before) = (all(10, now), all(0, before));
            let comparison = compare(&metric, &now, &before, Confidence::P95);
            assert_eq!(comparison.verdict, Verdict::Up, "clear by its test");
            let few = view(&metric, &now, Confidence::P95, true).few;
            assert_eq!(change(&comparison, few).verdict, verdict);
        }
    }
}
