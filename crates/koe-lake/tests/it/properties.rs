//! However rows are split over files and the pending tail, and whatever has been compacted, the
//! answer is that of the rows.

use koe_lake::{
    Answer, Column, CommonColumn, Compaction, Dimension, Grain, Measure, ProfileQuestion, Question,
    Removed, Row, Selection, Snapshot, TimeRange, Tombstone, Units, Value,
};
use proptest::prelude::*;

use crate::shop::{APRIL, DAY, Shop, answers, pending, question, survey};

/// What happens to the rows, chosen by chance.
#[derive(Debug, Clone)]
struct Fate {
    /// Which of five files a row goes to; 5 and above stay pending.
    place: Vec<u8>,
    /// Rows that are corrected once.
    corrected: Vec<usize>,
    /// Rows that are removed.
    removed: Vec<usize>,
    /// A customer that is erased.
    erased: Option<u8>,
    /// Files that are compacted together, as a bit set.
    compacted: u8,
    /// Whether tombstones say where to look.
    hinted: bool,
}

fn fates(rows: usize) -> impl Strategy<Value = Fate> {
    (
        prop::collection::vec(0_u8..7, rows),
        prop::collection::vec(0..rows, 0..6),
        prop::collection::vec(0..rows, 0..6),
        prop::option::of(0_u8..40),
        0_u8..32,
        any::<bool>(),
    )
        .prop_map(
            |(place, corrected, removed, erased, compacted, hinted)| Fate {
                place,
                corrected,
                removed,
                erased,
                compacted,
                hinted,
            },
        )
}

fn questions() -> Vec<Question> {
    let mut by_day = question(
        Measure::Histogram("nps".to_owned()),
        &[CommonColumn::Touchpoint],
    );
    by_day.group_by.push(Dimension::Time {
        grain: Grain::Day,
        zone: "Asia/Tokyo".to_owned(),
    });
    let mut weighted = question(Measure::Number("spent".to_owned()), &[CommonColumn::Unit]);
    weighted.weight = Some(Column::Common(CommonColumn::Weight));
    vec![
        by_day,
        weighted,
        question(Measure::Number("spent".to_owned()), &[]),
        question(
            Measure::CodeShare("reason".to_owned()),
            &[CommonColumn::Direct],
        ),
        question(Measure::Count, &[CommonColumn::Customer]),
    ]
}

fn tombstone(row: &Row, revision: i64, hinted: bool) -> Tombstone {
    Tombstone {
        removed: Removed::Record {
            id: row.common.record_id.clone(),
            revision,
        },
        stream: None,
        occurred: hinted.then_some((row.common.occurred_at, row.common.occurred_at)),
    }
}

/// The rows that are true in the end.
fn truth(rows: &[Row], fate: &Fate) -> Vec<Row> {
    let erased = fate.erased.map(|customer| format!("cus_{customer:03}"));
    rows.iter()
        .enumerate()
        .filter(|(n, _)| !fate.removed.contains(n))
        .filter(|(_, row)| erased.is_none() || row.common.customer != erased)
        .map(|(n, row)| match fate.corrected.contains(&n) {
            true => correction(row),
            false => row.clone(),
        })
        .collect()
}

fn correction(row: &Row) -> Row {
    let mut row = row.clone();
    row.common.revision += 1;
    row.values.insert("nps".to_owned(), Value::Integer(10));
    row.values.remove("spent");
    row
}

