//! From an answer to a number: intake, lake, metric.

use koe::base::duties::Duty;
use koe::base::experience::Seal;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::{Person, TestApp};

/// A published survey from the template, and its NPS metric.
async fn survey(t: &TestApp, owner: &Person) -> (String, String) {
    let survey = owner
        .create("/api/surveys", json!({ "template": "nps_relational" }))
        .await;
    let id = survey["id"].as_str().expect("an id").to_owned();
    owner
        .create(&format!("/api/surveys/{id}/publish"), json!({}))
        .await;
    t.drain().await;
    let (_, metrics) = owner.get("/api/metrics").await;
    let metric = metrics["items"]
        .as_array()
        .expect("metrics")
        .iter()
        .find(|m| m["definition"]["formula"]["kind"] == "nps")
        .expect("an NPS metric of its own accord");
    (id, metric["id"].as_str().expect("an id").to_owned())
}

/// The id of the recommendation question of a survey.
async fn question(owner: &Person, survey: &str) -> String {
    let (_, draft) = owner.get(&format!("/api/surveys/{survey}/draft")).await;
    draft["document"]["pages"]
        .as_array()
        .expect("pages")
        .iter()
        .flat_map(|page| page["questions"].as_array().expect("questions"))
        .find(|question| question["type"] == "nps")
        .and_then(|question| question["id"].as_str())
        .expect("an NPS question")
        .to_owned()
}

async fn results(owner: &Person, metric: &str, query: Value) -> Value {
    let (status, answer) = owner
        .post(&format!("/api/metrics/{metric}/results"), query)
        .await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    answer["results"].clone()
}

fn response(survey: &str, question: &str, score: i64) -> Value {
    json!({ "survey_id": survey, "answers": { question: score }, "partial": true })
}

#[tokio::test]
async fn an_answer_counts_at_once_and_still_after_it_is_sealed() {
    let t = TestApp::start_with(|config| config.lake.seal_seconds = 0).await;
    let owner = t.owner().await;
    let (survey, metric) = survey(&t, &owner).await;
    let nps = question(&owner, &survey).await;
    for score in [10, 9, 9, 8, 3] {
        owner
            .create("/api/responses", response(&survey, &nps, score))
            .await;
    }
    let before = results(&owner, &metric, json!({})).await;
    assert_eq!(before["total"]["score"]["value"], 40.0, "(3 − 1) of 5");
    assert_eq!(before["total"]["score"]["n"], 5);
    assert_eq!(before["total"]["score"]["few"], true);
    assert!(
        before["total"]["score"]["interval"][0]
            .as_f64()
            .expect("a number")
            < 40.0
    );

    let fsyncs = t.app.lake.durability().fsyncs();
    Seal.see_to(&t.app).await.expect("sealed");
    assert!(
        t.app.lake.durability().fsyncs() >= fsyncs + 2,
        "file and folder"
    );
    assert_eq!(results(&owner, &metric, json!({})).await, before);

    owner
        .create("/api/responses", response(&survey, &nps, 0))
        .await;
    let after = results(&owner, &metric, json!({})).await;
    assert_eq!(after["total"]["score"]["n"], 6, "files and tail together");
}

#[tokio::test]
async fn results_split_by_touchpoint_and_month_with_names() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let (survey, metric) = survey(&t, &owner).await;
    let nps = question(&owner, &survey).await;
    let mut touchpoints = Vec::new();
    for code in ["store", "call"] {
        let body = json!({ "code": code, "name": { "en": code }, "channel": code,
            "stage": "purchase", "experience": "direct" });
        let made = owner.create("/api/touchpoints", body).await;
        touchpoints.push(made["id"].as_str().expect("an id").to_owned());
    }
    for (touchpoint, score, at) in [
        (0, 10, "2026-01-31T14:59:00Z"),
        (0, 10, "2026-01-31T15:01:00Z"),
        (1, 0, "2026-03-10T00:00:00Z"),
    ] {
        let mut body = response(&survey, &nps, score);
        body["context"] = json!({ "touchpoint_id": touchpoints[touchpoint] });
        body["occurred_at"] = json!(at);
        owner.create("/api/responses", body).await;
    }
    let query = json!({ "split": ["touchpoint"], "grain": "month" });
    let answer = results(&owner, &metric, query).await;
    let groups = answer["groups"].as_array().expect("groups");
    assert_eq!(groups.len(), 2);
    let store = groups
        .iter()
        .find(|g| g["key"][0] == json!(touchpoints[0]))
        .expect("store");
    let months: Vec<(&str, i64)> = store["points"]
        .as_array()
        .expect("points")
        .iter()
        .map(|p| {
            (
                p["period"].as_str().expect("a key"),
                p["score"]["n"].as_i64().expect("n"),
            )
        })
        .collect();
    assert_eq!(
        months,
        [("2026-01", 1), ("2026-02", 1), ("2026-03", 0)],
        "midnight is Tokyo's, and the trend has no gap"
    );
    let query = json!({ "filters": [{ "dimension": "channel", "any_of": ["call"] }] });
    assert_eq!(
        results(&owner, &metric, query).await["total"]["score"]["value"],
        -100.0
    );
}

#[tokio::test]
async fn the_same_key_gives_the_same_record_and_another_answer_is_refused() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let (survey, metric) = survey(&t, &owner).await;
    let nps = question(&owner, &survey).await;
    let mut body = response(&survey, &nps, 9);
    body["key"] = json!("order-17");
    let first = owner.create("/api/responses", body.clone()).await;
    let again = owner.create("/api/responses", body.clone()).await;
    assert_eq!(
        (&again["id"], &again["replayed"]),
        (&first["id"], &json!(true))
    );
    body["answers"] = json!({ nps.clone(): 2 });
    let (status, problem) = owner.post("/api/responses", body).await;
    assert_eq!(
        (status, &problem["code"]),
        (StatusCode::CONFLICT, &json!("already_answered"))
    );
    assert_eq!(
        results(&owner, &metric, json!({})).await["total"]["score"]["n"],
        1
    );
}

