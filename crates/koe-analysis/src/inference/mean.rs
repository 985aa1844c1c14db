//! Two means.

use statrs::distribution::{ContinuousCDF, StudentsT};

use super::share::two_sided;
use crate::confidence::Confidence;
use crate::summary::Moments;

/// Welch's comparison of two means whose spreads may differ.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Welch {
    /// First mean minus second.
    pub difference: f64,
    /// Its standard error, above 0.
    pub se: f64,
    /// Degrees of freedom after Welch and Satterthwaite.
    pub freedom: f64,
}

/// Compares two means (Welch 1947, *Biometrika* 34:28–35; degrees of freedom
/// after Satterthwaite 1946, *Biometrics Bulletin* 2:110–114). With weights, the
/// number of answers is Kish's effective one.
///
/// `None` when a side has fewer than two (effective) answers, or neither side has
/// any spread.
#[must_use]
pub fn welch(a: &Moments, b: &Moments) -> Option<Welch> {
    let (se_a, se_b) = (a.standard_error()?, b.standard_error()?);
    let se = se_a.hypot(se_b);
    // Shares of the variance, so that no power of a tiny error underflows.
    let (share_a, share_b) = ((se_a / se).powi(2), (se_b / se).powi(2));
    let freedom = 1.0
        / (share_a.powi(2) / (a.n_effective() - 1.0) + share_b.powi(2) / (b.n_effective() - 1.0));
    (se > 0.0).then_some(Welch {
        difference: a.mean - b.mean,
        se,
        freedom,
    })
}

impl Welch {
    /// Two-sided p of equal means.
    #[must_use]
    pub fn p(&self) -> f64 {
        let t = (self.difference / self.se).abs();
        // Beyond this the two distributions agree and the incomplete beta function
        // starts to lose digits.
        const NORMAL_FROM: f64 = 1e7;
        match StudentsT::new(0.0, 1.0, self.freedom) {
            Ok(student) if self.freedom < NORMAL_FROM => (2.0 * student.sf(t)).min(1.0),
            _ => two_sided(t),
        }
    }

    /// Lower and upper end of the difference.
    #[must_use]
    pub fn interval(&self, confidence: Confidence) -> (f64, f64) {
        let half = confidence.t(self.freedom) * self.se;
        (self.difference - half, self.difference + half)
    }
}
