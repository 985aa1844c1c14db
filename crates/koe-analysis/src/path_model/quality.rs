//! How well constructs are measured.

use nalgebra::{DMatrix, DVector};

/// Cronbach's alpha (Cronbach 1951, *Psychometrika* 16:297–334) from covariances:
/// `k / (k − 1) · (1 − Σ s_hh / Σ s_hi)`; with correlations it is the standardised alpha.
/// `None` with fewer than two indicators.
pub(super) fn alpha(covariances: &DMatrix<f64>) -> Option<f64> {
    let k = covariances.nrows() as f64;
    let all = covariances.sum();
    (k > 1.0 && all > 0.0).then(|| k / (k - 1.0) * (1.0 - covariances.trace() / all))
}

/// Composite reliability rhoC, Dillon and Goldstein's rho (Werts, Linn & Jöreskog 1974,
/// *Educational and Psychological Measurement* 34:25–33; Dillon & Goldstein 1984): `(Σλ)² /
/// ((Σλ)² + Σ(1 − λ²))`.
pub(super) fn rho_c(loadings: &DVector<f64>) -> Option<f64> {
    let sum = loadings.sum().powi(2);
    let rest: f64 = loadings.iter().map(|loading| 1.0 - loading * loading).sum();
    (loadings.len() > 1).then(|| sum / (sum + rest))
}

/// Reliability rhoA of scores of mode A (Dijkstra & Henseler 2015, *MIS Quarterly* 39:297–316):
/// `(w'w)² · w'(S − diag S)w / w'(ww' − diag(ww'))w`, with w such that `w'Sw = 1`.
pub(super) fn rho_a(weights: &DVector<f64>, correlations: &DMatrix<f64>) -> Option<f64> {
    if weights.len() < 2 {
        return None;
    }
    let squares = weights.dot(weights);
    let fourths: f64 = weights.iter().map(|weight| weight.powi(4)).sum();
    let between = weights.dot(&(correlations * weights))
        - weights
            .iter()
            .zip(correlations.diagonal().iter())
            .map(|(weight, own)| weight * weight * own)
            .sum::<f64>();
    let own = squares * squares - fourths;
    (own > 0.0).then(|| squares * squares * between / own)
}

/// Average variance extracted (Fornell & Larcker 1981, *Journal of Marketing Research*
/// 18:39–50): the mean of the squared loadings.
pub(super) fn ave(loadings: &DVector<f64>) -> f64 {
    loadings.norm_squared() / loadings.len() as f64
}

/// Heterotrait–monotrait ratio (Henseler, Ringle & Sarstedt 2015, *Journal of the Academy of
/// Marketing Science* 43:115–135) of absolute correlations: the mean between two constructs'
/// indicators over the geometric mean of those within each. `None` with a single indicator.
pub(super) fn htmt(correlations: &DMatrix<f64>, one: &[usize], other: &[usize]) -> Option<f64> {
    let mean = |pairs: &mut dyn Iterator<Item = (usize, usize)>| {
        let (mut sum, mut n) = (0.0, 0_u32);
        for (a, b) in pairs {
            sum += correlations[(a, b)].abs();
            n += 1;
        }
        (n > 0).then(|| sum / f64::from(n))
    };
    let within = |block: &[usize]| {
        let mut pairs = block
            .iter()
            .enumerate()
            .flat_map(|(place, &a)| block[place + 1..].iter().map(move |&b| (a, b)));
        mean(&mut pairs)
    };
    let between = mean(&mut one.iter().flat_map(|&a| other.iter().map(move |&b| (a, b))))?;
    let own = (within(one)? * within(other)?).sqrt();
    (own > 0.0).then(|| between / own)
}
