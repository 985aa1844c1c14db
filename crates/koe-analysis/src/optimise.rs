//! The least value of a smooth function of a few parameters, without derivatives.
//!
//! Nelder & Mead 1965, *The Computer Journal* 7:308–313, started again from what it found
//! until a fresh simplex finds nothing better, which is the cure for simplexes that
//! collapse early (Kelley 1999, *SIAM Journal on Optimization* 10:43–55). Written here
//! because it is a page; the crates that have it bring a framework along and lack the
//! fresh starts.

/// A least value and where it is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Minimum {
    pub at: Vec<f64>,
    pub value: f64,
    /// Whether a fresh simplex found nothing better before the evaluations ran out.
    pub converged: bool,
}

/// Relative difference of values over a simplex that counts as none.
const FLAT: f64 = 1e-12;
/// Relative gain of a fresh start that counts as none.
const NO_GAIN: f64 = 1e-10;
const STEPS: usize = 2_000;
const STARTS: usize = 20;

/// Minimises `function` from `start` with a first simplex of size `step`. A value that is
/// not a number counts as infinitely bad.
pub(crate) fn minimise(
    start: &[f64],
    step: f64,
    mut function: impl FnMut(&[f64]) -> f64,
) -> Minimum {
    let mut value = |at: &[f64]| {
        let value = function(at);
        if value.is_nan() { f64::INFINITY } else { value }
    };
    let mut best = Minimum {
        at: start.to_vec(),
        value: value(start),
        converged: false,
    };
    for _ in 0..STARTS {
        let found = simplex(&best.at, step, &mut value);
        let gain = best.value - found.1;
        let none = gain.abs() <= NO_GAIN * (1.0 + found.1.abs());
        if found.1 <= best.value {
            (best.at, best.value) = found;
        }
        if none {
            best.converged = best.value.is_finite();
            break;
        }
    }
    best
}

fn simplex(start: &[f64], step: f64, value: &mut impl FnMut(&[f64]) -> f64) -> (Vec<f64>, f64) {
    let n = start.len();
    let mut corners: Vec<(Vec<f64>, f64)> = (0..=n)
        .map(|corner| {
            let mut at = start.to_vec();
            if corner > 0 {
                at[corner - 1] += step;
            }
            let height = value(&at);
            (at, height)
        })
        .collect();
    for _ in 0..STEPS {
        corners.sort_by(|a, b| a.1.total_cmp(&b.1));
        let (least, most) = (corners[0].1, corners[n].1);
        if most - least <= FLAT * (1.0 + least.abs()) {
            break;
        }
        let centre: Vec<f64> = (0..n)
            .map(|i| corners[..n].iter().map(|(at, _)| at[i]).sum::<f64>() / n as f64)
            .collect();
        let worst = corners[n].0.clone();
        let mut towards = |factor: f64| {
            let at: Vec<f64> = (0..n)
                .map(|i| centre[i] + factor * (centre[i] - worst[i]))
                .collect();
            let height = value(&at);
            (at, height)
        };
        let reflected = towards(1.0);
        let better = if reflected.1 < least {
            let expanded = towards(2.0);
            Some(if expanded.1 < reflected.1 {
                expanded
            } else {
                reflected
            })
        } else if reflected.1 < corners[n - 1].1 {
            Some(reflected)
        } else {
            let contracted = towards(if reflected.1 < most { 0.5 } else { -0.5 });
            (contracted.1 < most.min(reflected.1)).then_some(contracted)
        };
        match better {
            Some(corner) => corners[n] = corner,
            None => {
                let best = corners[0].0.clone();
                for (at, height) in &mut corners[1..] {
                    for (x, b) in at.iter_mut().zip(&best) {
                        *x = b + 0.5 * (*x - b);
                    }
                    *height = value(at);
                }
            }
        }
    }
    corners.sort_by(|a, b| a.1.total_cmp(&b.1));
    corners.swap_remove(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_banana_valley_has_its_bottom_at_one() {
        // Rosenbrock 1960, The Computer Journal 3:175–184.
        let found = minimise(&[-1.2, 1.0], 0.5, |x| {
            100.0 * (x[1] - x[0] * x[0]).powi(2) + (1.0 - x[0]).powi(2)
        });
        assert!(found.converged && found.value < 1e-10, "{found:?}");
        assert!(found.at.iter().all(|x| (x - 1.0).abs() < 1e-4), "{found:?}");
    }

    #[test]
    fn where_there_is_no_value_the_search_does_not_go() {
        let found = minimise(&[3.0], 1.0, |x| (x[0].ln() - 0.5).powi(2));
        assert!((found.at[0] - 0.5_f64.exp()).abs() < 1e-4, "{found:?}");
        assert!(!minimise(&[0.0], 1.0, |_| f64::NAN).converged);
    }
}
