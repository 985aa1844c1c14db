//! Whether a condition holds.

use jiff::civil::Date;

use crate::surveys::answers::{Answer, Answers, Fields, PAIR};
use crate::surveys::document::{CodeValue, Condition, Document, Kind, Operand, Operator, Question};
use crate::surveys::width::folded;

/// What is known when a condition is asked.
pub(super) struct Situation<'a> {
    /// Finds a question by its id.
    pub question: &'a dyn Fn(&str) -> Option<&'a Question>,
    /// Whether a question's answer is still to come.
    pub open: &'a dyn Fn(&str) -> bool,
    /// The answers that count.
    pub answers: &'a Answers,
    /// The hidden fields; `None` while they are still to come.
    pub fields: Option<&'a Fields>,
}

impl Situation<'_> {
    /// Whether the condition holds: yes, no, or still open (Kleene's three values).
    pub fn holds(&self, condition: &Condition) -> Option<bool> {
        match condition {
            Condition::All { all } => {
                let mut result = Some(true);
                for part in all {
                    match self.holds(part) {
                        Some(false) => return Some(false),
                        None => result = None,
                        Some(true) => {}
                    }
                }
                result
            }
            Condition::Any { any } => {
                let mut result = Some(false);
                for part in any {
                    match self.holds(part) {
                        Some(true) => return Some(true),
                        None => result = None,
                        Some(false) => {}
                    }
                }
                result
            }
            Condition::Not { not } => self.holds(not).map(|held| !held),
            Condition::Question {
                question,
                row,
                is,
                value,
            } => {
                if (self.open)(question) {
                    return None;
                }
                let asked = (self.question)(question);
                let answer = self.answers.get(question).and_then(|answer| match row {
                    Some(row) => answer.part(row),
                    None => Some(answer.clone()),
                });
                Some(asked.is_some_and(|asked| {
                    answer_passes(&asked.kind, answer.as_ref(), *is, value.as_ref())
                }))
            }
            Condition::Field { field, is, value } => {
                let fields = self.fields?;
                let found = fields.get(field).map(|value| value.trim());
                Some(field_passes(
                    found.filter(|value| !value.is_empty()),
                    *is,
                    value.as_ref(),
                ))
            }
        }
    }
}

/// Whether every condition of a document could be asked about these two; used when all is open.
pub(super) fn possible(document: &Document, condition: &Condition) -> Option<bool> {
    let none = Answers::new();
    Situation {
        question: &|id| document.question(id),
        open: &|_| true,
        answers: &none,
        fields: None,
    }
    .holds(condition)
}

/// Whether an answer says anything.
pub(in crate::surveys) fn is_answered(answer: &Answer) -> bool {
    match answer {
        Answer::Flag(_) | Answer::Number(_) => true,
        Answer::Text(text) => !text.trim().is_empty(),
        Answer::Many(choices) => !choices.is_empty(),
        Answer::Parts(parts) => parts
            .keys()
            .any(|row| answer.part(row).is_some_and(|part| is_answered(&part))),
    }
}

fn answer_passes(
    kind: &Kind,
    answer: Option<&Answer>,
    is: Operator,
    value: Option<&Operand>,
) -> bool {
    let answer = answer.filter(|answer| is_answered(answer));
    match is {
        Operator::Answered => return answer.is_some(),
        Operator::NotAnswered => return answer.is_none(),
        Operator::NotEquals => {
            return !answer_passes(kind, answer, Operator::Equals, value);
        }
        _ => {}
    }
    let (Some(answer), Some(value)) = (answer, value) else {
        return false;
    };
    match is {
        Operator::Equals => equals(kind, answer, value),
        Operator::Includes | Operator::IncludesAny => {
            wanted(value).iter().any(|wanted| has(kind, answer, wanted))
        }
        Operator::IncludesAll => {
            let wanted = wanted(value);
            !wanted.is_empty() && wanted.iter().all(|wanted| has(kind, answer, wanted))
        }
        Operator::Contains => match (answer, value) {
            (Answer::Text(text), Operand::Text(words)) => {
                let words = folded(words);
                !words.is_empty() && folded(text).contains(&words)
            }
            _ => false,
        },
        Operator::Before | Operator::After | Operator::Between if matches!(kind, Kind::Date(_)) => {
            match answer {
                Answer::Text(date) => date_passes(date, is, value),
                _ => false,
            }
        }
        _ => number_of(kind, answer).is_some_and(|number| number_passes(number, is, value)),
    }
}

