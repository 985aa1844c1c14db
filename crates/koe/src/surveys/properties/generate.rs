//! Documents and answers by chance: sound ones, and ones nobody should send.

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::surveys::answers::{Answer, Answers, Fields, Part};
use crate::surveys::document::Document;

/// A condition whose tests are still numbers, to be tied to what is asked before it.
#[derive(Debug, Clone)]
enum Sketch {
    All(Vec<Sketch>),
    Any(Vec<Sketch>),
    Not(Box<Sketch>),
    Test(usize, usize),
}

fn sketch() -> impl Strategy<Value = Sketch> {
    let test =
        (any::<usize>(), any::<usize>()).prop_map(|(which, value)| Sketch::Test(which, value));
    test.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 1..3).prop_map(Sketch::All),
            vec(inner.clone(), 1..3).prop_map(Sketch::Any),
            inner.prop_map(|part| Sketch::Not(Box::new(part))),
        ]
    })
}

impl Sketch {
    /// The condition on the questions given, as id and type; on the hidden field without any.
    fn on(&self, asked: &[(String, String)]) -> Value {
        match self {
            Self::All(parts) => {
                json!({"all": parts.iter().map(|part| part.on(asked)).collect::<Vec<_>>()})
            }
            Self::Any(parts) => {
                json!({"any": parts.iter().map(|part| part.on(asked)).collect::<Vec<_>>()})
            }
            Self::Not(part) => json!({"not": part.on(asked)}),
            Self::Test(which, value) => match asked.get(which % (asked.len() + 1)) {
                None => json!({"field": "plan", "is": "equals", "value": "gold"}),
                Some((id, kind)) => test(id, kind, *value),
            },
        }
    }
}

fn test(id: &str, kind: &str, seed: usize) -> Value {
    let choice = ["a", "b", "n"][seed % 3];
    match kind {
        "nps" | "rating" => {
            json!({"question": id, "is": (["at_most", "at_least", "equals"][seed % 3]), "value": seed % 11})
        }
        "single" => {
            json!({"question": id, "is": (["equals", "not_equals"][seed % 2]), "value": choice})
        }
        "multiple" | "emotion" => json!({"question": id, "is": "includes", "value": choice}),
        "matrix" => json!({"question": id, "row": "r1", "is": "equals", "value": choice}),
        "text" => json!({"question": id, "is": "contains", "value": "７"}),
        "number" => json!({"question": id, "is": "between", "value": [0, seed % 100]}),
        "date" => json!({"question": id, "is": "before", "value": "2026-04-15"}),
        "expectation" => json!({"question": id, "row": "result", "is": "less", "value": seed % 11}),
        "consent" => json!({"question": id, "is": "equals", "value": seed.is_multiple_of(2)}),
        _ => json!({"field": "plan", "is": "not_answered"}),
    }
}

fn kind() -> impl Strategy<Value = Value> {
    let choices = || {
        json!([
            {"id": "a", "label": {"ja": "一"}, "value": 1},
            {"id": "b", "label": {"ja": "二"}, "value": "2.5", "write_in": true},
            {"id": "n", "label": {"ja": "なし"}, "exclusive": true}
        ])
    };
    let label = || json!({"ja": "端"});
    let rows = json!([{"id": "r1", "label": {"ja": "行"}}, {"id": "r2", "label": {"ja": "行"}}]);
    proptest::sample::select(vec![
        json!({"type": "nps", "low_label": label(), "high_label": label()}),
        json!({"type": "rating", "low": 0, "high": 10, "labels": [label(), label()]}),
        json!({"type": "single", "choices": choices()}),
        json!({"type": "multiple", "choices": choices()}),
        json!({"type": "emotion", "choices": choices(), "multiple": true}),
        json!({"type": "matrix", "rows": rows, "columns": choices()}),
        json!({"type": "text", "voice": true}),
        json!({"type": "number", "decimals": 2}),
        json!({"type": "date"}),
        json!({"type": "expectation", "labels": [label(), label()], "expectation_label": label(), "result_label": label()}),
        json!({"type": "consent", "purpose": "mail", "statement": label()}),
        json!({"type": "statement"}),
    ])
}

/// A document that can be published.
pub fn sound() -> impl Strategy<Value = Document> {
    documents(false)
}

/// A document whose conditions and skips may refer to anything, also forward or back.
pub fn wild() -> impl Strategy<Value = Document> {
    documents(true)
}

