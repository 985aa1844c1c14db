//! API keys.

use std::collections::BTreeSet;

use axum::extract::State;
use axum::http::StatusCode;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::base::app::App;
use crate::base::clock::from_ms;
use crate::base::http::{Json, Listing, Path};
use crate::base::id;
use crate::base::problem::{Outcome, Problem, ProblemDocument};
use crate::org::model::{Actor, Permission, check_name, token_hash};
use crate::org::store::{audit, keys};

/// A new key.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewKey {
    /// What it is for.
    name: String,
    /// What it allows; nothing that its maker is not allowed.
    permissions: BTreeSet<Permission>,
    /// Tops of the units it sees; empty: all.
    #[serde(default)]
    units: Vec<id::UnitId>,
}

/// A key, without its secret.
#[derive(Debug, Serialize, ToSchema)]
pub struct KeyView {
    /// Id.
    id: id::ApiKeyId,
    /// What it is for.
    name: String,
    /// First characters, to recognise it by.
    hint: String,
    /// What it allows.
    permissions: BTreeSet<Permission>,
    /// Tops of the units it sees; empty: all.
    units: Vec<id::UnitId>,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When it was last used, to the hour; null: never.
    #[schema(value_type = Option<String>, format = DateTime)]
    last_used_at: Option<Timestamp>,
}

/// A new key with its secret, which is shown this once.
#[derive(Debug, Serialize, ToSchema)]
pub struct KeyMade {
    /// The key.
    #[serde(flatten)]
    key: KeyView,
    /// Send it as `Authorization: Bearer koe_…`.
    secret: String,
}

fn view(key: keys::Key) -> KeyView {
    KeyView {
        id: key.id,
        name: key.name,
        hint: key.hint,
        permissions: key.permissions,
        units: key.units,
        created_at: from_ms(key.created_ms),
        last_used_at: key.last_used_ms.map(from_ms),
    }
}

/// List API keys
#[utoipa::path(get, path = "/api/keys", tag = "keys", operation_id = "list_keys",
    responses(
        (status = 200, description = "Keys that work, oldest first", body = Listing<KeyView>),
        (status = 403, description = "Not allowed", body = ProblemDocument)))]
pub async fn list_keys(State(app): State<App>, actor: Actor) -> Outcome<Json<Listing<KeyView>>> {
    let scope = actor.require(Permission::EditKeys)?;
    let mut tx = app.db.read().await?;
    let mut keys = keys::list(&mut tx, scope).await?;
    keys.retain(|key| actor.covers(&key.units));
    Ok(Json(Listing::whole(keys.into_iter().map(view).collect())))
}

/// Make an API key
///
/// The secret is shown once. A key belongs to the organisation: it goes on
/// working when its maker leaves, until somebody deletes it.
#[utoipa::path(post, path = "/api/keys", tag = "keys", operation_id = "create_key",
    request_body = NewKey,
    responses(
        (status = 201, description = "Made", body = KeyMade),
        (status = 403, description = "More than the asker has", body = ProblemDocument),
        (status = 422, description = "A field is not acceptable", body = ProblemDocument)))]
pub async fn create_key(
    State(app): State<App>,
    actor: Actor,
    Json(input): Json<NewKey>,
) -> Outcome<(StatusCode, Json<KeyMade>)> {
    let scope = actor.require(Permission::EditKeys)?;
    let name = check_name("name", &input.name)?;
    if input.permissions.is_empty() {
        return Err(Problem::invalid(
            "permissions",
            "name at least one thing that the key allows",
        ));
    }
    if !input.permissions.is_subset(&actor.permissions) {
        return Err(Problem::forbidden(
            "A key cannot allow what you are not allowed yourself: nobody hands out more than they have.",
        ));
    }
    let mut tx = app.db.write().await?;
    super::insist_units(&mut tx, &actor, &input.units).await?;
    let secret = format!("koe_{}", app.chance.secret());
    let now_ms = app.clock.now_ms();
    let key = keys::Key {
        id: app.chance.id(now_ms),
        name,
        hint: secret.chars().take(8).collect(),
        permissions: input.permissions,
        units: input.units,
        created_ms: now_ms,
        last_used_ms: None,
    };
    keys::insert(&mut tx, scope, &key, &token_hash(&secret)).await?;
    let detail = serde_json::json!({ "permissions": key.permissions, "units": key.units });
    audit::record(&mut tx, &app, scope, "key.create", key.id.as_str(), detail).await?;
    tx.commit().await?;
    Ok((
        StatusCode::CREATED,
        Json(KeyMade {
            key: view(key),
            secret,
        }),
    ))
}

/// Delete an API key
#[utoipa::path(delete, path = "/api/keys/{id}", tag = "keys", operation_id = "delete_key",
    params(("id" = id::ApiKeyId, Path, description = "The key")),
    responses(
        (status = 204, description = "The key no longer works"),
        (status = 404, description = "No such key", body = ProblemDocument)))]
pub async fn delete_key(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<id::ApiKeyId>,
) -> Outcome<StatusCode> {
    let scope = actor.require(Permission::EditKeys)?;
    let mut tx = app.db.write().await?;
    let known = keys::list(&mut tx, scope).await?;
    let mine = known
        .iter()
        .any(|key| key.id == id && actor.covers(&key.units));
    if !mine || !keys::revoke(&mut tx, scope, &id, app.clock.now_ms()).await? {
        return Err(Problem::not_found());
    }
    let detail = serde_json::json!({});
    audit::record(&mut tx, &app, scope, "key.delete", id.as_str(), detail).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
