//! Signing in and out.

use std::collections::BTreeSet;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::actor::{COOKIE, cookie, signed_in};
use crate::base::app::App;
use crate::base::db::Conn;
use crate::base::http::Json;
use crate::base::http::client::ClientAddress;
use crate::base::problem::{Outcome, Problem, ProblemDocument};
use crate::base::scope::{Scope, Units};
use crate::base::text::Language;
use crate::org::model::{
    Member, Organisation, Permission, check_name, hash_password, normalise_email, token_hash,
    verify_password,
};
use crate::org::store::{audit, members, organisation, sessions};

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
    let mut tx = app.db.write().await?;
    let settings = organisation::get(&mut tx, &organisation_id).await?;
    let signed_in = start_session(&mut tx, &app, member, settings).await?;
    tx.commit().await?;
    Ok(signed_in)
}

/// Starts a session of a member: the cookie, and who they are.
///
/// # Errors
/// When the store refuses.
pub async fn start_session(
    conn: &mut Conn,
    app: &App,
    member: Member,
    organisation: Organisation,
) -> Outcome<impl IntoResponse + use<>> {
    let token = app.chance.secret();
    let now_ms = app.clock.now_ms();
    let seconds = i64::from(app.config.server.session_days) * 86_400;
    let until_ms = now_ms + seconds * 1_000;
    sessions::start(conn, &token_hash(&token), &member.id, now_ms, until_ms).await?;
    let session = Session {
        permissions: member.role.permissions(),
        member,
        organisation,
    };
    Ok((
        [(header::SET_COOKIE, cookie_line(app, &token, seconds))],
        Json(session),
    ))
}

/// Who is signed in
#[utoipa::path(get, path = "/api/session", tag = "session", operation_id = "show_session",
    responses(
        (status = 200, description = "The session", body = Session),
        (status = 401, description = "Nobody is signed in", body = ProblemDocument)))]
pub async fn show_session(State(app): State<App>, headers: HeaderMap) -> Outcome<Json<Session>> {
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

/// What members may change of themselves; what is left out stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProfileChange {
    /// Name shown to colleagues.
    name: Option<String>,
    /// Language of the screens and mails.
    language: Option<Language>,
    /// Another password; ends all other sessions.
    password: Option<PasswordChange>,
}

/// Another password.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordChange {
    /// The password until now.
    current: String,
    /// The password from now on, 10 to 200 characters.
    new: String,
}

/// Change one's own name, language or password
#[utoipa::path(patch, path = "/api/session/member", tag = "session", operation_id = "change_profile",
    request_body = ProfileChange,
    responses(
        (status = 200, description = "Changed", body = Member),
        (status = 401, description = "Nobody is signed in", body = ProblemDocument),
        (status = 422, description = "A field is not acceptable", body = ProblemDocument),
        (status = 429, description = "Too many attempts", body = ProblemDocument)))]
pub async fn change_profile(
    State(app): State<App>,
    headers: HeaderMap,
    Json(change): Json<ProfileChange>,
) -> Outcome<Json<Member>> {
    let (organisation_id, mut member) = signed_in(&app, &headers).await?;
    let scope = Scope::after_authentication(organisation_id, Units::All, member.id.as_str());
    if let Some(name) = change.name {
        member.name = check_name("name", &name)?;
    }
    member.language = change.language.unwrap_or(member.language);
    let password_hash = match change.password {
        None => None,
        Some(password) => {
            app.limiters.sign_in.check(&member.email)?;
            let mut tx = app.db.read().await?;
            let known = members::by_email(&mut tx, &member.email).await?;
            drop(tx);
            if !verify_password(known.map(|(_, _, hash)| hash), password.current).await {
                return Err(Problem::invalid("password.current", "is not your password"));
            }
            Some(
                hash_password(&app, &password.new)
                    .await
                    .map_err(|problem| match problem.fields().first() {
                        Some(field) => Problem::invalid("password.new", field.message.clone()),
                        None => problem,
                    })?,
            )
        }
    };
    let mut tx = app.db.write().await?;
    members::update_profile(&mut tx, &scope, &member).await?;
    if let Some(hash) = &password_hash {
        members::set_password(&mut tx, &scope, &member.id, hash).await?;
        let own = cookie(&headers, COOKIE).map(token_hash);
        sessions::end_all(&mut tx, &member.id, own.as_deref()).await?;
    }
    let detail = serde_json::json!({ "password": password_hash.is_some() });
    audit::record(
        &mut tx,
        &app,
        &scope,
        "member.change_profile",
        member.id.as_str(),
        detail,
    )
    .await?;
    tx.commit().await?;
    Ok(Json(member))
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
