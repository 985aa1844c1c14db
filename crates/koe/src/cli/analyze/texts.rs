//! `koe analyze text`.

use std::collections::BTreeSet;
use std::fmt::Display;
use std::ops::Range;
use std::path::{Path, PathBuf};

use clap::Args;
use koe_analysis::text::learning::{Example, FEWEST, Features, Learned, Side, learn, sides};
use koe_analysis::text::topics::{Mention, TopicDocument, TopicLimits, Topics, Trade};
use koe_analysis::text::{
    Analyser, Analysis, Asked, Effort, Emotion, JudgedSentence, Language, Pair, PersonalData,
    Sentiment, Synonyms, Token, asked,
};
use serde::Serialize;
use serde_json::{Value, json};

use super::input::Source;
use super::output::{Finding, Format, Output, View};
use super::refused;
use super::scores::Better;
use super::table::{Table, number};
use crate::base::japanese::dictionary;

pub const EXAMPLES: &str = "One result for each row, in the order of the rows. Spans are characters (Unicode scalar values) of
the cell without white space around it, from start to before end. A row without a text has null for language and
sentiment.

--learn-from takes numbers (NPS, stars, …) or negative, neutral and positive. Rows that carry one are
judged by a model that has not seen them, the others by the model of all; what was learned judges only
where it was right more often than the lexicon, and both shares are written to standard error.

Examples:
  koe analyze text --input voices.csv --text comment --id answer --format jsonl
  koe analyze text --input reviews.xlsx --text 本文 --topics hotel --learn-from 評価 --format csv
  koe analyze text --input answers.csv --text better --question \"What should we improve?\" --format jsonl";

/// What is read, and how.
#[derive(Debug, Args)]
pub struct Reading {
    /// The column of texts.
    #[arg(long, value_name = "COL")]
    text: String,
    /// The column that names rows; without it they are counted from 1.
    #[arg(long, value_name = "COL")]
    id: Option<String>,
    /// What the question was: to "What should we improve?" a wish is no complaint.
    #[arg(long, value_name = "WORDING")]
    question: Option<String>,
    /// Rules for topics: a JSON file, or one of the trees that come with Koe: retail, hotel,
    /// contact_centre, app.
    #[arg(long, value_name = "FILE")]
    topics: Option<PathBuf>,
}

impl Reading {
    /// The columns named.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.text.as_str()).chain(self.id.as_deref())
    }
}

/// The options.
#[derive(Debug, Args)]
pub struct TextArguments {
    #[command(flatten)]
    source: Source,
    #[command(flatten)]
    reading: Reading,
    /// The column of scores to learn from: numbers, or negative, neutral and positive.
    #[arg(long, value_name = "COL")]
    learn_from: Option<String>,
    /// Whether a high number of --learn-from is good.
    #[arg(long, value_enum, default_value_t = Better::Higher)]
    direction: Better,
    /// Where chance starts when rows are dealt out for learning.
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    #[command(flatten)]
    output: Output,
}

/// Rows analysed together before they are written.
const CHUNK: usize = 4_096;

/// A row as it is told.
#[derive(Serialize)]
struct Told<'a> {
    id: Value,
    language: Option<Language>,
    sentences: &'a [JudgedSentence],
    sentiment: Option<Sentiment>,
    emotions: &'a [Emotion],
    effort: Option<Effort>,
    actionability: Option<f64>,
    tokens: &'a [Token],
    pairs: &'a [Pair],
    topics: &'a [Mention<'a>],
    personal_data: &'a [PersonalData],
}

impl Told<'_> {
    /// A row as tables and CSV show it.
    fn brief(&self) -> Value {
        json!({
            "id": self.id,
            "language": self.language,
            "label": self.sentiment.map(|sentiment| sentiment.label),
            "score": self.sentiment.map(|sentiment| sentiment.score),
            "emotions": self.emotions,
            "effort": self.effort,
            "actionability": self.actionability,
            "topics": self.topics.iter().map(|found| found.id).collect::<BTreeSet<_>>(),
            "personal_data": self.personal_data.iter().map(|found| found.kind).collect::<Vec<_>>(),
        })
    }
}

