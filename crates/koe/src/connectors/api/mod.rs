//! The operations of `connectors`.

mod conversions;
mod faults;
mod imports;
mod mappings;
mod upload;

use axum::extract::DefaultBodyLimit;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::base::app::App;

/// The routes of this slice.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(imports::list_imports, imports::create_import))
        .routes(routes!(imports::show_import, imports::discard_import))
        .routes(routes!(imports::run_import))
        .routes(routes!(imports::stop_import))
        .routes(routes!(imports::show_import_limits))
        .routes(routes!(mappings::look_at_import))
        .routes(routes!(mappings::put_import_mapping))
        .routes(routes!(mappings::list_import_mappings))
        .routes(routes!(mappings::forget_import_mapping))
        .routes(routes!(faults::list_import_faults))
        .routes(routes!(faults::download_import_errors))
        .routes(routes!(conversions::convert_survey_file))
        // Files are streamed and measured by the operations themselves.
        .layer(DefaultBodyLimit::disable())
}
