//! From a definition to what the lake is asked: formulas over metrics are laid
//! open down to the metrics that rest on answers.

use std::collections::BTreeMap;

use koe_analysis::expression::{Expression, Operator};
use koe_analysis::score::{Metric as OverAnswers, contribution};
use koe_lake::{FieldKind, Measure, Part, StreamSchema};

use super::measured::{Leaf, Measured};
use super::model::{Definition, Formula, Metric, Programme, Source, Text, Written};
use super::store;
use crate::base::app::App;
use crate::base::db::Conn;
use crate::base::experience;
use crate::base::id::{MetricId, SurveyId};
use crate::base::problem::{Outcome, Problem};
use crate::base::scope::Scope;
use crate::surveys;
use crate::surveys::document::Identity;

/// Up to so many metrics of a formula have what they have to do with each other
/// measured; with more, the interval is the bound that needs no measuring.
const MOST_MEASURED: usize = 6;

/// What a definition comes down to.
#[derive(Clone, Debug)]
pub struct Resolved {
    /// What is calculated from the lake's sums.
    pub measured: Measured,
    /// What the lake sums for each leaf, in their order.
    pub parts: Vec<Vec<Part>>,
    /// Every field it rests on.
    pub sources: Vec<Source>,
    /// The programmes behind the sources, in their order.
    pub programmes: Vec<Programme>,
}

impl Resolved {
    /// The streams it rests on, each once.
    pub fn streams(&self) -> Vec<StreamSchema> {
        let parts = self.parts.iter().flatten();
        let all = parts.map(|part| (&part.stream.id, &part.stream));
        let all: BTreeMap<_, _> = all.collect();
        all.into_values().cloned().collect()
    }

    /// In one of its streams, what a record adds: the formula over the record's
    /// fields whose mean over records is the metric there. None for a formula
    /// over several metrics, and where one stream has several of its fields.
    pub fn contribution(&self, stream: &str) -> Option<Expression> {
        let ([leaf], [parts]) = (&*self.measured.leaves, &*self.parts) else {
            return None;
        };
        let mut parts = parts.iter().filter(|part| part.stream.id == stream);
        let answer = answer_of(&parts.next()?.measure);
        match (parts.next(), &self.measured.expression) {
            (None, None) => Some(contribution(&leaf.formula, &answer)),
            _ => None,
        }
    }

    /// What the lake sums for the sum and for the difference of two leaves: one
    /// part for each two of their fields that one record answers.
    pub fn joint_parts(&self, pair: (usize, usize)) -> [Vec<Part>; 2] {
        let leaf = |at: usize| &self.measured.leaves[at].formula;
        let of = |operator: Operator| {
            let mut joint = Vec::new();
            for one in &self.parts[pair.0] {
                for other in &self.parts[pair.1] {
                    if one.stream.id != other.stream.id {
                        continue;
                    }
                    let side = |formula, part: &Part| {
                        Box::new(contribution(formula, &answer_of(&part.measure)))
                    };
                    joint.push(Part {
                        stream: one.stream.clone(),
                        measure: Measure::Expression(Expression::Binary {
                            operator,
                            left: side(leaf(pair.0), one),
                            right: side(leaf(pair.1), other),
                        }),
                    });
                }
            }
            joint
        };
        [of(Operator::Add), of(Operator::Subtract)]
    }
}

/// The answer that a measure reads, as a formula over fields.
fn answer_of(measure: &Measure) -> Expression {
    match measure {
        Measure::Expression(expression) => expression.clone(),
        Measure::Histogram(field) | Measure::Number(field) | Measure::CodeShare(field) => {
            Expression::Operand {
                name: field.clone(),
            }
        }
        Measure::Count => Expression::Number { value: 1.0 },
    }
}

