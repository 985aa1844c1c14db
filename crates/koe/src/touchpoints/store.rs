//! The SQL of `touchpoints`.

use sqlx::Row;
use sqlx::any::AnyRow;

use super::model::{Channel, Experience, Offering, Stage, Touchpoint};
use crate::base::db::Conn;
use crate::base::id::{self, Id};
use crate::base::problem::{Outcome, Problem};
use crate::base::scope::Scope;

const TOUCHPOINT: &str = "id, code, name, channel, stage, experience, owner_unit_id, archived_ms";
const OFFERING: &str = "id, code, name, kind, archived_ms";

fn unknown(word: String) -> Problem {
    Problem::internal(anyhow::anyhow!("the store holds an unknown word: {word}"))
}

fn read_touchpoint(row: &AnyRow) -> Outcome<Touchpoint> {
    let channel: String = row.try_get("channel")?;
    let stage: String = row.try_get("stage")?;
    let experience: String = row.try_get("experience")?;
    Ok(Touchpoint {
        id: Id::stored(row.try_get::<String, _>("id")?),
        code: row.try_get("code")?,
        name: serde_json::from_str(&row.try_get::<String, _>("name")?)?,
        channel: Channel::from_word(&channel).ok_or_else(|| unknown(channel))?,
        stage: Stage::from_word(&stage).ok_or_else(|| unknown(stage))?,
        experience: Experience::from_word(&experience).ok_or_else(|| unknown(experience))?,
        owner_unit_id: row
            .try_get::<Option<String>, _>("owner_unit_id")?
            .map(Id::stored),
        archived: row.try_get::<Option<i64>, _>("archived_ms")?.is_some(),
    })
}

fn read_offering(row: &AnyRow) -> Outcome<Offering> {
    Ok(Offering {
        id: Id::stored(row.try_get::<String, _>("id")?),
        code: row.try_get("code")?,
        name: serde_json::from_str(&row.try_get::<String, _>("name")?)?,
        kind: row.try_get("kind")?,
        archived: row.try_get::<Option<i64>, _>("archived_ms")?.is_some(),
    })
}

/// All touchpoints by code. They are few (hundreds), and every member of the
/// organisation may know them: names of places, not of people.
///
/// # Errors
/// When the store cannot be read.
pub async fn touchpoints(conn: &mut Conn, scope: &Scope) -> Outcome<Vec<Touchpoint>> {
    let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
        "SELECT {TOUCHPOINT} FROM touchpoint WHERE organisation_id = $1 ORDER BY code"
    )))
    .bind(scope.organisation().as_str())
    .fetch_all(conn)
    .await?;
    rows.iter().map(read_touchpoint).collect()
}

/// One touchpoint.
///
/// # Errors
/// 404 when absent from the organisation.
pub async fn touchpoint(
    conn: &mut Conn,
    scope: &Scope,
    id: &id::TouchpointId,
) -> Outcome<Touchpoint> {
    let row = sqlx::query(sqlx::AssertSqlSafe(format!(
        "SELECT {TOUCHPOINT} FROM touchpoint WHERE organisation_id = $1 AND id = $2"
    )))
    .bind(scope.organisation().as_str())
    .bind(id.as_str())
    .fetch_one(conn)
    .await?;
    read_touchpoint(&row)
}

/// The touchpoint with a code, for imports.
///
/// # Errors
/// When the store cannot be read.
pub async fn touchpoint_by_code(
    conn: &mut Conn,
    scope: &Scope,
    code: &str,
) -> Outcome<Option<Touchpoint>> {
    let row = sqlx::query(sqlx::AssertSqlSafe(format!(
        "SELECT {TOUCHPOINT} FROM touchpoint WHERE organisation_id = $1 AND code = $2"
    )))
    .bind(scope.organisation().as_str())
    .bind(code)
    .fetch_optional(conn)
    .await?;
    row.as_ref().map(read_touchpoint).transpose()
}

/// Adds a touchpoint.
///
/// # Errors
/// 409 when the code is taken.
pub async fn insert_touchpoint(
    conn: &mut Conn,
    scope: &Scope,
    touchpoint: &Touchpoint,
) -> Outcome<()> {
    let done = sqlx::query(
        "INSERT INTO touchpoint \
         (id, organisation_id, code, name, channel, stage, experience, owner_unit_id) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) \
         ON CONFLICT (organisation_id, code) DO NOTHING",
    )
    .bind(touchpoint.id.as_str())
    .bind(scope.organisation().as_str())
    .bind(&touchpoint.code)
    .bind(serde_json::to_string(&touchpoint.name)?)
    .bind(touchpoint.channel.word())
    .bind(touchpoint.stage.word())
    .bind(touchpoint.experience.word())
    .bind(touchpoint.owner_unit_id.as_ref().map(Id::as_str))
    .execute(conn)
    .await?;
    taken(done.rows_affected())
}

