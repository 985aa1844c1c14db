//! Consents, with their history.

use sqlx::Row;

use crate::base::clock::from_ms;
use crate::base::db::Conn;
use crate::base::id;
use crate::base::problem::Outcome;
use crate::base::scope::Scope;
use crate::people::model::Consent;

/// The history of a customer's consents, newest first. The first line of a
/// purpose holds.
///
/// # Errors
/// When the store cannot be read.
pub async fn list(
    conn: &mut Conn,
    scope: &Scope,
    customer: &id::CustomerId,
) -> Outcome<Vec<Consent>> {
    let rows = sqlx::query(
        "SELECT purpose, granted, at_ms, source FROM customer_consent \
         WHERE organisation_id = $1 AND customer_id = $2 ORDER BY at_ms DESC, id DESC",
    )
    .bind(scope.organisation().as_str())
    .bind(customer.as_str())
    .fetch_all(conn)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(Consent {
                purpose: row.try_get("purpose")?,
                granted: row.try_get::<i64, _>("granted")? != 0,
                at: from_ms(row.try_get("at_ms")?),
                source: row.try_get("source")?,
            })
        })
        .collect()
}

/// Adds a line to the history; none is ever changed.
///
/// # Errors
/// When the store refuses.
pub async fn insert(
    conn: &mut Conn,
    scope: &Scope,
    id: &id::ConsentId,
    customer: &id::CustomerId,
    consent: &Consent,
    now_ms: i64,
) -> Outcome<()> {
    sqlx::query(
        "INSERT INTO customer_consent \
         (id, organisation_id, customer_id, purpose, granted, at_ms, source, recorded_ms) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(id.as_str())
    .bind(scope.organisation().as_str())
    .bind(customer.as_str())
    .bind(&consent.purpose)
    .bind(i64::from(consent.granted))
    .bind(consent.at.as_millisecond())
    .bind(&consent.source)
    .bind(now_ms)
    .execute(conn)
    .await?;
    Ok(())
}
