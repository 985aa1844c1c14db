use proptest::prelude::*;

use super::family::benjamini_hochberg;
use super::share::{Side, fisher_exact, newcombe, two_proportion_z};
use super::*;
use crate::score::{Direction, NpsCuts, Scale};
use crate::summary::{Moments, Tally};

fn nps() -> Metric {
    Metric::Nps {
        cuts: NpsCuts::default(),
    }
}

fn top_box() -> Metric {
    Metric::TopBox {
        scale: Scale::new(0, 1),
        k: 1,
        direction: Direction::HigherIsBetter,
    }
}

fn mean() -> Metric {
    Metric::Mean {
        scale: None,
        direction: Direction::HigherIsBetter,
    }
}

fn yes_no(yes: u64, n: u64) -> Summary {
    Summary::from_counts([(1, yes), (0, n - yes)])
}

fn close(a: f64, b: f64, within: f64) -> bool {
    (a - b).abs() <= within
}

#[test]
fn newcombe_agrees_with_table_ii_of_1998() {
    // Statistics in Medicine 17:873–890, table II, method 10.
    let cases = [
        (56, 70, 48, 80, 0.0524, 0.3339),
        (9, 10, 3, 10, 0.1705, 0.8090),
        (6, 7, 2, 7, 0.0582, 0.8062),
        (5, 56, 0, 29, -0.0381, 0.1926),
        (0, 10, 0, 20, -0.1611, 0.2775),
        (0, 10, 0, 10, -0.2775, 0.2775),
        (10, 10, 0, 20, 0.6791, 1.0000),
        (10, 10, 0, 10, 0.6075, 1.0000),
    ];
    for (a, m, b, n, low, high) in cases {
        let side = |k: i32, n: i32| Side {
            p: f64::from(k) / f64::from(n),
            n: f64::from(n),
        };
        let interval = newcombe(side(a, m), side(b, n), Confidence::P95);
        assert!(
            close(interval.0, low, 5e-5) && close(interval.1, high, 5e-5),
            "{a}/{m} − {b}/{n}: {interval:?}"
        );
    }
}

#[test]
fn fisher_agrees_with_the_tea_tasting_and_the_convictions() {
    // The Design of Experiments 1935, chapter II: all eight cups right has chance
    // 1/70, and so has all eight wrong; 3 of 4 right is 17/70 on either side.
    assert!(close(fisher_exact(4, 4, 0, 4), 2.0 / 70.0, 1e-12));
    assert!(close(fisher_exact(3, 4, 1, 4), 34.0 / 70.0, 1e-12));
    // Criminal twins (Fisher 1962), as printed by R's help of fisher.test.
    assert!(close(fisher_exact(2, 17, 10, 13), 0.000_536_724_1, 1e-9));
    // From SciPy 1.16, large margins with few events.
    assert!(close(
        fisher_exact(3, 1_000_000, 0, 1_000_000),
        0.249_999_624_98,
        1e-9
    ));
    assert!(close(fisher_exact(12, 100, 3, 300), 7.962_124_36e-6, 1e-13));
    assert!(close(fisher_exact(0, 0, 0, 0), 1.0, 1e-12));
}

#[test]
fn the_z_test_is_pearsons_chi_squared() {
    // 56/70 against 48/80: z = 2.6502, p = 0.008045 (statsmodels 0.14).
    let p = two_proportion_z(Side { p: 0.8, n: 70.0 }, Side { p: 0.6, n: 80.0 });
    assert!(close(p, 0.008_045_081_4, 1e-9), "{p}");
    let none = Side { p: 0.0, n: 50.0 };
    assert_eq!(two_proportion_z(none, none), 1.0);
}

#[test]
fn welch_agrees_with_the_sleep_data() {
    // "Student" 1908; R's help of t.test prints t = −1.8608, df = 17.776,
    // p = 0.07939, interval −3.3654832 0.2054832.
    let group = |hours: &[f64]| {
        let mut summary = Summary::default();
        hours.iter().for_each(|&h| summary.add(Some(h), 1.0));
        summary
    };
    let first = group(&[0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]);
    let second = group(&[1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]);
    let welch = super::mean::welch(&first.moments(), &second.moments()).unwrap();
    assert!(close(welch.difference / welch.se, -1.860_813_5, 1e-6));
    assert!(close(welch.freedom, 17.776_473_5, 1e-6));
    let change = compare(&mean(), &first, &second, Confidence::P95);
    let (low, high) = change.interval.unwrap();
    assert!(close(change.p.unwrap(), 0.079_394_14, 1e-7));
    assert!(close(low, -3.365_483_2, 1e-6) && close(high, 0.205_483_2, 1e-6));
    assert_eq!(change.verdict, Verdict::NoClearChange);
    assert!(close(change.difference.unwrap(), -1.58, 1e-12));
}