/// Writes what may change of a touchpoint; its code never does.
///
/// # Errors
/// When the store refuses.
pub async fn update_touchpoint(
    conn: &mut Conn,
    scope: &Scope,
    touchpoint: &Touchpoint,
    now_ms: i64,
) -> Outcome<()> {
    sqlx::query(
        "UPDATE touchpoint SET name = $3, channel = $4, stage = $5, experience = $6, \
         owner_unit_id = $7, archived_ms = $8 WHERE organisation_id = $1 AND id = $2",
    )
    .bind(scope.organisation().as_str())
    .bind(touchpoint.id.as_str())
    .bind(serde_json::to_string(&touchpoint.name)?)
    .bind(touchpoint.channel.word())
    .bind(touchpoint.stage.word())
    .bind(touchpoint.experience.word())
    .bind(touchpoint.owner_unit_id.as_ref().map(Id::as_str))
    .bind(touchpoint.archived.then_some(now_ms))
    .execute(conn)
    .await?;
    Ok(())
}

/// All offerings by code.
///
/// # Errors
/// When the store cannot be read.
pub async fn offerings(conn: &mut Conn, scope: &Scope) -> Outcome<Vec<Offering>> {
    let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
        "SELECT {OFFERING} FROM offering WHERE organisation_id = $1 ORDER BY code"
    )))
    .bind(scope.organisation().as_str())
    .fetch_all(conn)
    .await?;
    rows.iter().map(read_offering).collect()
}

/// One offering.
///
/// # Errors
/// 404 when absent from the organisation.
pub async fn offering(conn: &mut Conn, scope: &Scope, id: &id::OfferingId) -> Outcome<Offering> {
    let row = sqlx::query(sqlx::AssertSqlSafe(format!(
        "SELECT {OFFERING} FROM offering WHERE organisation_id = $1 AND id = $2"
    )))
    .bind(scope.organisation().as_str())
    .bind(id.as_str())
    .fetch_one(conn)
    .await?;
    read_offering(&row)
}

/// The offering with a code, for imports.
///
/// # Errors
/// When the store cannot be read.
pub async fn offering_by_code(
    conn: &mut Conn,
    scope: &Scope,
    code: &str,
) -> Outcome<Option<Offering>> {
    let row = sqlx::query(sqlx::AssertSqlSafe(format!(
        "SELECT {OFFERING} FROM offering WHERE organisation_id = $1 AND code = $2"
    )))
    .bind(scope.organisation().as_str())
    .bind(code)
    .fetch_optional(conn)
    .await?;
    row.as_ref().map(read_offering).transpose()
}

/// Adds an offering.
///
/// # Errors
/// 409 when the code is taken.
pub async fn insert_offering(conn: &mut Conn, scope: &Scope, offering: &Offering) -> Outcome<()> {
    let done = sqlx::query(
        "INSERT INTO offering (id, organisation_id, code, name, kind) \
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT (organisation_id, code) DO NOTHING",
    )
    .bind(offering.id.as_str())
    .bind(scope.organisation().as_str())
    .bind(&offering.code)
    .bind(serde_json::to_string(&offering.name)?)
    .bind(&offering.kind)
    .execute(conn)
    .await?;
    taken(done.rows_affected())
}

/// Writes what may change of an offering; its code never does.
///
/// # Errors
/// When the store refuses.
pub async fn update_offering(
    conn: &mut Conn,
    scope: &Scope,
    offering: &Offering,
    now_ms: i64,
) -> Outcome<()> {
    sqlx::query(
        "UPDATE offering SET name = $3, kind = $4, archived_ms = $5 \
         WHERE organisation_id = $1 AND id = $2",
    )
    .bind(scope.organisation().as_str())
    .bind(offering.id.as_str())
    .bind(serde_json::to_string(&offering.name)?)
    .bind(&offering.kind)
    .bind(offering.archived.then_some(now_ms))
    .execute(conn)
    .await?;
    Ok(())
}

fn taken(rows: u64) -> Outcome<()> {
    if rows == 0 {
        return Err(Problem::conflict(
            "code_taken",
            "This code is already in use; choose another.",
        ));
    }
    Ok(())
}
