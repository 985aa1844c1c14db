//! What a person does before and while a file is taken in: look again, list, stop, discard.

use koe::connectors::imports::encoding::{FileEncoding, encode};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::stored::{finished, path_of, run, uploaded};
use crate::commands::koe;
use crate::support::{TestApp, answer};

fn roles(import: &Value) -> Vec<(String, String)> {
    import["mapping"]["columns"]
        .as_array()
        .expect("columns")
        .iter()
        .map(|column| {
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            (text(&column["column"]), text(&column["role"]["is"]))
        })
        .collect()
}

#[tokio::test]
async fn a_file_is_looked_at_again_as_a_person_says() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let file = "id,name,mail,店舗コード,円,いつ,感想\nA1,花子,a@example.com,s1,1200,2026-03-01,良かった\nA2,太郎,b@example.com,s2,900,2026-03-02,ふつうでした\n";
    let bytes = encode(file, FileEncoding::ShiftJis).expect("encodable");
    let import = uploaded(&owner, "name=orders.csv", bytes).await;
    assert_eq!(import["sniffed"]["layout"]["encoding"], "shift_jis");
    let path = format!("{}/look", path_of(&import));
    for (rows_are, expected) in [
        (
            "operational",
            vec![
                ("id", "record_key"),
                ("name", "text"),
                ("mail", "customer"),
                ("店舗コード", "unit"),
                ("円", "value"),
                ("いつ", "occurred_at"),
                ("感想", "text"),
            ],
        ),
        (
            "customers",
            vec![
                ("id", "customer"),
                ("name", "customer_name"),
                ("mail", "customer"),
            ],
        ),
    ] {
        let (status, looked) = owner.post(&path, json!({ "rows_are": rows_are })).await;
        assert_eq!(status, StatusCode::OK, "{looked}");
        assert_eq!(looked["mapping"]["target"]["kind"], rows_are);
        let expected: Vec<(String, String)> = expected
            .into_iter()
            .map(|(column, is)| (column.to_owned(), is.to_owned()))
            .collect();
        assert_eq!(roles(&looked), expected, "{rows_are}");
    }

    let mut layout = import["sniffed"]["layout"].clone();
    layout["header_rows"] = json!(0);
    let (status, looked) = owner.post(&path, json!({ "layout": layout })).await;
    assert_eq!(status, StatusCode::OK, "{looked}");
    assert_eq!(looked["sniffed"]["columns"][0]["name"], "#1");
    assert_eq!(looked["sniffed"]["sampled"], 3);
    layout["encoding"] = json!("utf8");
    let (status, problem) = owner.post(&path, json!({ "layout": layout })).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(problem["fields"][0]["field"], "layout");
    let (status, problem) = owner.post(&path, json!({ "mapping": "nowhere" })).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(problem["fields"][0]["field"], "mapping");
}

#[tokio::test]
async fn an_encoding_that_somebody_knows_is_taken_and_one_that_does_not_fit_is_refused_by_name() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    // One line of UTF-16 without a mark proves nothing.
    let bytes = encode("店舗,感想", FileEncoding::Utf16Be).expect("encodable");
    let name = "name=one.csv";
    let guessed = answer(
        owner
            .request(Method::POST, &format!("/api/imports?{name}"))
            .body(bytes.clone()),
    );
    let (status, problem) = guessed.await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{problem}");
    let said = problem["detail"].as_str().expect("words");
    for encoding in ["UTF-8", "UTF-16", "Shift_JIS", "EUC-JP", "Windows-1252"] {
        assert!(said.contains(encoding), "{said}");
    }
    let known = format!("{name}&encoding=utf16_be");
    let import = uploaded(&owner, &known, bytes.clone()).await;
    assert_eq!(import["sniffed"]["columns"][1]["name"], "感想", "{import}");
    let wrong = answer(
        owner
            .request(Method::POST, &format!("/api/imports?{name}&encoding=utf8"))
            .body(bytes.clone()),
    );
    let (status, problem) = wrong.await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{problem}");
    let said = problem["detail"].as_str().expect("words");
    assert!(said.contains("Shift_JIS (CP932)"), "{said}");

    let file = t.data.path().join("one.csv");
    std::fs::write(&file, bytes).expect("written");
    let file = file.to_str().expect("a path");
    let arguments = ["import", file, "--propose", "--encoding", "utf16_be"];
    let proposed = koe(&t, &arguments);
    assert!(proposed.status.success(), "{proposed:?}");
    let mapping: Value = serde_json::from_slice(&proposed.stdout).expect("JSON");
    assert_eq!(mapping["layout"]["encoding"], "utf16_be", "{mapping}");
    let unknown = koe(&t, &["import", file, "--encoding", "latin"]);
    assert_eq!(unknown.status.code(), Some(2));
    let said = String::from_utf8_lossy(&unknown.stderr);
    assert!(said.contains("utf16_le"), "{said}");
}

