//! Screens that mix slices: the customer's timeline, how much surveys are answered. Last in the order, so
//! that it may read everything; nothing is remembered here.

mod activity;
mod timeline;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::base::app::App;

/// The routes of this slice.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(timeline::customer_timeline))
        .routes(routes!(activity::survey_activity))
}
