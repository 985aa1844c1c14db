//! Showing pages.

use std::sync::Arc;

use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::guard::{self, Start};
use super::render::{Asking, Notice, preferred, refused};
use super::sitting::{Sitting, Thanks, Typed};
use super::store;
use crate::base::app::App;
use crate::base::db::Conn;
use crate::base::problem::{Outcome, Problem};
use crate::org::token_hash;
use crate::surveys::document::{Document, Limit};
use crate::surveys::links::LinkKind;
use crate::surveys::{self, Answers, Flow, Opened};

/// On a device that many people use, a sitting left for so long is somebody
/// else's.
const SHARED_IDLE_MS: i64 = 10 * 60_000;
/// The parameter that names a page; no question's id begins so.
pub const PAGE: &str = "_p";
/// The parameter that names a language.
pub const LANGUAGE: &str = "_lang";
/// The parameter with which a preview begins at its first page again.
pub const ANEW: &str = "_anew";
/// The page after the last.
pub const DONE: &str = "done";

/// The pairs of a query.
pub fn pairs(query: &str) -> Vec<(String, String)> {
    form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .take(200)
        .collect()
}

/// The value of one parameter.
pub fn parameter<'q>(query: &'q [(String, String)], name: &str) -> Option<&'q str> {
    query
        .iter()
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.as_str())
}

/// A failure as a page instead of a problem document; `otherwise` is the notice for what is the
/// server's own fault.
pub fn failed(
    app: &App,
    headers: &HeaderMap,
    token: &str,
    problem: &Problem,
    otherwise: &'static str,
) -> Response {
    let status = problem.status();
    let key = match status {
        StatusCode::NOT_FOUND => "unknown",
        StatusCode::TOO_MANY_REQUESTS => "too_many",
        StatusCode::PAYLOAD_TOO_LARGE => "too_large",
        _ => otherwise,
    };
    if status.is_server_error() {
        tracing::error!(error = %problem, "an answer page failed");
    }
    let link = (key == otherwise).then(|| format!("/s/{token}"));
    let notice = Notice {
        key,
        status: if status.is_client_error() {
            status
        } else {
            StatusCode::SERVICE_UNAVAILABLE
        },
        document: None,
        organisation: None,
        token,
        link,
    };
    let mut response = notice
        .response(app, headers)
        .unwrap_or_else(IntoResponse::into_response);
    if key == "too_many" || key == otherwise {
        let seconds = header::HeaderValue::from_static("30");
        response.headers_mut().insert(header::RETRY_AFTER, seconds);
    }
    response
}

/// The key by which a sitting is found: the link's own for a personal link,
/// so that it goes on from any device; else the browser's.
pub fn key_hash(opened: &Opened, start: &Start) -> String {
    match opened.link.kind {
        LinkKind::Personal => token_hash(&format!("link:{}", opened.link.id)),
        LinkKind::Public | LinkKind::Preview => token_hash(start.key()),
    }
}

/// The sitting of somebody who opens the link now.
pub async fn sitting_of(
    app: &App,
    conn: &mut Conn,
    opened: &Opened,
    start: &Start,
) -> Outcome<Option<Sitting>> {
    let found = store::find(conn, &opened.scope, &key_hash(opened, start)).await?;
    if found.is_some() || opened.link.kind != LinkKind::Personal || !opened.is_confidential() {
        return Ok(found.filter(|sitting| is_theirs(app, opened, sitting)));
    }
    // A confidential sitting that has ended is known to its browser only.
    let ended = store::find(conn, &opened.scope, &token_hash(start.key())).await?;
    Ok(ended.filter(|sitting| sitting.finished))
}

fn is_theirs(app: &App, opened: &Opened, sitting: &Sitting) -> bool {
    let shared =
        opened.document.answering.limit == Limit::Unlimited && opened.link.kind == LinkKind::Public;
    let idle = app.clock.now_ms() - sitting.updated_ms;
    let about_something_else = opened.brought && sitting.fields != opened.fields;
    let abandoned = shared && idle > SHARED_IDLE_MS;
    !abandoned && !about_something_else
}

/// A sitting that has not been kept yet.
pub fn new_sitting(app: &App, opened: &Opened, start: &Start, language: String) -> Sitting {
    Sitting {
        id: app.chance.id(app.clock.now_ms()),
        survey: opened.link.survey.clone(),
        version: start.version,
        link: Some(opened.link.id.clone()),
        unit: opened.link.place.unit_id.clone(),
        preview: opened.link.kind == LinkKind::Preview,
        finished: false,
        language,
        fields: opened.fields.clone(),
        answers: Answers::new(),
        typed: Typed::default(),
        thanks: Thanks::default(),
        started_ms: start.at_ms,
        updated_ms: app.clock.now_ms(),
        done: Default::default(),
    }
}

/// The document of a sitting's version; the draft for a preview.
pub async fn document_of(
    app: &App,
    conn: &mut Conn,
    opened: &Opened,
    version: i64,
) -> Outcome<Arc<Document>> {
    if opened.link.kind == LinkKind::Preview || version == opened.version {
        return Ok(opened.document.clone());
    }
    let version = surveys::version(app, conn, &opened.scope, &opened.link.survey, version).await?;
    Ok(version.document.clone())
}

/// Whether the link or this browser has answered already.
pub fn answered(headers: &HeaderMap, opened: &Opened) -> bool {
    match opened.link.kind {
        LinkKind::Preview => false,
        LinkKind::Personal => opened.link.answered_at.is_some(),
        LinkKind::Public => {
            opened.document.answering.limit == Limit::OncePerBrowser
                && guard::has_answered(headers, &opened.secret, &opened.link.survey)
        }
    }
}

