//! Questions over files, pending rows and tombstones.

use koe_lake::{
    Column, CommonColumn, Condition, Dimension, Error, Grain, Measure, Removed, Snapshot, Test,
    TimeRange, Tombstone, Units, Value,
};

use crate::shop::{APRIL, DAY, HOUR, Shop, answer, answers, nps_by, pending, question, sealed};

#[tokio::test]
async fn files_and_pending_rows_count_alike_and_removed_rows_do_not_count() {
    let shop = Shop::open();
    let files = shop.seal(&answers(0..60), "f1").await;
    let mut corrected = answer(4);
    corrected.common.revision = 2;
    corrected
        .values
        .insert("nps".to_owned(), Value::Integer(10));
    let mut tail = answers(60..90);
    tail.push(corrected.clone());
    let snapshot = Snapshot {
        files,
        pending: pending(tail),
        tombstones: vec![
            removed("rec_000004", 1),
            removed("rec_000007", i64::MAX),
            Tombstone {
                removed: Removed::Customer("cus_012".to_owned()),
                stream: None,
                occurred: None,
            },
        ],
    };
    let answer = shop
        .lake
        .ask(&nps_by(&[CommonColumn::Touchpoint]), &snapshot)
        .await
        .expect("an answer");

    let gone = |row: &koe_lake::Row| {
        let id = row.common.record_id.as_str();
        id == "rec_000004"
            || id == "rec_000007"
            || row.common.customer.as_deref() == Some("cus_012")
    };
    let mut rows = answers(0..90);
    rows.retain(|row| !gone(row));
    rows.push(corrected);
    assert_eq!(answer.groups.len(), 3);
    for touchpoint in ["till", "app", "call"] {
        let group = answer
            .group(&[Some(touchpoint)])
            .expect("every touchpoint has a group");
        let of_touchpoint: Vec<_> = rows
            .iter()
            .filter(|row| row.common.touchpoint.as_deref() == Some(touchpoint))
            .collect();
        let missing = of_touchpoint
            .iter()
            .filter(|row| !row.values.contains_key("nps"))
            .count();
        assert_eq!(group.rows.n, of_touchpoint.len() as u64, "{touchpoint}");
        assert_eq!(group.summary.n_missing, missing as u64, "{touchpoint}");
        for score in 0..=10 {
            let expected = of_touchpoint
                .iter()
                .filter(|row| row.values.get("nps") == Some(&Value::Integer(score)))
                .count();
            assert_eq!(
                group.summary.histogram.at(score).n,
                expected as u64,
                "{touchpoint} {score}"
            );
        }
    }
}

#[tokio::test]
async fn moments_are_those_of_the_rows() {
    let shop = Shop::open();
    let mut snapshot = sealed(shop.seal(&answers(0..200), "f1").await);
    snapshot.pending = pending(answers(200..260));
    let rows = answers(0..260);

    let spent = |row: &koe_lake::Row| match row.values.get("spent") {
        Some(Value::Number(number)) => *number,
        other => panic!("spent is always a number, not {other:?}"),
    };
    let mut expected = koe_analysis::summary::Moments::default();
    let mut weighed = koe_analysis::summary::Moments::default();
    for row in &rows {
        expected.add(spent(row), 1.0);
        weighed.add(
            spent(row),
            row.common.weight.expect("every answer has a weight"),
        );
    }
    let mut asked = question(Measure::Number("spent".to_owned()), &[]);
    let plain = shop.lake.ask(&asked, &snapshot).await.expect("an answer");
    asked.weight = Some(Column::Common(CommonColumn::Weight));
    let weighted = shop.lake.ask(&asked, &snapshot).await.expect("an answer");
    for (found, expected) in [(plain, expected), (weighted, weighed)] {
        let found = found.total().summary.aggregated;
        assert_eq!(found.n, expected.n);
        assert!((found.weight - expected.weight).abs() < 1e-9);
        assert!((found.weight_squared - expected.weight_squared).abs() < 1e-9);
        assert!((found.mean - expected.mean).abs() < 1e-9);
        assert!((found.m2 / expected.m2 - 1.0).abs() < 1e-9);
        assert_eq!((found.min, found.max), (expected.min, expected.max));
    }
}

