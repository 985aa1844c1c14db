//! What can go wrong, as a caller needs to tell it apart.

use datafusion::error::DataFusionError;

use crate::stream::{FieldKind, MAX_FIELDS};

/// Shorthand for results of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Every failure of the lake. Messages name the stream, field or file, never a value from a row.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// An id cannot be a column or folder name.
    #[error(
        "{what} id {id:?} may only hold letters, digits, '_', '-', '.' and ':' and at most 120 of them"
    )]
    BadId {
        /// "stream", "field" or "file".
        what: &'static str,
        /// The id as given.
        id: String,
    },
    /// Two fields of a stream share one id.
    #[error("stream {stream} has the field {field} twice")]
    DuplicateField {
        /// Stream id.
        stream: String,
        /// Field id.
        field: String,
    },
    /// A stream is too wide for one file.
    #[error(
        "stream {stream} has {fields} fields, the limit is {MAX_FIELDS}: archive fields that are no longer asked, or split the source into two streams"
    )]
    TooManyFields {
        /// Stream id.
        stream: String,
        /// How many fields were declared.
        fields: usize,
    },
    /// A field id that the stream does not have.
    #[error("stream {stream} has no field {field}")]
    UnknownField {
        /// Stream id.
        stream: String,
        /// Field id.
        field: String,
    },
    /// A row came with more or fewer values than its stream has fields.
    #[error("a row of stream {stream} came with {found} values, it has {expected} fields")]
    WrongWidth {
        /// Stream id.
        stream: String,
        /// Fields of the stream.
        expected: usize,
        /// Values given.
        found: usize,
    },
    /// A value or an operation does not suit the kind of a field or column.
    #[error("{column} holds {expected}, which does not suit {found}")]
    WrongKind {
        /// Field id or common column name.
        column: String,
        /// What the column holds.
        expected: &'static str,
        /// What was tried.
        found: String,
    },
    /// A time before year 1 or after year 9999.
    #[error("time {0} (ms) lies outside the years 1 to 9999")]
    TimeOutOfRange(i64),
    /// A time zone name that the time zone database does not know.
    #[error("unknown time zone {0:?}")]
    UnknownTimeZone(String),
    /// A question that cannot be asked, with the reason.
    #[error("{0}")]
    BadQuestion(String),
    /// A stored file is of a newer format than this program knows.
    #[error(
        "file {path} has format version {found}, this program reads up to {known}: upgrade first"
    )]
    NewerFormat {
        /// Path relative to the lake.
        path: String,
        /// Version in the manifest.
        found: u32,
        /// Newest version this program reads.
        known: u32,
    },
    /// A file of the manifest is not on disk.
    #[error("file {0} of the manifest is missing: restore it from the backup")]
    MissingFile(String),
    /// An answer would have more groups than allowed.
    #[error(
        "the answer has more than {limit} groups: split by fewer or coarser dimensions, or filter"
    )]
    TooManyGroups {
        /// The configured limit.
        limit: usize,
    },
    /// A page or list asks for more rows than allowed.
    #[error("{asked} rows asked, the limit is {limit}: ask in pages")]
    TooManyRows {
        /// How many were asked for (or met, when the list has no page).
        asked: usize,
        /// The configured limit.
        limit: usize,
    },
    /// The memory that questions share is used up.
    #[error(
        "the question needs more memory than the lake may use ({limit} bytes): narrow it, or raise the limit"
    )]
    OutOfMemory {
        /// The configured limit in bytes.
        limit: usize,
    },
    /// The question took too long and was stopped.
    #[error("the question was stopped after {milliseconds} ms: narrow it, or raise the limit")]
    TimedOut {
        /// The configured limit in milliseconds.
        milliseconds: u64,
    },
    /// Reading or writing a file failed.
    #[error("{doing}: {source}")]
    Io {
        /// What was being done, with the path.
        doing: String,
        /// The system's answer.
        source: std::io::Error,
    },
    /// The query engine or the file format failed in a way no caller can mend.
    #[error("lake: {0}")]
    Engine(String),
}

impl Error {
    /// Whether the disk had no room: the write was refused, nothing was acknowledged.
    pub fn is_disk_full(&self) -> bool {
        matches!(self, Error::Io { source, .. }
            if matches!(source.kind(), std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded))
    }

    /// Whether one of the configured limits stopped a question.
    pub fn is_limit(&self) -> bool {
        matches!(
            self,
            Error::TooManyGroups { .. }
                | Error::TooManyRows { .. }
                | Error::OutOfMemory { .. }
                | Error::TimedOut { .. }
        )
    }

    pub(crate) fn io(doing: impl Into<String>) -> impl FnOnce(std::io::Error) -> Error {
        let doing = doing.into();
        move |source| Error::Io { doing, source }
    }

    pub(crate) fn wrong_kind(column: &str, expected: FieldKind, found: impl Into<String>) -> Error {
        Error::WrongKind {
            column: column.to_owned(),
            expected: expected.in_words(),
            found: found.into(),
        }
    }
}

impl From<DataFusionError> for Error {
    fn from(error: DataFusionError) -> Self {
        match error.find_root() {
            // The engine fills the limit in: the pool does not tell it.
            DataFusionError::ResourcesExhausted(_) => Error::OutOfMemory { limit: 0 },
            DataFusionError::ObjectStore(cause) => match cause.as_ref() {
                datafusion::object_store::Error::NotFound { path, .. } => {
                    Error::MissingFile(path.clone())
                }
                other => Error::Engine(other.to_string()),
            },
            root => Error::Engine(root.to_string()),
        }
    }
}

impl From<datafusion::arrow::error::ArrowError> for Error {
    fn from(error: datafusion::arrow::error::ArrowError) -> Self {
        Error::from(DataFusionError::from(error))
    }
}

impl From<datafusion::parquet::errors::ParquetError> for Error {
    fn from(error: datafusion::parquet::errors::ParquetError) -> Self {
        Error::from(DataFusionError::from(error))
    }
}
