//! From a validated submission to what is stored. No SQL, no HTTP.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use koe_lake::{Common, PendingRow, Row, TIMES};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

use super::places::Places;
use super::store::Head;
use crate::base::hexadecimal::hexadecimal;
use crate::base::id::{self, RecordId};
use crate::base::problem::{Outcome, Problem};
use crate::surveys::document::{Document, Identity, Kind, Question};
use crate::surveys::{Answer, Answers, Fields, Part, Version, fields};
use crate::touchpoints::{Channel, Experience};

/// Where and by whom an experience was met. Everything is optional; what a
/// link says is not asked again.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Context {
    /// The touchpoint; gives channel, stage and kind of experience.
    pub touchpoint_id: Option<id::TouchpointId>,
    /// Channel, when it is not the touchpoint's own.
    pub channel: Option<String>,
    /// The unit that served.
    pub unit_id: Option<id::UnitId>,
    /// The product or service concerned.
    pub offering_id: Option<id::OfferingId>,
    /// The customer.
    pub customer_id: Option<id::CustomerId>,
    /// The customer's account.
    pub account_id: Option<id::AccountId>,
}

/// A complete answer, validated against the version it was given to.
#[derive(Clone, Debug)]
pub struct Submission {
    /// The version that was answered; names survey and organisation.
    pub version: Arc<Version>,
    /// Where and by whom.
    pub context: Context,
    /// Normalised answers.
    pub answers: Answers,
    /// Hidden fields.
    pub fields: Fields,
    /// When the experience took place; absent: now.
    pub occurred_ms: Option<i64>,
    /// Language the answer was given in.
    pub language: Option<String>,
    /// How long answering took.
    pub duration_ms: Option<i64>,
    /// `link`, `api`.
    pub source: &'static str,
    /// The link it came by.
    pub link: Option<id::LinkId>,
    /// What may be accepted only once: `sitting:…`, `link:…`, `browser:…`,
    /// `key:…`. A second submission with one of these is not stored.
    pub once: Vec<String>,
}

/// A free text of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// Question id, `q3.other.z` for the words of a write-in choice, or the id of a hidden field,
    /// which shares one space of names with questions.
    pub field: String,
    /// The words.
    pub body: String,
}

/// Everything that is stored for one submission.
#[derive(Clone, Debug)]
pub struct Prepared {
    /// What SQL remembers.
    pub head: Head,
    /// Its free texts.
    pub texts: Vec<Text>,
    /// What the lake counts.
    pub pending: PendingRow,
    /// Keys that may be used only once.
    pub once: Vec<String>,
    /// Tells a repetition of the same submission from another one under the
    /// same key.
    pub request_hash: String,
}

