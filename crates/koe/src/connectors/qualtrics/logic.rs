//! Logic as conditions. A logic is taken over whole or not at all: half a condition would
//! mean something else.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::Conversion;
use super::inventory::is_expression;
use super::json::{entries, join, text, word};
use crate::connectors::fit;
use crate::surveys::Text;
use crate::surveys::document::{CodeValue, Condition, HiddenKind, Operand, Operator};

/// What a question of the file became, for logic and piping that point at it.
#[derive(Debug, Clone)]
pub(super) enum Asked {
    /// One question of choices; the codes by the file's keys.
    Choices {
        id: String,
        several: bool,
        codes: HashMap<String, String>,
        values: HashMap<String, CodeValue>,
    },
    /// A scale; the points by the file's keys where those are no points themselves.
    Scale {
        id: String,
        points: HashMap<String, i64>,
    },
    /// Rows and columns.
    Matrix {
        id: String,
        several: bool,
        rows: HashMap<String, String>,
        columns: HashMap<String, String>,
    },
    /// Words.
    Words { id: String },
    /// A number.
    Number { id: String },
    /// A date.
    Date { id: String },
    /// A question for each part.
    Parts(HashMap<String, Asked>),
    /// Nothing that can be asked about.
    Nothing,
}

impl Asked {
    /// The one question it became, for piping the whole answer.
    pub fn whole(&self) -> Option<&str> {
        match self {
            Self::Choices { id, .. }
            | Self::Scale { id, .. }
            | Self::Words { id }
            | Self::Number { id }
            | Self::Date { id } => Some(id),
            Self::Matrix { .. } | Self::Parts(_) | Self::Nothing => None,
        }
    }

    /// The question a part became.
    pub fn part(&self, key: &str) -> Option<&str> {
        match self {
            Self::Parts(parts) => parts.get(key)?.whole(),
            _ => None,
        }
    }
}

/// Why an expression could not be taken over.
struct Refused(Text);

fn refused(ja: impl Into<String>, en: impl Into<String>) -> Refused {
    Refused(Text::ja_en(ja, en))
}

