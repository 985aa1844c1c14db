//! Confidential programmes: voices only among enough others.

use koe::org::Role;
use serde_json::json;

use super::{at_unit, facet, list, member_of, send, survey, texts, unit};
use crate::support::TestApp;

#[tokio::test]
async fn voices_said_in_confidence_show_from_eight_people_without_place_person_or_day() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let survey = survey(&t, &owner, "confidential").await;
    let root = unit(&owner, "company", None).await;
    let big = unit(&owner, "big", Some(&root)).await;
    let small = unit(&owner, "small", Some(&root)).await;
    // Seven people, one of whom said two things: seven people still.
    let mut responses: Vec<_> = (0..7)
        .map(|n| at_unit(&survey, &format!("声{n}"), &big))
        .collect();
    responses[0]["answers"]["more"] = json!("もうひとつ");
    send(&t, &owner, responses).await;
    let page = list(&owner, &[]).await;
    assert_eq!((&page["total"], &page["items"]), (&json!(0), &json!([])));
    assert_eq!(
        page["withheld"],
        json!([{ "survey_id": survey, "reason": "few" }])
    );

    send(
        &t,
        &owner,
        vec![at_unit(&survey, "連絡は taro@example.com へ", &big)],
    )
    .await;
    let page = list(&owner, &[("masked", "false")]).await;
    assert_eq!(page["total"], 9);
    assert_eq!(texts(&page).len(), 9);
    assert_eq!(page["withheld"], json!([]));
    for item in page["items"].as_array().expect("items") {
        for hidden in [
            "record_id",
            "occurred_at",
            "unit_id",
            "customer_id",
            "touchpoint_id",
            "channel",
        ] {
            assert_eq!(item[hidden], json!(null), "{hidden}");
        }
        assert_eq!(
            (&item["month"], &item["confidential"]),
            (&json!("2026-04"), &json!(true))
        );
    }
    assert!(
        texts(&page).contains(&"連絡は ●●● へ"),
        "masked whoever asks"
    );
    assert!(facet(&page, "unit").is_empty() && facet(&page, "channel").is_empty());

    assert_eq!(list(&owner, &[("unit", &big)]).await["total"], 9);
    send(
        &t,
        &owner,
        (0..3)
            .map(|n| at_unit(&survey, &format!("小{n}"), &small))
            .collect(),
    )
    .await;
    assert_eq!(list(&owner, &[]).await["total"], 12);
    assert_eq!(list(&owner, &[("unit", &small)]).await["total"], 0);
    assert_eq!(
        list(&owner, &[("unit", &big)]).await["total"],
        0,
        "what is left over would be the small unit"
    );
    assert_eq!(list(&owner, &[("unit", &root)]).await["total"], 12);
    assert_eq!(
        list(&owner, &[("q", "もうひとつ")]).await["total"],
        0,
        "a search narrows as well"
    );

    let manager = member_of(
        &t,
        &t.organisation,
        "small@example.com",
        Role::Manager,
        &[&small],
    )
    .await;
    assert_eq!(list(&manager, &[]).await["total"], 0);
    send(
        &t,
        &owner,
        (3..9)
            .map(|n| at_unit(&survey, &format!("小{n}"), &small))
            .collect(),
    )
    .await;
    assert_eq!(list(&manager, &[]).await["total"], 9);
    assert_eq!(list(&owner, &[("unit", &big)]).await["total"], 9);
}

#[tokio::test]
async fn what_is_asked_too_closely_is_withheld_and_other_programmes_are_not() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let quiet = survey(&t, &owner, "confidential").await;
    let open = survey(&t, &owner, "identified").await;
    let store = unit(&owner, "store", None).await;
    send(
        &t,
        &owner,
        (0..20)
            .map(|n| at_unit(&quiet, &format!("内緒{n}"), &store))
            .collect(),
    )
    .await;
    send(&t, &owner, vec![at_unit(&open, "公の声", &store)]).await;
    assert_eq!(list(&owner, &[]).await["total"], 21);
    for (name, value) in [
        ("from", "2026-04-01".to_owned()),
        ("language", "ja".to_owned()),
        ("field", "why".to_owned()),
        ("unit", store.clone()),
    ] {
        assert_eq!(list(&owner, &[(name, &value)]).await["total"], 21, "{name}");
    }
    assert_eq!(list(&owner, &[("survey", &quiet)]).await["total"], 20);
    for (name, value) in [
        ("from", "2026-03-31".to_owned()),
        ("source", "api".to_owned()),
        ("version", "1".to_owned()),
        ("unit", format!("{store},unt_00000000000000000000000000")),
    ] {
        let page = list(&owner, &[(name, &value)]).await;
        assert_eq!(page["total"], 1, "{name}");
        assert_eq!(
            page["withheld"],
            json!([{ "survey_id": quiet, "reason": "filter" }]),
            "{name}"
        );
    }
    assert_eq!(
        list(&owner, &[("survey", &open), ("source", "api")]).await["withheld"],
        json!([])
    );
}
