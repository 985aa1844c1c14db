use serde_json::{Value, json};

use super::*;
use crate::surveys::samples::{answers, choices, fields, nps, survey, survey_with, with, words};

fn holds(condition: Value, given: Value, with_fields: &[(&str, &str)]) -> bool {
    let document = survey(json!([{"id": "p1", "questions": [
        nps("q"), choices("s", "single"), choices("m", "multiple"), words("t"),
        {"id": "d", "type": "date", "text": {"ja": "日付"}},
        {"id": "k", "type": "number", "text": {"ja": "数"}},
        {"id": "c", "type": "consent", "text": {"ja": "同意"}, "purpose": "mail", "statement": {"ja": "はい"}},
        {"id": "e", "type": "expectation", "text": {"ja": "期待"}},
        {"id": "x", "type": "matrix", "text": {"ja": "表"}, "multiple": true,
         "rows": [{"id": "r1"}, {"id": "r2"}], "columns": [{"id": "1"}, {"id": "2"}]}
    ]}]));
    let condition: Condition = serde_json::from_value(condition).unwrap();
    Flow::new(&document).holds(Some(&condition), &answers(given), &fields(with_fields))
}

fn test(question: &str, is: &str, value: Value, given: Value) -> bool {
    holds(
        json!({"question": question, "is": is, "value": value}),
        given,
        &[],
    )
}

#[test]
fn numbers_are_compared_with_their_ends_included() {
    for (is, value, passes) in [
        ("equals", json!(6), true),
        ("equals", json!("６"), true),
        ("not_equals", json!(6), false),
        ("greater", json!(6), false),
        ("greater", json!(5.5), true),
        ("at_least", json!(6), true),
        ("less", json!(6), false),
        ("at_most", json!(6), true),
        ("between", json!([6, 8]), true),
        ("between", json!([0, 6]), true),
        ("between", json!([7, 8]), false),
        ("between", json!([7]), false),
        ("includes_any", json!(["5", "6"]), true),
        ("at_most", json!("six"), false),
    ] {
        assert_eq!(
            test("q", is, value.clone(), json!({"q": 6})),
            passes,
            "{is} {value}"
        );
    }
}

#[test]
fn choices_are_compared_by_code_and_by_value() {
    for (question, is, value, given, passes) in [
        ("s", "equals", json!("a"), json!("a"), true),
        ("s", "equals", json!(2.5), json!("b"), true),
        ("s", "at_least", json!(2), json!("b"), true),
        ("s", "at_least", json!(2), json!("a"), false),
        ("s", "includes_any", json!(["a", "b"]), json!("b"), true),
        ("s", "includes_any", json!(["z"]), json!("b"), false),
        ("m", "includes", json!("a"), json!(["a", "b"]), true),
        (
            "m",
            "includes_any",
            json!(["z", "b"]),
            json!(["a", "b"]),
            true,
        ),
        (
            "m",
            "includes_all",
            json!(["b", "a"]),
            json!(["a", "b", "z"]),
            true,
        ),
        (
            "m",
            "includes_all",
            json!(["b", "z"]),
            json!(["a", "b"]),
            false,
        ),
        ("m", "includes_all", json!([]), json!(["a"]), false),
        ("m", "equals", json!(["b", "a"]), json!(["a", "b"]), true),
        ("m", "equals", json!(["a"]), json!(["a", "b"]), false),
        ("m", "answered", Value::Null, json!([]), false),
    ] {
        let given = json!({ question: given });
        assert_eq!(
            test(question, is, value.clone(), given),
            passes,
            "{question} {is} {value}"
        );
    }
}

