//! What dimensions that rest on people mean in the lake's words.

use std::collections::BTreeMap;

use jiff::civil::{Date, date};
use koe_analysis::bands::{self, Band, NOTHING, Shape};
use koe_lake::{
    CommonColumn, Condition, Earlier, Field, LookedUp, Lookup, Selection, SpreadQuestion,
    StreamSchema, Told, Value,
};

use super::{FROZEN, OperationalField, PersonDimension, Tells, What};
use crate::base::app::App;
use crate::base::db::Conn;
use crate::base::experience::{self, Moment};
use crate::base::problem::{Outcome, Problem};
use crate::base::scope::Scope;
use crate::people::store::{accounts, attributes, customers, streams};
use crate::people::{AttributeKind, ColumnKind, Holder};

/// Bands of numbers when nobody has said which.
const MOST_BANDS: usize = 5;

/// How a dimension is read, and what it holds.
#[derive(Clone, Debug)]
struct Described {
    column: koe_lake::Column,
    /// What its numbers are; none for codes.
    shape: Option<Shape>,
}

/// What every dimension of a question means that rests on people.
#[derive(Clone, Debug, Default)]
pub struct Knowledge(BTreeMap<What, Described>);

impl Knowledge {
    /// Reads what a question needs; each dimension comes with its place in the
    /// question.
    ///
    /// # Errors
    /// 422 naming a dimension that is not there or divides nobody.
    pub async fn read(conn: &mut Conn, scope: &Scope, asked: Vec<(String, What)>) -> Outcome<Self> {
        let mut knowledge = Self::default();
        for (field, what) in asked {
            if knowledge.0.contains_key(&what) {
                continue;
            }
            let described = match &what {
                What::Now { holder, key } => now(conn, scope, *holder, key, &field).await?,
                What::Then { key } => then(conn, scope, key).await?,
                What::Operational(one) => operational(conn, scope, one, &field).await?,
            };
            knowledge.0.insert(what, described);
        }
        Ok(knowledge)
    }

    fn of(&self, known: &PersonDimension) -> Outcome<&Described> {
        let unread = || Problem::internal(anyhow::anyhow!("{:?} was not read", known.what));
        self.0.get(&known.what).ok_or_else(unread)
    }

    /// The streams that are looked into, beside those asked about.
    pub fn other_streams(&self) -> impl Iterator<Item = &str> {
        let columns = self.0.values().map(|described| &described.column);
        columns.filter_map(|column| match column {
            koe_lake::Column::Earlier(earlier) => Some(&*earlier.stream.id),
            _ => None,
        })
    }

    /// The dimension as a column of numbers; none when it holds codes, texts or
    /// dates.
    ///
    /// # Errors
    /// When it was not read.
    pub fn number(&self, known: &PersonDimension) -> Outcome<Option<koe_lake::Column>> {
        let described = self.of(known)?;
        let counts = matches!(
            described.shape,
            Some(Shape::Number | Shape::Count | Shape::Days)
        );
        Ok(counts.then(|| described.column.clone()))
    }

    /// Whether the dimension holds numbers or dates, which are divided in bands.
    pub fn is_banded(&self, known: &PersonDimension) -> bool {
        self.of(known)
            .is_ok_and(|described| described.shape.is_some())
    }

    /// The dimension as the lake groups by it. Bands that nobody gave are
    /// chosen from the rows of the selection, which the moment must hold with
    /// [the other streams](Self::other_streams).
    ///
    /// # Errors
    /// As for the lake's questions.
    pub async fn dimension(
        &self,
        app: &App,
        moment: &Moment,
        known: &PersonDimension,
        streams: &[StreamSchema],
        selection: &Selection,
    ) -> Outcome<koe_lake::Column> {
        let described = self.of(known)?;
        let Some(shape) = described.shape else {
            return Ok(described.column.clone());
        };
        let counts = matches!(shape, Shape::Count | Shape::Days);
        let mut floor = counts.then_some(0.0);
        let mut edges = known.edges.clone();
        let sum =
            matches!(&known.what, What::Operational(one) if matches!(one.tells, Tells::Sum(_)));
        if edges.is_empty() || sum {
            let question = SpreadQuestion {
                streams: streams.to_vec(),
                selection: selection.clone(),
                of: described.column.clone(),
            };
            let values = moment.spread(app, question).await?;
            if edges.is_empty() {
                edges = bands::choose(&values, MOST_BANDS, shape);
            }
            let least = values.first().map(|(least, _)| *least);
            // Refunds may make a sum negative; where none does, whoever has nothing has 0.
            if sum && least.is_some_and(|least| least >= 0.0) {
                floor = Some(0.0);
            }
            if edges.is_empty() && floor.is_none() {
                floor = least;
            }
        }
        let dates = shape == Shape::Date;
        let bands = bands::between(&edges, floor);
        let texts = bands.iter().map(|band| band.text(dates)).collect();
        Ok(banded(&described.column, texts))
    }

