//! Figures by what customers did before they answered, and by numbers and dates
//! that are known of them; the voices behind each group.

use koe::base::duties::Duty;
use koe::base::experience::{self, Seal};
use koe::org;
use koe_lake::{Common, Field, FieldKind, PendingRow, Row};
use reqwest::StatusCode;
use serde_json::{Value, json};

use super::{made, nps_of};
use crate::support::{Person, TestApp};

const DAY: i64 = 86_400_000;
/// 2025-06-01T00:00:00Z.
const JUNE: i64 = 1_748_736_000_000;

fn moment(days: i64) -> String {
    jiff::Timestamp::from_millisecond(JUNE + days * DAY)
        .expect("a time")
        .to_string()
}

async fn survey(owner: &Person, identity: &str) -> String {
    let text = |en: &str| json!({ "en": en });
    let document = json!({ "format": 1, "title": text("Your visit"), "languages": ["en"],
        "privacy": { "purpose": text("To improve"), "policy_url": "https://example.com/privacy",
            "retention_days": 730 },
        "programme": { "kind": "relational", "identity": identity },
        "pages": [ { "id": "p1", "questions": [
            { "id": "q1", "type": "nps", "text": text("Would you recommend us?") },
            { "id": "q2", "type": "text", "text": text("Why?"), "voice": true } ] } ] });
    let made = owner
        .create("/api/surveys", json!({ "document": document }))
        .await;
    let id = made["id"].as_str().expect("an id").to_owned();
    owner
        .create(&format!("/api/surveys/{id}/publish"), json!({}))
        .await;
    id
}

pub async fn customer(owner: &Person, attributes: Value) -> String {
    let made = owner
        .create(
            "/api/customers",
            json!({ "name": "somebody", "attributes": attributes }),
        )
        .await;
    made["id"].as_str().expect("an id").to_owned()
}

/// Declares orders and puts (customer, day, amount, reason) into the lake.
pub async fn ordered(t: &TestApp, owner: &Person, rows: &[(&str, i64, f64, &str)]) {
    let column =
        |key: &str, kind: &str| json!({ "key": key, "label": { "en": key }, "kind": kind });
    let declared = owner
        .create(
            "/api/streams",
            json!({ "kind": "orders", "key": "orders", "label": { "en": "Orders" },
            "columns": [column("amount", "number"), { "key": "reason", "kind": "code",
                "label": { "en": "Reason" }, "values": { "price": { "en": "Too dear", "ja": "高い" } } }] }),
        )
        .await;
    let id = declared["id"].as_str().expect("an id");
    let scope = org::system_scope(&t.organisation);
    let mut tx = t.app.db.write().await.expect("a transaction");
    let fields = [
        Field::new("amount", FieldKind::Number),
        Field::new("reason", FieldKind::Code),
    ];
    experience::register_stream(&mut tx, &scope, id, "orders", &fields)
        .await
        .expect("known");
    let pending: Vec<_> = rows
        .iter()
        .enumerate()
        .map(|(n, (customer, day, amount, reason))| {
            let mut row = Row {
                common: Common {
                    record_id: format!("rec_order{n:03}"),
                    revision: 1,
                    occurred_at: JUNE + day * DAY,
                    recorded_at: JUNE + day * DAY,
                    customer: Some((*customer).to_owned()),
                    ..Common::default()
                },
                ..Row::default()
            };
            row.values
                .insert("amount".into(), koe_lake::Value::Number(*amount));
            row.values
                .insert("reason".into(), koe_lake::Value::Code((*reason).to_owned()));
            let stream = id.to_owned();
            (t.organisation.clone(), PendingRow { stream, row })
        })
        .collect();
    let borrowed: Vec<_> = pending.iter().map(|(whose, row)| (whose, row)).collect();
    experience::append(&mut tx, &borrowed)
        .await
        .expect("appended");
    tx.commit().await.expect("committed");
}

async fn answer(owner: &Person, survey: &str, context: Value, day: i64, score: i64) {
    let body = json!({ "survey_id": survey, "partial": true, "context": context,
        "occurred_at": moment(day),
        "answers": { "q1": score, "q2": format!("said on day {day}") } });
    owner.create("/api/responses", body).await;
}

/// `key:n` of each group in the order of the answer; `-` where there is none.
async fn groups(owner: &Person, metric: &str, query: Value) -> String {
    let (status, answer) = owner
        .post(&format!("/api/metrics/{metric}/results"), query)
        .await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    let groups = answer["results"]["groups"].as_array().expect("groups");
    let n = |group: &Value| group["score"]["n"].as_u64().expect("n");
    let whole = answer["results"]["total"]["score"]["n"].as_u64();
    assert_eq!(
        whole,
        Some(groups.iter().map(n).sum()),
        "parts sum to the whole"
    );
    let lines: Vec<String> = groups
        .iter()
        .map(|group| format!("{}:{}", group["key"][0].as_str().unwrap_or("-"), n(group)))
        .collect();
    lines.join(" ")
}