#[test]
fn words_dates_consent_rows_and_pairs_are_compared_in_their_own_way() {
    for (question, is, value, given, passes) in [
        (
            "t",
            "contains",
            json!("wifi"),
            json!("館内のＷｉＦｉが遅い"),
            true,
        ),
        ("t", "contains", json!(""), json!("何か"), false),
        ("t", "equals", json!("ABC"), json!("ａｂｃ "), true),
        ("t", "answered", Value::Null, json!(" "), false),
        (
            "d",
            "before",
            json!("2026-04-01"),
            json!("2026-03-31"),
            true,
        ),
        (
            "d",
            "before",
            json!("2026-04-01"),
            json!("2026-04-01"),
            false,
        ),
        ("d", "after", json!("2026-04-01"), json!("2026-04-02"), true),
        (
            "d",
            "between",
            json!(["2026-04-01", "2026-04-30"]),
            json!("2026-04-30"),
            true,
        ),
        ("d", "after", json!("soon"), json!("2026-04-02"), false),
        ("c", "equals", json!(true), json!(true), true),
        ("c", "equals", json!(true), json!(false), false),
    ] {
        let given = json!({ question: given });
        assert_eq!(
            test(question, is, value.clone(), given),
            passes,
            "{question} {is} {value}"
        );
    }
    let row = |row: &str, is: &str, value: Value| {
        holds(
            json!({"question": "x", "row": row, "is": is, "value": value}),
            json!({"x": {"r1": ["1", "2"]}}),
            &[],
        )
    };
    assert!(row("r1", "includes", json!("2")));
    assert!(!row("r2", "includes", json!("2")));
    assert!(row("r2", "not_answered", Value::Null));
    assert!(holds(
        json!({"question": "e", "row": "result", "is": "less", "value": 7}),
        json!({"e": {"expectation": 9, "result": 5}}),
        &[]
    ));
}

#[test]
fn nothing_answered_fails_every_test_but_not_answered_and_not_equals() {
    for is in [
        "answered",
        "equals",
        "greater",
        "at_least",
        "less",
        "at_most",
        "between",
        "includes",
        "includes_any",
        "includes_all",
        "contains",
        "before",
        "after",
    ] {
        assert!(!test("q", is, json!(0), json!({})), "{is}");
    }
    assert!(test("q", "not_answered", Value::Null, json!({})));
    assert!(test("q", "not_equals", json!(0), json!({})));
    assert!(!test("unknown", "not_answered", Value::Null, json!({})));
}

#[test]
fn hidden_fields_are_compared_as_text_or_number() {
    let field = |is: &str, value: Value| {
        holds(
            json!({"field": "plan", "is": is, "value": value}),
            json!({}),
            &[("plan", "12")],
        )
    };
    assert!(field("equals", json!("12")));
    assert!(field("equals", json!(12)));
    assert!(field("at_least", json!(10)));
    assert!(field("includes_any", json!(["11", "12"])));
    assert!(field("between", json!([10, 20])));
    assert!(field("contains", json!("1")));
    assert!(!field("not_equals", json!("12")));
    assert!(holds(
        json!({"field": "none", "is": "not_answered"}),
        json!({}),
        &[]
    ));
    assert!(holds(json!({"not": {"any": []}}), json!({}), &[]));
}

/// A survey with a branch: detractors say why, promoters end early, gold members thank-you.
fn branching() -> Document {
    survey_with(
        json!([
            {"id": "p1", "questions": [nps("q1")], "skips": [
                {"when": {"question": "q1", "is": "at_least", "value": 9}, "to": {"ending": "promoter"}},
                {"when": {"question": "q1", "is": "at_least", "value": 7}, "to": {"page": "p3"}}]},
            {"id": "p2", "questions": [
                choices("q2", "multiple"),
                with(words("q3"), json!({"show_if": {"question": "q2", "is": "includes", "value": "a"}}))]},
            {"id": "p3", "questions": [words("q4")]},
            {"id": "p4", "show_if": {"field": "plan", "is": "equals", "value": "gold"}, "questions": [words("q5")]},
            {"id": "p5", "questions": [
                with(words("q6"), json!({"show_if": {"question": "q4", "is": "answered"}}))]}
        ]),
        json!({
            "hidden_fields": [{"id": "plan", "kind": "code"}],
            "endings": [
                {"id": "sorry", "when": {"question": "q1", "is": "at_most", "value": 6}},
                {"id": "promoter"}
            ]
        }),
    )
}

fn pages(flow: &Flow<'_>, given: Value, plan: &str) -> (Vec<String>, String) {
    let walk = flow.walk(&answers(given), &fields(&[("plan", plan)]));
    (
        walk.visits
            .iter()
            .map(|visit| visit.page.id.clone())
            .collect(),
        walk.ending
            .map(|ending| ending.id.clone())
            .unwrap_or_default(),
    )
}

