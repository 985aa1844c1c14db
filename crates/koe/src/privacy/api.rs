//! The operations of `privacy`.

use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

use super::model::{Erasure, ErasureReason};
use super::{jobs, store};
use crate::base::app::App;
use crate::base::http::{Json, Listing, PageQuery, Path, Query};
use crate::base::id;
use crate::base::problem::{Outcome, ProblemDocument};
use crate::org::{Actor, Permission};

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
