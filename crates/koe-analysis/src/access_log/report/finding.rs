//! The findings, their units and their names in JSON.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use super::super::bots::BotReason;
use super::super::format::Described;
use super::super::line::Fault;
use super::super::quantile::Quantile;
use crate::confidence::Confidence;
use crate::score::interval::wilson;

/// A share and what must travel with it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Portion {
    /// How many have it.
    pub count: u64,
    /// Of how many.
    pub n: u64,
    /// The share, 0 to 1; `None` of nothing.
    pub share: Option<f64>,
    /// Wilson's interval (Wilson 1927), 0 to 1; `None` with fewer than two. It takes
    /// one request or session to say nothing of the next: where few visitors make most
    /// of them, the truth is less certain than it says.
    pub interval: Option<(f64, f64)>,
}

impl Portion {
    /// `count` of `n`.
    #[must_use]
    pub fn of(count: u64, n: u64, confidence: Confidence) -> Self {
        let share = (n > 0).then(|| count as f64 / n as f64);
        let interval = share
            .filter(|_| n > 1)
            .map(|share| wilson(share, n as f64, confidence));
        Self {
            count,
            n,
            share,
            interval,
        }
    }
}

/// What a log says. Times are in milliseconds, shares from 0 to 1; everything but
/// `traffic` and `programs` is of people.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Finding {
    /// The formats of its files.
    pub formats: Vec<Described>,
    /// Lines read.
    pub lines: u64,
    /// Empty lines.
    pub blank: u64,
    /// Lines that are not of the format and took no part.
    pub malformed: u64,
    /// The first thousand of them.
    pub malformed_lines: Vec<MalformedLine>,
    /// Lines in whose quotes no request for a path stands, such as `-`.
    pub without_request: u64,
    /// The first moment, UTC.
    pub from: Option<String>,
    /// The last moment, UTC.
    pub until: Option<String>,
    /// All requests, apart by what they are; they sum to the lines with a request.
    pub traffic: Vec<Traffic>,
    /// Visitors that asked for a page.
    pub visitors: u64,
    /// Their sessions.
    pub sessions: Sessions,
    /// How many different pages were viewed.
    pub page_count: u64,
    /// The pages viewed most.
    pub pages: Vec<Page>,
    /// Errors among all requests for pages.
    pub error_share: Portion,
    /// The pages with most errors.
    pub errors: Vec<PageErrors>,
    /// The files most often asked for in vain.
    pub missing_files: Vec<MissingFile>,
    /// How long requests for pages took; `None` where the log does not say.
    pub times: Option<Times>,
    /// Searches of the site.
    pub searches: Searches,
    /// The programs that asked most.
    pub programs: Vec<BotAgent>,
    /// The confidence of every interval.
    pub confidence: Confidence,
    /// What is to be kept in mind.
    pub notes: Vec<Note>,
}

/// What is to be kept in mind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Note {
    /// A format without user agents.
    NoAgents,
    /// Numbers that may be times, of unknown unit.
    DurationUnsure,
    /// Files of different formats.
    SeveralFormats,
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoAgents => {
                "the log has no user agents: programs are told from people by robots.txt only, and \
                 a network is one visitor"
            }
            Self::DurationUnsure => {
                "there are numbers that may be the time a request took, but not in which unit; they \
                 are not used unless the unit is said"
            }
            Self::SeveralFormats => {
                "the files are of different formats; what one of them does not say is counted from \
                 the others alone"
            }
        })
    }
}

/// A line that is not of the format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct MalformedLine {
    /// Its number, from 1; in merged parts counted on from part to part.
    pub line: u64,
    /// The first field that is not what it should be.
    pub fault: Fault,
}

/// Requests of one group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Traffic {
    /// `pages`, `files` and `feeds` of people, or `programs`.
    pub group: &'static str,
    /// How many.
    pub requests: u64,
    /// Bytes sent, as the log counts them.
    pub bytes: u64,
    /// Answered with a status of 400 or more.
    pub errors: u64,
}

