//! Dates as files write them. A date that two allowed forms read differently is ambiguous,
//! and nobody guesses.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// In which order a date is written. All may be followed by a time of day.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum DateForm {
    /// Year first: `2026-04-01`, `2026/4/1 9:30`, `2026年4月1日`, RFC 3339.
    YearFirst,
    /// Day first: `01/04/2026`, `1.4.2026`.
    DayFirst,
    /// Month first: `4/1/2026 9:30 PM`.
    MonthFirst,
    /// Eight digits: `20260401`.
    Compact,
    /// Seconds since 1970-01-01 UTC.
    UnixSeconds,
    /// Milliseconds since 1970-01-01 UTC.
    UnixMilliseconds,
}

impl DateForm {
    /// Every form, in the order in which they are tried on unknown columns.
    pub const ALL: [Self; 4] = [
        Self::YearFirst,
        Self::DayFirst,
        Self::MonthFirst,
        Self::Compact,
    ];
}

/// What a text says about a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reading {
    /// No allowed form reads it.
    Unreadable,
    /// One moment, in milliseconds since 1970-01-01 UTC.
    Moment(i64),
    /// Several forms read it differently: the moments in the order of the forms.
    Ambiguous(Vec<i64>),
}

/// Reads a text in the allowed forms; what has no time zone of its own is in `zone`.
pub fn read(text: &str, forms: &[DateForm], zone: &TimeZone) -> Reading {
    let text = text.trim();
    let mut moments: Vec<i64> = Vec::new();
    for form in forms {
        if let Some(moment) = moment(text, *form, zone)
            && !moments.contains(&moment)
        {
            moments.push(moment);
        }
    }
    match moments[..] {
        [] => Reading::Unreadable,
        [moment] => Reading::Moment(moment),
        _ => Reading::Ambiguous(moments),
    }
}

/// A text as a calendar date in one form.
pub fn date(text: &str, form: DateForm) -> Option<Date> {
    civil(text.trim(), form).map(|at| at.date())
}

fn moment(text: &str, form: DateForm, zone: &TimeZone) -> Option<i64> {
    match form {
        DateForm::UnixSeconds => {
            let seconds: f64 = text.parse().ok()?;
            let at = Timestamp::from_millisecond((seconds * 1_000.0).round() as i64).ok()?;
            Some(at.as_millisecond())
        }
        DateForm::UnixMilliseconds => Some(
            Timestamp::from_millisecond(text.parse().ok()?)
                .ok()?
                .as_millisecond(),
        ),
        _ => {
            if form == DateForm::YearFirst
                && text.len() > 19
                && let Ok(at) = text.parse::<Timestamp>()
            {
                return Some(at.as_millisecond());
            }
            let at = civil(text, form)?;
            Some(
                zone.to_ambiguous_timestamp(at)
                    .compatible()
                    .ok()?
                    .as_millisecond(),
            )
        }
    }
}

fn civil(text: &str, form: DateForm) -> Option<DateTime> {
    if form == DateForm::Compact {
        let digits = text.get(..8)?;
        if !digits.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let time = time_of(text.get(8..)?)?;
        let date = Date::new(
            digits[..4].parse().ok()?,
            digits[4..6].parse().ok()?,
            digits[6..].parse().ok()?,
        );
        return Some(date.ok()?.to_datetime(time));
    }
    let mut rest = text;
    let mut numbers = [0_i32; 3];
    let mut widths = [0_usize; 3];
    for place in 0..3 {
        let end = rest
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(rest.len());
        if end == 0 || end > 4 {
            return None;
        }
        numbers[place] = rest[..end].parse().ok()?;
        widths[place] = end;
        rest = &rest[end..];
        if place < 2 {
            let separator = rest.chars().next()?;
            if !matches!(separator, '-' | '/' | '.' | '年' | '月') {
                return None;
            }
            rest = &rest[separator.len_utf8()..];
        }
    }
    rest = rest.strip_prefix('日').unwrap_or(rest);
    let [a, b, c] = numbers;
    let (year, month, day, year_width) = match form {
        DateForm::YearFirst => (a, b, c, widths[0]),
        DateForm::DayFirst => (c, b, a, widths[2]),
        _ => (c, a, b, widths[2]),
    };
    let year = match year_width {
        4 => year,
        // Two digits: this century, as every other year of such a file will be.
        2 if form != DateForm::YearFirst => 2000 + year,
        _ => return None,
    };
    let date = Date::new(
        year.try_into().ok()?,
        month.try_into().ok()?,
        day.try_into().ok()?,
    );
    Some(date.ok()?.to_datetime(time_of(rest)?))
}

