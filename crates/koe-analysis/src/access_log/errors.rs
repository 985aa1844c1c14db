//! Errors that people met, and where they came from.

use std::collections::BTreeMap;

use super::part::{Hit, NONE, Part};

/// The errors of one page or file.
#[derive(Debug, Default)]
pub struct Met {
    /// How often each status.
    pub statuses: BTreeMap<u16, u64>,
    /// Where they were come upon: how often each page that linked here.
    referrers: BTreeMap<u32, u64>,
}

impl Met {
    pub fn count(&self) -> u64 {
        self.statuses.values().sum()
    }

    /// The page that led here most often; of several the first in the alphabet.
    pub fn from(&self, part: &Part) -> Option<String> {
        let name = |place: u32| part.referrers.name(place);
        let most = self.referrers.iter().max_by(|a, b| {
            let by_count = a.1.cmp(b.1);
            by_count.then_with(|| name(*b.0).cmp(name(*a.0)))
        });
        most.map(|(place, _)| name(*place).to_owned())
    }
}

/// The errors among requests, page by page.
pub fn met<'a>(hits: impl Iterator<Item = &'a Hit>) -> BTreeMap<u32, Met> {
    let mut pages: BTreeMap<u32, Met> = BTreeMap::new();
    for hit in hits.filter(|hit| hit.is_error()) {
        let page = pages.entry(hit.page).or_default();
        *page.statuses.entry(hit.status).or_default() += 1;
        if hit.referrer != NONE {
            *page.referrers.entry(hit.referrer).or_default() += 1;
        }
    }
    pages
}
