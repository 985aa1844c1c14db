//! The organisation's own settings.

use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::base::app::App;
use crate::base::http::Json;
use crate::base::problem::{Outcome, ProblemDocument};
use crate::base::text::Language;
use crate::org::model::{Actor, Organisation, Permission, Privacy};
use crate::org::store::{audit, organisation, retention};

/// What may change of an organisation; what is left out stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct OrganisationChange {
    /// Name.
    name: Option<String>,
    /// Language of new members and of mails.
    language: Option<Language>,
    /// IANA name; days, months and fiscal years are cut in it.
    time_zone: Option<String>,
    /// First month of the fiscal year, 1…12.
    fiscal_year_start: Option<i64>,
    /// Country calling code of telephone numbers written without one.
    calling_code: Option<String>,
    /// What people who answer are told about their data; replaced as a whole.
    privacy: Option<Privacy>,
}

/// Show the organisation
#[utoipa::path(get, path = "/api/organisation", tag = "organisation", operation_id = "show_organisation",
    responses((status = 200, description = "The organisation and its settings", body = Organisation)))]
pub async fn show_organisation(
    State(app): State<App>,
    actor: Actor,
) -> Outcome<Json<Organisation>> {
    let mut tx = app.db.read().await?;
    Ok(Json(
        organisation::get(&mut tx, actor.scope.organisation()).await?,
    ))
}

/// Change the organisation's settings
#[utoipa::path(patch, path = "/api/organisation", tag = "organisation", operation_id = "change_organisation",
    request_body = OrganisationChange,
    responses(
        (status = 200, description = "Changed", body = Organisation),
        (status = 403, description = "Not allowed", body = ProblemDocument),
        (status = 422, description = "A field is not acceptable", body = ProblemDocument)))]
pub async fn change_organisation(
    State(app): State<App>,
    actor: Actor,
    Json(change): Json<OrganisationChange>,
) -> Outcome<Json<Organisation>> {
    let scope = actor.require_everywhere(Permission::EditOrganisation)?;
    let mut tx = app.db.write().await?;
    let before = organisation::get(&mut tx, scope.organisation()).await?;
    let after = Organisation {
        id: before.id.clone(),
        name: change
            .name
            .unwrap_or_else(|| before.name.clone())
            .trim()
            .to_owned(),
        language: change.language.unwrap_or(before.language),
        time_zone: change.time_zone.unwrap_or_else(|| before.time_zone.clone()),
        fiscal_year_start: change.fiscal_year_start.unwrap_or(before.fiscal_year_start),
        calling_code: change
            .calling_code
            .unwrap_or_else(|| before.calling_code.clone()),
        privacy: change.privacy.unwrap_or_else(|| before.privacy.clone()),
    };
    after.check()?;
    organisation::update(&mut tx, scope, &after).await?;
    let (was, is) = (before.privacy.retention_days, after.privacy.retention_days);
    if was != is {
        retention::change(&mut tx, scope, was, is, app.clock.now_ms()).await?;
    }
    let detail = super::changes(&before, &after)?;
    audit::record(
        &mut tx,
        &app,
        scope,
        "organisation.change",
        after.id.as_str(),
        detail,
    )
    .await?;
    tx.commit().await?;
    Ok(Json(after))
}
