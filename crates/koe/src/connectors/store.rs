//! The SQL of `connectors`.

mod forgetting;
mod progress;

use sqlx::Row;
use sqlx::any::AnyRow;

use super::imports::{Mapping, RowFault, Sniffed};
use super::model::{Import, ImportStatus, SavedMapping, Totals};
use crate::base::clock::from_ms;
use crate::base::db::{Conn, values};
use crate::base::id::{self, Id};
use crate::base::problem::{Outcome, Problem};
use crate::base::scope::Scope;
use crate::surveys::Text;

pub use forgetting::{Remembered, count_remembered, forget, remembered};
pub(super) use progress::interrupted;
pub use progress::{count_customers, set_running, set_totals};

const IMPORT: &str = "id, file_name, bytes, status, sniffed, mapping, stream_id, checkpoint, \
                      totals, message, created_by, created_ms, changed_ms";

/// Rows of one statement; keeps it below every engine's parameter limit.
const ROWS: usize = 500;

fn read_import(row: &AnyRow) -> Outcome<Import> {
    let json = |name: &str| row.try_get::<String, _>(name);
    let status = json("status")?;
    Ok(Import {
        id: Id::stored(json("id")?),
        file_name: json("file_name")?,
        bytes: row.try_get("bytes")?,
        status: ImportStatus::from_word(&status).ok_or_else(|| {
            Problem::internal(anyhow::anyhow!("the store holds an unknown word: {status}"))
        })?,
        sniffed: serde_json::from_str(&json("sniffed")?)?,
        mapping: serde_json::from_str(&json("mapping")?)?,
        stream_id: row.try_get("stream_id")?,
        checkpoint: row.try_get("checkpoint")?,
        totals: serde_json::from_str(&json("totals")?)?,
        message: serde_json::from_str(&json("message")?)?,
        created_by: json("created_by")?,
        created_at: from_ms(row.try_get("created_ms")?),
        changed_at: from_ms(row.try_get("changed_ms")?),
    })
}

/// Adds an import.
///
/// # Errors
/// When the store refuses.
pub async fn insert(conn: &mut Conn, scope: &Scope, import: &Import) -> Outcome<()> {
    sqlx::query(
        "INSERT INTO import (id, organisation_id, file_name, bytes, status, sniffed, mapping, \
         checkpoint, totals, message, created_by, created_ms, changed_ms) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8, '{}', $9, $10, $10)",
    )
    .bind(import.id.as_str())
    .bind(scope.organisation().as_str())
    .bind(&import.file_name)
    .bind(import.bytes)
    .bind(import.status.word())
    .bind(serde_json::to_string(&import.sniffed)?)
    .bind(serde_json::to_string(&import.mapping)?)
    .bind(serde_json::to_string(&import.totals)?)
    .bind(&import.created_by)
    .bind(import.created_at.as_millisecond())
    .execute(conn)
    .await?;
    Ok(())
}

/// One import.
///
/// # Errors
/// 404 when absent from the organisation.
pub async fn get(conn: &mut Conn, scope: &Scope, id: &id::ImportId) -> Outcome<Import> {
    let row = sqlx::query(sqlx::AssertSqlSafe(format!(
        "SELECT {IMPORT} FROM import WHERE organisation_id = $1 AND id = $2"
    )))
    .bind(scope.organisation().as_str())
    .bind(id.as_str())
    .fetch_one(conn)
    .await?;
    read_import(&row)
}

/// Imports, newest first.
///
/// # Errors
/// When the store cannot be read.
pub async fn list(
    conn: &mut Conn,
    scope: &Scope,
    before: Option<&str>,
    limit: i64,
) -> Outcome<Vec<Import>> {
    let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
        "SELECT {IMPORT} FROM import WHERE organisation_id = $1 AND id < $2 \
         ORDER BY id DESC LIMIT $3"
    )))
    .bind(scope.organisation().as_str())
    .bind(before.map_or_else(id::ImportId::after_all, str::to_owned))
    .bind(limit + 1)
    .fetch_all(conn)
    .await?;
    rows.iter().map(read_import).collect()
}

/// Gives an import another mapping; what was taken in so far begins anew.
///
/// # Errors
/// When the store refuses.
pub async fn put_mapping(
    conn: &mut Conn,
    scope: &Scope,
    id: &id::ImportId,
    mapping: &Mapping,
    now_ms: i64,
) -> Outcome<()> {
    sqlx::query(
        "UPDATE import SET mapping = $3, status = 'uploaded', stream_id = NULL, checkpoint = 0, \
         message = '{}', totals = $4, changed_ms = $5 WHERE organisation_id = $1 AND id = $2",
    )
    .bind(scope.organisation().as_str())
    .bind(id.as_str())
    .bind(serde_json::to_string(mapping)?)
    .bind(serde_json::to_string(&Totals::default())?)
    .bind(now_ms)
    .execute(conn)
    .await?;
    Ok(())
}

