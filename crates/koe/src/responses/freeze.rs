//! What records keep of their customers: the declared attributes that are frozen,
//! as they are known when the record is stored.
//!
//! They become fields of the record's stream, `customer:<key>`. A confidential
//! programme has no customer by then, so it keeps none.

use std::collections::{BTreeMap, HashMap};

use jiff::civil::{Date, date};
use koe_lake::{Field, FieldKind, MAX_FIELDS, Row, Value};

use super::model::Prepared;
use crate::base::db::Conn;
use crate::base::experience;
use crate::base::id::CustomerId;
use crate::base::problem::Outcome;
use crate::base::scope::Scope;
use crate::org;
use crate::people::{self, AttributeKind, FROZEN, Holder};

/// Frozen attributes of some customers, ready for the rows of one stream.
#[derive(Debug, Default)]
pub struct Frozen {
    values: HashMap<CustomerId, BTreeMap<String, Value>>,
}

impl Frozen {
    /// What is known of the customer, by field.
    pub fn of(&self, customer: &CustomerId) -> impl Iterator<Item = (&String, &Value)> {
        self.values.get(customer).into_iter().flatten()
    }

    /// Puts what is known of the customer into the row.
    pub fn put(&self, customer: &CustomerId, row: &mut Row) {
        row.values.extend(
            self.of(customer)
                .map(|(field, value)| (field.clone(), value.clone())),
        );
    }
}

/// Reads what records of a stream keep of these customers, and gives the stream
/// the fields for it. A stream that has no room for more fields keeps none of the
/// new ones, because an answer must not be refused for it.
///
/// # Errors
/// When the store refuses.
pub async fn frozen(
    conn: &mut Conn,
    scope: &Scope,
    stream: &str,
    customers: &[CustomerId],
) -> Outcome<Frozen> {
    let mut customers = customers.to_vec();
    customers.sort();
    customers.dedup();
    let known = people::frozen_attributes(conn, scope, &customers).await?;
    if known.values().all(BTreeMap::is_empty) {
        return Ok(Frozen::default());
    }
    let declared = people::attributes(conn, scope, Holder::Customer).await?;
    let kinds: BTreeMap<&str, AttributeKind> = declared
        .iter()
        .map(|attribute| (attribute.key.as_str(), attribute.kind))
        .collect();
    let mut needed: BTreeMap<String, FieldKind> = BTreeMap::new();
    let mut values: HashMap<CustomerId, BTreeMap<String, Value>> = HashMap::new();
    for (customer, attributes) in known {
        let mut of_customer = BTreeMap::new();
        for (key, value) in &attributes {
            let Some((kind, value)) = kinds.get(key.as_str()).and_then(|kind| coded(*kind, value))
            else {
                continue;
            };
            let field = format!("{FROZEN}{key}");
            needed.insert(field.clone(), kind);
            of_customer.insert(field, value);
        }
        values.insert(customer, of_customer);
    }
    let info = experience::stream(conn, scope, stream).await?;
    let new: Vec<Field> = needed
        .iter()
        .filter(|(field, _)| info.schema.field(field).is_none())
        .map(|(field, kind)| Field::new(field.clone(), *kind))
        .collect();
    if !new.is_empty() {
        if info.schema.fields.len() + new.len() > MAX_FIELDS {
            for of_customer in values.values_mut() {
                of_customer.retain(|field, _| info.schema.field(field).is_some());
            }
        } else {
            experience::register_stream(conn, scope, stream, &info.kind, &new).await?;
        }
    }
    Ok(Frozen { values })
}

/// The batch with what its records keep of their customers; nothing when they
/// keep nothing.
///
/// # Errors
/// When the store refuses.
pub async fn freeze(conn: &mut Conn, batch: &[Prepared]) -> Outcome<Option<Vec<Prepared>>> {
    let mut by_stream: BTreeMap<(&str, &str), Vec<CustomerId>> = BTreeMap::new();
    for one in batch {
        if let Some(customer) = &one.head.customer {
            by_stream
                .entry((one.head.organisation.as_str(), &one.head.stream))
                .or_default()
                .push(customer.clone());
        }
    }
    let mut found: BTreeMap<(&str, &str), Frozen> = BTreeMap::new();
    for ((organisation, stream), customers) in by_stream {
        let owner = batch
            .iter()
            .find(|one| one.head.organisation.as_str() == organisation)
            .map(|one| &one.head.organisation);
        let Some(owner) = owner else { continue };
        let scope = org::system_scope(owner);
        let frozen = frozen(conn, &scope, stream, &customers).await?;
        if !frozen.values.is_empty() {
            found.insert((organisation, stream), frozen);
        }
    }
    if found.is_empty() {
        return Ok(None);
    }
    let with = batch.iter().map(|one| {
        let mut one = one.clone();
        let place = (one.head.organisation.as_str(), one.head.stream.as_str());
        if let (Some(customer), Some(frozen)) = (&one.head.customer, found.get(&place)) {
            frozen.put(customer, &mut one.pending.row);
        }
        one
    });
    Ok(Some(with.collect()))
}

/// An attribute's value as a field holds it.
fn coded(kind: AttributeKind, value: &serde_json::Value) -> Option<(FieldKind, Value)> {
    const EPOCH: Date = date(1970, 1, 1);
    Some(match kind {
        AttributeKind::Code => (FieldKind::Code, Value::Code(value.as_str()?.to_owned())),
        AttributeKind::Boolean => (FieldKind::Flag, Value::Flag(value.as_bool()?)),
        AttributeKind::Number => (FieldKind::Number, Value::Number(value.as_f64()?)),
        AttributeKind::Date => {
            let day: Date = value.as_str()?.parse().ok()?;
            let date = (day - EPOCH).get_days();
            (FieldKind::Date, Value::Date { date })
        }
        // Never frozen: words of people do not enter the lake.
        AttributeKind::Text => return None,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn attributes_are_coded_by_their_kind() {
        for (kind, value, expected) in [
            (
                AttributeKind::Code,
                json!("gold"),
                Some(Value::Code("gold".into())),
            ),
            (AttributeKind::Boolean, json!(true), Some(Value::Flag(true))),
            (AttributeKind::Number, json!(3), Some(Value::Number(3.0))),
            (
                AttributeKind::Date,
                json!("1970-03-01"),
                Some(Value::Date { date: 59 }),
            ),
            (AttributeKind::Date, json!("soon"), None),
            (AttributeKind::Text, json!("words"), None),
        ] {
            let coded = coded(kind, &value).map(|(_, value)| value);
            assert_eq!(coded, expected, "{value}");
        }
    }
}
