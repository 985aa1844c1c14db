//! Topics that the texts themselves suggest.
//!
//! Words that stand in one sentence more often than chance would have it are tied to
//! each other (NPMI, Bouma 2009); groups of words that hold together are found in that
//! graph (Louvain, Blondel et al. 2008). Nothing is drawn by chance: the same texts
//! give the same topics. Decision 0021 says what else was tried.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::candidates::{Candidate, Place, candidates, npmi};
use super::document::{Name, Rule};
use super::louvain::{Graph, groups};
use super::tally::{TopicFigures, TopicTally};
use crate::confidence::Confidence;
use crate::score::Metric;
use crate::text::{Analysis, Language, Span};

/// How topics are looked for. The defaults suit some hundred to some ten thousand
/// comments.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DiscoverySettings {
    /// The most topics, 20.
    pub topics: usize,
    /// The most words looked at, 400: the most frequent ones.
    pub candidates: usize,
    /// A word has to stand in this share of the texts, 0.003, and in 5 at least.
    pub least_share: f64,
    /// How strongly two words have to attract each other to be tied, 0.1.
    pub least_npmi: f64,
    /// The most terms of a topic, 12.
    pub terms: usize,
    /// Larger makes more and smaller topics, 2.
    pub resolution: f64,
    /// The most quotations of a topic, 3.
    pub quotations: usize,
}

impl Default for DiscoverySettings {
    fn default() -> Self {
        Self {
            topics: 20,
            candidates: 400,
            least_share: 0.003,
            least_npmi: 0.1,
            terms: 12,
            resolution: 2.0,
            quotations: 3,
        }
    }
}

/// Fewest texts in which a word has to stand, and fewest sentences in which two.
const LEAST_TEXTS: usize = 5;
const LEAST_TOGETHER: usize = 3;
/// Two words are a phrase; a topic has more.
const LEAST_TERMS: usize = 3;

/// A text that was analysed, with its score.
#[derive(Debug, Clone, Copy)]
pub struct ScoredText<'a> {
    /// What was found in it.
    pub analysis: &'a Analysis,
    /// Its score; `None` when it has none.
    pub score: Option<f64>,
    /// Its weight; 1 when nobody is weighted.
    pub weight: f64,
}

/// What texts suggest as topics.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Discovery {
    /// How many texts were given.
    pub n_texts: u64,
    /// In how many of them at least one of the topics is spoken of.
    pub n_covered: u64,
    /// How many words were tied to each other.
    pub candidates: usize,
    /// The topics, the most frequent first.
    pub topics: Vec<DiscoveredTopic>,
}

/// A topic that the texts suggest.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DiscoveredTopic {
    /// Named from its strongest terms; a person will know better.
    pub name: String,
    /// Its terms, the strongest first.
    pub terms: Vec<DiscoveredTerm>,
    /// What is said of its terms most often (係り受け); Japanese only.
    pub pairs: Vec<SaidPair>,
    /// Sentences that speak of little else.
    pub quotations: Vec<Quotation>,
    /// n, share, score, lift against the texts that do not speak of it.
    pub figures: TopicFigures,
}

/// A term of a discovered topic.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DiscoveredTerm {
    /// In dictionary form.
    pub text: String,
    /// In how many texts it stands.
    pub n: usize,
    /// The sum of its ties to the topic's other terms (NPMI).
    pub strength: f64,
}

/// Words of which one is said of the other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SaidPair {
    /// The word spoken of.
    pub of: String,
    /// What is said of it.
    pub is: String,
    /// Whether it is denied.
    pub negated: bool,
    /// In how many texts.
    pub n: usize,
}

/// A sentence that stands for a topic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Quotation {
    /// The place of its text among those given.
    pub text: usize,
    /// Where the sentence stands in it.
    pub span: Span,
    /// The topic's terms in it.
    pub spans: Vec<Span>,
}

