//! The HTTP intake: answers given elsewhere, one or many at a time.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::base::app::App;
use crate::base::http::Json;
use crate::base::id::{RecordId, SurveyId};
use crate::base::problem::{FieldProblem, Outcome, Problem, ProblemDocument};
use crate::base::scope::Scope;
use crate::org::{Actor, Permission};
use crate::people;
use crate::responses::{Context, Submission, intake};
use crate::surveys::{
    self, AnswerProblem, Answers, Completeness, Fields, Flow, Language, validate,
};

/// A response given elsewhere.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewResponse {
    /// The survey it answers.
    survey_id: SurveyId,
    /// The version that was answered; absent: the one in force.
    #[serde(default)]
    version: Option<i64>,
    /// Answers by question.
    answers: Answers,
    /// Declared hidden fields.
    #[serde(default)]
    fields: Fields,
    /// Where and by whom the experience was met.
    #[serde(default)]
    context: Context,
    /// When the experience took place; absent: now.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    occurred_at: Option<Timestamp>,
    /// Language the answer was given in, as a tag.
    #[serde(default)]
    language: Option<String>,
    /// How long answering took, in milliseconds.
    #[serde(default)]
    duration_ms: Option<i64>,
    /// Whether required questions may be missing: an answer broken off.
    #[serde(default)]
    partial: bool,
    /// Tells repetitions of this response from new ones. For a single
    /// response the `Idempotency-Key` header does the same.
    #[serde(default)]
    key: Option<String>,
}

/// What became of a response.
#[derive(Debug, Serialize, ToSchema)]
pub struct Submitted {
    /// Its record.
    id: RecordId,
    /// Whether it had been stored before, under the same key.
    replayed: bool,
    /// Questions that were answered although logic hides them; left out.
    dropped: Vec<String>,
}

/// Many responses.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Batch {
    /// At most `limits.batch_answers`.
    responses: Vec<NewResponse>,
}

/// What became of each response of a batch, in its order.
#[derive(Debug, Serialize, ToSchema)]
pub struct BatchOutcome {
    /// How many are stored, those stored before included.
    stored: usize,
    /// One entry per response.
    items: Vec<BatchItem>,
}

/// What became of one response of a batch.
#[derive(Debug, Serialize, ToSchema)]
pub struct BatchItem {
    /// Its record, when it is stored.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<RecordId>,
    /// Why it is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
    /// For a person.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
    /// The fields at fault.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fields: Vec<FieldProblem>,
}

/// Send a response
///
/// Acknowledged means durable. Sending it again under the same key gives the
/// same record.
#[utoipa::path(post, path = "/api/responses", tag = "responses", operation_id = "submit_response",
    params(("Idempotency-Key" = Option<String>, Header, description = "At most 200 characters; the same key gives the same record")),
    request_body = NewResponse,
    responses(
        (status = 201, description = "Stored", body = Submitted),
        (status = 404, description = "No such survey or version", body = ProblemDocument),
        (status = 409, description = "The key was used for another response", body = ProblemDocument),
        (status = 422, description = "An answer cannot be taken", body = ProblemDocument),
        (status = 503, description = "It cannot be kept safely now; nothing was accepted", body = ProblemDocument)))]
pub async fn submit_response(
    State(app): State<App>,
    actor: Actor,
    headers: HeaderMap,
    Json(mut input): Json<NewResponse>,
) -> Outcome<(StatusCode, Json<Submitted>)> {
    let scope = actor.require(Permission::SubmitResponses)?;
    if let Some(key) = headers.get("idempotency-key") {
        let key = key
            .to_str()
            .map_err(|_| Problem::invalid("Idempotency-Key", "must be plain ASCII"))?;
        input.key = Some(key.to_owned());
    }
    let submitted = take(&app, scope, input).await?;
    Ok((StatusCode::CREATED, Json(submitted)))
}

/// Send many responses
///
/// Each stands for itself: those that can be taken are stored, the others are
/// explained.
#[utoipa::path(post, path = "/api/responses/batch", tag = "responses", operation_id = "submit_responses",
    request_body = Batch,
    responses(
        (status = 200, description = "What became of each", body = BatchOutcome),
        (status = 413, description = "Too many at once", body = ProblemDocument)))]
