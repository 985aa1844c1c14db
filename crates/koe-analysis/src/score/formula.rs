//! Scores of metrics that are made of metrics.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Method, Score, carries_interval};
use crate::confidence::Confidence;
use crate::expression::Expression;
use crate::summary::Moments;

/// What two scores have to do with each other.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Covariance {
    /// No answer of one comes from a record that answered the other; they are
    /// taken as independent.
    Independent,
    /// Measured over the records behind both, in the units of the scores.
    Measured(f64),
    /// Not measured: anything may be true.
    Unknown,
}

/// What the records behind two scores say of both together: the moments of the
/// sum and of the difference of their contributions
/// ([`super::contribution`]), over the pairs of answers that one record gave.
/// Mergeable.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Joint {
    /// Of one contribution plus the other.
    pub sum: Moments,
    /// Of one contribution less the other.
    pub difference: Moments,
}

impl Joint {
    /// Adds the pairs of `other`.
    pub fn merge(&mut self, other: &Self) {
        self.sum.merge(&other.sum);
        self.difference.merge(&other.difference);
    }

    /// The covariance of two scores. With contributions x and y of the pairs, of
    /// which there may be fewer than of either's answers, it is
    /// Σ (x − x̄)(y − ȳ) / (n_x · n_y) around the means of *all* answers
    /// (linearisation of two means over overlapping samples; Kish 1965, *Survey
    /// Sampling*, section 12.4), and never more than the errors themselves allow.
    #[must_use]
    pub fn covariance(&self, one: &Score, other: &Score) -> Covariance {
        let pairs = self.sum.n.min(self.difference.n);
        if pairs == 0 || one.n == 0 || other.n == 0 {
            return Covariance::Independent;
        }
        let (Some(mean_x), Some(mean_y), Some(se_x), Some(se_y)) =
            (one.value, other.value, one.se, other.se)
        else {
            return Covariance::Unknown;
        };
        // (x + y)² − (x − y)² = 4 x y
        let within = (self.sum.m2 - self.difference.m2) / 4.0;
        let paired_x = f64::midpoint(self.sum.mean, self.difference.mean);
        let paired_y = f64::midpoint(self.sum.mean, -self.difference.mean);
        let products = within + pairs as f64 * (paired_x - mean_x) * (paired_y - mean_y);
        let most = se_x * se_y;
        let covariance = products / (one.n as f64 * other.n as f64);
        Covariance::Measured(covariance.clamp(-most, most))
    }
}

