//! Imports over HTTP: stored once, corrected, resumed, counted.

use std::time::Duration;

use koe::connectors::imports::mapping::Ambiguous;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::{cdnow_mapping, nhs_mapping};
use crate::support::{Person, TestApp, answer};

const SHARED: &str = super::SHARED;

async fn upload(person: &Person, query: &str, bytes: Vec<u8>) -> (StatusCode, Value) {
    answer(
        person
            .request(Method::POST, &format!("/api/imports?{query}"))
            .body(bytes),
    )
    .await
}

pub async fn uploaded(person: &Person, query: &str, bytes: Vec<u8>) -> Value {
    let (status, import) = upload(person, query, bytes).await;
    assert_eq!(status, StatusCode::CREATED, "{import}");
    import
}

pub fn path_of(import: &Value) -> String {
    format!("/api/imports/{}", import["id"].as_str().expect("an id"))
}

/// Runs an import and waits for its end.
pub async fn run(person: &Person, import: &Value, dry_run: bool) -> Value {
    let path = path_of(import);
    let (status, begun) = person
        .post(&format!("{path}/run"), json!({ "dry_run": dry_run }))
        .await;
    assert_eq!(status, StatusCode::ACCEPTED, "{begun}");
    finished(person, &path).await
}

/// The import when it has come to its end.
pub async fn finished(person: &Person, path: &str) -> Value {
    for _ in 0..600 {
        let (_, import) = person.get(path).await;
        let status = import["status"].as_str().expect("a status");
        if status != "running" && status != "uploaded" {
            return import;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the import does not end");
}

pub async fn mapped(person: &Person, import: &Value, mapping: Value) -> Value {
    let path = format!("{}/mapping", path_of(import));
    let (status, import) = person.put(&path, json!({ "mapping": mapping })).await;
    assert_eq!(status, StatusCode::OK, "{import}");
    import
}

async fn touchpoints(owner: &Person) {
    for code in ["pts", "see-and-convey", "111"] {
        let body = json!({ "code": code, "name": { "en": code }, "channel": "call",
            "stage": "use_and_support", "experience": "direct" });
        owner.create("/api/touchpoints", body).await;
    }
}

/// Records of a stream that the owner can see, with their texts.
pub(super) async fn records(t: &TestApp, stream: &str) -> (i64, i64) {
    let mut tx = t.app.db.read().await.expect("a transaction");
    let records = sqlx::query_scalar::<_, i64>(
        "SELECT COUNT(*) FROM record WHERE stream_id = $1 AND deleted_ms IS NULL",
    )
    .bind(stream)
    .fetch_one(&mut *tx)
    .await
    .expect("a count");
    let texts = sqlx::query_scalar::<_, i64>(
        "SELECT COUNT(*) FROM record_text x JOIN record r ON r.id = x.record_id WHERE r.stream_id = $1",
    )
    .bind(stream)
    .fetch_one(&mut *tx)
    .await
    .expect("a count");
    (records, texts)
}

/// Rows of a stream that questions see.
pub(super) async fn rows_in_lake(t: &TestApp, stream: &str) -> u64 {
    let scope = koe::org::operator_scope(&t.organisation);
    let snapshot = koe::base::experience::snapshot_of(&t.app, &scope, &[stream])
        .await
        .expect("a snapshot");
    let sealed: u64 = snapshot.files.iter().map(|file| file.rows).sum();
    sealed + snapshot.pending.len() as u64 - snapshot.tombstones.len() as u64
}

#[tokio::test]
async fn the_ambulance_comments_become_one_survey_and_a_second_import_changes_nothing() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    touchpoints(&owner).await;
    let file = std::fs::read(format!("{SHARED}/nhs_fft_neas/nhs_fft_neas.csv")).expect("a file");
    let import = uploaded(&owner, "name=nhs.csv", file.clone()).await;
    let mapping = json!(nhs_mapping(Ambiguous::FirstForm));
    mapped(&owner, &import, mapping.clone()).await;

    let trial = run(&owner, &import, true).await;
    assert_eq!(trial["status"], "checked", "{trial}");
    assert_eq!(trial["totals"]["records"], 2_959);
    assert_eq!(trial["totals"]["ambiguous_dates"], 693);
    assert_eq!(trial["totals"]["added"], 0);
    assert_eq!(
        owner.get("/api/surveys").await.1["items"],
        json!([]),
        "a trial makes nothing"
    );

    let done = run(&owner, &import, false).await;
    assert_eq!(done["status"], "done", "{done}");
    assert_eq!(done["totals"]["rows"], 5_096);
    assert_eq!(done["totals"]["added"], 2_959);
    assert_eq!(done["totals"]["values_left_out"], 0, "{done}");
    let survey = done["stream_id"].as_str().expect("a survey").to_owned();
    let (heads, texts) = records(&t, &survey).await;
    assert_eq!(heads, 2_696, "those who said something; the lake has all");
    assert_eq!(json!(texts), done["totals"]["texts"]);
    assert_eq!(rows_in_lake(&t, &survey).await, 2_959);

    let again = uploaded(&owner, "name=nhs.csv", file).await;
    let mut same = mapping;
    same["target"] = json!({ "kind": "survey", "survey_id": survey });
    mapped(&owner, &again, same).await;
    let again = run(&owner, &again, false).await;
    assert_eq!(again["totals"]["unchanged"], 2_959, "{again}");
    assert_eq!(again["totals"]["added"], 0);
    assert_eq!(rows_in_lake(&t, &survey).await, 2_959);

    let csv = owner
        .request(
            Method::GET,
            &format!("{}/errors.csv?language=ja", path_of(&again)),
        )
        .send()
        .await
        .expect("an answer")
        .text()
        .await
        .expect("text");
    assert_eq!(csv.lines().count(), 694, "a header and 693 rows");
    assert!(csv.contains("どちらとも読めます"));
}

#[tokio::test]
async fn orders_are_joined_to_customers() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let file = std::fs::read(format!("{SHARED}/cdnow/CDNOW_sample.txt")).expect("a file");
    let import = uploaded(&owner, "name=cdnow.txt", file).await;
    mapped(&owner, &import, json!(cdnow_mapping())).await;
    let done = run(&owner, &import, false).await;
    assert_eq!(done["status"], "done", "{done}");
    assert_eq!(done["totals"]["added"], 6_919);
    assert_eq!(done["totals"]["customers"], 2_357);
    let stream = done["stream_id"].as_str().expect("a stream");
    assert_eq!(records(&t, stream).await.0, 6_919);
    assert_eq!(rows_in_lake(&t, stream).await, 6_919);
    let (_, streams) = owner.get("/api/streams").await;
    assert_eq!(streams["items"][0]["key"], "orders");
    let mut tx = t.app.db.read().await.expect("a transaction");
    let joined = sqlx::query_scalar::<_, i64>(
        "SELECT COUNT(DISTINCT customer_id) FROM record WHERE stream_id = $1",
    )
    .bind(stream)
    .fetch_one(&mut *tx)
    .await
    .expect("a count");
    assert_eq!(joined, 2_357);
}

