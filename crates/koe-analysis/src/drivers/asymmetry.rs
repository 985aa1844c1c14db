//! Penalty and reward: does a driver hurt when it is bad as much as it helps when it is good?

use serde::{Deserialize, Serialize};

use super::analysis::{enough, free};
use super::error::DriverError;
use super::linear::{Correlations, f_test, fitted, slopes, t_test};
use super::products::CrossProducts;
use super::rows::{Patterns, Rows, Usable};
use crate::confidence::Confidence;
use crate::inference::family::benjamini_hochberg;

/// What a driver is to people, after Kano (Kano, Seraku, Takahashi & Tsuji 1984, *Hinshitsu*
/// 14:39–48), as far as a test can tell. The text form is stable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// 当たり前品質: the penalty is greater than the reward. Do not be bad at it.
    MustBe,
    /// 一元的品質: penalty or reward is there, and they do not differ clearly. More is better.
    OneDimensional,
    /// 魅力的品質: the reward is greater than the penalty. Being good at it delights.
    Attractive,
    /// Neither can be told from none.
    Unclear,
}

/// One driver's penalty and reward.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Asymmetry {
    /// Its column.
    pub name: String,
    /// Ratings up to this one are low.
    pub low_to: f64,
    /// Ratings from this one on are high.
    pub high_from: f64,
    /// Rows with a low, a middle and a high rating.
    pub n: [u64; 3],
    /// How much the outcome falls when the driver is low instead of in the middle, other
    /// drivers equal; `None` when nobody rated it low.
    pub penalty: Option<f64>,
    /// Where the penalty lies.
    pub penalty_interval: Option<(f64, f64)>,
    /// How much the outcome rises when the driver is high instead of in the middle; `None` when
    /// nobody rated it high.
    pub reward: Option<f64>,
    /// Where the reward lies.
    pub reward_interval: Option<(f64, f64)>,
    /// (reward − penalty) / (reward + penalty): −1 all penalty, 0 even, 1 all reward (Mikulić &
    /// Prebežac 2008, *Managing Service Quality* 18:559–576). `None` unless both are positive.
    pub impact_asymmetry: Option<f64>,
    /// p of "reward and penalty are equal"; `None` unless both exist.
    pub p: Option<f64>,
    /// The same adjusted over the drivers (Benjamini & Hochberg 1995).
    pub p_adjusted: Option<f64>,
    /// What the tests allow to say.
    pub kind: Kind,
}

/// The finding about all drivers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Asymmetries {
    /// Rows used.
    pub n: u64,
    /// Rows left out.
    pub n_dropped: u64,
    /// R² of the model of low and high ratings.
    pub r2: f64,
    /// p of "the drivers explain nothing"; nothing is called clear when it is above one minus
    /// the confidence.
    pub p: Option<f64>,
    /// Of the intervals.
    pub confidence: Confidence,
    /// The drivers, in the order given.
    pub drivers: Vec<Asymmetry>,
}

/// Penalty–reward contrasts (Brandt 1987, in Surprenant (ed.), *Add Value to Your Service*,
/// 61–65; reviewed by Mikulić & Prebežac 2011, *Managing Service Quality* 21:46–66): the outcome
/// is regressed on two indicators for each driver, one for low and one for high ratings.
///
/// `cuts` gives for each driver the greatest low and the least high rating. Without them, low is
/// what lies at or below the lower quartile and high at or above the upper, each moved outwards
/// where the quartile is the median itself; the median is always in the middle. Middle ratings
/// are what both are compared with.
///
/// Intervals and tests are those of least squares; with weights they count on Kish's effective
/// number of rows.
///
/// # Errors
/// As [`super::analyse`].
pub fn asymmetry(
    rows: &Rows<'_>,
    cuts: Option<&[(f64, f64)]>,
    confidence: Confidence,
) -> Result<Asymmetries, DriverError> {
    rows.check()?;
    if rows.drivers.is_empty() {
        return Err(DriverError::NoDrivers);
    }
    let patterns = Patterns::of(rows, Usable::Complete)?;
    let counts = patterns.counts();
    let mut contrasts = Vec::with_capacity(rows.drivers.len());
    let mut indicators: Vec<Vec<f64>> = vec![patterns.columns[0].clone()];
    for (place, driver) in rows.drivers.iter().enumerate() {
        let values = &patterns.columns[place + 1];
        let counted: Vec<(f64, u64)> = values
            .iter()
            .zip(&counts)
            .map(|(value, count)| (*value, *count as u64))
            .collect();
        let cuts = cuts.and_then(|cuts| cuts.get(place)).copied();
        let contrast = Contrast::of(driver.name, &counted, cuts)?;
        let mut indicator = |is: &dyn Fn(f64) -> bool| {
            indicators.push(values.iter().map(|&v| f64::from(is(v))).collect());
        };
        if contrast.has_low() {
            indicator(&|value| value <= contrast.low_to);
        }
        if contrast.has_high() {
            indicator(&|value| value >= contrast.high_from);
        }
        contrasts.push(contrast);
    }
    let mut products = CrossProducts::new(columns(rows.outcome.name, &contrasts));
    let mut row = vec![0.0; indicators.len()];
    for &pattern in &patterns.of_row {
        for (value, column) in row.iter_mut().zip(&indicators) {
            *value = column[pattern as usize];
        }
        products.add(&row, patterns.weights[pattern as usize]);
    }
    products.n_dropped = patterns.n_dropped;
    asymmetry_of_sums(&products, &contrasts, confidence)
}

