//! One group of rows under a design, and two of them compared.

use std::collections::HashMap;

use statrs::distribution::{ContinuousCDF, StudentsT};

use super::Figures;
use crate::confidence::Confidence;
use crate::inference::share::{newcombe, two_proportion_statistic, two_sided};
use crate::inference::{compare, net, share};
use crate::score::interval::{self, around};
use crate::score::sample::{Answers, Sample};
use crate::score::{Method, Metric, Score, carries_interval, score};
use crate::summary::Summary;
use crate::weighting::Design;

/// A group of rows, measured.
pub(super) struct Measured {
    pub figures: Figures,
    pub method: &'static str,
    summary: Summary,
    /// What a design adds; `None` where there is nothing but equal weights.
    design: Option<Linearised>,
}

/// What is known of a group's value under a design, on a scale where a share is 0 to 1.
struct Linearised {
    /// Shares of those who count, or of promoters and detractors; the mean otherwise.
    kind: Kind,
    /// How far each first-stage unit moves the value, in the unit of the metric; empty where
    /// weights are all there is and groups are apart.
    units: Vec<f64>,
    /// The variance of the value, in the unit of the metric.
    variance: f64,
    /// Degrees of freedom of the variance.
    freedom: f64,
    /// Independent answers that would have this variance.
    n: f64,
    /// Whether groups share strata, clusters or a raking.
    structured: bool,
}

#[derive(Clone, Copy)]
enum Kind {
    Share(f64),
    Net(f64, f64),
    Mean,
}

impl Measured {
    pub fn new<K>(
        metric: &Metric,
        rows: &[(K, Option<f64>)],
        members: &[usize],
        design: &Design,
        confidence: Confidence,
    ) -> Self {
        let weights = design.weights();
        assert_eq!(
            rows.len(),
            weights.len(),
            "a design has one row for each answer"
        );
        let plain = design.is_plain();
        let mut summary = Summary::default();
        for &row in members {
            summary.add(rows[row].1, if plain { 1.0 } else { weights[row] });
        }
        let plain_score = score(metric, &summary, confidence);
        let linearised = (!plain)
            .then(|| Linearised::new(metric, rows, members, design, &summary, &plain_score))
            .flatten();
        let method = method(plain_score.method, plain);
        let mut figures = Figures {
            n: plain_score.n,
            n_missing: plain_score.n_missing,
            n_out_of_scale: plain_score.n_out_of_scale,
            n_effective: plain_score.n_effective,
            value: plain_score.value,
            se: plain_score.se,
            interval: plain_score.interval,
            counts: plain_score.counts,
        };
        if !plain {
            let known = linearised.as_ref().filter(|_| figures.n >= 2);
            figures.se = known.map(|known| known.variance.sqrt());
            figures.interval = known
                .zip(figures.value)
                .and_then(|(known, value)| known.interval(value, metric, confidence));
        }
        Self {
            figures,
            method,
            summary,
            design: linearised,
        }
    }
}

fn method(method: Method, plain: bool) -> &'static str {
    match (method, plain) {
        (_, true) => method.as_str(),
        (Method::Wilson, false) => "taylor_wilson",
        (Method::NpsAdjustedWald, false) => "taylor_nps_adjusted_wald",
        (_, false) => "taylor_t",
    }
}

impl Linearised {
    /// `None` when there is no answer, or a single first-stage unit that cannot tell.
    fn new<K>(
        metric: &Metric,
        rows: &[(K, Option<f64>)],
        members: &[usize],
        design: &Design,
        summary: &Summary,
        score: &Score,
    ) -> Option<Self> {
        // What an answer adds to a score is the score of that answer alone.
        let mut known: HashMap<u64, Option<f64>> = HashMap::new();
        let mut values = vec![None; rows.len()];
        for &row in members {
            if let Some(answer) = rows[row].1 {
                values[row] = *known.entry(answer.to_bits()).or_insert_with(|| {
                    let mut alone = Summary::default();
                    alone.add(Some(answer), 1.0);
                    crate::score::score(metric, &alone, Confidence::P95).value
                });
            }
        }
        let (_, influence) = design.mean_influence(&values)?;
        let kind = match Sample::of(metric, summary).answers {
            Answers::Share(share) => Kind::Share(share.p()),
            Answers::Net(net) => {
                let (promoters, detractors) = net.shares();
                Kind::Net(promoters, detractors)
            }
            Answers::Mean(_) => Kind::Mean,
        };
        let n = score.n as f64;
        let (units, variance, freedom) = if design.is_structured() {
            let units = design.unit_sums(&influence);
            let variance = design.variance_of_units(&units)?;
            (units, variance, design.freedom())
        } else {
            // Weights alone: the group is its own sample, and its spread is counted as the
            // plain formulas count it, over n for shares and over n − 1 for means.
            let squares: f64 = influence.iter().map(|z| z * z).sum();
            let over = match kind {
                Kind::Mean => n / (n - 1.0),
                Kind::Share(_) | Kind::Net(..) => 1.0,
            };
            (Vec::new(), squares * over, score.n_effective - 1.0)
        };
        let spread = match kind {
            Kind::Share(p) => p * (1.0 - p),
            Kind::Net(p, d) => (p + d - (p - d).powi(2)).max(0.0),
            Kind::Mean => 0.0,
        };
        let in_unit = variance / 1e4;
        // Rounding alone makes a spread of nothing look like something.
        let independent = if spread > 1e-12 && in_unit > 1e-15 {
            spread / in_unit
        } else {
            score.n_effective.min(design.units_of(members) as f64)
        };
        (variance.is_finite() && freedom > 0.0).then_some(Self {
            kind,
            units,
            variance,
            freedom,
            n: independent,
            structured: design.is_structured(),
        })
    }

