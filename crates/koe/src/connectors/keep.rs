//! Storing an import chunk by chunk. A chunk's customers are found or made, its file is written
//! and durable, and then one short transaction holds manifest, checkpoint, heads and texts. A
//! crash before it leaves a file that nobody lists, and customers whom the next attempt finds.

use std::collections::{BTreeSet, HashMap, HashSet};

use koe_lake::{Removed, SealedFile, StreamSchema, Tombstone};

use super::chunk::{self, Ready, Shared};
use super::imports::RowFault;
use super::known::{self, Before, Known};
use super::model::Totals;
use super::prepare::Destination;
use super::store;
use crate::base::app::App;
use crate::base::db::{Conn, Tx};
use crate::base::experience;
use crate::base::id::{CustomerId, ImportId, LakeFileId, RecordId};
use crate::base::outbox::{self, Event};
use crate::base::problem::{Outcome, Problem};
use crate::base::scope::Scope;
use crate::people::{self, Person, Sighting};
use crate::responses::{self, Frozen, Head, Text as RecordText};

/// How often a chunk is tried when others change the same stream meanwhile.
const TRIES: usize = 5;

/// What stores the chunks of one import.
pub(super) struct Keeper<'a> {
    pub app: &'a App,
    pub scope: &'a Scope,
    pub import: &'a ImportId,
    pub destination: &'a Destination,
    /// What the stream had before the next chunk, as far as it was read.
    pub known: Option<Known>,
}

/// How far a chunk brings its import.
pub(super) struct Step<'a> {
    /// Records taken in before it, and with it.
    pub from: i64,
    pub to: i64,
    /// Faults met on the way, and how many there were before.
    pub faults: &'a [RowFault],
    pub faults_before: i64,
}

/// A record that is stored, and how it stood before.
struct Fresh<'a> {
    one: &'a Ready<'a>,
    before: Option<&'a Before>,
}

