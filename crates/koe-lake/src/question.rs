//! Questions as data: what is measured, over which rows, split by what.
//!
//! What is not in the rows (the unit tree of today, the customer's plan of today) is joined by
//! the asker: it groups by id and merges the summaries of the ids that belong together, or, where
//! the ids are many, gives the [`Lookup`] with the question.

use datafusion::arrow::datatypes::DataType;
use koe_analysis::expression::Expression;
use serde::{Deserialize, Serialize};

use crate::earlier::Earlier;
use crate::lookup::Lookup;
use crate::row::Value;
use crate::stream::{StreamSchema, time_type};

/// A common column of every stream, described at [`Common`](crate::row::Common).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each column is described at Common")]
pub enum CommonColumn {
    RecordId,
    Revision,
    OccurredAt,
    RecordedAt,
    Customer,
    Account,
    Offering,
    Touchpoint,
    Channel,
    Stage,
    Unit,
    UnitPath,
    Direct,
    Solicited,
    Source,
    Version,
    Language,
    DurationMs,
    Weight,
    /// The stream's id; known without reading.
    Stream,
}

impl CommonColumn {
    /// The columns that files hold, in their order there.
    pub(crate) const STORED: [CommonColumn; 19] = [
        CommonColumn::RecordId,
        CommonColumn::Revision,
        CommonColumn::OccurredAt,
        CommonColumn::RecordedAt,
        CommonColumn::Customer,
        CommonColumn::Account,
        CommonColumn::Offering,
        CommonColumn::Touchpoint,
        CommonColumn::Channel,
        CommonColumn::Stage,
        CommonColumn::Unit,
        CommonColumn::UnitPath,
        CommonColumn::Direct,
        CommonColumn::Solicited,
        CommonColumn::Source,
        CommonColumn::Version,
        CommonColumn::Language,
        CommonColumn::DurationMs,
        CommonColumn::Weight,
    ];

    /// The column's name in files and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            CommonColumn::RecordId => "record_id",
            CommonColumn::Revision => "revision",
            CommonColumn::OccurredAt => "occurred_at",
            CommonColumn::RecordedAt => "recorded_at",
            CommonColumn::Customer => "customer",
            CommonColumn::Account => "account",
            CommonColumn::Offering => "offering",
            CommonColumn::Touchpoint => "touchpoint",
            CommonColumn::Channel => "channel",
            CommonColumn::Stage => "stage",
            CommonColumn::Unit => "unit",
            CommonColumn::UnitPath => "unit_path",
            CommonColumn::Direct => "direct",
            CommonColumn::Solicited => "solicited",
            CommonColumn::Source => "source",
            CommonColumn::Version => "version",
            CommonColumn::Language => "language",
            CommonColumn::DurationMs => "duration_ms",
            CommonColumn::Weight => "weight",
            CommonColumn::Stream => "stream",
        }
    }

    pub(crate) fn data_type(self) -> DataType {
        match self {
            CommonColumn::Revision | CommonColumn::Version | CommonColumn::DurationMs => {
                DataType::Int64
            }
            CommonColumn::OccurredAt | CommonColumn::RecordedAt => time_type(),
            CommonColumn::Direct | CommonColumn::Solicited => DataType::Boolean,
            CommonColumn::Weight => DataType::Float64,
            _ => DataType::Utf8,
        }
    }
}

/// A column that rows are filtered or split by.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Column {
    /// A common column.
    Common(CommonColumn),
    /// A field. In a stream that does not have it, or is not the named one, it reads as null.
    Field {
        /// Only this stream's field; without it, every stream's field of that id.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        stream: Option<String>,
        /// Field id.
        field: String,
    },
    /// What the asker knows of common columns of texts: customers by their plan of today. The first
    /// of these columns in which a row has a value decides. Null where nothing is known.
    Lookup(Vec<LookedUp>),
    /// What the customer's earlier rows in another stream tell.
    Earlier(Earlier),
    /// A column of numbers or dates by band, as the band is written here
    /// ([`koe_analysis::bands::Band`]); an empty text for a number in none of them.
    Banded {
        /// Whose numbers.
        of: Box<Column>,
        /// The bands.
        bands: Vec<String>,
    },
}

impl Column {
    /// The other stream that has to be read for this column.
    pub(crate) fn earlier(&self) -> Option<&Earlier> {
        match self {
            Column::Earlier(earlier) => Some(earlier),
            Column::Banded { of, .. } => of.earlier(),
            _ => None,
        }
    }

    /// The field of the row's own stream that has to be read for it.
    pub(crate) fn field(&self) -> Option<&str> {
        match self {
            Column::Field { field, .. } => Some(field),
            Column::Banded { of, .. } => of.field(),
            _ => None,
        }
    }
}

/// A common column of texts and what is known of its values.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct LookedUp {
    /// What is looked up.
    pub column: CommonColumn,
    /// What is known.
    pub values: Lookup,
}

/// What one part of a question sums up.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// Counts per value of a whole-number, yes/no (0 and 1) or date (days since 1970) field.
    Histogram(String),
    /// Moments of a whole-number, number or yes/no field.
    Number(String),
    /// Moments of a formula whose operands are field ids (whole-number, number or yes/no fields);
    /// a row for which it has no value counts as missing.
    Expression(Expression),
    /// The number of rows.
    Count,
    /// Counts per code of a code field.
    CodeShare(String),
}

impl Measure {
    /// The fields that are read to measure.
    pub(crate) fn fields(&self) -> Vec<&str> {
        match self {
            Measure::Histogram(field) | Measure::Number(field) | Measure::CodeShare(field) => {
                vec![field]
            }
            Measure::Expression(expression) => expression.operands().into_iter().collect(),
            Measure::Count => Vec::new(),
        }
    }
}

