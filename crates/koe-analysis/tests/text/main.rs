//! The analysis of texts with the compiled dictionary, on texts that people wrote.

mod discovery;
mod japanese;
mod labelled;
mod quality;
mod topics;
