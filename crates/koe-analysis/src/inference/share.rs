//! Two shares.

use statrs::distribution::{ContinuousCDF, Normal};

use crate::confidence::Confidence;
use crate::score::interval::wilson;
use crate::score::sample;

/// One side of a comparison: a share 0 to 1 and its effective number of answers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Side {
    /// The share, 0 to 1.
    pub p: f64,
    /// The effective number of answers, above 0.
    pub n: f64,
}

impl sample::Share {
    pub(super) fn side(&self) -> Side {
        Side {
            p: self.p(),
            n: self.all.n_effective(),
        }
    }
}

/// The interval of `a − b`, −1 to 1: two Wilson intervals combined (method 10 of
/// Newcombe 1998, *Statistics in Medicine* 17:873–890).
#[must_use]
pub fn newcombe(a: Side, b: Side, confidence: Confidence) -> (f64, f64) {
    let (low_a, high_a) = wilson(a.p, a.n, confidence);
    let (low_b, high_b) = wilson(b.p, b.n, confidence);
    let difference = a.p - b.p;
    (
        difference - (a.p - low_a).hypot(high_b - b.p),
        difference + (high_a - a.p).hypot(b.p - low_b),
    )
}

/// Two-sided p of equal shares by the pooled z test without continuity
/// correction, which is Pearson's χ² of the 2 × 2 table (Pearson 1900,
/// *Philosophical Magazine* 50:157–175). 1 when both shares are 0 or both 1.
#[must_use]
pub fn two_proportion_z(a: Side, b: Side) -> f64 {
    two_sided(two_proportion_statistic(a, b))
}

/// The statistic of [`two_proportion_z`]; 0 when both shares are 0 or both 1.
#[must_use]
pub fn two_proportion_statistic(a: Side, b: Side) -> f64 {
    let pooled = (a.p * a.n + b.p * b.n) / (a.n + b.n);
    let variance = pooled * (1.0 - pooled) * (1.0 / a.n + 1.0 / b.n);
    if variance <= 0.0 {
        return 0.0;
    }
    (a.p - b.p) / variance.sqrt()
}

/// Two-sided p of a standard normal statistic.
pub(crate) fn two_sided(z: f64) -> f64 {
    (2.0 * Normal::standard().sf(z.abs())).min(1.0)
}

/// Whether the z test should give way to Fisher's: unweighted answers, and fewer
/// than five expected in a cell of the 2 × 2 table (Cochran 1954, *Biometrics*
/// 10:417–451). Weighted answers have no exact test; they keep the z test.
pub(super) fn wants_exact_test(a: &sample::Share, b: &sample::Share) -> bool {
    if !(a.is_unweighted() && b.is_unweighted()) {
        return false;
    }
    let chosen = (a.chosen.n + b.chosen.n) as f64;
    let (n_a, n_b) = (a.all.n as f64, b.all.n as f64);
    let all = n_a + n_b;
    n_a.min(n_b) * chosen.min(all - chosen) / all.max(1.0) < 5.0
}

/// Two-sided p of equal shares by Fisher's exact test (Fisher 1935, *The Design
/// of Experiments*, chapter II): the chance, with all margins fixed, of a table
/// at most as likely as the one seen. `chosen` of `n` on each side; counts above
/// their `n` are taken as `n`.
#[must_use]
pub fn fisher_exact(chosen_a: u64, n_a: u64, chosen_b: u64, n_b: u64) -> f64 {
    // Ties differ by rounding only; the same allowance as R's fisher.test.
    const TIE: f64 = 1.0 + 1e-7;
    let (chosen_a, chosen_b) = (chosen_a.min(n_a), chosen_b.min(n_b));
    let chosen = chosen_a + chosen_b;
    let (least, most) = (chosen.saturating_sub(n_b), chosen.min(n_a));
    // Likelihood of one more chosen in a, relative to k chosen in a.
    let step = |k: u64| {
        let up = (n_a - k) as f64 * (chosen - k) as f64;
        let down = (k + 1) as f64 * (n_b + k + 1 - chosen) as f64;
        up / down
    };
    // Everything relative to the most likely table, so nothing overflows and what
    // underflows to zero does not matter.
    let peak = {
        let product = u128::from(n_a + 1) * u128::from(chosen + 1);
        let at = product / u128::from(n_a + n_b + 2);
        u64::try_from(at).unwrap_or(most).clamp(least, most)
    };
    let relative: Vec<(u64, f64)> = {
        let upwards = (peak..most).scan(1.0, |weight, k| {
            *weight *= step(k);
            Some((k + 1, *weight))
        });
        let downwards = (least..peak).rev().scan(1.0, |weight, k| {
            *weight /= step(k);
            Some((k, *weight))
        });
        let not_vanishing = |&(_, weight): &(u64, f64)| weight > 0.0;
        std::iter::once((peak, 1.0))
            .chain(upwards.take_while(not_vanishing))
            .chain(downwards.take_while(not_vanishing))
            .collect()
    };
    let seen = relative
        .iter()
        .find(|&&(k, _)| k == chosen_a)
        .map_or(0.0, |&(_, weight)| weight);
    let all: f64 = relative.iter().map(|&(_, weight)| weight).sum();
    let as_unlikely: f64 = relative
        .iter()
        .map(|&(_, weight)| weight)
        .filter(|&weight| weight <= seen * TIE)
        .sum();
    (as_unlikely / all).min(1.0)
}
