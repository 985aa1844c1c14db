//! Found by any substring, on both engines.

use koe_analysis::text::Span;
use serde_json::{Value, json};

use super::{ask, because, list, send, survey, texts};
use crate::support::TestApp;

fn reviews() -> Vec<String> {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../shared/data/ja_hotel_reviews/ja_hotel_reviews.jsonl"
    );
    std::fs::read_to_string(path)
        .expect("the reviews")
        .lines()
        .map(|line| {
            let review: Value = serde_json::from_str(line).expect("JSON");
            review["text"].as_str().expect("a text").to_owned()
        })
        .collect()
}

#[tokio::test]
async fn real_reviews_are_found_as_often_as_they_contain_the_word() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let survey = survey(&t, &owner, "identified").await;
    let reviews = reviews();
    assert_eq!(reviews.len(), 507);
    let responses = reviews
        .iter()
        .map(|review| because(&survey, review))
        .collect();
    send(&t, &owner, responses).await;
    let all = list(&owner, &[("limit", "1")]).await;
    assert_eq!(all["total"], 507);
    assert_eq!(all["facets"][6]["dimension"], "language");
    assert_eq!(
        all["facets"][6]["values"][0],
        json!({ "value": "ja", "label": {}, "n": 507 })
    );
    for (q, total) in [
        ("駅", 209),
        ("風呂", 209),
        ("朝食", 250),
        ("スタッフ", 320),
        ("ｽﾀｯﾌ", 320),
        ("そんなことばはありません", 0),
    ] {
        assert_eq!(
            list(&owner, &[("q", q), ("limit", "1")]).await["total"],
            total,
            "{q}"
        );
    }
    let both = reviews
        .iter()
        .filter(|r| r.contains('駅') && r.contains("朝食"))
        .count();
    assert_eq!(
        list(&owner, &[("q", "朝食　駅"), ("limit", "1")]).await["total"],
        both
    );
    let page = list(&owner, &[("q", "朝食 駅"), ("limit", "50")]).await;
    assert!(!texts(&page).is_empty(), "{page}");
    for item in page["items"].as_array().expect("items") {
        let text = item["text"].as_str().expect("a text");
        let marked: Vec<String> = marks(item, text);
        assert!(
            marked.iter().any(|m| m == "駅") && marked.iter().any(|m| m == "朝食"),
            "{marked:?}"
        );
    }
}

/// What the highlights of an item cover.
fn marks(item: &Value, text: &str) -> Vec<String> {
    let at = |span: &Value, end: &str| {
        usize::try_from(span[end].as_u64().expect("a place")).expect("small")
    };
    item["highlights"]
        .as_array()
        .expect("highlights")
        .iter()
        .map(|span| {
            Span {
                start: at(span, "start"),
                end: at(span, "end"),
            }
            .of(text)
            .to_owned()
        })
        .collect()
}

#[tokio::test]
async fn width_case_and_signs_of_the_pattern_language_make_no_difference() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let survey = survey(&t, &owner, "identified").await;
    let said = [
        "😀ﾊﾞｽﾙｰﾑが広い",
        "ＷｉーＦｉ ok, The STAFF were kind",
        "100%満足",
        "100点満足",
        "a_b",
        "axb",
        r"C:\temp",
        "it's 'fine'; DROP TABLE voice; --",
        "Front desk was slow",
        "desk at the front",
    ];
    send(
        &t,
        &owner,
        said.iter().map(|text| because(&survey, text)).collect(),
    )
    .await;
    let cases: [(&str, &[&str]); 12] = [
        ("バスルーム", &[said[0]]),
        ("😀", &[said[0]]),
        ("staff", &[said[1]]),
        ("Ｓｔａｆｆ", &[said[1]]),
        ("%", &[said[2]]),
        ("_", &[said[4]]),
        (r"\", &[said[6]]),
        ("'", &[said[7]]),
        ("'; DROP TABLE voice; --", &[said[7]]),
        ("\"front desk\"", &[said[8]]),
        ("front desk", &[said[9], said[8]]),
        ("%%", &[]),
    ];
    for (q, expected) in cases {
        let page = list(&owner, &[("q", q)]).await;
        let mut found = texts(&page);
        let mut expected = expected.to_vec();
        found.sort_unstable();
        expected.sort_unstable();
        assert_eq!(found, expected, "{q}");
        assert_eq!(page["total"], found.len(), "{q}");
    }
    let page = list(&owner, &[("q", "ﾊﾞｽ 広")]).await;
    assert_eq!(marks(&page["items"][0], said[0]), ["ﾊﾞｽ", "広"]);
    let (status, problem) = ask(&owner, &[("q", &"あ".repeat(201))]).await;
    assert_eq!(
        (status.as_u16(), &problem["fields"][0]["field"]),
        (422, &json!("q"))
    );
}

#[tokio::test]
async fn pages_meet_without_gap_or_repetition_while_voices_arrive() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let survey = survey(&t, &owner, "identified").await;
    // Many at the same moment, so that only the id tells them apart.
    let responses = (0..25)
        .map(|n| because(&survey, &format!("声{n:02}{}", "。".repeat(n % 4))))
        .collect();
    send(&t, &owner, responses).await;
    for sort in ["newest", "oldest", "longest"] {
        let mut seen: Vec<String> = Vec::new();
        let mut cursor = String::new();
        loop {
            let mut parameters = vec![("q", "声"), ("limit", "7"), ("sort", sort)];
            if !cursor.is_empty() {
                parameters.push(("cursor", cursor.as_str()));
            }
            let page = list(&owner, &parameters).await;
            // Counted with the first page, and carried on from there.
            assert_eq!(
                page["total"],
                if sort == "newest" { 25 } else { 26 },
                "{sort}"
            );
            seen.extend(texts(&page).into_iter().map(str::to_owned));
            if seen.len() == 7 && sort == "newest" {
                t.app.clock.advance_ms(1_000);
                send(&t, &owner, vec![because(&survey, "後の声")]).await;
            }
            match page["next_cursor"].as_str() {
                Some(next) => cursor = next.to_owned(),
                None => break,
            }
        }
        let later = seen.iter().filter(|text| *text == "後の声").count();
        assert_eq!(later, usize::from(sort != "newest"), "{sort}");
        seen.retain(|text| text != "後の声");
        if sort == "longest" {
            let lengths: Vec<usize> = seen.iter().map(|text| text.chars().count()).collect();
            assert!(
                lengths.windows(2).all(|pair| pair[0] >= pair[1]),
                "{lengths:?}"
            );
        }
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), 25, "{sort}");
    }
    let (status, problem) = ask(&owner, &[("cursor", "bm90aGluZw")]).await;
    assert_eq!(
        (status.as_u16(), &problem["fields"][0]["field"]),
        (422, &json!("cursor"))
    );
}
