//! Which records a stream has already, so that a row is taken in once however often it comes.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};

use koe_lake::{
    Column, CommonColumn, Condition, FieldsWanted, Order, RecordsQuestion, Row, StreamSchema, Test,
    Value,
};

use super::chunk::Ready;
use crate::base::app::App;
use crate::base::db::Conn;
use crate::base::experience;
use crate::base::problem::Outcome;
use crate::base::scope::Scope;
use crate::responses::{self, Head};

/// The imported records of a stream, as they were at one edition of it. Eight bytes each: what is
/// not among them is new; what is among them is looked up.
pub(super) struct Known {
    /// The edition of the stream they are from.
    pub edition: i64,
    marks: HashSet<u64>,
    hasher: RandomState,
}

impl Known {
    /// Reads which records a stream has.
    ///
    /// # Errors
    /// When store or lake cannot be read.
    pub async fn read(app: &App, scope: &Scope, stream: &StreamSchema) -> Outcome<Self> {
        let mut tx = app.db.read().await?;
        let edition = experience::edition(&mut tx, scope, &stream.id).await?;
        let deleted = responses::deleted_of(&mut tx, scope, &stream.id).await?;
        let snapshot = experience::snapshot(app, &mut tx, scope, &[&stream.id]).await?;
        drop(tx);
        let mut known = Self {
            edition,
            marks: HashSet::new(),
            hasher: RandomState::new(),
        };
        deleted.iter().for_each(|id| known.add(id));
        let mut selection = experience::selection(scope);
        selection.conditions.push(Condition {
            column: Column::Common(CommonColumn::Source),
            test: Test::Equals(Value::Code("import".to_owned())),
        });
        let question = RecordsQuestion {
            streams: vec![stream.clone()],
            selection,
            fields: FieldsWanted::Only(Vec::new()),
            order: Order::OldestFirst,
            limit: 0,
            after: None,
        };
        let mut export = app
            .lake
            .export(&question, &snapshot)
            .map_err(experience::problem)?;
        while let Some(batch) = export.next().await {
            for record in batch.map_err(experience::problem)? {
                known.add(&record.row.common.record_id);
            }
        }
        Ok(known)
    }

    /// Notes a record that was taken in.
    pub fn add(&mut self, id: &str) {
        self.marks.insert(self.hasher.hash_one(id));
    }

    /// Those of these records that the stream may have.
    pub fn among(&self, records: &[Ready<'_>]) -> Vec<String> {
        if self.marks.is_empty() {
            return Vec::new();
        }
        records
            .iter()
            .map(|one| one.id.as_str())
            .filter(|id| self.marks.contains(&self.hasher.hash_one(id)))
            .map(str::to_owned)
            .collect()
    }
}

/// A record as it stood before a chunk.
#[derive(Clone, Debug)]
pub(super) enum Before {
    /// Somebody deleted it, or an erasure cut it from its person: it stays so, however often it is
    /// imported.
    Gone,
    /// The store has its head.
    Head(Box<Head>),
    /// Only the lake remembers it.
    Row(Box<Row>),
}

impl Before {
    /// The revision that holds, and when it occurred; none for what is gone.
    pub fn standing(&self) -> Option<(i64, i64)> {
        match self {
            Self::Gone => None,
            Self::Head(head) => Some((head.revision, head.occurred_ms)),
            Self::Row(row) => Some((row.common.revision, row.common.occurred_at)),
        }
    }

    /// Whether a record says the same as it did.
    pub fn says_the_same(&self, one: &Ready<'_>) -> bool {
        match self {
            Self::Gone => true,
            Self::Head(head) => head.content_hash == Some(one.content()),
            Self::Row(row) => !one.needs_head() && one.content() == responses::content(row),
        }
    }
}

/// How these records stand in the store: with their heads, or gone.
///
/// # Errors
/// When the store cannot be read.
pub(super) async fn in_store(
    conn: &mut Conn,
    scope: &Scope,
    ids: &[String],
) -> Outcome<HashMap<String, Before>> {
    let mut found = HashMap::new();
    for head in responses::heads(conn, scope, ids).await? {
        let id = head.id.as_str().to_owned();
        found.insert(id, Before::Head(Box::new(head)));
    }
    // A record that was made nobody's still has a head.
    for id in responses::erased(conn, scope, ids).await? {
        found.insert(id, Before::Gone);
    }
    Ok(found)
}

/// How these records of a stream stand; those that are nowhere are left out.
///
/// # Errors
/// When store or lake cannot be read.
pub(super) async fn standing(
    app: &App,
    scope: &Scope,
    stream: &StreamSchema,
    ids: &[String],
) -> Outcome<HashMap<String, Before>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let mut tx = app.db.read().await?;
    let mut found = in_store(&mut tx, scope, ids).await?;
    let snapshot = experience::snapshot(app, &mut tx, scope, &[&stream.id]).await?;
    drop(tx);
    let others: Vec<String> = ids
        .iter()
        .filter(|id| !found.contains_key(*id))
        .cloned()
        .collect();
    let streams = std::slice::from_ref(stream);
    for (id, record) in experience::rows(app, scope, streams, &snapshot, &others).await? {
        found.insert(id, Before::Row(Box::new(record.row)));
    }
    Ok(found)
}
