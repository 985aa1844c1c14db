//! Japanese texts with the compiled dictionary: words, pairs, judgements.

use crate::labelled::{dictionary, dictionary_with};
use koe_analysis::text::{Analyser, Analysis, Asked, Dictionary, Label, Synonyms, UserWord};

fn analyse(dictionary: &Dictionary, text: &str) -> Analysis {
    Analyser::new(Some(dictionary), &Synonyms::new())
        .reader()
        .analyse(text, Asked::Open)
}

#[test]
fn words_are_found_with_their_dictionary_form_and_place() {
    let dictionary = dictionary();
    let text = "ﾎﾃﾙの部屋はすごーく広かった！";
    let analysis = analyse(&dictionary, text);
    let forms: Vec<&str> = analysis
        .tokens
        .iter()
        .map(|token| token.form.as_str())
        .collect();
    assert_eq!(
        forms,
        ["ホテル", "の", "部屋", "は", "すごい", "広い", "た"]
    );
    let written: Vec<&str> = analysis
        .tokens
        .iter()
        .map(|token| token.span.of(text))
        .collect();
    assert_eq!(
        written,
        ["ﾎﾃﾙ", "の", "部屋", "は", "すごーく", "広かっ", "た"]
    );
}

#[test]
fn own_words_and_synonyms_are_used() {
    let word = |surface: &str, lemma: &str| UserWord {
        surface: surface.to_owned(),
        lemma: lemma.to_owned(),
    };
    let dictionary = dictionary_with(&[word("こえもん", ""), word("ふわとろ丼", "丼")]);
    let synonyms = Synonyms::from([("店員".to_owned(), "スタッフ".to_owned())]);
    let analyser = Analyser::new(Some(&dictionary), &synonyms);
    let analysis = analyser
        .reader()
        .analyse("こえもんの店員がふわとろ丼をくれた", Asked::Open);
    let forms: Vec<&str> = analysis
        .tokens
        .iter()
        .map(|token| token.form.as_str())
        .collect();
    assert_eq!(
        forms,
        [
            "こえもん",
            "の",
            "スタッフ",
            "が",
            "丼",
            "を",
            "くれる",
            "た"
        ]
    );
}

#[test]
fn pairs_say_what_is_said_of_what_and_whether_it_is_denied() {
    let dictionary = dictionary();
    let cases: [(&str, &[&str]); 10] = [
        ("部屋が広い。", &["部屋 広い"]),
        ("対応は遅くない。", &["対応 !遅い"]),
        ("対応は遅くはなかったです。", &["対応 !遅い"]),
        ("広い部屋でした。", &["部屋 広い"]),
        ("部屋は綺麗ではありませんでした。", &["部屋 !綺麗"]),
        (
            "スタッフが荷物を運んでくれた。",
            &["スタッフ 運ぶ", "荷物 運ぶ"],
        ),
        ("部屋の広さに驚いた。", &["部屋 広さ", "広さ 驚く"]),
        ("早く着いた。", &["早い 着く"]),
        (
            "風呂は広くて、料理も美味しかった。",
            &["風呂 広い", "料理 美味しい"],
        ),
        ("予約できなかった。", &[]),
    ];
    for (text, expected) in cases {
        let found: Vec<String> = analyse(&dictionary, text)
            .pairs
            .iter()
            .map(|pair| {
                format!(
                    "{} {}{}",
                    pair.of,
                    if pair.negated { "!" } else { "" },
                    pair.is
                )
            })
            .collect();
        assert_eq!(found, expected, "{text}");
    }
}

#[test]
fn the_form_of_a_sentence_turns_its_words() {
    let dictionary = dictionary();
    let cases = [
        ("とても良かったです。", Label::Positive, 1.0),
        ("良くなかったです。", Label::Negative, -1.0),
        ("悪くないです。", Label::Positive, 1.0),
        ("値段が高い。", Label::Negative, -1.0),
        ("満足度が高い。", Label::Positive, 1.0),
        ("問題ありませんでした。", Label::Positive, 1.0),
        ("また行きたいです。", Label::Positive, 1.0),
        ("二度と行きたくないです。", Label::Negative, -1.0),
        ("もっと早く対応してほしい。", Label::Negative, -1.0),
        ("もう少し広ければ良かった。", Label::Negative, -1.0),
        ("スタッフが荷物を運んでくれました。", Label::Positive, 1.0),
        ("電話に出てくれなかった。", Label::Negative, -1.0),
        ("部屋は狭いですが、とても綺麗でした。", Label::Positive, 1.0),
        ("家族で泊まりました。", Label::Neutral, 0.0),
    ];
    for (text, side, sign) in cases {
        let found = analyse(&dictionary, text).sentiment;
        if side == Label::Neutral {
            assert_eq!(found.label, Label::Neutral, "{text}: {found:?}");
        } else {
            assert!(found.score * sign > 0.2, "{text}: {found:?}");
        }
    }
}

#[test]
fn a_text_with_two_sides_is_mixed_and_a_wish_can_be_acted_on() {
    let dictionary = dictionary();
    let analysis = analyse(
        &dictionary,
        "料理は最高でした。部屋は汚くて最悪でした。説明を増やしてほしいです。",
    );
    assert_eq!(analysis.sentiment.label, Label::Mixed);
    assert_eq!(analysis.sentences.len(), 3);
    assert!(analysis.actionability > 0.9);
    assert!(analyse(&dictionary, "最高でした。").actionability < 0.1);
}
