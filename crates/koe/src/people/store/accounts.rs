//! Accounts and the customers that belong to them.

use std::collections::BTreeMap;

use sqlx::Row;
use sqlx::any::AnyRow;

use super::{anywhere, visible};
use crate::base::db::Conn;
use crate::base::id::{self, Id};
use crate::base::problem::{Outcome, Problem};
use crate::base::scope::Scope;
use crate::people::model::{Account, fold, search_text};

const COLUMNS: &str = "a.id, a.code, a.name, a.attributes, a.archived_ms";

fn read(row: &AnyRow) -> Outcome<Account> {
    Ok(Account {
        id: Id::stored(row.try_get::<String, _>("id")?),
        code: row.try_get("code")?,
        name: row.try_get("name")?,
        attributes: serde_json::from_str(&row.try_get::<String, _>("attributes")?)?,
        archived: row.try_get::<Option<i64>, _>("archived_ms")?.is_some(),
    })
}

/// The condition that an account may be seen: one of its customers may.
fn visible_account(conn: &Conn, scope: &Scope, number: usize) -> (String, Option<String>) {
    let (seen, units) = visible(conn, scope, "m.customer_id", number);
    if seen.is_empty() {
        return (seen, units);
    }
    let condition =
        format!(" AND EXISTS (SELECT 1 FROM account_customer m WHERE m.account_id = a.id{seen})");
    (condition, units)
}

/// Accounts, those known last first.
///
/// # Errors
/// When the store cannot be read.
pub async fn list(
    conn: &mut Conn,
    scope: &Scope,
    text: Option<&str>,
    before: Option<&str>,
    limit: i64,
) -> Outcome<Vec<Account>> {
    let (seen, units) = visible_account(conn, scope, 5);
    let sql = format!(
        "SELECT {COLUMNS} FROM account a WHERE a.organisation_id = $1 AND a.id < $2 \
         AND a.search LIKE $4 ESCAPE '\\'{seen} ORDER BY a.id DESC LIMIT $3"
    );
    let mut query = sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(scope.organisation().as_str())
        .bind(before.map_or_else(id::AccountId::after_all, str::to_owned))
        .bind(limit + 1)
        .bind(anywhere(&fold(text.unwrap_or_default())));
    if let Some(units) = units {
        query = query.bind(units);
    }
    query.fetch_all(conn).await?.iter().map(read).collect()
}

/// One account.
///
/// # Errors
/// 404 when absent from what may be seen.
pub async fn get(conn: &mut Conn, scope: &Scope, id: &id::AccountId) -> Outcome<Account> {
    let (seen, units) = visible_account(conn, scope, 3);
    let sql =
        format!("SELECT {COLUMNS} FROM account a WHERE a.organisation_id = $1 AND a.id = $2{seen}");
    let mut query = sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(scope.organisation().as_str())
        .bind(id.as_str());
    if let Some(units) = units {
        query = query.bind(units);
    }
    read(&query.fetch_one(conn).await?)
}

/// The account with a code, for imports.
///
/// # Errors
/// When the store cannot be read.
pub async fn by_code(conn: &mut Conn, scope: &Scope, code: &str) -> Outcome<Option<Account>> {
    let row = sqlx::query(sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM account a WHERE a.organisation_id = $1 AND a.code = $2"
    )))
    .bind(scope.organisation().as_str())
    .bind(code)
    .fetch_optional(conn)
    .await?;
    row.as_ref().map(read).transpose()
}

/// The accounts of a customer, by code.
///
/// # Errors
/// When the store cannot be read.
pub async fn of_customer(
    conn: &mut Conn,
    scope: &Scope,
    customer: &id::CustomerId,
) -> Outcome<Vec<Account>> {
    let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM account a JOIN account_customer m ON m.account_id = a.id \
         WHERE a.organisation_id = $1 AND m.customer_id = $2 ORDER BY a.code"
    )))
    .bind(scope.organisation().as_str())
    .bind(customer.as_str())
    .fetch_all(conn)
    .await?;
    rows.iter().map(read).collect()
}

