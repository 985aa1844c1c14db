//! Loyalty value: published figures through the product, groups by what
//! customers last said, who may see whom, refusals, erasure.

use std::time::Duration;

use koe::org::Role;
use koe_analysis::lifetime::{Purchase, lifetime, summarise};
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::imports::{SHARED, cdnow_mapping, stored};
use crate::metrics::operational::{customer, ordered};
use crate::support::{Person, TestApp};

async fn made(owner: &Person, definition: Value) -> String {
    let name = json!({ "en": "What are they worth?", "ja": "生涯価値" });
    let body = json!({ "name": name, "definition": definition });
    let analysis = owner.create("/api/loyalty", body).await;
    analysis["id"].as_str().expect("an id").to_owned()
}

/// The result, asked for until it is there.
async fn asked(person: &Person, analysis: &str) -> Value {
    for _ in 0..60 {
        let path = format!("/api/loyalty/{analysis}/results");
        let (status, results) = person.post(&path, json!({})).await;
        assert_eq!(status, StatusCode::OK, "{results}");
        if results["progress"].is_null() {
            return results;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the result does not come");
}

fn number(of: &Value) -> f64 {
    of.as_f64().unwrap_or_else(|| panic!("a number: {of}"))
}

fn within(found: &Value, expected: f64, share: f64) {
    let found = number(found);
    let off = (found - expected).abs() / expected.abs();
    assert!(off <= share, "{found} is not {expected}");
}

/// Customer, day and amount of each purchase of the record shop.
fn cdnow() -> Vec<(String, i64, f64)> {
    let file = std::fs::read_to_string(format!("{SHARED}/cdnow/CDNOW_sample.txt"));
    let file = file.expect("a file");
    let epoch = jiff::civil::date(1970, 1, 1);
    (file.lines())
        .map(|line| {
            let cells: Vec<&str> = line.split_whitespace().collect();
            let day = jiff::civil::Date::strptime("%Y%m%d", cells[2]).expect("a day");
            let amount = cells[4].parse().expect("an amount");
            (
                cells[1].to_owned(),
                i64::from((day - epoch).get_days()),
                amount,
            )
        })
        .collect()
}

#[tokio::test]
async fn the_record_shop_is_worth_what_was_published() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let file = std::fs::read(format!("{SHARED}/cdnow/CDNOW_sample.txt")).expect("a file");
    let import = stored::uploaded(&owner, "name=cdnow.txt", file).await;
    stored::mapped(&owner, &import, json!(cdnow_mapping())).await;
    let done = stored::run(&owner, &import, false).await;
    let stream = done["stream_id"].as_str().expect("a stream");
    let (_, proposals) = owner.get("/api/loyalty-proposals").await;
    let proposal = &proposals["items"][0];
    assert_eq!(
        (
            &proposal["definition"]["stream"],
            &proposal["definition"]["amount"]
        ),
        (&json!(stream), &json!("amount")),
        "the amount, not the number of records"
    );
    let mut definition = proposal["definition"].clone();
    definition["until"] = json!("1997-09-30");
    definition["horizon_days"] = json!(273);
    let analysis = made(&owner, definition).await;
    let results = asked(&owner, &analysis).await;
    let finding = &results["finding"];
    assert_eq!(
        (&finding["n"], &finding["repeat"]),
        (&json!(2_357), &json!(946))
    );
    // Fader, Hardie & Lee 2005; Fader & Hardie 2013.
    for (parameter, published) in [("r", 0.243), ("alpha", 4.414), ("a", 0.793), ("b", 2.426)] {
        within(&finding["model"][parameter], published, 0.01);
    }
    assert!(number(&finding["model"]["log_likelihood"]) >= -9_582.43);
    for (parameter, published) in [("p", 6.25), ("q", 3.74), ("v", 15.44)] {
        within(&finding["model"]["amounts"][parameter], published, 0.01);
    }

    // The same as over the rows of the file.
    let until = 10_134;
    let purchases = cdnow().into_iter().map(|(customer, day, amount)| Purchase {
        customer,
        day,
        amount,
    });
    let summed = summarise(purchases, Some(until)).expect("sums");
    let expected = lifetime(summed.customers, 39.0).expect("models");
    let total: f64 = expected.customers.iter().filter_map(|one| one.value).sum();
    within(&finding["total"], total, 1e-9);
    let deciles = finding["deciles"].as_array().expect("tenths");
    let n: u64 = deciles.iter().filter_map(|part| part["n"].as_u64()).sum();
    assert_eq!((deciles.len(), n), (10, 2_357));
    let shares: f64 = deciles.iter().map(|part| number(&part["share"])).sum();
    assert!((shares - 1.0).abs() < 1e-9);
    let (low, high) = (
        number(&finding["total_interval"][0]),
        number(&finding["total_interval"][1]),
    );
    assert!(low < total && total < high);
    assert_eq!(
        finding["at_risk"].as_array().expect("a list").len(),
        200,
        "limits.loyalty_customers"
    );

    let again = asked(&owner, &analysis).await;
    assert_eq!(again, results, "kept, its moment included");
}

/// Sixty customers: every other one recommends and comes back to the end; the
/// others do not, and every third of them said nothing.
async fn shop(t: &TestApp, owner: &Person) -> (String, Vec<String>) {
    let survey = crate::drivers::survey(owner, "identified").await;
    let plan = json!({ "holder": "customer", "key": "plan", "kind": "code",
        "label": { "en": "Plan" }, "values": { "a": { "en": "All in" } } });
    owner.create("/api/attributes", plan).await;
    let mut customers = Vec::new();
    let mut orders: Vec<(String, i64, f64, &str)> = Vec::new();
    for n in 0..60_i64 {
        let id = customer(owner, json!({ "plan": if n < 30 { "a" } else { "b" } })).await;
        let recommends = n % 2 == 0;
        let times = if recommends { 4 + n % 4 } else { 1 + n % 3 };
        for time in 0..times {
            let amount = f64::from(4 + (n * 7 % 5) as u8) * 10.0 + ((n * 3 + time * 5) % 17) as f64;
            let between = 6 + n % 3;
            let day = match recommends {
                true => 60 - n % 5 - (times - 1 - time) * between,
                false => n % 10 + time * between,
            };
            orders.push((id.clone(), day, amount, "x"));
        }
        if recommends || n % 3 != 0 {
            let said = if recommends { 10 } else { n % 7 };
            let body = json!({ "survey_id": survey, "partial": true, "answers": { "q1": said },
                "context": { "customer_id": id }, "occurred_at": "2025-06-03T00:00:00Z" });
            owner.create("/api/responses", body).await;
        }
        customers.push(id);
    }
    let rows: Vec<(&str, i64, f64, &str)> = (orders.iter())
        .map(|(id, day, amount, reason)| (id.as_str(), *day, *amount, *reason))
        .collect();
    ordered(t, owner, &rows).await;
    (survey, customers)
}

#[tokio::test]
async fn promoters_are_laid_beside_all_others_and_single_customers_shown_to_few() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let (survey, customers) = shop(&t, &owner).await;
    let (_, proposals) = owner.get("/api/loyalty-proposals").await;
    let proposed = proposals["items"][0]["definition"].clone();
    assert_eq!(
        proposed["group"],
        json!({ "kind": "nps", "stream": survey, "field": "q1" })
    );
    let analysis = made(&owner, proposed).await;
    let results = asked(&owner, &analysis).await;
    let finding = &results["finding"];
    assert_eq!(
        (&finding["n"], &finding["repeat"]),
        (&json!(60), &json!(50))
    );
    let groups = finding["groups"].as_array().expect("groups");
    let keys: Vec<_> = groups
        .iter()
        .map(|one| (one["key"].as_str(), one["n"].as_u64()))
        .collect();
    assert_eq!(
        keys,
        [
            (Some("promoter"), Some(30)),
            (Some("detractor"), Some(20)),
            (None, Some(10))
        ]
    );
    assert_eq!(groups[0]["differs"], true, "{}", groups[0]);
    assert!(number(&groups[0]["difference_interval"][0]) > 0.0);
    let listed = finding["at_risk"].as_array().expect("a list");
    assert_eq!(finding["n_at_risk"], listed.len(), "{finding}");
    assert!(!listed.is_empty(), "{finding}");
    assert_eq!(listed[0]["name"], "somebody");
    for one in listed {
        let alive = number(&one["alive"]);
        assert!((0.2..=0.8).contains(&alive), "{one}");
        assert!(customers.iter().any(|id| one["customer_id"] == **id));
    }

    let ours = &t.organisation;
    t.member(ours, "viewer@example.com", Role::Viewer).await;
    let viewer = t.signed_in("viewer@example.com").await;
    let seen = asked(&viewer, &analysis).await;
    assert_eq!(seen["finding"]["at_risk"], json!(null), "nobody by name");
    assert_eq!(seen["finding"]["total"], finding["total"]);
    let body = json!({ "name": { "en": "x" }, "definition": {} });
    let (status, _) = viewer.post("/api/loyalty", body).await;
    assert!(status.is_client_error(), "{status}");
    let path = format!("/api/loyalty/{analysis}");
    assert_eq!(
        viewer.patch(&path, json!({})).await.0,
        StatusCode::FORBIDDEN
    );
    assert_eq!(viewer.delete(&path).await.0, StatusCode::FORBIDDEN);
    assert_eq!(
        t.foreign_owner().await.get(&path).await.0,
        StatusCode::NOT_FOUND
    );

    // Whoever is erased is in no kept result, and in none that is computed anew.
    let erased = listed[0]["customer_id"].as_str().expect("an id").to_owned();
    let body = json!({ "reason": "request" });
    owner
        .create(&format!("/api/customers/{erased}/erasure"), body)
        .await;
    let mut tx = t.app.db.read().await.expect("a transaction");
    let kept = sqlx::query_scalar::<_, i64>("SELECT COUNT(*) FROM loyalty_result");
    assert_eq!(kept.fetch_one(&mut *tx).await.expect("a count"), 0);
    drop(tx);
    let after = asked(&owner, &analysis).await;
    assert_eq!(after["finding"]["n"], 59);
    assert!(!after.to_string().contains(&erased), "{after}");
    assert_eq!(owner.delete(&path).await.0, StatusCode::NO_CONTENT);
    assert_eq!(owner.get(&path).await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_member_of_one_unit_values_no_purchases_of_others() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let (survey, _) = shop(&t, &owner).await;
    let body = json!({ "code": "east", "name": { "en": "east" }, "kind": "store" });
    let unit = owner.create("/api/units", body).await;
    let analysis = made(&owner, definition_of(&owner, &survey).await).await;
    asked(&owner, &analysis).await;
    let body = json!({ "name": "east", "permissions": ["read_results", "read_people"],
        "units": [unit["id"]] });
    let key = owner.create("/api/keys", body).await;
    let base = format!("http://{}", t.address);
    let member = owner.program(&base, key["secret"].as_str().expect("a secret"));
    let seen = asked(&member, &analysis).await;
    assert_eq!(seen["refused"]["code"], "no_purchases", "{seen}");
    assert_eq!(seen["finding"], json!(null));
}

async fn definition_of(owner: &Person, survey: &str) -> Value {
    let (_, streams) = owner.get("/api/streams").await;
    json!({ "stream": streams["items"][0]["id"], "amount": "amount",
        "group": { "kind": "nps", "stream": survey, "field": "q1" } })
}

#[tokio::test]
async fn what_cannot_be_asked_is_named_and_too_few_buyers_are_refused() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let mut orders = Vec::new();
    let mut ids = Vec::new();
    for _ in 0..12 {
        ids.push(customer(&owner, json!({})).await);
    }
    for (n, id) in ids.iter().enumerate() {
        orders.push((id.as_str(), n as i64, 10.0, "x"));
        orders.push((id.as_str(), n as i64 + 9, 20.0 + n as f64, "x"));
    }
    ordered(&t, &owner, &orders).await;
    let confidential = crate::drivers::survey(&owner, "confidential").await;
    let (_, streams) = owner.get("/api/streams").await;
    let stream = streams["items"][0]["id"].clone();
    let whole = json!({ "stream": stream, "amount": "amount" });
    let with = |name: &str, value: Value| {
        let mut changed = whole.clone();
        changed[name] = value;
        changed
    };
    let nps =
        |stream: &str, field: &str| json!({ "kind": "nps", "stream": stream, "field": field });
    for (definition, named) in [
        (with("stream", json!("nowhere")), "definition.stream"),
        (with("stream", json!(confidential)), "definition.stream"),
        (with("amount", json!("gone")), "definition.amount"),
        (with("amount", json!("reason")), "definition.amount"),
        (with("horizon_days", json!(1)), "definition.horizon_days"),
        (with("until", json!("yesterday")), "definition.until"),
        (
            with("group", nps("nowhere", "q1")),
            "definition.group.stream",
        ),
        (
            with("group", nps(&confidential, "q1")),
            "definition.group.stream",
        ),
        (
            with("group", json!({ "kind": "attribute", "key": "gone" })),
            "definition.group.key",
        ),
        (with("top", json!(2)), "top"),
    ] {
        let body = json!({ "name": { "en": "x" }, "definition": definition });
        let (status, problem) = owner.post("/api/loyalty", body).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{problem}");
        let said = problem["detail"].as_str().expect("a sentence");
        assert!(said.contains(named), "{named}: {said}");
    }
    let body = json!({ "name": { "fr": "x" }, "definition": whole });
    let (status, problem) = owner.post("/api/loyalty", body).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(problem["fields"][0]["field"], "name");

    let analysis = made(&owner, whole.clone()).await;
    let few = asked(&owner, &analysis).await;
    assert_eq!(few["refused"]["code"], "too_few", "{few}");
    assert_eq!(
        (
            &few["refused"]["value"],
            &few["refused"]["repeat"],
            &few["refused"]["wanted"]
        ),
        (&json!(12.0), &json!(12.0), &json!([20.0, 10.0]))
    );
    let path = format!("/api/loyalty/{analysis}/results");
    let (status, problem) = owner.post(&path, json!({ "confidence": 2 })).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{problem}");
    assert_eq!(problem["fields"][0]["field"], "confidence");
}

