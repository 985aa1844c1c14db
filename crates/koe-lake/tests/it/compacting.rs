//! Compaction and erasure change files, never answers.

use koe_lake::{
    CommonColumn, Compaction, Error, Field, FieldKind, FieldsWanted, Limits, MAX_FIELDS, Measure,
    Order, RecordsQuestion, Removed, Row, Selection, Snapshot, StreamSchema, Tombstone, Units,
    Value,
};

use crate::shop::{APRIL, Shop, answer, answers, nps_by, question, sealed, survey};

fn without_customer(customer: &str) -> Tombstone {
    Tombstone {
        removed: Removed::Customer(customer.to_owned()),
        stream: None,
        occurred: None,
    }
}

#[tokio::test]
async fn small_files_become_one_per_month_without_what_was_removed() {
    let shop = Shop::open();
    let mut files = Vec::new();
    for part in 0..8 {
        files.extend(
            shop.seal(&answers(part * 100..(part + 1) * 100), &format!("f{part}"))
                .await,
        );
    }
    let mut corrected = answer(5);
    corrected.common.revision = 2;
    corrected.values.insert("nps".to_owned(), Value::Integer(0));
    files.extend(shop.seal(&[corrected], "f9").await);
    let tombstones = vec![
        Tombstone {
            removed: Removed::Record {
                id: "rec_000005".to_owned(),
                revision: 1,
            },
            stream: Some("srv_shop".to_owned()),
            occurred: Some((answer(5).common.occurred_at, answer(5).common.occurred_at)),
        },
        without_customer("cus_003"),
    ];
    let asked = nps_by(&[CommonColumn::Touchpoint, CommonColumn::Channel]);
    let mut snapshot = sealed(files.clone());
    snapshot.tombstones = tombstones.clone();
    let before = shop.lake.ask(&asked, &snapshot).await.expect("an answer");

    let compacted = shop
        .lake
        .compact(&Compaction {
            stream: survey(),
            files: files.clone(),
            tombstones,
            file_id: "c1".to_owned(),
        })
        .await
        .expect("compacted");
    let paths: Vec<_> = compacted
        .written
        .iter()
        .map(|file| file.path.as_str())
        .collect();
    assert_eq!(
        paths,
        [
            "streams/srv_shop/2026-04/c1.parquet",
            "streams/srv_shop/2026-05/c1.parquet"
        ]
    );
    assert_eq!(compacted.replaced.len(), files.len());
    // Of 0..800 every 40th from 3 is the customer's (43, 83, …); 5, 45, … have no customer.
    let of_customer = answers(0..800)
        .iter()
        .filter(|row| row.common.customer.as_deref() == Some("cus_003"))
        .count();
    assert_eq!(compacted.rows_removed, 1 + of_customer as u64);
    assert!(
        compacted
            .written
            .iter()
            .all(|file| file.min_occurred_at <= file.max_occurred_at)
    );
    let after = shop
        .lake
        .ask(&asked, &sealed(compacted.written))
        .await
        .expect("an answer");
    assert_eq!(after.groups, before.groups);
    // Readers of the old snapshot are not disturbed.
    let again = shop.lake.ask(&asked, &snapshot).await.expect("an answer");
    assert_eq!(again.groups, before.groups);
}

#[tokio::test]
async fn erasing_rewrites_only_the_files_the_customer_is_in() {
    let shop = Shop::open();
    let mut alone = answers(0..50);
    alone
        .iter_mut()
        .for_each(|row| row.common.customer = Some("cus_lonely".to_owned()));
    let with = shop.seal(&alone, "with").await;
    let without = shop.seal(&answers(50..900), "without").await;
    let all: Vec<_> = with.iter().chain(&without).cloned().collect();
    let gone = [without_customer("cus_lonely")];
    let touched = shop
        .lake
        .files_touched(&all, &gone)
        .await
        .expect("looked up");
    assert_eq!(touched, with);
    let erased = shop
        .lake
        .compact(&Compaction {
            stream: survey(),
            files: touched,
            tombstones: gone.to_vec(),
            file_id: "e1".to_owned(),
        })
        .await
        .expect("erased");
    assert!(erased.written.is_empty(), "a file without rows is no file");
    assert_eq!(erased.replaced, [with[0].path.as_str()]);
    assert_eq!(erased.rows_removed, 50);
    let left: Vec<_> = std::fs::read_dir(shop.folder.path().join("streams/srv_shop/2026-04"))
        .expect("the month")
        .map(|entry| entry.expect("an entry").file_name())
        .collect();
    assert_eq!(
        left.len(),
        2,
        "old files stay for their readers, no temporary file stays: {left:?}"
    );
}

#[tokio::test]
async fn a_file_of_another_stream_is_not_compacted() {
    let shop = Shop::open();
    let files = shop.seal(&answers(0..5), "f1").await;
    let other = StreamSchema::new("srv_other", vec![]).expect("a stream");
    let compaction = Compaction {
        stream: other,
        files,
        tombstones: vec![],
        file_id: "c1".to_owned(),
    };
    assert!(matches!(
        shop.lake.compact(&compaction).await,
        Err(Error::BadQuestion(_))
    ));
}

