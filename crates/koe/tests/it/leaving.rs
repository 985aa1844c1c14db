//! Leaving in one step: everything written out, taken into an empty
//! installation, and asked the same questions there.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, Ordering};

use koe::base::app::App;
use koe::base::config::Config;
use koe::base::id::OrganisationId;
use koe::demo::{self, EMAIL, PASSWORD, Plan};
use koe::leaving::{self, LinkKey, Manifest, TakeIn, WriteOut};
use koe_lake::{TableColumns, TableReader};
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::{Person, TestApp};

/// The demo company on the embedded store, whatever engine the suite is on:
/// on PostgreSQL this is the move from one engine to the other.
async fn company() -> (TestApp, Person) {
    let t = TestApp::start_made_by(
        |config| config.store.database_url = None,
        async |app: &App| {
            let plan = Plan {
                records: 2_500,
                seed: 9,
            };
            let made = demo::create(app, plan, |_| {}).await;
            made.expect("the company is made").organisation
        },
    )
    .await;
    let owner = signed_in(&t).await;
    (t, owner)
}

async fn signed_in(t: &TestApp) -> Person {
    let person = t.anybody();
    let sign_in = json!({ "email": EMAIL, "password": PASSWORD });
    let (status, body) = person.post("/api/session", sign_in).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    person
}

static MOVES: AtomicI64 = AtomicI64::new(1);

/// An empty installation, which then takes a folder in: on the suite's engine unless changed.
async fn moved(
    folder: &Path,
    renew_links: bool,
    change: impl FnOnce(&mut Config),
) -> (TestApp, LinkKey) {
    let mut links = None;
    let t = TestApp::start_made_by(change, async |app: &App| {
        // Every test installation draws the same ids in the same millisecond.
        app.clock.advance_ms(MOVES.fetch_add(1, Ordering::SeqCst));
        let (manifest, key) = take_in(app, folder, renew_links).await.expect("taken in");
        links = Some(key);
        OrganisationId::stored(manifest.organisation.id)
    })
    .await;
    koe::org::reset_password(&t.app, EMAIL, PASSWORD)
        .await
        .expect("a password");
    (t, links.expect("taken in"))
}

async fn take_in(
    app: &App,
    folder: &Path,
    renew_links: bool,
) -> koe::base::problem::Outcome<(Manifest, LinkKey)> {
    let wanted = TakeIn {
        folder: folder.to_owned(),
        renew_links,
    };
    leaving::take_in(app, &wanted, &|_| {}).await
}

async fn write_out(t: &TestApp, to: &Path, link_key: bool) -> Manifest {
    let scope = koe::org::operator_scope(&t.organisation);
    let wanted = WriteOut {
        to: to.to_owned(),
        link_key,
    };
    leaving::write_out(&t.app, &scope, &wanted, &|_| {})
        .await
        .expect("written out")
}

async fn get(person: &Person, path: &str) -> Value {
    let (status, body) = person.get(path).await;
    assert_eq!(status, StatusCode::OK, "{path}: {body}");
    body
}

async fn ids(person: &Person, path: &str) -> Vec<String> {
    let body = get(person, path).await;
    let items = body["items"].as_array().expect("items");
    let ids = items.iter().filter_map(|item| item["id"].as_str());
    ids.map(str::to_owned).collect()
}

