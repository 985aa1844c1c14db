//! Which format a log has, told from its first lines.

use std::fmt;

use core::net::IpAddr;

use serde::{Deserialize, Serialize};

use super::line::{Field, Fields, decimal_us, skeleton};

/// In which unit a log gives the time that a request took.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DurationUnit {
    /// nginx `$request_time`, Apache `%T`.
    Seconds,
    /// Apache `%{ms}T`.
    Milliseconds,
    /// Apache `%D`.
    Microseconds,
}

impl DurationUnit {
    /// How many of it are a second: what a million times the number is divided by to
    /// be microseconds.
    pub(super) fn per_second(self) -> u64 {
        match self {
            Self::Seconds => 1,
            Self::Milliseconds => 1_000,
            Self::Microseconds => 1_000_000,
        }
    }
}

impl fmt::Display for DurationUnit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Seconds => "seconds",
            Self::Milliseconds => "milliseconds",
            Self::Microseconds => "microseconds",
        })
    }
}

/// Where the time stands that a request took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Duration {
    /// Its place after the bytes, from 0.
    pub place: usize,
    /// How many bytes of a name (`rt=`) stand before the number.
    pub prefix: usize,
    pub unit: DurationUnit,
}

/// The format of a log: Common or Combined Log Format (Apache HTTP Server
/// documentation, *Log Files*) with the usual variations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Format {
    pub(super) host_first: bool,
    pub(super) referrer: Option<usize>,
    pub(super) duration: Option<Duration>,
    unsure: bool,
}

/// A format as it is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Described {
    /// `combined` with referrer and user agent, `common` without.
    pub name: &'static str,
    /// Whether the name of the host asked stands first.
    pub host_first: bool,
    /// The unit of the time that requests took; `None` without such a time.
    pub duration: Option<DurationUnit>,
    /// Whether there are numbers that may be such a time, but in no unit that could be
    /// told; they were not used.
    pub duration_unsure: bool,
}

/// The first lines are of no format that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownFormat;

impl fmt::Display for UnknownFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "this is not an access log in Common or Combined Log Format: no line begins as \
             `192.0.2.1 - - [17/May/2015:10:05:03 +0000] \"GET / HTTP/1.1\" 200 512`",
        )
    }
}

impl std::error::Error for UnknownFormat {}

/// A further field of every line that may be the time it took.
struct Candidate {
    place: usize,
    prefix: usize,
    named: bool,
    decimal: bool,
    /// The numbers times a million.
    values: Vec<u64>,
}

impl Format {
    /// Tells the format from the first lines of a log; a hundred are enough. `unit` is
    /// the unit of the times, where somebody said it.
    ///
    /// Decimal numbers are seconds. Whole numbers are microseconds when half of them
    /// are above ten thousand, and seconds when none is above 120. Otherwise, and where
    /// there are several columns of whole numbers, the unit is not told and the times
    /// are not used unless `unit` says it; then the last column is taken. Of several
    /// decimal columns the one with the largest sum is taken: nginx's `$request_time`
    /// is never below the times of the servers behind it.
    ///
    /// # Errors
    /// When no line is of a format that is read.
    pub fn detect(lines: &[&[u8]], unit: Option<DurationUnit>) -> Result<Self, UnknownFormat> {
        let read: Vec<_> = lines
            .iter()
            .filter_map(|line| skeleton(line).ok())
            .collect();
        if read.is_empty() {
            return Err(UnknownFormat);
        }
        let most = |n: usize| 2 * n > read.len();
        let host_first = most(
            read.iter()
                .filter(|line| begins_with_host(line.head))
                .count(),
        );
        let tails: Vec<Vec<Field<'_>>> = read
            .iter()
            .map(|line| Fields(line.tail).collect())
            .collect();
        let widest = tails.iter().map(Vec::len).max().unwrap_or_default();
        let both_quoted = |tail: &Vec<Field<'_>>, place: usize| {
            let quoted = |at: usize| tail.get(at).is_some_and(|field| field.quoted);
            quoted(place) && quoted(place + 1)
        };
        let referrer = (0..widest)
            .find(|&place| most(tails.iter().filter(|tail| both_quoted(tail, place)).count()));
        let rows: Vec<&Vec<Field<'_>>> = tails
            .iter()
            .filter(|tail| referrer.is_none_or(|place| both_quoted(tail, place)))
            .collect();
        let candidates = (0..widest)
            .filter(|&place| referrer.is_none_or(|at| place != at && place != at + 1))
            .filter_map(|place| candidate(&rows, place))
            .collect();
        let (duration, unsure) = chosen(candidates, unit);
        Ok(Self {
            host_first,
            referrer,
            duration,
            unsure,
        })
    }

    /// The format as it is told.
    #[must_use]
    pub fn described(&self) -> Described {
        Described {
            name: match self.referrer {
                Some(_) => "combined",
                None => "common",
            },
            host_first: self.host_first,
            duration: self.duration.map(|duration| duration.unit),
            duration_unsure: self.unsure,
        }
    }

    pub(super) fn agent(&self) -> Option<usize> {
        self.referrer.map(|place| place + 1)
    }

    /// The last field that is looked at.
    pub(super) fn last(&self) -> usize {
        let duration = self.duration.map_or(0, |duration| duration.place);
        self.agent().unwrap_or(0).max(duration)
    }
}

