//! `cargo xtask test`: everything, with nothing skipped silently.

use crate::cluster::Cluster;
use crate::needs::{self, Need};
use crate::{dictionary, product, run, web};
use anyhow::{Context, Result};
use clap::ValueEnum;
use std::process::Command;

/// What the tests of the product read to find PostgreSQL; unset, they use SQLite.
const DATABASE: &str = "KOE_TEST_DATABASE_URL";

#[derive(clap::Args)]
pub struct Arguments {
    /// The relational store to test on.
    #[arg(long, value_enum, default_value_t = Engine::Both)]
    engine: Engine,
    /// Run only the Rust tests whose name contains this.
    filter: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Engine {
    Sqlite,
    Postgres,
    Both,
}

impl Engine {
    fn sqlite(self) -> bool {
        self != Self::Postgres
    }

    fn postgres(self) -> bool {
        self != Self::Sqlite
    }
}

/// Runs everything on both engines.
pub fn everything() -> Result<()> {
    run(&Arguments {
        engine: Engine::Both,
        filter: None,
    })
}

/// Runs what the arguments ask for.
pub fn run(arguments: &Arguments) -> Result<()> {
    let Arguments { engine, filter } = arguments;
    let filter = filter.as_deref();
    needs::c_compiler()?;
    let mut wanted = Vec::new();
    if engine.postgres() {
        wanted.push(Need::Postgres);
    }
    if filter.is_none() {
        needs::node()?;
        wanted.extend([Need::Chromium, Need::JapaneseFont]);
    }
    needs::ensure(&wanted)?;
    dictionary::build()?;

    if engine.sqlite() {
        heading("Rust tests on SQLite");
        run::run(runner(Packages::All, filter).env_remove(DATABASE))?;
    }
    let cluster = if engine.postgres() {
        let programs = needs::postgres().context("PostgreSQL has just been found")?;
        Some(Cluster::start(&programs)?)
    } else {
        None
    };
    if let Some(cluster) = &cluster {
        heading("Rust tests on PostgreSQL");
        let packages = if engine.sqlite() {
            Packages::Product
        } else {
            Packages::All
        };
        run::run(runner(packages, filter).env(DATABASE, cluster.url()))?;
    }
    if let Some(filter) = filter {
        println!(
            "ran the Rust tests named `{filter}`; without a name, the web tests and browser journeys run too"
        );
        return Ok(());
    }
    in_browsers(*engine, cluster.as_ref())
}

/// Unit tests of the web parts, then journeys through the built product.
fn in_browsers(engine: Engine, cluster: Option<&Cluster>) -> Result<()> {
    for part in web::PARTS {
        heading(&format!("tests of {part}/"));
        web::build(part)?;
        run::run(run::command("npm", part).arg("test"))?;
    }
    let koe = product::build()?;
    let chromium = needs::chromium().context("Chromium has just been found")?;
    let journeys = || {
        let mut npm = run::command("npm", "web");
        npm.args(["run", "e2e"]);
        npm.env("E2E_KOE", &koe)
            .env("E2E_CHROMIUM", &chromium)
            .env_remove("E2E_DATABASE_URL");
        npm
    };
    if engine.sqlite() {
        heading("browser journeys on SQLite");
        run::run(&mut journeys())?;
    }
    if let Some(cluster) = cluster {
        heading("one browser journey on PostgreSQL");
        run::run(
            journeys()
                .env("E2E_ONLY", "smoke")
                .env("E2E_DATABASE_URL", cluster.url()),
        )?;
    }
    Ok(())
}

fn heading(text: &str) {
    eprintln!("\n── {text}");
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Packages {
    All,
    /// Only `koe`: the other crates know nothing of the engine.
    Product,
}

/// The command that runs Rust tests: nextest where it is installed.
fn runner(packages: Packages, filter: Option<&str>) -> Command {
    let nextest = run::first_line("cargo-nextest", &["--version"]).is_some();
    let mut cargo = run::cargo();
    cargo.args(words(nextest, packages, filter));
    cargo
}

/// Always the whole workspace is selected, because a smaller selection can
/// resolve other features and compile the query engine a second time.
fn words(nextest: bool, packages: Packages, filter: Option<&str>) -> Vec<String> {
    let mut words: Vec<&str> = if nextest {
        vec!["nextest", "run"]
    } else {
        vec!["test"]
    };
    words.push("--workspace");
    match (packages, nextest) {
        (Packages::All, true) => {}
        (Packages::All, false) => words.push("--no-fail-fast"),
        (Packages::Product, true) => words.extend(["--filterset", "package(koe)"]),
        (Packages::Product, false) => words.extend(["--no-fail-fast", "--lib", "--test", "it"]),
    }
    if nextest {
        words.push("--no-fail-fast");
    }
    if nextest && packages == Packages::Product && filter.is_some() {
        // The name may belong to a crate that has run already.
        words.push("--no-tests=pass");
    }
    words.extend(filter);
    words.into_iter().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_run_selects_the_same_workspace() {
        for nextest in [true, false] {
            for packages in [Packages::All, Packages::Product] {
                let words = words(nextest, packages, Some("links"));
                assert!(words.contains(&"--workspace".to_owned()), "{words:?}");
                assert_eq!(words.last().map(String::as_str), Some("links"));
            }
        }
    }
}
