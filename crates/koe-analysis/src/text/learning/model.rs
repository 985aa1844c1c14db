//! A linear model of the sides (multinomial logistic regression), trained by
//! steps that shrink where a feature is frequent (AdaGrad, Duchi, Hazan & Singer
//! 2011, *JMLR* 12: 2121–2159).

use super::features::{DIMENSIONS, Features, PLACES};
use super::{Example, Side, mixed};
use crate::text::sentiment::{Label, Sentiment};

const SIDES: usize = 3;
const ROUNDS: u64 = 15;
const STEP: f32 = 0.25;
/// How strongly weights are drawn to zero at each step of their feature.
const SHRINK: f32 = 1e-4;

pub(super) struct Model {
    /// Weights of a feature for each side, side by side.
    weights: Vec<[f32; SIDES]>,
    bias: [f32; SIDES],
    /// Sides that no example had can never be found.
    known: [bool; SIDES],
    /// How much a feature tells by being rare (inverse document frequency, Spärck
    /// Jones 1972).
    rarity: Vec<f32>,
}

impl Model {
    pub fn train(examples: &[&Example], seed: u64) -> Self {
        let mut model = Self {
            weights: vec![[0.0; SIDES]; DIMENSIONS],
            bias: [0.0; SIDES],
            known: [false; SIDES],
            rarity: rarity(examples),
        };
        for side in examples.iter().filter_map(|example| example.side) {
            model.known[side as usize] = true;
        }
        let mut squares = vec![[1e-6_f32; SIDES]; DIMENSIONS];
        let mut bias_squares = [1e-6_f32; SIDES];
        let mut order: Vec<usize> = (0..examples.len()).collect();
        for round in 0..ROUNDS {
            order.sort_by_key(|&at| (mixed(seed ^ (round << 32) ^ at as u64), at));
            for &at in &order {
                let Some(said) = examples[at].side else {
                    continue;
                };
                let found = model.shares(&examples[at].features);
                for side in (0..SIDES).filter(|&side| model.known[side]) {
                    let error = found[side] - f32::from(u8::from(side == said as usize));
                    bias_squares[side] += error * error;
                    model.bias[side] -= STEP * error / bias_squares[side].sqrt();
                    for &(place, value) in &examples[at].features.0 {
                        let place = place as usize;
                        let weight = &mut model.weights[place][side];
                        let slope = error * value * model.rarity[place] + SHRINK * *weight;
                        squares[place][side] += slope * slope;
                        *weight -= STEP * slope / squares[place][side].sqrt();
                    }
                }
            }
        }
        model
    }

    /// The share of probability of each side.
    fn shares(&self, features: &Features) -> [f32; SIDES] {
        let mut shares = self.bias;
        for &(place, value) in &features.0 {
            let place = place as usize;
            let value = value * self.rarity[place];
            for (share, weight) in shares.iter_mut().zip(&self.weights[place]) {
                *share += value * weight;
            }
        }
        let highest = shares.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let mut sum = 0.0;
        for (share, known) in shares.iter_mut().zip(self.known) {
            *share = if known { (*share - highest).exp() } else { 0.0 };
            sum += *share;
        }
        shares.map(|share| share / sum)
    }

    /// The judgement: the likeliest side; its score is the share of for less that of
    /// against, kept within what the label allows.
    pub fn judge(&self, features: &Features) -> Sentiment {
        let [against, neither, towards] = self.shares(features);
        let lean = f64::from(towards - against).clamp(-1.0, 1.0);
        let side = if towards >= neither && towards >= against {
            Side::Positive
        } else if against >= neither {
            Side::Negative
        } else {
            Side::Neutral
        };
        let score = match side {
            Side::Positive => lean.max(0.21),
            Side::Negative => lean.min(-0.21),
            Side::Neutral => lean.clamp(-0.2, 0.2),
        };
        Sentiment {
            score,
            label: Label::of(score),
        }
    }
}

fn rarity(examples: &[&Example]) -> Vec<f32> {
    let mut seen = vec![0_u32; DIMENSIONS];
    for example in examples {
        for &(place, _) in &example.features.0 {
            seen[place as usize] += 1;
        }
    }
    let all = examples.len() as f32;
    seen.iter()
        .enumerate()
        .map(|(place, &count)| {
            if place >= PLACES {
                return 1.0;
            }
            (1.0 + all / (1.0 + count as f32)).ln()
        })
        .collect()
}
