//! Reading the free texts of records, when they come and when one was missed.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use axum::http::StatusCode;
use jiff::tz::TimeZone;
use koe_lake::Common;

use koe_analysis::text::{Asked, asked};

use super::model::{Understood, Voice, understand, voice_id};
use super::reading::{self, Said, Words};
use super::store;
use super::tree::Tree;
use crate::base::app::App;
use crate::base::clock::from_ms;
use crate::base::db::Conn;
use crate::base::duties::Duty;
use crate::base::experience;
use crate::base::id::{OrganisationId, SurveyId};
use crate::base::outbox::{self, Event, Failure, Subscriber};
use crate::base::problem::{Outcome, Problem};
use crate::base::scope::Scope;
use crate::org;
use crate::responses::{self, Head, Text};
use crate::surveys;
use crate::surveys::document::{Identity, Kind};

/// Records read and written in one transaction.
const RECORDS: usize = 1_000;
/// Records that one round of the repair looks at.
const LOOKED_AT: i64 = 5_000;

/// The name of [`Read`].
const READER: &str = "voices.read";

/// Makes voices of the texts of records that came, were corrected or deleted.
pub struct Read;

#[async_trait]
impl Subscriber for Read {
    fn name(&self) -> &'static str {
        READER
    }

    async fn receive(
        &self,
        app: &App,
        organisation: &OrganisationId,
        events: &[Event],
    ) -> Result<(), Failure> {
        // Whatever the event said, the record of now decides: so order and
        // repetition make no difference.
        // They stay in the order in which they came, for what came together occurred together,
        // and the lake then passes over most of its files.
        let mut seen = HashSet::new();
        let records: Vec<String> = events
            .iter()
            .flat_map(Event::records)
            .filter(|record| seen.insert(*record))
            .cloned()
            .collect();
        for chunk in records.chunks(RECORDS) {
            read(app, organisation, chunk).await.map_err(retry)?;
        }
        Ok(())
    }
}

fn retry(problem: Problem) -> Failure {
    Failure::Retry(anyhow::anyhow!("{problem:?}"))
}

/// Makes the voices of records what they ought to be.
async fn read(app: &App, organisation: &OrganisationId, records: &[String]) -> Outcome<()> {
    let scope = org::system_scope(organisation);
    let mut tx = app.db.read().await?;
    let mut texts = responses::texts_of(&mut tx, &scope, records).await?;
    let with_texts: Vec<String> = texts.keys().cloned().collect();
    let heads = responses::heads(&mut tx, &scope, &with_texts).await?;
    let programmes = programmes(app, &mut tx, &scope, &heads).await?;
    let zone = org::organisation(&mut tx, organisation).await?.time_zone;
    let zone = TimeZone::get(&zone).unwrap_or(TimeZone::UTC);
    let tree = org::unit_history(&mut tx, app, organisation).await?;
    let topics = store::tree(&mut tx, &scope).await?;
    let number = reading::number(topics.as_ref());
    drop(tx);

    let mut commons = commons(app, &scope, &heads).await?;
    let bodies: Vec<(usize, Text)> = heads
        .iter()
        .enumerate()
        .flat_map(|(n, head)| {
            let facts = &programmes[n].facts;
            let texts = texts.remove(head.id.as_str()).unwrap_or_default();
            texts.into_iter().map(move |mut text| {
                // Remembered as read, and never listed.
                if facts.contains(&text.field) {
                    text.body.clear();
                }
                (n, text)
            })
        })
        .collect();
    // Thousands of long texts take a while, and others share this thread.
    let asked: Vec<Asked> = bodies
        .iter()
        .map(|(n, text)| programmes[*n].asked(&text.field))
        .collect();
    let understood =
        tokio::task::spawn_blocking(move || understood(bodies, &asked, topics.as_ref()))
            .await
            .map_err(Problem::internal)?;

    let frozen: Vec<Common> = heads
        .iter()
        .zip(&programmes)
        .map(|(head, programme)| {
            let mut common = commons.remove(head.id.as_str()).unwrap_or_else(|| {
                // Rows of an erased person are gone from the lake before the
                // head is: what the head knows is all there is.
                Common {
                    occurred_at: head.occurred_ms,
                    unit: head.unit.as_ref().map(|id| id.as_str().to_owned()),
                    touchpoint: head.touchpoint.as_ref().map(|id| id.as_str().to_owned()),
                    source: head.source.clone(),
                    version: head.version,
                    solicited: true,
                    ..Common::default()
                }
            });
            let day = from_ms(common.occurred_at).to_zoned(zone.clone());
            if common.unit_path.is_none() {
                common.unit_path = head.unit.as_ref().map(|unit| {
                    let path = tree.path(unit, day.date());
                    path.iter()
                        .map(|unit| unit.as_str())
                        .collect::<Vec<_>>()
                        .join("/")
                });
            }
            // The head follows the person: an erasure cuts it there first.
            common.customer = head.customer.as_ref().map(|id| id.as_str().to_owned());
            if programme.confidential {
                common.customer = None;
                common.occurred_at = day
                    .date()
                    .first_of_month()
                    .to_zoned(zone.clone())
                    .map_or(common.occurred_at, |first| {
                        first.timestamp().as_millisecond()
                    });
            }
            common
        })
        .collect();
    let voices: Vec<Voice> = understood
        .into_iter()
        .map(|(n, field, understood, said)| Voice {
            id: voice_id(heads[n].id.as_str(), &field),
            field,
            head: heads[n].clone(),
            confidential: programmes[n].confidential,
            common: frozen[n].clone(),
            understood,
            reading: number,
            said,
        })
        .collect();

    let mut tx = app.db.write().await?;
    // A correction may have come meanwhile; its own event brings it here.
    let now = responses::revisions(&mut tx, &scope, &with_texts).await?;
    let current: Vec<Voice> = voices
        .into_iter()
        .filter(|voice| now.get(voice.head.id.as_str()) == Some(&voice.head.revision))
        .collect();
    store::replace(&mut tx, &scope, records, &current).await?;
    tx.commit().await?;
    metrics::counter!("koe_voices_read_total").increment(current.len() as u64);
    Ok(())
}

