//! Records whose time is over: found, and then deleted or made nobody's.

use std::collections::{BTreeSet, HashSet};

use koe_lake::{
    Column, CommonColumn, Condition, FieldsWanted, Order, RecordsQuestion, Removed, Selection,
    Test, TimeRange, Tombstone, Value,
};
use serde::{Deserialize, Serialize};

use super::erase::{Left, hidden_fields, rows, without, words_of_links};
use super::pages;
use super::store::{self, Head, Time};
use crate::base::app::App;
use crate::base::db::Conn;
use crate::base::experience;
use crate::base::id::{CustomerId, LinkId, SurveyId};
use crate::base::problem::Outcome;
use crate::base::scope::Scope;
use crate::people::{self, Customer};

/// Which records of a survey are looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// The survey.
    pub survey: SurveyId,
    /// The version with which they were given.
    pub version: i64,
    /// When they were given: `from` included, `to` not.
    pub time: TimeRange,
    /// Whether imported records count.
    pub imports: bool,
}

/// A row that must leave every file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trace {
    /// The record.
    pub record: String,
    /// The last revision that must go.
    pub revision: i64,
    /// When it was given.
    pub occurred_ms: i64,
}

impl Trace {
    /// As the lake is told.
    pub fn tombstone(&self, survey: &SurveyId) -> Tombstone {
        Tombstone {
            removed: Removed::Record {
                id: self.record.clone(),
                revision: self.revision,
            },
            stream: Some(survey.as_str().to_owned()),
            occurred: Some((self.occurred_ms, self.occurred_ms)),
        }
    }
}

/// What became of records whose time is over.
#[derive(Clone, Debug, Default)]
pub struct Expired {
    /// Which records.
    pub left: Left,
    /// Personal links that lead to nobody now.
    pub links: usize,
    /// Rows that must leave every file.
    pub traces: Vec<Trace>,
}

impl Due {
    /// The selection of their rows in the lake.
    pub fn selection(&self, scope: &Scope) -> Selection {
        let mut selection = experience::selection(scope);
        selection.time = self.time;
        let mut condition = |column: CommonColumn, test: Test| {
            let column = Column::Common(column);
            selection.conditions.push(Condition { column, test });
        };
        let version = Value::Integer(self.version);
        condition(CommonColumn::Version, Test::Equals(version));
        if !self.imports {
            let import = Value::Code("import".to_owned());
            condition(CommonColumn::Source, Test::NoneOf(vec![import]));
        }
        selection
    }
}

/// Ids of records that are due, oldest first, at most `most`. To delete, all
/// that are there; to make them nobody's, those that are still somebody's: a
/// head says so, and where there is none, what came with the link.
///
/// # Errors
/// When store or lake cannot be read.
pub async fn find(
    app: &App,
    scope: &Scope,
    due: &Due,
    anonymise: bool,
    most: usize,
) -> Outcome<Vec<String>> {
    let stream = due.survey.as_str();
    let mut tx = app.db.read().await?;
    let schema = experience::stream(&mut tx, scope, stream).await?.schema;
    let mut tests: Vec<Option<Condition>> = vec![None];
    let mut found = Vec::new();
    if anonymise {
        let time = Time {
            stream,
            version: due.version,
            from_ms: due.time.from.unwrap_or(i64::MIN),
            to_ms: due.time.to.unwrap_or(i64::MAX),
            imports: due.imports,
        };
        found = store::due(
            &mut tx,
            scope,
            &time,
            i64::try_from(most).unwrap_or(i64::MAX),
        )
        .await?;
        let hidden = hidden_fields(&mut tx, app, scope, stream, due.version).await?;
        let there = |field: String| {
            let stream = Some(stream.to_owned());
            let column = Column::Field { stream, field };
            Some(Condition {
                column,
                test: Test::NotNull,
            })
        };
        let kept = schema.fields.iter().map(|field| field.id.clone());
        tests = kept.filter(|id| hidden.contains(id)).map(there).collect();
    }
    drop(tx);
    let snapshot = experience::snapshot_of(app, scope, &[stream]).await?;
    for test in tests {
        let Some(limit) = most.checked_sub(found.len()).filter(|limit| *limit > 0) else {
            break;
        };
        let mut selection = due.selection(scope);
        selection.conditions.extend(test);
        let question = RecordsQuestion {
            streams: vec![schema.clone()],
            selection,
            fields: FieldsWanted::Only(Vec::new()),
            order: Order::OldestFirst,
            limit,
            after: None,
        };
        let page = app.lake.records(&question, &snapshot).await;
        let page = page.map_err(experience::problem)?;
        let ids = page.records.into_iter().map(|one| one.row.common.record_id);
        for id in ids {
            if !found.contains(&id) {
                found.push(id);
            }
        }
    }
    Ok(found)
}

