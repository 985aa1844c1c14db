//! What is known of the people behind records, as dimensions and filters of
//! figures and voices: attributes as known now, attributes as they were when
//! the record was stored, and operational fields: what a customer had ordered,
//! asked or signed *before* the record (docs/decisions/0018).

mod dimension;
mod knowledge;

pub use dimension::{OperationalField, PersonDimension, Tells, What};
pub use knowledge::Knowledge;

/// What stands before the key of an attribute in the fields of a stream whose
/// records keep it as it was.
pub const FROZEN: &str = "customer:";
