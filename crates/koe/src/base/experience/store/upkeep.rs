//! What the lake's duties ask and write: over all organisations, and so without a scope.

use std::collections::BTreeMap;

use sqlx::Row as _;

use crate::base::db::{Conn, among, array};
use crate::base::experience::{Row, SealedFile, Tombstone};
use crate::base::id::{JobId, OrganisationId};
use crate::base::problem::Outcome;

/// How much of each stream waits: organisation, stream, rows, oldest.
pub(in crate::base::experience) struct Waiting {
    pub organisation: OrganisationId,
    pub stream: String,
    pub rows: i64,
    pub oldest_ms: i64,
}

/// Streams with pending rows. This is the duty's question over all
/// organisations, and so the one that takes no scope.
pub(in crate::base::experience) async fn waiting(conn: &mut Conn) -> Outcome<Vec<Waiting>> {
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

/// How many rows wait, and how many files are valid, over all organisations.
///
/// # Errors
/// When the store cannot be read.
pub async fn sizes(conn: &mut Conn) -> Outcome<(i64, i64)> {
    Ok(sqlx::query_as(
        "SELECT (SELECT COUNT(*) FROM lake_pending), \
         (SELECT COUNT(*) FROM lake_file WHERE replaced_ms IS NULL)",
    )
    .fetch_one(conn)
    .await?)
}

/// The oldest pending rows of a stream.
pub(in crate::base::experience) async fn oldest(
    conn: &mut Conn,
    stream: &str,
    most: i64,
) -> Outcome<Vec<Row>> {
    let bodies = sqlx::query_scalar::<_, String>(
        "SELECT body FROM lake_pending WHERE stream_id = $1 \
         ORDER BY recorded_ms, record_id LIMIT $2",
    )
    .bind(stream)
    .bind(most)
    .fetch_all(conn)
    .await?;
    bodies
        .iter()
        .map(|body| Ok(serde_json::from_str(body)?))
        .collect()
}

/// Deletes exactly these rows; how many of them were still there.
pub(in crate::base::experience) async fn forget_sealed(
    conn: &mut Conn,
    rows: &[Row],
) -> Outcome<u64> {
    let mut by_revision: BTreeMap<i64, Vec<&str>> = BTreeMap::new();
    for row in rows {
        let of_revision = by_revision.entry(row.common.revision).or_default();
        of_revision.push(&row.common.record_id);
    }
    let sql = format!(
        "DELETE FROM lake_pending WHERE revision = $1 AND record_id IN {}",
        among(conn, 2)
    );
    let mut forgotten = 0;
    for (revision, records) in by_revision {
        forgotten += sqlx::query(sqlx::AssertSqlSafe(sql.clone()))
            .bind(revision)
            .bind(array(records))
            .execute(&mut *conn)
            .await?
            .rows_affected();
    }
    Ok(forgotten)
}

/// Valid files by stream and month, with their organisation, for compaction.
pub(in crate::base::experience) async fn files_by_month(
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
pub(in crate::base::experience) struct KeptTombstone {
    pub id: String,
    pub tombstone: Tombstone,
}

/// All tombstones by organisation, for compaction.
pub(in crate::base::experience) async fn tombstones(
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

/// Forgets tombstones.
pub(in crate::base::experience) async fn forget_tombstones(
    conn: &mut Conn,
    ids: &[String],
) -> Outcome<()> {
    let sql = format!("DELETE FROM lake_tombstone WHERE id IN {}", among(conn, 1));
    sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(array(ids))
        .execute(conn)
        .await?;
    Ok(())
}

/// Marks files as replaced; how many were still valid.
pub(in crate::base::experience) async fn replace(
    conn: &mut Conn,
    paths: &[String],
    now_ms: i64,
) -> Outcome<u64> {
    let sql = format!(
        "UPDATE lake_file SET replaced_ms = $1 WHERE replaced_ms IS NULL AND path IN {}",
        among(conn, 2)
    );
    let replaced = sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(now_ms)
        .bind(array(paths))
        .execute(conn)
        .await?;
    Ok(replaced.rows_affected())
}

/// Forgets files replaced before a time.
pub(in crate::base::experience) async fn forget_replaced(
    conn: &mut Conn,
    before_ms: i64,
) -> Outcome<()> {
    sqlx::query("DELETE FROM lake_file WHERE replaced_ms IS NOT NULL AND replaced_ms < $1")
        .bind(before_ms)
        .execute(conn)
        .await?;
    Ok(())
}

/// Paths of all files that are listed, replaced ones included.
pub(in crate::base::experience) async fn listed_paths(
    conn: &mut Conn,
) -> Outcome<std::collections::HashSet<String>> {
    Ok(
        sqlx::query_scalar::<_, String>("SELECT path FROM lake_file")
            .fetch_all(conn)
            .await?
            .into_iter()
            .collect(),
    )
}

/// Notes that files valid at a moment are read until another, or later than
/// was noted.
pub(in crate::base::experience) async fn hold(
    conn: &mut Conn,
    id: &JobId,
    since_ms: i64,
    until_ms: i64,
) -> Outcome<()> {
    sqlx::query(
        "INSERT INTO lake_reader (id, since_ms, until_ms) VALUES ($1, $2, $3) \
         ON CONFLICT (id) DO UPDATE SET until_ms = excluded.until_ms",
    )
    .bind(id.as_str())
    .bind(since_ms)
    .bind(until_ms)
    .execute(conn)
    .await?;
    Ok(())
}

/// Forgets a note of [`hold`].
pub(in crate::base::experience) async fn let_go(conn: &mut Conn, id: &JobId) -> Outcome<()> {
    sqlx::query("DELETE FROM lake_reader WHERE id = $1")
        .bind(id.as_str())
        .execute(conn)
        .await?;
    Ok(())
}

/// The earliest moment of which files are still read; notes that nobody
/// renewed are forgotten.
pub(in crate::base::experience) async fn oldest_hold(
    conn: &mut Conn,
    now_ms: i64,
) -> Outcome<Option<i64>> {
    sqlx::query("DELETE FROM lake_reader WHERE until_ms < $1")
        .bind(now_ms)
        .execute(&mut *conn)
        .await?;
    Ok(sqlx::query_scalar("SELECT MIN(since_ms) FROM lake_reader")
        .fetch_one(conn)
        .await?)
}
