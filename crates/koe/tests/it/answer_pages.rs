//! Answering without a script.

use reqwest::StatusCode;
use serde_json::json;

use crate::answering::{
    Respondent, answers, count, document, document_with, drop_off, is_kept, link, public,
    published, text,
};
use crate::support::TestApp;

#[tokio::test]
async fn a_detractor_walks_all_pages_in_japanese() {
    let t = TestApp::start().await;
    let path = public(&t, document()).await;
    let someone = Respondent::new(&t, "ja-JP,ja;q=0.9,en;q=0.5");
    let page = someone.open(&path).await;
    assert_eq!((page.status, page.page().as_str()), (StatusCode::OK, "p1"));
    for words in [
        "lang=\"ja\"",
        "ご来店後アンケート",
        "店舗サービスの改善のため",
        "2年間",
        "https:&#x2f;&#x2f;example.com&#x2f;privacy",
        "あと最大3ページ",
        "まったく薦めたくない",
        "noindex",
    ] {
        assert!(page.has(words), "{words} in {}", page.html);
    }
    assert_eq!(page.html.matches("type=\"radio\"").count(), 11);
    assert!(
        !page.has("value=\"back\""),
        "there is nothing before the first page"
    );
    let page = someone.answer(&t, &page, &[("a.q1", "3")]).await;
    assert!(
        page.has("3点とされた理由") && page.has("value=\"back\""),
        "{}",
        page.html
    );
    // A question appears because of an answer on the same page.
    let page = someone
        .answer(
            &t,
            &page,
            &[("a.q2", "staff"), ("o.q2.other", "照明が暗い")],
        )
        .await;
    assert!(
        page.page() == "p2" && page.has("接客で気になったこと"),
        "{}",
        page.html
    );
    assert!(page.has("照明が暗い"), "what was written stays");
    let page = someone
        .answer(
            &t,
            &page,
            &[
                ("a.q2", "staff"),
                ("a.q2", "other"),
                ("o.q2.other", "照明が暗い"),
                ("a.q2b", "説明が長い"),
            ],
        )
        .await;
    assert_eq!(page.page(), "p3");
    assert!(
        page.has("最後のページ") && page.has("送信する"),
        "{}",
        page.html
    );
    assert_eq!(answers(&t).await, 0);
    let page = someone
        .answer(&t, &page, &[("a.q3", "全体には満足です。")])
        .await;
    assert!(
        page.status == StatusCode::OK && page.has("貴重なご意見をありがとうございます"),
        "{}",
        page.html
    );
    assert_eq!(answers(&t).await, 1);
    let row = text(&t, "SELECT body FROM lake_pending").await;
    assert!(row.contains("\"ja\""), "{row}");
    for body in ["照明が暗い", "説明が長い", "全体には満足です。"] {
        assert!(is_kept(&t, body).await, "{body}");
    }
    assert_eq!(
        text(&t, "SELECT answers FROM answer_sitting").await,
        "{}",
        "a finished sitting keeps no answers"
    );
}

#[tokio::test]
async fn a_promoter_skips_a_page_in_english_and_is_thanked_as_one() {
    let t = TestApp::start().await;
    let path = public(&t, document()).await;
    let someone = Respondent::new(&t, "en-GB");
    let page = someone.open(&path).await;
    assert!(
        page.has("lang=\"en\"") && page.has("How likely are you to recommend us?"),
        "{}",
        page.html
    );
    let page = someone.answer(&t, &page, &[("a.q1", "10")]).await;
    assert_eq!(page.page(), "p3");
    let page = someone.answer(&t, &page, &[("a.q3", "Great")]).await;
    assert!(
        page.has("Thank you for the 10") && page.has("https:&#x2f;&#x2f;example.com&#x2f;points"),
        "{}",
        page.html
    );
    assert_eq!(answers(&t).await, 1);
}

