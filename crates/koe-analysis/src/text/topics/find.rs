//! Finding topics in a text that has been analysed.

use serde::Serialize;

use super::compile::{Node, Sequence, Topics};
use super::document::Scope;
use crate::text::{Analysis, Sentiment, Span, Token, plain};

/// A place at which a text speaks of a topic.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Mention<'t> {
    /// The topic's id.
    pub id: &'t str,
    /// Its number in [`Topics`].
    #[serde(skip)]
    pub topic: usize,
    /// From the first to the last character of what its rule found.
    pub span: Span,
    /// What to highlight, from left to right, without overlap.
    pub spans: Vec<Span>,
    /// In which sentence; `None` for a rule that looks in the whole text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sentence: Option<usize>,
    /// What that sentence, or the text, thinks.
    pub sentiment: Sentiment,
}

/// A term found: which, where among the words, where in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Hit {
    sentence: u32,
    atom: u32,
    first: u32,
    end: u32,
    span: Span,
}

impl Topics {
    /// The topics that a text speaks of, by sentence and in the order of the document.
    /// `text` is what `analysis` was made of.
    ///
    /// A topic is found once in each sentence, or once in a text when its rule looks
    /// there. The topics above it are not listed again; counting adds them.
    #[must_use]
    pub fn find(&self, text: &str, analysis: &Analysis) -> Vec<Mention<'_>> {
        let mut hits = Vec::new();
        self.find_words(analysis, &mut hits);
        self.find_parts(text, analysis, &mut hits);
        if hits.is_empty() {
            return Vec::new();
        }
        hits.sort_unstable();
        hits.dedup();
        let mut found = Vec::new();
        for part in hits.chunk_by(|a, b| a.sentence == b.sentence) {
            let sentence = part[0].sentence as usize;
            self.judge(part, Scope::Sentence, Some(sentence), analysis, &mut found);
        }
        if self.topics.iter().any(|topic| topic.scope == Scope::Text) {
            hits.sort_unstable_by_key(|hit| (hit.atom, hit.first, hit.span));
            self.judge(&hits, Scope::Text, None, analysis, &mut found);
        }
        found
    }

    /// The rules that may be fulfilled by `hits`, in the order of their terms.
    fn judge<'t>(
        &'t self,
        hits: &[Hit],
        scope: Scope,
        sentence: Option<usize>,
        analysis: &Analysis,
        found: &mut Vec<Mention<'t>>,
    ) {
        let mut asked: Vec<u32> = hits
            .chunk_by(|a, b| a.atom == b.atom)
            .flat_map(|of| &self.atoms[of[0].atom as usize].topics)
            .copied()
            .collect();
        asked.sort_unstable();
        asked.dedup();
        for number in asked {
            let topic = &self.topics[number as usize];
            if topic.scope != scope {
                continue;
            }
            let Some(of) = topic.rule.as_ref().and_then(|rule| fulfil(rule, hits)) else {
                continue;
            };
            let spans = highlights(of.iter().map(|hit| hit.span).collect());
            let (Some(first), Some(last)) = (spans.first(), spans.last()) else {
                continue;
            };
            let sentiment = sentence
                .and_then(|sentence| analysis.sentences.get(sentence))
                .map_or(analysis.sentiment, |sentence| sentence.sentiment);
            found.push(Mention {
                id: &topic.id,
                topic: number as usize,
                span: Span {
                    start: first.start,
                    end: last.end,
                },
                spans,
                sentence,
                sentiment,
            });
        }
    }

    fn find_words(&self, analysis: &Analysis, hits: &mut Vec<Hit>) {
        let tokens = &analysis.tokens;
        let mut sentence = 0;
        for (at, token) in tokens.iter().enumerate() {
            while analysis
                .sentences
                .get(sentence)
                .is_some_and(|one| one.span.end <= token.span.start)
            {
                sentence += 1;
            }
            let Some(sequences) = self.words.get(token.form.as_str()) else {
                continue;
            };
            for sequence in sequences {
                let Some(end) = follows(sequence, tokens, at) else {
                    continue;
                };
                let end_of_sentence = analysis.sentences.get(sentence).map(|one| one.span.end);
                if end_of_sentence.is_some_and(|last| tokens[end - 1].span.end > last) {
                    continue;
                }
                hits.push(Hit {
                    sentence: sentence as u32,
                    atom: sequence.atom,
                    first: at as u32,
                    end: end as u32,
                    span: Span {
                        start: token.span.start,
                        end: tokens[end - 1].span.end,
                    },
                });
            }
        }
    }

    fn find_parts(&self, text: &str, analysis: &Analysis, hits: &mut Vec<Hit>) {
        let Some(parts) = &self.parts else {
            return;
        };
        let reading = plain(text);
        let mut places: Option<Vec<usize>> = None;
        for found in parts.find_overlapping_iter(reading.text()) {
            let places = places.get_or_insert_with(|| {
                reading
                    .text()
                    .char_indices()
                    .map(|(byte, _)| byte)
                    .collect()
            });
            let character = |byte: usize| places.partition_point(|place| *place < byte);
            let inside = Span {
                start: character(found.start()),
                end: character(found.end()),
            };
            let Some(span) = reading.original(inside) else {
                continue;
            };
            let stretch = self.stretches[found.pattern().as_usize()];
            let tokens = &analysis.tokens;
            let (first, end) = if tokens.is_empty() {
                (span.start, span.end)
            } else {
                let first = tokens.partition_point(|token| token.span.end <= span.start);
                let end = tokens.partition_point(|token| token.span.start < span.end);
                (first, end.max(first + 1))
            };
            let whole = || {
                tokens
                    .get(first)
                    .is_some_and(|token| token.span.start == span.start)
                    && tokens
                        .get(end - 1)
                        .is_some_and(|token| token.span.end == span.end)
            };
            let denied = || tokens.get(end - 1).is_some_and(|token| token.denied);
            if stretch.whole_words && !tokens.is_empty() && !whole()
                || stretch.denied.is_some_and(|wanted| wanted != denied())
            {
                continue;
            }
            let sentence = analysis
                .sentences
                .partition_point(|one| one.span.end <= span.start);
            hits.push(Hit {
                sentence: sentence as u32,
                atom: stretch.atom,
                first: first as u32,
                end: end as u32,
                span,
            });
        }
    }
}

