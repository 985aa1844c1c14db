//! The response table: reading, correcting and deleting single responses.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use jiff::Timestamp;
use koe_lake::{PendingRow, Position, Removed, Row, Tombstone};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::base::app::App;
use crate::base::clock::from_ms;
use crate::base::db::Conn;
use crate::base::experience;
use crate::base::http::{Json, Listing, PageQuery, Path, Query};
use crate::base::id::{self, RecordId, SurveyId};
use crate::base::outbox::{self, Event};
use crate::base::problem::{Outcome, Problem, ProblemDocument};
use crate::base::scope::Scope;
use crate::base::text;
use crate::org::{Actor, Permission, record_audit};
use crate::people::FROZEN;
use crate::responses::chosen::Chosen;
use crate::responses::{Text, lookup, model, store};
use crate::surveys::{
    self, AnswerProblem, Answers, Completeness, Fields, Flow, Language, fields, validate,
};

/// A response as it stands.
#[derive(Debug, Serialize, ToSchema)]
pub struct ResponseView {
    /// Its record.
    pub id: RecordId,
    /// The survey it answers.
    pub survey_id: SurveyId,
    /// When the experience took place.
    #[schema(value_type = String, format = DateTime)]
    pub occurred_at: Timestamp,
    /// Version that was answered.
    pub version: i64,
    /// 1, and one more with every correction.
    pub revision: i64,
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
    /// Answers by question, as they are sent to the intake.
    pub answers: Answers,
    /// Hidden fields that came with the answer.
    pub fields: Fields,
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
    params(("id" = id::SurveyId, Path, description = "The survey"), Chosen, PageQuery),
    responses(
        (status = 200, description = "A page of responses", body = Listing<ResponseView>),
        (status = 403, description = "Confidential, or not allowed", body = ProblemDocument),
        (status = 404, description = "No such survey", body = ProblemDocument)))]
pub async fn list_responses(
    State(app): State<App>,
    actor: Actor,
    Path(survey): Path<SurveyId>,
    Query(chosen): Query<Chosen>,
    Query(page): Query<PageQuery>,
) -> Outcome<Json<Listing<ResponseView>>> {
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
    lookup::refuse_confidential(&version.document)?;
    let choice = chosen.read(&mut tx, scope, &version.document).await?;
    drop(tx);
    let found = lookup::page(
        &app,
        scope,
        &survey,
        choice.selection(scope),
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
    let mut items = Vec::with_capacity(found.records.len());
    for record in found.records {
        let words = texts
            .remove(&record.row.common.record_id)
            .unwrap_or_default();
        items.push(view(&app, &mut tx, scope, &survey, record.row, words).await?);
    }
    let next_cursor = match found.next {
        None => None,
        Some(position) => Some(Listing::<()>::cursor(&serde_json::to_string(&position)?)),
    };
    Ok(Json(Listing { items, next_cursor }))
}

/// Show a response
///
/// Not for confidential programmes.
#[utoipa::path(get, path = "/api/responses/{id}", tag = "responses", operation_id = "show_response",
    params(("id" = id::RecordId, Path, description = "The response")),
    responses(
        (status = 200, description = "The response", body = ResponseView),
        (status = 403, description = "Confidential, or not allowed", body = ProblemDocument),
        (status = 404, description = "No such response", body = ProblemDocument)))]
pub async fn show_response(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<RecordId>,
) -> Outcome<Json<ResponseView>> {
    let scope = actor.require(Permission::ReadPeople)?;
    let lookup::Seen { stream, row, .. } = lookup::seen(&app, scope, &id).await?;
    let survey: SurveyId = stream.parse().map_err(|_| Problem::not_found())?;
    let mut tx = app.db.read().await?;
    let version = surveys::version(&app, &mut tx, scope, &survey, row.common.version).await?;
    lookup::refuse_confidential(&version.document)?;
    let ids = [id.as_str().to_owned()];
    let mut texts = store::texts_of(&mut tx, scope, &ids).await?;
    let words = texts.remove(id.as_str()).unwrap_or_default();
    Ok(Json(view(&app, &mut tx, scope, &survey, row, words).await?))
}

async fn view(
    app: &App,
    conn: &mut Conn,
    scope: &Scope,
    survey: &SurveyId,
    row: Row,
    words: Vec<Text>,
) -> Outcome<ResponseView> {
    let common = row.common;
    let version = surveys::version(app, conn, scope, survey, common.version).await?;
    let words: BTreeMap<String, String> = words
        .into_iter()
        .map(|text| (text.field, text.body))
        .collect();
    Ok(ResponseView {
        survey_id: survey.clone(),
        occurred_at: from_ms(common.occurred_at),
        version: common.version,
        revision: common.revision,
        source: common.source,
        language: common.language,
        duration_ms: common.duration_ms,
        touchpoint_id: common.touchpoint,
        channel: common.channel,
        unit_id: common.unit,
        customer_id: common.customer,
        answers: fields::answers(&version.document, &row.values, &words),
        fields: fields::hidden_fields(&version.document, &row.values, &words),
        id: RecordId::stored(common.record_id),
    })
}

