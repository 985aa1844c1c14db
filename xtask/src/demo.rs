//! `cargo xtask demo`: from a fresh clone to a signed-in screen.

use crate::smoke::{self, Site};
use crate::{dictionary, needs, product, run, web};
use anyhow::{Context, Result, bail};
use std::fs;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// Kept in the demo's folder, so that a second run can show it again; it also
/// marks a folder as a finished demo.
const SIGN_IN: &str = "sign-in.txt";

#[derive(clap::Args)]
pub struct Arguments {
    /// Throw the demo company away and create it anew.
    #[arg(long)]
    fresh: bool,
    /// How many records the demo company has, about (up to 1,000,000).
    #[arg(long)]
    scale: Option<u64>,
    /// The address to serve on.
    #[arg(long, default_value = "127.0.0.1:7700")]
    listen: SocketAddr,
    /// Start in a folder of its own, check that it answers, stop.
    #[arg(long)]
    smoke: bool,
    /// The folder of the demo company.
    #[arg(long, default_value = "data/demo")]
    data: PathBuf,
}

/// Builds what has changed, creates the company where there is none, serves.
pub fn run(arguments: &Arguments) -> Result<()> {
    let koe = build()?;
    if arguments.smoke {
        return check(&koe, arguments.scale);
    }
    // A relative folder means the repository's, wherever cargo was called.
    let data = run::root().join(&arguments.data);
    let sign_in = company(&koe, &data, arguments)?;
    let mut server = serve(&koe, &data, arguments.listen)?;
    let site = Site::new(arguments.listen);
    let ready = wait_until_ready(&site, &mut server);
    if ready.is_ok() {
        println!(
            "\nKoe is running: {}\n\n{}\nCtrl-C stops it.",
            site.address(),
            sign_in.trim_end()
        );
    } else {
        run::ask_to_stop(&server);
    }
    let status = run::wait(&mut server)?;
    ready?;
    if !status.success() {
        bail!("koe serve ended with {status}");
    }
    Ok(())
}

/// The check that CI runs, with the demo company as it comes.
pub fn smoke() -> Result<()> {
    check(&build()?, None)
}

fn build() -> Result<PathBuf> {
    needs::c_compiler()?;
    needs::node()?;
    dictionary::build()?;
    for part in web::PARTS {
        web::build(part)?;
    }
    product::build()
}

fn check(koe: &Path, scale: Option<u64>) -> Result<()> {
    let scratch = tempfile::Builder::new().prefix("koe-demo-").tempdir()?;
    let data = scratch.path().join("data");
    let sign_in = create(koe, &data, scale)?;
    let listen = SocketAddr::from(([127, 0, 0, 1], crate::cluster::free_port()?));
    let mut server = serve(koe, &data, listen)?;
    let site = Site::new(listen);
    let checked = wait_until_ready(&site, &mut server).and_then(|()| smoke::check(&site, &sign_in));
    run::ask_to_stop(&server);
    let status = run::wait(&mut server)?;
    checked?;
    if !status.success() {
        bail!("koe serve was asked to stop and ended with {status}");
    }
    println!("demo: it starts, signs in, answers with a number, and stops");
    Ok(())
}

