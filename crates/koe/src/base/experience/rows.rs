//! Single rows of the lake: what was frozen with certain records, and which
//! records fit.

use std::collections::{BTreeSet, HashMap};

use koe_lake::{
    Column, Common, CommonColumn, Condition, FieldsWanted, Order, Record, RecordsQuestion,
    Selection, Snapshot, StreamSchema, Test, TimeRange, Value,
};

use super::{problem, snapshot_of, store, visible_units};
use crate::base::app::App;
use crate::base::problem::{Outcome, Problem};
use crate::base::scope::Scope;

/// Records looked for in one question to the files.
const IDS: usize = 5_000;

/// What was frozen with records of a stream when they happened, by record
/// id. `occurred` are the first and last moment at which they did. Rows that
/// wait are found by their key; only the others are looked for in files.
///
/// # Errors
/// When store or lake cannot be read; 404 when the stream is absent.
pub async fn commons(
    app: &App,
    scope: &Scope,
    stream: &str,
    ids: &[String],
    occurred: (i64, i64),
) -> Outcome<HashMap<String, Common>> {
    let mut tx = app.db.read().await?;
    let schema = store::stream(&mut tx, scope, stream).await?.schema;
    let mut found: HashMap<String, Common> = HashMap::with_capacity(ids.len());
    for row in store::pending_of(&mut tx, scope, stream, ids).await? {
        let known = found.get(&row.common.record_id);
        if known.is_none_or(|known| known.revision < row.common.revision) {
            found.insert(row.common.record_id.clone(), row.common);
        }
    }
    drop(tx);
    let missing: Vec<&String> = ids.iter().filter(|id| !found.contains_key(*id)).collect();
    if missing.is_empty() {
        return Ok(found);
    }
    // After the look at what waits: a row that was sealed in between is in a
    // file by now.
    let snapshot = snapshot_of(app, scope, &[stream]).await?;
    for ids in missing.chunks(IDS) {
        let ids = ids.iter().map(|id| Value::Code((*id).clone())).collect();
        let question = RecordsQuestion {
            streams: vec![schema.clone()],
            selection: Selection {
                units: visible_units(scope),
                time: TimeRange {
                    from: Some(occurred.0),
                    to: occurred.1.checked_add(1),
                },
                conditions: vec![Condition {
                    column: Column::Common(CommonColumn::RecordId),
                    test: Test::AnyOf(ids),
                }],
            },
            fields: FieldsWanted::Only(Vec::new()),
            order: Order::OldestFirst,
            limit: IDS,
            after: None,
        };
        let page = app
            .lake
            .records(&question, &snapshot)
            .await
            .map_err(problem)?;
        found.extend(page.records.into_iter().map(|record| {
            let common = record.row.common;
            (common.record_id.clone(), common)
        }));
    }
    Ok(found)
}

/// Rows of certain records, in whichever of the streams they are, by record id.
///
/// # Errors
/// When the lake cannot be read.
pub async fn rows(
    app: &App,
    scope: &Scope,
    streams: &[StreamSchema],
    snapshot: &Snapshot,
    ids: &[String],
) -> Outcome<HashMap<String, Record>> {
    let mut found = HashMap::with_capacity(ids.len());
    for ids in ids.chunks(IDS) {
        let ids = ids.iter().map(|id| Value::Code(id.clone())).collect();
        let question = RecordsQuestion {
            streams: streams.to_vec(),
            selection: Selection {
                units: visible_units(scope),
                time: TimeRange::default(),
                conditions: vec![Condition {
                    column: Column::Common(CommonColumn::RecordId),
                    test: Test::AnyOf(ids),
                }],
            },
            fields: FieldsWanted::All,
            order: Order::OldestFirst,
            limit: IDS,
            after: None,
        };
        let page = app
            .lake
            .records(&question, snapshot)
            .await
            .map_err(problem)?;
        let records = page.records.into_iter();
        found.extend(records.map(|record| (record.row.common.record_id.clone(), record)));
    }
    Ok(found)
}

/// Ids of all records of streams that fit a selection, within the scope.
///
/// # Errors
/// 422 on `filters` when there are more than `most`.
pub async fn record_ids(
    app: &App,
    scope: &Scope,
    streams: Vec<StreamSchema>,
    mut selection: Selection,
    most: usize,
) -> Outcome<Vec<String>> {
    selection.units = visible_units(scope);
    let own = streams.iter().map(|stream| stream.id.as_str());
    let names: BTreeSet<&str> = own.chain(selection.other_streams()).collect();
    let names: Vec<&str> = names.into_iter().collect();
    let snapshot = snapshot_of(app, scope, &names).await?;
    let question = RecordsQuestion {
        streams,
        selection,
        fields: FieldsWanted::Only(Vec::new()),
        order: Order::OldestFirst,
        limit: 0,
        after: None,
    };
    let mut export = app.lake.export(&question, &snapshot).map_err(problem)?;
    let mut ids = Vec::new();
    while let Some(batch) = export.next().await {
        ids.extend(
            batch
                .map_err(problem)?
                .into_iter()
                .map(|record| record.row.common.record_id),
        );
        if ids.len() > most {
            return Err(Problem::invalid(
                "filters",
                format!(
                    "more than {most} records have these answers; choose a shorter period or fewer units"
                ),
            ));
        }
    }
    Ok(ids)
}
