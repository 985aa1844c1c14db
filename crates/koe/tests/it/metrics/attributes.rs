//! Figures by what is known of customers: as known now, and as it was when the
//! record was stored.

use koe::base::duties::Duty;
use koe::base::experience::Seal;
use reqwest::StatusCode;
use serde_json::{Value, json};

use super::{made, nps_of, survey};
use crate::support::{Person, TestApp};

async fn declare(owner: &Person, holder: &str, key: &str, kind: &str, more: Value) {
    let mut body = json!({ "holder": holder, "key": key, "kind": kind, "label": { "en": key } });
    for (name, value) in more.as_object().expect("an object") {
        body[name] = value.clone();
    }
    owner.create("/api/attributes", body).await;
}

async fn customer(owner: &Person, plan: &str) -> String {
    let body = json!({ "name": plan, "attributes": { "plan": plan } });
    let made = owner.create("/api/customers", body).await;
    made["id"].as_str().expect("an id").to_owned()
}

async fn answer(owner: &Person, survey: &str, context: Value, score: i64) -> String {
    let body = json!({ "survey_id": survey, "partial": true, "context": context,
        "answers": { "q1": score } });
    let made = owner.create("/api/responses", body).await;
    made["id"].as_str().expect("an id").to_owned()
}

/// n by value of the dimension; `-` where there is none.
async fn counts(owner: &Person, metric: &str, query: Value) -> Vec<(String, u64)> {
    let (status, answer) = owner
        .post(&format!("/api/metrics/{metric}/results"), query)
        .await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    let groups = answer["results"]["groups"].as_array().expect("groups");
    let found: Vec<(String, u64)> = groups
        .iter()
        .map(|group| {
            let key = group["key"][0].as_str().unwrap_or("-").to_owned();
            (key, group["score"]["n"].as_u64().expect("n"))
        })
        .collect();
    let total = &answer["results"]["total"]["score"]["n"];
    let sum: u64 = found.iter().map(|(_, n)| n).sum();
    assert_eq!(*total, json!(sum), "a join changes no n");
    found
}

fn told(of: &[(&str, u64)]) -> Vec<(String, u64)> {
    of.iter().map(|(key, n)| ((*key).to_owned(), *n)).collect()
}

