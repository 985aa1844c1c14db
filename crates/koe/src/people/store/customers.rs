//! Customers.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::Row;
use sqlx::any::AnyRow;

use super::{ROWS_PER_STATEMENT, anywhere, identifiers, visible};
use crate::base::clock::from_ms;
use crate::base::db::{Conn, among, array, holding, values};
use crate::base::id::{self, Id};
use crate::base::problem::{Outcome, Problem};
use crate::base::scope::Scope;
use crate::people::model::{Customer, Identifier, fold, search_text};

const COLUMNS: &str = "c.id, c.name, c.attributes, c.created_ms, c.last_contact_ms";

/// A customer from a row with [`COLUMNS`], without identifiers.
fn read(row: &AnyRow) -> Outcome<Customer> {
    Ok(Customer {
        id: Id::stored(row.try_get::<String, _>("id")?),
        name: row.try_get("name")?,
        identifiers: Vec::new(),
        attributes: serde_json::from_str(&row.try_get::<String, _>("attributes")?)?,
        created_at: from_ms(row.try_get("created_ms")?),
        last_contact_at: row
            .try_get::<Option<i64>, _>("last_contact_ms")?
            .map(from_ms),
    })
}

/// What search looks into for a customer.
fn searched(customer: &Customer) -> String {
    let codes = customer.identifiers.iter().map(Identifier::value);
    search_text(customer.name.as_deref(), codes, &customer.attributes)
}

/// What is searched for.
#[derive(Clone, Debug)]
pub struct Search {
    /// A whole identifier, or a part of the name, of an identifier or of an
    /// attribute's text.
    pub text: String,
    /// What the text may stand for as an identifier.
    pub identifiers: Vec<Identifier>,
}

/// Customers, those known last first.
///
/// # Errors
/// When the store cannot be read.
pub async fn list(
    conn: &mut Conn,
    scope: &Scope,
    search: Option<&Search>,
    before: Option<&str>,
    limit: i64,
) -> Outcome<Vec<Customer>> {
    let mut bound: Vec<String> = Vec::new();
    let mut found = String::new();
    if let Some(search) = search {
        bound = named_by(conn, scope, search).await?;
        found = if bound.is_empty() {
            bound.push(anywhere(&fold(&search.text)));
            " AND c.search LIKE $4 ESCAPE '\\'".to_owned()
        } else {
            bound = vec![array(bound)];
            format!(" AND c.id IN {}", among(conn, 4))
        };
    }
    let (seen, units) = visible(conn, scope, "c.id", 4 + bound.len());
    let sql = format!(
        "SELECT {COLUMNS} FROM customer c WHERE c.organisation_id = $1 AND c.id < $2{found}{seen} \
         ORDER BY c.id DESC LIMIT $3"
    );
    let mut query = sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(scope.organisation().as_str())
        .bind(before.map_or_else(id::CustomerId::after_all, str::to_owned))
        .bind(limit + 1);
    for text in bound.into_iter().chain(units) {
        query = query.bind(text);
    }
    let rows = query.fetch_all(&mut *conn).await?;
    let mut customers: Vec<Customer> = rows.iter().map(read).collect::<Outcome<_>>()?;
    attach(conn, scope, &mut customers).await?;
    Ok(customers)
}

/// Whose id or whole identifier the text is: then nobody else is meant, and
/// nobody's texts need to be read.
async fn named_by(conn: &mut Conn, scope: &Scope, search: &Search) -> Outcome<Vec<String>> {
    if search.text.parse::<id::CustomerId>().is_ok() {
        return Ok(vec![search.text.clone()]);
    }
    let values = search.identifiers.iter().map(Identifier::value);
    let values = values.chain([search.text.as_str()]).collect();
    let owners = identifiers::owners(conn, scope, &values).await?;
    let owners: BTreeSet<String> = owners.into_values().map(|id| id.to_string()).collect();
    Ok(owners.into_iter().collect())
}

