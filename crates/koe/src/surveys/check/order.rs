//! Whether what a condition asks about is known by then: never the question itself, never one
//! that comes later, never round in a circle.

use std::collections::BTreeSet;

use super::Report;
use super::conditions::Known;
use crate::surveys::document::{Condition, Document, Language, Page, Question};

/// The longest wording of a question that a message quotes, in characters.
const QUOTED: usize = 24;

/// Who asks.
#[derive(Clone, Copy)]
pub(super) enum Holder<'a> {
    /// A page, about whether it is shown.
    Page(usize, &'a Page),
    /// A question, about whether it is asked.
    Question(&'a Question),
    /// A jump after a page.
    Skip(usize),
    /// A thank-you page.
    Ending,
}

impl Holder<'_> {
    /// What the holder's condition is called, in Japanese and English.
    fn said(self, document: &Document) -> [String; 2] {
        match self {
            Self::Page(number, _) => [
                format!("{}ページ目の表示条件", number + 1),
                format!("The condition of page {}", number + 1),
            ],
            Self::Question(question) => [
                format!(
                    "設問{}の表示条件",
                    quoted(document, &question.id, &Language::ja())
                ),
                format!(
                    "The condition of {}",
                    quoted(document, &question.id, &Language::en())
                ),
            ],
            Self::Skip(number) => [
                format!("{}ページ目の後の分岐条件", number + 1),
                format!("The condition of a skip after page {}", number + 1),
            ],
            Self::Ending => [
                "お礼ページの表示条件".to_owned(),
                "The condition of a thank-you page".to_owned(),
            ],
        }
    }

    /// The questions that are not asked unless the condition holds.
    fn questions(self) -> Vec<String> {
        match self {
            Self::Page(_, page) => page.questions.iter().map(|q| q.id.clone()).collect(),
            Self::Question(question) => vec![question.id.clone()],
            Self::Skip(_) | Self::Ending => Vec::new(),
        }
    }
}

/// Reports a test of `question` that stands before the question is asked.
pub(super) fn check(known: Known<'_>, path: &str, question: &str, report: &mut Report) {
    let Some((page, place)) = known.flow.place_of(question) else {
        return;
    };
    if page < known.pages || (page == known.pages && place < known.questions) {
        return;
    }
    let document = known.flow.document();
    let [ja, en] = known.holder.said(document);
    let own = known.holder.questions();
    if own.iter().any(|id| id == question) {
        let [asked_ja, asked_en] =
            [Language::ja(), Language::en()].map(|language| quoted(document, question, &language));
        let its = match known.holder {
            Holder::Question(_) => "その設問自身".to_owned(),
            _ => format!("同じページの設問{asked_ja}"),
        };
        report.error(
            path,
            "condition_self",
            format!("{ja}が、{its}の回答を参照しています。それより前に尋ねる設問を参照してください。"),
            format!(
                "{en} asks about {asked_en} itself, which is not answered by then. Ask about an earlier question."
            ),
        );
        return;
    }
    if let Some(circle) = circle(document, &own, question) {
        let chain = |language: &Language| {
            let names: Vec<String> = circle
                .iter()
                .map(|id| quoted(document, id, language))
                .collect();
            names.join(" → ")
        };
        report.error(
            path,
            "condition_circle",
            format!(
                "表示条件が循環しているため、どの設問も表示されません：{}。どれか1つの条件を外してください。",
                chain(&Language::ja())
            ),
            format!(
                "These conditions go round in a circle, so that none of the questions is ever asked: {}. Take one of them away.",
                chain(&Language::en())
            ),
        );
        return;
    }
    report.error(
        path,
        "condition_forward",
        format!(
            "{ja}が、後で尋ねる設問{}を参照しています。設問の順序を入れ替えるか、条件を見直してください。",
            quoted(document, question, &Language::ja())
        ),
        format!(
            "{en} asks about {}, which is asked only later. Move the question forward, or change the condition.",
            quoted(document, question, &Language::en())
        ),
    );
}

/// A question by its words and its id, as a message names it.
pub(super) fn quoted(document: &Document, id: &str, language: &Language) -> String {
    let words = document
        .question(id)
        .map(|question| question.text.get(language, &document.base_language()))
        .unwrap_or_default();
    let short: String = words.chars().take(QUOTED).collect();
    let more = if words.chars().count() > QUOTED {
        "…"
    } else {
        ""
    };
    let id = super::names::short(id);
    let japanese = *language == Language::ja();
    match (short.is_empty(), japanese) {
        (true, true) => format!("「{id}」"),
        (true, false) => format!("“{id}”"),
        (false, true) => format!("「{short}{more}」（{id}）"),
        (false, false) => format!("“{short}{more}” ({id})"),
    }
}