/// The sign-in of the company in `data`, created first where there is none.
fn company(koe: &Path, data: &Path, arguments: &Arguments) -> Result<String> {
    let kept = data.join(SIGN_IN);
    if arguments.fresh && data.exists() {
        if !kept.exists() {
            bail!(
                "{} is no finished demo, so --fresh leaves it alone: delete it or choose another folder with --data",
                data.display()
            );
        }
        fs::remove_dir_all(data).with_context(|| format!("cannot delete {}", data.display()))?;
    }
    if kept.exists() {
        if arguments.scale.is_some() {
            eprintln!(
                "the company in {} stays as it is; --fresh makes one of another scale",
                data.display()
            );
        }
        return Ok(fs::read_to_string(kept)?);
    }
    if data.exists() {
        bail!(
            "{} exists and is no finished demo: delete it or choose another folder with --data",
            data.display()
        );
    }
    // Only a finished company gets the folder's name, so an interrupted run
    // leaves nothing that looks like a demo.
    let parent = data.parent().context("a data folder has a parent")?;
    fs::create_dir_all(parent)?;
    let name = data
        .file_name()
        .context("a data folder has a name")?
        .to_string_lossy();
    let unfinished = parent.join(format!("{name}.unfinished"));
    if unfinished.exists() {
        fs::remove_dir_all(&unfinished)?;
    }
    let sign_in = create(koe, &unfinished, arguments.scale)?;
    let kept = unfinished.join(SIGN_IN);
    fs::write(&kept, &sign_in)?;
    fs::set_permissions(&kept, fs::Permissions::from_mode(0o600))?;
    fs::rename(&unfinished, data)?;
    Ok(sign_in)
}

/// Creates the company and returns the sign-in that `koe demo` prints.
fn create(koe: &Path, data: &Path, scale: Option<u64>) -> Result<String> {
    let mut command = run::without_settings(Command::new(koe));
    command
        .arg("demo")
        .arg("--data")
        .arg(data)
        .stdout(Stdio::piped());
    if let Some(scale) = scale {
        command.args(["--scale", &scale.to_string()]);
    }
    let (status, sign_in) = run::wait_with_output(run::start(&mut command)?)?;
    if !status.success() {
        bail!("koe demo ended with {status}");
    }
    Ok(String::from_utf8(sign_in)?)
}

fn serve(koe: &Path, data: &Path, listen: SocketAddr) -> Result<Child> {
    let mut command = run::without_settings(Command::new(koe));
    command
        .arg("serve")
        .arg("--data")
        .arg(data)
        .args(["--listen", &listen.to_string()]);
    // Its own group: one Ctrl-C must reach it once, passed on by xtask.
    command.stdin(Stdio::null()).process_group(0);
    run::start(&mut command)
}

fn wait_until_ready(site: &Site, server: &mut Child) -> Result<()> {
    for _attempt in 0..600 {
        if let Some(status) = server.try_wait()? {
            bail!("koe serve ended at once with {status}; its last words are above");
        }
        if run::stopping() {
            bail!("stopped");
        }
        if site.is_ready() {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    bail!("koe serve was not ready within a minute")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments(fresh: bool) -> Arguments {
        let listen = SocketAddr::from(([127, 0, 0, 1], 0));
        Arguments {
            fresh,
            scale: None,
            listen,
            smoke: false,
            data: PathBuf::new(),
        }
    }

    /// Prints a sign-in and makes the folder it is given, as `koe demo` does.
    fn stand_in(folder: &Path) -> PathBuf {
        let program = folder.join("koe");
        fs::write(&program, "#!/bin/sh\nmkdir -p \"$3\" && echo sign-in $$\n").expect("written");
        fs::set_permissions(&program, fs::Permissions::from_mode(0o700)).expect("executable");
        program
    }

    #[test]
    fn a_company_is_created_once_and_again_when_asked() {
        let scratch = tempfile::tempdir().expect("a folder");
        let koe = stand_in(scratch.path());
        let data = scratch.path().join("data/demo");
        let first = company(&koe, &data, &arguments(false)).expect("created");
        assert_eq!(
            company(&koe, &data, &arguments(false)).expect("kept"),
            first
        );
        assert_ne!(
            company(&koe, &data, &arguments(true)).expect("created anew"),
            first
        );
    }

    #[test]
    fn a_folder_that_is_no_demo_is_left_alone() {
        let scratch = tempfile::tempdir().expect("a folder");
        let koe = stand_in(scratch.path());
        let data = scratch.path().join("data");
        fs::create_dir(&data).expect("a folder");
        fs::write(data.join("precious"), "x").expect("a file");
        for fresh in [false, true] {
            company(&koe, &data, &arguments(fresh)).expect_err("refused");
        }
        assert!(data.join("precious").exists());
    }
}
