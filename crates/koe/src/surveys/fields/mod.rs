//! The lake fields of a survey's versions: what is kept of an answer to be counted.
//!
//! | kind | fields |
//! |---|---|
//! | nps, csat, ces, rating | `q1` whole number |
//! | single | `q1` code; `q1.value` number when choices have values |
//! | multiple, emotion | `q1.a` flag for each choice |
//! | matrix | `q1.r1` code (`q1.r1.value` number); several columns: `q1.r1.a` flags |
//! | number | `q1` number |
//! | date | `q1` date |
//! | expectation | `q1.expectation`, `q1.result` whole numbers |
//! | consent | `q1` flag |
//! | text, statement | none: words never enter the lake |
//! | hidden field | `plan` code or number; a text has none: it is kept beside the record |
//!
//! An unanswered question leaves its fields empty; an answered one sets every flag, so that
//! "not chosen" and "not asked" stay apart.

mod answers;
mod labels;
mod versions;

use std::collections::BTreeMap;

use koe_lake::{FieldKind, Value};

use super::answers::{Answer, Answers, Fields, PAIR};
use super::document::{Choice, CodeValue, Document, HiddenField, HiddenKind, Kind, Question, Text};
use super::piping::as_name;
pub use answers::{answers, hidden_fields};
pub use labels::value_labels;
pub use versions::{Change, FieldChange, assign, diff};

/// One lake field of a version.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// The stable field id.
    pub field: String,
    /// The question or hidden field it comes from.
    pub question: String,
    /// The matrix row or the half of a pair.
    pub row: Option<String>,
    /// The choice a flag stands for.
    pub choice: Option<String>,
    /// What it holds.
    pub kind: FieldKind,
    /// What the row or choice is called, else the question or field.
    pub label: Text,
}

/// The base field id of a question: as published, else its id.
pub fn field_of(question: &Question) -> &str {
    question.field.as_deref().unwrap_or(&question.id)
}

/// The base field id of a hidden field: as published, else its id.
pub fn field_of_hidden(hidden: &HiddenField) -> &str {
    hidden.field.as_deref().unwrap_or(&hidden.id)
}

/// Every lake field of a version, in the document's order.
pub fn columns(document: &Document) -> Vec<Column> {
    let mut columns = Vec::new();
    for question in document.questions() {
        question_columns(question, &mut columns);
    }
    for hidden in &document.hidden_fields {
        let kind = match hidden.kind {
            HiddenKind::Code => FieldKind::Code,
            HiddenKind::Number => FieldKind::Number,
            HiddenKind::Text => continue,
        };
        columns.push(Column {
            field: field_of_hidden(hidden).to_owned(),
            question: hidden.id.clone(),
            row: None,
            choice: None,
            kind,
            label: hidden.label.clone(),
        });
    }
    columns
}

fn question_columns(question: &Question, columns: &mut Vec<Column>) {
    let base = field_of(question);
    let mut push = |parts: &[&str], row: Option<&str>, choice: Option<&str>, kind, label: &Text| {
        let mut field = base.to_owned();
        for part in parts {
            field.push('.');
            field.push_str(part);
        }
        columns.push(Column {
            field,
            question: question.id.clone(),
            row: row.map(str::to_owned),
            choice: choice.map(str::to_owned),
            kind,
            label: as_name(label),
        });
    };
    match &question.kind {
        Kind::Nps(_) | Kind::Csat(_) | Kind::Ces(_) | Kind::Rating(_) => {
            push(&[], None, None, FieldKind::Integer, &question.text);
        }
        Kind::Number(_) => push(&[], None, None, FieldKind::Number, &question.text),
        Kind::Date(_) => push(&[], None, None, FieldKind::Date, &question.text),
        Kind::Consent(_) => push(&[], None, None, FieldKind::Flag, &question.text),
        Kind::Single(single) => {
            push(&[], None, None, FieldKind::Code, &question.text);
            if has_values(&single.choices) {
                push(&["value"], None, None, FieldKind::Number, &question.text);
            }
        }
        Kind::Multiple(_) | Kind::Emotion(_) => {
            for choice in question.kind.choices() {
                push(
                    &[&choice.id],
                    None,
                    Some(&choice.id),
                    FieldKind::Flag,
                    &choice.label,
                );
            }
        }
        Kind::Matrix(matrix) => {
            for row in &matrix.rows {
                let id = Some(row.id.as_str());
                if matrix.multiple {
                    for column in &matrix.columns {
                        let choice = Some(column.id.as_str());
                        push(
                            &[&row.id, &column.id],
                            id,
                            choice,
                            FieldKind::Flag,
                            &column.label,
                        );
                    }
                    continue;
                }
                push(&[&row.id], id, None, FieldKind::Code, &row.label);
                if has_values(&matrix.columns) {
                    push(&[&row.id, "value"], id, None, FieldKind::Number, &row.label);
                }
            }
        }
        Kind::Expectation(pair) => {
            for (part, label) in PAIR
                .into_iter()
                .zip([&pair.expectation_label, &pair.result_label])
            {
                push(&[part], Some(part), None, FieldKind::Integer, label);
            }
        }
        Kind::Text(_) | Kind::Statement(_) => {}
    }
}

