//! The analysis of an outcome with two values.

use nalgebra::DVector;

use super::analysis::{Counted, enough, free};
use super::error::DriverError;
use super::finding::{DriverAnalysis, Method, Missing, Options};
use super::johnson::{Root, root};
use super::linear::{Correlations, fitted};
use super::logistic::{
    Logit, LogitFit, approximate_shares, chance, likelihood_ratio, mcfadden, relative_shares,
};
use super::products::CrossProducts;
use super::report::{Estimates, Resample, report};
use super::resample::{Draws, recounted};
use super::rows::{Patterns, Rows, Usable};

pub(super) fn analyse(
    rows: &Rows<'_>,
    missing: Vec<u64>,
    options: &Options,
) -> Result<DriverAnalysis, DriverError> {
    if options.missing == Missing::Pairwise {
        return Err(DriverError::NotTogether {
            what: "a logistic model looks at whole rows",
            remedy: "use listwise missing values, or the linear model",
        });
    }
    let mut patterns = Patterns::of(rows, Usable::Complete)?;
    let outcome = outcome(&patterns.columns[0], rows.outcome.name)?;
    let products = patterns.products(rows.names());
    enough(products.n, &products)?;
    let correlations = Correlations::of(&products)?;
    let linear = fitted(&correlations)?;
    free(&correlations)?;
    let drivers = correlations.drivers();
    patterns.standardise(&correlations);
    let logit = Logit {
        drivers: &patterns.columns[1..],
        outcome,
    };
    // Weights sum to the rows that the tests may count on.
    let unit = correlations.n_effective / products.weight;
    let each: Vec<f64> = patterns
        .weights
        .iter()
        .map(|weight| weight * unit)
        .collect();
    let weights: Vec<f64> = patterns
        .counts()
        .iter()
        .zip(&each)
        .map(|(count, weight)| count * weight)
        .collect();

    let everything: Vec<usize> = (0..drivers).collect();
    let separated = || DriverError::Separated {
        column: rows.outcome.name.to_owned(),
    };
    let null = logit.null(&weights).ok_or_else(separated)?;
    let fit = logit
        .fit(&everything, &weights, None)
        .ok_or_else(separated)?;
    let r2 = mcfadden(fit.log_likelihood, null);
    let of_drivers = root(&correlations.among()).ok_or(DriverError::Contradictory)?;
    let by_weights = || {
        let shares = relative_shares(&fit.slopes(), &of_drivers)?;
        Some(shares.iter().map(|share| share * r2).collect::<Vec<f64>>())
    };
    let exact = || logit.shapley(&weights, null);
    let (importance, relative_weights) = match options.method {
        Method::Shapley => (exact(), None),
        Method::Johnson => (by_weights(), None),
        Method::Both => (exact(), by_weights()),
    };
    let importance = importance.ok_or_else(separated)?;

    let again = Again {
        logit: &logit,
        everything: &everything,
        each: &each,
        fit: &fit,
        // By how much the approximation is off where it can be compared.
        calibration: match options.method {
            Method::Johnson => Vec::new(),
            _ => {
                let approximate = approximate_shares(&fit).ok_or_else(separated)?;
                let pairs = importance.iter().zip(approximate);
                pairs
                    .map(|(exact, share)| exact / (share * r2).max(f64::MIN_POSITIVE))
                    .collect()
            }
        },
        spreads: &correlations.spreads[1..],
        method: options.method,
    };
    let draws = Draws {
        of_draw: &patterns.of_row,
        patterns: patterns.weights.len(),
        resamples: options.bootstrap,
        seed: options.seed,
    };
    let drawn = recounted(&draws, |counts| again.resample(counts));

    let covariances = fit
        .information
        .clone()
        .try_inverse()
        .ok_or_else(separated)?;
    let log_odds = logit.linear(&everything, &fit.coefficients);
    let all: f64 = weights.iter().sum();
    let slope = |j: usize| fit.coefficients[j + 1] / correlations.spreads[j + 1];
    let counted = Counted {
        n: products.n,
        n_dropped: products.n_dropped,
        n_missing: Some(missing),
    };
    let estimates = Estimates {
        outcome: correlations.names[0].clone(),
        names: correlations.names[1..].to_vec(),
        n: counted.n,
        n_dropped: counted.n_dropped,
        n_missing: counted.n_missing,
        n_effective: correlations.n_effective,
        r2,
        r2_adjusted: Some(1.0 - (fit.log_likelihood - drivers as f64) / null),
        test: Some(likelihood_ratio(fit.log_likelihood, null, drivers)),
        first_component: of_drivers.first_component,
        importance,
        relative_weights,
        performance: correlations.means[1..].to_vec(),
        slopes: (0..drivers).map(slope).collect(),
        standard_errors: (0..drivers)
            .map(|j| covariances[(j + 1, j + 1)].max(0.0).sqrt() / correlations.spreads[j + 1])
            .collect(),
        freedom: correlations.n_effective - drivers as f64 - 1.0,
        vif: linear.inverse.diagonal().iter().copied().collect(),
        alone: correlations.with_outcome(),
        gain: Box::new(move |_, slope| {
            let gains = log_odds
                .iter()
                .zip(&weights)
                .map(|(&log_odds, weight)| weight * (chance(log_odds + slope) - chance(log_odds)));
            gains.sum::<f64>() / all
        }),
    };
    Ok(report(&estimates, &drawn, options, Vec::new()))
}