impl Conversion<'_> {
    /// The condition a logic stands for; none when it has no counterpart, which is stated for
    /// the logic and for each of its expressions.
    pub(super) fn logic(&mut self, path: &str, logic: &Value) -> Option<Condition> {
        match self.group(logic) {
            Ok(condition) if !fit::is_small_enough(&condition) => {
                self.ledger.unsupported(
                    path,
                    Text::ja_en(
                        "条件の入れ子または数が上限を超えます。",
                        "The logic is nested too deeply or holds too many tests.",
                    ),
                );
                None
            }
            Ok(condition) => {
                self.ledger.converted(path);
                self.expressions_converted(path, logic);
                Some(condition)
            }
            Err(Refused(reason)) => {
                self.ledger.unsupported(path, reason);
                None
            }
        }
    }

    fn expressions_converted(&mut self, path: &str, value: &Value) {
        for (key, member) in entries(value) {
            let path = join(path, &key);
            if is_expression(member) {
                self.ledger.converted(&path);
            } else {
                self.expressions_converted(&path, member);
            }
        }
    }

    /// Members of a group in the order of their numbers; “and” binds before “or”.
    fn group(&self, group: &Value) -> Result<Condition, Refused> {
        let mut members: Vec<(u64, &Value)> = entries(group)
            .into_iter()
            .filter_map(|(key, member)| Some((key.parse().ok()?, member)))
            .filter(|(_, member)| member.is_object())
            .collect();
        members.sort_by_key(|(number, _)| *number);
        if members.is_empty() {
            return Err(refused("条件が空です。", "The logic holds no expression."));
        }
        let mut alternatives: Vec<Vec<Condition>> = vec![Vec::new()];
        for (place, (_, member)) in members.into_iter().enumerate() {
            let expression = is_expression(member);
            // Both spellings are met: the one with the missing letter is the common one.
            let joined = if expression {
                [text(member, "Conjuction"), text(member, "Conjunction")].concat()
            } else {
                text(member, "Type").to_owned()
            };
            let or = match joined.as_str() {
                "Or" | "OrIf" => true,
                "And" | "AndIf" | "If" | "" => false,
                other => {
                    return Err(refused(
                        format!("結合「{other}」には対応していません。"),
                        format!("The conjunction “{other}” is not supported."),
                    ));
                }
            };
            let condition = if expression {
                self.expression(member)?
            } else {
                self.group(member)?
            };
            if or && place > 0 {
                alternatives.push(Vec::new());
            }
            if let Some(last) = alternatives.last_mut() {
                last.push(condition);
            }
        }
        Ok(any(alternatives.into_iter().map(all).collect()))
    }

    fn expression(&self, expression: &Value) -> Result<Condition, Refused> {
        let operator = text(expression, "Operator");
        if matches!(operator, "DoesNotContain" | "NotContains") {
            let contains = self.test_of(expression, "Contains")?;
            return Ok(Condition::Not {
                not: Box::new(contains),
            });
        }
        self.test_of(expression, operator)
    }

    fn test_of(&self, expression: &Value, operator: &str) -> Result<Condition, Refused> {
        let kind = text(expression, "LogicType");
        let right = word(expression.get("RightOperand"))
            .or_else(|| word(expression.get("RightOperandText")))
            .unwrap_or_default();
        match kind {
            "Question" | "" => {
                let locator = match text(expression, "LeftOperand") {
                    "" => text(expression, "ChoiceLocator"),
                    left => left,
                };
                self.answer_test(locator, operator, &right)
            }
            "EmbeddedField" => {
                let name = text(expression, "LeftOperand");
                let (field, kind) = self.fields.get(name).ok_or_else(|| {
                    refused(
                        format!("埋め込みデータ「{name}」はこの位置より前で宣言されていません。"),
                        format!("Embedded data “{name}” is not declared before this point."),
                    )
                })?;
                let (is, value) = comparison(operator, &right)?;
                let value = of_kind(*kind, is, value, &right).ok_or_else(|| {
                    refused(
                        format!("「{name}」と「{right}」はこの形では比べられません。"),
                        format!("“{name}” cannot be compared with “{right}” in this way."),
                    )
                })?;
                Ok(Condition::field(field.clone(), is, value))
            }
            other => Err(refused(
                format!("「{other}」による条件には対応していません。"),
                format!("Conditions on “{other}” are not supported."),
            )),
        }
    }

    /// A test of an answer by its locator (`q://QID1/SelectableChoice/2`).
    pub(super) fn skip_test(&self, locator: &str, operator: &str) -> Result<Condition, Text> {
        self.answer_test(locator, operator, "")
            .map_err(|Refused(reason)| reason)
    }

    fn answer_test(
        &self,
        locator: &str,
        operator: &str,
        right: &str,
    ) -> Result<Condition, Refused> {
        let unreadable = || {
            refused(
                format!("条件の参照「{locator}」は解釈できません。"),
                format!("The reference “{locator}” of the condition is not understood."),
            )
        };
        let rest = locator.strip_prefix("q://").ok_or_else(unreadable)?;
        let mut steps = rest.split('/');
        let question = steps.next().unwrap_or_default();
        let what = steps.next().unwrap_or_default();
        let keys: Vec<&str> = steps.collect();
        let asked = self.asked.get(question).ok_or_else(|| {
            refused(
                format!("条件が参照する質問{question}は、この位置より前にありません。"),
                format!(
                    "The condition asks about {question}, which does not come before this point."
                ),
            )
        })?;
        test(asked, what, &keys, operator, right).ok_or_else(|| {
            refused(
                format!("条件「{what} {operator}」は{question}に対して表現できません。"),
                format!("The test “{what} {operator}” of {question} cannot be expressed."),
            )
        })
    }
}

