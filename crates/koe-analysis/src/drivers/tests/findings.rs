//! What is planted is found, and what is noise is not.

use super::{Chance, Table, close, plain, ratings};
use crate::confidence::Confidence;
use crate::drivers::{
    CrossProducts, DriverAnalysis, Kind, Method, Missing, Model, NoteCode, Options, analyse,
    analyse_parts, asymmetry, by_segment, nps_contributions,
};

#[test]
fn over_twenty_seeds_planted_drivers_exclude_zero_and_noise_does_not() {
    let effects = [0.6, 0.4, 0.3, 0.0, 0.0];
    for halo in [0.0, 0.8] {
        let mut excluded = [0; 5];
        for seed in 0..20 {
            let table = ratings(600, &effects, halo, 100 + seed);
            let found = analyse(&table.rows(), &plain(200)).unwrap();
            for driver in &found.drivers {
                let place: usize = driver.name[1..].parse().unwrap();
                let (low, high) = driver.interval.unwrap();
                assert!(low <= driver.importance && driver.importance <= high);
                assert_eq!(low > 0.0, driver.significant);
                excluded[place - 1] += usize::from(low > 0.0);
            }
        }
        assert!(
            excluded[..3].iter().all(|&times| times >= 19),
            "{excluded:?}"
        );
        assert!(
            excluded[3..].iter().all(|&times| times <= 2),
            "{excluded:?}"
        );
    }
}

#[test]
fn slopes_and_gains_are_in_units_of_the_outcome() {
    let table = ratings(20_000, &[1.5, 0.5], 0.5, 4);
    let found = analyse(&table.rows(), &plain(200)).unwrap();
    for (driver, planted) in found.drivers.iter().zip([1.5, 0.5]) {
        close(driver.slope, planted, 0.05);
        assert_eq!(driver.potential.value, driver.slope);
        let (low, high) = driver.potential.interval;
        assert!(low < planted && planted < high && high - low < 0.1);
    }
}

/// One point more of a driver that moves NPS by 12 points moves it by 12 points.
#[test]
fn a_slope_on_contributions_is_nps_points() {
    let contributions = nps_contributions(&[10.0, 9.0, 8.0, 7.0, 6.0, 0.0, f64::NAN], 6.0, 9.0);
    assert_eq!(contributions[..6], [100.0, 100.0, 0.0, 0.0, -100.0, -100.0]);
    assert!(contributions[6].is_nan());

    let mut chance = Chance::new(6);
    let mut table = ratings(8_000, &[0.0, 0.0], 0.0, 6);
    for row in 0..table.len() {
        let net = 0.12 * (table.columns[1][row] - 3.0);
        let answer = if chance.even() < 0.5 + net / 2.0 {
            9.0
        } else {
            6.0
        };
        table.columns[0][row] = answer;
    }
    table.columns[0] = nps_contributions(&table.columns[0], 6.0, 9.0);
    let found = analyse(&table.rows(), &plain(200)).unwrap();
    let driver = &found.drivers[0];
    assert_eq!(driver.name, "q1");
    let (low, high) = driver.potential.interval;
    assert!(
        low < 12.0 && 12.0 < high && high - low < 6.0,
        "{low} {high}"
    );
}

#[test]
fn logistic_gains_are_changes_of_the_share() {
    let mut chance = Chance::new(8);
    let mut table = ratings(6_000, &[0.0, 0.0], 0.3, 8);
    for row in 0..table.len() {
        let log_odds = 0.9 * (table.columns[1][row] - 3.0);
        table.columns[0][row] = f64::from(chance.even() < 1.0 / (1.0 + (-log_odds).exp()));
    }
    for method in [Method::Shapley, Method::Johnson] {
        let options = Options {
            model: Model::Logistic,
            method,
            ..plain(100)
        };
        let found = analyse(&table.rows(), &options).unwrap();
        let [driver, noise] = &found.drivers[..] else {
            panic!("two drivers");
        };
        assert_eq!(driver.name, "q1");
        close(driver.slope, 0.9, 0.05);
        assert!(driver.significant && !noise.significant);
        // The change that the model of everybody's chances gives.
        let expected: f64 = table.columns[1]
            .iter()
            .map(|v| {
                let chance = |v: f64| 1.0 / (1.0 + (-0.9 * (v - 3.0)).exp());
                chance(v + 1.0) - chance(*v)
            })
            .sum::<f64>()
            / table.len() as f64;
        close(driver.potential.value, expected, 0.01);
        let (low, high) = driver.interval.unwrap();
        assert!(low < driver.importance && driver.importance < high);
    }
}

