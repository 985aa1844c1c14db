//! What records of an import say, in the words of the stores: codes become ids, answers become
//! values of the lake and texts. Decided once, however many records say it.

use std::collections::{BTreeMap, HashMap};

use koe_lake::Value;

use super::imports::{Effect, RowFault, Said};
use super::prepare::{Codes, Destination};
use crate::base::id::{OfferingId, UnitId};
use crate::people::Identifier;
use crate::responses::{self, Text as RecordText};
use crate::surveys::document::{HiddenField, HiddenKind, Question};
use crate::surveys::{Answer, Text, fields};
use crate::touchpoints::Touchpoint;

/// One thing that a record says.
pub(super) enum Meaning<'a> {
    Touchpoint(&'a Touchpoint),
    Unit(&'a UnitId),
    Offering(&'a OfferingId),
    Channel(&'a str),
    Language(&'a str),
    DurationMs(i64),
    Identifier(Identifier),
    Name(&'a str),
    Attribute(&'a str, serde_json::Value),
    /// Values of the lake by field, and free texts.
    Coded(BTreeMap<String, Value>, Vec<RecordText>),
    /// A code nobody knows, or a value that cannot be used; to be listed for each record.
    Unknown(RowFault),
    /// What this import has no place for.
    Nothing,
}

/// What each thing said means for a destination.
pub(super) fn meanings<'a>(
    said: &'a [Said],
    destination: &'a Destination,
    codes: &'a Codes,
) -> Vec<Meaning<'a>> {
    let interpreter = Interpreter::new(destination, codes);
    said.iter().map(|one| interpreter.meaning(one)).collect()
}

struct Interpreter<'a> {
    destination: &'a Destination,
    codes: &'a Codes,
    questions: HashMap<&'a str, &'a Question>,
    hidden: HashMap<&'a str, &'a HiddenField>,
}

impl<'a> Interpreter<'a> {
    fn new(destination: &'a Destination, codes: &'a Codes) -> Self {
        let document = destination.document.as_deref();
        let questions = document
            .into_iter()
            .flat_map(|document| document.questions());
        let hidden = document
            .into_iter()
            .flat_map(|document| &document.hidden_fields);
        Self {
            destination,
            codes,
            questions: questions.map(|one| (one.id.as_str(), one)).collect(),
            hidden: hidden.map(|one| (one.id.as_str(), one)).collect(),
        }
    }

    fn meaning(&self, said: &'a Said) -> Meaning<'a> {
        match said {
            Said::Touchpoint(code) => self.codes.touchpoints.get(code).map_or_else(
                || {
                    unknown(
                        "touchpoint",
                        code,
                        "このコードの接点がありません。",
                        "There is no touchpoint with this code.",
                    )
                },
                Meaning::Touchpoint,
            ),
            Said::Unit(code) => self.codes.units.by_code(code).map_or_else(
                || {
                    unknown(
                        "unit",
                        code,
                        "このコードの組織単位がありません。",
                        "There is no unit with this code.",
                    )
                },
                Meaning::Unit,
            ),
            Said::Offering(code) => self.codes.offerings.get(code).map_or_else(
                || {
                    unknown(
                        "offering",
                        code,
                        "このコードの商品・サービスがありません。",
                        "There is no offering with this code.",
                    )
                },
                Meaning::Offering,
            ),
            Said::Channel(channel) => Meaning::Channel(channel),
            Said::Language(language) => Meaning::Language(language),
            Said::DurationMs(duration) => Meaning::DurationMs(*duration),
            // People of a confidential programme stay unknown.
            Said::Identifier(..) | Said::Name(_) | Said::Attribute(..)
                if self.destination.confidential =>
            {
                Meaning::Nothing
            }
            Said::Identifier(kind, value) => kind
                .parse()
                .and_then(|known| Identifier::read(known, value, &self.codes.calling_code))
                .map_or_else(
                    |message| unusable(kind, value, "bad_identifier", message),
                    Meaning::Identifier,
                ),
            Said::Name(name) => Meaning::Name(name),
            Said::Attribute(key, cell) => self.attribute(key, cell),
            Said::Answer(key, answer) => self.answer(key, answer),
            Said::Field(id, said) => self.field(id, said),
            Said::Value(field, value) if self.destination.document.is_none() => {
                Meaning::Coded(BTreeMap::from([(field.clone(), value.clone())]), Vec::new())
            }
            Said::Text(field, body) if self.destination.document.is_none() => {
                let (field, body) = (field.clone(), body.clone());
                Meaning::Coded(BTreeMap::new(), vec![RecordText { field, body }])
            }
            Said::Value(..) | Said::Text(..) => Meaning::Nothing,
        }
    }

    fn attribute(&self, key: &'a str, cell: &str) -> Meaning<'a> {
        let mut attributes = self.codes.attributes.iter();
        let declared = attributes.find(|one| one.key == key && !one.archived);
        match declared.map(|one| one.kind.read(cell)) {
            Some(Ok(value)) => Meaning::Attribute(key, value),
            Some(Err(message)) => unusable(key, cell, "bad_attribute", message),
            None => unusable(
                key,
                cell,
                "unknown_attribute",
                "is for an attribute that is not declared",
            ),
        }
    }

    fn answer(&self, key: &str, answer: &Answer) -> Meaning<'a> {
        let id = key.split_once('.').map_or(key, |(question, _)| question);
        let Some(question) = self.questions.get(id) else {
            return Meaning::Nothing;
        };
        let mut values = BTreeMap::new();
        if key == id {
            fields::question_values(question, answer, &mut values);
        }
        Meaning::Coded(values, responses::words(question, key, answer))
    }

    fn field(&self, id: &str, said: &str) -> Meaning<'a> {
        let Some(hidden) = self.hidden.get(id) else {
            return Meaning::Nothing;
        };
        let value = fields::hidden_value(hidden, said);
        let values = value.map(|value| (fields::field_of_hidden(hidden).to_owned(), value));
        let words = (hidden.kind == HiddenKind::Text).then(|| RecordText {
            field: id.to_owned(),
            body: said.to_owned(),
        });
        Meaning::Coded(values.into_iter().collect(), words.into_iter().collect())
    }
}

fn unknown<'a>(what: &str, code: &str, ja: &str, en: &str) -> Meaning<'a> {
    let kind = format!("unknown_{what}");
    let message = Text::ja_en(ja, en);
    Meaning::Unknown(RowFault::new(
        0,
        what,
        code,
        &kind,
        Effect::CellLeftOut,
        message,
    ))
}

fn unusable<'a>(column: &str, value: &str, code: &str, message: &str) -> Meaning<'a> {
    let said = Text::ja_en(
        format!("使えない値です（{message}）。"),
        format!("The value {message}."),
    );
    Meaning::Unknown(RowFault::new(
        0,
        column,
        value,
        code,
        Effect::CellLeftOut,
        said,
    ))
}