/// Deletes records, or makes them nobody's, within the caller's transaction:
/// answers, texts, keys, personal links (`links` are further ones to be
/// released), and their rows in the lake. Records that somebody else deleted
/// meanwhile are passed over, so that doing it twice changes nothing.
///
/// # Errors
/// When store or lake refuse; then nothing is changed.
pub async fn expire(
    conn: &mut Conn,
    app: &App,
    scope: &Scope,
    survey: &SurveyId,
    ids: &[String],
    links: Vec<LinkId>,
    anonymise: bool,
) -> Outcome<Expired> {
    let now_ms = app.clock.now_ms();
    let heads = heads(conn, app, scope, survey, ids, anonymise).await?;
    let ids: Vec<String> = heads
        .iter()
        .map(|head| head.id.as_str().to_owned())
        .collect();
    let mut texts = store::texts_of(conn, scope, &ids).await?;
    let mut links: BTreeSet<LinkId> = links.into_iter().collect();
    links.extend(heads.iter().filter_map(|head| head.link.clone()));
    let links: Vec<LinkId> = links.into_iter().collect();
    let mut expired = Expired {
        left: Left {
            texts: texts.values().map(|texts| texts.len() as u64).sum(),
            ..Left::default()
        },
        links: pages::forget_links(conn, scope, &links, now_ms).await?,
        traces: heads.iter().map(trace).collect(),
    };
    let kept = match anonymise {
        true => rows(conn, app, scope, &heads).await?,
        false => Vec::new(),
    };
    let words = match anonymise {
        true => words(conn, scope, &heads).await?,
        false => Vec::new(),
    };
    let of_links = words_of_links(conn, app, scope, &heads).await?;
    experience::forget_pending(conn, scope, &ids).await?;
    for trace in &expired.traces {
        let (id, tombstone) = (app.chance.id(now_ms), trace.tombstone(survey));
        experience::remove(conn, scope, &id, &tombstone, now_ms).await?;
    }
    if !anonymise {
        store::delete_all(conn, scope, &ids, now_ms).await?;
        expired.left.deleted = ids;
        return Ok(expired);
    }
    for head in &heads {
        let mut said = texts.remove(head.id.as_str()).unwrap_or_default();
        let hidden = &of_links[&(head.stream.clone(), head.version)];
        said.retain(|text| !hidden.contains(&text.field));
        for text in &mut said {
            text.body = without(&text.body, &words);
        }
        store::anonymise(conn, scope, head, &said, now_ms).await?;
    }
    let kept: Vec<_> = kept.iter().map(|row| (scope.organisation(), row)).collect();
    experience::append(conn, &kept).await?;
    expired.left.anonymised = ids;
    Ok(expired)
}

fn trace(head: &Head) -> Trace {
    Trace {
        record: head.id.as_str().to_owned(),
        revision: head.revision,
        occurred_ms: head.occurred_ms,
    }
}

/// Heads of the records that are to go, held until the transaction ends. One
/// that only the lake remembered gets a head, so that an import which brings
/// it again knows it.
async fn heads(
    conn: &mut Conn,
    app: &App,
    scope: &Scope,
    survey: &SurveyId,
    ids: &[String],
    anonymise: bool,
) -> Outcome<Vec<Head>> {
    let stream = survey.as_str();
    experience::next_edition(conn, scope, stream, None).await?;
    let held = store::hold(conn, scope, ids).await?;
    let standing: Vec<String> = ids
        .iter()
        .filter(|id| {
            held.get(*id)
                .is_some_and(|(deleted, erased)| !(*deleted || anonymise && *erased))
        })
        .cloned()
        .collect();
    let mut heads = store::heads(conn, scope, &standing).await?;
    let headless: Vec<String> = ids
        .iter()
        .filter(|id| !held.contains_key(*id))
        .cloned()
        .collect();
    if headless.is_empty() {
        return Ok(heads);
    }
    let schema = experience::stream(conn, scope, stream).await?.schema;
    // In a transaction of its own: a row that is being sealed is then seen in exactly one place.
    let snapshot = experience::snapshot_of(app, scope, &[stream]).await?;
    let found = experience::rows(app, scope, &[schema], &snapshot, &headless).await?;
    let mut made: Vec<Head> = found
        .values()
        .map(|record| Head::of(scope.organisation(), stream, &record.row))
        .collect();
    made.sort_by(|a, b| a.id.cmp(&b.id));
    store::insert_heads(conn, &made.iter().collect::<Vec<_>>()).await?;
    heads.extend(made);
    Ok(heads)
}

/// Names and identifiers of the people whose records these are, to be masked.
async fn words(conn: &mut Conn, scope: &Scope, heads: &[Head]) -> Outcome<Vec<String>> {
    let customers: HashSet<&CustomerId> = heads
        .iter()
        .filter_map(|head| head.customer.as_ref())
        .collect();
    let customers: Vec<CustomerId> = customers.into_iter().cloned().collect();
    let known = people::customers(conn, scope, &customers).await?;
    Ok(known.iter().flat_map(Customer::words).collect())
}
