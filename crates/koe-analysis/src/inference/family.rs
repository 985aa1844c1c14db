//! Many comparisons at once.

use super::Comparison;

/// p values adjusted so that calling those at most q "different" keeps the
/// expected share of false calls at q (Benjamini & Hochberg 1995, *JRSS B*
/// 57:289–300; adjusted values as in Yekutieli & Benjamini 1999, *Journal of
/// Statistical Planning and Inference* 82:171–196). Same order as given.
#[must_use]
pub fn benjamini_hochberg(p: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p.len()).collect();
    order.sort_by(|&a, &b| p[b].total_cmp(&p[a]));
    let mut adjusted = vec![1.0; p.len()];
    let mut least = 1.0_f64;
    for (from_greatest, &index) in order.iter().enumerate() {
        let rank = p.len() - from_greatest;
        // The factor is never below 1; dividing first keeps rounding from making
        // an adjusted value smaller than its own.
        least = least.min(p[index] * (p.len() as f64 / rank as f64));
        adjusted[index] = least;
    }
    adjusted
}

/// Treats the comparisons as one family: those that stand together in one table
/// or chart and are read together. Sets `p_adjusted` and judges each again;
/// comparisons without p are left out of the family.
pub fn adjust(comparisons: &mut [Comparison]) {
    let p: Vec<f64> = comparisons.iter().filter_map(|c| c.p).collect();
    let tested = comparisons.iter_mut().filter(|c| c.p.is_some());
    for (comparison, adjusted) in tested.zip(benjamini_hochberg(&p)) {
        comparison.p_adjusted = Some(adjusted);
        comparison.verdict = comparison.judge();
    }
}