#[tokio::test]
async fn hotel_reviews_become_texts() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let file = std::fs::read(format!("{SHARED}/ja_hotel_reviews/ja_hotel_reviews.jsonl"));
    let import = uploaded(&owner, "name=ja_hotel_reviews.jsonl", file.expect("a file")).await;
    let mut mapping = import["mapping"].clone();
    mapping["all_rows"] = json!({ "occurred_at": "2023-01-01", "language": "ja" });
    mapped(&owner, &import, mapping).await;
    let done = run(&owner, &import, false).await;
    assert_eq!(
        (&done["totals"]["added"], &done["totals"]["texts"]),
        (&json!(507), &json!(507)),
        "{done}"
    );
    let stream = done["stream_id"].as_str().expect("a source");
    assert_eq!(records(&t, stream).await, (507, 507));
}

#[tokio::test]
async fn a_changed_row_is_a_correction() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let mapping = |import: &Value| {
        let mut mapping = import["mapping"].clone();
        mapping["all_rows"] = json!({ "occurred_at": "2026-03-01" });
        mapping
    };
    let first = "id,score,comment\n1,9,とても良かった\n2,3,待ち時間が長い\n3,7,ふつうです\n";
    let import = uploaded(&owner, "name=answers.csv", first.into()).await;
    mapped(&owner, &import, mapping(&import)).await;
    let done = run(&owner, &import, false).await;
    assert_eq!(done["totals"]["added"], 3, "{done}");
    let survey = done["stream_id"].as_str().expect("a survey").to_owned();
    let second = "id,score,comment\n1,9,とても良かった\n2,5,待ち時間が少し長い\n4,10,最高\n";
    let import = uploaded(&owner, "name=answers.csv", second.into()).await;
    let mut changed = mapping(&import);
    changed["target"] = json!({ "kind": "survey", "survey_id": survey });
    mapped(&owner, &import, changed).await;
    let done = run(&owner, &import, false).await;
    let totals = &done["totals"];
    assert_eq!(
        (&totals["added"], &totals["unchanged"], &totals["corrected"]),
        (&json!(1), &json!(1), &json!(1)),
        "{done}"
    );
    assert_eq!(records(&t, &survey).await, (4, 4));
    assert_eq!(rows_in_lake(&t, &survey).await, 4);
}

