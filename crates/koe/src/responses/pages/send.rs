//! Taking pages.

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::ask::{
    DONE, PAGE, answered, answered_notice, document_of, failed, first_language, key_hash,
    new_sitting, pairs, sitting_of,
};
use super::end::{known_answers, submission, thanks};
use super::form::{Form, Go};
use super::guard::{self, LEAST_MS, Start};
use super::render::{Asking, Notice, refused, with_cookie};
use super::sitting::{Sitting, spent_ms};
use super::store;
use crate::base::app::App;
use crate::base::db::Conn;
use crate::base::http::client::ClientAddress;
use crate::base::problem::{Outcome, Problem};
use crate::org::token_hash;
use crate::responses::submit;
use crate::surveys::document::{Document, Limit};
use crate::surveys::links::LinkKind;
use crate::surveys::validate::{self, Completeness};
use crate::surveys::{self, Flow, Next, Opened};

/// `POST /s/{token}`
pub async fn send(
    State(app): State<App>,
    Path(token): Path<String>,
    RawQuery(query): RawQuery,
    address: ClientAddress,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let limit = app.config.limits.json_bytes;
    let read = async {
        app.limiters.answers.check(&address.key())?;
        let body = to_bytes(body, limit)
            .await
            .map_err(|_| Problem::too_large("The page is larger than limits.json_bytes."))?;
        let page = Sent {
            app: &app,
            token: &token,
            query: query.as_deref().unwrap_or_default(),
            headers: &headers,
            form: Form::read(&body),
        };
        page.take().await
    };
    match read.await {
        Ok(response) => response,
        Err(problem) => failed(&app, &headers, &token, &problem, "unavailable"),
    }
}

/// A page on its way in.
struct Sent<'a> {
    app: &'a App,
    token: &'a str,
    query: &'a str,
    headers: &'a HeaderMap,
    form: Form,
}

/// What a page did to its sitting.
enum Step {
    /// Show this page next.
    Page(String),
    /// Show this page, new questions first.
    Appeared(String, String),
    /// Show the same page with what is wrong.
    Problems(Vec<surveys::AnswerProblem>),
    /// Nothing is shown: the browser only told something.
    Silent,
    /// Every page is done.
    End,
}

