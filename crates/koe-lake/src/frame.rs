//! Conditions, dimensions and measures as expressions over one stream's columns.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use datafusion::arrow::array::{AsArray, BooleanArray, StringViewArray};
use datafusion::arrow::datatypes::{DataType, Int64Type};
use datafusion::common::{Column as Named, ScalarValue};
use datafusion::error::DataFusionError;
use datafusion::logical_expr::expr_fn::{cast, when};
use datafusion::logical_expr::{ColumnarValue, Expr, ScalarUDF, Volatility, create_udf, lit};

use crate::band::{as_number, band_of};
use crate::bucket::Buckets;
use crate::earlier::Histories;
use crate::error::{Error, Result};
use crate::formula::formula;
use crate::question::{
    Column, CommonColumn, Condition, Dimension, LookedUp, Measure, Selection, Test, TimeRange,
    Units,
};
use crate::row::{Value, ValueRef};
use crate::stream::{FieldKind, StreamSchema, column_name};
use crate::tombstone::Graveyard;

/// One stream as seen by one question.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Frame<'a> {
    stream: &'a StreamSchema,
    /// What earlier rows tell, in questions that look it up.
    earlier: Option<&'a Histories>,
}

/// How the key of a group is told from what the engine grouped by.
#[derive(Debug, Clone)]
pub(crate) enum KeyText {
    AsIs,
    Bucket(Buckets),
}

/// A column of the stream: where to read it and what it holds. `None` reads as null everywhere.
type Found = Option<(Expr, FieldKind)>;

impl<'a> Frame<'a> {
    /// For a question that looks into no other stream.
    pub(crate) fn of(stream: &'a StreamSchema) -> Self {
        Self::with(stream, None)
    }

    /// With what was read of other streams.
    pub(crate) fn with(stream: &'a StreamSchema, earlier: Option<&'a Histories>) -> Self {
        Frame { stream, earlier }
    }

    /// Reads a column. A field of another stream is null here; a field this stream is named for
    /// must exist.
    pub(crate) fn column(&self, column: &Column) -> Result<Found> {
        match column {
            Column::Common(CommonColumn::Stream) => {
                Ok(Some((lit(self.stream.id.as_str()), FieldKind::Code)))
            }
            Column::Common(common) => Ok(Some((named(common.name()), common.kind()))),
            Column::Field { stream, field } => {
                if stream
                    .as_ref()
                    .is_some_and(|stream| *stream != self.stream.id)
                {
                    return Ok(None);
                }
                match self.stream.field(field) {
                    Some(found) => Ok(Some((named(&column_name(field)), found.kind))),
                    None if stream.is_none() => Ok(None),
                    None => Err(self.unknown(field)),
                }
            }
            Column::Lookup(known) => looked_up(known).map(|found| Some((found, FieldKind::Code))),
            Column::Earlier(earlier) => {
                let nothing = Histories::default();
                self.earlier.unwrap_or(&nothing).tell(earlier).map(Some)
            }
            Column::Banded { of, bands } => {
                let Some((column, kind)) = self.column(of)? else {
                    return Ok(None);
                };
                if kind == FieldKind::Code {
                    return Err(Error::wrong_kind(&label(of), kind, "bands of numbers"));
                }
                let band = band_of(as_number(column, kind), bands)?;
                Ok(Some((band, FieldKind::Code)))
            }
        }
    }

    fn unknown(&self, field: &str) -> Error {
        Error::UnknownField {
            stream: self.stream.id.clone(),
            field: field.to_owned(),
        }
    }

    /// A field that is measured.
    pub(crate) fn field(&self, id: &str) -> Result<(Expr, FieldKind)> {
        let field = self.stream.field(id).ok_or_else(|| self.unknown(id))?;
        Ok((named(&column_name(id)), field.kind))
    }

    /// Everything a selection demands except its time, which not every file needs to be asked.
    pub(crate) fn conditions(&self, selection: &Selection) -> Result<Vec<Expr>> {
        let mut all = Vec::with_capacity(selection.conditions.len() + 1);
        if let Units::Only(units) = &selection.units {
            let units = units.iter().map(String::as_str).collect();
            all.push(one_of_texts(named(CommonColumn::Unit.name()), units));
        }
        for condition in &selection.conditions {
            all.push(self.condition(condition)?);
        }
        Ok(all)
    }