#[tokio::test]
async fn a_batch_stores_what_can_be_taken_and_explains_the_rest() {
    let t = TestApp::start_with(|config| config.limits.batch_answers = 3).await;
    let owner = t.owner().await;
    let (survey, metric) = survey(&t, &owner).await;
    let nps = question(&owner, &survey).await;
    let mut late = response(&survey, &nps, 9);
    late["occurred_at"] = json!("2026-04-02T00:00:00Z");
    let batch =
        json!({ "responses": [response(&survey, &nps, 9), response(&survey, &nps, 11), late] });
    let (status, outcome) = owner.post("/api/responses/batch", batch).await;
    assert_eq!(
        (status, &outcome["stored"]),
        (StatusCode::OK, &json!(1)),
        "{outcome}"
    );
    assert_eq!(
        outcome["items"][1]["fields"][0]["field"],
        json!(format!("answers.{nps}"))
    );
    assert_eq!(outcome["items"][2]["fields"][0]["field"], "occurred_at");
    assert_eq!(
        results(&owner, &metric, json!({})).await["total"]["score"]["n"],
        1
    );
    let four = vec![response(&survey, &nps, 9); 4];
    let (status, _) = owner
        .post("/api/responses/batch", json!({ "responses": four }))
        .await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn a_change_is_told_only_when_its_test_says_so() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let (survey, metric) = survey(&t, &owner).await;
    let nps = question(&owner, &survey).await;
    let mut all = Vec::new();
    for (month, scores) in [("2026-02", [9, 10, 8, 9]), ("2026-03", [2, 9, 4, 5])] {
        for n in 0..48 {
            let mut body = response(&survey, &nps, scores[n % 4]);
            body["occurred_at"] = json!(format!("{month}-10T00:00:00Z"));
            all.push(body);
        }
    }
    let (_, outcome) = owner
        .post("/api/responses/batch", json!({ "responses": all }))
        .await;
    assert_eq!(outcome["stored"], 96, "{outcome}");
    let march = json!({ "from": "2026-03-01", "to": "2026-03-31" });
    let query = json!({ "period": march, "compare": { "period": { "from": "2026-02-01", "to": "2026-02-28" } } });
    let change = results(&owner, &metric, query).await["total"]["score"]["change"].clone();
    assert_eq!(
        (&change["verdict"], &change["base_value"]),
        (&json!("down"), &json!(75.0)),
        "{change}"
    );
    assert_eq!(change["base_n"], 48);
}

#[tokio::test]
async fn a_correction_and_a_deletion_reach_every_result_sealed_or_not() {
    for seal in [false, true] {
        let t = TestApp::start_with(|config| config.lake.seal_seconds = 0).await;
        let owner = t.owner().await;
        let (survey, metric) = survey(&t, &owner).await;
        let nps = question(&owner, &survey).await;
        let mut ids = Vec::new();
        for score in [10, 10, 0] {
            let made = owner
                .create("/api/responses", response(&survey, &nps, score))
                .await;
            ids.push(made["id"].as_str().expect("an id").to_owned());
        }
        if seal {
            Seal.see_to(&t.app).await.expect("sealed");
        }
        let path = format!("/api/responses/{}", ids[2]);
        let (status, problem) = owner
            .patch(&path, json!({ "answers": { nps.clone(): 9 } }))
            .await;
        assert_eq!(status, StatusCode::NO_CONTENT, "{problem}");
        let score = results(&owner, &metric, json!({})).await["total"]["score"].clone();
        assert_eq!(
            (&score["value"], &score["n"]),
            (&json!(100.0), &json!(3)),
            "seal {seal}"
        );
        let (_, table) = owner.get(&format!("/api/surveys/{survey}/responses")).await;
        let row = table["items"]
            .as_array()
            .expect("rows")
            .iter()
            .find(|r| r["id"] == json!(ids[2]));
        assert_eq!(row.expect("the corrected one")["answers"][&nps], 9);

        let (status, _) = owner.delete(&format!("/api/responses/{}", ids[0])).await;
        assert_eq!(status, StatusCode::NO_CONTENT);
        if seal {
            Seal.see_to(&t.app).await.expect("sealed");
            koe::base::experience::Compact::default()
                .see_to(&t.app)
                .await
                .expect("compacted");
        }
        let score = results(&owner, &metric, json!({})).await["total"]["score"].clone();
        assert_eq!(score["n"], 2, "seal {seal}");
        let (_, table) = owner
            .get(&format!("/api/surveys/{survey}/responses?limit=1"))
            .await;
        assert!(table["next_cursor"].is_string(), "two are left");
        assert_eq!(
            owner.delete(&format!("/api/responses/{}", ids[0])).await.0,
            StatusCode::NOT_FOUND
        );
    }
}

#[tokio::test]
async fn events_wait_until_somebody_has_reacted_to_them() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let (survey, _) = survey(&t, &owner).await;
    let nps = question(&owner, &survey).await;
    assert_eq!(waiting(&t).await, 0);
    for score in [10, 3] {
        owner
            .create("/api/responses", response(&survey, &nps, score))
            .await;
    }
    assert_eq!(waiting(&t).await, 2, "one event a commit");
    t.drain().await;
    assert_eq!(waiting(&t).await, 0);
}

async fn waiting(t: &TestApp) -> i64 {
    let mut tx = t.app.db.read().await.expect("a transaction");
    koe::base::outbox::waiting(&mut tx)
        .await
        .expect("a number")
        .0
}
