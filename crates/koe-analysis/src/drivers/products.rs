//! Sums of products of columns: all that a linear model needs, in a form that merges.

use serde::{Deserialize, Serialize};

use super::error::DriverError;

/// Number of rows, means and products about the means of several columns, over the rows in
/// which each of them has a value.
///
/// Parts (files, months, shops) merge in any order into the summary of the whole, without loss
/// of precision (Chan, Golub & LeVeque 1979, Stanford STAN-CS-79-773, for each product).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CrossProducts {
    /// Names of the columns: for drivers the outcome first, then the drivers; for a path model
    /// its indicators in any order.
    pub columns: Vec<String>,
    /// Rows in which every column has a value.
    pub n: u64,
    /// Rows that were left out for want of a value or of a weight above zero.
    pub n_dropped: u64,
    /// Σw over the rows used; `n` when nobody is weighted.
    pub weight: f64,
    /// Σw²; `n` when nobody is weighted.
    pub weight_squared: f64,
    /// Weighted mean of each column; 0 when there are no rows.
    pub means: Vec<f64>,
    /// Σw(x − mean x)(y − mean y) as a full symmetric matrix, row by row.
    pub centred: Vec<f64>,
}

impl CrossProducts {
    /// No rows yet of these columns.
    #[must_use]
    pub fn new<S: Into<String>>(columns: impl IntoIterator<Item = S>) -> Self {
        let columns: Vec<String> = columns.into_iter().map(Into::into).collect();
        let width = columns.len();
        Self {
            columns,
            n: 0,
            n_dropped: 0,
            weight: 0.0,
            weight_squared: 0.0,
            means: vec![0.0; width],
            centred: vec![0.0; width * width],
        }
    }

    /// From what a query engine sums over the complete rows: how many, how many were
    /// incomplete, Σw and Σw² (both `n` when nobody is weighted), Σwx of each column and Σwxy
    /// of each two as a full matrix. Subtracting the means afterwards costs about twice as
    /// many digits as a mean has more than its spread: nothing on scales of answers.
    ///
    /// # Panics
    /// When the sums are not of as many columns as there are names.
    #[must_use]
    pub fn from_sums(
        columns: Vec<String>,
        n: u64,
        n_dropped: u64,
        (weight, weight_squared): (f64, f64),
        sums: &[f64],
        products: &[Vec<f64>],
    ) -> Self {
        let width = columns.len();
        assert_eq!(sums.len(), width, "one sum for each column");
        assert_eq!(products.len(), width, "one line of products a column");
        let divisor = if weight > 0.0 { weight } else { 1.0 };
        let means: Vec<f64> = sums.iter().map(|sum| sum / divisor).collect();
        let mut centred = Vec::with_capacity(width * width);
        for (row, line) in products.iter().enumerate() {
            assert_eq!(line.len(), width, "one product for each two columns");
            for (column, product) in line.iter().enumerate() {
                centred.push(product - means[row] * sums[column]);
            }
        }
        Self {
            columns,
            n,
            n_dropped,
            weight,
            weight_squared,
            means,
            centred,
        }
    }

    /// Adds one row with its weight (1 when nobody is weighted). A row in which a value is not
    /// finite, or whose weight is not positive and finite, is counted as dropped.
    ///
    /// # Panics
    /// When the row has not as many values as there are columns.
    pub fn add(&mut self, row: &[f64], weight: f64) {
        let width = self.columns.len();
        assert_eq!(row.len(), width, "one value for each column");
        let usable = weight.is_finite() && weight > 0.0;
        if !usable || row.iter().any(|value| !value.is_finite()) {
            self.n_dropped += 1;
            return;
        }
        let total = self.weight + weight;
        let step = weight / total;
        let factor = self.weight * step;
        let apart: Vec<f64> = row
            .iter()
            .zip(&self.means)
            .map(|(x, mean)| x - mean)
            .collect();
        for a in 0..width {
            for b in a..width {
                let product = factor * apart[a] * apart[b];
                self.centred[a * width + b] += product;
                if a != b {
                    self.centred[b * width + a] += product;
                }
            }
        }
        for (mean, apart) in self.means.iter_mut().zip(&apart) {
            *mean += apart * step;
        }
        self.n += 1;
        self.weight = total;
        self.weight_squared += weight * weight;
    }

    /// Adds the rows of `other`.
    ///
    /// # Errors
    /// When `other` was summed over other columns.
    pub fn merge(&mut self, other: &Self) -> Result<(), DriverError> {
        if let Some(column) = first_difference(&self.columns, &other.columns) {
            return Err(DriverError::DifferentColumns { column });
        }
        self.n_dropped += other.n_dropped;
        if other.n == 0 {
            return Ok(());
        }
        let width = self.columns.len();
        let total = self.weight + other.weight;
        let share = other.weight / total;
        let apart: Vec<f64> = (0..width).map(|a| other.means[a] - self.means[a]).collect();
        for a in 0..width {
            for b in 0..width {
                self.centred[a * width + b] +=
                    other.centred[a * width + b] + self.weight * share * apart[a] * apart[b];
            }
        }
        for (mean, apart) in self.means.iter_mut().zip(&apart) {
            *mean += apart * share;
        }
        self.n += other.n;
        self.weight = total;
        self.weight_squared += other.weight_squared;
        Ok(())
    }

    /// The summary of the whole from those of its parts; `None` when there is no part.
    ///
    /// # Errors
    /// When the parts were summed over different columns.
    pub fn merged<'a>(
        parts: impl IntoIterator<Item = &'a Self>,
    ) -> Result<Option<Self>, DriverError> {
        let mut parts = parts.into_iter();
        let Some(mut whole) = parts.next().cloned() else {
            return Ok(None);
        };
        for part in parts {
            whole.merge(part)?;
        }
        Ok(Some(whole))
    }

    /// The number of unweighted rows that would carry as much information: (Σw)² / Σw² (Kish
    /// 1965, *Survey Sampling*, section 11.7).
    #[must_use]
    pub fn n_effective(&self) -> f64 {
        if self.weight_squared > 0.0 {
            (self.weight * self.weight / self.weight_squared).min(self.n as f64)
        } else {
            0.0
        }
    }
}

pub(super) fn first_difference(own: &[String], other: &[String]) -> Option<String> {
    let longest = own.len().max(other.len());
    (0..longest).find_map(|place| match (own.get(place), other.get(place)) {
        (Some(a), Some(b)) if a == b => None,
        (_, Some(name)) | (Some(name), None) => Some(name.clone()),
        (None, None) => None,
    })
}
