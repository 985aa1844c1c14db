//! Voices: every free text of every record in one list, searched and
//! filtered as figures are, and read for what it judges and speaks of.
//!
//! Invariants: the words shown are the record's own words of this moment; a
//! voice is listed only to whoever may see its unit; personal data are masked
//! unless somebody who may read them asks, which the audit log then tells;
//! voices said in confidence show neither place, person nor day, and only
//! among enough others, and are never counted by what they say.

mod api;
mod confidential;
mod facets;
mod jobs;
mod model;
mod query;
mod reading;
mod search;
mod store;
mod topics;
mod tree;
mod trial;

pub use api::{PersonalSpan, routes};
pub use jobs::{Read, Repair, Reread};
pub use model::show;
pub use store::{TABLES, forget};
pub use tree::keep as keep_topics;