/// The score of a formula whose operands are scores, for example
/// `(nps + csat) / 2`. An operand that `lookup` does not know is missing.
///
/// - `value`: the formula of the operands' values.
/// - `se`: by the delta method (Oehlert 1992, *The American Statistician*
///   46:27–29), √ΣΣ gᵢ gⱼ covᵢⱼ, where gᵢ is how far the formula moves with
///   operand i, taken as the slope over one standard error either way. When the
///   covariance of any two operands is unknown, the movements are added up
///   instead: the bound of error propagation for operands that may depend on each
///   other in any way (Taylor 1997, *An Introduction to Error Analysis*, 2nd
///   edition, section 3.9).
/// - `interval`: value ± z · se; `None` when an operand has no standard error or
///   the formula is undefined so near.
/// - `n` and `n_effective`: those of the operand with the fewest answers;
///   `n_missing` and `n_out_of_scale`: the greatest of the operands.
#[must_use]
pub fn score_of_formula<'a>(
    formula: &Expression,
    lookup: impl Fn(&str) -> Option<&'a Score>,
    covariance: impl Fn(&str, &str) -> Covariance,
    confidence: Confidence,
) -> Score {
    let names = formula.operands();
    let operands: Vec<(&str, &Score)> = names
        .iter()
        .filter_map(|&name| Some((name, lookup(name)?)))
        .collect();
    let values = |name: &str| lookup(name).and_then(|score| score.value);
    let value = formula.evaluate(&values);
    let least = |of: fn(&Score) -> f64| {
        operands
            .iter()
            .map(|(_, score)| of(score))
            .reduce(f64::min)
            .unwrap_or(0.0)
    };
    let most = |of: fn(&Score) -> u64| operands.iter().map(|(_, score)| of(score)).max();
    let mut pairs = BTreeMap::new();
    for (i, (one, _)) in operands.iter().enumerate() {
        for (j, (other, _)) in operands.iter().enumerate().skip(i + 1) {
            pairs.insert((i, j), covariance(one, other));
        }
    }
    let bound = pairs.values().any(|known| *known == Covariance::Unknown);
    let mut score = Score {
        value,
        n: operands.iter().map(|(_, score)| score.n).min().unwrap_or(0),
        n_missing: most(|score| score.n_missing).unwrap_or(0),
        n_out_of_scale: most(|score| score.n_out_of_scale).unwrap_or(0),
        n_effective: least(|score| score.n_effective),
        se: None,
        interval: None,
        confidence,
        method: if bound {
            Method::ErrorBound
        } else {
            Method::Delta
        },
        counts: BTreeMap::new(),
    };
    let Some(value) = value.filter(|_| carries_interval(score.n, score.n_effective)) else {
        return score;
    };
    let moved = |moving: &str, by: f64| {
        formula
            .evaluate(&|name: &str| {
                let value = values(name)?;
                Some(if name == moving { value + by } else { value })
            })
            .map(|there| there - value)
    };
    score.se = if bound {
        operands
            .iter()
            .map(|&(name, operand)| {
                let se = operand.se?;
                Some(moved(name, se)?.abs().max(moved(name, -se)?.abs()))
            })
            .sum()
    } else {
        // What one standard error of each operand does to the formula.
        let effects: Option<Vec<(f64, f64)>> = operands
            .iter()
            .map(|&(name, operand)| {
                let se = operand.se?;
                Some(((moved(name, se)? - moved(name, -se)?) / 2.0, se))
            })
            .collect();
        effects.map(|effects| {
            let mut variance: f64 = effects.iter().map(|(effect, _)| effect * effect).sum();
            for (&(i, j), known) in &pairs {
                let ((one, se_one), (other, se_other)) = (effects[i], effects[j]);
                if let Covariance::Measured(covariance) = known
                    && se_one > 0.0
                    && se_other > 0.0
                {
                    variance += 2.0 * one * other * covariance / (se_one * se_other);
                }
            }
            variance.max(0.0).sqrt()
        })
    };
    score.interval = score.se.map(|se| {
        let half = confidence.z() * se;
        (value - half, value + half)
    });
    score
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::expression::parse;
    use crate::score::{GoodEnd, Metric, NpsCuts, Scale, contribution, score};
    use crate::summary::Summary;

    fn close(a: f64, b: f64, within: f64) -> bool {
        (a - b).abs() <= within
    }

    fn at95(metric: &Metric, rows: &[(i64, u64)]) -> Score {
        let summary = Summary::from_counts(rows.iter().copied());
        score(metric, &summary, Confidence::P95)
    }

    fn nps() -> Metric {
        Metric::Nps {
            cuts: NpsCuts::default(),
        }
    }

    fn csat() -> Metric {
        Metric::Csat {
            scale: Scale::new(1, 5),
            top: 2,
            good_end: GoodEnd::Highest,
        }
    }

    fn of(formula: &str, operands: &[(&str, Score)]) -> Score {
        let lookup = |name: &str| {
            let found = operands.iter().find(|(operand, _)| *operand == name);
            found.map(|(_, score)| score)
        };
        let unknown = |_: &str, _: &str| Covariance::Unknown;
        score_of_formula(&parse(formula).unwrap(), lookup, unknown, Confidence::P95)
    }

    /// Records with an answer to each of two questions, either of which may be
    /// missing, and the score of a formula over both (`a` is NPS, `b` is CSAT).
    fn of_records(formula: &str, records: &[(Option<i64>, Option<i64>)]) -> Score {
        let (nps, csat) = (nps(), csat());
        let operand = |name: &str| Expression::Operand { name: name.into() };
        let (x, y) = (
            contribution(&nps, &operand("a")),
            contribution(&csat, &operand("b")),
        );
        let (mut a, mut b) = (Summary::default(), Summary::default());
        let mut joint = Joint::default();
        for (one, other) in records {
            let (one, other) = (one.map(|x| x as f64), other.map(|x| x as f64));
            a.add(one, 1.0);
            b.add(other, 1.0);
            if let (Some(x), Some(y)) = (x.evaluate(&|_| one), y.evaluate(&|_| other)) {
                joint.sum.add(x + y, 1.0);
                joint.difference.add(x - y, 1.0);
            }
        }
        let a = score(&nps, &a, Confidence::P95);
        let b = score(&csat, &b, Confidence::P95);
        score_of_formula(
            &parse(formula).unwrap(),
            |name| Some(if name == "a" { &a } else { &b }),
            |_, _| joint.covariance(&a, &b),
            Confidence::P95,
        )
    }

    #[test]
    fn shared_records_give_the_error_of_the_difference_itself() {
        // Everyone answered both: the formula is then the mean of one value per
        // record, and its error must be that mean's (divisor n, as NPS and shares
        // have it).
        let records: Vec<_> = (0..240_i64)
            .map(|i| (Some((i * 7) % 11), Some(1 + ((i * 7) % 11) / 3 + i % 2)))
            .collect();
        let (nps, csat) = (nps(), csat());
        let operand = Expression::Operand { name: "x".into() };
        for (formula, sign) in [("a - b", -1.0), ("a + b", 1.0)] {
            let score = of_records(formula, &records);
            let mut moments = Moments::default();
            for (one, other) in &records {
                let value = |metric: &Metric, x: &Option<i64>| {
                    contribution(metric, &operand).evaluate(&|_| x.map(|x| x as f64))
                };
                let (x, y) = (value(&nps, one).unwrap(), value(&csat, other).unwrap());
                moments.add(x + sign * y, 1.0);
            }
            let n = moments.n as f64;
            let expected = (moments.m2 / n / n).sqrt();
            assert!(close(score.value.unwrap(), moments.mean, 1e-9), "{formula}");
            assert!(close(score.se.unwrap(), expected, 1e-9), "{formula}");
            assert_eq!(score.method, Method::Delta);
        }
    }

    #[test]
    fn records_apart_add_in_squares() {
        let records: Vec<_> = (0..200_i64)
            .map(|i| match i % 2 {
                0 => (Some(i % 11), None),
                _ => (None, Some(1 + i % 5)),
            })
            .collect();
        let alone = |of: &str| of_records(of, &records).se.unwrap();
        let both = of_records("a - b", &records).se.unwrap();
        assert!(close(both, alone("a").hypot(alone("b")), 1e-9));
    }

    proptest! {
        #[test]
        fn the_measured_error_never_exceeds_the_bound(
            records in proptest::collection::vec(
                (proptest::option::of(0_i64..11), proptest::option::of(1_i64..6)),
                2..80,
            ),
        ) {
            let score = of_records("a - b / 2", &records);
            if let (Some(se), Some(value)) = (score.se, score.value) {
                let (a, b) = (of_records("a", &records), of_records("b", &records));
                let bound = a.se.unwrap() + b.se.unwrap() / 2.0;
                prop_assert!(value.is_finite() && se <= bound + 1e-9, "{se} > {bound}");
            }
        }
    }

    fn operands() -> [(&'static str, Score); 3] {
        [
            ("nps", at95(&nps(), &[(10, 60), (7, 20), (3, 20)])),
            ("csat", at95(&csat(), &[(5, 30), (1, 10), (9, 4)])),
            ("one", at95(&nps(), &[(10, 1)])),
        ]
    }

    #[test]
    fn a_formula_rests_on_its_weakest_operand() {
        let operands = operands();
        let (nps_se, csat_se) = (operands[0].1.se.unwrap(), operands[1].1.se.unwrap());
        let score = of("(nps + csat) / 2", &operands);
        assert!(close(score.value.unwrap(), 57.5, 1e-9));
        assert!(close(score.se.unwrap(), (nps_se + csat_se) / 2.0, 1e-9));
        assert_eq!((score.n, score.n_missing, score.n_out_of_scale), (40, 4, 4));
        let (low, high) = score.interval.unwrap();
        assert!(close(high - low, 2.0 * 1.959_964 * score.se.unwrap(), 1e-4));
        assert_eq!(score.method.as_str(), "error_bound");
    }

    #[test]
    fn a_formula_of_one_metric_has_that_metrics_error() {
        let operands = operands();
        let score = of("nps", &operands);
        assert!(close(score.se.unwrap(), operands[0].1.se.unwrap(), 1e-9));
        let score = of("nps - nps", &operands);
        assert!(close(score.value.unwrap(), 0.0, 1e-9) && close(score.se.unwrap(), 0.0, 1e-9));
    }

    #[test]
    fn what_cannot_be_known_is_not_claimed() {
        let operands = operands();
        let missing = of("nps + other", &operands);
        assert_eq!((missing.value, missing.interval), (None, None));
        let one = of("nps + one", &operands);
        assert!(one.value.is_some() && one.interval.is_none() && one.n == 1);
        let constant = of("2 + 3", &operands);
        assert_eq!(
            (constant.value, constant.n, constant.interval),
            (Some(5.0), 0, None)
        );
    }
}
