//! Files of rows become records: reading, mapping, and what is wrong with rows. Pure: nothing
//! here knows the store.

pub mod dates;
pub mod encoding;
pub mod faults;
pub mod mapping;
mod part;
mod plan;
mod propose;
mod records;
pub mod rows;
pub mod sniff;
mod survey_columns;

pub use faults::{Effect, RowFault};
pub use mapping::{Mapping, Target};
pub use propose::propose;
pub use records::{Halt, Mapped, Records};
pub use rows::{Limits, Unreadable};
pub use sniff::{Sniffed, sniff};
