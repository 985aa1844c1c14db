//! The brand's colour, moved just far enough from the paper to be read.

use serde::Serialize;

/// Colours of a page as CSS writes them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Colours {
    /// Accent on light paper, and text upon it.
    pub light: Pair,
    /// Accent on dark paper, and text upon it.
    pub dark: Pair,
}

/// A colour and the text colour that reads best upon it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Pair {
    /// Lines, chosen answers, buttons.
    pub accent: String,
    /// Words upon it.
    pub on: &'static str,
}

type Rgb = [f64; 3];

/// Used when a survey chooses none: 藍 in both schemes.
const LIGHT: &str = "#165e83";
const DARK: &str = "#6fb3d6";
/// The papers that accents stand on; of the two of each scheme, the one that
/// is harder to stand out from.
const LIGHT_PAPER: &str = "#fbfaf5";
const DARK_PAPER: &str = "#1d2025";
const INK: &str = "#16181c";
const WHITE: &str = "#ffffff";
/// WCAG 2.2, success criterion 1.4.3.
const READABLE: f64 = 4.5;

/// The colours for a survey's accent (`#rrggbb`); anything else is Koe's own.
pub fn colours(accent: Option<&str>) -> Colours {
    let chosen = accent.and_then(parse);
    let pair = |own: &str, paper: &str, towards: &str| {
        let accent = match chosen {
            Some(colour) => readable(colour, paper, towards),
            None => own.to_owned(),
        };
        let on = if contrast_of(&accent, WHITE) >= contrast_of(&accent, INK) {
            WHITE
        } else {
            INK
        };
        Pair { accent, on }
    };
    Colours {
        light: pair(LIGHT, LIGHT_PAPER, "#000000"),
        dark: pair(DARK, DARK_PAPER, WHITE),
    }
}

fn parse(text: &str) -> Option<Rgb> {
    let digits = text
        .strip_prefix('#')
        .filter(|digits| digits.len() == 6 && digits.is_ascii())?;
    let mut rgb = [0.0; 3];
    for (channel, at) in rgb.iter_mut().zip([0, 2, 4]) {
        *channel = f64::from(u8::from_str_radix(&digits[at..at + 2], 16).ok()?) / 255.0;
    }
    Some(rgb)
}

fn write(colour: Rgb) -> String {
    let byte = |channel: f64| (channel.clamp(0.0, 1.0) * 255.0).round() as u8;
    format!(
        "#{:02x}{:02x}{:02x}",
        byte(colour[0]),
        byte(colour[1]),
        byte(colour[2])
    )
}

/// The colour itself, or the nearest mixture with `towards` that can be read
/// on `paper`.
fn readable(colour: Rgb, paper: &str, towards: &str) -> String {
    let target = parse(towards).unwrap_or_default();
    (0..=50)
        .map(|step| {
            let share = f64::from(step) / 50.0;
            let mix = |i: usize| colour[i] + (target[i] - colour[i]) * share;
            write([mix(0), mix(1), mix(2)])
        })
        .find(|mixed| contrast_of(mixed, paper) >= READABLE)
        .unwrap_or_else(|| towards.to_owned())
}

/// Relative luminance (WCAG 2.2, definitions).
fn luminance(colour: Rgb) -> f64 {
    let linear = |channel: f64| {
        if channel <= 0.04045 {
            channel / 12.92
        } else {
            ((channel + 0.055) / 1.055).powf(2.4)
        }
    };
    0.2126 * linear(colour[0]) + 0.7152 * linear(colour[1]) + 0.0722 * linear(colour[2])
}

fn contrast_of(a: &str, b: &str) -> f64 {
    let of = |text: &str| luminance(parse(text).unwrap_or_default());
    let (a, b) = (of(a), of(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contrast_is_that_of_the_standard() {
        assert!((contrast_of("#000000", "#ffffff") - 21.0).abs() < 1e-9);
        // The lightest grey that passes on white, by the standard's own examples.
        assert!((contrast_of("#767676", "#ffffff") - 4.54).abs() < 0.005);
    }

    #[test]
    fn any_accent_can_be_read_on_both_papers_and_carry_words() {
        for accent in [
            "#ffff00", "#000000", "#ffffff", "#808080", "#00c300", "#e60012", "#f5f5dc",
        ] {
            let colours = colours(Some(accent));
            assert!(
                contrast_of(&colours.light.accent, LIGHT_PAPER) >= READABLE,
                "{accent}"
            );
            assert!(
                contrast_of(&colours.dark.accent, DARK_PAPER) >= READABLE,
                "{accent}"
            );
            for pair in [&colours.light, &colours.dark] {
                assert!(
                    contrast_of(&pair.accent, pair.on) >= READABLE,
                    "{accent} {pair:?}"
                );
            }
        }
    }

    #[test]
    fn a_colour_that_reads_well_stays_and_nonsense_is_ignored() {
        assert_eq!(colours(Some("#165e83")).light.accent, "#165e83");
        for nonsense in ["red", "#12345", "#12345g", "#123456;}", "#あa1"] {
            assert_eq!(colours(Some(nonsense)), colours(None), "{nonsense}");
        }
    }
}
