//! Whether the process lives, whether it can serve, and its numbers.

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use metrics_exporter_prometheus::PrometheusHandle;

use crate::base::app::App;
use crate::base::problem::Problem;

/// `/healthz` (the process lives) and `/readyz` (the store answers).
pub fn routes() -> Router<App> {
    Router::new()
        .route("/healthz", get(async || "ok"))
        .route("/readyz", get(ready))
}

/// `/metrics` in the Prometheus text format.
pub fn metrics(handle: PrometheusHandle) -> Router<App> {
    Router::new().route("/metrics", get(async move || handle.render()))
}

async fn ready(State(app): State<App>) -> Response {
    match app.db.pending_migrations().await {
        Ok(pending) if pending.is_empty() => "ready".into_response(),
        Ok(_) => {
            Problem::conflict("not_migrated", "The store waits for `koe migrate`.").into_response()
        }
        Err(error) => Problem::unavailable("The store does not answer.", error).into_response(),
    }
}
