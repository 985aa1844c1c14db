//! Sums of products beside those of a loop over the rows, whichever files these are in.

use koe_analysis::drivers::PairProducts;
use koe_lake::{
    Column, CommonColumn, CrossAnswer, CrossQuestion, Dimension, Earlier, EarlierRows, Error,
    Limits, LookedUp, Lookup, Number, Removed, Row, Selection, Snapshot, Told, Tombstone, Units,
    Value,
};

use crate::shop::{Shop, answers, pending, survey};

const GONE: &str = "rec_000150";

fn field(id: &str) -> Number {
    Number::Of(Column::Field {
        stream: None,
        field: id.to_owned(),
    })
}

fn asked(columns: Vec<Number>) -> CrossQuestion {
    CrossQuestion {
        stream: survey(),
        columns,
        selection: Selection::of(Units::All),
        split: None,
        weight: None,
        parts: 1,
        pairs: false,
    }
}

/// The same rows in two files and the tail, or in one file.
async fn snapshots(shop: &Shop) -> [Snapshot; 2] {
    let mut files = shop.seal(&answers(0..120), "f1").await;
    files.extend(shop.seal(&answers(200..220), "f2").await);
    let tombstones = vec![Tombstone {
        removed: Removed::Record {
            id: GONE.to_owned(),
            revision: 1,
        },
        stream: None,
        occurred: None,
    }];
    let scattered = Snapshot {
        files,
        pending: pending(answers(120..200)),
        tombstones: tombstones.clone(),
    };
    let together = Snapshot {
        files: shop.seal(&answers(0..220), "f3").await,
        pending: Vec::new(),
        tombstones,
    };
    [scattered, together]
}

async fn cross(shop: &Shop, question: &CrossQuestion, snapshot: &Snapshot) -> CrossAnswer {
    let before = EarlierRows::default();
    let found = shop.lake.cross_products(question, snapshot, &before).await;
    found.expect("an answer")
}

fn value(row: &Row, field: &str) -> f64 {
    match row.values.get(field) {
        Some(Value::Integer(value)) => *value as f64,
        Some(Value::Number(value)) => *value,
        Some(Value::Flag(value)) => f64::from(u8::from(*value)),
        _ => f64::NAN,
    }
}

fn rows() -> Vec<Row> {
    let mut rows = answers(0..220);
    rows.retain(|row| row.common.record_id != GONE);
    rows
}

#[tokio::test]
async fn sums_are_those_of_the_complete_rows() {
    let shop = Shop::open();
    let [scattered, _] = snapshots(&shop).await;
    let fields = ["nps", "spent", "again"];
    let mut asked = asked(fields.map(field).to_vec());
    for weighted in [false, true] {
        asked.weight = weighted.then_some(Column::Common(CommonColumn::Weight));
        let answer = cross(&shop, &asked, &scattered).await;
        let found = &answer.parts[0];
        let complete: Vec<(f64, [f64; 3])> = rows()
            .iter()
            .map(|row| {
                (
                    row.common.weight.unwrap_or(1.0),
                    fields.map(|id| value(row, id)),
                )
            })
            .filter(|(_, values)| values.iter().all(|value| value.is_finite()))
            .map(|(weight, values)| (if weighted { weight } else { 1.0 }, values))
            .collect();
        assert_eq!(found.n, complete.len() as u64);
        assert_eq!(found.n_incomplete, 219 - found.n);
        assert_eq!(answer.missing, [219 - found.n, 0, 0]);
        let sum = |of: &dyn Fn(&[f64; 3]) -> f64| -> f64 {
            complete
                .iter()
                .map(|(weight, values)| weight * of(values))
                .sum()
        };
        assert!((found.weight - sum(&|_| 1.0)).abs() < 1e-9);
        for a in 0..3 {
            assert!(
                (found.sums[a] - sum(&|values| values[a])).abs() < 1e-6,
                "{a}"
            );
            for b in 0..3 {
                let product = sum(&|values| values[a] * values[b]);
                assert!((found.products[a][b] - product).abs() < 1e-6, "{a} {b}");
            }
        }
        let again = |is: f64| {
            complete
                .iter()
                .filter(|(_, values)| values[2] == is)
                .count() as u64
        };
        assert_eq!(
            answer.values[2],
            Some(vec![(0.0, again(0.0)), (1.0, again(1.0))])
        );
    }
}

