//! What whoever runs the server sees: logs that name nobody, numbers for
//! monitoring, and an orderly end.

use std::fs::File;
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use reqwest::{Client, StatusCode};
use serde_json::{Value, json};

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

    let port = TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .expect("a free port")
        .port();
    let base = format!("http://127.0.0.1:{port}");
    let log = t.data.path().join("log");
    let mut command = Command::new(env!("CARGO_BIN_EXE_koe"));
    command
        .args(["serve", "--listen", &format!("127.0.0.1:{port}")])
        .env("KOE_DATA_DIR", t.data.path())
        .env_remove("KOE_LOG")
        .stdout(Stdio::null())
        .stderr(File::create(&log).expect("a log"));
    if let Some(url) = &t.app.config.store.database_url {
        command.env("KOE_DATABASE_URL", &url.0);
    }
    let mut child = Served(command.spawn().expect("koe starts"));
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
    assert!(metrics.contains("koe_answers_total 1\n"), "{metrics}");
    for line in metrics
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
    {
        assert!(is_sample(line), "{line}");
    }

    let asked = Command::new("kill")
        .args(["-TERM", &child.0.id().to_string()])
        .status();
    assert!(asked.expect("kill runs").success());
    let end = tokio::task::spawn_blocking(move || child.0.wait());
    let end = tokio::time::timeout(Duration::from_secs(15), end).await;
    let end = end.expect("it ends").expect("joined").expect("a status");
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
