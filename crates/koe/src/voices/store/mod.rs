//! The SQL of `voices`.

mod filter;
mod search;
mod tables;
mod topics;
mod write;

pub use filter::{Confidential, Filter};
pub use search::{Found, Group, Page, confidential_counts, groups, page};
pub use tables::TABLES;
pub use topics::{StoredTopic, behind, keep_tree, share_read, topic_counts, topics_of, tree};
pub use write::{astray, forget, replace};
