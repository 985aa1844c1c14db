//! Survival, value of customers, forecasts and weighting on published data: each figure is
//! held to what was printed.

mod forecast;
mod lifetime;
mod survival;
mod weighting;

const SHARED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");

fn file(path: &str) -> String {
    std::fs::read_to_string(format!("{SHARED}/{path}")).unwrap()
}

/// The named columns of a CSV file, column by column.
fn columns<const N: usize>(path: &str, names: [&str; N]) -> [Vec<String>; N] {
    let text = file(path);
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header = reader.headers().unwrap().clone();
    let at = names.map(|name| header.iter().position(|head| head == name).unwrap());
    let mut columns = names.map(|_| Vec::new());
    for record in reader.records() {
        let record = record.unwrap();
        for (column, &at) in columns.iter_mut().zip(&at) {
            column.push(record[at].to_owned());
        }
    }
    columns
}

fn numbers(column: &[String]) -> Vec<f64> {
    column.iter().map(|cell| cell.parse().unwrap()).collect()
}

/// Published results of the data sets in `stats_reference`.
fn expected(name: &str) -> serde_json::Value {
    let all: serde_json::Value =
        serde_json::from_str(&file("stats_reference/expected.json")).unwrap();
    all[name].clone()
}

fn number(value: &serde_json::Value) -> f64 {
    value.as_f64().unwrap()
}

/// Asserts that `is` is `should` to within half a unit of its last printed digit, given as
/// `within`.
#[track_caller]
fn assert_close(is: f64, should: f64, within: f64) {
    assert!(
        (is - should).abs() <= within,
        "{is} where {should} is published"
    );
}