/// The same from sums of products. Their columns are the outcome and then, driver by driver, the
/// indicator of low ratings where [`Contrast::has_low`] and that of high ratings where
/// [`Contrast::has_high`], each 1 or 0.
///
/// # Errors
/// As [`super::analyse_parts`].
pub fn asymmetry_of_sums(
    products: &CrossProducts,
    contrasts: &[Contrast],
    confidence: Confidence,
) -> Result<Asymmetries, DriverError> {
    let named = columns(&products.columns[0], contrasts);
    if named.len() != products.columns.len() {
        return Err(DriverError::DifferentColumns {
            column: named.last().cloned().unwrap_or_default(),
        });
    }
    enough(products.n, products)?;
    let correlations = Correlations::of(products)?;
    let fit = fitted(&correlations)?;
    free(&correlations)?;
    let slopes = slopes(&correlations, &fit);
    let test = f_test(fit.r2, correlations.drivers(), correlations.n_effective);
    let clear = test.is_some_and(|test| test.p <= confidence.alpha());
    let quantile = confidence.t(slopes.freedom);
    let variance = |a: usize, b: usize| slopes.covariances[(a, b)];
    let around = |value: f64, error: f64| (value - quantile * error, value + quantile * error);

    let mut next = 0;
    let mut place = |is_there: bool| {
        is_there.then(|| {
            next += 1;
            next - 1
        })
    };
    let mut drivers: Vec<(Asymmetry, bool)> = contrasts
        .iter()
        .map(|contrast| {
            let (low, high) = (place(contrast.has_low()), place(contrast.has_high()));
            let penalty = low.map(|low| -slopes.values[low]);
            let reward = high.map(|high| slopes.values[high]);
            let error = |at: usize| variance(at, at).sqrt();
            let p = low.zip(high).map(|(low, high)| {
                let difference = slopes.values[high] + slopes.values[low];
                let spread = variance(low, low) + variance(high, high) + 2.0 * variance(low, high);
                t_test(difference / spread.sqrt(), slopes.freedom)
            });
            let told = |at: Option<usize>| {
                at.is_some_and(|at| {
                    t_test(slopes.values[at] / error(at), slopes.freedom) <= confidence.alpha()
                })
            };
            let asymmetry = Asymmetry {
                name: contrast.name.clone(),
                low_to: contrast.low_to,
                high_from: contrast.high_from,
                n: contrast.n,
                penalty,
                penalty_interval: low.zip(penalty).map(|(at, value)| around(value, error(at))),
                reward,
                reward_interval: high.zip(reward).map(|(at, value)| around(value, error(at))),
                impact_asymmetry: penalty
                    .zip(reward)
                    .filter(|&(penalty, reward)| penalty > 0.0 && reward > 0.0)
                    .map(|(penalty, reward)| (reward - penalty) / (reward + penalty)),
                p,
                p_adjusted: None,
                kind: Kind::Unclear,
            };
            (asymmetry, told(low) || told(high))
        })
        .collect();
    let p: Vec<f64> = drivers.iter().filter_map(|(driver, _)| driver.p).collect();
    let tested = drivers.iter_mut().filter(|(driver, _)| driver.p.is_some());
    for ((driver, _), adjusted) in tested.zip(benjamini_hochberg(&p)) {
        driver.p_adjusted = Some(adjusted);
    }
    Ok(Asymmetries {
        n: products.n,
        n_dropped: products.n_dropped,
        r2: fit.r2,
        p: test.map(|test| test.p),
        confidence,
        drivers: drivers
            .into_iter()
            .map(|(mut driver, told)| {
                driver.kind = kind(&driver, told && clear, confidence.alpha());
                driver
            })
            .collect(),
    })
}

