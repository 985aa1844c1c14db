//! `koe analyze forecast`.

use clap::{Args, ValueEnum};
use koe_analysis::forecast::{Seasonal, analyse_series};

use super::input::Source;
use super::output::{Finding, Output, View};
use super::{confidence, refused, shown_confidence};

pub const EXAMPLES: &str = "The rows are the series, oldest first, at equal distances.

Examples:
  koe analyze forecast --input co2.csv --value co2 --period 12 --seasonal additive
  koe analyze forecast --input weeks.csv --value complaints --ahead 4";

/// What the season does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Season {
    /// It adds so much to the level.
    Additive,
    /// It multiplies the level.
    Multiplicative,
    /// There is none.
    None,
}

/// The options.
#[derive(Debug, Args)]
pub struct SeriesArguments {
    #[command(flatten)]
    source: Source,
    /// The column of values.
    #[arg(long, value_name = "COL")]
    value: String,
    /// How many values make a season: 12 for months of a year.
    #[arg(long, value_name = "N")]
    period: Option<usize>,
    /// What the season does (default: additive with --period, none without).
    #[arg(long, value_enum)]
    seasonal: Option<Season>,
    /// How many values to look ahead (default: a season, or 1 without).
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000))]
    ahead: Option<u32>,
    /// The confidence of the intervals.
    #[arg(long, default_value_t = 0.95, value_name = "SHARE")]
    confidence: f64,
    #[command(flatten)]
    output: Output,
}

const VIEWS: &[View] = &[
    View {
        title: "",
        list: "/holt_winters/forecast",
        columns: &[
            ("ahead", "/ahead"),
            ("value", "/value"),
            ("interval", "/interval"),
        ],
    },
    View {
        title: "Holt–Winters",
        list: "/holt_winters",
        columns: &[
            ("alpha", "/alpha"),
            ("beta", "/beta"),
            ("gamma", "/gamma"),
            ("sum of squares", "/sse"),
        ],
    },
    View {
        title: "Control limits (XmR)",
        list: "/control_limits",
        columns: &[
            ("centre", "/centre"),
            ("lower", "/lower"),
            ("upper", "/upper"),
        ],
    },
    View {
        title: "Change points",
        list: "/change_points/points",
        columns: &[
            ("row", "/row"),
            ("before", "/before"),
            ("after", "/after"),
            ("difference", "/difference"),
        ],
    },
];

/// Runs the command.
pub fn forecast(arguments: &SeriesArguments) -> anyhow::Result<()> {
    let level = confidence(arguments.confidence)?;
    let seasonal = match (arguments.seasonal, arguments.period) {
        (Some(Season::Additive), Some(_)) | (None, Some(_)) => Seasonal::Additive,
        (Some(Season::Multiplicative), Some(_)) => Seasonal::Multiplicative,
        (Some(Season::None), _) | (None, None) => Seasonal::None,
        (Some(_), None) => {
            return Err(refused(
                "--seasonal: say with --period how many values make a season, as 12",
            ));
        }
    };
    let period = arguments.period.unwrap_or(1);
    let ahead = arguments
        .ahead
        .unwrap_or_else(|| u32::try_from(period).unwrap_or(1));
    let table = arguments.source.open()?.read(&[&arguments.value])?;
    let values = table.every_number(&arguments.value)?;
    let report = analyse_series(&values, seasonal, period, ahead, level).map_err(refused)?;
    Finding {
        about: vec![format!("n {}", report.n), shown_confidence(level)],
        warnings: report.warnings.iter().map(ToString::to_string).collect(),
        value: serde_json::to_value(&report)?,
        views: VIEWS,
    }
    .write(&arguments.output)
}
