//! `koe analyze` on files of every kind, on files as large as real ones, and on files that cannot
//! be used.

use std::fmt::Write as _;
use std::path::Path;

use rust_xlsxwriter::Workbook;
use serde_json::Value;

use crate::analyze::{analyze, finding, number};

const PARQUET: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../koe-lake/tests/formats/v1/sample.parquet"
);

/// The rows that the Parquet sample was made from: place, day, score.
fn sample() -> Vec<[String; 3]> {
    let text = std::fs::read_to_string(Path::new(PARQUET).with_file_name("rows.json"));
    let rows: Vec<Value> = serde_json::from_str(&text.expect("rows")).expect("JSON");
    rows.iter()
        .map(|row| {
            let moment = row["common"]["occurred_at"].as_i64().expect("a moment");
            let moment = jiff::Timestamp::from_millisecond(moment).expect("a moment");
            let score = &row["values"]["nps"];
            [
                row["common"]["touchpoint"]
                    .as_str()
                    .unwrap_or_default()
                    .to_owned(),
                moment.strftime("%Y-%m-%d").to_string(),
                if score.is_null() {
                    String::new()
                } else {
                    score.to_string()
                },
            ]
        })
        .collect()
}

#[test]
fn every_kind_of_file_gives_the_same_figures() {
    let folder = tempfile::tempdir().expect("a folder");
    let header = ["touchpoint", "occurred_at", "f_nps"].map(str::to_owned);
    let rows: Vec<[String; 3]> = std::iter::once(header).chain(sample()).collect();
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let mut separated = [("csv", ','), ("tsv", '\t')].map(|(kind, by)| (kind, by, String::new()));
    let mut lines = String::new();
    for (line, row) in (0..).zip(&rows) {
        for (column, cell) in (0..).zip(row) {
            match cell.parse::<f64>() {
                Ok(value) => sheet.write_number(line, column, value),
                Err(_) => sheet.write_string(line, column, cell),
            }
            .expect("a cell");
        }
        for (_, by, text) in &mut separated {
            writeln!(text, "{}", row.join(&by.to_string())).expect("written");
        }
        if line > 0 {
            let [place, day, score] = row;
            let one =
                serde_json::json!({ "touchpoint": place, "occurred_at": day, "f_nps": score });
            writeln!(lines, "{one}").expect("written");
        }
    }
    let path = |kind: &str| folder.path().join(format!("rows.{kind}"));
    book.save(path("xlsx")).expect("saved");
    for (kind, _, text) in &separated {
        std::fs::write(path(kind), text).expect("written");
    }
    std::fs::write(path("jsonl"), lines).expect("written");

    let of = |file: &str| {
        finding(&[
            "score",
            "--input",
            file,
            "--score",
            "f_nps",
            "--metric",
            "nps",
            "--by",
            "touchpoint,occurred_at:fiscal-year",
        ])
    };
    let parquet = of(PARQUET);
    let groups = parquet["groups"].as_array().expect("groups");
    assert!(
        groups.len() > 2 && groups[0]["key"]["occurred_at:fiscal-year"] == "FY2026",
        "{}",
        groups[0]["key"]
    );
    for kind in ["csv", "tsv", "xlsx", "jsonl"] {
        assert_eq!(of(&path(kind).to_string_lossy()), parquet, "{kind}");
    }
}

/// A survey as airlines make them: 20,000 rows of 24 columns, ratings from 0 to 5 with 0 for "not
/// applicable", delays whose zeros are values, an outcome of 0 and 1. The first two ratings move
/// the outcome.
fn airline() -> String {
    let ratings: Vec<String> = (1..=14).map(|number| format!("rating{number}")).collect();
    let mut text = format!(
        "id,sex,customer,age,travel,class,distance,{},departure_delay,arrival_delay,satisfied\n",
        ratings.join(",")
    );
    let mut state = 7_u64;
    let mut below = |n: u64| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % n
    };
    for row in 0..20_000 {
        let mut cells = vec![row.to_string(), ["F", "M"][below(2) as usize].to_owned()];
        cells.extend(["loyal".to_owned(), (18 + below(60)).to_string()]);
        cells.extend([
            "business".to_owned(),
            "eco".to_owned(),
            below(4_000).to_string(),
        ]);
        let given: Vec<u64> = (0..14).map(|_| 1 + below(5)).collect();
        cells.extend(given.iter().map(|rating| match below(50) {
            0 => "0".to_owned(),
            _ => rating.to_string(),
        }));
        cells.extend([below(3) * below(40), below(3) * below(40)].map(|delay| delay.to_string()));
        let pleased = 2 * given[0] + given[1] + below(8) > 13;
        cells.push(u64::from(pleased).to_string());
        text += &cells.join(",");
        text.push('\n');
    }
    text
}