/// Gives customers their identifiers.
async fn attach(conn: &mut Conn, scope: &Scope, customers: &mut [Customer]) -> Outcome<()> {
    let ids: Vec<id::CustomerId> = customers
        .iter()
        .map(|customer| customer.id.clone())
        .collect();
    let mut identifiers = identifiers::of(conn, scope, &ids).await?;
    for customer in customers {
        customer.identifiers = identifiers.remove(&customer.id).unwrap_or_default();
    }
    Ok(())
}

/// One customer, by the pseudonym of today or of before a merge.
///
/// # Errors
/// 404 when absent from what may be seen.
pub async fn get(conn: &mut Conn, scope: &Scope, id: &id::CustomerId) -> Outcome<Customer> {
    let (seen, units) = visible(conn, scope, "c.id", 3);
    let sql = format!(
        "SELECT {COLUMNS} FROM customer c WHERE c.organisation_id = $1 AND c.id = $2{seen}"
    );
    let mut today = current(conn, scope, id).await?;
    loop {
        let mut query = sqlx::query(sqlx::AssertSqlSafe(sql.clone()))
            .bind(scope.organisation().as_str())
            .bind(today.as_str());
        if let Some(units) = units.clone() {
            query = query.bind(units);
        }
        if let Some(row) = query.fetch_optional(&mut *conn).await? {
            let mut customer = [read(&row)?];
            attach(conn, scope, &mut customer).await?;
            let [customer] = customer;
            return Ok(customer);
        }
        // Merged between the two questions: then there is another pseudonym by now.
        let now = current(conn, scope, id).await?;
        if now == today {
            return Err(Problem::not_found());
        }
        today = now;
    }
}

/// Customers by id, whoever may see them: for the product's own work.
///
/// # Errors
/// When the store cannot be read.
pub async fn by_ids(
    conn: &mut Conn,
    scope: &Scope,
    ids: &[id::CustomerId],
) -> Outcome<Vec<Customer>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM customer c WHERE c.organisation_id = $1 AND c.id IN {}",
        among(conn, 2)
    );
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(scope.organisation().as_str())
        .bind(array(ids.iter().map(|id| id.as_str())))
        .fetch_all(&mut *conn)
        .await?;
    let mut customers: Vec<Customer> = rows.iter().map(read).collect::<Outcome<_>>()?;
    attach(conn, scope, &mut customers).await?;
    Ok(customers)
}

/// Whether all these different customers are there, none erased or merged into another.
///
/// # Errors
/// When the store cannot be read.
pub async fn all_there(conn: &mut Conn, scope: &Scope, ids: &[&id::CustomerId]) -> Outcome<bool> {
    let sql = format!(
        "SELECT COUNT(*) FROM customer WHERE organisation_id = $1 AND id IN {}",
        among(conn, 2)
    );
    let there: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
        .bind(scope.organisation().as_str())
        .bind(array(ids.iter().map(|id| id.as_str())))
        .fetch_one(conn)
        .await?;
    Ok(there == ids.len() as i64)
}

/// Holds a customer, by any pseudonym, until the transaction ends, so that changes of one customer
/// follow each other; today's pseudonym.
///
/// # Errors
/// 404 when absent from the organisation.
pub async fn hold(conn: &mut Conn, scope: &Scope, id: &id::CustomerId) -> Outcome<id::CustomerId> {
    let sql = format!(
        "SELECT id FROM customer WHERE organisation_id = $1 AND id = $2{}",
        holding(conn)
    );
    loop {
        let today = current(conn, scope, id).await?;
        let held: Option<String> = sqlx::query_scalar(sqlx::AssertSqlSafe(sql.clone()))
            .bind(scope.organisation().as_str())
            .bind(today.as_str())
            .fetch_optional(&mut *conn)
            .await?;
        if held.is_some() {
            return Ok(today);
        }
        // Merged by whoever held it: then it goes on under another pseudonym.
        if current(conn, scope, id).await? == today {
            return Err(Problem::not_found());
        }
    }
}

