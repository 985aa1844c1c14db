//! Records of an import made ready for the stores: codes become ids, answers become a row of the
//! lake and texts.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use koe_lake::{Common, Row};
use sha2::{Digest, Sha256};

use super::imports::{Effect, Mapped, RowFault};
use super::prepare::{Codes, Destination};
use crate::base::id::{Id, RecordId};
use crate::base::scope::Scope;
use crate::people::{Identifier, Person};
use crate::responses::{self, Head, Text as RecordText};
use crate::surveys::{Text, fields};
use crate::touchpoints::Experience;

/// A record made ready for the store.
pub(super) struct Ready {
    pub head: Head,
    pub row: Row,
    pub texts: Vec<RecordText>,
    pub person: Option<Person>,
}

impl Ready {
    /// Whether the record needs a head in the store: of one without a person and without texts
    /// the lake remembers everything.
    pub fn needs_head(&self) -> bool {
        self.person.is_some() || !self.texts.is_empty()
    }
}

/// Turns records into what is stored; codes nobody knows are listed and left out.
pub(super) fn ready(
    records: &[Mapped],
    destination: &Destination,
    codes: &Codes,
    scope: &Scope,
    now_ms: i64,
    faults: &mut Vec<RowFault>,
) -> Vec<Ready> {
    records
        .iter()
        .filter_map(|record| one(record, destination, codes, scope, now_ms, faults))
        .collect()
}

fn one(
    record: &Mapped,
    destination: &Destination,
    codes: &Codes,
    scope: &Scope,
    now_ms: i64,
    faults: &mut Vec<RowFault>,
) -> Option<Ready> {
    let stream = destination
        .schema
        .as_ref()
        .map_or("customers", |schema| schema.id.as_str());
    let row_number = record.rows.first().copied().unwrap_or(0);
    let mut unknown = |what: &str, value: &str, ja: &str, en: &str| {
        faults.push(RowFault::new(
            row_number,
            what,
            value,
            &format!("unknown_{what}"),
            Effect::CellLeftOut,
            Text::ja_en(ja, en),
        ));
    };
    let touchpoint = record.touchpoint.as_ref().and_then(|code| {
        let found = codes.touchpoints.get(code);
        if found.is_none() {
            unknown(
                "touchpoint",
                code,
                "このコードの接点がありません。",
                "There is no touchpoint with this code.",
            );
        }
        found
    });
    let unit = record.unit.as_ref().and_then(|code| {
        let found = codes.units.by_code(code);
        if found.is_none() {
            unknown(
                "unit",
                code,
                "このコードの組織単位がありません。",
                "There is no unit with this code.",
            );
        }
        found.cloned()
    });
    let offering = record.offering.as_ref().and_then(|code| {
        let found = codes.offerings.get(code);
        if found.is_none() {
            unknown(
                "offering",
                code,
                "このコードの商品・サービスがありません。",
                "There is no offering with this code.",
            );
        }
        found.cloned()
    });
    let person = if destination.confidential {
        None
    } else {
        person(record, codes, row_number, faults)
    };
    let occurred_ms = record.occurred_ms.unwrap_or(now_ms);
    let day = Timestamp::from_millisecond(occurred_ms)
        .unwrap_or_default()
        .to_zoned(TimeZone::UTC)
        .date();
    let unit_path = unit.as_ref().map(|unit| {
        let path = codes.units.path(unit, day);
        path.iter().map(Id::as_str).collect::<Vec<_>>().join("/")
    });
    let id = record_id(scope, stream, &record.key);
    let (values, texts) = match &destination.document {
        Some(document) => (
            fields::values(document, &record.answers, &record.fields),
            responses::texts(document, &record.answers, &record.fields),
        ),
        None => (
            record.values.clone(),
            record
                .texts
                .iter()
                .map(|(field, body)| RecordText {
                    field: field.clone(),
                    body: body.clone(),
                })
                .collect(),
        ),
    };
    let common = Common {
        record_id: id.as_str().to_owned(),
        revision: 1,
        occurred_at: occurred_ms,
        recorded_at: now_ms,
        customer: None,
        account: None,
        offering: offering.as_ref().map(|id| id.as_str().to_owned()),
        touchpoint: touchpoint.map(|one| one.id.as_str().to_owned()),
        channel: record
            .channel
            .clone()
            .or_else(|| touchpoint.map(|one| one.channel.word().to_owned())),
        stage: touchpoint.map(|one| one.stage.word().to_owned()),
        unit: unit.as_ref().map(|id| id.as_str().to_owned()),
        unit_path,
        direct: touchpoint.map(|one| one.experience == Experience::Direct),
        solicited: destination.solicited,
        source: destination.source.clone(),
        version: destination.version,
        language: record.language.clone(),
        duration_ms: record.duration_ms,
        weight: None,
    };
    let head = Head {
        id,
        organisation: scope.organisation().clone(),
        stream: stream.to_owned(),
        revision: 1,
        version: destination.version,
        occurred_ms,
        recorded_ms: now_ms,
        touchpoint: touchpoint.map(|one| one.id.clone()),
        unit,
        customer: None,
        link: None,
        source: destination.source.clone(),
        language: record.language.clone(),
        content_hash: Some(record.content_hash()),
    };
    Some(Ready {
        head,
        row: Row { common, values },
        texts,
        person,
    })
}

fn person(record: &Mapped, codes: &Codes, row: u64, faults: &mut Vec<RowFault>) -> Option<Person> {
    let mut person = Person {
        name: record.name.clone(),
        ..Person::default()
    };
    let mut refuse = |column: &str, value: &str, code: &str, message: &str| {
        faults.push(RowFault::new(
            row,
            column,
            value,
            code,
            Effect::CellLeftOut,
            Text::ja_en(
                format!("使えない値です（{message}）。"),
                format!("The value {message}."),
            ),
        ));
    };
    for (kind, value) in &record.identifiers {
        let read = kind
            .parse()
            .and_then(|known| Identifier::read(known, value, &codes.calling_code));
        match read {
            Ok(identifier) => person.identifiers.push(identifier),
            Err(message) => refuse(kind, value, "bad_identifier", message),
        }
    }
    for (key, cell) in &record.attributes {
        let declared = codes
            .attributes
            .iter()
            .find(|one| one.key == *key && !one.archived);
        match declared.map(|one| one.kind.read(cell)) {
            Some(Ok(value)) => {
                person.attributes.insert(key.clone(), value);
            }
            Some(Err(message)) => refuse(key, cell, "bad_attribute", message),
            None => refuse(
                key,
                cell,
                "unknown_attribute",
                "is for an attribute that is not declared",
            ),
        }
    }
    (!person.identifiers.is_empty()).then_some(person)
}

/// The same record in every import: made of organisation, stream and key.
fn record_id(scope: &Scope, stream: &str, key: &str) -> RecordId {
    const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
    let mut digest = Sha256::new();
    for part in [scope.organisation().as_str(), stream, key] {
        digest.update(part.as_bytes());
        digest.update([0]);
    }
    let text: String = digest
        .finalize()
        .iter()
        .take(26)
        .map(|byte| char::from(ALPHABET[usize::from(byte & 31)]))
        .collect();
    RecordId::stored(format!("rec_{text}"))
}
