//! A published survey has its metrics at once: one for every question of
//! recommendation, satisfaction and effort that no metric measures yet. A
//! survey that asks none of these has the mean of its first rating.

use std::collections::BTreeMap;

use async_trait::async_trait;
use koe_analysis::score::{Direction, GoodEnd, Metric as Formula, NpsCuts, Scale};

use super::model::{self, Definition, Metric, Source};
use super::store;
use crate::base::app::App;
use crate::base::id::OrganisationId;
use crate::base::outbox::{Event, Failure, Subscriber};
use crate::org;
use crate::surveys;
use crate::surveys::document::{Agreement, Kind, Question};

/// See the module.
pub struct Suggest;

#[async_trait]
impl Subscriber for Suggest {
    fn name(&self) -> &'static str {
        "metrics.suggest"
    }

    async fn receive(
        &self,
        app: &App,
        organisation: &OrganisationId,
        events: &[Event],
    ) -> Result<(), Failure> {
        let scope = org::system_scope(organisation);
        let now_ms = app.clock.now_ms();
        for event in events {
            let Event::SurveyPublished { survey } = event else {
                continue;
            };
            let mut tx = app.db.write().await?;
            let version = surveys::current(app, &mut tx, &scope, survey).await?;
            let known = store::all(&mut tx, &scope).await?;
            let mut measured: Vec<(&Question, Formula)> = version
                .document
                .questions()
                .filter_map(|question| Some((question, usual_formula(question)?)))
                .collect();
            if measured.is_empty() {
                let mut ratings = version.document.questions();
                measured.extend(ratings.find_map(|question| Some((question, mean(question)?))));
            }
            for (question, formula) in measured {
                let source = Source {
                    stream: survey.as_str().to_owned(),
                    field: surveys::fields::field_of(question).to_owned(),
                    name: None,
                };
                if known
                    .iter()
                    .any(|metric| metric.definition.sources.contains(&source))
                {
                    continue;
                }
                let metric = Metric {
                    id: app.chance.id(now_ms),
                    name: name(&formula, &version.document.title),
                    definition: Definition {
                        formula: model::Formula::Usual(formula),
                        sources: vec![source],
                        metrics: Vec::new(),
                        mixes_programmes: false,
                    },
                    target: None,
                    archived: false,
                };
                store::insert(&mut tx, &scope, &metric, now_ms).await?;
            }
            tx.commit().await?;
        }
        Ok(())
    }
}

/// The formula that fits a question; none when no usual one does.
pub fn usual_formula(question: &Question) -> Option<Formula> {
    match &question.kind {
        Kind::Nps(_) => Some(Formula::Nps {
            cuts: NpsCuts::default(),
        }),
        Kind::Csat(csat) => Some(Formula::Csat {
            scale: Scale::new(1, i64::from(csat.points)),
            top: 2,
            good_end: GoodEnd::default(),
        }),
        Kind::Ces(ces) => Some(Formula::Ces {
            scale: Scale::new(1, i64::from(ces.points)),
            direction: match ces.agree {
                Agreement::HigherIsEasier => Direction::HigherIsBetter,
                Agreement::HigherIsHarder => Direction::LowerIsBetter,
            },
        }),
        _ => None,
    }
}

/// The mean of a rating; none for another question.
fn mean(question: &Question) -> Option<Formula> {
    match &question.kind {
        Kind::Rating(rating) => Some(Formula::Mean {
            scale: Some(Scale::new(i64::from(rating.low), i64::from(rating.high))),
            direction: Direction::HigherIsBetter,
        }),
        _ => None,
    }
}

fn name(formula: &Formula, title: &surveys::Text) -> BTreeMap<String, String> {
    let word = |language: &str| match (formula, language) {
        (Formula::Nps { .. }, _) => "NPS",
        (Formula::Csat { .. }, _) => "CSAT",
        (Formula::Ces { .. }, _) => "CES",
        (_, "ja") => "平均",
        _ => "Mean",
    };
    title
        .iter()
        .filter(|(language, _)| matches!(language.as_str(), "ja" | "en"))
        .map(|(language, words)| {
            let language = language.as_str();
            (language.to_owned(), format!("{} · {words}", word(language)))
        })
        .collect()
}