/// Which patterns have the higher of exactly two values.
fn outcome(values: &[f64], name: &str) -> Result<Vec<bool>, DriverError> {
    let mut different: Vec<f64> = Vec::new();
    for value in values {
        if different.len() < 3 && !different.contains(value) {
            different.push(*value);
        }
    }
    let &[one, other] = different.as_slice() else {
        return Err(DriverError::NotTwoValues {
            column: name.to_owned(),
            values: different.len(),
        });
    };
    let higher = one.max(other);
    Ok(values.iter().map(|value| *value == higher).collect())
}

/// What a resample is fitted with.
struct Again<'a> {
    logit: &'a Logit<'a>,
    everything: &'a [usize],
    each: &'a [f64],
    fit: &'a LogitFit,
    calibration: Vec<f64>,
    spreads: &'a [f64],
    method: Method,
}

impl Again<'_> {
    fn resample(&self, counts: &[f64]) -> Option<Resample> {
        let pairs = counts.iter().zip(self.each);
        let weights: Vec<f64> = pairs.map(|(count, weight)| count * weight).collect();
        let null = self.logit.null(&weights)?;
        let fit = self.logit.fit(self.everything, &weights, Some(self.fit))?;
        let r2 = mcfadden(fit.log_likelihood, null);
        let by_weights = || {
            let (own, spreads) = self.root(&weights)?;
            let slopes = fit.slopes().component_mul(&DVector::from_vec(spreads));
            let shares = relative_shares(&slopes, &own)?;
            Some(shares.iter().map(|share| share * r2).collect::<Vec<f64>>())
        };
        let approximate = || {
            let pairs = approximate_shares(&fit)?.into_iter().zip(&self.calibration);
            Some(
                pairs
                    .map(|(share, factor)| share * factor * r2)
                    .collect::<Vec<f64>>(),
            )
        };
        let (importance, relative_weights) = match self.method {
            Method::Shapley => (approximate()?, None),
            Method::Johnson => (by_weights()?, None),
            Method::Both => (approximate()?, Some(by_weights()?)),
        };
        Some(Resample {
            r2,
            importance,
            relative_weights,
            slopes: self
                .spreads
                .iter()
                .enumerate()
                .map(|(j, spread)| fit.coefficients[j + 1] / spread)
                .collect(),
        })
    }

    /// The root of the drivers' correlations in this resample, and their spreads.
    fn root(&self, weights: &[f64]) -> Option<(Root, Vec<f64>)> {
        let names = self.everything.iter().map(|driver| driver.to_string());
        let mut products = CrossProducts::new(names);
        let mut row = vec![0.0; self.everything.len()];
        for (pattern, &weight) in weights.iter().enumerate() {
            if weight > 0.0 {
                for (value, column) in row.iter_mut().zip(self.logit.drivers) {
                    *value = column[pattern];
                }
                products.add(&row, weight);
            }
        }
        let own = Correlations::of(&products).ok()?;
        Some((root(&own.matrix)?, own.spreads))
    }
}
