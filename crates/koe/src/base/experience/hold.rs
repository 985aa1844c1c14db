//! Files stay as long as somebody reads them.
//!
//! Whoever has taken a snapshot may read its files for `lake.garbage_seconds`
//! without saying anything; a question is over long before. Who is still at it
//! after a quarter of that leaves a note in the store and renews it, so that
//! the garbage duty of every process keeps what was valid when they began. A
//! note that nobody renews ends by itself.

use std::time::Duration;

use koe_lake::Snapshot;
use tokio_util::sync::{CancellationToken, DropGuard};

use super::store;
use crate::base::app::App;
use crate::base::db::Conn;
use crate::base::id::JobId;
use crate::base::problem::Outcome;
use crate::base::scope::Scope;

/// What was valid at one moment. Its files stay until this is dropped.
#[derive(Debug)]
pub struct Held {
    snapshot: Snapshot,
    _hold: Hold,
}

impl std::ops::Deref for Held {
    type Target = Snapshot;

    fn deref(&self) -> &Snapshot {
        &self.snapshot
    }
}

/// Everything valid now in these streams. Must run in a read transaction
/// that sees one moment.
///
/// # Errors
/// When the store cannot be read.
pub async fn snapshot(
    app: &App,
    conn: &mut Conn,
    scope: &Scope,
    streams: &[&str],
) -> Outcome<Held> {
    let hold = Hold::begin(app);
    let snapshot = store::snapshot(conn, scope, streams).await?;
    Ok(Held {
        snapshot,
        _hold: hold,
    })
}

/// Keeps the lake's files of now, and those that are written from now on and
/// not listed yet, until it is dropped.
#[derive(Debug)]
pub struct Hold(#[expect(dead_code, reason = "dropping it ends the hold")] DropGuard);

impl Hold {
    /// Begins to hold.
    pub fn begin(app: &App) -> Self {
        let ended = CancellationToken::new();
        let since_ms = app.clock.now_ms();
        tokio::spawn(keep(app.clone(), since_ms, ended.clone()));
        Self(ended.drop_guard())
    }
}

async fn keep(app: App, since_ms: i64, ended: CancellationToken) {
    let lasts = Duration::from_secs(app.config.lake.garbage_seconds.max(1));
    let lasts_ms = i64::try_from(lasts.as_millis()).unwrap_or(i64::MAX);
    let id: JobId = app.chance.id(since_ms);
    let mut noted = false;
    while ended
        .run_until_cancelled(tokio::time::sleep(lasts / 4))
        .await
        .is_some()
    {
        let until_ms = app.clock.now_ms().saturating_add(lasts_ms);
        match note(&app, &id, since_ms, until_ms).await {
            Ok(()) => noted = true,
            // Tried again soon; whoever reads in vain says so itself.
            Err(error) => tracing::debug!(%error, "the hold on files was not renewed"),
        }
    }
    if noted && let Err(error) = let_go(&app, &id).await {
        tracing::debug!(%error, "the hold on files ends by itself");
    }
}

async fn note(app: &App, id: &JobId, since_ms: i64, until_ms: i64) -> Outcome<()> {
    let mut tx = app.db.write().await?;
    store::hold(&mut tx, id, since_ms, until_ms).await?;
    Ok(tx.commit().await?)
}

async fn let_go(app: &App, id: &JobId) -> Outcome<()> {
    let mut tx = app.db.write().await?;
    store::let_go(&mut tx, id).await?;
    Ok(tx.commit().await?)
}
