//! Which pages and questions a person meets, in which order, and where it ends.
//!
//! There is one rule, [`Flow::walk`]: go through the pages from the first; a page whose
//! condition fails is passed over; on a page, a question whose condition fails is not asked;
//! after a page the first skip that holds leads on. Only answers to questions met so far
//! count, so an answer left behind on a page that is no longer reached changes nothing.
//! Skips lead forward only, so every walk ends.

mod evaluate;

use std::collections::HashMap;

use super::answers::{Answers, Fields};
use super::document::{Condition, Document, Ending, Page, Question, Target};
use evaluate::{Situation, possible};
pub(super) use evaluate::{has_part, is_answered};

/// The logic of one version of a survey, made once and asked for every answer.
pub struct Flow<'a> {
    document: &'a Document,
    places: HashMap<&'a str, Place<'a>>,
    pages: HashMap<&'a str, usize>,
}

#[derive(Clone, Copy)]
struct Place<'a> {
    page: usize,
    number: usize,
    question: &'a Question,
}

/// One page as one person meets it.
#[derive(Debug, Clone, PartialEq)]
pub struct Visit<'a> {
    /// The page.
    pub page: &'a Page,
    /// Its questions that are asked, in order.
    pub questions: Vec<&'a Question>,
}

/// The way of one person through a survey.
#[derive(Debug, Clone, PartialEq)]
pub struct Walk<'a> {
    /// The pages shown, in order.
    pub visits: Vec<Visit<'a>>,
    /// The answers that count: those to questions asked on the way.
    pub answers: Answers,
    /// The thank-you page; none when the survey has none that fits.
    pub ending: Option<&'a Ending>,
}

/// Where a person goes next.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Next<'a> {
    /// To a page.
    Page(&'a Page),
    /// To the end, with the survey's own words if it has any.
    End(Option<&'a Ending>),
}

/// How far a person has come: pages done and the most that can still follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Pages left behind.
    pub done: usize,
    /// The longest way that is still possible, this page included.
    pub remaining: usize,
}

impl Progress {
    /// Whole percent done, rounded down; 100 only at the end. Never falls on the way forward.
    pub fn percent(self) -> u8 {
        let all = self.done + self.remaining;
        if all == 0 {
            return 100;
        }
        u8::try_from(self.done * 100 / all).unwrap_or(100)
    }
}

impl<'a> Flow<'a> {
    /// Prepares the logic of a document.
    pub fn new(document: &'a Document) -> Self {
        let mut places = HashMap::new();
        let mut pages = HashMap::new();
        for (number, page) in document.pages.iter().enumerate() {
            pages.entry(page.id.as_str()).or_insert(number);
            for (place, question) in page.questions.iter().enumerate() {
                places.entry(question.id.as_str()).or_insert(Place {
                    page: number,
                    number: place,
                    question,
                });
            }
        }
        Self {
            document,
            places,
            pages,
        }
    }

