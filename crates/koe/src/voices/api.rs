//! The operations of `voices`.

use axum::extract::State;
use jiff::Timestamp;
use koe_analysis::text::{PersonalData, Span, normalise};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::facets::VoiceFacet;
use super::model::{Shown, show};
use super::query::{VoiceFilter, VoiceOrder, VoicePeriod, VoiceQuestion};
use super::search::{self, Answer, WithheldVoices};
use super::store::{Found, StoredTopic};
use super::topics::TopicFigure;
use super::{tree, trial};
use crate::base::app::App;
use crate::base::clock::from_ms;
use crate::base::http::{Json, Query};
use crate::base::id;
use crate::base::problem::{Outcome, Problem, ProblemDocument};
use crate::org::{Actor, Permission, record_audit};
use crate::responses;

/// The routes of this slice.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_voices))
        .routes(routes!(search_voices))
        .merge(tree::routes())
        .merge(trial::routes())
}

/// A free text of a record.
#[derive(Debug, Serialize, ToSchema)]
pub struct Voice {
    /// Id.
    id: id::VoiceId,
    /// The record; null when it was said in confidence.
    record_id: Option<id::RecordId>,
    /// The words, personal data masked unless asked for otherwise.
    text: String,
    /// Whether something in the words is masked.
    masked: bool,
    /// Where the words of the search stand in `text`.
    highlights: Vec<TextSpan>,
    /// Personal data in `text`, or the masks in their place.
    personal_data: Vec<PersonalSpan>,
    /// Language of the words: `ja`, `en`, `other`.
    language: String,
    /// How sure that is, 0 to 1; ordinal, no probability.
    language_confidence: f64,
    /// What the words judge; null where their language is not read, or they
    /// are still to be read.
    sentiment: Option<VoiceSentiment>,
    /// What they speak of.
    topics: Vec<VoiceTopic>,
    /// When it happened; null when it was said in confidence.
    #[schema(value_type = Option<String>, format = DateTime)]
    occurred_at: Option<Timestamp>,
    /// The month in which it happened (`2026-04`), in the organisation's time
    /// zone.
    month: String,
    /// Survey or source.
    stream: String,
    /// The question the words answer.
    field: String,
    /// Where; null in confidence, as are the next three.
    touchpoint_id: Option<id::TouchpointId>,
    /// On which channel.
    channel: Option<String>,
    /// In which stage.
    stage: Option<String>,
    /// By whom it was served.
    unit_id: Option<id::UnitId>,
    /// With which product or service.
    offering_id: Option<id::OfferingId>,
    /// Whose; only for members who may read people.
    customer_id: Option<id::CustomerId>,
    /// Whether the words were asked for.
    solicited: bool,
    /// Where it came from: `link`, `api`, an import.
    source: String,
    /// Whether it was said in confidence.
    confidential: bool,
}

/// A stretch of a text, in characters (Unicode scalar values) from its
/// beginning.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct TextSpan {
    /// First character.
    start: usize,
    /// First character after it.
    end: usize,
}

impl TextSpan {
    /// Where stretches of the words as they were written stand in what is
    /// shown of them; what is masked is left out.
    pub fn placed(written: &[Span], shown: &Shown) -> Vec<Self> {
        written
            .iter()
            .filter_map(|span| shown.place(*span))
            .map(|Span { start, end }| Self { start, end })
            .collect()
    }
}

/// For or against.
#[derive(Debug, Serialize, ToSchema)]
pub struct VoiceSentiment {
    /// `positive`, `negative`, `neutral`, `mixed`.
    side: String,
    /// From -1 (against) to 1 (for).
    score: f64,
}

/// A topic of a voice.
#[derive(Debug, Serialize, ToSchema)]
pub struct VoiceTopic {
    /// The topic, as filters take it.
    topic: String,
    /// What is judged where it is spoken of.
    sentiment: VoiceSentiment,
    /// Where in `text`; what is masked is left out.
    spans: Vec<TextSpan>,
}

impl VoiceTopic {
    fn of(stored: &StoredTopic, shown: &Shown) -> Self {
        Self {
            topic: stored.topic.clone(),
            sentiment: VoiceSentiment {
                side: stored.said.clone(),
                score: stored.score,
            },
            spans: TextSpan::placed(&stored.spans, shown),
        }
    }
}

