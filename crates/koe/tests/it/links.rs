//! Links that say where.

use koe::org::Role;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::answering::{Respondent, answers, count, document, link, page_path, published, text};
use crate::support::{Person, TestApp};

async fn unit(owner: &Person, code: &str, name: &str) -> Value {
    let body = json!({ "code": code, "kind": "store", "name": { "ja": name, "en": format!("Store {code}") } });
    owner.create("/api/units", body).await["id"].clone()
}

async fn touchpoint(owner: &Person) -> Value {
    let body = json!({ "code": "till", "name": { "ja": "レジ", "en": "Till" }, "channel": "store",
        "stage": "purchase", "experience": "direct" });
    owner.create("/api/touchpoints", body).await["id"].clone()
}

/// Answers everything with a promoter's three pages.
async fn answer_all(t: &TestApp, path: &str) {
    let someone = Respondent::new(t, "ja");
    let page = someone.open(path).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.html);
    let page = someone.answer(t, &page, &[("a.q1", "10")]).await;
    let page = someone.answer(t, &page, &[]).await;
    assert!(page.has("10点をありがとうございます"), "{}", page.html);
}

#[tokio::test]
async fn what_a_link_says_is_frozen_in_the_answer() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let survey = published(&owner, document()).await;
    let (shinjuku, till) = (
        unit(&owner, "S01", "新宿店").await,
        touchpoint(&owner).await,
    );
    let offering = owner
        .create(
            "/api/offerings",
            json!({ "code": "coffee", "name": { "en": "Coffee" }, "kind": "product" }),
        )
        .await["id"]
        .clone();
    let made = owner
        .create(
            &format!("{survey}/links"),
            json!({ "kind": "public", "unit_id": shinjuku,
            "touchpoint_id": till, "offering_id": offering, "fields": { "plan": "gold" } }),
        )
        .await;
    assert_eq!(made["channel"], "store");
    answer_all(&t, &page_path(&made)).await;
    let body: Value =
        serde_json::from_str(&text(&t, "SELECT body FROM lake_pending").await).expect("json");
    let row = body.to_string();
    for said in [
        &shinjuku,
        &till,
        &offering,
        &json!("store"),
        &json!("gold"),
        &json!("purchase"),
    ] {
        assert!(row.contains(&said.to_string()), "{said} in {row}");
    }
}

#[tokio::test]
async fn a_link_names_only_what_exists_and_what_the_asker_sees() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let survey = published(&owner, document()).await;
    let foreign = t.foreign_owner().await;
    let theirs = unit(&foreign, "X", "他社").await;
    for (body, field) in [
        (json!({ "kind": "public", "unit_id": theirs }), "unit_id"),
        (
            json!({ "kind": "public", "touchpoint_id": "tch_00000000000000000000000000" }),
            "touchpoint_id",
        ),
        (
            json!({ "kind": "public", "offering_id": "off_00000000000000000000000000" }),
            "offering_id",
        ),
        (
            json!({ "kind": "public", "fields": { "nothing": "x" } }),
            "fields.nothing",
        ),
        (
            json!({ "kind": "public", "fields": { "plan": "bronze" } }),
            "fields.plan",
        ),
        (
            json!({ "kind": "public", "expires_at": "2020-01-01T00:00:00Z" }),
            "expires_at",
        ),
        (json!({ "kind": "personal" }), "customer_id"),
    ] {
        let (status, problem) = owner.post(&format!("{survey}/links"), body).await;
        assert_eq!(
            status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{field}: {problem}"
        );
        assert_eq!(problem["fields"][0]["field"], field);
    }
    assert_eq!(
        count(&t, "SELECT CAST(COUNT(*) AS BIGINT) FROM survey_link").await,
        0
    );
}

