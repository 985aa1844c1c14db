//! The experience lake: what happened, in immutable Parquet files, and the questions asked of it.
//!
//! What holds for the whole crate:
//!
//! - **Plain data at the door.** No Arrow, Parquet or DataFusion type is in the public API, and no
//!   other crate names one.
//! - **The lake does not remember people.** Rows hold pseudonyms, ids and codes.
//! - **The relational store remembers, the lake answers.** Which files are valid, which rows are
//!   not in a file yet and which rows are no longer true comes with each question, as a
//!   [`Snapshot`] taken in one transaction.
//! - **Sealed files never change.** A correction is a tombstone and a new row; compaction writes
//!   new files and names the ones they replace.
//! - **Answers merge.** A question returns sufficient statistics; which files the rows were in, and
//!   how they were split over them, makes no difference.
//! - **No clock and no chance.** Ids and times are arguments.

mod answer;
mod ask;
mod band;
mod bucket;
mod cache;
mod chunk;
mod compact;
mod cross;
mod distinct;
mod earlier;
mod engine;
mod error;
mod foreign;
mod formula;
mod frame;
mod inspect;
mod lookup;
mod plan;
mod products;
mod profile;
mod purchases;
mod question;
mod read;
mod records;
mod row;
mod scan;
mod spread;
mod stream;
mod table;
mod tombstone;
mod writer;

pub use answer::{Answer, Group, Key, Work};
pub use chunk::{Chunk, TIMES};
pub use compact::{Compacted, Compaction};
pub use cross::{CrossAnswer, CrossGroup, CrossProducts, CrossQuestion, Number};
pub use distinct::{Distinct, DistinctQuestion};
pub use earlier::{Earlier, EarlierRows, Told};
pub use engine::{Lake, Limits, PendingRow, Snapshot};
pub use error::{Error, Result};
pub use foreign::ForeignTable;
pub use lookup::Lookup;
pub use profile::{Profile, ProfileQuestion};
pub use purchases::{Buyer, Purchases, PurchasesQuestion};
pub use question::{
    Column, CommonColumn, Condition, Dimension, Grain, LookedUp, Measure, Part, Question,
    Selection, Test, TimeRange, Units,
};
pub use records::{Export, FieldsWanted, Order, Page, Position, Record, RecordsQuestion};
pub use row::{Common, CommonRef, Row, Value, ValueRef};
pub use spread::SpreadQuestion;
pub use stream::{Field, FieldKind, MAX_FIELDS, StreamSchema};
pub use table::{TableColumns, TableReader, TableWriter, WordedRow};
pub use tombstone::{Removed, Tombstone};
pub use writer::{Durability, FORMAT_VERSION, SealedFile};
