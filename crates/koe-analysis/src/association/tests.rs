use proptest::prelude::*;

use super::*;
use crate::inference::share::fisher_exact;

fn near(value: f64, printed: f64, digits: i32) -> bool {
    (value - printed).abs() <= 0.51 * 10_f64.powi(-digits)
}

#[test]
fn party_and_gender_as_agresti_prints_them() {
    // Agresti 2007, An Introduction to Categorical Data Analysis, table 2.5: X² = 30.1
    // with 2 degrees; R prints X-squared = 30.07, p-value = 2.954e-07. The adjusted
    // residuals are those of his table 2.7, to its one digit.
    let found = association(&[vec![762, 327, 468], vec![484, 239, 477]], Confidence::P95);
    assert_eq!(
        (found.n, found.degrees, found.method),
        (2757, 2, Method::ChiSquare)
    );
    assert!(near(found.chi_square.unwrap(), 30.07, 2));
    assert!(near(found.p.unwrap() * 1e7, 2.954, 3));
    let residual = |row: usize, column: usize| found.residuals[row][column].unwrap();
    assert!(near(residual(0, 0), 4.5, 1), "{}", residual(0, 0));
    assert!(near(residual(0, 1), 0.7, 1), "{}", residual(0, 1));
    assert!(near(residual(0, 2), -5.3, 1), "{}", residual(0, 2));
    assert!(near(
        found.cramers_v.unwrap(),
        (30.07_f64 / 2757.0).sqrt(),
        4
    ));
    assert_eq!(found.strength, Some(Strength::Weak));
}

#[test]
fn tea_tasting_as_fisher_prints_it() {
    // Fisher 1935, chapter II, as R's fisher.test gives it: p-value = 0.4857.
    let found = association(&[vec![3, 1], vec![1, 3]], Confidence::P95);
    assert_eq!(found.method, Method::FisherFreemanHalton);
    assert!(near(found.p.unwrap(), 0.4857, 4));
}

#[test]
fn job_satisfaction_as_agresti_prints_it() {
    // Agresti 2002, Categorical Data Analysis, table 2.8; R's fisher.test: p-value = 0.7827.
    let table = [
        vec![1, 3, 10, 6],
        vec![2, 3, 10, 7],
        vec![1, 6, 14, 12],
        vec![0, 1, 9, 11],
    ];
    let found = association(&table, Confidence::P95);
    assert!(near(found.chi_square.unwrap(), 5.9655, 4));
    assert_eq!(
        (found.degrees, found.method),
        (9, Method::FisherFreemanHalton)
    );
    assert!(near(found.p.unwrap(), 0.7827, 4), "{:?}", found.p);
}

#[test]
fn the_interval_of_v_agrees_with_the_test_and_narrows_with_people() {
    // Independent: the interval begins at 0, whatever the size.
    let none = association(&[vec![50, 50], vec![48, 52]], Confidence::P95);
    assert_eq!(none.cramers_v_interval.unwrap().0, 0.0);
    // Related beyond doubt: 0 lies outside, and four times the people halve the width.
    let width = |times: u64| {
        let table = [vec![40 * times, 20 * times], vec![20 * times, 40 * times]];
        let found = association(&table, Confidence::P95);
        let (low, high) = found.cramers_v_interval.unwrap();
        let v = found.cramers_v.unwrap();
        assert!(low > 0.0 && low < v && v < high, "{low} {v} {high}");
        high - low
    };
    assert!((width(10) / width(40) - 2.0).abs() < 0.05);
    // Small expected counts: χ² does not follow its distribution, so nothing is said.
    let small = association(&[vec![3, 1], vec![1, 3]], Confidence::P95);
    assert_eq!(small.cramers_v_interval, None);
}

