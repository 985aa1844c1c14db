//! When people come: the week, the year, the hour.

use jiff::Span;
use jiff::civil::{Date, Weekday};

use super::chance::Draw;

/// Milliseconds of a day.
pub const DAY_MS: i64 = 86_400_000;
const MINUTE_MS: i64 = 60_000;
/// Japan is nine hours ahead of UTC, all year.
const OFFSET_MS: i64 = 9 * 60 * MINUTE_MS;

/// The days of the history and how many visits fall on each.
#[derive(Clone, Debug)]
pub struct Rhythm {
    first_day: Date,
    /// Visits up to and including each day.
    until: Vec<u64>,
}

impl Rhythm {
    /// Spreads `visits` over the days from `first_day` to `last_day`.
    pub fn new(first_day: Date, last_day: Date, visits: u64) -> Self {
        let days = first_day.until(last_day).map_or(0, |span| span.get_days()) + 1;
        let weights: Vec<f64> = (0..days)
            .map(|n| {
                let growth = 1.0 + 0.25 * f64::from(n) / f64::from(days.max(1));
                growth * weight(day_after(first_day, i64::from(n)))
            })
            .collect();
        let total: f64 = weights.iter().sum();
        let mut sum = 0.0;
        let until = weights
            .iter()
            .map(|weight| {
                sum += weight;
                (sum / total * visits as f64).round() as u64
            })
            .collect();
        Self { first_day, until }
    }

    /// How many days there are.
    pub fn days(&self) -> usize {
        self.until.len()
    }

    /// Day `n` of the history, 0 being the first.
    pub fn day(&self, n: usize) -> Date {
        day_after(self.first_day, n as i64)
    }

    /// The numbers of the visits of day `n`.
    pub fn visits(&self, n: usize) -> std::ops::Range<u64> {
        let before = n.checked_sub(1).map_or(0, |before| self.until[before]);
        before..self.until[n]
    }
}

/// `days` days later.
pub fn day_after(day: Date, days: i64) -> Date {
    day.checked_add(Span::new().days(days)).unwrap_or(day)
}

fn weight(day: Date) -> f64 {
    let week = match day.weekday() {
        Weekday::Saturday => 1.75,
        Weekday::Sunday => 1.65,
        Weekday::Friday => 1.05,
        Weekday::Monday => 0.85,
        _ => 0.8,
    };
    // Moving in March and April, presents and the new year, quiet February and August.
    let month = [
        0.95, 0.82, 1.22, 1.12, 1.0, 0.92, 1.05, 0.88, 0.95, 1.0, 1.05, 1.38,
    ];
    let season = month[usize::try_from(day.month() - 1).unwrap_or(0)];
    let holidays = match (day.month(), day.day()) {
        (1, 1) => 0.1,
        (1, 2..=4) => 1.6,
        (4, 29..=30) | (5, 3..=5) => 1.5,
        (8, 12..=15) => 1.3,
        (12, 31) => 0.5,
        (12, 20..=25) => 1.3,
        _ => 1.0,
    };
    week * season * holidays
}

/// A moment of a day in Japan: minutes after its midnight, as milliseconds
/// since 1970 (UTC).
pub fn moment(day: Date, minutes: f64) -> i64 {
    let days = jiff::civil::date(1970, 1, 1)
        .until(day)
        .map_or(0, |span| span.get_days());
    i64::from(days) * DAY_MS - OFFSET_MS + (minutes * MINUTE_MS as f64) as i64
}

/// The day in Japan of a moment.
pub fn day_of(ms: i64) -> Date {
    day_after(
        jiff::civil::date(1970, 1, 1),
        (ms + OFFSET_MS).div_euclid(DAY_MS),
    )
}

/// Minutes after midnight at which somebody shops in a store (10 to 21).
pub fn shop_minute(draw: &mut Draw) -> f64 {
    let hours = [0.5, 0.8, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.5, 1.1, 0.6];
    (10 + draw.weighted(hours)) as f64 * 60.0 + draw.between(0.0, 60.0)
}

/// Minutes after midnight at which somebody orders online or answers a mail.
pub fn home_minute(draw: &mut Draw) -> f64 {
    let hours = [
        1.2, 0.5, 0.2, 0.1, 0.1, 0.2, 0.5, 1.0, 1.2, 1.0, 1.0, 1.1, 1.6, 1.3, 1.0, 1.0, 1.0, 1.1,
        1.4, 1.8, 2.3, 2.6, 2.4, 1.8,
    ];
    draw.weighted(hours) as f64 * 60.0 + draw.between(0.0, 60.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_visit_has_its_day_and_weekends_have_more() {
        let first = jiff::civil::date(2024, 4, 1);
        let rhythm = Rhythm::new(first, jiff::civil::date(2026, 3, 31), 50_000);
        assert_eq!(rhythm.days(), 730);
        let mut next = 0;
        let mut by_weekday = [0_u64; 7];
        for n in 0..rhythm.days() {
            let visits = rhythm.visits(n);
            assert_eq!(visits.start, next);
            next = visits.end;
            let weekday = rhythm.day(n).weekday().to_monday_zero_offset();
            by_weekday[usize::try_from(weekday).expect("0 to 6")] += visits.end - visits.start;
        }
        assert_eq!(next, 50_000);
        assert!(
            by_weekday[5] as f64 > 1.7 * by_weekday[2] as f64,
            "{by_weekday:?}"
        );
    }

    #[test]
    fn moments_are_of_the_day_in_japan() {
        let day = jiff::civil::date(2026, 4, 1);
        assert_eq!(moment(day, 0.0), 1_774_969_200_000);
        assert_eq!(day_of(moment(day, 0.0)), day);
        assert_eq!(day_of(moment(day, 1_439.9)), day);
    }
}
