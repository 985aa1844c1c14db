//! What a killed process leaves behind: every acknowledged answer and every
//! row of an import exactly once, whatever it was doing.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use koe::base::experience;
use koe::base::scope::{Scope, Units};
use koe_lake::{FieldsWanted, Order, RecordsQuestion, SealedFile};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::sync::Mutex;

use crate::support::{Person, Served, TestApp, answer};

/// Kills of one run; more on demand.
const KILLS: u64 = 100;
/// Rows of the file that is imported meanwhile.
const ROWS: usize = 20_000;
/// The month of all of them.
const IMPORTED: &str = "2026-03";
/// Rows that a seal puts into one file at most.
const SEALED: u64 = 40;

struct Target {
    survey: String,
    question: String,
    key: String,
    /// Path of an import into the same survey.
    import: String,
}

#[tokio::test(flavor = "multi_thread")]
async fn every_acknowledged_answer_and_imported_row_survives_a_hundred_kills_exactly_once() {
    let kills = number("KOE_TEST_KILLS").unwrap_or(KILLS);
    let seed = number("KOE_TEST_SEED").unwrap_or_else(|| u64::from(std::process::id()));
    println!("seed {seed}: KOE_TEST_SEED={seed} repeats the moments of the kills");
    let t = TestApp::start().await;
    t.join_the_present();
    let target = target(&t).await;
    let mut random = seed;
    let sent = Arc::new(AtomicU64::new(0));
    // Kept here, outside the processes that are killed.
    let acknowledged: Arc<Mutex<Vec<String>>> = Arc::default();
    // Where the import stood, rows taken in, when a process was killed in the midst of it.
    let mut interrupted: BTreeSet<i64> = BTreeSet::new();
    // On a busy machine a process may need longer for anything to happen in it.
    let mut idle = 0;
    for _ in 0..kills {
        let (mut child, base) = serve(&t).await;
        if interrupted.is_empty() {
            // From the second time on, the process goes on with it of its own accord.
            begin(&base, &target).await;
        }
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
        let longest = 250 << (idle / 8).min(4);
        tokio::time::sleep(Duration::from_millis(next(&mut random) % longest)).await;
        child.kill();
        stop.store(true, Ordering::SeqCst);
        while senders.join_next().await.is_some() {}
        let (status, taken_in) = import(&t, &target).await;
        let further = status != "running" || interrupted.insert(taken_in);
        idle = if further { 0 } else { idle + 1 };
    }
    let (mut child, _) = serve(&t).await;
    for second in 0.. {
        let (status, taken_in) = import(&t, &target).await;
        if status == "done" {
            assert_eq!(taken_in, ROWS as i64);
            break;
        }
        assert!(second < 120, "{status} after {taken_in} rows");
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    child.kill();
    assert!(
        interrupted.len() > 1,
        "the import was never interrupted on its way: {interrupted:?}"
    );

    let acknowledged = acknowledged.lock().await;
    assert!(
        acknowledged.len() as u64 > kills,
        "too few answers to prove anything: {}",
        acknowledged.len()
    );
    let stored = records(&t, &target.survey).await;
    let twice: Vec<_> = stored.iter().filter(|(_, found)| found.times > 1).collect();
    assert!(twice.is_empty(), "counted twice: {twice:?}");
    let lost: Vec<_> = acknowledged
        .iter()
        .filter(|id| !stored.contains_key(*id))
        .collect();
    assert!(lost.is_empty(), "acknowledged and lost: {lost:?}");
    let imported = stored.values().filter(|found| found.imported).count();
    assert_eq!(imported, ROWS, "every row of the file is one record");
    let files = files(&t, &target.survey).await;
    let sealed = files.len();
    assert!(sealed > 0, "nothing was sealed between the kills");
    // A seal writes few rows into a file; only a compaction makes one of more. The rows of the
    // import are of another month and come in larger pieces.
    let merged = |file: &SealedFile| file.rows > SEALED && file.month() != Some(IMPORTED);
    assert!(
        files.iter().any(merged),
        "nothing was compacted between the kills: {files:?}"
    );
    println!(
        "{} acknowledged, {imported} imported in {} pieces, {} stored, {sealed} files",
        acknowledged.len(),
        interrupted.len() + 1,
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
    let import = upload(&owner, &survey, &question).await;
    Target {
        survey,
        question,
        key: key(&owner).await,
        import,
    }
}

/// A file of answers, uploaded and mapped, and not begun.
async fn upload(owner: &Person, survey: &str, question: &str) -> String {
    let mut file = format!("id,{question},at\n");
    for row in 0..ROWS {
        file += &format!("r{row},{},{IMPORTED}-{:02}\n", row % 11, row % 28 + 1);
    }
    let path = format!("/api/imports?name=answers.csv&survey_id={survey}");
    let (status, import) = answer(owner.request(Method::POST, &path).body(file)).await;
    assert_eq!(status, StatusCode::CREATED, "{import}");
    format!("/api/imports/{}", import["id"].as_str().expect("an id"))
}

/// Asks a process to begin the import; it may be killed before it answers.
async fn begin(base: &str, target: &Target) {
    let url = format!("{base}{}/run", target.import);
    let request = reqwest::Client::new().post(url).bearer_auth(&target.key);
    let answer = request.json(&json!({ "dry_run": false })).send().await;
    if let Ok(answer) = answer {
        assert!(
            [StatusCode::ACCEPTED, StatusCode::CONFLICT].contains(&answer.status()),
            "{}",
            answer.status()
        );
    }
}

/// How the import stands, and how many of its rows are taken in.
async fn import(t: &TestApp, target: &Target) -> (String, i64) {
    let (_, import) = answer(
        t.anybody()
            .request(Method::GET, &target.import)
            .bearer_auth(&target.key),
    )
    .await;
    (
        import["status"].as_str().expect("a status").to_owned(),
        import["checkpoint"].as_i64().expect("a number"),
    )
}

async fn key(owner: &Person) -> String {
    let body = json!({ "name": "crash", "permissions": ["submit_responses", "import_data"] });
    let made = owner.create("/api/keys", body).await;
    made["secret"].as_str().expect("a secret").to_owned()
}

/// A process of its own on the store of `t`, sealing and compacting eagerly.
async fn serve(t: &TestApp) -> (Served, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_koe"));
    command
        .args(["serve", "--data"])
        .arg(t.data.path())
        .env("KOE_LAKE__SEAL_SECONDS", "0")
        .env("KOE_LAKE__SEAL_ROWS", SEALED.to_string())
        .env("KOE_LAKE__COMPACT_FILES", "3")
        .env("KOE_LAKE__GARBAGE_SECONDS", "1")
        .env("KOE_LIMITS__IMPORT_CHUNK_CELLS", "900")
        .env("KOE_LIMITS__IMPORT_LEASE_SECONDS", "0");
    Served::ready(t, command).await
}

fn scope(t: &TestApp) -> Scope {
    Scope::after_authentication(t.organisation.clone(), Units::All, "test")
}

/// A record that questions see.
#[derive(Debug, Default)]
struct Found {
    times: u32,
    imported: bool,
}

/// How often each record is there.
async fn records(t: &TestApp, survey: &str) -> BTreeMap<String, Found> {
    let scope = scope(t);
    let snapshot = experience::snapshot_of(&t.app, &scope, &[survey])
        .await
        .expect("a snapshot");
    let mut tx = t.app.db.read().await.expect("a transaction");
    let stream = experience::stream(&mut tx, &scope, survey)
        .await
        .expect("a stream");
    drop(tx);
    let mut found: BTreeMap<String, Found> = BTreeMap::new();
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
            let common = record.row.common;
            let one = found.entry(common.record_id).or_default();
            one.times += 1;
            one.imported = common.source == "import";
        }
        match page.next {
            Some(next) => after = Some(next),
            None => return found,
        }
    }
}

async fn files(t: &TestApp, survey: &str) -> Vec<SealedFile> {
    let snapshot = experience::snapshot_of(&t.app, &scope(t), &[survey]).await;
    snapshot.expect("a snapshot").files.clone()
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