/// Finds the topics that texts suggest. Scores are read by `metric`; without one there
/// are no scores and lifts.
#[must_use]
pub fn discover(
    texts: &[ScoredText<'_>],
    metric: Option<&Metric>,
    confidence: Confidence,
    settings: &DiscoverySettings,
) -> Discovery {
    let analyses: Vec<&Analysis> = texts.iter().map(|text| text.analysis).collect();
    let share = (settings.least_share * texts.len() as f64).ceil() as usize;
    let (words, places) = candidates(&analyses, share.max(LEAST_TEXTS), settings.candidates);
    let graph = ties(words.len(), &places, settings.least_npmi);
    let of_word = groups(&graph, settings.resolution);
    let mut members: BTreeMap<usize, Vec<(usize, f64)>> = BTreeMap::new();
    for (word, group) in of_word.iter().enumerate() {
        let inside: f64 = graph[word]
            .iter()
            .filter(|(other, _)| of_word[*other] == *group)
            .map(|(_, weight)| weight)
            .sum();
        if inside > 0.0 {
            members.entry(*group).or_default().push((word, inside));
        }
    }
    let mut topics: Vec<Vec<(usize, f64)>> = members
        .into_values()
        .map(|mut of| {
            let weight =
                |(word, inside): &(usize, f64)| inside * (words[*word].texts as f64).sqrt();
            of.sort_by(|a, b| weight(b).total_cmp(&weight(a)).then(a.0.cmp(&b.0)));
            of.truncate(settings.terms);
            of
        })
        .filter(|of| of.len() >= LEAST_TERMS)
        .collect();
    let mut spoken = by_text(&topics, &places, words.len());
    let mut order: Vec<usize> = (0..topics.len()).collect();
    order.sort_by_key(|&topic| std::cmp::Reverse((spoken[topic].len(), topics.len() - topic)));
    order.truncate(settings.topics);
    topics = order.iter().map(|&topic| topics[topic].clone()).collect();
    spoken = order.iter().map(|&topic| spoken[topic].clone()).collect();

    let figures = figures(texts, &spoken, metric, confidence);
    let covered: BTreeSet<usize> = spoken.iter().flat_map(|of| of.keys().copied()).collect();
    let found = topics
        .iter()
        .zip(figures)
        .map(|(of, figures)| DiscoveredTopic {
            name: name(of, &words),
            pairs: said(of, &words, &analyses),
            quotations: quotations(of, &places, &analyses, settings.quotations),
            terms: of
                .iter()
                .map(|(word, strength)| DiscoveredTerm {
                    text: words[*word].text.clone(),
                    n: words[*word].texts,
                    strength: *strength,
                })
                .collect(),
            figures,
        })
        .collect();
    Discovery {
        n_texts: texts.len() as u64,
        n_covered: covered.len() as u64,
        candidates: words.len(),
        topics: found,
    }
}

impl DiscoveredTopic {
    /// The rule that finds what this topic found: one of its terms.
    #[must_use]
    pub fn rule(&self) -> Rule {
        Rule::Any(
            self.terms
                .iter()
                .map(|term| Rule::base(&term.text))
                .collect(),
        )
    }

    /// Its name in the language of its terms.
    #[must_use]
    pub fn named(&self) -> Name {
        if self.name.is_ascii() {
            Name {
                ja: String::new(),
                en: self.name.clone(),
            }
        } else {
            Name {
                ja: self.name.clone(),
                en: String::new(),
            }
        }
    }
}

/// The graph of words that attract each other, weighted by NPMI over sentences.
fn ties(words: usize, places: &[Place], least: f64) -> Graph {
    let mut alone = vec![0_usize; words];
    let mut together: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    for place in places {
        for (index, (a, _)) in place.terms.iter().enumerate() {
            alone[*a] += 1;
            for (b, _) in &place.terms[index + 1..] {
                *together.entry((*a, *b)).or_default() += 1;
            }
        }
    }
    let mut graph: Graph = vec![Vec::new(); words];
    for ((a, b), n) in together {
        let weight = npmi(n, alone[a], alone[b], places.len());
        if n >= LEAST_TOGETHER && weight >= least {
            graph[a].push((b, weight));
            graph[b].push((a, weight));
        }
    }
    graph
}

/// For each topic the texts that speak of it, with the sentences that do.
fn by_text(
    topics: &[Vec<(usize, f64)>],
    places: &[Place],
    words: usize,
) -> Vec<BTreeMap<usize, Vec<Span>>> {
    let mut topic_of = vec![None; words];
    for (topic, of) in topics.iter().enumerate() {
        for (word, _) in of {
            topic_of[*word] = Some(topic);
        }
    }
    let mut spoken = vec![BTreeMap::<usize, Vec<Span>>::new(); topics.len()];
    for place in places {
        for topic in place.terms.iter().filter_map(|(word, _)| topic_of[*word]) {
            let spans = spoken[topic].entry(place.text).or_default();
            if spans.last() != Some(&place.span) {
                spans.push(place.span);
            }
        }
    }
    spoken
}

fn figures(
    texts: &[ScoredText<'_>],
    spoken: &[BTreeMap<usize, Vec<Span>>],
    metric: Option<&Metric>,
    confidence: Confidence,
) -> Vec<TopicFigures> {
    let mut tally = TopicTally::new(spoken.len());
    for (number, text) in texts.iter().enumerate() {
        let thinks = |span: &Span| {
            let sentences = &text.analysis.sentences;
            sentences
                .iter()
                .find(|sentence| sentence.span == *span)
                .map_or(0.0, |sentence| sentence.sentiment.score)
        };
        let of_text = spoken.iter().enumerate().flat_map(|(topic, of)| {
            let spans = of.get(&number).map_or(&[][..], Vec::as_slice);
            spans.iter().map(move |span| (topic, thinks(span)))
        });
        tally.add_text(of_text, text.score, text.weight);
    }
    tally.figures(metric, confidence)
}

/// The two or three strongest terms that do not contain each other.
fn name(of: &[(usize, f64)], words: &[Candidate]) -> String {
    let mut chosen: Vec<&str> = Vec::new();
    for (word, _) in of {
        let term = words[*word].text.as_str();
        if chosen.len() < 3
            && !chosen
                .iter()
                .any(|other| other.contains(term) || term.contains(other))
        {
            chosen.push(term);
        }
    }
    let ascii = chosen.iter().all(|term| term.is_ascii());
    chosen.join(if ascii { ", " } else { "・" })
}

/// What is said most often of a topic's terms, in more than one text.
fn said(of: &[(usize, f64)], words: &[Candidate], analyses: &[&Analysis]) -> Vec<SaidPair> {
    const MOST: usize = 8;
    let terms: BTreeSet<&str> = of
        .iter()
        .map(|(word, _)| words[*word].text.as_str())
        .collect();
    let mut texts: BTreeMap<(&str, &str, bool), BTreeSet<usize>> = BTreeMap::new();
    for (number, analysis) in analyses.iter().enumerate() {
        if analysis.language != Language::Ja {
            continue;
        }
        for pair in &analysis.pairs {
            if terms.contains(pair.of.as_str()) {
                texts
                    .entry((&pair.of, &pair.is, pair.negated))
                    .or_default()
                    .insert(number);
            }
        }
    }
    let mut found: Vec<SaidPair> = texts
        .into_iter()
        .filter(|(_, texts)| texts.len() > 1)
        .map(|((of, is, negated), texts)| SaidPair {
            of: of.to_owned(),
            is: is.to_owned(),
            negated,
            n: texts.len(),
        })
        .collect();
    found.sort_by_key(|pair| std::cmp::Reverse(pair.n));
    found.truncate(MOST);
    found
}

/// The sentences with most of a topic's terms for their length, of different texts; very
/// short ones say nothing and very long ones too much.
fn quotations(
    of: &[(usize, f64)],
    places: &[Place],
    analyses: &[&Analysis],
    most: usize,
) -> Vec<Quotation> {
    let strength: BTreeMap<usize, f64> = of.iter().copied().collect();
    let mut rated: Vec<(f64, Quotation)> = places
        .iter()
        .filter_map(|place| {
            let own: Vec<&(usize, Span)> = place
                .terms
                .iter()
                .filter(|(word, _)| strength.contains_key(word))
                .collect();
            if own.is_empty() {
                return None;
            }
            let sum: f64 = own.iter().map(|(word, _)| strength[word]).sum();
            let others = place.terms.len() - own.len();
            let characters = (place.span.end - place.span.start) as f64;
            let usual = match analyses[place.text].language {
                Language::Ja => 35.0,
                Language::En | Language::Other => 90.0,
            };
            let fits = (-(characters / usual).ln().powi(2)).exp();
            let mut spans: Vec<Span> = own.iter().map(|(_, span)| *span).collect();
            spans.sort_unstable();
            let quotation = Quotation {
                text: place.text,
                span: place.span,
                spans,
            };
            Some((sum * fits / (1.0 + others as f64), quotation))
        })
        .collect();
    rated.sort_by(|a, b| {
        b.0.total_cmp(&a.0)
            .then(a.1.text.cmp(&b.1.text))
            .then(a.1.span.cmp(&b.1.span))
    });
    let mut seen = BTreeSet::new();
    rated
        .into_iter()
        .map(|(_, quotation)| quotation)
        .filter(|quotation| seen.insert(quotation.text))
        .take(most)
        .collect()
}
