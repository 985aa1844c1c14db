//! Which analyses suggest themselves: one for each metric over answers and
//! each survey of it that asks what may drive it.

use std::collections::{BTreeMap, BTreeSet};

use koe_analysis::score::Metric as OverAnswers;
use serde::Serialize;
use utoipa::ToSchema;

use super::model::{Definition, Explained, Method, Missing};
use super::plan::is_number;
use crate::base::app::App;
use crate::base::config::Limits;
use crate::base::db::Conn;
use crate::base::experience;
use crate::base::id::SurveyId;
use crate::base::problem::Outcome;
use crate::base::scope::Scope;
use crate::metrics::{self, Formula, Metric, Period};
use crate::people;
use crate::surveys::document::Kind;
use crate::surveys::{self, Document, fields};

/// An analysis that could be made.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct DriverProposal {
    /// A name for it, by language.
    name: BTreeMap<String, String>,
    /// The survey or source, by language.
    stream_name: BTreeMap<String, String>,
    /// The metric, by language.
    outcome: BTreeMap<String, String>,
    /// The definition, ready to be saved.
    definition: Definition,
    /// Every driver of the same survey or source that could be named.
    candidates: Vec<Candidate>,
}

/// A field that could be a driver.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = DriverCandidate)]
struct Candidate {
    /// As in a definition.
    driver: String,
    /// The question or column, by language.
    label: BTreeMap<String, String>,
    /// Whether the proposal names it.
    proposed: bool,
}

/// What suggests itself; recommendation first, then by the age of the metric.
///
/// # Errors
/// When the store cannot be read.
pub async fn proposals(app: &App, conn: &mut Conn, scope: &Scope) -> Outcome<Vec<DriverProposal>> {
    let all = metrics::all(conn, scope).await?;
    let all: Vec<Metric> = all.into_iter().filter(|metric| !metric.archived).collect();
    // A mean may be of anything; the others are what surveys ask about the whole.
    let outcomes: BTreeSet<(&str, &str)> = (all.iter())
        .filter(|metric| !matches!(usual(metric), Some(OverAnswers::Mean { .. })))
        .flat_map(|metric| &metric.definition.sources)
        .map(|source| (&*source.stream, &*source.field))
        .collect();
    let has_outcome: BTreeSet<&str> = outcomes.iter().map(|(stream, _)| *stream).collect();
    let operational = people::streams(conn, scope).await?;
    let mut found = Vec::new();
    for metric in &all {
        let Some(formula) = usual(metric) else {
            continue;
        };
        let sources = &metric.definition.sources;
        let streams: BTreeSet<&str> = sources.iter().map(|source| &*source.stream).collect();
        for stream in streams {
            let own: BTreeSet<&str> = (sources.iter())
                .filter(|source| source.stream == stream)
                .map(|source| &*source.field)
                .collect();
            let mean = matches!(formula, OverAnswers::Mean { .. });
            let of_answers = operational.iter().all(|one| one.id.as_str() != stream);
            if own.len() != 1 || !of_answers || mean && has_outcome.contains(stream) {
                continue;
            }
            let Ok(info) = experience::stream(conn, scope, stream).await else {
                continue;
            };
            let document = match stream.parse::<SurveyId>() {
                Ok(survey) => surveys::current(app, conn, scope, &survey).await.ok(),
                Err(_) => None,
            }
            .map(|version| version.document.clone());
            let numbers = info.schema.fields.iter().filter(|field| {
                is_number(field.kind) && !own.contains(&*field.id) && !field.id.contains(':')
            });
            let mut candidates: Vec<Candidate> = numbers
                .map(|field| {
                    let (label, rating) = asked_for(document.as_deref(), &field.id);
                    let outcome = outcomes.contains(&(stream, field.id.as_str()));
                    Candidate {
                        driver: format!("field:{stream}:{}", field.id),
                        label,
                        proposed: rating && !outcome,
                    }
                })
                .collect();
            // Aspects that are rated side by side are what the whole is made of; what stands alone
            // beside them asks about the whole again.
            let in_table = |one: &Candidate| {
                let field = one.driver.rsplit(':').next().unwrap_or_default();
                document
                    .as_deref()
                    .is_some_and(|document| stands_in_table(document, field))
            };
            if candidates
                .iter()
                .filter(|one| one.proposed && in_table(one))
                .count()
                > 1
            {
                for candidate in &mut candidates {
                    candidate.proposed &= in_table(candidate);
                }
            }
            let (method, most) = method_for(&candidates, &app.config.limits);
            let mut left = most;
            for candidate in candidates.iter_mut().filter(|one| one.proposed) {
                candidate.proposed = left > 0;
                left = left.saturating_sub(1);
            }
            let drivers: Vec<String> = (candidates.iter())
                .filter(|candidate| candidate.proposed)
                .map(|candidate| candidate.driver.clone())
                .collect();
            if drivers.len() < 2 {
                continue;
            }
            let stream_name = document
                .map(|document| document.title.by_tag())
                .unwrap_or_default();
            let proposal = DriverProposal {
                name: name(formula, &metric.name, &stream_name),
                stream_name,
                outcome: metric.name.clone(),
                definition: Definition {
                    stream: stream.to_owned(),
                    outcome: Explained::Metric {
                        metric: metric.id.clone(),
                    },
                    drivers,
                    period: Period::default(),
                    filters: Vec::new(),
                    split: None,
                    method,
                    missing: Missing::Listwise,
                },
                candidates,
            };
            found.push((!matches!(formula, OverAnswers::Nps { .. }), proposal));
        }
    }
    found.sort_by_key(|(later, _)| *later);
    Ok(found.into_iter().map(|(_, proposal)| proposal).collect())
}

