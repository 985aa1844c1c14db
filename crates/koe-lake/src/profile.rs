//! Several measures of one stream at once: a page that shows every question of a survey reads
//! each column once, in one pass over the rows, instead of asking anew for every question.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use datafusion::arrow::compute::cast as cast_array;
use datafusion::arrow::datatypes::{DataType, Float64Type, Int64Type};
use datafusion::dataframe::DataFrame;
use datafusion::logical_expr::{Expr, lit};
use koe_analysis::summary::{Moments, Summary, Tally};
use serde::{Deserialize, Serialize};
use tokio::task::JoinSet;

use crate::answer::{Group, Work};
use crate::ask::{fingerprint, remembered};
use crate::engine::{Lake, Shared, Snapshot};
use crate::error::{Error, Result};
use crate::frame::{Frame, alive, fields_read, named, within};
use crate::plan::Sums;
use crate::question::{Measure, Part, Question, Selection};
use crate::scan::FILE_COLUMN;
use crate::stream::StreamSchema;
use crate::tombstone::{Graveyard, Marked};
use crate::writer::SealedFile;

/// Several measures over the same rows of one stream.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProfileQuestion {
    /// The stream with the fields it has today.
    pub stream: StreamSchema,
    /// What is summed up.
    pub measures: Vec<Measure>,
    /// Which rows.
    pub selection: Selection,
}

/// The answer to a [`ProfileQuestion`].
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Profile {
    /// One group without a key for each measure, in their order: what [`Lake::ask`] would answer
    /// to each alone.
    pub groups: Vec<Group>,
    /// What it took; a file is read once, however many measures need it.
    pub work: Work,
}

impl Lake {
    /// Answers several measures in one pass. What is kept of files is shared with [`Lake::ask`].
    ///
    /// # Errors
    /// As for [`Lake::ask`].
    pub async fn profile(
        &self,
        question: &ProfileQuestion,
        snapshot: &Snapshot,
    ) -> Result<Profile> {
        question.stream.check()?;
        let stream = &question.stream;
        let measured = question.measures.iter().flat_map(Measure::fields);
        let fields = fields_read(measured, &question.selection, &[], None);
        let narrowed = stream.narrowed(&fields);
        let alone = Question {
            parts: Vec::new(),
            selection: question.selection.clone(),
            group_by: Vec::new(),
            weight: None,
        };
        let frame = Frame::of(stream);
        let mut columns = Vec::with_capacity(question.measures.len());
        for measure in &question.measures {
            let part = Part {
                stream: stream.clone(),
                measure: measure.clone(),
            };
            columns.push(Column {
                value: frame.measured(measure)?,
                empty: match measure {
                    Measure::Count => Values::None,
                    Measure::Histogram(_) => Values::Wholes(Wholes::default()),
                    Measure::CodeShare(_) => Values::Codes(HashMap::new()),
                    Measure::Number(_) | Measure::Expression(_) => {
                        Values::Moments(Moments::default())
                    }
                },
                fingerprint: fingerprint(&part, &alone)?,
            });
        }
        let time = question.selection.time;
        let tombstones = snapshot.tombstones_of(&stream.id);
        let pending = snapshot.pending_of(&stream.id, &time, &Graveyard::of(&tombstones));
        let profiling = Profiling {
            shared: Arc::clone(&self.shared),
            conditions: frame.conditions(&question.selection)?,
            stream: narrowed,
            selection: question.selection.clone(),
            columns,
            files: snapshot.files_of(&stream.id, &time)?,
            tombstones: Marked::of(tombstones),
        };
        self.within_limits(async move {
            let mut profile = Profile {
                groups: vec![Group::default(); profiling.columns.len()],
                work: Work::default(),
            };
            profiling.add_files(&mut profile).await?;
            if !pending.is_empty() {
                profile.work.pending_rows = pending.len();
                let rows = profiling.shared.pending(&profiling.stream, &pending)?;
                let all: Vec<usize> = (0..profiling.columns.len()).collect();
                let found = profiling.sum(rows, Vec::new(), &[], &all, false).await?;
                profile.add(&all, found.into_iter().next().unwrap_or_default());
            }
            Ok(profile)
        })
        .await
    }
}

impl Profile {
    fn add(&mut self, places: &[usize], found: Vec<Group>) {
        for (place, group) in places.iter().zip(found) {
            self.groups[*place].merge(&group);
        }
    }
}

/// One measure.
struct Column {
    /// What is read; nothing when rows are only counted.
    value: Option<Expr>,
    /// What its values are collected into.
    empty: Values,
    fingerprint: [u8; 32],
}

