//! The operations of `org`.

mod actor;
mod audit;
mod invitations;
mod keys;
mod members;
mod organisation;
mod session;
mod units;

pub use actor::cookie;

use serde::Serialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::base::app::App;
use crate::base::db::Conn;
use crate::base::id;
use crate::base::problem::{Outcome, Problem};
use crate::org::model::{Actor, Role};
use crate::org::store::units::exists;

/// Operations of signed-in members and keys.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(
            organisation::show_organisation,
            organisation::change_organisation
        ))
        .routes(routes!(units::list_units, units::create_unit))
        .routes(routes!(units::show_unit, units::change_unit))
        .routes(routes!(units::import_units))
        .routes(routes!(members::list_members))
        .routes(routes!(members::show_member, members::change_member))
        .routes(routes!(
            invitations::list_invitations,
            invitations::create_invitation
        ))
        .routes(routes!(invitations::delete_invitation))
        .routes(routes!(keys::list_keys, keys::create_key))
        .routes(routes!(keys::delete_key))
        .routes(routes!(audit::list_audit))
        .routes(routes!(session::change_profile))
}

/// Operations before sign-in.
pub fn session_routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(
            session::sign_in,
            session::show_session,
            session::sign_out
        ))
        .routes(routes!(invitations::accept_invitation))
}

/// What differs, for the audit log: `{"field": {"from": …, "to": …}}`.
fn changes<T: Serialize>(before: &T, after: &T) -> Outcome<serde_json::Value> {
    let (before, after) = (serde_json::to_value(before)?, serde_json::to_value(after)?);
    let mut changed = serde_json::Map::new();
    for (field, to) in after.as_object().into_iter().flatten() {
        let from = &before[field];
        if from != to {
            changed.insert(field.clone(), serde_json::json!({ "from": from, "to": to }));
        }
    }
    Ok(changed.into())
}

/// Insists that the actor may make somebody a member of `role` over `units`:
/// nobody hands out more than they have.
async fn insist_grantable(
    conn: &mut Conn,
    actor: &Actor,
    role: Role,
    units: &[id::UnitId],
) -> Outcome<()> {
    if !actor.may_grant(role) {
        return Err(Problem::forbidden(format!(
            "You cannot make somebody {}: nobody hands out more than they have.",
            role.word()
        )));
    }
    if role == Role::Owner && !units.is_empty() {
        return Err(Problem::invalid(
            "units",
            "an owner sees the whole organisation: leave it empty",
        ));
    }
    insist_units(conn, actor, units).await
}

/// Insists that `units` (empty: all) exist and lie within what the actor sees.
async fn insist_units(conn: &mut Conn, actor: &Actor, units: &[id::UnitId]) -> Outcome<()> {
    for (index, unit) in units.iter().enumerate() {
        exists(conn, &actor.scope, unit, &format!("units[{index}]")).await?;
    }
    if actor.covers(units) {
        Ok(())
    } else {
        Err(Problem::invalid(
            "units",
            "name units: you cannot give the whole organisation",
        ))
    }
}
