//! `koe analyze` as somebody uses it: a file in, published figures out, and one
//! sentence with exit code 2 where a file or an option cannot be used.

use std::io::Write as _;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

use crate::imports::SHARED;

pub fn analyze(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_koe"))
        .arg("analyze")
        .args(arguments)
        .output()
        .expect("koe runs")
}

fn reference(file: &str) -> String {
    format!("{SHARED}/stats_reference/{file}")
}

pub fn finding(arguments: &[&str]) -> Value {
    let arguments = [arguments, &["--format", "json"]].concat();
    let output = analyze(&arguments);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {said}");
    serde_json::from_slice(&output.stdout).expect("JSON alone on stdout")
}

fn published() -> Value {
    let text = std::fs::read_to_string(reference("expected.json")).expect("the figures");
    serde_json::from_str(&text).expect("JSON")
}

pub fn number(value: &Value) -> f64 {
    value
        .as_f64()
        .unwrap_or_else(|| panic!("no number: {value}"))
}

fn near(found: &Value, wanted: &Value, within: f64) {
    let (found, wanted) = (number(found), number(wanted));
    assert!(
        (found - wanted).abs() <= within,
        "{found}, published {wanted}"
    );
}

#[test]
fn relative_importance_of_swiss_fertility_is_what_relaimpo_prints() {
    let file = reference("swiss.csv");
    let found = finding(&[
        "drivers",
        "--input",
        &file,
        "--outcome",
        "Fertility",
        "--drivers",
        "Agriculture,Examination,Education,Catholic,Infant.Mortality",
        "--method",
        "both",
    ]);
    let wanted = &published()["swiss_relative_importance"];
    near(&found["r2"], &wanted["R2"], 1e-9);
    for (place, driver) in found["drivers"]
        .as_array()
        .expect("drivers")
        .iter()
        .enumerate()
    {
        assert_eq!(driver["name"], wanted["predictors"][place]);
        let lmg = &wanted["lmg_shapley_general_dominance"][place];
        near(&driver["importance"], lmg, 1e-9);
        let johnson = &wanted["johnson_relative_weights_equals_genizi"][place];
        near(&driver["relative_weight"]["importance"], johnson, 1e-9);
    }
}

#[test]
fn survival_of_aml_is_what_survfit_and_survdiff_print() {
    let file = reference("aml.csv");
    let found = finding(&[
        "survival",
        "--input",
        &file,
        "--time",
        "time",
        "--event",
        "status",
        "--by",
        "x",
        "--interval",
        "log",
    ]);
    let wanted = &published()["aml_kaplan_meier"];
    for group in found["groups"].as_array().expect("groups") {
        let of = &wanted[group["key"]["x"].as_str().expect("a name")];
        assert_eq!((&group["n"], &group["events"]), (&of["n"], &of["events"]));
        near(&group["median"], &of["median"], 0.0);
        let curve = group["curve"].as_array().expect("a curve").iter();
        let steps: Vec<&Value> = curve.filter(|step| step["events"] != 0).collect();
        for (place, step) in steps.iter().enumerate() {
            near(&step["time"], &of["time"][place], 0.0);
            near(&step["survival"], &of["survival"][place], 1e-6);
        }
    }
    near(&found["log_rank"]["chi2"], &wanted["logrank_chisq"], 1e-5);
    near(&found["log_rank"]["p"], &wanted["logrank_p"], 1e-5);
}

#[test]
fn a_sampled_mean_and_a_series_are_what_svymean_and_holtwinters_print() {
    let file = reference("apiclus1.csv");
    let found = finding(&[
        "score",
        "--input",
        &file,
        "--score",
        "api00",
        "--metric",
        "mean",
        "--weight",
        "pw",
        "--cluster",
        "dnum",
        "--fpc",
        "fpc",
    ]);
    let wanted = &published()["apiclus1_weighted_survey"];
    near(&found["total"]["value"], &wanted["mean_api00"], 5e-5);
    near(&found["total"]["se"], &wanted["se_mean_api00"], 5e-6);

    let file = reference("co2.csv");
    let found = finding(&[
        "forecast",
        "--input",
        &file,
        "--value",
        "co2",
        "--period",
        "12",
        "--seasonal",
        "additive",
    ]);
    let wanted = &published()["co2_holt_winters_additive"];
    let model = &found["holt_winters"];
    assert!(
        number(&model["sse"]) <= number(&wanted["SSE"]) + 1e-6,
        "{}",
        model["sse"]
    );
    near(
        &model["alpha"],
        &wanted["alpha"],
        0.01 * number(&wanted["alpha"]),
    );
}

