//! What identifies customers.

use std::collections::{BTreeSet, HashMap};

use sqlx::Row;

use super::ROWS_PER_STATEMENT;
use crate::base::db::{Conn, among, array, values};
use crate::base::id::{self, Id};
use crate::base::problem::{Outcome, Problem};
use crate::base::scope::Scope;
use crate::people::model::Identifier;

fn read(kind: &str, value: String) -> Outcome<Identifier> {
    Identifier::stored(kind, value).ok_or_else(|| {
        Problem::internal(anyhow::anyhow!("the store holds an unknown kind: {kind}"))
    })
}

/// Whose these values are, of any kind.
///
/// # Errors
/// When the store cannot be read.
pub async fn owners(
    conn: &mut Conn,
    scope: &Scope,
    wanted: &BTreeSet<&str>,
) -> Outcome<HashMap<Identifier, id::CustomerId>> {
    let sql = format!(
        "SELECT kind, value, customer_id FROM customer_identifier \
         WHERE organisation_id = $1 AND value IN {}",
        among(conn, 2)
    );
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(scope.organisation().as_str())
        .bind(array(wanted))
        .fetch_all(conn)
        .await?;
    let mut owners = HashMap::with_capacity(rows.len());
    for row in rows {
        let identifier = read(&row.try_get::<String, _>("kind")?, row.try_get("value")?)?;
        owners.insert(
            identifier,
            Id::stored(row.try_get::<String, _>("customer_id")?),
        );
    }
    Ok(owners)
}

/// The statement for what identifies customers. The expression keeps SQLite
/// from its first choice, to read every identifier of the organisation: a few
/// customers are found by their own index.
fn of_customers(conn: &Conn) -> String {
    format!(
        "SELECT kind, value, customer_id FROM customer_identifier \
         WHERE organisation_id || '' = $1 AND customer_id IN {} ORDER BY kind, value",
        among(conn, 2)
    )
}

/// What identifies these customers.
///
/// # Errors
/// When the store cannot be read.
pub async fn of(
    conn: &mut Conn,
    scope: &Scope,
    customers: &[id::CustomerId],
) -> Outcome<HashMap<id::CustomerId, Vec<Identifier>>> {
    let mut found: HashMap<id::CustomerId, Vec<Identifier>> = HashMap::new();
    let sql = of_customers(conn);
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(scope.organisation().as_str())
        .bind(array(customers.iter().map(|id| id.as_str())))
        .fetch_all(conn)
        .await?;
    for row in rows {
        let customer = Id::stored(row.try_get::<String, _>("customer_id")?);
        let identifier = read(&row.try_get::<String, _>("kind")?, row.try_get("value")?)?;
        found.entry(customer).or_default().push(identifier);
    }
    Ok(found)
}

/// Gives customers identifiers that nobody has yet; how many were given.
/// In order of value, so that two imports at once wait for each other
/// instead of blocking each other.
///
/// # Errors
/// When the store refuses.
pub async fn insert(
    conn: &mut Conn,
    scope: &Scope,
    given: &mut [(Identifier, id::CustomerId)],
) -> Outcome<u64> {
    given.sort_by(|a, b| (a.0.value(), a.0.kind()).cmp(&(b.0.value(), b.0.kind())));
    let mut inserted = 0;
    for chunk in given.chunks(ROWS_PER_STATEMENT) {
        let sql = format!(
            "INSERT INTO customer_identifier (organisation_id, value, kind, customer_id) VALUES {} \
             ON CONFLICT (organisation_id, value, kind) DO NOTHING",
            values(conn, chunk.len(), 4)
        );
        let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
        for (identifier, customer) in chunk {
            query = query
                .bind(scope.organisation().as_str())
                .bind(identifier.value())
                .bind(identifier.kind().to_string())
                .bind(customer.as_str());
        }
        inserted += query.execute(&mut *conn).await?.rows_affected();
    }
    Ok(inserted)
}

/// Takes all identifiers of a customer away.
///
/// # Errors
/// When the store refuses.
pub async fn clear(conn: &mut Conn, scope: &Scope, customer: &id::CustomerId) -> Outcome<()> {
    sqlx::query("DELETE FROM customer_identifier WHERE organisation_id = $1 AND customer_id = $2")
        .bind(scope.organisation().as_str())
        .bind(customer.as_str())
        .execute(conn)
        .await?;
    Ok(())
}

/// Gives all identifiers of one customer to another.
///
/// # Errors
/// When the store refuses.
pub async fn hand_over(
    conn: &mut Conn,
    scope: &Scope,
    from: &id::CustomerId,
    to: &id::CustomerId,
) -> Outcome<()> {
    sqlx::query(
        "UPDATE customer_identifier SET customer_id = $3 \
         WHERE organisation_id = $1 AND customer_id = $2",
    )
    .bind(scope.organisation().as_str())
    .bind(from.as_str())
    .bind(to.as_str())
    .execute(conn)
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::config::{Config, Store};
    use crate::base::db::Db;

    /// A page of customers must not cost a reading of all identifiers. How
    /// PostgreSQL reads is in docs/decisions/0014.
    #[tokio::test]
    async fn identifiers_of_customers_are_found_by_their_index() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store {
            data: folder.path().to_owned(),
            ..Config::default().store
        };
        let db = Db::open(&store).await.expect("a store");
        db.migrate().await.expect("a schema");
        let mut tx = db.read().await.expect("a transaction");
        let sql = format!("EXPLAIN QUERY PLAN {}", of_customers(&tx));
        let plan = sqlx::query(sqlx::AssertSqlSafe(sql))
            .fetch_all(&mut *tx)
            .await
            .expect("a plan");
        let steps: Vec<String> = plan.iter().map(|step| step.get("detail")).collect();
        let wanted = "USING INDEX customer_identifier_customer (customer_id=?)";
        assert!(steps.iter().any(|step| step.contains(wanted)), "{steps:?}");
    }
}
