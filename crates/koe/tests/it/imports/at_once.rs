//! One file, brought in twice at the same moment; one import, run by two at the same moment.

use koe::base::id::ImportId;
use koe::connectors::run_import;
use serde_json::{Value, json};

use super::stored::{mapped, path_of, records, rows_in_lake, run, uploaded};
use crate::at_once::process;
use crate::support::{Person, TestApp};

const ROWS: u64 = 3_000;

async fn ready(owner: &Person, target: &Value, words: &Value) -> Value {
    let mut file = String::from("id,mail,comment,n\n");
    for n in 0..ROWS {
        file += &format!("r{n},p{}@example.com,声その{n},{}\n", n % 700, n % 7);
    }
    let import = uploaded(owner, "name=twice.csv", file.into()).await;
    let mut mapping = import["mapping"].clone();
    mapping["target"] = target.clone();
    mapping["all_rows"] = json!({ "occurred_at": "2026-03-01" });
    mapping["columns"] = json!([
        { "column": "id", "role": { "is": "record_key" } },
        { "column": "mail", "role": { "is": "customer", "identifier": "email" } },
        { "column": "comment", "role": words },
        { "column": "n", "role": { "is": "value", "field": "n", "kind": "integer" } }]);
    mapped(owner, &import, mapping).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_file_twice_at_once_is_stored_once() {
    let t = TestApp::start_with(|config| config.limits.import_chunk_cells = 2_000).await;
    let owner = t.owner().await;
    let words = json!({ "is": "text", "field": "comment" });
    let label = json!({ "ja": "二度", "en": "Twice" });
    for target in [
        json!({ "kind": "voices", "key": "twice", "label": label }),
        json!({ "kind": "operational", "key": "twice", "stream_kind": "orders", "label": label }),
    ] {
        let first = ready(&owner, &target, &words).await;
        let second = ready(&owner, &target, &words).await;
        let (first, second) = tokio::join!(run(&owner, &first, false), run(&owner, &second, false));
        let (mut added, mut customers) = (0, 0);
        for import in [&first, &second] {
            assert_eq!(import["status"], "done", "{import}");
            let count = |name: &str| import["totals"][name].as_u64().expect("a count");
            assert_eq!(count("records"), ROWS);
            assert_eq!(count("added") + count("unchanged"), ROWS, "{import}");
            added += count("added");
            customers += count("customers");
        }
        assert_eq!(added, ROWS, "{first} {second}");
        assert_eq!(first["stream_id"], second["stream_id"]);
        let stream = first["stream_id"].as_str().expect("a stream");
        assert_eq!(rows_in_lake(&t, stream).await, ROWS);
        assert_eq!(records(&t, stream).await, (ROWS as i64, ROWS as i64));
        let mut tx = t.app.db.read().await.expect("a transaction");
        let known: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM customer")
            .fetch_one(&mut *tx)
            .await
            .expect("a count");
        assert_eq!(known, 700, "each person once");
        let new = if target["kind"] == "voices" { 700 } else { 0 };
        assert_eq!(customers, new, "and counted once");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_that_two_processes_run_is_brought_in_by_one() {
    let t = TestApp::start_with(|config| config.limits.import_chunk_cells = 2_000).await;
    t.join_the_present();
    let owner = t.owner().await;
    let words = json!({ "is": "text", "field": "comment" });
    let target = json!({ "kind": "voices", "key": "twice", "label": { "ja": "二度" } });
    let import = ready(&owner, &target, &words).await;
    let id: ImportId = import["id"]
        .as_str()
        .and_then(|id| id.parse().ok())
        .expect("an id");
    let scope = koe::org::operator_scope(&t.organisation);
    let other = process(&t).await;
    let (here, there) = tokio::join!(
        run_import(&t.app, &scope, &id, false),
        run_import(&other, &scope, &id, false)
    );
    let told = [here.map(|_| ()), there.map(|_| ())];
    let refused: Vec<&str> = told
        .iter()
        .filter_map(|told| told.as_ref().err())
        .map(|problem| problem.code())
        .collect();
    assert!(
        matches!(refused[..], ["import_runs" | "import_done"]),
        "{told:?}"
    );
    // Whoever comes when it is done changes nothing of it.
    let late = run_import(&other, &scope, &id, false).await;
    assert_eq!(
        late.map(|_| ()).expect_err("it is done").code(),
        "import_done"
    );
    let (_, done) = owner.get(&path_of(&import)).await;
    assert_eq!(done["status"], "done", "{done}");
    assert_eq!(done["totals"]["added"], ROWS, "{done}");
    let stream = done["stream_id"].as_str().expect("a stream");
    assert_eq!(rows_in_lake(&t, stream).await, ROWS);
    assert_eq!(records(&t, stream).await, (ROWS as i64, ROWS as i64));
}