#[tokio::test]
async fn fields_in_the_address_are_taken_only_as_declared_and_signed() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let survey = published(&owner, document()).await;
    let made = owner
        .create(&format!("{survey}/links"), json!({ "kind": "public" }))
        .await;
    let path = page_path(&made);
    let sign = format!(
        "{survey}/links/{}/sign",
        made["id"].as_str().expect("an id")
    );
    let (_, signed) = owner
        .post(
            &sign,
            json!({ "fields": [
                { "plan": "gold" },
                { "plan": "silver", "campaign": "spring" },
                { "receipt": "A-17" },
            ] }),
        )
        .await;
    let signed: Vec<String> = signed["urls"]
        .as_array()
        .expect("urls")
        .iter()
        .map(|url| {
            url.as_str()
                .map(|url| url[url.find("/s/").expect("a page")..].to_owned())
                .expect("text")
        })
        .collect();
    let status_of = async |path: String| Respondent::new(&t, "ja").open(&path).await;
    for (path, status, why) in [
        (signed[0].clone(), StatusCode::OK, "as signed"),
        (signed[1].clone(), StatusCode::OK, "both as signed"),
        (signed[2].clone(), StatusCode::OK, "any value, as signed"),
        (
            format!("{path}?receipt=A-17"),
            StatusCode::FORBIDDEN,
            "any value, unsigned",
        ),
        (
            format!("{}&utm_source=mail&fbclid=1", signed[0]),
            StatusCode::OK,
            "what mail programs append",
        ),
        (
            format!("{path}?campaign=spring"),
            StatusCode::OK,
            "declared, allowed, needs no signature",
        ),
        (
            format!("{path}?unknown=1"),
            StatusCode::OK,
            "undeclared and ignored",
        ),
        (
            signed[0].replace("gold", "silver"),
            StatusCode::FORBIDDEN,
            "changed",
        ),
        (
            format!("{}&campaign=spring", signed[0]),
            StatusCode::FORBIDDEN,
            "added to what was signed",
        ),
        (
            format!("{path}?plan=gold"),
            StatusCode::FORBIDDEN,
            "unsigned",
        ),
        (
            format!("{path}?plan=gold&sig=AAAA"),
            StatusCode::FORBIDDEN,
            "badly signed",
        ),
        (
            format!("{path}?campaign=winter"),
            StatusCode::FORBIDDEN,
            "not allowed",
        ),
        (
            format!("{path}?campaign=spring&campaign=autumn"),
            StatusCode::FORBIDDEN,
            "twice",
        ),
    ] {
        let page = status_of(path.clone()).await;
        assert_eq!(page.status, status, "{why}: {path}");
        if status == StatusCode::FORBIDDEN {
            assert!(page.has("このリンクは正しくありません"), "{}", page.html);
        }
    }
    answer_all(&t, &signed[1]).await;
    let row = text(&t, "SELECT body FROM lake_pending").await;
    assert!(row.contains("silver") && row.contains("spring"), "{row}");
    // The signature of one link says nothing on another.
    let other = link(&owner, &survey, json!({ "kind": "public" })).await;
    let moved = format!("{other}?{}", signed[0].split('?').nth(1).expect("a query"));
    assert_eq!(status_of(moved).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_field_fixed_in_a_link_cannot_be_replaced_by_the_address() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let survey = published(&owner, document()).await;
    let path = link(
        &owner,
        &survey,
        json!({ "kind": "public", "fields": { "campaign": "spring" } }),
    )
    .await;
    let open = async |query: &str| {
        Respondent::new(&t, "ja")
            .open(&format!("{path}{query}"))
            .await
            .status
    };
    assert_eq!(open("?campaign=spring").await, StatusCode::OK);
    assert_eq!(open("?campaign=autumn").await, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn links_that_are_over_say_so_in_the_reader_s_language() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let survey = published(&owner, document()).await;
    let made = owner
        .create(&format!("{survey}/links"), json!({ "kind": "public" }))
        .await;
    let expiring = link(
        &owner,
        &survey,
        json!({ "kind": "public", "expires_at": "2026-04-02T00:00:00Z" }),
    )
    .await;
    let draft = owner
        .create("/api/surveys", json!({ "document": document() }))
        .await;
    let draft = format!("/api/surveys/{}", draft["id"].as_str().expect("an id"));
    let early = link(&owner, &draft, json!({ "kind": "public" })).await;
    let (ja, en) = (Respondent::new(&t, "ja"), Respondent::new(&t, "en"));
    assert_eq!(ja.open(&expiring).await.status, StatusCode::OK);
    t.app.clock.advance_ms(86_400_000);
    let revoked = page_path(&made);
    let id = made["id"].as_str().expect("an id");
    assert_eq!(
        owner.delete(&format!("{survey}/links/{id}")).await.0,
        StatusCode::NO_CONTENT
    );
    for (path, status, ja_words, en_words) in [
        (
            expiring.as_str(),
            StatusCode::GONE,
            "有効期限が過ぎました",
            "This link has expired",
        ),
        (
            revoked.as_str(),
            StatusCode::GONE,
            "使えなくなりました",
            "no longer in use",
        ),
        (
            early.as_str(),
            StatusCode::NOT_FOUND,
            "まだ始まっていません",
            "has not started yet",
        ),
        (
            "/s/0000000000000000000000000x",
            StatusCode::NOT_FOUND,
            "見つかりませんでした",
            "could not be found",
        ),
    ] {
        let (a, b) = (ja.open(path).await, en.open(path).await);
        assert_eq!((a.status, b.status), (status, status), "{path}");
        assert!(
            a.has(ja_words) && b.has(en_words),
            "{path}: {} {}",
            a.html,
            b.html
        );
    }
}

#[tokio::test]
async fn a_sheet_has_one_page_a_store_and_printing_again_makes_no_new_links() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let survey = published(&owner, document()).await;
    unit(&owner, "S01", "新宿店").await;
    unit(&owner, "S02", "渋谷<b>店").await;
    owner
        .create(
            "/api/units",
            json!({ "code": "HQ", "kind": "division", "name": { "en": "Head office" } }),
        )
        .await;
    let till = touchpoint(&owner).await;
    let sheet = async |body: Value| {
        let response = owner
            .request(Method::POST, &format!("{survey}/qr-sheet"))
            .json(&body)
            .send()
            .await
            .expect("an answer");
        (response.status(), response.text().await.expect("text"))
    };
    let (status, page) = sheet(json!({ "unit_kind": "store", "touchpoint_id": till })).await;
    assert_eq!(status, StatusCode::OK, "{page}");
    assert_eq!(page.matches("<svg").count(), 2);
    assert!(
        page.contains("新宿店") && page.contains("Store S01") && page.contains("渋谷&lt;b&gt;店"),
        "{page}"
    );
    let links = || count(&t, "SELECT CAST(COUNT(*) AS BIGINT) FROM survey_link");
    assert_eq!(links().await, 2);
    let csv = json!({ "csv": "name,code\n渋谷,S02\n新宿,S01\n", "touchpoint_id": till });
    let (_, again) = sheet(csv).await;
    assert!(
        again.find("渋谷") < again.find("新宿"),
        "in the order of the file"
    );
    assert_eq!(links().await, 2);
    let (status, problem) = sheet(json!({ "units": ["S01", "S99"] })).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        problem.contains("units[1]") && problem.contains("S99"),
        "{problem}"
    );
    assert_eq!(sheet(json!({})).await.0, StatusCode::UNPROCESSABLE_ENTITY);
    let (_, listed) = owner.get(&format!("{survey}/links")).await;
    for made in listed["items"].as_array().expect("links") {
        let path = format!(
            "{survey}/links/{}/qr.svg",
            made["id"].as_str().expect("an id")
        );
        let svg = owner
            .request(Method::GET, &path)
            .send()
            .await
            .expect("an answer");
        assert_eq!(svg.headers()["content-type"], "image/svg+xml");
        answer_all(&t, &page_path(made)).await;
    }
    assert_eq!(answers(&t).await, 2);

    // The list has them in the order of the sheet.
    let mut kiosks = Vec::new();
    for number in 1..=8 {
        let kiosk =
            json!({ "code": format!("K{number}"), "kind": "kiosk", "name": { "en": "Kiosk" } });
        kiosks.push(owner.create("/api/units", kiosk).await["id"].clone());
    }
    assert_eq!(
        sheet(json!({ "unit_kind": "kiosk" })).await.0,
        StatusCode::OK
    );
    let (_, listed) = owner.get(&format!("{survey}/links")).await;
    let items = listed["items"].as_array().expect("links");
    let order: Vec<Value> = items.iter().map(|one| one["unit_id"].clone()).collect();
    assert_eq!(order[..8], kiosks);
}

#[tokio::test]
async fn links_belong_to_their_survey_and_organisation() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let (survey, other) = (
        published(&owner, document()).await,
        published(&owner, document()).await,
    );
    let made = owner
        .create(&format!("{survey}/links"), json!({ "kind": "public" }))
        .await;
    let id = made["id"].as_str().expect("an id");
    let foreign = t.foreign_owner().await;
    assert_eq!(
        owner.delete(&format!("{other}/links/{id}")).await.0,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        foreign.delete(&format!("{survey}/links/{id}")).await.0,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        foreign.get(&format!("{survey}/links/{id}/qr.svg")).await.0,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        foreign
            .post(&format!("{survey}/links"), json!({ "kind": "public" }))
            .await
            .0,
        StatusCode::NOT_FOUND
    );
    t.member(&t.organisation, "agent@example.com", Role::Agent)
        .await;
    let agent = t.signed_in("agent@example.com").await;
    assert_eq!(
        agent.delete(&format!("{survey}/links/{id}")).await.0,
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        Respondent::new(&t, "ja")
            .open(&page_path(&made))
            .await
            .status,
        StatusCode::OK
    );
}