/// Turns a submission into what is stored.
///
/// # Errors
/// 422 when the context names something that is not there, or the time lies
/// in the future beyond the allowed skew or where no calendar goes.
pub fn prepare(
    submission: Submission,
    places: &Places,
    record: RecordId,
    now_ms: i64,
    skew_ms: i64,
) -> Outcome<Prepared> {
    let occurred_ms = submission.occurred_ms.unwrap_or(now_ms);
    if occurred_ms > now_ms + skew_ms {
        return Err(Problem::invalid(
            "occurred_at",
            "lies in the future; check the clock of the sender",
        ));
    }
    if !TIMES.contains(&occurred_ms) {
        return Err(Problem::invalid(
            "occurred_at",
            "lies before the year 1; check how the sender writes years",
        ));
    }
    let request_hash = hash(&submission);
    let confidential = submission.version.document.programme.identity == Identity::Confidential;
    let mut context = submission.context;
    if confidential {
        context.customer_id = None;
        context.account_id = None;
    }
    let touchpoint = match &context.touchpoint_id {
        None => None,
        Some(id) => Some(places.touchpoint(id).ok_or_else(|| {
            Problem::invalid("context.touchpoint_id", "there is no such touchpoint")
        })?),
    };
    let unit_path = match &context.unit_id {
        None => None,
        Some(id) => Some(
            places
                .unit_path(id, occurred_ms)
                .ok_or_else(|| Problem::invalid("context.unit_id", "there is no such unit"))?,
        ),
    };
    let unknown = |id: &&id::OfferingId| !places.has_offering(id);
    if context.offering_id.as_ref().filter(unknown).is_some() {
        return Err(Problem::invalid(
            "context.offering_id",
            "there is no such offering",
        ));
    }
    if let Some(word) = &context.channel
        && Channel::from_word(word).is_none()
    {
        return Err(Problem::invalid(
            "context.channel",
            "is no kind of channel; use one of those that touchpoints have",
        ));
    }
    let values: BTreeMap<_, _> = fields::values(
        &submission.version.document,
        &submission.answers,
        &submission.fields,
    );
    let texts = texts(
        &submission.version.document,
        &submission.answers,
        &submission.fields,
    );
    let text = |id: &Option<String>| id.clone();
    let common = Common {
        record_id: record.as_str().to_owned(),
        revision: 1,
        occurred_at: occurred_ms,
        recorded_at: now_ms,
        customer: context
            .customer_id
            .as_ref()
            .map(|id| id.as_str().to_owned()),
        account: context.account_id.as_ref().map(|id| id.as_str().to_owned()),
        offering: context
            .offering_id
            .as_ref()
            .map(|id| id.as_str().to_owned()),
        touchpoint: context
            .touchpoint_id
            .as_ref()
            .map(|id| id.as_str().to_owned()),
        channel: text(&context.channel).or_else(|| touchpoint.map(|t| t.channel.word().to_owned())),
        stage: touchpoint.map(|t| t.stage.word().to_owned()),
        unit: context.unit_id.as_ref().map(|id| id.as_str().to_owned()),
        unit_path: unit_path.map(Cow::into_owned),
        direct: touchpoint.map(|t| t.experience == Experience::Direct),
        solicited: true,
        source: submission.source.to_owned(),
        version: submission.version.number,
        language: submission.language.clone(),
        duration_ms: submission.duration_ms,
        weight: None,
    };
    let head = Head {
        id: record,
        organisation: submission.version.organisation.clone(),
        stream: submission.version.survey.as_str().to_owned(),
        revision: 1,
        version: submission.version.number,
        occurred_ms,
        recorded_ms: now_ms,
        touchpoint: context.touchpoint_id,
        unit: context.unit_id,
        customer: context.customer_id,
        // A link can lead to a person; a confidential answer forgets it.
        link: submission.link.filter(|_| !confidential),
        source: submission.source.to_owned(),
        language: submission.language,
        content_hash: None,
    };
    Ok(Prepared {
        pending: PendingRow {
            stream: head.stream.clone(),
            row: Row { common, values },
        },
        head,
        texts,
        once: submission.once,
        request_hash,
    })
}

/// The free texts of a record: text questions, words written in beside a
/// choice, and hidden fields of words, which never enter the lake.
pub fn texts(document: &Document, answers: &Answers, fields: &Fields) -> Vec<Text> {
    let mut texts = Vec::new();
    for question in document.questions() {
        let own = answers
            .get(&question.id)
            .map(|answer| (question.id.as_str(), answer));
        for (key, answer) in own.into_iter().chain(answers.written(&question.id)) {
            texts.extend(words(question, key, answer));
        }
    }
    for hidden in document.hidden_fields_of_words() {
        if let Some(body) = fields.get(&hidden.id) {
            texts.push(Text {
                field: hidden.id.clone(),
                body: body.clone(),
            });
        }
    }
    texts
}

/// The free texts of what was answered to a question under a key: its own, or that of the words
/// written in beside its choices.
pub fn words(question: &Question, key: &str, answer: &Answer) -> Vec<Text> {
    match answer {
        Answer::Text(body) if key == question.id && matches!(question.kind, Kind::Text(_)) => {
            vec![Text {
                field: key.to_owned(),
                body: body.clone(),
            }]
        }
        Answer::Parts(written) if key != question.id => written
            .iter()
            .filter_map(|(choice, words)| match words {
                Part::Text(body) => Some(Text {
                    field: format!("{key}.{choice}"),
                    body: body.clone(),
                }),
                _ => None,
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// SHA-256 of what was asked to be stored.
fn hash(submission: &Submission) -> String {
    let mut digest = Sha256::new();
    for part in [
        serde_json::to_string(&submission.answers),
        serde_json::to_string(&submission.fields),
        serde_json::to_string(&submission.context),
        serde_json::to_string(&(submission.version.number, submission.occurred_ms)),
    ] {
        digest.update(part.unwrap_or_default());
        digest.update([0]);
    }
    digest.update(submission.version.survey.as_str());
    hexadecimal(digest.finalize())
}
