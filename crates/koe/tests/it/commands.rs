//! The commands as an operator uses them: the binary itself, its output, its
//! exit codes, its end.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use koe::connectors::imports::mapping::Ambiguous;
use serde_json::{Value, json};

use crate::imports::{SHARED, cdnow_mapping, nhs_mapping};
use crate::support::{Person, TestApp};

/// The command on the store of `t`, beside the server that runs in this test.
fn command(t: &TestApp, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_koe"));
    command
        .args(arguments)
        .env("KOE_DATA_DIR", t.data.path())
        .env_remove("KOE_DATABASE_URL");
    if let Some(url) = &t.app.config.store.database_url {
        command.env("KOE_DATABASE_URL", &url.0);
    }
    command
}

pub fn koe(t: &TestApp, arguments: &[&str]) -> Output {
    command(t, arguments).output().expect("koe runs")
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// What it printed, when it was done.
fn printed(t: &TestApp, arguments: &[&str]) -> String {
    let output = koe(t, arguments);
    assert_eq!(
        output.status.code(),
        Some(0),
        "{arguments:?}: {}",
        said(&output)
    );
    String::from_utf8(output.stdout).expect("text")
}

fn json_of(t: &TestApp, arguments: &[&str]) -> Value {
    serde_json::from_str(&printed(t, arguments)).expect("JSON alone on stdout")
}

fn shared(path: &str) -> String {
    format!("{SHARED}/{path}")
}

/// Writes a mapping to a file, as somebody would edit a proposal.
fn kept(folder: &Path, name: &str, mapping: &Value) -> String {
    let path = folder.join(name);
    std::fs::write(&path, mapping.to_string()).expect("written");
    path.to_string_lossy().into_owned()
}

async fn uploads(owner: &Person) -> usize {
    let (_, imports) = owner.get("/api/imports").await;
    imports["items"].as_array().map_or(0, Vec::len)
}

#[tokio::test]
async fn real_files_come_in_from_the_command_line() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let folder = tempfile::tempdir().expect("a folder");
    for code in ["pts", "see-and-convey", "111"] {
        let body = json!({ "code": code, "name": { "en": code }, "channel": "call",
            "stage": "use_and_support", "experience": "direct" });
        owner.create("/api/touchpoints", body).await;
    }

    // Comments: the mapping is brought along, tried, used, and kept.
    let file = shared("nhs_fft_neas/nhs_fft_neas.csv");
    let mapping = kept(
        folder.path(),
        "nhs.json",
        &json!(nhs_mapping(Ambiguous::FirstForm)),
    );
    let errors = folder.path().join("wrong.csv");
    let errors_name = errors.to_string_lossy().into_owned();
    let arguments = ["import", &file, "--mapping", &mapping];
    let trial = json_of(
        &t,
        &[&arguments[..], &["--dry-run", "--errors", &errors_name]].concat(),
    );
    assert_eq!(trial["totals"]["records"], 2_959, "{trial}");
    assert_eq!(trial["totals"]["added"], 0);
    let wrong = std::fs::read(&errors).expect("a list");
    assert!(
        wrong.starts_with(b"\xef\xbb\xbfrow,column,"),
        "in the organisation's language"
    );
    assert!(wrong.iter().filter(|byte| **byte == b'\n').count() > 600);
    assert_eq!(uploads(&owner).await, 0, "a trial leaves nothing");
    let done = json_of(&t, &[&arguments[..], &["--save-as", "nhs"]].concat());
    assert_eq!(done["totals"]["added"], 2_959, "{done}");
    let (_, saved) = owner.get("/api/import-mappings").await;
    assert_eq!(saved["items"][0]["name"], "nhs");

    // Orders: a second time changes nothing.
    let file = shared("cdnow/CDNOW_sample.txt");
    let mapping = kept(folder.path(), "cdnow.json", &json!(cdnow_mapping()));
    for (added, unchanged) in [(6_919, 0), (0, 6_919)] {
        let done = json_of(&t, &["import", &file, "--mapping", &mapping]);
        assert_eq!(done["totals"]["added"], added, "{done}");
        assert_eq!(done["totals"]["unchanged"], unchanged, "{done}");
    }

    // What Koe proposes is printed, completed, and taken.
    for (file, rows, all_rows) in [
        (
            "ecsi_mobi/mobi.csv",
            250,
            json!({ "occurred_at": "2005-01-01" }),
        ),
        (
            "ja_hotel_reviews/ja_hotel_reviews.jsonl",
            507,
            json!({ "occurred_at": "2023-01-01", "language": "ja" }),
        ),
    ] {
        let file = shared(file);
        let before = uploads(&owner).await;
        let mut mapping = json_of(&t, &["import", &file, "--propose"]);
        assert_eq!(uploads(&owner).await, before, "a proposal leaves nothing");
        mapping["all_rows"] = all_rows;
        let mapping = kept(folder.path(), "completed.json", &mapping);
        let done = json_of(&t, &["import", &file, "--mapping", &mapping]);
        assert_eq!(done["totals"]["added"], rows, "{done}");
        assert_eq!(done["totals"]["rows_left_out"], 0, "{done}");
    }

    // A survey of another tool, and its answers with two and three headers.
    let base = "qualtrics_qsf_csv/single_answer_mc/Single_Answer_MC_Questions";
    let converted = json_of(&t, &["convert", "survey", &shared(&format!("{base}.qsf"))]);
    let mut document = converted["document"].clone();
    document["privacy"]["purpose"] = json!({ "en": "To serve you better." });
    let made = owner
        .create("/api/surveys", json!({ "document": document }))
        .await;
    let survey = made["id"].as_str().expect("an id");
    owner
        .create(&format!("/api/surveys/{survey}/publish"), json!({}))
        .await;
    for (end, added) in [("", 5), ("__insights_3hdr", 0)] {
        let file = shared(&format!("{base}{end}.csv"));
        let done = json_of(&t, &["import", &file, "--survey", survey]);
        assert_eq!(done["totals"]["records"], 5, "{done}");
        assert_eq!(done["totals"]["added"], added, "{done}");
    }
}

