//! Sessions of signed-in members.

use sqlx::Row;

use super::members;
use crate::base::db::Conn;
use crate::base::id::{self, Id};
use crate::base::problem::Outcome;
use crate::org::model::Member;

/// Starts a session; only the hash of its token is stored.
///
/// # Errors
/// When the store refuses.
pub async fn start(
    conn: &mut Conn,
    token_hash: &str,
    member: &id::MemberId,
    now_ms: i64,
    expires_ms: i64,
) -> Outcome<()> {
    sqlx::query(
        "INSERT INTO session (token_hash, member_id, created_ms, expires_ms) \
         VALUES ($1, $2, $3, $4)",
    )
    .bind(token_hash)
    .bind(member.as_str())
    .bind(now_ms)
    .bind(expires_ms)
    .execute(conn)
    .await?;
    Ok(())
}

/// Who a session belongs to, if it is still good.
///
/// # Errors
/// When the store cannot be read.
pub async fn member(
    conn: &mut Conn,
    token_hash: &str,
    now_ms: i64,
) -> Outcome<Option<(id::OrganisationId, Member)>> {
    let row = sqlx::query(
        "SELECT m.id, m.email, m.name, m.role, m.units, m.language, m.disabled_ms, \
         m.organisation_id FROM session s JOIN member m ON m.id = s.member_id \
         WHERE s.token_hash = $1 AND s.expires_ms > $2 AND m.disabled_ms IS NULL",
    )
    .bind(token_hash)
    .bind(now_ms)
    .fetch_optional(conn)
    .await?;
    row.map(|row| {
        Ok((
            Id::stored(row.try_get::<String, _>("organisation_id")?),
            members::read(&row)?,
        ))
    })
    .transpose()
}

/// Ends a session, and with it all that are over anyway.
///
/// # Errors
/// When the store refuses.
pub async fn end(conn: &mut Conn, token_hash: &str, now_ms: i64) -> Outcome<()> {
    sqlx::query("DELETE FROM session WHERE token_hash = $1 OR expires_ms <= $2")
        .bind(token_hash)
        .bind(now_ms)
        .execute(conn)
        .await?;
    Ok(())
}

/// Ends the sessions of a member, but for the one with the hash `keep`.
///
/// # Errors
/// When the store refuses.
pub async fn end_all(conn: &mut Conn, member: &id::MemberId, keep: Option<&str>) -> Outcome<()> {
    sqlx::query("DELETE FROM session WHERE member_id = $1 AND token_hash <> $2")
        .bind(member.as_str())
        .bind(keep.unwrap_or_default())
        .execute(conn)
        .await?;
    Ok(())
}
