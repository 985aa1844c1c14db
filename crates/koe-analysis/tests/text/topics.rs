//! Topics in Japanese texts, with the compiled dictionary.

use crate::labelled::{dictionary, nhs_rows, whole_reviews};
use koe_analysis::text::topics::{TopicDocument, TopicLimits, Trade};
use koe_analysis::text::{Analyser, Asked, Synonyms};
use serde_json::{Value, json};

fn one(rule: &Value) -> TopicDocument {
    TopicDocument::from_value(&json!({
        "koe_topics": 1,
        "synonyms": [["スタッフ", "店員", "従業員"]],
        "topics": [{"id": "it", "name": {"ja": "それ"}, "rule": rule}],
    }))
    .unwrap()
}

#[test]
fn japanese_rules_find_what_they_say() {
    let near = json!({"near": ["電話", "つながる"], "words": 3});
    let trouble = json!({"base": "問題", "denied": false});
    let cases: [(Value, &str, &[&str]); 21] = [
        (
            json!("待つ"),
            "かなり待った。待っています。",
            &["待っ", "待っ"],
        ),
        (json!("待つ"), "お待たせしました", &["待た"]),
        (
            json!("店員"),
            "スタッフが親切。従業員も。",
            &["スタッフ", "従業員"],
        ),
        (json!("待ち時間"), "待ち時間が長い", &["待ち時間"]),
        (json!({"part": "待ち"}), "待ち時間が長い", &["待ち"]),
        (
            json!({"surface": "待ち"}),
            "待ち時間が長い。お待ち下さい。",
            &[],
        ),
        (json!("すごい"), "すごーーーい！", &["すごーーーい"]),
        (json!("ホテル"), "ﾎﾃﾙは綺麗", &["ﾎﾃﾙ"]),
        (
            near.clone(),
            "電話がなかなかつながらない",
            &["電話|つながら"],
        ),
        (near, "電話した人に話がうまく伝わりつながる", &[]),
        (
            json!("つながらない"),
            "電話がつながりませんでした",
            &["つながり"],
        ),
        (json!("つながらない"), "電話がつながりました", &[]),
        (
            json!({"base": "遅い", "denied": true}),
            "対応は遅くなかった",
            &["遅く"],
        ),
        (
            json!({"base": "遅い", "denied": false}),
            "対応は遅くなかった",
            &[],
        ),
        (trouble.clone(), "問題はありませんでした", &[]),
        (trouble.clone(), "問題ないです", &[]),
        (trouble, "問題が起きた", &["問題"]),
        (json!("問題ない"), "特に問題はありません", &["問題"]),
        (
            json!({"all": ["列", {"not": "並ぶ"}]}),
            "列が長い。列に並んだ。",
            &["列"],
        ),
        (json!("wi-fi"), "Ｗｉ－Ｆｉが遅い", &["Ｗｉ－Ｆｉ"]),
        (json!("手に入る"), "すぐ手に入った", &["手に入っ"]),
    ];
    let dictionary = dictionary();
    let analyser = Analyser::new(Some(&dictionary), &Synonyms::new());
    let mut reader = analyser.reader();
    for (rule, text, expected) in cases {
        let topics = analyser
            .topics(&one(&rule), &TopicLimits::default())
            .unwrap();
        let analysis = reader.analyse(text, Asked::Open);
        let found: Vec<String> = topics
            .find(text, &analysis)
            .iter()
            .map(|mention| {
                let words: Vec<&str> = mention.spans.iter().map(|span| span.of(text)).collect();
                words.join("|")
            })
            .collect();
        assert_eq!(found, expected, "{rule} in {text}");
    }
}

#[test]
fn without_a_dictionary_japanese_terms_are_looked_for_as_characters() {
    let analyser = Analyser::new(None, &Synonyms::new());
    let topics = analyser
        .topics(&one(&json!("風呂")), &TopicLimits::default())
        .unwrap();
    let text = "お風呂が広かったです。";
    let analysis = analyser.reader().analyse(text, Asked::Open);
    let found = topics.find(text, &analysis);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].span.of(text), "風呂");
}