/// Personal data in a text.
#[derive(Debug, Serialize, ToSchema)]
pub struct PersonalSpan {
    /// `email`, `phone`, `card`, `postal_code`.
    #[schema(value_type = String)]
    kind: koe_analysis::text::Kind,
    /// First character.
    start: usize,
    /// First character after it.
    end: usize,
}

impl From<PersonalData> for PersonalSpan {
    fn from(data: PersonalData) -> Self {
        Self {
            kind: data.kind,
            start: data.span.start,
            end: data.span.end,
        }
    }
}

/// A page of voices.
#[derive(Debug, Serialize, ToSchema)]
pub struct VoicePage {
    /// The voices of this page.
    items: Vec<Voice>,
    /// Give it as `cursor` to get the next page; null at the end.
    next_cursor: Option<String>,
    /// Voices that satisfy the question, as counted with the first page.
    total: i64,
    /// Counts by dimension, each as if its own filter were not set; with the
    /// first page only.
    facets: Vec<VoiceFacet>,
    /// What the voices speak of, in the order of the topics, as if no topic
    /// were asked for; without those said in confidence; with the first page
    /// only.
    topics: Vec<TopicFigure>,
    /// Confidential programmes that were meant and are not listed; with the
    /// first page only.
    withheld: Vec<WithheldVoices>,
}

/// List voices
///
/// Every dimension of `POST /api/voices/search` is a parameter here, values
/// separated by commas: `touchpoint`, `channel`, `stage`, `unit`, `offering`,
/// `survey`, `field`, `language`, `sentiment`, `topic`, `customer` … and `field:<survey>:<field>`,
/// where `0..6` is a range.
#[utoipa::path(get, path = "/api/voices", tag = "voices", operation_id = "list_voices",
    params(
        ("q" = Option<String>, Query, description = "Words that must all occur, each anywhere in the text; a phrase between quotes"),
        ("from" = Option<String>, Query, description = "First day, 2026-04-01"),
        ("to" = Option<String>, Query, description = "Last day"),
        ("touchpoint" = Option<String>, Query, description = "Touchpoints"),
        ("channel" = Option<String>, Query, description = "Channels"),
        ("stage" = Option<String>, Query, description = "Stages"),
        ("unit" = Option<String>, Query, description = "Units, with everything below them"),
        ("offering" = Option<String>, Query, description = "Products and services"),
        ("survey" = Option<String>, Query, description = "Surveys or sources"),
        ("field" = Option<String>, Query, description = "Questions the words answer: q3, or <survey>:q3"),
        ("language" = Option<String>, Query, description = "Languages of the words: ja, en, other"),
        ("sentiment" = Option<String>, Query, description = "What the words judge: positive, negative, neutral, mixed"),
        ("topic" = Option<String>, Query, description = "Topics they speak of"),
        ("customer" = Option<String>, Query, description = "Customers; needs the right to read people"),
        ("sort" = Option<VoiceOrder>, Query, description = "Order; newest first unless said otherwise"),
        ("masked" = Option<bool>, Query, description = "false: personal data in the words are shown; needs the right to read people, and is noted in the audit log"),
        ("limit" = Option<u32>, Query, description = "Voices wanted, 1 to 200 (default 50)"),
        ("cursor" = Option<String>, Query, description = "next_cursor of the page before")),
    responses(
        (status = 200, description = "A page of voices", body = VoicePage),
        (status = 403, description = "People were asked for without the right to", body = ProblemDocument),
        (status = 422, description = "Something cannot be asked", body = ProblemDocument)))]
async fn list_voices(
    State(app): State<App>,
    actor: Actor,
    Query(parameters): Query<Vec<(String, String)>>,
) -> Outcome<Json<VoicePage>> {
    let question = question(&parameters)?;
    answer(&app, &actor, &question).await.map(Json)
}

/// Search voices
///
/// The voices behind a figure: takes the period and filters of a question
/// about a metric.
#[utoipa::path(post, path = "/api/voices/search", tag = "voices", operation_id = "search_voices",
    request_body = VoiceQuestion,
    responses(
        (status = 200, description = "A page of voices", body = VoicePage),
        (status = 403, description = "People were asked for without the right to", body = ProblemDocument),
        (status = 422, description = "Something cannot be asked", body = ProblemDocument)))]
