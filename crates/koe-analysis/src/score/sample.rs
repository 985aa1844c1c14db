//! The answers of a summary, classed the way a metric needs them.

use serde::{Deserialize, Serialize};

use super::metric::{Metric, NpsCuts, Scale, ShareClass};
use crate::summary::{Moments, Summary, Tally};

/// A share: those who count, and all who gave an answer, those included.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Share {
    /// Those who count.
    pub chosen: Tally,
    /// All who gave an answer.
    pub all: Tally,
}

impl Share {
    /// The share, 0 to 1; not a number when nobody answered.
    #[must_use]
    pub fn p(&self) -> f64 {
        (self.chosen.weight / self.all.weight).clamp(0.0, 1.0)
    }

    /// Whether every answer weighs the same, so that counting people is exact.
    pub(crate) fn is_unweighted(&self) -> bool {
        (self.all.n_effective() - self.all.n as f64).abs() < 1e-6
    }
}

/// The three groups of NPS.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Net {
    pub promoters: Tally,
    pub passives: Tally,
    pub detractors: Tally,
}

impl Net {
    pub fn all(&self) -> Tally {
        let mut all = self.promoters;
        all.merge(&self.passives);
        all.merge(&self.detractors);
        all
    }

    /// Shares of promoters and of detractors, 0 to 1. Only meaningful when
    /// somebody answered.
    pub fn shares(&self) -> (f64, f64) {
        let all = self.all().weight;
        (self.promoters.weight / all, self.detractors.weight / all)
    }

    fn of(summary: &Summary, cuts: &NpsCuts) -> (Self, u64) {
        let mut net = Self::default();
        let mut out = summary.aggregated.n;
        for (value, tally) in summary.histogram.iter() {
            let group = if value < cuts.min || value > cuts.max {
                out += tally.n;
                continue;
            } else if value <= cuts.detractors_to {
                &mut net.detractors
            } else if value <= cuts.passives_to {
                &mut net.passives
            } else {
                &mut net.promoters
            };
            group.merge(tally);
        }
        (net, out)
    }
}

/// What a metric sees of a summary.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Answers {
    Share(Share),
    Net(Net),
    Mean(Moments),
}

/// The answers, and how many could not be used.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sample {
    pub answers: Answers,
    pub n_out_of_scale: u64,
    pub n_missing: u64,
}

impl Sample {
    pub fn of(metric: &Metric, summary: &Summary) -> Self {
        let (answers, out) = match metric {
            Metric::Nps { cuts } => {
                let (net, out) = Net::of(summary, cuts);
                (Answers::Net(net), out)
            }
            Metric::Ces { scale, .. } => mean(summary, Some(*scale)),
            Metric::Mean { scale, .. } => mean(summary, *scale),
            Metric::Csat { .. }
            | Metric::TopBox { .. }
            | Metric::BottomBox { .. }
            | Metric::Share { .. } => share(metric, summary),
        };
        let n_out_of_scale = summary.n_out_of_scale + out;
        Self {
            answers,
            n_out_of_scale,
            n_missing: summary.n_missing + n_out_of_scale,
        }
    }
}

fn mean(summary: &Summary, scale: Option<Scale>) -> (Answers, u64) {
    let on_scale = |value| scale.is_none_or(|scale| scale.holds(value));
    let mut moments = summary.histogram.moments_where(on_scale);
    let out = summary.histogram.total().n - moments.n;
    moments.merge(&summary.aggregated);
    (Answers::Mean(moments), out)
}

fn share(metric: &Metric, summary: &Summary) -> (Answers, u64) {
    let mut share = Share::default();
    // An answer known only by its moments has no value that could be classed.
    let mut out = summary.aggregated.n;
    for (value, tally) in summary.histogram.iter() {
        match metric.class_of(value) {
            Some(ShareClass::Chosen) => {
                share.chosen.merge(tally);
                share.all.merge(tally);
            }
            Some(ShareClass::Other) => share.all.merge(tally),
            Some(ShareClass::OutOfScale) | None => out += tally.n,
        }
    }
    (Answers::Share(share), out)
}
