//! What the columns of a file mean: a first proposal, a person's decision, what is kept.

use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::base::app::App;
use crate::base::http::{Json, Listing, Path};
use crate::base::id;
use crate::base::problem::{Outcome, ProblemDocument};
use crate::connectors::bring::{self, Hints};
use crate::connectors::imports::Mapping;
use crate::connectors::imports::propose::RowsAre;
use crate::connectors::imports::rows::Layout;
use crate::connectors::model::{Import, SavedMapping};
use crate::connectors::store;
use crate::org::{Actor, Permission};

/// A mapping, and whether it is kept for next time.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MappingChange {
    /// What the columns mean.
    mapping: Mapping,
    /// The name under which it is kept for next time.
    #[serde(default)]
    save_as: Option<String>,
}

/// Another way of looking at an uploaded file.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct LookRequest {
    /// How it is read: encoding, separator, sheet, header rows. Absent: as before.
    layout: Option<Layout>,
    /// The survey whose questions are looked for among the columns.
    survey_id: Option<id::SurveyId>,
    /// A mapping kept under this name is taken instead of a proposal.
    mapping: Option<String>,
    /// What the rows are, when no survey and no kept mapping says it.
    rows_are: Option<RowsAre>,
}

/// Look at an uploaded file again
///
/// With another encoding, sheet or header, for another survey, or with a mapping kept earlier.
/// The answer proposes anew what the columns mean; nothing is taken in.
#[utoipa::path(post, path = "/api/imports/{id}/look", tag = "connectors", operation_id = "look_at_import",
    params(("id" = id::ImportId, Path, description = "The import")),
    request_body = LookRequest,
    responses(
        (status = 200, description = "Looked at, with a proposed mapping", body = Import),
        (status = 404, description = "No such import", body = ProblemDocument),
        (status = 409, description = "The import runs, or has stored rows already", body = ProblemDocument),
        (status = 422, description = "The file cannot be read like this", body = ProblemDocument)))]
pub async fn look_at_import(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<id::ImportId>,
    Json(request): Json<LookRequest>,
) -> Outcome<Json<Import>> {
    let scope = actor.require_everywhere(Permission::ImportData)?;
    let hints = Hints {
        survey: request.survey_id,
        saved: request.mapping,
        rows_are: request.rows_are,
        ..Hints::default()
    };
    let import = bring::look_again(&app, scope, &id, request.layout, hints).await?;
    Ok(Json(import))
}

/// Say what the columns mean
#[utoipa::path(put, path = "/api/imports/{id}/mapping", tag = "connectors", operation_id = "put_import_mapping",
    params(("id" = id::ImportId, Path, description = "The import")),
    request_body = MappingChange,
    responses(
        (status = 200, description = "Kept", body = Import),
        (status = 404, description = "No such import", body = ProblemDocument),
        (status = 409, description = "The import runs or is done", body = ProblemDocument),
        (status = 422, description = "Mapping and file do not fit; each fault is named", body = ProblemDocument)))]
pub async fn put_import_mapping(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<id::ImportId>,
    Json(change): Json<MappingChange>,
) -> Outcome<Json<Import>> {
    let scope = actor.require_everywhere(Permission::ImportData)?;
    let import =
        bring::put_mapping(&app, scope, &id, change.mapping, change.save_as.as_deref()).await?;
    Ok(Json(import))
}

/// List mappings kept for next time
#[utoipa::path(get, path = "/api/import-mappings", tag = "connectors", operation_id = "list_import_mappings",
    responses((status = 200, description = "Mappings by name", body = Listing<SavedMapping>)))]
pub async fn list_import_mappings(
    State(app): State<App>,
    actor: Actor,
) -> Outcome<Json<Listing<SavedMapping>>> {
    let scope = actor.require_everywhere(Permission::ImportData)?;
    let mut tx = app.db.read().await?;
    Ok(Json(Listing::whole(store::mappings(&mut tx, scope).await?)))
}

/// Forget a mapping kept for next time
#[utoipa::path(delete, path = "/api/import-mappings/{name}", tag = "connectors", operation_id = "forget_import_mapping",
    params(("name" = String, Path, description = "The mapping's name")),
    responses(
        (status = 204, description = "Gone"),
        (status = 404, description = "No mapping of this name", body = ProblemDocument)))]
pub async fn forget_import_mapping(
    State(app): State<App>,
    actor: Actor,
    Path(name): Path<String>,
) -> Outcome<StatusCode> {
    let scope = actor.require_everywhere(Permission::ImportData)?;
    let mut tx = app.db.write().await?;
    store::forget_mapping(&mut tx, scope, &name).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
