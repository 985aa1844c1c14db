//! Customers over HTTP.

use reqwest::StatusCode;
use serde_json::{Value, json};

use super::{declare, id, ids, path};
use crate::support::TestApp;

#[tokio::test]
async fn a_customer_is_found_by_any_identifier_however_it_is_written() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let body = json!({ "name": "山田 花子", "identifiers": [
        { "kind": "email", "value": "Hanako@Example.com" },
        { "kind": "phone", "value": "090-1234-5678" },
        { "kind": "external:crm", "value": "C-001" } ] });
    let made = owner.create("/api/customers", body).await;
    assert_eq!(
        made["identifiers"],
        json!([
        { "kind": "email", "value": "hanako@example.com" },
        { "kind": "phone", "value": "+819012345678" },
        { "kind": "external:crm", "value": "C-001" } ])
    );
    for identifier in [
        "hanako@example.com",
        "HANAKO@EXAMPLE.COM",
        "09012345678",
        "%2B81-90-1234-5678",
        "%EF%BC%90%EF%BC%99%EF%BC%9012345678",
        "C-001",
        id(&made),
    ] {
        let (status, found) = owner
            .get(&format!("/api/customers/lookup?identifier={identifier}"))
            .await;
        assert_eq!(
            (status, &found["id"]),
            (StatusCode::OK, &made["id"]),
            "{identifier} {found}"
        );
    }
    for (query, status) in [
        ("identifier=C-001&kind=external:crm", StatusCode::OK),
        (
            "identifier=C-001&kind=external:loyalty",
            StatusCode::NOT_FOUND,
        ),
        ("identifier=c-001", StatusCode::NOT_FOUND),
        (
            "identifier=C-001&kind=email",
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        (
            "identifier=C-001&kind=fax",
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        ("identifier=", StatusCode::UNPROCESSABLE_ENTITY),
        ("", StatusCode::UNPROCESSABLE_ENTITY),
    ] {
        assert_eq!(
            owner.get(&format!("/api/customers/lookup?{query}")).await.0,
            status,
            "{query}"
        );
    }
    let other = json!({ "identifiers": [{ "kind": "external:loyalty", "value": "C-001" }] });
    owner.create("/api/customers", other).await;
    let (status, problem) = owner.get("/api/customers/lookup?identifier=C-001").await;
    assert_eq!(
        (status, &problem["code"]),
        (StatusCode::CONFLICT, &json!("several_customers"))
    );
}

#[tokio::test]
async fn an_identifier_belongs_to_one_customer_of_the_organisation() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let body = json!({ "identifiers": [{ "kind": "phone", "value": "03-1234-5678" }] });
    let first = owner.create("/api/customers", body.clone()).await;
    let again = json!({ "identifiers": [{ "kind": "phone", "value": "+81 3 1234 5678" }] });
    let (status, problem) = owner.post("/api/customers", again.clone()).await;
    assert_eq!(
        (status, &problem["code"]),
        (StatusCode::CONFLICT, &json!("identifier_taken"))
    );
    let second = owner
        .create("/api/customers", json!({ "name": "Second" }))
        .await;
    assert_eq!(
        owner.patch(&path(&second), again.clone()).await.0,
        StatusCode::CONFLICT
    );
    let (status, same) = owner.patch(&path(&first), again.clone()).await;
    assert_eq!(
        (status, &same["identifiers"][0]["value"]),
        (StatusCode::OK, &json!("+81312345678"))
    );
    owner
        .patch(&path(&first), json!({ "identifiers": [] }))
        .await;
    assert_eq!(
        owner.patch(&path(&second), again).await.0,
        StatusCode::OK,
        "free again"
    );
    t.foreign_owner().await.create("/api/customers", body).await;
}

#[tokio::test]
async fn the_organisations_own_country_completes_telephone_numbers() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    owner
        .patch("/api/organisation", json!({ "calling_code": "44" }))
        .await;
    let body = json!({ "identifiers": [{ "kind": "phone", "value": "020 7946 0018" }] });
    let made = owner.create("/api/customers", body).await;
    assert_eq!(made["identifiers"][0]["value"], "+442079460018");
}

