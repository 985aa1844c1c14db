//! Attributes of questions: taken by the rules that know them, the rest accounted for.

use std::collections::HashMap;

use super::tables::Row;
use crate::connectors::report::Ledger;
use crate::surveys::Text;

/// All attributes of a file, by question.
pub struct Attributes<'a> {
    rows: HashMap<&'a str, Vec<&'a Row>>,
    all: &'a [Row],
}

/// Values with which an attribute changes nothing, beside empty and 0.
const QUIET: [(&str, &str); 13] = [
    ("assessment_value", "1"),
    ("statistics_showgraph", "1"),
    ("time_limit_action", "1"),
    ("show_comment", "1"),
    ("show_title", "1"),
    ("save_as_default", "N"),
    ("save_as_default", "Y"),
    ("question_template", "core"),
    ("public_statistics", "1"),
    ("other_position", "default"),
    ("answer_order", "normal"),
    ("subquestion_order", "normal"),
    ("slider_layout", "0"),
];

impl<'a> Attributes<'a> {
    pub fn of(all: &'a [Row]) -> Self {
        let mut rows: HashMap<&str, Vec<&Row>> = HashMap::new();
        for row in all {
            rows.entry(row.get("qid")).or_default().push(row);
        }
        Self { rows, all }
    }

    /// The value of an attribute that says something, settled as converted.
    pub fn take(&mut self, qid: &str, attribute: &str, ledger: &mut Ledger) -> Option<&'a str> {
        self.row(qid, attribute).map(|row| {
            ledger.converted(&row.path);
            row.get("value").trim()
        })
    }

    /// The row of an attribute that says something.
    pub fn row(&self, qid: &str, attribute: &str) -> Option<&'a Row> {
        self.rows
            .get(qid)?
            .iter()
            .copied()
            .find(|row| row.get("attribute") == attribute && !row.get("value").trim().is_empty())
    }

    /// All rows of an attribute, one for each language, settled as converted.
    pub fn texts(&mut self, qid: &str, attribute: &str, ledger: &mut Ledger) -> Vec<&'a Row> {
        let rows: Vec<&Row> = self
            .rows
            .get(qid)
            .into_iter()
            .flatten()
            .copied()
            .filter(|row| row.get("attribute") == attribute)
            .filter(|row| !row.get("value").trim().is_empty())
            .collect();
        rows.iter().for_each(|row| ledger.converted(&row.path));
        rows
    }

    /// A whole number; one that is an expression is stated as lost.
    pub fn whole(&mut self, qid: &str, attribute: &str, ledger: &mut Ledger) -> Option<u32> {
        self.number(qid, attribute, ledger)
            .filter(|n| *n >= 1.0 && n.fract() == 0.0 && *n <= 1e9)
            .map(|n| n as u32)
    }

    /// A number; one that is an expression is stated as lost.
    pub fn number(&mut self, qid: &str, attribute: &str, ledger: &mut Ledger) -> Option<f64> {
        let row = self.row(qid, attribute)?;
        ledger.converted(&row.path);
        let value = row.get("value").trim();
        let number = value.parse::<f64>().ok().filter(|n| n.is_finite());
        if number.is_none() {
            ledger.loss(
                &row.path,
                Text::ja_en(
                    format!("「{value}」は数ではないため使えません。"),
                    format!("“{value}” is not a number and cannot be used."),
                ),
            );
        }
        number
    }

    /// Accounts for every attribute no rule took.
    pub fn leave(&self, ledger: &mut Ledger) {
        for row in self.all {
            if ledger.is_settled(&row.path) {
                continue;
            }
            let name = row.get("attribute");
            let value = row.get("value").trim();
            if value.is_empty() || value == "0" || QUIET.contains(&(name, value)) {
                ledger.converted(&row.path);
            } else {
                ledger.unsupported(
                    &row.path,
                    Text::ja_en(
                        format!("質問の属性「{name}」に対応するものはKoeにありません。"),
                        format!("Koe has no counterpart to the attribute “{name}”."),
                    ),
                );
            }
        }
    }
}
