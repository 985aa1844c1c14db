use serde_json::json;

use super::*;
use crate::confidence::Confidence;
use crate::inference::Verdict;
use crate::score::{Metric, Scale};
use crate::text::{Analyser, Asked, Synonyms};

fn document(topics: serde_json::Value) -> serde_json::Value {
    json!({"koe_topics": 1, "topics": topics})
}

fn one(rule: serde_json::Value) -> TopicDocument {
    let topic = json!([{"id": "it", "name": {"en": "It"}, "rule": rule}]);
    TopicDocument::from_value(&document(topic)).unwrap()
}

/// What of an English text a rule highlights, sentence by sentence.
fn found(rule: serde_json::Value, text: &str) -> Vec<String> {
    let analyser = Analyser::new(None, &Synonyms::new());
    let topics = analyser
        .topics(&one(rule), &TopicLimits::default())
        .unwrap();
    let analysis = analyser.reader().analyse(text, Asked::Open);
    topics
        .find(text, &analysis)
        .iter()
        .map(|mention| {
            let words: Vec<&str> = mention.spans.iter().map(|span| span.of(text)).collect();
            words.join("|")
        })
        .collect()
}

#[test]
fn rules_find_what_they_say() {
    let near = json!({"near": ["wait", "phone"], "words": 2});
    let all = json!({"all": ["phone", {"not": "number"}]});
    let cases: [(serde_json::Value, &str, &[&str]); 20] = [
        (
            json!("wait"),
            "We waited an hour. Waiting is bad.",
            &["waited", "Waiting"],
        ),
        (json!("wait"), "The waiter was kind.", &[]),
        (
            json!("call back"),
            "Nobody called me. They never called back!",
            &["called back"],
        ),
        (json!("call back"), "I called. Back home now", &[]),
        (
            json!({"surface": "park"}),
            "Parking at the PARK was hard",
            &["PARK"],
        ),
        (
            json!({"part": "park"}),
            "Parking at the park was hard",
            &["Park|park"],
        ),
        (
            json!({"any": ["nurse", "doctor"]}),
            "Doctors and nurses were fine",
            &["Doctors|nurses"],
        ),
        (all.clone(), "I lost my phone", &["phone"]),
        (all.clone(), "I lost my phone number", &[]),
        (all, "I lost my phone. The number is new.", &["phone"]),
        (near.clone(), "A long wait on the phone", &["wait|phone"]),
        (near.clone(), "The phone meant a wait", &["phone|wait"]),
        (
            near.clone(),
            "We had to wait because nobody was at the phone",
            &[],
        ),
        (near, "A wait. The phone rang", &[]),
        (
            json!({"near": ["wait", {"not": "short"}, "time"], "words": 3}),
            "A wait of short time",
            &[],
        ),
        (
            json!({"base": "clean", "denied": true}),
            "The room was not clean. It was clean.",
            &["clean"],
        ),
        (
            json!({"base": "clean", "denied": false}),
            "The room was not very clean",
            &[],
        ),
        (
            json!({"base": "clean", "denied": false}),
            "No, it was clean",
            &["clean"],
        ),
        (json!("wi-fi"), "The Ｗｉ－Ｆｉ is slow", &["Ｗｉ－Ｆｉ"]),
        (json!("遅い"), "遅い", &["遅い"]),
    ];
    for (rule, text, expected) in cases {
        assert_eq!(found(rule.clone(), text), expected, "{rule} in {text}");
    }
}

#[test]
fn a_rule_over_the_whole_text_joins_its_sentences() {
    let text = "I rang the bell. Nobody came.";
    for (scope, expected) in [("sentence", 0), ("text", 1)] {
        let topic = json!([{"id": "it", "name": {"en": "It"}, "scope": scope,
            "rule": {"all": ["ring", "nobody"]}}]);
        let document = TopicDocument::from_value(&document(topic)).unwrap();
        let analyser = Analyser::new(None, &Synonyms::new());
        let topics = analyser.topics(&document, &TopicLimits::default()).unwrap();
        let analysis = analyser.reader().analyse(text, Asked::Open);
        let found = topics.find(text, &analysis);
        assert_eq!(found.len(), expected, "{scope}");
        assert!(found.iter().all(|mention| mention.sentence.is_none()));
    }
}

