//! Finding a customer by any identifier, and merging two who are one.

use axum::extract::State;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::customers::calling_code;
use crate::base::app::App;
use crate::base::http::{Json, Path, Query};
use crate::base::id;
use crate::base::problem::{Outcome, Problem, ProblemDocument};
use crate::org::{Actor, Permission, record_audit};
use crate::people::model::{Customer, Identifier, IdentifierKind, candidates};
use crate::people::store::{customers, identifiers, merge};

/// Who is looked up.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct LookupQuery {
    /// An e-mail address, a telephone number, an id of another system, or a
    /// customer id; however it was written.
    identifier: String,
    /// `email`, `phone` or `external:<system>`, when it is known.
    #[serde(default)]
    kind: Option<String>,
}

/// Who turned out to be the same person.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = CustomerMerge)]
#[serde(deny_unknown_fields)]
pub struct Merge {
    /// The customer to merge into the one of the address.
    customer_id: id::CustomerId,
}

/// Look a customer up by any identifier
#[utoipa::path(get, path = "/api/customers/lookup", tag = "people", operation_id = "look_up_customer",
    params(LookupQuery),
    responses(
        (status = 200, description = "The customer", body = Customer),
        (status = 403, description = "Not allowed", body = ProblemDocument),
        (status = 404, description = "Nobody has it", body = ProblemDocument),
        (status = 409, description = "Several customers have it, under different kinds", body = ProblemDocument),
        (status = 422, description = "A field is not acceptable", body = ProblemDocument)))]
pub async fn look_up_customer(
    State(app): State<App>,
    actor: Actor,
    Query(wanted): Query<LookupQuery>,
) -> Outcome<Json<Customer>> {
    let scope = actor.require(Permission::ReadPeople)?;
    let text = wanted.identifier.trim();
    if !(1..=254).contains(&text.chars().count()) {
        return Err(Problem::invalid(
            "identifier",
            "must have 1 to 254 characters",
        ));
    }
    let kind: Option<IdentifierKind> = match wanted.kind.as_deref() {
        None => None,
        Some(kind) => Some(
            kind.parse()
                .map_err(|wanted: &str| Problem::invalid("kind", wanted))?,
        ),
    };
    let mut tx = app.db.read().await?;
    if kind.is_none()
        && let Ok(id) = text.parse::<id::CustomerId>()
    {
        return Ok(Json(customers::get(&mut tx, scope, &id).await?));
    }
    let code = calling_code(&mut tx, scope).await?;
    let read = match &kind {
        None => candidates(text, &code),
        Some(kind) => {
            let one = Identifier::read(kind.clone(), text, &code);
            vec![one.map_err(|message| Problem::invalid("identifier", message))?]
        }
    };
    let values = read.iter().map(Identifier::value).chain([text]).collect();
    let owners = identifiers::owners(&mut tx, scope, &values).await?;
    let mut found: Vec<id::CustomerId> = owners
        .into_iter()
        .filter(|(identifier, _)| match identifier.kind() {
            IdentifierKind::External(_) if kind.is_none() => identifier.value() == text,
            _ => read.contains(identifier),
        })
        .map(|(_, customer)| customer)
        .collect();
    found.sort();
    found.dedup();
    let mut visible = Vec::new();
    for id in &found {
        match customers::get(&mut tx, scope, id).await {
            Ok(customer) => visible.push(customer),
            Err(problem) if problem.code() == "not_found" => {}
            Err(problem) => return Err(problem),
        }
    }
    if visible.len() > 1 {
        return Err(Problem::conflict(
            "several_customers",
            "Several customers have this identifier in different systems; say which with kind.",
        ));
    }
    visible.pop().map(Json).ok_or_else(Problem::not_found)
}

/// Merge another customer into this one
///
/// Identifiers, consents, units and accounts come over; of attributes that
/// both have, this one's stay. The other's pseudonym goes on resolving to
/// this customer, because records keep it. Cannot be undone.
#[utoipa::path(post, path = "/api/customers/{id}/merge", tag = "people", operation_id = "merge_customer",
    params(("id" = id::CustomerId, Path, description = "The customer who stays")),
    request_body = Merge,
    responses(
        (status = 200, description = "Merged", body = Customer),
        (status = 403, description = "Not allowed", body = ProblemDocument),
        (status = 404, description = "No such customer", body = ProblemDocument),
        (status = 422, description = "The same customer already", body = ProblemDocument)))]
pub async fn merge_customer(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<id::CustomerId>,
    Json(other): Json<Merge>,
) -> Outcome<Json<Customer>> {
    let scope = actor.require(Permission::EditPeople)?;
    let mut tx = app.db.write().await?;
    let now_ms = app.clock.now_ms();
    let customer = merge::merge(&mut tx, scope, &id, &other.customer_id, now_ms).await?;
    let detail = serde_json::json!({ "merged": other.customer_id });
    record_audit(
        &mut tx,
        &app,
        scope,
        "customer.merge",
        customer.id.as_str(),
        detail,
    )
    .await?;
    tx.commit().await?;
    Ok(Json(customer))
}
