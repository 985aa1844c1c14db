//! One form for texts that mean the same, so that a search finds them.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::canonical_combining_class;
use unicode_normalization::{IsNormalized, is_nfc_quick};

use super::Span;

/// A text in search form that remembers where each of its characters came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Normalised {
    text: String,
    /// For every character of `text`, the span of the original it stands for.
    origins: Vec<Span>,
}

/// Brings a text into search form:
///
/// - NFKC (Unicode Standard Annex #15): full-width letters and digits become
///   half-width, half-width kana full-width, ㈱ becomes (株), ① becomes 1;
/// - lower case;
/// - the marks that differ only by keyboard or code page become one: curly and
///   straight quotes, 〜 and ～ (the same character in Shift_JIS and CP932), − and
///   -;
/// - characters that are not seen (zero-width spaces, soft hyphens, variation
///   selectors) are dropped;
/// - any run of white space, line breaks included, becomes one space.
///
/// Hiragana and katakana stay apart (りんご is not リンゴ), as readers of Japanese
/// expect of a search; so do a long vowel and its absence. Both the stored text
/// and the query go through this function.
#[must_use]
pub fn normalise(text: &str) -> Normalised {
    let mut normalised = Normalised {
        text: String::with_capacity(text.len()),
        origins: Vec::with_capacity(text.len() / 2),
    };
    let mut segment = String::new();
    let mut start = 0;
    let mut length = 0;
    for (at, character) in text.chars().enumerate() {
        let unchanged = is_unchanged(character);
        if !segment.is_empty() && (unchanged || begins_segment(character)) {
            normalised.push_segment(&segment, Span { start, end: at });
            segment.clear();
        }
        if segment.is_empty() {
            start = at;
        }
        segment.push(character);
        length = at + 1;
    }
    if !segment.is_empty() {
        normalised.push_segment(&segment, Span { start, end: length });
    }
    normalised
}

impl Normalised {
    /// The text in search form.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where `query` (in any form) occurs in the original, from left to right and
    /// without overlap, for highlighting. A character that became several (㈱) is
    /// covered whole. Nothing when the query is empty or only white space.
    #[must_use]
    pub fn find(&self, query: &str) -> Vec<Span> {
        let query = normalise(query).text;
        let query = query.trim();
        if query.is_empty() {
            return Vec::new();
        }
        let length = query.chars().count();
        let mut found = Vec::new();
        let (mut byte, mut character) = (0, 0);
        for (at, _) in self.text.match_indices(query) {
            character += self.text[byte..at].chars().count();
            byte = at;
            found.push(Span {
                start: self.origins[character].start,
                end: self.origins[character + length - 1].end,
            });
        }
        found
    }

    /// The span of the original that the characters `span` of [`Self::text`]
    /// stand for; `None` when it is empty or reaches beyond the text.
    #[must_use]
    pub fn original(&self, span: Span) -> Option<Span> {
        let last = span.end.checked_sub(1).filter(|&last| last >= span.start)?;
        Some(Span {
            start: self.origins.get(span.start)?.start,
            end: self.origins.get(last)?.end,
        })
    }

    /// The same text with every character replaced or, where there is none, dropped
    /// into the one before it.
    pub(super) fn rewritten(&self, characters: impl Iterator<Item = Option<char>>) -> Self {
        let mut rewritten = Self {
            text: String::with_capacity(self.text.len()),
            origins: Vec::with_capacity(self.origins.len()),
        };
        for (character, origin) in characters.zip(&self.origins) {
            if let Some(character) = character {
                rewritten.text.push(character);
                rewritten.origins.push(*origin);
            } else if let Some(last) = rewritten.origins.last_mut() {
                last.end = origin.end;
            }
        }
        rewritten
    }

    fn push_segment(&mut self, segment: &str, origin: Span) {
        if let Some(character) = single(segment).filter(|one| is_unchanged(*one)) {
            self.text.push(character);
            self.origins.push(origin);
            return;
        }
        // A second pass closes the rare cases in which a lower-case letter has a
        // compatibility form of its own.
        let lower: String = segment.nfkc().flat_map(char::to_lowercase).collect();
        for character in lower.nfkc().filter_map(fold) {
            if character == ' ' && self.text.ends_with(' ') {
                if let Some(space) = self.origins.last_mut() {
                    space.end = origin.end;
                }
                continue;
            }
            self.text.push(character);
            self.origins.push(origin);
        }
    }
}

/// Whether the character is its own search form and joins nothing: most of what
/// Japanese and English are written with, so that they need no tables.
fn is_unchanged(character: char) -> bool {
    matches!(
        character,
        '!'..='@' | '['..='~' | '、' | '。' | '「' | '」' | 'ぁ'..='ゖ' | 'ァ'..='ー' | '一'..='鿋'
    )
}

/// Whether no normalisation joins the character to what stands before it.
fn begins_segment(character: char) -> bool {
    std::iter::once(character)
        .nfkd()
        .next()
        .is_none_or(|first| {
            canonical_combining_class(first) == 0
                && is_nfc_quick(std::iter::once(first)) == IsNormalized::Yes
        })
}

fn single(segment: &str) -> Option<char> {
    let mut characters = segment.chars();
    characters.next().filter(|_| characters.next().is_none())
}

