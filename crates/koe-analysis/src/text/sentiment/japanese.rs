//! Sentiment of Japanese sentences.

use std::collections::{HashMap, HashSet};

use super::Emotion;
use super::balance::Reading;
use super::lexicon::{Entry, Sequences, add, lines, lists, longest};
use super::sentence::Sentence;
use crate::text::japanese::{Class, Dictionary, Word};

const WORDS: &str = include_str!("../../../data/ja/words.txt");
const PAIRS: &str = include_str!("../../../data/ja/pairs.txt");
const RULES: &str = include_str!("../../../data/ja/rules.txt");

/// A denied judgement is weaker than its opposite: 悪くない is less than 良い.
const DENIED: f64 = 0.75;
/// How many words a noun may stand before what is said of it.
const REACH: usize = 8;

/// The lexicon of Japanese, in the words of a dictionary.
pub(crate) struct JapaneseSentiment {
    words: Sequences,
    /// Predicate → noun → what it says of it.
    pairs: HashMap<String, HashMap<String, Entry>>,
    rules: HashMap<&'static str, HashSet<&'static str>>,
}

/// A judging word of a sentence.
#[derive(Debug, Clone, Copy)]
struct Hit {
    first: usize,
    end: usize,
    entry: Entry,
    /// ない is what it is made of, so that it is not denied by it.
    denial_inside: bool,
}

impl JapaneseSentiment {
    /// Reads the data files, splitting their entries with `dictionary`.
    pub fn new(dictionary: &Dictionary) -> Self {
        let mut splitter = dictionary.splitter();
        let mut split = Vec::new();
        let mut words = Sequences::new();
        for (header, entries) in lines(WORDS) {
            let Some(entry) = Entry::read(header) else {
                continue;
            };
            for written in entries.split_whitespace() {
                let plain = crate::text::plain(written);
                splitter.split(plain.text(), &mut split);
                let forms = split.iter().map(|word| word.form(plain.text()).to_owned());
                add(&mut words, forms.collect(), entry);
            }
        }
        let mut pairs: HashMap<String, HashMap<String, Entry>> = HashMap::new();
        for (header, rest) in lines(PAIRS) {
            let (Some(entry), Some((nouns, predicates))) =
                (Entry::read(header), rest.split_once('×'))
            else {
                continue;
            };
            for predicate in predicates.split_whitespace() {
                splitter.split(predicate, &mut split);
                // 繋がらない is found by 繋がる with its denial.
                let form = split.first().map_or(predicate, |word| word.form(predicate));
                let denied = split.len() > 1
                    && split
                        .last()
                        .is_some_and(|last| last.form(predicate) == "ない");
                let key = if denied {
                    format!("{form}ない")
                } else {
                    form.to_owned()
                };
                let of = pairs.entry(key).or_default();
                for noun in nouns.split_whitespace() {
                    of.insert(noun.to_owned(), entry);
                }
            }
        }
        Self {
            words,
            pairs,
            rules: lists(RULES),
        }
    }

    fn listed(&self, list: &str, word: &str) -> bool {
        self.rules
            .get(list)
            .is_some_and(|words| words.contains(word))
    }

