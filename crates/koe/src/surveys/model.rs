//! Surveys as they are kept: a draft that changes, versions that never do.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::document::{Document, ProgrammeKind, Text};
use crate::base::id;

/// Whether a survey can be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Never published (下書き).
    Draft,
    /// Published (公開中).
    Live,
    /// Published once, takes no answers now (受付終了).
    Closed,
}

impl Status {
    /// The stable word, as stored.
    pub fn word(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Live => "live",
            Self::Closed => "closed",
        }
    }

    /// Reads the stable word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Draft, Self::Live, Self::Closed]
            .into_iter()
            .find(|status| status.word() == word)
    }
}

/// A survey without its document.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Survey {
    /// Id.
    pub id: id::SurveyId,
    /// Name in the draft, by language.
    pub title: Text,
    /// About one event or about the relationship, in the draft.
    pub kind: ProgrammeKind,
    /// Whether it can be answered.
    pub status: Status,
    /// The version that links open; null before the first publication.
    pub version: Option<i64>,
    /// Counts the changes of the draft.
    pub revision: i64,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When the draft last changed.
    #[schema(value_type = String, format = DateTime)]
    pub changed_at: Timestamp,
}

/// A published, immutable version.
#[derive(Clone, Debug)]
pub struct Version {
    /// The organisation it belongs to.
    pub organisation: id::OrganisationId,
    /// The survey.
    pub survey: id::SurveyId,
    /// 1 for the first.
    pub number: i64,
    /// What was published.
    pub document: Arc<Document>,
    /// When, in milliseconds since 1970.
    pub published_ms: i64,
    /// Member or key that published it.
    pub published_by: String,
}

/// Parsed versions of one process. They never change, so none goes stale.
#[derive(Default)]
pub(super) struct VersionCache(Mutex<HashMap<(id::SurveyId, i64), Arc<Version>>>);

/// Versions kept parsed; beyond it the cache starts again.
const CACHED_VERSIONS: usize = 256;

impl VersionCache {
    pub fn get(&self, survey: &id::SurveyId, number: i64) -> Option<Arc<Version>> {
        let versions = self.0.lock().unwrap_or_else(|e| e.into_inner());
        versions.get(&(survey.clone(), number)).cloned()
    }

    pub fn keep(&self, version: Version) -> Arc<Version> {
        let version = Arc::new(version);
        let mut versions = self.0.lock().unwrap_or_else(|e| e.into_inner());
        if versions.len() >= CACHED_VERSIONS {
            versions.clear();
        }
        versions.insert((version.survey.clone(), version.number), version.clone());
        version
    }
}
