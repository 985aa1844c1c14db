//! Extractors whose refusals are problem documents that name the field.

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::header;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};

use crate::base::app::App;
use crate::base::problem::Problem;

/// Tells a field that is null from one that is left out, with
/// `#[serde(default, deserialize_with = "present")]` on an `Option<Option<_>>`.
///
/// # Errors
/// When the value is of another shape.
pub fn present<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    T::deserialize(deserializer).map(Some)
}

/// A JSON body of at most `limits.json_bytes`.
#[derive(Debug)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned> FromRequest<App> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        let content_type = request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|v| v.to_str().ok())
            .unwrap_or_default();
        if !content_type.starts_with("application/json") {
            return Err(Problem::invalid(
                "Content-Type",
                "send the body as application/json",
            ));
        }
        let limit = app.config.limits.json_bytes;
        let bytes = axum::body::to_bytes(request.into_body(), limit)
            .await
            .map_err(|_| {
                Problem::too_large(format!(
                    "The body is larger than {limit} bytes (limits.json_bytes)."
                ))
            })?;
        parse(&bytes).map(Self)
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

/// JSON text as a `T`.
///
/// # Errors
/// 422 naming the path of the field at fault.
pub fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let path = error.path().to_string();
        let field = if path == "." { "body".to_owned() } else { path };
        Problem::invalid(field, error.inner().to_string())
    })?;
    deserializer
        .end()
        .map_err(|error| Problem::invalid("body", error.to_string()))?;
    // No store keeps this character; whoever sends it sends bytes that are no text.
    if bytes.windows(NUL.len()).any(|escape| escape == NUL)
        && let Ok(body) = serde_json::from_slice(bytes)
        && let Some(field) = holding_nul(&body, "")
    {
        return Err(Problem::invalid(field, WITHOUT_NUL));
    }
    Ok(value)
}

/// U+0000 as it stands in JSON text.
const NUL: &[u8] = br"\u0000";
const WITHOUT_NUL: &str = "must be text without the character U+0000";

/// The path of the first text with U+0000 in it.
fn holding_nul(value: &serde_json::Value, path: &str) -> Option<String> {
    use serde_json::Value;
    match value {
        Value::String(text) => text.contains('\0').then(|| path.to_owned()),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .find_map(|(place, item)| holding_nul(item, &format!("{path}[{place}]"))),
        Value::Object(fields) => fields.iter().find_map(|(key, value)| {
            let dot = if path.is_empty() { "" } else { "." };
            if key.contains('\0') {
                return Some(if path.is_empty() { "body" } else { path }.to_owned());
            }
            holding_nul(value, &format!("{path}{dot}{key}"))
        }),
        _ => None,
    }
}

/// Query parameters.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        if parts.uri.query().is_some_and(|query| query.contains("%00")) {
            return Err(Problem::invalid("query", WITHOUT_NUL));
        }
        axum::extract::Query::<T>::from_request_parts(parts, state)
            .await
            .map(|q| Self(q.0))
            .map_err(|rejection| Problem::invalid("query", rejection.body_text()))
    }
}

/// Path parameters. What is not even an id is simply not found.
#[derive(Debug)]
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        axum::extract::Path::<T>::from_request_parts(parts, state)
            .await
            .map(|p| Self(p.0))
            .map_err(|_| Problem::not_found())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    struct Outer {
        #[expect(dead_code, reason = "only parsing is of interest")]
        list: Vec<Inner>,
    }
    #[derive(Debug, serde::Deserialize)]
    struct Inner {
        #[expect(dead_code, reason = "only parsing is of interest")]
        number: i64,
    }

    #[test]
    fn the_field_at_fault_is_named() {
        for (body, field) in [
            (
                r#"{"list":[{"number":1},{"number":"x"}]}"#,
                "list[1].number",
            ),
            (r#"{"list":[]} trailing"#, "body"),
            ("nothing", "body"),
        ] {
            let problem = parse::<Outer>(body.as_bytes()).expect_err(body);
            assert_eq!(problem.fields()[0].field, field, "{body}");
        }
    }

    #[test]
    fn a_zero_character_is_refused_where_it_stands() {
        for (body, field) in [
            (r#"{"a":[{"b":"x\u0000"}]}"#, Some("a[0].b")),
            (r#"{"a\u0000":1}"#, Some("body")),
            (r#"{"a":"\\u0000 is how it is written"}"#, None),
        ] {
            let found = parse::<serde_json::Value>(body.as_bytes()).err();
            let named = found
                .as_ref()
                .map(|problem| problem.fields()[0].field.as_str());
            assert_eq!(named, field, "{body}");
        }
    }
}
