//! From every customer's outlook to figures with their intervals. Pure.
//!
//! Intervals and tests are over customers, by Student's t and Welch: they say
//! how much the mean would move with other customers of the same kind, and take
//! the parameters of the models as known.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::date;
use koe_analysis::confidence::Confidence;
use koe_analysis::inference::family::benjamini_hochberg;
use koe_analysis::inference::mean::welch;
use koe_analysis::lifetime::{CustomerOutlook, Lifetime};
use koe_analysis::summary::Moments;
use koe_lake::{Buyer, Purchases};

use super::view::{
    AmountModel, CustomerAtRisk, Decile, FindingView, LoyaltyGroup, LoyaltyModel, LoyaltyRemark,
    Measure,
};

/// Between these chances of not having stopped, a customer is at risk: above,
/// nothing has to be done yet; below, it is too late for most.
pub const AT_RISK: (f64, f64) = (0.2, 0.8);

/// Parts into which customers are put by what is expected of them.
const DECILES: usize = 10;

/// A customer with an outlook.
struct Outlook<'a> {
    buyer: &'a Buyer,
    alive: f64,
    /// What is expected: an amount, or a number of purchases.
    worth: f64,
}

impl Outlook<'_> {
    fn is_at_risk(&self) -> bool {
        self.buyer.summary.x > 0.0 && (AT_RISK.0..=AT_RISK.1).contains(&self.alive)
    }

    /// What more would be expected if the customer had surely not stopped: the
    /// expectation is the chance times what is expected of the living.
    fn at_stake(&self) -> f64 {
        self.worth / self.alive - self.worth
    }
}

/// What is asked of the outlooks.
pub struct Asking {
    /// Whether customers are divided.
    pub grouped: bool,
    /// Confidence of intervals and tests.
    pub confidence: Confidence,
    /// Most customers at risk that are listed.
    pub listed: usize,
}

/// The figures of customers, whose outlooks are in their order.
pub fn finding(purchases: &Purchases, lifetime: &Lifetime<()>, asking: &Asking) -> FindingView {
    let amounts = lifetime.gamma_gamma;
    let measure = match amounts.and_then(|model| model.mean()) {
        Some(_) => Measure::Value,
        None => Measure::Purchases,
    };
    let worth = |one: &CustomerOutlook<()>| match measure {
        Measure::Value => one.value.unwrap_or(0.0),
        Measure::Purchases => one.expected_purchases,
    };
    let mut all: Vec<Outlook<'_>> = (purchases.customers.iter().zip(&lifetime.customers))
        .map(|(buyer, outlook)| Outlook {
            buyer,
            alive: outlook.alive,
            worth: worth(outlook),
        })
        .collect();
    all.sort_by(|one, other| {
        (other.worth.total_cmp(&one.worth))
            .then_with(|| one.buyer.customer.cmp(&other.buyer.customer))
    });
    let n = all.len() as f64;
    let whole = moments(&all);
    let total = whole.mean * n;
    let interval = mean_interval(&whole, asking.confidence);
    let mut at_risk: Vec<&Outlook<'_>> = all.iter().filter(|one| one.is_at_risk()).collect();
    at_risk.sort_by(|one, other| other.at_stake().total_cmp(&one.at_stake()));
    let bgnbd = lifetime.bgnbd;
    FindingView {
        measure,
        n: lifetime.n,
        repeat: lifetime.repeat,
        until: purchases.until.map(day).unwrap_or_default(),
        total,
        total_interval: interval.map(|(low, high)| (low * n, high * n)),
        mean: whole.mean,
        mean_interval: interval,
        purchases: mean(lifetime.customers.iter().map(|one| one.expected_purchases)),
        alive: mean(all.iter().map(|one| one.alive)),
        deciles: deciles(&all, total),
        groups: (asking.grouped).then(|| groups(&all, total, asking.confidence)),
        n_at_risk: at_risk.len() as u64,
        at_stake: at_risk.iter().map(|one| one.at_stake()).sum(),
        at_risk: Some(
            at_risk
                .iter()
                .take(asking.listed)
                .map(|one| listed(one))
                .collect(),
        ),
        model: LoyaltyModel {
            r: bgnbd.r,
            alpha: bgnbd.alpha,
            a: bgnbd.a,
            b: bgnbd.b,
            log_likelihood: bgnbd.log_likelihood,
            amounts: amounts.map(|model| AmountModel {
                p: model.p,
                q: model.q,
                v: model.v,
                n: model.n,
                mean: model.mean(),
            }),
        },
        n_returns: purchases.n_returns,
        n_later: purchases.n_later,
        n_missing: purchases.n_missing,
        warnings: lifetime.warnings.iter().map(LoyaltyRemark::of).collect(),
    }
}

