//! The SQL of topics: the rules, and the voices that speak of them.

use std::collections::HashMap;

use koe_analysis::text::Span;
use koe_analysis::text::topics::TopicDocument;
use sqlx::Row as _;

use super::filter::{Filter, Search, Way};
use super::search::fetch;
use crate::base::db::{Conn, among, array, values};
use crate::base::id::VoiceId;
use crate::base::problem::{Outcome, Problem};
use crate::base::scope::Scope;
use crate::voices::model::Voice;
use crate::voices::tree::Tree;

/// Rows of one INSERT; keeps it below every engine's parameter limit.
const ROWS: usize = 500;

/// The rules; none before somebody chose some.
///
/// # Errors
/// When the store cannot be read.
pub async fn tree(conn: &mut Conn, scope: &Scope) -> Outcome<Option<Tree>> {
    let row = sqlx::query(
        "SELECT version, document, changed_ms FROM topic_tree WHERE organisation_id = $1",
    )
    .bind(scope.organisation().as_str())
    .fetch_optional(conn)
    .await?;
    row.map(|row| {
        let document: String = row.try_get("document")?;
        Ok(Tree {
            version: row.try_get("version")?,
            document: TopicDocument::read(&document).map_err(Problem::internal)?,
            changed_ms: row.try_get("changed_ms")?,
        })
    })
    .transpose()
}

/// Keeps rules that follow the version before; false when another version is
/// in force.
///
/// # Errors
/// When the store refuses.
pub async fn keep_tree(conn: &mut Conn, scope: &Scope, tree: &Tree) -> Outcome<bool> {
    let document = serde_json::to_string(&tree.document)?;
    let sql = if tree.version == 1 {
        "INSERT INTO topic_tree (organisation_id, version, document, changed_ms) \
         VALUES ($1, $2, $3, $4) ON CONFLICT (organisation_id) DO NOTHING"
    } else {
        "UPDATE topic_tree SET version = $2, document = $3, changed_ms = $4 \
         WHERE organisation_id = $1 AND version = $2 - 1"
    };
    let done = sqlx::query(sql)
        .bind(scope.organisation().as_str())
        .bind(tree.version)
        .bind(document)
        .bind(tree.changed_ms)
        .execute(conn)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// How much of all voices was read under `number` or a greater one, 0 to 1.
///
/// # Errors
/// When the store cannot be read.
pub async fn share_read(conn: &mut Conn, scope: &Scope, number: i64) -> Outcome<f64> {
    let (all, behind): (i64, i64) = sqlx::query_as(
        "SELECT COUNT(*), CAST(COALESCE(SUM(CASE WHEN reading < $2 THEN 1 ELSE 0 END), 0) AS BIGINT) \
         FROM voice WHERE organisation_id = $1",
    )
    .bind(scope.organisation().as_str())
    .bind(number)
    .fetch_one(conn)
    .await?;
    #[expect(clippy::cast_precision_loss, reason = "a share of voices")]
    let share = |part: i64| part as f64 / all.max(1) as f64;
    Ok(1.0 - share(behind))
}

/// Some records with voices that were read under a lesser number.
///
/// # Errors
/// When the store cannot be read.
pub async fn behind(
    conn: &mut Conn,
    scope: &Scope,
    number: i64,
    most: usize,
) -> Outcome<Vec<String>> {
    Ok(sqlx::query_scalar(
        "SELECT record_id FROM voice WHERE organisation_id = $1 AND reading < $2 \
         GROUP BY record_id LIMIT $3",
    )
    .bind(scope.organisation().as_str())
    .bind(number)
    .bind(i64::try_from(most).unwrap_or(i64::MAX))
    .fetch_all(conn)
    .await?)
}

/// Forgets what the voices of records speak of.
///
/// # Errors
/// When the store refuses.
pub async fn forget_topics(conn: &mut Conn, scope: &Scope, records: &[String]) -> Outcome<()> {
    let sql = format!(
        "DELETE FROM voice_topic WHERE organisation_id = $1 AND voice_id IN \
         (SELECT id FROM voice WHERE organisation_id = $1 AND record_id IN {})",
        among(conn, 2)
    );
    sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(scope.organisation().as_str().to_owned())
        .bind(array(records))
        .execute(conn)
        .await?;
    Ok(())
}

/// Remembers what voices speak of.
///
/// # Errors
/// When the store refuses.
pub async fn insert_topics(conn: &mut Conn, scope: &Scope, voices: &[Voice]) -> Outcome<()> {
    let rows: Vec<_> = voices
        .iter()
        .flat_map(|voice| {
            voice
                .said
                .topics
                .iter()
                .map(move |topic| (&voice.id, topic))
        })
        .collect();
    for chunk in rows.chunks(ROWS) {
        let sql = format!(
            "INSERT INTO voice_topic (organisation_id, voice_id, topic_id, said, said_score, spans) \
             VALUES {} ON CONFLICT DO NOTHING",
            values(conn, chunk.len(), 6)
        );
        let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
        for (voice, topic) in chunk {
            let spans: Vec<(usize, usize)> = topic
                .spans
                .iter()
                .map(|span| (span.start, span.end))
                .collect();
            query = query
                .bind(scope.organisation().as_str().to_owned())
                .bind(voice.as_str().to_owned())
                .bind(topic.topic.clone())
                .bind(topic.judgement.side.word())
                .bind(topic.judgement.score)
                .bind(serde_json::to_string(&spans)?);
        }
        query.execute(&mut *conn).await?;
    }
    Ok(())
}

/// A topic of a voice as it is stored.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredTopic {
    /// The topic.
    pub topic: String,
    /// `positive`, `negative`, `neutral`, `mixed`.
    pub said: String,
    /// From -1 to 1.
    pub score: f64,
    /// Where, in the words as they were written.
    pub spans: Vec<Span>,
}

