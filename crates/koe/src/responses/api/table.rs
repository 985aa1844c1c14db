//! The response table: reading, correcting and deleting single responses.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::StatusCode;
use jiff::Timestamp;
use koe_lake::{PendingRow, Position, Removed, TimeRange, Tombstone};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::base::app::App;
use crate::base::clock::from_ms;
use crate::base::experience;
use crate::base::http::{Json, Listing, PageQuery, Path, Query};
use crate::base::id::{self, RecordId, SurveyId};
use crate::base::outbox::{self, Event};
use crate::base::problem::{FieldProblem, Outcome, Problem, ProblemDocument};
use crate::org::{Actor, Permission, record_audit};
use crate::responses::{FROZEN, lookup, model, store};
use crate::surveys::{self, Answers, Completeness, Flow, Language, fields, validate};

/// A response as a row of the table.
#[derive(Debug, Serialize, ToSchema)]
pub struct ResponseRow {
    /// Its record.
    pub id: RecordId,
    /// When the experience took place.
    #[schema(value_type = String, format = DateTime)]
    pub occurred_at: Timestamp,
    /// Version that was answered.
    pub version: i64,
    /// `link`, `api`, an import.
    pub source: String,
    /// Language tag.
    pub language: Option<String>,
    /// How long answering took, in milliseconds.
    pub duration_ms: Option<i64>,
    /// Where.
    pub touchpoint_id: Option<String>,
    /// Kind of channel.
    pub channel: Option<String>,
    /// By whom it was served.
    pub unit_id: Option<String>,
    /// Whose experience.
    pub customer_id: Option<String>,
    /// Coded answers by field.
    #[schema(value_type = Object)]
    pub values: BTreeMap<String, serde_json::Value>,
    /// Free texts by question.
    pub texts: BTreeMap<String, String>,
}

/// Which responses.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Period {
    /// From this moment on.
    #[param(value_type = Option<String>, format = DateTime)]
    from: Option<Timestamp>,
    /// Before this moment.
    #[param(value_type = Option<String>, format = DateTime)]
    to: Option<Timestamp>,
}

/// New answers in place of the old.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Correction {
    /// All answers, as they should have been.
    answers: Answers,
}

/// List the responses of a survey
///
/// Newest first. Not for confidential programmes.
#[utoipa::path(get, path = "/api/surveys/{id}/responses", tag = "responses", operation_id = "list_responses",
    params(("id" = id::SurveyId, Path, description = "The survey"), Period, PageQuery),
    responses(
        (status = 200, description = "A page of responses", body = Listing<ResponseRow>),
        (status = 403, description = "Confidential, or not allowed", body = ProblemDocument),
        (status = 404, description = "No such survey", body = ProblemDocument)))]
pub async fn list_responses(
    State(app): State<App>,
    actor: Actor,
    Path(survey): Path<SurveyId>,
    Query(period): Query<Period>,
    Query(page): Query<PageQuery>,
) -> Outcome<Json<Listing<ResponseRow>>> {
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
    let version = surveys::current(&app, &mut tx, scope, &survey).await?;
    drop(tx);
    lookup::refuse_confidential(&version.document)?;
    let time = TimeRange {
        from: period.from.map(Timestamp::as_millisecond),
        to: period.to.map(Timestamp::as_millisecond),
    };
    let found = lookup::page(
        &app,
        scope,
        &survey,
        time,
        usize::try_from(limit).unwrap_or(1),
        after,
    )
    .await?;
    let ids: Vec<String> = found
        .records
        .iter()
        .map(|r| r.row.common.record_id.clone())
        .collect();
    let mut tx = app.db.read().await?;
    let mut texts = store::texts_of(&mut tx, scope, &ids).await?;
    drop(tx);
    let mut items = Vec::with_capacity(found.records.len());
    for record in found.records {
        let common = record.row.common;
        let mut values = BTreeMap::new();
        for (field, value) in record.row.values {
            values.insert(field, serde_json::to_value(value)?);
        }
        items.push(ResponseRow {
            occurred_at: from_ms(common.occurred_at),
            version: common.version,
            source: common.source,
            language: common.language,
            duration_ms: common.duration_ms,
            touchpoint_id: common.touchpoint,
            channel: common.channel,
            unit_id: common.unit,
            customer_id: common.customer,
            values,
            texts: texts
                .remove(&common.record_id)
                .unwrap_or_default()
                .into_iter()
                .map(|text| (text.field, text.body))
                .collect(),
            id: RecordId::stored(common.record_id),
        });
    }
    let next_cursor = match found.next {
        None => None,
        Some(position) => Some(Listing::<()>::cursor(&serde_json::to_string(&position)?)),
    };
    Ok(Json(Listing { items, next_cursor }))
}

/// Correct a response
///
/// The corrected answers take the place of the old ones in every result.
#[utoipa::path(patch, path = "/api/responses/{id}", tag = "responses", operation_id = "correct_response",
    params(("id" = id::RecordId, Path, description = "The response")),
    request_body = Correction,
    responses(
        (status = 204, description = "Corrected"),
        (status = 404, description = "No such response", body = ProblemDocument),
        (status = 422, description = "An answer cannot be taken", body = ProblemDocument)))]
