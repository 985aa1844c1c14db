//! The way back: from what is kept of a response to its answers, to show and correct it.

use std::collections::BTreeMap;

use koe_lake::Value;

use super::{field_of, field_of_hidden};
use crate::surveys::answers::{Answer, Answers, Fields, PAIR, Part, write_in_key};
use crate::surveys::document::{Choice, Document, HiddenKind, Kind, Question};

/// The answers of a response from its lake values and its words: the texts of text questions
/// under the question's id, words written in with a choice under `<question>.other.<choice>`.
pub fn answers(
    document: &Document,
    values: &BTreeMap<String, Value>,
    words: &BTreeMap<String, String>,
) -> Answers {
    let mut answers = Answers::new();
    for question in document.questions() {
        if let Some(answer) = answer(question, values, words) {
            answers.set(&question.id, answer);
        }
        let key = write_in_key(&question.id);
        let written: BTreeMap<String, Part> = question
            .kind
            .choices()
            .iter()
            .filter_map(|choice| {
                let body = words.get(&format!("{key}.{}", choice.id))?;
                Some((choice.id.clone(), Part::Text(body.clone())))
            })
            .collect();
        if !written.is_empty() {
            answers.set(key, Answer::Parts(written));
        }
    }
    answers
}

/// The hidden fields of a response, as text: codes and numbers from its lake values, words from
/// what is kept beside the record under the field's id.
pub fn hidden_fields(
    document: &Document,
    values: &BTreeMap<String, Value>,
    words: &BTreeMap<String, String>,
) -> Fields {
    document
        .hidden_fields
        .iter()
        .filter_map(|hidden| {
            if hidden.kind == HiddenKind::Text {
                return Some((hidden.id.clone(), words.get(&hidden.id)?.clone()));
            }
            let text = match values.get(field_of_hidden(hidden))? {
                Value::Code(code) => code.clone(),
                Value::Number(number) => number.to_string(),
                _ => return None,
            };
            Some((hidden.id.clone(), text))
        })
        .collect()
}

fn answer(
    question: &Question,
    values: &BTreeMap<String, Value>,
    words: &BTreeMap<String, String>,
) -> Option<Answer> {
    let base = field_of(question);
    match &question.kind {
        Kind::Nps(_) | Kind::Csat(_) | Kind::Ces(_) | Kind::Rating(_) | Kind::Number(_) => {
            number(values.get(base)?).map(Answer::Number)
        }
        Kind::Date(_) => match values.get(base)? {
            Value::Date { date } => {
                let epoch = jiff::civil::date(1970, 1, 1);
                let day = epoch.checked_add(jiff::Span::new().days(*date)).ok()?;
                Some(Answer::Text(day.to_string()))
            }
            _ => None,
        },
        Kind::Consent(_) => match values.get(base)? {
            Value::Flag(given) => Some(Answer::Flag(*given)),
            _ => None,
        },
        Kind::Single(_) => code(values.get(base)?).map(Answer::Text),
        Kind::Multiple(_) => chosen(base, question.kind.choices(), values).map(Answer::Many),
        Kind::Emotion(emotion) => {
            let chosen = chosen(base, &emotion.choices, values)?;
            match emotion.multiple {
                true => Some(Answer::Many(chosen)),
                false => chosen.into_iter().next().map(Answer::Text),
            }
        }
        Kind::Matrix(matrix) => parts(matrix.rows.iter().filter_map(|row| {
            let field = format!("{base}.{}", row.id);
            let part = match matrix.multiple {
                true => Part::Many(chosen(&field, &matrix.columns, values)?),
                false => Part::Text(code(values.get(&field)?)?),
            };
            Some((row.id.clone(), part))
        })),
        Kind::Expectation(_) => parts(PAIR.into_iter().filter_map(|name| {
            let part = number(values.get(&format!("{base}.{name}"))?)?;
            Some((name.to_owned(), Part::Number(part)))
        })),
        Kind::Text(_) => words.get(&question.id).cloned().map(Answer::Text),
        Kind::Statement(_) => None,
    }
}

fn parts(found: impl Iterator<Item = (String, Part)>) -> Option<Answer> {
    let parts: BTreeMap<String, Part> = found.collect();
    (!parts.is_empty()).then_some(Answer::Parts(parts))
}

fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Integer(number) => Some(*number as f64),
        Value::Number(number) => Some(*number),
        _ => None,
    }
}

fn code(value: &Value) -> Option<String> {
    match value {
        Value::Code(code) => Some(code.clone()),
        _ => None,
    }
}

/// The choices whose flag is set; nothing when none is.
fn chosen(base: &str, choices: &[Choice], values: &BTreeMap<String, Value>) -> Option<Vec<String>> {
    let chosen: Vec<String> = choices
        .iter()
        .filter(|choice| values.get(&format!("{base}.{}", choice.id)) == Some(&Value::Flag(true)))
        .map(|choice| choice.id.clone())
        .collect();
    (!chosen.is_empty()).then_some(chosen)
}
