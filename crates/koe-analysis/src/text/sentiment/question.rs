//! What a question's wording asks for, which changes what an answer means.

use serde::{Deserialize, Serialize};

/// What was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Asked {
    /// Anything: "Please tell us about your stay".
    #[default]
    Open,
    /// What should be better: a wish is no complaint here, and "nothing" is praise.
    Improvement,
    /// What was good: "nothing" is a complaint here.
    Praise,
}

const IMPROVEMENT: &[&str] = &[
    "改善",
    "不満",
    "悪かった",
    "悪い点",
    "良くなかった",
    "よくなかった",
    "困った",
    "気になった",
    "要望",
    "お気づき",
    "直し",
    "足りな",
    "残念",
    "improve",
    "better",
    "dislike",
    "complain",
    "wrong",
    "change",
    "frustrat",
    "suggest",
    "missing",
];
const PRAISE: &[&str] = &[
    "良かった",
    "よかった",
    "良い点",
    "満足した",
    "気に入",
    "好きな",
    "嬉しかった",
    "like most",
    "liked",
    "did well",
    "do well",
    "good about",
    "enjoy",
    "best",
    "positive",
    "went well",
];

/// Reads the wording of a question.
#[must_use]
pub fn asked(wording: &str) -> Asked {
    let wording = crate::text::normalise(wording);
    let has = |words: &[&str]| words.iter().any(|word| wording.text().contains(word));
    match (has(IMPROVEMENT), has(PRAISE)) {
        (true, false) => Asked::Improvement,
        (false, true) => Asked::Praise,
        _ => Asked::Open,
    }
}

/// Answers that say that there is nothing to say.
const NOTHING: &[&str] = &[
    "特になし",
    "特に無し",
    "特にない",
    "特に無い",
    "特にありません",
    "特に有りません",
    "なし",
    "無し",
    "ない",
    "ありません",
    "ないです",
    "特にないです",
    "とくになし",
    "とくにありません",
    "nothing",
    "none",
    "no",
    "n/a",
    "na",
    "nothing at all",
    "not really",
    "nope",
    "nothing really",
    "no complaints",
    "nothing to improve",
    "nil",
    "nothing comes to mind",
    "i can't think of anything",
    "can't think of anything",
    "nothing everything was fine",
];

/// Whether an answer says only that there is nothing.
pub(crate) fn says_nothing(normalised: &str) -> bool {
    let bare = normalised
        .trim()
        .trim_end_matches(['.', '。', '!', '!', ' ']);
    NOTHING.contains(&bare)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wording_says_what_is_asked_for() {
        for (wording, expected) in [
            ("改善してほしい点をお聞かせください", Asked::Improvement),
            ("良かった点は何ですか", Asked::Praise),
            ("良かった点、改善点をご自由に", Asked::Open),
            ("ご意見をお聞かせください", Asked::Open),
            ("What should we improve?", Asked::Improvement),
            ("What did you like most?", Asked::Praise),
            ("Please tell us about your visit", Asked::Open),
        ] {
            assert_eq!(asked(wording), expected, "{wording}");
        }
    }

    #[test]
    fn nothing_is_said_in_few_words() {
        assert!(says_nothing("特になし。") && says_nothing("nothing") && says_nothing("n/a"));
        assert!(!says_nothing("なしのつぶて") && !says_nothing("nothing works"));
    }
}
