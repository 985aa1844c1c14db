//! Weights with which a sample has the margins of the population.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::design::Calibration;
use super::{Design, WeightingError};

/// One margin: for each row its cell, and what the population has in each cell.
#[derive(Debug, Clone, PartialEq)]
pub struct Margin {
    /// What it is called: the column, or the columns that were crossed.
    pub name: String,
    /// The cell of each row.
    pub cells: Vec<String>,
    /// People of the population in each cell; or shares that add up to 1, or to 100.
    pub targets: BTreeMap<String, f64>,
}

/// The least and greatest weight, as multiples of the mean weight.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Trim {
    /// Below 1.
    pub least: f64,
    /// Above 1.
    pub greatest: f64,
}

/// How weights are found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RakeOptions {
    /// Rounds over all margins before it gives up.
    pub rounds: u32,
    /// A round that moves no cell of the crossed margins by more than this many people ends
    /// the raking. Without it: one person of a population given in people, but at most two
    /// ten-thousandths of it; a billionth where shares are given.
    pub tolerance: Option<f64>,
    /// Limits of the weights; raking and trimming then take turns.
    pub trim: Option<Trim>,
}

impl Default for RakeOptions {
    fn default() -> Self {
        Self {
            rounds: 100,
            tolerance: None,
            trim: None,
        }
    }
}

/// What a reader of weighted figures must know.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum WeightingWarning {
    /// The margins were not met within the rounds.
    NotConverged {
        /// The margin that is missed most.
        margin: String,
        /// Its cell.
        cell: String,
        /// By how many people (in the unit of the targets).
        gap: f64,
    },
    /// Some count for far more than others.
    ExtremeWeights {
        /// The greatest weight over the mean weight.
        greatest: f64,
        /// The least weight over the mean weight.
        least: f64,
    },
    /// Weighting costs more than half of the information.
    LowEffectiveNumber {
        /// The effective number of answers.
        n_effective: f64,
        /// The number of answers.
        n: u64,
    },
    /// A cell with so few answers that its weight hangs on single persons.
    SmallCell {
        /// Which margin.
        margin: String,
        /// Which cell.
        cell: String,
        /// How many answers it has.
        n: u64,
    },
    /// Trimming keeps a margin from being met.
    Trimmed {
        /// How many weights stand at a limit.
        n: u64,
    },
}

impl fmt::Display for WeightingWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotConverged { margin, cell, gap } => write!(
                f,
                "the margins are not met: {margin}, {cell:?} is off by {gap:.3}; they may \
                 contradict each other or cross in an empty cell, so merge cells or drop a margin"
            ),
            Self::ExtremeWeights { greatest, least } => write!(
                f,
                "weights reach from {least:.2} to {greatest:.2} times the mean; merge small \
                 cells or trim"
            ),
            Self::LowEffectiveNumber { n_effective, n } => write!(
                f,
                "the {n} answers tell as much as {n_effective:.0} unweighted ones"
            ),
            Self::SmallCell { margin, cell, n } => write!(
                f,
                "{margin}, {cell:?} has {n} answers; its weight hangs on single persons, so \
                 merge it with a similar cell"
            ),
            Self::Trimmed { n } => write!(
                f,
                "{n} weights stand at a limit and the margins are not met exactly"
            ),
        }
    }
}

/// One cell before and after, in the unit of the targets (people, or shares of 1 or 100).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CellFit {
    /// Which cell.
    pub cell: String,
    /// How many answers it has.
    pub n: u64,
    /// What the population has.
    pub target: f64,
    /// What the sample had, made to the size of the population.
    pub before: f64,
    /// What the weighted sample has.
    pub after: f64,
}

/// One margin before and after.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MarginFit {
    /// Which margin.
    pub name: String,
    /// Its cells in the order of their names.
    pub cells: Vec<CellFit>,
}

