//! Links that say where.

use jiff::Timestamp;
use sqlx::Row;
use sqlx::any::AnyRow;

use super::unknown;
use crate::base::clock::from_ms;
use crate::base::db::{Conn, among, array};
use crate::base::id::{self, Id};
use crate::base::problem::Outcome;
use crate::base::scope::{Scope, Units};
use crate::surveys::links::{Link, LinkKind, Place};
use crate::touchpoints::Channel;

const LINK: &str = "id, survey_id, kind, touchpoint_id, channel, unit_id, offering_id, \
     customer_id, fields, created_ms, expires_ms, revoked_ms, answered_ms";

fn time(row: &AnyRow, column: &str) -> Result<Option<Timestamp>, sqlx::Error> {
    Ok(row.try_get::<Option<i64>, _>(column)?.map(from_ms))
}

fn read(row: &AnyRow) -> Outcome<Link> {
    let kind: String = row.try_get("kind")?;
    let channel: Option<String> = row.try_get("channel")?;
    Ok(Link {
        id: Id::stored(row.try_get::<String, _>("id")?),
        survey: Id::stored(row.try_get::<String, _>("survey_id")?),
        kind: LinkKind::from_word(&kind).ok_or_else(|| unknown(kind))?,
        place: Place {
            touchpoint_id: row
                .try_get::<Option<String>, _>("touchpoint_id")?
                .map(Id::stored),
            channel: match channel {
                None => None,
                Some(word) => Some(Channel::from_word(&word).ok_or_else(|| unknown(word))?),
            },
            unit_id: row.try_get::<Option<String>, _>("unit_id")?.map(Id::stored),
            offering_id: row
                .try_get::<Option<String>, _>("offering_id")?
                .map(Id::stored),
            customer_id: row
                .try_get::<Option<String>, _>("customer_id")?
                .map(Id::stored),
        },
        fields: serde_json::from_str(&row.try_get::<String, _>("fields")?)?,
        created_at: from_ms(row.try_get("created_ms")?),
        expires_at: time(row, "expires_ms")?,
        revoked_at: time(row, "revoked_ms")?,
        answered_at: time(row, "answered_ms")?,
    })
}

/// Ids of all links of the organisation.
///
/// # Errors
/// When the store cannot be read.
pub async fn ids(conn: &mut Conn, scope: &Scope) -> Outcome<Vec<id::LinkId>> {
    let ids = sqlx::query_scalar::<_, String>(
        "SELECT id FROM survey_link WHERE organisation_id = $1 ORDER BY id",
    )
    .bind(scope.organisation().as_str())
    .fetch_all(conn)
    .await?;
    Ok(ids.into_iter().map(Id::stored).collect())
}

/// Gives a link another token.
///
/// # Errors
/// When the store refuses.
pub async fn put_token(
    conn: &mut Conn,
    scope: &Scope,
    link: &id::LinkId,
    token_hash: &str,
) -> Outcome<()> {
    sqlx::query("UPDATE survey_link SET token_hash = $3 WHERE organisation_id = $1 AND id = $2")
        .bind(scope.organisation().as_str())
        .bind(link.as_str())
        .bind(token_hash)
        .execute(conn)
        .await?;
    Ok(())
}

/// Adds a link.
///
/// # Errors
/// When the store refuses.
pub async fn insert(conn: &mut Conn, scope: &Scope, link: &Link, token_hash: &str) -> Outcome<()> {
    sqlx::query(
        "INSERT INTO survey_link (id, organisation_id, survey_id, kind, token_hash, \
         touchpoint_id, channel, unit_id, offering_id, customer_id, fields, created_ms, expires_ms) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
    )
    .bind(link.id.as_str())
    .bind(scope.organisation().as_str())
    .bind(link.survey.as_str())
    .bind(link.kind.word())
    .bind(token_hash)
    .bind(link.place.touchpoint_id.as_ref().map(Id::as_str))
    .bind(link.place.channel.map(Channel::word))
    .bind(link.place.unit_id.as_ref().map(Id::as_str))
    .bind(link.place.offering_id.as_ref().map(Id::as_str))
    .bind(link.place.customer_id.as_ref().map(Id::as_str))
    .bind(serde_json::to_string(&link.fields)?)
    .bind(link.created_at.as_millisecond())
    .bind(link.expires_at.map(Timestamp::as_millisecond))
    .execute(conn)
    .await?;
    Ok(())
}

/// Which links are wanted; all of a survey's when nothing is said.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Those of a kind.
    pub kind: Option<LinkKind>,
    /// Those about something.
    pub about: Option<About>,
}

/// What a link may be about.
#[derive(Clone, Debug)]
pub struct About {
    /// Ids of units, touchpoints, offerings and customers; any of them.
    pub ids: Vec<String>,
    /// Or words in the names and values of the fields fixed in the link.
    pub words: String,
}

