//! Refusals come in the language of whoever reads them.

use koe::org::Role;
use reqwest::header::{ACCEPT_LANGUAGE, CONTENT_LANGUAGE};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{Person, TestApp};

async fn asked(
    person: &Person,
    language: Option<&str>,
    method: Method,
    path: &str,
    body: &Value,
) -> (StatusCode, Option<String>, Value) {
    let mut request = person.request(method, path).json(body);
    if let Some(language) = language {
        request = request.header(ACCEPT_LANGUAGE, language);
    }
    let response = request.send().await.expect("an answer");
    let said = response.headers().get(CONTENT_LANGUAGE);
    let said = said.and_then(|tag| tag.to_str().ok().map(str::to_owned));
    (
        response.status(),
        said,
        response.json().await.expect("a problem"),
    )
}

#[tokio::test]
async fn a_refusal_is_said_in_the_language_that_is_asked_for_and_keeps_its_code() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    t.member(&t.organisation, "viewer@example.com", Role::Viewer)
        .await;
    let viewer = t.signed_in("viewer@example.com").await;
    let touchpoint = json!({ "code": "till", "name": { "en": "Till" }, "channel": "store",
        "stage": "purchase", "experience": "direct" });
    owner.create("/api/touchpoints", touchpoint.clone()).await;
    let spaced = json!({ "code": "a b", "name": { "en": "x" }, "channel": "web",
        "stage": "purchase", "experience": "direct" });
    let nobody = json!({});
    let english = "This code is already in use; choose another.";
    for (person, method, path, body, status, code, en, ja) in [
        (
            &owner,
            Method::POST,
            "/api/touchpoints",
            &touchpoint,
            StatusCode::CONFLICT,
            "code_taken",
            english,
            "このコードはすでに使われています。別のコードを入力してください。",
        ),
        (
            &owner,
            Method::POST,
            "/api/touchpoints",
            &spaced,
            StatusCode::UNPROCESSABLE_ENTITY,
            "invalid_input",
            "code: must have 1 to 64 characters and no spaces",
            "code：空白を含まない1〜64文字で入力してください",
        ),
        (
            &viewer,
            Method::GET,
            "/api/audit",
            &nobody,
            StatusCode::FORBIDDEN,
            "forbidden",
            "Your role does not allow read_audit; ask an administrator.",
            "現在の役割では行えません（監査ログの閲覧）。管理者に依頼してください。",
        ),
        (
            &owner,
            Method::GET,
            "/api/touchpoints/tpt_00000000000000000000000000",
            &nobody,
            StatusCode::NOT_FOUND,
            "not_found",
            "There is no such thing here.",
            "見つかりません。削除されたか、閲覧範囲の外にあります。",
        ),
    ] {
        for (language, tag, said) in [
            (None, None, en),
            (Some("en-GB,ja;q=0.5"), None, en),
            (Some("ja"), Some("ja"), ja),
            (Some("ja-JP,en;q=0.7"), Some("ja"), ja),
        ] {
            let (found, told, problem) = asked(person, language, method.clone(), path, body).await;
            assert_eq!(
                (found, &problem["code"]),
                (status, &json!(code)),
                "{problem}"
            );
            assert_eq!(problem["detail"], said, "{language:?}");
            assert_eq!(told.as_deref(), tag, "{language:?}");
        }
    }
    let (_, _, problem) = asked(
        &owner,
        Some("ja"),
        Method::POST,
        "/api/touchpoints",
        &spaced,
    )
    .await;
    assert_eq!(problem["fields"][0]["field"], "code");
    assert_eq!(
        problem["fields"][0]["message"],
        "空白を含まない1〜64文字で入力してください"
    );
}

#[tokio::test]
async fn what_the_catalogue_does_not_have_is_told_as_it_is() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let body = json!({ "code": "x", "name": { "en": "x" }, "channel": "fax",
        "stage": "purchase", "experience": "direct" });
    let (status, _, problem) =
        asked(&owner, Some("ja"), Method::POST, "/api/touchpoints", &body).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let said = problem["fields"][0]["message"].as_str().expect("a message");
    assert!(said.contains("fax"), "{problem}");
}
