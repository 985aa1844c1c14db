//! Sealing: rows become immutable Parquet files, durable before anybody hears of them.

use std::fs::{self, File};
use std::io::Write;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use datafusion::arrow::array::{AsArray, RecordBatch, UInt32Array};
use datafusion::arrow::compute::take_record_batch;
use datafusion::arrow::datatypes::{Schema, SchemaRef, TimestampMillisecondType};
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::basic::{Compression, Encoding, ZstdLevel};
use datafusion::parquet::errors::ParquetError;
use datafusion::parquet::file::metadata::{KeyValue, SortingColumn};
use datafusion::parquet::file::properties::{EnabledStatistics, WriterProperties};
use datafusion::parquet::schema::types::ColumnPath;
use serde::{Deserialize, Serialize};

use crate::chunk::Chunk;
use crate::error::{Error, Result};
use crate::question::CommonColumn;
use crate::stream::{Field, FieldKind, check_id, field_of_column};

/// Version of the file format this program writes; it reads this one and all before.
pub const FORMAT_VERSION: u32 = 1;

/// Rows per row group: small enough that a time filter skips, large enough to compress well.
const ROW_GROUP_ROWS: usize = 128 * 1024;

/// What the manifest keeps of one sealed file.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SealedFile {
    /// Path relative to the lake: `streams/<stream>/<yyyy-mm>/<id>.parquet`.
    pub path: String,
    /// Stream id.
    pub stream: String,
    /// Number of rows.
    pub rows: u64,
    /// Size in bytes.
    pub bytes: u64,
    /// Earliest `occurred_at` (ms UTC). All rows of a file occurred in one UTC month.
    pub min_occurred_at: i64,
    /// Latest `occurred_at`.
    pub max_occurred_at: i64,
    /// Earliest `recorded_at`.
    pub min_recorded_at: i64,
    /// Latest `recorded_at`.
    pub max_recorded_at: i64,
    /// Version of the file format.
    pub format_version: u32,
    /// Fields the file has columns for.
    pub fields: Vec<Field>,
}

impl SealedFile {
    /// The UTC month all its rows occurred in, as in its path: `2026-04`.
    pub fn month(&self) -> Option<&str> {
        self.path.split('/').nth(2)
    }
}

/// Makes files durable and counts how often it did, for tests and for `/metrics`.
#[derive(Debug, Default)]
pub struct Durability {
    fsyncs: AtomicU64,
    sealed_files: AtomicU64,
}

impl Durability {
    /// How many times a file or folder was forced to disk: two per sealed file (the file, its
    /// folder) and one for each folder that did not exist before.
    pub fn fsyncs(&self) -> u64 {
        self.fsyncs.load(Ordering::Relaxed)
    }

    /// How many files were sealed.
    pub fn sealed_files(&self) -> u64 {
        self.sealed_files.load(Ordering::Relaxed)
    }

