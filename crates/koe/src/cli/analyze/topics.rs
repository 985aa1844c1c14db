//! `koe analyze topics`.

use clap::{Args, ValueEnum};
use koe_analysis::confidence::Confidence;
use koe_analysis::score::{Direction, Metric, NpsCuts};
use koe_analysis::text::Analysis;
use koe_analysis::text::topics::{
    DiscoverySettings, ScoredText, TopicDocument, TopicFigures, TopicTally, Topics, discover,
};
use serde_json::{Value, json};

use super::input::Source;
use super::output::{Finding, Format, Output, View};
use super::table::Table;
use super::texts::{Reading, Texts};
use super::{confidence, refused, shown_confidence};

pub const EXAMPLES: &str = "Without --topics the topics are those that the texts themselves suggest, each with its terms and
quotations. With --topics they are those of a tree of rules: a JSON file, or retail, hotel,
contact_centre, app. The lift is the score of the texts that speak of a topic less that of the others.

Examples:
  koe analyze topics --input reviews.csv --text comment --score stars
  koe analyze topics --input voices.csv --text 自由回答 --score 推奨度 --metric nps --topics retail --format csv";

/// What the score measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Measure {
    /// The mean.
    Mean,
    /// Percent promoters less percent detractors.
    Nps,
}

/// The options.
#[derive(Debug, Args)]
pub struct TopicArguments {
    #[command(flatten)]
    source: Source,
    #[command(flatten)]
    reading: Reading,
    /// The column of scores.
    #[arg(long, value_name = "COL")]
    score: Option<String>,
    /// What the score measures.
    #[arg(long, value_enum, default_value_t = Measure::Mean)]
    metric: Measure,
    /// The most topics suggested.
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..=200))]
    most: u16,
    /// The confidence of the intervals.
    #[arg(long, default_value_t = 0.95, value_name = "SHARE")]
    confidence: f64,
    #[command(flatten)]
    output: Output,
}

const VIEWS: &[View] = &[View {
    title: "",
    list: "/topics",
    columns: &[
        ("id", "/id"),
        ("topic", "/name"),
        ("n", "/n"),
        ("share", "/share/value"),
        ("sentiment", "/sentiment/value"),
        ("score", "/score/value"),
        ("lift", "/lift/difference"),
        ("interval", "/lift/interval"),
        ("p adjusted", "/lift/p_adjusted"),
        ("terms", "/terms"),
        ("quotations", "/quotations"),
    ],
}];

/// Runs the command.
pub fn topics(arguments: &TopicArguments) -> anyhow::Result<()> {
    let level = confidence(arguments.confidence)?;
    let mut wanted: Vec<&str> = arguments.reading.columns().collect();
    wanted.extend(arguments.score.as_deref());
    let table = arguments.source.open()?.read(&wanted)?;
    let texts = Texts::of(&arguments.reading, &table)?;
    let scores = match &arguments.score {
        Some(column) => table.numbers(column)?,
        None => vec![None; table.len()],
    };
    let metric = arguments.score.is_some().then(|| match arguments.metric {
        Measure::Mean => Metric::Mean {
            scale: None,
            direction: Direction::HigherIsBetter,
        },
        Measure::Nps => Metric::Nps {
            cuts: NpsCuts::default(),
        },
    });
    let value = match texts.topics() {
        Some(rules) => counted(&texts, rules, &scores, metric.as_ref(), level),
        None => {
            let settings = DiscoverySettings {
                topics: arguments.most.into(),
                ..DiscoverySettings::default()
            };
            let format = arguments.output.format;
            suggested(&texts, &scores, metric.as_ref(), (level, &settings), format)
        }
    };
    if value["topics"].as_array().is_none_or(Vec::is_empty) {
        return Err(few(&table, &texts));
    }
    Finding {
        about: vec![
            format!("{} texts", value["n_texts"]),
            shown_confidence(level),
        ],
        value,
        views: VIEWS,
        warnings: Vec::new(),
    }
    .write(&arguments.output)
}

