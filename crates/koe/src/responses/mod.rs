//! Responses: taking answers from pages, programs and files; correcting and
//! deleting them; results of a survey.
//!
//! Invariants: an answer that was acknowledged is durable and counted exactly
//! once; whatever may be accepted only once carries a key; corrections and
//! deletions flow through to every result, because the lake hears of them in
//! the same transaction.

mod api;
mod chosen;
mod crosstab;
mod erase;
mod expire;
mod export;
mod freeze;
mod intake;
mod lookup;
mod model;
mod pages;
mod places;
mod store;
mod tables;

pub use api::routes;
pub use erase::{Leaving, Left, erase};
pub use expire::{Due, Expired, Trace, expire, find as find_due};
pub use freeze::{Frozen, frozen};
pub use intake::{Accepted, submit};
pub use model::{Context, Submission, Text, texts, words};
pub use pages::{
    DropOff, Forget as ForgetSittings, PageDropOff, PastPage, PastSitting, Within, drop_off,
    forget_customers as forget_customers_sittings, insert_past as insert_past_sittings,
    routes as page_routes,
};
pub use places::{Places, places};
pub use store::{
    CHANGED, Head, content, deleted_of, erased, heads, insert_batch, insert_heads, insert_texts,
    replace_head, revisions, text_fields, texts_of,
};
pub use tables::{TABLES, TEXTS};
