//! `koe analyze clv`.

use clap::{Args, ValueEnum};
use koe_analysis::lifetime::{CustomerSummary, DAYS_PER_UNIT, Purchase, lifetime, summarise};

use super::input::Source;
use super::output::{Finding, Output, View};
use super::refused;
use super::table::Table;

pub const EXAMPLES: &str =
    "All purchases of a customer on one day are one. Values are not discounted.

Examples:
  koe analyze clv --input orders.csv --customer customer --date ordered --amount yen --horizon 365
  koe analyze clv --input summary.csv --customer ID --summary x,t_x,T --horizon 273";

/// In what a ready summary counts time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Unit {
    Days,
    Weeks,
}

/// The options.
#[derive(Debug, Args)]
pub struct LifetimeArguments {
    #[command(flatten)]
    source: Source,
    /// The column of customers.
    #[arg(long, value_name = "COL")]
    customer: String,
    /// The column of days of purchase.
    #[arg(
        long,
        value_name = "COL",
        conflicts_with = "summary",
        required_unless_present = "summary"
    )]
    date: Option<String>,
    /// The column of amounts.
    #[arg(
        long,
        value_name = "COL",
        conflicts_with = "summary",
        required_unless_present = "summary"
    )]
    amount: Option<String>,
    /// The last day of observation (default: that of the last purchase).
    #[arg(long, value_name = "DATE", conflicts_with = "summary")]
    until: Option<String>,
    /// Ready summaries instead of purchases: the columns of repeat purchases, time of the last,
    /// time under observation and, when known, mean value, in this order.
    #[arg(long, value_name = "x,t_x,T[,mean_value]", value_delimiter = ',')]
    summary: Vec<String>,
    /// In what ready summaries count time.
    #[arg(long, value_enum, default_value_t = Unit::Weeks)]
    unit: Unit,
    /// How far to look ahead, in days.
    #[arg(long, default_value_t = 365.0, value_name = "DAYS")]
    horizon: f64,
    #[command(flatten)]
    output: Output,
}

const VIEWS: &[View] = &[
    View {
        title: "",
        list: "/customers",
        columns: &[
            ("customer", "/id"),
            ("alive", "/alive"),
            ("expected purchases", "/expected_purchases"),
            ("value", "/value"),
        ],
    },
    View {
        title: "BG/NBD",
        list: "/bgnbd",
        columns: &[
            ("r", "/r"),
            ("alpha", "/alpha"),
            ("a", "/a"),
            ("b", "/b"),
            ("log-likelihood", "/log_likelihood"),
        ],
    },
    View {
        title: "Gamma-gamma",
        list: "/gamma_gamma",
        columns: &[("p", "/p"), ("q", "/q"), ("v", "/v")],
    },
];

/// Runs the command.
pub fn value(arguments: &LifetimeArguments) -> anyhow::Result<()> {
    let mut notes = Vec::new();
    let (customers, days_per_unit) = if arguments.summary.is_empty() {
        (bought(arguments, &mut notes)?, DAYS_PER_UNIT)
    } else {
        let days = match arguments.unit {
            Unit::Days => 1.0,
            Unit::Weeks => 7.0,
        };
        (summed(arguments)?, days)
    };
    let found = lifetime(customers, arguments.horizon / days_per_unit).map_err(refused)?;
    notes.extend(found.warnings.iter().map(ToString::to_string));
    let mut value = serde_json::to_value(&found)?;
    value["horizon_days"] = arguments.horizon.into();
    Finding {
        about: vec![
            format!("{} customers, of whom {} came back", found.n, found.repeat),
            format!("{} days ahead", arguments.horizon),
        ],
        value,
        views: VIEWS,
        warnings: notes,
    }
    .write(&arguments.output)
}

fn bought(
    arguments: &LifetimeArguments,
    notes: &mut Vec<String>,
) -> anyhow::Result<Vec<(String, CustomerSummary)>> {
    let (date, amount) = (
        arguments.date.as_deref().unwrap_or_default(),
        arguments.amount.as_deref().unwrap_or_default(),
    );
    let table = arguments
        .source
        .open()?
        .read(&[&arguments.customer, date, amount])?;
    let customers = table.every_text(&arguments.customer)?;
    let days = table.dates(date)?;
    let amounts = table.numbers(amount)?;
    let until = match &arguments.until {
        Some(text) => Some(day(text)?),
        None => None,
    };
    let (mut purchases, mut dropped) = (Vec::with_capacity(table.len()), 0);
    for (row, customer) in customers.into_iter().enumerate() {
        match (days[row], amounts[row]) {
            (Some(day), Some(amount)) => purchases.push(Purchase {
                customer,
                day: i64::from(day.days_since_epoch()),
                amount,
            }),
            _ => dropped += 1,
        }
    }
    let found = summarise(purchases, until).map_err(refused)?;
    for (n, what) in [
        (dropped, "rows lack a day or an amount"),
        (found.n_later, "purchases are later than --until"),
        (found.n_returns, "days hold returns alone"),
    ] {
        if n > 0 {
            notes.push(format!("{n} {what} and are left out"));
        }
    }
    Ok(found.customers)
}

/// A day year first, as days since 1970.
fn day(text: &str) -> anyhow::Result<i64> {
    let date: jiff::civil::Date = text.parse().map_err(|_| {
        refused(format!(
            "--until: “{text}” is no day; write it as 2026-04-01"
        ))
    })?;
    let since = date.since(jiff::civil::date(1970, 1, 1))?;
    Ok(i64::from(since.get_days()))
}

fn summed(arguments: &LifetimeArguments) -> anyhow::Result<Vec<(String, CustomerSummary)>> {
    let (names, mean) = match arguments.summary.as_slice() {
        [x, t_x, t] => ([x, t_x, t], None),
        [x, t_x, t, mean] => ([x, t_x, t], Some(mean)),
        _ => {
            return Err(refused(
                "--summary: name three or four columns, in the order x,t_x,T[,mean_value]",
            ));
        }
    };
    let mut wanted: Vec<&str> = names.iter().map(|name| name.as_str()).collect();
    wanted.push(&arguments.customer);
    wanted.extend(mean.map(String::as_str));
    let table: Table = arguments.source.open()?.read(&wanted)?;
    let customers = table.every_text(&arguments.customer)?;
    let [x, t_x, t] = [
        table.every_number(names[0])?,
        table.every_number(names[1])?,
        table.every_number(names[2])?,
    ];
    let means = match mean {
        Some(name) => table.numbers(name)?,
        None => vec![None; table.len()],
    };
    let rows = customers.into_iter().enumerate();
    Ok(rows
        .map(|(row, customer)| {
            let summary = CustomerSummary {
                x: x[row],
                t_x: t_x[row],
                t: t[row],
                mean_value: means[row],
            };
            (customer, summary)
        })
        .collect())
}
