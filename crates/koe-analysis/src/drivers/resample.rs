//! The bootstrap of statistics that are functions of sums over rows.

use nalgebra::DMatrix;
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{RngCore, SeedableRng};
use rayon::prelude::*;

use crate::confidence::Confidence;

/// Rows whose features stand in memory at once.
const CHUNK: usize = 256;
/// Resamples that are summed together.
const TOGETHER: usize = 32;
/// Counts in memory at once, for each thread.
const COUNTS: usize = 8_000_000;

/// What is resampled: draws with replacement, each of which takes one of several patterns.
pub(crate) struct Draws<'a> {
    /// The pattern of each thing that can be drawn; as many are drawn as there are.
    pub of_draw: &'a [u32],
    /// How many patterns there are.
    pub patterns: usize,
    /// How many resamples.
    pub resamples: usize,
    /// Where chance starts: the same seed gives the same resamples on every machine and on any
    /// number of threads.
    pub seed: u64,
}

/// Resamples with replacement (Efron 1979, *Annals of Statistics* 7:1–26) and gives what
/// `statistic` makes of each resample's sums; `None` where it has no value.
///
/// `fill` writes the features of the patterns from the given one on: one line each, one column
/// for each feature, as many lines as the matrix has. Sums of all resamples are one product of
/// matrices (counts × features), done in blocks that stay in the processor's cache.
pub(crate) fn resampled<T: Send>(
    draws: &Draws<'_>,
    features: usize,
    fill: impl Fn(usize, &mut DMatrix<f64>) + Sync,
    statistic: impl Fn(&[f64]) -> Option<T> + Sync,
) -> Vec<Option<T>> {
    let starts = starts(draws.seed, draws.resamples);
    let together = (COUNTS / draws.patterns.max(1)).clamp(1, TOGETHER);
    let blocks: Vec<Vec<Option<T>>> = starts
        .par_chunks(together)
        .map(|starts| {
            let counts = counts(starts, draws);
            let mut sums = DMatrix::<f64>::zeros(starts.len(), features);
            let mut lines = DMatrix::<f64>::zeros(0, features);
            let mut from = 0;
            while from < draws.patterns {
                let length = CHUNK.min(draws.patterns - from);
                if lines.nrows() != length {
                    lines = DMatrix::zeros(length, features);
                }
                fill(from, &mut lines);
                sums.gemm(1.0, &counts.columns(from, length), &lines, 1.0);
                from += length;
            }
            sums.row_iter()
                .map(|row| {
                    let row: Vec<f64> = row.iter().copied().collect();
                    statistic(&row)
                })
                .collect()
        })
        .collect();
    blocks.into_iter().flatten().collect()
}

/// The same for statistics that need more than sums: `statistic` is given how often each
/// pattern was drawn.
pub(crate) fn recounted<T: Send>(
    draws: &Draws<'_>,
    statistic: impl Fn(&[f64]) -> Option<T> + Sync,
) -> Vec<Option<T>> {
    starts(draws.seed, draws.resamples)
        .par_chunks(1)
        .map(|start| statistic(counts(start, draws).as_slice()))
        .collect()
}

/// How often each pattern (column) was drawn in each resample (row).
fn counts(starts: &[Xoshiro256PlusPlus], draws: &Draws<'_>) -> DMatrix<f64> {
    let mut counts = DMatrix::<f64>::zeros(starts.len(), draws.patterns);
    let things = draws.of_draw.len() as u128;
    for (resample, start) in starts.iter().enumerate() {
        let mut chance = start.clone();
        for _ in 0..draws.of_draw.len() {
            // The upper half of a 128-bit product: a draw that is even to one in 2^64 / things
            // (Lemire 2019, ACM Transactions on Modeling and Computer Simulation 29:3).
            let drawn = (u128::from(chance.next_u64()) * things) >> 64;
            counts[(resample, draws.of_draw[drawn as usize] as usize)] += 1.0;
        }
    }
    counts
}

/// A generator for each resample, 2^128 numbers apart (Blackman & Vigna 2021, *ACM
/// Transactions on Mathematical Software* 47:36).
fn starts(seed: u64, resamples: usize) -> Vec<Xoshiro256PlusPlus> {
    let mut next = Xoshiro256PlusPlus::seed_from_u64(seed);
    (0..resamples)
        .map(|_| {
            let start = next.clone();
            next.jump();
            start
        })
        .collect()
}

/// The percentile interval (Efron & Tibshirani 1993, *An Introduction to the Bootstrap*,
/// chapter 13) of values in any order; `None` when there are none.
pub(crate) fn percentiles(mut values: Vec<f64>, confidence: Confidence) -> Option<(f64, f64)> {
    values.sort_unstable_by(f64::total_cmp);
    let last = values.len().checked_sub(1)?;
    let at = |share: f64| {
        let place = share * last as f64;
        let below = place.floor() as usize;
        let above = (below + 1).min(last);
        values[below] + (place - below as f64) * (values[above] - values[below])
    };
    let tail = confidence.alpha() / 2.0;
    Some((at(tail), at(1.0 - tail)))
}

/// The standard deviation of values; `None` with fewer than two.
pub(crate) fn spread(values: &[f64]) -> Option<f64> {
    let n = values.len() as f64;
    if values.len() < 2 {
        return None;
    }
    let mean = values.iter().sum::<f64>() / n;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    Some((squares / (n - 1.0)).sqrt())
}
