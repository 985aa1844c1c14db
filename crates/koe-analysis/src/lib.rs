//! Numbers and words in, findings out.
//!
//! What holds for the whole crate:
//!
//! - **Pure.** No IO, no async, no clock, no random source: where chance is needed
//!   its seed is an argument. The same arguments give the same finding, on every
//!   machine, on any number of cores and in every language.
//! - **Summaries merge.** Every score is computed from a [`summary::Summary`]
//!   that can be taken over parts (files, months, shops) and merged in any order;
//!   the merged summary gives the finding of the whole, up to floating-point
//!   rounding.
//! - **Weights from the start.** An answer may carry a weight. Weights that are
//!   all equal, whatever their size, change nothing.
//! - **A number never stands alone.** A finding carries how many answers it rests
//!   on, how many could not be used, its interval and the method that gave it.
//! - **"Cannot tell" is a result.** Where the data do not carry an answer the
//!   value, interval, p or language is `None` or says so; nothing panics on data
//!   and nothing is made up.
//! - **The source is named.** Each formula cites where it was published, and the
//!   tests hold it to printed figures.

#![deny(missing_docs)]

pub mod access_log;
pub mod association;
pub mod bands;
pub mod calendar;
pub mod confidence;
pub mod confidential;
pub mod drivers;
pub mod expression;
pub mod forecast;
pub mod inference;
pub mod lifetime;
mod optimise;
pub mod path_model;
pub mod score;
pub mod summary;
pub mod survival;
pub mod tabulation;
pub mod text;
pub mod weighting;
