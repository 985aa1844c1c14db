//! What customers bought, summed up by customer: how often, how long apart, for how much.
//!
//! The engine sums by customer and day, so that what is held in memory grows with the days on which
//! somebody bought and not with rows; it is counted against the memory that questions share.

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryReservation};
use datafusion::functions_aggregate::count::count_all;
use datafusion::functions_aggregate::expr_fn::{count, sum};
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use koe_analysis::lifetime::{CustomerSummary, DAYS_PER_UNIT, Purchase, summarise};
use serde::{Deserialize, Serialize};

use crate::earlier::{EarlierRows, Histories, Unread};
use crate::engine::{Lake, Shared, Snapshot};
use crate::error::{Error, Result};
use crate::frame::{Frame, fields_read, named};
use crate::lookup::Lookup;
use crate::plan::{Sums, key_name};
use crate::question::{Column, CommonColumn, Condition, Dimension, Grain, Selection, Test};
use crate::records::Source;
use crate::row::{Common, Row};
use crate::stream::StreamSchema;

/// What a day of one customer is estimated to take while it is summed up.
const DAY_BYTES: usize = 160;

/// How many customers are described at once.
const DESCRIBED: usize = 10_000;

/// What each customer bought, by days of a named zone. Rows without a customer or an amount are left
/// out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PurchasesQuestion {
    /// The stream of purchases with the fields it has today.
    pub stream: StreamSchema,
    /// Which rows.
    pub selection: Selection,
    /// The field of the amount: a whole number or a number.
    pub amount: String,
    /// IANA name of the time zone whose days are meant.
    pub zone: String,
    /// The last day of observation, in days since 1970-01-01; the day of the last purchase without.
    #[serde(default)]
    pub until: Option<i32>,
    /// Pseudonyms that mean another one: customers who turned out to be one.
    #[serde(default)]
    pub same: Lookup,
    /// What divides customers, as it is at the end of the last day: what is looked up of them, or
    /// what their earlier rows in another stream tell.
    #[serde(default)]
    pub group: Option<Column>,
}

/// One customer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Buyer {
    /// Whose purchases.
    pub customer: String,
    /// How often, how long apart, for how much; times in weeks.
    pub summary: CustomerSummary,
    /// The day of the last purchase, in days since 1970-01-01.
    pub last: i32,
    /// The customer's group; absent where nothing is known, and without groups.
    pub group: Option<String>,
}

/// All customers.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Purchases {
    /// In the order of their pseudonyms.
    pub customers: Vec<Buyer>,
    /// The last day of observation, in days since 1970-01-01; absent without any purchase.
    pub until: Option<i32>,
    /// Days of a customer with purchases after the last day of observation.
    pub n_later: u64,
    /// Days on which a customer only gave things back; they are no purchases.
    pub n_returns: u64,
    /// Rows without an amount.
    pub n_missing: u64,
}

impl Lake {
    /// Sums purchases up by customer: all of a customer's on one day are one purchase
    /// ([`koe_analysis::lifetime::summarise`]). `before` is what questions about the same snapshot
    /// have read of other streams.
    ///
    /// # Errors
    /// As for [`Lake::ask`]; [`Error::OutOfMemory`] when there are more days with purchases than
    /// questions may hold.
    pub async fn purchases(
        &self,
        question: &PurchasesQuestion,
        snapshot: &Snapshot,
        before: &EarlierRows,
    ) -> Result<Purchases> {
        if question
            .group
            .as_ref()
            .is_some_and(|one| one.field().is_some())
        {
            return Err(Error::BadQuestion(
                "customers are divided by what is known of them, not by a field of a purchase"
                    .to_owned(),
            ));
        }
        let mut selection = question.selection.clone();
        selection.conditions.push(Condition {
            column: Column::Common(CommonColumn::Customer),
            test: Test::NotNull,
        });
        let groups: Vec<Dimension> = (question.group.iter().cloned())
            .map(Dimension::Column)
            .collect();
        let fields = fields_read([&*question.amount], &selection, &[], None);
        let mut source = Source::of(&question.stream, &fields, &selection, snapshot)?;
        let unread = Unread::of(&selection, &groups, snapshot)?;
        let (shared, question) = (Arc::clone(&self.shared), question.clone());
        let before = before.clone();
        self.within_limits(async move {
            let earlier = Arc::new(unread.read(&shared, &before).await?);
            source.earlier = Some(Arc::clone(&earlier));
            let mut purchases = days(&shared, &source, &question).await?;
            if let Some(group) = groups.first() {
                describe(&shared, &question, &earlier, group, &mut purchases).await?;
            }
            Ok(purchases)
        })
        .await
    }
}

/// Purchases by customer and day, while they are collected.
struct Collected<'a> {
    same: &'a Lookup,
    zone: TimeZone,
    numbers: HashMap<String, u32>,
    days: Vec<Purchase<u32>>,
    n_missing: u64,
    memory: MemoryReservation,
    /// What all questions together may use, in bytes.
    limit: usize,
}

impl Collected<'_> {
    fn add(&mut self, batch: &RecordBatch) -> Result<()> {
        let limit = self.limit;
        self.memory
            .try_grow(batch.num_rows() * DAY_BYTES)
            .map_err(|_| Error::OutOfMemory { limit })?;
        let sums = Sums { batch };
        let customers = sums.texts(CommonColumn::Customer.name())?;
        for row in 0..batch.num_rows() {
            let count = |name: &str| Ok::<_, Error>(sums.whole(name, row)?.unwrap_or(0));
            self.n_missing += (count("n")? - count("valued")?).unsigned_abs();
            let Some(amount) = sums.number("amount", row)? else {
                continue;
            };
            let first = sums.whole(&key_name(0), row)?.unwrap_or(0);
            let customer = customers.value(row);
            let meant = self.same.get(customer).unwrap_or(customer);
            let number = match self.numbers.get(meant) {
                Some(number) => *number,
                None => {
                    let next = u32::try_from(self.numbers.len()).unwrap_or(u32::MAX);
                    self.numbers.insert(meant.to_owned(), next);
                    next
                }
            };
            self.days.push(Purchase {
                customer: number,
                day: day_of(first, &self.zone),
                amount,
            });
        }
        Ok(())
    }
}