/// How the weighting went.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WeightingSummary {
    /// `raking`, or `post_stratification` for one margin.
    pub method: String,
    /// How many answers.
    pub n: u64,
    /// The sum of the weights.
    pub population: f64,
    /// Rounds over all margins.
    pub rounds: u32,
    /// Whether the last round moved nothing any more.
    pub converged: bool,
    /// The number of equally weighted answers that would tell as much: (Σw)² / Σw² (Kish
    /// 1965, *Survey Sampling*, section 11.7).
    pub n_effective: f64,
    /// n over the effective number: what weighting costs.
    pub weighting_effect: f64,
    /// The least weight over the mean weight.
    pub least: f64,
    /// The greatest weight over the mean weight.
    pub greatest: f64,
    /// The margins before and after.
    pub margins: Vec<MarginFit>,
    /// What a reader must know.
    pub warnings: Vec<WeightingWarning>,
}

/// Weights, and how they were found.
#[derive(Debug, Clone, PartialEq)]
pub struct Raked {
    /// The design with the new weights. Its standard errors know of the raking.
    pub design: Design,
    /// How it went.
    pub summary: WeightingSummary,
}

/// Answers of a cell below which its weight hangs on single persons.
const SMALL_CELL: u64 = 5;
/// Multiples of the mean weight beyond which a weight is called extreme.
const EXTREME: f64 = 5.0;

/// A margin with its cells numbered and its targets as people.
struct Numbered {
    cell: Vec<usize>,
    people: Vec<f64>,
}

/// Finds weights that meet every margin: each in turn is met exactly by one factor for each of
/// its cells, until a round moves nothing any more (Deming & Stephan 1940, *Annals of
/// Mathematical Statistics* 11:427–444). With one margin that is post-stratification (Holt &
/// Smith 1979, *JRSS A* 142:33–46).
///
/// With limits, weights beyond them are set to the limit after each round, and the others
/// raked on (Potter 1990; Battaglia, Hoaglin & Frankel 2009, *Survey Practice* 2(5)).
///
/// # Errors
/// When a target makes no sense, an answer has none, a cell of the population has no answer,
/// or margins add up to different populations.
pub fn rake(
    design: &Design,
    margins: &[Margin],
    options: &RakeOptions,
) -> Result<Raked, WeightingError> {
    if let Some(trim) = options.trim
        && !(trim.least >= 0.0 && trim.least < 1.0 && trim.greatest > 1.0)
    {
        return Err(WeightingError::Trim);
    }
    let base = &design.weights;
    let sums = totals(margins)?;
    let in_people = sums.iter().find(|(unit, _)| unit.is_none());
    let shares = in_people.is_none();
    let population = in_people.map_or_else(|| base.iter().sum(), |&(_, sum)| sum);
    let numbered: Vec<Numbered> = margins
        .iter()
        .zip(&sums)
        .map(|(margin, &(_, sum))| number(margin, base.len(), population / sum))
        .collect::<Result<_, _>>()?;
    let tolerance = options.tolerance.unwrap_or(if shares {
        1e-9 * population
    } else {
        (2e-4 * population).min(1.0)
    });
    // The cells of all margins crossed, in which convergence is measured.
    let mut crossed_ids: BTreeMap<Vec<usize>, usize> = BTreeMap::new();
    let crossed: Vec<usize> = (0..base.len())
        .map(|row| {
            let next = crossed_ids.len();
            let key = numbered.iter().map(|margin| margin.cell[row]).collect();
            *crossed_ids.entry(key).or_insert(next)
        })
        .collect();
    let mut weights = base.clone();
    let mut steps: Vec<Vec<f64>> = Vec::new();
    let (mut rounds, mut still, mut at_limit) = (0, false, 0);
    while rounds < options.rounds && !still {
        rounds += 1;
        let before = sum_by(&crossed, crossed_ids.len(), &weights);
        steps.clear();
        for margin in &numbered {
            let have = sum_by(&margin.cell, margin.people.len(), &weights);
            for (weight, &cell) in weights.iter_mut().zip(&margin.cell) {
                *weight *= margin.people[cell] / have[cell];
            }
            steps.push(weights.clone());
        }
        if let Some(trim) = options.trim {
            let mean = population / weights.len() as f64;
            let (least, greatest) = (trim.least * mean, trim.greatest * mean);
            at_limit = 0;
            for weight in &mut weights {
                if *weight < least || *weight > greatest {
                    *weight = weight.clamp(least, greatest);
                    at_limit += 1;
                }
            }
        }
        let after = sum_by(&crossed, crossed_ids.len(), &weights);
        let moved = before.iter().zip(&after).map(|(b, a)| (b - a).abs());
        still = moved.fold(0.0, f64::max) < tolerance;
    }
    // Margins that contradict each other come to rest, too, each undoing the other in every
    // round; weights at a limit have a warning of their own.
    let met = numbered.iter().all(|margin| {
        let have = sum_by(&margin.cell, margin.people.len(), &weights);
        let apart = have.iter().zip(&margin.people).map(|(h, p)| (h - p).abs());
        apart.fold(0.0, f64::max) <= tolerance.max(2e-4 * population)
    });
    let converged = still && (met || at_limit > 0);
    let fits: Vec<MarginFit> = margins
        .iter()
        .zip(&numbered)
        .zip(&sums)
        .map(|((margin, numbered), &(_, sum))| {
            fit(margin, numbered, base, &weights, sum, population)
        })
        .collect();
    let mut raked = design.clone();
    raked.calibration = numbered
        .into_iter()
        .zip(steps)
        .map(|(margin, weights)| Calibration {
            cells: margin.people.len(),
            cell: margin.cell,
            weights,
            base: base.clone(),
        })
        .collect();
    raked.weights = weights;
    let mut summary = describe(&raked.weights, fits, rounds, converged);
    if at_limit > 0 {
        summary
            .warnings
            .push(WeightingWarning::Trimmed { n: at_limit });
    }
    Ok(Raked {
        design: raked,
        summary,
    })
}

