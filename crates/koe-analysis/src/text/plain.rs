//! The form in which a text is read: what is only a way of writing with feeling
//! (すごーい, ですぅ, 〜) becomes the word that is meant.

use super::normalise::{Normalised, normalise};

/// The normal form of [`normalise`], and beyond it, for reading:
///
/// - a long mark after hiragana goes, or becomes the vowel of the usual spelling:
///   すごーい → すごい, おいしー → おいしい, ありがとー → ありがとう;
/// - a small vowel that only lengthens goes: ですぅ → です;
/// - a wave or a hyphen between katakana is a long mark: サ-ビス → サービス;
/// - of a long mark repeated, one stays.
///
/// Spans lead back to the text as it was written.
#[must_use]
pub fn plain(text: &str) -> Normalised {
    let normalised = normalise(text);
    if !normalised
        .text()
        .contains(['ー', '~', '-', 'ぁ', 'ぃ', 'ぅ', 'ぇ', 'ぉ'])
    {
        return normalised;
    }
    let characters: Vec<char> = normalised.text().chars().collect();
    let mut written: Option<char> = None;
    let kept = characters.iter().enumerate().map(|(at, &character)| {
        let next = characters.get(at + 1).copied();
        let kept = read(written, character, next);
        written = kept.or(written);
        kept
    });
    normalised.rewritten(kept)
}

fn is_hiragana(character: char) -> bool {
    ('ぁ'..='ゖ').contains(&character)
}

fn is_katakana(character: char) -> bool {
    ('ァ'..='ヺ').contains(&character)
}

fn read(before: Option<char>, character: char, next: Option<char>) -> Option<char> {
    let Some(before) = before else {
        return Some(character);
    };
    match character {
        'ー' | '~' if before == 'ー' => None,
        'ー' | '~' if is_hiragana(before) => lengthened(before, next),
        '~' | '-' if is_katakana(before) && next.is_some_and(is_katakana) => Some('ー'),
        'ぁ' | 'ぃ' | 'ぅ' | 'ぇ' | 'ぉ' => {
            (vowel(before) != vowel(character)).then_some(character)
        }
        other => Some(other),
    }
}

/// What a long mark after hiragana stands for.
fn lengthened(before: char, next: Option<char>) -> Option<char> {
    if next.is_some_and(is_hiragana) {
        return None;
    }
    match before {
        'し' | 'い' | 'き' | 'ち' | 'に' | 'み' | 'り' => Some('い'),
        'と' | 'ど' | 'そ' | 'よ' | 'ょ' => Some('う'),
        _ => None,
    }
}

/// The row of a hiragana, as its small vowel.
fn vowel(character: char) -> Option<char> {
    const ROWS: [(char, &str); 5] = [
        ('ぁ', "ぁあかがさざただなはばぱまやらわゃ"),
        ('ぃ', "ぃいきぎしじちぢにひびぴみり"),
        ('ぅ', "ぅうくぐすずつづぬぶぷむゆるゅ"),
        ('ぇ', "ぇえけげせぜねへべぺめれ"),
        ('ぉ', "ぉおこごそぞのほぼぽもよろをょ"),
    ];
    ROWS.iter()
        .find(|(_, row)| row.contains(character))
        .map(|(small, _)| *small)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Span;

    #[test]
    fn writing_with_feeling_is_read_as_the_word_that_is_meant() {
        for (text, expected) in [
            ("すごーーーい", "すごい"),
            ("すごぉい", "すごい"),
            ("おいしー！", "おいしい!"),
            ("ありがとー", "ありがとう"),
            ("よかったですぅ", "よかったです"),
            ("ﾗｰﾒﾝ", "ラーメン"),
            ("サ-ビス", "サービス"),
            ("ラーーーメン", "ラーメン"),
            ("9時〜17時", "9時~17時"),
            ("Wi-Fi", "wi-fi"),
            ("ふぁいと", "ふぁいと"),
            ("ーーー", "ー"),
        ] {
            assert_eq!(plain(text).text(), expected, "{text}");
        }
    }

    #[test]
    fn spans_of_the_reading_lead_back() {
        let text = "とてもすごーーいです";
        let reading = plain(text);
        assert_eq!(reading.text(), "とてもすごいです");
        let span = reading.original(Span { start: 3, end: 6 }).unwrap();
        assert_eq!(span.of(text), "すごーーい");
    }
}
