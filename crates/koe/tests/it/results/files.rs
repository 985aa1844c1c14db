//! Responses as files, read back with readers that are not ours.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use reqwest::{Method, StatusCode};
use serde_json::json;

use super::{document, respond, survey};
use crate::answering::published;
use crate::support::{Person, TestApp};

pub async fn download(owner: &Person, path: &str) -> (StatusCode, String, Vec<u8>) {
    let response = owner
        .request(Method::GET, path)
        .send()
        .await
        .expect("an answer");
    let status = response.status();
    let name = response.headers().get("content-disposition");
    let name = name
        .map_or("", |name| name.to_str().expect("a text"))
        .to_owned();
    (
        status,
        name,
        response.bytes().await.expect("a body").to_vec(),
    )
}

pub fn csv(bytes: &[u8]) -> (Vec<String>, Vec<Vec<String>>) {
    let text = std::str::from_utf8(bytes).expect("UTF-8");
    let text = text.strip_prefix('\u{feff}').expect("a byte order mark");
    let line_ends = text.matches('\n').count();
    assert_eq!(text.matches("\r\n").count(), line_ends, "CRLF");
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let texts = |record: &csv::StringRecord| record.iter().map(str::to_owned).collect();
    let header = texts(reader.headers().expect("a header"));
    let rows = reader
        .records()
        .map(|row| texts(&row.expect("a row")))
        .collect();
    (header, rows)
}

pub fn cell<'a, T>(header: &[String], row: &'a [T], name: &str) -> &'a T {
    let place = header.iter().position(|each| each == name);
    &row[place.unwrap_or_else(|| panic!("no column {name} in {header:?}"))]
}

/// One response with everything, and one whose words would run in a spreadsheet.
async fn answered(owner: &Person, survey: &str) {
    let touchpoint = json!({ "code": "till", "name": { "ja": "レジ", "en": "Till" }, "channel": "store",
        "stage": "purchase", "experience": "direct" });
    let touchpoint = owner.create("/api/touchpoints", touchpoint).await["id"].clone();
    let answers = json!({ "q1": 9, "q2": "z", "q2.other": { "z": "散歩" }, "q3": ["price"],
        "q4": { "r1": "bad" }, "q5": { "expectation": 7, "result": 8 }, "q6": "fun",
        "q7": "2026-03-31", "q8": "「近い」, と\"言う\"" });
    let more = json!({ "occurred_at": "2026-03-31T15:30:00Z", "duration_ms": 90_500, "language": "ja",
        "context": { "touchpoint_id": touchpoint }, "fields": { "plan": "gold" } });
    respond(owner, survey, answers, more).await;
    let answers = json!({ "q1": 0, "q8": "=HYPERLINK(\"http://example.com\")" });
    let more = json!({ "occurred_at": "2026-03-31T16:00:00Z", "fields": { "plan": "+1" } });
    respond(owner, survey, answers, more).await;
}

#[tokio::test]
async fn a_csv_opens_right_and_runs_nothing() {
    let t = TestApp::start_with(|config| config.lake.seal_seconds = 0).await;
    let owner = t.owner().await;
    let survey = survey(&owner).await;
    answered(&owner, &survey).await;
    let path = format!("{survey}/responses/export?format=csv");
    for sealed in [false, true] {
        if sealed {
            t.see_to_duties().await;
        }
        let (status, name, bytes) = download(&owner, &format!("{path}&values=codes")).await;
        assert_eq!(status, StatusCode::OK);
        assert!(
            name.contains("filename*=UTF-8''After%20your%20visit.csv"),
            "{name}"
        );
        let (header, rows) = csv(&bytes);
        assert_eq!(rows.len(), 2, "sealed {sealed}");
        let (one, other) = (&rows[0], &rows[1]);
        for (column, expected) in [
            ("started_at", "2026-04-01 00:28:29"),
            ("finished_at", "2026-04-01 00:30:00"),
            ("duration_seconds", "90.5"),
            ("version", "1"),
            ("language", "ja"),
            ("source", "api"),
            ("touchpoint", "till"),
            ("channel", "store"),
            ("stage", "purchase"),
            ("q1", "9"),
            ("q2", "z"),
            ("q2.other.z", "散歩"),
            ("liked.staff", "0"),
            ("liked.price", "1"),
            ("q4.r1", "bad"),
            ("q5.expectation", "7"),
            ("q5.result", "8"),
            ("q6.fun", "1"),
            ("q7", "2026-03-31"),
            ("q8", "「近い」, と\"言う\""),
            ("plan", "gold"),
        ] {
            assert_eq!(cell(&header, one, column), expected, "{column}");
        }
        assert_eq!(
            cell(&header, other, "q8"),
            "'=HYPERLINK(\"http://example.com\")"
        );
        assert_eq!(cell(&header, other, "plan"), "'+1");
        assert_eq!(
            cell(&header, other, "liked.price"),
            "",
            "not asked is not no"
        );

        let (_, _, bytes) = download(&owner, &format!("{path}&values=labels&language=ja")).await;
        let (header, rows) = csv(&bytes);
        for (column, expected) in [
            ("接点", "レジ"),
            ("チャネル", "店舗"),
            ("来店目的", "その他"),
            ("来店目的 [その他 / 自由記入]", "散歩"),
            ("よかった点 [接客]", "いいえ"),
            ("設備 [駐車場]", "わるい"),
            ("期待と結果 [期待]", "7"),
            ("プラン", "gold"),
        ] {
            assert_eq!(cell(&header, &rows[0], column), expected, "{column}");
        }
    }
    // As browsers ask for it.
    let packed = owner
        .request(Method::GET, &path)
        .header("accept-encoding", "gzip")
        .send()
        .await
        .expect("an answer");
    assert_eq!(packed.headers()["content-encoding"], "gzip");
    let packed = packed.bytes().await.expect("a whole body");
    assert_eq!(packed[..2], [0x1f, 0x8b]);

    let (_, _, none) = download(&owner, &format!("{path}&to=2026-03-31")).await;
    assert_eq!(csv(&none).1.len(), 0, "in Tokyo it was April already");
    let (_, audit) = owner.get("/api/audit").await;
    let exports: Vec<&serde_json::Value> = audit["items"]
        .as_array()
        .expect("entries")
        .iter()
        .filter(|entry| entry["action"] == "response.export")
        .map(|entry| &entry["detail"]["rows"])
        .collect();
    assert_eq!(exports.len(), 6);
    assert!(exports.contains(&&json!(0)) && exports.contains(&&json!(2)));
}

