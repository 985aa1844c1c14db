//! Events and their consequences. A slice emits an event in the transaction
//! of its cause; the worker hands batches of events to each subscriber. A
//! subscriber must survive seeing an event twice, and says of a failure
//! whether to try again.

mod tables;

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use sqlx::Row;

use crate::base::app::App;
use crate::base::db::{Conn, Engine, among, array, values};
use crate::base::id::{Id, JobId, OrganisationId, SurveyId};
use crate::base::problem::Outcome;

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

impl Event {
    /// The records it is about.
    pub fn records(&self) -> &[String] {
        match self {
            Self::RecordsStored { records } | Self::RecordsDeleted { records } => records,
            Self::SurveyPublished { .. } => &[],
        }
    }

    /// The same in parts of at most so many records, so that whoever takes events takes no more
    /// at once than fits into memory and into a lease.
    fn in_parts(self, most: usize) -> Vec<Self> {
        let part: fn(Vec<String>) -> Self = match &self {
            Self::RecordsStored { .. } => |records| Self::RecordsStored { records },
            Self::RecordsDeleted { .. } => |records| Self::RecordsDeleted { records },
            Self::SurveyPublished { .. } => return vec![self],
        };
        let parts = self.records().chunks(most);
        parts.map(|records| part(records.to_vec())).collect()
    }
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

/// Records that one event names at most.
const RECORDS: usize = 1_000;
/// Rows of one INSERT; keeps it below every engine's parameter limit.
const ROWS: usize = 500;

/// Writes an event with its cause; one of no records says nothing and is not written.
///
/// # Errors
/// When the store refuses.
pub async fn emit(
    conn: &mut Conn,
    app: &App,
    organisation: &OrganisationId,
    event: Event,
) -> Outcome<()> {
    let now_ms = app.clock.now_ms();
    let parts = event.in_parts(RECORDS);
    let rows = parts.iter().map(|event| New {
        organisation,
        subscriber: "",
        event,
        due_ms: now_ms,
        attempts: 0,
    });
    insert(conn, app, rows.collect(), now_ms).await
}

/// An event as it is written.
struct New<'a> {
    organisation: &'a OrganisationId,
    subscriber: &'a str,
    event: &'a Event,
    due_ms: i64,
    attempts: i64,
}

async fn insert(conn: &mut Conn, app: &App, events: Vec<New<'_>>, now_ms: i64) -> Outcome<()> {
    for chunk in events.chunks(ROWS) {
        let sql = format!(
            "INSERT INTO outbox (id, organisation_id, subscriber, event, due_ms, attempts) VALUES {}",
            values(conn, chunk.len(), 6)
        );
        let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
        for new in chunk {
            let id: JobId = app.chance.id(now_ms);
            query = query
                .bind(id.as_str().to_owned())
                .bind(new.organisation.as_str())
                .bind(new.subscriber)
                .bind(serde_json::to_string(new.event)?)
                .bind(new.due_ms)
                .bind(new.attempts);
        }
        query.execute(&mut *conn).await?;
    }
    Ok(())
}

/// Takes out of `records` those that an event names which `subscriber` has yet to react to (not
/// taken, under way, or waiting for another attempt). Asked in the transaction in which something
/// seemed to be missing, it tells what was missed from what is only still to come.
///
/// # Errors
/// When the store cannot be read.
pub async fn leave_out_awaited(
    conn: &mut Conn,
    organisation: &OrganisationId,
    subscriber: &str,
    records: &mut BTreeSet<String>,
) -> Outcome<()> {
    // The newest first: what seems to be missing mostly came a moment ago.
    let mut before = JobId::after_all();
    while !records.is_empty() {
        let rows = sqlx::query(
            "SELECT id, event FROM outbox WHERE organisation_id = $1 AND subscriber IN ('', $2) \
             AND attempts < $3 AND id < $4 ORDER BY id DESC LIMIT $5",
        )
        .bind(organisation.as_str())
        .bind(subscriber)
        .bind(MOST_ATTEMPTS)
        .bind(before)
        .bind(BATCH)
        .fetch_all(&mut *conn)
        .await?;
        let Some(last) = rows.last() else {
            return Ok(());
        };
        before = last.try_get("id")?;
        for row in &rows {
            let event: Event = serde_json::from_str(&row.try_get::<String, _>("event")?)?;
            for record in event.records() {
                records.remove(record);
            }
        }
    }
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
    let ids = array(claimed.iter().map(|one| &one.id));
    let sql = format!(
        "UPDATE outbox SET due_ms = $1, attempts = attempts + 1 WHERE id IN {}",
        among(&tx, 2)
    );
    sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(now_ms + lease(app).as_millis() as i64)
        .bind(ids.clone())
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;

    let retries = tokio::select! {
        retries = hand_over(app, subscribers, &claimed) => retries,
        never = keep_lease(app, &ids) => match never {},
    };

    let mut tx = app.db.write().await?;
    let sql = format!("DELETE FROM outbox WHERE id IN {}", among(&tx, 1));
    sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(ids)
        .execute(&mut *tx)
        .await?;
    let retries = retries.iter().map(|(subscriber, one)| {
        let attempts = one.attempts + 1;
        New {
            organisation: &one.organisation,
            subscriber,
            event: &one.event,
            due_ms: now_ms + (1_000_i64 << attempts.min(12)),
            attempts,
        }
    });
    insert(&mut tx, app, retries.collect(), now_ms).await?;
    tx.commit().await?;
    Ok(claimed.len())
}

/// A claim is a lease: if this process dies, the events are due again after it.
fn lease(app: &App) -> Duration {
    Duration::from_secs(app.config.limits.event_lease_seconds)
}

/// Renews the lease of claimed events for as long as it is asked to: reading a great many texts
/// takes longer than a lease, and nobody else is to begin with them meanwhile.
async fn keep_lease(app: &App, ids: &str) -> Infallible {
    loop {
        tokio::time::sleep(lease(app) / 4).await;
        if let Err(error) = renew(app, ids).await {
            tracing::warn!(error = %format!("{error:#}"), "a lease was not renewed");
        }
    }
}

async fn renew(app: &App, ids: &str) -> anyhow::Result<()> {
    let mut tx = app.db.write().await?;
    let sql = format!(
        "UPDATE outbox SET due_ms = $1 WHERE id IN {}",
        among(&tx, 2)
    );
    sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(app.clock.now_ms() + lease(app).as_millis() as i64)
        .bind(ids)
        .execute(&mut *tx)
        .await?;
    Ok(tx.commit().await?)
}

/// Hands claimed events to the subscribers; for whom which of them must be tried again.
async fn hand_over<'a>(
    app: &App,
    subscribers: &[Arc<dyn Subscriber>],
    claimed: &'a [Claimed],
) -> Vec<(&'static str, &'a Claimed)> {
    let mut retries = Vec::new();
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
                    retries.extend(chunk.iter().map(|c| (subscriber.name(), *c)));
                }
            }
        }
    }
    retries
}