fn usual(metric: &Metric) -> Option<&OverAnswers> {
    match &metric.definition.formula {
        Formula::Usual(formula) => Some(formula),
        Formula::Written(_) => None,
    }
}

/// What a field is called, and whether it is a rating of something: in a
/// source without a survey each number may be one.
fn asked_for(document: Option<&Document>, field: &str) -> (BTreeMap<String, String>, bool) {
    let Some(document) = document else {
        return (BTreeMap::new(), true);
    };
    let columns = fields::columns(document);
    let Some(column) = columns.iter().find(|column| column.field == field) else {
        return (BTreeMap::new(), false);
    };
    let question = document.question(&column.question);
    let rates = question.is_some_and(|question| {
        let pair = column.row.as_deref() == Some("result");
        match &question.kind {
            Kind::Rating(_) | Kind::Csat(_) => true,
            Kind::Matrix(matrix) => !matrix.multiple,
            Kind::Expectation(_) => pair,
            _ => false,
        }
    });
    (column.label.by_tag(), rates)
}

/// Whether a field is a row of a table of ratings.
fn stands_in_table(document: &Document, field: &str) -> bool {
    let columns = fields::columns(document);
    let column = columns.iter().find(|column| column.field == field);
    let question = column.and_then(|column| document.question(&column.question));
    question.is_some_and(|question| matches!(question.kind, Kind::Matrix(_)))
}

/// The Shapley value as far as it goes, else relative weights; and how many
/// drivers that takes.
fn method_for(candidates: &[Candidate], limits: &Limits) -> (Method, usize) {
    let proposed = candidates.iter().filter(|one| one.proposed).count();
    if proposed <= limits.shapley_drivers {
        (Method::Shapley, limits.shapley_drivers)
    } else {
        (Method::Johnson, limits.johnson_drivers)
    }
}

fn name(
    formula: &OverAnswers,
    metric: &BTreeMap<String, String>,
    stream: &BTreeMap<String, String>,
) -> BTreeMap<String, String> {
    let named = |of: &BTreeMap<String, String>, language: &str| {
        let own = of.get(language).or_else(|| of.values().next());
        own.cloned().unwrap_or_default()
    };
    ["ja", "en"]
        .into_iter()
        .map(|language| {
            let (title, metric) = (named(stream, language), named(metric, language));
            let japanese = language == "ja";
            let outcome = match formula {
                OverAnswers::Nps { .. } if japanese => "推奨度".to_owned(),
                OverAnswers::Nps { .. } => "recommendation".to_owned(),
                OverAnswers::Csat { .. } if japanese => "満足度".to_owned(),
                OverAnswers::Csat { .. } => "satisfaction".to_owned(),
                OverAnswers::Ces { .. } if japanese => "手間の少なさ".to_owned(),
                OverAnswers::Ces { .. } => "effort".to_owned(),
                _ => metric,
            };
            let text = match (japanese, title.is_empty()) {
                (true, true) => format!("{outcome}を左右するもの"),
                (true, false) => format!("{title}：{outcome}を左右するもの"),
                (false, true) => format!("What decides {outcome}"),
                (false, false) => format!("{title}: what decides {outcome}"),
            };
            (language.to_owned(), text.chars().take(200).collect())
        })
        .collect()
}
