//! Units and their places in the tree.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};

use jiff::civil::Date;
use sqlx::Row;

use crate::base::app::App;
use crate::base::db::{Conn, values};
use crate::base::id::{self, Id};
use crate::base::problem::{Outcome, Problem};
use crate::base::scope::Scope;
use crate::org::model::{Placement, Unit, UnitHistory};

/// Rows of one INSERT; keeps statements below every engine's parameter limit.
const ROWS_PER_STATEMENT: usize = 500;

fn date(text: &str) -> Outcome<Date> {
    text.parse()
        .map_err(|error| Problem::internal(anyhow::anyhow!("stored date {text}: {error}")))
}

fn text(day: Option<Date>) -> Option<String> {
    day.map(|day| day.to_string())
}

/// All units of the organisation with all their placements, as the store has
/// them now. Units are few (thousands), so everything is made from the whole.
///
/// # Errors
/// When the store cannot be read.
pub async fn load(conn: &mut Conn, organisation: &id::OrganisationId) -> Outcome<UnitHistory> {
    let rows = sqlx::query(
        "SELECT id, code, name, kind, valid_from, valid_to FROM unit WHERE organisation_id = $1",
    )
    .bind(organisation.as_str())
    .fetch_all(&mut *conn)
    .await?;
    let mut units = Vec::with_capacity(rows.len());
    for row in rows {
        let day = |name: &str| -> Outcome<Option<Date>> {
            row.try_get::<Option<String>, _>(name)?
                .as_deref()
                .map(date)
                .transpose()
        };
        units.push(Unit {
            id: Id::stored(row.try_get::<String, _>("id")?),
            code: row.try_get("code")?,
            name: serde_json::from_str(&row.try_get::<String, _>("name")?)?,
            kind: row.try_get("kind")?,
            valid_from: day("valid_from")?,
            valid_to: day("valid_to")?,
        });
    }
    let rows = sqlx::query(
        "SELECT unit_id, parent_id, valid_from FROM unit_placement \
         WHERE organisation_id = $1 ORDER BY unit_id, valid_from",
    )
    .bind(organisation.as_str())
    .fetch_all(conn)
    .await?;
    let mut placements: BTreeMap<id::UnitId, Vec<Placement>> = BTreeMap::new();
    for row in rows {
        let unit = Id::stored(row.try_get::<String, _>("unit_id")?);
        placements.entry(unit).or_default().push(Placement {
            parent: row
                .try_get::<Option<String>, _>("parent_id")?
                .map(Id::stored),
            from: date(&row.try_get::<String, _>("valid_from")?)?,
        });
    }
    Ok(UnitHistory::new(units, placements))
}

/// The histories that a process holds, with the revision they were read at.
type Held = Mutex<HashMap<id::OrganisationId, (i64, Arc<UnitHistory>)>>;

/// The same, kept per process until somebody changes the tree: answers and
/// imports ask for it with every row. Not for the transaction that changes
/// the tree itself.
///
/// # Errors
/// When the store cannot be read.
pub async fn history(
    conn: &mut Conn,
    app: &App,
    organisation: &id::OrganisationId,
) -> Outcome<Arc<UnitHistory>> {
    let revision = revision(conn, organisation).await?;
    let held = app.slots.get_or_make(Held::default);
    let known = held
        .lock()
        .unwrap_or_else(|e| e.into_inner())
        .get(organisation)
        .cloned();
    if let Some((_, history)) = known.filter(|(at, _)| *at == revision) {
        return Ok(history);
    }
    let history = Arc::new(load(conn, organisation).await?);
    let mut held = held.lock().unwrap_or_else(|e| e.into_inner());
    held.insert(organisation.clone(), (revision, history.clone()));
    Ok(history)
}