async fn search_voices(
    State(app): State<App>,
    actor: Actor,
    Json(question): Json<VoiceQuestion>,
) -> Outcome<Json<VoicePage>> {
    answer(&app, &actor, &question).await.map(Json)
}

/// A question from the parameters of an address.
fn question(parameters: &[(String, String)]) -> Outcome<VoiceQuestion> {
    let mut question = VoiceQuestion::default();
    let mut period = VoicePeriod::default();
    for (name, value) in parameters {
        let wrong = |message: &str| Problem::invalid(name.as_str(), message);
        match name.as_str() {
            "q" => question.q = Some(value.clone()),
            "from" => {
                period.from = Some(
                    value
                        .parse()
                        .map_err(|_| wrong("must be a day, 2026-04-01"))?,
                )
            }
            "to" => {
                period.to = Some(
                    value
                        .parse()
                        .map_err(|_| wrong("must be a day, 2026-04-01"))?,
                )
            }
            "sort" => {
                question.sort = serde_json::from_value(value.as_str().into())
                    .map_err(|_| wrong("must be newest, oldest or longest"))?;
            }
            "masked" => {
                question.masked = Some(value.parse().map_err(|_| wrong("must be true or false"))?)
            }
            "limit" => {
                question.limit = Some(value.parse().map_err(|_| wrong("must be a whole number"))?)
            }
            "cursor" => question.cursor = Some(value.clone()),
            _ if value.is_empty() => {}
            dimension => question.filters.push(filter(dimension, value)),
        }
    }
    question.period = period;
    Ok(question)
}

/// A filter from `name=a,b,c`, or `name=0..6` for an answer.
fn filter(dimension: &str, value: &str) -> VoiceFilter {
    let mut filter = VoiceFilter {
        dimension: dimension.to_owned(),
        ..VoiceFilter::default()
    };
    let range = value
        .split_once("..")
        .filter(|_| dimension.starts_with("field:"));
    let end = |text: &str| text.parse::<f64>().ok();
    match range {
        Some((from, to)) if end(from).is_some() || end(to).is_some() => {
            filter.from = end(from);
            filter.to = end(to);
        }
        _ => filter.any_of = value.split(',').map(|one| Some(one.to_owned())).collect(),
    }
    filter
}

async fn answer(app: &App, actor: &Actor, question: &VoiceQuestion) -> Outcome<VoicePage> {
    let found = search::search(app, actor, question).await?;
    let unmasked = question.masked == Some(false);
    let scope = &actor.scope;
    let ids: Vec<String> = found
        .page
        .items
        .iter()
        .map(|f| f.record.as_str().to_owned())
        .collect();
    let mut tx = app.db.read().await?;
    let texts = responses::texts_of(&mut tx, scope, &ids).await?;
    drop(tx);
    let mut items = Vec::with_capacity(ids.len());
    let mut told = Vec::new();
    for one in &found.page.items {
        let body = texts
            .get(one.record.as_str())
            .and_then(|texts| texts.iter().find(|text| text.field == one.field));
        // Deleted a moment ago: then there is nothing to show.
        let Some(body) = body else { continue };
        let item = item(actor, &found, one, &body.body, unmasked);
        if unmasked && !item.masked && !item.personal_data.is_empty() {
            told.push(item.id.as_str().to_owned());
        }
        items.push(item);
    }
    if !told.is_empty() {
        let mut tx = app.db.write().await?;
        let detail = serde_json::json!({ "voices": told });
        record_audit(&mut tx, app, scope, "voice.unmask", scope.actor(), detail).await?;
        tx.commit().await?;
    }
    Ok(VoicePage {
        items,
        next_cursor: found.page.next_cursor,
        total: found.total,
        facets: found.facets,
        topics: found.topics,
        withheld: found.withheld,
    })
}

