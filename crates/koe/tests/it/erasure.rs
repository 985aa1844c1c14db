//! Erasing a person: nothing is left, in no table and in no byte of a file.

use std::path::Path;
use std::time::{Duration, SystemTime};

use koe::org::Role;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use sqlx::Row;

use crate::answering::{Respondent, document, link, published};
use crate::importing::import;
use crate::org::{company, restricted};
use crate::support::{Person, TestApp, answer};
use crate::voices::{list, send, survey};

const NAME: &str = "綾小路ひとみ";
const MAIL: &str = "hitomi.ayanokoji@example.com";
const PHONE: &str = "+819055501234";
const NOTE: &str = "left-handed-collector";
/// An attribute that records keep.
const CLUB: &str = "harbour-rowers-1987";
const WORDS: &str = "雨の日に傘を貸してくださった";
const TYPED: &str = "まだ書きかけの言葉";
/// What a link said of the person.
const BOOKED: &str = "予約の備考：左利きの収集家";
const BROUGHT: &str = "取り込んだ感想です";

/// Everything that is only the person's.
const OWN: [&str; 9] = [NAME, MAIL, PHONE, NOTE, CLUB, WORDS, TYPED, BOOKED, BROUGHT];

struct World {
    survey: String,
    /// The person, and somebody else.
    hitomi: String,
    other: String,
    /// A pseudonym that was merged into the person's.
    merged: String,
    personal: String,
}

pub async fn customer(owner: &Person, body: Value) -> String {
    let made = owner.create("/api/customers", body).await;
    made["id"].as_str().expect("an id").to_owned()
}

const COMMENTS: &str = "id,mail,score,comment\n\
    1,hitomi.ayanokoji@example.com,4,取り込んだ感想です\n\
    2,other@example.com,8,別の人の感想です\n";
const ORDERS: &str = "id,mail,amount,ordered\n\
    1,hitomi.ayanokoji@example.com,1200,2026-03-01\n\
    2,other@example.com,900,2026-03-02\n";

fn orders() -> Option<Value> {
    Some(
        json!({ "kind": "operational", "key": "orders", "stream_kind": "orders",
        "label": { "ja": "注文" } }),
    )
}

/// A person who left traces everywhere, and somebody else beside them.
async fn world(t: &TestApp, owner: &Person) -> World {
    let body = json!({ "key": "note", "label": { "en": "Note" }, "kind": "text" });
    owner.create("/api/attributes", body).await;
    let body = json!({ "key": "club", "label": { "en": "Club" }, "kind": "code", "frozen": true });
    owner.create("/api/attributes", body).await;
    let hitomi = customer(
        owner,
        json!({ "name": NAME, "attributes": { "note": NOTE, "club": CLUB }, "identifiers": [
            { "kind": "email", "value": MAIL }, { "kind": "phone", "value": PHONE }] }),
    )
    .await;
    let merged = customer(owner, json!({ "name": NAME })).await;
    let other = customer(
        owner,
        json!({ "name": "別の人", "identifiers": [{ "kind": "email", "value": "other@example.com" }] }),
    )
    .await;
    let consent = json!({ "purpose": "research", "granted": true, "source": "call" });
    owner
        .create(&format!("/api/customers/{hitomi}/consents"), consent)
        .await;
    let survey = survey(t, owner, "identified").await;
    let said = |customer: &str, score: i64, words: &str| {
        json!({ "survey_id": survey, "answers": { "score": score, "why": words },
            "fields": if customer == other { json!({}) } else { json!({ "booking": BOOKED }) },
            "partial": true, "context": { "customer_id": customer } })
    };
    // Two that are sealed, one under the pseudonym that is merged later.
    send(
        t,
        owner,
        vec![
            said(&hitomi, 9, &format!("{WORDS}（{MAIL}）")),
            said(&merged, 9, WORDS),
            said(&other, 2, "別の人の声"),
        ],
    )
    .await;
    t.app.clock.advance_ms(120_000);
    t.see_to_duties().await;
    let merge = format!("/api/customers/{hitomi}/merge");
    let (status, answer) = owner.post(&merge, json!({ "customer_id": merged })).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    // One that still waits.
    let mut waiting = said(&hitomi, 10, WORDS);
    waiting["key"] = json!(format!("call-{MAIL}"));
    send(t, owner, vec![waiting]).await;
    import(owner, "letters.csv", COMMENTS, None).await;
    import(owner, "orders.csv", ORDERS, orders()).await;
    t.drain().await;
    let store = published(owner, document()).await;
    let personal = json!({ "kind": "personal", "customer_id": hitomi });
    let personal = link(owner, &store, personal).await;
    let browser = Respondent::new(t, "ja");
    let page = browser.open(&personal).await;
    let page = browser.answer(t, &page, &[("a.q1", "4")]).await;
    browser
        .answer(t, &page, &[("a.q2", "staff"), ("a.q2b", TYPED)])
        .await;
    World {
        survey,
        hitomi,
        other,
        merged,
        personal,
    }
}

