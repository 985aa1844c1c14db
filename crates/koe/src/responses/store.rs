//! The SQL of `responses`.

mod erasure;
mod texts;

use std::collections::{BTreeMap, HashMap};

use koe_lake::Row;
use sha2::{Digest, Sha256};
use sqlx::Row as _;
use sqlx::any::AnyRow;

use super::model::{Prepared, Text};
use crate::base::db::{Conn, among, array, values};
use crate::base::experience;
use crate::base::hexadecimal::hexadecimal;
use crate::base::id::{CustomerId, LinkId, OrganisationId, RecordId, TouchpointId, UnitId};
use crate::base::problem::{Outcome, Problem};
use crate::base::scope::Scope;

pub use erasure::{Time, anonymise, delete_all, due, erased, heads_of, hold};
pub use texts::{insert_texts, text_fields, texts_of};

/// Rows of one statement; keeps it below every engine's parameter limit.
const ROWS: usize = 500;

/// What SQL remembers of a record. An imported record has a head only when it has a person or a
/// text, or once it was corrected or deleted: of the others the lake alone remembers everything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Id.
    pub id: RecordId,
    /// Whose.
    pub organisation: OrganisationId,
    /// Survey or source.
    pub stream: String,
    /// 1, and one more with every correction.
    pub revision: i64,
    /// Version of the survey or mapping.
    pub version: i64,
    /// When the experience took place.
    pub occurred_ms: i64,
    /// When Koe came to know of it.
    pub recorded_ms: i64,
    /// Where.
    pub touchpoint: Option<TouchpointId>,
    /// By whom it was served.
    pub unit: Option<UnitId>,
    /// Whose experience.
    pub customer: Option<CustomerId>,
    /// By which link.
    pub link: Option<LinkId>,
    /// `link`, `api`, an import.
    pub source: String,
    /// Language tag.
    pub language: Option<String>,
    /// Content of an imported row, to recognise it again.
    pub content_hash: Option<String>,
}

impl Head {
    /// The head of a record that only the lake remembers.
    pub fn of(organisation: &OrganisationId, stream: &str, row: &Row) -> Self {
        let common = &row.common;
        Self {
            id: RecordId::stored(common.record_id.clone()),
            organisation: organisation.clone(),
            stream: stream.to_owned(),
            revision: common.revision,
            version: common.version,
            occurred_ms: common.occurred_at,
            recorded_ms: common.recorded_at,
            touchpoint: common.touchpoint.clone().map(TouchpointId::stored),
            unit: common.unit.clone().map(UnitId::stored),
            customer: common.customer.clone().map(CustomerId::stored),
            link: None,
            source: common.source.clone(),
            language: common.language.clone(),
            content_hash: Some(content(row)),
        }
    }
}

/// What a row of a record without a head says, to tell whether a later import changes it. What
/// the organisation alone decides (paths of units, the stage of a touchpoint) was frozen when it
/// came first.
pub fn content(row: &Row) -> String {
    let common = &row.common;
    let said = (
        &row.values,
        common.occurred_at,
        &common.touchpoint,
        &common.unit,
        &common.offering,
        &common.language,
        common.duration_ms,
    );
    hexadecimal(Sha256::digest(
        serde_json::to_vec(&said).unwrap_or_default(),
    ))
}

/// What became of one of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stored {
    /// It is new, and stored.
    New,
    /// A key of it was used before; nothing was stored.
    Known {
        /// The record of then.
        record: RecordId,
        /// Whether it was the same submission.
        same: bool,
    },
}

