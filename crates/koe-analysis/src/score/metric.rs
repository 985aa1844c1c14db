//! What a metric is: a formula as data.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

/// The whole-number answers a question allows, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scale {
    /// The least answer.
    pub min: i64,
    /// The greatest answer.
    pub max: i64,
}

impl Scale {
    /// A scale from `min` to `max`.
    #[must_use]
    pub const fn new(min: i64, max: i64) -> Self {
        Self { min, max }
    }

    /// Whether `value` is an answer of this scale.
    #[must_use]
    pub fn holds(self, value: i64) -> bool {
        (self.min..=self.max).contains(&value)
    }

    /// How many answers the scale has; 0 when its ends are the wrong way round.
    #[must_use]
    pub fn points(self) -> u64 {
        if self.min > self.max {
            0
        } else {
            self.max.abs_diff(self.min).saturating_add(1)
        }
    }

    pub(super) fn top(self, k: u32) -> Self {
        Self::new(
            self.max
                .saturating_sub(i64::from(k))
                .saturating_add(1)
                .max(self.min),
            self.max,
        )
    }

    pub(super) fn bottom(self, k: u32) -> Self {
        Self::new(
            self.min,
            self.min
                .saturating_add(i64::from(k))
                .saturating_sub(1)
                .min(self.max),
        )
    }
}

/// Where NPS cuts its scale: `min..=detractors_to` are detractors, then passives
/// up to `passives_to`, then promoters up to `max`.
///
/// The default is 0–6, 7–8, 9–10 (Reichheld 2003, *Harvard Business Review*
/// 81(12):46–54). A question that runs from 1 to 10 has `min: 1`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NpsCuts {
    /// The least answer of the scale.
    pub min: i64,
    /// The greatest answer that makes a detractor.
    pub detractors_to: i64,
    /// The greatest answer that makes a passive.
    pub passives_to: i64,
    /// The greatest answer of the scale.
    pub max: i64,
}

impl Default for NpsCuts {
    fn default() -> Self {
        Self {
            min: 0,
            detractors_to: 6,
            passives_to: 8,
            max: 10,
        }
    }
}

/// Which end of an answer scale is the good one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GoodEnd {
    /// 5 of 1–5 is best: the usual case.
    #[default]
    Highest,
    /// 1 of 1–5 is best, as in "1 very good … 5 very poor".
    Lowest,
}

/// Which way a metric gets better.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// More is better.
    #[default]
    HigherIsBetter,
    /// Less is better: effort, waiting time, share of complaints.
    LowerIsBetter,
}

fn two() -> u32 {
    2
}

fn one() -> u32 {
    1
}

fn lower_is_better() -> Direction {
    Direction::LowerIsBetter
}

/// A metric over one question or field. Answers outside the scale count as
/// missing.
///
/// Travels as `{"kind": "nps"}`, `{"kind": "csat", "scale": {"min": 1, "max": 5},
/// "top": 2}` and so on; unknown keys are refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Metric {
    /// Net Promoter Score, −100 to 100: percent promoters minus percent
    /// detractors.
    Nps {
        /// Where the scale is cut.
        #[serde(default)]
        cuts: NpsCuts,
    },
    /// Customer satisfaction, percent 0 to 100: the share of answers among the
    /// `top` best of the scale.
    Csat {
        /// The answers of the question.
        scale: Scale,
        /// How many of the best answers count as satisfied.
        #[serde(default = "two")]
        top: u32,
        /// Which end is the best answer.
        #[serde(default)]
        good_end: GoodEnd,
    },
    /// Customer effort, the mean on its scale. Whether a high answer is good
    /// depends on the wording: "how much effort" or "they made it easy".
    Ces {
        /// The answers of the question.
        scale: Scale,
        /// Which way it gets better.
        direction: Direction,
    },
    /// Percent 0 to 100 who gave one of the `k` highest answers.
    TopBox {
        /// The answers of the question.
        scale: Scale,
        /// How many answers from the highest down.
        #[serde(default = "one")]
        k: u32,
        /// Which way it gets better.
        #[serde(default)]
        direction: Direction,
    },
    /// Percent 0 to 100 who gave one of the `k` lowest answers.
    BottomBox {
        /// The answers of the question.
        scale: Scale,
        /// How many answers from the lowest up.
        #[serde(default = "one")]
        k: u32,
        /// Which way it gets better.
        #[serde(default = "lower_is_better")]
        direction: Direction,
    },
    /// The mean, in the unit of the answers.
    Mean {
        /// The answers of the question; none for a field without bounds.
        #[serde(default)]
        scale: Option<Scale>,
        /// Which way it gets better.
        #[serde(default)]
        direction: Direction,
    },
    /// Percent 0 to 100 whose answer is one of `values`.
    Share {
        /// The answers that count.
        values: BTreeSet<i64>,
        /// All answers; none when every whole number is one.
        #[serde(default)]
        scale: Option<Scale>,
        /// Which way it gets better.
        #[serde(default)]
        direction: Direction,
    },
}

/// Why a metric cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvalidMetric {
    /// The scale has fewer than two answers.
    Scale,
    /// The cut points are not in ascending order within the scale.
    Cuts,
    /// The number of counted answers is not from 1 to one less than the scale
    /// has.
    Boxes,
    /// A share without a value that can be answered.
    Values,
}

