//! Who may ask what: roles, units, confidential programmes, limits, and every
//! refusal by the name of the field.

use koe::org::Role;
use reqwest::StatusCode;
use serde_json::{Value, json};

use super::{answered, asked, definition, made, survey};
use crate::support::{Person, TestApp};

async fn unit(owner: &Person, code: &str) -> String {
    let body = json!({ "code": code, "name": { "en": code }, "kind": "store" });
    let made = owner.create("/api/units", body).await;
    made["id"].as_str().expect("an id").to_owned()
}

async fn refused(owner: &Person, definition: Value) -> String {
    let body = json!({ "name": { "en": "x" }, "definition": definition });
    let (status, problem) = owner.post("/api/drivers", body).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{problem}");
    problem["detail"].as_str().expect("a sentence").to_owned()
}

#[tokio::test]
async fn what_cannot_be_asked_is_named() {
    let t = TestApp::start_with(|config| config.limits.shapley_drivers = 4).await;
    let owner = t.owner().await;
    let survey = survey(&owner, "identified").await;
    let whole = definition(&survey);
    let with = |name: &str, value: Value| {
        let mut changed = whole.clone();
        changed[name] = value;
        changed
    };
    let field = |field: &str| format!("field:{survey}:{field}");
    let five = json!(["a", "b", "c", "d", "e"].map(field));
    for (definition, named) in [
        (with("stream", json!("nowhere")), "definition.stream"),
        (
            with("outcome", json!({ "kind": "field", "field": "gone" })),
            "definition.outcome.field",
        ),
        (
            with(
                "outcome",
                json!({ "kind": "metric", "metric": "met_00000000000000000000000000" }),
            ),
            "definition.outcome.metric",
        ),
        (
            with("drivers", json!([field("gone")])),
            "definition.drivers[0]",
        ),
        (
            with("drivers", json!([field("q1")])),
            "definition.drivers[0]",
        ),
        (
            with("drivers", json!(["customer:age"])),
            "definition.drivers[0]",
        ),
        (with("drivers", five), "limits.shapley_drivers"),
        (with("split", json!("channel")), "definition.split"),
        (
            with("filters", json!([{ "dimension": "channel" }])),
            "filters[0]",
        ),
        (with("top", json!(2)), "top"),
        (with("method", json!("stepwise")), "definition.method"),
    ] {
        let said = refused(&owner, definition).await;
        assert!(said.contains(named), "{named}: {said}");
    }
    let body = json!({ "name": { "fr": "x" }, "definition": whole });
    let (status, problem) = owner.post("/api/drivers", body).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(problem["fields"][0]["field"], "name");

    let analysis = made(&owner, whole).await;
    let path = format!("/api/drivers/{analysis}/results");
    for (query, named) in [
        (json!({ "confidence": 2 }), "confidence"),
        (
            json!({ "period": { "from": "2026-04-02", "to": "2026-04-01" } }),
            "period.to",
        ),
        (json!({ "split": "channel" }), "split"),
        (json!({ "seed": 7 }), "seed"),
    ] {
        let (status, problem) = owner.post(&path, query).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        let said = problem["detail"].as_str().expect("a sentence");
        assert!(said.contains(named), "{said}");
    }
}

#[tokio::test]
async fn too_few_rows_and_constants_give_no_ranking_and_say_why() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let survey = survey(&owner, "identified").await;
    let analysis = made(&owner, definition(&survey)).await;
    let none = asked(&owner, &analysis, json!({})).await;
    assert_eq!(none["refused"]["code"], "too_few_rows", "{none}");
    assert_eq!(
        (&none["finding"], &none["refused"]["wanted"]),
        (&json!(null), &json!(6.0))
    );

    answered(&owner, &survey, 1..30, json!({})).await;
    let few = asked(&owner, &analysis, json!({})).await;
    assert_eq!(few["refused"]["code"], "few_rows");
    assert_eq!(few["refused"]["wanted"], 40.0);
    let drivers = few["finding"]["drivers"].as_array().expect("parts of R²");
    assert!(drivers.iter().all(|driver| driver["rank"].is_null()));
    assert!(drivers.iter().all(|driver| driver["significant"] == false));

    let same = survey_of_equals(&owner).await;
    let analysis = made(&owner, definition(&same)).await;
    let constant = asked(&owner, &analysis, json!({})).await;
    assert_eq!(constant["refused"]["code"], "constant");
    assert_eq!(constant["refused"]["driver"], format!("field:{same}:music"));
}

/// Everybody gives the music a three.
async fn survey_of_equals(owner: &Person) -> String {
    let survey = survey(owner, "identified").await;
    let all: Vec<Value> = (1..60)
        .map(|n| {
            let mut answers = super::answers(n);
            answers["music"] = json!(3);
            json!({ "survey_id": survey, "partial": true, "answers": answers })
        })
        .collect();
    let (_, outcome) = owner
        .post("/api/responses/batch", json!({ "responses": all }))
        .await;
    assert_eq!(outcome["stored"], 59, "{outcome}");
    survey
}

