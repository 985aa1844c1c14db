//! Limits hold, and kept summaries are right and of use.

use std::time::{Duration, Instant};

use koe_lake::{
    Chunk, Column, CommonColumn, Compaction, Condition, CrossQuestion, Dimension, Error,
    FieldsWanted, Grain, Limits, Measure, Order, RecordsQuestion, Removed, Selection, Test,
    TimeRange, Tombstone, Units, Value,
};

use crate::shop::{APRIL, DAY, Shop, answer, answers, nps_by, pending, question, sealed, survey};

#[tokio::test]
async fn an_answer_of_too_many_groups_is_refused() {
    let shop = Shop::with(Limits {
        groups: 20,
        ..Limits::default()
    });
    let mut snapshot = sealed(shop.seal(&answers(0..100), "f1").await);
    let few = shop
        .lake
        .ask(&nps_by(&[CommonColumn::Unit]), &snapshot)
        .await;
    assert_eq!(few.expect("four units").groups.len(), 4);
    let many = shop
        .lake
        .ask(&nps_by(&[CommonColumn::RecordId]), &snapshot)
        .await;
    assert!(matches!(many, Err(Error::TooManyGroups { limit: 20 })));
    snapshot.files.clear();
    snapshot.pending = pending(answers(0..100));
    let many = shop
        .lake
        .ask(&nps_by(&[CommonColumn::RecordId]), &snapshot)
        .await;
    assert!(many.expect_err("refused").is_limit());
}

#[tokio::test]
async fn values_too_many_to_count_are_refused() {
    let shop = Shop::with(Limits {
        cells: 50,
        ..Limits::default()
    });
    let snapshot = sealed(shop.seal(&answers(0..500), "f1").await);
    let refused = shop
        .lake
        .ask(&nps_by(&[CommonColumn::Customer]), &snapshot)
        .await;
    assert!(matches!(refused, Err(Error::TooManyGroups { limit: 50 })));
}

#[tokio::test]
async fn a_question_that_needs_more_memory_than_allowed_is_refused() {
    let shop = Shop::with(Limits {
        memory_bytes: 1_000_000,
        ..Limits::default()
    });
    let snapshot = sealed(shop.seal(&answers(0..20_000), "f1").await);
    let refused = shop
        .lake
        .ask(&nps_by(&[CommonColumn::RecordId]), &snapshot)
        .await;
    assert!(
        matches!(refused, Err(Error::OutOfMemory { limit: 1_000_000 })),
        "{refused:?}"
    );
    // What was refused leaves nothing behind: a small question is answered.
    assert!(shop.lake.ask(&nps_by(&[]), &snapshot).await.is_ok());
}

#[tokio::test]
async fn a_question_that_takes_too_long_is_stopped() {
    let shop = Shop::with(Limits {
        milliseconds: 0,
        ..Limits::default()
    });
    let snapshot = sealed(shop.seal(&answers(0..20_000), "f1").await);
    let stopped = shop
        .lake
        .ask(&nps_by(&[CommonColumn::Customer]), &snapshot)
        .await;
    assert!(
        matches!(stopped, Err(Error::TimedOut { milliseconds: 0 })),
        "{stopped:?}"
    );
}

#[tokio::test]
async fn a_repeated_question_reads_no_file_whatever_its_time_range_covers() {
    let shop = Shop::open();
    let mut snapshot = sealed(shop.seal(&answers(0..24 * 90), "f1").await);
    snapshot.pending = pending(answers(24 * 90..24 * 90 + 10));
    assert_eq!(snapshot.files.len(), 3);
    let mut asked = nps_by(&[CommonColumn::Touchpoint]);
    let first = shop.lake.ask(&asked, &snapshot).await.expect("an answer");
    assert_eq!((first.work.files_read, first.work.files_remembered), (3, 0));
    let second = shop.lake.ask(&asked, &snapshot).await.expect("an answer");
    assert_eq!(
        (second.work.files_read, second.work.files_remembered),
        (0, 3)
    );
    assert_eq!(second.groups, first.groups);

    // April and half of May: April is remembered, May must be read in part.
    asked.selection.time = TimeRange {
        from: None,
        to: Some(APRIL + 45 * DAY),
    };
    let part = shop.lake.ask(&asked, &snapshot).await.expect("an answer");
    assert_eq!((part.work.files_read, part.work.files_remembered), (1, 1));
    assert_eq!(part.total().rows.n, 45 * 24);
}

#[tokio::test]
async fn a_tombstone_makes_only_the_files_it_may_touch_be_read_again() {
    let shop = Shop::open();
    let mut snapshot = sealed(shop.seal(&answers(0..24 * 90), "f1").await);
    let asked = nps_by(&[]);
    let before = shop
        .lake
        .ask(&asked, &snapshot)
        .await
        .expect("an answer")
        .total();
    let time = answer(7 * 24).common.occurred_at;
    snapshot.tombstones.push(Tombstone {
        removed: Removed::Record {
            id: answer(7 * 24).common.record_id,
            revision: 1,
        },
        stream: None,
        occurred: Some((time, time)),
    });
    let after = shop.lake.ask(&asked, &snapshot).await.expect("an answer");
    assert_eq!((after.work.files_read, after.work.files_remembered), (1, 2));
    assert_eq!(after.total().rows.n, before.rows.n - 1);
    let again = shop.lake.ask(&asked, &snapshot).await.expect("an answer");
    assert_eq!((again.work.files_read, again.work.files_remembered), (0, 3));
    assert_eq!(again.groups, after.groups);
}

