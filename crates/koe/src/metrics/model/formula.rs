//! Formulas: the usual ones over one answer, and those people write.

use koe_analysis::expression::{self, Expression};
use koe_analysis::score::{Direction, Metric as OverAnswers, Scale};
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

/// How a metric is calculated.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Formula {
    /// A usual one: `{"kind":"nps"}`, `{"kind":"csat", …}` …
    Usual(OverAnswers),
    /// A written one.
    Written(Written),
}

/// A formula that somebody wrote.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Written {
    /// The mean of a calculation over the answers of one record, such as
    /// `result - expectation`. A record in which it has no value is left out.
    OfAnswers(Text),
    /// A calculation over other metrics, such as `0.5 * nps + 0.5 * csat`.
    OfMetrics(Text),
}

/// The text of a formula and how its values are read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// The formula, at most 2,000 characters: `+ - * /`, brackets, `mean`,
    /// `sum`, `min`, `max`, `abs`, numbers and names.
    pub text: String,
    /// Ends of the axis it is drawn on; a mean is not cut to it.
    #[serde(default)]
    pub scale: Option<Scale>,
    /// Which way it gets better.
    #[serde(default)]
    pub direction: Direction,
}

/// What is wrong with the text of a formula, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FormulaProblem {
    /// The character it begins at, from 0; the length of the formula when the
    /// problem is its end.
    pub position: usize,
    /// What is wrong, as a stable word: `unclosed`, `unknown_name` …
    pub code: String,
    /// What is wrong and what would be accepted.
    pub message: String,
    /// The name or sign at fault, where there is one.
    pub found: Option<String>,
}

impl From<OverAnswers> for Formula {
    fn from(formula: OverAnswers) -> Self {
        Self::Usual(formula)
    }
}

impl<'de> Deserialize<'de> for Formula {
    /// By hand, because an untagged reading would lose what exactly is wrong.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::Error as _;
        let value = serde_json::Value::deserialize(deserializer)?;
        let kind = value.get("kind").and_then(|kind| kind.as_str());
        if matches!(kind, Some("of_answers" | "of_metrics")) {
            serde_json::from_value(value).map(Self::Written)
        } else {
            serde_json::from_value(value).map(Self::Usual)
        }
        .map_err(D::Error::custom)
    }
}

impl Formula {
    /// The text that was written, with whether it is over metrics.
    pub fn written(&self) -> Option<&Text> {
        match self {
            Self::Usual(_) => None,
            Self::Written(Written::OfAnswers(text) | Written::OfMetrics(text)) => Some(text),
        }
    }

    /// Whether its operands are metrics.
    pub fn is_of_metrics(&self) -> bool {
        matches!(self, Self::Written(Written::OfMetrics(_)))
    }

    /// Which way it gets better.
    pub fn direction(&self) -> Direction {
        match self {
            Self::Usual(formula) => formula.direction(),
            Self::Written(Written::OfAnswers(text) | Written::OfMetrics(text)) => text.direction,
        }
    }

    /// Lowest and highest value, where they are known.
    pub fn range(&self) -> Option<(f64, f64)> {
        match self {
            Self::Usual(formula) => formula.range(),
            Self::Written(Written::OfAnswers(text) | Written::OfMetrics(text)) => {
                text.scale.map(|s| (s.min as f64, s.max as f64))
            }
        }
    }
}

impl Text {
    /// The formula as a tree over names that are known.
    ///
    /// # Errors
    /// The first thing that is wrong, and where.
    pub fn read(&self, names: &[&str]) -> Result<Expression, FormulaProblem> {
        let expression = expression::parse(&self.text).map_err(|invalid| FormulaProblem {
            position: invalid.position,
            code: invalid.problem.code().to_owned(),
            message: invalid.to_string(),
            found: found(&invalid.problem),
        })?;
        let at = |name: &str| expression::place_of(&self.text, name).unwrap_or(0);
        let used = expression.operands();
        let unknown = used.iter().filter(|name| !names.contains(name));
        if let Some(name) = unknown.min_by_key(|name| at(name)) {
            let position = at(name);
            return Err(FormulaProblem {
                position,
                code: "unknown_name".into(),
                message: format!(
                    "at character {}: \u{201C}{name}\u{201D} is no name that was given a question, \
                     field or metric; there are {}",
                    position + 1,
                    names.join(", ")
                ),
                found: Some((*name).to_owned()),
            });
        }
        if used.is_empty() {
            return Err(FormulaProblem {
                position: 0,
                code: "constant".into(),
                message: "the formula names no question, field or metric".into(),
                found: None,
            });
        }
        Ok(expression)
    }
}

fn found(problem: &expression::Problem) -> Option<String> {
    match problem {
        expression::Problem::UnexpectedCharacter(sign) => Some(sign.to_string()),
        expression::Problem::ExpectedValue(found)
        | expression::Problem::ExpectedOperator(found)
        | expression::Problem::NotANumber(found)
        | expression::Problem::UnknownFunction(found) => Some(found.clone()),
        expression::Problem::Arguments(function) => Some(function.name().to_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_travel_as_they_were_written() {
        for text in [
            r#"{"kind":"nps","cuts":{"min":0,"detractors_to":6,"passives_to":8,"max":10}}"#,
            r#"{"kind":"of_answers","text":"a - b","scale":null,"direction":"higher_is_better"}"#,
            r#"{"kind":"of_metrics","text":"a + b","scale":{"min":0,"max":100},"direction":"lower_is_better"}"#,
        ] {
            let formula: Formula = serde_json::from_str(text).unwrap();
            assert_eq!(serde_json::to_string(&formula).unwrap(), text);
        }
    }

    #[test]
    fn what_is_wrong_with_a_definition_is_named() {
        for (text, named) in [
            (r#"{"kind":"of_answers"}"#, "text"),
            (r#"{"kind":"of_answers","text":"a","colour":1}"#, "colour"),
            (r#"{"kind":"median"}"#, "median"),
        ] {
            let error = serde_json::from_str::<Formula>(text).unwrap_err();
            assert!(error.to_string().contains(named), "{text}: {error}");
        }
    }

    #[test]
    fn a_formula_is_read_over_the_names_it_was_given() {
        let of = |text: &str| {
            Text {
                text: text.into(),
                scale: None,
                direction: Direction::HigherIsBetter,
            }
            .read(&["a", "満足度"])
            .map_err(|problem| (problem.position, problem.code))
        };
        assert!(of("a - 満足度 / 2").is_ok());
        for (text, position, code) in [
            ("a - b", 4, "unknown_name"),
            ("満足度 + c + b", 6, "unknown_name"),
            ("a - ", 4, "ends_early"),
            ("(a + 1", 0, "unclosed"),
            ("1 + 2", 0, "constant"),
            ("", 0, "empty"),
        ] {
            assert_eq!(of(text), Err((position, code.to_owned())), "{text}");
        }
    }
}
