//! The demo company at a million records, and its dashboard.

use super::figures::{Bar, Figure, milliseconds, percentile};
use super::server::{self, Server};
use super::{Measured, Setting};
use crate::{run, smoke};
use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

pub const METHOD: &str = "\
`koe demo --scale 1000000` makes three years of records with customers, texts and voices, through the
doors an import uses; once, because it is long. Then a server is started on it and its dashboard is asked
for: eight tiles with the change against the period before and the leading metric by unit, all requests at
once as Home sends them. *First*: in a fresh process. *Repeated*: again and again in the same one; a figure is
the time until the last of the nine answers.";

/// Tiles of Home.
const TILES: usize = 8;

pub fn measure(setting: &Setting) -> Result<Measured> {
    let scale = setting.choose(1_000_000, 20_000);
    let scratch = setting.scratch()?;
    let data = scratch.path().join("data");
    let made = make(setting, &data, scale)?;
    let mut first = Vec::new();
    let mut repeated = Vec::new();
    for turn in 0..setting.choose(5, 1) {
        let server = Server::start(&setting.koe, &data)?;
        let cookie = server.sign_in_as(&made.email, &made.password)?;
        let asked = dashboard(&server, &cookie)?;
        first.push(all_at_once(&server, &cookie, &asked)?);
        if turn == 0 {
            for _ in 0..setting.choose(100, 10) {
                repeated.push(all_at_once(&server, &cookie, &asked)?);
            }
        }
        server.stop()?;
    }
    Ok(Measured {
        figures: vec![
            Figure::new("making the company, s", vec![made.spent.as_secs_f64()]),
            Figure::new(
                "records/s, voices read",
                vec![made.records / made.spent.as_secs_f64()],
            ),
            Figure::new("most memory while making it, MiB", vec![made.memory]),
            Figure::new("data folder, MB", vec![made.bytes / 1e6]),
            Figure::new("first dashboard, ms", first).digits(1),
            Figure::new(
                "repeated dashboard, p95, ms",
                vec![percentile(&repeated, 0.95)],
            )
            .digits(1)
            .bar(Bar::AtMost(50.0)),
        ],
        notes: vec![format!(
            "{} records; the repeated dashboard was asked {} times.",
            super::figures::grouped(made.records, 0),
            repeated.len()
        )],
    })
}

struct Made {
    spent: Duration,
    records: f64,
    memory: f64,
    bytes: f64,
    email: String,
    password: String,
}

fn make(setting: &Setting, data: &Path, scale: usize) -> Result<Made> {
    let mut command = server::koe_command(&setting.koe, data);
    command
        .args(["demo", "--scale", &scale.to_string()])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let begun = Instant::now();
    let mut child = run::start(&mut command)?;
    eprintln!("  (this takes minutes)");
    let mut memory: f64 = 0.0;
    // The kernel forgets a process's peak when it ends, so it is read on the way.
    while child.try_wait()?.is_none() {
        if let Ok(now) = server::memory(child.id(), "VmHWM:") {
            memory = memory.max(now);
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    let spent = begun.elapsed();
    let said = child.wait_with_output()?;
    let talk = String::from_utf8_lossy(&said.stderr);
    ensure!(
        said.status.success(),
        "koe demo ended with {}: {talk}",
        said.status
    );
    let printed = String::from_utf8(said.stdout)?;
    let (email, password) = smoke::sign_in(&printed).context("koe demo prints a sign-in")?;
    let records = talk
        .split_once("demo company has ")
        .and_then(|(_, rest)| rest.split(' ').next()?.parse().ok())
        .with_context(|| format!("koe demo says how many records it made: {talk}"))?;
    Ok(Made {
        spent,
        records,
        memory,
        bytes: folder_bytes(data)?,
        email,
        password,
    })
}

fn folder_bytes(folder: &Path) -> Result<f64> {
    let mut bytes = 0.0;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        bytes += if entry.file_type()?.is_dir() {
            folder_bytes(&entry.path())?
        } else {
            entry.metadata()?.len() as f64
        };
    }
    Ok(bytes)
}

/// What Home asks: a path and a question each.
fn dashboard(server: &Server, cookie: &str) -> Result<Vec<(String, Value)>> {
    let metrics = server.get("/api/metrics", cookie)?;
    let day = |ago: &str| {
        run::first_line("date", &["-u", "-d", ago, "+%F"]).context("`date` says no day")
    };
    let period = json!({"from": day("365 days ago")?, "to": day("today")?});
    let question = json!({"period": period, "grain": "none", "compare": "previous_period"});
    let mut asked = Vec::new();
    for metric in metrics["items"]
        .as_array()
        .into_iter()
        .flatten()
        .take(TILES)
    {
        let id = metric["id"].as_str().context("a metric has an id")?;
        asked.push((format!("/api/metrics/{id}/results"), question.clone()));
    }
    let leading = asked
        .first()
        .context("the demo company has metrics")?
        .0
        .clone();
    let by_unit =
        json!({"period": period, "grain": "none", "compare": "previous_period", "split": ["unit"]});
    asked.push((leading, by_unit));
    Ok(asked)
}

/// Milliseconds until the last answer.
fn all_at_once(server: &Server, cookie: &str, asked: &[(String, Value)]) -> Result<f64> {
    let begun = Instant::now();
    std::thread::scope(|scope| {
        let waiting: Vec<_> = asked
            .iter()
            .map(|(path, question)| scope.spawn(|| server.post(path, cookie, question)))
            .collect();
        waiting.into_iter().try_for_each(|one| match one.join() {
            Ok(answer) => answer.map(drop),
            Err(_) => anyhow::bail!("a request panicked"),
        })
    })?;
    Ok(milliseconds(begun.elapsed()))
}
