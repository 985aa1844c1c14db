//! Sums of products of columns: what models of drivers are made of. Computed each time, in one pass
//! over files and one over the pending tail.

use std::collections::BTreeMap;
use std::sync::Arc;

use datafusion::arrow::datatypes::DataType;
use datafusion::common::ScalarValue;
use datafusion::logical_expr::{Expr, cast, lit, try_cast, when};
use koe_analysis::drivers::PairProducts;
use koe_analysis::expression::Expression;
use serde::{Deserialize, Serialize};
use tokio::task::JoinSet;

use crate::band::as_number;
use crate::earlier::{EarlierRows, Unread};
use crate::engine::{Lake, Snapshot};
use crate::error::{Error, Result};
use crate::formula::formula;
use crate::frame::{Frame, fields_read, named};
use crate::plan::key_name;
use crate::products::Adding;
use crate::question::{Column, CommonColumn, Dimension, Selection};
use crate::records::Source;
use crate::stream::{FieldKind, StreamSchema};

/// A column of numbers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Number {
    /// A whole-number, number or yes/no column (yes is 1), a date as days since 1970; texts that are
    /// numbers count as such, other texts are missing.
    Of(Column),
    /// A formula whose operands are field ids of the stream.
    Formula(Expression),
    /// 1 where the number is at most this, 0 where it is greater, missing where it is missing.
    AtMost(Box<Number>, f64),
    /// 1 where the number is at least this, 0 where it is smaller, missing where it is missing.
    AtLeast(Box<Number>, f64),
}

impl Number {
    fn column(&self) -> Option<&Column> {
        match self {
            Number::Of(column) => Some(column),
            Number::Formula(_) => None,
            Number::AtMost(of, _) | Number::AtLeast(of, _) => of.column(),
        }
    }

    fn operands(&self) -> Vec<&str> {
        match self {
            Number::Of(_) => Vec::new(),
            Number::Formula(expression) => expression.operands().into_iter().collect(),
            Number::AtMost(of, _) | Number::AtLeast(of, _) => of.operands(),
        }
    }

    fn read(&self, frame: &Frame<'_>) -> Result<Expr> {
        let step = |of: &Number, is: &dyn Fn(Expr) -> Expr| -> Result<Expr> {
            let value = of.read(frame)?;
            let told = when(is(value.clone()), lit(1.0)).otherwise(lit(0.0))?;
            Ok(when(value.is_not_null(), told).end()?)
        };
        match self {
            Number::Of(column) => Ok(match frame.column(column)? {
                None => lit(ScalarValue::Float64(None)),
                Some((column, FieldKind::Code)) => try_cast(column, DataType::Float64),
                Some((column, kind)) => as_number(column, kind),
            }),
            Number::Formula(expression) => formula(expression, |field| frame.number(field)),
            Number::AtMost(of, most) => step(of, &|value| value.lt_eq(lit(*most))),
            Number::AtLeast(of, least) => step(of, &|value| value.gt_eq(lit(*least))),
        }
    }
}

/// Which sums are taken: of rows that have every column, by group and by part.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CrossQuestion {
    /// The stream with the fields it has today.
    pub stream: StreamSchema,
    /// What is multiplied.
    pub columns: Vec<Number>,
    /// Which rows.
    pub selection: Selection,
    /// Sums by the value of this, beside those of the whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub split: Option<Dimension>,
    /// Sum weights instead of rows; a row without a weight above zero is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weight: Option<Column>,
    /// Into so many parts the rows are put by chance: by a hash of their customer, or of the record
    /// where it has none, so that all rows of a customer are in one part, whichever files they are
    /// in. 0 and 1: one part.
    #[serde(default)]
    pub parts: usize,
    /// Take [`CrossAnswer::pairs`], too.
    #[serde(default)]
    pub pairs: bool,
}

impl CrossQuestion {
    /// Every stream that must be in the snapshot.
    pub fn streams(&self) -> impl Iterator<Item = &str> {
        let own = std::iter::once(&*self.stream.id);
        let looked_into = self.looked_up().into_iter().filter_map(Column::earlier);
        let other: Vec<&str> = looked_into.map(|earlier| &*earlier.stream.id).collect();
        own.chain(self.selection.other_streams()).chain(other)
    }

    fn looked_up(&self) -> Vec<&Column> {
        let split = match &self.split {
            Some(Dimension::Column(column)) => Some(column),
            _ => None,
        };
        self.columns
            .iter()
            .filter_map(Number::column)
            .chain(split)
            .collect()
    }
}