/// Stores a batch of submissions within the caller's transaction.
///
/// # Errors
/// When the store refuses; then nothing of the batch is stored.
pub async fn insert_batch(
    conn: &mut Conn,
    batch: &[Prepared],
    now_ms: i64,
) -> Outcome<Vec<Stored>> {
    let outcomes = take_keys(conn, batch, now_ms).await?;
    let fresh: Vec<&Prepared> = batch
        .iter()
        .zip(&outcomes)
        .filter(|(_, outcome)| **outcome == Stored::New)
        .map(|(prepared, _)| prepared)
        .collect();
    insert_heads(conn, &fresh.iter().map(|p| &p.head).collect::<Vec<_>>()).await?;
    let texts: Vec<(&RecordId, &Text)> = fresh
        .iter()
        .flat_map(|p| p.texts.iter().map(move |text| (&p.head.id, text)))
        .collect();
    insert_texts(conn, &texts).await?;
    let pending: Vec<_> = fresh
        .iter()
        .map(|p| (&p.head.organisation, &p.pending))
        .collect();
    experience::append(conn, &pending).await?;
    Ok(outcomes)
}

/// Takes every key of every submission, or says whose it is already.
async fn take_keys(conn: &mut Conn, batch: &[Prepared], now_ms: i64) -> Outcome<Vec<Stored>> {
    let mut taken: HashMap<(OrganisationId, String), (RecordId, String)> = HashMap::new();
    let mut wanted: BTreeMap<&OrganisationId, Vec<&String>> = BTreeMap::new();
    for prepared in batch.iter().filter(|one| !one.once.is_empty()) {
        let keys = wanted.entry(&prepared.head.organisation).or_default();
        keys.extend(&prepared.once);
    }
    let sql = format!(
        "SELECT key, record_id, request_hash FROM intake_key \
         WHERE organisation_id = $1 AND key IN {}",
        among(conn, 2)
    );
    for (organisation, keys) in wanted {
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql.clone()))
            .bind(organisation.as_str().to_owned())
            .bind(array(keys))
            .fetch_all(&mut *conn)
            .await?;
        for row in rows {
            let record = RecordId::stored(row.try_get::<String, _>("record_id")?);
            taken.insert(
                (organisation.clone(), row.try_get("key")?),
                (record, row.try_get("request_hash")?),
            );
        }
    }
    let mut outcomes = Vec::with_capacity(batch.len());
    let mut new_keys: Vec<(&Prepared, &String)> = Vec::new();
    for prepared in batch {
        let owner = &prepared.head.organisation;
        let known = prepared
            .once
            .iter()
            .find_map(|key| taken.get(&(owner.clone(), key.clone())));
        if let Some((record, hash)) = known {
            outcomes.push(Stored::Known {
                record: record.clone(),
                same: *hash == prepared.request_hash,
            });
            continue;
        }
        for key in &prepared.once {
            let value = (prepared.head.id.clone(), prepared.request_hash.clone());
            taken.insert((owner.clone(), key.clone()), value);
            new_keys.push((prepared, key));
        }
        outcomes.push(Stored::New);
    }
    for chunk in new_keys.chunks(ROWS) {
        // No ON CONFLICT: when another process took a key between the read
        // and this, the whole batch fails and is tried one by one.
        let sql = format!(
            "INSERT INTO intake_key (organisation_id, key, record_id, request_hash, created_ms) \
             VALUES {}",
            values(conn, chunk.len(), 5)
        );
        let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
        for (prepared, key) in chunk {
            query = query
                .bind(prepared.head.organisation.as_str().to_owned())
                .bind((*key).clone())
                .bind(prepared.head.id.as_str().to_owned())
                .bind(prepared.request_hash.clone())
                .bind(now_ms);
        }
        query.execute(&mut *conn).await?;
    }
    Ok(outcomes)
}

