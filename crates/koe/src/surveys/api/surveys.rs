//! Surveys, drafts, publication.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::base::app::App;
use crate::base::clock::from_ms;
use crate::base::http::{Json, Listing, Path};
use crate::base::id;
use crate::base::problem::{Outcome, Problem, ProblemDocument};
use crate::org::{Actor, Permission, record_audit};
use crate::surveys::check;
use crate::surveys::document::{Document, Language, Text};
use crate::surveys::model::{Status, Survey};
use crate::surveys::{publish, store, templates};

/// What a new survey begins with: a template, a document of one's own, or
/// nothing.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NewSurvey {
    /// Id of a template (see `GET /api/survey-templates`).
    template: Option<String>,
    /// A document, for example one converted from another tool.
    #[schema(value_type = Option<Document>)]
    document: Option<Value>,
    /// The name, in place of the template's or document's.
    title: Option<Text>,
}

/// The draft as it is now.
#[derive(Debug, Serialize, ToSchema)]
pub struct Draft {
    /// The document.
    document: Document,
    /// Give it back when the draft is changed.
    revision: i64,
    /// What is wrong with it, or could be better.
    problems: Vec<check::Problem>,
}

/// A changed draft.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DraftChange {
    /// The whole document.
    #[schema(value_type = Document)]
    document: Value,
    /// The revision that was changed.
    revision: i64,
}

/// A document to look at.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CheckRequest {
    /// The whole document.
    #[schema(value_type = Document)]
    document: Value,
}

/// What a check found.
#[derive(Debug, Serialize, ToSchema)]
pub struct CheckResult {
    /// Errors stand in the way of publishing; warnings do not.
    problems: Vec<check::Problem>,
}

/// A published version without its document.
#[derive(Debug, Serialize, ToSchema)]
pub struct VersionInfo {
    /// 1 for the first.
    version: i64,
    /// When it was published.
    #[schema(value_type = String, format = DateTime)]
    published_at: Timestamp,
    /// Member or key that published it.
    published_by: String,
    /// How many questions it asks.
    questions: usize,
}

/// A published version.
#[derive(Debug, Serialize, ToSchema)]
pub struct PublishedVersion {
    /// 1 for the first.
    version: i64,
    /// When it was published.
    #[schema(value_type = String, format = DateTime)]
    published_at: Timestamp,
    /// What was published.
    document: Document,
}

fn read_document(value: Value) -> Outcome<Document> {
    Document::from_value(value).map_err(|error| {
        let field = match error.path.as_str() {
            "." => "document".to_owned(),
            path => format!("document.{path}"),
        };
        Problem::invalid(field, error.message)
    })
}

/// Show a survey
#[utoipa::path(get, path = "/api/surveys/{id}", tag = "surveys", operation_id = "show_survey",
    params(("id" = id::SurveyId, Path, description = "The survey")),
    responses(
        (status = 200, description = "The survey", body = Survey),
        (status = 404, description = "No such survey", body = ProblemDocument)))]
pub async fn show_survey(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<id::SurveyId>,
) -> Outcome<Json<Survey>> {
    let scope = actor.require(Permission::ReadResults)?;
    let mut tx = app.db.read().await?;
    Ok(Json(store::surveys::get(&mut tx, scope, &id).await?))
}

/// Delete a survey that was never published
///
/// Its draft and the links made for it go with it; it cannot be undone. What
/// was published is closed instead, because answers refer to it.
#[utoipa::path(delete, path = "/api/surveys/{id}", tag = "surveys", operation_id = "delete_survey",
    params(("id" = id::SurveyId, Path, description = "The survey")),
    responses(
        (status = 204, description = "Deleted"),
        (status = 404, description = "No such survey", body = ProblemDocument),
        (status = 409, description = "It was published", body = ProblemDocument)))]
pub async fn delete_survey(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<id::SurveyId>,
) -> Outcome<StatusCode> {
    let scope = actor.require_everywhere(Permission::EditSurveys)?;
    let mut tx = app.db.write().await?;
    store::surveys::delete(&mut tx, scope, &id).await?;
    let detail = Value::Null;
    record_audit(&mut tx, &app, scope, "survey.delete", id.as_str(), detail).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Make a survey
///
/// From a template, from a document, or empty.
#[utoipa::path(post, path = "/api/surveys", tag = "surveys", operation_id = "create_survey",
    request_body = NewSurvey,
    responses(
        (status = 201, description = "Made, as a draft", body = Survey),
        (status = 422, description = "No such template, or the document cannot be read", body = ProblemDocument)))]
