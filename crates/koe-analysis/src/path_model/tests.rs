//! Models that cannot be, and models of made rows.

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{RngCore, SeedableRng};

use super::{Mode, PathModel, PathModelAnalysis, PathModelError, PathOptions, Scheme, analyse};
use crate::drivers::Column;

fn model(text: &str) -> PathModel {
    serde_json::from_str(text).unwrap()
}

const THREE: &str = r#"{
    "constructs": {
        "Quality": {"mode": "A", "indicators": ["q1", "q2", "q3"]},
        "Satisfaction": {"indicators": ["s1", "s2"]},
        "Loyalty": {"mode": "A", "indicators": ["l1"]}
    },
    "paths": [["Quality", "Satisfaction"], ["Satisfaction", "Loyalty"], ["Quality", "Loyalty"]],
    "scale": [0, 10]
}"#;

fn made(rows: usize, seed: u64) -> Vec<(&'static str, Vec<f64>)> {
    let mut chance = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut bell = || {
        let even =
            |chance: &mut Xoshiro256PlusPlus| (chance.next_u64() >> 11) as f64 / 2_f64.powi(53);
        (0..12).map(|_| even(&mut chance)).sum::<f64>() - 6.0
    };
    let names = ["q1", "q2", "q3", "s1", "s2", "l1"];
    let mut columns: Vec<(&str, Vec<f64>)> = names.map(|name| (name, Vec::new())).to_vec();
    for _ in 0..rows {
        let quality = bell();
        let satisfaction = 0.7 * quality + 0.7 * bell();
        let loyalty = 0.6 * satisfaction + 0.8 * bell();
        for (name, values) in &mut columns {
            let value = match &name[..1] {
                "q" => quality + 0.6 * bell(),
                "s" => satisfaction + 0.5 * bell(),
                _ => loyalty,
            };
            values.push((5.0 + value).clamp(0.0, 10.0));
        }
    }
    columns
}

fn estimated(model: &PathModel, data: &[(&str, Vec<f64>)], bootstrap: usize) -> PathModelAnalysis {
    let columns: Vec<Column> = data
        .iter()
        .map(|(name, values)| Column { name, values })
        .collect();
    let options = PathOptions {
        bootstrap,
        ..PathOptions::default()
    };
    analyse(model, &columns, None, &options).unwrap()
}

#[test]
fn models_that_cannot_be_are_named_with_the_remedy() {
    for (change, wanted) in [
        (("\"l1\"]", "]"), "“Loyalty” has no indicators"),
        (("\"l1\"", "\"q1\""), "“q1” stands twice"),
        (
            ("[\"Quality\", \"Loyalty\"]", "[\"Price\", \"Loyalty\"]"),
            "“Price”",
        ),
        (
            ("[\"Quality\", \"Loyalty\"]", "[\"Loyalty\", \"Quality\"]"),
            "lead back to “Quality”",
        ),
        (
            ("[\"Quality\", \"Loyalty\"]", "[\"Quality\", \"Quality\"]"),
            "to where it begins",
        ),
        (
            (
                ", [\"Satisfaction\", \"Loyalty\"], [\"Quality\", \"Loyalty\"]",
                "",
            ),
            "begins or ends at “Loyalty”",
        ),
        (("[0, 10]", "[10, 0]"), "end above its beginning"),
    ] {
        let told = model(&THREE.replace(change.0, change.1))
            .check()
            .unwrap_err()
            .to_string();
        assert!(told.contains(wanted), "{told}");
    }
    let told = serde_json::from_str::<PathModel>(&THREE.replace("\"Loyalty\":", "\"Quality\":"))
        .unwrap_err()
        .to_string();
    assert!(told.contains("“Quality” stands twice"), "{told}");
    model(THREE).check().unwrap();
}

