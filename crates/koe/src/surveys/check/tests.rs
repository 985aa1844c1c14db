use serde_json::{Value, json};

use super::*;
use crate::surveys::document::{Condition, Language};
use crate::surveys::samples::{choices, nps, survey, survey_with, with, words};

/// The codes and paths found in a document with these pages and other keys.
fn found(pages: Value, other: Value) -> Vec<(&'static str, String)> {
    check(&survey_with(pages, other))
        .into_iter()
        .map(|problem| (problem.code, problem.path))
        .collect()
}

fn one_question(question: Value) -> Vec<(&'static str, String)> {
    found(json!([{"id": "p1", "questions": [question]}]), json!({}))
}

#[track_caller]
fn says(found: &[(&'static str, String)], code: &str, path: &str) {
    assert!(
        found.iter().any(|(known, at)| *known == code && at == path),
        "{code} at {path} is not among {found:?}"
    );
}

#[test]
fn a_sound_document_has_no_problem() {
    let pages = json!([
        {"id": "p1", "questions": [nps("q1"), choices("q2", "multiple")], "skips": [
            {"when": {"question": "q1", "is": "at_least", "value": 9}, "to": "end"}]},
        {"id": "p2", "show_if": {"question": "q2", "is": "includes", "value": "a"}, "questions": [
            with(words("q3"), json!({"text": {"ja": "{{answer:q2}}について"}}))]}
    ]);
    assert_eq!(found(pages, json!({})), []);
}

#[test]
fn ids_have_a_form_and_stand_once() {
    let pages = json!([
        {"id": "p1", "questions": [nps("q1"), nps("Q1"), nps("1q"), with(nps("q2"), json!({"code": "q1"})), with(nps("q3"), json!({"code": " x"}))]},
        {"id": "p1", "questions": [with(choices("q4", "single"), json!({"choices": [
            {"id": "a", "label": {"ja": "一"}}, {"id": "a", "label": {"ja": "二"}}, {"id": "あ", "label": {"ja": "三"}}]}))]}
    ]);
    let found = found(
        pages,
        json!({"hidden_fields": [{"id": "q4", "kind": "code"}], "endings": [{"id": "-", "title": {"ja": "完"}}]}),
    );
    says(&found, "id_duplicate", "pages[0].questions[1]");
    says(&found, "id_form", "pages[0].questions[2]");
    says(&found, "code_duplicate", "pages[0].questions[3].code");
    says(&found, "code_form", "pages[0].questions[4].code");
    says(&found, "id_duplicate", "pages[1]");
    says(&found, "id_duplicate", "pages[1].questions[0].choices[1]");
    says(&found, "id_form", "pages[1].questions[0].choices[2]");
    says(&found, "id_duplicate", "hidden_fields[0]");
    says(&found, "id_form", "endings[0]");
}

#[test]
fn conditions_refer_to_what_is_known_by_then() {
    let pages = json!([
        {"id": "p1", "show_if": {"question": "q1", "is": "answered"}, "questions": [
            with(nps("q1"), json!({"show_if": {"question": "q1", "is": "answered"}})),
            with(nps("q2"), json!({"show_if": {"all": [{"question": "q1", "is": "answered"}, {"question": "q3", "is": "answered"}]}})),
            nps("q3")],
         "skips": [{"when": {"question": "q4", "is": "answered"}, "to": "end"}, {"when": {"question": "q3", "is": "answered"}, "to": "end"}]},
        {"id": "p2", "questions": [with(nps("q4"), json!({"show_if": {"any": [
            {"question": "nope", "is": "answered"}, {"field": "nope", "is": "answered"}, {"question": "q1", "row": "r1", "is": "answered"}]}}))]}
    ]);
    let found = found(pages, json!({}));
    says(&found, "condition_self", "pages[0].show_if");
    says(&found, "condition_self", "pages[0].questions[0].show_if");
    says(&found, "condition_forward", "pages[0].questions[1].show_if");
    says(&found, "condition_forward", "pages[0].skips[0].when");
    says(
        &found,
        "condition_unknown_question",
        "pages[1].questions[0].show_if",
    );
    says(
        &found,
        "condition_unknown_field",
        "pages[1].questions[0].show_if",
    );
    says(
        &found,
        "condition_unknown_row",
        "pages[1].questions[0].show_if",
    );
    assert_eq!(found.len(), 7, "{found:?}");
}

/// The code a single test on the sample questions gives, or nothing.
fn tested(test: Value) -> Option<&'static str> {
    let pages = json!([
        {"id": "p1", "questions": [nps("q"), choices("s", "single"), choices("m", "multiple"), words("t"),
            {"id": "u", "type": "single", "text": {"ja": "値なし"}, "choices": [{"id": "a", "label": {"ja": "一"}}, {"id": "b", "label": {"ja": "二"}}]},
            {"id": "d", "type": "date", "text": {"ja": "日"}},
            {"id": "c", "type": "consent", "text": {"ja": "同意"}, "purpose": "mail", "statement": {"ja": "はい"}},
            {"id": "x", "type": "matrix", "text": {"ja": "表"}, "rows": [{"id": "r1", "label": {"ja": "行"}}],
             "columns": [{"id": "a", "label": {"ja": "一"}}, {"id": "b", "label": {"ja": "二"}}]},
            {"id": "i", "type": "statement", "text": {"ja": "説明"}}]},
        {"id": "p2", "show_if": test, "questions": [words("z")]}
    ]);
    let problems = found(
        pages,
        json!({"hidden_fields": [
        {"id": "plan", "kind": "code", "allowed": ["gold"]}, {"id": "amount", "kind": "number"}]}),
    );
    assert!(problems.len() <= 1, "{problems:?}");
    problems.first().map(|(code, _)| *code)
}

#[test]
fn a_comparison_has_to_fit_what_is_compared() {
    let q = |question: &str, is: &str, value: Value| {
        tested(json!({"question": question, "is": is, "value": value}))
    };
    for (question, is, value, code) in [
        ("q", "at_most", json!(6), None),
        ("q", "between", json!([0, 6]), None),
        ("q", "between", json!([6, 0]), Some("condition_value")),
        ("q", "between", json!([6]), Some("condition_value")),
        ("q", "at_most", Value::Null, Some("condition_value")),
        ("q", "at_most", json!("6"), Some("condition_value")),
        ("q", "at_least", json!(11), Some("condition_range")),
        ("q", "contains", json!("6"), Some("condition_operator")),
        ("q", "answered", json!(6), Some("condition_value")),
        ("s", "equals", json!("a"), None),
        (
            "s",
            "equals",
            json!("gone"),
            Some("condition_unknown_choice"),
        ),
        ("s", "includes_any", json!(["a", "b"]), None),
        ("s", "includes_any", json!([]), Some("condition_value")),
        ("s", "at_least", json!(2), None),
        ("u", "at_least", json!(2), Some("condition_no_values")),
        ("u", "equals", json!(2), Some("condition_no_values")),
        ("m", "includes_all", json!(["a", "b"]), None),
        ("m", "greater", json!(1), Some("condition_operator")),
        (
            "m",
            "includes",
            json!("gone"),
            Some("condition_unknown_choice"),
        ),
        ("t", "contains", json!("駅"), None),
        ("t", "contains", json!(" "), Some("condition_value")),
        ("t", "at_least", json!(1), Some("condition_operator")),
        ("d", "before", json!("2026-04-01"), None),
        ("d", "before", json!("April"), Some("condition_value")),
        ("d", "between", json!(["2026-04-01", "2026-04-30"]), None),
        (
            "d",
            "between",
            json!(["2026-04-30", "2026-04-01"]),
            Some("condition_value"),
        ),
        ("d", "greater", json!(1), Some("condition_operator")),
        ("c", "equals", json!(true), None),
        ("c", "equals", json!("yes"), Some("condition_value")),
        ("x", "equals", json!("a"), Some("condition_operator")),
        ("x", "answered", Value::Null, None),
        ("i", "answered", Value::Null, Some("condition_operator")),
    ] {
        assert_eq!(
            q(question, is, value.clone()),
            code,
            "{question} {is} {value}"
        );
    }
    let field = |field: &str, is: &str, value: Value| {
        tested(json!({"field": field, "is": is, "value": value}))
    };
    assert_eq!(field("plan", "equals", json!("gold")), None);
    assert_eq!(field("plan", "includes_any", json!(["gold"])), None);
    assert_eq!(
        field("plan", "equals", json!("iron")),
        Some("condition_unknown_choice")
    );
    assert_eq!(
        field("plan", "greater", json!(1)),
        Some("condition_operator")
    );
    assert_eq!(field("amount", "at_least", json!(1)), None);
    assert_eq!(
        tested(json!({"question": "x", "row": "r1", "is": "equals", "value": "a"})),
        None
    );
    assert_eq!(
        tested(json!({"question": "x", "row": "r1", "is": "equals", "value": "gone"})),
        Some("condition_unknown_choice")
    );
}

#[test]
fn skips_lead_forward_and_pages_can_be_reached() {
    let always = || json!({"all": []});
    let pages = json!([
        {"id": "p1", "questions": [nps("q1")], "skips": [{"when": always(), "to": {"page": "p3"}}]},
        {"id": "p2", "questions": [nps("q2")]},
        {"id": "p3", "questions": [nps("q3")], "skips": [
            {"when": {"question": "q3", "is": "answered"}, "to": {"page": "p3"}},
            {"when": {"question": "q3", "is": "answered"}, "to": {"page": "p1"}},
            {"when": {"question": "q3", "is": "answered"}, "to": {"page": "p9"}},
            {"when": {"question": "q3", "is": "answered"}, "to": {"ending": "e9"}},
            {"when": {"question": "q3", "is": "answered"}, "to": {"ending": "e3"}}]},
        {"id": "p4", "questions": []}
    ]);
    let found = found(
        pages,
        json!({"endings": [
        {"id": "e1", "title": {"ja": "完"}}, {"id": "e2", "title": {"ja": "完"}}, {"id": "e3"}]}),
    );
    says(&found, "page_unreachable", "pages[1]");
    says(&found, "skip_backward", "pages[2].skips[0].to");
    says(&found, "skip_backward", "pages[2].skips[1].to");
    says(&found, "skip_unknown_page", "pages[2].skips[2].to");
    says(&found, "skip_unknown_ending", "pages[2].skips[3].to");
    says(&found, "page_empty", "pages[3]");
    says(&found, "ending_unreachable", "endings[1]");
    says(&found, "ending_empty", "endings[2]");
    assert_eq!(found.len(), 8, "{found:?}");
    assert_eq!(
        self::found(json!([]), json!({})),
        [("no_questions", "pages".to_owned())]
    );
}

#[test]
fn questions_are_whole() {
    let label = || json!({"ja": "ラベル"});
    for (question, code) in [
        (
            json!({"type": "csat", "points": 6, "labels": [label(), label()]}),
            "scale_points",
        ),
        (
            json!({"type": "csat", "labels": [label(), label(), label()]}),
            "labels_count",
        ),
        (json!({"type": "csat"}), "scale_labels_missing"),
        (
            json!({"type": "nps", "low_label": label()}),
            "scale_labels_missing",
        ),
        (
            json!({"type": "ces", "points": 3, "low_label": label(), "high_label": label()}),
            "scale_points",
        ),
        (
            json!({"type": "rating", "low": 5, "high": 5}),
            "scale_range",
        ),
        (
            json!({"type": "rating", "low": -2147483648, "high": 2147483647}),
            "scale_range",
        ),
        (
            json!({"type": "rating", "style": "star", "high": 20}),
            "scale_range",
        ),
        (json!({"type": "single"}), "choices_missing"),
        (
            json!({"type": "single", "choices": [{"id": "a", "label": label()}]}),
            "choices_few",
        ),
        (
            json!({"type": "single", "choices": [{"id": "a", "label": label()}, {"id": "b"}]}),
            "text_missing",
        ),
        (
            json!({"type": "multiple", "choices": [{"id": "a", "label": label()}], "max": 2}),
            "choice_count",
        ),
        (
            json!({"type": "multiple", "choices": [{"id": "a", "label": label()}], "min": 0}),
            "choice_count",
        ),
        (
            json!({"type": "matrix", "columns": [{"id": "a", "label": label()}, {"id": "b", "label": label()}]}),
            "choices_missing",
        ),
        (json!({"type": "text", "max_length": 0}), "range"),
        (json!({"type": "text", "max_length": 10001}), "range"),
        (json!({"type": "number", "min": 2, "max": 1}), "range"),
        (json!({"type": "number", "decimals": 10}), "range"),
        (
            json!({"type": "date", "min": "2026-02-01", "max": "2026-01-01"}),
            "range",
        ),
        (
            json!({"type": "consent", "purpose": "", "statement": label()}),
            "consent_purpose",
        ),
        (
            json!({"type": "consent", "purpose": "mail"}),
            "text_missing",
        ),
        (
            json!({"type": "expectation", "labels": [label(), label()], "result_label": label()}),
            "text_missing",
        ),
        (
            json!({"type": "nps", "low_label": label(), "high_label": label(), "text": {}}),
            "text_missing",
        ),
    ] {
        let question = with(json!({"id": "q", "text": {"ja": "質問"}}), question);
        let found = one_question(question.clone());
        assert_eq!(
            found.iter().map(|(code, _)| *code).collect::<Vec<_>>(),
            [code],
            "{question}"
        );
    }
}

#[test]
fn texts_pipe_in_only_what_is_known_and_are_translated() {
    let pages = json!([
        {"id": "p1", "questions": [
            with(words("q1"), json!({"text": {"ja": "{{answer:q1}}{{answer:q2}}{{answer:none}}{{field:none}}{{oops}}"}})),
            {"id": "c", "type": "consent", "text": {"ja": "同意"}, "purpose": "mail", "statement": {"ja": "はい"}}]},
        {"id": "p2", "questions": [with(words("q2"), json!({"text": {"ja": "{{answer:c}}{{customer:name}}"}}))]}
    ]);
    let codes: Vec<_> = found(pages, json!({}))
        .into_iter()
        .map(|(code, _)| code)
        .collect();
    assert_eq!(
        codes,
        [
            "piping_forward",
            "piping_forward",
            "piping_unknown",
            "piping_unknown",
            "piping_kind",
            "piping_form"
        ]
    );
    let found = found(
        json!([{"id": "p1", "questions": [words("q1")]}]),
        json!({"languages": ["ja", "en"], "title": {"ja": "題", "en": "Title"}, "privacy": {"purpose": {"en": "To improve"}}}),
    );
    says(&found, "translation_missing", "privacy.purpose");
    says(&found, "translation_missing", "pages[0].questions[0].text");
    assert_eq!(found.len(), 2);
}

#[test]
fn a_confidential_programme_asks_for_no_identity() {
    let pages = json!([{"id": "p1", "questions": [
        with(words("q1"), json!({"format": "email"})),
        with(words("q2"), json!({"text": {"ja": "{{customer:name}}さん"}}))]}]);
    let other = |identity: &str| {
        json!({
        "programme": {"identity": identity, "audience": "employees"},
        "hidden_fields": [{"id": "memo", "kind": "text"}, {"id": "division", "kind": "code"}]})
    };
    let confidential = found(pages.clone(), other("confidential"));
    for path in [
        "pages[0].questions[0]",
        "pages[0].questions[1].text",
        "hidden_fields[0]",
    ] {
        says(&confidential, "confidential_identity", path);
    }
    assert_eq!(confidential.len(), 3);
    assert_eq!(
        found(pages, other("identified")),
        [("employees_identified", "programme.identity".to_owned())]
    );
}

#[test]
fn terms_and_looks_are_sound() {
    let other = json!({
        "languages": ["ja", "ja"], "title": {},
        "privacy": {"policy_url": "javascript:alert(1)", "retention_days": 0},
        "theme": {"logo": "https://elsewhere.example/x.png", "accent": "red"},
        "endings": [{"id": "e", "title": {"ja": "完"}, "link": {"url": "data:text/html,x", "label": {"ja": "次"}}}]});
    let found = found(json!([{"id": "p1", "questions": [words("q1")]}]), other);
    for (code, path) in [
        ("language_duplicate", "languages[1]"),
        ("text_missing", "title"),
        ("text_missing", "privacy.purpose"),
        ("url_form", "privacy.policy_url"),
        ("range", "privacy.retention_days"),
        ("logo_form", "theme.logo"),
        ("accent_form", "theme.accent"),
        ("url_form", "endings[0].link.url"),
    ] {
        says(&found, code, path);
    }
    assert_eq!(found.len(), 8, "{found:?}");
    let pale = self::found(
        json!([{"id": "p1", "questions": [words("q1")]}]),
        json!({"theme": {"accent": "#ffee00"}}),
    );
    assert_eq!(pale, [("accent_contrast", "theme.accent".to_owned())]);
}

#[test]
fn sizes_are_limited() {
    let questions: Vec<Value> = (0..501)
        .map(|number| words(&format!("q{number}")))
        .collect();
    says(
        &found(json!([{"id": "p1", "questions": questions}]), json!({})),
        "too_many",
        "pages",
    );
    let pages: Vec<Value> = (0..201)
        .map(|number| json!({"id": format!("p{number}"), "questions": [words(&format!("q{number}"))]}))
        .collect();
    says(&found(json!(pages), json!({})), "too_many", "pages");
    let many: Vec<Value> = (0..1_001)
        .map(|number| json!({"id": format!("c{number}"), "label": {"ja": "選択肢"}}))
        .collect();
    let question = json!({"id": "q", "type": "single", "text": {"ja": "質問"}, "choices": many});
    says(
        &one_question(question),
        "too_many",
        "pages[0].questions[0].choices",
    );
    let rows: Vec<Value> = (0..50)
        .map(|number| json!({"id": format!("r{number}"), "label": {"ja": "行"}}))
        .collect();
    let question = json!({"id": "q", "type": "matrix", "multiple": true, "text": {"ja": "質問"}, "rows": rows, "columns": many[..50]});
    says(&one_question(question), "too_many_fields", "pages");
    let long = with(words("q"), json!({"text": {"ja": "長".repeat(10_001)}}));
    says(
        &one_question(long),
        "text_too_long",
        "pages[0].questions[0].text",
    );
    let mut deep = Condition::always();
    for _ in 0..20 {
        deep = Condition::Not {
            not: Box::new(deep),
        };
    }
    let mut document = survey(json!([{"id": "p1", "questions": [words("q1")]}]));
    document.pages[0].show_if = Some(deep);
    assert_eq!(check(&document)[0].code, "nesting");
    let broad: Vec<Value> = (0..501)
        .map(|_| json!({"field": "f", "is": "answered"}))
        .collect();
    let found = found(
        json!([{"id": "p1", "show_if": {"any": broad}, "questions": [words("q1")]}]),
        json!({"hidden_fields": [{"id": "f", "kind": "code"}]}),
    );
    says(&found, "too_many", "pages[0].show_if");
}

#[test]
fn problems_speak_both_languages_and_errors_come_first() {
    let document = survey_with(
        json!([{"id": "p1", "questions": [{"id": "q", "type": "csat", "text": {}}]}]),
        json!({"languages": []}),
    );
    let problems = check(&document);
    assert!(!is_publishable(&problems));
    assert!(problems.is_sorted_by_key(|problem| problem.severity));
    for problem in problems {
        assert!(problem.message.exact(&Language::ja()).is_some());
        assert!(problem.message.exact(&Language::en()).is_some());
    }
}
