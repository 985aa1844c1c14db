//! Sentiment of English sentences.

use std::collections::{HashMap, HashSet};

use super::balance::Reading;
use super::lexicon::{Entry, Sequences, add, lines, lists, longest};
use super::{Asked, Emotion};

const WORDS: &str = include_str!("../../../data/en/words.txt");
const RULES: &str = include_str!("../../../data/en/rules.txt");

/// A denied judgement is weaker than its opposite (Hutto & Gilbert 2014: 0.74).
const DENIED: f64 = 0.74;
/// How many words a denial reaches.
const REACH: usize = 4;

/// The lexicon of English.
pub(crate) struct EnglishSentiment {
    words: Sequences,
    rules: HashMap<&'static str, HashSet<&'static str>>,
}

/// Wishes and requests, as words in a row.
const REQUESTS: &[&str] = &[
    "please",
    "should",
    "would like to see",
    "would be nice",
    "would be good",
    "would be great",
    "would have been nice",
    "would have liked",
    "would be better",
    "could you",
    "needs to",
    "need to improve",
    "need more",
    "needs more",
    "i wish",
    "wish there",
    "wish they",
    "it would help",
    "suggest",
    "if only",
    "could do with",
    "ought to",
    "have to improve",
    "must improve",
    "want to see",
    "hope you",
    "more staff",
    "needs a",
    "need a",
    "consider",
];

impl EnglishSentiment {
    /// Reads the data files.
    pub fn new() -> Self {
        let mut words = Sequences::new();
        for (header, entries) in lines(WORDS) {
            let Some(entry) = Entry::read(header) else {
                continue;
            };
            for written in entries.split(',') {
                let normalised = crate::text::normalise(written);
                let found = tokens(normalised.text());
                add(
                    &mut words,
                    found.iter().map(|word| (*word).to_owned()).collect(),
                    entry,
                );
            }
        }
        Self {
            words,
            rules: lists(RULES),
        }
    }

    fn listed(&self, list: &str, word: &str) -> bool {
        self.rules
            .get(list)
            .is_some_and(|words| words.contains(word))
    }

    /// How many words behind `word` are denied, when `denied` were before it.
    pub fn still_denied(&self, word: &str, denied: usize) -> usize {
        if self.listed("deny", word) {
            REACH
        } else if matches!(word, "but" | "because") {
            0
        } else {
            denied.saturating_sub(1)
        }
    }

    /// Reads one sentence in the form of [`crate::text::normalise`].
    pub fn read(&self, text: &str, asked: Asked) -> Reading {
        let words = tokens(text);
        let mut reading = Reading::default();
        let beyond = beyond_better(&words);
        if beyond {
            reading.weigh(2.5);
            reading.feel(Emotion::Joy);
        }
        let suggests =
            !beyond && (proposes(&words) || asked == Asked::Improvement && suggests(&words));
        let joined = format!(" {} ", words.join(" "));
        reading.request = REQUESTS.iter().any(|request| {
            joined.find(request).is_some_and(|at| {
                joined[..at].ends_with(' ') && joined[at + request.len()..].starts_with(' ')
            })
        });
        let mut at = 0;
        while at < words.len() {
            let word = words[at];
            if at > 0
                && self.listed("contrast", word)
                && !matches!(word, "still" | "yet" | "unfortunately")
            {
                reading.contrast();
            }
            if word == "too"
                && words
                    .get(at + 1)
                    .is_some_and(|next| self.listed("size", next))
            {
                if !self.denied(&words, at) {
                    reading.weigh(-1.8);
                }
                at += 2;
                continue;
            }
            match self.entry(&words, at) {
                Some((length, _)) if length == 1 && beyond && BETTER.contains(&word) => at += 1,
                Some((length, entry)) if !idle(&words, at, length) => {
                    self.hear(&words, at, length, &entry, &mut reading);
                    at += length;
                }
                _ => at += 1,
            }
        }
        if suggests {
            // What should be better is not praised by being named.
            reading.request = true;
            reading.positive *= 0.2;
            reading.weigh(-0.8);
        }
        if text.contains('!') {
            let louder = 1.0 + 0.1 * text.matches('!').count().min(3) as f64;
            reading.positive *= louder;
            reading.negative *= louder;
        }
        reading
    }