/// Links of a survey within the scope that are wanted, newest first.
///
/// # Errors
/// When the store cannot be read.
pub async fn of_survey(
    conn: &mut Conn,
    scope: &Scope,
    survey: &id::SurveyId,
    wanted: &Wanted,
    before: Option<&str>,
    limit: i64,
) -> Outcome<Vec<Link>> {
    let mut more = String::new();
    let mut bound: Vec<String> = Vec::new();
    if let Units::Only(units) = scope.units() {
        more += &format!(" AND unit_id IN {}", among(conn, 6));
        bound.push(array(units.iter().map(Id::as_str)));
    }
    if let Some(about) = &wanted.about {
        let ids = among(conn, 6 + bound.len());
        let fields = 7 + bound.len();
        more += &format!(
            " AND (touchpoint_id IN {ids} OR unit_id IN {ids} OR offering_id IN {ids} \
             OR customer_id IN {ids} OR LOWER(fields) LIKE ${fields} ESCAPE '\\')"
        );
        bound.push(array(&about.ids));
        bound.push(anywhere(&about.words));
    }
    let mut query = sqlx::query(sqlx::AssertSqlSafe(format!(
        "SELECT {LINK} FROM survey_link WHERE organisation_id = $1 AND survey_id = $2 \
         AND id < $3 AND ($5 = '' OR kind = $5){more} ORDER BY id DESC LIMIT $4"
    )))
    .bind(scope.organisation().as_str())
    .bind(survey.as_str())
    .bind(before.map_or_else(id::LinkId::after_all, str::to_owned))
    .bind(limit + 1)
    .bind(wanted.kind.map_or("", LinkKind::word));
    for text in bound {
        query = query.bind(text);
    }
    query.fetch_all(conn).await?.iter().map(read).collect()
}

/// A pattern for LIKE with ESCAPE '\' that finds the words anywhere.
fn anywhere(words: &str) -> String {
    let mut pattern = String::from("%");
    for c in words.to_lowercase().chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

/// One link of a survey.
///
/// # Errors
/// 404 when absent or outside the scope.
pub async fn get(
    conn: &mut Conn,
    scope: &Scope,
    survey: &id::SurveyId,
    id: &id::LinkId,
) -> Outcome<Link> {
    let row = sqlx::query(sqlx::AssertSqlSafe(format!(
        "SELECT {LINK} FROM survey_link WHERE organisation_id = $1 AND survey_id = $2 AND id = $3"
    )))
    .bind(scope.organisation().as_str())
    .bind(survey.as_str())
    .bind(id.as_str())
    .fetch_one(conn)
    .await?;
    let link = read(&row)?;
    if scope.sees(link.place.unit_id.as_ref()) {
        Ok(link)
    } else {
        Err(crate::base::problem::Problem::not_found())
    }
}

/// Public links of a survey that are open and carry nothing but a place, for
/// sheets that are printed again.
///
/// # Errors
/// When the store cannot be read.
pub async fn plain_public(
    conn: &mut Conn,
    scope: &Scope,
    survey: &id::SurveyId,
    now_ms: i64,
) -> Outcome<Vec<Link>> {
    let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
        "SELECT {LINK} FROM survey_link WHERE organisation_id = $1 AND survey_id = $2 \
         AND kind = 'public' AND fields = '{{}}' AND revoked_ms IS NULL AND unit_id IS NOT NULL \
         AND (expires_ms IS NULL OR expires_ms > $3)"
    )))
    .bind(scope.organisation().as_str())
    .bind(survey.as_str())
    .bind(now_ms)
    .fetch_all(conn)
    .await?;
    rows.iter().map(read).collect()
}

/// A preview of a survey that says nothing more and is open until then.
///
/// # Errors
/// When the store cannot be read.
pub async fn open_preview(
    conn: &mut Conn,
    scope: &Scope,
    survey: &id::SurveyId,
    until_ms: i64,
) -> Outcome<Option<Link>> {
    let row = sqlx::query(sqlx::AssertSqlSafe(format!(
        "SELECT {LINK} FROM survey_link WHERE organisation_id = $1 AND survey_id = $2 \
         AND kind = 'preview' AND fields = '{{}}' AND revoked_ms IS NULL AND unit_id IS NULL \
         AND touchpoint_id IS NULL AND channel IS NULL AND offering_id IS NULL \
         AND expires_ms >= $3 ORDER BY id DESC LIMIT 1"
    )))
    .bind(scope.organisation().as_str())
    .bind(survey.as_str())
    .bind(until_ms)
    .fetch_optional(conn)
    .await?;
    row.as_ref().map(read).transpose()
}

/// Deletes the previews of all organisations that open no more, and those
/// without an end that were made before `made_before_ms`; says how many.
/// What was tried out with them never counted, so that nothing refers to them.
///
/// # Errors
/// When the store refuses.
pub async fn forget_previews(conn: &mut Conn, now_ms: i64, made_before_ms: i64) -> Outcome<u64> {
    let done = sqlx::query(
        "DELETE FROM survey_link WHERE kind = 'preview' AND (revoked_ms IS NOT NULL \
         OR expires_ms < $1 OR (expires_ms IS NULL AND created_ms < $2))",
    )
    .bind(now_ms)
    .bind(made_before_ms)
    .execute(conn)
    .await?;
    Ok(done.rows_affected())
}

