//! Numbers and dates in bands: how a band is written, and which bands divide
//! some values into parts that are about equal and easy to read.

use std::fmt;
use std::str::FromStr;

use crate::calendar::Date;

/// What stands for "nothing is known" where a band is expected, beside the
/// absent key of a record that nothing could be known of.
pub const NOTHING: &str = "(none)";

/// From a number (inside) to a number (outside); an end left out is open. Dates
/// are days since 1970-01-01. Written `1..<4`, `..<1`, `10..`, or with dates,
/// `2026-04-01..<2027-04-01`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Band {
    /// Smallest number inside.
    pub from: Option<f64>,
    /// Smallest number beyond.
    pub to: Option<f64>,
}

/// A text that is no band.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidBand;

impl fmt::Display for InvalidBand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("write a band as 1..<4, ..<1, 10.. or 2026-04-01..<2027-04-01")
    }
}

impl std::error::Error for InvalidBand {}

/// A number or a date as a number.
fn end(text: &str) -> Result<Option<f64>, InvalidBand> {
    if text.is_empty() {
        return Ok(None);
    }
    match text.parse::<f64>() {
        Ok(number) if number.is_finite() => Ok(Some(number)),
        Ok(_) => Err(InvalidBand),
        Err(_) => text
            .parse::<Date>()
            .map(|date| Some(f64::from(date.days_since_epoch())))
            .map_err(|_| InvalidBand),
    }
}

/// One edge of bands as people write it: a number or a date.
///
/// # Errors
/// [`InvalidBand`] when it is neither.
pub fn edge(text: &str) -> Result<f64, InvalidBand> {
    end(text.trim())?.ok_or(InvalidBand)
}

impl FromStr for Band {
    type Err = InvalidBand;

    fn from_str(text: &str) -> Result<Self, InvalidBand> {
        let (from, to) = text.split_once("..").ok_or(InvalidBand)?;
        let to = match to.strip_prefix('<') {
            Some(to) if !to.is_empty() => to,
            None if to.is_empty() => to,
            _ => return Err(InvalidBand),
        };
        let band = Band {
            from: end(from)?,
            to: end(to)?,
        };
        let ordered = match (band.from, band.to) {
            (None, None) => false,
            (Some(from), Some(to)) => from < to,
            _ => true,
        };
        if ordered { Ok(band) } else { Err(InvalidBand) }
    }
}

impl Band {
    /// Whether the number lies inside.
    pub fn holds(&self, number: f64) -> bool {
        self.from.is_none_or(|from| from <= number) && self.to.is_none_or(|to| number < to)
    }

    /// How the band is written, its ends as dates when they are.
    pub fn text(&self, dates: bool) -> String {
        let end = |end: Option<f64>| match end {
            None => String::new(),
            Some(end) if dates => date(end).to_string(),
            Some(end) => end.to_string(),
        };
        let to = end(self.to);
        let less = if to.is_empty() { "" } else { "<" };
        format!("{}..{less}{to}", end(self.from))
    }
}

/// The bands between edges, which are in ascending order. `floor` is the
/// smallest number there can be.
pub fn between(edges: &[f64], floor: Option<f64>) -> Vec<Band> {
    let inner = || {
        let above = move |edge: &f64| floor.is_none_or(|floor| floor < *edge);
        edges.iter().copied().filter(above).map(Some)
    };
    let from = std::iter::once(floor).chain(inner());
    let to = inner().chain(std::iter::once(None));
    from.zip(to)
        .map(|(from, to)| Band { from, to })
        .filter(|band| band.from.is_some() || band.to.is_some())
        .collect()
}

/// What the numbers are, which says where an edge is easy to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// How many.
    Count,
    /// Any number: an amount, an age.
    Number,
    /// Days that have passed.
    Days,
    /// Calendar dates, as days since 1970-01-01.
    Date,
}

