//! Touchpoints and offerings.

use koe::org::Role;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::TestApp;

#[tokio::test]
async fn a_touchpoint_is_added_changed_and_listed() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let body = json!({ "code": "call-centre", "name": { "ja": "コールセンター", "en": "Call centre" },
        "channel": "call", "stage": "use_and_support", "experience": "direct" });
    let made = owner.create("/api/touchpoints", body.clone()).await;
    let (status, problem) = owner.post("/api/touchpoints", body).await;
    assert_eq!(
        (status, &problem["code"]),
        (StatusCode::CONFLICT, &json!("code_taken"))
    );
    let path = format!("/api/touchpoints/{}", made["id"].as_str().expect("an id"));
    let (status, changed) = owner.patch(&path, json!({ "archived": true })).await;
    assert_eq!(
        (status, &changed["archived"]),
        (StatusCode::OK, &json!(true))
    );
    assert_eq!(changed["name"]["ja"], "コールセンター");
    let unit = json!({ "code": "hq", "name": { "en": "HQ" }, "kind": "company" });
    let unit = owner.create("/api/units", unit).await["id"].clone();
    for (change, owner_unit) in [
        (json!({ "owner_unit_id": unit }), &unit),
        (json!({ "archived": false }), &unit),
        (json!({ "owner_unit_id": null }), &Value::Null),
    ] {
        let (_, changed) = owner.patch(&path, change.clone()).await;
        assert_eq!(&changed["owner_unit_id"], owner_unit, "{change}");
    }
    let (_, list) = owner.get("/api/touchpoints").await;
    assert_eq!(list["items"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn bad_input_is_refused_by_field() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    for (body, field) in [
        (
            json!({ "code": "a b", "name": { "en": "x" }, "channel": "web", "stage": "need", "experience": "direct" }),
            "code",
        ),
        (
            json!({ "code": "a", "name": {}, "channel": "web", "stage": "need", "experience": "direct" }),
            "name",
        ),
        (
            json!({ "code": "a", "name": { "en": "x" }, "channel": "fax", "stage": "need", "experience": "direct" }),
            "channel",
        ),
        (
            json!({ "code": "a", "name": { "en": "x" }, "channel": "web", "stage": "need", "experience": "direct",
            "owner_unit_id": "unt_00000000000000000000000000" }),
            "owner_unit_id",
        ),
    ] {
        let (status, problem) = owner.post("/api/touchpoints", body).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{problem}");
        assert_eq!(problem["fields"][0]["field"], field, "{problem}");
    }
}

#[tokio::test]
async fn a_viewer_reads_and_does_not_write_and_a_stranger_sees_nothing() {
    let t = TestApp::start().await;
    let body = json!({ "code": "a", "name": { "en": "x" }, "kind": "product" });
    t.owner().await.create("/api/offerings", body.clone()).await;
    t.member(&t.organisation, "viewer@example.com", Role::Viewer)
        .await;
    let viewer = t.signed_in("viewer@example.com").await;
    assert_eq!(
        viewer.get("/api/offerings").await.1["items"]
            .as_array()
            .map(Vec::len),
        Some(1)
    );
    assert_eq!(
        viewer.post("/api/offerings", body).await.0,
        StatusCode::FORBIDDEN
    );
    let foreign = t.foreign_owner().await;
    assert_eq!(foreign.get("/api/offerings").await.1["items"], json!([]));
    assert_eq!(
        t.anybody().get("/api/offerings").await.0,
        StatusCode::UNAUTHORIZED
    );
}
