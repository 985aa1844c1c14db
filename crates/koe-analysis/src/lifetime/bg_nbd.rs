//! How often customers buy and when they quietly stop: the BG/NBD model (Fader, Hardie &
//! Lee 2005, *Marketing Science* 24:275–284).
//!
//! While they are customers, each buys at random at their own rate; rates follow a gamma
//! distribution (r, α). After each purchase each stops with their own chance; chances follow
//! a beta distribution (a, b). Somebody who never came back cannot have stopped yet, as
//! stopping follows a repeat purchase: that is how the model is made.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use statrs::function::gamma::ln_gamma;

use super::{CustomerSummary, LifetimeError};
use crate::optimise::minimise;

/// Fewer customers carry no model of four parameters.
pub const LEAST_CUSTOMERS: usize = 20;
/// Fewer repeat buyers carry none either.
pub const LEAST_REPEAT: usize = 10;

/// The model with its parameters; α is in the unit of T.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct BgNbd {
    /// Shape of the purchase rates.
    pub r: f64,
    /// Scale of the purchase rates: the mean rate is r / α.
    pub alpha: f64,
    /// First parameter of the chances to stop.
    pub a: f64,
    /// Second parameter of the chances to stop: the mean chance is a / (a + b).
    pub b: f64,
    /// The log-likelihood of the customers it was fitted to.
    pub log_likelihood: f64,
}

/// The range of a parameter, as a logarithm: beyond it, it says nothing any more.
const EDGE: f64 = 12.0;

impl BgNbd {
    /// Fits the model by maximum likelihood.
    ///
    /// # Errors
    /// When a row makes no sense, when there are fewer than [`LEAST_CUSTOMERS`] customers or
    /// [`LEAST_REPEAT`] repeat buyers, or when the likelihood has no top.
    pub fn fit(customers: &[CustomerSummary]) -> Result<Self, LifetimeError> {
        check(customers)?;
        let repeat = customers.iter().filter(|c| c.x > 0.0).count();
        if customers.len() < LEAST_CUSTOMERS || repeat < LEAST_REPEAT {
            return Err(LifetimeError::TooFew {
                customers: customers.len(),
                repeat,
            });
        }
        // The unit of time is made such that the longest T is 10, so that the search starts
        // equally well from days, weeks or years.
        let longest = customers.iter().map(|c| c.t).fold(0.0, f64::max);
        let unit = longest / 10.0;
        let kinds = kinds(customers, unit);
        let search = |kinds: &[Kind], start: &[f64], step: f64| {
            minimise(start, step, |log| {
                if log.iter().any(|x| x.abs() > EDGE) {
                    return f64::INFINITY;
                }
                -log_likelihood(kinds, &parameters(log))
            })
        };
        // Of very many histories a part shows where the top is; all of them then say exactly.
        let found = if kinds.len() > 2 * PART {
            let part: Vec<Kind> = kinds.iter().step_by(kinds.len() / PART).copied().collect();
            search(&kinds, &search(&part, &[0.0; 4], 0.7).at, 0.02)
        } else {
            search(&kinds, &[0.0; 4], 0.7)
        };
        if !found.converged {
            return Err(LifetimeError::NoFit { model: "bgnbd" });
        }
        let [r, alpha, a, b] = parameters(&found.at);
        let purchases: f64 = customers.iter().map(|c| c.x).sum();
        Ok(Self {
            r,
            alpha: alpha * unit,
            a,
            b,
            log_likelihood: -found.value - purchases * unit.ln(),
        })
    }

    /// The log-likelihood of customers under these parameters.
    #[must_use]
    pub fn log_likelihood_of(&self, customers: &[CustomerSummary]) -> f64 {
        let parameters = [self.r, self.alpha, self.a, self.b];
        log_likelihood(&kinds(customers, 1.0), &parameters)
    }

    /// The chance, 0 to 1, that a customer has not stopped (Fader, Hardie & Lee 2008,
    /// "Computing P(alive) using the BG/NBD model").
    #[must_use]
    pub fn alive(&self, customer: &CustomerSummary) -> f64 {
        1.0 / (1.0 + self.odds_of_having_stopped(customer))
    }

    /// a / (b + x − 1) · ((α + T) / (α + t_x))^(r + x), and 0 for who never came back.
    fn odds_of_having_stopped(&self, customer: &CustomerSummary) -> f64 {
        if customer.x <= 0.0 {
            return 0.0;
        }
        let waited = ((self.alpha + customer.t) / (self.alpha + customer.t_x)).ln();
        let log = self.a.ln() - (self.b + customer.x - 1.0).ln();
        (log + (self.r + customer.x) * waited).exp()
    }

    /// Purchases to be expected of a customer within `horizon` from now (equation 10 of
    /// Fader, Hardie & Lee 2005).
    #[must_use]
    pub fn expected_purchases(&self, customer: &CustomerSummary, horizon: f64) -> f64 {
        let of_the_living = self.expected(customer.x, self.alpha + customer.t, horizon);
        of_the_living / (1.0 + self.odds_of_having_stopped(customer))
    }

    /// Repeat purchases to be expected of a new customer within `horizon` of the first
    /// purchase (equation 9 of Fader, Hardie & Lee 2005).
    #[must_use]
    pub fn expected_of_new(&self, horizon: f64) -> f64 {
        self.expected(0.0, self.alpha, horizon)
    }