/// What texts say, each with its record's place and its field.
fn understood(
    bodies: Vec<(usize, Text)>,
    asked: &[Asked],
    topics: Option<&Tree>,
) -> Vec<(usize, String, Understood, Said)> {
    let (places, words): (Vec<_>, Vec<_>) = bodies
        .into_iter()
        .zip(asked)
        .map(|((n, text), asked)| {
            let understood = understand(&text.body);
            let words = Words {
                body: text.body,
                asked: *asked,
                language: understood.language,
            };
            ((n, text.field, understood), words)
        })
        .unzip();
    let said = reading::read(&words, topics.map(|tree| &tree.document));
    places
        .into_iter()
        .zip(said)
        .map(|((n, field, understood), said)| (n, field, understood, said))
        .collect()
}

/// What was frozen with the records, by record.
async fn commons(app: &App, scope: &Scope, heads: &[Head]) -> Outcome<HashMap<String, Common>> {
    let mut by_stream: BTreeMap<&str, Vec<&Head>> = BTreeMap::new();
    for head in heads {
        by_stream.entry(&head.stream).or_default().push(head);
    }
    let mut commons = HashMap::with_capacity(heads.len());
    for (stream, heads) in by_stream {
        let ids: Vec<String> = heads
            .iter()
            .map(|head| head.id.as_str().to_owned())
            .collect();
        let times = heads.iter().map(|head| head.occurred_ms);
        let first = times.clone().min().unwrap_or_default();
        let last = times.max().unwrap_or_default();
        match experience::commons(app, scope, stream, &ids, (first, last)).await {
            Ok(found) => commons.extend(found),
            // A stream that the lake never heard of has no rows.
            Err(problem) if problem.status() == StatusCode::NOT_FOUND => {}
            Err(problem) => return Err(problem),
        }
    }
    Ok(commons)
}

/// What the survey says of its texts.
#[derive(Clone, Debug, Default)]
struct Programme {
    confidential: bool,
    /// Questions whose words are facts, such as an order number, and no
    /// voices; and hidden fields, which nobody was asked.
    facts: BTreeSet<String>,
    /// What its questions ask for, where they ask for something.
    asked: HashMap<String, Asked>,
}

impl Programme {
    /// What a question asked for; words written in beside a choice
    /// (`q3.other.z`) belong to `q3`.
    fn asked(&self, field: &str) -> Asked {
        let question = field.split('.').next().unwrap_or(field);
        self.asked.get(question).copied().unwrap_or_default()
    }
}

