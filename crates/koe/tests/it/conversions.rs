//! Survey definitions of other tools: the whole file accounted for, and the outcome publishable.

use koe::connectors::{ConvertedSurvey, Outcome, convert_survey};
use koe::surveys::Language;
use koe::surveys::check::{Severity, check};
use serde_json::{Value, json};

const SHARED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");

fn convert(bytes: &[u8], name: &str) -> ConvertedSurvey {
    convert_survey(bytes, name).unwrap_or_else(|refusal| panic!("{name}: {refusal}"))
}

fn sample(path: &str) -> (Vec<u8>, ConvertedSurvey) {
    let bytes = std::fs::read(format!("{SHARED}/{path}")).expect(path);
    let converted = convert(&bytes, path);
    holds_together(&converted, path);
    (bytes, converted)
}

/// What is true of every conversion.
fn holds_together(converted: &ConvertedSurvey, name: &str) {
    let report = &converted.report;
    let counts = report.counts;
    assert_eq!(counts.total, report.items.len(), "{name}");
    assert_eq!(
        counts.converted + counts.with_loss + counts.unsupported,
        counts.total,
        "{name}"
    );
    for item in &report.items {
        let stated = item.reason.as_ref().is_some_and(|reason| {
            [Language::ja(), Language::en()]
                .iter()
                .all(|l| reason.exact(l).is_some())
        });
        assert_eq!(
            stated,
            item.outcome != Outcome::Converted,
            "{name}: {item:?}"
        );
    }
    let kept = report
        .items
        .iter()
        .filter(|item| item.verbatim.is_some())
        .count();
    assert!(converted.document.foreign.len() <= kept, "{name}");
    // The purpose of use is a promise that only the organisation can word.
    let errors: Vec<_> = check(&converted.document)
        .into_iter()
        .filter(|problem| problem.severity == Severity::Error)
        .filter(|problem| problem.path != "privacy.purpose")
        // A file none of whose questions can be asked makes a draft without questions.
        .filter(|problem| problem.code != "no_questions")
        .collect();
    assert!(errors.is_empty(), "{name}: {errors:#?}");
    let json = serde_json::to_vec(&converted.document).expect("JSON");
    let again = koe::surveys::Document::from_json(&json).expect(name);
    assert_eq!(again, converted.document, "{name}");
}

/// Elements, and how many ended converted, with a stated loss, and kept verbatim.
fn counts(converted: &ConvertedSurvey) -> [usize; 4] {
    let counts = converted.report.counts;
    [
        counts.total,
        counts.converted,
        counts.with_loss,
        counts.unsupported,
    ]
}

/// Every object inside a JSON value, however deep, that satisfies `wanted`.
fn objects(value: &Value, wanted: &dyn Fn(&Value) -> bool) -> usize {
    let own = usize::from(value.is_object() && wanted(value));
    let inside: usize = match value {
        Value::Array(items) => items.iter().map(|item| objects(item, wanted)).sum(),
        Value::Object(members) => members.values().map(|item| objects(item, wanted)).sum(),
        _ => 0,
    };
    own + inside
}

#[test]
fn every_element_of_the_qualtrics_samples_is_counted_once() {
    let samples = [
        (
            "single_answer_mc/Single_Answer_MC_Questions.qsf",
            [80, 55, 4, 21],
        ),
        (
            "multiple_answer_mc/Multiple_Answer_MC_Questions.qsf",
            [80, 54, 5, 21],
        ),
        (
            "single_answer_matrix/Single_Answer_Matrix_Questions.qsf",
            [91, 66, 8, 17],
        ),
        (
            "text_entry_components/Questions_with_Text_Entry_Components.qsf",
            [86, 66, 6, 14],
        ),
        (
            "better_sample_survey/Better_Sample_Survey.qsf",
            [233, 171, 16, 46],
        ),
        (
            "comment_coding/Test_Survey_for_Coded_Comments.qsf",
            [39, 25, 0, 14],
        ),
        ("user_notes/Notes_Survey.qsf", [63, 34, 0, 29]),
    ];
    for (path, expected) in samples {
        let (bytes, converted) = sample(&format!("qualtrics_qsf_csv/{path}"));
        assert_eq!(counts(&converted), expected, "{path}");
        let file: Value = serde_json::from_slice(&bytes).expect("JSON");
        let elements = file["SurveyElements"].as_array().expect("a list").len();
        let listed = converted
            .report
            .items
            .iter()
            .filter(|item| item.path.matches('/').count() == 2)
            .count();
        assert_eq!(listed, elements, "{path}");
        let displayed = objects(&file, &|object| object.get("Display").is_some());
        let kinds = &converted.report.by_kind;
        let of = |kind: &str| kinds.get(kind).map_or(0, |counts| counts.total);
        assert_eq!(of("choice") + of("answer"), displayed, "{path}");
        let expressions = objects(&file, &|object| object["Type"] == "Expression");
        assert_eq!(of("logic_expression"), expressions, "{path}");
    }
}

