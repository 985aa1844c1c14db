//! A running Koe for one test: real router on a real port, real store, a
//! clock that the test moves, seeded ids.

mod process;

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU32, Ordering};

use koe::base::app::App;
use koe::base::clock::Clock;
use koe::base::config::{Config, Secret};
use koe::base::id::{Chance, OrganisationId};
use koe::org::{NewMember, Organisation, Privacy, Role};
use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde_json::Value;
use sqlx::{Connection, Executor};

pub use process::Served;

/// The moment at which every test begins.
pub const START: &str = "2026-04-01T00:00:00Z";
/// Password of every member that tests make.
pub const PASSWORD: &str = "correct horse battery";

/// A running Koe with one organisation and its owner.
pub struct TestApp {
    pub app: App,
    pub organisation: OrganisationId,
    pub address: SocketAddr,
    pub data: tempfile::TempDir,
    /// `postgres://…` and the schema of this test, to drop at the end.
    schema: Option<(String, String)>,
}

/// Somebody who sends requests with their own cookie jar.
pub struct Person {
    client: Client,
    base: String,
}

impl TestApp {
    /// Starts one with default limits.
    pub async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    /// Starts one with changed configuration.
    pub async fn start_with(change: impl FnOnce(&mut Config)) -> Self {
        let this = Self::start_made_by(change, async |app: &App| {
            add_organisation(app, "Koe Test").await
        })
        .await;
        let organisation = this.organisation.clone();
        this.member(&organisation, "owner@example.com", Role::Owner)
            .await;
        this
    }

    /// Starts one whose store is empty until `make` has made an organisation.
    pub async fn start_made_by(
        change: impl FnOnce(&mut Config),
        make: impl AsyncFnOnce(&App) -> OrganisationId,
    ) -> Self {
        let data = tempfile::tempdir().expect("a temporary folder");
        let mut config = Config::default();
        config.store.data = data.path().to_owned();
        config.limits.sign_in_per_minute = 1_000;
        config.limits.answers_per_minute = 100_000;
        let schema = match std::env::var("KOE_TEST_DATABASE_URL") {
            Ok(url) => Some(create_schema(url).await),
            Err(_) => None,
        };
        if let Some((url, name)) = &schema {
            let separator = if url.contains('?') { '&' } else { '?' };
            config.store.database_url = Some(Secret(format!(
                "{url}{separator}options=-csearch_path%3D{name}&application_name={name}"
            )));
            config.store.read_connections = 4;
        }
        change(&mut config);
        let clock = Clock::fixed(START.parse().expect("a time"));
        let app = App::open(config, clock, Chance::seeded(42))
            .await
            .expect("the store opens");
        Self {
            organisation: make(&app).await,
            address: serve(&app).await,
            app,
            data,
            schema,
        }
    }

    /// Another organisation with its own owner.
    pub async fn foreign_owner(&self) -> Person {
        let organisation = add_organisation(&self.app, "Foreign").await;
        self.member(&organisation, "foreign@example.com", Role::Owner)
            .await;
        self.signed_in("foreign@example.com").await
    }

    /// Adds a member with [`PASSWORD`].
    pub async fn member(&self, organisation: &OrganisationId, email: &str, role: Role) {
        let new = NewMember {
            email,
            name: "Test",
            password: PASSWORD,
            role,
            units: Vec::new(),
        };
        koe::org::create_member(&self.app, organisation, new)
            .await
            .expect("a member is added");
    }

    /// Nobody in particular.
    pub fn anybody(&self) -> Person {
        Person {
            client: Client::builder()
                .cookie_store(true)
                .redirect(reqwest::redirect::Policy::none())
                .build()
                .expect("a client"),
            base: format!("http://{}", self.address),
        }
    }

    /// The owner, signed in.
    pub async fn owner(&self) -> Person {
        self.signed_in("owner@example.com").await
    }

    /// A member, signed in.
    pub async fn signed_in(&self, email: &str) -> Person {
        let person = self.anybody();
        let (status, body) = person
            .post(
                "/api/session",
                serde_json::json!({ "email": email, "password": PASSWORD }),
            )
            .await;
        assert_eq!(status, StatusCode::OK, "{body}");
        person
    }

    /// Hands all waiting events to their subscribers, as the worker would.
    pub async fn drain(&self) {
        let subscribers = koe::wiring::subscribers();
        for _ in 0..1_000 {
            let taken = koe::base::outbox::dispatch(&self.app, &subscribers)
                .await
                .expect("the outbox is read");
            if taken == 0 {
                return;
            }
        }
        panic!("the outbox does not empty");
    }