#[test]
fn the_interval_of_v_holds_the_truth_about_nineteen_times_in_twenty() {
    // Tables drawn from a population whose V is known: two groups of a hundred, three answers.
    let population = [[0.5, 0.3, 0.2], [0.3, 0.3, 0.4]];
    let truth = {
        let mean: Vec<f64> = (0..3)
            .map(|c| (population[0][c] + population[1][c]) / 2.0)
            .collect();
        let phi: f64 = (0..2)
            .flat_map(|r| (0..3).map(move |c| (r, c)))
            .map(|(r, c)| (population[r][c] - mean[c]).powi(2) / mean[c] / 2.0)
            .sum();
        // The interval is of the V that samples of this size have in the middle.
        (phi + 2.0 / 200.0).sqrt()
    };
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut uniform = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    let tables = 2_000;
    let mut held = 0;
    for _ in 0..tables {
        let table: Vec<Vec<u64>> = population
            .iter()
            .map(|shares| {
                let mut row = vec![0; 3];
                for _ in 0..100 {
                    let at = uniform();
                    let place =
                        usize::from(at >= shares[0]) + usize::from(at >= shares[0] + shares[1]);
                    row[place] += 1;
                }
                row
            })
            .collect();
        let found = association(&table, Confidence::P95);
        let (low, high) = found.cramers_v_interval.unwrap();
        held += u32::from(low <= truth && truth <= high);
    }
    let share = f64::from(held) / f64::from(tables);
    assert!((0.94..0.97).contains(&share), "{share}");
}

#[test]
fn what_cannot_be_told_is_not_made_up() {
    for table in [
        vec![],
        vec![vec![]],
        vec![vec![3, 4]],
        vec![vec![3, 0], vec![4, 0]],
    ] {
        let found = association(&table, Confidence::P95);
        assert_eq!(
            (found.chi_square, found.p, found.cramers_v),
            (None, None, None)
        );
    }
    // A line without anybody neither helps nor harms.
    let without = association(&[vec![20, 10], vec![10, 20]], Confidence::P95);
    let with = association(
        &[vec![20, 0, 10], vec![0, 0, 0], vec![10, 0, 20]],
        Confidence::P95,
    );
    assert_eq!((with.p, with.degrees), (without.p, without.degrees));
    assert_eq!(with.residuals[1][0], None);
}

#[test]
fn a_table_too_large_for_the_exact_test_says_so() {
    let rows: Vec<Vec<u64>> = (0..12)
        .map(|row| (0..12).map(|column| (row * column) % 4).collect())
        .collect();
    assert_eq!(
        association(&rows, Confidence::P95).method,
        Method::ChiSquareSmallCounts
    );
}

proptest! {
    #[test]
    fn the_exact_test_of_two_by_two_is_fishers(a in 0_u64..12, b in 0_u64..12, c in 0_u64..12, d in 0_u64..12) {
        prop_assume!(a + b > 0 && c + d > 0 && a + c > 0 && b + d > 0);
        let whole = fisher_freeman_halton(&[vec![a, b], vec![c, d]]).unwrap();
        prop_assert!((whole - fisher_exact(a, a + b, c, c + d)).abs() < 1e-9);
    }

    #[test]
    fn turning_the_table_changes_nothing(cells in prop::collection::vec(0_u64..6, 6)) {
        let rows = [cells[..3].to_vec(), cells[3..].to_vec()];
        let turned: Vec<Vec<u64>> = (0..3).map(|c| vec![cells[c], cells[3 + c]]).collect();
        let (one, other) = (association(&rows, Confidence::P95), association(&turned, Confidence::P95));
        prop_assert_eq!(one.degrees, other.degrees);
        if let (Some(a), Some(b)) = (one.p, other.p) {
            prop_assert!((a - b).abs() < 1e-9);
        }
    }

    #[test]
    fn a_p_is_a_chance_and_v_a_share(cells in prop::collection::vec(0_u64..9, 9)) {
        let rows: Vec<Vec<u64>> = cells.chunks(3).map(<[u64]>::to_vec).collect();
        let found = association(&rows, Confidence::P95);
        if let (Some(p), Some(v)) = (found.p, found.cramers_v) {
            prop_assert!((0.0..=1.0).contains(&p) && (0.0..=1.0).contains(&v));
        }
        if let (Some((low, high)), Some(v)) = (found.cramers_v_interval, found.cramers_v) {
            prop_assert!(low <= v && v <= high && high <= 1.0, "{low} {v} {high}");
        }
    }
}