fn test(
    asked: &Asked,
    what: &str,
    keys: &[&str],
    operator: &str,
    right: &str,
) -> Option<Condition> {
    if let Asked::Parts(parts) = asked {
        let (first, rest) = keys.split_first()?;
        let part = parts.get(*first)?;
        return test(part, what, rest, operator, right);
    }
    match what {
        "SelectableChoice" | "SelectedChoice" | "SelectableAnswer" => {
            let chosen = match operator {
                "Selected" => true,
                "NotSelected" => false,
                _ => return None,
            };
            let holds = match (asked, keys) {
                (
                    Asked::Choices {
                        id, several, codes, ..
                    },
                    [key],
                ) => {
                    let code = Operand::Text(codes.get(*key)?.clone());
                    Condition::question(id, chosen_operator(*several), Some(code))
                }
                (Asked::Scale { id, points }, [key]) => {
                    let point = match points.get(*key) {
                        Some(point) => Operand::Number(*point as f64),
                        None => Operand::Number(key.parse().ok()?),
                    };
                    Condition::question(id, Operator::Equals, Some(point))
                }
                (
                    Asked::Matrix {
                        id,
                        several,
                        rows,
                        columns,
                    },
                    [row, column],
                ) => Condition::Question {
                    question: id.clone(),
                    row: Some(rows.get(*row)?.clone()),
                    is: chosen_operator(*several),
                    value: Some(Operand::Text(columns.get(*column)?.clone())),
                },
                _ => return None,
            };
            Some(if chosen {
                holds
            } else {
                Condition::Not {
                    not: Box::new(holds),
                }
            })
        }
        "ChoiceTextEntryValue" | "ChoiceNumericEntryValue" if keys.len() <= 1 => match asked {
            Asked::Words { .. } | Asked::Number { .. } | Asked::Scale { .. } => {
                let (is, value) = comparison(operator, right).ok()?;
                let numeric = matches!(value, Some(Operand::Number(_)));
                let ordered = matches!(
                    is,
                    Operator::Greater | Operator::AtLeast | Operator::Less | Operator::AtMost
                );
                let words = matches!(asked, Asked::Words { .. });
                if (words && ordered) || (!words && value.is_some() && !numeric) {
                    return None;
                }
                let value = match value {
                    // Words are compared as words, also when they look like a number.
                    Some(Operand::Number(_)) if words => Some(Operand::Text(right.to_owned())),
                    value => value,
                };
                if is == Operator::Contains && (!words || right.trim().is_empty()) {
                    return None;
                }
                Some(Condition::question(asked.whole()?, is, value))
            }
            Asked::Date { id } => match operator {
                "Empty" => Some(Condition::question(id, Operator::NotAnswered, None)),
                "NotEmpty" => Some(Condition::question(id, Operator::Answered, None)),
                _ => None,
            },
            _ => None,
        },
        "SelectedChoicesRecode" => match asked {
            Asked::Choices {
                id,
                several: false,
                values,
                codes,
            } => {
                let (is, value) = comparison(operator, right).ok()?;
                match (is, value) {
                    (Operator::Equals | Operator::NotEquals, _) => {
                        let wanted = CodeValue::parse(right.trim())?;
                        // As it is written, else 1.5 is 1.50 where only one choice has it.
                        let written = values.iter().find(|(_, value)| **value == wanted);
                        let mut equal = values
                            .iter()
                            .filter(|(_, value)| value.to_f64() == wanted.to_f64());
                        let key = match (written, equal.next(), equal.next()) {
                            (Some((key, _)), ..) | (None, Some((key, _)), None) => key,
                            _ => return None,
                        };
                        let code = Operand::Text(codes.get(key)?.clone());
                        Some(Condition::question(id, is, Some(code)))
                    }
                    (is, value @ Some(Operand::Number(_))) => {
                        Some(Condition::question(id, is, value))
                    }
                    _ => None,
                }
            }
            Asked::Scale { id, .. } => {
                let (is, value) = comparison(operator, right).ok()?;
                matches!(value, Some(Operand::Number(_)))
                    .then(|| Condition::question(id, is, value))
            }
            _ => None,
        },
        _ => None,
    }
}