/// Correct a response
///
/// The corrected answers take the place of the old ones in every result.
#[utoipa::path(patch, path = "/api/responses/{id}", tag = "responses", operation_id = "correct_response",
    params(("id" = id::RecordId, Path, description = "The response"),
        ("Accept-Language" = Option<String>, Header, description = "Of what is wrong with an answer: `ja` or `en`")),
    request_body = Correction,
    responses(
        (status = 204, description = "Corrected"),
        (status = 404, description = "No such response", body = ProblemDocument),
        (status = 409, description = "Somebody else changed it a moment ago", body = ProblemDocument),
        (status = 422, description = "An answer cannot be taken", body = ProblemDocument)))]
pub async fn correct_response(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<RecordId>,
    headers: HeaderMap,
    Json(input): Json<Correction>,
) -> Outcome<StatusCode> {
    let accepted = headers.get(header::ACCEPT_LANGUAGE);
    let accepted = accepted.and_then(|value| value.to_str().ok());
    let language = match text::Language::from_accept_language(accepted) {
        text::Language::Ja => Language::ja(),
        text::Language::En => Language::en(),
    };
    let scope = actor.require(Permission::EditResponses)?;
    let now_ms = app.clock.now_ms();
    let seen = lookup::seen(&app, scope, &id).await?;
    let mut tx = app.db.write().await?;
    let head = lookup::head(&mut tx, scope, &seen).await?;
    let mut row = seen.row;
    let survey: SurveyId = head.stream.parse().map_err(|_| Problem::not_found())?;
    let version = surveys::version(&app, &mut tx, scope, &survey, head.version).await?;
    lookup::refuse_confidential(&version.document)?;
    let flow = Flow::new(&version.document);
    let none = surveys::Fields::new();
    let accepted = validate::accept(&flow, &input.answers, &none, Completeness::Partial)
        .map_err(|problems| AnswerProblem::refusal("answers", problems, &language))?;
    // Hidden fields came with the answer and are not the corrector's to change.
    let ids = [id.as_str().to_owned()];
    let mut texts = model::texts(&version.document, &accepted.answers, &none);
    let before = store::texts_of(&mut tx, scope, &ids).await?;
    texts.extend(before.into_values().flatten().filter(|text| {
        let mut words = version.document.hidden_fields_of_words();
        words.any(|hidden| hidden.id == text.field)
    }));
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
    // The head first: of two who correct at once, the second waits here and then hears that the
    // response is no longer as they saw it.
    store::correct(&mut tx, &head, head.revision + 1, &texts).await?;
    experience::remove(&mut tx, scope, &app.chance.id(now_ms), &tombstone, now_ms).await?;
    row.values = values;
    row.common.revision = head.revision + 1;
    row.common.recorded_at = now_ms;
    let pending = PendingRow {
        stream: head.stream.clone(),
        row,
    };
    experience::append(&mut tx, &[(scope.organisation(), &pending)]).await?;
    let event = Event::RecordsStored {
        records: vec![id.as_str().to_owned()],
    };
    outbox::emit(&mut tx, &app, scope.organisation(), event).await?;
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
        (status = 404, description = "No such response", body = ProblemDocument),
        (status = 409, description = "Somebody else changed it a moment ago", body = ProblemDocument)))]
pub async fn delete_response(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<RecordId>,
) -> Outcome<StatusCode> {
    let scope = actor.require(Permission::EditResponses)?;
    let now_ms = app.clock.now_ms();
    let seen = lookup::seen(&app, scope, &id).await?;
    let mut tx = app.db.write().await?;
    let head = lookup::head(&mut tx, scope, &seen).await?;
    let tombstone = Tombstone {
        removed: Removed::Record {
            id: id.as_str().to_owned(),
            revision: head.revision,
        },
        stream: Some(head.stream.clone()),
        occurred: Some((head.occurred_ms, head.occurred_ms)),
    };
    store::delete(&mut tx, &head, now_ms).await?;
    experience::remove(&mut tx, scope, &app.chance.id(now_ms), &tombstone, now_ms).await?;
    let event = Event::RecordsDeleted {
        records: vec![id.as_str().to_owned()],
    };
    outbox::emit(&mut tx, &app, scope.organisation(), event).await?;
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
