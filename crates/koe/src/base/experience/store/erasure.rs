//! The SQL behind the erasure of a person.

use super::{KeptTombstone, forget_tombstones};
use crate::base::db::{Conn, among, array};
use crate::base::id::CustomerId;
use crate::base::problem::Outcome;
use crate::base::scope::Scope;
use koe_lake::{Removed, SealedFile};

/// Forgets rows of records that are in no file yet; how many there were. A
/// seal that is under way with one of them gives its file up.
///
/// # Errors
/// When the store refuses.
pub async fn forget_pending(conn: &mut Conn, scope: &Scope, records: &[String]) -> Outcome<u64> {
    let sql = format!(
        "DELETE FROM lake_pending WHERE organisation_id = $1 AND record_id IN {}",
        among(conn, 2)
    );
    let forgotten = sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(scope.organisation().as_str())
        .bind(array(records))
        .execute(conn)
        .await?;
    Ok(forgotten.rows_affected())
}

/// Forgets that rows of these pseudonyms are to go: none is left.
pub(in super::super) async fn forget_customers(
    conn: &mut Conn,
    scope: &Scope,
    customers: &[CustomerId],
) -> Outcome<()> {
    let kept = super::tombstones(conn).await?;
    let ours = kept.get(scope.organisation()).into_iter().flatten();
    let of_them = |kept: &&KeptTombstone| {
        matches!(&kept.tombstone.removed,
            Removed::Customer(name) if customers.iter().any(|one| one.as_str() == name))
    };
    let ids: Vec<String> = ours.filter(of_them).map(|kept| kept.id.clone()).collect();
    forget_tombstones(conn, &ids).await
}

/// All files of the organisation that are on disk: those that are valid, and
/// those that were replaced and outlive their readers.
pub(in super::super) async fn listed(conn: &mut Conn, scope: &Scope) -> Outcome<Vec<SealedFile>> {
    let bodies = sqlx::query_scalar::<_, String>(
        "SELECT body FROM lake_file WHERE organisation_id = $1 ORDER BY path",
    )
    .bind(scope.organisation().as_str())
    .fetch_all(conn)
    .await?;
    bodies
        .iter()
        .map(|body| Ok(serde_json::from_str(body)?))
        .collect()
}
