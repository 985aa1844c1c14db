//! Phrases (bunsetsu): a word that carries meaning with the words that lean on it,
//! read as far as the analysis needs: what is its head, is it denied, how does it
//! go on.

use super::words::{Class, Word};

/// How a phrase goes on in its sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// A noun with が, or with no particle where one of them is left out.
    Subject,
    /// A noun with は or も.
    Topic,
    /// A noun with を, に, で, から, まで, へ, と or より.
    Complement,
    /// A noun with の before another noun.
    Genitive,
    /// A noun in a list: と, や, とか.
    Listed,
    /// A predicate directly before the noun it describes.
    Adnominal,
    /// An adjective in く or に before the verb it describes, an adverb.
    Adverbial,
    /// A predicate that another clause follows: て, が, ので, ば.
    Continued,
    /// A predicate that ends its sentence.
    Final,
}

/// What the head of a phrase is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Head {
    /// A noun.
    Noun,
    /// An adjective, in い or な.
    Adjective,
    /// A verb, or a noun with する.
    Verb,
    /// Anything else: adverbs, conjunctions.
    Other,
}

/// A phrase of a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Phrase {
    /// Its first word.
    pub first: usize,
    /// The first word after it.
    pub end: usize,
    /// First word of the head; a compound noun has several.
    pub head: usize,
    /// First word after the head.
    pub tail: usize,
    /// What the head is.
    pub kind: Head,
    /// How it goes on.
    pub role: Role,
    /// Whether the head is denied.
    pub negated: bool,
}