#[tokio::test]
async fn what_is_refused_says_why_and_ends_with_its_code() {
    let t = TestApp::start().await;
    let outside = tempfile::tempdir().expect("a folder");
    let empty = outside.path().join("empty").to_string_lossy().into_owned();
    let text = outside.path().join("a.csv");
    std::fs::write(&text, "id,score\n1,2\n").expect("written");
    let text = text.to_string_lossy().into_owned();
    let number = kept(outside.path(), "mapping.json", &json!(1));
    let picture = outside.path().join("a.png");
    std::fs::write(&picture, b"\x89PNG\r\n\x1a\n\0\0\0").expect("written");
    let picture = picture.to_string_lossy().into_owned();
    for (arguments, code, reason) in [
        (vec!["no-such-command"], 2, "unrecognized"),
        (vec!["import"], 2, "required"),
        (vec!["import", "no-such-file.csv"], 2, "no-such-file.csv"),
        (vec!["import", &picture], 2, "file"),
        (
            vec!["import", &text, "--mapping", &number],
            2,
            "invalid type",
        ),
        (vec!["import", &text, "--saved", "nobody"], 2, "mapping"),
        (
            vec!["import", &text, "--organisation", "X"],
            2,
            "organisation",
        ),
        (vec!["import", "--everything", &empty], 2, "koe export"),
        (
            vec!["import", "--everything", &empty, &text],
            2,
            "cannot be used",
        ),
        (vec!["import", &text, "--renew-links"], 2, "cannot be used"),
        (vec!["convert", "survey", &text], 2, "a.csv"),
        (vec!["export", "--to", &picture], 2, "exists already"),
        (
            vec!["config", "show", "--config", &empty],
            2,
            "no configuration",
        ),
        (
            vec!["user", "password", "--email", "nobody@example.com"],
            2,
            "password",
        ),
        (
            vec![
                "user",
                "add",
                "--email",
                "a@example.com",
                "--name",
                "A",
                "--organisation",
                "N",
            ],
            2,
            "password",
        ),
        (
            vec![
                "user",
                "add",
                "--email",
                "a@example.com",
                "--name",
                "A",
                "--time-zone",
                "Mars/A",
            ],
            2,
            "Mars",
        ),
    ] {
        let output = command(&t, &arguments)
            .stdin(Stdio::null())
            .output()
            .expect("koe runs");
        let said = said(&output);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {said}");
        assert!(said.contains(reason), "{arguments:?}: {said}");
        assert!(output.stdout.is_empty(), "{arguments:?} prints no data");
    }
    // What was refused made no organisation, and who names none joins the only one.
    let known = koe::org::organisations(&t.app).await.expect("read");
    assert_eq!(known.len(), 1);
    for (arguments, code, reason) in [
        (
            vec!["add", "--email", "hana@example.com", "--name", "花"],
            0,
            "",
        ),
        (
            vec!["add", "--email", "hana@example.com", "--name", "花"],
            2,
            "already",
        ),
        (
            vec![
                "add",
                "--email",
                "hana@example.com",
                "--name",
                "花",
                "--organisation",
                "N",
            ],
            2,
            "already",
        ),
        (
            vec!["password", "--email", "nobody@example.com"],
            2,
            "email",
        ),
        (
            vec!["password", "--email", "hana@example.com"],
            0,
            "changed",
        ),
        (
            vec![
                "add",
                "--email",
                "mei@example.com",
                "--name",
                "Mei",
                "--organisation",
                "N",
            ],
            0,
            "",
        ),
        (
            vec!["add", "--email", "rin@example.com", "--name", "凛"],
            2,
            "--organisation",
        ),
    ] {
        let arguments = [&["user"], &arguments[..]].concat();
        let mut child = command(&t, &arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("koe starts");
        let mut typed = child.stdin.take().expect("its input");
        typed.write_all(b"correct horse battery\n").expect("typed");
        drop(typed);
        let output = child.wait_with_output().expect("an end");
        let said = said(&output);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {said}");
        assert!(said.contains(reason), "{arguments:?}: {said}");
    }
    let known = koe::org::organisations(&t.app).await.expect("read");
    assert_eq!(known.len(), 2);
    // A mistyped folder is not made.
    let output = Command::new(env!("CARGO_BIN_EXE_koe"))
        .args(["user", "list", "--data", &empty])
        .env_remove("KOE_DATABASE_URL")
        .output()
        .expect("koe runs");
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    assert!(said(&output).contains("--data"));
    assert!(!Path::new(&empty).exists());
}

/// On two threads: the doctor asks the server of this test.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_lake_is_listed_and_checked_and_everything_leaves() {
    let t = TestApp::start().await;
    let owner = t.owner().await;
    let survey = owner
        .create("/api/surveys", json!({ "template": "nps_relational" }))
        .await;
    let survey = survey["id"].as_str().expect("an id");
    owner
        .create(&format!("/api/surveys/{survey}/publish"), json!({}))
        .await;
    let (_, draft) = owner.get(&format!("/api/surveys/{survey}/draft")).await;
    let nps = draft["document"]["pages"]
        .as_array()
        .expect("pages")
        .iter()
        .flat_map(|page| page["questions"].as_array().expect("questions"))
        .find(|question| question["type"] == "nps")
        .and_then(|question| question["id"].as_str())
        .expect("an NPS question");
    for score in 0..=10 {
        let answer = json!({ "survey_id": survey, "answers": { nps: score }, "partial": true });
        owner.create("/api/responses", answer).await;
    }
    assert_eq!(printed(&t, &["lake", "files"]), "");
    let waiting = said(&koe(&t, &["lake", "files"]));
    assert!(
        waiting.contains("11 rows") && waiting.contains("koe lake seal"),
        "{waiting}"
    );
    assert_eq!(printed(&t, &["lake", "seal"]), "");
    let listed = printed(&t, &["lake", "files"]);
    let paths: Vec<&Path> = listed.lines().map(Path::new).collect();
    assert!(
        !paths.is_empty() && paths.iter().all(|path| path.is_file()),
        "{listed}"
    );
    let files = json_of(&t, &["lake", "files", "--format", "json"]);
    let rows = files.as_array().expect("files").iter();
    assert_eq!(
        rows.map(|file| file["rows"].as_u64().unwrap_or(0))
            .sum::<u64>(),
        11
    );
    let streams = printed(&t, &["lake", "streams"]);
    assert!(
        streams.contains(&format!("{survey}\tsurvey\n")),
        "{streams}"
    );
    assert!(
        streams.contains(&format!("{survey}\t{nps}\tinteger\n")),
        "{streams}"
    );
    assert_eq!(printed(&t, &["lake", "compact"]), "");

    let out = tempfile::tempdir().expect("a folder");
    let folder = out.path().join("everything").to_string_lossy().into_owned();
    let output = koe(&t, &["export", "--to", &folder]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        format!("{folder}\n")
    );
    assert!(said(&output).contains("confidential"));
    let again = koe(&t, &["import", "--everything", &folder]);
    assert_eq!(again.status.code(), Some(2), "{}", said(&again));
    assert!(said(&again).contains("is here already"));
    let data = out.path().join("new").to_string_lossy().into_owned();
    let taken = Command::new(env!("CARGO_BIN_EXE_koe"))
        .args(["import", "--everything", &folder, "--data", &data])
        .env_remove("KOE_DATABASE_URL")
        .output()
        .expect("koe runs");
    assert_eq!(taken.status.code(), Some(0), "{}", said(&taken));
    let counts: Value = serde_json::from_slice(&taken.stdout).expect("JSON");
    assert_eq!(counts["records"], 11, "{counts}");
    assert_eq!(counts["link_key"], "kept");

    // A file that is gone, one that is cut, one that nobody lists.
    assert_eq!(printed(&t, &["lake", "check"]), "");
    let well = koe(&t, &["doctor", "--listen", "127.0.0.1:0"]);
    let report = String::from_utf8_lossy(&well.stdout).into_owned();
    assert_eq!(well.status.code(), Some(0), "{report}");
    for check in [
        "configuration",
        "data folder",
        "free space",
        "schema",
        "lake",
        "clock",
    ] {
        assert!(report.contains(&format!("ok    {check}: ")), "{report}");
    }
    let beside = format!("{}", t.address);
    let report = printed(&t, &["doctor", "--listen", &beside]);
    assert!(report.contains("a Koe serves on"), "{report}");
    let file = paths[0];
    let whole = std::fs::read(file).expect("read");
    std::fs::write(file.with_extension("parquet.tmp"), b"half").expect("written");
    for (bytes, reason) in [
        (None, "is missing"),
        (Some(&whole[..whole.len() / 2]), "cannot be read"),
    ] {
        match bytes {
            None => std::fs::remove_file(file).expect("removed"),
            Some(bytes) => std::fs::write(file, bytes).expect("written"),
        }
        let output = koe(&t, &["lake", "check"]);
        let report = String::from_utf8_lossy(&output.stdout).into_owned();
        assert_eq!(output.status.code(), Some(3), "{report}");
        assert!(
            report.contains("MEND") && report.contains(reason),
            "{report}"
        );
        assert!(report.contains(".tmp is not listed"), "{report}");
        let output = koe(&t, &["doctor", "--listen", "127.0.0.1:0"]);
        assert_eq!(output.status.code(), Some(3));
        assert!(String::from_utf8_lossy(&output.stdout).contains("MEND  lake: "));
    }
}

#[tokio::test]
async fn a_stop_signal_ends_server_and_worker_in_order() {
    let t = TestApp::start().await;
    for arguments in [vec!["serve", "--listen", "127.0.0.1:0"], vec!["worker"]] {
        for signal in ["TERM", "INT"] {
            let log = t.data.path().join("log");
            let file = std::fs::File::create(&log).expect("a log");
            let mut child = command(&t, &arguments)
                .env("KOE_LOG", "info")
                .stdout(Stdio::null())
                .stderr(file)
                .spawn()
                .expect("koe starts");
            for _ in 0..500 {
                let text = std::fs::read_to_string(&log).expect("a log");
                if text.contains("listening") || text.contains("working") {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            let sent = Command::new("sh")
                .args(["-c", &format!("kill -{signal} {}", child.id())])
                .status();
            assert!(sent.expect("a shell").success());
            let mut ended = None;
            for _ in 0..500 {
                ended = child.try_wait().expect("a child");
                if ended.is_some() {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            if ended.is_none() {
                child.kill().expect("killed");
            }
            let log = std::fs::read_to_string(&log).expect("a log");
            let code = ended.and_then(|status| status.code());
            assert_eq!(code, Some(0), "{arguments:?} {signal}: {log}");
        }
    }
}
