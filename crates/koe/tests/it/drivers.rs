//! Drivers: the same numbers as over rows, kept results, refusals, scope.

mod guards;
mod joined;

use koe_analysis::drivers::{
    Column, DriverAnalysis, Method, Missing, Options, Rows, analyse, asymmetry, nps_contributions,
};
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::results::files::{cell, csv, download};
use crate::support::{Person, TestApp};

pub const DRIVERS: [&str; 4] = ["staff", "wait", "price", "music"];

/// A published survey with recommendation (q1) and ratings of four things.
pub async fn survey(owner: &Person, identity: &str) -> String {
    let text = |ja: &str, en: &str| json!({ "ja": ja, "en": en });
    let rated =
        |id: &str, ja: &str, en: &str| json!({ "id": id, "type": "rating", "text": text(ja, en) });
    let document = json!({
        "format": 1,
        "title": text("ご来店アンケート", "Your visit"),
        "languages": ["ja", "en"],
        "privacy": { "purpose": text("店舗サービスの改善のため", "To improve our stores"),
            "policy_url": "https://example.com/privacy", "retention_days": 730 },
        "programme": { "kind": "transactional", "identity": identity },
        "pages": [ { "id": "p1", "questions": [
            { "id": "q1", "type": "nps", "text": text("すすめたいですか", "Would you recommend us?") },
            rated("staff", "接客", "Staff"), rated("wait", "待ち時間", "Waiting"),
            rated("price", "価格", "Price"), rated("music", "音楽", "Music") ] } ]
    });
    let made = owner
        .create("/api/surveys", json!({ "document": document }))
        .await;
    let id = made["id"].as_str().expect("an id").to_owned();
    owner
        .create(&format!("/api/surveys/{id}/publish"), json!({}))
        .await;
    id
}

/// The n-th answer: staff and waiting decide, price a little, music nothing.
/// Everything follows from n; every thirteenth did not rate the music.
pub fn answers(n: u64) -> Value {
    let mut state = n.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mut draw = |of: u64| {
        state ^= state >> 30;
        state = state.wrapping_mul(0xbf58_476d_1ce4_e5b9);
        state ^= state >> 27;
        (state >> 8) % of
    };
    let mut rating = || 1 + draw(5) as i64;
    let (staff, wait, price, music) = (rating(), rating(), rating(), rating());
    let noise = draw(5) as i64 - 2;
    let score = (2 * staff + wait + price / 2 - 3 + noise).clamp(0, 10);
    let mut answers =
        json!({ "q1": score, "staff": staff, "wait": wait, "price": price, "music": music });
    if n.is_multiple_of(13) {
        answers.as_object_mut().expect("an object").remove("music");
    }
    answers
}

pub async fn answered(owner: &Person, survey: &str, range: std::ops::Range<u64>, context: Value) {
    let all: Vec<Value> = range
        .map(|n| {
            json!({ "survey_id": survey, "partial": true, "context": context, "answers": answers(n) })
        })
        .collect();
    for batch in all.chunks(500) {
        let body = json!({ "responses": batch });
        let (_, outcome) = owner.post("/api/responses/batch", body).await;
        assert_eq!(outcome["stored"], batch.len(), "{outcome}");
    }
}

pub fn definition(survey: &str) -> Value {
    json!({ "stream": survey, "outcome": { "kind": "field", "field": "q1" },
        "drivers": DRIVERS.map(|driver| format!("field:{survey}:{driver}")) })
}

pub async fn made(owner: &Person, definition: Value) -> String {
    let body =
        json!({ "name": { "en": "What decides?", "ja": "決め手" }, "definition": definition });
    let analysis = owner.create("/api/drivers", body).await;
    analysis["id"].as_str().expect("an id").to_owned()
}

pub async fn asked(owner: &Person, analysis: &str, query: Value) -> Value {
    let path = format!("/api/drivers/{analysis}/results");
    let (status, results) = owner.post(&path, query).await;
    assert_eq!(status, StatusCode::OK, "{results}");
    results
}

fn close(found: &Value, expected: f64, what: &str) {
    let found = found.as_f64().unwrap_or_else(|| panic!("{what}: {found}"));
    let within = 1e-9 * (1.0 + expected.abs());
    assert!(
        (found - expected).abs() <= within,
        "{what}: {found} is not {expected}"
    );
}

