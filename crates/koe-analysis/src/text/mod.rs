//! Free texts: which language, how to compare them, what in them points to a
//! person.
//!
//! Places in a text are given as [`Span`]s of characters (Unicode scalar values),
//! which mean the same in Rust, in SQL and, through `Array.from`, in a browser.

mod analyse;
mod japanese;
mod language;
pub mod learning;
mod normalise;
mod personal_data;
mod plain;
mod sentences;
mod sentiment;
pub mod topics;

use serde::{Deserialize, Serialize};

pub use analyse::{Analyser, Analysis, JudgedSentence, Reader, Synonyms, Token};
pub use japanese::{
    Class, Dictionary, DictionaryError, DictionarySources, Pair, PairKind, Phrase, Splitter,
    UserWord, Word, pairs, phrases,
};
pub use language::{Detected, Language, detect_language};
pub use normalise::{Normalised, normalise};
pub use personal_data::{Kind, MASK, PersonalData, find_personal_data, mask};
pub use plain::plain;
pub use sentences::{Sentence, sentences};
pub use sentiment::{Asked, Effort, Emotion, Label, Reading, Sentiment, asked};

/// A stretch of a text, in characters (Unicode scalar values) from its beginning;
/// `end` is the first character that no longer belongs to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Span {
    /// The first character.
    pub start: usize,
    /// The first character after it.
    pub end: usize,
}

impl Span {
    /// The part of `text` it covers; what there is of it when the text is shorter.
    #[must_use]
    pub fn of(self, text: &str) -> &str {
        let at = |character: usize| {
            text.char_indices()
                .nth(character)
                .map_or(text.len(), |(byte, _)| byte)
        };
        let start = at(self.start);
        &text[start..at(self.end).max(start)]
    }
}
