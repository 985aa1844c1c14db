//! A full disk, for real: Koe in a mount namespace of its own, where data folder and lake are
//! small file systems. What cannot be kept is refused and said so, nothing acknowledged is lost,
//! and everything goes on when there is room again.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use koe::base::db::Engine;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{Person, Served, TestApp, answer};

/// Rows of the imported file.
const ROWS: usize = 300;

/// A process whose folders are small, and who talks to it.
struct Small {
    process: Served,
    program: Person,
    base: String,
    data: tempfile::TempDir,
    survey: String,
    question: String,
}

impl Small {
    async fn start(t: &TestApp, key: &str, survey: &str, question: &str) -> Self {
        let data = tempfile::tempdir().expect("a folder");
        let mut command = small(data.path(), "24m", "512k");
        command
            .env("KOE_FROM", t.data.path())
            .args(["cp -a \"$KOE_FROM\"/. \"$KOE_DATA_DIR\"", "serve"])
            .env("KOE_LAKE__SEAL_SECONDS", "0");
        let (process, base) = Served::ready(t, command).await;
        Self {
            program: t.anybody().program(&base, key),
            process,
            base,
            data,
            survey: survey.to_owned(),
            question: question.to_owned(),
        }
    }

    /// A file below the data folder, as the process sees it.
    fn file(&self, name: &str) -> PathBuf {
        let seen = self.data.path().strip_prefix("/").expect("a whole path");
        Path::new("/proc")
            .join(self.process.id().to_string())
            .join("root")
            .join(seen)
            .join(name)
    }

    /// Fills the file system below a folder to the last byte.
    fn fill(&self, folder: &str) {
        let mut file = std::fs::File::create(self.file(folder).join("fill")).expect("a file");
        for size in [65_536, 4_096, 1] {
            while file.write_all(&vec![7; size]).is_ok() {}
        }
    }

    fn empty(&self, folder: &str) {
        std::fs::remove_file(self.file(folder).join("fill")).expect("room again");
    }

    async fn send(&self) -> (StatusCode, Value) {
        let answers = json!({ self.question.clone(): 9 });
        let body = json!({ "survey_id": self.survey, "answers": answers, "partial": true });
        self.program.post("/api/responses", body).await
    }

