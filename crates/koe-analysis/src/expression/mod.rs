//! Arithmetic over named operands: the formula of a custom metric.
//!
//! ```text
//! (q1 + q2) / 2 - 1.5
//! mean(q1, q2, q3)
//! 100 - `field:orders:returned` * 100 ÷ `注文数`
//! ```
//!
//! The lake evaluates the tree for every record, with answers as operands; a
//! metric made of metrics evaluates it once, with scores as operands. What is
//! missing stays missing:
//!
//! - an operator with a missing side is missing, and so is a division by zero and
//!   anything that is no longer a finite number;
//! - `mean`, `sum`, `min` and `max` use those of their arguments that are there,
//!   and are missing when none is. So `a + b` asks for both answers and
//!   `sum(a, b)` does not.

mod parse;
mod syntax;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

pub use parse::{parse, place_of};

/// The longest formula, in characters.
pub const MAX_LENGTH: usize = 2_000;

/// The deepest nesting of a formula: brackets, functions and operators. (Every
/// level is at most two of JSON, whose readers usually stop at 128.)
pub const MAX_DEPTH: usize = 50;

/// The longest name of an operand, in characters.
pub const MAX_NAME: usize = 200;

/// An operator between two operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Operator {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*` or `×`
    Multiply,
    /// `/` or `÷`; missing when the right side is zero.
    Divide,
}

/// A function of one or more arguments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Function {
    /// The mean of the arguments that are there.
    Mean,
    /// The sum of the arguments that are there.
    Sum,
    /// The least of the arguments that are there.
    Min,
    /// The greatest of the arguments that are there.
    Max,
    /// The one argument without its sign.
    Abs,
}

impl Function {
    /// All functions.
    pub const ALL: [Self; 5] = [Self::Mean, Self::Sum, Self::Min, Self::Max, Self::Abs];

    /// Its name in a formula.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Mean => "mean",
            Self::Sum => "sum",
            Self::Min => "min",
            Self::Max => "max",
            Self::Abs => "abs",
        }
    }

    /// Whether it takes exactly one argument (others take one or more).
    #[must_use]
    pub fn takes_one(self) -> bool {
        self == Self::Abs
    }
}

/// A formula as a tree.
///
/// Travels as nested JSON objects with a `kind`. A tree that did not come from
/// [`parse`] should be checked with [`Expression::validate`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Expression {
    /// A number.
    Number {
        /// Its value.
        value: f64,
    },
    /// A named operand.
    Operand {
        /// Its name, as the caller's lookup knows it.
        name: String,
    },
    /// A change of sign.
    Negate {
        /// What is negated.
        of: Box<Self>,
    },
    /// Two sides with an operator.
    Binary {
        /// The operator.
        operator: Operator,
        /// The left side.
        left: Box<Self>,
        /// The right side.
        right: Box<Self>,
    },
    /// A function of its arguments.
    Call {
        /// The function.
        function: Function,
        /// Its arguments.
        arguments: Vec<Self>,
    },
}

/// What is wrong with a formula.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// There is nothing in it.
    Empty,
    /// It has more than [`MAX_LENGTH`] characters.
    TooLong,
    /// It is nested deeper than [`MAX_DEPTH`].
    TooDeep,
    /// A character that means nothing here.
    UnexpectedCharacter(char),
    /// A number, name, function or bracket was expected, and this came.
    ExpectedValue(String),
    /// An operator was expected, and this came.
    ExpectedOperator(String),
    /// The formula ends where a value was expected.
    EndsEarly,
    /// A bracket that is never closed.
    Unclosed,
    /// A closing bracket without an opening one.
    Unopened,
    /// Digits that are no number.
    NotANumber(String),
    /// A back-quoted name that is never closed, empty or too long.
    BadName,
    /// A name before a bracket that is no function.
    UnknownFunction(String),
    /// A function with the wrong number of arguments.
    Arguments(Function),
}

/// What is wrong with a formula, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidExpression {
    /// The character it begins at, from 0; the length of the formula when the
    /// problem is its end.
    pub position: usize,
    /// What is wrong.
    pub problem: Problem,
}

