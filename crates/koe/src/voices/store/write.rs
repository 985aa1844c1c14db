//! Voices as they are made and forgotten.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::Row as _;

use super::topics::{forget_topics, insert_topics};
use crate::base::db::{Conn, among, array, values};
use crate::base::id::{OrganisationId, RecordId};
use crate::base::problem::Outcome;
use crate::base::scope::Scope;
use crate::voices::model::{Voice, language_word};

/// Rows of one INSERT; keeps it below every engine's parameter limit.
const ROWS: usize = 200;

/// Puts `voices` in the place of all voices of `records`.
///
/// # Errors
/// When the store refuses.
pub async fn replace(
    conn: &mut Conn,
    scope: &Scope,
    records: &[String],
    voices: &[Voice],
) -> Outcome<()> {
    forget_topics(conn, scope, records).await?;
    let sql = format!(
        "DELETE FROM voice WHERE organisation_id = $1 AND record_id IN {}",
        among(conn, 2)
    );
    sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(scope.organisation().as_str().to_owned())
        .bind(array(records))
        .execute(&mut *conn)
        .await?;
    for chunk in voices.chunks(ROWS) {
        insert(conn, scope, chunk).await?;
    }
    insert_topics(conn, scope, voices).await
}

/// Forgets all voices of records, in the transaction that erases them.
///
/// # Errors
/// When the store refuses.
pub async fn forget(conn: &mut Conn, scope: &Scope, records: &[String]) -> Outcome<()> {
    replace(conn, scope, records, &[]).await
}

async fn insert(conn: &mut Conn, scope: &Scope, voices: &[Voice]) -> Outcome<()> {
    // Two workers may read the same record at once: both then write the same.
    let sql = format!(
        "INSERT INTO voice (id, organisation_id, record_id, stream_id, field, revision, version, \
         confidential, occurred_ms, touchpoint_id, channel, stage, unit_id, unit_path, offering_id, \
         customer_id, direct, solicited, source, language, confidence, length, search, \
         search_unmasked, reading, sentiment, sentiment_score) VALUES {} ON CONFLICT DO NOTHING",
        values(conn, voices.len(), 27)
    );
    let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
    for voice in voices {
        let (head, common, words) = (&voice.head, &voice.common, &voice.understood);
        query = query
            .bind(voice.id.as_str().to_owned())
            .bind(scope.organisation().as_str().to_owned())
            .bind(head.id.as_str().to_owned())
            .bind(head.stream.clone())
            .bind(voice.field.clone())
            .bind(head.revision)
            .bind(head.version)
            .bind(i64::from(voice.confidential))
            .bind(common.occurred_at)
            .bind(common.touchpoint.clone())
            .bind(common.channel.clone())
            .bind(common.stage.clone())
            .bind(common.unit.clone())
            .bind(common.unit_path.clone())
            .bind(common.offering.clone())
            .bind(common.customer.clone())
            .bind(common.direct.map(i64::from))
            .bind(i64::from(common.solicited))
            .bind(common.source.clone())
            .bind(language_word(words.language))
            .bind(words.confidence)
            .bind(words.length)
            .bind(words.search.clone())
            .bind(words.search_unmasked.clone())
            .bind(voice.reading)
            .bind(voice.said.judgement.map(|judged| judged.side.word()))
            .bind(voice.said.judgement.map(|judged| judged.score));
    }
    query.execute(conn).await?;
    Ok(())
}

/// Records whose voices do not fit their texts.
#[derive(Debug, Default)]
pub struct Astray {
    /// By organisation.
    pub records: BTreeMap<OrganisationId, BTreeSet<String>>,
    /// Go on before this record; none when all were looked at.
    pub next: Option<String>,
}

/// Looks at the `most` records before one, newest first. This is the duty's
/// question over all organisations, and so takes no scope.
///
/// # Errors
/// When the store cannot be read.
pub async fn astray(conn: &mut Conn, before: Option<&str>, most: i64) -> Outcome<Astray> {
    let before = before.map_or_else(RecordId::after_all, str::to_owned);
    let next: Option<String> = sqlx::query_scalar(
        "SELECT id FROM record WHERE id < $1 ORDER BY id DESC LIMIT 1 OFFSET $2",
    )
    .bind(before.clone())
    .bind(most - 1)
    .fetch_optional(&mut *conn)
    .await?;
    let rows = sqlx::query(
        "SELECT r.id, r.organisation_id FROM record r WHERE r.id < $1 AND r.id >= $2 AND (\
         r.deleted_ms IS NULL AND EXISTS (SELECT 1 FROM record_text t WHERE t.record_id = r.id \
         AND NOT EXISTS (SELECT 1 FROM voice v WHERE v.record_id = r.id AND v.field = t.field \
         AND v.revision = r.revision)) \
         OR EXISTS (SELECT 1 FROM voice v WHERE v.record_id = r.id AND (r.deleted_ms IS NOT NULL \
         OR NOT EXISTS (SELECT 1 FROM record_text t WHERE t.record_id = r.id AND t.field = v.field))))",
    )
    .bind(before)
    .bind(next.clone().unwrap_or_default())
    .fetch_all(conn)
    .await?;
    let mut records: BTreeMap<OrganisationId, BTreeSet<String>> = BTreeMap::new();
    for row in rows {
        let organisation = OrganisationId::stored(row.try_get::<String, _>("organisation_id")?);
        records
            .entry(organisation)
            .or_default()
            .insert(row.try_get("id")?);
    }
    Ok(Astray { records, next })
}
