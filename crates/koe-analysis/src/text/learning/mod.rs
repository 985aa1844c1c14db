//! Sentiment learned from the user's own scores.
//!
//! Rows that carry a score teach a linear model; each of them is then judged by a
//! model that has not seen it (k-fold cross-validation, Stone 1974, *J. R. Stat.
//! Soc. B* 36: 111–147), and rows without a score by the model of all. The model
//! replaces the lexicon only where it was right more often on the rows it had not
//! seen.

mod features;
mod model;

use serde::{Deserialize, Serialize};

pub use features::Features;
use model::Model;

use super::sentiment::{Label, Sentiment};

/// On which side a text is, as a person or a score says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// Against.
    Negative,
    /// Neither.
    Neutral,
    /// For.
    Positive,
}

impl Side {
    /// All, in the order of tables.
    pub const ALL: [Self; 3] = [Self::Negative, Self::Neutral, Self::Positive];

    /// Reads `negative`, `neutral` or `positive`, in either language and any case.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        match super::normalise(name).text().trim() {
            "negative" | "neg" | "ネガティブ" | "否定" => Some(Self::Negative),
            "neutral" | "neu" | "mixed" | "ニュートラル" | "中立" => Some(Self::Neutral),
            "positive" | "pos" | "ポジティブ" | "肯定" => Some(Self::Positive),
            _ => None,
        }
    }

    /// The side a judgement takes; a mixed one that leans takes the side it leans to.
    #[must_use]
    pub fn of(sentiment: Sentiment) -> Self {
        match Label::of(sentiment.score) {
            Label::VeryNegative | Label::Negative => Self::Negative,
            Label::Positive | Label::VeryPositive => Self::Positive,
            Label::Neutral | Label::Mixed => Self::Neutral,
        }
    }
}

/// The sides of numeric scores, by the scale that their range shows:
///
/// - with negative numbers: by sign;
/// - 0 to 10: up to 6, 7 and 8, from 9 (Reichheld 2003);
/// - otherwise the lower two fifths, the middle fifth and the upper two fifths of
///   the range from 1, or from the least score, to the greatest: 1–2, 3 and 4–5 of
///   five; 1–3, 4 and 5–7 of seven.
///
/// `None` stays `None`, and so does all when the scores do not differ.
#[must_use]
pub fn sides(scores: &[Option<f64>]) -> Vec<Option<Side>> {
    let known = || {
        scores
            .iter()
            .flatten()
            .copied()
            .filter(|score| score.is_finite())
    };
    let low = known().fold(f64::INFINITY, f64::min);
    let high = known().fold(f64::NEG_INFINITY, f64::max);
    let side = |score: f64| {
        if !score.is_finite() || low >= high {
            return None;
        }
        let (against, towards) = if low < 0.0 {
            (score < 0.0, score > 0.0)
        } else if low < 1.0 && high > 5.0 && high <= 10.0 {
            (score <= 6.0, score >= 9.0)
        } else {
            let from = if high > 1.0 && low >= 1.0 { 1.0 } else { low };
            let place = (score - from) / (high - from);
            (place < 0.4, place > 0.6)
        };
        Some(match (against, towards) {
            (true, _) => Side::Negative,
            (_, true) => Side::Positive,
            _ => Side::Neutral,
        })
    };
    scores.iter().map(|score| score.and_then(side)).collect()
}

/// A row to learn from or to judge.
#[derive(Debug, Clone, PartialEq)]
pub struct Example {
    /// What the model sees of the text.
    pub features: Features,
    /// What the lexicon says of it.
    pub lexicon: Sentiment,
    /// What the user says of it; `None` when there is no score.
    pub side: Option<Side>,
}

/// How often judgements agree with the user's: a row for each side the user said, a
/// column for each that was found, in the order of [`Side::ALL`].
pub type Confusion = [[usize; 3]; 3];

/// What was learned.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Learned {
    /// Rows with a score.
    pub n: usize,
    /// Folds of the cross-validation.
    pub folds: usize,
    /// Share of rows the model judged right without having seen them.
    pub accuracy: f64,
    /// Share of the same rows the lexicon judged right.
    pub lexicon_accuracy: f64,
    /// Whether the model judges: only when it was right more often.
    pub used: bool,
    /// The model's judgements against the user's.
    pub confusion: Confusion,
    /// The lexicon's judgements against the user's.
    pub lexicon_confusion: Confusion,
    /// The judgement of every row, in the order of the rows.
    #[serde(skip)]
    pub sentiments: Vec<Sentiment>,
}

/// Fewer rows with a score than this teach nothing worth asking.
pub const FEWEST: usize = 50;
const FOLDS: usize = 5;

