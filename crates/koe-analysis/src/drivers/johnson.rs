//! Relative weights.

use nalgebra::{DMatrix, SymmetricEigen};

/// The square root of a correlation matrix, with what comes of the same decomposition.
pub(super) struct Root {
    /// Λ with Λ Λ = R, symmetric.
    pub root: DMatrix<f64>,
    /// Λ⁻¹.
    pub inverse: DMatrix<f64>,
    /// The largest eigenvalue over their sum.
    pub first_component: f64,
}

/// `None` when an eigenvalue is not above 1e-12 of the largest.
pub(super) fn root(among: &DMatrix<f64>) -> Option<Root> {
    let eigen = SymmetricEigen::try_new(among.clone(), f64::EPSILON, 10_000)?;
    let largest = eigen.eigenvalues.max();
    if eigen.eigenvalues.min() <= largest * 1e-12 {
        return None;
    }
    let of = |power: fn(f64) -> f64| {
        let mut scaled = eigen.eigenvectors.clone();
        for (place, value) in eigen.eigenvalues.iter().enumerate() {
            scaled.column_mut(place).scale_mut(power(*value));
        }
        scaled * eigen.eigenvectors.transpose()
    };
    Some(Root {
        root: of(f64::sqrt),
        inverse: of(|value| 1.0 / value.sqrt()),
        first_component: largest / eigen.eigenvalues.sum(),
    })
}

/// Johnson's relative weights (Johnson 2000, *Multivariate Behavioral Research* 35:1–19),
/// which are Genizi's decomposition of R² (Genizi 1993, *Statistica Sinica* 3:407–420).
///
/// The drivers are replaced by the uncorrelated variables Z that lie nearest to them
/// (X = ZΛ with Λ² = R, the correlations of the drivers). Each Z explains β*² of the outcome,
/// β* = Λ⁻¹ r, and that is given back to the drivers by how much of Z each of them holds:
/// `ε_j = Σ_k λ_jk² β*_k²`. The weights sum to R².
///
/// `among` are the correlations of the drivers, `with_outcome` each driver's correlation with
/// the outcome. `None` when the drivers are collinear.
#[must_use]
pub fn relative_weights(among: &DMatrix<f64>, with_outcome: &[f64]) -> Option<Vec<f64>> {
    Some(shared_out(&root(among)?, with_outcome))
}

pub(super) fn shared_out(root: &Root, with_outcome: &[f64]) -> Vec<f64> {
    let drivers = with_outcome.len();
    let beta: Vec<f64> = (0..drivers)
        .map(|k| {
            (0..drivers)
                .map(|j| root.inverse[(k, j)] * with_outcome[j])
                .sum()
        })
        .collect();
    weighed_by_squares(&root.root, &beta)
}

/// Σ_k λ_jk² b_k² for each driver j.
pub(super) fn weighed_by_squares(root: &DMatrix<f64>, beta: &[f64]) -> Vec<f64> {
    (0..beta.len())
        .map(|j| {
            beta.iter()
                .enumerate()
                .map(|(k, b)| (root[(j, k)] * b).powi(2))
                .sum()
        })
        .collect()
}
