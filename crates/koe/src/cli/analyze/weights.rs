//! `koe analyze weights`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::Args;
use koe_analysis::confidence::Confidence;
use koe_analysis::weighting::{Design, Estimate, Margin, RakeOptions, Raked, Trim, rake};
use serde::Serialize;
use serde_json::{Value, json};

use super::design::DesignArguments;
use super::input::{Input, Source};
use super::output::{Finding, Format, Output, View};
use super::table::{Table, number};
use super::{confidence, refused, shown_confidence};

pub const EXAMPLES: &str = "Targets are what the population has in each cell, as people or as shares of 1 or 100:
  JSON  {\"gender\": {\"female\": 51.2, \"male\": 48.8}, \"age\": {\"18-39\": 9000, \"40+\": 16000}}
  CSV   column,cell,target (with a header, a line for each cell)
One column is post-stratification, several are raking. Columns joined by a comma are crossed, their
cells too: {\"gender,age\": {\"female,18-39\": 0.21, …}}.

csv and jsonl give the weight of each row, table and json how it went.

Examples:
  koe analyze weights --input answers.csv --targets census.json --id respondent --format csv
  koe analyze weights --input sample.csv --targets schools.json --weight pw --cluster dnum --fpc fpc --estimate api00,enroll";

/// The options.
#[derive(Debug, Args)]
pub struct WeightArguments {
    #[command(flatten)]
    source: Source,
    /// What the population has in each cell: JSON or CSV.
    #[arg(long, value_name = "T")]
    targets: PathBuf,
    /// The column that names rows in the output.
    #[arg(long, value_name = "COL")]
    id: Option<String>,
    /// Columns whose mean and total are estimated before and after.
    #[arg(long, value_name = "COL,…", value_delimiter = ',')]
    estimate: Vec<String>,
    /// The least and the greatest weight, as multiples of the mean weight, such as 0.3..3.
    #[arg(long, value_name = "LO..HI", value_parser = trim)]
    trim: Option<Trim>,
    #[command(flatten)]
    design: DesignArguments,
    /// The confidence of the intervals.
    #[arg(long, default_value_t = 0.95, value_name = "SHARE")]
    confidence: f64,
    #[command(flatten)]
    output: Output,
}

fn trim(text: &str) -> Result<Trim, String> {
    let ends = text.split_once("..").and_then(|(least, greatest)| {
        let (least, greatest) = (number(least.trim())?, number(greatest.trim())?);
        Some(Trim { least, greatest })
    });
    ends.filter(|ends| (0.0..1.0).contains(&ends.least) && ends.greatest > 1.0)
        .ok_or_else(|| {
            format!(
                "“{text}” is no pair of limits; write a least below 1 and a greatest above 1, as \
                 0.3..3"
            )
        })
}

/// What the population has, by column and cell.
type Targets = Vec<(String, BTreeMap<String, f64>)>;

/// Reads the targets, JSON or CSV by their beginning.
fn targets(path: &Path) -> anyhow::Result<Targets> {
    let shown = path.display();
    let text = std::fs::read_to_string(path).map_err(|e| refused(format!("{shown}: {e}")))?;
    let text = text.trim_start_matches('\u{feff}');
    let read = if text.trim_start().starts_with('{') {
        of_json(text)
    } else {
        of_csv(text)
    };
    read.map_err(|why| refused(format!("{shown}: {why}")))
}

fn of_json(text: &str) -> Result<Targets, String> {
    let shape = "targets are {\"column\": {\"cell\": number, …}, …}";
    let all: serde_json::Map<String, Value> =
        serde_json::from_str(text).map_err(|error| format!("{error}; {shape}"))?;
    all.into_iter()
        .map(|(column, cells)| {
            let Value::Object(cells) = cells else {
                return Err(format!("“{column}” has no cells; {shape}"));
            };
            let cells = cells
                .into_iter()
                .map(|(cell, target)| match target.as_f64() {
                    Some(target) => Ok((cell, target)),
                    None => Err(format!("“{column}”, “{cell}”: {target} is not a number")),
                });
            let cells = cells.collect::<Result<_, _>>()?;
            Ok((column, cells))
        })
        .collect()
}

fn of_csv(text: &str) -> Result<Targets, String> {
    let shape = "targets are three columns with a header: column, cell, target";
    let mut all = Targets::new();
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    for (line, record) in (2..).zip(reader.records()) {
        let record = record.map_err(|error| format!("{error}; {shape}"))?;
        let (Some(column), Some(cell), Some(target), 3) =
            (record.get(0), record.get(1), record.get(2), record.len())
        else {
            return Err(format!("line {line} has {} columns; {shape}", record.len()));
        };
        let target = number(target)
            .ok_or_else(|| format!("line {line}: “{target}” is not a number; {shape}"))?;
        let place = all.iter().position(|(known, _)| known == column);
        let place = place.unwrap_or_else(|| {
            all.push((column.to_owned(), BTreeMap::new()));
            all.len() - 1
        });
        if all[place].1.insert(cell.to_owned(), target).is_some() {
            return Err(format!("line {line}: “{column}”, “{cell}” stands twice"));
        }
    }
    Ok(all)
}

/// The columns of the file that make the cells of a target: one, or several crossed.
fn crossed(name: &str, input: &Input) -> Vec<String> {
    if input.has(name) || !name.contains(',') {
        return vec![name.to_owned()];
    }
    name.split(',').map(|part| part.trim().to_owned()).collect()
}

/// The cell of each row; `None` where one of the columns is missing.
fn cells(columns: &[String], table: &Table) -> Vec<Option<String>> {
    let mut columns = columns.iter().map(|column| table.texts(column));
    let first = columns.next().unwrap_or_default();
    let first = first.into_iter().map(|cell| cell.map(str::to_owned));
    columns.fold(first.collect(), |joined: Vec<Option<String>>, next| {
        let pairs = joined.into_iter().zip(next);
        pairs
            .map(|(own, next)| Some(format!("{},{}", own?, next?)))
            .collect()
    })
}

/// A column's mean and total with the new weights, and with those the rows came with.
#[derive(Serialize)]
struct Estimated<'a> {
    column: &'a str,
    mean: Estimate,
    total: Estimate,
    mean_before: Estimate,
    total_before: Estimate,
}

const WEIGHTS: &[View] = &[View {
    title: "",
    list: "/weights",
    columns: &[
        ("row", "/row"),
        ("id", "/id"),
        ("weight", "/weight"),
        ("relative", "/relative"),
    ],
}];

const SUMMARY: &[View] = &[
    View {
        title: "",
        list: "/margins",
        columns: &[
            ("margin", "/margin"),
            ("cell", "/cell"),
            ("n", "/n"),
            ("target", "/target"),
            ("before", "/before"),
            ("after", "/after"),
        ],
    },
    View {
        title: "Weights",
        list: "",
        columns: &[
            ("n", "/n"),
            ("population", "/population"),
            ("effective n", "/n_effective"),
            ("weighting effect", "/weighting_effect"),
            ("least / mean", "/least"),
            ("greatest / mean", "/greatest"),
            ("rounds", "/rounds"),
        ],
    },
    View {
        title: "Estimates with these weights",
        list: "/estimates",
        columns: &[
            ("column", "/column"),
            ("n", "/mean/n"),
            ("mean", "/mean/value"),
            ("se", "/mean/se"),
            ("interval", "/mean/interval"),
            ("mean before", "/mean_before/value"),
            ("total", "/total/value"),
            ("se of it", "/total/se"),
        ],
    },
];

/// Runs the command.
pub fn weigh(arguments: &WeightArguments) -> anyhow::Result<()> {
    let level = confidence(arguments.confidence)?;
    let targets = targets(&arguments.targets)?;
    let input = arguments.source.open()?;
    let columns: Vec<Vec<String>> = targets
        .iter()
        .map(|(name, _)| crossed(name, &input))
        .collect();
    let mut wanted: Vec<&str> = columns.iter().flatten().map(String::as_str).collect();
    wanted.extend(arguments.design.columns());
    wanted.extend(arguments.estimate.iter().map(String::as_str));
    wanted.extend(arguments.id.as_deref());
    let table = input.read(&wanted)?;
    let cells: Vec<Vec<Option<String>>> = columns
        .iter()
        .map(|columns| cells(columns, &table))
        .collect();
    let weighted: Vec<usize> = (0..table.len())
        .filter(|&row| cells.iter().all(|cells| cells[row].is_some()))
        .collect();
    if weighted.is_empty() {
        return Err(table.refuse("no row has a value in every column of the targets"));
    }
    let (design, mut notes) = arguments.design.of(&table, &weighted)?;
    let margins: Vec<Margin> = targets
        .into_iter()
        .zip(cells)
        .map(|((name, targets), cells)| Margin {
            name,
            cells: weighted
                .iter()
                .filter_map(|&row| cells[row].clone())
                .collect(),
            targets,
        })
        .collect();
    let options = RakeOptions {
        trim: arguments.trim,
        ..RakeOptions::default()
    };
    let raked = rake(&design, &margins, &options).map_err(refused)?;
    let missing = table.len() - weighted.len();
    if missing > 0 {
        notes.push(format!(
            "{missing} rows lack a value in a column of the targets and get no weight"
        ));
    }
    notes.extend(raked.summary.warnings.iter().map(ToString::to_string));
    let value = json!({
        "method": raked.summary.method,
        "n": raked.summary.n,
        "n_missing": missing,
        "population": raked.summary.population,
        "rounds": raked.summary.rounds,
        "converged": raked.summary.converged,
        "n_effective": raked.summary.n_effective,
        "weighting_effect": raked.summary.weighting_effect,
        "least": raked.summary.least,
        "greatest": raked.summary.greatest,
        "margins": fits(&raked),
        "estimates": estimates(&arguments.estimate, &table, &weighted, (&design, &raked.design), level)?,
        "weights": rows(arguments.id.as_deref(), &table, &weighted, &raked),
        "warnings": notes,
    });
    let each_row = matches!(arguments.output.format, Format::Csv | Format::Jsonl);
    Finding {
        about: vec![
            raked.summary.method.replace('_', "-"),
            shown_confidence(level),
        ],
        value,
        views: if each_row { WEIGHTS } else { SUMMARY },
        warnings: notes,
    }
    .write(&arguments.output)
}

/// The cells of all margins, before and after.
fn fits(raked: &Raked) -> Vec<Value> {
    let margins = raked.summary.margins.iter();
    margins
        .flat_map(|margin| {
            margin.cells.iter().map(|fit| {
                json!({
                    "margin": margin.name,
                    "cell": fit.cell,
                    "n": fit.n,
                    "target": fit.target,
                    "before": fit.before,
                    "after": fit.after,
                })
            })
        })
        .collect()
}

fn estimates<'a>(
    names: &'a [String],
    table: &Table,
    weighted: &[usize],
    (before, after): (&Design, &Design),
    level: Confidence,
) -> anyhow::Result<Vec<Estimated<'a>>> {
    names
        .iter()
        .map(|name| {
            let all = table.numbers(name)?;
            let values: Vec<Option<f64>> = weighted.iter().map(|&row| all[row]).collect();
            Ok(Estimated {
                column: name,
                mean: after.mean(&values, level),
                total: after.total(&values, level),
                mean_before: before.mean(&values, level),
                total_before: before.total(&values, level),
            })
        })
        .collect()
}

