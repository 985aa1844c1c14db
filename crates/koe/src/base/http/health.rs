//! Whether the process lives, whether it can serve, and its numbers.

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use metrics_exporter_prometheus::PrometheusHandle;

use crate::base::app::App;
use crate::base::outbox;
use crate::base::problem::{Outcome, Problem};

/// `/healthz` (the process lives) and `/readyz` (the store answers).
pub fn routes() -> Router<App> {
    Router::new()
        .route("/healthz", get(async || "ok"))
        .route("/readyz", get(ready))
}

/// `/metrics` in the Prometheus text format.
pub fn metrics(handle: PrometheusHandle) -> Router<App> {
    Router::new().route(
        "/metrics",
        get(async move |State(app): State<App>| numbers(&app, &handle).await),
    )
}

async fn numbers(app: &App, handle: &PrometheusHandle) -> Outcome<String> {
    let mut tx = app.db.read().await?;
    let waiting = outbox::waiting(&mut tx).await?;
    drop(tx);
    metrics::gauge!("koe_outbox_waiting").set(waiting as f64);
    Ok(handle.render())
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