#[test]
fn synonyms_are_looked_for_wherever_one_of_them_is_named() {
    let document = TopicDocument::from_value(&json!({
        "koe_topics": 1,
        "synonyms": [["driver", "chauffeur", "Crew Member"]],
        "topics": [{"id": "driver", "name": {"en": "Driver"}, "rule": "driver"}],
    }))
    .unwrap();
    // The analyser's own synonyms count in the text and in the rule.
    let own = Synonyms::from([("cabbie".to_owned(), "driver".to_owned())]);
    let analyser = Analyser::new(None, &own);
    let topics = analyser.topics(&document, &TopicLimits::default()).unwrap();
    for text in [
        "Our chauffeurs waited",
        "The crew members helped",
        "A kind cabbie came by",
        "the DRIVER was late",
    ] {
        let analysis = analyser.reader().analyse(text, Asked::Open);
        assert_eq!(topics.find(text, &analysis).len(), 1, "{text}");
    }
}

#[test]
fn a_document_survives_its_json() {
    let written = json!({
        "koe_topics": 1,
        "synonyms": [["スタッフ", "店員"]],
        "topics": [
            {"id": "staff", "name": {"ja": "スタッフ", "en": "Staff"}, "topics": [
                {"id": "manner", "name": {"ja": "態度"}, "scope": "text", "rule": {"any": [
                    "態度", {"surface": "お待ち"}, {"part": "待ち時間", "denied": false},
                    {"near": ["電話", "つながる"], "words": 3},
                    {"all": ["列", {"not": {"base": "長い", "denied": true}}]},
                ]}},
            ]},
        ],
    });
    let document = TopicDocument::from_value(&written).unwrap();
    document.check(&TopicLimits::default()).unwrap();
    assert_eq!(serde_json::to_value(&document).unwrap(), written);
    let text = serde_json::to_string(&document).unwrap();
    assert_eq!(
        serde_json::from_str::<TopicDocument>(&text).unwrap(),
        document
    );
    assert_eq!(TopicDocument::read(&text).unwrap(), document);
    assert_eq!(
        document
            .topic("manner")
            .unwrap()
            .name
            .in_language(crate::text::Language::En),
        "態度"
    );
}

#[test]
fn what_cannot_be_read_is_told_with_its_place_and_the_remedy() {
    let with = |rule| document(json!([{"id": "a", "name": {"en": "A"}, "rule": rule}]));
    let cases = [
        (json!([]), "", "object"),
        (json!({"topics": []}), "koe_topics", "\"koe_topics\": 1"),
        (
            json!({"koe_topics": 9, "topics": []}),
            "koe_topics",
            "version 1",
        ),
        (json!({"koe_topics": 1}), "topics", "[…]"),
        (
            json!({"koe_topics": 1, "topics": [], "x": 1}),
            "x",
            "known are",
        ),
        (
            document(json!([{"name": {"en": "A"}, "rule": "a"}])),
            "topics[0].id",
            "waiting_time",
        ),
        (
            document(json!([{"id": "a", "name": "A", "rule": "a"}])),
            "topics[0].name",
            "object",
        ),
        (with(json!(5)), "topics[0].rule", "\"any\""),
        (with(json!({"some": ["a"]})), "topics[0].rule", "\"any\""),
        (
            with(json!({"any": "a"})),
            "topics[0].rule.any",
            "list of rules",
        ),
        (
            with(json!({"any": ["a", {"near": ["b", "c"]}]})),
            "topics[0].rule.any[1].words",
            "\"words\": 5",
        ),
        (
            with(json!({"any": ["a"], "all": ["b"]})),
            "topics[0].rule",
            "any and all",
        ),
        (
            with(json!({"base": "a", "denied": "no"})),
            "topics[0].rule.denied",
            "leave it out",
        ),
        (
            with(json!({"any": [{"not": {"base": 3}}]})),
            "topics[0].rule.any[0].not.base",
            "text is expected",
        ),
    ];
    for (value, path, says) in cases {
        let problems = TopicDocument::from_value(&value).unwrap_err().0;
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert_eq!(problems[0].path, path);
        assert!(problems[0].message.contains(says), "{problems:?}");
    }
    let told = TopicDocument::read("{\"koe_topics\": 1,")
        .unwrap_err()
        .to_string();
    assert!(
        told.starts_with("document: ") && told.contains("line 1"),
        "{told}"
    );
}

