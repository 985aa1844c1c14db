//! `koe analyze survival`.

use clap::{Args, ValueEnum};
use koe_analysis::survival::{Observation, Transform, survival};

use super::input::Source;
use super::key::{Grouping, Key, keys};
use super::output::{Finding, Output, View};
use super::table::{Table, number};
use super::{confidence, refused, shown_confidence};

pub const EXAMPLES: &str = "Rows without a time or an event are left out and counted.

Examples:
  koe analyze survival --input contracts.csv --time months --event cancelled --by plan
  koe analyze survival --input aml.csv --time time --event status --by x --interval log --format json";

/// How the interval of a point of a curve is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Interval {
    /// Symmetric after log(−log S).
    LogLog,
    /// Symmetric after log S.
    Log,
}

/// The options.
#[derive(Debug, Args)]
pub struct SurvivalArguments {
    #[command(flatten)]
    source: Source,
    /// The column of times under observation.
    #[arg(long, value_name = "COL")]
    time: String,
    /// The column that says whether it happened: 1 or 0, true or false, yes or no.
    #[arg(long, value_name = "COL")]
    event: String,
    /// Columns that make groups.
    #[arg(long, value_name = "COL,…", value_delimiter = ',')]
    by: Vec<String>,
    /// The column of weights.
    #[arg(long, value_name = "COL")]
    weight: Option<String>,
    /// How the intervals of the curve are found.
    #[arg(long, value_enum, default_value_t = Interval::LogLog)]
    interval: Interval,
    /// The confidence of the intervals.
    #[arg(long, default_value_t = 0.95, value_name = "SHARE")]
    confidence: f64,
    #[command(flatten)]
    output: Output,
}

const VIEWS: &[View] = &[
    View {
        title: "",
        list: "/groups",
        columns: &[
            ("", "/key"),
            ("n", "/n"),
            ("events", "/events"),
            ("median", "/median"),
            ("interval of the median", "/median_interval"),
        ],
    },
    View {
        title: "Log-rank test",
        list: "/log_rank",
        columns: &[("chi-squared", "/chi2"), ("df", "/df"), ("p", "/p")],
    },
];

/// Runs the command.
pub fn survive(arguments: &SurvivalArguments) -> anyhow::Result<()> {
    let level = confidence(arguments.confidence)?;
    let input = arguments.source.open()?;
    let groupings = Grouping::of(&arguments.by, &input);
    let mut wanted = vec![arguments.time.as_str(), arguments.event.as_str()];
    wanted.extend(groupings.iter().map(Grouping::column));
    wanted.extend(arguments.weight.as_deref());
    let table = input.read(&wanted)?;
    let (rows, dropped) = observations(arguments, &table, &groupings)?;
    let transform = match arguments.interval {
        Interval::LogLog => Transform::LogLog,
        Interval::Log => Transform::Log,
    };
    let found = survival(rows, transform, level).map_err(refused)?;
    let mut warnings = Vec::new();
    if dropped > 0 {
        warnings.push(format!(
            "{dropped} rows lack a time or an event and are left out"
        ));
    }
    let mut value = serde_json::to_value(&found)?;
    value["n_missing"] = dropped.into();
    Finding {
        about: vec!["Kaplan–Meier".to_owned(), shown_confidence(level)],
        value,
        views: VIEWS,
        warnings,
    }
    .write(&arguments.output)
}

fn observations(
    arguments: &SurvivalArguments,
    table: &Table,
    groupings: &[Grouping],
) -> anyhow::Result<(Vec<(Key, Observation)>, u64)> {
    let times = table.numbers(&arguments.time)?;
    let events = happened(table, &arguments.event)?;
    let weights = match &arguments.weight {
        Some(name) => table.positive(name)?,
        None => vec![1.0; table.len()],
    };
    let (mut rows, mut dropped) = (Vec::with_capacity(table.len()), 0);
    for (row, key) in keys(groupings, table)?.into_iter().enumerate() {
        let (Some(time), Some(event)) = (times[row], events[row]) else {
            dropped += 1;
            continue;
        };
        if time < 0.0 {
            return Err(table.refuse_cell(
                &arguments.time,
                row,
                "is below 0; a time under observation is 0 or more",
            ));
        }
        let weight = weights[row];
        rows.push((
            key,
            Observation {
                time,
                event,
                weight,
            },
        ));
    }
    Ok((rows, dropped))
}

fn happened(table: &Table, name: &str) -> anyhow::Result<Vec<Option<bool>>> {
    let cells = table.texts(name).into_iter().enumerate();
    cells
        .map(|(row, cell)| {
            let Some(cell) = cell else { return Ok(None) };
            let words = cell.to_lowercase();
            match (number(cell), words.as_str()) {
                (Some(1.0), _) | (_, "true" | "yes" | "はい" | "有") => Ok(Some(true)),
                (Some(0.0), _) | (_, "false" | "no" | "いいえ" | "無") => Ok(Some(false)),
                _ => Err(table.refuse_cell(
                    name,
                    row,
                    "does not say whether it happened; write 1 or 0",
                )),
            }
        })
        .collect()
}
