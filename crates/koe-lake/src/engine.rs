//! The engine: one per process, shared by all questions, within its limits.

use std::future::Future;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use datafusion::arrow::array::RecordBatch;
use datafusion::dataframe::DataFrame;
use datafusion::datasource::MemTable;
use datafusion::error::DataFusionError;
use datafusion::execution::disk_manager::{DiskManagerBuilder, DiskManagerMode};
use datafusion::execution::memory_pool::GreedyMemoryPool;
use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::execution::{SendableRecordBatchStream, SessionStateBuilder};
use datafusion::object_store::local::LocalFileSystem;
use datafusion::prelude::{SessionConfig, SessionContext};
use futures::StreamExt;
use serde::{Deserialize, Serialize};
use tokio::runtime::Runtime;
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;

use crate::cache::Memory;
use crate::chunk::Chunk;
use crate::error::{Error, Result};
use crate::question::TimeRange;
use crate::row::Row;
use crate::scan::SealedFiles;
use crate::stream::StreamSchema;
use crate::tombstone::{Graveyard, Tombstone};
use crate::writer::{self, Durability, FORMAT_VERSION, SealedFile};

/// What questions may use. Every limit is enforced; exceeding one is an [`Error`] that
/// [`Error::is_limit`] recognises.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Memory that all running questions share, in bytes.
    pub memory_bytes: usize,
    /// Memory for kept summaries, in bytes; 0 keeps none.
    pub remembered_bytes: usize,
    /// Longest a question may run, waiting included, in milliseconds.
    pub milliseconds: u64,
    /// Questions that run at the same time; others wait.
    pub concurrent: usize,
    /// Threads that read and sum; 0 means one per core.
    pub threads: usize,
    /// Most groups in one answer.
    pub groups: usize,
    /// Most (group, value) pairs summed for one answer, over all files.
    pub cells: usize,
    /// Most rows in one page of records, and most entries in one list.
    pub page_rows: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            memory_bytes: 512 << 20,
            remembered_bytes: 64 << 20,
            milliseconds: 30_000,
            concurrent: 4,
            threads: 0,
            groups: 50_000,
            cells: 5_000_000,
            page_rows: 10_000,
        }
    }
}

/// What is valid at one moment, read from the relational store in one transaction.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    /// The manifest, or at least all files of the streams asked about.
    pub files: Vec<SealedFile>,
    /// Rows that are in no file yet.
    pub pending: Vec<PendingRow>,
    /// Rows that are no longer true.
    pub tombstones: Vec<Tombstone>,
}

impl Snapshot {
    /// The files of a stream that have a moment of the time range, all readable.
    pub(crate) fn files_of(&self, stream: &str, time: &TimeRange) -> Result<Vec<SealedFile>> {
        self.files
            .iter()
            .filter(|file| {
                file.stream == stream && time.touches(file.min_occurred_at, file.max_occurred_at)
            })
            .map(|file| readable(file).map(|()| file.clone()))
            .collect()
    }

    pub(crate) fn tombstones_of(&self, stream: &str) -> Vec<Tombstone> {
        self.tombstones
            .iter()
            .filter(|tombstone| tombstone.stream.as_ref().is_none_or(|id| id == stream))
            .cloned()
            .collect()
    }

    /// The pending rows of a stream inside the time range that are not removed.
    pub(crate) fn pending_of(
        &self,
        stream: &str,
        time: &TimeRange,
        graveyard: &Graveyard,
    ) -> Vec<Row> {
        self.pending
            .iter()
            .filter(|pending| pending.stream == stream)
            .map(|pending| &pending.row)
            .filter(|row| time.covers(row.common.occurred_at, row.common.occurred_at))
            .filter(|row| !graveyard.removes(row))
            .cloned()
            .collect()
    }
}

/// A row that is in no file yet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PendingRow {
    /// Stream id.
    pub stream: String,
    /// The row.
    pub row: Row,
}

/// The experience lake of one data folder. Cheap to clone; all clones share one engine.
#[derive(Clone)]
pub struct Lake {
    pub(crate) shared: Arc<Shared>,
}