/// Keeps what a second look at the file found, with the mapping proposed for it.
///
/// # Errors
/// When the store refuses.
pub async fn put_look(
    conn: &mut Conn,
    scope: &Scope,
    id: &id::ImportId,
    sniffed: &Sniffed,
    mapping: &Mapping,
    now_ms: i64,
) -> Outcome<()> {
    sqlx::query("UPDATE import SET sniffed = $3 WHERE organisation_id = $1 AND id = $2")
        .bind(scope.organisation().as_str())
        .bind(id.as_str())
        .bind(serde_json::to_string(sniffed)?)
        .execute(&mut *conn)
        .await?;
    put_mapping(conn, scope, id, mapping, now_ms).await
}

/// Notes where the rows go.
///
/// # Errors
/// When the store refuses.
pub async fn set_stream(
    conn: &mut Conn,
    scope: &Scope,
    id: &id::ImportId,
    stream: &str,
) -> Outcome<()> {
    sqlx::query("UPDATE import SET stream_id = $3 WHERE organisation_id = $1 AND id = $2")
        .bind(scope.organisation().as_str())
        .bind(id.as_str())
        .bind(stream)
        .execute(conn)
        .await?;
    Ok(())
}

/// Notes how an import stands.
///
/// # Errors
/// When the store refuses.
pub async fn set_status(
    conn: &mut Conn,
    scope: &Scope,
    id: &id::ImportId,
    status: ImportStatus,
    totals: &Totals,
    message: &Text,
    now_ms: i64,
) -> Outcome<()> {
    sqlx::query(
        "UPDATE import SET status = $3, totals = $4, message = $5, changed_ms = $6 \
         WHERE organisation_id = $1 AND id = $2",
    )
    .bind(scope.organisation().as_str())
    .bind(id.as_str())
    .bind(status.word())
    .bind(serde_json::to_string(totals)?)
    .bind(serde_json::to_string(message)?)
    .bind(now_ms)
    .execute(conn)
    .await?;
    Ok(())
}

/// Moves the checkpoint on, in the transaction that stores the records before it.
///
/// # Errors
/// 409 when somebody else moved it meanwhile: the same import runs twice.
pub async fn checkpoint(
    conn: &mut Conn,
    scope: &Scope,
    id: &id::ImportId,
    from: i64,
    to: i64,
    totals: &Totals,
    now_ms: i64,
) -> Outcome<()> {
    let moved = sqlx::query(
        "UPDATE import SET checkpoint = $4, totals = $5, changed_ms = $6 \
         WHERE organisation_id = $1 AND id = $2 AND checkpoint = $3",
    )
    .bind(scope.organisation().as_str())
    .bind(id.as_str())
    .bind(from)
    .bind(to)
    .bind(serde_json::to_string(totals)?)
    .bind(now_ms)
    .execute(conn)
    .await?;
    if moved.rows_affected() == 1 {
        Ok(())
    } else {
        Err(Problem::conflict(
            "import_runs",
            "This import is already running.",
        ))
    }
}

/// Forgets the faults of the run before.
///
/// # Errors
/// When the store refuses.
pub async fn clear_faults(conn: &mut Conn, scope: &Scope, id: &id::ImportId) -> Outcome<()> {
    sqlx::query(
        "DELETE FROM import_fault WHERE import_id IN \
         (SELECT id FROM import WHERE organisation_id = $1 AND id = $2)",
    )
    .bind(scope.organisation().as_str())
    .bind(id.as_str())
    .execute(conn)
    .await?;
    Ok(())
}

/// Lists faults, numbered from `first`. The caller has read the import within its scope.
///
/// # Errors
/// When the store refuses.
pub async fn insert_faults(
    conn: &mut Conn,
    _scope: &Scope,
    id: &id::ImportId,
    first: i64,
    faults: &[RowFault],
) -> Outcome<()> {
    let mut number = first;
    for chunk in faults.chunks(ROWS) {
        let sql = format!(
            "INSERT INTO import_fault (import_id, number, body) VALUES {} ON CONFLICT DO NOTHING",
            values(conn, chunk.len(), 3)
        );
        let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
        for fault in chunk {
            query = query
                .bind(id.as_str())
                .bind(number)
                .bind(serde_json::to_string(fault)?);
            number += 1;
        }
        query.execute(&mut *conn).await?;
    }
    Ok(())
}

