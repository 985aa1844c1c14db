//! Which language a text is in.

use serde::{Deserialize, Serialize};
use whatlang::Lang;

/// The languages the product works in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// Japanese.
    Ja,
    /// English.
    En,
    /// Another language, or none at all (digits, symbols).
    Other,
}

/// A language and how sure it is.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Detected {
    /// The language.
    pub language: Language,
    /// From 0 (a guess) to 1 (no doubt). Ordinal: it is no probability.
    pub confidence: f64,
}

/// Han characters a text may have, without any kana, and still be taken for
/// Japanese: 最高, 対応迅速, 料理最高接客丁寧. Longer Japanese has kana.
const SHORT_HAN: usize = 12;

/// Letters from which the statistics of whatlang can be relied on.
const ENOUGH_LETTERS: usize = 25;

/// Characters of simplified or everyday Chinese that Japanese does not use.
const CHINESE: &str = "这们说吗对为么还个发东车马问门间见让谢从应该务买卖贵员态边钱样\
                       很你她给过时没说话错难点实认识觉听几气热欢级经济结婚\
                       這們嗎麼沒";

/// Words that make a short text English. Whole words, lower case.
const ENGLISH: &[&str] = &[
    "a",
    "about",
    "after",
    "again",
    "all",
    "also",
    "always",
    "am",
    "amazing",
    "and",
    "are",
    "at",
    "awesome",
    "awful",
    "bad",
    "be",
    "because",
    "been",
    "best",
    "better",
    "but",
    "by",
    "can",
    "clean",
    "cold",
    "comment",
    "comments",
    "could",
    "delivery",
    "did",
    "dirty",
    "do",
    "easy",
    "excellent",
    "expensive",
    "fantastic",
    "fast",
    "fine",
    "food",
    "for",
    "friendly",
    "from",
    "good",
    "great",
    "had",
    "happy",
    "has",
    "have",
    "he",
    "helpful",
    "her",
    "his",
    "i",
    "if",
    "in",
    "is",
    "it",
    "just",
    "kind",
    "late",
    "like",
    "long",
    "love",
    "loved",
    "lovely",
    "more",
    "much",
    "my",
    "n/a",
    "never",
    "nice",
    "no",
    "none",
    "not",
    "nothing",
    "of",
    "ok",
    "okay",
    "on",
    "one",
    "or",
    "our",
    "perfect",
    "poor",
    "price",
    "quick",
    "really",
    "room",
    "rude",
    "same",
    "satisfied",
    "service",
    "she",
    "slow",
    "so",
    "some",
    "staff",
    "terrible",
    "thank",
    "thanks",
    "that",
    "the",
    "there",
    "they",
    "this",
    "to",
    "too",
    "up",
    "us",
    "very",
    "wait",
    "waiting",
    "was",
    "we",
    "well",
    "were",
    "what",
    "when",
    "with",
    "wonderful",
    "worst",
    "would",
    "yes",
    "you",
    "your",
];

/// Words that no English text has but the commonest of other languages in plain
/// Latin letters do: German, Dutch, French, Spanish, Portuguese, Italian,
/// Indonesian, Malay, Tagalog.
const FOREIGN: &[&str] = &[
    "aber", "ang", "auch", "avec", "bien", "bueno", "con", "da", "dan", "das", "de", "del", "der",
    "di", "dos", "een", "el", "elle", "em", "en", "era", "est", "este", "et", "fue", "gut", "het",
    "ich", "il", "ini", "ist", "je", "la", "las", "le", "les", "lo", "los", "mais", "merci", "mit",
    "molto", "muito", "muy", "nicht", "niet", "nous", "och", "oder", "para", "pas", "pero", "por",
    "que", "sangat", "sehr", "sind", "tidak", "tous", "und", "une", "van", "von", "vous", "war",
    "wir", "yang", "zeer", "zu",
];

