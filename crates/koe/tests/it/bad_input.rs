//! What cannot be taken is refused with a document of RFC 9457 that names the field; nothing of
//! it is stored, and nothing of it runs.

use std::io::Write;

use reqwest::{Method, StatusCode, header};
use serde_json::{Value, json};

use crate::answering::published;
use crate::support::{Person, TestApp};

/// Sends bytes as they are; status, kind of body and body.
async fn raw(person: &Person, path: &str, kind: &str, body: Vec<u8>) -> (StatusCode, Value) {
    let request = person.request(Method::POST, path);
    let response = request
        .header(header::CONTENT_TYPE, kind)
        .body(body)
        .send()
        .await
        .expect("an answer");
    let status = response.status();
    assert_eq!(
        response.headers()[header::CONTENT_TYPE],
        "application/problem+json",
        "{status}"
    );
    (status, response.json().await.expect("a problem"))
}

fn field(problem: &Value) -> &str {
    problem["fields"][0]["field"].as_str().unwrap_or_default()
}

/// A survey with a score, a text and a hidden field.
async fn survey(owner: &Person) -> String {
    let document = json!({
        "format": 1,
        "title": { "ja": "ご来店後アンケート" },
        "languages": ["ja"],
        "privacy": { "purpose": { "ja": "店舗サービスの改善のため" } },
        "hidden_fields": [{ "id": "store", "label": { "ja": "店" }, "kind": "code" }],
        "pages": [{ "id": "p1", "questions": [
            { "id": "score", "type": "nps", "text": { "ja": "おすすめ度" } },
            { "id": "why", "type": "text", "text": { "ja": "理由" }, "voice": true },
        ]}],
    });
    let path = published(owner, document).await;
    path.trim_start_matches("/api/surveys/").to_owned()
}

async fn listed(owner: &Person, survey: &str) -> Vec<Value> {
    let (status, page) = owner.get(&format!("/api/surveys/{survey}/responses")).await;
    assert_eq!(status, StatusCode::OK, "{page}");
    page["items"].as_array().expect("responses").clone()
}

#[tokio::test]
async fn bodies_that_are_no_json_are_refused_by_what_is_wrong_with_them() {
    let t = TestApp::start_with(|config| config.limits.json_bytes = 400_000).await;
    let owner = t.owner().await;
    let survey = survey(&owner).await;
    let json = "application/json";
    let of = |rest: &str| format!("{{\"survey_id\":\"{survey}\",{rest}}}").into_bytes();
    let deep = format!("{{\"answers\":{}", "{\"a\":".repeat(50_000)).into_bytes();
    for (kind, body, status, named) in [
        (json, b"{\"survey_id\":".to_vec(), 422, "survey_id"),
        (json, vec![0, 159, 146, 150, 255], 422, "body"),
        (json, b"[]".to_vec(), 422, "body"),
        (json, deep, 422, "answers"),
        (json, vec![b' '; 500_000], 413, ""),
        ("text/plain", of("\"answers\":{}"), 422, "Content-Type"),
        (json, of("\"answers\":{},\"answers\":{}"), 422, "body"),
        (
            json,
            of("\"answers\":{\"score\":1,\"score\":2}"),
            422,
            "answers",
        ),
        (json, of("\"answers\":{},\"score\":1"), 422, "score"),
        (
            json,
            of("\"answers\":{\"why\":\"a\\u0000b\"}"),
            422,
            "answers.why",
        ),
        (json, of("\"answers\":{},\"key\":\"\\u0000\""), 422, "key"),
    ] {
        let shown = String::from_utf8_lossy(&body[..body.len().min(80)]).into_owned();
        let (got, problem) = raw(&owner, "/api/responses", kind, body).await;
        assert_eq!(got.as_u16(), status, "{shown}: {problem}");
        assert!(field(&problem).starts_with(named), "{shown}: {problem}");
        assert!(problem["detail"].as_str().is_some_and(|d| !d.is_empty()));
    }
    let (status, problem) = owner.get("/api/voices?q=%00").await;
    assert_eq!(
        (status.as_u16(), field(&problem)),
        (422, "query"),
        "{problem}"
    );
    assert!(listed(&owner, &survey).await.is_empty());
}

