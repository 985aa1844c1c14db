//! Periods: the grains a trend is drawn in.
//!
//! Everything here is about civil dates of the proleptic Gregorian calendar. There
//! is no clock and no time zone: whoever calls has already decided which day it
//! was where the answer was given.

#[cfg(test)]
mod tests;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A civil date from year 1 to 9999. Travels as `"2026-04-01"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Date {
    year: i16,
    month: i8,
    day: i8,
}

/// Something that is not a date from 0001-01-01 to 9999-12-31.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidDate;

impl fmt::Display for InvalidDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a date: write year, month and day as 2026-04-01")
    }
}

impl std::error::Error for InvalidDate {}

fn is_leap(year: i32) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn days_in(year: i32, month: i32) -> i32 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

impl Date {
    /// The first date there is.
    pub const MIN: Self = Self {
        year: 1,
        month: 1,
        day: 1,
    };

    /// The last date there is.
    pub const MAX: Self = Self {
        year: 9999,
        month: 12,
        day: 31,
    };

    /// A date from its parts, months and days counted from 1.
    ///
    /// # Errors
    /// When there is no such day, or its year is not from 1 to 9999.
    pub fn new(year: i32, month: i32, day: i32) -> Result<Self, InvalidDate> {
        let valid = (1..=9999).contains(&year)
            && (1..=12).contains(&month)
            && (1..=days_in(year, month)).contains(&day);
        if valid {
            Ok(Self {
                year: year as i16,
                month: month as i8,
                day: day as i8,
            })
        } else {
            Err(InvalidDate)
        }
    }

    /// The year, 1 to 9999.
    #[must_use]
    pub fn year(self) -> i32 {
        i32::from(self.year)
    }

    /// The month, 1 to 12.
    #[must_use]
    pub fn month(self) -> i32 {
        i32::from(self.month)
    }

    /// The day of the month, 1 to 31.
    #[must_use]
    pub fn day(self) -> i32 {
        i32::from(self.day)
    }

    /// Days since 1970-01-01, negative before it: what a Parquet `DATE` holds.
    /// (Hinnant 2014, *chrono-Compatible Low-Level Date Algorithms*.)
    #[must_use]
    pub fn days_since_epoch(self) -> i32 {
        let year = self.year() - i32::from(self.month <= 2);
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let month_from_march = (self.month() + 9) % 12;
        let day_of_year = (153 * month_from_march + 2) / 5 + self.day() - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        era * 146_097 + day_of_era - 719_468
    }

    /// The date that many days after 1970-01-01; the nearest date there is when
    /// the number lies outside year 1 to 9999.
    #[must_use]
    pub fn from_days_since_epoch(days: i32) -> Self {
        let first = Self::MIN.days_since_epoch();
        let last = Self::MAX.days_since_epoch();
        let days = days.clamp(first, last) + 719_468;
        let era = days.div_euclid(146_097);
        let day_of_era = days.rem_euclid(146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
        let month = (month_from_march + 2) % 12 + 1;
        let year = era * 400 + year_of_era + i32::from(month <= 2);
        Self {
            year: year as i16,
            month: month as i8,
            day: day as i8,
        }
    }

    /// The date so many days later, or earlier when negative, stopping at the
    /// first and last date there is.
    #[must_use]
    pub fn plus_days(self, days: i32) -> Self {
        Self::from_days_since_epoch(self.days_since_epoch().saturating_add(days))
    }

    /// The day of the week, Monday 1 to Sunday 7 (ISO 8601).
    #[must_use]
    pub fn weekday(self) -> i32 {
        (self.days_since_epoch() + 3).rem_euclid(7) + 1
    }

    /// The year and number of the ISO 8601 week the date lies in: weeks run from
    /// Monday to Sunday and belong to the year of their Thursday.
    #[must_use]
    pub fn iso_week(self) -> (i32, i32) {
        let thursday = self.days_since_epoch() + 4 - self.weekday();
        // The last week of year 9999 has its Thursday within the range of dates.
        let year = Self::from_days_since_epoch(thursday).year();
        let new_year = Self::start(year, 1).days_since_epoch();
        (year, (thursday - new_year) / 7 + 1)
    }

    /// The Japanese fiscal year (年度) the date lies in, April to March.
    #[must_use]
    pub fn fiscal_year(self) -> i32 {
        self.year() - i32::from(self.month < 4)
    }

    /// The first day of a month given as any whole number of months from January
    /// of `year`; the first or last date there is when it lies outside.
    fn start(year: i32, month: i32) -> Self {
        let months = year * 12 + month - 1;
        let year = months.div_euclid(12);
        let outside = if year < 1 { Self::MIN } else { Self::MAX };
        Self::new(year, months.rem_euclid(12) + 1, 1).unwrap_or(outside)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl FromStr for Date {
    type Err = InvalidDate;

    fn from_str(text: &str) -> Result<Self, InvalidDate> {
        let bytes = text.as_bytes();
        let digits = |range: std::ops::Range<usize>| {
            text.get(range)
                .filter(|part| part.bytes().all(|b| b.is_ascii_digit()))
                .and_then(|part| part.parse().ok())
                .ok_or(InvalidDate)
        };
        if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
            return Err(InvalidDate);
        }
        Self::new(digits(0..4)?, digits(5..7)?, digits(8..10)?)
    }
}

impl TryFrom<String> for Date {
    type Error = InvalidDate;

    fn try_from(text: String) -> Result<Self, InvalidDate> {
        text.parse()
    }
}

impl From<Date> for String {
    fn from(date: Date) -> Self {
        date.to_string()
    }
}

/// How long a period is, and where it begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grain {
    /// A day.
    Day,
    /// An ISO 8601 week, Monday to Sunday.
    Week,
    /// A calendar month.
    Month,
    /// Three months from January, April, July or October.
    Quarter,
    /// Six months from January or July.
    Half,
    /// A calendar year.
    Year,
    /// A quarter counted from April (第1四半期 = April to June).
    FiscalQuarter,
    /// Six months from April (上期) or October (下期).
    FiscalHalf,
    /// A Japanese fiscal year (年度), April to March.
    FiscalYear,
}

/// The language of a label.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LabelLanguage {
    /// 日本語
    Ja,
    /// English
    En,
}

/// One period of a grain. Periods of one grain never overlap, leave no gap, and
/// sort by time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Period {
    first: Date,
    last: Date,
    grain: Grain,
}

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

impl Period {
    /// The period of `grain` that `date` lies in.
    #[must_use]
    pub fn of(grain: Grain, date: Date) -> Self {
        let (first, months) = match grain {
            Grain::Day => return Self::days(grain, date, 1),
            Grain::Week => return Self::days(grain, date.plus_days(1 - date.weekday()), 7),
            Grain::Month => (date.month(), 1),
            Grain::Quarter | Grain::FiscalQuarter => ((date.month() - 1) / 3 * 3 + 1, 3),
            Grain::Half => ((date.month() - 1) / 6 * 6 + 1, 6),
            Grain::FiscalHalf => ((date.month() + 2) / 6 * 6 - 2, 6),
            Grain::Year => (1, 12),
            Grain::FiscalYear => ((date.month() + 8) / 12 * 12 - 8, 12),
        };
        let start = Date::start(date.year(), first);
        let next = Date::start(date.year(), first + months);
        Self {
            first: start,
            last: if next == Date::MAX {
                next
            } else {
                next.plus_days(-1)
            },
            grain,
        }
    }

    fn days(grain: Grain, first: Date, days: i32) -> Self {
        Self {
            first,
            last: first.plus_days(days - 1),
            grain,
        }
    }

    /// Its grain.
    #[must_use]
    pub fn grain(self) -> Grain {
        self.grain
    }

    /// Its first day.
    #[must_use]
    pub fn first(self) -> Date {
        self.first
    }

    /// Its last day, which still belongs to it.
    #[must_use]
    pub fn last(self) -> Date {
        self.last
    }

    /// Whether `date` lies in it.
    #[must_use]
    pub fn contains(self, date: Date) -> bool {
        (self.first..=self.last).contains(&date)
    }

    /// The period after it; itself at the end of time.
    #[must_use]
    pub fn next(self) -> Self {
        Self::of(self.grain, self.last.plus_days(1))
    }

    /// The period before it; itself at the beginning of time.
    #[must_use]
    pub fn previous(self) -> Self {
        Self::of(self.grain, self.first.plus_days(-1))
    }

    /// The period it is usually compared with a year earlier (前年同期): the same
    /// months, quarter, half or day of the year before, and for a week the one 52
    /// weeks before, so that weekdays agree. 29 February is compared with the 28th.
    #[must_use]
    pub fn year_before(self) -> Self {
        match self.grain {
            Grain::Week => Self::of(self.grain, self.first.plus_days(-364)),
            _ => {
                let (year, month) = (self.first.year() - 1, self.first.month());
                let day = self.first.day().min(days_in(year, month));
                let date = Date::new(year, month, day).unwrap_or(Date::MIN);
                Self::of(self.grain, date)
            }
        }
    }

    /// The periods of `grain` that touch the days from `first` to `last`, in
    /// order; none when `last` is before `first`.
    pub fn between(grain: Grain, first: Date, last: Date) -> impl Iterator<Item = Self> {
        let start = (first <= last).then(|| Self::of(grain, first));
        std::iter::successors(start, move |period| {
            let next = period.next();
            (next.first > period.first && next.first <= last).then_some(next)
        })
    }

    /// A short key that is stable, sorts by time within a grain, and names the
    /// grain: `2026-04-01`, `2026-W14`, `2026-04`, `2026-Q2`, `2026-H1`, `2026`,
    /// `FY2026-Q1`, `FY2026-H1`, `FY2026`.
    #[must_use]
    pub fn key(self) -> String {
        let (year, fiscal) = (self.first.year(), self.first.fiscal_year());
        match self.grain {
            Grain::Day => self.first.to_string(),
            Grain::Week => {
                let (year, week) = self.first.iso_week();
                format!("{year:04}-W{week:02}")
            }
            Grain::Month => format!("{year:04}-{:02}", self.first.month()),
            Grain::Quarter => format!("{year:04}-Q{}", self.number()),
            Grain::Half => format!("{year:04}-H{}", self.number()),
            Grain::Year => format!("{year:04}"),
            Grain::FiscalQuarter => format!("FY{fiscal:04}-Q{}", self.number()),
            Grain::FiscalHalf => format!("FY{fiscal:04}-H{}", self.number()),
            Grain::FiscalYear => format!("FY{fiscal:04}"),
        }
    }

    /// The label a reader sees: 2026年度第1四半期, FY2026 Q1.
    #[must_use]
    pub fn label(self, language: LabelLanguage) -> String {
        match language {
            LabelLanguage::Ja => self.label_ja(),
            LabelLanguage::En => self.label_en(),
        }
    }

    fn label_ja(self) -> String {
        let (year, month, day) = (self.first.year(), self.first.month(), self.first.day());
        let fiscal = self.first.fiscal_year();
        let number = self.number();
        match self.grain {
            Grain::Day => format!("{year}年{month}月{day}日"),
            Grain::Week => {
                let (year, week) = self.first.iso_week();
                format!("{year}年第{week}週")
            }
            Grain::Month => format!("{year}年{month}月"),
            Grain::Quarter => format!("{year}年第{number}四半期"),
            Grain::Half if number == 1 => format!("{year}年上半期"),
            Grain::Half => format!("{year}年下半期"),
            Grain::Year => format!("{year}年"),
            Grain::FiscalQuarter => format!("{fiscal}年度第{number}四半期"),
            Grain::FiscalHalf if number == 1 => format!("{fiscal}年度上期"),
            Grain::FiscalHalf => format!("{fiscal}年度下期"),
            Grain::FiscalYear => format!("{fiscal}年度"),
        }
    }

    fn label_en(self) -> String {
        let (year, day) = (self.first.year(), self.first.day());
        let month = MONTHS[self.first.month() as usize - 1];
        let fiscal = self.first.fiscal_year();
        let number = self.number();
        match self.grain {
            Grain::Day => format!("{day} {month} {year}"),
            Grain::Week => {
                let (year, week) = self.first.iso_week();
                format!("Week {week}, {year}")
            }
            Grain::Month => format!("{month} {year}"),
            Grain::Quarter => format!("Q{number} {year}"),
            Grain::Half => format!("H{number} {year}"),
            Grain::Year => format!("{year}"),
            Grain::FiscalQuarter => format!("FY{fiscal} Q{number}"),
            Grain::FiscalHalf => format!("FY{fiscal} H{number}"),
            Grain::FiscalYear => format!("FY{fiscal}"),
        }
    }

    /// Which quarter or half of its year it is, from 1.
    fn number(self) -> i32 {
        let month = self.first.month();
        let from_april = (month + 8) % 12;
        match self.grain {
            Grain::Quarter => (month - 1) / 3 + 1,
            Grain::Half => (month - 1) / 6 + 1,
            Grain::FiscalQuarter => from_april / 3 + 1,
            Grain::FiscalHalf => from_april / 6 + 1,
            _ => 1,
        }
    }
}
