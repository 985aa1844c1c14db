//! The end of a sitting: what the intake stores and what the person reads.

use std::sync::Arc;

use super::render::Paper;
use super::sitting::{Sitting, Thanks};
use super::texts::own_language;
use super::view::is_web_address;
use crate::base::app::App;
use crate::responses::{Context, Submission};
use crate::surveys::document::Document;
use crate::surveys::links::LinkKind;
use crate::surveys::piping::Speaker;
use crate::surveys::{Answers, Flow, Opened, Version};

/// Answers to questions that the document still has; a preview's draft may
/// have lost some.
pub fn known_answers(flow: &Flow<'_>, answers: &Answers) -> Answers {
    answers
        .iter()
        .filter(|(key, _)| {
            flow.question(key.strip_suffix(".other").unwrap_or(key))
                .is_some()
        })
        .map(|(key, answer)| (key.to_owned(), answer.clone()))
        .collect()
}

/// What the intake stores: nothing that leads back to a person when the
/// programme is confidential.
pub fn submission(
    opened: &Opened,
    version: Arc<Version>,
    sitting: &Sitting,
    duration_ms: i64,
) -> Submission {
    let place = &opened.link.place;
    let mut once = vec![format!("sitting:{}", sitting.id)];
    if opened.link.kind == LinkKind::Personal && !opened.is_confidential() {
        once.push(format!("link:{}", opened.link.id));
    }
    Submission {
        version,
        context: Context {
            touchpoint_id: place.touchpoint_id.clone(),
            channel: place.channel.map(|channel| channel.word().to_owned()),
            unit_id: place.unit_id.clone(),
            offering_id: place.offering_id.clone(),
            customer_id: opened.customer().cloned(),
            account_id: None,
        },
        answers: sitting.answers.clone(),
        fields: sitting.fields.clone(),
        occurred_ms: None,
        language: Some(sitting.language.clone()),
        duration_ms: Some(duration_ms),
        source: "link",
        link: opened.kept_link().cloned(),
        once,
    }
}

/// The thank-you page in the language of the sitting.
pub fn thanks(app: &App, opened: &Opened, document: &Document, sitting: &Sitting) -> Thanks {
    let language = document.language_for([sitting.language.as_str()]);
    let flow = Flow::new(document);
    let speaker = Speaker {
        flow: &flow,
        language: &language,
        answers: &sitting.answers,
        fields: &sitting.fields,
        customer: &opened.customer,
    };
    let paper = Paper::of(app);
    let own = |key: &str| paper.texts.say(own_language(language.as_str()), key, &[]);
    let Some(ending) = flow.ending(&sitting.answers, &sitting.fields) else {
        return Thanks {
            title: own("thanks.title"),
            message: own("thanks.message"),
            link: None,
        };
    };
    let title = speaker.say(&ending.title);
    Thanks {
        title: if title.trim().is_empty() {
            own("thanks.title")
        } else {
            title
        },
        message: speaker.say(&ending.message),
        link: ending
            .link
            .as_ref()
            .filter(|link| is_web_address(&link.url))
            .map(|link| {
                let label = speaker.say(&link.label);
                let label = if label.trim().is_empty() {
                    link.url.clone()
                } else {
                    label
                };
                (link.url.clone(), label)
            }),
    }
}
