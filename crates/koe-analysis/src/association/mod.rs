//! Do two questions have to do with each other? A table of counts, with a test of
//! independence, its strength, and the cells that stand out.
//!
//! People are counted once each, in one cell; weights have no exact test and are
//! not taken.

mod exact;
mod noncentral;

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};
use statrs::distribution::{ChiSquared, ContinuousCDF};

use crate::confidence::Confidence;

pub use exact::fisher_freeman_halton;

/// How the p of a table was found. The text form is stable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// Pearson's χ².
    ChiSquare,
    /// The exact test, because expected counts are small.
    FisherFreemanHalton,
    /// Pearson's χ² although expected counts are small: the table is too large for
    /// the exact test, and p is an approximation to be read with care.
    ChiSquareSmallCounts,
}

impl Method {
    /// The stable text form, as it travels in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ChiSquare => "chi_square",
            Self::FisherFreemanHalton => "fisher_freeman_halton",
            Self::ChiSquareSmallCounts => "chi_square_small_counts",
        }
    }

    /// Where the method was published.
    #[must_use]
    pub fn source(self) -> &'static str {
        match self {
            Self::ChiSquare | Self::ChiSquareSmallCounts => "Pearson 1900; Cochran 1954",
            Self::FisherFreemanHalton => "Fisher 1935; Freeman & Halton 1951",
        }
    }
}

/// How strong a relation is (Cohen 1988, *Statistical Power Analysis*, section 7.2):
/// `w`, which is V times the root of one less than the shorter side of the table, is
/// weak from 0.1, moderate from 0.3 and strong from 0.5.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Strength {
    /// Below 0.1.
    Negligible,
    /// From 0.1.
    Weak,
    /// From 0.3.
    Moderate,
    /// From 0.5.
    Strong,
}

impl Strength {
    /// The stable text form, as it travels in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Negligible => "negligible",
            Self::Weak => "weak",
            Self::Moderate => "moderate",
            Self::Strong => "strong",
        }
    }
}

/// Where the interval of Cramér's V was published.
pub const V_SOURCE: &str = "Smithson 2003; Steiger & Fouladi 1997";

/// The finding about a table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Association {
    /// People in the table.
    pub n: u64,
    /// Pearson's χ²; `None` when fewer than two rows or two columns have anybody.
    pub chi_square: Option<f64>,
    /// Its degrees of freedom; lines without anybody do not count.
    pub degrees: u64,
    /// p of "no relation"; `None` as for `chi_square`.
    pub p: Option<f64>,
    /// Cramér's V, 0 to 1 (Cramér 1946, *Mathematical Methods of Statistics*, section
    /// 21.9); `None` as for `chi_square`.
    pub cramers_v: Option<f64>,
    /// Where V lies at the given confidence, by inversion of the noncentral χ²
    /// distribution (Smithson 2003, *Confidence Intervals*, chapter 4; Steiger &
    /// Fouladi 1997): `V = √((Δ + degrees) / (n × (shorter side − 1)))`, 0 where the
    /// noncentrality Δ cannot be told from 0. As V itself, it leans upwards by what chance
    /// alone gives a table of this size. `None` as for `chi_square`, and where
    /// expected counts are so small that χ² does not follow the distribution.
    pub cramers_v_interval: Option<(f64, f64)>,
    /// V in words; `None` as for `chi_square`.
    pub strength: Option<Strength>,
    /// The smallest expected count.
    pub least_expected: Option<f64>,
    /// How p was found.
    pub method: Method,
    /// For each cell its adjusted residual, which is standard normal when there is no
    /// relation (Haberman 1973, *Biometrics* 29:205–220); `None` where a line holds
    /// nobody or everybody.
    pub residuals: Vec<Vec<Option<f64>>>,
}

