//! Imports as they are kept.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::imports::{Mapping, Sniffed};
use crate::base::id;
use crate::surveys::Text;

/// How far an import has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ImportStatus {
    /// The file is here.
    Uploaded,
    /// It is being taken in.
    Running,
    /// A trial run is over; nothing was stored.
    Checked,
    /// Everything is taken in.
    Done,
    /// It stopped; running it again goes on where it stopped.
    Failed,
    /// Somebody stopped it; running it again goes on where it stopped.
    Stopped,
}

impl ImportStatus {
    /// The stable word, as stored.
    pub fn word(self) -> &'static str {
        match self {
            Self::Uploaded => "uploaded",
            Self::Running => "running",
            Self::Checked => "checked",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Stopped => "stopped",
        }
    }

    /// Reads the stable word.
    pub fn from_word(word: &str) -> Option<Self> {
        [
            Self::Uploaded,
            Self::Running,
            Self::Checked,
            Self::Done,
            Self::Failed,
            Self::Stopped,
        ]
        .into_iter()
        .find(|status| status.word() == word)
    }
}

/// Counts of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Totals {
    /// Rows read.
    pub rows: u64,
    /// Rows the file has, once a trial has counted them; 0 before.
    pub rows_in_file: u64,
    /// Records the rows make.
    pub records: u64,
    /// Records that are new.
    pub added: u64,
    /// Records that were there with the same content.
    pub unchanged: u64,
    /// Records that were there with other content, now corrected.
    pub corrected: u64,
    /// Records that were deleted or erased before, and stay so.
    pub erased: u64,
    /// Customers made.
    pub customers: u64,
    /// Free texts among the new and corrected records.
    pub texts: u64,
    /// Rows left out.
    pub rows_left_out: u64,
    /// Values left out of rows that count.
    pub values_left_out: u64,
    /// Values taken as the mapping assumes.
    pub assumed: u64,
    /// Dates that can be read in two ways.
    pub ambiguous_dates: u64,
}

/// An import.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Import {
    /// Id.
    pub id: id::ImportId,
    /// The file's name.
    pub file_name: String,
    /// Its size in bytes.
    pub bytes: i64,
    /// How far it has come.
    pub status: ImportStatus,
    /// What the file looks like.
    pub sniffed: Sniffed,
    /// What its columns mean; proposed first, then as a person decided.
    pub mapping: Mapping,
    /// The survey, stream or source its rows go to, once it is there.
    pub stream_id: Option<String>,
    /// Records taken in.
    pub checkpoint: i64,
    /// Counts of the last run.
    pub totals: Totals,
    /// Why it failed, by language.
    pub message: Text,
    /// Who brought it.
    pub created_by: String,
    /// When it came.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When anything last changed.
    #[schema(value_type = String, format = DateTime)]
    pub changed_at: Timestamp,
}

/// A mapping kept for next time.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct SavedMapping {
    /// Its name, unique in the organisation.
    pub name: String,
    /// What the columns mean.
    pub mapping: Mapping,
    /// When it was saved.
    #[schema(value_type = String, format = DateTime)]
    pub changed_at: Timestamp,
}
