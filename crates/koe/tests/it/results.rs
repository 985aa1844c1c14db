//! The results page of a survey: figures, crosstab, responses and their files.

mod crossing;
pub mod files;
mod words_of_links;

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::answering::published;
use crate::support::{Person, TestApp};

/// A survey with every kind of question; its path in the API.
pub async fn survey(owner: &Person) -> String {
    published(owner, document()).await
}

pub fn document() -> Value {
    let choice =
        |id: &str, ja: &str, en: &str| json!({ "id": id, "label": { "ja": ja, "en": en } });
    let other = json!({ "id": "z", "label": { "ja": "その他", "en": "Other" }, "write_in": true });
    json!({
        "format": 1,
        "title": { "ja": "ご来店後アンケート", "en": "After your visit" },
        "languages": ["ja", "en"],
        "privacy": { "purpose": { "ja": "改善のため", "en": "To improve" } },
        "hidden_fields": [{ "id": "plan", "label": { "ja": "プラン", "en": "Plan" }, "kind": "code" }],
        "pages": [{ "id": "p1", "questions": [
            { "id": "q1", "type": "nps", "text": { "ja": "おすすめ度", "en": "Recommend" } },
            { "id": "q2", "type": "single", "text": { "ja": "来店目的", "en": "Purpose" }, "choices": [
                choice("buy", "買い物", "Shopping"), choice("look", "下見", "Looking"), other ] },
            { "id": "q3", "type": "multiple", "code": "liked", "text": { "ja": "よかった点", "en": "Liked" }, "choices": [
                choice("staff", "接客", "Staff"), choice("price", "価格", "Price") ] },
            { "id": "q4", "type": "matrix", "text": { "ja": "設備", "en": "Facilities" },
              "rows": [choice("r1", "駐車場", "Parking")], "columns": [choice("good", "よい", "Good"), choice("bad", "わるい", "Bad")] },
            { "id": "q5", "type": "expectation", "text": { "ja": "期待と結果", "en": "Expected" },
              "expectation_label": { "ja": "期待", "en": "Before" }, "result_label": { "ja": "結果", "en": "After" } },
            { "id": "q6", "type": "emotion", "text": { "ja": "気持ち", "en": "Feeling" }, "choices": [
                choice("fun", "楽しい", "Fun"), choice("angry", "怒り", "Angry") ] },
            { "id": "q7", "type": "date", "text": { "ja": "来店日", "en": "Day" } },
            { "id": "q8", "type": "text", "text": { "ja": "理由", "en": "Reason" } }
        ] }]
    })
}

/// Sends one response; its id.
pub async fn respond(owner: &Person, survey: &str, answers: Value, more: Value) -> String {
    let id = survey.rsplit('/').next().expect("an id");
    let mut body = json!({ "survey_id": id, "answers": answers, "partial": true });
    for (key, value) in more.as_object().into_iter().flatten() {
        body[key] = value.clone();
    }
    let made = owner.create("/api/responses", body).await;
    made["id"].as_str().expect("an id").to_owned()
}

pub fn field<'a>(results: &'a Value, field: &str) -> &'a Value {
    let fields = results["fields"].as_array().expect("fields");
    fields
        .iter()
        .find(|each| each["field"] == field)
        .expect(field)
}

#[tokio::test]
async fn figures_follow_the_period_and_the_unit_and_every_measure_is_there() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let survey = survey(&owner).await;
    let root = json!({ "code": "kansai", "name": { "ja": "関西" }, "kind": "region" });
    let root = owner.create("/api/units", root).await["id"].clone();
    let shop =
        json!({ "code": "namba", "name": { "ja": "難波" }, "kind": "store", "parent_id": root });
    let shop = owner.create("/api/units", shop).await["id"].clone();
    for (day, score, unit) in [
        ("2026-02-10", 10, Some(&shop)),
        ("2026-02-20", 9, None),
        ("2026-03-10", 0, Some(&shop)),
    ] {
        let context = unit.map_or(json!({}), |unit| json!({ "unit_id": unit }));
        let more = json!({ "occurred_at": format!("{day}T00:00:00Z"), "context": context });
        let answers = json!({ "q1": score, "q2": "look", "q3": ["staff"], "q4": { "r1": "good" } });
        respond(&owner, &survey, answers, more).await;
    }
    let (status, all) = owner.get(&format!("{survey}/results")).await;
    assert_eq!(status, StatusCode::OK, "{all}");
    assert_eq!(
        (&all["responses"], &field(&all, "q1")["nps"]["n"]),
        (&json!(3), &json!(3))
    );
    let purposes: Vec<&Value> = field(&all, "q2")["counts"]
        .as_array()
        .expect("counts")
        .iter()
        .map(|count| &count["value"])
        .collect();
    assert_eq!(purposes, ["buy", "look", "z"], "as the question lists them");
    let (_, february) = owner
        .get(&format!("{survey}/results?from=2026-02-01&to=2026-02-28"))
        .await;
    assert_eq!(field(&february, "q1")["nps"]["value"], 100.0);
    let region = root.as_str().expect("an id");
    let (_, kansai) = owner.get(&format!("{survey}/results?unit={region}")).await;
    assert_eq!(
        (&kansai["responses"], &field(&kansai, "q1")["nps"]["value"]),
        (&json!(2), &json!(0.0))
    );
    let (_, table) = owner
        .get(&format!("{survey}/responses?unit={region}&to=2026-02-28"))
        .await;
    assert_eq!(table["items"].as_array().expect("rows").len(), 1);
    let (status, problem) = owner
        .get(&format!("{survey}/results?from=2026-02-02&to=2026-02-01"))
        .await;
    assert_eq!(
        (status, &problem["fields"][0]["field"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("to")),
        "{problem}"
    );
}

#[tokio::test]
async fn a_response_is_read_corrected_and_refused_in_the_words_of_its_question() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let survey = survey(&owner).await;
    let answers = json!({ "q1": 3, "q2": "z", "q2.other": { "z": "散歩" }, "q3": ["price", "staff"],
        "q4": { "r1": "bad" }, "q5": { "expectation": 7, "result": 9 }, "q6": "fun",
        "q7": "2026-03-31", "q8": "駅から近い" });
    let id = respond(
        &owner,
        &survey,
        answers.clone(),
        json!({ "fields": { "plan": "gold" } }),
    )
    .await;
    let path = format!("/api/responses/{id}");
    let (status, read) = owner.get(&path).await;
    assert_eq!(status, StatusCode::OK, "{read}");
    let mut expected = answers.clone();
    expected["q3"] = json!(["staff", "price"]);
    assert_eq!(
        (&read["answers"], &read["fields"]["plan"]),
        (&expected, &json!("gold"))
    );

    expected["q1"] = json!(11);
    let (status, problem) = owner.patch(&path, json!({ "answers": expected })).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(problem["fields"][0]["field"], "answers.q1", "{problem}");
    expected["q1"] = json!(10);
    let (status, _) = owner.patch(&path, json!({ "answers": expected })).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    let (_, read) = owner.get(&path).await;
    assert_eq!(
        (&read["answers"], &read["revision"], &read["fields"]["plan"]),
        (&expected, &json!(2), &json!("gold"))
    );
    let (_, results) = owner.get(&format!("{survey}/results")).await;
    assert_eq!(field(&results, "q1")["nps"]["value"], 100.0);
    assert_eq!(owner.delete(&path).await.0, StatusCode::NO_CONTENT);
    assert_eq!(owner.get(&path).await.0, StatusCode::NOT_FOUND);
    let (_, results) = owner.get(&format!("{survey}/results")).await;
    assert_eq!(results["responses"], 0);
}
