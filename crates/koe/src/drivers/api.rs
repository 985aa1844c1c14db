//! The operations of `drivers`.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::StatusCode;
use koe_analysis::confidence::Confidence;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::model::{Definition, DriverAnalysis, check_name, check_split};
use super::plan::{Asked, plan};
use super::propose::{self, DriverProposal};
use super::view::DriverResults;
use super::{run, store};
use crate::base::app::App;
use crate::base::db::Conn;
use crate::base::http::{Json, Listing, Path};
use crate::base::id::{self, DriverAnalysisId};
use crate::base::problem::{Outcome, Problem, ProblemDocument};
use crate::base::scope::Scope;
use crate::metrics::{Filter, Period};
use crate::org::{Actor, Permission, record_audit};

/// The routes of this slice.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_driver_analyses, create_driver_analysis))
        .routes(routes!(
            show_driver_analysis,
            change_driver_analysis,
            delete_driver_analysis
        ))
        .routes(routes!(driver_results))
        .routes(routes!(list_driver_proposals))
}

/// A new analysis.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDriverAnalysis {
    /// Name by language.
    name: BTreeMap<String, String>,
    /// What is analysed.
    definition: Definition,
}

/// What may change of an analysis; what is left out stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct DriverAnalysisChange {
    /// Name by language.
    name: Option<BTreeMap<String, String>>,
    /// What is analysed.
    definition: Option<Definition>,
}

/// What is asked of an analysis beside its definition.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct DriverQuery {
    /// These days instead of the definition's.
    period: Option<Period>,
    /// These hold, too.
    filters: Vec<Filter>,
    /// Compare these instead of the definition's: `unit`, `unit:<level>` or
    /// `touchpoint`.
    split: Option<String>,
    /// Confidence of intervals and tests, 0.5 to 0.999; default 0.95.
    confidence: Option<f64>,
}

/// List analyses of drivers
#[utoipa::path(get, path = "/api/drivers", tag = "drivers", operation_id = "list_driver_analyses",
    responses((status = 200, description = "All analyses, newest first", body = Listing<DriverAnalysis>)))]
async fn list_driver_analyses(
    State(app): State<App>,
    actor: Actor,
) -> Outcome<Json<Listing<DriverAnalysis>>> {
    let scope = actor.require(Permission::ReadResults)?;
    let mut tx = app.db.read().await?;
    Ok(Json(Listing::whole(store::all(&mut tx, scope).await?)))
}

/// Add an analysis of drivers
#[utoipa::path(post, path = "/api/drivers", tag = "drivers", operation_id = "create_driver_analysis",
    request_body = NewDriverAnalysis,
    responses(
        (status = 201, description = "Added", body = DriverAnalysis),
        (status = 422, description = "A field is not acceptable", body = ProblemDocument)))]
async fn create_driver_analysis(
    State(app): State<App>,
    actor: Actor,
    Json(input): Json<NewDriverAnalysis>,
) -> Outcome<(StatusCode, Json<DriverAnalysis>)> {
    let scope = actor.require_everywhere(Permission::EditMetrics)?;
    let now_ms = app.clock.now_ms();
    let analysis = DriverAnalysis {
        id: app.chance.id(now_ms),
        name: input.name,
        definition: input.definition,
        changed_at: app.clock.now().to_string(),
    };
    let mut tx = app.db.write().await?;
    check(&app, &mut tx, scope, &analysis).await?;
    store::insert(&mut tx, scope, &analysis, now_ms).await?;
    audit(&mut tx, &app, scope, "driver_analysis.create", &analysis).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(analysis)))
}

/// Show an analysis of drivers
#[utoipa::path(get, path = "/api/drivers/{id}", tag = "drivers", operation_id = "show_driver_analysis",
    params(("id" = id::DriverAnalysisId, Path, description = "The analysis")),
    responses(
        (status = 200, description = "The analysis", body = DriverAnalysis),
        (status = 404, description = "No such analysis", body = ProblemDocument)))]
async fn show_driver_analysis(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<DriverAnalysisId>,
) -> Outcome<Json<DriverAnalysis>> {
    let scope = actor.require(Permission::ReadResults)?;
    let mut tx = app.db.read().await?;
    Ok(Json(store::get(&mut tx, scope, &id).await?))
}

/// Change an analysis of drivers
#[utoipa::path(patch, path = "/api/drivers/{id}", tag = "drivers", operation_id = "change_driver_analysis",
    params(("id" = id::DriverAnalysisId, Path, description = "The analysis")),
    request_body = DriverAnalysisChange,
    responses(
        (status = 200, description = "Changed", body = DriverAnalysis),
        (status = 404, description = "No such analysis", body = ProblemDocument),
        (status = 422, description = "A field is not acceptable", body = ProblemDocument)))]
