//! Conditions: what they refer to, whether it is known by then, and whether the comparison fits.

use jiff::civil::Date;

use super::names::short;
use super::order::{self, Holder};
use super::{LIMITS, Report};
use crate::surveys::document::{
    Choice, Condition, HiddenKind, Kind, Operand, Operator, TextFormat,
};
use crate::surveys::logic::{Flow, has_part};

/// What is answered when a condition is asked: everything before this place.
#[derive(Clone, Copy)]
pub(super) struct Known<'a> {
    pub flow: &'a Flow<'a>,
    /// Pages before this number.
    pub pages: usize,
    /// Questions before this place on the page of that number.
    pub questions: usize,
    /// Who asks.
    pub holder: Holder<'a>,
}

pub(super) fn check(flow: &Flow<'_>, report: &mut Report) {
    let document = flow.document();
    let known = |pages, questions, holder| Known {
        flow,
        pages,
        questions,
        holder,
    };
    for (number, page) in document.pages.iter().enumerate() {
        let path = format!("pages[{number}]");
        if let Some(condition) = &page.show_if {
            one(
                known(number, 0, Holder::Page(number, page)),
                &format!("{path}.show_if"),
                condition,
                report,
            );
        }
        for (place, question) in page.questions.iter().enumerate() {
            if let Some(condition) = &question.show_if {
                let path = format!("{path}.questions[{place}].show_if");
                let known = known(number, place, Holder::Question(question));
                one(known, &path, condition, report);
            }
        }
        for (place, skip) in page.skips.iter().enumerate() {
            let path = format!("{path}.skips[{place}].when");
            one(
                known(number + 1, 0, Holder::Skip(number)),
                &path,
                &skip.when,
                report,
            );
        }
    }
    for (number, ending) in document.endings.iter().enumerate() {
        if let Some(condition) = &ending.when {
            let path = format!("endings[{number}].when");
            let known = known(document.pages.len(), 0, Holder::Ending);
            one(known, &path, condition, report);
        }
    }
}

fn one(known: Known<'_>, path: &str, condition: &Condition, report: &mut Report) {
    let depth = condition.depth();
    if depth > LIMITS.nesting {
        report.error(
            path,
            "nesting",
            format!(
                "条件の入れ子は{}段までです（現在{depth}段）。",
                LIMITS.nesting
            ),
            format!(
                "Conditions nest at most {} deep (now {depth}).",
                LIMITS.nesting
            ),
        );
    }
    let mut tests = 0;
    condition.each_test(&mut |test| {
        tests += 1;
        if tests <= LIMITS.tests {
            single(known, path, test, report);
        }
    });
    report.at_most(path, tests, LIMITS.tests, "条件", "tests in a condition");
}

fn single(known: Known<'_>, path: &str, test: &Condition, report: &mut Report) {
    match test {
        Condition::Question {
            question,
            row,
            is,
            value,
        } => {
            let Some(asked) = known.flow.question(question) else {
                return unknown(path, "condition_unknown_question", question, report);
            };
            order::check(known, path, question, report);
            if let Some(row) = row
                && !has_part(&asked.kind, row)
            {
                return unknown(path, "condition_unknown_row", row, report);
            }
            let fits = Subject::of(&asked.kind, row.is_some()).fits(*is, value.as_ref());
            misfit(path, question, *is, fits, report);
            if let (Some((low, high)), Some(value)) = (asked.kind.scale(), value) {
                outside(path, *is, value, low, high, report);
            }
        }
        Condition::Field { field, is, value } => {
            let Some(declared) = known.flow.document().hidden_field(field) else {
                return unknown(path, "condition_unknown_field", field, report);
            };
            let subject = match declared.kind {
                HiddenKind::Number => Subject::Number,
                HiddenKind::Code => Subject::Code(&declared.allowed),
                HiddenKind::Text => Subject::Words,
            };
            misfit(path, field, *is, subject.fits(*is, value.as_ref()), report);
        }
        Condition::All { .. } | Condition::Any { .. } | Condition::Not { .. } => {}
    }
}