/// The formula's own row-by-row evaluation is the reference: missing operands, division by zero and
/// functions that skip what is missing included.
#[tokio::test]
async fn a_formula_means_in_the_lake_what_it_means_elsewhere() {
    let shop = Shop::open();
    let snapshot = Snapshot {
        files: shop.seal(&answers(0..150), "f1").await,
        pending: pending(answers(150..200)),
        tombstones: vec![],
    };
    let formulas = [
        "nps * 10",
        "mean(nps, spent)",
        "sum(nps, again) - 0.5",
        "spent / nps",
        "spent / (nps - nps)",
        "1 / (spent / (nps - 5))",
        "abs(-nps) + min(nps, spent, 3) * max(again, nps)",
        "2 + 2",
        "1 / 0",
    ];
    for text in formulas {
        let formula = koe_analysis::expression::parse(text).expect("a formula");
        let mut expected = koe_analysis::summary::Moments::default();
        let mut missing = 0;
        for row in answers(0..200) {
            let found = formula.evaluate(&|field| match row.values.get(field)? {
                Value::Integer(value) => Some(*value as f64),
                Value::Number(value) => Some(*value),
                Value::Flag(value) => Some(f64::from(u8::from(*value))),
                _ => None,
            });
            match found {
                Some(value) => expected.add(value, 1.0),
                None => missing += 1,
            }
        }
        let asked = question(Measure::Expression(formula), &[]);
        let found = shop
            .lake
            .ask(&asked, &snapshot)
            .await
            .expect("an answer")
            .total()
            .summary;
        assert_eq!(found.n_missing, missing, "{text}");
        assert_eq!(found.aggregated.n, expected.n, "{text}");
        assert!(
            (found.aggregated.mean - expected.mean).abs() < 1e-9,
            "{text}"
        );
        assert!(
            (found.aggregated.m2 - expected.m2).abs() < 1e-6 * expected.m2.max(1.0),
            "{text}"
        );
        assert_eq!(
            (found.aggregated.min, found.aggregated.max),
            (expected.min, expected.max),
            "{text}"
        );
    }
    for (text, told) in [("nps + shoe_size", "shoe_size"), ("reason * 2", "reason")] {
        let formula = koe_analysis::expression::parse(text).expect("a formula");
        let refused = shop
            .lake
            .ask(&question(Measure::Expression(formula), &[]), &snapshot)
            .await;
        assert!(refused.expect_err("refused").to_string().contains(told));
    }
}

#[tokio::test]
async fn months_and_days_start_at_midnight_of_the_named_zone() {
    let shop = Shop::open();
    // 2026-04-30T15:00Z is 2026-05-01T00:00 in Tokyo: the last nine UTC hours of April are May there.
    let snapshot = sealed(shop.seal(&answers(0..24 * 30), "f1").await);
    let by = |grain, zone: &str| Dimension::Time {
        grain,
        zone: zone.to_owned(),
    };
    let mut asked = question(Measure::Count, &[]);
    asked.group_by = vec![by(Grain::Month, "Asia/Tokyo")];
    let answer = shop.lake.ask(&asked, &snapshot).await.expect("an answer");
    assert_eq!(
        answer.group(&[Some("2026-04")]).expect("April").rows.n,
        24 * 30 - 9
    );
    assert_eq!(answer.group(&[Some("2026-05")]).expect("May").rows.n, 9);

    asked.group_by = vec![by(Grain::Day, "Asia/Tokyo")];
    let answer = shop.lake.ask(&asked, &snapshot).await.expect("an answer");
    assert_eq!(
        answer.group(&[Some("2026-04-01")]).expect("1 April").rows.n,
        15
    );
    assert_eq!(
        answer.group(&[Some("2026-04-02")]).expect("2 April").rows.n,
        24
    );

    asked.group_by = vec![by(Grain::Hour, "Asia/Kathmandu")];
    let answer = shop.lake.ask(&asked, &snapshot).await.expect("an answer");
    // Kathmandu is 5:45 ahead: a UTC hour's first moment lies in the quarter before the local hour.
    let first = answer
        .group(&[Some("2026-04-01T05:00:00+05:45")])
        .expect("the first hour");
    assert_eq!(first.rows.n, 1);

    asked.group_by = vec![by(Grain::Day, "Mars/Olympus")];
    let refused = shop.lake.ask(&asked, &snapshot).await;
    assert!(matches!(refused, Err(Error::UnknownTimeZone(zone)) if zone == "Mars/Olympus"));
}