    fn entry(&self, words: &[&str], at: usize) -> Option<(usize, Entry)> {
        let form = |index: usize| words.get(index).copied().unwrap_or_default();
        longest(&self.words, at, form).or_else(|| {
            stems(words[at])
                .into_iter()
                .find_map(|stem| {
                    let behind = self.words.get(&stem)?;
                    behind.iter().find(|(rest, _)| rest.is_empty())
                })
                .map(|(_, entry)| (1, *entry))
        })
    }

    fn hear(&self, words: &[&str], at: usize, length: usize, entry: &Entry, reading: &mut Reading) {
        let mut strength = entry.strength;
        // An entry such as "don't waste" brings its own denial.
        let own = words[at..at + length]
            .iter()
            .any(|word| self.listed("deny", word));
        if !own && self.denied(words, at) {
            strength *= -DENIED;
        }
        for word in words[at.saturating_sub(2)..at].iter().rev() {
            if self.listed("strong", word) {
                strength *= 1.25;
                break;
            }
            if self.listed("weak", word) {
                strength *= 0.75;
                break;
            }
        }
        reading.hear(entry, strength);
        if strength > 3.0 && entry.emotion == Some(Emotion::Joy) {
            reading.feel(Emotion::Joy);
        }
    }

    /// Whether a denial stands within reach before `at`, in the same clause.
    fn denied(&self, words: &[&str], at: usize) -> bool {
        for back in (at.saturating_sub(REACH)..at).rev() {
            let word = words[back];
            if matches!(
                word,
                "," | ";" | ":" | "but" | "and" | "because" | "so" | "." | "then"
            ) && back + 1 < at
                || matches!(word, "," | ";" | "but" | "because")
            {
                return false;
            }
            // "No, the service was excellent" answers; it denies nothing.
            let answers = back == 0 && at > 1 && matches!(word, "no" | "nothing" | "none");
            if self.listed("deny", word) && !answers {
                let next = words.get(back + 1).copied().unwrap_or_default();
                let from = word == "far" && next != "from";
                return !self.listed("idle", next) && !from;
            }
        }
        false
    }
}

/// Words of improvement.
const BETTER: &[&str] = &[
    "better",
    "improve",
    "improved",
    "improvement",
    "improvements",
    "fault",
    "nicer",
    "bettered",
];

/// "Could not have done better", "can't improve on it", "nothing could be better".
fn beyond_better(words: &[&str]) -> bool {
    const MAY: &[&str] = &[
        "could", "can", "couldn't", "can't", "cannot", "couldnt", "cant",
    ];
    const NOT: &[&str] = &[
        "not", "nothing", "no", "couldn't", "can't", "cannot", "couldnt", "cant", "never", "don't",
    ];
    let place = |list: &[&str]| words.iter().position(|word| list.contains(word));
    match (
        place(MAY),
        place(NOT),
        words.iter().rposition(|word| BETTER.contains(word)),
    ) {
        (Some(may), Some(not), Some(better)) => {
            let first = may.min(not);
            first < better && better - first <= 8 && may.abs_diff(not) <= 5
        }
        _ => false,
    }
}

/// Whether an answer to what should be better says it: "answer quicker", "more
/// staff", "a bit more information".
fn suggests(words: &[&str]) -> bool {
    const MORE: &[&str] = &[
        "more", "less", "better", "quicker", "faster", "sooner", "earlier", "easier", "shorter",
        "clearer", "larger", "bigger", "improve",
    ];
    const ORDERS: &[&str] = &[
        "reduce", "increase", "should", "could", "provide", "speed", "answer", "send", "make",
        "get", "give", "listen", "keep", "be", "have",
    ];
    words.iter().any(|word| MORE.contains(word))
        || words.first().is_some_and(|first| ORDERS.contains(first))
}