#[tokio::test]
async fn each_unit_stands_against_all_others_and_members_see_their_own() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let survey = survey(&owner, "identified").await;
    let (east, west) = (unit(&owner, "east").await, unit(&owner, "west").await);
    answered(&owner, &survey, 0..150, json!({ "unit_id": east })).await;
    answered(&owner, &survey, 150..390, json!({ "unit_id": west })).await;
    let mut split = definition(&survey);
    let analysis = made(&owner, split.clone()).await;
    let results = asked(&owner, &analysis, json!({ "split": "unit" })).await;
    split["split"] = json!("unit");
    let analysis = made(&owner, split).await;
    let saved = asked(&owner, &analysis, json!({})).await;
    assert_eq!(saved["finding"], results["finding"], "saved or asked for");
    let groups = results["finding"]["groups"].as_array().expect("groups");
    assert_eq!(groups.len(), 2);
    let n: u64 = groups.iter().filter_map(|group| group["n"].as_u64()).sum();
    assert_eq!(results["finding"]["n"], n);
    assert_eq!(results["labels"][&east]["en"], "east");
    let driver = &groups[0]["drivers"][0];
    assert!(driver["difference_interval"][0].is_number(), "{driver}");
    // Of two groups each is the other's "all others".
    let of = |place: usize| {
        groups[place]["drivers"][0]["difference"]
            .as_f64()
            .expect("a number")
    };
    assert!((of(0) + of(1)).abs() < 1e-9);

    let body = json!({ "name": "east", "permissions": ["read_results"], "units": [east] });
    let key = owner.create("/api/keys", body).await;
    let base = format!("http://{}", t.address);
    let member = owner.program(&base, key["secret"].as_str().expect("a secret"));
    let own = asked(&member, &analysis, json!({})).await;
    let groups = own["finding"]["groups"].as_array().expect("groups");
    assert_eq!(groups.len(), 1);
    assert_eq!(own["finding"]["n"], groups[0]["n"]);
    assert!(own["labels"].get(&west).is_none(), "{}", own["labels"]);

    t.member(&t.organisation, "viewer@example.com", Role::Viewer)
        .await;
    let viewer = t.signed_in("viewer@example.com").await;
    asked(&viewer, &analysis, json!({})).await;
    let path = format!("/api/drivers/{analysis}");
    let body = json!({ "name": { "en": "x" }, "definition": definition(&survey) });
    assert_eq!(
        viewer.post("/api/drivers", body).await.0,
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        viewer.patch(&path, json!({})).await.0,
        StatusCode::FORBIDDEN
    );
    assert_eq!(viewer.delete(&path).await.0, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_confidential_programme_shows_only_what_hides_everybody() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let survey = survey(&owner, "confidential").await;
    let (big, small) = (unit(&owner, "big").await, unit(&owner, "small").await);
    let mid = unit(&owner, "mid").await;
    let mut split = definition(&survey);
    split["split"] = json!("unit");
    let analysis = made(&owner, split).await;
    answered(&owner, &survey, 1..5, json!({ "unit_id": big })).await;
    let hidden = asked(&owner, &analysis, json!({})).await;
    assert_eq!(
        (&hidden["suppressed"], &hidden["finding"]),
        (&json!(true), &json!(null))
    );
    assert_eq!(hidden["refused"], json!(null), "not even how few");

    answered(&owner, &survey, 14..100, json!({ "unit_id": big })).await;
    answered(&owner, &survey, 105..116, json!({ "unit_id": mid })).await;
    answered(&owner, &survey, 118..121, json!({ "unit_id": small })).await;
    let shown = asked(&owner, &analysis, json!({})).await;
    assert_eq!(shown["suppressed"], false, "{shown}");
    for group in shown["finding"]["groups"].as_array().expect("groups") {
        // With the three of one unit the eleven of the next are hidden, too.
        let open = group["key"] == big.as_str();
        assert_eq!(group["suppressed"], !open, "{group}");
        assert_eq!(group["n"].is_number(), open);
        assert_eq!(
            group["drivers"].as_array().expect("a list").is_empty(),
            !open
        );
    }
    for (query, named) in [
        (
            json!({ "filters": [{ "dimension": "channel", "any_of": ["store"] }] }),
            "filters[0]",
        ),
        (json!({ "period": { "from": "2026-03-02" } }), "period.from"),
    ] {
        let path = format!("/api/drivers/{analysis}/results");
        let (status, problem) = owner.post(&path, query).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{problem}");
        assert!(
            problem["detail"]
                .as_str()
                .expect("a sentence")
                .contains(named),
            "{problem}"
        );
    }
    let mut by_touchpoint = definition(&survey);
    by_touchpoint["split"] = json!("touchpoint");
    assert!(refused(&owner, by_touchpoint).await.contains("split"));
}

#[tokio::test]
async fn more_groups_than_can_be_compared_are_refused() {
    let t = TestApp::start_with(|config| config.limits.driver_groups = 2).await;
    let owner = t.owner().await;
    let survey = survey(&owner, "identified").await;
    for code in ["a", "b", "c"] {
        let unit = unit(&owner, code).await;
        answered(&owner, &survey, 1..20, json!({ "unit_id": unit })).await;
    }
    let mut split = definition(&survey);
    split["split"] = json!("unit");
    let analysis = made(&owner, split).await;
    let (status, problem) = owner
        .post(&format!("/api/drivers/{analysis}/results"), json!({}))
        .await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(problem["fields"][0]["field"], "definition.split");
}
