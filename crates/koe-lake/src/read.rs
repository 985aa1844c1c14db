//! Rows back out of the engine's batches.

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Float64Array, Int64Array, RecordBatch, StringArray,
};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Date32Type, Float64Type, Int64Type};

use crate::error::{Error, Result};
use crate::question::CommonColumn;
use crate::row::{Common, Row, Value};
use crate::stream::{FieldKind, field_of_column};

/// The rows of a batch. Columns that were not read are absent or at their defaults.
pub(crate) fn rows(batch: &RecordBatch) -> Result<Vec<Row>> {
    let mut rows = vec![Row::default(); batch.num_rows()];
    for (column, values) in batch.schema_ref().fields().iter().zip(batch.columns()) {
        if let Some(field) = field_of_column(column.name()) {
            add_field(&mut rows, field, values)?;
        } else if let Some(common) = CommonColumn::STORED
            .iter()
            .find(|common| common.name() == column.name())
        {
            add_common(&mut rows, *common, values)?;
        }
    }
    Ok(rows)
}

fn texts(values: &ArrayRef) -> Result<StringArray> {
    Ok(cast(values, &DataType::Utf8)?.as_string::<i32>().clone())
}

fn wholes(values: &ArrayRef) -> Result<Int64Array> {
    Ok(cast(values, &DataType::Int64)?
        .as_primitive::<Int64Type>()
        .clone())
}

fn flags(values: &ArrayRef) -> BooleanArray {
    values.as_boolean().clone()
}

fn numbers(values: &ArrayRef) -> Float64Array {
    values.as_primitive::<Float64Type>().clone()
}

fn add_field(rows: &mut [Row], field: &str, values: &ArrayRef) -> Result<()> {
    let mut add = |place: usize, value: Value| {
        if let Some(row) = rows.get_mut(place) {
            row.values.insert(field.to_owned(), value);
        }
    };
    let kind = FieldKind::of(values.data_type()).ok_or_else(|| {
        Error::Engine(format!("field {field} came back as {}", values.data_type()))
    })?;
    let present = (0..values.len()).filter(|place| values.is_valid(*place));
    match kind {
        FieldKind::Integer => {
            let values = wholes(values)?;
            present.for_each(|place| add(place, Value::Integer(values.value(place))));
        }
        FieldKind::Number => {
            let values = numbers(values);
            present.for_each(|place| add(place, Value::Number(values.value(place))));
        }
        FieldKind::Code => {
            let values = texts(values)?;
            present.for_each(|place| add(place, Value::Code(values.value(place).to_owned())));
        }
        FieldKind::Flag => {
            let values = flags(values);
            present.for_each(|place| add(place, Value::Flag(values.value(place))));
        }
        FieldKind::Date => {
            let values = values.as_primitive::<Date32Type>();
            present.for_each(|place| {
                add(
                    place,
                    Value::Date {
                        date: values.value(place),
                    },
                )
            });
        }
    }
    Ok(())
}

fn add_common(rows: &mut [Row], column: CommonColumn, values: &ArrayRef) -> Result<()> {
    fn each<T>(
        rows: &mut [Row],
        values: impl Iterator<Item = Option<T>>,
        set: impl Fn(&mut Common, T),
    ) {
        for (row, value) in rows.iter_mut().zip(values) {
            if let Some(value) = value {
                set(&mut row.common, value);
            }
        }
    }
    let text = |rows: &mut [Row], set: fn(&mut Common, String)| -> Result<()> {
        each(rows, texts(values)?.iter(), |common, value: &str| {
            set(common, value.to_owned())
        });
        Ok(())
    };
    let whole = |rows: &mut [Row], set: fn(&mut Common, i64)| -> Result<()> {
        each(rows, wholes(values)?.iter(), set);
        Ok(())
    };
    match column {
        CommonColumn::RecordId => text(rows, |common, value| common.record_id = value),
        CommonColumn::Customer => text(rows, |common, value| common.customer = Some(value)),
        CommonColumn::Account => text(rows, |common, value| common.account = Some(value)),
        CommonColumn::Offering => text(rows, |common, value| common.offering = Some(value)),
        CommonColumn::Touchpoint => text(rows, |common, value| common.touchpoint = Some(value)),
        CommonColumn::Channel => text(rows, |common, value| common.channel = Some(value)),
        CommonColumn::Stage => text(rows, |common, value| common.stage = Some(value)),
        CommonColumn::Unit => text(rows, |common, value| common.unit = Some(value)),
        CommonColumn::UnitPath => text(rows, |common, value| common.unit_path = Some(value)),
        CommonColumn::Source => text(rows, |common, value| common.source = value),
        CommonColumn::Language => text(rows, |common, value| common.language = Some(value)),
        CommonColumn::Revision => whole(rows, |common, value| common.revision = value),
        CommonColumn::OccurredAt => whole(rows, |common, value| common.occurred_at = value),
        CommonColumn::RecordedAt => whole(rows, |common, value| common.recorded_at = value),
        CommonColumn::Version => whole(rows, |common, value| common.version = value),
        CommonColumn::DurationMs => whole(rows, |common, value| common.duration_ms = Some(value)),
        CommonColumn::Direct => {
            each(rows, flags(values).iter(), |common, value| {
                common.direct = Some(value)
            });
            Ok(())
        }
        CommonColumn::Solicited => {
            each(rows, flags(values).iter(), |common, value| {
                common.solicited = value
            });
            Ok(())
        }
        CommonColumn::Weight => {
            each(rows, numbers(values).iter(), |common, value| {
                common.weight = Some(value)
            });
            Ok(())
        }
        CommonColumn::Stream => Ok(()),
    }
}
