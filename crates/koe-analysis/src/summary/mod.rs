//! What the experience lake hands over: mergeable sufficient statistics.
//!
//! A [`Summary`] says everything about a group of answers that a score, an
//! interval or a comparison needs, and nothing about who gave them. Summaries of
//! parts merge into the summary of the whole, so that files can be summed once,
//! kept, and added up in any order.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The answers at one value.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Tally {
    /// How many answers.
    pub n: u64,
    /// Sum of their weights; equal to `n` when nobody is weighted.
    pub weight: f64,
    /// Sum of their squared weights; equal to `n` when nobody is weighted.
    pub weight_squared: f64,
}

impl Tally {
    /// `n` answers of weight one.
    #[must_use]
    pub fn unweighted(n: u64) -> Self {
        Self {
            n,
            weight: n as f64,
            weight_squared: n as f64,
        }
    }

    /// Adds the answers of `other`.
    pub fn merge(&mut self, other: &Self) {
        self.n += other.n;
        self.weight += other.weight;
        self.weight_squared += other.weight_squared;
    }

    /// What is left when `part`, which was merged into this, is taken out again.
    #[must_use]
    pub fn without(&self, part: &Self) -> Self {
        Self {
            n: self.n.saturating_sub(part.n),
            weight: (self.weight - part.weight).max(0.0),
            weight_squared: (self.weight_squared - part.weight_squared).max(0.0),
        }
    }

    /// The number of unweighted answers that would carry as much information:
    /// (Σw)² / Σw² (Kish 1965, *Survey Sampling*, section 11.7). Equals `n` when
    /// all weights are equal, and 0 when there is no weight.
    #[must_use]
    pub fn n_effective(&self) -> f64 {
        n_effective(self.n, self.weight, self.weight_squared)
    }
}

fn n_effective(n: u64, weight: f64, weight_squared: f64) -> f64 {
    if weight_squared > 0.0 {
        // Never above n (Cauchy–Schwarz); rounding must not claim otherwise.
        (weight * weight / weight_squared).min(n as f64)
    } else {
        0.0
    }
}

/// Answers counted value by value, for values that are whole numbers: a scale, a
/// coded choice, a count.
///
/// Travels as a JSON object `{"9": {"n": …, "weight": …, "weight_squared": …}}`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Histogram(BTreeMap<i64, Tally>);

impl Histogram {
    /// Adds `tally` answers at `value`.
    pub fn add(&mut self, value: i64, tally: &Tally) {
        if tally.n > 0 {
            self.0.entry(value).or_default().merge(tally);
        }
    }

    /// Adds the answers of `other`.
    pub fn merge(&mut self, other: &Self) {
        for (&value, tally) in &other.0 {
            self.add(value, tally);
        }
    }

    /// The values that were answered, in ascending order, each with its answers.
    pub fn iter(&self) -> impl Iterator<Item = (i64, &Tally)> {
        self.0.iter().map(|(&value, tally)| (value, tally))
    }

    /// The answers at `value`; none when nobody gave it.
    #[must_use]
    pub fn at(&self, value: i64) -> Tally {
        self.0.get(&value).copied().unwrap_or_default()
    }

    /// All answers together.
    #[must_use]
    pub fn total(&self) -> Tally {
        let mut total = Tally::default();
        for tally in self.0.values() {
            total.merge(tally);
        }
        total
    }

    /// Whether nobody answered.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many different values were answered.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Mean, spread, least and greatest value of these answers.
    #[must_use]
    pub fn moments(&self) -> Moments {
        self.moments_where(|_| true)
    }

    /// The same for the answers whose value passes `keep`.
    #[must_use]
    pub fn moments_where(&self, keep: impl Fn(i64) -> bool) -> Moments {
        let mut moments = Moments::default();
        for (value, tally) in self.iter().filter(|&(value, _)| keep(value)) {
            moments.merge(&Moments {
                n: tally.n,
                weight: tally.weight,
                weight_squared: tally.weight_squared,
                mean: value as f64,
                m2: 0.0,
                min: Some(value as f64),
                max: Some(value as f64),
            });
        }
        moments
    }
}

