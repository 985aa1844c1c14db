//! Surveys: versioned documents of questions, the logic between them, and what answers mean.
//!
//! The document, its logic, validation, piping and lake fields are pure: no SQL, no HTTP, no
//! clock. The server alone decides which page comes next and which answers count, for the
//! answer page, the HTTP intake and imports alike.

pub mod answers;
pub mod document;
pub mod fields;
pub mod logic;
pub mod piping;
#[cfg(test)]
mod samples;
pub mod validate;
mod width;

pub use answers::{Answer, Answers, Fields, Part};
pub use document::{Document, Language, Text};
pub use logic::{Flow, Next, Progress, Visit, Walk};
pub use validate::{Accepted, AnswerProblem, Completeness, PageOutcome};