    /// One round of every duty.
    pub async fn see_to_duties(&self) {
        for duty in koe::wiring::duties() {
            duty.see_to(&self.app)
                .await
                .unwrap_or_else(|e| panic!("{}: {e:#}", duty.name()));
        }
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        let Some((url, schema)) = self.schema.take() else {
            return;
        };
        // A thread of its own, because a runtime cannot block on itself.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a runtime");
            runtime.block_on(async {
                let mut conn = sqlx::AnyConnection::connect(&url).await?;
                // A rollback that was not awaited would hold its locks for
                // as long as this thread is waited for.
                conn.execute(sqlx::AssertSqlSafe(format!(
                    "SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity \
                     WHERE application_name = '{schema}'"
                )))
                .await?;
                conn.execute(sqlx::AssertSqlSafe(format!("DROP SCHEMA {schema} CASCADE")))
                    .await
            })
        })
        .join();
        if !std::thread::panicking() {
            dropped
                .expect("the thread ends")
                .expect("the schema is dropped");
        }
    }
}

impl Person {
    /// A request as a browser page of ours would send it.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client
            .request(method, format!("{}{path}", self.base))
            .header("sec-fetch-site", "same-origin")
    }

    /// Sends a request made by hand; the status of its answer.
    pub async fn send(&self, request: reqwest::Request) -> StatusCode {
        self.client
            .execute(request)
            .await
            .expect("an answer")
            .status()
    }

    pub async fn get(&self, path: &str) -> (StatusCode, Value) {
        answer(self.request(Method::GET, path)).await
    }

    pub async fn post(&self, path: &str, body: Value) -> (StatusCode, Value) {
        answer(self.request(Method::POST, path).json(&body)).await
    }

    pub async fn put(&self, path: &str, body: Value) -> (StatusCode, Value) {
        answer(self.request(Method::PUT, path).json(&body)).await
    }

    pub async fn patch(&self, path: &str, body: Value) -> (StatusCode, Value) {
        answer(self.request(Method::PATCH, path).json(&body)).await
    }

    pub async fn delete(&self, path: &str) -> (StatusCode, Value) {
        answer(self.request(Method::DELETE, path)).await
    }

    /// The same requests from a program: to another address, with a key.
    pub fn program(&self, base: &str, key: &str) -> Self {
        let mut headers = reqwest::header::HeaderMap::new();
        let value = format!("Bearer {key}").parse().expect("a header");
        headers.insert(reqwest::header::AUTHORIZATION, value);
        Self {
            client: Client::builder()
                .default_headers(headers)
                .build()
                .expect("a client"),
            base: base.to_owned(),
        }
    }

    /// Posts and insists on the status.
    pub async fn create(&self, path: &str, body: Value) -> Value {
        let (status, answer) = self.post(path, body).await;
        assert_eq!(status, StatusCode::CREATED, "{path}: {answer}");
        answer
    }
}

/// Sends, and reads the body as JSON (null when it is not).
pub async fn answer(request: RequestBuilder) -> (StatusCode, Value) {
    let response = request.send().await.expect("an answer");
    let status = response.status();
    let bytes = response.bytes().await.expect("a body");
    (
        status,
        serde_json::from_slice(&bytes).unwrap_or(Value::Null),
    )
}

async fn add_organisation(app: &App, name: &str) -> OrganisationId {
    let now_ms = app.clock.now_ms();
    let organisation = Organisation {
        id: app.chance.id(now_ms),
        name: name.into(),
        language: koe::base::text::Language::En,
        time_zone: "Asia/Tokyo".into(),
        fiscal_year_start: 4,
        calling_code: "81".into(),
        privacy: Privacy::default(),
    };
    let mut tx = app.db.write().await.expect("a transaction");
    koe::org::create_organisation(&mut tx, &organisation, &app.chance.secret(), now_ms)
        .await
        .expect("an organisation");
    tx.commit().await.expect("committed");
    organisation.id
}

async fn serve(app: &App) -> SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a free port");
    let address = listener.local_addr().expect("an address");
    let router = koe::wiring::router(app.clone()).expect("a router");
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, service).await });
    address
}

async fn create_schema(url: String) -> (String, String) {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    sqlx::any::install_default_drivers();
    let name = format!(
        "koe_test_{}_{}",
        std::process::id(),
        COUNT.fetch_add(1, Ordering::SeqCst)
    );
    let mut conn = sqlx::AnyConnection::connect(&url)
        .await
        .expect("PostgreSQL answers at KOE_TEST_DATABASE_URL");
    conn.execute(sqlx::AssertSqlSafe(format!("CREATE SCHEMA {name}")))
        .await
        .expect("a schema");
    (url, name)
}
