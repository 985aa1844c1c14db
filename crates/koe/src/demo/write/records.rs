//! The history, month by month: coded answers straight into sealed files;
//! heads, texts and sightings into the relational store, one transaction for
//! each portion, with the event that lets voices be read.

use std::collections::{BTreeMap, HashMap};

use koe_lake::{Chunk, Common, Row, StreamSchema, Value};

use super::{Progress, World, sittings};
use crate::base::app::App;
use crate::base::experience;
use crate::base::id::{CustomerId, LakeFileId, RecordId, UnitId};
use crate::base::outbox::{self, Event};
use crate::demo::history::{Content, History, Kind, Observation};
use crate::demo::rhythm::day_of;
use crate::people::Sighting;
use crate::responses::{self, Head, Text};
use crate::surveys::{Fields, fields};
use crate::touchpoints::Experience;
use crate::{people, wiring};

/// Records of one portion at most: bounds memory at any scale.
const PORTION: usize = 12_000;

/// Writes everything; returns how many records there are.
pub async fn write(
    app: &App,
    world: &World,
    history: &History,
    progress: &mut impl FnMut(Progress),
) -> anyhow::Result<u64> {
    let mut waiting: Vec<Observation> = Vec::new();
    let mut records = 0;
    let days = history.days();
    for n in 0..days {
        history.day(n, &mut waiting);
        let last = n + 1 == days;
        // Files hold one month (UTC) each: what follows later waits for its own.
        let over = !last && month_of(history, n) != month_of(history, n + 1);
        if last || over || waiting.len() >= PORTION {
            let portion = if over {
                let next = next_month_ms(history, n)?;
                let (now, later) = waiting.drain(..).partition(|record| record.at_ms < next);
                waiting = later;
                now
            } else {
                std::mem::take(&mut waiting)
            };
            let before = records;
            records += portion.len() as u64;
            portion_of(app, world, history, portion, before).await?;
        }
        progress(Progress {
            days: n as u64 + 1,
            of: days as u64,
            records,
        });
    }
    Ok(records)
}

fn month_of(history: &History, n: usize) -> (i16, i8) {
    let day = history.rhythm.day(n);
    (day.year(), day.month())
}

/// The first moment (UTC) of the month after that of day `n`.
fn next_month_ms(history: &History, n: usize) -> anyhow::Result<i64> {
    let next = history.rhythm.day(n).last_of_month().tomorrow()?;
    let midnight = next.to_zoned(jiff::tz::TimeZone::UTC)?;
    Ok(midnight.timestamp().as_millisecond())
}

/// One record as both stores want it.
struct Prepared {
    head: Head,
    texts: Vec<Text>,
    row: Row,
}

