//! The SQL of `metrics`.

use sqlx::Row;
use sqlx::any::AnyRow;

use super::model::Metric;
use crate::base::db::Conn;
use crate::base::id::{Id, MetricId};
use crate::base::problem::Outcome;
use crate::base::scope::Scope;

const COLUMNS: &str = "id, name, definition, target, archived_ms";

fn read(row: &AnyRow) -> Outcome<Metric> {
    Ok(Metric {
        id: Id::stored(row.try_get::<String, _>("id")?),
        name: serde_json::from_str(&row.try_get::<String, _>("name")?)?,
        definition: serde_json::from_str(&row.try_get::<String, _>("definition")?)?,
        target: row.try_get("target")?,
        archived: row.try_get::<Option<i64>, _>("archived_ms")?.is_some(),
    })
}

/// All metrics, oldest first. They are few, and known to the whole
/// organisation: what they say of it is limited when they are asked.
///
/// # Errors
/// When the store cannot be read.
pub async fn all(conn: &mut Conn, scope: &Scope) -> Outcome<Vec<Metric>> {
    let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM metric WHERE organisation_id = $1 ORDER BY id"
    )))
    .bind(scope.organisation().as_str())
    .fetch_all(conn)
    .await?;
    rows.iter().map(read).collect()
}

/// One metric.
///
/// # Errors
/// 404 when absent from the organisation.
pub async fn get(conn: &mut Conn, scope: &Scope, id: &MetricId) -> Outcome<Metric> {
    let row = sqlx::query(sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM metric WHERE organisation_id = $1 AND id = $2"
    )))
    .bind(scope.organisation().as_str())
    .bind(id.as_str())
    .fetch_one(conn)
    .await?;
    read(&row)
}

/// Adds a metric.
///
/// # Errors
/// When the store refuses.
pub async fn insert(conn: &mut Conn, scope: &Scope, metric: &Metric, now_ms: i64) -> Outcome<()> {
    sqlx::query(
        "INSERT INTO metric (id, organisation_id, name, definition, target, created_ms) \
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(metric.id.as_str())
    .bind(scope.organisation().as_str())
    .bind(serde_json::to_string(&metric.name)?)
    .bind(serde_json::to_string(&metric.definition)?)
    .bind(metric.target)
    .bind(now_ms)
    .execute(conn)
    .await?;
    Ok(())
}

/// Writes a changed metric.
///
/// # Errors
/// When the store refuses.
pub async fn update(conn: &mut Conn, scope: &Scope, metric: &Metric, now_ms: i64) -> Outcome<()> {
    sqlx::query(
        "UPDATE metric SET name = $3, definition = $4, target = $5, archived_ms = $6 \
         WHERE organisation_id = $1 AND id = $2",
    )
    .bind(scope.organisation().as_str())
    .bind(metric.id.as_str())
    .bind(serde_json::to_string(&metric.name)?)
    .bind(serde_json::to_string(&metric.definition)?)
    .bind(metric.target)
    .bind(metric.archived.then_some(now_ms))
    .execute(conn)
    .await?;
    Ok(())
}
