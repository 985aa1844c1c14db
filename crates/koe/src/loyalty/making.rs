//! Results that are being computed in this process: each once, however many
//! ask for it, and whoever asks may come back for it.
//!
//! Nothing of it is remembered beyond the process: an analysis that was
//! interrupted is begun anew when it is asked for the next time.

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{Semaphore, watch};

use super::view::Stage;
use crate::base::app::App;
use crate::base::problem::{Outcome, Problem};

/// How long a request waits for a result before it says how far it has come.
const WAIT: Duration = Duration::from_secs(2);

/// Failures that nobody came back for; beyond it they are forgotten.
const FAILURES: usize = 100;

/// How far a result has come: a stage, or none when it is over.
type Progress = watch::Sender<Option<Stage>>;

enum Running {
    Going(watch::Receiver<Option<Stage>>),
    Failed(Problem),
}

/// What is being computed, by what its result is known by.
pub struct Making {
    /// One model is fitted at a time: customers take memory, and the fit a core.
    turn: Semaphore,
    running: Mutex<HashMap<String, Running>>,
}

impl Default for Making {
    fn default() -> Self {
        Self {
            turn: Semaphore::new(1),
            running: Mutex::default(),
        }
    }
}

impl Making {
    fn locked(&self) -> std::sync::MutexGuard<'_, HashMap<String, Running>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Sees to it that `work` is done once and waits a little for it: the stage it
/// has come to, or none when it is over and its result is kept.
///
/// # Errors
/// What `work` failed with.
pub async fn make<F, W>(app: &App, known_by: &str, work: F) -> Outcome<Option<Stage>>
where
    F: FnOnce(Progress) -> W,
    W: Future<Output = Outcome<()>> + Send + 'static,
{
    let making = app.slots.get_or_make(Making::default);
    let mut progress = {
        let mut running = making.locked();
        match running.remove(known_by) {
            Some(Running::Failed(problem)) => return Err(problem),
            Some(Running::Going(progress)) => {
                running.insert(known_by.to_owned(), Running::Going(progress.clone()));
                progress
            }
            None => {
                let (sender, progress) = watch::channel(Some(Stage::Waiting));
                running.insert(known_by.to_owned(), Running::Going(progress.clone()));
                let ended = sender.clone();
                let work = work(sender);
                let (making, key) = (std::sync::Arc::clone(&making), known_by.to_owned());
                tokio::spawn(async move {
                    let done = {
                        let _turn = making.turn.acquire().await;
                        // A panic must not leave an entry that never ends.
                        tokio::spawn(work).await
                    };
                    let failed = match done {
                        Ok(Ok(())) => None,
                        Ok(Err(problem)) => Some(problem),
                        Err(panicked) => Some(Problem::internal(panicked)),
                    };
                    {
                        let mut running = making.locked();
                        running.remove(&key);
                        if let Some(problem) = failed {
                            if running.len() >= FAILURES {
                                running.retain(|_, one| matches!(one, Running::Going(_)));
                            }
                            running.insert(key, Running::Failed(problem));
                        }
                    }
                    ended.send_replace(None);
                });
                progress
            }
        }
    };
    // The sender lives as long as the work, so waiting ends with it or in time.
    let over = tokio::time::timeout(WAIT, progress.wait_for(Option::is_none));
    if over.await.is_err() {
        return Ok(*progress.borrow_and_update());
    }
    match making.locked().remove(known_by) {
        Some(Running::Failed(problem)) => Err(problem),
        _ => Ok(None),
    }
}