#[tokio::test]
async fn faults_come_in_pages_and_the_trial_counts_the_rows() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let file = "id,score,at\n1,9,2026-03-01\n2,3,never\n3,4,soon\n4,99,2026-03-02\n";
    let import = uploaded(&owner, "name=a.csv", file.into()).await;
    let mut mapping = import["mapping"].clone();
    mapping["target"] = json!({ "kind": "new_survey", "title": { "en": "A" }, "questions": [
        { "id": "score", "type": "rating", "low": 1, "high": 10, "text": { "en": "Score" } }] });
    mapping["columns"] = json!([
        { "column": "id", "role": { "is": "record_key" } },
        { "column": "score", "role": { "is": "answer", "question": "score" } },
        { "column": "at", "role": { "is": "occurred_at", "forms": ["year_first"] } }]);
    super::stored::mapped(&owner, &import, mapping).await;
    let trial = run(&owner, &import, true).await;
    assert_eq!(trial["totals"]["rows_in_file"], 4, "{trial}");
    let path = format!("{}/faults?limit=2", path_of(&import));
    let (_, first) = owner.get(&path).await;
    let rows = |page: &Value| -> Vec<u64> {
        let items = page["items"].as_array().expect("items");
        items.iter().filter_map(|f| f["row"].as_u64()).collect()
    };
    assert_eq!(rows(&first), [3, 4], "{first}");
    let cursor = first["next_cursor"].as_str().expect("more");
    let (_, second) = owner.get(&format!("{path}&cursor={cursor}")).await;
    assert_eq!(rows(&second), [5], "{second}");
    assert_eq!(second["next_cursor"], Value::Null);
    let (status, _) = owner.get(&format!("{path}&cursor=eHg")).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let foreign = t.foreign_owner().await;
    assert_eq!(foreign.get(&path).await.0, StatusCode::NOT_FOUND);
    let done = run(&owner, &import, false).await;
    assert_eq!(done["totals"]["rows_in_file"], 4, "{done}");
}

