use proptest::prelude::*;

use super::*;
use crate::summary::Tally;

fn nps() -> Metric {
    Metric::Nps {
        cuts: NpsCuts::default(),
    }
}

fn five() -> Scale {
    Scale::new(1, 5)
}

fn csat(good_end: GoodEnd) -> Metric {
    Metric::Csat {
        scale: five(),
        top: 2,
        good_end,
    }
}

fn at95(metric: &Metric, rows: &[(i64, u64)]) -> Score {
    score(
        metric,
        &Summary::from_counts(rows.iter().copied()),
        Confidence::P95,
    )
}

fn close(a: f64, b: f64, within: f64) -> bool {
    (a - b).abs() <= within
}

#[test]
fn student_agrees_with_the_sleep_data() {
    // "Student" 1908, table I, hyoscyamine: mean 0.75; R's t.test prints
    // 95 percent confidence interval −0.5297804 2.0297804.
    let mut summary = Summary::default();
    for hours in [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0] {
        summary.add(Some(hours), 1.0);
    }
    let metric = Metric::Mean {
        scale: None,
        direction: Direction::HigherIsBetter,
    };
    let score = score(&metric, &summary, Confidence::P95);
    let (low, high) = score.interval.unwrap();
    assert!(close(score.value.unwrap(), 0.75, 1e-12));
    assert!(
        close(low, -0.529_780_4, 1e-6) && close(high, 2.029_780_4, 1e-6),
        "{low} {high}"
    );
}

#[test]
fn nps_counts_promoters_passives_and_detractors() {
    let rows = [(0, 5), (6, 15), (7, 10), (8, 20), (9, 30), (10, 20)];
    let score = at95(&nps(), &rows);
    assert!(close(score.value.unwrap(), 30.0, 1e-9));
    assert_eq!(score.counts["promoters"], 50);
    assert_eq!(score.counts["passives"], 30);
    assert_eq!(score.counts["detractors"], 20);
    // √((0.5 + 0.2 − 0.3²) / 100)
    assert!(close(score.se.unwrap(), 7.810_25, 1e-5));
    assert_eq!(score.method.as_str(), "nps_adjusted_wald");
}

#[test]
fn nps_cuts_are_a_setting() {
    let one_to_ten = Metric::Nps {
        cuts: NpsCuts {
            min: 1,
            ..NpsCuts::default()
        },
    };
    let japanese = Metric::Nps {
        cuts: NpsCuts {
            min: 0,
            detractors_to: 5,
            passives_to: 7,
            max: 10,
        },
    };
    let rows = [(0, 1), (6, 1), (8, 1), (10, 1)];
    let standard = at95(&nps(), &rows);
    assert_eq!((standard.value, standard.n), (Some(-25.0), 4));
    let score = at95(&one_to_ten, &rows);
    assert_eq!((score.n, score.n_missing, score.n_out_of_scale), (3, 1, 1));
    assert!(close(score.value.unwrap(), 0.0, 1e-9));
    assert!(close(at95(&japanese, &rows).value.unwrap(), 25.0, 1e-9));
}

#[test]
fn csat_takes_the_two_best_answers_of_either_end() {
    // The share of the NHS patients' survey: 1 very good … 5 very poor.
    let rows = [(1, 2_203), (2, 323), (3, 100), (4, 100), (5, 203)];
    let score = at95(&csat(GoodEnd::Lowest), &rows);
    assert!(close(score.value.unwrap(), 86.24, 0.005));
    assert_eq!((score.n, score.counts["chosen"]), (2_929, 2_526));
    let upside = at95(&csat(GoodEnd::Highest), &rows);
    assert!(close(upside.value.unwrap(), 100.0 * 303.0 / 2_929.0, 1e-9));
}

#[test]
fn boxes_shares_and_means() {
    let rows = [(1, 1), (2, 2), (3, 3), (4, 4), (5, 10), (9, 7)];
    let (scale, direction) = (five(), Direction::HigherIsBetter);
    let top = Metric::TopBox {
        scale,
        k: 1,
        direction,
    };
    let bottom = Metric::BottomBox {
        scale,
        k: 2,
        direction,
    };
    let share = Metric::Share {
        values: [2, 4].into(),
        scale: Some(scale),
        direction,
    };
    let open_share = Metric::Share {
        values: [2, 4].into(),
        scale: None,
        direction,
    };
    let ces = Metric::Ces {
        scale,
        direction: Direction::LowerIsBetter,
    };
    let cases = [(&top, 50.0), (&bottom, 15.0), (&share, 30.0), (&ces, 4.0)];
    for (metric, expected) in cases {
        let score = at95(metric, &rows);
        assert!(close(score.value.unwrap(), expected, 1e-9), "{metric:?}");
        assert_eq!((score.n, score.n_missing, score.n_out_of_scale), (20, 7, 7));
    }
    let score = at95(&open_share, &rows);
    assert_eq!((score.n, score.n_missing), (27, 0));
}

