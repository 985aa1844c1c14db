//! Satisfaction indices: path models with constructs, by partial least squares.
//!
//! A satisfaction index (ACSI, ECSI, JCSI) asks several questions for each of image,
//! expectation, quality, value, satisfaction, loyalty, and says how these lead to one another.
//! [`analyse`] estimates such a model: how much each question counts in its construct, how
//! strongly constructs lead to one another, how much of each is explained, and how reliably each
//! is measured. Everything comes from correlations, so that [`analyse_products`] gives the same
//! from sums that merge over files.
//!
//! Sources: Wold 1982, in Jöreskog & Wold (eds.), *Systems under Indirect Observation* II, 1–54;
//! Lohmöller 1989, *Latent Variable Path Modeling with Partial Least Squares*; Tenenhaus,
//! Esposito Vinzi, Chatelin & Lauro 2005, *Computational Statistics & Data Analysis* 48:159–205.

mod analysis;
mod error;
mod estimate;
mod finding;
mod model;
mod quality;
mod remarks;
mod report;

#[cfg(test)]
mod tests;

pub use analysis::{analyse, analyse_products};
pub use error::PathModelError;
pub use finding::{
    ConstructFinding, Htmt, Indicator, Path, PathModelAnalysis, PathNote, PathNoteCode,
    PathOptions, TotalEffect,
};
pub use model::{Construct, Mode, PathModel, Scheme};
