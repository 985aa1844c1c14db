//! Level, trend and season: Holt–Winters smoothing.

use serde::{Deserialize, Serialize};

use super::{Forecast, Seasonal, SeriesError, ahead, check, variance};
use crate::confidence::Confidence;
use crate::optimise::minimise;

/// The smoothed level, trend and season, and where they lead.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HoltWinters {
    /// How the season enters.
    pub seasonal: Seasonal,
    /// Steps of a season; `None` without one.
    pub period: Option<usize>,
    /// How much of a new value enters the level, 0 to 1.
    pub alpha: f64,
    /// How much of a new slope enters the trend, 0 to 1.
    pub beta: f64,
    /// How much of a new value enters its season, 0 to 1; `None` without one.
    pub gamma: Option<f64>,
    /// The sum of squared one-step errors.
    pub sse: f64,
    /// The level after the last value (*a*).
    pub level: f64,
    /// The trend per step after the last value (*b*).
    pub trend: f64,
    /// The season of each of the next `period` steps (*s*); empty without one.
    pub season: Vec<f64>,
    /// The one-step forecasts of the last values of the series, as many as there are: those
    /// before them set the start.
    pub fitted: Vec<f64>,
    /// Values to come.
    pub forecast: Vec<Forecast>,
}

/// Holt–Winters smoothing (Holt 1957; Winters 1960, *Management Science* 6:324–342) with the
/// α, β and γ of the least sum of squared one-step errors, started as R's `HoltWinters`
/// starts it: level and trend from a line through the moving average of the first two
/// seasons, the season from what is left; without a season from the first two values.
///
/// Each value x in turn: level ← α (x − season) + (1 − α)(level + trend), trend ← β (change of
/// level) + (1 − β) trend, season ← γ (x − level) + (1 − γ) season; divide instead of subtract
/// for a multiplicative season.
///
/// Intervals are those of Yar & Chatfield 1990, *International Journal of Forecasting*
/// 6:127–137, and for multiplicative seasons of Chatfield & Yar 1991, *ibid.* 7:31–37: the
/// variance h steps ahead is σ² Σⱼ ψⱼ² over j = 0 … h − 1 with ψ₀ = 1 and
/// ψⱼ = α (1 + j β) + γ (1 − α) at whole seasons, each term scaled by the squared ratio of the
/// seasons it joins when they multiply. They say nothing of the uncertainty of the
/// parameters, so with a short series they are too narrow.
///
/// # Errors
/// With less than two whole seasons and a value (five values without a season), a value that
/// is no number, values that are all the same, a period below two, and for a multiplicative
/// season a value that is not above zero.
pub fn holt_winters(
    values: &[f64],
    seasonal: Seasonal,
    period: usize,
    steps: u32,
    confidence: Confidence,
) -> Result<HoltWinters, SeriesError> {
    let period = match seasonal {
        Seasonal::None => 1,
        _ if period < 2 => return Err(SeriesError::Period),
        _ => period,
    };
    let has_season = seasonal != Seasonal::None;
    let least = if has_season { 2 * period + 1 } else { 5 };
    check(values, least)?;
    if seasonal == Seasonal::Multiplicative
        && let Some(index) = values.iter().position(|&value| value <= 0.0)
    {
        return Err(SeriesError::NotPositive { row: index + 1 });
    }
    let start = if has_season {
        Start::of_seasons(values, seasonal, period)
    } else {
        Start {
            level: values[1],
            trend: values[1] - values[0],
            season: vec![],
            skip: 2,
        }
    };
    let whole = |at: &[f64]| -> [f64; 3] {
        std::array::from_fn(|i| at.get(i).map_or(0.0, |x| x.clamp(0.0, 1.0)))
    };
    let dimensions = if has_season { 3 } else { 2 };
    // The first start is R's; the others are for series whose best parameters are elsewhere.
    let starts = [
        [0.3, 0.1, 0.1],
        [0.5, 0.01, 0.5],
        [0.8, 0.05, 0.1],
        [0.1, 0.02, 0.8],
        [0.8, 0.8, 0.5],
    ];
    let found = starts
        .iter()
        .map(|at| {
            minimise(&at[..dimensions], 0.05, |at| {
                Run::new(&start, seasonal, whole(at)).over(values, |_| ())
            })
        })
        .min_by(|a, b| a.value.total_cmp(&b.value));
    let parameters = whole(&found.map_or_else(Vec::new, |minimum| minimum.at));
    let [alpha, beta, gamma] = parameters;
    let mut run = Run::new(&start, seasonal, parameters);
    let mut fitted = Vec::with_capacity(values.len() - start.skip);
    let sse = run.over(values, |forecast| fitted.push(forecast));
    let errors: Vec<f64> = values[start.skip..]
        .iter()
        .zip(&fitted)
        .map(|(x, f)| x - f)
        .collect();
    let spread = variance(&errors);
    // The next season first.
    run.season.rotate_left(run.at);
    let season_at = |ahead: i64| -> f64 {
        let steps = i64::try_from(run.season.len()).unwrap_or(1);
        run.season[ahead.rem_euclid(steps) as usize]
    };
    let psi = |j: u32| {
        let at_season = has_season && (j as usize).is_multiple_of(period);
        let season = if at_season {
            gamma * (1.0 - alpha)
        } else {
            0.0
        };
        alpha * (1.0 + f64::from(j) * beta) + season
    };
    let scale = |h: u32, j: u32| match seasonal {
        Seasonal::Multiplicative => {
            season_at(i64::from(h) - 1) / season_at(i64::from(h) - 1 - i64::from(j))
        }
        _ => 1.0,
    };
    let forecast = ahead(
        steps,
        confidence,
        |h| {
            let line = run.level + f64::from(h) * run.trend;
            match seasonal {
                Seasonal::None => line,
                Seasonal::Additive => line + season_at(i64::from(h) - 1),
                Seasonal::Multiplicative => line * season_at(i64::from(h) - 1),
            }
        },
        |h| {
            let later = (1..h).map(|j| (psi(j) * scale(h, j)).powi(2));
            spread * (1.0 + later.sum::<f64>())
        },
    );
    Ok(HoltWinters {
        seasonal,
        period: has_season.then_some(period),
        alpha,
        beta,
        gamma: has_season.then_some(gamma),
        sse,
        level: run.level,
        trend: run.trend,
        season: run.season,
        fitted,
        forecast,
    })
}

