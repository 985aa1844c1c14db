//! The noncentral χ² distribution, and how far its noncentrality can be told from one χ².

use statrs::distribution::{ChiSquared, ContinuousCDF};
use statrs::function::gamma::ln_gamma;

use crate::confidence::Confidence;

/// Halvings of an interval that holds a noncentrality: beyond the precision of a double.
const HALVINGS: u32 = 100;
/// A term of the mixture smaller than this against the sum no longer counts.
const SMALL: f64 = 1e-17;

/// P(X ≤ `at`) where X is χ² with `degrees` and a noncentrality: a mixture of central χ²
/// distributions with Poisson weights (Fisher 1928). Summed from its largest weight outwards,
/// with the recurrence of Abramowitz & Stegun 26.4.8 in place of a gamma function a term, so
/// that large samples cost thousands of additions and no more (Ding 1992, AS 275, does the
/// same from the first term).
pub fn cdf(at: f64, degrees: f64, noncentrality: f64) -> f64 {
    if at <= 0.0 {
        return 0.0;
    }
    let central = |degrees: f64| ChiSquared::new(degrees).map_or(0.0, |chi| chi.cdf(at));
    if noncentrality <= 0.0 {
        return central(degrees);
    }
    let mean = noncentrality / 2.0;
    let middle = mean.floor();
    // The Poisson weight of the middle, and the drop of the central distribution function
    // from `degrees + 2 middle` to two degrees more.
    let weight = (middle * mean.ln() - mean - ln_gamma(middle + 1.0)).exp();
    let half = degrees / 2.0 + middle;
    let drop = (half * (at / 2.0).ln() - at / 2.0 - ln_gamma(half + 1.0)).exp();
    let below = central(degrees + 2.0 * middle);
    let mut sum = weight * below;

    // Upwards.
    let (mut w, mut f, mut d, mut j) = (weight, below, drop, middle);
    loop {
        f = (f - d).max(0.0);
        j += 1.0;
        w *= mean / j;
        d *= (at / 2.0) / (degrees / 2.0 + j);
        sum += w * f;
        if w < SMALL * sum || f <= 0.0 {
            break;
        }
    }
    // Downwards.
    let (mut w, mut f, mut d, mut j) = (weight, below, drop, middle);
    while j >= 1.0 {
        d *= (degrees / 2.0 + j) / (at / 2.0);
        f = (f + d).min(1.0);
        w *= j / mean;
        j -= 1.0;
        sum += w * f;
        if w < SMALL * sum {
            break;
        }
    }
    sum.min(1.0)
}

/// The smallest and largest noncentrality with which a χ² is not unusual: those at which it
/// stands on the upper and the lower edge of what chance allows.
pub fn interval(chi_square: f64, degrees: f64, confidence: Confidence) -> (f64, f64) {
    let tail = confidence.alpha() / 2.0;
    (
        at_probability(1.0 - tail, chi_square, degrees),
        at_probability(tail, chi_square, degrees),
    )
}

/// The noncentrality under which P(X ≤ `chi_square`) is `wanted`; 0 when even there it is less.
/// The probability falls as the noncentrality grows.
fn at_probability(wanted: f64, chi_square: f64, degrees: f64) -> f64 {
    if cdf(chi_square, degrees, 0.0) <= wanted {
        return 0.0;
    }
    let (mut low, mut high) = (0.0, chi_square.max(1.0));
    while cdf(chi_square, degrees, high) > wanted {
        low = high;
        high *= 2.0;
    }
    for _ in 0..HALVINGS {
        let middle = f64::midpoint(low, high);
        if middle <= low || middle >= high {
            break;
        }
        if cdf(chi_square, degrees, middle) > wanted {
            low = middle;
        } else {
            high = middle;
        }
    }
    f64::midpoint(low, high)
}

#[cfg(test)]
mod tests {
    use super::*;

    const REFERENCES: [(f64, f64, f64, f64); 6] = [
        (10.0, 3.0, 5.0, 0.706_648_647_8),
        (1.0, 1.0, 0.5, 0.571_297_010_4),
        (30.07, 2.0, 15.0, 0.933_431_954_8),
        (80.0, 20.0, 90.0, 0.057_570_489_1),
        (250_000.0, 4.0, 251_000.0, 0.158_172_036_9),
        (0.2, 9.0, 1.0, 0.000_000_340_8),
    ];

    #[test]
    fn probabilities_are_those_of_the_references() {
        // Reference values of scipy.stats.ncx2.cdf (Boost), to ten digits.
        for (at, degrees, noncentrality, wanted) in REFERENCES {
            let found = cdf(at, degrees, noncentrality);
            assert!(
                (found - wanted).abs() < 1e-9,
                "{at} {degrees} {noncentrality}: {found} {wanted}"
            );
        }
    }

    #[test]
    fn an_interval_stands_where_the_probabilities_are_the_tails() {
        for (chi_square, degrees) in [(3.0, 1.0), (30.07, 2.0), (80.0, 20.0), (250_000.0, 4.0)] {
            let (low, high) = interval(chi_square, degrees, Confidence::P95);
            if low > 0.0 {
                assert!((cdf(chi_square, degrees, low) - 0.975).abs() < 1e-6);
            }
            assert!((cdf(chi_square, degrees, high) - 0.025).abs() < 1e-6);
        }
        assert_eq!(interval(1.0, 2.0, Confidence::P95).0, 0.0);
    }
}
