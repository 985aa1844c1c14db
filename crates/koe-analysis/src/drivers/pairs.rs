//! Sums over the rows that each two columns have in common: what pairwise correlations need, in a
//! form that merges.

use nalgebra::DMatrix;
use serde::{Deserialize, Serialize};

use super::analysis::{Counted, check, of_pairs, over_parts};
use super::error::DriverError;
use super::finding::{DriverAnalysis, Missing, Model, Options};
use super::linear::Correlations;
use super::products::{CrossProducts, first_difference};
use super::sums::Layout;

/// Sums of each column and of each two columns over the rows that have both. Parts merge in any
/// order by adding.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PairProducts {
    /// Names of the columns, the outcome first.
    pub columns: Vec<String>,
    /// Rows with at least two values and a weight above zero.
    pub n: u64,
    /// The other rows.
    pub n_dropped: u64,
    /// Σw over the rows used; `n` when nobody is weighted.
    pub weight: f64,
    /// Σw² over the rows used; `n` when nobody is weighted.
    pub weight_squared: f64,
    /// Pair by pair, over the rows that have both, six sums: Σw, Σwx, Σwy, Σwx², Σwy², Σwxy. The
    /// pairs stand in the order (0, 0), (0, 1) … (1, 1), (1, 2) …; a column with itself has the
    /// same six.
    pub sums: Vec<f64>,
}

impl PairProducts {
    /// No rows yet of these columns.
    #[must_use]
    pub fn new<S: Into<String>>(columns: impl IntoIterator<Item = S>) -> Self {
        let columns: Vec<String> = columns.into_iter().map(Into::into).collect();
        let layout = Layout {
            width: columns.len(),
            pairwise: true,
        };
        Self {
            columns,
            n: 0,
            n_dropped: 0,
            weight: 0.0,
            weight_squared: 0.0,
            sums: vec![0.0; layout.features()],
        }
    }

    /// Adds one row with its weight (1 when nobody is weighted); what is not finite is missing. A
    /// row with fewer than two values, or without a weight above zero, is counted as dropped.
    ///
    /// # Panics
    /// When the row has not as many values as there are columns.
    pub fn add(&mut self, row: &[f64], weight: f64) {
        assert_eq!(row.len(), self.columns.len(), "one value for each column");
        let there = row.iter().filter(|value| value.is_finite()).count();
        if there < 2 || !weight.is_finite() || weight <= 0.0 {
            self.n_dropped += 1;
            return;
        }
        self.n += 1;
        self.weight += weight;
        self.weight_squared += weight * weight;
        let mut sums = self.sums.chunks_exact_mut(6);
        for (a, x) in row.iter().enumerate() {
            for (y, sums) in row[a..].iter().zip(&mut sums) {
                if x.is_finite() && y.is_finite() {
                    let more = [1.0, *x, *y, x * x, y * y, x * y];
                    for (sum, more) in sums.iter_mut().zip(more) {
                        *sum += weight * more;
                    }
                }
            }
        }
    }

    /// Adds the rows of `other`.
    ///
    /// # Errors
    /// When `other` was summed over other columns.
    pub fn merge(&mut self, other: &Self) -> Result<(), DriverError> {
        if let Some(column) = first_difference(&self.columns, &other.columns) {
            return Err(DriverError::DifferentColumns { column });
        }
        self.n += other.n;
        self.n_dropped += other.n_dropped;
        self.weight += other.weight;
        self.weight_squared += other.weight_squared;
        for (sum, more) in self.sums.iter_mut().zip(&other.sums) {
            *sum += more;
        }
        Ok(())
    }

