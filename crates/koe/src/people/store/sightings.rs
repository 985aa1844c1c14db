//! Where and when customers had their experiences.

use std::collections::BTreeMap;

use sqlx::Row;

use super::ROWS_PER_STATEMENT;
use crate::base::db::{Conn, among, array, values};
use crate::base::id::{self, Id};
use crate::base::problem::Outcome;
use crate::base::scope::Scope;

/// A record of a customer.
#[derive(Clone, Debug)]
pub struct Sighting {
    /// Any pseudonym of the customer.
    pub customer: id::CustomerId,
    /// The record's unit.
    pub unit: Option<id::UnitId>,
    /// When the experience took place, milliseconds since 1970.
    pub at_ms: i64,
}

/// Notes where and when customers had experiences: those units' members may
/// see them from now on.
///
/// # Errors
/// When the store refuses.
pub async fn seen_at(conn: &mut Conn, scope: &Scope, sightings: &[Sighting]) -> Outcome<()> {
    let mut newest: BTreeMap<id::CustomerId, i64> = BTreeMap::new();
    for one in sightings {
        let at = newest.entry(one.customer.clone()).or_insert(one.at_ms);
        *at = one.at_ms.max(*at);
    }
    let ids: Vec<&id::CustomerId> = newest.keys().collect();
    let today = today(conn, scope, &ids).await?;
    let current = |id: &id::CustomerId| today.get(id).unwrap_or(id).clone();
    let mut places: Vec<(id::CustomerId, id::UnitId)> = sightings
        .iter()
        .filter_map(|one| Some((current(&one.customer), one.unit.clone()?)))
        .collect();
    places.sort();
    places.dedup();
    for chunk in places.chunks(ROWS_PER_STATEMENT) {
        let sql = format!(
            "INSERT INTO customer_unit (customer_id, unit_id) VALUES {} ON CONFLICT DO NOTHING",
            values(conn, chunk.len(), 2)
        );
        let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
        for (customer, unit) in chunk {
            query = query.bind(customer.as_str()).bind(unit.as_str());
        }
        query.execute(&mut *conn).await?;
    }
    let mut times: BTreeMap<id::CustomerId, i64> = BTreeMap::new();
    for (id, at_ms) in newest {
        let at = times.entry(current(&id)).or_insert(at_ms);
        *at = at_ms.max(*at);
    }
    let times: Vec<(id::CustomerId, i64)> = times.into_iter().collect();
    for chunk in times.chunks(ROWS_PER_STATEMENT) {
        let sql = format!(
            "WITH seen (id, at_ms, organisation_id) AS (VALUES {}) \
             UPDATE customer SET last_contact_ms = seen.at_ms FROM seen \
             WHERE customer.id = seen.id AND customer.organisation_id = seen.organisation_id \
             AND (customer.last_contact_ms IS NULL OR customer.last_contact_ms < seen.at_ms)",
            values(conn, chunk.len(), 3)
        );
        let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
        for (customer, at_ms) in chunk {
            query = query
                .bind(customer.as_str())
                .bind(*at_ms)
                .bind(scope.organisation().as_str());
        }
        query.execute(&mut *conn).await?;
    }
    Ok(())
}

/// Notes that a customer belongs to a unit before anything was recorded.
///
/// # Errors
/// When the store refuses.
pub async fn belongs_to(
    conn: &mut Conn,
    scope: &Scope,
    customer: &id::CustomerId,
    unit: &id::UnitId,
) -> Outcome<()> {
    sqlx::query(
        "INSERT INTO customer_unit (customer_id, unit_id) \
         SELECT c.id, u.id FROM customer c CROSS JOIN unit u WHERE c.organisation_id = $1 \
         AND u.organisation_id = $1 AND c.id = $2 AND u.id = $3 ON CONFLICT DO NOTHING",
    )
    .bind(scope.organisation().as_str())
    .bind(customer.as_str())
    .bind(unit.as_str())
    .execute(conn)
    .await?;
    Ok(())
}

/// Today's pseudonyms of those that were merged.
async fn today(
    conn: &mut Conn,
    scope: &Scope,
    ids: &[&id::CustomerId],
) -> Outcome<BTreeMap<id::CustomerId, id::CustomerId>> {
    let sql = format!(
        "SELECT alias_id, customer_id FROM customer_alias \
         WHERE organisation_id = $1 AND alias_id IN {}",
        among(conn, 2)
    );
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(scope.organisation().as_str())
        .bind(array(ids.iter().map(|id| id.as_str())))
        .fetch_all(conn)
        .await?;
    let mut today = BTreeMap::new();
    for row in rows {
        today.insert(
            Id::stored(row.try_get::<String, _>("alias_id")?),
            Id::stored(row.try_get::<String, _>("customer_id")?),
        );
    }
    Ok(today)
}
