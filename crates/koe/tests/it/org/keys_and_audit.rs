//! API keys and the audit log.

use koe::org::Role;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::{company, restricted};
use crate::support::{Person, TestApp, answer};

async fn by_key(t: &TestApp, secret: &Value, method: Method, path: &str) -> (StatusCode, Value) {
    let secret = secret.as_str().expect("a secret");
    answer(t.anybody().request(method, path).bearer_auth(secret)).await
}

async fn latest(owner: &Person, filter: &str) -> Value {
    let (status, log) = owner.get(&format!("/api/audit?limit=1&{filter}")).await;
    assert_eq!(status, StatusCode::OK, "{log}");
    log["items"][0].clone()
}

#[tokio::test]
async fn a_key_does_what_it_says_until_it_is_deleted() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let body = json!({ "name": "Warehouse", "permissions": ["read_results"] });
    let made = owner.create("/api/keys", body).await;
    let secret = &made["secret"];
    assert!(
        secret.as_str().is_some_and(|s| s.starts_with("koe_")),
        "{made}"
    );
    assert_eq!(
        by_key(&t, secret, Method::GET, "/api/units").await.0,
        StatusCode::OK
    );
    assert_eq!(
        by_key(&t, secret, Method::GET, "/api/members").await.0,
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        by_key(&t, secret, Method::GET, "/api/session").await.0,
        StatusCode::UNAUTHORIZED
    );
    let (_, list) = owner.get("/api/keys").await;
    assert_eq!(list["items"][0]["last_used_at"], "2026-04-01T00:00:00Z");
    assert_eq!(list["items"][0].get("secret"), None, "shown once");
    let path = format!("/api/keys/{}", made["id"].as_str().expect("an id"));
    assert_eq!(
        t.foreign_owner().await.delete(&path).await.0,
        StatusCode::NOT_FOUND
    );
    assert_eq!(owner.delete(&path).await.0, StatusCode::NO_CONTENT);
    assert_eq!(owner.delete(&path).await.0, StatusCode::NOT_FOUND);
    assert_eq!(
        by_key(&t, secret, Method::GET, "/api/units").await.0,
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(
        by_key(&t, &json!("koe_forged"), Method::GET, "/api/units")
            .await
            .0,
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn a_key_never_allows_more_than_its_maker() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let id = company(&owner).await;
    let admin = restricted(&t, "admin@example.com", Role::Admin, &[&id("east")]).await;
    for (body, status) in [
        (
            json!({ "name": "k", "permissions": ["read_results"] }),
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        (
            json!({ "name": "k", "permissions": ["read_results"], "units": [id("west")] }),
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        (
            json!({ "name": "k", "permissions": [], "units": [id("s1")] }),
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        (
            json!({ "name": "", "permissions": ["read_results"], "units": [id("s1")] }),
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        (
            json!({ "name": "k", "permissions": ["rule"], "units": [id("s1")] }),
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        (
            json!({ "name": "k", "permissions": ["read_results"], "units": [id("s1")] }),
            StatusCode::CREATED,
        ),
    ] {
        assert_eq!(
            admin.post("/api/keys", body.clone()).await.0,
            status,
            "{body}"
        );
    }
    let body =
        json!({ "name": "keys", "permissions": ["edit_keys", "edit_members", "read_results"] });
    let made = owner.create("/api/keys", body).await;
    let secret = made["secret"].as_str().expect("a secret");
    let more = json!({ "name": "more", "permissions": ["edit_people"] });
    let request = t
        .anybody()
        .request(Method::POST, "/api/keys")
        .bearer_auth(secret)
        .json(&more);
    assert_eq!(answer(request).await.0, StatusCode::FORBIDDEN);
    for (role, status) in [
        ("viewer", StatusCode::CREATED),
        ("agent", StatusCode::FORBIDDEN),
        ("owner", StatusCode::FORBIDDEN),
    ] {
        let body = json!({ "email": "by-key@example.com", "role": role });
        let request = t
            .anybody()
            .request(Method::POST, "/api/invitations")
            .bearer_auth(secret)
            .json(&body);
        assert_eq!(answer(request).await.0, status, "{role}");
    }
    let (_, list) = admin.get("/api/keys").await;
    assert_eq!(
        list["items"].as_array().map(Vec::len),
        Some(1),
        "keys of the whole are not theirs"
    );
    let east_key = restricted_key(&t, &owner, &id("east")).await;
    let (_, seen) = by_key(&t, &east_key, Method::GET, "/api/units").await;
    assert_eq!(seen["items"].as_array().map(Vec::len), Some(3));
}

async fn restricted_key(t: &TestApp, owner: &Person, unit: &str) -> Value {
    t.app.clock.advance_ms(1);
    let body = json!({ "name": "east", "permissions": ["read_results"], "units": [unit] });
    owner.create("/api/keys", body).await["secret"].clone()
}

#[tokio::test]
async fn the_audit_log_says_who_did_what_newest_first() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    for code in ["a", "b", "c"] {
        t.app.clock.advance_ms(1_000);
        let body = json!({ "code": code, "name": { "en": code }, "kind": "store" });
        owner.create("/api/units", body).await;
    }
    let newest = latest(&owner, "").await;
    assert_eq!(
        (&newest["action"], &newest["subject_name"]),
        (&json!("unit.create"), &json!("c"))
    );
    assert_eq!(
        (&newest["actor_name"], &newest["at"]),
        (&json!("Test"), &json!("2026-04-01T00:00:03Z"))
    );
    let (_, page) = owner.get("/api/audit?action=unit&limit=2").await;
    let cursor = page["next_cursor"].as_str().expect("more");
    let (_, rest) = owner
        .get(&format!("/api/audit?action=unit&limit=2&cursor={cursor}"))
        .await;
    assert_eq!(
        (&rest["items"][0]["detail"]["code"], &rest["next_cursor"]),
        (&json!("a"), &Value::Null)
    );
    let subject = newest["subject"].as_str().expect("a subject");
    assert_eq!(
        latest(&owner, &format!("subject={subject}")).await["id"],
        newest["id"]
    );
    let actor = newest["actor"].as_str().expect("an actor");
    assert_eq!(
        latest(&owner, &format!("actor={actor}&action=unit.create")).await["id"],
        newest["id"]
    );
    let (_, middle) = owner
        .get("/api/audit?action=unit&from=2026-04-01T00:00:02Z&to=2026-04-01T00:00:03Z")
        .await;
    let items = middle["items"].as_array().expect("items");
    assert_eq!(items.len(), 1, "the end is not included: {middle}");
    assert_eq!(items[0]["detail"]["code"], "b");
    assert_eq!(
        latest(&owner, "action=uni").await,
        Value::Null,
        "only whole parts of an action"
    );
    assert_eq!(
        latest(&owner, "action=%25").await,
        Value::Null,
        "nothing is a pattern"
    );
    assert_eq!(
        latest(&t.foreign_owner().await, "action=unit").await,
        Value::Null
    );
    t.member(&t.organisation, "analyst@example.com", Role::Analyst)
        .await;
    let analyst = t.signed_in("analyst@example.com").await;
    assert_eq!(analyst.get("/api/audit").await.0, StatusCode::FORBIDDEN);
    for (query, field) in [
        ("limit=0", "limit"),
        ("limit=x", "query"),
        ("cursor=%20", "cursor"),
    ] {
        let (status, problem) = owner.get(&format!("/api/audit?{query}")).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(problem["fields"][0]["field"], field, "{problem}");
    }
}

#[tokio::test]
async fn every_change_of_the_organisation_is_in_the_log_without_names_or_addresses() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let id = company(&owner).await;
    restricted(&t, "secret@example.com", Role::Agent, &[&id("s1")]).await;
    let key = owner
        .create(
            "/api/keys",
            json!({ "name": "k", "permissions": ["read_results"] }),
        )
        .await;
    owner
        .delete(&format!("/api/keys/{}", key["id"].as_str().expect("an id")))
        .await;
    owner
        .patch("/api/session/member", json!({ "name": "Secret Name" }))
        .await;
    let (_, log) = owner.get("/api/audit?limit=100").await;
    let lines = log["items"].as_array().expect("items");
    for action in [
        "unit.import",
        "member.create",
        "member.invite",
        "member.join",
        "key.create",
        "key.delete",
        "member.change_profile",
    ] {
        assert!(
            lines.iter().any(|line| line["action"] == action),
            "{action}"
        );
    }
    for line in lines {
        let detail = line["detail"].to_string();
        assert!(
            !detail.contains("example.com") && !detail.contains("Secret"),
            "{detail}"
        );
    }
}