#[tokio::test]
async fn files_that_cannot_be_read_are_refused_by_name() {
    let t = TestApp::start_with(|config| {
        config.limits.upload_bytes = 200_000;
        config.limits.import_columns = 10;
        config.limits.import_cell_bytes = 1_000;
    })
    .await;
    let owner = t.owner().await;
    for (name, bytes, status, said) in [
        (
            "empty.csv",
            Vec::new(),
            StatusCode::UNPROCESSABLE_ENTITY,
            "empty",
        ),
        (
            "picture.png",
            vec![0x89, 0x50, 0x4e, 0x47, 0, 0, 1],
            StatusCode::UNPROCESSABLE_ENTITY,
            "no text",
        ),
        (
            "broken.xlsx",
            b"PK\x03\x04nothing".to_vec(),
            StatusCode::UNPROCESSABLE_ENTITY,
            "workbook",
        ),
        (
            "old.xls",
            vec![0xD0, 0xCF, 0x11, 0xE0, 0xA1],
            StatusCode::UNPROCESSABLE_ENTITY,
            ".xlsx",
        ),
        (
            "wide.csv",
            "a,".repeat(20).into_bytes(),
            StatusCode::UNPROCESSABLE_ENTITY,
            "columns",
        ),
        (
            "cell.csv",
            format!("a,b\n1,{}\n", "x".repeat(2_000)).into_bytes(),
            StatusCode::UNPROCESSABLE_ENTITY,
            "bytes",
        ),
        (
            "lines.jsonl",
            b"{\"a\":1}\n[1]\n".to_vec(),
            StatusCode::UNPROCESSABLE_ENTITY,
            "object",
        ),
        (
            "large.csv",
            vec![b'a'; 300_000],
            StatusCode::PAYLOAD_TOO_LARGE,
            "upload_bytes",
        ),
    ] {
        let (got, problem) = upload(&owner, &format!("name={name}"), bytes).await;
        assert_eq!(got, status, "{name}: {problem}");
        assert!(
            problem["detail"].as_str().is_some_and(|d| d.contains(said)),
            "{name}: {problem}"
        );
    }
    let left = std::fs::read_dir(t.data.path().join("uploads"))
        .expect("a folder")
        .count();
    assert_eq!(left, 0, "refused files are not kept");
}

#[tokio::test]
async fn mappings_that_do_not_fit_name_every_fault_and_saved_ones_come_back() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let file = || b"id,score\n1,9\n2,3\n".to_vec();
    let import = uploaded(&owner, "name=a.csv", file()).await;
    let path = format!("{}/mapping", path_of(&import));
    let mut mapping = import["mapping"].clone();
    mapping["columns"][0]["column"] = json!("nowhere");
    let (status, problem) = owner.put(&path, json!({ "mapping": mapping })).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let fields: Vec<&str> = problem["fields"]
        .as_array()
        .expect("fields")
        .iter()
        .filter_map(|f| f["field"].as_str())
        .collect();
    assert_eq!(
        fields,
        ["mapping.columns[0].column", "mapping.all_rows.occurred_at"],
        "{problem}"
    );

    let mut mapping = import["mapping"].clone();
    mapping["all_rows"] = json!({ "occurred_at": "2026-01-01" });
    let (status, _) = owner
        .put(&path, json!({ "mapping": mapping, "save_as": "毎月" }))
        .await;
    assert_eq!(status, StatusCode::OK);
    let (_, saved) = owner.get("/api/import-mappings").await;
    assert_eq!(saved["items"][0]["name"], "毎月");
    let next = uploaded(&owner, "name=b.csv&mapping=%E6%AF%8E%E6%9C%88", file()).await;
    assert_eq!(next["mapping"]["all_rows"]["occurred_at"], "2026-01-01");
    let foreign = t.foreign_owner().await;
    assert_eq!(
        foreign.get(&path_of(&import)).await.0,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        foreign.get("/api/import-mappings").await.1["items"],
        json!([])
    );
}

