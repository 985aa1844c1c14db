//! `koe serve` and `koe worker`.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Context;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tracing_subscriber::EnvFilter;

use crate::base::app::App;
use crate::base::config::Config;
use crate::base::duties;
use crate::base::http::health;
use crate::wiring;

/// Serves until told to stop, then lets what is under way finish.
pub async fn serve(config: Config, with_worker: bool) -> anyhow::Result<()> {
    start_logging();
    let stop = CancellationToken::new();
    let told = until_signal(stop.clone())?;
    let listen = config.server.listen;
    let grace = Duration::from_secs(config.server.shutdown_seconds);
    let app = super::open(config).await?;
    let metrics = health::count()?;
    let listener = bind(listen).await?;
    let router = wiring::router(app.clone())?
        .merge(health::metrics(metrics).with_state(app.clone()))
        .into_make_service_with_connect_info::<SocketAddr>();
    let worker = with_worker.then(|| tokio::spawn(worker(app.clone(), stop.clone())));
    tracing::info!(address = %listener.local_addr()?, "listening");
    let server = axum::serve(listener, router)
        .with_graceful_shutdown(told)
        .into_future();
    let hard_stop = async {
        stop.cancelled().await;
        tokio::time::sleep(grace).await;
    };
    tokio::select! {
        done = server => done?,
        () = hard_stop => tracing::warn!("requests still under way were cut off"),
    }
    stop.cancel();
    if let Some(worker) = worker {
        worker.await?;
    }
    app.db.close().await;
    Ok(())
}

/// Runs duties and subscribers until told to stop.
pub async fn work(config: Config) -> anyhow::Result<()> {
    start_logging();
    let stop = CancellationToken::new();
    let told = until_signal(stop.clone())?;
    let listen = config.worker.listen;
    let app = super::open(config).await?;
    let telling = match listen {
        Some(listen) => Some(tell(listen, &app).await?),
        None => None,
    };
    let signal = tokio::spawn(told);
    tracing::info!("working");
    worker(app.clone(), stop).await;
    signal.abort();
    if let Some(telling) = telling {
        telling.abort();
    }
    app.db.close().await;
    Ok(())
}

/// Tells whoever asks whether a worker lives, and what it counts; nobody's request has to be
/// finished when it ends.
async fn tell(listen: SocketAddr, app: &App) -> anyhow::Result<JoinHandle<std::io::Result<()>>> {
    let listener = bind(listen).await?;
    tracing::info!(address = %listener.local_addr()?, "listening");
    let router = health::routes()
        .merge(health::metrics(health::count()?))
        .with_state(app.clone());
    Ok(tokio::spawn(axum::serve(listener, router).into_future()))
}

async fn bind(listen: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(listen)
        .await
        .with_context(|| format!("cannot listen on {listen}; choose another with --listen"))
}

async fn worker(app: App, stop: CancellationToken) {
    duties::work(app, wiring::duties(), wiring::subscribers(), stop).await;
}

/// Listens from now on for the signals that end a process; waits for one, and
/// tells everybody.
fn until_signal(stop: CancellationToken) -> std::io::Result<impl Future<Output = ()>> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            () = stop.cancelled() => {}
        }
        stop.cancel();
    })
}

fn start_logging() {
    let filter =
        EnvFilter::try_from_env("KOE_LOG").unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn"));
    // A second start in one process (tests) keeps the first.
    let _ = tracing_subscriber::fmt()
        .json()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .try_init();
}
