//! Customers, accounts, what identifies and describes them. No SQL, no HTTP.

mod attribute;
mod customer;
mod identifier;
mod stream;

pub use attribute::{Attribute, AttributeKind, Attributes, Holder, check_values};
pub use customer::{Account, Consent, Customer, check_name, check_purpose, search_text};
pub use identifier::{Identifier, IdentifierKind, candidates};
pub use stream::{Column, ColumnKind, Stream, StreamKind};

use std::collections::BTreeMap;

use unicode_normalization::UnicodeNormalization;

/// Names of codes by language: what an attribute or a column of a stream means by
/// its codes. A code without one is shown as it is.
pub type CodeNames = BTreeMap<String, BTreeMap<String, String>>;

/// Codes of one attribute or column that can have a name.
const MOST_NAMES: usize = 1_000;
/// What names of codes must be.
const NAMES: &str =
    "may be at most 1000, each with a text of at most 200 characters under ja or en";
/// Where names of codes may stand.
const NAMES_OF_CODES: &str = "only codes have names: leave them out for another kind";

/// Full-width letters and digits as half-width, capitals as small letters,
/// katakana as hiragana: what people type differently and mean as the same.
pub fn fold(text: &str) -> String {
    text.nfkc()
        .flat_map(char::to_lowercase)
        .map(|c| match c {
            'ァ'..='ヶ' => char::from_u32(u32::from(c) - 0x60).unwrap_or(c),
            _ => c,
        })
        .collect()
}

/// Whether a text fits as a key or code that people and files use.
fn is_key(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

/// Whether a label has a text in one of the two languages.
fn is_label(label: &BTreeMap<String, String>) -> bool {
    label.values().any(|text| !text.trim().is_empty())
        && label.iter().all(|(language, text)| {
            matches!(language.as_str(), "ja" | "en") && text.chars().count() <= 200
        })
}

/// Whether every code is named by a label and there are not too many.
fn are_names(names: &CodeNames) -> bool {
    names.len() <= MOST_NAMES && names.values().all(is_label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_differently_and_means_the_same_folds_to_the_same() {
        for (one, other) in [
            ("ＡＢＣ", "abc"),
            ("ヤマダ", "やまだ"),
            ("ﾔﾏﾀﾞ", "やまだ"),
            ("０９０", "090"),
        ] {
            assert_eq!(fold(one), fold(other));
        }
        assert_ne!(fold("山田"), fold("やまだ"));
    }
}
