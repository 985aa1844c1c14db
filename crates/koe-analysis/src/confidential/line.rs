//! One breakdown: a total and its parts.

/// What may be shown of a total and its parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Whether the total may be shown.
    pub total: bool,
    /// For each part, in the order given, whether it may be shown.
    pub cells: Vec<bool>,
}

/// Decides what may be shown of parts with `cells` answers each and of their
/// total, at a threshold in answers (at least 1).
///
/// The parts must be all of the total: a remainder that is not listed ("without
/// a unit") has to be given as a part of its own, even if it is never drawn.
///
/// 1. A part below the threshold is hidden, an empty one as well.
/// 2. While exactly one part with answers is hidden, or the hidden parts together
///    stay below the threshold, the smallest part still shown is hidden too; of
///    equal ones the last.
/// 3. The total is hidden when it is below the threshold itself.
///
/// A part or total without answers is never shown.
#[must_use]
pub fn show_line(cells: &[u64], threshold: u64) -> Line {
    let threshold = threshold.max(1);
    // The total stands last, as in every line of a table.
    let total: u64 = cells.iter().sum();
    let n: Vec<u64> = cells.iter().copied().chain([total]).collect();
    let mut cells: Vec<bool> = n.iter().map(|&n| n >= threshold).collect();
    while let Some(next) = complement(&n, &cells, threshold) {
        cells[next] = false;
    }
    let total = cells.pop().unwrap_or(false);
    Line { total, cells }
}

/// Of a line whose last entry is the total of the others, the entry to hide next
/// so that the hidden ones protect each other; `None` when they do.
pub(super) fn complement(n: &[u64], shown: &[bool], threshold: u64) -> Option<usize> {
    let total = n.len() - 1;
    let hidden = |i: &usize| !shown[*i] && n[*i] > 0;
    let smallest_shown =
        |entries: std::ops::Range<usize>| entries.rev().filter(|&i| shown[i]).min_by_key(|&i| n[i]);
    // One unknown in the line's equation is no unknown.
    if (0..n.len()).filter(hidden).count() == 1 {
        return smallest_shown(0..n.len());
    }
    let together: u64 = (0..total).filter(hidden).map(|i| n[i]).sum();
    let too_few = shown[total] && together > 0 && together < threshold;
    too_few.then(|| smallest_shown(0..total)).flatten()
}
