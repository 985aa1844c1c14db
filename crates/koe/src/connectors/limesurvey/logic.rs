//! Relevance and conditions as Koe conditions.

use std::collections::HashMap;

use super::Conversion;
use super::expression::{self, Comparison, Expression};
use super::tables::Row;
use crate::surveys::document::{Condition, HiddenKind, Operand, Operator};

/// A scenario's number and its fields, each with alternatives.
type Scenario<'a> = (i64, Vec<(&'a str, Vec<Condition>)>);

/// What a question of the file became, for conditions and piping that point at it.
#[derive(Debug, Clone)]
pub(super) enum Asked {
    /// One of several choices, by the file's codes.
    One {
        id: String,
        codes: HashMap<String, String>,
        codes_are_values: bool,
    },
    /// Any of several choices, by subquestion.
    Several {
        id: String,
        codes: HashMap<String, String>,
    },
    /// Rows and columns.
    Matrix {
        id: String,
        several: bool,
        rows: HashMap<String, String>,
        columns: HashMap<String, String>,
    },
    /// The same rows on several scales, each a matrix.
    Scales(Vec<Asked>),
    /// Numbers and scales.
    Number { id: String },
    /// Words.
    Words { id: String },
    /// A date.
    Date { id: String },
    /// A question for each part.
    Parts(HashMap<String, Asked>),
    /// A hidden field.
    Field { id: String, kind: HiddenKind },
    /// Nothing that can be asked about.
    Nothing,
}

impl Asked {
    /// The one question or field it became.
    pub fn pipe(&self) -> Option<String> {
        match self {
            Self::One { id, .. }
            | Self::Several { id, .. }
            | Self::Number { id }
            | Self::Words { id }
            | Self::Date { id } => Some(format!("{{{{answer:{id}}}}}")),
            Self::Field { id, .. } => Some(format!("{{{{field:{id}}}}}")),
            Self::Matrix { .. } | Self::Scales(_) | Self::Parts(_) | Self::Nothing => None,
        }
    }
}

