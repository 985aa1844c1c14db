//! The audit log.

use axum::extract::State;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::base::app::App;
use crate::base::clock::from_ms;
use crate::base::http::{Json, Listing, PageQuery, Query};
use crate::base::id;
use crate::base::problem::{Outcome, ProblemDocument};
use crate::org::model::{Actor, Permission};
use crate::org::store::audit::{self, Wanted};

/// Which lines are wanted.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct AuditQuery {
    /// An action such as `member.change`, or its first part, `member`.
    action: Option<String>,
    /// Id of what it was done to.
    subject: Option<String>,
    /// Id of the member or key that did it; `operator`, `system`.
    actor: Option<String>,
    /// Only what was done from this moment on.
    #[param(value_type = Option<String>, format = DateTime)]
    from: Option<Timestamp>,
    /// Only what was done before this moment.
    #[param(value_type = Option<String>, format = DateTime)]
    to: Option<Timestamp>,
}

/// One line of the log.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditView {
    /// Id.
    id: id::AuditEntryId,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// Id of the member or key; `operator` for commands, `system` for duties.
    actor: String,
    /// Name of the member or key.
    actor_name: Option<String>,
    /// `member.invite`, `survey.publish` …
    action: String,
    /// Id of what it was done to.
    subject: String,
    /// Name of a member or key, code of a unit.
    subject_name: Option<String>,
    /// What changed, without personal data.
    #[schema(value_type = Object)]
    detail: serde_json::Value,
}

/// List the audit log
#[utoipa::path(get, path = "/api/audit", tag = "audit", operation_id = "list_audit",
    params(AuditQuery, PageQuery),
    responses(
        (status = 200, description = "Lines, newest first", body = Listing<AuditView>),
        (status = 403, description = "Not allowed", body = ProblemDocument)))]
pub async fn list_audit(
    State(app): State<App>,
    actor: Actor,
    Query(wanted): Query<AuditQuery>,
    Query(page): Query<PageQuery>,
) -> Outcome<Json<Listing<AuditView>>> {
    let scope = actor.require_everywhere(Permission::ReadAudit)?;
    let limit = page.limit(app.config.limits.page_rows)?;
    let wanted = Wanted {
        action: wanted.action,
        subject: wanted.subject,
        actor: wanted.actor,
        from_ms: wanted.from.map(Timestamp::as_millisecond),
        to_ms: wanted.to.map(Timestamp::as_millisecond),
    };
    let mut tx = app.db.read().await?;
    let rows = audit::list(&mut tx, scope, &wanted, page.after()?.as_deref(), limit).await?;
    let rows = rows
        .into_iter()
        .map(|entry| AuditView {
            id: entry.id,
            at: from_ms(entry.at_ms),
            actor: entry.actor,
            actor_name: entry.actor_name,
            action: entry.action,
            subject: entry.subject,
            subject_name: entry.subject_name,
            detail: entry.detail,
        })
        .collect();
    Ok(Json(Listing::cut(rows, limit, |entry| {
        entry.id.to_string()
    })))
}
