//! Signing in and out.

use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::support::{PASSWORD, TestApp, answer};

/// The line that sets the owner's session cookie.
async fn cookie_line(t: &TestApp) -> String {
    let body = json!({ "email": "owner@example.com", "password": PASSWORD });
    let request = t.anybody().request(Method::POST, "/api/session");
    let response = request.json(&body).send().await.expect("an answer");
    assert_eq!(response.status(), StatusCode::OK);
    let line = response.headers()["set-cookie"].to_str();
    line.expect("a text").to_owned()
}

/// Who is signed in, for somebody who kept a cookie.
async fn with_cookie(t: &TestApp, method: Method, cookie: &str) -> StatusCode {
    let request = t.anybody().request(method, "/api/session");
    answer(request.header("cookie", cookie)).await.0
}

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
async fn signing_out_ends_the_session_for_whoever_kept_the_cookie() {
    let t = TestApp::start().await;
    let line = cookie_line(&t).await;
    let cookie = line.split(';').next().expect("a pair");
    assert_eq!(with_cookie(&t, Method::GET, cookie).await, StatusCode::OK);
    let out = with_cookie(&t, Method::DELETE, cookie).await;
    assert_eq!(out, StatusCode::NO_CONTENT);
    let after = with_cookie(&t, Method::GET, cookie).await;
    assert_eq!(after, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn the_session_cookie_is_out_of_reach_for_scripts_and_other_sites() {
    for (address, secure) in [(None, false), (Some("https://voice.example.jp"), true)] {
        let t = TestApp::start_with(|config| {
            config.server.public_url = address.map(str::to_owned);
            config.server.session_days = 2;
        })
        .await;
        let line = cookie_line(&t).await;
        let flags: Vec<&str> = line.split("; ").skip(1).collect();
        for flag in ["Path=/", "HttpOnly", "SameSite=Lax", "Max-Age=172800"] {
            assert!(flags.contains(&flag), "{flag}: {line}");
        }
        assert_eq!(flags.contains(&"Secure"), secure, "{line}");
    }
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

/// The answer to the last of attempts with these addresses of accounts, each said to come from
/// another machine.
async fn last_of(t: &TestApp, accounts: &[&str]) -> StatusCode {
    let mut last = StatusCode::OK;
    for (machine, account) in accounts.iter().enumerate() {
        let body = json!({ "email": account, "password": "wrong password" });
        let request = t
            .anybody()
            .request(Method::POST, "/api/session")
            .json(&body);
        let request = request.header("x-forwarded-for", format!("203.0.113.{machine}"));
        (last, _) = answer(request).await;
    }
    last
}

#[tokio::test]
async fn sign_in_attempts_are_limited_by_account_and_by_address() {
    const ONE: [&str; 4] = ["owner@example.com"; 4];
    const SEVERAL: [&str; 4] = [
        "a@example.com",
        "b@example.com",
        "c@example.com",
        "d@example.com",
    ];
    // Behind a proxy the machines that it names count.
    for (proxies, accounts, last) in [
        (1, ONE, StatusCode::TOO_MANY_REQUESTS),
        (1, SEVERAL, StatusCode::UNAUTHORIZED),
        // Without one nobody is believed: everything here comes from one address.
        (0, SEVERAL, StatusCode::TOO_MANY_REQUESTS),
    ] {
        let t = TestApp::start_with(|config| {
            config.limits.sign_in_per_minute = 3;
            config.server.trusted_proxies = proxies;
        })
        .await;
        assert_eq!(last_of(&t, &accounts).await, last, "{proxies} {accounts:?}");
    }
}

#[tokio::test]
async fn a_session_ends_after_its_days() {
    let t = TestApp::start_with(|config| config.server.session_days = 1).await;
    let owner = t.owner().await;
    t.app.clock.advance_ms(86_400_000 - 1);
    assert_eq!(owner.get("/api/session").await.0, StatusCode::OK);
    t.app.clock.advance_ms(1);
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

#[tokio::test]
async fn a_session_that_is_left_of_a_disabled_member_opens_nothing() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    assert_eq!(owner.get("/api/session").await.0, StatusCode::OK);
    // As when the member is disabled at the moment at which they sign in.
    let mut tx = t.app.db.write().await.expect("a transaction");
    sqlx::query("UPDATE member SET disabled_ms = 1")
        .execute(&mut *tx)
        .await
        .expect("disabled");
    tx.commit().await.expect("committed");
    assert_eq!(owner.get("/api/session").await.0, StatusCode::UNAUTHORIZED);
}
