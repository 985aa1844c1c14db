//! Events reach everybody who has to react to them, whatever fails on the way, and handing over
//! many of them costs little, counted by the process that does it.

use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use koe::base::app::App;
use koe::base::id::{OrganisationId, RecordId};
use koe::base::outbox::{self, Event, Failure, Subscriber};
use sqlx::Row;

use crate::support::TestApp;

/// Events that wait, fewer than are handed over in one go.
const EVENTS: usize = 400;

async fn waiting(t: &TestApp) -> i64 {
    rows(&t.app).await
}

/// Events in the store, those included that somebody reacts to now.
async fn rows(app: &App) -> i64 {
    let mut tx = app.db.read().await.expect("a transaction");
    let row = sqlx::query("SELECT COUNT(*) AS n FROM outbox")
        .fetch_one(&mut *tx)
        .await
        .expect("a count");
    row.get("n")
}

/// Something that happened, told to nobody yet.
async fn happened(t: &TestApp) {
    t.drain().await;
    let event = Event::RecordsStored {
        records: vec!["rec_1".to_owned()],
    };
    let mut tx = t.app.db.write().await.expect("a transaction");
    let emitted = outbox::emit(&mut tx, &t.app, &t.organisation, event).await;
    emitted.expect("emitted");
    tx.commit().await.expect("committed");
}

async fn dispatch(app: &App, subscribers: &[Arc<dyn Subscriber>]) -> usize {
    let taken = outbox::dispatch(app, subscribers).await;
    taken.expect("the outbox is read")
}

/// Reacts as it is told, by how often it was asked before.
struct Reader {
    name: &'static str,
    asked: AtomicUsize,
    reacts: fn(usize) -> Result<(), Failure>,
}

impl Reader {
    fn new(name: &'static str, reacts: fn(usize) -> Result<(), Failure>) -> Arc<Self> {
        Arc::new(Self {
            name,
            asked: AtomicUsize::new(0),
            reacts,
        })
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

#[async_trait]
impl Subscriber for Reader {
    fn name(&self) -> &'static str {
        self.name
    }

    async fn receive(&self, _: &App, _: &OrganisationId, events: &[Event]) -> Result<(), Failure> {
        assert_eq!(events.len(), 1);
        (self.reacts)(self.asked.fetch_add(1, Ordering::SeqCst))
    }
}

fn busy() -> Result<(), Failure> {
    Err(Failure::Retry(anyhow::anyhow!("not now")))
}

#[tokio::test]
async fn whoever_fails_is_asked_again_later_and_nobody_else() {
    let t = TestApp::start().await;
    happened(&t).await;
    let sound = Reader::new("sound", |_| Ok(()));
    let late = Reader::new("late", |before| match before {
        0 | 1 => busy(),
        _ => Ok(()),
    });
    let never = Reader::new("never", |_| {
        Err(Failure::GiveUp(anyhow::anyhow!("it cannot be read")))
    });
    let all: [Arc<dyn Subscriber>; 3] = [sound.clone(), late.clone(), never.clone()];
    let mut asked = Vec::new();
    for wait_ms in [0, 0, 2_000, 2_000, 2_000, 60_000] {
        t.app.clock.advance_ms(wait_ms);
        let taken = dispatch(&t.app, &all).await;
        asked.push((taken, sound.asked(), late.asked(), never.asked()));
    }
    let expected = [
        (1, 1, 1, 1),
        (0, 1, 1, 1),
        (1, 1, 2, 1),
        // Later with every attempt.
        (0, 1, 2, 1),
        (1, 1, 3, 1),
        (0, 1, 3, 1),
    ];
    assert_eq!(asked, expected);
    assert_eq!(waiting(&t).await, 0);
}

#[tokio::test]
async fn an_event_at_which_somebody_always_fails_is_set_aside() {
    let t = TestApp::start().await;
    happened(&t).await;
    let late = Reader::new("late", |_| busy());
    let all: [Arc<dyn Subscriber>; 1] = [late.clone()];
    for _ in 0..20 {
        dispatch(&t.app, &all).await;
        t.app.clock.advance_ms(2 * 3_600_000);
    }
    assert_eq!(late.asked(), 10);
    assert_eq!(waiting(&t).await, 1, "it is kept for whoever mends it");
    let mut tx = t.app.db.read().await.expect("a transaction");
    let (n, _) = outbox::waiting(&mut tx).await.expect("a number");
    assert_eq!(n, 0, "and nobody waits for it");
}

/// Looks into the outbox while it reacts.
#[derive(Default)]
struct Curious {
    there: AtomicI64,
    taken: AtomicUsize,
}

#[async_trait]
impl Subscriber for Curious {
    fn name(&self) -> &'static str {
        "curious"
    }

