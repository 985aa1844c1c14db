//! The analysis of drivers against printed tables.

mod support;

use std::collections::BTreeMap;

use koe_analysis::drivers::{
    Column, DriverAnalysis, Method, Model, NoteCode, Options, Rows, analyse, analyse_parts, shapley,
};
use nalgebra::DMatrix;
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

/// Azen & Budescu 2003, *Psychological Methods* 8:129–148: mean contributions at each level of a
/// matrix of correlations, whose means are the general dominance.
#[test]
fn correlations_as_printed_by_azen_and_budescu() {
    let among = DMatrix::from_row_slice(
        4,
        4,
        &[
            1.0, 0.8, 0.1, 0.3, //
            0.8, 1.0, 0.1, 0.1, //
            0.1, 0.1, 1.0, 0.5, //
            0.3, 0.1, 0.5, 1.0,
        ],
    );
    let levels = [
        [0.360, 0.300, 0.263, 0.246],
        [0.090, 0.074, 0.069, 0.071],
        [0.160, 0.095, 0.063, 0.061],
        [0.250, 0.152, 0.073, 0.010],
    ];
    for (found, levels) in shapley(&among, &[0.6, 0.3, 0.4, 0.5]).iter().zip(levels) {
        close(*found, levels.iter().sum::<f64>() / 4.0, 5e-4);
    }
}

const MOBILE: [&str; 5] = ["IMAG1", "PERQ1", "PERQ3", "PERV1", "CUEX1"];

/// By statsmodels 0.15: `Logit` of every sub-model and of the uncorrelated variables nearest to
/// the drivers, on those who recommend with 9 or 10.
#[test]
fn recommenders_as_computed_with_statsmodels() {
    let mut data = columns("ecsi_mobi/mobi.csv");
    for answer in data.get_mut("CUSL3").unwrap() {
        *answer = f64::from(*answer >= 9.0);
    }
    let options = Options {
        model: Model::Logistic,
        ..by(Method::Both)
    };
    let found = analysed(&data, "CUSL3", &MOBILE, &options);
    close(found.r2, 0.2217330165784519, 1e-11);
    close(found.test.unwrap().statistic, 73.6224710042992, 1e-7);
    close(found.test.unwrap().p / 1.8029828205237745e-14, 1.0, 1e-6);
    for (name, shapley, johnson, slope, error, gain) in [
        (
            "IMAG1",
            0.025164869083183012,
            0.027864936800434892,
            0.10024161917497233,
            0.1074860381105041,
            0.01748580370185227,
        ),
        (
            "PERQ1",
            0.0771567316476999,
            0.0732903050958223,
            0.4903848321199448,
            0.15219559264245391,
            0.087026597695848,
        ),
        (
            "PERQ3",
            0.0812265189541556,
            0.08001640283746791,
            0.4211439330872604,
            0.12364216981538527,
            0.07457643151135272,
        ),
        (
            "PERV1",
            0.022237704553075426,
            0.02215606647050492,
            0.0883915974966981,
            0.0792664973852379,
            0.015407785433565295,
        ),
        (
            "CUEX1",
            0.01594719234033798,
            0.01840530537422187,
            0.08694409739758031,
            0.11066369211953601,
            0.015154142341842225,
        ),
    ] {
        let driver = found.drivers.iter().find(|d| d.name == name).unwrap();
        close(driver.importance, shapley, 1e-10);
        close(driver.relative_weight.unwrap().importance, johnson, 1e-10);
        close(driver.slope, slope, 1e-8);
        close(driver.standard_error, error, 1e-8);
        close(driver.potential.value, gain, 1e-8);
    }
}

/// By statsmodels 0.15: `WLS` of every sub-model with weights 2, 3, 1, 2, 3, 1, …, and
/// `variance_inflation_factor` without weights.
#[test]
fn weighted_rows_as_computed_with_statsmodels() {
    let data = columns("ecsi_mobi/mobi.csv");
    let weights: Vec<f64> = (1..=250).map(|row| f64::from(row % 3 + 1)).collect();
    let weighted = Rows {
        weights: Some(&weights),
        ..rows(&data, "CUSA1", &MOBILE)
    };
    let found = analyse(&weighted, &by(Method::Shapley)).unwrap();
    close(found.r2, 0.42494617178295424, 1e-12);
    for (name, printed, slope) in [
        ("IMAG1", 0.07825738594583713, 0.11251158),
        ("PERQ1", 0.19802543395431724, 0.3599725),
        ("PERQ3", 0.07525096349562896, 0.07876491),
        ("PERV1", 0.0350556647858307, 0.04265426),
        ("CUEX1", 0.0383567236013402, 0.06891426),
    ] {
        close(importance(&found, name), printed, 1e-12);
        let driver = found.drivers.iter().find(|d| d.name == name).unwrap();
        close(driver.slope, slope, 1e-7);
    }
    let plain = analysed(&data, "CUSA1", &MOBILE, &by(Method::Shapley));
    for (name, vif) in MOBILE.iter().zip([
        1.4266509693127007,
        1.5994707160601693,
        1.6257268880195979,
        1.269713115450317,
        1.22608812785955,
    ]) {
        let driver = plain.drivers.iter().find(|d| d.name == *name).unwrap();
        close(driver.vif, vif, 1e-10);
    }
}
