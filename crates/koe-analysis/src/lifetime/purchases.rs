//! From single purchases to what the models need.

use std::collections::BTreeMap;

use super::{CustomerSummary, LifetimeError};

/// Days in the unit of time of [`summarise`]: a week, as in the published examples.
pub const DAYS_PER_UNIT: f64 = 7.0;

/// One purchase.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Purchase<K> {
    /// Whose.
    pub customer: K,
    /// On which day, as a count of days from any fixed day.
    pub day: i64,
    /// For how much. What was given back on the day is below zero.
    pub amount: f64,
}

/// Customers in the order of their ids, and what was left out.
#[derive(Debug, Clone, PartialEq)]
pub struct Summaries<K> {
    /// Customers with what is known of them.
    pub customers: Vec<(K, CustomerSummary)>,
    /// The last day of observation.
    pub until: i64,
    /// Purchases after the last day of observation.
    pub n_later: u64,
    /// Days on which a customer only gave things back; they are no purchases.
    pub n_returns: u64,
}

/// Sums purchases up by customer, in weeks, as they were known at the end of the day `until`
/// (the day of the last purchase when not given).
///
/// All purchases of a customer on one day are one purchase, its amount their sum. The first
/// is not a repeat purchase; `mean_value` is over the repeat purchases alone (Fader, Hardie
/// & Lee 2005).
///
/// # Errors
/// When an amount is not a number.
pub fn summarise<K: Ord>(
    purchases: impl IntoIterator<Item = Purchase<K>>,
    until: Option<i64>,
) -> Result<Summaries<K>, LifetimeError> {
    let mut days: BTreeMap<K, BTreeMap<i64, f64>> = BTreeMap::new();
    let mut last = i64::MIN;
    let mut n_later = 0;
    for (index, purchase) in purchases.into_iter().enumerate() {
        if !purchase.amount.is_finite() {
            return Err(LifetimeError::Amount { row: index + 1 });
        }
        if until.is_some_and(|until| purchase.day > until) {
            n_later += 1;
            continue;
        }
        last = last.max(purchase.day);
        let of_customer = days.entry(purchase.customer).or_default();
        *of_customer.entry(purchase.day).or_default() += purchase.amount;
    }
    let until = until.unwrap_or(last);
    let mut n_returns = 0;
    let mut customers = Vec::with_capacity(days.len());
    for (id, mut days) in days {
        let before = days.len();
        days.retain(|_, amount| *amount >= 0.0);
        n_returns += (before - days.len()) as u64;
        let (Some((&first, _)), Some((&latest, _))) =
            (days.first_key_value(), days.last_key_value())
        else {
            continue;
        };
        let weeks = |day: i64| (day - first) as f64 / DAYS_PER_UNIT;
        let x = (days.len() - 1) as f64;
        let repeated: f64 = days.values().skip(1).sum();
        customers.push((
            id,
            CustomerSummary {
                x,
                t_x: weeks(latest),
                t: weeks(until),
                mean_value: (x > 0.0).then(|| repeated / x),
            },
        ));
    }
    Ok(Summaries {
        customers,
        until,
        n_later,
        n_returns,
    })
}
