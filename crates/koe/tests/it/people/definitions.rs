//! Declaring attributes and streams of operational rows.

use koe::org::Role;
use reqwest::StatusCode;
use serde_json::json;

use super::id;
use crate::support::TestApp;

#[tokio::test]
async fn codes_of_an_attribute_have_names_that_may_change_and_other_kinds_have_none() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let gold = json!({ "gold": { "ja": "ゴールド", "en": "Gold" } });
    let body = json!({ "key": "rank", "label": { "en": "Rank" }, "kind": "code", "values": gold });
    assert_eq!(owner.create("/api/attributes", body).await["values"], gold);
    let more = json!({ "gold": { "ja": "金" }, "silver": { "en": "Silver" } });
    let (status, changed) = owner
        .patch("/api/attributes/rank", json!({ "values": more }))
        .await;
    assert_eq!((status, &changed["values"]), (StatusCode::OK, &more));
    owner
        .patch("/api/attributes/rank", json!({ "frozen": true }))
        .await;
    let (_, listed) = owner.get("/api/attributes").await;
    assert_eq!(listed["items"][0]["values"], more, "what is left out stays");

    let too_long = "x".repeat(201);
    for (kind, values) in [
        ("number", json!({ "1": { "en": "One" } })),
        ("code", json!({ "gold": {} })),
        ("code", json!({ "gold": { "fr": "Or" } })),
        ("code", json!({ "gold": { "en": too_long } })),
    ] {
        let body =
            json!({ "key": "other", "label": { "en": "Other" }, "kind": kind, "values": values });
        let (status, problem) = owner.post("/api/attributes", body).await;
        assert_eq!(
            (status, &problem["fields"][0]["field"]),
            (StatusCode::UNPROCESSABLE_ENTITY, &json!("values")),
            "{kind} {values}"
        );
    }
}

