//! What a customer's earlier rows in another stream tell of a row: the orders before an answer.
//!
//! The rows of the other stream are read once for a question, or for several of one moment, within
//! the same scope and without what tombstones remove, and laid out by customer and time. Each row then looks up its customer
//! at its own moment: the join costs a search instead of a row for every pair.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use datafusion::arrow::array::{Array, AsArray, Float64Array, RecordBatch, StringViewArray};
use datafusion::arrow::compute::cast as cast_array;
use datafusion::arrow::datatypes::{DataType, Float64Type, Int64Type, TimestampMillisecondType};
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryReservation};
use datafusion::logical_expr::{ColumnarValue, Expr, Volatility, cast, create_udf};
use koe_analysis::bands::NOTHING;
use serde::{Deserialize, Serialize};

use crate::engine::{Shared, Snapshot};
use crate::error::{Error, Result};
use crate::frame::named;
use crate::lookup::Lookup;
use crate::plan::Sums;
use crate::question::{Column, CommonColumn, Condition, Dimension, Selection, Test, TimeRange};
use crate::records::Source;
use crate::stream::{FieldKind, StreamSchema, column_name, time_type};

const DAY: i64 = 86_400_000;

/// What the rows that a row's customer had in another stream *before* it tell. A row at the same
/// moment is not before it. Absent for a row without a customer.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Earlier {
    /// The other stream with the fields it has today.
    pub stream: StreamSchema,
    /// What is told.
    pub tells: Told,
    /// Only rows of so many times 24 hours before, the first moment included; of any time without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days: Option<u32>,
    /// Pseudonyms that mean another one: customers who turned out to be one.
    #[serde(default)]
    pub same: Lookup,
}

/// What earlier rows tell.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Told {
    /// How many there are: a number, 0 without any.
    Count,
    /// The sum of a whole-number, number or yes/no field: a number, 0 without any.
    Sum(String),
    /// The value of a field in the latest: a number for numbers and dates, else a text. Of rows at
    /// one moment the one recorded last counts, then the one of the greater id. Nothing
    /// ([`koe_analysis::bands::NOTHING`]) when it has no value or there is none.
    Last(String),
    /// Whole days since the latest: a number. Nothing without any.
    DaysSince,
}

impl Earlier {
    fn field(&self) -> Option<&str> {
        match &self.tells {
            Told::Sum(field) | Told::Last(field) => Some(field),
            Told::Count | Told::DaysSince => None,
        }
    }

    /// What the answer holds: numbers, or texts.
    pub(crate) fn kind(&self) -> Result<FieldKind> {
        let Some(id) = self.field() else {
            return Ok(FieldKind::Number);
        };
        let field = self.stream.field(id).ok_or_else(|| Error::UnknownField {
            stream: self.stream.id.clone(),
            field: id.to_owned(),
        })?;
        match (&self.tells, field.kind) {
            (Told::Sum(_), FieldKind::Code | FieldKind::Date) => {
                Err(Error::wrong_kind(id, field.kind, "a sum"))
            }
            (Told::Last(_), FieldKind::Code | FieldKind::Flag) => Ok(FieldKind::Code),
            _ => Ok(FieldKind::Number),
        }
    }
}

/// The other streams that a question looks into, found in the snapshot and not read yet.
pub(crate) struct Unread(Vec<(Earlier, Source)>);

