use serde_json::{Value, json};

use super::*;
use crate::surveys::samples::{
    answers, choices, fields as given_fields, nps, survey, survey_with, with, words,
};

/// The normal form of one answer to a question, or the code of the first problem.
fn normal(question: Value, submitted: Value) -> Result<Value, &'static str> {
    let document = survey(json!([{"id": "p1", "questions": [question]}]));
    let flow = Flow::new(&document);
    let none = Fields::new();
    let taken = accept(&flow, &answers(submitted), &none, Completeness::Finished)
        .map_err(|problems| problems[0].code)?;
    let again = accept(&flow, &taken.answers, &none, Completeness::Finished).unwrap();
    assert_eq!(again.answers, taken.answers, "a normal form stays as it is");
    Ok(serde_json::to_value(taken.answers).unwrap())
}

#[test]
fn scales_take_whole_numbers_within_their_ends() {
    for (submitted, result) in [
        (json!(0), Ok(json!({"q": 0}))),
        (json!("１０"), Ok(json!({"q": 10}))),
        (json!(10.0), Ok(json!({"q": 10}))),
        (json!(11), Err("range")),
        (json!(-1), Err("range")),
        (json!(7.5), Err("range")),
        (json!("たぶん"), Err("range")),
        (json!(true), Err("shape")),
        (json!([]), Ok(json!({}))),
        (json!(""), Ok(json!({}))),
    ] {
        assert_eq!(
            normal(nps("q"), json!({"q": submitted})),
            result,
            "{submitted}"
        );
    }
}

#[test]
fn single_choices_are_known_and_one() {
    let single = || choices("q", "single");
    for (submitted, result) in [
        (json!({"q": "a"}), Ok(json!({"q": "a"}))),
        (json!({"q": ["a"]}), Ok(json!({"q": "a"}))),
        (json!({"q": ["a", "b"]}), Err("one_only")),
        (json!({"q": "x"}), Err("choice")),
        (
            json!({"q": "z", "q.other": {"z": " 駐車場 "}}),
            Ok(json!({"q": "z", "q.other": {"z": "駐車場"}})),
        ),
        (
            json!({"q": "a", "q.other": {"z": "駐車場"}}),
            Ok(json!({"q": "a"})),
        ),
        (
            json!({"q.other": {"z": "駐車場"}}),
            Ok(json!({"q": "z", "q.other": {"z": "駐車場"}})),
        ),
        (
            json!({"q": "z", "q.other": {"z": "  "}}),
            Ok(json!({"q": "z"})),
        ),
        (json!({"q": "a", "q.other": {"a": "x"}}), Err("choice")),
        (json!({"q": "z", "q.other": "x"}), Err("shape")),
        (
            json!({"q": "z", "q.other": {"z": "長".repeat(1_001)}}),
            Err("too_long"),
        ),
    ] {
        assert_eq!(normal(single(), submitted.clone()), result, "{submitted}");
    }
}

#[test]
fn multiple_choices_keep_order_count_and_exclusivity() {
    let multiple = || with(choices("q", "multiple"), json!({"min": 2, "max": 2}));
    for (submitted, result) in [
        (json!({"q": ["b", "a", "b"]}), Ok(json!({"q": ["a", "b"]}))),
        (json!({"q": ["a"]}), Err("too_few")),
        (json!({"q": ["a", "b", "z"]}), Err("too_many")),
        (json!({"q": []}), Ok(json!({}))),
        (json!({"q": "n"}), Ok(json!({"q": ["n"]}))),
        (json!({"q": ["n", "a"]}), Err("exclusive")),
        (
            json!({"q": ["n"], "q.other": {"z": "x"}}),
            Ok(json!({"q": ["n"]})),
        ),
        (
            json!({"q": ["a"], "q.other": {"z": "x"}}),
            Ok(json!({"q": ["a", "z"], "q.other": {"z": "x"}})),
        ),
    ] {
        assert_eq!(normal(multiple(), submitted.clone()), result, "{submitted}");
    }
}

