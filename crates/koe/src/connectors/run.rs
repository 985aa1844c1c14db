//! Running an import: rows are read by one thread, stored chunk by chunk, and whoever comes
//! later goes on where it stopped.

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use tokio::sync::mpsc;

use super::chunk::{self, Shared};
use super::imports::{Batch, Effect, Halt, Limits, Records, RowFault};
use super::keep::{Keeper, Step};
use super::meaning::meanings;
use super::model::{Import, ImportStatus, Totals};
use super::prepare::{self, Codes, Destination};
use super::store;
use crate::base::app::App;
use crate::base::id::ImportId;
use crate::base::problem::{Outcome, Problem};
use crate::base::scope::Scope;
use crate::org::record_audit;
use crate::surveys::{Document, Text};

/// Records of one chunk, when they have few columns.
const CHUNK: usize = 50_000;
/// Faults that are listed; all are counted.
pub const LISTED: i64 = 100_000;

/// Where uploaded files lie.
pub(super) fn upload(app: &App, id: &ImportId) -> PathBuf {
    app.config.store.data.join("uploads").join(id.as_str())
}

pub(super) fn limits(app: &App) -> Limits {
    Limits {
        columns: app.config.limits.import_columns,
        cell_bytes: app.config.limits.import_cell_bytes,
        unpacked_bytes: app.config.limits.unpacked_bytes,
    }
}

/// A halt as a problem that names what is at fault.
pub(super) fn problem(halt: Halt) -> Problem {
    match halt {
        Halt::Mapping(mut faults) => {
            for fault in &mut faults {
                fault.field = format!("mapping.{}", fault.field);
            }
            Problem::invalid_fields(faults)
        }
        Halt::File(unreadable) => Problem::invalid("file", unreadable.to_string()),
    }
}

/// Runs an import to its end; a trial stores nothing. Its faults and totals are kept.
///
/// # Errors
/// 422 when mapping and file do not fit; whatever store and lake refuse. The import then says
/// that it failed, and why.
pub async fn run(app: &App, scope: &Scope, id: &ImportId, trial: bool) -> Outcome<Import> {
    let outcome = go(app, scope, id, trial).await;
    let mut tx = app.db.write().await?;
    let import = store::get(&mut tx, scope, id).await?;
    let now_ms = app.clock.now_ms();
    match &outcome {
        // Whoever stopped it has said so.
        Ok(None) => {}
        Ok(Some(totals)) => {
            let status = if trial {
                ImportStatus::Checked
            } else {
                ImportStatus::Done
            };
            store::set_status(&mut tx, scope, id, status, totals, &Text::default(), now_ms).await?;
            if !trial {
                let made = import.stream_id.as_deref();
                prepare::next_time(&mut tx, scope, &import.mapping, made, now_ms).await?;
                let detail =
                    serde_json::json!({ "added": totals.added, "corrected": totals.corrected });
                record_audit(&mut tx, app, scope, "import.done", id.as_str(), detail).await?;
            }
        }
        // Whoever else runs it says how it ends, or has said so.
        Err(problem) if problem.code() == "import_runs" || import.status == ImportStatus::Done => {}
        Err(problem) => {
            let said = problem.detail().to_owned();
            let message = Text::ja_en(format!("取り込みが止まりました：{said}"), said);
            let status = ImportStatus::Failed;
            store::set_status(&mut tx, scope, id, status, &import.totals, &message, now_ms).await?;
        }
    }
    let import = store::get(&mut tx, scope, id).await?;
    tx.commit().await?;
    app.nudge.notify_one();
    if outcome?.is_some() && !trial {
        // What was brought in is in the store now; the file would only be a second place for
        // personal data.
        drop(tokio::fs::remove_file(upload(app, id)).await);
    }
    Ok(import)
}

