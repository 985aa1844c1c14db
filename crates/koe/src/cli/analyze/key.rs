//! Groups of rows: `--by store,visited:month`.

use std::cmp::Ordering;
use std::sync::Arc;

use koe_analysis::calendar::{Grain, Period};
use serde::ser::{Serialize, SerializeMap, Serializer};

use super::input::Input;
use super::table::{Table, number};

/// A column that groups rows, as it was asked for.
pub struct Grouping {
    asked: String,
    column: String,
    grain: Option<Grain>,
}

impl Grouping {
    /// What `--by` asks for: the columns of the file and the periods of their dates.
    pub fn of(by: &[String], input: &Input) -> Vec<Self> {
        by.iter().map(|asked| Self::one(asked, input)).collect()
    }

    fn one(asked: &str, input: &Input) -> Self {
        let plain = || Self {
            asked: asked.to_owned(),
            column: asked.to_owned(),
            grain: None,
        };
        if input.has(asked) {
            return plain();
        }
        let Some((column, grain)) = asked.rsplit_once(':') else {
            return plain();
        };
        let named = serde_json::Value::from(grain.replace('-', "_"));
        match serde_json::from_value(named) {
            Ok(grain) => Self {
                asked: asked.to_owned(),
                column: column.to_owned(),
                grain: Some(grain),
            },
            Err(_) => plain(),
        }
    }

    /// The column of the file.
    pub fn column(&self) -> &str {
        &self.column
    }
}

/// The group of a row: one value for each column, `None` where it is missing.
#[derive(Debug, Clone)]
pub struct Key {
    names: Arc<[String]>,
    values: Vec<Option<String>>,
}

/// The group of each row.
///
/// # Errors
/// [`crate::cli::Unacceptable`] when a column whose periods are asked for holds no dates.
pub fn keys(groupings: &[Grouping], table: &Table) -> anyhow::Result<Vec<Key>> {
    let names: Arc<[String]> = groupings.iter().map(|g| g.asked.clone()).collect();
    let mut keys = vec![
        Key {
            names,
            values: Vec::with_capacity(groupings.len()),
        };
        table.len()
    ];
    for grouping in groupings {
        let values: Vec<Option<String>> = match grouping.grain {
            None => {
                let texts = table.texts(&grouping.column).into_iter();
                texts.map(|text| text.map(str::to_owned)).collect()
            }
            Some(grain) => {
                let dates = table.dates(&grouping.column)?.into_iter();
                dates
                    .map(|date| date.map(|date| Period::of(grain, date).key()))
                    .collect()
            }
        };
        for (key, value) in keys.iter_mut().zip(values) {
            key.values.push(value);
        }
    }
    Ok(keys)
}

/// Numbers by size, then texts, then what is missing.
fn order(a: Option<&str>, b: Option<&str>) -> Ordering {
    match (a, b) {
        (None, None) => Ordering::Equal,
        (None, Some(_)) => Ordering::Greater,
        (Some(_), None) => Ordering::Less,
        (Some(a), Some(b)) => match (number(a), number(b)) {
            (Some(x), Some(y)) => x.total_cmp(&y).then_with(|| a.cmp(b)),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => a.cmp(b),
        },
    }
}

impl Ord for Key {
    fn cmp(&self, other: &Self) -> Ordering {
        let pairs = self.values.iter().zip(&other.values);
        pairs
            .map(|(a, b)| order(a.as_deref(), b.as_deref()))
            .find(|order| order.is_ne())
            .unwrap_or(Ordering::Equal)
    }
}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Key {}

impl Serialize for Key {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.names.len()))?;
        for (name, value) in self.names.iter().zip(&self.values) {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_in_an_order_that_people_expect() {
        let mut values = [None, Some("b"), Some("10"), Some("9"), Some("a")];
        values.sort_by(|a, b| order(*a, *b));
        assert_eq!(values, [Some("9"), Some("10"), Some("a"), Some("b"), None]);
    }
}
