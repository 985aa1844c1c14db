//! The SQL of the lake's write-ahead log and manifest.

mod erasure;

use std::collections::BTreeMap;

use koe_lake::PendingRow;
use sqlx::Row as _;

use super::{Field, Row, SealedFile, Snapshot, StreamSchema, Tombstone};
use crate::base::db::{Conn, values};
use crate::base::id::{JobId, OrganisationId};
use crate::base::problem::{Outcome, Problem};
use crate::base::scope::Scope;

pub use erasure::forget_pending;
pub(super) use erasure::{forget_customers, listed};

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

/// Appends rows, in the transaction of what caused them.
///
/// # Errors
/// When the store refuses.
pub async fn append(conn: &mut Conn, rows: &[(OrganisationId, PendingRow)]) -> Outcome<()> {
    for chunk in rows.chunks(ROWS_PER_STATEMENT) {
        let sql = format!(
            "INSERT INTO lake_pending \
             (record_id, revision, organisation_id, stream_id, recorded_ms, body) VALUES {}",
            values(chunk.len(), 6)
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
        sqlx::query("DELETE FROM lake_pending WHERE record_id = $1 AND revision <= $2")
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
///
/// # Errors
/// When the store cannot be read.
pub async fn snapshot(conn: &mut Conn, scope: &Scope, streams: &[&str]) -> Outcome<Snapshot> {
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
    let mut rows = Vec::new();
    for chunk in records.chunks(ROWS_PER_STATEMENT) {
        let sql = format!(
            "SELECT body FROM lake_pending \
             WHERE organisation_id = $1 AND stream_id = $2 AND record_id IN ({})",
            crate::base::db::list(3, chunk.len())
        );
        let mut query = sqlx::query_scalar::<_, String>(sqlx::AssertSqlSafe(sql))
            .bind(scope.organisation().as_str().to_owned())
            .bind(stream.to_owned());
        for record in chunk {
            query = query.bind(record.clone());
        }
        for body in query.fetch_all(&mut *conn).await? {
            rows.push(serde_json::from_str(&body)?);
        }
    }
    Ok(rows)
}

/// How much of each stream waits: organisation, stream, rows, oldest.
pub(super) struct Waiting {
    pub organisation: OrganisationId,
    pub stream: String,
    pub rows: i64,
    pub oldest_ms: i64,
}

/// Streams with pending rows. This is the duty's question over all
/// organisations, and so the one that takes no scope.
pub(super) async fn waiting(conn: &mut Conn) -> Outcome<Vec<Waiting>> {
    let rows = sqlx::query(
        "SELECT organisation_id, stream_id, COUNT(*) AS n, MIN(recorded_ms) AS oldest \
         FROM lake_pending GROUP BY organisation_id, stream_id",
    )
    .fetch_all(conn)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(Waiting {
                organisation: OrganisationId::stored(row.try_get::<String, _>("organisation_id")?),
                stream: row.try_get("stream_id")?,
                rows: row.try_get("n")?,
                oldest_ms: row.try_get("oldest")?,
            })
        })
        .collect()
}

/// Claims the oldest pending rows of a stream for a file and returns them.
/// Rows claimed by a process that died are claimed again.
pub(super) async fn claim(
    conn: &mut Conn,
    stream: &str,
    file: &str,
    most: i64,
) -> Outcome<Vec<Row>> {
    sqlx::query(
        "UPDATE lake_pending SET claim = $2 WHERE stream_id = $1 AND record_id IN \
         (SELECT record_id FROM lake_pending WHERE stream_id = $1 \
          ORDER BY recorded_ms, record_id LIMIT $3)",
    )
    .bind(stream)
    .bind(file)
    .bind(most)
    .execute(&mut *conn)
    .await?;
    let bodies = sqlx::query_scalar::<_, String>("SELECT body FROM lake_pending WHERE claim = $1")
        .bind(file)
        .fetch_all(conn)
        .await?;
    bodies
        .iter()
        .map(|body| Ok(serde_json::from_str(body)?))
        .collect()
}

/// Deletes exactly the rows claimed for a file; how many there were.
pub(super) async fn forget_claimed(conn: &mut Conn, file: &str) -> Outcome<u64> {
    Ok(sqlx::query("DELETE FROM lake_pending WHERE claim = $1")
        .bind(file)
        .execute(conn)
        .await?
        .rows_affected())
}

/// Valid files by stream and month, with their organisation, for compaction.
pub(super) async fn files_by_month(
    conn: &mut Conn,
) -> Outcome<BTreeMap<(OrganisationId, String, String), Vec<SealedFile>>> {
    let rows = sqlx::query(
        "SELECT organisation_id, stream_id, path, body FROM lake_file \
         WHERE replaced_ms IS NULL ORDER BY path",
    )
    .fetch_all(conn)
    .await?;
    let mut files: BTreeMap<_, Vec<SealedFile>> = BTreeMap::new();
    for row in rows {
        let path: String = row.try_get("path")?;
        let month = path.rsplit('/').nth(1).unwrap_or_default().to_owned();
        let organisation = OrganisationId::stored(row.try_get::<String, _>("organisation_id")?);
        files
            .entry((organisation, row.try_get("stream_id")?, month))
            .or_default()
            .push(serde_json::from_str(&row.try_get::<String, _>("body")?)?);
    }
    Ok(files)
}

/// A tombstone with the id of its row.
pub(super) struct KeptTombstone {
    pub id: String,
    pub tombstone: Tombstone,
}

/// All tombstones by organisation, for compaction.
pub(super) async fn tombstones(
    conn: &mut Conn,
) -> Outcome<BTreeMap<OrganisationId, Vec<KeptTombstone>>> {
    let rows = sqlx::query("SELECT id, organisation_id, body FROM lake_tombstone ORDER BY id")
        .fetch_all(conn)
        .await?;
    let mut all: BTreeMap<OrganisationId, Vec<KeptTombstone>> = BTreeMap::new();
    for row in rows {
        all.entry(OrganisationId::stored(
            row.try_get::<String, _>("organisation_id")?,
        ))
        .or_default()
        .push(KeptTombstone {
            id: row.try_get("id")?,
            tombstone: serde_json::from_str(&row.try_get::<String, _>("body")?)?,
        });
    }
    Ok(all)
}

/// Forgets a tombstone.
pub(super) async fn forget_tombstone(conn: &mut Conn, id: &str) -> Outcome<()> {
    sqlx::query("DELETE FROM lake_tombstone WHERE id = $1")
        .bind(id)
        .execute(conn)
        .await?;
    Ok(())
}

/// Marks files as replaced; how many were still valid.
pub(super) async fn replace(conn: &mut Conn, paths: &[String], now_ms: i64) -> Outcome<u64> {
    let mut replaced = 0;
    for chunk in paths.chunks(ROWS_PER_STATEMENT) {
        let sql = format!(
            "UPDATE lake_file SET replaced_ms = $1 WHERE replaced_ms IS NULL AND path IN ({})",
            crate::base::db::list(2, chunk.len())
        );
        let mut query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(now_ms);
        for path in chunk {
            query = query.bind(path.clone());
        }
        replaced += query.execute(&mut *conn).await?.rows_affected();
    }
    Ok(replaced)
}

/// Forgets files replaced before a time.
pub(super) async fn forget_replaced(conn: &mut Conn, before_ms: i64) -> Outcome<()> {
    sqlx::query("DELETE FROM lake_file WHERE replaced_ms IS NOT NULL AND replaced_ms < $1")
        .bind(before_ms)
        .execute(conn)
        .await?;
    Ok(())
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

/// Paths of all files that are listed, replaced ones included.
pub(super) async fn listed_paths(conn: &mut Conn) -> Outcome<std::collections::HashSet<String>> {
    Ok(
        sqlx::query_scalar::<_, String>("SELECT path FROM lake_file")
            .fetch_all(conn)
            .await?
            .into_iter()
            .collect(),
    )
}
