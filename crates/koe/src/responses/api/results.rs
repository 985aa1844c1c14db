//! The results page of a survey: every question's distribution beside its
//! mean, top two and NPS, so that the habit of choosing the middle is seen.

use std::collections::BTreeMap;

use axum::extract::State;
use koe_analysis::confidence::Confidence;
use koe_analysis::confidential::{Thresholds, show_line};
use koe_analysis::score::{Direction, Metric, NpsCuts, Scale};
use koe_analysis::summary::Summary;
use koe_lake::{FieldKind, Group, Measure, Part, Question, Snapshot, StreamSchema};
use serde::Serialize;
use utoipa::ToSchema;

use crate::base::app::App;
use crate::base::experience;
use crate::base::http::{Json, Path};
use crate::base::id::{self, SurveyId};
use crate::base::number::{self, ScoreView};
use crate::base::problem::{Outcome, ProblemDocument};
use crate::base::scope::Scope;
use crate::org::{Actor, Permission};
use crate::responses::pages::{PageDropOff, drop_off};
use crate::surveys::document::{Document, Identity, Kind};
use crate::surveys::fields::{Column, columns, value_labels};
use crate::surveys::{self, Text};

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
    /// Where people left, and how long pages took; empty when confidential.
    pub pages: Vec<PageDropOff>,
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
    params(("id" = id::SurveyId, Path, description = "The survey")),
    responses(
        (status = 200, description = "Every question's distribution and scores", body = SurveyResults),
        (status = 404, description = "No such survey, or never published", body = ProblemDocument)))]
pub async fn survey_results(
    State(app): State<App>,
    actor: Actor,
    Path(survey): Path<SurveyId>,
) -> Outcome<Json<SurveyResults>> {
    let scope = actor.require(Permission::ReadResults)?;
    let mut tx = app.db.read().await?;
    let version = surveys::current(&app, &mut tx, scope, &survey).await?;
    let stream = experience::stream(&mut tx, scope, survey.as_str())
        .await?
        .schema;
    let snapshot = experience::snapshot(&mut tx, scope, &[survey.as_str()]).await?;
    drop(tx);
    let document = &version.document;
    let suppress =
        (document.programme.identity == Identity::Confidential).then(Thresholds::default);
    let asker = Asker {
        app: &app,
        scope,
        stream: &stream,
        snapshot: &snapshot,
        suppress,
    };
    let total = asker.ask(Measure::Count).await?.rows.n;
    let visible = suppress.is_none_or(|limits| limits.shows_figure(total));
    let mut fields = Vec::new();
    for column in columns(document) {
        if stream.fields.iter().any(|field| field.id == column.field) {
            fields.push(asker.field(document, &column).await?);
        }
    }
    let pages = if suppress.is_none() && scope.is_organisation_wide() {
        let mut tx = app.db.read().await?;
        drop_off(&mut tx, scope, &survey).await?.pages
    } else {
        Vec::new()
    };
    Ok(Json(SurveyResults {
        version: version.number,
        responses: visible.then_some(total),
        confidential: suppress.is_some(),
        fields,
        pages,
    }))
}

struct Asker<'a> {
    app: &'a App,
    scope: &'a Scope,
    stream: &'a StreamSchema,
    snapshot: &'a Snapshot,
    suppress: Option<Thresholds>,
}

impl Asker<'_> {
    async fn ask(&self, measure: Measure) -> Outcome<Group> {
        let question = Question {
            parts: vec![Part {
                stream: self.stream.clone(),
                measure,
            }],
            selection: experience::selection(self.scope),
            group_by: Vec::new(),
            weight: None,
        };
        let answer = self
            .app
            .lake
            .ask(&question, self.snapshot)
            .await
            .map_err(experience::problem)?;
        Ok(answer.total())
    }

    async fn field(&self, document: &Document, column: &Column) -> Outcome<FieldResults> {
        let id = column.field.clone();
        let labels = value_labels(document, column);
        let question = document.question(&column.question);
        let (summary, counts) = match column.kind {
            FieldKind::Code => {
                let group = self.ask(Measure::CodeShare(id)).await?;
                let mut counts: Vec<(String, u64)> =
                    labels.keys().map(|code| (code.clone(), 0)).collect();
                for (code, tally) in group.codes {
                    match counts.iter_mut().find(|(known, _)| *known == code) {
                        Some((_, n)) => *n = tally.n,
                        None => counts.push((code, tally.n)),
                    }
                }
                (Summary::default(), counts)
            }
            FieldKind::Integer | FieldKind::Flag => {
                let summary = self.ask(Measure::Histogram(id)).await?.summary;
                let counts = summary
                    .histogram
                    .iter()
                    .map(|(value, tally)| (value.to_string(), tally.n))
                    .collect();
                (summary, counts)
            }
            FieldKind::Number => (self.ask(Measure::Number(id)).await?.summary, Vec::new()),
            FieldKind::Date => (self.ask(Measure::Histogram(id)).await?.summary, Vec::new()),
        };
        let visible = |n: u64| self.suppress.is_none_or(|limits| limits.shows_figure(n));
        let score =
            |metric: Metric| number::view(&metric, &summary, Confidence::P95, visible(summary.n()));
        let scale = question.and_then(|question| scale(&question.kind));
        let numeric = matches!(column.kind, FieldKind::Integer | FieldKind::Number);
        let is_nps = question.is_some_and(|question| matches!(question.kind, Kind::Nps(_)));
        Ok(FieldResults {
            field: column.field.clone(),
            question: column.question.clone(),
            kind: question.map_or_else(|| "hidden".to_owned(), |q| q.kind.name().to_owned()),
            text: question
                .map(|question| question.text.by_tag())
                .unwrap_or_default(),
            label: column.label.by_tag(),
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
        })
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

fn scale(kind: &Kind) -> Option<Scale> {
    match kind {
        Kind::Nps(_) => Some(Scale::new(0, 10)),
        Kind::Csat(csat) => Some(Scale::new(1, i64::from(csat.points))),
        Kind::Ces(ces) => Some(Scale::new(1, i64::from(ces.points))),
        Kind::Rating(rating) => Some(Scale::new(rating.low.into(), rating.high.into())),
        Kind::Expectation(pair) => Some(Scale::new(pair.low.into(), pair.high.into())),
        _ => None,
    }
}
