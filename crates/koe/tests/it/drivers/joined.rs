//! Drivers that are not in the survey: what is known of customers, and what
//! they did before.

use koe_analysis::drivers::{Column, Options, Rows, analyse};
use serde_json::json;

use super::{asked, made, survey};
use crate::metrics::operational::{customer, ordered};
use crate::support::TestApp;

#[tokio::test]
async fn attributes_and_orders_drive_an_outcome_as_their_rows_would() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let attribute =
        json!({ "holder": "customer", "key": "age", "kind": "number", "label": { "en": "Age" } });
    owner.create("/api/attributes", attribute).await;
    let survey = survey(&owner, "identified").await;
    let mut orders: Vec<(String, i64, f64, &str)> = Vec::new();
    let (mut age, mut count, mut amount, mut score) = (vec![], vec![], vec![], vec![]);
    for n in 0..60_i64 {
        let own_age = 20.0 + ((n * 7) % 41) as f64;
        let id = customer(&owner, json!({ "age": own_age })).await;
        let times = (n * 5) % 4;
        for order in 0..times {
            orders.push((id.clone(), order, 10.0 * (1 + n % 3) as f64, "x"));
        }
        let said = (times * 2 + n % 3 + i64::from(own_age > 40.0)).clamp(0, 10);
        let body = json!({ "survey_id": survey, "partial": true, "answers": { "q1": said },
            "context": { "customer_id": id }, "occurred_at": "2025-07-01T00:00:00Z" });
        owner.create("/api/responses", body).await;
        age.push(own_age);
        count.push(times as f64);
        amount.push(times as f64 * 10.0 * (1 + n % 3) as f64);
        score.push(if said >= 9 {
            100.0
        } else if said <= 6 {
            -100.0
        } else {
            0.0
        });
    }
    let rows: Vec<(&str, i64, f64, &str)> = orders
        .iter()
        .map(|(id, day, amount, reason)| (id.as_str(), *day, *amount, *reason))
        .collect();
    ordered(&t, &owner, &rows).await;

    let names = [
        "customer:age",
        "operational:orders:count",
        "operational:orders:sum:amount",
    ];
    let analysis = made(
        &owner,
        json!({ "stream": survey, "outcome": { "kind": "field", "field": "q1" }, "drivers": names }),
    )
    .await;
    let results = asked(&owner, &analysis, json!({})).await;
    let columns = [&age, &count, &amount];
    let expected = analyse(
        &Rows {
            outcome: Column {
                name: "outcome",
                values: &score,
            },
            drivers: names
                .iter()
                .zip(columns)
                .map(|(name, values)| Column { name, values })
                .collect(),
            weights: None,
        },
        &Options::default(),
    )
    .expect("a model");
    super::close(&results["finding"]["r2"], expected.r2, "r2");
    for (found, expected) in results["finding"]["drivers"]
        .as_array()
        .expect("drivers")
        .iter()
        .zip(&expected.drivers)
    {
        let name = &expected.name;
        assert_eq!(found["driver"], *name);
        super::close(&found["importance"], expected.importance, name);
        super::close(&found["performance"], expected.performance, name);
        let step = found["step"].as_f64().expect("a step");
        super::close(&found["potential"], step * expected.slope, name);
    }
    let of = |name: &str| {
        let drivers = results["finding"]["drivers"].as_array().expect("drivers");
        drivers
            .iter()
            .find(|found| found["driver"] == name)
            .expect(name)["step"]
            .clone()
    };
    assert_eq!((of(names[0]), of(names[1])), (json!(10.0), json!(1.0)));
}
