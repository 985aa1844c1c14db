//! A `koe serve` of a measure: own folder, own port, quiet, stopped at the end.

use crate::smoke::Site;
use crate::{cluster, run};
use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};
use std::fs;
use std::io::Write;
use std::net::SocketAddr;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Who signs in to a store that a measure made.
const EMAIL: &str = "owner@example.com";
const PASSWORD: &str = "correct horse battery";

/// Ticks of a second in `/proc`: fixed by Linux for all programs (`USER_HZ`).
const TICKS: f64 = 100.0;

/// A running server. Dropping it stops the process.
pub struct Server {
    child: Child,
    pub listen: SocketAddr,
    pub site: Site,
    /// From the start of the process until it said that it is ready.
    pub ready_after: Duration,
}

impl Server {
    /// Starts a server over a data folder and waits until it is ready.
    pub fn start(koe: &Path, data: &Path) -> Result<Self> {
        let listen = SocketAddr::from(([127, 0, 0, 1], cluster::free_port()?));
        fs::create_dir_all(data)?;
        let log = fs::File::create(data.with_extension("log"))?;
        let mut command = koe_command(koe, data);
        command
            .args(["serve", "--listen", &listen.to_string()])
            .env("KOE_LOG", "warn")
            .stdin(Stdio::null())
            .stderr(log)
            .process_group(0);
        let begun = Instant::now();
        let mut server = Self {
            child: run::start(&mut command)?,
            listen,
            site: Site::new(listen),
            ready_after: Duration::ZERO,
        };
        while !server.site.is_ready() {
            if let Some(status) = server.child.try_wait()? {
                let said = fs::read_to_string(data.with_extension("log")).unwrap_or_default();
                bail!("koe serve ended with {status}: {said}");
            }
            ensure!(!run::stopping(), "stopped");
            ensure!(
                begun.elapsed() < Duration::from_secs(60),
                "koe serve is not ready"
            );
            std::thread::sleep(Duration::from_millis(2));
        }
        server.ready_after = begun.elapsed();
        Ok(server)
    }

    /// Signs in as the owner whom [`organisation`] made.
    pub fn sign_in(&self) -> Result<String> {
        self.sign_in_as(EMAIL, PASSWORD)
    }

    /// Signs in; what is returned goes into `Cookie`.
    pub fn sign_in_as(&self, email: &str, password: &str) -> Result<String> {
        let asked = json!({"email": email, "password": password});
        let (_, cookies) = self.site.post("/api/session", "", &asked)?;
        Ok(cookies.join("; "))
    }

    pub fn get(&self, path: &str, cookie: &str) -> Result<Value> {
        Ok(serde_json::from_str(&self.site.get(path, cookie)?)?)
    }

    pub fn post(&self, path: &str, cookie: &str, sent: &Value) -> Result<Value> {
        Ok(serde_json::from_str(
            &self.site.post(path, cookie, sent)?.0,
        )?)
    }

    /// The value of a number at `/metrics`; nothing was counted yet: 0.
    pub fn number(&self, name: &str) -> Result<f64> {
        let text = self.site.get("/metrics", "")?;
        let value = text
            .lines()
            .filter_map(|line| line.split_once(' '))
            .find(|(known, _)| *known == name);
        value.map_or(Ok(0.0), |(_, value)| {
            value.parse().with_context(|| format!("{name} is {value}"))
        })
    }

    /// Resident memory in MiB now.
    pub fn memory(&self) -> Result<f64> {
        memory(self.child.id(), "VmRSS:")
    }

    /// Seconds of processor time so far.
    pub fn processor(&self) -> Result<f64> {
        processor(&self.child.id().to_string())
    }

    /// Asks it to stop and waits for it.
    pub fn stop(mut self) -> Result<()> {
        run::ask_to_stop(&self.child);
        let status = run::wait(&mut self.child)?;
        ensure!(status.success(), "koe serve ended with {status}");
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            run::ask_to_stop(&self.child);
            if let Err(error) = run::wait(&mut self.child) {
                eprintln!("koe serve may still run: {error:#}");
            }
        }
    }
}

/// `koe --data DIR`, reached by no setting of the calling shell.
pub fn koe_command(koe: &Path, data: &Path) -> Command {
    let mut command = run::without_settings(Command::new(koe));
    command.arg("--data").arg(data);
    command
}

/// Makes an organisation with an owner in an empty store.
pub fn organisation(koe: &Path, data: &Path) -> Result<()> {
    let mut command = koe_command(koe, data);
    command
        .args(["user", "add", "--email", EMAIL, "--name", "Owner"])
        .args(["--organisation", "Bench"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let mut child = run::start(&mut command)?;
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(PASSWORD.as_bytes())?;
    }
    let status = run::wait(&mut child)?;
    ensure!(status.success(), "koe user add ended with {status}");
    Ok(())
}

/// Processor seconds of a process (`self` or its number).
pub fn processor(process: &str) -> Result<f64> {
    let text = fs::read_to_string(format!("/proc/{process}/stat"))?;
    // The name in brackets may hold blanks; fields are counted behind it.
    let fields: Vec<&str> = text
        .rsplit_once(')')
        .map(|(_, rest)| rest.split_whitespace().collect())
        .unwrap_or_default();
    let ticks = |place: usize| {
        fields
            .get(place)
            .and_then(|field| field.parse::<f64>().ok())
            .context("/proc/…/stat has too few fields")
    };
    Ok((ticks(11)? + ticks(12)?) / TICKS)
}

/// A line of `/proc/…/status` in MiB.
pub fn memory(process: u32, what: &str) -> Result<f64> {
    let text = fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = text.lines().find(|line| line.starts_with(what));
    let kib = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<f64>().ok());
    Ok(kib.with_context(|| format!("/proc/…/status has no {what}"))? / 1_024.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_knows_its_time_and_memory() {
        assert!(processor("self").expect("time") >= 0.0);
        assert!(memory(std::process::id(), "VmRSS:").expect("memory") > 0.1);
        assert!(memory(std::process::id(), "VmNothing:").is_err());
    }
}