fn fold(character: char) -> Option<char> {
    Some(match character {
        '\u{2018}' | '\u{2019}' | '\u{201B}' => '\'',
        '\u{201C}' | '\u{201D}' | '\u{201F}' => '"',
        '\u{301C}' => '~',
        '\u{2010}' | '\u{2212}' => '-',
        '\u{00AD}' | '\u{FEFF}' | '\u{2060}' => return None,
        '\u{200B}'..='\u{200F}' | '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}' => {
            return None;
        }
        white if white.is_whitespace() => ' ',
        control if control.is_control() => return None,
        other => other,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_means_the_same_becomes_the_same() {
        let cases = [
            ("ＡＢＣ１２３", "abc123"),
            ("ﾎﾃﾙのﾊﾞｽﾙｰﾑ", "ホテルのバスルーム"),
            ("が", "が"),
            ("か\u{3099}", "が"),
            ("㈱声　ＣＸ部", "(株)声 cx部"),
            ("①番", "1番"),
            ("ＮＰＳ®", "nps®"),
            ("Don’t “stop”", "don't \"stop\""),
            ("9時〜17時", "9時~17時"),
            ("9時～17時", "9時~17時"),
            ("−5℃", "-5°c"),
            ("駅\r\n\t 前", "駅 前"),
            ("葛\u{E0100}飾", "葛飾"),
            ("so\u{00AD}ft\u{200B}", "soft"),
            ("☀\u{FE0F}", "☀"),
            ("Café", "café"),
            ("İ", "i\u{307}"),
            ("", ""),
        ];
        for (text, expected) in cases {
            assert_eq!(normalise(text).text(), expected, "{text:?}");
        }
    }

    #[test]
    fn what_readers_tell_apart_stays_apart() {
        for (one, other) in [
            ("りんご", "リンゴ"),
            ("サーバ", "サーバー"),
            ("はは", "ぱぱ"),
            ("つ", "っ"),
        ] {
            assert_ne!(normalise(one), normalise(other));
        }
    }

    #[test]
    fn a_hit_is_marked_in_the_text_as_it_was_written() {
        let cases: [(&str, &str, &[&str]); 9] = [
            ("駅から近い。駅前の店", "駅", &["駅", "駅"]),
            ("ﾊﾞｽﾙｰﾑが清潔", "バスルーム", &["ﾊﾞｽﾙｰﾑ"]),
            ("ﾊﾞｽﾙｰﾑが清潔", "ス", &["ｽ"]),
            ("㈱声です", "株", &["㈱"]),
            ("The STAFF were kind", "staff", &["STAFF"]),
            ("Ｗｉ－Ｆｉが弱い", "wi-fi", &["Ｗｉ－Ｆｉ"]),
            ("朝食　　会場", "朝食 会場", &["朝食　　会場"]),
            ("😀朝食😀", "朝食", &["朝食"]),
            ("ああああ", "ああ", &["ああ", "ああ"]),
        ];
        for (text, query, expected) in cases {
            let found: Vec<&str> = normalise(text)
                .find(query)
                .into_iter()
                .map(|span| span.of(text))
                .collect();
            assert_eq!(found, expected, "{query} in {text}");
        }
        for query in ["", "  ", "\u{200B}"] {
            assert!(normalise("駅 前").find(query).is_empty());
        }
    }

    #[test]
    fn a_span_of_the_search_form_leads_back() {
        let text = "㈱ＡＢ";
        let normalised = normalise(text);
        let back = |start, end| normalised.original(Span { start, end });
        assert_eq!(normalised.text(), "(株)ab");
        assert_eq!(back(1, 2), Some(Span { start: 0, end: 1 }));
        assert_eq!(back(2, 5), Some(Span { start: 0, end: 3 }));
        assert_eq!((back(2, 2), back(4, 6)), (None, None));
    }

    proptest! {
        #[test]
        fn the_parts_together_are_the_normal_form_of_the_whole(text in "\\PC{0,40}") {
            let pieces: String = {
                let lower: String = text.nfkc().flat_map(char::to_lowercase).collect();
                lower.nfkc().filter_map(fold).collect()
            };
            let squeezed = pieces.split(' ').filter(|p| !p.is_empty()).collect::<Vec<_>>().join(" ");
            let normalised = normalise(&text);
            prop_assert_eq!(normalised.text().trim(), squeezed);
        }

        #[test]
        fn every_character_comes_from_somewhere(text in any::<String>()) {
            let normalised = normalise(&text);
            let length = text.chars().count();
            prop_assert_eq!(normalised.text().chars().count(), normalised.origins.len());
            let mut before = 0;
            for origin in &normalised.origins {
                prop_assert!(origin.start >= before && origin.start < origin.end);
                prop_assert!(origin.end <= length);
                before = origin.start;
            }
        }

        #[test]
        fn a_text_finds_itself(text in "[a-zA-Zあ-んァ-ヶ一-龠ｱ-ﾝ０-９ 　]{1,30}") {
            let normalised = normalise(&text);
            if !normalised.text().trim().is_empty() {
                let found = normalised.find(&text);
                prop_assert_eq!(found.len(), 1);
                prop_assert_eq!(found[0].of(&text).trim(), text.trim());
            }
        }
    }
}
