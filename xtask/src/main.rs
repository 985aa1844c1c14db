//! `cargo xtask`: everything a contributor, a newcomer or CI runs.

mod advisories;
mod bench;
mod ci;
mod cluster;
mod codegen;
mod demo;
mod dictionary;
mod licences;
mod needs;
mod product;
mod run;
mod smoke;
mod test;
mod tidy;
mod web;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Build, show and check Koe.
#[derive(Parser)]
#[command(name = "cargo xtask", disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Create the demo company, serve it, print the address and the sign-in.
    Demo(demo::Arguments),
    /// Run every test: Rust on both engines, the web application, browser journeys.
    Test(test::Arguments),
    /// Everything a change must pass: format, lints, rules, contracts, licences, tests, demo.
    Ci,
    /// Measure the release build and write docs/reference/performance.md.
    Bench(bench::Arguments),
    /// Compile the dictionary that Japanese is split with.
    Dictionary,
    /// Check the house rules.
    Tidy,
    /// Write the generated contracts (API, command line, configuration, schema).
    Codegen(codegen::Arguments),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let done = run::pass_signals_on().and_then(|()| match arguments.task {
        Task::Demo(arguments) => demo::run(&arguments),
        Task::Test(arguments) => test::run(&arguments),
        Task::Ci => ci::run(),
        Task::Bench(arguments) => bench::run(&arguments),
        Task::Codegen(arguments) => codegen::run(&arguments),
        Task::Dictionary => dictionary::build(),
        Task::Tidy => tidy::check(),
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
