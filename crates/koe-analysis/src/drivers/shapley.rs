//! Sharing a fit out among drivers: Shapley values.

use nalgebra::DMatrix;

/// How many drivers the exact value is computed for in a linear model. Each one more doubles
/// the work: 20 take some hundredths of a second, 25 about a second.
pub const MOST_LINEAR: usize = 25;

/// The Shapley value of R² in a linear regression: for each driver the R² that it adds, as a
/// mean over all orders in which drivers can enter,
///
/// `φ_j = Σ_{S ∌ j} |S|! (p − 1 − |S|)! / p! · (R²(S ∪ j) − R²(S))`.
///
/// Known as LMG (Lindeman, Merenda & Gold 1980, *Introduction to Bivariate and Multivariate
/// Analysis*, p. 119 ff.) and as general dominance (Budescu 1993, *Psychological Bulletin*
/// 114:542–551); as a Shapley value Lipovetsky & Conklin 2001, *Applied Stochastic Models in
/// Business and Industry* 17:319–330. The values sum to R².
///
/// `among` are the correlations of the drivers (positive definite), `with_outcome` each
/// driver's correlation with the outcome.
///
/// All 2^p models are visited by taking each driver in or leaving it out, one after the other;
/// taking it in is one pivot on what remains. A pivot on the m drivers that remain costs about
/// m²/2 steps and there are 2^(p − m) of them, so that the whole costs a handful of steps a
/// model, however many drivers.
#[must_use]
pub fn shapley(among: &DMatrix<f64>, with_outcome: &[f64]) -> Vec<f64> {
    let drivers = with_outcome.len();
    if drivers == 0 {
        return Vec::new();
    }
    let width = drivers + 1;
    let mut first = vec![0.0; width * width];
    for a in 0..drivers {
        for b in a..drivers {
            first[a * width + b] = among[(a, b)];
        }
        first[a * width + drivers] = with_outcome[a];
    }
    let mut walk = Walk {
        drivers,
        width,
        chances: chances(drivers),
        levels: vec![first; width],
        with: vec![0.0; drivers],
    };
    let (_, without) = walk.from(0, 0, 0.0);
    walk.with.iter().map(|with| with - without).collect()
}

/// w(s) = s! (p − 1 − s)! / p!: how much a model of s drivers counts for one that enters next.
/// The last entry, for the model of all drivers, is 0: nobody can enter it.
fn chances(drivers: usize) -> Vec<f64> {
    let p = drivers as f64;
    let mut chances = vec![0.0; drivers + 1];
    // w(0) = 1/p, and w(s) / w(s − 1) = s / (p − s).
    chances[0] = 1.0 / p;
    for s in 1..drivers {
        chances[s] = chances[s - 1] * s as f64 / (p - s as f64);
    }
    chances
}

struct Walk {
    drivers: usize,
    width: usize,
    chances: Vec<f64>,
    /// What remains after as many drivers were taken in: upper triangles, outcome last.
    levels: Vec<Vec<f64>>,
    /// For each driver Σ over the models S with it of R²(S) · (w(|S| − 1) + w(|S|)).
    with: Vec<f64>,
}

impl Walk {
    /// Goes through all models that agree with what was decided on the drivers before `next`,
    /// of which `taken` were taken in for an R² of `r2`. Gives, over those models, the sums of
    /// R²(S) · (w(|S| − 1) + w(|S|)) and of R²(S) · w(|S|).
    fn from(&mut self, next: usize, taken: usize, r2: f64) -> (f64, f64) {
        if next == self.drivers {
            let without = self.chances[taken];
            let with = if taken == 0 {
                without
            } else {
                without + self.chances[taken - 1]
            };
            return (with * r2, without * r2);
        }
        let width = self.width;
        let line = next * width;
        let (before, after) = self.levels.split_at_mut(taken + 1);
        let (source, target) = (&before[taken], &mut after[0]);
        let pivot = source[line + next];
        let with_outcome = source[line + self.drivers];
        for a in next + 1..self.drivers {
            let factor = source[line + a] / pivot;
            let from = a * width;
            for b in a..width {
                target[from + b] = source[from + b] - factor * source[line + b];
            }
        }
        let taken_in = self.from(
            next + 1,
            taken + 1,
            r2 + with_outcome * with_outcome / pivot,
        );
        self.with[next] += taken_in.0;
        let left_out = self.from(next + 1, taken, r2);
        (taken_in.0 + left_out.0, taken_in.1 + left_out.1)
    }
}

/// The Shapley value of any fit, given for every model: `fits[mask]` is the fit of the model
/// of those drivers whose bit is set, `fits[0]` that of none. The values sum to the last entry
/// less the first.
///
/// # Panics
/// When there are not 2^drivers fits.
#[must_use]
pub fn shapley_of_fits(fits: &[f64], drivers: usize) -> Vec<f64> {
    assert_eq!(fits.len(), 1 << drivers, "one fit for each set of drivers");
    let chances = chances(drivers.max(1));
    let mut values = vec![0.0; drivers];
    for (mask, fit) in fits.iter().enumerate() {
        let size = mask.count_ones() as usize;
        for (driver, value) in values.iter_mut().enumerate() {
            if mask & (1 << driver) == 0 {
                *value += chances[size] * (fits[mask | 1 << driver] - fit);
            }
        }
    }
    values
}
