//! From estimates and resamples to the finding: intervals, tests, ranks, refusals.

use super::finding::{Driver, DriverAnalysis, Note, NoteCode, Options, Potential, RelativeWeight};
use super::linear::{ModelTest, t_test};
use super::resample::{percentiles, spread};
use crate::inference::family::benjamini_hochberg;

/// Rows that a ranking wants for each driver.
pub const ROWS_PER_DRIVER: u64 = 10;
/// The variance inflation factor from which overlap is warned of.
pub const HIGH_VIF: f64 = 5.0;
/// The share of one component from which a halo is warned of.
pub const HALO: f64 = 0.5;

/// What a model says of the drivers, in the order given.
pub(super) struct Estimates<'a> {
    pub outcome: String,
    pub names: Vec<String>,
    pub n: u64,
    pub n_dropped: u64,
    pub n_missing: Option<Vec<u64>>,
    pub n_effective: f64,
    pub r2: f64,
    pub r2_adjusted: Option<f64>,
    pub test: Option<ModelTest>,
    pub first_component: f64,
    pub importance: Vec<f64>,
    pub relative_weights: Option<Vec<f64>>,
    pub performance: Vec<f64>,
    pub slopes: Vec<f64>,
    pub standard_errors: Vec<f64>,
    pub freedom: f64,
    pub vif: Vec<f64>,
    /// Correlation of each driver with the outcome.
    pub alone: Vec<f64>,
    /// What one point more brings, for a driver with a given slope.
    pub gain: Box<dyn Fn(usize, f64) -> f64 + 'a>,
}

/// The same of one resample.
#[derive(Debug, Clone)]
pub(super) struct Resample {
    pub r2: f64,
    pub importance: Vec<f64>,
    pub relative_weights: Option<Vec<f64>>,
    pub slopes: Vec<f64>,
}

/// Puts the finding together. `resamples` holds what was fitted of as many as were drawn.
pub(super) fn report(
    estimates: &Estimates<'_>,
    resamples: &[Option<Resample>],
    options: &Options,
    mut warnings: Vec<Note>,
) -> DriverAnalysis {
    let drivers = estimates.names.len();
    let drawn = resamples.len();
    let mut fitted: Vec<&Resample> = resamples.iter().flatten().collect();
    if fitted.len() < drawn {
        warnings.push(lost(drawn, drawn - fitted.len()));
        if fitted.len() * 10 < drawn * 9 {
            fitted.clear();
        }
    }
    let refused = refusal(estimates, options);
    let over = |of: &dyn Fn(&Resample) -> f64| -> Vec<f64> {
        fitted.iter().map(|resample| of(resample)).collect()
    };
    let errors: Vec<f64> = (0..drivers)
        .map(|j| spread(&over(&|r| r.slopes[j])).unwrap_or(estimates.standard_errors[j]))
        .collect();
    let p: Vec<f64> = (0..drivers)
        .map(|j| t_test(estimates.slopes[j] / errors[j], estimates.freedom))
        .collect();
    let adjusted = benjamini_hochberg(&p);
    let significant: Vec<bool> = adjusted
        .iter()
        .map(|&p| refused.is_none() && p <= options.confidence.alpha())
        .collect();
    let order = by_importance(&estimates.importance);
    let ranks: Vec<Vec<usize>> = fitted.iter().map(|r| places(&r.importance)).collect();
    let interval = |j: usize, estimate: f64, values: Vec<f64>| {
        percentiles(values, options.confidence).map(|(low, high)| {
            let low = if significant[j] {
                low.min(estimate)
            } else {
                0.0
            };
            (low.max(0.0), high.max(estimate))
        })
    };
    let quantile = options.confidence.t(estimates.freedom.max(1.0));
    let mut found: Vec<Driver> = (0..drivers)
        .map(|j| {
            let (slope, error) = (estimates.slopes[j], errors[j]);
            let (low, high) = percentiles(over(&|r| r.slopes[j]), options.confidence)
                .unwrap_or((slope - quantile * error, slope + quantile * error));
            let importance = estimates.importance[j];
            Driver {
                name: estimates.names[j].clone(),
                importance,
                share: share(importance, estimates.r2),
                interval: interval(j, importance, over(&|r| r.importance[j])),
                relative_weight: estimates.relative_weights.as_ref().map(|weights| {
                    let beside = |r: &Resample| r.relative_weights.as_ref().map_or(0.0, |w| w[j]);
                    RelativeWeight {
                        importance: weights[j],
                        share: share(weights[j], estimates.r2),
                        interval: interval(j, weights[j], over(&beside)),
                    }
                }),
                performance: estimates.performance[j],
                slope,
                standard_error: error,
                potential: Potential {
                    value: (estimates.gain)(j, slope),
                    interval: ((estimates.gain)(j, low), (estimates.gain)(j, high)),
                },
                vif: estimates.vif[j],
                p: p[j],
                p_adjusted: adjusted[j],
                significant: significant[j],
                rank: refused
                    .is_none()
                    .then(|| 1 + order.iter().position(|&k| k == j).unwrap_or(j)),
                rank_interval: refused
                    .is_none()
                    .then(|| rank_interval(&ranks, j, options))
                    .flatten(),
                n_missing: estimates.n_missing.as_ref().map(|missing| missing[j]),
            }
        })
        .collect();
    found.sort_by_key(|driver| driver.rank);
    warnings.extend(remarks(estimates));
    DriverAnalysis {
        method: options.method,
        model: options.model,
        missing: options.missing,
        outcome: estimates.outcome.clone(),
        n: estimates.n,
        n_dropped: estimates.n_dropped,
        n_effective: estimates.n_effective,
        r2: estimates.r2,
        r2_adjusted: estimates.r2_adjusted,
        r2_interval: percentiles(over(&|r| r.r2), options.confidence),
        test: estimates.test,
        first_component: estimates.first_component,
        confidence: options.confidence,
        resamples: fitted.len(),
        refused,
        drivers: found,
        warnings,
    }
}

