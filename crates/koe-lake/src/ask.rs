//! Answering a question: what is kept is merged, what is not is read, the pending tail is added.

use std::sync::Arc;

use datafusion::dataframe::DataFrame;
use datafusion::logical_expr::Expr;
use sha2::{Digest, Sha256};

use crate::answer::{Answer, Groups, Work};
use crate::cache::Remembered;
use crate::earlier::{EarlierRows, Histories, Unread};
use crate::engine::{Lake, Shared, Snapshot};
use crate::error::{Error, Result};
use crate::frame::{alive, fields_read, within};
use crate::plan::Plan;
use crate::question::{Measure, Part, Question, TimeRange};
use crate::row::Row;
use crate::stream::StreamSchema;
use crate::tombstone::{Graveyard, Marked};
use crate::writer::SealedFile;

impl Lake {
    /// Answers a question about the rows that are valid in the snapshot.
    ///
    /// # Errors
    /// [`Error::UnknownField`], [`Error::WrongKind`], [`Error::UnknownTimeZone`],
    /// [`Error::BadQuestion`]; [`Error::is_limit`]; [`Error::MissingFile`],
    /// [`Error::NewerFormat`], [`Error::Engine`].
    pub async fn ask(&self, question: &Question, snapshot: &Snapshot) -> Result<Answer> {
        self.ask_after(question, snapshot, &EarlierRows::default())
            .await
    }

    /// Answers a question after others about the same snapshot, with what they have read of other
    /// streams.
    ///
    /// # Errors
    /// As for [`Lake::ask`].
    pub async fn ask_after(
        &self,
        question: &Question,
        snapshot: &Snapshot,
        before: &EarlierRows,
    ) -> Result<Answer> {
        let inputs = question
            .parts
            .iter()
            .map(|part| Input::of(part, question, snapshot))
            .collect::<Result<Vec<_>>>()?;
        let unread = Unread::of(&question.selection, &question.group_by, snapshot)?;
        // What was kept of one file would not know of new rows in another stream.
        let keeps = unread.is_empty();
        let shared = Arc::clone(&self.shared);
        let question = question.clone();
        let before = before.clone();
        self.within_limits(async move {
            let earlier = unread.read(&shared, &before).await?;
            let mut answering = Answering {
                shared: &shared,
                question: &question,
                earlier: &earlier,
                keeps,
                groups: Groups::default(),
                cells: 0,
                work: Work::default(),
            };
            for input in &inputs {
                answering.add(input).await?;
            }
            Ok(Answer {
                groups: answering.groups.sorted(),
                work: answering.work,
            })
        })
        .await
    }
}

/// What one part of a question has to look at.
struct Input {
    /// The stream with only the fields the question reads.
    stream: StreamSchema,
    measure: Measure,
    /// What kept summaries of this part are known by.
    fingerprint: [u8; 32],
    files: Vec<SealedFile>,
    pending: Vec<Row>,
    tombstones: Marked,
}

impl Input {
    fn of(part: &Part, question: &Question, snapshot: &Snapshot) -> Result<Self> {
        part.stream.check()?;
        let fields = fields_read(
            part.measure.fields(),
            &question.selection,
            &question.group_by,
            question.weight.as_ref(),
        );
        let stream = part.stream.narrowed(&fields);
        let time = &question.selection.time;
        let files = snapshot.files_of(&stream.id, time)?;
        let tombstones = snapshot.tombstones_of(&stream.id);
        let pending = snapshot.pending_of(&stream.id, time, &Graveyard::of(&tombstones));
        Ok(Input {
            measure: part.measure.clone(),
            fingerprint: fingerprint(part, question)?,
            stream,
            files,
            pending,
            tombstones: Marked::of(tombstones),
        })
    }

    fn remembered(&self, file: &SealedFile, time: &TimeRange) -> Remembered {
        remembered(self.fingerprint, file, time, self.tombstones.state(file))
    }
}

/// What a part of a question is known by, apart from its time.
pub(crate) fn fingerprint(part: &Part, question: &Question) -> Result<[u8; 32]> {
    let fields = fields_read(
        part.measure.fields(),
        &question.selection,
        &question.group_by,
        question.weight.as_ref(),
    );
    let asked = (
        &part.stream.narrowed(&fields),
        &part.measure,
        &question.selection.units,
        &question.selection.conditions,
        &question.group_by,
        &question.weight,
    );
    let asked =
        serde_json::to_vec(&asked).map_err(|error| Error::BadQuestion(error.to_string()))?;
    Ok(Sha256::digest(&asked).into())
}

