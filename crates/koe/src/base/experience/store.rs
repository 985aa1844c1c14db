//! The SQL of the lake's write-ahead log and manifest.

mod erasure;
mod upkeep;

use koe_lake::PendingRow;
use sqlx::Row as _;

use super::{Field, Row, SealedFile, Snapshot, StreamSchema, Tombstone};
use crate::base::db::{Conn, among, array, values};
use crate::base::id::{JobId, OrganisationId};
use crate::base::problem::{Outcome, Problem};
use crate::base::scope::Scope;

pub use erasure::forget_pending;
pub(super) use erasure::{forget_customers, listed};
pub use upkeep::sizes;
pub(super) use upkeep::{
    KeptTombstone, Waiting, files_by_month, forget_replaced, forget_sealed, forget_tombstones,
    hold, let_go, listed_paths, oldest, oldest_hold, replace, tombstones, waiting,
};

/// Rows of one INSERT; keeps statements below every engine's parameter limit.
const ROWS_PER_STATEMENT: usize = 500;

/// A stream and what it is.
#[derive(Clone, Debug)]
pub struct StreamInfo {
    /// `survey`, `orders`, `contacts` …
    pub kind: String,
    /// Id and fields.
    pub schema: StreamSchema,
}

fn too_many_fields(error: &koe_lake::Error) -> Problem {
    Problem::invalid("fields", error.to_string())
}

/// Makes a stream known, or adds fields to it. A field never changes its
/// kind: a changed type is a new field id.
///
/// # Errors
/// 422 when a field would change its kind or the stream grow too wide.
pub async fn register_stream(
    conn: &mut Conn,
    scope: &Scope,
    id: &str,
    kind: &str,
    fields: &[Field],
) -> Outcome<StreamSchema> {
    // The row is held first, so that two who add fields at once follow each other.
    sqlx::query("UPDATE stream SET kind = kind WHERE organisation_id = $1 AND id = $2")
        .bind(scope.organisation().as_str())
        .bind(id)
        .execute(&mut *conn)
        .await?;
    let known = find(conn, scope, id).await?;
    let mut all = known
        .as_ref()
        .map(|k| k.schema.fields.clone())
        .unwrap_or_default();
    for field in fields {
        match all.iter().find(|f| f.id == field.id) {
            None => all.push(field.clone()),
            Some(same) if same.kind == field.kind => {}
            Some(_) => {
                return Err(Problem::invalid(
                    format!("fields.{}", field.id),
                    "holds another kind of value already; give the changed question a new field id",
                ));
            }
        }
    }
    let schema = StreamSchema::new(id, all).map_err(|e| too_many_fields(&e))?;
    let body = serde_json::to_string(&schema.fields)?;
    match known {
        Some(known) if known.schema == schema => {}
        Some(_) => {
            sqlx::query("UPDATE stream SET fields = $3 WHERE organisation_id = $1 AND id = $2")
                .bind(scope.organisation().as_str())
                .bind(id)
                .bind(body)
                .execute(conn)
                .await?;
        }
        None => {
            sqlx::query(
                "INSERT INTO stream (id, organisation_id, kind, fields) VALUES ($1, $2, $3, $4)",
            )
            .bind(id)
            .bind(scope.organisation().as_str())
            .bind(kind)
            .bind(body)
            .execute(conn)
            .await?;
        }
    }
    Ok(schema)
}

async fn find(conn: &mut Conn, scope: &Scope, id: &str) -> Outcome<Option<StreamInfo>> {
    let row =
        sqlx::query("SELECT id, kind, fields FROM stream WHERE organisation_id = $1 AND id = $2")
            .bind(scope.organisation().as_str())
            .bind(id)
            .fetch_optional(conn)
            .await?;
    row.as_ref().map(read_stream).transpose()
}

fn read_stream(row: &sqlx::any::AnyRow) -> Outcome<StreamInfo> {
    Ok(StreamInfo {
        kind: row.try_get("kind")?,
        schema: StreamSchema {
            id: row.try_get("id")?,
            fields: serde_json::from_str(&row.try_get::<String, _>("fields")?)?,
        },
    })
}

