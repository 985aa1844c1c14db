//! The SQL of `voices`.

mod filter;
mod search;
mod write;

pub use filter::{Confidential, Filter};
pub use search::{Found, Group, Page, confidential_counts, groups, page};
pub use write::{astray, forget, replace};
