//! Two Net Promoter Scores.

use crate::confidence::Confidence;
use crate::score::interval::adjusted_net;
use crate::score::sample;

/// One side of a comparison: shares of promoters and detractors and the effective
/// number of answers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Side {
    /// Share of promoters, 0 to 1.
    pub promoters: f64,
    /// Share of detractors, 0 to 1.
    pub detractors: f64,
    /// The effective number of answers, above 0.
    pub n: f64,
}

impl sample::Net {
    pub(super) fn side(&self) -> Option<Side> {
        let n = self.all().n_effective();
        let (promoters, detractors) = (n > 0.0).then(|| self.shares())?;
        Some(Side {
            promoters,
            detractors,
            n,
        })
    }
}

/// A comparison of two net shares, −2 to 2.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NetDifference {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// The shrunk difference over its standard error, standard normal when there is none.
    pub z: f64,
}

/// Interval and statistic of `a − b`.
///
/// Both sides are shrunk as for one NPS ([`adjusted_net`]) and their variances
/// added, which for a question without passives is the interval of Agresti &
/// Caffo 2000, *The American Statistician* 54:280–288. The statistic comes from the same
/// centre and error, so it agrees with the interval.
#[must_use]
pub fn compare(a: Side, b: Side, confidence: Confidence) -> NetDifference {
    let a = adjusted_net(a.promoters, a.detractors, a.n);
    let b = adjusted_net(b.promoters, b.detractors, b.n);
    let centre = a.centre - b.centre;
    let se = a.se.hypot(b.se);
    let half = confidence.z() * se;
    NetDifference {
        low: centre - half,
        high: centre + half,
        z: centre / se,
    }
}
