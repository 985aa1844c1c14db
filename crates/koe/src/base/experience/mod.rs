//! The door to the experience lake. The relational store is the lake's
//! write-ahead log and holds its manifest; this module keeps both in step.
//!
//! - A row is durable and visible when the transaction that appended it is
//!   committed; sealing only moves it.
//! - A question reads manifest, pending rows and tombstones in one read
//!   transaction, so that no row is seen twice or missed while it moves.
//! - Scope is applied here: a question's own units are overwritten by what
//!   the asker may see.

mod check;
mod compact;
mod erase;
mod hold;
mod rows;
mod seal;
mod store;
mod tables;

use std::collections::BTreeSet;

use koe_lake::{
    Answer, Column, Condition, CrossAnswer, CrossQuestion, EarlierRows, Field, Lake, Purchases,
    PurchasesQuestion, Question, Row, SealedFile, Selection, Snapshot, SpreadQuestion,
    StreamSchema, Test, Tombstone, Units, Value,
};

pub use check::{Checked, Fault, Wrong, check, newest_ms};
pub use compact::{CollectGarbage, Compact};
pub use erase::{files_of, files_of_customers, forget_customers, remove_customers, still_there};
pub use hold::{Held, Hold, snapshot};
pub use rows::{commons, record_ids, rows};
pub use seal::{Seal, seal_all};
pub use store::{
    StreamInfo, append, edition, forget_pending, list_file, next_edition, pending_rows,
    register_stream, remove, sizes, stream, streams,
};
pub use tables::TABLES;

use sha2::{Digest, Sha256};

use crate::base::app::App;
use crate::base::hexadecimal::hexadecimal;
use crate::base::problem::{Outcome, Problem};
use crate::base::scope::{self, Scope};

/// What the asker may see, in the lake's words.
pub fn visible_units(scope: &Scope) -> Units {
    match scope.units() {
        scope::Units::All => Units::All,
        scope::Units::Only(units) => {
            Units::Only(units.iter().map(|u| u.as_str().to_owned()).collect())
        }
    }
}

/// Rows of the scope, of any time.
pub fn selection(scope: &Scope) -> Selection {
    Selection::of(visible_units(scope))
}

/// Answers a question within the scope.
///
/// # Errors
/// 422 when a limit of the lake is exceeded, with the remedy.
pub async fn ask(app: &App, scope: &Scope, question: Question) -> Outcome<Answer> {
    let mut answers = ask_all(app, scope, vec![question]).await?;
    Ok(answers.swap_remove(0))
}

/// Answers several questions of one moment within the scope, in their order.
///
/// # Errors
/// As for [`ask`].
pub async fn ask_all(app: &App, scope: &Scope, questions: Vec<Question>) -> Outcome<Vec<Answer>> {
    let streams = questions.iter().flat_map(Question::streams);
    let moment = Moment::of(app, scope, streams).await?;
    let mut answers = Vec::with_capacity(questions.len());
    for question in questions {
        answers.push(moment.ask(app, question).await?);
    }
    Ok(answers)
}

/// What is valid at one moment within the scope, for several questions one
/// after the other. What they look up in other streams is read once.
#[derive(Debug)]
pub struct Moment {
    snapshot: Held,
    units: Units,
    earlier: EarlierRows,
}

