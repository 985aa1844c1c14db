//! The relational store: SQLite in the data folder, or PostgreSQL. The
//! library (`sqlx::Any`) carries both; SQL is written once in the portable
//! subset of docs/decisions/0002: text ids, 64-bit integers, doubles, JSON as
//! text, `$1` parameters, `ON CONFLICT`, `RETURNING`.

mod migrations;
pub mod tables;

use std::path::Path;
use std::sync::Once;
use std::time::Duration;

use sqlx::any::AnyPoolOptions;
use sqlx::pool::PoolConnection;
use sqlx::{Any, AnyConnection, AnyPool, Connection, Executor, Transaction};

use crate::base::config::Store;

/// One connection, inside a transaction or not. What store functions take.
pub type Conn = AnyConnection;

/// A transaction. Rolled back unless committed.
pub type Tx = Transaction<'static, Any>;

/// The embedded store's file in the data folder.
const SQLITE: &str = "koe.sqlite";

/// Which engine carries the store. Asked in few named places only: opening,
/// claiming of jobs, the kind of transaction, and `koe doctor`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// Embedded, one file.
    Sqlite,
    /// Shared server.
    Postgres,
}

/// The open store. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Db {
    engine: Engine,
    /// On SQLite a single connection: writers queue here instead of failing
    /// with "database is locked".
    write: AnyPool,
    read: AnyPool,
}

impl Db {
    /// Opens the configured store without touching its schema.
    ///
    /// # Errors
    /// When the folder or the server cannot be reached.
    pub async fn open(store: &Store) -> anyhow::Result<Self> {
        static DRIVERS: Once = Once::new();
        DRIVERS.call_once(sqlx::any::install_default_drivers);
        match &store.database_url {
            Some(url) => Self::open_postgres(&url.0, store.read_connections).await,
            None => Self::open_sqlite(&store.data, store.read_connections).await,
        }
    }

    /// Whether the folder holds an embedded store.
    pub fn is_in(data: &Path) -> bool {
        data.join(SQLITE).is_file()
    }

    async fn open_sqlite(data: &Path, readers: u32) -> anyhow::Result<Self> {
        std::fs::create_dir_all(data)?;
        let path = data.join(SQLITE);
        let path = path
            .to_str()
            .ok_or_else(|| anyhow::anyhow!("the data folder's name is not valid UTF-8"))?;
        let url = format!("sqlite://{path}?mode=rwc");
        // synchronous=FULL makes an acknowledged write survive a power cut;
        // secure_delete overwrites what was deleted with zeros.
        const PRAGMAS: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
             PRAGMA busy_timeout = 10000; PRAGMA foreign_keys = ON; \
             PRAGMA cache_size = -16000; PRAGMA temp_store = MEMORY; \
             PRAGMA secure_delete = ON;";
        let options = |connections: u32| {
            AnyPoolOptions::new()
                .max_connections(connections)
                .acquire_timeout(Duration::from_secs(30))
                // An open file does not go away as a server does, and asking
                // first costs as much as a small question.
                .test_before_acquire(false)
                .after_connect(|conn, _| {
                    Box::pin(async move {
                        conn.execute(sqlx::raw_sql(PRAGMAS)).await?;
                        Ok(())
                    })
                })
                // SQLite itself rolls a transaction back when the disk is full. The library does
                // not hear of it and would never begin another one on this connection.
                .before_acquire(|conn, _| {
                    let sound = !conn.is_in_transaction();
                    Box::pin(async move { Ok(sound) })
                })
        };
        let write = options(1).connect(&url).await?;
        let read = options(readers).connect_lazy(&url)?;
        Ok(Self {
            engine: Engine::Sqlite,
            write,
            read,
        })
    }

    async fn open_postgres(url: &str, connections: u32) -> anyhow::Result<Self> {
        let pool = AnyPoolOptions::new()
            .max_connections(connections.max(2))
            .acquire_timeout(Duration::from_secs(30))
            .connect(url)
            .await?;
        Ok(Self {
            engine: Engine::Postgres,
            write: pool.clone(),
            read: pool,
        })
    }

    /// Brings the schema up to date.
    ///
    /// # Errors
    /// When a migration fails, or the store was written by a newer version.
    pub async fn migrate(&self) -> anyhow::Result<()> {
        migrations::migrator().run(&self.write).await?;
        Ok(())
    }

