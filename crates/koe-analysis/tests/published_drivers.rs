//! The analysis of drivers against printed tables.

mod support;

use std::collections::BTreeMap;

use koe_analysis::drivers::{
    Column, DriverAnalysis, Method, Model, NoteCode, Options, Rows, analyse, analyse_parts,
};
use support::{columns, text};

fn analysed(
    data: &BTreeMap<String, Vec<f64>>,
    outcome: &str,
    drivers: &[&str],
    options: &Options,
) -> DriverAnalysis {
    let rows = rows(data, outcome, drivers);
    let found = analyse(&rows, options).unwrap();
    // What sums tell is what rows tell.
    if options.model == Model::Linear {
        let products = rows.products().unwrap();
        let exact = Options {
            bootstrap: 0,
            ..*options
        };
        let from_sums = analyse_parts(&[products], &exact).unwrap();
        close(from_sums.r2, found.r2, 1e-12);
        for (one, other) in from_sums.drivers.iter().zip(&found.drivers) {
            assert_eq!(one.name, other.name);
            close(one.importance, other.importance, 1e-12);
            close(one.slope, other.slope, 1e-9);
        }
    }
    let parts: f64 = found.drivers.iter().map(|driver| driver.importance).sum();
    close(parts, found.r2, 1e-12);
    found
}

fn rows<'a>(
    data: &'a BTreeMap<String, Vec<f64>>,
    outcome: &'a str,
    drivers: &[&'a str],
) -> Rows<'a> {
    let column = |name: &'a str| Column {
        name,
        values: &data[name],
    };
    Rows {
        outcome: column(outcome),
        drivers: drivers.iter().map(|name| column(name)).collect(),
        weights: None,
    }
}

fn by(method: Method) -> Options {
    Options {
        method,
        bootstrap: 0,
        ..Options::default()
    }
}

fn importance(found: &DriverAnalysis, driver: &str) -> f64 {
    let driver = found.drivers.iter().find(|found| found.name == driver);
    driver.unwrap().importance
}

#[track_caller]
fn close(found: f64, printed: f64, within: f64) {
    assert!(
        (found - printed).abs() <= within,
        "{found} is not {printed}"
    );
}

fn numbers(value: &serde_json::Value) -> Vec<f64> {
    let list = value.as_array().unwrap();
    list.iter().map(|number| number.as_f64().unwrap()).collect()
}

const SWISS: [&str; 5] = [
    "Agriculture",
    "Examination",
    "Education",
    "Catholic",
    "Infant.Mortality",
];

/// Grömping 2006, *Journal of Statistical Software* 17:1; relaimpo 2.2-7.
#[test]
fn swiss_fertility_as_printed_for_relaimpo() {
    let expected: serde_json::Value =
        serde_json::from_str(&text("stats_reference/expected.json")).unwrap();
    let expected = &expected["swiss_relative_importance"];
    let data = columns("stats_reference/swiss.csv");
    let both = analysed(&data, "Fertility", &SWISS, &by(Method::Both));
    close(both.r2, expected["R2"].as_f64().unwrap(), 5e-11);
    let lmg = numbers(&expected["lmg_shapley_general_dominance"]);
    let shares = numbers(&expected["lmg_share_sum1"]);
    let weights = numbers(&expected["johnson_relative_weights_equals_genizi"]);
    for (place, name) in SWISS.iter().enumerate() {
        let driver = both.drivers.iter().find(|d| d.name == *name).unwrap();
        close(driver.importance, lmg[place], 5e-11);
        close(driver.share, shares[place], 5e-11);
        close(
            driver.relative_weight.unwrap().importance,
            weights[place],
            5e-11,
        );
    }
    let johnson = analysed(&data, "Fertility", &SWISS, &by(Method::Johnson));
    for (place, name) in SWISS.iter().enumerate() {
        close(importance(&johnson, name), weights[place], 5e-11);
    }
    // 47 rows for five drivers: parts, and no ranking.
    assert_eq!(both.refused.as_ref().unwrap().code, NoteCode::FewRows);
    assert_eq!(both.drivers[0].name, "Agriculture");
    assert!(
        both.drivers
            .iter()
            .all(|d| d.rank.is_none() && !d.significant)
    );
}

