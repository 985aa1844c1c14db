//! Files brought in by `koe import`.

use super::figures::{Bar, Figure};
use super::server::{self, Server};
use super::{Measured, Setting};
use crate::run;
use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

pub const METHOD: &str = "\
`koe import FILE --mapping …` of a CSV file into an empty store (SQLite), from the start of the command to
its end. *Coded*: key, time, touchpoint, a recommendation, four ratings, one choice of six. *With identities
and text*: the same, and an e-mail address (three rows a person), a name and a Japanese comment of 28
characters in every row. Afterwards a server reads the comments as voices until the outbox is empty; that
is a figure of its own. All rows must have become records.";

/// Where the rows were observed.
pub const TOUCHPOINTS: usize = 12;

pub fn measure(setting: &Setting) -> Result<Measured> {
    let coded_rows = setting.choose(500_000, 20_000);
    let people_rows = setting.choose(60_000, 5_000);
    let mut coded = Vec::new();
    let mut people = Vec::new();
    let mut voices = Vec::new();
    for _ in 0..setting.choose(3, 1) {
        let scratch = setting.scratch()?;
        let data = scratch.path().join("data");
        let spent = bring(setting, &data, coded_rows, Columns::Coded)?;
        coded.push(coded_rows as f64 / spent.as_secs_f64());

        let scratch = setting.scratch()?;
        let data = scratch.path().join("data");
        let spent = bring(setting, &data, people_rows, Columns::People)?;
        people.push(people_rows as f64 / spent.as_secs_f64());
        voices.push(people_rows as f64 / read_voices(setting, &data, people_rows)?.as_secs_f64());
    }
    Ok(Measured {
        figures: vec![
            Figure::new("coded rows/s", coded).bar(Bar::AtLeast(200_000.0)),
            Figure::new("rows/s with identities and text", people),
            Figure::new("then: comments/s read as voices, outbox drained", voices),
        ],
        notes: vec![format!(
            "{coded_rows} coded rows and {people_rows} with identities and text."
        )],
    })
}

/// What a row of the file holds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Columns {
    Coded,
    People,
}

/// Makes a store with one organisation and imports a file of rows into it;
/// how long the import took.
pub fn bring(setting: &Setting, data: &Path, rows: usize, columns: Columns) -> Result<Duration> {
    server::organisation(&setting.koe, data)?;
    touchpoints(setting, data)?;
    let csv = data.with_extension("csv");
    write_rows(&csv, rows, columns)?;
    let mapping = data.with_extension("mapping.json");
    std::fs::write(&mapping, mapping_of(columns).to_string())?;
    let mut command = server::koe_command(&setting.koe, data);
    command
        .arg("import")
        .arg(&csv)
        .arg("--mapping")
        .arg(&mapping)
        .env("KOE_LIMITS__UPLOAD_BYTES", "8589934592")
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let begun = Instant::now();
    let (status, said) = run::wait_with_output(run::start(&mut command)?)?;
    let spent = begun.elapsed();
    let said = String::from_utf8(said)?;
    ensure!(status.success(), "koe import ended with {status}: {said}");
    let said: Value = serde_json::from_str(&said)?;
    ensure!(
        said["totals"]["added"].as_u64() == Some(rows as u64),
        "{rows} rows were to become records: {said}"
    );
    std::fs::remove_file(csv)?;
    Ok(spent)
}

fn touchpoints(setting: &Setting, data: &Path) -> Result<()> {
    let server = Server::start(&setting.koe, data)?;
    let cookie = server.sign_in()?;
    for number in 0..TOUCHPOINTS {
        server.post(
            "/api/touchpoints",
            &cookie,
            &json!({"code": touchpoint(number), "name": {"en": format!("Touchpoint {number}")},
                "channel": "store", "stage": "purchase", "experience": "direct"}),
        )?;
    }
    server.stop()
}

fn read_voices(setting: &Setting, data: &Path, texts: usize) -> Result<Duration> {
    let begun = Instant::now();
    let server = Server::start(&setting.koe, data)?;
    while server.number("koe_outbox_waiting")? > 0.0
        || server.number("koe_voices_read_total")? < texts as f64
    {
        ensure!(!run::stopping(), "stopped");
        ensure!(
            begun.elapsed() < Duration::from_secs(300),
            "the outbox does not drain"
        );
        std::thread::sleep(Duration::from_millis(20));
    }
    let spent = begun.elapsed();
    server.stop()?;
    Ok(spent)
}

