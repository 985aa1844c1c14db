//! Rows of answers, made ready: checked, standardised, and in an order of their own.

use std::collections::BTreeSet;

use super::error::DriverError;
use super::linear::Correlations;
use super::products::CrossProducts;

/// A column of numbers. Whatever is not finite (NaN) is missing.
#[derive(Debug, Clone, Copy)]
pub struct Column<'a> {
    /// Its name, in messages and findings.
    pub name: &'a str,
    /// One value for each row.
    pub values: &'a [f64],
}

/// An outcome, what may drive it, and what each row counts.
#[derive(Debug, Clone)]
pub struct Rows<'a> {
    /// What is to be explained.
    pub outcome: Column<'a>,
    /// What may explain it.
    pub drivers: Vec<Column<'a>>,
    /// What each row counts: above 0 and finite, otherwise the row is left out. `None` when
    /// every row counts the same. Weights that are all equal change nothing, whatever their
    /// size.
    pub weights: Option<&'a [f64]>,
}

impl Rows<'_> {
    /// Names in the order of [`CrossProducts::columns`]: the outcome first.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        self.columns()
            .map(|column| column.name.to_owned())
            .collect()
    }

    fn columns(&self) -> impl Iterator<Item = &Column<'_>> {
        std::iter::once(&self.outcome).chain(&self.drivers)
    }

    /// How many values each column lacks, the outcome first.
    #[must_use]
    pub fn missing(&self) -> Vec<u64> {
        self.columns()
            .map(|column| {
                let lacking = column.values.iter().filter(|value| !value.is_finite());
                lacking.count() as u64
            })
            .collect()
    }

    /// The sums of products over the complete rows.
    ///
    /// # Errors
    /// When columns are named twice or differ in length.
    pub fn products(&self) -> Result<CrossProducts, DriverError> {
        self.check()?;
        let mut products = CrossProducts::new(self.names());
        let mut row = vec![0.0; 1 + self.drivers.len()];
        for place in 0..self.outcome.values.len() {
            for (value, column) in row.iter_mut().zip(self.columns()) {
                *value = column.values[place];
            }
            products.add(&row, self.weight(place));
        }
        Ok(products)
    }

    fn weight(&self, row: usize) -> f64 {
        self.weights.map_or(1.0, |weights| weights[row])
    }

    pub(super) fn check(&self) -> Result<(), DriverError> {
        let expected = self.outcome.values.len();
        let mut names = BTreeSet::new();
        for column in self.columns() {
            if column.values.len() != expected {
                return Err(DriverError::Length {
                    column: column.name.to_owned(),
                    rows: column.values.len(),
                    expected,
                });
            }
            if !names.insert(column.name) {
                return Err(DriverError::NamedTwice {
                    column: column.name.to_owned(),
                });
            }
        }
        match self.weights {
            Some(weights) if weights.len() != expected => Err(DriverError::Length {
                column: "weight".to_owned(),
                rows: weights.len(),
                expected,
            }),
            _ => Ok(()),
        }
    }
}

/// Rows that can be used, each different row once, in ascending order of their values with the
/// columns ordered by name: whatever order rows and columns came in, the same rows lie in the
/// same places, and a resample with the same seed draws the same people.
#[derive(Debug, Clone)]
pub(crate) struct Patterns {
    /// Values, column by column (outcome first), NaN where missing.
    pub columns: Vec<Vec<f64>>,
    /// The weight of one such row.
    pub weights: Vec<f64>,
    /// For each row that can be used, its pattern; ascending.
    pub of_row: Vec<u32>,
    /// Rows left out.
    pub n_dropped: u64,
}

/// Which rows can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Usable {
    /// Those with all values.
    Complete,
    /// Those with at least two values.
    Some,
}

impl Patterns {
    pub fn of(rows: &Rows<'_>, usable: Usable) -> Result<Self, DriverError> {
        rows.check()?;
        let columns: Vec<&Column<'_>> = rows.columns().collect();
        let needed = match usable {
            Usable::Complete => columns.len(),
            Usable::Some => 2,
        };
        let all = rows.outcome.values.len();
        let mut kept: Vec<usize> = (0..all)
            .filter(|&row| {
                let weight = rows.weight(row);
                let values = columns.iter().filter(|c| c.values[row].is_finite());
                weight.is_finite() && weight > 0.0 && values.count() >= needed
            })
            .collect();
        let mut by_name: Vec<usize> = (0..columns.len()).collect();
        by_name.sort_by_key(|&column| columns[column].name);
        // Every missing value is one and the same, and 0 is the same as −0.
        let value = |column: usize, row: usize| {
            let value = columns[column].values[row];
            if value.is_finite() {
                value + 0.0
            } else {
                f64::NAN
            }
        };
        let compare = |&a: &usize, &b: &usize| {
            by_name
                .iter()
                .map(|&column| value(column, a).total_cmp(&value(column, b)))
                .chain([rows.weight(a).total_cmp(&rows.weight(b))])
                .find(|order| order.is_ne())
                .unwrap_or(std::cmp::Ordering::Equal)
        };
        kept.sort_unstable_by(compare);
        let mut patterns = Self {
            columns: vec![Vec::new(); columns.len()],
            weights: Vec::new(),
            of_row: Vec::with_capacity(kept.len()),
            n_dropped: (all - kept.len()) as u64,
        };
        for (place, &row) in kept.iter().enumerate() {
            if place == 0 || compare(&kept[place - 1], &row).is_ne() {
                for (column, values) in patterns.columns.iter_mut().enumerate() {
                    values.push(value(column, row));
                }
                patterns.weights.push(rows.weight(row));
            }
            patterns.of_row.push((patterns.weights.len() - 1) as u32);
        }
        Ok(patterns)
    }

    /// How many rows have each pattern.
    pub fn counts(&self) -> Vec<f64> {
        let mut counts = vec![0.0; self.weights.len()];
        for &pattern in &self.of_row {
            counts[pattern as usize] += 1.0;
        }
        counts
    }

    /// The patterns one by one: their values, the outcome first, with the weight of one row.
    pub fn products(&self, names: Vec<String>) -> CrossProducts {
        let mut products = CrossProducts::new(names);
        let mut row = vec![0.0; self.columns.len()];
        for &pattern in &self.of_row {
            for (value, column) in row.iter_mut().zip(&self.columns) {
                *value = column[pattern as usize];
            }
            products.add(&row, self.weights[pattern as usize]);
        }
        products.n_dropped = self.n_dropped;
        products
    }

    /// Subtracts the means and divides by the spreads.
    pub fn standardise(&mut self, correlations: &Correlations) {
        for (place, column) in self.columns.iter_mut().enumerate() {
            let (mean, spread) = (correlations.means[place], correlations.spreads[place]);
            for value in column {
                *value = (*value - mean) / spread;
            }
        }
    }
}