impl Conversion<'_> {
    /// The condition an expression stands for; none when it cannot be expressed.
    pub(super) fn condition(&self, text: &str) -> Option<Condition> {
        self.translate(&expression::read(text)?)
    }

    fn translate(&self, expression: &Expression) -> Option<Condition> {
        match expression {
            Expression::Or(parts) => Some(Condition::Any {
                any: self.each(parts)?,
            }),
            Expression::And(parts) => Some(Condition::All {
                all: self.each(parts)?,
            }),
            Expression::Not(inner) => Some(Condition::Not {
                not: Box::new(self.translate(inner)?),
            }),
            Expression::Call(name, arguments) => match (name.as_str(), &arguments[..]) {
                ("is_empty" | "empty", [Expression::Variable(name)]) => {
                    self.variable(name, Comparison::Equal, "")
                }
                _ => None,
            },
            Expression::Number(number) => Some(fixed(*number != 0.0)),
            Expression::Compare(left, comparison, right) => match (&**left, &**right) {
                (Expression::Variable(name), constant) => {
                    self.variable(name, *comparison, &constant_text(constant)?)
                }
                (constant, Expression::Variable(name)) => {
                    self.variable(name, comparison.mirrored(), &constant_text(constant)?)
                }
                // The editor writes 1==1 for “always”.
                (Expression::Number(left), Expression::Number(right)) => {
                    Some(fixed(match comparison {
                        Comparison::Equal => left == right,
                        Comparison::NotEqual => left != right,
                        Comparison::Less => left < right,
                        Comparison::AtMost => left <= right,
                        Comparison::Greater => left > right,
                        Comparison::AtLeast => left >= right,
                    }))
                }
                _ => None,
            },
            Expression::Variable(_) | Expression::Words(_) => None,
        }
    }

    fn each(&self, parts: &[Expression]) -> Option<Vec<Condition>> {
        parts.iter().map(|part| self.translate(part)).collect()
    }

    fn variable(&self, name: &str, comparison: Comparison, constant: &str) -> Option<Condition> {
        let (name, suffix) = name.split_once('.').unwrap_or((name, ""));
        if !matches!(suffix, "" | "NAOK" | "code" | "valueNAOK") {
            return None;
        }
        let (asked, part) = self.find(name)?;
        test(asked, part, comparison, constant)
    }

    /// The question (and its part) a name stands for: `Q1`, `Q1_SQ001` or `1X2X3SQ001`.
    pub(super) fn find<'n>(&self, name: &'n str) -> Option<(&Asked, Option<&'n str>)> {
        if let Some(asked) = self.by_code.get(name) {
            return Some((asked, None));
        }
        let field = name.strip_prefix('+').unwrap_or(name);
        let mut pieces = field.splitn(3, 'X');
        if let (Some(survey), Some(_), Some(rest)) = (pieces.next(), pieces.next(), pieces.next())
            && survey.bytes().all(|b| b.is_ascii_digit())
        {
            let digits = rest
                .find(|c: char| !c.is_ascii_digit())
                .unwrap_or(rest.len());
            // A part's code may begin with digits too, so the longest known number counts.
            for end in (1..=digits).rev() {
                if let Some(asked) = self.by_qid.get(&rest[..end]) {
                    let part = &rest[end..];
                    return Some((asked, (!part.is_empty()).then_some(part)));
                }
            }
        }
        if name.len() > super::LONGEST_NAME {
            return None;
        }
        for (at, _) in name.match_indices('_') {
            if let Some(asked) = self.by_code.get(&name[..at]) {
                return Some((asked, Some(&name[at + 1..])));
            }
        }
        None
    }

    /// The condition of a question's rows in the table of conditions: all fields of a
    /// scenario, any scenario; several rows of one field are alternatives.
    pub(super) fn scenarios(&self, rows: &[&Row]) -> Option<Condition> {
        let mut scenarios: Vec<Scenario<'_>> = Vec::new();
        for row in rows {
            let comparison = match row.get("method").trim() {
                "==" | "" => Comparison::Equal,
                "!=" => Comparison::NotEqual,
                "<" => Comparison::Less,
                "<=" => Comparison::AtMost,
                ">" => Comparison::Greater,
                ">=" => Comparison::AtLeast,
                _ => return None,
            };
            let field = row.get("cfieldname");
            // A blank stands for “no answer”.
            let value = Some(row.get("value")).filter(|value| !value.trim().is_empty());
            let value = value.unwrap_or_default();
            if value.starts_with('@') || value.starts_with('{') {
                return None;
            }
            let (asked, part) = self.find(field)?;
            // A field that begins with + asks whether a box is ticked; its value is Y.
            let condition = test(asked, part, comparison, value)?;
            let number = row.number("scenario");
            let place = match scenarios.iter().position(|(known, _)| *known == number) {
                Some(place) => place,
                None => {
                    scenarios.push((number, Vec::new()));
                    scenarios.len() - 1
                }
            };
            let fields = &mut scenarios[place].1;
            match fields.iter_mut().find(|(known, _)| *known == field) {
                Some((_, alternatives)) => alternatives.push(condition),
                None => fields.push((field, vec![condition])),
            }
        }
        let any = scenarios
            .into_iter()
            .map(|(_, fields)| Condition::All {
                all: fields
                    .into_iter()
                    .map(|(_, any)| Condition::Any { any })
                    .collect(),
            })
            .collect();
        Some(Condition::Any { any })
    }
}

/// A condition that always or never holds.
fn fixed(holds: bool) -> Condition {
    if holds {
        Condition::always()
    } else {
        Condition::Any { any: Vec::new() }
    }
}

