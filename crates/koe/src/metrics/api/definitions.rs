//! Metrics themselves, and the fields they can be measured on.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::base::app::App;
use crate::base::experience;
use crate::base::http::{Json, Listing, Path, present};
use crate::base::id::{self, MetricId, SurveyId};
use crate::base::problem::{Outcome, Problem, ProblemDocument};
use crate::metrics::model::{Definition, Metric};
use crate::metrics::resolve::resolve;
use crate::metrics::store;
use crate::org::{Actor, Permission, record_audit};
use crate::people::{self, FROZEN};
use crate::surveys::{self, document::Identity};

/// A new metric.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewMetric {
    /// Name by language.
    name: BTreeMap<String, String>,
    /// What is measured.
    definition: Definition,
    /// The value to reach, in the metric's unit.
    #[serde(default)]
    target: Option<f64>,
}

/// What may change of a metric; what is left out stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct MetricChange {
    /// Name by language.
    name: Option<BTreeMap<String, String>>,
    /// What is measured.
    definition: Option<Definition>,
    /// The value to reach; null takes it away.
    #[serde(deserialize_with = "present")]
    #[schema(value_type = Option<f64>)]
    target: Option<Option<f64>>,
    /// Archive, or bring back.
    archived: Option<bool>,
}

/// A field that metrics, splits and filters can use.
#[derive(Debug, Serialize, ToSchema)]
pub struct FieldInfo {
    /// Survey or source.
    stream: String,
    /// Its name by language.
    stream_name: BTreeMap<String, String>,
    /// `survey`, `orders` …
    stream_kind: String,
    /// Whether the survey is confidential: asked about in steps of a month or
    /// more, by at most one of unit, survey and version.
    confidential: bool,
    /// Field id.
    field: String,
    /// What it holds: `integer`, `number`, `code`, `flag`, `date`.
    kind: String,
    /// The question or column, by language.
    label: BTreeMap<String, String>,
    /// Names of its codes and points, by value.
    values: BTreeMap<String, BTreeMap<String, String>>,
}

/// List metrics
#[utoipa::path(get, path = "/api/metrics", tag = "metrics", operation_id = "list_metrics",
    responses((status = 200, description = "All metrics, oldest first", body = Listing<Metric>)))]
pub async fn list_metrics(State(app): State<App>, actor: Actor) -> Outcome<Json<Listing<Metric>>> {
    let scope = actor.require(Permission::ReadResults)?;
    let mut tx = app.db.read().await?;
    Ok(Json(Listing::whole(store::all(&mut tx, scope).await?)))
}

/// Add a metric
#[utoipa::path(post, path = "/api/metrics", tag = "metrics", operation_id = "create_metric",
    request_body = NewMetric,
    responses(
        (status = 201, description = "Added", body = Metric),
        (status = 422, description = "A field is not acceptable", body = ProblemDocument)))]
pub async fn create_metric(
    State(app): State<App>,
    actor: Actor,
    Json(input): Json<NewMetric>,
) -> Outcome<(StatusCode, Json<Metric>)> {
    let scope = actor.require_everywhere(Permission::EditMetrics)?;
    let now_ms = app.clock.now_ms();
    let metric = Metric {
        id: app.chance.id(now_ms),
        name: input.name,
        definition: input.definition,
        target: input.target,
        archived: false,
    };
    let mut tx = app.db.write().await?;
    check(&app, &mut tx, scope, &metric).await?;
    store::insert(&mut tx, scope, &metric, now_ms).await?;
    let detail = serde_json::json!({ "definition": metric.definition });
    record_audit(
        &mut tx,
        &app,
        scope,
        "metric.create",
        metric.id.as_str(),
        detail,
    )
    .await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(metric)))
}

/// Show a metric
#[utoipa::path(get, path = "/api/metrics/{id}", tag = "metrics", operation_id = "show_metric",
    params(("id" = id::MetricId, Path, description = "The metric")),
    responses(
        (status = 200, description = "The metric", body = Metric),
        (status = 404, description = "No such metric", body = ProblemDocument)))]
pub async fn show_metric(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<MetricId>,
) -> Outcome<Json<Metric>> {
    let scope = actor.require(Permission::ReadResults)?;
    let mut tx = app.db.read().await?;
    Ok(Json(store::get(&mut tx, scope, &id).await?))
}

/// Change a metric
#[utoipa::path(patch, path = "/api/metrics/{id}", tag = "metrics", operation_id = "change_metric",
    params(("id" = id::MetricId, Path, description = "The metric")),
    request_body = MetricChange,
    responses(
        (status = 200, description = "Changed", body = Metric),
        (status = 404, description = "No such metric", body = ProblemDocument),
        (status = 422, description = "A field is not acceptable", body = ProblemDocument)))]
