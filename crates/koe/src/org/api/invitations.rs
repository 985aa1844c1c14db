//! Inviting members of staff by a one-time link that the inviter hands over.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::session::{Session, start_session};
use crate::base::app::App;
use crate::base::clock::from_ms;
use crate::base::http::client::ClientAddress;
use crate::base::http::{Json, Listing, Path};
use crate::base::id;
use crate::base::problem::{Outcome, Problem, ProblemDocument};
use crate::base::scope::{Scope, Units};
use crate::base::text::Language;
use crate::org::model::{
    Actor, Member, Permission, Role, check_name, hash_password, normalise_email, token_hash,
};
use crate::org::store::{audit, invitations, members, organisation};

/// Days for which an invitation can be accepted.
const DAYS: i64 = 7;

/// Who is invited, as what.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewInvitation {
    /// Sign-in address of the new member.
    email: String,
    /// What they will be allowed.
    role: Role,
    /// Tops of the visible part of the unit tree; empty: all of it.
    #[serde(default)]
    units: Vec<id::UnitId>,
}

/// An invitation that waits to be accepted.
#[derive(Debug, Serialize, ToSchema)]
pub struct InvitationView {
    /// Id.
    id: id::MemberInvitationId,
    /// Who is invited.
    email: String,
    /// As what.
    role: Role,
    /// Over which units; empty: all.
    units: Vec<id::UnitId>,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// Until when it can be accepted.
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
}

/// A new invitation with its link, which is shown this once.
#[derive(Debug, Serialize, ToSchema)]
pub struct InvitationMade {
    /// The invitation.
    #[serde(flatten)]
    invitation: InvitationView,
    /// Hand this to the person; it works once.
    link: String,
}

/// Acceptance of an invitation.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Acceptance {
    /// The last part of the link.
    token: String,
    /// Name shown to colleagues.
    name: String,
    /// A password of 10 to 200 characters.
    password: String,
    /// Language of the screens; left out: the organisation's.
    #[serde(default)]
    language: Option<Language>,
}

fn view(invitation: invitations::Invitation) -> InvitationView {
    InvitationView {
        id: invitation.id,
        email: invitation.email,
        role: invitation.role,
        units: invitation.units,
        created_at: from_ms(invitation.created_ms),
        expires_at: from_ms(invitation.expires_ms),
    }
}

/// List open invitations
#[utoipa::path(get, path = "/api/invitations", tag = "members", operation_id = "list_invitations",
    responses(
        (status = 200, description = "Invitations that can still be accepted, newest first", body = Listing<InvitationView>),
        (status = 403, description = "Not allowed", body = ProblemDocument)))]
pub async fn list_invitations(
    State(app): State<App>,
    actor: Actor,
) -> Outcome<Json<Listing<InvitationView>>> {
    let scope = actor.require(Permission::EditMembers)?;
    let mut tx = app.db.read().await?;
    let mut open = invitations::open(&mut tx, scope, app.clock.now_ms()).await?;
    open.retain(|invitation| actor.covers(&invitation.units));
    Ok(Json(Listing::whole(open.into_iter().map(view).collect())))
}

/// Invite a member
///
/// The link is shown once and works once, for seven days. A new invitation of
/// the same address replaces the open one.
#[utoipa::path(post, path = "/api/invitations", tag = "members", operation_id = "create_invitation",
    request_body = NewInvitation,
    responses(
        (status = 201, description = "Invited", body = InvitationMade),
        (status = 403, description = "More than the asker has", body = ProblemDocument),
        (status = 409, description = "Already a member", body = ProblemDocument),
        (status = 422, description = "A field is not acceptable", body = ProblemDocument)))]