impl Sent<'_> {
    async fn take(self) -> Outcome<Response> {
        let app = self.app;
        let mut tx = app.db.read().await?;
        let opened = match surveys::open_link(app, &mut tx, self.token, &pairs(self.query)).await? {
            Ok(opened) => opened,
            Err(refusal) => return refused(app, self.headers, self.token, &refusal),
        };
        drop(tx);
        let Some(start) = Start::read(&opened.secret, &opened.link.id, &self.form.start) else {
            return self.stale(&opened);
        };
        let mut tx = app.db.write().await?;
        let held = store::hold(
            &mut tx,
            &opened.scope,
            &key_hash(&opened, &start),
            app.clock.now_ms(),
        )
        .await?;
        let known = match held {
            Some(sitting) => Some(sitting),
            None => sitting_of(app, &mut tx, &opened, &start).await?,
        };
        match &known {
            // Sent twice: the first time was enough.
            Some(sitting) if sitting.finished => return Ok(self.go_to(DONE)),
            _ if answered(self.headers, &opened) => {
                drop(tx);
                let status = StatusCode::CONFLICT;
                return answered_notice(app, self.headers, self.token, &opened, status);
            }
            _ => {}
        }
        let version = known
            .as_ref()
            .map_or(start.version, |sitting| sitting.version);
        let document = document_of(app, &mut tx, &opened, version).await?;
        let mut sitting = match known {
            Some(sitting) => sitting,
            None => {
                let wanted = self.form.language.as_deref();
                let language = first_language(&document, wanted, self.headers);
                let sitting = new_sitting(app, &opened, &start, language);
                let too_fast = app.clock.now_ms() - start.at_ms < LEAST_MS;
                if self.form.trapped || (too_fast && self.form.go == Go::Next) {
                    drop(tx);
                    return self.once_more(&opened, &document, sitting, &start);
                }
                let key = key_hash(&opened, &start);
                if store::insert(&mut tx, &opened.scope, &sitting, &key).await? {
                    sitting
                } else {
                    // The same page sent twice at once: the other one was faster.
                    let now_ms = app.clock.now_ms();
                    store::hold(&mut tx, &opened.scope, &key, now_ms)
                        .await?
                        .ok_or_else(Problem::not_found)?
                }
            }
        };
        if let Some(language) = &self.form.language {
            sitting.language = document.language_for([language.as_str()]).to_string();
        }
        let step = self.step(&mut tx, &opened, &document, &mut sitting).await?;
        store::save(&mut tx, &opened.scope, &sitting).await?;
        tx.commit().await?;
        match step {
            Step::End => self.finish(opened, document, sitting, &start).await,
            step => self.show(&opened, &document, &sitting, &start, step),
        }
    }

    /// What the page does to the sitting.
    async fn step(
        &self,
        conn: &mut Conn,
        opened: &Opened,
        document: &Document,
        sitting: &mut Sitting,
    ) -> Outcome<Step> {
        let flow = Flow::new(document);
        let here = sitting.page(&flow, Some(&self.form.page));
        let Some(page) = here.filter(|page| *page == self.form.page) else {
            // A page that is not on this person's way, or not yet.
            return Ok(match sitting.page(&flow, None) {
                Some(page) => Step::Page(page),
                None => Step::End,
            });
        };
        let spent = spent_ms(self.form.shown_at, self.app.clock.now_ms());
        match &self.form.go {
            Go::Seen => {
                store::note_page(conn, sitting, &page, false, 0).await?;
                Ok(Step::Silent)
            }
            Go::Save => {
                sitting.typed.keep(&page, &self.form.answers);
                store::note_page(conn, sitting, &page, false, 0).await?;
                Ok(Step::Silent)
            }
            Go::Language(tag) => {
                sitting.typed.keep(&page, &self.form.answers);
                sitting.language = document.language_for([tag.as_str()]).to_string();
                store::note_page(conn, sitting, &page, false, spent).await?;
                Ok(Step::Page(page))
            }
            Go::Back => {
                sitting.typed.keep(&page, &self.form.answers);
                store::note_page(conn, sitting, &page, false, spent).await?;
                let before = flow.previous_page(&page, &sitting.answers, &sitting.fields);
                Ok(Step::Page(before.map_or(page, |page| page.id.clone())))
            }
            Go::Next => {
                let outcome = validate::page(
                    &flow,
                    &page,
                    &self.form.answers,
                    Some(&self.form.shown),
                    &sitting.answers,
                    &sitting.fields,
                );
                if !outcome.problems.is_empty() {
                    sitting.typed.keep(&page, &self.form.answers);
                    store::note_page(conn, sitting, &page, false, spent).await?;
                    return Ok(Step::Problems(outcome.problems));
                }
                sitting.answers = outcome.answers;
                sitting.typed.taken(&page);
                if let Some(first) = outcome.appeared.into_iter().next() {
                    store::note_page(conn, sitting, &page, false, spent).await?;
                    return Ok(Step::Appeared(page, first));
                }
                store::note_page(conn, sitting, &page, true, spent).await?;
                sitting.done.insert(page.clone());
                self.onward(conn, opened, &flow, sitting, &page).await
            }
        }
    }

    /// Where a finished page leads.
    async fn onward(
        &self,
        conn: &mut Conn,
        opened: &Opened,
        flow: &Flow<'_>,
        sitting: &mut Sitting,
        page: &str,
    ) -> Outcome<Step> {
        let next = match flow.next_page(Some(page), &sitting.answers, &sitting.fields) {
            Next::Page(next) => Some(next.id.clone()),
            // A page in between may have joined the way by a change before it.
            Next::End(_) => sitting.open_page(flow),
        };
        if let Some(next) = next {
            // Somebody who went back goes through the pages again from there;
            // a page not reached yet comes before those behind it.
            let next = sitting.page(flow, Some(&next)).unwrap_or(next);
            store::note_page(conn, sitting, &next, false, 0).await?;
            return Ok(Step::Page(next));
        }
        let whole = validate::accept(
            flow,
            &known_answers(flow, &sitting.answers),
            &sitting.fields,
            Completeness::Finished,
        );
        match whole {
            Ok(accepted) => {
                sitting.answers = accepted.answers;
                Ok(Step::End)
            }
            // Only a draft that changes under its preview comes here.
            Err(problems) => {
                let at = problems
                    .iter()
                    .find_map(|problem| flow.page_of(&problem.question));
                let page = at.map_or(page, |page| page.id.as_str()).to_owned();
                store::reopen_page(conn, sitting, &page).await?;
                tracing::debug!(survey = %opened.link.survey, page, "a finished page must be answered again");
                Ok(Step::Page(page))
            }
        }
    }

    /// Shows what a step leads to.
    fn show(
        &self,
        opened: &Opened,
        document: &Document,
        sitting: &Sitting,
        start: &Start,
        step: Step,
    ) -> Outcome<Response> {
        let asking = self.asking(opened, document, sitting, start);
        let (page, place) = match step {
            Step::Problems(problems) => {
                let status = StatusCode::UNPROCESSABLE_ENTITY;
                return asking.page(self.app, status, &self.form.page, &problems, None);
            }
            Step::Silent => return Ok(StatusCode::NO_CONTENT.into_response()),
            Step::End => return Ok(self.go_to(DONE)),
            Step::Page(page) => (page, String::new()),
            Step::Appeared(page, question) => (page, format!("#q-{question}")),
        };
        // Without cookies a redirect would lose the sitting; the page itself
        // carries it on.
        let kept = opened.link.kind == LinkKind::Personal
            || guard::start_of(self.headers, &opened.secret, &opened.link.id).as_ref()
                == Some(start);
        if kept {
            return Ok(self.go_to(&format!("{page}{place}")));
        }
        asking.page(self.app, StatusCode::OK, &page, &[], None)
    }

    fn asking<'b>(
        &'b self,
        opened: &'b Opened,
        document: &'b Document,
        sitting: &'b Sitting,
        start: &'b Start,
    ) -> Asking<'b> {
        Asking {
            opened,
            token: self.token,
            document,
            sitting,
            start,
            query: if opened.brought { self.query } else { "" },
        }
    }

    /// 303, so that going back and loading again send nothing twice.
    fn go_to(&self, page: &str) -> Response {
        // Only ids pass, so that nothing a form says can bend the address.
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '#');
        let page: String = page.chars().filter(|c| plain(*c)).collect();
        let address = format!("/s/{}?{PAGE}={page}", self.token);
        let mut response = StatusCode::SEE_OTHER.into_response();
        if let Ok(value) = HeaderValue::from_str(&address) {
            response.headers_mut().insert(header::LOCATION, value);
        }
        response
            .headers_mut()
            .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response
    }

    /// The page that was sent did not come from here.
    fn stale(&self, opened: &Opened) -> Outcome<Response> {
        Notice {
            key: "stale",
            status: StatusCode::BAD_REQUEST,
            document: Some(&opened.document),
            organisation: Some(&opened.organisation),
            token: self.token,
            link: Some(format!("/s/{}", self.token)),
        }
        .response(self.app, self.headers)
    }

    /// Asks to press the button again; everything typed stands.
    fn once_more(
        &self,
        opened: &Opened,
        document: &Document,
        mut sitting: Sitting,
        start: &Start,
    ) -> Outcome<Response> {
        let flow = Flow::new(document);
        let Some(page) = sitting.page(&flow, Some(&self.form.page)) else {
            return self.stale(opened);
        };
        sitting.typed.keep(&page, &self.form.answers);
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        self.asking(opened, document, &sitting, start).page(
            self.app,
            status,
            &page,
            &[],
            Some("confirm_again"),
        )
    }

    /// Hands the answers over and says thank you.
    async fn finish(
        &self,
        opened: Opened,
        document: Arc<Document>,
        mut sitting: Sitting,
        start: &Start,
    ) -> Outcome<Response> {
        let app = self.app;
        let (scope, personal) = (&opened.scope, opened.link.kind == LinkKind::Personal);
        sitting.thanks = thanks(app, &opened, &document, &sitting);
        let mut taken = true;
        if !sitting.preview {
            let mut tx = app.db.read().await?;
            let duration_ms = store::total_ms(&mut tx, &sitting).await?;
            let survey = &opened.link.survey;
            let version = surveys::version(app, &mut tx, scope, survey, sitting.version).await?;
            drop(tx);
            let submission = submission(&opened, version, &sitting, duration_ms);
            match submit(app, submission).await {
                Ok(_) => {}
                // Other answers were stored before and count; these do not, and saying thank you
                // for them would be untrue.
                Err(problem) if problem.status() == StatusCode::CONFLICT => taken = false,
                Err(problem) => return Err(problem),
            }
        }
        let now_ms = app.clock.now_ms();
        // From here on the sitting of a confidential programme knows no link.
        let cut = opened.is_confidential().then(|| token_hash(start.key()));
        let mut tx = app.db.write().await?;
        store::finish(&mut tx, scope, &sitting, cut.as_deref(), now_ms).await?;
        if personal {
            let confidential = opened.is_confidential();
            surveys::mark_answered(&mut tx, scope, &opened.link.id, confidential, now_ms).await?;
        }
        tx.commit().await?;
        if !taken {
            let status = StatusCode::CONFLICT;
            return answered_notice(app, self.headers, self.token, &opened, status);
        }
        let known =
            guard::start_of(self.headers, &opened.secret, &opened.link.id).as_ref() == Some(start);
        let cut_off = opened.is_confidential() && personal;
        let mut response = if known || (personal && !cut_off) {
            self.go_to(DONE)
        } else {
            self.asking(&opened, &document, &sitting, start)
                .thanks(app)?
        };
        let once = document.answering.limit == Limit::OncePerBrowser;
        if once && opened.link.kind == LinkKind::Public {
            let cookie = guard::answered_cookie(app, &opened.secret, &opened.link.survey);
            response = with_cookie(response, &cookie);
        }
        Ok(response)
    }
}