fn equals(kind: &Kind, answer: &Answer, value: &Operand) -> bool {
    match (answer, value) {
        (Answer::Flag(given), Operand::Flag(wanted)) => given == wanted,
        (Answer::Text(given), Operand::Text(wanted)) if matches!(kind, Kind::Text(_)) => {
            folded(given) == folded(wanted)
        }
        (Answer::Text(given), Operand::Text(wanted)) => given == wanted,
        (Answer::Many(_) | Answer::Text(_), Operand::Text(_) | Operand::Texts(_)) => {
            let mut given = answer.chosen();
            let mut wanted = wanted(value);
            given.sort_unstable();
            given.dedup();
            wanted.sort_unstable();
            wanted.dedup();
            given == wanted
        }
        (_, Operand::Number(wanted)) => number_of(kind, answer) == Some(*wanted),
        (Answer::Number(given), Operand::Text(wanted)) => folded(wanted).parse() == Ok(*given),
        _ => false,
    }
}

/// Whether an answer has a choice (or, on a scale, is this number).
fn has(kind: &Kind, answer: &Answer, wanted: &str) -> bool {
    match answer {
        Answer::Number(number) => wanted.parse() == Ok(*number),
        Answer::Text(text) if matches!(kind, Kind::Text(_)) => folded(text) == folded(wanted),
        _ => answer.chosen().contains(&wanted),
    }
}

fn wanted(value: &Operand) -> Vec<&str> {
    match value {
        Operand::Text(text) => vec![text],
        Operand::Texts(texts) => texts.iter().map(String::as_str).collect(),
        Operand::Flag(_) | Operand::Number(_) | Operand::Numbers(_) => Vec::new(),
    }
}

/// The number an answer stands for: itself, the chosen choice's value, or a written number.
fn number_of(kind: &Kind, answer: &Answer) -> Option<f64> {
    match answer {
        Answer::Number(number) => Some(*number),
        Answer::Text(text) if matches!(kind, Kind::Text(_)) => folded(text).parse().ok(),
        Answer::Text(id) => kind
            .choices()
            .iter()
            .find(|choice| choice.id == *id)
            .and_then(|choice| choice.value.as_ref())
            .map(CodeValue::to_f64),
        _ => None,
    }
}

fn number_passes(number: f64, is: Operator, value: &Operand) -> bool {
    if let (Operator::Between, Operand::Numbers(ends)) = (is, value) {
        return matches!(ends[..], [low, high] if (low..=high).contains(&number));
    }
    let Operand::Number(wanted) = *value else {
        return false;
    };
    match is {
        Operator::Equals => number == wanted,
        Operator::Greater => number > wanted,
        Operator::AtLeast => number >= wanted,
        Operator::Less => number < wanted,
        Operator::AtMost => number <= wanted,
        _ => false,
    }
}

fn date_passes(date: &str, is: Operator, value: &Operand) -> bool {
    let Ok(date) = date.parse::<Date>() else {
        return false;
    };
    match (is, value) {
        (Operator::Before, Operand::Text(wanted)) => {
            wanted.parse::<Date>().is_ok_and(|wanted| date < wanted)
        }
        (Operator::After, Operand::Text(wanted)) => {
            wanted.parse::<Date>().is_ok_and(|wanted| date > wanted)
        }
        (Operator::Between, Operand::Texts(ends)) => match &ends[..] {
            [first, last] => match (first.parse::<Date>(), last.parse::<Date>()) {
                (Ok(first), Ok(last)) => (first..=last).contains(&date),
                _ => false,
            },
            _ => false,
        },
        _ => false,
    }
}

fn field_passes(found: Option<&str>, is: Operator, value: Option<&Operand>) -> bool {
    match is {
        Operator::Answered => return found.is_some(),
        Operator::NotAnswered => return found.is_none(),
        Operator::NotEquals => return !field_passes(found, Operator::Equals, value),
        _ => {}
    }
    let (Some(found), Some(value)) = (found, value) else {
        return false;
    };
    match is {
        Operator::Equals => match value {
            Operand::Text(wanted) => found == wanted.trim(),
            Operand::Number(wanted) => found.parse() == Ok(*wanted),
            _ => false,
        },
        Operator::Includes | Operator::IncludesAny => wanted(value).contains(&found),
        Operator::IncludesAll => wanted(value) == [found],
        Operator::Contains => matches!(value, Operand::Text(words)
            if !words.trim().is_empty() && folded(found).contains(&folded(words))),
        Operator::Before | Operator::After => date_passes(found, is, value),
        Operator::Between if matches!(value, Operand::Texts(_)) => date_passes(found, is, value),
        _ => found
            .parse()
            .is_ok_and(|number| number_passes(number, is, value)),
    }
}

/// Whether `row` names a part this kind of answer has.
pub(in crate::surveys) fn has_part(kind: &Kind, row: &str) -> bool {
    match kind {
        Kind::Matrix(matrix) => matrix.rows.iter().any(|known| known.id == row),
        Kind::Expectation(_) => PAIR.contains(&row),
        _ => false,
    }
}
