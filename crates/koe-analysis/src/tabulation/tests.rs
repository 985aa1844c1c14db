use proptest::prelude::*;

use super::*;
use crate::inference;
use crate::score::{GoodEnd, NpsCuts, Scale, score};
use crate::summary::Summary;
use crate::weighting::DesignColumns;

fn metrics() -> Vec<Metric> {
    let direction = Direction::HigherIsBetter;
    vec![
        Metric::Nps {
            cuts: NpsCuts::default(),
        },
        Metric::Csat {
            scale: Scale::new(0, 10),
            top: 2,
            good_end: GoodEnd::Highest,
        },
        Metric::Mean {
            scale: None,
            direction,
        },
        Metric::Ces {
            scale: Scale::new(0, 10),
            direction: Direction::LowerIsBetter,
        },
        Metric::TopBox {
            scale: Scale::new(0, 10),
            k: 3,
            direction,
        },
    ]
}

fn design(rows: usize, weights: Option<&[f64]>, clusters: Option<&[String]>) -> Design {
    let columns = DesignColumns {
        weights,
        clusters,
        ..DesignColumns::default()
    };
    Design::new(rows, &columns).unwrap()
}

fn close(a: f64, b: f64, within: f64) -> bool {
    (a - b).abs() <= within
}

#[test]
fn nps_of_groups_travels_as_the_command_line_promises() {
    let mut rows: Vec<(&str, Option<f64>)> = Vec::new();
    for (shop, answers) in [("a", [10.0, 9.0, 8.0, 3.0]), ("b", [10.0, 10.0, 9.0, 11.0])] {
        rows.extend(answers.iter().map(|&answer| (shop, Some(answer))));
    }
    rows.push(("c", None));
    let nps = &metrics()[0];
    let table = score_table(nps, &rows, &design(9, None, None), Confidence::P95);
    let json = serde_json::to_value(&table).unwrap();
    assert_eq!(json["metric"], "nps");
    assert_eq!(json["method"], "nps_adjusted_wald");
    let group = &json["groups"][0];
    assert_eq!((&group["key"], &group["n"]), (&"a".into(), &4.into()));
    assert_eq!(group["value"], 25.0);
    assert_eq!(group["counts"]["promoters"], 2);
    // Out of the scale is missing, and counted.
    assert_eq!(
        (table.groups[1].figures.n, table.groups[1].figures.n_missing),
        (3, 1)
    );
    assert_eq!(json["groups"][2]["interval"], serde_json::Value::Null);
    assert_eq!(json["total"]["n"], 7);
    let pairs = pair_table(nps, &rows, &design(9, None, None), Confidence::P95);
    let json = serde_json::to_value(&pairs).unwrap();
    let pair = &json["pairs"][0];
    for field in [
        "difference",
        "se",
        "interval",
        "statistic",
        "p",
        "p_adjusted",
        "method",
    ] {
        assert!(!pair[field].is_null(), "{field}");
    }
    assert_eq!((&pair["a"], &pair["b"]), (&"a".into(), &"b".into()));
    assert_eq!(json["pairs"].as_array().unwrap().len(), 3);
    assert_eq!(json["pairs"][1]["p"], serde_json::Value::Null);
}

#[test]
fn everybody_a_promoter_is_no_certainty_under_a_design_either() {
    let weights: Vec<f64> = (0..12).map(|i| 1.0 + f64::from(i % 3)).collect();
    let rows: Vec<(u8, Option<f64>)> = (0..12)
        .map(|i| {
            (
                u8::from(i >= 6),
                Some(if i < 6 { 10.0 } else { f64::from(i) - 3.0 }),
            )
        })
        .collect();
    let clusters: Vec<String> = (0..12).map(|i| (i / 2).to_string()).collect();
    for design in [
        design(12, Some(&weights), None),
        design(12, Some(&weights), Some(&clusters)),
    ] {
        let table = score_table(&metrics()[0], &rows, &design, Confidence::P95);
        assert_eq!(table.method, "taylor_nps_adjusted_wald");
        let all = &table.groups[0].figures;
        assert_eq!(all.value, Some(100.0));
        let (low, high) = all.interval.unwrap();
        assert!(low < 90.0 && high == 100.0, "{low} {high}");
        let pairs = pair_table(&metrics()[0], &rows, &design, Confidence::P95).pairs;
        assert_eq!(pairs[0].method, "nps_adjusted_wald");
        let (low, high) = pairs[0].interval.unwrap();
        let difference = pairs[0].difference.unwrap();
        assert!(low < difference && difference < high && pairs[0].p.unwrap() > 0.0);
    }
}