pub(crate) struct Shared {
    pub(crate) root: PathBuf,
    pub(crate) limits: Limits,
    pub(crate) session: SessionContext,
    pub(crate) store: ObjectStoreUrl,
    pub(crate) durability: Durability,
    pub(crate) memory: Memory,
    running: Semaphore,
    /// Taken on drop. A runtime of its own, so that a heavy question never delays an intake.
    runtime: Option<Runtime>,
}

impl Drop for Shared {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            // The last handle may go away inside another runtime, where waiting is forbidden.
            runtime.shutdown_background();
        }
    }
}

impl Lake {
    /// Opens the lake in a folder, which is created when missing. Reads nothing.
    ///
    /// # Errors
    /// [`Error::Io`] when the folder cannot be used.
    pub fn open(root: impl AsRef<Path>, limits: Limits) -> Result<Self> {
        let root = root.as_ref();
        let doing = || format!("opening the lake in {}", root.display());
        std::fs::create_dir_all(root).map_err(Error::io(doing()))?;
        let root = root.canonicalize().map_err(Error::io(doing()))?;
        let threads = match limits.threads {
            0 => std::thread::available_parallelism().map_or(2, usize::from),
            threads => threads,
        };
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(threads)
            .thread_name("lake")
            .enable_all()
            .build()
            .map_err(Error::io("starting the lake's threads"))?;

        let store = ObjectStoreUrl::parse("lake://local")?;
        let environment = RuntimeEnvBuilder::new()
            .with_memory_pool(Arc::new(GreedyMemoryPool::new(limits.memory_bytes)))
            // What does not fit in memory is refused: answers about people are not left in temporary files.
            .with_disk_manager_builder(
                DiskManagerBuilder::default().with_mode(DiskManagerMode::Disabled),
            )
            .build_arc()?;
        let files = LocalFileSystem::new_with_prefix(&root)
            .map_err(|error| Error::Engine(error.to_string()))?;
        environment.register_object_store(store.as_ref(), Arc::new(files));
        let config = SessionConfig::new()
            .with_target_partitions(threads)
            .with_information_schema(false);
        let state = SessionStateBuilder::new_with_default_features()
            .with_config(config)
            .with_runtime_env(environment)
            .build();
        Ok(Lake {
            shared: Arc::new(Shared {
                session: SessionContext::new_with_state(state),
                memory: Memory::new(limits.remembered_bytes),
                running: Semaphore::new(limits.concurrent.max(1)),
                durability: Durability::default(),
                runtime: Some(runtime),
                root,
                limits,
                store,
            }),
        })
    }

    /// How often files were forced to disk by this process.
    pub fn durability(&self) -> &Durability {
        &self.shared.durability
    }

    /// Seals a chunk into one file per UTC month of `occurred_at`. `file_id` must be new. When this
    /// returns, the files are on disk under their names, whatever happens to the machine; they
    /// count once the manifest lists them.
    ///
    /// # Errors
    /// [`Error::BadId`], [`Error::Io`] ([`Error::is_disk_full`]).
    pub async fn seal(&self, chunk: Chunk, file_id: &str) -> Result<Vec<SealedFile>> {
        let shared = Arc::clone(&self.shared);
        let file_id = file_id.to_owned();
        blocking(move || writer::seal(&shared.root, chunk, &file_id, &shared.durability)).await
    }

    /// Seals rows of one stream: [`Lake::seal`] of a [`Chunk`] of them.
    ///
    /// # Errors
    /// As for [`Chunk::push_row`] and [`Lake::seal`].
    pub async fn seal_rows(
        &self,
        stream: &StreamSchema,
        rows: &[Row],
        file_id: &str,
    ) -> Result<Vec<SealedFile>> {
        let mut chunk = Chunk::new(stream.clone())?;
        for row in rows {
            chunk.push_row(row)?;
        }
        self.seal(chunk, file_id).await
    }

    /// Runs a question on the lake's own threads, within the limits of time and concurrency. It
    /// stops when the caller stops waiting.
    pub(crate) async fn within_limits<T, F>(&self, question: F) -> Result<T>
    where
        T: Send + 'static,
        F: Future<Output = Result<T>> + Send + 'static,
    {
        let milliseconds = self.shared.limits.milliseconds;
        let shared = Arc::clone(&self.shared);
        let mut task = StopWhenDropped(self.spawn(async move {
            let _turn = shared.running.acquire().await;
            question.await
        })?);
        match tokio::time::timeout(Duration::from_millis(milliseconds), &mut task.0).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(failed)) => Err(Error::Engine(failed.to_string())),
            Err(_) => Err(Error::TimedOut { milliseconds }),
        }
    }
}