#[tokio::test]
async fn files_from_before_a_question_existed_read_as_unanswered() {
    let shop = Shop::open();
    let first = StreamSchema::new("srv_shop", vec![Field::new("nps", FieldKind::Integer)])
        .expect("a stream");
    let mut old = answers(0..20);
    old.iter_mut()
        .for_each(|row| row.values.retain(|field, _| field == "nps"));
    let mut files = shop
        .lake
        .seal_rows(&first, &old, "old")
        .await
        .expect("sealed");
    files.extend(shop.seal(&answers(20..30), "new").await);
    let asked = question(Measure::CodeShare("reason".to_owned()), &[]);
    let answer = shop
        .lake
        .ask(&asked, &sealed(files.clone()))
        .await
        .expect("an answer")
        .total();
    assert_eq!((answer.rows.n, answer.summary.n_missing), (30, 20));
    assert_eq!(answer.codes.values().map(|tally| tally.n).sum::<u64>(), 10);

    let compaction = Compaction {
        stream: survey(),
        files,
        tombstones: vec![],
        file_id: "c1".to_owned(),
    };
    let compacted = shop.lake.compact(&compaction).await.expect("compacted");
    assert_eq!(compacted.written[0].fields.len(), 5);
    let again = shop
        .lake
        .ask(&asked, &sealed(compacted.written))
        .await
        .expect("an answer")
        .total();
    assert_eq!(again, answer);
}

#[tokio::test]
async fn a_tombstone_of_one_stream_leaves_the_record_in_others() {
    let shop = Shop::open();
    let mood =
        StreamSchema::new("der_mood", vec![Field::new("mood", FieldKind::Code)]).expect("a stream");
    let mut derived = answer(1);
    derived.values = [("mood".to_owned(), Value::Code("joy".to_owned()))].into();
    let mut files = shop.seal(&answers(0..3), "f1").await;
    files.extend(
        shop.lake
            .seal_rows(&mood, &[derived], "m1")
            .await
            .expect("sealed"),
    );
    let snapshot = Snapshot {
        files,
        pending: vec![],
        tombstones: vec![Tombstone {
            removed: Removed::Record {
                id: "rec_000001".to_owned(),
                revision: i64::MAX,
            },
            stream: Some("der_mood".to_owned()),
            occurred: None,
        }],
    };
    let survey = shop
        .lake
        .ask(&question(Measure::Count, &[]), &snapshot)
        .await
        .expect("an answer");
    assert_eq!(survey.total().rows.n, 3);
    let mut asked = question(Measure::Count, &[]);
    asked.parts[0].stream = mood;
    assert!(
        shop.lake
            .ask(&asked, &snapshot)
            .await
            .expect("an answer")
            .groups
            .is_empty()
    );
}

/// 60,000 rows are some 12 MB as columns: a compaction or an export that sorted them as a whole, and
/// not merged files that are sorted already, would not fit.
#[tokio::test]
async fn compaction_and_export_hold_only_a_part_in_memory() {
    let shop = Shop::with(Limits {
        memory_bytes: 9 << 20,
        ..Limits::default()
    });
    let mut rows = answers(0..60_000);
    for (row, n) in rows.iter_mut().zip(0_i64..) {
        row.common.occurred_at = APRIL + n * 20_000;
    }
    let (even, odd): (Vec<Row>, Vec<Row>) = rows
        .iter()
        .cloned()
        .partition(|row| row.common.version % 2 == 0);
    let mut files = shop.seal(&even, "even").await;
    files.extend(shop.seal(&odd, "odd").await);
    let asked = RecordsQuestion {
        streams: vec![survey()],
        selection: Selection::of(Units::All),
        fields: FieldsWanted::All,
        order: Order::OldestFirst,
        limit: 0,
        after: None,
    };
    let compaction = Compaction {
        stream: survey(),
        files: files.clone(),
        tombstones: vec![without_customer("cus_003")],
        file_id: "c1".to_owned(),
    };
    let compacted = shop
        .lake
        .compact(&compaction)
        .await
        .expect("compacted")
        .written;
    for (files, gone) in [(files, None), (compacted, Some("cus_003"))] {
        let mut export = shop.lake.export(&asked, &sealed(files)).expect("started");
        let mut ids = Vec::new();
        while let Some(batch) = export.next().await {
            ids.extend(
                batch
                    .expect("a batch")
                    .into_iter()
                    .map(|record| record.row.common.record_id),
            );
        }
        let expected: Vec<String> = rows
            .iter()
            .filter(|row| gone.is_none() || row.common.customer.as_deref() != gone)
            .map(|row| row.common.record_id.clone())
            .collect();
        assert_eq!(ids, expected, "in order of time");
    }
}

#[tokio::test]
async fn the_widest_stream_seals_compacts_and_answers() {
    let shop = Shop::open();
    let fields = (0..MAX_FIELDS)
        .map(|n| Field::new(format!("q{n}"), FieldKind::Integer))
        .collect();
    let wide = StreamSchema::new("srv_wide", fields).expect("a stream");
    let rows: Vec<Row> = answers(0..200)
        .into_iter()
        .zip(0_i64..)
        .map(|(mut row, n)| {
            row.values = [
                ("q0".to_owned(), Value::Integer(n % 3)),
                ("q1999".to_owned(), Value::Integer(n % 5)),
            ]
            .into();
            row
        })
        .collect();
    let mut files = shop
        .lake
        .seal_rows(&wide, &rows[..100], "f1")
        .await
        .expect("sealed");
    files.extend(
        shop.lake
            .seal_rows(&wide, &rows[100..], "f2")
            .await
            .expect("sealed"),
    );
    let compaction = Compaction {
        stream: wide.clone(),
        files,
        tombstones: vec![],
        file_id: "c1".to_owned(),
    };
    let compacted = shop.lake.compact(&compaction).await.expect("compacted");
    let mut asked = question(Measure::Histogram("q1999".to_owned()), &[]);
    asked.parts[0].stream = wide;
    let answer = shop
        .lake
        .ask(&asked, &sealed(compacted.written))
        .await
        .expect("an answer");
    assert_eq!(answer.total().summary.histogram.at(4).n, 40);
}