    /// c / (a − 1) · [1 − (1 − z)^(r + x) ₂F₁(r + x, b + x; c; z)] with c = a + b + x − 1
    /// and z = t / (since + t), `since` being α + T.
    ///
    /// Euler's transformation (Abramowitz & Stegun 1964, 15.3.3) makes it
    /// (1 − z)^(a−1) ₂F₁(c − r − x, a − 1; c; z), whose series converges sooner the more a
    /// customer has bought, and whose terms all have the factor a − 1, so that nothing is
    /// divided by zero at a = 1 and at c = 0.
    fn expected(&self, x: f64, since: f64, horizon: f64) -> f64 {
        let z = horizon / (since + horizon);
        let log = (since / (since + horizon)).ln();
        let excess = self.a - 1.0;
        let c = self.a + self.b + x - 1.0;
        let first = if excess.abs() < 1e-12 {
            -log
        } else {
            -(excess * log).exp_m1() / excess
        };
        // c · Σ (c − r − x)ₖ (a)ₖ₋₁ / ((c)ₖ k!) zᵏ, kept small by a running scale.
        let from = c - self.r - x;
        let (mut term, mut sum, mut scale) = (from * z, from * z, 0.0_f64);
        for k in 1..TERMS {
            let k = f64::from(k);
            term *= (from + k) * (excess + k) / ((c + k) * (k + 1.0)) * z;
            sum += term;
            if term.abs() <= 1e-16 * sum.abs() {
                break;
            }
            if sum.abs() > 1e200 {
                term *= 1e-200;
                sum *= 1e-200;
                scale += 200.0 * std::f64::consts::LN_10;
            }
        }
        (c * first - (excess * log + scale).exp() * sum).max(0.0)
    }

    /// Whether a parameter ran to where it says nothing any more.
    pub(super) fn at_the_edge(&self) -> bool {
        [self.r, self.a, self.b]
            .iter()
            .any(|parameter| parameter.ln().abs() > EDGE - 3.0)
    }
}

/// Terms of the series; it ends far earlier unless the horizon is thousands of times T.
const TERMS: u32 = 1_000_000;

fn parameters(log: &[f64]) -> [f64; 4] {
    [log[0].exp(), log[1].exp(), log[2].exp(), log[3].exp()]
}

fn check(customers: &[CustomerSummary]) -> Result<(), LifetimeError> {
    for (index, customer) in customers.iter().enumerate() {
        let row = index + 1;
        let &CustomerSummary { x, t_x, t, .. } = customer;
        if !(x.is_finite() && x >= 0.0 && x.fract() == 0.0) {
            return Err(LifetimeError::Frequency { row });
        }
        if !(t.is_finite() && t >= 0.0) {
            return Err(LifetimeError::Observed { row });
        }
        if !(t_x >= 0.0 && t_x <= t && (t_x > 0.0) == (x > 0.0)) {
            return Err(LifetimeError::Recency { row });
        }
    }
    Ok(())
}

/// Histories that are enough to come near the top.
const PART: usize = 5_000;

/// Customers with the same history, which is what makes millions of them quick.
#[derive(Clone, Copy)]
struct Kind {
    x: f64,
    t_x: f64,
    t: f64,
    n: f64,
}

fn kinds(customers: &[CustomerSummary], unit: f64) -> Vec<Kind> {
    let mut counted: HashMap<[u64; 3], f64> = HashMap::new();
    for c in customers {
        let key = [c.x.to_bits(), c.t_x.to_bits(), c.t.to_bits()];
        *counted.entry(key).or_default() += 1.0;
    }
    let mut kinds: Vec<Kind> = counted
        .into_iter()
        .map(|(key, n)| {
            let [x, t_x, t] = key.map(f64::from_bits);
            Kind {
                x,
                t_x: t_x / unit,
                t: t / unit,
                n,
            }
        })
        .collect();
    // A sum of floating-point numbers depends on its order; this one must not.
    kinds.sort_by(|p, q| {
        let ends = (q.x.total_cmp(&p.x)).then(p.t_x.total_cmp(&q.t_x));
        ends.then(p.t.total_cmp(&q.t))
    });
    kinds
}

/// ln L of one customer is A₁ + A₂ + ln(e^A₃ + δ e^A₄) with A₁ = ln Γ(r + x) − ln Γ(r) +
/// r ln α, A₂ = ln Γ(a + b) + ln Γ(b + x) − ln Γ(b) − ln Γ(a + b + x), A₃ = −(r + x)
/// ln(α + T) and, for who came back, A₄ = ln a − ln(b + x − 1) − (r + x) ln(α + t_x)
/// (Fader, Hardie & Lee 2005, "Implementing the BG/NBD model in Excel").
fn log_likelihood(kinds: &[Kind], &[r, alpha, a, b]: &[f64; 4]) -> f64 {
    let all = r * alpha.ln() - ln_gamma(r) + ln_gamma(a + b) - ln_gamma(b);
    let (mut sum, mut of) = (0.0, None);
    for kind in kinds {
        let shared = match of {
            Some((x, shared)) if x == kind.x => shared,
            _ => {
                let shared =
                    all + ln_gamma(r + kind.x) + ln_gamma(b + kind.x) - ln_gamma(a + b + kind.x);
                of = Some((kind.x, shared));
                shared
            }
        };
        let stayed = -(r + kind.x) * (alpha + kind.t).ln();
        let either = if kind.x > 0.0 {
            let stopped = a.ln() - (b + kind.x - 1.0).ln() - (r + kind.x) * (alpha + kind.t_x).ln();
            let (more, less) = (stayed.max(stopped), stayed.min(stopped));
            more + (less - more).exp().ln_1p()
        } else {
            stayed
        };
        sum += kind.n * (shared + either);
    }
    sum
}
