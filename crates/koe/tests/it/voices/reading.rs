//! From texts of records to voices, and how they stay true to them.

use koe::org::Role;
use koe_analysis::text::Span;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use reqwest::StatusCode;
use serde_json::json;

use super::{ask, because, list, send, survey, texts};
use crate::support::TestApp;

#[tokio::test]
async fn every_text_is_a_voice_with_its_place_question_and_language() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let survey = survey(&t, &owner, "identified").await;
    let touchpoint = owner
        .create(
            "/api/touchpoints",
            json!({ "code": "call", "name": { "ja": "電話" }, "channel": "call",
            "stage": "use_and_support", "experience": "direct" }),
        )
        .await;
    let response = json!({ "survey_id": survey, "partial": true,
        "answers": { "why": "とても親切でした", "more": "The room was clean and quiet.", "order": "A-123" },
        "occurred_at": "2026-03-31T15:30:00Z",
        "context": { "touchpoint_id": touchpoint["id"] } });
    let record = send(&t, &owner, vec![response, because(&survey, " \u{3000} ")])
        .await
        .remove(0);
    let page = list(&owner, &[]).await;
    assert_eq!(
        page["total"], 2,
        "neither blank texts nor order numbers are voices: {page}"
    );
    let voice = page["items"]
        .as_array()
        .expect("items")
        .iter()
        .find(|item| item["field"] == "more")
        .expect("the second text");
    assert_eq!(voice["record_id"], json!(record));
    assert_eq!(voice["language"], "en");
    assert_eq!(voice["touchpoint_id"], touchpoint["id"]);
    assert_eq!(voice["channel"], "call");
    assert_eq!(voice["stage"], "use_and_support");
    assert_eq!(voice["occurred_at"], "2026-03-31T15:30:00Z");
    assert_eq!(voice["month"], "2026-04", "the organisation is in Tokyo");
    assert_eq!(voice["source"], "api");
    let field = &page["facets"][2]["values"];
    assert_eq!(field[0]["value"], json!(format!("{survey}:more")));
    assert_eq!(field[0]["label"]["ja"], "その他");
}

#[tokio::test]
async fn a_sealed_record_keeps_its_place_when_it_is_read_late() {
    let t = TestApp::start_with(|config| config.lake.seal_seconds = 0).await;
    let owner = t.owner().await;
    let survey = survey(&t, &owner, "identified").await;
    let mut response = because(&survey, "後から読む声");
    response["context"] = json!({ "channel": "chat" });
    let (status, _) = owner.post("/api/responses", response).await;
    assert_eq!(status, StatusCode::CREATED);
    use koe::base::duties::Duty;
    koe::base::experience::Seal
        .see_to(&t.app)
        .await
        .expect("sealed");
    t.drain().await;
    assert_eq!(list(&owner, &[]).await["items"][0]["channel"], "chat");
}

#[tokio::test]
async fn what_no_event_brought_is_read_and_what_is_gone_is_forgotten() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let survey = survey(&t, &owner, "identified").await;
    let records = send(
        &t,
        &owner,
        (0..3)
            .map(|n| because(&survey, &format!("声{n}")))
            .collect(),
    )
    .await;
    let mut tx = t.app.db.write().await.expect("a transaction");
    sqlx::query("DELETE FROM voice WHERE record_id = $1")
        .bind(&records[0])
        .execute(&mut *tx)
        .await
        .expect("a voice is lost");
    sqlx::query("DELETE FROM record_text WHERE record_id = $1")
        .bind(&records[1])
        .execute(&mut *tx)
        .await
        .expect("a text is gone");
    tx.commit().await.expect("committed");
    assert_eq!(list(&owner, &[]).await["total"], 2);
    assert!(
        !texts(&list(&owner, &[]).await).contains(&"声1"),
        "what is gone is never shown"
    );
    use koe::base::duties::Duty;
    koe::voices::Repair::default()
        .see_to(&t.app)
        .await
        .expect("a round");
    let page = list(&owner, &[]).await;
    let mut found = texts(&page);
    found.sort_unstable();
    assert_eq!((found, &page["total"]), (vec!["声0", "声2"], &json!(2)));
}

/// Texts read so far, as the process counts them.
fn read(handle: &PrometheusHandle) -> u64 {
    let counted = handle.render();
    let line = counted
        .lines()
        .find_map(|line| line.strip_prefix("koe_voices_read_total "));
    line.map_or(0, |count| count.parse().expect("a count"))
}

