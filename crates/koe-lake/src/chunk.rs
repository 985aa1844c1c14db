//! Rows on their way to a file, column by column. The one way rows become Arrow arrays: sealing,
//! import and the pending tail of a question all pass here.

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayRef, BooleanBuilder, Date32Builder, Float64Builder, Int64Builder, RecordBatch,
    StringBuilder, TimestampMillisecondBuilder,
};

use crate::error::{Error, Result};
use crate::row::{CommonRef, Row, ValueRef};
use crate::stream::{FieldKind, StreamSchema};

/// From 0001-01-01 to before 10000-01-01 in milliseconds: what calendars and other tools can show.
/// To be asked before a row is acknowledged, because a pending row that cannot be sealed would
/// stop every question.
pub const TIMES: std::ops::Range<i64> = -62_135_596_800_000..253_402_300_800_000;

/// Rows of one stream, collected to be sealed together. Costs no allocation per row beyond the
/// columns themselves, so that imports can feed it directly.
pub struct Chunk {
    schema: StreamSchema,
    positions: HashMap<String, usize>,
    rows: usize,
    record_id: StringBuilder,
    revision: Int64Builder,
    occurred_at: TimestampMillisecondBuilder,
    recorded_at: TimestampMillisecondBuilder,
    /// customer, account, offering, touchpoint, channel, stage, unit, unit_path
    texts: [StringBuilder; 8],
    direct: BooleanBuilder,
    solicited: BooleanBuilder,
    source: StringBuilder,
    version: Int64Builder,
    language: StringBuilder,
    duration_ms: Int64Builder,
    weight: Float64Builder,
    fields: Vec<Cells>,
}

enum Cells {
    Integer(Int64Builder),
    Number(Float64Builder),
    Code(StringBuilder),
    Flag(BooleanBuilder),
    Date(Date32Builder),
}

impl Cells {
    fn of(kind: FieldKind) -> Self {
        match kind {
            FieldKind::Integer => Cells::Integer(Int64Builder::new()),
            FieldKind::Number => Cells::Number(Float64Builder::new()),
            FieldKind::Code => Cells::Code(StringBuilder::new()),
            FieldKind::Flag => Cells::Flag(BooleanBuilder::new()),
            FieldKind::Date => Cells::Date(Date32Builder::new()),
        }
    }

    /// The value has been checked against the kind; what does not fit is absent.
    fn push(&mut self, value: Option<ValueRef<'_>>) {
        match (self, value) {
            (Cells::Integer(cells), Some(ValueRef::Integer(value))) => cells.append_value(value),
            (Cells::Integer(cells), _) => cells.append_null(),
            (Cells::Number(cells), Some(ValueRef::Number(value))) => cells.append_value(value),
            (Cells::Number(cells), Some(ValueRef::Integer(value))) => {
                cells.append_value(value as f64)
            }
            (Cells::Number(cells), _) => cells.append_null(),
            (Cells::Code(cells), Some(ValueRef::Code(value))) => cells.append_value(value),
            (Cells::Code(cells), _) => cells.append_null(),
            (Cells::Flag(cells), Some(ValueRef::Flag(value))) => cells.append_value(value),
            (Cells::Flag(cells), _) => cells.append_null(),
            (Cells::Date(cells), Some(ValueRef::Date(value))) => cells.append_value(value),
            (Cells::Date(cells), _) => cells.append_null(),
        }
    }

    fn finish(&mut self) -> ArrayRef {
        match self {
            Cells::Integer(cells) => Arc::new(cells.finish()),
            Cells::Number(cells) => Arc::new(cells.finish()),
            Cells::Code(cells) => Arc::new(cells.finish()),
            Cells::Flag(cells) => Arc::new(cells.finish()),
            Cells::Date(cells) => Arc::new(cells.finish()),
        }
    }
}

impl Chunk {
    /// An empty chunk of a stream.
    ///
    /// # Errors
    /// As for [`StreamSchema::check`].
    pub fn new(schema: StreamSchema) -> Result<Self> {
        schema.check()?;
        let positions = schema
            .fields
            .iter()
            .enumerate()
            .map(|(position, field)| (field.id.clone(), position))
            .collect();
        let fields = schema
            .fields
            .iter()
            .map(|field| Cells::of(field.kind))
            .collect();
        let time = || TimestampMillisecondBuilder::new().with_timezone("UTC");
        Ok(Chunk {
            schema,
            positions,
            rows: 0,
            record_id: StringBuilder::new(),
            revision: Int64Builder::new(),
            occurred_at: time(),
            recorded_at: time(),
            texts: std::array::from_fn(|_| StringBuilder::new()),
            direct: BooleanBuilder::new(),
            solicited: BooleanBuilder::new(),
            source: StringBuilder::new(),
            version: Int64Builder::new(),
            language: StringBuilder::new(),
            duration_ms: Int64Builder::new(),
            weight: Float64Builder::new(),
            fields,
        })
    }

