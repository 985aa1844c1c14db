//! Field ids through the versions of a survey.
//!
//! A field id never changes its meaning. While a question keeps its type and scale, its
//! field stays; when they change, the question gets a new field (`q1`, then `q1-2`), and when
//! an earlier scale comes back, its field does too. A question's id has no hyphen, so the new
//! name meets no other.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::{field_of, field_of_hidden};
use crate::surveys::document::{Choice, Document, HiddenKind, Kind, Language, Question, Text};

/// Gives every question and hidden field of the version about to be published its field.
///
/// `history` are all versions published so far, oldest first. Whatever fields the draft
/// carries are replaced.
pub fn assign(history: &[&Document], next: &mut Document) {
    let questions: Vec<&Question> = history
        .iter()
        .flat_map(|version| version.questions())
        .collect();
    let hidden: Vec<(&str, HiddenKind, &str)> = history
        .iter()
        .flat_map(|version| &version.hidden_fields)
        .map(|field| (field.id.as_str(), field.kind, field_of_hidden(field)))
        .collect();
    for question in next.pages.iter_mut().flat_map(|page| &mut page.questions) {
        let used = used_by(&question.id, &questions, &hidden);
        let field = used
            .iter()
            .rev()
            .find(|field| {
                let mut earlier = questions
                    .iter()
                    .filter(|old| field_of(old) == **field)
                    .peekable();
                earlier.peek().is_some()
                    && earlier.all(|old| comparable(&old.kind, &question.kind))
                    && !hidden.iter().any(|(_, _, taken)| taken == *field)
            })
            .map_or_else(|| fresh(&question.id, &used), |field| (*field).to_owned());
        question.field = Some(field);
    }
    for declared in &mut next.hidden_fields {
        let used = used_by(&declared.id, &questions, &hidden);
        let field = used
            .iter()
            .rev()
            .find(|field| {
                hidden
                    .iter()
                    .any(|(_, kind, taken)| taken == *field && *kind == declared.kind)
            })
            .map_or_else(|| fresh(&declared.id, &used), |field| (*field).to_owned());
        declared.field = Some(field);
    }
}

/// The fields an id has had, oldest first, whether as a question or as a hidden field.
fn used_by<'a>(
    id: &str,
    questions: &[&'a Question],
    hidden: &[(&'a str, HiddenKind, &'a str)],
) -> Vec<&'a str> {
    let mut used: Vec<&str> = Vec::new();
    let of_questions = questions
        .iter()
        .filter(|question| question.id == id)
        .map(|question| field_of(question));
    let of_hidden = hidden
        .iter()
        .filter(|(known, _, _)| *known == id)
        .map(|(_, _, field)| *field);
    for field in of_questions.chain(of_hidden) {
        if !used.contains(&field) {
            used.push(field);
        }
    }
    used.sort_by_key(|field| number_of(id, field));
    used
}

/// The number of a field among those of one id: `q1` is 1, `q1-2` is 2.
fn number_of(id: &str, field: &str) -> u32 {
    field
        .strip_prefix(id)
        .and_then(|rest| rest.strip_prefix('-'))
        .and_then(|number| number.parse().ok())
        .unwrap_or(1)
}

fn fresh(id: &str, used: &[&str]) -> String {
    match used.iter().map(|field| number_of(id, field)).max() {
        None => id.to_owned(),
        Some(last) => format!("{id}-{}", last + 1),
    }
}

/// Whether answers to both can stand in one column and be counted together.
///
/// Type and scale have to be the same, and a choice kept in both has to keep its value.
/// Choices, rows and words may come and go.
fn comparable(old: &Kind, new: &Kind) -> bool {
    let kept_values = || {
        old.choices().iter().all(|choice| {
            new.choices()
                .iter()
                .find(|other| other.id == choice.id)
                .is_none_or(|other| other.value == choice.value)
        })
    };
    match (old, new) {
        (Kind::Ces(old), Kind::Ces(new)) => old.points == new.points && old.agree == new.agree,
        (Kind::Number(old), Kind::Number(new)) => same_unit(old.unit.as_ref(), new.unit.as_ref()),
        (Kind::Matrix(old), Kind::Matrix(new)) => old.multiple == new.multiple && kept_values(),
        (Kind::Consent(old), Kind::Consent(new)) => old.purpose == new.purpose,
        _ => old.name() == new.name() && old.scale() == new.scale() && kept_values(),
    }
}

