//! A document made ready for reading texts: every word in a table, every stretch of
//! characters in one automaton, so that a text is looked through once however many
//! topics there are.

use std::collections::HashMap;

use aho_corasick::AhoCorasick;

use super::check::TopicLimits;
use super::document::{By, Rule, Scope, Term, TopicDocument};
use super::inflect::inflections;
use super::read::{Problems, TopicProblems};
use crate::text::japanese::{Class, Splitter, denies};
use crate::text::{Analyser, plain};

/// The topics of a document, ready for reading texts; see [`Analyser::topics`].
#[derive(Debug)]
pub struct Topics {
    pub(super) topics: Vec<CompiledTopic>,
    pub(super) atoms: Vec<Atom>,
    /// Forms of words to what begins with them.
    pub(super) words: HashMap<Box<str>, Vec<Sequence>>,
    /// All stretches of characters, with the atom of each and whether its ends have to
    /// be those of words.
    pub(super) parts: Option<AhoCorasick>,
    pub(super) stretches: Vec<Stretch>,
}

#[derive(Debug)]
pub(super) struct CompiledTopic {
    pub id: String,
    pub parent: Option<usize>,
    pub scope: Scope,
    pub rule: Option<Node>,
}

/// A term: something to be found.
#[derive(Debug)]
pub(super) struct Atom {
    /// The topics whose rules name it.
    pub topics: Vec<u32>,
}

/// Words in a row: those after the first.
#[derive(Debug, Clone)]
pub(super) struct Sequence {
    /// What each further word may be.
    pub rest: Vec<Vec<Box<str>>>,
    pub atom: u32,
    pub denied: Option<bool>,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Stretch {
    pub atom: u32,
    pub whole_words: bool,
    pub denied: Option<bool>,
}

#[derive(Debug)]
pub(super) enum Node {
    Atom(u32),
    Any(Vec<Node>),
    All {
        with: Vec<Node>,
        without: Vec<Node>,
    },
    Near {
        with: Vec<Node>,
        without: Vec<Node>,
        words: u32,
    },
}

impl Topics {
    /// How many topics there are, groups included.
    #[must_use]
    pub fn len(&self) -> usize {
        self.topics.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.topics.is_empty()
    }

    /// The id of the topic with a number; numbers follow [`TopicDocument::walk`].
    ///
    /// # Panics
    /// When there is no such number.
    #[must_use]
    pub fn id(&self, topic: usize) -> &str {
        &self.topics[topic].id
    }

    /// The number of the topic with an id.
    #[must_use]
    pub fn number(&self, id: &str) -> Option<usize> {
        self.topics.iter().position(|topic| topic.id == id)
    }

    /// The number of the topic above one.
    ///
    /// # Panics
    /// When there is no such number.
    #[must_use]
    pub fn parent(&self, topic: usize) -> Option<usize> {
        self.topics[topic].parent
    }
}

impl Analyser<'_> {
    /// Makes a document of topics ready for texts that this analyser reads: its terms
    /// are split into words as the texts are, and the analyser's synonyms count in both.
    ///
    /// Without a Japanese dictionary Japanese terms are looked for as stretches of
    /// characters.
    ///
    /// # Errors
    /// What [`TopicDocument::check`] finds.
    pub fn topics(
        &self,
        document: &TopicDocument,
        limits: &TopicLimits,
    ) -> Result<Topics, TopicProblems> {
        document.check(limits)?;
        let mut compiler = Compiler {
            analyser: self,
            splitter: self.splitter(),
            synonyms: HashMap::new(),
            known: HashMap::new(),
            atoms: Vec::new(),
            words: HashMap::new(),
            patterns: Vec::new(),
            stretches: Vec::new(),
            topic: 0,
        };
        for group in &document.synonyms {
            for word in group {
                compiler.synonyms.insert(plain_term(word), group.clone());
            }
        }
        let mut topics = Vec::new();
        for walked in document.walk() {
            compiler.topic = topics.len() as u32;
            let rule = walked.topic.rule.as_ref().map(|rule| compiler.node(rule));
            topics.push(CompiledTopic {
                id: walked.topic.id.clone(),
                parent: walked.parent,
                scope: walked.topic.scope,
                rule,
            });
        }
        let parts = if compiler.patterns.is_empty() {
            None
        } else {
            let built = AhoCorasick::new(&compiler.patterns).map_err(|error| {
                let mut problems = Problems::default();
                problems.say(
                    "topics",
                    format!(
                        "there are too many terms to look for at once ({error}); take some out"
                    ),
                );
                TopicProblems(problems.0)
            })?;
            Some(built)
        };
        Ok(Topics {
            topics,
            atoms: compiler.atoms,
            words: compiler.words,
            parts,
            stretches: compiler.stretches,
        })
    }
}

/// A term in the form in which texts are read.
pub(super) fn plain_term(text: &str) -> String {
    plain(text).text().trim().to_owned()
}

/// Kana or Han: what Japanese is written with.
fn is_japanese(character: char) -> bool {
    matches!(character, 'ぁ'..='ヿ' | '々' | '一'..='鿿' | '㐀'..='䶿')
}