/// Where a sequence that begins at `at` ends, if all its words stand there.
fn follows(sequence: &Sequence, tokens: &[Token], at: usize) -> Option<usize> {
    let end = at + 1 + sequence.rest.len();
    let rest = tokens.get(at + 1..end)?;
    let all = sequence
        .rest
        .iter()
        .zip(rest)
        .all(|(forms, token)| forms.iter().any(|form| **form == *token.form));
    let denied = tokens[end - 1].denied;
    (all && sequence.denied.is_none_or(|wanted| wanted == denied)).then_some(end)
}

/// What fulfils a rule among `hits`, which lie in the order of their terms; `None`
/// when nothing does.
fn fulfil(rule: &Node, hits: &[Hit]) -> Option<Vec<Hit>> {
    match rule {
        Node::Atom(atom) => {
            let from = hits.partition_point(|hit| hit.atom < *atom);
            let to = hits.partition_point(|hit| hit.atom <= *atom);
            (from < to).then(|| hits[from..to].to_vec())
        }
        Node::Any(of) => {
            let found: Vec<Hit> = of
                .iter()
                .filter_map(|rule| fulfil(rule, hits))
                .flatten()
                .collect();
            (!found.is_empty()).then_some(found)
        }
        Node::All { with, without } => {
            let mut found = Vec::new();
            for rule in with {
                found.extend(fulfil(rule, hits)?);
            }
            let excluded = without.iter().any(|rule| fulfil(rule, hits).is_some());
            (!excluded).then_some(found)
        }
        Node::Near {
            with,
            without,
            words,
        } => {
            let of: Option<Vec<Vec<Hit>>> = with.iter().map(|rule| fulfil(rule, hits)).collect();
            let of = of?;
            let denied: Vec<Hit> = without
                .iter()
                .filter_map(|rule| fulfil(rule, hits))
                .flatten()
                .collect();
            let mut found = Vec::new();
            let (first, rest) = of.split_first()?;
            for hit in first {
                if let Some(together) = gather(*hit, rest, *words) {
                    let stretch = stretch(&together);
                    if denied.iter().all(|hit| gap(stretch, hit) > *words) {
                        found.extend(together);
                    }
                }
            }
            (!found.is_empty()).then_some(found)
        }
    }
}

