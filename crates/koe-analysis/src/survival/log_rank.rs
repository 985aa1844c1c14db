//! Are the curves one curve? The log-rank test of any number of groups.

use serde::{Deserialize, Serialize};
use statrs::distribution::{ChiSquared, ContinuousCDF};

use super::{Observation, by_time};

/// The log-rank test.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct LogRank {
    /// The statistic.
    pub chi2: f64,
    /// Its degrees of freedom.
    pub df: u64,
    /// p of "one curve for all".
    pub p: f64,
}

/// What is at risk of one group at one time.
#[derive(Debug, Clone, Copy, Default)]
struct Risk {
    n: f64,
    weight: f64,
    squared: f64,
}

/// Tests whether groups have one curve (Mantel 1966, *Cancer Chemotherapy Reports*
/// 50:163–170; Peto & Peto 1972, *JRSS A* 135:185–207). Groups are sorted by time.
///
/// At each event time the d to whom it happened are, if the groups do not differ, drawn
/// from the n at risk without regard to group. The sum of wᵢ (1ᵢ∈g − p_g) over the drawn,
/// p_g being the weighted share of group g at risk, then has mean zero and covariance
/// d (n − d) / (n (n − 1)) Σᵢ wᵢ² (1ᵢ∈g − p_g)(1ᵢ∈h − p_h). Without weights this is the
/// hypergeometric variance of the ordinary test; with them it is that of Xie & Liu 2005,
/// *Statistics in Medicine* 24:3089–3110, for any number of groups.
pub(super) fn log_rank(groups: &[&[Observation]]) -> Option<LogRank> {
    let k = groups.len();
    let mut times: Vec<f64> = groups
        .iter()
        .flat_map(|group| group.iter().filter(|o| o.event).map(|o| o.time))
        .collect();
    times.sort_by(f64::total_cmp);
    times.dedup();
    if k < 2 || times.is_empty() {
        return None;
    }
    let mut left: Vec<_> = groups.iter().map(|g| by_time(g).peekable()).collect();
    let mut risk: Vec<Risk> = groups
        .iter()
        .map(|group| Risk {
            n: group.len() as f64,
            weight: group.iter().map(|o| o.weight).sum(),
            squared: group.iter().map(|o| o.weight * o.weight).sum(),
        })
        .collect();
    let mut score = vec![0.0; k];
    let mut covariance = vec![vec![0.0; k]; k];
    for time in times {
        let mut happened = vec![Risk::default(); k];
        let mut leaving = vec![Risk::default(); k];
        for g in 0..k {
            while let Some(earlier) = left[g].next_if(|same| same[0].time < time) {
                risk[g].leave(&sum_of(earlier.iter()));
            }
            if let Some(now) = left[g].next_if(|same| same[0].time == time) {
                happened[g] = sum_of(now.iter().filter(|o| o.event));
                leaving[g] = sum_of(now.iter());
            }
        }
        let n: f64 = risk.iter().map(|r| r.n).sum();
        let d: f64 = happened.iter().map(|r| r.n).sum();
        let weight: f64 = risk.iter().map(|r| r.weight).sum();
        let squared: f64 = risk.iter().map(|r| r.squared).sum();
        let drawn: f64 = happened.iter().map(|r| r.weight).sum();
        let share: Vec<f64> = risk.iter().map(|r| r.weight / weight).collect();
        let spread = if n > 1.0 {
            d * (n - d) / (n * (n - 1.0))
        } else {
            0.0
        };
        for g in 0..k {
            score[g] += happened[g].weight - share[g] * drawn;
            for h in 0..k {
                let own = if g == h { risk[g].squared } else { 0.0 };
                let shared = own - share[h] * risk[g].squared - share[g] * risk[h].squared
                    + share[g] * share[h] * squared;
                covariance[g][h] += spread * shared;
            }
        }
        for g in 0..k {
            risk[g].leave(&leaving[g]);
        }
    }
    let (chi2, rank) = quadratic_form(&score, covariance);
    let p = ChiSquared::new(rank as f64).ok()?.sf(chi2);
    (rank > 0).then_some(LogRank {
        chi2,
        df: rank as u64,
        p,
    })
}

impl Risk {
    fn leave(&mut self, gone: &Self) {
        self.n -= gone.n;
        if self.n < 0.5 {
            // Nothing of a group that has left may stay behind through rounding.
            *self = Self::default();
        } else {
            self.weight -= gone.weight;
            self.squared -= gone.squared;
        }
    }
}

fn sum_of<'a>(observations: impl Iterator<Item = &'a Observation>) -> Risk {
    observations.fold(Risk::default(), |sum, o| Risk {
        n: sum.n + 1.0,
        weight: sum.weight + o.weight,
        squared: sum.squared + o.weight * o.weight,
    })
}

/// s' V⁻ s and the rank of V, by elimination with the largest pivot first. Scores sum to
/// zero, so V has at most one row less than it has groups; groups that were never at risk
/// together with another take away one more each.
fn quadratic_form(score: &[f64], mut v: Vec<Vec<f64>>) -> (f64, usize) {
    let mut s = score.to_vec();
    let k = s.len();
    let scale = (0..k).map(|g| v[g][g]).fold(0.0, f64::max);
    let mut open: Vec<usize> = (0..k).collect();
    let mut value = 0.0;
    let mut rank = 0;
    while let Some((position, &pivot)) = open
        .iter()
        .enumerate()
        .max_by(|(_, a), (_, b)| v[**a][**a].total_cmp(&v[**b][**b]))
    {
        let size = v[pivot][pivot];
        if size <= 1e-9 * scale || size <= 0.0 {
            break;
        }
        value += s[pivot] * s[pivot] / size;
        rank += 1;
        open.remove(position);
        for &g in &open {
            let factor = v[g][pivot] / size;
            s[g] -= factor * s[pivot];
            for &h in &open {
                v[g][h] -= factor * v[pivot][h];
            }
        }
    }
    (value, rank)
}
