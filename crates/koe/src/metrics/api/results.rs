//! Results of a metric.

use std::collections::BTreeMap;

use axum::extract::State;
use jiff::tz::TimeZone;
use koe_analysis::confidence::Confidence;
use koe_analysis::score::Direction;
use serde::Serialize;
use utoipa::ToSchema;

use crate::base::app::App;
use crate::base::http::{Json, Path};
use crate::base::id::{self, MetricId};
use crate::base::problem::{Outcome, ProblemDocument};
use crate::base::scope::Scope;
use crate::metrics::breaks::{self, Break};
use crate::metrics::measured::Sums;
use crate::metrics::model::{Definition, Metric, mixed};
use crate::metrics::question::ResultsQuery;
use crate::metrics::resolve::{Resolved, resolve};
use crate::metrics::results::Results;
use crate::metrics::{ask, store};
use crate::org::{self, Actor, Permission};
use crate::touchpoints::{self, Offering, Touchpoint};

/// The answer, with everything that must travel with it.
#[derive(Debug, Serialize, ToSchema)]
pub struct MetricResults {
    /// What was measured.
    pub metric: Metric,
    /// What was asked, as understood.
    pub query: QueryEcho,
    /// The numbers.
    pub results: Results,
    /// Names of ids that stand in keys, by dimension, id and language.
    #[schema(value_type = Object)]
    pub labels: BTreeMap<String, BTreeMap<String, BTreeMap<String, String>>>,
    /// How the numbers come about.
    pub note: MethodNote,
    /// Where trends must not be read through: a question's words or scale
    /// changed.
    pub breaks: Vec<Break>,
}

/// The dimensions of keys, in their order.
#[derive(Debug, Serialize, ToSchema)]
pub struct QueryEcho {
    /// As in the question.
    pub split: Vec<String>,
}

/// The method note that opens behind every number.
#[derive(Debug, Serialize, ToSchema)]
pub struct MethodNote {
    /// Lowest and highest possible value; null for unbounded means.
    pub range: Option<(f64, f64)>,
    /// `higher_is_better` or `lower_is_better`.
    pub direction: &'static str,
    /// Where the formula of the interval was published.
    pub interval_source: &'static str,
    /// When it was asked.
    pub asked_at: String,
    /// Whether figures are suppressed (confidential programme).
    pub confidential: bool,
    /// Whether transactional and relational programmes are pooled, which
    /// somebody has confirmed.
    pub mixes_programmes: bool,
    /// The surveys and sources behind it.
    pub streams: Vec<String>,
}

/// Ask for results of a metric
///
/// Within the units that the asker may see. Confidential programmes are
/// suppressed.
#[utoipa::path(post, path = "/api/metrics/{id}/results", tag = "metrics", operation_id = "metric_results",
    params(("id" = id::MetricId, Path, description = "The metric")),
    request_body = ResultsQuery,
    responses(
        (status = 200, description = "The numbers", body = MetricResults),
        (status = 404, description = "No such metric", body = ProblemDocument),
        (status = 422, description = "Something cannot be asked", body = ProblemDocument)))]
pub async fn metric_results(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<MetricId>,
    Json(query): Json<ResultsQuery>,
) -> Outcome<Json<MetricResults>> {
    let scope = actor.require(Permission::ReadResults)?;
    let mut tx = app.db.read().await?;
    let metric = store::get(&mut tx, scope, &id).await?;
    let resolved = resolve(&app, &mut tx, scope, Some(&id), &metric.definition).await?;
    let settings = org::organisation(&mut tx, scope.organisation()).await?;
    let zone = TimeZone::get(&settings.time_zone).unwrap_or(TimeZone::UTC);
    let breaks = breaks::breaks(&mut tx, scope, &zone, &resolved.sources).await?;
    drop(tx);
    let results = ask::ask_resolved(&app, scope, &resolved, &query).await?;
    let labels = labels(&app, scope, &query.split).await?;
    Ok(Json(MetricResults {
        note: note(&app, &metric.definition, &resolved),
        breaks,
        query: QueryEcho { split: query.split },
        metric,
        results,
        labels,
    }))
}

/// How the numbers of a definition come about.
pub fn note(app: &App, definition: &Definition, resolved: &Resolved) -> MethodNote {
    let formula = &definition.formula;
    let nothing = resolved.measured.score(&Sums::default(), Confidence::P95);
    let mut streams: Vec<String> = Vec::new();
    for source in &resolved.sources {
        if !streams.contains(&source.stream) {
            streams.push(source.stream.clone());
        }
    }
    MethodNote {
        range: formula.range(),
        direction: match formula.direction() {
            Direction::HigherIsBetter => "higher_is_better",
            Direction::LowerIsBetter => "lower_is_better",
        },
        interval_source: nothing.method.source(),
        asked_at: app.clock.now().to_string(),
        confidential: resolved.programmes.iter().any(|p| p.confidential),
        mixes_programmes: mixed(&resolved.programmes),
        streams,
    }
}

/// Names of ids that stand in keys, by dimension, id and language.
///
/// # Errors
/// When the store cannot be read.
pub async fn labels(
    app: &App,
    scope: &Scope,
    split: &[String],
) -> Outcome<BTreeMap<String, BTreeMap<String, BTreeMap<String, String>>>> {
    let mut labels: BTreeMap<String, BTreeMap<String, BTreeMap<String, String>>> = BTreeMap::new();
    let mut tx = app.db.read().await?;
    for dimension in split {
        let names: BTreeMap<String, BTreeMap<String, String>> = match dimension.as_str() {
            "touchpoint" => touchpoints::list::<Touchpoint>(&mut tx, scope)
                .await?
                .into_iter()
                .map(|t| (t.id.as_str().to_owned(), t.name))
                .collect(),
            "offering" => touchpoints::list::<Offering>(&mut tx, scope)
                .await?
                .into_iter()
                .map(|o| (o.id.as_str().to_owned(), o.name))
                .collect(),
            unit if unit == "unit" || unit.starts_with("unit:") => {
                org::unit_history(&mut tx, app, scope.organisation())
                    .await?
                    .units()
                    .map(|unit| (unit.id.as_str().to_owned(), unit.name.clone()))
                    .collect()
            }
            "survey" => crate::surveys::titles(&mut tx, scope).await?,
            _ => continue,
        };
        labels.insert(dimension.clone(), names);
    }
    Ok(labels)
}
