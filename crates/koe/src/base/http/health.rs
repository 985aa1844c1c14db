//! Whether the process lives, whether it can serve, and its numbers.

use std::path::Path;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::sync::Mutex;

use crate::base::app::App;
use crate::base::db::Engine;
use crate::base::outbox;
use crate::base::problem::{Outcome, Problem};
use crate::base::room;

/// `/healthz` (the process lives) and `/readyz` (the store answers, and the folders
/// take something).
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

/// How long what was found about the folders holds: whoever asks all the time does not keep the
/// disk busy.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// What was found about the folders, and when.
#[derive(Default)]
struct Looked(Mutex<Option<(Instant, Folders)>>);

/// What the system answered where it takes nothing.
#[derive(Clone, Default)]
struct Folders {
    data: Option<String>,
    lake: Option<String>,
}

async fn folders(app: &App) -> Folders {
    let looked = app.slots.get_or_make(Looked::default);
    let mut looked = looked.0.lock().await;
    if let Some((at, found)) = &*looked
        && at.elapsed() < LOOK_AGAIN
    {
        return found.clone();
    }
    let data = app.config.store.data.clone();
    let found = tokio::task::spawn_blocking(move || {
        let said = |folder: &Path| room::try_folder(folder).err().map(|e| e.to_string());
        Folders {
            lake: said(&data.join("lake")),
            data: said(&data),
        }
    })
    .await
    .unwrap_or_default();
    *looked = Some((Instant::now(), found.clone()));
    found
}

async fn ready(State(app): State<App>) -> Response {
    match app.db.pending_migrations().await {
        Ok(pending) if pending.is_empty() => {}
        Ok(_) => {
            return Problem::conflict("not_migrated", "The store waits for `koe migrate`.")
                .into_response();
        }
        Err(error) => {
            return Problem::unavailable("The store does not answer.", error).into_response();
        }
    }
    let folders = folders(&app).await;
    if let (Engine::Sqlite, Some(said)) = (app.db.engine(), &folders.data) {
        return Problem::unavailable(
            format!("The data folder takes nothing ({said}); answers are refused."),
            anyhow::anyhow!("the data folder takes nothing"),
        )
        .into_response();
    }
    match folders.lake.or(folders.data) {
        None => "ready".into_response(),
        // Answers are still kept, so those who distribute requests need not go elsewhere.
        Some(said) => format!(
            "ready; the lake folder takes nothing ({said}): answers stay in the store until there \
             is room, and imports are refused"
        )
        .into_response(),
    }
}
