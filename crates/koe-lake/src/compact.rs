//! Folding: small files of a month become one, and what was removed is left out.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::logical_expr::{Expr, lit};
use serde::{Deserialize, Serialize};

use crate::engine::{Lake, Shared, blocking, readable};
use crate::error::{Error, Result};
use crate::frame::{alive, named};
use crate::plan::Sums;
use crate::question::CommonColumn;
use crate::scan::FILE_COLUMN;
use crate::stream::StreamSchema;
use crate::tombstone::{Graveyard, Removed, Tombstone};
use crate::writer::{FileWriter, SealedFile};

/// A month larger than this many rows becomes several files.
const FILE_ROWS: u64 = 4_000_000;

/// Files of one stream to be written anew.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Compaction {
    /// The stream with the fields it has today; a field that is no longer listed is dropped.
    pub stream: StreamSchema,
    /// Files of that stream, of any months.
    pub files: Vec<SealedFile>,
    /// What is left out. To erase customers, name them here.
    pub tombstones: Vec<Tombstone>,
    /// Id of the new files, not used before.
    pub file_id: String,
}

/// What a compaction wrote. In ONE transaction the manifest takes up `written` and drops
/// `replaced`; the replaced files stay on disk for questions that are still reading them, until
/// [`Lake::collect_garbage`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Compacted {
    /// New files; none when every row was removed.
    pub written: Vec<SealedFile>,
    /// Paths of all files the compaction was given.
    pub replaced: Vec<String>,
    /// Rows that were left out.
    pub rows_removed: u64,
}

impl Lake {
    /// Writes the rows of the files that are not removed into one file per month. Answers over
    /// `written` are those over the given files with the given tombstones.
    ///
    /// # Errors
    /// [`Error::BadId`], [`Error::BadQuestion`] when a file is of another stream,
    /// [`Error::MissingFile`], [`Error::Io`]; nothing is replaced then.
    pub async fn compact(&self, compaction: &Compaction) -> Result<Compacted> {
        compaction.stream.check()?;
        let mut months: BTreeMap<String, Vec<SealedFile>> = BTreeMap::new();
        for file in &compaction.files {
            readable(file)?;
            let month = file.month().filter(|_| file.stream == compaction.stream.id);
            let Some(month) = month else {
                let stream = &compaction.stream.id;
                return Err(Error::BadQuestion(format!(
                    "{} is no file of stream {stream}",
                    file.path
                )));
            };
            months
                .entry(month.to_owned())
                .or_default()
                .push(file.clone());
        }
        let shared = Arc::clone(&self.shared);
        let compaction = compaction.clone();
        let work = self.spawn(async move {
            let mut done = Compacted::default();
            for (month, files) in &months {
                let rows: u64 = files.iter().map(|file| file.rows).sum();
                let written = fold(&shared, &compaction, month, files).await?;
                done.rows_removed += rows - written.iter().map(|file| file.rows).sum::<u64>();
                done.written.extend(written);
                done.replaced
                    .extend(files.iter().map(|file| file.path.clone()));
            }
            Ok(done)
        })?;
        work.await
            .map_err(|failed| Error::Engine(failed.to_string()))?
    }

    /// The files that really hold a row that a tombstone removes. `may_touch` answers by time
    /// alone; this looks inside (Bloom filters first), for an erasure that must know where a
    /// customer is.
    ///
    /// # Errors
    /// As for [`Lake::ask`], except limits of time.
    pub async fn files_touched(
        &self,
        files: &[SealedFile],
        tombstones: &[Tombstone],
    ) -> Result<Vec<SealedFile>> {
        let mut streams: BTreeMap<&str, Vec<SealedFile>> = BTreeMap::new();
        for file in files {
            readable(file)?;
            if tombstones.iter().any(|tombstone| tombstone.may_touch(file)) {
                streams.entry(&file.stream).or_default().push(file.clone());
            }
        }
        let streams: Vec<(String, Vec<SealedFile>)> = streams
            .into_iter()
            .map(|(stream, files)| (stream.to_owned(), files))
            .collect();
        let tombstones = tombstones.to_vec();
        let shared = Arc::clone(&self.shared);
        let work = self.spawn(async move {
            let mut touched = Vec::new();
            for (stream, files) in &streams {
                touched.extend(holding(&shared, stream, files, &tombstones).await?);
            }
            Ok(touched)
        })?;
        work.await
            .map_err(|failed| Error::Engine(failed.to_string()))?
    }

    /// Deletes files that are not valid (paths relative to the lake) and were last written before a
    /// time: orphans of a crash, and files that compaction replaced. Choose the time so that no
    /// question and no seal that began before it can still be at work. Returns what was deleted.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub async fn collect_garbage(
        &self,
        valid: HashSet<String>,
        older_than: SystemTime,
    ) -> Result<Vec<String>> {
        let shared = Arc::clone(&self.shared);
        blocking(move || {
            let deleted = collect(&shared.root, &valid, older_than)?;
            shared.memory.forget(|path| !valid.contains(path));
            Ok(deleted)
        })
        .await
    }
}

