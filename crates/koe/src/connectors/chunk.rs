//! One chunk of an import: records become rows of sealed files, and one transaction holds
//! manifest, checkpoint, identities and texts.

use std::collections::HashMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use koe_lake::{Common, Removed, Row, Tombstone};
use sha2::{Digest, Sha256};

use super::imports::{Effect, Mapped, RowFault};
use super::model::Totals;
use super::prepare::{Codes, Destination};
use crate::base::app::App;
use crate::base::db::Conn;
use crate::base::experience;
use crate::base::id::{CustomerId, Id, LakeFileId, RecordId};
use crate::base::outbox::{self, Event};
use crate::base::problem::Outcome;
use crate::base::scope::Scope;
use crate::people::{self, Identifier, Person, Sighting};
use crate::responses::{self, Head, Text as RecordText};
use crate::surveys::{Text, fields};
use crate::touchpoints::Experience;

/// A record made ready for the store.
pub(super) struct Ready {
    head: Head,
    row: Row,
    texts: Vec<RecordText>,
    person: Option<Person>,
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
            responses::texts(document, &record.answers),
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

/// Stores a chunk within the caller's transaction. Files are durable before the manifest
/// names them; a crash in between leaves files that nobody lists.
///
/// # Errors
/// When store or lake refuse; then nothing of the chunk is stored.
pub(super) async fn keep(
    app: &App,
    conn: &mut Conn,
    scope: &Scope,
    destination: &Destination,
    chunk: Vec<Ready>,
    totals: &mut Totals,
) -> Outcome<()> {
    let now_ms = app.clock.now_ms();
    totals.records += chunk.len() as u64;
    let Some(schema) = &destination.schema else {
        let people: Vec<Person> = chunk.into_iter().filter_map(|one| one.person).collect();
        let resolved = people::resolve_many(conn, app, scope, &people).await?;
        let made = resolved.iter().filter(|one| one.created).count() as u64;
        totals.customers += made;
        totals.added += made;
        totals.unchanged += resolved.len() as u64 - made;
        return Ok(());
    };
    let ids: Vec<String> = chunk
        .iter()
        .map(|one| one.head.id.as_str().to_owned())
        .collect();
    let known: HashMap<String, Head> = responses::heads(conn, scope, &ids)
        .await?
        .into_iter()
        .map(|head| (head.id.as_str().to_owned(), head))
        .collect();
    let erased = responses::erased(conn, scope, &ids).await?;
    let mut last = HashMap::new();
    for (place, id) in ids.iter().enumerate() {
        last.insert(id.as_str(), place);
    }
    let mut fresh: Vec<(Ready, Option<&Head>)> = Vec::new();
    for (place, one) in chunk.into_iter().enumerate() {
        // A key that stands twice in one chunk: the later row is what holds.
        if last.get(one.head.id.as_str()) != Some(&place) {
            totals.unchanged += 1;
            continue;
        }
        // What somebody deleted, or what an erasure took from its person,
        // does not come back because the old file does.
        if erased.contains(one.head.id.as_str()) {
            totals.erased += 1;
            continue;
        }
        match known.get(one.head.id.as_str()) {
            Some(head) if head.content_hash == one.head.content_hash => totals.unchanged += 1,
            head => fresh.push((one, head)),
        }
    }
    identify(app, conn, scope, &mut fresh, totals).await?;
    for (one, head) in &mut fresh {
        if let Some(head) = head {
            one.head.revision = head.revision + 1;
            one.row.common.revision = one.head.revision;
        }
    }
    if fresh.is_empty() {
        return Ok(());
    }
    let customers: Vec<CustomerId> = fresh
        .iter()
        .filter_map(|(one, _)| one.head.customer.clone())
        .collect();
    let frozen = responses::frozen(conn, scope, &schema.id, &customers).await?;
    for (one, _) in &mut fresh {
        if let Some(customer) = &one.head.customer {
            frozen.put(customer, &mut one.row);
        }
    }
    let schema = &experience::stream(conn, scope, &schema.id).await?.schema;
    let rows: Vec<Row> = fresh.iter().map(|(one, _)| one.row.clone()).collect();
    let file: LakeFileId = app.chance.id(now_ms);
    let files = app
        .lake
        .seal_rows(schema, &rows, file.as_str())
        .await
        .map_err(experience::problem)?;
    for file in &files {
        experience::list_file(conn, scope.organisation(), file, now_ms).await?;
    }
    let mut added: Vec<&Head> = Vec::new();
    for (one, before) in &fresh {
        match before {
            None => added.push(&one.head),
            Some(before) => {
                let tombstone = Tombstone {
                    removed: Removed::Record {
                        id: before.id.as_str().to_owned(),
                        revision: before.revision,
                    },
                    stream: Some(before.stream.clone()),
                    occurred: Some((before.occurred_ms, before.occurred_ms)),
                };
                experience::remove(conn, scope, &app.chance.id(now_ms), &tombstone, now_ms).await?;
                responses::replace_head(conn, scope, &one.head).await?;
                totals.corrected += 1;
            }
        }
    }
    totals.added += added.len() as u64;
    responses::insert_heads(conn, &added).await?;
    let texts: Vec<(&RecordId, &RecordText)> = fresh
        .iter()
        .flat_map(|(one, _)| one.texts.iter().map(move |text| (&one.head.id, text)))
        .collect();
    totals.texts += texts.len() as u64;
    responses::insert_texts(conn, &texts).await?;
    let sightings: Vec<Sighting> = fresh
        .iter()
        .filter_map(|(one, _)| {
            Some(Sighting {
                customer: one.head.customer.clone()?,
                unit: one.head.unit.clone(),
                at_ms: one.head.occurred_ms,
            })
        })
        .collect();
    people::seen_at(conn, scope, &sightings).await?;
    let event = Event::RecordsStored {
        records: fresh
            .iter()
            .map(|(one, _)| one.head.id.as_str().to_owned())
            .collect(),
    };
    outbox::emit(
        conn,
        &app.chance.id(now_ms),
        scope.organisation(),
        &event,
        now_ms,
    )
    .await?;
    Ok(())
}

/// Finds or makes the customers of a chunk.
async fn identify(
    app: &App,
    conn: &mut Conn,
    scope: &Scope,
    fresh: &mut [(Ready, Option<&Head>)],
    totals: &mut Totals,
) -> Outcome<()> {
    let (places, people): (Vec<usize>, Vec<Person>) = fresh
        .iter()
        .enumerate()
        .filter_map(|(place, (one, _))| Some((place, one.person.clone()?)))
        .unzip();
    let resolved = people::resolve_many(conn, app, scope, &people).await?;
    for (place, resolved) in places.into_iter().zip(resolved) {
        let one = &mut fresh[place].0;
        totals.customers += u64::from(resolved.created);
        one.row.common.customer = Some(resolved.customer.as_str().to_owned());
        one.head.customer = Some(resolved.customer);
    }
    Ok(())
}
