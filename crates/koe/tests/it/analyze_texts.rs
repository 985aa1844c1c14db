//! `koe analyze text` as somebody uses it: a file in, a judged text for every row out.

use std::process::Output;

use serde_json::Value;

use crate::analyze::{analyze, finding, number};

/// What `koe analyze text` makes of a file with these rows.
fn run(rows: &str, arguments: &[&str]) -> (Output, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("voices.csv");
    std::fs::write(&path, rows).expect("written");
    let file = path.to_string_lossy();
    let fixed = [
        "text", "--input", &file, "--text", "voice", "--format", "jsonl",
    ];
    let output = analyze(&[&fixed, arguments].concat());
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    (output, said)
}

/// Why it cannot be done.
fn refusal(rows: &str, arguments: &[&str]) -> String {
    let (output, said) = run(rows, arguments);
    assert_eq!(
        (output.status.code(), output.stdout.len()),
        (Some(2), 0),
        "{said}"
    );
    said
}

/// The lines, and what was said beside them.
fn told(rows: &str, arguments: &[&str]) -> (Vec<Value>, String) {
    let (output, said) = run(rows, arguments);
    assert_eq!(output.status.code(), Some(0), "{said}");
    let text = String::from_utf8(output.stdout).expect("text");
    let lines = text
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"));
    (lines.collect(), said)
}

/// The characters of a text that a span names.
fn part(text: &str, span: &Value) -> String {
    let at = |end: &str| usize::try_from(span[end].as_u64().expect("a place")).expect("a place");
    text.chars()
        .skip(at("start"))
        .take(at("end") - at("start"))
        .collect()
}

#[test]
fn every_row_is_told_in_order_with_places_in_the_text_as_it_is_written() {
    let voices = [
        "部屋は綺麗でした。でも朝食が美味しくなかったです。電話は０３－１２３４－５６７８まで。",
        "NA",
        "Great staff, but the queue was far too long. Mail me: jo@example.com",
    ];
    let rows = format!(
        "id,voice\na1,{}\na2,{}\na3,\"{}\"\n",
        voices[0], voices[1], voices[2]
    );
    let (lines, said) = told(&rows, &["--id", "id"]);
    assert_eq!(said, "");
    let keys = "id language sentences sentiment emotions effort actionability tokens pairs topics \
                personal_data";
    for (line, id) in lines.iter().zip(["a1", "a2", "a3"]) {
        let own: Vec<&str> = line
            .as_object()
            .expect("an object")
            .keys()
            .map(String::as_str)
            .collect();
        assert_eq!((own.join(" "), &line["id"]), (keys.to_owned(), &id.into()));
    }

    let (japanese, english) = (&lines[0], &lines[2]);
    assert_eq!(
        (&japanese["language"], &english["language"]),
        (&"ja".into(), &"en".into())
    );
    let sentences = japanese["sentences"].as_array().expect("sentences");
    assert_eq!(sentences.len(), 3);
    assert_eq!(
        part(voices[0], &sentences[1]["span"]),
        "でも朝食が美味しくなかったです。"
    );
    assert!(number(&sentences[0]["sentiment"]["score"]) > 0.2);
    assert!(number(&sentences[1]["sentiment"]["score"]) < 0.0);
    let pair = |of: &str| {
        let mut pairs = japanese["pairs"].as_array().expect("pairs").iter();
        pairs.find(|pair| pair["of"] == of).expect("a pair")
    };
    assert_eq!(
        (&pair("部屋")["is"], &pair("部屋")["negated"]),
        (&"綺麗".into(), &false.into())
    );
    assert_eq!(
        (&pair("朝食")["is"], &pair("朝食")["negated"]),
        (&"美味しい".into(), &true.into())
    );
    for token in japanese["tokens"].as_array().expect("tokens") {
        assert!(!part(voices[0], &token["span"]).is_empty());
    }
    for (line, voice, kind, data) in [
        (japanese, voices[0], "phone", "０３－１２３４－５６７８"),
        (english, voices[2], "email", "jo@example.com"),
    ] {
        let found = &line["personal_data"][0];
        assert_eq!(
            (&found["kind"], part(voice, &found["span"]).as_str()),
            (&kind.into(), data)
        );
    }
    assert_eq!(
        (&lines[1]["language"], &lines[1]["sentiment"]),
        (&Value::Null, &Value::Null)
    );
}