pub async fn submit_responses(
    State(app): State<App>,
    actor: Actor,
    Json(batch): Json<Batch>,
) -> Outcome<Json<BatchOutcome>> {
    let scope = actor.require(Permission::SubmitResponses)?;
    let most = app.config.limits.batch_answers;
    if batch.responses.len() > most {
        return Err(Problem::too_large(format!(
            "At most {most} responses at once (limits.batch_answers)."
        )));
    }
    // All at once, so that they share a commit.
    let outcomes = futures::future::join_all(
        batch
            .responses
            .into_iter()
            .map(|one| take(&app, scope, one)),
    )
    .await;
    let items: Vec<BatchItem> = outcomes
        .into_iter()
        .map(|outcome| match outcome {
            Ok(submitted) => BatchItem {
                id: Some(submitted.id),
                code: None,
                detail: None,
                fields: Vec::new(),
            },
            Err(problem) => BatchItem {
                id: None,
                code: Some(problem.code()),
                detail: Some(problem.detail().to_owned()),
                fields: problem.fields().to_vec(),
            },
        })
        .collect();
    Ok(Json(BatchOutcome {
        stored: items.iter().filter(|item| item.id.is_some()).count(),
        items,
    }))
}

async fn take(app: &App, scope: &Scope, input: NewResponse) -> Outcome<Submitted> {
    if let Some(unit) = &input.context.unit_id
        && !scope.sees(Some(unit))
    {
        return Err(Problem::invalid("context.unit_id", "there is no such unit"));
    }
    if !scope.is_organisation_wide() && input.context.unit_id.is_none() {
        return Err(Problem::invalid(
            "context.unit_id",
            "must name one of your units, since you see only some",
        ));
    }
    if input.duration_ms.is_some_and(|ms| ms < 0) {
        return Err(Problem::invalid("duration_ms", "must not be negative"));
    }
    let once = match &input.key {
        None => Vec::new(),
        Some(key) if (1..=200).contains(&key.len()) => vec![format!("key:{key}")],
        Some(_) => return Err(Problem::invalid("key", "must have 1 to 200 characters")),
    };
    if let Some(customer) = &input.context.customer_id {
        let mut conn = app.db.glance().await?;
        people::customer(&mut conn, scope, customer)
            .await
            .map_err(|_| Problem::invalid("context.customer_id", "there is no such customer"))?;
    }
    if let Some(account) = &input.context.account_id {
        let mut conn = app.db.glance().await?;
        people::account(&mut conn, scope, account)
            .await
            .map_err(|_| Problem::invalid("context.account_id", "there is no such account"))?;
    }
    let language = match input.language.as_deref().map(Language::parse) {
        None => None,
        Some(Ok(language)) => Some(language.to_string()),
        Some(Err(_)) => {
            return Err(Problem::invalid(
                "language",
                "must be a language tag such as ja or en-GB",
            ));
        }
    };
    let version = match input.version {
        Some(number) => {
            let mut conn = app.db.glance().await?;
            surveys::version(app, &mut conn, scope, &input.survey_id, number).await?
        }
        None => surveys::current_shared(app, scope, &input.survey_id).await?,
    };
    let completeness = if input.partial {
        Completeness::Partial
    } else {
        Completeness::Finished
    };
    // Who has a key of the organisation is believed as a signed link is.
    let fields = validate::fields(&version.document, &input.fields, true)
        .map_err(|problems| AnswerProblem::refusal("fields", problems, &Language::en()))?;
    let flow = Flow::new(&version.document);
    let accepted = validate::accept(&flow, &input.answers, &fields, completeness)
        .map_err(|problems| AnswerProblem::refusal("answers", problems, &Language::en()))?;
    let submission = Submission {
        version: version.clone(),
        context: input.context,
        answers: accepted.answers,
        fields,
        occurred_ms: input.occurred_at.map(Timestamp::as_millisecond),
        language,
        duration_ms: input.duration_ms,
        source: "api",
        link: None,
        once,
    };
    let stored = intake::submit(app, submission).await?;
    Ok(Submitted {
        id: stored.record,
        replayed: stored.replayed,
        dropped: accepted.dropped,
    })
}
