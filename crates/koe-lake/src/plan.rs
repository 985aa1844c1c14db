//! What the engine is told to sum for one part of a question, and how its rows become summaries.

use std::sync::Arc;

use datafusion::arrow::array::{Array, AsArray, RecordBatch, StringArray};
use datafusion::arrow::compute::cast as cast_array;
use datafusion::arrow::datatypes::{DataType, Float64Type, Int32Type, Int64Type};
use datafusion::dataframe::DataFrame;
use datafusion::functions_aggregate::count::count_all;
use datafusion::functions_aggregate::expr_fn::{avg, count, max, min, sum, var_sample};
use datafusion::logical_expr::{Expr, lit, when};
use koe_analysis::summary::{Moments, Tally};

use crate::answer::{Groups, Key};
use crate::earlier::Histories;
use crate::error::{Error, Result};
use crate::frame::{Frame, KeyText, named};
use crate::question::{Measure, Question};
use crate::scan::FILE_COLUMN;
use crate::stream::StreamSchema;

/// What is kept of the measured values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// Nothing: rows are counted.
    Rows,
    /// Each whole number with its count.
    Values,
    /// Each code with its count.
    Codes,
    /// Their moments.
    Moments,
}

/// The sums of one part.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) conditions: Vec<Expr>,
    keys: Vec<(Expr, KeyText)>,
    value: Option<Expr>,
    weight: Option<Expr>,
    shape: Shape,
    per_file: bool,
}

impl Plan {
    pub(crate) fn of(
        stream: &StreamSchema,
        measure: &Measure,
        question: &Question,
        earlier: &Histories,
        per_file: bool,
    ) -> Result<Self> {
        let frame = Frame::with(stream, Some(earlier));
        let weight = question
            .weight
            .as_ref()
            .map(|weight| frame.weight(weight))
            .transpose()?;
        Ok(Plan {
            conditions: frame.conditions(&question.selection)?,
            keys: question
                .group_by
                .iter()
                .map(|dimension| frame.dimension(dimension))
                .collect::<Result<_>>()?,
            value: frame.measured(measure)?,
            weight,
            shape: match measure {
                Measure::Count => Shape::Rows,
                Measure::Histogram(_) => Shape::Values,
                Measure::CodeShare(_) => Shape::Codes,
                Measure::Number(_) | Measure::Expression(_) => Shape::Moments,
            },
            per_file,
        })
    }

    /// The plan over a table of rows, keeping those that meet all filters.
    pub(crate) fn over(&self, rows: DataFrame, filters: Vec<Expr>) -> Result<DataFrame> {
        let rows = match filters.into_iter().reduce(Expr::and) {
            Some(filter) => rows.filter(filter)?,
            None => rows,
        };
        let mut columns: Vec<Expr> = Vec::new();
        let mut groups: Vec<Expr> = Vec::new();
        if self.per_file {
            columns.push(named(FILE_COLUMN));
            groups.push(named(FILE_COLUMN));
        }
        for (place, (key, _)) in self.keys.iter().enumerate() {
            columns.push(key.clone().alias(key_name(place)));
            groups.push(named(&key_name(place)));
        }
        if let Some(weight) = &self.weight {
            columns.push(weight.clone().alias("w"));
        }
        if let Some(value) = &self.value {
            columns.push(value.clone().alias("v"));
        }
        let weighted = self.weight.is_some();
        // A value without a weight cannot be weighed, so it counts as missing.
        let value = match weighted {
            true => when(named("w").is_not_null(), named("v")).end()?,
            false => named("v"),
        };
        let mut sums = vec![count_all().alias("n")];
        if weighted {
            sums.push(sum(named("w")).alias("w1"));
            sums.push(sum(named("w") * named("w")).alias("w2"));
        }
        match self.shape {
            Shape::Rows => {}
            Shape::Values | Shape::Codes => groups.push(value.alias("v")),
            Shape::Moments => {
                sums.push(count(value.clone()).alias("vn"));
                sums.push(min(value.clone()).alias("min"));
                sums.push(max(value.clone()).alias("max"));
                if weighted {
                    let weight = when(named("v").is_not_null(), named("w")).end()?;
                    let weighed = weight.clone() * value.clone();
                    sums.push(sum(weight.clone()).alias("vw1"));
                    sums.push(sum(weight.clone() * weight).alias("vw2"));
                    sums.push(sum(weighed.clone()).alias("vwx"));
                    sums.push(sum(weighed * value).alias("vwxx"));
                } else {
                    sums.push(avg(value.clone()).alias("mean"));
                    sums.push(var_sample(value).alias("variance"));
                }
            }
        }
        // A count of rows alone needs a column to be asked for.
        if columns.is_empty() {
            columns.push(lit(1_i64).alias("one"));
        }
        Ok(rows.select(columns)?.aggregate(groups, sums)?)
    }

