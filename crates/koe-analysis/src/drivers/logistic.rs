//! The logistic model: drivers of one of two outcomes.

use nalgebra::{Cholesky, DMatrix, DVector};
use rayon::prelude::*;
use statrs::distribution::{ChiSquared, ContinuousCDF};

use super::johnson::{Root, weighed_by_squares};
use super::linear::ModelTest;
use super::shapley::{shapley, shapley_of_fits};

/// How many drivers the exact Shapley value is computed for: 2^p models are fitted.
pub const MOST_LOGISTIC: usize = 12;

/// Steps of Newton's method before a model counts as having no maximum.
const STEPS: usize = 60;
/// Log odds for one standard deviation beyond which the likelihood has no maximum: chances of
/// one in 10^13.
const BOUNDLESS: f64 = 30.0;

/// Standardised drivers with an outcome of 0 or 1, pattern by pattern.
pub(super) struct Logit<'a> {
    pub drivers: &'a [Vec<f64>],
    pub outcome: Vec<bool>,
}

impl LogitFit {
    /// The coefficients without the intercept.
    pub fn slopes(&self) -> DVector<f64> {
        self.coefficients
            .rows(1, self.coefficients.len() - 1)
            .into_owned()
    }
}

/// A fitted model.
#[derive(Debug, Clone)]
pub(super) struct LogitFit {
    /// Intercept first.
    pub coefficients: DVector<f64>,
    pub log_likelihood: f64,
    /// The information matrix, intercept first.
    pub information: DMatrix<f64>,
}

impl Logit<'_> {
    /// Maximum likelihood by Newton's method with halved steps, for the drivers in `of`, with
    /// `weights` for the patterns, from `start` on. `None` when there is no finite maximum or
    /// the drivers are collinear.
    pub fn fit(&self, of: &[usize], weights: &[f64], start: Option<&LogitFit>) -> Option<LogitFit> {
        let width = of.len() + 1;
        let mut at = match start {
            Some(fit) if fit.coefficients.len() == width => fit.coefficients.clone(),
            _ => DVector::zeros(width),
        };
        let mut linear = self.linear(of, &at);
        let mut before = self.log_likelihood(&linear, weights);
        for _ in 0..STEPS {
            let (gradient, information) = self.derivatives(of, &linear, weights);
            let mut step = Cholesky::new(information.clone())?.solve(&gradient);
            // Half of the square of the Newton decrement is what is left to gain.
            let gain = gradient.dot(&step) / 2.0;
            if gain <= 1e-13 * (1.0 + before.abs()) {
                return Some(LogitFit {
                    coefficients: at,
                    log_likelihood: before,
                    information,
                });
            }
            loop {
                let next = &at + &step;
                let there = self.linear(of, &next);
                let after = self.log_likelihood(&there, weights);
                if after >= before || step.amax() < 1e-12 {
                    (at, linear, before) = (next, there, after);
                    break;
                }
                step /= 2.0;
            }
            if at.amax() > BOUNDLESS {
                return None;
            }
        }
        None
    }

    /// The log odds of each pattern.
    pub fn linear(&self, of: &[usize], coefficients: &DVector<f64>) -> Vec<f64> {
        let mut linear = vec![coefficients[0]; self.outcome.len()];
        for (place, &driver) in of.iter().enumerate() {
            let coefficient = coefficients[place + 1];
            for (linear, value) in linear.iter_mut().zip(&self.drivers[driver]) {
                *linear += coefficient * value;
            }
        }
        linear
    }

    fn log_likelihood(&self, linear: &[f64], weights: &[f64]) -> f64 {
        let of = self.outcome.iter().zip(linear).zip(weights);
        of.map(|((&outcome, &linear), &weight)| {
            let towards = if outcome { linear } else { -linear };
            // log σ(t) without overflow.
            weight * (towards.min(0.0) - (-towards.abs()).exp().ln_1p())
        })
        .sum()
    }

    fn derivatives(
        &self,
        of: &[usize],
        linear: &[f64],
        weights: &[f64],
    ) -> (DVector<f64>, DMatrix<f64>) {
        let width = of.len() + 1;
        let chances: Vec<f64> = linear.iter().map(|&linear| chance(linear)).collect();
        let residuals: Vec<f64> = (0..chances.len())
            .map(|row| weights[row] * (f64::from(self.outcome[row]) - chances[row]))
            .collect();
        let spreads: Vec<f64> = chances
            .iter()
            .zip(weights)
            .map(|(chance, weight)| weight * chance * (1.0 - chance))
            .collect();
        let mut gradient = DVector::zeros(width);
        let mut information = DMatrix::zeros(width, width);
        gradient[0] = residuals.iter().sum();
        information[(0, 0)] = spreads.iter().sum();
        let mut weighed = vec![0.0; chances.len()];
        for (a, &driver) in of.iter().enumerate() {
            let column = &self.drivers[driver];
            gradient[a + 1] = dot(column, &residuals);
            for ((weighed, value), spread) in weighed.iter_mut().zip(column).zip(&spreads) {
                *weighed = value * spread;
            }
            information[(0, a + 1)] = weighed.iter().sum();
            information[(a + 1, 0)] = information[(0, a + 1)];
            for (b, &other) in of.iter().enumerate().take(a + 1) {
                let product = dot(&weighed, &self.drivers[other]);
                information[(a + 1, b + 1)] = product;
                information[(b + 1, a + 1)] = product;
            }
        }
        (gradient, information)
    }

    /// The log likelihood without drivers; `None` when one outcome has no weight.
    pub fn null(&self, weights: &[f64]) -> Option<f64> {
        let all: f64 = weights.iter().sum();
        let of = self.outcome.iter().zip(weights);
        let with: f64 = of.filter(|(outcome, _)| **outcome).map(|(_, w)| w).sum();
        let share = with / all;
        (share > 0.0 && share < 1.0).then(|| with * share.ln() + (all - with) * (1.0 - share).ln())
    }

    /// The Shapley value of McFadden's R² (Azen & Traxel 2009, *Journal of Educational and
    /// Behavioral Statistics* 34:319–347, general dominance in logistic regression): every
    /// sub-model is fitted. `None` when one of them has no finite maximum.
    pub fn shapley(&self, weights: &[f64], null: f64) -> Option<Vec<f64>> {
        let drivers = self.drivers.len();
        let fits: Option<Vec<f64>> = (0..1_usize << drivers)
            .into_par_iter()
            .map(|mask| {
                let of: Vec<usize> = (0..drivers).filter(|j| mask & (1 << j) != 0).collect();
                let fit = self.fit(&of, weights, None)?;
                Some(mcfadden(fit.log_likelihood, null))
            })
            .collect();
        Some(shapley_of_fits(&fits?, drivers))
    }
}