/// summary(lm(Fertility ~ ., swiss)), as on the help page of R's `swiss`.
#[test]
fn swiss_fertility_as_printed_for_lm() {
    let data = columns("stats_reference/swiss.csv");
    let found = analysed(&data, "Fertility", &SWISS, &by(Method::Shapley));
    for (name, slope, error, p) in [
        ("Agriculture", -0.17211, 0.07030, 0.01873),
        ("Examination", -0.25801, 0.25388, 0.31546),
        ("Education", -0.87094, 0.18303, 2.43e-05),
        ("Catholic", 0.10412, 0.03526, 0.00519),
        ("Infant.Mortality", 1.07705, 0.38172, 0.00734),
    ] {
        let driver = found.drivers.iter().find(|d| d.name == name).unwrap();
        close(driver.slope, slope, 5e-6);
        close(driver.standard_error, error, 5e-6);
        close(driver.p, p, 5e-6);
    }
    close(found.r2_adjusted.unwrap(), 0.671, 5e-4);
    let test = found.test.unwrap();
    close(test.statistic, 19.76, 5e-3);
    close(test.p / 5.594e-10, 1.0, 1e-3);
}

/// README of the R package rwa.
#[test]
fn motor_trend_cars_as_printed_for_rwa() {
    let expected: serde_json::Value =
        serde_json::from_str(&text("stats_reference/expected.json")).unwrap();
    let expected = &expected["mtcars_relative_weights"];
    let data = columns("stats_reference/mtcars.csv");
    let drivers = ["cyl", "disp", "hp", "gear"];
    let found = analysed(&data, "mpg", &drivers, &by(Method::Johnson));
    close(found.r2, expected["R2"].as_f64().unwrap(), 5e-8);
    let weights = numbers(&expected["raw_relative_weight"]);
    let percent = numbers(&expected["rescaled_percent"]);
    let signs = expected["sign_of_coefficient"].as_array().unwrap();
    for (place, name) in drivers.iter().enumerate() {
        let driver = found.drivers.iter().find(|d| d.name == *name).unwrap();
        close(driver.importance, weights[place], 5e-8);
        close(100.0 * driver.share, percent[place], 5e-6);
        let correlates = if *name == "gear" { "+" } else { "-" };
        assert_eq!(signs[place].as_str(), Some(correlates));
    }
}

/// README of the R package dominanceanalysis (Bustos & Soares), after Azen & Budescu 2003.
#[test]
fn attitude_as_printed_for_dominanceanalysis() {
    let data = columns("stats_reference/attitude.csv");
    let drivers = [
        "complaints",
        "privileges",
        "learning",
        "raises",
        "critical",
        "advance",
    ];
    let found = analysed(&data, "rating", &drivers, &by(Method::Shapley));
    close(found.r2, 0.733, 5e-4);
    for (name, printed) in drivers
        .iter()
        .zip([0.371, 0.051, 0.156, 0.120, 0.007, 0.028])
    {
        close(importance(&found, name), printed, 5e-4);
    }
    // summary(lm(rating ~ ., attitude)) on the help page of R's `attitude`.
    let complaints = found
        .drivers
        .iter()
        .find(|d| d.name == "complaints")
        .unwrap();
    close(complaints.slope, 0.61319, 5e-6);
    close(complaints.standard_error, 0.16098, 5e-6);
    close(complaints.p, 0.000903, 5e-7);
}

/// glm(am ~ wt, binomial, mtcars), printed in many texts: the coefficients 12.040 and −4.024 with
/// standard error 1.436, null deviance 43.230, residual deviance 19.176.
#[test]
fn a_logistic_model_as_printed_for_glm() {
    let data = columns("stats_reference/mtcars.csv");
    let options = Options {
        model: Model::Logistic,
        ..by(Method::Both)
    };
    let found = analysed(&data, "am", &["wt"], &options);
    let driver = &found.drivers[0];
    close(driver.slope, -4.024, 5e-4);
    // R reads the error off one step before the last.
    close(driver.standard_error, 1.436, 1e-3);
    close(found.r2, 1.0 - 19.176 / 43.230, 3e-5);
    close(found.test.unwrap().statistic, 43.230 - 19.176, 1e-3);
    close(driver.importance, found.r2, 1e-12);
    close(driver.relative_weight.unwrap().importance, found.r2, 1e-12);
}
