//! How many different values there are: an answer that does not merge and is computed each time, over
//! files and the pending tail together.

use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::DataType;
use datafusion::dataframe::DataFrame;
use datafusion::functions_aggregate::count::count_all;
use datafusion::functions_aggregate::expr_fn::count_distinct;
use datafusion::logical_expr::{Expr, cast};
use serde::{Deserialize, Serialize};

use crate::answer::Key;
use crate::engine::{Lake, Snapshot};
use crate::error::{Error, Result};
use crate::frame::{Frame, KeyText, fields_read, named};
use crate::plan::{Sums, key_name};
use crate::question::{CommonColumn, Dimension, Selection};
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
