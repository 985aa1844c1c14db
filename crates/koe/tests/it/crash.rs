//! What a killed process leaves behind: every acknowledged answer exactly
//! once, whatever it was doing.

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use koe::base::experience;
use koe::base::scope::{Scope, Units};
use koe_lake::{FieldsWanted, Order, RecordsQuestion};
use serde_json::{Value, json};
use tokio::sync::Mutex;

use crate::support::{Person, TestApp};

/// Kills of one run; more on demand.
const KILLS: u64 = 100;

/// A process that does not outlive its test.
struct Served(Child);

impl Served {
    /// SIGKILL, whatever it is doing.
    fn kill(&mut self) {
        self.0.kill().expect("SIGKILL");
        self.0.wait().expect("an end");
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // Both fail when it was killed already, which is what is wanted.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

struct Target {
    survey: String,
    question: String,
    key: String,
}

#[tokio::test(flavor = "multi_thread")]
async fn every_acknowledged_answer_survives_a_hundred_kills_exactly_once() {
    let kills = number("KOE_TEST_KILLS").unwrap_or(KILLS);
    let seed = number("KOE_TEST_SEED").unwrap_or_else(|| u64::from(std::process::id()));
    println!("seed {seed}: KOE_TEST_SEED={seed} repeats the moments of the kills");
    let t = TestApp::start().await;
    let target = target(&t).await;
    let mut random = seed;
    let sent = Arc::new(AtomicU64::new(0));
    // Kept here, outside the processes that are killed.
    let acknowledged: Arc<Mutex<Vec<String>>> = Arc::default();
    for _ in 0..kills {
        let (mut child, base) = serve(&t).await;
        let stop = Arc::new(AtomicBool::new(false));
        let mut senders = tokio::task::JoinSet::new();
        for _ in 0..4 {
            let url = format!("{base}/api/responses");
            let body = json!({ "survey_id": target.survey, "partial": true });
            let (question, key) = (target.question.clone(), target.key.clone());
            let (sent, acknowledged, stop) = (sent.clone(), acknowledged.clone(), stop.clone());
            senders.spawn(async move {
                let client = reqwest::Client::new();
                while !stop.load(Ordering::SeqCst) {
                    let number = sent.fetch_add(1, Ordering::SeqCst);
                    let mut body = body.clone();
                    body["answers"] = json!({ question.clone(): number % 11 });
                    body["key"] = json!(format!("answer-{number}"));
                    let request = client.post(&url).bearer_auth(&key).json(&body);
                    let Ok(response) = request.send().await else {
                        return;
                    };
                    if response.status() != 201 {
                        continue;
                    }
                    if let Ok(answer) = response.json::<Value>().await
                        && let Some(id) = answer["id"].as_str()
                    {
                        acknowledged.lock().await.push(id.to_owned());
                    }
                }
            });
        }
        tokio::time::sleep(Duration::from_millis(next(&mut random) % 250)).await;
        child.kill();
        stop.store(true, Ordering::SeqCst);
        while senders.join_next().await.is_some() {}
    }

    let acknowledged = acknowledged.lock().await;
    assert!(
        acknowledged.len() as u64 > kills,
        "too few answers to prove anything: {}",
        acknowledged.len()
    );
    let stored = records(&t, &target.survey).await;
    let twice: Vec<_> = stored.iter().filter(|(_, times)| **times > 1).collect();
    assert!(twice.is_empty(), "counted twice: {twice:?}");
    let lost: Vec<_> = acknowledged
        .iter()
        .filter(|id| !stored.contains_key(*id))
        .collect();
    assert!(lost.is_empty(), "acknowledged and lost: {lost:?}");
    let sealed = files(&t, &target.survey).await;
    assert!(sealed > 0, "nothing was sealed between the kills");
    println!(
        "{} acknowledged, {} stored, {sealed} files",
        acknowledged.len(),
        stored.len()
    );
}

async fn target(t: &TestApp) -> Target {
    let owner = t.owner().await;
    let survey = owner
        .create("/api/surveys", json!({ "template": "nps_relational" }))
        .await;
    let survey = survey["id"].as_str().expect("an id").to_owned();
    let published = owner
        .create(&format!("/api/surveys/{survey}/publish"), json!({}))
        .await;
    let question = published["document"]["pages"]
        .as_array()
        .into_iter()
        .flatten()
        .flat_map(|page| page["questions"].as_array().into_iter().flatten())
        .find(|question| question["type"] == "nps")
        .and_then(|question| question["id"].as_str())
        .expect("an NPS question")
        .to_owned();
    Target {
        survey,
        question,
        key: key(&owner).await,
    }
}

async fn key(owner: &Person) -> String {
    let body = json!({ "name": "crash", "permissions": ["submit_responses"] });
    let made = owner.create("/api/keys", body).await;
    made["secret"].as_str().expect("a secret").to_owned()
}

/// A process of its own on the store of `t`, sealing and compacting eagerly.
async fn serve(t: &TestApp) -> (Served, String) {
    let port = TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .expect("a free port")
        .port();
    let base = format!("http://127.0.0.1:{port}");
    let mut command = Command::new(env!("CARGO_BIN_EXE_koe"));
    command
        .args(["serve", "--listen", &format!("127.0.0.1:{port}")])
        .env("KOE_DATA_DIR", t.data.path())
        .env("KOE_LAKE__SEAL_SECONDS", "0")
        .env("KOE_LAKE__SEAL_ROWS", "40")
        .env("KOE_LAKE__COMPACT_FILES", "3")
        .env("KOE_LAKE__GARBAGE_SECONDS", "1")
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    if let Some(url) = &t.app.config.store.database_url {
        command.env("KOE_DATABASE_URL", &url.0);
    }
    let child = Served(command.spawn().expect("koe starts"));
    let client = reqwest::Client::new();
    for _ in 0..1_000 {
        let ready = client.get(format!("{base}/readyz")).send().await;
        if ready.is_ok_and(|response| response.status() == 200) {
            return (child, base);
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("koe is not ready after ten seconds");
}

fn scope(t: &TestApp) -> Scope {
    Scope::after_authentication(t.organisation.clone(), Units::All, "test")
}

/// How often each record is there.
async fn records(t: &TestApp, survey: &str) -> BTreeMap<String, u32> {
    let scope = scope(t);
    let snapshot = experience::snapshot_of(&t.app, &scope, &[survey])
        .await
        .expect("a snapshot");
    let mut tx = t.app.db.read().await.expect("a transaction");
    let stream = experience::stream(&mut tx, &scope, survey)
        .await
        .expect("a stream");
    drop(tx);
    let mut found = BTreeMap::new();
    let mut after = None;
    loop {
        let page = t
            .app
            .lake
            .records(
                &RecordsQuestion {
                    streams: vec![stream.schema.clone()],
                    selection: experience::selection(&scope),
                    fields: FieldsWanted::Only(Vec::new()),
                    order: Order::OldestFirst,
                    limit: 5_000,
                    after,
                },
                &snapshot,
            )
            .await
            .expect("records");
        for record in page.records {
            *found.entry(record.row.common.record_id).or_insert(0) += 1;
        }
        match page.next {
            Some(next) => after = Some(next),
            None => return found,
        }
    }
}

async fn files(t: &TestApp, survey: &str) -> usize {
    let snapshot = experience::snapshot_of(&t.app, &scope(t), &[survey]).await;
    snapshot.expect("a snapshot").files.len()
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

/// SplitMix64, so that a printed seed repeats the run.
fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
