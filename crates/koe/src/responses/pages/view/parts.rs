//! The parts of a question: groups of things to choose and fields to write in.

use serde::Serialize;

use crate::surveys::document::{Choice, Question, Row, shown_order};

/// One line of a matrix, one half of a pair, or the only group of a question.
#[derive(Serialize)]
pub struct Group {
    /// Row or part; empty when it is the only one.
    pub row: String,
    pub name: String,
    pub label: String,
    pub error: Option<String>,
    pub options: Vec<OptionView>,
    pub low: String,
    pub high: String,
}

/// One thing to choose.
#[derive(Serialize)]
pub struct OptionView {
    pub id: String,
    pub value: String,
    pub label: String,
    /// What is read aloud, when it is more than the label.
    pub aloud: String,
    pub checked: bool,
    /// Excludes the others.
    pub only: bool,
    /// For choices that ask for words: the field's name and what it holds.
    pub write_in: Option<(String, String)>,
    /// The curve of a face.
    pub mouth: Option<String>,
}

/// A field to write in.
#[derive(Default, Serialize)]
pub struct Field {
    pub value: String,
    pub kind: &'static str,
    /// A few characters are expected.
    pub short: bool,
    pub mode: Option<&'static str>,
    pub complete: Option<&'static str>,
    pub unit: Option<String>,
    pub min: Option<String>,
    pub max: Option<String>,
}

impl Group {
    /// An empty one.
    pub fn of(question: &Question, row: Option<&str>) -> Self {
        let name = match row {
            Some(row) => format!("a.{}.{row}", question.id),
            None => format!("a.{}", question.id),
        };
        Self {
            row: row.unwrap_or_default().to_owned(),
            name,
            label: String::new(),
            error: None,
            options: Vec::new(),
            low: String::new(),
            high: String::new(),
        }
    }
}

impl OptionView {
    /// One that is not chosen.
    pub fn new(question: &str, row: Option<&str>, value: &str, label: String) -> Self {
        let id = match row {
            Some(row) => format!("{question}.{row}.{value}"),
            None => format!("{question}.{value}"),
        };
        Self {
            id,
            value: value.to_owned(),
            label,
            aloud: String::new(),
            checked: false,
            only: false,
            write_in: None,
            mouth: None,
        }
    }
}

/// Rows in the order of one sitting.
pub fn shuffled_rows(rows: &[Row], shuffle: bool, seed: u64) -> Vec<Row> {
    let choices: Vec<Choice> = rows
        .iter()
        .map(|row| Choice::new(row.id.clone(), row.label.clone()))
        .collect();
    shown_order(&choices, shuffle, seed)
        .into_iter()
        .map(|choice| Row {
            id: choice.id.clone(),
            label: choice.label.clone(),
        })
        .collect()
}

/// Mouths from sad to glad along the scale.
pub fn faces(groups: &mut [Group]) {
    for group in groups {
        let last = group.options.len().saturating_sub(1).max(1);
        for (at, option) in group.options.iter_mut().enumerate() {
            let glad = at as f64 / last as f64 * 2.0 - 1.0;
            option.mouth = Some(format!(
                "M8 {:.1}Q12 {:.1} 16 {:.1}",
                15.5 - glad,
                15.5 + glad * 3.0,
                15.5 - glad
            ));
        }
    }
}