struct Compiler<'a> {
    analyser: &'a Analyser<'a>,
    splitter: Option<Splitter<'a>>,
    synonyms: HashMap<String, Vec<String>>,
    known: HashMap<(String, &'static str, Option<bool>), u32>,
    atoms: Vec<Atom>,
    words: HashMap<Box<str>, Vec<Sequence>>,
    patterns: Vec<String>,
    stretches: Vec<Stretch>,
    topic: u32,
}

impl Compiler<'_> {
    fn node(&mut self, rule: &Rule) -> Node {
        match rule {
            Rule::Term(term) => Node::Atom(self.atom(term)),
            Rule::Any(of) => Node::Any(of.iter().map(|rule| self.node(rule)).collect()),
            Rule::All(of) => {
                let (with, without) = self.sides(of);
                Node::All { with, without }
            }
            Rule::Near { of, words } => {
                let (with, without) = self.sides(of);
                Node::Near {
                    with,
                    without,
                    words: *words,
                }
            }
            // The check lets it stand only where `sides` takes it apart.
            Rule::Not(rule) => self.node(rule),
        }
    }

    fn sides(&mut self, of: &[Rule]) -> (Vec<Node>, Vec<Node>) {
        let (mut with, mut without) = (Vec::new(), Vec::new());
        for rule in of {
            let node = self.node(rule);
            match rule {
                Rule::Not(_) => without.push(node),
                _ => with.push(node),
            }
        }
        (with, without)
    }

    fn atom(&mut self, term: &Term) -> u32 {
        let text = plain_term(&term.text);
        let key = (text.clone(), term.by.key(), term.denied);
        let next = self.atoms.len() as u32;
        let atom = *self.known.entry(key).or_insert(next);
        if atom == next {
            self.atoms.push(Atom { topics: Vec::new() });
            let meant = self.synonyms.get(&text).cloned();
            for word in meant.unwrap_or_else(|| vec![text]) {
                self.look_for(&plain_term(&word), term.by, term.denied, atom);
            }
        }
        let topics = &mut self.atoms[atom as usize].topics;
        if topics.last() != Some(&self.topic) {
            topics.push(self.topic);
        }
        atom
    }

    fn look_for(&mut self, text: &str, by: By, denied: Option<bool>, atom: u32) {
        match by {
            By::Base => self.look_for_base(text, denied, atom),
            By::Surface | By::Part => self.stretch(text, by == By::Surface, denied, atom),
        }
    }

    fn stretch(&mut self, text: &str, whole_words: bool, denied: Option<bool>, atom: u32) {
        self.patterns.push(text.to_owned());
        self.stretches.push(Stretch {
            atom,
            whole_words,
            denied,
        });
    }

    fn look_for_base(&mut self, text: &str, denied: Option<bool>, atom: u32) {
        let japanese = text.chars().any(is_japanese);
        if self.splitter.is_none() && japanese {
            self.stretch(text, false, denied, atom);
            return;
        }
        if let Some((mut forms, denial)) = self.split(text) {
            for form in &mut forms {
                *form = self.analyser.meant(form);
            }
            let one = forms.into_iter().map(|form| vec![form]).collect();
            self.sequence(one, denied.or(denial), atom);
        }
        if !japanese {
            let words = text
                .split(|c: char| !(c.is_alphanumeric() || matches!(c, '\'' | '-')))
                .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()))
                .filter(|word| !word.is_empty())
                .map(|word| {
                    inflections(word)
                        .iter()
                        .map(|form| self.analyser.meant(form))
                        .collect()
                })
                .collect();
            self.sequence(words, denied, atom);
        }
    }

    /// The dictionary forms of a term's words, without what only leans on the last of
    /// them; whether it was written as denied (つながらない, 問題ない).
    fn split(&mut self, text: &str) -> Option<(Vec<String>, Option<bool>)> {
        let mut words = Vec::new();
        self.splitter.as_mut()?.split(text, &mut words);
        words.retain(|word| word.class != Class::Symbol);
        let mut kept = words.len();
        let mut denied = None;
        while kept > 1 {
            let last = &words[kept - 1];
            let absent = last.class == Class::Adjective
                && matches!(last.form(text), "ない" | "無い")
                && words[kept - 2].class.is_nominal();
            if denies(text, &words, kept - 1) || absent {
                denied = Some(true);
            } else if last.class != Class::Auxiliary {
                break;
            }
            kept -= 1;
        }
        let forms = words[..kept]
            .iter()
            .map(|word| word.form(text).to_owned())
            .collect();
        Some((forms, denied))
    }

    fn sequence(&mut self, words: Vec<Vec<String>>, denied: Option<bool>, atom: u32) {
        let mut words = words.into_iter();
        let Some(first) = words.next() else {
            return;
        };
        let rest: Vec<Vec<Box<str>>> = words
            .map(|forms| forms.into_iter().map(String::into_boxed_str).collect())
            .collect();
        for form in first {
            let known = self.words.entry(form.into_boxed_str()).or_default();
            let doubled = known
                .iter()
                .any(|one| one.atom == atom && one.rest == rest && one.denied == denied);
            if !doubled {
                known.push(Sequence {
                    rest: rest.clone(),
                    atom,
                    denied,
                });
            }
        }
    }
}
