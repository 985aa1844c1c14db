//! The demo company: three years of an invented Japanese chain of shops, with
//! customers, orders, contacts, contracts, answers and voices in Japanese and
//! English, made from a seed and streamed into an empty store.
//!
//! What holds: the same seed and clock give the same history; what is planted
//! in it ([`Truths`]) stands in a file beside the store and nowhere in it; the
//! history is an import, so it starts no rule, mail or case.

mod aftermath;
mod answers;
mod chance;
mod company;
mod history;
mod latent;
mod people;
mod rhythm;
mod sittings;
mod surveys;
mod truths;
mod waves;
mod words;
mod write;

#[cfg(test)]
mod tests;

pub use truths::{Driver, Habit, Leaving, Move, Shift, Topic, Truths};
pub use write::{EMAIL, Made, PASSWORD, Plan, Progress, TRUTHS_FILE, create};
