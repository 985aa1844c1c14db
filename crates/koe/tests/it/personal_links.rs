//! Links for one customer each.

use koe::responses::{Context, Submission};
use koe::surveys::{Answers, Fields};
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::answering::{
    Respondent, answers, count, document, document_with, link, page_path, published, text,
};
use crate::support::{Person, TestApp};

async fn customer(owner: &Person, name: &str) -> String {
    let body = json!({ "name": name, "identifiers": [
        { "kind": "email", "value": format!("{}@example.com", name.len()) }] });
    owner.create("/api/customers", body).await["id"]
        .as_str()
        .expect("an id")
        .to_owned()
}

#[tokio::test]
async fn a_personal_link_goes_on_from_another_device_and_is_answered_once() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let greeting =
        document_with(|d| d["pages"][0]["title"] = json!({ "ja": "{{customer:name|お客様}}様へ" }));
    let survey = published(&owner, greeting).await;
    let customer = customer(&owner, "山本花子").await;
    let path = link(
        &owner,
        &survey,
        json!({ "kind": "personal", "customer_id": customer }),
    )
    .await;
    let phone = Respondent::new(&t, "ja");
    let page = phone.open(&path).await;
    assert!(page.has("山本花子様へ"), "{}", page.html);
    phone.answer(&t, &page, &[("a.q1", "4")]).await;
    let laptop = Respondent::new(&t, "ja");
    let page = laptop.open(&path).await;
    assert_eq!(page.page(), "p2");
    let page = laptop.answer(&t, &page, &[("a.q2", "range")]).await;
    let page = laptop.answer(&t, &page, &[]).await;
    assert!(
        page.has("貴重なご意見をありがとうございます"),
        "{}",
        page.html
    );
    for device in [&phone, &laptop] {
        let again = device.open(&path).await;
        assert!(again.has("ご回答済みです"), "{}", again.html);
    }
    assert_eq!(answers(&t).await, 1);
    assert_eq!(text(&t, "SELECT customer_id FROM record").await, customer);
    let (_, links) = owner.get(&format!("{survey}/links")).await;
    assert!(links["items"][0]["answered_at"].is_string(), "{links}");
}

#[tokio::test]
async fn a_list_names_customers_as_they_are_known() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let survey = published(&owner, document()).await;
    let made = async |name: &str, kind: &str, value: &str| {
        let body = json!({ "name": name, "identifiers": [{ "kind": kind, "value": value }] });
        owner.create("/api/customers", body).await["id"].clone()
    };
    let mail = made("一", "email", "one@example.com").await;
    let phone = made("二", "phone", "090-1234-5678").await;
    let crm = made("三", "external:crm", "C-3").await;
    made("四", "external:loyalty", "C-4").await;
    made("五", "external:crm", "C-4").await;
    let batch = format!("{survey}/links/batch");
    let list = json!({ "identifiers": ["ONE@example.com", "＋81 90 1234 5678", "C-3", mail] });
    let links = owner.create(&batch, list).await;
    let whose: Vec<&Value> = links["items"]
        .as_array()
        .expect("links")
        .iter()
        .map(|link| &link["customer_id"])
        .collect();
    assert_eq!(whose, [&mail, &phone, &crm, &mail]);
    let unclear = json!({ "identifiers": ["C-3", "nobody@example.com", "C-4"] });
    let (status, problem) = owner.post(&batch, unclear).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{problem}");
    let fields: Vec<&Value> = problem["fields"]
        .as_array()
        .expect("fields")
        .iter()
        .map(|field| &field["field"])
        .collect();
    assert_eq!(fields, [&json!("identifiers[1]"), &json!("identifiers[2]")]);
    for (wrong, field) in [
        (json!({}), "customers"),
        (
            json!({ "identifiers": ["C-3"], "customers": [mail] }),
            "identifiers",
        ),
        (json!({ "identifiers": vec!["C-3"; 1_001] }), "identifiers"),
    ] {
        let (status, problem) = owner.post(&batch, wrong).await;
        assert_eq!(
            (status, &problem["fields"][0]["field"]),
            (StatusCode::UNPROCESSABLE_ENTITY, &json!(field))
        );
    }
    assert_eq!(
        count(&t, "SELECT CAST(COUNT(*) AS BIGINT) FROM survey_link").await,
        4
    );
    // Another organisation's customers are nobody here.
    let foreign = t.foreign_owner().await;
    let theirs = published(&foreign, document()).await;
    let stolen = json!({ "identifiers": ["C-3"] });
    let (status, _) = foreign.post(&format!("{theirs}/links/batch"), stolen).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn many_customers_get_a_link_each() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let survey = published(&owner, document()).await;
    let known = [
        customer(&owner, "一").await,
        customer(&owner, "二人目").await,
    ];
    let batch = format!("{survey}/links/batch");
    let made = owner
        .create(
            &batch,
            json!({ "customers": known, "fields": { "campaign": "spring" } }),
        )
        .await;
    let paths: Vec<String> = made["items"]
        .as_array()
        .expect("links")
        .iter()
        .map(page_path)
        .collect();
    assert_eq!(paths.len(), 2);
    assert_ne!(paths[0], paths[1]);
    let unknown = json!({ "customers": [known[0], "cus_00000000000000000000000000"] });
    let (status, problem) = owner.post(&batch, unknown).await;
    assert_eq!(
        (status, &problem["fields"][0]["field"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("customers[1]"))
    );
    assert_eq!(
        count(&t, "SELECT CAST(COUNT(*) AS BIGINT) FROM survey_link").await,
        2
    );
    let foreign = t.foreign_owner().await;
    let theirs = published(&foreign, document()).await;
    let stolen = json!({ "kind": "personal", "customer_id": known[0] });
    assert_eq!(
        foreign.post(&format!("{theirs}/links"), stolen).await.0,
        StatusCode::UNPROCESSABLE_ENTITY
    );
}

