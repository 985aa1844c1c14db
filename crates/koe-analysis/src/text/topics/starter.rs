//! Trees of topics to begin with, by trade: data files of this project
//! (`crates/koe-analysis/data/topics`), with terms in Japanese and English.

use serde::{Deserialize, Serialize};

use super::document::TopicDocument;

/// A trade with a starter tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trade {
    /// Shops, 小売.
    Retail,
    /// Hotels and inns, ホテル・旅館.
    Hotel,
    /// Contact centres, コンタクトセンター.
    ContactCentre,
    /// Applications on phones and in browsers, アプリ.
    App,
}

impl Trade {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Retail, Self::Hotel, Self::ContactCentre, Self::App];

    /// The stable text form, as it travels in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Retail => "retail",
            Self::Hotel => "hotel",
            Self::ContactCentre => "contact_centre",
            Self::App => "app",
        }
    }

    /// The trade of a text form.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|trade| trade.as_str() == name)
    }

    /// The starter tree as the JSON text of a [`TopicDocument`].
    #[must_use]
    pub fn json(self) -> &'static str {
        match self {
            Self::Retail => include_str!("../../../data/topics/retail.json"),
            Self::Hotel => include_str!("../../../data/topics/hotel.json"),
            Self::ContactCentre => include_str!("../../../data/topics/contact_centre.json"),
            Self::App => include_str!("../../../data/topics/app.json"),
        }
    }

    /// The starter tree.
    ///
    /// # Panics
    /// Never: the tests read every tree.
    #[must_use]
    pub fn topics(self) -> TopicDocument {
        TopicDocument::read(self.json()).expect("the starter trees are read by the tests")
    }
}