#[tokio::test]
async fn a_plan_divides_figures_as_known_now_and_as_it_was_then() {
    let t = TestApp::start_with(|config| config.lake.seal_seconds = 0).await;
    let owner = t.owner().await;
    declare(
        &owner,
        "customer",
        "plan",
        "code",
        json!({ "frozen": true }),
    )
    .await;
    declare(
        &owner,
        "customer",
        "badge",
        "code",
        json!({ "personal": true }),
    )
    .await;
    declare(&owner, "account", "industry", "code", json!({})).await;
    let survey = survey(&owner, "transactional", "identified").await;
    let metric = made(&owner, "NPS", nps_of(&survey)).await;
    let (hanako, jiro) = (
        customer(&owner, "gold").await,
        customer(&owner, "silver").await,
    );
    let account = owner
        .create(
            "/api/accounts",
            json!({ "code": "A1", "name": "Acme", "attributes": { "industry": "retail" } }),
        )
        .await;
    let of = |customer: &str| json!({ "customer_id": customer });
    let first = answer(&owner, &survey, of(&hanako), 10).await;
    answer(&owner, &survey, of(&jiro), 3).await;
    answer(&owner, &survey, json!({ "account_id": account["id"] }), 9).await;

    let change = json!({ "attributes": { "plan": "platinum" } });
    let (status, _) = owner
        .patch(&format!("/api/customers/{hanako}"), change)
        .await;
    assert_eq!(status, StatusCode::OK);
    answer(&owner, &survey, of(&hanako), 8).await;
    let (status, problem) = owner
        .patch(
            &format!("/api/responses/{first}"),
            json!({ "answers": { "q1": 9 } }),
        )
        .await;
    assert_eq!(status, StatusCode::NO_CONTENT, "{problem}");

    let by = |dimension: &str| json!({ "split": [dimension] });
    for sealed in [false, true] {
        if sealed {
            Seal.see_to(&t.app).await.expect("sealed");
        }
        assert_eq!(
            counts(&owner, &metric, by("customer:plan")).await,
            told(&[("-", 1), ("platinum", 2), ("silver", 1)]),
            "as known now, sealed {sealed}"
        );
        assert_eq!(
            counts(&owner, &metric, by("customer_then:plan")).await,
            told(&[("-", 1), ("gold", 1), ("platinum", 1), ("silver", 1)]),
            "as it was, the corrected answer too, sealed {sealed}"
        );
        assert_eq!(
            counts(&owner, &metric, by("account:industry")).await,
            told(&[("-", 3), ("retail", 1)])
        );
    }
    let only = |dimension: &str, any_of: Value, none_of: Value| {
        json!({ "split": ["customer:plan"], "filters": [
            { "dimension": dimension, "any_of": any_of, "none_of": none_of }] })
    };
    assert_eq!(
        counts(
            &owner,
            &metric,
            only("customer_then:plan", json!(["gold"]), json!([]))
        )
        .await,
        told(&[("platinum", 1)])
    );
    assert_eq!(
        counts(
            &owner,
            &metric,
            only("customer:plan", json!(["silver", "none"]), json!([]))
        )
        .await,
        told(&[("silver", 1)])
    );
    assert_eq!(
        counts(
            &owner,
            &metric,
            only("customer:plan", json!([]), json!(["platinum"]))
        )
        .await,
        told(&[("-", 1), ("silver", 1)])
    );
    // Two who turn out to be one: rows of the old pseudonym follow.
    let merge = json!({ "customer_id": jiro });
    let (status, _) = owner
        .post(&format!("/api/customers/{hanako}/merge"), merge)
        .await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(
        counts(&owner, &metric, by("customer:plan")).await,
        told(&[("-", 1), ("platinum", 3)])
    );
    // What tells who somebody is divides nothing, and neither does what is not there.
    for unfit in ["customer:badge", "customer:nothing", "account:plan"] {
        let (status, problem) = owner
            .post(&format!("/api/metrics/{metric}/results"), by(unfit))
            .await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{unfit}");
        assert_eq!(problem["fields"][0]["field"], "split[0]", "{problem}");
    }
    // It is a dimension of its own and no question of the survey.
    let (_, fields) = owner.get("/api/fields").await;
    assert!(!fields.to_string().contains("customer:plan"), "{fields}");
}

#[tokio::test]
async fn a_confidential_programme_keeps_and_joins_nothing_of_customers() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    declare(
        &owner,
        "customer",
        "plan",
        "code",
        json!({ "frozen": true }),
    )
    .await;
    let survey = survey(&owner, "relational", "confidential").await;
    let metric = made(&owner, "NPS", nps_of(&survey)).await;
    let (_, fields) = owner.get("/api/fields").await;
    let said = fields["items"].as_array().expect("a list");
    assert!(!said.is_empty() && said.iter().all(|field| field["confidential"] == true));
    let hanako = customer(&owner, "gold").await;
    for score in 0..10 {
        answer(&owner, &survey, json!({ "customer_id": hanako }), score).await;
    }
    let rows = crate::answering::text(&t, "SELECT MAX(body) FROM lake_pending").await;
    assert!(!rows.contains("gold") && !rows.contains(&hanako), "{rows}");
    for dimension in ["customer:plan", "customer_then:plan", "account:plan"] {
        for query in [
            json!({ "split": [dimension] }),
            json!({ "filters": [{ "dimension": dimension, "any_of": ["gold"] }] }),
        ] {
            let (status, _) = owner
                .post(&format!("/api/metrics/{metric}/results"), query)
                .await;
            assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{dimension}");
        }
    }
}
