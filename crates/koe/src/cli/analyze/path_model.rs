//! `koe analyze path-model`.

use std::path::PathBuf;

use clap::Args;
use koe_analysis::drivers::Column;
use koe_analysis::path_model::{PathModel, PathOptions, analyse};

use super::input::Source;
use super::output::{Finding, Output, View};
use super::{confidence, refused, shown_confidence};

pub const EXAMPLES: &str = "A model: {\"constructs\": {\"Image\": {\"mode\": \"A\", \"indicators\": [\"IMAG1\", \"IMAG2\"]}, …},
          \"paths\": [[\"Image\", \"Expectation\"], …], \"scheme\": \"path\"}

Example:
  koe analyze path-model --input mobi.csv --model ecsi.json";

/// The options.
#[derive(Debug, Args)]
pub struct PathArguments {
    #[command(flatten)]
    source: Source,
    /// The model as JSON: constructs with their indicators, and what leads to what.
    #[arg(long, value_name = "M.json")]
    model: PathBuf,
    /// The column of weights.
    #[arg(long, value_name = "COL")]
    weight: Option<String>,
    /// Resamples for the intervals; 0 for none.
    #[arg(long, value_name = "N", default_value_t = 1_000)]
    bootstrap: usize,
    /// Where chance starts.
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// The confidence of the intervals.
    #[arg(long, default_value_t = 0.95, value_name = "SHARE")]
    confidence: f64,
    #[command(flatten)]
    output: Output,
}

const VIEWS: &[View] = &[
    View {
        title: "",
        list: "/paths",
        columns: &[
            ("from", "/from"),
            ("to", "/to"),
            ("coefficient", "/coefficient"),
            ("interval", "/interval"),
            ("p", "/p"),
            ("VIF", "/vif"),
        ],
    },
    View {
        title: "Constructs",
        list: "/constructs",
        columns: &[
            ("construct", "/name"),
            ("R²", "/r2"),
            ("alpha", "/alpha"),
            ("rhoC", "/rho_c"),
            ("AVE", "/ave"),
            ("index", "/index"),
        ],
    },
];

/// Runs the command.
pub fn model(arguments: &PathArguments) -> anyhow::Result<()> {
    let level = confidence(arguments.confidence)?;
    let shown = arguments.model.display();
    let text = std::fs::read_to_string(&arguments.model)
        .map_err(|error| refused(format!("{shown}: {error}")))?;
    let model: PathModel =
        serde_json::from_str(&text).map_err(|error| refused(format!("{shown}: {error}")))?;
    model.check().map_err(refused)?;
    let mut wanted = model.indicators();
    wanted.extend(arguments.weight.as_deref());
    let table = arguments.source.open()?.read(&wanted)?;
    let values: Vec<Vec<f64>> = model
        .indicators()
        .into_iter()
        .map(|name| {
            let cells = table.numbers(name)?.into_iter();
            Ok(cells.map(|cell| cell.unwrap_or(f64::NAN)).collect())
        })
        .collect::<anyhow::Result<_>>()?;
    let weights = match &arguments.weight {
        Some(name) => Some(table.positive(name)?),
        None => None,
    };
    let named = model.indicators().into_iter().zip(&values);
    let columns: Vec<Column<'_>> = named
        .map(|(name, values)| Column { name, values })
        .collect();
    let options = PathOptions {
        bootstrap: arguments.bootstrap,
        seed: arguments.seed,
        confidence: level,
    };
    let found = analyse(&model, &columns, weights.as_deref(), &options).map_err(refused)?;
    Finding {
        about: vec![
            "Partial least squares".to_owned(),
            format!("n {} ({} left out)", found.n, found.n_dropped),
            shown_confidence(level),
        ],
        warnings: found
            .warnings
            .iter()
            .map(|note| note.message.clone())
            .collect(),
        value: serde_json::to_value(&found)?,
        views: VIEWS,
    }
    .write(&arguments.output)
}