fn confidential() -> Value {
    document_with(|d| {
        d["programme"] = json!({ "identity": "confidential", "audience": "employees" });
        d["hidden_fields"] = json!([]);
        d["pages"][2]["questions"]
            .as_array_mut()
            .expect("questions")
            .pop();
    })
}

#[tokio::test]
async fn the_intake_forgets_who_gave_a_confidential_answer_whoever_tells_it() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let survey = published(&owner, confidential()).await;
    let customer = customer(&owner, "佐藤").await;
    let personal = json!({ "kind": "personal", "customer_id": customer });
    let link = owner.create(&format!("{survey}/links"), personal).await;
    let id = survey.rsplit('/').next().expect("an id");
    let scope = koe::org::operator_scope(&t.organisation);
    let mut tx = t.app.db.read().await.expect("a transaction");
    let survey = id.parse().expect("an id");
    let version = koe::surveys::version(&t.app, &mut tx, &scope, &survey, 1)
        .await
        .expect("a version");
    drop(tx);
    let said = Submission {
        version,
        context: Context {
            customer_id: Some(customer.parse().expect("an id")),
            ..Context::default()
        },
        answers: Answers::default(),
        fields: Fields::new(),
        occurred_ms: None,
        language: None,
        duration_ms: None,
        source: "link",
        link: Some(
            link["id"]
                .as_str()
                .and_then(|id| id.parse().ok())
                .expect("an id"),
        ),
        once: Vec::new(),
    };
    koe::responses::submit(&t.app, said).await.expect("stored");
    assert_eq!(answers(&t).await, 1);
    let sql = "SELECT COALESCE(customer_id, '') || COALESCE(link_id, '') FROM record";
    assert_eq!(text(&t, sql).await, "");
}

#[tokio::test]
async fn of_two_answers_by_one_personal_link_the_first_counts_and_the_second_is_told_so() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let survey = published(&owner, document()).await;
    let customer = customer(&owner, "山本花子").await;
    let personal = json!({ "kind": "personal", "customer_id": customer });
    let path = link(&owner, &survey, personal).await;
    let phone = Respondent::new(&t, "ja");
    let page = phone.open(&path).await;
    let page = phone.answer(&t, &page, &[("a.q1", "10")]).await;
    let page = phone.answer(&t, &page, &[("a.q3", "最初の言葉")]).await;
    assert!(page.has("10点をありがとうございます"), "{}", page.html);
    // As after a power cut between storing the answer and noting it on the link, when what was
    // known of the sitting has been forgotten since.
    let mut tx = t.app.db.write().await.expect("a transaction");
    for sql in [
        "DELETE FROM answer_sitting_page",
        "DELETE FROM answer_sitting",
        "UPDATE survey_link SET answered_ms = NULL",
    ] {
        sqlx::query(sql).execute(&mut *tx).await.expect(sql);
    }
    tx.commit().await.expect("committed");
    let laptop = Respondent::new(&t, "ja");
    let page = laptop.open(&path).await;
    let page = laptop.answer(&t, &page, &[("a.q1", "9")]).await;
    let page = laptop.answer(&t, &page, &[("a.q3", "二度目の言葉")]).await;
    assert_eq!(page.status, StatusCode::CONFLICT, "{}", page.html);
    assert!(page.has("ご回答済みです"), "{}", page.html);
    assert_eq!(answers(&t).await, 1);
    let words = text(&t, "SELECT MIN(body) || MAX(body) FROM record_text").await;
    assert_eq!(words, "最初の言葉最初の言葉");
    let (_, links) = owner.get(&format!("{survey}/links")).await;
    assert!(links["items"][0]["answered_at"].is_string(), "{links}");
}