    fn sync(&self, file: &File, path: &Path) -> Result<()> {
        file.sync_all()
            .map_err(Error::io(format!("forcing {} to disk", path.display())))?;
        self.fsyncs.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    fn sync_folder(&self, folder: &Path) -> Result<()> {
        let handle =
            File::open(folder).map_err(Error::io(format!("opening {}", folder.display())))?;
        self.sync(&handle, folder)
    }

    /// Creates a folder and makes its entry in its parent durable, parents first.
    fn create_folder(&self, folder: &Path) -> Result<()> {
        if folder.is_dir() {
            return Ok(());
        }
        if let Some(parent) = folder.parent() {
            self.create_folder(parent)?;
        }
        match fs::create_dir(folder) {
            Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => {
                return Err(Error::io(format!("creating {}", folder.display()))(error));
            }
            _ => {}
        }
        match folder.parent() {
            Some(parent) => self.sync_folder(parent),
            None => Ok(()),
        }
    }
}

/// Seals a chunk: one file per UTC month it touches, each sorted by time, forced to disk before it
/// gets its name. `file_id` must be new; the months make the paths differ.
///
/// # Errors
/// [`Error::BadId`]; [`Error::Io`], and then files already written are orphans that
/// [`collect_garbage`](crate::Lake::collect_garbage) removes.
pub(crate) fn seal(
    root: &Path,
    chunk: Chunk,
    file_id: &str,
    durability: &Durability,
) -> Result<Vec<SealedFile>> {
    let stream = chunk.schema().id.clone();
    let batch = by_time(chunk.finish()?)?;
    months(&batch)
        .into_iter()
        .map(|(month, rows)| {
            let mut file = FileWriter::create(
                root,
                &stream,
                &month,
                file_id,
                batch.schema_ref(),
                rows.len() as u64,
                durability,
            )?;
            file.write(&batch.slice(rows.start, rows.len()))?;
            file.finish()
        })
        .filter_map(Result::transpose)
        .collect()
}

fn times(batch: &RecordBatch, column: CommonColumn) -> &[i64] {
    let position = CommonColumn::STORED
        .iter()
        .position(|stored| *stored == column);
    position.map_or(&[], |position| {
        batch
            .column(position)
            .as_primitive::<TimestampMillisecondType>()
            .values()
    })
}

fn by_time(batch: RecordBatch) -> Result<RecordBatch> {
    let occurred = times(&batch, CommonColumn::OccurredAt);
    if occurred.is_sorted() {
        return Ok(batch);
    }
    let count = u32::try_from(occurred.len())
        .map_err(|_| Error::BadQuestion("a chunk holds at most 4 billion rows".to_owned()))?;
    let mut order: Vec<u32> = (0..count).collect();
    order.sort_by_key(|row| occurred[*row as usize]);
    Ok(take_record_batch(&batch, &UInt32Array::from(order))?)
}

/// The runs of equal month in a batch that is sorted by time.
fn months(batch: &RecordBatch) -> Vec<(String, Range<usize>)> {
    let occurred = times(batch, CommonColumn::OccurredAt);
    let mut runs = Vec::new();
    let mut start = 0;
    while start < occurred.len() {
        let month = month_of(occurred[start]);
        let length = occurred[start..].partition_point(|time| month_of(*time) <= month);
        runs.push((
            format!("{:04}-{:02}", month.0, month.1),
            start..start + length,
        ));
        start += length;
    }
    runs
}

/// Year and month of a UTC time, by Howard Hinnant's `civil_from_days` (proleptic Gregorian).
fn month_of(time: i64) -> (i64, i64) {
    let days = time.div_euclid(86_400_000) + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let month = if shifted < 10 {
        shifted + 3
    } else {
        shifted - 9
    };
    (era * 400 + year_of_era + i64::from(month <= 2), month)
}

/// One file being written under a temporary name, which goes away unless the file is finished.
pub(crate) struct FileWriter<'a> {
    /// Taken when the file is finished.
    writer: Option<ArrowWriter<Disk>>,
    failed: Arc<Mutex<Option<std::io::Error>>>,
    durability: &'a Durability,
    folder: PathBuf,
    temporary: PathBuf,
    target: PathBuf,
    sealed: SealedFile,
}

impl<'a> FileWriter<'a> {
    pub(crate) fn create(
        root: &Path,
        stream: &str,
        month: &str,
        file_id: &str,
        schema: &SchemaRef,
        expected_rows: u64,
        durability: &'a Durability,
    ) -> Result<Self> {
        check_id("file", file_id)?;
        let folder = root.join("streams").join(stream).join(month);
        durability.create_folder(&folder)?;
        let temporary = folder.join(format!("{file_id}.parquet.tmp"));
        let file = File::create(&temporary)
            .map_err(Error::io(format!("creating {}", temporary.display())))?;
        let failed = Arc::default();
        let disk = Disk {
            file,
            failed: Arc::clone(&failed),
        };
        // ArrowWriter writes nothing yet, so a failure here is not the system's.
        let writer = ArrowWriter::try_new(
            disk,
            SchemaRef::clone(schema),
            Some(properties(stream, expected_rows)?),
        )?;
        Ok(FileWriter {
            writer: Some(writer),
            failed,
            durability,
            target: folder.join(format!("{file_id}.parquet")),
            folder,
            temporary,
            sealed: SealedFile {
                path: format!("streams/{stream}/{month}/{file_id}.parquet"),
                stream: stream.to_owned(),
                rows: 0,
                bytes: 0,
                min_occurred_at: i64::MAX,
                max_occurred_at: i64::MIN,
                min_recorded_at: i64::MAX,
                max_recorded_at: i64::MIN,
                format_version: FORMAT_VERSION,
                fields: fields_of(schema),
            },
        })
    }