/// On 1 November 2026 New York sets its clocks back: the day has 25 hours, two of them are 1 o'clock.
#[tokio::test]
async fn an_hour_that_comes_twice_is_two_hours_of_one_day() {
    let shop = Shop::open();
    let midnight = 1_793_505_600_000;
    let mut rows = answers(0..26);
    for (row, n) in rows.iter_mut().zip(0_i64..) {
        row.common.occurred_at = midnight + n * HOUR;
    }
    let snapshot = sealed(shop.seal(&rows, "f1").await);
    let mut asked = question(Measure::Count, &[]);
    let mut keys = async |grain| {
        asked.group_by = vec![Dimension::Time {
            grain,
            zone: "America/New_York".to_owned(),
        }];
        let answer = shop.lake.ask(&asked, &snapshot).await.expect("an answer");
        let keys = answer
            .groups
            .into_iter()
            .map(|group| (group.key[0].clone().unwrap_or_default(), group.rows.n));
        keys.collect::<Vec<_>>()
    };
    let days = keys(Grain::Day).await;
    assert_eq!(
        days,
        [("2026-11-01".to_owned(), 25), ("2026-11-02".to_owned(), 1)]
    );
    let hours = keys(Grain::Hour).await;
    assert_eq!(hours.len(), 26);
    assert_eq!(hours[1], ("2026-11-01T01:00:00-04:00".to_owned(), 1));
    assert_eq!(hours[2], ("2026-11-01T01:00:00-05:00".to_owned(), 1));
}

#[tokio::test]
async fn groups_merge_into_the_regions_of_today() {
    let shop = Shop::open();
    let snapshot = sealed(shop.seal(&answers(0..400), "f1").await);
    let by_unit = shop
        .lake
        .ask(&nps_by(&[CommonColumn::Unit]), &snapshot)
        .await
        .expect("an answer");
    let today = by_unit.regroup(|key| match key[0].as_deref() {
        Some("unt_0" | "unt_3") => vec![Some("north".to_owned())],
        _ => vec![Some("south".to_owned())],
    });
    assert_eq!(today.groups.len(), 2);
    let north = today.group(&[Some("north")]).expect("a region");
    assert_eq!(north.rows.n, 200);
    let whole = shop
        .lake
        .ask(&nps_by(&[]), &snapshot)
        .await
        .expect("an answer")
        .total();
    assert_eq!(today.total().summary, whole.summary);
}

#[tokio::test]
async fn a_row_without_a_unit_is_visible_to_organisation_wide_askers_only() {
    let shop = Shop::open();
    let mut rows = answers(0..40);
    rows[0].common.unit = None;
    rows[0].common.unit_path = None;
    let snapshot = Snapshot {
        files: shop.seal(&rows[..20], "f1").await,
        pending: pending(rows[20..].to_vec()),
        tombstones: vec![],
    };
    let mut asked = question(Measure::Count, &[]);
    let count = async |units: Units| {
        let mut asked = asked.clone();
        asked.selection.units = units;
        shop.lake
            .ask(&asked, &snapshot)
            .await
            .expect("an answer")
            .total()
            .rows
            .n
    };
    assert_eq!(count(Units::All).await, 40);
    let many: Vec<String> = (1..100).map(|unit| format!("unt_{unit}")).collect();
    assert_eq!(count(Units::Only(many)).await, 30);
    let units = (0..4).map(|unit| format!("unt_{unit}")).collect();
    assert_eq!(count(Units::Only(units)).await, 39);
    assert_eq!(count(Units::Only(vec!["unt_1".to_owned()])).await, 10);
    assert_eq!(count(Units::Only(vec![])).await, 0);

    asked.group_by = vec![Dimension::UnitLevel(1)];
    let answer = shop.lake.ask(&asked, &snapshot).await.expect("an answer");
    assert_eq!(
        answer
            .group(&[None])
            .expect("the row without a unit")
            .rows
            .n,
        1
    );
    assert_eq!(answer.group(&[Some("unt_east")]).expect("east").rows.n, 19);
    assert_eq!(answer.group(&[Some("unt_west")]).expect("west").rows.n, 20);
}

