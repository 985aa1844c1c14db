//! Pairs of words of which one is said of the other (係り受け): what was slow, what
//! was not clean, what came early.
//!
//! Japanese leans to the right: a phrase depends on one that follows it, and
//! dependencies do not cross (Kudo & Matsumoto 2002, *CoNLL* 63–69). Within these
//! two laws rules of form decide; no model is trained.

use serde::Serialize;

use super::phrases::{Head, Phrase, Role};
use super::words::{Class, Word};
use crate::text::Span;

/// What kinds of words a pair joins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PairKind {
    /// 部屋が広い, 広い部屋.
    NounAdjective,
    /// 予約を取る, 残った料理.
    NounVerb,
    /// 早く着く.
    AdjectiveVerb,
    /// 部屋の広さ; 朝食はバイキング.
    NounNoun,
}

/// Two words that belong together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Pair {
    /// What kinds of words.
    pub kind: PairKind,
    /// The word spoken of: the noun, or the adjective before a verb.
    pub of: String,
    /// What is said of it, in its dictionary form.
    pub is: String,
    /// Whether it is denied: 遅くない is not 遅い.
    pub negated: bool,
    /// Where both stand, in the split text.
    pub spans: [Span; 2],
}

/// The pairs of a sentence.
#[must_use]
pub fn pairs(text: &str, words: &[Word<'_>], phrases: &[Phrase]) -> Vec<Pair> {
    let mut found = Vec::new();
    for (index, phrase) in phrases.iter().enumerate() {
        if phrase.kind == Head::Other {
            continue;
        }
        let Some(on) = depends_on(phrases, index) else {
            continue;
        };
        let target = &phrases[on];
        let describes = matches!(phrase.role, Role::Adnominal);
        let (of, is) = if describes {
            (target, phrase)
        } else {
            (phrase, target)
        };
        let kind = match (of.kind, is.kind) {
            (Head::Noun, Head::Adjective) => PairKind::NounAdjective,
            (Head::Noun, Head::Verb) => PairKind::NounVerb,
            (Head::Noun, Head::Noun) => PairKind::NounNoun,
            (Head::Adjective, Head::Verb) => PairKind::AdjectiveVerb,
            _ => continue,
        };
        if !tells(text, words, of) || !tells(text, words, is) {
            continue;
        }
        found.push(Pair {
            kind,
            of: name(text, words, of),
            is: name(text, words, is),
            negated: is.negated,
            spans: [span(words, of), span(words, is)],
        });
    }
    found
}

/// The phrase that the one at `index` depends on.
fn depends_on(phrases: &[Phrase], index: usize) -> Option<usize> {
    let phrase = &phrases[index];
    let after = || (index + 1..phrases.len()).filter(|&on| phrases[on].kind != Head::Other);
    let predicate = |on: &usize| {
        matches!(phrases[*on].kind, Head::Adjective | Head::Verb)
            || phrases[*on].kind == Head::Noun
                && matches!(phrases[*on].role, Role::Final | Role::Continued)
    };
    match phrase.role {
        Role::Genitive | Role::Adnominal => after().next(),
        Role::Listed => {
            // 部屋と風呂が綺麗: what is said of the last is said of all.
            let mut last = index;
            while phrases[last].role == Role::Listed {
                last = (last + 1..phrases.len()).find(|&on| phrases[on].kind == Head::Noun)?;
            }
            matches!(
                phrases[last].role,
                Role::Subject | Role::Topic | Role::Complement
            )
            .then(|| depends_on(phrases, last))
            .flatten()
        }
        Role::Subject | Role::Complement => after().find(predicate),
        Role::Topic => {
            let main = |on: &usize| predicate(on) && phrases[*on].role != Role::Adnominal;
            after().find(|on| main(on) && phrases[*on].role != Role::Adverbial)
        }
        Role::Adverbial if phrase.kind == Head::Noun => None,
        Role::Adverbial => after().find(|&on| phrases[on].kind == Head::Verb),
        Role::Continued | Role::Final => None,
    }
}

/// Nouns that with に or と only lead over: 割に, 逆に, おかげで.
const LEADING: &[&str] = &[
    "こと",
    "もの",
    "の",
    "割",
    "わり",
    "逆",
    "おかげ",
    "お陰",
    "ため",
    "為",
    "際",
    "時",
    "とき",
    "ほか",
    "他",
    "ところ",
    "うち",
    "中",
    "以降",
    "以上",
];

fn tells(text: &str, words: &[Word<'_>], phrase: &Phrase) -> bool {
    let head = &words[phrase.tail - 1];
    let alone = phrase.tail - phrase.head == 1;
    head.class != Class::Pronoun && !(alone && LEADING.contains(&head.form(text)))
}

/// The head as it is counted: nouns as written, predicates in dictionary form.
fn name(text: &str, words: &[Word<'_>], phrase: &Phrase) -> String {
    let last = &words[phrase.tail - 1];
    let before = &text[words[phrase.head].from as usize..last.from as usize];
    format!("{before}{}", last.form(text))
}

fn span(words: &[Word<'_>], phrase: &Phrase) -> Span {
    Span {
        start: words[phrase.head].start as usize,
        end: words[phrase.tail - 1].end as usize,
    }
}
