//! Hidden fields of words: kept with the record, shown, corrected around and exported; in no
//! figure, no voice and no field of the lake.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use reqwest::StatusCode;
use serde_json::{Value, json};

use super::files::{cell, csv, download};
use super::{document, respond};
use crate::answering::published;
use crate::support::TestApp;
use crate::voices::list;

const WORDS: &str = "回線工事の立会い（午後）";

#[tokio::test]
async fn words_that_a_link_brings_are_kept_with_the_record_and_nowhere_else() {
    let t = TestApp::start_with(|config| config.lake.seal_seconds = 0).await;
    let owner = t.owner().await;
    let mut document = document();
    document["hidden_fields"]
        .as_array_mut()
        .expect("fields")
        .push(json!({ "id": "visit", "kind": "text", "label": { "ja": "訪問の用件", "en": "Visit" } }));
    document["pages"][0]["questions"][7]["voice"] = json!(true);
    let survey = published(&owner, document).await;
    let fields = json!({ "fields": { "plan": "gold", "visit": WORDS } });
    let answers = json!({ "q1": 9, "q8": "丁寧でした" });
    let id = respond(&owner, &survey, answers, fields).await;
    respond(&owner, &survey, json!({ "q1": 3 }), json!({})).await;
    t.drain().await;

    // A correction of the answers leaves what the link said, in pending rows and in files.
    let one = format!("/api/responses/{id}");
    for (round, score) in [8, 7].into_iter().enumerate() {
        let correction = json!({ "answers": { "q1": score, "q8": "丁寧でした" } });
        let (status, body) = owner.patch(&one, correction).await;
        assert_eq!(status, StatusCode::NO_CONTENT, "{round}: {body}");
        t.drain().await;
        t.see_to_duties().await;
        let (_, response) = owner.get(&one).await;
        assert_eq!(
            response["fields"],
            json!({ "plan": "gold", "visit": WORDS }),
            "{round}"
        );
        assert_eq!(response["answers"]["q1"], score);
        let (_, listed) = owner.get(&format!("{survey}/responses")).await;
        let items = listed["items"].as_array().expect("items");
        let same = items.iter().find(|item| item["id"] == id.as_str());
        assert_eq!(same, Some(&response));
    }

    for (values, column, plan) in [("labels", "Visit", "Plan"), ("codes", "visit", "plan")] {
        let path = format!("{survey}/responses/export?values={values}");
        let (status, _, bytes) = download(&owner, &format!("{path}&format=csv")).await;
        assert_eq!(status, StatusCode::OK);
        let (header, rows) = csv(&bytes);
        let mut words: Vec<&String> = rows.iter().map(|row| cell(&header, row, column)).collect();
        words.sort();
        assert_eq!(words, ["", WORDS]);
        assert!(header.contains(&plan.to_owned()), "{header:?}");
        let (_, _, bytes) = download(&owner, &format!("{path}&format=xlsx")).await;
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).expect("a workbook");
        let sheet = book.worksheet_range_at(0).expect("a sheet").expect("read");
        assert!(
            sheet
                .used_cells()
                .any(|(_, _, cell)| *cell == Data::String(WORDS.to_owned())),
            "{values}"
        );
    }

    let voices = list(&owner, &[]).await;
    assert_eq!(voices["total"], 1, "{voices}");
    assert!(!voices.to_string().contains(WORDS));
    let (_, known) = owner.get("/api/fields").await;
    let names: Vec<&Value> = known["items"]
        .as_array()
        .expect("fields")
        .iter()
        .map(|field| &field["field"])
        .collect();
    assert!(names.contains(&&json!("plan")), "{known}");
    assert!(!names.contains(&&json!("visit")), "{known}");

    // Too long, and for a survey that does not know it: refused by name.
    let id = survey.rsplit('/').next().expect("an id");
    for (fields, named) in [
        (json!({ "visit": "長".repeat(5_000) }), "visit"),
        (json!({ "stranger": "x" }), "stranger"),
    ] {
        let body =
            json!({ "survey_id": id, "answers": { "q1": 1 }, "partial": true, "fields": fields });
        let (status, problem) = owner.post("/api/responses", body).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(problem.to_string().contains(named), "{problem}");
    }
    let (status, _) = owner.delete(&one).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    let mut tx = t.app.db.read().await.expect("a transaction");
    let left: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM record_text WHERE body = $1")
        .bind(WORDS)
        .fetch_one(&mut *tx)
        .await
        .expect("a count");
    assert_eq!(left, 0);
}
