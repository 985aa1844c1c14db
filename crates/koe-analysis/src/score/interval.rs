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