const VIEWS: &[View] = &[View {
    title: "",
    list: "/rows",
    columns: &[
        ("id", "/id"),
        ("language", "/language"),
        ("label", "/label"),
        ("score", "/score"),
        ("emotions", "/emotions"),
        ("effort", "/effort"),
        ("actionability", "/actionability"),
        ("topics", "/topics"),
        ("personal data", "/personal_data"),
    ],
}];

/// The texts, and how they are read.
pub struct Texts<'t> {
    analyser: Analyser<'static>,
    asked: Asked,
    topics: Option<(TopicDocument, Topics)>,
    texts: Vec<Option<&'t str>>,
    ids: Option<Vec<Option<&'t str>>>,
    /// What learning made of the rows; empty without it.
    learned: Vec<Option<Sentiment>>,
}

impl<'t> Texts<'t> {
    /// Makes ready what the texts of a table are read with.
    ///
    /// # Errors
    /// [`crate::cli::Unacceptable`] for rules that cannot be used.
    pub fn of(reading: &Reading, table: &'t Table) -> anyhow::Result<Self> {
        let texts = table.texts(&reading.text);
        let dictionary = if texts.iter().flatten().any(|text| has_japanese(text)) {
            dictionary().map_err(note).ok()
        } else {
            None
        };
        let analyser = Analyser::new(dictionary, &Synonyms::new());
        let topics = match &reading.topics {
            Some(path) => Some(topics(path, &analyser)?),
            None => None,
        };
        Ok(Self {
            analyser,
            topics,
            asked: reading.question.as_deref().map_or(Asked::Open, asked),
            ids: reading.id.as_deref().map(|id| table.texts(id)),
            learned: vec![None; texts.len()],
            texts,
        })
    }

    /// The rules given.
    pub fn topics(&self) -> Option<&(TopicDocument, Topics)> {
        self.topics.as_ref()
    }

    /// How many rows have a text.
    pub fn len(&self) -> usize {
        self.texts.iter().flatten().count()
    }

    /// What a row is called.
    pub fn id(&self, row: usize) -> Value {
        match &self.ids {
            Some(ids) => ids[row].into(),
            None => (row + 1).into(),
        }
    }

    /// What `each` makes of the rows and their analyses, on every core, in the order of the rows.
    pub fn each<T: Send>(
        &self,
        rows: Range<usize>,
        each: impl Fn(usize, Option<(&str, &Analysis)>) -> T + Sync,
    ) -> Vec<T> {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let stripe = rows.len().div_ceil(cores).max(1);
        let read = |from: usize| {
            let mut reader = self.analyser.reader();
            let to = (from + stripe).min(rows.end);
            let mut analysed = |row: usize| match self.texts[row] {
                Some(text) => {
                    let mut analysis = reader.analyse(text, self.asked);
                    if let Some(learned) = self.learned[row] {
                        analysis.sentiment = learned;
                    }
                    each(row, Some((text, &analysis)))
                }
                None => each(row, None),
            };
            (from..to).map(&mut analysed).collect::<Vec<T>>()
        };
        std::thread::scope(|scope| {
            let read = &read;
            let stripes: Vec<_> = rows
                .clone()
                .step_by(stripe)
                .map(|from| scope.spawn(move || read(from)))
                .collect();
            let done = stripes.into_iter().map(|stripe| match stripe.join() {
                Ok(made) => made,
                Err(panic) => std::panic::resume_unwind(panic),
            });
            done.flatten().collect()
        })
    }

