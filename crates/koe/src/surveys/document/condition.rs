//! Conditions: when a page, question, skip or ending applies.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// A condition over answers and hidden fields; conditions nest.
///
/// JSON: `{"all":[…]}`, `{"any":[…]}`, `{"not":…}`,
/// `{"question":"q1","is":"at_most","value":6}` (with `"row"` for a matrix row, or for the
/// `expectation` or `result` of a pair) or `{"field":"plan","is":"equals","value":"gold"}`.
/// An empty `all` always holds; an empty `any` never does.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(untagged)]
#[schema(as = SurveyCondition)]
pub enum Condition {
    /// Holds when every part does.
    All {
        /// The parts.
        #[schema(no_recursion)]
        all: Vec<Condition>,
    },
    /// Holds when at least one part does.
    Any {
        /// The parts.
        #[schema(no_recursion)]
        any: Vec<Condition>,
    },
    /// Holds when its part does not.
    Not {
        /// The part.
        #[schema(no_recursion)]
        not: Box<Condition>,
    },
    /// A test of an answer.
    Question {
        /// The question's id.
        question: String,
        /// A matrix row's id, or `expectation` or `result` of a pair.
        #[serde(skip_serializing_if = "Option::is_none")]
        row: Option<String>,
        /// The comparison.
        is: Operator,
        /// What the answer is compared with; none for `answered` and `not_answered`.
        #[serde(skip_serializing_if = "Option::is_none")]
        value: Option<Operand>,
    },
    /// A test of a hidden field.
    Field {
        /// The hidden field's id.
        field: String,
        /// The comparison.
        is: Operator,
        /// What the field is compared with.
        #[serde(skip_serializing_if = "Option::is_none")]
        value: Option<Operand>,
    },
}

/// How an answer or field is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ConditionOperator)]
pub enum Operator {
    /// Something was answered.
    Answered,
    /// Nothing was answered.
    NotAnswered,
    /// The same number, choice, set of choices, date, text or consent.
    Equals,
    /// The opposite of `equals`; holds also when nothing was answered.
    NotEquals,
    /// More than a number, or than the value of a choice.
    Greater,
    /// This number or more.
    AtLeast,
    /// Less than a number.
    Less,
    /// This number or less.
    AtMost,
    /// From the first to the second of two numbers or dates, both included.
    Between,
    /// Has this choice.
    Includes,
    /// Has at least one of these choices.
    IncludesAny,
    /// Has all of these choices.
    IncludesAll,
    /// The text contains these words, whatever their case and width.
    Contains,
    /// A date before this one.
    Before,
    /// A date after this one.
    After,
}

impl Operator {
    /// Whether the operator compares with nothing.
    pub fn stands_alone(self) -> bool {
        matches!(self, Self::Answered | Self::NotAnswered)
    }
}