/// Stores heads, for intake and imports alike.
///
/// # Errors
/// When the store refuses.
pub async fn insert_heads(conn: &mut Conn, heads: &[&Head]) -> Outcome<()> {
    for chunk in heads.chunks(ROWS) {
        let sql = format!(
            "INSERT INTO record (id, organisation_id, stream_id, revision, version, occurred_ms, \
             recorded_ms, touchpoint_id, unit_id, customer_id, link_id, source, language, \
             content_hash) VALUES {}",
            values(conn, chunk.len(), 14)
        );
        let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
        for head in chunk {
            query = query
                .bind(head.id.as_str().to_owned())
                .bind(head.organisation.as_str().to_owned())
                .bind(head.stream.clone())
                .bind(head.revision)
                .bind(head.version)
                .bind(head.occurred_ms)
                .bind(head.recorded_ms)
                .bind(head.touchpoint.as_ref().map(|id| id.as_str().to_owned()))
                .bind(head.unit.as_ref().map(|id| id.as_str().to_owned()))
                .bind(head.customer.as_ref().map(|id| id.as_str().to_owned()))
                .bind(head.link.as_ref().map(|id| id.as_str().to_owned()))
                .bind(head.source.clone())
                .bind(head.language.clone())
                .bind(head.content_hash.clone());
        }
        query.execute(&mut *conn).await?;
    }
    Ok(())
}

const HEAD: &str = "id, organisation_id, stream_id, revision, version, occurred_ms, \
     recorded_ms, touchpoint_id, unit_id, customer_id, link_id, source, language, content_hash";

fn read_head(row: &AnyRow) -> Outcome<Head> {
    let optional = |name: &str| row.try_get::<Option<String>, _>(name);
    Ok(Head {
        id: RecordId::stored(row.try_get::<String, _>("id")?),
        organisation: OrganisationId::stored(row.try_get::<String, _>("organisation_id")?),
        stream: row.try_get("stream_id")?,
        revision: row.try_get("revision")?,
        version: row.try_get("version")?,
        occurred_ms: row.try_get("occurred_ms")?,
        recorded_ms: row.try_get("recorded_ms")?,
        touchpoint: optional("touchpoint_id")?.map(TouchpointId::stored),
        unit: optional("unit_id")?.map(UnitId::stored),
        customer: optional("customer_id")?.map(CustomerId::stored),
        link: optional("link_id")?.map(LinkId::stored),
        source: row.try_get("source")?,
        language: optional("language")?,
        content_hash: optional("content_hash")?,
    })
}

/// Heads of records that the asker may see, by id; others are left out.
///
/// # Errors
/// When the store cannot be read.
pub async fn heads(conn: &mut Conn, scope: &Scope, ids: &[String]) -> Outcome<Vec<Head>> {
    let sql = format!(
        "SELECT {HEAD} \
         FROM record WHERE organisation_id = $1 AND deleted_ms IS NULL AND id IN {}",
        among(conn, 2)
    );
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(scope.organisation().as_str().to_owned())
        .bind(array(ids))
        .fetch_all(conn)
        .await?;
    let mut heads = Vec::with_capacity(rows.len());
    for row in rows {
        let head = read_head(&row)?;
        if scope.sees(head.unit.as_ref()) {
            heads.push(head);
        }
    }
    Ok(heads)
}

/// Revisions of records as they stand now, by id; deleted records have none.
///
/// # Errors
/// When the store cannot be read.
pub async fn revisions(
    conn: &mut Conn,
    scope: &Scope,
    ids: &[String],
) -> Outcome<HashMap<String, i64>> {
    let sql = format!(
        "SELECT id, revision, unit_id FROM record \
         WHERE organisation_id = $1 AND deleted_ms IS NULL AND id IN {}",
        among(conn, 2)
    );
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(scope.organisation().as_str().to_owned())
        .bind(array(ids))
        .fetch_all(conn)
        .await?;
    let mut revisions = HashMap::with_capacity(rows.len());
    for row in rows {
        let unit: Option<String> = row.try_get("unit_id")?;
        if scope.sees(unit.map(UnitId::stored).as_ref()) {
            revisions.insert(row.try_get("id")?, row.try_get("revision")?);
        }
    }
    Ok(revisions)
}

/// All deleted records of a stream.
///
/// # Errors
/// When the store cannot be read.
pub async fn deleted_of(conn: &mut Conn, scope: &Scope, stream: &str) -> Outcome<Vec<String>> {
    Ok(sqlx::query_scalar(
        "SELECT id FROM record \
         WHERE organisation_id = $1 AND stream_id = $2 AND deleted_ms IS NOT NULL",
    )
    .bind(scope.organisation().as_str())
    .bind(stream)
    .fetch_all(conn)
    .await?)
}

