//! What is made of a free text. Pure.

use koe_analysis::text::{
    Language, PersonalData, Span, detect_language, find_personal_data, mask, normalise,
};
use koe_lake::Common;
use sha2::{Digest, Sha256};

use super::reading::Said;
use crate::base::id::VoiceId;
use crate::responses::Head;

/// The stable word of a language.
pub fn language_word(language: Language) -> &'static str {
    match language {
        Language::Ja => "ja",
        Language::En => "en",
        Language::Other => "other",
    }
}

/// A text as it was understood.
#[derive(Clone, Debug, PartialEq)]
pub struct Understood {
    /// Language of the words.
    pub language: Language,
    /// How sure that is, 0 to 1.
    pub confidence: f64,
    /// Characters in search form; 0: nothing to read.
    pub length: i64,
    /// Search form with personal data masked.
    pub search: String,
    /// Search form as written, where it differs from `search`.
    pub search_unmasked: Option<String>,
}

/// Understands a text.
pub fn understand(body: &str) -> Understood {
    let detected = detect_language(body);
    let plain = searchable(body);
    let found = find_personal_data(body);
    let masked = (!found.is_empty()).then(|| searchable(&mask(body, &found)));
    let length = i64::try_from(plain.chars().count()).unwrap_or(i64::MAX);
    let (search, search_unmasked) = match masked {
        Some(masked) => (masked, Some(plain)),
        None => (plain, None),
    };
    Understood {
        language: detected.language,
        confidence: detected.confidence,
        length,
        search,
        search_unmasked,
    }
}

/// The form in which texts are stored for search. PostgreSQL keeps no NUL in
/// a text; search form has none, because control characters are dropped.
fn searchable(body: &str) -> String {
    normalise(body).text().trim().to_owned()
}

/// Everything that is stored of one voice.
#[derive(Clone, Debug, PartialEq)]
pub struct Voice {
    /// Derived from record and question: the same however often it is read.
    pub id: VoiceId,
    /// The question that was answered.
    pub field: String,
    /// The record.
    pub head: Head,
    /// Whether it was said in confidence.
    pub confidential: bool,
    /// What was frozen of the place; without customer, and with the first
    /// moment of the month as its time, when said in confidence.
    pub common: Common,
    /// The words.
    pub understood: Understood,
    /// Under which number it was read.
    pub reading: i64,
    /// What they say.
    pub said: Said,
}

/// The id of the voice of a record's question. It tells nothing of the
/// record, whose own id tells when it was made.
pub fn voice_id(record: &str, field: &str) -> VoiceId {
    const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
    let digest = Sha256::digest(format!("{record}\0{field}"));
    let body: String = digest
        .iter()
        .take(26)
        .map(|byte| char::from(ALPHABET[usize::from(byte & 31)]))
        .collect();
    VoiceId::stored(format!("voc_{body}"))
}

/// What is shown of a text.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    /// The words.
    pub text: String,
    /// Whether something in them is masked.
    pub masked: bool,
    /// Personal data, at their place in `text`.
    pub personal_data: Vec<PersonalData>,
    /// What is masked: its place in the words as they were written, and the
    /// place in `text` of the mask.
    moved: Vec<(Span, Span)>,
}

impl Shown {
    /// Where a stretch of the words as they were written stands in `text`;
    /// none when something of it is masked.
    pub fn place(&self, written: Span) -> Option<Span> {
        let mut shift = (0, 0);
        for (original, mask) in &self.moved {
            if original.start < written.end && written.start < original.end {
                return None;
            }
            if original.end <= written.start {
                shift = (original.end, mask.end);
            }
        }
        let at = |character: usize| character - shift.0 + shift.1;
        Some(Span {
            start: at(written.start),
            end: at(written.end),
        })
    }
}

/// The words as they may be shown.
pub fn show(body: &str, unmasked: bool) -> Shown {
    let mut found = find_personal_data(body);
    if unmasked || found.is_empty() {
        return Shown {
            text: body.to_owned(),
            masked: false,
            personal_data: found,
            moved: Vec::new(),
        };
    }
    let text = mask(body, &found);
    let width = koe_analysis::text::MASK.chars().count();
    // Everything after a masked stretch moves by what the mask is shorter or
    // longer than what it hides.
    let mut at_original = 0;
    let mut at_shown = 0;
    let mut moved = Vec::with_capacity(found.len());
    for data in &mut found {
        let original = data.span;
        let start = at_shown + (data.span.start - at_original);
        at_original = data.span.end;
        at_shown = start + width;
        data.span.start = start;
        data.span.end = at_shown;
        moved.push((original, data.span));
    }
    Shown {
        text,
        masked: true,
        personal_data: found,
        moved,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mask_stands_where_its_span_says() {
        let body = "😀連絡は taro@example.com か 090-1234-5678 まで。";
        let shown = show(body, false);
        assert!(shown.masked && !shown.text.contains("example") && !shown.text.contains("5678"));
        assert_eq!(shown.personal_data.len(), 2);
        for data in &shown.personal_data {
            assert_eq!(data.span.of(&shown.text), koe_analysis::text::MASK);
        }
        let place = |word: &str, shown: &Shown| {
            let start = body[..body.find(word).expect("a word")].chars().count();
            let end = start + word.chars().count();
            let placed = shown.place(Span { start, end });
            placed.map(|span| span.of(&shown.text).to_owned())
        };
        assert_eq!(place("連絡", &shown).as_deref(), Some("連絡"));
        assert_eq!(place("まで", &shown).as_deref(), Some("まで"));
        assert_eq!(place("example", &shown), None);
        let plain = show(body, true);
        assert_eq!(place("example", &plain).as_deref(), Some("example"));
        assert_eq!(plain.text, body);
        assert_eq!(
            plain.personal_data[0].span.of(&plain.text),
            "taro@example.com"
        );
    }

    #[test]
    fn personal_data_are_searched_only_in_the_unmasked_form() {
        let understood = understand("TARO@example.com に返信を");
        assert!(!understood.search.contains("taro"));
        assert!(
            understood
                .search_unmasked
                .is_some_and(|text| text.starts_with("taro@example.com"))
        );
        assert_eq!(understand("ふつうの感想").search_unmasked, None);
        assert_eq!(understand(" \u{3000}\n").length, 0);
    }

    #[test]
    fn the_id_depends_on_record_and_question_alone() {
        assert_eq!(voice_id("rec_1", "q1"), voice_id("rec_1", "q1"));
        assert_ne!(voice_id("rec_1", "q1"), voice_id("rec_1", "q2"));
        assert!(voice_id("rec_1", "q1").as_str().parse::<VoiceId>().is_ok());
    }
}
