//! Sealing: what is on disk, and how surely.

use std::collections::HashSet;
use std::time::{Duration, SystemTime};

use koe_lake::{
    Chunk, CommonRef, Error, Field, FieldKind, Lake, Limits, MAX_FIELDS, Row, StreamSchema, Value,
    ValueRef,
};

use crate::shop::{APRIL, DAY, Shop, answer, answers, nps_by, sealed, survey};

#[tokio::test]
async fn a_seal_forces_file_and_folder_to_disk_and_new_folders_into_their_parents() {
    let shop = Shop::open();
    shop.seal(&answers(0..10), "f1").await;
    // streams, streams/srv_shop and streams/srv_shop/2026-04 are new: three entries in parents.
    assert_eq!(shop.lake.durability().fsyncs(), 2 + 3);
    shop.seal(&answers(10..20), "f2").await;
    assert_eq!(shop.lake.durability().fsyncs(), 2 + 3 + 2);
    assert_eq!(shop.lake.durability().sealed_files(), 2);
}

#[tokio::test]
async fn a_file_holds_one_month_sorted_by_time() {
    let shop = Shop::open();
    let mut rows = answers(0..24 * 40);
    rows.reverse();
    let files = shop.seal(&rows, "f1").await;
    let paths: Vec<_> = files.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "streams/srv_shop/2026-04/f1.parquet",
            "streams/srv_shop/2026-05/f1.parquet"
        ]
    );
    assert_eq!((files[0].rows, files[1].rows), (720, 240));
    assert_eq!(
        (files[0].min_occurred_at, files[0].max_occurred_at),
        (APRIL, APRIL + 30 * DAY - 3_600_000)
    );
    assert_eq!(files[0].min_recorded_at, APRIL + 60_000);
    assert_eq!(files[1].min_occurred_at, APRIL + 30 * DAY);
    for file in &files {
        assert_eq!(file.month(), file.path.split('/').nth(2));
        let found = shop
            .lake
            .inspect(&file.path)
            .await
            .expect("a sealed file describes itself");
        assert_eq!(found, *file);
    }
}

#[tokio::test]
async fn nothing_is_written_when_a_row_does_not_fit_its_stream() {
    let shop = Shop::open();
    let refused = |change: fn(&mut Row)| {
        let mut row = answer(1);
        change(&mut row);
        let mut chunk = Chunk::new(survey()).expect("a valid stream");
        chunk.push_row(&answer(0)).expect("a valid row");
        let error = chunk.push_row(&row).expect_err("refused");
        assert_eq!(chunk.rows(), 1, "a refused row leaves the chunk as it was");
        error
    };
    let unknown = refused(|row| {
        row.values
            .insert("shoe_size".to_owned(), Value::Integer(42));
    });
    assert!(matches!(unknown, Error::UnknownField { field, .. } if field == "shoe_size"));
    let text = refused(|row| {
        row.values
            .insert("nps".to_owned(), Value::Code("nine".to_owned()));
    });
    assert!(matches!(text, Error::WrongKind { column, .. } if column == "nps"));
    let fraction = refused(|row| {
        row.values.insert("nps".to_owned(), Value::Number(9.5));
    });
    assert!(matches!(fraction, Error::WrongKind { .. }));
    let endless = refused(|row| {
        row.values
            .insert("spent".to_owned(), Value::Number(f64::INFINITY));
    });
    assert!(matches!(endless, Error::WrongKind { .. }));
    let ancient = refused(|row| row.common.occurred_at = i64::MIN);
    assert!(matches!(ancient, Error::TimeOutOfRange(i64::MIN)));
    assert!(!shop.folder.path().join("streams").exists());
}

#[test]
fn a_stream_too_wide_is_refused_with_a_remedy() {
    let fields = |count: usize| {
        (0..count)
            .map(|n| Field::new(format!("q{n}"), FieldKind::Integer))
            .collect::<Vec<_>>()
    };
    assert!(StreamSchema::new("srv_wide", fields(MAX_FIELDS)).is_ok());
    let error = StreamSchema::new("srv_wide", fields(MAX_FIELDS + 1)).expect_err("one too many");
    assert!(
        error
            .to_string()
            .contains("split the source into two streams"),
        "{error}"
    );
}

#[test]
fn ids_that_could_leave_the_folder_are_refused() {
    for id in [
        "",
        "../up",
        "a/b",
        ".hidden",
        "お客様",
        "a b",
        &"x".repeat(121),
    ] {
        assert!(
            matches!(StreamSchema::new(id, vec![]), Err(Error::BadId { .. })),
            "{id:?}"
        );
    }
    let twice = vec![
        Field::new("q", FieldKind::Integer),
        Field::new("q", FieldKind::Code),
    ];
    assert!(matches!(
        StreamSchema::new("srv", twice),
        Err(Error::DuplicateField { .. })
    ));
}