/// The page that thanks for an answer given before.
pub fn answered_notice(
    app: &App,
    headers: &HeaderMap,
    token: &str,
    opened: &Opened,
    status: StatusCode,
) -> Outcome<Response> {
    Notice {
        key: "answered",
        status,
        document: Some(&opened.document),
        organisation: Some(&opened.organisation),
        token,
        link: None,
    }
    .response(app, headers)
}

/// The language to begin with.
pub fn first_language(document: &Document, wanted: Option<&str>, headers: &HeaderMap) -> String {
    let preferred = preferred(headers);
    let wanted = wanted
        .into_iter()
        .chain(preferred.iter().map(String::as_str));
    document.language_for(wanted).to_string()
}

/// `GET /s/{token}`
pub async fn show(
    State(app): State<App>,
    Path(token): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let query = query.unwrap_or_default();
    match show_page(&app, &token, &query, &headers).await {
        Ok(response) => response,
        Err(problem) => failed(&app, &headers, &token, &problem, "away"),
    }
}

async fn show_page(app: &App, token: &str, query: &str, headers: &HeaderMap) -> Outcome<Response> {
    let given = pairs(query);
    let mut tx = app.db.read().await?;
    let opened = match surveys::open_link(app, &mut tx, token, &given).await? {
        Ok(opened) => opened,
        Err(refusal) => return refused(app, headers, token, &refusal),
    };
    let brought = guard::start_of(headers, &opened.secret, &opened.link.id);
    let start =
        brought.unwrap_or_else(|| Start::new(app, &opened.secret, &opened.link.id, opened.version));
    let anew = opened.link.kind == LinkKind::Preview && parameter(&given, ANEW).is_some();
    let found = match anew {
        true => None,
        false => sitting_of(app, &mut tx, &opened, &start).await?,
    };
    let wanted = parameter(&given, PAGE);
    let under_way = found
        .as_ref()
        .is_some_and(|sitting| !sitting.finished || wanted == Some(DONE));
    if !under_way && answered(headers, &opened) {
        return answered_notice(app, headers, token, &opened, StatusCode::OK);
    }
    let (start, mut sitting) = match found {
        Some(sitting) if under_way => (start, sitting),
        _ => {
            // Begin anew: an old start would find the sitting that has ended.
            let start = Start::new(app, &opened.secret, &opened.link.id, opened.version);
            let wanted = parameter(&given, LANGUAGE);
            let language = first_language(&opened.document, wanted, headers);
            let sitting = new_sitting(app, &opened, &start, language);
            (start, sitting)
        }
    };
    let document = document_of(app, &mut tx, &opened, sitting.version).await?;
    drop(tx);
    if let Some(language) = parameter(&given, LANGUAGE) {
        sitting.language = document
            .language_for([language, sitting.language.as_str()])
            .to_string();
    }
    // Fields that the address brought ride on it until the sitting has them.
    let query = if opened.brought { query } else { "" };
    let asking = Asking {
        opened: &opened,
        token,
        document: &document,
        sitting: &sitting,
        start: &start,
        query,
    };
    if sitting.finished {
        return asking.thanks(app);
    }
    match sitting.page(&Flow::new(&document), wanted) {
        Some(page) => asking.page(app, StatusCode::OK, &page, &[], None),
        None => Notice {
            key: "empty",
            status: StatusCode::OK,
            document: Some(&document),
            organisation: Some(&opened.organisation),
            token,
            link: None,
        }
        .response(app, headers),
    }
}

/// `GET /s/{token}/logo`
pub async fn logo(State(app): State<App>, Path(token): Path<String>) -> Response {
    match picture(&app, &token).await {
        Ok(Some((kind, bytes))) => (
            [
                (header::CONTENT_TYPE, kind),
                (header::CACHE_CONTROL, "private, max-age=86400".to_owned()),
                // A drawing may hold scripts; opened by itself it must not run them.
                (
                    header::CONTENT_SECURITY_POLICY,
                    "default-src 'none'; style-src 'unsafe-inline'; sandbox".to_owned(),
                ),
            ],
            bytes,
        )
            .into_response(),
        Ok(None) => StatusCode::NOT_FOUND.into_response(),
        Err(problem) => problem.into_response(),
    }
}

async fn picture(app: &App, token: &str) -> Outcome<Option<(String, Vec<u8>)>> {
    let mut tx = app.db.read().await?;
    let document = match surveys::open_link(app, &mut tx, token, &[]).await? {
        Ok(opened) => Some(opened.document),
        Err(refusal) => refusal.document,
    };
    let logo = document.and_then(|document| document.theme.logo.clone());
    Ok(logo.as_deref().and_then(read_picture))
}

/// A picture written as `data:image/…;base64,…`.
fn read_picture(logo: &str) -> Option<(String, Vec<u8>)> {
    let (kind, data) = logo.strip_prefix("data:")?.split_once(";base64,")?;
    let known = [
        "image/png",
        "image/jpeg",
        "image/webp",
        "image/gif",
        "image/svg+xml",
        "image/avif",
    ];
    let bytes = STANDARD.decode(data).ok()?;
    known.contains(&kind).then(|| (kind.to_owned(), bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pictures_are_served_as_logos() {
        assert_eq!(
            read_picture("data:image/png;base64,AAEC"),
            Some(("image/png".to_owned(), vec![0, 1, 2]))
        );
        for other in [
            "data:text/html;base64,AAEC",
            "data:image/png,AAEC",
            "https://example.com/a.png",
            "",
        ] {
            assert_eq!(read_picture(other), None, "{other}");
        }
    }
}
