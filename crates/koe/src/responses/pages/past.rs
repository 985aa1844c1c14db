//! Sittings that were over before Koe came to know of them, as a history brings them.

use crate::base::id::{SittingId, SurveyId, UnitId};

/// A sitting that is over.
#[derive(Clone, Debug, PartialEq)]
pub struct PastSitting {
    /// Its id.
    pub id: SittingId,
    /// The survey.
    pub survey: SurveyId,
    /// The version that was answered.
    pub version: i64,
    /// The unit of the link.
    pub unit: Option<UnitId>,
    /// Language tag.
    pub language: String,
    /// When it began, in milliseconds since 1970.
    pub started_ms: i64,
    /// When it was last heard of.
    pub ended_ms: i64,
    /// The pages that were seen, in their order.
    pub pages: Vec<PastPage>,
}

impl PastSitting {
    /// Whether it ended with an answer: every page that was seen was left forward.
    pub fn finished(&self) -> bool {
        self.pages.iter().all(|page| page.finished)
    }
}

/// A page of such a sitting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastPage {
    /// The page's id.
    pub page: String,
    /// Whether it was left forward.
    pub finished: bool,
    /// How long it was looked at.
    pub spent_ms: i64,
}
