//! One Kaplan–Meier curve, its standard errors and intervals, and its median.

use serde::{Deserialize, Serialize};

use super::{Observation, SurvivalGroup, by_time};
use crate::confidence::Confidence;

/// On which scale the interval of a curve is symmetric.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Transform {
    /// log(−log S): always inside 0 to 1 and good with few events (Kalbfleisch &
    /// Prentice 2002, *The Statistical Analysis of Failure Time Data*, section 1.4).
    #[default]
    LogLog,
    /// log S, cut at 1: what R's `survfit` gives unless told otherwise.
    Log,
}

/// The curve from one event time to the next.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct CurvePoint {
    /// A time at which it happened.
    pub time: f64,
    /// How many were still under observation just before.
    pub at_risk: u64,
    /// To how many of them it happened then.
    pub events: u64,
    /// The share to whom it has not happened by then, 0 to 1.
    pub survival: f64,
    /// Its standard error (Greenwood 1926); `None` once the curve is 0.
    pub se: Option<f64>,
    /// Lower and upper end; `None` once the curve is 0.
    pub interval: Option<(f64, f64)>,
}

/// Curves are products of rounded quotients; a half is a half within this.
const TIE: f64 = 1e-10;

/// The curve and median of one group; `sorted` by time and not empty.
///
/// The variance of S is S² Σⱼ dⱼ / (nⱼ (nⱼ − dⱼ)) (Greenwood 1926, *Reports on Public
/// Health and Medical Subjects* 33:1–26). It is found as the sum of the squared
/// influences of the observations, wᵢ S Σⱼ (eᵢⱼ − hⱼ) / (Yⱼ (1 − hⱼ)) over the event
/// times j at which i was at risk, with eᵢⱼ whether it happened to i then, Yⱼ the weight
/// at risk and hⱼ the weighted share to whom it happened. Without weights that is
/// Greenwood's formula to the letter; with weights it is the variance of the weighted
/// curve (Williams 1995, *Biometrics* 51:1187–1193; Binder 1983, *International
/// Statistical Review* 51:279–292) and does not depend on the size of the weights.
pub(super) fn group<K>(
    key: K,
    sorted: &[Observation],
    transform: Transform,
    confidence: Confidence,
) -> SurvivalGroup<K> {
    let mut at_risk = sorted.len() as u64;
    let mut weight: f64 = sorted.iter().map(|o| o.weight).sum();
    let mut squared: f64 = sorted.iter().map(|o| o.weight * o.weight).sum();
    let n_effective = (weight * weight / squared).min(at_risk as f64);
    let mut survival = 1.0;
    // The influence per unit of weight that all who are still at risk share, and the
    // squared influences of those who have left.
    let (mut shared, mut departed) = (0.0_f64, 0.0_f64);
    let mut curve = Vec::new();
    for same_time in by_time(sorted) {
        let sum = |of: fn(f64) -> f64, event: bool| -> f64 {
            let weights = same_time.iter().filter(|o| o.event == event);
            weights.map(|o| of(o.weight)).sum()
        };
        let square: fn(f64) -> f64 = |w| w * w;
        let plain: fn(f64) -> f64 = |w| w;
        let events = same_time.iter().filter(|o| o.event).count() as u64;
        if events > 0 {
            let all = events == at_risk;
            let hazard = if all {
                1.0
            } else {
                (sum(plain, true) / weight).min(1.0)
            };
            survival = if all { 0.0 } else { survival * (1.0 - hazard) };
            departed += sum(square, true) * (shared + 1.0 / weight).powi(2);
            squared -= sum(square, true);
            shared -= hazard / (weight * (1.0 - hazard));
            let error = (!all && survival > 0.0)
                .then(|| (departed + squared.max(0.0) * shared * shared).sqrt());
            curve.push(CurvePoint {
                time: same_time[0].time,
                at_risk,
                events,
                survival,
                se: error.map(|e| survival * e),
                interval: error.map(|e| interval(survival, e, transform, confidence)),
            });
        }
        departed += sum(square, false) * shared * shared;
        squared -= sum(square, false);
        weight -= sum(plain, true) + sum(plain, false);
        at_risk -= same_time.len() as u64;
    }
    let observed_to = sorted.last().map_or(0.0, |o| o.time);
    let ends = |pick: fn((f64, f64)) -> f64| {
        let known = curve
            .iter()
            .filter_map(|point| Some((point.time, pick(point.interval?))));
        half_time(known, observed_to)
    };
    SurvivalGroup {
        key,
        n: sorted.len() as u64,
        events: curve.iter().map(|point| point.events).sum(),
        n_effective,
        median: half_time(
            curve.iter().map(|point| (point.time, point.survival)),
            observed_to,
        ),
        median_interval: (ends(|i| i.0), ends(|i| i.1)),
        observed_to,
        curve,
    }
}

/// The interval of a point; `error` is the standard error of log S.
fn interval(survival: f64, error: f64, transform: Transform, confidence: Confidence) -> (f64, f64) {
    let z = confidence.z();
    match transform {
        Transform::Log => (
            survival * (-z * error).exp(),
            (survival * (z * error).exp()).min(1.0),
        ),
        Transform::LogLog => {
            let log = survival.ln();
            let stretch = z * error / -log;
            ((log * stretch.exp()).exp(), (log * (-stretch).exp()).exp())
        }
    }
}

/// When a falling curve reaches a half. Where it lies on a half for a while, the middle of
/// that while, as R's `quantile.survfit` has it.
fn half_time(curve: impl Iterator<Item = (f64, f64)>, observed_to: f64) -> Option<f64> {
    let mut below = curve.skip_while(|&(_, survival)| survival > 0.5 + TIE);
    let (time, survival) = below.next()?;
    if survival < 0.5 - TIE {
        return Some(time);
    }
    let until = below
        .find(|&(_, survival)| survival < 0.5 - TIE)
        .map_or(observed_to, |(time, _)| time);
    Some(f64::midpoint(time, until))
}
