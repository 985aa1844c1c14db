//! The text functions on texts that people really wrote: 507 Japanese hotel
//! reviews and 5,096 comments on an English ambulance service.

use koe_analysis::text::{Language, Normalised, detect_language, find_personal_data, normalise};

const SHARED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");

fn file(path: &str) -> String {
    std::fs::read_to_string(format!("{SHARED}/{path}")).unwrap()
}

fn reviews() -> Vec<String> {
    file("ja_hotel_reviews/ja_hotel_reviews.jsonl")
        .lines()
        .map(|line| {
            let review: serde_json::Value = serde_json::from_str(line).unwrap();
            review["text"].as_str().unwrap().to_owned()
        })
        .collect()
}

/// The comments of all rows in which no field is quoted: enough of a CSV reader
/// for most of the file.
fn comments() -> Vec<String> {
    file("nhs_fft_neas/nhs_fft_neas.csv")
        .lines()
        .skip(1)
        .filter(|line| !line.contains('"'))
        .filter_map(|line| line.split(',').nth(8).map(str::to_owned))
        .collect()
}

#[test]
fn reviews_are_found_as_often_as_they_contain_the_word() {
    let reviews: Vec<Normalised> = reviews().iter().map(|text| normalise(text)).collect();
    assert_eq!(reviews.len(), 507);
    for (query, texts) in [
        ("駅", 209),
        ("風呂", 209),
        ("朝食", 250),
        ("スタッフ", 320),
        ("ｽﾀｯﾌ", 320),
    ] {
        let found = reviews
            .iter()
            .filter(|review| !review.find(query).is_empty());
        assert_eq!(found.count(), texts, "{query}");
    }
}

#[test]
fn japanese_sentences_are_japanese() {
    let reviews = reviews();
    let sentences: Vec<&str> = reviews
        .iter()
        .flat_map(|text| text.lines())
        .filter(|sentence| !sentence.trim().is_empty())
        .collect();
    assert!(sentences.len() > 5_000);
    let wrong: Vec<_> = sentences
        .iter()
        .filter(|sentence| detect_language(sentence).language != Language::Ja)
        .collect();
    assert!(wrong.len() * 1_000 < sentences.len(), "{wrong:#?}");
}

#[test]
fn english_comments_are_english() {
    let comments = comments();
    let written: Vec<&String> = comments
        .iter()
        .filter(|comment| comment.chars().any(char::is_alphabetic))
        .collect();
    assert!(written.len() > 3_000, "{}", written.len());
    let wrong: Vec<_> = written
        .iter()
        .filter(|comment| detect_language(comment).language != Language::En)
        .collect();
    assert!(wrong.len() * 500 < written.len(), "{wrong:#?}");
}

#[test]
fn comments_without_personal_data_are_left_alone() {
    let found: Vec<_> = reviews()
        .into_iter()
        .chain(
            file("nhs_fft_neas/nhs_fft_neas.csv")
                .lines()
                .map(str::to_owned),
        )
        .flat_map(|text| {
            let found = find_personal_data(&text);
            found
                .into_iter()
                .map(move |data| data.span.of(&text).to_owned())
        })
        .collect();
    assert!(found.is_empty(), "{found:?}");
}