#[tokio::test]
async fn search_finds_names_identifiers_and_attributes_whatever_width_case_or_kana() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    declare(&owner).await;
    let mut made = Vec::new();
    for (name, phone, note) in [
        ("ヤマダ ハナコ", "090-1111-2222", "100%"),
        ("SMITH, John", "090-3333-4444", "a_b"),
        ("佐藤", "090-5555-6666", "axb"),
    ] {
        t.app.clock.advance_ms(1);
        let body = json!({ "name": name, "attributes": { "note": note },
            "identifiers": [{ "kind": "phone", "value": phone }] });
        made.push(owner.create("/api/customers", body).await);
    }
    for (q, expected) in [
        ("やまだ", vec![0]),
        ("ﾊﾅｺ", vec![0]),
        ("smith", vec![1]),
        ("ｓｍｉｔｈ", vec![1]),
        ("佐", vec![2]),
        ("090-3333-4444", vec![1]),
        ("33334444", vec![1]),
        ("100%", vec![0]),
        ("a_b", vec![1]),
        ("%", vec![0]),
        ("nobody", vec![]),
        ("", vec![2, 1, 0]),
        ("' OR 1=1 --", vec![]),
    ] {
        let request = owner
            .request(reqwest::Method::GET, "/api/customers")
            .query(&[("q", q)]);
        let (status, list) = crate::support::answer(request).await;
        assert_eq!(status, StatusCode::OK, "{list}");
        let expected: Vec<&str> = expected.into_iter().map(|n: usize| id(&made[n])).collect();
        assert_eq!(ids(&list), expected, "{q}");
    }
    let (_, page) = owner.get("/api/customers?limit=2").await;
    assert_eq!(ids(&page), [id(&made[2]), id(&made[1])]);
    let cursor = page["next_cursor"].as_str().expect("more");
    let (_, rest) = owner
        .get(&format!("/api/customers?limit=2&cursor={cursor}"))
        .await;
    assert_eq!(
        (ids(&rest), &rest["next_cursor"]),
        (vec![id(&made[0])], &Value::Null)
    );
    assert_eq!(
        owner
            .get(&format!("/api/customers?q={}", "x".repeat(201)))
            .await
            .0,
        StatusCode::UNPROCESSABLE_ENTITY
    );
}

#[tokio::test]
async fn a_change_overlays_attributes_and_the_log_keeps_no_personal_data() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    declare(&owner).await;
    let body = json!({ "name": "Hanako", "attributes": { "tier": "gold", "points": 12.5 } });
    let made = owner.create("/api/customers", body).await;
    let change = json!({ "attributes": { "tier": null, "since": "2020-01-31" } });
    t.app.clock.advance_ms(1);
    let (status, changed) = owner.patch(&path(&made), change).await;
    assert_eq!(status, StatusCode::OK, "{changed}");
    assert_eq!(
        changed["attributes"],
        json!({ "points": 12.5, "since": "2020-01-31" })
    );
    assert_eq!(changed["name"], "Hanako");
    t.app.clock.advance_ms(1);
    let (_, unnamed) = owner.patch(&path(&made), json!({ "name": null })).await;
    assert_eq!(unnamed["name"], Value::Null);
    let (_, log) = owner.get("/api/audit?action=customer").await;
    assert_eq!(
        log["items"][1]["detail"]["fields"],
        json!(["attributes.since", "attributes.tier"])
    );
    assert!(!log.to_string().contains("Hanako") && !log.to_string().contains("2020-01-31"));
}

#[tokio::test]
async fn bad_customers_are_refused_by_field() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    declare(&owner).await;
    for (body, field) in [
        (json!({}), "identifiers"),
        (json!({ "name": " " }), "name"),
        (
            json!({ "name": "x", "identifiers": [{ "kind": "email", "value": "x" }] }),
            "identifiers[0].value",
        ),
        (
            json!({ "identifiers": [{ "kind": "email", "value": "a@b.c" }, { "kind": "phone", "value": "=1+1" }] }),
            "identifiers[1].value",
        ),
        (
            json!({ "identifiers": [{ "kind": "fax", "value": "1" }] }),
            "identifiers[0].kind",
        ),
        (
            json!({ "identifiers": [{ "kind": "external:crm", "value": "" }] }),
            "identifiers[0].value",
        ),
        (
            json!({ "name": "x", "attributes": { "colour": "red" } }),
            "attributes.colour",
        ),
        (
            json!({ "name": "x", "attributes": { "points": "many" } }),
            "attributes.points",
        ),
        (
            json!({ "name": "x", "attributes": { "tier": "" } }),
            "attributes.tier",
        ),
        (
            json!({ "name": "x", "attributes": { "since": "31 Jan" } }),
            "attributes.since",
        ),
        (
            json!({ "name": "x", "unit_id": "unt_00000000000000000000000000" }),
            "unit_id",
        ),
        (json!({ "name": "x", "age": 12 }), "age"),
    ] {
        let (status, problem) = owner.post("/api/customers", body.clone()).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{body} {problem}");
        assert_eq!(problem["fields"][0]["field"], field, "{problem}");
    }
    assert_eq!(owner.get("/api/customers").await.1["items"], json!([]));
}