#[tokio::test]
async fn an_xlsx_holds_numbers_dates_and_words_as_such() {
    let t = TestApp::start_with(|config| config.limits.xlsx_rows = 2).await;
    let owner = t.owner().await;
    let survey = survey(&owner).await;
    answered(&owner, &survey).await;
    let path = format!("{survey}/responses/export?format=xlsx&values=labels&language=ja");
    let (status, name, bytes) = download(&owner, &path).await;
    assert_eq!(status, StatusCode::OK);
    assert!(name.contains("filename=\"responses.xlsx\""), "{name}");
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).expect("a workbook");
    let sheet = book.worksheet_range("回答").expect("the sheet");
    let mut rows = sheet.rows();
    let header: Vec<String> = rows
        .next()
        .expect("a header")
        .iter()
        .map(Data::to_string)
        .collect();
    let (one, other) = (rows.next().expect("a row"), rows.next().expect("a row"));
    assert_eq!(cell(&header, one, "おすすめ度"), &Data::Float(9.0));
    assert_eq!(
        cell(&header, one, "来店目的"),
        &Data::String("その他".into())
    );
    let Data::DateTime(finished) = cell(&header, one, "回答日時") else {
        panic!("a moment, in {one:?}");
    };
    assert!(
        (finished.as_f64() - 46_113.020_833_333).abs() < 1e-6,
        "{finished:?}"
    );
    assert!(matches!(cell(&header, one, "来店日"), Data::DateTime(_)));
    let words = Data::String("=HYPERLINK(\"http://example.com\")".into());
    assert_eq!(
        cell(&header, other, "理由"),
        &words,
        "words, as they were written"
    );
    let formulas = book.worksheet_formula("回答").expect("formulas");
    assert!(formulas.used_cells().next().is_none(), "nothing runs");

    respond(&owner, &survey, json!({ "q1": 5 }), json!({})).await;
    assert_eq!(
        download(&owner, &path).await.0,
        StatusCode::PAYLOAD_TOO_LARGE
    );
}

#[tokio::test]
async fn columns_of_all_versions_are_there_and_confidential_rows_are_not() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let survey = survey(&owner).await;
    respond(
        &owner,
        &survey,
        json!({ "q1": 9, "q8": "昔の理由" }),
        json!({}),
    )
    .await;
    let (_, draft) = owner.get(&format!("{survey}/draft")).await;
    let mut next = draft["document"].clone();
    let questions = next["pages"][0]["questions"]
        .as_array_mut()
        .expect("questions");
    questions.truncate(2);
    questions[1]["choices"][0]["id"] = json!("gift");
    let body = json!({ "document": next, "revision": draft["revision"] });
    let (status, problem) = owner.put(&format!("{survey}/draft"), body).await;
    assert!(status.is_success(), "{problem}");
    owner.create(&format!("{survey}/publish"), json!({})).await;
    respond(&owner, &survey, json!({ "q1": 2, "q2": "gift" }), json!({})).await;
    let path = format!("{survey}/responses/export?values=labels&language=en");
    let (header, rows) = csv(&download(&owner, &path).await.2);
    let gone = "Reason (until version 1)";
    assert_eq!(cell(&header, &rows[0], gone), "昔の理由");
    assert_eq!(cell(&header, &rows[1], gone), "");
    assert_eq!(cell(&header, &rows[1], "Recommend"), "2");

    let mut confidential = document();
    confidential["programme"] = json!({ "identity": "confidential", "audience": "employees" });
    confidential["hidden_fields"] = json!([]);
    let confidential = published(&owner, confidential).await;
    let path = format!("{confidential}/responses/export");
    assert_eq!(download(&owner, &path).await.0, StatusCode::FORBIDDEN);
    let organisation = t.organisation.clone();
    t.member(
        &organisation,
        "manager@example.com",
        koe::org::Role::Manager,
    )
    .await;
    let manager = t.signed_in("manager@example.com").await;
    let path = format!("{survey}/responses/export");
    assert_eq!(download(&manager, &path).await.0, StatusCode::FORBIDDEN);
    let foreign = t.foreign_owner().await;
    assert_eq!(download(&foreign, &path).await.0, StatusCode::NOT_FOUND);
}
