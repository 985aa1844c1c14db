//! The results page of a survey: every question's distribution beside its
//! mean, top two and NPS, so that the habit of choosing the middle is seen.

use std::collections::BTreeMap;

use axum::extract::State;
use koe_analysis::confidence::Confidence;
use koe_analysis::confidential::{Thresholds, show_line};
use koe_analysis::score::{Direction, Metric, NpsCuts};
use koe_analysis::summary::Summary;
use koe_lake::{FieldKind, Group, Measure, ProfileQuestion};
use serde::Serialize;
use utoipa::ToSchema;

use crate::base::app::App;
use crate::base::experience;
use crate::base::http::{Json, Path, Query};
use crate::base::id::{self, SurveyId};
use crate::base::number::{self, ScoreView};
use crate::base::problem::{Outcome, ProblemDocument};
use crate::org::{Actor, Permission};
use crate::responses::chosen::Chosen;
use crate::responses::crosstab::{can_be_crossed, scale};
use crate::responses::pages::{DropOff, drop_off};
use crate::surveys::Text;
use crate::surveys::document::{Document, Identity, Kind};
use crate::surveys::fields::{Column, columns, value_labels};

/// Everything about a survey's answers on one page.
#[derive(Debug, Serialize, ToSchema)]
pub struct SurveyResults {
    /// The version whose questions are shown.
    pub version: i64,
    /// All responses that may be seen; null when hidden.
    pub responses: Option<u64>,
    /// Whether figures are suppressed (confidential programme).
    pub confidential: bool,
    /// One entry per field, in the order of the questions.
    pub fields: Vec<FieldResults>,
    /// Where people left, and how long pages took; null when confidential.
    pub drop_off: Option<DropOff>,
}

/// The answers of one field.
#[derive(Debug, Serialize, ToSchema)]
pub struct FieldResults {
    /// Field id, for filters and splits.
    pub field: String,
    /// The question.
    pub question: String,
    /// Its kind: `nps`, `csat`, `single` …
    pub kind: String,
    /// The question's words, by language.
    pub text: BTreeMap<String, String>,
    /// The row's or choice's words, by language; the question's otherwise.
    pub label: BTreeMap<String, String>,
    /// Whether it can be crossed with another.
    pub crossable: bool,
    /// People by answer; empty when hidden and for free numbers.
    pub counts: Vec<AnswerCount>,
    /// Mean of a scale or number.
    pub mean: Option<ScoreView>,
    /// Share of the two highest answers of a scale.
    pub top_two: Option<ScoreView>,
    /// NPS of a recommendation question.
    pub nps: Option<ScoreView>,
}

/// How many gave an answer.
#[derive(Debug, Serialize, ToSchema)]
pub struct AnswerCount {
    /// The answer as stored.
    pub value: String,
    /// Its words, by language; empty when it speaks for itself.
    pub label: BTreeMap<String, String>,
    /// People; null when hidden.
    pub n: Option<u64>,
}

/// Results of a survey
///
/// Within the units that the asker may see. Confidential programmes are
/// suppressed.
#[utoipa::path(get, path = "/api/surveys/{id}/results", tag = "responses", operation_id = "survey_results",
    params(("id" = id::SurveyId, Path, description = "The survey"), Chosen),
    responses(
        (status = 200, description = "Every question's distribution and scores", body = SurveyResults),
        (status = 404, description = "No such survey, or never published", body = ProblemDocument),
        (status = 422, description = "A period that cannot be asked", body = ProblemDocument)))]