impl Unread {
    /// Everything that conditions and dimensions look up.
    pub(crate) fn of(
        selection: &Selection,
        group_by: &[Dimension],
        snapshot: &Snapshot,
    ) -> Result<Self> {
        let mut unread: Vec<(Earlier, Source)> = Vec::new();
        let split = group_by.iter().filter_map(|dimension| match dimension {
            Dimension::Column(column) => Some(column),
            _ => None,
        });
        let asked = selection.conditions.iter().map(|one| &one.column);
        for earlier in asked.chain(split).filter_map(Column::earlier) {
            if unread.iter().any(|(known, _)| known == earlier) {
                continue;
            }
            earlier.kind()?;
            let reach = i64::from(earlier.days.unwrap_or(0)) * DAY;
            let from = selection.time.from.filter(|_| earlier.days.is_some());
            let rows = Selection {
                units: selection.units.clone(),
                time: TimeRange {
                    from: from.map(|from| from.saturating_sub(reach)),
                    to: selection.time.to,
                },
                conditions: vec![Condition {
                    column: Column::Common(CommonColumn::Customer),
                    test: Test::NotNull,
                }],
            };
            let fields = earlier.field().into_iter().collect();
            let source = Source::of(&earlier.stream, &fields, &rows, snapshot)?;
            unread.push((earlier.clone(), source));
        }
        Ok(Unread(unread))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Reads what was not read before.
    pub(crate) async fn read(self, shared: &Shared, before: &EarlierRows) -> Result<Histories> {
        let mut histories = HashMap::with_capacity(self.0.len());
        for (earlier, source) in self.0 {
            let history = match before.find(&earlier, &source.selection) {
                Some(history) => history,
                None => {
                    let history = Arc::new(History::read(shared, &earlier, &source).await?);
                    before.keep(&earlier, source.selection, Arc::clone(&history));
                    history
                }
            };
            histories.insert(earlier, history);
        }
        Ok(Histories(histories))
    }
}

/// The rows of other streams that questions have looked into. Whoever asks several about one
/// snapshot hands this from one to the next, so that each stream is read once; it is good for that
/// snapshot alone. What it holds counts against the memory that questions share until it is dropped.
#[derive(Debug, Clone, Default)]
pub struct EarlierRows(Arc<Mutex<Vec<Kept>>>);

#[derive(Debug)]
struct Kept {
    earlier: Earlier,
    rows: Selection,
    history: Arc<History>,
}

impl EarlierRows {
    /// How often a stream was read.
    pub fn reads(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// Rows of more time than is asked about serve as well: each row looks back from its own.
    fn find(&self, earlier: &Earlier, rows: &Selection) -> Option<Arc<History>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let fits = |one: &&Kept| {
            one.earlier == *earlier
                && one.rows.units == rows.units
                && one.rows.time.holds(&rows.time)
        };
        kept.iter().find(fits).map(|one| Arc::clone(&one.history))
    }

