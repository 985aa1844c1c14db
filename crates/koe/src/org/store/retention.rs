//! What an organisation promised about how long answers are kept.

use sqlx::Row;

use super::organisation;
use crate::base::db::Conn;
use crate::base::problem::Outcome;
use crate::base::scope::Scope;

/// A promise of the organisation, for surveys that promise nothing of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetentionRule {
    /// First moment at which it was made, milliseconds since 1970; it holds
    /// until the next one.
    pub since_ms: i64,
    /// Days that answers are kept; none: nothing was promised.
    pub days: Option<u32>,
}

/// Every promise, oldest first. The first holds from the beginning of time.
///
/// # Errors
/// When the store cannot be read.
pub async fn rules(conn: &mut Conn, scope: &Scope) -> Outcome<Vec<RetentionRule>> {
    let rows = sqlx::query(
        "SELECT since_ms, days FROM retention_rule WHERE organisation_id = $1 ORDER BY since_ms",
    )
    .bind(scope.organisation().as_str())
    .fetch_all(&mut *conn)
    .await?;
    let mut rules = Vec::with_capacity(rows.len());
    for row in rows {
        let days: Option<i64> = row.try_get("days")?;
        rules.push(RetentionRule {
            since_ms: row.try_get("since_ms")?,
            days: days.and_then(|days| u32::try_from(days).ok()),
        });
    }
    if rules.is_empty() {
        let settings = organisation::get(conn, scope.organisation()).await?;
        rules.push(RetentionRule {
            since_ms: 0,
            days: settings.privacy.retention_days,
        });
    }
    Ok(rules)
}

/// Remembers that from now on something else is promised. What was promised
/// before the first change is remembered with it.
///
/// # Errors
/// When the store refuses.
pub async fn change(
    conn: &mut Conn,
    scope: &Scope,
    before: Option<u32>,
    after: Option<u32>,
    now_ms: i64,
) -> Outcome<()> {
    for (since_ms, days, again) in [
        (0, before, "NOTHING"),
        (now_ms, after, "UPDATE SET days = excluded.days"),
    ] {
        sqlx::query(sqlx::AssertSqlSafe(format!(
            "INSERT INTO retention_rule (organisation_id, since_ms, days) VALUES ($1, $2, $3) \
             ON CONFLICT (organisation_id, since_ms) DO {again}"
        )))
        .bind(scope.organisation().as_str())
        .bind(since_ms)
        .bind(days.map(i64::from))
        .execute(&mut *conn)
        .await?;
    }
    Ok(())
}