impl Problem {
    /// A stable name for translations.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::TooLong => "too_long",
            Self::TooDeep => "too_deep",
            Self::UnexpectedCharacter(_) => "unexpected_character",
            Self::ExpectedValue(_) => "expected_value",
            Self::ExpectedOperator(_) => "expected_operator",
            Self::EndsEarly => "ends_early",
            Self::Unclosed => "unclosed",
            Self::Unopened => "unopened",
            Self::NotANumber(_) => "not_a_number",
            Self::BadName => "bad_name",
            Self::UnknownFunction(_) => "unknown_function",
            Self::Arguments(_) => "arguments",
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("the formula is empty"),
            Self::TooLong => write!(f, "the formula is longer than {MAX_LENGTH} characters"),
            Self::TooDeep => write!(
                f,
                "the formula is nested deeper than {MAX_DEPTH} levels; write long sums as sum(a, b, c)"
            ),
            Self::UnexpectedCharacter(found) => {
                write!(f, "\u{201C}{found}\u{201D} means nothing in a formula")
            }
            Self::ExpectedValue(found) => write!(
                f,
                "expected a number, a name or a bracket, not \u{201C}{found}\u{201D}"
            ),
            Self::ExpectedOperator(found) => write!(
                f,
                "expected an operator before \u{201C}{found}\u{201D}: + - * or /"
            ),
            Self::EndsEarly => f.write_str("the formula ends where a value should follow"),
            Self::Unclosed => f.write_str("this bracket is never closed"),
            Self::Unopened => f.write_str("this bracket was never opened"),
            Self::NotANumber(found) => write!(f, "\u{201C}{found}\u{201D} is not a number"),
            Self::BadName => write!(
                f,
                "a name in back quotes needs 1 to {MAX_NAME} characters and a closing back quote"
            ),
            Self::UnknownFunction(found) => {
                let known: Vec<&str> = Function::ALL.iter().map(|f| f.name()).collect();
                write!(
                    f,
                    "there is no function \u{201C}{found}\u{201D}; there are {}",
                    known.join(", ")
                )
            }
            Self::Arguments(function) if function.takes_one() => {
                write!(f, "{} takes exactly one argument", function.name())
            }
            Self::Arguments(function) => {
                write!(f, "{} takes one argument or more", function.name())
            }
        }
    }
}

impl fmt::Display for InvalidExpression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at character {}: {}", self.position + 1, self.problem)
    }
}

impl std::error::Error for InvalidExpression {}

impl Expression {
    /// The value, with operands from `lookup` (`None` when one is missing); see
    /// the module for what missing does.
    pub fn evaluate(&self, lookup: &impl Fn(&str) -> Option<f64>) -> Option<f64> {
        let value = match self {
            Self::Number { value } => *value,
            Self::Operand { name } => lookup(name)?,
            Self::Negate { of } => -of.evaluate(lookup)?,
            Self::Binary {
                operator,
                left,
                right,
            } => {
                let (left, right) = (left.evaluate(lookup)?, right.evaluate(lookup)?);
                match operator {
                    Operator::Add => left + right,
                    Operator::Subtract => left - right,
                    Operator::Multiply => left * right,
                    Operator::Divide => left / right,
                }
            }
            Self::Call {
                function,
                arguments,
            } => {
                let there = || arguments.iter().filter_map(|a| a.evaluate(lookup));
                match function {
                    Function::Mean => there().sum::<f64>() / there().count() as f64,
                    Function::Sum => there().reduce(|a, b| a + b)?,
                    Function::Min => there().reduce(f64::min)?,
                    Function::Max => there().reduce(f64::max)?,
                    Function::Abs => there().next()?.abs(),
                }
            }
        };
        value.is_finite().then_some(value)
    }

    /// The names of all operands, each once, in alphabetical order.
    #[must_use]
    pub fn operands(&self) -> BTreeSet<&str> {
        let mut names = BTreeSet::new();
        let mut open = vec![self];
        while let Some(expression) = open.pop() {
            if let Self::Operand { name } = expression {
                names.insert(name.as_str());
            }
            open.extend(expression.children());
        }
        names
    }

