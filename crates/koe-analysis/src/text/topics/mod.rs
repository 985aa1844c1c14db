//! What texts speak of: topics that people define as rules, and what they say about
//! the score.
//!
//! - [`TopicDocument`]: the tree of rules that people edit, with names in both
//!   languages; [`TopicDocument::check`] says what in it cannot be used.
//! - [`Topics`]: the same, made ready; finds [`Mention`]s in analysed texts, with what
//!   to highlight.
//! - [`discover`]: topics that the texts suggest, for people to name, merge and take over.
//! - [`Corrections`]: what people say of texts, which stands above the rules, and what
//!   they teach ([`propose`]).
//! - [`Trade`]: starter trees for shops, hotels, contact centres and applications.
//! - [`TopicTally`]: counts texts, scores and judgements by topic; mergeable.

mod candidates;
mod check;
mod compile;
mod correct;
mod discover;
mod document;
mod edit;
mod find;
mod inflect;
mod louvain;
mod read;
mod starter;
mod tally;
mod trend;

#[cfg(test)]
mod tests;

pub use check::TopicLimits;
pub use compile::Topics;
pub use correct::{Change, Correction, Corrections, Judged, Proposal, Said, propose};
pub use discover::{
    DiscoveredTerm, DiscoveredTopic, Discovery, DiscoverySettings, Quotation, SaidPair, ScoredText,
    discover,
};
pub use document::{By, FORMAT, Name, Rule, Scope, Term, Topic, TopicDocument, Walked};
pub use find::Mention;
pub use read::{TopicProblem, TopicProblems};
pub use starter::Trade;
pub use tally::{TopicFigures, TopicTally};
pub use trend::{Period, Trend, trend};
