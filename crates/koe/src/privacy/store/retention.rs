//! Receipts of records whose time was over.

use jiff::Timestamp;
use sqlx::Row;
use sqlx::any::AnyRow;

use super::mode_of;
use crate::base::clock::from_ms;
use crate::base::db::Conn;
use crate::base::id::{Id, OrganisationId, RetentionRunId};
use crate::base::problem::Outcome;
use crate::base::scope::Scope;
use crate::privacy::promise::RetentionRun;
use crate::responses::Trace;

const COLUMNS: &str = "id, organisation_id, survey_id, version, days, mode, removed, files, \
                       at_ms, due_ms, completed_ms";

fn read(row: &AnyRow) -> Outcome<RetentionRun> {
    let text = |name: &str| row.try_get::<String, _>(name);
    Ok(RetentionRun {
        id: Id::stored(text("id")?),
        survey_id: Id::stored(text("survey_id")?),
        version: row.try_get("version")?,
        days: u32::try_from(row.try_get::<i64, _>("days")?).unwrap_or(u32::MAX),
        mode: mode_of(text("mode")?)?,
        removed: serde_json::from_str(&text("removed")?)?,
        files: serde_json::from_str(&text("files")?)?,
        at: from_ms(row.try_get("at_ms")?),
        due_at: from_ms(row.try_get("due_ms")?),
        completed_at: row.try_get::<Option<i64>, _>("completed_ms")?.map(from_ms),
    })
}

/// Adds a receipt, with the rows that must leave every file.
///
/// # Errors
/// When the store refuses.
pub async fn insert(
    conn: &mut Conn,
    scope: &Scope,
    run: &RetentionRun,
    traces: &[Trace],
) -> Outcome<()> {
    sqlx::query(
        "INSERT INTO retention_run (id, organisation_id, survey_id, version, days, mode, removed, \
         traces, files, at_ms, due_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind(run.id.as_str())
    .bind(scope.organisation().as_str())
    .bind(run.survey_id.as_str())
    .bind(run.version)
    .bind(i64::from(run.days))
    .bind(run.mode.word())
    .bind(serde_json::to_string(&run.removed)?)
    .bind(serde_json::to_string(traces)?)
    .bind(serde_json::to_string(&run.files)?)
    .bind(run.at.as_millisecond())
    .bind(run.due_at.as_millisecond())
    .execute(conn)
    .await?;
    Ok(())
}

/// Writes in which files rows were found; a receipt that is complete forgets
/// which records they were of.
///
/// # Errors
/// When the store refuses.
pub async fn update(conn: &mut Conn, scope: &Scope, run: &RetentionRun) -> Outcome<()> {
    sqlx::query(
        "UPDATE retention_run SET files = $3, completed_ms = $4, \
         traces = CASE WHEN $4 IS NULL THEN traces ELSE '[]' END \
         WHERE organisation_id = $1 AND id = $2",
    )
    .bind(scope.organisation().as_str())
    .bind(run.id.as_str())
    .bind(serde_json::to_string(&run.files)?)
    .bind(run.completed_at.map(Timestamp::as_millisecond))
    .execute(conn)
    .await?;
    Ok(())
}

/// Receipts, newest first.
///
/// # Errors
/// When the store cannot be read.
pub async fn list(
    conn: &mut Conn,
    scope: &Scope,
    before: Option<&str>,
    limit: i64,
) -> Outcome<Vec<RetentionRun>> {
    let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM retention_run WHERE organisation_id = $1 AND id < $2 \
         ORDER BY id DESC LIMIT $3"
    )))
    .bind(scope.organisation().as_str())
    .bind(before.map_or_else(RetentionRunId::after_all, str::to_owned))
    .bind(limit + 1)
    .fetch_all(conn)
    .await?;
    rows.iter().map(read).collect()
}

/// A receipt that is not complete.
pub struct Open {
    /// Whose.
    pub organisation: OrganisationId,
    /// The receipt.
    pub run: RetentionRun,
    /// Rows that must leave every file.
    pub traces: Vec<Trace>,
}

/// Receipts that are not complete, oldest first. This is the duty's question
/// over all organisations, and so takes no scope.
///
/// # Errors
/// When the store cannot be read.
pub async fn open(conn: &mut Conn) -> Outcome<Vec<Open>> {
    let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS}, traces FROM retention_run WHERE completed_ms IS NULL ORDER BY id"
    )))
    .fetch_all(conn)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(Open {
                organisation: Id::stored(row.try_get::<String, _>("organisation_id")?),
                run: read(row)?,
                traces: serde_json::from_str(&row.try_get::<String, _>("traces")?)?,
            })
        })
        .collect()
}

/// Notes that the records of an organisation were looked through.
///
/// # Errors
/// When the store refuses.
pub async fn looked(conn: &mut Conn, scope: &Scope, now_ms: i64) -> Outcome<()> {
    sqlx::query(
        "INSERT INTO retention_look (organisation_id, at_ms) VALUES ($1, $2) \
         ON CONFLICT (organisation_id) DO UPDATE SET at_ms = excluded.at_ms",
    )
    .bind(scope.organisation().as_str())
    .bind(now_ms)
    .execute(conn)
    .await?;
    Ok(())
}

/// When they were looked through last.
///
/// # Errors
/// When the store cannot be read.
pub async fn looked_at(conn: &mut Conn, scope: &Scope) -> Outcome<Option<Timestamp>> {
    let at: Option<i64> =
        sqlx::query_scalar("SELECT at_ms FROM retention_look WHERE organisation_id = $1")
            .bind(scope.organisation().as_str())
            .fetch_optional(conn)
            .await?;
    Ok(at.map(from_ms))
}
