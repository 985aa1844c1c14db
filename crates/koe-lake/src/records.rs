//! Records themselves: response tables, customer timelines, exports.

use std::collections::BTreeSet;
use std::sync::Arc;

use datafusion::dataframe::DataFrame;
use datafusion::logical_expr::{Expr, lit};
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;

use crate::earlier::{EarlierRows, Histories, Unread};
use crate::engine::{Lake, Shared, Snapshot};
use crate::error::{Error, Result};
use crate::frame::{Frame, alive, moment, named, within};
use crate::question::{CommonColumn, Selection};
use crate::read;
use crate::row::Row;
use crate::stream::{StreamSchema, column_name};
use crate::tombstone::Graveyard;
use crate::writer::SealedFile;

/// Which fields of a record are read; the common columns always are.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldsWanted {
    /// Every field of the stream.
    #[default]
    All,
    /// These; those a stream does not have are left out.
    Only(Vec<String>),
}

/// In which order records come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// By `occurred_at`, latest first.
    #[default]
    NewestFirst,
    /// By `occurred_at`, earliest first.
    OldestFirst,
}

/// Where a record stands in the order: pages continue after one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Position {
    /// When it occurred (ms UTC).
    pub occurred_at: i64,
    /// Record id.
    pub record_id: String,
    /// Stream id.
    pub stream: String,
}

/// A page of records of some streams. To find certain records or one customer's, say so as a
/// condition on `record_id` or `customer`: files are passed over by their Bloom filters.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RecordsQuestion {
    /// Streams with the fields they have today.
    pub streams: Vec<StreamSchema>,
    /// Which rows.
    pub selection: Selection,
    /// Which fields.
    #[serde(default)]
    pub fields: FieldsWanted,
    /// In which order.
    #[serde(default)]
    pub order: Order,
    /// Rows per page, at most [`Limits::page_rows`](crate::Limits::page_rows).
    pub limit: usize,
    /// Only what comes after.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Position>,
}

/// A record with the stream it is in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Stream id.
    pub stream: String,
    /// The row.
    pub row: Row,
}

impl Record {
    fn position(&self) -> Position {
        Position {
            occurred_at: self.row.common.occurred_at,
            record_id: self.row.common.record_id.clone(),
            stream: self.stream.clone(),
        }
    }
}

/// A page of records.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Page {
    /// In the order asked for.
    pub records: Vec<Record>,
    /// Ask on after this; absent on the last page.
    pub next: Option<Position>,
}

/// Records in batches, in order of streams; within a stream first those of sealed files, then
/// pending ones, each by time.
pub struct Export {
    batches: mpsc::Receiver<Result<Vec<Record>>>,
}

impl Export {
    /// The next batch, at most some ten thousand records; `None` after the last.
    pub async fn next(&mut self) -> Option<Result<Vec<Record>>> {
        self.batches.recv().await
    }
}

/// The valid rows of one stream: those in files and those pending, as tables of equal columns.
pub(crate) struct Source {
    pub(crate) stream: StreamSchema,
    pub(crate) selection: Selection,
    pub(crate) files: Vec<SealedFile>,
    pub(crate) graveyard: Arc<Graveyard>,
    pub(crate) pending: Vec<Row>,
    /// What conditions look up in other streams, once it is read.
    pub(crate) earlier: Option<Arc<Histories>>,
}

impl Source {
    pub(crate) fn of(
        stream: &StreamSchema,
        fields: &BTreeSet<&str>,
        selection: &Selection,
        snapshot: &Snapshot,
    ) -> Result<Self> {
        stream.check()?;
        let files = snapshot.files_of(&stream.id, &selection.time)?;
        let graveyard = Graveyard::of(&snapshot.tombstones_of(&stream.id));
        let pending = snapshot.pending_of(&stream.id, &selection.time, &graveyard);
        Ok(Source {
            stream: stream.narrowed(fields),
            selection: selection.clone(),
            files,
            graveyard: Arc::new(graveyard),
            pending,
            earlier: None,
        })
    }