#[test]
fn raked_weights_are_what_survey_prints() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("targets.json");
    let wanted = &published()["apiclus1_weighted_survey"];
    std::fs::write(&path, wanted["rake_margins"].to_string()).expect("written");
    let (file, targets) = (reference("apiclus1.csv"), path.to_string_lossy());
    let arguments = [
        "weights",
        "--input",
        &file,
        "--targets",
        &targets,
        "--weight",
        "pw",
        "--cluster",
        "dnum",
        "--fpc",
        "fpc",
        "--estimate",
        "api00,enroll",
        "--id",
        "cds",
    ];
    let found = finding(&arguments);
    let (mean, total) = (
        &found["estimates"][0]["mean"],
        &found["estimates"][1]["total"],
    );
    near(&mean["value"], &wanted["raked_mean_api00"], 5e-5);
    near(&mean["se"], &wanted["raked_se_mean_api00"], 5e-5);
    near(&total["value"], &wanted["raked_total_enroll"], 50.0);
    near(&total["se"], &wanted["raked_se_total_enroll"], 5.0);
    near(&found["n_effective"], &wanted["kish_effective_n"], 1e-4);

    let lines = analyze(&[&arguments[..], &["--format", "jsonl"]].concat()).stdout;
    let lines: Vec<Value> = String::from_utf8(lines)
        .expect("text")
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    assert_eq!(lines.len(), 183);
    let mut schools = csv::Reader::from_path(reference("apiclus1.csv")).expect("schools");
    let names = schools.headers().expect("names").clone();
    let place = |name: &str| names.iter().position(|own| own == name).expect("a column");
    let (kind, wide) = (place("stype"), place("sch.wide"));
    for (line, school) in lines.iter().zip(schools.records()) {
        let school = school.expect("a school");
        let cell = format!("{}/{}", &school[kind], &school[wide]);
        near(&line["weight"], &wanted["raked_weights"][cell], 1e-4);
    }
    assert_eq!(lines[0]["id"], "01612910137588");
}

#[test]
fn one_margin_is_post_stratification_and_rows_without_a_cell_get_no_weight() {
    let folder = tempfile::tempdir().expect("a folder");
    let (rows, targets) = (folder.path().join("rows.csv"), folder.path().join("t.csv"));
    std::fs::write(&rows, "sex,age\nf,1\nf,2\nm,1\n,1\nm,2\nf,1\n").expect("written");
    std::fs::write(&targets, "column,cell,target\n\"sex,age\",\"f,1\",30\n\"sex,age\",\"f,2\",20\n\"sex,age\",\"m,1\",25\n\"sex,age\",\"m,2\",25\n")
        .expect("written");
    let (rows, targets) = (rows.to_string_lossy(), targets.to_string_lossy());
    let found = finding(&["weights", "--input", &rows, "--targets", &targets]);
    assert_eq!(
        (&found["method"], &found["n"], &found["n_missing"]),
        (&"post_stratification".into(), &5.into(), &1.into())
    );
    let weights: Vec<&Value> = (0..6)
        .map(|row| &found["weights"][row]["relative"])
        .collect();
    assert_eq!(weights[3], &Value::Null);
    // Two women of the first age stand for 30 of 100, with a mean weight of a fifth.
    near(weights[0], &0.75.into(), 1e-9);
    near(weights[4], &1.25.into(), 1e-9);
}

#[test]
fn customers_of_the_record_shop_have_the_published_parameters() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("orders.csv");
    let text = std::fs::read_to_string(format!("{SHARED}/cdnow/CDNOW_sample.txt")).expect("orders");
    let mut csv = "customer,day,amount\n".to_owned();
    for line in text.lines() {
        let cells: Vec<&str> = line.split_whitespace().collect();
        let (id, day) = (cells[0], cells[2]);
        csv += &format!(
            "{id},{}-{}-{},{}\n",
            &day[..4],
            &day[4..6],
            &day[6..],
            cells[4]
        );
    }
    std::fs::write(&path, csv).expect("written");
    let found = finding(&[
        "clv",
        "--input",
        &path.to_string_lossy(),
        "--customer",
        "customer",
        "--date",
        "day",
        "--amount",
        "amount",
        "--until",
        "1997-09-30",
    ]);
    for (name, wanted) in [("r", 0.243), ("alpha", 4.414), ("a", 0.793), ("b", 2.426)] {
        let found = number(&found["bgnbd"][name]);
        assert!(
            (found / wanted - 1.0).abs() < 0.01,
            "{name}: {found}, published {wanted}"
        );
    }
    assert_eq!(found["customers"].as_array().map(Vec::len), Some(2_357));
}

#[test]
fn groups_and_pairs_are_told_in_every_format_and_from_standard_input() {
    let rows = "店舗,推奨度\n渋谷,10\n渋谷,9\n渋谷,3\n神田,8\n神田,NA\n神田,99\n";
    let piped = |arguments: &[&str]| {
        let mut child = Command::new(env!("CARGO_BIN_EXE_koe"))
            .args(["analyze", "score", "--input", "-", "--score", "推奨度"])
            .args(["--metric", "nps", "--by", "店舗"])
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("koe runs");
        let mut stdin = child.stdin.take().expect("a pipe");
        stdin.write_all(rows.as_bytes()).expect("written");
        drop(stdin);
        let output = child.wait_with_output().expect("an end");
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).expect("text")
    };
    let found: Value = serde_json::from_str(&piped(&["--format", "json"])).expect("JSON");
    let groups = found["groups"].as_array().expect("groups");
    let of = |store: &str| {
        let mut groups = groups.iter();
        groups
            .find(|group| group["key"]["店舗"] == store)
            .expect("a group")
    };
    assert_eq!(
        (&of("渋谷")["n"], &of("神田")["n_missing"]),
        (&3.into(), &2.into())
    );
    near(&of("渋谷")["value"], &(100.0 / 3.0).into(), 1e-9);
    assert_eq!(of("神田")["interval"], Value::Null);
    assert_eq!(piped(&["--format", "jsonl"]).lines().count(), 2);
    assert!(piped(&["--format", "csv"]).starts_with("店舗,n,"));
    assert!(piped(&[]).contains("渋谷"));
}
