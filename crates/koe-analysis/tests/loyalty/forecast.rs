use koe_analysis::confidence::Confidence;
use koe_analysis::forecast::{Seasonal, analyse_series, holt_winters};

use crate::{assert_close, columns, expected, number, numbers};

fn co2() -> Vec<f64> {
    let [co2] = columns("stats_reference/co2.csv", ["co2"]);
    numbers(&co2)
}

#[test]
fn co2_agrees_with_r() {
    let published = expected("co2_holt_winters_additive");
    let of = |name: &str| number(&published[name]);
    let found = holt_winters(&co2(), Seasonal::Additive, 12, 36, Confidence::P95).unwrap();
    assert!(found.sse <= of("SSE"), "{} {}", found.sse, of("SSE"));
    assert_close(found.alpha, of("alpha"), 0.01 * of("alpha"));
    assert_close(found.beta, of("beta"), 0.01 * of("beta"));
    assert_close(found.gamma.unwrap(), of("gamma"), 0.01 * of("gamma"));
    assert_close(found.level, of("a"), 0.01);
    assert_close(found.trend, of("b"), 0.001_2);
    let season = published["s"].as_array().unwrap();
    assert_eq!(found.season.len(), season.len());
    for (is, should) in found.season.iter().zip(season) {
        assert_close(*is, number(should), 0.01);
    }
}

#[test]
fn the_report_travels_as_stable_json() {
    let report = analyse_series(&co2(), Seasonal::Additive, 12, 2, Confidence::P95).unwrap();
    let json = serde_json::to_value(&report).unwrap();
    assert_eq!(json["holt_winters"]["seasonal"], "additive");
    for field in ["alpha", "beta", "gamma", "sse", "level", "trend"] {
        assert!(json["holt_winters"][field].is_number(), "{field}");
    }
    assert_eq!(json["holt_winters"]["forecast"][1]["ahead"], 2);
    assert!(json["smoothing"]["alpha"].is_number());
    assert!(json["control_limits"]["upper"].is_number());
    assert_eq!(json["change_points"]["method"], "pelt_mean");
}
