//! How long answers are kept: what was promised when they were given, and that
//! afterwards nothing is left, in no table and in no byte of a file.

use koe::org::Role;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::answering::{Respondent, link};
use crate::erasure::{an_hour, choose, count_of, customer, places};
use crate::importing::{import, import_with};
use crate::support::{Person, TestApp};
use crate::voices::send;

const DAY_MS: i64 = 86_400_000;
const WORDS: &str = "傘立てがいつも倒れています";
const RECEIPT: &str = "receipt-77-4711";
const LATER: &str = "次の週の感想";

/// Makes and publishes a survey; its id.
async fn survey(owner: &Person, days: Option<u32>) -> String {
    let document = json!({
        "format": 1,
        "title": { "ja": "ご利用後アンケート" },
        "languages": ["ja"],
        "privacy": { "purpose": { "ja": "改善のため" }, "retention_days": days },
        "hidden_fields": [
            { "id": "plan", "label": { "ja": "プラン" }, "kind": "code" },
            { "id": "receipt", "label": { "ja": "レシート" }, "kind": "text" } ],
        "pages": [{ "id": "p1", "questions": [
            { "id": "score", "type": "nps", "text": { "ja": "おすすめ度" } },
            { "id": "why", "type": "text", "text": { "ja": "理由" }, "long": true, "voice": true } ] }]
    });
    let made = owner
        .create("/api/surveys", json!({ "document": document }))
        .await;
    let id = made["id"].as_str().expect("an id").to_owned();
    publish(owner, &id).await;
    id
}

async fn publish(owner: &Person, survey: &str) {
    let path = format!("/api/surveys/{survey}/publish");
    owner.create(&path, json!({})).await;
}

fn said(survey: &str, customer: Option<&str>, words: &str) -> Value {
    json!({ "survey_id": survey, "answers": { "score": 8, "why": words }, "partial": true,
        "context": { "customer_id": customer } })
}

/// Moves the clock, and signs in again: a session does not last as long.
async fn days(t: &TestApp, n: i64) -> Person {
    t.app.clock.advance_ms(n * DAY_MS);
    t.owner().await
}

async fn runs(owner: &Person) -> Vec<Value> {
    let (status, list) = owner.get("/api/retention/runs").await;
    assert_eq!(status, StatusCode::OK, "{list}");
    list["items"].as_array().expect("items").clone()
}

async fn promises(owner: &Person) -> Value {
    let (status, view) = owner.get("/api/retention").await;
    assert_eq!(status, StatusCode::OK, "{view}");
    view
}

async fn promise(owner: &Person, days: Option<u32>) {
    let change = json!({ "privacy": { "retention_days": days } });
    let (status, answer) = owner.patch("/api/organisation", change).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
}

/// A person who answered by a personal link, and in a call.
async fn answered(t: &TestApp, owner: &Person, survey: &str) -> String {
    let body = json!({ "name": "水野あかね", "identifiers": [
        { "kind": "email", "value": "akane@example.com" }] });
    let akane = customer(owner, body).await;
    let path = format!("/api/surveys/{survey}");
    let personal = json!({ "kind": "personal", "customer_id": akane,
        "fields": { "plan": "gold-plan-9", "receipt": RECEIPT } });
    let personal = link(owner, &path, personal).await;
    let browser = Respondent::new(t, "ja");
    let page = browser.open(&personal).await;
    let fields = [("a.score", "3"), ("a.why", WORDS)];
    let thanks = browser.answer(t, &page, &fields).await;
    assert!(!thanks.html.contains("a.why"), "{}", thanks.html);
    let call = format!("水野あかねです。{WORDS}");
    send(t, owner, vec![said(survey, Some(&akane), &call)]).await;
    akane
}

