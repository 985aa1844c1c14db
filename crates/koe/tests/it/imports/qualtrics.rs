//! Responses of Qualtrics surveys: counts per choice agree with the file.

use std::collections::BTreeMap;

use koe::connectors::convert_survey;
use koe::connectors::imports::{Mapped, RowFault, propose};
use koe::surveys::{Answer, Document};

use super::{file, look, read};

fn responses(folder: &str, name: &str, end: &str) -> (Document, Vec<Mapped>, Vec<RowFault>) {
    let qsf = file(&format!("qualtrics_qsf_csv/{folder}/{name}.qsf"));
    let document = convert_survey(&std::fs::read(qsf).expect("a file"), name)
        .expect("a survey")
        .document;
    let path = format!("qualtrics_qsf_csv/{folder}/{name}{end}.csv");
    let sniffed = look(&path);
    assert!(sniffed.qualtrics, "{path}");
    let survey = "srv_00000000000000000000000000".parse().expect("an id");
    let mapping = propose(&sniffed, &path, Some((&survey, &document)), "UTC");
    let (records, faults) = read(&path, &mapping, Some(&document));
    (document, records, faults)
}

/// How many records gave each answer: choices by question, cells of matrices by row.
fn tally(records: &[Mapped], question: &str, row: Option<&str>) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for record in records {
        let answer = record.answers.get(question).and_then(|answer| match row {
            Some(row) => answer.part(row),
            None => Some(answer.clone()),
        });
        for choice in answer.iter().flat_map(Answer::chosen) {
            *counts.entry(choice.to_owned()).or_default() += 1;
        }
    }
    counts
}

fn counts<const N: usize>(expected: [(&str, usize); N]) -> BTreeMap<String, usize> {
    expected
        .map(|(choice, count)| (choice.to_owned(), count))
        .into()
}

#[test]
fn two_and_three_header_rows_give_the_same_responses() {
    for (folder, name) in [
        ("single_answer_mc", "Single_Answer_MC_Questions"),
        ("multiple_answer_mc", "Multiple_Answer_MC_Questions"),
        ("single_answer_matrix", "Single_Answer_Matrix_Questions"),
    ] {
        let (_, two, faults_of_two) = responses(folder, name, "");
        let (_, three, faults_of_three) = responses(folder, name, "__insights_3hdr");
        assert!(
            faults_of_two.is_empty() && faults_of_three.is_empty(),
            "{folder}"
        );
        assert_eq!(two.len(), 5, "{folder}");
        for (old, new) in two.iter().zip(&three) {
            assert_eq!(old.answers, new.answers, "{folder}");
            assert_eq!(old.key, new.key, "{folder}");
            assert_eq!(old.occurred_ms, new.occurred_ms, "{folder}");
        }
    }
}

#[test]
fn single_answers_agree_with_their_file_choice_by_choice() {
    let (document, records, _) = responses(
        "single_answer_mc",
        "Single_Answer_MC_Questions",
        "__insights_3hdr",
    );
    assert_eq!(tally(&records, "QID2", None), counts([("2", 1), ("3", 4)]));
    // Exported as the recodes 10, 11, 12.
    assert_eq!(
        tally(&records, "QID5", None),
        counts([("1", 1), ("2", 1), ("3", 3)])
    );
    let choices = document.question("QID5").expect("asked").kind.choices();
    let values: Vec<String> = choices
        .iter()
        .filter_map(|c| c.value.as_ref())
        .map(ToString::to_string)
        .collect();
    assert_eq!(values, ["10", "11", "12"]);
    assert_eq!(
        tally(&records, "QID3", None),
        counts([("1", 1), ("3", 1), ("4", 1), ("5", 2)])
    );
    assert_eq!(tally(&records, "QID6", None).values().sum::<usize>(), 5);
    assert_eq!(tally(&records, "QID4", None), counts([("2", 2), ("3", 3)]));
    let written = records
        .iter()
        .filter(|r| r.answers.write_in("QID4", "2").is_some())
        .count();
    assert_eq!(written, 2);
}

#[test]
fn several_answers_agree_with_their_file_choice_by_choice() {
    let (_, records, _) = responses(
        "multiple_answer_mc",
        "Multiple_Answer_MC_Questions",
        "__insights_3hdr",
    );
    assert_eq!(
        tally(&records, "QID2", None),
        counts([("1", 4), ("2", 4), ("3", 5)])
    );
    assert_eq!(
        tally(&records, "QID5", None),
        counts([("1", 5), ("2", 2), ("3", 5)])
    );
    assert_eq!(
        tally(&records, "QID3", None),
        counts([("2", 4), ("3", 5), ("4", 3), ("5", 3)])
    );
    assert_eq!(
        tally(&records, "QID6", None),
        counts([
            ("1", 4),
            ("2", 3),
            ("3", 3),
            ("4", 2),
            ("5", 1),
            ("6", 5),
            ("7", 2)
        ])
    );
    assert_eq!(tally(&records, "QID4", None), counts([("2", 5), ("3", 5)]));
}

#[test]
fn grids_and_words_beside_choices_agree_with_their_file() {
    let (_, records, faults) = responses(
        "text_entry_components",
        "Questions_with_Text_Entry_Components",
        "",
    );
    assert_eq!(records.len(), 15);
    assert_eq!(
        tally(&records, "QID1", None),
        counts([("1", 6), ("2", 6), ("3", 3)])
    );
    assert_eq!(
        tally(&records, "QID2", None),
        counts([("1", 4), ("2", 7), ("3", 4)])
    );
    // -99 in the file means seen and not chosen.
    assert_eq!(
        tally(&records, "QID3", None),
        counts([("1", 13), ("2", 13), ("3", 11)])
    );
    assert_eq!(
        tally(&records, "QID4", Some("1")),
        counts([("1", 4), ("2", 7), ("3", 4)])
    );
    assert_eq!(
        tally(&records, "QID5_1", Some("3")),
        counts([("1", 11), ("2", 4)])
    );
    let words = |question: &str| {
        records
            .iter()
            .filter(|r| r.answers.get(question).is_some())
            .count()
    };
    assert_eq!((words("QID4_1_text"), words("QID5_3_2_1")), (15, 15));
    // Words written in beside a choice that was not chosen have nobody to belong to.
    assert!(
        faults.iter().all(|fault| fault.column.starts_with("QID3")),
        "{faults:?}"
    );

    let (_, records, faults) = responses("better_sample_survey", "Better_Sample_Survey", "");
    assert_eq!(records.len(), 10);
    assert!(faults.is_empty(), "{faults:?}");
    assert_eq!(
        tally(&records, "QID1", None),
        counts([("1", 4), ("2", 5), ("3", 1)])
    );
    assert_eq!(
        tally(&records, "QID4", Some("q1_recent_1")),
        counts([("1", 7), ("2", 8), ("3", 7)])
    );
    assert_eq!(
        tally(&records, "QID5", None),
        counts([("1", 1), ("3", 1), ("4", 5)])
    );
    // Boxes of these columns hold the recodes -1 and 0.
    assert_eq!(tally(&records, "QID10_2", Some("1")), counts([("1", 6)]));
    assert_eq!(tally(&records, "QID12_1", Some("2")), counts([("1", 6)]));
    let rank = tally(&records, "QID2", Some("3"));
    assert_eq!(rank.values().sum::<usize>(), 6);
}
