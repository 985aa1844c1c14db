//! The linear model, from correlations.

use nalgebra::{Cholesky, DMatrix, Dyn};
use serde::{Deserialize, Serialize};
use statrs::distribution::{ContinuousCDF, FisherSnedecor, StudentsT};

use super::error::DriverError;
use super::products::CrossProducts;

/// Below this a driver adds, beside others, next to nothing of its own: one minus its R² on
/// them. A column computed from others in floating point is far below it, and a driver that
/// people answered is far above.
const OWN_VARIANCE: f64 = 1e-10;

/// Means, spreads and correlations of outcome (first) and drivers.
#[derive(Debug, Clone)]
pub(crate) struct Correlations {
    pub names: Vec<String>,
    /// Rows that the tests may count on.
    pub n_effective: f64,
    pub means: Vec<f64>,
    /// √(Σw(x − mean)² / Σw).
    pub spreads: Vec<f64>,
    pub matrix: DMatrix<f64>,
}

impl Correlations {
    /// From rows with all values.
    pub fn of(products: &CrossProducts) -> Result<Self, DriverError> {
        let width = products.columns.len();
        let weight = products.weight.max(f64::MIN_POSITIVE);
        let mut spreads = Vec::with_capacity(width);
        for (place, name) in products.columns.iter().enumerate() {
            let variance = products.centred[place * width + place] / weight;
            // What rounding leaves of a constant lies at the square of its last digit.
            let least = (products.means[place] * 1e-12).powi(2);
            if variance <= least || !variance.is_finite() {
                return Err(DriverError::Constant {
                    column: name.clone(),
                });
            }
            spreads.push(variance.sqrt());
        }
        let matrix = DMatrix::from_fn(width, width, |a, b| {
            if a == b {
                1.0
            } else {
                let product = products.centred[a * width + b] / weight;
                (product / (spreads[a] * spreads[b])).clamp(-1.0, 1.0)
            }
        });
        Ok(Self {
            names: products.columns.clone(),
            n_effective: products.n_effective(),
            means: products.means.clone(),
            spreads,
            matrix,
        })
    }

    pub fn drivers(&self) -> usize {
        self.names.len() - 1
    }

    pub fn among(&self) -> DMatrix<f64> {
        self.matrix
            .view((1, 1), (self.drivers(), self.drivers()))
            .into_owned()
    }

    pub fn with_outcome(&self) -> Vec<f64> {
        (1..self.names.len()).map(|a| self.matrix[(a, 0)]).collect()
    }

    /// How many units of the outcome go with one standardised unit of each driver.
    pub fn per_point(&self, driver: usize) -> f64 {
        self.spreads[0] / self.spreads[driver + 1]
    }
}

/// A fitted linear model in standardised variables.
#[derive(Debug, Clone)]
pub(super) struct Fit {
    /// Standardised coefficients.
    pub beta: Vec<f64>,
    /// Inverse of the correlations of the drivers; its diagonal holds the variance inflation
    /// factors, 1 / (1 − R² of the driver on the others) (Marquardt 1970, *Technometrics*
    /// 12:591–612).
    pub inverse: DMatrix<f64>,
    pub r2: f64,
}

/// Fits by least squares; `None` when the drivers are collinear.
pub(super) fn fit(among: &DMatrix<f64>, with_outcome: &[f64]) -> Option<Fit> {
    let factor = definite(among)?;
    let inverse = factor.inverse();
    let beta: Vec<f64> = (0..with_outcome.len())
        .map(|a| {
            with_outcome
                .iter()
                .enumerate()
                .map(|(b, r)| inverse[(a, b)] * r)
                .sum()
        })
        .collect();
    let r2: f64 = beta.iter().zip(with_outcome).map(|(b, r)| b * r).sum();
    Some(Fit {
        beta,
        inverse,
        r2: r2.clamp(0.0, 1.0),
    })
}

