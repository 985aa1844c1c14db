//! The analysis crate, by its own benchmarks.

use super::figures::{Bar, Figure};
use super::{Measured, Setting};
use crate::run;
use anyhow::{Context, Result, ensure};
use serde_json::Value;
use std::fs;
use std::path::Path;

pub const METHOD: &str = "\
The benchmarks of `koe-analysis` (`cargo bench -p koe-analysis`): the functions that commands and screens
call, on data made in memory from fixed numbers, without files, server or store. Criterion warms each up and
repeats it; a run is one of its samples. *On one core*: the function uses one; the others use all there are.";

/// One benchmark and how its time is told.
struct Benchmark {
    group: &'static str,
    function: &'static str,
    what: &'static str,
    unit: Unit,
    bar: Option<Bar>,
}

enum Unit {
    Milliseconds,
    Seconds,
    /// So many of something in one repetition.
    EachSecond(f64),
}

const BENCHMARKS: &[Benchmark] = &[
    Benchmark {
        group: "drivers",
        function: "exact Shapley value, 20 drivers, from sums",
        what: "exact Shapley value of 20 drivers from sums, ms",
        unit: Unit::Milliseconds,
        bar: Some(Bar::AtMost(1_000.0)),
    },
    Benchmark {
        group: "drivers",
        function: "1,000 resamples of 18,000 × 14",
        what: "drivers of 18,000 rows × 14 with 1,000 resamples, s",
        unit: Unit::Seconds,
        bar: Some(Bar::AtMost(5.0)),
    },
    Benchmark {
        group: "text",
        function: "japanese_comments_of_40_characters",
        what: "Japanese comments of 40 characters/s, whole pipeline, on one core",
        unit: Unit::EachSecond(10.0),
        bar: Some(Bar::AtLeast(30_000.0)),
    },
    Benchmark {
        group: "text",
        function: "the_same_with_topics",
        what: "the same with a tree of topics",
        unit: Unit::EachSecond(10.0),
        bar: None,
    },
    Benchmark {
        group: "access_log",
        function: "read_200000_lines",
        what: "lines/s of an access log read, on one core",
        unit: Unit::EachSecond(200_000.0),
        bar: Some(Bar::AtLeast(500_000.0)),
    },
    Benchmark {
        group: "access_log",
        function: "find_in_200000_lines",
        what: "finding of 200,000 lines of an access log, ms, on one core",
        unit: Unit::Milliseconds,
        bar: None,
    },
];

pub fn measure(setting: &Setting) -> Result<Measured> {
    let scratch = setting.scratch()?;
    let mut cargo = run::cargo();
    cargo.args(["bench", "--locked", "-p", "koe-analysis"]);
    for benches in ["access_log", "drivers", "text"] {
        cargo.args(["--bench", benches]);
    }
    cargo.env("CRITERION_HOME", scratch.path());
    if setting.small {
        cargo.args(["--", "--warm-up-time", "0.1", "--measurement-time", "0.5"]);
    }
    run::run(&mut cargo)?;
    let told = told(scratch.path())?;
    let figures = BENCHMARKS.iter().map(|benchmark| {
        let found = told
            .iter()
            .find(|told| told.group == benchmark.group && told.function == benchmark.function);
        let found = found.with_context(|| {
            format!(
                "{} / {} was not measured",
                benchmark.group, benchmark.function
            )
        })?;
        Ok(figure(benchmark, &found.seconds))
    });
    let figures = figures.collect::<Result<Vec<Figure>>>()?;
    ensure!(
        told.len() == BENCHMARKS.len(),
        "{} benchmarks ran and {} are told: add the new one to {}",
        told.len(),
        BENCHMARKS.len(),
        file!()
    );
    Ok(Measured {
        figures,
        notes: Vec::new(),
    })
}

fn figure(benchmark: &Benchmark, seconds: &[f64]) -> Figure {
    let (samples, digits) = match benchmark.unit {
        Unit::Milliseconds => (seconds.iter().map(|time| time * 1e3).collect(), 1),
        Unit::Seconds => (seconds.to_vec(), 2),
        Unit::EachSecond(many) => (seconds.iter().map(|time| many / time).collect(), 0),
    };
    let figure = Figure::new(benchmark.what, samples).digits(digits);
    match benchmark.bar {
        Some(bar) => figure.bar(bar),
        None => figure,
    }
}

/// A benchmark as criterion wrote it down.
struct Told {
    group: String,
    function: String,
    /// How long one repetition took, sample by sample.
    seconds: Vec<f64>,
}

fn told(home: &Path) -> Result<Vec<Told>> {
    let mut found = Vec::new();
    for group in fs::read_dir(home).context("criterion wrote nothing")? {
        let group = group?.path();
        if !group.is_dir() {
            continue;
        }
        for function in fs::read_dir(&group)? {
            let new = function?.path().join("new");
            if new.is_dir() {
                found.push(read(&new)?);
            }
        }
    }
    Ok(found)
}

fn read(folder: &Path) -> Result<Told> {
    let json = |name: &str| -> Result<Value> {
        let path = folder.join(name);
        let text = fs::read_to_string(&path);
        let text = text.with_context(|| format!("cannot read {}", path.display()))?;
        Ok(serde_json::from_str(&text)?)
    };
    let (about, sample) = (json("benchmark.json")?, json("sample.json")?);
    let numbers = |name: &str| -> Result<Vec<f64>> {
        let numbers = sample[name].as_array();
        let numbers = numbers.with_context(|| format!("criterion told no {name}"))?;
        Ok(numbers.iter().filter_map(Value::as_f64).collect())
    };
    let (repetitions, nanoseconds) = (numbers("iters")?, numbers("times")?);
    let word = |name: &str| about[name].as_str().unwrap_or_default().to_owned();
    Ok(Told {
        group: word("group_id"),
        function: word("function_id"),
        seconds: nanoseconds
            .iter()
            .zip(&repetitions)
            .map(|(time, many)| time / many / 1e9)
            .collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_are_read_as_criterion_writes_them() {
        let home = tempfile::tempdir().expect("a folder");
        let new = home.path().join("access_log/read_200000_lines/new");
        fs::create_dir_all(&new).expect("folders");
        fs::create_dir_all(home.path().join("access_log/read_200000_lines/base")).expect("folders");
        let about = r#"{"group_id":"access_log","function_id":"read_200000_lines"}"#;
        fs::write(new.join("benchmark.json"), about).expect("written");
        let sample = r#"{"sampling_mode":"Flat","iters":[2.0,4.0],"times":[5e8,8e8]}"#;
        fs::write(new.join("sample.json"), sample).expect("written");
        let told = told(home.path()).expect("benchmarks");
        let [one] = told.as_slice() else {
            panic!("one benchmark");
        };
        assert_eq!(one.seconds, [0.25, 0.2]);
        let benchmark = BENCHMARKS
            .iter()
            .find(|benchmark| benchmark.function == one.function)
            .expect("a benchmark that is told");
        let row = figure(benchmark, &one.seconds).row();
        assert!(
            row.contains("| 900,000 | 800,000 – 1,000,000 | 2 |"),
            "{row}"
        );
    }
}
