//! Surveys: drafts, checks, versions, closing.

use std::time::Duration;

use koe::base::db::Engine;
use koe::base::id::SurveyId;
use koe::org::Role;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::answering::{document, document_with, published};
use crate::support::TestApp;

fn path(survey: &Value) -> String {
    format!("/api/surveys/{}", survey["id"].as_str().expect("an id"))
}

#[tokio::test]
async fn every_template_becomes_a_survey_that_can_be_published() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let (_, templates) = owner.get("/api/survey-templates").await;
    let templates = templates["items"].as_array().expect("templates").clone();
    assert!(templates.len() >= 5);
    for template in &templates {
        let survey = owner
            .create("/api/surveys", json!({ "template": template["id"] }))
            .await;
        assert_eq!(survey["status"], "draft");
        assert_eq!(survey["title"], template["document"]["title"]);
        let (status, version) = owner
            .post(&format!("{}/publish", path(&survey)), json!({}))
            .await;
        assert_eq!(status, StatusCode::CREATED, "{}: {version}", template["id"]);
        assert_eq!(version["version"], 1);
    }
    let (status, problem) = owner
        .post("/api/surveys", json!({ "template": "horoscope" }))
        .await;
    assert_eq!(
        (status, &problem["fields"][0]["field"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("template"))
    );
}

#[tokio::test]
async fn a_survey_begins_with_the_organisation_s_purpose_of_use() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let own = json!({ "ja": "店舗の改善のため", "en": "To improve our stores" });
    let asks_for_it = |draft: &Value| {
        let problems = draft["problems"].as_array().expect("problems");
        problems
            .iter()
            .any(|problem| problem["path"] == "privacy.purpose")
    };
    let draft_of = async |body: Value| {
        let survey = owner.create("/api/surveys", body).await;
        let (_, draft) = owner.get(&format!("{}/draft", path(&survey))).await;
        draft
    };
    let before = draft_of(json!({})).await;
    assert!(asks_for_it(&before), "nobody has declared one: {before}");
    let change = json!({ "privacy": { "purpose": own } });
    let (status, answer) = owner.patch("/api/organisation", change).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    let after = draft_of(json!({})).await;
    assert_eq!(after["document"]["privacy"]["purpose"], own, "{after}");
    assert!(!asks_for_it(&after), "{after}");
    // What a survey says itself stays.
    let said = draft_of(json!({ "document": document() })).await;
    let purpose = &document()["privacy"]["purpose"];
    assert_eq!(&said["document"]["privacy"]["purpose"], purpose);
}

#[tokio::test]
async fn a_draft_is_changed_by_one_person_at_a_time() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let survey = owner
        .create("/api/surveys", json!({ "document": document() }))
        .await;
    let draft_path = format!("{}/draft", path(&survey));
    let (_, draft) = owner.get(&draft_path).await;
    assert_eq!(
        (&draft["revision"], &draft["document"]["title"]["en"]),
        (&json!(1), &json!("After your visit"))
    );
    let change = |title: &str, revision: i64| {
        let document = document_with(|d| d["title"]["en"] = json!(title));
        json!({ "document": document, "revision": revision })
    };
    let (status, kept) = owner.put(&draft_path, change("First", 1)).await;
    assert_eq!((status, &kept["revision"]), (StatusCode::OK, &json!(2)));
    let (status, problem) = owner.put(&draft_path, change("Second", 1)).await;
    assert_eq!(
        (status, &problem["code"]),
        (StatusCode::CONFLICT, &json!("draft_changed"))
    );
    let (_, list) = owner.get("/api/surveys").await;
    assert_eq!(list["items"][0]["title"]["en"], "First");
}

#[tokio::test]
async fn a_draft_with_errors_is_kept_and_not_published() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let survey = owner.create("/api/surveys", json!({})).await;
    let path = path(&survey);
    let broken = document_with(|d| d["pages"][0]["skips"][0]["to"]["page"] = json!("nowhere"));
    let body = json!({ "document": broken, "revision": 1 });
    let (status, draft) = owner.put(&format!("{path}/draft"), body).await;
    assert_eq!(status, StatusCode::OK);
    assert!(
        draft["problems"]
            .as_array()
            .is_some_and(|p| p.iter().any(|p| p["severity"] == "error")),
        "{draft}"
    );
    let (status, problem) = owner.post(&format!("{path}/publish"), json!({})).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!problem["fields"].as_array().expect("fields").is_empty());
    let (status, checked) = owner
        .post(&format!("{path}/check"), json!({ "document": document() }))
        .await;
    assert_eq!(status, StatusCode::OK);
    assert!(
        checked["problems"]
            .as_array()
            .is_some_and(|p| p.iter().all(|p| p["severity"] != "error")),
        "{checked}"
    );
    let unreadable = json!({ "document": { "format": 1, "languages": ["ja"], "pages": [{ "id": "p1", "questions": [{ "id": "q1", "type": "hologram" }] }] }, "revision": 2 });
    let (status, problem) = owner.put(&format!("{path}/draft"), unreadable).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let field = problem["fields"][0]["field"].as_str().expect("a field");
    assert!(
        field.starts_with("document.pages[0].questions[0]"),
        "{field}"
    );
}