/// The way from one of `own` over `asked` back to it, when the conditions of the questions on
/// the way lead there; its first and last are the same.
fn circle(document: &Document, own: &[String], asked: &str) -> Option<Vec<String>> {
    let mut seen = BTreeSet::from([asked.to_owned()]);
    let mut ways = vec![vec![asked.to_owned()]];
    while let Some(way) = ways.pop() {
        for next in way.last().map_or_else(Vec::new, |id| asks(document, id)) {
            let mut longer = way.clone();
            longer.push(next.clone());
            if own.contains(&next) {
                longer.insert(0, next);
                return Some(longer);
            }
            if seen.insert(next) {
                ways.push(longer);
            }
        }
    }
    None
}

/// The questions that the conditions of a question and of its page ask about.
fn asks(document: &Document, id: &str) -> Vec<String> {
    let mut asked = Vec::new();
    for page in &document.pages {
        let Some(question) = page.questions.iter().find(|question| question.id == id) else {
            continue;
        };
        for condition in [&question.show_if, &page.show_if].into_iter().flatten() {
            condition.each_test(&mut |test| {
                if let Condition::Question { question, .. } = test {
                    asked.push(question.clone());
                }
            });
        }
    }
    asked
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::surveys::check::check;
    use crate::surveys::document::Language;
    use crate::surveys::samples::{nps, survey_with, with};

    /// The code and both wordings of every problem about the order of conditions and skips.
    fn order_of(pages: Value) -> Vec<(&'static str, String, String)> {
        check(&survey_with(pages, json!({})))
            .into_iter()
            .filter(|problem| {
                problem.code.starts_with("condition_") || problem.code == "skip_backward"
            })
            .map(|problem| {
                let said = |language: Language| problem.message.exact(&language).map(str::to_owned);
                let [ja, en] =
                    [Language::ja(), Language::en()].map(|l| said(l).unwrap_or_default());
                (problem.code, ja, en)
            })
            .collect()
    }

    /// A code, and what its two messages say among other things.
    type Told = (&'static str, &'static str, &'static str);

    #[test]
    fn circles_and_ways_back_are_told_with_the_questions_they_lead_through() {
        let asks = |id: &str, of: &str| {
            with(
                nps(id),
                json!({"text": {"ja": format!("問い{id}"), "en": format!("Ask {id}")},
                    "show_if": {"question": of, "is": "answered"}}),
            )
        };
        let named = |id: &str| {
            with(
                nps(id),
                json!({"text": {"ja": format!("問い{id}"), "en": format!("Ask {id}")}}),
            )
        };
        let page = |id: &str, questions: Value| json!({"id": id, "questions": questions});
        let cases: [(&str, Value, Told); 5] = [
            (
                "two that wait for each other",
                json!([page("p1", json!([asks("a", "b"), asks("b", "a")]))]),
                (
                    "condition_circle",
                    "「問いa」（a） → 「問いb」（b） → 「問いa」（a）",
                    "“Ask a” (a) → “Ask b” (b) → “Ask a” (a)",
                ),
            ),
            (
                "three, over a page's condition",
                json!([
                    page("p1", json!([asks("a", "c")])),
                    page("p2", json!([asks("b", "a")])),
                    {"id": "p3", "show_if": {"question": "b", "is": "answered"}, "questions": [named("c")]}
                ]),
                (
                    "condition_circle",
                    "「問いa」（a） → 「問いc」（c） → 「問いb」（b） → 「問いa」（a）",
                    "“Ask a” (a) → “Ask c” (c) → “Ask b” (b) → “Ask a” (a)",
                ),
            ),
            (
                "one that asks about itself",
                json!([page("p1", json!([asks("a", "a")]))]),
                (
                    "condition_self",
                    "設問「問いa」（a）の表示条件",
                    "“Ask a” (a) itself",
                ),
            ),
            (
                "one that asks about a later one, which waits for nobody",
                json!([page("p1", json!([asks("a", "b"), named("b")]))]),
                (
                    "condition_forward",
                    "設問「問いa」（a）の表示条件が、後で尋ねる設問「問いb」（b）",
                    "The condition of “Ask a” (a) asks about “Ask b” (b), which is asked only later",
                ),
            ),
            (
                "a skip back",
                json!([
                    page("p1", json!([named("a")])),
                    {"id": "p2", "questions": [named("b")], "skips": [
                        {"when": {"question": "b", "is": "answered"}, "to": {"page": "p1"}}]}
                ]),
                (
                    "skip_backward",
                    "2ページ目の後の分岐が、「問いa」（a）のある1ページ目に戻っています",
                    "The skip after page 2 leads back to page 1 with “Ask a” (a)",
                ),
            ),
        ];
        for (case, pages, (its_code, its_ja, its_en)) in cases {
            let found = order_of(pages);
            let [(code, ja, en)] = &found[..] else {
                panic!("{case}: {found:?}");
            };
            assert_eq!(*code, its_code, "{case}");
            assert!(ja.contains(its_ja), "{case}: {ja}");
            assert!(en.contains(its_en), "{case}: {en}");
        }
    }
}
