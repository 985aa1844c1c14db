//! Voices as they are found.

use std::collections::BTreeMap;

use sqlx::Row as _;
use sqlx::any::{AnyArguments, AnyRow};

use super::filter::{Filter, Search, Value, Way};
use crate::base::db::Conn;
use crate::base::id::{CustomerId, OfferingId, RecordId, TouchpointId, UnitId, VoiceId};
use crate::base::problem::Outcome;
use crate::voices::confidential::Counts;
use crate::voices::query::VoiceOrder;

/// Up to this many hits, all are read in storage order and sorted: walking
/// along the order would read nearly every text, one here and one there.
const FEW: i64 = 2_000;

/// A voice that was found; its words stand with the record.
#[derive(Clone, Debug)]
pub struct Found {
    /// Id.
    pub id: VoiceId,
    /// The record.
    pub record: RecordId,
    /// Survey or source.
    pub stream: String,
    /// The question.
    pub field: String,
    /// Whether it was said in confidence.
    pub confidential: bool,
    /// When; in confidence, the first moment of the month.
    pub occurred_ms: i64,
    /// Where.
    pub touchpoint: Option<TouchpointId>,
    /// On which channel.
    pub channel: Option<String>,
    /// In which stage.
    pub stage: Option<String>,
    /// By whom it was served.
    pub unit: Option<UnitId>,
    /// With what.
    pub offering: Option<OfferingId>,
    /// Whose.
    pub customer: Option<CustomerId>,
    /// Whether it was asked for.
    pub solicited: bool,
    /// Where it came from.
    pub source: String,
    /// Language of the words.
    pub language: String,
    /// How sure that is.
    pub confidence: f64,
    /// Characters.
    pub length: i64,
    /// `positive`, `negative`, `neutral`, `mixed`; none when it was not read.
    pub sentiment: Option<String>,
    /// The same from -1 to 1.
    pub sentiment_score: Option<f64>,
}

/// A page of voices.
#[derive(Clone, Debug)]
pub struct Page {
    /// In which order.
    pub order: VoiceOrder,
    /// Only what comes after this place in the order and this voice.
    pub after: Option<(i64, String)>,
    /// Voices wanted.
    pub limit: i64,
    /// How many voices there are.
    pub total: i64,
}

/// Voices that agree in everything they are counted by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Language of the words.
    pub language: String,
    /// Where.
    pub touchpoint: Option<String>,
    /// On which channel.
    pub channel: Option<String>,
    /// Units from the root down, joined by `/`.
    pub unit_path: Option<String>,
    /// Survey or source.
    pub stream: String,
    /// The question.
    pub field: String,
    /// Whether they were said in confidence.
    pub confidential: bool,
    /// What they judge.
    pub sentiment: Option<String>,
    /// How many.
    pub n: i64,
}

/// The rows of a search.
pub(super) async fn fetch(conn: &mut Conn, search: Search) -> Outcome<Vec<AnyRow>> {
    let mut arguments = AnyArguments::default();
    for value in search.values {
        use sqlx::Arguments as _;
        match value {
            Value::Text(text) => arguments.add(text),
            Value::Integer(number) => arguments.add(number),
        }
        .map_err(sqlx::Error::Encode)?;
    }
    // Only fixed texts and parameter numbers are in the statement.
    Ok(sqlx::query_with(sqlx::AssertSqlSafe(search.sql), arguments)
        .fetch_all(conn)
        .await?)
}

/// One page of voices, and one voice more when there are more.
///
/// # Errors
/// When the store cannot be read.
pub async fn page(conn: &mut Conn, filter: &Filter<'_>, page: &Page) -> Outcome<Vec<Found>> {
    let (column, direction, beyond) = match page.order {
        VoiceOrder::Newest => ("occurred_ms", "DESC", "<"),
        VoiceOrder::Oldest => ("occurred_ms", "ASC", ">"),
        VoiceOrder::Longest => ("length", "DESC", "<"),
    };
    let mut search = Search::new(
        "SELECT id, record_id, stream_id, field, confidential, occurred_ms, touchpoint_id, channel, stage, \
         unit_id, offering_id, customer_id, solicited, source, language, confidence, length, sentiment, \
         sentiment_score \
         FROM voice WHERE ",
    );
    filter.add_to(&mut search, filter.way_to_page());
    if let Some((key, id)) = &page.after {
        search
            .add(&format!(" AND ({column} {beyond} "))
            .value(Value::Integer(*key));
        search
            .add(&format!(" OR {column} = "))
            .value(Value::Integer(*key));
        search
            .add(&format!(" AND id {beyond} "))
            .value(Value::Text(id.clone()))
            .add(")");
    }
    // An expression keeps the engine from walking along the index.
    let walk = if page.total <= FEW { " + 0" } else { "" };
    search.add(&format!(
        " ORDER BY {column}{walk} {direction}, id {direction} LIMIT "
    ));
    search.value(Value::Integer(page.limit + 1));
    fetch(conn, search).await?.iter().map(read_found).collect()
}