#[tokio::test]
async fn figures_are_split_by_what_customers_did_before() {
    let t = TestApp::start_with(|config| config.lake.seal_seconds = 0).await;
    let owner = t.owner().await;
    let survey = survey(&owner, "identified").await;
    let metric = made(&owner, "NPS", nps_of(&survey)).await;
    let (ann, ben, eve) = (
        customer(&owner, json!({})).await,
        customer(&owner, json!({})).await,
        customer(&owner, json!({})).await,
    );
    ordered(
        &t,
        &owner,
        &[
            (&ann, -400, 1_000.0, "old"),
            (&ann, -30, 2_000.0, "price"),
            (&ann, 5, 4_000.0, "after"),
            (&ben, -1, 500.0, "stock"),
        ],
    )
    .await;
    let of = |customer: &str| json!({ "customer_id": customer });
    answer(&owner, &survey, of(&ann), 0, 10).await;
    answer(&owner, &survey, of(&ann), 10, 9).await;
    answer(&owner, &survey, of(&ben), 1, 3).await;
    answer(&owner, &survey, of(&eve), 2, 8).await;
    answer(&owner, &survey, json!({}), 3, 7).await;
    t.drain().await;
    let by = |dimension: &str| json!({ "split": [dimension] });
    for sealed in [false, true] {
        if sealed {
            Seal.see_to(&t.app).await.expect("sealed");
        }
        for (dimension, expected) in [
            (
                "operational:orders:count",
                "0..<1:1 1..<2:1 2..<3:1 3..:1 -:1",
            ),
            ("operational:orders:count@1,3", "0..<1:1 1..<3:2 3..:1 -:1"),
            ("operational:orders:count:365d", "0..<1:1 1..<2:2 2..:1 -:1"),
            (
                "operational:orders:sum:amount@1,1000,5000",
                "0..<1:1 1..<1000:1 1000..<5000:1 5000..:1 -:1",
            ),
            (
                "operational:orders:last:reason",
                "-:1 (none):1 after:1 price:1 stock:1",
            ),
            (
                "operational:orders:days_since@3,20",
                "0..<3:1 3..<20:1 20..:1 (none):1 -:1",
            ),
        ] {
            assert_eq!(
                groups(&owner, &metric, by(dimension)).await,
                expected,
                "{dimension}"
            );
            // Each group as a filter finds itself, and its voices are as many.
            let plain = dimension.split('@').next().expect("a name");
            for group in expected.split(' ') {
                let (key, n) = group.rsplit_once(':').expect("a group");
                let n: u64 = n.parse().expect("a number");
                let value = if key == "-" { Value::Null } else { json!(key) };
                let filters = json!([{ "dimension": plain, "any_of": [value] }]);
                let (_, found) = owner
                    .post(
                        &format!("/api/metrics/{metric}/results"),
                        json!({ "filters": filters }),
                    )
                    .await;
                assert_eq!(
                    found["results"]["total"]["score"]["n"],
                    json!(n),
                    "{dimension} {key}"
                );
                let (status, voices) = owner
                    .post("/api/voices/search", json!({ "filters": filters }))
                    .await;
                assert_eq!(status, StatusCode::OK, "{voices}");
                assert_eq!(voices["total"], json!(n), "{dimension} {key}");
            }
        }
    }
    // Two who turn out to be one.
    let (status, _) = owner
        .post(
            &format!("/api/customers/{ben}/merge"),
            json!({ "customer_id": eve }),
        )
        .await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(
        groups(&owner, &metric, by("operational:orders:count@1,3")).await,
        "1..<3:3 3..:1 -:1"
    );
    for (wrong, field) in [
        (by("operational:calls:count"), "split[0]"),
        (by("operational:orders:sum:reason"), "split[0]"),
        (by("operational:orders:last:colour"), "split[0]"),
        (by("operational:orders:often"), "split[0]"),
        (by("operational:orders:count@3,1"), "split[0]"),
        (
            json!({ "filters": [{ "dimension": "operational:orders:count", "any_of": ["many"] }] }),
            "filters[0]",
        ),
    ] {
        let (status, problem) = owner
            .post(&format!("/api/metrics/{metric}/results"), wrong)
            .await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{problem}");
        assert_eq!(problem["fields"][0]["field"], field, "{problem}");
    }
}