#[tokio::test]
async fn answers_that_cannot_be_taken_are_named() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let survey = survey(&owner).await;
    let long = "x".repeat(10_001);
    // Well-formed, and nobody's.
    let id = |prefix: &str| format!("{prefix}_{}", "0".repeat(26));
    for (change, named) in [
        (json!({ "answers": { "nowhere": 1 } }), "answers.nowhere"),
        (json!({ "answers": { "score": 11 } }), "answers.score"),
        (json!({ "answers": { "score": -1 } }), "answers.score"),
        (json!({ "answers": { "score": 1.5 } }), "answers.score"),
        (json!({ "answers": { "score": "high" } }), "answers.score"),
        (json!({ "answers": { "score": ["a"] } }), "answers.score"),
        (
            json!({ "answers": { "why": long.repeat(10) } }),
            "answers.why",
        ),
        (json!({ "fields": { "nowhere": "x" } }), "fields.nowhere"),
        (json!({ "fields": { "store": long } }), "fields.store"),
        (json!({ "duration_ms": -1 }), "duration_ms"),
        (json!({ "key": "" }), "key"),
        // The clock of these tests stands at 2026-04-01T00:00:00Z.
        (
            json!({ "occurred_at": "2026-04-01T01:00:00Z" }),
            "occurred_at",
        ),
        (json!({ "occurred_at": "the day before" }), "occurred_at"),
        // Two times that can be written down and that no file of the lake may hold.
        (
            json!({ "occurred_at": "0000-12-31T23:59:59Z" }),
            "occurred_at",
        ),
        (
            json!({ "occurred_at": "-009999-06-01T00:00:00Z" }),
            "occurred_at",
        ),
        (
            json!({ "context": { "unit_id": "unt_nowhere" } }),
            "context.unit_id",
        ),
        (
            json!({ "context": { "offering_id": id("off") } }),
            "context.offering_id",
        ),
        (
            json!({ "context": { "account_id": id("acc") } }),
            "context.account_id",
        ),
        (
            json!({ "context": { "touchpoint_id": id("tch") } }),
            "context.touchpoint_id",
        ),
        (
            json!({ "context": { "channel": "090-1234-5678" } }),
            "context.channel",
        ),
        (json!({ "language": "Hanako Yamada" }), "language"),
    ] {
        let mut body = json!({ "survey_id": survey, "answers": { "score": 9 }, "partial": true });
        for (name, value) in change.as_object().expect("a change") {
            body[name] = value.clone();
        }
        let (status, problem) = owner.post("/api/responses", body).await;
        assert_eq!(
            status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{named}: {problem}"
        );
        assert_eq!(field(&problem), named, "{problem}");
    }
    assert!(
        listed(&owner, &survey).await.is_empty(),
        "nothing was stored"
    );
    // A clock that is a little fast is nobody's fault.
    let body = json!({ "survey_id": survey, "answers": { "score": 9 }, "partial": true,
        "occurred_at": "2026-04-01T00:04:00Z" });
    owner.create("/api/responses", body).await;
}

#[tokio::test]
async fn an_older_version_can_be_answered_and_one_that_never_was_cannot() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let survey = survey(&owner).await;
    let (_, draft) = owner.get(&format!("/api/surveys/{survey}/draft")).await;
    let mut document = draft["document"].clone();
    document["pages"][0]["questions"]
        .as_array_mut()
        .expect("questions")
        .remove(1);
    let path = format!("/api/surveys/{survey}/draft");
    let body = json!({ "document": document, "revision": draft["revision"] });
    let (status, kept) = owner.put(&path, body).await;
    assert_eq!(status, StatusCode::OK, "{kept}");
    owner
        .create(&format!("/api/surveys/{survey}/publish"), json!({}))
        .await;
    let answer = |version: i64| {
        json!({ "survey_id": survey, "version": version, "partial": true,
            "answers": { "score": 9, "why": "駅から近い" } })
    };
    owner.create("/api/responses", answer(1)).await;
    let (status, problem) = owner.post("/api/responses", answer(2)).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(field(&problem), "answers.why", "{problem}");
    for version in [0, 3, -1] {
        let (status, _) = owner.post("/api/responses", answer(version)).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "version {version}");
    }
    let versions: Vec<Value> = listed(&owner, &survey)
        .await
        .iter()
        .map(|one| one["version"].clone())
        .collect();
    assert_eq!(versions, [json!(1)]);
}