pub async fn change_metric(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<MetricId>,
    Json(change): Json<MetricChange>,
) -> Outcome<Json<Metric>> {
    let scope = actor.require_everywhere(Permission::EditMetrics)?;
    let mut tx = app.db.write().await?;
    let mut metric = store::get(&mut tx, scope, &id).await?;
    metric.name = change.name.unwrap_or(metric.name);
    metric.definition = change.definition.unwrap_or(metric.definition);
    metric.target = change.target.unwrap_or(metric.target);
    metric.archived = change.archived.unwrap_or(metric.archived);
    check(&app, &mut tx, scope, &metric).await?;
    store::update(&mut tx, scope, &metric, app.clock.now_ms()).await?;
    let detail =
        serde_json::json!({ "definition": metric.definition, "archived": metric.archived });
    record_audit(&mut tx, &app, scope, "metric.change", id.as_str(), detail).await?;
    tx.commit().await?;
    Ok(Json(metric))
}

async fn check(
    app: &App,
    conn: &mut crate::base::db::Conn,
    scope: &crate::base::scope::Scope,
    metric: &Metric,
) -> Outcome<()> {
    let named = metric.name.values().any(|text| !text.trim().is_empty())
        && metric.name.iter().all(|(language, text)| {
            matches!(language.as_str(), "ja" | "en") && text.chars().count() <= 200
        });
    if !named {
        return Err(Problem::invalid(
            "name",
            "must have a text of at most 200 characters under ja or en",
        ));
    }
    if metric.target.is_some_and(|target| !target.is_finite()) {
        return Err(Problem::invalid("target", "must be a finite number"));
    }
    resolve(app, conn, scope, Some(&metric.id), &metric.definition).await?;
    Ok(())
}

/// List the fields that metrics, splits and filters can use
#[utoipa::path(get, path = "/api/fields", tag = "metrics", operation_id = "list_fields",
    responses((status = 200, description = "Fields of all surveys and sources", body = Listing<FieldInfo>)))]
pub async fn list_fields(
    State(app): State<App>,
    actor: Actor,
) -> Outcome<Json<Listing<FieldInfo>>> {
    let scope = actor.require(Permission::ReadResults)?;
    let mut tx = app.db.read().await?;
    let mut items = Vec::new();
    let operational = people::streams(&mut tx, scope).await?;
    for stream in experience::streams(&mut tx, scope).await? {
        let rows = operational
            .iter()
            .find(|rows| rows.id.as_str() == stream.schema.id);
        let survey = match stream.schema.id.parse::<SurveyId>() {
            Ok(id) => surveys::current(&app, &mut tx, scope, &id).await.ok(),
            Err(_) => None,
        };
        let columns = survey
            .as_ref()
            .map(|version| surveys::fields::columns(&version.document))
            .unwrap_or_default();
        let stream_name = survey
            .as_ref()
            .map(|v| v.document.title.by_tag())
            .or_else(|| rows.map(|rows| rows.label.clone()))
            .unwrap_or_default();
        let confidential = survey
            .as_ref()
            .is_some_and(|v| v.document.programme.identity == Identity::Confidential);
        let fields = stream.schema.fields.iter();
        // What records keep of customers is a dimension of its own.
        for field in fields.filter(|field| !field.id.starts_with(FROZEN)) {
            let column = columns.iter().find(|column| column.field == field.id);
            let values = survey
                .as_ref()
                .zip(column)
                .map(|(version, column)| surveys::fields::value_labels(&version.document, column))
                .unwrap_or_default();
            let told = rows.and_then(|rows| rows.columns.iter().find(|told| told.key == field.id));
            items.push(FieldInfo {
                stream: stream.schema.id.clone(),
                stream_name: stream_name.clone(),
                stream_kind: stream.kind.clone(),
                confidential,
                field: field.id.clone(),
                kind: serde_json::to_value(field.kind)?
                    .as_str()
                    .unwrap_or_default()
                    .to_owned(),
                label: column
                    .map(|column| column.label.by_tag())
                    .or_else(|| told.map(|told| told.label.clone()))
                    .unwrap_or_default(),
                values: match told {
                    Some(told) => told.values.clone(),
                    None => values
                        .into_iter()
                        .map(|(value, text)| (value, text.by_tag()))
                        .collect(),
                },
            });
        }
    }
    Ok(Json(Listing::whole(items)))
}
