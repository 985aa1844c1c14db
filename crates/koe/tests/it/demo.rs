//! The demo company, made and asked over HTTP: what is planted can be seen
//! with the product's own means.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use koe::base::app::App;
use koe::base::clock::Clock;
use koe::base::config::Config;
use koe::base::id::Chance;
use koe::demo::{self, EMAIL, Made, PASSWORD, Plan, TRUTHS_FILE};
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::{Person, TestApp};

const SEED: u64 = 5;

async fn company(records: u64) -> (TestApp, Person, Made) {
    let mut made = None;
    let t = TestApp::start_made_by(
        |_| {},
        async |app: &App| {
            let plan = Plan {
                records,
                seed: SEED,
            };
            let done = demo::create(app, plan, |_| {})
                .await
                .expect("the company is made");
            made.insert(done).organisation.clone()
        },
    )
    .await;
    let person = signed_in(&t, EMAIL).await;
    (t, person, made.expect("made"))
}

async fn signed_in(t: &TestApp, email: &str) -> Person {
    let person = t.anybody();
    let sign_in = json!({ "email": email, "password": PASSWORD });
    let (status, body) = person.post("/api/session", sign_in).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    person
}

async fn items(person: &Person, path: &str) -> Vec<Value> {
    let (status, body) = person.get(path).await;
    assert_eq!(status, StatusCode::OK, "{path}: {body}");
    body["items"].as_array().cloned().expect("items")
}

fn text<'a>(value: &'a Value, path: &str) -> &'a str {
    value
        .pointer(path)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

async fn unit_id(person: &Person, code: &str) -> String {
    let units = items(person, "/api/units?limit=500").await;
    let unit = units
        .iter()
        .find(|unit| unit["code"] == code)
        .expect("a unit");
    text(unit, "/id").to_owned()
}

async fn metric_id(person: &Person, name: &str) -> String {
    let metrics = items(person, "/api/metrics").await;
    let metric = metrics
        .iter()
        .find(|metric| metric["name"]["en"] == name)
        .expect("a metric");
    text(metric, "/id").to_owned()
}

async fn results(person: &Person, metric: &str, question: Value) -> Value {
    let (status, body) = person
        .post(&format!("/api/metrics/{metric}/results"), question)
        .await;
    assert_eq!(status, StatusCode::OK, "{body}");
    body["results"].clone()
}

fn group<'a>(results: &'a Value, key: &str) -> Option<&'a Value> {
    let groups = results["groups"].as_array()?;
    groups
        .iter()
        .find(|group| group["key"][0] == key)
        .map(|group| &group["score"])
}

#[tokio::test]
async fn the_demo_company_is_whole_and_is_made_only_once() {
    let (t, owner, made) = company(4_000).await;
    assert!((3_700..4_300).contains(&made.records), "{}", made.records);
    let metrics = items(&owner, "/api/metrics").await;
    assert!(metrics.len() >= 12);
    let mut counted = 0;
    for metric in &metrics {
        let found = results(&owner, text(metric, "/id"), json!({})).await;
        let score = &found["total"]["score"];
        assert!(
            score["n"].as_u64().is_some_and(|n| n > 0),
            "{metric} {score}"
        );
        assert!(score["interval"].is_array(), "{metric} {score}");
        counted += 1;
    }
    assert_eq!(counted, metrics.len());
    for (path, least) in [
        ("/api/units?limit=500", 43),
        ("/api/touchpoints", 18),
        ("/api/offerings", 11),
        ("/api/surveys", 6),
        ("/api/streams", 3),
        ("/api/customers?limit=50", 50),
        ("/api/members", 5),
    ] {
        let found = items(&owner, path).await;
        assert!(found.len() >= least, "{path}: {}", found.len());
        for thing in found.iter().filter(|thing| thing["name"].is_object()) {
            assert!(
                !text(thing, "/name/ja").is_empty() && !text(thing, "/name/en").is_empty(),
                "{thing}"
            );
        }
    }
    let surveys = items(&owner, "/api/surveys").await;
    let purchase = surveys
        .iter()
        .find(|s| text(s, "/title/en").contains("purchase"))
        .expect("a survey");
    let links = items(
        &owner,
        &format!("/api/surveys/{}/links", text(purchase, "/id")),
    )
    .await;
    let (_, token) = text(&links[0], "/url")
        .rsplit_once("/s/")
        .expect("an address");
    let (status, _) = t.anybody().get(&format!("/s/{token}")).await;
    assert_eq!(status, StatusCode::OK, "the answer page opens");
    for survey in &surveys {
        people_leave_where_it_is_planted(&owner, survey, &made).await;
    }
    let truths = std::fs::read_to_string(t.data.path().join(TRUTHS_FILE)).expect("the truths");
    assert!(truths.contains("shinjuku_slip"));

    let plan = Plan {
        records: 4_000,
        seed: SEED,
    };
    let again = demo::create(&t.app, plan, |_| {})
        .await
        .expect_err("refused");
    assert!(again.to_string().contains("--data"), "{again}");
}

