//! Corrected and deleted responses: their voices follow, in list, search and counts.

use reqwest::StatusCode;
use serde_json::{Value, json};

use super::{because, facet, list, send, survey, texts};
use crate::support::{Person, TestApp};

async fn found(owner: &Person, words: &str) -> (i64, Vec<String>) {
    let page = list(owner, &[("q", words)]).await;
    let texts = texts(&page).into_iter().map(str::to_owned).collect();
    (page["total"].as_i64().expect("a total"), texts)
}

async fn correct(owner: &Person, record: &str, answers: Value) {
    let path = format!("/api/responses/{record}");
    let (status, said) = owner.patch(&path, json!({ "answers": answers })).await;
    assert_eq!(status, StatusCode::NO_CONTENT, "{said}");
}

#[tokio::test]
async fn a_corrected_text_is_found_by_its_new_words_alone() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let survey = survey(&t, &owner, "identified").await;
    let said = ["駅から近くて便利", "朝食がとてもおいしい", "風呂がせまい"];
    let responses = said.iter().map(|why| because(&survey, why)).collect();
    let records = send(&t, &owner, responses).await;
    assert_eq!(found(&owner, "朝食").await.0, 1);

    let answers = json!({ "why": "夕食がとてもおいしい", "more": "The staff were kind" });
    correct(&owner, &records[1], answers).await;
    let (_, shown) = found(&owner, "朝食").await;
    assert!(
        !shown.iter().any(|text| text.contains("朝食")),
        "the old words are never shown, not even before the text is read anew: {shown:?}"
    );
    t.drain().await;
    assert_eq!(found(&owner, "朝食").await, (0, vec![]));
    assert_eq!(
        found(&owner, "夕食").await,
        (1, vec!["夕食がとてもおいしい".to_owned()])
    );
    assert_eq!(found(&owner, "staff").await.0, 1);
    let all = list(&owner, &[]).await;
    assert_eq!(all["total"], 4);
    assert_eq!(facet(&all, "language"), [("ja", 3), ("en", 1)]);

    // A text that was taken back is no voice any more.
    correct(&owner, &records[1], json!({ "score": 9 })).await;
    t.drain().await;
    assert_eq!(found(&owner, "夕食").await.0, 0);
    let all = list(&owner, &[]).await;
    assert_eq!(all["total"], 2);
    assert_eq!(facet(&all, "language"), [("ja", 2)]);
}

#[tokio::test]
async fn the_voices_of_a_deleted_response_vanish_everywhere() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let survey = survey(&t, &owner, "identified").await;
    let both = json!({ "survey_id": survey, "partial": true,
        "answers": { "why": "待ち時間が長い", "more": "駐車場が広い" } });
    let records = send(&t, &owner, vec![both, because(&survey, "店員が親切")]).await;
    assert_eq!(list(&owner, &[]).await["total"], 3);

    let path = format!("/api/responses/{}", records[0]);
    let (status, said) = owner.delete(&path).await;
    assert_eq!(status, StatusCode::NO_CONTENT, "{said}");
    let shown = list(&owner, &[]).await;
    assert_eq!(
        texts(&shown),
        ["店員が親切"],
        "at once, not when it is read"
    );
    t.drain().await;
    let all = list(&owner, &[]).await;
    assert_eq!(all["total"], 1);
    let why = format!("{survey}:why");
    assert_eq!(facet(&all, "field"), [(why.as_str(), 1)]);
    for words in ["待ち時間", "駐車場"] {
        assert_eq!(found(&owner, words).await, (0, vec![]), "{words}");
    }
    let table = owner.get(&format!("/api/surveys/{survey}/responses")).await;
    assert_eq!(table.1["items"].as_array().map(Vec::len), Some(1));
    // Seeing the event again changes nothing, and the duty finds nothing astray.
    t.see_to_duties().await;
    assert_eq!(list(&owner, &[]).await["total"], 1);
}
