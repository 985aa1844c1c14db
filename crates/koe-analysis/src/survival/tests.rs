use proptest::prelude::*;

use super::*;

/// Weeks of remission of 42 leukaemia patients (Freireich et al. 1963, *Blood*
/// 21:699–716); negative means still in remission.
const SIX_MP: [i32; 21] = [
    6, 6, 6, -6, 7, -9, 10, -10, -11, 13, 16, -17, -19, -20, 22, 23, -25, -32, -32, -34, -35,
];
const PLACEBO: [i32; 21] = [
    1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23,
];

fn observations(weeks: &[i32]) -> Vec<Observation> {
    weeks
        .iter()
        .map(|&week| Observation::new(f64::from(week.abs()), week > 0))
        .collect()
}

fn remission() -> Vec<(&'static str, Observation)> {
    let of = |key, weeks: &[i32]| observations(weeks).into_iter().map(move |o| (key, o));
    of("6-MP", &SIX_MP).chain(of("placebo", &PLACEBO)).collect()
}

fn close(a: f64, b: f64, within: f64) -> bool {
    (a - b).abs() <= within
}

#[test]
fn remission_agrees_with_the_printed_curve_and_test() {
    // Kleinbaum & Klein 2012, Survival Analysis, chapter 2: curve, errors and log-rank
    // 16.79; the log-log intervals are those that Stata's `sts list` prints.
    let found = survival(remission(), Transform::LogLog, Confidence::P95).unwrap();
    let printed = [
        (6.0, 21, 3, 0.8571, 0.0764, 0.6197, 0.9516),
        (7.0, 17, 1, 0.8067, 0.0869, 0.5631, 0.9228),
        (10.0, 15, 1, 0.7529, 0.0963, 0.5032, 0.8894),
        (13.0, 12, 1, 0.6902, 0.1068, 0.4316, 0.8491),
        (16.0, 11, 1, 0.6275, 0.1141, 0.3675, 0.8049),
        (22.0, 7, 1, 0.5378, 0.1282, 0.2678, 0.7468),
        (23.0, 6, 1, 0.4482, 0.1346, 0.1881, 0.6801),
    ];
    let treated = &found.groups[0];
    assert_eq!((treated.n, treated.events), (21, 9));
    assert_eq!(treated.curve.len(), printed.len());
    for (point, (time, at_risk, events, share, se, low, high)) in treated.curve.iter().zip(printed)
    {
        assert_eq!((point.at_risk, point.events), (at_risk, events), "{time}");
        let (lower, upper) = point.interval.unwrap();
        for (is, should) in [
            (point.time, time),
            (point.survival, share),
            (point.se.unwrap(), se),
            (lower, low),
            (upper, high),
        ] {
            assert!(close(is, should, 5.1e-5), "{time}: {is} for {should}");
        }
    }
    assert_eq!(treated.median, Some(23.0));
    assert_eq!(found.groups[1].median, Some(8.0));
    let test = found.log_rank.unwrap();
    assert!(close(test.chi2, 16.79, 5e-3) && test.df == 1 && test.p < 1e-4);
}

#[test]
fn a_curve_that_lies_on_a_half_has_its_median_in_the_middle() {
    let median = |times: &[i32]| {
        let rows = observations(times).into_iter().map(|o| ((), o));
        survival(rows, Transform::Log, Confidence::P95)
            .unwrap()
            .groups[0]
            .median
    };
    assert_eq!(median(&[1, 2, 3, 4]), Some(2.5));
    assert_eq!(median(&[1, 2, 3]), Some(2.0));
    assert_eq!(median(&[1, 2, -5, -9]), Some(5.5));
    assert_eq!(median(&[1, -2, -3]), None);
}

#[test]
fn nothing_that_happened_gives_no_curve_and_no_test() {
    let rows = [("a", -3), ("b", -5)].map(|(key, week)| (key, observations(&[week])[0]));
    let found = survival(rows, Transform::LogLog, Confidence::P95).unwrap();
    assert!(found.log_rank.is_none());
    assert!(
        found
            .groups
            .iter()
            .all(|g| g.curve.is_empty() && g.median.is_none())
    );
    assert_eq!(found.groups[1].observed_to, 5.0);
}

#[test]
fn what_cannot_be_used_is_refused_with_its_row_and_remedy() {
    let refused = |rows: Vec<Observation>| {
        let rows = rows.into_iter().map(|o| ((), o));
        survival(rows, Transform::LogLog, Confidence::P95)
            .unwrap_err()
            .to_string()
    };
    let good = Observation::new(1.0, true);
    assert!(refused(vec![]).starts_with("time: there is no row"));
    for time in [-1.0, f64::NAN, f64::INFINITY] {
        let told = refused(vec![good, Observation { time, ..good }]);
        assert!(
            told.contains("row 2") && told.contains("leave the row out"),
            "{told}"
        );
    }
    for weight in [0.0, -1.0, f64::NAN] {
        let told = refused(vec![Observation { weight, ..good }]);
        assert!(told.starts_with("weight: row 1"), "{told}");
    }
}

