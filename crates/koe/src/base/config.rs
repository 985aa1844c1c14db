//! Configuration: TOML and `KOE_*` environment variables, one typed and
//! validated struct per section. Every limit stands here with its default.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use figment::Figment;
use figment::providers::{Env, Format, Serialized, Toml};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

mod limits;
mod reference;

pub use limits::Limits;

/// The whole configuration. `koe config reference` prints it with its docs.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Where data is kept.
    pub store: Store,
    /// How the server is reached.
    pub server: Server,
    /// `koe worker`, when it runs apart.
    pub worker: Worker,
    /// What is accepted from outside, and how much of it.
    pub limits: Limits,
    /// The experience lake.
    pub lake: Lake,
    /// Personal data that must go.
    pub privacy: Privacy,
}

/// Where data is kept.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Store {
    /// Folder of the embedded store, the lake and uploaded files.
    #[schema(value_type = String)]
    pub data: PathBuf,
    /// `postgres://…` to use PostgreSQL; absent: SQLite in the data folder.
    #[schema(value_type = Option<String>)]
    pub database_url: Option<Secret>,
    /// Connections kept open to read.
    pub read_connections: u32,
}

/// How the server is reached.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Server {
    /// Address and port to listen on.
    #[schema(value_type = String)]
    pub listen: SocketAddr,
    /// The address people use, for links and QR codes, such as
    /// `https://voice.example.co.jp`. Absent: taken from `listen`.
    pub public_url: Option<String>,
    /// How many proxies in front set `X-Forwarded-For`; 0 trusts none.
    pub trusted_proxies: u8,
    /// Days until a sign-in ends.
    pub session_days: u32,
    /// Seconds that requests may take to finish after a stop signal.
    pub shutdown_seconds: u64,
}

/// `koe worker`, when it runs apart.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Worker {
    /// Address and port at which it tells whether it lives (`/healthz`, `/readyz`) and what it counts
    /// (`/metrics`), such as `127.0.0.1:7701`. Absent: it listens nowhere.
    #[schema(value_type = Option<String>)]
    pub listen: Option<SocketAddr>,
}

/// The experience lake.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Lake {
    /// Memory that questions may use together, in bytes.
    pub memory_bytes: usize,
    /// Groups in one answer.
    pub answer_groups: usize,
    /// Seconds that one question may take.
    pub question_seconds: u64,
    /// Bytes of kept summaries.
    pub summary_bytes: usize,
    /// Pending rows of a stream that cause a seal.
    pub seal_rows: u64,
    /// Seconds after which pending rows are sealed even when they are few.
    pub seal_seconds: u64,
    /// Files of a stream and month that cause a compaction.
    pub compact_files: usize,
    /// Seconds that replaced files outlive their replacement.
    pub garbage_seconds: u64,
}

/// Personal data that must go.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Privacy {
    /// Days within which an erasure must be complete, files included; a
    /// receipt that is not says so.
    pub erasure_days: u32,
    /// Days after which an uploaded file that nobody brought in, and what is
    /// shown of the cells of files, is forgotten; at most `erasure_days`.
    pub upload_days: u32,
    /// Records that go in one transaction when the time for which they were
    /// promised to be kept is over; the next ones follow at once.
    pub retention_records: u32,
}

impl Default for Store {
    fn default() -> Self {
        Self {
            data: PathBuf::from("koe-data"),
            database_url: None,
            read_connections: 8,
        }
    }
}

impl Default for Server {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 7700)),
            public_url: None,
            trusted_proxies: 0,
            session_days: 14,
            shutdown_seconds: 20,
        }
    }
}

impl Default for Lake {
    fn default() -> Self {
        Self {
            memory_bytes: 1024 * 1024 * 1024,
            answer_groups: 100_000,
            question_seconds: 30,
            summary_bytes: 64 * 1024 * 1024,
            seal_rows: 20_000,
            seal_seconds: 60,
            compact_files: 8,
            garbage_seconds: 600,
        }
    }
}

impl Default for Privacy {
    fn default() -> Self {
        Self {
            erasure_days: 30,
            upload_days: 14,
            retention_records: 1_000,
        }
    }
}

/// A value that must never reach a log.
#[derive(Clone, Serialize, Deserialize, PartialEq, Eq)]
#[serde(transparent)]
pub struct Secret(pub String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("(secret)")
    }
}