/// What a kept summary of the rows of a file within a time is known by.
pub(crate) fn remembered(
    question: [u8; 32],
    file: &SealedFile,
    time: &TimeRange,
    tombstones: Option<u128>,
) -> Remembered {
    Remembered {
        question,
        path: file.path.clone(),
        time: time.cutting(file.min_occurred_at, file.max_occurred_at),
        tombstones,
    }
}

struct Answering<'a> {
    shared: &'a Shared,
    question: &'a Question,
    earlier: &'a Histories,
    /// Whether the summary of a whole file may be kept.
    keeps: bool,
    groups: Groups,
    cells: usize,
    work: Work,
}

impl Answering<'_> {
    async fn add(&mut self, input: &Input) -> Result<()> {
        let time = &self.question.selection.time;
        // [time matters][some rows are removed]
        let mut to_read: [[Vec<&SealedFile>; 2]; 2] = Default::default();
        for file in &input.files {
            let key = input.remembered(file, time);
            if self.keeps
                && let Some(kept) = self.shared.memory.get(&key)
            {
                self.work.files_remembered += 1;
                for group in kept.iter() {
                    self.groups.add(group);
                }
                self.check_groups()?;
                continue;
            }
            let partly = key.time != TimeRange::default();
            to_read[usize::from(partly)][usize::from(key.tombstones.is_some())].push(file);
        }
        for (partly, by_removal) in to_read.iter().enumerate() {
            for files in by_removal.iter().filter(|files| !files.is_empty()) {
                self.add_files(input, files, partly == 1).await?;
            }
        }
        self.add_pending(input).await
    }

    async fn add_files(
        &mut self,
        input: &Input,
        files: &[&SealedFile],
        partly: bool,
    ) -> Result<()> {
        self.work.files_read += files.len();
        let graveyard = Arc::new(input.tombstones.touching(files));
        let frame = self.shared.sealed(&input.stream, files, |table| table)?;
        let time = &self.question.selection.time;
        let mut filters = if partly { within(time) } else { Vec::new() };
        filters.extend(alive(&graveyard));
        let plan = Plan::of(
            &input.stream,
            &input.measure,
            self.question,
            self.earlier,
            true,
        )?;
        let per_file = self.sum(&plan, frame, filters, files, files.len()).await?;
        for (file, groups) in files.iter().zip(per_file) {
            let groups = groups.sorted();
            for group in &groups {
                self.groups.add(group);
            }
            self.check_groups()?;
            if self.keeps {
                let key = input.remembered(file, time);
                self.shared.memory.put(key, groups);
            }
        }
        Ok(())
    }

    async fn add_pending(&mut self, input: &Input) -> Result<()> {
        if input.pending.is_empty() {
            return Ok(());
        }
        self.work.pending_rows += input.pending.len();
        let frame = self.shared.pending(&input.stream, &input.pending)?;
        let plan = Plan::of(
            &input.stream,
            &input.measure,
            self.question,
            self.earlier,
            false,
        )?;
        let groups = self.sum(&plan, frame, Vec::new(), &[], 1).await?.remove(0);
        for group in groups.sorted() {
            self.groups.add(&group);
        }
        self.check_groups()
    }

    async fn sum(
        &mut self,
        plan: &Plan,
        frame: DataFrame,
        mut filters: Vec<Expr>,
        files: &[&SealedFile],
        slots: usize,
    ) -> Result<Vec<Groups>> {
        filters.extend(plan.conditions.iter().cloned());
        let frame = plan.over(frame, filters)?;
        let mut slots = vec![Groups::default(); slots];
        let limits = &self.shared.limits;
        let cells = &mut self.cells;
        self.shared
            .run(frame, files, |batch| {
                *cells += batch.num_rows();
                if *cells > limits.cells {
                    return Err(Error::TooManyGroups {
                        limit: limits.cells,
                    });
                }
                plan.fold(&batch, &mut slots)
            })
            .await?;
        Ok(slots)
    }

    fn check_groups(&self) -> Result<()> {
        let limit = self.shared.limits.groups;
        if self.groups.len() > limit {
            return Err(Error::TooManyGroups { limit });
        }
        Ok(())
    }
}