    fn condition(&self, condition: &Condition) -> Result<Expr> {
        let Some((column, kind)) = self.column(&condition.column)? else {
            return Ok(lit(matches!(
                condition.test,
                Test::IsNull | Test::AnyOrNull(_) | Test::NoneOf(_)
            )));
        };
        let literal = |value: &Value| literal(&condition.column, kind, value);
        let one_of = |values: &[Value]| -> Result<Expr> {
            let literals = values.iter().map(literal).collect::<Result<Vec<_>>>()?;
            if kind != FieldKind::Code {
                return Ok(column.clone().in_list(literals, false));
            }
            let texts = values.iter().filter_map(|value| match value {
                Value::Code(text) => Some(text.as_str()),
                _ => None,
            });
            Ok(one_of_texts(column.clone(), texts.collect()))
        };
        Ok(match &condition.test {
            Test::Equals(value) => column.eq(literal(value)?),
            Test::AnyOf(values) => one_of(values)?,
            Test::AnyOrNull(values) => column.clone().is_null().or(one_of(values)?),
            Test::NoneOf(values) => column
                .clone()
                .is_null()
                .or(Expr::Not(Box::new(one_of(values)?))),
            Test::Between { from, to } => {
                let mut fits = column.clone().is_not_null();
                if let Some(from) = from {
                    fits = fits.and(column.clone().gt_eq(literal(from)?));
                }
                if let Some(to) = to {
                    fits = fits.and(column.lt_eq(literal(to)?));
                }
                fits
            }
            Test::IsNull => column.is_null(),
            Test::NotNull => column.is_not_null(),
            Test::Within(units) => {
                if condition.column != Column::Common(CommonColumn::UnitPath) {
                    return Err(Error::BadQuestion(
                        "'within' is asked of unit_path only".to_owned(),
                    ));
                }
                let within = units.iter().cloned().collect();
                within_units(within).call(vec![column])
            }
        })
    }

    /// A dimension as the engine groups by it, and how its key is told.
    pub(crate) fn dimension(&self, dimension: &Dimension) -> Result<(Expr, KeyText)> {
        match dimension {
            Dimension::Column(column) => {
                let expression = match self.column(column)? {
                    Some((column, _)) => column,
                    None => lit(ScalarValue::Utf8View(None)),
                };
                Ok((expression, KeyText::AsIs))
            }
            Dimension::UnitLevel(level) => {
                let path = named(CommonColumn::UnitPath.name());
                Ok((unit_at(*level).call(vec![path]), KeyText::AsIs))
            }
            Dimension::Time { grain, zone } => {
                let buckets = Buckets::new(*grain, zone)?;
                let bucket = ScalarUDF::new_from_impl(buckets.clone());
                let occurred = named(CommonColumn::OccurredAt.name());
                Ok((bucket.call(vec![occurred]), KeyText::Bucket(buckets)))
            }
        }
    }

    /// The weight of a row: null where the row must not be weighed (no weight, or none above zero).
    pub(crate) fn weight(&self, column: &Column) -> Result<Expr> {
        let weight = match self.column(column)? {
            Some((weight, FieldKind::Number | FieldKind::Integer)) => {
                cast(weight, DataType::Float64)
            }
            Some((_, kind)) => {
                return Err(Error::wrong_kind(&label(column), kind, "a weight"));
            }
            None => lit(ScalarValue::Float64(None)),
        };
        Ok(when(weight.clone().gt(lit(0.0)), weight).end()?)
    }

    /// A field as a number: yes is 1, no is 0.
    pub(crate) fn number(&self, field: &str) -> Result<Expr> {
        match self.field(field)? {
            (column, FieldKind::Integer | FieldKind::Number | FieldKind::Flag) => {
                Ok(cast(column, DataType::Float64))
            }
            (_, kind) => Err(Error::wrong_kind(field, kind, "arithmetic")),
        }
    }

    /// What is measured, as one column; `None` when rows are only counted.
    pub(crate) fn measured(&self, measure: &Measure) -> Result<Option<Expr>> {
        let unsuitable =
            |field: &str, kind, doing: &str| Err(Error::wrong_kind(field, kind, doing));
        match measure {
            Measure::Count => Ok(None),
            Measure::Histogram(field) => match self.field(field)? {
                (column, FieldKind::Integer) => Ok(Some(column)),
                (column, FieldKind::Flag) => Ok(Some(cast(column, DataType::Int64))),
                (column, FieldKind::Date) => {
                    Ok(Some(cast(cast(column, DataType::Int32), DataType::Int64)))
                }
                (_, kind) => unsuitable(field, kind, "counts per whole number"),
            },
            Measure::Number(field) => self.number(field).map(Some),
            Measure::Expression(expression) => {
                formula(expression, |field| self.number(field)).map(Some)
            }
            Measure::CodeShare(field) => match self.field(field)? {
                (column, FieldKind::Code) => Ok(Some(column)),
                (_, kind) => unsuitable(field, kind, "counts per code"),
            },
        }
    }
}