    /// Migrations that the store has not seen yet.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn pending_migrations(&self) -> anyhow::Result<Vec<String>> {
        let applied = sqlx::query_scalar::<_, i64>("SELECT version FROM _sqlx_migrations")
            .fetch_all(&self.read)
            .await;
        let applied = match applied {
            // The library makes this table when it migrates for the first time.
            Err(sqlx::Error::Database(error)) if error.message().contains("_sqlx_migrations") => {
                Vec::new()
            }
            applied => applied?,
        };
        Ok(migrations::migrator()
            .iter()
            .filter(|m| !applied.contains(&m.version))
            .map(|m| format!("{:04} {}", m.version, m.description))
            .collect())
    }

    /// The engine at work.
    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// A transaction that may write.
    ///
    /// # Errors
    /// When no connection is to be had.
    pub async fn write(&self) -> Result<Tx, sqlx::Error> {
        match self.engine {
            Engine::Sqlite => self.write.begin_with("BEGIN IMMEDIATE").await,
            Engine::Postgres => self.write.begin().await,
        }
    }

    /// A transaction that only reads and sees one moment throughout.
    ///
    /// # Errors
    /// When no connection is to be had.
    pub async fn read(&self) -> Result<Tx, sqlx::Error> {
        match self.engine {
            Engine::Sqlite => self.read.begin().await,
            Engine::Postgres => {
                self.read
                    .begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
                    .await
            }
        }
    }

    /// A connection for reading single things, each of its own moment. Cheaper
    /// than a transaction; for whatever every request needs.
    ///
    /// # Errors
    /// When no connection is to be had.
    pub async fn glance(&self) -> Result<PoolConnection<Any>, sqlx::Error> {
        self.read.acquire().await
    }

    /// How durable the store is, as it says itself: (setting, value, whether
    /// an acknowledged write survives a power cut).
    ///
    /// # Errors
    /// When the store cannot be asked.
    pub async fn durability(&self) -> Result<Vec<(&'static str, String, bool)>, sqlx::Error> {
        let mut conn = self.write.acquire().await?;
        let mut settings = Vec::new();
        match self.engine {
            Engine::Sqlite => {
                let mode: String = sqlx::query_scalar("PRAGMA journal_mode")
                    .fetch_one(&mut *conn)
                    .await?;
                let wal = mode == "wal";
                settings.push(("journal_mode", mode, wal));
                let level: i64 = sqlx::query_scalar("PRAGMA synchronous")
                    .fetch_one(&mut *conn)
                    .await?;
                settings.push(("synchronous", level.to_string(), level >= 2));
            }
            Engine::Postgres => {
                for name in ["fsync", "synchronous_commit", "full_page_writes"] {
                    let value: String = sqlx::query_scalar("SELECT current_setting($1)")
                        .bind(name)
                        .fetch_one(&mut *conn)
                        .await?;
                    let safe = value != "off";
                    settings.push((name, value, safe));
                }
            }
        }
        Ok(settings)
    }

    /// Lets go of the older copies of changed pages in SQLite's log, so that
    /// what was deleted is in no file any more; whether it could, which it
    /// cannot while somebody still reads them. PostgreSQL sees to its own log.
    ///
    /// # Errors
    /// When the store cannot be asked.
    pub async fn empty_log(&self) -> Result<bool, sqlx::Error> {
        match self.engine {
            Engine::Postgres => Ok(true),
            Engine::Sqlite => {
                let mut conn = self.write.acquire().await?;
                let busy: i64 = sqlx::query_scalar("PRAGMA wal_checkpoint(TRUNCATE)")
                    .fetch_one(&mut *conn)
                    .await?;
                Ok(busy == 0)
            }
        }
    }

    /// The schema as SQLite keeps it, for the reference.
    ///
    /// # Errors
    /// When the store cannot be read, or is PostgreSQL.
    pub async fn schema(&self) -> anyhow::Result<String> {
        let statements: Vec<String> = sqlx::query_scalar(
            "SELECT sql FROM sqlite_master \
             WHERE sql IS NOT NULL AND name NOT LIKE '\\_sqlx%' ESCAPE '\\' ORDER BY tbl_name, type DESC, name",
        )
        .fetch_all(&self.read)
        .await?;
        Ok(statements.join(";\n\n") + ";\n")
    }

    /// Closes all connections, writing what SQLite still holds in its log.
    pub async fn close(&self) {
        self.read.close().await;
        self.write.close().await;
    }
}

/// Number of the newest migration that this program knows.
pub fn newest_migration() -> i64 {
    let migrator = migrations::migrator();
    migrator.iter().map(|m| m.version).max().unwrap_or_default()
}

/// `($1, $2), ($3, $4)` for a statement whose first parameters are several rows. SQLite finds a
/// numbered parameter by going through all before it, which would take most of the time when
/// there are thousands; it gets them without numbers, in the same order.
pub fn values(conn: &Conn, rows: usize, columns: usize) -> String {
    let numbered = conn.backend_name() != "SQLite";
    let mut text = String::with_capacity(rows * columns * 4);
    for row in 0..rows {
        text.push_str(if row > 0 { ", (" } else { "(" });
        for column in 0..columns {
            if column > 0 {
                text.push_str(", ");
            }
            if numbered {
                text.push('$');
                text.push_str(&(row * columns + column + 1).to_string());
            } else {
                text.push('?');
            }
        }
        text.push(')');
    }
    text
}

/// What stands behind `IN` for any number of texts that are bound as one parameter, an
/// [`array`]. The statement is the same however many they are, so it is prepared once.
pub fn among(conn: &Conn, parameter: usize) -> String {
    if conn.backend_name() == "SQLite" {
        format!("(SELECT value FROM json_each(${parameter}))")
    } else {
        format!("(SELECT json_array_elements_text(CAST(${parameter} AS json)))")
    }
}

/// Texts as one parameter, see [`among`].
pub fn array<T: AsRef<str>>(texts: impl IntoIterator<Item = T>) -> String {
    let texts = texts.into_iter();
    let mut array = String::with_capacity(2 + texts.size_hint().0 * 34);
    array.push('[');
    for text in texts {
        if array.len() > 1 {
            array.push(',');
        }
        array.push_str(&serde_json::Value::from(text.as_ref()).to_string());
    }
    array.push(']');
    array
}

/// What a SELECT ends with that holds its rows until the transaction ends, so that nobody else
/// changes or refers to them meanwhile. On SQLite the single writer sees to that.
pub fn holding(conn: &Conn) -> &'static str {
    if conn.backend_name() == "SQLite" {
        ""
    } else {
        " FOR UPDATE"
    }
}
