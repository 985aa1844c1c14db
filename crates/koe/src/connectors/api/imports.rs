//! Bringing files in: upload, trial, run, stop, discard.

use axum::extract::{Request, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::upload::receive;
use crate::base::app::App;
use crate::base::http::{Json, Listing, PageQuery, Path, Query};
use crate::base::id;
use crate::base::problem::{Outcome, Problem, ProblemDocument};
use crate::connectors::bring::{self, Hints};
use crate::connectors::imports::encoding::FileEncoding;
use crate::connectors::model::{Import, ImportStatus};
use crate::connectors::{LARGEST_SURVEY_FILE, run, store};
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
    /// The encoding of a text file, when somebody knows it; otherwise its bytes say it.
    #[serde(default)]
    pub encoding: Option<FileEncoding>,
}

/// How to run.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct RunRequest {
    /// Count and list everything, store nothing.
    dry_run: bool,
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
        encoding: query.encoding,
        ..Hints::default()
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
    let now_ms = app.clock.now_ms();
    store::set_running(&mut tx, &scope, &id, request.dry_run, now_ms).await?;
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

/// Stop an import
///
/// It ends after the rows it is storing now; what was taken in stays, and running it again goes
/// on from there. Of a trial nothing was stored.
#[utoipa::path(post, path = "/api/imports/{id}/stop", tag = "connectors", operation_id = "stop_import",
    params(("id" = id::ImportId, Path, description = "The import")),
    responses(
        (status = 200, description = "Stopped", body = Import),
        (status = 404, description = "No such import", body = ProblemDocument),
        (status = 409, description = "It does not run", body = ProblemDocument)))]
pub async fn stop_import(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<id::ImportId>,
) -> Outcome<Json<Import>> {
    let scope = actor.require_everywhere(Permission::ImportData)?;
    let mut tx = app.db.write().await?;
    let import = store::get(&mut tx, scope, &id).await?;
    if import.status != ImportStatus::Running {
        return Err(Problem::conflict(
            "import_stands",
            "This import does not run.",
        ));
    }
    let (stopped, nothing) = (ImportStatus::Stopped, Text::default());
    let now_ms = app.clock.now_ms();
    store::set_status(
        &mut tx,
        scope,
        &id,
        stopped,
        &import.totals,
        &nothing,
        now_ms,
    )
    .await?;
    let import = store::get(&mut tx, scope, &id).await?;
    tx.commit().await?;
    Ok(Json(import))
}

/// Discard an import
///
/// The uploaded file and what was learned about it go. Records it has already stored stay.
#[utoipa::path(delete, path = "/api/imports/{id}", tag = "connectors", operation_id = "discard_import",
    params(("id" = id::ImportId, Path, description = "The import")),
    responses(
        (status = 204, description = "Gone"),
        (status = 404, description = "No such import", body = ProblemDocument),
        (status = 409, description = "It runs, or is done and part of the history", body = ProblemDocument)))]
pub async fn discard_import(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<id::ImportId>,
) -> Outcome<StatusCode> {
    let scope = actor.require_everywhere(Permission::ImportData)?;
    bring::discard(&app, scope, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// How large files may be.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportLimits {
    /// Bytes of a file of rows (`limits.upload_bytes`).
    pub file_bytes: u64,
    /// Bytes of a survey definition of another tool.
    pub survey_file_bytes: u64,
    /// Columns of a file (`limits.import_columns`).
    pub columns: usize,
}

/// Show how large files may be
#[utoipa::path(get, path = "/api/import-limits", tag = "connectors", operation_id = "show_import_limits",
    responses((status = 200, description = "The limits", body = ImportLimits)))]
pub async fn show_import_limits(
    State(app): State<App>,
    actor: Actor,
) -> Outcome<Json<ImportLimits>> {
    actor.require_everywhere(Permission::ImportData)?;
    let limits = &app.config.limits;
    Ok(Json(ImportLimits {
        file_bytes: limits.upload_bytes,
        survey_file_bytes: limits.upload_bytes.min(LARGEST_SURVEY_FILE as u64),
        columns: limits.import_columns,
    }))
}