/// The word for a record that somebody else changed a moment ago.
pub const CHANGED: &str = "response_changed";

/// What is told to whoever changes a record that somebody else changed a moment ago.
///
/// # Errors
/// 409 when it is not as it was seen.
pub fn unchanged(so: bool) -> Outcome<()> {
    if so {
        return Ok(());
    }
    Err(Problem::conflict(
        CHANGED,
        "Somebody else changed this response a moment ago; look at it again.",
    ))
}

/// Writes a record's head anew, one revision on, and forgets its texts: a later import of the
/// same row says something else.
///
/// # Errors
/// 409 when the revision before is not the one that stands.
pub async fn replace_head(conn: &mut Conn, scope: &Scope, head: &Head) -> Outcome<()> {
    let replaced = sqlx::query(
        "UPDATE record SET revision = $3, version = $4, occurred_ms = $5, touchpoint_id = $6, \
         unit_id = $7, customer_id = $8, language = $9, content_hash = $10 \
         WHERE organisation_id = $1 AND id = $2 AND revision = $3 - 1 AND deleted_ms IS NULL",
    )
    .bind(scope.organisation().as_str())
    .bind(head.id.as_str())
    .bind(head.revision)
    .bind(head.version)
    .bind(head.occurred_ms)
    .bind(head.touchpoint.as_ref().map(|id| id.as_str().to_owned()))
    .bind(head.unit.as_ref().map(|id| id.as_str().to_owned()))
    .bind(head.customer.as_ref().map(|id| id.as_str().to_owned()))
    .bind(head.language.clone())
    .bind(head.content_hash.clone())
    .execute(&mut *conn)
    .await?;
    unchanged(replaced.rows_affected() == 1)?;
    sqlx::query("DELETE FROM record_text WHERE record_id = $1")
        .bind(head.id.as_str())
        .execute(conn)
        .await?;
    Ok(())
}

/// Marks a record as corrected (a new revision and its texts).
///
/// # Errors
/// 409 when the record is no longer as `head` says.
pub async fn correct(conn: &mut Conn, head: &Head, revision: i64, texts: &[Text]) -> Outcome<()> {
    let corrected = sqlx::query(
        "UPDATE record SET revision = $3 \
         WHERE organisation_id = $1 AND id = $2 AND revision = $4 AND deleted_ms IS NULL",
    )
    .bind(head.organisation.as_str())
    .bind(head.id.as_str())
    .bind(revision)
    .bind(head.revision)
    .execute(&mut *conn)
    .await?;
    unchanged(corrected.rows_affected() == 1)?;
    sqlx::query("DELETE FROM record_text WHERE record_id = $1")
        .bind(head.id.as_str())
        .execute(&mut *conn)
        .await?;
    let texts: Vec<(&RecordId, &Text)> = texts.iter().map(|t| (&head.id, t)).collect();
    insert_texts(conn, &texts).await
}

/// Marks a record as deleted and forgets its texts.
///
/// # Errors
/// 409 when the record is no longer as `head` says.
pub async fn delete(conn: &mut Conn, head: &Head, now_ms: i64) -> Outcome<()> {
    sqlx::query("DELETE FROM record_text WHERE record_id = $1")
        .bind(head.id.as_str())
        .execute(&mut *conn)
        .await?;
    let deleted = sqlx::query(
        "UPDATE record SET deleted_ms = $3, customer_id = NULL \
         WHERE organisation_id = $1 AND id = $2 AND revision = $4 AND deleted_ms IS NULL",
    )
    .bind(head.organisation.as_str())
    .bind(head.id.as_str())
    .bind(now_ms)
    .bind(head.revision)
    .execute(conn)
    .await?;
    unchanged(deleted.rows_affected() == 1)
}
