//! One question's answer, made normal or refused.

use std::collections::BTreeMap;

use super::problem::{AnswerProblem, Fault};
use super::typed;
use crate::surveys::answers::{Answer, Answers, PAIR, Part};
use crate::surveys::document::{
    Choice, DateAnswer, Kind, Matrix, NumberAnswer, Question, TextAnswer, TextFormat,
};
use crate::surveys::logic::is_answered;

/// The most characters of any text.
pub(in crate::surveys) const LONGEST_TEXT: usize = 10_000;
/// The most characters written in beside a choice.
const LONGEST_WRITE_IN: usize = 1_000;

/// A question's answer in its normal form, with its write-ins.
#[derive(Default)]
pub(super) struct Normal {
    pub answer: Option<Answer>,
    pub write_ins: BTreeMap<String, Part>,
}

/// Reads what was submitted for a question; nothing submitted is a normal form too.
pub(super) fn read(question: &Question, submitted: &Answers) -> Result<Normal, Vec<AnswerProblem>> {
    let answer = submitted
        .get(&question.id)
        .filter(|answer| is_answered(answer));
    let written = written_in(question, submitted)?;
    let fail = |fault: Fault| vec![fault.of(&question.id, None)];
    let answer = match (&question.kind, answer) {
        (Kind::Single(_) | Kind::Multiple(_) | Kind::Emotion(_), _) => {
            return chosen(question, answer, written).map_err(fail);
        }
        (_, None) => None,
        (Kind::Matrix(matrix), Some(answer)) => rows(&question.id, matrix, answer)?,
        (Kind::Expectation(pair), Some(answer)) => {
            halves(&question.id, pair.low, pair.high, answer)?
        }
        (Kind::Nps(_) | Kind::Csat(_) | Kind::Ces(_) | Kind::Rating(_), Some(answer)) => {
            let (low, high) = question.kind.scale().unwrap_or_default();
            Some(Answer::Number(on_scale(answer, low, high).map_err(fail)?))
        }
        (Kind::Text(text), Some(answer)) => words(text, answer).map_err(fail)?,
        (Kind::Number(number), Some(answer)) => Some(amount(number, answer).map_err(fail)?),
        (Kind::Date(date), Some(answer)) => Some(day(date, answer).map_err(fail)?),
        (Kind::Consent(_), Some(answer)) => Some(Answer::Flag(flag(answer).map_err(fail)?)),
        (Kind::Statement(_), Some(_)) => return Err(fail(Fault::shape())),
    };
    Ok(Normal {
        answer,
        write_ins: BTreeMap::new(),
    })
}

/// What is missing from a required question's normal answer.
pub(super) fn missing(question: &Question, answer: Option<&Answer>) -> Vec<AnswerProblem> {
    let id = &question.id;
    let absent = |row: &str| {
        answer
            .and_then(|answer| answer.part(row))
            .is_none_or(|part| !is_answered(&part))
    };
    match &question.kind {
        Kind::Statement(_) => Vec::new(),
        Kind::Matrix(matrix) => matrix
            .rows
            .iter()
            .filter(|row| absent(&row.id))
            .map(|row| Fault::required_choice().of(id, Some(&row.id)))
            .collect(),
        Kind::Expectation(_) => PAIR
            .into_iter()
            .filter(|part| absent(part))
            .map(|part| Fault::required_choice().of(id, Some(part)))
            .collect(),
        Kind::Consent(_) if answer != Some(&Answer::Flag(true)) => {
            vec![Fault::required_consent().of(id, None)]
        }
        _ if answer.is_some_and(is_answered) => Vec::new(),
        Kind::Text(_) | Kind::Number(_) | Kind::Date(_) => {
            vec![Fault::required_words().of(id, None)]
        }
        _ => vec![Fault::required_choice().of(id, None)],
    }
}

fn on_scale(answer: &Answer, low: i32, high: i32) -> Result<f64, Fault> {
    let number = match answer {
        Answer::Number(number) => typed::usable(*number),
        Answer::Text(text) => typed::number(text),
        _ => return Err(Fault::shape()),
    };
    number
        .filter(|number| {
            number.fract() == 0.0 && (f64::from(low)..=f64::from(high)).contains(number)
        })
        .ok_or_else(|| Fault::scale(low, high))
}

