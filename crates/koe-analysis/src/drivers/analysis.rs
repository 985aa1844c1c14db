//! The analysis itself, for each kind of input.

use nalgebra::DMatrix;

use super::error::DriverError;
use super::finding::{DriverAnalysis, Method, Missing, Model, Note, NoteCode, Options};
use super::johnson::{root, shared_out};
use super::linear::{Correlations, Fit, f_test, fit, fitted, slopes};
use super::products::CrossProducts;
use super::report::{Estimates, Resample, report};
use super::resample::{Draws, resampled};
use super::rows::{Patterns, Rows, Usable};
use super::shapley::{MOST_LINEAR, shapley};
use super::sums::Layout;
use super::two_values;

/// The most drivers of a model whose R² is shared out by relative weights alone.
pub const MOST_DRIVERS: usize = 100;
const LEAST_RESAMPLES: usize = 100;
const MOST_RESAMPLES: usize = 100_000;
/// Parts from which resampling parts tells how much chance there is in the whole.
pub const LEAST_PARTS: usize = 50;

/// Finds what drives the outcome, from rows.
///
/// The finding does not depend on the order of rows or columns, intervals included. Multiplying
/// a driver by a positive number, or adding to it, changes its performance and slope and nothing
/// else.
///
/// # Errors
/// When a column is constant, collinear, named twice or of the wrong length; when there are
/// fewer usable rows than coefficients and one; when there are more drivers than
/// [`MOST_LINEAR`], [`super::logistic::MOST_LOGISTIC`] (Shapley) or [`MOST_DRIVERS`] (relative
/// weights); when a logistic outcome has not two values or has no finite maximum.
pub fn analyse(rows: &Rows<'_>, options: &Options) -> Result<DriverAnalysis, DriverError> {
    rows.check()?;
    check(rows.drivers.len(), options)?;
    let missing = rows.missing()[1..].to_vec();
    if options.model == Model::Logistic {
        return two_values::analyse(rows, missing, options);
    }
    match options.missing {
        Missing::Listwise => listwise(rows, missing, options),
        Missing::Pairwise => pairwise(rows, missing, options),
    }
}

/// Finds what drives the outcome, from sums of products: one summary of the whole, or one for
/// each of several parts (see [`CrossProducts`]). The estimates are those of [`analyse`] over
/// the same rows.
///
/// Intervals of the importance need either rows or at least [`LEAST_PARTS`] parts into which
/// rows were put **by chance** (by a hash of their id): then the parts are resampled instead of
/// the rows. Parts that differ by meaning, such as months, would give intervals of how months
/// differ. With fewer parts the slopes have the intervals of least squares, and importance none.
///
/// # Errors
/// As [`analyse`]; when the parts were summed over different columns; when the options ask for a
/// logistic model or for pairwise values, which sums do not tell.
pub fn analyse_parts(
    parts: &[CrossProducts],
    options: &Options,
) -> Result<DriverAnalysis, DriverError> {
    let Some(whole) = CrossProducts::merged(parts)? else {
        return Err(DriverError::NoDrivers);
    };
    check(whole.columns.len().saturating_sub(1), options)?;
    if options.model == Model::Logistic || options.missing == Missing::Pairwise {
        return Err(DriverError::NotTogether {
            what: "sums of products carry the linear model over complete rows only",
            remedy: "give rows for a logistic model, and sums of pairs for pairwise missing values",
        });
    }
    enough(whole.n, &whole)?;
    let correlations = Correlations::of(&whole)?;
    let layout = Layout {
        width: whole.columns.len(),
        pairwise: false,
    };
    let used: Vec<CrossProducts> = parts.iter().filter(|part| part.n > 0).cloned().collect();
    let (drawn, none) = over_parts(
        (parts.len(), used.len()),
        layout,
        &correlations,
        options,
        |from, lines| layout.fill_parts(&used, &correlations, from, lines),
    );
    let counted = Counted {
        n: whole.n,
        n_dropped: whole.n_dropped,
        n_missing: None,
    };
    let estimates = estimates(&correlations, counted, options.method)?;
    let warnings = Vec::from_iter(none);
    Ok(report(&estimates, &drawn, options, warnings))
}

/// Resamples of parts, of which `parts.0` were given and `parts.1` have rows; or why there are
/// none.
pub(super) fn over_parts(
    parts: (usize, usize),
    layout: Layout,
    whole: &Correlations,
    options: &Options,
    fill: impl Fn(usize, &mut DMatrix<f64>) + Sync,
) -> (Vec<Option<Resample>>, Option<Note>) {
    if options.bootstrap == 0 {
        return (Vec::new(), None);
    }
    let (given, used) = parts;
    if given < LEAST_PARTS {
        let none = Note {
            code: NoteCode::NoResamples,
            column: None,
            value: given as f64,
            message: format!(
                "Importance has no intervals: they need rows, or sums over at least \
                 {LEAST_PARTS} parts made by chance."
            ),
        };
        return (Vec::new(), Some(none));
    }
    let of_draw: Vec<u32> = (0..used as u32).collect();
    let draws = Draws {
        of_draw: &of_draw,
        patterns: used,
        resamples: options.bootstrap,
        seed: options.seed,
    };
    let again = |sums: &[f64]| refit(layout, sums, whole, options.method);
    (resampled(&draws, layout.features(), fill, again), None)
}