/// The fields of a stream that a measure, a selection, dimensions and a weight read, checked.
pub(crate) fn fields_read<'a>(
    measured: impl IntoIterator<Item = &'a str>,
    selection: &'a Selection,
    group_by: &'a [Dimension],
    weight: Option<&'a Column>,
) -> BTreeSet<&'a str> {
    let split = group_by.iter().filter_map(|dimension| match dimension {
        Dimension::Column(column) => Some(column),
        _ => None,
    });
    measured
        .into_iter()
        .chain(
            selection
                .conditions
                .iter()
                .map(|condition| &condition.column)
                .chain(split)
                .chain(weight)
                .filter_map(Column::field),
        )
        .collect()
}

impl StreamSchema {
    /// The stream with only those of its fields: wide streams cost planning time per column.
    pub(crate) fn narrowed(&self, fields: &BTreeSet<&str>) -> Self {
        StreamSchema {
            id: self.id.clone(),
            fields: self
                .fields
                .iter()
                .filter(|field| fields.contains(field.id.as_str()))
                .cloned()
                .collect(),
        }
    }
}

impl CommonColumn {
    fn kind(self) -> FieldKind {
        match self {
            CommonColumn::Direct | CommonColumn::Solicited => FieldKind::Flag,
            CommonColumn::Weight => FieldKind::Number,
            CommonColumn::Revision
            | CommonColumn::Version
            | CommonColumn::DurationMs
            | CommonColumn::OccurredAt
            | CommonColumn::RecordedAt => FieldKind::Integer,
            _ => FieldKind::Code,
        }
    }
}

/// A column under exactly this name: no folding of case, no splitting at dots.
pub(crate) fn named(name: &str) -> Expr {
    Expr::Column(Named::from_name(name))
}

/// A moment of a time column.
pub(crate) fn moment(milliseconds: i64) -> Expr {
    lit(ScalarValue::TimestampMillisecond(
        Some(milliseconds),
        Some("UTC".into()),
    ))
}

/// `occurred_at` inside the range.
pub(crate) fn within(time: &TimeRange) -> Vec<Expr> {
    let occurred = || named(CommonColumn::OccurredAt.name());
    let from = time.from.map(|from| occurred().gt_eq(moment(from)));
    let to = time.to.map(|to| occurred().lt(moment(to)));
    from.into_iter().chain(to).collect()
}

fn label(column: &Column) -> String {
    match column {
        Column::Common(common) => common.name().to_owned(),
        Column::Field { field, .. } => field.clone(),
        Column::Lookup(known) => {
            let names: Vec<&str> = known.iter().map(|one| one.column.name()).collect();
            format!("what is known of {}", names.join(" and "))
        }
        Column::Earlier(earlier) => format!("what {} tells", earlier.stream.id),
        Column::Banded { of, .. } => label(of),
    }
}

/// What is known of the first of the columns in which a row has a value.
fn looked_up(known: &[LookedUp]) -> Result<Expr> {
    let Some((first, rest)) = known.split_first() else {
        return Err(Error::BadQuestion(
            "a lookup needs a column to look up".to_owned(),
        ));
    };
    if first.column.kind() != FieldKind::Code || first.column == CommonColumn::Stream {
        return Err(Error::BadQuestion(format!(
            "{} cannot be looked up; only columns of texts can",
            first.column.name()
        )));
    }
    let column = named(first.column.name());
    let found = first.values.of(column.clone());
    match rest {
        [] => Ok(found),
        rest => Ok(when(column.is_not_null(), found).otherwise(looked_up(rest)?)?),
    }
}

fn literal(column: &Column, kind: FieldKind, value: &Value) -> Result<Expr> {
    value.borrowed().check(&label(column), kind)?;
    let is_time = matches!(
        column,
        Column::Common(CommonColumn::OccurredAt | CommonColumn::RecordedAt)
    );
    Ok(match (kind, value.borrowed()) {
        (_, ValueRef::Integer(value)) if is_time => moment(value),
        (FieldKind::Number, ValueRef::Integer(value)) => lit(value as f64),
        (_, ValueRef::Integer(value)) => lit(value),
        (_, ValueRef::Number(value)) => lit(value),
        (_, ValueRef::Flag(value)) => lit(value),
        (_, ValueRef::Code(value)) => lit(value),
        (_, ValueRef::Date(value)) => lit(ScalarValue::Date32(Some(value))),
    })
}

