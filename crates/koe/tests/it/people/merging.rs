//! Customers who turn out to be one person, found out by several people at the same moment.

use futures::future::join_all;
use koe::org::Role;
use reqwest::StatusCode;
use serde_json::json;

use super::{id, path};
use crate::org::{company, restricted};
use crate::support::TestApp;
use crate::voices::{at_unit, because, survey};

#[tokio::test(flavor = "multi_thread")]
async fn merges_at_once_end_in_one_customer_who_has_everything() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let mut made = Vec::new();
    for n in 0..5 {
        let mail = format!("p{n}@example.com");
        let body = json!({ "identifiers": [{ "kind": "email", "value": mail }] });
        made.push(owner.create("/api/customers", body).await);
    }
    let mut merges = Vec::new();
    for into in &made {
        for from in made.iter().filter(|from| id(from) != id(into)) {
            let there = format!("{}/merge", path(into));
            let (owner, body) = (&owner, json!({ "customer_id": from["id"] }));
            merges.push(async move { owner.post(&there, body).await });
        }
    }
    let told = join_all(merges).await;
    for (status, said) in &told {
        match *status {
            StatusCode::OK => {}
            StatusCode::UNPROCESSABLE_ENTITY => {
                assert_eq!(said["fields"][0]["field"], "customer_id", "{said}");
            }
            other => panic!("{other}: {said}"),
        }
    }
    let merged = told.iter().filter(|(status, _)| *status == StatusCode::OK);
    assert_eq!(merged.count(), 4, "each goes once");
    let (_, one) = owner.get(&path(&made[0])).await;
    for customer in &made {
        let (status, shown) = owner.get(&path(customer)).await;
        assert_eq!((status, &shown["id"]), (StatusCode::OK, &one["id"]));
        assert_eq!(shown["identifiers"].as_array().map(Vec::len), Some(5));
        assert_eq!(shown["pseudonyms"].as_array().map(Vec::len), Some(5));
    }
    let (_, log) = owner.get("/api/audit?action=customer.merge").await;
    assert_eq!(log["items"].as_array().map(Vec::len), Some(4));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_said_of_a_customer_while_they_are_merged_is_not_lost() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let survey = survey(&t, &owner, "identified").await;
    for round in 0..8 {
        let mut made = Vec::new();
        for name in ["a", "b"] {
            let mail = format!("{name}{round}@example.com");
            let body = json!({ "identifiers": [{ "kind": "email", "value": mail }] });
            made.push(owner.create("/api/customers", body).await);
        }
        let merge = format!("{}/merge", path(&made[0]));
        let merge = owner.post(&merge, json!({ "customer_id": made[1]["id"] }));
        let there = path(&made[1]);
        let named = owner.patch(&there, json!({ "name": "花子" }));
        let answers = (0..6).map(|n| {
            let mut answer = because(&survey, &format!("声 {n}"));
            answer["context"] = json!({ "customer_id": made[1]["id"] });
            owner.post("/api/responses", answer)
        });
        let (merged, named, answered) = tokio::join!(merge, named, join_all(answers));
        assert_eq!(merged.0, StatusCode::OK, "{}", merged.1);
        assert_eq!(named.0, StatusCode::OK, "{}", named.1);
        for (status, said) in answered {
            assert_eq!(status, StatusCode::CREATED, "{said}");
        }
        let (_, shown) = owner.get(&path(&made[1])).await;
        assert_eq!(
            (&shown["id"], &shown["name"]),
            (&made[0]["id"], &json!("花子"))
        );
        let timeline = format!("{}/timeline", path(&made[0]));
        let (status, timeline) = owner.get(&timeline).await;
        assert_eq!(status, StatusCode::OK, "{timeline}");
        let voices = timeline.to_string().matches("声 ").count();
        assert_eq!(voices, 6, "{timeline}");
    }
}

#[tokio::test]
async fn who_stays_was_known_as_early_and_met_as_late_and_is_seen_where_either_was() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let unit = company(&owner).await;
    let survey = survey(&t, &owner, "identified").await;
    let goes = owner.create("/api/customers", json!({ "name": "A" })).await;
    t.app.clock.advance_ms(1_000);
    let stays = owner.create("/api/customers", json!({ "name": "B" })).await;
    for (customer, code) in [(&stays, "s3"), (&goes, "s1")] {
        t.app.clock.advance_ms(1_000);
        let mut said = at_unit(&survey, "また来ます", &unit(code));
        said["context"]["customer_id"] = customer["id"].clone();
        owner.create("/api/responses", said).await;
    }
    let east = restricted(&t, "east@example.com", Role::Manager, &[&unit("east")]).await;
    assert_eq!(east.get(&path(&stays)).await.0, StatusCode::NOT_FOUND);
    let (_, before) = owner.get(&path(&goes)).await;
    let merge = json!({ "customer_id": goes["id"] });
    let (status, told) = owner.post(&format!("{}/merge", path(&stays)), merge).await;
    assert_eq!(status, StatusCode::OK, "{told}");
    let (status, after) = east.get(&path(&stays)).await;
    assert_eq!(status, StatusCode::OK, "{after}");
    assert_eq!(after["created_at"], before["created_at"]);
    assert_eq!(after["last_contact_at"], before["last_contact_at"]);
    assert!(before["last_contact_at"].is_string(), "{before}");
}
