//! What a confidential programme may show.
//!
//! Figures are shown from five answers, voices from eight (both can be set), and
//! never so that a hidden figure can be worked out from those shown beside it:
//! primary and complementary suppression (Willenborg & de Waal 2001, *Elements of
//! Statistical Disclosure Control*, chapters 6 and 8).
//!
//! What is defended: nobody can find the n, the sum or the score of a hidden cell
//! by adding and subtracting figures of the same breakdown and its totals, and
//! the hidden cells of a line together stand for at least the threshold.
//!
//! What is not defended, and must be prevented by offering only declared filters
//! and grains: comparing reports whose filters differ by a few people; knowledge
//! of a person who was in a hidden group; narrowing a hidden figure down to a
//! range. A group in which nobody answered is hidden like a small one, but a
//! reader may work out that it is empty: there is nobody behind it.

mod line;
mod table;

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

pub use line::{Line, show_line};
pub use table::{Table, show_table};

/// From how many answers a confidential programme shows what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Thresholds {
    /// Scores, counts and charts.
    pub figures: u64,
    /// Free texts: a way of writing can be recognised where a number cannot.
    pub voices: u64,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self {
            figures: 5,
            voices: 8,
        }
    }
}

impl Thresholds {
    /// Whether a figure resting on `n` answers may be shown, if it stands alone.
    /// Beside others use [`show_line`] or [`show_table`].
    #[must_use]
    pub fn shows_figure(self, n: u64) -> bool {
        n >= self.figures.max(1)
    }

    /// Whether the voices of a group of `n` answers may be shown.
    #[must_use]
    pub fn shows_voices(self, n: u64) -> bool {
        n >= self.voices.max(1)
    }
}