    /// The stream and its fields; values are given in the order of these.
    pub fn schema(&self) -> &StreamSchema {
        &self.schema
    }

    /// How many rows have been pushed.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Adds a row, its values in the order of the schema's fields.
    ///
    /// # Errors
    /// [`Error::WrongWidth`], [`Error::WrongKind`], [`Error::TimeOutOfRange`]. A refused row leaves
    /// the chunk as it was.
    pub fn push(&mut self, common: &CommonRef<'_>, values: &[Option<ValueRef<'_>>]) -> Result<()> {
        if values.len() != self.schema.fields.len() {
            return Err(Error::WrongWidth {
                stream: self.schema.id.clone(),
                expected: self.schema.fields.len(),
                found: values.len(),
            });
        }
        check_common(common)?;
        for (field, value) in self.schema.fields.iter().zip(values) {
            if let Some(value) = value {
                value.check(&field.id, field.kind)?;
            }
        }
        for (cells, value) in self.fields.iter_mut().zip(values) {
            cells.push(*value);
        }
        self.push_common(common);
        Ok(())
    }

    /// Adds a row.
    ///
    /// # Errors
    /// As for [`Chunk::push`], and [`Error::UnknownField`] for a value the stream has no field for.
    pub fn push_row(&mut self, row: &Row) -> Result<()> {
        if let Some(unknown) = row
            .values
            .keys()
            .find(|id| !self.positions.contains_key(*id))
        {
            return Err(Error::UnknownField {
                stream: self.schema.id.clone(),
                field: unknown.clone(),
            });
        }
        self.push_known(row)
    }

    /// Adds a row, leaving out values the chunk has no field for: a question reads only some.
    pub(crate) fn push_known(&mut self, row: &Row) -> Result<()> {
        let mut values: Vec<(usize, ValueRef<'_>)> = Vec::with_capacity(row.values.len());
        for (id, value) in &row.values {
            if let Some(position) = self.positions.get(id) {
                let value = value.borrowed();
                value.check(id, self.schema.fields[*position].kind)?;
                values.push((*position, value));
            }
        }
        let common = row.common.borrowed();
        check_common(&common)?;
        values.sort_unstable_by_key(|(position, _)| *position);
        let mut values = values.into_iter().peekable();
        for (position, cells) in self.fields.iter_mut().enumerate() {
            cells.push(
                values
                    .next_if(|(at, _)| *at == position)
                    .map(|(_, value)| value),
            );
        }
        self.push_common(&common);
        Ok(())
    }

    fn push_common(&mut self, common: &CommonRef<'_>) {
        self.rows += 1;
        self.record_id.append_value(common.record_id);
        self.revision.append_value(common.revision);
        self.occurred_at.append_value(common.occurred_at);
        self.recorded_at.append_value(common.recorded_at);
        let texts = [
            common.customer,
            common.account,
            common.offering,
            common.touchpoint,
            common.channel,
            common.stage,
            common.unit,
            common.unit_path,
        ];
        for (cells, text) in self.texts.iter_mut().zip(texts) {
            cells.append_option(text);
        }
        self.direct.append_option(common.direct);
        self.solicited.append_value(common.solicited);
        self.source.append_value(common.source);
        self.version.append_value(common.version);
        self.language.append_option(common.language);
        self.duration_ms.append_option(common.duration_ms);
        self.weight.append_option(common.weight);
    }

    /// The rows as one batch, in the order they were pushed and in the columns of
    /// [`StreamSchema::arrow`].
    pub(crate) fn finish(mut self) -> Result<RecordBatch> {
        let mut columns: Vec<ArrayRef> = vec![
            Arc::new(self.record_id.finish()),
            Arc::new(self.revision.finish()),
            Arc::new(self.occurred_at.finish()),
            Arc::new(self.recorded_at.finish()),
        ];
        for texts in &mut self.texts {
            columns.push(Arc::new(texts.finish()));
        }
        columns.push(Arc::new(self.direct.finish()));
        columns.push(Arc::new(self.solicited.finish()));
        columns.push(Arc::new(self.source.finish()));
        columns.push(Arc::new(self.version.finish()));
        columns.push(Arc::new(self.language.finish()));
        columns.push(Arc::new(self.duration_ms.finish()));
        columns.push(Arc::new(self.weight.finish()));
        columns.extend(self.fields.iter_mut().map(Cells::finish));
        Ok(RecordBatch::try_new(self.schema.arrow(), columns)?)
    }
}

fn check_common(common: &CommonRef<'_>) -> Result<()> {
    for time in [common.occurred_at, common.recorded_at] {
        if !TIMES.contains(&time) {
            return Err(Error::TimeOutOfRange(time));
        }
    }
    match common.weight {
        Some(weight) => ValueRef::Number(weight).check("weight", FieldKind::Number),
        None => Ok(()),
    }
}