/// The time of day after a date: nothing, `T09:30`, ` 9:30:15.5`, ` 9:30 PM`.
fn time_of(text: &str) -> Option<Time> {
    let text = text
        .trim_start_matches(['T', ' ', '\u{3000}', '\u{a0}'])
        .trim_end();
    if text.is_empty() {
        return Some(Time::midnight());
    }
    let upper = text.to_ascii_uppercase();
    let (clock, half) = match (upper.strip_suffix("AM"), upper.strip_suffix("PM")) {
        (Some(clock), _) => (clock.trim_end(), Some(0)),
        (_, Some(clock)) => (clock.trim_end(), Some(12)),
        _ => (upper.as_str(), None),
    };
    let mut parts = clock.splitn(3, ':');
    let mut hour: i8 = parts.next()?.parse().ok()?;
    let minute: i8 = parts.next()?.parse().ok()?;
    let second: f64 = parts.next().map_or(Ok(0.0), str::parse).ok()?;
    if let Some(half) = half {
        if !(1..=12).contains(&hour) {
            return None;
        }
        hour = hour % 12 + half;
    }
    if !(0.0..60.0).contains(&second) {
        return None;
    }
    let nanoseconds = (second.fract() * 1e9) as i32;
    Time::new(hour, minute, second as i8, nanoseconds).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str, forms: &[DateForm]) -> Vec<String> {
        let show = |ms: i64| Timestamp::from_millisecond(ms).expect("a time").to_string();
        match read(text, forms, &TimeZone::UTC) {
            Reading::Unreadable => Vec::new(),
            Reading::Moment(ms) => vec![show(ms)],
            Reading::Ambiguous(all) => all.into_iter().map(show).collect(),
        }
    }

    #[test]
    fn each_form_reads_its_own() {
        for (text, form, expected) in [
            ("2026-04-01", DateForm::YearFirst, "2026-04-01T00:00:00Z"),
            ("2026年4月1日", DateForm::YearFirst, "2026-04-01T00:00:00Z"),
            (
                "2016/5/7 11:44",
                DateForm::YearFirst,
                "2016-05-07T11:44:00Z",
            ),
            (
                "2026-04-01T09:30:00+09:00",
                DateForm::YearFirst,
                "2026-04-01T00:30:00Z",
            ),
            ("30/09/2021", DateForm::DayFirst, "2021-09-30T00:00:00Z"),
            (
                "1/18/2022 9:05 PM",
                DateForm::MonthFirst,
                "2022-01-18T21:05:00Z",
            ),
            ("19970101", DateForm::Compact, "1997-01-01T00:00:00Z"),
            ("0", DateForm::UnixSeconds, "1970-01-01T00:00:00Z"),
        ] {
            assert_eq!(said(text, &[form]), [expected], "{text}");
        }
    }

    #[test]
    fn two_readings_are_ambiguous_and_one_is_not() {
        let forms = [DateForm::DayFirst, DateForm::MonthFirst];
        assert_eq!(said("17/10/2021", &forms).len(), 1);
        assert_eq!(said("1/18/2022", &forms).len(), 1);
        assert_eq!(
            said("02/02/2022", &forms).len(),
            1,
            "both read the same day"
        );
        assert_eq!(
            said("01/11/2021", &forms),
            ["2021-11-01T00:00:00Z", "2021-01-11T00:00:00Z"]
        );
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in [
            "",
            "30/02/2021",
            "2021-13-01",
            "abc",
            "1/2",
            "12345678901",
            "1/1/2021 25:00",
            "１/１/２０２１",
        ] {
            assert!(said(text, &DateForm::ALL).is_empty(), "{text}");
        }
    }
}
