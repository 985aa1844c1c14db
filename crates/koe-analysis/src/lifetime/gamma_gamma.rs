//! What a purchase is worth: the gamma-gamma model (Fader, Hardie & Lee 2005, *Journal of
//! Marketing Research* 42:415–430; Fader & Hardie 2013, "The gamma-gamma model of monetary
//! value").
//!
//! A customer's purchases scatter around an amount of their own, with a gamma distribution
//! of shape p; the scales of customers follow a gamma distribution (q, v). A customer seen
//! rarely is drawn to the mean of all, one seen often keeps their own.

use serde::{Deserialize, Serialize};
use statrs::function::gamma::ln_gamma;

use super::{CustomerSummary, LifetimeError};
use crate::optimise::minimise;

/// Fewer repeat buyers with an amount carry no model of three parameters.
pub const LEAST_BUYERS: usize = 10;

/// The model with its parameters; v is in the unit of the amounts.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct GammaGamma {
    /// Shape of a customer's amounts.
    pub p: f64,
    /// Shape of the scales of customers.
    pub q: f64,
    /// Scale of the scales of customers (γ in the papers).
    pub v: f64,
    /// The log-likelihood of the repeat buyers it was fitted to.
    pub log_likelihood: f64,
    /// How many repeat buyers with an amount above zero it was fitted to.
    pub n: u64,
}

/// Repeat buyers with an amount above zero: how often they came back, and the mean amount.
fn buyers(customers: &[CustomerSummary]) -> Vec<(f64, f64)> {
    customers
        .iter()
        .filter(|customer| customer.x > 0.0)
        .filter_map(|customer| Some((customer.x, customer.mean_value?)))
        .filter(|&(_, mean)| mean.is_finite() && mean > 0.0)
        .collect()
}

/// Pearson's correlation of frequency and amount over the repeat buyers, which the model
/// assumes is nil; `None` when one of them does not vary.
#[must_use]
pub fn correlation(customers: &[CustomerSummary]) -> Option<f64> {
    let buyers = buyers(customers);
    let n = buyers.len() as f64;
    let (x, z) = buyers
        .iter()
        .fold((0.0, 0.0), |(x, z), b| (x + b.0, z + b.1));
    let (x, z) = (x / n, z / n);
    let (mut xx, mut zz, mut xz) = (0.0, 0.0, 0.0);
    for (frequency, mean) in buyers {
        xx += (frequency - x).powi(2);
        zz += (mean - z).powi(2);
        xz += (frequency - x) * (mean - z);
    }
    (xx > 0.0 && zz > 0.0).then(|| xz / (xx * zz).sqrt())
}

impl GammaGamma {
    /// Fits the model to the repeat buyers by maximum likelihood.
    ///
    /// # Errors
    /// When fewer than [`LEAST_BUYERS`] repeat buyers have an amount above zero, or the
    /// likelihood has no top, as when all amounts are the same.
    pub fn fit(customers: &[CustomerSummary]) -> Result<Self, LifetimeError> {
        let buyers = buyers(customers);
        if buyers.len() < LEAST_BUYERS {
            return Err(LifetimeError::TooFew {
                customers: customers.len(),
                repeat: buyers.len(),
            });
        }
        // The unit of money is the mean amount, so that yen and dollars start alike.
        let unit = buyers.iter().map(|b| b.1).sum::<f64>() / buyers.len() as f64;
        let mut scaled: Vec<(f64, f64)> = buyers.iter().map(|&(x, z)| (x, z / unit)).collect();
        scaled.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
        let found = minimise(&[1.0, 1.0, 0.0], 0.7, |log| {
            if log.iter().any(|parameter| parameter.abs() > 12.0) {
                return f64::INFINITY;
            }
            -log_likelihood(&scaled, log[0].exp(), log[1].exp(), log[2].exp())
        });
        let edge = found.at.iter().any(|parameter| parameter.abs() > 11.0);
        if !found.converged || edge {
            return Err(LifetimeError::NoFit {
                model: "gamma_gamma",
            });
        }
        Ok(Self {
            p: found.at[0].exp(),
            q: found.at[1].exp(),
            v: found.at[2].exp() * unit,
            log_likelihood: -found.value - buyers.len() as f64 * unit.ln(),
            n: buyers.len() as u64,
        })
    }

    /// The mean amount over all customers, p v / (q − 1); `None` when q is at most 1 and the
    /// mean does not exist.
    #[must_use]
    pub fn mean(&self) -> Option<f64> {
        (self.q > 1.0).then(|| self.p * self.v / (self.q - 1.0))
    }

    /// The expected amount of a customer's purchase, p (v + x z̄) / (p x + q − 1), which is
    /// [`Self::mean`] for who has no repeat purchase with an amount above zero.
    #[must_use]
    pub fn expected_amount(&self, customer: &CustomerSummary) -> Option<f64> {
        match customer.mean_value {
            Some(mean) if customer.x > 0.0 && mean.is_finite() && mean > 0.0 => {
                let weight = self.p * customer.x + self.q - 1.0;
                (weight > 0.0).then(|| self.p * (self.v + customer.x * mean) / weight)
            }
            _ => self.mean(),
        }
    }
}

/// Σ ln Γ(p x + q) − ln Γ(p x) − ln Γ(q) + q ln v + (p x − 1) ln z̄ + p x ln x −
/// (p x + q) ln(v + x z̄) (Fader & Hardie 2013, equation 1a). Buyers are sorted by x.
fn log_likelihood(buyers: &[(f64, f64)], p: f64, q: f64, v: f64) -> f64 {
    let all = q * v.ln() - ln_gamma(q);
    let (mut sum, mut of) = (0.0, None);
    for &(x, mean) in buyers {
        let shape = p * x;
        let shared = match of {
            Some((known, shared)) if known == x => shared,
            _ => {
                let shared = all + ln_gamma(shape + q) - ln_gamma(shape) + shape * x.ln();
                of = Some((x, shared));
                shared
            }
        };
        sum += shared + (shape - 1.0) * mean.ln() - (shape + q) * (v + x * mean).ln();
    }
    sum
}
