use serde_json::{Value as Json, json};

use super::*;
use crate::surveys::samples::{
    answers, choices, fields as given, nps, survey, survey_with, with, words,
};

fn wide() -> Document {
    let columns = json!([{"id": "1", "value": 1}, {"id": "2", "value": 2}]);
    let rows = json!([{"id": "r1"}, {"id": "r2"}]);
    survey_with(
        json!([{"id": "p1", "questions": [
            nps("q1"), choices("q2", "single"), choices("q3", "multiple"), words("q4"),
            {"id": "q5", "type": "number", "text": {"ja": "円"}},
            {"id": "q6", "type": "date", "text": {"ja": "日"}},
            {"id": "q7", "type": "expectation", "text": {"ja": "期待"}},
            {"id": "q8", "type": "matrix", "text": {"ja": "表"}, "rows": rows, "columns": columns},
            {"id": "q9", "type": "matrix", "text": {"ja": "表"}, "rows": rows, "columns": columns, "multiple": true},
            {"id": "c", "type": "consent", "text": {"ja": "同意"}, "purpose": "mail"},
            {"id": "s", "type": "statement", "text": {"ja": "説明"}},
            {"id": "e", "type": "emotion", "text": {"ja": "気持ち"}, "choices": [{"id": "fun"}, {"id": "stress"}]}
        ]}]),
        json!({"hidden_fields": [{"id": "plan", "kind": "code"}, {"id": "amount", "kind": "number"}, {"id": "memo", "kind": "text"}]}),
    )
}

#[test]
fn every_kind_has_its_fields() {
    let found: Vec<(String, FieldKind)> = columns(&wide())
        .into_iter()
        .map(|column| (column.field, column.kind))
        .collect();
    let expected = [
        ("q1", FieldKind::Integer),
        ("q2", FieldKind::Code),
        ("q2.value", FieldKind::Number),
        ("q3.a", FieldKind::Flag),
        ("q3.b", FieldKind::Flag),
        ("q3.z", FieldKind::Flag),
        ("q3.n", FieldKind::Flag),
        ("q5", FieldKind::Number),
        ("q6", FieldKind::Date),
        ("q7.expectation", FieldKind::Integer),
        ("q7.result", FieldKind::Integer),
        ("q8.r1", FieldKind::Code),
        ("q8.r1.value", FieldKind::Number),
        ("q8.r2", FieldKind::Code),
        ("q8.r2.value", FieldKind::Number),
        ("q9.r1.1", FieldKind::Flag),
        ("q9.r1.2", FieldKind::Flag),
        ("q9.r2.1", FieldKind::Flag),
        ("q9.r2.2", FieldKind::Flag),
        ("c", FieldKind::Flag),
        ("e.fun", FieldKind::Flag),
        ("e.stress", FieldKind::Flag),
        ("plan", FieldKind::Code),
        ("amount", FieldKind::Number),
    ]
    .map(|(field, kind)| (field.to_owned(), kind));
    assert_eq!(found, expected);
}

#[test]
fn answers_become_values_of_their_fields_and_words_stay_out() {
    let document = wide();
    let found = values(
        &document,
        &answers(json!({
            "q1": 9, "q2": "b", "q3": ["a"], "q4": "駅から近い", "q5": 1.5, "q6": "1970-02-01",
            "q7": {"result": 7}, "q8": {"r2": "1"}, "q9": {"r1": ["2"]}, "c": true, "e": "fun"
        })),
        &given(&[("plan", "gold"), ("amount", "12.5"), ("memo", "私信")]),
    );
    let expected = BTreeMap::from(
        [
            ("q1", Value::Integer(9)),
            ("q2", Value::Code("b".into())),
            ("q2.value", Value::Number(2.5)),
            ("q3.a", Value::Flag(true)),
            ("q3.b", Value::Flag(false)),
            ("q3.z", Value::Flag(false)),
            ("q3.n", Value::Flag(false)),
            ("q5", Value::Number(1.5)),
            ("q6", Value::Date { date: 31 }),
            ("q7.result", Value::Integer(7)),
            ("q8.r2", Value::Code("1".into())),
            ("q8.r2.value", Value::Number(1.0)),
            ("q9.r1.1", Value::Flag(false)),
            ("q9.r1.2", Value::Flag(true)),
            ("c", Value::Flag(true)),
            ("e.fun", Value::Flag(true)),
            ("e.stress", Value::Flag(false)),
            ("plan", Value::Code("gold".into())),
            ("amount", Value::Number(12.5)),
        ]
        .map(|(field, value)| (field.to_owned(), value)),
    );
    assert_eq!(found, expected);
    let known = columns(&document);
    for (field, value) in &found {
        let column = known.iter().find(|column| column.field == *field).unwrap();
        value.borrowed().check(field, column.kind).unwrap();
    }
    assert!(values(&document, &Answers::new(), &Fields::new()).is_empty());
}