/// What an answer is compared with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
#[schema(as = ConditionOperand)]
pub enum Operand {
    /// Consent given or not.
    Flag(bool),
    /// A number.
    Number(#[serde(serialize_with = "super::number::serialize")] f64),
    /// A choice id, a date (`2026-04-01`) or words.
    Text(String),
    /// The two ends of `between`.
    Numbers(#[serde(serialize_with = "super::number::serialize_all")] Vec<f64>),
    /// Choice ids, or the two dates of `between`.
    Texts(Vec<String>),
}

impl Condition {
    /// A condition that always holds.
    pub fn always() -> Self {
        Self::All { all: Vec::new() }
    }

    /// A test of an answer.
    pub fn question(id: impl Into<String>, is: Operator, value: Option<Operand>) -> Self {
        Self::Question {
            question: id.into(),
            row: None,
            is,
            value,
        }
    }

    /// A test of a hidden field.
    pub fn field(id: impl Into<String>, is: Operator, value: Option<Operand>) -> Self {
        Self::Field {
            field: id.into(),
            is,
            value,
        }
    }

    /// The depth of nesting; a single test is 1.
    pub fn depth(&self) -> usize {
        1 + match self {
            Self::All { all: parts } | Self::Any { any: parts } => {
                parts.iter().map(Self::depth).max().unwrap_or(0)
            }
            Self::Not { not } => not.depth(),
            Self::Question { .. } | Self::Field { .. } => 0,
        }
    }

    /// Calls `visit` with every test in the condition.
    pub fn each_test<'a>(&'a self, visit: &mut dyn FnMut(&'a Condition)) {
        match self {
            Self::All { all: parts } | Self::Any { any: parts } => {
                parts.iter().for_each(|part| part.each_test(visit));
            }
            Self::Not { not } => not.each_test(visit),
            Self::Question { .. } | Self::Field { .. } => visit(self),
        }
    }
}

impl<'de> Deserialize<'de> for Condition {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        read(value).map_err(D::Error::custom)
    }
}

/// Reads a condition by the key that names its form, so that a mistake is named exactly.
fn read(value: Value) -> Result<Condition, String> {
    let Value::Object(mut object) = value else {
        return Err("a condition is an object".to_owned());
    };
    let condition = if let Some(parts) = object.remove("all") {
        Condition::All {
            all: several(parts)?,
        }
    } else if let Some(parts) = object.remove("any") {
        Condition::Any {
            any: several(parts)?,
        }
    } else if let Some(part) = object.remove("not") {
        Condition::Not {
            not: Box::new(read(part)?),
        }
    } else if let Some(question) = object.remove("question") {
        Condition::Question {
            question: text("question", question)?,
            row: object
                .remove("row")
                .map(|row| text("row", row))
                .transpose()?,
            is: operator(&mut object)?,
            value: operand(&mut object)?,
        }
    } else if let Some(field) = object.remove("field") {
        Condition::Field {
            field: text("field", field)?,
            is: operator(&mut object)?,
            value: operand(&mut object)?,
        }
    } else {
        return Err("a condition has one of: all, any, not, question, field".to_owned());
    };
    match object.keys().next() {
        Some(extra) => Err(format!("unknown field `{extra}` in a condition")),
        None => Ok(condition),
    }
}

fn several(value: Value) -> Result<Vec<Condition>, String> {
    match value {
        Value::Array(parts) => parts.into_iter().map(read).collect(),
        _ => Err("`all` and `any` hold a list of conditions".to_owned()),
    }
}

fn text(name: &str, value: Value) -> Result<String, String> {
    match value {
        Value::String(text) => Ok(text),
        _ => Err(format!("`{name}` of a condition is a text")),
    }
}

fn operator(object: &mut Map<String, Value>) -> Result<Operator, String> {
    let name = object
        .remove("is")
        .ok_or("a condition on a question or field needs `is`")?;
    serde_json::from_value(name).map_err(|error| format!("`is` of a condition: {error}"))
}

fn operand(object: &mut Map<String, Value>) -> Result<Option<Operand>, String> {
    match object.remove("value") {
        None | Some(Value::Null) => Ok(None),
        Some(value) => serde_json::from_value(value).map(Some).map_err(|_| {
            "`value` of a condition is a number, a text, true or false, or a list of numbers or of texts"
                .to_owned()
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_read_and_write_the_same_json() {
        let json = r#"{"all":[{"question":"q1","is":"at_most","value":6},{"not":{"any":[{"question":"m","row":"r1","is":"equals","value":"c2"},{"field":"plan","is":"includes_any","value":["gold","silver"]},{"question":"n","is":"between","value":[1,2.5]},{"question":"q2","is":"answered"}]}}]}"#;
        let condition: Condition = serde_json::from_str(json).unwrap();
        assert_eq!(condition.depth(), 4);
        assert_eq!(serde_json::to_string(&condition).unwrap(), json);
    }

    #[test]
    fn a_mistake_in_a_condition_is_named() {
        for (json, said) in [
            (r#"{"everything":[]}"#, "one of: all"),
            (r#"{"question":"q1"}"#, "needs `is`"),
            (r#"{"question":"q1","is":"near"}"#, "near"),
            (r#"{"question":"q1","is":"equals","values":1}"#, "`values`"),
            (r#"{"all":{}}"#, "list of conditions"),
            (r#"{"question":"q1","is":"equals","value":{}}"#, "`value`"),
            ("[]", "is an object"),
        ] {
            let error = serde_json::from_str::<Condition>(json).unwrap_err();
            assert!(error.to_string().contains(said), "{json}: {error}");
        }
    }

    #[test]
    fn endless_nesting_is_refused_by_the_reader() {
        let json = format!(
            "{}{{\"all\":[]}}{}",
            "{\"not\":".repeat(100_000),
            "}".repeat(100_000)
        );
        assert!(serde_json::from_str::<Condition>(&json).is_err());
    }
}
