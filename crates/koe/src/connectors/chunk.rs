//! Records of an import made ready for the stores.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use koe_lake::{Chunk, Common, CommonRef, Error, Row, StreamSchema, ValueRef};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::imports::{Record, RowFault};
use super::meaning::Meaning;
use super::prepare::{Codes, Destination};
use crate::base::hexadecimal::hexadecimal;
use crate::base::id::{CustomerId, Id, OfferingId, OrganisationId, RecordId, UnitId};
use crate::base::scope::Scope;
use crate::people::Person;
use crate::responses::{self, Frozen, Head, Text as RecordText};
use crate::touchpoints::{Experience, Touchpoint};

/// What the records of a chunk have in common.
pub(super) struct Shared<'a> {
    pub organisation: &'a OrganisationId,
    pub destination: &'a Destination,
    pub meanings: Vec<Meaning<'a>>,
    pub now_ms: i64,
}

/// A record made ready for the stores. Of one without a person and without texts nothing is made
/// but its id: what it says is looked up where it is needed.
pub(super) struct Ready<'a> {
    pub id: RecordId,
    pub revision: i64,
    pub occurred_ms: i64,
    pub unit: Option<&'a UnitId>,
    pub texts: Vec<&'a RecordText>,
    pub person: Option<Person>,
    /// Who that person is, once it is known.
    pub customer: Option<CustomerId>,
    shared: &'a Shared<'a>,
    said: &'a [u32],
    unit_path: Option<Arc<str>>,
    touchpoint: Option<&'a Touchpoint>,
    offering: Option<&'a OfferingId>,
    channel: Option<&'a str>,
    language: Option<&'a str>,
    duration_ms: Option<i64>,
}

/// Makes records ready; codes nobody knows are listed and left out.
pub(super) fn ready<'a>(
    records: impl Iterator<Item = Record<'a>>,
    shared: &'a Shared<'a>,
    codes: &Codes,
    scope: &Scope,
    faults: &mut Vec<RowFault>,
) -> Vec<Ready<'a>> {
    let ids = Ids::of(scope, shared.destination.stream());
    let mut paths = Paths {
        codes,
        known: HashMap::new(),
    };
    records
        .map(|record| {
            let mut one = Ready {
                id: ids.id(record.key),
                revision: 1,
                occurred_ms: record.occurred_ms.unwrap_or(shared.now_ms),
                unit: None,
                texts: Vec::new(),
                person: None,
                customer: None,
                shared,
                said: record.said,
                unit_path: None,
                touchpoint: None,
                offering: None,
                channel: None,
                language: None,
                duration_ms: None,
            };
            one.take_in(record.row, faults);
            one.unit_path = one.unit.map(|unit| paths.at(unit, one.occurred_ms));
            one
        })
        .collect()
}

impl<'a> Ready<'a> {
    fn take_in(&mut self, row: u64, faults: &mut Vec<RowFault>) {
        let mut person = Person::default();
        for meaning in self.meanings() {
            match meaning {
                Meaning::Touchpoint(touchpoint) => self.touchpoint = Some(touchpoint),
                Meaning::Unit(unit) => self.unit = Some(unit),
                Meaning::Offering(offering) => self.offering = Some(offering),
                Meaning::Channel(channel) => self.channel = Some(channel),
                Meaning::Language(language) => self.language = Some(language),
                Meaning::DurationMs(duration) => self.duration_ms = Some(*duration),
                Meaning::Identifier(identifier) if !person.identifiers.contains(identifier) => {
                    person.identifiers.push(identifier.clone());
                }
                Meaning::Name(name) => person.name = Some((*name).to_owned()),
                Meaning::Attribute(key, value) => {
                    person.attributes.insert((*key).to_owned(), value.clone());
                }
                Meaning::Coded(_, texts) => self.texts.extend(texts),
                Meaning::Unknown(fault) => faults.push(RowFault {
                    row,
                    ..fault.clone()
                }),
                Meaning::Identifier(_) | Meaning::Nothing => {}
            }
        }
        self.person = (!person.identifiers.is_empty()).then_some(person);
    }

