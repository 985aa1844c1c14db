//! Surveys that are sent at their season: the members' survey in March and
//! September, the staff survey in February and August.

use jiff::civil::Weekday;

use super::answers::{Answering, Speaker};
use super::chance::Draw;
use super::company::Company;
use super::history::{Content, History, Kind, Observation, duration};
use super::latent::{Situation, feel};
use super::rhythm::{home_minute, moment};
use super::truths::Topic;
use super::words::Scene;

/// Share of a wave that answers on each day after it was sent.
const PATIENCE: [f64; 10] = [0.3, 0.2, 0.12, 0.1, 0.08, 0.06, 0.05, 0.04, 0.03, 0.02];
/// A prime that no number of members is a multiple of in practice: steps
/// through all of them without meeting one twice.
const STRIDE: usize = 7_919;

impl History {
    /// Adds the answers of a wave that came in on day `n`.
    pub(super) fn waves(&self, n: usize, out: &mut Vec<Observation>) {
        let day = self.rhythm.day(n);
        let nth = usize::try_from(day.day() - 1).unwrap_or(0);
        match day.month() {
            3 | 9 if (9..19).contains(&nth) => self.members_wave(n, nth - 9, out),
            2 | 8 if !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) && nth < 14 => {
                self.staff_wave(n, nth, out);
            }
            _ => {}
        }
    }

    fn members_wave(&self, n: usize, nth: usize, out: &mut Vec<Observation>) {
        let before: f64 = PATIENCE[..nth].iter().sum();
        let of = |share: f64| (share * self.wave as f64).round() as usize;
        let joined = self.members.joined(n - nth.min(n));
        let day = self.rhythm.day(n);
        let wave = usize::try_from(day.year()).unwrap_or(0) * 12
            + usize::try_from(day.month()).unwrap_or(0);
        // More answers than members would ask somebody twice.
        for number in of(before)..of(before + PATIENCE[nth]).min(joined) {
            let index = (wave * 31 + number * STRIDE) % joined;
            let mut draw = Draw::of(
                self.truths.seed,
                "relational",
                (wave * 1_000_003 + index) as u64,
            );
            out.push(self.relational(n, index, &mut draw));
        }
    }

    fn relational(&self, n: usize, index: usize, draw: &mut Draw) -> Observation {
        let customer = self.members.get(index);
        let store = &Company::get().stores[customer.store];
        let at_ms = moment(self.rhythm.day(n), home_minute(draw));
        let situation = Situation {
            unit: &store.code,
            day: self.rhythm.day(n),
            leniency: customer.leniency,
            rank: self.truths.ranks.get(customer.rank).copied().unwrap_or(0.0),
            without: &[],
            english: customer.english,
        };
        let feeling = feel(&self.truths, Topic::Relational, &situation, draw);
        let speaker = Speaker {
            english: customer.english,
            polite: customer.polite,
            place: store.called(customer.english),
            offering: "kitchen",
            scene: Scene::Unsaid,
        };
        let answering = Answering::new(&self.truths, Topic::Relational, &feeling, speaker, draw);
        let content = Content::Answers(answering.relational());
        Observation {
            kind: Kind::Survey(Topic::Relational),
            at_ms,
            customer: Some(index),
            unit: &store.code,
            touchpoint: Some("member-survey"),
            offering: None,
            english: customer.english,
            duration_ms: Some(duration(draw)),
            content,
        }
    }

    /// Staff answer in the first two weeks; each has a day of their own.
    fn staff_wave(&self, n: usize, nth: usize, out: &mut Vec<Observation>) {
        let company = Company::get();
        let day = self.rhythm.day(n);
        let wave = i64::from(day.year()) * 12 + i64::from(day.month());
        // The days of this wave on which anybody works.
        let workdays: Vec<usize> = (0..14)
            .filter(|other| {
                let day = super::rhythm::day_after(day, *other as i64 - nth as i64);
                !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)
            })
            .collect();
        let teams = ["EC", "CALL", "CHAT"];
        let units = company.stores.iter().map(|s| s.code.as_str()).chain(teams);
        for unit in units {
            for person in 0..self.staff {
                let label = format!("staff/{unit}/{person}");
                let mut draw = Draw::of(self.truths.seed, &label, wave.unsigned_abs());
                if workdays[draw.below(workdays.len())] != nth {
                    continue;
                }
                let leniency = Draw::of(self.truths.seed, &label, 0).normal();
                let situation = Situation {
                    unit,
                    day,
                    leniency,
                    rank: 0.0,
                    without: &[],
                    english: false,
                };
                let feeling = feel(&self.truths, Topic::Pulse, &situation, &mut draw);
                let polite = draw.chance(0.8);
                let speaker = Speaker {
                    english: false,
                    polite,
                    place: "",
                    offering: "kitchen",
                    scene: Scene::Unsaid,
                };
                let answering =
                    Answering::new(&self.truths, Topic::Pulse, &feeling, speaker, &mut draw);
                out.push(Observation {
                    kind: Kind::Survey(Topic::Pulse),
                    content: Content::Answers(answering.pulse()),
                    // A day and no more: a time of day would point at a shift.
                    at_ms: moment(day, 12.0 * 60.0),
                    customer: None,
                    unit,
                    touchpoint: None,
                    offering: None,
                    english: false,
                    duration_ms: Some(duration(&mut draw)),
                });
            }
        }
    }
}
