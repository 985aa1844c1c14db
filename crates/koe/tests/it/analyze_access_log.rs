//! `koe analyze access-log` as somebody uses it: a log in, packed or not, in one file or
//! several or from standard input; counts made with awk out.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};

use crate::imports::SHARED;

const LOG: &str = "access_log_combined/access_2015-05-17_18.log";

fn run(arguments: &[&str], input: &[u8]) -> Output {
    let mut process = Command::new(env!("CARGO_BIN_EXE_koe"))
        .args(["analyze", "access-log"])
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("koe runs");
    let mut stdin = process.stdin.take().expect("a pipe");
    // A command that refuses its files does not read to the end.
    let _ = stdin.write_all(input);
    drop(stdin);
    process.wait_with_output().expect("koe ends")
}

fn printed(arguments: &[&str], input: &[u8]) -> String {
    let output = run(arguments, input);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {said}");
    String::from_utf8(output.stdout).expect("text")
}

fn finding(arguments: &[&str], input: &[u8]) -> Value {
    let arguments = [arguments, &["--format", "json"]].concat();
    serde_json::from_str(&printed(&arguments, input)).expect("JSON alone on stdout")
}

fn shared() -> (String, Vec<u8>) {
    let path = format!("{SHARED}/{LOG}");
    let bytes = std::fs::read(&path).expect("the log");
    (path, bytes)
}

fn written(folder: &Path, name: &str, bytes: &[u8]) -> String {
    let path = folder.join(name);
    std::fs::write(&path, bytes).expect("written");
    path.to_string_lossy().into_owned()
}

#[test]
fn a_real_log_says_the_same_whole_in_parts_packed_and_piped() {
    let (path, bytes) = shared();
    let whole = finding(&[&path], b"");
    // README of the file: lines, bytes, statuses 403, 404 and 500.
    assert_eq!(whole["lines"], 4_525);
    assert_eq!(whole["malformed"], 0);
    let sum = |of: &str| {
        let groups = whole["traffic"].as_array().expect("groups");
        groups
            .iter()
            .filter_map(|group| group[of].as_u64())
            .sum::<u64>()
    };
    assert_eq!(sum("requests"), 4_525);
    assert_eq!(sum("bytes"), 1_202_896_060);
    assert_eq!(sum("errors"), 96);

    let folder = tempfile::tempdir().expect("a folder");
    let middle = bytes.len() / 2;
    let cut = middle
        + bytes[middle..]
            .iter()
            .position(|byte| *byte == b'\n')
            .expect("a line")
        + 1;
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(&bytes[..cut]).expect("packed");
    let first = written(
        folder.path(),
        "access.log.1.gz",
        &packed.finish().expect("packed"),
    );
    let second = written(folder.path(), "access.log", &bytes[cut..]);
    assert_eq!(finding(&[&first, &second], b""), whole);
    assert_eq!(finding(&["-"], &bytes), whole);
}

#[test]
fn every_form_shows_the_list_that_was_asked_for() {
    let (path, _) = shared();
    let table = printed(&[&path, "--top", "3"], b"");
    for part in [
        "Combined Log Format",
        "4525 lines",
        "Sessions of people",
        "Pages",
        "Errors",
        "Programs",
    ] {
        assert!(table.contains(part), "{part}: {table}");
    }
    let csv = printed(
        &[&path, "--list", "errors", "--top", "5", "--format", "csv"],
        b"",
    );
    assert_eq!(csv.lines().count(), 6);
    assert!(
        csv.starts_with("page,4xx,5xx,requests,share,interval_from,interval_to"),
        "{csv}"
    );
    let lines = printed(&[&path, "--top", "4", "--format", "jsonl"], b"");
    let pages: Vec<Value> = lines
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    assert_eq!(pages.len(), 4);
    assert!(
        pages
            .windows(2)
            .all(|two| two[0]["views"].as_u64() >= two[1]["views"].as_u64())
    );
}

#[test]
fn searches_ids_times_and_broken_lines_are_told() {
    let line = |second: u32, target: &str, status: u16, time: &str| {
        format!(
            "198.51.100.7 - - [01/Apr/2026:09:00:{second:02} +0900] \"GET {target} HTTP/1.1\" {status} \
             10 \"-\" \"Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0\" {time}\n"
        )
    };
    let day = [
        line(1, "/find?suche=%95%D4%95i", 200, "0.100"),
        line(2, "/find?suche==1%2B1", 200, "0.200"),
        line(3, "/orders/17", 200, "0.300"),
        line(4, "/orders/18", 500, "0.400"),
    ];
    let folder = tempfile::tempdir().expect("a folder");
    let first = written(folder.path(), "a.log", day.concat().as_bytes());
    let broken = format!("{}no request at all\n{}", day[2], day[3]);
    let second = written(folder.path(), "b.log", broken.as_bytes());
    let arguments = [
        first.as_str(),
        &second,
        "--search-parameter",
        "suche",
        "--fold-ids",
    ];
    let found = finding(&arguments, b"");
    assert_eq!(
        found["malformed_lines"],
        json!([{ "file": second, "line": 2, "fault": "time" }])
    );
    let orders = &found["errors"][0];
    assert_eq!(orders["page"], "/orders/{id}");
    assert_eq!(
        (&orders["errors"]["count"], &orders["errors"]["n"]),
        (&json!(2), &json!(4))
    );
    assert_eq!(found["times"]["site"]["n"], 6);
    assert_eq!(found["times"]["site"]["median"]["value"], 300.0);
    // 返品 was searched for first and searched anew; what looks like a formula is a word.
    assert_eq!(found["searches"]["failed"]["count"], 1);
    assert_eq!(found["searches"]["terms"][0]["term"], "返品");
    let csv = printed(
        &[&arguments[..], &["--list", "searches", "--format", "csv"]].concat(),
        b"",
    );
    assert!(csv.contains("\n'=1+1,"), "{csv}");
    let said = run(&arguments, b"");
    let said = String::from_utf8_lossy(&said.stderr).into_owned();
    assert!(
        said.contains("1 of 7 lines") && said.contains("b.log line 2"),
        "{said}"
    );
    for output in [found.to_string(), csv] {
        assert!(!output.contains("198.51.100"), "{output}");
    }
}

#[test]
fn what_is_no_log_is_refused_in_one_sentence() {
    let folder = tempfile::tempdir().expect("a folder");
    let table = written(folder.path(), "answers.csv", b"id,score\n1,9\n");
    let empty = written(folder.path(), "empty.log", b"\n\n");
    let missing = folder.path().join("missing.log");
    let missing = missing.to_string_lossy();
    let cut = written(
        folder.path(),
        "cut.log.gz",
        &[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 1],
    );
    let (log, _) = shared();
    let cases: [(&[&str], &[&str]); 6] = [
        (&[&table], &["answers.csv", "Common or Combined Log Format"]),
        (&[&empty], &["empty.log", "no line"]),
        (&[&missing], &["missing.log"]),
        (&[&cut], &["cut.log.gz", "cannot be read to its end"]),
        (&[&log, "--gap", "0"], &["--gap"]),
        (&[&log, "--confidence", "95"], &["--confidence", "0.95"]),
    ];
    for (arguments, parts) in cases {
        let output = run(arguments, b"");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {said}");
        assert!(output.stdout.is_empty(), "{arguments:?}");
        for part in parts {
            assert!(said.contains(part), "{arguments:?}: {said}");
        }
    }
}
