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

use crate::base::db::{Conn, among, array};
use crate::base::scope::{Scope, Units};

/// Rows of one INSERT; keeps statements below every engine's
/// parameter limit.
const ROWS_PER_STATEMENT: usize = 500;

/// The condition that a customer (`column` holds the id) may be seen: by
/// those of the whole organisation always, by others when one of the
/// customer's records lies in their units. Its parameter, if it has one, is
/// that `number`.
fn visible(conn: &Conn, scope: &Scope, column: &str, number: usize) -> (String, Option<String>) {
    match scope.units() {
        Units::All => (String::new(), None),
        Units::Only(units) => {
            let condition = format!(
                " AND EXISTS (SELECT 1 FROM customer_unit seen \
                 WHERE seen.customer_id = {column} AND seen.unit_id IN {})",
                among(conn, number)
            );
            (
                condition,
                Some(array(units.iter().map(|unit| unit.as_str()))),
            )
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
