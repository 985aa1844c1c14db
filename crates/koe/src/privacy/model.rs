//! Erasures and their receipts. No SQL, no HTTP.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::base::id;
use crate::org::ErasureMode;

/// Why a person is erased. A word and no text, so that a receipt can never
/// name anybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ErasureReason {
    /// The person asked for it.
    Request,
    /// The person took their consent back.
    ConsentWithdrawn,
    /// The data are no longer needed for their purpose.
    NoLongerNeeded,
    /// They should not have been collected.
    CollectedWrongly,
}

impl ErasureReason {
    const ALL: [Self; 4] = [
        Self::Request,
        Self::ConsentWithdrawn,
        Self::NoLongerNeeded,
        Self::CollectedWrongly,
    ];

    /// The stable word, as stored.
    pub fn word(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::ConsentWithdrawn => "consent_withdrawn",
            Self::NoLongerNeeded => "no_longer_needed",
            Self::CollectedWrongly => "collected_wrongly",
        }
    }

    /// Reads the stable word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.word() == word)
    }
}

/// What an erasure removed, counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
#[schema(as = ErasureCounts)]
pub struct Counts {
    /// Whether there was a name.
    pub names: u64,
    /// E-mail addresses, telephone numbers, ids in other systems.
    pub identifiers: u64,
    /// Attributes.
    pub attributes: u64,
    /// Lines of the history of consents.
    pub consents: u64,
    /// Accounts that the person belonged to; the accounts stay.
    pub accounts: u64,
    /// Personal links, with what was typed behind them.
    pub links: u64,
    /// Records that were deleted.
    pub records_deleted: u64,
    /// Records that stay as nobody's.
    pub records_anonymised: u64,
    /// Free texts that were deleted, or masked where the record stays.
    pub texts: u64,
}

/// The receipt of an erasure: says nothing of the person but the pseudonyms,
/// which lead to nobody any more. They are kept so that an erasure can be
/// done again after an older backup was restored.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Erasure {
    /// Id: the number of the receipt.
    pub id: id::ErasureId,
    /// What became of the answers.
    pub mode: ErasureMode,
    /// Why.
    pub reason: ErasureReason,
    /// The member or key that asked for it.
    pub requested_by: String,
    /// Pseudonyms of the person.
    pub pseudonyms: Vec<id::CustomerId>,
    /// What was removed.
    pub removed: Counts,
    /// Files that held rows of the person, written anew without them.
    pub files: Vec<String>,
    /// When the person was erased: from then on nobody saw anything.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Until when nothing may be left in any file.
    #[schema(value_type = String, format = DateTime)]
    pub due_at: Timestamp,
    /// When nothing was left in any file; absent while files are written
    /// anew.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub completed_at: Option<Timestamp>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_read_as_they_are_written() {
        for reason in ErasureReason::ALL {
            assert_eq!(ErasureReason::from_word(reason.word()), Some(reason));
            let word = serde_json::to_value(reason).expect("a word");
            assert_eq!(word, reason.word());
        }
        for mode in [ErasureMode::Delete, ErasureMode::Anonymise] {
            assert_eq!(ErasureMode::from_word(mode.word()), Some(mode));
            assert_eq!(serde_json::to_value(mode).expect("a word"), mode.word());
        }
    }
}
