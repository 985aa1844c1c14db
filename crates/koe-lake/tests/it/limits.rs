//! Limits hold, and kept summaries are right and of use.

use koe_lake::{CommonColumn, Error, Limits, Removed, TimeRange, Tombstone, Units};

use crate::shop::{APRIL, DAY, Shop, answer, answers, nps_by, pending, sealed};

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

    // That part is remembered too, and as nothing but that part.
    let again = shop.lake.ask(&asked, &snapshot).await.expect("an answer");
    assert_eq!((again.work.files_read, again.work.files_remembered), (0, 2));
    assert_eq!(again.groups, part.groups);
    asked.selection.time.to = Some(APRIL + 46 * DAY);
    let longer = shop.lake.ask(&asked, &snapshot).await.expect("an answer");
    assert_eq!(
        (longer.work.files_read, longer.work.files_remembered),
        (1, 1)
    );
    assert_eq!(longer.total().rows.n, 46 * 24);
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