/// The results page of a survey shows how far people came, and on which page most of them left.
async fn people_leave_where_it_is_planted(owner: &Person, survey: &Value, made: &Made) {
    let path = format!("/api/surveys/{}/results", text(survey, "/id"));
    let (status, results) = owner.get(&path).await;
    assert_eq!(status, StatusCode::OK, "{results}");
    if text(survey, "/title/en").contains("Staff") {
        assert_eq!(results["drop_off"], Value::Null, "confidential");
        return;
    }
    let way = &results["drop_off"];
    let count = |value: &Value| value.as_i64().expect("a count") as f64;
    assert_eq!(way["finished"], results["responses"], "{way}");
    assert!(count(&way["begun"]) > count(&way["finished"]), "{way}");
    let leaving = &made.truths.leaving;
    let pages = way["pages"].as_array().expect("pages");
    let share = |page: &Value| count(&page["left"]) / count(&page["reached"]);
    for page in pages {
        assert!(
            page["median_ms"].as_i64().is_some_and(|ms| ms > 1_000),
            "{page}"
        );
    }
    let worst = pages.iter().max_by(|a, b| share(a).total_cmp(&share(b)));
    let worst = worst.expect("a page");
    if text(survey, "/title/en").contains("purchase") {
        assert_eq!(worst["page"], leaving.page, "{way}");
        assert!((share(worst) - leaving.share).abs() < 0.04, "{way}");
    } else {
        assert!(share(worst) < leaving.share, "{way}");
    }
}

#[tokio::test]
async fn the_slip_of_one_store_and_the_reorganisation_show_in_the_metrics() {
    let (_t, owner, made) = company(12_000).await;
    let satisfaction = metric_id(&owner, "Purchase satisfaction").await;
    let slip = made.truths.begin_of("shinjuku_slip").expect("planted");
    let shinjuku = unit_id(&owner, "S101").await;
    let stretch = |from: String, to: String| json!({ "period": { "from": from, "to": to }, "split": ["unit"] });
    let last_good = slip.yesterday().expect("a day").to_string();
    let before = results(
        &owner,
        &satisfaction,
        stretch("2000-01-01".into(), last_good),
    )
    .await;
    let after = results(
        &owner,
        &satisfaction,
        stretch(slip.to_string(), "2100-01-01".into()),
    )
    .await;
    let value = |results: &Value, unit: &str| {
        group(results, unit)
            .and_then(|score| score["value"].as_f64())
            .expect("a score")
    };
    assert!(
        value(&before, &shinjuku) - value(&after, &shinjuku) > 10.0,
        "{before} {after}"
    );
    let total = |results: &Value| {
        results["total"]["score"]["value"]
            .as_f64()
            .expect("a score")
    };
    assert!((total(&before) - total(&after)).abs() < 6.0);

    // Until the day of the reorganisation the metropolitan region had no
    // stores; as the tree is now, it had them all along.
    let last_day = made
        .truths
        .reorganisation
        .yesterday()
        .expect("a day")
        .to_string();
    let (tokyo, ended) = (
        unit_id(&owner, "R-TOKYO").await,
        unit_id(&owner, "R-CHUSHIKOKU").await,
    );
    let regions = |units: &str, from: &str, to: &str| json!({ "period": { "from": from, "to": to }, "split": ["unit:2"], "units": units });
    let then = results(
        &owner,
        &satisfaction,
        regions("as_then", "2000-01-01", &last_day),
    )
    .await;
    let now = results(
        &owner,
        &satisfaction,
        regions("as_now", "2000-01-01", &last_day),
    )
    .await;
    assert!(
        group(&then, &tokyo).is_none() && group(&then, &ended).is_some(),
        "{then}"
    );
    assert!(
        group(&now, &tokyo).is_some() && group(&now, &ended).is_none(),
        "{now}"
    );
    assert_eq!(then["total"]["score"]["n"], now["total"]["score"]["n"]);
    let first_day = made.truths.reorganisation.to_string();
    let since = results(
        &owner,
        &satisfaction,
        regions("as_then", &first_day, "2100-01-01"),
    )
    .await;
    assert!(
        group(&since, &tokyo).is_some() && group(&since, &ended).is_none(),
        "{since}"
    );
}

