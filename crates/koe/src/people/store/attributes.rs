//! Declared attributes.

use std::collections::{BTreeMap, HashMap};

use sqlx::Row;

use super::customers;
use crate::base::db::Conn;
use crate::base::id;
use crate::base::problem::{Outcome, Problem};
use crate::base::scope::Scope;
use crate::people::model::{Attribute, AttributeKind, Attributes, Holder};

/// Attributes of a holder, by key, archived ones included.
///
/// # Errors
/// When the store cannot be read.
pub async fn list(conn: &mut Conn, scope: &Scope, holder: Holder) -> Outcome<Vec<Attribute>> {
    let rows = sqlx::query(
        "SELECT key, label, kind, code_names, personal, frozen, archived_ms FROM attribute \
         WHERE organisation_id = $1 AND holder = $2 ORDER BY key",
    )
    .bind(scope.organisation().as_str())
    .bind(holder.word())
    .fetch_all(conn)
    .await?;
    rows.iter()
        .map(|row| {
            let kind: String = row.try_get("kind")?;
            Ok(Attribute {
                holder,
                key: row.try_get("key")?,
                label: serde_json::from_str(&row.try_get::<String, _>("label")?)?,
                kind: AttributeKind::from_word(&kind)
                    .ok_or_else(|| Problem::internal(anyhow::anyhow!("unknown kind {kind}")))?,
                values: serde_json::from_str(&row.try_get::<String, _>("code_names")?)?,
                personal: row.try_get::<i64, _>("personal")? != 0,
                frozen: row.try_get::<i64, _>("frozen")? != 0,
                archived: row.try_get::<Option<i64>, _>("archived_ms")?.is_some(),
            })
        })
        .collect()
}

/// Declares an attribute.
///
/// # Errors
/// 409 when the key is taken.
pub async fn insert(conn: &mut Conn, scope: &Scope, attribute: &Attribute) -> Outcome<()> {
    let done = sqlx::query(
        "INSERT INTO attribute (organisation_id, holder, key, label, kind, personal, frozen, \
         code_names) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (organisation_id, holder, key) DO NOTHING",
    )
    .bind(scope.organisation().as_str())
    .bind(attribute.holder.word())
    .bind(&attribute.key)
    .bind(serde_json::to_string(&attribute.label)?)
    .bind(attribute.kind.word())
    .bind(i64::from(attribute.personal))
    .bind(i64::from(attribute.frozen))
    .bind(serde_json::to_string(&attribute.values)?)
    .execute(conn)
    .await?;
    if done.rows_affected() == 0 {
        return Err(Problem::conflict(
            "key_taken",
            "This key is already in use; choose another.",
        ));
    }
    Ok(())
}

/// Writes what may change of an attribute.
///
/// # Errors
/// When the store refuses.
pub async fn update(
    conn: &mut Conn,
    scope: &Scope,
    attribute: &Attribute,
    now_ms: i64,
) -> Outcome<()> {
    sqlx::query(
        "UPDATE attribute SET label = $4, personal = $5, frozen = $6, archived_ms = $7, code_names = $8 \
         WHERE organisation_id = $1 AND holder = $2 AND key = $3",
    )
    .bind(scope.organisation().as_str())
    .bind(attribute.holder.word())
    .bind(&attribute.key)
    .bind(serde_json::to_string(&attribute.label)?)
    .bind(i64::from(attribute.personal))
    .bind(i64::from(attribute.frozen))
    .bind(attribute.archived.then_some(now_ms))
    .bind(serde_json::to_string(&attribute.values)?)
    .execute(conn)
    .await?;
    Ok(())
}

/// What records freeze of these customers: the values of frozen attributes,
/// by today's pseudonym.
///
/// # Errors
/// When the store cannot be read.
pub async fn frozen(
    conn: &mut Conn,
    scope: &Scope,
    ids: &[id::CustomerId],
) -> Outcome<HashMap<id::CustomerId, Attributes>> {
    let declared = list(conn, scope, Holder::Customer).await?;
    let keys: Vec<&str> = declared
        .iter()
        .filter(|one| one.frozen && !one.archived)
        .map(|one| one.key.as_str())
        .collect();
    if keys.is_empty() || ids.is_empty() {
        return Ok(HashMap::new());
    }
    let customers = customers::by_ids(conn, scope, ids).await?;
    Ok(customers
        .into_iter()
        .map(|mut customer| {
            customer
                .attributes
                .retain(|key, _| keys.contains(&key.as_str()));
            (customer.id, customer.attributes)
        })
        .collect())
}

/// The values of one attribute as they are known now, as texts, by id of the
/// customer (pseudonyms of before a merge included) or account. For joins to rows
/// of the asker's scope; not to be shown by itself.
///
/// # Errors
/// When the store cannot be read.
pub async fn values(
    conn: &mut Conn,
    scope: &Scope,
    holder: Holder,
    key: &str,
) -> Outcome<BTreeMap<String, String>> {
    let organisation = scope.organisation().as_str();
    // Cuts down what is parsed; the parsing decides.
    let mentions = format!("%\"{key}\":%");
    let sql = match holder {
        Holder::Customer => {
            "SELECT id, attributes FROM customer WHERE organisation_id = $1 AND attributes LIKE $2"
        }
        Holder::Account => {
            "SELECT id, attributes FROM account WHERE organisation_id = $1 AND attributes LIKE $2"
        }
    };
    let rows = sqlx::query(sql)
        .bind(organisation)
        .bind(mentions)
        .fetch_all(&mut *conn)
        .await?;
    let mut found = BTreeMap::new();
    for row in rows {
        let attributes: Attributes =
            serde_json::from_str(&row.try_get::<String, _>("attributes")?)?;
        let text = match attributes.get(key) {
            Some(serde_json::Value::String(text)) => text.clone(),
            Some(serde_json::Value::Null) | None => continue,
            Some(other) => other.to_string(),
        };
        found.insert(row.try_get("id")?, text);
    }
    if holder == Holder::Customer {
        for (alias, today) in customers::merged(conn, scope).await? {
            if let Some(text) = found.get(&today).cloned() {
                found.insert(alias, text);
            }
        }
    }
    Ok(found)
}