/// The same analysis over the rows of an exported file.
fn over_rows(
    survey: &str,
    columns: &[Vec<f64>],
    method: Method,
    missing: Missing,
) -> DriverAnalysis {
    let names = DRIVERS.map(|driver| format!("field:{survey}:{driver}"));
    let outcome = nps_contributions(&columns[0], 6.0, 9.0);
    let options = Options {
        method,
        missing,
        ..Options::default()
    };
    analyse(&rows(&outcome, &names, columns), &options).expect("a model")
}

fn rows<'a>(outcome: &'a [f64], names: &'a [String], columns: &'a [Vec<f64>]) -> Rows<'a> {
    Rows {
        outcome: Column {
            name: "outcome",
            values: outcome,
        },
        drivers: names
            .iter()
            .zip(&columns[1..])
            .map(|(name, values)| Column { name, values })
            .collect(),
        weights: None,
    }
}

#[tokio::test]
async fn the_lake_says_what_the_rows_of_an_export_say() {
    let t = TestApp::start_with(|config| config.lake.seal_seconds = 0).await;
    let owner = t.owner().await;
    let survey = survey(&owner, "identified").await;
    // Some in files, some still waiting.
    answered(&owner, &survey, 0..500, json!({})).await;
    t.see_to_duties().await;
    answered(&owner, &survey, 500..700, json!({})).await;

    let path = format!("/api/surveys/{survey}/responses/export?format=csv&values=codes");
    let (status, _, bytes) = download(&owner, &path).await;
    assert_eq!(status, StatusCode::OK);
    let (header, lines) = csv(&bytes);
    let column = |name: &str| -> Vec<f64> {
        let cells = lines.iter().map(|line| cell(&header, line, name));
        cells.map(|cell| cell.parse().unwrap_or(f64::NAN)).collect()
    };
    let columns: Vec<Vec<f64>> = ["q1"].into_iter().chain(DRIVERS).map(column).collect();
    assert_eq!(columns[0].len(), 700);

    for (word, method) in [("shapley", Method::Shapley), ("johnson", Method::Johnson)] {
        for (lacking, missing) in [
            ("listwise", Missing::Listwise),
            ("pairwise", Missing::Pairwise),
        ] {
            let expected = over_rows(&survey, &columns, method, missing);
            let mut definition = definition(&survey);
            definition["method"] = json!(word);
            definition["missing"] = json!(lacking);
            let analysis = made(&owner, definition).await;
            let results = asked(&owner, &analysis, json!({})).await;
            let finding = &results["finding"];
            assert_eq!(results["refused"], json!(null), "{results}");
            assert_eq!(results["outcome"]["unit"], "nps_points");
            assert_eq!(finding["n"], expected.n);
            assert_eq!(finding["n_dropped"], expected.n_dropped);
            close(&finding["r2"], expected.r2, "r2");
            close(
                &finding["first_component"],
                expected.first_component,
                "halo",
            );
            assert_eq!(finding["resamples"], 1_000);
            for (found, expected) in finding["drivers"]
                .as_array()
                .expect("drivers")
                .iter()
                .zip(&expected.drivers)
            {
                let name = &expected.name;
                assert_eq!(found["driver"], *name);
                assert_eq!(found["rank"], json!(expected.rank));
                assert_eq!(found["significant"], expected.significant);
                close(&found["importance"], expected.importance, name);
                close(&found["share"], expected.share, name);
                close(&found["performance"], expected.performance, name);
                close(&found["potential"], expected.slope, name);
                close(&found["vif"], expected.vif, name);
                assert_eq!(found["n_missing"], json!(expected.n_missing));
                assert_eq!(found["scale"], json!([1.0, 5.0]));
                // Other draws, the same uncertainty.
                let width = |(low, high): (f64, f64)| high - low;
                let interval = &found["potential_interval"];
                let found = interval[1].as_f64().expect("a number")
                    - interval[0].as_f64().expect("a number");
                let expected = width(expected.potential.interval);
                assert!(
                    (0.7..1.4).contains(&(found / expected)),
                    "{name}: {found} {expected}"
                );
            }
        }
    }

    // Penalty and reward are those of the rows as well.
    let names = DRIVERS.map(|driver| format!("field:{survey}:{driver}"));
    let outcome = nps_contributions(&columns[0], 6.0, 9.0);
    let expected = asymmetry(&rows(&outcome, &names, &columns), None, Default::default());
    let analysis = made(&owner, definition(&survey)).await;
    let results = asked(&owner, &analysis, json!({})).await;
    for expected in expected.expect("contrasts").drivers {
        let drivers = results["finding"]["drivers"].as_array().expect("drivers");
        let found = drivers
            .iter()
            .find(|found| found["driver"] == *expected.name);
        let found = &found.expect("the driver")["asymmetry"];
        close(
            &found["penalty"],
            expected.penalty.expect("a penalty"),
            &expected.name,
        );
        close(
            &found["reward"],
            expected.reward.expect("a reward"),
            &expected.name,
        );
        assert_eq!(
            found["kind"],
            serde_json::to_value(expected.kind).expect("a word")
        );
    }
}

