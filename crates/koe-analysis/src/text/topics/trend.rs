//! How the share of texts that speak of a topic moves over time.

use serde::{Deserialize, Serialize};

use crate::confidence::Confidence;
use crate::inference::share::two_sided;
use crate::inference::{Comparison, Verdict, compare_shares};
use crate::score::{Score, Share, score_of_share};
use crate::summary::Tally;

/// What was counted in one period.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Period {
    /// Where the period stands in time, in any unit: 0, 1, 2 for months in a row; a
    /// gap may be left.
    pub at: f64,
    /// Texts that speak of the topic.
    pub topic: Tally,
    /// All texts of the period.
    pub all: Tally,
}

/// A topic over time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Trend {
    /// The share of each period, in percent.
    pub shares: Vec<Score>,
    /// The last period against the one before; `None` with fewer than two.
    pub last: Option<Comparison>,
    /// The z of a steady rise or fall over all periods; `None` when it cannot be told.
    pub z: Option<f64>,
    /// Its two-sided p.
    pub p: Option<f64>,
    /// What may be said of all periods together.
    pub verdict: Verdict,
}

/// The trend of a topic's share.
///
/// z is the test for a linear trend in shares (Cochran 1954, *Biometrics* 10:417–451;
/// Armitage 1955, *Biometrics* 11:375–386):
/// z = Σ nᵢ (pᵢ − p)(tᵢ − t̄) / √(p (1 − p) Σ nᵢ (tᵢ − t̄)²), with t̄ the mean of the times
/// over all texts and, with weights, Kish's effective number as nᵢ. Periods without a text
/// are left out of it. Three periods or more are needed: two are compared by `last`.
#[must_use]
pub fn trend(periods: &[Period], confidence: Confidence) -> Trend {
    let share = |period: &Period| Share {
        chosen: period.topic,
        all: period.all,
    };
    let last = match periods {
        [.., before, last] => Some(compare_shares(&share(last), &share(before), confidence)),
        _ => None,
    };
    let z = z(periods);
    let p = z.map(two_sided);
    let verdict = match (z, p) {
        (Some(z), Some(p)) if p <= confidence.alpha() && z > 0.0 => Verdict::Up,
        (Some(z), Some(p)) if p <= confidence.alpha() && z < 0.0 => Verdict::Down,
        _ => Verdict::NoClearChange,
    };
    Trend {
        shares: periods
            .iter()
            .map(|period| score_of_share(&share(period), 0, confidence))
            .collect(),
        last,
        z,
        p,
        verdict,
    }
}

fn z(periods: &[Period]) -> Option<f64> {
    let known: Vec<(f64, f64, f64)> = periods
        .iter()
        .filter(|period| period.all.n > 0 && period.all.weight > 0.0)
        .map(|period| {
            let share = period.topic.weight / period.all.weight;
            (period.at, period.all.n_effective(), share)
        })
        .collect();
    if known.len() < 3 {
        return None;
    }
    let n: f64 = known.iter().map(|(_, n, _)| n).sum();
    let mean = |of: &dyn Fn(&(f64, f64, f64)) -> f64| {
        known.iter().map(|one| one.1 * of(one)).sum::<f64>() / n
    };
    let (time, share) = (mean(&|one| one.0), mean(&|one| one.2));
    let sum = |of: &dyn Fn(&(f64, f64, f64)) -> f64| known.iter().map(of).sum::<f64>();
    let up = sum(&|(at, n, p)| n * (p - share) * (at - time));
    let spread = sum(&|(at, n, _)| n * (at - time).powi(2));
    let error = (share * (1.0 - share) * spread).sqrt();
    (error > 0.0).then(|| up / error)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn periods(counts: &[(f64, u64, u64)]) -> Vec<Period> {
        counts
            .iter()
            .map(|&(at, topic, all)| Period {
                at,
                topic: Tally::unweighted(topic),
                all: Tally::unweighted(all),
            })
            .collect()
    }

    #[test]
    fn the_trend_agrees_with_its_published_examples() {
        // R 4.5, prop.trend.test, its example of smokers: X² = 8.2249, p = 0.004132; and
        // with the scores 0, 0, 0, 1: X² = 12.173, p = 0.0004848.
        let smokers = [(83, 86), (90, 93), (129, 136), (70, 82)];
        for (scores, chi2, p) in [
            ([1.0, 2.0, 3.0, 4.0], 8.2249, 0.004_132),
            ([0.0, 0.0, 0.0, 1.0], 12.173, 0.000_484_8),
        ] {
            let counts: Vec<(f64, u64, u64)> = smokers
                .iter()
                .zip(scores)
                .map(|((smokers, all), at)| (at, *smokers, *all))
                .collect();
            let found = trend(&periods(&counts), Confidence::P95);
            let z = found.z.unwrap();
            assert!((z * z - chi2).abs() < 1e-3 * chi2, "{}", z * z);
            assert!((found.p.unwrap() - p).abs() < 1e-3 * p, "{:?}", found.p);
            assert_eq!(found.verdict, Verdict::Down);
        }
    }

    #[test]
    fn few_periods_and_a_flat_line_claim_nothing() {
        for counts in [
            &[][..],
            &[(0.0, 3, 10)],
            &[(0.0, 3, 10), (1.0, 9, 10)],
            &[(0.0, 0, 10), (1.0, 0, 10), (2.0, 0, 10)],
            &[(0.0, 5, 10), (1.0, 0, 0), (2.0, 5, 10)],
        ] {
            let found = trend(&periods(counts), Confidence::P95);
            assert_eq!(found.verdict, Verdict::NoClearChange);
            assert_eq!(found.shares.len(), counts.len());
            assert_eq!(found.z, None, "{counts:?}");
        }
    }
}