/// A version with one question `q1`, published after `history`.
fn published(history: &[&Document], question: Json) -> Document {
    let mut next = survey(json!([{"id": "p1", "questions": [question]}]));
    assign(history, &mut next);
    next
}

fn field(document: &Document) -> &str {
    field_of(document.question("q1").unwrap())
}

#[test]
fn a_changed_type_or_scale_is_a_new_field_and_an_old_one_comes_back() {
    let csat = |points: u8| json!({"id": "q1", "type": "csat", "text": {"ja": "満足度"}, "points": points});
    let first = published(&[], csat(5));
    let same = published(&[&first], csat(5));
    let wider = published(&[&first, &same], csat(7));
    let other_type = published(&[&first, &same, &wider], nps("q1"));
    let back = published(&[&first, &same, &wider, &other_type], csat(5));
    let again = published(&[&first, &same, &wider, &other_type, &back], csat(7));
    let fields = [&first, &same, &wider, &other_type, &back, &again].map(field);
    assert_eq!(fields, ["q1", "q1", "q1-2", "q1-3", "q1", "q1-2"]);
}

#[test]
fn a_question_that_was_gone_for_a_version_keeps_its_field() {
    let first = published(&[], nps("q1"));
    let without = survey(json!([{"id": "p1", "questions": [nps("q2")]}]));
    let back = published(&[&first, &without], choices("q1", "single"));
    assert_eq!(field(&back), "q1-2");
    assert_eq!(field(&published(&[&first, &without], nps("q1"))), "q1");
}

#[test]
fn choices_may_come_and_go_but_a_changed_value_is_a_new_scale() {
    let first = published(&[], choices("q1", "single"));
    let mut more = choices("q1", "single");
    more["choices"]
        .as_array_mut()
        .unwrap()
        .push(json!({"id": "c", "value": 7}));
    let second = published(&[&first], more);
    assert_eq!(field(&second), "q1");
    let mut recoded = choices("q1", "single");
    recoded["choices"][0]["value"] = json!(5);
    assert_eq!(field(&published(&[&first, &second], recoded)), "q1-2");
}

#[test]
fn fields_a_draft_brings_along_are_not_believed() {
    let first = published(&[], with(nps("q1"), json!({"field": "someone_elses"})));
    assert_eq!(field(&first), "q1");
}

#[test]
fn a_hidden_field_that_changes_its_kind_or_becomes_a_question_is_a_new_field() {
    let hidden = |history: &[&Document], kind: &str| {
        let mut next = survey_with(
            json!([{"id": "p1", "questions": [nps("q1")]}]),
            json!({"hidden_fields": [{"id": "plan", "kind": kind}]}),
        );
        assign(history, &mut next);
        next
    };
    let first = hidden(&[], "code");
    let second = hidden(&[&first], "number");
    assert_eq!(second.hidden_fields[0].field.as_deref(), Some("plan-2"));
    assert_eq!(
        hidden(&[&first, &second], "code").hidden_fields[0]
            .field
            .as_deref(),
        Some("plan")
    );
    let mut question = survey(json!([{"id": "p1", "questions": [nps("plan")]}]));
    assign(&[&first, &second], &mut question);
    assert_eq!(field_of(question.question("plan").unwrap()), "plan-3");
}

#[test]
fn the_difference_of_two_versions_says_what_breaks_a_trend() {
    let first = published(&[], choices("q1", "single"));
    let mut changed = with(
        choices("q1", "single"),
        json!({"text": {"ja": "特に良かった点"}}),
    );
    changed["choices"].as_array_mut().unwrap().remove(1);
    let second = published(&[&first], changed);
    let says = |old: &Document, new: &Document| serde_json::to_value(diff(old, new)).unwrap();
    assert_eq!(
        says(&first, &second),
        json!([
            {"question": "q1", "change": "wording", "languages": ["ja"]},
            {"question": "q1", "change": "choices", "added": [], "removed": ["b"]}
        ])
    );
    let third = published(&[&first, &second], nps("q1"));
    assert_eq!(
        says(&second, &third),
        json!([{"question": "q1", "change": "new_field", "from": "q1", "to": "q1-2"}])
    );
    let other = survey(json!([{"id": "p1", "questions": [nps("q2")]}]));
    assert_eq!(
        says(&third, &other),
        json!([{"question": "q2", "change": "added"}, {"question": "q1", "change": "removed"}])
    );
    assert!(diff(&third, &third).is_empty());
}