/// What voices speak of.
///
/// # Errors
/// When the store cannot be read.
pub async fn topics_of(
    conn: &mut Conn,
    scope: &Scope,
    voices: &[VoiceId],
) -> Outcome<HashMap<String, Vec<StoredTopic>>> {
    let ids: Vec<String> = voices.iter().map(|id| id.as_str().to_owned()).collect();
    let sql = format!(
        "SELECT voice_id, topic_id, said, said_score, spans FROM voice_topic \
         WHERE organisation_id = $1 AND voice_id IN {} ORDER BY voice_id, topic_id",
        among(conn, 2)
    );
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(scope.organisation().as_str().to_owned())
        .bind(array(&ids))
        .fetch_all(conn)
        .await?;
    let mut topics: HashMap<String, Vec<StoredTopic>> = HashMap::new();
    for row in rows {
        let spans: Vec<(usize, usize)> = serde_json::from_str(&row.try_get::<String, _>("spans")?)?;
        let of_voice = topics.entry(row.try_get("voice_id")?).or_default();
        of_voice.push(StoredTopic {
            topic: row.try_get("topic_id")?,
            said: row.try_get("said")?,
            score: row.try_get("said_score")?,
            spans: spans
                .into_iter()
                .map(|(start, end)| Span { start, end })
                .collect(),
        });
    }
    Ok(topics)
}

/// How many voices speak of each topic, by what they judge there:
/// `(topic, said, n)`. Voices said in confidence are not counted.
///
/// # Errors
/// When the store cannot be read.
pub async fn topic_counts(
    conn: &mut Conn,
    filter: &Filter<'_>,
) -> Outcome<Vec<(String, String, i64)>> {
    let open = Filter {
        confidential: &Vec::new(),
        ..filter.clone()
    };
    let mut search = Search::new(
        "SELECT topic_id, said, COUNT(*) AS n FROM voice_topic WHERE organisation_id = ",
    );
    search.text(filter.scope.organisation().as_str());
    search.add(" AND voice_id IN (SELECT id FROM voice WHERE ");
    let way = match filter.way_to_page() {
        Way::Units => Way::Units,
        _ => Way::Storage,
    };
    open.add_to(&mut search, way);
    search.add(") GROUP BY topic_id, said");
    fetch(conn, search)
        .await?
        .iter()
        .map(|row| {
            Ok((
                row.try_get("topic_id")?,
                row.try_get("said")?,
                row.try_get("n")?,
            ))
        })
        .collect()
}