/// The pseudonym of today for any pseudonym; one that was never merged is its
/// own.
///
/// # Errors
/// When the store cannot be read.
pub async fn current(
    conn: &mut Conn,
    scope: &Scope,
    id: &id::CustomerId,
) -> Outcome<id::CustomerId> {
    let merged: Option<String> = sqlx::query_scalar(
        "SELECT customer_id FROM customer_alias WHERE organisation_id = $1 AND alias_id = $2",
    )
    .bind(scope.organisation().as_str())
    .bind(id.as_str())
    .fetch_optional(conn)
    .await?;
    Ok(merged.map_or_else(|| id.clone(), Id::stored))
}

/// Every pseudonym of a customer, today's first: rows of the lake keep the
/// one they were written with.
///
/// # Errors
/// When the store cannot be read.
pub async fn pseudonyms(
    conn: &mut Conn,
    scope: &Scope,
    id: &id::CustomerId,
) -> Outcome<Vec<id::CustomerId>> {
    let today = current(conn, scope, id).await?;
    let aliases: Vec<String> = sqlx::query_scalar(
        "SELECT alias_id FROM customer_alias WHERE organisation_id = $1 AND customer_id = $2 \
         ORDER BY alias_id",
    )
    .bind(scope.organisation().as_str())
    .bind(today.as_str())
    .fetch_all(conn)
    .await?;
    Ok(std::iter::once(today)
        .chain(aliases.into_iter().map(Id::stored))
        .collect())
}

/// Pseudonyms of before a merge, each with today's.
///
/// # Errors
/// When the store cannot be read.
pub async fn merged(conn: &mut Conn, scope: &Scope) -> Outcome<BTreeMap<String, String>> {
    let rows =
        sqlx::query("SELECT alias_id, customer_id FROM customer_alias WHERE organisation_id = $1")
            .bind(scope.organisation().as_str())
            .fetch_all(conn)
            .await?;
    rows.iter()
        .map(|row| Ok((row.try_get("alias_id")?, row.try_get("customer_id")?)))
        .collect()
}

/// Adds customers, identifiers not included.
///
/// # Errors
/// When the store refuses.
pub async fn insert(conn: &mut Conn, scope: &Scope, customers: &[Customer]) -> Outcome<()> {
    for chunk in customers.chunks(ROWS_PER_STATEMENT) {
        let sql = format!(
            "INSERT INTO customer (id, organisation_id, name, attributes, search, created_ms) VALUES {}",
            values(conn, chunk.len(), 6)
        );
        let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
        for customer in chunk {
            query = query
                .bind(customer.id.as_str())
                .bind(scope.organisation().as_str())
                .bind(&customer.name)
                .bind(serde_json::to_string(&customer.attributes)?)
                .bind(searched(customer))
                .bind(customer.created_at.as_millisecond());
        }
        query.execute(&mut *conn).await?;
    }
    Ok(())
}

/// Writes names and attributes of customers, and what search looks into.
///
/// # Errors
/// When the store refuses.
pub async fn update(conn: &mut Conn, scope: &Scope, customers: &[Customer]) -> Outcome<()> {
    for chunk in customers.chunks(ROWS_PER_STATEMENT) {
        let sql = format!(
            "WITH changed (id, name, attributes, search, organisation_id) AS (VALUES {}) \
             UPDATE customer SET name = changed.name, attributes = changed.attributes, \
             search = changed.search FROM changed \
             WHERE customer.id = changed.id AND customer.organisation_id = changed.organisation_id",
            values(conn, chunk.len(), 5)
        );
        let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
        for customer in chunk {
            query = query
                .bind(customer.id.as_str())
                .bind(&customer.name)
                .bind(serde_json::to_string(&customer.attributes)?)
                .bind(searched(customer))
                .bind(scope.organisation().as_str());
        }
        query.execute(&mut *conn).await?;
    }
    Ok(())
}