#[test]
fn what_was_not_answered_or_set_aside_is_counted() {
    let mut summary = Summary::from_counts([(9, 3), (42, 2)]);
    summary.n_missing = 5;
    summary.n_out_of_scale = 1;
    summary.aggregated.add(7.5, 1.0);
    let score = score(&nps(), &summary, Confidence::P95);
    assert_eq!((score.n, score.n_out_of_scale, score.n_missing), (3, 4, 9));
}

#[test]
fn nothing_gives_no_value_and_one_answer_no_interval() {
    let mean = Metric::Mean {
        scale: Some(five()),
        direction: Direction::HigherIsBetter,
    };
    for metric in [nps(), csat(GoodEnd::Highest), mean] {
        let none = at95(&metric, &[]);
        assert_eq!(
            (none.value, none.se, none.interval, none.n),
            (None, None, None, 0)
        );
        let one = at95(&metric, &[(5, 1)]);
        assert!(one.value.is_some() && one.interval.is_none() && one.se.is_none());
        let two = at95(&metric, &[(4, 1), (5, 1)]);
        assert!(two.interval.is_some() && two.is_few());
    }
}

#[test]
fn a_mean_without_spread_claims_no_certainty() {
    let mean = Metric::Mean {
        scale: Some(five()),
        direction: Direction::HigherIsBetter,
    };
    let score = at95(&mean, &[(5, 40)]);
    assert_eq!(
        (score.value, score.se, score.interval),
        (Some(5.0), Some(0.0), None)
    );
}

#[test]
fn extreme_nps_still_has_a_width() {
    for rows in [[(10, 12)], [(0, 12)], [(7, 12)]] {
        let (low, high) = at95(&nps(), &rows).interval.unwrap();
        assert!(high - low > 10.0, "{rows:?}: {low} {high}");
    }
}

/// A fixed sequence of numbers from 0 to 1 (SplitMix64; Steele, Lea & Flood 2014).
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }
}

#[test]
fn weighted_intervals_hold_the_truth_about_95_times_in_100() {
    // Shops differ in share and in the weight of an answer; the truth is the
    // weighted share. 4,000 rounds put the simulation's own error at 0.0035.
    let metric = nps();
    let mut dice = Dice(2026);
    let mut held = 0;
    const ROUNDS: u32 = 4_000;
    for _ in 0..ROUNDS {
        let mut summary = Summary::default();
        for _ in 0..80 {
            let weight = if dice.roll() < 0.5 { 0.5 } else { 2.0 };
            let roll = dice.roll();
            let value = if roll < 0.55 {
                10.0
            } else if roll < 0.80 {
                7.0
            } else {
                3.0
            };
            summary.add(Some(value), weight);
        }
        let (low, high) = score(&metric, &summary, Confidence::P95).interval.unwrap();
        held += u32::from((low..=high).contains(&35.0));
    }
    let coverage = f64::from(held) / f64::from(ROUNDS);
    assert!((0.935..0.97).contains(&coverage), "{coverage}");
}

fn any_metric() -> impl Strategy<Value = Metric> {
    let direction = Direction::HigherIsBetter;
    prop_oneof![
        Just(nps()),
        (1_i64..4, 4_i64..9, 1_u32..3).prop_map(move |(min, max, k)| Metric::TopBox {
            scale: Scale::new(min, max),
            k,
            direction,
        }),
        Just(csat(GoodEnd::Lowest)),
        (0_i64..3, 5_i64..11).prop_map(move |(min, max)| Metric::Mean {
            scale: Some(Scale::new(min, max)),
            direction,
        }),
        prop::collection::btree_set(0_i64..11, 1..5).prop_map(move |values| Metric::Share {
            values,
            scale: None,
            direction,
        }),
    ]
}

proptest! {
    #[test]
    fn intervals_hold_the_value_and_stay_in_range(
        metric in any_metric(),
        rows in prop::collection::vec((-2_i64..13, 0_u64..5_000), 0..14),
        share in 0.5..=0.9999_f64,
    ) {
        let confidence = Confidence::new(share).unwrap();
        let score = score(&metric, &Summary::from_counts(rows), confidence);
        prop_assert_eq!(score.value.is_some(), score.n > 0);
        if let (Some(value), Some((low, high))) = (score.value, score.interval) {
            prop_assert!(low <= value && value <= high, "{low} {value} {high}");
            let (min, max) = metric.range().unwrap();
            prop_assert!(min <= low && high <= max, "{low} {high}");
            prop_assert!(score.n >= 2);
        }
    }

    #[test]
    fn more_confidence_is_never_narrower(
        metric in any_metric(),
        rows in prop::collection::vec((0_i64..11, 0_u64..200), 1..11),
    ) {
        let summary = Summary::from_counts(rows);
        let at = |confidence| score(&metric, &summary, confidence).interval;
        if let (Some(narrow), Some(wide)) = (at(Confidence::P90), at(Confidence::P99)) {
            prop_assert!(wide.0 <= narrow.0 + 1e-9 && narrow.1 <= wide.1 + 1e-9);
        }
    }

    #[test]
    fn equal_weights_score_as_no_weights(
        metric in any_metric(),
        rows in prop::collection::vec((0_i64..11, 1_u64..200), 1..11),
        weight in 0.01..50.0_f64,
    ) {
        let plain = Summary::from_counts(rows.iter().copied());
        let mut weighted = Summary::default();
        for &(value, n) in &rows {
            weighted.histogram.add(value, &Tally {
                n,
                weight: n as f64 * weight,
                weight_squared: n as f64 * weight * weight,
            });
        }
        let plain = score(&metric, &plain, Confidence::P95);
        let weighted = score(&metric, &weighted, Confidence::P95);
        prop_assert_eq!(&plain.counts, &weighted.counts);
        prop_assert_eq!(plain.n, weighted.n);
        let same = |a: Option<f64>, b: Option<f64>| match (a, b) {
            (Some(a), Some(b)) => close(a, b, 1e-6),
            (a, b) => a == b,
        };
        prop_assert!(same(plain.value, weighted.value));
        prop_assert!(same(plain.se, weighted.se));
        if plain.se.is_some_and(|se| se > 1e-6) {
            prop_assert!(same(plain.interval.map(|i| i.0), weighted.interval.map(|i| i.0)));
            prop_assert!(same(plain.interval.map(|i| i.1), weighted.interval.map(|i| i.1)));
        }
    }
}

