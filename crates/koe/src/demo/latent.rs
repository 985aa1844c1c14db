//! From planted truths to the points that people give.

use jiff::civil::Date;

use super::chance::Draw;
use super::truths::{LENIENCY, OWN_NOISE, Topic, Truths};

/// Who answers, about which unit and when.
#[derive(Clone, Copy, Debug)]
pub struct Situation<'a> {
    /// Code of the unit.
    pub unit: &'a str,
    /// The day of the experience.
    pub day: Date,
    /// How lenient the person is, standard normal.
    pub leniency: f64,
    /// Effect of the person's rank on every driver.
    pub rank: f64,
    /// Drivers that were not met.
    pub without: &'a [&'a str],
    /// Whether they answer in English.
    pub english: bool,
}

/// What a person feels about each driver and about the whole, before it is
/// put into points.
#[derive(Clone, Debug)]
pub struct Feeling {
    /// Each driver that was met: its latent score, and the point they give it.
    pub drivers: Vec<(&'static str, f64, i64)>,
    /// Latent outcome, scaled to a spread of about 1.
    pub overall: f64,
}

/// Spread of the outcome's sum, by which it is divided.
const SPREAD: f64 = 0.8;
/// Mean of the points that aspects are given.
const USUAL_POINT: f64 = 3.7;
/// Their spread.
const SPREAD_OF_POINTS: f64 = 0.92;

/// Draws what one person feels.
pub fn feel(truths: &Truths, topic: Topic, situation: &Situation<'_>, draw: &mut Draw) -> Feeling {
    let mut drivers = Vec::new();
    let mut sum = truths.unexplained * draw.normal();
    for driver in &truths.drivers[&topic] {
        let noise = OWN_NOISE * draw.normal();
        if situation.without.contains(&driver.name) {
            continue;
        }
        let z = truths.level(situation.unit, driver.name)
            + truths.shift(topic, situation.unit, driver.name, situation.day)
            + situation.rank
            + LENIENCY * situation.leniency
            + noise;
        let scale = (1, 5);
        let point = habit(truths, aspect(z), scale, situation.english, draw);
        // People judge the whole by what they say of its parts. Judged by the latent scores, the
        // parts that do not count would tell a little of those that do: each shows the person's
        // leniency where the point given to another hides it.
        let weighed = if topic.asks_aspects() {
            (point as f64 - USUAL_POINT) / SPREAD_OF_POINTS
        } else {
            z
        };
        sum += driver.coefficient * weighed;
        drivers.push((driver.name, z, point));
    }
    Feeling {
        drivers,
        overall: sum / SPREAD,
    }
}

/// A latent score of an aspect on five points.
pub fn aspect(z: f64) -> i64 {
    cut(z, &[-1.9, -1.25, -0.55, 0.65])
}

/// The latent outcome as satisfaction on five points.
pub fn satisfaction(z: f64) -> i64 {
    cut(z, &[-2.0, -1.45, -0.85, 0.45])
}

/// The latent outcome as likelihood to recommend, 0 to 10.
pub fn recommendation(z: f64) -> i64 {
    ((7.9 + 1.9 * z).round() as i64).clamp(0, 10)
}

fn cut(z: f64, cuts: &[f64; 4]) -> i64 {
    1 + cuts.iter().filter(|limit| z > **limit).count() as i64
}

/// The habit of a language: an answer moves one step (two on long scales)
/// towards the middle of its scale, or away from it.
pub fn habit(
    truths: &Truths,
    value: i64,
    scale: (i64, i64),
    english: bool,
    draw: &mut Draw,
) -> i64 {
    let habit = &truths.habits[if english { "en" } else { "ja" }];
    let (low, high) = scale;
    let middle = (low + high) / 2;
    let step = if high - low >= 10 { 2 } else { 1 };
    let fate = draw.unit();
    let side = (value - middle).signum();
    if fate < habit.towards_middle {
        value - side * step.min((value - middle).abs())
    } else if fate < habit.towards_middle + habit.away_from_middle {
        (value + side * step).clamp(low, high)
    } else {
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_stay_on_their_scales() {
        for z in [-9.0, -1.0, 0.0, 1.0, 9.0] {
            assert!((1..=5).contains(&aspect(z)) && (1..=5).contains(&satisfaction(z)));
            assert!((0..=10).contains(&recommendation(z)));
        }
    }

    #[test]
    fn japanese_answers_draw_to_the_middle_and_english_ones_do_not() {
        let truths = Truths::plant(1, "2026-11-22T00:00:00Z".parse().expect("a time"));
        let mut draw = Draw::of(1, "habit", 0);
        let mut middle = |english| {
            (0..2_000)
                .filter(|n| habit(&truths, 3 + 2 * (n % 3), (0, 10), english, &mut draw) == 5)
                .count()
        };
        let (japanese, english) = (middle(false), middle(true));
        assert!(japanese > english + 250, "{japanese} {english}");
    }
}
