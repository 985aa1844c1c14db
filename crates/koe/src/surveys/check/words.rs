//! Texts: present, translated, not too long, and piping in only what is known by then.

use super::names::short;
use super::{LIMITS, Report};
use crate::surveys::document::{Document, Identity, Kind, Question, Text};
use crate::surveys::logic::{Flow, has_part};
use crate::surveys::piping::{Piece, Source, pieces};

/// Where a text stands: before which page everything answered is known.
#[derive(Clone, Copy)]
struct Place<'a> {
    flow: &'a Flow<'a>,
    /// Pages before this number are known.
    known: usize,
}

/// How long a text may be.
#[derive(Clone, Copy)]
enum Length {
    Text,
    Label,
}

pub(super) fn check(flow: &Flow<'_>, report: &mut Report) {
    let document = flow.document();
    let before = |known| Place { flow, known };
    let start = before(0);
    needed(start, "title", &document.title, Length::Label, report);
    needed(
        start,
        "privacy.purpose",
        &document.privacy.purpose,
        Length::Text,
        report,
    );
    said(
        start,
        "privacy.controller",
        &document.privacy.controller,
        Length::Label,
        report,
    );
    let closed = &document.answering.closed_message;
    said(
        start,
        "answering.closed_message",
        closed,
        Length::Text,
        report,
    );
    for (number, field) in document.hidden_fields.iter().enumerate() {
        let path = format!("hidden_fields[{number}].label");
        said(start, &path, &field.label, Length::Label, report);
    }
    for (number, page) in document.pages.iter().enumerate() {
        let place = before(number);
        if let Some(title) = &page.title {
            said(
                place,
                &format!("pages[{number}].title"),
                title,
                Length::Label,
                report,
            );
        }
        for (at, item) in page.questions.iter().enumerate() {
            question(
                place,
                &format!("pages[{number}].questions[{at}]"),
                item,
                report,
            );
        }
    }
    let end = before(document.pages.len());
    for (number, ending) in document.endings.iter().enumerate() {
        let path = format!("endings[{number}]");
        said(
            end,
            &format!("{path}.title"),
            &ending.title,
            Length::Label,
            report,
        );
        said(
            end,
            &format!("{path}.message"),
            &ending.message,
            Length::Text,
            report,
        );
        if let Some(link) = &ending.link {
            needed(
                end,
                &format!("{path}.link.label"),
                &link.label,
                Length::Label,
                report,
            );
        }
        if ending.title.is_empty() && ending.message.is_empty() {
            report.warning(
                path,
                "ending_empty",
                "お礼の文章がありません。",
                "The thank-you page says nothing.",
            );
        }
    }
}

fn question(place: Place<'_>, path: &str, question: &Question, report: &mut Report) {
    needed(
        place,
        &format!("{path}.text"),
        &question.text,
        Length::Text,
        report,
    );
    if let Some(help) = &question.help {
        said(place, &format!("{path}.help"), help, Length::Text, report);
    }
    let mut optional = |key: &str, text: Option<&Text>| {
        if let Some(text) = text {
            said(place, &format!("{path}.{key}"), text, Length::Label, report);
        }
    };
    let labels: &[Text] = match &question.kind {
        Kind::Nps(nps) => {
            optional("low_label", nps.low_label.as_ref());
            optional("high_label", nps.high_label.as_ref());
            &[]
        }
        Kind::Ces(ces) => {
            optional("low_label", ces.low_label.as_ref());
            optional("high_label", ces.high_label.as_ref());
            &[]
        }
        Kind::Number(number) => {
            optional("unit", number.unit.as_ref());
            &[]
        }
        Kind::Csat(csat) => &csat.labels,
        Kind::Rating(rating) => &rating.labels,
        Kind::Expectation(pair) => {
            for (key, text) in [
                ("expectation_label", &pair.expectation_label),
                ("result_label", &pair.result_label),
            ] {
                needed(place, &format!("{path}.{key}"), text, Length::Label, report);
            }
            &pair.labels
        }
        Kind::Consent(consent) => {
            let path = format!("{path}.statement");
            needed(place, &path, &consent.statement, Length::Text, report);
            &[]
        }
        _ => &[],
    };
    for (number, label) in labels.iter().enumerate() {
        said(
            place,
            &format!("{path}.labels[{number}]"),
            label,
            Length::Label,
            report,
        );
    }
    let key = if matches!(question.kind, Kind::Matrix(_)) {
        "columns"
    } else {
        "choices"
    };
    for (number, choice) in question.kind.choices().iter().enumerate() {
        let path = format!("{path}.{key}[{number}].label");
        needed(place, &path, &choice.label, Length::Label, report);
    }
    if let Kind::Matrix(matrix) = &question.kind {
        for (number, row) in matrix.rows.iter().enumerate() {
            let path = format!("{path}.rows[{number}].label");
            needed(place, &path, &row.label, Length::Label, report);
        }
    }
}

