//! The operations of `touchpoints`.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::model::{Channel, Experience, Half, Offering, Stage, Touchpoint, check_named};
use super::store;
use crate::base::app::App;
use crate::base::http::{Json, Listing, Path, present};
use crate::base::id;
use crate::base::problem::{Outcome, Problem, ProblemDocument};
use crate::org::{Actor, Permission, record_audit, unit_exists};

/// The routes of this slice.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_touchpoints, create_touchpoint))
        .routes(routes!(show_touchpoint, change_touchpoint))
        .routes(routes!(list_offerings, create_offering))
        .routes(routes!(change_offering))
        .routes(routes!(list_stages))
}

/// A new touchpoint.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTouchpoint {
    /// The organisation's own code, unique.
    code: String,
    /// Name by language.
    name: BTreeMap<String, String>,
    /// Kind of channel.
    channel: Channel,
    /// Stage of the cycle.
    stage: Stage,
    /// Sought, or met by chance.
    experience: Experience,
    /// Who answers for it.
    #[serde(default)]
    owner_unit_id: Option<id::UnitId>,
}

/// What may change of a touchpoint; what is left out stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct TouchpointChange {
    /// Name by language.
    name: Option<BTreeMap<String, String>>,
    /// Kind of channel.
    channel: Option<Channel>,
    /// Stage of the cycle.
    stage: Option<Stage>,
    /// Sought, or met by chance.
    experience: Option<Experience>,
    /// Who answers for it; null: nobody.
    #[serde(deserialize_with = "present")]
    #[schema(value_type = Option<id::UnitId>)]
    owner_unit_id: Option<Option<id::UnitId>>,
    /// Archive, or bring back.
    archived: Option<bool>,
}

/// A new offering.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewOffering {
    /// The organisation's own code, unique.
    code: String,
    /// Name by language.
    name: BTreeMap<String, String>,
    /// `product` or `service`, or the organisation's own word.
    kind: String,
}

/// What may change of an offering; what is left out stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct OfferingChange {
    /// Name by language.
    name: Option<BTreeMap<String, String>>,
    /// `product` or `service`, or the organisation's own word.
    kind: Option<String>,
    /// Archive, or bring back.
    archived: Option<bool>,
}

/// A stage of the cycle and the half it belongs to.
#[derive(Debug, Serialize, ToSchema)]
pub struct StageInfo {
    /// The stage.
    stage: Stage,
    /// Purchase or ownership.
    half: Half,
}

/// List touchpoints
#[utoipa::path(get, path = "/api/touchpoints", tag = "touchpoints", operation_id = "list_touchpoints",
    responses((status = 200, description = "All touchpoints, by code", body = Listing<Touchpoint>)))]
async fn list_touchpoints(
    State(app): State<App>,
    actor: Actor,
) -> Outcome<Json<Listing<Touchpoint>>> {
    let scope = actor.require(Permission::ReadResults)?;
    let mut tx = app.db.read().await?;
    Ok(Json(Listing::whole(
        store::touchpoints(&mut tx, scope).await?,
    )))
}

/// Add a touchpoint
#[utoipa::path(post, path = "/api/touchpoints", tag = "touchpoints", operation_id = "create_touchpoint",
    request_body = NewTouchpoint,
    responses(
        (status = 201, description = "Added", body = Touchpoint),
        (status = 409, description = "The code is taken", body = ProblemDocument),
        (status = 422, description = "A field is not acceptable", body = ProblemDocument)))]
async fn create_touchpoint(
    State(app): State<App>,
    actor: Actor,
    Json(input): Json<NewTouchpoint>,
) -> Outcome<(StatusCode, Json<Touchpoint>)> {
    let scope = actor.require_everywhere(Permission::EditTouchpoints)?;
    check_named(&input.code, &input.name)?;
    let touchpoint = Touchpoint {
        id: app.chance.id(app.clock.now_ms()),
        code: input.code,
        name: input.name,
        channel: input.channel,
        stage: input.stage,
        experience: input.experience,
        owner_unit_id: input.owner_unit_id,
        archived: false,
    };
    let mut tx = app.db.write().await?;
    if let Some(unit) = &touchpoint.owner_unit_id {
        unit_exists(&mut tx, scope, unit, "owner_unit_id").await?;
    }
    store::insert_touchpoint(&mut tx, scope, &touchpoint).await?;
    let detail = serde_json::json!({ "code": touchpoint.code });
    record_audit(
        &mut tx,
        &app,
        scope,
        "touchpoint.create",
        touchpoint.id.as_str(),
        detail,
    )
    .await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(touchpoint)))
}

/// Show a touchpoint
#[utoipa::path(get, path = "/api/touchpoints/{id}", tag = "touchpoints", operation_id = "show_touchpoint",
    params(("id" = id::TouchpointId, Path, description = "The touchpoint")),
    responses(
        (status = 200, description = "The touchpoint", body = Touchpoint),
        (status = 404, description = "No such touchpoint", body = ProblemDocument)))]
async fn show_touchpoint(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<id::TouchpointId>,
) -> Outcome<Json<Touchpoint>> {
    let scope = actor.require(Permission::ReadResults)?;
    let mut tx = app.db.read().await?;
    Ok(Json(store::touchpoint(&mut tx, scope, &id).await?))
}

/// Change a touchpoint
#[utoipa::path(patch, path = "/api/touchpoints/{id}", tag = "touchpoints", operation_id = "change_touchpoint",
    params(("id" = id::TouchpointId, Path, description = "The touchpoint")),
    request_body = TouchpointChange,
    responses(
        (status = 200, description = "Changed", body = Touchpoint),
        (status = 404, description = "No such touchpoint", body = ProblemDocument),
        (status = 422, description = "A field is not acceptable", body = ProblemDocument)))]
