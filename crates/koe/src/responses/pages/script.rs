//! The small script that makes answer pages smooth, embedded. The folder may
//! be empty, so that the server builds without Node; pages work without it.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use rust_embed::Embed;
use sha2::{Digest, Sha256};

use crate::base::hexadecimal::hexadecimal;

#[derive(Embed)]
#[folder = "../../respond/dist"]
#[allow_missing = true]
struct Built;

/// `/s/-/respond-<content>.js`, while the script was built.
static ADDRESS: LazyLock<Option<String>> = LazyLock::new(|| {
    let file = Built::get("respond.js")?;
    let digest = Sha256::digest(&file.data);
    let content = hexadecimal(&digest[..6]);
    Some(format!("/s/-/respond-{content}.js"))
});

/// Where pages load it from; its name changes with its content.
pub fn address() -> Option<&'static str> {
    ADDRESS.as_deref()
}

/// Serves it.
pub async fn serve(Path(name): Path<String>) -> Response {
    let wanted = address().is_some_and(|address| address.strip_prefix("/s/-/") == Some(&name));
    match Built::get("respond.js").filter(|_| wanted) {
        Some(file) => (
            [
                (header::CONTENT_TYPE, "text/javascript; charset=utf-8"),
                (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
            ],
            file.data,
        )
            .into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
