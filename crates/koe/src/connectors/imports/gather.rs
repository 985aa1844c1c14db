//! Answers of a record out of the parts that rows give.

use std::collections::BTreeMap;

use super::part::Part;
use crate::surveys::answers::write_in_key;
use crate::surveys::document::Kind;
use crate::surveys::{Answer, Answers, Flow, Part as AnswerPart};

/// Adds a row's answers; of two for one question the first counts.
pub(super) fn gather(
    answers: &mut Answers,
    words: &mut BTreeMap<String, String>,
    part: &Part,
    flow: Option<&Flow<'_>>,
) {
    for (question, typed) in &part.answers {
        if answers.get(question).is_none() {
            answers.set(question.clone(), Answer::Text(typed.clone()));
        }
    }
    let mut cells: BTreeMap<&str, BTreeMap<String, Vec<String>>> = BTreeMap::new();
    for (question, row, value) in &part.taken {
        match row {
            Some(row) => cells
                .entry(question)
                .or_default()
                .entry(row.clone())
                .or_default()
                .push(value.clone()),
            None => {
                let mut many = match answers.get(question) {
                    Some(Answer::Many(many)) => many.clone(),
                    _ => Vec::new(),
                };
                if !many.contains(value) {
                    many.push(value.clone());
                }
                answers.set(question.clone(), Answer::Many(many));
            }
        }
    }
    for (question, rows) in cells {
        let several = flow
            .and_then(|flow| flow.question(question))
            .is_some_and(|asked| asked.kind.takes_several());
        let mut parts = match answers.get(question) {
            Some(Answer::Parts(parts)) => parts.clone(),
            _ => BTreeMap::new(),
        };
        for (row, mut values) in rows {
            let value = if several {
                AnswerPart::Many(values)
            } else {
                AnswerPart::Text(values.remove(0))
            };
            parts.entry(row).or_insert(value);
        }
        answers.set(question, Answer::Parts(parts));
    }
    for (question, choice, said) in &part.written {
        let choice = choice
            .clone()
            .or_else(|| chosen_write_in(answers, question, flow));
        let Some(choice) = choice else {
            continue;
        };
        let key = write_in_key(question);
        let mut parts = match answers.get(&key) {
            Some(Answer::Parts(parts)) => parts.clone(),
            _ => BTreeMap::new(),
        };
        parts.insert(choice, AnswerPart::Text(said.clone()));
        answers.set(key, Answer::Parts(parts));
    }
    for (question, said) in &part.words {
        joined(words, question.clone(), said);
    }
}

/// The chosen choice that asks for words, else the only one that does.
fn chosen_write_in(answers: &Answers, question: &str, flow: Option<&Flow<'_>>) -> Option<String> {
    let asked = flow?.question(question)?;
    let writes: Vec<&str> = match &asked.kind {
        Kind::Single(_) | Kind::Multiple(_) => asked
            .kind
            .choices()
            .iter()
            .filter(|choice| choice.write_in)
            .map(|choice| choice.id.as_str())
            .collect(),
        _ => Vec::new(),
    };
    let chosen = answers
        .get(question)
        .map(Answer::chosen)
        .unwrap_or_default();
    writes
        .iter()
        .find(|id| chosen.contains(id))
        .map(|id| (*id).to_owned())
}

/// Several rows' words about the same stand below each other.
pub(super) fn joined(all: &mut BTreeMap<String, String>, key: String, said: &str) {
    let words = all.entry(key).or_default();
    if words.is_empty() {
        words.push_str(said);
    } else if words != said {
        words.push('\n');
        words.push_str(said);
    }
}