/// Whether no language both were written in says another unit.
fn same_unit(old: Option<&Text>, new: Option<&Text>) -> bool {
    match (old, new) {
        (Some(old), Some(new)) => old
            .iter()
            .all(|(language, words)| new.exact(language).is_none_or(|other| other == words)),
        (None, None) => true,
        (Some(unit), None) | (None, Some(unit)) => unit.is_empty(),
    }
}

/// What a new version changes for those who read its figures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = SurveyFieldChange)]
pub struct FieldChange {
    /// The question.
    pub question: String,
    /// What changed.
    #[serde(flatten)]
    pub change: Change,
}

/// A change that shows in figures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(tag = "change", rename_all = "snake_case")]
#[schema(as = SurveyFieldChangeKind)]
pub enum Change {
    /// Asked for the first time.
    Added,
    /// No longer asked.
    Removed,
    /// Type or scale changed: figures start anew under another field.
    NewField {
        /// The field before.
        from: String,
        /// The field from now on.
        to: String,
    },
    /// The words of the question changed: a break to mark in a trend.
    Wording {
        /// The languages in which they changed.
        languages: Vec<Language>,
    },
    /// Choices or rows came or went.
    Choices {
        /// New ones.
        added: Vec<String>,
        /// Gone ones.
        removed: Vec<String>,
    },
}

/// What changes from one published version to the next, in the order of the new one.
///
/// Both carry their fields, as [`assign`] gave them.
pub fn diff(previous: &Document, next: &Document) -> Vec<FieldChange> {
    let before: BTreeMap<&str, &Question> = previous
        .questions()
        .map(|question| (question.id.as_str(), question))
        .collect();
    let mut changes = Vec::new();
    for question in next.questions() {
        let mut note = |change| {
            changes.push(FieldChange {
                question: question.id.clone(),
                change,
            });
        };
        let Some(old) = before.get(question.id.as_str()) else {
            note(Change::Added);
            continue;
        };
        if field_of(old) != field_of(question) {
            note(Change::NewField {
                from: field_of(old).to_owned(),
                to: field_of(question).to_owned(),
            });
            continue;
        }
        let languages: Vec<Language> = question
            .text
            .iter()
            .filter(|(language, words)| {
                old.text
                    .exact(language)
                    .is_some_and(|before| before != *words)
            })
            .map(|(language, _)| language.clone())
            .collect();
        if !languages.is_empty() {
            note(Change::Wording { languages });
        }
        let (old_ids, new_ids) = (ids(&old.kind), ids(&question.kind));
        let added = without(&new_ids, &old_ids);
        let removed = without(&old_ids, &new_ids);
        if !added.is_empty() || !removed.is_empty() {
            note(Change::Choices { added, removed });
        }
    }
    let gone = previous
        .questions()
        .filter(|question| next.question(&question.id).is_none())
        .map(|question| FieldChange {
            question: question.id.clone(),
            change: Change::Removed,
        });
    changes.extend(gone);
    changes
}

/// The codes of a question's rows and choices.
fn ids(kind: &Kind) -> Vec<&str> {
    let rows = match kind {
        Kind::Matrix(matrix) => matrix.rows.as_slice(),
        _ => &[],
    };
    rows.iter()
        .map(|row| row.id.as_str())
        .chain(
            kind.choices()
                .iter()
                .map(|choice: &Choice| choice.id.as_str()),
        )
        .collect()
}

fn without(ids: &[&str], others: &[&str]) -> Vec<String> {
    ids.iter()
        .filter(|id| !others.contains(id))
        .map(|id| (*id).to_owned())
        .collect()
}