impl Keeper<'_> {
    /// Stores a chunk; `totals` then say what it added.
    ///
    /// # Errors
    /// When store or lake refuse; then nothing of the chunk counts. 409 when the import is
    /// running elsewhere, or others keep changing its stream.
    pub async fn keep(
        &mut self,
        chunk: Vec<Ready<'_>>,
        shared: &Shared<'_>,
        step: &Step<'_>,
        totals: &mut Totals,
    ) -> Outcome<()> {
        totals.records += chunk.len() as u64;
        let Some(schema) = &self.destination.schema else {
            return self.keep_customers(chunk, step, totals).await;
        };
        let given = chunk.len();
        let mut chunk = the_last_of_each(chunk);
        totals.unchanged += (given - chunk.len()) as u64;
        for _ in 0..TRIES {
            if self
                .attempt(schema, &mut chunk, shared, step, totals)
                .await?
            {
                return Ok(());
            }
            self.known = None;
        }
        Err(Problem::conflict(
            "import_overtaken",
            "Others are changing the same records; run this import again when they are done.",
        ))
    }

    async fn keep_customers(
        &self,
        chunk: Vec<Ready<'_>>,
        step: &Step<'_>,
        totals: &mut Totals,
    ) -> Outcome<()> {
        let people: Vec<Person> = chunk.into_iter().filter_map(|one| one.person).collect();
        let mut tx = self.app.db.write().await?;
        let resolved = people::resolve_many(&mut tx, self.app, self.scope, &people).await?;
        let made = resolved.iter().filter(|one| one.created).count() as u64;
        totals.customers += made;
        totals.added += made;
        totals.unchanged += resolved.len() as u64 - made;
        self.checkpoint(&mut tx, step, totals).await?;
        tx.commit().await?;
        Ok(())
    }

    /// One attempt to store a chunk; false when others changed its records meanwhile.
    async fn attempt(
        &mut self,
        schema: &StreamSchema,
        chunk: &mut [Ready<'_>],
        shared: &Shared<'_>,
        step: &Step<'_>,
        totals: &mut Totals,
    ) -> Outcome<bool> {
        let (app, scope) = (self.app, self.scope);
        let mut known = match self.known.take() {
            Some(known) => known,
            None => Known::read(app, scope, schema).await?,
        };
        let may_have = known.among(chunk);
        let before = known::standing(app, scope, schema, &may_have).await?;
        for one in chunk.iter_mut() {
            let standing = before.get(one.id.as_str()).and_then(Before::standing);
            one.revision = standing.map_or(1, |(revision, _)| revision + 1);
        }
        let changed: Vec<bool> = chunk
            .iter()
            .map(|one| {
                let before = before.get(one.id.as_str());
                before.is_none_or(|before| !before.says_the_same(one))
            })
            .collect();
        let (schema, frozen) = self.identify(schema, chunk, &changed, totals).await?;
        let fresh: Vec<Fresh<'_>> = chunk
            .iter()
            .zip(&changed)
            .filter(|(_, changed)| **changed)
            .map(|(one, _)| Fresh {
                one,
                before: before.get(one.id.as_str()),
            })
            .collect();
        let files = self.seal(&schema, shared, &fresh, &frozen).await?;

        let mut tx = app.db.write().await?;
        if !fresh.is_empty() {
            let first =
                experience::next_edition(&mut tx, scope, &schema.id, Some(known.edition)).await?;
            if !first || !self.still_so(&mut tx, &may_have, &before, &fresh).await? {
                return Ok(false);
            }
        }
        let mut totals_then = *totals;
        let gone = before
            .values()
            .filter(|before| matches!(before, Before::Gone))
            .count();
        totals_then.erased += gone as u64;
        totals_then.unchanged += (chunk.len() - fresh.len() - gone) as u64;
        match self.write(&mut tx, &files, &fresh, &mut totals_then).await {
            Err(problem) if problem.code() == responses::CHANGED => return Ok(false),
            done => done?,
        }
        self.checkpoint(&mut tx, step, &totals_then).await?;
        tx.commit().await?;
        *totals = totals_then;
        if !fresh.is_empty() {
            known.edition += 1;
            fresh.iter().for_each(|one| known.add(one.one.id.as_str()));
        }
        self.known = Some(known);
        Ok(true)
    }

    /// Finds or makes the customers of the records that change something; the stream with the
    /// fields it has then, and what its records keep of these customers.
    async fn identify(
        &self,
        schema: &StreamSchema,
        chunk: &mut [Ready<'_>],
        changed: &[bool],
        totals: &mut Totals,
    ) -> Outcome<(StreamSchema, Frozen)> {
        let (places, people): (Vec<usize>, Vec<Person>) = chunk
            .iter()
            .enumerate()
            .filter(|(place, _)| changed[*place])
            .filter_map(|(place, one)| Some((place, one.person.clone()?)))
            .unzip();
        if people.is_empty() {
            return Ok((schema.clone(), Frozen::default()));
        }
        let mut tx = self.app.db.write().await?;
        let resolved = people::resolve_many(&mut tx, self.app, self.scope, &people).await?;
        totals.customers += resolved.iter().filter(|one| one.created).count() as u64;
        // If this process ends before the chunk is stored, whoever goes on finds these customers
        // and does not count them again.
        let made = totals.customers;
        store::count_customers(&mut tx, self.scope, self.import, made).await?;
        let customers: Vec<CustomerId> = resolved.iter().map(|one| one.customer.clone()).collect();
        let frozen = responses::frozen(&mut tx, self.scope, &schema.id, &customers).await?;
        let schema = experience::stream(&mut tx, self.scope, &schema.id)
            .await?
            .schema;
        tx.commit().await?;
        for (place, resolved) in places.into_iter().zip(resolved) {
            chunk[place].customer = Some(resolved.customer);
        }
        Ok((schema, frozen))
    }

    async fn seal(
        &self,
        schema: &StreamSchema,
        shared: &Shared<'_>,
        fresh: &[Fresh<'_>],
        frozen: &Frozen,
    ) -> Outcome<Vec<SealedFile>> {
        if fresh.is_empty() {
            return Ok(Vec::new());
        }
        let records = fresh.iter().map(|fresh| fresh.one);
        let rows = chunk::rows(schema, shared, records, frozen).map_err(experience::problem)?;
        let file: LakeFileId = self.app.chance.id(self.app.clock.now_ms());
        let sealed = self.app.lake.seal(rows, file.as_str()).await;
        sealed.map_err(experience::problem)
    }

    /// Whether nobody changed the records or removed their customers since they were looked at.
    async fn still_so(
        &self,
        conn: &mut Conn,
        may_have: &[String],
        before: &HashMap<String, Before>,
        fresh: &[Fresh<'_>],
    ) -> Outcome<bool> {
        let now = known::in_store(conn, self.scope, may_have).await?;
        let same = may_have
            .iter()
            .all(|id| match (before.get(id), now.get(id)) {
                (Some(Before::Row(_)) | None, None) => true,
                (Some(before), Some(now)) => before.standing() == now.standing(),
                _ => false,
            });
        let customers: BTreeSet<&CustomerId> = fresh
            .iter()
            .filter_map(|one| one.one.customer.as_ref())
            .collect();
        let customers: Vec<&CustomerId> = customers.into_iter().collect();
        Ok(same && people::all_there(conn, self.scope, &customers).await?)
    }

    /// Everything that is new with a chunk.
    async fn write(
        &self,
        conn: &mut Conn,
        files: &[SealedFile],
        fresh: &[Fresh<'_>],
        totals: &mut Totals,
    ) -> Outcome<()> {
        let now_ms = self.app.clock.now_ms();
        for file in files {
            experience::list_file(conn, self.scope.organisation(), file, now_ms).await?;
        }
        let mut new_heads: Vec<Head> = Vec::new();
        for Fresh { one, before } in fresh {
            if let Some((revision, occurred_ms)) = before.and_then(Before::standing) {
                self.remove(conn, &one.id, revision, occurred_ms).await?;
                totals.corrected += 1;
            } else {
                totals.added += 1;
            }
            match before {
                Some(Before::Head(_)) => {
                    responses::replace_head(conn, self.scope, &one.head()).await?;
                }
                _ if one.needs_head() => new_heads.push(one.head()),
                _ => {}
            }
        }
        // In the order of their ids, which are in no order of the file: neighbours then share the
        // pages of the indexes.
        new_heads.sort_unstable_by(|a, b| a.id.cmp(&b.id));
        responses::insert_heads(conn, &new_heads.iter().collect::<Vec<_>>()).await?;
        let mut texts: Vec<(&RecordId, &RecordText)> = fresh
            .iter()
            .flat_map(|one| one.one.texts.iter().map(|text| (&one.one.id, *text)))
            .collect();
        texts.sort_by_key(|(record, _)| *record);
        totals.texts += texts.len() as u64;
        responses::insert_texts(conn, &texts).await?;
        let sightings: Vec<Sighting> = fresh
            .iter()
            .filter_map(|one| {
                Some(Sighting {
                    customer: one.one.customer.clone()?,
                    unit: one.one.unit.cloned(),
                    at_ms: one.one.occurred_ms,
                })
            })
            .collect();
        if !sightings.is_empty() {
            people::seen_at(conn, self.scope, &sightings).await?;
        }
        // What has no head has no consequence either: nobody said it, and nobody said anything.
        let records: Vec<String> = fresh
            .iter()
            .filter(|one| one.one.needs_head() || matches!(one.before, Some(Before::Head(_))))
            .map(|one| one.one.id.as_str().to_owned())
            .collect();
        let event = Event::RecordsStored { records };
        outbox::emit(conn, self.app, self.scope.organisation(), event).await
    }

    async fn remove(
        &self,
        conn: &mut Conn,
        record: &RecordId,
        revision: i64,
        occurred_ms: i64,
    ) -> Outcome<()> {
        let now_ms = self.app.clock.now_ms();
        let tombstone = Tombstone {
            removed: Removed::Record {
                id: record.as_str().to_owned(),
                revision,
            },
            stream: Some(self.destination.stream().to_owned()),
            occurred: Some((occurred_ms, occurred_ms)),
        };
        let id = self.app.chance.id(now_ms);
        experience::remove(conn, self.scope, &id, &tombstone, now_ms).await
    }

    async fn checkpoint(&self, tx: &mut Tx, step: &Step<'_>, totals: &Totals) -> Outcome<()> {
        let (scope, import) = (self.scope, self.import);
        let now_ms = self.app.clock.now_ms();
        if step.faults_before < super::run::LISTED {
            store::insert_faults(tx, scope, import, step.faults_before, step.faults).await?;
        }
        store::checkpoint(tx, scope, import, step.from, step.to, totals, now_ms).await
    }
}

/// A key that stands twice in one chunk: the later row is what holds.
fn the_last_of_each(mut chunk: Vec<Ready<'_>>) -> Vec<Ready<'_>> {
    let mut later = HashSet::with_capacity(chunk.len());
    let lasts: Vec<bool> = chunk
        .iter()
        .rev()
        .map(|one| later.insert(&one.id))
        .collect();
    let mut lasts = lasts.into_iter().rev();
    chunk.retain(|_| lasts.next().unwrap_or(true));
    chunk
}