#[test]
fn what_cannot_be_used_is_told_with_its_place_and_the_remedy() {
    let limits = TopicLimits {
        topics: 3,
        depth: 2,
        rule_depth: 3,
        terms: 6,
        characters: 10,
        near: 5,
    };
    let topic = |rule: serde_json::Value| json!([{"id": "a", "name": {"en": "A"}, "rule": rule}]);
    let named = |id: &str| json!({"id": id, "name": {"en": id}, "rule": "x"});
    let deep = json!([{"id": "a", "name": {"en": "A"}, "topics": [
        {"id": "b", "name": {"en": "B"}, "topics": [named("c")]}]}]);
    let cases = [
        (json!([named("A b")]), "topics[0].id", "small letters"),
        (json!([named("a"), named("a")]), "topics[1].id", "topics[0]"),
        (
            json!([{"id": "a", "name": {}, "rule": "x"}]),
            "topics[0].name",
            "ja or en",
        ),
        (
            json!([{"id": "a", "name": {"en": "A"}}]),
            "topics[0].rule",
            "write a rule",
        ),
        (
            json!([named("a"), named("b"), named("c"), named("d")]),
            "topics",
            "merge some",
        ),
        (deep, "topics[0].topics[0].topics[0]", "move this one up"),
        (topic(json!({"not": "x"})), "topics[0].rule", "{\"all\":"),
        (
            topic(json!({"any": ["x", {"not": "y"}]})),
            "topics[0].rule.any[1]",
            "inside \"all\"",
        ),
        (
            topic(json!({"any": []})),
            "topics[0].rule.any",
            "add a word",
        ),
        (
            topic(json!({"all": [{"not": "x"}]})),
            "topics[0].rule.all",
            "add a word",
        ),
        (
            topic(json!({"near": ["x"], "words": 3})),
            "topics[0].rule.near",
            "two rules",
        ),
        (
            topic(json!({"near": ["x", "y"], "words": 6})),
            "topics[0].rule.words",
            "\"all\"",
        ),
        (
            topic(json!({"any": [{"any": [{"any": ["x"]}]}]})),
            "topics[0].rule.any[0].any[0].any[0]",
            "divide",
        ),
        (topic(json!("!?")), "topics[0].rule", "no letter"),
        (topic(json!("abcdefghijk")), "topics[0].rule", "at most 10"),
        (
            topic(json!({"any": ["a", "b", "c", "d", "e", "f", "g"]})),
            "topics",
            "7 terms",
        ),
    ];
    for (topics, path, says) in cases {
        let document = TopicDocument::from_value(&document(topics)).unwrap();
        let problems = document.check(&limits).unwrap_err().0;
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert_eq!(problems[0].path, path);
        assert!(problems[0].message.contains(says), "{problems:?}");
    }
    let groups =
        json!({"koe_topics": 1, "synonyms": [["a"], ["b", "c"], ["C", "d"]], "topics": []});
    let problems = TopicDocument::from_value(&groups)
        .unwrap()
        .check(&limits)
        .unwrap_err()
        .0;
    let paths: Vec<&str> = problems.iter().map(|one| one.path.as_str()).collect();
    assert_eq!(paths, ["synonyms[0]", "synonyms[2][0]"]);
}

#[test]
fn a_topic_is_compared_with_the_texts_that_do_not_speak_of_it() {
    let mut tally = TopicTally::new(2);
    let mut parts = [TopicTally::new(2), TopicTally::new(2)];
    for text in 0_u32..200 {
        // Topic 0 lowers the score by three points, topic 1 has nothing to do with it.
        let low = text % 4 == 0;
        let spoken: Vec<(usize, f64)> = [(0, low, -0.8), (1, text % 2 == 0, 0.1)]
            .into_iter()
            .filter_map(|(topic, yes, thinks)| yes.then_some((topic, thinks)))
            .collect();
        let score = f64::from(7 + (text / 4) % 3) - if low { 3.0 } else { 0.0 };
        let score = (text % 50 != 49).then_some(score);
        tally.add_text(spoken.clone(), score, 1.0);
        parts[text as usize % 2].add_text(spoken, score, 1.0);
    }
    let [mut merged, other] = parts;
    merged.merge(&other);
    let metric = Metric::Mean {
        scale: Some(Scale::new(0, 10)),
        direction: crate::score::Direction::HigherIsBetter,
    };
    let figures = tally.figures(Some(&metric), Confidence::P95);
    assert_eq!(figures, merged.figures(Some(&metric), Confidence::P95));
    let lift = figures[0].lift.as_ref().unwrap();
    assert_eq!((figures[0].n, figures[0].n_texts), (50, 200));
    assert!((figures[0].share.value.unwrap() - 25.0).abs() < 1e-9);
    assert!((lift.difference.unwrap() + 3.0).abs() < 0.05, "{lift:?}");
    assert_eq!(lift.verdict, Verdict::Down);
    assert!(lift.p_adjusted.unwrap() >= lift.p.unwrap());
    assert_eq!(lift.base.n, 146);
    assert_eq!(figures[0].score.as_ref().unwrap().n_missing, 0);
    assert!((figures[0].sentiment.value.unwrap() + 0.8).abs() < 1e-9);
    let nps = tally.figures(
        Some(&Metric::Nps {
            cuts: Default::default(),
        }),
        Confidence::P95,
    );
    assert!(nps[0].lift.as_ref().unwrap().difference.unwrap() < -50.0);
    assert_eq!(tally.figures(None, Confidence::P95)[1].lift, None);
}