#[tokio::test]
async fn numbers_and_dates_are_banded_and_accounts_reach_their_customers() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    for (holder, key, kind, frozen) in [
        ("customer", "age", "number", true),
        ("customer", "since", "date", false),
        ("account", "staff", "number", false),
    ] {
        let body = json!({ "holder": holder, "key": key, "kind": kind, "label": { "en": key },
            "frozen": frozen });
        owner.create("/api/attributes", body).await;
    }
    let survey = survey(&owner, "identified").await;
    let metric = made(&owner, "NPS", nps_of(&survey)).await;
    let mut people = Vec::new();
    for (age, since) in [(25, "2024-03-31"), (34, "2024-04-01"), (61, "2025-09-09")] {
        people.push(customer(&owner, json!({ "age": age, "since": since })).await);
    }
    let mut accounts = Vec::new();
    for (code, staff) in [("A", 10), ("B", 500)] {
        let body = json!({ "code": code, "name": code, "attributes": { "staff": staff } });
        accounts.push(owner.create("/api/accounts", body).await["id"].clone());
    }
    // The first belongs to one account, the second to two.
    for (account, member) in [(0, 0), (0, 1), (1, 1)] {
        let account = accounts[account].as_str().expect("an id");
        let path = format!("/api/accounts/{account}/customers/{}", people[member]);
        let (status, problem) = owner.put(&path, json!({})).await;
        assert!(status.is_success(), "{problem}");
    }
    for (n, person) in people.iter().enumerate() {
        answer(
            &owner,
            &survey,
            json!({ "customer_id": person }),
            n as i64,
            9,
        )
        .await;
    }
    let own = json!({ "customer_id": people[0], "account_id": accounts[1] });
    answer(&owner, &survey, own, 4, 9).await;
    answer(&owner, &survey, json!({}), 5, 2).await;
    t.drain().await;
    for (dimension, expected) in [
        ("customer:age", "..<34:2 34..<61:1 61..:1 -:1"),
        ("customer:age@30,60", "..<30:2 30..<60:1 60..:1 -:1"),
        ("customer_then:age@30,60", "..<30:2 30..<60:1 60..:1 -:1"),
        (
            "customer:since@2024-04-01,2025-04-01",
            "..<2024-04-01:2 2024-04-01..<2025-04-01:1 2025-04-01..:1 -:1",
        ),
        // The record's own account goes before its customer's; of two accounts none is meant.
        ("account:staff@100", "..<100:1 100..:1 -:3"),
    ] {
        let found = groups(&owner, &metric, json!({ "split": [dimension] })).await;
        assert_eq!(found, expected, "{dimension}");
        let plain = dimension.split('@').next().expect("a name");
        for group in expected.split(' ') {
            let (key, n) = group.rsplit_once(':').expect("a group");
            let value = if key == "-" { Value::Null } else { json!(key) };
            let filters = json!([{ "dimension": plain, "any_of": [value] }]);
            let (_, voices) = owner
                .post("/api/voices/search", json!({ "filters": filters }))
                .await;
            assert_eq!(
                voices["total"],
                json!(n.parse::<u64>().expect("n")),
                "{dimension} {key}"
            );
        }
    }
}

#[tokio::test]
async fn rows_and_their_codes_are_named_as_declared() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    ordered(&t, &owner, &[]).await;
    let (_, fields) = owner.get("/api/fields").await;
    let fields = fields["items"].as_array().expect("fields");
    let reason = fields.iter().find(|field| field["field"] == "reason");
    let reason = reason.expect("the column of the orders");
    assert_eq!(
        (&reason["stream_name"], &reason["label"], &reason["values"]),
        (
            &json!({ "en": "Orders" }),
            &json!({ "en": "Reason" }),
            &json!({ "price": { "en": "Too dear", "ja": "高い" } })
        )
    );
}

#[tokio::test]
async fn a_confidential_programme_looks_into_no_orders() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let survey = survey(&owner, "confidential").await;
    let metric = made(&owner, "NPS", nps_of(&survey)).await;
    let ann = customer(&owner, json!({})).await;
    ordered(&t, &owner, &[(&ann, -1, 1.0, "x")]).await;
    for day in 0..9 {
        answer(&owner, &survey, json!({ "customer_id": ann }), day, 9).await;
    }
    t.drain().await;
    let filter = json!([{ "dimension": "operational:orders:count", "any_of": ["0..<1", null] }]);
    for query in [
        json!({ "split": ["operational:orders:count"] }),
        json!({ "filters": filter }),
    ] {
        let (status, _) = owner
            .post(&format!("/api/metrics/{metric}/results"), query)
            .await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let (_, voices) = owner
        .post("/api/voices/search", json!({ "filters": filter }))
        .await;
    assert_eq!(
        (&voices["total"], &voices["withheld"][0]["reason"]),
        (&json!(0), &json!("filter"))
    );
}
