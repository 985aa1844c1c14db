//! What was wrong with rows: a list for the screen, a file to take away.

use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::base::app::App;
use crate::base::http::{Json, Listing, PageQuery, Path, Query};
use crate::base::id;
use crate::base::problem::{Outcome, Problem, ProblemDocument};
use crate::base::text::Language;
use crate::connectors::imports::RowFault;
use crate::connectors::{bring, store};
use crate::org::{Actor, Permission};

/// In which language faults are written.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct FaultsQuery {
    /// `ja` or `en`; else the browser's.
    #[serde(default)]
    pub language: Option<String>,
}

/// List what was wrong with rows
///
/// In the file's order, of the last run or trial.
#[utoipa::path(get, path = "/api/imports/{id}/faults", tag = "connectors", operation_id = "list_import_faults",
    params(("id" = id::ImportId, Path, description = "The import"), PageQuery),
    responses(
        (status = 200, description = "A page of faults", body = Listing<RowFault>),
        (status = 404, description = "No such import", body = ProblemDocument)))]
pub async fn list_import_faults(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<id::ImportId>,
    Query(page): Query<PageQuery>,
) -> Outcome<Json<Listing<RowFault>>> {
    let scope = actor.require_everywhere(Permission::ImportData)?;
    let limit = page.limit(app.config.limits.page_rows)?;
    let after: i64 = match page.after()? {
        None => -1,
        Some(text) => text
            .parse()
            .map_err(|_| Problem::invalid("cursor", "use the next_cursor of the page before"))?,
    };
    let mut tx = app.db.read().await?;
    let import = store::get(&mut tx, scope, &id).await?;
    let faults = store::faults(&mut tx, scope, &import.id, after, limit + 1).await?;
    let page = Listing::cut(faults, limit, |(number, _)| number.to_string());
    Ok(Json(Listing {
        items: page.items.into_iter().map(|(_, fault)| fault).collect(),
        next_cursor: page.next_cursor,
    }))
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
