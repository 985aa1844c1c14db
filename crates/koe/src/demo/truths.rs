//! What is planted in the demo's history, so that tests can ask whether Koe
//! finds it. Kept beside the store in `demo-truths.json`, which no analysis
//! reads.
//!
//! The model is linear. Every driver of an answer has a latent score
//! `z = level of the unit + planted shifts + effect of the membership rank +
//! 0.45 × leniency of the person + 0.85 × noise`. Answers are the latent scores
//! cut into the points of their scale; after that comes the habit of language.
//! Where a survey asks for its drivers, the outcome is `Σ coefficient × point
//! in standard deviations + spread × noise`; elsewhere `z` is the point.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{Span, Timestamp, tz};
use serde::Serialize;

use super::chance::Draw;
use super::company::Company;

/// Share of a person's leniency in every score they give (halo).
pub const LENIENCY: f64 = 0.45;
/// Spread of a driver's own noise.
pub const OWN_NOISE: f64 = 0.85;

/// What a survey of the demo is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    /// After a purchase.
    Purchase,
    /// After a delivery.
    Delivery,
    /// After a contact.
    Contact,
    /// The relationship as a whole.
    Relational,
    /// Expectation and result.
    Expectation,
    /// How employees are.
    Pulse,
}

impl Topic {
    /// Whether the survey asks for its drivers.
    pub fn asks_aspects(self) -> bool {
        !matches!(self, Self::Contact | Self::Expectation)
    }
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Purchase,
        Self::Delivery,
        Self::Contact,
        Self::Relational,
        Self::Expectation,
        Self::Pulse,
    ];
}

/// How much a driver matters for the outcome of a survey.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Driver {
    /// The row of the survey's table that asks for it.
    pub name: &'static str,
    /// Change of the latent outcome for one standard deviation of the driver.
    pub coefficient: f64,
}

/// A change of a driver at some units from a day on.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Shift {
    /// What happened.
    pub name: &'static str,
    /// In which survey it shows.
    pub topic: Topic,
    /// Codes of the units.
    pub units: Vec<&'static str>,
    /// First day.
    pub from: Date,
    /// First day on which it is over; none: it lasts.
    pub until: Option<Date>,
    /// The driver.
    pub driver: &'static str,
    /// Change of its latent score, in standard deviations.
    pub change: f64,
}

/// How answers in a language lean.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Habit {
    /// Probability that an answer moves one step towards the middle.
    pub towards_middle: f64,
    /// Probability that it moves one step away from it.
    pub away_from_middle: f64,
}

/// A store that changed its region.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Move {
    /// Code of the store.
    pub store: &'static str,
    /// Code of the region before.
    pub from: &'static str,
    /// Code of the region after.
    pub to: &'static str,
}

/// Where people leave a survey on the way.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Leaving {
    /// The survey.
    pub topic: Topic,
    /// The page on which most leave.
    pub page: &'static str,
    /// Of those who see that page, the share that goes no further.
    pub share: f64,
    /// The same on every other page, of every survey.
    pub elsewhere: f64,
}

impl Leaving {
    /// The share that leaves on a page of the survey.
    pub fn at(&self, page: &str) -> f64 {
        if page == self.page {
            self.share
        } else {
            self.elsewhere
        }
    }

    /// How people leave another survey, which has no such page.
    pub fn of(&self, topic: Topic) -> Self {
        let share = if topic == self.topic {
            self.share
        } else {
            self.elsewhere
        };
        Self {
            share,
            ..self.clone()
        }
    }
}

/// Everything planted.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Truths {
    /// The seed of this world.
    pub seed: u64,
    /// First day of the history (in Japan).
    pub first_day: Date,
    /// When it ends.
    pub until: Timestamp,
    /// What decides the outcome of each survey; a coefficient of 0 is noise.
    pub drivers: BTreeMap<Topic, Vec<Driver>>,
    /// Spread of what no driver explains, in the latent outcome.
    pub unexplained: f64,
    /// What changed, where and when.
    pub shifts: Vec<Shift>,
    /// Effect of the membership rank on every driver of the relationship.
    pub ranks: BTreeMap<&'static str, f64>,
    /// How answers in a language lean.
    pub habits: BTreeMap<&'static str, Habit>,
    /// Result minus expectation by offering, before rounding and clamping.
    pub gaps: BTreeMap<&'static str, f64>,
    /// Probability of a solution at the first contact, by channel, before the
    /// knowledge base.
    pub first_contact: BTreeMap<&'static str, f64>,
    /// What the knowledge base added to it in the chat, from which day on.
    pub knowledge_base: (Date, f64),
    /// Points of effort (1–7) that a solution at the first contact is worth.
    pub first_contact_effect: f64,
    /// Where people leave a survey on the way.
    pub leaving: Leaving,
    /// The day of the reorganisation.
    pub reorganisation: Date,
    /// The stores that moved on it.
    pub moves: Vec<Move>,
}

