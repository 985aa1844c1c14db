//! What must hold whatever the rows.

use nalgebra::DMatrix;
use proptest::prelude::*;

use super::{Chance, Table, close, plain, ratings};
use crate::drivers::linear::{Correlations, fit};
use crate::drivers::{
    CrossProducts, DriverAnalysis, Method, Missing, Model, Options, PairProducts, analyse,
    analyse_pairs, analyse_parts, relative_weights, shapley, shapley_of_fits,
};

fn table() -> impl Strategy<Value = Table> {
    (1_usize..6, 30_usize..90, 0.0..1.5_f64, any::<u64>()).prop_map(
        |(drivers, rows, halo, seed)| {
            let mut chance = Chance::new(seed ^ 1);
            let effects: Vec<f64> = (0..drivers).map(|_| chance.bell()).collect();
            ratings(rows, &effects, halo, seed)
        },
    )
}

fn same(one: &DriverAnalysis, other: &DriverAnalysis, within: f64) {
    close(one.r2, other.r2, within);
    assert_eq!(one.n, other.n);
    assert_eq!(one.refused.is_some(), other.refused.is_some());
    for driver in &one.drivers {
        let twin = other.drivers.iter().find(|twin| twin.name == driver.name);
        let twin = twin.unwrap();
        close(driver.importance, twin.importance, within);
        close(driver.share, twin.share, within);
        close(driver.slope, twin.slope, within);
        close(driver.standard_error, twin.standard_error, within);
        close(driver.performance, twin.performance, within);
        close(driver.vif, twin.vif, within);
        assert_eq!(driver.significant, twin.significant);
        assert_eq!(driver.interval.is_some(), twin.interval.is_some());
        if let (Some(a), Some(b)) = (driver.interval, twin.interval) {
            close(a.0, b.0, within);
            close(a.1, b.1, within);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn the_order_of_rows_and_columns_does_not_matter(table in table(), turn in 1_usize..29) {
        let options = Options { method: Method::Both, ..plain(100) };
        let one = analyse(&table.rows(), &options).unwrap();
        let mut turned = table;
        for column in &mut turned.columns {
            column.rotate_left(turn);
        }
        turned.columns[1..].reverse();
        turned.names[1..].reverse();
        let other = analyse(&turned.rows(), &options).unwrap();
        same(&one, &other, 1e-9);
    }

    #[test]
    fn the_unit_of_a_driver_does_not_matter(
        table in table(), factor in 0.01..100.0_f64, plus in -50.0..50.0_f64
    ) {
        let options = Options { method: Method::Both, ..plain(100) };
        let one = analyse(&table.rows(), &options).unwrap();
        let mut other = table;
        for value in &mut other.columns[1] {
            *value = *value * factor + plus;
        }
        let mut other = analyse(&other.rows(), &options).unwrap();
        let driver = other.drivers.iter_mut().find(|driver| driver.name == "q1").unwrap();
        driver.slope *= factor;
        driver.standard_error *= factor;
        driver.performance = (driver.performance - plus) / factor;
        same(&one, &other, 1e-7);
    }

    #[test]
    fn parts_merge_to_the_whole(table in table(), parts in 1_usize..7) {
        let rows = table.rows();
        let whole = rows.products().unwrap();
        let mut split = vec![CrossProducts::new(rows.names()); parts];
        for row in 0..table.len() {
            let values: Vec<f64> = table.columns.iter().map(|column| column[row]).collect();
            split[row % parts].add(&values, 1.0);
        }
        let left = CrossProducts::merged(&split).unwrap().unwrap();
        let right = CrossProducts::merged(split.iter().rev()).unwrap().unwrap();
        for (a, b) in whole.centred.iter().zip(&left.centred) {
            close(*a, *b, 1e-10);
        }
        for (a, b) in left.centred.iter().zip(&right.centred) {
            close(*a, *b, 1e-10);
        }
        let options = plain(0);
        same(
            &analyse(&rows, &options).unwrap(),
            &analyse_parts(&split, &options).unwrap(),
            1e-9,
        );
    }

    #[test]
    fn parts_of_pairs_merge_to_the_whole(table in table(), parts in 1_usize..7) {
        let mut table = table;
        for (place, column) in table.columns.iter_mut().enumerate() {
            for (row, value) in column.iter_mut().enumerate() {
                if (7 * row + 3 * place) % 11 == 0 {
                    *value = f64::NAN;
                }
            }
        }
        let rows = table.rows();
        let mut split = vec![PairProducts::new(rows.names()); parts];
        for row in 0..table.len() {
            let values: Vec<f64> = table.columns.iter().map(|column| column[row]).collect();
            split[row % parts].add(&values, 1.0);
        }
        let options = Options { missing: Missing::Pairwise, ..plain(0) };
        let (whole, merged) = (analyse(&rows, &options), analyse_pairs(&split, &options));
        match (whole, merged) {
            (Ok(whole), Ok(merged)) => same(&whole, &merged, 1e-9),
            (whole, merged) => prop_assert_eq!(whole, merged),
        }
    }

    #[test]
    fn plain_sums_tell_the_same(table in table()) {
        let rows = table.rows();
        let products = rows.products().unwrap();
        let columns = &table.columns;
        let sums: Vec<f64> = columns.iter().map(|column| column.iter().sum()).collect();
        let of = |a: &Vec<f64>, b: &Vec<f64>| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
        let squares: Vec<Vec<f64>> = columns
            .iter()
            .map(|a| columns.iter().map(|b| of(a, b)).collect())
            .collect();
        let n = products.n;
        let summed = CrossProducts::from_sums(
            rows.names(), n, 0, (n as f64, n as f64), &sums, &squares,
        );
        for (a, b) in products.centred.iter().zip(&summed.centred) {
            close(*a, *b, 1e-9);
        }
    }

    #[test]
    fn weights_of_one_size_are_no_weights(table in table(), size in 0.001..1000.0_f64) {
        let options = Options { method: Method::Both, ..plain(100) };
        let one = analyse(&table.rows(), &options).unwrap();
        let mut weighted = table;
        weighted.weights = Some(vec![size; weighted.len()]);
        let other = analyse(&weighted.rows(), &options).unwrap();
        same(&one, &other, 1e-8);
    }

    #[test]
    fn pairs_without_gaps_are_whole_rows(table in table()) {
        let one = analyse(&table.rows(), &plain(100)).unwrap();
        let pairwise = Options { missing: Missing::Pairwise, ..plain(100) };
        same(&one, &analyse(&table.rows(), &pairwise).unwrap(), 1e-8);
    }

    #[test]
    fn parts_sum_to_r2_and_none_is_negative(table in table()) {
        for method in [Method::Shapley, Method::Johnson] {
            let found = analyse(&table.rows(), &Options { method, ..plain(0) }).unwrap();
            let sum: f64 = found.drivers.iter().map(|driver| driver.importance).sum();
            close(sum, found.r2, 1e-10);
            prop_assert!(found.drivers.iter().all(|driver| driver.importance >= -1e-12));
        }
    }

    #[test]
    fn the_quick_way_is_the_definition(table in table()) {
        let correlations = Correlations::of(&table.rows().products().unwrap()).unwrap();
        let among = correlations.among();
        let with = correlations.with_outcome();
        let drivers = with.len();
        let fits: Vec<f64> = (0..1_usize << drivers)
            .map(|mask| {
                let of: Vec<usize> = (0..drivers).filter(|j| mask >> j & 1 == 1).collect();
                let own = DMatrix::from_fn(of.len(), of.len(), |a, b| among[(of[a], of[b])]);
                let outcome: Vec<f64> = of.iter().map(|&j| with[j]).collect();
                if of.is_empty() { 0.0 } else { fit(&own, &outcome).unwrap().r2 }
            })
            .collect();
        let defined = shapley_of_fits(&fits, drivers);
        for (quick, defined) in shapley(&among, &with).into_iter().zip(defined) {
            close(quick, defined, 1e-10);
        }
    }

    #[test]
    fn a_logistic_finding_does_not_depend_on_order_or_size_of_weights(
        seed in any::<u64>(), turn in 1_usize..50, size in 0.01..100.0_f64
    ) {
        let mut table = ratings(300, &[0.8, 0.4, 0.0], 0.5, seed);
        let middle = table.columns[0].iter().sum::<f64>() / 300.0;
        for value in &mut table.columns[0] {
            *value = f64::from(*value > middle);
        }
        let options = Options { model: Model::Logistic, method: Method::Both, ..plain(100) };
        let one = analyse(&table.rows(), &options).unwrap();
        let sum: f64 = one.drivers.iter().map(|driver| driver.importance).sum();
        close(sum, one.r2, 1e-9);
        for column in &mut table.columns {
            column.rotate_left(turn);
        }
        table.weights = Some(vec![size; 300]);
        same(&one, &analyse(&table.rows(), &options).unwrap(), 1e-6);
    }
}

#[test]
fn drivers_that_do_not_overlap_have_their_squared_correlations() {
    let among = DMatrix::identity(3, 3);
    let with = [0.6, -0.3, 0.1];
    for parts in [
        shapley(&among, &with),
        relative_weights(&among, &with).unwrap(),
    ] {
        for (part, r) in parts.iter().zip(with) {
            close(*part, r * r, 1e-14);
        }
    }
}