fn unknown(path: &str, code: &'static str, name: &str, report: &mut Report) {
    report.error(
        path,
        code,
        format!("条件が参照する「{}」がありません。", short(name)),
        format!(
            "The condition refers to “{}”, which does not exist.",
            short(name)
        ),
    );
}

/// What a test compares.
enum Subject<'a> {
    /// A number or a point of a scale.
    Number,
    /// One choice.
    One(&'a [Choice]),
    /// Several choices.
    Several(&'a [Choice]),
    /// A code from a list, or any when the list is empty.
    Code(&'a [String]),
    /// Words.
    Words,
    /// Words that are a number.
    Digits,
    /// A date.
    Date,
    /// Consent.
    Consent,
    /// Something with parts, asked as a whole.
    Whole,
    /// Nothing that is answered.
    Nothing,
}

/// Why a comparison does not fit.
enum Misfit {
    Operator,
    Operand,
    Choice(String),
    NoValues,
}

impl<'a> Subject<'a> {
    fn of(kind: &'a Kind, has_row: bool) -> Self {
        match kind {
            Kind::Matrix(_) | Kind::Expectation(_) if !has_row => Self::Whole,
            Kind::Nps(_)
            | Kind::Csat(_)
            | Kind::Ces(_)
            | Kind::Rating(_)
            | Kind::Number(_)
            | Kind::Expectation(_) => Self::Number,
            Kind::Single(_) | Kind::Multiple(_) | Kind::Matrix(_) | Kind::Emotion(_) => {
                if kind.takes_several() {
                    Self::Several(kind.choices())
                } else {
                    Self::One(kind.choices())
                }
            }
            Kind::Text(text) if text.format == TextFormat::Number => Self::Digits,
            Kind::Text(_) => Self::Words,
            Kind::Date(_) => Self::Date,
            Kind::Consent(_) => Self::Consent,
            Kind::Statement(_) => Self::Nothing,
        }
    }

    fn fits(&self, is: Operator, value: Option<&Operand>) -> Result<(), Misfit> {
        use Operator as Op;
        if matches!(self, Self::Nothing) {
            return Err(Misfit::Operator);
        }
        if is.stands_alone() {
            return if value.is_none() {
                Ok(())
            } else {
                Err(Misfit::Operand)
            };
        }
        let operator_fits = match is {
            Op::Answered | Op::NotAnswered => true,
            Op::Equals | Op::NotEquals => !matches!(self, Self::Whole),
            Op::Greater | Op::AtLeast | Op::Less | Op::AtMost => {
                matches!(self, Self::Number | Self::Digits | Self::One(_))
            }
            Op::Between => matches!(
                self,
                Self::Number | Self::Digits | Self::One(_) | Self::Date
            ),
            Op::Includes | Op::IncludesAny => {
                matches!(self, Self::One(_) | Self::Several(_) | Self::Code(_))
            }
            Op::IncludesAll => matches!(self, Self::Several(_)),
            Op::Contains => matches!(self, Self::Words | Self::Digits | Self::Code(_)),
            Op::Before | Op::After => matches!(self, Self::Date),
        };
        if !operator_fits {
            return Err(Misfit::Operator);
        }
        let value = value.ok_or(Misfit::Operand)?;
        let fits = |fits: bool| if fits { Ok(()) } else { Err(Misfit::Operand) };
        match (self, is, value) {
            (_, Op::Between, Operand::Numbers(ends)) if !matches!(self, Self::Date) => {
                fits(matches!(ends[..], [low, high] if low <= high))?;
                self.has_values()
            }
            (Self::Date, Op::Between, Operand::Texts(ends)) => {
                let dates: Vec<Date> = ends.iter().filter_map(|end| end.parse().ok()).collect();
                fits(ends.len() == 2 && matches!(dates[..], [first, last] if first <= last))
            }
            (_, Op::Between, _) => Err(Misfit::Operand),
            (Self::Date, _, Operand::Text(date)) => fits(date.parse::<Date>().is_ok()),
            (Self::Consent, _, Operand::Flag(_)) => Ok(()),
            (Self::Number | Self::Digits, _, Operand::Number(_)) => Ok(()),
            (Self::One(_), Op::Includes | Op::IncludesAny, Operand::Number(_)) => {
                Err(Misfit::Operand)
            }
            (Self::One(_), _, Operand::Number(_)) => self.has_values(),
            (
                Self::One(_) | Self::Several(_),
                Op::Equals | Op::NotEquals | Op::Includes | Op::IncludesAny | Op::IncludesAll,
                _,
            ) => self.known_choices(value),
            (Self::Code(_), Op::Contains, Operand::Text(words)) => fits(!words.trim().is_empty()),
            (Self::Code(_), _, _) => self.known_choices(value),
            (Self::Words | Self::Digits, Op::Contains, Operand::Text(words)) => {
                fits(!words.trim().is_empty())
            }
            (Self::Words | Self::Digits, Op::Equals | Op::NotEquals, Operand::Text(_)) => Ok(()),
            _ => Err(Misfit::Operand),
        }
    }

    /// Comparing a choice as a number needs choices with values.
    fn has_values(&self) -> Result<(), Misfit> {
        match self {
            Self::One(choices) if choices.iter().all(|choice| choice.value.is_none()) => {
                Err(Misfit::NoValues)
            }
            _ => Ok(()),
        }
    }

    fn known_choices(&self, value: &Operand) -> Result<(), Misfit> {
        let wanted: Vec<&String> = match value {
            Operand::Text(one) => vec![one],
            Operand::Texts(several) => several.iter().collect(),
            _ => return Err(Misfit::Operand),
        };
        if wanted.is_empty() {
            return Err(Misfit::Operand);
        }
        let known = |id: &String| match self {
            Self::One(choices) | Self::Several(choices) => {
                choices.iter().any(|choice| choice.id == *id)
            }
            Self::Code(allowed) => allowed.is_empty() || allowed.contains(id),
            _ => true,
        };
        match wanted.into_iter().find(|id| !known(id)) {
            Some(id) => Err(Misfit::Choice(id.clone())),
            None => Ok(()),
        }
    }
}

fn misfit(path: &str, name: &str, is: Operator, fits: Result<(), Misfit>, report: &mut Report) {
    let name = short(name);
    let operator = serde_json::to_value(is)
        .ok()
        .and_then(|name| name.as_str().map(str::to_owned))
        .unwrap_or_default();
    match fits {
        Ok(()) => {}
        Err(Misfit::Operator) => report.error(
            path,
            "condition_operator",
            format!("「{name}」には、この比べ方（{operator}）は使えません。"),
            format!("“{name}” cannot be compared with “{operator}”."),
        ),
        Err(Misfit::Operand) => report.error(
            path,
            "condition_value",
            format!("「{name}」と比べる値が、比べ方（{operator}）に合っていません。"),
            format!("The value compared with “{name}” does not fit “{operator}”."),
        ),
        Err(Misfit::Choice(id)) => report.error(
            path,
            "condition_unknown_choice",
            format!("条件の選択肢「{}」が「{name}」にありません。", short(&id)),
            format!(
                "The condition names the choice “{}”, which “{name}” does not have.",
                short(&id)
            ),
        ),
        Err(Misfit::NoValues) => report.error(
            path,
            "condition_no_values",
            format!("「{name}」の選択肢に値がないため、数として比べられません。"),
            format!("The choices of “{name}” have no values to compare as numbers."),
        ),
    }
}

/// A number outside the scale makes a test that always or never holds.
fn outside(path: &str, is: Operator, value: &Operand, low: i32, high: i32, report: &mut Report) {
    let numbers = match value {
        Operand::Number(number) => std::slice::from_ref(number),
        Operand::Numbers(numbers) => numbers.as_slice(),
        _ => return,
    };
    let scale = f64::from(low)..=f64::from(high);
    if !is.stands_alone() && numbers.iter().any(|number| !scale.contains(number)) {
        report.warning(
            path,
            "condition_range",
            format!("条件の値が尺度（{low}〜{high}）の外にあります。"),
            format!("The condition's value lies outside the scale ({low} to {high})."),
        );
    }
}