fn test_texts(
    values: &ColumnarValue,
    test: impl Fn(&str) -> bool,
) -> Result<ColumnarValue, DataFusionError> {
    let array = values.to_array(1)?;
    let passed: BooleanArray = array
        .as_string_view()
        .iter()
        .map(|value| value.map(&test))
        .collect();
    Ok(match values {
        ColumnarValue::Array(_) => ColumnarValue::Array(Arc::new(passed)),
        ColumnarValue::Scalar(_) => ColumnarValue::Scalar(ScalarValue::try_from_array(&passed, 0)?),
    })
}

/// A short list is told to the engine, which passes over files by it; a long one is looked up, because
/// planning it costs more than reading.
fn one_of_texts(column: Expr, texts: Vec<&str>) -> Expr {
    const SHORT: usize = 20;
    if texts.len() <= SHORT {
        return column.in_list(texts.into_iter().map(lit).collect(), false);
    }
    let texts: HashSet<String> = texts.into_iter().map(str::to_owned).collect();
    let one_of = create_udf(
        "one_of",
        vec![DataType::Utf8View],
        DataType::Boolean,
        Volatility::Immutable,
        Arc::new(move |args: &[ColumnarValue]| test_texts(&args[0], |text| texts.contains(text))),
    );
    one_of.call(vec![column])
}

fn within_units(units: BTreeSet<String>) -> ScalarUDF {
    create_udf(
        "within_units",
        vec![DataType::Utf8View],
        DataType::Boolean,
        Volatility::Immutable,
        Arc::new(move |args: &[ColumnarValue]| {
            test_texts(&args[0], |path| {
                path.split('/').any(|unit| units.contains(unit))
            })
        }),
    )
}

fn unit_at(level: usize) -> ScalarUDF {
    create_udf(
        &format!("unit_at_level_{level}"),
        vec![DataType::Utf8View],
        DataType::Utf8View,
        Volatility::Immutable,
        Arc::new(move |args: &[ColumnarValue]| {
            let paths = args[0].to_array(1)?;
            let units: StringViewArray = paths
                .as_string_view()
                .iter()
                .map(|path| path?.split('/').nth(level))
                .collect();
            Ok(match args[0] {
                ColumnarValue::Array(_) => ColumnarValue::Array(Arc::new(units)),
                ColumnarValue::Scalar(_) => {
                    ColumnarValue::Scalar(ScalarValue::try_from_array(&units, 0)?)
                }
            })
        }),
    )
}

/// What must hold of a row for it not to be removed.
pub(crate) fn alive(graveyard: &Arc<Graveyard>) -> Vec<Expr> {
    let mut all = Vec::new();
    if graveyard.names_records() {
        let graveyard = Arc::clone(graveyard);
        let removed = create_udf(
            "removed_record",
            vec![DataType::Utf8View, DataType::Int64],
            DataType::Boolean,
            Volatility::Immutable,
            Arc::new(move |args: &[ColumnarValue]| {
                let args = ColumnarValue::values_to_arrays(args)?;
                let revisions = args[1].as_primitive::<Int64Type>();
                let removed: BooleanArray = args[0]
                    .as_string_view()
                    .iter()
                    .zip(revisions.values())
                    .map(|(id, revision)| {
                        Some(id.is_some_and(|id| graveyard.removes_record(id, *revision)))
                    })
                    .collect();
                Ok(ColumnarValue::Array(Arc::new(removed)))
            }),
        );
        let ids = vec![
            named(CommonColumn::RecordId.name()),
            named(CommonColumn::Revision.name()),
        ];
        all.push(Expr::Not(Box::new(removed.call(ids))));
    }
    if graveyard.names_customers() {
        let graveyard = Arc::clone(graveyard);
        let removed = create_udf(
            "removed_customer",
            vec![DataType::Utf8View],
            DataType::Boolean,
            Volatility::Immutable,
            Arc::new(move |args: &[ColumnarValue]| {
                test_texts(&args[0], |customer| graveyard.removes_customer(customer))
            }),
        );
        let customer = named(CommonColumn::Customer.name());
        let removed = removed.call(vec![customer.clone()]);
        all.push(customer.is_null().or(Expr::Not(Box::new(removed))));
    }
    all
}
