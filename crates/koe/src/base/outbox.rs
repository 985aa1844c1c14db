//! Events and their consequences. A slice emits an event in the transaction
//! of its cause; the worker hands batches of events to each subscriber. A
//! subscriber must survive seeing an event twice, and says of a failure
//! whether to try again.

mod tables;

use std::sync::Arc;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use sqlx::Row;

use crate::base::app::App;
use crate::base::db::{Conn, Engine, among, array, values};
use crate::base::id::{Id, JobId, OrganisationId, SurveyId};

pub use tables::TABLES;

/// The vocabulary of things that happen: ids only, never texts or names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// Records arrived (answers, imported rows) or were corrected.
    RecordsStored {
        /// Record ids of one commit.
        records: Vec<String>,
    },
    /// A version of a survey was published.
    SurveyPublished {
        /// The survey.
        survey: SurveyId,
    },
    /// Records were deleted.
    RecordsDeleted {
        /// Record ids of one commit.
        records: Vec<String>,
    },
}

/// Why a subscriber could not do its work.
#[derive(Debug)]
pub enum Failure {
    /// It may work later.
    Retry(anyhow::Error),
    /// It never will.
    GiveUp(anyhow::Error),
}

impl<E: Into<anyhow::Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::Retry(error.into())
    }
}

/// Somebody who reacts to events.
#[async_trait]
pub trait Subscriber: Send + Sync {
    /// A stable name, `voices.read`, for retries and logs.
    fn name(&self) -> &'static str;

    /// Reacts to events of one organisation, all at once. Must be idempotent.
    async fn receive(
        &self,
        app: &App,
        organisation: &OrganisationId,
        events: &[Event],
    ) -> Result<(), Failure>;
}

/// Writes an event with its cause.
///
/// # Errors
/// When the store refuses.
pub async fn emit(
    conn: &mut Conn,
    id: &JobId,
    organisation: &OrganisationId,
    event: &Event,
    now_ms: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO outbox (id, organisation_id, subscriber, event, due_ms, attempts) \
         VALUES ($1, $2, '', $3, $4, 0)",
    )
    .bind(id.as_str())
    .bind(organisation.as_str())
    .bind(serde_json::to_string(event).unwrap_or_default())
    .bind(now_ms)
    .execute(conn)
    .await?;
    Ok(())
}

/// Events that somebody has yet to react to (not taken, under way, or waiting
/// for another attempt), and when the first of them is or was due, in
/// milliseconds. Those set aside for good are not counted.
///
/// # Errors
/// When the store cannot be read.
pub async fn waiting(conn: &mut Conn) -> Result<(i64, Option<i64>), sqlx::Error> {
    sqlx::query_as("SELECT COUNT(*), MIN(due_ms) FROM outbox WHERE attempts < $1")
        .bind(MOST_ATTEMPTS)
        .fetch_one(conn)
        .await
}

/// Attempts after which a failing subscriber's event is set aside.
const MOST_ATTEMPTS: i64 = 10;
/// Events handed over in one go.
const BATCH: i64 = 500;

struct Claimed {
    id: String,
    organisation: OrganisationId,
    /// Empty: for all subscribers; otherwise a retry for this one.
    subscriber: String,
    event: Event,
    attempts: i64,
}

/// Takes due events, hands them over, and forgets those that are done.
/// Returns how many were taken; 0 means that nothing is due.
///
/// # Errors
/// When the store fails; then nothing is forgotten.
pub async fn dispatch(app: &App, subscribers: &[Arc<dyn Subscriber>]) -> anyhow::Result<usize> {
    let now_ms = app.clock.now_ms();
    let mut tx = app.db.write().await?;
    // Two workers on PostgreSQL must not take the same rows; on SQLite the
    // single writer sees to that.
    let lock = match app.db.engine() {
        Engine::Sqlite => "",
        Engine::Postgres => "FOR UPDATE SKIP LOCKED",
    };
    let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
        "SELECT id, organisation_id, subscriber, event, attempts FROM outbox \
         WHERE due_ms <= $1 AND attempts < $2 ORDER BY due_ms, id LIMIT $3 {lock}"
    )))
    .bind(now_ms)
    .bind(MOST_ATTEMPTS)
    .bind(BATCH)
    .fetch_all(&mut *tx)
    .await?;
    let claimed: Vec<Claimed> = rows
        .iter()
        .map(|row| {
            Ok(Claimed {
                id: row.try_get("id")?,
                organisation: Id::stored(row.try_get::<String, _>("organisation_id")?),
                subscriber: row.try_get("subscriber")?,
                event: serde_json::from_str(&row.try_get::<String, _>("event")?)?,
                attempts: row.try_get("attempts")?,
            })
        })
        .collect::<anyhow::Result<_>>()?;
    if claimed.is_empty() {
        return Ok(0);
    }
    // A lease: if this process dies, the events are due again after it.
    const LEASE_MS: i64 = 60_000;
    let sql = format!(
        "UPDATE outbox SET due_ms = $1, attempts = attempts + 1 WHERE id IN {}",
        among(&tx, 2)
    );
    let ids = array(claimed.iter().map(|one| &one.id));
    sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(now_ms + LEASE_MS)
        .bind(ids.clone())
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;

    let mut retries: Vec<(String, &Claimed)> = Vec::new();
    for subscriber in subscribers {
        let mut mine: Vec<&Claimed> = claimed
            .iter()
            .filter(|c| c.subscriber.is_empty() || c.subscriber == subscriber.name())
            .collect();
        mine.sort_by(|a, b| a.organisation.cmp(&b.organisation));
        for chunk in mine.chunk_by(|a, b| a.organisation == b.organisation) {
            let events: Vec<Event> = chunk.iter().map(|c| c.event.clone()).collect();
            match subscriber
                .receive(app, &chunk[0].organisation, &events)
                .await
            {
                Ok(()) => {}
                Err(Failure::GiveUp(error)) => {
                    tracing::error!(subscriber = subscriber.name(), error = %error, "gave up");
                }
                Err(Failure::Retry(error)) => {
                    tracing::warn!(subscriber = subscriber.name(), error = %error, "will retry");
                    retries.extend(chunk.iter().map(|c| (subscriber.name().to_owned(), *c)));
                }
            }
        }
    }

    let mut tx = app.db.write().await?;
    let sql = format!("DELETE FROM outbox WHERE id IN {}", among(&tx, 1));
    sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(ids)
        .execute(&mut *tx)
        .await?;
    for retries in retries.chunks(claimed.len()) {
        retry(app, &mut tx, retries, now_ms).await?;
    }
    tx.commit().await?;
    Ok(claimed.len())
}

/// Writes events anew for the subscribers that failed, later with every attempt.
async fn retry(
    app: &App,
    conn: &mut Conn,
    retries: &[(String, &Claimed)],
    now_ms: i64,
) -> anyhow::Result<()> {
    let sql = format!(
        "INSERT INTO outbox (id, organisation_id, subscriber, event, due_ms, attempts) VALUES {}",
        values(conn, retries.len(), 6)
    );
    let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
    for (subscriber, one) in retries {
        let attempts = one.attempts + 1;
        let wait_ms = 1_000_i64 << attempts.min(12);
        let id: JobId = app.chance.id(now_ms);
        query = query
            .bind(id.as_str().to_owned())
            .bind(one.organisation.as_str().to_owned())
            .bind(subscriber.clone())
            .bind(serde_json::to_string(&one.event)?)
            .bind(now_ms + wait_ms)
            .bind(attempts);
    }
    query.execute(conn).await?;
    Ok(())
}
