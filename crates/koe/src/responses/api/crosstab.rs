//! Two questions of a survey against each other.

use axum::extract::State;
use koe_analysis::confidential::Thresholds;
use koe_lake::{Dimension, Part, Question};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::base::app::App;
use crate::base::experience;
use crate::base::http::{Json, Path, Query};
use crate::base::id::{self, SurveyId};
use crate::base::problem::{Outcome, Problem, ProblemDocument};
use crate::org::{Actor, Permission};
use crate::responses::chosen::Chosen;
use crate::responses::crosstab::{Crosstab, Variable, crosstab};
use crate::surveys::document::Identity;
use crate::surveys::fields::{Column, columns};

/// The two questions.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Sides {
    /// Field down the side, as the results name it. Needed.
    row: Option<String>,
    /// Field across the top. Needed.
    column: Option<String>,
}

/// Cross two questions of a survey
///
/// Counts, shares with intervals and a test of independence; for a question with a scale across
/// the top also its score in every row. Within the units that the asker may see. Confidential
/// programmes are suppressed, with those who did not answer as lines of the table.
#[utoipa::path(get, path = "/api/surveys/{id}/crosstab", tag = "responses", operation_id = "survey_crosstab",
    params(("id" = id::SurveyId, Path, description = "The survey"), Sides, Chosen),
    responses(
        (status = 200, description = "The table", body = Crosstab),
        (status = 404, description = "No such survey, or never published", body = ProblemDocument),
        (status = 422, description = "A question that cannot be crossed", body = ProblemDocument)))]
pub async fn survey_crosstab(
    State(app): State<App>,
    actor: Actor,
    Path(survey): Path<SurveyId>,
    Query(sides): Query<Sides>,
    Query(chosen): Query<Chosen>,
) -> Outcome<Json<Crosstab>> {
    let scope = actor.require(Permission::ReadResults)?;
    let mut tx = app.db.read().await?;
    let (version, stream, choice) = chosen.of_survey(&app, &mut tx, scope, &survey).await?;
    drop(tx);
    let document = &version.document;
    let known = columns(document);
    let find = |side: &str, field: &Option<String>| -> Outcome<&Column> {
        let field = field
            .as_ref()
            .ok_or_else(|| Problem::invalid(side, "name a field of the survey's results"))?;
        known
            .iter()
            .find(|column| column.field == *field && stream.field(field).is_some())
            .ok_or_else(|| Problem::invalid(side, "the survey has no such field"))
    };
    let row = find("row", &sides.row)?;
    let column = find("column", &sides.column)?;
    if row.field == column.field {
        return Err(Problem::invalid("column", "choose another than in row"));
    }
    let split = Dimension::field(survey.as_str(), &row.field);
    let row = Variable::of(document, row, "row")?;
    let column = Variable::of(document, column, "column")?;
    let question = Question {
        group_by: vec![split],
        parts: vec![Part {
            stream,
            measure: column.measure(),
        }],
        selection: choice.selection(scope),
        weight: None,
    };
    let answer = experience::ask(&app, scope, question).await?;
    let suppress =
        (document.programme.identity == Identity::Confidential).then(Thresholds::default);
    let most = app.config.limits.crosstab_lines;
    Ok(Json(crosstab(row, column, &answer.groups, suppress, most)?))
}
