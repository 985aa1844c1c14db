//! Forgetting a person.

use sqlx::Row;

use super::customers;
use crate::base::db::Conn;
use crate::base::id;
use crate::base::problem::Outcome;
use crate::base::scope::Scope;
use crate::people::model::Customer;

/// A person as known at the moment before they are forgotten.
#[derive(Clone, Debug)]
pub struct Known {
    /// Name, identifiers, attributes.
    pub customer: Customer,
    /// Every pseudonym.
    pub pseudonyms: Vec<id::CustomerId>,
    /// Lines of the history of their consents.
    pub consents: i64,
    /// Accounts they belonged to.
    pub accounts: i64,
}

/// Forgets a customer: name, attributes, identifiers (which are free for
/// somebody else from now on), consents, accounts, units and pseudonyms, so
/// that no pseudonym leads to anybody. What their records said is the matter
/// of `responses`.
///
/// # Errors
/// 404 when absent from what may be seen.
pub async fn erase(conn: &mut Conn, scope: &Scope, id: &id::CustomerId) -> Outcome<Known> {
    // Held first, so that two erasures at once follow each other.
    let today = customers::hold(conn, scope, id).await?;
    let customer = customers::get(conn, scope, &today).await?;
    let pseudonyms = customers::pseudonyms(conn, scope, &customer.id).await?;
    let counted = sqlx::query(
        "SELECT (SELECT COUNT(*) FROM customer_consent WHERE customer_id = $1) AS consents, \
         (SELECT COUNT(*) FROM account_customer WHERE customer_id = $1) AS accounts",
    )
    .bind(customer.id.as_str())
    .fetch_one(&mut *conn)
    .await?;
    for sql in [
        "DELETE FROM customer_identifier WHERE customer_id = $1",
        "DELETE FROM customer_alias WHERE customer_id = $1",
        "DELETE FROM customer_unit WHERE customer_id = $1",
        "DELETE FROM customer_consent WHERE customer_id = $1",
        "DELETE FROM account_customer WHERE customer_id = $1",
        "DELETE FROM customer WHERE id = $1",
    ] {
        sqlx::query(sql)
            .bind(customer.id.as_str())
            .execute(&mut *conn)
            .await?;
    }
    Ok(Known {
        customer,
        pseudonyms,
        consents: counted.try_get("consents")?,
        accounts: counted.try_get("accounts")?,
    })
}