/// Faults after a number, with their numbers, in the file's order.
///
/// # Errors
/// When the store cannot be read.
pub async fn faults(
    conn: &mut Conn,
    scope: &Scope,
    id: &id::ImportId,
    after: i64,
    limit: i64,
) -> Outcome<Vec<(i64, RowFault)>> {
    let rows = sqlx::query(
        "SELECT f.number, f.body FROM import_fault f JOIN import i ON i.id = f.import_id \
         WHERE i.organisation_id = $1 AND f.import_id = $2 AND f.number > $3 \
         ORDER BY f.number LIMIT $4",
    )
    .bind(scope.organisation().as_str())
    .bind(id.as_str())
    .bind(after)
    .bind(limit)
    .fetch_all(conn)
    .await?;
    rows.iter()
        .map(|row| {
            let body: String = row.try_get("body")?;
            Ok((row.try_get("number")?, serde_json::from_str(&body)?))
        })
        .collect()
}

/// Removes an import and its faults.
///
/// # Errors
/// When the store refuses.
pub async fn delete(conn: &mut Conn, scope: &Scope, id: &id::ImportId) -> Outcome<()> {
    clear_faults(conn, scope, id).await?;
    sqlx::query("DELETE FROM import WHERE organisation_id = $1 AND id = $2")
        .bind(scope.organisation().as_str())
        .bind(id.as_str())
        .execute(conn)
        .await?;
    Ok(())
}

/// Keeps a mapping under a name.
///
/// # Errors
/// When the store refuses.
pub async fn save_mapping(
    conn: &mut Conn,
    scope: &Scope,
    name: &str,
    mapping: &Mapping,
    now_ms: i64,
) -> Outcome<()> {
    sqlx::query(
        "INSERT INTO import_mapping (organisation_id, name, mapping, changed_ms) \
         VALUES ($1, $2, $3, $4) ON CONFLICT (organisation_id, name) \
         DO UPDATE SET mapping = excluded.mapping, changed_ms = excluded.changed_ms",
    )
    .bind(scope.organisation().as_str())
    .bind(name)
    .bind(serde_json::to_string(mapping)?)
    .bind(now_ms)
    .execute(conn)
    .await?;
    Ok(())
}

/// Mappings kept for next time, by name.
///
/// # Errors
/// When the store cannot be read.
pub async fn mappings(conn: &mut Conn, scope: &Scope) -> Outcome<Vec<SavedMapping>> {
    let rows = sqlx::query(
        "SELECT name, mapping, changed_ms FROM import_mapping WHERE organisation_id = $1 ORDER BY name",
    )
    .bind(scope.organisation().as_str())
    .fetch_all(conn)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(SavedMapping {
                name: row.try_get("name")?,
                mapping: serde_json::from_str(&row.try_get::<String, _>("mapping")?)?,
                changed_at: from_ms(row.try_get("changed_ms")?),
            })
        })
        .collect()
}

/// Forgets a mapping.
///
/// # Errors
/// 404 when there is none of this name.
pub async fn forget_mapping(conn: &mut Conn, scope: &Scope, name: &str) -> Outcome<()> {
    let gone = sqlx::query("DELETE FROM import_mapping WHERE organisation_id = $1 AND name = $2")
        .bind(scope.organisation().as_str())
        .bind(name)
        .execute(conn)
        .await?;
    if gone.rows_affected() == 0 {
        return Err(Problem::not_found());
    }
    Ok(())
}

/// Labels of all sources of texts, by stream.
///
/// # Errors
/// When the store cannot be read.
pub async fn sources(conn: &mut Conn, scope: &Scope) -> Outcome<Vec<(id::StreamId, Text)>> {
    let rows =
        sqlx::query("SELECT id, label FROM import_source WHERE organisation_id = $1 ORDER BY id")
            .bind(scope.organisation().as_str())
            .fetch_all(conn)
            .await?;
    rows.iter()
        .map(|row| {
            Ok((
                Id::stored(row.try_get::<String, _>("id")?),
                serde_json::from_str(&row.try_get::<String, _>("label")?)?,
            ))
        })
        .collect()
}

/// The source of texts with a key, made when it is not there.
///
/// # Errors
/// When the store refuses.
pub async fn source(
    conn: &mut Conn,
    scope: &Scope,
    key: &str,
    label: &Text,
    new: &id::StreamId,
    now_ms: i64,
) -> Outcome<id::StreamId> {
    sqlx::query(
        "INSERT INTO import_source (id, organisation_id, key, label, created_ms) \
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT (organisation_id, key) DO NOTHING",
    )
    .bind(new.as_str())
    .bind(scope.organisation().as_str())
    .bind(key)
    .bind(serde_json::to_string(label)?)
    .bind(now_ms)
    .execute(&mut *conn)
    .await?;
    let found: String =
        sqlx::query_scalar("SELECT id FROM import_source WHERE organisation_id = $1 AND key = $2")
            .bind(scope.organisation().as_str())
            .bind(key)
            .fetch_one(conn)
            .await?;
    Ok(Id::stored(found))
}