/// Whether a sentence proposes something, whatever was asked: "answer calls
/// quicker", "better signs", "the desk could be more helpful".
fn proposes(words: &[&str]) -> bool {
    const FIRST: &[&str] = &[
        "improve",
        "more",
        "better",
        "quicker",
        "faster",
        "answer",
        "answered",
        "send",
        "employ",
        "provide",
        "reduce",
        "increase",
        "speed",
        "communicate",
        "organise",
        "organize",
        "hire",
    ];
    const MORE: &[&str] = &[
        "more", "better", "quicker", "faster", "easier", "clearer", "sooner", "earlier", "cleaner",
        "warmer", "shorter", "improved",
    ];
    let first = words.first().is_some_and(|first| FIRST.contains(first))
        && words
            .get(1)
            .is_some_and(|next| !matches!(*next, "than" | "and" | "of" | "," | "or"));
    first
        || words.windows(2).enumerate().any(|(at, pair)| {
            let may = matches!(
                pair,
                ["could", "be" | "have" | "of"] | ["should", "be" | "have"]
            );
            may && words[at + 2..]
                .iter()
                .take(3)
                .any(|word| MORE.contains(word))
        })
}

/// "kind of", "as well", "like to": words that judge nothing there.
fn idle(words: &[&str], at: usize, length: usize) -> bool {
    if length > 1 {
        return false;
    }
    let before = at.checked_sub(1).map_or("", |back| words[back]);
    let after = words.get(at + 1).copied().unwrap_or_default();
    match words[at] {
        "kind" => {
            after == "of"
                || matches!(
                    before,
                    "a" | "this" | "that" | "any" | "some" | "what" | "of"
                )
        }
        "well" => before == "as" || at == 0 || after == ",",
        "help" | "support" => {
            matches!(before, "to" | "the" | "for" | "no" | "any" | "of") || at == 0
        }
        "pretty" => !after.is_empty(),
        "light" | "complete" | "interest" | "free" | "right" => before == "the",
        "hot" | "clear" => before == "the",
        "wait" | "waiting" => matches!(before, "can't" | "cannot" | "the") && after == "to",
        "only" => before == "not",
        _ => false,
    }
}

/// The words of an English text in the form of [`crate::text::normalise`]; commas
/// and faces stay, as words of their own.
pub(crate) fn tokens(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for part in text.split_whitespace() {
        if part
            .chars()
            .next()
            .is_some_and(|first| matches!(first, ':' | ';' | '=' | '<'))
            && part.len() <= 3
        {
            found.push(part);
            continue;
        }
        let mut start = None;
        for (at, character) in part.char_indices() {
            let inside = character.is_alphanumeric()
                || matches!(character, '\'' | '-' | '/' | '%' | '+') && start.is_some();
            match (inside, start) {
                (true, None) => start = Some(at),
                (false, Some(from)) => {
                    found.push(part[from..at].trim_end_matches(['\'', '-', '/']));
                    start = None;
                    mark(part, at, character, &mut found);
                }
                (false, None) => mark(part, at, character, &mut found),
                (true, Some(_)) => {}
            }
        }
        if let Some(from) = start {
            found.push(part[from..].trim_end_matches(['\'', '-', '/']));
        }
    }
    found
}

fn mark<'t>(part: &'t str, at: usize, character: char, found: &mut Vec<&'t str>) {
    if matches!(character, ',' | ';') || crate::text::sentences::is_emoji(character) {
        found.push(&part[at..at + character.len_utf8()]);
    }
}

/// Base forms a word may come from, likeliest first.
pub(crate) fn stems(word: &str) -> Vec<String> {
    let mut stems = Vec::new();
    let word = word.strip_suffix("'s").unwrap_or(word);
    let mut base = |stem: &str, endings: &[&str]| {
        if stem.len() >= 3 {
            stems.extend(endings.iter().map(|ending| format!("{stem}{ending}")));
            let mut last = stem.chars().rev();
            if last.next() == last.next() {
                stems.push(stem[..stem.len() - 1].to_owned());
            }
        }
    };
    if !word.is_ascii() {
        return stems;
    }
    for (ending, endings) in [
        ("iest", &["y"][..]),
        ("ier", &["y"]),
        ("ies", &["y"]),
        ("ied", &["y"]),
        ("ily", &["y"]),
        ("ing", &["", "e"]),
        ("ed", &["", "e"]),
        ("est", &["", "e"]),
        ("er", &["", "e"]),
        ("ly", &["", "le"]),
        ("es", &["", "e"]),
        ("s", &[""]),
        ("ness", &[""]),
    ] {
        if let Some(stem) = word.strip_suffix(ending) {
            base(stem, endings);
        }
    }
    stems
}
