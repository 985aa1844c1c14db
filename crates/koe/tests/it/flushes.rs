//! What SIGKILL cannot show: that an answer was forced to disk before it was acknowledged. The
//! calls of the process to the system are counted, by a library that stands before the system's
//! own. What PostgreSQL forces to disk is its own matter: its settings are asserted elsewhere.

use std::path::{Path, PathBuf};
use std::process::Command;

use koe::base::db::Engine;
use reqwest::Method;
use serde_json::json;

use crate::support::{Served, TestApp, answer};
use crate::voices::survey;

/// Calls the system, and writes down for each call how it went and for which file.
const COUNTING: &str = r#"
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int counted(const char *name, int file) {
    int (*system_s_own)(int) = dlsym(RTLD_NEXT, name);
    int done = system_s_own(file);
    char at[64], line[4096];
    snprintf(at, sizeof at, "/proc/self/fd/%d", file);
    ssize_t length = readlink(at, line + 1, sizeof line - 2);
    if (length < 0) length = 0;
    line[0] = done == 0 ? '.' : '!';
    line[1 + length] = '\n';
    int list = open(getenv("FLUSHES"), O_WRONLY | O_APPEND | O_CREAT, 0600);
    if (list >= 0) {
        if (write(list, line, length + 2) != length + 2) abort();
        close(list);
    }
    return done;
}

int fsync(int file) { return counted("fsync", file); }
int fdatasync(int file) { return counted("fdatasync", file); }
"#;

fn counting(folder: &Path) -> PathBuf {
    let (source, library) = (folder.join("counting.c"), folder.join("counting.so"));
    std::fs::write(&source, COUNTING).expect("written");
    let built = Command::new("cc")
        .args(["-shared", "-fPIC", "-o"])
        .args([&library, &source])
        .arg("-ldl")
        .status();
    assert!(built.expect("a C compiler").success());
    library
}

#[tokio::test]
async fn answers_and_seals_are_forced_to_disk_before_they_are_acknowledged() {
    let t = TestApp::start().await;
    t.join_the_present();
    let owner = t.owner().await;
    let survey = survey(&t, &owner, "identified").await;
    let key = json!({ "name": "flushes", "permissions": ["submit_responses"] });
    let key = owner.create("/api/keys", key).await;
    let key = key["secret"].as_str().expect("a secret");
    let folder = tempfile::tempdir().expect("a folder");
    let (library, list) = (counting(folder.path()), folder.path().join("flushes"));
    let flushed = |file: &Path| {
        let wanted = format!(".{}", file.display());
        let list = std::fs::read_to_string(&list).unwrap_or_default();
        list.lines().filter(|line| *line == wanted).count()
    };
    let data = t.data.path().canonicalize().expect("a folder");
    let log = data.join("koe.sqlite-wal");
    let under_count = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_koe"));
        command
            .args(arguments)
            .env("KOE_DATA_DIR", t.data.path())
            .env("LD_PRELOAD", &library)
            .env("FLUSHES", &list);
        command
    };

    let (mut process, base) = Served::ready(&t, under_count(&["serve"])).await;
    let program = t.anybody().program(&base, key);
    for score in 0..5 {
        let before = flushed(&log);
        let body = json!({ "survey_id": survey, "answers": { "score": score }, "partial": true });
        let (status, made) =
            answer(program.request(Method::POST, "/api/responses").json(&body)).await;
        assert_eq!(status.as_u16(), 201, "{made}");
        match t.app.db.engine() {
            Engine::Sqlite => assert!(flushed(&log) > before, "answer {score} was only written"),
            Engine::Postgres => {}
        }
    }
    process.kill();

    let mut command = under_count(&["lake", "seal"]);
    if let Some(url) = &t.app.config.store.database_url {
        command.env("KOE_DATABASE_URL", &url.0);
    }
    let sealed = command.output().expect("koe runs");
    assert!(sealed.status.success(), "{sealed:?}");
    let files = t.app.lake.files_on_disk().await.expect("a folder");
    assert!(!files.is_empty());
    for file in files {
        let file = data.join("lake").join(file);
        let written = file.with_extension("parquet.tmp");
        assert!(flushed(&written) > 0, "{} was only written", file.display());
        let mut folder = file.parent().expect("a folder");
        assert!(flushed(folder) > 0, "the name of {}", file.display());
        // Folders that were made for it are entries of the folders above them.
        while folder != data.join("lake") {
            folder = folder.parent().expect("the lake above it");
            assert!(flushed(folder) > 0, "{} in its folder", folder.display());
        }
    }
    let list = std::fs::read_to_string(&list).expect("a list");
    let refused: Vec<&str> = list.lines().filter(|line| line.starts_with('!')).collect();
    assert!(refused.is_empty(), "{refused:?}");
}
