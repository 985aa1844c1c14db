//! What became of every element of another tool's file.
//!
//! The elements are counted from the file itself, before anything is converted. Every one
//! ends in exactly one of three outcomes, so the three counts always add up to the file's;
//! an element that no rule looked at is kept verbatim, never lost.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::surveys::Text;
use crate::surveys::document::Foreign;

/// What became of one element.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Says the same in Koe.
    Converted,
    /// Converted; what is lost is stated.
    WithLoss,
    /// Kept as it stood; Koe has nothing for it.
    Unsupported,
}

/// An element of the file, found by reading the file alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Element {
    /// Where in the file (a JSON pointer, or the like for XML).
    pub path: String,
    /// What it is: `question`, `choice`, `logic_expression` …
    pub kind: &'static str,
    /// What the file calls it.
    pub name: String,
}

/// How many elements ended how.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Counts {
    /// Elements that say the same in Koe.
    pub converted: usize,
    /// Elements converted with a stated loss.
    pub with_loss: usize,
    /// Elements kept verbatim.
    pub unsupported: usize,
    /// Elements of the file; the sum of the three.
    pub total: usize,
}

impl Counts {
    fn add(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::Converted => self.converted += 1,
            Outcome::WithLoss => self.with_loss += 1,
            Outcome::Unsupported => self.unsupported += 1,
        }
    }
}

/// One element and what became of it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ReportItem {
    /// Where in the file.
    pub path: String,
    /// What it is.
    pub kind: String,
    /// What the file calls it.
    pub name: String,
    /// What became of it.
    pub outcome: Outcome,
    /// What is lost, or why it was kept verbatim; absent when it was simply converted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Text>,
    /// The element as it stood: the JSON value, or the XML as text. Absent when it lies
    /// inside another element that is kept verbatim.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub verbatim: Option<Value>,
}

/// What became of every element of a file.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ConversionReport {
    /// The file's format (`qsf`, `lss`, `lsg`, `lsq`).
    pub format: String,
    /// All elements.
    pub counts: Counts,
    /// The same by kind of element.
    pub by_kind: BTreeMap<String, Counts>,
    /// Every element in the file's order.
    pub items: Vec<ReportItem>,
}

/// The most losses that are told of one element; past them nobody reads on.
const MOST_REASONS: usize = 50;

#[derive(Default)]
struct State {
    outcome: Option<Outcome>,
    reasons: Vec<Text>,
}

/// The account of a conversion while it goes on.
pub struct Ledger {
    elements: Vec<Element>,
    states: Vec<State>,
    index: HashMap<String, usize>,
}

impl Ledger {
    /// An account of these elements, none looked at yet. An element stands before those
    /// inside it, and nothing else stands between them.
    pub fn new(elements: Vec<Element>) -> Self {
        let index = elements
            .iter()
            .enumerate()
            .map(|(number, element)| (element.path.clone(), number))
            .collect();
        let states = elements.iter().map(|_| State::default()).collect();
        Self {
            elements,
            states,
            index,
        }
    }

    /// The element says the same in Koe. Places that are no element of their own are ignored.
    pub fn converted(&mut self, path: &str) {
        if let Some(&number) = self.index.get(path) {
            self.mark(number, Outcome::Converted, None);
        }
    }

    /// Something is lost there; a place that is no element counts to the element around it.
    pub fn loss(&mut self, path: &str, reason: Text) {
        if let Some(number) = self.nearest(path) {
            self.mark(number, Outcome::WithLoss, Some(reason));
        }
    }

    /// The element and all elements inside it are kept verbatim.
    pub fn unsupported(&mut self, path: &str, reason: Text) {
        match self.index.get(path) {
            Some(&number) => self.mark(number, Outcome::Unsupported, Some(reason.clone())),
            None => return self.loss(path, reason),
        }
        let inside = format!("{path}/");
        let within = Text::ja_en(
            "そのまま保存した要素の一部です。",
            "Part of an element that is kept verbatim.",
        );
        // What is inside an element follows it without a gap.
        let first = self.index.get(path).map_or(0, |&number| number + 1);
        let count = self.elements[first..]
            .iter()
            .take_while(|element| element.path.starts_with(&inside))
            .count();
        for number in first..first + count {
            self.mark(number, Outcome::Unsupported, Some(within.clone()));
        }
    }

    /// Whether the element was already looked at.
    pub fn is_settled(&self, path: &str) -> bool {
        self.index
            .get(path)
            .is_some_and(|&number| self.states[number].outcome.is_some())
    }

    /// Whether the place is an element of its own.
    pub fn lists(&self, path: &str) -> bool {
        self.index.contains_key(path)
    }

    fn nearest(&self, path: &str) -> Option<usize> {
        let mut path = path;
        loop {
            if let Some(&number) = self.index.get(path) {
                return Some(number);
            }
            path = &path[..path.rfind('/')?];
        }
    }

