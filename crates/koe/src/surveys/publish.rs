//! Making surveys and publishing them, for the API, imports and the demo.

use std::sync::Arc;

use serde_json::Value;

use super::check::{self, Severity};
use super::document::{Document, Language};
use super::model::{Survey, Version};
use super::{fields, store};
use crate::base::app::App;
use crate::base::db::Conn;
use crate::base::experience;
use crate::base::id::SurveyId;
use crate::base::outbox::{self, Event};
use crate::base::problem::{FieldProblem, Outcome, Problem};
use crate::base::scope::Scope;
use crate::org::{self, Privacy, record_audit};

/// Words the purpose of use as the organisation does, where the document says none.
pub fn adopt_purpose(document: &mut Document, privacy: &Privacy) {
    if !document.privacy.purpose.is_empty() {
        return;
    }
    for (language, words) in &privacy.purpose {
        if let Ok(language) = Language::parse(language) {
            document.privacy.purpose.set(language, words.clone());
        }
    }
}

/// Adds a survey with its first draft, which begins with the organisation's purpose of use unless
/// it has its own.
///
/// # Errors
/// When the store refuses.
pub async fn create(
    app: &App,
    conn: &mut Conn,
    scope: &Scope,
    document: &Document,
) -> Outcome<Survey> {
    let now_ms = app.clock.now_ms();
    let id: SurveyId = app.chance.id(now_ms);
    let mut document = document.clone();
    let organisation = org::organisation(conn, scope.organisation()).await?;
    adopt_purpose(&mut document, &organisation.privacy);
    store::surveys::insert(conn, scope, &id, &document, now_ms).await?;
    record_audit(conn, app, scope, "survey.create", id.as_str(), Value::Null).await?;
    store::surveys::get(conn, scope, &id).await
}

/// Makes a version of the draft that never changes, opens the survey, and
/// makes its fields known to the lake.
///
/// # Errors
/// 422 naming every error of the draft; 404 when the survey is absent.
pub async fn publish(app: &App, conn: &mut Conn, scope: &Scope, id: &SurveyId) -> Outcome<Version> {
    let now_ms = app.clock.now_ms();
    let (mut draft, revision) = store::surveys::draft(conn, scope, id).await?;
    let errors: Vec<FieldProblem> = check::check(&draft)
        .into_iter()
        .filter(|problem| problem.severity == Severity::Error)
        .map(|problem| FieldProblem {
            field: problem.path,
            message: problem
                .message
                .get(&Language::en(), &Language::ja())
                .to_owned(),
        })
        .collect();
    if !errors.is_empty() {
        let mut problem = Problem::invalid_fields(errors);
        problem.set_detail("The draft has errors; mend them and publish again.");
        return Err(problem);
    }
    let earlier = store::surveys::versions(conn, scope, id).await?;
    let documents: Vec<&Document> = earlier.iter().map(|version| &*version.document).collect();
    fields::assign(&documents, &mut draft);
    let version = Version {
        organisation: scope.organisation().clone(),
        survey: id.clone(),
        number: earlier.last().map_or(0, |version| version.number) + 1,
        document: Arc::new(draft),
        published_ms: now_ms,
        published_by: scope.actor().to_owned(),
    };
    store::surveys::publish(conn, scope, &version).await?;
    // The draft keeps the decided fields, so that the next version builds on them.
    store::surveys::put_draft(conn, scope, id, &version.document, revision, now_ms).await?;
    let columns: Vec<koe_lake::Field> = fields::columns(&version.document)
        .into_iter()
        .map(|column| koe_lake::Field::new(column.field, column.kind))
        .collect();
    experience::register_stream(conn, scope, id.as_str(), "survey", &columns).await?;
    let event = Event::SurveyPublished { survey: id.clone() };
    outbox::emit(conn, app, scope.organisation(), event).await?;
    let detail = serde_json::json!({ "version": version.number });
    record_audit(conn, app, scope, "survey.publish", id.as_str(), detail).await?;
    Ok(version)
}
