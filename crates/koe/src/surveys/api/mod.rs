//! The operations of `surveys`.

mod link_filter;
mod links;
mod list;
mod personal;
mod sheets;
mod surveys;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::base::app::App;

pub(super) use links::preview_life_ms;

/// The routes of this slice.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list::list_surveys, surveys::create_survey))
        .routes(routes!(surveys::show_survey, surveys::delete_survey))
        .routes(routes!(surveys::show_draft, surveys::put_draft))
        .routes(routes!(surveys::check_survey))
        .routes(routes!(surveys::publish_survey))
        .routes(routes!(surveys::close_survey))
        .routes(routes!(surveys::reopen_survey))
        .routes(routes!(surveys::duplicate_survey))
        .routes(routes!(surveys::list_versions))
        .routes(routes!(surveys::show_version))
        .routes(routes!(surveys::list_survey_templates))
        .routes(routes!(links::list_links, links::create_link))
        .routes(routes!(personal::create_links))
        .routes(routes!(links::revoke_link))
        .routes(routes!(links::show_qr))
        .routes(routes!(links::sign_addresses))
        .routes(routes!(sheets::print_qr_sheet))
}