#[tokio::test]
async fn a_version_never_changes_and_a_changed_scale_gets_a_field_of_its_own() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let path = published(&owner, document()).await;
    let changed = document_with(|d| {
        d["pages"][0]["questions"][0] = json!({ "id": "q1", "type": "csat", "required": true,
            "text": { "ja": "満足度", "en": "Satisfaction" } });
        d["pages"][0]["skips"] = json!([]);
        d["endings"] = json!([]);
        d["pages"][1]["questions"][0]["text"] = json!({ "ja": "理由", "en": "Why" });
    });
    let body = json!({ "document": changed, "revision": 2 });
    let (status, draft) = owner.put(&format!("{path}/draft"), body).await;
    assert_eq!(status, StatusCode::OK, "{draft}");
    let second = owner.create(&format!("{path}/publish"), json!({})).await;
    assert_eq!(second["version"], 2);
    let field = |version: &Value| version["document"]["pages"][0]["questions"][0]["field"].clone();
    let (_, first) = owner.get(&format!("{path}/versions/1")).await;
    assert_eq!(first["document"]["pages"][0]["questions"][0]["type"], "nps");
    assert_ne!(field(&first), field(&second));
    let (_, versions) = owner.get(&format!("{path}/versions")).await;
    let numbers: Vec<&Value> = versions["items"]
        .as_array()
        .expect("list")
        .iter()
        .map(|v| &v["version"])
        .collect();
    assert_eq!(numbers, [&json!(2), &json!(1)]);
    assert_eq!(
        owner.get(&format!("{path}/versions/3")).await.0,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn surveys_are_closed_reopened_and_copied() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let draft = owner
        .create("/api/surveys", json!({ "document": document() }))
        .await;
    let (status, problem) = owner
        .post(&format!("{}/close", path(&draft)), json!({}))
        .await;
    assert_eq!(
        (status, &problem["code"]),
        (StatusCode::CONFLICT, &json!("never_published"))
    );
    let live = published(&owner, document()).await;
    assert_eq!(
        owner.post(&format!("{live}/close"), json!({})).await.1["status"],
        "closed"
    );
    assert_eq!(
        owner.post(&format!("{live}/reopen"), json!({})).await.1["status"],
        "live"
    );
    let copy = owner.create(&format!("{live}/duplicate"), json!({})).await;
    assert_eq!(
        (&copy["status"], &copy["version"]),
        (&json!("draft"), &Value::Null)
    );
    let (_, audit) = owner.get("/api/audit").await;
    assert!(audit.to_string().contains("survey.publish"), "{audit}");
}

#[tokio::test]
async fn surveys_are_listed_in_pages_and_belong_to_one_organisation() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let mut made = Vec::new();
    for number in 0..5 {
        t.app.clock.advance_ms(1_000);
        let survey = owner
            .create(
                "/api/surveys",
                json!({ "title": { "en": format!("S{number}") } }),
            )
            .await;
        made.push(survey["id"].clone());
    }
    let (_, first) = owner.get("/api/surveys?limit=3").await;
    let cursor = first["next_cursor"].as_str().expect("more");
    let (_, rest) = owner
        .get(&format!("/api/surveys?limit=3&cursor={cursor}"))
        .await;
    let listed: Vec<Value> = [&first, &rest]
        .iter()
        .flat_map(|page| {
            page["items"]
                .as_array()
                .expect("items")
                .iter()
                .map(|s| s["id"].clone())
        })
        .collect();
    made.reverse();
    assert_eq!(listed, made);
    assert_eq!(rest["next_cursor"], Value::Null);
    let foreign = t.foreign_owner().await;
    assert_eq!(foreign.get("/api/surveys").await.1["items"], json!([]));
    let path = format!("/api/surveys/{}", made[0].as_str().expect("an id"));
    for (status, what) in [
        (foreign.get(&path).await.0, "survey"),
        (foreign.get(&format!("{path}/draft")).await.0, "draft"),
        (
            foreign.post(&format!("{path}/publish"), json!({})).await.0,
            "publish",
        ),
        (foreign.get(&format!("{path}/links")).await.0, "links"),
    ] {
        assert_eq!(status, StatusCode::NOT_FOUND, "{what}");
    }
    t.member(&t.organisation, "viewer@example.com", Role::Viewer)
        .await;
    let viewer = t.signed_in("viewer@example.com").await;
    assert_eq!(viewer.get(&path).await.0, StatusCode::OK);
    assert_eq!(
        viewer.post("/api/surveys", json!({})).await.0,
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        viewer.get(&format!("{path}/links")).await.0,
        StatusCode::FORBIDDEN
    );
}

#[tokio::test]
async fn of_two_who_publish_at_once_the_later_is_told_so() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let made = owner
        .create("/api/surveys", json!({ "template": "nps_relational" }))
        .await;
    let id = made["id"].as_str().expect("an id").to_owned();
    let path = format!("/api/surveys/{id}/publish");
    let survey: SurveyId = id.parse().expect("an id");
    let scope = koe::org::operator_scope(&t.organisation);

    let mut first = t.app.db.write().await.expect("a transaction");
    koe::surveys::publish(&t.app, &mut first, &scope, &survey)
        .await
        .expect("the first");
    let second = owner.post(&path, json!({}));
    let commit = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        first.commit().await.expect("committed");
    };
    let ((status, said), ()) = tokio::join!(second, commit);
    // SQLite lets one write after the other; on PostgreSQL both have looked already.
    if t.app.db.engine() == Engine::Sqlite {
        assert_eq!(
            (status, &said["version"]),
            (StatusCode::CREATED, &json!(2)),
            "{said}"
        );
    } else {
        assert_eq!(status, StatusCode::CONFLICT, "{said}");
        assert_eq!(said["code"], "published_meanwhile");
    }
    let (_, again) = owner.post(&path, json!({})).await;
    let versions = if status == StatusCode::CONFLICT { 2 } else { 3 };
    assert_eq!(again["version"], versions, "{again}");
}
