//! Streams: one wide table per survey, import source, event type or operational table.
//!
//! A stream has the [common columns](crate::row::Common) and one nullable column per field. A new
//! question is a new field: files written before it read as nulls there. A changed type or scale is
//! a new field id.

use std::collections::HashSet;
use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Field as ArrowField, Schema, SchemaRef, TimeUnit};
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::question::CommonColumn;

/// The most fields one stream may have.
pub const MAX_FIELDS: usize = 2_000;

/// What a field holds. Coded answers only: names, addresses and free text never enter the lake.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    /// A whole number: a scale answer, a count.
    Integer,
    /// Any finite number: an amount, a duration.
    Number,
    /// A short code: the chosen choice, a category.
    Code,
    /// Yes or no: one choice of a multiple choice question, a box ticked.
    Flag,
    /// A calendar date, as days since 1970-01-01.
    Date,
}

impl FieldKind {
    pub(crate) fn in_words(self) -> &'static str {
        match self {
            FieldKind::Integer => "whole numbers",
            FieldKind::Number => "numbers",
            FieldKind::Code => "codes",
            FieldKind::Flag => "yes or no",
            FieldKind::Date => "dates",
        }
    }

    /// The kind that is stored as that type (texts may come back as views).
    pub(crate) fn of(data_type: &DataType) -> Option<Self> {
        match data_type {
            DataType::Int64 => Some(FieldKind::Integer),
            DataType::Float64 => Some(FieldKind::Number),
            DataType::Utf8 | DataType::Utf8View => Some(FieldKind::Code),
            DataType::Boolean => Some(FieldKind::Flag),
            DataType::Date32 => Some(FieldKind::Date),
            _ => None,
        }
    }

    pub(crate) fn data_type(self) -> DataType {
        match self {
            FieldKind::Integer => DataType::Int64,
            FieldKind::Number => DataType::Float64,
            FieldKind::Code => DataType::Utf8,
            FieldKind::Flag => DataType::Boolean,
            FieldKind::Date => DataType::Date32,
        }
    }
}

/// One column of a stream, under an id that never changes its meaning.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Field {
    /// Stable id, unique in the stream.
    pub id: String,
    /// What it holds.
    pub kind: FieldKind,
}

impl Field {
    /// A field of that id and kind.
    pub fn new(id: impl Into<String>, kind: FieldKind) -> Self {
        Field {
            id: id.into(),
            kind,
        }
    }
}

/// A stream and the fields it has today (the union over all its files).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct StreamSchema {
    /// Stream id; also the name of its folder.
    pub id: String,
    /// Its fields, in any order.
    pub fields: Vec<Field>,
}

impl StreamSchema {
    /// A stream with those fields.
    ///
    /// # Errors
    /// [`Error::BadId`], [`Error::DuplicateField`], [`Error::TooManyFields`].
    pub fn new(id: impl Into<String>, fields: Vec<Field>) -> Result<Self> {
        let schema = StreamSchema {
            id: id.into(),
            fields,
        };
        schema.check()?;
        Ok(schema)
    }

    /// Checks a schema that came as data. Every operation of the lake does it itself.
    ///
    /// # Errors
    /// As for [`StreamSchema::new`].
    pub fn check(&self) -> Result<()> {
        check_id("stream", &self.id)?;
        if self.fields.len() > MAX_FIELDS {
            return Err(Error::TooManyFields {
                stream: self.id.clone(),
                fields: self.fields.len(),
            });
        }
        let mut seen = HashSet::with_capacity(self.fields.len());
        for field in &self.fields {
            check_id("field", &field.id)?;
            if !seen.insert(field.id.as_str()) {
                return Err(Error::DuplicateField {
                    stream: self.id.clone(),
                    field: field.id.clone(),
                });
            }
        }
        Ok(())
    }

    /// The field of that id.
    pub fn field(&self, id: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.id == id)
    }

    pub(crate) fn arrow(&self) -> SchemaRef {
        let common = CommonColumn::STORED.iter().map(|column| {
            let required = matches!(
                column,
                CommonColumn::RecordId
                    | CommonColumn::Revision
                    | CommonColumn::OccurredAt
                    | CommonColumn::RecordedAt
                    | CommonColumn::Solicited
                    | CommonColumn::Source
                    | CommonColumn::Version
            );
            ArrowField::new(column.name(), column.data_type(), !required)
        });
        let fields = self
            .fields
            .iter()
            .map(|field| ArrowField::new(column_name(&field.id), field.kind.data_type(), true));
        Arc::new(Schema::new(common.chain(fields).collect::<Vec<_>>()))
    }
}

/// The type of all times in files: milliseconds, marked as UTC so that other tools read them right.
pub(crate) fn time_type() -> DataType {
    DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into()))
}

/// Field columns carry a prefix so that a field may be called as a common column is.
pub(crate) fn column_name(field: &str) -> String {
    format!("f_{field}")
}

/// The field id of a stored column, unless it is a common column.
pub(crate) fn field_of_column(column: &str) -> Option<&str> {
    column.strip_prefix("f_")
}

pub(crate) fn check_id(what: &'static str, id: &str) -> Result<()> {
    let fits = !id.is_empty()
        && id.len() <= 120
        && !id.starts_with('.')
        && id
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b':'));
    if fits {
        Ok(())
    } else {
        Err(Error::BadId {
            what,
            id: id.to_owned(),
        })
    }
}
