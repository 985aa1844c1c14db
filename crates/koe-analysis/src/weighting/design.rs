//! How answers were drawn.

use std::collections::{BTreeMap, BTreeSet};

use super::WeightingError;

/// The columns that describe a design, row by row; what is not given does not apply.
#[derive(Debug, Clone, Copy, Default)]
pub struct DesignColumns<'a> {
    /// How many people a row stands for. Without it, what `fpc` says, or 1.
    pub weights: Option<&'a [f64]>,
    /// The part of the population that was drawn from separately.
    pub strata: Option<&'a [String]>,
    /// What was drawn first: the shop, the day, the school. Names count within their
    /// stratum.
    pub clusters: Option<&'a [String]>,
    /// How many units (clusters, or people without clusters) the stratum has; or, up to 1,
    /// the share of them that was drawn.
    pub fpc: Option<&'a [f64]>,
}

/// A stratum: how many first-stage units it gave, and what is left to chance.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Stratum {
    pub name: String,
    pub units: usize,
    /// 1 − the share of the units that was drawn; 1 for a population without end.
    pub left: f64,
}

/// A sampling design, checked.
#[derive(Debug, Clone, PartialEq)]
pub struct Design {
    pub(super) weights: Vec<f64>,
    /// For each row its first-stage unit.
    pub(super) unit: Vec<usize>,
    /// For each unit its stratum.
    pub(super) stratum_of: Vec<usize>,
    pub(super) strata: Vec<Stratum>,
    /// Whether there is more to it than weights.
    pub(super) structured: bool,
    /// The steps of the raking that made the weights, to be taken out of every influence.
    pub(super) calibration: Vec<Calibration>,
}

/// One margin of a raking: for each row its cell and its weight after the margin was met,
/// and the weights before the raking.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Calibration {
    pub cell: Vec<usize>,
    pub cells: usize,
    pub weights: Vec<f64>,
    pub base: Vec<f64>,
}

impl Design {
    /// A design of `rows` rows.
    ///
    /// # Errors
    /// When a column has another length, or a weight or finite population makes no sense.
    pub fn new(rows: usize, columns: &DesignColumns<'_>) -> Result<Self, WeightingError> {
        if rows == 0 {
            return Err(WeightingError::Empty);
        }
        let lengths = [
            ("weight", columns.weights.map(<[f64]>::len)),
            ("strata", columns.strata.map(<[String]>::len)),
            ("cluster", columns.clusters.map(<[String]>::len)),
            ("fpc", columns.fpc.map(<[f64]>::len)),
        ];
        for (column, length) in lengths {
            if let Some(length) = length.filter(|&length| length != rows) {
                return Err(WeightingError::Length {
                    column: column.to_owned(),
                    rows: length,
                    expected: rows,
                });
            }
        }
        let positive = |values: &[f64]| values.iter().position(|v| !(v.is_finite() && *v > 0.0));
        if let Some(index) = columns.weights.and_then(positive) {
            return Err(WeightingError::Weight { row: index + 1 });
        }
        if let Some(index) = columns.fpc.and_then(positive) {
            return Err(WeightingError::Fpc { row: index + 1 });
        }
        let mut stratum_ids: BTreeMap<&str, usize> = BTreeMap::new();
        let mut unit_ids: BTreeMap<(usize, &str), usize> = BTreeMap::new();
        let mut strata: Vec<Stratum> = Vec::new();
        let mut populations: Vec<Option<f64>> = Vec::new();
        let mut stratum_of = Vec::new();
        let mut unit = Vec::with_capacity(rows);
        for row in 0..rows {
            let name = columns.strata.map_or("", |strata| strata[row].as_str());
            let population = columns.fpc.map(|fpc| fpc[row]);
            let stratum = *stratum_ids.entry(name).or_insert_with(|| {
                strata.push(Stratum {
                    name: name.to_owned(),
                    units: 0,
                    left: 1.0,
                });
                populations.push(population);
                strata.len() - 1
            });
            if populations[stratum] != population {
                return Err(WeightingError::FpcVaries {
                    stratum: name.to_owned(),
                });
            }
            let mut new_unit = || {
                strata[stratum].units += 1;
                stratum_of.push(stratum);
                stratum_of.len() - 1
            };
            unit.push(match columns.clusters {
                None => new_unit(),
                Some(clusters) => *unit_ids
                    .entry((stratum, clusters[row].as_str()))
                    .or_insert_with(new_unit),
            });
        }
        for (stratum, population) in strata.iter_mut().zip(&populations) {
            let Some(population) = *population else {
                continue;
            };
            let drawn = stratum.units as f64;
            let share = if population <= 1.0 {
                population
            } else {
                drawn / population
            };
            if share > 1.0 {
                return Err(WeightingError::FpcTooSmall {
                    stratum: stratum.name.clone(),
                    drawn: stratum.units,
                    population,
                });
            }
            stratum.left = 1.0 - share;
        }
        let weights = match (columns.weights, columns.fpc) {
            (Some(weights), _) => weights.to_vec(),
            (None, Some(_)) => unit
                .iter()
                .map(|&unit| 1.0 / (1.0 - strata[stratum_of[unit]].left))
                .collect(),
            (None, None) => vec![1.0; rows],
        };
        let structured =
            columns.strata.is_some() || columns.clusters.is_some() || columns.fpc.is_some();
        Ok(Self {
            weights,
            unit,
            stratum_of,
            strata,
            structured,
            calibration: Vec::new(),
        })
    }

    /// The weight of each row.
    #[must_use]
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// How many first-stage units there are: clusters, or rows without clusters.
    #[must_use]
    pub fn units(&self) -> usize {
        self.stratum_of.len()
    }

    /// Degrees of freedom: units less strata.
    #[must_use]
    pub fn freedom(&self) -> f64 {
        (self.units() - self.strata.len()) as f64
    }

    /// Strata of which one unit was drawn: nothing within them says how units differ, and
    /// their variance is taken from how far they lie from the mean of all units.
    #[must_use]
    pub fn lonely_strata(&self) -> Vec<&str> {
        let lonely = self.strata.iter().filter(|s| s.units == 1 && s.left > 0.0);
        lonely.map(|stratum| stratum.name.as_str()).collect()
    }

    /// Whether rows are bound together: by strata, clusters, a finite population or a raking.
    #[must_use]
    pub fn is_structured(&self) -> bool {
        self.structured || !self.calibration.is_empty()
    }

    /// How many first-stage units some rows come from.
    pub(crate) fn units_of(&self, rows: &[usize]) -> usize {
        let units: BTreeSet<usize> = rows.iter().map(|&row| self.unit[row]).collect();
        units.len()
    }

    /// Whether it says nothing that the plain formulas do not know: no strata, clusters or
    /// finite population, and weights that are all the same.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        let same = |weight: &f64| weight.to_bits() == self.weights[0].to_bits();
        !self.is_structured() && self.weights.iter().all(same)
    }
}
