//! Signing in and out.

use std::collections::BTreeSet;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::actor::{COOKIE, cookie, signed_in};
use crate::base::app::App;
use crate::base::http::Json;
use crate::base::http::client::ClientAddress;
use crate::base::problem::{Outcome, Problem, ProblemDocument};
use crate::org::model::{
    Member, Organisation, Permission, normalise_email, token_hash, verify_password,
};
use crate::org::store::{members, organisation, sessions};

/// Address and password.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    /// Sign-in address.
    email: String,
    /// Password.
    password: String,
}

/// Who is signed in, where, and what they may do.
#[derive(Debug, Serialize, ToSchema)]
pub struct Session {
    /// The member.
    pub member: Member,
    /// Their organisation.
    pub organisation: Organisation,
    /// What they may do.
    pub permissions: BTreeSet<Permission>,
}

/// Sign in
///
/// Sets the session cookie. Attempts are limited by address and by account.
#[utoipa::path(post, path = "/api/session", tag = "session", operation_id = "sign_in",
    request_body = SignIn,
    responses(
        (status = 200, description = "Signed in", body = Session),
        (status = 401, description = "Address or password are wrong", body = ProblemDocument),
        (status = 429, description = "Too many attempts", body = ProblemDocument)))]
pub async fn sign_in(
    State(app): State<App>,
    address: ClientAddress,
    Json(input): Json<SignIn>,
) -> Outcome<impl IntoResponse> {
    let wrong = || {
        let mut problem = Problem::not_signed_in();
        problem.set_detail("Address or password are wrong.");
        problem
    };
    let email = normalise_email(&input.email).map_err(|_| wrong())?;
    app.limiters.sign_in.check(&address.key())?;
    app.limiters.sign_in.check(&email)?;
    let mut tx = app.db.read().await?;
    let found = members::by_email(&mut tx, &email).await?;
    drop(tx);
    let hash = found.as_ref().map(|(_, _, hash)| hash.clone());
    if !verify_password(hash, input.password).await {
        return Err(wrong());
    }
    let (organisation_id, member, _) = found.ok_or_else(wrong)?;
    if member.disabled {
        return Err(wrong());
    }
    let token = app.chance.secret();
    let now_ms = app.clock.now_ms();
    let days = i64::from(app.config.server.session_days);
    let mut tx = app.db.write().await?;
    sessions::start(
        &mut tx,
        &token_hash(&token),
        &member.id,
        now_ms,
        now_ms + days * 86_400_000,
    )
    .await?;
    let settings = organisation::get(&mut tx, &organisation_id).await?;
    tx.commit().await?;
    Ok((
        [(
            header::SET_COOKIE,
            cookie_line(&app, &token, days * 86_400),
        )],
        Json(Session {
            permissions: member.role.permissions(),
            member,
            organisation: settings,
        }),
    ))
}

/// Who is signed in
#[utoipa::path(get, path = "/api/session", tag = "session", operation_id = "show_session",
    responses(
        (status = 200, description = "The session", body = Session),
        (status = 401, description = "Nobody is signed in", body = ProblemDocument)))]
pub async fn show_session(
    State(app): State<App>,
    headers: HeaderMap,
) -> Outcome<Json<Session>> {
    let (organisation_id, member) = signed_in(&app, &headers).await?;
    let mut tx = app.db.read().await?;
    Ok(Json(Session {
        permissions: member.role.permissions(),
        member,
        organisation: organisation::get(&mut tx, &organisation_id).await?,
    }))
}

/// Sign out
#[utoipa::path(delete, path = "/api/session", tag = "session", operation_id = "sign_out",
    responses((status = 204, description = "Signed out")))]
pub async fn sign_out(State(app): State<App>, headers: HeaderMap) -> Outcome<impl IntoResponse> {
    if let Some(token) = cookie(&headers, COOKIE) {
        let mut tx = app.db.write().await?;
        sessions::end(&mut tx, &token_hash(token), app.clock.now_ms()).await?;
        tx.commit().await?;
    }
    Ok((
        StatusCode::NO_CONTENT,
        [(header::SET_COOKIE, cookie_line(&app, "", 0))],
    ))
}

/// `Secure` whenever people reach Koe over https.
fn cookie_line(app: &App, token: &str, seconds: i64) -> String {
    let secure = if app.config.public_url().starts_with("https://") {
        "; Secure"
    } else {
        ""
    };
    format!("{COOKIE}={token}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}")
}
