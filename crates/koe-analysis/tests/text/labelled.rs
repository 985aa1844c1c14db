//! Texts, labels and the dictionary for the tests of text analysis.

use std::collections::HashMap;
use std::fmt;

use koe_analysis::text::{Dictionary, UserWord};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

pub fn dictionary() -> Dictionary {
    dictionary_with(&[])
}

pub fn dictionary_with(own: &[UserWord]) -> Dictionary {
    let path = format!("{ROOT}/../../dictionary/dist/ipadic.zst");
    let small =
        std::fs::read(&path).expect("the dictionary is compiled: run `cargo xtask dictionary`");
    let bytes = zstd::bulk::decompress(&small, 200_000_000).expect("a whole dictionary");
    Dictionary::read(&bytes, own).expect("a dictionary of this version")
}

fn shared(path: &str) -> String {
    std::fs::read_to_string(format!("{ROOT}/../../../shared/data/{path}")).unwrap()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Negative,
    Neutral,
    Positive,
}

impl Side {
    fn named(name: &str) -> Self {
        match name {
            "negative" => Self::Negative,
            "positive" => Self::Positive,
            _ => Self::Neutral,
        }
    }
}

/// The lines of all reviews, by review and line.
pub fn reviews() -> HashMap<(usize, usize), String> {
    let mut lines = HashMap::new();
    for line in shared("ja_hotel_reviews/ja_hotel_reviews.jsonl").lines() {
        let review: serde_json::Value = serde_json::from_str(line).unwrap();
        let id = review["id"].as_str().unwrap();
        let number = id.rsplit('.').next().unwrap().parse().unwrap();
        for (at, text) in review["text"].as_str().unwrap().split('\n').enumerate() {
            lines.insert((number, at), text.trim().to_owned());
        }
    }
    lines
}

/// The labelled sentences of a file of labels.
pub fn labelled_reviews(labels: &str) -> Vec<(String, Side)> {
    let reviews = reviews();
    let file = std::fs::read_to_string(format!("{ROOT}/tests/labels/{labels}")).unwrap();
    file.lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| {
            let mut fields = line.split('\t');
            let mut number = || fields.next().unwrap().parse().unwrap();
            let place = (number(), number());
            (reviews[&place].clone(), Side::named(fields.next().unwrap()))
        })
        .collect()
}

/// The texts of all reviews, whole.
pub fn whole_reviews() -> Vec<String> {
    shared("ja_hotel_reviews/ja_hotel_reviews.jsonl")
        .lines()
        .map(|line| {
            let review: serde_json::Value = serde_json::from_str(line).unwrap();
            review["text"].as_str().unwrap().to_owned()
        })
        .collect()
}

/// A comment on the ambulance service.
pub struct NhsRow {
    /// What was written.
    pub text: String,
    /// 1 (very good) to 5 (very poor).
    pub score: Option<f64>,
    /// The topics that people gave it.
    pub topics: Vec<String>,
}

/// All comments in which something is written.
pub fn nhs_rows() -> Vec<NhsRow> {
    let all = rows(&shared("nhs_fft_neas/nhs_fft_neas.csv"));
    let (names, all) = all.split_first().unwrap();
    all.iter()
        .filter(|row| row[8].chars().any(char::is_alphabetic) && row[8] != "Did not answer")
        .map(|row| NhsRow {
            text: row[8].clone(),
            score: row[6]
                .parse()
                .ok()
                .filter(|score| (1.0..=5.0).contains(score)),
            topics: (11..row.len())
                .filter(|&at| row[at] == "1")
                .map(|at| names[at].clone())
                .collect(),
        })
        .collect()
}

/// Sentences whose pairs were marked: what is spoken of, what is said of it.
pub fn marked_pairs(labels: &str) -> Vec<(String, Vec<(String, String)>)> {
    let reviews = reviews();
    let file = std::fs::read_to_string(format!("{ROOT}/tests/labels/{labels}")).unwrap();
    file.lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| {
            let mut fields = line.split('\t');
            let mut number = || fields.next().unwrap().parse().unwrap();
            let place = (number(), number());
            let marks = fields.next().unwrap_or_default();
            let pairs = marks
                .split(';')
                .filter_map(|mark| mark.split_once(' '))
                .map(|(of, is)| (of.to_owned(), is.to_owned()))
                .collect();
            (reviews[&place].clone(), pairs)
        })
        .collect()
}

/// The comments whose sentiment people called positive (1, 2) or negative (4, 5),
/// with the question they answer. Left out are the 120 that only say "nothing" to
/// "FFT Why?", which is the name of a column: what was asked is not in the file.
pub fn nhs_comments() -> Vec<(String, String, Side)> {
    let mut found = Vec::new();
    for row in rows(&shared("nhs_fft_neas/nhs_fft_neas.csv"))
        .into_iter()
        .skip(1)
    {
        let side = match row[10].as_str() {
            "1" | "2" => Side::Positive,
            "4" | "5" => Side::Negative,
            _ => continue,
        };
        let bare = row[8].trim().trim_end_matches('.').to_lowercase();
        let nothing = ["nothing", "none", "no", "nothing at all"].contains(&bare.as_str());
        if nothing && row[7] == "FFT Why?" {
            continue;
        }
        if row[8].chars().any(char::is_alphabetic) && row[8] != "Did not answer" {
            found.push((row[8].clone(), row[7].clone(), side));
        }
    }
    found
}

/// The fields of a CSV file (RFC 4180).
fn rows(file: &str) -> Vec<Vec<String>> {
    let mut rows = vec![vec![String::new()]];
    let mut quoted = false;
    let mut characters = file.chars().peekable();
    while let Some(character) = characters.next() {
        let row = rows.last_mut().unwrap();
        match character {
            '"' if quoted && characters.peek() == Some(&'"') => {
                row.last_mut().unwrap().push('"');
                characters.next();
            }
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(String::new()),
            '\r' if !quoted => {}
            '\n' if !quoted => rows.push(vec![String::new()]),
            other => row.last_mut().unwrap().push(other),
        }
    }
    rows.retain(|row| row.len() > 10);
    rows
}

/// How often what was found agrees with what people said: a row for each side that
/// people said, a column for each that was found.
#[derive(Default)]
pub struct Confusion {
    cells: [[usize; 3]; 3],
    wrong: Vec<(Side, Side, String)>,
}

impl Confusion {
    pub fn count(&mut self, said: Side, found: Side, text: &str) {
        self.cells[said as usize][found as usize] += 1;
        if said != found {
            self.wrong.push((said, found, text.to_owned()));
        }
    }

    pub fn accuracy(&self) -> f64 {
        let right: usize = (0..3).map(|side| self.cells[side][side]).sum();
        let all: usize = self.cells.iter().flatten().sum();
        right as f64 / all as f64
    }
}

impl fmt::Display for Confusion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "said \\ found  negative  neutral  positive")?;
        for (side, cells) in ["negative", "neutral", "positive"].iter().zip(&self.cells) {
            writeln!(
                f,
                "{side:<12}{:>10}{:>9}{:>10}",
                cells[0], cells[1], cells[2]
            )?;
        }
        writeln!(f, "accuracy {:.4}", self.accuracy())?;
        if let Ok(many) = std::env::var("KOE_SHOW_WRONG") {
            let many = many.parse().unwrap_or(50);
            for (said, found, text) in self.wrong.iter().take(many) {
                writeln!(f, "{said:?} → {found:?}: {text}")?;
            }
        }
        Ok(())
    }
}