    /// Checks a tree that did not come from [`parse`]: its depth, its names, its
    /// numbers and how many arguments its functions have.
    ///
    /// # Errors
    /// The first problem found.
    pub fn validate(&self) -> Result<(), Problem> {
        let mut open = vec![(self, 1)];
        let mut nodes = 0;
        while let Some((expression, depth)) = open.pop() {
            nodes += 1;
            if depth > MAX_DEPTH {
                return Err(Problem::TooDeep);
            }
            if nodes > MAX_LENGTH {
                return Err(Problem::TooLong);
            }
            match expression {
                Self::Number { value } if !value.is_finite() => {
                    return Err(Problem::NotANumber(value.to_string()));
                }
                Self::Operand { name } if !syntax::is_name(name) => return Err(Problem::BadName),
                Self::Call {
                    function,
                    arguments,
                } if arguments.is_empty() || function.takes_one() && arguments.len() > 1 => {
                    return Err(Problem::Arguments(*function));
                }
                _ => {}
            }
            open.extend(expression.children().into_iter().map(|e| (e, depth + 1)));
        }
        Ok(())
    }

    /// The formula with each operand replaced by what `of` gives for it; those it
    /// gives nothing for stay. May come out deeper than [`MAX_DEPTH`]:
    /// [`Expression::validate`] tells.
    #[must_use]
    pub fn with_operands(&self, of: &impl Fn(&str) -> Option<Self>) -> Self {
        let boxed = |one: &Self| Box::new(one.with_operands(of));
        match self {
            Self::Number { value } => Self::Number { value: *value },
            Self::Operand { name } => of(name).unwrap_or_else(|| self.clone()),
            Self::Negate { of } => Self::Negate { of: boxed(of) },
            Self::Binary {
                operator,
                left,
                right,
            } => Self::Binary {
                operator: *operator,
                left: boxed(left),
                right: boxed(right),
            },
            Self::Call {
                function,
                arguments,
            } => Self::Call {
                function: *function,
                arguments: arguments.iter().map(|one| one.with_operands(of)).collect(),
            },
        }
    }

    /// What it is made of, one level down.
    fn children(&self) -> Vec<&Self> {
        match self {
            Self::Number { .. } | Self::Operand { .. } => Vec::new(),
            Self::Negate { of } => vec![of],
            Self::Binary { left, right, .. } => vec![left, right],
            Self::Call { arguments, .. } => arguments.iter().collect(),
        }
    }
}

/// Writes the formula so that [`parse`] gives the same tree, with no more brackets
/// than it needs.
impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number { value } if *value < 0.0 => write!(f, "({value})"),
            Self::Number { value } if *value != 0.0 && !(1e-6..1e15).contains(value) => {
                write!(f, "{value:e}")
            }
            Self::Number { value } => write!(f, "{value}"),
            Self::Operand { name } if syntax::is_bare_name(name) => f.write_str(name),
            Self::Operand { name } => write!(f, "`{name}`"),
            Self::Negate { of } => match **of {
                Self::Binary { .. } => write!(f, "-({of})"),
                _ => write!(f, "-{of}"),
            },
            Self::Binary {
                operator,
                left,
                right,
            } => {
                let rank = operator.rank();
                match **left {
                    Self::Binary { operator, .. } if operator.rank() < rank => {
                        write!(f, "({left})")?;
                    }
                    _ => write!(f, "{left}")?,
                }
                write!(f, " {} ", operator.sign())?;
                match **right {
                    Self::Binary { operator, .. } if operator.rank() <= rank => {
                        write!(f, "({right})")
                    }
                    _ => write!(f, "{right}"),
                }
            }
            Self::Call {
                function,
                arguments,
            } => {
                write!(f, "{}(", function.name())?;
                for (i, argument) in arguments.iter().enumerate() {
                    let comma = if i == 0 { "" } else { ", " };
                    write!(f, "{comma}{argument}")?;
                }
                f.write_str(")")
            }
        }
    }
}

impl Operator {
    fn sign(self) -> char {
        match self {
            Self::Add => '+',
            Self::Subtract => '-',
            Self::Multiply => '*',
            Self::Divide => '/',
        }
    }

    /// What binds stronger ranks higher.
    fn rank(self) -> u8 {
        match self {
            Self::Add | Self::Subtract => 1,
            Self::Multiply | Self::Divide => 2,
        }
    }
}
