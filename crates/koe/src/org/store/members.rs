//! Members of staff.

use sqlx::Row;
use sqlx::any::AnyRow;

use super::organisation::language;
use crate::base::db::Conn;
use crate::base::id::{self, Id};
use crate::base::problem::{Outcome, Problem};
use crate::base::scope::Scope;
use crate::org::model::{Member, Role};

const COLUMNS: &str = "id, email, name, role, units, language, disabled_ms";

/// A member from a row with [`COLUMNS`].
///
/// # Errors
/// When the row does not fit.
pub fn read(row: &AnyRow) -> Outcome<Member> {
    let role: String = row.try_get("role")?;
    Ok(Member {
        id: Id::stored(row.try_get::<String, _>("id")?),
        email: row.try_get("email")?,
        name: row.try_get("name")?,
        role: Role::from_word(&role)
            .ok_or_else(|| Problem::internal(anyhow::anyhow!("unknown role {role}")))?,
        units: serde_json::from_str(&row.try_get::<String, _>("units")?)?,
        language: language(row.try_get("language")?),
        disabled: row.try_get::<Option<i64>, _>("disabled_ms")?.is_some(),
    })
}

/// Adds a member.
///
/// # Errors
/// 409 when the address is taken.
pub async fn insert(
    conn: &mut Conn,
    organisation: &id::OrganisationId,
    member: &Member,
    password_hash: &str,
    now_ms: i64,
) -> Outcome<()> {
    let done = sqlx::query(
        "INSERT INTO member \
         (id, organisation_id, email, name, password_hash, role, units, language, created_ms) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (email) DO NOTHING",
    )
    .bind(member.id.as_str())
    .bind(organisation.as_str())
    .bind(&member.email)
    .bind(&member.name)
    .bind(password_hash)
    .bind(member.role.word())
    .bind(serde_json::to_string(&member.units)?)
    .bind(member.language.tag())
    .bind(now_ms)
    .execute(conn)
    .await?;
    if done.rows_affected() == 0 {
        return Err(Problem::conflict(
            "email_taken",
            "Somebody already signs in with this address.",
        ));
    }
    Ok(())
}

/// Organisation, member and password hash of an address, for sign-in only.
///
/// # Errors
/// When the store cannot be read.
pub async fn by_email(
    conn: &mut Conn,
    email: &str,
) -> Outcome<Option<(id::OrganisationId, Member, String)>> {
    let row = sqlx::query(sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS}, organisation_id, password_hash FROM member WHERE email = $1"
    )))
    .bind(email)
    .fetch_optional(conn)
    .await?;
    row.map(|row| {
        Ok((
            Id::stored(row.try_get::<String, _>("organisation_id")?),
            read(&row)?,
            row.try_get("password_hash")?,
        ))
    })
    .transpose()
}

/// One member.
///
/// # Errors
/// 404 when absent from the organisation.
pub async fn get(conn: &mut Conn, scope: &Scope, id: &id::MemberId) -> Outcome<Member> {
    let row = sqlx::query(sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM member WHERE organisation_id = $1 AND id = $2"
    )))
    .bind(scope.organisation().as_str())
    .bind(id.as_str())
    .fetch_one(conn)
    .await?;
    read(&row)
}

/// Members by id.
///
/// # Errors
/// When the store cannot be read.
pub async fn list(
    conn: &mut Conn,
    scope: &Scope,
    after: Option<&str>,
    limit: i64,
) -> Outcome<Vec<Member>> {
    let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM member WHERE organisation_id = $1 AND id > $2 \
         ORDER BY id LIMIT $3"
    )))
    .bind(scope.organisation().as_str())
    .bind(after.unwrap_or_default())
    .bind(limit + 1)
    .fetch_all(conn)
    .await?;
    rows.iter().map(read).collect()
}

/// Who of the organisation signs in with an address.
///
/// # Errors
/// When the store cannot be read.
pub async fn find(conn: &mut Conn, scope: &Scope, email: &str) -> Outcome<Option<Member>> {
    let row = sqlx::query(sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM member WHERE organisation_id = $1 AND email = $2"
    )))
    .bind(scope.organisation().as_str())
    .bind(email)
    .fetch_optional(conn)
    .await?;
    row.as_ref().map(read).transpose()
}

/// Writes what may change of a member; when they were disabled is kept.
///
/// # Errors
/// When the store refuses.
pub async fn update(conn: &mut Conn, scope: &Scope, member: &Member, now_ms: i64) -> Outcome<()> {
    sqlx::query(
        "UPDATE member SET name = $3, role = $4, units = $5, language = $6, \
         disabled_ms = CASE WHEN $7 = 0 THEN NULL ELSE COALESCE(disabled_ms, $8) END \
         WHERE organisation_id = $1 AND id = $2",
    )
    .bind(scope.organisation().as_str())
    .bind(member.id.as_str())
    .bind(&member.name)
    .bind(member.role.word())
    .bind(serde_json::to_string(&member.units)?)
    .bind(member.language.tag())
    .bind(i64::from(member.disabled))
    .bind(now_ms)
    .execute(conn)
    .await?;
    Ok(())
}

/// How many owners can still sign in; an organisation never loses its last.
///
/// # Errors
/// When the store cannot be read.
pub async fn owners(conn: &mut Conn, scope: &Scope) -> Outcome<i64> {
    Ok(sqlx::query_scalar(
        "SELECT COUNT(*) FROM member \
         WHERE organisation_id = $1 AND role = 'owner' AND disabled_ms IS NULL",
    )
    .bind(scope.organisation().as_str())
    .fetch_one(conn)
    .await?)
}

/// Writes what members may change of themselves, and nothing else: their
/// rights may be changing at the same time.
///
/// # Errors
/// When the store refuses.
pub async fn update_profile(conn: &mut Conn, scope: &Scope, member: &Member) -> Outcome<()> {
    sqlx::query(
        "UPDATE member SET name = $3, language = $4 WHERE organisation_id = $1 AND id = $2",
    )
    .bind(scope.organisation().as_str())
    .bind(member.id.as_str())
    .bind(&member.name)
    .bind(member.language.tag())
    .execute(conn)
    .await?;
    Ok(())
}

/// Gives a member another password.
///
/// # Errors
/// When the store refuses.
pub async fn set_password(
    conn: &mut Conn,
    scope: &Scope,
    id: &id::MemberId,
    password_hash: &str,
) -> Outcome<()> {
    sqlx::query("UPDATE member SET password_hash = $3 WHERE organisation_id = $1 AND id = $2")
        .bind(scope.organisation().as_str())
        .bind(id.as_str())
        .bind(password_hash)
        .execute(conn)
        .await?;
    Ok(())
}
