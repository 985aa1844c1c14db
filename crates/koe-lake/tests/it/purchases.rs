//! What customers bought, beside tables that were counted by hand.

use std::collections::BTreeMap;

use koe_lake::{
    Column, Common, CommonColumn, Earlier, EarlierRows, Error, Field, FieldKind, Limits, LookedUp,
    Lookup, PendingRow, Purchases, PurchasesQuestion, Removed, Row, Selection, Snapshot,
    StreamSchema, Told, Tombstone, Units, Value,
};

use crate::shop::{APRIL, DAY, HOUR, Shop, survey};

fn orders() -> StreamSchema {
    let fields = vec![
        Field::new("amount", FieldKind::Number),
        Field::new("plan", FieldKind::Code),
    ];
    StreamSchema::new("ord_shop", fields).expect("a stream")
}

/// An order so many hours after the first of April, UTC.
fn order(n: i64, customer: &str, hours: i64, amount: Option<f64>) -> Row {
    let mut row = Row {
        common: Common {
            record_id: format!("rec_o{n:03}"),
            revision: 1,
            occurred_at: APRIL + hours * HOUR,
            recorded_at: APRIL + hours * HOUR,
            customer: (!customer.is_empty()).then(|| customer.to_owned()),
            unit: Some(["unt_0", "unt_1"][usize::from(n % 2 == 1)].to_owned()),
            ..Common::default()
        },
        ..Row::default()
    };
    if let Some(amount) = amount {
        row.values.insert("amount".into(), Value::Number(amount));
    }
    row
}

/// Ann buys on days 0, 7 (twice) and 14, Ben on day 3 and gives it back on day 4, Cat and Kit, who
/// are one person, on days 1 and 8, Dan is erased, one order has nobody and one no amount.
fn rows() -> Vec<Row> {
    vec![
        order(0, "ann", 1, Some(10.0)),
        order(2, "ann", 7 * 24 + 1, Some(20.0)),
        order(4, "ann", 7 * 24 + 9, Some(30.0)),
        order(1, "ann", 14 * 24 + 16, Some(70.0)),
        order(6, "ben", 3 * 24, Some(40.0)),
        order(8, "ben", 4 * 24, Some(-40.0)),
        order(10, "cat", 24, Some(5.0)),
        order(12, "kit", 8 * 24, Some(15.0)),
        order(14, "dan", 24, Some(99.0)),
        order(16, "", 24, Some(99.0)),
        order(18, "eve", 24, None),
    ]
}

fn waiting(stream: &str, rows: &[Row]) -> Vec<PendingRow> {
    let pending = |row: &Row| PendingRow {
        stream: stream.to_owned(),
        row: row.clone(),
    };
    rows.iter().map(pending).collect()
}

/// The orders with the first so many in a file and the others pending.
async fn april(shop: &Shop, sealed: usize) -> Snapshot {
    let all = rows();
    let (first, rest) = all.split_at(sealed);
    let files = match first.is_empty() {
        true => Vec::new(),
        false => (shop.lake.seal_rows(&orders(), first, "f").await).expect("sealed"),
    };
    Snapshot {
        files,
        pending: waiting("ord_shop", rest),
        tombstones: vec![Tombstone {
            removed: Removed::Customer("dan".into()),
            stream: None,
            occurred: None,
        }],
    }
}

fn question() -> PurchasesQuestion {
    PurchasesQuestion {
        stream: orders(),
        selection: Selection::of(Units::All),
        amount: "amount".into(),
        zone: "UTC".into(),
        until: None,
        same: Lookup::new(BTreeMap::from([("kit".to_owned(), "cat".to_owned())])),
        group: None,
    }
}

async fn asked(shop: &Shop, question: &PurchasesQuestion, snapshot: &Snapshot) -> Purchases {
    let earlier = EarlierRows::default();
    let found = shop.lake.purchases(question, snapshot, &earlier).await;
    found.expect("an answer")
}

/// `customer x t_x T mean last group` of each, times in days, the last day after April began.
fn table(found: &Purchases) -> Vec<String> {
    let first = i32::try_from(APRIL / DAY).expect("a day");
    let days = |weeks: f64| (weeks * 7.0).round();
    (found.customers.iter())
        .map(|one| {
            let s = one.summary;
            let mean = s.mean_value.map_or("-".to_owned(), |mean| mean.to_string());
            let group = one.group.as_deref().unwrap_or("-");
            let (t_x, t, last) = (days(s.t_x), days(s.t), one.last - first);
            format!("{} {} {t_x} {t} {mean} {last} {group}", one.customer, s.x)
        })
        .collect()
}

#[tokio::test]
async fn days_with_purchases_are_summed_by_customer_wherever_the_rows_are() {
    let shop = Shop::open();
    for sealed in [0, 5, rows().len()] {
        let snapshot = april(&shop, sealed).await;
        let found = asked(&shop, &question(), &snapshot).await;
        let expected = [
            "ann 2 14 14 60 14 -",
            "ben 0 0 11 - 3 -",
            "cat 1 7 13 15 8 -",
        ];
        assert_eq!(table(&found), expected, "{sealed} sealed");
        let counts = (found.n_returns, found.n_later, found.n_missing);
        assert_eq!(counts, (1, 0, 1), "{sealed} sealed");
    }
}

