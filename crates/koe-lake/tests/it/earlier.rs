//! What earlier rows in another stream tell: joins by customer as of the row's own time, beside
//! tables that were counted by hand.

use std::collections::BTreeMap;

use koe_lake::{
    Answer, Column, Common, Condition, Dimension, Earlier, EarlierRows, Error, Field, FieldKind,
    FieldsWanted, Limits, Lookup, Measure, Order, Part, PendingRow, Question, RecordsQuestion,
    Removed, Row, Selection, Snapshot, SpreadQuestion, StreamSchema, Test, Told, Tombstone, Units,
    Value,
};
use proptest::prelude::*;

use crate::shop::{APRIL, DAY, Shop, survey};

fn orders() -> StreamSchema {
    let fields = vec![
        Field::new("amount", FieldKind::Number),
        Field::new("plan", FieldKind::Code),
        Field::new("gift", FieldKind::Flag),
        Field::new("ends", FieldKind::Date),
    ];
    StreamSchema::new("ord_shop", fields).expect("a stream")
}

/// An order `at` so many days after April (and the milliseconds), recorded so much later.
fn order(n: u32, customer: &str, at: i64, later: i64, amount: f64, plan: Option<&str>) -> Row {
    let mut row = Row {
        common: Common {
            record_id: format!("rec_o{n:03}"),
            revision: 1,
            occurred_at: at,
            recorded_at: at + later,
            customer: (!customer.is_empty()).then(|| customer.to_owned()),
            unit: Some(
                if n.is_multiple_of(2) {
                    "unt_0"
                } else {
                    "unt_1"
                }
                .to_owned(),
            ),
            ..Common::default()
        },
        ..Row::default()
    };
    row.values.insert("amount".into(), Value::Number(amount));
    row.values.insert("gift".into(), Value::Flag(n == 2));
    row.values.insert(
        "ends".into(),
        Value::Date {
            date: 20_000 + n as i32,
        },
    );
    if let Some(plan) = plan {
        row.values
            .insert("plan".into(), Value::Code(plan.to_owned()));
    }
    row
}

fn answer(n: u32, customer: &str, at: i64) -> Row {
    let mut row = Row {
        common: Common {
            record_id: format!("rec_a{n:03}"),
            revision: 1,
            occurred_at: at,
            recorded_at: at + 1,
            customer: (!customer.is_empty()).then(|| customer.to_owned()),
            unit: Some("unt_0".to_owned()),
            ..Common::default()
        },
        ..Row::default()
    };
    row.values
        .insert("nps".into(), Value::Integer(i64::from(n % 11)));
    row
}

/// Day `n` after the first of April, at noon.
fn noon(n: i64) -> i64 {
    APRIL + n * DAY + DAY / 2
}

/// Ann orders on days 0, 10 and twice at one moment on day 20; Ben on day 5; Cat and Kit, who are
/// one person, on days 1 and 2; Dan is erased. One order of Ann's is deleted, one has no customer.
fn orders_of_april() -> Vec<Row> {
    vec![
        order(0, "ann", noon(0), 5, 100.0, Some("basic")),
        order(1, "ann", noon(10), 5, 200.0, Some("plus")),
        // The same moment: recorded later counts, whatever the id.
        order(3, "ann", noon(20), 90, 400.0, Some("gold")),
        order(4, "ann", noon(20), 10, 800.0, Some("silver")),
        order(5, "ann", noon(15), 5, 5_000.0, Some("deleted")),
        order(6, "ben", noon(5), 5, 50.0, None),
        order(7, "cat", noon(1), 5, 10.0, Some("plus")),
        order(2, "kit", noon(2), 5, 20.0, Some("basic")),
        order(8, "dan", noon(1), 5, 7.0, Some("gold")),
        order(9, "", noon(1), 5, 9.0, Some("gold")),
    ]
}

fn answers_of_april() -> Vec<Row> {
    vec![
        // Before everything; at the very moment of the first order; one millisecond later.
        answer(0, "ann", noon(-1)),
        answer(1, "ann", noon(0)),
        answer(2, "ann", noon(0) + 1),
        // Exactly ten days after the first order, which is the moment of the second.
        answer(3, "ann", noon(10)),
        // Ten days and a millisecond after the second.
        answer(4, "ann", noon(20) + 1),
        answer(5, "ben", noon(4)),
        answer(6, "ben", noon(30)),
        // By either pseudonym.
        answer(7, "cat", noon(3)),
        answer(8, "kit", noon(3)),
        answer(9, "dan", noon(9)),
        answer(10, "", noon(9)),
        answer(11, "eve", noon(9)),
    ]
}

