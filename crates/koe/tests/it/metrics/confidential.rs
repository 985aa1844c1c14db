//! Figures of a confidential programme: what is asked too closely is refused, and what is hidden
//! cannot be worked out from what is shown beside it.

use reqwest::StatusCode;
use serde_json::{Value, json};

use super::{made, nps_of, survey};
use crate::support::{Person, TestApp};
use crate::voices::unit;

/// So many recommendations at a unit in a month.
async fn told(owner: &Person, survey: &str, unit: &str, month: &str, n: usize) {
    let responses: Vec<Value> = (0..n)
        .map(|i| {
            json!({ "survey_id": survey, "partial": true, "answers": { "q1": i % 11 },
                "occurred_at": format!("{month}-{:02}T03:00:00Z", 1 + i % 20),
                "context": { "unit_id": unit } })
        })
        .collect();
    let body = json!({ "responses": responses });
    let (_, outcome) = owner.post("/api/responses/batch", body).await;
    assert_eq!(outcome["stored"], n, "{outcome}");
}

async fn asked(owner: &Person, metric: &str, query: Value) -> (StatusCode, Value) {
    let path = format!("/api/metrics/{metric}/results");
    owner.post(&path, query).await
}

async fn results(owner: &Person, metric: &str, query: Value) -> Value {
    let (status, answer) = asked(owner, metric, query).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    answer["results"].clone()
}

/// The score of the group with this key.
fn score<'a>(results: &'a Value, key: &str) -> &'a Value {
    let groups = results["groups"].as_array().expect("groups");
    let group = groups.iter().find(|group| group["key"][0] == key);
    &group.expect("a group")["score"]
}

#[tokio::test]
async fn a_small_group_takes_another_with_it_and_the_total_stays() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let survey = survey(&owner, "relational", "confidential").await;
    let metric = made(&owner, "Recommend", nps_of(&survey)).await;
    let stores = [("a", 20), ("b", 9), ("c", 4)];
    let mut units = Vec::new();
    for (code, n) in stores {
        let unit = unit(&owner, code, None).await;
        told(&owner, &survey, &unit, "2026-03", n).await;
        units.push(unit);
    }
    let found = results(&owner, &metric, json!({ "split": ["unit"] })).await;
    assert_eq!(found["total"]["score"]["n"], 33);
    for (unit, n) in units.iter().zip([json!(20), Value::Null, Value::Null]) {
        let score = score(&found, unit);
        assert_eq!(score["n"], n, "{score}");
        assert_eq!(score["suppressed"], n.is_null(), "{score}");
        assert_eq!(score["value"].is_null(), n.is_null(), "{score}");
    }
    // One more, and nothing has to be hidden.
    told(&owner, &survey, &units[2], "2026-03", 1).await;
    let found = results(&owner, &metric, json!({ "split": ["unit"] })).await;
    for (unit, n) in units.iter().zip([20, 9, 5]) {
        assert_eq!(score(&found, unit)["n"], n);
    }
}

#[tokio::test]
async fn the_figures_of_before_hide_what_they_would_hide_by_themselves() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let survey = survey(&owner, "relational", "confidential").await;
    let metric = made(&owner, "Recommend", nps_of(&survey)).await;
    let a = unit(&owner, "a", None).await;
    let b = unit(&owner, "b", None).await;
    for (month, of_a, of_b) in [("2026-02", 20, 3), ("2026-03", 20, 9), ("2026-01", 20, 9)] {
        told(&owner, &survey, &a, month, of_a).await;
        told(&owner, &survey, &b, month, of_b).await;
    }
    let march = json!({ "from": "2026-03-01", "to": "2026-03-31" });
    let query = |compare: Value| json!({ "period": march, "split": ["unit"], "compare": compare });
    let found = results(&owner, &metric, query(json!("previous_period"))).await;
    assert_eq!(found["total"]["score"]["change"]["base_n"], 23, "{found}");
    for unit in [&a, &b] {
        let score = score(&found, unit);
        assert_eq!(score["suppressed"], false, "{score}");
        assert_eq!(
            score["change"],
            Value::Null,
            "23 less the 20 of one store would be the 3 of the other"
        );
    }
    let january = json!({ "period": { "from": "2026-01-01", "to": "2026-01-31" } });
    let found = results(&owner, &metric, query(january)).await;
    assert_eq!(score(&found, &a)["change"]["base_n"], 20);
    assert_eq!(score(&found, &b)["change"]["base_n"], 9);
}