/// Where smoothing starts, and how many values that takes.
struct Start {
    level: f64,
    trend: f64,
    season: Vec<f64>,
    skip: usize,
}

impl Start {
    /// From the first two seasons: a centred moving average, a line through it, and the mean
    /// distance of each step of the season from it (R's `decompose`).
    fn of_seasons(values: &[f64], seasonal: Seasonal, period: usize) -> Self {
        let first = &values[..2 * period];
        let half = period / 2;
        let average = |middle: usize| -> f64 {
            if !period.is_multiple_of(2) {
                first[middle - half..=middle + half].iter().sum::<f64>() / period as f64
            } else {
                let inner: f64 = first[middle + 1 - half..middle + half].iter().sum();
                let ends = f64::midpoint(first[middle - half], first[middle + half]);
                (inner + ends) / period as f64
            }
        };
        let middles = half..2 * period - half;
        let trend: Vec<f64> = middles.clone().map(average).collect();
        let (level, slope) = line(&trend);
        let multiply = seasonal == Seasonal::Multiplicative;
        let mut season = vec![(0.0, 0.0); period];
        for (middle, average) in middles.zip(&trend) {
            let apart = if multiply {
                first[middle] / average
            } else {
                first[middle] - average
            };
            let (sum, n) = &mut season[middle % period];
            *sum += apart;
            *n += 1.0;
        }
        let season: Vec<f64> = season.into_iter().map(|(sum, n)| sum / n).collect();
        let mean = season.iter().sum::<f64>() / period as f64;
        let centred = |s: f64| if multiply { s / mean } else { s - mean };
        Self {
            level,
            trend: slope,
            season: season.into_iter().map(centred).collect(),
            skip: period,
        }
    }
}

/// Intercept and slope of the least-squares line through values at 1, 2, 3, …
fn line(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let (middle, mean) = (f64::midpoint(n, 1.0), values.iter().sum::<f64>() / n);
    let (mut xx, mut xy) = (0.0, 0.0);
    for (index, value) in values.iter().enumerate() {
        let x = index as f64 + 1.0 - middle;
        xx += x * x;
        xy += x * (value - mean);
    }
    let slope = if xx > 0.0 { xy / xx } else { 0.0 };
    (mean - slope * middle, slope)
}

/// Smoothing on its way through a series.
struct Run {
    seasonal: Seasonal,
    parameters: [f64; 3],
    level: f64,
    trend: f64,
    season: Vec<f64>,
    at: usize,
    skip: usize,
}

impl Run {
    fn new(start: &Start, seasonal: Seasonal, parameters: [f64; 3]) -> Self {
        Self {
            seasonal,
            parameters,
            level: start.level,
            trend: start.trend,
            season: start.season.clone(),
            at: 0,
            skip: start.skip,
        }
    }

    /// Goes through the series and tells each one-step forecast; gives the sum of squared
    /// errors.
    fn over(&mut self, values: &[f64], mut tell: impl FnMut(f64)) -> f64 {
        let [alpha, beta, gamma] = self.parameters;
        let mut sse = 0.0;
        for &value in &values[self.skip..] {
            let line = self.level + self.trend;
            let season = self.season.get(self.at).copied();
            let (forecast, without) = match (self.seasonal, season) {
                (Seasonal::Additive, Some(season)) => (line + season, value - season),
                (Seasonal::Multiplicative, Some(season)) => (line * season, value / season),
                _ => (line, value),
            };
            tell(forecast);
            sse += (value - forecast).powi(2);
            let level = alpha * without + (1.0 - alpha) * line;
            self.trend = beta * (level - self.level) + (1.0 - beta) * self.trend;
            self.level = level;
            if let Some(season) = self.season.get_mut(self.at) {
                let now = match self.seasonal {
                    Seasonal::Multiplicative => value / level,
                    _ => value - level,
                };
                *season = gamma * now + (1.0 - gamma) * *season;
                self.at = (self.at + 1) % self.season.len();
            }
        }
        sse
    }
}
