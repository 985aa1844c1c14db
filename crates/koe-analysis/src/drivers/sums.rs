//! From sums over rows to correlations, and back: what the bootstrap adds up.

use nalgebra::DMatrix;

use super::linear::Correlations;
use super::products::CrossProducts;
use super::rows::Patterns;

/// How sums of a row's values lie one after the other.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Layout {
    /// Outcome and drivers.
    pub width: usize,
    /// Each pair is summed over the rows that have both.
    pub pairwise: bool,
}

impl Layout {
    /// How many sums there are. With all values: Σw, Σwx of each column, Σwxy of each two. Pair
    /// by pair, over the rows that have both: Σw, Σwx, Σwy, Σwx², Σwy², Σwxy; for a column with
    /// itself the same, of which three are needed.
    pub fn features(self) -> usize {
        let pairs = self.width * (self.width + 1) / 2;
        if self.pairwise {
            6 * pairs
        } else {
            1 + self.width + pairs
        }
    }

    /// Writes the features of patterns of standardised values, from the given one on.
    pub fn fill(self, patterns: &Patterns, from: usize, lines: &mut DMatrix<f64>) {
        let length = lines.nrows();
        let weights = &patterns.weights[from..from + length];
        let column = |a: usize| &patterns.columns[a][from..from + length];
        let mut place = 0;
        let mut next = |write: &dyn Fn(usize) -> f64| {
            for (line, target) in lines.column_mut(place).iter_mut().enumerate() {
                *target = write(line);
            }
            place += 1;
        };
        if !self.pairwise {
            next(&|line| weights[line]);
            for a in 0..self.width {
                let a = column(a);
                next(&|line| weights[line] * a[line]);
            }
        }
        for a in 0..self.width {
            for b in a..self.width {
                let (a, b) = (column(a), column(b));
                if !self.pairwise {
                    next(&|line| weights[line] * a[line] * b[line]);
                    continue;
                }
                let both = |line: usize, value: f64| {
                    if a[line].is_finite() && b[line].is_finite() {
                        weights[line] * value
                    } else {
                        0.0
                    }
                };
                next(&|line| both(line, 1.0));
                next(&|line| both(line, a[line]));
                next(&|line| both(line, b[line]));
                next(&|line| both(line, a[line] * a[line]));
                next(&|line| both(line, b[line] * b[line]));
                next(&|line| both(line, a[line] * b[line]));
            }
        }
    }

    /// The features of parts that were summed apart, about the means and in the spreads of the
    /// whole; only with all values.
    pub fn fill_parts(
        self,
        parts: &[CrossProducts],
        whole: &Correlations,
        from: usize,
        lines: &mut DMatrix<f64>,
    ) {
        for line in 0..lines.nrows() {
            let part = &parts[from + line];
            let apart: Vec<f64> = (0..self.width)
                .map(|a| (part.means[a] - whole.means[a]) / whole.spreads[a])
                .collect();
            lines[(line, 0)] = part.weight;
            let mut place = 1 + self.width;
            for a in 0..self.width {
                lines[(line, 1 + a)] = part.weight * apart[a];
                for b in a..self.width {
                    let centred = part.centred[a * self.width + b];
                    lines[(line, place)] = centred / (whole.spreads[a] * whole.spreads[b])
                        + part.weight * apart[a] * apart[b];
                    place += 1;
                }
            }
        }
    }

    /// Correlations and spreads, in standardised units, from such sums; `None` where a column
    /// has become constant.
    pub fn correlations(self, sums: &[f64]) -> Option<(DMatrix<f64>, Vec<f64>)> {
        let width = self.width;
        let mut matrix = DMatrix::identity(width, width);
        let mut spreads = vec![0.0; width];
        if self.pairwise {
            let at = |a: usize, b: usize| {
                let pair = a * width - a * (a + 1) / 2 + b;
                &sums[6 * pair..6 * pair + 6]
            };
            for a in 0..width {
                let &[w, x, _, xx, ..] = at(a, a) else {
                    return None;
                };
                spreads[a] = root((xx - x * x / w) / w)?;
                for b in a + 1..width {
                    let &[w, x, y, xx, yy, xy] = at(a, b) else {
                        return None;
                    };
                    let own = root(xx - x * x / w)? * root(yy - y * y / w)?;
                    let value = ((xy - x * y / w) / own).clamp(-1.0, 1.0);
                    matrix[(a, b)] = value;
                    matrix[(b, a)] = value;
                }
            }
            return Some((matrix, spreads));
        }
        let weight = sums[0];
        let mut place = 1 + width;
        for a in 0..width {
            for b in a..width {
                let product = (sums[place] - sums[1 + a] * sums[1 + b] / weight) / weight;
                matrix[(a, b)] = product;
                place += 1;
            }
        }
        for (a, spread) in spreads.iter_mut().enumerate() {
            *spread = root(matrix[(a, a)])?;
        }
        for a in 0..width {
            for b in a..width {
                let value = matrix[(a, b)] / (spreads[a] * spreads[b]);
                matrix[(a, b)] = value;
                matrix[(b, a)] = value;
            }
        }
        Some((matrix, spreads))
    }

    /// The least number of rows, in weight, that a pair of columns has in common.
    pub fn least_pair(self, sums: &[f64]) -> f64 {
        let pairs = sums.chunks_exact(6).map(|pair| pair[0]);
        pairs.fold(f64::INFINITY, f64::min)
    }
}

/// The root of what is above rounding, in standardised units.
fn root(variance: f64) -> Option<f64> {
    (variance > 1e-12).then(|| variance.sqrt())
}
