//! A text, whole: its language, sentences, words, pairs, judgement and personal
//! data, as one finding.

use serde::Serialize;

use super::japanese::{Class, Dictionary, Pair, PairKind, Splitter, Word, denied, pairs, phrases};
use super::language::{Language, detect_language};
use super::personal_data::{PersonalData, find_personal_data};
use super::sentences::{is_emoji, sentences};
use super::sentiment::{
    Asked, Effort, Emotion, EnglishSentiment, JapaneseSentiment, Label, Reading, Sentiment,
    balance_of_text, says_nothing,
};
use super::{Normalised, Span, normalise, plain};

/// What was found in a text. All spans are characters of the text as it was written.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Analysis {
    /// Its language.
    pub language: Language,
    /// Its sentences with what each of them thinks.
    pub sentences: Vec<JudgedSentence>,
    /// What it thinks as a whole.
    pub sentiment: Sentiment,
    /// The feelings it speaks of, in the order in which they appear.
    pub emotions: Vec<Emotion>,
    /// The effort it speaks of.
    pub effort: Option<Effort>,
    /// How far it says what could be done, from 0 to 1.
    pub actionability: f64,
    /// Its words.
    pub tokens: Vec<Token>,
    /// Words that belong together; Japanese only.
    pub pairs: Vec<Pair>,
    /// E-mail addresses, phone numbers and the like.
    pub personal_data: Vec<PersonalData>,
}

/// A sentence and what it thinks.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct JudgedSentence {
    /// Where it stands.
    pub span: Span,
    /// What it thinks.
    pub sentiment: Sentiment,
}

/// A word of a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Token {
    /// Its dictionary form, synonyms made one.
    pub form: String,
    /// What it is; `None` in languages other than Japanese.
    pub class: Option<Class>,
    /// Whether it is denied: 遅い in 遅くない, 問題 in 問題はない, "clean" in "not
    /// clean".
    #[serde(skip_serializing_if = "is_false")]
    pub denied: bool,
    /// Where it stands.
    pub span: Span,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands fields by reference"
)]
fn is_false(value: &bool) -> bool {
    !value
}

/// Words that mean the same, for counting: each stands for the last.
pub type Synonyms = std::collections::HashMap<String, String>;

/// Analyses texts. Made once, read by any number of [`Reader`]s.
pub struct Analyser<'d> {
    dictionary: Option<&'d Dictionary>,
    japanese: Option<JapaneseSentiment>,
    english: EnglishSentiment,
    synonyms: Synonyms,
}

impl<'d> Analyser<'d> {
    /// Without a dictionary Japanese texts get sentences and personal data, but no
    /// words and no judgement.
    #[must_use]
    pub fn new(dictionary: Option<&'d Dictionary>, synonyms: &Synonyms) -> Self {
        let plain = |word: &String| normalise(word).text().trim().to_owned();
        Self {
            dictionary,
            japanese: dictionary.map(JapaneseSentiment::new),
            english: EnglishSentiment::new(),
            synonyms: synonyms
                .iter()
                .map(|(word, meant)| (plain(word), plain(meant)))
                .collect(),
        }
    }

    /// A reader with its own working memory, for one thread.
    #[must_use]
    pub fn reader(&self) -> Reader<'_> {
        Reader {
            analyser: self,
            splitter: self.splitter(),
            words: Vec::new(),
        }
    }

    pub(super) fn splitter(&self) -> Option<Splitter<'_>> {
        self.dictionary.map(Dictionary::splitter)
    }

    pub(super) fn meant(&self, form: &str) -> String {
        self.synonyms
            .get(form)
            .map_or_else(|| form.to_owned(), Clone::clone)
    }
}

/// Reads texts one after the other.
pub struct Reader<'a> {
    analyser: &'a Analyser<'a>,
    splitter: Option<Splitter<'a>>,
    words: Vec<Word<'a>>,
}

