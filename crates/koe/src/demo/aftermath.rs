//! What follows from a purchase: its delivery, contacts, first use and
//! contracts, each with what people say of it.

use jiff::civil::Date;
use koe_lake::Value;

use super::answers::{Answering, Speaker};
use super::chance::Draw;
use super::company::OfferingPlan;
use super::history::{Content, History, Kind, Observation, duration};
use super::latent::{Situation, feel};
use super::people::Customer;
use super::rhythm::{DAY_MS, day_of};
use super::truths::Topic;
use super::words::Scene;

/// A purchase by a member, as what follows from it needs it.
pub(super) struct Purchase<'a> {
    pub customer: &'a Customer,
    pub unit: &'static str,
    pub place: &'static str,
    pub offering: &'static OfferingPlan,
    pub at_ms: i64,
    pub online: bool,
}

impl History {
    pub(super) fn delivery(&self, bought: &Purchase<'_>, draw: &mut Draw) -> Observation {
        const WEST: [&str; 10] = [
            "osaka",
            "kyoto",
            "hyogo",
            "nara",
            "okayama",
            "kagawa",
            "hiroshima",
            "fukuoka",
            "kumamoto",
            "kagoshima",
        ];
        let unit = if WEST.contains(&bought.customer.prefecture) {
            "DC-WEST"
        } else {
            "DC-EAST"
        };
        let at_ms = bought.at_ms + days(draw.between(1.5, 5.0));
        let feeling = feel(
            &self.truths,
            Topic::Delivery,
            &situation(bought, unit, at_ms),
            draw,
        );
        let answering = Answering::new(
            &self.truths,
            Topic::Delivery,
            &feeling,
            speaker(bought),
            draw,
        );
        let content = Content::Answers(answering.delivery());
        let kind = Kind::Survey(Topic::Delivery);
        Observation {
            unit,
            ..observation(kind, bought, at_ms, "delivery", content, draw)
        }
    }

    /// One or more contacts about the same thing, and what the person says of
    /// them.
    pub(super) fn contacts(
        &self,
        bought: &Purchase<'_>,
        draw: &mut Draw,
        out: &mut Vec<Observation>,
    ) {
        let ways: [(&'static str, &'static str, f64); 4] = [
            ("call", "CALL", 0.44),
            ("chat", "CHAT", 0.3),
            ("email", "CALL", 0.16),
            ("repair", "CARE", 0.1),
        ];
        let (touchpoint, unit, _) = ways[draw.weighted(ways.map(|w| w.2))];
        let reasons = [
            ("defect", 0.2),
            ("how_to", 0.2),
            ("order_change", 0.16),
            ("delivery", 0.18),
            ("returns", 0.14),
            ("membership", 0.12),
        ];
        let reason = if touchpoint == "repair" {
            "repair"
        } else {
            reasons[draw.weighted(reasons.map(|r| r.1))].0
        };
        let mut at_ms = bought.at_ms + days(draw.between(0.5, 14.0));
        let (learnt, gain) = self.truths.knowledge_base;
        let better = if touchpoint == "chat" && day_of(at_ms) >= learnt {
            gain
        } else {
            0.0
        };
        let first = draw.chance(self.truths.first_contact[touchpoint] + better);
        let times = if first {
            1
        } else {
            2 + draw.weighted([0.6, 0.28, 0.12]) as i64
        };
        let solved = first || draw.chance(0.62);
        let feeling = feel(
            &self.truths,
            Topic::Contact,
            &situation(bought, unit, at_ms),
            draw,
        );
        let queue = feeling
            .drivers
            .iter()
            .find(|d| d.0 == "waiting")
            .map_or(0.0, |d| d.1);
        for number in 1..=times {
            if number > 1 {
                at_ms += days(draw.between(0.3, 4.0));
            }
            let wait = (100.0 * (-0.6 * queue + 0.3 * draw.normal()).exp()).round() as i64;
            let row = vec![
                ("reason", Value::Code(reason.to_owned())),
                ("number", Value::Integer(number)),
                ("wait_seconds", Value::Integer(wait)),
                (
                    "handling_minutes",
                    Value::Number((8.0 * (0.5 * draw.normal()).exp() * 10.0).round() / 10.0),
                ),
                ("resolved", Value::Flag(solved && number == times)),
            ];
            let mut contact = observation(
                Kind::Contact,
                bought,
                at_ms,
                touchpoint,
                Content::Row(row),
                draw,
            );
            contact.unit = unit;
            contact.duration_ms = None;
            out.push(contact);
        }
        if draw.chance(0.55) {
            let at_ms = at_ms + (draw.between(10.0, 900.0) * 60_000.0) as i64;
            let answering = Answering::new(
                &self.truths,
                Topic::Contact,
                &feeling,
                speaker(bought),
                draw,
            );
            let content = Content::Answers(answering.contact(times, solved));
            let kind = Kind::Survey(Topic::Contact);
            let answer = observation(kind, bought, at_ms, touchpoint, content, draw);
            out.push(Observation { unit, ..answer });
        }
    }

