//! Whether answers can be taken, and their normal form.
//!
//! Answers come as typed (an HTML form sends text for everything) or as natural JSON; both
//! are read alike. Full-width digits are digits, choices stand once and in the document's
//! order, dates are `2026-04-01`, blank is nothing. Normal answers stay as they are when read
//! again. Questions the survey does not have are refused; answers to questions this person is
//! not asked are dropped.

mod problem;
mod typed;
mod value;

use super::answers::{Answer, Answers, Fields, write_in_key};
use super::document::{Document, HiddenKind, Question};
use super::logic::Flow;
pub use problem::AnswerProblem;
use problem::Fault;
pub(super) use value::LONGEST_TEXT;

/// The most characters of a hidden field.
pub const LONGEST_FIELD: usize = 500;

/// What comes of one page's answers.
#[derive(Debug, Clone, PartialEq)]
pub struct PageOutcome {
    /// All answers so far, this page's included when they can be taken.
    pub answers: Answers,
    /// What the person has to mend; empty when the page can be left.
    pub problems: Vec<AnswerProblem>,
    /// Questions that only now are asked, because of an answer on the same page: the page is
    /// shown once more with them.
    pub appeared: Vec<String>,
}

impl PageOutcome {
    /// Whether the person can go on to the next page.
    pub fn can_leave(&self) -> bool {
        self.problems.is_empty() && self.appeared.is_empty()
    }
}

/// Whether unanswered required questions are a problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Completeness {
    /// A finished response: every required question that is asked has an answer.
    Finished,
    /// Answers as far as they go: a response broken off, or history from another system.
    Partial,
}

/// A whole submission in its normal form.
#[derive(Debug, Clone, PartialEq)]
pub struct Accepted {
    /// The answers that count.
    pub answers: Answers,
    /// Questions answered although this person is not asked them; left out of `answers`.
    pub dropped: Vec<String>,
    /// The pages of the person's way, in order.
    pub pages: Vec<String>,
    /// The thank-you page it ends on.
    pub ending: Option<String>,
}

/// Takes one page's answers.
///
/// `shown` names the questions that stood on the page when it was sent; `None` means all that
/// are asked. `kept` are the answers of other pages and of this page before. Whatever a page's
/// question had before is replaced, also by nothing.
pub fn page(
    flow: &Flow<'_>,
    page: &str,
    submitted: &Answers,
    shown: Option<&[String]>,
    kept: &Answers,
    fields: &Fields,
) -> PageOutcome {
    let own = flow
        .document()
        .page(page)
        .map(|page| page.questions.as_slice())
        .unwrap_or_default();
    let mut problems = strangers(submitted, |id| own.iter().any(|question| question.id == id))
        .map(|key| {
            let elsewhere = flow.question(question_of(key)).is_some();
            let fault = if elsewhere {
                Fault::other_page()
            } else {
                Fault::unknown_question()
            };
            fault.of(key, None)
        })
        .collect::<Vec<_>>();
    let mut answers = kept.clone();
    let mut refused = Vec::new();
    for question in own {
        // A question that did not stand on the page keeps what it had: the person could not
        // have taken it back.
        let stood = shown.is_none_or(|shown| shown.contains(&question.id));
        if stood || submitted.get(&question.id).is_some() {
            read_into(question, submitted, &mut answers, &mut refused);
        }
    }
    let asked = flow.visible_questions(page, &answers, fields);
    let is_asked = |id: &str| asked.iter().any(|question| question.id == id);
    for question in own.iter().filter(|question| !is_asked(&question.id)) {
        answers.remove(&question.id);
    }
    refused.retain(|problem| is_asked(question_of(&problem.question)));
    let mut appeared = Vec::new();
    for question in asked {
        if refused
            .iter()
            .any(|problem| question_of(&problem.question) == question.id)
        {
            continue;
        }
        let answer = answers.get(&question.id);
        if shown.is_some_and(|shown| !shown.contains(&question.id)) && answer.is_none() {
            appeared.push(question.id.clone());
        } else if question.required {
            refused.extend(value::missing(question, answer));
        }
    }
    problems.extend(refused);
    PageOutcome {
        answers,
        problems,
        appeared,
    }
}

