//! Whose voices: filters, facets, scope.

use koe::org::Role;
use reqwest::StatusCode;
use serde_json::{Value, json};

use super::{ask, at_unit, because, facet, list, member_of, send, survey, texts, unit};
use crate::support::TestApp;

#[tokio::test]
async fn filters_of_a_figure_list_the_voices_behind_it() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let survey = survey(&t, &owner, "identified").await;
    let scored = |score: i64, why: &str, channel: &str, at: &str| -> Value {
        json!({ "survey_id": survey, "partial": true, "answers": { "score": score, "why": why },
            "context": { "channel": channel }, "occurred_at": at })
    };
    let responses = vec![
        scored(2, "最悪でした", "web", "2026-02-10T00:00:00Z"),
        scored(6, "遅いです", "app", "2026-03-10T00:00:00Z"),
        scored(10, "最高でした", "web", "2026-03-11T00:00:00Z"),
        scored(
            9,
            "Very good service, thank you",
            "web",
            "2026-03-31T15:00:00Z",
        ),
    ];
    send(&t, &owner, responses).await;
    let (_, draft) = owner.get(&format!("/api/surveys/{survey}/draft")).await;
    let field = draft["document"]["pages"][0]["questions"][0]["field"]
        .as_str()
        .unwrap_or("score");
    let score = format!("field:{survey}:{field}");

    let body = json!({ "filters": [{ "dimension": score, "from": 0, "to": 6 }] });
    let (status, page) = owner.post("/api/voices/search", body).await;
    assert_eq!(status, StatusCode::OK, "{page}");
    assert_eq!(texts(&page), ["遅いです", "最悪でした"]);
    assert_eq!(page["total"], 2);
    let body = json!({ "filters": [{ "dimension": score, "any_of": ["9", "10"] },
        { "dimension": "channel", "any_of": ["web"] }], "period": { "to": "2026-03-31" } });
    assert_eq!(
        texts(&owner.post("/api/voices/search", body).await.1),
        ["最高でした"]
    );
    assert_eq!(
        list(&owner, &[(&score, "0..6"), ("channel", "app")]).await["total"],
        1
    );
    assert_eq!(
        list(&owner, &[("from", "2026-03-01"), ("to", "2026-03-31")]).await["total"],
        2
    );
    assert_eq!(
        texts(&list(&owner, &[("sort", "oldest"), ("limit", "1")]).await),
        ["最悪でした"]
    );
    assert_eq!(list(&owner, &[("language", "en")]).await["total"], 1);
    assert_eq!(
        list(&owner, &[("field", &format!("{survey}:why"))]).await["total"],
        4
    );
    assert_eq!(list(&owner, &[("field", "more")]).await["total"], 0);
    assert_eq!(
        list(&owner, &[("solicited", "true"), ("version", "1")]).await["total"],
        4
    );
    let none = json!({ "filters": [{ "dimension": "channel", "none_of": ["web"] }] });
    assert_eq!(owner.post("/api/voices/search", none).await.1["total"], 1);

    let page = list(&owner, &[("channel", "app")]).await;
    assert_eq!(page["total"], 1);
    assert_eq!(facet(&page, "channel"), [("web", 3), ("app", 1)]);
    assert_eq!(facet(&page, "language"), [("ja", 1)]);
    assert_eq!(facet(&page, "survey"), [(survey.as_str(), 1)]);

    for (dimension, values, field) in [
        ("colour", json!(["red"]), "filters[0].dimension"),
        ("channel", json!([]), "filters[0]"),
        ("field:srv_none:q1", json!(["1"]), "filters[0].dimension"),
    ] {
        let body = json!({ "filters": [{ "dimension": dimension, "any_of": values }] });
        let (status, problem) = owner.post("/api/voices/search", body).await;
        assert_eq!(
            (status.as_u16(), &problem["fields"][0]["field"]),
            (422, &json!(field)),
            "{problem}"
        );
    }
}

#[tokio::test]
async fn a_member_reads_the_voices_of_their_units_and_nobody_elses() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let survey = survey(&t, &owner, "identified").await;
    let region = unit(&owner, "kanto", None).await;
    let shinjuku = unit(&owner, "shinjuku", Some(&region)).await;
    let ueno = unit(&owner, "ueno", Some(&region)).await;
    send(
        &t,
        &owner,
        vec![
            at_unit(&survey, "新宿の声", &shinjuku),
            at_unit(&survey, "上野の声", &ueno),
            because(&survey, "場所のない声"),
        ],
    )
    .await;
    let manager = member_of(
        &t,
        &t.organisation,
        "ueno@example.com",
        Role::Manager,
        &[&ueno],
    )
    .await;
    let page = list(&manager, &[]).await;
    assert_eq!(
        (texts(&page), &page["total"]),
        (vec!["上野の声"], &json!(1))
    );
    assert_eq!(facet(&page, "unit"), [(ueno.as_str(), 1)]);
    assert_eq!(list(&manager, &[("unit", &shinjuku)]).await["total"], 0);
    assert_eq!(list(&manager, &[("q", "新宿")]).await["total"], 0);
    let page = list(&owner, &[("unit", &region)]).await;
    assert_eq!(page["total"], 2, "the unit or anything below it");
    let head = member_of(
        &t,
        &t.organisation,
        "kanto@example.com",
        Role::Viewer,
        &[&region],
    )
    .await;
    assert_eq!(
        list(&head, &[]).await["total"],
        2,
        "a voice without a unit is for the whole organisation"
    );

    let foreign = t.foreign_owner().await;
    let page = list(&foreign, &[]).await;
    assert_eq!((&page["total"], &page["items"]), (&json!(0), &json!([])));
    assert!(facet(&page, "survey").is_empty());
    assert_eq!(ask(&foreign, &[("survey", &survey)]).await.1["total"], 0);
    assert_eq!(ask(&t.anybody(), &[]).await.0, StatusCode::UNAUTHORIZED);
}