#[tokio::test]
async fn a_result_is_kept_until_something_it_rests_on_changes() {
    let t = TestApp::start_with(|config| config.limits.driver_results = 2).await;
    let owner = t.owner().await;
    let survey = survey(&owner, "identified").await;
    answered(&owner, &survey, 0..120, json!({})).await;
    let analysis = made(&owner, definition(&survey)).await;
    let mut seen = Vec::new();
    let mut computed = async |query: Value| {
        t.app.clock.advance_ms(1_000);
        let results = asked(&owner, &analysis, query).await;
        let at = results["note"]["computed_at"].clone();
        let new = !seen.contains(&at);
        seen.push(at);
        new
    };
    assert!(computed(json!({})).await);
    assert!(!computed(json!({})).await, "nothing has changed");
    let filter = json!({ "filters": [{ "dimension": "version", "any_of": ["1"] }] });
    assert!(computed(filter.clone()).await, "other records may fit");
    assert!(!computed(filter.clone()).await);
    assert!(computed(json!({ "confidence": 0.9 })).await);
    assert!(computed(json!({})).await, "two are kept");
    answered(&owner, &survey, 120..121, json!({})).await;
    assert!(computed(json!({})).await, "an answer came");
    assert!(!computed(json!({})).await);
    let path = format!("/api/drivers/{analysis}");
    let (status, _) = owner
        .patch(&path, json!({ "name": { "en": "Renamed" } }))
        .await;
    assert_eq!(status, StatusCode::OK);
    let results = asked(&owner, &analysis, json!({})).await;
    assert_eq!(results["analysis"]["name"]["en"], "Renamed");
    t.app.clock.advance_ms(1_000);
    assert_eq!(owner.delete(&path).await.0, StatusCode::NO_CONTENT);
    assert_eq!(owner.get(&path).await.0, StatusCode::NOT_FOUND);
    let (_, audit) = owner.get("/api/audit?limit=20").await;
    let done: Vec<&str> = (audit["items"].as_array().expect("lines").iter())
        .filter_map(|line| line["action"].as_str())
        .filter(|action| action.starts_with("driver_analysis"))
        .collect();
    assert_eq!(
        done,
        [
            "driver_analysis.delete",
            "driver_analysis.change",
            "driver_analysis.create"
        ]
    );
}

#[tokio::test]
async fn what_suggests_itself_can_be_saved_as_it_is() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let (_, none) = owner.get("/api/driver-proposals").await;
    assert_eq!(none["items"], json!([]));
    let survey = survey(&owner, "identified").await;
    t.drain().await;
    answered(&owner, &survey, 0..80, json!({})).await;
    let (_, proposals) = owner.get("/api/driver-proposals").await;
    let proposal = &proposals["items"][0];
    assert_eq!(
        proposal["name"]["en"],
        "Your visit: what decides recommendation"
    );
    assert_eq!(proposal["definition"]["outcome"]["kind"], "metric");
    let body = json!({ "name": proposal["name"], "definition": proposal["definition"] });
    let analysis = owner.create("/api/drivers", body).await;
    let results = asked(&owner, analysis["id"].as_str().expect("an id"), json!({})).await;
    let ranked = results["finding"]["drivers"].as_array().expect("drivers");
    assert_eq!(ranked.len(), 4);
    assert_eq!(ranked[0]["label"]["ja"], "接客");
    assert_eq!(ranked[0]["rank"], 1);
    assert!(results["finding"]["p"].as_f64().expect("p") < 0.001);
}
