//! Voices by what they judge and speak of; the rules by which that is read.

use koe::org::Role;
use reqwest::StatusCode;
use serde_json::{Value, json};

use super::{because, facet, list, send, survey, texts};
use crate::support::{Person, TestApp};

/// Takes over the topics of hotels, or others, in the place of `version`.
async fn topics(owner: &Person, version: i64, document: &Value) -> (StatusCode, Value) {
    let body = json!({ "version": version, "document": document });
    owner.put("/api/topics", body).await
}

async fn hotel(owner: &Person) -> Value {
    let (status, starters) = owner.get("/api/topic-starters").await;
    assert_eq!(status, StatusCode::OK, "{starters}");
    let items = starters["items"].as_array().expect("items");
    assert_eq!(items.len(), 4);
    let hotel = items.iter().find(|one| one["trade"] == "hotel");
    hotel.expect("hotels")["document"].clone()
}

/// What a page tells of a topic.
fn figure<'p>(page: &'p Value, topic: &str) -> &'p Value {
    let all = page["topics"].as_array().expect("topics");
    let found = all.iter().find(|one| one["topic"] == topic);
    found.unwrap_or_else(|| panic!("{topic} in {page}"))
}

/// The stretches of a page's only voice that speak of a topic.
fn marked(page: &Value, topic: &str) -> Vec<String> {
    let item = &page["items"][0];
    let text: Vec<char> = item["text"].as_str().expect("a text").chars().collect();
    let topics = item["topics"].as_array().expect("topics");
    let of = topics.iter().find(|one| one["topic"] == topic);
    let at = |place: &Value| usize::try_from(place.as_u64().expect("a place")).expect("small");
    of.unwrap_or_else(|| panic!("{topic} in {item}"))["spans"]
        .as_array()
        .expect("spans")
        .iter()
        .map(|span| text[at(&span["start"])..at(&span["end"])].iter().collect())
        .collect()
}

#[tokio::test]
async fn voices_are_listed_and_counted_by_what_they_judge_and_speak_of() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let survey = survey(&t, &owner, "identified").await;
    let (status, tree) = topics(&owner, 0, &hotel(&owner).await).await;
    assert_eq!(status, StatusCode::OK, "{tree}");
    assert_eq!((&tree["version"], &tree["read"]), (&json!(1), &json!(1.0)));
    let said = [
        "taro@example.com です。朝食がとても美味しかったです。",
        "The staff were rude and the room was dirty.",
        "部屋が汚くて残念でした。",
        "The breakfast was delicious. The bathroom was filthy.",
        "駅から五分",
    ];
    send(&t, &owner, said.map(|why| because(&survey, why)).to_vec()).await;

    let page = list(&owner, &[]).await;
    assert_eq!(page["total"], 5);
    let mut sides = facet(&page, "sentiment");
    sides.sort_unstable();
    assert_eq!(
        sides,
        [
            ("mixed", 1),
            ("negative", 2),
            ("neutral", 1),
            ("positive", 1)
        ]
    );
    let breakfast = figure(&page, "breakfast");
    assert_eq!(
        (&breakfast["n"], &breakfast["parent"]),
        (&json!(2), &json!("food"))
    );
    assert_eq!(breakfast["said"]["positive"], 2);
    assert_eq!(breakfast["share"]["value"], 40.0);
    assert_eq!(breakfast["share"]["n"], 5);
    assert!(breakfast["share"]["interval"].is_array());
    assert_eq!(figure(&page, "cleanliness")["said"]["negative"], 3);

    let page = list(&owner, &[("topic", "breakfast"), ("language", "ja")]).await;
    assert_eq!(texts(&page), ["●●● です。朝食がとても美味しかったです。"]);
    assert_eq!(marked(&page, "breakfast"), ["朝食"]);
    assert_eq!(page["items"][0]["sentiment"]["side"], "positive");
    assert_eq!(facet(&page, "sentiment"), [("positive", 1)]);
    // Topics are counted as if none were chosen; what else was chosen holds.
    assert_eq!(figure(&page, "cleanliness")["n"], 1);
    assert_eq!(figure(&page, "cleanliness")["share"]["n"], 3);

    let page = list(&owner, &[("sentiment", "mixed")]).await;
    assert_eq!(texts(&page), [said[3]]);
    assert_eq!(marked(&page, "food"), ["breakfast", "delicious"]);
    let body = json!({ "filters": [{ "dimension": "topic", "any_of": [null] }] });
    let (_, page) = owner.post("/api/voices/search", body).await;
    assert_eq!(
        page["total"], 0,
        "the way from the station is a topic: {page}"
    );
    let body = json!({ "filters": [{ "dimension": "topic", "none_of": ["food", "room"] }] });
    let (_, page) = owner.post("/api/voices/search", body).await;
    assert_eq!(texts(&page), ["駅から五分"]);
}

