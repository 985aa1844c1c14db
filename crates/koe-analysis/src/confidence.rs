//! The confidence of an interval.

use std::fmt;

use serde::{Deserialize, Serialize};
use statrs::distribution::{ContinuousCDF, Normal, StudentsT};

/// How often, over many repetitions, an interval of this kind holds the true
/// value: a share strictly between 0.5 and 1, 0.95 unless told otherwise.
///
/// Travels as a plain JSON number.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct Confidence(f64);

/// A confidence outside 0.5 to 0.9999.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct InvalidConfidence(pub f64);

impl fmt::Display for InvalidConfidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "a confidence is a share from 0.5 to 0.9999, for example 0.95, not {}",
            self.0
        )
    }
}

impl std::error::Error for InvalidConfidence {}

impl Confidence {
    /// 90 %.
    pub const P90: Self = Self(0.90);
    /// 95 %, what the product shows unless told otherwise.
    pub const P95: Self = Self(0.95);
    /// 99 %.
    pub const P99: Self = Self(0.99);

    /// A confidence from a share, for example `0.95`.
    ///
    /// # Errors
    /// When the share is not from 0.5 to 0.9999. Below a half an interval tells
    /// less than its middle does, and beyond the upper end the normal and t
    /// approximations have no published support.
    pub fn new(share: f64) -> Result<Self, InvalidConfidence> {
        if (0.5..=0.9999).contains(&share) {
            Ok(Self(share))
        } else {
            Err(InvalidConfidence(share))
        }
    }

    /// The share itself, for example `0.95`.
    #[must_use]
    pub fn share(self) -> f64 {
        self.0
    }

    /// The level of the test that goes with the interval: one minus the share.
    #[must_use]
    pub fn alpha(self) -> f64 {
        1.0 - self.0
    }

    /// The two-sided quantile of the standard normal distribution, 1.96 for 95 %.
    #[must_use]
    pub fn z(self) -> f64 {
        Normal::standard().inverse_cdf(0.5 + self.0 / 2.0)
    }

    /// The two-sided quantile of Student's t distribution with `freedom` degrees
    /// of freedom (any positive number), 2.776 for 95 % and 4.
    #[must_use]
    pub fn t(self, freedom: f64) -> f64 {
        // From here on the inversion of the incomplete beta function no longer
        // converges to what is needed, and the series is exact to twelve digits.
        const SERIES_FROM: f64 = 1e3;
        match StudentsT::new(0.0, 1.0, freedom) {
            Ok(t) if freedom < SERIES_FROM => t.inverse_cdf(0.5 + self.0 / 2.0),
            _ => t_from_normal(self.z(), freedom),
        }
    }
}

/// The t quantile from the normal one, for many degrees of freedom (Abramowitz &
/// Stegun 1964, *Handbook of Mathematical Functions*, 26.7.5).
fn t_from_normal(z: f64, freedom: f64) -> f64 {
    let z2 = z * z;
    let g1 = z * (z2 + 1.0) / 4.0;
    let g2 = z * ((5.0 * z2 + 16.0) * z2 + 3.0) / 96.0;
    let g3 = z * (((3.0 * z2 + 19.0) * z2 + 17.0) * z2 - 15.0) / 384.0;
    z + (g1 + (g2 + g3 / freedom) / freedom) / freedom
}

impl Default for Confidence {
    fn default() -> Self {
        Self::P95
    }
}

impl TryFrom<f64> for Confidence {
    type Error = InvalidConfidence;

    fn try_from(share: f64) -> Result<Self, Self::Error> {
        Self::new(share)
    }
}

impl From<Confidence> for f64 {
    fn from(confidence: Confidence) -> Self {
        confidence.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_agree_with_printed_tables() {
        // Fisher & Yates, Statistical Tables, 6th edition, tables I and III.
        let cases = [
            (0.90, 1.0, 6.314),
            (0.95, 1.0, 12.706),
            (0.95, 4.0, 2.776),
            (0.95, 30.0, 2.042),
            (0.95, 120.0, 1.980),
            (0.99, 10.0, 3.169),
        ];
        for (share, freedom, expected) in cases {
            let t = Confidence::new(share).unwrap().t(freedom);
            assert!((t - expected).abs() < 5e-4, "{share} {freedom}: {t}");
        }
        assert!((Confidence::P95.z() - 1.959_964).abs() < 1e-6);
        assert!((Confidence::P90.z() - 1.644_854).abs() < 1e-6);
    }

    #[test]
    fn t_quantiles_hold_for_many_answers() {
        // SciPy 1.16, t.ppf.
        let cases = [
            (2.5, 3.574_654_842_0),
            (17.776, 2.102_821_310_4),
            (999.0, 1.962_341_461_1),
            (1_000.0, 1.962_339_080_8),
            (99_999.0, 1.959_987_707_5),
        ];
        for (freedom, expected) in cases {
            let t = Confidence::P95.t(freedom);
            assert!((t - expected).abs() < 5e-9, "{freedom}: {t}");
        }
        let mut before = f64::INFINITY;
        for freedom in [1.0, 10.0, 1e2, 999.9, 1e3, 1e4, 1e5, 1e6, 1e7, 1e9] {
            let t = Confidence::P95.t(freedom);
            assert!(t < before, "{freedom}: {t} after {before}");
            before = t;
        }
        assert!((before - Confidence::P95.z()).abs() < 1e-8);
    }

    #[test]
    fn a_confidence_outside_its_range_is_refused_with_the_reason() {
        for share in [0.0, 0.49, 1.0, 95.0, -1.0, f64::NAN] {
            let told = Confidence::new(share).unwrap_err().to_string();
            assert!(told.contains("0.95"), "{told}");
        }
    }
}
