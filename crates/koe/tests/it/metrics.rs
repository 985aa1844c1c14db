//! Metrics: written formulas, over the answers of a record and over other metrics.

mod attributes;
mod confidential;
pub mod operational;
mod reorganised;

use koe::base::config::Config;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::{Person, TestApp};

/// A published survey with recommendation (q1), satisfaction (q2, 1 to 5) and an
/// expectation beside its result (q3, 0 to 10).
pub async fn survey(owner: &Person, kind: &str, identity: &str) -> String {
    let text = |ja: &str, en: &str| json!({ "ja": ja, "en": en });
    let document = json!({
        "format": 1,
        "title": text("ご来店アンケート", "Your visit"),
        "languages": ["ja", "en"],
        "privacy": { "purpose": text("店舗サービスの改善のため", "To improve our stores"),
            "policy_url": "https://example.com/privacy", "retention_days": 730 },
        "programme": { "kind": kind, "identity": identity },
        "pages": [ { "id": "p1", "questions": [
            { "id": "q1", "type": "nps", "text": text("すすめたいですか", "Would you recommend us?") },
            { "id": "q2", "type": "csat", "points": 5, "text": text("ご満足度", "How satisfied?") },
            { "id": "q3", "type": "expectation", "low": 0, "high": 10,
              "text": text("待ち時間", "The wait"),
              "expectation_label": text("期待", "Expected"), "result_label": text("実際", "Came") } ] } ]
    });
    let made = owner
        .create("/api/surveys", json!({ "document": document }))
        .await;
    let id = made["id"].as_str().expect("an id").to_owned();
    owner
        .create(&format!("/api/surveys/{id}/publish"), json!({}))
        .await;
    id
}

/// Answers of `n` people: recommendation and satisfaction go together, and what
/// came is two below what was expected for every other one.
async fn answered(owner: &Person, survey: &str, n: usize) {
    let people: Vec<Value> = (0..n)
        .map(|i| {
            let score = (i * 7) % 11;
            json!({ "survey_id": survey, "partial": true, "answers": {
                "q1": score, "q2": 1 + score / 3 + i % 2,
                "q3": { "expectation": 6, "result": if i % 2 == 0 { 4 } else { 6 } } } })
        })
        .collect();
    for batch in people.chunks(100) {
        let (_, outcome) = owner
            .post("/api/responses/batch", json!({ "responses": batch }))
            .await;
        assert_eq!(outcome["stored"], batch.len(), "{outcome}");
    }
}

async fn made(owner: &Person, name: &str, definition: Value) -> String {
    let body = json!({ "name": { "en": name }, "definition": definition });
    let metric = owner.create("/api/metrics", body).await;
    metric["id"].as_str().expect("an id").to_owned()
}

async fn total(owner: &Person, metric: &str) -> Value {
    let (status, answer) = owner
        .post(&format!("/api/metrics/{metric}/results"), json!({}))
        .await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    answer["results"]["total"]["score"].clone()
}

fn number(value: &Value) -> f64 {
    value
        .as_f64()
        .unwrap_or_else(|| panic!("{value} is no number"))
}

fn half_width(score: &Value) -> f64 {
    (number(&score["interval"][1]) - number(&score["interval"][0])) / 2.0
}

fn nps_of(survey: &str) -> Value {
    json!({ "formula": { "kind": "nps" }, "sources": [{ "stream": survey, "field": "q1" }] })
}

fn csat_of(survey: &str) -> Value {
    json!({ "formula": { "kind": "csat", "scale": { "min": 1, "max": 5 } },
        "sources": [{ "stream": survey, "field": "q2" }] })
}

