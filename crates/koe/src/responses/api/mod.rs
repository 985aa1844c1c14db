//! The operations of `responses`.

mod results;
mod submit;
mod table;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::base::app::App;

/// The routes of this slice.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(submit::submit_response))
        .routes(routes!(submit::submit_responses))
        .routes(routes!(table::list_responses))
        .routes(routes!(results::survey_results))
        .routes(routes!(table::correct_response, table::delete_response))
}
