//! Units and their places in the tree.

use std::collections::BTreeMap;

use jiff::civil::Date;
use sqlx::Row;

use crate::base::db::Conn;
use crate::base::id::{self, Id};
use crate::base::problem::{Outcome, Problem};
use crate::base::scope::Scope;
use crate::org::model::{UnitTree, in_force};

/// A unit as stored.
#[derive(Clone, Debug)]
pub struct Unit {
    /// Id.
    pub id: id::UnitId,
    /// The organisation's own code.
    pub code: String,
    /// Name by language.
    pub name: BTreeMap<String, String>,
    /// `company`, `division`, `region`, `store`, `team` …
    pub kind: String,
    /// First day, ISO; none: always.
    pub valid_from: Option<String>,
    /// First day on which it no longer is, ISO.
    pub valid_to: Option<String>,
}

/// Where a unit stands, and when.
#[derive(Clone, Debug)]
pub struct Placement {
    /// The unit.
    pub unit: id::UnitId,
    /// Above it; none for a root.
    pub parent: Option<id::UnitId>,
    /// First day, ISO.
    pub valid_from: String,
    /// First day on which it no longer holds, ISO.
    pub valid_to: Option<String>,
}

/// All units of the organisation, by code. Units are few (thousands at
/// most), so lists and trees are made from the whole.
///
/// # Errors
/// When the store cannot be read.
pub async fn all(conn: &mut Conn, scope: &Scope) -> Outcome<Vec<Unit>> {
    let rows = sqlx::query(
        "SELECT id, code, name, kind, valid_from, valid_to FROM unit \
         WHERE organisation_id = $1 ORDER BY code",
    )
    .bind(scope.organisation().as_str())
    .fetch_all(conn)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(Unit {
                id: Id::stored(row.try_get::<String, _>("id")?),
                code: row.try_get("code")?,
                name: serde_json::from_str(&row.try_get::<String, _>("name")?)?,
                kind: row.try_get("kind")?,
                valid_from: row.try_get("valid_from")?,
                valid_to: row.try_get("valid_to")?,
            })
        })
        .collect()
}

/// All placements of the organisation, oldest first.
///
/// # Errors
/// When the store cannot be read.
pub async fn placements(
    conn: &mut Conn,
    organisation: &id::OrganisationId,
) -> Outcome<Vec<Placement>> {
    let rows = sqlx::query(
        "SELECT unit_id, parent_id, valid_from, valid_to FROM unit_placement \
         WHERE organisation_id = $1 ORDER BY unit_id, valid_from",
    )
    .bind(organisation.as_str())
    .fetch_all(conn)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(Placement {
                unit: Id::stored(row.try_get::<String, _>("unit_id")?),
                parent: row
                    .try_get::<Option<String>, _>("parent_id")?
                    .map(Id::stored),
                valid_from: row.try_get("valid_from")?,
                valid_to: row.try_get("valid_to")?,
            })
        })
        .collect()
}

/// The tree on `day`.
///
/// # Errors
/// When the store cannot be read.
pub async fn tree(
    conn: &mut Conn,
    organisation: &id::OrganisationId,
    day: Date,
) -> Outcome<UnitTree> {
    let parents = placements(conn, organisation)
        .await?
        .into_iter()
        .filter(|p| in_force(&p.valid_from, p.valid_to.as_deref(), day))
        .map(|p| (p.unit, p.parent))
        .collect();
    Ok(UnitTree { parents })
}

/// Adds a unit.
///
/// # Errors
/// When the store refuses.
pub async fn insert(conn: &mut Conn, scope: &Scope, unit: &Unit) -> Outcome<()> {
    sqlx::query(
        "INSERT INTO unit (id, organisation_id, code, name, kind, valid_from, valid_to) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(unit.id.as_str())
    .bind(scope.organisation().as_str())
    .bind(&unit.code)
    .bind(serde_json::to_string(&unit.name)?)
    .bind(&unit.kind)
    .bind(&unit.valid_from)
    .bind(&unit.valid_to)
    .execute(conn)
    .await?;
    Ok(())
}

/// Writes what may change of a unit.
///
/// # Errors
/// When the store refuses.
pub async fn update(conn: &mut Conn, scope: &Scope, unit: &Unit) -> Outcome<()> {
    sqlx::query(
        "UPDATE unit SET code = $3, name = $4, kind = $5, valid_from = $6, valid_to = $7 \
         WHERE organisation_id = $1 AND id = $2",
    )
    .bind(scope.organisation().as_str())
    .bind(unit.id.as_str())
    .bind(&unit.code)
    .bind(serde_json::to_string(&unit.name)?)
    .bind(&unit.kind)
    .bind(&unit.valid_from)
    .bind(&unit.valid_to)
    .execute(conn)
    .await?;
    Ok(())
}

/// Puts a unit below `parent` from `day` on; what was before that day stays
/// as it was, what was planned after it is replaced.
///
/// # Errors
/// When the store refuses.
pub async fn place(
    conn: &mut Conn,
    scope: &Scope,
    unit: &id::UnitId,
    parent: Option<&id::UnitId>,
    day: Date,
) -> Outcome<()> {
    let day = day.to_string();
    sqlx::query("DELETE FROM unit_placement WHERE unit_id = $1 AND valid_from >= $2")
        .bind(unit.as_str())
        .bind(&day)
        .execute(&mut *conn)
        .await?;
    sqlx::query(
        "UPDATE unit_placement SET valid_to = $2 \
         WHERE unit_id = $1 AND (valid_to IS NULL OR valid_to > $2)",
    )
    .bind(unit.as_str())
    .bind(&day)
    .execute(&mut *conn)
    .await?;
    sqlx::query(
        "INSERT INTO unit_placement (unit_id, organisation_id, parent_id, valid_from) \
         VALUES ($1, $2, $3, $4)",
    )
    .bind(unit.as_str())
    .bind(scope.organisation().as_str())
    .bind(parent.map(Id::as_str))
    .bind(&day)
    .execute(conn)
    .await?;
    Ok(())
}

/// Insists that a unit belongs to the organisation and may be seen.
///
/// # Errors
/// 422 on `field`.
pub async fn exists(
    conn: &mut Conn,
    scope: &Scope,
    unit: &id::UnitId,
    field: &str,
) -> Outcome<()> {
    let known: i64 =
        sqlx::query_scalar("SELECT COUNT(*) FROM unit WHERE organisation_id = $1 AND id = $2")
            .bind(scope.organisation().as_str())
            .bind(unit.as_str())
            .fetch_one(conn)
            .await?;
    if known > 0 && scope.sees(Some(unit)) {
        Ok(())
    } else {
        Err(Problem::invalid(field, "there is no such unit"))
    }
}