async fn change_driver_analysis(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<DriverAnalysisId>,
    Json(change): Json<DriverAnalysisChange>,
) -> Outcome<Json<DriverAnalysis>> {
    let scope = actor.require_everywhere(Permission::EditMetrics)?;
    let mut tx = app.db.write().await?;
    let before = store::get(&mut tx, scope, &id).await?;
    let analysis = DriverAnalysis {
        id,
        name: change.name.unwrap_or(before.name),
        definition: change.definition.unwrap_or(before.definition),
        changed_at: app.clock.now().to_string(),
    };
    check(&app, &mut tx, scope, &analysis).await?;
    store::update(&mut tx, scope, &analysis, app.clock.now_ms()).await?;
    audit(&mut tx, &app, scope, "driver_analysis.change", &analysis).await?;
    tx.commit().await?;
    Ok(Json(analysis))
}

/// Delete an analysis of drivers
///
/// Its results go with it; the records stay.
#[utoipa::path(delete, path = "/api/drivers/{id}", tag = "drivers", operation_id = "delete_driver_analysis",
    params(("id" = id::DriverAnalysisId, Path, description = "The analysis")),
    responses(
        (status = 204, description = "Gone"),
        (status = 404, description = "No such analysis", body = ProblemDocument)))]
async fn delete_driver_analysis(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<DriverAnalysisId>,
) -> Outcome<StatusCode> {
    let scope = actor.require_everywhere(Permission::EditMetrics)?;
    let mut tx = app.db.write().await?;
    let analysis = store::get(&mut tx, scope, &id).await?;
    store::delete(&mut tx, scope, &id).await?;
    audit(&mut tx, &app, scope, "driver_analysis.delete", &analysis).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ask what decides the outcome
///
/// Computed over all records that the asker may see, or taken from what is kept
/// when nothing it rests on has changed.
#[utoipa::path(post, path = "/api/drivers/{id}/results", tag = "drivers", operation_id = "driver_results",
    params(("id" = id::DriverAnalysisId, Path, description = "The analysis")),
    request_body = DriverQuery,
    responses(
        (status = 200, description = "The finding, or why there is none", body = DriverResults),
        (status = 404, description = "No such analysis", body = ProblemDocument),
        (status = 422, description = "Something cannot be asked", body = ProblemDocument)))]
async fn driver_results(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<DriverAnalysisId>,
    Json(query): Json<DriverQuery>,
) -> Outcome<Json<DriverResults>> {
    let scope = actor.require(Permission::ReadResults)?;
    let confidence = match query.confidence {
        None => Confidence::P95,
        Some(share) => Confidence::new(share)
            .map_err(|error| Problem::invalid("confidence", error.to_string()))?,
    };
    let mut tx = app.db.read().await?;
    let analysis = store::get(&mut tx, scope, &id).await?;
    drop(tx);
    check_split(query.split.as_deref(), "split")?;
    let asked = Asked {
        period: query.period,
        filters: &query.filters,
        split: query.split.as_deref(),
    };
    let results = run::results(&app, scope, &analysis, asked, confidence).await?;
    Ok(Json(results))
}

/// List analyses of drivers that suggest themselves
#[utoipa::path(get, path = "/api/driver-proposals", tag = "drivers", operation_id = "list_driver_proposals",
    responses((status = 200, description = "One for each metric and survey with something to drive it", body = Listing<DriverProposal>)))]
async fn list_driver_proposals(
    State(app): State<App>,
    actor: Actor,
) -> Outcome<Json<Listing<DriverProposal>>> {
    let scope = actor.require(Permission::ReadResults)?;
    let mut tx = app.db.read().await?;
    let proposals = propose::proposals(&app, &mut tx, scope).await?;
    Ok(Json(Listing::whole(proposals)))
}

async fn check(
    app: &App,
    conn: &mut Conn,
    scope: &Scope,
    analysis: &DriverAnalysis,
) -> Outcome<()> {
    check_name(&analysis.name)?;
    plan(app, conn, scope, &analysis.definition).await?;
    Ok(())
}

async fn audit(
    conn: &mut Conn,
    app: &App,
    scope: &Scope,
    action: &str,
    analysis: &DriverAnalysis,
) -> Outcome<()> {
    let detail = serde_json::json!({ "name": analysis.name, "definition": analysis.definition });
    record_audit(conn, app, scope, action, analysis.id.as_str(), detail).await
}