#[tokio::test]
async fn days_follow_the_zone_and_observation_ends_where_it_is_said() {
    let shop = Shop::open();
    let snapshot = april(&shop, 4).await;
    // In Tokyo, Ann's evening of day 14 is day 15.
    let tokyo = PurchasesQuestion {
        zone: "Asia/Tokyo".into(),
        ..question()
    };
    let found = asked(&shop, &tokyo, &snapshot).await;
    assert_eq!(table(&found)[0], "ann 2 15 15 60 15 -");
    let first = i32::try_from(APRIL / DAY).expect("a day");
    let until = PurchasesQuestion {
        until: Some(first + 7),
        ..question()
    };
    let found = asked(&shop, &until, &snapshot).await;
    assert_eq!(
        table(&found),
        ["ann 1 7 7 50 7 -", "ben 0 0 4 - 3 -", "cat 0 0 6 - 1 -"]
    );
    assert_eq!(found.n_later, 2, "Ann's day 14 and Kit's day 8");
}

#[tokio::test]
async fn only_purchases_in_sight_count() {
    let shop = Shop::open();
    let snapshot = april(&shop, 4).await;
    let one = PurchasesQuestion {
        selection: Selection::of(Units::Only(vec!["unt_1".into()])),
        ..question()
    };
    assert_eq!(
        table(&asked(&shop, &one, &snapshot).await),
        ["ann 0 0 0 - 14 -"]
    );
    let nothing = PurchasesQuestion {
        selection: Selection::of(Units::Only(Vec::new())),
        ..question()
    };
    assert_eq!(
        asked(&shop, &nothing, &snapshot).await,
        Purchases::default()
    );
}

#[tokio::test]
async fn groups_are_what_is_known_at_the_end_of_observation() {
    let shop = Shop::open();
    let mut snapshot = april(&shop, 4).await;
    let said = |n: u32, customer: &str, day: i64, score: i64| {
        let mut row = order(0, customer, day * 24, None);
        row.common.record_id = format!("rec_a{n}");
        row.values.insert("nps".into(), Value::Integer(score));
        row
    };
    let answers = [
        said(0, "ann", 1, 3),
        said(1, "ann", 13, 10),
        // After the day of the last purchase, which is where observation ends.
        said(2, "ann", 16, 0),
        said(3, "kit", 2, 7),
    ];
    snapshot.pending.extend(waiting(&survey().id, &answers));
    let last = Column::Earlier(Earlier {
        stream: survey(),
        tells: Told::Last("nps".into()),
        days: None,
        same: question().same,
    });
    let grouped = |group| PurchasesQuestion {
        group: Some(group),
        ..question()
    };
    let bands = ["..<7", "7..<9", "9.."].map(str::to_owned).to_vec();
    let nps = grouped(Column::Banded {
        of: Box::new(last),
        bands,
    });
    let groups = |found: Purchases| -> Vec<(String, Option<String>)> {
        let groups = found.customers.into_iter();
        groups.map(|one| (one.customer, one.group)).collect()
    };
    let pair = |customer: &str, group: &str| (customer.to_owned(), Some(group.to_owned()));
    assert_eq!(
        groups(asked(&shop, &nps, &snapshot).await),
        [
            pair("ann", "9.."),
            pair("ben", "(none)"),
            pair("cat", "7..<9")
        ]
    );
    let plans = BTreeMap::from([("ann".to_owned(), "plus".to_owned())]);
    let known = grouped(Column::Lookup(vec![LookedUp {
        column: CommonColumn::Customer,
        values: Lookup::new(plans),
    }]));
    assert_eq!(
        groups(asked(&shop, &known, &snapshot).await),
        [
            pair("ann", "plus"),
            ("ben".into(), None),
            ("cat".into(), None)
        ]
    );
}

#[tokio::test]
async fn what_cannot_be_asked_is_refused() {
    let limits = Limits {
        memory_bytes: 64 << 10,
        ..Limits::default()
    };
    let shop = Shop::with(limits);
    let many: Vec<Row> = (0..2_000)
        .map(|n| order(n, &format!("c{n}"), n, Some(1.0)))
        .collect();
    let snapshot = Snapshot {
        pending: waiting("ord_shop", &many),
        ..Snapshot::default()
    };
    let earlier = EarlierRows::default();
    let refused = shop.lake.purchases(&question(), &snapshot, &earlier).await;
    let error = refused.expect_err("too many for the memory");
    assert!(error.is_limit(), "{error}");
    for (changed, named) in [
        (
            PurchasesQuestion {
                amount: "plan".into(),
                ..question()
            },
            "plan",
        ),
        (
            PurchasesQuestion {
                amount: "gone".into(),
                ..question()
            },
            "gone",
        ),
        (
            PurchasesQuestion {
                zone: "Asia/Edo".into(),
                ..question()
            },
            "Asia/Edo",
        ),
        (
            PurchasesQuestion {
                group: Some(Column::Field {
                    stream: None,
                    field: "plan".into(),
                }),
                ..question()
            },
            "not by a field",
        ),
    ] {
        let refused = shop.lake.purchases(&changed, &snapshot, &earlier).await;
        let error: Error = refused.expect_err(named);
        assert!(error.to_string().contains(named), "{error}");
    }
}