#[tokio::test]
async fn a_stopped_import_goes_on_and_a_discarded_one_leaves_nothing() {
    let t = TestApp::start_with(|config| config.limits.import_chunk_cells = 30_000).await;
    let owner = t.owner().await;
    let mut file = String::from("id,score,at\n");
    for number in 0..60_000 {
        let (score, day) = (number % 10 + 1, number % 28 + 1);
        file += &format!("r{number},{score},2026-03-{day:02}\n");
    }
    let import = uploaded(&owner, "name=many.csv", file.into_bytes()).await;
    let path = path_of(&import);
    let stop = format!("{path}/stop");
    let (status, _) = owner.post(&stop, json!({})).await;
    assert_eq!(status, StatusCode::CONFLICT, "it does not run");
    let (status, _) = owner
        .post(&format!("{path}/run"), json!({ "dry_run": false }))
        .await;
    assert_eq!(status, StatusCode::ACCEPTED);
    // Some rows are in, and not all.
    let mut waited = 0;
    loop {
        let (_, now) = owner.get(&path).await;
        if now["checkpoint"].as_i64().is_some_and(|at| at > 0) || waited > 600 {
            break;
        }
        waited += 1;
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let (status, stopped) = owner.post(&stop, json!({})).await;
    assert_eq!(status, StatusCode::OK, "{stopped}");
    assert_eq!(stopped["status"], "stopped");
    let (_, stands) = owner.get(&path).await;
    assert_eq!(stands["status"], "stopped");
    let taken = stands["checkpoint"].as_i64().expect("a number");
    assert!((1..60_000).contains(&taken), "{taken}");
    let look = owner.post(&format!("{path}/look"), json!({})).await;
    assert_eq!(look.0, StatusCode::CONFLICT, "rows are stored already");
    // The chunk at hand is finished first; until then nobody else goes on.
    let again = json!({ "dry_run": false });
    let mut waited = 0;
    while owner.post(&format!("{path}/run"), again.clone()).await.0 != StatusCode::ACCEPTED {
        waited += 1;
        assert!(waited < 600, "the import never stood still");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let done = finished(&owner, &path).await;
    assert_eq!(done["status"], "done", "{done}");
    assert_eq!(done["totals"]["added"], 60_000);
    let discard = |path: String| answer_of(owner.request(Method::DELETE, &path));
    assert_eq!(discard(path).await, StatusCode::CONFLICT, "part of history");

    let other = uploaded(&owner, "name=b.csv", b"id,score\n1,9\n".to_vec()).await;
    let file = t
        .data
        .path()
        .join("uploads")
        .join(other["id"].as_str().expect("an id"));
    assert!(file.exists());
    let foreign = t.foreign_owner().await;
    let theirs = answer_of(foreign.request(Method::DELETE, &path_of(&other))).await;
    assert_eq!(theirs, StatusCode::NOT_FOUND);
    assert_eq!(discard(path_of(&other)).await, StatusCode::NO_CONTENT);
    assert!(!file.exists(), "the file goes with it");
    assert_eq!(owner.get(&path_of(&other)).await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn limits_are_told_and_kept_mappings_can_be_forgotten() {
    let t = TestApp::start_with(|config| config.limits.upload_bytes = 4_000).await;
    let owner = t.owner().await;
    let (_, limits) = owner.get("/api/import-limits").await;
    assert_eq!(limits["file_bytes"], 4_000);
    assert_eq!(limits["survey_file_bytes"], 4_000);
    let import = uploaded(&owner, "name=a.csv", b"id,score\n1,9\n2,3\n".to_vec()).await;
    let mut mapping = import["mapping"].clone();
    mapping["all_rows"] = json!({ "occurred_at": "2026-01-01" });
    let body = json!({ "mapping": mapping, "save_as": "毎月 A/B" });
    let (status, _) = owner
        .put(&format!("{}/mapping", path_of(&import)), body)
        .await;
    assert_eq!(status, StatusCode::OK);
    let address = "/api/import-mappings/%E6%AF%8E%E6%9C%88%20A%2FB";
    let forget = || answer_of(owner.request(Method::DELETE, address));
    assert_eq!(forget().await, StatusCode::NO_CONTENT);
    assert_eq!(forget().await, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_kept_mapping_that_made_a_survey_answers_it_next_time() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let file = || b"id,score,at\n1,9,2026-03-01\n2,3,2026-03-02\n".to_vec();
    let import = uploaded(&owner, "name=a.csv", file()).await;
    let body = json!({ "mapping": import["mapping"], "save_as": "monthly" });
    let (status, _) = owner
        .put(&format!("{}/mapping", path_of(&import)), body)
        .await;
    assert_eq!(status, StatusCode::OK);
    let done = run(&owner, &import, false).await;
    let next = uploaded(&owner, "name=b.csv&mapping=monthly", file()).await;
    let target = json!({ "kind": "survey", "survey_id": done["stream_id"] });
    assert_eq!(next["mapping"]["target"], target);
    let again = run(&owner, &next, false).await;
    assert_eq!(again["totals"]["unchanged"], 2, "{again}");
    let (_, surveys) = owner.get("/api/surveys").await;
    assert_eq!(surveys["items"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn a_file_taken_as_proposed_has_its_metric_at_once() {
    let rows = |column: &str| {
        let scores = [0, 6, 7, 9, 10, 10];
        let lines = scores.iter().enumerate();
        let lines = lines.map(|(n, score)| format!("2026-03-{:02},{score}\n", n + 1));
        format!("at,{column}\n{}", lines.collect::<String>()).into_bytes()
    };
    let cases = [
        (
            "How likely are you to recommend us?",
            "NPS · a",
            100.0 / 6.0,
        ),
        ("おすすめ度（0〜10）", "NPS · a", 100.0 / 6.0),
        ("Cleanliness", "Mean · a", 7.0),
    ];
    for (column, name, value) in cases {
        let t = TestApp::start().await;
        let owner = t.owner().await;
        let import = uploaded(&owner, "name=a.csv", rows(column)).await;
        let done = run(&owner, &import, false).await;
        assert_eq!(done["totals"]["added"], 6, "{done}");
        t.drain().await;
        let (_, metrics) = owner.get("/api/metrics").await;
        let made = metrics["items"].as_array().expect("a list");
        assert_eq!(made.len(), 1, "{column}: {metrics}");
        assert_eq!(made[0]["name"]["en"], name);
        let id = made[0]["id"].as_str().expect("an id");
        let (_, said) = owner
            .post(&format!("/api/metrics/{id}/results"), json!({}))
            .await;
        let score = &said["results"]["total"]["score"];
        assert_eq!(score["n"], 6, "{said}");
        let got = score["value"].as_f64().expect("a value");
        assert!((got - value).abs() < 1e-9, "{column}: {got}");
    }
}

async fn answer_of(request: reqwest::RequestBuilder) -> StatusCode {
    request.send().await.expect("an answer").status()
}
