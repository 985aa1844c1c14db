//! A record of a file, before anybody knows where it goes.

use std::collections::BTreeMap;

use koe_lake::Value;

use super::batch::Said;
use crate::surveys::{Answers, Fields};

/// One record of a file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Mapped {
    /// Identifies it within its stream, the same in every import.
    pub key: String,
    /// The rows it comes from.
    pub rows: Vec<u64>,
    /// When the experience took place, in milliseconds; none when nothing says it.
    pub occurred_ms: Option<i64>,
    /// Code of the touchpoint.
    pub touchpoint: Option<String>,
    /// Code of the unit.
    pub unit: Option<String>,
    /// Code of the offering.
    pub offering: Option<String>,
    /// Kind of channel.
    pub channel: Option<String>,
    /// Identifiers of the customer: kind and value.
    pub identifiers: Vec<(String, String)>,
    /// The customer's name.
    pub name: Option<String>,
    /// Attributes of the customer.
    pub attributes: BTreeMap<String, String>,
    /// Language tag.
    pub language: Option<String>,
    /// How long answering took.
    pub duration_ms: Option<i64>,
    /// Normal answers.
    pub answers: Answers,
    /// Hidden fields.
    pub fields: Fields,
    /// Coded values.
    pub values: BTreeMap<String, Value>,
    /// Free texts by name.
    pub texts: BTreeMap<String, String>,
}

impl Mapped {
    /// All it says, one by one.
    pub(super) fn said(self) -> impl Iterator<Item = Said> {
        let one = |said: Option<Said>| said.into_iter();
        one(self.touchpoint.map(Said::Touchpoint))
            .chain(self.unit.map(Said::Unit))
            .chain(self.offering.map(Said::Offering))
            .chain(self.channel.map(Said::Channel))
            .chain(self.language.map(Said::Language))
            .chain(self.duration_ms.map(Said::DurationMs))
            .chain(
                self.identifiers
                    .into_iter()
                    .map(|(kind, value)| Said::Identifier(kind, value)),
            )
            .chain(self.name.map(Said::Name))
            .chain(
                self.attributes
                    .into_iter()
                    .map(|(key, cell)| Said::Attribute(key, cell)),
            )
            .chain(
                self.answers
                    .into_iter()
                    .map(|(key, answer)| Said::Answer(key, answer)),
            )
            .chain(
                self.fields
                    .into_iter()
                    .map(|(id, value)| Said::Field(id, value)),
            )
            .chain(
                self.values
                    .into_iter()
                    .map(|(field, value)| Said::Value(field, value)),
            )
            .chain(
                self.texts
                    .into_iter()
                    .map(|(field, words)| Said::Text(field, words)),
            )
    }
}
