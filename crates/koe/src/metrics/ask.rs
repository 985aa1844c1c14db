//! Asking the lake about a metric, within the scope of who asks.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use koe_analysis::confidence::Confidence;
use koe_analysis::confidential::Thresholds;
use koe_analysis::score::Metric as Formula;
use koe_analysis::summary::Summary;
use koe_lake::{CommonColumn, Dimension, FieldKind, Measure, Part, Question, TimeRange};

use super::model::{Metric, Programme, Source};
use super::question::{Grain, ResultsQuery, Split, UnitView};
use super::results::{Cells, Frame, Key, Results, results, step_of, step_start};
use crate::base::app::App;
use crate::base::db::Conn;
use crate::base::experience;
use crate::base::id::{SurveyId, UnitId};
use crate::base::problem::{Outcome, Problem};
use crate::base::scope::Scope;
use crate::org;
use crate::surveys;
use crate::surveys::document::Identity;

/// What is known of the programmes behind sources, in their order.
///
/// # Errors
/// 422 when a source's stream or field is not there.
pub async fn programmes(
    app: &App,
    conn: &mut Conn,
    scope: &Scope,
    sources: &[Source],
) -> Outcome<Vec<Programme>> {
    let mut programmes = Vec::with_capacity(sources.len());
    for (n, source) in sources.iter().enumerate() {
        let known = experience::stream(conn, scope, &source.stream)
            .await
            .map_err(|_| {
                Problem::invalid(
                    format!("definition.sources[{n}].stream"),
                    "there is no such survey or source with records or a published version",
                )
            })?;
        if known
            .schema
            .fields
            .iter()
            .all(|field| field.id != source.field)
        {
            return Err(Problem::invalid(
                format!("definition.sources[{n}].field"),
                "this survey or source has no such field",
            ));
        }
        let programme = match source.stream.parse::<SurveyId>() {
            Ok(survey) => {
                let version = surveys::current(app, conn, scope, &survey).await?;
                let programme = &version.document.programme;
                Programme {
                    kind: Some(programme.kind),
                    confidential: programme.identity == Identity::Confidential,
                }
            }
            Err(_) => Programme {
                kind: None,
                confidential: false,
            },
        };
        programmes.push(programme);
    }
    Ok(programmes)
}

/// What a confidential programme may be asked at all: steps of a month or
/// more, at most one split, and only by unit, survey or version.
fn check_confidential(query: &ResultsQuery, splits: &[Split]) -> Outcome<()> {
    let declared = |split: &Split| match split {
        Split::Unit | Split::UnitLevel(_) => true,
        Split::Column(column) => {
            *column == koe_lake::Column::Common(CommonColumn::Version)
                || *column == koe_lake::Column::Common(CommonColumn::Stream)
        }
    };
    if matches!(query.grain, Grain::Day | Grain::Week) {
        return Err(Problem::invalid(
            "grain",
            "this programme is confidential; the shortest step is a month",
        ));
    }
    if splits.len() > 1 || splits.iter().any(|split| !declared(split)) {
        return Err(Problem::invalid(
            "split",
            "this programme is confidential; split by one of unit, unit:<level>, survey, version",
        ));
    }
    for (n, filter) in query.filters.iter().enumerate() {
        if !declared(&Split::parse(&filter.dimension, "filters")?) {
            return Err(Problem::invalid(
                format!("filters[{n}].dimension"),
                "this programme is confidential; filter by unit, survey or version",
            ));
        }
    }
    for (field, day) in [
        ("period.from", query.period.from),
        ("period.to", query.period.to.and_then(|d| d.tomorrow().ok())),
    ] {
        if day.is_some_and(|day| day.day() != 1) {
            return Err(Problem::invalid(
                field,
                "this programme is confidential; periods are whole months",
            ));
        }
    }
    Ok(())
}