#[test]
fn scores_teach_words_that_no_lexicon_knows() {
    let mut rows = "voice,side\n".to_owned();
    for number in 0..40 {
        rows += &format!(
            "the blarg was zolky {number},positive\nthe blarg was krumpt {number},negative\n"
        );
    }
    rows += "a zolky thing,\na krumpt thing,NA\n";
    let (lines, said) = told(&rows, &["--learn-from", "side"]);
    for part in [
        "80 rows",
        "cross-validated accuracy 1.000",
        "lexicon 0.000",
        "what was learned judges",
    ] {
        assert!(said.contains(part), "{said}");
    }
    assert_eq!(lines.len(), 82);
    assert!(number(&lines[80]["sentiment"]["score"]) > 0.2);
    assert!(number(&lines[81]["sentiment"]["score"]) < -0.2);

    let few = rows.lines().take(11).collect::<Vec<_>>().join("\n");
    let (lines, said) = told(&few, &["--learn-from", "side"]);
    assert!(
        said.contains("10 texts") && said.contains("the lexicon judges"),
        "{said}"
    );
    assert!(
        lines
            .iter()
            .all(|line| line["sentiment"]["label"] == "neutral")
    );
}

#[test]
fn the_question_and_low_scores_that_are_good_change_what_is_judged() {
    let rows = "voice\nMore parking would be better\n";
    let score = |arguments: &[&str]| number(&told(rows, arguments).0[0]["sentiment"]["score"]);
    assert!(score(&["--question", "What should we improve?"]) >= score(&[]));

    let mut rows = "voice,grade\n".to_owned();
    for number in 0..30 {
        rows += &format!("zolky blarg {number},1\nkrumpt blarg {number},5\n");
    }
    let (lines, _) = told(&rows, &["--learn-from", "grade", "--direction", "lower"]);
    assert!(number(&lines[0]["sentiment"]["score"]) > 0.2);
    assert!(number(&lines[1]["sentiment"]["score"]) < -0.2);
}

#[test]
fn topics_are_found_by_rules_and_shown_where_they_stand() {
    let voice = "朝食が美味しかった。Wi-Fiが遅い。";
    let rules = r#"{"koe_topics": 1, "topics": [
        {"id": "food", "name": {"ja": "食事", "en": "Food"}, "rule": "朝食"},
        {"id": "net", "name": {"ja": "通信", "en": "Network"}, "rule": {"any": ["wi-fi", "回線"]}}]}"#;
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("topics.json");
    std::fs::write(&path, rules).expect("written");
    let rows = format!("voice\n{voice}\n");
    let (lines, _) = told(&rows, &["--topics", &path.to_string_lossy()]);
    let found = lines[0]["topics"].as_array().expect("topics").iter();
    let found: Vec<(&str, String)> = found
        .map(|topic| {
            (
                topic["id"].as_str().expect("an id"),
                part(voice, &topic["span"]),
            )
        })
        .collect();
    assert_eq!(
        found,
        [("food", "朝食".to_owned()), ("net", "Wi-Fi".to_owned())]
    );
    let (lines, _) = told(&rows, &["--topics", "hotel"]);
    assert!(!lines[0]["topics"].as_array().expect("topics").is_empty());

    std::fs::write(&path, r#"{"koe_topics": 1, "topics": [{"id": "a"}]}"#).expect("written");
    let said = refusal(&rows, &["--topics", &path.to_string_lossy()]);
    assert!(said.contains("topics[0]"), "{said}");
    let said = refusal("voice,score\na,1\nb,good\n", &["--learn-from", "score"]);
    assert!(said.contains("row 3: “good”"), "{said}");
}

#[test]
fn topics_that_texts_suggest_and_topics_of_rules_carry_n_and_lift() {
    let mut rows = "voice,stars\n".to_owned();
    for number in 0..30 {
        let (high, low) = (4 + number % 2, 1 + number % 3);
        rows += &format!("The breakfast had fresh bread and eggs,{high}\n");
        rows += &format!("The parking entrance is narrow for a car,{low}\n");
        rows += "Thank you,3\n";
    }
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("voices.csv");
    std::fs::write(&path, rows).expect("written");
    let file = path.to_string_lossy();
    let of = |more: &[&str]| {
        let fixed = [
            "topics", "--input", &file, "--text", "voice", "--score", "stars",
        ];
        finding(&[&fixed, more].concat())
    };
    let suggested = of(&[]);
    let topics = suggested["topics"].as_array().expect("topics").iter();
    let about = |term: &str| {
        let has = |topic: &&Value| {
            let mut terms = topic["terms"].as_array().expect("terms").iter();
            terms.any(|known| known["text"] == term)
        };
        topics.clone().find(has).expect("a topic")
    };
    for (term, up) in [("breakfast", true), ("narrow", false)] {
        let topic = about(term);
        assert_eq!(topic["n"], 30, "{topic}");
        let interval = &topic["lift"]["interval"];
        let (low, high) = (number(&interval[0]), number(&interval[1]));
        assert!(if up { low > 0.0 } else { high < 0.0 }, "{topic}");
        let quotation = topic["quotations"][0]["text"]
            .as_str()
            .expect("a quotation");
        assert!(quotation.contains(term), "{quotation}");
    }

    let ruled = of(&["--topics", "hotel"]);
    let food = ruled["topics"].as_array().expect("topics").iter();
    let food = food.filter(|topic| topic["n"] == 30).count();
    assert!(food > 0, "{ruled}");
}