#[tokio::test]
async fn the_repair_leaves_to_an_event_what_it_is_still_to_bring() {
    let recorder = PrometheusBuilder::new().build_recorder();
    let handle = recorder.handle();
    let _counted = metrics::set_default_local_recorder(&recorder);
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let survey = survey(&t, &owner, "identified").await;
    let mut missed = String::new();
    for part in 0..3 {
        let responses: Vec<_> = (0..700)
            .map(|n| because(&survey, &format!("声 {part} {n}")))
            .collect();
        let (status, outcome) = owner
            .post("/api/responses/batch", json!({ "responses": responses }))
            .await;
        assert_eq!(status, StatusCode::OK, "{outcome}");
        missed = outcome["items"][5]["id"]
            .as_str()
            .expect("an id")
            .to_owned();
    }
    use koe::base::duties::Duty;
    let repair = koe::voices::Repair::default();
    repair.see_to(&t.app).await.expect("a round");
    assert_eq!(read(&handle), 0, "all of them are on their way");
    t.drain().await;
    assert_eq!(read(&handle), 2_100);
    repair.see_to(&t.app).await.expect("a round");
    assert_eq!(read(&handle), 2_100, "each of them was read once");

    let mut tx = t.app.db.write().await.expect("a transaction");
    sqlx::query("DELETE FROM voice WHERE record_id = $1")
        .bind(&missed)
        .execute(&mut *tx)
        .await
        .expect("a voice is lost");
    tx.commit().await.expect("committed");
    let (status, outcome) = owner
        .post("/api/responses", because(&survey, "まだ読まれていない"))
        .await;
    assert_eq!(status, StatusCode::CREATED, "{outcome}");
    repair.see_to(&t.app).await.expect("a round");
    assert_eq!(read(&handle), 2_101, "what was missed, and nothing else");
}

#[tokio::test]
async fn reading_twice_changes_nothing() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let survey = survey(&t, &owner, "identified").await;
    let records = send(&t, &owner, vec![because(&survey, "一度だけ")]).await;
    let before = list(&owner, &[]).await;
    use koe::base::outbox::{Event, Subscriber};
    let events = vec![
        Event::RecordsStored {
            records: records.clone(),
        },
        Event::RecordsDeleted { records },
    ];
    koe::voices::Read
        .receive(&t.app, &t.organisation, &events)
        .await
        .unwrap_or_else(|failure| panic!("{failure:?}"));
    assert_eq!(list(&owner, &[]).await, before);
}

#[tokio::test]
async fn personal_data_are_masked_until_somebody_with_the_right_asks_and_that_is_noted() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let survey = survey(&t, &owner, "identified").await;
    let said = "返事は taro@example.com か 090-1234-5678 へ";
    send(&t, &owner, vec![because(&survey, said)]).await;
    let page = list(&owner, &[]).await;
    let voice = &page["items"][0];
    assert_eq!(
        (&voice["masked"], &voice["text"]),
        (&json!(true), &json!("返事は ●●● か ●●● へ"))
    );
    assert_eq!(voice["personal_data"][0]["kind"], "email");
    let place = |voice: &serde_json::Value, n: usize, end: &str| {
        usize::try_from(voice["personal_data"][n][end].as_u64().expect("a place")).expect("small")
    };
    let mask = Span {
        start: place(voice, 1, "start"),
        end: place(voice, 1, "end"),
    };
    assert_eq!(mask.of("返事は ●●● か ●●● へ"), "●●●");
    assert_eq!(
        list(&owner, &[("q", "taro")]).await["total"],
        0,
        "nor can it be guessed by searching"
    );

    t.member(&t.organisation, "viewer@example.com", Role::Viewer)
        .await;
    let viewer = t.signed_in("viewer@example.com").await;
    assert_eq!(
        ask(&viewer, &[("masked", "false")]).await.0,
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        list(&viewer, &[]).await["items"][0]["customer_id"],
        json!(null)
    );

    let page = list(&owner, &[("masked", "false"), ("q", "ＴＡＲＯ")]).await;
    assert_eq!(
        (texts(&page), &page["items"][0]["masked"]),
        (vec![said], &json!(false))
    );
    let (_, audit) = owner.get("/api/audit").await;
    let line = audit["items"]
        .as_array()
        .expect("lines")
        .iter()
        .find(|line| line["action"] == "voice.unmask")
        .expect("a line");
    assert_eq!(line["detail"]["voices"], json!([voice["id"]]));
}

#[tokio::test]
async fn a_timeline_masks_the_same_places_of_the_same_words() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let survey = survey(&t, &owner, "identified").await;
    let customer = owner
        .create("/api/customers", json!({ "name": "千葉 葵" }))
        .await;
    let mut response = because(&survey, "返事は taro@example.com か 090-1234-5678 へ");
    response["context"] = json!({ "customer_id": customer["id"] });
    send(&t, &owner, vec![response]).await;
    let page = list(&owner, &[]).await;
    let address = format!(
        "/api/customers/{}/timeline",
        customer["id"].as_str().expect("an id")
    );
    let (_, timeline) = owner.get(&address).await;
    let told = &timeline["items"][0]["voices"][0];
    for part in ["text", "masked", "personal_data"] {
        assert_eq!(told[part], page["items"][0][part], "{part}");
    }
    assert_eq!(told["personal_data"].as_array().map(Vec::len), Some(2));

    let (_, shown) = owner.get(&format!("{address}?masked=false")).await;
    let shown = &shown["items"][0]["voices"][0];
    assert_eq!(shown["masked"], json!(false));
    assert!(
        shown["text"]
            .as_str()
            .is_some_and(|text| text.contains("taro@example.com"))
    );
}