fn amount(asked: &NumberAnswer, answer: &Answer) -> Result<Answer, Fault> {
    let number = match answer {
        Answer::Number(number) => typed::usable(*number),
        Answer::Text(text) => typed::number(text),
        _ => return Err(Fault::shape()),
    }
    .ok_or_else(Fault::number)?;
    if let Some(min) = asked.min.filter(|min| number < *min) {
        return Err(Fault::least(min));
    }
    if let Some(max) = asked.max.filter(|max| number > *max) {
        return Err(Fault::most(max));
    }
    if typed::decimals(number) > usize::from(asked.decimals) {
        return Err(Fault::decimals(asked.decimals));
    }
    Ok(Answer::Number(number))
}

fn day(asked: &DateAnswer, answer: &Answer) -> Result<Answer, Fault> {
    let Answer::Text(text) = answer else {
        return Err(Fault::shape());
    };
    let date = typed::date(text).ok_or_else(Fault::date)?;
    if let Some(min) = asked.min.filter(|min| date < *min) {
        return Err(Fault::earliest(min));
    }
    if let Some(max) = asked.max.filter(|max| date > *max) {
        return Err(Fault::latest(max));
    }
    Ok(Answer::Text(date.to_string()))
}

fn flag(answer: &Answer) -> Result<bool, Fault> {
    match answer {
        Answer::Flag(flag) => Ok(*flag),
        Answer::Text(text) => match text.trim() {
            "true" | "on" | "yes" | "1" => Ok(true),
            "false" | "off" | "no" | "0" => Ok(false),
            _ => Err(Fault::shape()),
        },
        _ => Err(Fault::shape()),
    }
}

fn words(asked: &TextAnswer, answer: &Answer) -> Result<Option<Answer>, Fault> {
    let text = match answer {
        Answer::Text(text) => typed::words(text),
        // A number is also a text, as when a program sends an order number.
        Answer::Number(number) => number.to_string(),
        _ => return Err(Fault::shape()),
    };
    if text.is_empty() {
        return Ok(None);
    }
    let text = typed::formatted(&text, asked.format).ok_or_else(|| match asked.format {
        TextFormat::Email => Fault::email(),
        TextFormat::Phone => Fault::phone(),
        TextFormat::Url => Fault::url(),
        TextFormat::Any | TextFormat::Number => Fault::number(),
    })?;
    let longest = asked
        .max_length
        .and_then(|max| usize::try_from(max).ok())
        .map_or(LONGEST_TEXT, |max| max.min(LONGEST_TEXT));
    short_enough(&text, longest)?;
    Ok(Some(Answer::Text(text)))
}

fn short_enough(text: &str, longest: usize) -> Result<(), Fault> {
    let written = text.chars().count();
    if written > longest {
        return Err(Fault::too_long(longest, written));
    }
    Ok(())
}

/// The words written in, by choice; only choices that ask for words are known.
fn written_in(
    question: &Question,
    submitted: &Answers,
) -> Result<BTreeMap<String, Part>, Vec<AnswerProblem>> {
    let mut written = BTreeMap::new();
    let (key, parts) = match submitted.written(&question.id) {
        None => return Ok(written),
        Some((key, Answer::Parts(parts))) => (key, parts),
        Some((key, _)) => return Err(vec![Fault::shape().of(key, None)]),
    };
    for (choice, part) in parts {
        let known = question
            .kind
            .choices()
            .iter()
            .any(|known| known.id == *choice && known.write_in);
        if !known {
            return Err(vec![Fault::choice().of(key, Some(choice))]);
        }
        let Part::Text(text) = part else {
            return Err(vec![Fault::shape().of(key, Some(choice))]);
        };
        let text = typed::words(text);
        short_enough(&text, LONGEST_WRITE_IN).map_err(|fault| vec![fault.of(key, Some(choice))])?;
        if !text.is_empty() {
            written.insert(choice.clone(), Part::Text(text));
        }
    }
    Ok(written)
}

/// The ids chosen, once each and in the document's order.
fn known_choices(choices: &[Choice], ids: &[String]) -> Result<Vec<String>, Fault> {
    if ids
        .iter()
        .any(|id| !choices.iter().any(|choice| choice.id == *id))
    {
        return Err(Fault::choice());
    }
    Ok(choices
        .iter()
        .filter(|choice| ids.contains(&choice.id))
        .map(|choice| choice.id.clone())
        .collect())
}

