//! The organisation's settings.

use koe::org::Role;
use reqwest::StatusCode;
use serde_json::json;

use super::{company, restricted};
use crate::support::TestApp;

#[tokio::test]
async fn settings_change_in_part_and_are_audited() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let change = json!({ "name": "声株式会社", "language": "ja", "time_zone": "Europe/London",
        "privacy": { "purpose": { "ja": "サービス改善のため" }, "policy_url": "https://example.com/privacy" } });
    let (status, changed) = owner.patch("/api/organisation", change).await;
    assert_eq!(status, StatusCode::OK, "{changed}");
    assert_eq!(
        (&changed["fiscal_year_start"], &changed["calling_code"]),
        (&json!(4), &json!("81"))
    );
    let (_, shown) = owner.get("/api/organisation").await;
    assert_eq!(shown, changed);
    let (_, log) = owner.get("/api/audit?action=organisation.change").await;
    assert_eq!(
        log["items"][0]["detail"]["name"],
        json!({ "from": "Koe Test", "to": "声株式会社" })
    );
    assert_eq!(
        log["items"][0]["detail"]["fiscal_year_start"],
        json!(null),
        "what stayed is not listed"
    );
}

#[tokio::test]
async fn bad_settings_are_refused_by_field() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    for (change, field) in [
        (json!({ "name": "  " }), "name"),
        (json!({ "language": "fr" }), "language"),
        (json!({ "time_zone": "Tokyo" }), "time_zone"),
        (json!({ "fiscal_year_start": 13 }), "fiscal_year_start"),
        (json!({ "calling_code": "+81" }), "calling_code"),
        (
            json!({ "privacy": { "policy_url": "javascript:alert(1)" } }),
            "privacy.policy_url",
        ),
        (
            json!({ "privacy": { "purpose": { "xx": "…" } } }),
            "privacy.purpose",
        ),
        (
            json!({ "privacy": { "retention_days": 0 } }),
            "privacy.retention_days",
        ),
        (json!({ "link_secret": "mine" }), "link_secret"),
    ] {
        let (status, problem) = owner.patch("/api/organisation", change.clone()).await;
        assert_eq!(
            status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{change} {problem}"
        );
        assert_eq!(problem["fields"][0]["field"], field, "{problem}");
    }
}

#[tokio::test]
async fn only_those_responsible_for_the_whole_change_it() {
    let t = TestApp::start().await;
    let id = company(&t.owner().await).await;
    t.member(&t.organisation, "analyst@example.com", Role::Analyst)
        .await;
    let analyst = t.signed_in("analyst@example.com").await;
    assert_eq!(analyst.get("/api/organisation").await.0, StatusCode::OK);
    let change = json!({ "name": "Mine" });
    assert_eq!(
        analyst.patch("/api/organisation", change.clone()).await.0,
        StatusCode::FORBIDDEN
    );
    let admin = restricted(&t, "admin@example.com", Role::Admin, &[&id("east")]).await;
    assert_eq!(
        admin.patch("/api/organisation", change).await.0,
        StatusCode::FORBIDDEN
    );
    let foreign = t.foreign_owner().await;
    assert_eq!(foreign.get("/api/organisation").await.1["name"], "Foreign");
    assert_eq!(
        t.anybody().get("/api/organisation").await.0,
        StatusCode::UNAUTHORIZED
    );
}
