//! The list of surveys: search, how much each is answered, deletion of drafts,
//! and the previews that leave nothing behind.

use koe::org::Role;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::answering::{Respondent, count, document, document_with, link, page_path, published};
use crate::support::{Person, TestApp};

const DAY_MS: i64 = 86_400_000;

async fn titles(owner: &Person, query: &str) -> Vec<String> {
    let (status, list) = owner.get(&format!("/api/surveys{query}")).await;
    assert_eq!(status, StatusCode::OK, "{list}");
    list["items"]
        .as_array()
        .expect("items")
        .iter()
        .map(|survey| survey["title"]["en"].as_str().unwrap_or("").to_owned())
        .collect()
}

async fn answer(t: &TestApp, path: &str) {
    let someone = Respondent::new(t, "ja");
    let page = someone.open(path).await;
    let page = someone.answer(t, &page, &[("a.q1", "10")]).await;
    let page = someone.answer(t, &page, &[]).await;
    assert!(page.has("10点をありがとうございます"), "{}", page.html);
}

#[tokio::test]
async fn surveys_are_found_by_words_of_any_width_and_by_status() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    for (ja, en) in [
        ("ＡＢＣ店のｱﾝｹｰﾄ", "Store"),
        ("配送", "Delivery 50%_"),
        ("配送 夏", "Summer"),
    ] {
        t.app.clock.advance_ms(1_000);
        let body = json!({ "title": { "ja": ja, "en": en } });
        owner.create("/api/surveys", body).await;
    }
    t.app.clock.advance_ms(1_000);
    let live = published(&owner, document()).await;
    for (query, found) in [
        ("?q=abc", vec!["Store"]),
        ("?q=アンケート", vec!["After your visit", "Store"]),
        ("?q=配送", vec!["Summer", "Delivery 50%_"]),
        ("?q=50%25_", vec!["Delivery 50%_"]),
        ("?q=DELIVERY", vec!["Delivery 50%_"]),
        ("?q=ja", vec![]),
        ("?status=live", vec!["After your visit"]),
        ("?status=draft&q=配送&limit=1", vec!["Summer"]),
    ] {
        assert_eq!(titles(&owner, query).await, found, "{query}");
    }
    let (_, first) = owner.get("/api/surveys?q=配送&limit=1").await;
    let cursor = first["next_cursor"].as_str().expect("more");
    let rest = titles(&owner, &format!("?q=配送&limit=1&cursor={cursor}")).await;
    assert_eq!(rest, ["Delivery 50%_"]);
    owner.post(&format!("{live}/close"), json!({})).await;
    assert_eq!(titles(&owner, "?status=closed").await, ["After your visit"]);
    let (status, problem) = owner.get("/api/surveys?status=open").await;
    assert_eq!(
        (status, &problem["fields"][0]["field"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("status"))
    );
}

#[tokio::test]
async fn each_survey_says_how_much_it_is_answered() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let body = json!({ "code": "S01", "kind": "store", "name": { "en": "Shinjuku" } });
    let store = owner.create("/api/units", body).await["id"].clone();
    let survey = published(&owner, document()).await;
    let id = survey.rsplit('/').next().expect("an id").to_owned();
    let everywhere = link(&owner, &survey, json!({ "kind": "public" })).await;
    let there = json!({ "kind": "public", "unit_id": store });
    let in_store = link(&owner, &survey, there).await;
    answer(&t, &everywhere).await;
    t.see_to_duties().await;
    t.app.clock.advance_ms(40 * DAY_MS);
    answer(&t, &in_store).await;
    let activity = async |person: &Person| -> Value {
        let (status, list) = person.get("/api/survey-activity").await;
        assert_eq!(status, StatusCode::OK, "{list}");
        list["items"]
            .as_array()
            .expect("items")
            .iter()
            .find(|each| each["survey_id"] == json!(id))
            .expect("the survey")
            .clone()
    };
    // The clock went on: the session of before may have ended.
    let owner = t.signed_in("owner@example.com").await;
    let seen = activity(&owner).await;
    assert_eq!(
        (&seen["responses"], &seen["recent"]),
        (&json!(2), &json!(1))
    );
    assert!(seen["last_answered_on"].is_string(), "{seen}");
    let foreign = t.foreign_owner().await;
    let (_, theirs) = foreign.get("/api/survey-activity").await;
    assert_eq!(theirs["items"], json!([]));
}