    fn keep(&self, earlier: &Earlier, rows: Selection, history: Arc<History>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push(Kept {
            earlier: earlier.clone(),
            rows,
            history,
        });
    }
}

/// The other streams of a question, laid out by customer and time.
#[derive(Debug, Default)]
pub(crate) struct Histories(HashMap<Earlier, Arc<History>>);

impl Histories {
    /// What is told of each row.
    pub(crate) fn tell(&self, earlier: &Earlier) -> Result<(Expr, FieldKind)> {
        let Some(history) = self.0.get(earlier) else {
            return Err(Error::BadQuestion(
                "earlier rows of another stream are not looked up in this kind of question"
                    .to_owned(),
            ));
        };
        let kind = earlier.kind()?;
        let (told, history) = (earlier.clone(), Arc::clone(history));
        let place = self
            .0
            .keys()
            .position(|known| known == earlier)
            .unwrap_or(0);
        let output = match kind {
            FieldKind::Code => DataType::Utf8View,
            _ => DataType::Float64,
        };
        let function = create_udf(
            &format!("earlier_{place}"),
            vec![DataType::Utf8View, time_type()],
            output,
            Volatility::Immutable,
            Arc::new(move |arguments: &[ColumnarValue]| {
                let arrays = ColumnarValue::values_to_arrays(arguments)?;
                let customers = arrays[0].as_string_view();
                let times = arrays[1].as_primitive::<TimestampMillisecondType>();
                let rows = customers.iter().zip(times.iter());
                let found =
                    rows.map(|(customer, time)| Some(history.before(&told, customer?, time?)));
                Ok(ColumnarValue::Array(match kind {
                    FieldKind::Code => {
                        let texts = found.map(|seen| Some(history.text(&seen?)));
                        Arc::new(texts.collect::<StringViewArray>())
                    }
                    _ => {
                        let numbers = found.map(|seen| Some(history.number(&told, &seen?)));
                        Arc::new(numbers.collect::<Float64Array>())
                    }
                }))
            }),
        );
        let customer = named(CommonColumn::Customer.name());
        let occurred = named(CommonColumn::OccurredAt.name());
        Ok((function.call(vec![customer, occurred]), kind))
    }
}

/// The rows of a stream by customer, each customer's by time.
#[derive(Debug)]
struct History {
    /// Where a customer's rows are.
    of: HashMap<String, (usize, usize)>,
    same: Lookup,
    at: Vec<i64>,
    values: Values,
    /// Counted against the memory that questions share, as long as it is kept.
    _memory: MemoryReservation,
}

/// The field's values, in the order of the rows.
#[derive(Debug)]
enum Values {
    None,
    /// NaN where a row has none.
    Numbers(Vec<f64>),
    /// Places in the list of texts.
    Texts(Vec<Option<u32>>, Vec<String>),
}

/// The rows that count for one row, and its time.
struct Seen {
    first: usize,
    after: usize,
    time: i64,
}

/// A row while it is being put in order.
struct Raw {
    customer: u32,
    at: i64,
    recorded: i64,
    /// Decides between rows of one moment; read only where that matters.
    id: String,
    number: f64,
    text: Option<u32>,
}

/// What a row is estimated to take while it is being put in order and afterwards.
const ROW_BYTES: usize = 128;

impl History {
    async fn read(shared: &Shared, earlier: &Earlier, source: &Source) -> Result<Self> {
        let pool = Arc::clone(&shared.session.runtime_env().memory_pool);
        let mut reading = Reading {
            same: &earlier.same,
            texts: earlier.kind()? == FieldKind::Code,
            rows: Vec::new(),
            customers: HashMap::new(),
            words: HashMap::new(),
            memory: MemoryConsumer::new("earlier rows").register(&pool),
            limit: shared.limits.memory_bytes,
        };
        let mut columns = vec![
            named(CommonColumn::Customer.name()),
            cast(named(CommonColumn::OccurredAt.name()), DataType::Int64).alias("at"),
        ];
        if let Some(field) = earlier.field() {
            columns.push(named(&column_name(field)).alias("v"));
        }
        if matches!(earlier.tells, Told::Last(_)) {
            let recorded = named(CommonColumn::RecordedAt.name());
            columns.push(cast(recorded, DataType::Int64).alias("recorded"));
            columns.push(named(CommonColumn::RecordId.name()));
        }
        let files = source.file_list();
        let parts = [source.sealed(shared, false)?, source.tail(shared)?];
        for frame in parts.into_iter().flatten() {
            let frame = frame.select(columns.clone())?;
            shared
                .run(frame, &files, |batch| reading.add(&batch))
                .await?;
        }
        Ok(reading.in_order(earlier))
    }

    /// The rows of the customer that lie before the time and inside the window.
    fn before(&self, earlier: &Earlier, customer: &str, time: i64) -> Seen {
        let meant = self.same.get(customer).unwrap_or(customer);
        let (first, end) = self.of.get(meant).copied().unwrap_or_default();
        let at = &self.at[first..end];
        let after = first + at.partition_point(|at| *at < time);
        let start = earlier
            .days
            .map(|days| time.saturating_sub(i64::from(days) * DAY));
        let first = start.map_or(first, |start| first + at.partition_point(|at| *at < start));
        Seen { first, after, time }
    }

    fn last(&self, seen: &Seen) -> Option<usize> {
        seen.after.checked_sub(1).filter(|last| *last >= seen.first)
    }

    /// A number, or NaN where nothing is told.
    fn number(&self, earlier: &Earlier, seen: &Seen) -> f64 {
        let range = seen.first.min(seen.after)..seen.after;
        let last = self.last(seen);
        match (&earlier.tells, &self.values) {
            (Told::Count, _) => range.len() as f64,
            (Told::DaysSince, _) => {
                last.map_or(f64::NAN, |last| ((seen.time - self.at[last]) / DAY) as f64)
            }
            (Told::Sum(_), Values::Numbers(numbers)) => numbers[range]
                .iter()
                .filter(|number| !number.is_nan())
                .sum(),
            (_, Values::Numbers(numbers)) => last.map_or(f64::NAN, |last| numbers[last]),
            (_, Values::None | Values::Texts(..)) => f64::NAN,
        }
    }