/// The language of a text, by what distinguishes the two the product works in:
///
/// 1. Kana make a text Japanese, unless they are only quoted in a longer text of
///    Latin letters. Hiragana, which carries the grammar, weighs more.
/// 2. A short text of Han characters alone is Japanese, unless it has characters
///    only Chinese uses.
/// 3. Common English words make a text in Latin letters English, if there are
///    enough of them for its length and fewer common words of other languages.
/// 4. For the rest the trigram statistics of whatlang decide (Cavnar & Trenkle
///    1994, *SDAIR-94* 161–175), when the text is long enough for them. What is
///    plain Latin and undecided counts as English with low confidence.
#[must_use]
pub fn detect_language(text: &str) -> Detected {
    let letters = Letters::of(text);
    let sure = |language, confidence| Detected {
        language,
        confidence,
    };
    if letters.all == 0 {
        return sure(Language::Other, 0.0);
    }
    let kana = letters.hiragana + letters.katakana;
    if kana > 0 {
        let japanese = 4 * letters.hiragana + 2 * (letters.katakana + letters.han);
        if japanese >= letters.latin {
            let share = japanese as f64 / (japanese + letters.latin) as f64;
            return sure(Language::Ja, share.max(0.5));
        }
    }
    if letters.han > 0 && kana == 0 && letters.han * 2 >= letters.latin {
        return match () {
            () if letters.chinese > 0 => sure(Language::Other, 0.9),
            () if letters.han <= SHORT_HAN => sure(Language::Ja, 0.6),
            () => sure(Language::Other, 0.5),
        };
    }
    if letters.latin * 2 < letters.all {
        return by_statistics(text);
    }
    let words = Words::of(text);
    // Half of ordinary English prose are the words of the list; a quarter is more
    // than other languages share with it.
    if words.english * 4 >= words.all && words.english > words.foreign {
        let share = (words.english - words.foreign) as f64 / words.all as f64;
        return sure(Language::En, (0.5 + share).min(1.0));
    }
    let plain = text.chars().all(|c| !c.is_alphabetic() || c.is_ascii());
    match whatlang::detect(text) {
        Some(info) if letters.latin >= ENOUGH_LETTERS && info.is_reliable() => by_statistics(text),
        Some(info) if info.lang() == Lang::Eng => sure(Language::En, 0.5),
        _ if plain && words.foreign == 0 => sure(Language::En, 0.3),
        _ => sure(Language::Other, 0.3),
    }
}

fn by_statistics(text: &str) -> Detected {
    let (language, confidence) = match whatlang::detect(text) {
        Some(info) => (
            match info.lang() {
                Lang::Jpn => Language::Ja,
                Lang::Eng => Language::En,
                _ => Language::Other,
            },
            info.confidence().clamp(0.0, 1.0),
        ),
        None => (Language::Other, 0.0),
    };
    Detected {
        language,
        confidence,
    }
}

#[derive(Default)]
struct Letters {
    all: usize,
    hiragana: usize,
    katakana: usize,
    han: usize,
    chinese: usize,
    latin: usize,
}

impl Letters {
    fn of(text: &str) -> Self {
        let mut letters = Self::default();
        for character in text.chars().filter(|c| c.is_alphabetic()) {
            letters.all += 1;
            match character {
                'ー' | 'ｰ' => letters.all -= 1,
                'ぁ'..='ゟ' => letters.hiragana += 1,
                'ァ'..='ヿ' | 'ㇰ'..='ㇿ' | 'ｦ'..='ﾟ' => letters.katakana += 1,
                '々' | '〆' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' => {
                    letters.han += 1;
                    letters.chinese += usize::from(CHINESE.contains(character));
                }
                'Ａ'..='Ｚ' | 'ａ'..='ｚ' | '\u{0000}'..='\u{024F}' => letters.latin += 1,
                _ => {}
            }
        }
        letters
    }
}