#[test]
fn a_code_of_digits_may_come_as_a_number() {
    let question = json!({"id": "q", "type": "single", "text": {"ja": "?"}, "choices": [{"id": "1"}, {"id": "2"}]});
    assert_eq!(normal(question, json!({"q": 2})), Ok(json!({"q": "2"})));
}

#[test]
fn numbers_keep_to_their_range_and_decimals() {
    let number = || json!({"id": "q", "type": "number", "text": {"ja": "円"}, "min": 0, "max": 1000, "decimals": 1});
    for (submitted, result) in [
        (json!("１,０００"), Ok(json!({"q": 1000}))),
        (json!("0.5"), Ok(json!({"q": 0.5}))),
        (json!(0.25), Err("decimals")),
        (json!(-1), Err("range")),
        (json!(1000.5), Err("range")),
        (json!("千円"), Err("number")),
        (json!(1e300), Err("number")),
        (json!({"a": 1}), Err("shape")),
    ] {
        assert_eq!(
            normal(number(), json!({"q": submitted})),
            result,
            "{submitted}"
        );
    }
}

#[test]
fn dates_become_iso_and_keep_to_their_range() {
    let date = || json!({"id": "q", "type": "date", "text": {"ja": "日"}, "min": "2026-04-01", "max": "2026-04-30"});
    for (submitted, result) in [
        ("２０２６年４月５日", Ok(json!({"q": "2026-04-05"}))),
        ("2026/3/31", Err("range")),
        ("2026-05-01", Err("range")),
        ("5/4/2026", Err("date")),
    ] {
        assert_eq!(
            normal(date(), json!({"q": submitted})),
            result,
            "{submitted}"
        );
    }
}

#[test]
fn words_are_kept_as_written_but_limited() {
    let text = || with(words("q"), json!({"max_length": 5}));
    assert_eq!(
        normal(text(), json!({"q": " ＡＢ\r\n１ "})),
        Ok(json!({"q": "ＡＢ\n１"}))
    );
    assert_eq!(
        normal(text(), json!({"q": "😀😀😀😀😀"})),
        Ok(json!({"q": "😀😀😀😀😀"}))
    );
    assert_eq!(
        normal(text(), json!({"q": "あいうえおか"})),
        Err("too_long")
    );
    assert_eq!(
        normal(words("q"), json!({"q": "あ".repeat(10_001)})),
        Err("too_long")
    );
    let mail = || json!({"id": "q", "type": "text", "text": {"ja": "連絡先"}, "format": "email"});
    assert_eq!(
        normal(mail(), json!({"q": "ａ＠example.jp"})),
        Ok(json!({"q": "a@example.jp"}))
    );
    assert_eq!(normal(mail(), json!({"q": "なし"})), Err("email"));
}

#[test]
fn matrix_rows_and_pairs_name_the_row_at_fault() {
    let matrix = |several: bool| {
        json!({"id": "q", "type": "matrix", "text": {"ja": "表"}, "required": true, "multiple": several,
            "rows": [{"id": "r1"}, {"id": "r2"}], "columns": [{"id": "1"}, {"id": "2"}]})
    };
    assert_eq!(
        normal(matrix(false), json!({"q": {"r1": "1", "r2": 2}})),
        Ok(json!({"q": {"r1": "1", "r2": "2"}}))
    );
    assert_eq!(
        normal(matrix(true), json!({"q": {"r1": ["2", "1"], "r2": "2"}})),
        Ok(json!({"q": {"r1": ["1", "2"], "r2": ["2"]}}))
    );
    let pair =
        || json!({"id": "q", "type": "expectation", "text": {"ja": "期待"}, "required": true});
    assert_eq!(
        normal(pair(), json!({"q": {"expectation": "７", "result": 9}})),
        Ok(json!({"q": {"expectation": 7, "result": 9}}))
    );
    for (question, submitted, code, row) in [
        (
            matrix(false),
            json!({"q": {"r1": "1"}}),
            "required",
            Some("r2"),
        ),
        (
            matrix(false),
            json!({"q": {"r1": "9", "r2": "1"}}),
            "choice",
            Some("r1"),
        ),
        (
            matrix(false),
            json!({"q": {"r3": "1"}}),
            "unknown_row",
            Some("r3"),
        ),
        (matrix(false), json!({"q": "1"}), "shape", None),
        (
            pair(),
            json!({"q": {"expectation": 7}}),
            "required",
            Some("result"),
        ),
        (
            pair(),
            json!({"q": {"expectation": 11, "result": 1}}),
            "range",
            Some("expectation"),
        ),
        (
            pair(),
            json!({"q": {"wish": 1}}),
            "unknown_row",
            Some("wish"),
        ),
    ] {
        let document = survey(json!([{"id": "p1", "questions": [question]}]));
        let problems = accept(
            &Flow::new(&document),
            &answers(submitted.clone()),
            &Fields::new(),
            Completeness::Finished,
        )
        .unwrap_err();
        assert_eq!(
            (problems[0].code, problems[0].row.as_deref()),
            (code, row),
            "{submitted}"
        );
    }
}