impl Reader<'_> {
    /// Analyses one text. `asked` says what its question asked for.
    #[must_use]
    pub fn analyse(&mut self, text: &str, asked: Asked) -> Analysis {
        let language = detect_language(text).language;
        let mut analysis = Analysis {
            language,
            sentences: Vec::new(),
            sentiment: Sentiment::NEUTRAL,
            emotions: Vec::new(),
            effort: None,
            actionability: 0.0,
            tokens: Vec::new(),
            pairs: Vec::new(),
            personal_data: find_personal_data(text),
        };
        let mut effort = 0;
        for sentence in sentences(text) {
            let written = sentence.of(text);
            let from = sentence.span.start;
            let mut reading = match language {
                Language::Ja => self.japanese(written, from, &mut analysis),
                Language::En => self.english(written, from, asked, &mut analysis),
                Language::Other => Reading::default(),
            };
            faces(written, &mut reading);
            analysis.hear(sentence.span, &reading, asked);
            effort += reading.effort;
        }
        analysis.settle(text, asked, effort);
        analysis
    }

    fn japanese(&mut self, written: &str, from: usize, analysis: &mut Analysis) -> Reading {
        let (Some(splitter), Some(sentiment)) = (&mut self.splitter, &self.analyser.japanese)
        else {
            return Reading::default();
        };
        let plain = plain(written);
        let text = plain.text();
        splitter.split(text, &mut self.words);
        let words = &self.words;
        let phrases = phrases(text, words);
        for mut pair in pairs(text, words, &phrases) {
            pair.spans = pair.spans.map(|span| placed(&plain, span, from));
            pair.of = self.analyser.meant(&pair.of);
            pair.is = self.analyser.meant(&pair.is);
            analysis.pairs.push(pair);
        }
        let denials = denied(text, words, &phrases);
        analysis.tokens.extend(
            words
                .iter()
                .enumerate()
                .filter(|(_, word)| word.class != Class::Symbol)
                .map(|(at, word)| Token {
                    form: self.analyser.meant(word.form(text)),
                    class: Some(word.class),
                    denied: denials.iter().any(|(from, to)| (*from..*to).contains(&at)),
                    span: placed(&plain, word.span(), from),
                }),
        );
        sentiment.read(text, words)
    }

    fn english(
        &self,
        written: &str,
        from: usize,
        asked: Asked,
        analysis: &mut Analysis,
    ) -> Reading {
        let normalised = normalise(written);
        let text = normalised.text();
        let mut at = 0;
        let mut characters = 0;
        let mut denied = 0;
        for part in
            text.split_inclusive(|c: char| !(c.is_alphanumeric() || matches!(c, '\'' | '-')))
        {
            let word = part.trim_matches(|c: char| !c.is_alphanumeric());
            if !word.is_empty() {
                let before = part.find(word).unwrap_or(0);
                let start = characters + part[..before].chars().count();
                let span = Span {
                    start,
                    end: start + word.chars().count(),
                };
                analysis.tokens.push(Token {
                    form: self.analyser.meant(word),
                    class: None,
                    denied: denied > 0,
                    span: placed(&normalised, span, from),
                });
                denied = self.analyser.english.still_denied(word, denied);
            }
            if part.ends_with([',', ';', ':', '.', '!', '?']) {
                denied = 0;
            }
            characters += part.chars().count();
            at += part.len();
        }
        debug_assert_eq!(at, text.len(), "the parts are the whole");
        self.analyser.english.read(text, asked)
    }
}

/// Emoji and Japanese faces that judge by themselves.
fn faces(written: &str, reading: &mut Reading) {
    const GLAD: &[&str] = &[
        "(^^)",
        "(^_^)",
        "(^o^)",
        "(*^^*)",
        "(´▽`)",
        "(≧▽≦)",
        "(^▽^)",
        "♪",
        "\\(^o^)/",
        "(^-^)",
    ];
    const SAD: &[&str] = &[
        "(T_T)",
        "(;_;)",
        "(´;ω;`)",
        "orz",
        "(>_<)",
        "(-_-)",
        "(´･ω･`)",
        "(ToT)",
        "(泣)",
    ];
    const UP: &str = "😀😁😂😃😄😆😊😋😍😘🤗🥰😻👍👏🎉💯🤩❤♥💕✨🙆🌟⭐😌🙌";
    const DOWN: &str = "😠😡😢😭😞😒😔😕🙁☹😖😣😩😫👎🤮🤢😱💢😤😨😰💔🙅";
    if written.is_ascii() {
        return;
    }
    for face in written.chars().filter(|one| is_emoji(*one)) {
        if UP.contains(face) {
            reading.weigh(0.8);
        } else if DOWN.contains(face) {
            reading.weigh(-0.8);
        }
    }
    let has = |faces: &[&str]| faces.iter().any(|face| written.contains(face));
    if has(GLAD) {
        reading.weigh(0.7);
    }
    if has(SAD) {
        reading.weigh(-0.9);
    }
}

/// A span of a sentence's reading in the text as it was written.
fn placed(normalised: &Normalised, span: Span, from: usize) -> Span {
    let original = normalised.original(span).unwrap_or(span);
    Span {
        start: from + original.start,
        end: from + original.end,
    }
}

impl Analysis {
    fn hear(&mut self, span: Span, reading: &Reading, asked: Asked) {
        let mut sentiment = reading.sentiment();
        // Where improvements were asked for, to wish for one is no complaint.
        if asked == Asked::Improvement && reading.request && sentiment.score < 0.0 {
            sentiment.score *= 0.3;
            sentiment.label = Label::of(sentiment.score);
        }
        self.sentences.push(JudgedSentence { span, sentiment });
        for emotion in &reading.emotions {
            if !self.emotions.contains(emotion) {
                self.emotions.push(*emotion);
            }
        }
        let names =
            self.pairs.iter().any(|pair| {
                pair.kind != PairKind::AdjectiveVerb && pair.spans[0].start >= span.start
            }) || self.language == Language::En && self.tokens.len() > 3;
        self.actionability = self.actionability.max(reading.actionability(names));
    }

    fn settle(&mut self, text: &str, asked: Asked, effort: i32) {
        let judged: Vec<Sentiment> = self.sentences.iter().map(|one| one.sentiment).collect();
        self.sentiment = balance_of_text(&judged);
        self.effort = match effort {
            0 => None,
            more if more > 0 => Some(Effort::High),
            _ => Some(Effort::Low),
        };
        if asked == Asked::Improvement
            && self.actionability < 0.5
            && !says_nothing(normalise(text).text())
        {
            // An answer to what should be better names what should be.
            let speaks = self
                .tokens
                .iter()
                .any(|token| token.class.is_none_or(Class::is_nominal));
            self.actionability = if speaks && self.sentiment.score <= 0.5 {
                0.5
            } else {
                self.actionability
            };
        }
        if asked != Asked::Open && says_nothing(normalise(text).text()) {
            let score = if asked == Asked::Improvement {
                0.3
            } else {
                -0.3
            };
            self.sentiment = Sentiment {
                score,
                label: Label::of(score),
            };
            self.actionability = 0.0;
        }
    }
}
