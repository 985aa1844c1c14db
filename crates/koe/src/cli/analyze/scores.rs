//! `koe analyze score` and `compare`.

use clap::{Args, ValueEnum};
use koe_analysis::score::{Direction, GoodEnd, Metric, NpsCuts, Scale};
use koe_analysis::tabulation::{pair_table, score_table};
use koe_analysis::weighting::Design;

use super::design::DesignArguments;
use super::input::Source;
use super::key::{Grouping, Key, keys};
use super::output::{Finding, Output, View};
use super::table::Table;
use super::{confidence, refused, shown_confidence};

pub const SCORE_EXAMPLES: &str = "NPS runs from −100 to 100; csat and top-box are percent, 0 to 100; ces and mean \
     are in the unit of the answers. Answers outside the scale count as missing.

Examples:
  koe analyze score --input answers.csv --score recommend --metric nps --by store
  koe analyze score --input answers.xlsx --score satisfaction --metric csat --scale 1..5 --by visited:fiscal-year
  koe analyze score --input sample.csv --score api00 --metric mean --weight pw --cluster dnum --fpc fpc";

pub const COMPARE_EXAMPLES: &str = "Examples:
  koe analyze compare --input answers.csv --score recommend --metric nps --by store
  koe analyze compare --input answers.csv --score wait --metric mean --by channel --format json";

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Measure {
    /// Percent promoters less percent detractors (0–6, 7–8, 9–10).
    Nps,
    /// Percent who gave one of the best answers; the two best unless --top says otherwise.
    Csat,
    /// Mean effort on its scale; --direction says whether more is better.
    Ces,
    /// The mean.
    Mean,
    /// Percent who gave one of the highest answers; the highest alone unless --top says otherwise.
    TopBox,
}

/// Which end of a scale is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Better {
    /// It is.
    Higher,
    /// A low one is.
    Lower,
}

/// The options of both commands.
#[derive(Debug, Args)]
pub struct ScoreArguments {
    #[command(flatten)]
    source: Source,
    /// The column of the answers.
    #[arg(long, value_name = "COL")]
    score: String,
    /// What is measured.
    #[arg(long, value_enum)]
    metric: Measure,
    /// How many of the best answers count, for csat and top-box.
    #[arg(long, value_name = "K")]
    top: Option<u32>,
    /// The answers of the question, such as 1..5; taken from the file when it is not given.
    #[arg(long, value_name = "LO..HI", value_parser = scale)]
    scale: Option<Scale>,
    /// Whether a high answer is good.
    #[arg(long, value_enum, default_value_t = Better::Higher)]
    direction: Better,
    /// Columns that make groups; dates by `:day`, `:week`, `:month`, `:quarter`, `:year`,
    /// `:fiscal-year`.
    #[arg(long, value_name = "COL,…", value_delimiter = ',')]
    by: Vec<String>,
    #[command(flatten)]
    design: DesignArguments,
    /// The confidence of the intervals.
    #[arg(long, default_value_t = 0.95, value_name = "SHARE")]
    confidence: f64,
    #[command(flatten)]
    output: Output,
}

fn scale(text: &str) -> Result<Scale, String> {
    let remedy =
        || format!("“{text}” is no scale; write the least and the greatest answer, as 1..5");
    let (low, high) = text.split_once("..").ok_or_else(remedy)?;
    let end = |text: &str| text.trim().parse::<i64>().map_err(|_| remedy());
    let (min, max) = (end(low)?, end(high)?);
    if min >= max {
        return Err(remedy());
    }
    Ok(Scale { min, max })
}

/// What a command needs: the metric, the rows by group, the design.
struct Asked {
    metric: Metric,
    rows: Vec<(Key, Option<f64>)>,
    design: Design,
    notes: Vec<String>,
}

impl ScoreArguments {
    fn read(&self) -> anyhow::Result<Asked> {
        let input = self.source.open()?;
        let groupings = Grouping::of(&self.by, &input);
        let mut wanted = vec![self.score.as_str()];
        wanted.extend(groupings.iter().map(Grouping::column));
        wanted.extend(self.design.columns());
        let table = input.read(&wanted)?;
        let answers = table.numbers(&self.score)?;
        let mut notes = Vec::new();
        let metric = self.metric(&table, &answers, &mut notes)?;
        let rows = keys(&groupings, &table)?.into_iter().zip(answers).collect();
        let every: Vec<usize> = (0..table.len()).collect();
        let (design, remarks) = self.design.of(&table, &every)?;
        notes.extend(remarks);
        Ok(Asked {
            metric,
            rows,
            design,
            notes,
        })
    }

