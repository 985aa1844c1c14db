//! The algorithm: weights that settle, and what follows from them.

use nalgebra::{Cholesky, DMatrix, DVector};

use super::model::{Mode, Scheme, Structure};

/// Rounds after which the weights count as not settling.
pub(super) const ROUNDS: usize = 1_000;
/// The greatest change of a weight at which they count as settled.
const SETTLED: f64 = 1e-10;
/// Below this share of its own variance a predictor counts as computed from others.
const OWN_VARIANCE: f64 = 1e-10;

/// What the model says.
#[derive(Debug, Clone)]
pub(super) struct Solution {
    /// Indicators × constructs: how a score is made of standardised indicators. Scores have a
    /// variance of 1.
    pub weights: DMatrix<f64>,
    /// Indicators × constructs: correlation of each indicator with each score.
    pub loadings: DMatrix<f64>,
    /// Correlations of the scores.
    pub correlations: DMatrix<f64>,
    /// `paths[(from, to)]`: regression coefficients.
    pub paths: DMatrix<f64>,
    /// `totals[(from, to)]`: direct and indirect together.
    pub totals: DMatrix<f64>,
    /// The variance inflation of each path's beginning among those that lead to its end.
    pub vif: DMatrix<f64>,
    /// R² of each construct; 0 where nothing leads to it.
    pub r2: Vec<f64>,
    pub iterations: usize,
}

/// Why there is no solution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unsolved {
    Collinear { construct: usize },
    NotConverged,
}

/// Estimates from the correlations of the indicators (Wold 1982; Lohmöller 1989, chapter 2;
/// Tenenhaus, Esposito Vinzi, Chatelin & Lauro 2005, *Computational Statistics & Data Analysis*
/// 48:159–205, section 2). Everything the algorithm does to rows is linear, so that
/// correlations, which merge over files, tell it all.
///
/// Begins with `start`, or with equal weights. Each construct points the way most of its
/// indicators do.
pub(super) fn estimate(
    indicators: &DMatrix<f64>,
    structure: &Structure,
    start: Option<&DMatrix<f64>>,
) -> Result<Solution, Unsolved> {
    let constructs = structure.blocks.len();
    let mut weights = match start {
        Some(start) => start.clone(),
        None => {
            let mut weights = DMatrix::zeros(indicators.nrows(), constructs);
            for (construct, block) in structure.blocks.iter().enumerate() {
                for &indicator in block {
                    weights[(indicator, construct)] = 1.0;
                }
            }
            weights
        }
    };
    normalise(&mut weights, indicators)?;
    let blocks = factors(indicators, structure)?;
    let mut iterations = 0;
    loop {
        iterations += 1;
        let before = weights.clone();
        let with_scores = indicators * &weights;
        let scores = weights.transpose() * &with_scores;
        let towards = with_scores * inner(&scores, structure)?;
        for (construct, block) in structure.blocks.iter().enumerate() {
            let with = DVector::from_iterator(
                block.len(),
                block
                    .iter()
                    .map(|&indicator| towards[(indicator, construct)]),
            );
            let found = match &blocks[construct] {
                Some(factor) => factor.solve(&with),
                None => with,
            };
            for (place, &indicator) in block.iter().enumerate() {
                weights[(indicator, construct)] = found[place];
            }
        }
        normalise(&mut weights, indicators)?;
        if (&weights - &before).amax() < SETTLED {
            break;
        }
        if iterations == ROUNDS {
            return Err(Unsolved::NotConverged);
        }
    }
    orient(&mut weights, |construct, weights| {
        let block = &structure.blocks[construct];
        let scores = indicators * weights.column(construct);
        block.iter().map(|&indicator| scores[indicator]).sum()
    });
    conclude(weights, indicators, structure, iterations)
}

/// Turns constructs around whose `points` is negative.
pub(super) fn orient(weights: &mut DMatrix<f64>, points: impl Fn(usize, &DMatrix<f64>) -> f64) {
    for construct in 0..weights.ncols() {
        if points(construct, weights) < 0.0 {
            weights.column_mut(construct).neg_mut();
        }
    }
}