#[tokio::test]
async fn changed_rules_are_versions_and_voices_are_read_again_with_them() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let survey = survey(&t, &owner, "identified").await;
    let ids = send(
        &t,
        &owner,
        vec![because(&survey, "It was too loud at night.")],
    )
    .await;
    assert_eq!(list(&owner, &[]).await["topics"], json!([]));
    let rule = |rule: Value| {
        json!({ "koe_topics": 1, "topics": [
            { "id": "night", "name": { "ja": "夜", "en": "Night" }, "rule": rule }] })
    };
    let (_, tree) = topics(&owner, 0, &rule(json!("quiet"))).await;
    assert_eq!((&tree["version"], &tree["read"]), (&json!(1), &json!(0.0)));
    t.see_to_duties().await;
    assert_eq!(owner.get("/api/topics").await.1["read"], 1.0);
    assert_eq!(figure(&list(&owner, &[]).await, "night")["n"], 0);

    let (status, refusal) = topics(&owner, 0, &rule(json!("loud"))).await;
    assert_eq!(
        (status, &refusal["code"]),
        (StatusCode::CONFLICT, &json!("topics_changed"))
    );
    let (status, refusal) = topics(&owner, 7, &rule(json!("loud"))).await;
    assert_eq!(status, StatusCode::CONFLICT, "{refusal}");
    let (status, refusal) = topics(&owner, 1, &rule(json!({ "any": [] }))).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let field = refusal["fields"][0]["field"].as_str().expect("a field");
    assert!(field.starts_with("document.topics[0].rule"), "{refusal}");
    let (status, tree) = topics(&owner, 1, &rule(json!("loud"))).await;
    assert_eq!(
        (status, &tree["version"]),
        (StatusCode::OK, &json!(2)),
        "{tree}"
    );
    t.see_to_duties().await;
    let page = list(&owner, &[("topic", "night")]).await;
    assert_eq!(
        (&page["total"], marked(&page, "night")),
        (&json!(1), vec!["loud".to_owned()])
    );
    let (_, audit) = owner.get("/api/audit?action=topics.change").await;
    assert_eq!(audit["items"][0]["detail"]["version"], 2, "{audit}");

    let viewer = "viewer@example.com";
    t.member(&t.organisation, viewer, Role::Viewer).await;
    let viewer = t.signed_in(viewer).await;
    assert_eq!(viewer.get("/api/topics").await.0, StatusCode::OK);
    assert_eq!(
        topics(&viewer, 2, &rule(json!("x"))).await.0,
        StatusCode::FORBIDDEN
    );

    // Nothing of what it spoke of outlives the voice.
    let (status, gone) = owner.delete(&format!("/api/responses/{}", ids[0])).await;
    assert!(status.is_success(), "{gone}");
    t.drain().await;
    let mut tx = t.app.db.read().await.expect("a transaction");
    let left: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM voice_topic")
        .fetch_one(&mut *tx)
        .await
        .expect("a count");
    assert_eq!(left, 0);
}