    /// Adds rows, which must follow those before in time.
    pub(crate) fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        let Some(writer) = &mut self.writer else {
            return Ok(());
        };
        let done = writer.write(batch);
        self.told(done)?;
        self.sealed.rows += batch.num_rows() as u64;
        for time in times(batch, CommonColumn::OccurredAt) {
            self.sealed.min_occurred_at = self.sealed.min_occurred_at.min(*time);
            self.sealed.max_occurred_at = self.sealed.max_occurred_at.max(*time);
        }
        for time in times(batch, CommonColumn::RecordedAt) {
            self.sealed.min_recorded_at = self.sealed.min_recorded_at.min(*time);
            self.sealed.max_recorded_at = self.sealed.max_recorded_at.max(*time);
        }
        Ok(())
    }

    /// What the Parquet writer did, told in the system's words where it was the system that refused.
    fn told<T>(&self, done: Result<T, ParquetError>) -> Result<T> {
        done.map_err(|error| {
            let doing = format!("writing {}", self.temporary.display());
            let system = self
                .failed
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .take();
            match system {
                Some(source) => Error::Io { doing, source },
                None => Error::Engine(format!("{doing}: {error}")),
            }
        })
    }

    /// How many rows were written.
    pub(crate) fn rows(&self) -> u64 {
        self.sealed.rows
    }

    /// Forces the file to disk, gives it its name and forces the name to disk. `None`, and no file,
    /// when no row was written.
    pub(crate) fn finish(mut self) -> Result<Option<SealedFile>> {
        let Some(writer) = self.writer.take() else {
            return Ok(None);
        };
        if self.sealed.rows == 0 {
            return Ok(None);
        }
        let file = self.told(writer.into_inner())?.file;
        let about = file.metadata();
        self.sealed.bytes = about
            .map_err(Error::io(format!("sealing {}", self.temporary.display())))?
            .len();
        self.durability.sync(&file, &self.temporary)?;
        drop(file);
        fs::rename(&self.temporary, &self.target)
            .map_err(Error::io(format!("renaming {}", self.temporary.display())))?;
        self.durability.sync_folder(&self.folder)?;
        self.durability.sealed_files.fetch_add(1, Ordering::Relaxed);
        Ok(Some(self.sealed.clone()))
    }
}

impl Drop for FileWriter<'_> {
    fn drop(&mut self) {
        // After a finish there is nothing under this name; after a failure the space is given back,
        // and if even that fails the garbage duty finds the file later.
        let _ = fs::remove_file(&self.temporary);
    }
}

/// A file that keeps what the system answered: the Parquet writer tells some failures only in
/// prose, and a full disk must stay recognisable.
struct Disk {
    file: File,
    failed: Arc<Mutex<Option<std::io::Error>>>,
}

impl Disk {
    fn keep<T>(&self, done: std::io::Result<T>) -> std::io::Result<T> {
        done.map_err(|error| {
            let told = std::io::Error::from(error.kind());
            *self.failed.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
            told
        })
    }
}

impl Write for Disk {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let done = self.file.write(bytes);
        self.keep(done)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        let done = self.file.flush();
        self.keep(done)
    }
}

fn properties(stream: &str, expected_rows: u64) -> Result<WriterProperties> {
    let column = |column: CommonColumn| ColumnPath::from(column.name());
    let times = [CommonColumn::OccurredAt, CommonColumn::RecordedAt];
    let mut properties = WriterProperties::builder()
        .set_created_by("koe".to_owned())
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(1)?))
        .set_max_row_group_row_count(Some(ROW_GROUP_ROWS))
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_sorting_columns(Some(vec![SortingColumn {
            column_idx: 2,
            descending: false,
            nulls_first: false,
        }]))
        .set_key_value_metadata(Some(vec![
            KeyValue::new("koe.format".to_owned(), FORMAT_VERSION.to_string()),
            KeyValue::new("koe.stream".to_owned(), stream.to_owned()),
        ]));
    for time in times.map(column) {
        properties = properties
            .set_column_dictionary_enabled(time.clone(), false)
            .set_column_encoding(time, Encoding::DELTA_BINARY_PACKED);
    }
    // Ids that a person's timeline or a record's correction is looked up by: a dictionary of ever
    // new values is wasted, a Bloom filter lets whole files be passed over.
    let record_id = column(CommonColumn::RecordId);
    Ok(properties
        .set_column_statistics_enabled(column(CommonColumn::OccurredAt), EnabledStatistics::Page)
        .set_column_dictionary_enabled(record_id.clone(), false)
        .set_column_bloom_filter_enabled(record_id, true)
        .set_column_bloom_filter_enabled(column(CommonColumn::Customer), true)
        // A filter is made for this many ids and folded to those that came.
        .set_bloom_filter_max_ndv(expected_rows.clamp(64, ROW_GROUP_ROWS as u64))
        .build())
}

pub(crate) fn fields_of(schema: &Schema) -> Vec<Field> {
    schema
        .fields()
        .iter()
        .filter_map(|column| {
            let id = field_of_column(column.name())?;
            Some(Field::new(id, FieldKind::of(column.data_type())?))
        })
        .collect()
}
