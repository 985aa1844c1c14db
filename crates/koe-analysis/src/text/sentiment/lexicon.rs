//! The lexicons: which words judge, how strongly, and what feeling they speak of.
//!
//! They are data files of this project (`crates/koe-analysis/data`), written for
//! feedback of customers in any trade. The format is explained at the head of each.

use std::collections::{HashMap, HashSet};

use super::Emotion;

/// What an entry of a lexicon says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Entry {
    /// From -3 (strongly against) to 3 (strongly for).
    pub strength: f64,
    /// The feeling it speaks of.
    pub emotion: Option<Emotion>,
    /// 1 when it speaks of effort, -1 when it speaks of ease, else 0.
    pub effort: i8,
}

impl Entry {
    /// Reads `+2 joy easy`.
    pub fn read(header: &str) -> Option<Self> {
        let mut parts = header.split_whitespace();
        let strength = parts.next()?.parse().ok()?;
        let mut entry = Self {
            strength,
            emotion: None,
            effort: 0,
        };
        for part in parts {
            match part {
                "easy" => entry.effort = -1,
                "hard" => entry.effort = 1,
                name => entry.emotion = Some(Emotion::named(name)?),
            }
        }
        Some(entry)
    }
}

/// The lines of a lexicon file: what stands before the colon and behind it.
pub(super) fn lines(file: &str) -> impl Iterator<Item = (&str, &str)> {
    file.lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once(':'))
        .map(|(header, rest)| (header.trim(), rest.trim()))
}

/// Words in a row that are one entry: the further words behind the first.
pub(super) type Sequences = HashMap<String, Vec<(Vec<String>, Entry)>>;

/// Adds a sequence; of two entries for the same words the later one stands.
pub(super) fn add(sequences: &mut Sequences, mut words: Vec<String>, entry: Entry) {
    if words.is_empty() {
        return;
    }
    let first = words.remove(0);
    let behind = sequences.entry(first).or_default();
    behind.retain(|(other, _)| *other != words);
    behind.push((words, entry));
    behind.sort_by_key(|(words, _)| std::cmp::Reverse(words.len()));
}

/// The longest entry that begins at `at`, and how many words it takes.
pub(super) fn longest<'t>(
    sequences: &Sequences,
    at: usize,
    form: impl Fn(usize) -> &'t str,
) -> Option<(usize, Entry)> {
    let behind = sequences.get(form(at))?;
    behind
        .iter()
        .find(|(words, _)| {
            words
                .iter()
                .enumerate()
                .all(|(index, word)| form(at + 1 + index) == word)
        })
        .map(|(words, entry)| (words.len() + 1, *entry))
}

/// The named lists of words of a rules file.
pub(super) fn lists(file: &'static str) -> HashMap<&'static str, HashSet<&'static str>> {
    lines(file)
        .map(|(name, words)| (name, words.split_whitespace().collect()))
        .collect()
}
