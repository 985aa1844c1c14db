//! Declared streams of operational rows.

use sqlx::Row;
use sqlx::any::AnyRow;

use crate::base::db::{Conn, holding};
use crate::base::id::{self, Id};
use crate::base::problem::{Outcome, Problem};
use crate::base::scope::Scope;
use crate::people::model::{Stream, StreamKind};

const COLUMNS: &str = "id, kind, key, label, columns, archived_ms";

fn read(row: &AnyRow) -> Outcome<Stream> {
    let kind: String = row.try_get("kind")?;
    Ok(Stream {
        id: Id::stored(row.try_get::<String, _>("id")?),
        kind: StreamKind::from_word(&kind)
            .ok_or_else(|| Problem::internal(anyhow::anyhow!("unknown kind {kind}")))?,
        key: row.try_get("key")?,
        label: serde_json::from_str(&row.try_get::<String, _>("label")?)?,
        columns: serde_json::from_str(&row.try_get::<String, _>("columns")?)?,
        archived: row.try_get::<Option<i64>, _>("archived_ms")?.is_some(),
    })
}

/// All streams, by key.
///
/// # Errors
/// When the store cannot be read.
pub async fn list(conn: &mut Conn, scope: &Scope) -> Outcome<Vec<Stream>> {
    let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM operational_stream WHERE organisation_id = $1 ORDER BY key"
    )))
    .bind(scope.organisation().as_str())
    .fetch_all(conn)
    .await?;
    rows.iter().map(read).collect()
}

/// One stream.
///
/// # Errors
/// 404 when absent from the organisation.
pub async fn get(conn: &mut Conn, scope: &Scope, id: &id::StreamId) -> Outcome<Stream> {
    let row = sqlx::query(sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM operational_stream WHERE organisation_id = $1 AND id = $2"
    )))
    .bind(scope.organisation().as_str())
    .bind(id.as_str())
    .fetch_one(conn)
    .await?;
    read(&row)
}

/// Declares a stream.
///
/// # Errors
/// 409 when the key is taken.
pub async fn insert(conn: &mut Conn, scope: &Scope, stream: &Stream) -> Outcome<()> {
    if insert_once(conn, scope, stream).await? {
        return Ok(());
    }
    Err(Problem::conflict(
        "key_taken",
        "This key is already in use; choose another.",
    ))
}

/// Declares a stream unless its key is in use: then the one that has it, held until the transaction
/// ends, so that of two who widen it at once each sees what the other added.
///
/// # Errors
/// When the store refuses.
pub async fn hold(conn: &mut Conn, scope: &Scope, wanted: &Stream) -> Outcome<Option<Stream>> {
    if insert_once(conn, scope, wanted).await? {
        return Ok(None);
    }
    let row = sqlx::query(sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM operational_stream WHERE organisation_id = $1 AND key = $2{}",
        holding(conn)
    )))
    .bind(scope.organisation().as_str())
    .bind(&wanted.key)
    .fetch_one(conn)
    .await?;
    read(&row).map(Some)
}

/// Whether the stream was added; false when its key is in use.
async fn insert_once(conn: &mut Conn, scope: &Scope, stream: &Stream) -> Outcome<bool> {
    let done = sqlx::query(
        "INSERT INTO operational_stream (id, organisation_id, kind, key, label, columns) \
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (organisation_id, key) DO NOTHING",
    )
    .bind(stream.id.as_str())
    .bind(scope.organisation().as_str())
    .bind(stream.kind.word())
    .bind(&stream.key)
    .bind(serde_json::to_string(&stream.label)?)
    .bind(serde_json::to_string(&stream.columns)?)
    .execute(conn)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Writes what may change of a stream.
///
/// # Errors
/// When the store refuses.
pub async fn update(conn: &mut Conn, scope: &Scope, stream: &Stream, now_ms: i64) -> Outcome<()> {
    sqlx::query(
        "UPDATE operational_stream SET label = $3, columns = $4, archived_ms = $5 \
         WHERE organisation_id = $1 AND id = $2",
    )
    .bind(scope.organisation().as_str())
    .bind(stream.id.as_str())
    .bind(serde_json::to_string(&stream.label)?)
    .bind(serde_json::to_string(&stream.columns)?)
    .bind(stream.archived.then_some(now_ms))
    .execute(conn)
    .await?;
    Ok(())
}
