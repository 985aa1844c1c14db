//! The dictionary that Japanese is split with, embedded compressed and unpacked when it is first
//! asked for (docs/decisions/0020).

use std::sync::OnceLock;

use koe_analysis::text::Dictionary;
use rust_embed::Embed;
use thiserror::Error;

#[derive(Embed)]
#[folder = "../../dictionary/dist"]
#[allow_missing = true]
struct Compiled;

/// The terms of IPADIC, which go with every copy of the dictionary.
pub const NOTICE: &str = include_str!("../../../../dictionary/NOTICE.md");

/// More than the tables take once unpacked (48 MB); what is larger is no dictionary.
const MOST_BYTES: usize = 200_000_000;

/// Why Japanese has no words here.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NoDictionary {
    /// Koe was built before the dictionary was.
    #[error(
        "Japanese words, pairs and judgements are not available, because this koe was built \
         without its dictionary; run `cargo xtask dictionary`, then build koe again"
    )]
    Absent,
    /// It is there and cannot be used.
    #[error(
        "Japanese words, pairs and judgements are not available: {0}; run `cargo xtask \
         dictionary`, then build koe again"
    )]
    Unusable(String),
}

/// The dictionary. The first call takes a moment, the others none.
///
/// # Errors
/// [`NoDictionary`], which says how to get it.
pub fn dictionary() -> Result<&'static Dictionary, NoDictionary> {
    static READ: OnceLock<Result<Dictionary, NoDictionary>> = OnceLock::new();
    let read = READ.get_or_init(|| unpacked(Compiled::get("ipadic.zst").map(|file| file.data)));
    read.as_ref().map_err(Clone::clone)
}

/// Whether the dictionary is in the program, without unpacking it.
pub fn is_there() -> bool {
    Compiled::iter().any(|name| name == "ipadic.zst")
}

fn unpacked(small: Option<impl AsRef<[u8]>>) -> Result<Dictionary, NoDictionary> {
    let small = small.ok_or(NoDictionary::Absent)?;
    let unusable = |error: &dyn std::fmt::Display| NoDictionary::Unusable(error.to_string());
    let bytes = zstd::bulk::decompress(small.as_ref(), MOST_BYTES).map_err(|e| unusable(&e))?;
    Dictionary::read(&bytes, &[]).map_err(|error| unusable(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_or_damaged_says_how_to_get_it() {
        let absent = unpacked(None::<&[u8]>).unwrap_err();
        assert_eq!(absent, NoDictionary::Absent);
        let damaged = unpacked(Some(b"no dictionary")).unwrap_err();
        for said in [absent.to_string(), damaged.to_string()] {
            assert!(said.contains("cargo xtask dictionary"), "{said}");
        }
    }

    #[test]
    fn its_terms_are_in_the_program() {
        assert!(NOTICE.contains("Nara Institute of Science and Technology"));
    }
}
