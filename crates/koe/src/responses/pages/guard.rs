//! What tells people from programs without asking them anything, and what
//! remembers a browser.
//!
//! A page hands out a signed *start*: when it was shown, for which version,
//! and a nonce that becomes the key of the sitting. Showing a page therefore
//! stores nothing, and a program that posts without having opened the page,
//! or at once, is asked to press the button again, which people do and
//! programs do not.

use axum::http::HeaderMap;

use crate::base::app::App;
use crate::base::hexadecimal::hexadecimal;
use crate::base::id::{LinkId, SurveyId};
use crate::org::cookie;
use crate::surveys::links::LinkSecret;

/// Nobody reads and answers a page faster than this.
pub const LEAST_MS: i64 = 400;
/// A field that people do not see and programs fill in.
pub const TRAP: &str = "koe_note";
/// The cookie that carries the start of a sitting.
const SITTING: &str = "koe_sitting";
/// Days after which a browser forgets.
const SITTING_DAYS: i64 = 30;
const ANSWERED_DAYS: i64 = 400;
const DAY_S: i64 = 86_400;

/// When and for what a page was first shown to somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Start {
    /// Milliseconds since 1970.
    pub at_ms: i64,
    /// The version that was shown; 0 for a preview.
    pub version: i64,
    /// 128 bits of chance.
    nonce: String,
    /// As written: what pages and cookies carry.
    text: String,
}

impl Start {
    /// A new one.
    pub fn new(app: &App, secret: &LinkSecret, link: &LinkId, version: i64) -> Self {
        let mut bytes = [0_u8; 16];
        app.chance.fill(&mut bytes);
        let nonce = hexadecimal(bytes);
        let at_ms = app.clock.now_ms();
        let body = format!("{at_ms}.{version}.{nonce}");
        let signature = secret.sign("answer page", &format!("{link} {body}"));
        Self {
            at_ms,
            version,
            nonce,
            text: format!("{body}.{signature}"),
        }
    }

    /// Reads one that this organisation signed for this link.
    pub fn read(secret: &LinkSecret, link: &LinkId, text: &str) -> Option<Self> {
        let (body, signature) = text.rsplit_once('.')?;
        if !secret.verify("answer page", &format!("{link} {body}"), signature) {
            return None;
        }
        let mut parts = body.split('.');
        Some(Self {
            at_ms: parts.next()?.parse().ok()?,
            version: parts.next()?.parse().ok()?,
            nonce: parts.next()?.to_owned(),
            text: text.to_owned(),
        })
    }

    /// What stands in the page and in the cookie.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The key of the sitting that it begins.
    pub fn key(&self) -> &str {
        &self.nonce
    }
}

/// The start that a browser brought back for this link.
pub fn start_of(headers: &HeaderMap, secret: &LinkSecret, link: &LinkId) -> Option<Start> {
    Start::read(secret, link, cookie(headers, SITTING)?)
}

/// `Set-Cookie` that lets a browser come back to its sitting. Only the link's
/// own pages see it.
pub fn start_cookie(app: &App, token: &str, start: &Start) -> String {
    write(
        app,
        SITTING,
        start.text(),
        &format!("/s/{token}"),
        SITTING_DAYS,
    )
}

/// Whether this browser has answered the survey. The cookie says no more than
/// that: every browser that answered has the same one.
pub fn has_answered(headers: &HeaderMap, secret: &LinkSecret, survey: &SurveyId) -> bool {
    cookie(headers, &answered_name(survey))
        .is_some_and(|value| secret.verify("answered", survey.as_str(), value))
}

/// `Set-Cookie` that remembers an answer.
pub fn answered_cookie(app: &App, secret: &LinkSecret, survey: &SurveyId) -> String {
    let value = secret.sign("answered", survey.as_str());
    write(app, &answered_name(survey), &value, "/s/", ANSWERED_DAYS)
}

fn answered_name(survey: &SurveyId) -> String {
    format!("koe_answered_{survey}")
}

fn write(app: &App, name: &str, value: &str, path: &str, days: i64) -> String {
    let secure = if app.config.public_url().starts_with("https://") {
        "; Secure"
    } else {
        ""
    };
    let age = days * DAY_S;
    format!("{name}={value}; Path={path}; Max-Age={age}; HttpOnly; SameSite=Lax{secure}")
}