#[test]
fn every_row_of_the_limesurvey_samples_is_counted_once() {
    for (path, expected) in [
        ("survey.lss", [153, 83, 3, 67]),
        ("answers.lss", [176, 112, 2, 62]),
        ("limesurvey_survey_432535.lss", [128, 65, 2, 61]),
        ("group.lsg", [57, 55, 2, 0]),
        ("free_text.lsq", [39, 38, 1, 0]),
    ] {
        let (bytes, converted) = sample(&format!("limesurvey/{path}"));
        assert_eq!(counts(&converted), expected, "{path}");
        let text = String::from_utf8(bytes).expect("UTF-8");
        let rows = text.matches("<row>").count();
        let settings: std::collections::BTreeSet<&str> = converted
            .report
            .items
            .iter()
            .filter(|item| item.path.starts_with("/surveys"))
            .filter_map(|item| item.path.rsplit_once('/').map(|(row, _)| row))
            .collect();
        let whole = converted
            .report
            .items
            .iter()
            .filter(|item| !item.path.starts_with("/surveys"))
            .filter(|item| !matches!(item.kind.as_str(), "header" | "language" | "part"))
            .count();
        assert_eq!(whole + settings.len(), rows, "{path}");
    }
}

#[test]
fn files_of_no_known_tool_are_refused_in_both_languages() {
    let deep = format!(
        "{{\"SurveyElements\":{}{}}}",
        "[".repeat(100_000),
        "]".repeat(100_000)
    );
    for (name, bytes) in [
        ("a.qsf", b"".to_vec()),
        ("a.qsf", b"{}".to_vec()),
        ("a.qsf", b"[1,2]".to_vec()),
        ("a.qsf", b"{\"SurveyElements\":".to_vec()),
        ("a.qsf", deep.into_bytes()),
        ("a.qsf", vec![0xFF, 0xFE, 0x00, 0x7B]),
        ("a.pdf", b"%PDF-1.7".to_vec()),
    ] {
        let refusal = convert_survey(&bytes, name).expect_err(name);
        for language in [Language::ja(), Language::en()] {
            assert!(refusal.reason.exact(&language).is_some(), "{name}");
        }
    }
    let large = vec![b' '; koe::connectors::LARGEST_SURVEY_FILE + 1];
    assert!(
        convert_survey(&large, "a.qsf")
            .expect_err("too large")
            .too_large
    );
}

#[tokio::test]
async fn a_converted_survey_becomes_a_draft() {
    let t = crate::support::TestApp::start().await;
    let owner = t.owner().await;
    let path = "qualtrics_qsf_csv/better_sample_survey/Better_Sample_Survey.qsf";
    let bytes = std::fs::read(format!("{SHARED}/{path}")).expect("a file");
    let request = owner
        .request(
            reqwest::Method::POST,
            "/api/survey-conversions?create=true&name=b.qsf",
        )
        .body(bytes.clone());
    let (status, made) = crate::support::answer(request).await;
    assert_eq!(status, reqwest::StatusCode::OK, "{made}");
    assert_eq!(made["report"]["counts"]["total"], 233);
    let survey = made["survey"]["id"].as_str().expect("a survey");
    let (_, draft) = owner.get(&format!("/api/surveys/{survey}/draft")).await;
    assert_eq!(draft["document"]["title"]["en"], "Better Sample Survey");
    let request = owner
        .request(reqwest::Method::POST, "/api/survey-conversions?name=x.qsf")
        .body("nothing of the kind");
    let (status, problem) = crate::support::answer(request).await;
    assert_eq!(status, reqwest::StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(problem["fields"][0]["field"], "file");
    let form = reqwest::multipart::Form::new().part(
        "file",
        reqwest::multipart::Part::bytes(bytes).file_name("b.qsf"),
    );
    let request = owner
        .request(reqwest::Method::POST, "/api/survey-conversions")
        .multipart(form);
    let (status, made) = crate::support::answer(request).await;
    assert_eq!(
        (status, &made["survey"]),
        (reqwest::StatusCode::OK, &Value::Null)
    );
}

/// What is said before the survey is made holds once it is made.
#[tokio::test]
async fn the_problems_of_a_conversion_are_those_its_draft_will_have() {
    let t = crate::support::TestApp::start().await;
    let owner = t.owner().await;
    let path = "qualtrics_qsf_csv/better_sample_survey/Better_Sample_Survey.qsf";
    let bytes = std::fs::read(format!("{SHARED}/{path}")).expect("a file");
    let mut said = Vec::new();
    for purpose in [json!({}), json!({ "en": "To improve our service" })] {
        let change = json!({ "privacy": { "purpose": purpose } });
        let (status, refused) = owner.patch("/api/organisation", change).await;
        assert_eq!(status, reqwest::StatusCode::OK, "{refused}");
        for create in [false, true] {
            let path = format!("/api/survey-conversions?create={create}&name=b.qsf");
            let request = owner
                .request(reqwest::Method::POST, &path)
                .body(bytes.clone());
            let (_, made) = crate::support::answer(request).await;
            let problems = made["problems"].as_array().expect("a list");
            said.push(problems.iter().any(|one| one["path"] == "privacy.purpose"));
        }
    }
    assert_eq!(said, [true, true, false, false]);
}

mod every;
mod limesurvey;
mod odd;
mod qualtrics;