    /// Learns from the sides of rows and says what came of it.
    fn learn(&mut self, column: &str, sides: &[Option<Side>], seed: u64) -> Option<Learned> {
        let example = |row: usize, read: Option<(&str, &Analysis)>| {
            let (text, analysis) = read?;
            let example = Example {
                features: Features::of(text, analysis),
                lexicon: analysis.sentiment,
                side: sides[row],
            };
            Some((row, example))
        };
        let found = self.each(0..self.texts.len(), example).into_iter();
        let (rows, examples): (Vec<usize>, Vec<Example>) = found.flatten().unzip();
        let Some(learned) = learn(&examples, seed) else {
            let n = examples.iter().filter(|row| row.side.is_some()).count();
            note(format!(
                "“{column}” judges {n} texts; {FEWEST} of at least two sides are needed to learn \
                 from, so the lexicon judges"
            ));
            return None;
        };
        if learned.used {
            for (row, &sentiment) in rows.into_iter().zip(&learned.sentiments) {
                self.learned[row] = Some(sentiment);
            }
        }
        say(column, &learned);
        Some(learned)
    }

    fn told<T>(
        &self,
        row: usize,
        read: Option<(&str, &Analysis)>,
        tell: impl Fn(&Told<'_>) -> T,
    ) -> T {
        let analysis = read.map(|(_, analysis)| analysis);
        let mentions = match (&self.topics, read) {
            (Some((_, topics)), Some((text, analysis))) => topics.find(text, analysis),
            _ => Vec::new(),
        };
        tell(&Told {
            id: self.id(row),
            language: analysis.map(|of| of.language),
            sentences: analysis.map_or(&[], |of| &of.sentences),
            sentiment: analysis.map(|of| of.sentiment),
            emotions: analysis.map_or(&[], |of| &of.emotions),
            effort: analysis.and_then(|of| of.effort),
            actionability: analysis.map(|of| of.actionability),
            tokens: analysis.map_or(&[], |of| &of.tokens),
            pairs: analysis.map_or(&[], |of| &of.pairs),
            topics: &mentions,
            personal_data: analysis.map_or(&[], |of| &of.personal_data),
        })
    }
}

/// Runs the command.
pub fn text(arguments: &TextArguments) -> anyhow::Result<()> {
    let mut wanted: Vec<&str> = arguments.reading.columns().collect();
    wanted.extend(arguments.learn_from.as_deref());
    let table = arguments.source.open()?.read(&wanted)?;
    let mut texts = Texts::of(&arguments.reading, &table)?;
    let learned = match &arguments.learn_from {
        Some(column) => {
            let sides = sides_of(column, &table, arguments.direction)?;
            texts.learn(column, &sides, arguments.seed)
        }
        None => None,
    };
    let rows = 0..texts.texts.len();
    if arguments.output.format == Format::Jsonl {
        for from in rows.clone().step_by(CHUNK) {
            let chunk = from..(from + CHUNK).min(rows.end);
            let lines = texts.each(chunk, |row, read| {
                texts.told(row, read, |told| serde_json::to_string(told))
            });
            let mut written = String::new();
            for line in lines {
                written.push_str(&line?);
                written.push('\n');
            }
            crate::cli::print(&written)?;
        }
        return Ok(());
    }
    let whole = arguments.output.format == Format::Json;
    let told = texts.each(rows, |row, read| {
        texts.told(row, read, |told| {
            if whole {
                serde_json::to_value(told)
            } else {
                Ok(told.brief())
            }
        })
    });
    let told: Vec<Value> = told.into_iter().collect::<Result<_, _>>()?;
    Finding {
        about: vec![format!("{} rows", told.len())],
        value: json!({ "learned": learned, "rows": told }),
        views: VIEWS,
        warnings: Vec::new(),
    }
    .write(&arguments.output)
}

/// The rules of a file, or of a tree that comes with Koe.
fn topics(path: &Path, analyser: &Analyser<'_>) -> anyhow::Result<(TopicDocument, Topics)> {
    let shown = path.display();
    let trade = path.to_str().and_then(Trade::named);
    let document = match trade {
        Some(trade) if !path.exists() => trade.topics(),
        _ => {
            let text = std::fs::read_to_string(path).map_err(|error| {
                let trades = Trade::ALL.map(Trade::as_str).join(", ");
                refused(format!("{shown}: {error}; give a file, or one of {trades}"))
            })?;
            TopicDocument::read(&text).map_err(|why| refused(format!("{shown}: {why}")))?
        }
    };
    let made = analyser.topics(&document, &TopicLimits::default());
    match made {
        Ok(topics) => Ok((document, topics)),
        Err(why) => Err(refused(format!("{shown}: {why}"))),
    }
}

/// The sides that a column says: words, or numbers by the scale that their range shows.
fn sides_of(column: &str, table: &Table, better: Better) -> anyhow::Result<Vec<Option<Side>>> {
    let cells = table.texts(column);
    let named = |cell: &Option<&str>| cell.is_none_or(|cell| Side::named(cell).is_some());
    if cells.iter().all(named) {
        return Ok(cells.into_iter().map(|cell| Side::named(cell?)).collect());
    }
    let numbers = cells.iter().enumerate().map(|(row, cell)| match cell {
        None => Ok(None),
        Some(cell) => number(cell).map(Some).ok_or_else(|| {
            table.refuse_cell(
                column,
                row,
                "is neither a number nor negative, neutral or positive; to learn from a column, \
                 all its cells are one or the other",
            )
        }),
    });
    let mut numbers = numbers.collect::<anyhow::Result<Vec<_>>>()?;
    if better == Better::Lower {
        let known = || numbers.iter().flatten().copied();
        let ends =
            known().fold(f64::INFINITY, f64::min) + known().fold(f64::NEG_INFINITY, f64::max);
        for score in numbers.iter_mut().flatten() {
            *score = ends - *score;
        }
    }
    Ok(sides(&numbers))
}

/// Whether there are characters that Japanese is written with.
fn has_japanese(text: &str) -> bool {
    text.chars().any(|one| {
        matches!(one, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ff66}'..='\u{ff9f}')
    })
}

fn note(what: impl Display) {
    eprintln!("Note: {what}");
}

/// What was learned, for standard error: accuracies and both tables.
fn say(column: &str, learned: &Learned) {
    note(format!(
        "learned from “{column}”: {} rows, {} folds; cross-validated accuracy {:.3}, lexicon {:.3}; \
         {} judges",
        learned.n,
        learned.folds,
        learned.accuracy,
        learned.lexicon_accuracy,
        if learned.used {
            "what was learned"
        } else {
            "the lexicon"
        },
    ));
    let lexicon = &learned.lexicon_confusion;
    if lexicon[0][2] + lexicon[2][0] > lexicon[0][0] + lexicon[2][2] {
        note(format!(
            "most texts read the other way round than “{column}” says; if its low numbers are \
             good, give --direction lower"
        ));
    }
    for (of, table) in [
        ("learned", &learned.confusion),
        ("lexicon", &learned.lexicon_confusion),
    ] {
        eprintln!("{of}: said × found    negative   neutral  positive");
        for (side, row) in ["negative", "neutral", "positive"].iter().zip(table) {
            let [against, neither, towards] = row;
            eprintln!("{side:>21}  {against:>9} {neither:>9} {towards:>9}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::analyze::table::Column;

    fn read(cells: &[&str]) -> anyhow::Result<Vec<Option<Side>>> {
        let mut column = Column::new("stars");
        for cell in cells {
            column.push(cell);
        }
        let rows = (2..).take(cells.len()).collect();
        let table = Table::new("f.csv".into(), vec![column], rows, Vec::new());
        sides_of("stars", &table, Better::Higher)
    }

    #[test]
    fn scores_are_words_or_numbers_and_nothing_between() {
        use Side::{Negative, Neutral, Positive};
        let found = read(&["1", "3", "", "5"]).expect("sides");
        assert_eq!(found, [Some(Negative), Some(Neutral), None, Some(Positive)]);
        let found = read(&["positive", "NA", "Neutral"]).expect("sides");
        assert_eq!(found, [Some(Positive), None, Some(Neutral)]);
        let said = read(&["1", "good"]).unwrap_err().to_string();
        assert!(said.contains("row 3: “good”"), "{said}");
    }
}
