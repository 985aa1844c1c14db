//! The SQL of sittings.

mod past;

use std::collections::BTreeSet;

use koe_lake::TimeRange;
use sqlx::Row;
use sqlx::any::AnyRow;

use super::sitting::{Sitting, Thanks};
use crate::base::db::{Conn, among, array};
use crate::base::id::{Id, LinkId, SurveyId, UnitId};
use crate::base::problem::Outcome;
use crate::base::scope::{Scope, Units};

pub use past::insert_past;

const SITTING: &str = "id, survey_id, version, link_id, unit_id, preview, status, language, \
     fields, answers, typed, thanks, started_ms, updated_ms";

fn read(row: &AnyRow) -> Outcome<Sitting> {
    let text = |name: &str| row.try_get::<String, _>(name);
    let optional = |name: &str| row.try_get::<Option<String>, _>(name);
    let thanks = text("thanks")?;
    Ok(Sitting {
        id: Id::stored(text("id")?),
        survey: Id::stored(text("survey_id")?),
        version: row.try_get("version")?,
        link: optional("link_id")?.map(Id::stored),
        unit: optional("unit_id")?.map(Id::stored),
        preview: row.try_get::<i64, _>("preview")? == 1,
        finished: text("status")? == "finished",
        language: text("language")?,
        fields: serde_json::from_str(&text("fields")?)?,
        answers: serde_json::from_str(&text("answers")?)?,
        typed: serde_json::from_str(&text("typed")?)?,
        thanks: if thanks.is_empty() {
            Thanks::default()
        } else {
            serde_json::from_str(&thanks)?
        },
        started_ms: row.try_get("started_ms")?,
        updated_ms: row.try_get("updated_ms")?,
        done: BTreeSet::new(),
    })
}

/// The sitting behind a key, with the pages it has done.
///
/// # Errors
/// When the store cannot be read.
pub async fn find(conn: &mut Conn, scope: &Scope, key_hash: &str) -> Outcome<Option<Sitting>> {
    let row = sqlx::query(sqlx::AssertSqlSafe(format!(
        "SELECT {SITTING} FROM answer_sitting WHERE organisation_id = $1 AND token_hash = $2"
    )))
    .bind(scope.organisation().as_str())
    .bind(key_hash)
    .fetch_optional(&mut *conn)
    .await?;
    let Some(row) = row else {
        return Ok(None);
    };
    let mut sitting = read(&row)?;
    let rows =
        sqlx::query("SELECT page FROM answer_sitting_page WHERE sitting_id = $1 AND finished = 1")
            .bind(sitting.id.as_str())
            .fetch_all(conn)
            .await?;
    for row in rows {
        sitting.done.insert(row.try_get("page")?);
    }
    Ok(Some(sitting))
}

/// The same, after whoever else changes it now has finished.
///
/// # Errors
/// When the store refuses.
pub async fn hold(
    conn: &mut Conn,
    scope: &Scope,
    key_hash: &str,
    now_ms: i64,
) -> Outcome<Option<Sitting>> {
    sqlx::query(
        "UPDATE answer_sitting SET updated_ms = $3 WHERE organisation_id = $1 AND token_hash = $2",
    )
    .bind(scope.organisation().as_str())
    .bind(key_hash)
    .bind(now_ms)
    .execute(&mut *conn)
    .await?;
    find(conn, scope, key_hash).await
}