impl fmt::Display for Described {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.name {
            "combined" => "Combined Log Format",
            _ => "Common Log Format",
        })?;
        if self.host_first {
            f.write_str(", host first")?;
        }
        match self.duration {
            Some(unit) => write!(f, ", request times in {unit}"),
            None => Ok(()),
        }
    }
}

/// Whether a host's name stands before the visitor's address.
fn begins_with_host(head: &[u8]) -> bool {
    let words: Vec<&[u8]> = head.split(|byte| *byte == b' ').collect();
    if words.len() < 4 || words[0].ends_with(b",") {
        return false;
    }
    let with_port = || {
        let colon = words[0].iter().rposition(|byte| *byte == b':');
        !is_ip(words[0])
            && colon.is_some_and(|at| {
                let port = &words[0][at + 1..];
                !port.is_empty() && port.iter().all(u8::is_ascii_digit)
            })
    };
    is_ip(words[1]) || with_port()
}

fn is_ip(word: &[u8]) -> bool {
    let text = std::str::from_utf8(word);
    text.is_ok_and(|text| text.parse::<IpAddr>().is_ok())
}

/// The column of a place, when each row has a number or `-` there.
fn candidate(rows: &[&Vec<Field<'_>>], place: usize) -> Option<Candidate> {
    const NAMES: &[&[u8]] = &[
        b"rt",
        b"request_time",
        b"response_time",
        b"duration",
        b"time",
        b"took",
        b"D",
        b"T",
    ];
    let first = rows.iter().find_map(|row| row.get(place))?;
    let prefix = first
        .text
        .iter()
        .position(|byte| *byte == b'=')
        .map_or(0, |at| at + 1);
    let named = prefix > 0;
    if named && !NAMES.contains(&&first.text[..prefix - 1]) {
        return None;
    }
    let mut values = Vec::new();
    let mut decimal = false;
    for row in rows {
        let text = row.get(place)?.text.get(prefix..)?;
        if text == b"-" {
            continue;
        }
        values.push(decimal_us(text)?);
        decimal |= text.contains(&b'.');
    }
    (!values.is_empty()).then_some(Candidate {
        place,
        prefix,
        named,
        decimal,
        values,
    })
}

/// The column taken, and whether there are some of which the unit could not be told.
fn chosen(mut candidates: Vec<Candidate>, unit: Option<DurationUnit>) -> (Option<Duration>, bool) {
    if candidates.iter().any(|candidate| candidate.named) {
        candidates.retain(|candidate| candidate.named);
    }
    if candidates.iter().any(|candidate| candidate.decimal) {
        candidates.retain(|candidate| candidate.decimal);
        let sum = |candidate: &Candidate| candidate.values.iter().sum::<u64>();
        let largest = candidates.iter().map(sum).max();
        candidates.retain(|candidate| Some(sum(candidate)) == largest);
        candidates.truncate(1);
    } else if unit.is_some() && candidates.len() > 1 {
        candidates.drain(..candidates.len() - 1);
    }
    let [candidate] = candidates.as_slice() else {
        return (None, !candidates.is_empty());
    };
    let told = unit.or_else(|| {
        if candidate.decimal {
            return Some(DurationUnit::Seconds);
        }
        let million = 1_000_000;
        let large = candidate
            .values
            .iter()
            .filter(|&&value| value >= 10_000 * million);
        if 2 * large.count() > candidate.values.len() {
            Some(DurationUnit::Microseconds)
        } else if candidate.values.iter().all(|&value| value <= 120 * million) {
            Some(DurationUnit::Seconds)
        } else {
            None
        }
    });
    let duration = told.map(|unit| Duration {
        place: candidate.place,
        prefix: candidate.prefix,
        unit,
    });
    (duration, duration.is_none())
}