#[tokio::test]
async fn groups_and_lists_end_at_their_limits() {
    let t = TestApp::start_with(|config| {
        config.limits.loyalty_groups = 2;
        config.limits.loyalty_customers = 1;
        config.limits.loyalty_results = 1;
    })
    .await;
    let owner = t.owner().await;
    let (survey, _) = shop(&t, &owner).await;
    let mut definition = definition_of(&owner, &survey).await;
    let analysis = made(&owner, definition.clone()).await;
    let path = format!("/api/loyalty/{analysis}");
    let results = format!("{path}/results");
    let (status, problem) = owner.post(&results, json!({})).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{problem}");
    assert_eq!(problem["fields"][0]["field"], "definition.group");
    let said = problem["detail"].as_str().expect("a sentence");
    assert!(said.contains("limits.loyalty_groups"), "{said}");

    definition["group"] = json!({ "kind": "attribute", "key": "plan" });
    let (status, _) = owner
        .patch(&path, json!({ "definition": definition }))
        .await;
    assert_eq!(status, StatusCode::OK);
    let found = asked(&owner, &analysis).await;
    let finding = &found["finding"];
    let n: Vec<_> = (finding["groups"].as_array().expect("groups").iter())
        .map(|one| one["n"].as_u64())
        .collect();
    assert_eq!(n, [Some(30), Some(30)]);
    assert_eq!(found["note"]["group_values"]["a"]["en"], "All in");
    assert_eq!(finding["at_risk"].as_array().expect("a list").len(), 1);
    assert!(number(&finding["n_at_risk"]) > 1.0, "{finding}");
    owner.post(&results, json!({ "confidence": 0.9 })).await;
    let mut tx = t.app.db.read().await.expect("a transaction");
    let kept = sqlx::query_scalar::<_, i64>("SELECT COUNT(*) FROM loyalty_result");
    assert_eq!(kept.fetch_one(&mut *tx).await.expect("a count"), 1);
}