impl FromIterator<(i64, u64)> for Histogram {
    /// From unweighted (value, how many) rows.
    fn from_iter<I: IntoIterator<Item = (i64, u64)>>(rows: I) -> Self {
        let mut histogram = Self::default();
        for (value, n) in rows {
            histogram.add(value, &Tally::unweighted(n));
        }
        histogram
    }
}

/// Number, mean and spread of answers of any value, mergeable without loss of
/// precision (Welford 1962, *Technometrics* 4:419–420; Chan, Golub & LeVeque
/// 1979, Stanford STAN-CS-79-773; with weights West 1979, *CACM* 22:532–535).
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Moments {
    /// How many answers.
    pub n: u64,
    /// Sum of weights, Σw; `n` when nobody is weighted.
    pub weight: f64,
    /// Sum of squared weights, Σw²; `n` when nobody is weighted.
    pub weight_squared: f64,
    /// Weighted mean, Σwx / Σw; 0 when there are no answers.
    pub mean: f64,
    /// Weighted sum of squared distances from the mean, Σw(x − mean)².
    pub m2: f64,
    /// The least value; `None` when there are no answers.
    pub min: Option<f64>,
    /// The greatest value; `None` when there are no answers.
    pub max: Option<f64>,
}

impl Moments {
    /// From what a query engine computes over unweighted answers: how many, their
    /// mean, their sample variance (divisor n − 1; `None` or anything not finite
    /// when there is only one answer), least and greatest value.
    #[must_use]
    pub fn from_aggregates(n: u64, mean: f64, variance: Option<f64>, min: f64, max: f64) -> Self {
        if n == 0 {
            return Self::default();
        }
        let variance = variance.filter(|v| v.is_finite()).unwrap_or(0.0);
        Self {
            n,
            weight: n as f64,
            weight_squared: n as f64,
            mean,
            m2: variance.max(0.0) * (n - 1) as f64,
            min: Some(min),
            max: Some(max),
        }
    }

    /// Adds one answer. The value must be finite and the weight positive and
    /// finite; [`Summary::add`] sorts out those that are not.
    pub fn add(&mut self, value: f64, weight: f64) {
        self.merge(&Self {
            n: 1,
            weight,
            weight_squared: weight * weight,
            mean: value,
            m2: 0.0,
            min: Some(value),
            max: Some(value),
        });
    }

    /// Adds the answers of `other`.
    pub fn merge(&mut self, other: &Self) {
        if other.n == 0 {
            return;
        }
        if self.n == 0 {
            *self = *other;
            return;
        }
        let weight = self.weight + other.weight;
        let apart = other.mean - self.mean;
        if weight > 0.0 {
            let share = other.weight / weight;
            self.mean += apart * share;
            self.m2 += other.m2 + apart * apart * self.weight * share;
        }
        self.n += other.n;
        self.weight = weight;
        self.weight_squared += other.weight_squared;
        self.min = either(self.min, other.min, f64::min);
        self.max = either(self.max, other.max, f64::max);
    }

    /// What is left when `part`, which was merged into this, is taken out again: the
    /// formula of [`Moments::merge`] solved for the other. Least and greatest are not
    /// known then.
    #[must_use]
    pub fn without(&self, part: &Self) -> Self {
        let n = self.n.saturating_sub(part.n);
        let weight = self.weight - part.weight;
        if n == 0 || weight <= 0.0 {
            return Self::default();
        }
        let mean = self.mean + (self.mean - part.mean) * (part.weight / weight);
        let apart = mean - part.mean;
        let between = apart * apart * part.weight * (weight / self.weight);
        Self {
            n,
            weight,
            weight_squared: (self.weight_squared - part.weight_squared).max(0.0),
            mean,
            m2: (self.m2 - part.m2 - between).max(0.0),
            min: None,
            max: None,
        }
    }

    /// Kish's effective number of answers; see [`Tally::n_effective`].
    #[must_use]
    pub fn n_effective(&self) -> f64 {
        n_effective(self.n, self.weight, self.weight_squared)
    }

    /// The unbiased sample variance: m2 / (Σw − Σw²/Σw), which is m2 / (n − 1)
    /// when the weights are equal. `None` with fewer than two (effective) answers.
    #[must_use]
    pub fn variance(&self) -> Option<f64> {
        let freedom = self.n_effective() - 1.0;
        if self.n < 2 || freedom <= 1e-9 {
            return None;
        }
        Some((self.m2 / self.weight).max(0.0) * (freedom + 1.0) / freedom)
    }