struct Profiling {
    shared: Arc<Shared>,
    stream: StreamSchema,
    conditions: Vec<Expr>,
    selection: Selection,
    columns: Vec<Column>,
    files: Vec<SealedFile>,
    tombstones: Marked,
}

/// Files that are read in the same way: whether their time matters, whether some of their rows are
/// removed, and for which measures.
type Reading = (bool, bool, Vec<usize>);

impl Profiling {
    async fn add_files(&self, profile: &mut Profile) -> Result<()> {
        let time = &self.selection.time;
        let mut to_read: BTreeMap<Reading, Vec<&SealedFile>> = BTreeMap::new();
        for file in &self.files {
            let partly = !time.covers(file.min_occurred_at, file.max_occurred_at);
            let removed = self.tombstones.state(file);
            let mut missing = Vec::new();
            for (place, column) in self.columns.iter().enumerate() {
                let key = remembered(column.fingerprint, file, time, removed);
                match self.shared.memory.get(&key) {
                    Some(kept) => kept
                        .iter()
                        .for_each(|group| profile.groups[place].merge(group)),
                    None => missing.push(place),
                }
            }
            if missing.is_empty() {
                profile.work.files_remembered += 1;
            } else {
                let reading = (partly, removed.is_some(), missing);
                to_read.entry(reading).or_default().push(file);
            }
        }
        for ((partly, _, places), files) in to_read {
            profile.work.files_read += files.len();
            let graveyard = Arc::new(self.tombstones.touching(&files));
            let rows = self.shared.sealed(&self.stream, &files, |table| table)?;
            let mut filters = if partly { within(time) } else { Vec::new() };
            filters.extend(alive(&graveyard));
            let found = self.sum(rows, filters, &files, &places, true).await?;
            for (file, groups) in files.iter().zip(found) {
                let removed = self.tombstones.state(file);
                for (place, group) in places.iter().zip(&groups) {
                    let question = self.columns[*place].fingerprint;
                    let key = remembered(question, file, time, removed);
                    self.shared.memory.put(key, kept(group));
                }
                profile.add(&places, groups);
            }
        }
        Ok(())
    }

    /// Sums measures over a table; one slot for each file, or one for all.
    async fn sum(
        &self,
        rows: DataFrame,
        mut filters: Vec<Expr>,
        files: &[&SealedFile],
        places: &[usize],
        per_file: bool,
    ) -> Result<Vec<Vec<Group>>> {
        filters.extend(self.conditions.iter().cloned());
        let rows = match filters.into_iter().reduce(Expr::and) {
            Some(filter) => rows.filter(filter)?,
            None => rows,
        };
        // A count of rows alone needs a column to be asked for.
        let mut columns = vec![match per_file {
            true => named(FILE_COLUMN),
            false => lit(1_i64).alias("one"),
        }];
        for place in places {
            if let Some(value) = &self.columns[*place].value {
                columns.push(value.clone().alias(value_name(*place)));
            }
        }
        let empty = Tallies {
            places: places.to_vec(),
            columns: places
                .iter()
                .map(|place| self.columns[*place].empty.clone())
                .collect(),
            rows: 0,
            missing: vec![0; places.len()],
        };
        let slots = if per_file { files.len() } else { 1 };
        let mut tasks = JoinSet::new();
        for mut batches in self
            .shared
            .start_parts(rows.select(columns)?, files)
            .await?
        {
            let shared = Arc::clone(&self.shared);
            let mut tallies = vec![empty.clone(); slots];
            let files: Vec<SealedFile> = files.iter().map(|file| (*file).clone()).collect();
            tasks.spawn(async move {
                let files: Vec<&SealedFile> = files.iter().collect();
                while let Some(batch) = shared.next(&mut batches, &files).await? {
                    for (slot, rows) in runs(&batch, per_file)? {
                        let Some(tally) = tallies.get_mut(slot) else {
                            return Err(Error::Engine(format!(
                                "a row names file {slot}, which was not asked"
                            )));
                        };
                        tally.add(&batch, rows)?;
                    }
                    let cells: usize = tallies.iter().map(Tallies::cells).sum();
                    if cells > shared.limits.cells {
                        return Err(Error::TooManyGroups {
                            limit: shared.limits.cells,
                        });
                    }
                }
                Ok(tallies)
            });
        }
        let mut found = vec![vec![Group::default(); places.len()]; slots];
        while let Some(done) = tasks.join_next().await {
            let tallies = done.map_err(|failed| Error::Engine(failed.to_string()))??;
            for (groups, tally) in found.iter_mut().zip(tallies) {
                for (group, more) in groups.iter_mut().zip(tally.groups()) {
                    group.merge(&more);
                }
            }
        }
        Ok(found)
    }
}