/// The link behind a token and whose it is. The token itself is the proof, so
/// this alone asks for no scope.
///
/// # Errors
/// When the store cannot be read.
pub async fn by_token_hash(
    conn: &mut Conn,
    token_hash: &str,
) -> Outcome<Option<(id::OrganisationId, Link)>> {
    let row = sqlx::query(sqlx::AssertSqlSafe(format!(
        "SELECT organisation_id, {LINK} FROM survey_link WHERE token_hash = $1"
    )))
    .bind(token_hash)
    .fetch_optional(conn)
    .await?;
    match row {
        None => Ok(None),
        Some(row) => Ok(Some((
            Id::stored(row.try_get::<String, _>("organisation_id")?),
            read(&row)?,
        ))),
    }
}

/// Ends a link; one that was ended before stays as it is.
///
/// # Errors
/// When the store refuses.
pub async fn revoke(conn: &mut Conn, scope: &Scope, id: &id::LinkId, now_ms: i64) -> Outcome<()> {
    sqlx::query(
        "UPDATE survey_link SET revoked_ms = $3 \
         WHERE organisation_id = $1 AND id = $2 AND revoked_ms IS NULL",
    )
    .bind(scope.organisation().as_str())
    .bind(id.as_str())
    .bind(now_ms)
    .execute(conn)
    .await?;
    Ok(())
}

/// Notes that a personal link was answered; the first time stays.
///
/// # Errors
/// When the store refuses.
pub async fn mark_answered(
    conn: &mut Conn,
    scope: &Scope,
    id: &id::LinkId,
    now_ms: i64,
) -> Outcome<()> {
    sqlx::query(
        "UPDATE survey_link SET answered_ms = $3 \
         WHERE organisation_id = $1 AND id = $2 AND answered_ms IS NULL",
    )
    .bind(scope.organisation().as_str())
    .bind(id.as_str())
    .bind(now_ms)
    .execute(conn)
    .await?;
    Ok(())
}

/// Ends personal links and forgets whose they were; says which of them were
/// anybody's.
///
/// # Errors
/// When the store refuses.
pub async fn release_these(
    conn: &mut Conn,
    scope: &Scope,
    links: &[id::LinkId],
    now_ms: i64,
) -> Outcome<Vec<id::LinkId>> {
    let mut released = Vec::new();
    for link in links {
        let done = sqlx::query(
            "UPDATE survey_link SET customer_id = NULL, fields = '{}', \
             revoked_ms = COALESCE(revoked_ms, $3) \
             WHERE organisation_id = $1 AND id = $2 AND customer_id IS NOT NULL",
        )
        .bind(scope.organisation().as_str())
        .bind(link.as_str())
        .bind(now_ms)
        .execute(&mut *conn)
        .await?;
        if done.rows_affected() == 1 {
            released.push(link.clone());
        }
    }
    Ok(released)
}

/// Personal links of a survey that were answered in a time: `from` included,
/// `to` not; at most `most`, those answered first.
///
/// # Errors
/// When the store cannot be read.
pub async fn answered_between(
    conn: &mut Conn,
    scope: &Scope,
    survey: &id::SurveyId,
    (from_ms, to_ms): (i64, i64),
    most: i64,
) -> Outcome<Vec<id::LinkId>> {
    let ids: Vec<String> = sqlx::query_scalar(
        "SELECT id FROM survey_link WHERE organisation_id = $1 AND survey_id = $2 \
         AND customer_id IS NOT NULL AND answered_ms >= $3 AND answered_ms < $4 \
         ORDER BY answered_ms, id LIMIT $5",
    )
    .bind(scope.organisation().as_str())
    .bind(survey.as_str())
    .bind(from_ms)
    .bind(to_ms)
    .bind(most)
    .fetch_all(conn)
    .await?;
    Ok(ids.into_iter().map(Id::stored).collect())
}

/// Ends the links of customers and forgets whose they were; says which.
///
/// # Errors
/// When the store refuses.
pub async fn release(
    conn: &mut Conn,
    scope: &Scope,
    customers: &[id::CustomerId],
    now_ms: i64,
) -> Outcome<Vec<id::LinkId>> {
    let mut released = Vec::new();
    for customer in customers {
        let rows = sqlx::query(
            "UPDATE survey_link SET customer_id = NULL, fields = '{}', \
             revoked_ms = COALESCE(revoked_ms, $3) \
             WHERE organisation_id = $1 AND customer_id = $2 RETURNING id",
        )
        .bind(scope.organisation().as_str())
        .bind(customer.as_str())
        .bind(now_ms)
        .fetch_all(&mut *conn)
        .await?;
        for row in rows {
            released.push(Id::stored(row.try_get::<String, _>("id")?));
        }
    }
    Ok(released)
}