#[test]
fn a_required_consent_must_be_given() {
    let consent = |required: bool| {
        json!({"id": "q", "type": "consent", "text": {"ja": "同意"}, "purpose": "mail",
            "statement": {"ja": "同意する"}, "required": required})
    };
    assert_eq!(
        normal(consent(true), json!({"q": "on"})),
        Ok(json!({"q": true}))
    );
    assert_eq!(normal(consent(true), json!({"q": false})), Err("required"));
    assert_eq!(normal(consent(true), json!({})), Err("required"));
    assert_eq!(
        normal(consent(false), json!({"q": "false"})),
        Ok(json!({"q": false}))
    );
}

fn two_pages() -> Document {
    survey_with(
        json!([
            {"id": "p1", "questions": [
                with(nps("q1"), json!({"required": true})),
                with(words("q2"), json!({"required": true, "show_if": {"question": "q1", "is": "at_most", "value": 6}}))]},
            {"id": "p2", "show_if": {"question": "q1", "is": "at_most", "value": 6}, "questions": [
                with(choices("q3", "single"), json!({"required": true}))]},
            {"id": "p3", "questions": [words("q4")]}
        ]),
        json!({"hidden_fields": [
            {"id": "plan", "kind": "code", "allowed": ["gold", "silver"]},
            {"id": "amount", "kind": "number"},
            {"id": "staff", "kind": "text", "signed": true}]}),
    )
}

#[test]
fn a_question_that_appears_by_an_answer_on_its_page_is_shown_before_it_is_demanded() {
    let document = two_pages();
    let flow = Flow::new(&document);
    let none = Fields::new();
    let shown = ["q1".to_owned()];
    let first = page(
        &flow,
        "p1",
        &answers(json!({"q1": "3"})),
        Some(&shown),
        &Answers::new(),
        &none,
    );
    assert_eq!(first.appeared, ["q2"]);
    assert!(first.problems.is_empty() && !first.can_leave());
    let both = ["q1".to_owned(), "q2".to_owned()];
    let empty = page(
        &flow,
        "p1",
        &answers(json!({"q1": 3, "q2": " "})),
        Some(&both),
        &first.answers,
        &none,
    );
    assert_eq!(
        (empty.problems[0].question.as_str(), empty.problems[0].code),
        ("q2", "required")
    );
    let done = page(
        &flow,
        "p1",
        &answers(json!({"q1": 3, "q2": "遅い"})),
        Some(&both),
        &first.answers,
        &none,
    );
    assert!(done.can_leave());
    let changed = page(
        &flow,
        "p1",
        &answers(json!({"q1": 9, "q2": "遅い"})),
        Some(&both),
        &done.answers,
        &none,
    );
    assert!(changed.can_leave());
    assert_eq!(changed.answers, answers(json!({"q1": 9})));
}