    pub(super) fn expectation(&self, bought: &Purchase<'_>, draw: &mut Draw) -> Observation {
        let by_chance = draw.chance(0.16);
        let (touchpoint, unit) = if by_chance {
            (
                *draw.pick(&["signage", "social-posts", "newsletter"]),
                "D-BRAND",
            )
        } else {
            ("first-use", bought.unit)
        };
        let at_ms = bought.at_ms + days(draw.between(8.0, 28.0));
        let feeling = feel(
            &self.truths,
            Topic::Expectation,
            &situation(bought, unit, at_ms),
            draw,
        );
        let answering = Answering::new(
            &self.truths,
            Topic::Expectation,
            &feeling,
            speaker(bought),
            draw,
        );
        let content = Content::Answers(answering.expectation(by_chance));
        let kind = Kind::Survey(Topic::Expectation);
        Observation {
            unit,
            ..observation(kind, bought, at_ms, touchpoint, content, draw)
        }
    }

    pub(super) fn contract(&self, bought: &Purchase<'_>, draw: &mut Draw) -> Observation {
        let (offering, plan, fee) = if draw.chance(0.65) {
            let plans = [("monthly", 2_400.0), ("fortnightly", 4_600.0)];
            let (plan, fee) = plans[draw.weighted([0.7, 0.3])];
            ("subscription-box", plan, fee)
        } else {
            ("warranty", "warranty", 3_000.0)
        };
        let months = -14.0 * (1.0 - draw.unit()).ln();
        let ended = bought.at_ms + days(30.0 * (1.0 + months));
        let ended = (offering == "subscription-box" && ended < self.truths.until.as_millisecond())
            .then_some(ended);
        let mut row = vec![
            ("plan", Value::Code(plan.to_owned())),
            ("fee", Value::Number(fee)),
            (
                "status",
                Value::Code(if ended.is_some() { "ended" } else { "active" }.to_owned()),
            ),
        ];
        if let Some(ended) = ended {
            row.push((
                "ended",
                Value::Date {
                    date: days_since_1970(day_of(ended)),
                },
            ));
        }
        let content = Content::Row(row);
        let mut contract = observation(
            Kind::Contract,
            bought,
            bought.at_ms,
            "subscription",
            content,
            draw,
        );
        contract.unit = "APP";
        contract.offering = Some(offering);
        contract.duration_ms = None;
        contract
    }
}

fn days_since_1970(day: Date) -> i32 {
    jiff::civil::date(1970, 1, 1)
        .until(day)
        .map_or(0, |span| span.get_days())
}

fn days(days: f64) -> i64 {
    (days * DAY_MS as f64) as i64
}

pub(super) fn speaker<'a>(bought: &Purchase<'a>) -> Speaker<'a> {
    Speaker {
        english: bought.customer.english,
        polite: bought.customer.polite,
        place: bought.place,
        offering: &bought.offering.code,
        scene: Scene::Unsaid,
    }
}

fn situation<'a>(bought: &Purchase<'_>, unit: &'a str, at_ms: i64) -> Situation<'a> {
    Situation {
        unit,
        day: day_of(at_ms),
        leniency: bought.customer.leniency,
        rank: 0.0,
        without: &[],
        english: bought.customer.english,
    }
}

pub(super) fn observation(
    kind: Kind,
    bought: &Purchase<'_>,
    at_ms: i64,
    touchpoint: &'static str,
    content: Content,
    draw: &mut Draw,
) -> Observation {
    Observation {
        kind,
        at_ms,
        customer: Some(bought.customer.index),
        unit: bought.unit,
        touchpoint: Some(touchpoint),
        offering: Some(&bought.offering.code),
        english: bought.customer.english,
        duration_ms: Some(duration(draw)),
        content,
    }
}
