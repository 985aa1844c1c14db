//! Japanese into words, phrases (bunsetsu) and pairs of words that belong together.

mod dictionary;
mod pairs;
mod phrases;
mod words;

pub use dictionary::{Dictionary, DictionaryError, DictionarySources, Splitter, UserWord};
pub use pairs::{Pair, PairKind, pairs};
pub use phrases::{Phrase, phrases};
pub(crate) use phrases::{denied, denies};
pub use words::{Class, Word};
