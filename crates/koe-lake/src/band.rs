//! Numbers and dates by band.

use std::sync::Arc;

use datafusion::arrow::array::{AsArray, StringViewArray};
use datafusion::arrow::datatypes::{DataType, Float64Type};
use datafusion::logical_expr::{ColumnarValue, Expr, Volatility, cast, create_udf};
use koe_analysis::bands::{Band, NOTHING};

use crate::error::{Error, Result};
use crate::stream::FieldKind;

/// A column as a number: a date is a number of days.
pub(crate) fn as_number(column: Expr, kind: FieldKind) -> Expr {
    match kind {
        FieldKind::Date => cast(cast(column, DataType::Int32), DataType::Float64),
        FieldKind::Number => column,
        _ => cast(column, DataType::Float64),
    }
}

/// The band that a number lies in, as it is written in `bands`. What is not a number is
/// [`NOTHING`]; what lies in no band is an empty text, which no band is written as.
pub(crate) fn band_of(number: Expr, bands: &[String]) -> Result<Expr> {
    let bands: Vec<(Band, String)> = bands
        .iter()
        .map(|text| {
            let band = text
                .parse()
                .map_err(|invalid| Error::BadQuestion(format!("{text}: {invalid}")))?;
            Ok((band, text.clone()))
        })
        .collect::<Result<_>>()?;
    // The engine tells functions apart by name, and one question may hold several.
    let written: Vec<&str> = bands.iter().map(|(_, text)| text.as_str()).collect();
    let name = format!("band_of_{}", written.join("_"));
    let function = create_udf(
        &name,
        vec![DataType::Float64],
        DataType::Utf8View,
        Volatility::Immutable,
        Arc::new(move |arguments: &[ColumnarValue]| {
            let arrays = ColumnarValue::values_to_arrays(arguments)?;
            let numbers = arrays[0].as_primitive::<Float64Type>().iter();
            let texts: StringViewArray = numbers
                .map(|number| {
                    let number = number?;
                    if number.is_nan() {
                        return Some(NOTHING);
                    }
                    let inside = bands.iter().find(|(band, _)| band.holds(number));
                    Some(inside.map_or("", |(_, text)| text))
                })
                .collect();
            Ok(ColumnarValue::Array(Arc::new(texts)))
        }),
    );
    Ok(function.call(vec![number]))
}
