//! What streams, their fields and the values of fields are called.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;

use crate::base::db::Conn;
use crate::base::id::SurveyId;
use crate::base::problem::Outcome;
use crate::base::scope::Scope;
use crate::surveys::document::{Document, Kind};
use crate::surveys::fields::{columns, field_of, value_labels};
use crate::{connectors, people, surveys};

/// Words by language.
pub type Words = BTreeMap<String, String>;

/// What a field and its values are called.
#[derive(Clone, Debug, Default, Serialize)]
pub struct FieldLabel {
    /// The question or column; empty when nothing is known of it.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub label: Words,
    /// Values by their stored form; empty where they speak for themselves.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub values: BTreeMap<String, Words>,
}

/// What a stream and its fields are called.
#[derive(Clone, Debug, Default)]
pub struct StreamLabels {
    /// The stream itself.
    pub label: Words,
    fields: HashMap<String, FieldLabel>,
    /// Question ids with their texts, for words written in beside a choice.
    questions: Vec<(String, Words)>,
}

impl StreamLabels {
    /// What a field is called; empty words when nothing is known of it.
    pub fn field(&self, field: &str) -> FieldLabel {
        if let Some(known) = self.fields.get(field) {
            return known.clone();
        }
        let beside = self.questions.iter().rev().find(|(question, _)| {
            field
                .strip_prefix(question.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        });
        FieldLabel {
            label: beside.map(|(_, words)| words.clone()).unwrap_or_default(),
            values: BTreeMap::new(),
        }
    }

    fn add_version(&mut self, document: &Document) {
        for column in columns(document) {
            let mut label = column.label.by_tag();
            // A choice or row alone says too little.
            if (column.choice.is_some() || column.row.is_some())
                && let Some(question) = document.question(&column.question)
            {
                for (language, text) in &mut label {
                    let question = question.text.iter();
                    let same = question
                        .filter(|(tag, _)| tag.as_str() == language)
                        .map(|(_, words)| words);
                    if let Some(question) = same.last() {
                        *text = format!("{question} › {text}");
                    }
                }
            }
            let values = value_labels(document, &column)
                .iter()
                .map(|(value, label)| (value.clone(), label.by_tag()))
                .collect();
            self.fields
                .insert(column.field.clone(), FieldLabel { label, values });
        }
        for question in document.questions() {
            let text = question.text.by_tag();
            if matches!(question.kind, Kind::Text(_)) {
                let label = FieldLabel {
                    label: text.clone(),
                    values: BTreeMap::new(),
                };
                self.fields.insert(field_of(question).to_owned(), label);
            }
            self.questions.push((question.id.clone(), text));
        }
    }
}

/// Labels of every stream, by stream id. Of several versions of a survey the
/// newest wording counts.
///
/// # Errors
/// When the store cannot be read.
pub async fn labels(conn: &mut Conn, scope: &Scope) -> Outcome<HashMap<String, StreamLabels>> {
    let mut all: HashMap<String, StreamLabels> = HashMap::new();
    for (survey, title) in surveys::titles(conn, scope).await? {
        let mut labels = StreamLabels {
            label: title,
            ..StreamLabels::default()
        };
        let id = SurveyId::stored(survey.clone());
        for version in surveys::versions(conn, scope, &id).await? {
            labels.add_version(&version.document);
        }
        all.insert(survey, labels);
    }
    for stream in people::streams(conn, scope).await? {
        let fields = stream.columns.into_iter().map(|column| {
            let label = FieldLabel {
                label: column.label,
                values: BTreeMap::new(),
            };
            (column.key, label)
        });
        let labels = StreamLabels {
            label: stream.label,
            fields: fields.collect(),
            questions: Vec::new(),
        };
        all.insert(stream.id.as_str().to_owned(), labels);
    }
    for (stream, label) in connectors::sources(conn, scope).await? {
        let labels = StreamLabels {
            label: label.by_tag(),
            ..StreamLabels::default()
        };
        all.insert(stream.as_str().to_owned(), labels);
    }
    Ok(all)
}
