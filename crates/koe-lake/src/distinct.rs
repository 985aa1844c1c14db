//! Questions whose answers do not merge: they are computed each time, over files and the pending
//! tail together.

use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::DataType;
use datafusion::dataframe::DataFrame;
use datafusion::functions_aggregate::count::count_all;
use datafusion::functions_aggregate::expr_fn::{count_distinct, sum};
use datafusion::logical_expr::{Expr, cast};
use serde::{Deserialize, Serialize};

use crate::answer::Key;
use crate::engine::{Lake, Snapshot};
use crate::error::{Error, Result};
use crate::frame::{Frame, KeyText, fields_read, named};
use crate::plan::{Sums, key_name};
use crate::question::{Column, CommonColumn, Dimension, Selection};
use crate::records::Source;
use crate::stream::StreamSchema;

/// How many different values a common column has: customers, records.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DistinctQuestion {
    /// Streams with the fields they have today; a value in several of them counts once.
    pub streams: Vec<StreamSchema>,
    /// Which rows.
    pub selection: Selection,
    /// What is told apart.
    pub of: CommonColumn,
    /// What the answer is split by.
    #[serde(default)]
    pub group_by: Vec<Dimension>,
}

/// How many different values one group has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Distinct {
    /// One entry per dimension.
    pub key: Key,
    /// Different values, absent ones not counted.
    pub values: u64,
}

/// Sums of products of fields: what linear driver models are made of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CrossQuestion {
    /// The stream with the fields it has today.
    pub stream: StreamSchema,
    /// Whole-number, number or yes/no fields.
    pub fields: Vec<String>,
    /// Which rows.
    pub selection: Selection,
    /// Sum weights instead of rows; a row without a weight above zero is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weight: Option<Column>,
}

/// Over the rows in which every field has a value.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct CrossProducts {
    /// Complete rows.
    pub n: u64,
    /// Selected rows that lack a value or a weight.
    pub n_incomplete: u64,
    /// Σw; `n` when nobody is weighted.
    pub weight: f64,
    /// Σw²; `n` when nobody is weighted.
    pub weight_squared: f64,
    /// Σw·x, per field in the question's order.
    pub sums: Vec<f64>,
    /// Σw·x·y as a full symmetric matrix, in the question's order.
    pub products: Vec<Vec<f64>>,
}

impl Lake {
    /// Counts different values, such as the customers heard per month.
    ///
    /// # Errors
    /// As for [`Lake::ask`].
    pub async fn distinct(
        &self,
        question: &DistinctQuestion,
        snapshot: &Snapshot,
    ) -> Result<Vec<Distinct>> {
        let fields = fields_read([], &question.selection, &question.group_by, None);
        let sources = question
            .streams
            .iter()
            .map(|stream| Source::of(stream, &fields, &question.selection, snapshot))
            .collect::<Result<Vec<_>>>()?;
        let shared = Arc::clone(&self.shared);
        let question = question.clone();
        self.within_limits(async move {
            let mut all: Option<DataFrame> = None;
            let mut files = Vec::new();
            let mut texts: Vec<KeyText> = Vec::new();
            for source in &sources {
                files.extend(source.file_list());
                let keys = question
                    .group_by
                    .iter()
                    .map(|dimension| Frame::of(&source.stream).dimension(dimension))
                    .collect::<Result<Vec<_>>>()?;
                let mut columns: Vec<Expr> = keys
                    .iter()
                    .enumerate()
                    .map(|(place, (key, text))| {
                        // One column holds the key of every stream, so it must be of one type.
                        let key = match text {
                            KeyText::Bucket(_) => key.clone(),
                            _ => cast(key.clone(), DataType::Utf8View),
                        };
                        key.alias(key_name(place))
                    })
                    .collect();
                columns.push(cast(named(question.of.name()), DataType::Utf8View).alias("d"));
                texts = keys.into_iter().map(|(_, text)| text).collect();
                for frame in [source.sealed(&shared, false)?, source.tail(&shared)?]
                    .into_iter()
                    .flatten()
                {
                    let frame = frame.select(columns.clone())?;
                    all = Some(match all {
                        Some(before) => before.union(frame)?,
                        None => frame,
                    });
                }
            }
            let Some(all) = all else {
                return Ok(Vec::new());
            };
            let groups = (0..texts.len())
                .map(|place| named(&key_name(place)))
                .collect();
            let sums = vec![
                count_all().alias("n"),
                count_distinct(named("d")).alias("values"),
            ];
            let mut answer = Vec::new();
            let limit = shared.limits.groups;
            shared
                .run(all.aggregate(groups, sums)?, &files, |batch| {
                    distinct_rows(&batch, &texts, &mut answer)?;
                    match answer.len() > limit {
                        true => Err(Error::TooManyGroups { limit }),
                        false => Ok(()),
                    }
                })
                .await?;
            answer.sort_unstable_by(|one: &Distinct, other: &Distinct| one.key.cmp(&other.key));
            Ok(answer)
        })
        .await
    }