impl Config {
    /// Defaults, then `koe.toml` (or `file`), then the environment:
    /// `KOE_DATA_DIR`, `KOE_LISTEN`, `KOE_DATABASE_URL`, and
    /// `KOE_<SECTION>__<NAME>` for all the rest.
    ///
    /// # Errors
    /// Unknown names, wrong types and values out of range, each naming the
    /// setting.
    pub fn load(file: Option<&Path>) -> anyhow::Result<Self> {
        let mut figment = Figment::from(Serialized::defaults(Self::default()));
        figment = match file {
            Some(path) => {
                anyhow::ensure!(
                    path.is_file(),
                    "there is no configuration file at {}",
                    path.display()
                );
                figment.merge(Toml::file(path))
            }
            None => figment.merge(Toml::file("koe.toml")),
        };
        figment = figment
            .merge(
                Env::prefixed("KOE_")
                    .filter(|key| key.as_str().contains("__"))
                    .split("__"),
            )
            .merge(
                Env::raw()
                    .only(&["KOE_DATA_DIR"])
                    .map(|_| "store.data".into()),
            )
            .merge(
                Env::raw()
                    .only(&["KOE_LISTEN"])
                    .map(|_| "server.listen".into()),
            )
            .merge(
                Env::raw()
                    .only(&["KOE_DATABASE_URL"])
                    .map(|_| "store.database_url".into()),
            );
        let config: Self = figment.extract()?;
        config.validate()?;
        Ok(config)
    }

    /// Checks what types cannot say.
    ///
    /// # Errors
    /// The first setting out of range, by name, with what is allowed.
    pub fn validate(&self) -> anyhow::Result<()> {
        let others = [
            (
                "server.session_days",
                u64::from(self.server.session_days),
                1,
                365,
            ),
            (
                "store.read_connections",
                u64::from(self.store.read_connections),
                1,
                256,
            ),
            (
                "lake.memory_bytes",
                self.lake.memory_bytes as u64,
                16 << 20,
                1 << 40,
            ),
            (
                "lake.question_seconds",
                self.lake.question_seconds,
                1,
                3_600,
            ),
            (
                "lake.compact_files",
                self.lake.compact_files as u64,
                2,
                10_000,
            ),
            (
                "privacy.erasure_days",
                u64::from(self.privacy.erasure_days),
                1,
                90,
            ),
            (
                "privacy.upload_days",
                u64::from(self.privacy.upload_days),
                1,
                u64::from(self.privacy.erasure_days),
            ),
            (
                "privacy.retention_records",
                u64::from(self.privacy.retention_records),
                1,
                10_000,
            ),
        ];
        for (name, value, low, high) in self.limits.ranges().into_iter().chain(others) {
            anyhow::ensure!(
                (low..=high).contains(&value),
                "{name} is {value}, but must lie between {low} and {high}"
            );
        }
        if let Some(url) = &self.store.database_url {
            anyhow::ensure!(
                url.0.starts_with("postgres://") || url.0.starts_with("postgresql://"),
                "store.database_url must start with postgres:// (leave it out to use SQLite)"
            );
        }
        Ok(())
    }

    /// The same with secrets replaced by a word, to be shown.
    pub fn without_secrets(&self) -> Self {
        let mut shown = self.clone();
        if let Some(url) = &mut shown.store.database_url {
            url.0 = "(secret)".into();
        }
        shown
    }

    /// The address people use, without a final slash.
    pub fn public_url(&self) -> String {
        match &self.server.public_url {
            Some(url) => url.trim_end_matches('/').to_owned(),
            None => format!("http://{}", self.server.listen),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_are_valid_and_secrets_do_not_print() {
        let mut config = Config::default();
        config.validate().expect("defaults hold");
        config.store.database_url = Some(Secret("postgres://u:hunter2@h/d".into()));
        assert!(!format!("{config:?}").contains("hunter2"));
    }

    #[test]
    fn the_reference_explains_every_setting() {
        let text = Config::reference().expect("a reference");
        assert!(text.contains("| `limits.page_rows` | `200` |"), "{text}");
        for line in text.lines().filter(|line| line.starts_with("| `")) {
            assert!(!line.ends_with("|  |"), "no meaning: {line}");
        }
    }

    #[test]
    fn a_value_out_of_range_is_named() {
        let mut config = Config::default();
        config.limits.page_rows = 0;
        let message = config.validate().expect_err("refused").to_string();
        assert!(message.contains("limits.page_rows"), "{message}");
        let mut config = Config::default();
        config.privacy.upload_days = config.privacy.erasure_days + 1;
        let message = config.validate().expect_err("refused").to_string();
        assert!(message.contains("privacy.upload_days"), "{message}");
    }
}
