//! Where sentences begin and end.

use serde::Serialize;

use super::Span;

/// A sentence: its place, in characters and in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Sentence {
    /// Characters, without the white space around it.
    pub span: Span,
    /// First byte.
    #[serde(skip)]
    pub from: usize,
    /// First byte after it.
    #[serde(skip)]
    pub to: usize,
}

impl Sentence {
    /// Its words.
    #[must_use]
    pub fn of(self, text: &str) -> &str {
        &text[self.from..self.to]
    }
}

/// English words whose full stop ends no sentence.
const ABBREVIATIONS: &[&str] = &[
    "mr", "mrs", "ms", "dr", "st", "vs", "etc", "e.g", "i.e", "a.m", "p.m", "approx", "inc", "ltd",
    "co", "jr", "sr", "u.s", "u.k",
];

/// The sentences of a text.
///
/// A line break ends one; so do 。！？ and their relatives with all marks, closing
/// brackets and emoji that follow, outside of brackets; `.` `!` `?` do so before
/// white space, unless the stop belongs to a number or an abbreviation.
#[must_use]
pub fn sentences(text: &str) -> Vec<Sentence> {
    let characters: Vec<(usize, char)> = text.char_indices().collect();
    let mut found = Vec::new();
    let mut start = 0;
    let mut open = 0_usize;
    let mut at = 0;
    while at < characters.len() {
        let (byte, character) = characters[at];
        at += 1;
        match character {
            '\n' | '\r' => {
                push(text, &characters, start, at, &mut found);
                (start, open) = (at, 0);
            }
            '「' | '『' | '（' | '(' | '【' => open += 1,
            '」' | '』' | '）' | ')' | '】' => open = open.saturating_sub(1),
            _ if open == 0 && ends(text, byte, character, characters.get(at)) => {
                while characters.get(at).is_some_and(|(_, next)| follows(*next)) {
                    at += 1;
                }
                push(text, &characters, start, at, &mut found);
                start = at;
            }
            _ => {}
        }
    }
    push(text, &characters, start, at, &mut found);
    found
}

fn ends(text: &str, byte: usize, character: char, next: Option<&(usize, char)>) -> bool {
    match character {
        '。' | '｡' | '．' | '！' | '？' | '‼' | '⁉' | '♪' => true,
        '!' | '?' => next.is_none_or(|(_, next)| !next.is_ascii_alphanumeric()),
        '.' => {
            let apart = next.is_none_or(|(_, next)| next.is_whitespace() || !next.is_ascii());
            apart && !abbreviated(&text[..byte])
        }
        _ => false,
    }
}

fn abbreviated(before: &str) -> bool {
    let word = before
        .rsplit(|c: char| c.is_whitespace() || c == '(')
        .next()
        .unwrap_or_default();
    let initial = word.len() == 1 && word.chars().all(|c| c.is_ascii_uppercase() && c != 'I');
    initial || ABBREVIATIONS.contains(&word.to_ascii_lowercase().as_str())
}

/// What still belongs to the sentence that just ended.
fn follows(character: char) -> bool {
    matches!(
        character,
        '。' | '｡'
            | '．'
            | '！'
            | '？'
            | '!'
            | '?'
            | '.'
            | '…'
            | '‼'
            | '⁉'
            | '♪'
            | '」'
            | '』'
            | '）'
            | ')'
            | '"'
            | '”'
            | '\''
            | '’'
            | '☆'
            | '★'
            | '♡'
            | '♥'
            | '\u{FE0F}'
            | '\u{200D}'
    ) || is_emoji(character)
}

/// Whether the character is a pictograph. Ranges of Unicode Technical Standard 51
/// that are emoji by themselves.
pub(crate) fn is_emoji(character: char) -> bool {
    matches!(character, '\u{1F300}'..='\u{1FAFF}' | '\u{2600}'..='\u{27BF}' | '\u{2B50}' | '\u{2B55}')
}

fn push(
    text: &str,
    characters: &[(usize, char)],
    start: usize,
    end: usize,
    found: &mut Vec<Sentence>,
) {
    let white = |at: usize| characters[at].1.is_whitespace();
    let (mut start, mut end) = (start, end);
    while start < end && white(start) {
        start += 1;
    }
    while end > start && white(end - 1) {
        end -= 1;
    }
    if start == end {
        return;
    }
    found.push(Sentence {
        span: Span { start, end },
        from: characters[start].0,
        to: characters.get(end).map_or(text.len(), |(byte, _)| *byte),
    });
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn sentences_end_where_a_reader_ends_them() {
        let cases: [(&str, &[&str]); 12] = [
            ("良かった。また行く。", &["良かった。", "また行く。"]),
            ("最高！！😀また来ます", &["最高！！😀", "また来ます"]),
            ("駅近\n朝食付き", &["駅近", "朝食付き"]),
            ("「最高。」と言った。次", &["「最高。」と言った。", "次"]),
            ("Good. Would come again!", &["Good.", "Would come again!"]),
            ("Paid 3.5 stars. No.", &["Paid 3.5 stars.", "No."]),
            (
                "Dr. Smith was kind. Thanks",
                &["Dr. Smith was kind.", "Thanks"],
            ),
            (
                "A wait (really?) of 3 h. Bad",
                &["A wait (really?) of 3 h.", "Bad"],
            ),
            ("So slow...but ok", &["So slow...but ok"]),
            ("満足です.また来ます", &["満足です.", "また来ます"]),
            ("  ", &[]),
            ("", &[]),
        ];
        for (text, expected) in cases {
            let found: Vec<&str> = sentences(text).iter().map(|s| s.of(text)).collect();
            assert_eq!(found, expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_letter_is_in_exactly_one_sentence(text in "[a-zあ-ん漢字。.!?！「」() \n]{0,60}") {
            let found = sentences(&text);
            let inside: String = found.iter().map(|s| s.of(&text)).collect();
            let bare = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            prop_assert_eq!(bare(&inside), bare(&text));
            for sentence in &found {
                prop_assert_eq!(sentence.span.of(&text), sentence.of(&text));
            }
        }
    }
}
