//! Signing in and out.

use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::support::{PASSWORD, TestApp};

#[tokio::test]
async fn a_member_signs_in_is_known_and_signs_out() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let (status, session) = owner.get("/api/session").await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(session["member"]["email"], "owner@example.com");
    assert_eq!(session["organisation"]["name"], "Koe Test");
    let (status, _) = owner.delete("/api/session").await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    let (status, problem) = owner.get("/api/session").await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    assert_eq!(problem["code"], "not_signed_in");
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_address_get_the_same_answer() {
    let t = TestApp::start().await;
    let sign_in = |email: &str, password: &str| {
        let body = json!({ "email": email, "password": password });
        async { t.anybody().post("/api/session", body).await }
    };
    let wrong = sign_in("owner@example.com", "wrong password").await;
    let unknown = sign_in("nobody@example.com", PASSWORD).await;
    assert_eq!(wrong.0, StatusCode::UNAUTHORIZED);
    assert_eq!(wrong, unknown);
}

#[tokio::test]
async fn sign_in_attempts_are_limited() {
    let t = TestApp::start_with(|config| config.limits.sign_in_per_minute = 3).await;
    let person = t.anybody();
    let body = json!({ "email": "owner@example.com", "password": "wrong password" });
    let mut last = StatusCode::OK;
    for _ in 0..5 {
        (last, _) = person.post("/api/session", body.clone()).await;
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn a_session_ends_after_its_days() {
    let t = TestApp::start_with(|config| config.server.session_days = 1).await;
    let owner = t.owner().await;
    t.app.clock.advance_ms(86_400_000 + 1);
    assert_eq!(owner.get("/api/session").await.0, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn another_site_cannot_use_the_cookie() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let mut request = owner
        .request(Method::DELETE, "/api/session")
        .build()
        .expect("a request");
    let site = "cross-site".parse().expect("a header value");
    request.headers_mut().insert("sec-fetch-site", site);
    assert_eq!(owner.send(request).await, StatusCode::FORBIDDEN);
    assert_eq!(owner.get("/api/session").await.0, StatusCode::OK);
}