#[tokio::test]
async fn when_the_time_is_over_nothing_is_left_in_any_table_or_file() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let survey = survey(&owner, Some(10)).await;
    let akane = answered(&t, &owner, &survey).await;
    an_hour(&t).await;
    let owner = days(&t, 5).await;
    send(&t, &owner, vec![said(&survey, None, LATER)]).await;
    let owner = days(&t, 4).await;
    an_hour(&t).await;
    for words in [WORDS, RECEIPT, "gold-plan-9", LATER] {
        let there = places(&t, words).await;
        assert!(!there.is_empty(), "{words} went too early");
    }
    assert_eq!(runs(&owner).await, [] as [Value; 0]);
    let view = promises(&owner).await;
    let kept = &view["promises"][0];
    assert_eq!(
        (&kept["records"], &kept["within_30_days"], &kept["days"]),
        (&json!(3), &json!(3), &json!(10)),
        "{view}"
    );
    assert_eq!(kept["promised_by"], "survey");
    let next = kept["next_at"].as_str().expect("a time");
    assert!(next.starts_with("2026-04-11T00:00"), "{view}");

    let owner = days(&t, 1).await;
    t.drain().await;
    t.see_to_duties().await;
    let gone = runs(&owner).await;
    assert_eq!(gone.len(), 1, "{gone:?}");
    let removed = &gone[0]["removed"];
    assert_eq!(
        (
            &removed["records_deleted"],
            &removed["texts"],
            &removed["links"]
        ),
        // Two that were said, and what the link said of one answer.
        (&json!(2), &json!(3), &json!(1)),
        "{removed}"
    );
    assert_eq!(gone[0]["mode"], "delete");
    assert_eq!(count_of(&t, &owner, &survey).await, 1, "at once");
    let (_, timeline) = owner.get(&format!("/api/customers/{akane}/timeline")).await;
    assert_eq!(timeline["items"], json!([]));
    an_hour(&t).await;
    for words in [WORDS, RECEIPT, "gold-plan-9"] {
        assert_eq!(places(&t, words).await, [""; 0], "{words}");
    }
    assert!(!places(&t, LATER).await.is_empty());
    let in_lake = places(&t, &akane).await;
    let of_person = |place: &&String| {
        ["customer", "audit", "outbox"]
            .iter()
            .any(|table| place.starts_with(table))
            || place.contains("koe.sqlite")
    };
    let left: Vec<&String> = in_lake.iter().filter(|place| !of_person(place)).collect();
    assert!(left.is_empty(), "{left:?}");

    // The receipt is complete, and doing it again changes nothing.
    let again = runs(&owner).await;
    assert_eq!(again.len(), 1);
    assert!(again[0]["completed_at"].is_string(), "{again:?}");
    let files = again[0]["files"].as_array().map(Vec::len);
    assert!(files.is_some_and(|files| files > 0), "{again:?}");
    let (_, audit) = owner.get("/api/audit?action=retention").await;
    let actions: Vec<&Value> = audit["items"]
        .as_array()
        .expect("items")
        .iter()
        .map(|line| &line["action"])
        .collect();
    assert_eq!(actions, ["retention.complete", "retention.run"], "{audit}");
    assert_eq!(audit["items"][1]["detail"]["records"], 2, "{audit}");
    assert!(promises(&owner).await["looked_at"].is_string());
}

#[tokio::test]
async fn an_organisation_that_anonymises_keeps_figures_and_masked_words() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    choose(&owner, "anonymise").await;
    let survey = survey(&owner, Some(10)).await;
    let akane = answered(&t, &owner, &survey).await;
    an_hour(&t).await;
    let owner = days(&t, 11).await;
    an_hour(&t).await;
    let made = runs(&owner).await;
    assert_eq!(made.len(), 1, "{made:?}");
    assert_eq!(made[0]["removed"]["records_anonymised"], 2, "{made:?}");
    assert!(made[0]["completed_at"].is_string(), "{made:?}");
    assert_eq!(count_of(&t, &owner, &survey).await, 2);
    for words in [RECEIPT, "gold-plan-9", "水野あかねです"] {
        assert_eq!(places(&t, words).await, [""; 0], "{words}");
    }
    assert!(!places(&t, WORDS).await.is_empty());
    let (_, timeline) = owner.get(&format!("/api/customers/{akane}/timeline")).await;
    assert_eq!(timeline["items"], json!([]));
    let owner = days(&t, 1).await;
    an_hour(&t).await;
    assert_eq!(runs(&owner).await.len(), 1, "done once");
    assert_eq!(count_of(&t, &owner, &survey).await, 2);
}