fn ids_of(answer: Option<&Answer>) -> Result<Vec<String>, Fault> {
    match answer {
        None => Ok(Vec::new()),
        Some(Answer::Text(id)) => Ok(vec![id.trim().to_owned()]),
        // Programs often send a code made of digits as a number.
        Some(Answer::Number(number)) => Ok(vec![number.to_string()]),
        Some(Answer::Many(ids)) => Ok(ids.clone()),
        Some(Answer::Flag(_) | Answer::Parts(_)) => Err(Fault::shape()),
    }
}

fn compatible(choices: &[Choice], ids: &[String]) -> Result<(), Fault> {
    let excluding = choices
        .iter()
        .any(|choice| choice.exclusive && ids.contains(&choice.id));
    if excluding && ids.len() > 1 {
        return Err(Fault::exclusive());
    }
    Ok(())
}

fn chosen(
    question: &Question,
    answer: Option<&Answer>,
    mut written: BTreeMap<String, Part>,
) -> Result<Normal, Fault> {
    let choices = question.kind.choices();
    let several = question.kind.takes_several();
    let mut ids = known_choices(choices, &ids_of(answer)?)?;
    let excluding = choices
        .iter()
        .any(|choice| choice.exclusive && ids.contains(&choice.id));
    // Whoever writes beside "other" means it, ticked or not, unless another answer says no.
    if ids.is_empty() || (several && !excluding) {
        let meant: Vec<String> = ids.iter().chain(written.keys()).cloned().collect();
        ids = known_choices(choices, &meant)?;
    }
    written.retain(|choice, _| ids.contains(choice));
    compatible(choices, &ids)?;
    if !several {
        if ids.len() > 1 {
            return Err(Fault::one_only());
        }
        return Ok(Normal {
            answer: ids.pop().map(Answer::Text),
            write_ins: written,
        });
    }
    if let Kind::Multiple(asked) = &question.kind {
        let count = u32::try_from(ids.len()).unwrap_or(u32::MAX);
        if let Some(max) = asked.max.filter(|max| count > *max) {
            return Err(Fault::too_many(max));
        }
        if let Some(min) = asked.min.filter(|min| count < *min)
            && count > 0
            && !excluding
        {
            return Err(Fault::too_few(min));
        }
    }
    Ok(Normal {
        answer: (!ids.is_empty()).then_some(Answer::Many(ids)),
        write_ins: written,
    })
}

fn rows(id: &str, matrix: &Matrix, answer: &Answer) -> Result<Option<Answer>, Vec<AnswerProblem>> {
    let Answer::Parts(parts) = answer else {
        return Err(vec![Fault::shape().of(id, None)]);
    };
    let mut problems = Vec::new();
    let mut normal = BTreeMap::new();
    for row in parts.keys() {
        if !matrix.rows.iter().any(|known| known.id == *row) {
            problems.push(Fault::unknown_row().of(id, Some(row)));
            continue;
        }
        let part = answer.part(row).filter(is_answered);
        match columns(matrix, part.as_ref()) {
            Ok(Some(part)) => {
                normal.insert(row.clone(), part);
            }
            Ok(None) => {}
            Err(fault) => problems.push(fault.of(id, Some(row))),
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    Ok((!normal.is_empty()).then_some(Answer::Parts(normal)))
}

fn columns(matrix: &Matrix, part: Option<&Answer>) -> Result<Option<Part>, Fault> {
    let mut ids = known_choices(&matrix.columns, &ids_of(part)?)?;
    compatible(&matrix.columns, &ids)?;
    if matrix.multiple {
        return Ok((!ids.is_empty()).then_some(Part::Many(ids)));
    }
    if ids.len() > 1 {
        return Err(Fault::one_only());
    }
    Ok(ids.pop().map(Part::Text))
}

fn halves(
    id: &str,
    low: i32,
    high: i32,
    answer: &Answer,
) -> Result<Option<Answer>, Vec<AnswerProblem>> {
    let Answer::Parts(parts) = answer else {
        return Err(vec![Fault::shape().of(id, None)]);
    };
    let mut problems = Vec::new();
    let mut normal = BTreeMap::new();
    for name in parts.keys() {
        if !PAIR.contains(&name.as_str()) {
            problems.push(Fault::unknown_row().of(id, Some(name)));
            continue;
        }
        let Some(part) = answer.part(name).filter(is_answered) else {
            continue;
        };
        match on_scale(&part, low, high) {
            Ok(number) => {
                normal.insert(name.clone(), Part::Number(number));
            }
            Err(fault) => problems.push(fault.of(id, Some(name))),
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    Ok((!normal.is_empty()).then_some(Answer::Parts(normal)))
}