    fn meanings(&self) -> impl Iterator<Item = &'a Meaning<'a>> + use<'a> {
        let all = &self.shared.meanings;
        self.said.iter().map(|place| &all[*place as usize])
    }

    /// Whether the record needs a head in the store: of one without a person and without texts
    /// the lake remembers everything.
    pub fn needs_head(&self) -> bool {
        self.person.is_some() || !self.texts.is_empty()
    }

    fn common(&self) -> CommonRef<'_> {
        let destination = self.shared.destination;
        CommonRef {
            record_id: self.id.as_str(),
            revision: self.revision,
            occurred_at: self.occurred_ms,
            recorded_at: self.shared.now_ms,
            customer: self.customer.as_ref().map(Id::as_str),
            account: None,
            offering: self.offering.map(Id::as_str),
            touchpoint: self.touchpoint.map(|one| one.id.as_str()),
            channel: self
                .channel
                .or_else(|| self.touchpoint.map(|one| one.channel.word())),
            stage: self.touchpoint.map(|one| one.stage.word()),
            unit: self.unit.map(Id::as_str),
            unit_path: self.unit_path.as_deref(),
            direct: self
                .touchpoint
                .map(|one| one.experience == Experience::Direct),
            solicited: destination.solicited,
            source: &destination.source,
            version: destination.version,
            language: self.language,
            duration_ms: self.duration_ms,
            weight: None,
        }
    }

    /// What the record says, to tell whether a later import changes it: of one without a head as
    /// [`responses::content`] has it, of others with their words and people.
    pub fn content(&self) -> String {
        let values = self.meanings().filter_map(|meaning| match meaning {
            Meaning::Coded(values, _) => Some(values),
            _ => None,
        });
        let coded = responses::content(&Row {
            common: Common {
                occurred_at: self.occurred_ms,
                touchpoint: self.touchpoint.map(|one| one.id.as_str().to_owned()),
                unit: self.unit.map(|id| id.as_str().to_owned()),
                offering: self.offering.map(|id| id.as_str().to_owned()),
                language: self.language.map(str::to_owned),
                duration_ms: self.duration_ms,
                ..Common::default()
            },
            values: values
                .flatten()
                .map(|(field, value)| (field.clone(), value.clone()))
                .collect(),
        });
        if !self.needs_head() {
            return coded;
        }
        let texts: Vec<_> = self
            .texts
            .iter()
            .map(|one| (&one.field, &one.body))
            .collect();
        let person = self
            .person
            .as_ref()
            .map(|person| (&person.identifiers, &person.name, &person.attributes));
        let all = json!([coded, self.channel, texts, person]);
        hexadecimal(Sha256::digest(all.to_string()))
    }

    /// Its head in the store.
    pub fn head(&self) -> Head {
        let destination = self.shared.destination;
        Head {
            id: self.id.clone(),
            organisation: self.shared.organisation.clone(),
            stream: destination.stream().to_owned(),
            revision: self.revision,
            version: destination.version,
            occurred_ms: self.occurred_ms,
            recorded_ms: self.shared.now_ms,
            touchpoint: self.touchpoint.map(|one| one.id.clone()),
            unit: self.unit.cloned(),
            customer: self.customer.clone(),
            link: None,
            source: destination.source.clone(),
            language: self.language.map(str::to_owned),
            content_hash: Some(self.content()),
        }
    }
}

/// The rows of these records in the lake, with what they keep of their customers.
///
/// # Errors
/// As for [`Chunk::push`], and [`Error::UnknownField`] for a value the stream has no field for.
pub(super) fn rows<'a>(
    schema: &StreamSchema,
    shared: &Shared<'_>,
    records: impl Iterator<Item = &'a Ready<'a>>,
    frozen: &Frozen,
) -> Result<Chunk, Error> {
    let positions: HashMap<&str, usize> = schema
        .fields
        .iter()
        .enumerate()
        .map(|(position, field)| (field.id.as_str(), position))
        .collect();
    let position = |field: &String| {
        positions
            .get(field.as_str())
            .copied()
            .ok_or_else(|| Error::UnknownField {
                stream: schema.id.clone(),
                field: field.clone(),
            })
    };
    let mut coded: Vec<Vec<(usize, ValueRef<'_>)>> = Vec::with_capacity(shared.meanings.len());
    for meaning in &shared.meanings {
        coded.push(match meaning {
            Meaning::Coded(values, _) => values
                .iter()
                .map(|(field, value)| Ok((position(field)?, value.borrowed())))
                .collect::<Result<_, Error>>()?,
            _ => Vec::new(),
        });
    }
    let mut chunk = Chunk::new(schema.clone())?;
    let mut values = vec![None; schema.fields.len()];
    for one in records {
        values.fill(None);
        for place in one.said {
            for (position, value) in &coded[*place as usize] {
                values[*position] = Some(*value);
            }
        }
        for (field, value) in one.customer.iter().flat_map(|id| frozen.of(id)) {
            values[position(field)?] = Some(value.borrowed());
        }
        chunk.push(&one.common(), &values)?;
    }
    Ok(chunk)
}

/// Ids of records: the same in every import, made of organisation, stream and key.
struct Ids(Sha256);

impl Ids {
    fn of(scope: &Scope, stream: &str) -> Self {
        let mut digest = Sha256::new();
        for part in [scope.organisation().as_str(), stream] {
            digest.update(part.as_bytes());
            digest.update([0]);
        }
        Self(digest)
    }

    fn id(&self, key: &str) -> RecordId {
        const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
        let mut digest = self.0.clone();
        digest.update(key.as_bytes());
        digest.update([0]);
        let mut id = String::with_capacity(30);
        id.push_str("rec_");
        id.extend(
            digest
                .finalize()
                .iter()
                .take(26)
                .map(|byte| char::from(ALPHABET[usize::from(byte & 31)])),
        );
        RecordId::stored(id)
    }
}

/// The paths of units, as the tree was on the days of the records.
struct Paths<'a, 'c> {
    codes: &'c Codes,
    known: HashMap<(&'a UnitId, Date), Arc<str>>,
}

impl<'a> Paths<'a, '_> {
    fn at(&mut self, unit: &'a UnitId, occurred_ms: i64) -> Arc<str> {
        let day = Timestamp::from_millisecond(occurred_ms)
            .unwrap_or_default()
            .to_zoned(self.codes.zone.clone())
            .date();
        let known = self.known.entry((unit, day)).or_insert_with(|| {
            let path = self.codes.units.path(unit, day);
            let path: Vec<&str> = path.iter().map(Id::as_str).collect();
            path.join("/").into()
        });
        Arc::clone(known)
    }
}
