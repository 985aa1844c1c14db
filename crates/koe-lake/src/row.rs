//! A row: one record as it was when it happened.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use crate::error::{Error, Result};
use crate::stream::FieldKind;

/// The columns every stream has. What was true at that time is frozen here (unit, stage, language);
/// "as it is now" is a join made by the asker. Times are milliseconds since 1970-01-01 UTC.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Common {
    /// The record's id, the same through all its corrections.
    pub record_id: String,
    /// Grows with every correction; tombstones name the revisions they remove. Starts at 1.
    #[serde(default = "first_revision")]
    pub revision: i64,
    /// When the experience took place.
    pub occurred_at: i64,
    /// When Koe came to know of it.
    pub recorded_at: i64,
    /// Pseudonym of the customer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<String>,
    /// Account id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// Offering id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offering: Option<String>,
    /// Touchpoint id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub touchpoint: Option<String>,
    /// Channel kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// Stage id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<String>,
    /// Leaf unit id. A row without one is visible to organisation-wide askers only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Unit ids from root to leaf joined with '/', as the tree was then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_path: Option<String>,
    /// Whether the experience was sought (true) or met by chance (false).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub direct: Option<bool>,
    /// Whether the feedback was asked for.
    #[serde(default)]
    pub solicited: bool,
    /// Where the row came from: "link", "api", an import source.
    #[serde(default)]
    pub source: String,
    /// Version of the survey or mapping that gave the row.
    #[serde(default)]
    pub version: i64,
    /// Language tag of the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// How long answering took, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_ms: Option<i64>,
    /// Survey weight; a row without one counts as 1 in a weighted question.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weight: Option<f64>,
}

fn first_revision() -> i64 {
    1
}

/// [`Common`] with borrowed texts, for the import path.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
#[expect(missing_docs, reason = "each column is described at Common")]
pub struct CommonRef<'a> {
    pub record_id: &'a str,
    pub revision: i64,
    pub occurred_at: i64,
    pub recorded_at: i64,
    pub customer: Option<&'a str>,
    pub account: Option<&'a str>,
    pub offering: Option<&'a str>,
    pub touchpoint: Option<&'a str>,
    pub channel: Option<&'a str>,
    pub stage: Option<&'a str>,
    pub unit: Option<&'a str>,
    pub unit_path: Option<&'a str>,
    pub direct: Option<bool>,
    pub solicited: bool,
    pub source: &'a str,
    pub version: i64,
    pub language: Option<&'a str>,
    pub duration_ms: Option<i64>,
    pub weight: Option<f64>,
}

impl Common {
    /// The same with borrowed texts.
    pub fn borrowed(&self) -> CommonRef<'_> {
        CommonRef {
            record_id: &self.record_id,
            revision: self.revision,
            occurred_at: self.occurred_at,
            recorded_at: self.recorded_at,
            customer: self.customer.as_deref(),
            account: self.account.as_deref(),
            offering: self.offering.as_deref(),
            touchpoint: self.touchpoint.as_deref(),
            channel: self.channel.as_deref(),
            stage: self.stage.as_deref(),
            unit: self.unit.as_deref(),
            unit_path: self.unit_path.as_deref(),
            direct: self.direct,
            solicited: self.solicited,
            source: &self.source,
            version: self.version,
            language: self.language.as_deref(),
            duration_ms: self.duration_ms,
            weight: self.weight,
        }
    }
}

/// One coded value. As JSON: `9`, `1200.5`, `"price"`, `true`, `{"date":19814}` (days since 1970).
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Value {
    /// Yes or no.
    Flag(bool),
    /// A whole number.
    Integer(i64),
    /// A finite number.
    Number(f64),
    /// A code.
    Code(String),
    /// A calendar date.
    Date {
        /// Days since 1970-01-01.
        date: i32,
    },
}

/// By hand, because every question reads the rows that wait, and an untagged reading tries each
/// kind in turn and words an error for each that does not fit.
impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        deserializer.deserialize_any(AnyValue)
    }
}

struct AnyValue;

