//! What answer pages refuse, and how they say so.

use reqwest::StatusCode;
use serde_json::json;

use crate::answering::{
    Respondent, answers, count, document, document_with, link, public, published,
};
use crate::support::TestApp;

#[tokio::test]
async fn a_page_that_was_not_reached_cannot_be_jumped_to() {
    let t = TestApp::start().await;
    let path = public(&t, document()).await;
    let someone = Respondent::new(&t, "ja");
    assert_eq!(someone.open(&format!("{path}?_p=p3")).await.page(), "p1");
    let mut page = someone.open(&path).await;
    page.html = page
        .html
        .replace("name=\"_page\" value=\"p1\"", "name=\"_page\" value=\"p3\"");
    let page = someone.answer(&t, &page, &[("a.q3", "x")]).await;
    assert_eq!(page.page(), "p1");
    assert_eq!(answers(&t).await, 0);
}

#[tokio::test]
async fn unknown_fields_are_named_or_ignored_and_never_stored() {
    let t = TestApp::start().await;
    let path = public(&t, document()).await;
    let someone = Respondent::new(&t, "en");
    let page = someone.open(&path).await;
    let sent = someone
        .answer(
            &t,
            &page,
            &[
                ("a.q1", "10"),
                ("a.q99", "x"),
                ("evil", "1"),
                ("a.q1.row", "1"),
            ],
        )
        .await;
    assert_eq!(sent.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(sent.has("q99"), "{}", sent.html);
    let other_page = someone
        .answer(&t, &page, &[("a.q1", "10"), ("a.q3", "x")])
        .await;
    assert_eq!(other_page.status, StatusCode::UNPROCESSABLE_ENTITY);
    let page = someone
        .answer(&t, &page, &[("a.q1", "10"), ("evil", "1")])
        .await;
    assert_eq!(page.page(), "p3");
}

#[tokio::test]
async fn a_program_is_asked_to_press_again_and_a_person_may() {
    let t = TestApp::start().await;
    let path = public(&t, document()).await;
    let someone = Respondent::new(&t, "ja");
    let page = someone.open(&path).await;
    let at_once = someone.post(&page, &[("a.q1", "9")]).await;
    assert_eq!(at_once.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        at_once.has("もう一度ボタンを押してください") && at_once.has("value=\"9\" checked"),
        "{}",
        at_once.html
    );
    let trapped = someone
        .answer(&t, &page, &[("a.q1", "9"), ("koe_note", "cheap pills")])
        .await;
    assert_eq!(trapped.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        count(&t, "SELECT CAST(COUNT(*) AS BIGINT) FROM answer_sitting").await,
        0
    );
    assert_eq!(
        someone.answer(&t, &at_once, &[("a.q1", "9")]).await.page(),
        "p3"
    );
    let mut forged = page;
    forged.html = forged
        .html
        .replace("name=\"_start\" value=\"", "name=\"_start\" value=\"1");
    let refused = someone.answer(&t, &forged, &[("a.q1", "9")]).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    assert!(
        refused.has("画面の有効期限が切れました"),
        "{}",
        refused.html
    );
}

#[tokio::test]
async fn an_address_that_sends_too_much_is_asked_to_wait() {
    let t = TestApp::start_with(|config| config.limits.answers_per_minute = 2).await;
    let path = public(&t, document()).await;
    let someone = Respondent::new(&t, "ja");
    let page = someone.open(&path).await;
    let mut last = None;
    for _ in 0..4 {
        last = Some(
            someone
                .answer(&t, &page, &[("a.q1", "1"), ("_go", "save")])
                .await,
        );
    }
    let last = last.expect("sent");
    assert_eq!(last.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(last.has("少し時間をおいて"), "{}", last.html);
}

#[tokio::test]
async fn a_page_longer_than_the_limit_is_refused_and_one_below_it_is_taken() {
    let t = TestApp::start_with(|config| config.limits.json_bytes = 20_000).await;
    let path = public(&t, document()).await;
    let someone = Respondent::new(&t, "en");
    let page = someone.open(&path).await;
    // Each character is sent as three.
    let (long, short) = ("x".repeat(7_000), "x".repeat(5_000));
    let refused = someone
        .answer(&t, &page, &[("a.q1", "10"), ("evil", &long)])
        .await;
    assert_eq!(refused.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(
        count(&t, "SELECT CAST(COUNT(*) AS BIGINT) FROM answer_sitting").await,
        0
    );
    let taken = someone
        .answer(&t, &page, &[("a.q1", "10"), ("evil", &short)])
        .await;
    assert_eq!(taken.page(), "p3");
}

#[tokio::test]
async fn a_page_sent_twice_at_once_counts_once() {
    let t = TestApp::start().await;
    let path = public(&t, document()).await;
    let someone = Respondent::new(&t, "ja");
    let page = someone.open(&path).await;
    let page = someone.answer(&t, &page, &[("a.q1", "10")]).await;
    t.app.clock.advance_ms(2_000);
    let fields = [("a.q3", "一度だけ")];
    let (a, b, c) = tokio::join!(
        someone.post(&page, &fields),
        someone.post(&page, &fields),
        someone.post(&page, &fields)
    );
    for sent in [a, b, c] {
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.html);
        assert!(
            sent.location
                .is_some_and(|address| address.ends_with("_p=done"))
        );
    }
    assert_eq!(answers(&t).await, 1);
}

#[tokio::test]
async fn a_browser_answers_once_where_the_survey_says_so() {
    let t = TestApp::start().await;
    let once = document_with(|d| d["answering"] = json!({ "limit": "once_per_browser" }));
    let owner = t.owner().await;
    let survey = published(&owner, once).await;
    let (path, other) = (
        link(&owner, &survey, json!({ "kind": "public" })).await,
        link(&owner, &survey, json!({ "kind": "public" })).await,
    );
    let someone = Respondent::new(&t, "ja");
    let early = someone.open(&other).await;
    let page = someone.open(&path).await;
    let page = someone.answer(&t, &page, &[("a.q1", "9")]).await;
    someone.answer(&t, &page, &[]).await;
    for address in [&path, &other] {
        let again = someone.open(address).await;
        assert!(
            again.status == StatusCode::OK && again.has("ご回答済みです"),
            "{}",
            again.html
        );
    }
    let sneaked = someone.answer(&t, &early, &[("a.q1", "1")]).await;
    assert_eq!(sneaked.status, StatusCode::CONFLICT);
    assert_eq!(
        Respondent::new(&t, "ja").open(&path).await.page(),
        "p1",
        "another browser may"
    );
    assert_eq!(answers(&t).await, 1);
}

#[tokio::test]
async fn a_shared_tablet_begins_anew_after_each_answer_and_after_a_pause() {
    let t = TestApp::start().await;
    let path = public(
        &t,
        document_with(|d| d["answering"] = json!({ "limit": "unlimited" })),
    )
    .await;
    let tablet = Respondent::new(&t, "ja");
    for score in ["9", "10"] {
        let page = tablet.open(&path).await;
        assert!(
            page.page() == "p1" && !page.has(" checked"),
            "{}",
            page.html
        );
        let page = tablet.answer(&t, &page, &[("a.q1", score)]).await;
        let thanks = tablet.answer(&t, &page, &[]).await;
        assert!(thanks.has("続けて別の回答をする"), "{}", thanks.html);
    }
    assert_eq!(answers(&t).await, 2);
    let page = tablet.open(&path).await;
    tablet.answer(&t, &page, &[("a.q1", "3")]).await;
    assert_eq!(tablet.open(&path).await.page(), "p2");
    t.app.clock.advance_ms(11 * 60_000);
    let page = tablet.open(&path).await;
    assert!(
        page.page() == "p1" && !page.has(" checked"),
        "somebody else's answers: {}",
        page.html
    );
}

#[tokio::test]
async fn a_survey_closes_at_its_hour_and_by_hand() {
    let t = TestApp::start().await;
    let closing = document_with(|d| {
        d["answering"] = json!({ "closes_at": "2026-04-02T00:00:00Z",
            "closed_message": { "ja": "春の調査は終わりました。", "en": "The spring survey is over." } });
    });
    let owner = t.owner().await;
    let survey = published(&owner, closing).await;
    let path = link(&owner, &survey, json!({ "kind": "public" })).await;
    let someone = Respondent::new(&t, "ja");
    let page = someone.open(&path).await;
    assert_eq!(page.status, StatusCode::OK);
    owner.post(&format!("{survey}/close"), json!({})).await;
    assert_eq!(
        someone.answer(&t, &page, &[("a.q1", "9")]).await.status,
        StatusCode::GONE
    );
    owner.post(&format!("{survey}/reopen"), json!({})).await;
    assert_eq!(
        someone.answer(&t, &page, &[("a.q1", "9")]).await.page(),
        "p3"
    );
    t.app.clock.advance_ms(86_400_000);
    let closed = someone.open(&path).await;
    assert!(
        closed.status == StatusCode::GONE && closed.has("春の調査は終わりました。"),
        "{}",
        closed.html
    );
    assert_eq!(answers(&t).await, 0);
}

#[tokio::test]
async fn scripts_in_labels_and_answers_are_words() {
    const SCRIPT: &str = "<script>alert(1)</script>";
    let t = TestApp::start().await;
    let path = public(
        &t,
        document_with(|d| {
            d["title"]["en"] = json!(SCRIPT);
            d["pages"][0]["questions"][0]["help"] =
                json!({ "en": "\"><img src=x onerror=alert(1)>" });
            d["pages"][1]["questions"][0]["choices"][0]["label"]["en"] = json!(SCRIPT);
            d["pages"][2]["title"] = json!({ "en": "{{answer:q2b}}" });
            d["endings"][1]["message"] = json!({ "en": "{{answer:q3}}" });
        }),
    )
    .await;
    let someone = Respondent::new(&t, "en");
    let mut pages = vec![someone.open(&path).await];
    for fields in [
        vec![("a.q1", "3")],
        vec![("a.q2", "staff"), ("o.q2.other", SCRIPT), ("a.q2b", SCRIPT)],
        vec![
            ("a.q3", "</textarea><script>alert(2)</script>"),
            ("a.mail", "\"><script>"),
        ],
        vec![("a.q3", "</textarea><script>alert(2)</script>")],
    ] {
        let page = someone
            .answer(&t, pages.last().expect("a page"), &fields)
            .await;
        pages.push(page);
    }
    for page in &pages {
        let scripts = page.html.matches("<script").count()
            - page.html.matches("<script src=\"/s/-/").count()
            - page.html.matches("<script src=\"&#x2f;s").count();
        assert_eq!(scripts, 0, "{}", page.html);
        assert!(!page.has("<img"), "{}", page.html);
    }
    assert!(
        pages[2].has("&lt;script&gt;alert(1)&lt;&#x2f;script&gt;"),
        "{}",
        pages[2].html
    );
    assert!(pages[4].has("alert(2)"), "{}", pages[4].html);
    assert_eq!(answers(&t).await, 1);
}

#[tokio::test]
async fn a_page_weighs_little_and_is_not_kept_by_caches() {
    let t = TestApp::start().await;
    let path = public(&t, document()).await;
    let someone = Respondent::new(&t, "ja");
    let page = someone.open(&path).await;
    assert!(page.html.len() < 12_500, "{} bytes", page.html.len());
    let response = someone
        .person
        .request(reqwest::Method::GET, &path)
        .send()
        .await
        .expect("an answer");
    assert_eq!(response.headers()["cache-control"], "no-store");
    assert!(!page.cookies.is_empty(), "the sitting is kept");
    for cookie in &page.cookies {
        assert!(
            cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"),
            "{cookie}"
        );
    }
}

#[tokio::test]
async fn the_brand_s_colour_can_be_read_and_its_drawing_cannot_run() {
    let t = TestApp::start().await;
    let path = public(
        &t,
        document_with(|d| {
            d["theme"] =
                json!({ "accent": "#ffee00", "logo": "data:image/svg+xml;base64,PHN2Zy8+" });
        }),
    )
    .await;
    let someone = Respondent::new(&t, "ja");
    let page = someone.open(&path).await;
    assert!(
        !page.has("--accent:#ffee00;--on:#ffffff") && page.has("--accent:#"),
        "yellow on paper cannot be read"
    );
    assert!(
        !page.has("base64"),
        "a picture is fetched once, not sent with every page"
    );
    let response = someone
        .person
        .request(reqwest::Method::GET, &format!("{path}/logo"))
        .send()
        .await
        .expect("an answer");
    assert_eq!(response.headers()["content-type"], "image/svg+xml");
    let policy = response.headers()["content-security-policy"]
        .to_str()
        .expect("text");
    assert!(
        policy.contains("sandbox") && policy.contains("default-src 'none'"),
        "{policy}"
    );
    assert_eq!(
        response.bytes().await.expect("a picture").as_ref(),
        b"<svg/>"
    );
    let none = public(&t, document()).await;
    let missing = someone.open(&format!("{none}/logo")).await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
}