/// Tests a table of counts for independence of its rows and columns. Rows that are
/// shorter than others count as filled up with zeros.
///
/// The χ² approximation is trusted while no expected count is below 1 and at most a
/// fifth of them are below 5 (Cochran 1954, *Biometrics* 10:417–451; in a 2 × 2 table
/// none may be); otherwise the exact test takes its place.
#[must_use]
pub fn association(rows: &[Vec<u64>], confidence: Confidence) -> Association {
    let width = rows.iter().map(Vec::len).max().unwrap_or(0);
    let at = |row: usize, column: usize| rows[row].get(column).copied().unwrap_or(0);
    let row_totals: Vec<u64> = rows.iter().map(|row| row.iter().sum()).collect();
    let column_totals: Vec<u64> = (0..width)
        .map(|column| (0..rows.len()).map(|row| at(row, column)).sum())
        .collect();
    let n: u64 = row_totals.iter().sum();
    let all = n as f64;
    let residuals = (0..rows.len())
        .map(|row| {
            (0..width)
                .map(|column| {
                    let (of_row, of_column) = (
                        row_totals[row] as f64 / all,
                        column_totals[column] as f64 / all,
                    );
                    let variance = all * of_row * of_column * (1.0 - of_row) * (1.0 - of_column);
                    (variance > 0.0).then(|| {
                        (at(row, column) as f64 - all * of_row * of_column) / variance.sqrt()
                    })
                })
                .collect()
        })
        .collect();
    let filled = |totals: &[u64]| -> Vec<usize> {
        (0..totals.len()).filter(|&line| totals[line] > 0).collect()
    };
    let (lines, columns) = (filled(&row_totals), filled(&column_totals));
    let mut found = Association {
        n,
        chi_square: None,
        degrees: 0,
        p: None,
        cramers_v: None,
        cramers_v_interval: None,
        strength: None,
        least_expected: None,
        method: Method::ChiSquare,
        residuals,
    };
    let shorter = lines.len().min(columns.len());
    if shorter < 2 {
        return found;
    }
    let degrees = (lines.len() - 1) * (columns.len() - 1);
    let mut chi_square = 0.0;
    let mut expected: Vec<f64> = Vec::with_capacity(lines.len() * columns.len());
    for &row in &lines {
        for &column in &columns {
            let wanted = row_totals[row] as f64 * column_totals[column] as f64 / all;
            chi_square += (at(row, column) as f64 - wanted).powi(2) / wanted;
            expected.push(wanted);
        }
    }
    let least = expected.iter().copied().fold(f64::INFINITY, f64::min);
    let below_five = expected.iter().filter(|&&wanted| wanted < 5.0).count();
    let trusted =
        least >= 1.0 && below_five * 5 <= expected.len() && !(degrees == 1 && below_five > 0);
    let approximate = || ChiSquared::new(degrees as f64).map_or(1.0, |chi| chi.sf(chi_square));
    let (p, method) = if trusted {
        (approximate(), Method::ChiSquare)
    } else {
        let dense: Vec<Vec<u64>> = lines
            .iter()
            .map(|&row| columns.iter().map(|&column| at(row, column)).collect())
            .collect();
        match fisher_freeman_halton(&dense) {
            Some(p) => (p, Method::FisherFreemanHalton),
            None => (approximate(), Method::ChiSquareSmallCounts),
        }
    };
    let w = (chi_square / all).sqrt();
    let v = |chi_square: f64| (chi_square / all / (shorter - 1) as f64).sqrt().min(1.0);
    found.cramers_v_interval = (method == Method::ChiSquare).then(|| {
        let (low, high) = noncentral::interval(chi_square, degrees as f64, confidence);
        let end = |noncentrality: f64| v(noncentrality + degrees as f64);
        (if low > 0.0 { end(low) } else { 0.0 }, end(high))
    });
    found.chi_square = Some(chi_square);
    found.degrees = degrees as u64;
    found.p = Some(p);
    found.cramers_v = Some(v(chi_square));
    found.strength = Some(match w {
        w if w < 0.1 => Strength::Negligible,
        w if w < 0.3 => Strength::Weak,
        w if w < 0.5 => Strength::Moderate,
        _ => Strength::Strong,
    });
    found.least_expected = Some(least);
    found.method = method;
    found
}