impl<'de> Visitor<'de> for AnyValue {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a coded value")
    }

    fn visit_bool<E>(self, flag: bool) -> std::result::Result<Value, E> {
        Ok(Value::Flag(flag))
    }

    fn visit_i64<E>(self, integer: i64) -> std::result::Result<Value, E> {
        Ok(Value::Integer(integer))
    }

    fn visit_u64<E>(self, integer: u64) -> std::result::Result<Value, E> {
        Ok(i64::try_from(integer).map_or(Value::Number(integer as f64), Value::Integer))
    }

    fn visit_f64<E>(self, number: f64) -> std::result::Result<Value, E> {
        Ok(Value::Number(number))
    }

    fn visit_str<E>(self, code: &str) -> std::result::Result<Value, E> {
        Ok(Value::Code(code.to_owned()))
    }

    fn visit_string<E>(self, code: String) -> std::result::Result<Value, E> {
        Ok(Value::Code(code))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> std::result::Result<Value, A::Error> {
        #[derive(Deserialize)]
        struct Day {
            date: i32,
        }
        let day = Day::deserialize(MapAccessDeserializer::new(map))?;
        Ok(Value::Date { date: day.date })
    }
}

/// [`Value`] with a borrowed code, for the import path.
#[derive(Debug, Clone, Copy, PartialEq)]
#[expect(missing_docs, reason = "each variant is described at Value")]
pub enum ValueRef<'a> {
    Flag(bool),
    Integer(i64),
    Number(f64),
    Code(&'a str),
    /// Days since 1970-01-01.
    Date(i32),
}

impl Value {
    /// The same with a borrowed code.
    pub fn borrowed(&self) -> ValueRef<'_> {
        match self {
            Value::Flag(flag) => ValueRef::Flag(*flag),
            Value::Integer(integer) => ValueRef::Integer(*integer),
            Value::Number(number) => ValueRef::Number(*number),
            Value::Code(code) => ValueRef::Code(code),
            Value::Date { date } => ValueRef::Date(*date),
        }
    }
}

impl ValueRef<'_> {
    /// Whether a field of that kind may hold the value. A whole number also fits a number field;
    /// NaN and infinities fit nothing.
    ///
    /// # Errors
    /// [`Error::WrongKind`] naming the field.
    pub fn check(self, field: &str, kind: FieldKind) -> Result<()> {
        match (kind, self) {
            (FieldKind::Flag, ValueRef::Flag(_))
            | (FieldKind::Integer | FieldKind::Number, ValueRef::Integer(_))
            | (FieldKind::Code, ValueRef::Code(_))
            | (FieldKind::Date, ValueRef::Date(_)) => Ok(()),
            (FieldKind::Number, ValueRef::Number(number)) if number.is_finite() => Ok(()),
            (_, value) => Err(Error::wrong_kind(field, kind, value.in_words())),
        }
    }

    fn in_words(self) -> &'static str {
        match self {
            ValueRef::Flag(_) => "a yes or no",
            ValueRef::Integer(_) => "a whole number",
            ValueRef::Number(number) if number.is_finite() => "a number with decimals",
            ValueRef::Number(_) => "a number that is not finite",
            ValueRef::Code(_) => "a code",
            ValueRef::Date(_) => "a date",
        }
    }
}

/// One record in one stream. Pending rows travel as the JSON of this.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// The common columns.
    pub common: Common,
    /// Field id to value; a field without a value is not listed.
    #[serde(default)]
    pub values: BTreeMap<String, Value>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_value_is_read_as_it_is_written() {
        for (json, value) in [
            ("true", Value::Flag(true)),
            ("-9", Value::Integer(-9)),
            ("9", Value::Integer(9)),
            ("1200.5", Value::Number(1_200.5)),
            ("\"price\"", Value::Code("price".to_owned())),
            ("{\"date\":19814}", Value::Date { date: 19_814 }),
        ] {
            let read: Value = serde_json::from_str(json).expect(json);
            assert_eq!(read, value, "{json}");
            assert_eq!(serde_json::to_string(&value).expect(json), json);
        }
        let large: Value = serde_json::from_str("18446744073709551615").expect("a number");
        assert_eq!(large, Value::Number(u64::MAX as f64));
        for json in ["null", "[1]", "{\"day\":1}"] {
            serde_json::from_str::<Value>(json).expect_err(json);
        }
    }
}