/// Takes a whole submission, as a program or an import sends it.
pub fn accept(
    flow: &Flow<'_>,
    submitted: &Answers,
    fields: &Fields,
    completeness: Completeness,
) -> Result<Accepted, Vec<AnswerProblem>> {
    let mut problems: Vec<AnswerProblem> = strangers(submitted, |id| flow.question(id).is_some())
        .map(|key| Fault::unknown_question().of(key, None))
        .collect();
    let mut answers = Answers::new();
    let mut refused = Vec::new();
    for question in flow.document().questions() {
        read_into(question, submitted, &mut answers, &mut refused);
    }
    let walk = flow.walk(&answers, fields);
    for question in walk.visits.iter().flat_map(|visit| &visit.questions) {
        let mut faults = refused
            .iter()
            .filter(|problem| question_of(&problem.question) == question.id)
            .cloned()
            .peekable();
        if faults.peek().is_some() {
            problems.extend(faults);
        } else if question.required && completeness == Completeness::Finished {
            problems.extend(value::missing(question, walk.answers.get(&question.id)));
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let dropped = flow
        .document()
        .questions()
        .filter(|question| {
            submitted.get(&question.id).is_some()
                && (walk.answers.get(&question.id).is_none() && answers.get(&question.id).is_some())
        })
        .map(|question| question.id.clone())
        .collect();
    Ok(Accepted {
        pages: walk
            .visits
            .iter()
            .map(|visit| visit.page.id.clone())
            .collect(),
        ending: walk.ending.map(|ending| ending.id.clone()),
        answers: walk.answers,
        dropped,
    })
}

/// Takes the answers of a survey that asks everybody the same, as an import sends them one by one:
/// no answer decides whether another counts.
pub fn accept_unconditionally(
    flow: &Flow<'_>,
    submitted: &Answers,
) -> Result<Answers, Vec<AnswerProblem>> {
    let mut answers = Answers::new();
    let mut problems = Vec::new();
    for (key, _) in submitted.iter() {
        match flow.question(question_of(key)) {
            Some(question) => read_into(question, submitted, &mut answers, &mut problems),
            None => problems.push(Fault::unknown_question().of(key, None)),
        }
    }
    if problems.is_empty() {
        Ok(answers)
    } else {
        Err(problems)
    }
}

/// Takes hidden fields as a link or program brings them.
///
/// `signed` says that the whole set is vouched for by a signature of this installation.
pub fn fields(
    document: &Document,
    brought: &Fields,
    signed: bool,
) -> Result<Fields, Vec<AnswerProblem>> {
    let mut taken = Fields::new();
    let mut problems = Vec::new();
    for (id, value) in brought {
        match field(document, id, value, signed) {
            Ok(Some(value)) => {
                taken.insert(id.clone(), value);
            }
            Ok(None) => {}
            Err(fault) => problems.push(fault.of(id, None)),
        }
    }
    if problems.is_empty() {
        Ok(taken)
    } else {
        Err(problems)
    }
}

fn field(
    document: &Document,
    id: &str,
    value: &str,
    signed: bool,
) -> Result<Option<String>, Fault> {
    let declared = document.hidden_field(id).ok_or_else(Fault::unknown_field)?;
    if declared.signed && !signed {
        return Err(Fault::unsigned());
    }
    let value = typed::words(value);
    if value.is_empty() {
        return Ok(None);
    }
    let written = value.chars().count();
    if written > LONGEST_FIELD {
        return Err(Fault::too_long(LONGEST_FIELD, written));
    }
    let value = match declared.kind {
        HiddenKind::Number => typed::number(&value).ok_or_else(Fault::number)?.to_string(),
        HiddenKind::Code | HiddenKind::Text => value,
    };
    if !declared.allowed.is_empty() && !declared.allowed.contains(&value) {
        return Err(Fault::not_allowed());
    }
    Ok(Some(value))
}

/// The question a key belongs to: itself, or the one before `.other`.
fn question_of(key: &str) -> &str {
    key.strip_suffix(".other").unwrap_or(key)
}

fn strangers<'a>(
    submitted: &'a Answers,
    known: impl Fn(&str) -> bool + 'a,
) -> impl Iterator<Item = &'a str> {
    submitted
        .iter()
        .map(|(key, _)| key)
        .filter(move |key| !known(question_of(key)))
}

/// Replaces a question's answer and write-ins by the normal form of what was submitted.
fn read_into(
    question: &Question,
    submitted: &Answers,
    answers: &mut Answers,
    refused: &mut Vec<AnswerProblem>,
) {
    answers.remove(&question.id);
    match value::read(question, submitted) {
        Ok(normal) => {
            if let Some(answer) = normal.answer {
                answers.set(question.id.clone(), answer);
            }
            if !normal.write_ins.is_empty() {
                answers.set(write_in_key(&question.id), Answer::Parts(normal.write_ins));
            }
        }
        Err(problems) => refused.extend(problems),
    }
}

#[cfg(test)]
mod tests;