#[tokio::test]
async fn merging_brings_everything_over_and_the_old_pseudonym_goes_on_resolving() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    declare(&owner).await;
    let mut made = Vec::new();
    for (name, email, attributes) in [
        (json!(null), "a@example.com", json!({ "tier": "gold" })),
        (
            json!("Hanako"),
            "b@example.com",
            json!({ "tier": "blue", "points": 3 }),
        ),
        (json!("H."), "c@example.com", json!({})),
    ] {
        t.app.clock.advance_ms(1_000);
        let body = json!({ "name": name, "attributes": attributes,
            "identifiers": [{ "kind": "email", "value": email }] });
        made.push(owner.create("/api/customers", body).await);
    }
    let consent = json!({ "purpose": "research", "granted": true, "source": "call" });
    owner
        .create(&format!("{}/consents", path(&made[1])), consent)
        .await;
    let account = owner
        .create("/api/accounts", json!({ "code": "A1", "name": "Acme" }))
        .await;
    let join = format!("/api/accounts/{}/customers/{}", id(&account), id(&made[1]));
    assert_eq!(
        owner.put(&join, json!(null)).await.0,
        StatusCode::NO_CONTENT
    );
    // c into b, then b into a: a chain of pseudonyms.
    for (into, from) in [(1, 2), (0, 1)] {
        t.app.clock.advance_ms(1);
        let body = json!({ "customer_id": made[from]["id"] });
        let (status, merged) = owner
            .post(&format!("{}/merge", path(&made[into])), body)
            .await;
        assert_eq!(
            (status, &merged["id"]),
            (StatusCode::OK, &made[into]["id"]),
            "{merged}"
        );
    }
    for customer in &made {
        let (status, shown) = owner.get(&path(customer)).await;
        assert_eq!((status, &shown["id"]), (StatusCode::OK, &made[0]["id"]));
        assert_eq!(shown["name"], "Hanako");
        assert_eq!(
            shown["attributes"],
            json!({ "points": 3, "tier": "gold" }),
            "those of the first win"
        );
        assert_eq!(shown["identifiers"].as_array().map(Vec::len), Some(3));
        assert_eq!(
            shown["pseudonyms"],
            json!([made[0]["id"], made[1]["id"], made[2]["id"]])
        );
        assert_eq!(shown["consents"][0]["purpose"], "research");
        assert_eq!(shown["accounts"][0]["code"], "A1");
        assert_eq!(shown["created_at"], "2026-04-01T00:00:01Z");
    }
    let (_, found) = owner.get("/api/customers?q=c@example.com").await;
    assert_eq!(ids(&found), [id(&made[0])]);
    let again = json!({ "customer_id": made[2]["id"] });
    let (status, problem) = owner
        .post(&format!("{}/merge", path(&made[0])), again)
        .await;
    assert_eq!(
        (status, &problem["fields"][0]["field"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("customer_id"))
    );
    let (_, log) = owner.get("/api/audit?action=customer.merge").await;
    assert_eq!(log["items"][0]["detail"]["merged"], made[1]["id"]);
    let foreign = t.foreign_owner().await;
    let theirs = foreign
        .create("/api/customers", json!({ "name": "Theirs" }))
        .await;
    let body = json!({ "customer_id": made[0]["id"] });
    assert_eq!(
        foreign
            .post(&format!("{}/merge", path(&theirs)), body)
            .await
            .0,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn consent_keeps_its_history_and_the_newest_word_of_the_person_holds() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let made = owner
        .create("/api/customers", json!({ "name": "Hanako" }))
        .await;
    let there = format!("{}/consents", path(&made));
    for (granted, at) in [
        (true, "2026-01-01T00:00:00Z"),
        (false, "2026-03-01T00:00:00Z"),
        (true, "2026-02-01T00:00:00Z"),
    ] {
        t.app.clock.advance_ms(1);
        let body = json!({ "purpose": "research", "granted": granted, "at": at, "source": "form" });
        owner.create(&there, body).await;
    }
    let (_, history) = owner.get(&there).await;
    assert_eq!(history["items"].as_array().map(Vec::len), Some(3));
    let (_, shown) = owner.get(&path(&made)).await;
    assert_eq!(
        shown["consents"],
        json!([{ "purpose": "research", "granted": false,
        "at": "2026-03-01T00:00:00Z", "source": "form" }])
    );
    for (body, field) in [
        (
            json!({ "purpose": "Research!", "granted": true, "source": "form" }),
            "purpose",
        ),
        (
            json!({ "purpose": "research", "granted": true, "source": " " }),
            "source",
        ),
        (
            json!({ "purpose": "research", "granted": "yes", "source": "form" }),
            "granted",
        ),
        (
            json!({ "purpose": "research", "granted": true, "source": "form", "at": "2027-01-01T00:00:00Z" }),
            "at",
        ),
    ] {
        let (status, problem) = owner.post(&there, body).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(problem["fields"][0]["field"], field, "{problem}");
    }
}
