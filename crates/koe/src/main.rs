//! `koe`: parse arguments, run the command, exit with a documented code.

use clap::Parser;

fn main() -> std::process::ExitCode {
    koe::cli::run(koe::cli::Arguments::parse())
}
