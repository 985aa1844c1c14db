//! The SQL of `surveys`.

pub mod links;
pub mod surveys;
pub mod tables;

use crate::base::problem::Problem;

fn unknown(word: String) -> Problem {
    Problem::internal(anyhow::anyhow!("the store holds an unknown word: {word}"))
}