#[tokio::test]
async fn a_promise_of_the_organisation_holds_as_it_was_on_the_day_of_the_answer() {
    let t = TestApp::start_with(|config| config.privacy.retention_records = 2).await;
    let owner = t.owner().await;
    promise(&owner, Some(30)).await;
    let survey = survey(&owner, None).await;
    let many = (0..5).map(|_| said(&survey, None, WORDS)).collect();
    send(&t, &owner, many).await;
    let owner = days(&t, 1).await;
    promise(&owner, Some(5)).await;
    send(&t, &owner, vec![said(&survey, None, LATER)]).await;
    let owner = days(&t, 6).await;
    t.see_to_duties().await;
    assert_eq!(
        count_of(&t, &owner, &survey).await,
        5,
        "those of 30 days stay"
    );
    assert_eq!(runs(&owner).await.len(), 1);
    let owner = days(&t, 24).await;
    t.see_to_duties().await;
    assert_eq!(count_of(&t, &owner, &survey).await, 0);
    let all = runs(&owner).await;
    let mut counts: Vec<i64> = all
        .iter()
        .filter_map(|run| run["removed"]["records_deleted"].as_i64())
        .collect();
    counts.sort_unstable();
    assert_eq!(counts, [1, 1, 2, 2], "in batches: {all:?}");
}

const HISTORY: &str = "id,score,comment\n1,4,\n2,8,昔の感想です\n";

#[tokio::test]
async fn imported_history_goes_only_if_its_survey_promises_it() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    promise(&owner, Some(3)).await;
    let promised = survey(&owner, Some(10)).await;
    let silent = survey(&owner, None).await;
    for survey in [&promised, &silent] {
        let target = json!({ "kind": "survey", "survey_id": survey });
        let done = import_answers(&owner, target).await;
        assert_eq!(done["totals"]["added"], 2, "{done}");
    }
    t.drain().await;
    assert_eq!(count_of(&t, &owner, &promised).await, 2);
    an_hour(&t).await;
    // The file says 1 March: its ten days were over when it came.
    assert_eq!(count_of(&t, &owner, &promised).await, 0);
    assert_eq!(count_of(&t, &owner, &silent).await, 2);
    let owner = days(&t, 20).await;
    an_hour(&t).await;
    assert_eq!(count_of(&t, &owner, &silent).await, 2);
    // The old file comes again: what went stays so.
    let target = json!({ "kind": "survey", "survey_id": promised });
    let again = import_answers(&owner, target).await;
    assert_eq!(again["totals"]["erased"], 2, "{again}");
    let letters = import(&owner, "letters.csv", "id,comment\n1,手紙です\n", None).await;
    assert_eq!(letters["totals"]["added"], 1, "{letters}");
    let owner = days(&t, 20).await;
    an_hour(&t).await;
    assert!(
        !places(&t, "手紙です").await.is_empty(),
        "nothing was promised"
    );
    assert_eq!(runs(&owner).await.len(), 1);
}

async fn import_answers(owner: &Person, target: Value) -> Value {
    let text = HISTORY.replace("comment", "why");
    import_with(owner, "history.csv", &text, target, |column| match column {
        "id" => json!({ "is": "record_key" }),
        question => json!({ "is": "answer", "question": question }),
    })
    .await
}

#[tokio::test]
async fn only_those_who_answer_for_the_whole_organisation_look() {
    let t = TestApp::start().await;
    t.member(&t.organisation, "analyst@example.com", Role::Analyst)
        .await;
    let analyst = t.signed_in("analyst@example.com").await;
    for path in ["/api/retention", "/api/retention/runs"] {
        assert_eq!(analyst.get(path).await.0, StatusCode::FORBIDDEN, "{path}");
    }
}
