//! What is kept about customers and accounts.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::base::app::App;
use crate::base::http::{Json, Listing, Path, Query};
use crate::base::problem::{Outcome, Problem, ProblemDocument};
use crate::org::{Actor, Permission, record_audit};
use crate::people::model::{Attribute, AttributeKind, Holder};
use crate::people::store::attributes;

/// Most attributes of one holder.
const MOST: usize = 200;

/// Whose attributes are wanted.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct HolderQuery {
    /// `customer` (default) or `account`.
    #[param(inline)]
    holder: Holder,
}

/// A new attribute.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAttribute {
    /// Whom it describes; left out: customers.
    #[serde(default)]
    holder: Holder,
    /// Its key, unique for the holder; never changes.
    key: String,
    /// Label by language.
    label: BTreeMap<String, String>,
    /// What it holds; never changes.
    kind: AttributeKind,
    /// Names of codes by language; a code without one is shown as it is.
    #[serde(default)]
    values: BTreeMap<String, BTreeMap<String, String>>,
    /// Whether it tells who the person is.
    #[serde(default)]
    personal: bool,
    /// Whether records keep the value of their moment.
    #[serde(default)]
    frozen: bool,
}

/// What may change of an attribute; what is left out stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AttributeChange {
    /// Label by language.
    label: Option<BTreeMap<String, String>>,
    /// Names of codes by language, all of them.
    values: Option<BTreeMap<String, BTreeMap<String, String>>>,
    /// Whether it tells who the person is.
    personal: Option<bool>,
    /// Whether records keep the value of their moment, from now on.
    frozen: Option<bool>,
    /// Write it no longer, or again; values stay readable.
    archived: Option<bool>,
}

/// List attributes
#[utoipa::path(get, path = "/api/attributes", tag = "people", operation_id = "list_attributes",
    params(HolderQuery),
    responses((status = 200, description = "Attributes by key, archived ones included", body = Listing<Attribute>)))]
pub async fn list_attributes(
    State(app): State<App>,
    actor: Actor,
    Query(wanted): Query<HolderQuery>,
) -> Outcome<Json<Listing<Attribute>>> {
    let scope = actor.require(Permission::ReadResults)?;
    let mut tx = app.db.read().await?;
    Ok(Json(Listing::whole(
        attributes::list(&mut tx, scope, wanted.holder).await?,
    )))
}

/// Declare an attribute
#[utoipa::path(post, path = "/api/attributes", tag = "people", operation_id = "create_attribute",
    request_body = NewAttribute,
    responses(
        (status = 201, description = "Declared", body = Attribute),
        (status = 403, description = "Not allowed", body = ProblemDocument),
        (status = 409, description = "The key is taken", body = ProblemDocument),
        (status = 422, description = "A field is not acceptable", body = ProblemDocument)))]
pub async fn create_attribute(
    State(app): State<App>,
    actor: Actor,
    Json(input): Json<NewAttribute>,
) -> Outcome<(StatusCode, Json<Attribute>)> {
    let scope = actor.require_everywhere(Permission::EditPeople)?;
    let attribute = Attribute {
        holder: input.holder,
        key: input.key,
        label: input.label,
        kind: input.kind,
        values: input.values,
        personal: input.personal,
        frozen: input.frozen,
        archived: false,
    };
    attribute.check()?;
    let mut tx = app.db.write().await?;
    if attributes::list(&mut tx, scope, attribute.holder)
        .await?
        .len()
        >= MOST
    {
        return Err(Problem::invalid(
            "key",
            "there are 200 attributes already, the most there may be",
        ));
    }
    attributes::insert(&mut tx, scope, &attribute).await?;
    let detail = serde_json::to_value(&attribute)?;
    record_audit(
        &mut tx,
        &app,
        scope,
        "attribute.create",
        &attribute.key,
        detail,
    )
    .await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(attribute)))
}

/// Change an attribute
#[utoipa::path(patch, path = "/api/attributes/{key}", tag = "people", operation_id = "change_attribute",
    params(HolderQuery, ("key" = String, Path, description = "The attribute's key")),
    request_body = AttributeChange,
    responses(
        (status = 200, description = "Changed", body = Attribute),
        (status = 403, description = "Not allowed", body = ProblemDocument),
        (status = 404, description = "No such attribute", body = ProblemDocument),
        (status = 422, description = "A field is not acceptable", body = ProblemDocument)))]
pub async fn change_attribute(
    State(app): State<App>,
    actor: Actor,
    Path(key): Path<String>,
    Query(wanted): Query<HolderQuery>,
    Json(change): Json<AttributeChange>,
) -> Outcome<Json<Attribute>> {
    let scope = actor.require_everywhere(Permission::EditPeople)?;
    let mut tx = app.db.write().await?;
    let known = attributes::list(&mut tx, scope, wanted.holder).await?;
    let mut attribute = known
        .into_iter()
        .find(|one| one.key == key)
        .ok_or_else(Problem::not_found)?;
    attribute.label = change.label.unwrap_or(attribute.label);
    attribute.values = change.values.unwrap_or(attribute.values);
    attribute.personal = change.personal.unwrap_or(attribute.personal);
    attribute.frozen = change.frozen.unwrap_or(attribute.frozen);
    attribute.archived = change.archived.unwrap_or(attribute.archived);
    attribute.check()?;
    attributes::update(&mut tx, scope, &attribute, app.clock.now_ms()).await?;
    let detail = serde_json::to_value(&attribute)?;
    record_audit(
        &mut tx,
        &app,
        scope,
        "attribute.change",
        &attribute.key,
        detail,
    )
    .await?;
    tx.commit().await?;
    Ok(Json(attribute))
}