/// For each margin whether it is given in shares (of 1 or of 100), and its sum.
fn totals(margins: &[Margin]) -> Result<Vec<(Option<f64>, f64)>, WeightingError> {
    let mut sums: Vec<(Option<f64>, f64)> = Vec::new();
    for margin in margins {
        for (cell, &target) in &margin.targets {
            if !(target.is_finite() && target >= 0.0) {
                return Err(WeightingError::Target {
                    margin: margin.name.clone(),
                    cell: cell.clone(),
                });
            }
        }
        let sum: f64 = margin.targets.values().sum();
        if sum <= 0.0 {
            return Err(WeightingError::Target {
                margin: margin.name.clone(),
                cell: margin.targets.keys().next().cloned().unwrap_or_default(),
            });
        }
        // Published shares are rounded; they are made to add up.
        let unit = [1.0, 100.0]
            .into_iter()
            .find(|unit| (sum / unit - 1.0).abs() < 0.005);
        sums.push((unit, sum));
    }
    let people = || sums.iter().enumerate().filter(|(_, sum)| sum.0.is_none());
    if let Some((first, &(_, first_total))) = people().next()
        && let Some((other, &(_, other_total))) =
            people().find(|(_, sum)| (sum.1 / first_total - 1.0).abs() > 1e-3)
    {
        return Err(WeightingError::TotalsDiffer {
            first: margins[first].name.clone(),
            first_total,
            other: margins[other].name.clone(),
            other_total,
        });
    }
    if sums.is_empty() {
        return Err(WeightingError::NoTargets);
    }
    Ok(sums)
}

