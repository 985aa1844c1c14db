//! The staff application, embedded. The folder may be empty, so that the
//! server builds without Node; then a page says how to build it.

use axum::http::{StatusCode, Uri, header};
use axum::response::{Html, IntoResponse, Response};
use rust_embed::Embed;

#[derive(Embed)]
#[folder = "../../web/dist"]
#[allow_missing = true]
struct Application;

/// Serves files of the application; every other path is one of its routes.
pub async fn serve(uri: Uri) -> Response {
    let path = uri.path().trim_start_matches('/');
    if let Some(file) = Application::get(path) {
        let kind = mime_guess::from_path(path).first_or_octet_stream();
        // Vite names files under assets/ by their content.
        let caching = if path.starts_with("assets/") {
            "public, max-age=31536000, immutable"
        } else {
            "no-cache"
        };
        return (
            [
                (header::CONTENT_TYPE, kind.as_ref().to_owned()),
                (header::CACHE_CONTROL, caching.to_owned()),
            ],
            file.data,
        )
            .into_response();
    }
    if path.starts_with("api/") || path.starts_with("assets/") {
        return crate::base::problem::Problem::not_found().into_response();
    }
    match Application::get("index.html") {
        Some(page) => (
            [(header::CACHE_CONTROL, "no-cache")],
            Html(page.data.into_owned()),
        )
            .into_response(),
        None => (
            StatusCode::SERVICE_UNAVAILABLE,
            "This binary was built without the staff application. \
             Build it with: cargo xtask demo",
        )
            .into_response(),
    }
}
