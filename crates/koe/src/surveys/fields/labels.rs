//! What the values of a field are called, for tables, charts and exports.

use std::collections::BTreeMap;

use super::Column;
use crate::surveys::Text;
use crate::surveys::document::{Choice, Document, Kind};

/// Names of a field's values by their stored form: choices of code fields,
/// labelled points of scales. Empty where values speak for themselves.
pub fn value_labels(document: &Document, column: &Column) -> BTreeMap<String, Text> {
    let Some(question) = document.question(&column.question) else {
        return BTreeMap::new();
    };
    let of_choices = |choices: &[Choice]| -> BTreeMap<String, Text> {
        choices
            .iter()
            .map(|choice| (choice.id.clone(), choice.label.clone()))
            .collect()
    };
    match &question.kind {
        Kind::Single(single) => of_choices(&single.choices),
        Kind::Emotion(emotion) if column.choice.is_none() => of_choices(&emotion.choices),
        Kind::Matrix(matrix) if column.choice.is_none() => of_choices(&matrix.columns),
        Kind::Csat(csat) => points(&csat.labels, 1, i64::from(csat.points)),
        Kind::Rating(rating) => points(&rating.labels, rating.low.into(), rating.high.into()),
        Kind::Expectation(pair) => points(&pair.labels, pair.low.into(), pair.high.into()),
        _ => BTreeMap::new(),
    }
}

/// Labels of a scale: one for each point, or of its two ends.
fn points(labels: &[Text], low: i64, high: i64) -> BTreeMap<String, Text> {
    if labels.len() == 2 {
        return [(low, &labels[0]), (high, &labels[1])]
            .into_iter()
            .map(|(point, label)| (point.to_string(), label.clone()))
            .collect();
    }
    (low..=high)
        .zip(labels)
        .map(|(point, label)| (point.to_string(), label.clone()))
        .collect()
}