/// Begins a sitting; says no when another request was faster.
///
/// # Errors
/// When the store refuses.
pub async fn insert(
    conn: &mut Conn,
    scope: &Scope,
    sitting: &Sitting,
    key_hash: &str,
) -> Outcome<bool> {
    let done = sqlx::query(
        "INSERT INTO answer_sitting (id, organisation_id, survey_id, version, link_id, unit_id, \
         token_hash, preview, status, language, fields, answers, typed, thanks, started_ms, \
         updated_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'open', $9, $10, $11, $12, '', $13, $14) \
         ON CONFLICT (token_hash) DO NOTHING",
    )
    .bind(sitting.id.as_str())
    .bind(scope.organisation().as_str())
    .bind(sitting.survey.as_str())
    .bind(sitting.version)
    .bind(sitting.link.as_ref().map(Id::as_str))
    .bind(sitting.unit.as_ref().map(Id::as_str))
    .bind(key_hash)
    .bind(i64::from(sitting.preview))
    .bind(&sitting.language)
    .bind(serde_json::to_string(&sitting.fields)?)
    .bind(serde_json::to_string(&sitting.answers)?)
    .bind(serde_json::to_string(&sitting.typed)?)
    .bind(sitting.started_ms)
    .bind(sitting.updated_ms)
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Keeps what was said so far.
///
/// # Errors
/// When the store refuses.
pub async fn save(conn: &mut Conn, scope: &Scope, sitting: &Sitting) -> Outcome<()> {
    sqlx::query(
        "UPDATE answer_sitting SET language = $3, answers = $4, typed = $5 \
         WHERE organisation_id = $1 AND id = $2 AND status = 'open'",
    )
    .bind(scope.organisation().as_str())
    .bind(sitting.id.as_str())
    .bind(&sitting.language)
    .bind(serde_json::to_string(&sitting.answers)?)
    .bind(serde_json::to_string(&sitting.typed)?)
    .execute(conn)
    .await?;
    Ok(())
}

/// Notes that a page was reached, or left forward, and how long it took.
///
/// # Errors
/// When the store refuses.
pub async fn note_page(
    conn: &mut Conn,
    sitting: &Sitting,
    page: &str,
    finished: bool,
    spent_ms: i64,
) -> Outcome<()> {
    sqlx::query(
        "INSERT INTO answer_sitting_page (sitting_id, page, finished, spent_ms) \
         VALUES ($1, $2, $3, $4) ON CONFLICT (sitting_id, page) DO UPDATE SET \
         finished = CASE WHEN answer_sitting_page.finished > excluded.finished \
         THEN answer_sitting_page.finished ELSE excluded.finished END, \
         spent_ms = answer_sitting_page.spent_ms + excluded.spent_ms",
    )
    .bind(sitting.id.as_str())
    .bind(page)
    .bind(i64::from(finished))
    .bind(spent_ms)
    .execute(conn)
    .await?;
    Ok(())
}

/// Opens a page again that must be answered once more.
///
/// # Errors
/// When the store refuses.
pub async fn reopen_page(conn: &mut Conn, sitting: &Sitting, page: &str) -> Outcome<()> {
    sqlx::query("UPDATE answer_sitting_page SET finished = 0 WHERE sitting_id = $1 AND page = $2")
        .bind(sitting.id.as_str())
        .bind(page)
        .execute(conn)
        .await?;
    Ok(())
}

/// How long all pages of a sitting took together.
///
/// # Errors
/// When the store cannot be read.
pub async fn total_ms(conn: &mut Conn, sitting: &Sitting) -> Outcome<i64> {
    Ok(sqlx::query_scalar(
        "SELECT CAST(COALESCE(SUM(spent_ms), 0) AS BIGINT) FROM answer_sitting_page \
         WHERE sitting_id = $1",
    )
    .bind(sitting.id.as_str())
    .fetch_one(conn)
    .await?)
}

/// Ends a sitting. Its answers go, because the record has them; `key_hash`
/// replaces the key when the way from the link to the sitting must be cut.
///
/// # Errors
/// When the store refuses.
pub async fn finish(
    conn: &mut Conn,
    scope: &Scope,
    sitting: &Sitting,
    cut_to: Option<&str>,
    now_ms: i64,
) -> Outcome<()> {
    sqlx::query(
        "UPDATE answer_sitting SET status = 'finished', answers = '{}', typed = '{}', \
         thanks = $3, finished_ms = $4 WHERE organisation_id = $1 AND id = $2",
    )
    .bind(scope.organisation().as_str())
    .bind(sitting.id.as_str())
    .bind(serde_json::to_string(&sitting.thanks)?)
    .bind(now_ms)
    .execute(&mut *conn)
    .await?;
    if let Some(key_hash) = cut_to {
        sqlx::query(
            "UPDATE answer_sitting SET link_id = NULL, token_hash = $3, fields = '{}' \
             WHERE organisation_id = $1 AND id = $2",
        )
        .bind(scope.organisation().as_str())
        .bind(sitting.id.as_str())
        .bind(key_hash)
        .execute(conn)
        .await?;
    }
    Ok(())
}

/// Forgets what sittings older than `before_ms` said; when they began and how
/// far they came stays, for the drop-off.
///
/// # Errors
/// When the store refuses.
pub async fn forget(conn: &mut Conn, before_ms: i64) -> Outcome<u64> {
    let done = sqlx::query(
        "UPDATE answer_sitting SET answers = '{}', typed = '{}', thanks = '', fields = '{}', \
         link_id = NULL, token_hash = id, \
         status = CASE WHEN status = 'open' THEN 'left' ELSE status END \
         WHERE updated_ms < $1 AND token_hash <> id",
    )
    .bind(before_ms)
    .execute(conn)
    .await?;
    Ok(done.rows_affected())
}

/// Forgets what was said in the sittings of links, finished or not.
///
/// # Errors
/// When the store refuses.
pub async fn forget_links(conn: &mut Conn, scope: &Scope, links: &[LinkId]) -> Outcome<()> {
    for link in links {
        sqlx::query(
            "UPDATE answer_sitting SET answers = '{}', typed = '{}', thanks = '', fields = '{}', \
             link_id = NULL, token_hash = id, \
             status = CASE WHEN status = 'open' THEN 'left' ELSE status END \
             WHERE organisation_id = $1 AND link_id = $2",
        )
        .bind(scope.organisation().as_str())
        .bind(link.as_str())
        .execute(&mut *conn)
        .await?;
    }
    Ok(())
}

/// How many sittings reached and left a page.
pub struct PageCount {
    /// The page.
    pub page: String,
    /// Sittings that saw it.
    pub reached: i64,
    /// Sittings that went on from it.
    pub finished: i64,
}

/// Which sittings are counted, beside those that the scope hides.
#[derive(Clone, Debug, Default)]
pub struct Within {
    /// When they began.
    pub time: TimeRange,
    /// At which units; none: wherever.
    pub units: Option<BTreeSet<UnitId>>,
}

/// The condition that leaves out other sittings and hides those of units out of scope; its
/// parameter, if it has one, is number 3.
fn visible(conn: &Conn, scope: &Scope, within: &Within) -> (String, Option<String>) {
    let units: Option<Vec<&UnitId>> = match (scope.units(), &within.units) {
        (Units::All, None) => None,
        (Units::All, Some(units)) => Some(units.iter().collect()),
        (Units::Only(seen), None) => Some(seen.iter().collect()),
        (Units::Only(seen), Some(units)) => {
            Some(seen.iter().filter(|u| units.contains(u)).collect())
        }
    };
    let mut condition = String::new();
    if let Some(from) = within.time.from {
        condition.push_str(&format!("AND s.started_ms >= {from} "));
    }
    if let Some(to) = within.time.to {
        condition.push_str(&format!("AND s.started_ms < {to} "));
    }
    let units = units.map(|units| {
        condition.push_str(&format!("AND s.unit_id IN {}", among(conn, 3)));
        array(units.iter().map(|unit| unit.as_str()))
    });
    (condition, units)
}

/// Counts by page, previews left out.
///
/// # Errors
/// When the store cannot be read.
pub async fn page_counts(
    conn: &mut Conn,
    scope: &Scope,
    survey: &SurveyId,
    within: &Within,
) -> Outcome<Vec<PageCount>> {
    let (condition, units) = visible(conn, scope, within);
    let sql = format!(
        "SELECT p.page AS page, CAST(COUNT(*) AS BIGINT) AS reached, \
         CAST(SUM(p.finished) AS BIGINT) AS finished \
         FROM answer_sitting_page p JOIN answer_sitting s ON s.id = p.sitting_id \
         WHERE s.organisation_id = $1 AND s.survey_id = $2 AND s.preview = 0 {condition} \
         GROUP BY p.page"
    );
    let mut query = sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(scope.organisation().as_str())
        .bind(survey.as_str());
    if let Some(units) = units {
        query = query.bind(units);
    }
    query
        .fetch_all(conn)
        .await?
        .iter()
        .map(|row| {
            Ok(PageCount {
                page: row.try_get("page")?,
                reached: row.try_get("reached")?,
                finished: row.try_get("finished")?,
            })
        })
        .collect()
}

/// The middle time that those who left a page forward spent on it; of an even
/// number, the lower of the two in the middle.
///
/// # Errors
/// When the store cannot be read.
pub async fn median_ms(
    conn: &mut Conn,
    scope: &Scope,
    survey: &SurveyId,
    within: &Within,
    page: &str,
    finished: i64,
) -> Outcome<Option<i64>> {
    if finished == 0 {
        return Ok(None);
    }
    let (condition, units) = visible(conn, scope, within);
    let next = 3 + usize::from(units.is_some());
    let sql = format!(
        "SELECT p.spent_ms FROM answer_sitting_page p JOIN answer_sitting s ON s.id = p.sitting_id \
         WHERE s.organisation_id = $1 AND s.survey_id = $2 AND s.preview = 0 AND p.finished = 1 \
         {condition} AND p.page = ${next} ORDER BY p.spent_ms LIMIT 1 OFFSET ${}",
        next + 1
    );
    let mut query = sqlx::query_scalar::<_, i64>(sqlx::AssertSqlSafe(sql))
        .bind(scope.organisation().as_str())
        .bind(survey.as_str());
    if let Some(units) = units {
        query = query.bind(units);
    }
    Ok(query
        .bind(page)
        .bind((finished - 1) / 2)
        .fetch_optional(conn)
        .await?)
}

/// How many sittings began and ended, previews left out.
///
/// # Errors
/// When the store cannot be read.
pub async fn totals(
    conn: &mut Conn,
    scope: &Scope,
    survey: &SurveyId,
    within: &Within,
) -> Outcome<(i64, i64)> {
    let (condition, units) = visible(conn, scope, within);
    let sql = format!(
        "SELECT CAST(COUNT(*) AS BIGINT) AS begun, \
         CAST(COALESCE(SUM(CASE WHEN s.status = 'finished' THEN 1 ELSE 0 END), 0) AS BIGINT) AS finished \
         FROM answer_sitting s WHERE s.organisation_id = $1 AND s.survey_id = $2 AND s.preview = 0 \
         {condition}"
    );
    let mut query = sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(scope.organisation().as_str())
        .bind(survey.as_str());
    if let Some(units) = units {
        query = query.bind(units);
    }
    let row = query.fetch_one(conn).await?;
    Ok((row.try_get("begun")?, row.try_get("finished")?))
}
