//! What was measured: figures with their median and spread.

use std::time::Duration;

/// One measured thing.
pub struct Figure {
    /// What it is, with its unit.
    what: String,
    /// What each repetition gave, in the figure's unit.
    samples: Vec<f64>,
    /// Digits behind the point.
    digits: usize,
    /// What it is measured against.
    bar: Option<Bar>,
}

/// A bar of the product's design.
#[derive(Clone, Copy)]
pub enum Bar {
    AtLeast(f64),
    AtMost(f64),
}

impl Figure {
    /// A figure of whole numbers.
    pub fn new(what: impl Into<String>, samples: Vec<f64>) -> Self {
        Self {
            what: what.into(),
            samples,
            digits: 0,
            bar: None,
        }
    }

    pub fn digits(mut self, digits: usize) -> Self {
        self.digits = digits;
        self
    }

    pub fn bar(mut self, bar: Bar) -> Self {
        self.bar = Some(bar);
        self
    }

    /// One line of the table: what, median, least and most, repetitions, bar.
    pub fn row(&self) -> String {
        let say = |number: f64| grouped(number, self.digits);
        let (least, most) = extremes(&self.samples);
        let median = median(&self.samples);
        let bar = match self.bar {
            None => "–".to_owned(),
            Some(Bar::AtLeast(bar)) => {
                format!("≥ {}: {}", say(bar), met(median >= bar))
            }
            Some(Bar::AtMost(bar)) => format!("≤ {}: {}", say(bar), met(median <= bar)),
        };
        let spread = if self.samples.len() > 1 {
            format!("{} – {}", say(least), say(most))
        } else {
            "–".to_owned()
        };
        format!(
            "| {} | {} | {spread} | {} | {bar} |",
            self.what,
            say(median),
            self.samples.len()
        )
    }
}

fn met(met: bool) -> &'static str {
    if met { "met" } else { "**missed**" }
}

/// The table of a measure's figures, as Markdown.
pub fn table(figures: &[Figure]) -> String {
    let mut table = String::from(
        "| what | median | least – most | runs | bar |\n| --- | --- | --- | --- | --- |\n",
    );
    for figure in figures {
        table.push_str(&figure.row());
        table.push('\n');
    }
    table
}

/// The middle value; of an even number, the mean of the two in the middle.
pub fn median(samples: &[f64]) -> f64 {
    let mut sorted = samples.to_vec();
    sorted.sort_by(f64::total_cmp);
    match sorted.len() {
        0 => f64::NAN,
        n if n % 2 == 1 => sorted[n / 2],
        n => f64::midpoint(sorted[n / 2 - 1], sorted[n / 2]),
    }
}

/// The value below which a share of the samples lies (nearest rank).
pub fn percentile(samples: &[f64], share: f64) -> f64 {
    let mut sorted = samples.to_vec();
    sorted.sort_by(f64::total_cmp);
    let rank = (share * sorted.len() as f64).ceil() as usize;
    sorted
        .get(rank.saturating_sub(1))
        .copied()
        .unwrap_or(f64::NAN)
}

fn extremes(samples: &[f64]) -> (f64, f64) {
    let least = samples.iter().copied().fold(f64::INFINITY, f64::min);
    let most = samples.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    (least, most)
}

pub fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

/// `12,345.6`
pub fn grouped(number: f64, digits: usize) -> String {
    let plain = format!("{number:.digits$}");
    let (whole, rest) = plain.split_once('.').unwrap_or((&plain, ""));
    let (sign, whole) = whole
        .strip_prefix('-')
        .map_or(("", whole), |whole| ("-", whole));
    let mut text = String::new();
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    let point = if rest.is_empty() { "" } else { "." };
    format!("{sign}{text}{point}{rest}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_and_the_high_end() {
        assert_eq!(median(&[3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(&[4.0, 1.0, 2.0, 3.0]), 2.5);
        let hundred: Vec<f64> = (1..=100).map(f64::from).collect();
        assert_eq!(percentile(&hundred, 0.99), 99.0);
        assert_eq!(percentile(&[7.0], 0.95), 7.0);
        assert!(median(&[]).is_nan());
    }

    #[test]
    fn a_row_says_whether_its_bar_is_met() {
        let figure = Figure::new("answers/s", vec![5_100.0, 4_900.0, 5_000.0]);
        let row = figure.bar(Bar::AtLeast(5_000.0)).row();
        assert_eq!(
            row,
            "| answers/s | 5,000 | 4,900 – 5,100 | 3 | ≥ 5,000: met |"
        );
        let slow = Figure::new("ms", vec![0.61])
            .digits(2)
            .bar(Bar::AtMost(0.5));
        assert_eq!(slow.row(), "| ms | 0.61 | – | 1 | ≤ 0.50: **missed** |");
    }

    #[test]
    fn numbers_are_grouped() {
        assert_eq!(grouped(1_234_567.0, 0), "1,234,567");
        assert_eq!(grouped(-1_234.56, 1), "-1,234.6");
        assert_eq!(grouped(12.0, 0), "12");
    }
}
