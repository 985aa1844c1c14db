//! Scores of metrics that are made of metrics.

use std::collections::BTreeMap;

use super::{Method, Score, carries_interval};
use crate::confidence::Confidence;
use crate::expression::Expression;

/// The score of a formula whose operands are scores, for example
/// `(nps + csat) / 2`. An operand that `lookup` does not know is missing.
///
/// - `value`: the formula of the operands' values.
/// - `se`: how far the formula moves when each operand moves by its own standard
///   error, added up. That is the bound of error propagation for operands that
///   may depend on each other in any way (Taylor 1997, *An Introduction to Error
///   Analysis*, 2nd edition, section 3.9); the same people often answer several of
///   the questions, so adding in squares would promise too much.
/// - `interval`: value ± z · se; `None` when an operand has no standard error or
///   the formula is undefined so near.
/// - `n` and `n_effective`: those of the operand with the fewest answers;
///   `n_missing` and `n_out_of_scale`: the greatest of the operands.
#[must_use]
pub fn score_of_formula<'a>(
    formula: &Expression,
    lookup: impl Fn(&str) -> Option<&'a Score>,
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
    let mut score = Score {
        value,
        n: operands.iter().map(|(_, score)| score.n).min().unwrap_or(0),
        n_missing: most(|score| score.n_missing).unwrap_or(0),
        n_out_of_scale: most(|score| score.n_out_of_scale).unwrap_or(0),
        n_effective: least(|score| score.n_effective),
        se: None,
        interval: None,
        confidence,
        method: Method::ErrorBound,
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
            .map(|there| (there - value).abs())
    };
    score.se = operands
        .iter()
        .map(|&(name, operand)| {
            let se = operand.se?;
            Some(moved(name, se)?.max(moved(name, -se)?))
        })
        .sum();
    score.interval = score.se.map(|se| {
        let half = confidence.z() * se;
        (value - half, value + half)
    });
    score
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expression::parse;
    use crate::score::{GoodEnd, Metric, NpsCuts, Scale, score};
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
        score_of_formula(&parse(formula).unwrap(), lookup, Confidence::P95)
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