#[test]
fn clusters_that_answer_alike_make_intervals_wider() {
    let rows: Vec<((), Option<f64>)> = (0..60)
        .map(|i| {
            (
                (),
                Some(if (i / 6) % 2 == 0 {
                    9.0
                } else {
                    4.0 + f64::from(i % 2)
                }),
            )
        })
        .collect();
    let clusters: Vec<String> = (0..60).map(|i| (i / 6).to_string()).collect();
    for metric in metrics() {
        let width = |design: &Design| {
            let (low, high) = score_table(&metric, &rows, design, Confidence::P95)
                .total
                .interval
                .unwrap();
            high - low
        };
        let (alone, together) = (
            width(&design(60, None, None)),
            width(&design(60, None, Some(&clusters))),
        );
        assert!(together > 1.5 * alone, "{metric:?}: {together} {alone}");
    }
}

fn any_rows() -> impl Strategy<Value = Vec<(u8, Option<f64>)>> {
    let answer = proptest::option::weighted(0.9, (-1_i32..12).prop_map(f64::from));
    proptest::collection::vec((0_u8..3, answer), 1..50)
}

proptest! {
    #[test]
    fn weights_of_one_size_are_no_weights(rows in any_rows(), size in 0.01_f64..100.0) {
        let weights = vec![size; rows.len()];
        let weighted = design(rows.len(), Some(&weights), None);
        for metric in metrics() {
            let table = score_table(&metric, &rows, &weighted, Confidence::P95);
            prop_assert_eq!(&table, &score_table(&metric, &rows, &design(rows.len(), None, None), Confidence::P95));
            let summary = |key: Option<u8>| {
                let mut summary = Summary::default();
                for (of, answer) in &rows {
                    if key.is_none_or(|key| key == *of) {
                        summary.add(*answer, 1.0);
                    }
                }
                summary
            };
            prop_assert_eq!(table.total.value, score(&metric, &summary(None), Confidence::P95).value);
            for pair in pair_table(&metric, &rows, &weighted, Confidence::P95).pairs {
                let known = inference::compare(&metric, &summary(Some(pair.a)), &summary(Some(pair.b)), Confidence::P95);
                prop_assert_eq!(pair.interval, known.interval);
                prop_assert_eq!(pair.p, known.p);
            }
        }
    }

    #[test]
    fn almost_equal_weights_are_almost_no_weights(rows in any_rows()) {
        let weights: Vec<f64> = (0..rows.len()).map(|i| 1.0 + 1e-9 * (i % 2) as f64).collect();
        let weighted = design(rows.len(), Some(&weights), None);
        for metric in metrics() {
            let a = score_table(&metric, &rows, &weighted, Confidence::P95);
            let b = score_table(&metric, &rows, &design(rows.len(), None, None), Confidence::P95);
            for (a, b) in a.groups.iter().zip(&b.groups) {
                let (a, b) = (&a.figures, &b.figures);
                prop_assert!(close(a.se.unwrap_or(-1.0), b.se.unwrap_or(-1.0), 1e-5), "{:?} {:?} {:?}", metric, a, b);
                let ends = |f: &Figures| f.interval.unwrap_or((-1.0, -1.0));
                prop_assert!(close(ends(a).0, ends(b).0, 1e-4) && close(ends(a).1, ends(b).1, 1e-4), "{:?} {:?} {:?}", metric, a, b);
            }
        }
    }

    #[test]
    fn a_pair_turned_round_is_the_same_pair(rows in any_rows(), seed in 1_u32..50) {
        let weights: Vec<f64> = (0..rows.len()).map(|i| 1.0 + (i as u32 * seed % 7) as f64).collect();
        let clusters: Vec<String> = (0..rows.len()).map(|i| (i % 5).to_string()).collect();
        let design = design(rows.len(), Some(&weights), Some(&clusters));
        let turned: Vec<(u8, Option<f64>)> = rows.iter().map(|&(key, answer)| (9 - key, answer)).collect();
        for metric in metrics() {
            let pairs = pair_table(&metric, &rows, &design, Confidence::P95).pairs;
            let others = pair_table(&metric, &turned, &design, Confidence::P95).pairs;
            for pair in &pairs {
                let other = others.iter().find(|p| p.a == 9 - pair.b && p.b == 9 - pair.a).unwrap();
                prop_assert!(close(pair.difference.unwrap_or(0.0), -other.difference.unwrap_or(0.0), 1e-9));
                prop_assert!(close(pair.p.unwrap_or(2.0), other.p.unwrap_or(2.0), 1e-9));
            }
        }
    }
}
