//! Members, invitations and one's own profile.

use koe::org::Role;
use reqwest::StatusCode;
use serde_json::{Value, json};

use super::{accept, company, restricted};
use crate::support::{PASSWORD, Person, TestApp};

async fn member(owner: &Person, email: &str) -> Value {
    let (_, list) = owner.get("/api/members?limit=200").await;
    let items = list["items"].as_array().expect("items");
    items
        .iter()
        .find(|m| m["email"] == email)
        .expect(email)
        .clone()
}

async fn path_of(owner: &Person, email: &str) -> String {
    format!(
        "/api/members/{}",
        member(owner, email).await["id"].as_str().expect("an id")
    )
}

#[tokio::test]
async fn an_invitation_works_once_and_signs_in() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let body = json!({ "email": " New@Example.com ", "role": "analyst" });
    let made = owner.create("/api/invitations", body).await;
    assert_eq!(
        (&made["email"], &made["expires_at"]),
        (&json!("new@example.com"), &json!("2026-04-08T00:00:00Z"))
    );
    let (_, open) = owner.get("/api/invitations").await;
    assert_eq!(open["items"][0]["id"], made["id"]);
    assert_eq!(open["items"][0].get("link"), None, "shown once");
    let person = t.anybody();
    let (status, problem) = accept(&person, &made, "short").await;
    assert_eq!(
        (status, &problem["fields"][0]["field"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("password"))
    );
    let (status, session) = accept(&person, &made, PASSWORD).await;
    assert_eq!(
        (status, &session["member"]["role"]),
        (StatusCode::OK, &json!("analyst")),
        "{session}"
    );
    assert_eq!(
        person.get("/api/session").await.1["member"]["email"],
        "new@example.com"
    );
    assert_eq!(owner.get("/api/invitations").await.1["items"], json!([]));
    let (status, problem) = accept(&t.anybody(), &made, PASSWORD).await;
    assert_eq!(
        (status, &problem["code"]),
        (StatusCode::GONE, &json!("invitation_over"))
    );
    let (status, problem) = owner
        .post(
            "/api/invitations",
            json!({ "email": "new@example.com", "role": "viewer" }),
        )
        .await;
    assert_eq!(
        (status, &problem["code"]),
        (StatusCode::CONFLICT, &json!("email_taken"))
    );
}

#[tokio::test]
async fn an_invitation_ends_by_time_by_a_newer_one_and_by_being_taken_back() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let body = json!({ "email": "new@example.com", "role": "viewer" });
    let first = owner.create("/api/invitations", body.clone()).await;
    let second = owner.create("/api/invitations", body.clone()).await;
    assert_eq!(
        accept(&t.anybody(), &first, PASSWORD).await.0,
        StatusCode::GONE
    );
    let path = format!("/api/invitations/{}", second["id"].as_str().expect("an id"));
    assert_eq!(
        t.foreign_owner().await.delete(&path).await.0,
        StatusCode::NOT_FOUND
    );
    assert_eq!(owner.delete(&path).await.0, StatusCode::NO_CONTENT);
    assert_eq!(owner.delete(&path).await.0, StatusCode::NOT_FOUND);
    assert_eq!(
        accept(&t.anybody(), &second, PASSWORD).await.0,
        StatusCode::GONE
    );
    let third = owner.create("/api/invitations", body).await;
    t.app.clock.advance_ms(7 * 86_400_000);
    assert_eq!(
        accept(&t.anybody(), &third, PASSWORD).await.0,
        StatusCode::GONE
    );
    let forged = json!({ "link": "https://x/invitation/forged" });
    assert_eq!(
        accept(&t.anybody(), &forged, PASSWORD).await.0,
        StatusCode::GONE
    );
}