#[test]
fn those_above_a_topic_are_counted_once_a_text() {
    let document = TopicDocument::from_value(&document(json!([
        {"id": "staff", "name": {"en": "Staff"}, "topics": [
            {"id": "nurse", "name": {"en": "Nurse"}, "rule": "nurse"},
            {"id": "doctor", "name": {"en": "Doctor"}, "rule": "doctor"}]},
        {"id": "food", "name": {"en": "Food"}, "rule": "food"}])))
    .unwrap();
    let analyser = Analyser::new(None, &Synonyms::new());
    let topics = analyser.topics(&document, &TopicLimits::default()).unwrap();
    let mut reader = analyser.reader();
    let mut tally = TopicTally::new(topics.len());
    for text in [
        "The nurse was kind. The doctor was rude.",
        "The nurses helped.",
        "Nothing to say here",
    ] {
        let analysis = reader.analyse(text, Asked::Open);
        tally.add(&topics, &topics.find(text, &analysis), None, 1.0);
    }
    let n: Vec<u64> = tally
        .figures(None, Confidence::P95)
        .iter()
        .map(|one| one.n)
        .collect();
    assert_eq!(n, [2, 2, 1, 0]);
    assert_eq!(topics.number("doctor"), Some(2));
    assert_eq!(topics.parent(2), Some(0));
}

#[test]
fn the_starter_trees_can_be_used_and_have_names_and_terms_in_both_languages() {
    fn terms(rule: &Rule) -> Vec<&str> {
        match rule {
            Rule::Term(term) => vec![&term.text],
            Rule::Any(of) | Rule::All(of) | Rule::Near { of, .. } => {
                of.iter().flat_map(terms).collect()
            }
            Rule::Not(rule) => terms(rule),
        }
    }
    for trade in Trade::ALL {
        assert_eq!(Trade::named(trade.as_str()), Some(trade));
        let document = trade.topics();
        document.check(&TopicLimits::default()).unwrap();
        let walked = document.walk();
        let leaves: Vec<&Topic> = walked
            .iter()
            .map(|walked| walked.topic)
            .filter(|topic| topic.topics.is_empty())
            .collect();
        assert!(
            (12..=25).contains(&leaves.len()),
            "{trade:?} {}",
            leaves.len()
        );
        for walked in &walked {
            let Name { ja, en } = &walked.topic.name;
            assert!(!ja.is_empty() && !en.is_empty(), "{}", walked.path);
        }
        for leaf in leaves {
            let rule = leaf.rule.as_ref().unwrap();
            let found = terms(rule);
            let english = found.iter().filter(|term| term.is_ascii()).count();
            assert!(english >= 4, "{trade:?} {}", leaf.id);
            assert!(found.len() - english >= 4, "{trade:?} {}", leaf.id);
            if let Rule::Any(of) = rule {
                let mut alone: Vec<&str> = of
                    .iter()
                    .filter(|rule| matches!(rule, Rule::Term(_)))
                    .flat_map(terms)
                    .collect();
                let all = alone.len();
                alone.sort_unstable();
                alone.dedup();
                assert_eq!(
                    alone.len(),
                    all,
                    "{trade:?} {}: a term stands twice",
                    leaf.id
                );
            }
        }
    }
}
