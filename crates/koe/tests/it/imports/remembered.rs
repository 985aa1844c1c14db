//! Imported records that only the lake remembers: listed, corrected, deleted and recognised like
//! all others.

use koe::org::Role;
use reqwest::StatusCode;
use serde_json::{Value, json};

use super::stored::{mapped, records, rows_in_lake, run, uploaded};
use crate::support::{Person, TestApp};

/// Imports a file of ids and scores into a survey, a new one when there is none.
async fn import(owner: &Person, file: &str, survey: Option<&str>) -> Value {
    let import = uploaded(owner, "name=scores.csv", file.into()).await;
    let mut mapping = import["mapping"].clone();
    mapping["all_rows"] = json!({ "occurred_at": "2026-03-01" });
    if let Some(survey) = survey {
        mapping["target"] = json!({ "kind": "survey", "survey_id": survey });
    }
    mapped(owner, &import, mapping).await;
    let done = run(owner, &import, false).await;
    assert_eq!(done["status"], "done", "{done}");
    done
}

fn counts(done: &Value) -> (u64, u64, u64) {
    let count = |name: &str| done["totals"][name].as_u64().expect("a count");
    (count("added"), count("unchanged"), count("corrected"))
}

/// The scores of a survey as the table shows them, with their records.
async fn table(owner: &Person, survey: &str) -> Vec<(i64, String)> {
    let (status, page) = owner.get(&format!("/api/surveys/{survey}/responses")).await;
    assert_eq!(status, StatusCode::OK, "{page}");
    let mut scores: Vec<(i64, String)> = page["items"]
        .as_array()
        .expect("responses")
        .iter()
        .map(|one| {
            let score = one["answers"]["score"].as_i64();
            let score = score.unwrap_or_else(|| panic!("a score: {one}"));
            (score, one["id"].as_str().expect("an id").to_owned())
        })
        .collect();
    scores.sort();
    scores
}

fn scores(table: &[(i64, String)]) -> Vec<i64> {
    table.iter().map(|(score, _)| *score).collect()
}

const FILE: &str = "id,score\n1,9\n2,3\n3,7\n4,5\n";

#[tokio::test]
async fn rows_without_people_and_words_are_listed_corrected_deleted_and_recognised() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let done = import(&owner, FILE, None).await;
    let survey = done["stream_id"].as_str().expect("a survey").to_owned();
    assert_eq!(records(&t, &survey).await, (0, 0), "no heads");
    let before = table(&owner, &survey).await;
    assert_eq!(scores(&before), [3, 5, 7, 9]);

    // A second import of the same file changes nothing, a changed row is a correction.
    let again = import(&owner, FILE, Some(&survey)).await;
    assert_eq!(counts(&again), (0, 4, 0));
    let changed = import(&owner, "id,score\n2,4\n5,8\n", Some(&survey)).await;
    assert_eq!(counts(&changed), (1, 0, 1));
    let now = table(&owner, &survey).await;
    assert_eq!(scores(&now), [4, 5, 7, 8, 9]);
    assert_eq!(rows_in_lake(&t, &survey).await, 5);

    // By hand: what was corrected or deleted stays so, whatever old files say again.
    let record = |score: i64| {
        let found = now.iter().find(|(one, _)| *one == score);
        format!("/api/responses/{}", found.expect("a record").1)
    };
    let body = json!({ "answers": { "score": 6 } });
    let (status, said) = owner.patch(&record(7), body).await;
    assert_eq!(status, StatusCode::NO_CONTENT, "{said}");
    let (status, said) = owner.delete(&record(9)).await;
    assert_eq!(status, StatusCode::NO_CONTENT, "{said}");
    assert_eq!(scores(&table(&owner, &survey).await), [4, 5, 6, 8]);
    let (status, _) = owner.delete(&record(9)).await;
    assert_eq!(status, StatusCode::NOT_FOUND, "deleted already");
    let again = import(&owner, "id,score\n1,9\n3,7\n4,5\n", Some(&survey)).await;
    assert_eq!(counts(&again), (0, 2, 0));
    assert_eq!(again["totals"]["erased"], 1, "the deleted one is left out");
    assert_eq!(scores(&table(&owner, &survey).await), [4, 5, 6, 8]);
    assert_eq!(records(&t, &survey).await, (1, 0), "the corrected one");

    // A file that says something new of a corrected row is a correction of it.
    let newer = import(&owner, "id,score\n3,3\n", Some(&survey)).await;
    assert_eq!(counts(&newer), (0, 0, 1));
    assert_eq!(scores(&table(&owner, &survey).await), [3, 4, 5, 8]);

    // And all of it holds when tombstones are folded into the files, and forgotten.
    t.see_to_duties().await;
    assert_eq!(scores(&table(&owner, &survey).await), [3, 4, 5, 8]);
    let mut tx = t.app.db.read().await.expect("a transaction");
    let tombstones = sqlx::query_scalar::<_, i64>("SELECT COUNT(*) FROM lake_tombstone")
        .fetch_one(&mut *tx)
        .await
        .expect("a count");
    assert_eq!(tombstones, 0);
}

#[tokio::test]
async fn a_row_that_is_there_twice_counts_once_wherever_it_stands() {
    let t = TestApp::start_with(|config| config.limits.import_chunk_cells = 100).await;
    let owner = t.owner().await;
    // Two columns make chunks of fifty rows.
    let mut file = String::from("id,score\n1,2\n1,3\n");
    for row in 2..60 {
        file += &format!("{row},{}\n", row % 5 + 1);
    }
    file += "1,9\n59,5\n";
    let done = import(&owner, &file, None).await;
    let survey = done["stream_id"].as_str().expect("a survey").to_owned();
    assert_eq!(counts(&done), (59, 2, 1), "{done}");
    assert_eq!(rows_in_lake(&t, &survey).await, 59);
    assert_eq!(
        table(&owner, &survey).await.last().map(|one| one.0),
        Some(9)
    );
}

#[tokio::test]
async fn members_of_other_units_neither_see_nor_change_them() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let done = import(&owner, FILE, None).await;
    let survey = done["stream_id"].as_str().expect("a survey").to_owned();
    let (_, record) = table(&owner, &survey).await.remove(0);
    let foreign = t.foreign_owner().await;
    let path = format!("/api/responses/{record}");
    assert_eq!(foreign.delete(&path).await.0, StatusCode::NOT_FOUND);
    let body = json!({ "answers": { "score": 6 } });
    assert_eq!(foreign.patch(&path, body).await.0, StatusCode::NOT_FOUND);
    t.member(&t.organisation, "viewer@example.com", Role::Viewer)
        .await;
    let viewer = t.signed_in("viewer@example.com").await;
    assert_eq!(viewer.delete(&path).await.0, StatusCode::FORBIDDEN);
    assert_eq!(scores(&table(&owner, &survey).await), [3, 5, 7, 9]);
}