#[tokio::test]
async fn going_back_changes_the_way_and_what_is_left_behind_does_not_count() {
    let t = TestApp::start().await;
    let path = public(&t, document()).await;
    let someone = Respondent::new(&t, "ja");
    let first = someone.open(&path).await;
    let page = someone.answer(&t, &first, &[("a.q1", "2")]).await;
    let page = someone.answer(&t, &page, &[("a.q2", "range")]).await;
    assert_eq!(page.page(), "p3");
    // Back keeps what was typed here, mended or not.
    let page = someone
        .answer(
            &t,
            &page,
            &[("a.q3", "途中"), ("a.mail", "x"), ("_go", "back")],
        )
        .await;
    assert!(
        page.page() == "p2" && page.has("value=\"range\" checked"),
        "{}",
        page.html
    );
    let page = someone
        .answer(&t, &page, &[("a.q2", "range"), ("_go", "back")])
        .await;
    assert!(
        page.page() == "p1" && page.has("value=\"2\" checked"),
        "{}",
        page.html
    );
    let page = someone.answer(&t, &page, &[("a.q1", "9")]).await;
    assert!(page.page() == "p3" && page.has("途中"), "{}", page.html);
    // The browser's own back button: the first page sent again, then on.
    let again = someone.answer(&t, &first, &[("a.q1", "9")]).await;
    assert_eq!(again.page(), "p3");
    let done = someone.answer(&t, &again, &[]).await;
    assert!(done.has("9点をありがとうございます"), "{}", done.html);
    let row = text(&t, "SELECT body FROM lake_pending").await;
    assert!(!row.contains("range"), "{row}");
    // And once more after the end: nothing is sent twice.
    let late = someone.answer(&t, &page, &[("a.q3", "もう一度")]).await;
    assert!(late.has("9点をありがとうございます"), "{}", late.html);
    assert_eq!(answers(&t).await, 1);
}

#[tokio::test]
async fn mistakes_are_listed_beside_what_was_typed() {
    let t = TestApp::start().await;
    let path = public(&t, document()).await;
    let someone = Respondent::new(&t, "ja");
    let page = someone.open(&path).await;
    let page = someone.answer(&t, &page, &[]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        page.has("次の項目をご確認ください") && page.has("href=\"#q1.0\""),
        "{}",
        page.html
    );
    assert!(
        page.has("お選びください。") && page.has("aria-describedby=\"e-q1\""),
        "{}",
        page.html
    );
    let page = someone.answer(&t, &page, &[("a.q1", "11")]).await;
    assert!(page.has("0から10まで"), "{}", page.html);
    let page = someone.answer(&t, &page, &[("a.q1", "１０")]).await;
    assert_eq!(page.page(), "p3");
    let long = "長".repeat(10_001);
    let page = someone
        .answer(&t, &page, &[("a.q3", &long), ("a.mail", "taro@")])
        .await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.has("メールアドレスをご確認ください") && page.has("taro@") && page.has(&long));
    let page = someone
        .answer(
            &t,
            &page,
            &[
                ("a.q3", &"長".repeat(10_000)),
                ("a.mail", "ｔａｒｏ＠example.jp"),
            ],
        )
        .await;
    assert!(page.has("10点をありがとうございます"), "{}", page.html);
    assert_eq!(answers(&t).await, 1);
}

#[tokio::test]
async fn the_language_is_switched_and_nothing_typed_is_lost() {
    let t = TestApp::start().await;
    let path = public(&t, document()).await;
    let someone = Respondent::new(&t, "ja");
    let page = someone.open(&path).await;
    let page = someone
        .answer(&t, &page, &[("a.q1", "6"), ("_go", "lang:en")])
        .await;
    assert!(
        page.has("How likely") && page.has("value=\"6\" checked"),
        "{}",
        page.html
    );
    let page = someone.answer(&t, &page, &[("a.q1", "6")]).await;
    assert!(page.has("What made it 6?"), "{}", page.html);
    assert!(
        Respondent::new(&t, "ja")
            .open(&format!("{path}?_lang=en"))
            .await
            .has("How likely")
    );
}

#[tokio::test]
async fn a_sitting_is_finished_on_the_version_on_which_it_began() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let survey = published(&owner, document()).await;
    let path = link(&owner, &survey, json!({ "kind": "public" })).await;
    let (early, seen) = (Respondent::new(&t, "ja"), Respondent::new(&t, "ja"));
    let page = early.open(&path).await;
    let early_page = early.answer(&t, &page, &[("a.q1", "10")]).await;
    let seen_page = seen.open(&path).await;
    let changed = document_with(|d| {
        d["pages"][2]["questions"][0]["text"] = json!({ "ja": "新しい質問", "en": "New" })
    });
    let (status, _) = owner
        .put(
            &format!("{survey}/draft"),
            json!({ "document": changed, "revision": 2 }),
        )
        .await;
    assert_eq!(status, StatusCode::OK);
    owner.create(&format!("{survey}/publish"), json!({})).await;
    assert!(
        early
            .answer(&t, &early_page, &[])
            .await
            .has("10点をありがとうございます")
    );
    let page = seen.answer(&t, &seen_page, &[("a.q1", "9")]).await;
    assert!(
        page.has("ご自由にお書きください"),
        "the version that was shown: {}",
        page.html
    );
    let late = Respondent::new(&t, "ja");
    let page = late.open(&path).await;
    assert!(
        late.answer(&t, &page, &[("a.q1", "9")])
            .await
            .has("新しい質問")
    );
    assert_eq!(count(&t, "SELECT version FROM record").await, 1);
}