#[tokio::test]
async fn statements_in_texts_keys_and_searches_are_words() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let survey = survey(&owner).await;
    let words = "'); DROP TABLE record; -- \" ' % _ \\ $1 ? {{fields.store}}";
    let body = json!({ "survey_id": survey, "answers": { "why": words }, "partial": true,
        "fields": { "store": "x' OR '1'='1" }, "key": words });
    let first = owner.create("/api/responses", body.clone()).await;
    let again = owner.create("/api/responses", body).await;
    assert_eq!(again["id"], first["id"], "the same key");
    t.drain().await;
    let items = listed(&owner, &survey).await;
    assert_eq!(items.len(), 1);
    assert_eq!(items[0]["answers"]["why"], words, "{items:?}");
    for (q, total) in [
        (words, 1),
        ("' OR 1=1 --", 0),
        ("%", 1),
        ("_", 1),
        ("%%", 0),
        ("\\", 1),
    ] {
        let request = owner.request(Method::GET, "/api/voices").query(&[("q", q)]);
        let (status, page) = crate::support::answer(request).await;
        assert_eq!(status, StatusCode::OK, "{q}: {page}");
        assert_eq!(page["total"], total, "{q}");
    }
    for cursor in ["x", "eyJ9", "' OR 1=1 --", "bnVsbA"] {
        let path = format!("/api/surveys/{survey}/responses");
        let request = owner
            .request(Method::GET, &path)
            .query(&[("cursor", cursor)]);
        let (status, problem) = crate::support::answer(request).await;
        assert_eq!(
            status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{cursor}: {problem}"
        );
        assert_eq!(field(&problem), "cursor", "{problem}");
    }
}

#[tokio::test]
async fn files_that_unpack_without_end_or_name_other_files_are_refused() {
    let t = TestApp::start_with(|config| config.limits.unpacked_bytes = 10 << 20).await;
    let owner = t.owner().await;
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    archive
        .start_file("xl/worksheets/sheet1.xml", options)
        .expect("begun");
    for _ in 0..50 {
        archive.write_all(&vec![b' '; 1 << 20]).expect("written");
    }
    let bomb = archive.finish().expect("finished").into_inner();
    let kind = "application/octet-stream";
    let (status, problem) = raw(&owner, "/api/imports?name=bomb.xlsx", kind, bomb).await;
    assert_eq!(
        (status.as_u16(), field(&problem)),
        (422, "file"),
        "{problem}"
    );
    assert!(
        problem["detail"]
            .as_str()
            .is_some_and(|d| d.contains("unpacked_bytes"))
    );

    let laughs = "<?xml version=\"1.0\"?><!DOCTYPE document [<!ENTITY a \"aaaaaaaaaa\">\
        <!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\"><!ENTITY f SYSTEM \"file:///etc/passwd\">]>\
        <document><LimeSurveyDocType>&b;&f;</LimeSurveyDocType></document>";
    let path = "/api/survey-conversions?name=a.lss";
    let (status, problem) = raw(&owner, path, kind, laughs.into()).await;
    assert_eq!(
        (status.as_u16(), field(&problem)),
        (422, "file"),
        "{problem}"
    );
    let said = problem["detail"].as_str().expect("a sentence");
    assert!(said.contains("document type"), "{said}");
}

#[tokio::test]
async fn zero_bytes_are_no_text_and_statements_in_a_file_are_words() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let survey = survey(&owner).await;
    let kind = "application/octet-stream";
    let binary = b"id,score\n1,9\nz\0,9\n".to_vec();
    let (status, problem) = raw(&owner, "/api/imports?name=a.csv", kind, binary).await;
    assert_eq!(
        (status.as_u16(), field(&problem)),
        (422, "file"),
        "{problem}"
    );

    // As an escape it is text, and left out: no store keeps it.
    let file = "{\"id\":\"z\\u0000\",\"score\":9,\"why\":\"'); DROP TABLE record; --\\u0000\"}\n";
    let path = format!("/api/imports?name=answers.jsonl&survey_id={survey}");
    let request = owner.request(Method::POST, &path).body(file);
    let (status, import) = crate::support::answer(request).await;
    assert_eq!(status, StatusCode::CREATED, "{import}");
    let mut mapping = import["mapping"].clone();
    mapping["all_rows"] = json!({ "occurred_at": "2026-03-01" });
    let import = super::imports::stored::mapped(&owner, &import, mapping).await;
    let done = super::imports::stored::run(&owner, &import, false).await;
    assert_eq!(done["status"], "done", "{done}");
    assert_eq!(done["totals"]["added"], 1, "{done}");
    t.drain().await;
    let request = owner.request(Method::GET, "/api/voices");
    let (_, page) = crate::support::answer(request.query(&[("q", "DROP TABLE")])).await;
    assert_eq!(
        page["items"][0]["text"], "'); DROP TABLE record; --",
        "{page}"
    );
}
