//! Customers, accounts, attributes, consents, streams.

mod accounts;
mod customers;
mod definitions;
mod merging;
mod resolving;
mod visibility;

use serde_json::{Value, json};

use crate::support::Person;

/// Declares the attributes that these tests write.
async fn declare(owner: &Person) {
    for (key, kind, frozen) in [
        ("tier", "code", true),
        ("points", "number", false),
        ("note", "text", false),
        ("since", "date", false),
    ] {
        let body = json!({ "key": key, "label": { "en": key }, "kind": kind, "frozen": frozen });
        owner.create("/api/attributes", body).await;
    }
}

fn id(thing: &Value) -> &str {
    thing["id"].as_str().expect("an id")
}

fn path(customer: &Value) -> String {
    format!("/api/customers/{}", id(customer))
}

fn ids(list: &Value) -> Vec<&str> {
    list["items"]
        .as_array()
        .expect("items")
        .iter()
        .map(id)
        .collect()
}
