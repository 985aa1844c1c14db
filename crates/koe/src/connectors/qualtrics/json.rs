//! Reading the loose JSON of a survey file: lists that may be objects, booleans that may be
//! text, numbers whose digits matter.

use serde_json::Value;

/// The JSON text with every number that a reader would round turned into text, so that
/// recodes keep their digits (`1.50`, 19-digit integers).
pub fn exact_numbers(json: &str) -> String {
    let mut out = String::with_capacity(json.len() + json.len() / 64);
    let mut rest = json;
    let mut in_text = false;
    while let Some(character) = rest.chars().next() {
        if in_text {
            let length = if character == '\\' {
                1 + rest[1..].chars().next().map_or(0, char::len_utf8)
            } else {
                character.len_utf8()
            };
            out.push_str(&rest[..length]);
            rest = &rest[length..];
            in_text = character != '"';
            continue;
        }
        if character == '-' || character.is_ascii_digit() {
            let length = rest
                .find(|c: char| !(c.is_ascii_digit() || "+-.eE".contains(c)))
                .unwrap_or(rest.len());
            let number = &rest[..length];
            let rounded = number.len() > 15 || number.contains(['.', 'e', 'E']);
            if rounded {
                out.push_str(&format!("\"{number}\""));
            } else {
                out.push_str(number);
            }
            rest = &rest[length..];
            continue;
        }
        in_text = character == '"';
        out.push(character);
        rest = &rest[character.len_utf8()..];
    }
    out
}

/// The members of a list or object with their keys, in the file's order.
pub fn entries(value: &Value) -> Vec<(String, &Value)> {
    match value {
        Value::Array(items) => items
            .iter()
            .enumerate()
            .map(|(number, item)| (number.to_string(), item))
            .collect(),
        Value::Object(members) => members
            .iter()
            .map(|(key, member)| (key.clone(), member))
            .collect(),
        _ => Vec::new(),
    }
}

/// The JSON pointer of a member.
pub fn join(path: &str, key: &str) -> String {
    format!("{path}/{}", key.replace('~', "~0").replace('/', "~1"))
}

/// Whether a value says nothing.
pub fn is_blank(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        Value::Bool(true) | Value::Number(_) => false,
    }
}

/// A flag as these files write it: true, "true", "on", "yes", 1.
pub fn flag(value: Option<&Value>) -> bool {
    match value {
        Some(Value::Bool(flag)) => *flag,
        Some(Value::Number(number)) => number.as_i64() == Some(1),
        Some(Value::String(text)) => {
            matches!(
                text.to_ascii_lowercase().as_str(),
                "true" | "on" | "yes" | "1"
            )
        }
        _ => false,
    }
}

/// A text, or a number as its text; nothing for anything else.
pub fn word(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A text inside an object.
pub fn text<'a>(object: &'a Value, key: &str) -> &'a str {
    object.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// A number, written as one or as text.
pub fn number(value: Option<&Value>) -> Option<f64> {
    match value? {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
    .filter(|number: &f64| number.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_survive_and_text_is_left_alone() {
        let json = r#"{"a":1.50,"b":9223372036854775807,"c":"1.50 \"2.5\\","d":[-3,1e3,-0.10]}"#;
        let exact: Value = serde_json::from_str(&exact_numbers(json)).expect("JSON");
        assert_eq!(exact["a"], "1.50");
        assert_eq!(exact["b"], "9223372036854775807");
        assert_eq!(exact["c"], "1.50 \"2.5\\");
        assert_eq!(exact["d"], serde_json::json!([-3, "1e3", "-0.10"]));
    }
}