/// Bands of numbers when nobody has said which: edges near the quantiles, moved
/// to numbers that are easy to read. Few different whole numbers are a band
/// each, and zero is a band of its own where it is the smallest of counts and
/// amounts, since whoever has none is another kind of customer.
///
/// `values` are the different numbers in ascending order, each with how many
/// records have it; `most` is how many bands there may be.
pub fn choose(values: &[(f64, u64)], most: usize, shape: Shape) -> Vec<f64> {
    let (Some((least, zeros)), Some((greatest, _))) = (values.first(), values.last()) else {
        return Vec::new();
    };
    let whole = values.iter().all(|(value, _)| value.fract() == 0.0);
    if values.len() <= most && whole && shape != Shape::Date {
        return values.iter().skip(1).map(|(value, _)| *value).collect();
    }
    let mut edges = Vec::new();
    let mut rest = values;
    let mut parts = most;
    let counted = matches!(shape, Shape::Count | Shape::Number);
    if counted && *least == 0.0 && *zeros > 0 && values.len() > 1 {
        let next = values[1].0;
        edges.push(if whole || next >= 1.0 { 1.0 } else { next });
        rest = &values[1..];
        parts -= 1;
    }
    let total: u64 = rest.iter().map(|(_, n)| n).sum();
    let span = greatest - rest[0].0;
    let mut below = 0_u64;
    let mut part = 1;
    for (value, n) in rest {
        // The first value that at least this share of the records lies below.
        while part < parts && below * parts as u64 >= total * part as u64 && below > 0 {
            edges.push(readable(*value, span, shape));
            part += 1;
        }
        below += n;
    }
    let first = edges.first().copied().filter(|_| parts < most);
    let lowest = first.unwrap_or(*least);
    edges.retain(|edge| (*edge > lowest || Some(*edge) == first) && *edge <= *greatest);
    edges.dedup();
    edges
}

/// The number easy to read that is nearest.
fn readable(value: f64, span: f64, shape: Shape) -> f64 {
    match shape {
        Shape::Count if value < 20.0 => value.round(),
        Shape::Count => nice(value).round(),
        Shape::Number => nice(value),
        Shape::Days => {
            const KNOWN: [f64; 14] = [
                1.0, 3.0, 7.0, 14.0, 30.0, 60.0, 90.0, 120.0, 180.0, 270.0, 365.0, 540.0, 730.0,
                1095.0,
            ];
            let near = KNOWN.iter().copied().min_by(|one, other| {
                (one / value)
                    .ln()
                    .abs()
                    .total_cmp(&(other / value).ln().abs())
            });
            near.filter(|_| value < 1_400.0)
                .unwrap_or_else(|| nice(value))
        }
        Shape::Date => {
            let day = date(value);
            let (year, month) = (day.year(), day.month());
            let first = |month| Date::new(year, month, 1).ok();
            let near = match span {
                span if span < 60.0 => None,
                span if span < 800.0 => first(month),
                span if span < 4_000.0 => first((month - 1) / 3 * 3 + 1),
                _ => first(1),
            };
            f64::from(near.unwrap_or(day).days_since_epoch())
        }
    }
}

/// The nearest of 1, 1.5, 2, 2.5, 3, 4, 5, 6 and 8 × a power of ten.
fn nice(value: f64) -> f64 {
    if value == 0.0 {
        return 0.0;
    }
    let power = 10_f64.powf(value.abs().log10().floor());
    let steps = [1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0];
    let lead = value.abs() / power;
    let near = steps
        .into_iter()
        .min_by(|one, other| (one - lead).abs().total_cmp(&(other - lead).abs()))
        .unwrap_or(lead);
    // A power below one is divided by, so that 0.3 is written 0.3.
    let size = match power < 1.0 {
        true => near / (1.0 / power).round(),
        false => near * power,
    };
    size.copysign(value)
}

/// The day of a number of days; far away ones are the ends of the calendar.
#[expect(
    clippy::cast_possible_truncation,
    reason = "cut to what a calendar date can be before"
)]
fn date(days: f64) -> Date {
    Date::from_days_since_epoch(days.floor().clamp(-700_000.0, 2_900_000.0) as i32)
}

#[cfg(test)]
mod tests;