/// Answers a question about a metric.
///
/// # Errors
/// 422 naming what cannot be asked.
pub async fn ask(
    app: &App,
    scope: &Scope,
    metric: &Metric,
    query: &ResultsQuery,
) -> Outcome<Results> {
    let confidence = match query.confidence {
        None => Confidence::P95,
        Some(share) => Confidence::new(share)
            .map_err(|error| Problem::invalid("confidence", error.to_string()))?,
    };
    let splits = query.splits()?;
    let mut tx = app.db.read().await?;
    let programmes = programmes(app, &mut tx, scope, &metric.definition.sources).await?;
    let settings = org::organisation(&mut tx, scope.organisation()).await?;
    let zone = TimeZone::get(&settings.time_zone).unwrap_or(TimeZone::UTC);
    let today = app.clock.now().to_zoned(zone.clone()).date();
    let tree = org::unit_history(&mut tx, app, scope.organisation()).await?;
    let mut parts = Vec::new();
    for source in &metric.definition.sources {
        let stream = experience::stream(&mut tx, scope, &source.stream)
            .await?
            .schema;
        let kind = stream
            .fields
            .iter()
            .find(|f| f.id == source.field)
            .map(|f| f.kind);
        let measure = measure(&metric.definition.formula, kind, &source.field)?;
        parts.push(Part { stream, measure });
    }
    drop(tx);
    let suppress = programmes
        .iter()
        .any(|p| p.confidential)
        .then(Thresholds::default);
    if suppress.is_some() {
        check_confidential(query, &splits)?;
    }

    let mut selection = experience::selection(scope);
    selection.conditions = query.conditions()?;
    selection.time = query.period.range(&zone)?;
    let dimensions: Vec<Dimension> = splits.iter().map(|s| dimension(s, query.units)).collect();
    let mut group_by = dimensions.clone();
    group_by.extend(query.lake_time(&settings.time_zone));
    let question = Question {
        parts,
        selection,
        group_by,
        weight: None,
    };
    let now_key = |mut key: Key| -> Key {
        for (value, split) in key.iter_mut().zip(&splits) {
            if let (Split::UnitLevel(level), UnitView::AsNow) = (split, query.units) {
                *value = value.take().and_then(|unit| {
                    let path = tree.path(&UnitId::stored(unit), today);
                    path.get(*level).map(|u| u.as_str().to_owned())
                });
            }
        }
        key
    };
    let answer = experience::ask(app, scope, question.clone()).await?;
    let mut groups: BTreeMap<Key, Cells> = BTreeMap::new();
    for group in answer.groups {
        let mut key = group.key;
        let step = match step_of(query.grain) {
            None => None,
            Some(grain) => key
                .pop()
                .flatten()
                .and_then(|text| step_start(grain, &text)),
        };
        let cells = groups.entry(now_key(key)).or_default();
        cells.steps.entry(step).or_default().merge(&group.summary);
    }

    let base = match query.compare.and_then(|c| query.period.base(c, today)) {
        None => None,
        Some(period) => {
            let time: TimeRange = period.range(&zone)?;
            let mut before = question;
            before.selection.time = time;
            before.group_by = dimensions;
            let mut groups: BTreeMap<Key, Summary> = BTreeMap::new();
            for group in experience::ask(app, scope, before).await?.groups {
                groups
                    .entry(now_key(group.key))
                    .or_default()
                    .merge(&group.summary);
            }
            Some(groups)
        }
    };
    let frame = Frame {
        formula: &metric.definition.formula,
        confidence,
        grain: query.grain,
        suppress,
    };
    Ok(results(frame, groups, base.as_ref()))
}

fn dimension(split: &Split, units: UnitView) -> Dimension {
    match (split, units) {
        (Split::Column(column), _) => Dimension::Column(column.clone()),
        (Split::UnitLevel(level), UnitView::AsThen) => Dimension::UnitLevel(*level),
        // As now: by leaf, moved to today's place afterwards.
        (Split::Unit, _) | (Split::UnitLevel(_), UnitView::AsNow) => {
            Dimension::common(CommonColumn::Unit)
        }
    }
}

fn measure(formula: &Formula, kind: Option<FieldKind>, field: &str) -> Outcome<Measure> {
    match (formula, kind) {
        (_, Some(FieldKind::Integer | FieldKind::Flag)) => Ok(Measure::Histogram(field.to_owned())),
        (Formula::Mean { .. }, Some(FieldKind::Number)) => Ok(Measure::Number(field.to_owned())),
        _ => Err(Problem::invalid(
            "definition.sources",
            format!("the field {field} does not hold the numbers that this formula needs"),
        )),
    }
}