/// Sessions of people.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Sessions {
    /// Sessions with at least one page view.
    pub n: u64,
    /// Sessions in which no page was delivered.
    pub without_view: u64,
    /// The silence that ends one, in minutes.
    pub gap_minutes: f64,
    /// Page views in all of them.
    pub views: u64,
    /// Page views a session.
    pub views_per_session: Option<f64>,
    /// From the first to the last request for a page, of sessions with several.
    pub median_length: Option<Quantile>,
    /// Sessions of a single page view.
    pub bounce: Portion,
    /// Sessions, those without a view included, whose last request for a page was
    /// answered with an error.
    pub ended_in_error: Portion,
}

/// A page.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Page {
    /// Its path.
    pub page: String,
    /// How often it was viewed.
    pub views: u64,
    /// By how many visitors.
    pub visitors: u64,
    /// Sessions that began with it.
    pub entries: u64,
    /// Sessions that ended with it.
    pub exits: u64,
    /// Of the sessions that began with it, those that viewed nothing else.
    pub bounce: Portion,
    /// Median of the time its requests took.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub median: Option<Quantile>,
    /// Third quartile.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p75: Option<Quantile>,
    /// 95th percentile.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p95: Option<Quantile>,
}

/// The errors of a page.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PageErrors {
    /// Its path.
    pub page: String,
    /// 4xx.
    pub client_errors: u64,
    /// 5xx.
    pub server_errors: u64,
    /// Among all requests for it.
    pub errors: Portion,
    /// How often each status.
    pub statuses: BTreeMap<u16, u64>,
    /// Host and path of the page that led to most of them.
    pub from: Option<String>,
}

/// A file that was asked for in vain.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MissingFile {
    /// Its path.
    pub file: String,
    /// How often.
    pub requests: u64,
    /// How often each status.
    pub statuses: BTreeMap<u16, u64>,
    /// Host and path of the page that led to most of them.
    pub from: Option<String>,
}

/// How long requests for pages took, errors included: who waits for an error waits too.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Times {
    /// Of all pages together.
    pub site: PageTime,
    /// Pages by their third quartile, the slowest first; only those with enough
    /// requests for its interval.
    pub pages: Vec<PageTime>,
}

/// How long requests for a page took.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PageTime {
    /// Its path; empty for all pages.
    pub page: String,
    /// Requests of known time.
    pub n: u64,
    /// Median.
    pub median: Quantile,
    /// Third quartile.
    pub p75: Quantile,
    /// 95th percentile.
    pub p95: Quantile,
    /// Whether the whole interval of its third quartile lies above that of the site.
    pub slow: bool,
}

/// Searches of the site.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Searches {
    /// How many, each with what belongs to it counted once.
    pub n: u64,
    /// How many sessions searched.
    pub sessions: u64,
    /// Without an outcome yet, because the log ends too soon; not in `failed`.
    pub open: u64,
    /// Those that failed.
    pub failed: Portion,
    /// Failed because the session ended on the results.
    pub left: u64,
    /// Failed because something else was searched for next.
    pub refined: u64,
    /// Failed because the answer was an error.
    pub error: u64,
    /// What was searched for in vain most often; then what was searched for most.
    pub terms: Vec<Term>,
}

/// What was searched for, personal data masked.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Term {
    /// The words.
    pub term: String,
    /// The searches that failed, of those with an outcome.
    pub failed: Portion,
    /// Failed because the session ended on the results.
    pub left: u64,
    /// Failed because something else was searched for next.
    pub refined: u64,
    /// Failed because the answer was an error.
    pub error: u64,
}

/// A program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BotAgent {
    /// Its user agent; empty where it sends none.
    pub agent: String,
    /// Why it is taken for one.
    pub reason: BotReason,
    /// Networks it came from.
    pub networks: u64,
    /// What it asked for.
    pub requests: u64,
}
