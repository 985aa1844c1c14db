//! A mapping: what each column of a file means. It is data, kept under a name for next time.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::dates::DateForm;
use super::rows::Layout;
use crate::base::id;
use crate::surveys::Text;

/// What the rows of a file become.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// How the file is read.
    pub layout: Layout,
    /// What the rows are.
    pub target: Target,
    /// Each column that means something; the others are passed over.
    #[serde(default)]
    pub columns: Vec<ColumnMapping>,
    /// Cells that mean "nothing" in every column, beside the empty one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<String>,
    /// The time zone of times without one (IANA name).
    #[serde(default = "utc")]
    pub time_zone: String,
    /// What holds for all rows, where no column says otherwise.
    #[serde(default)]
    pub all_rows: AllRows,
}

fn utc() -> String {
    "UTC".to_owned()
}

/// What the rows are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
#[schema(as = ImportTarget)]
pub enum Target {
    /// Responses to a survey that exists.
    Survey {
        /// The survey; its current version gives questions and choices.
        survey_id: id::SurveyId,
    },
    /// Responses to a survey that the mapping describes and the first run makes.
    NewSurvey {
        /// Its name.
        title: Text,
        /// Its questions, in order.
        #[schema(value_type = Vec<Object>)]
        questions: Vec<crate::surveys::document::Question>,
    },
    /// Rows of operations joined to customers: orders, contacts, contracts.
    Operational {
        /// The stream's stable key (`orders`).
        key: String,
        /// What it is: `orders`, `contacts`, `contracts` or another word.
        stream_kind: String,
        /// What members read.
        label: Text,
    },
    /// Customers with identifiers and attributes.
    Customers {},
    /// Texts alone, each a voice: reviews, letters, notes.
    Voices {
        /// The source's stable key (`hotel_reviews`).
        key: String,
        /// What members read.
        label: Text,
    },
}

/// What holds for all rows.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct AllRows {
    /// Code of the touchpoint.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub touchpoint: Option<String>,
    /// Code of the unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Code of the offering.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offering: Option<String>,
    /// Kind of channel.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// When the experience took place, for files without a date (RFC 3339 or a date).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub occurred_at: Option<String>,
    /// Language tag of the texts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Whether the feedback was asked for; absent: yes for surveys, no for voices.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub solicited: Option<bool>,
}

/// A column and what it means.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ColumnMapping {
    /// The column's name in the header; `#3` is the third column of a file without one.
    pub column: String,
    /// Which of several columns with that name, from 0.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub nth: usize,
    /// What it means.
    pub role: Role,
    /// Cells of this column that mean "nothing".
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<String>,
}

fn is_zero(number: &usize) -> bool {
    *number == 0
}

/// What a column means.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "is", rename_all = "snake_case", deny_unknown_fields)]
#[schema(as = ColumnRole)]
pub enum Role {
    /// Identifies the record: importing a row with the same key again changes or skips it.
    RecordKey {},
    /// Identifies who answered: several rows with the same value are one record.
    RespondentKey {},
    /// When the experience took place.
    OccurredAt {
        /// The forms in which it is written.
        forms: Vec<DateForm>,
        /// Other forms by the value of another column.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<FormsByValue>,
        /// What happens with a date that two forms read differently.
        #[serde(default)]
        ambiguous: Ambiguous,
    },
    /// The touchpoint, by code or through `values`.
    Touchpoint {
        /// Cell to code.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        values: BTreeMap<String, String>,
    },
    /// The unit, by code or through `values`.
    Unit {
        /// Cell to code.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        values: BTreeMap<String, String>,
    },
    /// The offering, by code or through `values`.
    Offering {
        /// Cell to code.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        values: BTreeMap<String, String>,
    },
    /// The kind of channel.
    Channel {
        /// Cell to channel.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        values: BTreeMap<String, String>,
    },
    /// Identifies the customer: `email`, `phone` or `external:<system>`.
    Customer {
        /// The kind of identifier.
        identifier: String,
    },
    /// The customer's name.
    CustomerName {},
    /// An attribute of the customer.
    Attribute {
        /// Its key.
        key: String,
    },
    /// The language of the answer.
    Language {},
    /// How long answering took, in seconds.
    DurationSeconds {},
    /// An answer, or one part of it.
    Answer {
        /// The question's id.
        question: String,
        /// A matrix row.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        row: Option<String>,
        /// A box of its own for one choice: any cell but empty, 0 and false takes it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        choice: Option<String>,
        /// Cell to what is answered; cells not named are read as they stand.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        values: BTreeMap<String, String>,
    },
    /// Words written in beside a choice.
    WriteIn {
        /// The question's id.
        question: String,
        /// The choice; absent: the one that is chosen.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        choice: Option<String>,
    },
    /// Words whose question another column names.
    TextBy {
        /// The column that names it.
        column: String,
        /// Its value to the question's id.
        questions: BTreeMap<String, String>,
    },
    /// A hidden field of the survey.
    Field {
        /// Its id.
        field: String,
    },
    /// A coded value of an operational row or a voice.
    Value {
        /// The field's stable id.
        field: String,
        /// What it holds.
        kind: ValueKind,
        /// Cell to value.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        values: BTreeMap<String, String>,
    },
    /// A free text.
    Text {
        /// The text's stable name within the record.
        field: String,
    },
}

/// What a coded value holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ValueKind {
    /// A number with decimals.
    Number,
    /// A whole number.
    Integer,
    /// A code.
    Code,
    /// A calendar date.
    Date,
    /// Yes or no.
    Flag,
}

/// Date forms by the value of another column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FormsByValue {
    /// The other column.
    pub column: String,
    /// Its value to the forms.
    pub forms: BTreeMap<String, Vec<DateForm>>,
}

/// What happens with a date that two allowed forms read differently. It is listed either way.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Ambiguous {
    /// The row is left out.
    #[default]
    LeaveOut,
    /// The first form of the list counts.
    FirstForm,
}

/// A cell as it is compared: blanks of every kind are one blank.
pub fn compared(cell: &str) -> String {
    cell.split(|c: char| c.is_whitespace() || c == '\u{a0}')
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}