/// How often the tree was changed; a change under way counts already.
///
/// # Errors
/// When the store cannot be read.
pub async fn revision(conn: &mut Conn, organisation: &id::OrganisationId) -> Outcome<i64> {
    Ok(
        sqlx::query_scalar("SELECT units_revision FROM organisation WHERE id = $1")
            .bind(organisation.as_str())
            .fetch_one(conn)
            .await?,
    )
}

/// Begins a change of the tree: whoever comes next waits until it is done,
/// so that no two changes together make what neither alone would.
///
/// # Errors
/// When the store refuses.
pub async fn begin_change(conn: &mut Conn, scope: &Scope) -> Outcome<UnitHistory> {
    sqlx::query("UPDATE organisation SET units_revision = units_revision + 1 WHERE id = $1")
        .bind(scope.organisation().as_str())
        .execute(&mut *conn)
        .await?;
    load(conn, scope.organisation()).await
}

/// Writes what differs between the tree `before` and `after` a change.
///
/// # Errors
/// When the store refuses.
pub async fn save(
    conn: &mut Conn,
    scope: &Scope,
    before: &UnitHistory,
    after: &UnitHistory,
) -> Outcome<()> {
    let (mut added, mut placed) = (Vec::new(), Vec::new());
    for unit in after.units() {
        match before.get(&unit.id) {
            None => added.push(unit),
            Some(old) if old != unit => update(conn, scope, unit).await?,
            Some(_) => {}
        }
        let placements = after.placements(&unit.id);
        if placements != before.placements(&unit.id) {
            if before.get(&unit.id).is_some() {
                sqlx::query(
                    "DELETE FROM unit_placement WHERE organisation_id = $1 AND unit_id = $2",
                )
                .bind(scope.organisation().as_str())
                .bind(unit.id.as_str())
                .execute(&mut *conn)
                .await?;
            }
            placed.extend(placements.iter().map(|placement| (&unit.id, placement)));
        }
    }
    for chunk in added.chunks(ROWS_PER_STATEMENT) {
        let sql = format!(
            "INSERT INTO unit (id, organisation_id, code, name, kind, valid_from, valid_to) VALUES {}",
            values(conn, chunk.len(), 7)
        );
        let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
        for unit in chunk {
            query = query
                .bind(unit.id.as_str())
                .bind(scope.organisation().as_str())
                .bind(&unit.code)
                .bind(serde_json::to_string(&unit.name)?)
                .bind(&unit.kind)
                .bind(text(unit.valid_from))
                .bind(text(unit.valid_to));
        }
        query.execute(&mut *conn).await?;
    }
    for chunk in placed.chunks(ROWS_PER_STATEMENT) {
        let sql = format!(
            "INSERT INTO unit_placement (unit_id, organisation_id, parent_id, valid_from) VALUES {}",
            values(conn, chunk.len(), 4)
        );
        let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
        for (unit, placement) in chunk {
            query = query
                .bind(unit.as_str())
                .bind(scope.organisation().as_str())
                .bind(placement.parent.as_ref().map(Id::as_str))
                .bind(placement.from.to_string());
        }
        query.execute(&mut *conn).await?;
    }
    Ok(())
}

async fn update(conn: &mut Conn, scope: &Scope, unit: &Unit) -> Outcome<()> {
    sqlx::query(
        "UPDATE unit SET code = $3, name = $4, kind = $5, valid_from = $6, valid_to = $7 \
         WHERE organisation_id = $1 AND id = $2",
    )
    .bind(scope.organisation().as_str())
    .bind(unit.id.as_str())
    .bind(&unit.code)
    .bind(serde_json::to_string(&unit.name)?)
    .bind(&unit.kind)
    .bind(text(unit.valid_from))
    .bind(text(unit.valid_to))
    .execute(conn)
    .await?;
    Ok(())
}

/// Insists that a unit belongs to the organisation and may be seen.
///
/// # Errors
/// 422 on `field`.
pub async fn exists(conn: &mut Conn, scope: &Scope, unit: &id::UnitId, field: &str) -> Outcome<()> {
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
