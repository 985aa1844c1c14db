//! Whether a document can be used: what its rules must keep, and how large it may be.

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};

use super::document::{Rule, Term, Topic, TopicDocument};
use super::read::{Problems, TopicProblems};

/// How large a document of topics may be. The defaults are far beyond what people
/// keep in order by hand, and keep reading fast.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TopicLimits {
    /// How many topics, 500.
    pub topics: usize,
    /// How many levels of topics, 4.
    pub depth: usize,
    /// How many levels of rules in each other, 6.
    pub rule_depth: usize,
    /// How many terms in all rules and groups of synonyms together, 10,000.
    pub terms: usize,
    /// How many characters of a term or a name, 100.
    pub characters: usize,
    /// How many words `near` may reach over, 30.
    pub near: u32,
}

impl Default for TopicLimits {
    fn default() -> Self {
        Self {
            topics: 500,
            depth: 4,
            rule_depth: 6,
            terms: 10_000,
            characters: 100,
            near: 30,
        }
    }
}

/// Longest id.
const ID: usize = 64;

impl TopicDocument {
    /// Checks what the document says.
    ///
    /// # Errors
    /// Every place at which it cannot be used, with the remedy.
    pub fn check(&self, limits: &TopicLimits) -> Result<(), TopicProblems> {
        let mut check = Check {
            limits,
            problems: Problems::default(),
            terms: 0,
        };
        check.synonyms(&self.synonyms);
        let walked = self.walk();
        if walked.len() > limits.topics {
            check.problems.say(
                "topics",
                format!(
                    "{} topics are more than the {} allowed; merge some or raise the limit",
                    walked.len(),
                    limits.topics
                ),
            );
        }
        let mut ids: HashMap<&str, &str> = HashMap::new();
        for one in &walked {
            if one.depth == limits.depth + 1 {
                check.problems.say(
                    &one.path,
                    format!("topics lie at most {} deep; move this one up", limits.depth),
                );
            }
            if let Some(other) = ids.insert(&one.topic.id, &one.path) {
                check.problems.say(
                    &format!("{}.id", one.path),
                    format!(
                        "\"{}\" is the id of {other} already; give each topic its own",
                        one.topic.id
                    ),
                );
            }
            check.topic(one.topic, &one.path);
        }
        if check.terms > limits.terms {
            check.problems.say(
                "topics",
                format!(
                    "{} terms are more than the {} allowed; take out what finds nothing",
                    check.terms, limits.terms
                ),
            );
        }
        check.problems.settle(())
    }
}

struct Check<'l> {
    limits: &'l TopicLimits,
    problems: Problems,
    terms: usize,
}

impl Check<'_> {
    fn synonyms(&mut self, groups: &[Vec<String>]) {
        let mut seen: HashSet<String> = HashSet::new();
        for (index, group) in groups.iter().enumerate() {
            let path = format!("synonyms[{index}]");
            if group.len() < 2 {
                self.problems.say(
                    &path,
                    "a group of synonyms has two words or more; add one or take the group out",
                );
            }
            for (at, word) in group.iter().enumerate() {
                let path = format!("{path}[{at}]");
                self.words(word, &path);
                if !seen.insert(super::compile::plain_term(word)) {
                    self.problems.say(
                        &path,
                        format!("\"{word}\" stands in the groups twice; put all that mean the same into one group"),
                    );
                }
            }
        }
    }

    fn topic(&mut self, topic: &Topic, path: &str) {
        let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "_-".contains(c);
        if topic.id.is_empty() || topic.id.len() > ID || !topic.id.chars().all(allowed) {
            self.problems.say(
                &format!("{path}.id"),
                format!(
                    "\"{}\" is no id; use 1 to {ID} small letters, digits, _ and -",
                    topic.id
                ),
            );
        }
        let name = format!("{path}.name");
        let names = [topic.name.ja.trim(), topic.name.en.trim()];
        if names.iter().all(|name| name.is_empty()) {
            self.problems
                .say(&name, "the topic has no name; give it one in ja or en");
        }
        if names
            .iter()
            .any(|name| name.chars().count() > self.limits.characters)
        {
            self.problems.say(
                &name,
                format!(
                    "the name is longer than {} characters",
                    self.limits.characters
                ),
            );
        }
        match &topic.rule {
            Some(rule) => self.rule(rule, &format!("{path}.rule"), 1, false),
            None if topic.topics.is_empty() => self.problems.say(
                &format!("{path}.rule"),
                "the topic has neither a rule nor topics beneath it and would find nothing; \
                 write a rule",
            ),
            None => {}
        }
    }

    fn rule(&mut self, rule: &Rule, path: &str, depth: usize, may_deny: bool) {
        if depth == self.limits.rule_depth + 1 {
            self.problems.say(
                path,
                format!(
                    "rules lie at most {} deep in each other; divide the topic",
                    self.limits.rule_depth
                ),
            );
            return;
        }
        match rule {
            Rule::Term(Term { text, .. }) => self.words(text, path),
            Rule::Any(of) => self.several(of, &format!("{path}.any"), depth, false),
            Rule::All(of) => self.several(of, &format!("{path}.all"), depth, true),
            Rule::Near { of, words } => {
                let at = format!("{path}.near");
                self.several(of, &at, depth, true);
                let parts = of.iter().filter(|rule| !matches!(rule, Rule::Not(_)));
                if parts.count() < 2 && of.iter().all(|rule| !matches!(rule, Rule::Not(_))) {
                    self.problems.say(
                        &at,
                        "near takes two rules or more; add what has to stand near, or use the \
                         rule alone",
                    );
                }
                if *words > self.limits.near {
                    self.problems.say(
                        &format!("{path}.words"),
                        format!(
                            "near reaches over at most {} words; use \"all\" for the whole \
                             sentence",
                            self.limits.near
                        ),
                    );
                }
            }
            Rule::Not(below) => {
                if !may_deny {
                    self.problems.say(
                        path,
                        "\"not\" stands only inside \"all\" or \"near\", beside what is looked \
                         for; write {\"all\": [what, {\"not\": …}]}",
                    );
                }
                self.rule(below, &format!("{path}.not"), depth + 1, false);
            }
        }
    }

    fn several(&mut self, of: &[Rule], path: &str, depth: usize, may_deny: bool) {
        if of.iter().all(|rule| matches!(rule, Rule::Not(_))) {
            self.problems.say(
                path,
                "there is nothing to look for here; add a word that has to be found",
            );
        }
        for (index, rule) in of.iter().enumerate() {
            self.rule(rule, &format!("{path}[{index}]"), depth + 1, may_deny);
        }
    }

    fn words(&mut self, text: &str, path: &str) {
        self.terms += 1;
        if !super::compile::plain_term(text)
            .chars()
            .any(|c| c.is_alphanumeric() || crate::text::sentences::is_emoji(c))
        {
            self.problems.say(
                path,
                format!("\"{text}\" has no letter to look for; write a word"),
            );
        }
        if text.chars().count() > self.limits.characters {
            self.problems.say(
                path,
                format!(
                    "a term has at most {} characters; use the words that matter",
                    self.limits.characters
                ),
            );
        }
    }
}