#[tokio::test]
async fn a_confidential_answer_keeps_nothing_that_leads_to_the_person() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let survey = published(&owner, confidential()).await;
    let customer = customer(&owner, "佐藤").await;
    let path = link(
        &owner,
        &survey,
        json!({ "kind": "personal", "customer_id": customer }),
    )
    .await;
    let someone = Respondent::new(&t, "ja");
    let page = someone.open(&path).await;
    assert!(
        page.has("どなたの回答かが分かる情報を保存しません"),
        "{}",
        page.html
    );
    let page = someone.answer(&t, &page, &[("a.q1", "10")]).await;
    let page = someone.answer(&t, &page, &[("a.q3", "匿名で")]).await;
    assert!(page.has("10点をありがとうございます"), "{}", page.html);
    assert!(someone.open(&path).await.has("ご回答済みです"));
    let stored = [
        text(
            &t,
            "SELECT COALESCE(customer_id, '') || COALESCE(link_id, '') FROM record",
        )
        .await,
        text(&t, "SELECT COALESCE(link_id, '') FROM answer_sitting").await,
    ];
    assert_eq!(stored, ["", ""]);
    let row: Value =
        serde_json::from_str(&text(&t, "SELECT body FROM lake_pending").await).expect("json");
    assert!(!row.to_string().contains("cus_"), "{row}");
    let keys = text(&t, "SELECT MIN(key) || MAX(key) FROM intake_key").await;
    assert!(!keys.contains("link:"), "{keys}");
    // The link says only on which day it was used.
    let used = count(&t, "SELECT answered_ms FROM survey_link").await;
    assert_eq!(used % 86_400_000, 0);
}

#[tokio::test]
async fn an_erased_customer_s_link_is_over_and_what_was_typed_is_gone() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let survey = published(&owner, document()).await;
    let customer = customer(&owner, "鈴木").await;
    let path = link(
        &owner,
        &survey,
        json!({ "kind": "personal", "customer_id": customer }),
    )
    .await;
    let someone = Respondent::new(&t, "ja");
    let page = someone.open(&path).await;
    let page = someone.answer(&t, &page, &[("a.q1", "9")]).await;
    someone
        .answer(&t, &page, &[("a.q3", "書きかけ"), ("_go", "save")])
        .await;
    let scope = koe::org::operator_scope(&t.organisation);
    let erased = [customer.parse().expect("an id")];
    let mut tx = t.app.db.write().await.expect("a transaction");
    let now_ms = t.app.clock.now_ms();
    koe::responses::forget_customers_sittings(&mut tx, &scope, &erased, now_ms)
        .await
        .expect("forgotten");
    tx.commit().await.expect("committed");
    assert_eq!(someone.open(&path).await.status, StatusCode::GONE);
    let kept = text(&t, "SELECT answers || typed FROM answer_sitting").await;
    assert_eq!(kept, "{}{}");
    let links = count(
        &t,
        "SELECT CAST(COUNT(*) AS BIGINT) FROM survey_link WHERE customer_id IS NOT NULL",
    )
    .await;
    assert_eq!(links, 0);
}

#[tokio::test]
async fn a_link_is_found_by_its_place_by_what_it_says_and_by_whom_it_is_for() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let survey = published(&owner, document()).await;
    let links = format!("{survey}/links");
    let unit = json!({ "code": "S-01", "kind": "store",
        "name": { "ja": "銀座店", "en": "Ginza" } });
    let unit = owner.create("/api/units", unit).await["id"].clone();
    let desk = json!({ "code": "desk", "name": { "ja": "受付", "en": "Front Desk" },
        "channel": "store", "stage": "purchase", "experience": "direct" });
    let desk = owner.create("/api/touchpoints", desk).await["id"].clone();
    let hanako = customer(&owner, "山本花子").await;
    let made = async |link: Value| owner.create(&links, link).await["id"].clone();
    let at_unit = made(json!({ "kind": "public", "unit_id": unit })).await;
    let at_desk = made(json!({ "kind": "public", "touchpoint_id": desk })).await;
    let spring = made(json!({ "kind": "public", "fields": { "receipt": "Spring_50%" } })).await;
    let hers = made(json!({ "kind": "personal", "customer_id": hanako })).await;
    for (words, found) in [
        ("銀座", vec![&at_unit]),
        ("ginza", vec![&at_unit]),
        ("Ｓ－０１", vec![&at_unit]),
        ("front d", vec![&at_desk]),
        ("spring_50%", vec![&spring]),
        ("12@EXAMPLE.com", vec![&hers]),
        (hanako.as_str(), vec![&hers]),
        ("%", vec![&spring]),
        ("大阪", vec![]),
        (" ", vec![&hers, &spring, &at_desk, &at_unit]),
    ] {
        let request = owner.request(reqwest::Method::GET, &links);
        let (status, page) = crate::support::answer(request.query(&[("q", words)])).await;
        assert_eq!(status, StatusCode::OK, "{words}: {page}");
        let ids: Vec<&Value> = page["items"]
            .as_array()
            .expect("links")
            .iter()
            .map(|link| &link["id"])
            .collect();
        assert_eq!(ids, found, "{words}");
    }
    let long = format!("{links}?q={}", "a".repeat(201));
    let (status, problem) = owner.get(&long).await;
    assert_eq!(
        (status, &problem["fields"][0]["field"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("q"))
    );
    let foreign = t.foreign_owner().await;
    assert_eq!(foreign.get(&links).await.0, StatusCode::NOT_FOUND);
}
