//! What a log says, as it travels.

mod finding;
mod lists;

pub use finding::{
    BotAgent, Finding, MalformedLine, MissingFile, Note, Page, PageErrors, PageTime, Portion,
    Searches, Sessions, Term, Times, Traffic,
};

use super::format::Described;
use super::part::{Part, Volume};
use super::time::shown;
use super::traffic::{PageSums, People, count, times};
use crate::confidence::Confidence;

/// What is asked of a log.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Question {
    /// The silence that ends a session, in milliseconds.
    pub gap_ms: i64,
    /// How long lists may get.
    pub top: usize,
    /// The confidence of intervals.
    pub confidence: Confidence,
}

impl Default for Question {
    fn default() -> Self {
        Self {
            gap_ms: super::SESSION_GAP_MS,
            top: 20,
            confidence: Confidence::P95,
        }
    }
}

impl Part {
    /// What the part says.
    #[must_use]
    pub fn find(&self, question: &Question) -> Finding {
        let people = People::of(self);
        let mut pages = vec![PageSums::default(); self.pages.len()];
        let sums = count(&people, question.gap_ms, &mut pages);
        let times = times(&people);
        let mut viewers: Vec<u32> = people.pages.iter().map(|hit| hit.visitor).collect();
        viewers.dedup();
        let requests = people.pages.len() as u64;
        let errors = people.pages.iter().filter(|hit| hit.is_error()).count() as u64;
        let confidence = question.confidence;
        Finding {
            formats: self.formats.iter().copied().collect(),
            lines: self.lines,
            blank: self.blank,
            malformed: self.faults,
            malformed_lines: self
                .first_faults
                .iter()
                .map(|&(line, fault)| MalformedLine { line, fault })
                .collect(),
            without_request: self.without_request,
            from: self.period_ms.map(|(first, _)| shown(first)),
            until: self.period_ms.map(|(_, last)| shown(last)),
            traffic: self.traffic(),
            visitors: viewers.len() as u64,
            sessions: sums.told(question),
            page_count: pages.iter().filter(|page| page.views > 0).count() as u64,
            pages: lists::pages(self, &pages, &times, question),
            error_share: Portion::of(errors, requests, confidence),
            errors: lists::errors(self, &people, &pages, question),
            missing_files: lists::missing_files(self, &people, question),
            times: lists::times(self, &times, question),
            searches: lists::searches(self, &people, question),
            programs: lists::programs(self, question),
            confidence,
            notes: self.notes(),
        }
    }

    fn traffic(&self) -> Vec<Traffic> {
        let [mut pages, mut files, mut feeds, mut programs] = [Volume::default(); 4];
        for visitor in &self.visitors {
            let parts = [visitor.pages, visitor.files, visitor.feeds];
            if self.program(visitor).is_some() {
                parts.into_iter().for_each(|part| programs.add(part));
            } else {
                pages.add(parts[0]);
                files.add(parts[1]);
                feeds.add(parts[2]);
            }
        }
        [
            ("pages", pages),
            ("files", files),
            ("feeds", feeds),
            ("programs", programs),
        ]
        .map(|(group, volume)| Traffic {
            group,
            requests: volume.requests,
            bytes: volume.bytes,
            errors: volume.errors,
        })
        .into()
    }

    fn notes(&self) -> Vec<Note> {
        let any = |is: fn(&Described) -> bool| self.formats.iter().any(is);
        let mut notes = Vec::new();
        if any(|format| format.name == "common") {
            notes.push(Note::NoAgents);
        }
        if any(|format| format.duration_unsure) {
            notes.push(Note::DurationUnsure);
        }
        if self.formats.len() > 1 {
            notes.push(Note::SeveralFormats);
        }
        notes
    }
}
