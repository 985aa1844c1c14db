//! How intake and imports find or make customers.

use std::collections::BTreeMap;

use koe::base::id::OrganisationId;
use koe::people::{
    Identifier, IdentifierKind, Person, Resolved, frozen_attributes, pseudonyms, resolve_many,
};
use serde_json::json;

use super::{declare, id, path};
use crate::support::TestApp;

fn email(value: &str) -> Identifier {
    Identifier::read(IdentifierKind::Email, value, "81").expect(value)
}

fn crm(value: &str) -> Identifier {
    Identifier::read(IdentifierKind::External("crm".into()), value, "81").expect(value)
}

async fn resolve(t: &TestApp, organisation: &OrganisationId, people: &[Person]) -> Vec<Resolved> {
    let scope = koe::org::system_scope(organisation);
    let mut tx = t.app.db.write().await.expect("a transaction");
    let resolved = resolve_many(&mut tx, &t.app, &scope, people)
        .await
        .expect("resolved");
    tx.commit().await.expect("committed");
    resolved
}

fn person(identifiers: &[Identifier]) -> Person {
    Person {
        identifiers: identifiers.to_vec(),
        ..Person::default()
    }
}

#[tokio::test]
async fn rows_that_share_an_identifier_are_one_customer_and_the_next_import_finds_it() {
    let t = TestApp::start().await;
    let rows = [
        person(&[email("a@example.com")]),
        person(&[email("A@example.com"), crm("1")]),
        person(&[crm("1"), crm("2")]),
        person(&[email("b@example.com")]),
    ];
    let first = resolve(&t, &t.organisation, &rows).await;
    assert_eq!(first.iter().filter(|row| row.created).count(), 2);
    assert!(
        first[..3]
            .iter()
            .all(|row| row.customer == first[0].customer)
    );
    assert_ne!(first[3].customer, first[0].customer);
    let again = resolve(&t, &t.organisation, &rows).await;
    assert!(again.iter().all(|row| !row.created && !row.ambiguous));
    let ids = |rows: &[Resolved]| {
        rows.iter()
            .map(|row| row.customer.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(ids(&again), ids(&first));
    let clash = resolve(
        &t,
        &t.organisation,
        &[person(&[email("b@example.com"), crm("2")])],
    )
    .await;
    assert!(
        clash[0].ambiguous,
        "two customers: nothing is merged silently"
    );
    assert_eq!(
        clash[0].customer, first[3].customer,
        "the first identifier decides"
    );
}

#[tokio::test]
async fn a_name_fills_a_gap_attributes_are_overlaid_and_search_finds_both() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    declare(&owner).await;
    let row = |name: Option<&str>, tier: Option<&str>| Person {
        identifiers: vec![crm("7")],
        name: name.map(str::to_owned),
        attributes: tier
            .map(|tier| ("tier".to_owned(), json!(tier)))
            .into_iter()
            .collect(),
    };
    resolve(
        &t,
        &t.organisation,
        &[row(None, Some("blue")), row(Some("Hanako"), None)],
    )
    .await;
    let last = resolve(&t, &t.organisation, &[row(Some("Somebody"), Some("gold"))]).await;
    let (_, list) = owner.get("/api/customers?q=gold").await;
    assert_eq!(list["items"][0]["id"], last[0].customer.to_string());
    assert_eq!(list["items"][0]["name"], "Hanako");
    let scope = koe::org::system_scope(&t.organisation);
    let mut tx = t.app.db.read().await.expect("a transaction");
    let frozen = frozen_attributes(&mut tx, &scope, &[last[0].customer.clone()])
        .await
        .expect("frozen");
    assert_eq!(
        frozen[&last[0].customer],
        BTreeMap::from([("tier".to_owned(), json!("gold"))])
    );
    tx.rollback().await.expect("ended");
}

#[tokio::test]
async fn a_merged_customer_is_found_by_import_and_expands_to_all_pseudonyms() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let rows = resolve(
        &t,
        &t.organisation,
        &[person(&[crm("1")]), person(&[crm("2")])],
    )
    .await;
    let kept = json!({ "id": rows[0].customer });
    let body = json!({ "customer_id": rows[1].customer });
    owner.post(&format!("{}/merge", path(&kept)), body).await;
    let again = resolve(&t, &t.organisation, &[person(&[crm("2")])]).await;
    assert_eq!(again[0].customer.as_str(), id(&kept));
    let scope = koe::org::system_scope(&t.organisation);
    let mut tx = t.app.db.read().await.expect("a transaction");
    let all = pseudonyms(&mut tx, &scope, &rows[1].customer)
        .await
        .expect("pseudonyms");
    assert_eq!(all, [rows[0].customer.clone(), rows[1].customer.clone()]);
    tx.rollback().await.expect("ended");
}

#[tokio::test]
async fn organisations_share_no_customers() {
    let t = TestApp::start().await;
    let foreign = t.foreign_owner().await;
    let (_, session) = foreign.get("/api/session").await;
    let theirs: OrganisationId = session["organisation"]["id"]
        .as_str()
        .expect("an id")
        .parse()
        .expect("an id");
    let row = [person(&[email("same@example.com")])];
    let ours = resolve(&t, &t.organisation, &row).await;
    let other = resolve(&t, &theirs, &row).await;
    assert!(other[0].created);
    assert_ne!(ours[0].customer, other[0].customer);
}

#[tokio::test]
async fn ten_thousand_rows_take_moments() {
    let t = TestApp::start().await;
    let rows: Vec<Person> = (0..10_000)
        .map(|n| Person {
            identifiers: vec![
                email(&format!("p{}@example.com", n % 5_000)),
                crm(&(n % 5_000).to_string()),
            ],
            name: Some(format!("Person {n}")),
            ..Person::default()
        })
        .collect();
    let begun = std::time::Instant::now();
    let resolved = resolve(&t, &t.organisation, &rows).await;
    assert_eq!(resolved.iter().filter(|row| row.created).count(), 5_000);
    assert!(begun.elapsed().as_secs() < 20, "{:?}", begun.elapsed());
    let again = resolve(&t, &t.organisation, &rows).await;
    assert!(
        again
            .iter()
            .zip(&resolved)
            .all(|(a, b)| a.customer == b.customer && !a.created)
    );
}

#[tokio::test]
async fn a_row_without_identifier_is_refused() {
    let t = TestApp::start().await;
    let scope = koe::org::system_scope(&t.organisation);
    let mut tx = t.app.db.write().await.expect("a transaction");
    let outcome = resolve_many(&mut tx, &t.app, &scope, &[person(&[])]).await;
    assert_eq!(
        outcome.expect_err("refused").fields()[0].field,
        "identifiers"
    );
    tx.rollback().await.expect("ended");
}

#[tokio::test]
async fn two_imports_at_once_make_one_customer() {
    let t = TestApp::start().await;
    let rows: Vec<Person> = (0..50).map(|n| person(&[crm(&n.to_string())])).collect();
    let reversed: Vec<Person> = rows.iter().rev().cloned().collect();
    let (one, other) = tokio::join!(
        resolve(&t, &t.organisation, &rows),
        resolve(&t, &t.organisation, &reversed)
    );
    let other: Vec<_> = other.into_iter().rev().map(|row| row.customer).collect();
    let one: Vec<_> = one.into_iter().map(|row| row.customer).collect();
    assert_eq!(one, other);
    let (_, list) = t.owner().await.get("/api/customers?limit=200").await;
    assert_eq!(
        list["items"].as_array().map(Vec::len),
        Some(50),
        "no orphans stay"
    );
}
