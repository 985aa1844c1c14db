//! The SQL of `people`.

pub mod accounts;
pub mod attributes;
pub mod consents;
pub mod customers;
pub mod erasure;
pub mod identifiers;
pub mod merge;
pub mod resolve;
pub mod sightings;
pub mod streams;
pub mod tables;

use crate::base::db::list;
use crate::base::scope::{Scope, Units};

/// Rows of one INSERT or IN list; keeps statements below every engine's
/// parameter limit.
const ROWS_PER_STATEMENT: usize = 500;

/// The condition that a customer (`column` holds the id) may be seen: by
/// those of the whole organisation always, by others when one of the
/// customer's records lies in their units. Its parameters begin at `first`.
fn visible(scope: &Scope, column: &str, first: usize) -> (String, Vec<String>) {
    match scope.units() {
        Units::All => (String::new(), Vec::new()),
        Units::Only(units) if units.is_empty() => (" AND 1 = 0".into(), Vec::new()),
        Units::Only(units) => {
            let units: Vec<String> = units.iter().map(ToString::to_string).collect();
            let condition = format!(
                " AND EXISTS (SELECT 1 FROM customer_unit seen \
                 WHERE seen.customer_id = {column} AND seen.unit_id IN ({}))",
                list(first, units.len())
            );
            (condition, units)
        }
    }
}

/// A pattern for LIKE with ESCAPE '\' that finds `needle` anywhere.
fn anywhere(needle: &str) -> String {
    let mut pattern = String::from("%");
    for c in needle.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}