async fn fold(
    shared: &Shared,
    compaction: &Compaction,
    month: &str,
    files: &[SealedFile],
) -> Result<Vec<SealedFile>> {
    let files: Vec<&SealedFile> = files.iter().collect();
    let touching = compaction
        .tombstones
        .iter()
        .filter(|tombstone| files.iter().any(|file| tombstone.may_touch(file)));
    let graveyard = Arc::new(Graveyard::of(touching));
    let schema = compaction.stream.arrow();
    let columns: Vec<Expr> = schema
        .fields()
        .iter()
        .map(|column| named(column.name()))
        .collect();
    let mut frame = shared.sealed(&compaction.stream, &files, |table| table.sorted_by_time())?;
    if let Some(alive) = alive(&graveyard).into_iter().reduce(Expr::and) {
        frame = frame.filter(alive)?;
    }
    let by_time = vec![named(CommonColumn::OccurredAt.name()).sort(true, false)];
    let mut batches = shared
        .start(frame.select(columns)?.sort(by_time)?, &files)
        .await?;

    let expected: u64 = files.iter().map(|file| file.rows).sum();
    let create = |number: usize| {
        let file_id = match number {
            0 => compaction.file_id.clone(),
            number => format!("{}-{number}", compaction.file_id),
        };
        FileWriter::create(
            &shared.root,
            &compaction.stream.id,
            month,
            &file_id,
            &schema,
            expected,
            &shared.durability,
        )
    };
    let mut written = Vec::new();
    let mut file = create(0)?;
    while let Some(batch) = shared.next(&mut batches, &files).await? {
        if file.rows() >= FILE_ROWS {
            written.extend(file.finish()?);
            file = create(written.len())?;
        }
        file.write(&batch.with_schema(SchemaRef::clone(&schema))?)?;
    }
    written.extend(file.finish()?);
    Ok(written)
}

async fn holding(
    shared: &Shared,
    stream: &str,
    files: &[SealedFile],
    tombstones: &[Tombstone],
) -> Result<Vec<SealedFile>> {
    let stream = StreamSchema::new(stream, Vec::new())?;
    let files: Vec<&SealedFile> = files.iter().collect();
    let mut customers = Vec::new();
    let mut records = Vec::new();
    for tombstone in tombstones {
        match &tombstone.removed {
            Removed::Customer(customer) => {
                let customer = lit(customer.as_str());
                let holds = named(CommonColumn::Customer.name()).eq(customer.clone());
                customers.push((customer, holds));
            }
            // The row of a correction carries the same id, and is to stay.
            Removed::Record { id, revision } => {
                let id = lit(id.as_str());
                let holds = named(CommonColumn::RecordId.name())
                    .eq(id.clone())
                    .and(named(CommonColumn::Revision.name()).lt_eq(lit(*revision)));
                records.push((id, holds));
            }
        }
    }
    let mut touched = HashSet::new();
    for (column, removed) in [
        (CommonColumn::Customer, customers),
        (CommonColumn::RecordId, records),
    ] {
        // In portions, because the Bloom filters are asked only for short lists.
        for portion in removed.chunks(16) {
            let ids = portion.iter().map(|(id, _)| id.clone()).collect();
            let holds = portion.iter().map(|(_, holds)| holds.clone());
            let Some(holds) = holds.reduce(Expr::or) else {
                continue;
            };
            let frame = shared
                .sealed(&stream, &files, |table| table.reading_late())?
                .filter(named(column.name()).in_list(ids, false))?
                .filter(holds)?
                .aggregate(vec![named(FILE_COLUMN)], vec![])?;
            shared
                .run(frame, &files, |batch| {
                    let sums = Sums { batch: &batch };
                    touched.extend(sums.places(FILE_COLUMN)?);
                    Ok(())
                })
                .await?;
        }
    }
    let files = files.iter().enumerate();
    Ok(files
        .filter(|(place, _)| touched.contains(place))
        .map(|(_, file)| (*file).clone())
        .collect())
}

/// Walks `streams/<stream>/<month>/<file>`, the only places files are written to.
fn collect(root: &Path, valid: &HashSet<String>, older_than: SystemTime) -> Result<Vec<String>> {
    let mut deleted = Vec::new();
    for stream in entries(&root.join("streams"))? {
        for month in entries(&stream)? {
            for path in entries(&month)? {
                let Some(relative) = path.strip_prefix(root).ok().and_then(Path::to_str) else {
                    continue;
                };
                let doing = || format!("deleting {}", path.display());
                let written = path
                    .metadata()
                    .and_then(|about| about.modified())
                    .map_err(Error::io(doing()))?;
                if valid.contains(relative) || written >= older_than {
                    continue;
                }
                std::fs::remove_file(&path).map_err(Error::io(doing()))?;
                deleted.push(relative.to_owned());
            }
        }
    }
    deleted.sort_unstable();
    Ok(deleted)
}

/// What is in a folder; nothing when it is none.
pub(crate) fn entries(folder: &Path) -> Result<Vec<std::path::PathBuf>> {
    let doing = || format!("listing {}", folder.display());
    match std::fs::read_dir(folder) {
        Ok(entries) => entries
            .map(|entry| entry.map(|entry| entry.path()))
            .collect::<Result<_, _>>()
            .map_err(Error::io(doing())),
        Err(error)
            if matches!(
                error.kind(),
                std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory
            ) =>
        {
            Ok(Vec::new())
        }
        Err(error) => Err(Error::io(doing())(error)),
    }
}