#[test]
fn benjamini_hochberg_agrees_with_the_paper() {
    // Benjamini & Hochberg 1995, section 4: of these 15 p values, four are called
    // at q = 0.05 (Bonferroni calls three).
    let p = [
        0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262,
        0.5719, 0.6528, 0.7590, 1.0000,
    ];
    let adjusted = benjamini_hochberg(&p);
    assert_eq!(adjusted.iter().filter(|&&p| p <= 0.05).count(), 4);
    // R: p.adjust(p, "BH").
    let expected = [0.0015, 0.003, 0.0095, 0.035_625, 0.0603];
    for (adjusted, expected) in adjusted.iter().zip(expected) {
        assert!(close(*adjusted, expected, 1e-9), "{adjusted} {expected}");
    }
    assert!(benjamini_hochberg(&[]).is_empty());
}

#[test]
fn a_family_is_judged_by_its_adjusted_p() {
    let change = |yes| {
        compare(
            &top_box(),
            &yes_no(yes, 1_000),
            &yes_no(500, 1_000),
            Confidence::P95,
        )
    };
    let mut family = vec![change(546)];
    family.extend((0..9).map(|_| change(500)));
    assert_eq!(family[0].verdict, Verdict::Up);
    family::adjust(&mut family);
    assert_eq!(family[0].verdict, Verdict::NoClearChange);
    assert!(family[0].p_adjusted > family[0].p);
}

#[test]
fn small_tables_are_tested_exactly() {
    let change = |a, b| compare(&top_box(), &a, &b, Confidence::P95);
    let small = change(yes_no(9, 10), yes_no(3, 10));
    assert_eq!(small.method, ComparisonMethod::NewcombeFisherExact);
    assert!(close(small.p.unwrap(), fisher_exact(9, 10, 3, 10), 1e-12));
    let large = change(yes_no(56, 70), yes_no(48, 80));
    assert_eq!(large.method, ComparisonMethod::NewcombeZ);
    assert_eq!(large.verdict, Verdict::Up);
    let mut weighted = Summary::default();
    for i in 0..10 {
        weighted.add(
            Some(f64::from(u8::from(i < 9))),
            if i < 5 { 1.0 } else { 2.0 },
        );
    }
    let weighted = change(weighted, yes_no(3, 10));
    assert_eq!(weighted.method, ComparisonMethod::NewcombeZ);
}

#[test]
fn a_clear_change_of_nps_is_called_and_an_unclear_one_not() {
    let group = |p, n, d| Summary::from_counts([(10, p), (7, n), (2, d)]);
    let base = group(400, 350, 250);
    let up = compare(&nps(), &group(500, 300, 200), &base, Confidence::P95);
    assert_eq!(up.verdict, Verdict::Up);
    assert!(close(up.difference.unwrap(), 15.0, 1e-9));
    assert!(close(up.base.value.unwrap(), 15.0, 1e-9));
    assert_eq!(up.base.n, 1_000);
    let down = compare(&nps(), &base, &group(500, 300, 200), Confidence::P95);
    assert_eq!(down.verdict, Verdict::Down);
    let same = compare(&nps(), &group(41, 35, 24), &base, Confidence::P95);
    assert_eq!(same.verdict, Verdict::NoClearChange);
}

#[test]
fn an_arrow_needs_both_the_test_and_the_interval() {
    let share = yes_no(50, 100);
    let change = compare(&top_box(), &share, &share, Confidence::P95);
    let judged = |difference: f64, p: f64, interval: (f64, f64)| {
        let change = Comparison {
            difference: Some(difference),
            p: Some(p),
            interval: Some(interval),
            ..change.clone()
        };
        change.judge()
    };
    for (difference, p, interval, verdict) in [
        (2.0, 0.01, (0.5, 3.5), Verdict::Up),
        (-2.0, 0.01, (-3.5, -0.5), Verdict::Down),
        (2.0, 0.01, (-0.1, 4.1), Verdict::NoClearChange),
        (-2.0, 0.01, (-4.1, 0.1), Verdict::NoClearChange),
        (2.0, 0.06, (0.1, 3.9), Verdict::NoClearChange),
        (-2.0, 0.06, (-3.9, -0.1), Verdict::NoClearChange),
    ] {
        assert_eq!(judged(difference, p, interval), verdict, "{difference} {p}");
    }
}

