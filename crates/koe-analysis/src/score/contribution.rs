//! What one answer adds to a score: the value whose mean over the answers is the
//! score.
//!
//! Written as a formula, so that whoever evaluates formulas record by record (the
//! lake) can sum what two metrics have to do with each other.

use super::metric::{GoodEnd, Metric, Scale};
use crate::expression::{Expression, Function, Operator};

/// The contribution of `answer` to the metric: for a share 100 or 0, for NPS
/// 100, 0 or −100, for a mean the answer itself. Missing where the answer is
/// missing or outside the scale, so that the mean of what is there is the value
/// that [`super::score`] gives.
///
/// Only steps of whole numbers are told apart, which is what these scales have.
#[must_use]
pub fn contribution(metric: &Metric, answer: &Expression) -> Expression {
    let x = || answer.clone();
    match metric {
        Metric::Nps { cuts } => {
            let promoter = above(x(), cuts.passives_to);
            let detractor = below(x(), cuts.detractors_to + 1);
            let net = times(number(100.0), minus(promoter, detractor));
            on(Some(Scale::new(cuts.min, cuts.max)), x(), net)
        }
        Metric::Csat {
            scale,
            top,
            good_end,
        } => match good_end {
            GoodEnd::Highest => boxed(*scale, scale.top(*top), x()),
            GoodEnd::Lowest => boxed(*scale, scale.bottom(*top), x()),
        },
        Metric::TopBox { scale, k, .. } => boxed(*scale, scale.top(*k), x()),
        Metric::BottomBox { scale, k, .. } => boxed(*scale, scale.bottom(*k), x()),
        Metric::Share { values, scale, .. } => {
            let is = |value: &i64| times(at_least(x(), *value), at_most(x(), *value));
            let chosen = call(Function::Sum, values.iter().map(is).collect());
            on(*scale, x(), times(number(100.0), chosen))
        }
        Metric::Ces { scale, .. } => on(Some(*scale), x(), x()),
        Metric::Mean { scale, .. } => on(*scale, x(), x()),
    }
}

fn boxed(scale: Scale, counted: Scale, x: Expression) -> Expression {
    let inside = times(
        at_least(x.clone(), counted.min),
        at_most(x.clone(), counted.max),
    );
    on(Some(scale), x, times(number(100.0), inside))
}

/// `value` where the answer stands on the scale, missing where not: division by
/// zero is missing, and so is what is added to a missing answer.
fn on(scale: Option<Scale>, x: Expression, value: Expression) -> Expression {
    let there = plus(value, times(number(0.0), x.clone()));
    match scale {
        None => there,
        Some(scale) => {
            let held = times(at_least(x.clone(), scale.min), at_most(x, scale.max));
            binary(Operator::Divide, there, held)
        }
    }
}

/// 1 from `value` upwards, 0 below it.
fn at_least(x: Expression, value: i64) -> Expression {
    step(minus(x, number(value as f64 - 1.0)))
}

/// 1 up to `value`, 0 above it.
fn at_most(x: Expression, value: i64) -> Expression {
    step(minus(number(value as f64 + 1.0), x))
}

fn above(x: Expression, value: i64) -> Expression {
    step(minus(x, number(value as f64)))
}

fn below(x: Expression, value: i64) -> Expression {
    step(minus(number(value as f64), x))
}

/// A whole number cut to 0 and 1.
fn step(of: Expression) -> Expression {
    let most_one = call(Function::Min, vec![of, number(1.0)]);
    call(Function::Max, vec![most_one, number(0.0)])
}

fn number(value: f64) -> Expression {
    Expression::Number { value }
}

fn call(function: Function, arguments: Vec<Expression>) -> Expression {
    Expression::Call {
        function,
        arguments,
    }
}

fn binary(operator: Operator, left: Expression, right: Expression) -> Expression {
    Expression::Binary {
        operator,
        left: Box::new(left),
        right: Box::new(right),
    }
}

fn plus(left: Expression, right: Expression) -> Expression {
    binary(Operator::Add, left, right)
}

fn minus(left: Expression, right: Expression) -> Expression {
    binary(Operator::Subtract, left, right)
}

fn times(left: Expression, right: Expression) -> Expression {
    binary(Operator::Multiply, left, right)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::confidence::Confidence;
    use crate::score::{Direction, NpsCuts, score};
    use crate::summary::{Moments, Summary};

    fn metrics() -> Vec<Metric> {
        let scale = Scale::new(1, 5);
        let direction = Direction::HigherIsBetter;
        vec![
            Metric::Nps {
                cuts: NpsCuts::default(),
            },
            Metric::Csat {
                scale,
                top: 2,
                good_end: GoodEnd::Highest,
            },
            Metric::Csat {
                scale,
                top: 2,
                good_end: GoodEnd::Lowest,
            },
            Metric::Ces { scale, direction },
            Metric::TopBox {
                scale,
                k: 1,
                direction,
            },
            Metric::BottomBox {
                scale,
                k: 3,
                direction,
            },
            Metric::Mean {
                scale: Some(scale),
                direction,
            },
            Metric::Mean {
                scale: None,
                direction,
            },
            Metric::Share {
                values: [1, 4].into(),
                scale: Some(scale),
                direction,
            },
            Metric::Share {
                values: [0].into(),
                scale: None,
                direction,
            },
        ]
    }

    proptest! {
        #[test]
        fn the_mean_of_the_contributions_is_the_score(
            answers in proptest::collection::vec(proptest::option::of(-2_i64..13), 0..60),
        ) {
            let operand = Expression::Operand { name: "x".into() };
            for metric in metrics() {
                let contribution = contribution(&metric, &operand);
                prop_assert!(contribution.validate().is_ok());
                let (mut summary, mut moments) = (Summary::default(), Moments::default());
                for answer in &answers {
                    summary.add(answer.map(|x| x as f64), 1.0);
                    let value = contribution.evaluate(&|_| answer.map(|x| x as f64));
                    if let Some(value) = value {
                        moments.add(value, 1.0);
                    }
                }
                let score = score(&metric, &summary, Confidence::P95);
                prop_assert_eq!(moments.n, score.n, "{:?}", metric);
                let mean = (moments.n > 0).then_some(moments.mean);
                let apart = mean.unwrap_or(0.0) - score.value.unwrap_or(0.0);
                prop_assert!(mean.is_some() == score.value.is_some() && apart.abs() < 1e-9);
            }
        }
    }
}