#[tokio::test]
async fn a_confidential_survey_hides_how_few_answered_and_when() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let hidden = document_with(|d| {
        d["programme"]["identity"] = json!("confidential");
        d["hidden_fields"] = json!([]);
        d["pages"][2]["questions"]
            .as_array_mut()
            .expect("questions")
            .pop();
    });
    let survey = published(&owner, hidden).await;
    let path = link(&owner, &survey, json!({ "kind": "public" })).await;
    let mut shown = Vec::new();
    for _ in 0..5 {
        answer(&t, &path).await;
        let (_, list) = owner.get("/api/survey-activity").await;
        shown.push(list["items"][0].clone());
    }
    let (fourth, fifth) = (&shown[3], &shown[4]);
    assert_eq!(
        (&fourth["responses"], &fourth["recent"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(fifth["responses"], json!(5));
    assert_eq!(fifth["last_answered_on"], Value::Null);
}

#[tokio::test]
async fn a_draft_is_deleted_with_its_links_and_what_was_published_is_kept() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let draft = owner
        .create("/api/surveys", json!({ "document": document() }))
        .await;
    let path = format!("/api/surveys/{}", draft["id"].as_str().expect("an id"));
    let preview = link(&owner, &path, json!({ "kind": "preview" })).await;
    let foreign = t.foreign_owner().await;
    assert_eq!(foreign.delete(&path).await.0, StatusCode::NOT_FOUND);
    let organisation = koe::base::id::Id::stored(
        crate::answering::text(&t, "SELECT organisation_id FROM survey").await,
    );
    t.member(&organisation, "reader@example.com", Role::Viewer)
        .await;
    let reader = t.signed_in("reader@example.com").await;
    assert_eq!(reader.delete(&path).await.0, StatusCode::FORBIDDEN);
    assert_eq!(owner.delete(&path).await.0, StatusCode::NO_CONTENT);
    assert_eq!(owner.get(&path).await.0, StatusCode::NOT_FOUND);
    let page = Respondent::new(&t, "ja").open(&preview).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    let live = published(&owner, document()).await;
    let (status, problem) = owner.delete(&live).await;
    assert_eq!(
        (status, &problem["code"]),
        (StatusCode::CONFLICT, &json!("published"))
    );
    let (_, audit) = owner.get("/api/audit").await;
    assert!(audit.to_string().contains("survey.delete"), "{audit}");
}

#[tokio::test]
async fn one_preview_serves_again_and_again_and_is_swept_when_its_days_are_over() {
    let t = TestApp::start_with(|config| config.limits.preview_days = 2).await;
    let owner = t.owner().await;
    let survey = published(&owner, document()).await;
    let links = format!("{survey}/links");
    let preview = json!({ "kind": "preview" });
    let (status, first) = owner.post(&links, preview.clone()).await;
    assert_eq!(status, StatusCode::CREATED, "{first}");
    assert!(first["expires_at"].is_string(), "{first}");
    let (status, again) = owner.post(&links, preview.clone()).await;
    assert_eq!((status, &again["id"]), (StatusCode::OK, &first["id"]));
    // Trying it out again begins at the first page, whatever was answered before.
    let author = Respondent::new(&t, "ja");
    let path = page_path(&first);
    let page = author.open(&path).await;
    let page = author.answer(&t, &page, &[("a.q1", "4")]).await;
    assert_eq!(page.page(), "p2");
    assert_eq!(author.open(&path).await.page(), "p2");
    assert_eq!(author.open(&format!("{path}?_anew=1")).await.page(), "p1");
    // Past half of its time the next one is made, so that nobody is given a link that ends now.
    t.app.clock.advance_ms(DAY_MS + 1_000);
    let (status, next) = owner.post(&links, preview).await;
    assert_eq!(status, StatusCode::CREATED, "{next}");
    link(&owner, &survey, json!({ "kind": "public" })).await;
    let kept = "SELECT CAST(COUNT(*) AS BIGINT) FROM survey_link";
    t.see_to_duties().await;
    assert_eq!(count(&t, kept).await, 3);
    t.app.clock.advance_ms(DAY_MS);
    t.see_to_duties().await;
    assert_eq!(count(&t, kept).await, 2);
    assert_eq!(author.open(&path).await.status, StatusCode::NOT_FOUND);
    let (_, listed) = owner.get(&format!("{links}?kind=public")).await;
    assert_eq!(listed["items"].as_array().map(Vec::len), Some(1));
    let (status, problem) = owner.get(&format!("{links}?kind=secret")).await;
    assert_eq!(
        (status, &problem["fields"][0]["field"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("kind"))
    );
}
