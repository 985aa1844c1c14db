//! Voices: every free text of every record in one list, searched and
//! filtered as figures are.
//!
//! Invariants: the words shown are the record's own words of this moment; a
//! voice is listed only to whoever may see its unit; personal data are masked
//! unless somebody who may read them asks, which the audit log then tells;
//! voices said in confidence show neither place, person nor day, and only
//! among enough others.

mod api;
mod confidential;
mod facets;
mod jobs;
mod model;
mod query;
mod search;
mod store;

pub use api::{PersonalSpan, routes};
pub use jobs::{Read, Repair};
pub use model::show;
pub use store::{TABLES, forget};