    /// The document.
    pub fn document(&self) -> &'a Document {
        self.document
    }

    /// The question with this id.
    pub fn question(&self, id: &str) -> Option<&'a Question> {
        self.places.get(id).map(|place| place.question)
    }

    /// The page a question stands on.
    pub fn page_of(&self, question: &str) -> Option<&'a Page> {
        self.places
            .get(question)
            .and_then(|place| self.document.pages.get(place.page))
    }

    /// The numbers of a question's page and of its place there.
    pub(super) fn place_of(&self, question: &str) -> Option<(usize, usize)> {
        self.places
            .get(question)
            .map(|place| (place.page, place.number))
    }

    /// The whole way through the survey with these answers.
    pub fn walk(&self, answers: &Answers, fields: &Fields) -> Walk<'a> {
        self.walk_until(usize::MAX, answers, fields)
    }

    /// The questions of a page that are asked, in order; none when the page is unknown.
    ///
    /// Questions may depend on answers earlier on the same page, so ask again once those came.
    pub fn visible_questions(
        &self,
        page: &str,
        answers: &Answers,
        fields: &Fields,
    ) -> Vec<&'a Question> {
        let Some(&number) = self.pages.get(page) else {
            return Vec::new();
        };
        let mut counted = self.walk_until(number, answers, fields).answers;
        self.ask(number, answers, fields, &mut counted)
    }

    /// The page after `current`, or the first page when there is no current one.
    pub fn next_page(&self, current: Option<&str>, answers: &Answers, fields: &Fields) -> Next<'a> {
        let walk = self.walk(answers, fields);
        let from = match current {
            None => 0,
            Some(id) => self.pages.get(id).map_or(usize::MAX, |number| number + 1),
        };
        walk.visits
            .iter()
            .find(|visit| self.number(visit.page) >= from)
            .map_or(Next::End(walk.ending), |visit| Next::Page(visit.page))
    }

    /// The page before `current` on this person's way.
    pub fn previous_page(
        &self,
        current: &str,
        answers: &Answers,
        fields: &Fields,
    ) -> Option<&'a Page> {
        let number = *self.pages.get(current)?;
        self.walk_until(number, answers, fields)
            .visits
            .last()
            .map(|visit| visit.page)
    }

    /// The thank-you page these answers lead to.
    pub fn ending(&self, answers: &Answers, fields: &Fields) -> Option<&'a Ending> {
        self.walk(answers, fields).ending
    }

    /// How far a person standing on `current` has come.
    pub fn progress(&self, current: &str, answers: &Answers, fields: &Fields) -> Progress {
        let Some(&number) = self.pages.get(current) else {
            return Progress {
                done: 0,
                remaining: 0,
            };
        };
        let walk = self.walk_until(number, answers, fields);
        Progress {
            done: walk.visits.len(),
            remaining: self.longest_from(number, &walk.answers, fields).max(1),
        }
    }

    /// The pages nobody can reach, whatever is answered: behind a jump that always happens,
    /// or with a condition that never holds.
    pub(super) fn unreachable_pages(&self) -> Vec<usize> {
        let pages = &self.document.pages;
        let mut reached = vec![false; pages.len() + 1];
        reached[0] = true;
        for (number, page) in pages.iter().enumerate() {
            if !reached[number] {
                continue;
            }
            let shown = self.could(page.show_if.as_ref());
            if shown != Some(true) {
                reached[number + 1] = true;
            }
            if shown != Some(false) {
                for (target, _) in
                    self.ways_out(number, &|condition| possible(self.document, condition))
                {
                    reached[target] = true;
                }
            } else {
                reached[number] = false;
            }
        }
        (0..pages.len())
            .filter(|&number| !reached[number])
            .collect()
    }

    fn could(&self, condition: Option<&Condition>) -> Option<bool> {
        condition.map_or(Some(true), |condition| possible(self.document, condition))
    }

    fn number(&self, page: &Page) -> usize {
        self.pages.get(page.id.as_str()).copied().unwrap_or(0)
    }

    /// Walks the pages before number `end`.
    fn walk_until(&self, end: usize, answers: &Answers, fields: &Fields) -> Walk<'a> {
        let mut walk = Walk {
            visits: Vec::new(),
            answers: Answers::new(),
            ending: None,
        };
        let mut forced = None;
        let mut number = 0;
        while let Some(page) = self.document.pages.get(number)
            && number < end
        {
            if !self.holds(page.show_if.as_ref(), &walk.answers, fields) {
                number += 1;
                continue;
            }
            let questions = self.ask(number, answers, fields, &mut walk.answers);
            if !questions.is_empty() {
                walk.visits.push(Visit { page, questions });
            }
            let (target, ending) = self
                .ways_out(number, &|condition| {
                    Some(self.holds(Some(condition), &walk.answers, fields))
                })
                .pop()
                .unwrap_or((number + 1, None));
            number = target;
            forced = ending;
        }
        walk.ending = forced.or_else(|| {
            self.document
                .endings
                .iter()
                .find(|ending| self.holds(ending.when.as_ref(), &walk.answers, fields))
        });
        walk
    }

    /// The questions of a page that are asked; their answers join those that count.
    fn ask(
        &self,
        number: usize,
        answers: &Answers,
        fields: &Fields,
        counted: &mut Answers,
    ) -> Vec<&'a Question> {
        let mut asked = Vec::new();
        for question in &self.document.pages[number].questions {
            if self.holds(question.show_if.as_ref(), counted, fields) {
                counted.copy(&question.id, answers);
                asked.push(question);
            }
        }
        asked
    }

    /// Where a page may lead, each target with the ending it forces: every skip that could
    /// hold, up to the first that surely does, else the next page as well. When `holds`
    /// always knows, this is at most the ways tried and the last is the one taken.
    fn ways_out(
        &self,
        number: usize,
        holds: &dyn Fn(&Condition) -> Option<bool>,
    ) -> Vec<(usize, Option<&'a Ending>)> {
        let end = self.document.pages.len();
        let mut ways = Vec::new();
        for skip in &self.document.pages[number].skips {
            let held = holds(&skip.when);
            if held == Some(false) {
                continue;
            }
            match &skip.to {
                Target::End => ways.push((end, None)),
                Target::Ending(id) => {
                    let ending = self.document.endings.iter().find(|ending| ending.id == *id);
                    ways.push((end, ending));
                }
                // A target that is unknown or lies behind is an error of the document; at
                // run time it is as if the skip were not there, so that no walk is endless.
                Target::Page(id) => match self.pages.get(id.as_str()) {
                    Some(&target) if target > number => ways.push((target, None)),
                    _ => continue,
                },
            }
            if held == Some(true) {
                return ways;
            }
        }
        ways.push((number + 1, None));
        ways
    }

    fn holds(&self, condition: Option<&Condition>, counted: &Answers, fields: &Fields) -> bool {
        condition.is_none_or(|condition| {
            Situation {
                question: &|id| self.question(id),
                open: &|_| false,
                answers: counted,
                fields: Some(fields),
            }
            .holds(condition)
            .unwrap_or(false)
        })
    }

    /// The most pages that can be shown from page `start` on, when every answer from there
    /// on is still open.
    fn longest_from(&self, start: usize, counted: &Answers, fields: &Fields) -> usize {
        let pages = &self.document.pages;
        let open = |id: &str| self.places.get(id).is_some_and(|place| place.page >= start);
        let situation = Situation {
            question: &|id| self.question(id),
            open: &open,
            answers: counted,
            fields: Some(fields),
        };
        let could = |condition: Option<&Condition>| {
            condition.map_or(Some(true), |condition| situation.holds(condition))
        };
        let mut longest = vec![0; pages.len() + 1];
        for number in (start..pages.len()).rev() {
            let page = &pages[number];
            let shown = could(page.show_if.as_ref());
            let passed = longest[number + 1];
            if shown == Some(false) {
                longest[number] = passed;
                continue;
            }
            let own = page
                .questions
                .iter()
                .any(|question| could(question.show_if.as_ref()) != Some(false));
            let onward = self
                .ways_out(number, &|condition| situation.holds(condition))
                .iter()
                .map(|(target, _)| longest[*target])
                .max()
                .unwrap_or(0);
            let met = usize::from(own) + onward;
            longest[number] = if shown == Some(true) {
                met
            } else {
                met.max(passed)
            };
        }
        longest.get(start).copied().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests;
