//! Tombstones: rows that are no longer true, kept in the relational store until compaction has
//! dropped them from the files.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use serde::{Deserialize, Serialize};

use crate::row::Row;
use crate::writer::SealedFile;

/// What a tombstone removes.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Removed {
    /// A record, up to and including a revision. A correction is this plus a new row of a higher
    /// revision; a deletion names the last revision (or `i64::MAX`).
    Record {
        /// Record id.
        id: String,
        /// Last revision removed.
        revision: i64,
    },
    /// Every row of a customer's pseudonym: an erasure.
    Customer(String),
}

/// One tombstone. `stream` narrows what it removes; `occurred` only says where to look.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Tombstone {
    /// What it removes.
    pub removed: Removed,
    /// Only in this stream; everywhere when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream: Option<String>,
    /// The removed rows are known to have occurred between these times (ends included). Keeps all
    /// other files, and their kept summaries, out of the matter; absent when not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub occurred: Option<(i64, i64)>,
}

impl Tombstone {
    /// Whether the file may hold a row that the tombstone removes. A tombstone may be forgotten
    /// once no file of the manifest that was written before it was folded in may hold one.
    pub fn may_touch(&self, file: &SealedFile) -> bool {
        self.stream
            .as_ref()
            .is_none_or(|stream| *stream == file.stream)
            && self.occurred.is_none_or(|(first, last)| {
                first <= file.max_occurred_at && file.min_occurred_at <= last
            })
    }
}

/// Tombstones with a mark each. The sum of the marks tells the state of a file apart, whatever order
/// its tombstones came in. Two states of equal sum would share a kept summary; 128 bits make that
/// as unlikely as a wrong bit in memory.
#[derive(Debug)]
pub(crate) struct Marked(Vec<(Tombstone, u128)>);

impl Marked {
    pub(crate) fn of(tombstones: Vec<Tombstone>) -> Self {
        let marked = tombstones.into_iter().map(|tombstone| {
            let half = |salt: u64| {
                let mut hasher = DefaultHasher::new();
                (salt, &tombstone.removed).hash(&mut hasher);
                u128::from(hasher.finish())
            };
            let mark = half(1) << 64 | half(2);
            (tombstone, mark)
        });
        Marked(marked.collect())
    }

    /// The state of a file: `None` when no tombstone may touch it.
    pub(crate) fn state(&self, file: &SealedFile) -> Option<u128> {
        self.0
            .iter()
            .filter(|(tombstone, _)| tombstone.may_touch(file))
            .map(|(_, mark)| *mark)
            .reduce(u128::wrapping_add)
    }

    /// The tombstones that may touch one of the files.
    pub(crate) fn touching(&self, files: &[&SealedFile]) -> Graveyard {
        let touching = self
            .0
            .iter()
            .map(|(tombstone, _)| tombstone)
            .filter(|tombstone| files.iter().any(|file| tombstone.may_touch(file)));
        Graveyard::of(touching)
    }
}

/// The tombstones that concern one set of rows, ready to be asked row by row.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Graveyard {
    records: HashMap<String, i64>,
    customers: HashSet<String>,
}

impl Graveyard {
    pub(crate) fn of<'a>(tombstones: impl IntoIterator<Item = &'a Tombstone>) -> Self {
        let mut graveyard = Graveyard::default();
        for tombstone in tombstones {
            match &tombstone.removed {
                Removed::Record { id, revision } => {
                    let last = graveyard.records.entry(id.clone()).or_insert(*revision);
                    *last = (*last).max(*revision);
                }
                Removed::Customer(customer) => {
                    graveyard.customers.insert(customer.clone());
                }
            }
        }
        graveyard
    }

    pub(crate) fn names_records(&self) -> bool {
        !self.records.is_empty()
    }

    pub(crate) fn names_customers(&self) -> bool {
        !self.customers.is_empty()
    }

    pub(crate) fn removes_record(&self, id: &str, revision: i64) -> bool {
        self.records.get(id).is_some_and(|last| revision <= *last)
    }

    pub(crate) fn removes_customer(&self, customer: &str) -> bool {
        self.customers.contains(customer)
    }

    pub(crate) fn removes(&self, row: &Row) -> bool {
        let common = &row.common;
        self.removes_record(&common.record_id, common.revision)
            || common
                .customer
                .as_ref()
                .is_some_and(|customer| self.removes_customer(customer))
    }
}