#[test]
fn the_way_follows_conditions_and_skips() {
    let document = branching();
    let flow = Flow::new(&document);
    let way = |given: Value, plan: &str| pages(&flow, given, plan);
    assert_eq!(
        way(json!({"q1": 10}), ""),
        (vec!["p1".into()], "promoter".into())
    );
    assert_eq!(
        way(json!({"q1": 8}), "gold"),
        (
            vec!["p1".into(), "p3".into(), "p4".into()],
            "promoter".into()
        )
    );
    assert_eq!(
        way(json!({"q1": 2, "q4": "x"}), ""),
        (
            vec!["p1".into(), "p2".into(), "p3".into(), "p5".into()],
            "sorry".into()
        )
    );
}

#[test]
fn answers_left_behind_do_not_count() {
    let document = branching();
    let flow = Flow::new(&document);
    let walk = flow.walk(
        &answers(json!({"q1": 8, "q2": ["a"], "q3": "old", "q4": "x", "q5": "hidden"})),
        &fields(&[]),
    );
    assert_eq!(walk.answers, answers(json!({"q1": 8, "q4": "x"})));
    let visible = flow.visible_questions("p2", &answers(json!({"q2": ["a"]})), &fields(&[]));
    assert_eq!(visible.len(), 2);
    let visible = flow.visible_questions("p2", &answers(json!({"q2": ["b"]})), &fields(&[]));
    assert_eq!(visible.len(), 1);
    assert!(
        flow.visible_questions("p9", &Answers::new(), &fields(&[]))
            .is_empty()
    );
}

#[test]
fn back_and_forth_stay_on_the_persons_own_way() {
    let document = branching();
    let flow = Flow::new(&document);
    let none = fields(&[]);
    let given = answers(json!({"q1": 8, "q4": "x"}));
    let Next::Page(first) = flow.next_page(None, &Answers::new(), &none) else {
        panic!("the survey starts with a page");
    };
    assert_eq!(first.id, "p1");
    assert!(
        matches!(flow.next_page(Some("p1"), &given, &none), Next::Page(page) if page.id == "p3")
    );
    assert!(
        matches!(flow.next_page(Some("p3"), &given, &none), Next::Page(page) if page.id == "p5")
    );
    assert!(matches!(
        flow.next_page(Some("p5"), &given, &none),
        Next::End(Some(_))
    ));
    assert_eq!(flow.previous_page("p3", &given, &none).unwrap().id, "p1");
    assert!(flow.previous_page("p1", &given, &none).is_none());
    assert!(matches!(
        flow.next_page(Some("gone"), &given, &none),
        Next::End(_)
    ));
}

#[test]
fn progress_counts_the_longest_way_still_possible() {
    let document = branching();
    let flow = Flow::new(&document);
    let at = |page: &str, given: Value, plan: &str| {
        flow.progress(page, &answers(given), &fields(&[("plan", plan)]))
    };
    assert_eq!(
        at("p1", json!({}), ""),
        Progress {
            done: 0,
            remaining: 4
        }
    );
    assert_eq!(
        at("p1", json!({}), "gold"),
        Progress {
            done: 0,
            remaining: 5
        }
    );
    assert_eq!(
        at("p3", json!({"q1": 8}), ""),
        Progress {
            done: 1,
            remaining: 2
        }
    );
    assert_eq!(at("p3", json!({"q1": 8}), "").percent(), 33);
    assert_eq!(at("p5", json!({"q1": 8, "q4": "x"}), "").percent(), 66);
}

#[test]
fn a_skip_that_leads_back_is_as_if_it_were_not_there() {
    let document = survey(json!([
        {"id": "p1", "questions": [nps("q1")]},
        {"id": "p2", "questions": [nps("q2")], "skips": [
            {"when": {"all": []}, "to": {"page": "p1"}}, {"when": {"all": []}, "to": {"page": "p2"}}]}
    ]));
    assert_eq!(
        Flow::new(&document)
            .walk(&Answers::new(), &fields(&[]))
            .visits
            .len(),
        2
    );
}

#[test]
fn pages_behind_a_certain_jump_or_a_failing_condition_cannot_be_reached() {
    let document = survey(json!([
        {"id": "p1", "questions": [nps("q1")], "skips": [{"when": {"all": []}, "to": {"page": "p3"}}]},
        {"id": "p2", "questions": [nps("q2")]},
        {"id": "p3", "show_if": {"any": []}, "questions": [nps("q3")]},
        {"id": "p4", "questions": [nps("q4")], "skips": [
            {"when": {"question": "q1", "is": "answered"}, "to": "end"}]},
        {"id": "p5", "questions": [nps("q5")]}
    ]));
    assert_eq!(Flow::new(&document).unreachable_pages(), [1, 2]);
}
