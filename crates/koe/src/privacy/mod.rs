//! Privacy: the erasure of a person, the end of the time for which answers
//! were promised to be kept, and the receipts that say what was removed and
//! when nothing was left.
//!
//! Invariants: one transaction takes the person's rows out of every answer
//! and cuts each pseudonym from the person; a receipt and the audit log hold
//! no word of the person; a receipt is complete only when no file on disk
//! holds a row of theirs.

mod api;
mod jobs;
mod model;
mod promise;
mod retain;
mod store;
mod tables;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::base::app::App;

pub use jobs::Complete;
pub use retain::Retain;
pub use tables::TABLES;

/// The routes of this slice.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(api::erase_customer))
        .routes(routes!(api::list_erasures))
        .routes(routes!(api::show_erasure))
        .routes(routes!(api::show_retention))
        .routes(routes!(api::list_retention_runs))
}
