//! From views to HTTP answers.

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{Environment, context};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::guard::Start;
use super::script;
use super::sitting::Sitting;
use super::texts::{Texts, own_language};
use super::view::{Making, NoticeView, frame};
use crate::base::app::App;
use crate::base::problem::{Outcome, Problem};
use crate::org::Organisation;
use crate::surveys::document::{Document, Language, Text};
use crate::surveys::{AnswerProblem, Flow, Opened, Refusal, Refused};

/// Templates and texts, read once per process.
pub struct Paper {
    environment: Environment<'static>,
    /// Koe's own texts.
    pub texts: Texts,
}

impl Paper {
    /// The paper of this process.
    pub fn of(app: &App) -> std::sync::Arc<Self> {
        app.slots.get_or_make(|| {
            let mut environment = Environment::new();
            environment.set_syntax(lines());
            for (name, source) in [
                ("frame.html", include_str!("frame.html")),
                ("page.html", include_str!("page.html")),
                ("notice.html", include_str!("notice.html")),
            ] {
                // A template that cannot be read is found by the tests of every page.
                drop(environment.add_template(name, source));
            }
            environment.add_global("css", minijinja::Value::from_safe_string(css()));
            Self {
                environment,
                texts: Texts::read(),
            }
        })
    }

    fn render(&self, template: &str, lang: &str, view: impl Serialize) -> Outcome<String> {
        let t = self.texts.answer(own_language(lang));
        let view = minijinja::Value::from(Serde(view));
        self.environment
            .get_template(template)
            .and_then(|template| template.render(context! { t, ..view }))
            .map_err(|error| Problem::internal(anyhow::Error::from(error)))
    }
}

/// Tags on lines of their own leave no white space in the page.
fn lines() -> SyntaxConfig {
    SyntaxConfig::builder()
        .trim_blocks(true)
        .lstrip_blocks(true)
        .build()
        .unwrap_or_default()
}

fn css() -> String {
    include_str!("page.css").lines().map(str::trim).collect()
}

/// An answer of this status that no cache keeps: it belongs to one person.
pub fn html(status: StatusCode, body: String) -> Response {
    let mut response = (status, Html(body)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // The address of a personal link is a secret of its customer.
    headers.insert(
        header::REFERRER_POLICY,
        HeaderValue::from_static("same-origin"),
    );
    response
}

/// Adds `Set-Cookie`.
pub fn with_cookie(mut response: Response, cookie: &str) -> Response {
    if let Ok(value) = HeaderValue::from_str(cookie) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    response
}

/// Languages a browser would like, best first.
pub fn preferred(headers: &HeaderMap) -> Vec<String> {
    let header = headers
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok());
    let mut wanted: Vec<(String, f32)> = header
        .unwrap_or_default()
        .split(',')
        .take(20)
        .filter_map(|part| {
            let mut pieces = part.trim().split(';');
            let tag = pieces.next().filter(|tag| !tag.is_empty() && *tag != "*")?;
            let quality = pieces
                .find_map(|piece| piece.trim().strip_prefix("q=")?.parse().ok())
                .unwrap_or(1.0);
            Some((tag.to_owned(), quality))
        })
        .collect();
    wanted.sort_by(|a, b| b.1.total_cmp(&a.1));
    wanted.into_iter().map(|(tag, _)| tag).collect()
}

/// Where the logo of a survey is served; a picture inside the document is
/// fetched once and kept by the browser instead of riding on every page.
fn logo(document: &Document, token: &str) -> Option<String> {
    let logo = document.theme.logo.as_deref()?;
    if logo.starts_with("data:image/") {
        let digest = Sha256::digest(logo.as_bytes());
        return Some(format!(
            "/s/{token}/logo?v={:02x}{:02x}{:02x}",
            digest[0], digest[1], digest[2]
        ));
    }
    (logo.starts_with("/files/") && !logo.contains("..")).then(|| logo.to_owned())
}

/// What one page of questions is made from.
pub struct Asking<'a> {
    /// The link.
    pub opened: &'a Opened,
    /// The address's token.
    pub token: &'a str,
    /// The version of the sitting.
    pub document: &'a Document,
    /// Where the person stands.
    pub sitting: &'a Sitting,
    /// The signed start.
    pub start: &'a Start,
    /// The address's query, kept until the sitting has its fields.
    pub query: &'a str,
}

