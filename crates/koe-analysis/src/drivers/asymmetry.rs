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
    let mut columns = vec![rows.outcome.name.to_owned()];
    let mut indicators: Vec<Vec<f64>> = vec![patterns.columns[0].clone()];
    let mut found = Vec::new();
    for (place, driver) in rows.drivers.iter().enumerate() {
        let values = &patterns.columns[place + 1];
        let (low_to, high_from) = match cuts.and_then(|cuts| cuts.get(place)) {
            Some(&cuts) => cuts,
            None => quartiles(values, &counts),
        };
        let mut n = [0_u64; 3];
        for (value, count) in values.iter().zip(&counts) {
            let class = usize::from(*value > low_to) + usize::from(*value >= high_from);
            n[class] += *count as u64;
        }
        if n.contains(&(patterns.of_row.len() as u64)) {
            return Err(DriverError::Constant {
                column: driver.name.to_owned(),
            });
        }
        let mut indicator = |of: &str, is: &dyn Fn(f64) -> bool| {
            columns.push(format!("{} ({of})", driver.name));
            indicators.push(values.iter().map(|&v| f64::from(is(v))).collect());
            columns.len() - 2
        };
        let low = (n[0] > 0).then(|| indicator("low", &|value| value <= low_to));
        // Without a middle, low and high would be each other's opposite.
        let high = (n[2] > 0 && (n[1] > 0 || n[0] == 0))
            .then(|| indicator("high", &|value| value >= high_from));
        found.push((driver.name, low_to, high_from, n, low, high));
    }
    let mut products = CrossProducts::new(columns);
    let mut row = vec![0.0; indicators.len()];
    for &pattern in &patterns.of_row {
        for (value, column) in row.iter_mut().zip(&indicators) {
            *value = column[pattern as usize];
        }
        products.add(&row, patterns.weights[pattern as usize]);
    }
    products.n_dropped = patterns.n_dropped;
    enough(products.n, &products)?;
    let correlations = Correlations::of(&products)?;
    let fit = fitted(&correlations)?;
    free(&correlations)?;
    let slopes = slopes(&correlations, &fit);
    let test = f_test(fit.r2, correlations.drivers(), correlations.n_effective);
    let clear = test.is_some_and(|test| test.p <= confidence.alpha());
    let quantile = confidence.t(slopes.freedom);
    let variance = |a: usize, b: usize| slopes.covariances[(a, b)];
    let around = |value: f64, error: f64| (value - quantile * error, value + quantile * error);

    let mut drivers: Vec<(Asymmetry, bool)> = found
        .into_iter()
        .map(|(name, low_to, high_from, n, low, high)| {
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
                name: name.to_owned(),
                low_to,
                high_from,
                n,
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
fn quartiles(values: &[f64], counts: &[f64]) -> (f64, f64) {
    let mut ordered: Vec<(f64, f64)> = values.iter().copied().zip(counts.iter().copied()).collect();
    ordered.sort_by(|a, b| a.0.total_cmp(&b.0));
    let all: f64 = counts.iter().sum();
    let at = |share: f64| {
        let mut below = 0.0;
        let reached = ordered.iter().find(|(_, count)| {
            below += count;
            below >= share * all
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
