//! One customer, everything in the order of time: answers, orders, contacts.

use std::collections::BTreeMap;

use axum::extract::State;
use jiff::Timestamp;
use koe_lake::{
    Column, CommonColumn, Condition, FieldsWanted, Order, Position, RecordsQuestion, Test, Value,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::base::app::App;
use crate::base::clock::from_ms;
use crate::base::experience;
use crate::base::http::{Json, Listing, PageQuery, Path, Query};
use crate::base::id::{self, CustomerId};
use crate::base::problem::{Outcome, Problem, ProblemDocument};
use crate::org::{Actor, Permission, record_audit};
use crate::people;
use crate::responses;
use crate::surveys;
use crate::voices::{PersonalSpan, show};

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
    /// The words, personal data masked unless asked for otherwise.
    pub text: String,
    /// Whether something in them is masked.
    pub masked: bool,
    /// Personal data in `text`, or the masks in their place.
    pub personal_data: Vec<PersonalSpan>,
}

/// How a timeline is shown.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct TimelineQuery {
    /// false: personal data in the words are shown, and the audit log tells.
    masked: Option<bool>,
    /// Only this kind: `survey`, `orders`, `contacts` …
    kind: Option<String>,
}

/// A customer's timeline
///
/// Newest first, over all surveys and streams, within the units that the
/// asker may see. Confidential answers carry no customer and never appear.
/// Personal data in the words are masked, as in every list of voices.
#[utoipa::path(get, path = "/api/customers/{id}/timeline", tag = "people", operation_id = "customer_timeline",
    params(("id" = id::CustomerId, Path, description = "The customer"), TimelineQuery, PageQuery),
    responses(
        (status = 200, description = "A page of what happened", body = Listing<TimelineEntry>),
        (status = 404, description = "No such customer", body = ProblemDocument)))]
pub async fn customer_timeline(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<CustomerId>,
    Query(wanted): Query<TimelineQuery>,
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
    let mut streams = experience::streams(&mut tx, scope).await?;
    if let Some(kind) = &wanted.kind {
        streams.retain(|stream| stream.kind == *kind);
    }
    let ids: Vec<&str> = streams
        .iter()
        .map(|stream| stream.schema.id.as_str())
        .collect();
    let snapshot = experience::snapshot(&app, &mut tx, scope, &ids).await?;
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
    let unmasked = wanted.masked == Some(false);
    let mut tx = app.db.read().await?;
    let mut texts = responses::texts_of(&mut tx, scope, &records).await?;
    drop(tx);
    let mut told: Vec<String> = Vec::new();
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
        let mut voices = Vec::new();
        for text in texts.remove(&common.record_id).unwrap_or_default() {
            let shown = show(&text.body, unmasked);
            if unmasked && !shown.personal_data.is_empty() {
                told.push(common.record_id.clone());
            }
            voices.push(TimelineVoice {
                field: text.field,
                text: shown.text,
                masked: shown.masked,
                personal_data: shown
                    .personal_data
                    .into_iter()
                    .map(PersonalSpan::from)
                    .collect(),
            });
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
            voices,
            stream: record.stream,
            id: common.record_id,
        });
    }
    if !told.is_empty() {
        let mut tx = app.db.write().await?;
        let detail = serde_json::json!({ "records": told });
        let subject = customer.id.as_str();
        record_audit(&mut tx, &app, scope, "voice.unmask", subject, detail).await?;
        tx.commit().await?;
    }
    let next_cursor = match found.next {
        None => None,
        Some(position) => Some(Listing::<()>::cursor(&serde_json::to_string(&position)?)),
    };
    Ok(Json(Listing { items, next_cursor }))
}