fn tombstones() -> Vec<Tombstone> {
    [
        Removed::Record {
            id: "rec_o005".into(),
            revision: i64::MAX,
        },
        Removed::Customer("dan".into()),
    ]
    .into_iter()
    .map(|removed| Tombstone {
        removed,
        stream: None,
        occurred: None,
    })
    .collect()
}

fn waiting(stream: &str, rows: &[Row]) -> Vec<PendingRow> {
    let pending = |row: &Row| PendingRow {
        stream: stream.to_owned(),
        row: row.clone(),
    };
    rows.iter().map(pending).collect()
}

/// The rows with the first `sealed` of each stream in files and the others pending.
async fn april(shop: &Shop, sealed: usize) -> Snapshot {
    let (orders_all, answers_all) = (orders_of_april(), answers_of_april());
    let mut snapshot = Snapshot {
        tombstones: tombstones(),
        ..Snapshot::default()
    };
    for (stream, rows) in [(orders(), orders_all), (survey(), answers_all)] {
        let (first, rest) = rows.split_at(sealed.min(rows.len()));
        if !first.is_empty() {
            let files = shop.lake.seal_rows(&stream, first, "f").await;
            snapshot.files.extend(files.expect("sealed"));
        }
        snapshot.pending.extend(waiting(&stream.id, rest));
    }
    snapshot
}

fn told(tells: Told, days: Option<u32>) -> Column {
    let same = BTreeMap::from([("kit".to_owned(), "cat".to_owned())]);
    Column::Earlier(Earlier {
        stream: orders(),
        tells,
        days,
        same: Lookup::new(same),
    })
}

fn banded(of: Column, bands: &[&str]) -> Column {
    Column::Banded {
        of: Box::new(of),
        bands: bands.iter().map(|band| (*band).to_owned()).collect(),
    }
}

fn count_by(column: Column, units: Units) -> Question {
    Question {
        parts: vec![Part {
            stream: survey(),
            measure: Measure::Histogram("nps".to_owned()),
        }],
        selection: Selection::of(units),
        group_by: vec![Dimension::Column(column)],
        weight: None,
    }
}