#[tokio::test]
async fn kept_summaries_stay_within_their_size() {
    let shop = Shop::with(Limits {
        remembered_bytes: 64 << 10,
        ..Limits::default()
    });
    let snapshot = sealed(shop.seal(&answers(0..24 * 90), "f1").await);
    for round in 0..30 {
        let mut asked = nps_by(&[CommonColumn::Touchpoint]);
        asked.selection.units = Units::Only(vec![format!("unt_{round}"), "unt_1".to_owned()]);
        shop.lake.ask(&asked, &snapshot).await.expect("an answer");
    }
    // The latest is still there, the first has been pushed out.
    let files_read = async |round: i32| {
        let mut asked = nps_by(&[CommonColumn::Touchpoint]);
        asked.selection.units = Units::Only(vec![format!("unt_{round}"), "unt_1".to_owned()]);
        shop.lake
            .ask(&asked, &snapshot)
            .await
            .expect("an answer")
            .work
            .files_read
    };
    assert_eq!(files_read(29).await, 0);
    assert_eq!(files_read(0).await, 3);
}

/// Not a bar, a figure to look at: `cargo test -p koe-lake -- --ignored --nocapture measure`.
#[tokio::test]
#[ignore = "measures, asserts nothing"]
async fn measure() {
    let shop = Shop::open();
    // Three years, an answer every 95 seconds.
    let mut rows = answers(0..1_000_000);
    for (row, n) in rows.iter_mut().zip(0_i64..) {
        row.common.occurred_at = APRIL + n * 95_000;
    }
    let mut files = Vec::new();
    let (mut pushing, mut sealing) = (Duration::ZERO, Duration::ZERO);
    for (part, rows) in rows.chunks(200_000).enumerate() {
        let started = Instant::now();
        let mut chunk = Chunk::new(survey()).expect("a stream");
        let fields = survey().fields;
        for row in rows {
            let values: Vec<_> = fields
                .iter()
                .map(|field| row.values.get(&field.id).map(Value::borrowed))
                .collect();
            chunk.push(&row.common.borrowed(), &values).expect("a row");
        }
        pushing += started.elapsed();
        let started = Instant::now();
        files.extend(
            shop.lake
                .seal(chunk, &format!("f{part}"))
                .await
                .expect("sealed"),
        );
        sealing += started.elapsed();
    }
    let bytes: u64 = files.iter().map(|file| file.bytes).sum();
    println!(
        "1 M rows into {} files, {bytes} bytes: pushed in {pushing:?}, sealed in {sealing:?}",
        files.len()
    );
    let snapshot = sealed(files);
    let month = Dimension::Time {
        grain: Grain::Month,
        zone: "Asia/Tokyo".to_owned(),
    };
    let mut by_month = nps_by(&[CommonColumn::Touchpoint]);
    by_month.group_by.push(month);
    let spent = question(Measure::Number("spent".to_owned()), &[CommonColumn::Unit]);
    let nps = nps_by(&[]);
    for (name, asked) in [
        ("nps", nps),
        ("touchpoint × month", by_month),
        ("mean by unit", spent),
    ] {
        for round in ["first", "again"] {
            let started = Instant::now();
            let answer = shop.lake.ask(&asked, &snapshot).await.expect("an answer");
            println!("{name} {round}: {:?}, {:?}", started.elapsed(), answer.work);
        }
    }
    let mut of_units = nps_by(&[]);
    of_units.selection.units = Units::Only((0..5_000).map(|unit| format!("unt_{unit}")).collect());
    for round in ["first", "again"] {
        let started = Instant::now();
        shop.lake
            .ask(&of_units, &snapshot)
            .await
            .expect("an answer");
        println!("of 5,000 units {round}: {:?}", started.elapsed());
    }
    let cross = CrossQuestion {
        stream: survey(),
        fields: vec!["nps".to_owned(), "spent".to_owned(), "again".to_owned()],
        selection: Selection::of(Units::All),
        weight: None,
    };
    let started = Instant::now();
    shop.lake
        .cross_products(&cross, &snapshot)
        .await
        .expect("an answer");
    println!("cross-products of three: {:?}", started.elapsed());
    let mut timeline = RecordsQuestion {
        streams: vec![survey()],
        selection: Selection::of(Units::All),
        fields: FieldsWanted::All,
        order: Order::NewestFirst,
        limit: 50,
        after: None,
    };
    for (name, column, id) in [
        ("a customer", CommonColumn::Customer, "cus_011"),
        ("nobody", CommonColumn::Customer, "cus_none"),
        ("one record", CommonColumn::RecordId, "rec_700000"),
        ("a customer again", CommonColumn::Customer, "cus_011"),
        ("nobody again", CommonColumn::Customer, "cus_none"),
        ("another record", CommonColumn::RecordId, "rec_300000"),
    ] {
        timeline.selection.conditions = vec![Condition {
            column: Column::Common(column),
            test: Test::Equals(Value::Code(id.to_owned())),
        }];
        let started = Instant::now();
        let page = shop
            .lake
            .records(&timeline, &snapshot)
            .await
            .expect("a page");
        println!(
            "timeline of {name}: {:?}, {} rows",
            started.elapsed(),
            page.records.len()
        );
    }
    let compaction = Compaction {
        stream: survey(),
        files: snapshot.files,
        tombstones: vec![],
        file_id: "c".to_owned(),
    };
    let started = Instant::now();
    let compacted = shop.lake.compact(&compaction).await.expect("compacted");
    println!(
        "compacted into {} files: {:?}",
        compacted.written.len(),
        started.elapsed()
    );
}