    pub(crate) fn file_list(&self) -> Vec<&SealedFile> {
        self.files.iter().collect()
    }

    /// The rows of files that are selected and not removed; `None` without files.
    pub(crate) fn sealed(&self, shared: &Shared, sorted: bool) -> Result<Option<DataFrame>> {
        if self.files.is_empty() {
            return Ok(None);
        }
        let frame = shared.sealed(&self.stream, &self.file_list(), |table| match sorted {
            true => table.sorted_by_time(),
            false => table.reading_late(),
        })?;
        let mut filters = self.filters()?;
        filters.extend(alive(&self.graveyard));
        Ok(Some(filtered(frame, filters)?))
    }

    /// The pending rows that are selected; `None` without any.
    pub(crate) fn tail(&self, shared: &Shared) -> Result<Option<DataFrame>> {
        if self.pending.is_empty() {
            return Ok(None);
        }
        let frame = shared.pending(&self.stream, &self.pending)?;
        Ok(Some(filtered(frame, self.filters()?)?))
    }

    fn filters(&self) -> Result<Vec<Expr>> {
        let mut filters = within(&self.selection.time);
        filters.extend(
            Frame::with(&self.stream, self.earlier.as_deref()).conditions(&self.selection)?,
        );
        Ok(filters)
    }

    /// Every column a record is made of.
    fn columns(&self) -> Vec<Expr> {
        CommonColumn::STORED
            .iter()
            .map(|column| named(column.name()))
            .chain(
                self.stream
                    .fields
                    .iter()
                    .map(|field| named(&column_name(&field.id))),
            )
            .collect()
    }

    fn records(&self, rows: Vec<Row>, wanted: &FieldsWanted) -> impl Iterator<Item = Record> {
        rows.into_iter().map(move |mut row| {
            if let FieldsWanted::Only(wanted) = wanted {
                row.values.retain(|field, _| wanted.contains(field));
            }
            Record {
                stream: self.stream.id.clone(),
                row,
            }
        })
    }
}

fn filtered(frame: DataFrame, filters: Vec<Expr>) -> Result<DataFrame> {
    Ok(match filters.into_iter().reduce(Expr::and) {
        Some(filter) => frame.filter(filter)?,
        None => frame,
    })
}

impl RecordsQuestion {
    fn sources(&self, snapshot: &Snapshot) -> Result<Vec<Source>> {
        self.streams
            .iter()
            .map(|stream| {
                let mut fields: BTreeSet<&str> = match &self.fields {
                    FieldsWanted::All => stream
                        .fields
                        .iter()
                        .map(|field| field.id.as_str())
                        .collect(),
                    FieldsWanted::Only(fields) => fields.iter().map(String::as_str).collect(),
                };
                for condition in &self.selection.conditions {
                    fields.extend(condition.column.field());
                }
                Source::of(stream, &fields, &self.selection, snapshot)
            })
            .collect()
    }

    /// What comes after the last page, in one stream.
    fn after(&self, stream: &str) -> Option<Expr> {
        let after = self.after.as_ref()?;
        let occurred = || named(CommonColumn::OccurredAt.name());
        let record = || named(CommonColumn::RecordId.name());
        let (time, id) = (moment(after.occurred_at), lit(after.record_id.as_str()));
        let (later, further) = match self.order {
            Order::OldestFirst if stream > after.stream.as_str() => {
                (occurred().gt(time.clone()), record().gt_eq(id))
            }
            Order::OldestFirst => (occurred().gt(time.clone()), record().gt(id)),
            Order::NewestFirst if stream < after.stream.as_str() => {
                (occurred().lt(time.clone()), record().lt_eq(id))
            }
            Order::NewestFirst => (occurred().lt(time.clone()), record().lt(id)),
        };
        Some(later.or(occurred().eq(time).and(further)))
    }
}