    fn text(&self, seen: &Seen) -> &str {
        let Values::Texts(places, texts) = &self.values else {
            return NOTHING;
        };
        let place = self.last(seen).and_then(|last| places[last]);
        place.map_or(NOTHING, |place| &texts[place as usize])
    }
}

/// Rows while they are being collected.
struct Reading<'a> {
    same: &'a Lookup,
    texts: bool,
    rows: Vec<Raw>,
    customers: HashMap<String, u32>,
    words: HashMap<String, u32>,
    memory: MemoryReservation,
    /// What all questions together may use, in bytes.
    limit: usize,
}

/// The number that stands for a text, a new one for a new text.
fn numbered(known: &mut HashMap<String, u32>, text: &str) -> u32 {
    if let Some(number) = known.get(text) {
        return *number;
    }
    let number = u32::try_from(known.len()).unwrap_or(u32::MAX);
    known.insert(text.to_owned(), number);
    number
}

impl Reading<'_> {
    fn add(&mut self, batch: &RecordBatch) -> Result<()> {
        let limit = self.limit;
        self.memory
            .try_grow(batch.num_rows() * ROW_BYTES)
            .map_err(|_| Error::OutOfMemory { limit })?;
        let sums = Sums { batch };
        let customers = sums.texts(CommonColumn::Customer.name())?;
        let with_value = batch.column_by_name("v");
        let (numbers, words) = match with_value {
            None => (None, None),
            Some(_) if self.texts => (None, Some(sums.texts("v")?)),
            // A date is a number of days, a yes is 1.
            Some(values) => {
                let values = match values.data_type() {
                    DataType::Date32 => cast_array(values, &DataType::Int32)?,
                    _ => Arc::clone(values),
                };
                (Some(cast_array(&values, &DataType::Float64)?), None)
            }
        };
        let ids = match batch.column_by_name(CommonColumn::RecordId.name()) {
            Some(_) => Some(sums.texts(CommonColumn::RecordId.name())?),
            None => None,
        };
        let numbers = numbers
            .as_ref()
            .map(|all| all.as_primitive::<Float64Type>());
        let at = sums.column("at")?.as_primitive::<Int64Type>();
        for row in 0..batch.num_rows() {
            let customer = customers.value(row);
            let meant = self.same.get(customer).unwrap_or(customer);
            self.rows.push(Raw {
                customer: numbered(&mut self.customers, meant),
                at: at.value(row),
                recorded: match &ids {
                    Some(_) => sums.whole("recorded", row)?.unwrap_or(0),
                    None => 0,
                },
                id: ids
                    .as_ref()
                    .map_or_else(String::new, |ids| ids.value(row).to_owned()),
                number: numbers.map_or(f64::NAN, |numbers| match numbers.is_valid(row) {
                    true => numbers.value(row),
                    false => f64::NAN,
                }),
                text: words.as_ref().and_then(|words| {
                    words
                        .is_valid(row)
                        .then(|| numbered(&mut self.words, words.value(row)))
                }),
            });
        }
        Ok(())
    }

    fn in_order(mut self, earlier: &Earlier) -> History {
        self.rows.sort_unstable_by(|one, other| {
            (one.customer, one.at, one.recorded, &one.id).cmp(&(
                other.customer,
                other.at,
                other.recorded,
                &other.id,
            ))
        });
        let mut places = vec![(0, 0); self.customers.len()];
        for (place, row) in self.rows.iter().enumerate() {
            let range = &mut places[row.customer as usize];
            if range.1 == 0 {
                range.0 = place;
            }
            range.1 = place + 1;
        }
        let of = self.customers.into_iter();
        let mut texts: Vec<(String, u32)> = self.words.into_iter().collect();
        texts.sort_unstable_by_key(|(_, number)| *number);
        History {
            of: of
                .map(|(name, number)| (name, places[number as usize]))
                .collect(),
            same: earlier.same.clone(),
            at: self.rows.iter().map(|row| row.at).collect(),
            values: match (earlier.field(), self.texts) {
                (None, _) => Values::None,
                (_, false) => Values::Numbers(self.rows.iter().map(|row| row.number).collect()),
                (_, true) => Values::Texts(
                    self.rows.iter().map(|row| row.text).collect(),
                    texts.into_iter().map(|(text, _)| text).collect(),
                ),
            },
            _memory: self.memory,
        }
    }
}
