//! From a definition to what the lake is asked.

use std::collections::{BTreeMap, BTreeSet};

use koe_analysis::score::{Direction, Metric as Formula};
use koe_lake::{Column, CrossQuestion, FieldKind, Number, StreamSchema};
use serde::Serialize;

use super::model::{Definition, Explained};
use super::view::{OutcomeView, Unit};
use crate::base::app::App;
use crate::base::db::Conn;
use crate::base::experience;
use crate::base::id::SurveyId;
use crate::base::problem::{Outcome, Problem};
use crate::base::scope::Scope;
use crate::metrics::{
    self, Definition as MetricDefinition, Filter, Formula as Written, Period, ResultsQuery, Source,
    Split, UnitView,
};
use crate::people::Knowledge;
use crate::surveys::document::{Document, Kind};
use crate::surveys::{self, fields};

/// What is asked, and what is known of its columns.
pub struct Plan {
    /// Sums of the outcome (first) and the drivers; the selection is of no
    /// time and of everything the asker may see.
    pub question: CrossQuestion,
    /// What is explained.
    pub outcome: OutcomeView,
    /// The drivers, in the order of the definition.
    pub drivers: Vec<Planned>,
    /// Whether figures must be suppressed.
    pub confidential: bool,
    /// Other streams that are looked into.
    pub streams: Vec<String>,
}

/// A driver and what is known of it.
#[derive(Clone, Debug, Serialize)]
pub struct Planned {
    /// As in the definition.
    pub dimension: String,
    /// The question or column, by language; empty where the dimension itself
    /// names it.
    pub label: BTreeMap<String, String>,
    /// Lowest and highest value, where it is a scale or yes/no.
    pub scale: Option<(f64, f64)>,
}

/// What of the definition a single question replaces or adds.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// Instead of the definition's days.
    pub period: Option<Period>,
    /// Beside the definition's filters.
    pub filters: &'a [Filter],
    /// Instead of what the definition compares.
    pub split: Option<&'a str>,
}

impl Asked<'_> {
    /// The definition as it is asked.
    pub fn of(&self, definition: &Definition) -> Definition {
        let mut asked = definition.clone();
        asked.period = self.period.unwrap_or(asked.period);
        asked.filters.extend_from_slice(self.filters);
        asked.split = self.split.map(str::to_owned).or(asked.split);
        asked
    }
}

/// Checks a definition against what is there and lays it open.
///
/// # Errors
/// 422 naming the field.
pub async fn plan(
    app: &App,
    conn: &mut Conn,
    scope: &Scope,
    definition: &Definition,
) -> Outcome<Plan> {
    let schema = experience::stream(conn, scope, &definition.stream).await;
    let schema = schema
        .map_err(|_| {
            Problem::invalid(
                "definition.stream",
                "there is no such survey or source with records or a published version",
            )
        })?
        .schema;
    definition.check(&app.config.limits)?;
    let document = match definition.stream.parse::<SurveyId>() {
        Ok(survey) => {
            let version = surveys::current(app, conn, scope, &survey).await?;
            Some(version.document.clone())
        }
        Err(_) => None,
    };
    let explained = explained(app, conn, scope, definition, document.as_deref()).await?;

    let query = ResultsQuery {
        period: definition.period,
        filters: definition.filters.clone(),
        split: definition.split.iter().cloned().collect(),
        ..ResultsQuery::default()
    };
    let splits = query.splits()?;
    let mut about_people = query.about_people(&splits)?;
    let mut read = Vec::with_capacity(definition.drivers.len());
    for (n, driver) in definition.drivers.iter().enumerate() {
        let at = format!("definition.drivers[{n}]");
        let split = Split::parse(driver, &at)?;
        if let Split::Person(known) = &split {
            about_people.push((at.clone(), known.what.clone()));
        }
        read.push((at, driver, split));
    }
    if explained.confidential {
        metrics::check_confidential(&query, &splits, None)?;
        if let Some((at, ..)) = read.iter().find(|(_, _, s)| matches!(s, Split::Person(_))) {
            return Err(Problem::invalid(
                at,
                "this programme is confidential; drivers are its own questions",
            ));
        }
    }
    let knowledge = Knowledge::read(conn, scope, about_people).await?;
    let mut columns = vec![explained.number];
    let mut drivers = Vec::with_capacity(read.len());
    for (at, dimension, split) in read {
        let (column, label, scale) = match split {
            Split::Person(known) => match knowledge.number(&known)? {
                Some(column) => (column, BTreeMap::new(), None),
                None => {
                    return Err(Problem::invalid(
                        at,
                        "holds codes, texts or dates; a driver is a number",
                    ));
                }
            },
            Split::Column(Column::Field { stream, field }) => {
                if explained.fields.contains(&field) {
                    return Err(Problem::invalid(
                        at,
                        "is what the outcome is made of, and cannot explain itself",
                    ));
                }
                let (label, scale) = of_field(&schema, document.as_deref(), &field, &at)?;
                (Column::Field { stream, field }, label, scale)
            }
            Split::Column(_) | Split::UnitLevel(_) | Split::Unit => {
                return Err(Problem::invalid(at, "is no driver"));
            }
        };
        columns.push(Number::Of(column));
        drivers.push(Planned {
            dimension: dimension.clone(),
            label,
            scale,
        });
    }
    let mut selection = experience::selection(scope);
    selection.conditions = query.conditions(&knowledge)?;
    let split = splits.first();
    Ok(Plan {
        streams: knowledge.other_streams().map(str::to_owned).collect(),
        question: CrossQuestion {
            stream: schema,
            columns,
            selection,
            split: split.map(|split| metrics::dimension(split, UnitView::AsThen)),
            weight: None,
            parts: super::model::PARTS,
            pairs: definition.missing == super::model::Missing::Pairwise,
        },
        outcome: explained.view,
        drivers,
        confidential: explained.confidential,
    })
}