/// `key:n` of each group, `-` where there is none.
fn table(answer: &Answer) -> String {
    let line = |group: &koe_lake::Group| {
        format!(
            "{}:{}",
            group.key[0].as_deref().unwrap_or("-"),
            group.rows.n
        )
    };
    answer.groups.iter().map(line).collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn what_was_true_before_each_row_is_told() {
    let each = ["0..<1", "1..<2", "2..<3", "3..<4", "4.."];
    let sums = ["..<1", "1..<100", "100..<300", "300..<1500", "1500.."];
    // Dan is gone from both sides. Answer by answer, of Ann 0, 0, 1, 1, 4; of Ben 0, 1; of Cat and
    // Kit 2 each; nobody's; of Eve 0.
    let cases = [
        (
            "orders before",
            banded(told(Told::Count, None), &each),
            "-:1 0..<1:4 1..<2:3 2..<3:2 4..:1",
        ),
        (
            // The first order lies exactly ten days before Ann's fourth answer and counts; of the
            // last answer only the two of one millisecond before are left. Ben's is too old.
            "orders in the ten days before",
            banded(told(Told::Count, Some(10)), &each),
            "-:1 0..<1:5 1..<2:2 2..<3:3",
        ),
        (
            "spent before",
            banded(told(Told::Sum("amount".into()), None), &sums),
            "-:1 ..<1:4 1..<100:3 100..<300:2 1500..:1",
        ),
        (
            "gifts before",
            banded(told(Told::Sum("gift".into()), None), &each),
            "-:1 0..<1:8 1..<2:2",
        ),
        (
            // Gold was recorded after silver at the same moment; Ben's order names no plan.
            "plan of the latest",
            told(Told::Last("plan".into()), None),
            "-:1 (none):5 basic:4 gold:1",
        ),
        (
            "whether the latest was a gift",
            told(Told::Last("gift".into()), None),
            "-:1 (none):4 false:4 true:2",
        ),
        (
            "when the latest ends",
            banded(
                told(Told::Last("ends".into()), None),
                &["2024-10-04..<2024-10-06", "2024-10-06.."],
            ),
            "-:1 (none):4 2024-10-04..<2024-10-06:2 2024-10-06..:4",
        ),
        (
            "days since the latest",
            banded(told(Told::DaysSince, None), &["0..<1", "1..<10", "10.."]),
            "-:1 (none):4 0..<1:2 1..<10:2 10..:2",
        ),
    ];
    for sealed in [0, 4, 100] {
        let shop = Shop::open();
        let snapshot = april(&shop, sealed).await;
        for (name, column, expected) in &cases {
            let question = count_by(column.clone(), Units::All);
            let answer = shop.lake.ask(&question, &snapshot).await.expect(name);
            assert_eq!(table(&answer), *expected, "{name}, {sealed} sealed");
            // As a travelling question; and nothing of it is kept.
            let text = serde_json::to_string(&question).expect("a question is data");
            let again: Question = serde_json::from_str(&text).expect("and comes back");
            let again = shop.lake.ask(&again, &snapshot).await.expect(name);
            assert_eq!(again.groups, answer.groups);
            assert_eq!(again.work.files_remembered, 0);
        }
    }
}

#[tokio::test]
async fn who_sees_one_unit_is_told_of_its_rows_alone() {
    let shop = Shop::open();
    let snapshot = april(&shop, 5).await;
    let orders = banded(told(Told::Count, None), &["0..<1", "1..<2", "2.."]);
    let units = Units::Only(vec!["unt_0".to_owned()]);
    let question = count_by(orders, units);
    let answer = shop
        .lake
        .ask(&question, &snapshot)
        .await
        .expect("an answer");
    // Left are Ann's orders of days 0 and 20 (silver), Ben's, and Kit's.
    assert_eq!(table(&answer), "-:1 0..<1:4 1..<2:5 2..:1");
}

#[tokio::test]
async fn new_rows_in_the_other_stream_count_at_once() {
    let shop = Shop::open();
    let mut snapshot = april(&shop, 100).await;
    let question = count_by(
        banded(told(Told::Count, None), &["0..<1", "1.."]),
        Units::All,
    );
    let before = shop
        .lake
        .ask(&question, &snapshot)
        .await
        .expect("an answer");
    assert_eq!(table(&before), "-:1 0..<1:4 1..:6");
    let order = order(20, "eve", noon(8), 1, 1.0, None);
    snapshot.pending.extend(waiting("ord_shop", &[order]));
    let after = shop
        .lake
        .ask(&question, &snapshot)
        .await
        .expect("an answer");
    assert_eq!(table(&after), "-:1 0..<1:3 1..:7");
}

#[tokio::test]
async fn questions_of_one_moment_read_the_other_stream_once() {
    let shop = Shop::open();
    let snapshot = april(&shop, 4).await;
    let column = |days| banded(told(Told::Count, days), &["0..<1", "1.."]);
    let before = EarlierRows::default();
    // (days, first and last day asked about, units, how often the stream was read by then)
    let only = Units::Only(vec!["unt_0".to_owned()]);
    for (days, from, to, units, reads) in [
        (None, Some(3), None, Units::All, 1),
        (None, None, Some(9), Units::All, 1),
        (None, None, None, only, 2),
        (Some(10), Some(3), None, Units::All, 3),
        (Some(10), Some(9), Some(20), Units::All, 3),
        // The period before needs rows of before.
        (Some(10), Some(-3), Some(3), Units::All, 4),
        (Some(9), Some(3), None, Units::All, 5),
    ] {
        let mut question = count_by(column(days), units);
        question.selection.time.from = from.map(noon);
        question.selection.time.to = to.map(noon);
        let once = shop.lake.ask(&question, &snapshot).await.expect("alone");
        let again = shop.lake.ask_after(&question, &snapshot, &before).await;
        assert_eq!(again.expect("after others").groups, once.groups);
        assert_eq!(before.reads(), reads, "{days:?} {from:?} {to:?}");
    }
}

#[tokio::test]
async fn a_filter_finds_the_records_behind_a_group() {
    let shop = Shop::open();
    let snapshot = april(&shop, 4).await;
    let column = banded(told(Told::Count, None), &["1..<2"]);
    for (test, expected) in [
        (
            Test::AnyOf(vec![Value::Code("1..<2".into())]),
            vec!["rec_a002", "rec_a003", "rec_a006"],
        ),
        (Test::IsNull, vec!["rec_a010"]),
        (
            Test::AnyOrNull(vec![Value::Code("1..<2".into())]),
            vec!["rec_a002", "rec_a003", "rec_a006", "rec_a010"],
        ),
    ] {
        let mut selection = Selection::of(Units::All);
        selection.conditions.push(Condition {
            column: column.clone(),
            test,
        });
        let question = RecordsQuestion {
            streams: vec![survey()],
            selection,
            fields: FieldsWanted::All,
            order: Order::OldestFirst,
            limit: 50,
            after: None,
        };
        let page = shop
            .lake
            .records(&question, &snapshot)
            .await
            .expect("a page");
        let mut ids: Vec<String> = page
            .records
            .into_iter()
            .map(|r| r.row.common.record_id)
            .collect();
        ids.sort();
        assert_eq!(ids, expected);
    }
}

async fn numbers(shop: &Shop, question: &SpreadQuestion, snapshot: &Snapshot) -> Vec<(f64, u64)> {
    let before = EarlierRows::default();
    let found = shop.lake.spread(question, snapshot, &before).await;
    found.expect("numbers")
}

#[tokio::test]
async fn the_numbers_that_bands_are_chosen_from_are_those_of_the_rows() {
    let shop = Shop::open();
    let snapshot = april(&shop, 4).await;
    let spread = |of: Column| SpreadQuestion {
        streams: vec![survey()],
        selection: Selection::of(Units::All),
        of,
    };
    let count = spread(told(Told::Count, None));
    assert_eq!(
        numbers(&shop, &count, &snapshot).await,
        [(0.0, 4), (1.0, 3), (2.0, 2), (4.0, 1)]
    );
    let days = spread(told(Told::DaysSince, None));
    assert_eq!(
        numbers(&shop, &days, &snapshot).await,
        [(0.0, 2), (1.0, 2), (10.0, 1), (25.0, 1)]
    );
}

#[tokio::test]
async fn what_cannot_be_told_is_refused_and_memory_is_limited() {
    let shop = Shop::open();
    let snapshot = april(&shop, 4).await;
    let ask = |column: Column| count_by(column, Units::All);
    for wrong in [
        told(Told::Sum("plan".into()), None),
        told(Told::Last("colour".into()), None),
        banded(told(Told::Last("plan".into()), None), &["1.."]),
        banded(told(Told::Count, None), &["1..4"]),
    ] {
        assert!(shop.lake.ask(&ask(wrong), &snapshot).await.is_err());
    }
    let small = Shop::with(Limits {
        memory_bytes: 500,
        ..Limits::default()
    });
    let snapshot = april(&small, 0).await;
    let plan = ask(told(Told::Last("plan".into()), None));
    let refused = small.lake.ask(&plan, &snapshot).await;
    assert!(matches!(refused, Err(Error::OutOfMemory { limit: 500 })));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// However rows lie in files, whatever is told and however it is cut: every row is in exactly
    /// one group, and each group is what a loop over all pairs finds.
    #[test]
    fn parts_sum_to_the_whole(
        ordered in prop::collection::vec((0_u8..6, 0_i64..40), 0..60),
        answered in prop::collection::vec((0_u8..8, 0_i64..40), 1..40),
        cut in 0_usize..60,
        days in prop::option::of(1_u32..30),
        edge in 1_u32..6,
    ) {
        let name = |n: u8| if n == 7 { String::new() } else { format!("c{n}") };
        let rows: Vec<Row> = ordered.iter().zip(0..)
            .map(|((who, at), n)| order(n, &name(*who), noon(*at), 0, 1.5, Some("p")))
            .collect();
        let answers: Vec<Row> = answered.iter().zip(0..)
            .map(|((who, at), n)| answer(n, &name(*who), noon(*at)))
            .collect();
        let bands = [format!("0..<{edge}"), format!("{edge}..")];
        let bands: Vec<&str> = bands.iter().map(String::as_str).collect();
        let mut expected: BTreeMap<Option<String>, u64> = BTreeMap::new();
        for (who, at) in &answered {
            let before = ordered.iter().filter(|(other, when)| {
                other == who && when < at && days.is_none_or(|days| at - when <= i64::from(days))
            });
            let n = before.count();
            let key = (*who != 7).then(|| bands[usize::from(n as u32 >= edge)].to_owned());
            *expected.entry(key).or_default() += 1;
        }
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let found = runtime.block_on(async {
            let shop = Shop::open();
            let mut snapshot = Snapshot::default();
            for (stream, rows) in [(orders(), rows), (survey(), answers)] {
                let (first, rest) = rows.split_at(cut.min(rows.len()));
                if !first.is_empty() {
                    let files = shop.lake.seal_rows(&stream, first, "f").await;
                    snapshot.files.extend(files.expect("sealed"));
                }
                snapshot.pending.extend(waiting(&stream.id, rest));
            }
            let question = count_by(banded(told(Told::Count, days), &bands), Units::All);
            shop.lake.ask(&question, &snapshot).await.expect("an answer")
        });
        let found: BTreeMap<Option<String>, u64> =
            found.groups.into_iter().map(|group| (group.key[0].clone(), group.rows.n)).collect();
        prop_assert_eq!(&found, &expected);
        prop_assert_eq!(found.values().sum::<u64>(), answered.len() as u64);
    }
}