/// A file in which no row was counted is remembered as [`Lake::ask`] does: without a group.
fn kept(group: &Group) -> Vec<Group> {
    match group.rows.n {
        0 => Vec::new(),
        _ => vec![group.clone()],
    }
}

fn value_name(place: usize) -> String {
    format!("v{place}")
}

/// The runs of rows of one file.
fn runs(batch: &RecordBatch, per_file: bool) -> Result<Vec<(usize, Range<usize>)>> {
    if !per_file {
        return Ok(vec![(0, 0..batch.num_rows())]);
    }
    let files = Sums { batch }.places(FILE_COLUMN)?;
    let mut first = 0;
    Ok(files
        .chunk_by(|one, other| one == other)
        .map(|run| {
            let rows = first..first + run.len();
            first = rows.end;
            (run[0], rows)
        })
        .collect())
}

/// Counts per whole number; those of scales without a search.
#[derive(Debug, Clone)]
struct Wholes {
    small: Box<[u64; 64]>,
    other: HashMap<i64, u64>,
}

impl Default for Wholes {
    fn default() -> Self {
        Wholes {
            small: Box::new([0; 64]),
            other: HashMap::new(),
        }
    }
}

impl Wholes {
    fn add(&mut self, value: i64) {
        match usize::try_from(value)
            .ok()
            .and_then(|value| self.small.get_mut(value))
        {
            Some(count) => *count += 1,
            None => *self.other.entry(value).or_default() += 1,
        }
    }

    fn iter(&self) -> impl Iterator<Item = (i64, u64)> {
        let small = (0_i64..).zip(*self.small);
        let other = self.other.iter().map(|(value, count)| (*value, *count));
        small.chain(other).filter(|(_, count)| *count > 0)
    }
}

/// What is collected of one measure's values.
#[derive(Debug, Clone)]
enum Values {
    /// Rows are counted.
    None,
    Wholes(Wholes),
    Codes(HashMap<String, u64>),
    Moments(Moments),
}

/// The measures of the rows of one slot.
#[derive(Debug, Clone)]
struct Tallies {
    places: Vec<usize>,
    columns: Vec<Values>,
    rows: u64,
    /// Rows without a value, by measure.
    missing: Vec<u64>,
}

impl Tallies {
    fn cells(&self) -> usize {
        self.columns
            .iter()
            .map(|column| match column {
                Values::None | Values::Moments(_) => 1,
                Values::Wholes(wholes) => wholes.other.len() + 64,
                Values::Codes(codes) => codes.len(),
            })
            .sum()
    }

    fn add(&mut self, batch: &RecordBatch, rows: Range<usize>) -> Result<()> {
        self.rows += rows.len() as u64;
        for ((place, column), missing) in self
            .places
            .iter()
            .zip(&mut self.columns)
            .zip(&mut self.missing)
        {
            if matches!(column, Values::None) {
                continue;
            }
            let name = value_name(*place);
            let values: ArrayRef = batch
                .column_by_name(&name)
                .ok_or_else(|| Error::Engine(format!("the engine returned no column {name}")))?
                .slice(rows.start, rows.len());
            *missing += values.null_count() as u64;
            match column {
                Values::None => {}
                Values::Wholes(wholes) => values
                    .as_primitive::<Int64Type>()
                    .iter()
                    .flatten()
                    .for_each(|value| wholes.add(value)),
                Values::Codes(codes) => {
                    let texts = cast_array(&values, &DataType::Utf8View)?;
                    for text in texts.as_string_view().iter().flatten() {
                        match codes.get_mut(text) {
                            Some(count) => *count += 1,
                            None => {
                                codes.insert(text.to_owned(), 1);
                            }
                        }
                    }
                }
                Values::Moments(moments) => values
                    .as_primitive::<Float64Type>()
                    .iter()
                    .flatten()
                    .for_each(|value| moments.add(value, 1.0)),
            }
        }
        Ok(())
    }

    fn groups(self) -> impl Iterator<Item = Group> {
        let rows = self.rows;
        self.columns
            .into_iter()
            .zip(self.missing)
            .map(move |(column, n_missing)| {
                let mut group = Group {
                    rows: Tally::unweighted(rows),
                    summary: Summary {
                        n_missing,
                        ..Summary::default()
                    },
                    ..Group::default()
                };
                match column {
                    Values::None => {}
                    Values::Wholes(wholes) => {
                        for (value, count) in wholes.iter() {
                            group
                                .summary
                                .histogram
                                .add(value, &Tally::unweighted(count));
                        }
                    }
                    Values::Codes(codes) => {
                        group.codes = codes
                            .into_iter()
                            .map(|(code, count)| (code, Tally::unweighted(count)))
                            .collect();
                    }
                    Values::Moments(moments) => group.summary.aggregated = moments,
                }
                group
            })
    }
}