pub async fn survey_results(
    State(app): State<App>,
    actor: Actor,
    Path(survey): Path<SurveyId>,
    Query(chosen): Query<Chosen>,
) -> Outcome<Json<SurveyResults>> {
    let scope = actor.require(Permission::ReadResults)?;
    let mut tx = app.db.read().await?;
    let (version, stream, choice) = chosen.of_survey(&app, &mut tx, scope, &survey).await?;
    let document = &version.document;
    let snapshot = experience::snapshot(&app, &mut tx, scope, &[survey.as_str()]).await?;
    let suppress =
        (document.programme.identity == Identity::Confidential).then(Thresholds::default);
    let drop_off = match suppress {
        Some(_) => None,
        None => {
            let within = choice.sittings(&mut tx, &app, scope).await?;
            Some(drop_off(&mut tx, scope, &survey, &within).await?)
        }
    };
    drop(tx);
    let shown: Vec<Column> = columns(document)
        .into_iter()
        .filter(|column| stream.field(&column.field).is_some())
        .collect();
    let question = ProfileQuestion {
        stream,
        measures: std::iter::once(Measure::Count)
            .chain(shown.iter().map(measure))
            .collect(),
        selection: choice.selection(scope),
    };
    let mut groups = app
        .lake
        .profile(&question, &snapshot)
        .await
        .map_err(experience::problem)?
        .groups
        .into_iter();
    let total = groups.next().unwrap_or_default().rows.n;
    let page = Showing { document, suppress };
    Ok(Json(SurveyResults {
        version: version.number,
        responses: suppress
            .is_none_or(|limits| limits.shows_figure(total))
            .then_some(total),
        confidential: suppress.is_some(),
        fields: shown
            .iter()
            .zip(groups)
            .map(|(column, group)| page.field(column, group))
            .collect(),
        drop_off,
    }))
}

fn measure(column: &Column) -> Measure {
    let field = column.field.clone();
    match column.kind {
        FieldKind::Code => Measure::CodeShare(field),
        FieldKind::Integer | FieldKind::Flag | FieldKind::Date => Measure::Histogram(field),
        FieldKind::Number => Measure::Number(field),
    }
}

struct Showing<'a> {
    document: &'a Document,
    suppress: Option<Thresholds>,
}

impl Showing<'_> {
    fn field(&self, column: &Column, group: Group) -> FieldResults {
        let labels = value_labels(self.document, column);
        let question = self.document.question(&column.question);
        let mut summary = group.summary;
        let counts = match column.kind {
            FieldKind::Code => {
                let choices = question.map_or(&[][..], |question| question.kind.choices());
                let mut counts: Vec<(String, u64)> = choices
                    .iter()
                    .map(|choice| (choice.id.clone(), 0))
                    .collect();
                for (code, tally) in group.codes {
                    match counts.iter_mut().find(|(known, _)| *known == code) {
                        Some((_, n)) => *n = tally.n,
                        None => counts.push((code, tally.n)),
                    }
                }
                summary = Summary::default();
                counts
            }
            FieldKind::Integer | FieldKind::Flag => summary
                .histogram
                .iter()
                .map(|(value, tally)| (value.to_string(), tally.n))
                .collect(),
            FieldKind::Number | FieldKind::Date => Vec::new(),
        };
        let visible = |n: u64| self.suppress.is_none_or(|limits| limits.shows_figure(n));
        let score =
            |metric: Metric| number::view(&metric, &summary, Confidence::P95, visible(summary.n()));
        let scale = question.and_then(|question| scale(&question.kind));
        let numeric = matches!(column.kind, FieldKind::Integer | FieldKind::Number);
        let is_nps = question.is_some_and(|question| matches!(question.kind, Kind::Nps(_)));
        FieldResults {
            field: column.field.clone(),
            question: column.question.clone(),
            kind: question.map_or_else(|| "hidden".to_owned(), |q| q.kind.name().to_owned()),
            text: question
                .map(|question| question.text.by_tag())
                .unwrap_or_default(),
            label: column.label.by_tag(),
            crossable: can_be_crossed(column.kind),
            counts: self.counts(counts, &labels),
            mean: numeric.then(|| {
                score(Metric::Mean {
                    scale,
                    direction: Direction::default(),
                })
            }),
            top_two: scale.map(|scale| {
                score(Metric::TopBox {
                    scale,
                    k: 2,
                    direction: Direction::default(),
                })
            }),
            nps: is_nps.then(|| {
                score(Metric::Nps {
                    cuts: NpsCuts::default(),
                })
            }),
        }
    }

    fn counts(
        &self,
        counts: Vec<(String, u64)>,
        labels: &BTreeMap<String, Text>,
    ) -> Vec<AnswerCount> {
        let shown = self.suppress.map(|limits| {
            let cells: Vec<u64> = counts.iter().map(|(_, n)| *n).collect();
            show_line(&cells, limits.figures)
        });
        counts
            .into_iter()
            .enumerate()
            .map(|(place, (value, n))| AnswerCount {
                label: labels.get(&value).map(Text::by_tag).unwrap_or_default(),
                value,
                n: shown
                    .as_ref()
                    .is_none_or(|line| line.total && line.cells[place])
                    .then_some(n),
            })
            .collect()
    }
}
