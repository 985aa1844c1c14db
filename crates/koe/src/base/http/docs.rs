//! The OpenAPI document, and a readable page of it that loads nothing from
//! outside.

use std::sync::Arc;

use anyhow::Context;
use axum::Router;
use axum::http::header;
use axum::response::{Html, IntoResponse};
use axum::routing::get;
use minijinja::value::Serde;
use minijinja::{Environment, Value, context};
use utoipa::openapi::OpenApi;

use crate::base::app::App;

const PAGE: &str = include_str!("docs.html");

/// `/api/openapi.json` and `/api/docs`.
///
/// # Errors
/// When the document or the page cannot be rendered, which a test excludes.
pub fn routes(document: &OpenApi) -> anyhow::Result<Router<App>> {
    let json: Arc<str> = document.to_pretty_json()?.into();
    let page: Arc<str> = page(document)?.into();
    Ok(Router::new()
        .route(
            "/api/openapi.json",
            get({
                let json = json.clone();
                async move || {
                    (
                        [(header::CONTENT_TYPE, "application/json")],
                        json.to_string(),
                    )
                        .into_response()
                }
            }),
        )
        .route("/api/docs", get(async move || Html(page.to_string()))))
}

/// The page: operations by tag, with parameters, bodies and answers.
///
/// # Errors
/// When the template does not fit the document.
pub fn page(document: &OpenApi) -> anyhow::Result<String> {
    let value = serde_json::to_value(document)?;
    let headings: Vec<&serde_json::Value> =
        value["tags"].as_array().into_iter().flatten().collect();
    let mut operations: Vec<serde_json::Value> = Vec::new();
    for (path, item) in value["paths"].as_object().into_iter().flatten() {
        for (method, operation) in item.as_object().into_iter().flatten() {
            let tag = &operation["tags"][0];
            let place = headings.iter().position(|heading| heading["name"] == *tag);
            let heading =
                place.with_context(|| format!("{path}: no heading is given for {tag}"))?;
            operations.push(serde_json::json!({
                "path": path, "method": method.to_uppercase(), "operation": operation,
                "heading": heading,
            }));
        }
    }
    let mut environment = Environment::new();
    environment.add_template("docs.html", PAGE)?;
    Ok(environment.get_template("docs.html")?.render(context! {
        tags => Value::from(Serde(value["tags"].clone())),
        info => Value::from(Serde(value["info"].clone())), operations => Value::from(Serde(operations)),
        schemas => Value::from(Serde(value["components"]["schemas"].clone())),
    })?)
}
