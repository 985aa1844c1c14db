//! One response as a line.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use koe_lake::{Row, Value};

use super::Values;
use super::columns::{Fact, Layout, Source};
use crate::base::clock::from_ms;
use crate::base::sheet::Cell;

/// What ids and stable words are called in a file: codes or names.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// Touchpoints, units and offerings by id.
    pub places: HashMap<String, String>,
    /// Kinds of channel by word.
    pub channels: HashMap<String, String>,
    /// Stages by word.
    pub stages: HashMap<String, String>,
}

impl Layout {
    /// The cells of a response, in the order of the columns.
    pub fn line(
        &self,
        row: &Row,
        link: Option<&str>,
        words: &HashMap<String, String>,
        names: &Names,
    ) -> Vec<Cell> {
        self.columns
            .iter()
            .map(|(_, source)| match source {
                Source::Fact(fact) => self.fact(*fact, row, link, names),
                Source::Field(field, labels) => row
                    .values
                    .get(field)
                    .map_or(Cell::Empty, |value| self.value(value, labels)),
                Source::Words(key) => Cell::text(words.get(key).cloned()),
            })
            .collect()
    }

    fn fact(&self, fact: Fact, row: &Row, link: Option<&str>, names: &Names) -> Cell {
        let common = &row.common;
        let named = |word: &Option<String>, names: &HashMap<String, String>| {
            let word = word.as_ref();
            Cell::text(word.map(|word| names.get(word).unwrap_or(word).clone()))
        };
        match fact {
            Fact::Record => Cell::Text(common.record_id.clone()),
            Fact::Started => match common.duration_ms {
                Some(duration) => moment(from_ms(common.occurred_at - duration), &self.zone),
                None => Cell::Empty,
            },
            Fact::Finished => moment(from_ms(common.occurred_at), &self.zone),
            Fact::Duration => match common.duration_ms {
                Some(duration) => Cell::Number(duration as f64 / 1_000.0),
                None => Cell::Empty,
            },
            Fact::Version => Cell::Number(common.version as f64),
            Fact::Language => Cell::text(common.language.clone()),
            Fact::Source => Cell::Text(common.source.clone()),
            Fact::Touchpoint => named(&common.touchpoint, &names.places),
            Fact::Channel => named(&common.channel, &names.channels),
            Fact::Stage => named(&common.stage, &names.stages),
            Fact::Unit => named(&common.unit, &names.places),
            Fact::Offering => named(&common.offering, &names.places),
            Fact::Customer => Cell::text(common.customer.clone()),
            Fact::Link => Cell::text(link),
        }
    }

    fn value(&self, value: &Value, labels: &BTreeMap<String, String>) -> Cell {
        let label = |value: &str| labels.get(value).cloned();
        match value {
            Value::Integer(number) => match label(&number.to_string()) {
                Some(label) => Cell::Text(label),
                None => Cell::Number(*number as f64),
            },
            Value::Number(number) => Cell::Number(*number),
            Value::Code(code) => Cell::Text(label(code).unwrap_or_else(|| code.clone())),
            Value::Flag(set) => match self.values {
                Values::Codes => Cell::Number(f64::from(u8::from(*set))),
                Values::Labels => Cell::Text(self.yes_no[usize::from(*set)].clone()),
            },
            Value::Date { date } => jiff::civil::date(1970, 1, 1)
                .checked_add(jiff::Span::new().days(*date))
                .map_or(Cell::Empty, Cell::Date),
        }
    }
}

fn moment(at: Timestamp, zone: &TimeZone) -> Cell {
    Cell::Moment(at.to_zoned(zone.clone()).datetime())
}