    /// Sums products of fields over complete rows, in one pass.
    ///
    /// # Errors
    /// As for [`Lake::ask`].
    pub async fn cross_products(
        &self,
        question: &CrossQuestion,
        snapshot: &Snapshot,
    ) -> Result<CrossProducts> {
        let fields = fields_read(
            question.fields.iter().map(String::as_str),
            &question.selection,
            &[],
            question.weight.as_ref(),
        );
        let source = Source::of(&question.stream, &fields, &question.selection, snapshot)?;
        let frame = Frame::of(&source.stream);
        let mut columns = Vec::with_capacity(question.fields.len() + 1);
        for (place, id) in question.fields.iter().enumerate() {
            columns.push(frame.number(id)?.alias(value_name(place)));
        }
        if let Some(weight) = &question.weight {
            columns.push(frame.weight(weight)?.alias("w"));
        }
        let width = question.fields.len();
        let weighted = question.weight.is_some();
        let shared = Arc::clone(&self.shared);
        self.within_limits(async move {
            let mut found = CrossProducts {
                sums: vec![0.0; width],
                products: vec![vec![0.0; width]; width],
                ..CrossProducts::default()
            };
            for rows in [source.sealed(&shared, false)?, source.tail(&shared)?]
                .into_iter()
                .flatten()
            {
                let mut complete: Vec<Expr> = (0..width)
                    .map(|place| named(&value_name(place)).is_not_null())
                    .collect();
                if weighted {
                    complete.push(named("w").is_not_null());
                }
                let selected = rows
                    .clone()
                    .aggregate(vec![], vec![count_all().alias("n")])?;
                let mut rows = rows.select(columns.clone())?;
                if let Some(complete) = complete.into_iter().reduce(Expr::and) {
                    rows = rows.filter(complete)?;
                }
                let sums = rows.aggregate(vec![], products(width, weighted))?;
                let files = source.file_list();
                let before = found.n;
                shared
                    .run(sums, &files, |batch| {
                        add_products(&batch, weighted, &mut found)
                    })
                    .await?;
                let complete = found.n - before;
                shared
                    .run(selected, &files, |batch| {
                        let sums = Sums { batch: &batch };
                        found.n_incomplete += sums.whole("n", 0)?.unwrap_or(0) as u64 - complete;
                        Ok(())
                    })
                    .await?;
            }
            Ok(found)
        })
        .await
    }
}

fn value_name(place: usize) -> String {
    format!("x{place}")
}

fn product_name(row: usize, column: usize) -> String {
    format!("p{row}_{column}")
}

fn products(width: usize, weighted: bool) -> Vec<Expr> {
    let value = |place: usize| named(&value_name(place));
    let weighed = |value: Expr| match weighted {
        true => named("w") * value,
        false => value,
    };
    let mut sums = vec![count_all().alias("n")];
    if weighted {
        sums.push(sum(named("w")).alias("w1"));
        sums.push(sum(named("w") * named("w")).alias("w2"));
    }
    for row in 0..width {
        sums.push(sum(weighed(value(row))).alias(format!("s{row}")));
        for column in row..width {
            sums.push(sum(weighed(value(row) * value(column))).alias(product_name(row, column)));
        }
    }
    sums
}

fn add_products(batch: &RecordBatch, weighted: bool, found: &mut CrossProducts) -> Result<()> {
    let sums = Sums { batch };
    let number = |name: &str| Ok::<f64, Error>(sums.number(name, 0)?.unwrap_or(0.0));
    let n = sums.whole("n", 0)?.unwrap_or(0) as u64;
    found.n += n;
    found.weight += if weighted { number("w1")? } else { n as f64 };
    found.weight_squared += if weighted { number("w2")? } else { n as f64 };
    for row in 0..found.sums.len() {
        found.sums[row] += number(&format!("s{row}"))?;
        for column in row..found.sums.len() {
            let product = number(&product_name(row, column))?;
            found.products[row][column] += product;
            if column != row {
                found.products[column][row] += product;
            }
        }
    }
    Ok(())
}

fn distinct_rows(batch: &RecordBatch, texts: &[KeyText], answer: &mut Vec<Distinct>) -> Result<()> {
    let sums = Sums { batch };
    let keys = texts
        .iter()
        .enumerate()
        .map(|(place, text)| sums.keys(&key_name(place), text))
        .collect::<Result<Vec<_>>>()?;
    for row in 0..batch.num_rows() {
        if sums.whole("n", row)?.unwrap_or(0) > 0 {
            answer.push(Distinct {
                key: keys.iter().map(|texts| texts[row].clone()).collect(),
                values: sums.whole("values", row)?.unwrap_or(0) as u64,
            });
        }
    }
    Ok(())
}
