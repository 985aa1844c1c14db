//! Reads the data sets with published results.

use std::collections::BTreeMap;

const SHARED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");

/// The text of a file of the shared data.
pub fn text(path: &str) -> String {
    std::fs::read_to_string(format!("{SHARED}/{path}")).unwrap()
}

/// The columns of a CSV file of the shared data by name.
pub fn columns(path: &str) -> BTreeMap<String, Vec<f64>> {
    columns_of(&text(path))
}

/// The columns of a CSV text by name. What is no number is missing; no field here holds a comma.
pub fn columns_of(text: &str) -> BTreeMap<String, Vec<f64>> {
    let mut lines = text.lines();
    let names: Vec<String> = lines
        .next()
        .unwrap()
        .split(',')
        .map(|name| name.trim_matches('"').to_owned())
        .collect();
    let mut columns: BTreeMap<String, Vec<f64>> = names
        .iter()
        .map(|name| (name.clone(), Vec::new()))
        .collect();
    for line in lines {
        for (name, field) in names.iter().zip(line.split(',')) {
            let value = field.trim_matches('"').parse().unwrap_or(f64::NAN);
            columns.get_mut(name).unwrap().push(value);
        }
    }
    columns
}
