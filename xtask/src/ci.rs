//! `cargo xtask ci`: everything a change must pass, with the time each step took.

use crate::{advisories, codegen, demo, licences, product, run, test, tidy, web};
use anyhow::{Context, Result};
use std::fmt::Write as _;
use std::time::{Duration, Instant};

type Step = (&'static str, fn() -> Result<()>);

/// Quick steps first, so that a slip is told early; then everything that
/// compiles, in an order in which each step uses what the one before has built.
const STEPS: &[Step] = &[
    ("format", format),
    ("tidy", tidy::check),
    ("licences", licences::check),
    ("advisories", advisories::check),
    ("web lints and types", web_lints),
    ("lints", lints),
    ("generated contracts", codegen::check),
    ("tests", test::everything),
    ("one build", product::one_build),
    ("demo", demo::smoke),
];

/// Runs the steps until one fails, and prints the table in either case.
pub fn run() -> Result<()> {
    let mut done = Vec::new();
    let mut failed = None;
    for (name, step) in STEPS {
        eprintln!("\n━━ {name}");
        let begun = Instant::now();
        let result = step();
        done.push((*name, begun.elapsed(), result.is_ok()));
        if let Err(error) = result {
            failed = Some(error.context(format!("step `{name}` failed")));
            break;
        }
    }
    println!("\n{}", table(&done));
    failed.map_or(Ok(()), Err)
}

fn table(done: &[(&str, Duration, bool)]) -> String {
    let mut table = String::new();
    let mut row = |name: &str, time: &str, result: &str| {
        // Writing into a string cannot fail.
        let _ok = writeln!(table, "{name:<22}{time:>10}  {result}");
    };
    for (name, time, passed) in done {
        row(name, &spent(*time), if *passed { "ok" } else { "FAILED" });
    }
    for (name, _step) in STEPS.iter().skip(done.len()) {
        row(name, "", "not run");
    }
    row(
        "all",
        &spent(done.iter().map(|(_, time, _)| *time).sum()),
        "",
    );
    table
}

fn spent(time: Duration) -> String {
    format!("{}:{:04.1}", time.as_secs() / 60, time.as_secs_f64() % 60.0)
}

fn format() -> Result<()> {
    run::run(run::cargo().args(["fmt", "--all", "--check"])).context("run `cargo fmt --all`")
}

/// The whole workspace at once: the same features as the tests, so that the
/// query engine is checked once.
fn lints() -> Result<()> {
    let mut cargo = run::cargo();
    cargo.args([
        "clippy",
        "--workspace",
        "--all-targets",
        "--locked",
        "--",
        "--deny=warnings",
    ]);
    run::run(&mut cargo)
}

fn web_lints() -> Result<()> {
    for part in web::PARTS {
        web::install(part)?;
        for script in ["lint", "typecheck"] {
            run::run(run::command("npm", part).args(["run", script]))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_says_what_passed_what_failed_and_what_did_not_run() {
        let table = table(&[
            ("format", Duration::from_millis(1500), true),
            ("tidy", Duration::from_secs(61), false),
        ]);
        assert!(
            table.contains("format                    0:01.5  ok"),
            "{table}"
        );
        assert!(
            table.contains("tidy                      1:01.0  FAILED"),
            "{table}"
        );
        assert!(
            table.contains("demo                              not run"),
            "{table}"
        );
        assert!(
            table.contains("all                       1:02.5"),
            "{table}"
        );
    }
}
