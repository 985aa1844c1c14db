//! A store that moves below another region keeps its past there, to the day.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::{made, nps_of, survey};
use crate::importing::import_with;
use crate::org::company;
use crate::support::{Person, TestApp, answer};

/// Groups of an answer: key and number of answers, by key.
async fn counted(owner: &Person, metric: &str, query: Value) -> Vec<(String, u64)> {
    let path = format!("/api/metrics/{metric}/results");
    let (status, answer) = owner.post(&path, query).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    let groups = answer["results"]["groups"].as_array().expect("groups");
    let mut counted: Vec<(String, u64)> = groups
        .iter()
        .map(|group| {
            let key = group["key"][0].as_str().unwrap_or_default().to_owned();
            (key, group["score"]["n"].as_u64().expect("a number"))
        })
        .collect();
    counted.sort();
    counted
}

#[tokio::test]
async fn an_answer_stands_where_its_store_stood_on_its_day() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let id = company(&owner).await;
    let moved = owner
        .request(Method::POST, "/api/units/import")
        .header("content-type", "text/csv")
        .body("code,parent_code,valid_from\ns1,west,2026-03-01\n");
    let (status, report) = answer(moved).await;
    assert_eq!((status, &report["moved"]), (StatusCode::OK, &json!(1)));

    let survey = survey(&owner, "transactional", "identified").await;
    let metric = made(&owner, "Recommend", nps_of(&survey)).await;
    // Days as they are cut in Tokyo, where the first of March begins on the last of February UTC.
    let file = "id,unit,q1,at\n1,s1,9,2026-02-28\n2,s1,9,2026-02-28 23:59\n3,s1,9,2026-03-01\n";
    let target = json!({ "kind": "survey", "survey_id": survey });
    import_with(&owner, "moved.csv", file, target, |column| match column {
        "id" => json!({ "is": "record_key" }),
        "unit" => json!({ "is": "unit" }),
        "at" => json!({ "is": "occurred_at", "forms": ["year_first"] }),
        question => json!({ "is": "answer", "question": question }),
    })
    .await;

    // The same of answers that a program tells weeks later.
    for moment in ["2026-02-28T14:59:59.999Z", "2026-02-28T15:00:00Z"] {
        let body = json!({ "survey_id": survey, "answers": { "q1": 9 }, "partial": true,
            "occurred_at": moment, "context": { "unit_id": id("s1") } });
        owner.create("/api/responses", body).await;
    }

    let (east, west) = (id("east"), id("west"));
    let mut then = vec![(east, 3), (west.clone(), 2)];
    then.sort();
    let by_region = |units: &str| json!({ "split": ["unit:1"], "units": units });
    assert_eq!(counted(&owner, &metric, by_region("as_then")).await, then);
    let now = counted(&owner, &metric, by_region("as_now")).await;
    assert_eq!(now, [(west, 5)]);

    // The last day of a period belongs to it, and the next does not.
    for (day, n) in [("2026-02-28", 3), ("2026-03-01", 2)] {
        let query = json!({ "period": { "from": day, "to": day }, "split": ["survey"] });
        let found = counted(&owner, &metric, query).await;
        assert_eq!(found, [(survey.clone(), n)], "{day}");
    }
    let path = format!("/api/metrics/{metric}/results");
    let (_, answer) = owner.post(&path, json!({ "grain": "month" })).await;
    let points = answer["results"]["total"]["points"].as_array();
    let points: Vec<(&Value, &Value)> = points
        .expect("points")
        .iter()
        .map(|point| (&point["period"], &point["score"]["n"]))
        .collect();
    let expected = [(json!("2026-02"), json!(3)), (json!("2026-03"), json!(2))];
    assert_eq!(points, expected.each_ref().map(|(period, n)| (period, n)));
}