#[tokio::test]
async fn rows_can_be_pushed_by_position_without_being_built() {
    let shop = Shop::open();
    let mut chunk = Chunk::new(survey()).expect("a valid stream");
    for row in &answers(0..50) {
        let values: Vec<Option<ValueRef<'_>>> = chunk
            .schema()
            .fields
            .iter()
            .map(|field| row.values.get(&field.id).map(Value::borrowed))
            .collect();
        chunk
            .push(&row.common.borrowed(), &values)
            .expect("a valid row");
    }
    let narrow = chunk
        .push(&CommonRef::default(), &[None])
        .expect_err("too few values");
    assert!(matches!(
        narrow,
        Error::WrongWidth {
            expected: 5,
            found: 1,
            ..
        }
    ));
    let by_position = sealed(shop.lake.seal(chunk, "f1").await.expect("sealed"));
    let by_row = sealed(shop.seal(&answers(0..50), "f2").await);
    let asked = nps_by(&[koe_lake::CommonColumn::Unit]);
    let one = shop
        .lake
        .ask(&asked, &by_position)
        .await
        .expect("an answer");
    let other = shop.lake.ask(&asked, &by_row).await.expect("an answer");
    assert_eq!(one.groups, other.groups);
}

#[tokio::test]
async fn a_refused_write_leaves_no_file_behind() {
    let shop = Shop::open();
    // A file stands where the month's folder should be.
    let stream = shop.folder.path().join("streams/srv_shop");
    std::fs::create_dir_all(&stream).expect("a folder");
    std::fs::write(stream.join("2026-04"), b"in the way").expect("a file");
    let refused = shop.lake.seal_rows(&survey(), &answers(0..10), "f1").await;
    assert!(matches!(refused, Err(Error::Io { .. })), "{refused:?}");
    assert_eq!(std::fs::read_dir(&stream).expect("the folder").count(), 1);
}

/// `/dev/full` takes no byte: what a full disk answers.
#[tokio::test]
async fn a_full_disk_is_told_as_such() {
    let shop = Shop::open();
    let month = shop.folder.path().join("streams/srv_shop/2026-04");
    std::fs::create_dir_all(&month).expect("a folder");
    std::os::unix::fs::symlink("/dev/full", month.join("f1.parquet.tmp")).expect("a link");
    let refused = shop
        .lake
        .seal_rows(&survey(), &answers(0..5_000), "f1")
        .await
        .expect_err("refused");
    assert!(refused.is_disk_full(), "{refused}");
    assert!(!month.join("f1.parquet").exists());
}

#[tokio::test]
async fn garbage_is_what_is_not_valid_and_old_enough() {
    let shop = Shop::open();
    let kept = shop.seal(&answers(0..10), "kept").await;
    let orphan = shop.seal(&answers(10..20), "orphan").await;
    let half_written = shop
        .folder
        .path()
        .join("streams/srv_shop/2026-04/torn.parquet.tmp");
    std::fs::write(&half_written, b"PAR1").expect("a torn file");
    let valid: HashSet<String> = kept.iter().map(|file| file.path.clone()).collect();

    let yesterday = SystemTime::UNIX_EPOCH;
    let deleted = shop
        .lake
        .collect_garbage(valid.clone(), yesterday)
        .await
        .expect("collected");
    assert!(
        deleted.is_empty(),
        "a seal may still be at work on young files"
    );

    let written = std::fs::metadata(shop.folder.path().join(&kept[0].path))
        .and_then(|about| about.modified());
    let later = written.expect("a time") + Duration::from_secs(60);
    let deleted = shop
        .lake
        .collect_garbage(valid, later)
        .await
        .expect("collected");
    assert_eq!(
        deleted,
        [
            orphan[0].path.as_str(),
            "streams/srv_shop/2026-04/torn.parquet.tmp"
        ]
    );
    assert!(shop.folder.path().join(&kept[0].path).exists());
}

#[tokio::test]
async fn a_missing_file_and_a_newer_file_are_told_by_name() {
    let shop = Shop::open();
    let mut files = shop.seal(&answers(0..10), "f1").await;
    std::fs::remove_file(shop.folder.path().join(&files[0].path)).expect("removed");
    let asked = nps_by(&[]);
    let missing = shop.lake.ask(&asked, &sealed(files.clone())).await;
    assert!(
        matches!(&missing, Err(Error::MissingFile(path)) if *path == files[0].path),
        "{missing:?}"
    );
    files[0].format_version += 1;
    let newer = shop.lake.ask(&asked, &sealed(files)).await;
    assert!(
        matches!(
            newer,
            Err(Error::NewerFormat {
                found: 2,
                known: 1,
                ..
            })
        ),
        "{newer:?}"
    );
}

#[test]
fn a_lake_may_be_dropped_inside_another_runtime() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let folder = tempfile::tempdir().expect("a folder");
        let lake = Lake::open(folder.path(), Limits::default()).expect("opened");
        drop(lake);
    });
}
