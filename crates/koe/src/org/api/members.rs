//! Members of staff.

use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::base::app::App;
use crate::base::http::{Json, Listing, PageQuery, Path, Query};
use crate::base::id;
use crate::base::problem::{Outcome, Problem, ProblemDocument};
use crate::base::text::Language;
use crate::org::model::{Actor, Member, Permission, Role, check_name};
use crate::org::store::{audit, members, organisation, sessions};

/// What may change of a member; what is left out stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct MemberChange {
    /// Name shown to colleagues.
    name: Option<String>,
    /// What they may do.
    role: Option<Role>,
    /// Tops of the visible part of the unit tree; empty: all of it.
    units: Option<Vec<id::UnitId>>,
    /// Language of the screens and mails.
    language: Option<Language>,
    /// Refuse sign-in and end all sessions, or allow it again.
    disabled: Option<bool>,
}

/// List members
///
/// Somebody who sees only some units finds the members of those units.
#[utoipa::path(get, path = "/api/members", tag = "members", operation_id = "list_members", params(PageQuery),
    responses(
        (status = 200, description = "Members, oldest first", body = Listing<Member>),
        (status = 403, description = "Not allowed", body = ProblemDocument)))]
pub async fn list_members(
    State(app): State<App>,
    actor: Actor,
    Query(page): Query<PageQuery>,
) -> Outcome<Json<Listing<Member>>> {
    let scope = actor.require(Permission::EditMembers)?;
    let limit = page.limit(app.config.limits.page_rows)?;
    let mut tx = app.db.read().await?;
    let rows = members::list(&mut tx, scope, page.after()?.as_deref(), limit).await?;
    let mut listing = Listing::cut(rows, limit, |member| member.id.to_string());
    listing.items.retain(|member| actor.covers(&member.units));
    Ok(Json(listing))
}

/// Show a member
#[utoipa::path(get, path = "/api/members/{id}", tag = "members", operation_id = "show_member",
    params(("id" = id::MemberId, Path, description = "The member")),
    responses(
        (status = 200, description = "The member", body = Member),
        (status = 404, description = "No such member", body = ProblemDocument)))]
pub async fn show_member(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<id::MemberId>,
) -> Outcome<Json<Member>> {
    let scope = actor.require(Permission::EditMembers)?;
    let mut tx = app.db.read().await?;
    let member = members::get(&mut tx, scope, &id).await?;
    if actor.covers(&member.units) {
        Ok(Json(member))
    } else {
        Err(Problem::not_found())
    }
}

/// What the audit log keeps of a member: no name, no address.
#[derive(Serialize)]
struct Rights<'a> {
    role: Role,
    units: &'a [id::UnitId],
    language: Language,
    disabled: bool,
}

impl<'a> Rights<'a> {
    fn of(member: &'a Member) -> Self {
        Self {
            role: member.role,
            units: &member.units,
            language: member.language,
            disabled: member.disabled,
        }
    }
}

/// Change a member
///
/// Takes effect with their next request. An organisation always keeps an
/// owner who can sign in.
#[utoipa::path(patch, path = "/api/members/{id}", tag = "members", operation_id = "change_member",
    params(("id" = id::MemberId, Path, description = "The member")),
    request_body = MemberChange,
    responses(
        (status = 200, description = "Changed", body = Member),
        (status = 403, description = "More than the asker has", body = ProblemDocument),
        (status = 404, description = "No such member", body = ProblemDocument),
        (status = 409, description = "The last owner", body = ProblemDocument),
        (status = 422, description = "A field is not acceptable", body = ProblemDocument)))]
pub async fn change_member(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<id::MemberId>,
    Json(change): Json<MemberChange>,
) -> Outcome<Json<Member>> {
    let scope = actor.require(Permission::EditMembers)?;
    let mut tx = app.db.write().await?;
    organisation::hold(&mut tx, scope).await?;
    let before = members::get(&mut tx, scope, &id).await?;
    if !actor.covers(&before.units) {
        return Err(Problem::not_found());
    }
    if !actor.may_grant(before.role) {
        return Err(Problem::forbidden(format!(
            "You cannot change a member who is {}.",
            before.role.word()
        )));
    }
    let mut after = before.clone();
    if let Some(name) = change.name {
        after.name = check_name("name", &name)?;
    }
    after.role = change.role.unwrap_or(before.role);
    after.units = change.units.unwrap_or(after.units);
    after.language = change.language.unwrap_or(before.language);
    after.disabled = change.disabled.unwrap_or(before.disabled);
    super::insist_grantable(&mut tx, &actor, after.role, &after.units).await?;
    members::update(&mut tx, scope, &after, app.clock.now_ms()).await?;
    if members::owners(&mut tx, scope).await? == 0 {
        return Err(Problem::conflict(
            "last_owner",
            "The organisation would be left without an owner; make somebody else owner first.",
        ));
    }
    if after.disabled {
        sessions::end_all(&mut tx, &id, None).await?;
    }
    let detail = super::changes(&Rights::of(&before), &Rights::of(&after))?;
    audit::record(&mut tx, &app, scope, "member.change", id.as_str(), detail).await?;
    tx.commit().await?;
    Ok(Json(after))
}
