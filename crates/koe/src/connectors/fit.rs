//! What a document takes: texts that say something and are not too long, names that differ,
//! ranges that can be met. What had to change is said.

use std::collections::{HashMap, HashSet};

use crate::surveys::check::LIMITS;
use crate::surveys::document::{Condition, Kind, Question};
use crate::surveys::{Language, Text};

/// The most characters of an export code.
const LONGEST_CODE: usize = 80;
/// The most characters of a free text that a document may ask for.
const LONGEST_ANSWER: u32 = 10_000;

/// Export codes in use; upper and lower case are one.
#[derive(Debug, Default)]
pub struct Codes {
    taken: HashSet<String>,
    /// The last number given to each code that was met more than once.
    numbers: HashMap<String, u32>,
}

impl Codes {
    /// Takes the code; when it is in use, the free one that was taken instead.
    fn another(&mut self, wanted: &str) -> Option<String> {
        if self.taken.insert(wanted.to_lowercase()) {
            return None;
        }
        let stem: String = wanted.chars().take(LONGEST_CODE - 8).collect();
        let last = self.numbers.entry(stem.to_lowercase()).or_insert(1);
        loop {
            *last += 1;
            let free = format!("{stem}_{last}");
            if self.taken.insert(free.to_lowercase()) {
                return Some(free);
            }
        }
    }
}

/// Makes a question fit a document whose export codes so far are `codes`.
pub fn fit(question: &mut Question, base: &Language, codes: &mut Codes) -> Vec<Text> {
    let mut changes = Vec::new();
    code(question, codes, &mut changes);
    let name = question.export_name().to_owned();
    text(&mut question.text, base, &name, LIMITS.text, &mut changes);
    if let Some(help) = &mut question.help {
        shorten(help, LIMITS.text, &mut changes);
    }
    match &mut question.kind {
        Kind::Single(single) => labels(&mut single.choices, base, &mut changes),
        Kind::Multiple(multiple) => {
            labels(&mut multiple.choices, base, &mut changes);
            let count = u32::try_from(multiple.choices.len()).unwrap_or(u32::MAX);
            let fits = |bound: Option<u32>| bound.is_none_or(|b| (1..=count).contains(&b));
            let ordered =
                !matches!((multiple.min, multiple.max), (Some(min), Some(max)) if min > max);
            if multiple.min == Some(0) {
                multiple.min = None;
            }
            if !fits(multiple.min) || !fits(multiple.max) || !ordered {
                multiple.min = None;
                multiple.max = None;
                changes.push(Text::ja_en(
                    "選択数の範囲が選択肢の数に合わないため外しました。",
                    "The range of choices to take does not fit their number; it was left out.",
                ));
            }
        }
        Kind::Matrix(matrix) => {
            labels(&mut matrix.columns, base, &mut changes);
            for row in &mut matrix.rows {
                let id = row.id.clone();
                text(&mut row.label, base, &id, LIMITS.label, &mut changes);
            }
        }
        Kind::Text(answer) => {
            if answer.max_length == Some(0) {
                answer.max_length = None;
            }
            answer.max_length = answer.max_length.map(|max| max.min(LONGEST_ANSWER));
        }
        Kind::Number(number) => {
            if matches!((number.min, number.max), (Some(min), Some(max)) if min > max) {
                number.min = None;
                number.max = None;
                changes.push(Text::ja_en(
                    "最小値が最大値を超えるため、範囲を外しました。",
                    "The least lies above the most; the range was left out.",
                ));
            }
        }
        _ => {}
    }
    changes
}

/// Whether a condition is small enough for a document.
pub fn is_small_enough(condition: &Condition) -> bool {
    let mut tests = 0;
    condition.each_test(&mut |_| tests += 1);
    condition.depth() <= LIMITS.nesting && tests <= LIMITS.tests
}

fn code(question: &mut Question, codes: &mut Codes, changes: &mut Vec<Text>) {
    if let Some(code) = &question.code {
        let clean: String = code
            .chars()
            .filter(|c| !c.is_control())
            .take(LONGEST_CODE)
            .collect();
        let clean = clean.trim().to_owned();
        if clean.is_empty() {
            question.code = None;
        } else if clean != *code {
            changes.push(Text::ja_en(
                format!("書き出し名を「{clean}」に詰めました。"),
                format!("The export name was cut to “{clean}”."),
            ));
            question.code = Some(clean);
        }
    }
    let twice = question.export_name().to_owned();
    if let Some(free) = codes.another(&twice) {
        changes.push(Text::ja_en(
            format!("書き出し名「{twice}」は二度目のため「{free}」にしました。"),
            format!("The export name “{twice}” stands twice; here it became “{free}”."),
        ));
        question.code = Some(free);
    }
}

fn labels(
    choices: &mut [crate::surveys::document::Choice],
    base: &Language,
    changes: &mut Vec<Text>,
) {
    for choice in choices {
        let id = choice.id.clone();
        text(&mut choice.label, base, &id, LIMITS.label, changes);
    }
}

/// A text that has to say something: its code when it says nothing.
fn text(text: &mut Text, base: &Language, code: &str, most: usize, changes: &mut Vec<Text>) {
    if text.is_empty() {
        text.set(base.clone(), code);
        changes.push(Text::ja_en(
            format!("文言が空のため「{code}」を入れました。"),
            format!("There were no words; “{code}” stands in their place."),
        ));
    }
    shorten(text, most, changes);
}

/// Cuts a text to what a document takes.
pub fn shorten(text: &mut Text, most: usize, changes: &mut Vec<Text>) {
    let long: Vec<(Language, String)> = text
        .iter()
        .filter(|(_, words)| words.chars().count() > most)
        .map(|(language, words)| {
            let cut = words
                .chars()
                .take(most.saturating_sub(1))
                .chain(['…'])
                .collect();
            (language.clone(), cut)
        })
        .collect();
    if !long.is_empty() {
        changes.push(Text::ja_en(
            format!("文言を{most}文字に詰めました。"),
            format!("The words were cut to {most} characters."),
        ));
    }
    for (language, cut) in long {
        text.set(language, cut);
    }
}
