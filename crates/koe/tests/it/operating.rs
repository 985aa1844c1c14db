//! What whoever runs the server sees: logs that name nobody, numbers for
//! monitoring, and an orderly end.

use std::collections::BTreeSet;
use std::fs::File;
use std::net::TcpListener;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use koe::base::config::Secret;
use koe::base::db::Engine;
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::support::{PASSWORD, TestApp};
use crate::voices::survey;

const NAME: &str = "小鳥遊いろは";
const MAIL: &str = "iroha.takanashi@example.com";
const WORDS: &str = "店員さんの笑顔がうれしかった";

/// A process that does not outlive its test.
struct Served(Child);

impl Drop for Served {
    fn drop(&mut self) {
        // Both fail when it has ended already, which is what is wanted.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// `koe serve` on the store of `t`, ready, and its address; it logs to `log` in the data folder.
async fn serving(t: &TestApp) -> (Served, String) {
    running(t, "serve").await
}

/// The same of any command that listens.
async fn running(t: &TestApp, name: &str) -> (Served, String) {
    let port = TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .expect("a free port")
        .port();
    let base = format!("http://127.0.0.1:{port}");
    let log = t.data.path().join("log");
    let mut command = Command::new(env!("CARGO_BIN_EXE_koe"));
    command
        .args([name, "--listen", &format!("127.0.0.1:{port}")])
        .env("KOE_DATA_DIR", t.data.path())
        .env_remove("KOE_LOG")
        .stdout(Stdio::null())
        .stderr(File::create(&log).expect("a log"));
    if let Some(url) = &t.app.config.store.database_url {
        command.env("KOE_DATABASE_URL", &url.0);
    }
    let child = Served(command.spawn().expect("koe starts"));
    let client = Client::new();
    let mut ready = false;
    for _ in 0..1_000 {
        let answer = client.get(format!("{base}/readyz")).send().await;
        ready = answer.is_ok_and(|answer| answer.status() == StatusCode::OK);
        if ready {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(ready, "koe is not ready after ten seconds");
    (child, base)
}

/// SIGTERM, as a service manager sends it, and the end that follows.
async fn ended(mut child: Served) -> ExitStatus {
    let asked = Command::new("kill")
        .args(["-TERM", &child.0.id().to_string()])
        .status();
    assert!(asked.expect("kill runs").success());
    let end = tokio::task::spawn_blocking(move || child.0.wait());
    let end = tokio::time::timeout(Duration::from_secs(15), end).await;
    end.expect("it ends").expect("joined").expect("a status")
}

/// Whether a line is a sample of the Prometheus text format.
fn is_sample(line: &str) -> bool {
    let (name, value) = line.rsplit_once(' ').unwrap_or_default();
    let name = name.split('{').next().unwrap_or_default();
    !name.is_empty()
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b':')
        && value.parse::<f64>().is_ok()
}

#[tokio::test]
async fn a_server_counts_names_nobody_in_its_log_and_ends_when_asked() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let survey = survey(&t, &owner, "identified").await;
    let permissions = [
        "read_people",
        "edit_people",
        "submit_responses",
        "read_results",
    ];
    let key = json!({ "name": "operating", "permissions": permissions });
    let key = owner.create("/api/keys", key).await;
    let key = key["secret"].as_str().expect("a secret");

    let (child, base) = serving(&t).await;
    let log = t.data.path().join("log");
    let client = Client::new();
    let healthy = client.get(format!("{base}/healthz")).send().await;
    assert_eq!(healthy.expect("an answer").status(), StatusCode::OK);

    let post = async |path: &str, body: Value, status: StatusCode| {
        let request = client.post(format!("{base}{path}")).bearer_auth(key);
        let answer = request.json(&body).send().await.expect("an answer");
        assert_eq!(answer.status(), status, "{path}");
        answer.json::<Value>().await.expect("JSON")
    };
    let identifiers = json!([{ "kind": "email", "value": MAIL }]);
    let person = json!({ "name": NAME, "identifiers": identifiers });
    let made = post("/api/customers", person.clone(), StatusCode::CREATED).await;
    post("/api/customers", person, StatusCode::CONFLICT).await;
    let answers = json!({ "score": 9, "why": WORDS });
    let response = json!({ "survey_id": survey, "answers": answers, "partial": true,
        "key": MAIL, "context": { "customer_id": made["id"] } });
    post("/api/responses", response, StatusCode::CREATED).await;
    let wrong = json!({ "survey_id": survey, "answers": { "score": WORDS } });
    post("/api/responses", wrong, StatusCode::UNPROCESSABLE_ENTITY).await;
    let sign_in = json!({ "email": MAIL, "password": PASSWORD });
    post("/api/session", sign_in, StatusCode::UNAUTHORIZED).await;
    let found = client
        .get(format!("{base}/api/customers/lookup?identifier={MAIL}"))
        .bearer_auth(key)
        .send()
        .await
        .expect("an answer");
    assert_eq!(found.status(), StatusCode::OK);

    let metrics = client.get(format!("{base}/metrics")).send().await;
    let metrics = metrics.expect("an answer").text().await.expect("a text");
    for sample in [
        "koe_answers_total 1\n",
        "koe_request_seconds_count{part=\"intake\",status=\"201\"} 1\n",
        "koe_request_seconds_count{part=\"intake\",status=\"422\"} 1\n",
        "koe_request_seconds_bucket{part=\"api\",status=\"401\",le=\"+Inf\"} 1\n",
        "koe_outbox_overdue_seconds ",
        "koe_lake_pending_rows 1\n",
        "koe_lake_files 0\n",
    ] {
        assert!(metrics.contains(sample), "{sample} in {metrics}");
    }
    for line in metrics
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
    {
        assert!(is_sample(line), "{line}");
    }

    let end = ended(child).await;
    assert!(end.success(), "{end}");

    let log = std::fs::read_to_string(log).expect("a log");
    assert!(log.contains("listening"), "{log}");
    for line in log.lines() {
        let entry: Value = serde_json::from_str(line).unwrap_or_else(|_| panic!("{line}"));
        assert!(entry["level"].is_string(), "{line}");
    }
    for words in [NAME, MAIL, WORDS, PASSWORD, key] {
        assert!(!log.contains(words), "{words} is in the log: {log}");
    }
}

#[tokio::test]
async fn a_worker_that_runs_apart_tells_its_health_and_what_it_counts() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let survey = survey(&t, &owner, "identified").await;
    let answers = json!({ "why": WORDS });
    let response = json!({ "survey_id": survey, "answers": answers, "partial": true });
    let (status, said) = owner.post("/api/responses", response).await;
    assert_eq!(status, StatusCode::CREATED, "{said}");

    let (child, base) = running(&t, "worker").await;
    let ask = async |path: &str| {
        let answer = reqwest::get(format!("{base}{path}")).await;
        let answer = answer.expect("an answer");
        (answer.status(), answer.text().await.expect("a text"))
    };
    assert_eq!(ask("/healthz").await, (StatusCode::OK, "ok".to_owned()));
    let mut metrics = String::new();
    for _ in 0..200 {
        metrics = ask("/metrics").await.1;
        if metrics.contains("koe_voices_read_total 1\n")
            && metrics.contains("koe_outbox_waiting 0\n")
        {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    for sample in [
        "koe_voices_read_total 1\n",
        "koe_outbox_waiting 0\n",
        "koe_outbox_overdue_seconds 0\n",
        "koe_lake_files ",
    ] {
        assert!(metrics.contains(sample), "{sample} in {metrics}");
    }
    assert_eq!(ask("/api/surveys").await.0, StatusCode::NOT_FOUND);
    let end = ended(child).await;
    assert!(end.success(), "{end}");
}

/// Whoever was told that an answer is kept finds it; whoever was in the midst of sending one is
/// told how it went, or was not let in any more.
#[tokio::test(flavor = "multi_thread")]
async fn an_end_under_load_keeps_what_was_acknowledged_and_answers_what_is_under_way() {
    let t = TestApp::start().await;
    t.join_the_present();
    let owner = t.owner().await;
    let survey = survey(&t, &owner, "identified").await;
    let key = json!({ "name": "load", "permissions": ["submit_responses"] });
    let key = owner.create("/api/keys", key).await;
    let key = key["secret"].as_str().expect("a secret").to_owned();
    let (child, base) = serving(&t).await;
    let mut senders = JoinSet::new();
    for sender in 0..8 {
        let (url, key) = (format!("{base}/api/responses"), key.clone());
        let body = json!({ "survey_id": survey, "answers": { "score": 9 }, "partial": true });
        senders.spawn(async move {
            // A connection for each request: one that lies idle may be closed at any time, and
            // what is sent on it then was not begun.
            let client = Client::builder().pool_max_idle_per_host(0).build();
            let client = client.expect("a client");
            let mut acknowledged = Vec::new();
            for number in 0.. {
                let mut body = body.clone();
                body["key"] = json!(format!("{sender}-{number}"));
                match client.post(&url).bearer_auth(&key).json(&body).send().await {
                    Ok(answer) if answer.status() == StatusCode::CREATED => {
                        let answer: Value = answer.json().await.expect("a whole answer");
                        acknowledged.push(answer["id"].as_str().expect("an id").to_owned());
                    }
                    Ok(answer) => assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE),
                    Err(error) => {
                        assert!(error.is_connect() || error.is_request(), "{error:?}");
                        return acknowledged;
                    }
                }
            }
            acknowledged
        });
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
    let end = ended(child).await;
    assert!(end.success(), "{end}");
    let log = std::fs::read_to_string(t.data.path().join("log")).expect("a log");
    assert!(!log.contains("cut off"), "{log}");
    let acknowledged = senders.join_all().await.concat();
    assert!(acknowledged.len() > 20, "{}", acknowledged.len());
    let mut stored = BTreeSet::new();
    let mut cursor = String::new();
    loop {
        let path = format!("/api/surveys/{survey}/responses?limit=200{cursor}");
        let (status, page) = owner.get(&path).await;
        assert_eq!(status, StatusCode::OK, "{page}");
        let ids = page["items"].as_array().expect("a page").iter();
        stored.extend(ids.map(|one| one["id"].as_str().expect("an id").to_owned()));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    let lost: Vec<&String> = acknowledged
        .iter()
        .filter(|id| !stored.contains(*id))
        .collect();
    assert!(lost.is_empty(), "acknowledged and lost: {lost:?}");
    let untold = stored.len() - acknowledged.len();
    assert_eq!(untold, 0, "stored, and their senders were not answered");
}

/// Carries connections on to the server that is named by then, until it is aborted.
async fn carry(between: Arc<tokio::net::TcpListener>, server: Arc<OnceLock<String>>) {
    let mut ways = JoinSet::new();
    while let Ok((mut near, _)) = between.accept().await {
        let server = server.get().expect("a server").clone();
        ways.spawn(async move {
            let mut far = tokio::net::TcpStream::connect(server).await?;
            tokio::io::copy_bidirectional(&mut near, &mut far).await
        });
    }
}

/// What a load balancer goes by. The embedded store cannot go away alone; a server can.
#[tokio::test]
async fn readiness_tells_a_store_that_is_away_from_one_that_waits_for_its_schema() {
    let between = tokio::net::TcpListener::bind("127.0.0.1:0").await;
    let between = Arc::new(between.expect("a port"));
    let port = between.local_addr().expect("an address").port();
    let server: Arc<OnceLock<String>> = Arc::default();
    let way = tokio::spawn(carry(between.clone(), server.clone()));
    let t = TestApp::start_with(|config| {
        if let Some(Secret(url)) = &mut config.store.database_url {
            let mut through = reqwest::Url::parse(url).expect("an address");
            let host = through.host_str().expect("a host").to_owned();
            let name = format!("{host}:{}", through.port().unwrap_or(5432));
            server.set(name).expect("once");
            through.set_host(Some("127.0.0.1")).expect("a host");
            through.set_port(Some(port)).expect("a port");
            *url = through.to_string();
        }
    })
    .await;
    let person = t.anybody();
    assert_eq!(person.get("/readyz").await.0, StatusCode::OK);
    if t.app.db.engine() == Engine::Postgres {
        // Open connections end; new ones are never answered.
        way.abort();
        let asked = tokio::time::timeout(Duration::from_secs(20), person.get("/readyz")).await;
        let (status, problem) = asked.expect("an answer in time");
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "{problem}");
        assert_eq!(person.get("/healthz").await.0, StatusCode::OK);
        tokio::spawn(carry(between, server));
        let mut status = StatusCode::SERVICE_UNAVAILABLE;
        for _ in 0..20 {
            status = person.get("/readyz").await.0;
            if status == StatusCode::OK {
                break;
            }
        }
        assert_eq!(status, StatusCode::OK, "it comes back by itself");
    }
    let mut tx = t.app.db.write().await.expect("a transaction");
    sqlx::query("DELETE FROM _sqlx_migrations WHERE version = 21")
        .execute(&mut *tx)
        .await
        .expect("forgotten");
    tx.commit().await.expect("committed");
    let (status, problem) = person.get("/readyz").await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert_eq!(problem["code"], "not_migrated", "{problem}");
}