#[test]
fn a_page_takes_its_own_questions_only() {
    let document = two_pages();
    let flow = Flow::new(&document);
    let outcome = page(
        &flow,
        "p1",
        &answers(json!({"q1": 9, "q4": "x", "q9": 1, "q3.other": {"z": "x"}})),
        None,
        &Answers::new(),
        &Fields::new(),
    );
    let codes: Vec<_> = outcome
        .problems
        .iter()
        .map(|problem| (problem.question.as_str(), problem.code))
        .collect();
    assert_eq!(
        codes,
        [
            ("q3.other", "other_page"),
            ("q4", "other_page"),
            ("q9", "unknown_question")
        ]
    );
}

#[test]
fn a_page_replaces_its_own_answers_and_keeps_the_others() {
    let document = two_pages();
    let flow = Flow::new(&document);
    let kept = answers(json!({"q1": 9, "q4": "前の回答"}));
    let outcome = page(&flow, "p3", &Answers::new(), None, &kept, &Fields::new());
    assert!(outcome.can_leave());
    assert_eq!(outcome.answers, answers(json!({"q1": 9})));
}

#[test]
fn a_whole_submission_needs_what_is_asked_and_drops_what_is_not() {
    let document = two_pages();
    let flow = Flow::new(&document);
    let none = Fields::new();
    let finished = |json: Value| accept(&flow, &answers(json), &none, Completeness::Finished);
    let taken = finished(json!({"q1": 9, "q3": "a", "q2": "x"})).unwrap();
    assert_eq!(taken.answers, answers(json!({"q1": 9})));
    assert_eq!(taken.dropped, ["q2", "q3"]);
    assert_eq!(taken.pages, ["p1", "p3"]);
    let hidden_fault = finished(json!({"q1": 9, "q3": "unknown choice"}));
    assert!(
        hidden_fault.is_ok(),
        "an answer nobody asked for cannot refuse the rest"
    );
    let missing: Vec<_> = finished(json!({"q1": 3}))
        .unwrap_err()
        .into_iter()
        .map(|problem| problem.question)
        .collect();
    assert_eq!(missing, ["q2", "q3"]);
    assert!(
        accept(
            &flow,
            &answers(json!({"q1": 3})),
            &none,
            Completeness::Partial
        )
        .is_ok()
    );
    assert_eq!(
        finished(json!({"q1": 9, "nope": 1})).unwrap_err()[0].code,
        "unknown_question"
    );
}

#[test]
fn hidden_fields_are_declared_allowed_and_signed() {
    let document = two_pages();
    let take = |pairs: &[(&str, &str)], signed: bool| {
        fields(&document, &given_fields(pairs), signed).map_err(|problems| problems[0].code)
    };
    assert_eq!(
        take(
            &[
                ("plan", "gold"),
                ("amount", "１，５００"),
                ("staff", "S-12")
            ],
            true
        ),
        Ok(given_fields(&[
            ("plan", "gold"),
            ("amount", "1500"),
            ("staff", "S-12")
        ]))
    );
    assert_eq!(take(&[("plan", "platinum")], true), Err("not_allowed"));
    assert_eq!(take(&[("staff", "S-12")], false), Err("unsigned"));
    assert_eq!(take(&[("amount", "many")], true), Err("number"));
    assert_eq!(take(&[("rank", "1")], true), Err("unknown_field"));
    assert_eq!(take(&[("plan", " ")], false), Ok(Fields::new()));
    assert_eq!(take(&[("staff", &"x".repeat(501))], true), Err("too_long"));
}

#[test]
fn every_problem_speaks_both_languages() {
    use crate::surveys::document::Language;
    let document = two_pages();
    let problems = accept(
        &Flow::new(&document),
        &answers(json!({"q1": 99, "x": 1})),
        &Fields::new(),
        Completeness::Finished,
    )
    .unwrap_err();
    for problem in problems {
        assert!(problem.message.exact(&Language::ja()).is_some());
        assert!(problem.message.exact(&Language::en()).is_some());
    }
}
