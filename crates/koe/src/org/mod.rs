//! Organisations, the unit tree, members, sessions, API keys, the audit log.
//!
//! Invariants: only this slice makes a [`Scope`](crate::base::scope::Scope),
//! and only after authentication; secrets are stored as hashes; the audit log
//! is only ever added to; a unit's place in the tree has history.

mod api;
mod model;
mod store;

pub use api::{cookie, routes, session_routes};
pub use model::{
    Actor, DEFAULT_CALLING_CODE, ErasureMode, Member, Organisation, Permission, Privacy, Role,
    Unit, UnitHistory, token_hash,
};
pub use store::audit::record as record_audit;
pub use store::organisation::{
    create as create_organisation, get as organisation, hold as hold_organisation, link_secret,
    put_link_secret,
};
pub use store::retention::{RetentionRule, rules as retention_rules};
pub use store::tables::TABLES;
pub use store::units::{
    begin_change as begin_unit_change, exists as unit_exists, history as unit_history,
    save as save_units,
};

use crate::base::app::App;
use crate::base::db::Conn;
use crate::base::id;
use crate::base::problem::{Outcome, Problem};
use crate::base::scope::Scope;

/// The scope of a command run by the operator on the machine itself: the
/// whole organisation.
pub fn operator_scope(organisation: &id::OrganisationId) -> Scope {
    Scope::of_operator(organisation.clone())
}

/// The scope of the system's own work for an organisation: subscribers,
/// duties, and the answers of people outside.
pub fn system_scope(organisation: &id::OrganisationId) -> Scope {
    Scope::of_system(organisation.clone())
}

/// What `create_member` needs.
pub struct NewMember<'a> {
    /// Sign-in address, unique over the installation.
    pub email: &'a str,
    /// Name shown to colleagues.
    pub name: &'a str,
    /// Plain password, hashed before it is stored.
    pub password: &'a str,
    /// What they may do.
    pub role: Role,
    /// Tops of the visible part of the unit tree; empty means all of it.
    pub units: Vec<id::UnitId>,
}

/// Adds a member from the command line or the demo.
///
/// # Errors
/// 409 when the address is taken, 422 when address or password are not fit.
pub async fn create_member(
    app: &App,
    organisation: &id::OrganisationId,
    new: NewMember<'_>,
) -> Outcome<id::MemberId> {
    let hash = model::hash_password(app, new.password).await?;
    let mut tx = app.db.write().await?;
    let id = insert_member(&mut tx, app, organisation, new, &hash).await?;
    tx.commit().await?;
    Ok(id)
}

/// Makes an organisation with its first member, from the command line: both
/// are there afterwards, or neither.
///
/// # Errors
/// As for [`create_member`].
pub async fn begin_organisation(
    app: &App,
    organisation: &Organisation,
    first: NewMember<'_>,
) -> Outcome<id::MemberId> {
    let hash = model::hash_password(app, first.password).await?;
    let mut tx = app.db.write().await?;
    let (secret, now_ms) = (app.chance.secret(), app.clock.now_ms());
    create_organisation(&mut tx, organisation, &secret, now_ms).await?;
    let id = insert_member(&mut tx, app, &organisation.id, first, &hash).await?;
    tx.commit().await?;
    Ok(id)
}

async fn insert_member(
    tx: &mut Conn,
    app: &App,
    organisation: &id::OrganisationId,
    new: NewMember<'_>,
    hash: &str,
) -> Outcome<id::MemberId> {
    let email = model::normalise_email(new.email)?;
    let settings = store::organisation::get(tx, organisation).await?;
    let member = model::Member {
        id: app.chance.id(app.clock.now_ms()),
        email,
        name: new.name.trim().to_owned(),
        role: new.role,
        units: new.units,
        language: settings.language,
        disabled: false,
    };
    store::members::insert(tx, organisation, &member, hash, app.clock.now_ms()).await?;
    let detail = serde_json::json!({ "role": member.role, "units": member.units });
    let scope = operator_scope(organisation);
    store::audit::record(tx, app, &scope, "member.create", member.id.as_str(), detail).await?;
    Ok(member.id)
}

/// Members of an organisation, oldest first, for commands.
///
/// # Errors
/// When the store cannot be read.
pub async fn members(app: &App, organisation: &id::OrganisationId) -> Outcome<Vec<Member>> {
    let scope = operator_scope(organisation);
    let mut tx = app.db.read().await?;
    store::members::list(&mut tx, &scope, None, i64::from(i32::MAX)).await
}

/// Gives the member with an address another password and ends their
/// sessions, for the operator of the machine.
///
/// # Errors
/// 404 when nobody signs in with the address, 422 when the password is not
/// fit.
pub async fn reset_password(app: &App, email: &str, password: &str) -> Outcome<()> {
    let email = model::normalise_email(email)?;
    let hash = model::hash_password(app, password).await?;
    let mut tx = app.db.write().await?;
    let known = store::members::by_email(&mut tx, &email).await?;
    let (organisation, member, _) =
        known.ok_or_else(|| Problem::invalid("email", "nobody here signs in with this address"))?;
    let scope = operator_scope(&organisation);
    store::members::set_password(&mut tx, &scope, &member.id, &hash).await?;
    store::sessions::end_all(&mut tx, &member.id, None).await?;
    let detail = serde_json::json!({});
    let subject = member.id.as_str();
    store::audit::record(
        &mut tx,
        app,
        &scope,
        "member.reset_password",
        subject,
        detail,
    )
    .await?;
    tx.commit().await?;
    Ok(())
}

/// All organisations, oldest first, for commands.
///
/// # Errors
/// When the store cannot be read.
pub async fn organisations(app: &App) -> Outcome<Vec<Organisation>> {
    let mut tx = app.db.read().await?;
    store::organisation::all(&mut tx).await
}
