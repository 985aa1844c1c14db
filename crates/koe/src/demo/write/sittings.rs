//! The sittings of the answers: how people came to them, page by page, and who left on the way.

use std::collections::BTreeMap;

use super::World;
use crate::base::app::App;
use crate::demo::chance::Draw;
use crate::demo::history::{Content, History, Kind, Observation, duration};
use crate::demo::sittings::{finished, left};
use crate::demo::truths::{Leaving, Topic};
use crate::responses::{PastPage, PastSitting};
use crate::surveys::document::Page;
use crate::surveys::{Fields, Flow, Version};

/// How long before an answer somebody else left the same survey at most.
const APART_MS: f64 = 3.0 * 3_600_000.0;

/// The sittings of a portion of the history, before which there were `before` records: a number
/// in the whole history, so that portions may be cut anywhere.
pub fn of(
    app: &App,
    world: &World,
    history: &History,
    portion: &[Observation],
    before: u64,
) -> Vec<PastSitting> {
    let mut flows: BTreeMap<Topic, (&Version, Flow<'_>, Leaving)> = BTreeMap::new();
    let mut sittings = Vec::new();
    for (record, number) in portion.iter().zip(before..) {
        let (Kind::Survey(topic), Content::Answers(answers)) = (record.kind, &record.content)
        else {
            continue;
        };
        let (version, flow, leaving) = flows.entry(topic).or_insert_with(|| {
            let version = world.surveys[&topic].as_ref();
            let leaving = history.truths.leaving.of(topic);
            (version, Flow::new(&version.document), leaving)
        });
        let walk = flow.walk(answers, &Fields::new());
        let pages: Vec<&Page> = walk.visits.iter().map(|visit| visit.page).collect();
        let mut draw = Draw::of(history.truths.seed, "sitting", number);
        let sitting = |pages: Vec<PastPage>, ended_ms: i64| {
            let spent_ms: i64 = pages.iter().map(|page| page.spent_ms).sum();
            PastSitting {
                id: app.chance.id(ended_ms),
                survey: version.survey.clone(),
                version: version.number,
                unit: world.units.get(record.unit).cloned(),
                language: if record.english { "en" } else { "ja" }.to_owned(),
                started_ms: ended_ms - spent_ms,
                ended_ms,
                pages,
            }
        };
        let took_ms = record.duration_ms.unwrap_or_else(|| duration(&mut draw));
        sittings.push(sitting(finished(&pages, took_ms, &mut draw), record.at_ms));
        for pages in left(&pages, leaving, duration, &mut draw) {
            let earlier = draw.between(0.0, APART_MS) as i64;
            sittings.push(sitting(pages, record.at_ms - earlier));
        }
    }
    sittings
}
