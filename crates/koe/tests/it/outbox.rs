//! What handing over many events costs, counted by the process that does it.

use std::process::{Command, Stdio};
use std::time::Duration;

use koe::base::id::{Job, RecordId};
use koe::base::outbox::{self, Event};
use sqlx::Row;

use crate::support::TestApp;

/// Events that wait, fewer than are handed over in one go.
const EVENTS: usize = 400;

async fn waiting(t: &TestApp) -> i64 {
    let mut tx = t.app.db.read().await.expect("a transaction");
    let row = sqlx::query("SELECT COUNT(*) AS n FROM outbox")
        .fetch_one(&mut *tx)
        .await
        .expect("a count");
    row.get("n")
}

#[tokio::test(flavor = "multi_thread")]
async fn many_events_are_claimed_and_done_with_by_one_statement_each() {
    let t = TestApp::start().await;
    t.drain().await;
    let mut tx = t.app.db.write().await.expect("a transaction");
    for _ in 0..EVENTS {
        let id = t.app.chance.id::<Job>(0);
        let record: RecordId = t.app.chance.id(0);
        let event = Event::RecordsStored {
            records: vec![record.as_str().to_owned()],
        };
        outbox::emit(&mut tx, &id, &t.organisation, &event, 0)
            .await
            .expect("emitted");
    }
    tx.commit().await.expect("committed");

    let log = t.data.path().join("worker.log");
    let mut command = Command::new(env!("CARGO_BIN_EXE_koe"));
    command
        .arg("worker")
        .env("KOE_DATA_DIR", t.data.path())
        .env("KOE_LOG", "sqlx=debug")
        .stdout(Stdio::null())
        .stderr(std::fs::File::create(&log).expect("a file"));
    if let Some(url) = &t.app.config.store.database_url {
        command.env("KOE_DATABASE_URL", &url.0);
    }
    let mut worker = command.spawn().expect("koe starts");
    for _ in 0..200 {
        if waiting(&t).await == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    worker.kill().expect("killed");
    worker.wait().expect("an end");
    assert_eq!(waiting(&t).await, 0, "all are handed over");
    let log = std::fs::read_to_string(&log).expect("a log");
    for statement in ["UPDATE outbox SET", "DELETE FROM outbox"] {
        let times = log.lines().filter(|line| line.contains(statement)).count();
        assert!(
            times > 0,
            "nothing says {statement}: the log is not what it was"
        );
        assert!(times <= 2, "{times} × {statement} for {EVENTS} events");
    }
}
