//! Files of rows: what they say is what is imported, and what is wrong is listed.

use std::collections::BTreeMap;
use std::path::PathBuf;

use koe::connectors::imports::dates::DateForm;
use koe::connectors::imports::mapping::{AllRows, Ambiguous, ColumnMapping, FormsByValue, Role};
use koe::connectors::imports::{
    Effect, Limits, Mapped, Mapping, Records, RowFault, Sniffed, Target, propose, sniff,
};
use koe::surveys::{Answer, Document};

pub const SHARED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");
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

fn read(
    path: &str,
    mapping: &Mapping,
    document: Option<&Document>,
) -> (Vec<Mapped>, Vec<RowFault>) {
    let mut faults = Vec::new();
    let mut records = Records::open(&file(path), mapping, document, LIMITS)
        .unwrap_or_else(|halt| panic!("{path}: {halt:?}"));
    let mut all = Vec::new();
    while let Some(record) = records.next_record(&mut faults).expect("readable") {
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
    assert_eq!(
        records
            .iter()
            .map(|record| record.rows.len())
            .sum::<usize>(),
        5_096
    );
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
        let positive = answered
            .iter()
            .filter(|a| matches!(a.as_str(), "very_good" | "good"))
            .count();
        (positive, answered.len())
    };
    assert_eq!(share(None), (2_526, 2_929));
    for (service, percent, answered) in [
        ("111", 75.1740, 862),
        ("pts", 94.1848, 963),
        ("see-and-convey", 87.9529, 1_104),
    ] {
        let (positive, n) = share(Some(service));
        assert_eq!(n, answered, "{service}");
        assert!(
            (positive as f64 * 100.0 / n as f64 - percent).abs() < 5e-5,
            "{service}"
        );
    }
    let ambiguous: Vec<&RowFault> = faults
        .iter()
        .filter(|f| f.code == "ambiguous_date")
        .collect();
    assert_eq!(ambiguous.len(), 693);
    assert!(
        ambiguous
            .iter()
            .all(|fault| fault.effect == Effect::Assumed)
    );
    assert!(
        faults.iter().all(|fault| fault.code == "ambiguous_date"),
        "{:?}",
        faults.iter().find(|f| f.code != "ambiguous_date")
    );
    let most = records.iter().map(|record| record.answers.len()).max();
    assert!(most <= Some(4), "{most:?}");
}

#[test]
fn without_a_decision_ambiguous_rows_are_left_out_and_listed() {
    let mapping = nhs_mapping(Ambiguous::LeaveOut);
    let document = own_survey(&mapping);
    let (records, faults) = read("nhs_fft_neas/nhs_fft_neas.csv", &mapping, Some(&document));
    let left_out = faults
        .iter()
        .filter(|f| f.effect == Effect::LeftOut)
        .count();
    assert_eq!(left_out, 693);
    assert_eq!(
        records.iter().map(|r| r.rows.len()).sum::<usize>(),
        5_096 - 693
    );
    assert!(
        faults[0]
            .message
            .exact(&koe::surveys::Language::ja())
            .is_some()
    );
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
            column(
                "#1",
                Role::Customer {
                    identifier: "external:cdnow".to_owned(),
                },
            ),
            column(
                "#3",
                Role::OccurredAt {
                    forms: vec![DateForm::Compact],
                    by: None,
                    ambiguous: Ambiguous::LeaveOut,
                },
            ),
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
    assert_eq!(
        (sniffed.layout.delimiter, sniffed.layout.header_rows),
        (' ', 0)
    );
    let (records, faults) = read(path, &cdnow_mapping(), None);
    assert!(faults.is_empty(), "{faults:?}");
    assert_eq!(records.len(), 6_919);
    let customers: std::collections::BTreeSet<&str> = records
        .iter()
        .map(|record| record.identifiers[0].1.as_str())
        .collect();
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
        let found = records
            .iter()
            .filter(|record| record.texts["text"].contains(word))
            .count();
        assert_eq!(found, texts, "{word}");
    }
    assert!(
        records[0].key.starts_with("quasi_japanese_reviwes.hotel"),
        "{}",
        records[0].key
    );
}

mod at_once;
mod formats;
mod odd_files;
mod preparing;
mod qualtrics;
mod remembered;
pub mod stored;