/// The operand a hidden field of this kind is compared with; none when it cannot be.
fn of_kind(
    kind: HiddenKind,
    is: Operator,
    value: Option<Operand>,
    right: &str,
) -> Option<Option<Operand>> {
    if is.stands_alone() {
        return Some(None);
    }
    let same = matches!(
        is,
        Operator::Equals | Operator::NotEquals | Operator::Contains
    );
    match kind {
        HiddenKind::Number => {
            (is != Operator::Contains && matches!(value, Some(Operand::Number(_)))).then_some(value)
        }
        // A code such as 05 is compared as it is written.
        HiddenKind::Text | HiddenKind::Code => {
            (same && !right.trim().is_empty()).then(|| Some(Operand::Text(right.to_owned())))
        }
    }
}

/// The names of embedded data that some logic of the file compares by size.
pub(super) fn compared_by_size(value: &Value, names: &mut HashSet<String>) {
    if is_expression(value) {
        let operator = text(value, "Operator");
        let by_size = operator.starts_with("GreaterThan") || operator.starts_with("LessThan");
        if by_size && text(value, "LogicType") == "EmbeddedField" {
            names.insert(text(value, "LeftOperand").to_owned());
        }
    }
    for (_, member) in entries(value) {
        compared_by_size(member, names);
    }
}

fn chosen_operator(several: bool) -> Operator {
    if several {
        Operator::Includes
    } else {
        Operator::Equals
    }
}

/// A comparison with a constant.
fn comparison(operator: &str, right: &str) -> Result<(Operator, Option<Operand>), Refused> {
    let is = match operator {
        "EqualTo" | "Is" => Operator::Equals,
        "NotEqualTo" | "IsNot" => Operator::NotEquals,
        "GreaterThan" => Operator::Greater,
        "GreaterThanOrEqual" | "GreaterThanOrEqualTo" => Operator::AtLeast,
        "LessThan" => Operator::Less,
        "LessThanOrEqual" | "LessThanOrEqualTo" => Operator::AtMost,
        "Contains" => Operator::Contains,
        "Empty" | "IsEmpty" => return Ok((Operator::NotAnswered, None)),
        "NotEmpty" | "IsNotEmpty" => return Ok((Operator::Answered, None)),
        other => {
            return Err(refused(
                format!("演算子「{other}」には対応していません。"),
                format!("The operator “{other}” is not supported."),
            ));
        }
    };
    if right.contains("${") {
        return Err(refused(
            "差し込みとの比較には対応していません。",
            "Comparison with piped text is not supported.",
        ));
    }
    let number = right.trim().parse::<f64>().ok().filter(|n| n.is_finite());
    let value = match (is, number) {
        (Operator::Contains, _) | (_, None) => Operand::Text(right.to_owned()),
        (_, Some(number)) => Operand::Number(number),
    };
    let ordered = !matches!(
        is,
        Operator::Equals | Operator::NotEquals | Operator::Contains
    );
    if ordered && number.is_none() {
        return Err(refused(
            format!("「{right}」は数ではないため大小を比べられません。"),
            format!("“{right}” is not a number, so it cannot be compared by size."),
        ));
    }
    Ok((is, Some(value)))
}

/// All of these, without a needless level.
pub(super) fn all(mut parts: Vec<Condition>) -> Condition {
    if parts.len() == 1 {
        parts.remove(0)
    } else {
        Condition::All { all: parts }
    }
}

fn any(mut parts: Vec<Condition>) -> Condition {
    if parts.len() == 1 {
        parts.remove(0)
    } else {
        Condition::Any { any: parts }
    }
}