/// Everything that is compared: every question the staff application asks,
/// and its answer.
async fn answers(person: &Person) -> Vec<(String, Value)> {
    let mut paths: Vec<String> = [
        "/api/organisation",
        "/api/units?as_of=2024-06-01",
        "/api/units",
        "/api/touchpoints",
        "/api/offerings",
        "/api/attributes?holder=customer",
        "/api/streams",
        "/api/members?limit=100",
        "/api/metrics",
        "/api/fields",
        "/api/surveys?limit=100",
        "/api/accounts?limit=100",
        "/api/customers?limit=50",
        "/api/import-mappings",
        "/api/topics",
        "/api/voices?limit=50",
        "/api/voices?q=%E5%BA%97&limit=50",
        "/api/voices?q=staff&masked=false&limit=50",
        "/api/voices?language=ja&sort=longest&limit=20",
    ]
    .map(str::to_owned)
    .to_vec();
    for survey in ids(person, "/api/surveys?limit=100").await {
        for part in ["", "/draft", "/versions", "/results", "/links?limit=100"] {
            paths.push(format!("/api/surveys/{survey}{part}"));
        }
        paths.push(format!("/api/surveys/{survey}/responses?limit=100"));
    }
    for customer in ids(person, "/api/customers?limit=12").await {
        for part in ["", "/timeline?limit=50", "/consents"] {
            paths.push(format!("/api/customers/{customer}{part}"));
        }
    }
    let mut answers = Vec::new();
    for path in paths {
        let (status, mut body) = person.get(&path).await;
        // The single responses of a confidential programme are nobody's to read.
        let refused = path.ends_with("/responses?limit=100") && status == StatusCode::FORBIDDEN;
        assert!(status == StatusCode::OK || refused, "{path}: {body}");
        // Each installation shows its own address.
        without_addresses(&mut body);
        answers.push((path, json!([status.as_u16(), body])));
    }
    let mut figures = 0;
    for metric in ids(person, "/api/metrics").await {
        for question in [
            json!({}),
            json!({ "split": ["touchpoint"] }),
            json!({ "split": ["unit"], "grain": "month" }),
        ] {
            let path = format!("/api/metrics/{metric}/results");
            let (status, body) = person.post(&path, question.clone()).await;
            figures += usize::from(status == StatusCode::OK);
            answers.push((
                format!("{path} {question}"),
                json!([status.as_u16(), body["results"], body["detail"]]),
            ));
        }
    }
    assert!(figures > 30, "{figures} questions were answered");
    answers
}

fn same(before: &[(String, Value)], after: &[(String, Value)]) {
    for ((path, before), (same, after)) in before.iter().zip(after) {
        assert_eq!(path, same);
        assert_eq!(before, after, "{path}");
    }
    assert_eq!(before.len(), after.len());
}

fn without_addresses(value: &mut Value) {
    match value {
        Value::Object(members) => {
            if let Some(Value::String(url)) = members.get_mut("url")
                && let Some(at) = url.find("/s/")
            {
                url.replace_range(..at, "");
            }
            members.values_mut().for_each(without_addresses);
        }
        Value::Array(items) => items.iter_mut().for_each(without_addresses),
        _ => {}
    }
}

/// A survey that takes an answer, with one of its questions.
async fn answered(t: &TestApp, owner: &Person) -> (String, String) {
    let made = owner
        .create("/api/surveys", json!({ "template": "nps_relational" }))
        .await;
    let survey = made["id"].as_str().expect("an id").to_owned();
    let path = format!("/api/surveys/{survey}/draft");
    let mut draft = get(owner, &path).await;
    draft["document"]["hidden_fields"] =
        json!([{ "id": "booking", "kind": "text", "label": { "ja": "予約", "en": "Booking" } }]);
    let change = json!({ "document": draft["document"], "revision": draft["revision"] });
    let (status, body) = owner.put(&path, change).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    let path = format!("/api/surveys/{survey}/publish");
    owner.create(&path, json!({})).await;
    t.drain().await;
    let nps = draft["document"]["pages"]
        .as_array()
        .expect("pages")
        .iter()
        .flat_map(|page| page["questions"].as_array().expect("questions"))
        .find(|question| question["type"] == "nps")
        .and_then(|question| question["id"].as_str())
        .expect("an NPS question")
        .to_owned();
    (survey, nps)
}

fn files_of(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files_of(&path));
        } else {
            found.push(path);
        }
    }
    found
}