pub async fn choose(owner: &Person, mode: &str) {
    let change = json!({ "privacy": { "erasure": mode } });
    let (status, answer) = owner.patch("/api/organisation", change).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
}

async fn erase(owner: &Person, customer: &str) -> Value {
    let path = format!("/api/customers/{customer}/erasure");
    owner.create(&path, json!({ "reason": "request" })).await
}

/// Every text of every table, with the table's name.
async fn tables(t: &TestApp) -> Vec<(String, String)> {
    let names = match t.app.db.engine() {
        koe::base::db::Engine::Sqlite => "SELECT name FROM sqlite_master WHERE type = 'table'",
        koe::base::db::Engine::Postgres => {
            "SELECT CAST(table_name AS TEXT) FROM information_schema.tables \
             WHERE table_schema = current_schema()"
        }
    };
    let mut tx = t.app.db.read().await.expect("a transaction");
    let names: Vec<String> = sqlx::query_scalar(names)
        .fetch_all(&mut *tx)
        .await
        .expect("tables");
    assert!(names.len() > 30, "{names:?}");
    let mut texts = Vec::new();
    for name in names.into_iter().filter(|name| !name.starts_with("_sqlx")) {
        let sql = sqlx::AssertSqlSafe(format!("SELECT * FROM {name}"));
        for row in sqlx::query(sql).fetch_all(&mut *tx).await.expect("rows") {
            for column in 0..row.len() {
                if let Ok(Some(text)) = row.try_get::<Option<String>, _>(column) {
                    texts.push((name.clone(), text));
                }
            }
        }
    }
    tx.rollback().await.expect("ended");
    texts
}

/// All files below a folder with what is in them.
fn files(folder: &Path) -> Vec<(std::path::PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            let bytes = std::fs::read(&path).expect("a file");
            found.push((path, bytes));
        }
    }
    found
}

/// Where words are: tables by name, files by path.
pub async fn places(t: &TestApp, words: &str) -> Vec<String> {
    let mut places: Vec<String> = tables(t)
        .await
        .into_iter()
        .filter(|(_, text)| text.contains(words))
        .map(|(table, text)| format!("{table}: {text}"))
        .collect();
    for (path, bytes) in files(t.data.path()) {
        if bytes
            .windows(words.len())
            .any(|part| part == words.as_bytes())
        {
            places.push(path.display().to_string());
        }
    }
    places
}

/// Rows of one table that hold these words.
async fn of_table(t: &TestApp, table: &str, words: &str) -> Vec<String> {
    let mut texts = tables(t).await;
    texts.retain(|(name, text)| name == table && text.contains(words));
    texts.into_iter().map(|(_, text)| text).collect()
}

/// Lets the duties work as they would over the next hour.
pub async fn an_hour(t: &TestApp) {
    for _ in 0..4 {
        t.drain().await;
        t.see_to_duties().await;
        t.app.clock.advance_ms(900_000);
        // The clock of the test is not the one that the file system has.
        let at = SystemTime::UNIX_EPOCH
            + Duration::from_millis(t.app.clock.now_ms().unsigned_abs() - 901_000);
        for (path, _) in files(&t.data.path().join("lake")) {
            let file = std::fs::File::options().write(true).open(path);
            file.and_then(|file| file.set_modified(at)).expect("set");
        }
    }
}

pub async fn count_of(t: &TestApp, owner: &Person, survey: &str) -> Value {
    t.drain().await;
    let (_, results) = owner.get(&format!("/api/surveys/{survey}/results")).await;
    results["responses"].clone()
}

async fn receipt(owner: &Person, erasure: &Value) -> Value {
    let id = erasure["id"].as_str().expect("an id");
    let (status, receipt) = owner.get(&format!("/api/erasures/{id}")).await;
    assert_eq!(status, StatusCode::OK, "{receipt}");
    receipt
}