impl InvalidMetric {
    /// The field of the metric that is at fault, as it is written in JSON.
    #[must_use]
    pub fn field(self, metric: &Metric) -> &'static str {
        match self {
            Self::Scale => "scale",
            Self::Cuts => "cuts",
            Self::Boxes if matches!(metric, Metric::Csat { .. }) => "top",
            Self::Boxes => "k",
            Self::Values => "values",
        }
    }
}

impl fmt::Display for InvalidMetric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Scale => "a scale needs a least answer below its greatest",
            Self::Cuts => "cut points must ascend: min ≤ detractors_to ≤ passives_to < max",
            Self::Boxes => "count at least one answer and leave at least one uncounted",
            Self::Values => "a share needs at least one value of its scale",
        })
    }
}

impl std::error::Error for InvalidMetric {}

impl Metric {
    /// Checks that the metric can be computed and tells answers apart.
    ///
    /// # Errors
    /// The first thing that is wrong. A metric that fails can still be scored
    /// without a panic, but the figure means nothing.
    pub fn validate(&self) -> Result<(), InvalidMetric> {
        let proper = |scale: &Scale| {
            if scale.points() >= 2 {
                Ok(())
            } else {
                Err(InvalidMetric::Scale)
            }
        };
        let boxes = |scale: &Scale, k: u32| {
            proper(scale)?;
            if (1..scale.points()).contains(&u64::from(k)) {
                Ok(())
            } else {
                Err(InvalidMetric::Boxes)
            }
        };
        match self {
            Self::Nps { cuts } => {
                let ascend = cuts.min <= cuts.detractors_to
                    && cuts.detractors_to <= cuts.passives_to
                    && cuts.passives_to < cuts.max;
                if ascend {
                    Ok(())
                } else {
                    Err(InvalidMetric::Cuts)
                }
            }
            Self::Csat { scale, top, .. } => boxes(scale, *top),
            Self::TopBox { scale, k, .. } | Self::BottomBox { scale, k, .. } => boxes(scale, *k),
            Self::Ces { scale, .. } => proper(scale),
            Self::Mean { scale, .. } => scale.as_ref().map_or(Ok(()), proper),
            Self::Share { values, scale, .. } => {
                scale.as_ref().map_or(Ok(()), proper)?;
                let answerable = |value: &i64| scale.is_none_or(|scale: Scale| scale.holds(*value));
                if values.iter().any(answerable) {
                    Ok(())
                } else {
                    Err(InvalidMetric::Values)
                }
            }
        }
    }

    /// Which way the metric gets better. NPS and CSAT always upwards, because
    /// CSAT is told which end of its scale is good.
    #[must_use]
    pub fn direction(&self) -> Direction {
        match self {
            Self::Nps { .. } | Self::Csat { .. } => Direction::HigherIsBetter,
            Self::Ces { direction, .. }
            | Self::TopBox { direction, .. }
            | Self::BottomBox { direction, .. }
            | Self::Mean { direction, .. }
            | Self::Share { direction, .. } => *direction,
        }
    }

    /// The least and greatest value the metric can take: −100 and 100 for NPS, 0
    /// and 100 for a share, the scale of a mean; `None` for a mean without scale.
    #[must_use]
    pub fn range(&self) -> Option<(f64, f64)> {
        match self {
            Self::Nps { .. } => Some((-100.0, 100.0)),
            Self::Csat { .. }
            | Self::TopBox { .. }
            | Self::BottomBox { .. }
            | Self::Share { .. } => Some((0.0, 100.0)),
            Self::Ces { scale, .. } => Some((scale.min as f64, scale.max as f64)),
            Self::Mean { scale, .. } => scale.map(|s| (s.min as f64, s.max as f64)),
        }
    }

    /// What an answer of `value` is to this metric; `None` when it is no share.
    pub(crate) fn class_of(&self, value: i64) -> Option<ShareClass> {
        let class = |on_scale: bool, counted: bool| match (on_scale, counted) {
            (false, _) => ShareClass::OutOfScale,
            (true, true) => ShareClass::Chosen,
            (true, false) => ShareClass::Other,
        };
        let boxed = |scale: &Scale, counted: Scale| class(scale.holds(value), counted.holds(value));
        Some(match self {
            Self::Csat {
                scale,
                top,
                good_end,
            } => boxed(
                scale,
                match good_end {
                    GoodEnd::Highest => scale.top(*top),
                    GoodEnd::Lowest => scale.bottom(*top),
                },
            ),
            Self::TopBox { scale, k, .. } => boxed(scale, scale.top(*k)),
            Self::BottomBox { scale, k, .. } => boxed(scale, scale.bottom(*k)),
            Self::Share { values, scale, .. } => class(
                scale.is_none_or(|scale| scale.holds(value)),
                values.contains(&value),
            ),
            Self::Nps { .. } | Self::Ces { .. } | Self::Mean { .. } => return None,
        })
    }
}

/// What an answer is to a share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ShareClass {
    Chosen,
    Other,
    OutOfScale,
}
