//! Loyalty value: what customers are likely still worth, from what they
//! bought, as analyses that are saved and made again.
//!
//! Invariants: every value comes from all purchases in the scope of who asks;
//! a figure leaves with how many customers it rests on, its interval and its
//! method, and not at all where a rule refuses it; single customers are named
//! only to those who may see people, and their pseudonyms leave the kept
//! results when somebody is erased; a kept result is shown only while
//! everything it rests on is the same.

mod api;
mod finding;
mod making;
mod model;
mod plan;
mod propose;
mod run;
mod store;
mod tables;
mod view;

pub use api::routes;
pub use store::forget_results;
pub use tables::TABLES;