    /// The conditions that a filter by the dimension means: of numbers and
    /// dates in bands, of codes by themselves. Null stands for records of which
    /// nothing could be known.
    ///
    /// # Errors
    /// 422 on `at` when a value is no band.
    pub fn conditions(
        &self,
        known: &PersonDimension,
        any_of: &[Option<String>],
        none_of: &[Option<String>],
        at: &str,
    ) -> Outcome<Vec<Condition>> {
        let described = self.of(known)?;
        let column = match described.shape {
            None => described.column.clone(),
            Some(_) => {
                let named = any_of.iter().chain(none_of).flatten();
                let mut texts: Vec<String> =
                    named.filter(|text| *text != NOTHING).cloned().collect();
                texts.sort();
                texts.dedup();
                for text in &texts {
                    text.parse::<Band>().map_err(|invalid| {
                        Problem::invalid(at, format!("{text} is no band: {invalid}"))
                    })?;
                }
                // Bands that overlap would hide each other in one column.
                return Ok([(any_of, true), (none_of, false)]
                    .into_iter()
                    .filter(|(values, _)| !values.is_empty())
                    .flat_map(|(values, wanted)| within(&described.column, values, wanted))
                    .collect());
            }
        };
        let code = |text: &str| Value::Code(text.to_owned());
        Ok(experience::listed(&column, any_of, none_of, code))
    }
}

/// That a number lies in one of the bands, or in none of them.
fn within(column: &koe_lake::Column, values: &[Option<String>], wanted: bool) -> Vec<Condition> {
    let texts: Vec<String> = values.iter().flatten().cloned().collect();
    let bands = texts
        .iter()
        .filter(|text| *text != NOTHING)
        .cloned()
        .collect();
    let code = |text: &str| Value::Code(text.to_owned());
    let (any_of, none_of) = if wanted {
        (values, &[][..])
    } else {
        (&[][..], values)
    };
    experience::listed(&banded(column, bands), any_of, none_of, code)
}

/// A column of numbers by band. What is looked up here is put into its band here.
fn banded(column: &koe_lake::Column, texts: Vec<String>) -> koe_lake::Column {
    let koe_lake::Column::Lookup(known) = column else {
        return koe_lake::Column::Banded {
            of: Box::new(column.clone()),
            bands: texts,
        };
    };
    let bands: Vec<(Band, &String)> = texts
        .iter()
        .filter_map(|text| Some((text.parse().ok()?, text)))
        .collect();
    let in_band = |number: &str| {
        let number: f64 = number.parse().ok()?;
        let inside = bands.iter().find(|(band, _)| band.holds(number));
        Some(inside.map_or_else(String::new, |(_, text)| (*text).clone()))
    };
    let known = known.iter().map(|one| LookedUp {
        column: one.column,
        values: one.values.filter_map(in_band),
    });
    koe_lake::Column::Lookup(known.collect())
}

fn shape_of(kind: AttributeKind) -> Option<Shape> {
    match kind {
        AttributeKind::Number => Some(Shape::Number),
        AttributeKind::Date => Some(Shape::Date),
        AttributeKind::Text | AttributeKind::Code | AttributeKind::Boolean => None,
    }
}

