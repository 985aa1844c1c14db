//! API keys.

use std::collections::BTreeSet;

use sqlx::Row;

use crate::base::db::Conn;
use crate::base::id::{self, Id};
use crate::base::problem::Outcome;
use crate::base::scope::Scope;
use crate::org::model::Permission;

/// A key as stored, without its secret.
#[derive(Clone)]
pub struct Key {
    /// Id.
    pub id: id::ApiKeyId,
    /// What it is for.
    pub name: String,
    /// First characters, to recognise it by.
    pub hint: String,
    /// What it allows.
    pub permissions: BTreeSet<Permission>,
    /// Tops of the visible units; empty means all.
    pub units: Vec<id::UnitId>,
    /// Milliseconds since 1970.
    pub created_ms: i64,
    /// Milliseconds since 1970; to the hour, so that reading stays cheap.
    pub last_used_ms: Option<i64>,
}

/// Keeps a key; only the hash of its secret is stored.
///
/// # Errors
/// When the store refuses.
pub async fn insert(conn: &mut Conn, scope: &Scope, key: &Key, key_hash: &str) -> Outcome<()> {
    sqlx::query(
        "INSERT INTO api_key \
         (id, organisation_id, name, hint, key_hash, permissions, units, created_by, created_ms) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(key.id.as_str())
    .bind(scope.organisation().as_str())
    .bind(&key.name)
    .bind(&key.hint)
    .bind(key_hash)
    .bind(serde_json::to_string(&key.permissions)?)
    .bind(serde_json::to_string(&key.units)?)
    .bind(scope.actor())
    .bind(key.created_ms)
    .execute(conn)
    .await?;
    Ok(())
}

fn read(row: &sqlx::any::AnyRow) -> Outcome<Key> {
    Ok(Key {
        id: Id::stored(row.try_get::<String, _>("id")?),
        name: row.try_get("name")?,
        hint: row.try_get("hint")?,
        permissions: serde_json::from_str(&row.try_get::<String, _>("permissions")?)?,
        units: serde_json::from_str(&row.try_get::<String, _>("units")?)?,
        created_ms: row.try_get("created_ms")?,
        last_used_ms: row.try_get("last_used_ms")?,
    })
}

/// The key with this hash, if it is not revoked.
///
/// # Errors
/// When the store cannot be read.
pub async fn by_hash(
    conn: &mut Conn,
    key_hash: &str,
) -> Outcome<Option<(id::OrganisationId, Key)>> {
    let row = sqlx::query(
        "SELECT id, organisation_id, name, hint, permissions, units, created_ms, last_used_ms \
         FROM api_key WHERE key_hash = $1 AND revoked_ms IS NULL",
    )
    .bind(key_hash)
    .fetch_optional(conn)
    .await?;
    row.map(|row| {
        Ok((
            Id::stored(row.try_get::<String, _>("organisation_id")?),
            read(&row)?,
        ))
    })
    .transpose()
}

/// Notes that a key was used.
///
/// # Errors
/// When the store refuses.
pub async fn touch(conn: &mut Conn, id: &id::ApiKeyId, now_ms: i64) -> Outcome<()> {
    sqlx::query("UPDATE api_key SET last_used_ms = $2 WHERE id = $1")
        .bind(id.as_str())
        .bind(now_ms)
        .execute(conn)
        .await?;
    Ok(())
}

/// Keys that are not revoked.
///
/// # Errors
/// When the store cannot be read.
pub async fn list(conn: &mut Conn, scope: &Scope) -> Outcome<Vec<Key>> {
    let rows = sqlx::query(
        "SELECT id, name, hint, permissions, units, created_ms, last_used_ms FROM api_key \
         WHERE organisation_id = $1 AND revoked_ms IS NULL ORDER BY id",
    )
    .bind(scope.organisation().as_str())
    .fetch_all(conn)
    .await?;
    rows.iter().map(read).collect()
}

/// Revokes a key; whether there was one.
///
/// # Errors
/// When the store refuses.
pub async fn revoke(
    conn: &mut Conn,
    scope: &Scope,
    id: &id::ApiKeyId,
    now_ms: i64,
) -> Outcome<bool> {
    let done = sqlx::query(
        "UPDATE api_key SET revoked_ms = $3 \
         WHERE organisation_id = $1 AND id = $2 AND revoked_ms IS NULL",
    )
    .bind(scope.organisation().as_str())
    .bind(id.as_str())
    .bind(now_ms)
    .execute(conn)
    .await?;
    Ok(done.rows_affected() > 0)
}
