//! The SQL behind the erasure of a person's records.

use std::collections::{HashMap, HashSet};

use super::{HEAD, Head, read_head};
use sqlx::Row as _;

use crate::base::db::{Conn, among, array, holding};
use crate::base::id::{CustomerId, RecordId};
use crate::base::problem::Outcome;
use crate::base::scope::Scope;

/// Heads of all records of pseudonyms, wherever they lie.
///
/// # Errors
/// When the store cannot be read.
pub async fn heads_of(
    conn: &mut Conn,
    scope: &Scope,
    customers: &[CustomerId],
) -> Outcome<Vec<Head>> {
    let sql = format!(
        "SELECT {HEAD} FROM record WHERE organisation_id = $1 AND customer_id IN {} ORDER BY id",
        among(conn, 2)
    );
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(scope.organisation().as_str())
        .bind(array(customers.iter().map(|customer| customer.as_str())))
        .fetch_all(conn)
        .await?;
    rows.iter().map(read_head).collect()
}

/// Forgets texts and keys of records, and of the records themselves all but
/// that they were: an import that brings the same row again must know it.
///
/// # Errors
/// When the store refuses.
pub async fn delete_all(
    conn: &mut Conn,
    scope: &Scope,
    records: &[String],
    now_ms: i64,
) -> Outcome<()> {
    let ids = among(conn, 2);
    let records = array(records);
    for sql in [
        format!(
            "DELETE FROM record_text WHERE record_id IN \
             (SELECT id FROM record WHERE organisation_id = $1 AND id IN {ids})"
        ),
        format!("DELETE FROM intake_key WHERE organisation_id = $1 AND record_id IN {ids}"),
    ] {
        sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(scope.organisation().as_str())
            .bind(records.clone())
            .execute(&mut *conn)
            .await?;
    }
    let sql = format!(
        "UPDATE record SET occurred_ms = 0, recorded_ms = 0, touchpoint_id = NULL, \
         unit_id = NULL, customer_id = NULL, link_id = NULL, language = NULL, \
         content_hash = NULL, deleted_ms = $3, erased_ms = $3 \
         WHERE organisation_id = $1 AND id IN {ids}"
    );
    sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(scope.organisation().as_str())
        .bind(records)
        .bind(now_ms)
        .execute(conn)
        .await?;
    Ok(())
}

/// Cuts a record from its person: what led there is forgotten, the texts
/// given take the place of those there were, and the revision grows with the
/// row in the lake.
///
/// # Errors
/// When the store refuses.
pub async fn anonymise(
    conn: &mut Conn,
    scope: &Scope,
    head: &Head,
    texts: &[super::Text],
    now_ms: i64,
) -> Outcome<()> {
    sqlx::query(
        "UPDATE record SET revision = revision + 1, customer_id = NULL, link_id = NULL, \
         content_hash = NULL, erased_ms = $3 WHERE organisation_id = $1 AND id = $2",
    )
    .bind(scope.organisation().as_str())
    .bind(head.id.as_str())
    .bind(now_ms)
    .execute(&mut *conn)
    .await?;
    sqlx::query("DELETE FROM intake_key WHERE organisation_id = $1 AND record_id = $2")
        .bind(scope.organisation().as_str())
        .bind(head.id.as_str())
        .execute(&mut *conn)
        .await?;
    sqlx::query("DELETE FROM record_text WHERE record_id = $1")
        .bind(head.id.as_str())
        .execute(&mut *conn)
        .await?;
    let texts: Vec<(&RecordId, &super::Text)> = texts.iter().map(|t| (&head.id, t)).collect();
    super::insert_texts(conn, &texts).await
}

/// A time of a survey version in which records were given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Time<'a> {
    /// Survey.
    pub stream: &'a str,
    /// Its version.
    pub version: i64,
    /// First moment, milliseconds since 1970.
    pub from_ms: i64,
    /// First moment after.
    pub to_ms: i64,
    /// Whether imported records count.
    pub imports: bool,
}

/// Records with a head of a time that are still somebody's, oldest first.
///
/// # Errors
/// When the store cannot be read.
pub async fn due(
    conn: &mut Conn,
    scope: &Scope,
    time: &Time<'_>,
    most: i64,
) -> Outcome<Vec<String>> {
    let source = if time.imports {
        ""
    } else {
        " AND source <> 'import'"
    };
    Ok(sqlx::query_scalar(sqlx::AssertSqlSafe(format!(
        "SELECT id FROM record WHERE organisation_id = $1 AND stream_id = $2 AND version = $3 \
         AND occurred_ms >= $4 AND occurred_ms < $5 AND deleted_ms IS NULL \
         AND erased_ms IS NULL{source} ORDER BY occurred_ms, id LIMIT $6"
    )))
    .bind(scope.organisation().as_str().to_owned())
    .bind(time.stream.to_owned())
    .bind(time.version)
    .bind(time.from_ms)
    .bind(time.to_ms)
    .bind(most)
    .fetch_all(conn)
    .await?)
}

/// Holds heads until the transaction ends, so that nobody corrects a record
/// while it goes; of those that have one, whether it is deleted and whether
/// it is nobody's already.
///
/// # Errors
/// When the store refuses.
pub async fn hold(
    conn: &mut Conn,
    scope: &Scope,
    ids: &[String],
) -> Outcome<HashMap<String, (bool, bool)>> {
    let sql = format!(
        "SELECT id, deleted_ms, erased_ms FROM record WHERE organisation_id = $1 AND id IN {} \
         ORDER BY id{}",
        among(conn, 2),
        holding(conn)
    );
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(scope.organisation().as_str())
        .bind(array(ids))
        .fetch_all(conn)
        .await?;
    let mut held = HashMap::with_capacity(rows.len());
    for row in rows {
        let set =
            |name: &str| -> Outcome<bool> { Ok(row.try_get::<Option<i64>, _>(name)?.is_some()) };
        let state = (set("deleted_ms")?, set("erased_ms")?);
        held.insert(row.try_get("id")?, state);
    }
    Ok(held)
}

/// Those of the records that were deleted or cut from their person: an
/// import leaves them as they are.
///
/// # Errors
/// When the store cannot be read.
pub async fn erased(conn: &mut Conn, scope: &Scope, ids: &[String]) -> Outcome<HashSet<String>> {
    let sql = format!(
        "SELECT id FROM record WHERE organisation_id = $1 \
         AND (deleted_ms IS NOT NULL OR erased_ms IS NOT NULL) AND id IN {}",
        among(conn, 2)
    );
    let erased: Vec<String> = sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
        .bind(scope.organisation().as_str())
        .bind(array(ids))
        .fetch_all(conn)
        .await?;
    Ok(erased.into_iter().collect())
}
