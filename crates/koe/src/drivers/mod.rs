//! Drivers: what decides an outcome, as analyses that are saved and made again.
//!
//! Invariants: a ranking leaves here only with its intervals, and not at all
//! where a rule refuses it; every number comes from sums over all records in
//! the scope of who asks, never from a sample; results of confidential
//! programmes are suppressed before they leave; a kept result is shown only
//! while everything it rests on is the same.

mod api;
mod model;
mod plan;
mod propose;
mod run;
mod store;
mod tables;
mod view;

pub use api::routes;
pub use tables::TABLES;
