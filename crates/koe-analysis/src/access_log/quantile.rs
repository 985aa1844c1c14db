//! Quantiles of waiting times, with intervals that assume no distribution.

use serde::{Deserialize, Serialize};
use statrs::distribution::{Binomial, DiscreteCDF};

use crate::confidence::Confidence;

/// A quantile and what must travel with it, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Quantile {
    /// How many times it rests on.
    pub n: u64,
    /// The quantile, by definition 2 of Hyndman & Fan 1996 (*The American
    /// Statistician* 50:361–365): the usual median, and likewise for the others.
    pub value: f64,
    /// Lower and upper end, both of them times that were seen; `None` when there are
    /// too few times to have an end on each side: see [`order_statistics`].
    pub interval: Option<(f64, f64)>,
}

/// The ranks, counted from 1, of the two ordered values that hold the quantile of
/// `share` (0 to 1) between them: lower r is the largest with P(B < r) ≤ α/2, upper s
/// the smallest with P(B < s) ≥ 1 − α/2, B binomial of `n` and `share` (Thompson 1936,
/// *Annals of Mathematical Statistics* 7:122–128; Conover 1999, *Practical
/// Nonparametric Statistics*, section 3.2). `None` when the values have no such ranks:
/// under 6 for a median, 13 for a third quartile and 72 for a 95th percentile, at 95 %.
#[must_use]
pub fn order_statistics(n: u64, share: f64, confidence: Confidence) -> Option<(u64, u64)> {
    let binomial = Binomial::new(share, n).ok()?;
    let tail = confidence.alpha() / 2.0;
    // The first count at which the distribution passes a bound, by halving.
    let first = |passes: &dyn Fn(f64) -> bool| {
        let (mut low, mut high) = (0, n);
        while low < high {
            let middle = low + (high - low) / 2;
            if passes(binomial.cdf(middle)) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        low
    };
    let lower = first(&|below| below > tail);
    let upper = first(&|below| below >= 1.0 - tail) + 1;
    (lower >= 1 && upper <= n).then_some((lower, upper))
}

/// The quantile of `thousandths` of sorted times in microseconds; `None` without any.
pub fn quantile(sorted_us: &[u32], thousandths: u64, confidence: Confidence) -> Option<Quantile> {
    let value = point(sorted_us, thousandths)?;
    let n = sorted_us.len() as u64;
    let at = |rank: u64| ms(sorted_us[usize::try_from(rank - 1).unwrap_or(usize::MAX)]);
    let share = thousandths as f64 / 1_000.0;
    let interval = order_statistics(n, share, confidence).map(|(low, high)| (at(low), at(high)));
    Some(Quantile { n, value, interval })
}

/// The quantile alone.
pub fn point(sorted_us: &[u32], thousandths: u64) -> Option<f64> {
    let n = sorted_us.len();
    let product = n as u64 * thousandths;
    let rank = usize::try_from(product.div_ceil(1_000))
        .unwrap_or(n)
        .clamp(1, n.max(1));
    let value = ms(*sorted_us.get(rank - 1)?);
    if product.is_multiple_of(1_000) && rank < n {
        return Some((value + ms(sorted_us[rank])) / 2.0);
    }
    Some(value)
}

fn ms(us: u32) -> f64 {
    f64::from(us) / 1_000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_agree_with_the_printed_table_of_the_median() {
        // Hahn & Meeker 1991, Statistical Intervals, and any table of the sign test:
        // the interval of a median at 95 %.
        let cases = [
            (5, None),
            (6, Some((1, 6))),
            (8, Some((1, 8))),
            (9, Some((2, 8))),
            (10, Some((2, 9))),
            (15, Some((4, 12))),
            (20, Some((6, 15))),
            (25, Some((8, 18))),
            (100, Some((40, 61))),
        ];
        for (n, wanted) in cases {
            assert_eq!(order_statistics(n, 0.5, Confidence::P95), wanted, "{n}");
        }
    }

    #[test]
    fn an_end_exists_from_as_many_values_as_its_power_says() {
        // 1 − 0.75^n and 1 − 0.95^n reach 0.975 at n = 13 and n = 72.
        for (share, from) in [(0.75, 13), (0.95, 72)] {
            let ends = |n| order_statistics(n, share, Confidence::P95).is_some();
            assert!(!ends(from - 1) && ends(from), "{share}");
        }
    }

    #[test]
    fn intervals_hold_what_they_promise() {
        // The exact chance, summed over the binomial by its recurrence.
        for (n, share) in [(40_u64, 0.5), (100, 0.75), (200, 0.95), (400, 0.75)] {
            let (low, high) = order_statistics(n, share, Confidence::P95).expect("ranks");
            let mut chance = (1.0 - share).powi(i32::try_from(n).expect("small"));
            let mut inside = 0.0;
            for k in 0..high {
                if k >= low {
                    inside += chance;
                }
                chance *= (n - k) as f64 / (k + 1) as f64 * share / (1.0 - share);
            }
            assert!((0.95..0.985).contains(&inside), "{n} {share}: {inside}");
        }
    }

    #[test]
    fn points_are_the_usual_ones() {
        let times = [1_000, 2_000, 3_000, 10_000];
        assert_eq!(point(&times, 500), Some(2.5));
        assert_eq!(point(&times, 750), Some(6.5));
        assert_eq!(point(&times, 950), Some(10.0));
        assert_eq!(point(&times[..3], 500), Some(2.0));
        assert_eq!(point(&[], 500), None);
        let few = quantile(&times, 500, Confidence::P95).expect("a median");
        assert_eq!((few.n, few.interval), (4, None));
    }
}