#[test]
fn the_test_of_three_groups_is_the_quadratic_form_of_any_two() {
    // The statistic by the inverse of the covariance of two of three groups, from the
    // hypergeometric formula written out.
    let groups: [&[i32]; 3] = [&SIX_MP, &PLACEBO, &[3, -4, 7, 9, 9, -12, 20, 21, -30]];
    let (mut score, mut v) = ([0.0; 2], [[0.0; 2]; 2]);
    for time in 1..=35 {
        let count =
            |g: &[i32], keep: &dyn Fn(i32) -> bool| g.iter().filter(|&&t| keep(t)).count() as f64;
        let n: Vec<f64> = groups
            .iter()
            .map(|g| count(g, &|t| t.abs() >= time))
            .collect();
        let d: Vec<f64> = groups.iter().map(|g| count(g, &|t| t == time)).collect();
        let (all, happened) = (n.iter().sum::<f64>(), d.iter().sum::<f64>());
        if happened == 0.0 || all < 2.0 {
            continue;
        }
        for g in 0..2 {
            score[g] += d[g] - happened * n[g] / all;
            for h in 0..2 {
                let own = if g == h { 1.0 } else { 0.0 };
                v[g][h] +=
                    happened * (all - happened) / (all - 1.0) * (n[g] / all) * (own - n[h] / all);
            }
        }
    }
    let [[a, b], [_, d]] = v;
    let by_hand = (score[0].powi(2) * d - 2.0 * score[0] * score[1] * b + score[1].powi(2) * a)
        / (a * d - b * b);
    let rows = groups
        .iter()
        .enumerate()
        .flat_map(|(key, weeks)| observations(weeks).into_iter().map(move |o| (key, o)));
    let test = survival(rows, Transform::LogLog, Confidence::P95)
        .unwrap()
        .log_rank
        .unwrap();
    assert_eq!(test.df, 2);
    assert!(close(test.chi2, by_hand, 1e-9), "{} {by_hand}", test.chi2);
}

fn any_rows() -> impl Strategy<Value = Vec<(u8, Observation)>> {
    let row = (0_u8..3, 0_u32..12, any::<bool>(), 1_u32..5).prop_map(|(key, time, event, w)| {
        let (time, weight) = (f64::from(time), f64::from(w));
        (
            key,
            Observation {
                time,
                event,
                weight,
            },
        )
    });
    proptest::collection::vec(row, 1..60)
}

fn found(rows: Vec<(u8, Observation)>) -> Survival<u8> {
    survival(rows, Transform::LogLog, Confidence::P95).unwrap()
}

/// Whether all figures agree but for rounding and the unit of time.
fn same(a: &Survival<u8>, b: &Survival<u8>, unit: f64) -> bool {
    let near = |a: Option<f64>, b: Option<f64>| match (a, b) {
        (Some(a), Some(b)) => close(a, b, 1e-7 * (1.0 + a.abs())),
        (a, b) => a == b,
    };
    let test = |s: &Survival<u8>| s.log_rank.map(|t| t.chi2);
    near(test(a), test(b))
        && a.groups.len() == b.groups.len()
        && a.groups.iter().zip(&b.groups).all(|(a, b)| {
            near(a.median.map(|m| m * unit), b.median)
                && near(a.median_interval.0.map(|m| m * unit), b.median_interval.0)
                && a.curve.len() == b.curve.len()
                && a.curve.iter().zip(&b.curve).all(|(p, q)| {
                    (p.at_risk, p.events) == (q.at_risk, q.events)
                        && close(p.survival, q.survival, 1e-9)
                        && near(p.se, q.se)
                        && near(p.interval.map(|i| i.0), q.interval.map(|i| i.0))
                })
        })
}

proptest! {
    #[test]
    fn order_size_of_weights_and_unit_of_time_do_not_matter(
        rows in any_rows(),
        size in 0.01_f64..100.0,
        unit in 1_u32..50,
    ) {
        let whole = found(rows.clone());
        prop_assert!(same(&whole, &found(rows.iter().rev().copied().collect()), 1.0));
        let heavier = rows.iter().map(|&(key, o)| {
            (key, Observation { weight: o.weight * size, ..o })
        });
        prop_assert!(same(&whole, &found(heavier.collect()), 1.0));
        let unit = f64::from(unit);
        let slower = rows.iter().map(|&(key, o)| (key, Observation { time: o.time * unit, ..o }));
        prop_assert!(same(&whole, &found(slower.collect()), unit));
    }

    #[test]
    fn without_weights_the_error_is_greenwoods(rows in any_rows()) {
        let plain = rows.into_iter().map(|(key, o)| (key, Observation { weight: 1.0, ..o }));
        for group in found(plain.collect()).groups {
            let mut sum = 0.0;
            for point in group.curve {
                let (n, d) = (point.at_risk as f64, point.events as f64);
                sum += d / (n * (n - d));
                if let Some(se) = point.se {
                    prop_assert!(close(se, point.survival * sum.sqrt(), 1e-9));
                    let (low, high) = point.interval.unwrap();
                    prop_assert!(0.0 <= low && low <= point.survival);
                    prop_assert!(point.survival <= high && high <= 1.0);
                }
            }
        }
    }
}
