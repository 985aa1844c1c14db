use std::collections::BTreeMap;

use koe_analysis::confidence::Confidence;
use koe_analysis::score::{Direction, Metric};
use koe_analysis::tabulation::score_table;
use koe_analysis::weighting::{Design, DesignColumns, Estimate, Margin, RakeOptions, Raked, rake};

use crate::{assert_close, columns, expected, number, numbers};

struct Schools {
    design: Design,
    kind: Vec<String>,
    wide: Vec<String>,
    api00: Vec<Option<f64>>,
    enroll: Vec<Option<f64>>,
}

/// The cluster sample of Californian schools: 15 districts of 757.
fn schools() -> Schools {
    let [weight, district, kind, wide, api00, enroll, fpc] = columns(
        "stats_reference/apiclus1.csv",
        ["pw", "dnum", "stype", "sch.wide", "api00", "enroll", "fpc"],
    );
    let given = DesignColumns {
        weights: Some(&numbers(&weight)),
        strata: None,
        clusters: Some(&district),
        fpc: Some(&numbers(&fpc)),
    };
    let values = |column: &[String]| numbers(column).into_iter().map(Some).collect();
    Schools {
        design: Design::new(weight.len(), &given).unwrap(),
        api00: values(&api00),
        enroll: values(&enroll),
        kind,
        wide,
    }
}

#[track_caller]
fn agrees(estimate: &Estimate, value: f64, se: f64, within: (f64, f64)) {
    assert_close(estimate.value.unwrap(), value, within.0);
    assert_close(estimate.se.unwrap(), se, within.1);
}

fn raked(schools: &Schools) -> Raked {
    let published = expected("apiclus1_weighted_survey");
    let margin = |name: &str, cells: &[String]| Margin {
        name: name.to_owned(),
        cells: cells.to_vec(),
        targets: serde_json::from_value(published["rake_margins"][name].clone()).unwrap(),
    };
    let margins = [
        margin("stype", &schools.kind),
        margin("sch.wide", &schools.wide),
    ];
    rake(&schools.design, &margins, &RakeOptions::default()).unwrap()
}

#[test]
fn means_and_totals_of_clusters_agree_with_r() {
    let published = expected("apiclus1_weighted_survey");
    let of = |name: &str| number(&published[name]);
    let schools = schools();
    assert_eq!(schools.design.units() as f64, of("clusters"));
    let mean = schools.design.mean(&schools.api00, Confidence::P95);
    agrees(
        &mean,
        of("mean_api00"),
        of("se_mean_api00"),
        (5.1e-5, 5.1e-6),
    );
    let total = schools.design.total(&schools.enroll, Confidence::P95);
    agrees(
        &total,
        of("total_enroll"),
        of("se_total_enroll"),
        (0.051, 0.005_1),
    );
}

#[test]
fn raking_agrees_with_r() {
    let published = expected("apiclus1_weighted_survey");
    let of = |name: &str| number(&published[name]);
    let schools = schools();
    let raked = raked(&schools);
    assert!(raked.summary.converged);
    assert_close(raked.summary.n_effective, of("kish_effective_n"), 5.1e-8);
    let mut weights: BTreeMap<String, f64> = BTreeMap::new();
    for (row, weight) in raked.design.weights().iter().enumerate() {
        weights.insert(
            format!("{}/{}", schools.kind[row], schools.wide[row]),
            *weight,
        );
    }
    for (cell, weight) in published["raked_weights"].as_object().unwrap() {
        assert_close(weights[cell], number(weight), 5.1e-9);
    }
    let mean = raked.design.mean(&schools.api00, Confidence::P95);
    agrees(
        &mean,
        of("raked_mean_api00"),
        of("raked_se_mean_api00"),
        (5.1e-6, 5.1e-6),
    );
    let total = raked.design.total(&schools.enroll, Confidence::P95);
    agrees(
        &total,
        of("raked_total_enroll"),
        of("raked_se_total_enroll"),
        (0.051, 0.005_1),
    );
}

#[test]
fn post_stratification_agrees_with_r() {
    // R package survey, help page of postStratify: types of school 4421, 755 and 1018;
    // total of enroll 3680893 (406293), mean of api00 642.31 (23.921).
    let schools = schools();
    let targets = [("E", 4_421.0), ("H", 755.0), ("M", 1_018.0)];
    let margin = Margin {
        name: "stype".to_owned(),
        cells: schools.kind.clone(),
        targets: targets.map(|(cell, n)| (cell.to_owned(), n)).into(),
    };
    let found = rake(&schools.design, &[margin], &RakeOptions::default()).unwrap();
    let mean = found.design.mean(&schools.api00, Confidence::P95);
    agrees(&mean, 642.31, 23.921, (5.1e-3, 5.5e-4));
    let total = found.design.total(&schools.enroll, Confidence::P95);
    agrees(&total, 3_680_893.0, 406_293.0, (0.51, 0.51));
}

#[test]
fn a_score_under_the_design_is_the_survey_mean() {
    let schools = schools();
    let metric = Metric::Mean {
        scale: None,
        direction: Direction::HigherIsBetter,
    };
    let rows: Vec<(String, Option<f64>)> = schools
        .kind
        .iter()
        .cloned()
        .zip(schools.api00.clone())
        .collect();
    let table = score_table(&metric, &rows, &schools.design, Confidence::P95);
    assert_eq!(table.method, "taylor_t");
    assert_close(table.total.value.unwrap(), 644.1694, 5.1e-5);
    assert_close(table.total.se.unwrap(), 23.542_24, 5.1e-6);
    // R package survey, help page of svyby: api00 by stype of dclus1 is 648.8681 (22.36241),
    // 618.5714 (38.02025) and 631.4400 (31.60947).
    let printed = [
        (648.8681, 22.362_41),
        (618.5714, 38.020_25),
        (631.4400, 31.609_47),
    ];
    for (group, (value, se)) in table.groups.iter().zip(printed) {
        assert_close(group.figures.value.unwrap(), value, 5.1e-5);
        assert_close(group.figures.se.unwrap(), se, 5.1e-6);
    }
}
