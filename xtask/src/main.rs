//! `cargo xtask`: everything a contributor, a newcomer or CI runs.

mod cluster;
mod needs;
mod product;
mod run;
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
    /// Run every test: Rust on both engines, the web application, browser journeys.
    Test(test::Arguments),
    /// Check the house rules.
    Tidy,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let done = run::pass_signals_on().and_then(|()| match arguments.task {
        Task::Test(arguments) => test::run(&arguments),
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
