//! A question about many records, beside DuckDB on the same files.

use super::figures::{Bar, Figure, milliseconds, percentile};
use super::import::{self, Columns};
use super::server::{Server, koe_command};
use super::{Measured, Setting};
use crate::run;
use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Instant;

pub const METHOD: &str = "\
One question, *NPS by touchpoint and month over three years*, asked of imported records. Koe answers it
over HTTP with intervals and tests (`POST /api/metrics/{id}/results`); DuckDB answers it in its own process
from the same Parquet files with the same counts in SQL, both with as many threads as there are cores, the
files in the page cache. *First*: a fresh process each time, so that nothing is kept, not even file footers; one after the other,
in both orders, and the ratio of each pair is taken. Every count of every group and month must be equal.
*Repeated*: what a dashboard asks again and again, in one warm process.";

/// The release of DuckDB that Koe is measured beside.
const DUCKDB: &str = "1.5.6-r.1";

pub fn measure(setting: &Setting) -> Result<Measured> {
    let duckdb = install()?;
    let mut measured = Measured::default();
    let sizes = match setting.records {
        Some(records) => vec![records],
        None => setting.choose(vec![1_000_000, 10_000_000], vec![20_000]),
    };
    for records in sizes {
        size(setting, &duckdb, records, &mut measured)?;
    }
    measured
        .notes
        .push(format!("DuckDB {DUCKDB} (`@duckdb/node-api`)."));
    Ok(measured)
}

fn size(setting: &Setting, duckdb: &Path, records: usize, to: &mut Measured) -> Result<()> {
    let scratch = setting.scratch()?;
    let data = scratch.path().join("data");
    import::bring(setting, &data, records, Columns::Coded)?;
    let (metric, stream) = nps(setting, &data)?;
    let files = sealed(setting, &data, &stream)?;
    let bytes: u64 = files
        .iter()
        .map(|file| Ok(fs::metadata(file)?.len()))
        .sum::<Result<u64>>()?;
    let mut koe = Vec::new();
    let mut peer = Vec::new();
    let mut ratios: [Vec<f64>; 2] = Default::default();
    // The first pair fills the page cache and is not counted.
    for turn in 0..=setting.choose(10, 2) {
        let koe_first = turn % 2 == 1;
        let (ours, theirs) = if koe_first {
            let ours = ask_koe(setting, &data, &metric)?;
            (ours, ask_duckdb(duckdb, &files)?)
        } else {
            let theirs = ask_duckdb(duckdb, &files)?;
            (ask_koe(setting, &data, &metric)?, theirs)
        };
        same(&ours.1, &theirs.1)?;
        if turn > 0 {
            koe.push(ours.0);
            peer.push(theirs.0);
            ratios[usize::from(koe_first)].push(ours.0 / theirs.0);
        }
    }
    let millions = format!("{} records", super::figures::grouped(records as f64, 0));
    let [second, first] = ratios;
    let ratio = |order: &str, samples| {
        Figure::new(format!("{millions}: Koe ÷ DuckDB, {order}"), samples)
            .digits(2)
            .bar(Bar::AtMost(1.0))
    };
    to.figures.extend([
        Figure::new(format!("{millions}: first slice, Koe, ms"), koe).digits(1),
        Figure::new(format!("{millions}: first slice, DuckDB, ms"), peer).digits(1),
        ratio("Koe asked first", first),
        ratio("DuckDB asked first", second),
    ]);
    let repeated = repeated(setting, &data, &metric)?;
    to.figures.push(
        Figure::new(
            format!("{millions}: repeated slice, p95, ms"),
            vec![percentile(&repeated, 0.95)],
        )
        .digits(1)
        .bar(Bar::AtMost(50.0)),
    );
    to.notes.push(format!(
        "{millions}: {} files, {:.1} MB; the repeated slice was asked {} times.",
        files.len(),
        bytes as f64 / 1e6,
        repeated.len()
    ));
    Ok(())
}

/// The metric that publishing the imported survey suggested, and its stream.
fn nps(setting: &Setting, data: &Path) -> Result<(String, String)> {
    let server = Server::start(&setting.koe, data)?;
    let cookie = server.sign_in()?;
    let surveys = server.get("/api/surveys", &cookie)?;
    let stream = surveys["items"][0]["id"]
        .as_str()
        .context("no survey")?
        .to_owned();
    let made = server.post(
        "/api/metrics",
        &cookie,
        &json!({"name": {"en": "Bench"}, "definition": {"sources": [{"stream": stream, "field": "nps"}],
            "formula": {"kind": "nps"}}}),
    )?;
    let metric = made["id"]
        .as_str()
        .context("a metric has an id")?
        .to_owned();
    server.stop()?;
    Ok((metric, stream))
}

/// The valid files of a stream, as few as its duty makes them: a compaction
/// while the two are asked would leave the peer with a list of yesterday.
fn sealed(setting: &Setting, data: &Path, stream: &str) -> Result<Vec<PathBuf>> {
    let lake = |words: &[&str]| -> Result<Vec<u8>> {
        let mut command = koe_command(&setting.koe, data);
        command.arg("lake").args(words);
        command.stdout(Stdio::piped()).stderr(Stdio::null());
        let (status, said) = run::wait_with_output(run::start(&mut command)?)?;
        ensure!(status.success(), "koe lake {words:?} ended with {status}");
        Ok(said)
    };
    lake(&["seal"])?;
    lake(&["compact"])?;
    let listed: Vec<Value> = serde_json::from_slice(&lake(&["files", "--format", "json"])?)?;
    let files: Vec<PathBuf> = listed
        .iter()
        .filter(|file| file["stream"] == stream)
        .filter_map(|file| file["path"].as_str().map(PathBuf::from))
        .collect();
    ensure!(!files.is_empty(), "no sealed file of {stream}");
    Ok(files)
}

