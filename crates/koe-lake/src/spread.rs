//! Which numbers rows have, so that bands can be chosen for them.

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::arrow::datatypes::DataType;
use datafusion::functions_aggregate::count::count_all;
use datafusion::logical_expr::try_cast;
use serde::{Deserialize, Serialize};

use crate::band::as_number;
use crate::earlier::{EarlierRows, Unread};
use crate::engine::{Lake, Snapshot};
use crate::error::{Error, Result};
use crate::frame::{Frame, fields_read, named};
use crate::plan::Sums;
use crate::question::{Column, Dimension, Selection};
use crate::records::Source;
use crate::stream::{FieldKind, StreamSchema};

/// How the numbers of a column divide over rows. Texts that are numbers count as such; other texts
/// and rows without a value do not count.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SpreadQuestion {
    /// Streams with the fields they have today.
    pub streams: Vec<StreamSchema>,
    /// Which rows.
    pub selection: Selection,
    /// Whose numbers.
    pub of: Column,
}

impl Lake {
    /// The different numbers in ascending order, each with the number of rows that have it; `before`
    /// is what questions about the same snapshot have read of other streams.
    ///
    /// # Errors
    /// As for [`Lake::ask`].
    pub async fn spread(
        &self,
        question: &SpreadQuestion,
        snapshot: &Snapshot,
        before: &EarlierRows,
    ) -> Result<Vec<(f64, u64)>> {
        let split = [Dimension::Column(question.of.clone())];
        let fields = fields_read([], &question.selection, &split, None);
        let mut sources = question
            .streams
            .iter()
            .map(|stream| Source::of(stream, &fields, &question.selection, snapshot))
            .collect::<Result<Vec<_>>>()?;
        let unread = Unread::of(&question.selection, &split, snapshot)?;
        let shared = Arc::clone(&self.shared);
        let of = question.of.clone();
        let before = before.clone();
        self.within_limits(async move {
            let earlier = Arc::new(unread.read(&shared, &before).await?);
            let mut found: HashMap<u64, (f64, u64)> = HashMap::new();
            for source in &mut sources {
                source.earlier = Some(Arc::clone(&earlier));
                let frame = Frame::with(&source.stream, source.earlier.as_deref());
                let Some((column, kind)) = frame.column(&of)? else {
                    continue;
                };
                let number = match kind {
                    FieldKind::Code => try_cast(column, DataType::Float64),
                    kind => as_number(column, kind),
                };
                let files = source.file_list();
                for rows in [source.sealed(&shared, false)?, source.tail(&shared)?]
                    .into_iter()
                    .flatten()
                {
                    let rows = rows
                        .select(vec![number.clone().alias("v")])?
                        .aggregate(vec![named("v")], vec![count_all().alias("n")])?;
                    let limit = shared.limits.cells;
                    shared
                        .run(rows, &files, |batch| {
                            let sums = Sums { batch: &batch };
                            for row in 0..batch.num_rows() {
                                let n = sums.whole("n", row)?.unwrap_or(0).unsigned_abs();
                                let value = sums.number("v", row)?;
                                if let Some(value) = value.filter(|value| value.is_finite()) {
                                    // Zero has two signs and is one number.
                                    let value = value + 0.0;
                                    found.entry(value.to_bits()).or_insert((value, 0)).1 += n;
                                }
                            }
                            match found.len() > limit {
                                true => Err(Error::TooManyGroups { limit }),
                                false => Ok(()),
                            }
                        })
                        .await?;
                }
            }
            let mut found: Vec<(f64, u64)> = found.into_values().collect();
            found.sort_unstable_by(|one, other| one.0.total_cmp(&other.0));
            Ok(found)
        })
        .await
    }
}
