//! From a fresh clone to a running demo, with nothing downloaded or compiled.

use super::figures::{Bar, Figure};
use super::{Measured, Setting};
use crate::run;
use anyhow::{Context, Result, ensure};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

pub const METHOD: &str = "\
The repository is cloned into an empty folder; `cargo xtask demo --smoke` runs in it with empty cargo and
npm caches, until the demo company has been created, served and asked. Rust, Node and a C compiler are
there. Then `cargo xtask demo --smoke` again, with everything built.";

pub fn measure(setting: &Setting) -> Result<Measured> {
    let scratch = setting.scratch()?;
    let clone = scratch.path().join("koe");
    let mut git = std::process::Command::new("git");
    git.args(["clone", "--quiet"]).arg(run::root()).arg(&clone);
    run::run(&mut git)?;
    let homes = Homes::empty(scratch.path())?;
    let cold = demo(&clone, &homes)?;
    let warm = demo(&clone, &homes)?;
    Ok(Measured {
        figures: vec![
            Figure::new("cold `cargo xtask demo --smoke`, s", vec![cold]).bar(Bar::AtMost(900.0)),
            Figure::new("the same again, s", vec![warm]).digits(1),
        ],
        notes: Vec::new(),
    })
}

/// Where cargo and npm keep what they downloaded.
struct Homes {
    cargo: PathBuf,
    npm: PathBuf,
}

impl Homes {
    fn empty(folder: &Path) -> Result<Self> {
        let homes = Self {
            cargo: folder.join("cargo"),
            npm: folder.join("npm"),
        };
        fs::create_dir_all(&homes.cargo)?;
        // A registry mirror that is configured for the machine stays in force.
        let known = std::env::var_os("CARGO_HOME")
            .map(PathBuf::from)
            .or_else(|| std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cargo")));
        let known = known.context("neither CARGO_HOME nor HOME is set")?;
        for name in ["config.toml", "config"] {
            if known.join(name).is_file() {
                fs::copy(known.join(name), homes.cargo.join(name))?;
            }
        }
        Ok(homes)
    }
}

fn demo(clone: &Path, homes: &Homes) -> Result<f64> {
    let mut command = run::without_settings(run::cargo());
    command
        .args(["xtask", "demo", "--smoke"])
        .current_dir(clone)
        .env("CARGO_HOME", &homes.cargo)
        .env("npm_config_cache", &homes.npm)
        .env_remove("CARGO_TARGET_DIR");
    let begun = Instant::now();
    let status = run::wait(&mut run::start(&mut command)?)?;
    ensure!(
        status.success(),
        "cargo xtask demo --smoke ended with {status}"
    );
    Ok(begun.elapsed().as_secs_f64())
}