    /// Reads one sentence.
    pub fn read(&self, text: &str, words: &[Word<'_>]) -> Reading {
        let sentence = Sentence { text, words };
        let hits = self.hits(sentence);
        let mut reading = Reading::default();
        let mut next = 0;
        for at in 0..words.len() {
            while next < hits.len() && hits[next].first == at {
                self.hear(sentence, &hits[next], &mut reading);
                next += 1;
            }
            self.turn(sentence, at, &hits, &mut reading);
        }
        reading
    }

    /// The judging words in their order, none inside another.
    fn hits(&self, sentence: Sentence<'_>) -> Vec<Hit> {
        let mut hits: Vec<Hit> = Vec::new();
        let mut at = 0;
        while at < sentence.words.len() {
            if let Some((noun, hit)) = self.pair(sentence, at) {
                hits.retain(|other| other.first < noun);
                at = hit.end;
                hits.push(hit);
                continue;
            }
            match longest(&self.words, at, |index| sentence.form(index)) {
                Some((length, entry)) if sentence.judges(at, length) => {
                    hits.push(Hit {
                        first: at,
                        end: at + length,
                        entry,
                        denial_inside: false,
                    });
                    at += length;
                }
                _ => at += 1,
            }
        }
        hits
    }

    /// What the predicate at `at` says of a noun near it, with the noun's place.
    fn pair(&self, sentence: Sentence<'_>, at: usize) -> Option<(usize, Hit)> {
        let form = sentence.form(at);
        let class = sentence.class(at)?;
        let denied = sentence.denied_directly(at);
        let exists = matches!(form, "ある" | "有る" | "ござる");
        let (of, denial_inside) = match denied {
            Some(_) if exists => (self.pairs.get("ない"), true),
            Some(_) => match self.pairs.get(&format!("{form}ない")) {
                Some(of) => (Some(of), true),
                None => (self.pairs.get(form), false),
            },
            None => (self.pairs.get(form), matches!(form, "ない" | "無い")),
        };
        let of = of?;
        let end = if denial_inside {
            denied.map_or(at + 1, |place| place + 1)
        } else {
            at + 1
        };
        let hit = |entry: &Entry| Hit {
            first: at,
            end,
            entry: *entry,
            denial_inside,
        };
        for back in (at.saturating_sub(REACH)..at).rev() {
            match sentence.class(back)? {
                Class::Noun
                | Class::VerbalNoun
                | Class::AdjectivalNoun
                | Class::NounSuffix
                | Class::AdverbialNoun
                | Class::DependentNoun
                | Class::Adjective => {
                    if let Some(entry) = of
                        .get(sentence.form(back))
                        .or_else(|| of.get(sentence.surface(back)))
                    {
                        return Some((back, hit(entry)));
                    }
                }
                Class::ConjunctiveParticle if sentence.surface(back) != "て" => break,
                Class::Verb if !matches!(sentence.form(back), "する" | "なる") => break,
                Class::Symbol if sentence.surface(back) != "、" => break,
                _ => {}
            }
        }
        if matches!(class, Class::Adjective) && sentence.surface(at) == form {
            let mut on = at + 1;
            while sentence.class(on + 1).is_some_and(Class::is_nominal) {
                on += 1;
            }
            if let Some(entry) = of.get(sentence.form(on)) {
                return Some((at, hit(entry)));
            }
        }
        None
    }

    /// What becomes of a judging word in its sentence.
    fn hear(&self, sentence: Sentence<'_>, hit: &Hit, reading: &mut Reading) {
        let mut strength = hit.entry.strength;
        if !hit.denial_inside && sentence.denied(hit.end) {
            strength *= -DENIED;
        }
        let before = |back: usize| {
            hit.first
                .checked_sub(back)
                .map_or("", |at| sentence.form(at))
        };
        let near = (1..=3).map(before);
        for word in near {
            if self.listed("strong", word) {
                strength *= 1.3;
                break;
            }
            if self.listed("weak", word) {
                strength *= 0.7;
                break;
            }
        }
        if strength > 0.0 && self.wished(sentence, hit) {
            reading.request = true;
            reading.weigh(-1.2);
            return;
        }
        reading.hear(&hit.entry, strength);
    }

    /// Whether a good word is only wished for: あれば良かった, だと嬉しい, もう少し広い.
    fn wished(&self, sentence: Sentence<'_>, hit: &Hit) -> bool {
        let first = hit.first;
        let more = (first.saturating_sub(4)..first).any(|at| {
            matches!(sentence.surface(at), "もう少し" | "もうちょっと")
                || (sentence.surface(at) == "もう"
                    && matches!(sentence.surface(at + 1), "少し" | "ちょっと" | "すこし"))
        });
        if more {
            return true;
        }
        let mut at = first;
        while at > 0
            && (sentence.class(at - 1) == Some(Class::Adverb)
                || sentence.surface(at - 1) == "、"
                || matches!(sentence.surface(at - 1), "より" | "さらに"))
        {
            at -= 1;
        }
        let Some(link) = at.checked_sub(1) else {
            return false;
        };
        let conditional = match sentence.surface(link) {
            "ば" | "たら" | "だら" | "なら" => true,
            "と" => sentence.class(link) == Some(Class::ConjunctiveParticle),
            _ => false,
        };
        if !conditional {
            return false;
        }
        let judged = matches!(
            sentence.form(first),
            "良い"
                | "よい"
                | "いい"
                | "嬉しい"
                | "うれしい"
                | "ありがたい"
                | "有難い"
                | "有り難い"
                | "助かる"
                | "最高"
                | "完璧"
                | "満足"
                | "楽しい"
                | "便利"
                | "幸せ"
        );
        let what = link.checked_sub(1).map_or("", |at| sentence.form(at));
        let advice = sentence.class(link - usize::from(link > 0)) == Some(Class::Verb)
            && !matches!(
                what,
                "ある" | "いる" | "できる" | "出来る" | "くれる" | "もらえる" | "なる" | "する"
            )
            && sentence.surface(link) == "と";
        judged && !advice
    }

    /// What is said not by a word but by its form: wishes, thanks, coming again,
    /// contrast.
    fn turn(&self, sentence: Sentence<'_>, at: usize, hits: &[Hit], reading: &mut Reading) {
        let form = sentence.form(at);
        let surface = sentence.surface(at);
        let Some(class) = sentence.class(at) else {
            return;
        };
        let inside = hits.iter().any(|hit| hit.first <= at && at < hit.end);
        match class {
            Class::ConjunctiveParticle if self.listed("contrast", surface) => reading.contrast(),
            Class::Conjunction if at > 0 && self.listed("contrast", surface) => reading.contrast(),
            Class::Auxiliary if form == "たい" => self.desire(sentence, at, reading),
            Class::DependentAdjective if self.listed("wish", form) => {
                self.request(sentence, at, reading);
            }
            Class::Adjective if self.listed("wish", form) && !inside => {
                reading.request = true;
                reading.weigh(-1.0);
            }
            Class::DependentVerb => self.favour(sentence, at, reading),
            Class::Adverb | Class::Conjunction | Class::Noun | Class::AdverbialNoun
                if matches!(
                    form,
                    "また" | "再び" | "ふたたび" | "次回" | "今度" | "必ず" | "是非" | "ぜひ"
                ) && sentence.surface(at + 1) != "、" =>
            {
                self.again(sentence, at, reading);
            }
            _ => {}
        }
    }

    /// A verb of coming, using or buying at or shortly before `at`.
    fn returns(&self, sentence: Sentence<'_>, at: usize) -> bool {
        (at.saturating_sub(5)..at).any(|back| self.listed("again", sentence.form(back)))
    }

    /// たい: また行きたい is praise, 行きたくない is none; いただきたい asks.
    fn desire(&self, sentence: Sentence<'_>, at: usize, reading: &mut Reading) {
        let before = at.checked_sub(1).map_or("", |back| sentence.form(back));
        let asks = matches!(before, "いただく" | "頂く" | "もらう" | "貰う");
        let denied = sentence.denied(at + 1);
        if asks
            && !(at.saturating_sub(3)..at)
                .any(|back| matches!(sentence.surface(back), "させ" | "せ"))
        {
            self.request(sentence, at, reading);
        } else if self.returns(sentence, at) {
            let past = sentence.surface(at) == "たかっ";
            match (denied, past) {
                (true, _) => reading.weigh(-2.5),
                (false, true) => {}
                (false, false) => {
                    reading.weigh(2.0);
                    reading.feel(Emotion::Joy);
                }
            }
        }
    }

    /// てほしい, ていただきたい: a wish, unless it sends others here.
    fn request(&self, sentence: Sentence<'_>, at: usize, reading: &mut Reading) {
        let sends = (at.saturating_sub(5)..at).any(|back| {
            matches!(
                sentence.form(back),
                "行く" | "泊まる" | "食べる" | "訪れる" | "使う" | "味わう" | "みる"
            )
        });
        if sends {
            reading.weigh(1.5);
        } else {
            reading.request = true;
            // What is wished for is missing: its praise is none.
            reading.positive *= 0.3;
            reading.weigh(-1.3);
        }
    }

    /// てくれる, てもらえる: someone did the writer a favour; denied, they did not.
    fn favour(&self, sentence: Sentence<'_>, at: usize, reading: &mut Reading) {
        let form = sentence.form(at);
        let weight = match form {
            "くれる" | "下さる" | "くださる" | "もらえる" | "貰える" | "いただける" | "頂ける" => {
                1.2
            }
            "もらう" | "貰う" | "いただく" | "頂く" => 0.6,
            _ => 0.0,
        };
        if weight == 0.0 || sentence.surface(at + 1) == "たい" || sentence.form(at + 1) == "たい"
        {
            return;
        }
        let own =
            (at.saturating_sub(3)..at).any(|back| matches!(sentence.form(back), "せる" | "させる"));
        let asks = matches!(sentence.surface(at), "ください" | "下さい" | "くれ")
            && !matches!(sentence.form(at + 1), "ます" | "た" | "て" | "ない" | "ば");
        let wished = matches!(sentence.surface(at + 1), "ば" | "たら" | "と")
            || sentence.surface(at + 1) == "ます" && sentence.surface(at + 2) == "と";
        if asks {
            self.request(sentence, at, reading);
        } else if !own && !wished {
            if sentence.denied(at + 1) {
                reading.weigh(-2.0);
                reading.feel(Emotion::Discontent);
            } else {
                reading.weigh(weight);
                if weight > 1.0 {
                    reading.feel(Emotion::Gratitude);
                }
            }
        }
    }

    /// また利用します: coming again.
    fn again(&self, sentence: Sentence<'_>, at: usize, reading: &mut Reading) {
        for on in at + 1..(at + 7).min(sentence.words.len()) {
            if self.listed("again", sentence.form(on)) {
                let rest = on + 1..(on + 8).min(sentence.words.len());
                let told = rest.clone().any(|index| {
                    matches!(sentence.form(index), "た" | "たい" | "ほしい")
                        && sentence.class(index) != Some(Class::Noun)
                });
                if !told && !sentence.denied(on + 1) {
                    reading.weigh(1.8);
                    reading.feel(Emotion::Joy);
                }
                return;
            }
        }
    }
}
