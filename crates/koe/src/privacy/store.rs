//! The SQL of `privacy`.

pub mod retention;

use sqlx::Row;
use sqlx::any::AnyRow;

use super::model::{Erasure, ErasureReason};
use crate::base::clock::from_ms;
use crate::base::db::Conn;
use crate::base::id::{self, Id};
use crate::base::problem::{Outcome, Problem};
use crate::base::scope::Scope;
use crate::org::ErasureMode;

const COLUMNS: &str = "id, organisation_id, mode, reason, requested_by, pseudonyms, removed, \
                       files, at_ms, due_ms, completed_ms";

fn unknown(word: String) -> Problem {
    Problem::internal(anyhow::anyhow!("the store holds an unknown word: {word}"))
}

/// Reads the stored word for what becomes of answers.
fn mode_of(word: String) -> Outcome<ErasureMode> {
    ErasureMode::from_word(&word).ok_or_else(|| unknown(word))
}

fn read(row: &AnyRow) -> Outcome<Erasure> {
    let text = |name: &str| row.try_get::<String, _>(name);
    let (mode, reason) = (text("mode")?, text("reason")?);
    Ok(Erasure {
        id: Id::stored(text("id")?),
        mode: mode_of(mode)?,
        reason: ErasureReason::from_word(&reason).ok_or_else(|| unknown(reason))?,
        requested_by: text("requested_by")?,
        pseudonyms: serde_json::from_str(&text("pseudonyms")?)?,
        removed: serde_json::from_str(&text("removed")?)?,
        files: serde_json::from_str(&text("files")?)?,
        at: from_ms(row.try_get("at_ms")?),
        due_at: from_ms(row.try_get("due_ms")?),
        completed_at: row.try_get::<Option<i64>, _>("completed_ms")?.map(from_ms),
    })
}

/// Adds an erasure.
///
/// # Errors
/// When the store refuses.
pub async fn insert(conn: &mut Conn, scope: &Scope, erasure: &Erasure) -> Outcome<()> {
    sqlx::query(
        "INSERT INTO erasure (id, organisation_id, mode, reason, requested_by, pseudonyms, \
         removed, files, at_ms, due_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(erasure.id.as_str())
    .bind(scope.organisation().as_str())
    .bind(erasure.mode.word())
    .bind(erasure.reason.word())
    .bind(&erasure.requested_by)
    .bind(serde_json::to_string(&erasure.pseudonyms)?)
    .bind(serde_json::to_string(&erasure.removed)?)
    .bind(serde_json::to_string(&erasure.files)?)
    .bind(erasure.at.as_millisecond())
    .bind(erasure.due_at.as_millisecond())
    .execute(conn)
    .await?;
    Ok(())
}

/// Writes what a duty found since.
///
/// # Errors
/// When the store refuses.
pub async fn update(conn: &mut Conn, scope: &Scope, erasure: &Erasure) -> Outcome<()> {
    sqlx::query(
        "UPDATE erasure SET removed = $3, files = $4, completed_ms = $5 \
         WHERE organisation_id = $1 AND id = $2",
    )
    .bind(scope.organisation().as_str())
    .bind(erasure.id.as_str())
    .bind(serde_json::to_string(&erasure.removed)?)
    .bind(serde_json::to_string(&erasure.files)?)
    .bind(erasure.completed_at.map(|at| at.as_millisecond()))
    .execute(conn)
    .await?;
    Ok(())
}

/// Erasures, newest first.
///
/// # Errors
/// When the store cannot be read.
pub async fn list(
    conn: &mut Conn,
    scope: &Scope,
    before: Option<&str>,
    limit: i64,
) -> Outcome<Vec<Erasure>> {
    let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM erasure WHERE organisation_id = $1 AND id < $2 \
         ORDER BY id DESC LIMIT $3"
    )))
    .bind(scope.organisation().as_str())
    .bind(before.map_or_else(id::ErasureId::after_all, str::to_owned))
    .bind(limit + 1)
    .fetch_all(conn)
    .await?;
    rows.iter().map(read).collect()
}

/// One erasure.
///
/// # Errors
/// 404 when absent from the organisation.
pub async fn get(conn: &mut Conn, scope: &Scope, id: &id::ErasureId) -> Outcome<Erasure> {
    let row = sqlx::query(sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM erasure WHERE organisation_id = $1 AND id = $2"
    )))
    .bind(scope.organisation().as_str())
    .bind(id.as_str())
    .fetch_one(conn)
    .await?;
    read(&row)
}

/// Erasures that are not complete, oldest first, with whose they are. This is
/// the duty's question over all organisations, and so takes no scope.
///
/// # Errors
/// When the store cannot be read.
pub async fn open(conn: &mut Conn) -> Outcome<Vec<(id::OrganisationId, Erasure)>> {
    let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM erasure WHERE completed_ms IS NULL ORDER BY id"
    )))
    .fetch_all(conn)
    .await?;
    rows.iter()
        .map(|row| {
            let owner = Id::stored(row.try_get::<String, _>("organisation_id")?);
            Ok((owner, read(row)?))
        })
        .collect()
}