/// The phrases of a sentence that has been split into words.
#[must_use]
pub fn phrases(text: &str, words: &[Word<'_>]) -> Vec<Phrase> {
    let mut found: Vec<Phrase> = Vec::new();
    let mut at = 0;
    while at < words.len() {
        if !words[at].class.is_content() {
            at += 1;
            continue;
        }
        let phrase = read(text, words, at);
        at = phrase.end.max(at + 1);
        found.push(phrase);
    }
    settle(text, words, &mut found);
    found
}

/// Verbs that make a verb of a noun before them.
const MAKES_VERB: &[&str] = &[
    "する",
    "できる",
    "出来る",
    "なさる",
    "致す",
    "いたす",
    "いただける",
    "頂ける",
];

fn form<'t>(text: &'t str, words: &[Word<'t>], at: usize) -> &'t str {
    words.get(at).map_or("", |word| word.form(text))
}

fn class(words: &[Word<'_>], at: usize) -> Option<Class> {
    words.get(at).map(|word| word.class)
}

fn read(text: &str, words: &[Word<'_>], first: usize) -> Phrase {
    let mut at = first;
    let mut head = at;
    while class(words, at) == Some(Class::Prefix) {
        at += 1;
        // お値段 is 値段; 大満足, 非日常 and 好印象 are words of their own.
        if matches!(words[at - 1].surface(text), "お" | "ご" | "御") {
            head = at;
        }
    }
    let core = at;
    let emphatic = matches!(
        words[core].surface(text),
        "大変" | "正直" | "結構" | "勿論" | "当然"
    );
    if emphatic && class(words, core + 1).is_some_and(Class::is_content) {
        // 大変満足, 正直外観は: an adverb beside a noun, no part of it.
        return close(text, words, first, head, core + 1, core + 1, Head::Other);
    }
    let mut kind = match class(words, core) {
        Some(Class::AdjectivalNoun) => Head::Adjective,
        Some(Class::Adjective) => Head::Adjective,
        Some(Class::Verb) => Head::Verb,
        Some(class) if class.is_nominal() || class == Class::Pronoun => Head::Noun,
        _ => Head::Other,
    };
    at += 1;
    if kind == Head::Adjective && class(words, at) == Some(Class::NounSuffix) {
        // 広さ, 良さ, 重み: an adjective made a noun.
        kind = Head::Noun;
        at += 1;
    }
    if kind == Head::Verb
        && matches!(
            form(text, words, at),
            "やすい" | "易い" | "にくい" | "難い" | "づらい" | "辛い"
        )
        && class(words, at) == Some(Class::DependentAdjective)
    {
        // 話しやすい, 分かりにくい: a verb made an adjective.
        kind = Head::Adjective;
        at += 1;
    }
    if kind == Head::Noun || class(words, core) == Some(Class::AdjectivalNoun) {
        while let Some(next) = class(words, at) {
            let joins = match next {
                Class::NounSuffix => true,
                // 綺麗 + 部屋 never stand side by side in one word; 朝食 + 会場 do.
                Class::AdverbialNoun => false,
                Class::AdjectivalNoun => kind == Head::Noun,
                _ => next.is_nominal() && words[at - 1].class != Class::AdverbialNoun,
            };
            if !joins {
                break;
            }
            if next == Class::AdjectivalNoun {
                // サービス満点, 設備充実: the noun in front is a phrase of its own.
                break;
            }
            kind = Head::Noun;
            at += 1;
        }
        let makes_verb = matches!(class(words, at), Some(Class::Verb))
            && MAKES_VERB.contains(&form(text, words, at));
        if makes_verb {
            kind = Head::Verb;
        }
        let tail = at;
        let at = if makes_verb { at + 1 } else { at };
        return close(text, words, first, head, tail, at, kind);
    }
    close(text, words, first, head, at, at, kind)
}

/// Takes in the words that lean on the head.
fn close(
    text: &str,
    words: &[Word<'_>],
    first: usize,
    head: usize,
    tail: usize,
    from: usize,
    kind: Head,
) -> Phrase {
    let mut at = from;
    let mut denials = 0;
    while let Some(next) = class(words, at) {
        let word = form(text, words, at);
        let leans = !next.is_content() && next != Class::Symbol;
        if leans {
            denials += usize::from(denies(text, words, at));
        } else if (next == Class::Adjective && matches!(word, "ない" | "無い"))
            && bridges(text, words, from, at, kind)
        {
            denials += 1;
        } else if next == Class::Verb && word == "ある" && bridges(text, words, from, at, kind) {
        } else {
            break;
        }
        at += 1;
    }
    Phrase {
        first,
        end: at,
        head,
        tail,
        kind,
        role: Role::Final,
        negated: denials % 2 == 1,
    }
}

/// Whether ない or ある at `at` belongs to the predicate before it: 遅くはない,
/// 綺麗ではない, 綺麗である, 言うことがない — and not 風呂はない.
fn bridges(text: &str, words: &[Word<'_>], from: usize, at: usize, kind: Head) -> bool {
    let between = &words[from.min(at)..at];
    let copula = between
        .iter()
        .any(|word| matches!(word.surface(text), "で" | "じゃ" | "でも" | "では"));
    let nominalised = between
        .iter()
        .any(|word| word.class == Class::DependentNoun);
    match kind {
        Head::Adjective => copula || nominalised || words[from - 1].class == Class::Adjective,
        Head::Verb => nominalised,
        Head::Noun => {
            // で of a place is a case particle: ホテルではない stays a denial only
            // where the copula is meant, and IPADIC tells the two apart.
            between
                .iter()
                .any(|word| word.class == Class::Auxiliary && word.surface(text) == "で")
        }
        Head::Other => false,
    }
}

/// Whether the leaning word at `at` denies.
pub(crate) fn denies(text: &str, words: &[Word<'_>], at: usize) -> bool {
    let word = words[at];
    let form = word.form(text);
    let surface = word.surface(text);
    match word.class {
        Class::Auxiliary | Class::DependentAdjective => match form {
            "ない" | "無い" | "ぬ" => !idle(text, words, at),
            "ん" => !idle(text, words, at),
            "まい" => true,
            _ => false,
        },
        Class::DependentVerb => matches!(form, "かねる"),
        Class::ConjunctiveParticle | Class::Particle => matches!(surface, "ず" | "ずに"),
        _ => false,
    }
}

/// The heads that are denied, as stretches of words: 遅い in 遅くない, and the noun of
/// which it is said that there is none (問題 in 問題はありません).
pub(crate) fn denied(text: &str, words: &[Word<'_>], phrases: &[Phrase]) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    for (index, phrase) in phrases.iter().enumerate() {
        let none = || {
            let next = phrases[index + 1..]
                .iter()
                .find(|next| next.kind != Head::Other)?;
            let absent = match form(text, words, next.head) {
                "ない" | "無い" => !next.negated,
                "ある" | "有る" | "ござる" => next.negated,
                _ => false,
            };
            absent.then_some(())
        };
        let spoken_of =
            phrase.kind == Head::Noun && matches!(phrase.role, Role::Subject | Role::Topic);
        if phrase.negated || spoken_of && none().is_some() {
            found.push((phrase.head, phrase.tail));
        }
    }
    found
}

/// ない that denies nothing: かもしれない, だけでなく, ないといけない, しかない.
fn idle(text: &str, words: &[Word<'_>], at: usize) -> bool {
    let before = |back: usize| {
        at.checked_sub(back)
            .map_or("", |index| words[index].surface(text))
    };
    let after = |on: usize| words.get(at + on).map_or("", |word| word.surface(text));
    matches!(before(1), "しれ" | "しか" | "違い" | "すぎ" | "過ぎ")
        || matches!(before(2), "だけ" | "のみ" | "ばかり")
        || matches!(before(3), "だけ" | "のみ" | "ばかり")
        || (matches!(before(1), "では" | "じゃ" | "は") && matches!(after(1), "か" | "でしょ"))
        || (words[at].surface(text) == "ん" && !matches!(before(1), "ませ" | "せ"))
}

/// Tells from what ends each phrase, and what follows, how it goes on.
fn settle(text: &str, words: &[Word<'_>], phrases: &mut [Phrase]) {
    for index in 0..phrases.len() {
        let phrase = phrases[index];
        let next = phrases.get(index + 1).copied();
        let comma = words
            .get(phrase.end)
            .is_some_and(|word| word.class == Class::Symbol);
        let last = &words[phrase.end - 1];
        let particle = words[phrase.tail..phrase.end]
            .iter()
            .rev()
            .find(|word| is_particle(word.class));
        let copula = words[phrase.tail..phrase.end]
            .iter()
            .any(|word| word.class == Class::Auxiliary);
        phrases[index].role = match phrase.kind {
            Head::Noun if !copula => match particle.map(|word| word.surface(text)) {
                Some("が") => Role::Subject,
                Some("の") => Role::Genitive,
                Some("と" | "や" | "とか" | "および") if is_noun(next) => Role::Listed,
                Some("で") if stated(phrases, index, comma) => Role::Continued,
                Some(particle) => {
                    let topical = matches!(particle, "は" | "も" | "って" | "こそ");
                    if topical {
                        Role::Topic
                    } else {
                        Role::Complement
                    }
                }
                None if words[phrase.tail - 1].class == Class::AdverbialNoun
                    || words[phrase.head..phrase.tail]
                        .iter()
                        .any(|word| word.class == Class::Number) =>
                {
                    Role::Adverbial
                }
                None if next.is_some() && !comma => Role::Subject,
                None if next.is_some() => Role::Listed,
                None => Role::Final,
            },
            Head::Other => Role::Adverbial,
            _ => {
                let ending = last.surface(text);
                let na = matches!(ending, "な" | "の") && phrase.end > phrase.tail;
                let plain = last.class == Class::Adjective
                    || matches!(
                        last.class,
                        Class::Verb
                            | Class::DependentVerb
                            | Class::VerbSuffix
                            | Class::Auxiliary
                            | Class::DependentAdjective
                    );
                // 早く着く describes; 明るく、話しやすい goes on.
                let describes = || {
                    phrases[index + 1..]
                        .iter()
                        .find(|next| next.kind != Head::Other)
                        .is_some_and(|next| next.kind == Head::Verb)
                };
                let adverbial = phrase.kind == Head::Adjective
                    && (ending == "に" || ending.ends_with('く') && describes());
                match next {
                    None => Role::Final,
                    Some(_) if adverbial && !comma => Role::Adverbial,
                    Some(next)
                        if next.kind == Head::Noun
                            && !comma
                            && (na || attributive(text, words, &phrase, plain)) =>
                    {
                        Role::Adnominal
                    }
                    Some(next)
                        if next.kind != Head::Noun
                            && !comma
                            && na
                            && next.role != Role::Adverbial =>
                    {
                        Role::Adnominal
                    }
                    Some(_) => Role::Continued,
                }
            }
        };
    }
}

/// Whether a noun with で is what is stated of the noun before it: 朝食は和洋中の
/// バイキングで、種類が多い. Between the two stands no predicate, and behind it a
/// comma, else で is a means.
fn stated(phrases: &[Phrase], index: usize, comma: bool) -> bool {
    let before = phrases[..index].iter().rev().find(|before| {
        !matches!(
            before.role,
            Role::Genitive | Role::Adnominal | Role::Adverbial | Role::Complement | Role::Listed
        )
    });
    comma && before.is_some_and(|before| matches!(before.role, Role::Topic | Role::Subject))
}

fn is_noun(phrase: Option<Phrase>) -> bool {
    phrase.is_some_and(|phrase| phrase.kind == Head::Noun)
}

fn is_particle(class: Class) -> bool {
    matches!(
        class,
        Class::CaseParticle
            | Class::TopicParticle
            | Class::AdnominalParticle
            | Class::Particle
            | Class::ConjunctiveParticle
    )
}

/// Whether a predicate ends in a form that describes the noun after it: 広い部屋,
/// 泊まった部屋; not 広く, 広くて, 綺麗, 泊まり.
fn attributive(text: &str, words: &[Word<'_>], phrase: &Phrase, plain: bool) -> bool {
    let last = &words[phrase.end - 1];
    if !plain {
        return false;
    }
    let surface = last.surface(text);
    match last.class {
        Class::Auxiliary => matches!(
            surface,
            "た" | "だ" | "ない" | "ぬ" | "たい" | "らしい" | "な"
        ),
        _ => last.lemma.is_some_and(|lemma| lemma == surface),
    }
}
