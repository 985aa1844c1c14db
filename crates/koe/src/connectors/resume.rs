//! The duty that goes on with imports whose process ended.

use std::time::Duration;

use async_trait::async_trait;

use super::{run, store};
use crate::base::app::App;
use crate::base::duties::Duty;
use crate::org;

/// Goes on with imports that were interrupted, where their file is.
///
/// An import that somebody still runs moves its checkpoint on; two who run the same one cannot
/// both do so, and the later one gives up.
pub struct Resume;

#[async_trait]
impl Duty for Resume {
    fn name(&self) -> &'static str {
        "connectors.resume"
    }

    fn rest(&self) -> Duration {
        Duration::from_secs(5)
    }

    async fn see_to(&self, app: &App) -> anyhow::Result<()> {
        let lease_ms = i64::try_from(app.config.limits.import_lease_seconds)? * 1_000;
        let mut tx = app.db.read().await?;
        let interrupted = store::interrupted(&mut tx, app.clock.now_ms() - lease_ms).await?;
        drop(tx);
        for one in interrupted {
            // Another machine may have the file.
            if !tokio::fs::try_exists(run::upload(app, &one.import)).await? {
                continue;
            }
            let Some(turn) = run::Turn::take(app, &one.import) else {
                continue;
            };
            let app = app.clone();
            // Apart, because it may take long and others may be waiting.
            tokio::spawn(async move {
                let _turn = turn;
                tracing::info!(import = %one.import, "going on with an interrupted import");
                let scope = org::system_scope(&one.organisation);
                if let Err(problem) = run::run(&app, &scope, &one.import, one.trial).await {
                    tracing::warn!(import = %one.import, error = %problem, "import stopped");
                }
            });
        }
        Ok(())
    }
}
