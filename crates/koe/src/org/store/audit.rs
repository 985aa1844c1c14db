//! The audit log: only ever added to.

use sqlx::Row;

use crate::base::app::App;
use crate::base::db::Conn;
use crate::base::id::{self, Id};
use crate::base::problem::Outcome;
use crate::base::scope::Scope;

/// One line of the log as stored.
pub struct Entry {
    /// Id.
    pub id: id::AuditEntryId,
    /// Milliseconds since 1970.
    pub at_ms: i64,
    /// Member, key or command.
    pub actor: String,
    /// `member.invite`, `survey.publish` …
    pub action: String,
    /// Id of what it was done to.
    pub subject: String,
    /// What changed, without personal data.
    pub detail: serde_json::Value,
}

/// Adds a line in the transaction of the change itself.
///
/// # Errors
/// When the store refuses; then the change is refused too.
pub async fn record(
    conn: &mut Conn,
    app: &App,
    scope: &Scope,
    action: &str,
    subject: &str,
    detail: serde_json::Value,
) -> Outcome<()> {
    let now_ms = app.clock.now_ms();
    let id: id::AuditEntryId = app.chance.id(now_ms);
    sqlx::query(
        "INSERT INTO audit (id, organisation_id, at_ms, actor, action, subject, detail) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(id.as_str())
    .bind(scope.organisation().as_str())
    .bind(now_ms)
    .bind(scope.actor())
    .bind(action)
    .bind(subject)
    .bind(detail.to_string())
    .execute(conn)
    .await?;
    Ok(())
}

/// The log, newest first.
///
/// # Errors
/// When the store cannot be read.
pub async fn list(
    conn: &mut Conn,
    scope: &Scope,
    before: Option<&str>,
    limit: i64,
) -> Outcome<Vec<Entry>> {
    let rows = sqlx::query(
        "SELECT id, at_ms, actor, action, subject, detail FROM audit \
         WHERE organisation_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3",
    )
    .bind(scope.organisation().as_str())
    .bind(before.unwrap_or("aud_~"))
    .bind(limit + 1)
    .fetch_all(conn)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(Entry {
                id: Id::stored(row.try_get::<String, _>("id")?),
                at_ms: row.try_get("at_ms")?,
                actor: row.try_get("actor")?,
                action: row.try_get("action")?,
                subject: row.try_get("subject")?,
                detail: serde_json::from_str(&row.try_get::<String, _>("detail")?)?,
            })
        })
        .collect()
}
