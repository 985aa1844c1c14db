//! A definition tried before it is kept.

use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::results::{MethodNote, note};
use crate::base::app::App;
use crate::base::http::Json;
use crate::base::id::MetricId;
use crate::base::number::ScoreView;
use crate::base::problem::{Outcome, ProblemDocument};
use crate::metrics::ask;
use crate::metrics::model::{Definition, FormulaProblem};
use crate::metrics::question::{Period, ResultsQuery};
use crate::metrics::resolve::resolve;
use crate::org::{Actor, Permission};

/// A definition to try.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Trial {
    /// What would be measured.
    definition: Definition,
    /// The metric it is meant for, which must not rest on itself; absent for a
    /// new one.
    #[serde(default)]
    metric: Option<MetricId>,
    /// Over which days.
    #[serde(default)]
    period: Period,
}

/// What a definition gives today.
#[derive(Debug, Serialize, ToSchema)]
pub struct TrialResult {
    /// What is wrong with the text of the formula, and where; null when it can
    /// be read.
    problem: Option<FormulaProblem>,
    /// Its value; null while the formula cannot be read.
    score: Option<ScoreView>,
    /// How it comes about; null while the formula cannot be read.
    note: Option<MethodNote>,
}

/// Try a definition
///
/// Reads the formula and gives its value, without keeping anything.
#[utoipa::path(post, path = "/api/metrics/trial", tag = "metrics", operation_id = "try_metric",
    request_body = Trial,
    responses(
        (status = 200, description = "The value, or what is wrong with the formula", body = TrialResult),
        (status = 422, description = "A field is not acceptable", body = ProblemDocument)))]
pub async fn try_metric(
    State(app): State<App>,
    actor: Actor,
    Json(trial): Json<Trial>,
) -> Outcome<Json<TrialResult>> {
    let scope = actor.require_everywhere(Permission::EditMetrics)?;
    let definition = &trial.definition;
    let text = definition.formula.written();
    if let Some(Err(problem)) = text.map(|text| text.read(&definition.names())) {
        return Ok(Json(TrialResult {
            problem: Some(problem),
            score: None,
            note: None,
        }));
    }
    let mut tx = app.db.read().await?;
    let resolved = resolve(&app, &mut tx, scope, trial.metric.as_ref(), definition).await?;
    drop(tx);
    let query = ResultsQuery {
        period: trial.period,
        ..ResultsQuery::default()
    };
    let results = ask::ask_resolved(&app, scope, &resolved, &query).await?;
    Ok(Json(TrialResult {
        problem: None,
        score: Some(results.total.score),
        note: Some(note(&app, definition, &resolved)),
    }))
}
