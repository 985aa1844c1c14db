//! One form for what people type: full-width digits and letters become ordinary ones.

use unicode_normalization::UnicodeNormalization;

/// The text in Unicode's compatibility form (NFKC), without blanks around it, the many
/// hyphens and minus signs of Japanese keyboards made one.
///
/// For numbers, dates, telephone numbers and addresses; a voice is kept as it was written.
pub(super) fn plain(text: &str) -> String {
    text.nfkc()
        .map(|character| match character {
            '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FE63}' => '-',
            other => other,
        })
        .collect::<String>()
        .trim()
        .to_owned()
}

/// The form in which texts are compared: [`plain`] and lower case.
pub(super) fn folded(text: &str) -> String {
    plain(text).to_lowercase()
}

/// The text with a long-vowel mark read as a minus, as people type `０３ー１２３４`; only for
/// what holds digits.
pub(super) fn digits(text: &str) -> String {
    plain(text).replace('ー', "-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_width_and_half_width_become_one() {
        assert_eq!(plain(" １２３．５　"), "123.5");
        assert_eq!(plain("−５"), "-5");
        assert_eq!(digits("０３ー１２３４―５６７８"), "03-1234-5678");
        assert_eq!(folded("ＡＢＣ ｶﾞｽ"), "abc ガス");
    }
}