#[tokio::test]
async fn a_preview_runs_the_draft_and_counts_nowhere() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let survey = owner
        .create("/api/surveys", json!({ "document": document() }))
        .await;
    let survey = format!("/api/surveys/{}", survey["id"].as_str().expect("an id"));
    let path = link(&owner, &survey, json!({ "kind": "preview" })).await;
    let author = Respondent::new(&t, "ja");
    let page = author.open(&path).await;
    assert!(page.has("プレビュー表示です"), "{}", page.html);
    let changed =
        document_with(|d| d["pages"][2]["questions"][0]["text"]["ja"] = json!("書き直した質問"));
    owner
        .put(
            &format!("{survey}/draft"),
            json!({ "document": changed, "revision": 1 }),
        )
        .await;
    let page = author.answer(&t, &page, &[("a.q1", "9")]).await;
    assert!(page.has("書き直した質問"), "{}", page.html);
    let page = author.answer(&t, &page, &[("a.q3", "試し")]).await;
    assert!(
        page.has("9点をありがとうございます") && page.has("プレビュー表示です"),
        "{}",
        page.html
    );
    assert_eq!(answers(&t).await, 0);
    assert_eq!(
        count(&t, "SELECT CAST(COUNT(*) AS BIGINT) FROM lake_pending").await,
        0
    );
    assert_eq!(author.open(&path).await.page(), "p1", "again and again");
    let figures = drop_off(&t, &survey).await;
    assert_eq!((figures.begun, figures.pages.len()), (0, 0));
}

#[tokio::test]
async fn a_browser_without_cookies_can_answer_too() {
    let t = TestApp::start().await;
    let path = public(&t, document()).await;
    let fresh = || Respondent::new(&t, "ja");
    let page = fresh().open(&path).await;
    let page = fresh().answer(&t, &page, &[("a.q1", "9")]).await;
    assert_eq!((page.status, page.page().as_str()), (StatusCode::OK, "p3"));
    let page = fresh().answer(&t, &page, &[("a.q3", "クッキーなし")]).await;
    assert!(page.has("9点をありがとうございます"), "{}", page.html);
    assert_eq!(answers(&t).await, 1);
}

#[tokio::test]
async fn what_is_typed_is_kept_when_the_phone_is_put_away() {
    let t = TestApp::start().await;
    let path = public(&t, document()).await;
    let someone = Respondent::new(&t, "ja");
    let page = someone.open(&path).await;
    let page = someone.answer(&t, &page, &[("a.q1", "9")]).await;
    let kept = someone
        .answer(&t, &page, &[("a.q3", "書きかけ"), ("_go", "save")])
        .await;
    assert_eq!(kept.status, StatusCode::NO_CONTENT);
    let page = someone.open(&path).await;
    assert!(page.page() == "p3" && page.has("書きかけ"), "{}", page.html);
}

#[tokio::test]
async fn drop_off_and_time_are_counted_by_page() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let survey = published(&owner, document()).await;
    let path = link(&owner, &survey, json!({ "kind": "public" })).await;
    for (score, seconds) in [("9", 2), ("3", 5), ("10", 8)] {
        let someone = Respondent::new(&t, "ja");
        let page = someone.open(&path).await;
        t.app.clock.advance_ms((seconds - 3) * 1_000);
        let page = someone.answer(&t, &page, &[("a.q1", score)]).await;
        if score == "10" {
            someone.answer(&t, &page, &[]).await;
        }
    }
    let figures = drop_off(&t, &survey).await;
    assert_eq!((figures.begun, figures.finished), (3, 1));
    let page = |id: &str| {
        figures
            .pages
            .iter()
            .find(|page| page.page == id)
            .expect(id)
            .clone()
    };
    assert_eq!(
        (page("p1").reached, page("p1").left, page("p1").median_ms),
        (3, 0, Some(5_000))
    );
    assert_eq!(
        (page("p2").reached, page("p2").left, page("p2").median_ms),
        (1, 1, None)
    );
    assert_eq!((page("p3").reached, page("p3").left), (2, 1));
}

#[tokio::test]
async fn sittings_nobody_comes_back_to_are_forgotten() {
    let t = TestApp::start().await;
    let path = public(&t, document()).await;
    let someone = Respondent::new(&t, "ja");
    let page = someone.open(&path).await;
    someone.answer(&t, &page, &[("a.q1", "3")]).await;
    t.app.clock.advance_ms(31 * 86_400_000);
    t.see_to_duties().await;
    assert_eq!(text(&t, "SELECT answers FROM answer_sitting").await, "{}");
    assert_eq!(someone.open(&path).await.page(), "p1");
}
