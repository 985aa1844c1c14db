//! What a model sees of a text: its words, pairs of neighbouring words, stretches
//! of characters, and what the lexicon says.

use crate::text::{Analysis, Label, normalise};

/// Places of the hashed features (feature hashing, Weinberger et al. 2009, *ICML*).
pub(super) const PLACES: usize = 1 << 18;
/// Behind them, what the lexicon says.
const LEXICON: usize = 8;
/// Length of a weight vector.
pub(super) const DIMENSIONS: usize = PLACES + LEXICON;

/// Places with values, of a text: hashed words and characters weigh as much as
/// their number allows (each kind has length one), the lexicon's score stands as it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Features(pub(super) Vec<(u32, f32)>);

impl Features {
    /// The features of a text that has been analysed.
    #[must_use]
    pub fn of(text: &str, analysis: &Analysis) -> Self {
        let forms: Vec<&str> = analysis
            .tokens
            .iter()
            .map(|token| token.form.as_str())
            .collect();
        let mut words = Vec::new();
        for (at, form) in forms.iter().enumerate() {
            words.push(place(1, &[form]));
            if let Some(next) = forms.get(at + 1) {
                words.push(place(2, &[form, next]));
            }
        }
        let normalised = normalise(text);
        let characters: Vec<char> = normalised.text().chars().collect();
        let mut stretches = Vec::new();
        // A kanji says as much as several Latin letters do.
        let lengths = if normalised.text().is_ascii() {
            3..=5
        } else {
            1..=4
        };
        for length in lengths {
            for stretch in characters.windows(length) {
                let mut bytes = [0; 4];
                let mut hash = begin(3);
                for character in stretch {
                    hash = go_on(hash, character.encode_utf8(&mut bytes).as_bytes());
                }
                stretches.push(end(hash));
            }
        }
        let mut features = unit(words);
        features.extend(unit(stretches));
        let score = analysis.sentiment.score as f32;
        let last = analysis
            .sentences
            .last()
            .map_or(0.0, |one| one.sentiment.score as f32);
        let side = |yes: bool| if yes { 1.0 } else { 0.0 };
        let said = [
            score,
            score.max(0.0),
            (-score).max(0.0),
            side(score.abs() < 0.05),
            side(analysis.sentiment.label == Label::Mixed),
            last,
            side(score > 0.2),
            side(score < -0.2),
        ];
        for (at, value) in said.into_iter().enumerate() {
            if value != 0.0 {
                features.push(((PLACES + at) as u32, value));
            }
        }
        Self(features)
    }
}

/// Each place once, all together of length one.
fn unit(mut places: Vec<u32>) -> Vec<(u32, f32)> {
    places.sort_unstable();
    places.dedup();
    let value = 1.0 / (places.len().max(1) as f32).sqrt();
    places.into_iter().map(|place| (place, value)).collect()
}

fn place(kind: u8, parts: &[&str]) -> u32 {
    let mut hash = begin(kind);
    for part in parts {
        hash = go_on(hash, part.as_bytes());
        hash = go_on(hash, &[0]);
    }
    end(hash)
}

/// FNV-1a (Fowler, Noll & Vo), 64 bits.
fn begin(kind: u8) -> u64 {
    go_on(0xCBF2_9CE4_8422_2325, &[kind])
}

fn go_on(hash: u64, bytes: &[u8]) -> u64 {
    bytes.iter().fold(hash, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01B3)
    })
}

fn end(hash: u64) -> u32 {
    ((hash ^ (hash >> 32)) as usize % PLACES) as u32
}
