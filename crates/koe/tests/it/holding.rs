//! Files of the lake outlive whoever reads them, however long that takes and whichever process
//! replaces them meanwhile, and not for longer.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use koe::base::app::App;
use koe::base::clock::Clock;
use koe::base::config::Config;
use koe::base::duties::Duty as _;
use koe::base::experience::{self, CollectGarbage, Compact, Hold};
use koe::base::id::Chance;
use koe::leaving::{self, WriteOut};
use serde_json::json;
use tokio::runtime::{Builder, Handle};

use crate::answering::published;
use crate::support::TestApp;

/// Longer than replaced files stay when nobody reads them.
const LONG: Duration = Duration::from_millis(2_500);

/// The same store by the machine's clock, as another process has it.
async fn process(config: Config) -> App {
    let app = App::open(config, Clock::system(), Chance::system()).await;
    app.expect("the store opens")
}

/// Two surveys, each with two files.
async fn with_files() -> TestApp {
    let t = TestApp::start_with(|config| {
        config.lake.garbage_seconds = 1;
        config.lake.compact_files = 2;
    })
    .await;
    t.join_the_present();
    let owner = t.owner().await;
    for _ in 0..2 {
        let document = json!({
            "format": 1, "title": { "ja": "満足度" }, "languages": ["ja"],
            "privacy": { "purpose": { "ja": "店舗サービスの改善のため" } },
            "pages": [{ "id": "p1", "questions": [
                { "id": "score", "type": "nps", "text": { "ja": "おすすめ度" } }] }],
        });
        let survey = published(&owner, document).await;
        let survey = survey.trim_start_matches("/api/surveys/");
        for score in [3, 9] {
            let answer = json!({ "survey_id": survey, "answers": { "score": score } });
            owner.create("/api/responses", answer).await;
            experience::seal_all(&t.app).await.expect("sealed");
        }
    }
    t
}

async fn on_disk(app: &App) -> usize {
    app.lake.files_on_disk().await.expect("a folder").len()
}

async fn holds(app: &App) -> i64 {
    let mut tx = app.db.read().await.expect("a transaction");
    let count = sqlx::query_scalar("SELECT COUNT(*) FROM lake_reader");
    count.fetch_one(&mut *tx).await.expect("a count")
}

async fn wait_for_holds(app: &App, wanted: i64) {
    for _ in 0..100 {
        if holds(app).await == wanted {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{} instead of {wanted} hold files", holds(app).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_that_takes_long_ends_well_beside_a_compaction() {
    let t = with_files().await;
    let config = &t.app.config;
    let (reader, keeper) = (process(config.clone()).await, process(config.clone()).await);
    assert_eq!(on_disk(&keeper).await, 4);
    let compacted = AtomicBool::new(false);
    // After the first rows everything that is still to be read is replaced, and time passes.
    let show = |_| {
        if !compacted.swap(true, Ordering::SeqCst) {
            tokio::task::block_in_place(|| {
                Handle::current().block_on(async {
                    Compact::default().see_to(&keeper).await.expect("compacted");
                    tokio::time::sleep(LONG).await;
                    CollectGarbage.see_to(&keeper).await.expect("collected");
                    assert_eq!(on_disk(&keeper).await, 6, "old files and new ones");
                });
            });
        }
    };
    let outside = tempfile::tempdir().expect("a folder");
    let wanted = WriteOut {
        to: outside.path().join("everything"),
        link_key: true,
    };
    let scope = koe::org::operator_scope(&t.organisation);
    let written = leaving::write_out(&reader, &scope, &wanted, &show).await;
    let rows: u64 = written.expect("whole").streams.iter().map(|s| s.rows).sum();
    assert_eq!(rows, 4);
    wait_for_holds(&keeper, 0).await;
    CollectGarbage.see_to(&keeper).await.expect("collected");
    assert_eq!(
        on_disk(&keeper).await,
        2,
        "nobody reads the old ones any more"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_that_died_holds_nothing() {
    let t = with_files().await;
    let config = t.app.config.clone();
    let keeper = process(config.clone()).await;
    // The end of a runtime is the end of a process to whatever runs in it.
    let hold = std::thread::spawn(move || {
        let runtime = Builder::new_multi_thread().enable_all().build();
        let runtime = runtime.expect("a runtime");
        let hold = runtime.block_on(async {
            let reader = process(config).await;
            let hold = Hold::begin(&reader);
            wait_for_holds(&reader, 1).await;
            hold
        });
        runtime.shutdown_timeout(Duration::from_secs(5));
        hold
    });
    let hold = hold.join().expect("ended");
    Compact::default().see_to(&keeper).await.expect("compacted");
    assert_eq!(holds(&keeper).await, 1, "it left its note behind");
    tokio::time::sleep(LONG).await;
    CollectGarbage.see_to(&keeper).await.expect("collected");
    assert_eq!(holds(&keeper).await, 0);
    assert_eq!(on_disk(&keeper).await, 2);
    drop(hold);
}