/// The weight of each row of the file, `null` for those that get none. `row` counts the rows from
/// 1; `relative` is the weight over the mean weight.
fn rows(id: Option<&str>, table: &Table, weighted: &[usize], raked: &Raked) -> Vec<Value> {
    let weights = raked.design.weights();
    let mean = raked.summary.population / weights.len() as f64;
    let mut of_row = vec![None; table.len()];
    for (&row, &weight) in weighted.iter().zip(weights) {
        of_row[row] = Some(weight);
    }
    let ids = id.map(|id| table.texts(id));
    let rows = of_row.into_iter().enumerate();
    rows.map(|(row, weight)| {
        let mut told = json!({ "row": row + 1 });
        if let Some(ids) = &ids {
            told["id"] = ids[row].into();
        }
        told["weight"] = weight.into();
        told["relative"] = weight.map(|weight| weight / mean).into();
        told
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_the_same_from_json_and_csv() {
        let json = of_json(r#"{"b": {"x": 1, "y": 2.5}, "a": {"1": 3}}"#).expect("targets");
        let csv = of_csv("c,v,n\nb,x,1\nb, y ,2.5\na,1,3\n").expect("targets");
        assert_eq!(json, csv);
        assert_eq!((json[0].0.as_str(), json[0].1["y"]), ("b", 2.5));
    }

    #[test]
    fn targets_that_make_no_sense_say_where() {
        for (text, part) in [
            ("[1]", "column"),
            (r#"{"a": 3}"#, "“a” has no cells"),
            (r#"{"a": {"x": "many"}}"#, "“x”"),
        ] {
            let said = of_json(text).unwrap_err();
            assert!(said.contains(part), "{said}");
        }
        for (text, part) in [
            ("c,v,n\na,x,many\n", "line 2: “many”"),
            ("c,v\na,x\n", "2 columns"),
            ("c,v,n\na,x,1\na,x,2\n", "stands twice"),
        ] {
            let said = of_csv(text).unwrap_err();
            assert!(said.contains(part), "{said}");
        }
        assert!(trim("0.3..3").is_ok() && trim("2..3").is_err() && trim("3").is_err());
    }
}
