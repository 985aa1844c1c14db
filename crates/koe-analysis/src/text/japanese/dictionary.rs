//! The dictionary that Japanese is split with, and the splitting.
//!
//! Words are found as the cheapest path through the lattice of all words that the
//! dictionary knows (Kudo, Yamamoto & Matsumoto 2004, *EMNLP* 230–237), with the
//! costs of IPADIC.

use std::fmt;

use serde::{Deserialize, Serialize};
use vibrato::{SystemDictionaryBuilder, Tokenizer};

use super::words::{Class, Word};

/// The four files of a dictionary in MeCab's form, in UTF-8.
#[derive(Debug, Clone, Copy)]
pub struct DictionarySources<'a> {
    /// Words: surface, left and right connection, cost, features.
    pub words: &'a [u8],
    /// `matrix.def`: what it costs to stand beside each other.
    pub connections: &'a [u8],
    /// `char.def`: classes of characters.
    pub characters: &'a [u8],
    /// `unk.def`: words the dictionary does not know.
    pub unknown: &'a [u8],
}

/// A word of the organisation's own: a product, a shop, a term of the trade.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserWord {
    /// As it is written, in any width.
    pub surface: String,
    /// What it counts as; the surface itself when empty.
    #[serde(default)]
    pub lemma: String,
}

/// Why a dictionary cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DictionaryError(String);

impl fmt::Display for DictionaryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the Japanese dictionary cannot be used: {}", self.0)
    }
}

impl std::error::Error for DictionaryError {}

impl DictionaryError {
    fn of(error: &vibrato::errors::VibratoError) -> Self {
        Self(error.to_string())
    }
}

/// A dictionary ready for splitting. Shared by any number of [`Splitter`]s.
pub struct Dictionary {
    tokenizer: Tokenizer,
}

impl fmt::Debug for Dictionary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Dictionary")
    }
}

/// Left and right connection of a general noun in IPADIC.
const NOUN: u16 = 1285;

impl Dictionary {
    /// Compiles the sources into the bytes that [`Dictionary::read`] takes.
    ///
    /// # Errors
    /// When the sources are not in MeCab's form.
    pub fn compile(sources: DictionarySources<'_>) -> Result<Vec<u8>, DictionaryError> {
        let compiled = SystemDictionaryBuilder::from_readers(
            sources.words,
            sources.connections,
            sources.characters,
            sources.unknown,
        )
        .map_err(|error| DictionaryError::of(&error))?;
        let mut bytes = Vec::new();
        compiled
            .write(&mut bytes)
            .map_err(|error| DictionaryError::of(&error))?;
        Ok(bytes)
    }

    /// Reads a compiled dictionary and adds the organisation's own words.
    ///
    /// # Errors
    /// When the bytes were not made by [`Dictionary::compile`] of this version, or
    /// an own word is empty.
    pub fn read(compiled: &[u8], own: &[UserWord]) -> Result<Self, DictionaryError> {
        let mut dictionary =
            vibrato::Dictionary::read(compiled).map_err(|error| DictionaryError::of(&error))?;
        if !own.is_empty() {
            let lines = own.iter().map(line).collect::<Result<String, _>>()?;
            dictionary = dictionary
                .reset_user_lexicon_from_reader(Some(lines.as_bytes()))
                .map_err(|error| DictionaryError::of(&error))?;
        }
        let tokenizer = Tokenizer::new(dictionary)
            .ignore_space(true)
            .map_err(|error| DictionaryError::of(&error))?;
        Ok(Self { tokenizer })
    }

    /// A splitter with its own working memory, for one thread.
    #[must_use]
    pub fn splitter(&self) -> Splitter<'_> {
        Splitter {
            worker: self.tokenizer.new_worker(),
        }
    }
}

/// One line of a user dictionary: a noun that wins over its parts, the more so
/// the longer it is.
fn line(word: &UserWord) -> Result<String, DictionaryError> {
    let plain = |text: &str| crate::text::normalise(text).text().trim().to_owned();
    let surface = plain(&word.surface);
    if surface.is_empty() {
        return Err(DictionaryError("an own word is empty".to_owned()));
    }
    let lemma = match plain(&word.lemma) {
        lemma if lemma.is_empty() => surface.clone(),
        lemma => lemma,
    };
    let cost = (2_000 - 3_000 * surface.chars().count() as i64).max(-20_000);
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let (surface, lemma) = (quoted(&surface), lemma.replace(',', " "));
    Ok(format!(
        "{surface},{NOUN},{NOUN},{cost},名詞,固有名詞,一般,*,*,*,{lemma},*,*\n"
    ))
}

/// Splits texts into words. Reuses its memory from text to text.
pub struct Splitter<'d> {
    worker: vibrato::tokenizer::worker::Worker<'d>,
}

impl<'d> Splitter<'d> {
    /// The words of a text in the form that [`crate::text::plain`] gives; white
    /// space belongs to none.
    pub fn split(&mut self, text: &str, words: &mut Vec<Word<'d>>) {
        words.clear();
        self.worker.reset_sentence(text);
        self.worker.tokenize();
        for index in 0..self.worker.num_tokens() {
            let token = self.worker.token(index);
            let characters = token.range_char();
            let bytes = token.range_byte();
            let (class, lemma) = Class::read(token.feature(), token.surface());
            words.push(Word {
                start: characters.start as u32,
                end: characters.end as u32,
                from: bytes.start as u32,
                to: bytes.end as u32,
                class,
                lemma,
            });
        }
    }
}