#[tokio::test]
async fn an_organisation_that_moves_gives_the_same_results() {
    let (here, owner) = company().await;
    // What waits in no file yet, a correction and a deletion go along.
    let (survey, nps) = answered(&here, &owner).await;
    let mut records = Vec::new();
    for score in [10, 9, 3] {
        let answer = json!({ "survey_id": survey, "answers": { &nps: score },
            "fields": { "booking": format!("予約{score}番") }, "partial": true });
        let made = owner.create("/api/responses", answer).await;
        records.push(made["id"].as_str().expect("an id").to_owned());
    }
    let correction = json!({ "answers": { &nps: 0 } });
    let (status, body) = owner
        .patch(&format!("/api/responses/{}", records[0]), correction)
        .await;
    assert!(status.is_success(), "{body}");
    let (status, body) = owner
        .delete(&format!("/api/responses/{}", records[1]))
        .await;
    assert!(status.is_success(), "{body}");
    let link = owner
        .create(
            &format!("/api/surveys/{survey}/links"),
            json!({ "kind": "public" }),
        )
        .await;
    here.drain().await;

    let outside = tempfile::tempdir().expect("a folder");
    let folder = outside.path().join("everything");
    let manifest = write_out(&here, &folder, true).await;
    let before = answers(&owner).await;
    assert!(before.len() > 100, "{}", before.len());
    let (there, links) = moved(&folder, false, |_| {}).await;
    assert_eq!(links, LinkKey::Kept);
    let newcomer = signed_in(&there).await;
    same(&before, &answers(&newcomer).await);
    // And back to the embedded store: on PostgreSQL the move in the other direction.
    let back = outside.path().join("back");
    write_out(&there, &back, true).await;
    let (home, links) = moved(&back, false, |config| config.store.database_url = None).await;
    assert_eq!(links, LinkKey::Kept);
    same(&before, &answers(&signed_in(&home).await).await);
    let counted = before
        .iter()
        .find(|(path, _)| path.contains("/responses") && path.contains(&survey));
    let rows = counted
        .and_then(|(_, body)| body[1]["items"].as_array())
        .map(Vec::len);
    assert_eq!(rows, Some(2), "one of three answers was deleted");

    // A printed code opens there what it opened here.
    let url = link["url"].as_str().expect("an address");
    let printed = &url[url.find("/s/").expect("a path")..];
    let page = newcomer.request(reqwest::Method::GET, printed);
    assert_eq!(page.send().await.expect("a page").status(), StatusCode::OK);

    // No secret of a person is in any file, and other programs can read it.
    let hashes: Vec<String> = {
        let mut tx = here.app.db.read().await.expect("a transaction");
        sqlx::query_scalar("SELECT password_hash FROM member")
            .fetch_all(&mut *tx)
            .await
            .expect("hashes")
    };
    assert!(hashes.len() >= 5);
    for path in files_of(&folder) {
        let bytes = std::fs::read(&path).expect("read");
        for hash in &hashes {
            let found = bytes
                .windows(hash.len())
                .any(|some| some == hash.as_bytes());
            assert!(!found, "{}", path.display());
        }
    }
    let rows: u64 = manifest.streams.iter().map(|stream| stream.rows).sum();
    assert!(rows > 2_400, "{rows}");
    let stream = manifest.streams.iter().find(|stream| stream.id == survey);
    let stream = stream.expect("the survey's stream");
    let table = folder.join(&stream.folder);
    let described: Value =
        serde_json::from_slice(&std::fs::read(table.join("columns.json")).expect("read"))
            .expect("JSON");
    let columns = described["columns"].as_array().expect("columns");
    let column = columns
        .iter()
        .find(|column| column["column"] == nps.as_str());
    let label = &column.expect("the question")["label"];
    assert!(
        label["ja"].as_str().is_some_and(|words| !words.is_empty()),
        "{label}"
    );
    let csv = std::fs::read(table.join("records.csv")).expect("read");
    assert!(csv.starts_with(b"\xef\xbb\xbfrecord_id,revision,"));
    assert_eq!(csv.iter().filter(|byte| **byte == b'\n').count(), 3);
    // Words that came with a link leave with the record, also after its correction.
    let csv = String::from_utf8(csv).expect("UTF-8");
    assert!(csv.contains("予約10番") && csv.contains("予約3番"), "{csv}");
    let wrong = TableReader::open(&table.join("records.parquet"), &TableColumns::default());
    assert!(wrong.is_err(), "its columns are those of columns.json");
}

