//! Metrics: a formula over questions and fields of one or several streams,
//! with direction and target, and its results with interval and test.
//!
//! Invariants: a number never leaves here without n, interval and method;
//! transactional and relational programmes are never averaged silently;
//! results of confidential programmes are suppressed before they leave.

mod api;
mod ask;
mod breaks;
mod measured;
mod model;
mod question;
mod resolve;
mod results;
mod store;
mod suggest;
mod tables;

pub use api::{labels, routes};
pub use ask::{ask, check_confidential, dimension};
pub use model::{Definition, Formula, Metric, Source};
pub use question::{Compare, Filter, Grain, Period, ResultsQuery, Split, UnitView};
pub use resolve::{Resolved, resolve};
pub use results::{GroupView, PointView, Results};
pub use store::{all, get, insert};
pub use suggest::{Suggest, usual_formula};
pub use tables::TABLES;
