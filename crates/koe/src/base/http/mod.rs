//! HTTP as every slice speaks it: bodies and queries that name the field at
//! fault in the reader's language, cursor pages, client addresses, limits, assets and the API page.

pub mod assets;
pub mod body;
pub mod client;
pub mod docs;
pub mod health;
pub mod limits;
pub mod paging;
pub mod reader;
pub mod security;

pub use body::{Json, Path, Query, present};
pub use paging::{Listing, PageQuery};
