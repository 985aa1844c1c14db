//! Japanese into words, phrases (bunsetsu) and pairs of words that belong together.

mod dictionary;
mod pairs;
mod phrases;
mod words;

pub use dictionary::{Dictionary, DictionaryError, DictionarySources, Splitter, UserWord};
pub use pairs::{Pair, PairKind, pairs};
pub(crate) use phrases::denies;
pub use phrases::{Phrase, phrases};
pub use words::{Class, Word};
