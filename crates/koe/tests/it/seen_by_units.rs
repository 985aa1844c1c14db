//! What counts, and for whom: sittings and customers of other units, voices of other organisations.

use koe::org::Role;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::answering::{Respondent, document, link, published};
use crate::org::{company, restricted};
use crate::support::TestApp;
use crate::voices;

#[tokio::test]
async fn drop_off_counts_the_sittings_of_ones_own_units() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let unit = company(&owner).await;
    let survey = published(&owner, document()).await;
    for (code, people) in [("s1", 1), ("s3", 2)] {
        let place = json!({ "kind": "public", "unit_id": unit(code) });
        let path = link(&owner, &survey, place).await;
        for _ in 0..people {
            let someone = Respondent::new(&t, "ja");
            let page = someone.open(&path).await;
            someone.answer(&t, &page, &[("a.q1", "4")]).await;
        }
    }
    let east = restricted(&t, "east@example.com", Role::Manager, &[&unit("east")]).await;
    for (person, begun) in [(&owner, 3), (&east, 1)] {
        let (status, results) = person.get(&format!("{survey}/results")).await;
        assert_eq!(status, StatusCode::OK, "{results}");
        assert_eq!(results["drop_off"]["begun"], begun, "{results}");
    }
}

#[tokio::test]
async fn an_answer_of_a_unit_shows_its_customer_to_those_who_see_the_unit() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let unit = company(&owner).await;
    let survey = published(&owner, document()).await;
    let hanako = owner
        .create("/api/customers", json!({ "name": "Hanako" }))
        .await["id"]
        .clone();
    let path = format!("/api/customers/{}", hanako.as_str().expect("an id"));
    let east = restricted(&t, "east@example.com", Role::Manager, &[&unit("east")]).await;
    let west = restricted(&t, "west@example.com", Role::Manager, &[&unit("west")]).await;
    assert_eq!(east.get(&path).await.0, StatusCode::NOT_FOUND);
    let said = json!({ "survey_id": survey.rsplit('/').next(), "answers": { "q1": 4 },
        "partial": true, "context": { "customer_id": hanako, "unit_id": unit("s1") } });
    owner.create("/api/responses", said).await;
    assert_eq!(east.get(&path).await.0, StatusCode::OK);
    assert_eq!(west.get(&path).await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn voices_of_another_organisation_are_in_no_count() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let survey = voices::survey(&t, &owner, "identified").await;
    voices::send(
        &t,
        &owner,
        vec![voices::because(&survey, "とても親切でした")],
    )
    .await;
    assert_eq!(voices::list(&owner, &[]).await["total"], 1);
    let foreign = t.foreign_owner().await;
    let page = voices::list(&foreign, &[]).await;
    assert_eq!(page["total"], 0, "{page}");
    let facets = page["facets"].as_array().expect("facets");
    let counted = |facet: &Value| facet["values"].as_array().is_some_and(|v| !v.is_empty());
    assert!(!facets.iter().any(counted), "{page}");
}