async fn history(shop: &Shop, rows: &[Row], fate: &Fate) -> Snapshot {
    let mut snapshot = Snapshot::default();
    let mut tail = Vec::new();
    let mut parts: Vec<Vec<Row>> = vec![Vec::new(); 5];
    for (n, row) in rows.iter().enumerate() {
        match parts.get_mut(usize::from(fate.place[n])) {
            Some(part) => part.push(row.clone()),
            None => tail.push(row.clone()),
        }
        let corrected = fate.corrected.contains(&n);
        if corrected {
            snapshot
                .tombstones
                .push(tombstone(row, row.common.revision, fate.hinted));
            // Odd corrections are sealed, even ones still pending.
            match parts.get_mut(n % 5).filter(|_| n % 2 == 1) {
                Some(part) => part.push(correction(row)),
                None => tail.push(correction(row)),
            }
        }
        if fate.removed.contains(&n) {
            snapshot
                .tombstones
                .push(tombstone(row, i64::MAX, fate.hinted));
        }
    }
    if let Some(customer) = fate.erased {
        snapshot.tombstones.push(Tombstone {
            removed: Removed::Customer(format!("cus_{customer:03}")),
            stream: None,
            occurred: None,
        });
    }
    let mut to_compact = Vec::new();
    for (place, part) in parts.iter().enumerate() {
        let files = shop.seal(part, &format!("f{place}")).await;
        match fate.compacted & (1 << place) {
            0 => snapshot.files.extend(files),
            _ => to_compact.extend(files),
        }
    }
    let compaction = Compaction {
        stream: survey(),
        files: to_compact,
        tombstones: snapshot.tombstones.clone(),
        file_id: "c".to_owned(),
    };
    let compacted = shop.lake.compact(&compaction).await.expect("compacted");
    snapshot.files.extend(compacted.written);
    snapshot.pending = pending(tail);
    snapshot
}

/// A range that cuts through files.
fn middle() -> TimeRange {
    TimeRange {
        from: Some(APRIL + 7 * DAY),
        to: Some(APRIL + 33 * DAY),
    }
}

async fn profile_is_what_each_measure_alone_says(shop: &Shop, history: &Snapshot, time: TimeRange) {
    let measures = vec![
        Measure::Count,
        Measure::Histogram("nps".to_owned()),
        Measure::Number("spent".to_owned()),
        Measure::CodeShare("reason".to_owned()),
        Measure::Histogram("again".to_owned()),
        Measure::Histogram("visited".to_owned()),
    ];
    let mut selection = Selection::of(Units::Only(vec!["unt_0".to_owned(), "unt_3".to_owned()]));
    selection.time = time;
    let asked = ProfileQuestion {
        stream: survey(),
        measures: measures.clone(),
        selection: selection.clone(),
    };
    // Once from the rows, once from what is kept of files.
    for _ in 0..2 {
        let profile = shop.lake.profile(&asked, history).await.expect("a profile");
        for (measure, group) in measures.iter().zip(profile.groups) {
            let mut alone = question(measure.clone(), &[]);
            alone.selection = selection.clone();
            let expected = shop.lake.ask(&alone, history).await.expect("an answer");
            let answer = |group| Answer {
                groups: vec![group],
                ..Answer::default()
            };
            same(&answer(group), &answer(expected.total()));
        }
    }
}

fn same(found: &Answer, expected: &Answer) {
    assert_eq!(found.groups.len(), expected.groups.len());
    let near = |one: f64, other: f64| (one - other).abs() <= 1e-9 * one.abs().max(1.0);
    for (found, expected) in found.groups.iter().zip(&expected.groups) {
        assert_eq!(found.key, expected.key);
        assert_eq!(found.rows.n, expected.rows.n);
        assert!(near(found.rows.weight, expected.rows.weight));
        assert_eq!(found.summary.histogram, expected.summary.histogram);
        assert_eq!(found.summary.n_missing, expected.summary.n_missing);
        assert_eq!(found.codes, expected.codes);
        let (one, other) = (&found.summary.aggregated, &expected.summary.aggregated);
        assert_eq!((one.n, one.min, one.max), (other.n, other.min, other.max));
        assert!(near(one.weight, other.weight) && near(one.weight_squared, other.weight_squared));
        assert!(near(one.mean, other.mean) && (one.m2 - other.m2).abs() < 1e-6);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn sealing_and_compaction_in_any_split_answer_as_the_rows_do(fate in fates(90)) {
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        runtime.block_on(async {
            // Every eleven hours, so that the rows span two months.
            let rows: Vec<Row> = answers(0..990).into_iter().step_by(11).collect();
            let shop = Shop::open();
            let history = history(&shop, &rows, &fate).await;
            let plain = Snapshot { pending: pending(truth(&rows, &fate)), ..Snapshot::default() };
            for asked in questions() {
                let expected = shop.lake.ask(&asked, &plain).await.expect("an answer");
                let found = shop.lake.ask(&asked, &history).await.expect("an answer");
                same(&found, &expected);
                let again = shop.lake.ask(&asked, &history).await.expect("an answer");
                same(&again, &found);
            }
            for time in [TimeRange::default(), middle()] {
                profile_is_what_each_measure_alone_says(&shop, &history, time).await;
            }
        });
    }
}