    /// Each column by itself, over the rows that have it; of the weights only the sum is known.
    ///
    /// # Panics
    /// Never: each column stands in a pair with itself.
    #[must_use]
    pub fn alone(&self) -> Vec<CrossProducts> {
        let width = self.columns.len();
        let of = |(place, name): (usize, &String)| {
            let pair = place * width - place * place.saturating_sub(1) / 2;
            let sums = &self.sums[6 * pair..6 * pair + 6];
            let (weight, n) = (sums[0], sums[0].round() as u64);
            CrossProducts::from_sums(
                vec![name.clone()],
                n,
                self.n.saturating_sub(n),
                (weight, weight),
                &[sums[1]],
                &[vec![sums[3]]],
            )
        };
        self.columns.iter().enumerate().map(of).collect()
    }

    /// The sums about the given means and in the given spreads.
    fn standardised(&self, about: &Correlations) -> Vec<f64> {
        let width = self.columns.len();
        let mut sums = self.sums.chunks_exact(6);
        let mut standardised = Vec::with_capacity(self.sums.len());
        for a in 0..width {
            for b in a..width {
                let Some(&[w, x, y, xx, yy, xy]) = sums.next() else {
                    continue;
                };
                let (mx, my) = (about.means[a], about.means[b]);
                let (sx, sy) = (about.spreads[a], about.spreads[b]);
                standardised.extend([
                    w,
                    (x - w * mx) / sx,
                    (y - w * my) / sy,
                    (xx - 2.0 * mx * x + w * mx * mx) / (sx * sx),
                    (yy - 2.0 * my * y + w * my * my) / (sy * sy),
                    (xy - my * x - mx * y + w * mx * my) / (sx * sy),
                ]);
            }
        }
        standardised
    }
}

/// Finds what drives the outcome with pairwise missing values, from sums: of the whole, or one for
/// each of several parts. The estimates are those of [`super::analyse`] over the same rows;
/// intervals need as many parts as for [`super::analyse_parts`], made by chance.
///
/// # Errors
/// As [`super::analyse`]; when the parts were summed over different columns; when the options ask
/// for a logistic model or for complete rows.
pub fn analyse_pairs(
    parts: &[PairProducts],
    options: &Options,
) -> Result<DriverAnalysis, DriverError> {
    let Some((first, rest)) = parts.split_first() else {
        return Err(DriverError::NoDrivers);
    };
    let mut whole = first.clone();
    for part in rest {
        whole.merge(part)?;
    }
    check(whole.columns.len().saturating_sub(1), options)?;
    if options.model == Model::Logistic || options.missing == Missing::Listwise {
        return Err(DriverError::NotTogether {
            what: "sums of pairs carry the linear model with pairwise missing values only",
            remedy: "give rows for a logistic model, and sums of products for complete rows",
        });
    }
    let layout = Layout {
        width: whole.columns.len(),
        pairwise: true,
    };
    let mut correlations = Correlations {
        matrix: DMatrix::identity(layout.width, layout.width),
        n_effective: 0.0,
        means: Vec::new(),
        spreads: Vec::new(),
        names: whole.columns.clone(),
    };
    for column in whole.alone() {
        let own = Correlations::of(&column)?;
        correlations.means.push(own.means[0]);
        correlations.spreads.push(own.spreads[0]);
    }
    let sums = whole.standardised(&correlations);
    let (matrix, _) = layout
        .correlations(&sums)
        .ok_or(DriverError::Contradictory)?;
    correlations.matrix = matrix;
    correlations.n_effective = layout.least_pair(&sums) * whole.weight / whole.weight_squared;
    let counted = Counted {
        n: whole.n,
        n_dropped: whole.n_dropped,
        n_missing: None,
    };
    of_pairs(&correlations, counted, options, |correlations| {
        let used: Vec<Vec<f64>> = parts
            .iter()
            .filter(|part| part.n > 0)
            .map(|part| part.standardised(correlations))
            .collect();
        let fill = |from: usize, lines: &mut DMatrix<f64>| {
            for line in 0..lines.nrows() {
                for (place, sum) in used[from + line].iter().enumerate() {
                    lines[(line, place)] = *sum;
                }
            }
        };
        let counts = (parts.len(), used.len());
        over_parts(counts, layout, correlations, options, fill)
    })
}
