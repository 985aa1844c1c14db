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

/// Writes down a letter for each call, and calls the system.
const COUNTING: &str = r#"
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

static int counted(const char *name, int file) {
    int (*system_s_own)(int) = dlsym(RTLD_NEXT, name);
    int done = system_s_own(file);
    int list = open(getenv("FLUSHES"), O_WRONLY | O_APPEND | O_CREAT, 0600);
    if (list >= 0) {
        if (write(list, done == 0 ? "." : "!", 1) != 1) abort();
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
    let flushes = || std::fs::read(&list).map_or(0, |list| list.len());
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
        let before = flushes();
        let body = json!({ "survey_id": survey, "answers": { "score": score }, "partial": true });
        let (status, made) =
            answer(program.request(Method::POST, "/api/responses").json(&body)).await;
        assert_eq!(status.as_u16(), 201, "{made}");
        match t.app.db.engine() {
            Engine::Sqlite => assert!(flushes() > before, "answer {score} was only written"),
            Engine::Postgres => {}
        }
    }
    process.kill();

    let before = flushes();
    let mut command = under_count(&["lake", "seal"]);
    if let Some(url) = &t.app.config.store.database_url {
        command.env("KOE_DATABASE_URL", &url.0);
    }
    let sealed = command.output().expect("koe runs");
    assert!(sealed.status.success(), "{sealed:?}");
    let files = t.app.lake.files_on_disk().await.expect("a folder").len();
    assert!(files > 0);
    assert!(
        flushes() - before >= 2 * files,
        "{} for {files} files and their folders",
        flushes() - before
    );
    let failed = std::fs::read(&list).expect("a list");
    assert!(!failed.contains(&b'!'), "the system refused none");
}
