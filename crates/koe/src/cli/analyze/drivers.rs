//! `koe analyze drivers`.

use clap::{Args, ValueEnum};
use koe_analysis::drivers::{Column, Method, Missing, Model, Options, Rows, analyse};

use super::input::Source;
use super::output::{Finding, Output, View};
use super::table::{Table, number};
use super::{confidence, refused, shown_confidence};

pub const EXAMPLES: &str = "Importances sum to R² (McFadden's for --model logistic). With fewer than ten rows for \
     each driver, or an R² that cannot be told from none, nothing is ranked.

Examples:
  koe analyze drivers --input answers.csv --outcome recommend --drivers staff,wait,price
  koe analyze drivers --input airline.csv --outcome overall --drivers seat,food,wifi --na 0 --missing pairwise
  koe analyze drivers --input airline.csv --outcome verdict --positive satisfied --model logistic --drivers seat,food --na 0";

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Share {
    /// The mean gain in R² over all orders of entry (LMG, general dominance).
    Shapley,
    /// Johnson's relative weights.
    Johnson,
    /// Shapley, with Johnson's beside it.
    Both,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// The outcome is a number.
    Linear,
    /// The outcome is one of two values.
    Logistic,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Gaps {
    /// Rows with all values.
    Listwise,
    /// For each two columns the rows that have both.
    Pairwise,
}

/// The options.
#[derive(Debug, Args)]
pub struct DriverArguments {
    #[command(flatten)]
    source: Source,
    /// The column to be explained. One that holds 0 and 1 alone keeps its zeros with --na 0.
    #[arg(long, value_name = "COL")]
    outcome: String,
    /// The columns that may explain it.
    #[arg(long, value_name = "COL,…", value_delimiter = ',', required = true)]
    drivers: Vec<String>,
    /// The word of the outcome that counts as 1, all others as 0.
    #[arg(long, value_name = "VALUE")]
    positive: Option<String>,
    /// How R² is shared out.
    #[arg(long, value_enum, default_value_t = Share::Shapley)]
    method: Share,
    /// The column of weights.
    #[arg(long, value_name = "COL")]
    weight: Option<String>,
    /// Resamples for the intervals; 0 for none.
    #[arg(long, value_name = "N", default_value_t = 1_000)]
    bootstrap: usize,
    /// Where chance starts: the same seed gives the same intervals.
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// Which rows are used when some lack a value.
    #[arg(long, value_enum, default_value_t = Gaps::Listwise)]
    missing: Gaps,
    /// The model.
    #[arg(long, value_enum, default_value_t = Kind::Linear)]
    model: Kind,
    /// The confidence of the intervals.
    #[arg(long, default_value_t = 0.95, value_name = "SHARE")]
    confidence: f64,
    #[command(flatten)]
    output: Output,
}

const VIEWS: &[View] = &[View {
    title: "",
    list: "/drivers",
    columns: &[
        ("rank", "/rank"),
        ("driver", "/name"),
        ("importance", "/importance"),
        ("share", "/share"),
        ("interval", "/interval"),
        ("performance", "/performance"),
        ("one point more", "/potential/value"),
        ("interval of it", "/potential/interval"),
        ("VIF", "/vif"),
        ("significant", "/significant"),
    ],
}];

/// The outcome as numbers, NaN where it is missing.
fn outcome(arguments: &DriverArguments, table: &Table) -> anyhow::Result<Vec<f64>> {
    let name = &arguments.outcome;
    let cells = table.texts(name);
    let values = if let Some(positive) = &arguments.positive {
        if !cells.iter().flatten().any(|cell| cell == positive) {
            return Err(table.refuse(format!(
                "--positive: no cell of column “{name}” is “{positive}”; write it as the file does"
            )));
        }
        let happened = |cell: Option<&str>| cell.map(|cell| f64::from(cell == positive));
        cells.into_iter().map(happened).collect()
    } else if let Some(values) = table.zeros_and_ones(name) {
        values
    } else if arguments.model == Kind::Logistic
        && let Some(row) = cells
            .iter()
            .position(|cell| cell.is_some_and(|c| number(c).is_none()))
    {
        return Err(table.refuse_cell(
            name,
            row,
            "is not a number; say with --positive which word counts as 1",
        ));
    } else {
        table.numbers(name)?
    };
    let values = values.into_iter();
    Ok(values.map(|value| value.unwrap_or(f64::NAN)).collect())
}

/// Runs the command.
pub fn drivers(arguments: &DriverArguments) -> anyhow::Result<()> {
    let level = confidence(arguments.confidence)?;
    let mut wanted = vec![arguments.outcome.as_str()];
    wanted.extend(arguments.drivers.iter().map(String::as_str));
    wanted.extend(arguments.weight.as_deref());
    let table = arguments.source.open()?.read(&wanted)?;
    let column = |name: &str| -> anyhow::Result<Vec<f64>> {
        let cells = table.numbers(name)?.into_iter();
        Ok(cells.map(|cell| cell.unwrap_or(f64::NAN)).collect())
    };
    let outcome = outcome(arguments, &table)?;
    let values: Vec<Vec<f64>> = arguments
        .drivers
        .iter()
        .map(|name| column(name))
        .collect::<anyhow::Result<_>>()?;
    let weights = match &arguments.weight {
        Some(name) => Some(table.positive(name)?),
        None => None,
    };
    let named = arguments.drivers.iter().zip(&values);
    let rows = Rows {
        outcome: Column {
            name: &arguments.outcome,
            values: &outcome,
        },
        drivers: named
            .map(|(name, values)| Column { name, values })
            .collect(),
        weights: weights.as_deref(),
    };
    let options = Options {
        method: match arguments.method {
            Share::Shapley => Method::Shapley,
            Share::Johnson => Method::Johnson,
            Share::Both => Method::Both,
        },
        model: match arguments.model {
            Kind::Linear => Model::Linear,
            Kind::Logistic => Model::Logistic,
        },
        missing: match arguments.missing {
            Gaps::Listwise => Missing::Listwise,
            Gaps::Pairwise => Missing::Pairwise,
        },
        bootstrap: arguments.bootstrap,
        seed: arguments.seed,
        confidence: level,
    };
    let found = analyse(&rows, &options).map_err(refused)?;
    let notes = found.refused.iter().chain(&found.warnings);
    Finding {
        about: vec![
            options.method.source().to_owned(),
            format!("n {} ({} left out)", found.n, found.n_dropped),
            format!("R² {:.4}", found.r2),
            shown_confidence(level),
        ],
        warnings: notes.map(|note| note.message.clone()).collect(),
        value: serde_json::to_value(&found)?,
        views: VIEWS,
    }
    .write(&arguments.output)
}
