//! Small documents for the tests of this slice.

use serde_json::{Value, json};

use super::answers::{Answers, Fields};
use super::document::Document;

/// A publishable document in Japanese with these pages.
pub fn survey(pages: Value) -> Document {
    survey_with(pages, json!({}))
}

/// A publishable document with these pages and other keys replaced.
pub fn survey_with(pages: Value, other: Value) -> Document {
    let mut document = json!({
        "format": 1,
        "title": {"ja": "ご利用後アンケート"},
        "languages": ["ja"],
        "privacy": {"purpose": {"ja": "サービスの改善のため"}},
        "pages": pages,
    });
    if let (Some(document), Value::Object(other)) = (document.as_object_mut(), other) {
        document.extend(other);
    }
    Document::from_value(document).unwrap()
}

/// Answers from JSON.
pub fn answers(json: Value) -> Answers {
    serde_json::from_value(json).unwrap()
}

/// Hidden fields from pairs.
pub fn fields(pairs: &[(&str, &str)]) -> Fields {
    pairs
        .iter()
        .map(|(id, value)| ((*id).to_owned(), (*value).to_owned()))
        .collect()
}

/// A recommendation question.
pub fn nps(id: &str) -> Value {
    json!({"id": id, "type": "nps", "text": {"ja": "友人に薦めますか"},
        "low_label": {"ja": "薦めない"}, "high_label": {"ja": "薦める"}})
}

/// A question of words.
pub fn words(id: &str) -> Value {
    json!({"id": id, "type": "text", "text": {"ja": "理由をお聞かせください"}, "voice": true})
}

/// A question of choices `a`, `b`, `z` (other) and `n` (none).
pub fn choices(id: &str, kind: &str) -> Value {
    json!({"id": id, "type": kind, "text": {"ja": "良かった点"}, "choices": [
        {"id": "a", "label": {"ja": "接客"}, "value": 1},
        {"id": "b", "label": {"ja": "品揃え"}, "value": "2.5"},
        {"id": "z", "label": {"ja": "その他"}, "value": 9, "write_in": true},
        {"id": "n", "label": {"ja": "特にない"}, "value": 0, "exclusive": true}]})
}

/// The question with other keys added or replaced.
pub fn with(mut question: Value, other: Value) -> Value {
    if let (Some(question), Value::Object(other)) = (question.as_object_mut(), other) {
        question.extend(other);
    }
    question
}
