//! Records of a file on their way to the stores, some ten thousand at a time. What they say is kept
//! once, however many of them say it: a file of a million rows has few different cells.

use std::mem::discriminant;
use std::ops::Range;

use koe_lake::Value;

use super::faults::RowFault;
use super::mapped::Mapped;
use crate::surveys::Answer;

/// One thing that a record says.
#[derive(Debug, Clone, PartialEq)]
pub enum Said {
    /// Code of the touchpoint.
    Touchpoint(String),
    /// Code of the unit.
    Unit(String),
    /// Code of the offering.
    Offering(String),
    /// Kind of channel.
    Channel(String),
    /// Language tag.
    Language(String),
    /// How long answering took.
    DurationMs(i64),
    /// An identifier of the customer: kind and value.
    Identifier(String, String),
    /// The customer's name.
    Name(String),
    /// An attribute of the customer: key and cell.
    Attribute(String, String),
    /// A normal answer by its key: a question, or the words written in beside its choices.
    Answer(String, Answer),
    /// A hidden field by its id.
    Field(String, String),
    /// A coded value by its field.
    Value(String, Value),
    /// A free text by its name.
    Text(String, String),
}

/// A record of a batch.
#[derive(Debug, Clone, Copy)]
pub struct Record<'b> {
    /// Identifies it within its stream, the same in every import.
    pub key: &'b str,
    /// The first row it comes from.
    pub row: u64,
    /// When the experience took place, in milliseconds; none when nothing says it.
    pub occurred_ms: Option<i64>,
    /// What it says, as places in [`Batch::said`].
    pub said: &'b [u32],
}

/// Records with the faults met on the way.
#[derive(Debug, Default)]
pub struct Batch {
    /// What its records say.
    pub said: Vec<Said>,
    /// What is wrong with its rows.
    pub faults: Vec<RowFault>,
    /// Rows read so far, from the start of the file.
    pub rows: u64,
    keys: String,
    places: Vec<u32>,
    records: Vec<Kept>,
}

#[derive(Debug)]
struct Kept {
    key: Range<usize>,
    row: u64,
    occurred_ms: Option<i64>,
    said: Range<usize>,
}

impl Batch {
    /// How many records it has.
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Whether it has no record.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// Its records, in the order of the file.
    pub fn records(&self) -> impl Iterator<Item = Record<'_>> {
        self.records.iter().map(|kept| Record {
            key: &self.keys[kept.key.clone()],
            row: kept.row,
            occurred_ms: kept.occurred_ms,
            said: &self.places[kept.said.clone()],
        })
    }

    /// Adds what somebody says; where it lies.
    pub(super) fn say(&mut self, said: impl IntoIterator<Item = Said>) -> Range<u32> {
        let end = |all: &[Said]| u32::try_from(all.len()).unwrap_or(u32::MAX);
        let begin = end(&self.said);
        self.said.extend(said);
        begin..end(&self.said)
    }

    /// What the record that is being read says, beside what it said so far.
    pub(super) fn has_said(&mut self, places: Range<u32>) {
        self.places.extend(places);
    }

    /// What the record that is being read says unless it has said something of the same kind.
    pub(super) fn has_said_else(&mut self, places: Range<u32>) {
        for place in places {
            let kind = |place: u32| discriminant(&self.said[place as usize]);
            let so_far = &self.places[self.said_before()..];
            if so_far.iter().all(|other| kind(*other) != kind(place)) {
                self.places.push(place);
            }
        }
    }

    /// Ends the record that is being read.
    pub(super) fn finish(&mut self, key: &str, row: u64, occurred_ms: Option<i64>) {
        let begin = self.keys.len();
        self.keys.push_str(key);
        self.records.push(Kept {
            key: begin..self.keys.len(),
            row,
            occurred_ms,
            said: self.said_before()..self.places.len(),
        });
    }

    /// Leaves out the record that is being read.
    pub(super) fn leave_out(&mut self) {
        self.places.truncate(self.said_before());
    }

    /// Adds a record.
    pub(super) fn add(&mut self, record: Mapped) {
        let (key, occurred_ms) = (record.key.clone(), record.occurred_ms);
        let row = record.rows.first().copied().unwrap_or(0);
        let places = self.say(record.said());
        self.has_said(places);
        self.finish(&key, row, occurred_ms);
    }

    fn said_before(&self) -> usize {
        self.records.last().map_or(0, |last| last.said.end)
    }
}
