//! The lake as its users see it: plain rows in, summaries out.

mod asking;
mod compacting;
mod sealing;
mod shop;
