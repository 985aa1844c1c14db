//! Ids: their form, and that each stands once.

use std::collections::HashMap;

use super::Report;
use crate::surveys::document::{Document, Kind, Question};

pub(super) fn check(document: &Document, report: &mut Report) {
    let mut answers = Seen::default();
    let mut exports = Seen::default();
    let mut pages = Seen::default();
    for (number, page) in document.pages.iter().enumerate() {
        let path = format!("pages[{number}]");
        pages.note(&path, &page.id, is_id(&page.id), report);
        for (place, question) in page.questions.iter().enumerate() {
            let path = format!("{path}.questions[{place}]");
            answers.note(&path, &question.id, is_id(&question.id), report);
            export_name(&path, question, &mut exports, report);
            choices(&path, &question.kind, report);
        }
    }
    for (number, field) in document.hidden_fields.iter().enumerate() {
        let path = format!("hidden_fields[{number}]");
        answers.note(&path, &field.id, is_id(&field.id), report);
    }
    let mut endings = Seen::default();
    for (number, ending) in document.endings.iter().enumerate() {
        let path = format!("endings[{number}]");
        endings.note(&path, &ending.id, is_id(&ending.id), report);
    }
}

/// A letter, then letters, digits or `_`; at most 40.
pub(super) fn is_id(id: &str) -> bool {
    id.len() <= 40
        && id.starts_with(|first: char| first.is_ascii_alphabetic())
        && id
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// Letters, digits, `_` and `-`; at most 32, so that a lake field of question, row and
/// choice stays within what the lake takes.
pub(super) fn is_choice_id(id: &str) -> bool {
    (1..=32).contains(&id.len())
        && id
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}

/// Ids met so far, whatever their case: other tools that read the lake's files make no
/// difference between `Q1` and `q1`.
#[derive(Default)]
struct Seen(HashMap<String, String>);

impl Seen {
    fn note(&mut self, path: &str, id: &str, well_formed: bool, report: &mut Report) {
        if !well_formed {
            report.error(
                path,
                "id_form",
                format!("ID「{}」は使えません。半角英字で始まる40文字以内の英数字と_で付けてください。", short(id)),
                format!("The id “{}” cannot be used: begin with a letter, then letters, digits or _, at most 40.", short(id)),
            );
        }
        if let Some(first) = self.0.insert(id.to_ascii_lowercase(), path.to_owned()) {
            report.error(
                path,
                "id_duplicate",
                format!("ID「{}」はすでに {first} で使われています。", short(id)),
                format!("The id “{}” is already used at {first}.", short(id)),
            );
        }
    }
}

fn export_name(path: &str, question: &Question, exports: &mut Seen, report: &mut Report) {
    let name = question.export_name();
    if name.chars().count() > 80 || name.chars().any(char::is_control) || name.trim() != name {
        report.error(
            format!("{path}.code"),
            "code_form",
            "書き出し用コードは80文字以内で、前後の空白と制御文字を除いてください。",
            "An export code has at most 80 characters, no control characters and no blanks around it.",
        );
    }
    if question.code.is_none() && exports.0.contains_key(&name.to_ascii_lowercase()) {
        // Two ids alike are already said; only a code that takes another's id is news.
        return;
    }
    if let Some(first) = exports.0.insert(name.to_lowercase(), path.to_owned()) {
        report.error(
            format!("{path}.code"),
            "code_duplicate",
            format!(
                "書き出し用コード「{}」はすでに {first} で使われています。",
                short(name)
            ),
            format!(
                "The export code “{}” is already used at {first}.",
                short(name)
            ),
        );
    }
}

fn choices(path: &str, kind: &Kind, report: &mut Report) {
    let key = if matches!(kind, Kind::Matrix(_)) {
        "columns"
    } else {
        "choices"
    };
    once(
        path,
        key,
        kind.choices().iter().map(|choice| choice.id.as_str()),
        report,
    );
    if let Kind::Matrix(matrix) = kind {
        once(
            path,
            "rows",
            matrix.rows.iter().map(|row| row.id.as_str()),
            report,
        );
    }
}

fn once<'a>(path: &str, key: &str, ids: impl Iterator<Item = &'a str>, report: &mut Report) {
    let mut seen: HashMap<&str, usize> = HashMap::new();
    for (number, id) in ids.enumerate() {
        let path = format!("{path}.{key}[{number}]");
        if !is_choice_id(id) {
            report.error(
                &path,
                "id_form",
                format!(
                    "コード「{}」は使えません。半角英数字・_・-で32文字以内にしてください。",
                    short(id)
                ),
                format!(
                    "The code “{}” cannot be used: letters, digits, _ and -, at most 32.",
                    short(id)
                ),
            );
        }
        if seen.insert(id, number).is_some() {
            report.error(
                &path,
                "id_duplicate",
                format!("コード「{}」が同じ設問の中で重なっています。", short(id)),
                format!(
                    "The code “{}” stands twice in the same question.",
                    short(id)
                ),
            );
        }
    }
}

/// An id short enough to quote.
pub(super) fn short(id: &str) -> String {
    id.chars().take(60).collect()
}
