//! Numbers in JSON: whole numbers are written without a fraction (`7`, not `7.0`).

use serde::ser::SerializeSeq;
use serde::{Serialize, Serializer};

use super::choice::SAFE_INTEGER;

struct Plain(f64);

impl Serialize for Plain {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let safe = SAFE_INTEGER as f64;
        if self.0.fract() == 0.0 && self.0.abs() <= safe {
            let whole = self.0 as i64;
            serializer.serialize_i64(whole)
        } else {
            serializer.serialize_f64(self.0)
        }
    }
}

/// Writes one number.
pub(in crate::surveys) fn serialize<S: Serializer>(
    number: &f64,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    Plain(*number).serialize(serializer)
}

/// Writes one number or nothing.
pub(in crate::surveys) fn serialize_option<S: Serializer>(
    number: &Option<f64>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    number.map(Plain).serialize(serializer)
}

/// Writes a list of numbers.
pub(in crate::surveys) fn serialize_all<S: Serializer>(
    numbers: &[f64],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut sequence = serializer.serialize_seq(Some(numbers.len()))?;
    for number in numbers {
        sequence.serialize_element(&Plain(*number))?;
    }
    sequence.end()
}