pub(super) fn check(drivers: usize, options: &Options) -> Result<(), DriverError> {
    if drivers == 0 {
        return Err(DriverError::NoDrivers);
    }
    let shapley = options.method != Method::Johnson;
    let most = match (shapley, options.model) {
        (false, _) => MOST_DRIVERS,
        (true, Model::Linear) => MOST_LINEAR,
        (true, Model::Logistic) => super::logistic::MOST_LOGISTIC,
    };
    if drivers > most {
        return Err(DriverError::TooManyDrivers {
            given: drivers,
            most,
            remedy: if shapley {
                "the Shapley value looks at every set of drivers; name fewer, or use Johnson's relative weights"
            } else {
                "name those that you could act on"
            },
        });
    }
    let possible =
        options.bootstrap == 0 || (LEAST_RESAMPLES..=MOST_RESAMPLES).contains(&options.bootstrap);
    if possible {
        Ok(())
    } else {
        Err(DriverError::Resamples {
            given: options.bootstrap,
            least: LEAST_RESAMPLES,
            most: MOST_RESAMPLES,
        })
    }
}

/// A model of p drivers and an intercept leaves a degree of freedom from p + 2 rows on.
pub(super) fn enough(n: u64, products: &CrossProducts) -> Result<(), DriverError> {
    let drivers = products.columns.len() - 1;
    let needed = drivers as u64 + 2;
    if n < needed {
        return Err(DriverError::TooFewRows { n, needed, drivers });
    }
    Ok(())
}

/// Weights can leave fewer rows to count on than there are rows.
pub(super) fn free(correlations: &Correlations) -> Result<(), DriverError> {
    let drivers = correlations.drivers();
    if correlations.n_effective > drivers as f64 + 1.0 + 1e-9 {
        return Ok(());
    }
    Err(DriverError::TooFewRows {
        n: correlations.n_effective.floor() as u64,
        needed: drivers as u64 + 2,
        drivers,
    })
}

fn listwise(
    rows: &Rows<'_>,
    missing: Vec<u64>,
    options: &Options,
) -> Result<DriverAnalysis, DriverError> {
    let mut patterns = Patterns::of(rows, Usable::Complete)?;
    let products = patterns.products(rows.names());
    enough(products.n, &products)?;
    let correlations = Correlations::of(&products)?;
    let counted = Counted {
        n: products.n,
        n_dropped: products.n_dropped,
        n_missing: Some(missing),
    };
    let estimates = estimates(&correlations, counted, options.method)?;
    patterns.standardise(&correlations);
    let layout = Layout {
        width: correlations.names.len(),
        pairwise: false,
    };
    let drawn = drawn(&patterns, layout, &correlations, options);
    Ok(report(&estimates, &drawn, options, Vec::new()))
}

fn pairwise(
    rows: &Rows<'_>,
    missing: Vec<u64>,
    options: &Options,
) -> Result<DriverAnalysis, DriverError> {
    let mut patterns = Patterns::of(rows, Usable::Some)?;
    let names = rows.names();
    // Each column by itself first: what pairs are summed about, and in what units.
    let mut alone = Correlations {
        matrix: DMatrix::identity(names.len(), names.len()),
        n_effective: 0.0,
        means: Vec::new(),
        spreads: Vec::new(),
        names,
    };
    for (place, column) in patterns.columns.iter().enumerate() {
        let mut products = CrossProducts::new([alone.names[place].as_str()]);
        for &pattern in &patterns.of_row {
            let pattern = pattern as usize;
            products.add(&[column[pattern]], patterns.weights[pattern]);
        }
        let own = Correlations::of(&products)?;
        alone.means.push(own.means[0]);
        alone.spreads.push(own.spreads[0]);
    }
    patterns.standardise(&alone);
    let layout = Layout {
        width: alone.names.len(),
        pairwise: true,
    };
    let sums = all(&patterns, layout);
    let (matrix, _) = layout
        .correlations(&sums)
        .ok_or(DriverError::Contradictory)?;
    let mut correlations = alone;
    correlations.matrix = matrix;
    let (weight, squared) = patterns
        .of_row
        .iter()
        .fold((0.0, 0.0), |(sum, squares), &row| {
            let weight = patterns.weights[row as usize];
            (sum + weight, squares + weight * weight)
        });
    correlations.n_effective = layout.least_pair(&sums) * weight / squared;
    let counted = Counted {
        n: patterns.of_row.len() as u64,
        n_dropped: patterns.n_dropped,
        n_missing: Some(missing),
    };
    of_pairs(&correlations, counted, options, |correlations| {
        let drawn = drawn(&patterns, layout, correlations, options);
        (drawn, None)
    })
}