#[tokio::test]
async fn a_deleted_person_is_in_no_table_and_in_no_file() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let world = world(&t, &owner).await;
    for words in OWN {
        assert!(
            !places(&t, words).await.is_empty(),
            "{words} was never there"
        );
    }
    assert_eq!(count_of(&t, &owner, &world.survey).await, 4);

    assert!(!of_table(&t, "import", MAIL).await.is_empty());
    assert!(!of_table(&t, "voice", &world.hitomi).await.is_empty());

    let erasure = erase(&owner, &world.hitomi).await;
    assert_eq!(erasure["mode"], "delete");
    assert_eq!(erasure["completed_at"], Value::Null);
    let removed = &erasure["removed"];
    for (what, n) in [
        ("names", 1),
        ("identifiers", 2),
        ("attributes", 2),
        ("consents", 1),
        ("links", 1),
        ("records_deleted", 5),
        ("records_anonymised", 0),
        // Four that were said or written, and what the link said of three answers.
        ("texts", 7),
    ] {
        assert_eq!(removed[what], n, "{what}: {erasure}");
    }
    // At once, before any duty or subscriber has done its work.
    assert_eq!(of_table(&t, "import", MAIL).await, [""; 0]);
    for pseudonym in [&world.hitomi, &world.merged] {
        assert_eq!(of_table(&t, "voice", pseudonym).await, [""; 0]);
    }
    let gone = format!("/api/customers/{}", world.hitomi);
    for path in [
        gone.clone(),
        format!("{gone}/timeline"),
        format!("/api/customers/{}", world.merged),
        format!("/api/customers/lookup?identifier={MAIL}"),
    ] {
        assert_eq!(owner.get(&path).await.0, StatusCode::NOT_FOUND, "{path}");
    }
    let voices = list(&owner, &[("masked", "false")]).await.to_string();
    assert!(
        !voices.contains(WORDS) && voices.contains("別の人の声"),
        "{voices}"
    );
    assert_eq!(count_of(&t, &owner, &world.survey).await, 1);
    let page = Respondent::new(&t, "ja").open(&world.personal).await;
    assert!(!page.html.contains("a.q"), "{}", page.html);
    let again = owner
        .post(&format!("{gone}/erasure"), json!({ "reason": "request" }))
        .await;
    assert_eq!(again.0, StatusCode::NOT_FOUND);

    an_hour(&t).await;
    let receipt = receipt(&owner, &erasure).await;
    assert!(receipt["completed_at"].is_string(), "{receipt}");
    assert!(
        receipt["files"]
            .as_array()
            .is_some_and(|files| files.len() >= 3),
        "{receipt}"
    );
    for words in OWN {
        assert_eq!(places(&t, words).await, [""; 0], "{words}");
    }
    for pseudonym in [&world.hitomi, &world.merged] {
        let left = places(&t, pseudonym).await;
        let known = |place: &&String| {
            ["erasure: ", "audit: "]
                .iter()
                .any(|table| place.starts_with(table))
                || place.contains("koe.sqlite")
        };
        let left: Vec<&String> = left.iter().filter(|place| !known(place)).collect();
        assert!(left.is_empty(), "{left:?}");
    }
    assert_eq!(count_of(&t, &owner, &world.survey).await, 1);
    let (_, kept) = owner
        .get(&format!("/api/customers/{}/timeline", world.other))
        .await;
    assert_eq!(kept["items"].as_array().map(Vec::len), Some(3), "{kept}");
    let (_, audit) = owner.get("/api/audit?action=customer.erase").await;
    assert_eq!(audit["items"][0]["detail"]["mode"], "delete", "{audit}");
    assert_eq!(audit["items"][0]["actor_name"], "Test");
    let (_, audit) = owner.get("/api/audit?action=erasure.complete").await;
    assert_eq!(audit["items"][0]["subject"], erasure["id"], "{audit}");

    // The old files come again: what was erased stays so, and is counted.
    let letters = import(&owner, "letters.csv", COMMENTS, None).await;
    let orders = import(&owner, "orders.csv", ORDERS, orders()).await;
    for again in [letters, orders] {
        let totals = &again["totals"];
        let counts = (&totals["erased"], &totals["unchanged"], &totals["added"]);
        assert_eq!(counts, (&json!(1), &json!(1), &json!(0)), "{totals}");
        assert_eq!(totals["customers"], 0, "{totals}");
    }
    assert_eq!(
        owner
            .get(&format!("/api/customers/lookup?identifier={MAIL}"))
            .await
            .0,
        StatusCode::NOT_FOUND
    );
    // Who comes back is somebody new, with nothing of before.
    let body = json!({ "name": NAME, "identifiers": [{ "kind": "email", "value": MAIL }] });
    let anew = customer(&owner, body).await;
    assert_ne!(anew, world.hitomi);
    let (_, timeline) = owner.get(&format!("/api/customers/{anew}/timeline")).await;
    assert_eq!(timeline["items"], json!([]));
}

