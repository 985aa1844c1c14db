//! The words that could name a topic, and in which sentences they stand.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use crate::text::japanese::Class;
use crate::text::sentiment::stems;
use crate::text::{Analysis, Language, Span, Token};

const STOP_JA: &str = include_str!("../../../data/ja/stop.txt");
const STOP_EN: &str = include_str!("../../../data/en/stop.txt");

/// How strongly two neighbours have to attract each other to be one term (露天風呂,
/// "car park").
const ONE_TERM: f64 = 0.45;

/// A word or words in a row that could name a topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Candidate {
    /// In dictionary form, as a rule takes it.
    pub text: String,
    /// In how many texts it stands.
    pub texts: usize,
}

/// A sentence with the candidates in it, each once.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub text: usize,
    pub span: Span,
    pub terms: Vec<(usize, Span)>,
}

/// A candidate in its sentence, before those that are too rare are left out.
type Found = (String, Span, bool);

/// The candidates in at least `least` texts, at most `most` of them, the most frequent
/// first, and every sentence that holds one.
pub(super) fn candidates(
    texts: &[&Analysis],
    least: usize,
    most: usize,
) -> (Vec<Candidate>, Vec<Place>) {
    let stop = stop_words();
    let bases = english_bases(texts);
    let mut places: Vec<(usize, Span, Vec<Found>)> = Vec::new();
    for (number, analysis) in texts.iter().enumerate() {
        let mut tokens = analysis.tokens.as_slice();
        for sentence in &analysis.sentences {
            let many = tokens.partition_point(|token| token.span.start < sentence.span.end);
            let (of, rest) = tokens.split_at(many);
            tokens = rest;
            let found = words(of, analysis.language, &stop, &bases);
            if !found.is_empty() {
                places.push((number, sentence.span, found));
            }
        }
    }
    join_neighbours(&mut places, least);
    let mut standing: BTreeMap<&str, BTreeSet<usize>> = BTreeMap::new();
    for (text, _, found) in &places {
        for (term, _, _) in found {
            standing.entry(term).or_default().insert(*text);
        }
    }
    let mut kept: Vec<Candidate> = standing
        .into_iter()
        .filter(|(_, texts)| texts.len() >= least)
        .map(|(text, texts)| Candidate {
            text: text.to_owned(),
            texts: texts.len(),
        })
        .collect();
    kept.sort_by(|a, b| b.texts.cmp(&a.texts).then(a.text.cmp(&b.text)));
    kept.truncate(most);
    let number: HashMap<&str, usize> = kept
        .iter()
        .enumerate()
        .map(|(index, one)| (one.text.as_str(), index))
        .collect();
    let places = places
        .iter()
        .filter_map(|(text, span, found)| {
            let mut terms: Vec<(usize, Span)> = found
                .iter()
                .filter_map(|(term, span, _)| Some((*number.get(term.as_str())?, *span)))
                .collect();
            terms.sort_unstable();
            terms.dedup_by_key(|(term, _)| *term);
            (!terms.is_empty()).then_some(Place {
                text: *text,
                span: *span,
                terms,
            })
        })
        .collect();
    (kept, places)
}

/// Words that name no topic, in both languages.
pub(super) fn stop_words() -> HashSet<&'static str> {
    [STOP_JA, STOP_EN]
        .into_iter()
        .flat_map(str::lines)
        .filter(|line| !line.starts_with('#'))
        .flat_map(str::split_whitespace)
        .collect()
}

/// Whether a word is of a kind that can name something.
pub(super) fn names(token: &Token, language: Language) -> bool {
    match token.class {
        Some(class) => {
            matches!(
                class,
                Class::Noun
                    | Class::VerbalNoun
                    | Class::AdjectivalNoun
                    | Class::Adjective
                    | Class::Verb
            ) && (token.form.chars().count() > 1 || class == Class::Noun)
                && !(token.form.is_ascii() && token.form.len() < 3)
        }
        None => language == Language::En && token.form.len() > 2,
    }
}

/// The words of a sentence that may name something, with whether each directly follows
/// the one before it.
fn words(
    tokens: &[Token],
    language: Language,
    stop: &HashSet<&str>,
    bases: &HashMap<String, String>,
) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    let mut before: Option<usize> = None;
    for token in tokens {
        let form = bases.get(&token.form).unwrap_or(&token.form);
        let speaks = names(token, language)
            && !stop.contains(form.as_str())
            && !stop.contains(token.form.as_str())
            && form.chars().any(char::is_alphabetic);
        if !speaks {
            before = None;
            continue;
        }
        let joins = match token.class {
            Some(class) => class.is_nominal() && before == Some(token.span.start),
            None => before.is_some_and(|end| end + 1 == token.span.start),
        };
        found.push((form.clone(), token.span, joins));
        let may_lead = token.class.is_none_or(Class::is_nominal);
        before = may_lead.then_some(token.span.end);
    }
    found
}

/// Words of English texts whose base form stands in the texts as well: calls → call.
fn english_bases(texts: &[&Analysis]) -> HashMap<String, String> {
    let known: HashSet<&str> = texts
        .iter()
        .filter(|analysis| analysis.language == Language::En)
        .flat_map(|analysis| &analysis.tokens)
        .map(|token| token.form.as_str())
        .collect();
    let base = |word: &str| {
        let inflects = if word.ends_with(['s', 'd', 'g']) {
            stems(word)
        } else {
            Vec::new()
        };
        inflects
            .into_iter()
            .find(|stem| known.contains(stem.as_str()))
    };
    known
        .iter()
        .filter_map(|word| Some(((*word).to_owned(), base(word)?)))
        .collect()
}

/// Makes one term of neighbours that stand together far more often than chance.
fn join_neighbours(places: &mut [(usize, Span, Vec<Found>)], least: usize) {
    let mut alone: HashMap<&str, usize> = HashMap::new();
    let mut together: HashMap<(&str, &str), usize> = HashMap::new();
    let mut all = 0_usize;
    for (_, _, found) in places.iter() {
        all += found.len();
        for (index, (term, _, joins)) in found.iter().enumerate() {
            *alone.entry(term).or_default() += 1;
            if *joins {
                *together.entry((&found[index - 1].0, term)).or_default() += 1;
            }
        }
    }
    let one: HashSet<(String, String)> = together
        .into_iter()
        .filter(|((a, b), n)| *n >= least && npmi(*n, alone[a], alone[b], all) >= ONE_TERM)
        .map(|((a, b), _)| (a.to_owned(), b.to_owned()))
        .collect();
    for (_, _, found) in places {
        let mut at = 1;
        while at < found.len() {
            let pair = (found[at - 1].0.clone(), found[at].0.clone());
            if found[at].2 && one.contains(&pair) {
                let (word, span, _) = found.remove(at);
                let first = &mut found[at - 1];
                let between = if first.0.is_ascii() { " " } else { "" };
                first.0 = format!("{}{between}{word}", first.0);
                first.1.end = span.end;
            }
            at += 1;
        }
    }
}

/// Normalised pointwise mutual information, −1 to 1: ln(p(a,b) / (p(a) p(b))) / −ln p(a,b)
/// (Bouma 2009, *GSCL* 31–40). `both`, `a` and `b` are counts among `all`.
pub(super) fn npmi(both: usize, a: usize, b: usize, all: usize) -> f64 {
    if both == 0 {
        return -1.0;
    }
    let p = |n: usize| n as f64 / all as f64;
    if both >= all {
        return 1.0;
    }
    (p(both) / (p(a) * p(b))).ln() / -p(both).ln()
}