#[test]
fn too_little_to_compare_gives_no_test() {
    let one = Summary::from_counts([(1, 1)]);
    let none = Summary::default();
    for metric in [nps(), top_box(), mean()] {
        for (a, b) in [(&one, &none), (&none, &one), (&none, &none), (&one, &one)] {
            let change = compare(&metric, a, b, Confidence::P95);
            assert_eq!((change.interval, change.p, change.se), (None, None, None));
            assert_eq!(change.verdict, Verdict::NoClearChange);
        }
    }
    let flat = Summary::from_counts([(3, 20)]);
    let higher = Summary::from_counts([(4, 20)]);
    let change = compare(&mean(), &higher, &flat, Confidence::P95);
    assert_eq!((change.difference, change.p), (Some(1.0), None));
}

#[test]
fn a_change_travels_in_the_shape_of_a_number() {
    let change = compare(
        &top_box(),
        &yes_no(56, 70),
        &yes_no(48, 80),
        Confidence::P95,
    );
    let json = serde_json::to_value(&change).unwrap();
    assert_eq!(json["verdict"], "up");
    assert_eq!(json["method"], "newcombe_z");
    assert_eq!(json["base"]["n"], 80);
    assert!(json["base"]["interval"].is_array());
    assert!(json.get("p_adjusted").is_none());
    let unclear = serde_json::to_value(Verdict::NoClearChange).unwrap();
    assert_eq!(unclear, "no_clear_change");
}

#[test]
fn shares_counted_elsewhere_compare_as_shares_of_values() {
    let share = |yes, n| Share {
        chosen: Tally::unweighted(yes),
        all: Tally::unweighted(n),
    };
    assert_eq!(
        compare_shares(&share(56, 70), &share(48, 80), Confidence::P95),
        compare(
            &top_box(),
            &yes_no(56, 70),
            &yes_no(48, 80),
            Confidence::P95
        ),
    );
}

#[test]
fn formulas_compare_by_their_errors() {
    let of = |p, n, d| {
        let rows = Summary::from_counts([(10, p), (7, n), (2, d)]);
        let operand = score(&nps(), &rows, Confidence::P95);
        let formula = crate::expression::parse("nps / 2").unwrap();
        crate::score::score_of_formula(
            &formula,
            |_| Some(&operand),
            |_, _| crate::score::Covariance::Unknown,
            Confidence::P95,
        )
    };
    let base = of(400, 350, 250);
    let up = compare_formulas(&of(500, 300, 200), &base, Confidence::P95);
    assert_eq!(up.verdict, Verdict::Up);
    assert!(close(up.difference.unwrap(), 7.5, 1e-9));
    assert_eq!(up.method.as_str(), "delta_z");
    let same = compare_formulas(&base, &base, Confidence::P95);
    assert_eq!((same.verdict, same.p), (Verdict::NoClearChange, Some(1.0)));
    let nobody = compare_formulas(&of(0, 0, 0), &base, Confidence::P95);
    assert_eq!((nobody.difference, nobody.p), (None, None));
}

/// The chance that the NPS test calls a difference where there is none, over all
/// pairs of samples of `n` from the same shares.
fn false_calls(n: u32, p: f64, d: f64) -> f64 {
    let ln_choose = |n: u32, k: u32| {
        (0..k).fold(0.0, |sum, i| {
            sum + f64::from(n - i).ln() - f64::from(i + 1).ln()
        })
    };
    let size = f64::from(n);
    let mut samples = Vec::new();
    for promoters in 0..=n {
        for detractors in 0..=n - promoters {
            let passives = n - promoters - detractors;
            let chance = (ln_choose(n, promoters)
                + ln_choose(n - promoters, detractors)
                + f64::from(promoters) * p.ln()
                + f64::from(detractors) * d.ln()
                + f64::from(passives) * (1.0 - p - d).ln())
            .exp();
            let side = super::net::Side {
                promoters: f64::from(promoters) / size,
                detractors: f64::from(detractors) / size,
                n: size,
            };
            samples.push((chance, side));
        }
    }
    let mut called = 0.0;
    for &(chance_a, a) in &samples {
        for &(chance_b, b) in &samples {
            if chance_a * chance_b > 1e-12 {
                let net = super::net::compare(a, b, Confidence::P95);
                let (low, high, p) = (net.low, net.high, super::share::two_sided(net.z));
                assert_eq!(p <= 0.05, low > 0.0 || high < 0.0, "{p} {low} {high}");
                if p <= 0.05 {
                    called += chance_a * chance_b;
                }
            }
        }
    }
    called
}