#[tokio::test]
async fn a_period_before_with_few_people_is_not_told() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let survey = survey(&owner, "relational", "confidential").await;
    let metric = made(&owner, "Recommend", nps_of(&survey)).await;
    let a = unit(&owner, "a", None).await;
    told(&owner, &survey, &a, "2026-03", 20).await;
    told(&owner, &survey, &a, "2026-02", 4).await;
    let march = json!({ "period": { "from": "2026-03-01", "to": "2026-03-31" },
        "compare": "previous_period" });
    let found = results(&owner, &metric, march.clone()).await;
    let total = &found["total"]["score"];
    assert_eq!(total["n"], 20, "{total}");
    assert_eq!(total["change"], Value::Null, "the change tells the four");
    // One more, and they may be told.
    told(&owner, &survey, &a, "2026-02", 1).await;
    let found = results(&owner, &metric, march).await;
    assert_eq!(found["total"]["score"]["change"]["base_n"], 5, "{found}");
}

#[tokio::test]
async fn what_is_asked_too_closely_is_refused_by_name() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let survey = survey(&owner, "relational", "confidential").await;
    let metric = made(&owner, "Recommend", nps_of(&survey)).await;
    let a = unit(&owner, "a", None).await;
    told(&owner, &survey, &a, "2026-02", 10).await;
    told(&owner, &survey, &a, "2026-03", 10).await;
    let march = json!({ "from": "2026-03-01", "to": "2026-03-31" });
    for (query, field) in [
        (json!({ "grain": "day" }), "grain"),
        (json!({ "grain": "week" }), "grain"),
        (json!({ "split": ["unit", "version"] }), "split"),
        (json!({ "split": ["channel"] }), "split"),
        (
            json!({ "filters": [{ "dimension": "touchpoint", "any_of": [null] }] }),
            "filters[0].dimension",
        ),
        (
            json!({ "period": { "from": "2026-03-02", "to": "2026-03-31" } }),
            "period.from",
        ),
        (
            json!({ "period": { "from": "2026-03-01", "to": "2026-03-30" } }),
            "period.to",
        ),
        (
            json!({ "period": march, "compare":
                { "period": { "from": "2026-02-02", "to": "2026-02-28" } } }),
            "compare",
        ),
        (
            json!({ "period": march, "compare":
                { "period": { "from": "2026-02-01", "to": "2026-02-27" } } }),
            "compare",
        ),
    ] {
        let (status, problem) = asked(&owner, &metric, query.clone()).await;
        assert_eq!(
            (status, &problem["fields"][0]["field"]),
            (StatusCode::UNPROCESSABLE_ENTITY, &json!(field)),
            "{query}: {problem}"
        );
    }
    for query in [
        json!({ "grain": "month", "split": ["unit"] }),
        json!({ "filters": [{ "dimension": "unit", "any_of": [a] }] }),
        json!({ "period": march, "compare":
            { "period": { "from": "2026-02-01", "to": "2026-02-28" } } }),
        json!({ "period": march, "compare": "previous_period" }),
        json!({ "period": march, "compare": "previous_year" }),
        json!({ "period": { "from": "2026-03-01" }, "compare": "previous_period" }),
    ] {
        let found = results(&owner, &metric, query.clone()).await;
        assert_eq!(found["total"]["score"]["suppressed"], false, "{query}");
    }
}
