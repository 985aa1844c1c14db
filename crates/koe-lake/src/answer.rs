//! Answers: one mergeable summary per group.

use std::collections::{BTreeMap, HashMap};

use koe_analysis::summary::{Summary, Tally};
use serde::{Deserialize, Serialize};

/// The key of a group, one entry per dimension; absent where the row has no value.
pub type Key = Vec<Option<String>>;

/// All that an answer says of one group.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Group {
    /// One entry per dimension of the question, in its order.
    pub key: Key,
    /// All rows of the group, whether or not they have the measured value. In a weighted question
    /// `n` counts all rows, the weights are those of the rows that have one above zero.
    pub rows: Tally,
    /// The measured values. Empty for counts of rows and of codes, except for `n_missing`.
    pub summary: Summary,
    /// Counts per code, for [`Measure::CodeShare`](crate::Measure::CodeShare).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub codes: BTreeMap<String, Tally>,
}

impl Group {
    /// Adds the rows of another group; the key stays.
    pub fn merge(&mut self, other: &Group) {
        self.rows.merge(&other.rows);
        self.summary.merge(&other.summary);
        for (code, tally) in &other.codes {
            self.codes.entry(code.clone()).or_default().merge(tally);
        }
    }
}

/// What it took to answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Work {
    /// Files that were read.
    pub files_read: usize,
    /// Files whose kept summary was used instead.
    pub files_remembered: usize,
    /// Pending rows that were looked at.
    pub pending_rows: usize,
}

/// The answer to a [`Question`](crate::Question).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// Groups that have rows, in the order of their keys (absent first).
    pub groups: Vec<Group>,
    /// What it took.
    pub work: Work,
}

impl Answer {
    /// The group of that key.
    pub fn group(&self, key: &[Option<&str>]) -> Option<&Group> {
        self.groups.iter().find(|group| {
            group.key.len() == key.len()
                && group
                    .key
                    .iter()
                    .zip(key)
                    .all(|(have, asked)| have.as_deref() == *asked)
        })
    }

    /// All groups as one, without a key.
    pub fn total(&self) -> Group {
        let mut total = Group::default();
        for group in &self.groups {
            total.merge(group);
        }
        total
    }

    /// Groups merged under new keys: several units into their region of today, months into fiscal
    /// years.
    pub fn regroup(&self, new_key: impl Fn(&Key) -> Key) -> Answer {
        let mut groups = Groups::default();
        for group in &self.groups {
            groups.at(new_key(&group.key)).merge(group);
        }
        Answer {
            groups: groups.sorted(),
            work: self.work,
        }
    }
}

/// Groups while they are being collected.
#[derive(Debug, Clone, Default)]
pub(crate) struct Groups(HashMap<Key, Group>);

impl Groups {
    pub(crate) fn at(&mut self, key: Key) -> &mut Group {
        self.0.entry(key).or_insert_with_key(|key| Group {
            key: key.clone(),
            ..Group::default()
        })
    }

    pub(crate) fn add(&mut self, group: &Group) {
        match self.0.get_mut(&group.key) {
            Some(known) => known.merge(group),
            None => {
                self.0.insert(group.key.clone(), group.clone());
            }
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn sorted(self) -> Vec<Group> {
        let mut groups: Vec<Group> = self.0.into_values().collect();
        groups.sort_unstable_by(|one, other| one.key.cmp(&other.key));
        groups
    }
}