#[test]
fn a_metric_that_tells_nothing_apart_is_refused() {
    let direction = Direction::HigherIsBetter;
    let cuts = |min, detractors_to, passives_to, max| Metric::Nps {
        cuts: NpsCuts {
            min,
            detractors_to,
            passives_to,
            max,
        },
    };
    let top = |min, max, k| Metric::TopBox {
        scale: Scale::new(min, max),
        k,
        direction,
    };
    let share = |values: &[i64], scale| Metric::Share {
        values: values.iter().copied().collect(),
        scale,
        direction,
    };
    let cases = [
        (cuts(0, 8, 6, 10), Err(InvalidMetric::Cuts)),
        (cuts(0, 6, 10, 10), Err(InvalidMetric::Cuts)),
        (cuts(0, 6, 6, 10), Ok(())),
        (top(1, 5, 0), Err(InvalidMetric::Boxes)),
        (top(1, 5, 5), Err(InvalidMetric::Boxes)),
        (top(1, 5, 4), Ok(())),
        (top(5, 1, 1), Err(InvalidMetric::Scale)),
        (top(i64::MIN, i64::MAX, 1), Ok(())),
        (share(&[], None), Err(InvalidMetric::Values)),
        (share(&[7], Some(five())), Err(InvalidMetric::Values)),
        (share(&[5, 7], Some(five())), Ok(())),
    ];
    for (metric, expected) in cases {
        assert_eq!(metric.validate(), expected, "{metric:?}");
        // Even a refused metric must not panic when it is scored.
        at95(&metric, &[(1, 2), (i64::MAX, 1), (i64::MIN, 1)]);
    }
    assert_eq!(InvalidMetric::Boxes.field(&csat(GoodEnd::Highest)), "top");
}

#[test]
fn metrics_travel_as_readable_json() {
    let read = |json: &str| serde_json::from_str::<Metric>(json);
    assert_eq!(read(r#"{"kind":"nps"}"#).unwrap(), nps());
    assert_eq!(
        read(r#"{"kind":"csat","scale":{"min":1,"max":5}}"#).unwrap(),
        csat(GoodEnd::Highest)
    );
    let bottom = read(r#"{"kind":"bottom_box","scale":{"min":1,"max":5}}"#).unwrap();
    assert_eq!(bottom.direction(), Direction::LowerIsBetter);
    let ces = r#"{"kind":"ces","scale":{"min":1,"max":7}}"#;
    assert!(read(ces).unwrap_err().to_string().contains("direction"));
    assert!(read(r#"{"kind":"nps","cut":{}}"#).is_err());
    let json = serde_json::to_string(&csat(GoodEnd::Lowest)).unwrap();
    assert_eq!(read(&json).unwrap(), csat(GoodEnd::Lowest));
}

#[test]
fn a_score_travels_in_the_shape_of_a_number() {
    let json = serde_json::to_value(at95(&nps(), &[(10, 2), (0, 1)])).unwrap();
    assert_eq!(json["n"], 3);
    assert_eq!(json["confidence"], 0.95);
    assert_eq!(json["method"], "nps_adjusted_wald");
    assert_eq!(json["interval"].as_array().unwrap().len(), 2);
    assert_eq!(json["counts"]["promoters"], 2);
    let none = serde_json::to_value(at95(&nps(), &[])).unwrap();
    assert!(none["value"].is_null() && none["interval"].is_null());
}

#[test]
fn a_share_counted_elsewhere_scores_as_a_share_of_values() {
    let metric = Metric::Share {
        values: [1].into(),
        scale: None,
        direction: Direction::HigherIsBetter,
    };
    let counted = at95(&metric, &[(0, 48), (1, 22)]);
    let share = Share {
        chosen: Tally::unweighted(22),
        all: Tally::unweighted(70),
    };
    assert_eq!(score_of_share(&share, 0, Confidence::P95), counted);
    let none = score_of_share(&Share::default(), 3, Confidence::P95);
    assert_eq!((none.value, none.n_missing), (None, 3));
}
