//! Surveys, their drafts and versions.

use std::sync::Arc;

use sqlx::Row;
use sqlx::any::AnyRow;

use super::unknown;
use crate::base::clock::from_ms;
use crate::base::db::Conn;
use crate::base::id::{self, Id};
use crate::base::problem::{Outcome, Problem};
use crate::base::scope::Scope;
use crate::surveys::document::{Document, ProgrammeKind};
use crate::surveys::model::{Status, Survey, Version};

const SURVEY: &str = "id, title, kind, status, version, revision, created_ms, changed_ms";

fn kind_word(kind: ProgrammeKind) -> &'static str {
    match kind {
        ProgrammeKind::Transactional => "transactional",
        ProgrammeKind::Relational => "relational",
    }
}

fn read_survey(row: &AnyRow) -> Outcome<Survey> {
    let kind: String = row.try_get("kind")?;
    let status: String = row.try_get("status")?;
    Ok(Survey {
        id: Id::stored(row.try_get::<String, _>("id")?),
        title: serde_json::from_str(&row.try_get::<String, _>("title")?)?,
        kind: match kind.as_str() {
            "transactional" => ProgrammeKind::Transactional,
            "relational" => ProgrammeKind::Relational,
            _ => return Err(unknown(kind)),
        },
        status: Status::from_word(&status).ok_or_else(|| unknown(status))?,
        version: row.try_get("version")?,
        revision: row.try_get("revision")?,
        created_at: from_ms(row.try_get("created_ms")?),
        changed_at: from_ms(row.try_get("changed_ms")?),
    })
}

fn read_document(json: &str) -> Outcome<Document> {
    Document::from_json(json.as_bytes())
        .map_err(|error| Problem::internal(anyhow::Error::from(error)))
}

/// Adds a survey with its first draft.
///
/// # Errors
/// When the store refuses.
pub async fn insert(
    conn: &mut Conn,
    scope: &Scope,
    id: &id::SurveyId,
    draft: &Document,
    now_ms: i64,
) -> Outcome<()> {
    sqlx::query(
        "INSERT INTO survey \
         (id, organisation_id, status, title, kind, draft, revision, created_ms, changed_ms) \
         VALUES ($1, $2, 'draft', $3, $4, $5, 1, $6, $6)",
    )
    .bind(id.as_str())
    .bind(scope.organisation().as_str())
    .bind(serde_json::to_string(&draft.title)?)
    .bind(kind_word(draft.programme.kind))
    .bind(serde_json::to_string(draft)?)
    .bind(now_ms)
    .execute(conn)
    .await?;
    Ok(())
}

/// Surveys of the organisation, newest first, all or those of a status. A survey is the whole
/// organisation's; what is visible of its answers is another matter.
///
/// # Errors
/// When the store cannot be read.
pub async fn list(
    conn: &mut Conn,
    scope: &Scope,
    status: Option<Status>,
    before: Option<&str>,
    limit: i64,
) -> Outcome<Vec<Survey>> {
    let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
        "SELECT {SURVEY} FROM survey WHERE organisation_id = $1 AND id < $2 \
         AND ($3 = '' OR status = $3) ORDER BY id DESC LIMIT $4"
    )))
    .bind(scope.organisation().as_str())
    .bind(before.map_or_else(id::SurveyId::after_all, str::to_owned))
    .bind(status.map_or("", Status::word))
    .bind(limit + 1)
    .fetch_all(conn)
    .await?;
    rows.iter().map(read_survey).collect()
}

/// One survey.
///
/// # Errors
/// 404 when absent from the organisation.
pub async fn get(conn: &mut Conn, scope: &Scope, id: &id::SurveyId) -> Outcome<Survey> {
    let row = sqlx::query(sqlx::AssertSqlSafe(format!(
        "SELECT {SURVEY} FROM survey WHERE organisation_id = $1 AND id = $2"
    )))
    .bind(scope.organisation().as_str())
    .bind(id.as_str())
    .fetch_one(conn)
    .await?;
    read_survey(&row)
}

/// The draft and its revision.
///
/// # Errors
/// 404 when absent from the organisation.
pub async fn draft(conn: &mut Conn, scope: &Scope, id: &id::SurveyId) -> Outcome<(Document, i64)> {
    let row =
        sqlx::query("SELECT draft, revision FROM survey WHERE organisation_id = $1 AND id = $2")
            .bind(scope.organisation().as_str())
            .bind(id.as_str())
            .fetch_one(conn)
            .await?;
    Ok((
        read_document(&row.try_get::<String, _>("draft")?)?,
        row.try_get("revision")?,
    ))
}

