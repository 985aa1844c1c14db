//! The lists of a finding, each ordered by what matters in it and then by name, so that
//! the order of lines and parts decides nothing.

use std::collections::BTreeMap;

use super::super::bots::BotReason;
use super::super::errors::met;
use super::super::part::{NONE, Part, Visitor};
use super::super::quantile::{Quantile, point, quantile};
use super::super::search::{self, Outcome};
use super::super::traffic::{PageSums, People, SessionSums};
use super::{
    BotAgent, MissingFile, Page, PageErrors, PageTime, Portion, Question, Searches, Sessions, Term,
    Times,
};

const MEDIAN: u64 = 500;
const P75: u64 = 750;
const P95: u64 = 950;

type TimesOfPages = [(u32, Vec<u32>)];

impl SessionSums {
    pub(super) fn told(mut self, question: &Question) -> Sessions {
        let confidence = question.confidence;
        self.lengths_us.sort_unstable();
        let all = self.with_view + self.without_view;
        Sessions {
            n: self.with_view,
            without_view: self.without_view,
            gap_minutes: question.gap_ms as f64 / 60_000.0,
            views: self.views,
            views_per_session: (self.with_view > 0)
                .then(|| self.views as f64 / self.with_view as f64),
            median_length: quantile(&self.lengths_us, MEDIAN, confidence),
            bounce: Portion::of(self.bounces, self.with_view, confidence),
            ended_in_error: Portion::of(self.ended_in_error, all, confidence),
        }
    }
}

impl Part {
    /// Why a visitor is a program; `None` for people.
    pub(super) fn program(&self, visitor: &Visitor) -> Option<BotReason> {
        let by_robots = visitor.robots.then_some(BotReason::RobotsTxt);
        self.reasons[visitor.agent as usize].or(by_robots)
    }
}

/// The first `top` of a list after it was put in order: largest first, then by name.
fn foremost<'n, T>(
    mut list: Vec<T>,
    top: usize,
    size: impl Fn(&T) -> (u64, u64),
    name: impl Fn(&T) -> &'n str,
) -> Vec<T> {
    list.sort_by(|a, b| size(b).cmp(&size(a)).then_with(|| name(a).cmp(name(b))));
    list.truncate(top);
    list
}

pub fn pages(
    part: &Part,
    sums: &[PageSums],
    times: &TimesOfPages,
    question: &Question,
) -> Vec<Page> {
    let confidence = question.confidence;
    let viewed = (0..).zip(sums).filter(|(_, page)| page.views > 0).collect();
    let of_page = |page: u32| {
        let found = times.binary_search_by_key(&page, |(page, _)| *page);
        found.map_or(&[][..], |at| times[at].1.as_slice())
    };
    foremost(
        viewed,
        question.top,
        |(_, page)| (page.views, page.visitors),
        |(place, _)| part.pages.name(*place),
    )
    .into_iter()
    .map(|(place, page)| {
        let times = of_page(place);
        Page {
            page: part.pages.name(place).to_owned(),
            views: page.views,
            visitors: page.visitors,
            entries: page.entries,
            exits: page.exits,
            bounce: Portion::of(page.bounces, page.entries, confidence),
            median: quantile(times, MEDIAN, confidence),
            p75: quantile(times, P75, confidence),
            p95: quantile(times, P95, confidence),
        }
    })
    .collect()
}

pub fn errors(
    part: &Part,
    people: &People<'_>,
    sums: &[PageSums],
    question: &Question,
) -> Vec<PageErrors> {
    let met = met(people.pages.iter().copied());
    foremost(
        met.into_iter().collect(),
        question.top,
        |(_, met)| (met.count(), 0),
        |(place, _)| part.pages.name(*place),
    )
    .into_iter()
    .map(|(place, met)| {
        let page = &sums[place as usize];
        PageErrors {
            page: part.pages.name(place).to_owned(),
            client_errors: page.client_errors,
            server_errors: page.server_errors,
            errors: Portion::of(met.count(), page.requests, question.confidence),
            from: met.from(part),
            statuses: met.statuses,
        }
    })
    .collect()
}

pub fn missing_files(part: &Part, people: &People<'_>, question: &Question) -> Vec<MissingFile> {
    let met = met(people.files.iter().copied());
    foremost(
        met.into_iter().collect(),
        question.top,
        |(_, met)| (met.count(), 0),
        |(place, _)| part.pages.name(*place),
    )
    .into_iter()
    .map(|(place, met)| MissingFile {
        file: part.pages.name(place).to_owned(),
        requests: met.count(),
        from: met.from(part),
        statuses: met.statuses,
    })
    .collect()
}

