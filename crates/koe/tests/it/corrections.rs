//! Several people who correct or delete one response at once: each is told
//! what became of it, and nothing is lost.

use std::time::Duration;

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::importing::import_with;
use crate::support::{Person, TestApp};
use crate::voices::{because, list, send, survey, texts};

/// Corrects a response at once as often as there are words; what each was told.
async fn at_once(owner: &Person, record: &str, words: &[String]) -> Vec<(StatusCode, Value)> {
    let path = format!("/api/responses/{record}");
    let corrections = words
        .iter()
        .map(|words| owner.patch(&path, json!({ "answers": { "why": words } })));
    futures::future::join_all(corrections).await
}

async fn shown(owner: &Person, record: &str) -> Value {
    let (status, shown) = owner.get(&format!("/api/responses/{record}")).await;
    assert_eq!(status, StatusCode::OK, "{shown}");
    shown
}

/// Whoever was told that it worked did so one after the other; whoever was
/// not, was told why; what stands is the words of one of the former, everywhere.
async fn insist_ordered(
    t: &TestApp,
    owner: &Person,
    record: &str,
    words: &[String],
    told: &[(StatusCode, Value)],
) {
    let mut taken = Vec::new();
    for (word, (status, said)) in words.iter().zip(told) {
        match *status {
            StatusCode::NO_CONTENT => taken.push(word.as_str()),
            StatusCode::CONFLICT => assert_eq!(said["code"], "response_changed", "{said}"),
            other => panic!("{other}: {said}"),
        }
    }
    assert!(!taken.is_empty(), "{told:?}");
    for sealed in [false, true] {
        if sealed {
            t.app.clock.advance_ms(120_000);
            t.see_to_duties().await;
        }
        t.drain().await;
        let stands = shown(owner, record).await;
        assert_eq!(stands["revision"], 1 + taken.len(), "{stands}");
        let why = stands["answers"]["why"].as_str().expect("words");
        assert!(taken.contains(&why), "{why} is not among {taken:?}");
        let voices = list(owner, &[]).await;
        assert_eq!(texts(&voices), [why], "{voices}");
    }
    let (_, log) = owner.get("/api/audit?action=response.correct").await;
    let lines = log["items"].as_array().expect("items");
    assert_eq!(lines.len(), taken.len(), "one line for each that counts");
}

fn words(n: usize) -> Vec<String> {
    (0..n).map(|at| format!("訂正した感想その{at}")).collect()
}

#[tokio::test]
async fn who_corrects_at_once_is_applied_in_order_or_told_so() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let survey = survey(&t, &owner, "identified").await;
    let record = send(&t, &owner, vec![because(&survey, "はじめの感想")]).await;
    let words = words(12);
    let told = at_once(&owner, &record[0], &words).await;
    insist_ordered(&t, &owner, &record[0], &words, &told).await;
}

#[tokio::test]
async fn a_record_that_only_the_lake_knew_is_corrected_at_once_without_loss() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let survey = survey(&t, &owner, "identified").await;
    let target = json!({ "kind": "survey", "survey_id": survey });
    import_with(
        &owner,
        "old.csv",
        "id,score\n1,4\n",
        target,
        |column| match column {
            "id" => json!({ "is": "record_key" }),
            question => json!({ "is": "answer", "question": question }),
        },
    )
    .await;
    let path = format!("/api/surveys/{survey}/responses");
    let (_, page) = owner.get(&path).await;
    let record = page["items"][0]["id"].as_str().expect("an id").to_owned();
    let words = words(8);
    let told = at_once(&owner, &record, &words).await;
    insist_ordered(&t, &owner, &record, &words, &told).await;
}

#[tokio::test]
async fn of_two_who_saw_the_same_words_one_is_told_that_they_changed() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let survey = survey(&t, &owner, "identified").await;
    let record = send(&t, &owner, vec![because(&survey, "はじめの感想")]).await;
    let words = words(2);
    // Both look before either may write. How long looking takes is the machine's affair; who is
    // given too little time looks after the other has written, and both are right.
    for patience_ms in [300, 1_500, 6_000] {
        let mut tx = t.app.db.write().await.expect("a transaction");
        sqlx::query("UPDATE record SET version = version")
            .execute(&mut *tx)
            .await
            .expect("held");
        let let_go = async {
            tokio::time::sleep(Duration::from_millis(patience_ms)).await;
            tx.commit().await.expect("committed");
        };
        let (told, ()) = tokio::join!(at_once(&owner, &record[0], &words), let_go);
        let refused: Vec<&Value> = told
            .iter()
            .filter(|(status, _)| *status == StatusCode::CONFLICT)
            .map(|(_, said)| &said["code"])
            .collect();
        if !refused.is_empty() {
            assert_eq!(refused, ["response_changed"], "{told:?}");
            return;
        }
    }
    panic!("one overwrote the other and was not told");
}

#[tokio::test]
async fn a_deletion_beside_corrections_wins_for_good() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let survey = survey(&t, &owner, "identified").await;
    let record = send(&t, &owner, vec![because(&survey, "はじめの感想")]).await;
    let path = format!("/api/responses/{}", record[0]);
    let words = words(6);
    let corrected = at_once(&owner, &record[0], &words);
    let deleted = async {
        // Told that somebody was faster, one looks again and deletes again.
        loop {
            let (status, said) = owner.delete(&path).await;
            match status {
                StatusCode::NO_CONTENT => return,
                StatusCode::CONFLICT => {}
                other => panic!("{other}: {said}"),
            }
        }
    };
    let (told, ()) = tokio::join!(corrected, deleted);
    for (status, said) in told {
        let fits = matches!(
            status,
            StatusCode::NO_CONTENT | StatusCode::CONFLICT | StatusCode::NOT_FOUND
        );
        assert!(fits, "{status}: {said}");
    }
    t.app.clock.advance_ms(120_000);
    t.see_to_duties().await;
    t.drain().await;
    assert_eq!(owner.get(&path).await.0, StatusCode::NOT_FOUND);
    assert_eq!(list(&owner, &[]).await["total"], 0);
    let (_, results) = owner.get(&format!("/api/surveys/{survey}/results")).await;
    assert_eq!(results["responses"], 0, "{results}");
}
