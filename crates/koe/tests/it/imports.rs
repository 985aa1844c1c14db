//! Files of rows: what they say is what is imported, and what is wrong is listed.

use std::collections::BTreeMap;
use std::path::PathBuf;

use koe::connectors::convert_survey;
use koe::connectors::imports::dates::DateForm;
use koe::connectors::imports::mapping::{AllRows, Ambiguous, ColumnMapping, FormsByValue, Role};
use koe::connectors::imports::{
    Effect, Limits, Mapped, Mapping, Records, RowFault, Sniffed, Target, propose, sniff,
};
use koe::surveys::{Answer, Document};

const SHARED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");
const LIMITS: Limits = Limits {
    columns: 2_000,
    cell_bytes: 64 * 1024,
    unpacked_bytes: 64 * 1024 * 1024,
};

fn file(path: &str) -> PathBuf {
    PathBuf::from(format!("{SHARED}/{path}"))
}

fn look(path: &str) -> Sniffed {
    sniff(&file(path), path, LIMITS).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn read(path: &str, mapping: &Mapping, document: Option<&Document>) -> (Vec<Mapped>, Vec<RowFault>) {
    let mut faults = Vec::new();
    let mut records = Records::open(&file(path), mapping, document, LIMITS)
        .unwrap_or_else(|halt| panic!("{path}: {halt:?}"));
    let mut all = Vec::new();
    while let Some(record) = records.next(&mut faults).expect("readable") {
        all.push(record);
    }
    (all, faults)
}

fn column(name: &str, role: Role) -> ColumnMapping {
    ColumnMapping {
        column: name.to_owned(),
        nth: 0,
        role,
        missing: Vec::new(),
    }
}

/// The mapping of the ambulance service's comments: rows of one respondent are one record,
/// the touchpoint decides how dates are written, the question asked decides whose words.
pub fn nhs_mapping(ambiguous: Ambiguous) -> Mapping {
    let questions = serde_json::json!([
        {"id": "fft", "type": "single", "text": {"en": "Overall, how was your experience of our service?"}, "choices": [
            {"id": "very_good", "label": {"en": "Very good"}, "value": 1},
            {"id": "good", "label": {"en": "Good"}, "value": 2},
            {"id": "neither", "label": {"en": "Neither good nor poor"}, "value": 3},
            {"id": "poor", "label": {"en": "Poor"}, "value": 4},
            {"id": "very_poor", "label": {"en": "Very poor"}, "value": 5},
            {"id": "unknown", "label": {"en": "Don't know"}, "value": 6}]},
        {"id": "why", "type": "text", "text": {"en": "Why?"}, "voice": true},
        {"id": "improve", "type": "text", "text": {"en": "How could we improve?"}, "voice": true},
        {"id": "about_111", "type": "text", "text": {"en": "The 111 service"}, "voice": true}]);
    let forms = |service: &str, forms: &[DateForm]| (service.to_owned(), forms.to_vec());
    let services = [
        ("PTS - Patient Transport", "pts"),
        ("See and Convey", "see-and-convey"),
        ("111", "111"),
    ];
    Mapping {
        layout: look("nhs_fft_neas/nhs_fft_neas.csv").layout,
        target: Target::NewSurvey {
            title: koe::surveys::Text::ja_en("友人・家族テスト", "Friends and Family Test"),
            questions: serde_json::from_value(questions).expect("questions"),
        },
        columns: vec![
            column("Respondent ID", Role::RespondentKey {}),
            column("Date", Role::OccurredAt {
                forms: vec![DateForm::DayFirst],
                by: Some(FormsByValue {
                    column: "Service type 1".to_owned(),
                    forms: BTreeMap::from([forms("See and Convey", &[DateForm::DayFirst, DateForm::MonthFirst])]),
                }),
                ambiguous,
            }),
            column("Service type 1", Role::Touchpoint {
                values: services.map(|(name, code)| (name.to_owned(), code.to_owned())).into(),
            }),
            ColumnMapping {
                missing: vec!["7".to_owned()],
                ..column("FFT categorical answer", Role::Answer {
                    question: "fft".to_owned(),
                    row: None,
                    choice: None,
                    values: BTreeMap::new(),
                })
            },
            ColumnMapping {
                missing: vec!["Did not answer".to_owned()],
                ..column("FFT answer", Role::TextBy {
                    column: "FFT question".to_owned(),
                    questions: BTreeMap::from([
                        ("FFT Why?".to_owned(), "why".to_owned()),
                        ("How could we improve?".to_owned(), "improve".to_owned()),
                        ("Please describe any things about the 111 service that you were particularly satisfied and/or dissatisfied with".to_owned(), "about_111".to_owned()),
                    ]),
                })
            },
        ],
        missing: Vec::new(),
        time_zone: "Europe/London".to_owned(),
        all_rows: AllRows::default(),
    }
}

/// The survey a mapping brings along.
pub fn own_survey(mapping: &Mapping) -> Document {
    koe::connectors::imports::own_survey(mapping).expect("a survey of its own")
}

#[test]
fn the_ambulance_comments_are_2959_records_with_their_shares() {
    let mapping = nhs_mapping(Ambiguous::FirstForm);
    let document = own_survey(&mapping);
    let (records, faults) = read("nhs_fft_neas/nhs_fft_neas.csv", &mapping, Some(&document));
    assert_eq!(records.len(), 2_959);
    assert_eq!(records.iter().map(|record| record.rows.len()).sum::<usize>(), 5_096);
    let answer = |record: &Mapped| match record.answers.get("fft") {
        Some(Answer::Text(choice)) => Some(choice.clone()),
        _ => None,
    };
    let share = |service: Option<&str>| {
        let answered: Vec<String> = records
            .iter()
            .filter(|record| service.is_none() || record.touchpoint.as_deref() == service)
            .filter_map(answer)
            .collect();
        let positive = answered.iter().filter(|a| matches!(a.as_str(), "very_good" | "good")).count();
        (positive, answered.len())
    };
    assert_eq!(share(None), (2_526, 2_929));
    for (service, percent, answered) in
        [("111", 75.1740, 862), ("pts", 94.1848, 963), ("see-and-convey", 87.9529, 1_104)]
    {
        let (positive, n) = share(Some(service));
        assert_eq!(n, answered, "{service}");
        assert!((positive as f64 * 100.0 / n as f64 - percent).abs() < 5e-5, "{service}");
    }
    let ambiguous: Vec<&RowFault> = faults.iter().filter(|f| f.code == "ambiguous_date").collect();
    assert_eq!(ambiguous.len(), 693);
    assert!(ambiguous.iter().all(|fault| fault.effect == Effect::Assumed));
    assert!(faults.iter().all(|fault| fault.code == "ambiguous_date"), "{:?}", faults.iter().find(|f| f.code != "ambiguous_date"));
    let most = records.iter().map(|record| record.answers.len()).max();
    assert!(most <= Some(4), "{most:?}");
}

#[test]
fn without_a_decision_ambiguous_rows_are_left_out_and_listed() {
    let mapping = nhs_mapping(Ambiguous::LeaveOut);
    let document = own_survey(&mapping);
    let (records, faults) = read("nhs_fft_neas/nhs_fft_neas.csv", &mapping, Some(&document));
    let left_out = faults.iter().filter(|f| f.effect == Effect::LeftOut).count();
    assert_eq!(left_out, 693);
    assert_eq!(records.iter().map(|r| r.rows.len()).sum::<usize>(), 5_096 - 693);
    assert!(faults[0].message.exact(&koe::surveys::Language::ja()).is_some());
}

#[test]
fn mobile_customers_are_250_records_of_24_answers() {
    let path = "ecsi_mobi/mobi.csv";
    let sniffed = look(path);
    assert_eq!(sniffed.columns.len(), 24);
    let mut mapping = propose(&sniffed, path, None, "UTC");
    mapping.all_rows.occurred_at = Some("2005-01-01".to_owned());
    let document = own_survey(&mapping);
    let (records, faults) = read(path, &mapping, Some(&document));
    assert!(faults.is_empty(), "{faults:?}");
    assert_eq!(records.len(), 250);
    assert!(records.iter().all(|record| record.answers.len() == 24));
    let sum: f64 = records
        .iter()
        .filter_map(|record| match record.answers.get("CUSA1") {
            Some(Answer::Number(number)) => Some(number),
            _ => None,
        })
        .sum();
    assert!((sum / 250.0 - 7.988).abs() < 1e-9, "{sum}");
    let keys: std::collections::BTreeSet<&str> = records.iter().map(|r| r.key.as_str()).collect();
    assert_eq!(keys.len(), 250);
}

/// The mapping of the record shop's orders.
pub fn cdnow_mapping() -> Mapping {
    let value = |field: &str, kind| Role::Value {
        field: field.to_owned(),
        kind,
        values: BTreeMap::new(),
    };
    use koe::connectors::imports::mapping::ValueKind;
    Mapping {
        layout: look("cdnow/CDNOW_sample.txt").layout,
        target: Target::Operational {
            key: "orders".to_owned(),
            stream_kind: "orders".to_owned(),
            label: koe::surveys::Text::ja_en("注文", "Orders"),
        },
        columns: vec![
            column("#1", Role::Customer { identifier: "external:cdnow".to_owned() }),
            column("#3", Role::OccurredAt {
                forms: vec![DateForm::Compact],
                by: None,
                ambiguous: Ambiguous::LeaveOut,
            }),
            column("#4", value("cds", ValueKind::Integer)),
            column("#5", value("amount", ValueKind::Number)),
        ],
        missing: Vec::new(),
        time_zone: "UTC".to_owned(),
        all_rows: AllRows::default(),
    }
}

#[test]
fn the_record_shop_has_6919_orders_of_2357_customers() {
    let path = "cdnow/CDNOW_sample.txt";
    let sniffed = look(path);
    assert_eq!((sniffed.layout.delimiter, sniffed.layout.header_rows), (' ', 0));
    let (records, faults) = read(path, &cdnow_mapping(), None);
    assert!(faults.is_empty(), "{faults:?}");
    assert_eq!(records.len(), 6_919);
    let customers: std::collections::BTreeSet<&str> =
        records.iter().map(|record| record.identifiers[0].1.as_str()).collect();
    assert_eq!(customers.len(), 2_357);
    let total: f64 = records
        .iter()
        .filter_map(|record| match record.values.get("amount") {
            Some(koe_lake::Value::Number(amount)) => Some(amount),
            _ => None,
        })
        .sum();
    assert!((total - 244_091.94).abs() < 0.005, "{total}");
    let first = jiff::Timestamp::from_millisecond(records[0].occurred_ms.expect("a time"));
    assert_eq!(first.expect("a time").to_string(), "1997-01-01T00:00:00Z");
}

#[test]
fn hotel_reviews_are_507_texts() {
    let path = "ja_hotel_reviews/ja_hotel_reviews.jsonl";
    let mut mapping = propose(&look(path), path, None, "Asia/Tokyo");
    assert!(matches!(&mapping.target, Target::Voices { key, .. } if key == "ja_hotel_reviews"));
    mapping.all_rows.occurred_at = Some("2023-01-01".to_owned());
    mapping.all_rows.language = Some("ja".to_owned());
    let (records, faults) = read(path, &mapping, None);
    assert!(faults.is_empty(), "{faults:?}");
    assert_eq!(records.len(), 507);
    for (word, texts) in [("駅", 209), ("風呂", 209), ("朝食", 250), ("スタッフ", 320)] {
        let found = records.iter().filter(|record| record.texts["text"].contains(word)).count();
        assert_eq!(found, texts, "{word}");
    }
    assert!(records[0].key.starts_with("quasi_japanese_reviwes.hotel"), "{}", records[0].key);
}

fn responses(folder: &str, name: &str, end: &str) -> (Document, Vec<Mapped>, Vec<RowFault>) {
    let qsf = file(&format!("qualtrics_qsf_csv/{folder}/{name}.qsf"));
    let document = convert_survey(&std::fs::read(qsf).expect("a file"), name).expect("a survey").document;
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
    expected.map(|(choice, count)| (choice.to_owned(), count)).into()
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
        assert!(faults_of_two.is_empty() && faults_of_three.is_empty(), "{folder}");
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
    let (document, records, _) = responses("single_answer_mc", "Single_Answer_MC_Questions", "__insights_3hdr");
    assert_eq!(tally(&records, "QID2", None), counts([("2", 1), ("3", 4)]));
    // Exported as the recodes 10, 11, 12.
    assert_eq!(tally(&records, "QID5", None), counts([("1", 1), ("2", 1), ("3", 3)]));
    let choices = document.question("QID5").expect("asked").kind.choices();
    let values: Vec<String> = choices.iter().filter_map(|c| c.value.as_ref()).map(ToString::to_string).collect();
    assert_eq!(values, ["10", "11", "12"]);
    assert_eq!(tally(&records, "QID3", None), counts([("1", 1), ("3", 1), ("4", 1), ("5", 2)]));
    assert_eq!(tally(&records, "QID6", None).values().sum::<usize>(), 5);
    assert_eq!(tally(&records, "QID4", None), counts([("2", 2), ("3", 3)]));
    let written = records.iter().filter(|r| r.answers.write_in("QID4", "2").is_some()).count();
    assert_eq!(written, 2);
}

#[test]
fn several_answers_agree_with_their_file_choice_by_choice() {
    let (_, records, _) = responses("multiple_answer_mc", "Multiple_Answer_MC_Questions", "__insights_3hdr");
    assert_eq!(tally(&records, "QID2", None), counts([("1", 4), ("2", 4), ("3", 5)]));
    assert_eq!(tally(&records, "QID5", None), counts([("1", 5), ("2", 2), ("3", 5)]));
    assert_eq!(tally(&records, "QID3", None), counts([("2", 4), ("3", 5), ("4", 3), ("5", 3)]));
    assert_eq!(
        tally(&records, "QID6", None),
        counts([("1", 4), ("2", 3), ("3", 3), ("4", 2), ("5", 1), ("6", 5), ("7", 2)])
    );
    assert_eq!(tally(&records, "QID4", None), counts([("2", 5), ("3", 5)]));
}

#[test]
fn grids_and_words_beside_choices_agree_with_their_file() {
    let (_, records, faults) = responses("text_entry_components", "Questions_with_Text_Entry_Components", "");
    assert_eq!(records.len(), 15);
    assert_eq!(tally(&records, "QID1", None), counts([("1", 6), ("2", 6), ("3", 3)]));
    assert_eq!(tally(&records, "QID2", None), counts([("1", 4), ("2", 7), ("3", 4)]));
    // -99 in the file means seen and not chosen.
    assert_eq!(tally(&records, "QID3", None), counts([("1", 13), ("2", 13), ("3", 11)]));
    assert_eq!(tally(&records, "QID4", Some("1")), counts([("1", 4), ("2", 7), ("3", 4)]));
    assert_eq!(tally(&records, "QID5_1", Some("3")), counts([("1", 11), ("2", 4)]));
    let words = |question: &str| records.iter().filter(|r| r.answers.get(question).is_some()).count();
    assert_eq!((words("QID4_1_text"), words("QID5_3_2_1")), (15, 15));
    // Words written in beside a choice that was not chosen have nobody to belong to.
    assert!(faults.iter().all(|fault| fault.column.starts_with("QID3")), "{faults:?}");

    let (_, records, faults) = responses("better_sample_survey", "Better_Sample_Survey", "");
    assert_eq!(records.len(), 10);
    assert!(faults.is_empty(), "{faults:?}");
    assert_eq!(tally(&records, "QID1", None), counts([("1", 4), ("2", 5), ("3", 1)]));
    assert_eq!(tally(&records, "QID4", Some("q1_recent_1")), counts([("1", 7), ("2", 8), ("3", 7)]));
    assert_eq!(tally(&records, "QID5", None), counts([("1", 1), ("3", 1), ("4", 5)]));
    // Boxes of these columns hold the recodes -1 and 0.
    assert_eq!(tally(&records, "QID10_2", Some("1")), counts([("1", 6)]));
    assert_eq!(tally(&records, "QID12_1", Some("2")), counts([("1", 6)]));
    let rank = tally(&records, "QID2", Some("3"));
    assert_eq!(rank.values().sum::<usize>(), 6);
}

mod stored;