#[derive(Default)]
struct Words {
    all: usize,
    english: usize,
    foreign: usize,
}

impl Words {
    fn of(text: &str) -> Self {
        let mut words = Self::default();
        let lower = text.to_lowercase().replace('’', "'");
        let parts = lower.split(|c: char| !c.is_alphanumeric() && c != '\'' && c != '/');
        for word in parts.filter(|word| word.chars().any(char::is_alphabetic)) {
            words.all += 1;
            // "don't", "we've": English, whatever stands before the apostrophe.
            let contracted = ["n't", "'s", "'m", "'ve", "'re", "'ll"]
                .iter()
                .any(|end| word.ends_with(end));
            words.english += usize::from(contracted || ENGLISH.binary_search(&word).is_ok());
            words.foreign += usize::from(FOREIGN.binary_search(&word).is_ok());
        }
        words
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_word_lists_can_be_searched() {
        assert!(ENGLISH.is_sorted() && FOREIGN.is_sorted());
    }

    #[test]
    fn languages_are_told_apart() {
        let cases = [
            // Japanese, from one word to mixed script.
            ("スタッフの対応がとても良かったです。", Language::Ja),
            ("普通", Language::Ja),
            ("最高！", Language::Ja),
            ("料理最高、接客丁寧", Language::Ja),
            ("ｻｲｺｰ", Language::Ja),
            ("特になし", Language::Ja),
            ("Wi-Fiが遅い", Language::Ja),
            ("iPhoneのケースを買いました", Language::Ja),
            ("ＡＢＣホテルに泊まりました", Language::Ja),
            ("サポートのresponseがslow", Language::Ja),
            ("駅近", Language::Ja),
            ("佐々木様", Language::Ja),
            // English, from one word to quoted Japanese.
            ("Good", Language::En),
            ("ok", Language::En),
            ("N/A", Language::En),
            ("Nice staff", Language::En),
            (
                "The crew were friendly and explained everything.",
                Language::En,
            ),
            ("Couldn't fault it", Language::En),
            ("Transport arrived promptly, driver courteous", Language::En),
            ("the ラーメン was great", Language::En),
            ("great service ¯\\_(ツ)_/¯", Language::En),
            ("WAITED 3 HOURS!!!", Language::En),
            ("I love the おでん here, best in town", Language::En),
            ("Meh", Language::En),
            // Others, or nothing to tell from.
            ("", Language::Other),
            ("10/10", Language::Other),
            ("👍👍", Language::Other),
            ("---", Language::Other),
            ("ー", Language::Other),
            (
                "这家酒店的服务很好，房间也很干净，下次还会再来。",
                Language::Other,
            ),
            ("服务很好", Language::Other),
            ("這裡的員工很親切", Language::Other),
            ("직원들이 매우 친절했습니다", Language::Other),
            (
                "El personal fue muy amable y la habitación estaba limpia",
                Language::Other,
            ),
            (
                "Das Personal war sehr freundlich und hilfsbereit",
                Language::Other,
            ),
            (
                "Персонал был очень вежливым и внимательным",
                Language::Other,
            ),
            ("พนักงานบริการดีมาก", Language::Other),
        ];
        for (text, expected) in cases {
            let detected = detect_language(text);
            assert_eq!(detected.language, expected, "{text}: {detected:?}");
        }
    }

    #[test]
    fn a_guess_says_that_it_is_one() {
        assert!(detect_language("Meh").confidence <= 0.5);
        assert!(detect_language("普通").confidence < 0.7);
        assert!(detect_language("とても良かったです").confidence > 0.9);
        assert!(detect_language("The staff were very helpful").confidence > 0.9);
    }

    proptest! {
        #[test]
        fn any_text_gets_a_language_and_a_confidence(text in any::<String>()) {
            let detected = detect_language(&text);
            prop_assert!((0.0..=1.0).contains(&detected.confidence));
        }
    }
}
