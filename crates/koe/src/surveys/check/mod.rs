//! What is wrong with a document, while it is written and before it is published.
//!
//! Errors keep it from being published; warnings are for the author to judge. A document
//! without errors can be walked to an end whatever is answered.

mod conditions;
mod flow;
mod names;
mod order;
mod questions;
mod report;
mod terms;
mod words;

use super::document::Document;
use super::fields;
use super::logic::Flow;
use report::Report;
pub use report::{LIMITS, Limits, Problem, Severity};

/// Every problem of a document, errors first.
pub fn check(document: &Document) -> Vec<Problem> {
    let mut report = Report::default();
    let flow = Flow::new(document);
    terms::check(document, &mut report);
    names::check(document, &mut report);
    words::check(&flow, &mut report);
    questions::check(document, &mut report);
    conditions::check(&flow, &mut report);
    flow::check(&flow, &mut report);
    sizes(document, &mut report);
    report.finish()
}

/// Whether a document can be published: it has no error.
pub fn is_publishable(problems: &[Problem]) -> bool {
    problems
        .iter()
        .all(|problem| problem.severity != Severity::Error)
}

fn sizes(document: &Document, report: &mut Report) {
    let hidden = document.hidden_fields.len();
    report.at_most(
        "hidden_fields",
        hidden,
        LIMITS.hidden_fields,
        "隠し項目",
        "hidden fields",
    );
    for (number, field) in document.hidden_fields.iter().enumerate() {
        let path = format!("hidden_fields[{number}].allowed");
        let allowed = field.allowed.len();
        report.at_most(
            &path,
            allowed,
            LIMITS.allowed,
            "許可する値",
            "allowed values",
        );
    }
    let foreign = document.foreign.len();
    report.at_most(
        "foreign",
        foreign,
        LIMITS.foreign,
        "取り込み元の要素",
        "elements kept from another tool",
    );
    let columns = fields::columns(document).len();
    if columns > LIMITS.lake_fields {
        report.error(
            "pages",
            "too_many_fields",
            format!(
                "集計する項目が{columns}個あり、上限の{}個を超えます。複数選択のマトリクスを減らすか、アンケートを分けてください。",
                LIMITS.lake_fields
            ),
            format!(
                "There are {columns} fields to count, more than {}. Use fewer matrices with several columns, or split the survey.",
                LIMITS.lake_fields
            ),
        );
    }
}

#[cfg(test)]
mod tests;
