//! One sitting of one person: where they are and what they said so far.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::base::id::{LinkId, SittingId, SurveyId, UnitId};
use crate::surveys::{Answers, Fields, Flow};

/// How long a page can have taken at most: beyond it somebody left the room.
const LONGEST_PAGE_MS: i64 = 3_600_000;

/// What was typed on pages that were not sent, or were left by going back, as
/// it was typed: nothing of it counts until its page is sent.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Typed {
    /// The fields of each such page.
    pages: BTreeMap<String, Answers>,
}

impl Typed {
    /// Keeps what stands on a page now.
    pub fn keep(&mut self, page: &str, answers: &Answers) {
        self.pages.insert(page.to_owned(), answers.clone());
    }

    /// Forgets what was typed on a page, because its answers were taken.
    pub fn taken(&mut self, page: &str) {
        self.pages.remove(page);
    }
}

/// What the thank-you page says, already in the language of the sitting.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Thanks {
    /// Heading.
    pub title: String,
    /// What is said; may have lines.
    pub message: String,
    /// Where one may go on: address and words.
    pub link: Option<(String, String)>,
}

/// A sitting as kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Sitting {
    /// Id.
    pub id: SittingId,
    /// The survey.
    pub survey: SurveyId,
    /// The version it is finished on; 0 for a preview.
    pub version: i64,
    /// The link; none after a confidential sitting has ended.
    pub link: Option<LinkId>,
    /// The link's unit.
    pub unit: Option<UnitId>,
    /// Whether it never counts.
    pub preview: bool,
    /// Whether it has ended.
    pub finished: bool,
    /// Language tag.
    pub language: String,
    /// Hidden fields.
    pub fields: Fields,
    /// Answers taken.
    pub answers: Answers,
    /// Pages under way.
    pub typed: Typed,
    /// Said at the end.
    pub thanks: Thanks,
    /// When it began, in milliseconds since 1970.
    pub started_ms: i64,
    /// When it was last heard of.
    pub updated_ms: i64,
    /// Pages that were left forward.
    pub done: BTreeSet<String>,
}

impl Sitting {
    /// The page a person belongs on: the one they ask for if they may see it,
    /// else the first that is not done. None when nobody is asked anything.
    pub fn page(&self, flow: &Flow<'_>, wanted: Option<&str>) -> Option<String> {
        let walk = flow.walk(&self.answers, &self.fields);
        let mut reached = Vec::new();
        for visit in &walk.visits {
            reached.push(visit.page.id.as_str());
            if !self.done.contains(&visit.page.id) {
                break;
            }
        }
        wanted
            .filter(|wanted| reached.contains(wanted))
            .or(reached.last().copied())
            .map(str::to_owned)
    }

    /// The first page of the way that is not done; none at the end.
    pub fn open_page(&self, flow: &Flow<'_>) -> Option<String> {
        flow.walk(&self.answers, &self.fields)
            .visits
            .iter()
            .map(|visit| &visit.page.id)
            .find(|page| !self.done.contains(*page))
            .cloned()
    }

    /// What stands in the fields of a page: what was typed there last, else
    /// the answers taken.
    pub fn filled(&self, page: &str) -> &Answers {
        self.typed.pages.get(page).unwrap_or(&self.answers)
    }
}

/// How long a page was looked at.
pub fn spent_ms(shown_at: Option<i64>, now_ms: i64) -> i64 {
    shown_at.map_or(0, |at| (now_ms - at).clamp(0, LONGEST_PAGE_MS))
}