/// Writes a portion, before which there were `before` records.
async fn portion_of(
    app: &App,
    world: &World,
    history: &History,
    portion: Vec<Observation>,
    before: u64,
) -> anyhow::Result<()> {
    let sittings = sittings::of(app, world, history, &portion, before);
    let mut by_kind: BTreeMap<Kind, Vec<Prepared>> = BTreeMap::new();
    let mut paths: HashMap<(&'static str, bool), Option<String>> = HashMap::new();
    for record in portion {
        let kind = record.kind;
        let prepared = prepare(app, world, &mut paths, record)?;
        by_kind.entry(kind).or_default().push(prepared);
    }
    let schemas = freeze(app, world, &mut by_kind).await?;
    let mut files = Vec::new();
    for (kind, prepared) in &by_kind {
        let mut chunk = Chunk::new(schemas[kind].clone())?;
        for one in prepared {
            chunk.push_row(&one.row)?;
        }
        let file: LakeFileId = app.chance.id(app.clock.now_ms());
        files.extend(app.lake.seal(chunk, file.as_str()).await?);
    }
    let all: Vec<Prepared> = by_kind.into_values().flatten().collect();
    let now_ms = app.clock.now_ms();
    let mut tx = app.db.write().await?;
    for file in &files {
        experience::list_file(&mut tx, &world.organisation, file, now_ms).await?;
    }
    responses::insert_heads(
        &mut tx,
        &all.iter().map(|one| &one.head).collect::<Vec<_>>(),
    )
    .await?;
    let texts: Vec<(&RecordId, &Text)> = all
        .iter()
        .flat_map(|one| one.texts.iter().map(|text| (&one.head.id, text)))
        .collect();
    responses::insert_texts(&mut tx, &texts).await?;
    let mut newest: BTreeMap<(&CustomerId, Option<&UnitId>), i64> = BTreeMap::new();
    for head in all.iter().map(|one| &one.head) {
        if let Some(customer) = &head.customer {
            let at_ms = newest
                .entry((customer, head.unit.as_ref()))
                .or_insert(head.occurred_ms);
            *at_ms = head.occurred_ms.max(*at_ms);
        }
    }
    let sightings: Vec<Sighting> = newest
        .into_iter()
        .map(|((customer, unit), at_ms)| Sighting {
            customer: customer.clone(),
            unit: unit.cloned(),
            at_ms,
        })
        .collect();
    responses::insert_past_sittings(&mut tx, &world.scope, &sittings).await?;
    people::seen_at(&mut tx, &world.scope, &sightings).await?;
    let records: Vec<String> = all
        .iter()
        .filter(|one| !one.texts.is_empty())
        .map(|one| one.head.id.as_str().to_owned())
        .collect();
    let event = Event::RecordsStored { records };
    outbox::emit(&mut tx, app, &world.organisation, event).await?;
    tx.commit().await?;
    // At once, so that never more than a portion waits to be read.
    let subscribers = wiring::subscribers();
    while outbox::dispatch(app, &subscribers).await? > 0 {}
    Ok(())
}

/// Puts into the records what they keep of their customers; the streams as they
/// are then.
async fn freeze(
    app: &App,
    world: &World,
    by_kind: &mut BTreeMap<Kind, Vec<Prepared>>,
) -> anyhow::Result<BTreeMap<Kind, StreamSchema>> {
    let mut tx = app.db.write().await?;
    let mut schemas = BTreeMap::new();
    for (kind, prepared) in by_kind {
        let stream = &world.streams[kind].id;
        let customers: Vec<CustomerId> = prepared
            .iter()
            .filter_map(|one| one.head.customer.clone())
            .collect();
        let frozen = responses::frozen(&mut tx, &world.scope, stream, &customers).await?;
        for one in prepared {
            if let Some(customer) = &one.head.customer {
                frozen.put(customer, &mut one.row);
            }
        }
        let stream = experience::stream(&mut tx, &world.scope, stream).await?;
        schemas.insert(*kind, stream.schema);
    }
    tx.commit().await?;
    Ok(schemas)
}

fn prepare(
    app: &App,
    world: &World,
    paths: &mut HashMap<(&'static str, bool), Option<String>>,
    record: Observation,
) -> anyhow::Result<Prepared> {
    let id: RecordId = app.chance.id(record.at_ms);
    let day = day_of(record.at_ms);
    let unit = world.units.get(record.unit);
    // A path changes only with the reorganisation.
    let after = day >= world.reorganisation;
    let path = paths
        .entry((record.unit, after))
        .or_insert_with(|| {
            let path = world.tree.path(unit?, day);
            Some(
                path.iter()
                    .map(|unit| unit.as_str())
                    .collect::<Vec<_>>()
                    .join("/"),
            )
        })
        .clone();
    let touchpoint = record
        .touchpoint
        .and_then(|code| world.touchpoints.get(code));
    let offering = record.offering.and_then(|code| world.offerings.get(code));
    let customer = record.customer.and_then(|index| world.customers.get(index));
    let stream = world.streams[&record.kind].id.clone();
    let version = match record.kind {
        Kind::Survey(topic) => world.surveys[&topic].number,
        Kind::Order | Kind::Contact | Kind::Contract => 1,
    };
    let answered = matches!(record.kind, Kind::Survey(_));
    let source = if answered { "link" } else { "import" };
    let language = answered.then(|| if record.english { "en" } else { "ja" }.to_owned());
    let (values, texts) = content(world, &record);
    let common = Common {
        record_id: id.as_str().to_owned(),
        revision: 1,
        occurred_at: record.at_ms,
        recorded_at: record.at_ms,
        customer: customer.map(|id| id.as_str().to_owned()),
        account: None,
        offering: offering.map(|id| id.as_str().to_owned()),
        touchpoint: touchpoint.map(|t| t.id.as_str().to_owned()),
        channel: touchpoint.map(|t| t.channel.word().to_owned()),
        stage: touchpoint.map(|t| t.stage.word().to_owned()),
        unit: unit.map(|id| id.as_str().to_owned()),
        unit_path: path,
        direct: touchpoint.map(|t| t.experience == Experience::Direct),
        solicited: answered,
        source: source.to_owned(),
        version,
        language: language.clone(),
        duration_ms: record.duration_ms,
        weight: None,
    };
    let head = Head {
        id,
        organisation: world.organisation.clone(),
        stream,
        revision: 1,
        version,
        occurred_ms: record.at_ms,
        recorded_ms: record.at_ms,
        touchpoint: touchpoint.map(|t| t.id.clone()),
        unit: unit.cloned(),
        customer: customer.cloned(),
        link: None,
        source: source.to_owned(),
        language,
        content_hash: None,
    };
    Ok(Prepared {
        head,
        texts,
        row: Row { common, values },
    })
}

fn content(world: &World, record: &Observation) -> (BTreeMap<String, Value>, Vec<Text>) {
    match &record.content {
        Content::Answers(answers) => {
            let Kind::Survey(topic) = record.kind else {
                unreachable!("only surveys are answered");
            };
            let document = &world.surveys[&topic].document;
            let values = fields::values(document, answers, &Fields::new());
            (values, responses::texts(document, answers, &Fields::new()))
        }
        Content::Row(columns) => {
            let columns = columns
                .iter()
                .map(|(key, value)| ((*key).to_owned(), value.clone()));
            (columns.collect(), Vec::new())
        }
    }
}