#[tokio::test]
async fn the_gap_of_expectation_and_result_is_a_metric_like_any_other() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let survey = survey(&owner, "transactional", "identified").await;
    answered(&owner, &survey, 60).await;
    let sources = json!([{ "stream": survey, "field": "q3.expectation", "name": "expected" },
        { "stream": survey, "field": "q3.result", "name": "came" }]);
    let definition = json!({ "formula": { "kind": "of_answers", "text": "came - expected" },
        "sources": sources });
    let gap = made(&owner, "Gap", definition.clone()).await;
    let score = total(&owner, &gap).await;
    assert_eq!((&score["value"], &score["n"]), (&json!(-1.0), &json!(60)));
    assert_eq!(score["method"], "student_t");
    // Half −2 and half 0: s = √(60/59), t(59) = 2.001.
    let expected = 2.001 * (60.0_f64 / 59.0 / 60.0).sqrt();
    assert!((half_width(&score) - expected).abs() < 1e-3, "{score}");

    // The trial of the editor says the same before anything is kept.
    let (status, trial) = owner
        .post("/api/metrics/trial", json!({ "definition": definition }))
        .await;
    assert_eq!(status, StatusCode::OK, "{trial}");
    assert_eq!(trial["score"], score);
    for (text, position, code) in [
        ("came - expcted", 7, "unknown_name"),
        ("came - ", 7, "ends_early"),
        ("(came", 0, "unclosed"),
    ] {
        let mut wrong = definition.clone();
        wrong["formula"]["text"] = json!(text);
        let (_, trial) = owner
            .post("/api/metrics/trial", json!({ "definition": wrong }))
            .await;
        assert_eq!(
            (&trial["problem"]["position"], &trial["problem"]["code"]),
            (&json!(position), &json!(code)),
            "{trial}"
        );
        let body = json!({ "name": { "en": "Gap" }, "definition": wrong });
        let (status, problem) = owner.post("/api/metrics", body).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(problem["fields"][0]["field"], "definition.formula.text");
    }
}

#[tokio::test]
async fn a_formula_over_metrics_knows_that_the_same_people_answered() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let survey = survey(&owner, "transactional", "identified").await;
    answered(&owner, &survey, 220).await;
    let nps = made(&owner, "NPS", nps_of(&survey)).await;
    let csat = made(&owner, "CSAT", csat_of(&survey)).await;
    let over = |text: &str| {
        let operands: Vec<Value> = [("nps", &nps), ("csat", &csat)]
            .iter()
            .filter(|(name, _)| text.contains(name))
            .map(|(name, metric)| json!({ "name": name, "metric": metric }))
            .collect();
        json!({ "formula": { "kind": "of_metrics", "text": text }, "metrics": operands })
    };
    let (nps_score, csat_score) = (total(&owner, &nps).await, total(&owner, &csat).await);

    // A formula of one metric is that metric, interval and counts included.
    let same = made(&owner, "Same", over("nps")).await;
    assert_eq!(total(&owner, &same).await, nps_score);

    let (a, b) = (number(&nps_score["value"]), number(&csat_score["value"]));
    let sum = total(&owner, &made(&owner, "Sum", over("nps + csat")).await).await;
    let difference = total(&owner, &made(&owner, "Apart", over("nps - csat")).await).await;
    assert!((number(&sum["value"]) - a - b).abs() < 1e-9);
    assert_eq!((&sum["method"], &sum["n"]), (&json!("delta"), &json!(220)));
    // The two go together, so their sum is less certain than independent ones
    // would be and their difference more; the variances of both add to twice the
    // sum of the variances, whatever the covariance is.
    assert!(
        half_width(&sum) > half_width(&difference),
        "{sum} {difference}"
    );
    let z = 1.959_964_f64;
    let se = |of_nps: bool| {
        let people: Vec<f64> = (0..220_usize)
            .map(|i| {
                let score = (i * 7) % 11;
                let nps = if score >= 9 {
                    100.0
                } else if score <= 6 {
                    -100.0
                } else {
                    0.0
                };
                let csat = if 1 + score / 3 + i % 2 >= 4 {
                    100.0
                } else {
                    0.0
                };
                if of_nps { nps + csat } else { nps - csat }
            })
            .collect();
        let mean = people.iter().sum::<f64>() / 220.0;
        let variance = people.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / 220.0;
        (variance / 220.0).sqrt()
    };
    assert!((half_width(&sum) - z * se(true)).abs() < 1e-3, "{sum}");
    assert!(
        (half_width(&difference) - z * se(false)).abs() < 1e-3,
        "{difference}"
    );

    // Formulas over formulas are laid open; circles are refused.
    let half = made(&owner, "Half", over("(nps + csat) / 2")).await;
    let nested = json!({ "formula": { "kind": "of_metrics", "text": "half * 2 - csat" },
        "metrics": [{ "name": "half", "metric": half }, { "name": "csat", "metric": csat }] });
    let nested = made(&owner, "Nested", nested).await;
    let opened = total(&owner, &nested).await;
    assert!((number(&opened["value"]) - a).abs() < 1e-9, "{opened}");
    let circle = json!({ "definition": { "formula": { "kind": "of_metrics", "text": "nested" },
        "metrics": [{ "name": "nested", "metric": nested }] } });
    let (status, problem) = owner.patch(&format!("/api/metrics/{half}"), circle).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        problem["fields"][0]["field"], "definition.metrics[0].metric",
        "{problem}"
    );
}