async fn change_touchpoint(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<id::TouchpointId>,
    Json(change): Json<TouchpointChange>,
) -> Outcome<Json<Touchpoint>> {
    let scope = actor.require_everywhere(Permission::EditTouchpoints)?;
    let mut tx = app.db.write().await?;
    let mut touchpoint = store::touchpoint(&mut tx, scope, &id).await?;
    if let Some(owner) = change.owner_unit_id {
        if let Some(unit) = &owner {
            unit_exists(&mut tx, scope, unit, "owner_unit_id").await?;
        }
        touchpoint.owner_unit_id = owner;
    }
    touchpoint.name = change.name.unwrap_or(touchpoint.name);
    touchpoint.channel = change.channel.unwrap_or(touchpoint.channel);
    touchpoint.stage = change.stage.unwrap_or(touchpoint.stage);
    touchpoint.experience = change.experience.unwrap_or(touchpoint.experience);
    touchpoint.archived = change.archived.unwrap_or(touchpoint.archived);
    check_named(&touchpoint.code, &touchpoint.name)?;
    store::update_touchpoint(&mut tx, scope, &touchpoint, app.clock.now_ms()).await?;
    let detail = serde_json::json!({ "code": touchpoint.code, "archived": touchpoint.archived });
    record_audit(
        &mut tx,
        &app,
        scope,
        "touchpoint.change",
        id.as_str(),
        detail,
    )
    .await?;
    tx.commit().await?;
    Ok(Json(touchpoint))
}

/// List offerings
#[utoipa::path(get, path = "/api/offerings", tag = "touchpoints", operation_id = "list_offerings",
    responses((status = 200, description = "All products and services, by code", body = Listing<Offering>)))]
async fn list_offerings(State(app): State<App>, actor: Actor) -> Outcome<Json<Listing<Offering>>> {
    let scope = actor.require(Permission::ReadResults)?;
    let mut tx = app.db.read().await?;
    Ok(Json(Listing::whole(
        store::offerings(&mut tx, scope).await?,
    )))
}

/// Add an offering
#[utoipa::path(post, path = "/api/offerings", tag = "touchpoints", operation_id = "create_offering",
    request_body = NewOffering,
    responses(
        (status = 201, description = "Added", body = Offering),
        (status = 409, description = "The code is taken", body = ProblemDocument),
        (status = 422, description = "A field is not acceptable", body = ProblemDocument)))]
async fn create_offering(
    State(app): State<App>,
    actor: Actor,
    Json(input): Json<NewOffering>,
) -> Outcome<(StatusCode, Json<Offering>)> {
    let scope = actor.require_everywhere(Permission::EditTouchpoints)?;
    check_named(&input.code, &input.name)?;
    check_kind(&input.kind)?;
    let offering = Offering {
        id: app.chance.id(app.clock.now_ms()),
        code: input.code,
        name: input.name,
        kind: input.kind,
        archived: false,
    };
    let mut tx = app.db.write().await?;
    store::insert_offering(&mut tx, scope, &offering).await?;
    let detail = serde_json::json!({ "code": offering.code });
    record_audit(
        &mut tx,
        &app,
        scope,
        "offering.create",
        offering.id.as_str(),
        detail,
    )
    .await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(offering)))
}

/// Change an offering
#[utoipa::path(patch, path = "/api/offerings/{id}", tag = "touchpoints", operation_id = "change_offering",
    params(("id" = id::OfferingId, Path, description = "The offering")),
    request_body = OfferingChange,
    responses(
        (status = 200, description = "Changed", body = Offering),
        (status = 404, description = "No such offering", body = ProblemDocument),
        (status = 422, description = "A field is not acceptable", body = ProblemDocument)))]
async fn change_offering(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<id::OfferingId>,
    Json(change): Json<OfferingChange>,
) -> Outcome<Json<Offering>> {
    let scope = actor.require_everywhere(Permission::EditTouchpoints)?;
    let mut tx = app.db.write().await?;
    let mut offering = store::offering(&mut tx, scope, &id).await?;
    offering.name = change.name.unwrap_or(offering.name);
    offering.kind = change.kind.unwrap_or(offering.kind);
    offering.archived = change.archived.unwrap_or(offering.archived);
    check_named(&offering.code, &offering.name)?;
    check_kind(&offering.kind)?;
    store::update_offering(&mut tx, scope, &offering, app.clock.now_ms()).await?;
    let detail = serde_json::json!({ "code": offering.code, "archived": offering.archived });
    record_audit(&mut tx, &app, scope, "offering.change", id.as_str(), detail).await?;
    tx.commit().await?;
    Ok(Json(offering))
}

/// List the stages of the whole cycle
#[utoipa::path(get, path = "/api/stages", tag = "touchpoints", operation_id = "list_stages",
    responses((status = 200, description = "Stages in order", body = Listing<StageInfo>)))]
async fn list_stages(actor: Actor) -> Outcome<Json<Listing<StageInfo>>> {
    actor.require(Permission::ReadResults)?;
    let stages = Stage::ALL
        .iter()
        .map(|stage| StageInfo {
            stage: *stage,
            half: stage.half(),
        })
        .collect();
    Ok(Json(Listing::whole(stages)))
}

fn check_kind(kind: &str) -> Outcome<()> {
    if (1..=64).contains(&kind.trim().chars().count()) {
        Ok(())
    } else {
        Err(Problem::invalid("kind", "must have 1 to 64 characters"))
    }
}