/// The calendar day of a moment, in days since 1970-01-01.
fn day_of(at: i64, zone: &TimeZone) -> i64 {
    Timestamp::from_millisecond(at).map_or(0, |at| {
        let days = at.to_zoned(zone.clone()).date() - date(1970, 1, 1);
        i64::from(days.get_days())
    })
}

async fn days(shared: &Shared, source: &Source, question: &PurchasesQuestion) -> Result<Purchases> {
    let zone =
        TimeZone::get(&question.zone).map_err(|_| Error::UnknownTimeZone(question.zone.clone()))?;
    let pool = Arc::clone(&shared.session.runtime_env().memory_pool);
    let mut collected = Collected {
        same: &question.same,
        zone,
        numbers: HashMap::new(),
        days: Vec::new(),
        n_missing: 0,
        memory: MemoryConsumer::new("purchases").register(&pool),
        limit: shared.limits.memory_bytes,
    };
    let frame = Frame::of(&source.stream);
    let (day, _) = frame.dimension(&Dimension::Time {
        grain: Grain::Day,
        zone: question.zone.clone(),
    })?;
    let amount = frame.number(&question.amount)?;
    let files = source.file_list();
    for rows in [source.sealed(shared, false)?, source.tail(shared)?]
        .into_iter()
        .flatten()
    {
        let customer = CommonColumn::Customer.name();
        let rows = rows
            .select(vec![
                named(customer),
                day.clone().alias(key_name(0)),
                amount.clone().alias("a"),
            ])?
            .aggregate(
                vec![named(customer), named(&key_name(0))],
                vec![
                    count_all().alias("n"),
                    count(named("a")).alias("valued"),
                    sum(named("a")).alias("amount"),
                ],
            )?;
        shared
            .run(rows, &files, |batch| collected.add(&batch))
            .await?;
    }
    if collected.days.is_empty() {
        return Ok(Purchases {
            n_missing: collected.n_missing,
            ..Purchases::default()
        });
    }
    let mut names = vec![String::new(); collected.numbers.len()];
    for (name, number) in collected.numbers {
        names[number as usize] = name;
    }
    let summed = summarise(collected.days, question.until.map(i64::from))
        .map_err(|error| Error::BadQuestion(error.to_string()))?;
    let until = i32::try_from(summed.until).unwrap_or(i32::MAX);
    let mut customers: Vec<Buyer> = (summed.customers.into_iter())
        .map(|(number, summary)| Buyer {
            customer: std::mem::take(&mut names[number as usize]),
            last: until - ((summary.t - summary.t_x) * DAYS_PER_UNIT).round() as i32,
            summary,
            group: None,
        })
        .collect();
    customers.sort_unstable_by(|one, other| one.customer.cmp(&other.customer));
    Ok(Purchases {
        customers,
        until: Some(until),
        n_later: summed.n_later,
        n_returns: summed.n_returns,
        n_missing: collected.n_missing,
    })
}

/// Asks of a row that each customer would have at the end of the last day what group it is in.
async fn describe(
    shared: &Shared,
    question: &PurchasesQuestion,
    earlier: &Histories,
    group: &Dimension,
    purchases: &mut Purchases,
) -> Result<()> {
    let Some(until) = purchases.until else {
        return Ok(());
    };
    let zone =
        TimeZone::get(&question.zone).map_err(|_| Error::UnknownTimeZone(question.zone.clone()))?;
    let after = end_of(until, &zone)
        .map_err(|error| Error::BadQuestion(format!("the last day of observation: {error}")))?;
    let stream = question.stream.narrowed(&Default::default());
    let (column, text) = Frame::with(&stream, Some(earlier)).dimension(group)?;
    for part in purchases.customers.chunks_mut(DESCRIBED) {
        let rows: Vec<Row> = (part.iter().enumerate())
            .map(|(place, buyer)| Row {
                common: Common {
                    record_id: format!("rec_{place}"),
                    revision: 1,
                    occurred_at: after,
                    recorded_at: after,
                    customer: Some(buyer.customer.clone()),
                    ..Common::default()
                },
                ..Row::default()
            })
            .collect();
        let rows = shared.pending(&stream, &rows)?.select(vec![
            named(CommonColumn::Customer.name()),
            column.clone().alias(key_name(0)),
        ])?;
        shared
            .run(rows, &[], |batch| {
                let sums = Sums { batch: &batch };
                let customers = sums.texts(CommonColumn::Customer.name())?;
                let groups = sums.keys(&key_name(0), &text)?;
                for (row, group) in groups.into_iter().enumerate() {
                    let found =
                        part.binary_search_by(|buyer| (*buyer.customer).cmp(customers.value(row)));
                    if let Ok(place) = found {
                        part[place].group = group;
                    }
                }
                Ok(())
            })
            .await?;
    }
    Ok(())
}

/// The first moment after a day.
fn end_of(day: i32, zone: &TimeZone) -> std::result::Result<i64, jiff::Error> {
    let day: Date = date(1970, 1, 1).checked_add((i64::from(day) + 1).days())?;
    Ok(day.to_zoned(zone.clone())?.timestamp().as_millisecond())
}