pub fn times(part: &Part, times: &TimesOfPages, question: &Question) -> Option<Times> {
    let mut all: Vec<u32> = times.iter().flat_map(|(_, times)| times).copied().collect();
    all.sort_unstable();
    let site = page_time("", &all, question)?;
    let mut order: Vec<(f64, &str, &[u32])> = times
        .iter()
        .filter_map(|(page, times)| Some((point(times, P75)?, part.pages.name(*page), &times[..])))
        .collect();
    order.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1)));
    let pages = order
        .into_iter()
        .filter_map(|(_, page, times)| page_time(page, times, question))
        .filter(|page| page.p75.interval.is_some())
        .take(question.top)
        .map(|page| PageTime {
            slow: is_above(&page.p75, &site.p75),
            ..page
        })
        .collect();
    Some(Times { site, pages })
}

/// Whether an interval begins above the end of another.
fn is_above(page: &Quantile, site: &Quantile) -> bool {
    let ends = page.interval.zip(site.interval);
    ends.is_some_and(|((low, _), (_, high))| low > high)
}

fn page_time(page: &str, times: &[u32], question: &Question) -> Option<PageTime> {
    let quantile = |thousandths| quantile(times, thousandths, question.confidence);
    Some(PageTime {
        page: page.to_owned(),
        n: times.len() as u64,
        median: quantile(MEDIAN)?,
        p75: quantile(P75)?,
        p95: quantile(P95)?,
        slow: false,
    })
}

/// Searches by their outcome.
#[derive(Debug, Clone, Copy, Default)]
struct Outcomes {
    followed: u64,
    open: u64,
    left: u64,
    refined: u64,
    error: u64,
}

impl Outcomes {
    fn add(&mut self, outcome: Outcome) {
        let count = match outcome {
            Outcome::Followed => &mut self.followed,
            Outcome::Open => &mut self.open,
            Outcome::Left => &mut self.left,
            Outcome::Refined => &mut self.refined,
            Outcome::Error => &mut self.error,
        };
        *count += 1;
    }

    fn failed(&self) -> u64 {
        self.left + self.refined + self.error
    }

    fn decided(&self) -> u64 {
        self.failed() + self.followed
    }
}

pub fn searches(part: &Part, people: &People<'_>, question: &Question) -> Searches {
    let end_ms = part.period_ms.map_or(0, |(_, last)| last);
    let until_open_ms = end_ms - question.gap_ms;
    let mut all = Outcomes::default();
    let mut sessions = 0;
    let mut terms: BTreeMap<u32, Outcomes> = BTreeMap::new();
    for session in people.sessions(question.gap_ms) {
        if session.iter().all(|hit| hit.term == NONE) {
            continue;
        }
        sessions += 1;
        for (term, outcome) in search::searches(session, until_open_ms) {
            all.add(outcome);
            terms.entry(term).or_default().add(outcome);
        }
    }
    let confidence = question.confidence;
    let terms = foremost(
        terms.into_iter().collect(),
        question.top,
        |(_, outcomes)| (outcomes.failed(), outcomes.decided()),
        |(term, _)| part.terms.name(*term),
    )
    .into_iter()
    .map(|(term, outcomes)| Term {
        term: part.terms.name(term).to_owned(),
        failed: Portion::of(outcomes.failed(), outcomes.decided(), confidence),
        left: outcomes.left,
        refined: outcomes.refined,
        error: outcomes.error,
    })
    .collect();
    Searches {
        n: all.decided() + all.open,
        sessions,
        open: all.open,
        failed: Portion::of(all.failed(), all.decided(), confidence),
        left: all.left,
        refined: all.refined,
        error: all.error,
        terms,
    }
}

pub fn programs(part: &Part, question: &Question) -> Vec<BotAgent> {
    let mut agents: BTreeMap<(u32, BotReason), (u64, u64)> = BTreeMap::new();
    for visitor in &part.visitors {
        if let Some(reason) = part.program(visitor) {
            let (networks, requests) = agents.entry((visitor.agent, reason)).or_default();
            *networks += 1;
            let kinds = [visitor.pages, visitor.files, visitor.feeds];
            *requests += kinds.iter().map(|volume| volume.requests).sum::<u64>();
        }
    }
    foremost(
        agents.into_iter().collect(),
        question.top,
        |(_, (networks, requests))| (*requests, *networks),
        |((agent, _), _)| part.agents.name(*agent),
    )
    .into_iter()
    .map(|((agent, reason), (networks, requests))| BotAgent {
        agent: part.agents.name(agent).to_owned(),
        reason,
        networks,
        requests,
    })
    .collect()
}
