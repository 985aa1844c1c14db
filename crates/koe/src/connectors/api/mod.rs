//! The operations of `connectors`.

mod conversions;
mod imports;
mod upload;

use axum::extract::DefaultBodyLimit;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::base::app::App;

/// The routes of this slice.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(imports::list_imports, imports::create_import))
        .routes(routes!(imports::show_import))
        .routes(routes!(imports::put_import_mapping))
        .routes(routes!(imports::run_import))
        .routes(routes!(imports::download_import_errors))
        .routes(routes!(imports::list_import_mappings))
        .routes(routes!(conversions::convert_survey_file))
        // Files are streamed and measured by the operations themselves.
        .layer(DefaultBodyLimit::disable())
}