/// Numbers the cells of a margin; `factor` makes its targets people.
fn number(margin: &Margin, rows: usize, factor: f64) -> Result<Numbered, WeightingError> {
    if margin.cells.len() != rows {
        return Err(WeightingError::Length {
            column: margin.name.clone(),
            rows: margin.cells.len(),
            expected: rows,
        });
    }
    let wanted = || margin.targets.iter().filter(|(_, target)| **target > 0.0);
    let ids: BTreeMap<&str, usize> = wanted()
        .enumerate()
        .map(|(id, (cell, _))| (cell.as_str(), id))
        .collect();
    let cell = margin
        .cells
        .iter()
        .map(|cell| {
            let id = ids.get(cell.as_str()).copied();
            id.ok_or_else(|| WeightingError::NoTarget {
                margin: margin.name.clone(),
                cell: cell.clone(),
            })
        })
        .collect::<Result<Vec<usize>, _>>()?;
    let mut answered = vec![false; ids.len()];
    for &id in &cell {
        answered[id] = true;
    }
    if let Some((empty, _)) = ids.iter().find(|&(_, &id)| !answered[id]) {
        return Err(WeightingError::EmptyCell {
            margin: margin.name.clone(),
            cell: (*empty).to_owned(),
        });
    }
    Ok(Numbered {
        cell,
        people: wanted().map(|(_, target)| target * factor).collect(),
    })
}

fn sum_by(cell: &[usize], cells: usize, weights: &[f64]) -> Vec<f64> {
    let mut sums = vec![0.0; cells];
    for (&cell, weight) in cell.iter().zip(weights) {
        sums[cell] += weight;
    }
    sums
}

/// A margin before and after; `sum` is what its targets add up to.
fn fit(
    margin: &Margin,
    numbered: &Numbered,
    base: &[f64],
    weights: &[f64],
    sum: f64,
    population: f64,
) -> MarginFit {
    let cells = numbered.people.len();
    let ones = vec![1.0; base.len()];
    let n = sum_by(&numbered.cell, cells, &ones);
    let before = sum_by(&numbered.cell, cells, base);
    let after = sum_by(&numbered.cell, cells, weights);
    let drawn: f64 = base.iter().sum();
    let wanted = margin.targets.iter().filter(|(_, target)| **target > 0.0);
    MarginFit {
        name: margin.name.clone(),
        cells: wanted
            .enumerate()
            .map(|(id, (cell, &target))| CellFit {
                cell: cell.clone(),
                n: n[id] as u64,
                target,
                before: before[id] / drawn * sum,
                after: after[id] / population * sum,
            })
            .collect(),
    }
}

fn describe(
    weights: &[f64],
    margins: Vec<MarginFit>,
    rounds: u32,
    converged: bool,
) -> WeightingSummary {
    let n = weights.len() as u64;
    let population: f64 = weights.iter().sum();
    let squares: f64 = weights.iter().map(|w| w * w).sum();
    let n_effective = (population * population / squares).min(n as f64);
    let mean = population / n as f64;
    let least = weights.iter().copied().fold(f64::INFINITY, f64::min) / mean;
    let greatest = weights.iter().copied().fold(0.0, f64::max) / mean;
    let mut warnings = Vec::new();
    let cells = || {
        margins
            .iter()
            .flat_map(|margin| margin.cells.iter().map(move |cell| (margin, cell)))
    };
    let gap = |cell: &CellFit| (cell.after - cell.target).abs();
    if !converged && let Some((margin, cell)) = cells().max_by(|a, b| gap(a.1).total_cmp(&gap(b.1)))
    {
        warnings.push(WeightingWarning::NotConverged {
            margin: margin.name.clone(),
            cell: cell.cell.clone(),
            gap: gap(cell),
        });
    }
    if greatest > EXTREME || least < 1.0 / EXTREME {
        warnings.push(WeightingWarning::ExtremeWeights { greatest, least });
    }
    if n_effective < 0.5 * n as f64 {
        warnings.push(WeightingWarning::LowEffectiveNumber { n_effective, n });
    }
    for (margin, cell) in cells().filter(|(_, cell)| cell.n < SMALL_CELL) {
        warnings.push(WeightingWarning::SmallCell {
            margin: margin.name.clone(),
            cell: cell.cell.clone(),
            n: cell.n,
        });
    }
    WeightingSummary {
        method: if margins.len() == 1 {
            "post_stratification".to_owned()
        } else {
            "raking".to_owned()
        },
        n,
        population,
        rounds,
        converged,
        n_effective,
        weighting_effect: n as f64 / n_effective,
        least,
        greatest,
        margins,
        warnings,
    }
}
