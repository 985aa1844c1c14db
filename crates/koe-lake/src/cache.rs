//! Summaries of files, kept between questions.
//!
//! A sealed file never changes, so what one question found in it stays true for as long as the same
//! rows of it are removed. A dashboard that asks the same questions all day reads each file once, those
//! at the ends of its period included.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::answer::Group;
use crate::question::TimeRange;

/// What a kept summary is known by: the question without its time (a digest, because it may list
/// thousands of units), the file, the ends of the time that cut the file, and the state of the
/// tombstones that may touch it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Remembered {
    pub(crate) question: [u8; 32],
    pub(crate) path: String,
    pub(crate) time: TimeRange,
    pub(crate) tombstones: Option<u128>,
}

/// Least recently used out first, by estimated bytes.
#[derive(Debug)]
pub(crate) struct Memory {
    capacity: usize,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    bytes: usize,
    uses: u64,
    entries: HashMap<Remembered, Entry>,
    by_use: BTreeMap<u64, Remembered>,
}

#[derive(Debug)]
struct Entry {
    groups: Arc<Vec<Group>>,
    bytes: usize,
    used: u64,
}

impl Memory {
    pub(crate) fn new(capacity: usize) -> Self {
        Memory {
            capacity,
            state: Mutex::default(),
        }
    }

    /// A panic elsewhere leaves at worst a summary less.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn get(&self, key: &Remembered) -> Option<Arc<Vec<Group>>> {
        let state = &mut *self.state();
        let entry = state.entries.get_mut(key)?;
        state.uses += 1;
        state.by_use.remove(&entry.used);
        state.by_use.insert(state.uses, key.clone());
        entry.used = state.uses;
        Some(Arc::clone(&entry.groups))
    }

    /// Keeps a summary, unless it alone would push out most others.
    pub(crate) fn put(&self, key: Remembered, groups: Vec<Group>) {
        let bytes = key.path.len() + 256 + groups.iter().map(estimated_bytes).sum::<usize>();
        if bytes > self.capacity / 8 {
            return;
        }
        let state = &mut *self.state();
        if state.entries.contains_key(&key) {
            return;
        }
        state.uses += 1;
        state.bytes += bytes;
        state.by_use.insert(state.uses, key.clone());
        let used = state.uses;
        let groups = Arc::new(groups);
        state.entries.insert(
            key,
            Entry {
                groups,
                bytes,
                used,
            },
        );
        while state.bytes > self.capacity {
            let Some((_, oldest)) = state.by_use.pop_first() else {
                break;
            };
            if let Some(entry) = state.entries.remove(&oldest) {
                state.bytes -= entry.bytes;
            }
        }
    }

    /// Forgets what is kept of files that are no longer there.
    pub(crate) fn forget(&self, gone: impl Fn(&str) -> bool) {
        let state = &mut *self.state();
        let lost: Vec<Remembered> = state
            .entries
            .keys()
            .filter(|key| gone(&key.path))
            .cloned()
            .collect();
        for key in lost {
            if let Some(entry) = state.entries.remove(&key) {
                state.bytes -= entry.bytes;
                state.by_use.remove(&entry.used);
            }
        }
    }
}

fn estimated_bytes(group: &Group) -> usize {
    let key: usize = group.key.iter().flatten().map(|part| part.len() + 24).sum();
    let codes: usize = group.codes.keys().map(|code| code.len() + 64).sum();
    256 + key + codes + group.summary.histogram.len() * 48
}