/// The account of every customer who belongs to one account alone, archived ones
/// not counted; by pseudonym, those of before a merge included. For joins to rows
/// of the asker's scope; not to be shown by itself.
///
/// # Errors
/// When the store cannot be read.
pub async fn only(conn: &mut Conn, scope: &Scope) -> Outcome<BTreeMap<String, String>> {
    let rows = sqlx::query(
        "SELECT m.customer_id, MIN(m.account_id) AS account_id FROM account_customer m \
         JOIN account a ON a.id = m.account_id \
         WHERE a.organisation_id = $1 AND a.archived_ms IS NULL \
         GROUP BY m.customer_id HAVING COUNT(*) = 1",
    )
    .bind(scope.organisation().as_str())
    .fetch_all(&mut *conn)
    .await?;
    let mut found = BTreeMap::new();
    for row in rows {
        found.insert(row.try_get("customer_id")?, row.try_get("account_id")?);
    }
    for (alias, today) in super::customers::merged(conn, scope).await? {
        if let Some(account) = found.get(&today).cloned() {
            found.insert(alias, account);
        }
    }
    Ok(found)
}

/// The customers of an account that may be seen, by id.
///
/// # Errors
/// When the store cannot be read.
pub async fn customers(
    conn: &mut Conn,
    scope: &Scope,
    account: &id::AccountId,
) -> Outcome<Vec<id::CustomerId>> {
    let (seen, units) = visible(conn, scope, "m.customer_id", 2);
    let sql = format!(
        "SELECT m.customer_id FROM account_customer m WHERE m.account_id = $1{seen} \
         ORDER BY m.customer_id"
    );
    let mut query =
        sqlx::query_scalar::<_, String>(sqlx::AssertSqlSafe(sql)).bind(account.as_str());
    if let Some(units) = units {
        query = query.bind(units);
    }
    Ok(query
        .fetch_all(conn)
        .await?
        .into_iter()
        .map(Id::stored)
        .collect())
}

fn searched(account: &Account) -> String {
    search_text(
        Some(&account.name),
        std::iter::once(account.code.as_str()),
        &account.attributes,
    )
}

/// Adds an account.
///
/// # Errors
/// 409 when the code is taken.
pub async fn insert(conn: &mut Conn, scope: &Scope, account: &Account, now_ms: i64) -> Outcome<()> {
    let done = sqlx::query(
        "INSERT INTO account (id, organisation_id, code, name, attributes, search, created_ms) \
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (organisation_id, code) DO NOTHING",
    )
    .bind(account.id.as_str())
    .bind(scope.organisation().as_str())
    .bind(&account.code)
    .bind(&account.name)
    .bind(serde_json::to_string(&account.attributes)?)
    .bind(searched(account))
    .bind(now_ms)
    .execute(conn)
    .await?;
    if done.rows_affected() == 0 {
        return Err(Problem::conflict(
            "code_taken",
            "This code is already in use; choose another.",
        ));
    }
    Ok(())
}

/// Writes what may change of an account; its code never does.
///
/// # Errors
/// When the store refuses.
pub async fn update(conn: &mut Conn, scope: &Scope, account: &Account, now_ms: i64) -> Outcome<()> {
    sqlx::query(
        "UPDATE account SET name = $3, attributes = $4, search = $5, archived_ms = $6 \
         WHERE organisation_id = $1 AND id = $2",
    )
    .bind(scope.organisation().as_str())
    .bind(account.id.as_str())
    .bind(&account.name)
    .bind(serde_json::to_string(&account.attributes)?)
    .bind(searched(account))
    .bind(account.archived.then_some(now_ms))
    .execute(conn)
    .await?;
    Ok(())
}

/// Makes a customer belong to an account.
///
/// # Errors
/// When the store refuses.
pub async fn join(
    conn: &mut Conn,
    scope: &Scope,
    account: &id::AccountId,
    customer: &id::CustomerId,
) -> Outcome<()> {
    sqlx::query(
        "INSERT INTO account_customer (account_id, customer_id) \
         SELECT a.id, c.id FROM account a CROSS JOIN customer c WHERE a.organisation_id = $1 \
         AND c.organisation_id = $1 AND a.id = $2 AND c.id = $3 ON CONFLICT DO NOTHING",
    )
    .bind(scope.organisation().as_str())
    .bind(account.as_str())
    .bind(customer.as_str())
    .execute(conn)
    .await?;
    Ok(())
}

/// Ends it; whether the customer belonged to the account.
///
/// # Errors
/// When the store refuses.
pub async fn leave(
    conn: &mut Conn,
    scope: &Scope,
    account: &id::AccountId,
    customer: &id::CustomerId,
) -> Outcome<bool> {
    let done = sqlx::query(
        "DELETE FROM account_customer WHERE customer_id = $3 AND account_id IN \
         (SELECT id FROM account WHERE organisation_id = $1 AND id = $2)",
    )
    .bind(scope.organisation().as_str())
    .bind(account.as_str())
    .bind(customer.as_str())
    .execute(conn)
    .await?;
    Ok(done.rows_affected() > 0)
}
