//! `cargo xtask bench`: measures, prints and writes the performance document.

mod analysis;
mod answers;
mod cold;
mod demo;
mod document;
mod figures;
mod import;
mod load;
mod machine;
mod pages;
mod server;
mod slice;
mod start;

use crate::{dictionary, product, run, web};
use anyhow::{Context, Result, ensure};
use clap::ValueEnum;
use document::Section;
use figures::Figure;
use std::fs;
use std::path::PathBuf;
use std::time::Instant;

#[derive(clap::Args)]
pub struct Arguments {
    /// Which measures; none: all but `cold`.
    #[arg(value_name = "NAME", value_parser = name)]
    names: Vec<&'static str>,
    /// Also measure a cold build, which takes a quarter of an hour.
    #[arg(long)]
    cold: bool,
    /// `dev` is for work on the bench itself: small amounts, and nothing is written.
    #[arg(long, value_enum, default_value_t = Profile::Release)]
    profile: Profile,
    /// How many records the slice is asked of, instead of a million.
    #[arg(long)]
    records: Option<usize>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Profile {
    Release,
    Dev,
}

/// Something that is measured, in the order of the document.
struct Measure {
    name: &'static str,
    title: &'static str,
    method: &'static str,
    run: fn(&Setting) -> Result<Measured>,
}

const MEASURES: &[Measure] = &[
    Measure {
        name: "start",
        title: "Start and memory",
        method: start::METHOD,
        run: start::measure,
    },
    Measure {
        name: "answers",
        title: "Answers",
        method: answers::METHOD,
        run: answers::measure,
    },
    Measure {
        name: "import",
        title: "Import",
        method: import::METHOD,
        run: import::measure,
    },
    Measure {
        name: "slice",
        title: "Slice",
        method: slice::METHOD,
        run: slice::measure,
    },
    Measure {
        name: "demo",
        title: "The demo company at a million records",
        method: demo::METHOD,
        run: demo::measure,
    },
    Measure {
        name: ANALYSIS,
        title: "Analysis",
        method: analysis::METHOD,
        run: analysis::measure,
    },
    Measure {
        name: "pages",
        title: "Pages",
        method: pages::METHOD,
        run: pages::measure,
    },
    Measure {
        name: COLD,
        title: "Cold build",
        method: cold::METHOD,
        run: cold::measure,
    },
];

const COLD: &str = "cold";

/// The only measure for which nothing but the analysis crate is built.
const ANALYSIS: &str = "analysis";

fn name(word: &str) -> Result<&'static str, String> {
    MEASURES
        .iter()
        .map(|measure| measure.name)
        .find(|name| *name == word)
        .ok_or_else(|| {
            let names: Vec<_> = MEASURES.iter().map(|measure| measure.name).collect();
            format!("known are {}", names.join(", "))
        })
}

/// What a measure found.
#[derive(Default)]
struct Measured {
    figures: Vec<Figure>,
    notes: Vec<String>,
}

/// What every measure is given.
struct Setting {
    /// The binary, built when a measure that is wanted runs it.
    koe: PathBuf,
    /// Small amounts, to try the measure itself.
    small: bool,
    records: Option<usize>,
}

impl Setting {
    fn choose<T>(&self, measured: T, tried: T) -> T {
        if self.small { tried } else { measured }
    }

    /// A folder on the file system of the repository, because that of `/tmp`
    /// may live in memory and flush nothing.
    fn scratch(&self) -> Result<tempfile::TempDir> {
        let folder = run::root().join("target/bench");
        fs::create_dir_all(&folder)?;
        let made = tempfile::Builder::new().prefix("run-").tempdir_in(folder);
        made.context("no folder to measure in")
    }
}

pub fn run(arguments: &Arguments) -> Result<()> {
    let wanted = |measure: &&Measure| {
        if arguments.names.is_empty() {
            measure.name != COLD || arguments.cold
        } else {
            arguments.names.contains(&measure.name) || arguments.cold && measure.name == COLD
        }
    };
    let wanted: Vec<&Measure> = MEASURES.iter().filter(wanted).collect();
    dictionary::build()?;
    let small = arguments.profile == Profile::Dev;
    let setting = Setting {
        koe: if wanted.iter().any(|measure| measure.name != ANALYSIS) {
            binary(small)?
        } else {
            PathBuf::new()
        },
        small,
        records: arguments.records,
    };
    let profile = if small { "dev" } else { "release" };
    let mut failed = Vec::new();
    for measure in wanted {
        ensure!(!run::stopping(), "stopped");
        eprintln!("\n━━ {}", measure.title);
        let begun = Instant::now();
        let machine = machine::line(&run::root(), profile);
        match (measure.run)(&setting) {
            Ok(measured) => {
                let text = text(&machine, &measured);
                println!("\n## {}\n\n{text}", measure.title);
                eprintln!("({:.0} s)", begun.elapsed().as_secs_f64());
                // Written at once: what comes later may fail or be stopped.
                if !small {
                    let section = Section {
                        name: measure.name,
                        text,
                    };
                    document::write(MEASURES, &[section])?;
                }
            }
            Err(error) => {
                eprintln!("{}: {error:#}", measure.name);
                failed.push(measure.name);
            }
        }
    }
    ensure!(failed.is_empty(), "not measured: {}", failed.join(", "));
    if small {
        println!("\nTried with the dev profile and small amounts; nothing was written.");
    } else {
        println!("\nWritten: {}", document::path().display());
    }
    Ok(())
}

/// Builds what the measures run, with the web application in it.
fn binary(small: bool) -> Result<PathBuf> {
    for part in web::PARTS {
        web::build(part)?;
    }
    if small {
        product::build()
    } else {
        product::release()
    }
}

fn text(machine: &str, measured: &Measured) -> String {
    let mut text = format!("{machine}\n\n{}", figures::table(&measured.figures));
    for note in &measured.notes {
        text.push_str(&format!("\n{note}\n"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn measures_are_chosen_by_name() {
        assert_eq!(name("slice"), Ok("slice"));
        assert!(name("slices").is_err_and(|said| said.contains("answers, import")));
    }

    #[test]
    fn a_measure_says_machine_figures_and_notes() {
        let measured = Measured {
            figures: vec![Figure::new("ms", vec![2.0])],
            notes: vec!["All counted.".to_owned()],
        };
        let text = text("Measured on a machine.", &measured);
        assert!(
            text.starts_with("Measured on a machine.\n\n| what |"),
            "{text}"
        );
        assert!(
            text.ends_with("| ms | 2 | – | 1 | – |\n\nAll counted.\n"),
            "{text}"
        );
    }
}
