//! Accounts over HTTP.

use koe::org::Role;
use reqwest::StatusCode;
use serde_json::{Value, json};

use super::{id, ids};
use crate::org::{company, restricted};
use crate::support::TestApp;

#[tokio::test]
async fn an_account_gathers_customers_and_is_seen_through_them() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let unit = company(&owner).await;
    let label = json!({ "en": "Industry", "ja": "業種" });
    owner
        .create(
            "/api/attributes",
            json!({ "holder": "account", "key": "industry", "label": label, "kind": "code" }),
        )
        .await;
    let body = json!({ "code": "A1", "name": "声商事", "attributes": { "industry": "retail" } });
    let account = owner.create("/api/accounts", body.clone()).await;
    let (status, problem) = owner.post("/api/accounts", body).await;
    assert_eq!(
        (status, &problem["code"]),
        (StatusCode::CONFLICT, &json!("code_taken"))
    );
    t.app.clock.advance_ms(1);
    owner
        .create("/api/accounts", json!({ "code": "A2", "name": "Other" }))
        .await;
    let there = format!("/api/accounts/{}", id(&account));
    let mut customers = Vec::new();
    for code in ["s1", "s3"] {
        t.app.clock.advance_ms(1);
        let body = json!({ "name": code, "unit_id": unit(code) });
        let made = owner.create("/api/customers", body).await;
        assert_eq!(
            owner
                .put(&format!("{there}/customers/{}", id(&made)), Value::Null)
                .await
                .0,
            StatusCode::NO_CONTENT
        );
        assert_eq!(
            owner
                .put(&format!("{there}/customers/{}", id(&made)), Value::Null)
                .await
                .0,
            StatusCode::NO_CONTENT
        );
        customers.push(made);
    }
    let (_, shown) = owner.get(&there).await;
    assert_eq!(
        shown["customers"],
        json!([customers[0]["id"], customers[1]["id"]])
    );
    let request = owner
        .request(reqwest::Method::GET, "/api/accounts")
        .query(&[("q", "商事")]);
    assert_eq!(
        ids(&crate::support::answer(request).await.1),
        [id(&account)]
    );
    let manager = restricted(&t, "east@example.com", Role::Manager, &[&unit("east")]).await;
    assert_eq!(
        ids(&manager.get("/api/accounts").await.1),
        [id(&account)],
        "one of its customers is theirs"
    );
    let (_, seen) = manager.get(&there).await;
    assert_eq!(
        seen["customers"],
        json!([customers[0]["id"]]),
        "and only that one"
    );
    assert_eq!(
        owner
            .delete(&format!("{there}/customers/{}", id(&customers[0])))
            .await
            .0,
        StatusCode::NO_CONTENT
    );
    assert_eq!(
        owner
            .delete(&format!("{there}/customers/{}", id(&customers[0])))
            .await
            .0,
        StatusCode::NOT_FOUND
    );
    assert_eq!(manager.get(&there).await.0, StatusCode::NOT_FOUND);
    let change = json!({ "name": "声物産", "archived": true, "attributes": { "industry": null } });
    let (status, changed) = owner.patch(&there, change).await;
    assert_eq!(
        (status, &changed["archived"], &changed["attributes"]),
        (StatusCode::OK, &json!(true), &json!({}))
    );
    let foreign = t.foreign_owner().await;
    assert_eq!(foreign.get(&there).await.0, StatusCode::NOT_FOUND);
    assert_eq!(
        foreign.patch(&there, json!({ "name": "x" })).await.0,
        StatusCode::NOT_FOUND
    );
    let theirs = foreign
        .create("/api/customers", json!({ "name": "Theirs" }))
        .await;
    assert_eq!(
        foreign
            .put(&format!("{there}/customers/{}", id(&theirs)), Value::Null)
            .await
            .0,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        owner
            .put(&format!("{there}/customers/{}", id(&theirs)), Value::Null)
            .await
            .0,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn bad_accounts_are_refused_by_field() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    for (body, field) in [
        (json!({ "code": "a b", "name": "x" }), "code"),
        (json!({ "code": "a", "name": "" }), "name"),
        (
            json!({ "code": "a", "name": "x", "attributes": { "industry": "x" } }),
            "attributes.industry",
        ),
        (json!({ "code": "a", "name": "x", "size": 3 }), "size"),
    ] {
        let (status, problem) = owner.post("/api/accounts", body).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(problem["fields"][0]["field"], field, "{problem}");
    }
    t.member(&t.organisation, "manager@example.com", Role::Manager)
        .await;
    let manager = t.signed_in("manager@example.com").await;
    let body = json!({ "code": "a", "name": "x" });
    assert_eq!(
        manager.post("/api/accounts", body).await.0,
        StatusCode::FORBIDDEN
    );
}
