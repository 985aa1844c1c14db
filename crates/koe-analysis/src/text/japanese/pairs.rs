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
        let sentence = Sentence {
            text,
            words,
            phrases,
        };
        let Some(on) = sentence.depends_on(index) else {
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
        if !sentence.frames(index, kind, of, is) {
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

/// A sentence as its pairs are read.
#[derive(Clone, Copy)]
struct Sentence<'t> {
    text: &'t str,
    words: &'t [Word<'t>],
    phrases: &'t [Phrase],
}

/// Verbs that only say how an adjective before them is meant: 広く感じる, 遅くなる.
const APPEARING: &[&str] = &[
    "感じる",
    "思う",
    "思える",
    "見える",
    "なる",
    "する",
    "感じられる",
];

impl Sentence<'_> {
    /// The last particle of a phrase.
    fn particle(&self, index: usize) -> &str {
        let phrase = &self.phrases[index];
        self.words[phrase.tail..phrase.end]
            .iter()
            .rev()
            .find(|word| word.class != Class::TopicParticle && word.class != Class::Symbol)
            .map_or("", |word| word.surface(self.text))
    }

    fn ends_with(&self, index: usize, surfaces: &[&str]) -> bool {
        let last = &self.words[self.phrases[index].end - 1];
        surfaces.contains(&last.surface(self.text))
    }

    /// The phrases after one that can be depended on.
    fn after(&self, index: usize) -> impl Iterator<Item = usize> + '_ {
        let phrases = self.phrases;
        (index + 1..phrases.len()).filter(move |&on| phrases[on].kind != Head::Other)
    }

    /// Whether something can be said by the phrase.
    fn predicate(&self, on: usize) -> bool {
        let phrase = &self.phrases[on];
        match phrase.kind {
            // 広く感じる says 広い, 早く着く says 着く.
            Head::Adjective if phrase.role == Role::Adverbial => self
                .after(on)
                .next()
                .is_some_and(|next| APPEARING.contains(&self.form(next))),
            Head::Adjective | Head::Verb => true,
            Head::Noun => matches!(phrase.role, Role::Final | Role::Continued),
            Head::Other => false,
        }
    }

    fn form(&self, index: usize) -> &str {
        self.words[self.phrases[index].tail - 1].form(self.text)
    }

    /// The phrase that the one at `index` depends on.
    fn depends_on(&self, index: usize) -> Option<usize> {
        let phrases = self.phrases;
        let phrase = &phrases[index];
        match phrase.role {
            Role::Genitive | Role::Adnominal => self.after(index).next(),
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
                .then(|| self.depends_on(last))
                .flatten()
            }
            // 対応早い: without a particle only what stands beside it is said of it.
            Role::Subject if phrase.end == phrase.tail => {
                Some(index + 1).filter(|&on| on < phrases.len() && self.predicate(on))
            }
            Role::Subject => self.after(index).find(|&on| self.predicate(on)),
            Role::Complement => {
                // で and を belong to no adjective before a noun: 会場で色々な料理を食べる.
                let passes = matches!(self.particle(index), "で" | "を" | "へ" | "と");
                self.after(index).find(|&on| {
                    let describes =
                        phrases[on].kind == Head::Adjective && phrases[on].role == Role::Adnominal;
                    self.predicate(on) && !(passes && describes)
                })
            }
            Role::Topic => {
                let main = |on: &usize| {
                    self.predicate(*on)
                        && phrases[*on].role != Role::Adnominal
                        && !self.ends_with(*on, &["より", "ほど", "通り", "だけ"])
                };
                let on = self.after(index).find(main)?;
                // 朝食は種類が多い: what is many are the kinds.
                let said_of_another = (index + 1..on).any(|between| {
                    matches!(phrases[between].role, Role::Subject | Role::Topic)
                        && phrases[between].kind == Head::Noun
                        && self.depends_on(between) == Some(on)
                });
                (!said_of_another).then_some(on)
            }
            Role::Adverbial if phrase.kind == Head::Noun => None,
            Role::Adverbial => self
                .after(index)
                .find(|&on| phrases[on].kind == Head::Verb)
                .filter(|&on| self.form(on) != "ある"),
            Role::Continued | Role::Final => None,
        }
    }

    /// Whether the frame in which two phrases stand says something of one of them.
    fn frames(&self, index: usize, kind: PairKind, of: &Phrase, is: &Phrase) -> bool {
        let counts = |phrase: &Phrase| {
            self.words[phrase.head..phrase.tail]
                .iter()
                .any(|word| word.class == Class::Number)
        };
        let role = self.phrases[index].role;
        match kind {
            // 6畳の和室 and 大人は7800円 count; 駅で広場 says nothing.
            PairKind::NounNoun => role != Role::Complement && !counts(of) && !counts(is),
            // 夕食は外食にする: する alone says something only of what is done or felt.
            PairKind::NounVerb if self.words[is.tail - 1].form(self.text) == "する" => {
                is.tail - is.head > 1
                    || matches!(self.particle(index), "が" | "を")
                    || role == Role::Adnominal
            }
            _ => true,
        }
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
    "前",
    "以降",
    "以上",
    "今回",
    "次回",
    "前回",
    "今度",
    "今後",
    "最初",
    "最後",
    "沢山",
    "たくさん",
];

fn tells(text: &str, words: &[Word<'_>], phrase: &Phrase) -> bool {
    // 土地のもの is no 土地; スタッフの方 is スタッフ.
    let led_over = words[phrase.tail..phrase.end].windows(2).any(|two| {
        two[0].class == Class::AdnominalParticle
            && two[1].class == Class::DependentNoun
            && !matches!(two[1].surface(text), "方" | "かた" | "様")
    });
    if phrase.kind == Head::Noun && led_over {
        return false;
    }
    let head = &words[phrase.tail - 1];
    let alone = phrase.tail - phrase.head == 1;
    head.class != Class::Pronoun && !(alone && LEADING.contains(&head.form(text)))
}

/// The head as it is counted: nouns as written, without 等, predicates in dictionary
/// form.
fn name(text: &str, words: &[Word<'_>], phrase: &Phrase) -> String {
    let mut tail = phrase.tail;
    if tail - phrase.head > 1 && words[tail - 1].surface(text) == "等" {
        tail -= 1;
    }
    let last = &words[tail - 1];
    let before = &text[words[phrase.head].from as usize..last.from as usize];
    format!("{before}{}", last.form(text))
}

fn span(words: &[Word<'_>], phrase: &Phrase) -> Span {
    Span {
        start: words[phrase.head].start as usize,
        end: words[phrase.tail - 1].end as usize,
    }
}
