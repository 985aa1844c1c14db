//! The lake as its users see it: plain rows in, summaries out.

mod asking;
mod compacting;
mod cross;
mod earlier;
mod formats;
mod golden;
mod joining;
mod limits;
mod profiling;
mod properties;
mod purchases;
mod records;
mod sealing;
mod shop;
