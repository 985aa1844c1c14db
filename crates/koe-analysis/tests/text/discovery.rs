//! Topics that real texts suggest.

use std::collections::BTreeMap;

use crate::labelled::{dictionary, nhs_rows, whole_reviews};
use koe_analysis::confidence::Confidence;
use koe_analysis::score::{Direction, Metric, Scale};
use koe_analysis::text::topics::{
    Discovery, DiscoverySettings, ScoredText, TopicDocument, TopicLimits, discover,
};
use koe_analysis::text::{Analyser, Analysis, Asked, Synonyms};

fn scored<'a>(analyses: &'a [Analysis], scores: &[Option<f64>]) -> Vec<ScoredText<'a>> {
    analyses
        .iter()
        .enumerate()
        .map(|(at, analysis)| ScoredText {
            analysis,
            score: scores.get(at).copied().flatten(),
            weight: 1.0,
        })
        .collect()
}

fn show(discovery: &Discovery, texts: &[String]) {
    println!(
        "{} topics of {} words; {} of {} texts covered",
        discovery.topics.len(),
        discovery.candidates,
        discovery.n_covered,
        discovery.n_texts
    );
    for topic in &discovery.topics {
        let terms: Vec<&str> = topic.terms.iter().map(|term| term.text.as_str()).collect();
        let lift = topic.figures.lift.as_ref().and_then(|lift| lift.difference);
        println!(
            "  {} n {} {lift:.2?}: {}",
            topic.name,
            topic.figures.n,
            terms.join(" ")
        );
        let pairs: Vec<String> = topic
            .pairs
            .iter()
            .map(|pair| {
                format!(
                    "{} {}{} {}",
                    pair.of,
                    if pair.negated { "!" } else { "" },
                    pair.is,
                    pair.n
                )
            })
            .collect();
        println!("      {}", pairs.join(", "));
        for quotation in &topic.quotations {
            println!("      “{}”", quotation.span.of(&texts[quotation.text]));
        }
    }
}

#[test]
fn hotel_reviews_suggest_the_topics_of_hotels() {
    let dictionary = dictionary();
    let analyser = Analyser::new(Some(&dictionary), &Synonyms::new());
    let mut reader = analyser.reader();
    let texts = whole_reviews();
    let analyses: Vec<Analysis> = texts
        .iter()
        .map(|text| reader.analyse(text, Asked::Open))
        .collect();
    let settings = DiscoverySettings::default();
    let found = discover(&scored(&analyses, &[]), None, Confidence::P95, &settings);
    show(&found, &texts);
    assert_eq!(
        found,
        discover(&scored(&analyses, &[]), None, Confidence::P95, &settings)
    );
    let together = |words: &[&str]| {
        found.topics.iter().any(|topic| {
            words
                .iter()
                .all(|word| topic.terms.iter().any(|term| term.text == *word))
        })
    };
    for words in [
        &["スタッフ", "丁寧", "対応"][..],
        &["駅", "アクセス"],
        &["駅", "徒歩"],
        &["朝食", "バイキング"],
        &["温泉", "露天風呂"],
        &["料金", "価格"],
    ] {
        assert!(together(words), "{words:?}");
    }

    // What is taken over as a rule finds what was found.
    let first = &found.topics[0];
    let document = TopicDocument::default()
        .promote(first, "first", None, None)
        .unwrap();
    let topics = analyser.topics(&document, &TopicLimits::default()).unwrap();
    let n = texts
        .iter()
        .zip(&analyses)
        .filter(|(text, analysis)| !topics.find(text, analysis).is_empty())
        .count() as f64;
    let said = first.figures.n as f64;
    assert!((n - said).abs() <= 0.05 * said, "{n} {said}");
}

#[test]
fn ambulance_comments_suggest_topics_that_agree_with_those_people_gave() {
    let analyser = Analyser::new(None, &Synonyms::new());
    let mut reader = analyser.reader();
    let rows = nhs_rows();
    let texts: Vec<String> = rows.iter().map(|row| row.text.clone()).collect();
    let scores: Vec<Option<f64>> = rows.iter().map(|row| row.score).collect();
    let analyses: Vec<Analysis> = texts
        .iter()
        .map(|text| reader.analyse(text, Asked::Open))
        .collect();
    let metric = Metric::Mean {
        scale: Some(Scale::new(1, 5)),
        direction: Direction::LowerIsBetter,
    };
    let settings = DiscoverySettings::default();
    let found = discover(
        &scored(&analyses, &scores),
        Some(&metric),
        Confidence::P95,
        &settings,
    );
    show(&found, &texts);

    // For each topic: the label of people that its texts have most above chance.
    let mut all: BTreeMap<&str, f64> = BTreeMap::new();
    for row in &rows {
        for label in &row.topics {
            *all.entry(label).or_default() += 1.0 / rows.len() as f64;
        }
    }
    let mut agreeing = 0;
    for (number, topic) in found.topics.iter().enumerate() {
        let document = TopicDocument::default()
            .promote(topic, "it", None, None)
            .unwrap();
        let topics = analyser.topics(&document, &TopicLimits::default()).unwrap();
        let own: Vec<&crate::labelled::NhsRow> = rows
            .iter()
            .zip(&analyses)
            .filter(|(row, analysis)| !topics.find(&row.text, analysis).is_empty())
            .map(|(row, _)| row)
            .collect();
        let (label, share) = all
            .keys()
            .map(|label| {
                let n = own
                    .iter()
                    .filter(|row| row.topics.iter().any(|one| one == label))
                    .count();
                (*label, n as f64 / own.len() as f64)
            })
            .filter(|(_, share)| *share >= 0.1)
            .max_by(|a, b| (a.1 / all[a.0]).total_cmp(&(b.1 / all[b.0])))
            .unwrap_or(("", 0.0));
        let lift = share / all.get(label).copied().unwrap_or(1.0);
        println!(
            "  {number} {}: {label} {share:.2}, {lift:.1} times",
            topic.name
        );
        agreeing += usize::from(lift >= 2.0);
    }
    println!(
        "{agreeing} of {} topics agree with a label",
        found.topics.len()
    );
    assert!(agreeing * 2 >= found.topics.len());
}
