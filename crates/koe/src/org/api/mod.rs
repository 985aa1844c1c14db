//! The operations of `org`.

mod actor;
mod session;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::base::app::App;

/// Operations of signed-in members and keys.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
}

/// Operations before sign-in.
pub fn session_routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(
        session::sign_in,
        session::show_session,
        session::sign_out
    ))
}