    /// Adds a batch of sums to the groups of the files they are of.
    pub(crate) fn fold(&self, batch: &RecordBatch, slots: &mut [Groups]) -> Result<()> {
        let sums = Sums { batch };
        let keys = self
            .keys
            .iter()
            .enumerate()
            .map(|(place, (_, text))| sums.keys(&key_name(place), text))
            .collect::<Result<Vec<_>>>()?;
        let files = match self.per_file {
            true => Some(sums.places(FILE_COLUMN)?),
            false => None,
        };
        let codes = match self.shape {
            Shape::Codes => Some(sums.texts("v")?),
            _ => None,
        };
        for row in 0..batch.num_rows() {
            let n = sums.whole("n", row)?.unwrap_or(0) as u64;
            // Without a dimension the engine answers even when there is no row.
            if n == 0 {
                continue;
            }
            let slot = files.as_ref().map_or(0, |files| files[row]);
            let Some(groups) = slots.get_mut(slot) else {
                return Err(Error::Engine(format!(
                    "a sum names file {slot}, which was not asked"
                )));
            };
            let key: Key = keys.iter().map(|texts| texts[row].clone()).collect();
            let group = groups.at(key);
            let tally = match self.weight {
                Some(_) => Tally {
                    n,
                    weight: sums.number("w1", row)?.unwrap_or(0.0),
                    weight_squared: sums.number("w2", row)?.unwrap_or(0.0),
                },
                None => Tally::unweighted(n),
            };
            group.rows.merge(&tally);
            match self.shape {
                Shape::Rows => {}
                Shape::Values => match sums.whole("v", row)? {
                    Some(value) => group.summary.histogram.add(value, &tally),
                    None => group.summary.n_missing += n,
                },
                Shape::Codes => match codes.as_ref().filter(|codes| codes.is_valid(row)) {
                    Some(codes) => group
                        .codes
                        .entry(codes.value(row).to_owned())
                        .or_default()
                        .merge(&tally),
                    None => group.summary.n_missing += n,
                },
                Shape::Moments => {
                    let moments = sums.moments(row, self.weight.is_some())?;
                    group.summary.n_missing += n - moments.n;
                    group.summary.aggregated.merge(&moments);
                }
            }
        }
        Ok(())
    }
}

pub(crate) fn key_name(place: usize) -> String {
    format!("k{place}")
}

/// A batch of sums, read by column name.
pub(crate) struct Sums<'a> {
    pub(crate) batch: &'a RecordBatch,
}

impl Sums<'_> {
    pub(crate) fn column(&self, name: &str) -> Result<&Arc<dyn Array>> {
        self.batch
            .column_by_name(name)
            .ok_or_else(|| Error::Engine(format!("the engine returned no column {name}")))
    }

    pub(crate) fn whole(&self, name: &str, row: usize) -> Result<Option<i64>> {
        let column = self.column(name)?.as_primitive::<Int64Type>();
        Ok(column.is_valid(row).then(|| column.value(row)))
    }

    pub(crate) fn number(&self, name: &str, row: usize) -> Result<Option<f64>> {
        let column = self.column(name)?.as_primitive::<Float64Type>();
        Ok(column.is_valid(row).then(|| column.value(row)))
    }

    /// Places in a list of files.
    pub(crate) fn places(&self, name: &str) -> Result<Vec<usize>> {
        let places = self.column(name)?.as_primitive::<Int32Type>().values();
        places
            .iter()
            .map(|place| {
                usize::try_from(*place)
                    .map_err(|_| Error::Engine(format!("a file has place {place}")))
            })
            .collect()
    }

    pub(crate) fn texts(&self, name: &str) -> Result<StringArray> {
        let texts = cast_array(self.column(name)?, &DataType::Utf8)?;
        Ok(texts.as_string::<i32>().clone())
    }

    pub(crate) fn keys(&self, name: &str, text: &KeyText) -> Result<Vec<Option<String>>> {
        if let KeyText::Bucket(buckets) = text {
            let starts = self.column(name)?.as_primitive::<Int64Type>();
            return Ok(starts
                .iter()
                .map(|first| first.map(|first| buckets.key(first)))
                .collect());
        }
        let texts = self.texts(name)?;
        Ok(texts.iter().map(|value| value.map(str::to_owned)).collect())
    }

    fn moments(&self, row: usize, weighted: bool) -> Result<Moments> {
        let n = self.whole("vn", row)?.unwrap_or(0) as u64;
        let number = |name: &str| self.number(name, row);
        let (Some(least), Some(greatest)) = (number("min")?, number("max")?) else {
            return Ok(Moments::default());
        };
        if !weighted {
            let mean = number("mean")?.unwrap_or(0.0);
            return Ok(Moments::from_aggregates(
                n,
                mean,
                number("variance")?,
                least,
                greatest,
            ));
        }
        let weight = number("vw1")?.unwrap_or(0.0);
        let mean = number("vwx")?.unwrap_or(0.0) / weight;
        Ok(Moments {
            n,
            weight,
            weight_squared: number("vw2")?.unwrap_or(0.0),
            mean,
            m2: (number("vwxx")?.unwrap_or(0.0) - mean * mean * weight).max(0.0),
            min: Some(least),
            max: Some(greatest),
        })
    }
}