impl Lake {
    /// A page of records that are valid in the snapshot.
    ///
    /// # Errors
    /// [`Error::TooManyRows`] when the page is larger than allowed; else as for [`Lake::ask`].
    pub async fn records(&self, question: &RecordsQuestion, snapshot: &Snapshot) -> Result<Page> {
        let limit = self.shared.limits.page_rows;
        if question.limit > limit {
            return Err(Error::TooManyRows {
                asked: question.limit,
                limit,
            });
        }
        let mut sources = question.sources(snapshot)?;
        let unread = Unread::of(&question.selection, &[], snapshot)?;
        let shared = Arc::clone(&self.shared);
        let question = question.clone();
        self.within_limits(async move {
            look_into(&mut sources, unread, &shared).await?;
            let mut records: Vec<Record> = Vec::new();
            for source in &sources {
                for frame in [source.sealed(&shared, false)?, source.tail(&shared)?]
                    .into_iter()
                    .flatten()
                {
                    let frame = match question.after(&source.stream.id) {
                        Some(after) => frame.filter(after)?,
                        None => frame,
                    };
                    let oldest_first = question.order == Order::OldestFirst;
                    let order = vec![
                        named(CommonColumn::OccurredAt.name()).sort(oldest_first, false),
                        named(CommonColumn::RecordId.name()).sort(oldest_first, false),
                    ];
                    let frame = frame
                        .select(source.columns())?
                        .sort(order)?
                        .limit(0, Some(question.limit + 1))?;
                    shared
                        .run(frame, &source.file_list(), |batch| {
                            records.extend(source.records(read::rows(&batch)?, &question.fields));
                            Ok(())
                        })
                        .await?;
                }
            }
            records.sort_by_cached_key(Record::position);
            if question.order == Order::NewestFirst {
                records.reverse();
            }
            let more = records.len() > question.limit;
            records.truncate(question.limit);
            let next = records.last().filter(|_| more).map(Record::position);
            Ok(Page { records, next })
        })
        .await
    }

    /// All records of a selection, streamed; `limit`, `order` and `after` are not looked at. Not
    /// bounded in time or rows, only in memory: it ends early when the [`Export`] is dropped.
    ///
    /// # Errors
    /// As for [`Lake::ask`], here or with a batch.
    pub fn export(&self, question: &RecordsQuestion, snapshot: &Snapshot) -> Result<Export> {
        let mut sources = question.sources(snapshot)?;
        let unread = Unread::of(&question.selection, &[], snapshot)?;
        let fields = question.fields.clone();
        let shared = Arc::clone(&self.shared);
        let (batches, receiver) = mpsc::channel(2);
        self.spawn(async move {
            if let Err(error) = look_into(&mut sources, unread, &shared).await {
                let _ = batches.send(Err(error)).await;
                return;
            }
            for source in &sources {
                if let Err(error) = export(&shared, source, &fields, &batches).await {
                    // Nobody to tell when the reader has left.
                    let _ = batches.send(Err(error)).await;
                    return;
                }
            }
        })?;
        Ok(Export { batches: receiver })
    }
}

/// Reads what conditions look up in other streams.
async fn look_into(sources: &mut [Source], unread: Unread, shared: &Shared) -> Result<()> {
    let earlier = Arc::new(unread.read(shared, &EarlierRows::default()).await?);
    for source in sources {
        source.earlier = Some(Arc::clone(&earlier));
    }
    Ok(())
}

async fn export(
    shared: &Shared,
    source: &Source,
    fields: &FieldsWanted,
    batches: &mpsc::Sender<Result<Vec<Record>>>,
) -> Result<()> {
    for frame in [source.sealed(shared, true)?, source.tail(shared)?]
        .into_iter()
        .flatten()
    {
        let by_time = vec![named(CommonColumn::OccurredAt.name()).sort(true, false)];
        let frame = frame.select(source.columns())?.sort(by_time)?;
        let files = source.file_list();
        let mut stream = shared.start(frame, &files).await?;
        while let Some(batch) = shared.next(&mut stream, &files).await? {
            let records = source.records(read::rows(&batch)?, fields).collect();
            if batches.send(Ok(records)).await.is_err() {
                return Ok(());
            }
        }
    }
    Ok(())
}
