//! Confidence intervals of one score, in the unit of their formula (shares 0 to
//! 1, net shares −1 to 1, means on their scale).

use crate::confidence::Confidence;
use crate::summary::Moments;

/// The score interval of a share (Wilson 1927, *JASA* 22:209–212; method 3 of
/// Newcombe 1998, *Statistics in Medicine* 17:857–872).
///
/// `p` is the share 0 to 1 and `n` the effective number of answers, above 0. With
/// unequal weights n is Kish's effective number, as in Dean & Pagano 2015,
/// *Journal of Survey Statistics and Methodology* 3:484–503. Always inside 0 to 1
/// and always around `p`.
#[must_use]
pub fn wilson(p: f64, n: f64, confidence: Confidence) -> (f64, f64) {
    let z2 = confidence.z().powi(2);
    let scale = 1.0 / (1.0 + z2 / n);
    let centre = (p + z2 / (2.0 * n)) * scale;
    let half = scale * (z2 * (p * (1.0 - p) / n + z2 / (4.0 * n * n))).sqrt();
    around(p, centre - half, centre + half, (0.0, 1.0))
}

/// A net share shrunk by two imagined answers, with its standard error: what the
/// adjusted Wald interval of NPS, and the comparison of two NPS, are made of.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AdjustedNet {
    /// The shrunk net share, −1 to 1.
    pub centre: f64,
    /// Its standard error.
    pub se: f64,
}

/// Adds one promoter and one detractor to `n` answers of which the shares `p` and
/// `d` (0 to 1) are promoters and detractors.
///
/// NPS is the difference of two shares of one sample, so its variance is
/// (p + d − (p − d)²) / n, and the plain interval from it fails where shares are
/// near 0 or 1: with 10 answers it holds the truth as rarely as 18 times in 100.
/// Bonett & Price 2012, *Journal of Educational and Behavioral Statistics*
/// 37:479–488 (their formula for paired proportions is this one, p₁₂ and p₂₁
/// being promoters and detractors), add one to each of the two counts and two to
/// n. Rocks 2016, *The American Statistician* 70:365–372, finds this family
/// best for NPS and prefers ¾, ¾ and 3, which is right on average but falls to
/// 0.85 where ours keeps above 0.92 (5 answers, exact calculation over all
/// shares); we prefer to promise less. Without passives it is the interval of
/// Agresti & Caffo 2000, *The American Statistician* 54:280–288.
#[must_use]
pub fn adjusted_net(p: f64, d: f64, n: f64) -> AdjustedNet {
    let more = n + 2.0;
    let p = (p * n + 1.0) / more;
    let d = (d * n + 1.0) / more;
    let centre = p - d;
    AdjustedNet {
        centre,
        se: ((p + d - centre * centre).max(0.0) / more).sqrt(),
    }
}

/// The adjusted Wald interval of a net share, cut to −1 to 1 and widened, where
/// the shrinking would leave it out, to the share itself; see [`adjusted_net`].
#[must_use]
pub fn net(p: f64, d: f64, n: f64, confidence: Confidence) -> (f64, f64) {
    let AdjustedNet { centre, se } = adjusted_net(p, d, n);
    let half = confidence.z() * se;
    around(p - d, centre - half, centre + half, (-1.0, 1.0))
}

/// Student's interval of a mean ("Student" 1908, *Biometrika* 6:1–25), cut to
/// `range` where there is one. Degrees of freedom are the effective number of
/// answers less one.
///
/// `None` with fewer than two (effective) answers, and when all answers are the
/// same: they say nothing about the spread, and an interval of no width would
/// claim certainty.
#[must_use]
pub fn student(
    moments: &Moments,
    range: Option<(f64, f64)>,
    confidence: Confidence,
) -> Option<(f64, f64)> {
    let se = moments.standard_error().filter(|&se| se > 0.0)?;
    let half = confidence.t(moments.n_effective() - 1.0) * se;
    let range = range.unwrap_or((f64::NEG_INFINITY, f64::INFINITY));
    let mean = moments.mean;
    Some(around(mean, mean - half, mean + half, range))
}

