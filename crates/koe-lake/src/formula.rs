//! Formulas over fields, evaluated column by column with the meaning that
//! [`Expression::evaluate`] gives them row by row.

use std::sync::Arc;

use datafusion::arrow::array::{AsArray, Float64Array};
use datafusion::arrow::datatypes::{DataType, Float64Type};
use datafusion::common::ScalarValue;
use datafusion::logical_expr::{ColumnarValue, Expr, Volatility, create_udf, lit};
use koe_analysis::expression::{Expression, Function, Operator};

use crate::error::{Error, Result};

/// The formula as an expression, given the columns of its operands (as numbers).
pub(crate) fn formula(
    expression: &Expression,
    column: impl Fn(&str) -> Result<Expr>,
) -> Result<Expr> {
    expression
        .validate()
        .map_err(|problem| Error::BadQuestion(format!("the formula is not valid: {problem}")))?;
    let names: Vec<String> = expression
        .operands()
        .into_iter()
        .map(str::to_owned)
        .collect();
    if names.is_empty() {
        return Ok(lit(ScalarValue::Float64(expression.evaluate(&|_| None))));
    }
    let columns = names
        .iter()
        .map(|name| column(name))
        .collect::<Result<Vec<_>>>()?;
    let expression = expression.clone();
    let function = create_udf(
        "formula",
        vec![DataType::Float64; names.len()],
        DataType::Float64,
        Volatility::Immutable,
        Arc::new(move |args: &[ColumnarValue]| {
            let operands: Vec<Vec<f64>> = ColumnarValue::values_to_arrays(args)?
                .iter()
                .map(|values| with_gaps(values.as_primitive::<Float64Type>()))
                .collect();
            let rows = operands.first().map_or(0, Vec::len);
            let found = Columns {
                names: &names,
                operands: &operands,
                rows,
            }
            .of(&expression);
            let found: Float64Array = found
                .into_iter()
                .map(|value| Some(value).filter(|value| value.is_finite()))
                .collect();
            Ok(ColumnarValue::Array(Arc::new(found)))
        }),
    );
    Ok(function.call(columns))
}

/// A missing value is NaN while a formula is evaluated: arithmetic hands it on by itself.
fn with_gaps(values: &Float64Array) -> Vec<f64> {
    values
        .iter()
        .map(|value| value.unwrap_or(f64::NAN))
        .collect()
}

struct Columns<'a> {
    names: &'a [String],
    operands: &'a [Vec<f64>],
    rows: usize,
}

impl Columns<'_> {
    fn of(&self, expression: &Expression) -> Vec<f64> {
        let mut values = match expression {
            Expression::Number { value } => vec![*value; self.rows],
            Expression::Operand { name } => match self.names.iter().position(|known| known == name)
            {
                Some(place) => self.operands[place].clone(),
                None => vec![f64::NAN; self.rows],
            },
            Expression::Negate { of } => self.of(of).into_iter().map(|value| -value).collect(),
            Expression::Binary {
                operator,
                left,
                right,
            } => {
                let calculate: fn(f64, f64) -> f64 = match operator {
                    Operator::Add => |left, right| left + right,
                    Operator::Subtract => |left, right| left - right,
                    Operator::Multiply => |left, right| left * right,
                    Operator::Divide => |left, right| left / right,
                };
                let mut left = self.of(left);
                for (left, right) in left.iter_mut().zip(self.of(right)) {
                    *left = calculate(*left, right);
                }
                left
            }
            Expression::Call {
                function,
                arguments,
            } => self.call(*function, arguments),
        };
        // What is no longer finite is missing, also to what is made of it.
        for value in &mut values {
            if !value.is_finite() {
                *value = f64::NAN;
            }
        }
        values
    }

    fn call(&self, function: Function, arguments: &[Expression]) -> Vec<f64> {
        let mut found = vec![f64::NAN; self.rows];
        let mut there = vec![0_u32; self.rows];
        let join: fn(f64, f64) -> f64 = match function {
            Function::Mean | Function::Sum | Function::Abs => |one, other| one + other,
            Function::Min => f64::min,
            Function::Max => f64::max,
        };
        for argument in arguments {
            for ((found, there), value) in found.iter_mut().zip(&mut there).zip(self.of(argument)) {
                if !value.is_nan() {
                    *found = if *there == 0 {
                        value
                    } else {
                        join(*found, value)
                    };
                    *there += 1;
                }
            }
        }
        match function {
            Function::Mean => {
                for (found, there) in found.iter_mut().zip(there) {
                    *found /= f64::from(there);
                }
            }
            Function::Abs => found.iter_mut().for_each(|value| *value = value.abs()),
            Function::Sum | Function::Min | Function::Max => {}
        }
        found
    }
}
