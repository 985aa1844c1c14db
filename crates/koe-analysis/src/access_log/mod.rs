//! What a web server's access log says of the people who came: sessions, pages,
//! errors, slow pages, searches that found nothing.
//!
//! Lines go into a [`Reader`], which makes a [`Part`]; parts of one log, or of the
//! logs of several servers, are merged in the order of their lines; [`Part::find`]
//! gives the [`Finding`]. The finding of merged parts is that of the whole.
//!
//! Words are those of the Web Analytics Association (*Web Analytics Definitions*,
//! version 4.0, 2007): a *page view* is a page that was delivered; a *visit* or
//! session is one or more requests for a page by one visitor, ended by 30 minutes of
//! silence; a *bounce* is a session of a single page view.
//!
//! - **Addresses do not stay.** Of an address the network is taken (IPv4 /24, IPv6
//!   /48) and hashed with a key; network and user agent together are a *visitor*.
//!   Several people behind one network with the same browser are one visitor.
//! - **Programs are no people.** Who gives no user agent, one that belongs to a
//!   program, or asks for `robots.txt`, is counted apart, with everything it asked.
//! - **Nothing is guessed.** A line that is not of the log's format is counted with
//!   its number and takes no part.

mod bots;
mod errors;
mod format;
mod kind;
mod line;
mod part;
mod quantile;
mod report;
mod search;
mod target;
mod time;
mod traffic;
mod visitor;

#[cfg(test)]
mod tests;

pub use bots::{BotReason, Recogniser};
pub use format::{Described, DurationUnit, Format, UnknownFormat};
pub use kind::Kind;
pub use line::Fault;
pub use part::{Part, Reader, Settings};
pub use quantile::{Quantile, order_statistics};
pub use report::{
    BotAgent, Finding, MalformedLine, MissingFile, Note, Page, PageErrors, PageTime, Portion,
    Question, Searches, Sessions, Term, Times, Traffic,
};

/// The parameters in whose value a search of the site is recognised unless told
/// otherwise.
pub const SEARCH_PARAMETERS: &[&str] = &[
    "q",
    "s",
    "query",
    "keyword",
    "keywords",
    "kw",
    "search",
    "search_query",
    "searchword",
];

/// The silence that ends a session unless told otherwise, in milliseconds: 30
/// minutes (Web Analytics Association 2007, *Visits/Sessions*).
pub const SESSION_GAP_MS: i64 = 30 * 60_000;
