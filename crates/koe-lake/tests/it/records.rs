//! Records one by one: pages, timelines, exports, distinct counts.

use koe_lake::{
    Column, CommonColumn, Condition, Dimension, DistinctQuestion, Error, Field, FieldKind,
    FieldsWanted, Limits, Order, RecordsQuestion, Removed, Row, Selection, Snapshot, StreamSchema,
    Test, Tombstone, Units, Value,
};

use crate::shop::{Shop, answer, answers, pending, survey};

fn all_records(limit: usize) -> RecordsQuestion {
    RecordsQuestion {
        streams: vec![survey()],
        selection: Selection::of(Units::All),
        fields: FieldsWanted::All,
        order: Order::NewestFirst,
        limit,
        after: None,
    }
}

async fn snapshot(shop: &Shop) -> Snapshot {
    let mut files = shop.seal(&answers(0..120), "f1").await;
    files.extend(shop.seal(&answers(200..220), "f2").await);
    Snapshot {
        files,
        pending: pending(answers(120..200)),
        tombstones: vec![Tombstone {
            removed: Removed::Record {
                id: "rec_000150".to_owned(),
                revision: 1,
            },
            stream: None,
            occurred: None,
        }],
    }
}

#[tokio::test]
async fn a_row_comes_back_as_it_was_written() {
    let shop = Shop::open();
    let snapshot = snapshot(&shop).await;
    for order in [Order::NewestFirst, Order::OldestFirst] {
        let mut asked = all_records(7);
        asked.order = order;
        let mut found: Vec<Row> = Vec::new();
        loop {
            let page = shop.lake.records(&asked, &snapshot).await.expect("a page");
            assert!(page.records.len() <= 7);
            found.extend(page.records.into_iter().map(|record| record.row));
            match page.next {
                Some(next) => asked.after = Some(next),
                None => break,
            }
        }
        let mut expected: Vec<Row> = answers(0..220);
        expected.retain(|row| row.common.record_id != "rec_000150");
        if order == Order::NewestFirst {
            expected.reverse();
        }
        assert_eq!(found, expected);
    }
}

#[tokio::test]
async fn pages_neither_skip_nor_repeat_records_of_one_moment() {
    let shop = Shop::open();
    let other =
        StreamSchema::new("srv_z", vec![Field::new("nps", FieldKind::Integer)]).expect("a stream");
    let at_once = |range| -> Vec<Row> {
        let mut rows = answers(range);
        rows.iter_mut()
            .for_each(|row| row.common.occurred_at = answer(0).common.occurred_at);
        rows
    };
    let mut in_other = at_once(3..9);
    in_other
        .iter_mut()
        .for_each(|row| row.values.retain(|field, _| field == "nps"));
    let mut files = shop.seal(&at_once(0..6), "f1").await;
    files.extend(
        shop.lake
            .seal_rows(&other, &in_other, "f2")
            .await
            .expect("sealed"),
    );
    let snapshot = Snapshot {
        files,
        ..Snapshot::default()
    };
    for order in [Order::NewestFirst, Order::OldestFirst] {
        let mut asked = all_records(1);
        asked.streams.push(other.clone());
        asked.order = order;
        let mut found = Vec::new();
        loop {
            let page = shop.lake.records(&asked, &snapshot).await.expect("a page");
            found.extend(
                page.records
                    .into_iter()
                    .map(|record| (record.row.common.record_id, record.stream)),
            );
            match page.next {
                Some(next) => asked.after = Some(next),
                None => break,
            }
        }
        let mut expected: Vec<(String, String)> = (0..6)
            .map(|n| (format!("rec_{n:06}"), "srv_shop".to_owned()))
            .chain((3..9).map(|n| (format!("rec_{n:06}"), "srv_z".to_owned())))
            .collect();
        expected.sort();
        if order == Order::NewestFirst {
            expected.reverse();
        }
        assert_eq!(found, expected);
    }
}

#[tokio::test]
async fn a_customers_timeline_and_chosen_records_are_found_by_condition() {
    let shop = Shop::open();
    let snapshot = snapshot(&shop).await;
    let mut asked = all_records(100);
    asked.fields = FieldsWanted::Only(vec!["nps".to_owned(), "unheard_of".to_owned()]);
    asked.selection.conditions = vec![Condition {
        column: Column::Common(CommonColumn::Customer),
        test: Test::Equals(Value::Code("cus_011".to_owned())),
    }];
    let page = shop.lake.records(&asked, &snapshot).await.expect("a page");
    let found: Vec<_> = page
        .records
        .iter()
        .map(|record| record.row.common.record_id.as_str())
        .collect();
    assert_eq!(
        found,
        [
            "rec_000211",
            "rec_000171",
            "rec_000131",
            "rec_000091",
            "rec_000051",
            "rec_000011"
        ]
    );
    let mut values = page.records.iter().flat_map(|record| &record.row.values);
    assert!(values.next().is_some());
    assert!(values.all(|(field, _)| field == "nps"));

    asked.selection.conditions = vec![Condition {
        column: Column::Common(CommonColumn::RecordId),
        test: Test::AnyOf(vec![
            Value::Code("rec_000003".to_owned()),
            Value::Code("rec_000150".to_owned()),
        ]),
    }];
    let page = shop.lake.records(&asked, &snapshot).await.expect("a page");
    assert_eq!(page.records.len(), 1, "the removed one is not found");
}

#[tokio::test]
async fn an_export_streams_every_record_once() {
    let shop = Shop::open();
    let snapshot = snapshot(&shop).await;
    let mut export = shop
        .lake
        .export(&all_records(0), &snapshot)
        .expect("started");
    let mut found: Vec<Row> = Vec::new();
    while let Some(batch) = export.next().await {
        found.extend(batch.expect("a batch").into_iter().map(|record| record.row));
    }
    let sealed = answers(0..120).into_iter().chain(answers(200..220));
    let expected: Vec<Row> = sealed
        .chain(answers(120..200))
        .filter(|row| row.common.record_id != "rec_000150")
        .collect();
    assert_eq!(found, expected);
}

#[tokio::test]
async fn a_page_larger_than_allowed_is_refused() {
    let shop = Shop::with(Limits {
        page_rows: 50,
        ..Limits::default()
    });
    let refused = shop
        .lake
        .records(&all_records(51), &Snapshot::default())
        .await;
    assert!(matches!(
        refused,
        Err(Error::TooManyRows {
            asked: 51,
            limit: 50
        })
    ));
}

#[tokio::test]
async fn customers_in_files_and_in_the_tail_count_once() {
    let shop = Shop::open();
    let snapshot = snapshot(&shop).await;
    let mut asked = DistinctQuestion {
        streams: vec![survey()],
        selection: Selection::of(Units::All),
        of: CommonColumn::Customer,
        group_by: vec![],
    };
    // Of 40 customers every fifth is nobody.
    let found = shop
        .lake
        .distinct(&asked, &snapshot)
        .await
        .expect("an answer");
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].values, 32);

    asked.group_by = vec![Dimension::UnitLevel(1)];
    let found = shop
        .lake
        .distinct(&asked, &snapshot)
        .await
        .expect("an answer");
    let keys: Vec<_> = found
        .iter()
        .map(|group| (group.key[0].as_deref(), group.values))
        .collect();
    assert_eq!(keys, [(Some("unt_east"), 16), (Some("unt_west"), 16)]);

    asked.of = CommonColumn::RecordId;
    asked.group_by = vec![];
    let found = shop
        .lake
        .distinct(&asked, &snapshot)
        .await
        .expect("an answer");
    assert_eq!(found[0].values, 219);
}
