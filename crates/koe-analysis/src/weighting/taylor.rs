//! Means and totals of a design with their standard errors, by Taylor linearisation.

use serde::{Deserialize, Serialize};

use super::Design;
use super::design::Calibration;
use crate::confidence::Confidence;

/// A mean or total of a design.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// How many rows it rests on.
    pub n: u64,
    /// The estimate; `None` when there is no row.
    pub value: Option<f64>,
    /// Its standard error; `None` with fewer than two first-stage units.
    pub se: Option<f64>,
    /// value ± t × se, with the degrees of freedom of the design; `None` as for `se`.
    pub interval: Option<(f64, f64)>,
    /// The number of equally weighted rows that would tell as much (Kish 1965, *Survey
    /// Sampling*, section 11.7).
    pub n_effective: f64,
}

impl Design {
    /// The weighted mean Σwy / Σw of the rows with a value. The others stay in the design,
    /// as a part of the population of which nothing is asked (Cochran 1977, *Sampling
    /// Techniques*, section 5A.14).
    ///
    /// # Panics
    /// When there are not as many values as rows.
    #[must_use]
    pub fn mean(&self, values: &[Option<f64>], confidence: Confidence) -> Estimate {
        let mut estimate = self.estimate_of(values);
        if let Some((mean, influence)) = self.mean_influence(values) {
            estimate.value = Some(mean);
            self.spread(&mut estimate, self.variance(&influence), confidence);
        }
        estimate
    }

    /// The weighted total Σwy of the rows with a value.
    ///
    /// # Panics
    /// When there are not as many values as rows.
    #[must_use]
    pub fn total(&self, values: &[Option<f64>], confidence: Confidence) -> Estimate {
        let mut estimate = self.estimate_of(values);
        if estimate.n > 0 {
            let influence: Vec<f64> = (self.weights.iter().zip(values))
                .map(|(w, value)| w * value.unwrap_or(0.0))
                .collect();
            estimate.value = Some(influence.iter().sum());
            self.spread(&mut estimate, self.variance(&influence), confidence);
        }
        estimate
    }

    fn estimate_of(&self, values: &[Option<f64>]) -> Estimate {
        assert_eq!(values.len(), self.weights.len(), "one value for each row");
        let (mut n, mut sum, mut squares) = (0, 0.0, 0.0);
        for (weight, value) in self.weights.iter().zip(values) {
            if value.is_some() {
                n += 1;
                sum += weight;
                squares += weight * weight;
            }
        }
        Estimate {
            n,
            value: None,
            se: None,
            interval: None,
            n_effective: if n > 0 {
                (sum * sum / squares).min(n as f64)
            } else {
                0.0
            },
        }
    }

    fn spread(&self, estimate: &mut Estimate, variance: Option<f64>, confidence: Confidence) {
        estimate.se = variance.map(f64::sqrt);
        estimate.interval = (estimate.value.zip(estimate.se))
            .filter(|_| self.freedom() >= 1.0)
            .map(|(value, se)| {
                let half = confidence.t(self.freedom()) * se;
                (value - half, value + half)
            });
    }

    /// The mean, and how far each row moves it: w (y − mean) / Σw, and 0 without a value.
    pub(crate) fn mean_influence(&self, values: &[Option<f64>]) -> Option<(f64, Vec<f64>)> {
        let (mut sum, mut weight) = (0.0, 0.0);
        for (w, value) in self.weights.iter().zip(values) {
            if let Some(value) = value {
                sum += w * value;
                weight += w;
            }
        }
        let mean = (weight > 0.0).then(|| sum / weight)?;
        let influence = (self.weights.iter().zip(values))
            .map(|(w, value)| value.map_or(0.0, |value| w * (value - mean) / weight))
            .collect();
        Some((mean, influence))
    }

    /// The variance of a sum of influences: Σₕ (1 − fₕ) nₕ / (nₕ − 1) Σᵢ (zₕᵢ − z̄ₕ)² over the
    /// strata h and their first-stage units i, zₕᵢ being the sum over the rows of the unit
    /// (Binder 1983, *International Statistical Review* 51:279–292; R's `survey`, Lumley
    /// 2004, *Journal of Statistical Software* 9(8)). `None` with fewer than two units.
    ///
    /// Where weights come from raking, what its margins explain is taken out of the influences
    /// first (Deville & Särndal 1992, *JASA* 87:376–382): a sample that was made to have as
    /// many women as the population cannot err in that.
    pub(crate) fn variance(&self, influence: &[f64]) -> Option<f64> {
        self.variance_of_units(&self.unit_sums(influence))
    }

    /// The influences summed by first-stage unit, without what margins explain. Sums of a
    /// difference are the difference of the sums, so that many pairs need the rows only once.
    pub(crate) fn unit_sums(&self, influence: &[f64]) -> Vec<f64> {
        let mut z = influence.to_vec();
        without_margins(&mut z, &self.calibration);
        let mut units = vec![0.0; self.units()];
        for (&unit, z) in self.unit.iter().zip(&z) {
            units[unit] += z;
        }
        units
    }

    /// The variance from the influences of the units; see [`Self::variance`].
    pub(crate) fn variance_of_units(&self, units: &[f64]) -> Option<f64> {
        if self.units() < 2 {
            return None;
        }
        let mut sums = vec![0.0; self.strata.len()];
        for (&stratum, z) in self.stratum_of.iter().zip(units) {
            sums[stratum] += z;
        }
        let overall = sums.iter().sum::<f64>() / units.len() as f64;
        let mut variance = 0.0;
        for (&stratum, z) in self.stratum_of.iter().zip(units) {
            let of = &self.strata[stratum];
            let n = of.units as f64;
            variance += if of.units == 1 {
                of.left * (z - overall).powi(2)
            } else {
                of.left * n / (n - 1.0) * (z - sums[stratum] / n).powi(2)
            };
        }
        Some(variance)
    }
}

/// Rounds of taking margins out in turn; it ends when nothing moves any more.
const ROUNDS: usize = 200;

/// Takes the weighted mean of each cell out of what the influences are per unit of weight,
/// margin after margin until no margin explains anything more. With one margin that is
/// post-stratification, and one round is enough.
fn without_margins(z: &mut [f64], calibration: &[Calibration]) {
    let size: f64 = z.iter().map(|z| z.abs()).sum();
    for _ in 0..ROUNDS {
        let mut moved = 0.0;
        for margin in calibration {
            let (mut sum, mut weight) = (vec![0.0; margin.cells], vec![0.0; margin.cells]);
            for (row, z) in z.iter().enumerate() {
                sum[margin.cell[row]] += margin.base[row] * *z / margin.weights[row];
                weight[margin.cell[row]] += margin.base[row];
            }
            for (row, z) in z.iter_mut().enumerate() {
                let cell = margin.cell[row];
                let explained = margin.weights[row] * sum[cell] / weight[cell];
                moved += explained.abs();
                *z -= explained;
            }
        }
        if moved <= 1e-12 * size || calibration.len() < 2 {
            break;
        }
    }
}
