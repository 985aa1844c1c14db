//! The customers: drawn one by one from their number, never all in memory.

use jiff::civil::Date;

use super::chance::Draw;
use super::company::Company;
use super::truths::Truths;

/// Everybody who ever joined, in the order in which they did.
#[derive(Clone, Copy, Debug)]
pub struct Members {
    /// How many.
    pub count: usize,
    seed: u64,
    first_day: Date,
    days: usize,
}

/// One customer.
#[derive(Clone, Debug)]
pub struct Customer {
    /// Position among all.
    pub index: usize,
    /// Number on the membership card; an external identifier.
    pub card: String,
    /// When they joined.
    pub since: Date,
    /// Index of the store they usually go to.
    pub store: usize,
    /// `under_30`, `30s` … `70_up`.
    pub age_band: &'static str,
    /// Where they live.
    pub prefecture: &'static str,
    /// `regular`, `silver`, `gold`.
    pub rank: &'static str,
    /// Whether they speak English with us.
    pub english: bool,
    /// How lenient they are, standard normal.
    pub leniency: f64,
    /// How often they come, relative to others.
    pub activity: f64,
    /// Whether they write politely.
    pub polite: bool,
    /// Purposes they agreed to.
    pub purposes: Vec<&'static str>,
}

/// Share of customers who had joined before the history begins.
const ALREADY: f64 = 0.45;
/// Days before the history over which those had joined.
const EARLIER_DAYS: f64 = 2_000.0;

impl Members {
    /// The members of a world.
    pub fn of(truths: &Truths, count: usize, days: usize) -> Self {
        Self {
            count,
            seed: truths.seed,
            first_day: truths.first_day,
            days,
        }
    }

    /// How many have joined until day `day` of the history (0 is the first).
    pub fn joined(&self, day: usize) -> usize {
        let share = ALREADY + (1.0 - ALREADY) * (day as f64 / self.days.max(1) as f64);
        ((self.count as f64 * share) as usize).clamp(1, self.count)
    }

    fn since(&self, index: usize) -> Date {
        let share = index as f64 / self.count.max(1) as f64;
        let day = if share < ALREADY {
            (share / ALREADY - 1.0) * EARLIER_DAYS
        } else {
            (share - ALREADY) / (1.0 - ALREADY) * self.days as f64
        };
        self.first_day
            .checked_add(jiff::Span::new().days(day.floor() as i64))
            .unwrap_or(self.first_day)
    }

    /// One customer by number.
    pub fn get(&self, index: usize) -> Customer {
        let company = Company::get();
        let mut draw = Draw::of(self.seed, "customer", index as u64);
        let store = draw.weighted(company.stores.iter().map(|store| store.size));
        let home = &company.stores[store];
        let activity = 0.25 + draw.unit().powi(3) * 3.0;
        let rank = match activity + 0.5 * draw.unit() {
            a if a > 2.3 => "gold",
            a if a > 1.2 => "silver",
            _ => "regular",
        };
        let bands = ["under_30", "30s", "40s", "50s", "60s", "70_up"];
        let band = draw.weighted([0.17, 0.24, 0.24, 0.18, 0.11, 0.06]);
        let elsewhere = draw.below(company.stores.len());
        let away = if draw.chance(0.12) {
            &company.stores[elsewhere]
        } else {
            home
        };
        let english = draw.chance(home.english * 0.6);
        let mut purposes = Vec::new();
        for (purpose, share) in [
            ("newsletter", 0.62),
            ("survey", 0.81),
            ("personalisation", 0.44),
        ] {
            if draw.chance(share) {
                purposes.push(purpose);
            }
        }
        Customer {
            index,
            card: format!("HN{:08}", 10_000_019 + index * 7),
            since: self.since(index),
            store,
            age_band: bands[band],
            prefecture: &away.prefecture,
            rank,
            english,
            leniency: draw.normal(),
            activity,
            polite: draw.chance(0.68),
            purposes,
        }
    }

    /// Somebody who comes on day `day`: of three who joined, often the one
    /// who comes most.
    pub fn visitor(&self, day: usize, draw: &mut Draw) -> Customer {
        let joined = self.joined(day);
        let often = draw.chance(0.6);
        let tries = if often { 3 } else { 1 };
        let mut best = self.get(draw.below(joined));
        for _ in 1..tries {
            let other = self.get(draw.below(joined));
            if other.activity > best.activity {
                best = other;
            }
        }
        best
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_visits_before_joining_and_regulars_come_more_often() {
        let truths = Truths::plant(5, "2026-11-22T00:00:00Z".parse().expect("a time"));
        let members = Members::of(&truths, 900, 1_100);
        let mut visits = vec![0_u32; 900];
        for day in (0..1_100).step_by(5) {
            let mut draw = Draw::of(5, "test", day as u64);
            let today = truths
                .first_day
                .checked_add(jiff::Span::new().days(day as i64))
                .expect("a day");
            for _ in 0..20 {
                let visitor = members.visitor(day, &mut draw);
                assert!(visitor.since <= today, "{} {today}", visitor.since);
                visits[visitor.index] += 1;
            }
        }
        visits.sort_unstable();
        let (few, many): (u32, u32) = (visits[..450].iter().sum(), visits[450..].iter().sum());
        assert!(many > 3 * few, "{few} {many}");
    }
}