impl Asking<'_> {
    /// A page of questions.
    pub fn page(
        &self,
        app: &App,
        status: StatusCode,
        page: &str,
        problems: &[AnswerProblem],
        note: Option<&str>,
    ) -> Outcome<Response> {
        let paper = Paper::of(app);
        let flow = Flow::new(self.document);
        let own = own_language(&self.sitting.language);
        let view = Making {
            flow: &flow,
            organisation: &self.opened.organisation,
            sitting: self.sitting,
            page,
            problems,
            note: note.map(|key| paper.texts.say(own, key, &[])),
            customer: &self.opened.customer,
            texts: &paper.texts,
            action: match self.query {
                "" => format!("/s/{}", self.token),
                query => format!("/s/{}?{query}", self.token),
            },
            start: self.start.text(),
            logo: logo(self.document, self.token),
            script: script::address(),
            now_ms: app.clock.now_ms(),
        }
        .view();
        let response = html(
            status,
            paper.render("page.html", &self.sitting.language, view)?,
        );
        Ok(with_cookie(
            response,
            &super::guard::start_cookie(app, self.token, self.start),
        ))
    }

    /// The thank-you page.
    pub fn thanks(&self, app: &App) -> Outcome<Response> {
        let language = self.document.language_for([self.sitting.language.as_str()]);
        let thanks = &self.sitting.thanks;
        let repeatable = self.document.answering.limit
            == crate::surveys::document::Limit::Unlimited
            && self.opened.link.kind == crate::surveys::links::LinkKind::Public;
        let view = NoticeView {
            frame: frame(
                self.document,
                &self.opened.organisation,
                &language,
                logo(self.document, self.token),
                None,
            ),
            title: thanks.title.clone(),
            message: thanks.message.clone(),
            link: thanks.link.clone(),
            thanks: true,
            preview: self.sitting.preview,
            again: (repeatable || self.sitting.preview).then(|| format!("/s/{}", self.token)),
        };
        Ok(html(
            StatusCode::OK,
            Paper::of(app).render("notice.html", language.as_str(), view)?,
        ))
    }
}

/// A page that says why there is nothing to answer.
pub struct Notice<'a> {
    /// Key of its texts under `answer.notice`.
    pub key: &'static str,
    /// HTTP status.
    pub status: StatusCode,
    /// The survey, as far as it is known.
    pub document: Option<&'a Document>,
    /// Whose it is.
    pub organisation: Option<&'a Organisation>,
    /// The address's token.
    pub token: &'a str,
    /// Where one may go on; the words are the notice's `open`.
    pub link: Option<String>,
}

impl Notice<'_> {
    /// The page.
    pub fn response(&self, app: &App, headers: &HeaderMap) -> Outcome<Response> {
        let paper = Paper::of(app);
        let wanted = preferred(headers);
        let wanted = wanted.iter().map(String::as_str);
        let nothing = Document::new(Text::default(), vec![Language::en(), Language::ja()]);
        let document = self.document.unwrap_or(&nothing);
        let language = document.language_for(wanted);
        let own = own_language(language.as_str());
        let say = |part: &str| {
            paper
                .texts
                .say(own, &format!("notice.{}.{part}", self.key), &[])
        };
        let words = document
            .answering
            .closed_message
            .get(&language, &document.base_language());
        let message = match self.key {
            "closed" if !words.trim().is_empty() => words.to_owned(),
            _ => say("message"),
        };
        let frame = super::view::Frame {
            lang: language.to_string(),
            title: String::new(),
            colours: super::theme::colours(document.theme.accent.as_deref()),
            logo: self
                .document
                .and_then(|document| logo(document, self.token)),
            brand: self
                .organisation
                .map(|one| one.name.clone())
                .unwrap_or_default(),
            script: None,
        };
        let view = NoticeView {
            frame,
            title: say("title"),
            message,
            link: self.link.clone().map(|address| (address, say("open"))),
            thanks: false,
            preview: false,
            again: None,
        };
        Ok(html(
            self.status,
            paper.render("notice.html", language.as_str(), view)?,
        ))
    }
}

/// The page for a link that cannot be answered.
pub fn refused(
    app: &App,
    headers: &HeaderMap,
    token: &str,
    refused: &Refused,
) -> Outcome<Response> {
    let (key, status) = match refused.reason {
        Refusal::Unknown => ("unknown", StatusCode::NOT_FOUND),
        Refusal::NotYet => ("not_yet", StatusCode::NOT_FOUND),
        Refusal::Revoked => ("revoked", StatusCode::GONE),
        Refusal::Expired => ("expired", StatusCode::GONE),
        Refusal::Closed => ("closed", StatusCode::GONE),
        Refusal::Tampered => ("tampered", StatusCode::FORBIDDEN),
    };
    Notice {
        key,
        status,
        document: refused.document.as_deref(),
        organisation: refused.organisation.as_ref(),
        token,
        link: None,
    }
    .response(app, headers)
}