pub async fn create_invitation(
    State(app): State<App>,
    actor: Actor,
    Json(input): Json<NewInvitation>,
) -> Outcome<(StatusCode, Json<InvitationMade>)> {
    let scope = actor.require(Permission::EditMembers)?;
    let email = normalise_email(&input.email)?;
    let mut tx = app.db.write().await?;
    organisation::hold(&mut tx, scope).await?;
    super::insist_grantable(&mut tx, &actor, input.role, &input.units).await?;
    if members::find(&mut tx, scope, &email).await?.is_some() {
        return Err(Problem::conflict(
            "email_taken",
            "Somebody already signs in with this address.",
        ));
    }
    let now_ms = app.clock.now_ms();
    let token = app.chance.secret();
    let invitation = invitations::Invitation {
        id: app.chance.id(now_ms),
        organisation: scope.organisation().clone(),
        email,
        role: input.role,
        units: input.units,
        created_ms: now_ms,
        expires_ms: now_ms + DAYS * 86_400_000,
    };
    invitations::insert(&mut tx, &invitation, &token_hash(&token)).await?;
    let detail = serde_json::json!({ "role": invitation.role, "units": invitation.units });
    audit::record(
        &mut tx,
        &app,
        scope,
        "member.invite",
        invitation.id.as_str(),
        detail,
    )
    .await?;
    tx.commit().await?;
    let made = InvitationMade {
        link: format!("{}/invitation/{token}", app.config.public_url()),
        invitation: view(invitation),
    };
    Ok((StatusCode::CREATED, Json(made)))
}

/// Take an invitation back
#[utoipa::path(delete, path = "/api/invitations/{id}", tag = "members", operation_id = "delete_invitation",
    params(("id" = id::MemberInvitationId, Path, description = "The invitation")),
    responses(
        (status = 204, description = "The link no longer works"),
        (status = 404, description = "No such open invitation", body = ProblemDocument)))]
pub async fn delete_invitation(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<id::MemberInvitationId>,
) -> Outcome<StatusCode> {
    let scope = actor.require(Permission::EditMembers)?;
    let mut tx = app.db.write().await?;
    invitations::open(&mut tx, scope, app.clock.now_ms())
        .await?
        .into_iter()
        .find(|open| open.id == id && actor.covers(&open.units))
        .ok_or_else(Problem::not_found)?;
    invitations::withdraw(&mut tx, scope, &id).await?;
    let detail = serde_json::json!({});
    audit::record(
        &mut tx,
        &app,
        scope,
        "member.withdraw_invitation",
        id.as_str(),
        detail,
    )
    .await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Accept an invitation
///
/// Makes the member and signs them in.
#[utoipa::path(post, path = "/api/invitations/accept", tag = "session", operation_id = "accept_invitation",
    request_body = Acceptance,
    responses(
        (status = 200, description = "A member now, and signed in", body = Session),
        (status = 409, description = "The address is taken", body = ProblemDocument),
        (status = 410, description = "The invitation is over", body = ProblemDocument),
        (status = 422, description = "A field is not acceptable", body = ProblemDocument),
        (status = 429, description = "Too many attempts", body = ProblemDocument)))]
pub async fn accept_invitation(
    State(app): State<App>,
    address: ClientAddress,
    Json(input): Json<Acceptance>,
) -> Outcome<impl IntoResponse> {
    app.limiters.sign_in.check(&address.key())?;
    let name = check_name("name", &input.name)?;
    let password_hash = hash_password(&app, &input.password).await?;
    let now_ms = app.clock.now_ms();
    let mut tx = app.db.write().await?;
    let invitation = invitations::accept(&mut tx, &token_hash(&input.token), now_ms).await?;
    let settings = organisation::get(&mut tx, &invitation.organisation).await?;
    let member = Member {
        id: app.chance.id(now_ms),
        email: invitation.email,
        name,
        role: invitation.role,
        units: invitation.units,
        language: input.language.unwrap_or(settings.language),
        disabled: false,
    };
    members::insert(&mut tx, &settings.id, &member, &password_hash, now_ms).await?;
    let scope = Scope::after_authentication(settings.id.clone(), Units::All, member.id.as_str());
    let detail = serde_json::json!({ "invitation": invitation.id, "role": member.role });
    audit::record(
        &mut tx,
        &app,
        &scope,
        "member.join",
        member.id.as_str(),
        detail,
    )
    .await?;
    let signed_in = start_session(&mut tx, &app, member, settings).await?;
    tx.commit().await?;
    Ok(signed_in)
}