    fn metric(
        &self,
        table: &Table,
        answers: &[Option<f64>],
        notes: &mut Vec<String>,
    ) -> anyhow::Result<Metric> {
        let direction = match self.direction {
            Better::Higher => Direction::HigherIsBetter,
            Better::Lower => Direction::LowerIsBetter,
        };
        let mut scale = || match self.scale {
            Some(scale) => Ok(scale),
            None => self.found_scale(table, answers, notes),
        };
        let metric = match self.metric {
            Measure::Nps => Metric::Nps {
                cuts: self.scale.map_or_else(NpsCuts::default, |scale| NpsCuts {
                    min: scale.min,
                    max: scale.max,
                    ..NpsCuts::default()
                }),
            },
            Measure::Csat => Metric::Csat {
                scale: scale()?,
                top: self.top.unwrap_or(2),
                good_end: match self.direction {
                    Better::Higher => GoodEnd::Highest,
                    Better::Lower => GoodEnd::Lowest,
                },
            },
            Measure::Ces => Metric::Ces {
                scale: scale()?,
                direction,
            },
            Measure::Mean => Metric::Mean {
                scale: self.scale,
                direction,
            },
            Measure::TopBox => Metric::TopBox {
                scale: scale()?,
                k: self.top.unwrap_or(1),
                direction,
            },
        };
        metric.validate().map_err(refused)?;
        Ok(metric)
    }

    /// The usual scale that holds the answers: 1 to 5, 7 or 10, from 0 where there is one.
    fn found_scale(
        &self,
        table: &Table,
        answers: &[Option<f64>],
        notes: &mut Vec<String>,
    ) -> anyhow::Result<Scale> {
        let given = answers.iter().flatten();
        let (low, high) = given.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), &value| {
            (low.min(value), high.max(value))
        });
        let max = [5, 7, 10].into_iter().find(|&max| high <= f64::from(max));
        match max {
            Some(max) if low >= 0.0 => {
                let scale = Scale {
                    min: i64::from(low >= 1.0),
                    max: i64::from(max),
                };
                notes.push(format!(
                    "--scale is not given: “{}” is taken to run from {} to {}",
                    self.score, scale.min, scale.max
                ));
                Ok(scale)
            }
            _ => Err(table.refuse(format!(
                "column “{}”: say with --scale LO..HI from where to where its answers run",
                self.score
            ))),
        }
    }
}

const SCORE_VIEWS: &[View] = &[
    View {
        title: "",
        list: "/groups",
        columns: &[
            ("", "/key"),
            ("n", "/n"),
            ("missing", "/n_missing"),
            ("effective n", "/n_effective"),
            ("value", "/value"),
            ("se", "/se"),
            ("interval", "/interval"),
        ],
    },
    View {
        title: "All rows",
        list: "/total",
        columns: &[
            ("n", "/n"),
            ("missing", "/n_missing"),
            ("out of scale", "/n_out_of_scale"),
            ("effective n", "/n_effective"),
            ("value", "/value"),
            ("se", "/se"),
            ("interval", "/interval"),
        ],
    },
];

/// Runs `koe analyze score`.
pub fn score(arguments: &ScoreArguments) -> anyhow::Result<()> {
    let level = confidence(arguments.confidence)?;
    let asked = arguments.read()?;
    let table = score_table(&asked.metric, &asked.rows, &asked.design, level);
    Finding {
        about: vec![
            table.metric.clone(),
            table.method.clone(),
            shown_confidence(level),
        ],
        value: serde_json::to_value(&table)?,
        views: SCORE_VIEWS,
        warnings: asked.notes,
    }
    .write(&arguments.output)
}

const PAIR_VIEWS: &[View] = &[View {
    title: "",
    list: "/pairs",
    columns: &[
        ("a", "/a"),
        ("b", "/b"),
        ("difference", "/difference"),
        ("se", "/se"),
        ("interval", "/interval"),
        ("statistic", "/statistic"),
        ("p", "/p"),
        ("p adjusted", "/p_adjusted"),
        ("method", "/method"),
    ],
}];

/// Runs `koe analyze compare`.
pub fn compare(arguments: &ScoreArguments) -> anyhow::Result<()> {
    let level = confidence(arguments.confidence)?;
    if arguments.by.is_empty() {
        return Err(refused(
            "name with --by the column whose groups are compared",
        ));
    }
    let asked = arguments.read()?;
    let table = pair_table(&asked.metric, &asked.rows, &asked.design, level);
    if table.pairs.is_empty() {
        return Err(refused(format!(
            "“{}” makes a single group; there is nothing to compare it with",
            arguments.by.join(", ")
        )));
    }
    Finding {
        about: vec![
            table.metric.clone(),
            "p adjusted by Benjamini and Hochberg".to_owned(),
            shown_confidence(level),
        ],
        value: serde_json::to_value(&table)?,
        views: PAIR_VIEWS,
        warnings: asked.notes,
    }
    .write(&arguments.output)
}
