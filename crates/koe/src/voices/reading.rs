//! What a voice says: what it judges, and the topics it speaks of. Pure but
//! for the dictionary, which is unpacked when the first Japanese text comes.

use std::sync::OnceLock;

use koe_analysis::text::topics::{Mention, TopicDocument, TopicLimits, Topics};
use koe_analysis::text::{Analyser, Asked, Label, Language, Sentiment, Span, Synonyms};

use super::tree::Tree;
use crate::base::japanese;

/// Grows whenever the same words and topics would be read otherwise.
const METHOD: i64 = 1;

/// The number under which voices are read now: greater than that of every
/// earlier method, of a reading without dictionary and of an earlier tree.
pub fn number(tree: Option<&Tree>) -> i64 {
    let method = METHOD * 2 + i64::from(japanese::is_there());
    (method << 32) + tree.map_or(0, |tree| tree.version)
}

/// For or against, as voices are listed by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// For.
    Positive,
    /// Against.
    Negative,
    /// Neither.
    Neutral,
    /// Both.
    Mixed,
}

impl Side {
    /// The side of a judgement.
    pub fn of(sentiment: Sentiment) -> Self {
        match sentiment.label {
            Label::VeryPositive | Label::Positive => Self::Positive,
            Label::VeryNegative | Label::Negative => Self::Negative,
            Label::Neutral => Self::Neutral,
            Label::Mixed => Self::Mixed,
        }
    }

    /// The stable word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Positive => "positive",
            Self::Negative => "negative",
            Self::Neutral => "neutral",
            Self::Mixed => "mixed",
        }
    }
}

/// What is judged.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Judgement {
    /// In a word.
    pub side: Side,
    /// From -1 (against) to 1 (for).
    pub score: f64,
}

impl From<Sentiment> for Judgement {
    fn from(sentiment: Sentiment) -> Self {
        Self {
            side: Side::of(sentiment),
            score: sentiment.score,
        }
    }
}

/// A topic that a voice speaks of.
#[derive(Clone, Debug, PartialEq)]
pub struct Spoken {
    /// The topic.
    pub topic: String,
    /// What is judged where it is spoken of: the mean of the sentences.
    pub judgement: Judgement,
    /// What to highlight, from left to right.
    pub spans: Vec<Span>,
}

/// What was read in a text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Said {
    /// What it judges as a whole; none where the language is not read.
    pub judgement: Option<Judgement>,
    /// What it speaks of, and what lies above that in the tree.
    pub topics: Vec<Spoken>,
}

/// A text to be read.
#[derive(Clone, Debug)]
pub struct Words {
    /// As it was written.
    pub body: String,
    /// What its question asked for.
    pub asked: Asked,
    /// Its language.
    pub language: Language,
}

/// Reads texts, in their order.
pub fn read(texts: &[Words], document: Option<&TopicDocument>) -> Vec<Said> {
    let japanese = texts.iter().any(|text| text.language == Language::Ja);
    let analyser = analyser(japanese);
    let reads_japanese = japanese && japanese::dictionary().is_ok();
    // What is in the store was checked when it was written, by these or by
    // narrower limits.
    let topics = document.and_then(|document| {
        analyser
            .topics(document, &TopicLimits::default())
            .inspect_err(|error| tracing::error!(%error, "the topics cannot be read"))
            .ok()
    });
    let mut reader = analyser.reader();
    texts
        .iter()
        .map(|text| {
            if text.body.trim().is_empty() {
                return Said::default();
            }
            let analysis = reader.analyse(&text.body, text.asked);
            let judged = match text.language {
                Language::Ja => reads_japanese,
                Language::En => true,
                Language::Other => false,
            };
            Said {
                judgement: judged.then(|| analysis.sentiment.into()),
                topics: topics
                    .as_ref()
                    .map(|topics| spoken(topics, &topics.find(&text.body, &analysis)))
                    .unwrap_or_default(),
            }
        })
        .collect()
}

/// The analyser; that for Japanese needs its dictionary in memory.
pub fn analyser(japanese: bool) -> &'static Analyser<'static> {
    static WITH: OnceLock<Analyser<'static>> = OnceLock::new();
    static WITHOUT: OnceLock<Analyser<'static>> = OnceLock::new();
    if japanese {
        WITH.get_or_init(|| {
            let dictionary = japanese::dictionary()
                .inspect_err(|error| tracing::warn!(%error, "Japanese voices are not judged"));
            Analyser::new(dictionary.ok(), &Synonyms::new())
        })
    } else {
        WITHOUT.get_or_init(|| Analyser::new(None, &Synonyms::new()))
    }
}

