//! How well the analysis of texts agrees with people, on texts that people wrote.
//! The labels are this project's own, made by the guideline in
//! `tests/labels/README.md`; the texts are public and read from `shared/data`.

use crate::labelled::{Confusion, Side, dictionary, labelled_reviews, marked_pairs, nhs_comments};
use koe_analysis::text::learning::{self, Example, Features};
use koe_analysis::text::{Analyser, Asked, Label, Synonyms, asked};

fn side(label: Label, score: f64) -> Side {
    match label {
        Label::VeryNegative | Label::Negative => Side::Negative,
        Label::Neutral => Side::Neutral,
        Label::Positive | Label::VeryPositive => Side::Positive,
        Label::Mixed if score > 0.2 => Side::Positive,
        Label::Mixed if score < -0.2 => Side::Negative,
        Label::Mixed => Side::Neutral,
    }
}

fn confusion(labels: &str) -> Confusion {
    let dictionary = dictionary();
    let analyser = Analyser::new(Some(&dictionary), &Synonyms::new());
    let mut reader = analyser.reader();
    let mut confusion = Confusion::default();
    for (text, label) in labelled_reviews(labels) {
        let found = reader.analyse(&text, Asked::Open).sentiment;
        confusion.count(label, side(found.label, found.score), &text);
    }
    println!("{labels}\n{confusion}");
    confusion
}

#[test]
fn japanese_sentences_agree_with_the_open_labels() {
    assert!(confusion("ja_sentiment_open.tsv").accuracy() >= 0.88);
}

#[test]
fn japanese_sentences_agree_with_the_blind_labels() {
    assert!(confusion("ja_sentiment_blind.tsv").accuracy() >= 0.85);
}

#[test]
fn english_comments_agree_with_their_labels() {
    let analyser = Analyser::new(None, &Synonyms::new());
    let mut reader = analyser.reader();
    let mut confusion = Confusion::default();
    for (text, question, label) in nhs_comments() {
        let found = reader.analyse(&text, asked(&question)).sentiment;
        // Two sides only: what does not lean is counted against.
        let found = match found.score {
            score if score > 0.0 => Side::Positive,
            score if score < 0.0 => Side::Negative,
            _ => Side::Neutral,
        };
        confusion.count(label, found, &text);
    }
    println!("nhs_fft_neas\n{confusion}");
    assert!(confusion.accuracy() >= 0.85);
}

#[test]
fn learning_from_scores_beats_the_lexicon_in_english() {
    let analyser = Analyser::new(None, &Synonyms::new());
    let mut reader = analyser.reader();
    let rows: Vec<Example> = nhs_comments()
        .into_iter()
        .map(|(text, question, side)| {
            let analysis = reader.analyse(&text, asked(&question));
            Example {
                features: Features::of(&text, &analysis),
                lexicon: analysis.sentiment,
                side: Some(match side {
                    Side::Negative => learning::Side::Negative,
                    Side::Neutral => learning::Side::Neutral,
                    Side::Positive => learning::Side::Positive,
                }),
            }
        })
        .collect();
    let learned = learning::learn(&rows, 1).unwrap();
    println!(
        "nhs_fft_neas learned: {:.4}, lexicon {:.4}, {:?}",
        learned.accuracy, learned.lexicon_accuracy, learned.confusion
    );
    assert!(learned.used && learned.accuracy >= 0.90);
}

/// A verb and its noun (利用, 利用する) count as the same, and so does a noun with お
/// before a Chinese character (お湯, 湯).
fn bare(word: &str) -> &str {
    let word = word
        .strip_prefix('お')
        .filter(|rest| rest.starts_with(|c: char| ('一'..='鿿').contains(&c)))
        .unwrap_or(word);
    word.strip_suffix("する")
        .filter(|rest| !rest.is_empty())
        .unwrap_or(word)
}

/// What is said, in one form: ない is the denied ある.
fn said(word: &str) -> String {
    match word {
        "ない" => "!ある".to_owned(),
        "!ない" => "ある".to_owned(),
        _ => match word.strip_prefix('!') {
            Some(word) => format!("!{}", bare(word)),
            None => bare(word).to_owned(),
        },
    }
}

/// スタッフの方 is スタッフ: what is said of 方 is said of whose they are.
fn without_courtesy(mut pairs: Vec<(String, String)>) -> Vec<(String, String)> {
    const COURTESY: [&str; 2] = ["方", "方々"];
    while let Some(at) = pairs
        .iter()
        .position(|(_, is)| COURTESY.contains(&is.as_str()))
    {
        let (who, courtesy) = pairs.remove(at);
        for pair in &mut pairs {
            if pair.0 == courtesy {
                pair.0.clone_from(&who);
            }
        }
    }
    pairs
}

/// Precision and recall of pairs on the sentences of a file of marks.
fn agreement(labels: &str) -> (f64, f64) {
    let dictionary = dictionary();
    let analyser = Analyser::new(Some(&dictionary), &Synonyms::new());
    let mut reader = analyser.reader();
    let (mut right, mut found, mut marked) = (0, 0, 0);
    for (text, marks) in marked_pairs(labels) {
        let marks = marks
            .iter()
            .map(|(of, is)| (bare(of).to_owned(), said(is)))
            .collect();
        let mut open = without_courtesy(marks);
        marked += open.len();
        let read = reader
            .analyse(&text, Asked::Open)
            .pairs
            .iter()
            .map(|pair| {
                let denial = if pair.negated { "!" } else { "" };
                (
                    bare(&pair.of).to_owned(),
                    said(&format!("{denial}{}", pair.is)),
                )
            })
            .collect();
        let mut beside = Vec::new();
        for this in without_courtesy(read) {
            found += 1;
            if let Some(at) = open.iter().position(|mark| *mark == this) {
                open.remove(at);
                right += 1;
            } else {
                beside.push(this);
            }
        }
        if std::env::var("KOE_SHOW_WRONG").is_ok() {
            println!("{text}\n  too many {beside:?}\n  missing {open:?}");
        }
    }
    let precision = f64::from(right) / f64::from(found);
    let recall = f64::from(right) / marked as f64;
    println!(
        "{labels}: {right} right of {found} found and {marked} marked: \
         precision {precision:.3}, recall {recall:.3}"
    );
    (precision, recall)
}

#[test]
fn japanese_pairs_agree_with_the_open_marks() {
    let (precision, recall) = agreement("ja_pairs.tsv");
    assert!(precision >= 0.80 && recall >= 0.78);
}

#[test]
fn japanese_pairs_agree_with_the_blind_marks() {
    let (precision, recall) = agreement("ja_pairs_blind.tsv");
    assert!(precision >= 0.80 && recall >= 0.75);
}
