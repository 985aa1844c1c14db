//! The SQL behind forgetting what is kept of files.

use sqlx::Row;

use super::clear_faults;
use crate::base::db::Conn;
use crate::base::id::{self, Id};
use crate::base::problem::Outcome;
use crate::base::scope::Scope;
use crate::connectors::imports::Sniffed;
use crate::connectors::model::ImportStatus;
use crate::surveys::Text;

/// An import that still shows cells of its file.
pub struct Remembered {
    /// Whose.
    pub organisation: id::OrganisationId,
    /// The import.
    pub id: id::ImportId,
    /// What the file looked like.
    pub sniffed: Sniffed,
    /// Whether it was brought in.
    pub done: bool,
}

/// Imports that still show cells of their file: of one organisation, or of
/// all for the duty; those that are done, or all that last changed before a
/// time. One that runs is left alone.
///
/// # Errors
/// When the store cannot be read.
pub async fn remembered(
    conn: &mut Conn,
    scope: Option<&Scope>,
    changed_before_ms: Option<i64>,
) -> Outcome<Vec<Remembered>> {
    let rows = sqlx::query(
        "SELECT id, organisation_id, status, sniffed FROM import \
         WHERE forgotten_ms IS NULL AND ($1 = '' OR organisation_id = $1) \
         AND ((status = 'done' AND $2 = 0) OR (status <> 'running' AND changed_ms < $2)) \
         ORDER BY id",
    )
    .bind(scope.map_or("", |scope| scope.organisation().as_str()))
    .bind(changed_before_ms.unwrap_or_default())
    .fetch_all(conn)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(Remembered {
                organisation: Id::stored(row.try_get::<String, _>("organisation_id")?),
                id: Id::stored(row.try_get::<String, _>("id")?),
                sniffed: serde_json::from_str(&row.try_get::<String, _>("sniffed")?)?,
                done: row.try_get::<String, _>("status")? == ImportStatus::Done.word(),
            })
        })
        .collect()
}

/// How many imports of before a time still show cells of their file.
///
/// # Errors
/// When the store cannot be read.
pub async fn count_remembered(conn: &mut Conn, scope: &Scope, before_ms: i64) -> Outcome<i64> {
    Ok(sqlx::query_scalar(
        "SELECT COUNT(*) FROM import \
         WHERE organisation_id = $1 AND forgotten_ms IS NULL AND created_ms <= $2",
    )
    .bind(scope.organisation().as_str())
    .bind(before_ms)
    .fetch_one(conn)
    .await?)
}

/// Forgets the cells of an import: its faults, and what its columns held. One
/// that was not brought in has failed by that, for this reason.
///
/// # Errors
/// When the store refuses.
pub async fn forget(
    conn: &mut Conn,
    scope: &Scope,
    import: &Remembered,
    why: &Text,
    now_ms: i64,
) -> Outcome<()> {
    clear_faults(conn, scope, &import.id).await?;
    sqlx::query(
        "UPDATE import SET sniffed = $3, forgotten_ms = $4 WHERE organisation_id = $1 AND id = $2",
    )
    .bind(scope.organisation().as_str())
    .bind(import.id.as_str())
    .bind(serde_json::to_string(&import.sniffed)?)
    .bind(now_ms)
    .execute(&mut *conn)
    .await?;
    if !import.done {
        sqlx::query(
            "UPDATE import SET status = 'failed', message = $3 \
             WHERE organisation_id = $1 AND id = $2",
        )
        .bind(scope.organisation().as_str())
        .bind(import.id.as_str())
        .bind(serde_json::to_string(why)?)
        .execute(conn)
        .await?;
    }
    Ok(())
}
