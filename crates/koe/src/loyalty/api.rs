//! The operations of `loyalty`.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::StatusCode;
use koe_analysis::confidence::Confidence;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::model::{Definition, LoyaltyAnalysis, check_name};
use super::plan::plan;
use super::propose::{self, LoyaltyProposal};
use super::view::LoyaltyResults;
use super::{run, store};
use crate::base::app::App;
use crate::base::db::Conn;
use crate::base::http::{Json, Listing, Path};
use crate::base::id::{self, LoyaltyAnalysisId};
use crate::base::problem::{Outcome, Problem, ProblemDocument};
use crate::base::scope::Scope;
use crate::org::{Actor, Permission, record_audit};

/// The routes of this slice.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_loyalty_analyses, create_loyalty_analysis))
        .routes(routes!(
            show_loyalty_analysis,
            change_loyalty_analysis,
            delete_loyalty_analysis
        ))
        .routes(routes!(loyalty_results))
        .routes(routes!(list_loyalty_proposals))
}

/// A new analysis.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewLoyaltyAnalysis {
    /// Name by language.
    name: BTreeMap<String, String>,
    /// What is analysed.
    definition: Definition,
}

/// What may change of an analysis; what is left out stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct LoyaltyAnalysisChange {
    /// Name by language.
    name: Option<BTreeMap<String, String>>,
    /// What is analysed.
    definition: Option<Definition>,
}

/// What is asked of an analysis beside its definition.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct LoyaltyQuery {
    /// Confidence of intervals and tests, 0.5 to 0.999; default 0.95.
    confidence: Option<f64>,
}

/// List analyses of loyalty value
#[utoipa::path(get, path = "/api/loyalty", tag = "loyalty", operation_id = "list_loyalty_analyses",
    responses((status = 200, description = "All analyses, newest first", body = Listing<LoyaltyAnalysis>)))]
async fn list_loyalty_analyses(
    State(app): State<App>,
    actor: Actor,
) -> Outcome<Json<Listing<LoyaltyAnalysis>>> {
    let scope = actor.require(Permission::ReadResults)?;
    let mut tx = app.db.read().await?;
    Ok(Json(Listing::whole(store::all(&mut tx, scope).await?)))
}

/// Add an analysis of loyalty value
#[utoipa::path(post, path = "/api/loyalty", tag = "loyalty", operation_id = "create_loyalty_analysis",
    request_body = NewLoyaltyAnalysis,
    responses(
        (status = 201, description = "Added", body = LoyaltyAnalysis),
        (status = 422, description = "A field is not acceptable", body = ProblemDocument)))]
async fn create_loyalty_analysis(
    State(app): State<App>,
    actor: Actor,
    Json(input): Json<NewLoyaltyAnalysis>,
) -> Outcome<(StatusCode, Json<LoyaltyAnalysis>)> {
    let scope = actor.require_everywhere(Permission::EditMetrics)?;
    let now_ms = app.clock.now_ms();
    let analysis = LoyaltyAnalysis {
        id: app.chance.id(now_ms),
        name: input.name,
        definition: input.definition,
        changed_at: app.clock.now().to_string(),
    };
    let mut tx = app.db.write().await?;
    check(&app, &mut tx, scope, &analysis).await?;
    store::insert(&mut tx, scope, &analysis, now_ms).await?;
    audit(&mut tx, &app, scope, "loyalty_analysis.create", &analysis).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(analysis)))
}

/// Show an analysis of loyalty value
#[utoipa::path(get, path = "/api/loyalty/{id}", tag = "loyalty", operation_id = "show_loyalty_analysis",
    params(("id" = id::LoyaltyAnalysisId, Path, description = "The analysis")),
    responses(
        (status = 200, description = "The analysis", body = LoyaltyAnalysis),
        (status = 404, description = "No such analysis", body = ProblemDocument)))]
async fn show_loyalty_analysis(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<LoyaltyAnalysisId>,
) -> Outcome<Json<LoyaltyAnalysis>> {
    let scope = actor.require(Permission::ReadResults)?;
    let mut tx = app.db.read().await?;
    Ok(Json(store::get(&mut tx, scope, &id).await?))
}

/// Change an analysis of loyalty value
#[utoipa::path(patch, path = "/api/loyalty/{id}", tag = "loyalty", operation_id = "change_loyalty_analysis",
    params(("id" = id::LoyaltyAnalysisId, Path, description = "The analysis")),
    request_body = LoyaltyAnalysisChange,
    responses(
        (status = 200, description = "Changed", body = LoyaltyAnalysis),
        (status = 404, description = "No such analysis", body = ProblemDocument),
        (status = 422, description = "A field is not acceptable", body = ProblemDocument)))]
