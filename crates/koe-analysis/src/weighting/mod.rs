//! Answers that stand for more people than one: sampling designs, and weights that make a
//! sample look like the population.
//!
//! - [`Design`] is how the answers were drawn: weights, strata, clusters, finite population.
//!   Its means, totals and their standard errors follow from it.
//! - [`rake`] finds weights with which the sample has the margins of the population;
//!   post-stratification is raking to one margin.

mod design;
mod rake;
mod taylor;

#[cfg(test)]
mod tests;

use std::fmt;

pub use design::{Design, DesignColumns};
pub use rake::{
    CellFit, Margin, MarginFit, RakeOptions, Raked, Trim, WeightingSummary, WeightingWarning, rake,
};
pub use taylor::Estimate;

/// Why a design or weights cannot be made. Rows are counted from 1.
#[derive(Debug, Clone, PartialEq)]
pub enum WeightingError {
    /// No rows.
    Empty,
    /// A column with another number of rows than the others.
    Length {
        /// Which column: `weight`, `strata`, `cluster`, `fpc`, or the name of a margin.
        column: String,
        /// How many rows it has.
        rows: usize,
        /// How many it should have.
        expected: usize,
    },
    /// A weight that is not a positive number.
    Weight {
        /// The row at fault.
        row: usize,
    },
    /// A finite population that is not a positive number.
    Fpc {
        /// The row at fault.
        row: usize,
    },
    /// A stratum with more than one finite population.
    FpcVaries {
        /// Which stratum.
        stratum: String,
    },
    /// A stratum that is said to have fewer units than were drawn from it.
    FpcTooSmall {
        /// Which stratum.
        stratum: String,
        /// How many units were drawn.
        drawn: usize,
        /// How many there are said to be.
        population: f64,
    },
    /// No margin to weight to.
    NoTargets,
    /// A target that is not a number from 0, or targets of a margin that are all 0.
    Target {
        /// Which margin.
        margin: String,
        /// Which of its cells.
        cell: String,
    },
    /// An answer in a cell for which there is no target.
    NoTarget {
        /// Which margin.
        margin: String,
        /// Which cell.
        cell: String,
    },
    /// A cell of the population without a single answer.
    EmptyCell {
        /// Which margin.
        margin: String,
        /// Which cell.
        cell: String,
    },
    /// Margins that add up to different populations.
    TotalsDiffer {
        /// The first margin.
        first: String,
        /// Its sum.
        first_total: f64,
        /// The margin that differs.
        other: String,
        /// Its sum.
        other_total: f64,
    },
    /// Limits of weights that are not below and above 1.
    Trim,
}

impl fmt::Display for WeightingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("there is no row; check the input"),
            Self::Length {
                column,
                rows,
                expected,
            } => write!(
                f,
                "{column}: {rows} rows where the other columns have {expected}; every row needs \
                 a cell"
            ),
            Self::Weight { row } => write!(
                f,
                "weight: row {row} is not a positive number; give it a weight or leave the row out"
            ),
            Self::Fpc { row } => write!(
                f,
                "fpc: row {row} is not a positive number; give how many units the stratum has, \
                 or the share that was drawn"
            ),
            Self::FpcVaries { stratum } => write!(
                f,
                "fpc: stratum {stratum} has more than one value; give all its rows the same, or \
                 name the column that tells strata apart"
            ),
            Self::FpcTooSmall {
                stratum,
                drawn,
                population,
            } => write!(
                f,
                "fpc: {drawn} units were drawn from stratum {stratum}, which is said to have \
                 {population}; give the number of clusters where clusters were drawn"
            ),
            Self::NoTargets => {
                f.write_str("targets: there is no margin; give at least one with its cells")
            }
            Self::Target { margin, cell } => write!(
                f,
                "targets: {margin}, {cell} is not a number from 0 (or all of the margin is 0); \
                 give how many people, or which share, the population has there"
            ),
            Self::NoTarget { margin, cell } => write!(
                f,
                "{margin}: there are answers of {cell:?} but no target; add it to the targets, \
                 merge it into another cell, or leave these rows out"
            ),
            Self::EmptyCell { margin, cell } => write!(
                f,
                "{margin}: nobody answered of {cell:?}, so no weight can stand for them; merge \
                 the cell with a similar one in the data and in the targets"
            ),
            Self::TotalsDiffer {
                first,
                first_total,
                other,
                other_total,
            } => write!(
                f,
                "targets: {first} adds up to {first_total} and {other} to {other_total}; they \
                 must speak of the same people"
            ),
            Self::Trim => f.write_str(
                "trim: give a least weight below 1 and a greatest above 1, as multiples of the \
                 mean, for example 0.3 and 3",
            ),
        }
    }
}

impl std::error::Error for WeightingError {}