    fn mark(&mut self, number: usize, outcome: Outcome, reason: Option<Text>) {
        let state = &mut self.states[number];
        state.outcome = state.outcome.max(Some(outcome));
        if let Some(reason) = reason
            && state.reasons.len() < MOST_REASONS
            && !state.reasons.contains(&reason)
        {
            state.reasons.push(reason);
        }
    }

    /// Closes the account. `verbatim` gives an element as it stands in the file.
    pub fn settle(
        self,
        format: &str,
        verbatim: impl Fn(&str) -> Option<Value>,
    ) -> (ConversionReport, Vec<Foreign>) {
        let mut counts = Counts {
            total: self.elements.len(),
            ..Counts::default()
        };
        let mut by_kind: BTreeMap<String, Counts> = BTreeMap::new();
        let mut items = Vec::with_capacity(self.elements.len());
        let mut foreign = Vec::new();
        let mut kept: Vec<String> = Vec::new();
        for (element, mut state) in self.elements.into_iter().zip(self.states) {
            let outcome = state.outcome.unwrap_or(Outcome::Unsupported);
            if state.outcome.is_none() {
                state.reasons.push(Text::ja_en(
                    "Koeに対応するものがないため、そのまま保存しました。",
                    "Koe has nothing for it; it is kept as it stands.",
                ));
            }
            counts.add(outcome);
            let kind = by_kind.entry(element.kind.to_owned()).or_default();
            kind.add(outcome);
            kind.total += 1;
            let mut content = None;
            if outcome == Outcome::Unsupported {
                // Elements come in the file's order, parents first, so that only the
                // outermost kept element carries the content.
                let inside = kept
                    .last()
                    .is_some_and(|outer| element.path.starts_with(outer.as_str()));
                if !inside {
                    content = verbatim(&element.path);
                    kept.push(format!("{}/", element.path));
                    foreign.push(Foreign {
                        format: format.to_owned(),
                        element: element.name.clone(),
                        content: content.clone().unwrap_or(Value::Null),
                    });
                }
            }
            items.push(ReportItem {
                path: element.path,
                kind: element.kind.to_owned(),
                name: element.name,
                outcome,
                reason: joined(&state.reasons),
                verbatim: content,
            });
        }
        pack(&mut foreign, format);
        let report = ConversionReport {
            format: format.to_owned(),
            counts,
            by_kind,
            items,
        };
        (report, foreign)
    }
}

/// A document takes so many kept elements; the last one holds all further ones.
fn pack(foreign: &mut Vec<Foreign>, format: &str) {
    let most = crate::surveys::check::LIMITS.foreign;
    if foreign.len() > most {
        let rest = foreign.split_off(most - 1);
        foreign.push(Foreign {
            format: format.to_owned(),
            element: format!("{} further elements", rest.len()),
            content: rest
                .into_iter()
                .map(|one| serde_json::json!({ "element": one.element, "content": one.content }))
                .collect(),
        });
    }
}

/// Several reasons as one text, a line each, in both languages.
fn joined(reasons: &[Text]) -> Option<Text> {
    let mut all = Text::default();
    for language in [
        crate::surveys::Language::ja(),
        crate::surveys::Language::en(),
    ] {
        let lines: Vec<&str> = reasons
            .iter()
            .filter_map(|reason| reason.exact(&language))
            .collect();
        if !lines.is_empty() {
            all.set(language, lines.join("\n"));
        }
    }
    (!all.is_empty()).then_some(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn element(path: &str) -> Element {
        Element {
            path: path.to_owned(),
            kind: "thing",
            name: path.to_owned(),
        }
    }

    #[test]
    fn the_worst_outcome_stays_and_what_nobody_looked_at_is_kept() {
        let paths = ["/a", "/a/b", "/a/b/c", "/d", "/e"];
        let mut ledger = Ledger::new(paths.map(element).to_vec());
        ledger.loss("/a", Text::ja_en("一", "one"));
        ledger.converted("/a");
        ledger.loss("/a/deeper/down", Text::ja_en("二", "two"));
        ledger.unsupported("/a/b", Text::ja_en("三", "three"));
        ledger.converted("/d");
        ledger.converted("/nowhere");
        let (report, foreign) = ledger.settle("qsf", |path| Some(path.into()));
        let counts = report.counts;
        assert_eq!(
            (counts.converted, counts.with_loss, counts.unsupported),
            (1, 1, 3)
        );
        assert_eq!(counts.total, 5);
        let english = crate::surveys::Language::en();
        let reason = report.items[0].reason.as_ref().expect("a reason");
        assert_eq!(reason.exact(&english), Some("one\ntwo"));
        assert_eq!(report.items[2].verbatim, None, "inside /a/b");
        let kept: Vec<&str> = foreign.iter().map(|f| f.element.as_str()).collect();
        assert_eq!(kept, ["/a/b", "/e"]);
    }
}
