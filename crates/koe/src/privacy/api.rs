//! The operations of `privacy`.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::StatusCode;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::model::{Erasure, ErasureReason};
use super::promise::{PromisedBy, RetentionRun};
use super::{jobs, retain, store};
use crate::base::app::App;
use crate::base::http::{Json, Listing, PageQuery, Path, Query};
use crate::base::id;
use crate::base::problem::{Outcome, ProblemDocument};
use crate::org::{self, Actor, ErasureMode, Permission};
use crate::surveys;

/// The erasure of a person.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewErasure {
    /// Why.
    reason: ErasureReason,
}

/// Erase a customer
///
/// For good. From the moment of the answer no screen, figure or search shows
/// anything of the person; whether their answers are deleted or stay as
/// nobody's is the organisation's setting (`privacy.erasure`). Files follow
/// within `privacy.erasure_days`, and the receipt says when.
#[utoipa::path(post, path = "/api/customers/{id}/erasure", tag = "privacy", operation_id = "erase_customer",
    params(("id" = id::CustomerId, Path, description = "The customer")),
    request_body = NewErasure,
    responses(
        (status = 201, description = "Erased; the receipt", body = Erasure),
        (status = 403, description = "Not allowed", body = ProblemDocument),
        (status = 404, description = "No such customer", body = ProblemDocument)))]
pub async fn erase_customer(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<id::CustomerId>,
    Json(input): Json<NewErasure>,
) -> Outcome<(StatusCode, Json<Erasure>)> {
    let scope = actor.require_everywhere(Permission::ErasePeople)?;
    let mut tx = app.db.write().await?;
    let erasure = jobs::erase(&mut tx, &app, scope, &id, input.reason).await?;
    tx.commit().await?;
    app.nudge.notify_one();
    Ok((StatusCode::CREATED, Json(erasure)))
}

/// List receipts of erasures
#[utoipa::path(get, path = "/api/erasures", tag = "privacy", operation_id = "list_erasures",
    params(PageQuery),
    responses(
        (status = 200, description = "Receipts, newest first", body = Listing<Erasure>),
        (status = 403, description = "Not allowed", body = ProblemDocument)))]
pub async fn list_erasures(
    State(app): State<App>,
    actor: Actor,
    Query(page): Query<PageQuery>,
) -> Outcome<Json<Listing<Erasure>>> {
    let scope = actor.require_everywhere(Permission::ErasePeople)?;
    let limit = page.limit(app.config.limits.page_rows)?;
    let mut tx = app.db.read().await?;
    let rows = store::list(&mut tx, scope, page.after()?.as_deref(), limit).await?;
    Ok(Json(Listing::cut(rows, limit, |one| one.id.to_string())))
}

/// Show the receipt of an erasure
#[utoipa::path(get, path = "/api/erasures/{id}", tag = "privacy", operation_id = "show_erasure",
    params(("id" = id::ErasureId, Path, description = "The receipt")),
    responses(
        (status = 200, description = "The receipt", body = Erasure),
        (status = 403, description = "Not allowed", body = ProblemDocument),
        (status = 404, description = "No such receipt", body = ProblemDocument)))]
pub async fn show_erasure(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<id::ErasureId>,
) -> Outcome<Json<Erasure>> {
    let scope = actor.require_everywhere(Permission::ErasePeople)?;
    let mut tx = app.db.read().await?;
    Ok(Json(store::get(&mut tx, scope, &id).await?))
}

/// How long records are kept, and what goes next.
#[derive(Debug, Serialize, ToSchema)]
pub struct RetentionView {
    /// What becomes of records whose time is over.
    mode: ErasureMode,
    /// When they were looked through last; null: not yet.
    #[schema(value_type = Option<String>, format = DateTime)]
    looked_at: Option<Timestamp>,
    /// Every promise that keeps a record, those that end first before others.
    promises: Vec<RetentionPromise>,
}

/// How long the records of a survey version are kept.
#[derive(Debug, Serialize, ToSchema)]
pub struct RetentionPromise {
    /// The survey.
    survey_id: crate::base::id::SurveyId,
    /// Its title by language.
    title: BTreeMap<String, String>,
    /// The version with which they were given.
    version: i64,
    /// Who promised.
    promised_by: PromisedBy,
    /// Days that they are kept from the day on which they were given.
    days: u32,
    /// Records that are kept now.
    records: u64,
    /// Of those, records that go within 30 days.
    within_30_days: u64,
    /// When the next one goes.
    #[schema(value_type = Option<String>, format = DateTime)]
    next_at: Option<Timestamp>,
}

/// Show how long records are kept
///
/// What was promised on the answer page holds, as it was on the day of the
/// answer: the survey's own promise, or else the organisation's. Imported
/// records go only if their survey itself promises it.
#[utoipa::path(get, path = "/api/retention", tag = "privacy", operation_id = "show_retention",
    responses(
        (status = 200, description = "Promises, and what goes next", body = RetentionView),
        (status = 403, description = "Not allowed", body = ProblemDocument)))]
pub async fn show_retention(State(app): State<App>, actor: Actor) -> Outcome<Json<RetentionView>> {
    let scope = actor.require_everywhere(Permission::ErasePeople)?;
    let mut tx = app.db.read().await?;
    let settings = org::organisation(&mut tx, scope.organisation()).await?;
    let looked_at = store::retention::looked_at(&mut tx, scope).await?;
    let titles = surveys::titles(&mut tx, scope).await?;
    drop(tx);
    let mut promises = Vec::new();
    for one in retain::promised(&app, scope).await? {
        let coming = retain::coming(&app, scope, &one).await?;
        if coming.records == 0 {
            continue;
        }
        promises.push(RetentionPromise {
            title: titles.get(one.survey.as_str()).cloned().unwrap_or_default(),
            version: one.promise.version,
            promised_by: one.promise.by,
            days: one.promise.days,
            records: coming.records,
            within_30_days: coming.soon,
            next_at: coming.next_given_ms.map(|given| one.promise.ends(given)),
            survey_id: one.survey,
        });
    }
    promises.sort_by_key(|promise| promise.next_at);
    Ok(Json(RetentionView {
        mode: settings.privacy.erasure,
        looked_at,
        promises,
    }))
}

/// List receipts of records whose time was over
#[utoipa::path(get, path = "/api/retention/runs", tag = "privacy", operation_id = "list_retention_runs",
    params(PageQuery),
    responses(
        (status = 200, description = "Receipts, newest first", body = Listing<RetentionRun>),
        (status = 403, description = "Not allowed", body = ProblemDocument)))]
pub async fn list_retention_runs(
    State(app): State<App>,
    actor: Actor,
    Query(page): Query<PageQuery>,
) -> Outcome<Json<Listing<RetentionRun>>> {
    let scope = actor.require_everywhere(Permission::ErasePeople)?;
    let limit = page.limit(app.config.limits.page_rows)?;
    let mut tx = app.db.read().await?;
    let rows = store::retention::list(&mut tx, scope, page.after()?.as_deref(), limit).await?;
    Ok(Json(Listing::cut(rows, limit, |one| one.id.to_string())))
}