fn read_found(row: &AnyRow) -> Outcome<Found> {
    let optional = |name: &str| row.try_get::<Option<String>, _>(name);
    Ok(Found {
        id: VoiceId::stored(row.try_get::<String, _>("id")?),
        record: RecordId::stored(row.try_get::<String, _>("record_id")?),
        stream: row.try_get("stream_id")?,
        field: row.try_get("field")?,
        confidential: row.try_get::<i64, _>("confidential")? != 0,
        occurred_ms: row.try_get("occurred_ms")?,
        touchpoint: optional("touchpoint_id")?.map(TouchpointId::stored),
        channel: optional("channel")?,
        stage: optional("stage")?,
        unit: optional("unit_id")?.map(UnitId::stored),
        offering: optional("offering_id")?.map(OfferingId::stored),
        customer: optional("customer_id")?.map(CustomerId::stored),
        solicited: row.try_get::<i64, _>("solicited")? != 0,
        source: row.try_get("source")?,
        language: row.try_get("language")?,
        confidence: row.try_get("confidence")?,
        length: row.try_get("length")?,
        sentiment: optional("sentiment")?,
        sentiment_score: row.try_get("sentiment_score")?,
    })
}

/// Counts of voices by everything they are counted by, in one pass.
///
/// # Errors
/// When the store cannot be read.
pub async fn groups(conn: &mut Conn, filter: &Filter<'_>) -> Outcome<Vec<Group>> {
    // In the order of the index of counts, unless that would lead there from
    // a question it cannot answer.
    let way = filter.way_to_count();
    let stream = if way == Way::Counts {
        "stream_id"
    } else {
        "stream_id || ''"
    };
    let mut search = Search::new("SELECT ");
    search.add(stream).add(
        " AS stream, field, language, channel, touchpoint_id, unit_path, confidential, sentiment, COUNT(*) AS n \
         FROM voice WHERE ",
    );
    filter.add_to(&mut search, way);
    search.add(" GROUP BY ").add(stream);
    search.add(", field, language, channel, touchpoint_id, unit_path, confidential, sentiment");
    fetch(conn, search)
        .await?
        .iter()
        .map(|row| {
            Ok(Group {
                language: row.try_get("language")?,
                touchpoint: row.try_get("touchpoint_id")?,
                channel: row.try_get("channel")?,
                unit_path: row.try_get("unit_path")?,
                stream: row.try_get("stream")?,
                field: row.try_get("field")?,
                confidential: row.try_get::<i64, _>("confidential")? != 0,
                sentiment: row.try_get("sentiment")?,
                n: row.try_get("n")?,
            })
        })
        .collect()
}

/// Records with confidential voices by survey and unit path, of the whole
/// organisation: what may be listed to one member must not depend on what
/// another may see.
///
/// # Errors
/// When the store cannot be read.
pub async fn confidential_counts(
    conn: &mut Conn,
    filter: &Filter<'_>,
) -> Outcome<BTreeMap<String, Counts>> {
    let mut search = Search::new(
        "SELECT stream_id, unit_path, COUNT(DISTINCT record_id) AS n FROM voice WHERE ",
    );
    filter.add_confidential_to(&mut search);
    search.add(" GROUP BY stream_id, unit_path");
    let mut counts: BTreeMap<String, Counts> = BTreeMap::new();
    for row in fetch(conn, search).await? {
        let path: Option<String> = row.try_get("unit_path")?;
        let n: i64 = row.try_get("n")?;
        let of_stream = counts.entry(row.try_get("stream_id")?).or_default();
        *of_stream.entry(path.unwrap_or_default()).or_default() += n.unsigned_abs();
    }
    Ok(counts)
}