fn definite(among: &DMatrix<f64>) -> Option<Cholesky<f64, Dyn>> {
    let factor = Cholesky::new(among.clone())?;
    let own = factor.l_dirty().diagonal().map(|root| root * root);
    (own.min() > OWN_VARIANCE).then_some(factor)
}

/// Which driver can be computed from which others: the first, in the order given, that adds
/// nothing beside those before it.
pub(super) fn collinear(among: &DMatrix<f64>, names: &[String]) -> Option<DriverError> {
    for j in 1..among.nrows() {
        let Some(before) = definite(&among.view((0, 0), (j, j)).into_owned()) else {
            continue;
        };
        let with = among.view((0, j), (j, 1)).into_owned();
        let coefficients = before.solve(&with);
        let explained: f64 = coefficients.dot(&with);
        if 1.0 - explained <= OWN_VARIANCE {
            let with = (0..j).filter(|&a| coefficients[a].abs() > 1e-4);
            return Some(DriverError::Collinear {
                column: names[j].clone(),
                with: with.map(|a| names[a].clone()).collect(),
            });
        }
    }
    None
}

/// The test of R² = 0.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ModelTest {
    /// F of the linear model, the likelihood ratio χ² of the logistic.
    pub statistic: f64,
    /// Drivers.
    pub df: f64,
    /// Degrees of freedom that remain, for F; `None` for χ².
    pub df_residual: Option<f64>,
    /// p of "the drivers explain nothing".
    pub p: f64,
}

/// F = (R² / p) / ((1 − R²) / (n − p − 1)) (Fisher 1924). With weights n is Kish's effective
/// number. `None` without degrees of freedom.
pub(super) fn f_test(r2: f64, drivers: usize, n_effective: f64) -> Option<ModelTest> {
    let df = drivers as f64;
    let rest = n_effective - df - 1.0;
    if rest <= 0.0 {
        return None;
    }
    // A perfect fit has an infinite F, which JSON cannot say.
    let statistic = ((r2 / df) / ((1.0 - r2) / rest)).clamp(0.0, f64::MAX);
    let p = if r2 < 1.0 {
        FisherSnedecor::new(df, rest).map_or(1.0, |f| f.sf(statistic))
    } else {
        0.0
    };
    Some(ModelTest {
        statistic,
        df,
        df_residual: Some(rest),
        p,
    })
}

/// Two-sided p of Student's t.
pub(crate) fn t_test(t: f64, freedom: f64) -> f64 {
    if t.is_nan() {
        return 1.0;
    }
    if t.is_infinite() {
        return 0.0;
    }
    StudentsT::new(0.0, 1.0, freedom).map_or(1.0, |dist| (2.0 * dist.sf(t.abs())).min(1.0))
}

/// Coefficients in the units of the columns, with the covariances of least squares.
#[derive(Debug, Clone)]
pub(super) struct Slopes {
    pub values: Vec<f64>,
    /// s² (X'X)⁻¹ without the intercept.
    pub covariances: DMatrix<f64>,
    /// n − p − 1.
    pub freedom: f64,
}

pub(super) fn slopes(correlations: &Correlations, fit: &Fit) -> Slopes {
    let drivers = correlations.drivers();
    let freedom = correlations.n_effective - drivers as f64 - 1.0;
    let residual = (1.0 - fit.r2) / freedom;
    Slopes {
        values: (0..drivers)
            .map(|j| fit.beta[j] * correlations.per_point(j))
            .collect(),
        covariances: DMatrix::from_fn(drivers, drivers, |a, b| {
            residual * fit.inverse[(a, b)] * correlations.per_point(a) * correlations.per_point(b)
        }),
        freedom,
    }
}

/// The model with what must hold for it, or why it cannot be fitted.
pub(super) fn fitted(correlations: &Correlations) -> Result<Fit, DriverError> {
    let among = correlations.among();
    fit(&among, &correlations.with_outcome()).ok_or_else(|| {
        collinear(&among, &correlations.names[1..]).unwrap_or(DriverError::Contradictory)
    })
}