/// What the versions say that the records answered, whatever was published
/// since; in the order of `heads`.
async fn programmes(
    app: &App,
    conn: &mut Conn,
    scope: &Scope,
    heads: &[Head],
) -> Outcome<Vec<Arc<Programme>>> {
    let mut known: HashMap<(&str, i64), Arc<Programme>> = HashMap::new();
    let mut found = Vec::with_capacity(heads.len());
    for head in heads {
        let key = (head.stream.as_str(), head.version);
        let programme = match known.get(&key) {
            Some(programme) => programme.clone(),
            None => {
                let programme = Arc::new(programme(app, conn, scope, head).await?);
                known.insert(key, programme.clone());
                programme
            }
        };
        found.push(programme);
    }
    Ok(found)
}

async fn programme(app: &App, conn: &mut Conn, scope: &Scope, head: &Head) -> Outcome<Programme> {
    let Ok(survey) = head.stream.parse::<SurveyId>() else {
        return Ok(Programme::default());
    };
    let version = match surveys::version(app, conn, scope, &survey, head.version).await {
        Err(problem) if problem.status() == StatusCode::NOT_FOUND => {
            surveys::current(app, conn, scope, &survey).await
        }
        other => other,
    };
    match version {
        Ok(version) => Ok(Programme {
            confidential: version.document.programme.identity == Identity::Confidential,
            facts: version
                .document
                .questions()
                .filter(|question| matches!(&question.kind, Kind::Text(text) if !text.voice))
                .map(|question| question.id.clone())
                .chain(
                    version
                        .document
                        .hidden_fields_of_words()
                        .map(|hidden| hidden.id.clone()),
                )
                .collect(),
            asked: version
                .document
                .questions()
                .map(|question| {
                    let wording: Vec<&str> = question.text.iter().map(|(_, text)| text).collect();
                    (question.id.clone(), asked(&wording.join(" ")))
                })
                .filter(|(_, asked)| *asked != Asked::Open)
                .collect(),
        }),
        // Not known: then nothing may be told that cannot be taken back.
        Err(problem) if problem.status() == StatusCode::NOT_FOUND => Ok(Programme {
            confidential: true,
            ..Programme::default()
        }),
        Err(problem) => Err(problem),
    }
}

/// Reads what no event brought, and forgets voices whose text is gone. Goes
/// through all records, newest first, a part of them each round. What an event
/// is still to bring is left to it.
#[derive(Default)]
pub struct Repair(Mutex<Option<String>>);

#[async_trait]
impl Duty for Repair {
    fn name(&self) -> &'static str {
        "voices.repair"
    }

    fn rest(&self) -> Duration {
        Duration::from_secs(60)
    }

    async fn see_to(&self, app: &App) -> anyhow::Result<()> {
        let before = self.0.lock().unwrap_or_else(|e| e.into_inner()).clone();
        let mut tx = app.db.read().await?;
        let mut found = store::astray(&mut tx, before.as_deref(), LOOKED_AT).await?;
        for (organisation, records) in &mut found.records {
            outbox::leave_out_awaited(&mut tx, organisation, READER, records).await?;
        }
        drop(tx);
        for (organisation, records) in found.records {
            if records.is_empty() {
                continue;
            }
            tracing::info!(
                records = records.len(),
                "voices did not fit their texts; reading them"
            );
            let records = Vec::from_iter(records);
            for chunk in records.chunks(RECORDS) {
                read(app, &organisation, chunk).await?;
            }
        }
        *self.0.lock().unwrap_or_else(|e| e.into_inner()) = found.next;
        Ok(())
    }
}

/// Reads voices again that were read with other topics or another method, and
/// those that were stored before there was a reading.
pub struct Reread;

#[async_trait]
impl Duty for Reread {
    fn name(&self) -> &'static str {
        "voices.reread"
    }

    fn rest(&self) -> Duration {
        Duration::from_secs(3)
    }

    async fn see_to(&self, app: &App) -> anyhow::Result<()> {
        for organisation in org::organisations(app).await? {
            let scope = org::system_scope(&organisation.id);
            let mut seen = HashSet::new();
            loop {
                let mut tx = app.db.read().await?;
                let topics = store::tree(&mut tx, &scope).await?;
                let number = reading::number(topics.as_ref());
                let records = store::behind(&mut tx, &scope, number, RECORDS).await?;
                drop(tx);
                // A record that stays behind was corrected meanwhile, or waits
                // for a process that has the dictionary.
                if !records.iter().any(|record| seen.insert(record.clone())) {
                    break;
                }
                read(app, &organisation.id, &records).await?;
            }
        }
        Ok(())
    }
}