#[test]
fn a_column_that_is_not_there_or_says_nothing_is_named() {
    let mut data = made(50, 1);
    data[4].1 = vec![3.0; 50];
    let options = PathOptions::default();
    let columns = |data: &[(&'static str, Vec<f64>)]| -> Vec<(String, Vec<f64>)> {
        data.iter()
            .map(|(name, values)| ((*name).to_owned(), values.clone()))
            .collect()
    };
    let told = |data: &[(String, Vec<f64>)]| {
        let columns: Vec<Column> = data
            .iter()
            .map(|(name, values)| Column { name, values })
            .collect();
        analyse(&model(THREE), &columns, None, &options).unwrap_err()
    };
    assert!(told(&columns(&data)).to_string().contains("“s2”"));
    let error = told(&columns(&data[..3]));
    assert_eq!(
        error,
        PathModelError::UnknownColumn {
            construct: "Satisfaction".to_owned(),
            column: "s1".to_owned()
        }
    );
}

#[test]
fn planted_paths_are_found_by_every_scheme_and_mode() {
    let data = made(3_000, 2);
    for scheme in [Scheme::Path, Scheme::Factorial, Scheme::Centroid] {
        for mode in [Mode::A, Mode::B] {
            let mut model = model(THREE);
            model.scheme = scheme;
            model.constructs[0].1.mode = mode;
            let found = estimated(&model, &data, 0);
            // Scores hold noise, so that paths are a little weaker than planted.
            let planted = [0.62, 0.55, 0.05];
            for (path, planted) in found.paths.iter().zip(planted) {
                assert!((path.coefficient - planted).abs() < 0.08, "{path:?}");
            }
            let effect = found
                .total_effects
                .iter()
                .find(|e| e.from == "Quality" && e.to == "Loyalty");
            let through = found.paths[0].coefficient * found.paths[1].coefficient;
            let whole = found.paths[2].coefficient + through;
            assert!((effect.unwrap().effect - whole).abs() < 1e-12);
            assert_eq!(found.constructs[0].rho_a.is_some(), mode == Mode::A);
        }
    }
}

/// With one indicator each, paths are correlations and regressions of the columns themselves.
#[test]
fn single_indicators_are_plain_regression() {
    let data = made(500, 3);
    let single = model(
        r#"{"constructs": {"a": {"indicators": ["q1"]}, "b": {"indicators": ["s1"]}},
            "paths": [["a", "b"]]}"#,
    );
    let found = estimated(&single, &data, 0);
    let r = found.correlations[0][1];
    assert!((found.paths[0].coefficient - r).abs() < 1e-12);
    assert!((found.constructs[1].r2.unwrap() - r * r).abs() < 1e-12);
    assert_eq!(found.constructs[0].alpha, None);
    assert_eq!(found.constructs[0].ave, 1.0);
    assert_eq!(found.constructs[0].index, None);
}

#[test]
fn order_and_unit_do_not_matter_and_reversed_items_turn_around() {
    let data = made(200, 4);
    let one = estimated(&model(THREE), &data, 100);
    let mut other = data.clone();
    for (name, values) in &mut other {
        values.rotate_left(17);
        if *name == "q2" {
            for value in values {
                *value = 7.0 + 30.0 * *value;
            }
        }
    }
    other.reverse();
    let other = estimated(&model(THREE), &other, 100);
    for (one, other) in one.paths.iter().zip(&other.paths) {
        assert!((one.coefficient - other.coefficient).abs() < 1e-9);
        let (a, b) = (one.interval.unwrap(), other.interval.unwrap());
        assert!((a.0 - b.0).abs() < 1e-9 && (a.1 - b.1).abs() < 1e-9);
    }
    let mut reversed = data;
    for value in &mut reversed[0].1 {
        *value = 10.0 - *value;
    }
    let reversed = estimated(&model(THREE), &reversed, 0);
    let indicators = &reversed.constructs[0].indicators;
    assert!(indicators[0].loading < 0.0 && indicators[1].loading > 0.0);
    assert_eq!(reversed.constructs[0].index, None);
    assert!((reversed.paths[0].coefficient - one.paths[0].coefficient).abs() < 1e-9);
}

/// By hand: two indicators with correlation r have a standardised alpha of 2r / (1 + r); with
/// equal weights both load √((1 + r) / 2), so that AVE is (1 + r) / 2 and rhoC is
/// (2 + 2r) / (3 + r).
#[test]
fn two_indicators_by_hand() {
    let found = estimated(&model(THREE), &made(400, 5), 0);
    let satisfaction = &found.constructs[1];
    let alpha = satisfaction.alpha_standardised.unwrap();
    let r = alpha / (2.0 - alpha);
    // Weights of mode A differ a little from equal ones.
    assert!((satisfaction.rho_c.unwrap() - (2.0 + 2.0 * r) / (3.0 + r)).abs() < 1e-3);
    assert!((satisfaction.ave - (1.0 + r) / 2.0).abs() < 1e-3);
}