#[test]
fn values_missing_by_chance_move_nothing_far() {
    let mut table = ratings(3_000, &[0.8, 0.4, 0.2], 0.5, 11);
    let whole = analyse(&table.rows(), &plain(0)).unwrap();
    let mut chance = Chance::new(12);
    for column in &mut table.columns {
        for value in column {
            if chance.even() < 0.15 {
                *value = f64::NAN;
            }
        }
    }
    let listwise = analyse(&table.rows(), &plain(100)).unwrap();
    let pairs = Options {
        missing: Missing::Pairwise,
        ..plain(100)
    };
    let pairwise = analyse(&table.rows(), &pairs).unwrap();
    assert!(listwise.n < 1_800 && pairwise.n > 2_950);
    assert!(pairwise.n_effective > listwise.n_effective && pairwise.n_effective < 2_300.0);
    assert_eq!(listwise.n + listwise.n_dropped, 3_000);
    assert_eq!(pairwise.warnings[0].code, NoteCode::PairwiseRows);
    for found in [&listwise, &pairwise] {
        for (driver, full) in found.drivers.iter().zip(&whole.drivers) {
            assert_eq!(driver.name, full.name);
            close(driver.importance, full.importance, 0.05);
            assert!((300..600).contains(&driver.n_missing.unwrap()));
        }
    }
}

/// Parts made by chance give about the intervals that rows give.
#[test]
fn parts_by_chance_give_the_intervals_of_rows() {
    let table = ratings(6_000, &[0.7, 0.3], 0.5, 13);
    let rows = table.rows();
    let mut parts = vec![CrossProducts::new(rows.names()); 200];
    for row in 0..table.len() {
        let values: Vec<f64> = table.columns.iter().map(|column| column[row]).collect();
        parts[row % 200].add(&values, 1.0);
    }
    let by_rows = analyse(&rows, &plain(1_000)).unwrap();
    let by_parts = analyse_parts(&parts, &plain(1_000)).unwrap();
    for (one, other) in by_rows.drivers.iter().zip(&by_parts.drivers) {
        let wide = |interval: Option<(f64, f64)>| interval.map(|(low, high)| high - low).unwrap();
        let ratio = wide(one.interval) / wide(other.interval);
        assert!((0.8..1.25).contains(&ratio), "{ratio}");
        close(other.standard_error, one.standard_error, 0.02);
    }
    let few = analyse_parts(&parts[..20], &plain(100)).unwrap();
    assert_eq!(few.drivers[0].interval, None);
    assert_eq!(few.warnings[0].code, NoteCode::NoResamples);
}

#[test]
fn the_same_seed_draws_the_same_and_another_one_others() {
    let table = ratings(200, &[0.7, 0.3], 0.5, 13);
    let with = |seed| {
        let options = Options { seed, ..plain(100) };
        analyse(&table.rows(), &options).unwrap()
    };
    assert_eq!(with(5), with(5));
    assert_ne!(with(5).drivers[0].interval, with(6).drivers[0].interval);
}

