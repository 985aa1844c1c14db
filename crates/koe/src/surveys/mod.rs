//! Surveys: versioned documents of questions, the logic between them, and what answers mean.
//!
//! The document, its logic, validation, piping and lake fields are pure: no SQL, no HTTP, no
//! clock. The server alone decides which page comes next and which answers count, for the
//! answer page, the HTTP intake and imports alike.

pub mod answers;
mod api;
pub mod check;
pub mod document;
pub mod fields;
mod jobs;
pub mod links;
pub mod logic;
mod model;
pub mod piping;
#[cfg(test)]
mod properties;
mod publish;
mod published;
#[cfg(test)]
mod samples;
mod store;
pub mod templates;
pub mod validate;
mod width;

pub use answers::{Answer, Answers, Fields, Part};
pub use api::routes;
pub use document::{Document, Language, Text};
pub use jobs::ForgetPreviews;
pub use links::{Opened, Refusal, Refused, open as open_link};
pub use logic::{Flow, Next, Progress, Visit, Walk};
pub use model::{Status, Survey, Version};
pub use publish::{adopt_purpose, create, publish};
pub use published::{
    add_link, current, current_shared, draft, link_secret, links_answered, mark_answered,
    release_links, release_these_links, renew_link_secret, titles, version, versions,
};
pub use store::tables::TABLES;
pub use validate::{Accepted, AnswerProblem, Completeness, PageOutcome};
