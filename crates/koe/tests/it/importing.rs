//! Bringing files in, for tests of what becomes of them afterwards.

use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{Person, answer};

/// Uploads and runs a file; the import as it ended.
pub async fn import(owner: &Person, name: &str, text: &str, target: Option<Value>) -> Value {
    let target = target.unwrap_or_else(
        || json!({ "kind": "voices", "key": "letters", "label": { "ja": "お手紙" } }),
    );
    import_with(owner, name, text, target, |column| match column {
        "id" => json!({ "is": "record_key" }),
        "mail" => json!({ "is": "customer", "identifier": "email" }),
        "comment" => json!({ "is": "text", "field": "comment" }),
        "ordered" => json!({ "is": "occurred_at", "forms": ["year_first"] }),
        other => json!({ "is": "value", "field": other, "kind": "integer" }),
    })
    .await
}

/// The same with what each column means.
pub async fn import_with(
    owner: &Person,
    name: &str,
    text: &str,
    target: Value,
    role: impl Fn(&str) -> Value,
) -> Value {
    let request = owner
        .request(Method::POST, &format!("/api/imports?name={name}"))
        .body(text.to_owned());
    let (status, made) = answer(request).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    let path = format!("/api/imports/{}", made["id"].as_str().expect("an id"));
    let mut mapping = made["mapping"].clone();
    let header = text.lines().next().expect("a header").split(',');
    mapping["columns"] = header
        .map(|column| json!({ "column": column, "role": role(column) }))
        .collect();
    mapping["all_rows"] = json!({ "occurred_at": "2026-03-01" });
    mapping["target"] = target;
    let (status, mapped) = owner
        .put(&format!("{path}/mapping"), json!({ "mapping": mapping }))
        .await;
    assert_eq!(status, StatusCode::OK, "{mapped}");
    let (status, begun) = owner
        .post(&format!("{path}/run"), json!({ "dry_run": false }))
        .await;
    assert_eq!(status, StatusCode::ACCEPTED, "{begun}");
    for _ in 0..600 {
        let (_, import) = owner.get(&path).await;
        if !matches!(import["status"].as_str(), Some("running" | "uploaded")) {
            assert_eq!(import["status"], "done", "{import}");
            return import;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the import does not end");
}