/// Lays a definition open and checks it against what is there. `own` is the id
/// of the metric that is defined, which must not rest on itself.
///
/// # Errors
/// 422 naming the field at fault.
pub async fn resolve(
    app: &App,
    conn: &mut Conn,
    scope: &Scope,
    own: Option<&MetricId>,
    definition: &Definition,
) -> Outcome<Resolved> {
    definition.check()?;
    let mut laid_open = LaidOpen::default();
    let expression = match &definition.formula {
        Formula::Written(Written::OfMetrics(text)) => {
            let mut path: Vec<MetricId> = own.into_iter().cloned().collect();
            let open = laid_open.of_metrics(conn, scope, text, definition, &mut path);
            let expression = Box::pin(open).await?;
            expression.validate().map_err(|problem| {
                Problem::invalid(
                    "definition.formula.text",
                    format!("with the formulas of its metrics put in, {problem}"),
                )
            })?;
            Some(expression)
        }
        _ => {
            laid_open.leaves.push(("".to_owned(), definition.clone()));
            None
        }
    };
    let mut leaves = Vec::with_capacity(laid_open.leaves.len());
    let mut parts = Vec::with_capacity(laid_open.leaves.len());
    let mut sources = Vec::new();
    let mut programmes = Vec::new();
    for (name, definition) in &laid_open.leaves {
        let (known, schemas) = look_up(app, conn, scope, &definition.sources).await?;
        programmes.extend(known);
        sources.extend(definition.sources.iter().cloned());
        parts.push(parts_of(definition, &schemas)?);
        leaves.push(Leaf {
            name: name.clone(),
            formula: over_answers(&definition.formula),
        });
    }
    definition.check_mix(&programmes)?;
    // A formula that is one metric is that metric.
    let expression = expression.filter(|formula| !matches!(formula, Expression::Operand { .. }));
    let pairs = match leaves.len() {
        few if few <= MOST_MEASURED => pairs_of(&parts),
        _ => Vec::new(),
    };
    Ok(Resolved {
        measured: Measured {
            bounded: leaves.len() > MOST_MEASURED,
            expression,
            leaves,
            pairs,
        },
        parts,
        sources,
        programmes,
    })
}

/// The leaves that one record can answer both of.
fn pairs_of(parts: &[Vec<Part>]) -> Vec<(usize, usize)> {
    let streams = |at: usize| parts[at].iter().map(|part| &part.stream.id);
    let mut pairs = Vec::new();
    for one in 0..parts.len() {
        for other in one + 1..parts.len() {
            if streams(one).any(|stream| streams(other).any(|same| same == stream)) {
                pairs.push((one, other));
            }
        }
    }
    pairs
}

/// The metrics at the ground of a formula over metrics.
#[derive(Default)]
struct LaidOpen {
    /// Definitions over answers, by the id of their metric.
    leaves: Vec<(String, Definition)>,
}

impl LaidOpen {
    /// The formula over the leaves. `path` holds the metrics on the way here.
    async fn of_metrics(
        &mut self,
        conn: &mut Conn,
        scope: &Scope,
        text: &Text,
        definition: &Definition,
        path: &mut Vec<MetricId>,
    ) -> Outcome<Expression> {
        let expression = text
            .read(&definition.names())
            .map_err(|problem| Problem::invalid("definition.formula.text", problem.message))?;
        let mut operands: BTreeMap<&str, Expression> = BTreeMap::new();
        for (n, operand) in definition.metrics.iter().enumerate() {
            let field = || format!("definition.metrics[{n}].metric");
            if path.contains(&operand.metric) {
                return Err(Problem::invalid(
                    field(),
                    "this metric rests on the one that is defined; a formula cannot go round in \
                     a circle",
                ));
            }
            let metric: Metric = store::get(conn, scope, &operand.metric)
                .await
                .map_err(|_| Problem::invalid(field(), "there is no such metric"))?;
            let inner = match &metric.definition.formula {
                Formula::Written(Written::OfMetrics(text)) => {
                    path.push(metric.id.clone());
                    let open = self.of_metrics(conn, scope, text, &metric.definition, path);
                    let inner = Box::pin(open).await?;
                    path.pop();
                    inner
                }
                _ => {
                    let name = metric.id.as_str().to_owned();
                    if self.leaves.iter().all(|(known, _)| *known != name) {
                        self.leaves.push((name.clone(), metric.definition));
                    }
                    Expression::Operand { name }
                }
            };
            operands.insert(&operand.name, inner);
        }
        Ok(expression.with_operands(&|name| operands.get(name).cloned()))
    }
}