/// McFadden's R² (McFadden 1974, in Zarembka (ed.), *Frontiers in Econometrics*): 1 − log L /
/// log L₀.
pub(super) fn mcfadden(log_likelihood: f64, null: f64) -> f64 {
    (1.0 - log_likelihood / null).clamp(0.0, 1.0)
}

pub(super) fn chance(log_odds: f64) -> f64 {
    1.0 / (1.0 + (-log_odds).exp())
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// The likelihood ratio test of no effect: 2 (log L − log L₀) is χ² with as many degrees of
/// freedom as there are drivers (Wilks 1938).
pub(super) fn likelihood_ratio(log_likelihood: f64, null: f64, drivers: usize) -> ModelTest {
    let statistic = (2.0 * (log_likelihood - null)).max(0.0);
    let df = drivers as f64;
    ModelTest {
        statistic,
        df,
        df_residual: None,
        p: ChiSquared::new(df).map_or(1.0, |chi| chi.sf(statistic)),
    }
}

/// The shares of the Shapley value by the quadratic approximation of the log likelihood about
/// the full model (Hosmer, Jovanovic & Lemeshow 1989, *Biometrics* 45:1265–1270, who find the
/// best subsets with it): each sub-model is a weighted least squares fit with the full model's
/// weights. They sum to 1.
pub(super) fn approximate_shares(fit: &LogitFit) -> Option<Vec<f64>> {
    let drivers = fit.coefficients.len() - 1;
    let information = &fit.information;
    // The intercept is fitted anew in each sub-model.
    let among = DMatrix::from_fn(drivers, drivers, |a, b| {
        information[(a + 1, b + 1)]
            - information[(a + 1, 0)] * information[(0, b + 1)] / information[(0, 0)]
    });
    let with_outcome = &among * fit.slopes();
    let values = shapley(&among, with_outcome.as_slice());
    let all: f64 = values.iter().sum();
    (all > 0.0).then(|| values.iter().map(|value| value / all).collect())
}

/// The shares of Johnson's relative weights (Tonidandel & LeBreton 2010, *Organizational
/// Research Methods* 13:767–781): the outcome is regressed on the uncorrelated variables nearest
/// to the drivers, by logistic regression. They sum to 1; R² of any kind is shared out by them.
///
/// With X = ZΛ the log odds Xb are Z(Λb): the coefficients of Z come from those of X.
///
/// `slopes` are those of drivers with a spread of 1.
pub(super) fn relative_shares(slopes: &DVector<f64>, root: &Root) -> Option<Vec<f64>> {
    let on_z = &root.root * slopes;
    let values = weighed_by_squares(&root.root, on_z.as_slice());
    let all: f64 = values.iter().sum();
    (all > 0.0).then(|| values.iter().map(|value| value / all).collect())
}
