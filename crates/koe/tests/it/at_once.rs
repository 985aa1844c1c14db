//! Two processes on one store that do the same work at the same moment: its result counts once.

use koe::base::app::App;
use koe::base::clock::Clock;
use koe::base::duties::Duty as _;
use koe::base::experience::{self, Compact};
use koe::base::id::Chance;
use serde_json::json;

use crate::support::{Person, TestApp};
use crate::voices::survey;

/// The same store, as another process has it.
pub async fn process(t: &TestApp) -> App {
    let config = t.app.config.clone();
    let app = App::open(config, Clock::system(), Chance::system()).await;
    let app = app.expect("the store opens");
    // Ready to begin at the same moment.
    let mut tx = app.db.read().await.expect("a transaction");
    experience::sizes(&mut tx).await.expect("sizes");
    drop(tx);
    app
}

async fn answered(owner: &Person, survey: &str, n: usize) {
    for score in 0..n {
        let body = json!({ "survey_id": survey, "answers": { "score": score }, "partial": true });
        owner.create("/api/responses", body).await;
    }
}

/// Files that questions read.
async fn valid_files(t: &TestApp) -> i64 {
    let mut tx = t.app.db.read().await.expect("a transaction");
    let (_, files) = experience::sizes(&mut tx).await.expect("sizes");
    files
}

async fn counted(owner: &Person, survey: &str) -> serde_json::Value {
    let (_, results) = owner.get(&format!("/api/surveys/{survey}/results")).await;
    results["responses"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_that_two_seal_at_once_are_there_once() {
    let t = TestApp::start().await;
    t.join_the_present();
    let owner = t.owner().await;
    let survey = survey(&t, &owner, "identified").await;
    answered(&owner, &survey, 5).await;
    let other = process(&t).await;
    let (one, two) = tokio::join!(experience::seal_all(&t.app), experience::seal_all(&other));
    // Whoever comes too late gives up, or finds nothing left to do.
    assert!(one.is_ok() || two.is_ok(), "{one:?} {two:?}");
    assert_eq!(valid_files(&t).await, 1);
    assert_eq!(counted(&owner, &survey).await, 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_two_compact_at_once_are_replaced_once() {
    let t = TestApp::start_with(|config| config.lake.compact_files = 2).await;
    t.join_the_present();
    let owner = t.owner().await;
    let survey = survey(&t, &owner, "identified").await;
    for _ in 0..2 {
        answered(&owner, &survey, 3).await;
        experience::seal_all(&t.app).await.expect("sealed");
    }
    assert_eq!(valid_files(&t).await, 2);
    let other = process(&t).await;
    let (here, there) = (Compact::default(), Compact::default());
    let (one, two) = tokio::join!(here.see_to(&t.app), there.see_to(&other));
    // Whoever comes too late gives up, or finds nothing left to do.
    assert!(one.is_ok() || two.is_ok(), "{one:?} {two:?}");
    assert_eq!(valid_files(&t).await, 1);
    assert_eq!(counted(&owner, &survey).await, 6);
}
