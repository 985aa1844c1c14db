//! Streams of operational rows: orders, contacts, contracts.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::base::app::App;
use crate::base::http::{Json, Listing, Path};
use crate::base::id;
use crate::base::problem::{Outcome, ProblemDocument};
use crate::org::{Actor, Permission, record_audit};
use crate::people::model::{Column, Stream, StreamKind};
use crate::people::store::streams;

/// A new stream.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewStream {
    /// What its rows are.
    kind: StreamKind,
    /// Its key, unique in the organisation; never changes.
    key: String,
    /// Label by language.
    label: BTreeMap<String, String>,
    /// Columns in order.
    #[serde(default)]
    columns: Vec<Column>,
}

/// What may change of a stream; what is left out stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StreamChange {
    /// Label by language.
    label: Option<BTreeMap<String, String>>,
    /// Columns in order. New ones may be added and labels changed; known
    /// ones stay, because rows may hold them.
    columns: Option<Vec<Column>>,
    /// Archive, or bring back.
    archived: Option<bool>,
}

/// List streams of operational rows
#[utoipa::path(get, path = "/api/streams", tag = "people", operation_id = "list_streams",
    responses((status = 200, description = "Streams by key", body = Listing<Stream>)))]
pub async fn list_streams(State(app): State<App>, actor: Actor) -> Outcome<Json<Listing<Stream>>> {
    let scope = actor.require(Permission::ReadResults)?;
    let mut tx = app.db.read().await?;
    Ok(Json(Listing::whole(streams::list(&mut tx, scope).await?)))
}

/// Declare a stream of operational rows
#[utoipa::path(post, path = "/api/streams", tag = "people", operation_id = "create_stream",
    request_body = NewStream,
    responses(
        (status = 201, description = "Declared", body = Stream),
        (status = 403, description = "Not allowed", body = ProblemDocument),
        (status = 409, description = "The key is taken", body = ProblemDocument),
        (status = 422, description = "A field is not acceptable", body = ProblemDocument)))]
pub async fn create_stream(
    State(app): State<App>,
    actor: Actor,
    Json(input): Json<NewStream>,
) -> Outcome<(StatusCode, Json<Stream>)> {
    let scope = actor.require_everywhere(Permission::ImportData)?;
    let stream = Stream {
        id: app.chance.id(app.clock.now_ms()),
        kind: input.kind,
        key: input.key,
        label: input.label,
        columns: input.columns,
        archived: false,
    };
    stream.check()?;
    let mut tx = app.db.write().await?;
    streams::insert(&mut tx, scope, &stream).await?;
    let detail = serde_json::json!({ "key": stream.key, "columns": stream.columns.len() });
    record_audit(
        &mut tx,
        &app,
        scope,
        "stream.create",
        stream.id.as_str(),
        detail,
    )
    .await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(stream)))
}

/// Change a stream of operational rows
#[utoipa::path(patch, path = "/api/streams/{id}", tag = "people", operation_id = "change_stream",
    params(("id" = id::StreamId, Path, description = "The stream")),
    request_body = StreamChange,
    responses(
        (status = 200, description = "Changed", body = Stream),
        (status = 403, description = "Not allowed", body = ProblemDocument),
        (status = 404, description = "No such stream", body = ProblemDocument),
        (status = 422, description = "A field is not acceptable", body = ProblemDocument)))]
pub async fn change_stream(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<id::StreamId>,
    Json(change): Json<StreamChange>,
) -> Outcome<Json<Stream>> {
    let scope = actor.require_everywhere(Permission::ImportData)?;
    let mut tx = app.db.write().await?;
    let before = streams::get(&mut tx, scope, &id).await?;
    let after = Stream {
        label: change.label.unwrap_or_else(|| before.label.clone()),
        columns: change.columns.unwrap_or_else(|| before.columns.clone()),
        archived: change.archived.unwrap_or(before.archived),
        ..before.clone()
    };
    after.check()?;
    after.check_follows(&before)?;
    streams::update(&mut tx, scope, &after, app.clock.now_ms()).await?;
    let detail = serde_json::json!({ "key": after.key, "columns": after.columns.len(), "archived": after.archived });
    record_audit(&mut tx, &app, scope, "stream.change", id.as_str(), detail).await?;
    tx.commit().await?;
    Ok(Json(after))
}