fn documents(wild: bool) -> impl Strategy<Value = Document> {
    let maybe = || proptest::option::weighted(0.4, sketch());
    let question = (kind(), any::<bool>(), maybe());
    let page = (
        vec(question, 1..4),
        maybe(),
        vec((sketch(), any::<usize>()), 0..3),
    );
    (vec(page, 1..6), maybe()).prop_map(move |(pages, when)| {
        let count = pages.len();
        let everything: Vec<(String, String)> = pages
            .iter()
            .flat_map(|(questions, _, _)| questions)
            .enumerate()
            .map(|(number, (kind, _, _))| {
                let name = kind["type"].as_str().unwrap_or_default();
                (format!("q{number}"), name.to_owned())
            })
            .collect();
        let mut number = 0;
        let known = |number: usize| if wild { &everything[..] } else { &everything[..number] };
        let pages: Vec<Value> = pages
            .into_iter()
            .enumerate()
            .map(|(place, (questions, show_if, skips))| {
                let show_if = show_if.map(|sketch| sketch.on(known(number)));
                let questions: Vec<Value> = questions
                    .into_iter()
                    .map(|(mut question, required, show_if)| {
                        question["id"] = json!(format!("q{number}"));
                        question["text"] = json!({"ja": "質問"});
                        question["required"] = json!(required);
                        question["show_if"] = json!(show_if.map(|sketch| sketch.on(known(number))));
                        number += 1;
                        question
                    })
                    .collect();
                let skips: Vec<Value> = skips
                    .into_iter()
                    .map(|(when, to)| {
                        let target = if wild { to % (count + 1) } else { place + 1 + to % (count - place) };
                        let to = match (to % 5, target < count) {
                            (0, _) => json!({"ending": "e"}),
                            (_, true) => json!({"page": format!("p{target}")}),
                            (_, false) => json!("end"),
                        };
                        json!({"when": when.on(known(number)), "to": to})
                    })
                    .collect();
                json!({"id": format!("p{place}"), "questions": questions, "show_if": show_if, "skips": skips})
            })
            .collect();
        let document = json!({
            "format": 1, "languages": ["ja"], "title": {"ja": "題"},
            "privacy": {"purpose": {"ja": "改善のため"}},
            "hidden_fields": [{"id": "plan", "kind": "code", "allowed": ["gold", "silver"]}],
            "pages": pages,
            "endings": [
                {"id": "e", "title": {"ja": "完"}, "when": when.map(|sketch| sketch.on(&everything))},
                {"id": "f", "title": {"ja": "完"}}],
        });
        Document::from_value(document).unwrap()
    })
}

/// An answer a person could give, typed in one way or another.
fn fitting(kind: &str, seed: usize) -> Value {
    let choice = ["a", "b", "n"][seed % 3];
    match kind {
        "nps" | "rating" if seed.is_multiple_of(2) => json!(seed % 11),
        "nps" | "rating" => json!((seed % 11).to_string()),
        "single" => json!(choice),
        "multiple" | "emotion" => [json!(["b", "a"]), json!("n"), json!(["b"])][seed % 3].clone(),
        "matrix" => json!({"r1": choice, "r2": "a"}),
        "text" => json!(["７階の眺め", " とても\r\n良い", "x"][seed % 3]),
        "number" => json!(["１２．５", "1,234", "-3"][seed % 3]),
        "date" => json!(["2026年4月1日", "2026/04/30"][seed % 2]),
        "expectation" => json!({"expectation": seed % 11, "result": "７"}),
        "consent" => json!("on"),
        _ => Value::Null,
    }
}

/// A document with answers that mostly fit it.
pub fn answered() -> impl Strategy<Value = (Document, Answers)> {
    (
        sound(),
        vec(proptest::option::weighted(0.9, any::<usize>()), 15),
    )
        .prop_map(|(document, seeds)| {
            let mut given = serde_json::Map::new();
            for (question, seed) in document.questions().zip(seeds) {
                let answer = seed.map_or(Value::Null, |seed| fitting(question.kind.name(), seed));
                if !answer.is_null() {
                    given.insert(question.id.clone(), answer);
                }
            }
            let given = serde_json::from_value(Value::Object(given)).unwrap();
            (document, given)
        })
}

fn words() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("a".to_owned()),
        Just("b".to_owned()),
        Just("７".to_owned()),
        Just("2026年4月1日".to_owned()),
        "\\PC{0,12}",
    ]
}

/// Answers of any shape to any question.
pub fn answers() -> impl Strategy<Value = Answers> {
    let part = prop_oneof![
        (-3..13i32).prop_map(|number| Part::Number(f64::from(number))),
        words().prop_map(Part::Text),
        vec(words(), 0..3).prop_map(Part::Many),
    ];
    let row = prop_oneof![
        Just("r1"),
        Just("r2"),
        Just("result"),
        Just("expectation"),
        Just("b")
    ];
    let answer = prop_oneof![
        any::<bool>().prop_map(Answer::Flag),
        (-3..13i32).prop_map(|number| Answer::Number(f64::from(number))),
        any::<f64>().prop_map(Answer::Number),
        words().prop_map(Answer::Text),
        vec(words(), 0..3).prop_map(Answer::Many),
        btree_map(row.prop_map(str::to_owned), part, 0..3).prop_map(Answer::Parts),
    ];
    let id = (0..6).prop_map(|number| format!("q{number}"));
    let key = (id, proptest::bool::weighted(0.2))
        .prop_map(|(id, other)| if other { format!("{id}.other") } else { id });
    vec((key, answer), 0..8).prop_map(|pairs| pairs.into_iter().collect())
}

/// Hidden fields with and without a plan.
pub fn plan() -> impl Strategy<Value = Fields> {
    prop_oneof![
        Just(Fields::new()),
        Just(Fields::from([("plan".to_owned(), "gold".to_owned())])),
    ]
}
