//! The SQL behind the erasure of a person's records.

use std::collections::HashSet;

use super::{HEAD, Head, ROWS, read_head};
use crate::base::db::{Conn, list};
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
    let mut heads = Vec::new();
    for chunk in customers.chunks(ROWS) {
        let sql = format!(
            "SELECT {HEAD} FROM record WHERE organisation_id = $1 AND customer_id IN ({}) \
             ORDER BY id",
            list(2, chunk.len())
        );
        let mut query =
            sqlx::query(sqlx::AssertSqlSafe(sql)).bind(scope.organisation().as_str().to_owned());
        for customer in chunk {
            query = query.bind(customer.as_str().to_owned());
        }
        for row in query.fetch_all(&mut *conn).await? {
            heads.push(read_head(&row)?);
        }
    }
    Ok(heads)
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
    for chunk in records.chunks(ROWS) {
        let ids = list(2, chunk.len());
        for sql in [
            format!(
                "DELETE FROM record_text WHERE record_id IN \
                 (SELECT id FROM record WHERE organisation_id = $1 AND id IN ({ids}))"
            ),
            format!("DELETE FROM intake_key WHERE organisation_id = $1 AND record_id IN ({ids})"),
            format!(
                "UPDATE record SET occurred_ms = 0, recorded_ms = 0, touchpoint_id = NULL, \
                 unit_id = NULL, customer_id = NULL, link_id = NULL, language = NULL, \
                 content_hash = NULL WHERE organisation_id = $1 AND id IN ({ids})"
            ),
        ] {
            each(conn, scope, sql, chunk).await?;
        }
        let ids = list(3, chunk.len());
        let sql = format!(
            "UPDATE record SET deleted_ms = $2, erased_ms = $2 \
             WHERE organisation_id = $1 AND id IN ({ids})"
        );
        let mut query = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(scope.organisation().as_str().to_owned())
            .bind(now_ms);
        for id in chunk {
            query = query.bind(id.clone());
        }
        query.execute(&mut *conn).await?;
    }
    Ok(())
}

/// Runs a statement with the organisation and a list of ids.
async fn each(conn: &mut Conn, scope: &Scope, sql: String, ids: &[String]) -> Outcome<()> {
    let mut query =
        sqlx::query(sqlx::AssertSqlSafe(sql)).bind(scope.organisation().as_str().to_owned());
    for id in ids {
        query = query.bind(id.clone());
    }
    query.execute(conn).await?;
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

/// Those of the records that were deleted or cut from their person: an
/// import leaves them as they are.
///
/// # Errors
/// When the store cannot be read.
pub async fn erased(conn: &mut Conn, scope: &Scope, ids: &[String]) -> Outcome<HashSet<String>> {
    let mut erased = HashSet::new();
    for chunk in ids.chunks(ROWS) {
        let sql = format!(
            "SELECT id FROM record WHERE organisation_id = $1 \
             AND (deleted_ms IS NOT NULL OR erased_ms IS NOT NULL) AND id IN ({})",
            list(2, chunk.len())
        );
        let mut query = sqlx::query_scalar::<_, String>(sqlx::AssertSqlSafe(sql))
            .bind(scope.organisation().as_str().to_owned());
        for id in chunk {
            query = query.bind(id.clone());
        }
        erased.extend(query.fetch_all(&mut *conn).await?);
    }
    Ok(erased)
}
