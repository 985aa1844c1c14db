//! The operations of `metrics`.

mod definitions;
mod results;
mod trial;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::base::app::App;

pub use results::labels;

/// The routes of this slice.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(
            definitions::list_metrics,
            definitions::create_metric
        ))
        .routes(routes!(
            definitions::show_metric,
            definitions::change_metric
        ))
        .routes(routes!(trial::try_metric))
        .routes(routes!(definitions::list_fields))
        .routes(routes!(results::metric_results))
}