fn touchpoint(number: usize) -> String {
    format!("tp{number:02}")
}

/// Rows over 36 months, the same for the same number of rows.
fn write_rows(path: &PathBuf, rows: usize, columns: Columns) -> Result<()> {
    let mut file = BufWriter::with_capacity(1 << 20, File::create(path)?);
    let people = columns == Columns::People;
    let more = if people { ",email,name,comment" } else { "" };
    writeln!(
        file,
        "key,at,touchpoint,nps,taste,price,staff,speed,reason{more}"
    )?;
    for row in 0..rows {
        let mut chance = mixed(row as u64);
        let mut below = |most: u64| {
            let drawn = chance % most;
            chance /= most;
            drawn
        };
        // Files of real systems come in the order of time.
        let month = row * 36 / rows;
        write!(
            file,
            "r{row},{}-{:02}-{:02} {:02}:{:02},{},{},{},{},{},{},c{}",
            2023 + month / 12,
            1 + month % 12,
            1 + below(28),
            8 + below(14),
            below(60),
            touchpoint(below(TOUCHPOINTS as u64) as usize),
            below(11),
            1 + below(5),
            1 + below(5),
            1 + below(5),
            1 + below(5),
            1 + below(6)
        )?;
        if people {
            let person = row / 3;
            write!(
                file,
                ",customer{person}@example.com,顧客{person},{row:06} 駅から近く、お店の方が丁寧に話を聞いてくれました。"
            )?;
        }
        writeln!(file)?;
    }
    file.flush().context("cannot write the rows")
}

/// Number n of a well-mixed sequence (SplitMix64).
fn mixed(n: u64) -> u64 {
    let mut z = n.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

fn mapping_of(columns: Columns) -> Value {
    let label = |text: &str| json!({"en": text});
    let rating = |id: &str| {
        json!({"id": id, "text": label(id), "type": "rating", "style": "number", "low": 1, "high": 5,
            "labels": [label("bad"), label("good")]})
    };
    let choices: Vec<Value> = (1..=6)
        .map(|n| json!({"id": format!("c{n}"), "label": label(&format!("Choice {n}"))}))
        .collect();
    let mut questions = vec![
        json!({"id": "nps", "text": label("Recommend?"), "type": "nps",
            "low_label": label("no"), "high_label": label("yes")}),
        rating("taste"),
        rating("price"),
        rating("staff"),
        rating("speed"),
        json!({"id": "reason", "text": label("Reason"), "type": "single", "choices": choices}),
    ];
    let answer =
        |column: &str| json!({"column": column, "role": {"is": "answer", "question": column}});
    let mut roles = vec![
        json!({"column": "key", "role": {"is": "record_key"}}),
        json!({"column": "at", "role": {"is": "occurred_at", "forms": ["year_first"]}}),
        json!({"column": "touchpoint", "role": {"is": "touchpoint"}}),
    ];
    roles.extend(["nps", "taste", "price", "staff", "speed", "reason"].map(answer));
    if columns == Columns::People {
        questions.push(
            json!({"id": "comment", "text": label("Comment"), "type": "text", "long": true,
                "max_length": 2_000, "voice": true}),
        );
        roles.push(json!({"column": "email", "role": {"is": "customer", "identifier": "email"}}));
        roles.push(json!({"column": "name", "role": {"is": "customer_name"}}));
        roles.push(answer("comment"));
    }
    json!({
        "layout": {"kind": "delimited", "encoding": "utf8", "delimiter": ",", "header_rows": 1},
        "target": {"kind": "new_survey", "title": label("Imported"), "questions": questions},
        "columns": roles,
        "time_zone": "Asia/Tokyo",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_the_same_each_time_and_as_many_as_asked() {
        let scratch = tempfile::tempdir().expect("a folder");
        let written = |name: &str, columns| {
            let path = scratch.path().join(name);
            write_rows(&path, 40, columns).expect("written");
            std::fs::read_to_string(path).expect("read")
        };
        let coded = written("a", Columns::Coded);
        assert_eq!(coded, written("b", Columns::Coded));
        assert_eq!(coded.lines().count(), 41);
        let widths = |text: &str| {
            let mut widths: Vec<usize> = text.lines().map(|l| l.split(',').count()).collect();
            widths.dedup();
            widths
        };
        assert_eq!(widths(&coded), [9]);
        assert_eq!(widths(&written("c", Columns::People)), [12]);
        assert!(
            coded
                .lines()
                .nth(40)
                .is_some_and(|last| last.contains(",2025-12-"))
        );
    }
}
