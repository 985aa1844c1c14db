//! The operations of `responses`.

mod crosstab;
mod export;
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
        .routes(routes!(export::export_responses))
        .routes(routes!(results::survey_results))
        .routes(routes!(crosstab::survey_crosstab))
        .routes(routes!(
            table::show_response,
            table::correct_response,
            table::delete_response
        ))
}
