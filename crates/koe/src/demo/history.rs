//! What happened: visits with their orders, answers, deliveries and contacts,
//! day by day. Nothing is kept from one day to the next, so a history of any
//! size costs no more memory than one day of it.

use koe_lake::Value;

use super::aftermath::{Purchase, observation, speaker};
use super::answers::{Answering, Speaker};
use super::chance::Draw;
use super::company::{Company, OfferingPlan};
use super::latent::{Situation, feel};
use super::people::Members;
use super::rhythm::{Rhythm, day_of, home_minute, moment, shop_minute};
use super::truths::{Topic, Truths};
use super::words::Scene;
use crate::surveys::Answers;

/// Where a record belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// An answer to a survey.
    Survey(Topic),
    /// A row of the cash desk and the online store.
    Order,
    /// A row of the call centre.
    Contact,
    /// A row of the contract system.
    Contract,
}

/// What a record says.
#[derive(Clone, Debug)]
pub enum Content {
    /// Answers to the survey's questions.
    Answers(Answers),
    /// Columns of an operational row.
    Row(Vec<(&'static str, Value)>),
}

/// One record of the history.
#[derive(Clone, Debug)]
pub struct Observation {
    /// Where it belongs.
    pub kind: Kind,
    /// When the experience took place, milliseconds since 1970 (UTC).
    pub at_ms: i64,
    /// Index of the customer, when known.
    pub customer: Option<usize>,
    /// Code of the unit that served.
    pub unit: &'static str,
    /// Code of the touchpoint; staff surveys have none.
    pub touchpoint: Option<&'static str>,
    /// Code of the offering.
    pub offering: Option<&'static str>,
    /// Whether the person speaks English with us.
    pub english: bool,
    /// How long answering took.
    pub duration_ms: Option<i64>,
    /// What it says.
    pub content: Content,
}

/// The plan of a history.
pub struct History {
    /// What is planted.
    pub truths: Truths,
    /// The customers.
    pub members: Members,
    pub(super) rhythm: Rhythm,
    /// Answers of one wave of the members' survey.
    pub(super) wave: usize,
    /// Answers of one unit in one wave of the staff survey.
    pub(super) staff: usize,
}

/// Records that come of one visit in the middle; the test of the plan's size
/// holds it near.
const RECORDS_A_VISIT: f64 = 1.58;
/// Waves of the members' survey and of the staff survey in three years.
const WAVES: f64 = 6.0;

impl History {
    /// A history of about `records` records.
    pub fn plan(truths: Truths, records: u64) -> Self {
        let company = Company::get();
        let last_day = day_of(truths.until.as_millisecond());
        let answering_units = (company.stores.len() + 3) as f64;
        let staff = (records as f64 * 0.05 / WAVES / answering_units).clamp(6.0, 14.0) as usize;
        let wave = (records as f64 * 0.015) as usize;
        let waves = WAVES * (wave as f64 + staff as f64 * answering_units);
        let visits = ((records as f64 - waves).max(0.0) / RECORDS_A_VISIT) as u64;
        let rhythm = Rhythm::new(truths.first_day, last_day, visits);
        let customers = usize::try_from(records / 6)
            .unwrap_or(usize::MAX)
            .clamp(300, 60_000);
        let members = Members::of(&truths, customers, rhythm.days());
        Self {
            members,
            truths,
            rhythm,
            wave,
            staff,
        }
    }

    /// How many days it has.
    pub fn days(&self) -> usize {
        self.rhythm.days()
    }

    /// Adds everything that began on day `n`.
    pub fn day(&self, n: usize, out: &mut Vec<Observation>) {
        for number in self.rhythm.visits(n) {
            let mut draw = Draw::of(self.truths.seed, "visit", number);
            if draw.chance(0.3) {
                self.guest(n, &mut draw, out);
            } else {
                self.member(n, &mut draw, out);
            }
        }
        self.waves(n, out);
        let until = self.truths.until.as_millisecond();
        out.retain(|record| record.at_ms < until);
    }

    /// Somebody without a card, who answers by the QR code in the store.
    fn guest(&self, n: usize, draw: &mut Draw, out: &mut Vec<Observation>) {
        let company = Company::get();
        let store = &company.stores[draw.weighted(company.stores.iter().map(|s| s.size))];
        let touchpoint = store_touchpoint(draw);
        let offering = bought(touchpoint, draw);
        let english = draw.chance(store.english);
        let at_ms = moment(
            self.rhythm.day(n),
            shop_minute(draw) + draw.between(2.0, 30.0),
        );
        let leniency = draw.normal();
        let polite = draw.chance(0.6);
        let place = store.called(english);
        let speaker = Speaker {
            english,
            polite,
            place,
            offering: &offering.code,
            scene: Scene::Store,
        };
        let content = self.purchase(&store.code, at_ms, leniency, &[], speaker, draw);
        out.push(Observation {
            kind: Kind::Survey(Topic::Purchase),
            at_ms,
            customer: None,
            unit: &store.code,
            touchpoint: Some(touchpoint),
            offering: Some(&offering.code),
            english,
            duration_ms: Some(duration(draw)),
            content,
        });
    }

    fn member(&self, n: usize, draw: &mut Draw, out: &mut Vec<Observation>) {
        let company = Company::get();
        let customer = self.members.visitor(n, draw);
        let progress = n as f64 / self.days() as f64;
        let far = draw.below(company.stores.len());
        let home = draw.chance(0.82);
        let store = &company.stores[if home { customer.store } else { far }];
        let way = draw.weighted([
            0.74 - 0.2 * progress,
            0.2 + 0.08 * progress,
            0.06 + 0.12 * progress,
        ]);
        let online = way > 0;
        let (unit, touchpoint, place): (&'static str, &'static str, &'static str) =
            match (way, customer.english) {
                (0, english) => (&store.code, store_touchpoint(draw), store.called(english)),
                (1, false) => (
                    "EC",
                    if draw.chance(0.06) {
                        "site"
                    } else {
                        "ec-checkout"
                    },
                    "オンラインストア",
                ),
                (1, true) => (
                    "EC",
                    if draw.chance(0.06) {
                        "site"
                    } else {
                        "ec-checkout"
                    },
                    "the online store",
                ),
                (_, false) => ("APP", "app-order", "アプリ"),
                (_, true) => ("APP", "app-order", "the app"),
            };
        let offering = bought(touchpoint, draw);
        let minute = if online {
            home_minute(draw)
        } else {
            shop_minute(draw)
        };
        let at_ms = moment(self.rhythm.day(n), minute);
        let bought = Purchase {
            customer: &customer,
            unit,
            place,
            offering,
            at_ms,
            online,
        };
        out.push(self.order(&bought, touchpoint, draw));
        if draw.chance(0.38) {
            let later = if online {
                draw.between(600.0, 2_400.0)
            } else {
                draw.between(3.0, 180.0)
            };
            let at_ms = at_ms + (later * 60_000.0) as i64;
            let without: &[&str] = if online { &["staff"] } else { &[] };
            let scene = if online { Scene::Online } else { Scene::Store };
            let speaker = Speaker {
                scene,
                ..speaker(&bought)
            };
            let content = self.purchase(unit, at_ms, customer.leniency, without, speaker, draw);
            out.push(observation(
                Kind::Survey(Topic::Purchase),
                &bought,
                at_ms,
                touchpoint,
                content,
                draw,
            ));
        }
        if online && draw.chance(0.35) {
            out.push(self.delivery(&bought, draw));
        }
        if draw.chance(0.12) {
            self.contacts(&bought, draw, out);
        }
        if draw.chance(0.08) {
            out.push(self.expectation(&bought, draw));
        }
        if draw.chance(0.02) {
            out.push(self.contract(&bought, draw));
        }
    }

    fn order(
        &self,
        bought: &Purchase<'_>,
        touchpoint: &'static str,
        draw: &mut Draw,
    ) -> Observation {
        let items = 1 + draw.weighted([0.5, 0.27, 0.14, 0.09]) as i64;
        let spread = (0.45 * draw.normal()).exp();
        let amount =
            (bought.offering.price * spread * (0.6 + 0.4 * items as f64) / 10.0).round() * 10.0;
        let payments: &[(&str, f64)] = if bought.online {
            &[("card", 0.66), ("wallet", 0.24), ("cash_on_delivery", 0.1)]
        } else {
            &[("card", 0.42), ("wallet", 0.34), ("cash", 0.24)]
        };
        let payment = payments[draw.weighted(payments.iter().map(|p| p.1))].0;
        let row = vec![
            ("amount", Value::Number(amount)),
            ("items", Value::Integer(items)),
            ("payment", Value::Code(payment.to_owned())),
            ("coupon", Value::Flag(draw.chance(0.22))),
            ("gift", Value::Flag(draw.chance(0.13))),
        ];
        let mut order = observation(
            Kind::Order,
            bought,
            bought.at_ms,
            touchpoint,
            Content::Row(row),
            draw,
        );
        order.duration_ms = None;
        order
    }

    fn purchase(
        &self,
        unit: &str,
        at_ms: i64,
        leniency: f64,
        without: &[&str],
        speaker: Speaker<'_>,
        draw: &mut Draw,
    ) -> Content {
        let situation = Situation {
            unit,
            day: day_of(at_ms),
            leniency,
            rank: 0.0,
            without,
            english: speaker.english,
        };
        let feeling = feel(&self.truths, Topic::Purchase, &situation, draw);
        let answering = Answering::new(&self.truths, Topic::Purchase, &feeling, speaker, draw);
        Content::Answers(answering.purchase(without))
    }
}

/// How long answering takes: a minute or two, sometimes much longer.
pub(super) fn duration(draw: &mut Draw) -> i64 {
    (80_000.0 * (0.5 * draw.normal()).exp()) as i64
}

fn store_touchpoint(draw: &mut Draw) -> &'static str {
    let ways = [
        ("checkout", 0.66),
        ("reception", 0.2),
        ("cafe", 0.11),
        ("take-back", 0.03),
    ];
    ways[draw.weighted(ways.map(|w| w.1))].0
}

fn bought(touchpoint: &str, draw: &mut Draw) -> &'static OfferingPlan {
    let company = Company::get();
    let coffee = company.offering("coffee").filter(|_| touchpoint == "cafe");
    let index = coffee.unwrap_or_else(|| draw.weighted(company.offerings.iter().map(|o| o.share)));
    &company.offerings[index]
}
