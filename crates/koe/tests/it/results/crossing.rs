//! Two questions against each other.

use reqwest::StatusCode;
use serde_json::{Value, json};

use super::{document, respond, survey};
use crate::answering::published;
use crate::support::{Person, TestApp};

async fn answered(owner: &Person, survey: &str, answers: &[(&str, i64, u64)]) {
    let id = survey.rsplit('/').next().expect("an id");
    let mut all = Vec::new();
    for (purpose, score, times) in answers {
        for _ in 0..*times {
            let mut answers = json!({ "q1": score });
            if !purpose.is_empty() {
                answers["q2"] = json!(purpose);
            }
            all.push(json!({ "survey_id": id, "answers": answers, "partial": true }));
        }
    }
    let (_, outcome) = owner
        .post("/api/responses/batch", json!({ "responses": all }))
        .await;
    assert_eq!(outcome["stored"], all.len(), "{outcome}");
}

fn counts(table: &Value) -> Vec<Vec<Option<u64>>> {
    let rows = table["rows"].as_array().expect("rows").iter();
    rows.map(|row| {
        let cells = row["cells"].as_array().expect("cells").iter();
        cells.map(|cell| cell["n"].as_u64()).collect()
    })
    .collect()
}

#[tokio::test]
async fn a_crosstab_has_counts_shares_scores_and_a_test() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let survey = survey(&owner).await;
    answered(
        &owner,
        &survey,
        &[
            ("buy", 10, 30),
            ("buy", 3, 10),
            ("look", 9, 10),
            ("look", 8, 5),
            ("look", 0, 25),
            ("", 5, 4),
        ],
    )
    .await;
    let (status, table) = owner
        .get(&format!("{survey}/crosstab?row=q2&column=q1"))
        .await;
    assert_eq!(status, StatusCode::OK, "{table}");
    let groups: Vec<&Value> = table["columns"]
        .as_array()
        .expect("columns")
        .iter()
        .map(|c| &c["value"])
        .collect();
    assert_eq!(groups, ["detractors", "passives", "promoters"]);
    assert_eq!(
        counts(&table),
        [
            [Some(10), Some(0), Some(30)],
            [Some(25), Some(5), Some(10)],
            [Some(0), Some(0), Some(0)]
        ]
    );
    assert_eq!((&table["n"], &table["n_missing"]), (&json!(80), &json!(4)));
    let buy = &table["rows"][0];
    assert_eq!(buy["cells"][2]["row_percent"], 75.0);
    assert_eq!(buy["cells"][2]["column_percent"], 75.0);
    assert_eq!(
        (&buy["score"]["value"], &buy["score"]["n"]),
        (&json!(50.0), &json!(40))
    );
    assert!(buy["score"]["interval"][0].as_f64().expect("an end") < 50.0);
    assert_eq!(buy["total"]["column_percent"], 50.0);
    assert_eq!(table["column_totals"][2]["n"], 40);
    // By hand: expected 17.5, 2.5, 20 in each row.
    let chi_square = table["test"]["chi_square"].as_f64().expect("a number");
    assert!(
        (chi_square - 2.0 * (7.5 * 7.5 / 17.5 + 2.5 + 5.0)).abs() < 1e-9,
        "{chi_square}"
    );
    assert_eq!(table["test"]["verdict"], "related");
    // One line is so thin that the exact test decides: then V has no interval.
    assert_eq!(table["test"]["method"], "fisher_freeman_halton");
    assert_eq!(table["test"]["cramers_v_interval"], Value::Null);
    answered(&owner, &survey, &[("buy", 7, 20), ("look", 8, 20)]).await;
    let (_, table) = owner
        .get(&format!("{survey}/crosstab?row=q2&column=q1"))
        .await;
    assert_eq!(table["test"]["method"], "chi_square");
    let v = table["test"]["cramers_v"].as_f64().expect("a strength");
    let end = |place: usize| table["test"]["cramers_v_interval"][place].as_f64();
    assert!(end(0).is_some_and(|low| low > 0.0 && low < v), "{table}");
    assert!(
        end(1).is_some_and(|high| high > v && high <= 1.0),
        "{table}"
    );
    assert!(buy["cells"][2]["residual"].as_f64().expect("a number") > 2.0);
}

#[tokio::test]
async fn what_cannot_be_crossed_is_refused_by_name() {
    let t = TestApp::start_with(|config| config.limits.crosstab_lines = 2).await;
    let owner = t.owner().await;
    let survey = survey(&owner).await;
    respond(&owner, &survey, json!({ "q1": 9 }), json!({})).await;
    for (row, column, at) in [
        ("q7", "q1", "row"),
        ("q1", "q7", "column"),
        ("q1", "q1", "column"),
        ("q1", "nothing", "column"),
        ("q3.staff", "q2", "column"),
    ] {
        let (status, problem) = owner
            .get(&format!("{survey}/crosstab?row={row}&column={column}"))
            .await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{row} {column}");
        assert_eq!(problem["fields"][0]["field"], at, "{problem}");
    }
    let (status, problem) = owner.get(&format!("{survey}/crosstab?row=q1")).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(problem["fields"][0]["field"], "column", "{problem}");
}

#[tokio::test]
async fn a_confidential_crosstab_gives_nobody_away() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let mut document = document();
    document["programme"] = json!({ "identity": "confidential", "audience": "employees" });
    document["hidden_fields"] = json!([]);
    let survey = published(&owner, document).await;
    answered(
        &owner,
        &survey,
        &[
            ("buy", 10, 20),
            ("buy", 0, 3),
            ("look", 9, 8),
            ("look", 0, 12),
            ("z", 8, 7),
            ("", 9, 2),
        ],
    )
    .await;
    let (_, table) = owner
        .get(&format!("{survey}/crosstab?row=q2&column=q1"))
        .await;
    assert_eq!(table["confidential"], true, "{table}");
    let nobody = &table["rows"].as_array().expect("rows").last().expect("one")["line"]["value"];
    assert_eq!(*nobody, Value::Null, "those who skipped are a line");
    let counts = counts(&table);
    assert!(
        counts.iter().flatten().flatten().all(|n| *n >= 5),
        "{counts:?}"
    );
    assert_eq!(counts[0][0], None, "three people are hidden");
    let hidden = counts[0].iter().filter(|n| n.is_none()).count();
    assert!(hidden > 1 || table["rows"][0]["total"]["n"].is_null());
    assert_eq!(table["test"], Value::Null);
    let (status, _) = owner
        .get(&format!(
            "{survey}/crosstab?row=q2&column=q1&from=2026-03-02"
        ))
        .await;
    assert_eq!(
        status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "whole months only"
    );
}