#[tokio::test]
async fn parts_hold_every_row_once_and_hang_on_no_file() {
    let shop = Shop::open();
    let [scattered, together] = snapshots(&shop).await;
    let mut asked = asked(vec![field("nps"), field("again")]);
    asked.parts = 64;
    asked.pairs = true;
    let one = cross(&shop, &asked, &scattered).await;
    let other = cross(&shop, &asked, &together).await;
    assert_eq!(one, other);
    let n: Vec<u64> = one
        .parts
        .iter()
        .map(|part| part.n + part.n_incomplete)
        .collect();
    assert_eq!((n.len(), n.iter().sum::<u64>()), (64, 219));
    // 43 records of nobody and 32 customers, each customer's rows together: some parts are empty.
    let used = n.iter().filter(|rows| **rows > 0).count();
    assert!((30..60).contains(&used), "{used}: {n:?}");

    let mut pairs = PairProducts::new(["0", "1"]);
    for row in rows() {
        pairs.add(&[value(&row, "nps"), value(&row, "again")], 1.0);
    }
    let mut merged = PairProducts::new(["0", "1"]);
    for part in &one.pairs {
        merged.merge(part).expect("the same columns");
    }
    assert_eq!(merged, pairs);
}

#[tokio::test]
async fn groups_sum_to_the_whole_and_columns_can_be_made() {
    let shop = Shop::open();
    let [snapshot, _] = snapshots(&shop).await;
    let formula = koe_analysis::expression::parse("nps * 10 - spent").expect("a formula");
    let known = (0..40).map(|n| (format!("cus_{n:03}"), (n % 3).to_string()));
    let looked_up = Number::Of(Column::Lookup(vec![LookedUp {
        column: CommonColumn::Customer,
        values: Lookup::new(known.collect()),
    }]));
    let earlier = Number::Of(Column::Earlier(Earlier {
        stream: survey(),
        tells: Told::Count,
        days: None,
        same: Lookup::default(),
    }));
    let high = Number::AtLeast(Box::new(field("nps")), 9.0);
    let low = Number::AtMost(Box::new(field("nps")), 6.0);
    let mut asked = asked(vec![
        Number::Formula(formula),
        looked_up,
        earlier,
        high,
        low,
    ]);
    asked.split = Some(Dimension::common(CommonColumn::Touchpoint));
    let answer = cross(&shop, &asked, &snapshot).await;
    let rows = rows();
    let complete: Vec<&Row> = rows
        .iter()
        .filter(|row| row.common.customer.is_some() && value(row, "nps").is_finite())
        .collect();
    let whole = &answer.parts[0];
    assert_eq!(whole.n, complete.len() as u64);
    let sum = |of: &dyn Fn(&Row) -> f64| complete.iter().map(|row| of(row)).sum::<f64>();
    let expected = [
        sum(&|row| value(row, "nps") * 10.0 - value(row, "spent")),
        sum(&|row| {
            let customer = row.common.customer.as_deref().unwrap_or("cus_000");
            f64::from(customer[4..].parse::<u32>().expect("a number") % 3)
        }),
        sum(&|row| {
            let before = |other: &&Row| {
                other.common.customer == row.common.customer
                    && other.common.occurred_at < row.common.occurred_at
            };
            rows.iter().filter(before).count() as f64
        }),
        sum(&|row| f64::from(u8::from(value(row, "nps") >= 9.0))),
        sum(&|row| f64::from(u8::from(value(row, "nps") <= 6.0))),
    ];
    for (found, expected) in whole.sums.iter().zip(expected) {
        assert!((found - expected).abs() < 1e-6, "{found} {expected}");
    }
    let keys: Vec<Option<&str>> = answer
        .groups
        .iter()
        .map(|group| group.key.as_deref())
        .collect();
    assert_eq!(keys, [Some("app"), Some("call"), Some("till")]);
    let n: u64 = answer.groups.iter().map(|group| group.products.n).sum();
    assert_eq!(n, whole.n);
}

#[tokio::test]
async fn too_many_groups_are_refused() {
    let shop = Shop::with(Limits {
        groups: 2,
        ..Limits::default()
    });
    let [snapshot, _] = snapshots(&shop).await;
    let mut asked = asked(vec![field("nps"), field("again")]);
    asked.split = Some(Dimension::common(CommonColumn::Touchpoint));
    let before = EarlierRows::default();
    let refused = shop.lake.cross_products(&asked, &snapshot, &before).await;
    assert!(matches!(refused, Err(Error::TooManyGroups { limit: 2 })));
}