#[tokio::test]
async fn formulas_pool_kinds_of_programmes_only_when_it_is_said_aloud() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let visit = survey(&owner, "transactional", "identified").await;
    let yearly = survey(&owner, "relational", "identified").await;
    answered(&owner, &visit, 40).await;
    answered(&owner, &yearly, 40).await;
    let one = made(&owner, "Visit", nps_of(&visit)).await;
    let other = made(&owner, "Yearly", nps_of(&yearly)).await;
    let mut apart = json!({ "formula": { "kind": "of_metrics", "text": "a - b" },
        "metrics": [{ "name": "a", "metric": one }, { "name": "b", "metric": other }] });
    let body = json!({ "name": { "en": "Apart" }, "definition": apart });
    let (status, problem) = owner.post("/api/metrics", body).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        problem["fields"][0]["field"], "definition.mixes_programmes",
        "{problem}"
    );
    apart["mixes_programmes"] = json!(true);
    let apart = made(&owner, "Apart", apart).await;
    let (_, answer) = owner
        .post(&format!("/api/metrics/{apart}/results"), json!({}))
        .await;
    assert_eq!(answer["note"]["mixes_programmes"], true);
    // Records of two surveys are independent: variances add.
    let (a, b) = (total(&owner, &one).await, total(&owner, &other).await);
    assert_eq!(a["value"], b["value"]);
    let score = &answer["results"]["total"]["score"];
    assert_eq!(score["value"], 0.0);
    assert!(half_width(score) > half_width(&a) * 1.3, "{score} {a}");

    // One formula over the answers of both surveys, each with its own fields.
    let mut pooled = json!({ "formula": { "kind": "of_answers", "text": "q2 * 25 - 25" },
        "sources": [{ "stream": visit, "field": "q2" }, { "stream": yearly, "field": "q2" }],
        "mixes_programmes": true });
    let metric = made(&owner, "Pooled", pooled.clone()).await;
    assert_eq!(total(&owner, &metric).await["n"], 80);
    pooled["sources"][1]["field"] = json!("q1");
    let (status, problem) = owner
        .post(
            "/api/metrics",
            json!({ "name": { "en": "Pooled" }, "definition": pooled }),
        )
        .await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{problem}");
}

#[tokio::test]
async fn a_formula_over_a_confidential_programme_is_hidden_like_it() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let open = survey(&owner, "relational", "identified").await;
    let hidden = survey(&owner, "relational", "confidential").await;
    answered(&owner, &open, 40).await;
    answered(&owner, &hidden, 4).await;
    let one = made(&owner, "Open", nps_of(&open)).await;
    let other = made(&owner, "Hidden", nps_of(&hidden)).await;
    let apart = json!({ "formula": { "kind": "of_metrics", "text": "a - b" },
        "metrics": [{ "name": "a", "metric": one }, { "name": "b", "metric": other }] });
    let (_, trial) = owner
        .post("/api/metrics/trial", json!({ "definition": apart }))
        .await;
    assert_eq!(trial["note"]["confidential"], true);
    assert_eq!(
        (&trial["score"]["suppressed"], &trial["score"]["value"]),
        (&json!(true), &Value::Null),
        "{trial}"
    );
    // Five make a figure of the metric, and of the formula.
    answered(&owner, &hidden, 1).await;
    let shown = total(&owner, &made(&owner, "Apart", apart).await).await;
    assert_eq!(shown["suppressed"], false);
    assert_eq!(shown["n"], 5);
}

#[tokio::test]
async fn questions_keep_to_the_limits_of_the_configuration() {
    type Change = fn(&mut Config);
    let limits: [(Change, StatusCode); 3] = [
        (|_| {}, StatusCode::OK),
        (
            |config| config.lake.answer_groups = 10,
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        (
            |config| config.lake.memory_bytes = 1,
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
    ];
    let mut refusals = Vec::new();
    for (change, expected) in limits {
        let t = TestApp::start_with(change).await;
        let owner = t.owner().await;
        let survey = survey(&owner, "transactional", "identified").await;
        answered(&owner, &survey, 22).await;
        let metric = made(&owner, "NPS", nps_of(&survey)).await;
        // Eleven scores, eleven groups.
        let query = json!({ "split": [format!("field:{survey}:q1")] });
        let path = format!("/api/metrics/{metric}/results");
        let (status, answer) = owner.post(&path, query).await;
        assert_eq!(status, expected, "{answer}");
        if status != StatusCode::OK {
            assert_eq!(answer["fields"][0]["field"], "question", "{answer}");
            refusals.push(answer["fields"][0]["message"].to_string());
        }
    }
    refusals.sort();
    refusals.dedup();
    assert_eq!(refusals.len(), 2, "each says which limit: {refusals:?}");
}
