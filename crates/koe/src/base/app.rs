//! What one process holds: built once, passed everywhere, no globals.

use std::sync::Arc;

use tokio::sync::Notify;

use crate::base::clock::Clock;
use crate::base::config::Config;
use crate::base::db::Db;
use crate::base::http::limits::Limiters;
use crate::base::id::Chance;

/// The parts of a running Koe. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// See [`App`].
pub struct Parts {
    /// The validated configuration.
    pub config: Config,
    /// The relational store.
    pub db: Db,
    /// Time.
    pub clock: Clock,
    /// Ids and secrets.
    pub chance: Chance,
    /// Rate limits, per process.
    pub limiters: Limiters,
    /// Wakes the worker after a commit, so that it need not poll quickly.
    pub nudge: Notify,
}

impl std::ops::Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl App {
    /// Opens the store and brings its schema up to date.
    ///
    /// # Errors
    /// When the store cannot be opened or migrated.
    pub async fn open(config: Config, clock: Clock, chance: Chance) -> anyhow::Result<Self> {
        let db = Db::open(&config.store).await?;
        db.migrate().await?;
        let limiters = Limiters::new(&config.limits);
        Ok(Self(Arc::new(Parts {
            config,
            db,
            clock,
            chance,
            limiters,
            nudge: Notify::new(),
        })))
    }
}