    /// How many responses are listed, page by page.
    async fn listed(&self) -> usize {
        let path = format!("/api/surveys/{}/responses?limit=200", self.survey);
        let (mut count, mut cursor) = (0, String::new());
        loop {
            let (status, page) = self.program.get(&format!("{path}{cursor}")).await;
            assert_eq!(status, StatusCode::OK, "{page}");
            count += page["items"].as_array().expect("a page").len();
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return count,
            }
        }
    }

    /// Status and words of `/readyz`, once they are `wanted`.
    async fn readiness(&self, wanted: impl Fn(StatusCode, &str) -> bool) {
        let mut last = (StatusCode::OK, String::new());
        for _ in 0..50 {
            let response = reqwest::get(format!("{}/readyz", self.base)).await;
            let response = response.expect("an answer");
            last = (response.status(), String::new());
            last.1 = response.text().await.expect("text");
            if wanted(last.0, &last.1) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("/readyz says {last:?}");
    }

    fn sealed(&self) -> bool {
        let months = |stream: PathBuf| std::fs::read_dir(stream).into_iter().flatten();
        std::fs::read_dir(self.file("lake/streams"))
            .into_iter()
            .flatten()
            .flat_map(|stream| months(stream.expect("a folder").path()))
            .flat_map(|month| months(month.expect("a folder").path()))
            .any(|file| file.expect("a file").path().extension() == Some("parquet".as_ref()))
    }

    async fn import(&self, path: &str) -> Value {
        let run = format!("{path}/run");
        let (status, begun) = self.program.post(&run, json!({ "dry_run": false })).await;
        assert_eq!(status, StatusCode::ACCEPTED, "{begun}");
        for _ in 0..600 {
            let (_, import) = self.program.get(path).await;
            if import["status"] != "running" {
                return import;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("the import does not end");
    }
}

/// Koe in a mount namespace where the data folder and the lake in it are file systems of these
/// sizes. The first argument to follow is a command of the shell that comes before it.
fn small(data: &Path, size: &str, lake: &str) -> Command {
    let script = "mount -t tmpfs -o size=$KOE_SMALL tmpfs \"$KOE_DATA_DIR\" \
        && mkdir \"$KOE_DATA_DIR/lake\" \
        && mount -t tmpfs -o size=$KOE_SMALL_LAKE tmpfs \"$KOE_DATA_DIR/lake\" \
        && eval \"$1\" && shift && exec \"$0\" \"$@\"";
    let mut command = Command::new("unshare");
    command
        .args(["--user", "--map-root-user", "--mount", "sh", "-c", script])
        .arg(env!("CARGO_BIN_EXE_koe"))
        .env("KOE_DATA_DIR", data)
        .env("KOE_SMALL", size)
        .env("KOE_SMALL_LAKE", lake);
    command
}

async fn survey(owner: &Person) -> (String, String) {
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
        .expect("an NPS question");
    (survey, question.to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_full_disk_cannot_keep_is_refused_and_nothing_is_lost() {
    let t = TestApp::start().await;
    t.join_the_present();
    let owner = t.owner().await;
    let (survey, question) = survey(&owner).await;
    let permissions = ["submit_responses", "import_data", "read_people"];
    let key = owner
        .create(
            "/api/keys",
            json!({ "name": "small", "permissions": permissions }),
        )
        .await;
    let key = key["secret"].as_str().expect("a secret").to_owned();
    let mut file = format!("id,{question},at\n");
    for row in 0..ROWS {
        file += &format!("r{row},{},2026-03-01\n", row % 11);
    }
    let path = format!("/api/imports?name=answers.csv&survey_id={survey}");
    let (status, import) = answer(owner.request(Method::POST, &path).body(file)).await;
    assert_eq!(status, StatusCode::CREATED, "{import}");
    let import = format!("/api/imports/{}", import["id"].as_str().expect("an id"));
    let small = Small::start(&t, &key, &survey, &question).await;

    // No room for files: answers wait in the store, an import stops and says why.
    small.fill("lake");
    for _ in 0..20 {
        let (status, body) = small.send().await;
        assert_eq!(status, StatusCode::CREATED, "{body}");
    }
    small
        .readiness(|status, said| status == StatusCode::OK && said.contains("No space left"))
        .await;
    let stopped = small.import(&import).await;
    assert_eq!(
        (&stopped["status"], &stopped["checkpoint"]),
        (&json!("failed"), &json!(0)),
        "{stopped}"
    );
    let said = stopped["message"]["en"].as_str().expect("a message");
    assert!(said.contains("disk is full"), "{said}");
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert!(!small.sealed(), "there is no room for a file");
    assert_eq!(small.listed().await, 20, "what waits is seen all the same");

    small.empty("lake");
    for _ in 0..100 {
        if small.sealed() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert!(small.sealed(), "sealed when there is room");
    small
        .readiness(|status, said| status == StatusCode::OK && said == "ready")
        .await;
    let done = small.import(&import).await;
    assert_eq!(
        (&done["status"], &done["totals"]["added"]),
        (&json!("done"), &json!(ROWS)),
        "{done}"
    );
    assert_eq!(small.listed().await, 20 + ROWS);

    // No room in the store.
    fill_store(&t, &small).await;
    let mut acknowledged = 20 + ROWS;
    let refused = loop {
        match small.send().await {
            (StatusCode::CREATED, _) => acknowledged += 1,
            refused => break refused,
        }
        assert!(acknowledged < 5_000, "the store is not full");
    };
    assert_eq!(refused.0, StatusCode::SERVICE_UNAVAILABLE, "{}", refused.1);
    assert_eq!(refused.1["code"], "unavailable");
    let detail = refused.1["detail"].as_str().expect("a sentence");
    assert_eq!(detail, "The disk is full; nothing was accepted.");
    if t.app.db.engine() == Engine::Sqlite {
        small
            .readiness(|status, said| {
                status == StatusCode::SERVICE_UNAVAILABLE && said.contains("No space left")
            })
            .await;
    }
    assert_eq!(
        small.listed().await,
        acknowledged,
        "what is there can be read"
    );

    empty_store(&t, &small).await;
    small
        .readiness(|status, said| status == StatusCode::OK && said == "ready")
        .await;
    let (status, body) = small.send().await;
    assert_eq!(status, StatusCode::CREATED, "{body}");
    assert_eq!(small.listed().await, acknowledged + 1);
}

/// Leaves no room in the store. PostgreSQL is another machine's matter and answers what it
/// answers there, by a trigger.
async fn fill_store(t: &TestApp, small: &Small) {
    match t.app.db.engine() {
        Engine::Sqlite => small.fill(""),
        Engine::Postgres => {
            let statements = [
                "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS \
                 $$ BEGIN RAISE EXCEPTION USING ERRCODE = '53100', \
                 MESSAGE = 'could not extend file'; END $$",
                "CREATE TRIGGER no_room BEFORE INSERT ON lake_pending \
                 FOR EACH ROW EXECUTE FUNCTION no_room()",
            ];
            run(t, &statements).await;
        }
    }
}

async fn empty_store(t: &TestApp, small: &Small) {
    match t.app.db.engine() {
        Engine::Sqlite => small.empty(""),
        Engine::Postgres => run(t, &["DROP TRIGGER no_room ON lake_pending"]).await,
    }
}

async fn run(t: &TestApp, statements: &[&'static str]) {
    let mut tx = t.app.db.write().await.expect("a transaction");
    for statement in statements {
        sqlx::query(*statement)
            .execute(&mut *tx)
            .await
            .expect(statement);
    }
    tx.commit().await.expect("committed");
}

#[test]
fn the_doctor_says_that_the_lake_is_full() {
    let data = tempfile::tempdir().expect("a folder");
    let output = small(data.path(), "8m", "64k")
        .args([
            "cat /dev/zero > \"$KOE_DATA_DIR/lake/fill\" || true",
            "doctor",
        ])
        .output()
        .expect("koe starts");
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(3), "{said}");
    assert!(said.contains("ok    data folder"), "{said}");
    let lake = said.lines().find(|line| line.contains("lake folder"));
    let lake = lake.expect("a line about the lake");
    assert!(
        lake.starts_with("MEND") && lake.contains("No space left"),
        "{lake}"
    );
}
