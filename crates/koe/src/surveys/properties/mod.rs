//! What holds for every document and all answers.

mod generate;

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::answers::{Answer, Answers, Fields, Part};
use super::check::{check, is_publishable};
use super::document::{Document, Language};
use super::fields;
use super::logic::{Flow, Next};
use super::piping::{Speaker, pieces};
use super::validate::{Completeness, accept, page};
use generate::{answered, answers, plan, sound, wild};

/// Walks page by page and holds it against the walk at once.
fn walked(document: &Document, given: &Answers, fields: &Fields) -> Result<(), TestCaseError> {
    let flow = Flow::new(document);
    let walk = flow.walk(given, fields);
    let mut met = Vec::new();
    let mut current: Option<&str> = None;
    let mut percent = 0;
    while let Next::Page(page) = flow.next_page(current, given, fields) {
        prop_assert!(
            met.len() < document.pages.len(),
            "every page is met once at most"
        );
        let progress = flow.progress(&page.id, given, fields);
        prop_assert_eq!(progress.done, met.len());
        let promised = progress.done + progress.remaining;
        prop_assert!(
            promised >= walk.visits.len(),
            "less than what comes was promised"
        );
        prop_assert!(
            (percent..100).contains(&progress.percent()),
            "progress fell on {}",
            page.id
        );
        percent = progress.percent();
        let before = flow.previous_page(&page.id, given, fields);
        prop_assert_eq!(before.map(|page| page.id.as_str()), met.last().copied());
        met.push(page.id.as_str());
        current = Some(&page.id);
    }
    let at_once: Vec<&str> = walk
        .visits
        .iter()
        .map(|visit| visit.page.id.as_str())
        .collect();
    prop_assert_eq!(met, at_once);
    prop_assert_eq!(flow.ending(given, fields), walk.ending);
    prop_assert_eq!(
        flow.walk(&walk.answers, fields),
        walk,
        "answers that do not count change nothing"
    );
    Ok(())
}

/// The words of answers, under the keys they are kept by.
fn words_of(answers: &Answers) -> BTreeMap<String, String> {
    let mut words = BTreeMap::new();
    for (key, answer) in answers.iter() {
        match answer {
            Answer::Text(text) => {
                words.insert(key.to_owned(), text.clone());
            }
            Answer::Parts(parts) => {
                for (choice, part) in parts {
                    if let Part::Text(text) = part {
                        words.insert(format!("{key}.{choice}"), text.clone());
                    }
                }
            }
            _ => {}
        }
    }
    words
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_passes_the_check_is_walked_to_an_end(
        (document, fitting) in answered(), other in answers(), fields in plan()
    ) {
        prop_assert!(is_publishable(&check(&document)), "{:?}", check(&document));
        walked(&document, &fitting, &fields)?;
        walked(&document, &other, &fields)?;
    }

    #[test]
    fn even_what_fails_the_check_is_walked_to_an_end(document in wild(), given in answers(), fields in plan()) {
        check(&document);
        let walk = Flow::new(&document).walk(&given, &fields);
        prop_assert!(walk.visits.len() <= document.pages.len());
    }

    #[test]
    fn a_normal_form_read_again_is_itself_and_fits_the_lake(
        (document, fitting) in answered(), other in answers(), fields in plan()
    ) {
        let flow = Flow::new(&document);
        prop_assert!(accept(&flow, &fitting, &fields, Completeness::Partial).is_ok());
        for given in [fitting, other] {
            let Ok(taken) = accept(&flow, &given, &fields, Completeness::Partial) else {
                continue;
            };
            let again = accept(&flow, &taken.answers, &fields, Completeness::Partial);
            prop_assert_eq!(again.map(|again| again.answers), Ok(taken.answers.clone()));
            let columns = fields::columns(&document);
            for (field, value) in fields::values(&document, &taken.answers, &fields) {
                let column = columns.iter().find(|column| column.field == field);
                prop_assert!(column.is_some(), "{} has no column", field);
                prop_assert!(column.is_some_and(|column| value.borrowed().check(&field, column.kind).is_ok()));
            }
            let values = fields::values(&document, &taken.answers, &fields);
            prop_assert_eq!(&fields::answers(&document, &values, &words_of(&taken.answers)), &taken.answers);
            let (language, customer) = (Language::ja(), Default::default());
            let answers = &taken.answers;
            let speaker = Speaker { flow: &flow, language: &language, answers, fields: &fields, customer: &customer };
            for question in document.questions() {
                speaker.fill(&format!("{{{{answer:{}}}}}", question.id));
            }
        }
    }

    #[test]
    fn page_by_page_is_as_all_at_once((document, given) in answered(), fields in plan()) {
        let flow = Flow::new(&document);
        let at_once = accept(&flow, &given, &fields, Completeness::Finished);
        let mut kept = Answers::new();
        let mut problems = Vec::new();
        let mut current: Option<String> = None;
        while let Next::Page(next) = flow.next_page(current.as_deref(), &kept, &fields) {
            let mut submitted = Answers::new();
            for question in &next.questions {
                submitted.copy(&question.id, &given);
            }
            let outcome = page(&flow, &next.id, &submitted, None, &kept, &fields);
            problems.extend(outcome.problems);
            kept = outcome.answers;
            current = Some(next.id.clone());
        }
        match at_once {
            Ok(taken) => {
                prop_assert_eq!(problems, []);
                prop_assert_eq!(kept, taken.answers);
            }
            Err(refused) => prop_assert_eq!(problems, refused),
        }
    }

    #[test]
    fn documents_survive_json(document in prop_oneof![sound().boxed(), wild().boxed()]) {
        let json = serde_json::to_vec(&document).unwrap();
        prop_assert_eq!(Document::from_json(&json).unwrap(), document);
    }

    #[test]
    fn publishing_again_changes_no_field(document in sound()) {
        let mut first = document.clone();
        fields::assign(&[], &mut first);
        let mut second = document;
        fields::assign(&[&first], &mut second);
        prop_assert_eq!(&first, &second);
        prop_assert!(fields::diff(&first, &second).is_empty());
    }

    #[test]
    fn arbitrary_text_is_read_or_refused(text in "\\PC{0,200}") {
        let read = (Document::from_json(text.as_bytes()), serde_json::from_str::<Answers>(&text));
        prop_assert!(read.0.is_err());
        let whole: usize = pieces(&text).len();
        prop_assert!(whole <= text.len());
    }
}