#[test]
fn a_survey_with_zeros_for_not_applicable_shows_what_moves_its_outcome() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("airline.csv");
    let text = airline();
    assert_eq!(
        text.lines().next().map(|line| line.split(',').count()),
        Some(24)
    );
    std::fs::write(&path, text).expect("written");
    let file = path.to_string_lossy();
    let ratings: Vec<String> = (1..=14).map(|number| format!("rating{number}")).collect();
    let ratings = ratings.join(",");
    let of = |more: &[&str]| {
        let fixed = [
            "drivers",
            "--input",
            &file,
            "--outcome",
            "satisfied",
            "--drivers",
            &ratings,
            "--na",
            "0",
        ];
        finding(&[&fixed, more].concat())
    };
    for more in [
        &["--missing", "pairwise"][..],
        &[],
        &[
            "--model",
            "logistic",
            "--method",
            "johnson",
            "--bootstrap",
            "0",
        ],
    ] {
        let found = of(more);
        let drivers = found["drivers"].as_array().expect("drivers");
        let (n, dropped) = (number(&found["n"]), number(&found["n_dropped"]));
        assert_eq!(n + dropped, 20_000.0);
        // A row has all fourteen ratings with probability 0.98^14, three rows in four.
        assert!(
            more.contains(&"pairwise") || (0.72..0.78).contains(&(n / 20_000.0)),
            "{n}"
        );
        for driver in drivers {
            let name = driver["name"].as_str().expect("a name");
            let planted = ["rating1", "rating2"].contains(&name);
            assert_eq!(number(&driver["share"]) > 0.05, planted, "{driver}");
        }
    }
}

#[test]
fn what_cannot_be_used_is_one_sentence_that_names_the_column_and_the_remedy() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("written");
        path.to_string_lossy().into_owned()
    };
    let mut rows = "y,a,b,twice,same,word,w,day\n".to_owned();
    for row in 0..60 {
        let (y, a, b) = (row * row % 11, row % 7, row * 5 % 13);
        rows += &format!(
            "{y},{a},{b},{},4,yes,{},03/0{}/2026\n",
            2 * a,
            row % 3,
            1 + row % 4
        );
    }
    let file = write("rows.csv", &rows);
    let few = write("few.csv", "y,a,b\n1,2,3\n2,4,1\n3,1,1\n");
    let torn = write("torn.parquet", "PAR1 and no more");
    let wide = write("wide.csv", "s\n50\n80\n");
    let none = write("none.csv", "y,a\n");
    let targets = write("targets.json", r#"{"a": {"0": 1, "9": 1}}"#);
    let fit = |file: &str, outcome: &str, drivers: &str| {
        format!("drivers --input {file} --outcome {outcome} --drivers {drivers}")
    };
    let cases = [
        (fit(&file, "yy", "a"), "there is no column “yy”"),
        (fit(&file, "Y", "a"), "did you mean “y”?"),
        (fit(&file, "y", "a,a"), "“a” was named twice"),
        (
            fit(&file, "word", "a"),
            "column “word”, row 2: “yes” is not a number",
        ),
        (fit(&file, "word", "a --model logistic"), "--positive"),
        (
            fit(&file, "y", "a,same"),
            "“same” has the same value in every row",
        ),
        (fit(&file, "y", "a,b,twice"), "can be computed from"),
        (fit(&few, "y", "a,b"), "3 rows can be used"),
        (
            fit(&file, "y", "a --weight w"),
            "column “w”, row 2: “0” is not above 0",
        ),
        (fit(&none, "y", "a"), "no row"),
        (fit(&torn, "y", "a"), "not Parquet"),
        (fit("nowhere.csv", "y", "a"), "nowhere.csv"),
        (
            format!("score --input {wide} --score s --metric csat"),
            "--scale LO..HI",
        ),
        (
            format!("score --input {file} --score y --metric mean --by day:month"),
            "day first and month first",
        ),
        (
            format!("score --input {file} --score y --metric mean --confidence 95"),
            "--confidence",
        ),
        (
            format!("compare --input {file} --score y --metric mean --by same"),
            "a single group",
        ),
        (
            format!("compare --input {file} --score y --metric mean"),
            "--by",
        ),
        (
            format!("survival --input {file} --time y --event a"),
            "write 1 or 0",
        ),
        (
            format!("forecast --input {file} --value word"),
            "“yes” is not a number",
        ),
        (
            format!("weights --input {file} --targets {targets}"),
            "no target",
        ),
        (
            format!("weights --input {file} --targets {file}"),
            "column, cell, target",
        ),
    ];
    for (arguments, part) in cases {
        let output = analyze(&arguments.split(' ').collect::<Vec<_>>());
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{arguments}: {said}");
        assert!(output.stdout.is_empty(), "{arguments}");
        assert!(said.contains(part), "{arguments}: {said}");
        assert_eq!(said.trim().lines().count(), 1, "{arguments}: {said}");
    }
}
