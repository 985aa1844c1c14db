//! Searches of the site, and what became of them.

use super::part::{Hit, NONE};

/// What became of a search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Another page was asked for afterwards.
    Followed,
    /// It was answered with an error.
    Error,
    /// The next thing was a search for something else.
    Refined,
    /// Nothing was asked for any more: the session ended on the results.
    Left,
    /// The same, but the log ends so soon afterwards that more may have followed.
    Open,
}

/// The searches of a session and their outcomes, in order. Searching on for the same
/// (the next page of results, a filter, the same words again) is one search.
pub fn searches(session: &[&Hit], until_open_ms: i64) -> Vec<(u32, Outcome)> {
    let mut found = Vec::new();
    let mut rest = session;
    while let Some(start) = rest.iter().position(|hit| hit.term != NONE) {
        let term = rest[start].term;
        let place = rest[start].page;
        let mut failed = false;
        let mut next = None;
        let mut last_ms = rest[start].time_ms;
        rest = &rest[start..];
        let mut passed = 0;
        for hit in rest {
            // A redirect is followed by what it leads to.
            if hit.term == term {
                if !hit.is_redirect() {
                    failed = hit.is_error();
                }
            } else if hit.term != NONE {
                next = Some(Outcome::Refined);
            } else if hit.get && hit.page != place {
                next = Some(Outcome::Followed);
            }
            if next.is_some() {
                break;
            }
            last_ms = last_ms.max(hit.time_ms);
            passed += 1;
        }
        rest = &rest[passed..];
        let outcome = match next {
            _ if failed => Outcome::Error,
            Some(outcome) => outcome,
            None if last_ms > until_open_ms => Outcome::Open,
            None => Outcome::Left,
        };
        found.push((term, outcome));
    }
    found
}
