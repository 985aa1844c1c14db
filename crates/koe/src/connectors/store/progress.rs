//! How far imports have come, and those that came no further.

use sqlx::Row;

use super::get;
use crate::base::db::Conn;
use crate::base::id::{self, Id};
use crate::base::problem::{Outcome, Problem};
use crate::base::scope::Scope;
use crate::connectors::model::Totals;

/// Notes how many customers an import has made, before the chunk that names them is stored.
///
/// # Errors
/// When the store refuses.
pub async fn count_customers(
    conn: &mut Conn,
    scope: &Scope,
    id: &id::ImportId,
    made: u64,
) -> Outcome<()> {
    let import = get(conn, scope, id).await?;
    let totals = Totals {
        customers: made,
        ..import.totals
    };
    set_totals(conn, scope, id, &totals, import.changed_at.as_millisecond()).await
}

/// Notes what an import has counted so far.
///
/// # Errors
/// When the store refuses.
pub async fn set_totals(
    conn: &mut Conn,
    scope: &Scope,
    id: &id::ImportId,
    totals: &Totals,
    now_ms: i64,
) -> Outcome<()> {
    sqlx::query(
        "UPDATE import SET totals = $3, changed_ms = $4 WHERE organisation_id = $1 AND id = $2",
    )
    .bind(scope.organisation().as_str())
    .bind(id.as_str())
    .bind(serde_json::to_string(totals)?)
    .bind(now_ms)
    .execute(conn)
    .await?;
    Ok(())
}

/// Notes that an import runs from now on, and whether it only tries.
///
/// # Errors
/// 409 when somebody else brought it to its end meanwhile.
pub async fn set_running(
    conn: &mut Conn,
    scope: &Scope,
    id: &id::ImportId,
    trial: bool,
    now_ms: i64,
) -> Outcome<()> {
    let begun = sqlx::query(
        "UPDATE import SET status = 'running', message = '{}', trial = $3, changed_ms = $4 \
         WHERE organisation_id = $1 AND id = $2 AND status <> 'done'",
    )
    .bind(scope.organisation().as_str())
    .bind(id.as_str())
    .bind(i64::from(trial))
    .bind(now_ms)
    .execute(conn)
    .await?;
    if begun.rows_affected() == 0 {
        return Err(Problem::conflict(
            "import_done",
            "This import is done already.",
        ));
    }
    Ok(())
}

/// An import that runs, and yet has not come any further for some time.
pub(in crate::connectors) struct Interrupted {
    pub organisation: id::OrganisationId,
    pub import: id::ImportId,
    pub trial: bool,
}

/// Imports that run and have not come any further since a moment. This is the duty's question
/// over all organisations, and so takes no scope.
pub(in crate::connectors) async fn interrupted(
    conn: &mut Conn,
    since_ms: i64,
) -> Outcome<Vec<Interrupted>> {
    let rows = sqlx::query(
        "SELECT id, organisation_id, trial FROM import \
         WHERE status = 'running' AND changed_ms <= $1 ORDER BY id",
    )
    .bind(since_ms)
    .fetch_all(conn)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(Interrupted {
                organisation: Id::stored(row.try_get::<String, _>("organisation_id")?),
                import: Id::stored(row.try_get::<String, _>("id")?),
                trial: row.try_get::<i64, _>("trial")? != 0,
            })
        })
        .collect()
}
