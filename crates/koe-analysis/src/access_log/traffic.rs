//! Sessions and pages of people.

use super::kind::Kind;
use super::part::{Hit, Part};

/// What people asked for, in the order in which it is looked at.
pub struct People<'a> {
    /// Requests for pages, visitor by visitor, each visitor's in time order; those of
    /// one moment in the order of their lines.
    pub pages: Vec<&'a Hit>,
    /// Requests for files that were answered with an error.
    pub files: Vec<&'a Hit>,
}

impl<'a> People<'a> {
    pub fn of(part: &'a Part) -> Self {
        let is_person = |hit: &&Hit| !part.visitors[hit.visitor as usize].robots;
        let (mut pages, files): (Vec<&Hit>, Vec<&Hit>) = part
            .hits
            .iter()
            .filter(is_person)
            .partition(|hit| hit.kind == Kind::Page);
        pages.sort_unstable_by_key(|hit| (hit.visitor, hit.time_ms, hit.line));
        Self { pages, files }
    }

    /// The requests for pages of each session.
    pub fn sessions(&self, gap_ms: i64) -> impl Iterator<Item = &[&'a Hit]> {
        self.pages.chunk_by(move |before, after| {
            before.visitor == after.visitor && after.time_ms - before.time_ms <= gap_ms
        })
    }
}

/// What is counted of all sessions.
#[derive(Debug, Default)]
pub struct SessionSums {
    /// Sessions with a page view.
    pub with_view: u64,
    /// Sessions without any: all they met were errors and redirects.
    pub without_view: u64,
    pub views: u64,
    pub bounces: u64,
    pub ended_in_error: u64,
    /// Milliseconds from the first to the last request of sessions with several,
    /// times a thousand, as quantiles take microseconds.
    pub lengths_us: Vec<u32>,
}

/// What is counted of a page.
#[derive(Debug, Clone, Default)]
pub struct PageSums {
    pub requests: u64,
    pub views: u64,
    pub visitors: u64,
    pub entries: u64,
    pub exits: u64,
    pub bounces: u64,
    pub client_errors: u64,
    pub server_errors: u64,
}

/// Counts sessions and pages; `pages` has an entry for each page of the part.
pub fn count(people: &People<'_>, gap_ms: i64, pages: &mut [PageSums]) -> SessionSums {
    let mut sums = SessionSums::default();
    for session in people.sessions(gap_ms) {
        let (first, last) = (session[0], session[session.len() - 1]);
        let views = session.iter().filter(|hit| hit.is_view());
        let (entry, exit) = (views.clone().next(), views.clone().next_back());
        sums.ended_in_error += u64::from(last.is_error());
        if session.len() > 1 {
            let length_us = (last.time_ms - first.time_ms).saturating_mul(1_000);
            sums.lengths_us
                .push(u32::try_from(length_us).unwrap_or(u32::MAX));
        }
        let (Some(entry), Some(exit)) = (entry, exit) else {
            sums.without_view += 1;
            continue;
        };
        let views = views.count() as u64;
        sums.with_view += 1;
        sums.views += views;
        sums.bounces += u64::from(views == 1);
        pages[entry.page as usize].entries += 1;
        pages[entry.page as usize].bounces += u64::from(views == 1);
        pages[exit.page as usize].exits += 1;
    }
    let mut viewers = Vec::new();
    for hit in &people.pages {
        let page = &mut pages[hit.page as usize];
        page.requests += 1;
        page.client_errors += u64::from((400..500).contains(&hit.status));
        page.server_errors += u64::from(hit.status >= 500);
        if hit.is_view() {
            page.views += 1;
            viewers.push((hit.page, hit.visitor));
        }
    }
    viewers.sort_unstable();
    viewers.dedup();
    for (page, _) in viewers {
        pages[page as usize].visitors += 1;
    }
    sums
}

/// The times of requests, page by page: `(page, sorted microseconds)`.
pub fn times(people: &People<'_>) -> Vec<(u32, Vec<u32>)> {
    let timed = people.pages.iter();
    let mut timed: Vec<(u32, u32)> = timed
        .filter(|hit| hit.duration_us != super::part::NONE)
        .map(|hit| (hit.page, hit.duration_us))
        .collect();
    timed.sort_unstable();
    timed
        .chunk_by(|a, b| a.0 == b.0)
        .map(|of_page| {
            let times = of_page.iter().map(|(_, us)| *us).collect();
            (of_page[0].0, times)
        })
        .collect()
}