fn share(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { 0.0 }
}

/// The drivers from the most important on; those that are equal keep their order.
fn by_importance(importance: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..importance.len()).collect();
    order.sort_by(|&a, &b| importance[b].total_cmp(&importance[a]));
    order
}

/// The place of each driver, 1 the most important.
fn places(importance: &[f64]) -> Vec<usize> {
    let mut places = vec![0; importance.len()];
    for (place, driver) in by_importance(importance).into_iter().enumerate() {
        places[driver] = place + 1;
    }
    places
}

fn rank_interval(ranks: &[Vec<usize>], driver: usize, options: &Options) -> Option<(usize, usize)> {
    let values: Vec<f64> = ranks.iter().map(|places| places[driver] as f64).collect();
    let (low, high) = percentiles(values, options.confidence)?;
    Some((low.floor() as usize, high.ceil() as usize))
}

/// Why the drivers are not ranked. Ten rows for each driver is the least that regression is
/// commonly trusted with (Harrell 2015, *Regression Modeling Strategies*, section 4.4, wants 10
/// to 20), and parts of an R² that chance could give are chance.
fn refusal(estimates: &Estimates<'_>, options: &Options) -> Option<Note> {
    let drivers = estimates.names.len();
    let wanted = ROWS_PER_DRIVER * drivers as u64;
    if estimates.n < wanted {
        return Some(Note {
            code: NoteCode::FewRows,
            column: None,
            value: estimates.n as f64,
            message: format!(
                "No ranking: {} rows for {drivers} drivers, and {wanted} are wanted \
                 ({ROWS_PER_DRIVER} for each). Name fewer drivers, or wait for more answers.",
                estimates.n
            ),
        });
    }
    let p = estimates.test.map_or(1.0, |test| test.p);
    (p > options.confidence.alpha()).then(|| Note {
        code: NoteCode::NotSignificant,
        column: None,
        value: p,
        message: format!(
            "No ranking: together the drivers explain no more of “{}” than chance could \
             (R² {:.3}, p = {p:.3}). Look for other drivers, or wait for more answers.",
            estimates.outcome, estimates.r2
        ),
    })
}

fn lost(drawn: usize, lost: usize) -> Note {
    Note {
        code: NoteCode::ResamplesLost,
        column: None,
        value: lost as f64,
        message: format!(
            "{lost} of {drawn} resamples could not be fitted{}",
            if lost * 10 > drawn {
                ": too many for intervals by bootstrap. Name fewer drivers."
            } else {
                " and were left out of the intervals."
            }
        ),
    }
}

fn remarks(estimates: &Estimates<'_>) -> Vec<Note> {
    let mut notes = Vec::new();
    let all = estimates.n + estimates.n_dropped;
    if estimates.n_dropped * 2 > all {
        notes.push(Note {
            code: NoteCode::ManyDropped,
            column: None,
            value: estimates.n_dropped as f64 / all as f64,
            message: format!(
                "{} of {all} rows lack a value and were left out: what is found may hold only \
                 for those who answer everything.",
                estimates.n_dropped
            ),
        });
    }
    if estimates.names.len() > 1 && estimates.first_component > HALO {
        notes.push(Note {
            code: NoteCode::Halo,
            column: None,
            value: estimates.first_component,
            message: format!(
                "One common component holds {:.0} % of what the drivers tell apart: people rate \
                 them much alike, and which of them matters is hard to tell.",
                100.0 * estimates.first_component
            ),
        });
    }
    for (j, name) in estimates.names.iter().enumerate() {
        let vif = estimates.vif[j];
        if vif > HIGH_VIF {
            notes.push(Note {
                code: NoteCode::Overlap,
                column: Some(name.clone()),
                value: vif,
                message: format!(
                    "“{name}” overlaps with the other drivers (VIF {vif:.1}): its slope is \
                     uncertain. Leave out one of those that say the same, or average them.",
                ),
            });
        }
        let t = estimates.slopes[j] / estimates.standard_errors[j];
        if estimates.alone[j] * estimates.slopes[j] < 0.0 && t_test(t, estimates.freedom) < 0.05 {
            notes.push(Note {
                code: NoteCode::SignChange,
                column: Some(name.clone()),
                value: estimates.slopes[j],
                message: format!(
                    "“{name}” alone goes {} the outcome and beside the other drivers {} it: read \
                     its importance with care.",
                    if estimates.alone[j] > 0.0 {
                        "with"
                    } else {
                        "against"
                    },
                    if estimates.alone[j] > 0.0 {
                        "against"
                    } else {
                        "with"
                    },
                ),
            });
        }
    }
    notes
}
