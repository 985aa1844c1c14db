//! Group commit: answers that arrive together are stored by one transaction
//! and one fsync, and each sender is acknowledged only after it.
//!
//! On SQLite one task writes; on PostgreSQL a few commit side by side. The
//! batch is whatever has arrived while the one before was being written, so
//! a lone answer never waits.

use std::sync::{Arc, Weak};

use tokio::sync::{Mutex, mpsc, oneshot};

use super::freeze;
use super::model::{Prepared, Submission, prepare};
use super::places::{places, places_anew};
use super::store::{self, Stored};
use crate::base::app::{App, Parts};
use crate::base::db::Engine;
use crate::base::id::RecordId;
use crate::base::outbox::{self, Event};
use crate::base::problem::{Outcome, Problem};
use crate::org;
use crate::people::{self, Sighting};

/// Answers of one transaction at most.
const BATCH: usize = 512;
/// Answers that may wait; beyond it, senders are told to come back.
const WAITING: usize = 8_192;

/// What became of a submission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// The record.
    pub record: RecordId,
    /// Whether the same submission had been stored before.
    pub replayed: bool,
}

struct Waiting {
    prepared: Prepared,
    reply: oneshot::Sender<Outcome<Accepted>>,
}

/// The queue of a process.
struct Intake(mpsc::Sender<Waiting>);

/// Stores a submission. When this returns, it is durable and counts.
///
/// # Errors
/// 409 `already_answered` when something of `once` was used for another
/// submission; 422 as for [`prepare`]; 503 when it cannot be kept safely.
pub async fn submit(app: &App, submission: Submission) -> Outcome<Accepted> {
    let now_ms = app.clock.now_ms();
    let skew_ms = app.config.limits.clock_skew_seconds * 1_000;
    let organisation = submission.version.organisation.clone();
    let record: RecordId = app.chance.id(now_ms);
    let mut places = places(app, &organisation).await?;
    // A place may have been made a moment ago.
    if !places.know(&submission.context) {
        places = places_anew(app, &organisation).await?;
    }
    let prepared = prepare(submission, &places, record, now_ms, skew_ms)?;
    let queue = app.slots.get_or_make(|| start(app));
    let (reply, answer) = oneshot::channel();
    queue.0.try_send(Waiting { prepared, reply }).map_err(|_| {
        Problem::unavailable(
            "Too many answers at once; nothing was accepted.",
            anyhow::anyhow!("the intake queue is full"),
        )
    })?;
    answer.await.map_err(|_| {
        Problem::unavailable(
            "Koe is stopping; nothing was accepted.",
            anyhow::anyhow!("the intake stopped"),
        )
    })?
}

fn start(app: &App) -> Intake {
    let (sender, receiver) = mpsc::channel(WAITING);
    let receiver = Arc::new(Mutex::new(receiver));
    let writers = match app.db.engine() {
        Engine::Sqlite => 1,
        Engine::Postgres => 4,
    };
    for _ in 0..writers {
        tokio::spawn(write(app.downgrade(), receiver.clone()));
    }
    Intake(sender)
}

async fn write(app: Weak<Parts>, receiver: Arc<Mutex<mpsc::Receiver<Waiting>>>) {
    let mut batch = Vec::with_capacity(BATCH);
    loop {
        if receiver.lock().await.recv_many(&mut batch, BATCH).await == 0 {
            return;
        }
        let Some(app) = App::upgrade(&app) else {
            return;
        };
        let (prepared, replies): (Vec<_>, Vec<_>) =
            batch.drain(..).map(|w| (w.prepared, w.reply)).unzip();
        match commit(&app, &prepared).await {
            Ok(outcomes) => {
                for (reply, outcome) in replies.into_iter().zip(outcomes) {
                    // Nobody may be waiting any more; the answer is kept all the same.
                    drop(reply.send(outcome));
                }
            }
            // One bad answer must not refuse the others, and a key that another
            // process took a moment ago is known by now: each once more, alone.
            Err(_) => {
                for (reply, one) in replies.into_iter().zip(prepared) {
                    let outcome = match commit(&app, std::slice::from_ref(&one)).await {
                        Ok(mut outcomes) => {
                            outcomes.pop().unwrap_or_else(|| Err(Problem::not_found()))
                        }
                        Err(problem) => Err(problem),
                    };
                    drop(reply.send(outcome));
                }
            }
        }
        app.nudge.notify_one();
    }
}

async fn commit(app: &App, batch: &[Prepared]) -> Outcome<Vec<Outcome<Accepted>>> {
    let now_ms = app.clock.now_ms();
    let mut tx = app.db.write().await?;
    let frozen = freeze::freeze(&mut tx, batch).await?;
    let batch = frozen.as_deref().unwrap_or(batch);
    let stored = store::insert_batch(&mut tx, batch, now_ms).await?;
    let mut fresh: Vec<(&Prepared, &Stored)> = batch
        .iter()
        .zip(&stored)
        .filter(|(_, stored)| matches!(stored, Stored::New))
        .collect();
    fresh.sort_by(|a, b| a.0.head.organisation.cmp(&b.0.head.organisation));
    for group in fresh.chunk_by(|a, b| a.0.head.organisation == b.0.head.organisation) {
        let event = Event::RecordsStored {
            records: group
                .iter()
                .map(|(p, _)| p.head.id.as_str().to_owned())
                .collect(),
        };
        let owner = &group[0].0.head.organisation;
        let sightings: Vec<Sighting> = group
            .iter()
            .filter_map(|(prepared, _)| {
                Some(Sighting {
                    customer: prepared.head.customer.clone()?,
                    unit: prepared.head.unit.clone(),
                    at_ms: prepared.head.occurred_ms,
                })
            })
            .collect();
        if !sightings.is_empty() {
            people::seen_at(&mut tx, &org::system_scope(owner), &sightings).await?;
        }
        outbox::emit(&mut tx, app, owner, event).await?;
    }
    tx.commit().await?;
    metrics::counter!("koe_answers_total").increment(fresh.len() as u64);
    Ok(batch
        .iter()
        .zip(stored)
        .map(|(prepared, stored)| match stored {
            Stored::New => Ok(Accepted {
                record: prepared.head.id.clone(),
                replayed: false,
            }),
            Stored::Known { record, same: true } => Ok(Accepted {
                record,
                replayed: true,
            }),
            Stored::Known { same: false, .. } => Err(Problem::conflict(
                "already_answered",
                "This was answered already, with other answers; the first ones stay.",
            )),
        })
        .collect())
}