#[test]
fn penalty_and_reward_are_told_apart() {
    let mut table = ratings(4_000, &[0.0, 0.0, 0.0], 0.3, 21);
    for row in 0..table.len() {
        let at = |place: usize| table.columns[place][row];
        let must = if at(1) <= 2.0 { -1.0 } else { 0.0 };
        let delight = if at(2) >= 4.0 { 1.0 } else { 0.0 };
        let even = 0.5 * (at(3) - 3.0);
        table.columns[0][row] += must + delight + even;
    }
    let cuts = [(2.0, 4.0); 3];
    let found = asymmetry(&table.rows(), Some(&cuts), Confidence::P95).unwrap();
    let kinds: Vec<Kind> = found.drivers.iter().map(|driver| driver.kind).collect();
    assert_eq!(
        kinds,
        [Kind::MustBe, Kind::Attractive, Kind::OneDimensional]
    );
    close(found.drivers[0].penalty.unwrap(), 1.0, 0.08);
    close(found.drivers[1].reward.unwrap(), 1.0, 0.08);
    assert!(found.drivers[2].impact_asymmetry.unwrap().abs() < 0.2);
    let counted: u64 = found.drivers[0].n.iter().sum();
    assert_eq!(counted, 4_000);
    // Without cuts the median stays in the middle.
    let own = asymmetry(&table.rows(), None, Confidence::P95).unwrap();
    assert!(
        own.drivers
            .iter()
            .all(|d| d.low_to < 3.0 && d.high_from > 3.0)
    );
}

#[test]
fn a_driver_that_matters_more_to_some_is_found() {
    let of = |name: &str, table: &Table| (name.to_owned(), table.rows().products().unwrap());
    let (mut told, mut wrong, mut held) = (0, 0, 0);
    for seed in 0..20 {
        let segments = [
            of("shop", &ratings(800, &[1.0, 0.3], 0.3, 300 + seed)),
            of("web", &ratings(900, &[0.2, 0.3], 0.3, 400 + seed)),
            of("phone", &ratings(3, &[0.2, 0.3], 0.3, 500 + seed)),
        ];
        let found = by_segment(&segments, &plain(0)).unwrap();
        let [more, same] = &found.segments[0].drivers[..] else {
            panic!("two drivers");
        };
        told += usize::from(more.differs);
        wrong += usize::from(same.differs);
        let (low, high) = more.difference_interval.unwrap();
        held += usize::from(low < 0.8 && 0.8 < high);
        assert_eq!(found.left_out[0].0, "phone");
        assert!(found.left_out[0].1.contains("3 rows"));
    }
    assert!(
        told == 20 && wrong <= 3 && held >= 17,
        "{told} {wrong} {held}"
    );
}

#[test]
fn the_finding_travels_as_json_unchanged() {
    let table = ratings(60, &[0.9, 0.3], 0.5, 13);
    let options = Options {
        method: Method::Both,
        ..plain(100)
    };
    let found = analyse(&table.rows(), &options).unwrap();
    let json = serde_json::to_value(&found).unwrap();
    assert_eq!(json["method"], "both");
    for key in ["n", "n_dropped", "r2", "warnings"] {
        assert!(!json[key].is_null(), "{key}");
    }
    let driver = json["drivers"][0].as_object().unwrap();
    for key in [
        "name",
        "importance",
        "share",
        "interval",
        "performance",
        "slope",
        "potential",
        "vif",
        "significant",
    ] {
        assert!(driver.contains_key(key), "{key}");
    }
    assert_eq!(driver["interval"].as_array().unwrap().len(), 2);
    assert_eq!(
        serde_json::from_value::<DriverAnalysis>(json).unwrap(),
        found
    );
}

#[test]
fn an_outcome_made_of_its_drivers_is_wholly_explained() {
    let mut table = ratings(60, &[0.0, 0.0], 0.2, 17);
    for row in 0..table.len() {
        table.columns[0][row] = 2.0 * table.columns[1][row] + table.columns[2][row];
    }
    let found = analyse(&table.rows(), &plain(100)).unwrap();
    close(found.r2, 1.0, 1e-12);
    assert!(found.drivers.iter().all(|driver| driver.significant));
    close(found.drivers[0].slope, 2.0, 1e-9);
    let json = serde_json::to_string(&found).unwrap();
    assert!(
        serde_json::from_str::<DriverAnalysis>(&json).is_ok(),
        "{json}"
    );
}
