//! What customers are likely still worth: how often they will come back and what they will
//! spend, from what they bought until now.
//!
//! For purchases that come when they come, without a contract: shops, travel, restaurants.
//! How often somebody buys, and when they quietly stop, is the BG/NBD model ([`bg_nbd`]);
//! what a purchase is worth is the gamma-gamma model ([`gamma_gamma`]). Both assume that
//! how much somebody spends has nothing to do with how often.

pub mod bg_nbd;
pub mod gamma_gamma;
mod purchases;

#[cfg(test)]
mod tests;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use bg_nbd::BgNbd;
pub use gamma_gamma::GammaGamma;
pub use purchases::{DAYS_PER_UNIT, Purchase, Summaries, summarise};

/// What the models need to know of a customer's purchases.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct CustomerSummary {
    /// Repeat purchases: those after the first (*x*, frequency).
    pub x: f64,
    /// When the last of them was, counted from the first purchase (*t_x*, recency); 0
    /// without repeat purchases.
    pub t_x: f64,
    /// How long the customer was watched since the first purchase (*T*).
    #[serde(rename = "T")]
    pub t: f64,
    /// The mean amount of the repeat purchases; `None` where unknown or without any.
    #[serde(default)]
    pub mean_value: Option<f64>,
}

/// Why customers cannot be modelled. Rows are counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LifetimeError {
    /// Too few customers, or nearly nobody came back.
    TooFew {
        /// How many customers there are.
        customers: usize,
        /// How many of them came back.
        repeat: usize,
    },
    /// A frequency that is not a whole number from 0.
    Frequency {
        /// The row at fault.
        row: usize,
    },
    /// A recency outside 0 to T, or not 0 although nothing was bought again, or 0 although
    /// something was.
    Recency {
        /// The row at fault.
        row: usize,
    },
    /// A T that is not a number from 0.
    Observed {
        /// The row at fault.
        row: usize,
    },
    /// An amount that is not a number.
    Amount {
        /// The row at fault.
        row: usize,
    },
    /// A horizon that is not a positive number.
    Horizon,
    /// The likelihood has no top that could be found.
    NoFit {
        /// Which model: `bgnbd` or `gamma_gamma`.
        model: &'static str,
    },
}

impl fmt::Display for LifetimeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooFew { customers, repeat } => write!(
                f,
                "customer: {customers} customers, of whom {repeat} came back, do not carry a \
                 model; it takes at least {} customers, {} of whom bought again",
                bg_nbd::LEAST_CUSTOMERS,
                bg_nbd::LEAST_REPEAT
            ),
            Self::Frequency { row } => write!(
                f,
                "x: row {row} is not a number of repeat purchases; give 0, 1, 2, …, the first \
                 purchase not counted"
            ),
            Self::Recency { row } => write!(
                f,
                "t_x: row {row} does not fit; give the time from the first to the last \
                 purchase, more than 0 and at most T, and 0 where nothing was bought again"
            ),
            Self::Observed { row } => write!(
                f,
                "T: row {row} is not a length of time; give the time from the first purchase \
                 to the end of observation, 0 or more"
            ),
            Self::Amount { row } => write!(
                f,
                "amount: row {row} is not a number; give an amount or leave the row out"
            ),
            Self::Horizon => f.write_str("horizon: give a positive number of days"),
            Self::NoFit { model } => write!(
                f,
                "{model}: the fit does not settle on these customers; usually all buy alike or \
                 the columns are mixed up, so check x, t_x, T and the amounts"
            ),
        }
    }
}

impl std::error::Error for LifetimeError {}

/// One customer's outlook.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct CustomerOutlook<K> {
    /// Which customer.
    pub id: K,
    /// The chance, 0 to 1, that the customer has not stopped buying.
    pub alive: f64,
    /// Purchases to be expected within the horizon.
    pub expected_purchases: f64,
    /// What these are worth, in the unit of the amounts and not discounted; `None` without a
    /// model of amounts.
    pub value: Option<f64>,
}

/// What a reader must know before using the outlook.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum LifetimeWarning {
    /// Fewer repeat buyers with an amount above zero than the model of amounts needs, so
    /// no values are given.
    NoAmounts {
        /// How many there are.
        repeat_buyers: usize,
    },
    /// The model of amounts did not settle, so no values are given.
    AmountsDoNotFit,
    /// Frequency and amount go together, which the models assume they do not: values of the
    /// frequent are too low (positive) or too high (negative).
    AmountsDependOnFrequency {
        /// Pearson's correlation over the repeat buyers.
        correlation: f64,
    },
    /// The amounts are so uneven (q at most 1) that the mean over all customers does not
    /// exist; those without repeat purchases have no value.
    NoMeanAmount,
    /// The parameters ran to an edge: what they say of single customers holds, what they
    /// say of stopping does not.
    AtTheEdge,
}