fn few(table: &Table, texts: &Texts<'_>) -> anyhow::Error {
    refused(format!(
        "{} rows hold {} texts, in which no words come together often enough to suggest a topic; \
         give more texts, or rules with --topics",
        table.len(),
        texts.len()
    ))
}

/// What stands of a topic in every list.
fn told(figures: &TopicFigures) -> serde_json::Map<String, Value> {
    let mut told = serde_json::Map::new();
    told.insert("n".to_owned(), figures.n.into());
    for (name, value) in [
        ("share", json!(figures.share)),
        ("sentiment", json!(figures.sentiment)),
        ("score", json!(figures.score)),
        ("lift", json!(figures.lift)),
    ] {
        told.insert(name.to_owned(), value);
    }
    told
}

/// The topics of rules.
fn counted(
    texts: &Texts<'_>,
    (document, topics): &(TopicDocument, Topics),
    scores: &[Option<f64>],
    metric: Option<&Metric>,
    level: Confidence,
) -> Value {
    let found = texts.each(0..scores.len(), |_, read| {
        read.map(|(text, analysis)| topics.find(text, analysis))
    });
    let mut tally = TopicTally::new(topics.len());
    for (found, score) in found.into_iter().zip(scores) {
        if let Some(mentions) = found {
            tally.add(topics, &mentions, *score, 1.0);
        }
    }
    let figures = tally.figures(metric, level);
    let topics: Vec<Value> = figures
        .iter()
        .zip(document.walk())
        .map(|(figures, walked)| {
            let mut one = serde_json::Map::new();
            one.insert("id".to_owned(), topics.id(figures.topic).into());
            let parent = topics.parent(figures.topic).map(|parent| topics.id(parent));
            one.insert("parent".to_owned(), parent.into());
            one.insert("name".to_owned(), json!(walked.topic.name));
            one.append(&mut told(figures));
            Value::Object(one)
        })
        .collect();
    json!({ "n_texts": texts.len(), "topics": topics })
}

/// The topics that the texts suggest. In CSV terms and quotations are words alone, and a table to
/// read has no room for quotations.
fn suggested(
    texts: &Texts<'_>,
    scores: &[Option<f64>],
    metric: Option<&Metric>,
    (level, settings): (Confidence, &DiscoverySettings),
    format: Format,
) -> Value {
    let brief = matches!(format, Format::Table | Format::Csv);
    let found = texts.each(0..scores.len(), |row, read| {
        let (text, analysis) = read?;
        Some((row, text.to_owned(), analysis.clone()))
    });
    let analysed: Vec<(usize, String, Analysis)> = found.into_iter().flatten().collect();
    let scored: Vec<ScoredText<'_>> = analysed
        .iter()
        .map(|(row, _, analysis)| ScoredText {
            analysis,
            score: scores[*row],
            weight: 1.0,
        })
        .collect();
    let found = discover(&scored, metric, level, settings);
    let topics: Vec<Value> = found
        .topics
        .iter()
        .map(|topic| {
            let quotations = topic.quotations.iter().map(|quotation| {
                let (row, text, _) = &analysed[quotation.text];
                let words = quotation.span.of(text).trim();
                if brief {
                    words.into()
                } else {
                    json!({ "id": texts.id(*row), "text": words, "span": quotation.span })
                }
            });
            let terms = topic.terms.iter().map(|term| {
                if brief {
                    term.text.as_str().into()
                } else {
                    json!(term)
                }
            });
            let mut one = serde_json::Map::new();
            one.insert("name".to_owned(), topic.name.as_str().into());
            one.append(&mut told(&topic.figures));
            one.insert("terms".to_owned(), terms.collect());
            one.insert("pairs".to_owned(), json!(topic.pairs));
            if format != Format::Table {
                one.insert("quotations".to_owned(), quotations.collect());
            }
            Value::Object(one)
        })
        .collect();
    json!({ "n_texts": found.n_texts, "n_covered": found.n_covered, "topics": topics })
}
