//! The operations of `touchpoints`.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::model::{Channel, Experience, Half, Offering, Stage, Touchpoint};
use super::store::{self, Kept};
use crate::base::app::App;
use crate::base::http::{Json, Listing, Path, present};
use crate::base::id::{self, Id};
use crate::base::problem::{Outcome, ProblemDocument};
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
    listed(&app, &actor).await
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
    create(&app, &actor, touchpoint).await
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
    Ok(Json(store::get(&mut tx, scope, &id).await?))
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
    let write = |touchpoint: Touchpoint| Touchpoint {
        id: touchpoint.id,
        code: touchpoint.code,
        name: change.name.unwrap_or(touchpoint.name),
        channel: change.channel.unwrap_or(touchpoint.channel),
        stage: change.stage.unwrap_or(touchpoint.stage),
        experience: change.experience.unwrap_or(touchpoint.experience),
        owner_unit_id: change.owner_unit_id.unwrap_or(touchpoint.owner_unit_id),
        archived: change.archived.unwrap_or(touchpoint.archived),
    };
    changed(&app, &actor, &id, write).await
}

/// List offerings
#[utoipa::path(get, path = "/api/offerings", tag = "touchpoints", operation_id = "list_offerings",
    responses((status = 200, description = "All products and services, by code", body = Listing<Offering>)))]
async fn list_offerings(State(app): State<App>, actor: Actor) -> Outcome<Json<Listing<Offering>>> {
    listed(&app, &actor).await
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
    let offering = Offering {
        id: app.chance.id(app.clock.now_ms()),
        code: input.code,
        name: input.name,
        kind: input.kind,
        archived: false,
    };
    create(&app, &actor, offering).await
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
    let write = |offering: Offering| Offering {
        id: offering.id,
        code: offering.code,
        name: change.name.unwrap_or(offering.name),
        kind: change.kind.unwrap_or(offering.kind),
        archived: change.archived.unwrap_or(offering.archived),
    };
    changed(&app, &actor, &id, write).await
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

/// All of a kind, for every member.
async fn listed<T: Kept>(app: &App, actor: &Actor) -> Outcome<Json<Listing<T>>> {
    let scope = actor.require(Permission::ReadResults)?;
    let mut tx = app.db.read().await?;
    Ok(Json(Listing::whole(store::list(&mut tx, scope).await?)))
}

/// Adds one.
async fn create<T: Kept>(app: &App, actor: &Actor, thing: T) -> Outcome<(StatusCode, Json<T>)> {
    let scope = actor.require_everywhere(Permission::EditTouchpoints)?;
    thing.check()?;
    let mut tx = app.db.write().await?;
    if let Some(unit) = thing.owner() {
        unit_exists(&mut tx, scope, unit, "owner_unit_id").await?;
    }
    store::insert(&mut tx, scope, &thing).await?;
    let (action, subject) = (format!("{}.create", T::WORD), thing.id().as_str());
    let detail = serde_json::json!({ "code": thing.code() });
    record_audit(&mut tx, app, scope, &action, subject, detail).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(thing)))
}

/// Writes one anew, as `write` makes it of what it was.
async fn changed<T: Kept>(
    app: &App,
    actor: &Actor,
    id: &Id<T::Kind>,
    write: impl FnOnce(T) -> T,
) -> Outcome<Json<T>> {
    let scope = actor.require_everywhere(Permission::EditTouchpoints)?;
    let mut tx = app.db.write().await?;
    let before: T = store::get(&mut tx, scope, id).await?;
    let owned = before.owner().cloned();
    let thing = write(before);
    if let Some(unit) = thing.owner().filter(|unit| Some(*unit) != owned.as_ref()) {
        unit_exists(&mut tx, scope, unit, "owner_unit_id").await?;
    }
    thing.check()?;
    store::update(&mut tx, scope, &thing, app.clock.now_ms()).await?;
    let action = format!("{}.change", T::WORD);
    let detail = serde_json::json!({ "code": thing.code(), "archived": thing.archived() });
    record_audit(&mut tx, app, scope, &action, id.as_str(), detail).await?;
    tx.commit().await?;
    Ok(Json(thing))
}
