//! Which column of an export holds which part of a survey: by the names that exports give
//! columns (question, choice, row), and by Qualtrics' import ids.

use std::collections::HashMap;

use super::mapping::Role;
use super::sniff::Column;
use crate::surveys::Document;
use crate::surveys::document::{Choice, Kind, Question};

/// The column names a survey's exports have.
pub struct Expected {
    exact: HashMap<String, Role>,
    /// The same without punctuation, for exports that leave it out.
    loose: HashMap<String, Role>,
    /// Matrix rows by their code alone, in the survey's order.
    rows: HashMap<String, Vec<Role>>,
}

impl Expected {
    pub fn of(document: &Document) -> Self {
        let mut expected = Self {
            exact: HashMap::new(),
            loose: HashMap::new(),
            rows: HashMap::new(),
        };
        for question in document.questions() {
            for name in [question.export_name(), question.id.as_str()] {
                expected.question(question, name);
            }
            if let Kind::Matrix(matrix) = &question.kind {
                for row in &matrix.rows {
                    let role = answer(question, Some(&row.id), None);
                    expected.rows.entry(row.id.clone()).or_default().push(role);
                }
            }
        }
        for field in &document.hidden_fields {
            let role = Role::Field {
                field: field.id.clone(),
            };
            expected.add(&field.id, role.clone());
            for (_, label) in field.label.iter() {
                expected.add(label, role.clone());
            }
        }
        expected
    }

    fn add(&mut self, name: &str, role: Role) {
        self.loose
            .entry(loosely(name))
            .or_insert_with(|| role.clone());
        self.exact.entry(name.to_owned()).or_insert(role);
    }

    fn question(&mut self, question: &Question, name: &str) {
        match &question.kind {
            Kind::Statement(_) => {}
            Kind::Multiple(_) | Kind::Emotion(_) if question.kind.takes_several() => {
                self.add(name, answer(question, None, None));
                for choice in question.kind.choices() {
                    for end in endings(choice) {
                        self.add(
                            &format!("{name}_{end}"),
                            answer(question, None, Some(&choice.id)),
                        );
                        self.add(
                            &format!("{name}_{end}_TEXT"),
                            write_in(question, Some(&choice.id)),
                        );
                    }
                }
            }
            Kind::Matrix(matrix) => {
                for row in &matrix.rows {
                    if !matrix.multiple {
                        self.add(
                            &format!("{name}_{}", row.id),
                            answer(question, Some(&row.id), None),
                        );
                        continue;
                    }
                    for column in &matrix.columns {
                        for end in endings(column) {
                            self.add(
                                &format!("{name}_{}_{end}", row.id),
                                answer(question, Some(&row.id), Some(&column.id)),
                            );
                        }
                    }
                }
            }
            Kind::Expectation(_) => {
                for part in crate::surveys::answers::PAIR {
                    self.add(
                        &format!("{name}_{part}"),
                        answer(question, Some(part), None),
                    );
                }
            }
            kind => {
                self.add(name, answer(question, None, None));
                for choice in kind.choices().iter().filter(|choice| choice.write_in) {
                    self.add(
                        &format!("{name}_{}_TEXT", choice.id),
                        write_in(question, Some(&choice.id)),
                    );
                    self.add(&format!("{name}_TEXT"), write_in(question, None));
                }
                if matches!(kind, Kind::Text(_)) {
                    self.add(&format!("{name}_TEXT"), answer(question, None, None));
                }
            }
        }
    }

    /// What a column holds, if it is one of the survey's.
    pub fn role(&self, column: &Column) -> Option<Role> {
        self.exact
            .get(&column.name)
            .or_else(|| self.rows.get(&column.name)?.get(column.nth))
            .or_else(|| self.by_import_id(&column.import_id))
            .or_else(|| self.loose.get(&loosely(&column.name)))
            .cloned()
    }

    /// `QID4`, `QID4-2`, `QID4-2-1`, `QID4#1-2`, each also with `-TEXT`.
    fn by_import_id(&self, id: &str) -> Option<&Role> {
        if !id.starts_with("QID") {
            return None;
        }
        self.exact
            .get(&id.replace("-TEXT", "_TEXT").replace(['#', '-'], "_"))
    }
}

fn answer(question: &Question, row: Option<&str>, choice: Option<&str>) -> Role {
    Role::Answer {
        question: question.id.clone(),
        row: row.map(str::to_owned),
        choice: choice.map(str::to_owned),
        values: std::collections::BTreeMap::new(),
    }
}

fn write_in(question: &Question, choice: Option<&str>) -> Role {
    Role::WriteIn {
        question: question.id.clone(),
        choice: choice.map(str::to_owned),
    }
}

/// How exports end the name of a choice's column: its code, its value.
fn endings(choice: &Choice) -> Vec<String> {
    let mut ends = vec![choice.id.clone()];
    ends.extend(choice.value.as_ref().map(ToString::to_string));
    ends
}

fn loosely(name: &str) -> String {
    name.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}