fn constant_text(expression: &Expression) -> Option<String> {
    match expression {
        Expression::Words(words) => Some(words.clone()),
        Expression::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn test(
    asked: &Asked,
    part: Option<&str>,
    comparison: Comparison,
    constant: &str,
) -> Option<Condition> {
    match (asked, part) {
        (Asked::Scales(scales), Some(part)) => {
            // `SQ001_0` in expressions, `SQ001#0` in the table of conditions.
            let (row, scale) = part.rsplit_once(['_', '#'])?;
            let scale = scales.get(scale.parse::<usize>().ok()?)?;
            test(scale, Some(row), comparison, constant)
        }
        (Asked::Parts(parts), Some(part)) => test(parts.get(part)?, None, comparison, constant),
        (Asked::Several { id, codes }, Some(part)) => {
            let code = codes.get(part)?;
            let ticked =
                Condition::question(id, Operator::Includes, Some(Operand::Text(code.clone())));
            match (comparison, constant) {
                (Comparison::Equal, "Y") | (Comparison::NotEqual, "") => Some(ticked),
                (Comparison::NotEqual, "Y") | (Comparison::Equal, "") => Some(Condition::Not {
                    not: Box::new(ticked),
                }),
                _ => None,
            }
        }
        (Asked::Several { id, codes }, None) if comparison == Comparison::Equal => {
            let code = codes.get(constant)?;
            Some(Condition::question(
                id,
                Operator::Includes,
                Some(Operand::Text(code.clone())),
            ))
        }
        (
            Asked::Matrix {
                id,
                several: false,
                rows,
                columns,
            },
            Some(part),
        ) => {
            let (is, value) = compare_code(columns, comparison, constant, false)?;
            Some(Condition::Question {
                question: id.clone(),
                row: Some(rows.get(part)?.clone()),
                is,
                value,
            })
        }
        (
            Asked::Matrix {
                id,
                several: true,
                rows,
                columns,
            },
            Some(part),
        ) => {
            let (row, column) = part.split_once('_')?;
            let ticked = Condition::Question {
                question: id.clone(),
                row: Some(rows.get(row)?.clone()),
                is: Operator::Includes,
                value: Some(Operand::Text(columns.get(column)?.clone())),
            };
            (comparison == Comparison::Equal && constant == "1").then_some(ticked)
        }
        (
            Asked::One {
                id,
                codes,
                codes_are_values,
            },
            None,
        ) => {
            let (is, value) = compare_code(codes, comparison, constant, *codes_are_values)?;
            Some(Condition::question(id, is, value))
        }
        (Asked::Number { id }, None) => {
            let (is, value) = compare(comparison, constant);
            matches!(value, None | Some(Operand::Number(_)))
                .then(|| Condition::question(id, is, value))
        }
        (Asked::Words { id }, None) => {
            let (is, value) = compare(comparison, constant);
            let value = match (is, value) {
                (Operator::Equals | Operator::NotEquals, Some(_)) => {
                    Some(Operand::Text(constant.to_owned()))
                }
                (_, None) => None,
                // Words have no size.
                (_, Some(_)) => return None,
            };
            Some(Condition::question(id, is, value))
        }
        (Asked::Date { id }, None) => {
            let alone = match (comparison, constant) {
                (Comparison::Equal, "") => Some(Operator::NotAnswered),
                (Comparison::NotEqual, "") => Some(Operator::Answered),
                _ => None,
            };
            if let Some(is) = alone {
                return Some(Condition::question(id, is, None));
            }
            let date: jiff::civil::Date = constant.get(..10)?.parse().ok()?;
            let day = |is| Condition::question(id, is, Some(Operand::Text(date.to_string())));
            Some(match comparison {
                Comparison::Equal => day(Operator::Equals),
                Comparison::Less => day(Operator::Before),
                Comparison::Greater => day(Operator::After),
                Comparison::AtMost => Condition::Any {
                    any: vec![day(Operator::Before), day(Operator::Equals)],
                },
                Comparison::AtLeast => Condition::Any {
                    any: vec![day(Operator::After), day(Operator::Equals)],
                },
                Comparison::NotEqual => return None,
            })
        }
        (Asked::Field { id, kind }, None) => {
            let (is, value) = compare(comparison, constant);
            let same = matches!(is, Operator::Equals | Operator::NotEquals);
            let value = match (kind, value) {
                (_, None) => None,
                (HiddenKind::Number, Some(Operand::Number(number))) => {
                    Some(Operand::Number(number))
                }
                (HiddenKind::Text | HiddenKind::Code, Some(_)) if same => {
                    Some(Operand::Text(constant.to_owned()))
                }
                _ => return None,
            };
            Some(Condition::field(id, is, value))
        }
        _ => None,
    }
}

/// A comparison with one of the choices.
fn compare_code(
    codes: &HashMap<String, String>,
    comparison: Comparison,
    constant: &str,
    codes_are_values: bool,
) -> Option<(Operator, Option<Operand>)> {
    match (comparison, constant) {
        (Comparison::Equal, "") => Some((Operator::NotAnswered, None)),
        (Comparison::NotEqual, "") => Some((Operator::Answered, None)),
        (Comparison::Equal | Comparison::NotEqual, code) => {
            let code = codes.get(code)?.clone();
            let is = if comparison == Comparison::Equal {
                Operator::Equals
            } else {
                Operator::NotEquals
            };
            Some((is, Some(Operand::Text(code))))
        }
        _ if codes_are_values => {
            let (is, value) = compare(comparison, constant);
            matches!(value, Some(Operand::Number(_))).then_some((is, value))
        }
        _ => None,
    }
}

fn compare(comparison: Comparison, constant: &str) -> (Operator, Option<Operand>) {
    if constant.is_empty() {
        match comparison {
            Comparison::Equal => return (Operator::NotAnswered, None),
            Comparison::NotEqual => return (Operator::Answered, None),
            _ => {}
        }
    }
    let is = match comparison {
        Comparison::Equal => Operator::Equals,
        Comparison::NotEqual => Operator::NotEquals,
        Comparison::Less => Operator::Less,
        Comparison::AtMost => Operator::AtMost,
        Comparison::Greater => Operator::Greater,
        Comparison::AtLeast => Operator::AtLeast,
    };
    let number = constant
        .trim()
        .parse::<f64>()
        .ok()
        .filter(|n| n.is_finite());
    let value = number.map_or_else(|| Operand::Text(constant.to_owned()), Operand::Number);
    (is, Some(value))
}
