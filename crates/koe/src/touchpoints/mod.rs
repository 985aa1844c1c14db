//! Touchpoints (where an experience is met), offerings (products and
//! services), and the stages of the whole cycle.
//!
//! Invariants: a touchpoint's code is unique in its organisation and never
//! reused; what is archived stays readable, because records name it.

mod api;
mod model;
mod store;
mod tables;

pub use api::routes;
pub use model::{Channel, Experience, Offering, Stage, Touchpoint};
pub use store::{get, insert, list};
pub use tables::TABLES;