/// From each list the hit that stands nearest to what was gathered before, if it is
/// near enough. One word cannot stand for two rules.
fn gather(first: Hit, rest: &[Vec<Hit>], words: u32) -> Option<Vec<Hit>> {
    let mut together = vec![first];
    for hits in rest {
        let around = stretch(&together);
        let nearest = hits
            .iter()
            .filter(|hit| {
                together
                    .iter()
                    .all(|other| hit.end <= other.first || hit.first >= other.end)
            })
            .min_by_key(|hit| (gap(around, hit), hit.first))
            .filter(|hit| gap(around, hit) <= words)?;
        together.push(*nearest);
    }
    Some(together)
}

fn stretch(hits: &[Hit]) -> (u32, u32) {
    hits.iter().fold((u32::MAX, 0), |(first, end), hit| {
        (first.min(hit.first), end.max(hit.end))
    })
}

/// How many words stand between.
fn gap((first, end): (u32, u32), hit: &Hit) -> u32 {
    if hit.first >= end {
        hit.first - end
    } else {
        first.saturating_sub(hit.end)
    }
}

/// Spans in order, joined where they overlap.
fn highlights(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_unstable();
    let mut joined: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans {
        match joined.last_mut() {
            Some(last) if span.start < last.end => last.end = last.end.max(span.end),
            _ => joined.push(span),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;

    use super::super::{TopicLimits, Trade};
    use super::*;
    use crate::text::{Analyser, Asked, Synonyms};

    static ANALYSER: LazyLock<Analyser<'_>> =
        LazyLock::new(|| Analyser::new(None, &Synonyms::new()));
    static STARTERS: LazyLock<Vec<Topics>> = LazyLock::new(|| {
        let ready = |trade: Trade| ANALYSER.topics(&trade.topics(), &TopicLimits::default());
        Trade::ALL
            .into_iter()
            .map(|trade| ready(trade).unwrap())
            .collect()
    });

    proptest! {
        #[test]
        fn whatever_is_written_highlights_lie_inside_it(
            words in prop::collection::vec(
                prop_oneof![
                    Just("待ち時間".to_owned()),
                    Just("ＷｉーＦｉ".to_owned()),
                    Just("the staff was not friendly".to_owned()),
                    Just("call back! ".to_owned()),
                    Just("ﾎﾃﾙ㈱".to_owned()),
                    Just("。\n".to_owned()),
                    any::<String>(),
                ],
                0..8,
            ),
        ) {
            let text = words.concat();
            let analysis = ANALYSER.reader().analyse(&text, Asked::Open);
            let characters = text.chars().count();
            for topics in STARTERS.iter() {
                for mention in topics.find(&text, &analysis) {
                    let spans = &mention.spans;
                    prop_assert!(spans.iter().all(|span| span.start < span.end));
                    prop_assert!(spans.windows(2).all(|two| two[0].end <= two[1].start));
                    prop_assert!(mention.span.end <= characters);
                    prop_assert_eq!(mention.span.start, spans[0].start);
                }
            }
        }
    }
}