/// (touchpoint's place in the list, month) to (n, promoters − detractors).
type Counts = BTreeMap<(String, String), (i64, i64)>;

fn question() -> Value {
    json!({"period": {"from": "2023-01-01", "to": "2025-12-31"}, "grain": "month", "split": ["touchpoint"]})
}

/// Milliseconds and counts of a fresh server's first answer.
fn ask_koe(setting: &Setting, data: &Path, metric: &str) -> Result<(f64, Counts)> {
    let server = Server::start(&setting.koe, data)?;
    let cookie = server.sign_in()?;
    let path = format!("/api/metrics/{metric}/results");
    let begun = Instant::now();
    let (said, _) = server.site.post(&path, &cookie, &question())?;
    let spent = milliseconds(begun.elapsed());
    server.stop()?;
    let said: Value = serde_json::from_str(&said)?;
    let mut counts = Counts::new();
    for group in said["results"]["groups"].as_array().into_iter().flatten() {
        let touchpoint = group["key"][0].as_str().unwrap_or_default();
        for point in group["points"].as_array().into_iter().flatten() {
            let n = point["score"]["n"].as_i64().unwrap_or(0);
            if n == 0 {
                continue;
            }
            let value = point["score"]["value"]
                .as_f64()
                .context("a score has a value")?;
            let month = point["period"].as_str().unwrap_or_default();
            let net = (value * n as f64 / 100.0).round() as i64;
            counts.insert((touchpoint.to_owned(), month.to_owned()), (n, net));
        }
    }
    Ok((spent, counts))
}

/// The same from DuckDB.
fn ask_duckdb(installed: &Path, files: &[PathBuf]) -> Result<(f64, Counts)> {
    let script = run::root().join("xtask/src/bench/duckdb.mjs");
    let mut command = std::process::Command::new("node");
    command.arg(script).current_dir(installed).args(files);
    command.stdin(Stdio::null()).stderr(Stdio::inherit());
    let said: Value = serde_json::from_slice(&run::output(&mut command)?)?;
    let mut counts = Counts::new();
    for row in said["rows"].as_array().into_iter().flatten() {
        let text = |name: &str| row[name].as_str().unwrap_or_default().to_owned();
        let number = |name: &str| text(name).parse::<i64>().with_context(|| format!("{row}"));
        counts.insert(
            (text("touchpoint"), text("month")),
            (number("n")?, number("net")?),
        );
    }
    let spent = said["milliseconds"]
        .as_f64()
        .context("DuckDB says how long it took")?;
    Ok((spent, counts))
}

fn same(koe: &Counts, duckdb: &Counts) -> Result<()> {
    ensure!(!koe.is_empty(), "Koe found nothing");
    if koe == duckdb {
        return Ok(());
    }
    let other = koe
        .iter()
        .find(|(key, counts)| duckdb.get(key) != Some(counts));
    bail!(
        "Koe has {} groups and DuckDB {}; first difference: {other:?}, DuckDB says {:?}",
        koe.len(),
        duckdb.len(),
        other.and_then(|(key, _)| duckdb.get(key))
    )
}

fn repeated(setting: &Setting, data: &Path, metric: &str) -> Result<Vec<f64>> {
    let server = Server::start(&setting.koe, data)?;
    let cookie = server.sign_in()?;
    let path = format!("/api/metrics/{metric}/results");
    server.site.post(&path, &cookie, &question())?;
    let mut spent = Vec::new();
    for _ in 0..setting.choose(200, 20) {
        let begun = Instant::now();
        server.site.post(&path, &cookie, &question())?;
        spent.push(milliseconds(begun.elapsed()));
    }
    server.stop()?;
    Ok(spent)
}

/// DuckDB in the target folder, downloaded once.
fn install() -> Result<PathBuf> {
    let folder = run::root()
        .join("target/bench")
        .join(format!("duckdb-{DUCKDB}"));
    if !folder.join("node_modules/@duckdb/node-api").is_dir() {
        fs::create_dir_all(&folder)?;
        let mut npm = std::process::Command::new("npm");
        npm.args([
            "install",
            "--no-audit",
            "--no-fund",
            "--no-save",
            "--prefix",
            ".",
        ])
        .arg(format!("@duckdb/node-api@{DUCKDB}"))
        .current_dir(&folder);
        run::run(&mut npm).context("DuckDB cannot be installed")?;
    }
    Ok(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_count_that_differs_is_an_error() {
        let key = |month: &str| ("tp".to_owned(), month.to_owned());
        let ours = Counts::from([(key("2024-01"), (10, 3)), (key("2024-02"), (9, -1))]);
        same(&ours, &ours.clone()).expect("equal");
        let mut theirs = ours.clone();
        theirs.insert(key("2024-02"), (9, 0));
        let error = same(&ours, &theirs).expect_err("differs").to_string();
        assert!(error.contains("2024-02"), "{error}");
        same(&Counts::new(), &Counts::new()).expect_err("nothing was compared");
    }
}
