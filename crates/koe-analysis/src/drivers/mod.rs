//! What drives an outcome? Relative importance of drivers, with what one point more would bring.
//!
//! Drivers of a survey overlap: who rates one thing well rates others well, too. A correlation
//! counts the overlap for each of them and a regression coefficient for none in particular. The
//! methods here share R² out among the drivers so that the parts sum to the whole:
//!
//! - [`shapley`]: the gain in R² of each driver, as a mean over all orders of entry;
//! - [`relative_weights`]: Johnson's approximation, for many drivers;
//! - both for one of two outcomes, with a logistic model and McFadden's R².
//!
//! [`analyse`] works on rows, [`analyse_parts`] on [`CrossProducts`] and [`analyse_pairs`] on
//! [`PairProducts`], which are all that the linear model needs and which merge over files. They
//! give the same estimates.
//!
//! A finding ranks the drivers only where there are ten rows for each and R² is significant;
//! otherwise `refused` says why, and the parts of R² are given without order.
//!
//! [`asymmetry`] asks whether a driver hurts more when it is bad than it helps when it is good,
//! and [`by_segment`] whether it matters more to some than to others.

mod analysis;
mod asymmetry;
mod error;
mod finding;
mod johnson;
pub(crate) mod linear;
mod logistic;
mod nps;
mod pairs;
mod products;
mod report;
pub(crate) mod resample;
pub(crate) mod rows;
mod segments;
mod shapley;
pub(crate) mod sums;
mod two_values;

#[cfg(test)]
mod tests;

pub use analysis::{LEAST_PARTS, MOST_DRIVERS, analyse, analyse_parts};
pub use asymmetry::{Asymmetries, Asymmetry, Contrast, Kind, asymmetry, asymmetry_of_sums};
pub use error::DriverError;
pub use finding::{
    Driver, DriverAnalysis, Method, Missing, Model, Note, NoteCode, Options, Potential,
    RelativeWeight,
};
pub use johnson::relative_weights;
pub use linear::ModelTest;
pub use logistic::MOST_LOGISTIC;
pub use nps::nps_contributions;
pub use pairs::{PairProducts, analyse_pairs};
pub use products::CrossProducts;
pub use report::{HALO, HIGH_VIF, ROWS_PER_DRIVER};
pub use rows::{Column, Rows};
pub use segments::{Segment, SegmentDriver, Segments, by_segment};
pub use shapley::{MOST_LINEAR, shapley, shapley_of_fits};