#[test]
fn equal_nps_are_called_different_at_most_about_5_times_in_100() {
    for (p, d) in [
        (0.5, 0.2),
        (0.9, 0.05),
        (0.1, 0.1),
        (0.02, 0.9),
        (0.33, 0.33),
    ] {
        let rate = false_calls(12, p, d);
        assert!(rate <= 0.055, "{p} {d}: {rate}");
    }
}

fn answers() -> impl Strategy<Value = Summary> {
    prop::collection::vec((0_i64..11, 0_u64..400), 0..11).prop_map(Summary::from_counts)
}

fn any_metric() -> impl Strategy<Value = Metric> {
    prop_oneof![
        Just(nps()),
        Just(mean()),
        Just(Metric::TopBox {
            scale: Scale::new(0, 10),
            k: 2,
            direction: Direction::HigherIsBetter,
        }),
    ]
}

proptest! {
    #[test]
    fn a_comparison_turned_round_says_the_opposite(
        metric in any_metric(), a in answers(), b in answers(),
    ) {
        let forth = compare(&metric, &a, &b, Confidence::P95);
        let back = compare(&metric, &b, &a, Confidence::P95);
        let opposite = match forth.verdict {
            Verdict::Up => Verdict::Down,
            Verdict::Down => Verdict::Up,
            Verdict::NoClearChange => Verdict::NoClearChange,
        };
        prop_assert_eq!(back.verdict, opposite);
        prop_assert_eq!(forth.method, back.method);
        if let (Some(p), Some(q)) = (forth.p, back.p) {
            prop_assert!(close(p, q, 1e-9) && (0.0..=1.0).contains(&p));
        }
        if let (Some(one), Some(other)) = (forth.interval, back.interval) {
            prop_assert!(close(one.0, -other.1, 1e-6) && close(one.1, -other.0, 1e-6));
        }
    }

    #[test]
    fn the_interval_holds_the_difference_and_an_arrow_leaves_zero_out(
        metric in any_metric(), a in answers(), b in answers(),
    ) {
        let change = compare(&metric, &a, &b, Confidence::P95);
        if let (Some(difference), Some((low, high))) = (change.difference, change.interval) {
            prop_assert!(low <= difference && difference <= high);
            prop_assert!(change.verdict == Verdict::NoClearChange || low > 0.0 || high < 0.0);
        }
    }

    #[test]
    fn a_group_never_differs_from_itself(metric in any_metric(), a in answers()) {
        let change = compare(&metric, &a, &a, Confidence::P90);
        prop_assert_eq!(change.verdict, Verdict::NoClearChange);
    }

    #[test]
    fn adjusted_p_never_falls_and_keeps_the_order(
        p in prop::collection::vec(0.0..=1.0_f64, 0..40),
    ) {
        let adjusted = benjamini_hochberg(&p);
        for (i, (&before, &after)) in p.iter().zip(&adjusted).enumerate() {
            prop_assert!(after >= before && after <= 1.0);
            for (j, &other) in p.iter().enumerate() {
                prop_assert!(before > other || adjusted[i] <= adjusted[j] + 1e-12);
            }
        }
    }

    #[test]
    fn fisher_agrees_with_the_hypergeometric_sum(
        n_a in 0_u64..25, n_b in 0_u64..25, a in 0_u64..25, b in 0_u64..25,
    ) {
        let (a, b) = (a.min(n_a), b.min(n_b));
        let choose = |n: u64, k: u64| {
            (0..k).fold(1.0, |product, i| product * (n - i) as f64 / (i + 1) as f64)
        };
        let chance = |k: u64| {
            if k > n_a || a + b - k > n_b {
                0.0
            } else {
                choose(n_a, k) * choose(n_b, a + b - k) / choose(n_a + n_b, a + b)
            }
        };
        let seen = chance(a);
        let expected: f64 = (0..=a + b)
            .map(chance)
            .filter(|&other| other <= seen * (1.0 + 1e-7))
            .sum();
        prop_assert!(close(fisher_exact(a, n_a, b, n_b), expected.min(1.0), 1e-9));
    }

    #[test]
    fn welch_does_not_mind_the_unit(
        scale in 1e-3..1e3_f64, values in prop::collection::vec(-10.0..10.0_f64, 4..30),
    ) {
        let (head, tail) = values.split_at(values.len() / 2);
        let moments = |values: &[f64], scale: f64| {
            let mut moments = Moments::default();
            values.iter().for_each(|v| moments.add(v * scale, 1.0));
            moments
        };
        let p = |scale| {
            super::mean::welch(&moments(head, scale), &moments(tail, scale)).map(|w| w.p())
        };
        if let (Some(one), Some(other)) = (p(1.0), p(scale)) {
            prop_assert!(close(one, other, 1e-6));
        }
    }
}
