//! Who asks: a session cookie or an API key becomes an [`Actor`].

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::header;
use axum::http::request::Parts;

use crate::base::app::App;
use crate::base::gathered::Gathered;
use crate::base::id;
use crate::base::problem::{Outcome, Problem};
use crate::base::scope::{Scope, Units};
use crate::org::model::{Actor, token_hash};
use crate::org::store::{keys, members, organisation, sessions, units};

/// Name of the session cookie.
pub const COOKIE: &str = "koe_session";

/// The value of a cookie.
pub fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value)
}

impl FromRequestParts<App> for Actor {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let bearer = parts
            .headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.strip_prefix("Bearer "));
        if let Some(key) = bearer {
            return by_key(app, key).await;
        }
        match cookie(&parts.headers, COOKIE) {
            Some(token) => by_session(app, token).await,
            None => Err(Problem::not_signed_in()),
        }
    }
}

async fn scope_of(
    conn: &mut crate::base::db::Conn,
    app: &App,
    organisation_id: &id::OrganisationId,
    tops: &[id::UnitId],
    actor: &str,
) -> Outcome<Scope> {
    let units = if tops.is_empty() {
        Units::All
    } else {
        let settings = organisation::get(conn, organisation_id).await?;
        let history = units::history(conn, app, organisation_id).await?;
        history.visible(tops, settings.day_of(app.clock.now()))
    };
    Ok(Scope::after_authentication(
        organisation_id.clone(),
        units,
        actor,
    ))
}

async fn by_session(app: &App, token: &str) -> Outcome<Actor> {
    let mut tx = app.db.read().await?;
    let (organisation_id, member) =
        sessions::member(&mut tx, &token_hash(token), app.clock.now_ms())
            .await?
            .ok_or_else(Problem::not_signed_in)?;
    Ok(Actor {
        scope: scope_of(
            &mut tx,
            app,
            &organisation_id,
            &member.units,
            member.id.as_str(),
        )
        .await?,
        permissions: member.role.permissions(),
        member: Some(member),
    })
}

async fn by_key(app: &App, key: &str) -> Outcome<Actor> {
    const HOUR_MS: i64 = 3_600_000;
    let now_ms = app.clock.now_ms();
    let (organisation_id, key) = known_key(app, token_hash(key))
        .await?
        .ok_or_else(Problem::not_signed_in)?;
    let scope = match key.units.is_empty() {
        true => Scope::after_authentication(organisation_id, Units::All, key.id.as_str()),
        false => {
            let mut tx = app.db.read().await?;
            scope_of(&mut tx, app, &organisation_id, &key.units, key.id.as_str()).await?
        }
    };
    if key.last_used_ms.is_none_or(|at| now_ms - at > HOUR_MS) {
        let mut tx = app.db.write().await?;
        keys::touch(&mut tx, &key.id, now_ms).await?;
        tx.commit().await?;
    }
    Ok(Actor {
        scope,
        permissions: key.permissions,
        member: None,
    })
}

/// The key of a hash. A program that sends thousands of answers shows its key
/// with each: those that wait at the same time share one read.
async fn known_key(app: &App, hash: String) -> Outcome<Option<(id::OrganisationId, keys::Key)>> {
    let gathered = app
        .slots
        .get_or_make(Gathered::<String, Option<(id::OrganisationId, keys::Key)>>::default);
    let app = app.clone();
    let read = {
        let hash = hash.clone();
        move || {
            let (app, hash) = (app.clone(), hash.clone());
            async move {
                let mut conn = app.db.glance().await?;
                keys::by_hash(&mut conn, &hash).await
            }
        }
    };
    gathered.get(hash, read).await
}

/// The member behind a session cookie, when there is one.
pub async fn signed_in(
    app: &App,
    headers: &HeaderMap,
) -> Outcome<(id::OrganisationId, crate::org::model::Member)> {
    let token = cookie(headers, COOKIE).ok_or_else(Problem::not_signed_in)?;
    let mut tx = app.db.read().await?;
    let (organisation_id, member) =
        sessions::member(&mut tx, &token_hash(token), app.clock.now_ms())
            .await?
            .ok_or_else(Problem::not_signed_in)?;
    // Read again through the organisation, so that a row moved between
    // organisations can never answer.
    let scope =
        Scope::after_authentication(organisation_id.clone(), Units::All, member.id.as_str());
    let member = members::get(&mut tx, &scope, &member.id).await?;
    Ok((organisation_id, member))
}