/// One stream.
///
/// # Errors
/// 404 when absent from the organisation.
pub async fn stream(conn: &mut Conn, scope: &Scope, id: &str) -> Outcome<StreamInfo> {
    find(conn, scope, id).await?.ok_or_else(Problem::not_found)
}

/// All streams of the organisation.
///
/// # Errors
/// When the store cannot be read.
pub async fn streams(conn: &mut Conn, scope: &Scope) -> Outcome<Vec<StreamInfo>> {
    let rows =
        sqlx::query("SELECT id, kind, fields FROM stream WHERE organisation_id = $1 ORDER BY id")
            .bind(scope.organisation().as_str())
            .fetch_all(conn)
            .await?;
    rows.iter().map(read_stream).collect()
}

/// How often records of a stream that have no head in the store changed.
///
/// # Errors
/// When the store cannot be read; 404 when the stream is absent.
pub async fn edition(conn: &mut Conn, scope: &Scope, stream: &str) -> Outcome<i64> {
    Ok(
        sqlx::query_scalar("SELECT edition FROM stream WHERE organisation_id = $1 AND id = $2")
            .bind(scope.organisation().as_str())
            .bind(stream)
            .fetch_one(conn)
            .await?,
    )
}

/// Begins a change of records that have no head: until the transaction ends, nobody else makes
/// one in this stream. Returns whether nobody made one since `seen`, when that is given.
///
/// # Errors
/// When the store refuses.
pub async fn next_edition(
    conn: &mut Conn,
    scope: &Scope,
    stream: &str,
    seen: Option<i64>,
) -> Outcome<bool> {
    let moved = sqlx::query(
        "UPDATE stream SET edition = edition + 1 \
         WHERE organisation_id = $1 AND id = $2 AND edition = COALESCE($3, edition)",
    )
    .bind(scope.organisation().as_str())
    .bind(stream)
    .bind(seen)
    .execute(conn)
    .await?;
    Ok(moved.rows_affected() == 1)
}

/// Appends rows, in the transaction of what caused them.
///
/// # Errors
/// When the store refuses.
pub async fn append(conn: &mut Conn, rows: &[(&OrganisationId, &PendingRow)]) -> Outcome<()> {
    for chunk in rows.chunks(ROWS_PER_STATEMENT) {
        let sql = format!(
            "INSERT INTO lake_pending \
             (record_id, revision, organisation_id, stream_id, recorded_ms, body) VALUES {}",
            values(conn, chunk.len(), 6)
        );
        let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
        for (organisation, pending) in chunk {
            query = query
                .bind(pending.row.common.record_id.clone())
                .bind(pending.row.common.revision)
                .bind(organisation.as_str().to_owned())
                .bind(pending.stream.clone())
                .bind(pending.row.common.recorded_at)
                .bind(serde_json::to_string(&pending.row)?);
        }
        query.execute(&mut *conn).await?;
    }
    Ok(())
}

