//! Rules of the analysis of drivers, on made rows; published tables are in the crate's `tests`.

mod findings;
mod properties;
mod refusals;

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{RngCore, SeedableRng};

use super::{Column, Options, Rows};

/// A table of numbers: the outcome first.
#[derive(Debug, Clone)]
pub(super) struct Table {
    pub names: Vec<String>,
    pub columns: Vec<Vec<f64>>,
    pub weights: Option<Vec<f64>>,
}

impl Table {
    pub fn rows(&self) -> Rows<'_> {
        let mut columns = self
            .names
            .iter()
            .zip(&self.columns)
            .map(|(name, values)| Column { name, values });
        Rows {
            outcome: columns.next().unwrap(),
            drivers: columns.collect(),
            weights: self.weights.as_deref(),
        }
    }

    pub fn len(&self) -> usize {
        self.columns[0].len()
    }
}

/// Numbers between 0 and 1, and nearly normal ones.
pub(super) struct Chance(Xoshiro256PlusPlus);

impl Chance {
    pub fn new(seed: u64) -> Self {
        Self(Xoshiro256PlusPlus::seed_from_u64(seed))
    }

    pub fn even(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }

    pub fn bell(&mut self) -> f64 {
        (0..12).map(|_| self.even()).sum::<f64>() - 6.0
    }
}

/// Ratings from 1 to 5 with a halo; the outcome moves by `effects` for one point more.
pub(super) fn ratings(rows: usize, effects: &[f64], halo: f64, seed: u64) -> Table {
    let mut chance = Chance::new(seed);
    let mut columns = vec![Vec::new(); effects.len() + 1];
    for _ in 0..rows {
        let common = halo * chance.bell();
        let mut outcome = chance.bell();
        for (driver, effect) in effects.iter().enumerate() {
            let rating = (3.3 + common + chance.bell()).round().clamp(1.0, 5.0);
            outcome += effect * rating;
            columns[driver + 1].push(rating);
        }
        columns[0].push(outcome);
    }
    Table {
        names: (0..=effects.len())
            .map(|place| match place {
                0 => "outcome".to_owned(),
                driver => format!("q{driver}"),
            })
            .collect(),
        columns,
        weights: None,
    }
}

pub(super) fn plain(bootstrap: usize) -> Options {
    Options {
        bootstrap,
        ..Options::default()
    }
}

#[track_caller]
pub(super) fn close(found: f64, expected: f64, within: f64) {
    assert!(
        (found - expected).abs() <= within * (1.0 + expected.abs()),
        "{found} is not {expected}"
    );
}
