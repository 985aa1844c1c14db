//! Whether the process lives, whether it can serve, and its numbers.

use std::path::Path;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{Request, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::sync::Mutex;

use crate::base::app::App;
use crate::base::db::Engine;
use crate::base::experience;
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
    let (events, due_ms) = outbox::waiting(&mut tx).await?;
    let (rows, files) = experience::sizes(&mut tx).await?;
    drop(tx);
    let overdue_ms = due_ms.map_or(0, |due_ms| (app.clock.now_ms() - due_ms).max(0));
    metrics::gauge!("koe_outbox_waiting").set(events as f64);
    metrics::gauge!("koe_outbox_overdue_seconds").set(overdue_ms as f64 / 1_000.0);
    metrics::gauge!("koe_lake_pending_rows").set(rows as f64);
    metrics::gauge!("koe_lake_files").set(files as f64);
    Ok(handle.render())
}

/// Upper ends of the classes in which times of requests are counted, in seconds.
const CLASSES: [f64; 10] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];

/// Begins to count what [`metrics`] shows.
///
/// # Errors
/// When the process counts already.
pub fn count() -> anyhow::Result<PrometheusHandle> {
    let counted = metrics_exporter_prometheus::PrometheusBuilder::new();
    let handle = counted.set_buckets(&CLASSES)?.install_recorder()?;
    let sums = handle.clone();
    // Times are kept one by one until somebody sums them up, and perhaps nobody asks for them.
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(Duration::from_secs(5)).await;
            sums.run_upkeep();
        }
    });
    Ok(handle)
}

/// Notes how long a request took, by what it was for and how it was answered.
pub async fn measure(request: Request, next: Next) -> Response {
    let part = match request.uri().path() {
        path if path.starts_with("/s/") => "answer_page",
        path if path.starts_with("/api/responses") && request.method() == Method::POST => "intake",
        path if path.starts_with("/api/") => "api",
        _ => "application",
    };
    let begun = Instant::now();
    let response = next.run(request).await;
    let status = response.status().as_str().to_owned();
    metrics::histogram!("koe_request_seconds", "part" => part, "status" => status)
        .record(begun.elapsed());
    response
}

/// How long what was found about the folders holds: whoever asks all the time does not keep the
/// disk busy.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// How long the store may take to answer before it counts as away.
const PATIENCE: Duration = Duration::from_secs(5);

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
    let asked = tokio::time::timeout(PATIENCE, app.db.pending_migrations()).await;
    match asked.map_err(anyhow::Error::from).flatten() {
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
