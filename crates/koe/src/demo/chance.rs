//! Repeatable chance for the generator: every thing it makes has a source of
//! its own, so that nothing depends on the order in which things are made.

/// SplitMix64 (Steele, Lea, Flood 2014) with the distributions that are
/// needed here.
#[derive(Clone, Debug)]
pub struct Draw(u64);

impl Draw {
    /// The source of thing `index` of a kind, `label`, in the world of `seed`.
    pub fn of(seed: u64, label: &str, index: u64) -> Self {
        let mut state = seed ^ 0x6b6f_6520_6465_6d6f;
        for byte in label.bytes() {
            state = mix(state ^ u64::from(byte)).wrapping_add(0x9e37_79b9_7f4a_7c15);
        }
        Self(mix(state ^ index.wrapping_mul(0xd134_2543_de82_ef95)))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0)
    }

    /// Evenly in `[0, 1)`.
    pub fn unit(&mut self) -> f64 {
        // 53 bits fill the fraction of a double exactly.
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Evenly in `low..high`.
    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// Evenly in `0..bound`; 0 when there is nothing to choose from.
    pub fn below(&mut self, bound: usize) -> usize {
        let pick = (self.unit() * bound as f64) as usize;
        pick.min(bound.saturating_sub(1))
    }

    /// True with the given probability.
    pub fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// Standard normal (Box and Muller 1958).
    pub fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.unit()).ln()).sqrt();
        radius * (std::f64::consts::TAU * self.unit()).cos()
    }

    /// One of the choices.
    pub fn pick<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        &choices[self.below(choices.len())]
    }

    /// An index, with probability in proportion to its weight.
    pub fn weighted(&mut self, weights: impl IntoIterator<Item = f64> + Clone) -> usize {
        let total: f64 = weights.clone().into_iter().sum();
        let mut left = self.unit() * total;
        let mut last = 0;
        for (index, weight) in weights.into_iter().enumerate() {
            if weight > 0.0 {
                if left < weight {
                    return index;
                }
                left -= weight;
                last = index;
            }
        }
        last
    }
}

/// The finaliser of SplitMix64.
fn mix(value: u64) -> u64 {
    let z = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_thing_is_drawn_the_same_and_others_differ() {
        let first = |seed, label, index| Draw::of(seed, label, index).unit().to_bits();
        assert_eq!(first(1, "visit", 7), first(1, "visit", 7));
        assert_ne!(first(1, "visit", 7), first(2, "visit", 7));
        assert_ne!(first(1, "visit", 7), first(1, "voice", 7));
        assert_ne!(first(1, "visit", 7), first(1, "visit", 8));
    }

    #[test]
    fn distributions_have_their_means_and_spreads() {
        let mut draw = Draw::of(3, "test", 0);
        let sample: Vec<f64> = (0..20_000).map(|_| draw.normal()).collect();
        let mean = sample.iter().sum::<f64>() / 20_000.0;
        let variance = sample.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / 20_000.0;
        assert!(
            mean.abs() < 0.03 && (variance - 1.0).abs() < 0.04,
            "{mean} {variance}"
        );
        let ones = (0..20_000)
            .filter(|_| draw.weighted([1.0, 3.0]) == 1)
            .count();
        assert!((14_600..15_400).contains(&ones), "{ones}");
        assert!((0..1_000).all(|_| draw.below(3) < 3));
    }
}
