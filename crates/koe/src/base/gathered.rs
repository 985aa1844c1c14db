//! Reads that many requests want at the same moment are done once for all of
//! them. Nothing is kept: a read serves only those who asked before it began,
//! so what it says is as fresh as if each had read for itself. Who asks alone
//! is served at once; of many, those who come within [`PACE`] share a read.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::{Instant, sleep_until};

use crate::base::problem::Outcome;

/// From the beginning of a read to that of the next one, when others wait for it already.
const PACE: Duration = Duration::from_millis(2);

/// Those who wait for a read, by what is read. A key is there while a read of
/// it is under way, even when nobody waits for another.
pub struct Gathered<K, V>(Mutex<HashMap<K, Vec<oneshot::Sender<V>>>>);

impl<K, V> Default for Gathered<K, V> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K, V> Gathered<K, V>
where
    K: Clone + Eq + Hash + Send + 'static,
    V: Clone + Send + 'static,
{
    /// What `read` says now.
    ///
    /// # Errors
    /// As `read`; after a failed read each asker reads for itself.
    pub async fn get<F, R>(self: &Arc<Self>, key: K, read: F) -> Outcome<V>
    where
        F: Fn() -> R + Clone + Send + 'static,
        R: Future<Output = Outcome<V>> + Send + 'static,
    {
        let (sender, said) = oneshot::channel();
        let under_way = match self.waiting().entry(key.clone()) {
            std::collections::hash_map::Entry::Occupied(mut others) => {
                others.get_mut().push(sender);
                true
            }
            std::collections::hash_map::Entry::Vacant(nobody) => {
                nobody.insert(vec![sender]);
                false
            }
        };
        if !under_way {
            // A task of its own: the request that began it may be given up.
            tokio::spawn(self.clone().work(key, read.clone()));
        }
        match said.await {
            Ok(value) => Ok(value),
            Err(_) => read().await,
        }
    }

    async fn work<F, R>(self: Arc<Self>, key: K, read: F)
    where
        F: Fn() -> R,
        R: Future<Output = Outcome<V>> + Send + 'static,
    {
        loop {
            let askers = {
                let mut waiting = self.waiting();
                waiting.get_mut(&key).map(std::mem::take)
            };
            let begun = Instant::now();
            // Apart, so that a read that panics leaves nobody waiting for ever.
            let said = tokio::spawn(read()).await;
            for asker in askers.into_iter().flatten() {
                if let Ok(Ok(value)) = &said {
                    // Whoever has gone needs no answer.
                    drop(asker.send(value.clone()));
                }
            }
            let others = {
                let mut waiting = self.waiting();
                let others = waiting.get(&key).is_some_and(|others| !others.is_empty());
                if !others {
                    waiting.remove(&key);
                }
                others
            };
            if !others {
                return;
            }
            sleep_until(begun + PACE).await;
        }
    }

    fn waiting(&self) -> MutexGuard<'_, HashMap<K, Vec<oneshot::Sender<V>>>> {
        self.0.lock().unwrap_or_else(|e| e.into_inner())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;
    use crate::base::problem::Problem;

    #[tokio::test(flavor = "multi_thread")]
    async fn many_share_a_read_that_began_after_they_asked() {
        let gathered: Arc<Gathered<&str, u32>> = Arc::default();
        let truth = Arc::new(AtomicU32::new(0));
        let reads = Arc::new(AtomicU32::new(0));
        let mut askers = tokio::task::JoinSet::new();
        for _ in 0..200 {
            let (gathered, truth, reads) = (gathered.clone(), truth.clone(), reads.clone());
            askers.spawn(async move {
                let changed = truth.fetch_add(1, Ordering::SeqCst) + 1;
                let read = move || {
                    let (truth, reads) = (truth.clone(), reads.clone());
                    async move {
                        reads.fetch_add(1, Ordering::SeqCst);
                        let value = truth.load(Ordering::SeqCst);
                        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
                        Ok(value)
                    }
                };
                let said = gathered.get("truth", read).await.expect("a value");
                assert!(said >= changed, "{said} was read before {changed} was true");
            });
        }
        while let Some(done) = askers.join_next().await {
            done.expect("fresh");
        }
        assert!(reads.load(Ordering::SeqCst) < 100, "reads are shared");
        assert!(gathered.waiting().is_empty(), "nothing is kept");
    }

    #[tokio::test]
    async fn a_failed_read_fails_those_who_asked_and_nobody_later() {
        let gathered: Arc<Gathered<&str, u32>> = Arc::default();
        let refused = gathered.get("it", || async { Err(Problem::not_found()) });
        assert_eq!(refused.await.expect_err("refused").code(), "not_found");
        assert_eq!(gathered.get("it", || async { Ok(7) }).await.ok(), Some(7));
    }
}