    async fn receive(&self, app: &App, _: &OrganisationId, _: &[Event]) -> Result<(), Failure> {
        self.there.store(rows(app).await, Ordering::SeqCst);
        // As another worker would, at the same moment.
        let taken = dispatch(app, &[]).await;
        self.taken.store(taken, Ordering::SeqCst);
        Ok(())
    }
}

/// Never comes to an end, as a process that dies in the midst of it.
struct Dying;

#[async_trait]
impl Subscriber for Dying {
    fn name(&self) -> &'static str {
        "curious"
    }

    async fn receive(&self, _: &App, _: &OrganisationId, _: &[Event]) -> Result<(), Failure> {
        std::future::pending().await
    }
}

#[tokio::test]
async fn an_event_is_kept_until_it_was_reacted_to_and_held_by_one_worker() {
    let t = TestApp::start().await;
    happened(&t).await;
    let dying: [Arc<dyn Subscriber>; 1] = [Arc::new(Dying)];
    let begun = outbox::dispatch(&t.app, &dying);
    let ended = tokio::time::timeout(Duration::from_millis(500), begun).await;
    assert!(ended.is_err(), "it is still at work");
    assert_eq!(waiting(&t).await, 1, "nobody has reacted");

    let curious = Arc::new(Curious::default());
    let other: [Arc<dyn Subscriber>; 1] = [curious.clone()];
    t.app.clock.advance_ms(59_999);
    assert_eq!(dispatch(&t.app, &other).await, 0, "held by whoever died");
    t.app.clock.advance_ms(1);
    assert_eq!(dispatch(&t.app, &other).await, 1, "the hold is over");
    assert_eq!(curious.there.load(Ordering::SeqCst), 1);
    assert_eq!(curious.taken.load(Ordering::SeqCst), 0);
    assert_eq!(waiting(&t).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_events_are_claimed_and_done_with_by_one_statement_each() {
    let t = TestApp::start().await;
    t.drain().await;
    let mut tx = t.app.db.write().await.expect("a transaction");
    for _ in 0..EVENTS {
        let record: RecordId = t.app.chance.id(0);
        let event = Event::RecordsStored {
            records: vec![record.as_str().to_owned()],
        };
        outbox::emit(&mut tx, &t.app, &t.organisation, event)
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

#[tokio::test]
async fn an_event_of_many_records_is_written_in_parts_and_loses_none() {
    let t = TestApp::start().await;
    t.drain().await;
    let records: Vec<String> = (0..2_500).map(|n| format!("rec_{n:026}")).collect();
    let mut tx = t.app.db.write().await.expect("a transaction");
    for records in [records.clone(), Vec::new()] {
        let event = Event::RecordsStored { records };
        outbox::emit(&mut tx, &t.app, &t.organisation, event)
            .await
            .expect("emitted");
    }
    let events: Vec<String> = sqlx::query_scalar("SELECT event FROM outbox ORDER BY id")
        .fetch_all(&mut *tx)
        .await
        .expect("events");
    assert_eq!(events.len(), 3, "of nothing, none is written");
    let mut named: Vec<String> = events
        .iter()
        .map(|event| serde_json::from_str::<Event>(event).expect("an event"))
        .flat_map(|event| event.records().to_vec())
        .collect();
    named.sort_unstable();
    assert!(named == records, "{} are named", named.len());
}

/// Takes two seconds, and asks all the while as another worker would.
struct Slow {
    taken_by_another: AtomicUsize,
}

#[async_trait]
impl Subscriber for Slow {
    fn name(&self) -> &'static str {
        "test.slow"
    }

    async fn receive(&self, app: &App, _: &OrganisationId, _: &[Event]) -> Result<(), Failure> {
        for _ in 0..8 {
            tokio::time::sleep(Duration::from_millis(250)).await;
            app.clock.advance_ms(250);
            let taken = outbox::dispatch(app, &[]).await?;
            self.taken_by_another.fetch_add(taken, Ordering::SeqCst);
        }
        Ok(())
    }
}

#[tokio::test]
async fn events_under_way_for_longer_than_a_lease_are_not_taken_by_another() {
    let t = TestApp::start_with(|config| config.limits.event_lease_seconds = 1).await;
    t.drain().await;
    let mut tx = t.app.db.write().await.expect("a transaction");
    let event = Event::RecordsStored {
        records: vec!["rec_1".to_owned()],
    };
    outbox::emit(&mut tx, &t.app, &t.organisation, event)
        .await
        .expect("emitted");
    tx.commit().await.expect("committed");
    let slow = Arc::new(Slow {
        taken_by_another: AtomicUsize::new(0),
    });
    let subscribers: [Arc<dyn Subscriber>; 1] = [slow.clone()];
    let taken = outbox::dispatch(&t.app, &subscribers).await.expect("read");
    assert_eq!(taken, 1);
    assert_eq!(slow.taken_by_another.load(Ordering::SeqCst), 0);
    assert_eq!(waiting(&t).await, 0);
}