/// A text that has to say something.
fn needed(place: Place<'_>, path: &str, text: &Text, length: Length, report: &mut Report) {
    if text.is_empty() {
        report.error(
            path,
            "text_missing",
            "文言を入力してください。",
            "Please write this text.",
        );
    } else {
        said(place, path, text, length, report);
    }
}

/// A text that may be empty.
fn said(place: Place<'_>, path: &str, text: &Text, length: Length, report: &mut Report) {
    if text.is_empty() {
        return;
    }
    let document = place.flow.document();
    let missing: Vec<&str> = document
        .languages
        .iter()
        .filter(|language| text.exact(language).is_none())
        .map(|language| language.as_str())
        .collect();
    if !missing.is_empty() {
        let list = missing.join(", ");
        report.warning(
            path,
            "translation_missing",
            format!("翻訳がありません（{list}）。基本言語の文言が表示されます。"),
            format!("There is no translation ({list}); the base language is shown instead."),
        );
    }
    let limit = match length {
        Length::Text => LIMITS.text,
        Length::Label => LIMITS.label,
    };
    for (language, words) in text.iter() {
        let written = words.chars().count();
        if written > limit {
            report.error(
                path,
                "text_too_long",
                format!("{limit}文字以内にしてください（{language}: 現在{written}文字）。"),
                format!("Please keep to {limit} characters ({language}: now {written})."),
            );
        }
        for piece in pieces(words) {
            mark(place, path, piece, report);
        }
    }
}

fn mark(place: Place<'_>, path: &str, piece: Piece<'_>, report: &mut Report) {
    let document: &Document = place.flow.document();
    match piece {
        Piece::Words(_) => {}
        Piece::Unknown(whole) => report.warning(
            path,
            "piping_form",
            format!(
                "「{}」は差し込みとして読めないため、そのまま表示されます。",
                short(whole)
            ),
            format!(
                "“{}” is no value to pipe in and is shown as it stands.",
                short(whole)
            ),
        ),
        Piece::Mark {
            source: Source::Customer,
            ..
        } => {
            if document.programme.identity == Identity::Confidential {
                report.error(
                    path,
                    "confidential_identity",
                    "匿名調査では顧客の情報を差し込めません。",
                    "A confidential programme cannot pipe in facts about the person.",
                );
            }
        }
        Piece::Mark {
            source: Source::Field,
            name,
            ..
        } => {
            if document.hidden_field(name).is_none() {
                unknown(path, name, report);
            }
        }
        Piece::Mark {
            source: Source::Answer,
            name,
            ..
        } => answer(place, path, name, report),
    }
}

fn answer(place: Place<'_>, path: &str, name: &str, report: &mut Report) {
    let (id, row) = match name.split_once('.') {
        Some((id, row)) => (id, Some(row)),
        None => (name, None),
    };
    let Some(question) = place.flow.question(id) else {
        return unknown(path, name, report);
    };
    if row.is_some_and(|row| !has_part(&question.kind, row)) {
        return unknown(path, name, report);
    }
    let said_whole = match &question.kind {
        Kind::Matrix(_) | Kind::Expectation(_) => row.is_some(),
        Kind::Consent(_) | Kind::Statement(_) => false,
        _ => true,
    };
    if !said_whole {
        report.error(
            path,
            "piping_kind",
            format!("「{}」の回答は文中に差し込めません。", short(name)),
            format!(
                "The answer to “{}” cannot be piped into a text.",
                short(name)
            ),
        );
    }
    let known = place
        .flow
        .place_of(id)
        .is_some_and(|(page, _)| page < place.known);
    if !known {
        report.error(
            path,
            "piping_forward",
            format!(
                "「{}」は前のページの設問ではないため、まだ回答がありません。",
                short(name)
            ),
            format!(
                "“{}” is not on an earlier page, so there is no answer yet.",
                short(name)
            ),
        );
    }
}

fn unknown(path: &str, name: &str, report: &mut Report) {
    report.error(
        path,
        "piping_unknown",
        format!("差し込み元「{}」がありません。", short(name)),
        format!("There is nothing called “{}” to pipe in.", short(name)),
    );
}