#[tokio::test]
async fn voices_in_both_languages_and_a_customers_way_can_be_read() {
    let (t, owner, _) = company(4_000).await;
    for (language, least) in [("ja", 400), ("en", 30)] {
        let (_, page) = owner
            .get(&format!("/api/voices?language={language}&limit=50"))
            .await;
        assert!(
            page["total"].as_u64().is_some_and(|n| n >= least),
            "{language}: {}",
            page["total"]
        );
    }
    // What carries personal data is masked where lists are shown.
    let (_, page) = owner.get("/api/voices?q=%E9%80%A3%E7%B5%A1&limit=50").await;
    let voices = page["items"].as_array().expect("items");
    assert!(voices.iter().any(|voice| voice["masked"] == true), "{page}");
    for voice in voices {
        assert!(!text(voice, "/text").contains("@example.com"), "{voice}");
    }
    let mut longest = 0;
    for customer in items(&owner, "/api/customers?limit=40").await {
        let way = items(
            &owner,
            &format!("/api/customers/{}/timeline", text(&customer, "/id")),
        )
        .await;
        let kinds: BTreeSet<String> = way
            .iter()
            .map(|entry| text(entry, "/kind").to_owned())
            .collect();
        longest = longest.max(kinds.len());
        assert!(
            way.is_sorted_by(|a, b| text(a, "/at") >= text(b, "/at")),
            "newest first"
        );
    }
    assert!(longest >= 2, "orders and answers on one line");

    // A manager of a region sees its customers and figures and no others.
    let manager = signed_in(&t, "kansai@koe.example").await;
    let metric = metric_id(&owner, "Purchase satisfaction").await;
    let by_unit = json!({ "split": ["unit"] });
    let (all, mine) = (
        results(&owner, &metric, by_unit.clone()).await,
        results(&manager, &metric, by_unit).await,
    );
    let groups = |results: &Value| results["groups"].as_array().map(Vec::len);
    assert_eq!((groups(&all), groups(&mine)), (Some(26), Some(6)));
}

#[tokio::test]
async fn the_same_seed_and_clock_make_the_same_company() {
    let mut sums = Vec::new();
    for _ in 0..2 {
        let folder = tempfile::tempdir().expect("a folder");
        let mut config = Config::default();
        config.store.data = folder.path().to_owned();
        let clock = Clock::fixed("2026-11-22T03:00:00Z".parse().expect("a time"));
        let app = App::open(config, clock, Chance::seeded(SEED))
            .await
            .expect("it opens");
        let plan = Plan {
            records: 2_000,
            seed: SEED,
        };
        let made = demo::create(&app, plan, |_| {}).await.expect("made");
        let mut tx = app.db.read().await.expect("a transaction");
        let texts: String = sqlx::query_scalar("SELECT MAX(record_id || body) FROM record_text")
            .fetch_one(&mut *tx)
            .await
            .expect("a text");
        sums.push((made.records, texts));
    }
    assert_eq!(sums[0], sums[1]);
}

#[test]
fn the_command_prints_the_sign_in_and_its_folder_may_be_renamed() {
    let folder = tempfile::tempdir().expect("a folder");
    let (unfinished, finished) = (folder.path().join("a.unfinished"), folder.path().join("a"));
    let koe = |data: &Path| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_koe"));
        command
            .env_remove("KOE_DATABASE_URL")
            .arg("demo")
            .arg("--data")
            .arg(data);
        command
            .args(["--scale", "2000"])
            .output()
            .expect("koe runs")
    };
    let output = koe(&unfinished);
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let printed = String::from_utf8(output.stdout).expect("text");
    let lines: Vec<&str> = printed.lines().collect();
    assert_eq!(lines.len(), 2, "{printed}");
    assert!(lines[0].ends_with(EMAIL) && lines[1].to_lowercase().contains("password"));
    assert!(lines[1].ends_with(PASSWORD));
    std::fs::rename(&unfinished, &finished).expect("renamed");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let mut config = Config::default();
        config.store.data = finished.clone();
        let app = App::open(config, Clock::system(), Chance::system())
            .await
            .expect("it opens");
        let organisation = koe::org::organisations(&app).await.expect("read").remove(0);
        let scope = koe::org::operator_scope(&organisation.id);
        let mut tx = app.db.read().await.expect("a transaction");
        let metric = koe::metrics::all(&mut tx, &scope)
            .await
            .expect("metrics")
            .remove(0);
        drop(tx);
        let question = serde_json::from_value(json!({})).expect("a question");
        let found = koe::metrics::ask(&app, &scope, &metric, &question)
            .await
            .expect("an answer");
        assert!(found.total.score.n.is_some_and(|n| n > 100));
        app.db.close().await;
    });
    let refused = koe(&finished);
    assert!(!refused.status.success());
    assert!(String::from_utf8_lossy(&refused.stderr).contains("--data"));
}