#[tokio::test]
async fn a_topic_is_tried_on_voices_before_it_is_kept() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let open = survey(&t, &owner, "identified").await;
    let confidential = survey(&t, &owner, "confidential").await;
    let mut said: Vec<Value> = (0..10).map(|_| because(&confidential, "loud")).collect();
    said.push(because(&open, "taro@example.com: it was loud, very loud"));
    said.push(because(&open, "It was lovely"));
    send(&t, &owner, said).await;
    let document = json!({ "koe_topics": 1, "topics": [{ "id": "noise", "name": { "en": "Noise" },
        "topics": [{ "id": "night", "name": { "en": "Night" }, "rule": "loud" }] }] });
    let body = json!({ "document": document, "topic": "noise" });
    let (status, trial) = owner.post("/api/topics/trials", body).await;
    assert_eq!(status, StatusCode::OK, "{trial}");
    assert_eq!((&trial["looked"], &trial["n"]), (&json!(2), &json!(1)));
    assert_eq!(trial["share"]["value"], 50.0);
    let quotation = &trial["quotations"][0];
    assert_eq!(quotation["text"], "●●●: it was loud, very loud");
    assert_eq!(
        quotation["spans"],
        json!([{ "start": 12, "end": 16 }, { "start": 23, "end": 27 }])
    );
    assert_eq!(
        owner.get("/api/topics").await.1["version"],
        0,
        "nothing is kept"
    );

    let body = json!({ "document": document, "topic": "day" });
    let (status, refusal) = owner.post("/api/topics/trials", body).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(refusal["fields"][0]["field"], "topic", "{refusal}");
}

#[tokio::test]
async fn a_wish_is_no_complaint_where_it_was_asked_for() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let document = json!({
        "format": 1,
        "title": { "en": "Stay" },
        "languages": ["en"],
        "programme": { "kind": "transactional", "identity": "identified" },
        "privacy": { "purpose": { "en": "To improve our service" } },
        "pages": [{ "id": "p1", "questions": [
            { "id": "why", "type": "text", "text": { "en": "Tell us about it" }, "voice": true },
            { "id": "better", "type": "text", "text": { "en": "What should we improve?" }, "voice": true },
        ]}]
    });
    let made = owner
        .create("/api/surveys", json!({ "document": document }))
        .await;
    let id = made["id"].as_str().expect("an id").to_owned();
    owner
        .create(&format!("/api/surveys/{id}/publish"), json!({}))
        .await;
    t.drain().await;
    let wish = "Nothing";
    let response =
        json!({ "survey_id": id, "partial": true, "answers": { "why": wish, "better": wish } });
    send(&t, &owner, vec![response]).await;
    let score = |page: &Value| {
        page["items"][0]["sentiment"]["score"]
            .as_f64()
            .expect("a score")
    };
    let open = score(&list(&owner, &[("field", "why")]).await);
    let asked = score(&list(&owner, &[("field", "better")]).await);
    assert!(asked > open, "{asked} {open}");
}

#[tokio::test]
async fn what_was_said_in_confidence_is_not_counted_by_what_it_says() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let survey = survey(&t, &owner, "confidential").await;
    topics(&owner, 0, &hotel(&owner).await).await;
    let responses = (0..9).map(|_| because(&survey, "The breakfast was bad."));
    send(&t, &owner, responses.collect()).await;
    let page = list(&owner, &[]).await;
    assert_eq!(page["total"], 9);
    assert!(facet(&page, "sentiment").is_empty());
    assert_eq!(figure(&page, "breakfast")["n"], 0);
    for filter in [("sentiment", "negative"), ("topic", "breakfast")] {
        let page = list(&owner, &[filter]).await;
        assert_eq!(page["total"], 0);
        assert_eq!(
            page["withheld"],
            json!([{ "survey_id": survey, "reason": "filter" }])
        );
    }
}