impl Moment {
    /// Now, in these streams.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn of<'a>(
        app: &App,
        scope: &Scope,
        streams: impl IntoIterator<Item = &'a str>,
    ) -> Outcome<Self> {
        let streams: BTreeSet<&str> = streams.into_iter().collect();
        let streams: Vec<&str> = streams.into_iter().collect();
        Ok(Self {
            snapshot: snapshot_of(app, scope, &streams).await?,
            units: visible_units(scope),
            earlier: EarlierRows::default(),
        })
    }

    /// Answers a question.
    ///
    /// # Errors
    /// As for [`ask`].
    pub async fn ask(&self, app: &App, mut question: Question) -> Outcome<Answer> {
        question.selection.units = self.units.clone();
        let answer = app.lake.ask_after(&question, &self.snapshot, &self.earlier);
        answer.await.map_err(problem)
    }

    /// How the numbers of a column divide over rows.
    ///
    /// # Errors
    /// As for [`ask`].
    pub async fn spread(
        &self,
        app: &App,
        mut question: SpreadQuestion,
    ) -> Outcome<Vec<(f64, u64)>> {
        question.selection.units = self.units.clone();
        let spread = app.lake.spread(&question, &self.snapshot, &self.earlier);
        spread.await.map_err(problem)
    }

    /// Sums of products of columns.
    ///
    /// # Errors
    /// As for [`ask`].
    pub async fn cross_products(
        &self,
        app: &App,
        mut question: CrossQuestion,
    ) -> Outcome<CrossAnswer> {
        question.selection.units = self.units.clone();
        let answer = (app.lake).cross_products(&question, &self.snapshot, &self.earlier);
        answer.await.map_err(problem)
    }

    /// What each customer bought.
    ///
    /// # Errors
    /// As for [`ask`].
    pub async fn purchases(
        &self,
        app: &App,
        mut question: PurchasesQuestion,
    ) -> Outcome<Purchases> {
        question.selection.units = self.units.clone();
        let purchases = (app.lake).purchases(&question, &self.snapshot, &self.earlier);
        purchases.await.map_err(problem)
    }

    /// What the rows of the moment are known by: files, rows that wait, rows
    /// that are removed, and what of them the asker may see.
    ///
    /// # Errors
    /// When a tombstone cannot be written as JSON, which does not happen.
    pub fn known_by(&self) -> Outcome<String> {
        let files = self.snapshot.files.iter().map(|file| &*file.path);
        let pending = self.snapshot.pending.iter();
        let pending = pending.map(|row| (&*row.row.common.record_id, row.row.common.revision));
        let all = (
            files.collect::<Vec<_>>(),
            pending.collect::<Vec<_>>(),
            &self.snapshot.tombstones,
            &self.units,
        );
        Ok(hexadecimal(Sha256::digest(serde_json::to_vec(&all)?)))
    }
}

/// The conditions that a column has one of these values and none of those; null
/// stands for a row without a value.
pub fn listed(
    column: &Column,
    any_of: &[Option<String>],
    none_of: &[Option<String>],
    value: impl Fn(&str) -> Value,
) -> Vec<Condition> {
    let values =
        |texts: &[Option<String>]| texts.iter().flatten().map(|text| value(text)).collect();
    let null = |texts: &[Option<String>]| texts.contains(&None);
    let mut tests = Vec::new();
    if !any_of.is_empty() {
        tests.push(match null(any_of) {
            true => Test::AnyOrNull(values(any_of)),
            false => Test::AnyOf(values(any_of)),
        });
    }
    if !none_of.is_empty() {
        tests.push(Test::NoneOf(values(none_of)));
    }
    if null(none_of) {
        tests.push(Test::NotNull);
    }
    let condition = |test| Condition {
        column: column.clone(),
        test,
    };
    tests.into_iter().map(condition).collect()
}

/// What is valid now in these streams, by a transaction of its own.
///
/// # Errors
/// When the store cannot be read.
pub async fn snapshot_of(app: &App, scope: &Scope, streams: &[&str]) -> Outcome<Held> {
    let mut tx = app.db.read().await?;
    snapshot(app, &mut tx, scope, streams).await
}

/// The lake's refusals as problems.
pub fn problem(error: koe_lake::Error) -> Problem {
    if error.is_limit() {
        Problem::invalid("question", error.to_string())
    } else if error.is_disk_full() {
        Problem::unavailable("The disk is full; nothing was accepted.", error)
    } else {
        Problem::internal(error)
    }
}

/// Opens the lake below the data folder with the configured limits.
///
/// # Errors
/// When the folder cannot be used.
pub fn open(config: &crate::base::config::Config) -> anyhow::Result<Lake> {
    let limits = koe_lake::Limits {
        memory_bytes: config.lake.memory_bytes,
        remembered_bytes: config.lake.summary_bytes,
        milliseconds: config.lake.question_seconds.saturating_mul(1_000),
        groups: config.lake.answer_groups,
        ..koe_lake::Limits::default()
    };
    Ok(Lake::open(folder(config), limits)?)
}

/// The folder of the lake.
pub fn folder(config: &crate::base::config::Config) -> std::path::PathBuf {
    config.store.data.join("lake")
}
