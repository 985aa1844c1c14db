//! Routine variation and what lies outside it: the XmR chart.

use serde::{Deserialize, Serialize};

use super::{SeriesError, check};

/// Three standard deviations over d₂ = 1.128, the mean range of two normal values (Shewhart
/// 1931): the 2.66 of the books.
const NATURAL_LIMITS: f64 = 3.0 / 1.128;
/// D₄ for ranges of two.
const RANGE_LIMIT: f64 = 3.268;

/// Why a value stands out (Wheeler & Chambers 1992, *Understanding Statistical Process
/// Control*, sections 4.2 and 4.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunRule {
    /// It lies outside the natural limits.
    OutsideLimits,
    /// Three of it and the three before it lie on one side, nearer to the limit than to the
    /// centre.
    ThreeOfFourNearLimit,
    /// It and the seven before it lie on one side of the centre.
    EightOnOneSide,
    /// The step to it is larger than routine variation makes steps.
    LargeStep,
}

/// A value that stands out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signal {
    /// Which value, from 1.
    pub row: usize,
    /// Why.
    pub rule: RunRule,
}

/// An XmR chart.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ControlChart {
    /// The mean, which is the centre line.
    pub centre: f64,
    /// The lower natural limit.
    pub lower: f64,
    /// The upper natural limit.
    pub upper: f64,
    /// The mean moving range: how far one value lies from the one before.
    pub moving_range: f64,
    /// The upper limit of moving ranges.
    pub moving_range_upper: f64,
    /// What stands out, in the order of the values.
    pub signals: Vec<Signal>,
}

/// The chart of individual values and moving ranges (Wheeler 1993, *Understanding
/// Variation*): natural limits at mean ± 3 / 1.128 × mean moving range, ranges up to 3.268 ×
/// their mean.
///
/// Within the limits and without a signal a value asks for no explanation. Not for series
/// with a strong trend or season: take these out first.
///
/// # Errors
/// With fewer than four values, a value that is no number, or values that are all the same.
pub fn control_chart(values: &[f64]) -> Result<ControlChart, SeriesError> {
    check(values, 4)?;
    let n = values.len() as f64;
    let centre = values.iter().sum::<f64>() / n;
    let ranges: Vec<f64> = values
        .windows(2)
        .map(|two| (two[1] - two[0]).abs())
        .collect();
    let moving_range = ranges.iter().sum::<f64>() / (n - 1.0);
    let reach = NATURAL_LIMITS * moving_range;
    let moving_range_upper = RANGE_LIMIT * moving_range;
    let above = |value: f64, by: f64| value > centre + by;
    let below = |value: f64, by: f64| value < centre - by;
    let on_one_side = |window: &[f64], by: f64, least: usize| {
        let high = window.iter().filter(|&&v| above(v, by)).count();
        let low = window.iter().filter(|&&v| below(v, by)).count();
        high >= least || low >= least
    };
    let mut signals = Vec::new();
    for (index, &value) in values.iter().enumerate() {
        let mut stands_out = |rule| {
            signals.push(Signal {
                row: index + 1,
                rule,
            });
        };
        if above(value, reach) || below(value, reach) {
            stands_out(RunRule::OutsideLimits);
        }
        // The value itself must be one of the three, or the signal would come a step late.
        let near = above(value, reach / 2.0) || below(value, reach / 2.0);
        if near && index >= 3 {
            let window = &values[index - 3..=index];
            let same_side: Vec<f64> = window
                .iter()
                .copied()
                .filter(|&v| (v > centre) == (value > centre))
                .collect();
            if on_one_side(&same_side, reach / 2.0, 3) {
                stands_out(RunRule::ThreeOfFourNearLimit);
            }
        }
        if index >= 7 && on_one_side(&values[index - 7..=index], 0.0, 8) {
            stands_out(RunRule::EightOnOneSide);
        }
        if index >= 1 && ranges[index - 1] > moving_range_upper {
            stands_out(RunRule::LargeStep);
        }
    }
    Ok(ControlChart {
        centre,
        lower: centre - reach,
        upper: centre + reach,
        moving_range,
        moving_range_upper,
        signals,
    })
}