/// The counts at the end; nothing when somebody stopped it on the way.
async fn go(app: &App, scope: &Scope, id: &ImportId, trial: bool) -> Outcome<Option<Totals>> {
    let mut tx = app.db.read().await?;
    let import = store::get(&mut tx, scope, id).await?;
    if import.status == ImportStatus::Done {
        return Err(Problem::conflict(
            "import_done",
            "This import is done; upload the file again to repeat it.",
        ));
    }
    let codes = Codes::read(app, &mut tx, scope).await?;
    let planned = prepare::survey_of(app, &mut tx, scope, &import.mapping).await?;
    drop(tx);
    let mut reading = read(app, &import, planned.clone());
    // The mapping is held against the file before anything is made for it, and no transaction
    // waits for the file.
    let first = reading.recv().await.transpose().map_err(problem)?;

    let anew = trial || import.checkpoint == 0;
    let mut totals = if anew {
        Totals {
            rows_in_file: import.totals.rows_in_file,
            ..Totals::default()
        }
    } else {
        import.totals
    };
    let mut tx = app.db.write().await?;
    if anew {
        store::clear_faults(&mut tx, scope, id).await?;
    }
    let destination = if trial {
        Destination::for_trial(planned)
    } else {
        let made = prepare::destination(app, &mut tx, scope, &import).await?;
        if let Some(schema) = &made.schema {
            store::set_stream(&mut tx, scope, id, &schema.id).await?;
        }
        made
    };
    store::set_running(&mut tx, scope, id, trial, app.clock.now_ms()).await?;
    tx.commit().await?;
    let mut keeper = Keeper {
        app,
        scope,
        import: id,
        destination: &destination,
        known: None,
    };

    let mut done = if trial { 0 } else { import.checkpoint };
    let mut skip = done;
    let mut next = first;
    while let Some(mut batch) = next {
        let now_ms = app.clock.now_ms();
        let count = batch.len() as i64;
        if skip >= count && count > 0 {
            // Taken in before the interruption.
            skip -= count;
            next = reading.recv().await.transpose().map_err(problem)?;
            continue;
        }
        totals.rows = batch.rows;
        if !runs(app, scope, id).await? {
            return Ok(None);
        }
        let mut faults = std::mem::take(&mut batch.faults);
        let shared = Shared {
            organisation: scope.organisation(),
            destination: &destination,
            meanings: meanings(&batch.said, &destination, &codes),
            now_ms,
        };
        let count = count - std::mem::take(&mut skip);
        let skipped = batch.len() - usize::try_from(count).unwrap_or(0);
        let records = batch.records().skip(skipped);
        let ready = chunk::ready(records, &shared, &codes, scope, &mut faults);
        let faults_before = count_faults(&faults, &mut totals);
        if trial {
            totals.records += ready.len() as u64;
            let mut tx = app.db.write().await?;
            if faults_before < LISTED {
                store::insert_faults(&mut tx, scope, id, faults_before, &faults).await?;
            }
            store::set_totals(&mut tx, scope, id, &totals, now_ms).await?;
            tx.commit().await?;
        } else {
            let step = Step {
                from: done,
                to: done + count,
                faults: &faults,
                faults_before,
            };
            keeper.keep(ready, &shared, &step, &mut totals).await?;
            done = step.to;
        }
        app.nudge.notify_one();
        next = reading.recv().await.transpose().map_err(problem)?;
    }
    totals.rows_in_file = totals.rows;
    Ok(Some(totals))
}

/// Whether the import still runs: somebody may have stopped it.
async fn runs(app: &App, scope: &Scope, id: &ImportId) -> Outcome<bool> {
    let mut tx = app.db.read().await?;
    Ok(store::get(&mut tx, scope, id).await?.status == ImportStatus::Running)
}

/// Adds faults to the totals; how many there were before.
fn count_faults(faults: &[RowFault], totals: &mut Totals) -> i64 {
    let before = totals.rows_left_out + totals.values_left_out + totals.assumed;
    for fault in faults {
        match fault.effect {
            Effect::LeftOut => totals.rows_left_out += 1,
            Effect::CellLeftOut => totals.values_left_out += 1,
            Effect::Assumed => totals.assumed += 1,
        }
        totals.ambiguous_dates += u64::from(fault.code == "ambiguous_date");
    }
    i64::try_from(before).unwrap_or(i64::MAX)
}

/// Reads the file on a thread of its own, a few batches ahead.
fn read(
    app: &App,
    import: &Import,
    document: Option<Arc<Document>>,
) -> mpsc::Receiver<Result<Batch, Halt>> {
    let (sender, receiver) = mpsc::channel(2);
    let path = upload(app, &import.id);
    let mapping = import.mapping.clone();
    let limits = limits(app);
    let cells = app.config.limits.import_chunk_cells;
    tokio::task::spawn_blocking(move || {
        let mut records = match Records::open(&path, &mapping, document.as_deref(), limits) {
            Ok(records) => records,
            Err(halt) => {
                drop(sender.blocking_send(Err(halt)));
                return;
            }
        };
        let most = (cells / records.columns().max(1)).clamp(1, CHUNK);
        loop {
            let Some(batch) = records.next_batch(most).transpose() else {
                return;
            };
            // Nobody listens any more when the import stopped.
            let ended = batch.is_err();
            if sender.blocking_send(batch).is_err() || ended {
                return;
            }
        }
    });
    receiver
}

/// Imports that run in this process.
#[derive(Default)]
struct Running(Mutex<HashSet<ImportId>>);

/// The right to run one import; given back when dropped.
pub(super) struct Turn {
    running: Arc<Running>,
    id: ImportId,
}

impl Turn {
    /// Takes the right, unless the import runs already.
    pub fn take(app: &App, id: &ImportId) -> Option<Self> {
        let running = app.slots.get_or_make(Running::default);
        let free = running
            .0
            .lock()
            .unwrap_or_else(|e| e.into_inner())
            .insert(id.clone());
        free.then(|| Self {
            running,
            id: id.clone(),
        })
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.running
            .0
            .lock()
            .unwrap_or_else(|e| e.into_inner())
            .remove(&self.id);
    }
}
