//! A mapping made ready for one file: every role tied to its place, every value to its choice.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::tz::TimeZone;

use super::dates::DateForm;
use super::mapping::{Mapping, Role, Target, compared};
use crate::base::problem::FieldProblem;
use crate::surveys::Document;
use crate::surveys::document::{Choice, Kind};

/// A mapping made ready.
pub struct Plan<'a> {
    pub(super) mapping: &'a Mapping,
    pub(super) columns: Vec<Planned<'a>>,
    pub(super) zone: TimeZone,
    missing: HashSet<String>,
}

/// A column at its place.
pub(super) struct Planned<'a> {
    pub place: usize,
    pub name: &'a str,
    pub role: &'a Role,
    missing: HashSet<String>,
    /// Cell, as compared, to code or choice.
    pub values: HashMap<String, String>,
    /// The place of the other column a role looks at.
    pub by: Option<usize>,
    /// What the question asks for, for answers.
    pub asks: Asks,
}

/// What kind of answer a column gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asks {
    /// Not a question's answer.
    Nothing,
    /// One of the choices.
    Choice,
    /// Several choices in one cell.
    Choices,
    /// What is typed: numbers, words, dates, consent.
    Typed,
}

impl<'a> Plan<'a> {
    /// Ties a mapping to the header of a file and to the survey it fills.
    ///
    /// # Errors
    /// Every column, question, row or choice that is not there.
    pub fn new(
        mapping: &'a Mapping,
        header: &[Vec<String>],
        document: Option<&Document>,
    ) -> Result<Self, Vec<FieldProblem>> {
        let mut problems = Vec::new();
        let mut problem = |field: String, message: String| {
            problems.push(FieldProblem { field, message });
        };
        let zone = TimeZone::get(&mapping.time_zone).unwrap_or_else(|_| {
            problem(
                "time_zone".into(),
                format!(
                    "“{}” is no time zone; use a name such as Asia/Tokyo",
                    mapping.time_zone
                ),
            );
            TimeZone::UTC
        });
        let places = Places::of(header);
        let mut columns = Vec::new();
        for (number, column) in mapping.columns.iter().enumerate() {
            let field = format!("columns[{number}]");
            let Some(place) = places.find(&column.column, column.nth) else {
                problem(
                    format!("{field}.column"),
                    format!("the file has no column “{}”", column.column),
                );
                continue;
            };
            let by_name = match &column.role {
                Role::OccurredAt { by: Some(by), .. } => Some(&by.column),
                Role::TextBy { column, .. } => Some(column),
                _ => None,
            };
            let by = by_name.and_then(|name| places.find(name, 0));
            if by.is_none()
                && let Some(name) = by_name
            {
                problem(
                    format!("{field}.role"),
                    format!("the file has no column “{name}”"),
                );
            }
            let (values, asks) = match meaning(&column.role, document) {
                Ok(meaning) => meaning,
                Err(message) => {
                    problem(format!("{field}.role"), message);
                    continue;
                }
            };
            columns.push(Planned {
                place,
                name: &column.column,
                role: &column.role,
                missing: folded_set(&column.missing),
                values,
                by,
                asks,
            });
        }
        let has = |test: fn(&Role) -> bool| mapping.columns.iter().any(|c| test(&c.role));
        let needs_time = matches!(
            mapping.target,
            Target::Survey { .. }
                | Target::NewSurvey { .. }
                | Target::Operational { .. }
                | Target::Voices { .. }
        );
        if needs_time
            && !has(|role| matches!(role, Role::OccurredAt { .. }))
            && mapping.all_rows.occurred_at.is_none()
        {
            problem(
                "all_rows.occurred_at".into(),
                "no column says when the experience took place; give the time for all rows".into(),
            );
        }
        if matches!(
            mapping.target,
            Target::Customers {} | Target::Operational { .. }
        ) && !has(|role| matches!(role, Role::Customer { .. }))
        {
            problem("columns".into(), "no column identifies the customer".into());
        }
        if problems.is_empty() {
            Ok(Self {
                mapping,
                columns,
                zone,
                missing: folded_set(&mapping.missing),
            })
        } else {
            Err(problems)
        }
    }

    /// A cell that says something, trimmed.
    pub(super) fn said<'r>(&self, column: &Planned<'_>, cell: &'r str) -> Option<&'r str> {
        if cell.is_empty() {
            return None;
        }
        if self.missing.is_empty() && column.missing.is_empty() {
            return Some(cell);
        }
        let folded = compared(cell).to_lowercase();
        (!self.missing.contains(&folded) && !column.missing.contains(&folded)).then_some(cell)
    }

    /// Whether several rows can be one record.
    pub(super) fn groups(&self) -> bool {
        self.columns
            .iter()
            .any(|column| matches!(column.role, Role::RespondentKey {}))
    }
}