/// Replaces the draft if it is still at `expected`; says the new revision.
///
/// # Errors
/// 409 when somebody else changed it in between.
pub async fn put_draft(
    conn: &mut Conn,
    scope: &Scope,
    id: &id::SurveyId,
    draft: &Document,
    expected: i64,
    now_ms: i64,
) -> Outcome<i64> {
    let done = sqlx::query(
        "UPDATE survey SET draft = $3, title = $4, kind = $5, revision = revision + 1, \
         changed_ms = $6 WHERE organisation_id = $1 AND id = $2 AND revision = $7",
    )
    .bind(scope.organisation().as_str())
    .bind(id.as_str())
    .bind(serde_json::to_string(draft)?)
    .bind(serde_json::to_string(&draft.title)?)
    .bind(kind_word(draft.programme.kind))
    .bind(now_ms)
    .bind(expected)
    .execute(&mut *conn)
    .await?;
    if done.rows_affected() == 1 {
        return Ok(expected + 1);
    }
    let kept = get(conn, scope, id).await?.revision;
    Err(Problem::conflict(
        "draft_changed",
        format!(
            "The draft is at revision {kept}, not {expected}: somebody changed it in between. \
             Load it again and apply your change to it."
        ),
    ))
}

/// Adds a version and makes it the one that links open.
///
/// # Errors
/// 409 when somebody else published a version of the same number a moment ago.
pub async fn publish(conn: &mut Conn, scope: &Scope, version: &Version) -> Outcome<()> {
    sqlx::query(
        "INSERT INTO survey_version \
         (survey_id, version, organisation_id, document, published_ms, published_by) \
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(version.survey.as_str())
    .bind(version.number)
    .bind(scope.organisation().as_str())
    .bind(serde_json::to_string(&*version.document)?)
    .bind(version.published_ms)
    .bind(&version.published_by)
    .execute(&mut *conn)
    .await
    .map_err(|error| match error.as_database_error() {
        Some(refused) if refused.is_unique_violation() => Problem::conflict(
            "published_meanwhile",
            format!(
                "Somebody else published version {} of this survey a moment ago; look at it, and \
                 publish again if your changes are not in it.",
                version.number
            ),
        ),
        _ => error.into(),
    })?;
    sqlx::query(
        "UPDATE survey SET version = $3, status = 'live' WHERE organisation_id = $1 AND id = $2",
    )
    .bind(scope.organisation().as_str())
    .bind(version.survey.as_str())
    .bind(version.number)
    .execute(conn)
    .await?;
    Ok(())
}

/// Opens or closes a survey.
///
/// # Errors
/// When the store refuses.
pub async fn set_status(
    conn: &mut Conn,
    scope: &Scope,
    id: &id::SurveyId,
    status: Status,
) -> Outcome<()> {
    sqlx::query("UPDATE survey SET status = $3 WHERE organisation_id = $1 AND id = $2")
        .bind(scope.organisation().as_str())
        .bind(id.as_str())
        .bind(status.word())
        .execute(conn)
        .await?;
    Ok(())
}

/// Deletes a survey that was never published, with the links made for it.
///
/// # Errors
/// 404 when absent; 409 when it was published.
pub async fn delete(conn: &mut Conn, scope: &Scope, id: &id::SurveyId) -> Outcome<()> {
    if get(conn, scope, id).await?.version.is_some() {
        return Err(Problem::conflict(
            "published",
            "A survey that was published is kept, because answers refer to it. Close it instead.",
        ));
    }
    for table in [
        "DELETE FROM survey_link WHERE organisation_id = $1 AND survey_id = $2",
        "DELETE FROM survey WHERE organisation_id = $1 AND id = $2",
    ] {
        sqlx::query(table)
            .bind(scope.organisation().as_str())
            .bind(id.as_str())
            .execute(&mut *conn)
            .await?;
    }
    Ok(())
}

fn read_version(row: &AnyRow) -> Outcome<Version> {
    Ok(Version {
        organisation: Id::stored(row.try_get::<String, _>("organisation_id")?),
        survey: Id::stored(row.try_get::<String, _>("survey_id")?),
        number: row.try_get("version")?,
        document: Arc::new(read_document(&row.try_get::<String, _>("document")?)?),
        published_ms: row.try_get("published_ms")?,
        published_by: row.try_get("published_by")?,
    })
}

/// One version.
///
/// # Errors
/// 404 when absent from the organisation.
pub async fn version(
    conn: &mut Conn,
    scope: &Scope,
    id: &id::SurveyId,
    number: i64,
) -> Outcome<Version> {
    let row = sqlx::query(
        "SELECT organisation_id, survey_id, version, document, published_ms, published_by \
         FROM survey_version WHERE organisation_id = $1 AND survey_id = $2 AND version = $3",
    )
    .bind(scope.organisation().as_str())
    .bind(id.as_str())
    .bind(number)
    .fetch_one(conn)
    .await?;
    read_version(&row)
}

/// All versions, oldest first. They are few: each is a decision of a person.
///
/// # Errors
/// When the store cannot be read.
pub async fn versions(conn: &mut Conn, scope: &Scope, id: &id::SurveyId) -> Outcome<Vec<Version>> {
    let rows = sqlx::query(
        "SELECT organisation_id, survey_id, version, document, published_ms, published_by \
         FROM survey_version WHERE organisation_id = $1 AND survey_id = $2 ORDER BY version",
    )
    .bind(scope.organisation().as_str())
    .bind(id.as_str())
    .fetch_all(conn)
    .await?;
    rows.iter().map(read_version).collect()
}