/// The finding from correlations over the rows that each two columns have in common. Their
/// `n_effective` is Kish's factor of all rows, on the pair that the fewest have. `draw` gives the
/// resamples, or why there are none.
pub(super) fn of_pairs(
    correlations: &Correlations,
    counted: Counted,
    options: &Options,
    draw: impl FnOnce(&Correlations) -> (Vec<Option<Resample>>, Option<Note>),
) -> Result<DriverAnalysis, DriverError> {
    free(correlations)?;
    let n = counted.n;
    let least = correlations.n_effective.round() as u64;
    let estimates = estimates(correlations, counted, options.method)?;
    let mut warnings = Vec::from_iter((correlations.n_effective < n as f64).then(|| Note {
        code: NoteCode::PairwiseRows,
        column: None,
        value: correlations.n_effective,
        message: format!(
            "Each two columns are compared over the rows that have both; the fewest are \
             {least} of {n}, and the tests count on those. It is right only where values are \
             missing by chance."
        ),
    }));
    let (drawn, none) = draw(correlations);
    warnings.extend(none);
    Ok(report(&estimates, &drawn, options, warnings))
}

/// The sums over all rows, once each.
fn all(patterns: &Patterns, layout: Layout) -> Vec<f64> {
    let counts = patterns.counts();
    let mut lines = DMatrix::<f64>::zeros(1, layout.features());
    let mut sums = vec![0.0; layout.features()];
    for (pattern, count) in counts.iter().enumerate() {
        layout.fill(patterns, pattern, &mut lines);
        for (sum, value) in sums.iter_mut().zip(&lines) {
            *sum += count * value;
        }
    }
    sums
}

fn drawn(
    patterns: &Patterns,
    layout: Layout,
    correlations: &Correlations,
    options: &Options,
) -> Vec<Option<Resample>> {
    let draws = Draws {
        of_draw: &patterns.of_row,
        patterns: patterns.weights.len(),
        resamples: options.bootstrap,
        seed: options.seed,
    };
    let fill = |from: usize, lines: &mut DMatrix<f64>| layout.fill(patterns, from, lines);
    let again = |sums: &[f64]| refit(layout, sums, correlations, options.method);
    resampled(&draws, layout.features(), fill, again)
}

/// The model of one resample, from sums in the standardised units of the whole.
fn refit(layout: Layout, sums: &[f64], whole: &Correlations, method: Method) -> Option<Resample> {
    let (matrix, spreads) = layout.correlations(sums)?;
    let drivers = layout.width - 1;
    let among = matrix.view((1, 1), (drivers, drivers)).into_owned();
    let with_outcome: Vec<f64> = (0..drivers).map(|j| matrix[(j + 1, 0)]).collect();
    let fit = fit(&among, &with_outcome)?;
    let (importance, relative_weights) = shared(&among, &with_outcome, method)?;
    Some(Resample {
        r2: fit.r2,
        importance,
        relative_weights,
        slopes: (0..drivers)
            .map(|j| fit.beta[j] * spreads[0] / spreads[j + 1] * whole.per_point(j))
            .collect(),
    })
}

type Shared = (Vec<f64>, Option<Vec<f64>>);

fn shared(among: &DMatrix<f64>, with_outcome: &[f64], method: Method) -> Option<Shared> {
    let weights = || Some(shared_out(&root(among)?, with_outcome));
    Some(match method {
        Method::Shapley => (shapley(among, with_outcome), None),
        Method::Johnson => (weights()?, None),
        Method::Both => (shapley(among, with_outcome), Some(weights()?)),
    })
}

/// Which rows an analysis rests on.
pub(super) struct Counted {
    pub n: u64,
    pub n_dropped: u64,
    pub n_missing: Option<Vec<u64>>,
}

fn estimates(
    correlations: &Correlations,
    counted: Counted,
    method: Method,
) -> Result<Estimates<'static>, DriverError> {
    let fit: Fit = fitted(correlations)?;
    free(correlations)?;
    let among = correlations.among();
    let with_outcome = correlations.with_outcome();
    let drivers = correlations.drivers();
    let (importance, relative_weights) =
        shared(&among, &with_outcome, method).ok_or(DriverError::Contradictory)?;
    let slopes = slopes(correlations, &fit);
    let n = correlations.n_effective;
    Ok(Estimates {
        outcome: correlations.names[0].clone(),
        names: correlations.names[1..].to_vec(),
        n: counted.n,
        n_dropped: counted.n_dropped,
        n_missing: counted.n_missing,
        n_effective: n,
        r2: fit.r2,
        r2_adjusted: (slopes.freedom > 0.0)
            .then(|| 1.0 - (1.0 - fit.r2) * (n - 1.0) / slopes.freedom),
        test: f_test(fit.r2, drivers, n),
        first_component: root(&among)
            .ok_or(DriverError::Contradictory)?
            .first_component,
        importance,
        relative_weights,
        performance: correlations.means[1..].to_vec(),
        standard_errors: (0..drivers)
            .map(|j| slopes.covariances[(j, j)].max(0.0).sqrt())
            .collect(),
        slopes: slopes.values,
        freedom: slopes.freedom,
        vif: fit.inverse.diagonal().iter().copied().collect(),
        alone: with_outcome,
        gain: Box::new(|_, slope| slope),
    })
}