fn kind(driver: &Asymmetry, told: bool, alpha: f64) -> Kind {
    if !told {
        return Kind::Unclear;
    }
    let differ = driver.p_adjusted.is_some_and(|p| p <= alpha);
    match driver.penalty.zip(driver.reward) {
        Some((penalty, reward)) if differ && penalty > reward => Kind::MustBe,
        Some(_) if differ => Kind::Attractive,
        Some(_) => Kind::OneDimensional,
        None => Kind::Unclear,
    }
}

/// The greatest low and the least high rating, around the median.
fn quartiles(counted: &[(f64, u64)]) -> (f64, f64) {
    let mut ordered = counted.to_vec();
    ordered.sort_by(|a, b| a.0.total_cmp(&b.0));
    let all: u64 = counted.iter().map(|(_, count)| count).sum();
    let at = |share: f64| {
        let mut below = 0;
        let reached = ordered.iter().find(|(_, count)| {
            below += count;
            below as f64 >= share * all as f64
        });
        reached.or(ordered.last()).map_or(0.0, |&(value, _)| value)
    };
    let (lower, median, upper) = (at(0.25), at(0.5), at(0.75));
    let values = || ordered.iter().map(|&(value, _)| value);
    let low = if lower < median {
        lower
    } else {
        values().rfind(|&v| v < median).unwrap_or(f64::NEG_INFINITY)
    };
    let high = if upper > median {
        upper
    } else {
        values().find(|&v| v > median).unwrap_or(f64::INFINITY)
    };
    (low, high)
}

/// Where a driver is low and where it is high.
#[derive(Debug, Clone, PartialEq)]
pub struct Contrast {
    /// The driver's column.
    pub name: String,
    /// Ratings up to this one are low.
    pub low_to: f64,
    /// Ratings from this one on are high.
    pub high_from: f64,
    /// Rows with a low, a middle and a high rating.
    pub n: [u64; 3],
}

impl Contrast {
    /// From the different values of a driver with the number of rows that have each; `cuts` are
    /// the greatest low and the least high rating, as at [`asymmetry`].
    ///
    /// # Errors
    /// When all rows are low, in the middle or high.
    pub fn of(
        name: &str,
        counted: &[(f64, u64)],
        cuts: Option<(f64, f64)>,
    ) -> Result<Self, DriverError> {
        let (low_to, high_from) = cuts.unwrap_or_else(|| quartiles(counted));
        let mut n = [0_u64; 3];
        for &(value, count) in counted {
            n[usize::from(value > low_to) + usize::from(value >= high_from)] += count;
        }
        if n.contains(&n.iter().sum()) {
            return Err(DriverError::Constant {
                column: name.to_owned(),
            });
        }
        Ok(Self {
            name: name.to_owned(),
            low_to,
            high_from,
            n,
        })
    }

    /// Whether somebody rated it low.
    #[must_use]
    pub fn has_low(&self) -> bool {
        self.n[0] > 0
    }

    /// Whether somebody rated it high, and somebody neither high nor low: without a middle, low
    /// and high would be each other's opposite.
    #[must_use]
    pub fn has_high(&self) -> bool {
        self.n[2] > 0 && (self.n[1] > 0 || self.n[0] == 0)
    }
}

/// The columns of the model of low and high ratings.
fn columns(outcome: &str, contrasts: &[Contrast]) -> Vec<String> {
    let mut columns = vec![outcome.to_owned()];
    for contrast in contrasts {
        if contrast.has_low() {
            columns.push(format!("{} (low)", contrast.name));
        }
        if contrast.has_high() {
            columns.push(format!("{} (high)", contrast.name));
        }
    }
    columns
}