/// What follows from settled weights.
pub(super) fn conclude(
    weights: DMatrix<f64>,
    indicators: &DMatrix<f64>,
    structure: &Structure,
    iterations: usize,
) -> Result<Solution, Unsolved> {
    let constructs = structure.blocks.len();
    let loadings = indicators * &weights;
    let correlations = weights.transpose() * &loadings;
    let mut paths = DMatrix::zeros(constructs, constructs);
    let mut vif = DMatrix::zeros(constructs, constructs);
    let mut r2 = vec![0.0; constructs];
    for (to, before) in structure.before.iter().enumerate() {
        if before.is_empty() {
            continue;
        }
        let (coefficients, inflations) = regression(&correlations, before, to)?;
        for (place, &from) in before.iter().enumerate() {
            paths[(from, to)] = coefficients[place];
            vif[(from, to)] = inflations[place];
            r2[to] += coefficients[place] * correlations[(from, to)];
        }
    }
    // Without circles every way is shorter than there are constructs.
    let mut totals = paths.clone();
    let mut further = paths.clone();
    for _ in 2..constructs {
        further = &further * &paths;
        totals += &further;
    }
    Ok(Solution {
        weights,
        loadings,
        correlations,
        paths,
        totals,
        vif,
        r2,
        iterations,
    })
}

/// Regression of one score on others: coefficients and variance inflation factors.
fn regression(
    scores: &DMatrix<f64>,
    before: &[usize],
    to: usize,
) -> Result<(DVector<f64>, DVector<f64>), Unsolved> {
    let unsolved = Unsolved::Collinear { construct: to };
    let among = DMatrix::from_fn(before.len(), before.len(), |a, b| {
        scores[(before[a], before[b])]
    });
    let with = DVector::from_iterator(before.len(), before.iter().map(|&from| scores[(from, to)]));
    let factor = definite(among).ok_or(unsolved)?;
    Ok((factor.solve(&with), factor.inverse().diagonal()))
}

fn definite(among: DMatrix<f64>) -> Option<Cholesky<f64, nalgebra::Dyn>> {
    let factor = Cholesky::new(among)?;
    let own = factor.l_dirty().diagonal().map(|root| root * root);
    (own.min() > OWN_VARIANCE).then_some(factor)
}

type Factors = Vec<Option<Cholesky<f64, nalgebra::Dyn>>>;

/// For constructs of mode B the correlations of their indicators, ready to be solved with.
fn factors(indicators: &DMatrix<f64>, structure: &Structure) -> Result<Factors, Unsolved> {
    let pairs = structure.blocks.iter().zip(&structure.modes).enumerate();
    pairs
        .map(|(construct, (block, mode))| match mode {
            Mode::A => Ok(None),
            Mode::B => {
                let own = DMatrix::from_fn(block.len(), block.len(), |a, b| {
                    indicators[(block[a], block[b])]
                });
                let factor = definite(own).ok_or(Unsolved::Collinear { construct })?;
                Ok(Some(factor))
            }
        })
        .collect()
}

/// How much each score (row) weighs in for each construct (column).
fn inner(scores: &DMatrix<f64>, structure: &Structure) -> Result<DMatrix<f64>, Unsolved> {
    let constructs = structure.blocks.len();
    let mut inner = DMatrix::zeros(constructs, constructs);
    for (to, before) in structure.before.iter().enumerate() {
        if before.is_empty() {
            continue;
        }
        let coefficients = match structure.scheme {
            Scheme::Path => Some(regression(scores, before, to)?.0),
            Scheme::Factorial | Scheme::Centroid => None,
        };
        for (place, &from) in before.iter().enumerate() {
            let correlation = match structure.scheme {
                Scheme::Centroid => scores[(from, to)].signum(),
                Scheme::Path | Scheme::Factorial => scores[(from, to)],
            };
            inner[(to, from)] = correlation;
            inner[(from, to)] = match &coefficients {
                Some(coefficients) => coefficients[place],
                None => correlation,
            };
        }
    }
    Ok(inner)
}

/// Gives every score a variance of 1.
fn normalise(weights: &mut DMatrix<f64>, indicators: &DMatrix<f64>) -> Result<(), Unsolved> {
    for construct in 0..weights.ncols() {
        let mut column = weights.column_mut(construct);
        let variance = column.dot(&(indicators * &column));
        if variance <= f64::MIN_POSITIVE || !variance.is_finite() {
            return Err(Unsolved::NotConverged);
        }
        column /= variance.sqrt();
    }
    Ok(())
}