/// The formula as it is taken over the sums of a leaf.
fn over_answers(formula: &Formula) -> OverAnswers {
    match formula {
        Formula::Usual(formula) => formula.clone(),
        Formula::Written(Written::OfAnswers(text) | Written::OfMetrics(text)) => {
            OverAnswers::Mean {
                scale: None,
                direction: text.direction,
            }
        }
    }
}

/// What is known of sources: their programmes and, by id, their streams.
async fn look_up(
    app: &App,
    conn: &mut Conn,
    scope: &Scope,
    sources: &[Source],
) -> Outcome<(Vec<Programme>, BTreeMap<String, StreamSchema>)> {
    let mut programmes = Vec::with_capacity(sources.len());
    let mut schemas: BTreeMap<String, StreamSchema> = BTreeMap::new();
    for (n, source) in sources.iter().enumerate() {
        if !schemas.contains_key(&source.stream) {
            let known = experience::stream(conn, scope, &source.stream)
                .await
                .map_err(|_| {
                    Problem::invalid(
                        format!("definition.sources[{n}].stream"),
                        "there is no such survey or source with records or a published version",
                    )
                })?;
            schemas.insert(source.stream.clone(), known.schema);
        }
        if schemas[&source.stream].field(&source.field).is_none() {
            return Err(Problem::invalid(
                format!("definition.sources[{n}].field"),
                "this survey or source has no such field",
            ));
        }
        programmes.push(match source.stream.parse::<SurveyId>() {
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
        });
    }
    Ok((programmes, schemas))
}

/// What the lake sums for a definition over answers.
fn parts_of(
    definition: &Definition,
    schemas: &BTreeMap<String, StreamSchema>,
) -> Outcome<Vec<Part>> {
    let kind = |source: &Source| {
        let schema = schemas.get(&source.stream)?;
        Some(schema.field(&source.field)?.kind)
    };
    let unfit = |n: usize, source: &Source| {
        Problem::invalid(
            format!("definition.sources[{n}]"),
            format!(
                "the field {} does not hold the numbers that this formula needs",
                source.field
            ),
        )
    };
    match &definition.formula {
        Formula::Usual(formula) => (definition.sources.iter().enumerate())
            .map(|(n, source)| {
                let field = source.field.clone();
                let measure = match (formula, kind(source)) {
                    (_, Some(FieldKind::Integer | FieldKind::Flag)) => Measure::Histogram(field),
                    (OverAnswers::Mean { .. }, Some(FieldKind::Number)) => Measure::Number(field),
                    _ => return Err(unfit(n, source)),
                };
                Ok(Part {
                    stream: schemas[&source.stream].clone(),
                    measure,
                })
            })
            .collect(),
        Formula::Written(Written::OfAnswers(text) | Written::OfMetrics(text)) => {
            for (n, source) in definition.sources.iter().enumerate() {
                if !matches!(
                    kind(source),
                    Some(FieldKind::Integer | FieldKind::Flag | FieldKind::Number)
                ) {
                    return Err(unfit(n, source));
                }
            }
            let names = definition.names();
            let expression = text
                .read(&names)
                .map_err(|problem| Problem::invalid("definition.formula.text", problem.message))?;
            (schemas.values())
                .map(|stream| part_of(definition, &expression, &names, stream))
                .collect()
        }
    }
}

/// The formula over the fields of one stream, which must have all of them.
fn part_of(
    definition: &Definition,
    expression: &Expression,
    names: &[&str],
    stream: &StreamSchema,
) -> Outcome<Part> {
    let field = |name: &str| {
        let mut sources = definition.sources.iter();
        let source = sources.find(|one| one.stream == stream.id && one.name() == name)?;
        Some(Expression::Operand {
            name: source.field.clone(),
        })
    };
    if let Some(missing) = names.iter().find(|name| field(name).is_none()) {
        return Err(Problem::invalid(
            "definition.sources",
            format!(
                "in {} no question or field is named \u{201C}{missing}\u{201D}; the formula needs \
                 all its names in every survey",
                stream.id
            ),
        ));
    }
    Ok(Part {
        stream: stream.clone(),
        measure: Measure::Expression(expression.with_operands(&field)),
    })
}