/// What a field is called by language, and the ends of its scale.
type Named = (BTreeMap<String, String>, Option<(f64, f64)>);

/// What a field of the stream is called and on which scale it stands.
fn of_field(
    schema: &StreamSchema,
    document: Option<&Document>,
    field: &str,
    at: &str,
) -> Outcome<Named> {
    let Some(found) = schema.field(field) else {
        return Err(Problem::invalid(
            at,
            "this survey or source has no such field",
        ));
    };
    if !is_number(found.kind) {
        return Err(Problem::invalid(
            at,
            "holds codes or dates; a driver is a rating, a number or yes/no",
        ));
    }
    let flag = (found.kind == FieldKind::Flag).then_some((0.0, 1.0));
    let Some(document) = document else {
        return Ok((BTreeMap::new(), flag));
    };
    let columns = fields::columns(document);
    let column = columns.iter().find(|column| column.field == field);
    let question = column.and_then(|column| document.question(&column.question));
    let scale = question.and_then(|question| scale_of(&question.kind));
    Ok((
        column
            .map(|column| column.label.by_tag())
            .unwrap_or_default(),
        flag.or(scale),
    ))
}

/// Whether a kind of field can be calculated with.
pub fn is_number(kind: FieldKind) -> bool {
    matches!(
        kind,
        FieldKind::Integer | FieldKind::Number | FieldKind::Flag
    )
}

/// The ends of a question's scale.
fn scale_of(kind: &Kind) -> Option<(f64, f64)> {
    let ends = |low: i32, high: i32| Some((f64::from(low), f64::from(high)));
    match kind {
        Kind::Nps(_) => Some((0.0, 10.0)),
        Kind::Csat(csat) => ends(1, csat.points.into()),
        Kind::Ces(ces) => ends(1, ces.points.into()),
        Kind::Rating(rating) => ends(rating.low, rating.high),
        Kind::Expectation(pair) => Some((f64::from(pair.low), f64::from(pair.high))),
        Kind::Matrix(matrix) => of_choices(&matrix.columns),
        Kind::Single(single) => of_choices(&single.choices),
        _ => None,
    }
}

fn of_choices(choices: &[surveys::document::Choice]) -> Option<(f64, f64)> {
    let values = choices.iter().filter_map(|choice| choice.value.as_ref());
    let values = values.map(|value| value.to_f64());
    let ends = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
        (low.min(value), high.max(value))
    });
    (ends.0 < ends.1).then_some(ends)
}

/// The outcome, laid open.
struct Laid {
    number: Number,
    /// What it is made of.
    fields: BTreeSet<String>,
    view: OutcomeView,
    confidential: bool,
}

async fn explained(
    app: &App,
    conn: &mut Conn,
    scope: &Scope,
    definition: &Definition,
    document: Option<&Document>,
) -> Outcome<Laid> {
    let (at, label, metric) = match &definition.outcome {
        Explained::Metric { metric } => {
            let metric = metrics::get(conn, scope, metric).await.map_err(|_| {
                Problem::invalid("definition.outcome.metric", "there is no such metric")
            })?;
            ("definition.outcome.metric", metric.name, metric.definition)
        }
        Explained::Field { field } => {
            let asked = document.and_then(|document| {
                let columns = fields::columns(document);
                let column = columns.iter().find(|column| column.field == *field)?;
                let question = document.question(&column.question)?;
                Some((column.label.by_tag(), metrics::usual_formula(question)))
            });
            let (label, usual) = asked.unwrap_or_default();
            let plain = Formula::Mean {
                scale: None,
                direction: Direction::HigherIsBetter,
            };
            let definition = MetricDefinition {
                formula: Written::Usual(usual.unwrap_or(plain)),
                sources: vec![Source {
                    stream: definition.stream.clone(),
                    field: field.clone(),
                    name: None,
                }],
                metrics: Vec::new(),
                mixes_programmes: false,
            };
            ("definition.outcome.field", label, definition)
        }
    };
    let resolved = metrics::resolve(app, conn, scope, None, &metric).await;
    let resolved = resolved.map_err(|problem| match problem.fields().first() {
        Some(first) => Problem::invalid(at, first.message.clone()),
        None => problem,
    })?;
    let Some(contribution) = resolved.contribution(&definition.stream) else {
        return Err(Problem::invalid(
            at,
            "must rest on one question of this survey or source; a metric over other metrics, or \
             over several questions of it, is not what one record says",
        ));
    };
    let formula = &resolved.measured.leaves[0].formula;
    let fields = contribution.operands().into_iter().map(str::to_owned);
    Ok(Laid {
        fields: fields.collect(),
        number: Number::Formula(contribution),
        view: OutcomeView {
            label,
            unit: match formula {
                Formula::Nps { .. } => Unit::NpsPoints,
                Formula::Csat { .. }
                | Formula::TopBox { .. }
                | Formula::BottomBox { .. }
                | Formula::Share { .. } => Unit::PercentagePoints,
                Formula::Ces { .. } | Formula::Mean { .. } => Unit::Points,
            },
            lower_is_better: formula.direction() == Direction::LowerIsBetter,
        },
        confidential: resolved.programmes.iter().any(|one| one.confidential),
    })
}