fn item(actor: &Actor, answer: &Answer, found: &Found, body: &str, unmasked: bool) -> Voice {
    let shown = show(body, unmasked && !found.confidential);
    let highlights = highlights(&shown.text, &answer.words);
    let topics = answer.spoken.get(found.id.as_str());
    let topics = topics.into_iter().flatten();
    let topics = topics
        .map(|stored| VoiceTopic::of(stored, &shown))
        .collect();
    let sentiment = found.sentiment.clone().zip(found.sentiment_score);
    let day = from_ms(found.occurred_ms)
        .to_zoned(answer.zone.clone())
        .date();
    let open = !found.confidential;
    Voice {
        id: found.id.clone(),
        record_id: open.then(|| found.record.clone()),
        highlights,
        topics,
        sentiment: sentiment.map(|(side, score)| VoiceSentiment { side, score }),
        masked: shown.masked,
        personal_data: shown
            .personal_data
            .into_iter()
            .map(PersonalSpan::from)
            .collect(),
        text: shown.text,
        language: found.language.clone(),
        language_confidence: found.confidence,
        occurred_at: open.then(|| from_ms(found.occurred_ms)),
        month: format!("{:04}-{:02}", day.year(), day.month()),
        stream: found.stream.clone(),
        field: found.field.clone(),
        touchpoint_id: found.touchpoint.clone().filter(|_| open),
        channel: found.channel.clone().filter(|_| open),
        stage: found.stage.clone().filter(|_| open),
        unit_id: found.unit.clone().filter(|_| open),
        offering_id: found.offering.clone().filter(|_| open),
        customer_id: found
            .customer
            .clone()
            .filter(|_| open && actor.may(Permission::ReadPeople)),
        solicited: found.solicited,
        source: found.source.clone(),
        confidential: found.confidential,
    }
}

/// Where any of the words stands, from left to right; what overlaps is one
/// stretch.
fn highlights(text: &str, words: &[String]) -> Vec<TextSpan> {
    if words.is_empty() {
        return Vec::new();
    }
    let plain = normalise(text);
    let mut spans: Vec<Span> = words.iter().flat_map(|word| plain.find(word)).collect();
    spans.sort_unstable();
    let mut joined: Vec<TextSpan> = Vec::with_capacity(spans.len());
    for span in spans {
        match joined.last_mut() {
            Some(last) if span.start < last.end => last.end = last.end.max(span.end),
            _ => joined.push(TextSpan {
                start: span.start,
                end: span.end,
            }),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn highlights_stand_in_the_text_as_it_was_written() {
        let text = "😀ﾊﾞｽﾙｰﾑとＢＡＴＨと㈱";
        let marked = |words: &[&str]| -> Vec<String> {
            let words: Vec<String> = words
                .iter()
                .map(|w| normalise(w).text().to_owned())
                .collect();
            highlights(text, &words)
                .iter()
                .map(|span| {
                    Span {
                        start: span.start,
                        end: span.end,
                    }
                    .of(text)
                    .to_owned()
                })
                .collect()
        };
        assert_eq!(marked(&["バスルーム"]), ["ﾊﾞｽﾙｰﾑ"]);
        assert_eq!(marked(&["bath", "ﾊﾞｽ", "スル"]), ["ﾊﾞｽﾙ", "ＢＡＴＨ"]);
        assert_eq!(marked(&["株"]), ["㈱"]);
        assert_eq!(marked(&["😀"]), ["😀"]);
        assert!(marked(&["駅"]).is_empty());
    }

    #[test]
    fn an_address_becomes_the_same_question() {
        let parameters = [
            ("q", "駅"),
            ("from", "2026-04-01"),
            ("channel", "web,app"),
            ("field:srv_1:q1", "0..6"),
            ("unit", ""),
            ("sort", "longest"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
        let question = question(&parameters).expect("a question");
        assert_eq!(question.filters.len(), 2);
        assert_eq!(
            question.filters[0].any_of,
            [Some("web".to_owned()), Some("app".to_owned())]
        );
        assert_eq!(
            (question.filters[1].from, question.filters[1].to),
            (Some(0.0), Some(6.0))
        );
        assert_eq!(question.sort, VoiceOrder::Longest);
        for (name, value) in [
            ("from", "yesterday"),
            ("sort", "best"),
            ("limit", "many"),
            ("masked", "no"),
        ] {
            assert!(
                super::question(&[(name.to_owned(), value.to_owned())]).is_err(),
                "{name}"
            );
        }
    }
}
