//! When the level of a series shifted.

use serde::{Deserialize, Serialize};

use super::{SeriesError, check};

/// The fewest values between two change points.
pub const LEAST_SEGMENT: usize = 3;

/// A shift of the level.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ChangePoint {
    /// The first value of the new level, from 1.
    pub row: usize,
    /// The mean from the change point before to this one.
    pub before: f64,
    /// The mean from this change point to the next.
    pub after: f64,
    /// By how much the level shifted.
    pub difference: f64,
}

/// The shifts of a series and how they were found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChangePoints {
    /// Always `pelt_mean`: PELT on the level.
    pub method: String,
    /// What a change point has to gain, in units of the noise variance.
    pub penalty: f64,
    /// The standard deviation of the noise.
    pub noise: f64,
    /// The shifts in time order.
    pub points: Vec<ChangePoint>,
}

impl ChangePoints {
    /// How far each value lies from the level of its segment.
    pub(super) fn around_levels(&self, values: &[f64]) -> Vec<f64> {
        let starts = self.points.iter().map(|point| point.row - 1);
        let mut cuts: Vec<usize> = std::iter::once(0).chain(starts).collect();
        cuts.push(values.len());
        let segments = cuts.windows(2).map(|two| &values[two[0]..two[1]]);
        segments
            .flat_map(|part| {
                let mean = part.iter().sum::<f64>() / part.len() as f64;
                part.iter().map(move |value| value - mean)
            })
            .collect()
    }
}

/// Finds shifts of the level by PELT (Killick, Fearnhead & Eckley 2012, *JASA*
/// 107:1590–1598): of all ways to cut the series into segments of at least [`LEAST_SEGMENT`]
/// values, exactly the one with the least Σ (x − mean of its segment)² / σ² + penalty × number
/// of cuts.
///
/// The penalty is 3 ln n unless given (the leading term of the modified BIC, Zhang & Siegmund
/// 2007, *Biometrics* 63:22–32). σ is the median absolute difference of neighbours, scaled to
/// the normal distribution, which shifts of the level hardly disturb (Fryzlewicz 2014, *Annals
/// of Statistics* 42:2243–2281).
///
/// Values are taken to scatter independently around their level. A trend is cut into steps,
/// and where a value resembles the one before, too many shifts are found.
///
/// # Errors
/// With fewer than six values, a value that is no number, or values that are all the same.
pub fn change_points(values: &[f64], penalty: Option<f64>) -> Result<ChangePoints, SeriesError> {
    check(values, 2 * LEAST_SEGMENT)?;
    let n = values.len();
    let noise = noise(values);
    let penalty = penalty
        .filter(|penalty| penalty.is_finite() && *penalty > 0.0)
        .unwrap_or(3.0 * (n as f64).ln());
    // Sums from the middle of the data, so that squares do not swamp what they differ by.
    let origin = values.iter().sum::<f64>() / n as f64;
    let mut sums = vec![(0.0, 0.0)];
    for value in values {
        let x = (value - origin) / noise;
        let (sum, squares) = sums[sums.len() - 1];
        sums.push((sum + x, squares + x * x));
    }
    let cost = |from: usize, to: usize| -> f64 {
        let (sum, squares) = (sums[to].0 - sums[from].0, sums[to].1 - sums[from].1);
        (squares - sum * sum / (to - from) as f64).max(0.0)
    };
    let mut best = vec![f64::INFINITY; n + 1];
    best[0] = -penalty;
    let mut last = vec![0; n + 1];
    // Where a segment may start, and until when that is worth trying.
    let mut open = vec![(0, usize::MAX)];
    for to in LEAST_SEGMENT..=n {
        open.retain(|&(_, until)| to < until);
        for &(from, _) in &open {
            let total = best[from] + cost(from, to) + penalty;
            if total < best[to] {
                best[to] = total;
                last[to] = from;
            }
        }
        // A start that a cut here beats by more than the penalty is beaten for good as soon as
        // a whole segment fits behind the cut.
        for (from, until) in &mut open {
            if best[*from] + cost(*from, to) > best[to] {
                *until = (*until).min(to + LEAST_SEGMENT);
            }
        }
        let next = to + 1 - LEAST_SEGMENT;
        if next >= LEAST_SEGMENT && best[next].is_finite() {
            open.push((next, usize::MAX));
        }
    }
    let mut cuts = vec![n];
    while let Some(&at) = cuts.last()
        && at > 0
    {
        cuts.push(last[at]);
    }
    cuts.reverse();
    let mean = |from: usize, to: usize| values[from..to].iter().sum::<f64>() / (to - from) as f64;
    let points = cuts
        .windows(3)
        .map(|three| {
            let (before, after) = (mean(three[0], three[1]), mean(three[1], three[2]));
            ChangePoint {
                row: three[1] + 1,
                before,
                after,
                difference: after - before,
            }
        })
        .collect();
    Ok(ChangePoints {
        method: "pelt_mean".to_owned(),
        penalty,
        noise,
        points,
    })
}

/// The standard deviation of what is left when the level is constant but for shifts; where
/// more than half of the neighbours are equal, from the mean squared difference instead.
fn noise(values: &[f64]) -> f64 {
    // The median of |N(0, 2)|.
    const TO_NORMAL: f64 = 0.953_872_552_417_688_8;
    let mut steps: Vec<f64> = values
        .windows(2)
        .map(|two| (two[1] - two[0]).abs())
        .collect();
    steps.sort_by(f64::total_cmp);
    let middle = steps.len() / 2;
    let median = if !steps.len().is_multiple_of(2) {
        steps[middle]
    } else {
        f64::midpoint(steps[middle - 1], steps[middle])
    };
    if median > 0.0 {
        median / TO_NORMAL
    } else {
        let squares: f64 = steps.iter().map(|step| step * step).sum();
        (squares / (2.0 * steps.len() as f64)).sqrt()
    }
}