pub async fn correct_response(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<RecordId>,
    Json(input): Json<Correction>,
) -> Outcome<StatusCode> {
    let scope = actor.require(Permission::EditResponses)?;
    let now_ms = app.clock.now_ms();
    let mut tx = app.db.write().await?;
    let (head, mut row) = lookup::one(&app, &mut tx, scope, &id).await?;
    let survey: SurveyId = head.stream.parse().map_err(|_| Problem::not_found())?;
    let version = surveys::version(&app, &mut tx, scope, &survey, head.version).await?;
    lookup::refuse_confidential(&version.document)?;
    let flow = Flow::new(&version.document);
    let none = surveys::Fields::new();
    let accepted = validate::accept(&flow, &input.answers, &none, Completeness::Partial).map_err(
        |problems| {
            Problem::invalid_fields(
                problems
                    .into_iter()
                    .map(|problem| FieldProblem {
                        field: format!("answers.{}", problem.question),
                        message: problem
                            .message
                            .get(&Language::en(), &Language::en())
                            .to_owned(),
                    })
                    .collect(),
            )
        },
    )?;
    // Hidden fields came with the answer and are not the corrector's to change.
    let hidden: Vec<String> = version
        .document
        .hidden_fields
        .iter()
        .map(|field| fields::field_of_hidden(field).to_owned())
        .collect();
    let mut values = fields::values(&version.document, &accepted.answers, &none);
    for field in hidden {
        if let Some(kept) = row.values.get(&field) {
            values.insert(field, kept.clone());
        }
    }
    // What was known of the customer when it was stored stays as it was.
    let frozen = row.values.into_iter();
    values.extend(frozen.filter(|(field, _)| field.starts_with(FROZEN)));
    let occurred = row.common.occurred_at;
    let tombstone = Tombstone {
        removed: Removed::Record {
            id: id.as_str().to_owned(),
            revision: head.revision,
        },
        stream: Some(head.stream.clone()),
        occurred: Some((occurred, occurred)),
    };
    experience::remove(&mut tx, scope, &app.chance.id(now_ms), &tombstone, now_ms).await?;
    row.values = values;
    row.common.revision = head.revision + 1;
    row.common.recorded_at = now_ms;
    let pending = PendingRow {
        stream: head.stream.clone(),
        row,
    };
    experience::append(&mut tx, &[(scope.organisation().clone(), pending)]).await?;
    let texts = model::texts(&version.document, &accepted.answers);
    store::correct(&mut tx, &head, head.revision + 1, &texts).await?;
    let event = Event::RecordsStored {
        records: vec![id.as_str().to_owned()],
    };
    outbox::emit(
        &mut tx,
        &app.chance.id(now_ms),
        scope.organisation(),
        &event,
        now_ms,
    )
    .await?;
    let detail = serde_json::json!({ "revision": head.revision + 1 });
    record_audit(
        &mut tx,
        &app,
        scope,
        "response.correct",
        id.as_str(),
        detail,
    )
    .await?;
    tx.commit().await?;
    app.nudge.notify_one();
    Ok(StatusCode::NO_CONTENT)
}

/// Delete a response
///
/// It leaves every result at once, and the files with the next compaction.
#[utoipa::path(delete, path = "/api/responses/{id}", tag = "responses", operation_id = "delete_response",
    params(("id" = id::RecordId, Path, description = "The response")),
    responses(
        (status = 204, description = "Deleted"),
        (status = 404, description = "No such response", body = ProblemDocument)))]
pub async fn delete_response(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<RecordId>,
) -> Outcome<StatusCode> {
    let scope = actor.require(Permission::EditResponses)?;
    let now_ms = app.clock.now_ms();
    let mut tx = app.db.write().await?;
    let ids = [id.as_str().to_owned()];
    let head = store::heads(&mut tx, scope, &ids)
        .await?
        .pop()
        .ok_or_else(Problem::not_found)?;
    let tombstone = Tombstone {
        removed: Removed::Record {
            id: id.as_str().to_owned(),
            revision: head.revision,
        },
        stream: Some(head.stream.clone()),
        occurred: Some((head.occurred_ms, head.occurred_ms)),
    };
    experience::remove(&mut tx, scope, &app.chance.id(now_ms), &tombstone, now_ms).await?;
    store::delete(&mut tx, &head, now_ms).await?;
    let event = Event::RecordsDeleted {
        records: vec![id.as_str().to_owned()],
    };
    outbox::emit(
        &mut tx,
        &app.chance.id(now_ms),
        scope.organisation(),
        &event,
        now_ms,
    )
    .await?;
    record_audit(
        &mut tx,
        &app,
        scope,
        "response.delete",
        id.as_str(),
        serde_json::Value::Null,
    )
    .await?;
    tx.commit().await?;
    app.nudge.notify_one();
    Ok(StatusCode::NO_CONTENT)
}