fn has_values(choices: &[Choice]) -> bool {
    choices.iter().any(|choice| choice.value.is_some())
}

/// The lake values of one response: its normal answers (see [`super::validate`]) and fields.
pub fn values(document: &Document, answers: &Answers, fields: &Fields) -> BTreeMap<String, Value> {
    let mut values = BTreeMap::new();
    for question in document.questions() {
        if let Some(answer) = answers.get(&question.id) {
            question_values(question, answer, &mut values);
        }
    }
    for hidden in &document.hidden_fields {
        if let Some(value) = fields
            .get(&hidden.id)
            .and_then(|said| hidden_value(hidden, said))
        {
            values.insert(field_of_hidden(hidden).to_owned(), value);
        }
    }
    values
}

/// The lake value of a hidden field; words have none.
pub fn hidden_value(hidden: &HiddenField, said: &str) -> Option<Value> {
    match hidden.kind {
        HiddenKind::Code => Some(Value::Code(said.to_owned())),
        HiddenKind::Number => said
            .parse()
            .ok()
            .filter(|number: &f64| number.is_finite())
            .map(Value::Number),
        HiddenKind::Text => None,
    }
}

/// Adds the lake values of one normal answer.
pub fn question_values(question: &Question, answer: &Answer, values: &mut BTreeMap<String, Value>) {
    let base = field_of(question);
    match (&question.kind, answer) {
        (Kind::Nps(_) | Kind::Csat(_) | Kind::Ces(_) | Kind::Rating(_), Answer::Number(number)) => {
            values.insert(base.to_owned(), whole(*number));
        }
        (Kind::Number(_), Answer::Number(number)) => {
            values.insert(base.to_owned(), Value::Number(*number));
        }
        (Kind::Date(_), Answer::Text(text)) => {
            if let Some(date) = text.parse().ok().and_then(days) {
                values.insert(base.to_owned(), Value::Date { date });
            }
        }
        (Kind::Consent(_), Answer::Flag(given)) => {
            values.insert(base.to_owned(), Value::Flag(*given));
        }
        (Kind::Single(single), Answer::Text(id)) => {
            code(base, &single.choices, id, values);
        }
        (Kind::Multiple(_) | Kind::Emotion(_), _) => {
            flags(base, question.kind.choices(), &answer.chosen(), values);
        }
        (Kind::Matrix(matrix), Answer::Parts(parts)) => {
            for row in parts.keys() {
                let Some(part) = answer.part(row) else {
                    continue;
                };
                let base = format!("{base}.{row}");
                match &part {
                    Answer::Text(id) if !matrix.multiple => {
                        code(&base, &matrix.columns, id, values);
                    }
                    _ => flags(&base, &matrix.columns, &part.chosen(), values),
                }
            }
        }
        (Kind::Expectation(_), _) => {
            for name in PAIR {
                if let Some(Answer::Number(number)) = answer.part(name) {
                    values.insert(format!("{base}.{name}"), whole(number));
                }
            }
        }
        _ => {}
    }
}

fn code(base: &str, choices: &[Choice], id: &str, values: &mut BTreeMap<String, Value>) {
    values.insert(base.to_owned(), Value::Code(id.to_owned()));
    let value = choices
        .iter()
        .find(|choice| choice.id == id)
        .and_then(|choice| choice.value.as_ref())
        .map(CodeValue::to_f64);
    if let Some(value) = value.filter(|value| value.is_finite()) {
        values.insert(format!("{base}.value"), Value::Number(value));
    }
}

fn flags(base: &str, choices: &[Choice], chosen: &[&str], values: &mut BTreeMap<String, Value>) {
    for choice in choices {
        let flag = Value::Flag(chosen.contains(&choice.id.as_str()));
        values.insert(format!("{base}.{}", choice.id), flag);
    }
}

/// A whole number of a scale; scales are small, so nothing is lost.
fn whole(number: f64) -> Value {
    Value::Integer(number as i64)
}

/// Days since 1970-01-01.
fn days(date: jiff::civil::Date) -> Option<i32> {
    let epoch = jiff::civil::date(1970, 1, 1);
    epoch.until(date).ok().map(|span| span.get_days())
}

#[cfg(test)]
mod tests;