#[tokio::test]
async fn a_folder_that_does_not_fit_is_refused_and_leaves_nothing_behind() {
    // Of two organisations the second, whose id is in no other installation.
    let mut here = TestApp::start_with(|config| config.store.database_url = None).await;
    let owner = here.foreign_owner().await;
    let known = koe::org::organisations(&here.app).await.expect("read");
    let foreign = known.into_iter().find(|one| one.name == "Foreign");
    here.organisation = foreign.expect("it was made").id;
    let (survey, nps) = answered(&here, &owner).await;
    let answer = json!({ "survey_id": survey, "answers": { &nps: 9 }, "partial": true });
    owner.create("/api/responses", answer).await;
    let link = owner
        .create(
            &format!("/api/surveys/{survey}/links"),
            json!({ "kind": "public" }),
        )
        .await;
    let outside = tempfile::tempdir().expect("a folder");
    let folder = outside.path().join("everything");
    write_out(&here, &folder, false).await;
    let scope = koe::org::operator_scope(&here.organisation);
    let again = WriteOut {
        to: folder.clone(),
        link_key: true,
    };
    let problem = leaving::write_out(&here.app, &scope, &again, &|_| {})
        .await
        .expect_err("the folder is there");
    assert_eq!(problem.fields()[0].field, "to");
    let left = std::fs::read_dir(outside.path()).expect("a folder").count();
    assert_eq!(left, 1, "nothing half-made is left");

    let problem = take_in(&here.app, &folder, true)
        .await
        .expect_err("it is here");
    assert_eq!(problem.code(), "organisation_exists");

    let there = TestApp::start().await;
    let problem = take_in(&there.app, &folder, false)
        .await
        .expect_err("no key");
    assert!(
        problem.detail().contains("--renew-links"),
        "{}",
        problem.detail()
    );

    // A row that passes the checksum and not the schema: all of it is undone.
    let surveys = folder.join("definitions/surveys.json");
    let honest = std::fs::read_to_string(&surveys).expect("read");
    std::fs::write(&surveys, honest.replace("\"draft\"", "\"drift\"")).expect("written");
    let problem = take_in(&there.app, &folder, true)
        .await
        .expect_err("changed");
    assert!(problem.detail().contains("definitions/surveys.json"));
    let json = std::fs::read_to_string(folder.join("manifest.json")).expect("read");
    let mut manifest: Manifest = serde_json::from_str(&json).expect("a manifest");
    for file in &mut manifest.files {
        if file.path == "definitions/surveys.json" {
            let sha256 = {
                use sha2::Digest;
                sha2::Sha256::digest(std::fs::read(&surveys).expect("read"))
            };
            file.sha256 = sha256.iter().map(|byte| format!("{byte:02x}")).collect();
        }
    }
    let forged = serde_json::to_string(&manifest).expect("JSON");
    std::fs::write(folder.join("manifest.json"), forged).expect("written");
    let problem = take_in(&there.app, &folder, true).await.expect_err("unfit");
    assert!(problem.detail().contains("drift"), "{}", problem.detail());
    let known = koe::org::organisations(&there.app).await.expect("read");
    assert_eq!(known.len(), 1, "only the one that was there");

    // As it was written it fits beside the other organisation, but for the
    // sign-in address that both have.
    std::fs::write(&surveys, honest).expect("written");
    std::fs::write(folder.join("manifest.json"), json).expect("written");
    let email = "foreign@example.com";
    let own = there.organisation.clone();
    there.member(&own, email, koe::org::Role::Viewer).await;
    let problem = take_in(&there.app, &folder, true).await.expect_err("clash");
    assert!(problem.detail().contains("members"), "{}", problem.detail());

    let (elsewhere, links) = {
        let mut links = None;
        let t = TestApp::start_made_by(
            |_| {},
            async |app: &App| {
                let (manifest, key) = take_in(app, &folder, true).await.expect("taken in");
                links = Some(key);
                OrganisationId::stored(manifest.organisation.id)
            },
        )
        .await;
        (t, links)
    };
    assert_eq!(links, Some(LinkKey::Renewed));
    let password = crate::support::PASSWORD;
    let sign_in = json!({ "email": email, "password": password });
    let (status, _) = elsewhere.anybody().post("/api/session", sign_in).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED, "no password came along");
    koe::org::reset_password(&elsewhere.app, email, password)
        .await
        .expect("a password");
    let newcomer = elsewhere.signed_in(email).await;
    let log = get(&newcomer, "/api/audit?action=organisation.take_in").await;
    let taken_in = elsewhere.organisation.as_str();
    assert_eq!(log["items"][0]["subject"], taken_in, "{log}");
    let path = format!("/api/surveys/{survey}/links?limit=10");
    let renewed = get(&newcomer, &path).await["items"][0]["url"].clone();
    for (url, expected) in [(&link["url"], false), (&renewed, true)] {
        let url = url.as_str().expect("an address");
        let path = &url[url.find("/s/").expect("a path")..];
        let page = newcomer.request(reqwest::Method::GET, path);
        let opened = page.send().await.expect("a page").status() == StatusCode::OK;
        assert_eq!(opened, expected, "{url}");
    }
}