fn months_before(day: Date, months: i64) -> Date {
    day.first_of_month()
        .checked_sub(Span::new().months(months))
        .unwrap_or(day)
}

/// The last 1 April that lies at least a year back, so that a report has a
/// year on both of its sides.
fn reorganisation(today: Date) -> Date {
    let year = if (today.month(), today.day()) >= (4, 1) {
        today.year() - 1
    } else {
        today.year() - 2
    };
    Date::new(year, 4, 1).unwrap_or(today)
}

fn drivers(list: &[(&'static str, f64)]) -> Vec<Driver> {
    list.iter()
        .map(|(name, coefficient)| Driver {
            name,
            coefficient: *coefficient,
        })
        .collect()
}

impl Truths {
    /// The truths of a world that ends now.
    pub fn plant(seed: u64, now: Timestamp) -> Self {
        // Japan has no summer time.
        let today = now.to_zoned(tz::TimeZone::fixed(tz::offset(9))).date();
        let company = Company::get();
        let knowledge_base = months_before(today, 12);
        Self {
            seed,
            first_day: months_before(today, 36),
            until: now - Span::new().minutes(50),
            drivers: [
                (
                    Topic::Purchase,
                    drivers(&[
                        ("staff", 0.42),
                        ("waiting", 0.30),
                        ("assortment", 0.20),
                        ("price", 0.12),
                        ("ease", 0.12),
                        ("cleanliness", 0.05),
                        ("music", 0.0),
                        ("packaging", 0.0),
                    ]),
                ),
                (
                    Topic::Delivery,
                    drivers(&[
                        ("speed", 0.50),
                        ("condition", 0.30),
                        ("manner", 0.15),
                        ("notice", 0.0),
                    ]),
                ),
                (
                    Topic::Contact,
                    drivers(&[("support", 0.40), ("waiting", 0.30)]),
                ),
                (
                    Topic::Relational,
                    drivers(&[
                        ("quality", 0.40),
                        ("staff", 0.28),
                        ("ease", 0.20),
                        ("value", 0.15),
                        ("support", 0.10),
                        ("safety", 0.0),
                    ]),
                ),
                (Topic::Expectation, drivers(&[("first_use", 0.6)])),
                (
                    Topic::Pulse,
                    drivers(&[
                        ("load", 0.35),
                        ("support", 0.30),
                        ("means", 0.20),
                        ("growth", 0.15),
                        ("voice", 0.10),
                        ("purpose", 0.10),
                        ("safety", 0.0),
                    ]),
                ),
            ]
            .into(),
            unexplained: 0.45,
            leaving: Leaving {
                topic: Topic::Purchase,
                page: "aspects",
                share: 0.16,
                elsewhere: 0.025,
            },
            shifts: shifts(company, today),
            ranks: [("regular", -0.08), ("silver", 0.05), ("gold", 0.40)].into(),
            habits: [
                (
                    "ja",
                    Habit {
                        towards_middle: 0.30,
                        away_from_middle: 0.0,
                    },
                ),
                (
                    "en",
                    Habit {
                        towards_middle: 0.0,
                        away_from_middle: 0.15,
                    },
                ),
            ]
            .into(),
            gaps: [
                ("kitchen", 0.4),
                ("bedding", 0.3),
                ("furniture", -1.4),
                ("lighting", -0.3),
                ("fragrance", 0.1),
                ("stationery", 0.0),
                ("storage", -0.2),
                ("coffee", 0.7),
            ]
            .into(),
            first_contact: [
                ("call", 0.66),
                ("chat", 0.58),
                ("email", 0.52),
                ("repair", 0.45),
            ]
            .into(),
            knowledge_base: (knowledge_base, 0.18),
            first_contact_effect: 1.4,
            reorganisation: reorganisation(today),
            moves: company
                .stores
                .iter()
                .filter(|store| store.before != store.after)
                .map(|store| Move {
                    store: &store.code,
                    from: &store.before,
                    to: &store.after,
                })
                .collect(),
        }
    }

    /// What planted shifts add to a driver at a unit on a day.
    pub fn shift(&self, topic: Topic, unit: &str, driver: &str, day: Date) -> f64 {
        self.shifts
            .iter()
            .filter(|s| s.topic == topic && s.driver == driver && s.units.contains(&unit))
            .filter(|s| s.from <= day && s.until.is_none_or(|until| day < until))
            .map(|s| s.change)
            .sum()
    }

    /// How well a unit does with a driver, apart from all shifts: normal with
    /// a spread of 0.2, the same over the years.
    pub fn level(&self, unit: &str, driver: &str) -> f64 {
        0.2 * Draw::of(self.seed, &format!("level/{unit}/{driver}"), 0).normal()
    }

    /// The day on which a shift begins.
    pub fn begin_of(&self, name: &str) -> Option<Date> {
        self.shifts
            .iter()
            .find(|shift| shift.name == name)
            .map(|shift| shift.from)
    }
}

fn shifts(company: &'static Company, today: Date) -> Vec<Shift> {
    let of_region = |region: &str| -> Vec<&'static str> {
        company
            .stores
            .iter()
            .filter(|store| store.after == region)
            .map(|store| store.code.as_str())
            .collect()
    };
    let shift = |name, topic, units: Vec<&'static str>, from, driver, change| Shift {
        name,
        topic,
        units,
        from,
        until: None,
        driver,
        change,
    };
    let slip = months_before(today, 6);
    let checkout = months_before(today, 9);
    let app = months_before(today, 4);
    let mut shifts = vec![
        // Half the staff left; the queues came at once.
        shift(
            "shinjuku_slip",
            Topic::Purchase,
            vec!["S101"],
            slip,
            "waiting",
            -1.0,
        ),
        shift(
            "shinjuku_slip",
            Topic::Purchase,
            vec!["S101"],
            slip,
            "staff",
            -0.7,
        ),
        shift(
            "shinjuku_workload",
            Topic::Pulse,
            vec!["S101"],
            months_before(today, 9),
            "load",
            -1.3,
        ),
        shift(
            "kansai_checkout",
            Topic::Purchase,
            of_region("R-KANSAI"),
            checkout,
            "waiting",
            0.9,
        ),
        shift(
            "kansai_checkout",
            Topic::Purchase,
            of_region("R-KANSAI"),
            checkout,
            "ease",
            0.5,
        ),
        shift(
            "app_redesign",
            Topic::Purchase,
            vec!["APP"],
            app,
            "ease",
            -1.1,
        ),
        shift(
            "call_centre_queue",
            Topic::Contact,
            vec!["CALL"],
            months_before(today, 3),
            "waiting",
            -0.6,
        ),
    ];
    for back in 0..4 {
        let december = Date::new(today.year() - back, 12, 1).unwrap_or(today);
        let mut peak = shift(
            "december_peak",
            Topic::Delivery,
            vec!["DC-WEST"],
            december,
            "speed",
            -1.0,
        );
        peak.until = december.checked_add(Span::new().days(35)).ok();
        shifts.push(peak);
    }
    shifts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(now: &str) -> Truths {
        Truths::plant(1, now.parse().expect("a time"))
    }

    #[test]
    fn days_hang_on_the_clock_and_leave_a_year_around_the_reorganisation() {
        for (now, day) in [
            ("2026-11-22T00:00:00Z", "2025-04-01"),
            ("2026-04-01T00:00:00Z", "2025-04-01"),
            ("2026-03-31T00:00:00Z", "2024-04-01"),
        ] {
            let truths = at(now);
            assert_eq!(truths.reorganisation.to_string(), day, "{now}");
            assert!(truths.first_day < truths.reorganisation);
        }
        let truths = at("2026-11-22T00:00:00Z");
        assert_eq!(truths.first_day.to_string(), "2023-11-01");
        assert_eq!(
            truths
                .begin_of("shinjuku_slip")
                .map(|d| d.to_string())
                .as_deref(),
            Some("2026-05-01")
        );
    }

    #[test]
    fn a_shift_holds_at_its_units_from_its_day_on() {
        let truths = at("2026-11-22T00:00:00Z");
        let day = |text: &str| text.parse::<Date>().expect("a date");
        let waiting = |unit, on| truths.shift(Topic::Purchase, unit, "waiting", day(on));
        assert_eq!(waiting("S101", "2026-04-30"), 0.0);
        assert_eq!(waiting("S101", "2026-05-01"), -1.0);
        assert_eq!(waiting("S102", "2026-05-01"), 0.0);
        assert_eq!(
            truths.shift(Topic::Delivery, "DC-WEST", "speed", day("2026-02-01")),
            0.0
        );
        assert_eq!(
            truths.shift(Topic::Delivery, "DC-WEST", "speed", day("2025-12-20")),
            -1.0
        );
    }
}
