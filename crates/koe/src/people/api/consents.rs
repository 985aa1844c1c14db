//! Consents of customers.

use axum::extract::State;
use axum::http::StatusCode;
use jiff::Timestamp;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::base::app::App;
use crate::base::http::{Json, Listing, Path};
use crate::base::id;
use crate::base::problem::{Outcome, Problem, ProblemDocument};
use crate::org::{Actor, Permission, record_audit};
use crate::people::model::{Consent, check_purpose};
use crate::people::store::{consents, customers};

/// A consent given or withdrawn.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewConsent {
    /// What for, the organisation's own word, such as `research_contact`.
    purpose: String,
    /// Granted, or withdrawn.
    granted: bool,
    /// When the person said so; left out: now.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    at: Option<Timestamp>,
    /// Where they said so: a survey, a form, a call.
    source: String,
}

/// List a customer's consents
#[utoipa::path(get, path = "/api/customers/{id}/consents", tag = "people", operation_id = "list_consents",
    params(("id" = id::CustomerId, Path, description = "The customer")),
    responses(
        (status = 200, description = "The whole history, newest first; the first line of a purpose holds",
            body = Listing<Consent>),
        (status = 403, description = "Not allowed", body = ProblemDocument),
        (status = 404, description = "No such customer", body = ProblemDocument)))]
pub async fn list_consents(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<id::CustomerId>,
) -> Outcome<Json<Listing<Consent>>> {
    let scope = actor.require(Permission::ReadPeople)?;
    let mut tx = app.db.read().await?;
    let customer = customers::get(&mut tx, scope, &id).await?;
    Ok(Json(Listing::whole(
        consents::list(&mut tx, scope, &customer.id).await?,
    )))
}

/// Note a consent given or withdrawn
///
/// Adds a line to the history; none is ever changed.
#[utoipa::path(post, path = "/api/customers/{id}/consents", tag = "people", operation_id = "add_consent",
    params(("id" = id::CustomerId, Path, description = "The customer")),
    request_body = NewConsent,
    responses(
        (status = 201, description = "Noted", body = Consent),
        (status = 403, description = "Not allowed", body = ProblemDocument),
        (status = 404, description = "No such customer", body = ProblemDocument),
        (status = 422, description = "A field is not acceptable", body = ProblemDocument)))]
pub async fn add_consent(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<id::CustomerId>,
    Json(input): Json<NewConsent>,
) -> Outcome<(StatusCode, Json<Consent>)> {
    let scope = actor.require(Permission::EditPeople)?;
    check_purpose(&input.purpose)?;
    let source = input.source.trim().to_owned();
    if !(1..=200).contains(&source.chars().count()) {
        return Err(Problem::invalid("source", "must have 1 to 200 characters"));
    }
    let now_ms = app.clock.now_ms();
    let at = input.at.unwrap_or_else(|| app.clock.now());
    if at.as_millisecond() > now_ms + app.config.limits.clock_skew_seconds * 1_000 {
        return Err(Problem::invalid("at", "lies in the future"));
    }
    let consent = Consent {
        purpose: input.purpose,
        granted: input.granted,
        at,
        source,
    };
    let mut tx = app.db.write().await?;
    let customer = customers::get(&mut tx, scope, &id).await?;
    let line = app.chance.id(now_ms);
    consents::insert(&mut tx, scope, &line, &customer.id, &consent, now_ms).await?;
    let detail = serde_json::json!({ "purpose": consent.purpose, "granted": consent.granted });
    record_audit(
        &mut tx,
        &app,
        scope,
        "customer.consent",
        customer.id.as_str(),
        detail,
    )
    .await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(consent)))
}
