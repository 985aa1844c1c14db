//! Two customers who turn out to be one person.

use super::{customers, identifiers};
use crate::base::db::Conn;
use crate::base::id;
use crate::base::problem::{Outcome, Problem};
use crate::base::scope::Scope;
use crate::org;
use crate::people::model::Customer;

/// Merges `from` into `into`: identifiers, attributes (those of `into` win),
/// consents, units and accounts. `from` stays as a pseudonym of `into`,
/// because rows of the lake keep it.
///
/// # Errors
/// 404 when one of them may not be seen, 422 when they are the same already.
pub async fn merge(
    conn: &mut Conn,
    scope: &Scope,
    into: &id::CustomerId,
    from: &id::CustomerId,
    now_ms: i64,
) -> Outcome<Customer> {
    // Merges follow one another, because each may change whom the next one is about; and nobody
    // else changes the two meanwhile or notes anything of the one who goes.
    org::hold_organisation(conn, scope).await?;
    let mut both = [into, from];
    both.sort();
    for id in both {
        customers::hold(conn, scope, id).await?;
    }
    let mut kept = customers::get(conn, scope, into).await?;
    let gone = customers::get(conn, scope, from).await?;
    if kept.id == gone.id {
        return Err(Problem::invalid(
            "customer_id",
            "is the same customer already",
        ));
    }
    identifiers::hand_over(conn, scope, &gone.id, &kept.id).await?;
    for sql in [
        "UPDATE customer_consent SET customer_id = $1 WHERE customer_id = $2",
        "UPDATE customer_alias SET customer_id = $1 WHERE customer_id = $2",
        "INSERT INTO customer_unit (customer_id, unit_id) \
         SELECT $1, unit_id FROM customer_unit WHERE customer_id = $2 ON CONFLICT DO NOTHING",
        "INSERT INTO account_customer (account_id, customer_id) \
         SELECT account_id, $1 FROM account_customer WHERE customer_id = $2 ON CONFLICT DO NOTHING",
        "UPDATE customer SET created_ms = earlier.created_ms FROM customer earlier \
         WHERE customer.id = $1 AND earlier.id = $2 AND earlier.created_ms < customer.created_ms",
        "UPDATE customer SET last_contact_ms = later.last_contact_ms FROM customer later \
         WHERE customer.id = $1 AND later.id = $2 AND later.last_contact_ms IS NOT NULL \
         AND (customer.last_contact_ms IS NULL OR customer.last_contact_ms < later.last_contact_ms)",
    ] {
        sqlx::query(sql)
            .bind(kept.id.as_str())
            .bind(gone.id.as_str())
            .execute(&mut *conn)
            .await?;
    }
    for sql in [
        "DELETE FROM customer_unit WHERE customer_id = $1",
        "DELETE FROM account_customer WHERE customer_id = $1",
        "DELETE FROM customer WHERE id = $1",
    ] {
        sqlx::query(sql)
            .bind(gone.id.as_str())
            .execute(&mut *conn)
            .await?;
    }
    sqlx::query(
        "INSERT INTO customer_alias (alias_id, organisation_id, customer_id, merged_ms) \
         VALUES ($1, $2, $3, $4)",
    )
    .bind(gone.id.as_str())
    .bind(scope.organisation().as_str())
    .bind(kept.id.as_str())
    .bind(now_ms)
    .execute(&mut *conn)
    .await?;
    kept.name = kept.name.or(gone.name);
    kept.identifiers.extend(gone.identifiers);
    for (key, value) in gone.attributes {
        kept.attributes.entry(key).or_insert(value);
    }
    customers::update(conn, scope, std::slice::from_ref(&kept)).await?;
    customers::get(conn, scope, &kept.id).await
}