/// Removes rows by a tombstone, in the transaction of what caused it. Rows
/// that are still pending and named by id go at once.
///
/// # Errors
/// When the store refuses.
pub async fn remove(
    conn: &mut Conn,
    scope: &Scope,
    id: &JobId,
    tombstone: &Tombstone,
    now_ms: i64,
) -> Outcome<()> {
    // A seal that is under way with such a row then finds it gone and gives
    // its file up, so that the tombstone can be forgotten safely later.
    if let koe_lake::Removed::Record {
        id: record,
        revision,
    } = &tombstone.removed
    {
        sqlx::query(
            "DELETE FROM lake_pending \
             WHERE organisation_id = $1 AND record_id = $2 AND revision <= $3",
        )
        .bind(scope.organisation().as_str())
        .bind(record)
        .bind(*revision)
        .execute(&mut *conn)
        .await?;
    }
    sqlx::query(
        "INSERT INTO lake_tombstone (id, organisation_id, stream_id, body, created_ms) \
         VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(id.as_str())
    .bind(scope.organisation().as_str())
    .bind(tombstone.stream.clone().unwrap_or_default())
    .bind(serde_json::to_string(tombstone)?)
    .bind(now_ms)
    .execute(conn)
    .await?;
    Ok(())
}

/// Puts a sealed file into the manifest.
///
/// # Errors
/// When the store refuses.
pub async fn list_file(
    conn: &mut Conn,
    organisation: &OrganisationId,
    file: &SealedFile,
    now_ms: i64,
) -> Outcome<()> {
    sqlx::query(
        "INSERT INTO lake_file (path, organisation_id, stream_id, body, sealed_ms) \
         VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(&file.path)
    .bind(organisation.as_str())
    .bind(&file.stream)
    .bind(serde_json::to_string(file)?)
    .bind(now_ms)
    .execute(conn)
    .await?;
    Ok(())
}

/// Everything valid now in these streams. Must run in a read transaction
/// that sees one moment.
pub(super) async fn snapshot(
    conn: &mut Conn,
    scope: &Scope,
    streams: &[&str],
) -> Outcome<Snapshot> {
    let mut snapshot = Snapshot::default();
    for stream in streams {
        let files = sqlx::query_scalar::<_, String>(
            "SELECT body FROM lake_file \
             WHERE organisation_id = $1 AND stream_id = $2 AND replaced_ms IS NULL ORDER BY path",
        )
        .bind(scope.organisation().as_str())
        .bind(*stream)
        .fetch_all(&mut *conn)
        .await?;
        for body in files {
            snapshot.files.push(serde_json::from_str(&body)?);
        }
        let rows = pending_rows(conn, scope, stream).await?;
        snapshot
            .pending
            .extend(rows.into_iter().map(|row| PendingRow {
                stream: (*stream).to_owned(),
                row,
            }));
    }
    let tombstones =
        sqlx::query("SELECT stream_id, body FROM lake_tombstone WHERE organisation_id = $1")
            .bind(scope.organisation().as_str())
            .fetch_all(conn)
            .await?;
    for row in tombstones {
        let stream: String = row.try_get("stream_id")?;
        if stream.is_empty() || streams.contains(&stream.as_str()) {
            snapshot
                .tombstones
                .push(serde_json::from_str(&row.try_get::<String, _>("body")?)?);
        }
    }
    Ok(snapshot)
}

/// Rows of a stream that are in no file yet.
///
/// # Errors
/// When the store cannot be read.
pub async fn pending_rows(conn: &mut Conn, scope: &Scope, stream: &str) -> Outcome<Vec<Row>> {
    let bodies = sqlx::query_scalar::<_, String>(
        "SELECT body FROM lake_pending WHERE stream_id = $2 AND organisation_id = $1 \
         ORDER BY recorded_ms, record_id, revision",
    )
    .bind(scope.organisation().as_str())
    .bind(stream)
    .fetch_all(conn)
    .await?;
    bodies
        .iter()
        .map(|body| Ok(serde_json::from_str(body)?))
        .collect()
}

/// Rows of certain records that are in no file yet.
///
/// # Errors
/// When the store cannot be read.
pub(super) async fn pending_of(
    conn: &mut Conn,
    scope: &Scope,
    stream: &str,
    records: &[String],
) -> Outcome<Vec<Row>> {
    // Found by their ids: the condition on the stream must not lead there, by all rows that wait.
    let sql = format!(
        "SELECT body FROM lake_pending \
         WHERE organisation_id = $1 AND stream_id || '' = $2 AND record_id IN {}",
        among(conn, 3)
    );
    let bodies = sqlx::query_scalar::<_, String>(sqlx::AssertSqlSafe(sql))
        .bind(scope.organisation().as_str().to_owned())
        .bind(stream.to_owned())
        .bind(array(records))
        .fetch_all(conn)
        .await?;
    bodies
        .iter()
        .map(|body| Ok(serde_json::from_str(body)?))
        .collect()
}

/// When the newest row was stored or file sealed.
pub(super) async fn newest_ms(conn: &mut Conn) -> Outcome<Option<i64>> {
    let sealed: Option<i64> = sqlx::query_scalar("SELECT MAX(sealed_ms) FROM lake_file")
        .fetch_one(&mut *conn)
        .await?;
    let stored: Option<i64> = sqlx::query_scalar("SELECT MAX(recorded_ms) FROM lake_pending")
        .fetch_one(conn)
        .await?;
    Ok(sealed.max(stored))
}
