//! The analysis of a path model, from rows or from sums.

use nalgebra::DMatrix;

use super::error::PathModelError;
use super::estimate::{ROUNDS, Solution, Unsolved, conclude, estimate, orient};
use super::finding::{PathModelAnalysis, PathNote, PathNoteCode, PathOptions};
use super::model::{PathModel, Structure};
use super::report::{Measured, Resample, report};
use crate::drivers::linear::Correlations;
use crate::drivers::resample::{Draws, resampled};
use crate::drivers::rows::{Patterns, Usable};
use crate::drivers::sums::Layout;
use crate::drivers::{Column, CrossProducts, DriverError, Rows};

const LEAST_RESAMPLES: usize = 100;
const MOST_RESAMPLES: usize = 100_000;

/// Estimates a path model from rows: those with a value in every indicator are used. Columns
/// that the model does not name are left alone. `weights` as in [`Rows`].
///
/// The finding does not depend on the order of the rows, intervals included.
///
/// # Errors
/// When the model cannot be estimated whatever the data ([`PathModel::check`]); when a column is
/// missing, constant, or of the wrong length; when there are too few rows; when regressions have
/// no solution or the weights do not settle.
pub fn analyse(
    model: &PathModel,
    columns: &[Column<'_>],
    weights: Option<&[f64]>,
    options: &PathOptions,
) -> Result<PathModelAnalysis, PathModelError> {
    let structure = model.structure()?;
    check(options)?;
    let mut used = Vec::new();
    for (construct, indicator) in named(model) {
        let found = columns.iter().find(|column| column.name == indicator);
        used.push(*found.ok_or_else(|| PathModelError::UnknownColumn {
            construct: construct.to_owned(),
            column: indicator.to_owned(),
        })?);
    }
    let rows = Rows {
        outcome: used[0],
        drivers: used[1..].to_vec(),
        weights,
    };
    let mut patterns = Patterns::of(&rows, Usable::Complete)?;
    let products = patterns.products(rows.names());
    enough(&products)?;
    let correlations = Correlations::of(&products)?;
    let solution = solved(model, &correlations.matrix, &structure)?;
    patterns.standardise(&correlations);
    let layout = Layout {
        width: correlations.names.len(),
        pairwise: false,
    };
    let draws = Draws {
        of_draw: &patterns.of_row,
        patterns: patterns.weights.len(),
        resamples: options.bootstrap,
        seed: options.seed,
    };
    let fill = |from: usize, lines: &mut DMatrix<f64>| layout.fill(&patterns, from, lines);
    let again = |sums: &[f64]| {
        let (matrix, spreads) = layout.correlations(sums)?;
        let means: Vec<f64> = (0..layout.width)
            .map(|a| correlations.means[a] + correlations.spreads[a] * sums[1 + a] / sums[0])
            .collect();
        let spreads: Vec<f64> = (0..layout.width)
            .map(|a| correlations.spreads[a] * spreads[a])
            .collect();
        resample(model, &matrix, &means, &spreads, &structure, &solution)
    };
    let drawn = resampled(&draws, layout.features(), fill, again);
    let measured = measured(&products, &correlations, solution.clone());
    Ok(report(
        model,
        &structure,
        &measured,
        &drawn,
        options,
        Vec::new(),
    ))
}

/// Estimates a path model from sums of products over the complete rows, in any order of
/// columns. The estimates are those of [`analyse`]; there are no intervals, which need rows.
///
/// # Errors
/// As [`analyse`].
pub fn analyse_products(
    model: &PathModel,
    products: &CrossProducts,
    options: &PathOptions,
) -> Result<PathModelAnalysis, PathModelError> {
    let structure = model.structure()?;
    check(options)?;
    let width = products.columns.len();
    let mut places = Vec::new();
    for (construct, indicator) in named(model) {
        let found = products
            .columns
            .iter()
            .position(|column| column == indicator);
        places.push(found.ok_or_else(|| PathModelError::UnknownColumn {
            construct: construct.to_owned(),
            column: indicator.to_owned(),
        })?);
    }
    let own = CrossProducts {
        columns: places
            .iter()
            .map(|&a| products.columns[a].clone())
            .collect(),
        means: places.iter().map(|&a| products.means[a]).collect(),
        centred: places
            .iter()
            .flat_map(|&a| places.iter().map(move |&b| products.centred[a * width + b]))
            .collect(),
        ..products.clone()
    };
    enough(&own)?;
    let correlations = Correlations::of(&own)?;
    let solution = solved(model, &correlations.matrix, &structure)?;
    let measured = measured(&own, &correlations, solution);
    let notes = Vec::from_iter((options.bootstrap > 0).then(|| PathNote {
        code: PathNoteCode::NoResamples,
        about: None,
        value: 0.0,
        message: "There are no intervals: they need rows, and only sums are known.".to_owned(),
    }));
    Ok(report(model, &structure, &measured, &[], options, notes))
}

fn named(model: &PathModel) -> impl Iterator<Item = (&str, &str)> {
    model.constructs.iter().flat_map(|(name, construct)| {
        let indicators = construct.indicators.iter();
        indicators.map(move |indicator| (name.as_str(), indicator.as_str()))
    })
}

fn check(options: &PathOptions) -> Result<(), DriverError> {
    let possible = (LEAST_RESAMPLES..=MOST_RESAMPLES).contains(&options.bootstrap);
    if options.bootstrap == 0 || possible {
        return Ok(());
    }
    Err(DriverError::Resamples {
        given: options.bootstrap,
        least: LEAST_RESAMPLES,
        most: MOST_RESAMPLES,
    })
}

/// Correlations are of full rank only with more rows than columns; modes A need no more than
/// three.
fn enough(products: &CrossProducts) -> Result<(), DriverError> {
    const LEAST: u64 = 3;
    if products.n >= LEAST {
        return Ok(());
    }
    Err(DriverError::TooFewRows {
        n: products.n,
        needed: LEAST,
        drivers: products.columns.len(),
    })
}

fn solved(
    model: &PathModel,
    indicators: &DMatrix<f64>,
    structure: &Structure,
) -> Result<Solution, PathModelError> {
    estimate(indicators, structure, None).map_err(|unsolved| match unsolved {
        Unsolved::Collinear { construct } => PathModelError::Collinear {
            construct: model.constructs[construct].0.clone(),
        },
        Unsolved::NotConverged => PathModelError::NotConverged { iterations: ROUNDS },
    })
}

fn measured(products: &CrossProducts, correlations: &Correlations, solution: Solution) -> Measured {
    Measured {
        n: products.n,
        n_dropped: products.n_dropped,
        n_effective: correlations.n_effective,
        names: correlations.names.clone(),
        means: correlations.means.clone(),
        spreads: correlations.spreads.clone(),
        indicators: correlations.matrix.clone(),
        solution,
    }
}

/// The model of one resample. A construct whose scores would run against those of the whole is
/// turned around (construct level changes: Tenenhaus et al. 2005, section 8; Hair, Hult, Ringle
/// & Sarstedt 2017, *A Primer on PLS-SEM*, chapter 5).
fn resample(
    model: &PathModel,
    indicators: &DMatrix<f64>,
    means: &[f64],
    spreads: &[f64],
    structure: &Structure,
    whole: &Solution,
) -> Option<Resample> {
    let found = estimate(indicators, structure, Some(&whole.weights)).ok()?;
    let mut weights = found.weights;
    orient(&mut weights, |construct, weights| {
        let along = indicators * whole.weights.column(construct);
        weights.column(construct).dot(&along)
    });
    let solution = conclude(weights, indicators, structure, found.iterations).ok()?;
    Some(Resample {
        index: super::report::indices(model, structure, &solution.weights, means, spreads),
        solution,
    })
}