pub async fn create_survey(
    State(app): State<App>,
    actor: Actor,
    Json(input): Json<NewSurvey>,
) -> Outcome<(StatusCode, Json<Survey>)> {
    let scope = actor.require_everywhere(Permission::EditSurveys)?;
    let mut document = match (input.template, input.document) {
        (Some(_), Some(_)) => {
            return Err(Problem::invalid(
                "template",
                "give a template or a document, not both",
            ));
        }
        (Some(template), None) => templates::get(&template)
            .ok_or_else(|| Problem::invalid("template", "there is no such template"))?
            .document
            .clone(),
        (None, Some(document)) => read_document(document)?,
        (None, None) => Document::new(Text::default(), vec![Language::ja(), Language::en()]),
    };
    if let Some(title) = input.title {
        document.title = title;
    }
    let mut tx = app.db.write().await?;
    let survey = publish::create(&app, &mut tx, scope, &document).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(survey)))
}

/// Make a copy of a survey
///
/// The copy begins with the draft of the original and answers nothing of it.
#[utoipa::path(post, path = "/api/surveys/{id}/duplicate", tag = "surveys", operation_id = "duplicate_survey",
    params(("id" = id::SurveyId, Path, description = "The survey to copy")),
    responses(
        (status = 201, description = "The copy", body = Survey),
        (status = 404, description = "No such survey", body = ProblemDocument)))]
pub async fn duplicate_survey(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<id::SurveyId>,
) -> Outcome<(StatusCode, Json<Survey>)> {
    let scope = actor.require_everywhere(Permission::EditSurveys)?;
    let mut tx = app.db.write().await?;
    let (draft, _) = store::surveys::draft(&mut tx, scope, &id).await?;
    let survey = publish::create(&app, &mut tx, scope, &draft).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(survey)))
}

/// Show the draft
#[utoipa::path(get, path = "/api/surveys/{id}/draft", tag = "surveys", operation_id = "show_survey_draft",
    params(("id" = id::SurveyId, Path, description = "The survey")),
    responses(
        (status = 200, description = "The draft and what is wrong with it", body = Draft),
        (status = 404, description = "No such survey", body = ProblemDocument)))]
pub async fn show_draft(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<id::SurveyId>,
) -> Outcome<Json<Draft>> {
    let scope = actor.require(Permission::ReadResults)?;
    let mut tx = app.db.read().await?;
    let (document, revision) = store::surveys::draft(&mut tx, scope, &id).await?;
    Ok(Json(Draft {
        problems: check::check(&document),
        document,
        revision,
    }))
}

/// Replace the draft
///
/// Send the revision that was changed; if somebody else was faster, nothing is
/// overwritten.
#[utoipa::path(put, path = "/api/surveys/{id}/draft", tag = "surveys", operation_id = "put_survey_draft",
    params(("id" = id::SurveyId, Path, description = "The survey")),
    request_body = DraftChange,
    responses(
        (status = 200, description = "Kept, with its new revision and what is wrong with it", body = Draft),
        (status = 404, description = "No such survey", body = ProblemDocument),
        (status = 409, description = "The draft was changed in between", body = ProblemDocument),
        (status = 422, description = "The document cannot be read", body = ProblemDocument)))]
pub async fn put_draft(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<id::SurveyId>,
    Json(change): Json<DraftChange>,
) -> Outcome<Json<Draft>> {
    let scope = actor.require_everywhere(Permission::EditSurveys)?;
    let document = read_document(change.document)?;
    let now_ms = app.clock.now_ms();
    let mut tx = app.db.write().await?;
    let revision =
        store::surveys::put_draft(&mut tx, scope, &id, &document, change.revision, now_ms).await?;
    tx.commit().await?;
    Ok(Json(Draft {
        problems: check::check(&document),
        document,
        revision,
    }))
}

/// Check a document
///
/// Says what is wrong without keeping anything.
#[utoipa::path(post, path = "/api/surveys/{id}/check", tag = "surveys", operation_id = "check_survey",
    params(("id" = id::SurveyId, Path, description = "The survey")),
    request_body = CheckRequest,
    responses(
        (status = 200, description = "What is wrong", body = CheckResult),
        (status = 404, description = "No such survey", body = ProblemDocument),
        (status = 422, description = "The document cannot be read", body = ProblemDocument)))]
pub async fn check_survey(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<id::SurveyId>,
    Json(request): Json<CheckRequest>,
) -> Outcome<Json<CheckResult>> {
    let scope = actor.require(Permission::EditSurveys)?;
    let mut tx = app.db.read().await?;
    store::surveys::get(&mut tx, scope, &id).await?;
    drop(tx);
    let document = read_document(request.document)?;
    Ok(Json(CheckResult {
        problems: check::check(&document),
    }))
}

/// Publish the draft
///
/// Makes a new version that never changes, and opens the survey. Answers begun
/// on an earlier version are finished on that one.
#[utoipa::path(post, path = "/api/surveys/{id}/publish", tag = "surveys", operation_id = "publish_survey",
    params(("id" = id::SurveyId, Path, description = "The survey")),
    responses(
        (status = 201, description = "Published", body = PublishedVersion),
        (status = 404, description = "No such survey", body = ProblemDocument),
        (status = 422, description = "The draft has errors; each is named", body = ProblemDocument)))]
