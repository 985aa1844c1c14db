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
    /// Name of the member or key; none for commands and the system.
    pub actor_name: Option<String>,
    /// `member.invite`, `survey.publish` …
    pub action: String,
    /// Id of what it was done to.
    pub subject: String,
    /// Name of a member or key, code of a unit.
    pub subject_name: Option<String>,
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

/// Which lines of the log are wanted; what is left out does not limit.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// An action such as `member.change`, or its first part, `member`.
    pub action: Option<String>,
    /// What it was done to.
    pub subject: Option<String>,
    /// Who did it.
    pub actor: Option<String>,
    /// First moment.
    pub from_ms: Option<i64>,
    /// First moment after.
    pub to_ms: Option<i64>,
}

/// The log, newest first, with the names of those who acted and of what it
/// was done to where `org` knows them.
///
/// # Errors
/// When the store cannot be read.
pub async fn list(
    conn: &mut Conn,
    scope: &Scope,
    wanted: &Wanted,
    before: Option<&str>,
    limit: i64,
) -> Outcome<Vec<Entry>> {
    // The first part of an action ends at a dot, so that `unit` does not
    // find `unit_group.change`.
    let rows = sqlx::query(
        "SELECT a.id, a.at_ms, a.actor, a.action, a.subject, a.detail, \
         COALESCE(by_member.name, by_key.name) AS actor_name, \
         COALESCE(of_member.name, of_key.name, of_unit.code) AS subject_name \
         FROM audit a \
         LEFT JOIN member by_member ON by_member.id = a.actor \
           AND by_member.organisation_id = a.organisation_id \
         LEFT JOIN api_key by_key ON by_key.id = a.actor \
           AND by_key.organisation_id = a.organisation_id \
         LEFT JOIN member of_member ON of_member.id = a.subject \
           AND of_member.organisation_id = a.organisation_id \
         LEFT JOIN api_key of_key ON of_key.id = a.subject \
           AND of_key.organisation_id = a.organisation_id \
         LEFT JOIN unit of_unit ON of_unit.id = a.subject \
           AND of_unit.organisation_id = a.organisation_id \
         WHERE a.organisation_id = $1 AND a.id < $2 \
         AND ($3 = '' OR a.action = $3 OR SUBSTR(a.action, 1, LENGTH($3) + 1) = $3 || '.') \
         AND ($4 = '' OR a.subject = $4) AND ($5 = '' OR a.actor = $5) \
         AND a.at_ms >= $6 AND a.at_ms < $7 ORDER BY a.id DESC LIMIT $8",
    )
    .bind(scope.organisation().as_str())
    .bind(before.map_or_else(id::AuditEntryId::after_all, str::to_owned))
    .bind(wanted.action.as_deref().unwrap_or_default())
    .bind(wanted.subject.as_deref().unwrap_or_default())
    .bind(wanted.actor.as_deref().unwrap_or_default())
    .bind(wanted.from_ms.unwrap_or(i64::MIN))
    .bind(wanted.to_ms.unwrap_or(i64::MAX))
    .bind(limit + 1)
    .fetch_all(conn)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(Entry {
                id: Id::stored(row.try_get::<String, _>("id")?),
                at_ms: row.try_get("at_ms")?,
                actor: row.try_get("actor")?,
                actor_name: row.try_get("actor_name")?,
                action: row.try_get("action")?,
                subject: row.try_get("subject")?,
                subject_name: row.try_get("subject_name")?,
                detail: serde_json::from_str(&row.try_get::<String, _>("detail")?)?,
            })
        })
        .collect()
}
