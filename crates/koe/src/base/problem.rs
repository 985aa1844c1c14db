//! Errors as people and programs read them: RFC 9457 problem documents that
//! name the field and the remedy.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The result of an operation.
pub type Outcome<T> = Result<T, Problem>;

/// A refusal or a failure. Statuses follow one table: 401 not signed in, 403
/// known but not allowed, 404 absent or not to be known, 409 conflict, 413
/// too large, 422 invalid input, 429 too many, 503 cannot be kept safely now.
#[derive(Debug)]
pub struct Problem {
    status: StatusCode,
    code: &'static str,
    detail: String,
    fields: Vec<FieldProblem>,
    retry_after_s: Option<u64>,
    /// The cause, for the log only; never sent.
    cause: Option<anyhow::Error>,
}

/// What is wrong with one field, and how to mend it.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema, PartialEq, Eq)]
pub struct FieldProblem {
    /// Path of the field in the request, such as `answers.q1`.
    pub field: String,
    /// What is wrong and what would be accepted.
    pub message: String,
}

/// The body of every error (RFC 9457, `application/problem+json`).
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct ProblemDocument {
    /// A stable URI of the kind of problem.
    pub r#type: String,
    /// The kind of problem in a few words.
    pub title: String,
    /// HTTP status.
    pub status: u16,
    /// What happened this time, and the remedy.
    pub detail: String,
    /// The kind of problem as a stable word.
    pub code: String,
    /// The fields at fault, when there are any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FieldProblem>,
}

impl Problem {
    fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            status,
            code,
            detail: detail.into(),
            fields: Vec::new(),
            retry_after_s: None,
            cause: None,
        }
    }

    /// 401: nobody is signed in.
    pub fn not_signed_in() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "not_signed_in", "Sign in first.")
    }

    /// 403: signed in, but the role does not allow it.
    pub fn forbidden(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "forbidden", detail)
    }

    /// 404: absent, or the asker may not know that it exists.
    pub fn not_found() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "not_found",
            "There is no such thing here.",
        )
    }

    /// 409: the state of things forbids it.
    pub fn conflict(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, code, detail)
    }

    /// 410: it existed and is over (an expired link, a closed survey).
    pub fn gone(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::GONE, code, detail)
    }

    /// 413: larger than the configured limit.
    pub fn too_large(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", detail)
    }

    /// 422: understood, but not acceptable; names the field.
    pub fn invalid(field: impl Into<String>, message: impl Into<String>) -> Self {
        let field = field.into();
        let message = message.into();
        let mut problem = Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "invalid_input",
            format!("{field}: {message}"),
        );
        problem.fields.push(FieldProblem { field, message });
        problem
    }

    /// 422 with several fields at once. Must not be empty.
    pub fn invalid_fields(fields: Vec<FieldProblem>) -> Self {
        let detail = fields
            .first()
            .map(|f| format!("{}: {}", f.field, f.message))
            .unwrap_or_else(|| "The input is not acceptable.".into());
        let mut problem = Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid_input", detail);
        problem.fields = fields;
        problem
    }

    /// 429: slow down.
    pub fn too_many(retry_after_s: u64) -> Self {
        let mut problem = Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            "too_many_requests",
            format!("Too many attempts; try again in {retry_after_s} s."),
        );
        problem.retry_after_s = Some(retry_after_s);
        problem
    }

    /// 503: it could not be kept safely, so it was not accepted.
    pub fn unavailable(detail: impl Into<String>, cause: impl Into<anyhow::Error>) -> Self {
        let mut problem = Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", detail);
        problem.retry_after_s = Some(5);
        problem.cause = Some(cause.into());
        problem
    }

    /// 500: our fault. The cause goes to the log, not to the asker.
    pub fn internal(cause: impl Into<anyhow::Error>) -> Self {
        let mut problem = Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "Something failed on our side; nothing was changed.",
        );
        problem.cause = Some(cause.into());
        problem
    }

    /// Replaces the sentence that a person reads.
    pub fn set_detail(&mut self, detail: impl Into<String>) {
        self.detail = detail.into();
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The stable word for the kind of problem.
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// What happened, for a person.
    pub fn detail(&self) -> &str {
        &self.detail
    }

    /// The fields at fault.
    pub fn fields(&self) -> &[FieldProblem] {
        &self.fields
    }

    fn document(&self) -> ProblemDocument {
        ProblemDocument {
            r#type: format!("urn:koe:problem:{}", self.code),
            title: self.status.canonical_reason().unwrap_or("Error").to_owned(),
            status: self.status.as_u16(),
            detail: self.detail.clone(),
            code: self.code.to_owned(),
            fields: self.fields.clone(),
        }
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.detail)?;
        match &self.cause {
            Some(cause) => write!(f, " ({cause:#})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Problem {}

impl From<sqlx::Error> for Problem {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::RowNotFound => Self::not_found(),
            // A full disk or a lost database: the change was rolled back, so
            // the asker must know that nothing was accepted.
            sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed => {
                Self::unavailable(
                    "The store cannot be written now; nothing was accepted.",
                    error,
                )
            }
            sqlx::Error::Database(db)
                if matches!(
                    db.code().as_deref(),
                    Some("13" | "53100" | "10" | "778" | "1034")
                ) =>
            {
                Self::unavailable("The disk is full; nothing was accepted.", error)
            }
            _ => Self::internal(error),
        }
    }
}

impl From<anyhow::Error> for Problem {
    fn from(error: anyhow::Error) -> Self {
        Self::internal(error)
    }
}

impl From<serde_json::Error> for Problem {
    fn from(error: serde_json::Error) -> Self {
        Self::internal(error)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        if self.status.is_server_error() {
            tracing::error!(code = self.code, error = %self, "request failed");
        }
        let body = serde_json::to_vec(&self.document()).unwrap_or_default();
        let mut response = (self.status, body).into_response();
        response.headers_mut().insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        if let Some(seconds) = self.retry_after_s {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