/// The share of texts and of sentences in which a starter tree finds a topic; prints
/// how often each topic is found.
fn coverage(trade: Trade, analyser: &Analyser<'_>, texts: &[String]) -> (f64, f64) {
    let document = trade.topics();
    let topics = analyser.topics(&document, &TopicLimits::default()).unwrap();
    let mut reader = analyser.reader();
    let mut tally = koe_analysis::text::topics::TopicTally::new(topics.len());
    let (mut spoken, mut sentences, mut covered) = (0, 0, 0);
    for text in texts {
        let analysis = reader.analyse(text, Asked::Open);
        let found = topics.find(text, &analysis);
        tally.add(&topics, &found, None, 1.0);
        spoken += usize::from(!found.is_empty());
        sentences += analysis.sentences.len();
        let mut at: Vec<_> = found.iter().map(|mention| mention.sentence).collect();
        at.dedup();
        covered += at.len();
        if std::env::var("KOE_SHOW_WRONG").is_ok() {
            for (index, sentence) in analysis.sentences.iter().enumerate() {
                if !at.contains(&Some(index)) {
                    println!("  no topic: {}", sentence.span.of(text));
                }
            }
        }
    }
    for figures in tally.figures(None, koe_analysis::confidence::Confidence::P95) {
        println!(
            "  {:<20} n {:>5}  sentiment {:+.2}",
            topics.id(figures.topic),
            figures.n,
            figures.sentiment.value.unwrap_or(f64::NAN)
        );
    }
    let share = |part: usize, whole: usize| part as f64 / whole as f64;
    let (texts, of_sentences) = (share(spoken, texts.len()), share(covered, sentences));
    println!("{trade:?}: {texts:.3} of texts, {of_sentences:.3} of sentences have a topic");
    (texts, of_sentences)
}

#[test]
fn the_hotel_tree_covers_hotel_reviews() {
    let dictionary = dictionary();
    let analyser = Analyser::new(Some(&dictionary), &Synonyms::new());
    let (texts, sentences) = coverage(Trade::Hotel, &analyser, &whole_reviews());
    assert!(texts >= 0.99 && sentences >= 0.75, "{texts} {sentences}");
}

#[test]
fn the_contact_centre_tree_covers_what_fits_of_an_ambulance_service() {
    let analyser = Analyser::new(None, &Synonyms::new());
    let texts: Vec<String> = nhs_rows().into_iter().map(|row| row.text).collect();
    let (texts, _) = coverage(Trade::ContactCentre, &analyser, &texts);
    assert!(texts >= 0.70, "{texts}");
}

#[test]
fn the_contact_centre_tree_agrees_with_the_topics_that_people_gave() {
    let analyser = Analyser::new(None, &Synonyms::new());
    let topics = analyser
        .topics(&Trade::ContactCentre.topics(), &TopicLimits::default())
        .unwrap();
    let mut reader = analyser.reader();
    let rows = nhs_rows();
    let found: Vec<Vec<&str>> = rows
        .iter()
        .map(|row| {
            let analysis = reader.analyse(&row.text, Asked::Open);
            let mentions = topics.find(&row.text, &analysis);
            mentions.iter().map(|mention| mention.id).collect()
        })
        .collect();
    for (own, label, least) in [
        (&["manner"][..], "Staff manner & personal attributes", 0.7),
        (&["waiting", "speed"], "Timeliness of care", 0.6),
        (&["appointment"], "Appointment arrangements", 0.4),
        (&["thanks"], "Positive experience & gratitude", 0.3),
    ] {
        let (mut both, mut ours, mut theirs) = (0.0, 0.0, 0.0);
        for (row, found) in rows.iter().zip(&found) {
            let we = found.iter().any(|id| own.contains(id));
            let they = row.topics.iter().any(|one| one == label);
            both += f64::from(u8::from(we && they));
            ours += f64::from(u8::from(we));
            theirs += f64::from(u8::from(they));
        }
        let (precision, recall) = (both / ours, both / theirs);
        let f1 = 2.0 * precision * recall / (precision + recall);
        println!("{own:?} ~ {label}: precision {precision:.2}, recall {recall:.2}, F1 {f1:.2}");
        assert!(f1 >= least, "{label}: {f1}");
    }
}