#[tokio::test]
async fn conditions_keep_the_rows_that_meet_them_all() {
    let shop = Shop::open();
    let snapshot = Snapshot {
        files: shop.seal(&answers(0..300), "f1").await,
        pending: pending(answers(300..420)),
        tombstones: vec![],
    };
    let rows = answers(0..420);
    let common = Column::Common;
    let field = |field: &str| Column::Field {
        stream: None,
        field: field.to_owned(),
    };
    let code = |code: &str| Value::Code(code.to_owned());
    type Holds = fn(&koe_lake::Row) -> bool;
    let cases: Vec<(Column, Test, Holds)> = vec![
        (
            common(CommonColumn::Channel),
            Test::Equals(code("app")),
            |row| row.common.channel.as_deref() == Some("app"),
        ),
        (
            field("reason"),
            Test::AnyOf(vec![code("price"), code("stock")]),
            |row| row.values["reason"] != Value::Code("staff".to_owned()),
        ),
        (
            common(CommonColumn::Customer),
            Test::NoneOf(vec![code("cus_001")]),
            |row| row.common.customer.as_deref() != Some("cus_001"),
        ),
        (
            field("nps"),
            Test::Between {
                from: Some(Value::Integer(7)),
                to: Some(Value::Integer(8)),
            },
            |row| matches!(row.values.get("nps"), Some(Value::Integer(7..=8))),
        ),
        (
            common(CommonColumn::RecordId),
            Test::AnyOf((0..60).map(|n| code(&format!("rec_{n:06}"))).collect()),
            |row| row.common.record_id.as_str() < "rec_000060",
        ),
        (
            common(CommonColumn::Customer),
            Test::NoneOf((0..30).map(|n| code(&format!("cus_{n:03}"))).collect()),
            |row| {
                row.common
                    .customer
                    .as_deref()
                    .is_none_or(|customer| customer >= "cus_030")
            },
        ),
        (
            field("nps"),
            Test::NoneOf((0..9).map(Value::Integer).collect()),
            |row| !matches!(row.values.get("nps"), Some(Value::Integer(0..9))),
        ),
        (field("nps"), Test::IsNull, |row| {
            !row.values.contains_key("nps")
        }),
        (field("nps"), Test::NotNull, |row| {
            row.values.contains_key("nps")
        }),
        (
            common(CommonColumn::Direct),
            Test::Equals(Value::Flag(true)),
            |row| row.common.direct == Some(true),
        ),
        (
            field("visited"),
            Test::Between {
                from: Some(Value::Date { date: 20_550 }),
                to: None,
            },
            |row| matches!(row.values["visited"], Value::Date { date } if date >= 20_550),
        ),
        (
            common(CommonColumn::UnitPath),
            Test::Within(vec!["unt_east".to_owned()]),
            |row| matches!(row.common.unit.as_deref(), Some("unt_0" | "unt_1")),
        ),
        (
            common(CommonColumn::OccurredAt),
            Test::Between {
                from: Some(Value::Integer(APRIL + 10 * HOUR)),
                to: Some(Value::Integer(APRIL + 20 * HOUR)),
            },
            |row| (APRIL + 10 * HOUR..=APRIL + 20 * HOUR).contains(&row.common.occurred_at),
        ),
        (
            common(CommonColumn::Stream),
            Test::Equals(code("srv_other")),
            |_| false,
        ),
        (field("unheard_of"), Test::IsNull, |_| true),
        (field("unheard_of"), Test::Equals(code("x")), |_| false),
    ];
    for (column, test, holds) in cases {
        let mut asked = question(Measure::Count, &[]);
        asked.selection.conditions = vec![Condition { column, test }];
        let found = shop
            .lake
            .ask(&asked, &snapshot)
            .await
            .expect("an answer")
            .total()
            .rows
            .n;
        let expected = rows.iter().filter(|row| holds(row)).count();
        assert_eq!(found, expected as u64, "{:?}", asked.selection.conditions);
    }
}

#[tokio::test]
async fn a_time_range_takes_its_first_moment_and_not_its_last() {
    let shop = Shop::open();
    let snapshot = Snapshot {
        files: shop.seal(&answers(0..100), "f1").await,
        pending: pending(answers(100..200)),
        tombstones: vec![],
    };
    let mut asked = question(Measure::Count, &[]);
    asked.selection.time = TimeRange {
        from: Some(APRIL + DAY),
        to: Some(APRIL + 7 * DAY),
    };
    let answer = shop.lake.ask(&asked, &snapshot).await.expect("an answer");
    assert_eq!(answer.total().rows.n, 6 * 24);
}

fn removed(id: &str, revision: i64) -> Tombstone {
    Tombstone {
        removed: Removed::Record {
            id: id.to_owned(),
            revision,
        },
        stream: None,
        occurred: None,
    }
}
