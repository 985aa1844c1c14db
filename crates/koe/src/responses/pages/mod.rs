//! Answer pages: documents that a person can fill in on any device.
//!
//! Every page is plain HTML rendered here, works without a script, and is
//! kept as it is answered; the server alone decides which page comes next. A
//! sitting begins with the first thing a person sends, so that opening a link
//! stores nothing. It is finished on the version on which it began.
//!
//! ```text
//! GET  /s/{token}            the page where the person is (or `?_p=page`)
//! POST /s/{token}            one page's answers → 303 to the next page
//! GET  /s/{token}/logo       the picture of the survey's theme
//! GET  /s/-/respond-….js     the script that makes it smooth
//! ```

mod ask;
mod drop_off;
mod end;
mod form;
mod guard;
mod past;
mod render;
mod script;
mod send;
mod sitting;
mod store;
mod texts;
mod theme;
mod view;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::get;

use crate::base::app::App;

pub use drop_off::{DropOff, Forget, PageDropOff, drop_off, forget_customers, forget_links};
pub use past::{PastPage, PastSitting};
pub use store::{Within, insert_past};
pub use texts::Texts;

/// The pages. They are documents for people, so they are no part of the API.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/s/-/{name}", get(script::serve))
        .route("/s/{token}/logo", get(ask::logo))
        .route("/s/{token}", get(ask::show).post(send::send))
        .layer(DefaultBodyLimit::disable())
}
