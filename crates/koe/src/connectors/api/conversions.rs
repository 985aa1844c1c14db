//! Converting survey definitions of other tools.

use axum::extract::{Request, State};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::upload::receive;
use crate::base::app::App;
use crate::base::http::{Json, Query};
use crate::base::problem::{Outcome, Problem, ProblemDocument};
use crate::connectors::{ConversionReport, LARGEST_SURVEY_FILE, convert_survey};
use crate::org::{Actor, Permission, organisation};
use crate::surveys::check::{Problem as SurveyProblem, check};
use crate::surveys::{self, Document, Language, Survey};

/// What to do with the file.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ConversionQuery {
    /// The file's name, when the body is the file itself.
    #[serde(default)]
    pub name: Option<String>,
    /// Whether the outcome becomes a survey's draft.
    #[serde(default)]
    pub create: bool,
}

/// A converted survey.
#[derive(Debug, Serialize, ToSchema)]
pub struct Conversion {
    /// The survey as Koe asks it.
    pub document: Document,
    /// What became of every element of the file.
    pub report: ConversionReport,
    /// What keeps the document from being published (errors) or wants a look (warnings).
    pub problems: Vec<SurveyProblem>,
    /// The survey that was made of it, when that was asked for.
    pub survey: Option<Survey>,
}

/// Convert a survey of another tool
///
/// Qualtrics (`.qsf`) or LimeSurvey (`.lss`, `.lsg`, `.lsq`): every element of the file ends as
/// converted, converted with a stated loss, or kept verbatim as unsupported.
#[utoipa::path(post, path = "/api/survey-conversions", tag = "connectors", operation_id = "convert_survey_file",
    params(ConversionQuery),
    request_body(content = Vec<u8>, content_type = "application/octet-stream", description = "The file; a form with one file is taken too"),
    responses(
        (status = 200, description = "The document and the account of every element", body = Conversion),
        (status = 413, description = "Larger than a survey file may be", body = ProblemDocument),
        (status = 422, description = "No survey file of a known tool", body = ProblemDocument)))]
pub async fn convert_survey_file(
    State(app): State<App>,
    actor: Actor,
    Query(query): Query<ConversionQuery>,
    request: Request,
) -> Outcome<Json<Conversion>> {
    let scope = actor.require_everywhere(Permission::EditSurveys)?;
    let folder = tempfile::tempdir().map_err(|error| {
        Problem::unavailable("The file cannot be kept now; nothing was accepted.", error)
    })?;
    let path = folder.path().join("survey");
    let most = app
        .config
        .limits
        .upload_bytes
        .min(LARGEST_SURVEY_FILE as u64);
    let (name, _) = receive(request, &path, most).await?;
    let name = name.or(query.name).unwrap_or_default();
    // Large files take a while to convert; other requests do not wait for it.
    let converted = tokio::task::spawn_blocking(move || {
        let bytes = std::fs::read(&path).map_err(Problem::internal)?;
        convert_survey(&bytes, &name).map_err(|refusal| {
            let said = refusal
                .reason
                .get(&Language::en(), &Language::ja())
                .to_owned();
            Problem::invalid("file", said)
        })
    })
    .await
    .map_err(Problem::internal)??;
    drop(folder);
    let mut survey = None;
    let mut document = converted.document;
    // No file says what the answers are used for: that is the organisation's to say.
    if document.privacy.purpose.is_empty() {
        let mut tx = app.db.read().await?;
        let own = organisation(&mut tx, scope.organisation()).await?.privacy;
        surveys::adopt_purpose(&mut document, &own);
    }
    if query.create {
        let mut tx = app.db.write().await?;
        survey = Some(surveys::create(&app, &mut tx, scope, &document).await?);
        tx.commit().await?;
    }
    Ok(Json(Conversion {
        problems: check(&document),
        document,
        report: converted.report,
        survey,
    }))
}
