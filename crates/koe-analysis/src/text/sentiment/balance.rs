//! From the words that judge to the judgement of a sentence and of a text.

use super::lexicon::Entry;
use super::{Effort, Emotion, Label, NEUTRAL, Sentiment};

/// Of how much a word must weigh before a sentence leans: a single ordinary word
/// (strength 2) gives a score of 0.71.
const SOFTENING: f64 = 4.0;

/// What a clause before a contrast still weighs: 狭いが綺麗 leans to 綺麗.
const BEFORE_CONTRAST: f64 = 0.45;

/// What was read in a sentence.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Reading {
    /// Strength for, last clause whole, earlier ones less.
    pub positive: f64,
    /// Strength against, as a positive number.
    pub negative: f64,
    /// The feelings, each once, in the order of their first word.
    pub emotions: Vec<Emotion>,
    /// Words of effort less words of ease.
    pub effort: i32,
    /// Whether something is asked for or wished.
    pub request: bool,
}

impl Reading {
    /// Takes in a word of the lexicon as the sentence turned it; `strength` is what
    /// became of the strength of the entry.
    pub(super) fn hear(&mut self, entry: &Entry, strength: f64) {
        if strength > 0.0 {
            self.positive += strength;
        } else {
            self.negative -= strength;
        }
        let turned = strength * entry.strength < 0.0;
        match entry.emotion {
            Some(emotion) if !turned => self.feel(emotion),
            Some(emotion) if emotion.is_pleasant() => self.feel(Emotion::Discontent),
            _ => {}
        }
        self.effort += i32::from(if turned { -entry.effort } else { entry.effort });
    }

    /// Takes in what no word of the lexicon says.
    pub(in crate::text) fn weigh(&mut self, strength: f64) {
        if strength > 0.0 {
            self.positive += strength;
        } else {
            self.negative -= strength;
        }
    }

    pub(super) fn feel(&mut self, emotion: Emotion) {
        if !self.emotions.contains(&emotion) {
            self.emotions.push(emotion);
        }
    }

    /// A contrast follows: what was said so far weighs less.
    pub(super) fn contrast(&mut self) {
        self.positive *= BEFORE_CONTRAST;
        self.negative *= BEFORE_CONTRAST;
    }

    /// The judgement of the sentence.
    #[must_use]
    pub fn sentiment(&self) -> Sentiment {
        let lean = self.positive - self.negative;
        let score = lean / (lean * lean + SOFTENING).sqrt();
        let (weak, strong) = if self.positive < self.negative {
            (self.positive, self.negative)
        } else {
            (self.negative, self.positive)
        };
        let mixed = weak >= 0.8 && weak >= 0.6 * strong;
        let label = if mixed {
            Label::Mixed
        } else {
            Label::of(score)
        };
        Sentiment { score, label }
    }

    /// How much effort the sentence speaks of, if it does.
    #[must_use]
    pub fn effort(&self) -> Option<Effort> {
        match self.effort {
            0 => None,
            more if more > 0 => Some(Effort::High),
            _ => Some(Effort::Low),
        }
    }

    /// How far the sentence says what could be done, from 0 to 1: a request says it,
    /// a complaint about something named nearly does, praise does not.
    #[must_use]
    pub fn actionability(&self, names_something: bool) -> f64 {
        let against = self.sentiment().score < -NEUTRAL || self.negative >= 1.0;
        match (self.request, against, names_something) {
            (true, _, true) => 1.0,
            (true, _, false) => 0.7,
            (false, true, true) => 0.6,
            (false, true, false) => 0.3,
            (false, false, _) => 0.0,
        }
    }
}

/// The judgement of a text from those of its sentences: the mean of the sentences
/// that judge at all. Mixed when the weaker side has at least a third of them.
#[must_use]
pub(crate) fn of_text(sentences: &[Sentiment]) -> Sentiment {
    let judging: Vec<&Sentiment> = sentences
        .iter()
        .filter(|one| one.score.abs() > NEUTRAL || one.label == Label::Mixed)
        .collect();
    if judging.is_empty() {
        let strongest = sentences
            .iter()
            .map(|one| one.score)
            .fold(
                0.0,
                |far: f64, score| if score.abs() > far.abs() { score } else { far },
            );
        return Sentiment {
            score: strongest,
            label: Label::Neutral,
        };
    }
    let score = judging.iter().map(|one| one.score).sum::<f64>() / judging.len() as f64;
    let side = |sign: f64| {
        judging
            .iter()
            .filter(|one| one.label != Label::Mixed && one.score * sign > NEUTRAL)
            .count()
    };
    let both = judging.len() - side(1.0) - side(-1.0);
    let weaker = side(1.0).min(side(-1.0)) + both;
    let label = if weaker * 3 >= judging.len() {
        Label::Mixed
    } else {
        Label::of(score)
    };
    Sentiment { score, label }
}