#[tokio::test]
async fn an_attribute_is_declared_once_and_keeps_key_and_kind() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let body = json!({ "key": "tier", "label": { "ja": "会員ランク", "en": "Tier" }, "kind": "code", "frozen": true });
    let made = owner.create("/api/attributes", body.clone()).await;
    assert_eq!(
        (&made["holder"], &made["personal"]),
        (&json!("customer"), &json!(false))
    );
    let (status, problem) = owner.post("/api/attributes", body).await;
    assert_eq!(
        (status, &problem["code"]),
        (StatusCode::CONFLICT, &json!("key_taken"))
    );
    let same =
        json!({ "holder": "account", "key": "tier", "label": { "en": "Tier" }, "kind": "number" });
    owner.create("/api/attributes", same).await;
    assert_eq!(
        owner
            .patch("/api/attributes/tier", json!({ "kind": "text" }))
            .await
            .0,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    let (status, changed) = owner
        .patch("/api/attributes/tier", json!({ "archived": true }))
        .await;
    assert_eq!(
        (status, &changed["archived"]),
        (StatusCode::OK, &json!(true))
    );
    let (_, accounts) = owner.get("/api/attributes?holder=account").await;
    assert_eq!(
        accounts["items"][0]["archived"],
        json!(false),
        "the account's own one stays"
    );
    let (status, problem) = owner
        .post(
            "/api/customers",
            json!({ "name": "x", "attributes": { "tier": "gold" } }),
        )
        .await;
    assert_eq!(
        (status, &problem["fields"][0]["field"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("attributes.tier"))
    );
    let foreign = t.foreign_owner().await;
    assert_eq!(foreign.get("/api/attributes").await.1["items"], json!([]));
    assert_eq!(
        foreign
            .patch("/api/attributes/tier", json!({ "archived": false }))
            .await
            .0,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn bad_attributes_are_refused_by_field() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    for (body, field) in [
        (
            json!({ "key": "Tier", "label": { "en": "x" }, "kind": "code" }),
            "key",
        ),
        (
            json!({ "key": "1tier", "label": { "en": "x" }, "kind": "code" }),
            "key",
        ),
        (
            json!({ "key": "tier", "label": {}, "kind": "code" }),
            "label",
        ),
        (
            json!({ "key": "tier", "label": { "fr": "x" }, "kind": "code" }),
            "label",
        ),
        (
            json!({ "key": "tier", "label": { "en": "x" }, "kind": "colour" }),
            "kind",
        ),
        (
            json!({ "key": "tier", "label": { "en": "x" }, "kind": "text", "frozen": true }),
            "frozen",
        ),
        (
            json!({ "key": "tier", "label": { "en": "x" }, "kind": "date", "frozen": true, "personal": true }),
            "frozen",
        ),
        (
            json!({ "holder": "unit", "key": "tier", "label": { "en": "x" }, "kind": "code" }),
            "holder",
        ),
    ] {
        let (status, problem) = owner.post("/api/attributes", body.clone()).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
        assert_eq!(problem["fields"][0]["field"], field, "{problem}");
    }
    t.member(&t.organisation, "viewer@example.com", Role::Viewer)
        .await;
    let viewer = t.signed_in("viewer@example.com").await;
    assert_eq!(
        viewer.get("/api/attributes").await.0,
        StatusCode::OK,
        "names of columns, not of people"
    );
    let body = json!({ "key": "tier", "label": { "en": "x" }, "kind": "code" });
    assert_eq!(
        viewer.post("/api/attributes", body).await.0,
        StatusCode::FORBIDDEN
    );
}

#[tokio::test]
async fn a_stream_grows_columns_and_loses_none() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let column =
        |key: &str, kind: &str| json!({ "key": key, "label": { "en": key }, "kind": kind });
    let body = json!({ "kind": "orders", "key": "shop_orders", "label": { "ja": "店舗の注文" },
        "columns": [column("amount", "number")] });
    let made = owner.create("/api/streams", body.clone()).await;
    let (status, problem) = owner.post("/api/streams", body).await;
    assert_eq!(
        (status, &problem["code"]),
        (StatusCode::CONFLICT, &json!("key_taken"))
    );
    let there = format!("/api/streams/{}", id(&made));
    let grown = json!({ "columns": [column("amount", "number"), column("items", "integer")] });
    let (status, changed) = owner.patch(&there, grown).await;
    assert_eq!(
        (status, changed["columns"].as_array().map(Vec::len)),
        (StatusCode::OK, Some(2))
    );
    for (change, field) in [
        (
            json!({ "columns": [column("items", "integer")] }),
            "columns",
        ),
        (
            json!({ "columns": [column("amount", "code"), column("items", "integer")] }),
            "columns[0].kind",
        ),
        (
            json!({ "columns": [column("amount", "number"), column("items", "integer"), column("items", "code")] }),
            "columns[2].key",
        ),
        (
            json!({ "columns": [column("amount", "number"), column("items", "integer"), column("Name", "code")] }),
            "columns[2].key",
        ),
        (
            json!({ "columns": [column("amount", "text")] }),
            "columns[0].kind",
        ),
        (
            json!({ "columns": [{ "key": "amount", "label": { "en": "x" }, "kind": "number",
                "values": { "1": { "en": "one" } } }, column("items", "integer")] }),
            "columns[0].values",
        ),
        (
            json!({ "columns": [column("amount", "number"), column("items", "integer"),
                { "key": "payment", "label": { "en": "x" }, "kind": "code", "values": { "cash": {} } }] }),
            "columns[2].values",
        ),
        (json!({ "key": "other" }), "key"),
    ] {
        let (status, problem) = owner.patch(&there, change).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(problem["fields"][0]["field"], field, "{problem}");
    }
    let foreign = t.foreign_owner().await;
    assert_eq!(foreign.get("/api/streams").await.1["items"], json!([]));
    assert_eq!(
        foreign.patch(&there, json!({ "archived": true })).await.0,
        StatusCode::NOT_FOUND
    );
    t.member(&t.organisation, "manager@example.com", Role::Manager)
        .await;
    let manager = t.signed_in("manager@example.com").await;
    assert_eq!(
        manager.patch(&there, json!({ "archived": true })).await.0,
        StatusCode::FORBIDDEN
    );
}