/// A number of days since 1970-01-01 as a day.
fn day(days: i32) -> String {
    let day = date(1970, 1, 1).checked_add(i64::from(days).days());
    day.map(|day| day.to_string()).unwrap_or_default()
}

fn mean(values: impl ExactSizeIterator<Item = f64>) -> f64 {
    let n = values.len() as f64;
    values.sum::<f64>() / n
}

fn moments(of: &[Outlook<'_>]) -> Moments {
    let mut moments = Moments::default();
    for one in of {
        moments.add(one.worth, 1.0);
    }
    moments
}

/// Of a mean, by Student's t.
fn mean_interval(of: &Moments, confidence: Confidence) -> Option<(f64, f64)> {
    let half = confidence.t(of.n_effective() - 1.0) * of.standard_error()?;
    Some((of.mean - half, of.mean + half))
}

/// Tenths of customers who are sorted from most to least expected.
fn deciles(sorted: &[Outlook<'_>], total: f64) -> Vec<Decile> {
    let edge = |part: usize| part * sorted.len() / DECILES;
    (0..DECILES)
        .map(|part| &sorted[edge(part)..edge(part + 1)])
        .filter(|part| !part.is_empty())
        .map(|part| {
            let sum: f64 = part.iter().map(|one| one.worth).sum();
            Decile {
                n: part.len() as u64,
                total: sum,
                share: if total > 0.0 { sum / total } else { 0.0 },
                mean: sum / part.len() as f64,
                alive: mean(part.iter().map(|one| one.alive)),
            }
        })
        .collect()
}

/// Each group beside all others, most expected of one customer first, those of
/// whom nothing is known last.
fn groups(all: &[Outlook<'_>], total: f64, confidence: Confidence) -> Vec<LoyaltyGroup> {
    let mut by_key: BTreeMap<Option<&str>, (Moments, f64)> = BTreeMap::new();
    for one in all {
        let (moments, alive) = by_key.entry(one.buyer.group.as_deref()).or_default();
        moments.add(one.worth, 1.0);
        *alive += one.alive;
    }
    let mut groups = Vec::with_capacity(by_key.len());
    let mut tested = Vec::new();
    for (key, (own, alive)) in &by_key {
        let mut others = Moments::default();
        for (_, (other, _)) in by_key.iter().filter(|(other, _)| *other != key) {
            others.merge(other);
        }
        let compared = welch(own, &others);
        if let Some(compared) = compared {
            tested.push((groups.len(), compared.p()));
        }
        groups.push(LoyaltyGroup {
            key: key.map(str::to_owned),
            n: own.n,
            mean: own.mean,
            mean_interval: mean_interval(own, confidence),
            share: if total > 0.0 {
                own.mean * own.n as f64 / total
            } else {
                0.0
            },
            alive: alive / own.n as f64,
            difference: compared.map(|compared| compared.difference),
            difference_interval: compared.map(|compared| compared.interval(confidence)),
            p_adjusted: None,
            differs: false,
        });
    }
    let p: Vec<f64> = tested.iter().map(|(_, p)| *p).collect();
    for ((place, _), adjusted) in tested.iter().zip(benjamini_hochberg(&p)) {
        groups[*place].p_adjusted = Some(adjusted);
        groups[*place].differs = adjusted < confidence.alpha();
    }
    groups.sort_by(|one, other| {
        (one.key.is_none().cmp(&other.key.is_none())).then(other.mean.total_cmp(&one.mean))
    });
    groups
}

fn listed(one: &Outlook<'_>) -> CustomerAtRisk {
    CustomerAtRisk {
        customer_id: one.buyer.customer.clone(),
        name: None,
        alive: one.alive,
        bought: one.buyer.summary.x as u64 + 1,
        last: day(one.buyer.last),
        expected: one.worth,
        at_stake: one.at_stake(),
    }
}

#[cfg(test)]
mod tests {
    use koe_analysis::lifetime::{BgNbd, CustomerSummary, GammaGamma};

    use super::*;

    /// Customer by customer: group, repeat purchases, chance, purchases, value.
    type Told = (Option<&'static str>, f64, f64, f64, Option<f64>);

    fn of(told: &[Told], q: f64) -> FindingView {
        let customers = told.iter().enumerate().map(|(n, (group, x, ..))| Buyer {
            customer: format!("cus_{n:02}"),
            summary: CustomerSummary {
                x: *x,
                t_x: *x,
                t: 20.0,
                mean_value: None,
            },
            last: 10_134,
            group: group.map(str::to_owned),
        });
        let purchases = Purchases {
            customers: customers.collect(),
            until: Some(10_134),
            ..Purchases::default()
        };
        let lifetime = Lifetime {
            n: told.len() as u64,
            repeat: 1,
            horizon: 52.0,
            bgnbd: BgNbd {
                r: 1.0,
                alpha: 1.0,
                a: 1.0,
                b: 1.0,
                log_likelihood: 0.0,
            },
            gamma_gamma: Some(GammaGamma {
                p: 1.0,
                q,
                v: 1.0,
                log_likelihood: 0.0,
                n: 10,
            }),
            customers: (told.iter())
                .map(|(_, _, alive, purchases, value)| CustomerOutlook {
                    id: (),
                    alive: *alive,
                    expected_purchases: *purchases,
                    value: *value,
                })
                .collect(),
            warnings: Vec::new(),
        };
        let asking = Asking {
            grouped: true,
            confidence: Confidence::P95,
            listed: 1,
        };
        finding(&purchases, &lifetime, &asking)
    }

    const TOLD: [Told; 6] = [
        (Some("promoter"), 3.0, 0.5, 4.0, Some(400.0)),
        (Some("promoter"), 3.0, 0.9, 5.0, Some(500.0)),
        (Some("detractor"), 1.0, 0.25, 1.0, Some(90.0)),
        (Some("detractor"), 2.0, 0.1, 1.0, Some(110.0)),
        (None, 0.0, 1.0, 1.0, Some(50.0)),
        (None, 1.0, 0.8, 1.0, Some(50.0)),
    ];

    #[test]
    fn figures_are_those_of_the_customers() {
        let found = of(&TOLD, 3.0);
        assert_eq!(found.measure, Measure::Value);
        assert_eq!((found.total, found.mean), (1_200.0, 200.0));
        let (low, high) = found.mean_interval.expect("an interval");
        // s = 200.0, t(5) = 2.5706: 200 ± 2.5706 · s / √6.
        let spread = (2.0 * 200.0_f64.powi(2)
            + 300.0_f64.powi(2)
            + 110.0_f64.powi(2)
            + 90.0_f64.powi(2)
            + 2.0 * 150.0_f64.powi(2)
            - 200.0_f64.powi(2))
            / 5.0;
        let half = 2.570_581_8 * (spread / 6.0).sqrt();
        assert!((high - 200.0 - half).abs() < 1e-4, "{high} {half}");
        assert!((200.0 - low - half).abs() < 1e-4);
        assert_eq!(found.until, "1997-09-30");
        let keys: Vec<_> = (found.groups.as_ref().expect("groups").iter())
            .map(|group| (group.key.as_deref(), group.n, group.mean))
            .collect();
        assert_eq!(
            keys,
            [
                (Some("promoter"), 2, 450.0),
                (Some("detractor"), 2, 100.0),
                (None, 2, 50.0)
            ]
        );
        let shares: f64 = found.deciles.iter().map(|part| part.share).sum();
        assert!((shares - 1.0).abs() < 1e-12);
    }

    #[test]
    fn at_risk_are_those_in_between_who_came_back_most_at_stake_first() {
        let found = of(&TOLD, 3.0);
        // 0.5: 400 more; 0.25: 270 more; 0.8: 12.5 more. 0.9 and 0.1 lie outside,
        // and who never came back cannot have stopped in this model.
        assert_eq!(found.n_at_risk, 3);
        assert!((found.at_stake - 682.5).abs() < 1e-9, "{}", found.at_stake);
        let listed = found.at_risk.expect("a list");
        assert_eq!(listed.len(), 1, "no more than asked for");
        assert_eq!(listed[0].customer_id, "cus_00");
        assert_eq!((listed[0].bought, listed[0].at_stake), (4, 400.0));
    }

    #[test]
    fn without_a_mean_amount_purchases_are_counted() {
        let found = of(&TOLD, 0.9);
        assert_eq!(found.measure, Measure::Purchases);
        assert_eq!(found.total, 13.0);
        assert_eq!(found.model.amounts.expect("a model").mean, None);
    }
}