pub async fn publish_survey(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<id::SurveyId>,
) -> Outcome<(StatusCode, Json<PublishedVersion>)> {
    let scope = actor.require_everywhere(Permission::EditSurveys)?;
    let mut tx = app.db.write().await?;
    let version = publish::publish(&app, &mut tx, scope, &id).await?;
    tx.commit().await?;
    app.nudge.notify_one();
    Ok((
        StatusCode::CREATED,
        Json(PublishedVersion {
            version: version.number,
            published_at: from_ms(version.published_ms),
            document: Arc::unwrap_or_clone(version.document),
        }),
    ))
}

/// Close a survey
///
/// Its links take no more answers from now on.
#[utoipa::path(post, path = "/api/surveys/{id}/close", tag = "surveys", operation_id = "close_survey",
    params(("id" = id::SurveyId, Path, description = "The survey")),
    responses(
        (status = 200, description = "Closed", body = Survey),
        (status = 404, description = "No such survey", body = ProblemDocument),
        (status = 409, description = "It was never published", body = ProblemDocument)))]
pub async fn close_survey(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<id::SurveyId>,
) -> Outcome<Json<Survey>> {
    set_status(&app, &actor, &id, Status::Closed).await
}

/// Open a closed survey again
#[utoipa::path(post, path = "/api/surveys/{id}/reopen", tag = "surveys", operation_id = "reopen_survey",
    params(("id" = id::SurveyId, Path, description = "The survey")),
    responses(
        (status = 200, description = "Open", body = Survey),
        (status = 404, description = "No such survey", body = ProblemDocument),
        (status = 409, description = "It was never published", body = ProblemDocument)))]
pub async fn reopen_survey(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<id::SurveyId>,
) -> Outcome<Json<Survey>> {
    set_status(&app, &actor, &id, Status::Live).await
}

async fn set_status(
    app: &App,
    actor: &Actor,
    id: &id::SurveyId,
    status: Status,
) -> Outcome<Json<Survey>> {
    let scope = actor.require_everywhere(Permission::EditSurveys)?;
    let mut tx = app.db.write().await?;
    if store::surveys::get(&mut tx, scope, id)
        .await?
        .version
        .is_none()
    {
        return Err(Problem::conflict(
            "never_published",
            "Publish the survey first.",
        ));
    }
    store::surveys::set_status(&mut tx, scope, id, status).await?;
    let action = match status {
        Status::Closed => "survey.close",
        Status::Live | Status::Draft => "survey.reopen",
    };
    record_audit(&mut tx, app, scope, action, id.as_str(), Value::Null).await?;
    let survey = store::surveys::get(&mut tx, scope, id).await?;
    tx.commit().await?;
    Ok(Json(survey))
}

/// List the versions of a survey
#[utoipa::path(get, path = "/api/surveys/{id}/versions", tag = "surveys", operation_id = "list_survey_versions",
    params(("id" = id::SurveyId, Path, description = "The survey")),
    responses(
        (status = 200, description = "Versions, newest first", body = Listing<VersionInfo>),
        (status = 404, description = "No such survey", body = ProblemDocument)))]
pub async fn list_versions(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<id::SurveyId>,
) -> Outcome<Json<Listing<VersionInfo>>> {
    let scope = actor.require(Permission::ReadResults)?;
    let mut tx = app.db.read().await?;
    let mut versions = crate::surveys::versions(&mut tx, scope, &id).await?;
    versions.reverse();
    Ok(Json(Listing::whole(
        versions
            .iter()
            .map(|version| VersionInfo {
                version: version.number,
                published_at: from_ms(version.published_ms),
                published_by: version.published_by.clone(),
                questions: version.document.questions().count(),
            })
            .collect(),
    )))
}

/// Show a version
#[utoipa::path(get, path = "/api/surveys/{id}/versions/{version}", tag = "surveys", operation_id = "show_survey_version",
    params(("id" = id::SurveyId, Path, description = "The survey"),
        ("version" = i64, Path, description = "1 for the first")),
    responses(
        (status = 200, description = "The version", body = PublishedVersion),
        (status = 404, description = "No such version", body = ProblemDocument)))]
pub async fn show_version(
    State(app): State<App>,
    actor: Actor,
    Path((id, number)): Path<(id::SurveyId, i64)>,
) -> Outcome<Json<PublishedVersion>> {
    let scope = actor.require(Permission::ReadResults)?;
    let mut tx = app.db.read().await?;
    let version = crate::surveys::version(&app, &mut tx, scope, &id, number).await?;
    Ok(Json(PublishedVersion {
        version: version.number,
        published_at: from_ms(version.published_ms),
        document: (*version.document).clone(),
    }))
}

/// List survey templates
#[utoipa::path(get, path = "/api/survey-templates", tag = "surveys", operation_id = "list_survey_templates",
    responses((status = 200, description = "Templates", body = Listing<templates::Template>)))]
pub async fn list_survey_templates(actor: Actor) -> Outcome<Json<Listing<templates::Template>>> {
    actor.require(Permission::ReadResults)?;
    Ok(Json(Listing::whole(templates::all().to_vec())))
}