impl Planned<'_> {
    /// The code or choice a cell stands for.
    pub fn value(&self, cell: &str) -> Option<&String> {
        self.values.get(&compared(cell).to_lowercase())
    }

    /// The date forms for a row whose other column holds `by`.
    pub fn forms(&self, by: &str) -> &[DateForm] {
        let Role::OccurredAt {
            forms, by: others, ..
        } = self.role
        else {
            return &[];
        };
        others
            .as_ref()
            .and_then(|others| {
                let by = compared(by);
                others.forms.iter().find(|(value, _)| compared(value) == by)
            })
            .map_or(forms, |(_, forms)| forms)
    }
}

fn folded_set(cells: &[String]) -> HashSet<String> {
    cells
        .iter()
        .map(|cell| compared(cell).to_lowercase())
        .collect()
}

fn folded_map(values: &BTreeMap<String, String>) -> HashMap<String, String> {
    values
        .iter()
        .map(|(cell, value)| (compared(cell).to_lowercase(), value.clone()))
        .collect()
}

/// The columns of a header by name.
struct Places<'h>(&'h [Vec<String>]);

impl<'h> Places<'h> {
    fn of(header: &'h [Vec<String>]) -> Self {
        Self(header)
    }

    fn find(&self, name: &str, nth: usize) -> Option<usize> {
        let by_name = self.0.first().and_then(|names| {
            names
                .iter()
                .enumerate()
                .filter(|(_, known)| known.trim() == name.trim())
                .nth(nth)
                .map(|(place, _)| place)
        });
        by_name.or_else(|| {
            let number: usize = name.strip_prefix('#')?.parse().ok()?;
            number.checked_sub(1)
        })
    }
}

/// What the cells of a role stand for.
fn meaning(
    role: &Role,
    document: Option<&Document>,
) -> Result<(HashMap<String, String>, Asks), String> {
    match role {
        Role::Touchpoint { values }
        | Role::Unit { values }
        | Role::Offering { values }
        | Role::Channel { values }
        | Role::Value { values, .. } => Ok((folded_map(values), Asks::Nothing)),
        Role::TextBy { questions, .. } => {
            for question in questions.values() {
                known(document, question)?;
            }
            Ok((folded_map(questions), Asks::Nothing))
        }
        Role::WriteIn { question, .. } => {
            known(document, question)?;
            Ok((HashMap::new(), Asks::Nothing))
        }
        Role::Field { field } => match document {
            Some(document) if document.hidden_field(field).is_none() => {
                Err(format!("the survey has no hidden field “{field}”"))
            }
            _ => Ok((HashMap::new(), Asks::Nothing)),
        },
        Role::Answer {
            question,
            row,
            choice,
            values,
        } => {
            let asked = known(document, question)?;
            if let (Some(row), Kind::Matrix(matrix)) = (row, &asked.kind)
                && !matrix.rows.iter().any(|known| known.id == *row)
            {
                return Err(format!("“{question}” has no row “{row}”"));
            }
            let choices = asked.kind.choices();
            if let Some(choice) = choice
                && !choices.iter().any(|known| known.id == *choice)
            {
                return Err(format!("“{question}” has no choice “{choice}”"));
            }
            let mut all = if choices.is_empty() {
                HashMap::new()
            } else {
                readings(choices)
            };
            all.extend(folded_map(values));
            let asks = match &asked.kind {
                _ if choices.is_empty() => Asks::Typed,
                kind if kind.takes_several() && choice.is_none() => Asks::Choices,
                _ => Asks::Choice,
            };
            Ok((all, asks))
        }
        _ => Ok((HashMap::new(), Asks::Nothing)),
    }
}

fn known<'d>(
    document: Option<&'d Document>,
    question: &str,
) -> Result<&'d crate::surveys::document::Question, String> {
    document
        .and_then(|document| document.question(question))
        .ok_or_else(|| format!("the survey has no question “{question}”"))
}

/// How a file may write each choice: by its value first, as exports do, then by its label in
/// any language, then by its code.
fn readings(choices: &[Choice]) -> HashMap<String, String> {
    let mut all = HashMap::new();
    let mut add = |written: &str, choice: &Choice| {
        let written = compared(written).to_lowercase();
        if !written.is_empty() {
            all.entry(written).or_insert_with(|| choice.id.clone());
        }
    };
    for choice in choices {
        if let Some(value) = &choice.value {
            add(&value.to_string(), choice);
        }
    }
    for choice in choices {
        for (_, label) in choice.label.iter() {
            add(label, choice);
        }
    }
    for choice in choices {
        add(&choice.id, choice);
    }
    all
}
