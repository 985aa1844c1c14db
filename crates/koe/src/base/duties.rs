//! Duties have no input: each wakes up, compares what is with what ought to
//! be, and repairs. A lost signal then costs only time.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

use crate::base::app::App;
use crate::base::outbox::{self, Subscriber};

/// How long events gather while there are some.
const GATHERING: Duration = Duration::from_millis(100);

/// Something that must be seen to again and again.
#[async_trait]
pub trait Duty: Send + Sync {
    /// A stable name, `lake.seal`, for logs.
    fn name(&self) -> &'static str;

    /// How long to rest between two rounds.
    fn rest(&self) -> Duration;

    /// One round.
    async fn see_to(&self, app: &App) -> anyhow::Result<()>;
}

/// Runs duties and the outbox until told to stop; a round under way is
/// finished first.
pub async fn work(
    app: App,
    duties: Vec<Arc<dyn Duty>>,
    subscribers: Vec<Arc<dyn Subscriber>>,
    stop: CancellationToken,
) {
    let mut tasks = tokio::task::JoinSet::new();
    for duty in duties {
        let (app, stop) = (app.clone(), stop.clone());
        tasks.spawn(async move {
            while !stop.is_cancelled() {
                if let Err(error) = duty.see_to(&app).await {
                    metrics::counter!("koe_duty_failures_total", "duty" => duty.name()).increment(1);
                    tracing::error!(duty = duty.name(), error = %format!("{error:#}"), "duty failed");
                }
                tokio::select! {
                    () = tokio::time::sleep(duty.rest()) => {}
                    () = stop.cancelled() => {}
                }
            }
        });
    }
    tasks.spawn(async move {
        while !stop.is_cancelled() {
            let rest = match outbox::dispatch(&app, &subscribers).await {
                Ok(0) => Duration::from_millis(500),
                // Each round writes three times and flushes each time, and answers wait meanwhile.
                // Under load the next one takes what came since this one.
                Ok(_) => {
                    tokio::time::sleep(GATHERING).await;
                    continue;
                }
                Err(error) => {
                    tracing::error!(error = %format!("{error:#}"), "the outbox cannot be read");
                    Duration::from_secs(2)
                }
            };
            tokio::select! {
                () = tokio::time::sleep(rest) => {}
                () = app.nudge.notified() => {}
                () = stop.cancelled() => {}
            }
        }
    });
    while tasks.join_next().await.is_some() {}
}
