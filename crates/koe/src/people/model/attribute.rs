//! What an organisation keeps about its customers and accounts: declared,
//! typed, and marked when personal.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use unicode_normalization::UnicodeNormalization;
use utoipa::ToSchema;

use super::{CodeNames, NAMES, NAMES_OF_CODES, are_names, is_key, is_label};
use crate::base::problem::{FieldProblem, Outcome, Problem};

/// Values by the key of their attribute.
pub type Attributes = BTreeMap<String, Value>;

/// Whom an attribute describes.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Holder {
    /// A person.
    #[default]
    Customer,
    /// A customer's company or household.
    Account,
}

impl Holder {
    /// The stable word, as stored.
    pub fn word(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Account => "account",
        }
    }
}

/// What an attribute holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AttributeKind {
    /// Any text of at most 1,000 characters.
    Text,
    /// A finite number.
    Number,
    /// A calendar date, `2026-04-01`.
    Date,
    /// A short code such as `gold`, of at most 64 characters.
    Code,
    /// True or false.
    Boolean,
}

impl AttributeKind {
    /// The stable word, as stored.
    pub fn word(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number => "number",
            Self::Date => "date",
            Self::Code => "code",
            Self::Boolean => "boolean",
        }
    }

    /// Reads the stable word.
    pub fn from_word(word: &str) -> Option<Self> {
        [
            Self::Text,
            Self::Number,
            Self::Date,
            Self::Code,
            Self::Boolean,
        ]
        .into_iter()
        .find(|kind| kind.word() == word)
    }

    /// Checks a value.
    ///
    /// # Errors
    /// What would be accepted, in words.
    pub fn check(self, value: &Value) -> Result<(), &'static str> {
        let (fits, wanted) = match self {
            Self::Text => (
                text_of(value, 1_000),
                "must be a text of at most 1,000 characters",
            ),
            Self::Code => (text_of(value, 64), "must be a code of 1 to 64 characters"),
            Self::Number => (value.is_number(), "must be a number"),
            Self::Date => (
                value
                    .as_str()
                    .is_some_and(|text| text.len() == 10 && text.parse::<Date>().is_ok()),
                "must be a date such as 2026-04-01",
            ),
            Self::Boolean => (value.is_boolean(), "must be true or false"),
        };
        if fits { Ok(()) } else { Err(wanted) }
    }

    /// Reads a cell of a file as a value of this kind.
    ///
    /// # Errors
    /// What would be accepted, in words.
    pub fn read(self, cell: &str) -> Result<Value, &'static str> {
        let half_width: String = cell.trim().nfkc().collect();
        let value = match self {
            Self::Text | Self::Code => Value::from(cell.trim()),
            Self::Number => half_width
                .replace(',', "")
                .parse::<f64>()
                .ok()
                .and_then(serde_json::Number::from_f64)
                .map_or(Value::Null, Value::Number),
            Self::Date => Value::from(half_width.replace('/', "-")),
            Self::Boolean => match half_width.to_lowercase().as_str() {
                "true" | "yes" | "y" | "1" | "はい" => Value::from(true),
                "false" | "no" | "n" | "0" | "いいえ" => Value::from(false),
                _ => Value::Null,
            },
        };
        self.check(&value).map(|()| value)
    }
}

fn text_of(value: &Value, most: usize) -> bool {
    value.as_str().is_some_and(|text| {
        (1..=most).contains(&text.chars().count())
            && !text.contains(|c: char| c.is_control() && c != '\n')
    })
}

/// A declared attribute.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Attribute {
    /// Whom it describes.
    pub holder: Holder,
    /// Its key, unique for the holder; never changes.
    pub key: String,
    /// Label by language.
    pub label: BTreeMap<String, String>,
    /// What it holds; never changes.
    pub kind: AttributeKind,
    /// Names of codes by language; a code without one is shown as it is.
    #[schema(value_type = BTreeMap<String, BTreeMap<String, String>>)]
    pub values: CodeNames,
    /// Whether it tells who the person is.
    pub personal: bool,
    /// Whether records keep the value of their moment, so that results can
    /// be split by it as it was then.
    pub frozen: bool,
    /// No longer written; values stay readable.
    pub archived: bool,
}

impl Attribute {
    /// Checks what types cannot say.
    ///
    /// # Errors
    /// 422 naming every field at fault.
    pub fn check(&self) -> Outcome<()> {
        let freezable = !self.personal && self.kind != AttributeKind::Text;
        let faults: Vec<FieldProblem> = [
            (
                "key",
                is_key(&self.key),
                "must have 1 to 64 small letters, digits or _, a letter first",
            ),
            (
                "label",
                is_label(&self.label),
                "must have a text of at most 200 characters under ja or en",
            ),
            (
                "values",
                self.values.is_empty() || self.kind == AttributeKind::Code,
                NAMES_OF_CODES,
            ),
            ("values", are_names(&self.values), NAMES),
            (
                "frozen",
                !self.frozen || freezable,
                "texts and personal data are never kept in records: use a code, or leave it out",
            ),
        ]
        .into_iter()
        .filter(|(_, fits, _)| !fits)
        .map(|(field, _, message)| FieldProblem {
            field: field.into(),
            message: message.into(),
        })
        .collect();
        if faults.is_empty() {
            Ok(())
        } else {
            Err(Problem::invalid_fields(faults))
        }
    }
}

/// Checks values against what is declared; null takes a value away.
///
/// # Errors
/// 422 naming every `attributes.<key>` at fault.
pub fn check_values(declared: &[Attribute], values: &Attributes) -> Outcome<()> {
    let faults: Vec<FieldProblem> = values
        .iter()
        .filter_map(|(key, value)| {
            let found = declared.iter().find(|one| one.key == *key && !one.archived);
            let message = match found {
                None => "is not declared; declare it under attributes first",
                Some(_) if value.is_null() => return None,
                Some(attribute) => attribute.kind.check(value).err()?,
            };
            Some(FieldProblem {
                field: format!("attributes.{key}"),
                message: message.into(),
            })
        })
        .collect();
    if faults.is_empty() {
        Ok(())
    } else {
        Err(Problem::invalid_fields(faults))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn cells_of_files_become_typed_values() {
        for (kind, cell, expected) in [
            (AttributeKind::Number, "１，２３４．５", Some(json!(1234.5))),
            (AttributeKind::Number, "many", None),
            (AttributeKind::Number, "inf", None),
            (AttributeKind::Date, "2026/04/01", Some(json!("2026-04-01"))),
            (AttributeKind::Date, "1 April", None),
            (AttributeKind::Date, "2026-02-30", None),
            (AttributeKind::Boolean, "はい", Some(json!(true))),
            (AttributeKind::Boolean, "0", Some(json!(false))),
            (AttributeKind::Boolean, "maybe", None),
            (AttributeKind::Code, " gold ", Some(json!("gold"))),
            (AttributeKind::Code, "", None),
            (AttributeKind::Text, "長い\n文", Some(json!("長い\n文"))),
        ] {
            assert_eq!(kind.read(cell).ok(), expected, "{kind:?} {cell}");
        }
    }

    #[test]
    fn kinds_read_back() {
        for kind in ["text", "number", "date", "code", "boolean"] {
            assert_eq!(
                AttributeKind::from_word(kind).map(AttributeKind::word),
                Some(kind)
            );
        }
    }
}