    /// Standard error of the mean: √(variance / effective n). `None` with fewer
    /// than two (effective) answers.
    #[must_use]
    pub fn standard_error(&self) -> Option<f64> {
        Some((self.variance()? / self.n_effective()).sqrt())
    }
}

fn either(a: Option<f64>, b: Option<f64>, choose: fn(f64, f64) -> f64) -> Option<f64> {
    match (a, b) {
        (Some(a), Some(b)) => Some(choose(a, b)),
        (one, other) => one.or(other),
    }
}

/// All that is known about the answers of one group to one question.
///
/// An answer stands in exactly one of the four fields. Whole-number answers that
/// are worth telling apart (scales, codes) go to `histogram`; values with
/// decimals, or with so many different whole numbers that counting each is a
/// waste (amounts of money, seconds), go to `aggregated`. A mean uses both; a
/// share or NPS can class only what stands in the histogram, and counts the rest
/// as outside the scale.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Summary {
    /// Answers known value by value.
    pub histogram: Histogram,
    /// Answers known only together, by their moments. Never those in `histogram`.
    pub aggregated: Moments,
    /// Asked, but without an answer that can be used: skipped, "don't know", not
    /// a number, or without a valid weight.
    pub n_missing: u64,
    /// Answers that were set aside before summing because they lie outside the
    /// question's scale. (Those still in the histogram are set aside, and counted,
    /// when a score is taken.)
    pub n_out_of_scale: u64,
}

impl Summary {
    /// From unweighted (value, how many) rows.
    #[must_use]
    pub fn from_counts(rows: impl IntoIterator<Item = (i64, u64)>) -> Self {
        Self {
            histogram: rows.into_iter().collect(),
            ..Self::default()
        }
    }

    /// Adds one answer with its weight (1 when nobody is weighted). Anything that
    /// is not a finite number, or whose weight is not positive and finite, is
    /// counted as missing.
    pub fn add(&mut self, value: Option<f64>, weight: f64) {
        let usable_weight = weight.is_finite() && weight > 0.0;
        match value {
            Some(value) if value.is_finite() && usable_weight => match whole(value) {
                Some(value) => self.histogram.add(
                    value,
                    &Tally {
                        n: 1,
                        weight,
                        weight_squared: weight * weight,
                    },
                ),
                None => self.aggregated.add(value, weight),
            },
            _ => self.n_missing += 1,
        }
    }

    /// Adds the answers of `other`.
    pub fn merge(&mut self, other: &Self) {
        self.histogram.merge(&other.histogram);
        self.aggregated.merge(&other.aggregated);
        self.n_missing += other.n_missing;
        self.n_out_of_scale += other.n_out_of_scale;
    }

    /// The answers of the whole that are not those of `part`, which was merged into it.
    #[must_use]
    pub fn without(&self, part: &Self) -> Self {
        let mut histogram = Histogram::default();
        for (value, tally) in self.histogram.iter() {
            histogram.add(value, &tally.without(&part.histogram.at(value)));
        }
        Self {
            histogram,
            aggregated: self.aggregated.without(&part.aggregated),
            n_missing: self.n_missing.saturating_sub(part.n_missing),
            n_out_of_scale: self.n_out_of_scale.saturating_sub(part.n_out_of_scale),
        }
    }

    /// Mean and spread of every answer, whichever way it is known.
    #[must_use]
    pub fn moments(&self) -> Moments {
        let mut moments = self.histogram.moments();
        moments.merge(&self.aggregated);
        moments
    }

    /// How many answers there are, in or out of any scale.
    #[must_use]
    pub fn n(&self) -> u64 {
        self.histogram.total().n + self.aggregated.n
    }
}

impl<'a> FromIterator<&'a Summary> for Summary {
    /// The summary of the whole from those of its parts.
    fn from_iter<I: IntoIterator<Item = &'a Summary>>(parts: I) -> Self {
        let mut whole = Self::default();
        for part in parts {
            whole.merge(part);
        }
        whole
    }
}

/// The value as a whole number, when it is one that an `f64` holds exactly.
fn whole(value: f64) -> Option<i64> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    (value.fract() == 0.0 && value.abs() <= EXACT).then_some(value as i64)
}
