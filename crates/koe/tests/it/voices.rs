//! Voices: read, searched, filtered, masked, withheld.

mod changing;
mod confidential;
mod filters;
mod reading;
mod searching;
mod topics;

use koe::base::id::OrganisationId;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{Person, TestApp};

/// A published survey with a score, two texts, and one that is no voice; an identified one takes
/// the words of a booking from its links.
pub async fn survey(t: &TestApp, owner: &Person, identity: &str) -> String {
    let mut document = json!({
        "format": 1,
        "title": { "ja": "宿泊アンケート", "en": "Stay survey" },
        "languages": ["ja", "en"],
        "programme": { "kind": "transactional", "identity": identity },
        "privacy": { "purpose": { "ja": "サービスの改善のため", "en": "To improve our service" } },
        "pages": [{ "id": "p1", "questions": [
            { "id": "score", "type": "nps", "text": { "ja": "おすすめ度", "en": "Recommendation" } },
            { "id": "why", "type": "text", "text": { "ja": "理由", "en": "Why" }, "long": true, "voice": true },
            { "id": "more", "type": "text", "text": { "ja": "その他", "en": "Anything else" }, "long": true, "voice": true },
            { "id": "order", "type": "text", "text": { "ja": "注文番号", "en": "Order number" }, "voice": false },
        ]}]
    });
    if identity == "identified" {
        document["hidden_fields"] = json!([{ "id": "booking", "kind": "text", "label": { "ja": "予約", "en": "Booking" } }]);
    }
    let made = owner
        .create("/api/surveys", json!({ "document": document }))
        .await;
    let id = made["id"].as_str().expect("an id").to_owned();
    owner
        .create(&format!("/api/surveys/{id}/publish"), json!({}))
        .await;
    t.drain().await;
    id
}

/// Sends responses and lets the worker read them; their record ids.
pub async fn send(t: &TestApp, owner: &Person, responses: Vec<Value>) -> Vec<String> {
    let mut ids = Vec::new();
    for chunk in responses.chunks(500) {
        let (status, outcome) = owner
            .post("/api/responses/batch", json!({ "responses": chunk }))
            .await;
        assert_eq!(status, StatusCode::OK, "{outcome}");
        for item in outcome["items"].as_array().expect("items") {
            ids.push(
                item["id"]
                    .as_str()
                    .unwrap_or_else(|| panic!("{item}"))
                    .to_owned(),
            );
        }
    }
    t.drain().await;
    ids
}

/// A response that gives a reason.
pub fn because(survey: &str, why: &str) -> Value {
    json!({ "survey_id": survey, "answers": { "why": why }, "partial": true })
}

/// The same with a place.
pub fn at_unit(survey: &str, why: &str, unit: &str) -> Value {
    let mut response = because(survey, why);
    response["context"] = json!({ "unit_id": unit });
    response
}

/// A new unit below another.
pub async fn unit(owner: &Person, code: &str, parent: Option<&str>) -> String {
    let body =
        json!({ "code": code, "name": { "en": code }, "kind": "store", "parent_id": parent });
    let made = owner.create("/api/units", body).await;
    made["id"].as_str().expect("an id").to_owned()
}

/// Asks with parameters, as the staff application does.
pub async fn list(person: &Person, parameters: &[(&str, &str)]) -> Value {
    let (status, page) = ask(person, parameters).await;
    assert_eq!(status, StatusCode::OK, "{page}");
    page
}

pub async fn ask(person: &Person, parameters: &[(&str, &str)]) -> (StatusCode, Value) {
    crate::support::answer(person.request(Method::GET, "/api/voices").query(parameters)).await
}

/// Texts of a page.
pub fn texts(page: &Value) -> Vec<&str> {
    let items = page["items"].as_array().expect("items");
    items
        .iter()
        .map(|item| item["text"].as_str().expect("a text"))
        .collect()
}

/// A facet as pairs.
pub fn facet<'a>(page: &'a Value, dimension: &str) -> Vec<(&'a str, i64)> {
    page["facets"]
        .as_array()
        .expect("facets")
        .iter()
        .filter(|facet| facet["dimension"] == dimension)
        .flat_map(|facet| facet["values"].as_array().expect("values"))
        .map(|value| {
            (
                value["value"].as_str().expect("a value"),
                value["n"].as_i64().expect("n"),
            )
        })
        .collect()
}

/// A member who sees some units only.
pub async fn member_of(
    t: &TestApp,
    organisation: &OrganisationId,
    email: &str,
    role: koe::org::Role,
    units: &[&str],
) -> Person {
    let new = koe::org::NewMember {
        email,
        name: "Test",
        password: crate::support::PASSWORD,
        role,
        units: units
            .iter()
            .map(|unit| koe::base::id::Id::stored(*unit))
            .collect(),
    };
    koe::org::create_member(&t.app, organisation, new)
        .await
        .expect("a member");
    t.signed_in(email).await
}
