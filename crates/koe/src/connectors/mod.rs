//! Connectors: what comes from other tools. Survey definitions of Qualtrics and LimeSurvey
//! become Koe documents with an account of every element; rows of files become records.
//!
//! Invariants: no element of a converted file is lost without being named; a row is imported
//! once however often its file is; a date that can be read in two ways is never guessed.

mod api;
mod bring;
mod chunk;
mod fit;
mod forget;
pub mod imports;
mod keep;
mod known;
mod limesurvey;
mod meaning;
mod model;
mod names;
mod plain;
mod prepare;
mod qualtrics;
mod report;
mod resume;
mod run;
mod store;
mod survey_file;
mod tables;

pub use api::routes;
pub use bring::{
    FileToImport, discard as discard_import, faults_csv, import_of, upload as upload_import,
};
pub use forget::{ForgetUploads, forget_cells, remembered};
pub use model::{Import, ImportStatus, SavedMapping, Totals};
pub use report::{ConversionReport, Counts, Outcome, ReportItem};
pub use resume::Resume as ResumeImports;
pub use run::run as run_import;
pub use store::sources;
pub use survey_file::{
    ConvertedSurvey, LARGEST as LARGEST_SURVEY_FILE, NotConvertible, convert_survey,
};
pub use tables::TABLES;