/// What was found, by topic, with the topics above.
fn spoken(topics: &Topics, mentions: &[Mention<'_>]) -> Vec<Spoken> {
    let mut found: Vec<(usize, &Mention<'_>)> = mentions
        .iter()
        .flat_map(|mention| {
            std::iter::successors(Some(mention.topic), |topic| topics.parent(*topic))
                .map(move |topic| (topic, mention))
        })
        .collect();
    found.sort_by_key(|(topic, _)| *topic);
    found
        .chunk_by(|a, b| a.0 == b.0)
        .map(|of| {
            let mut spans: Vec<Span> = of
                .iter()
                .flat_map(|(_, mention)| mention.spans.iter().copied())
                .collect();
            spans.sort_unstable();
            spans.dedup();
            Spoken {
                topic: topics.id(of[0].0).to_owned(),
                judgement: together(of.iter().map(|(_, mention)| mention.sentiment)),
                spans,
            }
        })
        .collect()
}

/// The judgement of several sentences: their mean, and mixed where some are
/// for and some against.
fn together(judged: impl Iterator<Item = Sentiment> + Clone) -> Judgement {
    let count = judged.clone().count().max(1);
    #[expect(clippy::cast_precision_loss, reason = "sentences of one text")]
    let score = judged.clone().map(|one| one.score).sum::<f64>() / count as f64;
    let any = |side: Side| judged.clone().any(|one| Side::of(one) == side);
    let side = if any(Side::Mixed) || any(Side::Positive) && any(Side::Negative) {
        Side::Mixed
    } else {
        Side::of(Sentiment {
            score,
            label: Label::of(score),
        })
    };
    Judgement { side, score }
}

#[cfg(test)]
mod tests {
    use koe_analysis::text::topics::Trade;

    use super::*;

    fn english(body: &str, asked: Asked) -> Words {
        Words {
            body: body.to_owned(),
            asked,
            language: Language::En,
        }
    }

    #[test]
    fn a_topic_is_read_with_those_above_it_and_its_own_judgement() {
        let tree = Trade::Hotel.topics();
        let body = "The staff were very friendly. The room was dirty and noisy.";
        let said = read(&[english(body, Asked::Open)], Some(&tree)).remove(0);
        let topic = |id: &str| {
            let found = said.topics.iter().find(|one| one.topic == id);
            found.unwrap_or_else(|| panic!("{id} in {said:?}"))
        };
        assert_eq!(topic("staff_manner").judgement.side, Side::Positive);
        assert_eq!(topic("staff").spans, topic("staff_manner").spans);
        assert_eq!(topic("cleanliness").judgement.side, Side::Negative);
        let marked: Vec<&str> = topic("staff").spans.iter().map(|s| s.of(body)).collect();
        assert_eq!(marked, ["staff", "friendly"]);
    }

    #[test]
    fn sentences_for_and_against_are_mixed_together() {
        let of = |score: f64| Sentiment {
            score,
            label: Label::of(score),
        };
        for (judged, expected) in [
            (vec![0.9, 0.5], Side::Positive),
            (vec![0.9, -0.5], Side::Mixed),
            (vec![0.0, -0.9], Side::Negative),
            (vec![0.0, 0.0], Side::Neutral),
        ] {
            let side = together(judged.iter().map(|score| of(*score))).side;
            assert_eq!(side, expected, "{judged:?}");
        }
    }

    #[test]
    fn what_is_not_read_is_not_called_neutral() {
        let other = Words {
            body: "Очень хорошо".into(),
            asked: Asked::Open,
            language: Language::Other,
        };
        assert_eq!(read(&[other], None), [Said::default()]);
        assert_eq!(read(&[english(" ", Asked::Open)], None), [Said::default()]);
    }

    #[test]
    fn a_later_tree_has_a_greater_number() {
        let tree = |version| Tree {
            version,
            document: TopicDocument::default(),
            changed_ms: 0,
        };
        assert!(number(None) < number(Some(&tree(1))));
        assert!(number(Some(&tree(1))) < number(Some(&tree(2))));
        assert!(number(None) > 0);
    }
}