#[tokio::test]
async fn an_anonymised_person_leaves_figures_and_masked_words() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let world = world(&t, &owner).await;
    choose(&owner, "anonymise").await;
    let erasure = erase(&owner, &world.hitomi).await;
    let removed = &erasure["removed"];
    assert_eq!(removed["records_anonymised"], 4, "{erasure}");
    assert_eq!(removed["records_deleted"], 1, "the order: {erasure}");
    for pseudonym in [&world.hitomi, &world.merged] {
        assert_eq!(of_table(&t, "voice", pseudonym).await, [""; 0]);
    }
    assert_eq!(count_of(&t, &owner, &world.survey).await, 4);
    an_hour(&t).await;
    assert!(receipt(&owner, &erasure).await["completed_at"].is_string());
    assert_eq!(count_of(&t, &owner, &world.survey).await, 4);
    for words in [NAME, MAIL, PHONE, NOTE, CLUB, BOOKED, TYPED] {
        assert_eq!(places(&t, words).await, [""; 0], "{words}");
    }
    let voices = list(&owner, &[("masked", "false"), ("q", "傘")]).await;
    assert_eq!(voices["total"], 3, "{voices}");
    for voice in voices["items"].as_array().expect("items") {
        assert_eq!(voice["customer_id"], Value::Null, "{voice}");
    }
    assert!(
        voices.to_string().contains(&format!("{WORDS}（●●●）")),
        "{voices}"
    );
    let letters = import(&owner, "letters.csv", COMMENTS, None).await;
    assert_eq!(letters["totals"]["erased"], 1, "{letters}");
    let lookup = format!("/api/customers/lookup?identifier={MAIL}");
    assert_eq!(owner.get(&lookup).await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_was_on_its_way_is_taken_out_before_a_receipt_is_complete() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let world = world(&t, &owner).await;
    let request = owner
        .request(Method::POST, "/api/imports?name=later.csv")
        .body(COMMENTS);
    let (status, waiting) = answer(request).await;
    assert_eq!(status, StatusCode::CREATED, "{waiting}");
    let erasure = erase(&owner, &world.hitomi).await;
    // As an answer that was accepted before the erasure and stored after it.
    let mut tx = t.app.db.write().await.expect("a transaction");
    sqlx::query("UPDATE record SET customer_id = $1 WHERE customer_id = $2")
        .bind(&world.hitomi)
        .bind(&world.other)
        .execute(&mut *tx)
        .await
        .expect("written");
    tx.commit().await.expect("committed");
    an_hour(&t).await;
    let open = receipt(&owner, &erasure).await;
    assert_eq!(open["removed"]["records_deleted"], 8, "{open}");
    assert_eq!(open["completed_at"], Value::Null, "an uploaded file waits");
    t.app.clock.advance_ms(14 * 86_400_000);
    t.see_to_duties().await;
    an_hour(&t).await;
    let owner = t.owner().await;
    let path = format!("/api/imports/{}", waiting["id"].as_str().expect("an id"));
    let (_, forgotten) = owner.get(&path).await;
    assert_eq!(forgotten["status"], "failed", "{forgotten}");
    assert!(
        forgotten["message"]["en"]
            .as_str()
            .is_some_and(|m| m.contains("14 days"))
    );
    assert!(
        !forgotten["sniffed"].to_string().contains(MAIL),
        "{forgotten}"
    );
    let complete = receipt(&owner, &erasure).await;
    assert!(complete["completed_at"].is_string(), "{complete}");
    assert_eq!(places(&t, MAIL).await, [""; 0]);
}

#[tokio::test]
async fn only_those_who_answer_for_the_whole_organisation_erase() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let unit = company(&owner).await;
    let made = customer(&owner, json!({ "name": NAME, "unit_id": unit("s1") })).await;
    let path = format!("/api/customers/{made}/erasure");
    let reason = json!({ "reason": "request" });
    t.member(&t.organisation, "analyst@example.com", Role::Analyst)
        .await;
    let analyst = t.signed_in("analyst@example.com").await;
    let regional = restricted(&t, "east@example.com", Role::Admin, &[&unit("east")]).await;
    for person in [&analyst, &regional] {
        assert_eq!(
            person.post(&path, reason.clone()).await.0,
            StatusCode::FORBIDDEN
        );
        assert_eq!(person.get("/api/erasures").await.0, StatusCode::FORBIDDEN);
    }
    let foreign = t.foreign_owner().await;
    assert_eq!(
        foreign.post(&path, reason.clone()).await.0,
        StatusCode::NOT_FOUND
    );
    let (status, problem) = owner.post(&path, json!({ "reason": "because" })).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(problem["fields"][0]["field"], "reason", "{problem}");
    let erasure = owner.create(&path, reason).await;
    let (_, list) = owner.get("/api/erasures").await;
    assert_eq!(list["items"], json!([erasure]));
    assert_eq!(foreign.get("/api/erasures").await.1["items"], json!([]));
}
