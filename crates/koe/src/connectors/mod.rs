//! Connectors: what comes from other tools. Survey definitions of Qualtrics and LimeSurvey
//! become Koe documents with an account of every element; rows of files become records.
//!
//! Invariants: no element of a converted file is lost without being named; a row is imported
//! once however often its file is; a date that can be read in two ways is never guessed.

mod fit;
pub mod imports;
mod limesurvey;
mod names;
mod plain;
mod qualtrics;
mod report;
mod survey_file;

pub use report::{ConversionReport, Counts, Outcome, ReportItem};
pub use survey_file::{ConvertedSurvey, LARGEST as LARGEST_SURVEY_FILE, NotConvertible, convert_survey};