/// Cuts an interval to its range and keeps `value` inside it.
pub(crate) fn around(value: f64, low: f64, high: f64, range: (f64, f64)) -> (f64, f64) {
    (low.max(range.0).min(value), high.min(range.1).max(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(a: f64, b: f64, within: f64) -> bool {
        (a - b).abs() <= within
    }

    #[test]
    fn wilson_agrees_with_newcombe_1998_table_i() {
        // Statistics in Medicine 17:857–872, table I, method 3.
        let cases = [
            (81, 263, 0.2553, 0.3662),
            (15, 148, 0.0624, 0.1605),
            (0, 20, 0.0000, 0.1611),
            (1, 29, 0.0061, 0.1718),
        ];
        for (chosen, n, low, high) in cases {
            let p = f64::from(chosen) / f64::from(n);
            let interval = wilson(p, f64::from(n), Confidence::P95);
            assert!(
                close(interval.0, low, 5e-5) && close(interval.1, high, 5e-5),
                "{chosen}/{n}: {interval:?}"
            );
        }
    }

    #[test]
    fn the_adjusted_net_interval_agrees_with_its_published_examples() {
        // Bonett & Price 2012, examples 1 (50 and 22 of 200) and 2 (12 and 4 of 39);
        // digits from statpsych 1.4, ci.prop.ps.
        let cases = [
            (22.0, 50.0, 200.0, -0.219_862_1, -0.057_365_62),
            (12.0, 4.0, 39.0, 0.001_300_316, 0.388_943_6),
        ];
        for (promoters, detractors, n, low, high) in cases {
            let interval = net(promoters / n, detractors / n, n, Confidence::P95);
            assert!(
                close(interval.0, low, 1e-7) && close(interval.1, high, 1e-7),
                "{interval:?}"
            );
        }
    }

    /// The chance that the interval holds the truth, summed over every sample of `n`.
    fn exact_nps_coverage(n: u32, p: f64, d: f64) -> f64 {
        let ln_choose = |n: u32, k: u32| {
            (0..k).fold(0.0, |sum, i| {
                sum + f64::from(n - i).ln() - f64::from(i + 1).ln()
            })
        };
        let size = f64::from(n);
        let mut held = 0.0;
        for promoters in 0..=n {
            for detractors in 0..=n - promoters {
                let passives = n - promoters - detractors;
                let ln_chance = ln_choose(n, promoters)
                    + ln_choose(n - promoters, detractors)
                    + f64::from(promoters) * p.ln()
                    + f64::from(detractors) * d.ln()
                    + f64::from(passives) * (1.0 - p - d).ln();
                let (low, high) = net(
                    f64::from(promoters) / size,
                    f64::from(detractors) / size,
                    size,
                    Confidence::P95,
                );
                if (low..=high).contains(&(p - d)) {
                    held += ln_chance.exp();
                }
            }
        }
        held
    }

    #[test]
    fn the_nps_interval_holds_the_truth_about_95_times_in_100_even_when_small() {
        for n in [5, 10, 20, 50] {
            let (mut worst, mut sum, mut cases) = (1.0_f64, 0.0, 0.0);
            for p in 1..20 {
                for d in 1..20 - p {
                    let (p, d) = (f64::from(p) * 0.05, f64::from(d) * 0.05);
                    let coverage = exact_nps_coverage(n, p - 0.01, d - 0.01);
                    worst = worst.min(coverage);
                    sum += coverage;
                    cases += 1.0;
                }
            }
            let average = sum / cases;
            assert!(worst > 0.92, "n {n}: worst {worst}");
            assert!((0.95..0.98).contains(&average), "n {n}: average {average}");
        }
    }
}