/// Over the rows in which every column has a value.
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
    /// Σw·x, per column in the question's order.
    pub sums: Vec<f64>,
    /// Σw·x·y as a full symmetric matrix, in the question's order.
    pub products: Vec<Vec<f64>>,
}

/// The sums of one group.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct CrossGroup {
    /// The value of the split; absent where rows have none.
    pub key: Option<String>,
    /// Its sums.
    pub products: CrossProducts,
}

/// The answer to a [`CrossQuestion`].
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct CrossAnswer {
    /// The sums by part; empty parts as well.
    pub parts: Vec<CrossProducts>,
    /// By part, the sums over rows that have each two columns; empty unless asked for. The columns
    /// are named by their places.
    pub pairs: Vec<PairProducts>,
    /// The sums by group, in the order of their keys; empty without a split.
    pub groups: Vec<CrossGroup>,
    /// Selected rows that lack each column.
    pub missing: Vec<u64>,
    /// Of the complete rows, the different values of each column in ascending order with the number
    /// of rows that have them; absent where they are more than 2,000.
    pub values: Vec<Option<Vec<(f64, u64)>>>,
}

impl Lake {
    /// Sums products of columns over complete rows, in one pass; `before` is what questions about
    /// the same snapshot have read of other streams.
    ///
    /// # Errors
    /// As for [`Lake::ask`].
    pub async fn cross_products(
        &self,
        question: &CrossQuestion,
        snapshot: &Snapshot,
        before: &EarlierRows,
    ) -> Result<CrossAnswer> {
        let looked_up: Vec<Dimension> = question
            .looked_up()
            .into_iter()
            .map(|column| Dimension::Column(column.clone()))
            .collect();
        let operands = question.columns.iter().flat_map(Number::operands);
        let weight = question.weight.as_ref();
        let fields = fields_read(operands, &question.selection, &looked_up, weight);
        let mut source = Source::of(&question.stream, &fields, &question.selection, snapshot)?;
        let unread = Unread::of(&question.selection, &looked_up, snapshot)?;
        let shared = Arc::clone(&self.shared);
        let question = question.clone();
        let before = before.clone();
        self.within_limits(async move {
            source.earlier = Some(Arc::new(unread.read(&shared, &before).await?));
            let columns = selected(&question, &source)?;
            let empty = Adding::of(&question, shared.limits.groups);
            if empty.cells() > shared.limits.cells {
                return Err(Error::TooManyGroups {
                    limit: shared.limits.cells,
                });
            }
            let mut found = empty.clone();
            let tables = [source.sealed(&shared, false)?, source.tail(&shared)?];
            for rows in tables.into_iter().flatten() {
                let files = source.file_list();
                let rows = rows.select(columns.clone())?;
                let mut tasks = JoinSet::new();
                let batches = shared.start_parts(rows, &files).await?;
                for (place, mut batches) in batches.into_iter().enumerate() {
                    let (shared, mut adding) = (Arc::clone(&shared), empty.clone());
                    let files = source.files.clone();
                    tasks.spawn(async move {
                        let files: Vec<_> = files.iter().collect();
                        while let Some(batch) = shared.next(&mut batches, &files).await? {
                            adding.add(&batch)?;
                        }
                        Ok::<_, Error>((place, adding))
                    });
                }
                let mut sides = BTreeMap::new();
                while let Some(done) = tasks.join_next().await {
                    let (place, side) = done.map_err(|lost| Error::Engine(lost.to_string()))??;
                    sides.insert(place, side);
                }
                // In one order, so that the same question gives the same last digit.
                for side in sides.into_values() {
                    found.merge(side)?;
                }
            }
            Ok(found.answer())
        })
        .await
    }
}

/// The name of a column as it is read.
pub(crate) fn value_name(place: usize) -> String {
    format!("x{place}")
}

/// What is read of a row.
fn selected(question: &CrossQuestion, source: &Source) -> Result<Vec<Expr>> {
    let frame = Frame::with(&source.stream, source.earlier.as_deref());
    let mut columns = Vec::with_capacity(question.columns.len() + 4);
    for (place, number) in question.columns.iter().enumerate() {
        columns.push(number.read(&frame)?.alias(value_name(place)));
    }
    if let Some(weight) = &question.weight {
        columns.push(frame.weight(weight)?.alias("w"));
    }
    if let Some(split) = &question.split {
        let (key, _) = frame.dimension(split)?;
        columns.push(cast(key, DataType::Utf8View).alias(key_name(0)));
    }
    if question.parts > 1 {
        columns.push(named(CommonColumn::RecordId.name()));
        columns.push(named(CommonColumn::Customer.name()));
    }
    Ok(columns)
}
