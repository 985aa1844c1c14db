//! Explicit joins: what the asker knows of the values in a column.

use std::collections::BTreeMap;

use koe_lake::{
    Column, CommonColumn, Condition, Dimension, Error, LookedUp, Lookup, Snapshot, Test, Value,
};

use crate::shop::{Shop, answers, nps_by, pending};

fn looked_up(column: CommonColumn, values: &Lookup) -> Column {
    Column::Lookup(vec![LookedUp {
        column,
        values: values.clone(),
    }])
}

/// Counting by what is known of the customer is counting by customer and adding up; no row is lost
/// or counted twice, wherever it lies.
#[tokio::test]
async fn a_lookup_divides_the_rows_and_adds_none() {
    let shop = Shop::open();
    let files = shop.seal(&answers(0..150), "f1").await;
    let snapshot = Snapshot {
        files,
        pending: pending(answers(150..200)),
        tombstones: Vec::new(),
    };
    let plan = |customer: &str| match customer.as_bytes().last() {
        Some(b'0'..=b'3') => Some("gold"),
        Some(b'4'..=b'7') => Some("silver"),
        _ => None,
    };
    let known: BTreeMap<String, String> = (0..40)
        .map(|n| format!("cus_{n:03}"))
        .filter_map(|customer| Some((customer.clone(), plan(&customer)?.to_owned())))
        .collect();
    let lookup = Lookup::new(known);
    let mut by_plan = nps_by(&[]);
    by_plan.group_by = vec![
        Dimension::Column(looked_up(CommonColumn::Customer, &lookup)),
        Dimension::common(CommonColumn::Touchpoint),
    ];
    let joined = shop.lake.ask(&by_plan, &snapshot).await.expect("an answer");
    let by_customer = nps_by(&[CommonColumn::Customer, CommonColumn::Touchpoint]);
    let apart = shop
        .lake
        .ask(&by_customer, &snapshot)
        .await
        .expect("an answer");
    let expected = apart.regroup(|key| {
        let customer = key[0].as_deref().and_then(plan).map(str::to_owned);
        vec![customer, key[1].clone()]
    });
    assert_eq!(joined.groups, expected.groups);
    assert_eq!(joined.total().rows.n, 200);
    // As a travelling question, too; and again from what was kept.
    let text = serde_json::to_string(&by_plan).expect("a question is data");
    let again = serde_json::from_str(&text).expect("and comes back");
    let again = shop.lake.ask(&again, &snapshot).await.expect("an answer");
    assert_eq!(again.groups, joined.groups);
    assert_eq!(again.work.files_remembered, snapshot.files.len());

    // Who has gold, as a condition.
    let mut gold = nps_by(&[]);
    gold.selection.conditions.push(Condition {
        column: looked_up(CommonColumn::Customer, &lookup),
        test: Test::AnyOf(vec![Value::Code("gold".to_owned())]),
    });
    let gold = shop.lake.ask(&gold, &snapshot).await.expect("an answer");
    let of_gold = joined
        .groups
        .iter()
        .filter(|g| g.key[0].as_deref() == Some("gold"));
    assert_eq!(gold.total().rows.n, of_gold.map(|g| g.rows.n).sum::<u64>());

    let mut wrong = by_plan;
    wrong.group_by = vec![Dimension::Column(looked_up(CommonColumn::Version, &lookup))];
    let refused = shop.lake.ask(&wrong, &snapshot).await;
    assert!(matches!(refused, Err(Error::BadQuestion(_))));
}
