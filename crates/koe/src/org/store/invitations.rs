//! Invitations of members of staff.

use sqlx::Row;
use sqlx::any::AnyRow;

use crate::base::db::Conn;
use crate::base::id::{self, Id};
use crate::base::problem::{Outcome, Problem};
use crate::base::scope::Scope;
use crate::org::model::Role;

/// An invitation of a member of staff.
#[derive(Clone, Debug)]
pub struct Invitation {
    /// Id.
    pub id: id::MemberInvitationId,
    /// Whose.
    pub organisation: id::OrganisationId,
    /// Who is invited.
    pub email: String,
    /// As what.
    pub role: Role,
    /// Over which units; empty: all.
    pub units: Vec<id::UnitId>,
    /// Milliseconds since 1970.
    pub created_ms: i64,
    /// Milliseconds since 1970.
    pub expires_ms: i64,
}

const COLUMNS: &str = "id, organisation_id, email, role, units, created_ms, expires_ms";

fn read(row: &AnyRow) -> Outcome<Invitation> {
    let role: String = row.try_get("role")?;
    Ok(Invitation {
        id: Id::stored(row.try_get::<String, _>("id")?),
        organisation: Id::stored(row.try_get::<String, _>("organisation_id")?),
        email: row.try_get("email")?,
        role: Role::from_word(&role)
            .ok_or_else(|| Problem::internal(anyhow::anyhow!("unknown role {role}")))?,
        units: serde_json::from_str(&row.try_get::<String, _>("units")?)?,
        created_ms: row.try_get("created_ms")?,
        expires_ms: row.try_get("expires_ms")?,
    })
}

/// Keeps an invitation in place of an open one of the same address; only the
/// hash of its token is stored.
///
/// # Errors
/// When the store refuses.
pub async fn insert(conn: &mut Conn, invitation: &Invitation, token_hash: &str) -> Outcome<()> {
    sqlx::query(
        "DELETE FROM member_invitation \
         WHERE organisation_id = $1 AND email = $2 AND accepted_ms IS NULL",
    )
    .bind(invitation.organisation.as_str())
    .bind(&invitation.email)
    .execute(&mut *conn)
    .await?;
    sqlx::query(
        "INSERT INTO member_invitation \
         (id, organisation_id, token_hash, email, role, units, created_ms, expires_ms) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(invitation.id.as_str())
    .bind(invitation.organisation.as_str())
    .bind(token_hash)
    .bind(&invitation.email)
    .bind(invitation.role.word())
    .bind(serde_json::to_string(&invitation.units)?)
    .bind(invitation.created_ms)
    .bind(invitation.expires_ms)
    .execute(conn)
    .await?;
    Ok(())
}

/// Open invitations, newest first.
///
/// # Errors
/// When the store cannot be read.
pub async fn open(conn: &mut Conn, scope: &Scope, now_ms: i64) -> Outcome<Vec<Invitation>> {
    let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM member_invitation WHERE organisation_id = $1 \
         AND accepted_ms IS NULL AND expires_ms > $2 ORDER BY id DESC"
    )))
    .bind(scope.organisation().as_str())
    .bind(now_ms)
    .fetch_all(conn)
    .await?;
    rows.iter().map(read).collect()
}

/// Takes an open invitation back.
///
/// # Errors
/// When the store refuses.
pub async fn withdraw(conn: &mut Conn, scope: &Scope, id: &id::MemberInvitationId) -> Outcome<()> {
    sqlx::query(
        "DELETE FROM member_invitation \
         WHERE organisation_id = $1 AND id = $2 AND accepted_ms IS NULL",
    )
    .bind(scope.organisation().as_str())
    .bind(id.as_str())
    .execute(conn)
    .await?;
    Ok(())
}

/// Takes an open invitation by its token, once.
///
/// # Errors
/// 410 when it was used, was taken back, has expired or never was.
pub async fn accept(conn: &mut Conn, token_hash: &str, now_ms: i64) -> Outcome<Invitation> {
    let row = sqlx::query(sqlx::AssertSqlSafe(format!(
        "UPDATE member_invitation SET accepted_ms = $2 \
         WHERE token_hash = $1 AND accepted_ms IS NULL AND expires_ms > $2 RETURNING {COLUMNS}"
    )))
    .bind(token_hash)
    .bind(now_ms)
    .fetch_optional(conn)
    .await?
    .ok_or_else(|| {
        Problem::gone(
            "invitation_over",
            "This invitation was used or has expired; ask for a new one.",
        )
    })?;
    read(&row)
}
