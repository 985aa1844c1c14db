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
    use crate::base::clock::Clock;
    use crate::base::config::{Config, Secret, Store};
    use crate::base::db::{Db, Engine};
    use crate::base::id::Chance;
    use crate::base::text::Language;
    use crate::org::{Organisation, Privacy, create_organisation};

    /// A store of its own, with its schema on PostgreSQL.
    async fn store(folder: &std::path::Path) -> (Db, Option<(Db, String)>) {
        let mut store = Store {
            data: folder.to_owned(),
            ..Config::default().store
        };
        let Ok(url) = std::env::var("KOE_TEST_DATABASE_URL") else {
            return (Db::open(&store).await.expect("a store"), None);
        };
        store.database_url = Some(Secret(url.clone()));
        let server = Db::open(&store).await.expect("a server");
        let schema = format!("koe_plan_{}", std::process::id());
        run(&server, &format!("CREATE SCHEMA {schema}")).await;
        let separator = if url.contains('?') { '&' } else { '?' };
        let url = format!("{url}{separator}options=-csearch_path%3D{schema}");
        store.database_url = Some(Secret(url));
        let db = Db::open(&store).await.expect("a store");
        (db, Some((server, schema)))
    }

    async fn run(db: &Db, sql: &str) {
        let mut tx = db.write().await.expect("a transaction");
        sqlx::query(sqlx::AssertSqlSafe(sql.to_owned()))
            .execute(&mut *tx)
            .await
            .expect(sql);
        tx.commit().await.expect("committed");
    }

    /// What the engine will do for the identifiers of two customers among thousands.
    async fn plan(db: &Db) -> String {
        let (clock, chance) = (Clock::system(), Chance::seeded(1));
        let organisation = Organisation {
            id: chance.id(clock.now_ms()),
            name: "Koe".into(),
            language: Language::En,
            time_zone: "UTC".into(),
            fiscal_year_start: 1,
            calling_code: "81".into(),
            privacy: Privacy::default(),
        };
        let mut tx = db.write().await.expect("a transaction");
        create_organisation(&mut tx, &organisation, "", 0)
            .await
            .expect("an organisation");
        tx.commit().await.expect("committed");
        let explain = match db.engine() {
            Engine::Sqlite => "EXPLAIN QUERY PLAN",
            Engine::Postgres => "EXPLAIN",
        };
        let numbers =
            "WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 20000)";
        let id = &organisation.id;
        for sql in [
            format!(
                "INSERT INTO customer (id, organisation_id, attributes, search, created_ms) \
                 {numbers} SELECT 'cus_' || n, '{id}', '{{}}', '', 0 FROM c"
            ),
            format!(
                "INSERT INTO customer_identifier (organisation_id, value, kind, customer_id) \
                 {numbers} SELECT '{id}', 'v' || n, 'email', 'cus_' || n FROM c"
            ),
        ] {
            run(db, &sql).await;
        }
        if db.engine() == Engine::Postgres {
            run(db, "ANALYZE customer_identifier").await;
        }
        let mut tx = db.write().await.expect("a transaction");
        if db.engine() == Engine::Postgres {
            // Twenty thousand are few to PostgreSQL: what counts is that there is another way.
            sqlx::query("SET LOCAL enable_seqscan = off")
                .execute(&mut *tx)
                .await
                .expect("set");
        }
        let sql = format!("{explain} {}", of_customers(&tx));
        let steps = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(id.as_str())
            .bind(array(["cus_1", "cus_2"]))
            .fetch_all(&mut *tx)
            .await
            .expect("a plan");
        let column = match db.engine() {
            Engine::Sqlite => "detail",
            Engine::Postgres => "QUERY PLAN",
        };
        let steps: Vec<String> = steps.iter().map(|step| step.get(column)).collect();
        steps.join("\n")
    }

    /// A page of customers must not cost a reading of all identifiers.
    #[tokio::test]
    async fn identifiers_of_customers_are_found_by_their_index() {
        let folder = tempfile::tempdir().expect("a folder");
        let (db, made) = store(folder.path()).await;
        db.migrate().await.expect("a schema");
        let plan = plan(&db).await;
        let engine = db.engine();
        db.close().await;
        if let Some((server, schema)) = made {
            run(&server, &format!("DROP SCHEMA {schema} CASCADE")).await;
        }
        let wanted: &[&str] = match engine {
            Engine::Sqlite => &["USING INDEX customer_identifier_customer (customer_id=?)"],
            Engine::Postgres => &[
                "customer_identifier_customer",
                "Index Cond: (customer_id = ",
            ],
        };
        for part in wanted {
            assert!(plan.contains(part), "{part} is not in: {plan}");
        }
    }
}