/// Learns from the rows that carry a side and judges all. `seed` decides which row
/// falls into which fold; the same rows and seed give the same result.
///
/// `None` with fewer than [`FEWEST`] rows to learn from, or only one side.
#[must_use]
pub fn learn(rows: &[Example], seed: u64) -> Option<Learned> {
    let taught: Vec<usize> = (0..rows.len())
        .filter(|&row| rows[row].side.is_some())
        .collect();
    let several = taught
        .iter()
        .any(|&row| rows[row].side != rows[taught[0]].side);
    if taught.len() < FEWEST || !several {
        return None;
    }
    let folds = folds(rows, &taught, seed);
    let mut sentiments: Vec<Sentiment> = rows.iter().map(|row| row.lexicon).collect();
    let mut judged = sentiments.clone();
    for fold in 0..FOLDS {
        let seen: Vec<&Example> = taught
            .iter()
            .zip(&folds)
            .filter(|(_, of)| **of != fold)
            .map(|(&row, _)| &rows[row])
            .collect();
        let model = Model::train(&seen, seed);
        for (&row, _) in taught.iter().zip(&folds).filter(|(_, of)| **of == fold) {
            judged[row] = model.judge(&rows[row].features);
        }
    }
    let table = |sentiments: &[Sentiment]| {
        let mut table = Confusion::default();
        for &row in &taught {
            if let Some(said) = rows[row].side {
                table[said as usize][Side::of(sentiments[row]) as usize] += 1;
            }
        }
        table
    };
    let share = |table: &Confusion| {
        (0..3).map(|side| table[side][side]).sum::<usize>() as f64 / taught.len() as f64
    };
    let (confusion, lexicon_confusion) = (table(&judged), table(&sentiments));
    let (accuracy, lexicon_accuracy) = (share(&confusion), share(&lexicon_confusion));
    let used = accuracy > lexicon_accuracy;
    if used {
        if taught.len() < rows.len() {
            let all: Vec<&Example> = taught.iter().map(|&row| &rows[row]).collect();
            let model = Model::train(&all, seed);
            for (row, judged) in rows.iter().zip(&mut judged) {
                if row.side.is_none() {
                    *judged = model.judge(&row.features);
                }
            }
        }
        sentiments = judged;
    }
    Some(Learned {
        n: taught.len(),
        folds: FOLDS,
        accuracy,
        lexicon_accuracy,
        used,
        confusion,
        lexicon_confusion,
        sentiments,
    })
}

/// The fold of each taught row: every side is spread evenly over the folds.
fn folds(rows: &[Example], taught: &[usize], seed: u64) -> Vec<usize> {
    let mut order: Vec<usize> = (0..taught.len()).collect();
    order.sort_by_key(|&at| (rows[taught[at]].side, mixed(seed ^ at as u64), at));
    let mut folds = vec![0; taught.len()];
    for (place, at) in order.into_iter().enumerate() {
        folds[at] = place % FOLDS;
    }
    folds
}

/// Spreads a number over all 64 bits (splitmix64, Steele, Lea & Flood 2014).
pub(super) fn mixed(number: u64) -> u64 {
    let mut z = number.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Analyser, Asked, Synonyms};

    fn example(text: &str, side: Option<Side>) -> Example {
        let analyser = Analyser::new(None, &Synonyms::new());
        let analysis = analyser.reader().analyse(text, Asked::Open);
        Example {
            features: Features::of(text, &analysis),
            lexicon: analysis.sentiment,
            side,
        }
    }

    /// Words that no lexicon knows: only learning can tell the sides apart.
    fn examples() -> Vec<Example> {
        let mut rows = Vec::new();
        for number in 0..40 {
            rows.push(example(
                &format!("the blarg was zolky {number}"),
                Some(Side::Positive),
            ));
            rows.push(example(
                &format!("the blarg was krumpt {number}"),
                Some(Side::Negative),
            ));
        }
        rows.push(example("a zolky thing", None));
        rows
    }

    #[test]
    fn what_the_lexicon_cannot_know_is_learned_from_scores() {
        let learned = learn(&examples(), 7).expect("enough rows");
        assert!(learned.used && learned.accuracy > 0.95, "{learned:?}");
        assert_eq!((learned.n, learned.lexicon_accuracy), (80, 0.0));
        assert_eq!(Side::of(learned.sentiments[80]), Side::Positive);
    }

    #[test]
    fn the_same_rows_and_seed_give_the_same_judgements() {
        assert_eq!(learn(&examples(), 1), learn(&examples(), 1));
    }

    #[test]
    fn a_model_that_is_not_better_is_not_used() {
        // The lexicon is always right here.
        let rows: Vec<Example> = (0..30)
            .flat_map(|_| {
                [
                    example("excellent", Some(Side::Positive)),
                    example("terrible", Some(Side::Negative)),
                ]
            })
            .collect();
        let learned = learn(&rows, 1).expect("enough rows");
        assert!(!learned.used && learned.lexicon_accuracy == 1.0);
        assert_eq!(learned.sentiments[0], rows[0].lexicon);
    }

    #[test]
    fn too_little_teaches_nothing() {
        assert_eq!(learn(&examples()[..FEWEST - 1], 1), None);
        let one: Vec<Example> = examples()
            .into_iter()
            .step_by(2)
            .cycle()
            .take(100)
            .collect();
        let one: Vec<Example> = one
            .into_iter()
            .filter(|row| row.side == Some(Side::Positive))
            .collect();
        assert_eq!(learn(&one, 1), None);
    }

    #[test]
    fn scores_take_sides_by_their_scale() {
        let of = |scores: &[f64]| -> String {
            let scores: Vec<Option<f64>> = scores.iter().copied().map(Some).collect();
            sides(&scores)
                .into_iter()
                .map(|side| match side {
                    Some(Side::Negative) => '-',
                    Some(Side::Neutral) => '0',
                    Some(Side::Positive) => '+',
                    None => '?',
                })
                .collect()
        };
        assert_eq!(of(&[0.0, 6.0, 7.0, 8.0, 9.0, 10.0]), "--00++");
        assert_eq!(of(&[1.0, 2.0, 3.0, 4.0, 5.0]), "--0++");
        assert_eq!(of(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]), "---0+++");
        assert_eq!(of(&[-1.0, 0.0, 1.0]), "-0+");
        assert_eq!(of(&[0.0, 1.0]), "-+");
        assert_eq!(of(&[3.0, 3.0]), "??");
        assert_eq!(sides(&[None, Some(1.0), Some(5.0)])[0], None);
    }
}
