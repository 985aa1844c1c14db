//! The level alone: simple exponential smoothing.

use serde::{Deserialize, Serialize};

use super::{Forecast, SeriesError, ahead, check, variance};
use crate::confidence::Confidence;
use crate::optimise::minimise;

/// The smoothed level.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Smoothing {
    /// How much of a new value enters the level, 0 to 1.
    pub alpha: f64,
    /// The level after the last value.
    pub level: f64,
    /// The sum of squared one-step errors.
    pub sse: f64,
    /// The one-step forecast of each value, from the second on.
    pub fitted: Vec<f64>,
    /// Values to come.
    pub forecast: Vec<Forecast>,
}

/// Simple exponential smoothing (Brown 1959; R's `HoltWinters` without trend and season):
/// level ← α x + (1 − α) level from the first value on, with the α of the least sum of
/// squared one-step errors. The variance h steps ahead is σ² (1 + (h − 1) α²) (Chatfield &
/// Yar 1988, *The Statistician* 37:129–140), σ² that of the one-step errors.
///
/// # Errors
/// With fewer than four values, a value that is no number, or values that are all the same.
pub fn smooth(
    values: &[f64],
    steps: u32,
    confidence: Confidence,
) -> Result<Smoothing, SeriesError> {
    check(values, 4)?;
    let found = [0.1, 0.5, 0.9]
        .iter()
        .map(|&start| minimise(&[start], 0.05, |at| run(values, at[0].clamp(0.0, 1.0)).1))
        .min_by(|a, b| a.value.total_cmp(&b.value));
    let alpha = found.map_or(0.0, |minimum| minimum.at[0].clamp(0.0, 1.0));
    let (level, sse, fitted) = run(values, alpha);
    let errors: Vec<f64> = values[1..]
        .iter()
        .zip(&fitted)
        .map(|(x, f)| x - f)
        .collect();
    let spread = variance(&errors);
    let forecast = ahead(
        steps,
        confidence,
        |_| level,
        |h| spread * (1.0 + f64::from(h - 1) * alpha * alpha),
    );
    Ok(Smoothing {
        alpha,
        level,
        sse,
        fitted,
        forecast,
    })
}

fn run(values: &[f64], alpha: f64) -> (f64, f64, Vec<f64>) {
    let mut level = values[0];
    let mut sse = 0.0;
    let fitted = values[1..]
        .iter()
        .map(|value| {
            let before = level;
            sse += (value - before).powi(2);
            level = alpha * value + (1.0 - alpha) * before;
            before
        })
        .collect();
    (level, sse, fitted)
}
