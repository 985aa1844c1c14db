//! Operational rows of customers: what they bought, when they called, what
//! they signed. Declared here; the rows are in the lake.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{CodeNames, NAMES, NAMES_OF_CODES, are_names, is_key, is_label};
use crate::base::id;
use crate::base::problem::{FieldProblem, Outcome, Problem};

/// Columns of one stream; the lake's own limit is higher.
const MOST_COLUMNS: usize = 500;

/// What the rows of a stream are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = OperationalStreamKind)]
#[serde(rename_all = "snake_case")]
pub enum StreamKind {
    /// 注文・購買
    Orders,
    /// 問い合わせ・接触
    Contacts,
    /// 契約
    Contracts,
    /// Anything else that happened to a customer.
    Other,
}

impl StreamKind {
    /// The stable word, as stored.
    pub fn word(self) -> &'static str {
        match self {
            Self::Orders => "orders",
            Self::Contacts => "contacts",
            Self::Contracts => "contracts",
            Self::Other => "other",
        }
    }

    /// Reads the stable word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Orders, Self::Contacts, Self::Contracts, Self::Other]
            .into_iter()
            .find(|kind| kind.word() == word)
    }
}

/// What a column holds. Never names, addresses or free text: the lake does
/// not remember people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = StreamColumnKind)]
#[serde(rename_all = "snake_case")]
pub enum ColumnKind {
    /// A whole number.
    Integer,
    /// Any finite number, such as an amount.
    Number,
    /// A short code.
    Code,
    /// True or false.
    Boolean,
    /// A calendar date.
    Date,
}

impl ColumnKind {
    /// What the column's field in the lake holds.
    pub fn stored_as(self) -> koe_lake::FieldKind {
        match self {
            Self::Integer => koe_lake::FieldKind::Integer,
            Self::Number => koe_lake::FieldKind::Number,
            Self::Code => koe_lake::FieldKind::Code,
            Self::Boolean => koe_lake::FieldKind::Flag,
            Self::Date => koe_lake::FieldKind::Date,
        }
    }
}

/// A column of a stream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = StreamColumn)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// Its key, unique in the stream; never changes.
    pub key: String,
    /// Label by language.
    pub label: BTreeMap<String, String>,
    /// What it holds; never changes.
    pub kind: ColumnKind,
    /// Names of codes by language; a code without one is shown as it is.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schema(value_type = BTreeMap<String, BTreeMap<String, String>>)]
    pub values: CodeNames,
}

/// A stream of operational rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = OperationalStream)]
pub struct Stream {
    /// Id, also of the stream in the lake.
    pub id: id::StreamId,
    /// What its rows are.
    pub kind: StreamKind,
    /// Its key, unique in the organisation; never changes.
    pub key: String,
    /// Label by language.
    pub label: BTreeMap<String, String>,
    /// Columns in order.
    pub columns: Vec<Column>,
    /// No longer offered; its rows stay.
    pub archived: bool,
}

impl Stream {
    /// Checks what types cannot say.
    ///
    /// # Errors
    /// 422 naming every field at fault.
    pub fn check(&self) -> Outcome<()> {
        let mut faults = Vec::new();
        let mut insist = |field: String, fits: bool, message: &str| {
            if !fits {
                faults.push(FieldProblem {
                    field,
                    message: message.into(),
                });
            }
        };
        const KEY: &str = "must have 1 to 64 small letters, digits or _, a letter first";
        const LABEL: &str = "must have a text of at most 200 characters under ja or en";
        insist("key".into(), is_key(&self.key), KEY);
        insist("label".into(), is_label(&self.label), LABEL);
        insist(
            "columns".into(),
            self.columns.len() <= MOST_COLUMNS,
            "may be at most 500",
        );
        for (index, column) in self.columns.iter().enumerate() {
            insist(format!("columns[{index}].key"), is_key(&column.key), KEY);
            insist(
                format!("columns[{index}].label"),
                is_label(&column.label),
                LABEL,
            );
            insist(
                format!("columns[{index}].values"),
                column.values.is_empty() || column.kind == ColumnKind::Code,
                NAMES_OF_CODES,
            );
            insist(
                format!("columns[{index}].values"),
                are_names(&column.values),
                NAMES,
            );
            let alone = !self.columns[..index]
                .iter()
                .any(|other| other.key == column.key);
            insist(format!("columns[{index}].key"), alone, "stands twice");
        }
        if faults.is_empty() {
            Ok(())
        } else {
            Err(Problem::invalid_fields(faults))
        }
    }

    /// Insists that columns which rows may already hold stay what they are.
    ///
    /// # Errors
    /// 422 naming the column.
    pub fn check_follows(&self, before: &Self) -> Outcome<()> {
        for old in &before.columns {
            match self.columns.iter().position(|column| column.key == old.key) {
                None => {
                    let message = format!("{} is missing: rows may hold it, so it stays", old.key);
                    return Err(Problem::invalid("columns", message));
                }
                Some(at) if self.columns[at].kind != old.kind => {
                    let field = format!("columns[{at}].kind");
                    return Err(Problem::invalid(
                        field,
                        "cannot change: add a column with another key",
                    ));
                }
                Some(_) => {}
            }
        }
        Ok(())
    }
}
