//! Pages, skips and endings: whether each can be reached and leads on.

use super::names::short;
use super::order::quoted;
use super::{LIMITS, Report};
use crate::surveys::document::{Document, Language, Target};
use crate::surveys::logic::Flow;

pub(super) fn check(flow: &Flow<'_>, report: &mut Report) {
    let document = flow.document();
    pages(document, report);
    for (number, page) in document.pages.iter().enumerate() {
        let path = format!("pages[{number}].skips");
        report.at_most(
            &path,
            page.skips.len(),
            LIMITS.skips,
            "分岐",
            "skips after a page",
        );
        for (place, skip) in page.skips.iter().enumerate() {
            target(
                document,
                number,
                &format!("{path}[{place}].to"),
                &skip.to,
                report,
            );
        }
    }
    for number in flow.unreachable_pages() {
        report.warning(
            format!("pages[{number}]"),
            "page_unreachable",
            "どのように回答しても、このページは表示されません。",
            "No answer leads to this page.",
        );
    }
    endings(document, report);
}

fn pages(document: &Document, report: &mut Report) {
    let questions = document.questions().count();
    report.at_most(
        "pages",
        document.pages.len(),
        LIMITS.pages,
        "ページ",
        "pages",
    );
    report.at_most("pages", questions, LIMITS.questions, "設問", "questions");
    if questions == 0 {
        report.error(
            "pages",
            "no_questions",
            "設問を1つ以上入れてください。",
            "Please add at least one question.",
        );
        return;
    }
    for (number, page) in document.pages.iter().enumerate() {
        if page.questions.is_empty() && page.skips.is_empty() {
            report.warning(
                format!("pages[{number}]"),
                "page_empty",
                "設問のないページは表示されません。",
                "A page without questions is not shown.",
            );
        }
    }
}

fn target(document: &Document, number: usize, path: &str, to: &Target, report: &mut Report) {
    match to {
        Target::End => {}
        Target::Ending(id) => {
            if !document.endings.iter().any(|ending| ending.id == *id) {
                report.error(
                    path,
                    "skip_unknown_ending",
                    format!("移動先のお礼ページ「{}」がありません。", short(id)),
                    format!("The thank-you page “{}” does not exist.", short(id)),
                );
            }
        }
        Target::Page(id) => match document.pages.iter().position(|page| page.id == *id) {
            None => report.error(
                path,
                "skip_unknown_page",
                format!("移動先のページ「{}」がありません。", short(id)),
                format!("The page “{}” does not exist.", short(id)),
            ),
            Some(place) if place <= number => report.error(
                path,
                "skip_backward",
                format!(
                    "{}ページ目の後の分岐が、{}に戻っています。回答が終わらなくなるため、後のページだけを移動先にできます。",
                    number + 1,
                    page_name(document, place, &Language::ja())
                ),
                format!(
                    "The skip after page {} leads back to {}; going back, the survey might never end. Choose a later page.",
                    number + 1,
                    page_name(document, place, &Language::en())
                ),
            ),
            Some(_) => {}
        },
    }
}

/// A page by its number and what is asked on it first.
fn page_name(document: &Document, number: usize, language: &Language) -> String {
    let first = document.pages[number]
        .questions
        .first()
        .map(|question| quoted(document, &question.id, language));
    match (first, *language == Language::ja()) {
        (Some(first), true) => format!("{first}のある{}ページ目", number + 1),
        (Some(first), false) => format!("page {} with {first}", number + 1),
        (None, true) => format!("{}ページ目", number + 1),
        (None, false) => format!("page {}", number + 1),
    }
}

fn endings(document: &Document, report: &mut Report) {
    let count = document.endings.len();
    report.at_most(
        "endings",
        count,
        LIMITS.endings,
        "お礼ページ",
        "thank-you pages",
    );
    let certain = document
        .endings
        .iter()
        .position(|ending| ending.when.is_none());
    for (number, ending) in document.endings.iter().enumerate() {
        let named = document
            .pages
            .iter()
            .flat_map(|page| &page.skips)
            .any(|skip| matches!(&skip.to, Target::Ending(id) if *id == ending.id));
        if certain.is_some_and(|certain| certain < number) && !named {
            report.warning(
                format!("endings[{number}]"),
                "ending_unreachable",
                "条件のないお礼ページが先にあるため、このページは表示されません。",
                "A thank-you page without a condition comes first, so this one is never shown.",
            );
        }
    }
}
