//! A series over time: where it goes, what is noise, and when it changed.
//!
//! - [`holt_winters`] follows level, trend and season and looks ahead with intervals.
//! - [`smooth`] follows the level alone.
//! - [`control_chart`] tells routine variation from what needs an explanation.
//! - [`change_points`] finds when the level shifted.
//!
//! Values are in time order and equally spaced; a gap has to be filled or the series cut
//! before it comes here.

mod change_points;
mod control;
mod exponential;
mod holt_winters;

#[cfg(test)]
mod tests;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::confidence::Confidence;

pub use change_points::{ChangePoint, ChangePoints, LEAST_SEGMENT, change_points};
pub use control::{ControlChart, RunRule, Signal, control_chart};
pub use exponential::{Smoothing, smooth};
pub use holt_winters::{HoltWinters, holt_winters};

/// How the season enters.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Seasonal {
    /// It adds so much to the level.
    Additive,
    /// It multiplies the level.
    Multiplicative,
    /// There is none: level and trend only (Holt 1957).
    #[default]
    None,
}

/// One value to come.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Forecast {
    /// How many steps after the last value, from 1.
    pub ahead: u32,
    /// The forecast.
    pub value: f64,
    /// Where the value will lie, with the confidence asked for, if the series goes on as it
    /// did.
    pub interval: (f64, f64),
}

/// Why a series cannot be analysed. Rows are counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SeriesError {
    /// Fewer values than the method needs.
    TooShort {
        /// How many there are.
        n: usize,
        /// How many it takes.
        least: usize,
    },
    /// A value that is not a number.
    Value {
        /// The row at fault.
        row: usize,
    },
    /// A season of fewer than two steps.
    Period,
    /// A multiplicative season with a value that is not above zero.
    NotPositive {
        /// The row at fault.
        row: usize,
    },
    /// All values are the same.
    Constant,
}

impl fmt::Display for SeriesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooShort { n, least } => write!(
                f,
                "value: {n} values are too few; it takes at least {least}, so wait for more, \
                 use shorter steps, or leave the season out"
            ),
            Self::Value { row } => write!(
                f,
                "value: row {row} is not a number; fill the gap or cut the series there, as \
                 values have to be equally spaced"
            ),
            Self::Period => f.write_str(
                "period: a season has two steps or more, for example 12 for months; give a \
                 period or ask for no season",
            ),
            Self::NotPositive { row } => write!(
                f,
                "value: row {row} is not above zero, so that nothing can be multiplied; use an \
                 additive season"
            ),
            Self::Constant => f.write_str(
                "value: all values are the same; there is nothing to follow, so check that the \
                 column is the right one",
            ),
        }
    }
}

impl std::error::Error for SeriesError {}

/// What a reader of a series must know.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum SeriesWarning {
    /// Values resemble the one before (trend, season or slow swings), so that control limits
    /// are too narrow.
    LimitsTooNarrow {
        /// Correlation of neighbouring values.
        correlation: f64,
    },
    /// Around their levels values still resemble the one before, so that too many change
    /// points are found.
    ChangePointsTooMany {
        /// Correlation of neighbouring distances from the level.
        correlation: f64,
    },
}

impl fmt::Display for SeriesWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LimitsTooNarrow { correlation } => write!(
                f,
                "values resemble the one before (correlation {correlation:.2}), so control limits \
                 are too narrow; take trend and season out first or use longer steps"
            ),
            Self::ChangePointsTooMany { correlation } => write!(
                f,
                "values resemble the one before even around their level (correlation \
                 {correlation:.2}), so too many change points are found; use longer steps or a \
                 greater penalty"
            ),
        }
    }
}

/// Everything that can be said of a series.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SeriesReport {
    /// How many values.
    pub n: u64,
    /// The confidence of the intervals.
    pub confidence: Confidence,
    /// Level, trend and season.
    pub holt_winters: HoltWinters,
    /// The level alone.
    pub smoothing: Smoothing,
    /// Routine variation and what lies outside it.
    pub control_limits: ControlChart,
    /// When the level shifted.
    pub change_points: ChangePoints,
    /// What a reader must know.
    pub warnings: Vec<SeriesWarning>,
}

/// Analyses a series by all methods, `ahead` steps into the future.
///
/// # Errors
/// When the series is too short, holds something that is no number, or never varies.
pub fn analyse_series(
    values: &[f64],
    seasonal: Seasonal,
    period: usize,
    ahead: u32,
    confidence: Confidence,
) -> Result<SeriesReport, SeriesError> {
    let change_points = change_points(values, None)?;
    let mut warnings = Vec::new();
    let correlation = neighbours(values);
    if resemble(correlation, values.len()) {
        warnings.push(SeriesWarning::LimitsTooNarrow { correlation });
    }
    let correlation = neighbours(&change_points.around_levels(values));
    if resemble(correlation, values.len()) {
        warnings.push(SeriesWarning::ChangePointsTooMany { correlation });
    }
    Ok(SeriesReport {
        n: values.len() as u64,
        confidence,
        holt_winters: holt_winters(values, seasonal, period, ahead, confidence)?,
        smoothing: smooth(values, ahead, confidence)?,
        control_limits: control_chart(values)?,
        change_points,
        warnings,
    })
}

/// The correlation of each value with the one before; 0 when nothing varies.
fn neighbours(values: &[f64]) -> f64 {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let all: f64 = values.iter().map(|v| (v - mean).powi(2)).sum();
    let next: f64 = values
        .windows(2)
        .map(|two| (two[0] - mean) * (two[1] - mean))
        .sum();
    if all > 0.0 { next / all } else { 0.0 }
}

/// Whether neighbours are more alike than chance makes them: two standard errors of 1 / √n
/// (Bartlett 1946, *Supplement to the JRSS* 8:27–41).
fn resemble(correlation: f64, n: usize) -> bool {
    correlation > 2.0 / (n as f64).sqrt()
}

/// Checks what every method needs.
fn check(values: &[f64], least: usize) -> Result<(), SeriesError> {
    if let Some(index) = values.iter().position(|value| !value.is_finite()) {
        return Err(SeriesError::Value { row: index + 1 });
    }
    if values.len() < least {
        return Err(SeriesError::TooShort {
            n: values.len(),
            least,
        });
    }
    if values.iter().all(|value| *value == values[0]) {
        return Err(SeriesError::Constant);
    }
    Ok(())
}

/// The sample variance.
fn variance(values: &[f64]) -> f64 {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (n - 1.0)
}

/// Forecasts with their intervals, from a spread for each step ahead.
fn ahead(
    steps: u32,
    confidence: Confidence,
    value: impl Fn(u32) -> f64,
    variance: impl Fn(u32) -> f64,
) -> Vec<Forecast> {
    (1..=steps)
        .map(|ahead| {
            let (value, half) = (value(ahead), confidence.z() * variance(ahead).sqrt());
            Forecast {
                ahead,
                value,
                interval: (value - half, value + half),
            }
        })
        .collect()
}