/// One stream of a question and what is measured there. A metric over several surveys has several.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Part {
    /// The stream with the fields it has today.
    pub stream: StreamSchema,
    /// What is summed up.
    pub measure: Measure,
}

/// One condition on a row. Null satisfies only [`Test::IsNull`], [`Test::AnyOrNull`] and
/// [`Test::NoneOf`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Condition {
    /// What is looked at.
    pub column: Column,
    /// What must hold.
    pub test: Test,
}

/// What must hold for a column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Test {
    /// Is this value.
    Equals(Value),
    /// Is one of these values.
    AnyOf(Vec<Value>),
    /// Is one of these values, or has no value.
    AnyOrNull(Vec<Value>),
    /// Is none of these values, or has no value.
    NoneOf(Vec<Value>),
    /// Lies between, ends included; an end left out is open.
    Between {
        /// Smallest value that fits.
        from: Option<Value>,
        /// Largest value that fits.
        to: Option<Value>,
    },
    /// Has no value.
    IsNull,
    /// Has a value.
    NotNull,
    /// For `unit_path`: the path passes through one of these units (as the tree was then).
    Within(Vec<String>),
}

/// Which units' rows the asker may see. There is no default: scope cannot be forgotten.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Units {
    /// Every row, also those without a unit.
    All,
    /// Rows whose leaf unit is listed; never a row without a unit.
    Only(Vec<String>),
}

/// `from <= occurred_at < to`, in milliseconds UTC; an end left out is open.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TimeRange {
    /// First moment inside.
    #[serde(default)]
    pub from: Option<i64>,
    /// First moment after.
    #[serde(default)]
    pub to: Option<i64>,
}

impl TimeRange {
    /// Whether a span of times (ends included) lies inside entirely.
    pub fn covers(&self, min: i64, max: i64) -> bool {
        self.from.is_none_or(|from| from <= min) && self.to.is_none_or(|to| max < to)
    }

    /// Whether every moment of another range lies inside.
    pub(crate) fn holds(&self, other: &TimeRange) -> bool {
        let from = |from: i64| other.from.is_some_and(|other| from <= other);
        let to = |to: i64| other.to.is_some_and(|other| other <= to);
        self.from.is_none_or(from) && self.to.is_none_or(to)
    }

    /// The ends that lie inside a span of times (ends included); none when it covers the span.
    pub(crate) fn cutting(&self, min: i64, max: i64) -> Self {
        TimeRange {
            from: self.from.filter(|from| min < *from),
            to: self.to.filter(|to| *to <= max),
        }
    }

    /// Whether a span of times (ends included) has a moment inside.
    pub fn touches(&self, min: i64, max: i64) -> bool {
        self.from.is_none_or(|from| from <= max) && self.to.is_none_or(|to| min < to)
    }
}

/// Width of a time bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grain {
    /// Key `2026-04-01T13:00:00+09:00`: the hour's first moment, with its offset.
    Hour,
    /// Key `2026-04-01`.
    Day,
    /// Key `2026-04`. Quarters, years and fiscal years are merged from months, weeks from days.
    Month,
}

/// What an answer is split by.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dimension {
    /// By the value of a column. Key: the text of the value, absent for null.
    Column(Column),
    /// By the unit at a level of the path as then; 0 is the root. Absent where the path ends before.
    UnitLevel(usize),
    /// By when it occurred.
    Time {
        /// Bucket width.
        grain: Grain,
        /// IANA time zone name the buckets follow.
        zone: String,
    },
}

impl Dimension {
    /// By a common column.
    pub fn common(column: CommonColumn) -> Self {
        Dimension::Column(Column::Common(column))
    }

    /// By a field of one stream.
    pub fn field(stream: impl Into<String>, field: impl Into<String>) -> Self {
        Dimension::Column(Column::Field {
            stream: Some(stream.into()),
            field: field.into(),
        })
    }
}

/// Which rows a question is about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Selection {
    /// What the asker may see.
    pub units: Units,
    /// When it occurred.
    #[serde(default)]
    pub time: TimeRange,
    /// All must hold.
    #[serde(default)]
    pub conditions: Vec<Condition>,
}

impl Selection {
    /// Every row of those units.
    pub fn of(units: Units) -> Self {
        Selection {
            units,
            time: TimeRange::default(),
            conditions: Vec::new(),
        }
    }
}

/// A question that is answered with one mergeable summary per group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Question {
    /// Streams and measures; their summaries merge within a group.
    pub parts: Vec<Part>,
    /// Which rows.
    pub selection: Selection,
    /// What the answer is split by; one group without a key when empty.
    #[serde(default)]
    pub group_by: Vec<Dimension>,
    /// Sum weights instead of rows: `weight` or a number field. A row without a weight counts as 1,
    /// one with a weight of 0 or less is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weight: Option<Column>,
}

impl Selection {
    /// The other streams that conditions look into.
    pub fn other_streams(&self) -> impl Iterator<Item = &str> {
        let columns = self.conditions.iter().map(|condition| &condition.column);
        columns
            .filter_map(Column::earlier)
            .map(|earlier| &*earlier.stream.id)
    }
}

impl Question {
    /// Every stream that must be in the snapshot: those of the parts, and those that conditions
    /// and dimensions look into.
    pub fn streams(&self) -> impl Iterator<Item = &str> {
        let split = self
            .group_by
            .iter()
            .filter_map(|dimension| match dimension {
                Dimension::Column(column) => column.earlier(),
                _ => None,
            });
        self.parts
            .iter()
            .map(|part| &*part.stream.id)
            .chain(self.selection.other_streams())
            .chain(split.map(|earlier| &*earlier.stream.id))
    }
}