async fn now(
    conn: &mut Conn,
    scope: &Scope,
    holder: Holder,
    key: &str,
    field: &str,
) -> Outcome<Described> {
    let declared = attributes::list(conn, scope, holder).await?;
    let found = declared
        .iter()
        .find(|one| one.key == key && !one.personal && one.kind != AttributeKind::Text);
    let Some(attribute) = found else {
        return Err(Problem::invalid(
            field,
            format!("there is no attribute {key} that divides people and is not personal"),
        ));
    };
    let shape = shape_of(attribute.kind);
    let values = attributes::values(conn, scope, holder, key).await?;
    let values: BTreeMap<String, String> = values
        .into_iter()
        .filter_map(|(id, text)| Some((id, as_looked_up(shape, text)?)))
        .collect();
    let looked_up = |column, values| LookedUp {
        column,
        values: Lookup::new(values),
    };
    let known = match holder {
        Holder::Customer => vec![looked_up(CommonColumn::Customer, values)],
        // The record's own account decides; a record without one is of the
        // account that its customer belongs to, if that is one alone.
        Holder::Account => {
            let own = accounts::only(conn, scope).await?;
            let of_customers = own
                .into_iter()
                .filter_map(|(customer, account)| Some((customer, values.get(&account)?.clone())))
                .collect();
            vec![
                looked_up(CommonColumn::Account, values),
                looked_up(CommonColumn::Customer, of_customers),
            ]
        }
    };
    Ok(Described {
        column: koe_lake::Column::Lookup(known),
        shape,
    })
}

/// A value as it is compared: numbers and dates as numbers.
fn as_looked_up(shape: Option<Shape>, text: String) -> Option<String> {
    match shape {
        None => Some(text),
        Some(Shape::Date) => {
            let days = text.parse::<Date>().ok()? - date(1970, 1, 1);
            Some(days.get_days().to_string())
        }
        Some(_) => text.parse::<f64>().ok().map(|number| number.to_string()),
    }
}

async fn then(conn: &mut Conn, scope: &Scope, key: &str) -> Outcome<Described> {
    let declared = attributes::list(conn, scope, Holder::Customer).await?;
    let attribute = declared.iter().find(|one| one.key == key);
    Ok(Described {
        column: koe_lake::Column::Field {
            stream: None,
            field: format!("{FROZEN}{key}"),
        },
        shape: attribute.and_then(|one| shape_of(one.kind)),
    })
}

async fn operational(
    conn: &mut Conn,
    scope: &Scope,
    asked: &OperationalField,
    field: &str,
) -> Outcome<Described> {
    let declared = streams::list(conn, scope).await?;
    let Some(stream) = declared.iter().find(|one| one.key == asked.stream) else {
        let known: Vec<&str> = declared.iter().map(|one| one.key.as_str()).collect();
        return Err(Problem::invalid(
            field,
            format!(
                "there is no stream of operational rows {}; there are {}",
                asked.stream,
                known.join(", ")
            ),
        ));
    };
    let column = |key: &str, suits: fn(ColumnKind) -> bool| {
        let mut columns = stream.columns.iter();
        let found = columns.find(|column| column.key == key && suits(column.kind));
        found.map(|column| column.kind).ok_or_else(|| {
            Problem::invalid(
                field,
                format!("{} has no column {key} that can be read so", asked.stream),
            )
        })
    };
    let (tells, shape) = match &asked.tells {
        Tells::Count => (Told::Count, Some(Shape::Count)),
        Tells::DaysSince => (Told::DaysSince, Some(Shape::Days)),
        Tells::Sum(key) => {
            let adds = |kind| !matches!(kind, ColumnKind::Code | ColumnKind::Date);
            let shape = match column(key, adds)? {
                ColumnKind::Boolean => Shape::Count,
                _ => Shape::Number,
            };
            (Told::Sum(key.clone()), Some(shape))
        }
        Tells::Last(key) => {
            let shape = match column(key, |_| true)? {
                ColumnKind::Code | ColumnKind::Boolean => None,
                ColumnKind::Date => Some(Shape::Date),
                ColumnKind::Integer | ColumnKind::Number => Some(Shape::Number),
            };
            (Told::Last(key.clone()), shape)
        }
    };
    // Declared, and nothing imported yet: nobody has a row.
    let fields = stream.columns.iter();
    let fields = fields.map(|column| Field::new(&column.key, column.kind.stored_as()));
    let schema = StreamSchema::new(stream.id.as_str(), fields.collect())
        .map_err(|error| Problem::internal(anyhow::anyhow!(error)))?;
    let same = Lookup::new(customers::merged(conn, scope).await?);
    Ok(Described {
        column: koe_lake::Column::Earlier(Earlier {
            stream: schema,
            tells,
            days: asked.days,
            same,
        }),
        shape,
    })
}