impl fmt::Display for LifetimeWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoAmounts { repeat_buyers } => write!(
                f,
                "only {repeat_buyers} repeat buyers have an amount above zero; a model of \
                 amounts takes {}, so no values are given",
                gamma_gamma::LEAST_BUYERS
            ),
            Self::AmountsDoNotFit => {
                f.write_str("the model of amounts does not settle on these amounts; no values")
            }
            Self::AmountsDependOnFrequency { correlation } => write!(
                f,
                "frequency and amount go together (correlation {correlation:.2}), which the \
                 model assumes they do not; read values with care"
            ),
            Self::NoMeanAmount => f.write_str(
                "amounts are too uneven for a mean over all customers; those who bought once \
                 have no value",
            ),
            Self::AtTheEdge => f.write_str(
                "the parameters ran to an edge: the purchases say little about when customers \
                 stop",
            ),
        }
    }
}

/// The models and every customer's outlook.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Lifetime<K> {
    /// How many customers.
    pub n: u64,
    /// How many of them bought again.
    pub repeat: u64,
    /// How far ahead the outlook looks, in the unit of T.
    pub horizon: f64,
    /// The model of purchases.
    pub bgnbd: BgNbd,
    /// The model of amounts; `None` where there are too few to tell.
    pub gamma_gamma: Option<GammaGamma>,
    /// One entry per customer, in the order given.
    pub customers: Vec<CustomerOutlook<K>>,
    /// What must be known before using them.
    pub warnings: Vec<LifetimeWarning>,
}

/// From here on frequency and amount are said to go together.
const CORRELATION: f64 = 0.3;

/// Fits both models and looks `horizon` ahead, which is in the unit of `T`.
///
/// A customer's value is the expected number of purchases times the expected amount of one.
///
/// # Errors
/// When a row makes no sense, too few customers came back, or the fit does not settle.
/// Amounts that carry no model are no error: there are then no values, and a warning.
pub fn lifetime<K>(
    rows: impl IntoIterator<Item = (K, CustomerSummary)>,
    horizon: f64,
) -> Result<Lifetime<K>, LifetimeError> {
    if !(horizon.is_finite() && horizon > 0.0) {
        return Err(LifetimeError::Horizon);
    }
    let (ids, summaries): (Vec<K>, Vec<CustomerSummary>) = rows.into_iter().unzip();
    let bgnbd = BgNbd::fit(&summaries)?;
    let mut warnings = Vec::new();
    if bgnbd.at_the_edge() {
        warnings.push(LifetimeWarning::AtTheEdge);
    }
    let gamma_gamma = match GammaGamma::fit(&summaries) {
        Ok(model) => {
            if let Some(correlation) = gamma_gamma::correlation(&summaries)
                && correlation.abs() >= CORRELATION
            {
                warnings.push(LifetimeWarning::AmountsDependOnFrequency { correlation });
            }
            if model.mean().is_none() {
                warnings.push(LifetimeWarning::NoMeanAmount);
            }
            Some(model)
        }
        Err(LifetimeError::TooFew { repeat, .. }) => {
            warnings.push(LifetimeWarning::NoAmounts {
                repeat_buyers: repeat,
            });
            None
        }
        Err(_) => {
            warnings.push(LifetimeWarning::AmountsDoNotFit);
            None
        }
    };
    let customers = ids
        .into_iter()
        .zip(&summaries)
        .map(|(id, summary)| {
            let expected_purchases = bgnbd.expected_purchases(summary, horizon);
            let amount = gamma_gamma.and_then(|model| model.expected_amount(summary));
            CustomerOutlook {
                id,
                alive: bgnbd.alive(summary),
                expected_purchases,
                value: amount.map(|amount| amount * expected_purchases),
            }
        })
        .collect();
    Ok(Lifetime {
        n: summaries.len() as u64,
        repeat: summaries.iter().filter(|s| s.x > 0.0).count() as u64,
        horizon,
        bgnbd,
        gamma_gamma,
        customers,
        warnings,
    })
}
