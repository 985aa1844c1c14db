//! From the solution and its resamples to the finding.

use nalgebra::{DMatrix, DVector};

use super::estimate::Solution;
use super::finding::{
    ConstructFinding, Htmt, Indicator, Path, PathModelAnalysis, PathNote, PathNoteCode,
    PathOptions, TotalEffect,
};
use super::model::{Mode, PathModel, Structure};
use super::quality::{alpha, ave, htmt, rho_a, rho_c};
use super::remarks::remarks;
use crate::drivers::linear::t_test;
use crate::drivers::resample::{percentiles, spread};
use crate::inference::family::benjamini_hochberg;

/// The solution over all rows, with what it rests on.
pub(super) struct Measured {
    pub n: u64,
    pub n_dropped: u64,
    pub n_effective: f64,
    pub names: Vec<String>,
    pub means: Vec<f64>,
    pub spreads: Vec<f64>,
    /// Correlations of the indicators.
    pub indicators: DMatrix<f64>,
    pub solution: Solution,
}

/// The same of one resample.
pub(super) struct Resample {
    pub solution: Solution,
    pub index: Vec<Option<f64>>,
}

pub(super) fn report(
    model: &PathModel,
    structure: &Structure,
    measured: &Measured,
    drawn: &[Option<Resample>],
    options: &PathOptions,
    mut warnings: Vec<PathNote>,
) -> PathModelAnalysis {
    let mut resamples: Vec<&Resample> = drawn.iter().flatten().collect();
    let lost = drawn.len() - resamples.len();
    if lost > 0 {
        let many = lost * 10 > drawn.len();
        if many {
            resamples.clear();
        }
        warnings.push(PathNote {
            code: PathNoteCode::ResamplesLost,
            about: None,
            value: lost as f64,
            message: format!(
                "{lost} of {} resamples could not be estimated{}",
                drawn.len(),
                if many {
                    ": too many for intervals. Use fewer paths or indicators."
                } else {
                    " and were left out of the intervals."
                }
            ),
        });
    }
    let over = |of: &dyn Fn(&Resample) -> f64| -> Vec<f64> {
        resamples.iter().map(|resample| of(resample)).collect()
    };
    let between = |of: &dyn Fn(&Resample) -> f64| percentiles(over(of), options.confidence);
    let name = |construct: usize| model.constructs[construct].0.clone();
    let solution = &measured.solution;
    let index = indices(
        model,
        structure,
        &solution.weights,
        &measured.means,
        &measured.spreads,
    );

    let constructs = (0..structure.blocks.len()).map(|construct| {
        let block = &structure.blocks[construct];
        let own = DMatrix::from_fn(block.len(), block.len(), |a, b| {
            measured.indicators[(block[a], block[b])]
        });
        let covariances = DMatrix::from_fn(block.len(), block.len(), |a, b| {
            own[(a, b)] * measured.spreads[block[a]] * measured.spreads[block[b]]
        });
        let of = |matrix: &DMatrix<f64>| {
            let values = block
                .iter()
                .map(|&indicator| matrix[(indicator, construct)]);
            DVector::from_iterator(block.len(), values)
        };
        let (weights, loadings) = (of(&solution.weights), of(&solution.loadings));
        let mode = structure.modes[construct];
        let before = structure.before[construct].len();
        let r2 = (before > 0).then_some(solution.r2[construct]);
        let freedom = measured.n_effective - before as f64 - 1.0;
        let has_index = resamples.iter().all(|r| r.index[construct].is_some());
        ConstructFinding {
            name: name(construct),
            mode,
            r2,
            r2_adjusted: r2
                .filter(|_| freedom > 0.0)
                .map(|r2| 1.0 - (1.0 - r2) * (measured.n_effective - 1.0) / freedom),
            r2_interval: r2.and_then(|_| between(&|r| r.solution.r2[construct])),
            alpha: alpha(&covariances),
            alpha_standardised: alpha(&own),
            rho_c: rho_c(&loadings),
            rho_a: (mode == Mode::A).then(|| rho_a(&weights, &own)).flatten(),
            ave: ave(&loadings),
            index: index[construct],
            index_interval: index[construct]
                .filter(|_| has_index)
                .and_then(|_| between(&|r| r.index[construct].unwrap_or(f64::NAN))),
            indicators: block
                .iter()
                .map(|&indicator| Indicator {
                    name: measured.names[indicator].clone(),
                    mean: measured.means[indicator],
                    weight: solution.weights[(indicator, construct)],
                    weight_interval: between(&|r| r.solution.weights[(indicator, construct)]),
                    loading: solution.loadings[(indicator, construct)],
                    loading_interval: between(&|r| r.solution.loadings[(indicator, construct)]),
                    cross_loadings: (0..structure.blocks.len())
                        .map(|other| (name(other), solution.loadings[(indicator, other)]))
                        .collect(),
                })
                .collect(),
        }
    });
    let constructs: Vec<ConstructFinding> = constructs.collect();

    let place = |wanted: &str| {
        let names = model.constructs.iter().position(|(own, _)| own == wanted);
        names.unwrap_or_default()
    };
    let mut paths: Vec<Path> = model
        .paths
        .iter()
        .map(|(from, to)| {
            let at = (place(from), place(to));
            let coefficient = solution.paths[at];
            let standard_error = spread(&over(&|r| r.solution.paths[at]));
            let freedom = measured.n_effective - structure.before[at.1].len() as f64 - 1.0;
            Path {
                from: from.clone(),
                to: to.clone(),
                coefficient,
                standard_error,
                interval: between(&|r| r.solution.paths[at]),
                p: standard_error
                    .filter(|_| freedom > 0.0)
                    .map(|error| t_test(coefficient / error, freedom)),
                p_adjusted: None,
                significant: false,
                vif: solution.vif[at],
            }
        })
        .collect();
    let p: Vec<f64> = paths.iter().filter_map(|path| path.p).collect();
    let tested = paths.iter_mut().filter(|path| path.p.is_some());
    for (path, adjusted) in tested.zip(benjamini_hochberg(&p)) {
        path.p_adjusted = Some(adjusted);
        path.significant = adjusted <= options.confidence.alpha();
    }

    let reach = reach(structure);
    let pairs = (0..reach.len()).flat_map(|from| (0..reach.len()).map(move |to| (from, to)));
    let total_effects = pairs
        .filter(|&(from, to)| reach[to].contains(&from))
        .map(|at| TotalEffect {
            from: name(at.0),
            to: name(at.1),
            effect: solution.totals[at],
            interval: between(&|r| r.solution.totals[at]),
        })
        .collect();
    let mut ratios = Vec::new();
    for (b, other) in structure.blocks.iter().enumerate() {
        for (a, one) in structure.blocks[..b].iter().enumerate() {
            if let Some(value) = htmt(&measured.indicators, one, other) {
                ratios.push(Htmt {
                    a: name(a),
                    b: name(b),
                    value,
                });
            }
        }
    }
    warnings.extend(remarks(
        model,
        structure,
        measured,
        &constructs,
        &paths,
        &ratios,
    ));
    PathModelAnalysis {
        scheme: structure.scheme,
        n: measured.n,
        n_dropped: measured.n_dropped,
        n_effective: measured.n_effective,
        iterations: solution.iterations,
        confidence: options.confidence,
        resamples: resamples.len(),
        correlations: solution
            .correlations
            .row_iter()
            .map(|row| row.iter().copied().collect())
            .collect(),
        constructs,
        paths,
        total_effects,
        htmt: ratios,
        warnings,
    }
}

/// For each construct all that lead to it on any way.
fn reach(structure: &Structure) -> Vec<Vec<usize>> {
    let mut reach = structure.before.clone();
    for _ in 0..reach.len() {
        for to in 0..reach.len() {
            let further: Vec<usize> = reach[to].iter().flat_map(|&by| reach[by].clone()).collect();
            for from in further {
                if !reach[to].contains(&from) {
                    reach[to].push(from);
                }
            }
        }
    }
    reach
}

/// The index of each construct; see [`ConstructFinding::index`].
pub(super) fn indices(
    model: &PathModel,
    structure: &Structure,
    weights: &DMatrix<f64>,
    means: &[f64],
    spreads: &[f64],
) -> Vec<Option<f64>> {
    let blocks = structure.blocks.iter().enumerate();
    blocks
        .map(|(construct, block)| {
            let (from, to) = model.scale?;
            let mut above = 0.0;
            let mut all = 0.0;
            for &indicator in block {
                let weight = weights[(indicator, construct)] / spreads[indicator];
                if weight < 0.0 {
                    return None;
                }
                above += weight * (means[indicator] - from);
                all += weight * (to - from);
            }
            (all > 0.0).then(|| 100.0 * above / all)
        })
        .collect()
}
