//! Asking the lake about a metric, within the scope of who asks.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use koe_analysis::bands::Band;
use koe_analysis::confidence::Confidence;
use koe_analysis::confidential::Thresholds;
use koe_lake::{CommonColumn, Dimension, Part, Question, Selection};

use super::measured::Sums;
use super::model::Metric;
use super::question::{Grain, Period, ResultsQuery, Split, UnitView};
use super::resolve::{Resolved, resolve};
use super::results::{Cells, Frame, Key, Results, results, step_of, step_start};
use crate::base::app::App;
use crate::base::experience::{self, Moment};
use crate::base::id::UnitId;
use crate::base::problem::{Outcome, Problem};
use crate::base::scope::Scope;
use crate::org;
use crate::people::Knowledge;

/// What a confidential programme may be asked at all: steps of a month or
/// more, at most one split, and only by unit, survey or version.
///
/// # Errors
/// 422 naming what may not be asked.
pub fn check_confidential(
    query: &ResultsQuery,
    splits: &[Split],
    base: Option<&Period>,
) -> Outcome<()> {
    let declared = |split: &Split| match split {
        Split::Unit | Split::UnitLevel(_) => true,
        Split::Person(_) => false,
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
    // Days that differ between two questions would tell what was said on them.
    if base.is_some_and(|period| !period.is_whole_months()) {
        return Err(Problem::invalid(
            "compare",
            "this programme is confidential; compare with a period of whole months",
        ));
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
    let mut tx = app.db.read().await?;
    let resolved = resolve(app, &mut tx, scope, Some(&metric.id), &metric.definition).await?;
    drop(tx);
    ask_resolved(app, scope, &resolved, query).await
}

/// Answers a question about a resolved metric.
///
/// # Errors
/// 422 naming what cannot be asked.
pub async fn ask_resolved(
    app: &App,
    scope: &Scope,
    resolved: &Resolved,
    query: &ResultsQuery,
) -> Outcome<Results> {
    let confidence = match query.confidence {
        None => Confidence::P95,
        Some(share) => Confidence::new(share)
            .map_err(|error| Problem::invalid("confidence", error.to_string()))?,
    };
    let splits = query.splits()?;
    let mut tx = app.db.read().await?;
    let settings = org::organisation(&mut tx, scope.organisation()).await?;
    let zone = TimeZone::get(&settings.time_zone).unwrap_or(TimeZone::UTC);
    let today = app.clock.now().to_zoned(zone.clone()).date();
    let tree = org::unit_history(&mut tx, app, scope.organisation()).await?;
    let about_people = query.about_people(&splits)?;
    let knowledge = Knowledge::read(&mut tx, scope, about_people).await?;
    drop(tx);
    let suppress = resolved
        .programmes
        .iter()
        .any(|p| p.confidential)
        .then(Thresholds::default);
    // What has no end goes on to the end of a month where only whole months are told.
    let until = match suppress {
        Some(_) => today.last_of_month(),
        None => today,
    };
    let base = query.compare.and_then(|c| query.period.base(c, until));
    if suppress.is_some() {
        check_confidential(query, &splits, base.as_ref())?;
    }

    let mut selection = experience::selection(scope);
    selection.conditions = query.conditions(&knowledge)?;
    selection.time = query.period.range(&zone)?;
    let streams = resolved.streams();
    let own = streams.iter().map(|stream| stream.id.as_str());
    let moment = Moment::of(app, scope, own.chain(knowledge.other_streams())).await?;
    let mut dimensions = Vec::with_capacity(splits.len());
    for split in &splits {
        dimensions.push(match split {
            Split::Person(known) => {
                let asked = knowledge.dimension(app, &moment, known, &streams, &selection);
                Dimension::Column(asked.await?)
            }
            split => dimension(split, query.units),
        });
    }
    let mut group_by = dimensions.clone();
    group_by.extend(query.lake_time(&settings.time_zone));
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
    let mut groups: BTreeMap<Key, Cells> = BTreeMap::new();
    for (mut key, sums) in sums(app, &moment, resolved, &selection, &group_by).await? {
        let step = match step_of(query.grain) {
            None => None,
            Some(grain) => key
                .pop()
                .flatten()
                .and_then(|text| step_start(grain, &text)),
        };
        let cells = groups.entry(now_key(key)).or_default();
        cells.steps.entry(step).or_default().merge(&sums);
    }

    let base = match base {
        None => None,
        Some(period) => {
            selection.time = period.range(&zone)?;
            let mut groups: BTreeMap<Key, Sums> = BTreeMap::new();
            for (key, sums) in sums(app, &moment, resolved, &selection, &dimensions).await? {
                groups.entry(now_key(key)).or_default().merge(&sums);
            }
            Some(groups)
        }
    };
    let frame = Frame {
        measured: &resolved.measured,
        confidence,
        grain: query.grain,
        suppress,
    };
    let mut results = results(frame, groups, base.as_ref());
    let banded: Vec<bool> = splits
        .iter()
        .map(|split| matches!(split, Split::Person(known) if knowledge.is_banded(known)))
        .collect();
    if banded.contains(&true) {
        results.groups.sort_by(|one, other| {
            let (one, other) = (place(&one.key, &banded), place(&other.key, &banded));
            one.partial_cmp(&other).unwrap_or(Ordering::Equal)
        });
    }
    Ok(results)
}

/// All sums of a metric by group, of one moment.
async fn sums(
    app: &App,
    moment: &Moment,
    resolved: &Resolved,
    selection: &Selection,
    group_by: &[Dimension],
) -> Outcome<BTreeMap<Key, Sums>> {
    let question = |parts: Vec<Part>| Question {
        parts,
        selection: selection.clone(),
        group_by: group_by.to_vec(),
        weight: None,
    };
    let leaves = resolved.parts.iter().cloned();
    let pairs = &resolved.measured.pairs;
    let joints = pairs.iter().flat_map(|&pair| resolved.joint_parts(pair));
    let mut answers = Vec::new();
    for parts in leaves.chain(joints) {
        answers.push(moment.ask(app, question(parts)).await?);
    }
    let mut answers = answers.into_iter();
    let mut groups: BTreeMap<Key, Sums> = BTreeMap::new();
    for (leaf, answer) in answers.by_ref().take(resolved.parts.len()).enumerate() {
        for group in answer.groups {
            let sums = groups.entry(group.key).or_default();
            sums.leaves.entry(leaf).or_default().merge(&group.summary);
        }
    }
    for pair in pairs {
        let of_sum = answers.next().into_iter().flat_map(|a| a.groups);
        for group in of_sum {
            let joint = groups.entry(group.key).or_default().joints.entry(*pair);
            joint.or_default().sum.merge(&group.summary.moments());
        }
        let of_difference = answers.next().into_iter().flat_map(|a| a.groups);
        for group in of_difference {
            let joint = groups.entry(group.key).or_default().joints.entry(*pair);
            joint
                .or_default()
                .difference
                .merge(&group.summary.moments());
        }
    }
    Ok(groups)
}

/// A split in the lake's words, unless it rests on people.
pub fn dimension(split: &Split, units: UnitView) -> Dimension {
    match (split, units) {
        (Split::Column(column), _) => Dimension::Column(column.clone()),
        (Split::UnitLevel(level), UnitView::AsThen) => Dimension::UnitLevel(*level),
        // As now: by leaf, moved to today's place afterwards.
        _ => Dimension::common(CommonColumn::Unit),
    }
}

/// Where a group stands among others of its dimension: bands by their numbers,
/// then what is in none, last the records without a value.
fn place(key: &Key, banded: &[bool]) -> Vec<(u8, f64)> {
    let of = |(value, banded): (&Option<String>, &bool)| match value {
        Some(text) if *banded => match text.parse::<Band>() {
            Ok(band) => (0, band.from.unwrap_or(f64::NEG_INFINITY)),
            Err(_) => (1, 0.0),
        },
        Some(_) => (0, 0.0),
        None if *banded => (2, 0.0),
        None => (0, 0.0),
    };
    key.iter().zip(banded).map(of).collect()
}
