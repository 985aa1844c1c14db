//! What a text thinks of what it speaks of: for or against, how strongly, with
//! which feelings, at what effort, and whether it asks for something to be done.
//!
//! A lexicon says which words judge; rules say what becomes of them in a sentence:
//! denial, emphasis, contrast, wishes, thanks (for English after Hutto & Gilbert
//! 2014, *ICWSM* 216–225; for Japanese rules of its own). Nothing is trained on
//! foreign data; the learning of this module learns from the user's own scores.

mod balance;
mod english;
mod japanese;
mod lexicon;
mod question;
mod sentence;

use serde::{Deserialize, Serialize};

pub use balance::Reading;
pub(crate) use balance::of_text as balance_of_text;
pub(crate) use english::{EnglishSentiment, stems};
pub(crate) use japanese::JapaneseSentiment;
pub(crate) use question::says_nothing;
pub use question::{Asked, asked};

/// A judgement in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Label {
    /// Score up to -0.8.
    VeryNegative,
    /// Score below -0.2.
    Negative,
    /// Between.
    Neutral,
    /// Score above 0.2.
    Positive,
    /// Score from 0.8.
    VeryPositive,
    /// For and against, neither clearly stronger.
    Mixed,
}

/// Scores nearer to zero than this are neutral.
pub(crate) const NEUTRAL: f64 = 0.2;
/// Scores at least this far from zero are strong.
const STRONG: f64 = 0.8;

impl Label {
    /// The label of a score, for a text that is not mixed.
    #[must_use]
    pub fn of(score: f64) -> Self {
        match score {
            s if s <= -STRONG => Self::VeryNegative,
            s if s < -NEUTRAL => Self::Negative,
            s if s <= NEUTRAL => Self::Neutral,
            s if s < STRONG => Self::Positive,
            _ => Self::VeryPositive,
        }
    }
}

/// For or against.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Sentiment {
    /// From -1 (against) to 1 (for).
    pub score: f64,
    /// The same in words.
    pub label: Label,
}

impl Sentiment {
    /// Nothing is judged.
    pub const NEUTRAL: Self = Self {
        score: 0.0,
        label: Label::Neutral,
    };
}

/// A feeling a text speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Emotion {
    /// 喜び・満足.
    Joy,
    /// 心地よさ.
    Comfort,
    /// 驚き.
    Surprise,
    /// 感動.
    Moved,
    /// 誇らしさ.
    Pride,
    /// ワクワク.
    Excitement,
    /// 感謝.
    Gratitude,
    /// 安心・信頼.
    Trust,
    /// 不満.
    Discontent,
    /// ストレス.
    Stress,
    /// 怒り.
    Anger,
    /// 残念・悲しみ.
    Sadness,
    /// 不安.
    Anxiety,
}

impl Emotion {
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "joy" => Self::Joy,
            "comfort" => Self::Comfort,
            "surprise" => Self::Surprise,
            "moved" => Self::Moved,
            "pride" => Self::Pride,
            "excitement" => Self::Excitement,
            "gratitude" => Self::Gratitude,
            "trust" => Self::Trust,
            "discontent" => Self::Discontent,
            "stress" => Self::Stress,
            "anger" => Self::Anger,
            "sadness" => Self::Sadness,
            "anxiety" => Self::Anxiety,
            _ => return None,
        })
    }

    fn is_pleasant(self) -> bool {
        self <= Self::Trust
    }
}

/// How much effort the writer had.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effort {
    /// It was easy.
    Low,
    /// It was a burden.
    High,
}
