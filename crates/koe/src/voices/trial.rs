//! A topic tried on voices before it is kept.

use axum::extract::State;
use koe_analysis::confidence::Confidence;
use koe_analysis::score::{Share, score_of_share};
use koe_analysis::summary::Tally;
use koe_analysis::text::topics::{TopicDocument, TopicLimits, Topics};
use koe_analysis::text::{Asked, Span};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::api::{PersonalSpan, TextSpan};
use super::model::show;
use super::query::{VoiceFilter, VoicePeriod, VoiceQuestion};
use super::store::Found;
use super::{reading, search, tree};
use crate::base::app::App;
use crate::base::http::Json;
use crate::base::id;
use crate::base::number::{ScoreView, shown};
use crate::base::problem::{Outcome, Problem, ProblemDocument};
use crate::org::{Actor, Permission};
use crate::responses;

/// Pages of voices that are looked through, newest first.
const PAGES: usize = 5;
/// Quotations that are given.
const QUOTED: usize = 20;

/// The route of trials.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(try_topic))
}

/// What is tried.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TopicTrialQuestion {
    /// All rules, as they would be kept.
    #[schema(value_type = Object)]
    document: Value,
    /// The topic of them that is tried, with those beneath it.
    topic: String,
    /// Which days.
    #[serde(default)]
    period: VoicePeriod,
    /// All must hold.
    #[serde(default)]
    filters: Vec<VoiceFilter>,
}

/// What a topic finds.
#[derive(Debug, Serialize, ToSchema)]
pub struct TopicTrial {
    /// Voices that were looked through: the newest, at most 1,000, without
    /// those said in confidence.
    looked: u64,
    /// Voices that speak of it.
    n: u64,
    /// The same in percent, with its interval.
    share: ScoreView,
    /// Some of them, newest first, personal data masked.
    quotations: Vec<TopicQuotation>,
}

/// A voice that speaks of a topic.
#[derive(Debug, Serialize, ToSchema)]
pub struct TopicQuotation {
    /// The voice.
    id: id::VoiceId,
    /// The words, personal data masked.
    text: String,
    /// Language of the words: `ja`, `en`, `other`.
    language: String,
    /// The masks in `text`.
    personal_data: Vec<PersonalSpan>,
    /// Where it speaks of the topic.
    spans: Vec<TextSpan>,
}

/// Try a topic
///
/// Looks for a topic in the newest voices, without keeping anything.
#[utoipa::path(post, path = "/api/topics/trials", tag = "voices", operation_id = "try_topic",
    request_body = TopicTrialQuestion,
    responses(
        (status = 200, description = "What it finds", body = TopicTrial),
        (status = 422, description = "A rule cannot be used, or something cannot be asked", body = ProblemDocument)))]
async fn try_topic(
    State(app): State<App>,
    actor: Actor,
    Json(question): Json<TopicTrialQuestion>,
) -> Outcome<Json<TopicTrial>> {
    actor.require(Permission::ReadResults)?;
    let document = tree::understood(&question.document)?;
    if document.topic(&question.topic).is_none() {
        return Err(Problem::invalid(
            "topic",
            "is not in the document; give the id of one of its topics",
        ));
    }
    let voices = newest(&app, &actor, question.period, question.filters).await?;
    // A thousand long texts take a while, and others share this thread.
    let trial = tokio::task::spawn_blocking(move || tried(&document, &question.topic, &voices));
    let trial = trial.await.map_err(Problem::internal)??;
    Ok(Json(trial))
}

/// The newest voices with their words.
async fn newest(
    app: &App,
    actor: &Actor,
    period: VoicePeriod,
    filters: Vec<VoiceFilter>,
) -> Outcome<Vec<(Found, String)>> {
    let mut question = VoiceQuestion {
        period,
        filters,
        limit: Some(app.config.limits.page_rows.min(200)),
        ..VoiceQuestion::default()
    };
    let mut voices = Vec::new();
    for _ in 0..PAGES {
        let found = search::search(app, actor, &question).await?.page;
        let records: Vec<String> = found
            .items
            .iter()
            .map(|one| one.record.as_str().to_owned())
            .collect();
        let mut tx = app.db.read().await?;
        let mut texts = responses::texts_of(&mut tx, &actor.scope, &records).await?;
        drop(tx);
        for one in found.items.into_iter().filter(|one| !one.confidential) {
            let of_record = texts.get_mut(one.record.as_str());
            let body = of_record
                .and_then(|texts| texts.iter_mut().find(|text| text.field == one.field))
                .map(|text| std::mem::take(&mut text.body));
            voices.extend(body.map(|body| (one, body)));
        }
        question.cursor = found.next_cursor;
        if question.cursor.is_none() {
            break;
        }
    }
    Ok(voices)
}

/// What a topic finds in voices.
fn tried(document: &TopicDocument, topic: &str, voices: &[(Found, String)]) -> Outcome<TopicTrial> {
    let analyser = reading::analyser(voices.iter().any(|(found, _)| found.language == "ja"));
    let topics = analyser
        .topics(document, &TopicLimits::default())
        .map_err(tree::refused)?;
    let mut reader = analyser.reader();
    let mut quotations = Vec::new();
    let mut n = 0;
    for (found, body) in voices {
        let analysis = reader.analyse(body, Asked::Open);
        let mut spans: Vec<Span> = topics
            .find(body, &analysis)
            .into_iter()
            .filter(|mention| belongs(&topics, mention.topic, topic))
            .flat_map(|mention| mention.spans)
            .collect();
        if spans.is_empty() {
            continue;
        }
        n += 1;
        if quotations.len() < QUOTED {
            spans.sort_unstable();
            spans.dedup();
            let shown = show(body, false);
            quotations.push(TopicQuotation {
                id: found.id.clone(),
                language: found.language.clone(),
                spans: TextSpan::placed(&spans, &shown),
                personal_data: shown
                    .personal_data
                    .into_iter()
                    .map(PersonalSpan::from)
                    .collect(),
                text: shown.text,
            });
        }
    }
    let looked = voices.len() as u64;
    let share = Share {
        chosen: Tally::unweighted(n),
        all: Tally::unweighted(looked),
    };
    Ok(TopicTrial {
        looked,
        n,
        share: shown(score_of_share(&share, 0, Confidence::P95), true),
        quotations,
    })
}

/// Whether a topic is the one meant, or lies beneath it.
fn belongs(topics: &Topics, found: usize, meant: &str) -> bool {
    std::iter::successors(Some(found), |topic| topics.parent(*topic))
        .any(|topic| topics.id(topic) == meant)
}
