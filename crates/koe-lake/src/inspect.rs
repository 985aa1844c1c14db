//! What a file says of itself, for moving in and for checking a manifest against the disk.

use std::fs::File;

use datafusion::parquet::arrow::arrow_reader::ArrowReaderMetadata;
use datafusion::parquet::file::metadata::ParquetMetaData;
use datafusion::parquet::file::statistics::Statistics;

use crate::compact::entries;
use crate::engine::{Lake, blocking, readable};
use crate::error::{Error, Result};
use crate::question::CommonColumn;
use crate::writer::{SealedFile, fields_of};

impl Lake {
    /// The manifest entry of a file that is in place, read from its footer. Reads no rows.
    ///
    /// # Errors
    /// [`Error::MissingFile`], [`Error::NewerFormat`], [`Error::BadQuestion`] when it is no file of
    /// a lake.
    pub async fn inspect(&self, path: &str) -> Result<SealedFile> {
        let place = self.shared.root.join(path);
        let path = path.to_owned();
        blocking(move || {
            let file = match File::open(&place) {
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                    return Err(Error::MissingFile(path));
                }
                opened => opened.map_err(Error::io(format!("opening {path}")))?,
            };
            let bytes = file
                .metadata()
                .map_err(Error::io(format!("opening {path}")))?
                .len();
            let foreign = || Error::BadQuestion(format!("{path} is not a file of a lake"));
            let footer =
                ArrowReaderMetadata::load(&file, Default::default()).map_err(|_| foreign())?;
            let about = footer.metadata();
            let (min_occurred_at, max_occurred_at) =
                span(about, CommonColumn::OccurredAt).ok_or_else(foreign)?;
            let (min_recorded_at, max_recorded_at) =
                span(about, CommonColumn::RecordedAt).ok_or_else(foreign)?;
            let sealed = SealedFile {
                stream: written(about, "koe.stream").ok_or_else(foreign)?,
                format_version: written(about, "koe.format")
                    .and_then(|version| version.parse().ok())
                    .ok_or_else(foreign)?,
                rows: u64::try_from(about.file_metadata().num_rows()).map_err(|_| foreign())?,
                fields: fields_of(footer.schema()),
                path: path.clone(),
                bytes,
                min_occurred_at,
                max_occurred_at,
                min_recorded_at,
                max_recorded_at,
            };
            readable(&sealed)?;
            Ok(sealed)
        })
        .await
    }

    /// Every file in the places files are written to, listed or not, unfinished ones included:
    /// paths relative to the lake, sorted.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub async fn files_on_disk(&self) -> Result<Vec<String>> {
        let root = self.shared.root.clone();
        blocking(move || {
            let mut found = Vec::new();
            for stream in entries(&root.join("streams"))? {
                for month in entries(&stream)? {
                    let files = entries(&month)?;
                    let paths = files
                        .iter()
                        .filter_map(|path| path.strip_prefix(&root).ok());
                    found.extend(paths.map(|path| path.to_string_lossy().into_owned()));
                }
            }
            found.sort_unstable();
            Ok(found)
        })
        .await
    }
}

fn written(about: &ParquetMetaData, key: &str) -> Option<String> {
    let pairs = about.file_metadata().key_value_metadata()?;
    pairs.iter().find(|pair| pair.key == key)?.value.clone()
}

/// Smallest and largest value of a time column, from the statistics of the row groups.
fn span(about: &ParquetMetaData, column: CommonColumn) -> Option<(i64, i64)> {
    let columns = about.file_metadata().schema_descr().columns();
    let place = columns
        .iter()
        .position(|found| found.name() == column.name())?;
    let mut span: Option<(i64, i64)> = None;
    for group in about.row_groups() {
        let Statistics::Int64(found) = group.columns().get(place)?.statistics()? else {
            return None;
        };
        let (min, max) = (*found.min_opt()?, *found.max_opt()?);
        span = Some(span.map_or((min, max), |(first, last)| (first.min(min), last.max(max))));
    }
    span
}