async fn change_loyalty_analysis(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<LoyaltyAnalysisId>,
    Json(change): Json<LoyaltyAnalysisChange>,
) -> Outcome<Json<LoyaltyAnalysis>> {
    let scope = actor.require_everywhere(Permission::EditMetrics)?;
    let mut tx = app.db.write().await?;
    let before = store::get(&mut tx, scope, &id).await?;
    let analysis = LoyaltyAnalysis {
        id,
        name: change.name.unwrap_or(before.name),
        definition: change.definition.unwrap_or(before.definition),
        changed_at: app.clock.now().to_string(),
    };
    check(&app, &mut tx, scope, &analysis).await?;
    store::update(&mut tx, scope, &analysis, app.clock.now_ms()).await?;
    audit(&mut tx, &app, scope, "loyalty_analysis.change", &analysis).await?;
    tx.commit().await?;
    Ok(Json(analysis))
}

/// Delete an analysis of loyalty value
///
/// Its results go with it; the purchases stay.
#[utoipa::path(delete, path = "/api/loyalty/{id}", tag = "loyalty", operation_id = "delete_loyalty_analysis",
    params(("id" = id::LoyaltyAnalysisId, Path, description = "The analysis")),
    responses(
        (status = 204, description = "Gone"),
        (status = 404, description = "No such analysis", body = ProblemDocument)))]
async fn delete_loyalty_analysis(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<LoyaltyAnalysisId>,
) -> Outcome<StatusCode> {
    let scope = actor.require_everywhere(Permission::EditMetrics)?;
    let mut tx = app.db.write().await?;
    let analysis = store::get(&mut tx, scope, &id).await?;
    store::delete(&mut tx, scope, &id).await?;
    audit(&mut tx, &app, scope, "loyalty_analysis.delete", &analysis).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ask what customers are likely still worth
///
/// Computed over all purchases that the asker may see, or taken from what is kept
/// when nothing it rests on has changed. What takes longer than two seconds is
/// computed beside the request: ask again until `progress` is null. Customers
/// at risk are listed for whoever may see people.
#[utoipa::path(post, path = "/api/loyalty/{id}/results", tag = "loyalty", operation_id = "loyalty_results",
    params(("id" = id::LoyaltyAnalysisId, Path, description = "The analysis")),
    request_body = LoyaltyQuery,
    responses(
        (status = 200, description = "The finding, why there is none, or how far it is", body = LoyaltyResults),
        (status = 404, description = "No such analysis", body = ProblemDocument),
        (status = 422, description = "Something cannot be asked", body = ProblemDocument)))]
async fn loyalty_results(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<LoyaltyAnalysisId>,
    Json(query): Json<LoyaltyQuery>,
) -> Outcome<Json<LoyaltyResults>> {
    let scope = actor.require(Permission::ReadResults)?;
    let confidence = match query.confidence {
        None => Confidence::P95,
        Some(share) => Confidence::new(share)
            .map_err(|error| Problem::invalid("confidence", error.to_string()))?,
    };
    let mut tx = app.db.read().await?;
    let analysis = store::get(&mut tx, scope, &id).await?;
    drop(tx);
    let people_shown = actor.may(Permission::ReadPeople);
    let results = run::results(&app, scope, &analysis, confidence, people_shown).await?;
    Ok(Json(results))
}

/// List analyses of loyalty value that suggest themselves
#[utoipa::path(get, path = "/api/loyalty-proposals", tag = "loyalty", operation_id = "list_loyalty_proposals",
    responses((status = 200, description = "One for each stream of rows with an amount", body = Listing<LoyaltyProposal>)))]
async fn list_loyalty_proposals(
    State(app): State<App>,
    actor: Actor,
) -> Outcome<Json<Listing<LoyaltyProposal>>> {
    let scope = actor.require(Permission::ReadResults)?;
    let mut tx = app.db.read().await?;
    let proposals = propose::proposals(&app, &mut tx, scope).await?;
    Ok(Json(Listing::whole(proposals)))
}

async fn check(
    app: &App,
    conn: &mut Conn,
    scope: &Scope,
    analysis: &LoyaltyAnalysis,
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
    analysis: &LoyaltyAnalysis,
) -> Outcome<()> {
    let detail = serde_json::json!({ "name": analysis.name, "definition": analysis.definition });
    record_audit(conn, app, scope, action, analysis.id.as_str(), detail).await
}