#[tokio::test]
async fn nobody_hands_out_more_than_they_have() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let id = company(&owner).await;
    let admin = restricted(&t, "admin@example.com", Role::Admin, &[&id("east")]).await;
    for (body, status) in [
        (
            json!({ "email": "a@example.com", "role": "owner", "units": [id("east")] }),
            StatusCode::FORBIDDEN,
        ),
        (
            json!({ "email": "a@example.com", "role": "viewer" }),
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        (
            json!({ "email": "a@example.com", "role": "viewer", "units": [id("west")] }),
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        (
            json!({ "email": "a@example.com", "role": "viewer", "units": [id("s1")] }),
            StatusCode::CREATED,
        ),
        (
            json!({ "email": "not an address", "role": "viewer", "units": [id("s1")] }),
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        (
            json!({ "email": "a@example.com", "role": "king", "units": [id("s1")] }),
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
    ] {
        assert_eq!(
            admin.post("/api/invitations", body.clone()).await.0,
            status,
            "{body}"
        );
    }
    let (status, problem) = owner
        .post(
            "/api/invitations",
            json!({ "email": "b@example.com", "role": "owner", "units": [id("s1")] }),
        )
        .await;
    assert_eq!(
        (status, &problem["fields"][0]["field"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("units"))
    );
    restricted(&t, "west@example.com", Role::Agent, &[&id("west")]).await;
    let viewer = restricted(&t, "s1@example.com", Role::Viewer, &[&id("s1")]).await;
    let (_, list) = admin.get("/api/members").await;
    let seen: Vec<&Value> = list["items"]
        .as_array()
        .expect("items")
        .iter()
        .map(|m| &m["email"])
        .collect();
    assert_eq!(
        seen,
        ["admin@example.com", "s1@example.com"],
        "only members of their units"
    );
    for (email, change, status) in [
        (
            "west@example.com",
            json!({ "role": "viewer" }),
            StatusCode::NOT_FOUND,
        ),
        (
            "owner@example.com",
            json!({ "role": "viewer" }),
            StatusCode::NOT_FOUND,
        ),
        (
            "s1@example.com",
            json!({ "role": "owner", "units": [] }),
            StatusCode::FORBIDDEN,
        ),
        (
            "s1@example.com",
            json!({ "units": [] }),
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        (
            "s1@example.com",
            json!({ "units": [id("west")] }),
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        (
            "s1@example.com",
            json!({ "role": "agent", "units": [id("east")] }),
            StatusCode::OK,
        ),
    ] {
        let path = path_of(&owner, email).await;
        assert_eq!(
            admin.patch(&path, change.clone()).await.0,
            status,
            "{email} {change}"
        );
    }
    assert_eq!(
        viewer.get("/api/session").await.1["member"]["role"],
        "agent",
        "at the next request"
    );
    assert_eq!(viewer.get("/api/members").await.0, StatusCode::FORBIDDEN);
    t.member(&t.organisation, "everywhere@example.com", Role::Admin)
        .await;
    let everywhere = t.signed_in("everywhere@example.com").await;
    let path = path_of(&owner, "owner@example.com").await;
    assert_eq!(
        everywhere.patch(&path, json!({ "role": "viewer" })).await.0,
        StatusCode::FORBIDDEN
    );
}

#[tokio::test]
async fn an_organisation_never_loses_its_last_owner() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let path = path_of(&owner, "owner@example.com").await;
    for change in [json!({ "disabled": true }), json!({ "role": "admin" })] {
        let (status, problem) = owner.patch(&path, change).await;
        assert_eq!(
            (status, &problem["code"]),
            (StatusCode::CONFLICT, &json!("last_owner"))
        );
    }
    assert_eq!(
        owner.get("/api/session").await.0,
        StatusCode::OK,
        "nothing was changed"
    );
    t.member(&t.organisation, "second@example.com", Role::Owner)
        .await;
    assert_eq!(
        owner.patch(&path, json!({ "role": "admin" })).await.0,
        StatusCode::OK
    );
}

#[tokio::test]
async fn disabling_ends_sessions_and_refuses_sign_in_until_enabled() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    t.member(&t.organisation, "agent@example.com", Role::Agent)
        .await;
    let agent = t.signed_in("agent@example.com").await;
    let path = path_of(&owner, "agent@example.com").await;
    let (status, changed) = owner.patch(&path, json!({ "disabled": true })).await;
    assert_eq!(
        (status, &changed["disabled"]),
        (StatusCode::OK, &json!(true))
    );
    assert_eq!(agent.get("/api/session").await.0, StatusCode::UNAUTHORIZED);
    let sign_in = json!({ "email": "agent@example.com", "password": PASSWORD });
    assert_eq!(
        t.anybody().post("/api/session", sign_in).await.0,
        StatusCode::UNAUTHORIZED
    );
    owner.patch(&path, json!({ "disabled": false })).await;
    assert_eq!(
        agent.get("/api/session").await.0,
        StatusCode::UNAUTHORIZED,
        "old sessions stay ended"
    );
    t.signed_in("agent@example.com").await;
    let foreign = t.foreign_owner().await;
    assert_eq!(foreign.get(&path).await.0, StatusCode::NOT_FOUND);
    assert_eq!(
        foreign.patch(&path, json!({ "disabled": true })).await.0,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn one_changes_ones_own_name_language_and_password() {
    let t = TestApp::start().await;
    let here = t.owner().await;
    let elsewhere = t.owner().await;
    let (status, changed) = here
        .patch(
            "/api/session/member",
            json!({ "name": "声 太郎", "language": "ja" }),
        )
        .await;
    assert_eq!(
        (status, &changed["language"]),
        (StatusCode::OK, &json!("ja"))
    );
    assert_eq!(
        elsewhere.get("/api/session").await.1["member"]["name"],
        "声 太郎"
    );
    for (change, field) in [
        (json!({ "name": "" }), "name"),
        (json!({ "role": "owner" }), "role"),
        (
            json!({ "password": { "current": "wrong password", "new": "another fine one" } }),
            "password.current",
        ),
        (
            json!({ "password": { "current": PASSWORD, "new": "short" } }),
            "password.new",
        ),
    ] {
        let (status, problem) = here.patch("/api/session/member", change).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(problem["fields"][0]["field"], field, "{problem}");
    }
    assert_eq!(elsewhere.get("/api/session").await.0, StatusCode::OK);
    let change = json!({ "password": { "current": PASSWORD, "new": "another fine one" } });
    assert_eq!(
        here.patch("/api/session/member", change).await.0,
        StatusCode::OK
    );
    assert_eq!(
        here.get("/api/session").await.0,
        StatusCode::OK,
        "this session goes on"
    );
    assert_eq!(
        elsewhere.get("/api/session").await.0,
        StatusCode::UNAUTHORIZED,
        "the others end"
    );
    let old = json!({ "email": "owner@example.com", "password": PASSWORD });
    assert_eq!(
        t.anybody().post("/api/session", old).await.0,
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn the_operator_resets_a_forgotten_password() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    assert!(
        koe::org::reset_password(&t.app, "nobody@example.com", "set at the console")
            .await
            .is_err()
    );
    koe::org::reset_password(&t.app, "owner@example.com", "set at the console")
        .await
        .expect("reset");
    assert_eq!(owner.get("/api/session").await.0, StatusCode::UNAUTHORIZED);
    let body = json!({ "email": "owner@example.com", "password": "set at the console" });
    assert_eq!(
        t.anybody().post("/api/session", body).await.0,
        StatusCode::OK
    );
}
