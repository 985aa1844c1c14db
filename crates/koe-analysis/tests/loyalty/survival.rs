use koe_analysis::confidence::Confidence;
use koe_analysis::survival::{Observation, Survival, Transform, survival};

use crate::{assert_close, columns, expected, number, numbers};

fn aml() -> Vec<(String, Observation)> {
    let [time, status, group] = columns("stats_reference/aml.csv", ["time", "status", "x"]);
    let times = numbers(&time).into_iter().zip(status);
    group
        .into_iter()
        .zip(times.map(|(time, status)| Observation::new(time, status == "1")))
        .collect()
}

fn found(transform: Transform) -> Survival<String> {
    survival(aml(), transform, Confidence::P95).unwrap()
}

#[test]
fn aml_agrees_with_r() {
    let published = expected("aml_kaplan_meier");
    let found = found(Transform::Log);
    for group in &found.groups {
        let of = &published[&group.key];
        assert_eq!(group.n as f64, number(&of["n"]));
        assert_eq!(group.events as f64, number(&of["events"]));
        assert_eq!(group.median, Some(number(&of["median"])));
        let list = |name: &str| of[name].as_array().unwrap().iter().map(number);
        assert_eq!(group.curve.len(), list("time").count());
        for (point, (time, share)) in group.curve.iter().zip(list("time").zip(list("survival"))) {
            assert_eq!(point.time, time);
            assert_close(point.survival, share, 5.1e-7);
        }
        if !of["std_err"].is_null() {
            for (point, se) in group.curve.iter().zip(list("std_err")) {
                assert_close(point.se.unwrap(), se, 5.1e-8);
            }
        }
    }
    let test = found.log_rank.unwrap();
    assert_close(test.chi2, number(&published["logrank_chisq"]), 5.1e-6);
    assert_close(test.p, number(&published["logrank_p"]), 5.1e-6);
    assert_eq!(test.df, 1);
}

#[test]
fn the_intervals_of_aml_agree_with_r() {
    // tests/doaml.Rout.save of R's package survival: log intervals and those of the medians.
    let found = found(Transform::Log);
    let lower = [
        [0.7541, 0.6192, 0.4884, 0.3769, 0.2549, 0.1549, 0.0359].as_slice(),
        &[
            0.6470, 0.4468, 0.3616, 0.2675, 0.1854, 0.1148, 0.0569, 0.0153,
        ],
    ];
    let upper = [
        [1.0, 1.0, 1.0, 0.999, 0.946, 0.875, 0.944].as_slice(),
        &[1.0, 0.995, 0.941, 0.883, 0.816, 0.741, 0.664, 0.620],
    ];
    let medians = [(Some(18.0), None), (Some(8.0), None)];
    for (group, ((lower, upper), median)) in found
        .groups
        .iter()
        .zip(lower.iter().zip(upper).zip(medians))
    {
        for (point, (&low, &high)) in group.curve.iter().zip(lower.iter().zip(upper)) {
            let interval = point.interval.unwrap();
            assert_close(interval.0, low, 5.1e-5);
            assert_close(interval.1, high, 5.1e-4);
        }
        assert_eq!(group.median_interval, median);
    }
    // The curve of the second group ends at zero, where there is no error to tell.
    let end = found.groups[1].curve.last().unwrap();
    assert_eq!((end.survival, end.se, end.interval), (0.0, None, None));
}

#[test]
fn the_finding_travels_as_stable_json() {
    let json = serde_json::to_value(found(Transform::LogLog)).unwrap();
    assert_eq!(json["interval"], "log-log");
    let group = &json["groups"][0];
    assert_eq!(group["key"], "Maintained");
    assert_eq!(group["median"], 31.0);
    assert_eq!(group["median_interval"].as_array().unwrap().len(), 2);
    for field in ["time", "at_risk", "events", "survival", "interval"] {
        assert!(!group["curve"][0][field].is_null(), "{field}");
    }
    for field in ["chi2", "df", "p"] {
        assert!(!json["log_rank"][field].is_null(), "{field}");
    }
}
