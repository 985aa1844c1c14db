//! The SQL of `loyalty`.

use sqlx::Row;
use sqlx::any::AnyRow;

use super::model::LoyaltyAnalysis;
use crate::base::clock::from_ms;
use crate::base::db::Conn;
use crate::base::id::{Id, LoyaltyAnalysisId};
use crate::base::problem::Outcome;
use crate::base::scope::Scope;

const COLUMNS: &str = "id, name, definition, changed_ms";

fn read(row: &AnyRow) -> Outcome<LoyaltyAnalysis> {
    Ok(LoyaltyAnalysis {
        id: Id::stored(row.try_get::<String, _>("id")?),
        name: serde_json::from_str(&row.try_get::<String, _>("name")?)?,
        definition: serde_json::from_str(&row.try_get::<String, _>("definition")?)?,
        changed_at: from_ms(row.try_get("changed_ms")?).to_string(),
    })
}

/// All analyses, newest first. They are few, and known to the whole
/// organisation: what they say of it is limited when they are asked.
///
/// # Errors
/// When the store cannot be read.
pub async fn all(conn: &mut Conn, scope: &Scope) -> Outcome<Vec<LoyaltyAnalysis>> {
    let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM loyalty_analysis WHERE organisation_id = $1 ORDER BY id DESC"
    )))
    .bind(scope.organisation().as_str())
    .fetch_all(conn)
    .await?;
    rows.iter().map(read).collect()
}

/// One analysis.
///
/// # Errors
/// 404 when absent from the organisation.
pub async fn get(
    conn: &mut Conn,
    scope: &Scope,
    id: &LoyaltyAnalysisId,
) -> Outcome<LoyaltyAnalysis> {
    let row = sqlx::query(sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM loyalty_analysis WHERE organisation_id = $1 AND id = $2"
    )))
    .bind(scope.organisation().as_str())
    .bind(id.as_str())
    .fetch_one(conn)
    .await?;
    read(&row)
}

/// Adds an analysis.
///
/// # Errors
/// When the store refuses.
pub async fn insert(
    conn: &mut Conn,
    scope: &Scope,
    analysis: &LoyaltyAnalysis,
    now_ms: i64,
) -> Outcome<()> {
    sqlx::query(
        "INSERT INTO loyalty_analysis \
         (id, organisation_id, name, definition, created_ms, changed_ms) \
         VALUES ($1, $2, $3, $4, $5, $5)",
    )
    .bind(analysis.id.as_str())
    .bind(scope.organisation().as_str())
    .bind(serde_json::to_string(&analysis.name)?)
    .bind(serde_json::to_string(&analysis.definition)?)
    .bind(now_ms)
    .execute(conn)
    .await?;
    Ok(())
}

/// Writes a changed analysis.
///
/// # Errors
/// When the store refuses.
pub async fn update(
    conn: &mut Conn,
    scope: &Scope,
    analysis: &LoyaltyAnalysis,
    now_ms: i64,
) -> Outcome<()> {
    sqlx::query(
        "UPDATE loyalty_analysis SET name = $3, definition = $4, changed_ms = $5 \
         WHERE organisation_id = $1 AND id = $2",
    )
    .bind(scope.organisation().as_str())
    .bind(analysis.id.as_str())
    .bind(serde_json::to_string(&analysis.name)?)
    .bind(serde_json::to_string(&analysis.definition)?)
    .bind(now_ms)
    .execute(conn)
    .await?;
    Ok(())
}

/// Deletes an analysis with its results.
///
/// # Errors
/// When the store refuses.
pub async fn delete(conn: &mut Conn, scope: &Scope, id: &LoyaltyAnalysisId) -> Outcome<()> {
    for sql in [
        "DELETE FROM loyalty_result WHERE organisation_id = $1 AND analysis_id = $2",
        "DELETE FROM loyalty_analysis WHERE organisation_id = $1 AND id = $2",
    ] {
        sqlx::query(sql)
            .bind(scope.organisation().as_str())
            .bind(id.as_str())
            .execute(&mut *conn)
            .await?;
    }
    Ok(())
}

/// A kept result, as JSON.
///
/// # Errors
/// When the store cannot be read.
pub async fn result(
    conn: &mut Conn,
    scope: &Scope,
    id: &LoyaltyAnalysisId,
    known_by: &str,
) -> Outcome<Option<String>> {
    Ok(sqlx::query_scalar(
        "SELECT result FROM loyalty_result \
         WHERE organisation_id = $1 AND analysis_id = $2 AND known_by = $3",
    )
    .bind(scope.organisation().as_str())
    .bind(id.as_str())
    .bind(known_by)
    .fetch_optional(conn)
    .await?)
}

/// Keeps a result beside the newest others of its analysis; at most `most` in
/// all.
///
/// # Errors
/// When the store refuses.
pub async fn keep_result(
    conn: &mut Conn,
    scope: &Scope,
    id: &LoyaltyAnalysisId,
    (known_by, result): (&str, &str),
    now_ms: i64,
    most: u32,
) -> Outcome<()> {
    // An analysis that was deleted meanwhile keeps nothing.
    sqlx::query(
        "INSERT INTO loyalty_result (analysis_id, known_by, organisation_id, result, computed_ms) \
         SELECT id, $3, organisation_id, $4, $5 FROM loyalty_analysis \
         WHERE organisation_id = $1 AND id = $2 \
         ON CONFLICT (analysis_id, known_by) DO NOTHING",
    )
    .bind(scope.organisation().as_str())
    .bind(id.as_str())
    .bind(known_by)
    .bind(result)
    .bind(now_ms)
    .execute(&mut *conn)
    .await?;
    sqlx::query(
        "DELETE FROM loyalty_result WHERE organisation_id = $1 AND analysis_id = $2 \
         AND known_by NOT IN (SELECT known_by FROM loyalty_result \
           WHERE organisation_id = $1 AND analysis_id = $2 \
           ORDER BY computed_ms DESC, known_by LIMIT $3)",
    )
    .bind(scope.organisation().as_str())
    .bind(id.as_str())
    .bind(i64::from(most))
    .execute(conn)
    .await?;
    Ok(())
}

/// Deletes every kept result of the organisation: they name customers, and one
/// of them is no longer to be named. They are computed anew when asked for.
///
/// # Errors
/// When the store refuses.
pub async fn forget_results(conn: &mut Conn, scope: &Scope) -> Outcome<()> {
    sqlx::query("DELETE FROM loyalty_result WHERE organisation_id = $1")
        .bind(scope.organisation().as_str())
        .execute(conn)
        .await?;
    Ok(())
}
