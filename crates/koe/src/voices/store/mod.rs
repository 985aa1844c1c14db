//! The SQL of `voices`.

mod filter;
mod search;
mod tables;
mod write;

pub use filter::{Confidential, Filter};
pub use search::{Found, Group, Page, confidential_counts, groups, page};
pub use tables::TABLES;
pub use write::{astray, forget, replace};