#[tokio::test]
async fn an_import_that_stopped_goes_on_where_it_stopped() {
    let t = TestApp::start_with(|config| config.limits.import_chunk_cells = 30_000).await;
    let owner = t.owner().await;
    let rows = |broken: bool| -> Vec<u8> {
        let mut text = String::from("id,score,at\n");
        for number in 0..25_000 {
            let score = number % 10 + 1;
            text += &format!("r{number},{score},2026-03-{:02}\n", number % 28 + 1);
            if broken && number == 14_999 {
                text += &format!("x,\"{}\",2026-03-01\n", "y".repeat(100_000));
            }
        }
        text.into_bytes()
    };
    let import = uploaded(&owner, "name=many.csv", rows(false)).await;
    mapped(&owner, &import, import["mapping"].clone()).await;
    let file = t
        .data
        .path()
        .join("uploads")
        .join(import["id"].as_str().expect("an id"));
    std::fs::write(&file, rows(true)).expect("written");
    let stopped = run(&owner, &import, false).await;
    assert_eq!(
        (&stopped["status"], &stopped["checkpoint"]),
        (&json!("failed"), &json!(10_000))
    );
    assert!(
        stopped["message"]["ja"]
            .as_str()
            .is_some_and(|m| m.contains("止まりました")),
        "{stopped}"
    );
    let survey = stopped["stream_id"].as_str().expect("a survey").to_owned();
    assert_eq!(rows_in_lake(&t, &survey).await, 10_000);
    // One column more makes other chunks: it stopped in the middle of one of these.
    let wider = String::from_utf8(rows(false)).expect("a text");
    std::fs::write(&file, wider.replace('\n', ",\n")).expect("written");
    let done = run(&owner, &import, false).await;
    assert_eq!(
        (&done["status"], &done["checkpoint"]),
        (&json!("done"), &json!(25_000)),
        "{done}"
    );
    assert_eq!(done["totals"]["added"], 25_000);
    assert_eq!(done["stream_id"], survey, "no second survey is made");
    assert_eq!(
        records(&t, &survey).await,
        (0, 0),
        "rows of nobody and without words are the lake's alone"
    );
    assert_eq!(rows_in_lake(&t, &survey).await, 25_000);
    assert!(!file.exists(), "what is in the store needs no second copy");
}

#[tokio::test]
async fn customers_come_with_what_describes_them_and_wrong_cells_are_listed() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let attribute = json!({ "holder": "customer", "key": "rank", "label": { "ja": "会員ランク", "en": "Rank" }, "kind": "code" });
    let (status, made) = owner.post("/api/attributes", attribute).await;
    assert!(status.is_success(), "{made}");
    let file = "mail,name,rank\nHanako@Example.com,花子,gold\nbroken,太郎,silver\nhanako@example.com,花子,platinum\n";
    let import = uploaded(&owner, "name=customers.csv", file.into()).await;
    let mut mapping = import["mapping"].clone();
    mapping["target"] = json!({ "kind": "customers" });
    mapping["columns"] = json!([
        { "column": "mail", "role": { "is": "customer", "identifier": "email" } },
        { "column": "name", "role": { "is": "customer_name" } },
        { "column": "rank", "role": { "is": "attribute", "key": "rank" } }]);
    mapped(&owner, &import, mapping).await;
    let done = run(&owner, &import, false).await;
    assert_eq!(done["status"], "done", "{done}");
    assert_eq!(
        (
            &done["totals"]["customers"],
            &done["totals"]["values_left_out"]
        ),
        (&json!(1), &json!(1)),
        "{done}"
    );
    let (_, found) = owner.get("/api/customers?q=hanako").await;
    assert_eq!(
        found["items"][0]["attributes"]["rank"], "platinum",
        "{found}"
    );
}

#[tokio::test]
async fn codes_nobody_knows_are_listed_and_units_are_matched_by_code() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    owner
        .create(
            "/api/units",
            json!({ "code": "tokyo", "name": { "ja": "東京店" }, "kind": "store" }),
        )
        .await;
    let file = "id,store,score,at\n1,tokyo,5,2026-03-01\n2,nowhere,4,2026-03-02\n";
    let import = uploaded(&owner, "name=visits.csv", file.into()).await;
    let mut mapping = import["mapping"].clone();
    let columns = mapping["columns"].as_array_mut().expect("columns");
    columns.retain(|column| column["column"] != "store");
    columns.push(json!({ "column": "store", "role": { "is": "unit" } }));
    mapped(&owner, &import, mapping).await;
    let trial = run(&owner, &import, true).await;
    assert_eq!(trial["totals"]["values_left_out"], 1, "{trial}");
    let done = run(&owner, &import, false).await;
    let survey = done["stream_id"].as_str().expect("a survey");
    let (_, listed) = owner.get(&format!("/api/surveys/{survey}/responses")).await;
    let units = listed["items"].as_array().expect("responses");
    let placed = units.iter().filter(|one| !one["unit_id"].is_null()).count();
    assert_eq!((units.len(), placed), (2, 1), "{listed}");
}