impl Lake {
    /// Starts work on the lake's own threads.
    pub(crate) fn spawn<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Result<JoinHandle<T>> {
        match &self.shared.runtime {
            Some(runtime) => Ok(runtime.spawn(work)),
            None => Err(Error::Engine("the lake is closed".to_owned())),
        }
    }
}

struct StopWhenDropped<T>(JoinHandle<T>);

impl<T> Drop for StopWhenDropped<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(failed) => Err(Error::Engine(failed.to_string())),
    }
}

impl Shared {
    /// The rows of sealed files as a table.
    pub(crate) fn sealed(
        &self,
        stream: &StreamSchema,
        files: &[&SealedFile],
        shape: impl FnOnce(SealedFiles) -> SealedFiles,
    ) -> Result<DataFrame> {
        let table = shape(SealedFiles::new(&self.store, &stream.arrow(), files));
        Ok(self.session.read_table(Arc::new(table))?)
    }

    /// Rows in memory as a table.
    pub(crate) fn pending<'a>(
        &self,
        stream: &StreamSchema,
        rows: impl IntoIterator<Item = &'a Row>,
    ) -> Result<DataFrame> {
        let mut chunk = Chunk::new(stream.clone())?;
        for row in rows {
            chunk.push_known(row)?;
        }
        let batch = chunk.finish()?;
        let table = MemTable::try_new(batch.schema(), vec![vec![batch]])?;
        Ok(self.session.read_table(Arc::new(table))?)
    }

    /// Starts a plan. A failure to read names the file that is gone, which the engine itself tells
    /// only in prose.
    pub(crate) async fn start(
        &self,
        frame: DataFrame,
        files: &[&SealedFile],
    ) -> Result<SendableRecordBatchStream> {
        frame
            .execute_stream()
            .await
            .map_err(|error| self.explain(error, files))
    }

    /// Starts a plan as the streams that can be worked on side by side.
    pub(crate) async fn start_parts(
        &self,
        frame: DataFrame,
        files: &[&SealedFile],
    ) -> Result<Vec<SendableRecordBatchStream>> {
        frame
            .execute_stream_partitioned()
            .await
            .map_err(|error| self.explain(error, files))
    }

    /// The next batch of a started plan.
    pub(crate) async fn next(
        &self,
        batches: &mut SendableRecordBatchStream,
        files: &[&SealedFile],
    ) -> Result<Option<RecordBatch>> {
        let batch = batches.next().await.transpose();
        batch.map_err(|error| self.explain(error, files))
    }

    /// Runs a plan, handing over its result batch by batch.
    pub(crate) async fn run(
        &self,
        frame: DataFrame,
        files: &[&SealedFile],
        mut take: impl FnMut(RecordBatch) -> Result<()>,
    ) -> Result<()> {
        let mut batches = self.start(frame, files).await?;
        while let Some(batch) = self.next(&mut batches, files).await? {
            take(batch)?;
        }
        Ok(())
    }

    fn explain(&self, error: DataFusionError, files: &[&SealedFile]) -> Error {
        match Error::from(error) {
            Error::Engine(prose) => self.missing(files).unwrap_or(Error::Engine(prose)),
            Error::OutOfMemory { .. } => Error::OutOfMemory {
                limit: self.limits.memory_bytes,
            },
            other => other,
        }
    }

    fn missing(&self, files: &[&SealedFile]) -> Option<Error> {
        files
            .iter()
            .find(|file| !self.root.join(&file.path).exists())
            .map(|file| Error::MissingFile(file.path.clone()))
    }
}

/// Refuses files that a newer program wrote.
pub(crate) fn readable(file: &SealedFile) -> Result<()> {
    if file.format_version > FORMAT_VERSION {
        return Err(Error::NewerFormat {
            path: file.path.clone(),
            found: file.format_version,
            known: FORMAT_VERSION,
        });
    }
    Ok(())
}
