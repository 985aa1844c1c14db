//! Bringing files in: upload, mapping, trial, run, faults.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::upload::receive;
use crate::base::app::App;
use crate::base::http::{Json, Listing, PageQuery, Path, Query};
use crate::base::id;
use crate::base::problem::{Outcome, Problem, ProblemDocument};
use crate::base::text::Language;
use crate::connectors::bring::{self, Hints};
use crate::connectors::imports::Mapping;
use crate::connectors::model::{Import, ImportStatus, SavedMapping};
use crate::connectors::{run, store};
use crate::org::{Actor, Permission};
use crate::surveys::Text;

/// What a file is for, as far as that is known when it comes.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct UploadQuery {
    /// The file's name, when the body is the file itself.
    #[serde(default)]
    pub name: Option<String>,
    /// The survey whose questions are looked for among the columns.
    #[serde(default)]
    pub survey_id: Option<id::SurveyId>,
    /// A mapping kept under this name is taken instead of a proposal.
    #[serde(default)]
    pub mapping: Option<String>,
}

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

/// How to run.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct RunRequest {
    /// Count and list everything, store nothing.
    dry_run: bool,
}

/// In which language faults are written.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct FaultsQuery {
    /// `ja` or `en`; else the browser's.
    #[serde(default)]
    pub language: Option<String>,
}

/// List imports
#[utoipa::path(get, path = "/api/imports", tag = "connectors", operation_id = "list_imports",
    params(PageQuery),
    responses((status = 200, description = "Imports, newest first", body = Listing<Import>)))]
pub async fn list_imports(
    State(app): State<App>,
    actor: Actor,
    Query(page): Query<PageQuery>,
) -> Outcome<Json<Listing<Import>>> {
    let scope = actor.require_everywhere(Permission::ImportData)?;
    let limit = page.limit(app.config.limits.page_rows)?;
    let after = page.after()?;
    let mut tx = app.db.read().await?;
    let imports = store::list(&mut tx, scope, after.as_deref(), limit).await?;
    Ok(Json(Listing::cut(imports, limit, |import| {
        import.id.as_str().to_owned()
    })))
}

/// Upload a file
///
/// CSV, TSV, XLSX or JSON lines. The answer says what the file looks like and proposes what its
/// columns mean; nothing is taken in yet.
#[utoipa::path(post, path = "/api/imports", tag = "connectors", operation_id = "create_import",
    params(UploadQuery),
    request_body(content = Vec<u8>, content_type = "application/octet-stream", description = "The file; a form with one file is taken too"),
    responses(
        (status = 201, description = "Here, with a proposed mapping", body = Import),
        (status = 413, description = "Larger than limits.upload_bytes", body = ProblemDocument),
        (status = 422, description = "Not a file that can be read", body = ProblemDocument)))]
pub async fn create_import(
    State(app): State<App>,
    actor: Actor,
    Query(query): Query<UploadQuery>,
    request: Request,
) -> Outcome<(StatusCode, Json<Import>)> {
    let scope = actor.require_everywhere(Permission::ImportData)?;
    let id: id::ImportId = app.chance.id(app.clock.now_ms());
    let path = run::upload(&app, &id);
    let (name, bytes) = receive(request, &path, app.config.limits.upload_bytes).await?;
    let name: String = name
        .or(query.name)
        .unwrap_or_else(|| "file".to_owned())
        .chars()
        .take(200)
        .collect();
    let hints = Hints {
        survey: query.survey_id,
        saved: query.mapping,
    };
    let import = bring::looked_at(&app, scope, &id, &name, bytes, hints).await?;
    Ok((StatusCode::CREATED, Json(import)))
}

/// Show an import
#[utoipa::path(get, path = "/api/imports/{id}", tag = "connectors", operation_id = "show_import",
    params(("id" = id::ImportId, Path, description = "The import")),
    responses(
        (status = 200, description = "The import and how far it has come", body = Import),
        (status = 404, description = "No such import", body = ProblemDocument)))]
pub async fn show_import(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<id::ImportId>,
) -> Outcome<Json<Import>> {
    let scope = actor.require_everywhere(Permission::ImportData)?;
    Ok(Json(bring::import_of(&app, scope, &id).await?))
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

/// Run an import
///
/// Goes on in the background; ask for the import to see how far it has come. An import that
/// was interrupted goes on where it stopped.
#[utoipa::path(post, path = "/api/imports/{id}/run", tag = "connectors", operation_id = "run_import",
    params(("id" = id::ImportId, Path, description = "The import")),
    request_body = RunRequest,
    responses(
        (status = 202, description = "Begun", body = Import),
        (status = 404, description = "No such import", body = ProblemDocument),
        (status = 409, description = "It is done already, or runs", body = ProblemDocument)))]
pub async fn run_import(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<id::ImportId>,
    Json(request): Json<RunRequest>,
) -> Outcome<(StatusCode, Json<Import>)> {
    let scope = actor.require_everywhere(Permission::ImportData)?.clone();
    let mut tx = app.db.write().await?;
    let import = store::get(&mut tx, &scope, &id).await?;
    if import.status == ImportStatus::Done {
        return Err(Problem::conflict(
            "import_done",
            "This import is done already.",
        ));
    }
    let Some(turn) = run::Turn::take(&app, &id) else {
        return Err(Problem::conflict(
            "import_runs",
            "This import is already running.",
        ));
    };
    // Whoever asks from now on sees that it runs.
    let (running, nothing) = (ImportStatus::Running, Text::default());
    let now_ms = app.clock.now_ms();
    store::set_status(
        &mut tx,
        &scope,
        &id,
        running,
        &import.totals,
        &nothing,
        now_ms,
    )
    .await?;
    let import = store::get(&mut tx, &scope, &id).await?;
    tx.commit().await?;
    let task_app = app.clone();
    tokio::spawn(async move {
        let _turn = turn;
        if let Err(problem) = run::run(&task_app, &scope, &id, request.dry_run).await {
            tracing::warn!(import = %id, error = %problem, "import stopped");
        }
    });
    Ok((StatusCode::ACCEPTED, Json(import)))
}

/// Download what was wrong with rows
///
/// CSV with a byte order mark, so that it opens right in Excel.
#[utoipa::path(get, path = "/api/imports/{id}/errors.csv", tag = "connectors", operation_id = "download_import_errors",
    params(("id" = id::ImportId, Path, description = "The import"), FaultsQuery),
    responses(
        (status = 200, description = "One line for each fault", body = String, content_type = "text/csv"),
        (status = 404, description = "No such import", body = ProblemDocument)))]
pub async fn download_import_errors(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<id::ImportId>,
    Query(query): Query<FaultsQuery>,
    headers: HeaderMap,
) -> Outcome<Response> {
    let scope = actor.require_everywhere(Permission::ImportData)?;
    let accepted = headers
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok());
    let wanted = query.language.as_deref().or(accepted);
    let japanese = Language::from_accept_language(wanted) == Language::Ja;
    let csv = bring::faults_csv(&app, scope, &id, japanese).await?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{id}-errors.csv\""),
        ),
    ];
    Ok((headers, csv).into_response())
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
