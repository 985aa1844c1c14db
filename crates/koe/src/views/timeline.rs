//! One customer, everything in the order of time: answers, orders, contacts.

use std::collections::BTreeMap;

use axum::extract::State;
use jiff::Timestamp;
use koe_lake::{
    Column, CommonColumn, Condition, FieldsWanted, Order, Position, RecordsQuestion, Test, Value,
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::base::app::App;
use crate::base::clock::from_ms;
use crate::base::experience;
use crate::base::http::{Json, Listing, PageQuery, Path, Query};
use crate::base::id::{self, CustomerId};
use crate::base::problem::{Outcome, Problem, ProblemDocument};
use crate::org::{Actor, Permission};
use crate::people;
use crate::responses;
use crate::surveys;

/// One thing that happened between a customer and the company.
#[derive(Debug, Serialize, ToSchema)]
pub struct TimelineEntry {
    /// The record.
    pub id: String,
    /// When it took place.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// `survey`, `orders`, `contacts` …
    pub kind: String,
    /// Survey or stream.
    pub stream: String,
    /// Title of the survey by language; empty for other streams.
    pub title: BTreeMap<String, String>,
    /// Where.
    pub touchpoint_id: Option<String>,
    /// Kind of channel.
    pub channel: Option<String>,
    /// By whom it was served.
    pub unit_id: Option<String>,
    /// Coded values by field.
    #[schema(value_type = Object)]
    pub values: BTreeMap<String, serde_json::Value>,
    /// What they wrote.
    pub voices: Vec<TimelineVoice>,
}

/// A free text of an entry.
#[derive(Debug, Serialize, ToSchema)]
pub struct TimelineVoice {
    /// The question.
    pub field: String,
    /// The words.
    pub text: String,
}

/// A customer's timeline
///
/// Newest first, over all surveys and streams, within the units that the
/// asker may see. Confidential answers carry no customer and never appear.
#[utoipa::path(get, path = "/api/customers/{id}/timeline", tag = "people", operation_id = "customer_timeline",
    params(("id" = id::CustomerId, Path, description = "The customer"), PageQuery),
    responses(
        (status = 200, description = "A page of what happened", body = Listing<TimelineEntry>),
        (status = 404, description = "No such customer", body = ProblemDocument)))]
pub async fn customer_timeline(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<CustomerId>,
    Query(page): Query<PageQuery>,
) -> Outcome<Json<Listing<TimelineEntry>>> {
    let scope = actor.require(Permission::ReadPeople)?;
    let limit = page.limit(app.config.limits.page_rows)?;
    let after: Option<Position> =
        match page.after()? {
            None => None,
            Some(text) => Some(serde_json::from_str(&text).map_err(|_| {
                Problem::invalid("cursor", "use the next_cursor of the page before")
            })?),
        };
    let mut tx = app.db.read().await?;
    let customer = people::customer(&mut tx, scope, &id).await?;
    let names = people::pseudonyms(&mut tx, scope, &customer.id).await?;
    let streams = experience::streams(&mut tx, scope).await?;
    let ids: Vec<&str> = streams
        .iter()
        .map(|stream| stream.schema.id.as_str())
        .collect();
    let snapshot = experience::snapshot(&mut tx, scope, &ids).await?;
    let titles = surveys::titles(&mut tx, scope).await?;
    drop(tx);
    let mut selection = experience::selection(scope);
    selection.conditions.push(Condition {
        column: Column::Common(CommonColumn::Customer),
        test: Test::AnyOf(
            names
                .iter()
                .map(|name| Value::Code(name.as_str().to_owned()))
                .collect(),
        ),
    });
    let question = RecordsQuestion {
        streams: streams.iter().map(|stream| stream.schema.clone()).collect(),
        selection,
        fields: FieldsWanted::All,
        order: Order::NewestFirst,
        limit: usize::try_from(limit).unwrap_or(1),
        after,
    };
    let found = app
        .lake
        .records(&question, &snapshot)
        .await
        .map_err(experience::problem)?;
    let records: Vec<String> = found
        .records
        .iter()
        .map(|r| r.row.common.record_id.clone())
        .collect();
    let mut tx = app.db.read().await?;
    let mut texts = responses::texts_of(&mut tx, scope, &records).await?;
    drop(tx);
    let kinds: BTreeMap<&str, &str> = streams
        .iter()
        .map(|stream| (stream.schema.id.as_str(), stream.kind.as_str()))
        .collect();
    let mut items = Vec::with_capacity(found.records.len());
    for record in found.records {
        let common = record.row.common;
        let mut values = BTreeMap::new();
        for (field, value) in record.row.values {
            values.insert(field, serde_json::to_value(value)?);
        }
        items.push(TimelineEntry {
            at: from_ms(common.occurred_at),
            kind: kinds
                .get(record.stream.as_str())
                .copied()
                .unwrap_or("survey")
                .to_owned(),
            title: titles.get(&record.stream).cloned().unwrap_or_default(),
            touchpoint_id: common.touchpoint,
            channel: common.channel,
            unit_id: common.unit,
            values,
            voices: texts
                .remove(&common.record_id)
                .unwrap_or_default()
                .into_iter()
                .map(|text| TimelineVoice {
                    field: text.field,
                    text: text.body,
                })
                .collect(),
            stream: record.stream,
            id: common.record_id,
        });
    }
    let next_cursor = match found.next {
        None => None,
        Some(position) => Some(Listing::<()>::cursor(&serde_json::to_string(&position)?)),
    };
    Ok(Json(Listing { items, next_cursor }))
}