    /// Independent answers for intervals. Few degrees of freedom make an interval wider: n is
    /// made smaller by the square of the ratio of the quantiles (Korn & Graubard 1998, *Survey
    /// Methodology* 24:193–201).
    fn n_for_interval(&self, confidence: Confidence) -> f64 {
        if self.structured {
            self.n * (confidence.z() / confidence.t(self.freedom)).powi(2)
        } else {
            self.n
        }
    }

    fn interval(&self, value: f64, metric: &Metric, confidence: Confidence) -> Option<(f64, f64)> {
        let range = metric.range();
        let n = self.n_for_interval(confidence);
        let percent = |(low, high): (f64, f64)| (100.0 * low, 100.0 * high);
        match self.kind {
            Kind::Share(p) => Some(percent(interval::wilson(p, n, confidence))),
            Kind::Net(p, d) => Some(percent(interval::net(p, d, n, confidence))),
            Kind::Mean => (self.variance > 0.0).then(|| {
                let half = confidence.t(self.freedom) * self.variance.sqrt();
                let range = range.unwrap_or((f64::NEG_INFINITY, f64::INFINITY));
                around(value, value - half, value + half, range)
            }),
        }
    }
}

/// A difference and its test.
pub(super) struct Difference {
    pub difference: Option<f64>,
    pub se: Option<f64>,
    pub interval: Option<(f64, f64)>,
    pub statistic: Option<f64>,
    pub p: Option<f64>,
    pub method: &'static str,
}

/// `a` less `b`.
pub(super) fn difference(
    metric: &Metric,
    a: &Measured,
    b: &Measured,
    design: &Design,
    confidence: Confidence,
) -> Difference {
    if design.is_plain() {
        let found = compare(metric, &a.summary, &b.summary, confidence);
        return Difference {
            difference: found.difference,
            se: found.se,
            interval: found.interval,
            statistic: found.statistic,
            p: found.p,
            method: found.method.as_str(),
        };
    }
    let mut found = Difference {
        difference: a.figures.value.zip(b.figures.value).map(|(a, b)| a - b),
        se: None,
        interval: None,
        statistic: None,
        p: None,
        method: "taylor_t",
    };
    let enough = [a, b]
        .iter()
        .all(|group| carries_interval(group.figures.n, group.figures.n_effective));
    let (Some(difference), Some(of_a), Some(of_b), true) =
        (found.difference, &a.design, &b.design, enough)
    else {
        return found;
    };
    let variance = if of_a.structured {
        let apart = of_a.units.iter().zip(&of_b.units).map(|(a, b)| a - b);
        let apart: Vec<f64> = apart.collect();
        design.variance_of_units(&apart).unwrap_or(0.0)
    } else {
        of_a.variance + of_b.variance
    };
    found.se = Some(variance.sqrt());
    let widest = metric
        .range()
        .map_or(f64::INFINITY, |(least, greatest)| greatest - least);
    let within = |low: f64, high: f64| Some(around(difference, low, high, (-widest, widest)));
    let n = |group: &Linearised| group.n_for_interval(confidence);
    match (of_a.kind, of_b.kind) {
        // Where a side has no spread, its linearised error is zero and says nothing.
        (Kind::Share(p), Kind::Share(q)) if extreme(of_a) || extreme(of_b) => {
            let side = |p, group| share::Side { p, n: n(group) };
            let (low, high) = newcombe(side(p, of_a), side(q, of_b), confidence);
            let z = two_proportion_statistic(side(p, of_a), side(q, of_b));
            found.interval = within(100.0 * low, 100.0 * high);
            found.statistic = Some(z);
            found.p = Some(two_sided(z));
            found.method = "newcombe_z";
        }
        (Kind::Net(p, d), Kind::Net(q, e)) if extreme(of_a) || extreme(of_b) => {
            let side = |promoters, detractors, group| net::Side {
                promoters,
                detractors,
                n: n(group),
            };
            let net = net::compare(side(p, d, of_a), side(q, e, of_b), confidence);
            found.interval = within(100.0 * net.low, 100.0 * net.high);
            found.statistic = Some(net.z);
            found.p = Some(two_sided(net.z));
            found.method = "nps_adjusted_wald";
        }
        _ if variance > 0.0 => {
            let freedom = if of_a.structured {
                of_a.freedom
            } else {
                // Satterthwaite 1946, in shares of the variance.
                let share =
                    |group: &Linearised| (group.variance / variance).powi(2) / group.freedom;
                1.0 / (share(of_a) + share(of_b))
            };
            let half = confidence.t(freedom) * variance.sqrt();
            let t = difference / variance.sqrt();
            found.interval = within(difference - half, difference + half);
            found.statistic = Some(t);
            found.p = Some(match StudentsT::new(0.0, 1.0, freedom) {
                Ok(student) if freedom < 1e7 => (2.0 * student.sf(t.abs())).min(1.0),
                _ => two_sided(t),
            });
        }
        _ => {}
    }
    found
}

fn extreme(group: &Linearised) -> bool {
    group.variance <= 1e-11
}
